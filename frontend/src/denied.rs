//! The reason why the server did not do what a page asked of it beside the API: signing in, looking at a token, keeping
//! a report.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

/// The reason why it was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The credentials are wrong; or what was asked for is not, or no longer, open to this browser. Which of them is
    /// not told.
    Refused,
    /// It was tried too often. It may be tried again from this time on.
    Throttled(DateTime<Utc>),
    /// The service failed. The log says why.
    Internal,
}

/// An operation with its outcome, as the traits of [`crate::sign_in`] and others answer it.
pub type Attempt<'a, T> = BoxFuture<'a, Result<T, Denied>>;
