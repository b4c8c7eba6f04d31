//! Tests of the page around the body: landmarks, headers, banners, navigation.

use axum::body::to_bytes;
use leptos::prelude::*;
use scraper::{Html, Selector};
use sha2::{Digest, Sha256};

use super::*;
use crate::form::{Faults, Form};
use crate::parts::{h1, paragraph};

async fn text(response: Response) -> String {
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    String::from_utf8(body.to_vec()).expect("text")
}

fn staff() -> Chrome {
    Chrome {
        council: "Example & Sons Council".into(),
        area: Area::Staff,
        demo: true,
        person: Some("Sam <Officer>".into()),
        nav: vec![
            NavItem { text: "Referrals".into(), href: "/referrals".into(), current: false },
            NavItem { text: "Cases".into(), href: "/cases".into(), current: false },
        ],
        flash: Some("Saved".into()),
        ..Chrome::default()
    }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = chunk.iter().chain([0, 0].iter()).take(3).fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        for place in 0..4 {
            let letter = if place <= chunk.len() { LETTERS[number >> (18 - 6 * place) & 63] } else { b'=' };
            text.push(char::from(letter));
        }
    }
    text
}

#[test]
fn the_inline_script_is_the_one_the_policy_allows() {
    let hash = base64(&Sha256::digest(document::JS_ENABLED));
    assert!(CONTENT_SECURITY_POLICY.contains(&format!("'sha256-{hash}'")), "{hash}");
}

#[tokio::test]
async fn a_page_has_its_landmarks_in_order_and_no_markers() {
    let response = Page::new("Cases").wide().render(&staff().at("/cases"), || h1("Cases"));
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()[POLICY], CONTENT_SECURITY_POLICY);
    let html = text(response).await;
    assert!(!html.contains("<!>") && !html.contains("<!--") && !html.contains("style="), "{html}");
    let order = [
        "<script>document.body",
        "Skip to main content",
        "<header",
        "Synthetic data only",
        "govuk-generic-header",
        "govuk-service-navigation",
        "govuk-phase-banner",
        "</header>",
        "<main",
        "OFFICIAL-SENSITIVE",
        "Success",
        "<h1",
        "</main>",
        "<footer",
        "/accessibility",
        "/cookies",
        "/privacy",
        "/contact",
    ];
    let mut from = 0;
    for mark in order {
        from += html[from..].find(mark).unwrap_or_else(|| panic!("{mark} is not where it belongs: {html}"));
    }
    let parsed = Html::parse_document(&html);
    let one = |selector: &str| parsed.select(&Selector::parse(selector).expect("a selector")).count();
    assert_eq!(one("h1"), 1);
    assert_eq!(one("form[action='/sign-out'][method='post'] button"), 1);
    assert_eq!(one("a[aria-current='page'][href='/cases']"), 1);
    assert_eq!(one("script[type='module'][src]"), 2);
    assert_eq!(one("script"), 3);
    assert_eq!(one("link[rel='stylesheet']"), 3);
    assert!(html.contains("<title>Cases - Children missing education - Example &amp; Sons Council</title>"), "{html}");
    assert!(html.contains("Sam &lt;Officer&gt;"));
}

#[tokio::test]
async fn a_page_with_faults_says_so_first() {
    let form = Form::new().with("family_name", "");
    let faults = Faults::from_iter([("family_name", "Enter the child’s last name")]);
    let ask = Ask::new(&form, &faults);
    let response = Page::new("Child’s name")
        .back("/start")
        .ask(ask)
        .render(&staff(), || view! { {h1("Child’s name")} {ask.text("family_name", "Last name")} }.into_any());
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = text(response).await;
    assert!(html.contains("<title>Error: Child’s name - "), "{html}");
    assert!(!html.contains("Saved"), "a success does not stand beside an error: {html}");
    let main = html.find("<main").expect("a main");
    let summary = html.find("govuk-error-summary").expect("a summary");
    let heading = html.find("<h1").expect("a heading");
    assert!(html.find("govuk-back-link").expect("a back link") < main && main < summary && summary < heading);
    assert!(html.contains(r##"<a href="#family_name">Enter the child’s last name</a>"##), "{html}");
}

#[tokio::test]
async fn the_public_can_leave_in_a_hurry_and_loads_nothing_for_staff() {
    let html = text(Page::new("Report").exit().indexed().render(&Chrome::default(), || paragraph("Hello"))).await;
    let parsed = Html::parse_document(&html);
    let one = |selector: &str| parsed.select(&Selector::parse(selector).expect("a selector")).count();
    assert_eq!(one("header > button[type=submit][form=exit].govuk-skip-link"), 1, "{html}");
    assert_eq!(
        one("form#exit[method=post][action='/exit'][aria-label] button.govuk-exit-this-page__button"),
        1,
        "{html}"
    );
    assert_eq!(one("form#exit input[name=report]"), 0, "{html}");
    assert!(!html.contains("moj.") && !html.contains("noindex") && !html.contains("/sign-out"), "{html}");
}
