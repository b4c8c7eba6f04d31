//! Answers to requests, read as a person reads a page. What must not live here: requests (`browser`) and filling in
//! forms (`form`).

use http::{HeaderMap, StatusCode};
use scraper::{ElementRef, Html, Selector};

use crate::form::{Form, words};

/// An answer to a request for a page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The HTTP status.
    pub status: StatusCode,
    /// The HTTP headers.
    pub headers: HeaderMap,
    /// The path that was asked for, before any redirect.
    pub path: String,
    /// The body as text.
    pub body: String,
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).expect("the selector is sound")
}

impl Page {
    /// The `Location` header: where it redirects to.
    pub fn location(&self) -> Option<&str> {
        self.headers.get(http::header::LOCATION)?.to_str().ok()
    }

    /// The value of a header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The text of each element that `css` selects.
    pub fn all(&self, css: &str) -> Vec<String> {
        Html::parse_document(&self.body).select(&selector(css)).map(words).collect()
    }

    /// The value of `attribute` on each element that `css` selects.
    pub fn attributes(&self, css: &str, attribute: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        html.select(&selector(css)).filter_map(|element| element.value().attr(attribute)).map(str::to_owned).collect()
    }

    /// The text of its only `h1`.
    pub fn heading(&self) -> String {
        let headings = self.all("h1");
        assert_eq!(headings.len(), 1, "{} {} has the headings {headings:?}: {}", self.status, self.path, self.text());
        headings.into_iter().next().unwrap_or_default()
    }

    /// The text of the page.
    pub fn text(&self) -> String {
        if self.header("content-type").starts_with("text/html") {
            self.all("body").join(" ")
        } else {
            self.body.clone()
        }
    }

    /// Fails the test unless `words` are in the text.
    pub fn says(&self, words: &str) -> &Self {
        let text = self.text();
        assert!(text.contains(words), "{} {} does not say {words:?}: {text}", self.status, self.path);
        self
    }

    /// Fails the test if `words` are in the text.
    pub fn keeps_silent_about(&self, words: &str) -> &Self {
        assert!(!self.body.contains(words), "{} says {words:?}: {}", self.path, self.text());
        self
    }

    /// Fails the test unless the page has what every page must: nothing that the content security policy refuses, and
    /// an idempotency key in each form that changes something. An answer that is not HTML is not checked.
    pub(crate) fn is_built_as_every_page(&self) {
        if !self.header("content-type").starts_with("text/html") {
            return;
        }
        let policy = self.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{}: {policy}", self.path);
        let html = Html::parse_document(&self.body);
        for script in html.select(&selector("script:not([src])")) {
            let text: String = script.text().collect();
            assert!(text.starts_with("document.body.className += ' js-enabled'"), "{} has a script: {text}", self.path);
        }
        for element in html.root_element().descendants().filter_map(ElementRef::wrap) {
            let named = element.value().name();
            assert_ne!(named, "style", "{}", self.path);
            for (attribute, _) in element.value().attrs() {
                let inline = attribute == "style" || attribute.starts_with("on");
                assert!(!inline, "{}: <{named} {attribute}>", self.path);
            }
        }
        let keys = html.select(&selector("form[method=post] > input[type=hidden][name=key]:not([value=''])")).count();
        assert_eq!(keys, html.select(&selector("form[method=post]")).count(), "{} has a form without a key", self.path);
    }

    /// Fails the test unless the page was found.
    pub fn is_shown(&self) -> &Self {
        assert_eq!(self.status, StatusCode::OK, "{}: {}", self.path, self.text());
        self
    }

    /// Fails the test unless the answer is 404.
    pub fn is_not_found(&self) -> &Self {
        assert_eq!(self.status, StatusCode::NOT_FOUND, "{}: {}", self.path, self.text());
        self
    }

    /// Fails the test unless the answer is 403.
    pub fn is_forbidden(&self) -> &Self {
        assert_eq!(self.status, StatusCode::FORBIDDEN, "{}: {}", self.path, self.text());
        self
    }

    /// Fails the test unless it redirects to `path`.
    pub fn leads_to(&self, path: &str) -> &Self {
        assert!(self.status.is_redirection(), "{} {}: {}", self.status, self.path, self.text());
        assert_eq!(self.location(), Some(path), "{}", self.path);
        self
    }

    /// The messages of the error summary.
    pub fn faults(&self) -> Vec<String> {
        self.all(".govuk-error-summary__list li")
    }

    /// Fails the test unless the form is shown again with exactly these messages.
    pub fn finds_fault(&self, messages: &[&str]) -> &Self {
        assert_eq!(self.faults(), messages, "{} {}: {}", self.status, self.path, self.text());
        assert_eq!(self.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", self.path);
        self
    }

    /// The address of the link with this text, or else of the first whose text begins with it.
    pub fn link(&self, text: &str) -> String {
        let html = Html::parse_document(&self.body);
        let links: Vec<ElementRef<'_>> = html.select(&selector("a[href]")).collect();
        let found = links.iter().find(|link| words(**link) == text);
        let found = found.or_else(|| links.iter().find(|link| words(**link).starts_with(text)));
        let link =
            found.unwrap_or_else(|| panic!("{} {} has no link {text:?}: {}", self.status, self.path, self.text()));
        link.value().attr("href").unwrap_or_default().to_owned()
    }

    /// Every form in `main`.
    pub fn forms(&self) -> Vec<Form> {
        let html = Html::parse_document(&self.body);
        html.select(&selector("main form")).map(|form| Form::read(form, &self.path)).collect()
    }

    /// The first form that is posted, or else the first form.
    pub fn form(&self) -> Form {
        let forms = self.forms();
        let sent = forms.iter().find(|form| form.method == "post").or_else(|| forms.first());
        sent.cloned().unwrap_or_else(|| panic!("{} {} has no form: {}", self.status, self.path, self.text()))
    }

    /// The form that has a button with this text, with that button pressed.
    pub fn button(&self, text: &str) -> Form {
        let forms = self.forms();
        let found = forms.iter().find(|form| form.buttons().contains(&text)).cloned();
        let buttons = || forms.iter().flat_map(Form::buttons).collect::<Vec<_>>();
        let form = found.unwrap_or_else(|| {
            panic!("{} {} has no button {text:?}, only {:?}: {}", self.status, self.path, buttons(), self.text())
        });
        form.press(text)
    }
}
