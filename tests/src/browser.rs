//! What stands between a person and the server: keeps cookies, sends what a browser sends, remembers where it went.

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

/// Where the server is.
#[derive(Clone, Debug)]
pub enum Server {
    /// In this process.
    Here(Router),
    /// Behind a socket.
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
    /// A browser that knows nothing yet. `origin` is what the address line begins with.
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

    /// The same with somebody who demands a note for whatever it is shown.
    #[must_use]
    pub fn audited_by(self, audit: NoteAudit) -> Self {
        Self { audit: Some(audit), ..self }
    }

    /// The same with a token and no cookies, as a program.
    #[must_use]
    pub fn with_bearer(mut self, token: &str) -> Self {
        self.bearer = Some(token.to_owned());
        self.cookies = Arc::default();
        self
    }

    /// The same, connecting from this address. Only where there is no socket, which has its own.
    #[must_use]
    pub fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().expect("an address");
        self
    }

    /// The same, saying or having a proxy say on whose behalf it asks.
    #[must_use]
    pub fn forwarded_for(mut self, addresses: &str) -> Self {
        self.forwarded = Some(addresses.to_owned());
        self
    }

    /// The same with the same cookies, by way of another instance.
    #[must_use]
    pub fn through(&self, server: Server) -> Self {
        Self { server, ..self.clone() }
    }

    /// The same with one more cookie.
    #[must_use]
    pub fn with_cookie(self, name: &str, value: &str) -> Self {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.to_owned());
        self
    }

    /// Another browser with the same cookies, which from now on are its own.
    #[must_use]
    pub fn copied(&self) -> Self {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { cookies: Arc::new(Mutex::new(cookies)), ..self.clone() }
    }

    /// The same cookies at another instance, which from now on are its own.
    #[must_use]
    pub fn moved_to(&self, instance: &TestApp) -> Self {
        let copied = self.copied();
        Self { server: instance.browser().server, ..copied }
    }

    /// The cookies it holds, by name.
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Every address it asked for or was sent to.
    pub fn history(&self) -> Vec<String> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks for a page; a redirect is not followed.
    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(&Method::GET, path), String::new()).await
    }

    /// Asks for a page and follows redirects.
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

    /// Asks the API.
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

    /// A request with what a browser adds to one of our own pages.
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

    /// Sends a request as it is and keeps the cookies of the answer, which must not be that our side failed.
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

    /// Sends a request as it is and keeps the cookies of the answer, whatever that is.
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
    // What the accept loop says of a connection.
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 40_000))));
    let Ok(response) = router.oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("the answer is whole").to_bytes();
    Response::from_parts(parts, String::from_utf8_lossy(&body).into_owned())
}

async fn there(address: SocketAddr, request: Request<Body>) -> Response<String> {
    let socket = TcpStream::connect(address).await.expect("the server listens");
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.expect("the server speaks HTTP");
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.expect("the server answers");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("the answer is whole").to_bytes();
    connection.abort();
    Response::from_parts(parts, String::from_utf8_lossy(&body).into_owned())
}
