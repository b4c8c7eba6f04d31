//! What can go wrong, told once for two audiences: `Display` is for whoever asked, `source` is for the log.

mod conflict;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use conflict::{
    AgencyConflict, CaseConflict, Conflict, ContactConflict, ExportConflict, MailConflict, ReferralConflict,
    StaffConflict,
};

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
