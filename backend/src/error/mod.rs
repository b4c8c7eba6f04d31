//! Errors of an operation, for two readers: `Display` is for the person who asked, and `source` is for the log. What
//! must not live here: how an error is answered (`http`, `graphql::errors`).

mod conflict;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use conflict::{
    AgencyConflict, CaseConflict, Conflict, ContactConflict, ExportConflict, MailConflict, ReferralConflict,
    StaffConflict,
};

use crate::outage;

/// Why an operation was not carried out.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The record does not exist, or the viewer may not know of it.
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
    /// The input is valid, but the present state does not allow it.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// It was tried too often, and may be tried again from this time on.
    #[error("too many tries: try again later")]
    Throttled(DateTime<Utc>),
    /// The database cannot be reached, or is busy for too long; the same request may succeed in a moment.
    #[error("the service is busy or out of reach for the moment: try again shortly")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// A failure of the service itself.
    #[error("something went wrong")]
    Internal(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

/// One fault of one field, as a full sentence without a full stop, in words for the person who typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field as the API spells it.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

impl FieldFault {
    /// A fault of the field `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl Error {
    /// An error for one field with a fault.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldFault::new(field, message)])
    }

    /// A failure of the service, with its cause for the log.
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
    /// Keeps the place and the kind of the error and not its text, which quotes the value and so possibly somebody's
    /// name.
    fn from(cause: serde_json::Error) -> Self {
        let (line, column) = (cause.line(), cause.column());
        Self::internal(format!("stored JSON has a {:?} fault at line {line}, column {column}", cause.classify()))
    }
}
