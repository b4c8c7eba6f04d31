//! The pages for what goes wrong. None of them needs a session or the API, so they work when those do not.

use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use axum::response::Response;
use chrono::{DateTime, Utc};

use crate::journeys::site::when::day_and_time;
use crate::page::{Chrome, Page};
use crate::parts::{h1, link, paragraphs};

/// 404: there is no such page, or it is not for this person, which must look the same.
pub fn not_found(chrome: &Chrome) -> Response {
    plain(
        chrome,
        StatusCode::NOT_FOUND,
        "Page not found",
        &[
            "If you typed the web address, check it is correct.".into(),
            "If you pasted the web address, check you copied the entire address.".into(),
            contact(chrome),
        ],
    )
}

/// 403: the person can see the thing, but may not do this with it.
pub fn forbidden(chrome: &Chrome) -> Response {
    plain(
        chrome,
        StatusCode::FORBIDDEN,
        "You do not have permission to do this",
        &[
            "If you need to do this for your work, ask your manager or the person who gave you access.".into(),
            contact(chrome),
        ],
    )
}

/// 409: somebody else changed it in the meantime.
pub fn conflict(chrome: &Chrome) -> Response {
    plain(
        chrome,
        StatusCode::CONFLICT,
        "This has changed",
        &[
            "Your change was not saved, because the record changed while you had the page open.".into(),
            "Go back, reload the page, check what has changed, then try again.".into(),
        ],
    )
}

const TOO_MANY: &str = "You have tried too many times";

/// 429: too many attempts in a short time; again from `until` on. A limit never stands between anybody and help, so it
/// says whom to ring.
pub fn too_many(chrome: &Chrome, until: DateTime<Utc>) -> Response {
    too_many_but(chrome, until, None)
}

/// The same where there is a way on that need not wait: its address and its words.
pub fn too_many_but(chrome: &Chrome, until: DateTime<Utc>, way_on: Option<(&'static str, &'static str)>) -> Response {
    let mut texts = vec![
        format!("You can try again from {}.", day_and_time(until)),
        "If a child is in immediate danger, call 999. To tell the police something that is not an emergency, call 101."
            .to_owned(),
    ];
    if !chrome.phones.hub.is_empty() {
        texts.push(format!(
            "If you are worried about a child, call the multi-agency safeguarding hub (MASH) on {}. Outside office hours \
             call {}.",
            chrome.phones.hub, chrome.phones.out_of_hours,
        ));
    }
    texts.push(contact(chrome));
    let mut response = Page::new(TOO_MANY).status(StatusCode::TOO_MANY_REQUESTS).render(chrome, || {
        use leptos::prelude::*;
        let way_on = way_on.map(|(to, words)| view! { <p class="govuk-body">{link(to, words)}</p> });
        view! { {h1(TOO_MANY)} {paragraphs(texts.iter().map(String::as_str))} {way_on} }.into_any()
    });
    retry_after(&mut response, until);
    response
}

/// Says in the headers when to come back.
pub(crate) fn retry_after(response: &mut Response, until: DateTime<Utc>) {
    // A moment and not a number of seconds: pages know no clock.
    let moment = until.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(moment) = HeaderValue::try_from(moment) {
        response.headers_mut().insert(RETRY_AFTER, moment);
    }
}

/// 500: our fault. Nothing of the request was saved.
pub fn internal(chrome: &Chrome) -> Response {
    plain(
        &chrome.without_session(),
        StatusCode::INTERNAL_SERVER_ERROR,
        "Sorry, there is a problem with the service",
        &["Try again later.".into(), "What you sent last has not been saved.".into(), contact(chrome)],
    )
}

/// 503: the service is closed for now. `back` says until when, if that is known: "9am on Monday 4 January 2027".
pub fn unavailable(chrome: &Chrome, back: Option<&str>) -> Response {
    let when = back.map_or_else(
        || "You will be able to use the service later.".to_owned(),
        |back| format!("You will be able to use the service from {back}."),
    );
    plain(
        &chrome.without_session(),
        StatusCode::SERVICE_UNAVAILABLE,
        "Sorry, the service is unavailable",
        &[when, contact(chrome)],
    )
}

/// The session ended. `saved` says whether what was typed is kept.
pub fn signed_out(chrome: &Chrome, saved: bool) -> Response {
    let kept = if saved { "We have saved your answers." } else { "We did not save what you had not yet sent." };
    plain(
        &chrome.without_session(),
        StatusCode::OK,
        "You have been signed out",
        &["This is because you did not use the service for a while.".into(), kept.into()],
    )
}

/// A request no page of ours makes: not a form, or far too large. It is answered before anything is known of the
/// sender.
pub fn refused(status: StatusCode) -> Response {
    plain(
        &Chrome::default(),
        status,
        "Sorry, we could not read what was sent",
        &["Go back to the page you came from and try again.".into()],
    )
}

fn contact(chrome: &Chrome) -> String {
    if chrome.phones.team.is_empty() {
        format!("If you need help, contact {}.", chrome.council)
    } else {
        format!("If you need help, call the children missing education team on {}.", chrome.phones.team)
    }
}

fn plain(chrome: &Chrome, status: StatusCode, title: &'static str, texts: &[String]) -> Response {
    Page::new(title).status(status).render(chrome, || {
        use leptos::prelude::*;
        view! { {h1(title)} {paragraphs(texts.iter().map(String::as_str))} }.into_any()
    })
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;
    use crate::page::{Area, Phones};

    async fn text(response: Response) -> String {
        let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        String::from_utf8_lossy(&body).into_owned()
    }

    #[tokio::test]
    async fn a_fault_of_ours_shows_nothing_of_the_session() {
        let chrome = Chrome {
            area: Area::Staff,
            person: Some("Sam Officer".into()),
            flash: Some("Saved".into()),
            ..Chrome::default()
        };
        for response in [internal(&chrome), unavailable(&chrome, Some("9am on Monday 4 January 2027"))] {
            assert!(response.status().is_server_error());
            let text = text(response).await;
            assert!(text.contains("<h1 class=\"govuk-heading-l\">Sorry, "), "{text}");
            assert!(!text.contains("Sam Officer") && !text.contains("Saved"), "{text}");
        }
    }

    #[tokio::test]
    async fn too_many_attempts_say_until_when_and_whom_to_ring() {
        let phones = Phones { team: "1".into(), hub: "01632 960653".into(), out_of_hours: "01632 960123".into() };
        let chrome = Chrome { phones, ..Chrome::default() };
        let response = too_many(&chrome, "2026-11-18T10:15:00Z".parse().expect("a moment"));
        assert_eq!(response.headers()[RETRY_AFTER], "Wed, 18 Nov 2026 10:15:00 GMT");
        let text = text(response).await;
        for told in ["18 November 2026 at 10:15am", "999", "101", "01632 960653", "01632 960123"] {
            assert!(text.contains(told), "{told}: {text}");
        }
    }
}
