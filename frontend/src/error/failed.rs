//! The page for a request that failed, or that the server refused before it reached a handler: what went wrong, whom to
//! call, and what was typed, so that it can be copied or sent again.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use super::{PROBLEM, SOON, UNAVAILABLE, whom_to_call};
use crate::form::{Form, KEY, is_secret};
use crate::page::{Chrome, Page};
use crate::parts::{button, h1, h2, link, paragraph, paragraphs, post_form, to_copy};

/// A request that failed or was refused.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The status of the answer.
    pub status: StatusCode,
    /// The reason, where the status alone does not tell it.
    pub why: Why,
    /// The path and query that it was sent to.
    pub path: String,
    /// The answers of the form, where the fault is the service's; `None` for a request without a form.
    pub typed: Option<Form>,
}

/// The reason, where the status alone does not tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The status tells the reason.
    Status,
    /// The answer was not ready in time. Whether anything was saved is not known.
    Slow,
    /// The request named another host than the public address of the service, which this is. Nothing was done.
    Address(String),
}

/// Renders the page, with the council's name and without a session.
pub fn refused(chrome: &Chrome, failed: &Failed) -> Response {
    let chrome = chrome.without_session();
    let (title, texts) = words(failed);
    Page::new(title).status(failed.status).render(&chrome, || {
        let typed = failed.typed.as_ref().map(|typed| what_was_typed(typed, &failed.path));
        let address = match &failed.why {
            Why::Address(ours) => Some(other_address(ours.clone())),
            Why::Status | Why::Slow => None,
        };
        view! { {h1(title)} {paragraphs(texts)} {address} {typed} {whom_to_call(&chrome)} }.into_any()
    })
}

const UNREADABLE: &str = "Sorry, we could not read what was sent";
const MAYBE: &str = "What you sent may not have been saved.";

fn words(failed: &Failed) -> (&'static str, Vec<&'static str>) {
    let typed = failed.typed.as_ref();
    match (&failed.why, failed.status) {
        (Why::Address(_), _) => ("This is not the address of this service", vec![]),
        (Why::Slow, _) => ("Sorry, this took too long", slow(typed)),
        (Why::Status, status) if status.is_server_error() => ours(status, typed),
        (Why::Status, status) => theirs(status),
    }
}

/// The title and words for a failure of the service.
fn ours(status: StatusCode, typed: Option<&Form>) -> (&'static str, Vec<&'static str>) {
    let (title, again) = match status {
        StatusCode::SERVICE_UNAVAILABLE => (UNAVAILABLE, SOON),
        _ => (PROBLEM, "Try again later."),
    };
    (title, std::iter::once(again).chain(typed.map(|_| MAYBE)).collect())
}

/// The title and words for a request that was wrong in itself.
fn theirs(status: StatusCode) -> (&'static str, Vec<&'static str>) {
    let (title, text) = match status {
        StatusCode::FORBIDDEN => (
            "Sorry, this did not come from our own page",
            "Another website or program sent it, so we did not take it. Open the page here and fill it in.",
        ),
        StatusCode::NOT_FOUND => ("Page not found", "Check that the web address is correct and complete."),
        StatusCode::METHOD_NOT_ALLOWED => (
            "Page not found",
            "There is no page at this web address that can be used in this way. Begin at the start page.",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            "Sorry, what you sent did not arrive in time",
            "Your connection may be slow. Go back to the page you came from and try again.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "Sorry, what you sent is too long",
            "Go back to the page you came from, shorten what you typed and send it again.",
        ),
        StatusCode::CONFLICT => ("Someone else has changed this", "Reload the page, then try again."),
        StatusCode::TOO_MANY_REQUESTS => (super::TOO_MANY, "Try again later."),
        _ => (UNREADABLE, "Go back to the page you came from and try again."),
    };
    (title, vec![text])
}

fn slow(typed: Option<&Form>) -> Vec<&'static str> {
    const UNKNOWN: &str = "We stopped waiting for the answer. What you sent may or may not have been saved.";
    match typed {
        None => vec!["We stopped waiting for the answer. Try again in a few minutes."],
        Some(typed) if typed.knows(KEY) => {
            vec![UNKNOWN, "Try again in a moment: if it was saved, it is not saved twice."]
        }
        Some(_) => vec![UNKNOWN, "Look whether it was before you send it again."],
    }
}

/// The public address of the service, and what whoever runs it may have to set.
fn other_address(ours: String) -> AnyView {
    view! {
        <p class="govuk-body">
            "Use the service at " {link(ours.clone(), ours)} ". Nothing that was sent here has been saved."
        </p>
        {paragraph(
            "If you run the service and people come by this address: set ONROLL_PUBLIC_URL to what they type, or start \
             the demonstration with --public-url. A proxy in front must end TLS and pass the Host header on as it came.",
        )}
    }
    .into_any()
}

/// Each answer under its name, to be copied, and a button that sends all of them again under the same idempotency key.
/// Without a key, or with a secret among the answers, there is no button: sending twice could do twice what was asked.
fn what_was_typed(typed: &Form, path: &str) -> AnyView {
    let has_secret = typed.iter().any(|(name, values)| is_secret(name) && values.iter().any(|value| !value.is_empty()));
    // A path that begins with two slashes would be an address elsewhere.
    let can_be_sent = typed.knows(KEY) && !has_secret && path.starts_with('/') && !path.starts_with("//");
    let shown: Vec<AnyView> = answers(typed)
        .enumerate()
        .map(|(number, (name, text))| to_copy(format!("typed-{number}"), label(name), &text))
        .collect();
    let heading = (!shown.is_empty()).then(|| {
        view! { {h2("What you typed")} {paragraph("You can copy it from here.")} }
    });
    let secret = has_secret.then(|| paragraph("Passwords and codes are not shown. Go back to type them again."));
    let again = can_be_sent.then(|| {
        let fields = typed.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        let fields: Vec<_> = fields
            .map(|(name, value)| view! { <input type="hidden" name=name.to_owned() value=value.clone()/> })
            .collect();
        post_form(view! { {fields} {button("Try again")} }).to(path).view()
    });
    view! { {heading} {shown} {secret} {again} }.into_any()
}

/// The answers worth copying: no secrets, and none of the hidden fields that only forms of this service carry.
fn answers(typed: &Form) -> impl Iterator<Item = (&str, String)> {
    const OURS: [&str; 8] = [KEY, "version", "next", "return", "row", "session", "credential", "id"];
    let kept = typed.iter().filter(|(name, _)| !OURS.contains(name) && !is_secret(name));
    kept.map(|(name, values)| (name, values.join("\n"))).filter(|(_, text)| !text.trim().is_empty())
}

/// The name of a field in words: `givenNames` becomes "Given names", `enquiry.1.date` becomes "Enquiry 1 date".
fn label(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        match letter {
            '-' | '.' | '_' => words.push(' '),
            letter if words.is_empty() => words.extend(letter.to_uppercase()),
            letter if letter.is_uppercase() => {
                words.push(' ');
                words.extend(letter.to_lowercase());
            }
            letter => words.push(letter),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn page(typed: Form, path: &str, why: Why) -> String {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let response = refused(&Chrome::default(), &Failed { status, why, path: path.into(), typed: Some(typed) });
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        String::from_utf8_lossy(&body).into_owned()
    }

    #[tokio::test]
    async fn what_was_typed_is_shown_escaped_and_sent_again_under_its_key() {
        let typed =
            Form::new().with(KEY, "one-key").with("givenNames", "</textarea><b>Zeph").with("concern", "one\ntwo");
        let text = page(typed, "/report/name?return=check", Why::Status).await;
        for told in [
            "Given names</label>",
            "&lt;/textarea&gt;&lt;b&gt;Zeph",
            "one\ntwo</textarea>",
            "action=\"/report/name?return=check\"",
            "name=\"key\" value=\"one-key\"",
            "Try again",
        ] {
            assert!(text.contains(told), "{told}: {text}");
        }
        assert!(!text.contains("<b>"), "{text}");
    }

    #[tokio::test]
    async fn secrets_are_neither_shown_nor_sent_again() {
        for secret in ["password", "current", "again", "code", "recoveryCode", "token"] {
            let typed = Form::new().with(KEY, "one-key").with("email", "a@b.example").with(secret, "zebra");
            let text = page(typed, "/sign-in", Why::Status).await;
            assert!(text.contains("a@b.example") && text.contains("Passwords and codes are not shown"), "{text}");
            assert!(!text.contains("zebra") && !text.contains("<form"), "{secret}: {text}");
        }
        let typed = Form::new().with(KEY, "one-key").with("postcode", "LU1 2AB");
        assert!(page(typed, "/report/address", Why::Status).await.contains("LU1 2AB"));
    }

    #[tokio::test]
    async fn no_button_leads_elsewhere_or_does_something_twice() {
        for (typed, path) in [
            (Form::new().with(KEY, "one-key").with("a", "b"), "//evil.example/"),
            (Form::new().with("a", "b"), "/report/name"),
        ] {
            let text = page(typed, path, Why::Slow).await;
            assert!(!text.contains("<form"), "{text}");
            assert!(text.contains("may or may not have been saved"), "{text}");
        }
    }

    #[test]
    fn a_field_is_called_by_its_words() {
        for (name, words) in [
            ("givenNames", "Given names"),
            ("dateOfBirth-day", "Date of birth day"),
            ("enquiry.1.date", "Enquiry 1 date"),
        ] {
            assert_eq!(label(name), words);
        }
    }
}
