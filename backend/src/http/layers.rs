//! The layers that every request passes before its route, and every response after it.
//!
//! From the outside in: a request id, the log line and the security headers; the words of refusals
//! ([`refusal`](super::refusal)); the host; at most one authorisation; the body, read whole and bounded; a net for
//! panics; a place among the requests being worked on; a time limit; and the refusal of requests that other sites make
//! a browser send.
//!
//! What must not live here: who is asking, which is decided further in, and connections, which [`serve`](super::serve)
//! looks after.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, HeaderName, HeaderValue, ORIGIN,
    REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, Method, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::sensitive_headers::{SetSensitiveRequestHeadersLayer, SetSensitiveResponseHeadersLayer};
use uuid::Uuid;

use super::refusal::{Refusal, Why, Wording, form, keep, refuse, worded};
use crate::graphql::extract::{Rejection, read_within};

/// As much as the README's proxy passes on, in bytes. A longer body is nothing that a person typed.
const HEARD_OUT: usize = 1024 * 1024;

/// Wraps all routes of `router` in the layers named above.
///
/// Routes added to the result afterwards are not protected, so this comes last.
pub fn harden(router: Router, hardening: &Hardening) -> Router {
    let places = Semaphore::new(hardening.concurrency);
    let gate = Arc::new(Gate { places, hardening: hardening.clone(), warned: [const { AtomicBool::new(false) }; 3] });
    let cross_site =
        CsrfLayer::new().with_rejection_response(|_: ProtectionError| refuse(StatusCode::FORBIDDEN, Why::Status));
    let panicked = |_: Box<dyn Any + Send>| {
        // The message of a panic may quote anything, so it is not logged.
        tracing::error!("A handler panicked");
        refuse(StatusCode::INTERNAL_SERVER_ERROR, Why::Status)
    };
    let wording = hardening.refused.clone();

    // The last layer is the outermost.
    router
        .layer(cross_site)
        .layer(from_fn_with_state(Arc::clone(&gate), own_origin))
        .layer(from_fn_with_state(Arc::clone(&gate), time_limit))
        .layer(from_fn_with_state(Arc::clone(&gate), place))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Arc::clone(&gate), whole_body))
        .layer(from_fn(one_authorization))
        .layer(from_fn_with_state(Arc::clone(&gate), known_host))
        .layer(from_fn(move |request: Request, next: Next| worded(wording.clone(), request, next)))
        .layer(from_fn_with_state(gate, edge))
        .layer(SetSensitiveResponseHeadersLayer::new([SET_COOKIE]))
        .layer(SetSensitiveRequestHeadersLayer::new([AUTHORIZATION, COOKIE]))
}

/// The settings of the layers.
#[derive(Clone, Debug)]
pub struct Hardening {
    /// The accepted values of `Host`, with the port where it is not the default one. Letter case does not count. If
    /// there are none, every request is refused.
    pub hosts: Vec<String>,
    /// Whether people connect over HTTPS: HSTS is sent and every cookie is marked `Secure`.
    pub secure: bool,
    /// The content security policy of responses that do not bring their own.
    pub csp: &'static str,
    /// The longest request body, in bytes.
    pub body_limit: usize,
    /// How long the whole body may take to arrive.
    pub body_deadline: Duration,
    /// The number of requests worked on at once. More are refused at once and not queued.
    pub concurrency: usize,
    /// How long a response may take, once the body has arrived.
    pub answer_deadline: Duration,
    /// Renders a refusal as a page.
    pub refused: Wording,
}

impl Hardening {
    /// The limits of the service for these hosts. Refusals are [`plain`] text.
    pub fn new(hosts: Vec<String>, secure: bool, csp: &'static str) -> Self {
        Self {
            hosts,
            secure,
            csp,
            body_limit: 64 * 1024,
            body_deadline: Duration::from_secs(10),
            concurrency: 256,
            answer_deadline: Duration::from_secs(10),
            refused: Wording::new(plain),
        }
    }
}

/// The id of a request: made here and never taken from the client. It is also sent back as `x-request-id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestId(pub Uuid);

/// A refusal as one line of plain text.
pub fn plain(refusal: &Refusal) -> Response {
    let text = match refusal.status {
        StatusCode::BAD_REQUEST => "The request could not be understood.",
        StatusCode::FORBIDDEN => "The request did not come from this site.",
        StatusCode::REQUEST_TIMEOUT => "The request took too long to arrive.",
        StatusCode::PAYLOAD_TOO_LARGE => "The request is too large.",
        StatusCode::SERVICE_UNAVAILABLE => "The service is busy. Try again in a moment.",
        _ => "Something went wrong.",
    };
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    (refusal.status, [(CONTENT_TYPE, plain)], text).into_response()
}

/// The state that the layers of one router share.
struct Gate {
    hardening: Hardening,
    places: Semaphore,
    /// Which mismatches were logged already. Each is logged once, because anybody can cause it again and again.
    warned: [AtomicBool; 3],
}

/// A difference between the request and the settings that keeps everybody out. It is most likely a mistake in the
/// settings, or in those of the proxy.
#[derive(Clone, Copy, Debug)]
enum Mismatch {
    Host,
    Scheme,
    Origin,
}

/// A refusal with 503 and the advice to try again in a second.
fn busy(why: Why) -> Response {
    let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, why);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

impl Gate {
    /// Warns the operator of a mismatch. Nothing of the request is logged, because its sender can write anything into
    /// it.
    fn warn(&self, mismatch: Mismatch) {
        if self.warned[mismatch as usize].swap(true, Ordering::Relaxed) {
            return;
        }
        let ours = self.hardening.hosts.first().map_or("", String::as_str);
        match mismatch {
            Mismatch::Host => tracing::warn!(
                ours,
                "Refused a request to another host. If people reach the service by another address, set \
                 ONROLL_PUBLIC_URL (the demonstration: --public-url), and let the proxy pass `Host` on"
            ),
            Mismatch::Scheme => tracing::warn!(
                ours,
                "Refused a form that came by another scheme than the public address has. A proxy must end TLS in front \
                 of the service, and ONROLL_PUBLIC_URL must be what people type"
            ),
            Mismatch::Origin => tracing::warn!(
                ours,
                "Refused a form from another site. If it is our own, the proxy does not pass `Host` on as it came"
            ),
        }
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

async fn edge(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    #[expect(
        clippy::disallowed_methods,
        reason = "the id of a request is where ids and time begin, before there is an operation"
    )]
    let id = Uuid::now_v7();
    request.headers_mut().remove(REQUEST_ID);
    request.extensions_mut().insert(RequestId(id));
    let method = known_method(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();

    let mut response = next.run(request).await;

    // The route is logged and not the path, because a path can hold a reference or a token.
    tracing::info!(
        request.id = %id,
        request.method = method,
        request.route = route.as_ref().map_or("none", MatchedPath::as_str),
        response.status = response.status().as_u16(),
        response.ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        "Answered a request"
    );
    protect(response.headers_mut(), &gate.hardening);
    if let Ok(id) = HeaderValue::try_from(id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The method for the log; `other` for any word that is no standard method.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The headers of every response, whatever its route says.
const ALWAYS: [(HeaderName, HeaderValue); 6] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // For browsers that do not know `frame-ancestors`.
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    // `no-referrer` would make some browsers send `Origin: null` with our own forms.
    (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
             fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), \
             midi=(), payment=(), picture-in-picture=(), usb=()",
        ),
    ),
];

/// Two years, as the preload list of browsers demands.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

fn protect(headers: &mut HeaderMap, hardening: &Hardening) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if hardening.secure {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
        secure_cookies(headers);
    }
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(CACHE_CONTROL).or_insert(no_store);
    if let Ok(csp) = HeaderValue::from_str(hardening.csp) {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(csp);
    }
}

/// Marks every cookie `Secure` that is not marked yet.
fn secure_cookies(headers: &mut HeaderMap) {
    let is_secure = |cookie: &[u8]| {
        let mut attributes = cookie.split(|byte| *byte == b';').skip(1);
        attributes.any(|attribute| attribute.trim_ascii().eq_ignore_ascii_case(b"secure"))
    };
    if let http::header::Entry::Occupied(mut cookies) = headers.entry(SET_COOKIE) {
        for cookie in cookies.iter_mut() {
            if !is_secure(cookie.as_bytes())
                && let Ok(marked) = HeaderValue::from_bytes(&[cookie.as_bytes(), b"; Secure"].concat())
            {
                *cookie = marked;
            }
        }
    }
}

async fn known_host(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    if is_for_us(&request, &gate.hardening.hosts) {
        next.run(request).await
    } else {
        gate.warn(Mismatch::Host);
        refuse(StatusCode::BAD_REQUEST, Why::Address)
    }
}

/// Whether the request names exactly one host and it is one of `hosts`.
fn is_for_us(request: &Request, hosts: &[String]) -> bool {
    let is_ours = |named: &str| hosts.iter().any(|host| host.eq_ignore_ascii_case(named));

    let mut named = request.headers().get_all(HOST).iter();
    let (Some(host), None) = (named.next(), named.next()) else {
        return false;
    };
    // A request line may hold a host of its own (`GET http://host/`), and the check for cross-site requests prefers
    // that one.
    let in_target = request.uri().authority();
    host.to_str().is_ok_and(is_ours) && in_target.is_none_or(|target| target.as_str().as_bytes() == host.as_bytes())
}

/// Refuses a request with two authorisations, on every route. They may be of two agencies, so it is not clear whose
/// rights count, and a proxy may have checked only the other one.
async fn one_authorization(request: Request, next: Next) -> Response {
    if request.headers().get_all(AUTHORIZATION).iter().nth(1).is_some() {
        return refuse(StatusCode::BAD_REQUEST, Why::Status);
    }
    next.run(request).await
}

/// Refuses a request whose `Origin` is not this host, whatever its other headers say. Browsers send `Origin` with every
/// unsafe request; programs send none.
async fn own_origin(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if gate.hardening.secure { "https" } else { "http" };
    let mut mismatches = request.headers().get_all(ORIGIN).iter().filter_map(|origin| mismatch(origin, scheme, host));
    let Some(mismatch) = mismatches.next() else { return next.run(request).await };
    gate.warn(mismatch);
    refuse(StatusCode::FORBIDDEN, Why::Address)
}

/// In what an origin differs from this service's; `None` when it is the same.
fn mismatch(origin: &HeaderValue, scheme: &str, host: &str) -> Option<Mismatch> {
    let named = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    match named {
        Some((of, named)) if named.eq_ignore_ascii_case(host) => (of != scheme).then_some(Mismatch::Scheme),
        _ => Some(Mismatch::Origin),
    }
}

/// Reads the body before anything else is spent on the request, so that a route has all of it from the start and a
/// client that sends slowly holds no place among the requests being worked on.
async fn whole_body(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let hardening = &gate.hardening;
    let (parts, body) = request.into_parts();
    let mut body = body.into_data_stream();
    let reading = read_within(&parts.headers, &mut body, hardening.body_limit);
    let status = match timeout(hardening.body_deadline, reading).await {
        Ok(Ok(body)) => {
            let form = form(&parts.method, &parts.headers, &body);
            let mut response = next.run(Request::from_parts(parts, Body::from(body))).await;
            keep(&mut response, form);
            return response;
        }
        Ok(Err(Rejection::TooLarge)) => {
            let _ = timeout(hardening.body_deadline, hear_out(body)).await;
            StatusCode::PAYLOAD_TOO_LARGE
        }
        Ok(Err(_)) => StatusCode::BAD_REQUEST,
        Err(_) => StatusCode::REQUEST_TIMEOUT,
    };
    refuse(status, Why::Status)
}

/// Throws away what a client is still sending, up to [`HEARD_OUT`]. Who is still sending when the connection closes may
/// never read why: a browser shows a fault of the network, and a proxy says that the service is down.
async fn hear_out(mut body: BodyDataStream) {
    let mut heard = 0;
    while let Some(Ok(frame)) = body.next().await {
        heard += frame.len();
        if heard > HEARD_OUT {
            return;
        }
    }
}

async fn place(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    match gate.places.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => busy(Why::Status),
    }
}

async fn time_limit(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    match timeout(gate.hardening.answer_deadline, next.run(request)).await {
        Ok(response) => response,
        Err(_) => busy(Why::Slow),
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;
    use std::sync::atomic::AtomicUsize;

    use axum::body::{Bytes, to_bytes};
    use axum::routing::{get, post};
    use futures_util::stream;
    use tokio::sync::Notify;
    use tower::ServiceExt as _;

    use super::*;

    const CSP: &str = "default-src 'none'";

    fn hardening() -> Hardening {
        Hardening {
            body_deadline: Duration::from_millis(50),
            answer_deadline: Duration::from_millis(50),
            ..Hardening::new(vec!["onroll.example".into()], true, CSP)
        }
    }

    fn routes() -> Router {
        let own_headers = [
            ("cache-control", "public, max-age=31536000, immutable"),
            ("content-security-policy", "default-src 'self'"),
            ("x-frame-options", "SAMEORIGIN"),
        ];
        let cookies =
            axum::response::AppendHeaders([("set-cookie", "a=1; Path=/"), ("set-cookie", "b=secure; secure")]);
        Router::new()
            .route("/", get("home").post(async |body: Bytes| body.len().to_string()))
            .route("/people/{name}", get("someone"))
            .route("/asset", get(async move || (own_headers, "asset")))
            .route("/cookies", get(async move || (cookies, "")))
            .route("/panic", get(async || -> () { panic!("zebra") }))
            .route("/stuck", get(async || std::future::pending::<()>().await))
            .route(
                "/id",
                get(async |request: Request| {
                    let RequestId(id) = request.extensions().get().copied().unwrap();
                    assert!(!request.headers().contains_key(REQUEST_ID));
                    id.to_string()
                }),
            )
            .route(
                "/secrets",
                get(async |headers: HeaderMap| format!("{:?} {:?}", headers.get(COOKIE), headers.get(AUTHORIZATION))),
            )
    }

    fn asking(method: &str, path: &str) -> http::request::Builder {
        Request::builder().method(method).uri(path).header(HOST, "onroll.example")
    }

    async fn answer(hardening: &Hardening, request: Request) -> Response {
        harden(routes(), hardening).oneshot(request).await.unwrap()
    }

    async fn got(path: &str) -> Response {
        answer(&hardening(), asking("GET", path).body(Body::empty()).unwrap()).await
    }

    async fn text(response: Response) -> String {
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_request_for_our_host_is_answered() {
        for host in ["onroll.example", "ONROLL.Example"] {
            let request = Request::get("/").header(HOST, host);
            let response = answer(&hardening(), request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn any_other_host_is_refused() {
        for hosts in [
            &[][..],
            &["evil.example"],
            &["onroll.example:8080"],
            &["onroll.example."],
            &["www.onroll.example"],
            &["onroll.example", "onroll.example"],
            &["onroll.example", "evil.example"],
            &[""],
        ] {
            let mut request = Request::get("/");
            for host in hosts {
                request = request.header(HOST, *host);
            }
            let response = answer(&hardening(), request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{hosts:?}");
            assert!(response.headers().contains_key(CONTENT_SECURITY_POLICY));
        }
    }

    #[tokio::test]
    async fn a_host_in_the_request_line_must_agree() {
        for (target, status) in [
            ("http://onroll.example/", StatusCode::OK),
            ("http://evil.example/", StatusCode::BAD_REQUEST),
            ("http://user@onroll.example/", StatusCode::BAD_REQUEST),
        ] {
            let request = asking("GET", target).body(Body::empty()).unwrap();
            assert_eq!(answer(&hardening(), request).await.status(), status, "{target}");
        }
    }

    #[tokio::test]
    async fn two_authorizations_are_refused_on_every_route() {
        for path in ["/", "/asset", "/nowhere"] {
            let request = asking("GET", path).header(AUTHORIZATION, "Bearer a").header(AUTHORIZATION, "Bearer a");
            let response = answer(&hardening(), request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{path}");
        }
    }

    #[tokio::test]
    async fn with_no_hosts_every_request_is_refused() {
        let none = Hardening { hosts: Vec::new(), ..hardening() };
        let request = asking("GET", "/").body(Body::empty()).unwrap();
        assert_eq!(answer(&none, request).await.status(), StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn the_request_id_is_ours_and_new_each_time() {
        let mut ids = Vec::new();
        for _ in 0..2 {
            let request = asking("GET", "/id").header(REQUEST_ID, "zebra");
            let response = answer(&hardening(), request.body(Body::empty()).unwrap()).await;
            let sent = response.headers()[REQUEST_ID].to_str().unwrap().to_owned();
            assert_eq!(text(response).await, sent);
            assert_eq!(Uuid::parse_str(&sent).unwrap().get_version_num(), 7);
            ids.push(sent);
        }
        assert_ne!(ids[0], ids[1]);
    }

    #[tokio::test]
    async fn a_panic_is_answered_without_a_word_of_it() {
        let response = got("/panic").await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(text(response).await, "Something went wrong.");
    }

    #[tokio::test]
    async fn every_answer_carries_the_security_headers() {
        for path in ["/", "/asset", "/panic", "/stuck", "/nothing-here"] {
            let response = got(path).await;
            let headers = response.headers();
            for (name, value) in ALWAYS {
                assert_eq!(headers.get_all(&name).iter().count(), 1, "{path} {name}");
                assert_eq!(headers[&name], value, "{path} {name}");
            }
            assert_eq!(headers[STRICT_TRANSPORT_SECURITY], HSTS, "{path}");
        }
    }

    #[tokio::test]
    async fn answers_are_not_stored_and_have_our_policy_unless_they_bring_their_own() {
        let page = got("/").await;
        assert_eq!(page.headers()[CACHE_CONTROL], "no-store");
        assert_eq!(page.headers()[CONTENT_SECURITY_POLICY], CSP);
        let asset = got("/asset").await;
        assert_eq!(asset.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
        assert_eq!(asset.headers()[CONTENT_SECURITY_POLICY], "default-src 'self'");
    }

    #[tokio::test]
    async fn cookies_are_secure_and_hsts_is_sent_only_over_https() {
        let cookies = |response: &Response| {
            let cookies = response.headers().get_all(SET_COOKIE);
            cookies.iter().map(|it| it.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let secure = got("/cookies").await;
        assert_eq!(cookies(&secure), ["a=1; Path=/; Secure", "b=secure; secure"]);

        let plain = Hardening { secure: false, ..hardening() };
        let request = asking("GET", "/cookies").body(Body::empty()).unwrap();
        let plain = answer(&plain, request).await;
        assert_eq!(cookies(&plain), ["a=1; Path=/", "b=secure; secure"]);
        assert!(!plain.headers().contains_key(STRICT_TRANSPORT_SECURITY));
    }

    #[tokio::test]
    async fn credentials_do_not_show_when_headers_are_printed() {
        let request = asking("GET", "/secrets").header(COOKIE, "zebra").header(AUTHORIZATION, "zebra");
        let response = answer(&hardening(), request.body(Body::empty()).unwrap()).await;
        assert_eq!(text(response).await, "Some(Sensitive) Some(Sensitive)");
        let response = got("/cookies").await;
        assert!(response.headers()[SET_COOKIE].is_sensitive());
    }

    #[tokio::test]
    async fn a_body_of_sixty_four_kibibytes_passes_and_one_byte_more_does_not() {
        for (length, status) in [(64 * 1024, StatusCode::OK), (64 * 1024 + 1, StatusCode::PAYLOAD_TOO_LARGE)] {
            let whole = Body::from(vec![b'x'; length]);
            let pieces = vec![Ok::<_, io::Error>(Bytes::from(vec![b'x'; length]))];
            for body in [whole, Body::from_stream(stream::iter(pieces))] {
                let request = asking("POST", "/").body(body).unwrap();
                assert_eq!(answer(&hardening(), request).await.status(), status);
            }
        }
    }

    #[tokio::test]
    async fn an_announced_length_past_the_limit_is_refused_though_nothing_comes() {
        let never = Body::from_stream(stream::pending::<io::Result<Bytes>>());
        let request = asking("POST", "/").header("content-length", "65537").body(never);
        let response = answer(&hardening(), request.unwrap()).await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn whoever_sends_too_much_is_heard_out_before_they_are_refused_up_to_a_mebibyte() {
        let piece = 16 * 1024;
        for (sent, taken) in [(70 * 1024, 5), (1024 * 1024, 64), (8 * 1024 * 1024, 65)] {
            for announced in [true, false] {
                let left = Arc::new(AtomicUsize::new(0));
                let count = Arc::clone(&left);
                let pieces = (0..usize::div_ceil(sent, piece)).map(move |_| {
                    count.fetch_add(1, Ordering::Relaxed);
                    Ok::<_, io::Error>(Bytes::from(vec![b'x'; piece]))
                });
                let request = asking("POST", "/");
                let request = if announced { request.header("content-length", sent) } else { request };
                let body = Body::from_stream(stream::iter(pieces));
                let response = answer(&hardening(), request.body(body).unwrap()).await;
                assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
                // What was read before the limit does not count.
                let read = left.load(Ordering::Relaxed);
                assert!(taken <= read && read <= taken + 5, "{sent} {announced}: {read}");
            }
        }
    }

    #[tokio::test]
    async fn a_body_that_does_not_arrive_is_given_up() {
        let never = Body::from_stream(stream::pending::<io::Result<Bytes>>());
        let response = answer(&hardening(), asking("POST", "/").body(never).unwrap()).await;
        assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_refused() {
        let broken = Body::from_stream(stream::iter([Err::<Bytes, _>(io::Error::other("gone"))]));
        let response = answer(&hardening(), asking("POST", "/").body(broken).unwrap()).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn an_answer_that_does_not_come_is_given_up() {
        let response = got("/stuck").await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[RETRY_AFTER], "1");
    }

    #[tokio::test]
    async fn a_request_too_many_is_refused_at_once_and_the_place_comes_free_again() {
        let (arrived, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (Arc::clone(&arrived), Arc::clone(&go));
        let waiting = async move || {
            tell.notify_one();
            wait.notified().await;
        };
        let one = Hardening { concurrency: 1, answer_deadline: Duration::from_secs(30), ..hardening() };
        let router = harden(routes().route("/wait", get(waiting)), &one);
        let ask = |path: &str| {
            let request = asking("GET", path).body(Body::empty()).unwrap();
            router.clone().oneshot(request)
        };

        let first = tokio::spawn(ask("/wait"));
        arrived.notified().await;
        // The places are those of the whole router, not of one route.
        let second = ask("/").await.unwrap();
        assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
        go.notify_one();
        assert_eq!(first.await.unwrap().unwrap().status(), StatusCode::OK);
        assert_eq!(ask("/").await.unwrap().status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn slow_bodies_hold_no_place() {
        let one = Hardening { concurrency: 1, body_deadline: Duration::from_secs(30), ..hardening() };
        let router = harden(routes(), &one);
        let never = Body::from_stream(stream::pending::<io::Result<Bytes>>());
        let slow = tokio::spawn(router.clone().oneshot(asking("POST", "/").body(never).unwrap()));
        tokio::task::yield_now().await;
        let request = asking("GET", "/").body(Body::empty()).unwrap();
        assert_eq!(router.oneshot(request).await.unwrap().status(), StatusCode::OK);
        slow.abort();
    }

    #[tokio::test]
    async fn what_another_site_makes_a_browser_send_is_refused() {
        for (name, value, status) in [
            ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
            ("sec-fetch-site", "same-site", StatusCode::FORBIDDEN),
            ("origin", "https://evil.example", StatusCode::FORBIDDEN),
            ("origin", "https://www.onroll.example", StatusCode::FORBIDDEN),
            ("origin", "null", StatusCode::FORBIDDEN),
            ("sec-fetch-site", "same-origin", StatusCode::OK),
            ("origin", "https://onroll.example", StatusCode::OK),
            // Neither header: not a browser.
            ("accept", "*/*", StatusCode::OK),
        ] {
            let request = asking("POST", "/").header(name, value);
            let response = answer(&hardening(), request.body(Body::empty()).unwrap()).await;
            assert_eq!(response.status(), status, "{name}: {value}");
        }
    }

    #[tokio::test]
    async fn a_link_from_another_site_may_be_followed() {
        let request = asking("GET", "/").header("sec-fetch-site", "cross-site");
        let response = answer(&hardening(), request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn refusals_are_rendered_by_whoever_was_asked_to() {
        let own = Hardening {
            refused: Wording::new(|refusal| {
                (refusal.status, format!("page {}", refusal.status.as_u16())).into_response()
            }),
            ..hardening()
        };
        let large = Body::from(vec![0; 64 * 1024 + 1]);
        for (request, status) in [
            (Request::get("/").body(Body::empty()), 400),
            (asking("POST", "/").header("origin", "null").body(Body::empty()), 403),
            (asking("POST", "/").body(large), 413),
            (asking("GET", "/panic").body(Body::empty()), 500),
            (asking("GET", "/stuck").body(Body::empty()), 503),
        ] {
            let response = answer(&own, request.unwrap()).await;
            assert_eq!(response.status().as_u16(), status);
            assert_eq!(text(response).await, format!("page {status}"));
        }
    }

    #[tokio::test]
    async fn a_form_that_our_side_failed_is_handed_to_whoever_words_the_answer() {
        let own = Hardening {
            refused: Wording::new(|refusal| {
                let form = refusal.form.as_ref().map_or("none", |form| std::str::from_utf8(form).unwrap());
                (refusal.status, format!("{} {:?} {form}", refusal.path, refusal.why)).into_response()
            }),
            ..hardening()
        };
        let routes = Router::new()
            .route("/panic", post(async || -> () { panic!("zebra") }))
            .route("/stuck", post(async || std::future::pending::<()>().await))
            .route("/page", post(async || (StatusCode::INTERNAL_SERVER_ERROR, axum::response::Html("a page"))))
            .route("/refused", post(async || StatusCode::BAD_REQUEST));
        let form = "application/x-www-form-urlencoded";
        for (path, kind, said) in [
            ("/panic?a", form, "/panic?a Status name=Z"),
            ("/stuck", form, "/stuck Slow name=Z"),
            ("/page", form, "/page Status name=Z"),
            ("/page", "application/json", "a page"),
            ("/stuck", "application/json", "/stuck Slow none"),
            ("/refused", form, "/refused Status none"),
        ] {
            let request = asking("POST", path).header("content-type", kind).body(Body::from("name=Z")).unwrap();
            let response = harden(routes.clone(), &own).oneshot(request).await.unwrap();
            assert_eq!(text(response).await, said);
        }
    }

    #[tokio::test]
    async fn the_log_has_the_route_and_the_status_and_nothing_that_was_sent() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            // Not TRACE, where `tower_http::csrf` writes every path as it came.
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        // While there is one subscriber only, tracing asks whichever thread reaches a log line
        // first whether anybody listens, and another test's thread would say no for good.
        let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
        let guard = tracing::subscriber::set_default(subscriber);
        for (method, path, host) in [
            ("GET", "/people/zebra?zebra=zebra", "onroll.example"),
            ("ZEBRA", "/zebra", "onroll.example"),
            ("POST", "/", "zebra.example"),
            ("GET", "/panic?zebra", "onroll.example"),
        ] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header(HOST, host)
                .header(REQUEST_ID, "zebra")
                .header("user-agent", "zebra")
                .header(COOKIE, "zebra");
            answer(&hardening(), request.body(Body::from("zebra")).unwrap()).await;
        }
        drop(guard);

        let written = log.text();
        assert!(written.contains("/people/{name}"), "{written}");
        for status in ["200", "404", "400", "500"] {
            assert!(written.contains(&format!("response.status={status}")), "{written}");
        }
        assert!(written.contains("request.id="), "{written}");
        assert!(!written.to_lowercase().contains("zebra"), "{written}");
    }

    /// What was logged during a test.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Log {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_form_is_posted_as_ever() {
        let app = Router::new().route("/form", post(async |body: String| body));
        let request = asking("POST", "/form").header("sec-fetch-site", "same-origin");
        let response = harden(app, &hardening()).oneshot(request.body(Body::from("a=1")).unwrap()).await.unwrap();
        assert_eq!(text(response).await, "a=1");
    }
}
