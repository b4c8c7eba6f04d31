//! A browser as the server meets it: keeps cookies, sends the headers a browser sends, and records the addresses it
//! visits. What must not live here: what is on a page (`page`, `form`).

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use http::{Method, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tower::ServiceExt;

use crate::answer::Answer;
use crate::app::TestApp;
use crate::form::Form;
use crate::note_audit::NoteAudit;
use crate::page::Page;
use crate::shown;

/// The server that a browser talks to.
#[derive(Clone, Debug)]
pub enum Server {
    /// The router, called in this process.
    Here(Router),
    /// A socket that is connected to.
    There(SocketAddr),
}

/// A browser, or a program with a token. Clones share the cookies.
#[derive(Clone, Debug)]
pub struct Browser {
    server: Server,
    origin: String,
    bearer: Option<String>,
    peer: IpAddr,
    forwarded: Option<String>,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    history: Arc<Mutex<Vec<String>>>,
    audit: Option<NoteAudit>,
}

const FORM: &str = "application/x-www-form-urlencoded";
const MOST_REDIRECTS: usize = 8;

impl Browser {
    /// A browser without cookies. `origin` is the scheme and host of the addresses it visits.
    pub fn new(server: Server, origin: &str) -> Self {
        Self {
            server,
            origin: origin.to_owned(),
            bearer: None,
            peer: IpAddr::from([127, 0, 0, 1]),
            forwarded: None,
            cookies: Arc::default(),
            history: Arc::default(),
            audit: None,
        }
    }

    /// The same browser, with an audit that demands an access note for whatever it is shown.
    #[must_use]
    pub fn audited_by(self, audit: NoteAudit) -> Self {
        Self { audit: Some(audit), ..self }
    }

    /// A program that shares nothing with the browser: it sends this bearer token, and no cookies.
    #[must_use]
    pub fn with_bearer(mut self, token: &str) -> Self {
        self.bearer = Some(token.to_owned());
        self.cookies = Arc::default();
        self
    }

    /// The same browser, connecting from this address. Only without a socket, where the peer can be chosen.
    #[must_use]
    pub fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().expect("an address");
        self
    }

    /// The same browser, sending this `X-Forwarded-For`, as a proxy (or somebody who pretends to be one) does.
    #[must_use]
    pub fn forwarded_for(mut self, addresses: &str) -> Self {
        self.forwarded = Some(addresses.to_owned());
        self
    }

    /// The same browser, sharing its cookies, through another instance.
    #[must_use]
    pub fn through(&self, server: Server) -> Self {
        Self { server, ..self.clone() }
    }

    /// The same browser with one more cookie.
    #[must_use]
    pub fn with_cookie(self, name: &str, value: &str) -> Self {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.to_owned());
        self
    }

    /// Another browser that begins with a copy of the cookies and does not share them.
    #[must_use]
    pub fn copied(&self) -> Self {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { cookies: Arc::new(Mutex::new(cookies)), ..self.clone() }
    }

    /// Another browser at another instance, which begins with a copy of the cookies and does not share them.
    #[must_use]
    pub fn moved_to(&self, instance: &TestApp) -> Self {
        let copied = self.copied();
        Self { server: instance.browser().server, ..copied }
    }

    /// The cookies it holds, by name.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every address it asked for or was redirected to, in order.
    pub fn history(&self) -> Vec<String> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gets a page; a redirect is not followed.
    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(&Method::GET, path), String::new()).await
    }

    /// Gets a page and follows redirects.
    pub async fn visit(&self, path: &str) -> Page {
        let page = self.get(path).await;
        self.follow(page).await
    }

    /// Sends fields as a form would; a redirect is not followed.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(self.request(&Method::POST, path).header(CONTENT_TYPE, FORM), body).await
    }

    /// Sends a form and follows redirects.
    pub async fn submit(&self, form: &Form) -> Page {
        let page = self.submit_once(form).await;
        self.follow(page).await
    }

    /// Sends a form; a redirect is not followed.
    pub async fn submit_once(&self, form: &Form) -> Page {
        let pairs = form.pairs();
        let fields: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if form.method == "post" {
            return self.post(&form.action, &fields).await;
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let path = form.action.split('?').next().unwrap_or_default();
        self.get(&format!("{path}?{query}")).await
    }

    /// Sends a query to the GraphQL API.
    pub async fn ask(&self, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = self.request(&Method::POST, "/graphql").header(CONTENT_TYPE, "application/json");
        let page = self.send(request, body).await;
        let json = serde_json::from_str(&page.body);
        let json = json.unwrap_or_else(|_| panic!("{} is no answer of the API: {}", page.status, page.body));
        if let Some(audit) = &self.audit {
            audit.hear(&page, query, &json).await;
        }
        Answer { status: page.status, json }
    }

    /// Sends a query under an idempotency key to a server that may die meanwhile. `None` if no whole answer came.
    pub async fn ask_of_mortal(&self, query: &str, variables: Value, key: &str) -> Option<Answer> {
        let Server::There(address) = self.server else { return None };
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = self.request(&Method::POST, "/graphql").header(CONTENT_TYPE, "application/json");
        let request = request.header("idempotency-key", key).body(Body::from(body)).expect("the request is sound");
        let response = reach(address, request).await.ok()?;
        let status = response.status();
        Some(Answer { status, json: serde_json::from_str(response.body()).ok()? })
    }

    /// Follows redirects for as long as there are any.
    pub async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..MOST_REDIRECTS {
            let Some(location) = page.location().filter(|_| page.status.is_redirection()) else { return page };
            let path = location.strip_prefix(&self.origin).unwrap_or(location).to_owned();
            if !path.starts_with('/') {
                return page;
            }
            page = self.get(&path).await;
        }
        panic!("{} leads round in circles", page.path);
    }

    /// A request with the headers that a browser adds on one of our own pages.
    pub fn request(&self, method: &Method, path: &str) -> http::request::Builder {
        let host = self.origin.split("://").nth(1).unwrap_or_default();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, host)
            .header("accept", "text/html,application/json")
            .header("sec-fetch-site", "same-origin");
        if *method != Method::GET {
            request = request.header(ORIGIN, &self.origin);
        }
        if let Some(forwarded) = &self.forwarded {
            request = request.header("x-forwarded-for", forwarded);
        }
        let cookies = self.cookies();
        if !cookies.is_empty() {
            let all: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, all.join("; "));
        }
        match &self.bearer {
            Some(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            None => request,
        }
    }

    /// Sends a request as it is and keeps the cookies of the answer. Fails the test on a server error.
    pub async fn send(&self, request: http::request::Builder, body: impl Into<Body>) -> Page {
        let page = self.try_send(request, body).await;
        if let Some(audit) = &self.audit {
            audit.see(&page).await;
            page.is_built_as_every_page();
            shown::keep(&page);
        }
        assert_ne!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{}: {}", page.path, page.text());
        page
    }

    /// Sends a request as it is and keeps the cookies of the answer, whatever its status.
    pub async fn try_send(&self, request: http::request::Builder, body: impl Into<Body>) -> Page {
        let request = request.body(body.into()).expect("the request is sound");
        let path = request.uri().to_string();
        self.remember(&path);
        let response = match &self.server {
            Server::Here(router) => here(router.clone(), self.peer, request).await,
            Server::There(address) => there(*address, request).await,
        };
        let (parts, body) = response.into_parts();
        self.keep(&parts.headers);
        let page = Page { status: parts.status, headers: parts.headers, path, body };
        if let Some(location) = page.location() {
            self.remember(location);
        }
        page
    }

    fn remember(&self, address: &str) {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).push(address.to_owned());
    }

    fn keep(&self, headers: &http::HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok()) {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let ended = value.is_empty() || attributes.to_ascii_lowercase().contains("max-age=0");
            if ended {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

async fn here(router: Router, peer: IpAddr, mut request: Request<Body>) -> Response<String> {
    // The accept loop adds the peer's address to every request; without a socket it is added here.
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 40_000))));
    let Ok(response) = router.oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("the answer is whole").to_bytes();
    Response::from_parts(parts, String::from_utf8_lossy(&body).into_owned())
}

async fn there(address: SocketAddr, request: Request<Body>) -> Response<String> {
    reach(address, request).await.expect("the server answers")
}

async fn reach(
    address: SocketAddr,
    request: Request<Body>,
) -> Result<Response<String>, Box<dyn std::error::Error + Send + Sync>> {
    let socket = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket)).await?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    connection.abort();
    Ok(Response::from_parts(parts, String::from_utf8_lossy(&body).into_owned()))
}
