//! Tests of the pages on which anybody tells the council about a child.

use std::sync::{Arc, Mutex};

use async_graphql::{Request, Value};
use axum::http::StatusCode;
use scraper::{Html, Selector};
use serde_json::{Value as Json, json};

use super::router;
use super::steps::STEPS;
use crate::testing::{Canned, Seen, ask, refusal, silent, visit};
use crate::visit::Visit;

async fn get(visit: &Visit, path: &str) -> Seen {
    ask(router(), visit, path, None).await
}

async fn post(visit: &Visit, path: &str, form: &str) -> Seen {
    ask(router(), visit, path, Some(form)).await
}

/// Begins the report with the id `one`.
async fn begin(visit: &Visit) -> String {
    post(visit, "/report", "report=one").await.goes_to().to_owned()
}

/// Answers a question of the report `one`; the address it leads to.
async fn tell(visit: &Visit, step: &str, form: &str) -> String {
    post(visit, &format!("/report/one/{step}"), form).await.goes_to().to_owned()
}

#[tokio::test]
async fn whom_to_call_comes_before_the_first_question() {
    let seen = get(&silent(None), "/report").await;
    seen.shows(&["Exit this page", "<h1", "call 999 now", "101", "01632 960002", "action=\"/report\"", "Start now"]);
    assert!(!seen.html.contains("noindex"));
}

#[tokio::test]
async fn who_is_somebody_elses_to_help_is_sent_on_and_nothing_is_kept() {
    let visit = silent(None);
    assert_eq!(begin(&visit).await, "/report/one/danger");
    for (code, slug, team) in [
        ("ABSENT", "on-a-roll", "education welfare"),
        ("HOME_EDUCATED", "home-educated", "home education"),
        ("APPLYING", "applying", "admissions"),
        ("TOO_YOUNG", "too-young", "early years"),
        ("TOO_OLD", "too-old", "participation"),
    ] {
        let form = format!("about={code}&report=one");
        let to = post(&visit, "/report/about", &form).await.goes_to().to_owned();
        assert_eq!(to, format!("/report/elsewhere/{slug}"));
        get(&visit, &to).await.shows(&["Exit this page", team, "01632 960001", "call 999"]);
    }
    assert_eq!(get(&visit, "/report/one/danger").await.status, StatusCode::NOT_FOUND, "the answers were kept");
    let seen = post(&visit, "/report/about", "").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["href=\"#about\"", "Select who"]);
}

#[tokio::test]
async fn every_question_can_be_left_in_a_hurry_and_has_one_heading() {
    let visit = silent(None);
    begin(&visit).await;
    for step in STEPS {
        let seen = get(&visit, &format!("/report/one/{}", step.slug)).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", step.slug);
        let html = Html::parse_document(&seen.html);
        let all = |selector: &str| html.select(&Selector::parse(selector).expect("a selector")).count();
        let counts = (all("h1"), all("main form[method=post]"), all(".govuk-back-link"), all(".govuk-exit-this-page"));
        assert_eq!(counts, (1, 1, 1, 1), "{}", step.slug);
    }
    assert_eq!(get(&visit, "/report/one/nothing").await.status, StatusCode::NOT_FOUND);
}

/// An API that finds this fault whenever it is asked for faults, and accepts any report.
fn finding(fault: Option<(&'static str, &'static str)>) -> Visit {
    visit(None, false, move |request: &Request| -> Canned {
        if request.query.contains("sendReport") {
            return Ok(json!({ "sendReport": { "reference": "R-0009", "heldUntil": null, "mashAlerted": true } }));
        }
        let faults: Vec<Json> =
            fault.iter().map(|(field, message)| json!({ "field": field, "message": message })).collect();
        Ok(json!({ "reportFaults": faults }))
    })
}

#[tokio::test]
async fn a_fault_is_told_on_the_page_that_asked_and_on_no_other() {
    let visit = finding(Some(("danger", "Select whether the child is in immediate danger")));
    begin(&visit).await;
    let seen = post(&visit, "/report/one/danger", "").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["Select whether the child is in immediate danger"]);
    assert_eq!(tell(&visit, "harm", "harm=NO").await, "/report/one/name");
}

#[tokio::test]
async fn danger_can_be_sent_at_once_and_what_is_no_longer_asked_is_not_sent() {
    let visit = finding(None);
    begin(&visit).await;
    assert_eq!(tell(&visit, "danger", "danger=NOT_KNOWN").await, "/report/one/about");
    let about = post(&visit, "/report/about", "about=NOT_IN_SCHOOL&report=one").await;
    assert_eq!(about.goes_to(), "/report/one/harm");
    assert_eq!(tell(&visit, "danger", "danger=YES").await, "/report/one/danger-call");
    get(&visit, "/report/one/danger-call").await.shows(&["01632 960002", "name=\"dangerCalled\"", "Send now"]);
    assert_eq!(tell(&visit, "danger-call", "dangerCalled=YES&dangerReference=9pm").await, "/report/one/harm");
    assert_eq!(tell(&visit, "danger?return=check", "danger=NO").await, "/report/one/check");
    assert!(!get(&visit, "/report/one/check").await.html.contains("9pm"));
    tell(&visit, "danger", "danger=YES").await;
    // What was typed under the answer that was taken back is there again.
    get(&visit, "/report/one/danger-call").await.shows(&["value=\"9pm\""]);
    let to = tell(&visit, "danger-call", "dangerCalled=YES&dangerReference=9pm&next=send").await;
    assert_eq!(to, "/report/one/sent");
    let seen = get(&visit, &to).await;
    seen.shows(&["R-0009", "We have alerted the safeguarding hub", "01632 960002", "01632 960003", "call 999"]);
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
            return Ok(json!({ "sendReport": { "reference": "R-0007", "heldUntil": null, "mashAlerted": false } }));
        }
        let mut error = refusal("INVALID", "invalid");
        let fault = json!([{ "field": "concern", "message": "Enter what you know, even if it is little" }]);
        error.extensions.get_or_insert_default().set("fields", Value::from_json(fault).expect("a fault"));
        Err(error)
    });
    begin(&visit).await;
    tell(&visit, "danger", "danger=NO&about=NOT_IN_SCHOOL").await;
    assert_eq!(tell(&visit, "name", "nameNotKnown=YES&givenNames=%3Cscript%3E").await, "/report/one/age");
    let seen = post(&visit, "/report/one/check", "").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&[
        "<title>Error: ",
        "href=\"/report/one/concern?return=check\"",
        "even if it is little",
        "&lt;script&gt;",
    ]);
    assert_eq!(tell(&visit, "concern?return=check", "concern=Alone").await, "/report/one/check");
    assert_eq!(tell(&visit, "check", "").await, "/report/one/sent");
    let seen = get(&visit, "/report/one/sent").await;
    seen.shows(&["govuk-panel", "R-0007", "What happens next", "999", "101"]);
    assert!(!seen.html.contains("We have alerted"), "nobody was alerted");
    assert_eq!(tell(&visit, "check", "").await, "/report/one/sent", "a second press is no second report");
    assert_eq!(get(&visit, "/report/one/check").await.goes_to(), "/report/one/sent");
    assert_eq!(get(&visit, "/report/one/name").await.goes_to(), "/report/one/sent", "the answers are forgotten");
    let sent = sent.lock().expect("what was sent");
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0]["key"], sent[1]["key"], "both tries are one report");
    let fields: Vec<&str> =
        sent[1]["answers"].as_array().expect("answers").iter().filter_map(|a| a["field"].as_str()).collect();
    assert!(fields.contains(&"concern") && !fields.contains(&"about"), "{fields:?}");
}

#[tokio::test]
async fn what_comes_to_a_report_that_is_not_here_is_shown_and_begins_another() {
    let visit = finding(None);
    let seen = post(&visit, "/report/one/name", "givenNames=Pip&familyName=&about=ABSENT&unheard=of").await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    seen.shows(&["This report is not here any more", "999", "01632 960001", "Pip", "value=\"new\"", "value=\"Pip\""]);
    assert!(!seen.html.contains("unheard") && !seen.html.contains("value=\"ABSENT\""), "{}", seen.html);
    let begun = post(&visit, "/report/about", "about=NOT_IN_SCHOOL&report=new&givenNames=Pip").await;
    assert_eq!(begun.goes_to(), "/report/new/danger");
    get(&visit, "/report/new/name").await.shows(&["value=\"Pip\""]);
}

#[tokio::test]
async fn a_report_that_may_have_arrived_is_only_sent_again() {
    let visit = visit(None, false, |request: &Request| -> Canned {
        if request.query.contains("sendReport") {
            return Err(refusal("INTERNAL", "down"));
        }
        Ok(json!({ "reportFaults": [] }))
    });
    begin(&visit).await;
    tell(&visit, "name", "givenNames=Pip").await;
    assert_eq!(post(&visit, "/report/one/check", "").await.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(get(&visit, "/report/one/name").await.goes_to(), "/report/one/check");
    let check = get(&visit, "/report/one/check").await;
    check.shows(&["may have arrived", "Pip", "Send"]);
    assert!(!check.html.contains("return=check"), "{}", check.html);
    let seen = post(&visit, "/report/one/name", "givenNames=Pippa").await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    seen.shows(&["already being sent", "Pippa"]);
}

#[tokio::test]
async fn a_way_on_leads_to_a_page_of_the_report_and_nowhere_else() {
    let visit = silent(None);
    begin(&visit).await;
    for (page, to) in [
        ("name", "name"),
        ("harm?return=check", "harm?return=check"),
        ("about", "about"),
        ("check", "check"),
        ("//evil.example", "check"),
        ("sent", "check"),
        ("", "check"),
    ] {
        let form = form_urlencoded::Serializer::new(String::new()).append_pair("page", page).finish();
        assert_eq!(tell(&visit, "go-on", &form).await, format!("/report/one/{to}"));
    }
}
