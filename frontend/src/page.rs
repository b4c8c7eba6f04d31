//! The page as a response: its chrome, and the builder that every handler renders with ([`Page`]). The document around
//! the body is written in `document`, and what stands above and below the content in `furniture`.
//!
//! What must not live here: the parts of a body (`parts`), and what any page says (`journeys`).

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

/// The content security policy of every page: scripts, styles and forms of this site only, and no framing. The hash is
/// that of the one inline script, `document::JS_ENABLED`, with which every body begins.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
     script-src 'self' 'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
     object-src 'none'";

/// What surrounds the body of a page: the council, the service, the person, the navigation, the banners and the phones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chrome {
    /// The council's name.
    pub council: String,
    /// What this part of the service is called: "Refer a child missing from education".
    pub service: String,
    /// Where the service name links to.
    pub service_href: String,
    /// The kind of reader, which decides about style sheets, scripts and the marking.
    pub area: Area,
    /// Whether this is the demonstration, in which case every page says that its data are synthetic.
    pub demo: bool,
    /// The name of whoever is signed in; with `None` there is no button to sign out.
    pub person: Option<String>,
    /// The address that the sign-out form posts to.
    pub sign_out: String,
    /// The items of the service navigation, in order.
    pub nav: Vec<NavItem>,
    /// The message of the success banner, shown once.
    pub flash: Option<String>,
    /// The message of the neutral banner, shown once: something happened that is no success.
    pub news: Option<String>,
    /// The seconds until the session ends if nothing more is done, and at the latest; the script that warns of it reads
    /// both. `None` when nobody is signed in.
    pub lasts: Option<(i64, i64)>,
    /// The time of the request. The pages of staff show it with the person's name, so that a print says who made it and
    /// when.
    pub asked_at: Option<DateTime<Utc>>,
    /// Whether the session holds a form that was not sent, so that the page links to it.
    pub unsent: bool,
    /// The telephone numbers that error pages end with.
    pub phones: Phones,
    /// The idempotency key of the forms of the page, unique to the request; empty on pages without forms.
    pub form_key: String,
}

/// The kind of reader a page is made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Area {
    /// The public, and anybody who is not signed in.
    #[default]
    Public,
    /// School contacts.
    School,
    /// Staff of the council; their pages carry the marking OFFICIAL-SENSITIVE.
    Staff,
}

/// A place in the service navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// The text of the link.
    pub text: String,
    /// The path it links to.
    pub href: String,
    /// Whether the page is this one or lies below it.
    pub current: bool,
}

/// The council's telephone numbers; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phones {
    /// The children missing education team, in office hours.
    pub team: String,
    /// The multi-agency safeguarding hub (MASH), for worries about a child's safety.
    pub hub: String,
    /// The social care duty team outside office hours.
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
    /// A copy without the person, the navigation and the messages, for error pages, which must work when the session
    /// store does not.
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

    /// A copy in which the navigation item with exactly this `href` is the current one, and no other is.
    #[must_use]
    pub fn at(&self, href: &str) -> Self {
        let mut chrome = self.clone();
        for item in &mut chrome.nav {
            item.current = item.href == href;
        }
        chrome
    }
}

/// A page to be rendered. Set what is special about it, then call [`render`](Page::render). By default it answers 200,
/// is two thirds wide, has no way back, and asks search engines not to list it.
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
    /// A page with this title in the `<title>` element. The body must hold the `<h1>` itself.
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

    /// A page with a form. If it has faults, the answer is 422, the title begins with "Error:", and the error summary
    /// is the first thing on the page.
    #[must_use]
    pub fn ask(mut self, ask: Ask<'a>) -> Self {
        self.ask = Some(ask);
        if !ask.faults.is_empty() {
            self.wrong = true;
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
        }
        self
    }

    /// Puts "Error:" before the title if `errors` is true, for pages that show a summary of their own.
    #[must_use]
    pub fn errors(mut self, errors: bool) -> Self {
        self.wrong |= errors;
        self
    }

    /// Shows a back link to `href`, for pages that ask one question. Replaces breadcrumbs.
    #[must_use]
    pub fn back(mut self, href: impl Into<String>) -> Self {
        self.way = Way::Back(href.into());
        self
    }

    /// Shows breadcrumbs, pairs of text and address from the top downwards. Replaces a back link.
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

    /// Shows the "Exit this page" button, which leads to a harmless site at once. Only for the public's pages, because
    /// their readers may be watched by somebody they fear.
    #[must_use]
    pub fn exit(self) -> Self {
        self.exit_from("")
    }

    /// Shows the "Exit this page" button on a page of the report with this id. Leaving by it also discards that report
    /// for good.
    #[must_use]
    pub fn exit_from(mut self, report: impl Into<String>) -> Self {
        self.exit = Some(report.into());
        self
    }

    /// Lets search engines list the page, which is only wanted for the public start page.
    #[must_use]
    pub fn indexed(mut self) -> Self {
        self.robots = None;
        self
    }

    /// Renders the response, with the content security policy and `no-store`. The body is drawn before this returns, so
    /// it may borrow from the caller.
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

/// Renders a view as HTML, without the comments by which Leptos would find its nodes again in a browser. Typed text is
/// escaped before, so these comments can only be its own.
pub fn to_html(view: impl FnOnce() -> AnyView) -> String {
    to_html_with(None, view)
}

/// [`to_html`] in whose forms [`FormKey`] is a hidden field, if there is one.
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
    // Typed text that runs from right to left must not reorder the words beside it.
    isolate(html)
}

#[cfg(test)]
mod tests;
