//! What can go wrong, told once for two audiences: `Display` is for whoever asked, `source` is for the log.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::outage;

/// Why an operation was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or not for this viewer.
    #[error("not found")]
    NotFound,
    /// The viewer can see the thing but may not do this to it.
    #[error("you are not allowed to do this")]
    Forbidden,
    /// Nobody is signed in.
    #[error("sign in to do this")]
    Unauthenticated,
    /// The input has faults: all of them, by field.
    #[error("there is a problem with what was entered")]
    Invalid(Vec<FieldFault>),
    /// The input is fine but the world is not as it assumes.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// It was tried too often: again from this moment on.
    #[error("too many tries: try again later")]
    Throttled(DateTime<Utc>),
    /// The database cannot be reached, or is busy for longer than anybody can wait: the same may succeed in a moment.
    #[error("the service is busy or out of reach for the moment: try again shortly")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// Our side failed.
    #[error("something went wrong")]
    Internal(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// One thing wrong with one field, in the reader's words, as a full sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field as the API spells it.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl FieldFault {
    /// A fault of `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Why a sound request cannot be carried out now.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Somebody else changed the thing since it was read.
    #[error("this has changed since you opened it: look at it again, then repeat your change")]
    Stale,
    /// The referral has been decided.
    #[error("this referral has already been decided")]
    AlreadyDecided,
    /// The case is closed.
    #[error("this case is closed: reopen it first")]
    CaseClosed,
    /// The case is open.
    #[error("this case is already open")]
    CaseOpen,
    /// Something keeps the case open.
    #[error("this case cannot be closed yet: {}", .0.join("; "))]
    OpenItems(Vec<String>),
    /// The thing was answered before.
    #[error("this has already been answered")]
    AlreadyAnswered,
    /// The report is no longer held.
    #[error("this report has already been taken in or put aside")]
    ReportSettled,
    /// No mail that failed or waits can be sent again.
    #[error("there is nothing to send again: the mail has left, is leaving now, or its text is gone")]
    NothingToSendAgain,
    /// Whoever asks for a file is being sent another one.
    #[error("you are already saving a file: wait until it is complete, then save the next one")]
    ExportUnderWay,
    /// As many files are being made as may be at once.
    #[error("several people are saving files at this moment: try again in a few minutes")]
    ExportsFull,
    /// The draft was sent and is read-only.
    #[error("this referral has been sent and can no longer be changed")]
    AlreadySent,
    /// The referral tells of danger and may not be sent away unseen.
    #[error("an answer points to harm: open a case, or give the MASH reference that shows they have it")]
    HarmUnanswered,
    /// The same was sent twice at once, and the other came first.
    #[error("this was already sent")]
    SentBefore,
    /// The key of a report was used for another one.
    #[error("this key was used for another report: use a new key for each")]
    KeyReused,
    /// The thing is in that state already.
    #[error("this is already {0}")]
    Already(&'static str),
    /// The agreement with an agency holds no longer.
    #[error("the agreement is over: make a new one first")]
    AgreementOver,
    /// The token is accepted no longer.
    #[error("this token is no longer accepted: issue a new one")]
    TokenOver,
    /// The client was paused, by its own pattern of use or by an administrator; with whom to ring.
    #[error("this client is paused: ring the children missing education team on {0}")]
    ClientPaused(String),
    /// The contact is in that state already.
    #[error("this contact is already {0}")]
    ContactAlready(&'static str),
    /// The member of staff is in that state already.
    #[error("this account is {0}")]
    StaffAlready(&'static str),
    /// Nobody takes their own rights, or gives themselves more.
    #[error("you cannot change your own roles or deactivate yourself: ask another administrator")]
    OwnAccount,
    /// Without an administrator nobody could let anybody in.
    #[error("this is the last active administrator: make somebody else an administrator first")]
    LastAdministrator,
    /// The address is approved for this school already.
    #[error("this address is already approved for this school")]
    AlreadyApproved,
    /// The case is restricted.
    #[error("this case is already restricted")]
    CaseRestricted,
    /// The case is not restricted.
    #[error("this case is not restricted")]
    CaseNotRestricted,
    /// What broken glass allowed is over.
    #[error("this has already ended")]
    AlreadyEnded,
    /// Another contact is the school's head teacher.
    #[error("this school already has a contact who is its head teacher: change that one first")]
    HasHeadTeacher,
    /// The proposal has been approved or declined.
    #[error("this proposal has already been decided")]
    ProposalDecided,
    /// The school has as many proposals waiting as it may.
    #[error("your school has too many proposals waiting: wait until some are decided")]
    TooManyProposals,
    /// The child already has an open case.
    #[error("this child already has an open case, {0}: add the referral to it")]
    ChildHasOpenCase(String),
}

impl Error {
    /// One faulty field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldFault::new(field, message)])
    }

    /// A failure of ours, with its cause for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(cause.into()))
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(cause: sea_orm::DbErr) -> Self {
        if outage::is_one(&cause) {
            outage::noticed();
            Self::Unavailable(Arc::new(cause))
        } else {
            Self::internal(cause)
        }
    }
}

impl From<serde_json::Error> for Error {
    /// Keeps where and what kind, not the text: it quotes the value, which may be somebody's name.
    fn from(cause: serde_json::Error) -> Self {
        let (line, column) = (cause.line(), cause.column());
        Self::internal(format!("stored JSON has a {:?} fault at line {line}, column {column}", cause.classify()))
    }
}
