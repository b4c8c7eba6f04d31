use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use super::*;
use crate::testing::canned::{at_work, holds};
use crate::testing::{LIAISON, OFFICER};
use crate::testing::{ask, refusal};

fn flag(stage: &str) -> Json {
    json!({
        "id": "f1", "level": "SIGNIFICANT_HARM", "concern": "<b>Hurt</b>", "rationale": "Seen twice",
        "raisedAt": "2026-06-04T08:32:00Z", "stage": stage, "speaksForMash": true, "lowering": null,
        "answeredBy": null, "history": [],
        "clocks": [{ "kind": "MASH_ACKNOWLEDGEMENT", "dueOn": "2026-06-04", "lateAt": "2026-06-04T10:32:00Z", "late": true }],
        "mayAcknowledge": true, "mayRate": true, "mayAnswer": true, "mayConfirm": true,
        "case": { "reference": "C-0001", "risk": "HIGH", "child": { "givenNames": "Amina", "familyName": "Hassan" } },
    })
}

fn world(flag: &Json) -> Json {
    json!({
        "escalation": flag,
        "escalations": { "nodes": [flag], "more": false, "at": "2026-06-05T08:00:00Z" },
        "escalationCounts": [{ "stage": "RAISED", "count": 0 }, { "stage": "ACKNOWLEDGED", "count": 101 }],
        "acknowledgeEscalation": flag, "rateEscalation": flag, "answerEscalation": flag, "confirmEscalation": flag,
    })
}

#[tokio::test]
async fn the_hub_begins_with_the_first_stage_at_which_anything_waits() {
    let (visit, asked) = at_work(LIAISON, world(&flag("ACKNOWLEDGED")), None);
    let seen = ask(router(), &visit, "/mash", None).await;
    seen.shows(&[
        "Acknowledge each flag here",
        "To be acknowledged (0)",
        "To be rated (more than 100)",
        "href=\"/mash/f1\"",
        "Amina Hassan",
        "C-0001",
        "Overdue",
        "Look again",
        "This is how it stood 5 June 2026 at 9:00am",
    ]);
    holds(&asked.reads(), &["ACKNOWLEDGED"]);
    ask(router(), &visit, "/mash?stage=RELAYED", None).await;
    holds(&asked.reads(), &["RELAYED"]);
}

#[tokio::test]
async fn a_flag_says_how_far_it_has_got_and_what_can_be_done() {
    let (visit, _) = at_work(LIAISON, world(&flag("RAISED")), None);
    let seen = ask(router(), &visit, "/mash/f1", None).await;
    seen.shows(&[
        "href=\"/cases/C-0001\"",
        "href=\"/mash/f1/acknowledge\"",
        "href=\"/mash/f1/rate\"",
        "href=\"/mash/f1/confirm\"",
        "href=\"/mash/f1/answer\"",
        "&lt;b&gt;Hurt&lt;/b&gt;",
        "Acknowledge it here",
    ]);
    assert!(!seen.html.contains("ring the MASH on"), "the hub is asked to ring itself: {}", seen.html);
    let mut relayed = flag("RAISED");
    relayed["speaksForMash"] = json!(false);
    let (visit, _) = at_work(OFFICER, world(&relayed), None);
    let seen = ask(router(), &visit, "/mash/f1", None).await;
    seen.shows(&["If it cannot wait, ring the MASH on", "01632 960002"]);
    ask(router(), &visit, "/mash", None).await.shows(&["Ring the MASH on", "if a flag cannot wait"]);
}

#[tokio::test]
async fn that_nothing_is_done_is_checked_before_it_is_decided() {
    let (visit, asked) = at_work(LIAISON, world(&flag("RATED")), None);
    let typed = "decision=NO_FURTHER_ACTION&mashReference=M-1&answer=%3Cb%3EClosed";
    let check = ask(router(), &visit, "/mash/f1/answer", Some(typed)).await;
    check.shows(&[
        "Check the answer: no further action",
        "The concern ends",
        "&lt;b&gt;Closed",
        "name=\"mashReference\" value=\"M-1\"",
        "Confirm: no further action",
        "Cancel",
    ]);
    assert!(asked.changes().is_empty(), "nothing is decided yet");
    let again = ask(router(), &visit, "/mash/f1/answer", Some(&format!("{typed}&change=YES"))).await;
    again.shows(&["Record the MASH’s answer", "value=\"M-1\"", "&lt;b&gt;Closed"]);
    let done = ask(router(), &visit, "/mash/f1/answer", Some(&format!("{typed}&checked=YES"))).await;
    assert_eq!(done.goes_to(), "/mash/f1");
    holds(&asked.changes(), &[r#""decision":"NO_FURTHER_ACTION""#, r#""mashReference":"M-1""#]);

    // What is relayed ends nothing by itself.
    let mut relayed = flag("RATED");
    relayed["speaksForMash"] = json!(false);
    let (visit, _) = at_work(OFFICER, world(&relayed), None);
    assert_eq!(ask(router(), &visit, "/mash/f1/answer", Some(typed)).await.goes_to(), "/mash/f1");
}

#[tokio::test]
async fn whoever_is_slower_is_told_who_answered_and_when() {
    let mut answered = flag("ANSWERED");
    answered["answeredAt"] = json!("2026-06-05T08:00:00Z");
    answered["answeredBy"] = json!("Mo Mash");
    for right in ["mayAcknowledge", "mayRate", "mayAnswer", "mayConfirm"] {
        answered[right] = json!(false);
    }
    let (visit, _) = at_work(LIAISON, world(&answered), None);
    for path in ["answer", "rate", "confirm"] {
        let seen = ask(router(), &visit, &format!("/mash/f1/{path}"), None).await;
        assert_eq!(seen.status, StatusCode::CONFLICT, "{path}");
        seen.shows(&["This flag is answered already", "Mo Mash recorded", "5 June 2026 at 9:00am"]);
    }
    let refused = refusal("CONFLICT", "this has already been answered");
    let (visit, _) = at_work(LIAISON, world(&answered), Some(refused));
    let seen = ask(router(), &visit, "/mash/f1/answer", Some("decision=ASSESSMENT&answer=Typed+already")).await;
    seen.shows(&["This has already been answered", "Mo Mash recorded", "Typed already"]);
}

#[tokio::test]
async fn a_second_person_reads_who_proposed_what_when_and_why() {
    let mut proposed = flag("RATED");
    proposed["lowering"] = json!({
        "rating": "GREEN", "reason": "The <nurse> saw her", "by": { "name": "Mo Mash" }, "at": "2026-06-05T08:00:00Z",
    });
    proposed["history"] = json!([{
        "seq": 4, "at": "2026-06-05T08:00:00Z", "title": "Lower rating of a flag proposed", "by": "Mo Mash",
        "details": [{ "label": "Reason", "value": "The <nurse> saw her" }],
    }]);
    let (visit, _) = at_work(LIAISON, world(&proposed), None);
    let form = ask(router(), &visit, "/mash/f1/rate", None).await;
    form.shows(&["Mo Mash proposed green on 5 June 2026 at 9:00am, because:", "The &lt;nurse&gt; saw her"]);
    let page = ask(router(), &visit, "/mash/f1", None).await;
    page.shows(&["What happened to it", "Lower rating of a flag proposed", "by Mo Mash", "The &lt;nurse&gt; saw her"]);
}

#[tokio::test]
async fn every_act_says_what_it_is_about_and_sends_what_was_typed() {
    for (path, typed, sent) in [
        (
            "acknowledge",
            "name=Robin&saidOn-day=5&saidOn-month=6&saidOn-year=2026&saidAt=9am",
            vec![r#""name":"Robin""#, r#""saidOn":"2026-6-5""#, r#""saidAt":"9am""#],
        ),
        ("rate", "rating=RED&reason=Seen", vec![r#""rating":"RED""#, r#""reason":"Seen""#]),
        (
            "answer",
            "decision=ASSESSMENT&mashReference=M-1&answer=Soon&saidBy=Robin&channel=EMAIL",
            vec![r#""decision":"ASSESSMENT""#, r#""saidBy":"Robin""#, r#""channel":"EMAIL""#],
        ),
        ("confirm", "", vec![r#""escalation":"f1""#]),
    ] {
        let (visit, asked) = at_work(LIAISON, world(&flag("RELAYED")), None);
        let page = ask(router(), &visit, &format!("/mash/f1/{path}"), None).await;
        page.shows(&["Amina Hassan", "&lt;b&gt;Hurt", "<form method=\"post\"", "Cancel"]);
        let done = ask(router(), &visit, &format!("/mash/f1/{path}"), Some(typed)).await;
        assert_eq!(done.goes_to(), "/mash/f1", "{path}");
        holds(&asked.changes(), &sent);
    }
}

#[tokio::test]
async fn whoever_relays_is_asked_from_whom_they_have_it() {
    let mut told = flag("RAISED");
    told["speaksForMash"] = json!(false);
    let (visit, _) = at_work(OFFICER, world(&told), None);
    let page = ask(router(), &visit, "/mash/f1/answer", None).await;
    page.shows(&["must confirm what you record here", "Who at the MASH said it?", "How did you hear it?"]);
    let page = ask(router(), &visit, "/mash/f1/acknowledge", None).await;
    page.shows(&["Who at the MASH said that they have it?", "name=\"saidOn-day\"", "At what time?"]);
}
