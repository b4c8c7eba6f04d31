//! Turns errors into what the caller may be told and what the log keeps. What must not live here: which error a command
//! returns.

use std::error::Error as _;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{ErrorExtensionValues, PathSegment, Response, ServerError, Value, Variables};

use super::fit;
use crate::context::OpContext;
use crate::error::{AgencyConflict, Conflict, Error};
use crate::outage;
use crate::refusal::Refused;
use entity::vocabulary::RefusalKind;

/// The document and variables of a request; `None` if the document could not be parsed.
pub(super) type Question = Option<(ExecutableDocument, Variables)>;

/// Rewrites every error of a response: an error of the service gets its code and fields, what the library found wrong
/// with the request is `BAD_REQUEST`, and anything else becomes a neutral sentence and goes to the log.
pub(super) fn speak(response: &mut Response, op: &OpContext, question: &Question) {
    let mut misfits = false;
    for error in &mut response.errors {
        if error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some()) {
            error.locations.clear();
            continue;
        }
        if error.source.is_some() {
            error.locations.clear();
        }
        match error.source.as_deref().and_then(<dyn std::any::Any + Send + Sync>::downcast_ref::<Error>) {
            Some(ours) => tell(error, &ours.clone(), op),
            None if error.source.is_none() => {
                misfits = true;
                code(error, "BAD_REQUEST");
            }
            None => {
                tracing::error!(request.id = %op.request_id, "A resolver failed with a foreign error");
                "something went wrong".clone_into(&mut error.message);
                code(error, "INTERNAL");
            }
        }
    }
    if misfits {
        fit(response, op, question);
    }
}

/// Replaces what the library found wrong by what does not fit the viewer's own schema, because the library's words may
/// name what the viewer must not know of. If all of it fits, the library's words are about the viewer's own schema and
/// are kept.
fn fit(response: &mut Response, op: &OpContext, question: &Question) {
    let Some((document, variables)) = question else { return };
    let faults = fit::faults(&op.viewer, document, variables);
    if faults.is_empty() {
        return;
    }
    response.errors.retain(|error| code_of(error) != Some("BAD_REQUEST"));
    for fit::Fault { message, at } in faults {
        let mut error = ServerError::new(message, Some(at));
        code(&mut error, "BAD_REQUEST");
        response.errors.push(error);
    }
}

fn tell(error: &mut ServerError, ours: &Error, op: &OpContext) {
    error.message = ours.to_string();
    match ours {
        Error::NotFound => code(error, "NOT_FOUND"),
        Error::Forbidden => code(error, "FORBIDDEN"),
        Error::Unauthenticated => code(error, "UNAUTHENTICATED"),
        Error::Conflict(Conflict::Agency(AgencyConflict::ClientPaused(_))) => code(error, "PAUSED"),
        Error::Conflict(_) => code(error, "CONFLICT"),
        Error::Throttled(until) => {
            op.was_refused(Refused::new(RefusalKind::Throttled, "requests past the limit").counted());
            code(error, "THROTTLED");
            set(error, "retryAt", Value::from(until.to_rfc3339()));
        }
        Error::Invalid(faults) => {
            code(error, "INVALID");
            let fields = faults
                .iter()
                .map(|fault| async_graphql::value!({ "field": fault.field.clone(), "message": fault.message.clone() }))
                .collect();
            set(error, "fields", Value::List(fields));
        }
        Error::Unavailable(_) => {
            tracing::error!(request.id = %op.request_id, error = %chain(ours), "The database is out of reach or busy");
            // Loaders run in tasks of their own, so the request learns of the outage here.
            outage::noticed();
            code(error, UNAVAILABLE);
        }
        Error::Internal(_) => {
            tracing::error!(request.id = %op.request_id, error = %chain(ours), "An operation failed");
            code(error, "INTERNAL");
        }
    }
}

/// The code of an error after which the same request may succeed in a moment.
const UNAVAILABLE: &str = "UNAVAILABLE";

/// Whether an answer has an error with that code.
pub(super) fn is_unavailable(answer: &Response) -> bool {
    let is_code = |value: &Value| matches!(value, Value::String(code) if code == UNAVAILABLE);
    let codes = answer.errors.iter().filter_map(|error| error.extensions.as_ref()?.get("code"));
    codes.into_iter().any(is_code)
}

/// The path of an error without positions in lists, such as `case.child`.
pub(super) fn path_of(error: &ServerError) -> String {
    let fields = error.path.iter().filter_map(|segment| match segment {
        async_graphql::PathSegment::Field(field) => Some(field.as_str()),
        async_graphql::PathSegment::Index(_) => None,
    });
    fields.collect::<Vec<_>>().join(".")
}

/// The code of an error, once it has been rewritten.
pub(super) fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

fn code(error: &mut ServerError, code: &str) {
    set(error, "code", Value::from(code));
}

fn set(error: &mut ServerError, name: &str, value: Value) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(name, value);
}

/// An error and its causes, for the log. Uses `Display` only, because `Debug` of a database error holds the values.
pub(super) fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// The answer when the service failed before or after the request ran.
pub(super) fn internal() -> Response {
    let mut error = ServerError::new("something went wrong", None);
    code(&mut error, "INTERNAL");
    Response::from_errors(vec![error])
}

/// The answer when the service failed with `cause` after the request ran.
pub(super) fn failed(cause: &Error) -> Response {
    if !matches!(cause, Error::Unavailable(_)) {
        return internal();
    }
    let mut error = ServerError::new(cause.to_string(), None);
    code(&mut error, UNAVAILABLE);
    Response::from_errors(vec![error])
}

/// The answer when one field has a fault that is found before the request runs.
pub(super) fn fault(field: &str, message: &str) -> Response {
    let mut error = ServerError::new("there is a problem with what was entered", None);
    code(&mut error, "INVALID");
    let fault = async_graphql::value!({ "field": field, "message": message });
    set(&mut error, "fields", Value::List(vec![fault]));
    Response::from_errors(vec![error])
}

/// The refusal of a request for the schema itself. Only staff may ask for it; the others are given its text.
pub(super) fn introspection(op: &OpContext, field: &str) -> Response {
    let anonymous = op.viewer == crate::domain::viewer::Viewer::Anonymous;
    let (message, word) = if anonymous {
        ("sign in to do this", "UNAUTHENTICATED")
    } else {
        ("you are given the schema in writing: ask for it there", "FORBIDDEN")
    };
    let mut error = ServerError::new(message, None);
    error.path = vec![PathSegment::Field(field.to_owned())];
    code(&mut error, word);
    Response::from_errors(vec![error])
}
