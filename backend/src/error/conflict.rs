//! Conflicts: why a valid request cannot be carried out in the present state, one type for each kind of record. The
//! texts are for the person who asked. What must not live here: faults of the input (`FieldFault`).

/// Why a valid request cannot be carried out in the present state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// Somebody else changed the record since it was read.
    #[error("this has changed since you opened it: look at it again, then repeat your change")]
    Stale,
    /// The enquiry or flag was answered before, or the break glass reading reviewed.
    #[error("this has already been answered")]
    AlreadyAnswered,
    /// The MASH has acknowledged the flag.
    #[error("the MASH has acknowledged this already")]
    Acknowledged,
    /// Whoever relayed the answer cannot confirm it.
    #[error("somebody else must confirm what you relayed")]
    OwnAnswer,
    /// The same request was sent twice at once, and the other one was carried out.
    #[error("this was already sent")]
    SentBefore,
    /// The state of a referral, a draft or a report.
    #[error(transparent)]
    Referral(#[from] ReferralConflict),
    /// The state of a case, its flags and its enquiries.
    #[error(transparent)]
    Case(#[from] CaseConflict),
    /// The state of a partner agency.
    #[error(transparent)]
    Agency(#[from] AgencyConflict),
    /// The state of a school contact.
    #[error(transparent)]
    Contact(#[from] ContactConflict),
    /// The state of a member of staff.
    #[error(transparent)]
    Staff(#[from] StaffConflict),
    /// The state of the outbox.
    #[error(transparent)]
    Mail(#[from] MailConflict),
    /// The state of files that are being made.
    #[error(transparent)]
    Export(#[from] ExportConflict),
}

/// Why the state of a referral, a draft or a report does not allow it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferralConflict {
    /// The referral has been decided.
    #[error("this referral has already been decided")]
    Decided,
    /// The MASH has not answered the flag of the referral, or nobody has confirmed what it is said to have answered.
    #[error(
        "this referral points to harm: it can go elsewhere once the MASH has answered its flag, and a relayed answer is confirmed"
    )]
    MashAwaited,
    /// The referral was neither redirected nor withdrawn, so that nothing can be taken back.
    #[error("only a referral that was sent elsewhere or withdrawn can be taken back")]
    NotRedirected,
    /// The referral does not await the acknowledgement of another authority.
    #[error("no acknowledgement of another authority is awaited for this referral")]
    NotWithAuthority,
    /// The draft was sent and is read-only.
    #[error("this referral has been sent and can no longer be changed")]
    Sent,
    /// The referral points to harm and cannot be withdrawn.
    #[error("this referral points to harm, so it stays with us: add what you have learnt since")]
    Flagged,
    /// The referral was withdrawn by its school.
    #[error("this referral was withdrawn")]
    Withdrawn,
    /// The record was judged to be of another child.
    #[error("this was judged already to be another child")]
    Judged,
    /// The record was not judged to be of another child, or has changed since.
    #[error("this is not judged to be another child any more: look again, then decide")]
    NotJudged,
    /// The report is no longer held.
    #[error("this report has already been taken in or put aside")]
    ReportSettled,
    /// The key was used for another report.
    #[error("this key was used for another report: use a new key for each")]
    KeyReused,
}

/// Why the state of a case, its flags and enquiries does not allow it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseConflict {
    /// The case is closed.
    #[error("this case is closed: reopen it first")]
    Closed,
    /// The case is open.
    #[error("this case is already open")]
    Open,
    /// These open items, in words, keep the case from being closed.
    #[error("this case cannot be closed yet: {}", .0.join("; "))]
    OpenItems(Vec<String>),
    /// The case is restricted.
    #[error("this case is already restricted")]
    Restricted,
    /// The case is not restricted.
    #[error("this case is not restricted")]
    NotRestricted,
    /// The referral tells of immediate danger, and nobody has the case.
    #[error(
        "nobody has case {0}, and a child in immediate danger cannot wait: give it to an officer, then add the referral"
    )]
    NobodyInDanger(String),
    /// The child already has an open case.
    #[error("this child already has an open case, {0}: add the referral to it")]
    ChildHasOpenCase(String),
    /// The case cannot be opened again, because the child has another one that is open.
    #[error("this child has another case, {0}, which is open: work that one")]
    AnotherIsOpen(String),
    /// Since the officer looked, a case was opened whose child is likely this one.
    #[error("case {0} is likely of this child and was not there when you looked: look at it, then decide")]
    LikelyKnown(String),
    /// Since the officer looked, a child came on file who is likely this one, with no case that they may read.
    #[error("a child who is likely this one is on file and was not there when you looked: look again, then decide")]
    LikelyOnFile,
    /// The child has a restricted case that the officer has not been told of.
    #[error("this child likely has a restricted case: ask a manager to add this referral to it")]
    LikelyRestricted,
    /// The first day attended is recorded.
    #[error("the first day attended is recorded already")]
    AttendanceKnown,
    /// The placement has ended.
    #[error("this placement has ended: record a new one")]
    PlacementOver,
    /// The name was removed, or the proposal to remove it withdrawn.
    #[error("this is over: the name was removed, or the proposal withdrawn")]
    RemovalOver,
    /// The school has an open proposal to remove the name.
    #[error("there is already a proposal for this school: withdraw it first")]
    RemovalProposed,
    /// The new-pupil return came, or none is owed.
    #[error("the new-pupil return has come already, or none is owed")]
    NewPupilReturned,
    /// No outcome waits for a second person.
    #[error("no outcome is waiting for a decision")]
    NothingProposed,
    /// Whoever proposed the outcome cannot decide on it.
    #[error("you proposed this outcome: somebody else decides")]
    OwnProposal,
    /// The person may close cases, but not decide on this outcome.
    #[error("this outcome is decided by {0}")]
    DecidedBy(&'static str),
    /// Something that the outcome is judged by was told or changed since it was proposed.
    #[error("something was told or changed since this was proposed: decline it, look again, and propose it anew")]
    ProposalOvertaken,
    /// The school of the referral has a matter of its roll in this case.
    #[error("the school of this referral has a proposal about its roll in this case: withdraw that first")]
    RollOfReferral,
    /// The case was opened from this referral.
    #[error("the case was opened from this referral: close the case instead, and say in its reasons whose child it is")]
    OpenedFrom,
    /// The case that stays open may be read by more people than the one that goes into it.
    #[error("this case is restricted and case {0} is not: restrict that one first")]
    OtherNotRestricted(String),
    /// Somebody may read the case that stays open and not the restricted one that goes into it.
    #[error("case {0} has readers who may not read this one: make them readers here, or remove them there, first")]
    OtherReaders(String),
    /// The case that a duplicate was to go to was closed since.
    #[error("case {0} is closed now: decline this, or reopen that case first")]
    OtherClosed(String),
    /// The hour of break glass is over.
    #[error("this has already ended")]
    BrokenGlassEnded,
}

/// Why the state of a partner agency does not allow it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgencyConflict {
    /// The agreement with the agency is no longer in force.
    #[error("the agreement is over: make a new one first")]
    AgreementOver,
    /// The token is no longer accepted.
    #[error("this token is no longer accepted: issue a new one")]
    TokenOver,
    /// The client was paused, for unusual use or by an administrator. Holds the number to ring.
    #[error("this client is paused: ring the children missing education team on {0}")]
    ClientPaused(String),
    /// The record is in that state already.
    #[error("this is already {0}")]
    Already(&'static str),
}

/// Why the state of a school contact does not allow it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactConflict {
    /// The contact is in that state already.
    #[error("this contact is already {0}")]
    Already(&'static str),
    /// The address is approved for this school already.
    #[error("this address is already approved for this school")]
    Approved,
    /// Another contact is the school's head teacher.
    #[error("this school already has a contact who is its head teacher: change that one first")]
    HasHeadTeacher,
    /// The proposal has been approved or declined.
    #[error("this proposal has already been decided")]
    ProposalDecided,
    /// The school has as many proposals waiting as it may.
    #[error("your school has too many proposals waiting: wait until some are decided")]
    TooManyProposals,
}

/// Why the state of a member of staff does not allow it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StaffConflict {
    /// The member of staff is in that state already.
    #[error("this account is {0}")]
    Already(&'static str),
    /// Nobody may change the roles of their own account, or deactivate it.
    #[error("you cannot change your own roles or deactivate yourself: ask another administrator")]
    OwnAccount,
    /// Somebody must stay administrator, to let others in.
    #[error("this is the last active administrator: make somebody else an administrator first")]
    LastAdministrator,
}

/// Why the state of mails does not allow it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailConflict {
    /// No mail that failed or waits can be sent again.
    #[error("there is nothing to send again: the mail has left, is leaving now, or its text is gone")]
    NothingToSendAgain,
}

/// Why the state of files does not allow it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportConflict {
    /// A file is being made for this person already.
    #[error("you are already saving a file: wait until it is complete, then save the next one")]
    UnderWay,
    /// As many files are being made as are allowed at once.
    #[error("several people are saving files at this moment: try again in a few minutes")]
    Full,
}

macro_rules! conflicts {
    ($($noun:ty),+ $(,)?) => {$(
        impl From<$noun> for super::Error {
            fn from(cause: $noun) -> Self {
                Self::Conflict(cause.into())
            }
        }
    )+};
}

conflicts!(
    ReferralConflict,
    CaseConflict,
    AgencyConflict,
    ContactConflict,
    StaffConflict,
    MailConflict,
    ExportConflict
);
