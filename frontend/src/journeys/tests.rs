//! Tests of all pages together: who may open them.

use axum::http::StatusCode;

use super::*;
use crate::testing::{ask, contact, refusal, silent, visit};

/// The paths of a router, read from its `Debug` text, so that no new route is forgotten.
fn paths(router: &Router) -> Vec<String> {
    let shown = format!("{router:?}");
    // The text also holds the paths of each router's fallback.
    let quoted = shown
        .split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.starts_with('/') && *text != "/" && !text.contains("__private__"));
    let mut paths: Vec<String> = quoted.map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// A path that a browser could ask for, with a value for each parameter.
fn address(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "X-1" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_page_for_staff_refuses_a_school_contact_before_the_api_is_asked() {
    let paths = paths(&staff_pages());
    assert!(paths.len() > 50, "the routes were not found: {paths:?}");
    for path in ["/triage", "/triage/{reference}", "/cases/{reference}", "/audit", "/staff/{id}", "/agencies"] {
        assert!(paths.iter().any(|known| known == path), "{path} is not among {paths:?}");
    }
    for path in paths {
        let address = address(&path);
        for form in [None, Some("version=1")] {
            let seen = ask(router(), &silent(Some(contact())), &address, form).await;
            assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path} {form:?}");
        }
    }
}

#[tokio::test]
async fn every_page_for_staff_asks_a_stranger_to_sign_in_or_shows_nothing() {
    for path in paths(&staff_pages()) {
        let stranger = visit(None, false, |_| Err(refusal("UNAUTHENTICATED", "sign in to do this")));
        for form in [None, Some("version=1")] {
            let seen = ask(router(), &stranger, &address(&path), form).await;
            let refused = [StatusCode::METHOD_NOT_ALLOWED, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
            assert!(refused.contains(&seen.status) || seen.goes_to() == "/sign-in", "{path} {form:?}");
        }
    }
}

/// Lists the pages that are not for staff alone, so that a page for staff cannot be added among them unnoticed.
#[test]
fn pages_that_are_not_for_staff_alone_begin_with_what_is_known_to_be_open() {
    const OPEN: [&str; 19] = [
        "/account",
        "/accessibility",
        "/acknowledge",
        "/contact",
        "/cookies",
        "/demo",
        "/exit",
        "/invitation",
        "/link",
        "/partners",
        "/privacy",
        "/recover",
        "/refer",
        "/report",
        "/sign-in",
        "/sign-out",
        "/signed-out",
        "/respond",
        "/assets",
    ];
    for path in paths(&open_pages()) {
        let first = format!("/{}", path.split('/').nth(1).unwrap_or_default());
        assert!(OPEN.contains(&first.as_str()), "for whom is {path}?");
    }
}
