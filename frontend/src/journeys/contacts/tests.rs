//! Claims about the pages that manage school contacts.

use async_graphql::{Request, Value};
use axum::http::StatusCode;
use serde_json::json;

use super::*;
use crate::testing::{ADMINISTRATOR, Canned, MANAGER, NONE, Seen, ask, contact, refusal, silent, staff, visit};

fn school() -> serde_json::Value {
    json!({ "urn": "109501", "name": "Oak <School>", "status": "OPEN", "address": "1 High Street", "postcode": null })
}

fn one(state: &str, version: i32) -> serde_json::Value {
    json!({
        "id": "c1", "version": version, "name": "Jo O'Hara", "job": "Attendance <officer>", "email": "jo@oak.example",
        "kind": "LEAD", "confirmedAt": null, "confirmBy": (version == 1).then_some("2026-06-30"),
        "state": state, "reason": (state == "SUSPENDED").then_some("Left the <school>"),
        "createdAt": "2026-06-04T23:30:00Z", "mayDecideAlone": true, "school": school(),
    })
}

fn around(nodes: &serde_json::Value) -> serde_json::Value {
    let info = json!({ "hasNextPage": true, "hasPreviousPage": false, "startCursor": "s", "endCursor": "e+1" });
    json!({ "nodes": nodes, "pageInfo": info })
}

fn answer(request: &Request) -> serde_json::Value {
    let query = &request.query;
    if query.contains("schoolContacts(") {
        json!({ "schoolContacts": around(&json!([one("ACTIVE", 1)])) })
    } else if query.contains("schoolContact(") {
        json!({ "schoolContact": one("ACTIVE", 4) })
    } else if query.contains("referrals(") {
        let referral = json!({ "reference": "R-1234", "state": "RECEIVED", "receivedAt": "2026-01-04T09:32:00Z" });
        json!({ "referrals": around(&json!([referral])) })
    } else if query.contains("schools(") {
        json!({ "schools": around(&json!([school()])) })
    } else {
        json!({ "school": school() })
    }
}

fn manager(answer: impl Fn(&Request) -> Canned + Send + Sync + 'static) -> Visit {
    visit(Some(staff(MANAGER)), false, answer)
}

/// A manager who posts `form`, which the API refuses with `error`.
async fn refused_with(path: &str, form: &str, error: async_graphql::ServerError) -> Seen {
    let visit = manager(
        move |request| if request.query.starts_with("mutation") { Err(error.clone()) } else { Ok(answer(request)) },
    );
    ask(router(), &visit, path, Some(form)).await
}

fn invalid(field: &str, message: &str) -> async_graphql::ServerError {
    let mut error = refusal("INVALID", "there is a problem");
    let fields = Value::from_json(json!([{ "field": field, "message": message }])).expect("a value");
    error.extensions.get_or_insert_default().set("fields", fields);
    error
}

#[tokio::test]
async fn only_those_who_manage_contacts_are_shown_them() {
    for path in [
        "/contacts",
        "/contacts/schools",
        "/contacts/new?schoolUrn=1",
        "/contacts/c1",
        "/contacts/c1/suspend",
        "/contacts/proposals",
        "/contacts/proposals/p1",
        "/contacts/closed-schools",
    ] {
        assert_eq!(ask(router(), &silent(None), path, None).await.goes_to(), "/sign-in");
        for who in [staff(NONE), contact()] {
            assert_eq!(ask(router(), &silent(Some(who)), path, None).await.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
}

#[tokio::test]
async fn the_list_keeps_names_out_of_its_addresses() {
    let visit = manager(|request| {
        assert!(serde_json::to_string(&request.variables).expect("variables").contains("O'Hara"));
        Ok(answer(request))
    });
    let form = Some("search=O%27Hara&state=ACTIVE&schoolUrn=");
    let page = ask(router(), &visit, "/contacts/search", form).await;
    let found = page.goes_to().to_owned();
    assert!(found.starts_with("/contacts?state=ACTIVE&search=") && !found.contains("Hara"), "{found}");
    let page = ask(router(), &visit, &found, None).await;
    page.shows(&["value=\"O'Hara\"", "Searching for “<bdi>O'Hara</bdi>”", "Clear search", "/contacts/c1"]);
    page.shows(&["Oak &lt;School&gt;"]);
    page.shows(&["Lead contact", "Asked to confirm before 30 June 2026"]);
    let next = format!("href=\"{}&amp;after=e%2B1\" rel=\"next\"", found.replace('&', "&amp;"));
    page.shows(&[&next]);
    page.shows(&["href=\"/contacts?state=ACTIVE\" class=\"govuk-link\">Clear search"]);
}

#[tokio::test]
async fn what_a_contact_has_sent_can_be_opened_by_those_who_read_referrals() {
    let page = ask(router(), &manager(|request| Ok(answer(request))), "/contacts/c1", None).await;
    page.shows(&["<h1", "Active", "jo@oak.example", "5 June 2026", "/contacts/c1/suspend"]);
    page.shows(&["/triage/R-1234", "Awaiting triage", "4 January 2026 at 9:32am"]);
    let administrator = visit(Some(staff(ADMINISTRATOR)), false, |request| {
        let sent = json!([{ "reference": "R-1234", "state": "RECEIVED", "receivedAt": "2026-01-04T09:32:00Z" }]);
        let sender = json!({ "schoolContact": { "referrals": sent } });
        Ok(if request.query.contains("referrals") { sender } else { json!({ "schoolContact": one("SUSPENDED", 2) }) })
    });
    let page = ask(router(), &administrator, "/contacts/c1", None).await;
    page.shows(&["Suspended", "Left the &lt;school&gt;", "/contacts/c1/reinstate", "R-1234", "Awaiting triage"]);
    assert!(!page.html.contains("/triage/"));
}

#[tokio::test]
async fn a_school_is_found_before_a_contact_is_approved() {
    let visit = manager(|request| Ok(answer(request)));
    assert_eq!(ask(router(), &visit, "/contacts/new", None).await.goes_to(), "/contacts/schools");
    let page = ask(router(), &visit, "/contacts/schools?search=oak", None).await;
    page.shows(&["<h1", "value=\"oak\"", "/contacts/new?schoolUrn=109501", "Oak &lt;School&gt;", "1 High Street"]);
    let page = ask(router(), &visit, "/contacts/new?schoolUrn=109501", None).await;
    page.shows(&["<h1", "Oak &lt;School&gt;", "name=\"name\"", "name=\"job\"", "name=\"email\"", "Approve contact"]);
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong_with_it() {
    let form = "schoolUrn=109501&name=%22%3E%3Cscript%3E&job=Head&email=nowhere";
    let page = refused_with("/contacts/new", form, invalid("email", "Enter an email address")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&["<title>Error: ", "href=\"#email\"", "Enter an email address", "<h1", "value=\"109501\""]);
    page.shows(&["value=\"&quot;&gt;&lt;script&gt;\"", "value=\"Head\"", "email-error", "value=\"nowhere\""]);
    let page = refused_with("/contacts/new", form, refusal("CONFLICT", "this address is already approved")).await;
    page.shows(&["There is a problem", "<li>This address is already approved</li>", "value=\"nowhere\""]);
}

#[tokio::test]
async fn somebody_who_was_overtaken_sees_what_changed_and_loses_nothing() {
    let error = refusal("CONFLICT", "somebody else has changed this");
    let page = refused_with("/contacts/c1/suspend", "version=3&reason=They+%3C%2Ftextarea%3E+left", error).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&["Somebody else has changed this", "<h1", "Active", "name=\"version\" value=\"4\""]);
    page.shows(&["They &lt;/textarea&gt; left", "Suspend contact", "href=\"/contacts/c1\""]);
}

#[tokio::test]
async fn a_change_says_what_it_does_and_then_what_it_did() {
    let visit = manager(|request| {
        if !request.query.starts_with("mutation") {
            return Ok(answer(request));
        }
        let fields = [
            "suspendSchoolContact",
            "reinstateSchoolContact",
            "changeSchoolContactEmail",
            "changeSchoolContactKind",
            "recordBounce",
        ];
        let field = fields.into_iter().find(|field| request.query.contains(field));
        Ok(json!({ field.expect("a known change"): { "id": "c1" } }))
    });
    let changes = [
        ("/contacts/c1/suspend", "can no longer sign in", "Contact suspended"),
        ("/contacts/c1/reinstate", "can sign in again", "Contact reinstated"),
        ("/contacts/c1/kind", "must sign in again", "Kind changed"),
        ("/contacts/c1/bounced", "can no longer sign in", "Contact suspended"),
        ("/contacts/c1/email", "stops working at once", "Address changed. We have emailed the old and the new one."),
    ];
    for (path, warns, said) in changes {
        ask(router(), &visit, path, None).await.shows(&["<h1", warns, "name=\"version\" value=\"4\"", "Cancel"]);
        let form = Some("version=4&reason=Left&email=new%40oak.example");
        assert_eq!(ask(router(), &visit, path, form).await.goes_to(), "/contacts/c1");
        assert_eq!(visit.flash().await.as_deref(), Some(said));
    }
}

fn proposal(kind: &str, state: &str) -> serde_json::Value {
    json!({
        "id": "p1", "version": 3, "kind": kind, "state": state, "school": school(), "proposedBy": "Hera <Head>", "byOfficer": false, "mayApprove": true,
        "proposedAt": "2026-01-04T09:32:00Z", "contact": (kind != "ADD").then(|| json!({ "id": "c1", "name": "Jo O'Hara" })),
        "name": "Nia <New>", "job": "Deputy", "email": "nia@oak.example", "note": "Soon <b>", "reason": null,
    })
}

#[tokio::test]
async fn what_a_head_teacher_proposes_is_decided_on_one_page() {
    let visit = manager(|request| {
        Ok(if request.query.contains("contactProposals(") {
            json!({ "contactProposals": around(&json!([proposal("ADD", "PROPOSED")])) })
        } else {
            json!({ "contactProposal": proposal("ADD", "PROPOSED") })
        })
    });
    let page = ask(router(), &visit, "/contacts/proposals", None).await;
    page.shows(&["Add a contact: Nia &lt;New&gt;", "Oak &lt;School&gt;", "Awaiting a decision"]);
    let page = ask(router(), &visit, "/contacts/proposals/p1", None).await;
    page.shows(&[
        "Hera &lt;Head&gt;",
        "nia@oak.example",
        "Soon &lt;b&gt;",
        "name=\"version\" value=\"3\"",
        "Approve proposal",
    ]);
    page.shows(&["name=\"version\" value=\"3\"", "name=\"reason\"", "Decline proposal"]);
    let decided = manager(|_| Ok(json!({ "contactProposal": proposal("REMOVE", "APPROVED") })));
    let page = ask(router(), &decided, "/contacts/proposals/p1", None).await;
    page.shows(&["Remove a contact: Jo O'Hara", "Approved", "/contacts/c1"]);
    assert!(!page.html.contains("Approve proposal"));
}

#[tokio::test]
async fn what_is_wrong_with_a_proposal_itself_is_said_without_a_field_to_point_to() {
    let error = invalid("email", "This address is approved for somebody of another name");
    let visit = manager(move |request| {
        if request.query.starts_with("mutation") {
            return Err(error.clone());
        }
        Ok(json!({ "contactProposal": proposal("ADD", "PROPOSED") }))
    });
    let page = ask(router(), &visit, "/contacts/proposals/p1/approve", Some("version=3&kind=LEAD")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows(&["There is a problem", "<li>This address is approved for somebody of another name</li>", "<h1"]);
}
