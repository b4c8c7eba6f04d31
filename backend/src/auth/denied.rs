//! What a way in refuses, as pages are told: enough to say what to do next, and nothing of why.

use std::error::Error as _;

use frontend::denied::{Attempt, Denied};
use frontend::form::Faults;
use futures_util::FutureExt as _;

use crate::error::{Error, FieldFault};
use crate::outage;

impl From<Error> for Denied {
    fn from(error: Error) -> Self {
        match error {
            Error::Throttled(until) => return Self::Throttled(until),
            // What is done too late, or by nobody who is signed in.
            Error::Unauthenticated | Error::Forbidden | Error::NotFound => return Self::Refused,
            Error::Unavailable(_) => outage::noticed(),
            _ => {}
        }
        tracing::error!(%error, cause = ?error.source().map(ToString::to_string), "What a page asked for failed");
        Self::Internal
    }
}

/// Tries it.
pub(crate) fn attempt<'a, T>(work: impl Future<Output = Result<T, Error>> + Send + 'a) -> Attempt<'a, T> {
    async move { Ok(work.await?) }.boxed()
}

/// Tries what is refused where it comes to nothing.
pub(super) fn attempt_one<'a, T>(work: impl Future<Output = Result<Option<T>, Error>> + Send + 'a) -> Attempt<'a, T> {
    async move { work.await?.ok_or(Denied::Refused) }.boxed()
}

/// Tries what is refused where it is not so.
pub(super) fn attempt_to<'a>(work: impl Future<Output = Result<bool, Error>> + Send + 'a) -> Attempt<'a, ()> {
    async move { work.await?.then_some(()).ok_or(Denied::Refused) }.boxed()
}

/// Tries what a form asks for, and says what is wrong with what was typed.
pub(super) fn checked<'a>(
    work: impl Future<Output = Result<Vec<FieldFault>, Error>> + Send + 'a,
) -> Attempt<'a, Faults> {
    async move { Ok(faults(work.await?)) }.boxed()
}

/// Faults as a form shows them.
pub(super) fn faults(wrong: Vec<FieldFault>) -> Faults {
    wrong.into_iter().map(|FieldFault { field, message }| (field, message)).collect()
}
