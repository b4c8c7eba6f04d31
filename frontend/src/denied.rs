//! Why something was not done that pages ask of the server itself and not of the API: signing in, looking at a token,
//! keeping a report.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

/// Why it was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The credentials are not right, or it is not, or no longer, for whoever is at this browser.
    Refused,
    /// It was tried too often: again from this moment on.
    Throttled(DateTime<Utc>),
    /// Something went wrong on our side.
    Internal,
}

/// What is tried, and what it comes to.
pub type Attempt<'a, T> = BoxFuture<'a, Result<T, Denied>>;
