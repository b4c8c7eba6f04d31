//! The page around everything: head, header, navigation, banners, footer, and the headers of the response.

mod document;
mod furniture;

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY as POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use leptos::prelude::{AnyView, Owner, RenderHtml, provide_context};

use crate::form::Ask;
use crate::parts::FormKey;
use crate::told::isolate;

/// What pages may load and do. The hash is that of the one inline script, which every page begins with.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
     script-src 'self' 'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
     object-src 'none'";

/// What surrounds a page: who runs the service, who is signed in, where they can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chrome {
    /// The council's name.
    pub council: String,
    /// What this part of the service is called: "Refer a child missing from education".
    pub service: String,
    /// Where the service name leads.
    pub service_href: String,
    /// For whom the page is.
    pub area: Area,
    /// Whether this is a demonstration, which every page then says.
    pub demo: bool,
    /// The name of whoever is signed in.
    pub person: Option<String>,
    /// Where signing out is posted.
    pub sign_out: String,
    /// Where the person can go.
    pub nav: Vec<NavItem>,
    /// What just succeeded, to be said once.
    pub flash: Option<String>,
    /// What just happened and is no success, to be told once.
    pub news: Option<String>,
    /// In how many seconds the session ends if nothing more is done, and at most.
    pub lasts: Option<(i64, i64)>,
    /// When the page was asked for; what is printed says so.
    pub asked_at: Option<DateTime<Utc>>,
    /// Whether something that was typed waits to be sent after all.
    pub unsent: bool,
    /// Whom to call.
    pub phones: Phones,
    /// The key of the forms of the page, which no other page has; empty on pages that ask nothing.
    pub form_key: String,
}

/// For whom a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Area {
    /// Anybody.
    #[default]
    Public,
    /// People who work at a school.
    School,
    /// Officers of the council.
    Staff,
}

/// A place in the service navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// What it is called.
    pub text: String,
    /// Where it is.
    pub href: String,
    /// Whether the person is there now.
    pub current: bool,
}

/// The council's telephone numbers; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phones {
    /// The children missing education team.
    pub team: String,
    /// The multi-agency safeguarding hub, for worries about a child's safety.
    pub hub: String,
    /// The duty team outside office hours.
    pub out_of_hours: String,
}

impl Default for Chrome {
    fn default() -> Self {
        Self {
            council: "Your council".into(),
            service: "Children missing education".into(),
            service_href: "/".into(),
            area: Area::Public,
            demo: false,
            person: None,
            sign_out: "/sign-out".into(),
            nav: Vec::new(),
            flash: None,
            news: None,
            lasts: None,
            asked_at: None,
            unsent: false,
            phones: Phones::default(),
            form_key: String::new(),
        }
    }
}

impl Chrome {
    /// The same surroundings without anything of a session, for pages that must not need one.
    #[must_use]
    pub fn without_session(&self) -> Self {
        Self {
            area: Area::Public,
            person: None,
            nav: Vec::new(),
            flash: None,
            news: None,
            lasts: None,
            unsent: false,
            ..self.clone()
        }
    }

    /// The same surroundings with the item of the navigation at `href` marked as where the person is.
    #[must_use]
    pub fn at(&self, href: &str) -> Self {
        let mut chrome = self.clone();
        for item in &mut chrome.nav {
            item.current = item.href == href;
        }
        chrome
    }
}

/// A page to be. Say what is special about it, then [`render`](Page::render) it.
#[derive(Clone, Debug)]
pub struct Page<'a> {
    title: String,
    status: StatusCode,
    ask: Option<Ask<'a>>,
    wrong: bool,
    way: Way,
    wide: bool,
    exit: Option<String>,
    robots: Option<&'static str>,
}

#[derive(Clone, Debug)]
enum Way {
    None,
    Back(String),
    Trail(Vec<(String, String)>),
}

impl<'a> Page<'a> {
    /// A page whose `<h1>` reads `title`. The heading itself is part of the body.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            status: StatusCode::OK,
            ask: None,
            wrong: false,
            way: Way::None,
            wide: false,
            exit: None,
            robots: Some("noindex"),
        }
    }

    /// Answers with this status instead of 200.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// A page that asks. If something is wrong, the answer is 422, the title says so, and the error summary stands
    /// first in the page.
    #[must_use]
    pub fn ask(mut self, ask: Ask<'a>) -> Self {
        self.ask = Some(ask);
        if !ask.faults.is_empty() {
            self.wrong = true;
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        self
    }

    /// Says in the title that there are errors, for pages that show their own summary.
    #[must_use]
    pub fn errors(mut self, errors: bool) -> Self {
        self.wrong |= errors;
        self
    }

    /// A back link, for question pages.
    #[must_use]
    pub fn back(mut self, href: impl Into<String>) -> Self {
        self.way = Way::Back(href.into());
        self
    }

    /// Breadcrumbs, instead of a back link: pairs of text and address.
    #[must_use]
    pub fn trail<T: Into<String>, H: Into<String>>(mut self, trail: impl IntoIterator<Item = (T, H)>) -> Self {
        self.way = Way::Trail(trail.into_iter().map(|(text, href)| (text.into(), href.into())).collect());
        self
    }

    /// Uses the whole width, for lists and tables; otherwise two thirds.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// Shows the button that leaves the page in a hurry. Only for the public's pages: it is there for people who may be
    /// watched.
    #[must_use]
    pub fn exit(self) -> Self {
        self.exit_from("")
    }

    /// The same on a page of the report with this id, which is then thrown away.
    #[must_use]
    pub fn exit_from(mut self, report: impl Into<String>) -> Self {
        self.exit = Some(report.into());
        self
    }

    /// Lets search engines list the page; only for the public start page.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        self.robots = None;
        self
    }

    /// The finished response. The body is drawn at once, so it may borrow.
    pub fn render(self, chrome: &Chrome, body: impl FnOnce() -> AnyView) -> Response {
        let status = self.status;
        let html = document::write(&self, chrome, body);
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY));
        response
    }
}

/// A view as HTML, without the comments Leptos leaves for a browser that would take over. Text is escaped, so that
/// these can only be markers.
pub fn to_html(view: impl FnOnce() -> AnyView) -> String {
    to_html_with(None, view)
}

/// [`to_html`] with forms that carry `key`.
fn to_html_with(key: Option<FormKey>, view: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        if let Some(key) = key {
            provide_context(key);
        }
        view().to_html()
    });
    drop(owner);
    let html = if html.contains("<!") { html.replace("<!>", "").replace("<!--<() />-->", "") } else { html };
    // What anybody typed stands on pages of ours: it may not turn around the words beside it.
    isolate(html)
}

#[cfg(test)]
mod tests;
