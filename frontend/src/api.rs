//! The only way to data: runs typed GraphQL documents against the API, in process, as the person whose request this is.
//!
//! Pages never see GraphQL errors; whatever fails comes back as a [`Refusal`]. What must not live here: the documents
//! themselves (`documents`).

use std::sync::Arc;

use async_graphql::{PathSegment, Request, Response, ServerError, Value, Variables};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::form::Faults;
use crate::told::{all_as_typed, all_told};

type Execute = dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync;

/// The API for one request. The backend makes it and has already decided who is asking.
#[derive(Clone)]
pub struct Api(Arc<Execute>);

/// The reason why the API did not do what a page asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody is signed in, or their session has ended.
    Unauthenticated,
    /// This person may not do this, though they may see what it is done to.
    Forbidden,
    /// There is no such thing, or this person may not know of it.
    NotFound,
    /// What was typed has faults: all of them, by field.
    Invalid(Faults),
    /// Somebody else changed the thing first, or its state does not allow this. The sentence says which; it begins in
    /// lower case and has no full stop.
    Conflict(String),
    /// It was tried too often. It may be tried again from this time on.
    Throttled(DateTime<Utc>),
    /// The service failed. The log says why.
    Internal,
}

impl Api {
    /// Wraps what executes a request, which is the schema with the context of the viewer.
    pub fn new(execute: impl Fn(Request) -> BoxFuture<'static, Response> + Send + Sync + 'static) -> Self {
        Self(Arc::new(execute))
    }

    /// Runs one document. A field below the root that is withheld from this person is `None` in the answer; any other
    /// error refuses the whole document. Texts of the answer are marked by `told`, so that none can reorder the words
    /// beside it; the marks are taken out of what is sent.
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

/// Whether the error is that of a withheld field below the root, which is null in the answer. The page shows the rest.
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
