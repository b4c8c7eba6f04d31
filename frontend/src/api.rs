//! The one door to the data: runs typed documents against the API, in process, as the person whose request this is.
//!
//! Pages never see GraphQL errors: what went wrong comes back as a [`Refusal`].

use std::sync::Arc;

use async_graphql::{PathSegment, Request, Response, ServerError, Value, Variables};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::form::Faults;
use crate::told::{all_as_typed, all_told};

type Execute = dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync;

/// A handle to the API for one request; made by the backend, which has already decided who is asking.
#[derive(Clone)]
pub struct Api(Arc<Execute>);

/// Why the API did not do what a page asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody is signed in, or no longer.
    Unauthenticated,
    /// The thing can be seen, but this may not be done to it.
    Forbidden,
    /// There is no such thing for this person.
    NotFound,
    /// What was typed has faults, by field, all of them.
    Invalid(Faults),
    /// Somebody else was faster, or the thing is in the wrong state; the sentence says which.
    Conflict(String),
    /// It was tried too often: again from this moment on.
    Throttled(DateTime<Utc>),
    /// Something went wrong on our side.
    Internal,
}

impl Api {
    /// Wraps whatever executes a request.
    pub fn new(execute: impl Fn(Request) -> BoxFuture<'static, Response> + Send + Sync + 'static) -> Self {
        Self(Arc::new(execute))
    }

    /// Runs one document. Fields that this person is not cleared for come back as `None`; every other error refuses
    /// the whole. Texts come back marked, so that they keep to themselves on a page (`told`).
    pub async fn run<Answer, Input>(&self, operation: cynic::Operation<Answer, Input>) -> Result<Answer, Refusal>
    where
        Answer: DeserializeOwned,
        Input: Serialize,
    {
        let variables = async_graphql::to_value(&operation.variables).map_err(|_| Refusal::Internal)?;
        let request = Request::new(operation.query).variables(match all_as_typed(variables) {
            Value::Object(map) => Variables::from_value(Value::Object(map)),
            _ => Variables::default(),
        });
        let response = (self.0)(request).await;
        match response.errors.iter().find(|error| !is_withheld_field(error)) {
            Some(error) => Err(Refusal::from(error)),
            None => async_graphql::from_value(all_told(response.data)).map_err(|error| {
                tracing::error!(%error, "An answer of the API does not fit its document");
                Refusal::Internal
            }),
        }
    }
}

fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// A guarded field below the root that resolved to null; the page shows what is left.
fn is_withheld_field(error: &ServerError) -> bool {
    code(error) == Some("FORBIDDEN")
        && error.path.iter().filter(|segment| matches!(segment, PathSegment::Field(_))).count() > 1
}

impl Refusal {
    /// What a form shows of it; one that no form can show comes back as it is.
    pub(crate) fn on_form(self) -> Result<Faults, Self> {
        match self {
            Self::Invalid(faults) => Ok(faults),
            Self::Conflict(text) => Ok(Faults::from_iter([("", sentence(&text))])),
            refusal => Err(refusal),
        }
    }
}

/// A sentence of the API, which begins in lower case and has no full stop, at the beginning of a line.
pub(crate) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl From<&ServerError> for Refusal {
    fn from(error: &ServerError) -> Self {
        match code(error) {
            Some("UNAUTHENTICATED") => Self::Unauthenticated,
            Some("FORBIDDEN") => Self::Forbidden,
            Some("NOT_FOUND") => Self::NotFound,
            Some("CONFLICT") => Self::Conflict(error.message.clone()),
            Some("THROTTLED") => retry_at(error).map_or(Self::Internal, Self::Throttled),
            Some("INVALID") => Self::Invalid(faults(error)),
            _ => Self::Internal,
        }
    }
}

fn retry_at(error: &ServerError) -> Option<DateTime<Utc>> {
    match error.extensions.as_ref()?.get("retryAt")? {
        Value::String(at) => at.parse().ok(),
        _ => None,
    }
}

fn faults(error: &ServerError) -> Faults {
    let mut faults = Faults::default();
    let fields = error.extensions.as_ref().and_then(|extensions| extensions.get("fields"));
    if let Some(Value::List(fields)) = fields {
        for fault in fields {
            if let Value::Object(fault) = fault
                && let (Some(Value::String(field)), Some(Value::String(message))) =
                    (fault.get("field"), fault.get("message"))
            {
                faults.add(field.clone(), message.clone());
            }
        }
    }
    faults
}
