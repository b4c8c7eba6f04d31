//! The pages for what goes wrong. None needs a session or the API, so they work when those fail. Each says whom to
//! call, so that a failure of the service never stands between a person and help.
//!
//! What must not live here: which refusal leads to which page (`journeys::refused`).

mod failed;
mod standalone;

use axum::http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use axum::response::Response;
use chrono::{DateTime, Utc};
use leptos::prelude::AnyView;

pub use failed::{Failed, Why, refused};
pub use standalone::unavailable_page;

use crate::page::{Chrome, Page};
use crate::parts::{h1, h2, link, paragraphs, phone_link};
use crate::when::day_and_time;

/// 404: there is no such page, or this person may not know of it. Both look the same.
pub fn not_found(chrome: &Chrome) -> Response {
    plain(
        chrome,
        StatusCode::NOT_FOUND,
        "Page not found",
        &[
            "If you typed the web address, check it is correct.".into(),
            "If you pasted the web address, check you copied the entire address.".into(),
        ],
    )
}

/// 403: this person may see the thing, but may not do this to it.
pub fn forbidden(chrome: &Chrome) -> Response {
    plain(
        chrome,
        StatusCode::FORBIDDEN,
        "You do not have permission to do this",
        &["If you need to do this for your work, ask your manager or the person who gave you access.".into()],
    )
}

/// 409: somebody else changed the thing since the form was shown.
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

/// 429: it was tried too often; it may be tried again from `until` on.
pub fn too_many(chrome: &Chrome, until: DateTime<Utc>) -> Response {
    too_many_but(chrome, until, None)
}

/// 429, as [`too_many`], with a link to another way on that need not wait: its address and its words.
pub fn too_many_but(chrome: &Chrome, until: DateTime<Utc>, way_on: Option<(&'static str, &'static str)>) -> Response {
    let again = format!("You can try again from {}.", day_and_time(until));
    let mut response = Page::new(TOO_MANY).status(StatusCode::TOO_MANY_REQUESTS).render(chrome, || {
        use leptos::prelude::*;
        let way_on = way_on.map(|(to, words)| view! { <p class="govuk-body">{link(to, words)}</p> });
        view! { {h1(TOO_MANY)} {paragraphs([again.as_str()])} {way_on} {whom_to_call(chrome)} }.into_any()
    });
    retry_after(&mut response, until);
    response
}

/// 429: the same is being done at this moment, by this person or by too many others. `words` says what, and how long to
/// wait.
pub fn wait(chrome: &Chrome, words: &str) -> Response {
    let mut sentence = words.to_owned();
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    plain(chrome, StatusCode::TOO_MANY_REQUESTS, "Wait a moment", &[format!("{sentence}.")])
}

/// Sets the `Retry-After` header to the time `until`.
pub(crate) fn retry_after(response: &mut Response, until: DateTime<Utc>) {
    // A date and not a number of seconds, because pages read no clock.
    let moment = until.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(moment) = HeaderValue::try_from(moment) {
        response.headers_mut().insert(RETRY_AFTER, moment);
    }
}

const PROBLEM: &str = "Sorry, there is a problem with the service";
const UNAVAILABLE: &str = "Sorry, the service is unavailable";
const SOON: &str = "It is busy or being repaired. Try again in a few minutes.";

/// 500: the service failed. If a form was sent, the backend shows [`refused`] instead, with what was typed.
pub fn internal(chrome: &Chrome) -> Response {
    plain(&chrome.without_session(), StatusCode::INTERNAL_SERVER_ERROR, PROBLEM, &["Try again later.".into()])
}

/// 503: the service is busy, or its database is out of reach, for the moment.
pub fn unavailable(chrome: &Chrome) -> Response {
    plain(&chrome.without_session(), StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, &[SOON.into()])
}

/// The telephone numbers to call, from the settings alone. The pages for refusals and failures end with them.
fn whom_to_call(chrome: &Chrome) -> AnyView {
    use leptos::prelude::*;
    let phones = &chrome.phones;
    let hub = (!phones.hub.is_empty()).then(|| {
        view! {
            <li>
                "if you are worried about a child’s safety, call the multi-agency safeguarding hub (MASH) on "
                {phone_link(&phones.hub)} ", or outside office hours " {phone_link(&phones.out_of_hours)}
            </li>
        }
    });
    let team = if phones.team.is_empty() {
        view! { <li>{format!("for anything else, contact {}", chrome.council)}</li> }.into_any()
    } else {
        view! { <li>"for anything else, call the children missing education team on " {phone_link(&phones.team)}</li> }
            .into_any()
    };
    view! {
        {h2("If you need help now")}
        <ul class="govuk-list govuk-list--bullet">
            <li>"if a child is in immediate danger, call " {phone_link("999")}</li>
            <li>"to tell the police something that is not an emergency, call " {phone_link("101")}</li>
            {hub}
            {team}
        </ul>
    }
    .into_any()
}

fn plain(chrome: &Chrome, status: StatusCode, title: &'static str, texts: &[String]) -> Response {
    Page::new(title).status(status).render(chrome, || {
        use leptos::prelude::*;
        view! { {h1(title)} {paragraphs(texts.iter().map(String::as_str))} {whom_to_call(chrome)} }.into_any()
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
        for response in [internal(&chrome), unavailable(&chrome)] {
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

    #[tokio::test]
    async fn every_page_of_a_fault_says_whom_to_call_and_whose_service_it_is() {
        let phones =
            Phones { team: "01632 960180".into(), hub: "01632 960653".into(), out_of_hours: "01632 960123".into() };
        let chrome = Chrome { phones, council: "Luton Council".into(), ..Chrome::default() };
        let until = "2026-11-18T10:15:00Z".parse().expect("a moment");
        let mut pages = vec![
            not_found(&chrome),
            forbidden(&chrome),
            conflict(&chrome),
            too_many(&chrome, until),
            wait(&chrome, "wait"),
            internal(&chrome),
            unavailable(&chrome),
        ];
        for status in [400, 403, 404, 405, 408, 409, 413, 415, 429, 500, 503] {
            for why in [Why::Status, Why::Slow, Why::Address("https://onroll.example".into())] {
                let status = StatusCode::from_u16(status).expect("a status");
                pages.push(refused(&chrome, &Failed { status, why, path: "/report/danger".into(), typed: None }));
            }
        }
        for page in pages {
            let status = page.status();
            let text = text(page).await;
            for told in ["Luton Council", "tel:999", "tel:101", "01632 960653", "01632 960123", "01632 960180"] {
                assert!(text.contains(told), "{status} does not say {told}: {text}");
            }
            assert_eq!(text.matches("<h1").count(), 1, "{text}");
        }
    }
}
