//! Reads a GraphQL request from an HTTP request.
//!
//! The library's own extractor reads bodies of any size and accepts forms and plain text, which another site can make a
//! browser send. This one accepts a single JSON object of bounded size, and returns a request whose document is parsed
//! and within [`limits`].
//!
//! What must not live here: which method the route answers, who is asking and what they may see.

use async_graphql::parser::parse_query;
use async_graphql::{Request, Variables};
use axum::Json;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::FromRequest;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::graphql::limits::{self, Refusal};

/// The longest body of a GraphQL request, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// A GraphQL request whose document is parsed and within the limits.
pub struct GraphqlRequest(pub Request);

impl<S: Sync> FromRequest<S> for GraphqlRequest {
    type Rejection = Rejection;

    async fn from_request(request: http::Request<Body>, _: &S) -> Result<Self, Rejection> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return Err(Rejection::NotJson);
        }
        let body = read_within(&parts.headers, &mut body.into_data_stream(), BODY_LIMIT).await?;
        let envelope = Envelope::read(&body)?;
        prepare(envelope.query, envelope.variables.unwrap_or_default(), envelope.operation_name)
            .map(Self)
            .map_err(Rejection::Refused)
    }
}

/// Checks a document and its variables against the limits, and parses the document once.
///
/// Requests of pages, which do not come over HTTP, are checked here too.
pub fn prepare(
    query: String,
    mut variables: Map<String, Value>,
    operation_name: Option<String>,
) -> Result<Request, Refusal> {
    limits::scan(&query)?;
    limits::variables(&variables)?;
    variables.values_mut().for_each(make_storable);
    let document = parse_query(&query).map_err(|_| Refusal::Malformed)?;
    limits::check(&document)?;
    if let Some(wanted) = &operation_name {
        let held = |name: &async_graphql::Name| name.as_str() == wanted;
        let mut names = document.operations.iter().filter_map(|(name, _)| name);
        if !names.any(held) {
            return Err(Refusal::UnknownOperation);
        }
    }

    let mut request = Request::new(query).variables(Variables::from_json(Value::Object(variables)));
    request.operation_name = operation_name;
    request.set_parsed_query(document);
    Ok(request)
}

/// Replaces each NUL by `U+FFFD`, as the reader of forms does. PostgreSQL cannot store a NUL and SQLite cuts a text
/// short at it, but nobody's report is refused for a character. Where a text must not hold `U+FFFD` either, as in names
/// of staff, the field's own check refuses it.
fn make_storable(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{FFFD}"),
        Value::Array(items) => items.iter_mut().for_each(make_storable),
        Value::Object(members) => members.values_mut().for_each(make_storable),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Why a request was refused before the schema saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The content type is missing, given twice, not JSON, or not in UTF-8.
    #[error("the request must be sent as application/json, in UTF-8")]
    NotJson,
    /// The body is longer than allowed.
    #[error("the request is larger than this service accepts")]
    TooLarge,
    /// The body broke off.
    #[error("the request could not be read")]
    Unreadable,
    /// The body is a list of requests.
    #[error("batches are not accepted")]
    Batch,
    /// The body is not the object it should be.
    #[error(
        "the request must be a JSON object with a query, and with nothing besides but variables, an operation name and \
         extensions"
    )]
    NotARequest,
    /// The document or its variables exceed a limit.
    #[error(transparent)]
    Refused(Refusal),
}

impl Rejection {
    /// The HTTP status of the refusal.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge | Self::Refused(Refusal::QueryTooLong | Refusal::VariablesTooLarge) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::Unreadable | Self::Batch | Self::NotARequest | Self::Refused(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// The code in the answer, for a client's program.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotJson => "UNSUPPORTED_MEDIA_TYPE",
            Self::TooLarge | Self::Refused(Refusal::QueryTooLong | Refusal::VariablesTooLarge) => "TOO_LARGE",
            Self::Unreadable
            | Self::Batch
            | Self::NotARequest
            | Self::Refused(
                Refusal::Malformed
                | Refusal::NulCharacter
                | Refusal::UnknownOperation
                | Refusal::UnknownFragment
                | Refusal::Subscription,
            ) => "BAD_REQUEST",
            Self::Refused(_) => "TOO_COMPLEX",
        }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let error = json!({
            "message": self.to_string(),
            "extensions": { "code": self.code() },
        });
        let mut response = (self.status(), Json(json!({ "errors": [error] }))).into_response();
        if matches!(self, Self::Refused(Refusal::Malformed | Refusal::UnknownOperation)) {
            response.extensions_mut().insert(RequestError);
        }
        response
    }
}

/// Marks a response to a well-formed request that asks for what the schema does not offer. Its status depends on the
/// media type the client accepts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestError;

/// Reads a whole body, and stops as soon as it is longer than `limit`.
pub(crate) async fn read_within(
    headers: &HeaderMap,
    body: &mut BodyDataStream,
    limit: usize,
) -> Result<Bytes, Rejection> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |it| it > limit)) {
        return Err(Rejection::TooLarge);
    }
    // `axum::body::to_bytes` is not used, because its error does not tell a body that is too long from one that broke
    // off.
    let mut read = Vec::new();
    while let Some(frame) = body.next().await {
        let frame = frame.map_err(|_| Rejection::Unreadable)?;
        if frame.len() > limit - read.len() {
            return Err(Rejection::TooLarge);
        }
        read.extend_from_slice(&frame);
    }
    Ok(read.into())
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(only), None) = (types.next(), types.next()) else {
        return false;
    };
    let mut parts = only.to_str().unwrap_or_default().split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let in_utf_8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    essence.eq_ignore_ascii_case("application/json") && in_utf_8
}

/// The body of a request, as defined by GraphQL over HTTP.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Envelope {
    query: String,
    #[serde(default)]
    variables: Option<Map<String, Value>>,
    #[serde(default)]
    operation_name: Option<String>,
    /// An addition of other servers to the specification. It is accepted because clients send it, and never used.
    #[serde(default, rename = "extensions")]
    _extensions: Option<Map<String, Value>>,
}

impl Envelope {
    fn read(body: &[u8]) -> Result<Self, Rejection> {
        // A derived struct would accept a JSON list as its members in order, so the first byte is checked before serde
        // reads.
        match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'{') => {}
            Some(b'[') => return Err(Rejection::Batch),
            _ => return Err(Rejection::NotARequest),
        }
        serde_json::from_slice(body).map_err(|_| Rejection::NotARequest)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
    use axum::Router;
    use axum::body::to_bytes;
    use axum::routing::post;
    use futures_util::stream;
    use tower::ServiceExt as _;

    use super::*;

    struct Query;

    #[Object]
    impl Query {
        async fn twice(&self, number: i32) -> i32 {
            number * 2
        }
    }

    fn app() -> Router {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let answer = async move |GraphqlRequest(request): GraphqlRequest| Json(schema.execute(request).await);
        Router::new().route("/graphql", post(answer))
    }

    fn request(content_type: Option<&str>, body: impl Into<Body>) -> http::Request<Body> {
        let mut request = http::Request::post("/graphql");
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        request.body(body.into()).unwrap()
    }

    async fn answer(request: http::Request<Body>) -> (StatusCode, Value) {
        let response = app().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    async fn sent(body: impl Into<Body>) -> (StatusCode, Value) {
        answer(request(Some("application/json"), body)).await
    }

    #[track_caller]
    fn assert_refused(answer: &(StatusCode, Value), status: StatusCode, code: &str) {
        assert_eq!(answer.0, status, "{}", answer.1);
        assert_eq!(answer.1["errors"][0]["extensions"]["code"], code);
        assert!(answer.1["errors"][0]["message"].is_string());
    }

    #[tokio::test]
    async fn a_request_is_parsed_and_answered() {
        let body = json!({
            "query": "query Twice($n: Int!) { twice(number: $n) }",
            "variables": { "n": 21 },
            "operationName": "Twice",
        });
        let (status, answer) = sent(body.to_string()).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(answer["data"]["twice"], 42);
    }

    #[tokio::test]
    async fn variables_and_operation_name_may_be_null() {
        let body = r#" {"query":"{twice(number:1)}","variables":null,"operationName":null}"#;
        assert_eq!(sent(body).await.1["data"]["twice"], 2);
    }

    #[tokio::test]
    async fn json_may_come_with_a_charset() {
        for content_type in ["application/json; charset=utf-8", "Application/JSON;x=y"] {
            let body = r#"{"query":"{twice(number:1)}"}"#;
            let (status, _) = answer(request(Some(content_type), body)).await;
            assert_eq!(status, StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn what_a_form_on_another_site_could_send_is_not_taken() {
        for content_type in [
            None,
            Some("text/plain"),
            Some("text/plain; application/json"),
            Some("application/x-www-form-urlencoded"),
            Some("multipart/form-data; boundary=x"),
            Some("application/graphql"),
            Some("application/jsonp"),
            Some(""),
        ] {
            let answer = answer(request(content_type, r#"{"query":"{a}"}"#)).await;
            let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
            assert_refused(&answer, status, "UNSUPPORTED_MEDIA_TYPE");
        }
    }

    #[tokio::test]
    async fn two_content_types_are_none() {
        let mut request = request(Some("application/json"), r#"{"query":"{a}"}"#);
        let plain = http::HeaderValue::from_static("text/plain");
        request.headers_mut().append(CONTENT_TYPE, plain);
        assert_eq!(answer(request).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }

    #[tokio::test]
    async fn a_body_of_sixty_four_kibibytes_is_read_and_one_byte_more_is_not() {
        let body = |length: usize| {
            let query = r#"{"query":"{twice(number:1)}"}"#;
            query.to_owned() + &" ".repeat(length - query.len())
        };
        assert_eq!(sent(body(BODY_LIMIT)).await.0, StatusCode::OK);
        let answer = sent(body(BODY_LIMIT + 1)).await;
        assert_refused(&answer, StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE");
    }

    #[tokio::test]
    async fn a_body_without_end_is_given_up_at_the_limit() {
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1000])));
        let answer = sent(Body::from_stream(endless)).await;
        assert_refused(&answer, StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE");
    }

    #[tokio::test]
    async fn an_announced_length_past_the_limit_is_refused_unread() {
        for length in ["65537", "18446744073709551615"] {
            let unread = stream::once(async { panic!("the body was read") });
            let body = Body::from_stream(unread.map(|(): ()| Ok::<_, std::io::Error>(Bytes::new())));
            let mut request = request(Some("application/json"), body);
            let length = http::HeaderValue::from_static(length);
            request.headers_mut().insert(CONTENT_LENGTH, length);
            assert_eq!(answer(request).await.0, StatusCode::PAYLOAD_TOO_LARGE);
        }
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_a_bad_request() {
        let broken = stream::iter([Ok(Bytes::from("{")), Err(std::io::Error::other("gone"))]);
        let answer = sent(Body::from_stream(broken)).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "BAD_REQUEST");
    }

    #[tokio::test]
    async fn batches_are_not_accepted() {
        for body in [
            r#"[{"query":"{twice(number:1)}"}]"#,
            "\n [ ]",
            // The members of the object, in order and without their names.
            r#"["{twice(number:1)}",null,null]"#,
        ] {
            let answer = sent(body).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "BAD_REQUEST");
            assert_eq!(answer.1["errors"][0]["message"], "batches are not accepted");
        }
    }

    #[tokio::test]
    async fn whatever_is_not_one_request_is_a_bad_request() {
        for body in [
            "",
            "null",
            "1",
            "\"{a}\"",
            "{",
            "{}",
            r#"{"query":null}"#,
            r#"{"query":1}"#,
            r#"{"query":"{twice(number:1)}","variables":[]}"#,
            r#"{"query":"{twice(number:1)}","variables":"{}"}"#,
            r#"{"query":"{twice(number:1)}","operationName":1}"#,
            r#"{"query":"{twice(number:1)}","more":1}"#,
            r#"{"query":"{twice(number:1)}","query":"{twice(number:1)}"}"#,
            r#"{"query":"{twice(number:1)}"}{}"#,
            r#"{"query":"{twice(number:1)}","extensions":["persistedQuery"]}"#,
            r#"{"query":"{twice(number:1)}","extensions":0}"#,
            r#"{"query":"{twice(number:1)}","operationName":"Other"}"#,
            r#"{"query":"{twice(number:"}"#,
            r#"{"query":"{twice(number:1)}","variables":{"\u0000":1}}"#,
        ] {
            assert_refused(&sent(body).await, StatusCode::BAD_REQUEST, "BAD_REQUEST");
        }
    }

    #[test]
    fn a_nul_in_a_variable_is_made_storable_wherever_it_stands() {
        let mut value = json!({ "a": ["x\0", 1], "b": { "c": "\0\0" }, "d": "plain" });
        make_storable(&mut value);
        assert_eq!(value, json!({ "a": ["x\u{FFFD}", 1], "b": { "c": "\u{FFFD}\u{FFFD}" }, "d": "plain" }));
    }

    #[tokio::test]
    async fn variables_nested_without_end_are_a_bad_request() {
        let deep = format!(r#"{{"query":"{{a}}","variables":{{"v":{}{}}}}}"#, "[".repeat(20_000), "]".repeat(20_000));
        assert_refused(&sent(deep).await, StatusCode::BAD_REQUEST, "BAD_REQUEST");
    }

    #[tokio::test]
    async fn text_that_would_overflow_the_parser_is_refused_and_the_process_lives() {
        for value in ["[".repeat(2_000) + &"]".repeat(2_000), "{a:".repeat(1_500) + &"}".repeat(1_500)] {
            let body = json!({ "query": format!("{{f(a:{value})}}") });
            let answer = sent(body.to_string()).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "TOO_COMPLEX");
        }
    }

    #[tokio::test]
    async fn text_past_eight_kibibytes_is_too_large() {
        let body = json!({ "query": format!("{{a}}{}", " ".repeat(8 * 1024)) });
        let answer = sent(body.to_string()).await;
        assert_refused(&answer, StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE");
    }

    #[tokio::test]
    async fn a_document_past_a_limit_is_refused_before_the_schema_sees_it() {
        let body = json!({ "query": format!("{{{}}}", "unknown ".repeat(11)) });
        let answer = sent(body.to_string()).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "TOO_COMPLEX");
    }

    #[tokio::test]
    async fn no_refusal_repeats_what_was_sent() {
        for body in [
            json!({ "query": "{ zebra( }" }),
            json!({ "query": "{a}", "zebra": 1 }),
            json!({ "query": "{a}", "operationName": "zebra" }),
            json!({ "query": "{a}", "variables": "zebra" }),
            json!({ "query": "{...zebra}" }),
            json!({ "query": "{...zebra} fragment zebra on Q{...zebra}" }),
            json!({ "query": "zebra{a}".repeat(60) + &"{".repeat(128) }),
            json!(["zebra"]),
        ] {
            let (status, answer) = sent(body.to_string()).await;
            assert!(status.is_client_error(), "{body}");
            assert!(!answer.to_string().contains("zebra"), "{answer}");
        }
    }
}
