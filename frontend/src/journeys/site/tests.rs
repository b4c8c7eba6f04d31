//! Tests of the start page, the statements, the "Exit this page" button and the pages of the demonstration.

use chrono::{TimeZone as _, Utc};
use scraper::{Html, Selector};

use super::*;
use crate::testing::{ADMINISTRATOR, LIAISON, NONE, OFFICER, ask, contact, see, silent, staff, visit};

#[tokio::test]
async fn the_start_page_says_whom_to_call_before_it_offers_a_form() {
    let page = ask(router(), &silent(None), "/", None).await;
    page.shows(&["<h1", "call 999", "01632 960002", "01632 960003", "tel:101", "/report", "/refer", "/sign-in"]);
    assert!(!page.html.contains("/demo") && !page.html.contains("noindex"), "{}", page.html);
    let demo = visit(None, true, |_| Ok(serde_json::Value::Null));
    ask(router(), &demo, "/", None).await.shows(&["/sign-in", "/demo\"", "/demo/mail\""]);
}

#[tokio::test]
async fn whoever_is_signed_in_goes_to_their_work_with_their_message() {
    let places = [
        (staff(OFFICER), "/desk"),
        (staff(LIAISON), "/desk"),
        (staff(ADMINISTRATOR), "/staff"),
        (staff(NONE), "/account"),
        (contact(), "/refer"),
    ];
    for (who, place) in places {
        let visit = silent(Some(who));
        let _ = visit.go_saying("/", "Done").await;
        assert_eq!(ask(router(), &visit, "/", None).await.goes_to(), place);
        assert_eq!(visit.flash().await.as_deref(), Some("Done"));
    }
}

#[tokio::test]
async fn leaving_in_a_hurry_throws_the_report_away_and_a_link_to_it_does_not() {
    let visit = silent(None);
    visit.reports.begin("one".into(), Box::new(|_| {})).await.expect("it is begun");
    assert_eq!(ask(router(), &visit, "/exit", None).await.goes_to(), ELSEWHERE);
    assert!(visit.reports.look("one").await.expect("a report").is_some());
    let left = ask(router(), &visit, "/exit", Some("report=one")).await;
    assert_eq!(left.headers["refresh"], AT_ONCE);
    assert_eq!(AT_ONCE, format!("0; url={ELSEWHERE}"));
    assert!(BETWEEN.contains(&format!("href=\"{ELSEWHERE}\"")) && !left.html.to_lowercase().contains("child"));
    assert!(visit.reports.look("one").await.expect("a report").is_none());
    assert_eq!(ask(router(), &visit, "/exit", Some("")).await.headers["refresh"], AT_ONCE);
}

#[tokio::test]
async fn every_statement_is_a_page_of_its_own() {
    let heading = Selector::parse("h1").expect("a selector");
    let script = Selector::parse("main script").expect("a selector");
    let pages = [
        ("/accessibility", "has tested it with a screen reader"),
        ("/cookies", "__Host-onroll"),
        ("/privacy", "Section 436A"),
        ("/contact", "mailto:cme@council.example"),
    ];
    for (path, mark) in pages {
        let page = ask(router(), &silent(None), path, None).await;
        page.shows(&["<h1", mark]);
        let parsed = Html::parse_document(&page.html);
        assert_eq!(parsed.select(&heading).count(), 1, "{path}");
        assert_eq!(parsed.select(&script).count(), 0, "{path}");
    }
    let demo = visit(None, true, |_| Ok(serde_json::Value::Null));
    assert!(!ask(router(), &demo, "/cookies", None).await.html.contains("__Host-"));
}

#[tokio::test]
async fn a_mail_links_only_to_the_site_itself() {
    let at = Utc.with_ymd_and_hms(2026, 6, 4, 8, 32, 0).single().expect("a moment");
    let body = "Sign in: http://localhost:3000/link/abc.\n<script>\nhttp://localhost:3000.evil.example/x \
                https://evil.example/y";
    let mail = |id: &str, day| DemoMail {
        id: id.into(),
        to: "jo@school.example".into(),
        subject: format!("Mail {id}"),
        at: at + chrono::TimeDelta::days(day),
        body: body.into(),
    };
    let visit = visit(None, true, |_| Ok(serde_json::Value::Null));
    let page = see(demo_mail_one(&visit, mail("a", 0), "http://localhost:3000").await).await;
    page.shows(&["4 June 2026 at 9:32am", "href=\"http://localhost:3000/link/abc\"", "&lt;script&gt;"]);
    assert!(!page.html.contains("href=\"http://localhost:3000.evil") && !page.html.contains("href=\"https://evil"));
    let list = see(demo_mail(&visit, vec![mail("a", 0), mail("b", 1)]).await).await;
    list.shows(&["/demo/mail/b", "5 June 2026", "/demo/mail/a"]);
}

#[tokio::test]
async fn somebody_without_a_password_is_told_of_their_link() {
    let person = |what: &str, password: Option<&str>| DemoPerson {
        what: what.into(),
        name: "A Person".into(),
        email: "a@b.example".into(),
        password: password.map(Into::into),
        where_: "/refer".into(),
    };
    let visit = visit(None, true, |_| Ok(serde_json::Value::Null));
    let people = vec![person("School contact", None), person("CME officer", Some("a long secret"))];
    let page = see(demo_people(&visit, people).await).await;
    page.shows(&["School contact", "a link is sent", "CME officer", "a long secret"]);
}
