//! Refusals of a sign-in as pages are told of them: enough to say what to do next, and nothing of the reason. What must
//! not live here: the words of pages.

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
            // A step that came too late, or from somebody who is not signed in.
            Error::Unauthenticated | Error::Forbidden | Error::NotFound => return Self::Refused,
            Error::Unavailable(_) => outage::noticed(),
            _ => {}
        }
        tracing::error!(%error, cause = ?error.source().map(ToString::to_string), "What a page asked for failed");
        Self::Internal
    }
}

/// Runs a step of signing in, and turns its error into a refusal.
pub(crate) fn attempt<'a, T>(work: impl Future<Output = Result<T, Error>> + Send + 'a) -> Attempt<'a, T> {
    async move { Ok(work.await?) }.boxed()
}

/// Runs a step that is refused when it returns `None`.
pub(super) fn attempt_one<'a, T>(work: impl Future<Output = Result<Option<T>, Error>> + Send + 'a) -> Attempt<'a, T> {
    async move { work.await?.ok_or(Denied::Refused) }.boxed()
}

/// Runs a step that is refused when it returns false.
pub(super) fn attempt_to<'a>(work: impl Future<Output = Result<bool, Error>> + Send + 'a) -> Attempt<'a, ()> {
    async move { work.await?.then_some(()).ok_or(Denied::Refused) }.boxed()
}

/// Runs what a form asks for, and returns the faults of what was typed.
pub(super) fn checked<'a>(
    work: impl Future<Output = Result<Vec<FieldFault>, Error>> + Send + 'a,
) -> Attempt<'a, Faults> {
    async move { Ok(faults(work.await?)) }.boxed()
}

/// Faults in the form in which a page shows them.
pub(super) fn faults(wrong: Vec<FieldFault>) -> Faults {
    wrong.into_iter().map(|FieldFault { field, message }| (field, message)).collect()
}
