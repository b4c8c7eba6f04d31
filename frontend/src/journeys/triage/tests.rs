//! Claims about the inbox and about what is decided of a referral.

use async_graphql::ServerError;
use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use super::*;
use crate::rights::Rights;
use crate::testing::canned::{Asked, at_work, holds};
use crate::testing::{MANAGER, OFFICER, WORKER, ask, refusal};

const REFERRAL: &str = "/triage/R-0001";

fn referral(state: &str) -> Json {
    let case = json!({ "reference": "CME-0009", "state": "OPEN", "officer": { "id": "o1", "name": "Sam Officer" } });
    let closed = json!({ "reference": "CME-0002", "state": "CLOSED" });
    json!({
        "reference": "R-0001", "version": 3, "origin": "SCHOOL", "state": state, "ground": "NOT_AT_ADDRESS",
        "receivedAt": "2026-06-04T08:32:00Z", "familyName": "Hassan", "givenNames": "Amina <b>",
        "dateOfBirth": "2014-03-27", "school": { "urn": "109501", "name": "Oak School" }, "sentBy": "Jo Contact",
        "risk": "HIGH", "riskReasons": ["SOCIAL_CARE", "LONG_UNSEEN"],
        "answers": [{ "name": "harmDetails", "values": ["<script>alert(1)</script>"] }],
        "decidedAt": (state == "REDIRECTED").then_some("2026-06-05T08:32:00Z"),
        "redirectTo": (state == "REDIRECTED").then_some("EDUCATION_WELFARE"),
        "reason": (state == "REDIRECTED").then_some("Still on your roll"),
        "siblings": [], "askAgainOverdue": false,
        "matches": [{
            "child": { "id": "k1", "familyName": "Hasan", "givenNames": "Amina", "dateOfBirth": "2014-03-27" },
            "cases": [case, closed], "likely": true, "reasons": ["same date of birth", "names sound alike"],
        }],
    })
}

/// A visit of somebody with these rights to a referral in `state`. Changes are refused with `refused`, if that is given.
fn officer(may: Rights, state: &str, refused: Option<ServerError>) -> (Visit, Asked) {
    let info = json!({ "hasNextPage": true, "hasPreviousPage": false, "startCursor": "s", "endCursor": "e+1" });
    let changed = json!({ "reference": "CME-0009", "state": "OPEN" });
    let mut referral = referral(state);
    referral["mayTriage"] = json!(may.triage);
    let world = json!({
        "referrals": { "nodes": [referral], "pageInfo": info, "count": { "display": "1" } },
        "referral": referral, "officers": [{ "id": "o1", "name": "Sam Officer" }],
        "openCase": changed, "joinCase": changed, "redirectReferral": { "reference": "R-0001" },
    });
    at_work(may, world, refused)
}

#[tokio::test]
async fn the_inbox_says_who_is_at_risk_and_why() {
    let (visit, asked) = officer(WORKER, "RECEIVED", None);
    let seen = ask(router(), &visit, "/triage", None).await;
    holds(&asked.reads(), &[r#""state":["RECEIVED"]"#, r#""sort":"RISK""#]);
    seen.shows(&[
        "<h1",
        "aria-current=\"page\" href=\"/triage\"",
        "/triage?show=redirected",
        "1 referral</p>",
        "href=\"/triage/R-0001\" class=\"govuk-link\">Amina &lt;b&gt; Hassan</a>",
        "Risk of harm",
        "Social care involved",
        "Not seen for four weeks or more",
        "Oak School",
        "4 June 2026 at 9:32am",
        "href=\"/triage?after=e%2B1\"",
    ]);
    let seen = ask(router(), &visit, "/triage?show=redirected", None).await;
    holds(&asked.reads(), &[r#""state":["REDIRECTED","WITHDRAWN"]"#, r#""sort":"NEWEST""#]);
    assert!(seen.html.contains("/triage?show=redirected&amp;after=e%2B1"), "{}", seen.html);
}

#[tokio::test]
async fn whoever_is_to_be_asked_again_first_stands_first_and_says_that_it_is_overdue() {
    let row = |reference: &str, again: &str, overdue: bool| {
        let mut row = referral("WITH_AUTHORITY");
        row["reference"] = json!(reference);
        row["authority"] = json!("Thimble City Council");
        row["askAgainOn"] = json!(again);
        row["askAgainOverdue"] = json!(overdue);
        row
    };
    let info = json!({ "hasNextPage": false, "hasPreviousPage": false });
    let rows = [row("R-0001", "2026-06-09", false), row("R-0002", "2026-02-23", true)];
    let world = json!({ "referrals": { "nodes": rows, "pageInfo": info, "count": { "display": "2" } } });
    let (visit, asked) = at_work(WORKER, world, None);
    let seen = ask(router(), &visit, "/triage?show=with-authority", None).await;
    holds(&asked.reads(), &[r#""state":["WITH_AUTHORITY"]"#, r#""sort":"OLDEST""#]);
    seen.shows(&["R-0002", "23 February 2026", "Overdue", "R-0001", "9 June 2026"]);
    assert_eq!(seen.html.matches("Overdue").count(), 1, "{}", seen.html);
}

#[tokio::test]
async fn a_referral_shows_risk_then_ways_on_then_matches_then_answers() {
    let (visit, _) = officer(OFFICER, "RECEIVED", None);
    let seen = ask(router(), &visit, REFERRAL, None).await;
    seen.shows(&[
        "app-identity",
        "Referral R-0001</h1>",
        "This referral points to harm",
        "href=\"tel:01632960002\"",
        "Social care involved",
        "/triage/R-0001/open",
        "/triage/R-0001/join",
        "/triage/R-0001/redirect",
        "Amina Hasan",
        "Likely",
        "Same date of birth",
        "Names sound alike",
        "/cases/CME-0009",
        "What the referral says",
        "&lt;script&gt;alert(1)",
    ]);
    assert!(!seen.html.contains("<script>alert"), "{}", seen.html);
    let (visit, _) = officer(WORKER, "RECEIVED", None);
    assert!(!ask(router(), &visit, REFERRAL, None).await.html.contains("/triage/R-0001/open"));
    let seen = ask(router(), &visit, "/triage/R-0001/open", None).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn that_there_is_no_risk_is_said_only_where_it_was_told() {
    for (reasons, said) in [
        (json!(["CALL_NOT_CONFIRMED"]), "It is not confirmed that 999 was called"),
        (json!([]), "No signs of risk were reported"),
        (Json::Null, "Not shown to you"),
    ] {
        let mut told = referral("RECEIVED");
        told["riskReasons"] = reasons.clone();
        if reasons.is_null() {
            told["risk"] = Json::Null;
        }
        let (visit, _) = at_work(OFFICER, json!({ "referral": told, "officers": [] }), None);
        let seen = ask(router(), &visit, REFERRAL, None).await;
        seen.shows(&[said]);
        assert_eq!(seen.html.contains("No signs of risk"), reasons == json!([]), "{}", seen.html);
    }
}

#[tokio::test]
async fn a_decided_referral_says_what_was_decided() {
    let (visit, _) = officer(OFFICER, "REDIRECTED", None);
    let seen = ask(router(), &visit, REFERRAL, None).await;
    seen.shows(&["What was decided", "5 June 2026 at 9:32am", "Education welfare", "Still on your roll"]);
    assert!(!seen.html.contains("/triage/R-0001/open"), "{}", seen.html);
}

#[tokio::test]
async fn a_case_is_opened_only_once_somebody_said_which_child_it_is() {
    let (visit, asked) = officer(MANAGER, "RECEIVED", None);
    let seen = ask(router(), &visit, "/triage/R-0001/open", None).await;
    seen.shows(&[
        "Amina Hasan, born 27 March 2014",
        "A child new to us",
        "statutoryStatus",
        "Nobody yet",
        "Me (Sam Officer)",
    ]);
    let form = "version=3&statutoryStatus=CME&serviceRoute=CME_TEAM&whereabouts=UNKNOWN&officer=o1";
    let seen = ask(router(), &visit, "/triage/R-0001/open", Some(form)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["<a href=\"#child\">Select whether", "value=\"CME\" checked", "value=\"o1\" selected"]);
    assert!(asked.changes().is_empty());

    for (child, sent) in [("k1", r#""child":"k1""#), ("new", r#""child":null"#)] {
        let form = format!("{form}&child={child}");
        let seen = ask(router(), &visit, "/triage/R-0001/open", Some(&form)).await;
        assert_eq!(seen.goes_to(), "/cases/CME-0009");
        holds(&asked.changes(), &[sent, r#""version":3"#, r#""officer":"o1""#]);
    }
}

#[tokio::test]
async fn a_referral_joins_a_case_that_is_open() {
    let (visit, asked) = officer(MANAGER, "RECEIVED", None);
    let seen = ask(router(), &visit, "/triage/R-0001/join", None).await;
    assert!(seen.html.contains("value=\"CME-0009\"") && !seen.html.contains("CME-0002"), "{}", seen.html);
    let seen = ask(router(), &visit, "/triage/R-0001/join", Some("version=3&case=CME-0009")).await;
    assert_eq!(seen.goes_to(), "/cases/CME-0009");
    holds(&asked.changes(), &[r#""case":"CME-0009""#]);
}

#[tokio::test]
async fn what_points_to_harm_is_not_sent_away_and_the_reason_is_not_lost() {
    let (visit, _) = officer(OFFICER, "RECEIVED", Some(refusal("CONFLICT", "the MASH has not answered")));
    let form = "version=3&to=EDUCATION_WELFARE&reason=Still+on+your+roll";
    let seen = ask(router(), &visit, "/triage/R-0001/redirect", Some(form)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["The MASH has not answered", "value=\"EDUCATION_WELFARE\" checked", "Still on your roll"]);
    assert!(!seen.html.contains("as it is now"), "nobody overtook this officer");
}

#[tokio::test]
async fn whoever_was_judged_another_child_is_shown_and_not_offered() {
    let mut told = referral("RECEIVED");
    told["mayTriage"] = json!(true);
    let world = |told: &Json| json!({ "referral": told, "officers": [], "lookAgain": { "reference": "R-0001" } });
    let (visit, _) = at_work(OFFICER, world(&told), None);
    let seen = ask(router(), &visit, REFERRAL, None).await;
    seen.shows(&["href=\"/triage/R-0001/another/k1\"", "This is another child"]);
    let seen = ask(router(), &visit, "/triage/R-0001/another/k1", None).await;
    seen.shows(&["name=\"version\" value=\"3\"", "Amina Hasan, born 27 March 2014"]);
    assert_eq!(ask(router(), &visit, "/triage/R-0001/another/k2", None).await.status, StatusCode::NOT_FOUND);

    told["matches"][0]["judged"] = json!({ "by": "Sam <b>", "at": "2026-06-04T08:32:00Z" });
    let (visit, asked) = at_work(OFFICER, world(&told), None);
    let seen = ask(router(), &visit, REFERRAL, None).await;
    seen.shows(&["Judged another child by Sam &lt;b&gt; on 4 June 2026", "href=\"/triage/R-0001/look-again/k1\""]);
    assert!(!seen.html.contains("This is another child"), "{}", seen.html);
    let seen = ask(router(), &visit, "/triage/R-0001/open", None).await;
    seen.shows(&["1 child who looks alike was judged to be another", "type=\"hidden\" name=\"child\" value=\"new\""]);
    let seen = ask(router(), &visit, "/triage/R-0001/look-again/k1", Some("version=3")).await;
    assert_eq!(seen.goes_to(), REFERRAL);
    holds(&asked.changes(), &[r#""other":"k1""#, r#""version":3"#]);
}
