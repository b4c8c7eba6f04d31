//! Tests of the pages on which a school refers a child.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use async_graphql::{Request, ServerError, Value};
use axum::http::StatusCode;
use scraper::{Html, Selector};
use serde_json::{Value as Json, json};

use super::router;
use super::steps::STEPS;
use crate::form::Form;
use crate::questions::{next, pruned};
use crate::testing::{Canned, Seen, ask, contact, refusal, silent, visit};
use crate::visit::Visit;

/// The inputs of the mutations that the API was sent.
type Changes = Arc<Mutex<Vec<Json>>>;

fn answers(of: &[(&str, &str)]) -> Json {
    of.iter().map(|(field, value)| json!({ "name": field, "values": [value] })).collect()
}

/// Answers as the API takes them, each from a question, the row of its group, and what was typed.
fn sent(of: &[(&str, Option<u32>, &str)]) -> Json {
    of.iter().map(|(field, row, value)| json!({ "field": field, "row": row, "values": [value] })).collect()
}

fn draft(version: i32, of: &[(&str, &str)]) -> Json {
    json!({
        "id": "d1", "version": version, "answers": answers(of), "toSend": answers(of), "referral": null,
        "faults": [
            { "field": "dateOfBirth", "message": "Enter the child’s date of birth" },
            { "field": "enquiry.1.kind", "message": "Add at least one enquiry that the school made" },
        ],
        "toAsk": [], "adviceFirst": false, "schoolDays": null,
    })
}

/// A contact with a draft that has these answers. Every change is refused with `refused`, or noted and done.
fn school(of: &[(&str, &str)], refused: Option<ServerError>) -> (Visit, Changes) {
    let now = draft(3, of);
    let changes = Changes::default();
    let noted = changes.clone();
    let visit = visit(Some(contact()), false, move |request: &Request| -> Canned {
        if !request.query.contains("mutation") {
            return Ok(json!({ "draft": now }));
        }
        if let Some(error) = &refused {
            return Err(error.clone());
        }
        let input = serde_json::to_value(&request.variables).expect("variables");
        noted.lock().expect("the changes").push(input["input"].clone());
        Ok(json!({ "startDraft": now, "saveDraft": now, "sendDraft": { "reference": "R-0001" } }))
    });
    (visit, changes)
}

fn invalid(field: &str, message: &str) -> ServerError {
    let mut error = refusal("INVALID", "invalid");
    let fault = json!([{ "field": field, "message": message }]);
    error.extensions.get_or_insert_default().set("fields", Value::from_json(fault).expect("a fault"));
    error
}

async fn get(visit: &Visit, path: &str) -> Seen {
    ask(router(), visit, path, None).await
}

async fn post(visit: &Visit, path: &str, form: &str) -> Seen {
    ask(router(), visit, path, Some(form)).await
}

fn slugs(of: &[(&str, &str)]) -> Vec<&'static str> {
    let answers = of.iter().fold(Form::new(), |form, (field, value)| form.with(*field, *value));
    let mut slug = "danger";
    let mut all = vec![slug];
    while let Some(step) = next(STEPS, slug, &answers) {
        slug = step.slug;
        all.push(slug);
    }
    all
}

#[test]
fn safety_is_asked_before_the_child_and_each_ground_has_its_own_question() {
    let plain = slugs(&[("ground", "NOT_AT_ADDRESS"), ("danger", "NO")]);
    let wanted = [
        "danger",
        "ground",
        "social-care",
        "harm",
        "name",
        "date-of-birth",
        "sex",
        "upn",
        "address",
        "parents",
        "last-attended",
        "last-seen",
        "found",
        "enquiries",
        "professionals",
        "welfare-officer",
        "appraisal",
        "siblings",
        "reach",
    ];
    assert_eq!(plain, wanted);
    assert!(slugs(&[("ground", "MOVED_ABROAD")]).contains(&"destination"));
    assert!(slugs(&[("ground", "NOT_BACK_FROM_LEAVE")]).contains(&"return-due"));
    assert_eq!(slugs(&[("danger", "YES")])[1], "danger-call");
    assert!(slugs(&[("siblings", "YES")]).contains(&"siblings-named"));
}

#[test]
fn answers_to_questions_no_longer_raised_are_dropped() {
    let before =
        Form::new().with("ground", "NOT_AT_ADDRESS").with("destination", "Spain").with("sibling.1.name", "Ben");
    let after = pruned(STEPS, before);
    assert!(!after.knows("destination") && !after.knows("sibling.1.name"));
    assert_eq!(after.get("ground"), "NOT_AT_ADDRESS");
}

#[tokio::test]
async fn every_question_has_one_heading_one_form_and_no_id_twice() {
    let of = [("danger", "YES"), ("siblings", "YES"), ("givenNames", "<script>alert(1)</script>")];
    let (visit, _) = school(&of, None);
    let rows = ["parents/1", "enquiries/1", "siblings-named/1"].map(str::to_owned);
    for page in STEPS.iter().map(|step| step.slug.to_owned()).chain(rows).chain(["check".to_owned()]) {
        let seen = get(&visit, &format!("/refer/d1/{page}")).await;
        assert_eq!(seen.status, StatusCode::OK, "{page}");
        assert!(!seen.html.contains("<script>alert"), "{page}");
        let html = Html::parse_document(&seen.html);
        let all = |selector: &str| html.select(&Selector::parse(selector).expect("a selector")).count();
        assert_eq!((all("h1"), all("main form[method=post]"), all(".govuk-back-link")), (1, 1, 1), "{page}");
        assert_eq!(all("input[name=version][value='3']"), 1, "{page}");
        let with_id = Selector::parse("[id]").expect("a selector");
        let mut ids = HashSet::new();
        for element in html.select(&with_id) {
            assert!(ids.insert(element.attr("id")), "{page} has {:?} twice", element.attr("id"));
        }
    }
}

#[tokio::test]
async fn a_child_who_is_somebody_elses_to_help_is_told_before_anything_is_kept() {
    let visit = silent(Some(contact()));
    for (code, slug, team) in [
        ("ABSENT", "absent", "education welfare"),
        ("HOME_EDUCATED", "home-educated", "home education"),
        ("APPLYING", "applying", "admissions"),
        ("OVER_AGE", "over-school-age", "participation"),
        ("UNDER_AGE", "under-school-age", "early years"),
    ] {
        let seen = post(&visit, "/refer/new/ground?danger=NO", &format!("ground={code}")).await;
        assert_eq!(seen.goes_to(), format!("/refer/elsewhere/{slug}"));
        get(&visit, seen.goes_to()).await.shows(&["<h1", team, "01632 960001", "call 999", "have not kept"]);
    }
    let seen = post(&visit, "/refer/new/ground?danger=NO", "").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["href=\"#ground\"", "Select why you are referring the child", "<h1"]);
}

#[tokio::test]
async fn danger_is_asked_before_everything_else_and_sends_nobody_on() {
    let (visit, changes) = school(&[("danger", "YES")], None);
    get(&visit, "/refer/new").await.shows(&["call 999 now", "Is the child in immediate danger?", "01632 960002"]);
    assert_eq!(post(&visit, "/refer/new", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(post(&visit, "/refer/new", "danger=NO").await.goes_to(), "/refer/new/ground?danger=NO");
    assert_eq!(get(&visit, "/refer/new/ground").await.goes_to(), "/refer/new");
    assert!(changes.lock().expect("the changes").is_empty());
    assert_eq!(post(&visit, "/refer/new", "danger=YES").await.goes_to(), "/refer/d1/danger-call");
    get(&visit, "/refer/d1/ground").await.shows(&["moved abroad"]);
    assert!(!get(&visit, "/refer/d1/ground").await.html.contains("ABSENT"));
}

#[tokio::test]
async fn a_ground_begins_a_draft_and_each_answer_is_saved_with_its_fields() {
    let (visit, changes) = school(&[("ground", "MOVED_ABROAD"), ("dateOfBirth-day", "1")], None);
    let begun = post(&visit, "/refer/new/ground?danger=NO", "ground=MOVED_ABROAD").await;
    assert_eq!(begun.goes_to(), "/refer/d1/social-care");
    let form = "version=3&dateOfBirth-day=27&dateOfBirth-month=3&dateOfBirth-year=2014&ground=X";
    assert_eq!(post(&visit, "/refer/d1/date-of-birth", form).await.goes_to(), "/refer/d1/sex");
    let changes = changes.lock().expect("the changes");
    assert_eq!(changes[0]["answers"], sent(&[("danger", None, "NO"), ("ground", None, "MOVED_ABROAD")]));
    let asked = json!([{ "field": "dateOfBirth", "row": null }, { "field": "yearGroup", "row": null }]);
    assert_eq!((&changes[1]["version"], &changes[1]["fields"]), (&json!(3), &asked));
    let wanted = sent(&[
        ("dateOfBirthDay", None, "27"),
        ("dateOfBirthMonth", None, "3"),
        ("dateOfBirthYear", None, "2014"),
        ("ground", None, "MOVED_ABROAD"),
    ]);
    assert_eq!(changes[1]["answers"], wanted, "only the fields of the page are taken");
}

#[tokio::test]
async fn a_fault_is_shown_with_what_was_typed() {
    let message = "Date of birth must be a real date";
    let (visit, _) = school(&[], Some(invalid("dateOfBirth", message)));
    let form = "version=3&dateOfBirth-day=31&dateOfBirth-month=2&dateOfBirth-year=%22%3E%3Cscript%3E";
    let seen = post(&visit, "/refer/d1/date-of-birth", form).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&[
        "<title>Error: ",
        "href=\"#dateOfBirth-year\"",
        message,
        "<h1",
        message,
        "value=\"31\"",
        "value=\"&quot;&gt;&lt;script&gt;\"",
    ]);
}

#[tokio::test]
async fn a_first_enquiry_left_empty_is_told_where_it_is_asked() {
    let (visit, _) = school(&[], Some(invalid("enquiry.1.kind", "Add at least one enquiry that the school made")));
    let seen = post(&visit, "/refer/d1/enquiries/1", "version=3").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["href=\"#enquiry.1.kind\"", "Add at least one enquiry", "id=\"enquiry.1.kind\""]);
}

#[tokio::test]
async fn who_was_slower_sees_both_and_loses_nothing() {
    let refused = || Some(refusal("CONFLICT", "the draft was changed"));
    let (visit, _) = school(&[("givenNames", "Ada"), ("familyName", "Byron")], refused());
    let seen = post(&visit, "/refer/d1/name", "version=2&givenNames=Adah&familyName=Byron").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["Look at it again", "name=\"version\" value=\"3\"", "value=\"Adah\""]);
    // The same form sent twice is one answer.
    let seen = post(&visit, "/refer/d1/name", "version=2&givenNames=Ada&familyName=Byron").await;
    assert_eq!(seen.goes_to(), "/refer/d1/date-of-birth");
}

#[tokio::test]
async fn a_change_returns_to_the_check_unless_it_raises_a_new_question() {
    let (visit, _) = school(&[("danger", "NO"), ("ground", "NOT_AT_ADDRESS")], None);
    let to = async |path: &str, form: &str| post(&visit, path, form).await.goes_to().to_owned();
    assert_eq!(to("/refer/d1/danger?return=check", "version=3&danger=NOT_KNOWN").await, "/refer/d1/check");
    let call = to("/refer/d1/danger?return=check", "version=3&danger=YES").await;
    assert_eq!(call, "/refer/d1/danger-call?return=check");
    let named = to("/refer/d1/siblings?return=check", "version=3&siblings=YES").await;
    assert_eq!(named, "/refer/d1/siblings-named/1?return=check");
    assert_eq!(to("/refer/d1/found", "version=3").await, "/refer/d1/enquiries/1");
    assert_eq!(to("/refer/d1/enquiries/1", "version=3&enquiry.1.kind=LETTER").await, "/refer/d1/enquiries");
    assert_eq!(to("/refer/d1/danger-call", "version=3&next=check").await, "/refer/d1/check");
}

#[tokio::test]
async fn enquiries_are_listed_added_changed_and_removed_without_scripting() {
    let of = [("enquiry.1.kind", "LETTER"), ("enquiry.1.outcome", "No <b> answer"), ("enquiry.4.kind", "TEXT")];
    let (visit, changes) = school(&of, None);
    get(&visit, "/refer/d1/enquiries").await.shows(&[
        "id=\"enquiry.1.kind\"",
        "Letter, date not provided\nNo &lt;b&gt; answer",
        "href=\"/refer/d1/enquiries/1\"",
        "Enquiry 2",
        "href=\"/refer/d1/enquiries/4\"",
        "href=\"/refer/d1/enquiries/5\"",
        "Add another enquiry",
        "noHomeVisitReason",
    ]);
    get(&visit, "/refer/d1/enquiries/4").await.shows(&["Enquiry 2", "formaction=\"/refer/d1/enquiries/4/remove\""]);
    let seen = post(&visit, "/refer/d1/enquiries/4/remove", "version=3&enquiry.4.kind=TEXT").await;
    assert_eq!(seen.goes_to(), "/refer/d1/enquiries");
    let kept = sent(&[("enquiryKind", Some(1), "LETTER"), ("enquiryOutcome", Some(1), "No <b> answer")]);
    assert_eq!(changes.lock().expect("the changes")[0]["answers"], kept);
    assert_eq!(get(&visit, "/refer/d1/enquiries/21").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_check_shows_what_is_lacking_and_sends_once_declared() {
    let (visit, changes) = school(&[("ground", "MOVED_ABROAD")], None);
    get(&visit, "/refer/d1/check").await.shows(&[
        "Still to do",
        "href=\"/refer/d1/date-of-birth?return=check\"",
        "href=\"/refer/d1/enquiries/1?return=check\"",
        "href=\"/refer/d1/date-of-birth\"",
        "Confirmed moved abroad",
        "href=\"/refer/d1/ground?return=check\"",
        "name=\"declaration\"",
        "Send referral",
    ]);
    let seen = post(&visit, "/refer/d1/check", "version=3&declaration=YES").await;
    assert_eq!(seen.goes_to(), "/refer/sent/R-0001/confirmation");
    assert_eq!(changes.lock().expect("the changes")[0], json!({ "id": "d1", "version": 3, "declaration": true }));

    let (visit, _) = school(&[], Some(invalid("upn", "Enter the unique pupil number, or select why there is none")));
    let seen = post(&visit, "/refer/d1/check", "version=3&declaration=YES").await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["There is a problem", "href=\"/refer/d1/upn?return=check\"", "Enter the unique", "checked"]);
}

#[tokio::test]
async fn a_sent_draft_can_only_be_read() {
    let mut sent = draft(4, &[]);
    sent["referral"] = json!({ "reference": "R-0001" });
    let visit = visit(Some(contact()), false, move |request: &Request| {
        assert!(!request.query.contains("saveDraft"), "a sent draft was saved");
        if request.query.contains("mutation") {
            return Err(refusal("CONFLICT", "it was sent"));
        }
        Ok(json!({ "draft": sent }))
    });
    assert_eq!(get(&visit, "/refer/d1/name").await.goes_to(), "/refer/sent/R-0001");
    assert_eq!(post(&visit, "/refer/d1/name", "version=4&givenNames=X").await.goes_to(), "/refer/sent/R-0001");
    let again = post(&visit, "/refer/d1/check", "version=3&declaration=YES").await;
    assert_eq!(again.goes_to(), "/refer/sent/R-0001/confirmation");
}

fn sent_referral() -> Json {
    json!({ "referral": {
        "reference": "R-0001", "version": 2, "mayAdd": true, "mayWithdraw": false, "state": "REDIRECTED",
        "receivedAt": "2026-06-04T08:32:00Z", "sentBy": "Jo Contact", "foundAtAddress": false, "schoolDays": null,
        "additions": [], "roll": null, "adviceFirst": false,
        "familyName": "Byron", "givenNames": "Ada", "redirectTo": "EDUCATION_WELFARE", "reason": "She is <on> your roll",
        "toAsk": [{ "field": "sibling.2.name", "message": "Enter a name" }],
        "answers": answers(&[("ground", "MOVED_ABROAD"), ("siblings", "YES"), ("sibling.2.name", "Ben Byron")]),
    } })
}

#[tokio::test]
async fn the_school_sees_what_became_of_its_referral() {
    let visit = visit(Some(contact()), false, |_| Ok(sent_referral()));
    let seen = get(&visit, "/refer/sent/R-0001").await;
    seen.shows(&[
        "Ada Byron",
        "Referral R-0001",
        "Sent elsewhere",
        "4 June 2026 at 9:32am",
        "Education welfare: on a roll and absent",
        "She is &lt;on&gt; your roll",
        "Confirmed moved abroad",
    ]);
    assert!(!seen.html.contains(">Change"), "{}", seen.html);
    get(&visit, "/refer/sent/R-0001/confirmation").await.shows(&[
        "govuk-panel__title",
        "R-0001",
        "What happens next",
        "action=\"/refer/sibling\"",
        "name=\"row\" value=\"2\"",
        "Refer Ben Byron",
    ]);
}

#[tokio::test]
async fn a_contact_comes_back_to_drafts_and_to_what_was_sent() {
    let visit = visit(Some(contact()), false, |_| {
        Ok(json!({
            "viewer": { "approval": { "id": "c1", "kind": "HEAD_TEACHER", "confirmBy": "2026-12-29" } },
            "newPupils": [],
            "drafts": [{ "id": "d1", "answers": answers(&[("givenNames", "Ada")]), "startedBy": "Jo Contact",
                "updatedAt": "2026-06-04T08:32:00Z" }],
            "referrals": {
                "nodes": [{ "reference": "R-0002", "familyName": "Byron", "givenNames": "Ben",
                    "receivedAt": "2026-12-04T08:32:00Z", "state": "RECEIVED" }],
                "pageInfo": { "hasNextPage": true, "hasPreviousPage": false, "startCursor": "a", "endCursor": "b+/=" },
            },
        }))
    });
    get(&visit, "/refer").await.shows(&[
        "Oak School",
        "<h1",
        "Confirm that you still work at Oak School",
        "29 December 2026",
        "name=\"id\" value=\"c1\"",
        "I still work here",
        "href=\"/refer/contacts\"",
        "href=\"/refer/new\"",
        "href=\"/refer/d1/check\"",
        "Carry on: Ada",
        "4 June 2026 at 9:32am",
        "href=\"/refer/sent/R-0002\"",
        "4 December 2026 at 8:32am",
        "Awaiting triage",
        "href=\"/refer?after=b%2B%2F%3D\"",
    ]);
}

#[tokio::test]
async fn a_contact_suspended_a_moment_ago_is_asked_to_sign_in() {
    let mut visit = visit(Some(contact()), false, |_| Err(refusal("UNAUTHENTICATED", "nobody is signed in")));
    get(&visit, "/refer").await.shows(&["name=\"email\""]);
    visit.path = "/refer/d1/name".into();
    assert_eq!(get(&visit, "/refer/d1/name").await.goes_to(), "/refer");
    assert_eq!(post(&visit, "/refer/d1/name", "version=3").await.goes_to(), "/refer");
}

#[tokio::test]
async fn a_brother_or_sister_begins_with_the_family_filled_in() {
    let changes = Changes::default();
    let noted = changes.clone();
    let visit = visit(Some(contact()), false, move |request: &Request| {
        if !request.query.contains("mutation") {
            return Ok(sent_referral());
        }
        let input = serde_json::to_value(&request.variables).expect("variables");
        noted.lock().expect("the changes").push(input["input"].clone());
        Ok(json!({ "startDraft": draft(1, &[]) }))
    });
    assert_eq!(post(&visit, "/refer/sibling", "reference=R-0001&row=2").await.goes_to(), "/refer/d1/danger");
    let changes = changes.lock().expect("the changes").clone();
    let begun = changes[0]["answers"].as_array().expect("answers");
    assert!(begun.contains(&json!({ "field": "givenNames", "row": null, "values": ["Ben"] })), "{begun:?}");
    assert!(!begun.iter().any(|answer| answer["field"] == "ground"), "{begun:?}");
}
