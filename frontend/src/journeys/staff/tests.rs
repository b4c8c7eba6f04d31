//! The pages with canned answers.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use super::router;
use crate::journeys::site::testing::{ADMINISTRATOR, MANAGER, ask, refusal, silent, staff, visit};

fn account(id: &str, state: &str) -> Json {
    json!({
        "id": id, "version": 4, "name": "Olu Officer", "email": "olu@council.example", "roles": ["CME_OFFICER"],
        "state": state, "createdAt": "2026-11-01T09:00:00Z", "lastSignInAt": null, "secondFactor": true,
        "openCases": 3, "heirs": [{ "id": "m1", "name": "Mira" }, { "id": "m2", "name": "Max" }],
    })
}

fn admin() -> crate::visit::Who {
    staff(ADMINISTRATOR)
}

#[tokio::test]
async fn only_administrators_are_offered_accounts() {
    for path in ["/staff", "/staff/new", "/staff/1", "/staff/1/roles"] {
        let page = ask(router(), &silent(Some(staff(MANAGER))), path, None).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(ask(router(), &silent(None), path, None).await.goes_to(), "/sign-in", "{path}");
    }
}

#[tokio::test]
async fn the_list_says_who_may_sign_in_and_how() {
    let visit = visit(Some(admin()), false, |_| {
        let page_info =
            json!({ "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null });
        Ok(json!({ "staff": { "nodes": [account("o1", "ACTIVE"), account("1", "INVITED")], "pageInfo": page_info } }))
    });
    let page = ask(router(), &visit, "/staff?state=ACTIVE", None).await;
    page.shows(&["Invite somebody", "href=\"/staff/o1\"", "(you)", "CME officer", "Active", "Invited", "Never"]);
}

#[tokio::test]
async fn an_account_offers_what_its_state_allows_and_nothing_to_its_owner() {
    for (state, offered, not) in [
        ("INVITED", "/staff/1/resend", "/staff/1/reset"),
        ("ACTIVE", "/staff/1/reset", "/staff/1/resend"),
        ("DEACTIVATED", "/staff/1/reactivate", "/staff/1/roles"),
    ] {
        let visit = visit(Some(admin()), false, move |_| Ok(json!({ "staffMember": account("1", state) })));
        let page = ask(router(), &visit, "/staff/1", None).await;
        page.shows(&[offered]);
        assert!(!page.html.contains(not), "{state} offers {not}");
    }
    let own = visit(Some(admin()), false, |_| Ok(json!({ "staffMember": account("o1", "ACTIVE") })));
    let page = ask(router(), &own, "/staff/o1", None).await;
    assert!(!page.html.contains("/staff/o1/"), "{}", page.html);
}

#[tokio::test]
async fn deactivating_asks_who_takes_over_and_says_why_it_cannot_be() {
    let visit = visit(Some(admin()), false, |request| {
        if request.query.contains("mutation") {
            return Err(refusal("CONFLICT", "this is the last active administrator"));
        }
        Ok(json!({ "staffMember": account("1", "ACTIVE") }))
    });
    let page = ask(router(), &visit, "/staff/1/deactivate", None).await;
    page.shows(&["Who takes over their open cases?", "Mira", "Max"]);
    let page = ask(router(), &visit, "/staff/1/deactivate", Some("version=4&heir=m2")).await;
    page.shows(&["There is a problem", "This is the last active administrator", "value=\"m2\" checked"]);
}
