//! Claims about the pages on which anybody tells the authority about a child.

use std::sync::{Arc, Mutex};

use async_graphql::{Request, Value};
use axum::http::StatusCode;
use scraper::{Html, Selector};
use serde_json::{Value as Json, json};

use super::router;
use super::steps::STEPS;
use crate::journeys::site::testing::{Canned, Seen, ask, refusal, silent, visit};
use crate::visit::Visit;

async fn get(visit: &Visit, path: &str) -> Seen {
    ask(router(), visit, path, None).await
}

async fn post(visit: &Visit, path: &str, form: &str) -> Seen {
    ask(router(), visit, path, Some(form)).await
}

/// Answers a question, and says where it leads.
async fn tell(visit: &Visit, step: &str, form: &str) -> String {
    post(visit, &format!("/report/{step}"), form).await.goes_to().to_owned()
}

#[tokio::test]
async fn whom_to_call_comes_before_the_first_question() {
    let seen = get(&silent(None), "/report").await;
    seen.shows(&["Exit this page", "<h1", "call 999 now", "101", "01632 960002", "/report/about", "Start now"]);
    assert!(!seen.html.contains("noindex"));
}

#[tokio::test]
async fn who_is_somebody_elses_to_help_is_sent_on_and_nothing_is_kept() {
    let visit = silent(None);
    assert_eq!(tell(&visit, "about", "about=NOT_IN_SCHOOL").await, "/report/danger");
    for (code, slug, team) in [
        ("ABSENT", "on-a-roll", "education welfare"),
        ("HOME_EDUCATED", "home-educated", "home education"),
        ("TOO_YOUNG", "too-young", "early years"),
        ("TOO_OLD", "too-old", "participation"),
    ] {
        let to = tell(&visit, "about", &format!("about={code}")).await;
        assert_eq!(to, format!("/report/elsewhere/{slug}"));
        get(&visit, &to).await.shows(&["Exit this page", team, "01632 960001", "call 999"]);
    }
    assert_eq!(get(&visit, "/report/danger").await.goes_to(), "/report", "the answers were kept");
    let seen = post(&visit, "/report/about", "").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["href=\"#about\"", "Select who"]);
}

#[tokio::test]
async fn every_question_can_be_left_in_a_hurry_and_has_one_heading() {
    let visit = silent(None);
    tell(&visit, "about", "about=NOT_IN_SCHOOL").await;
    for step in STEPS {
        let seen = get(&visit, &format!("/report/{}", step.slug)).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", step.slug);
        let html = Html::parse_document(&seen.html);
        let all = |selector: &str| html.select(&Selector::parse(selector).expect("a selector")).count();
        let counts = (all("h1"), all("main form[method=post]"), all(".govuk-back-link"), all(".govuk-exit-this-page"));
        assert_eq!(counts, (1, 1, 1, 1), "{}", step.slug);
    }
    assert_eq!(get(&visit, "/report/nothing").await.status, StatusCode::NOT_FOUND);
}

/// An API that finds the given fault whenever it is asked for faults, and sends whatever it is sent.
fn finding(fault: Option<(&'static str, &'static str)>) -> Visit {
    visit(None, false, move |request: &Request| -> Canned {
        if request.query.contains("sendReport") {
            return Ok(json!({ "sendReport": { "reference": "R-0009", "heldUntil": null } }));
        }
        let faults: Vec<Json> =
            fault.iter().map(|(field, message)| json!({ "field": field, "message": message })).collect();
        Ok(json!({ "reportFaults": faults }))
    })
}

#[tokio::test]
async fn a_fault_is_told_on_the_page_that_asked_and_on_no_other() {
    let visit = finding(Some(("danger", "Select whether the child is in immediate danger")));
    tell(&visit, "about", "about=NOT_IN_SCHOOL").await;
    let seen = post(&visit, "/report/danger", "").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["Select whether the child is in immediate danger"]);
    assert_eq!(tell(&visit, "harm", "harm=NO").await, "/report/name");
}

#[tokio::test]
async fn danger_can_be_sent_at_once_and_what_is_no_longer_asked_is_not_sent() {
    let visit = finding(None);
    tell(&visit, "about", "about=NOT_IN_SCHOOL").await;
    assert_eq!(tell(&visit, "danger", "danger=NOT_KNOWN").await, "/report/harm");
    assert_eq!(tell(&visit, "danger", "danger=YES").await, "/report/danger-call");
    get(&visit, "/report/danger-call").await.shows(&["01632 960002", "name=\"dangerCalled\"", "Send now"]);
    assert_eq!(tell(&visit, "danger-call", "dangerCalled=YES&dangerReference=9pm").await, "/report/harm");
    assert_eq!(tell(&visit, "danger?return=check", "danger=NO").await, "/report/check");
    assert!(!get(&visit, "/report/check").await.html.contains("9pm"));
    tell(&visit, "danger", "danger=YES").await;
    let to = tell(&visit, "danger-call", "dangerCalled=YES&dangerReference=9pm&next=send").await;
    assert_eq!(to, "/report/sent");
    get(&visit, &to).await.shows(&["R-0009"]);
}

#[tokio::test]
async fn a_report_is_sent_once_and_then_forgotten() {
    let sent: Arc<Mutex<Vec<Json>>> = Arc::default();
    let noted = sent.clone();
    let visit = visit(None, false, move |request: &Request| -> Canned {
        if request.query.contains("reportFaults") {
            return Ok(json!({ "reportFaults": [] }));
        }
        let input = serde_json::to_value(&request.variables).expect("variables");
        let mut sent = noted.lock().expect("what was sent");
        sent.push(input["input"].clone());
        if sent.len() > 1 {
            return Ok(json!({ "sendReport": { "reference": "R-0007", "heldUntil": null } }));
        }
        let mut error = refusal("INVALID", "invalid");
        let fault = json!([{ "field": "concern", "message": "Enter what you know, even if it is little" }]);
        error.extensions.get_or_insert_default().set("fields", Value::from_json(fault).expect("a fault"));
        Err(error)
    });
    tell(&visit, "about", "about=NOT_IN_SCHOOL").await;
    tell(&visit, "danger", "danger=NO&about=NOT_IN_SCHOOL").await;
    assert_eq!(tell(&visit, "name", "nameNotKnown=YES&givenNames=%3Cscript%3E").await, "/report/age");
    let seen = post(&visit, "/report/check", "").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["<title>Error: ", "href=\"/report/concern?return=check\"", "even if it is little", "&lt;script&gt;"]);
    assert_eq!(tell(&visit, "concern?return=check", "concern=Alone").await, "/report/check");
    assert_eq!(tell(&visit, "check", "").await, "/report/sent");
    get(&visit, "/report/sent").await.shows(&["govuk-panel", "R-0007", "What happens next", "999", "101"]);
    assert_eq!(tell(&visit, "check", "").await, "/report/sent", "a second press is no second report");
    assert_eq!(get(&visit, "/report/check").await.goes_to(), "/report/sent");
    assert_eq!(get(&visit, "/report/name").await.goes_to(), "/report", "the answers are forgotten");
    let sent = sent.lock().expect("what was sent");
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0]["key"], sent[1]["key"], "both tries are one report");
    let fields: Vec<&str> =
        sent[1]["answers"].as_array().expect("answers").iter().filter_map(|a| a["field"].as_str()).collect();
    assert!(fields.contains(&"concern") && !fields.contains(&"about"), "{fields:?}");
}
