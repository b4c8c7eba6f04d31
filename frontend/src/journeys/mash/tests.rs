use serde_json::{Value as Json, json};

use super::*;
use crate::testing::ask;
use crate::testing::canned::{at_work, holds};
use crate::testing::{LIAISON, OFFICER};

fn flag(stage: &str) -> Json {
    json!({
        "id": "f1", "level": "SIGNIFICANT_HARM", "concern": "<b>Hurt</b>", "rationale": "Seen twice",
        "raisedAt": "2026-06-04T08:32:00Z", "stage": stage, "speaksForMash": true, "lowering": null,
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
        "To be acknowledged (0)",
        "To be rated (more than 100)",
        "href=\"/mash/f1\"",
        "Amina Hassan",
        "C-0001",
        "Overdue",
        "Look again",
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
        "If it cannot wait, ring the MASH on",
    ]);
}

#[tokio::test]
async fn every_act_says_what_it_is_about_and_sends_what_was_typed() {
    for (path, typed, sent) in [
        ("acknowledge", "name=Robin", vec![r#""name":"Robin""#]),
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
    page.shows(&["Who at the MASH has it?"]);
}
