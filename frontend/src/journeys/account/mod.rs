//! Signing in as staff, signing out, and what somebody who is signed in sees and changes of how they do. Schools sign
//! in by a mailed link, which belongs to the journey `refer`.
//!
//! What must not live here: secrets, which are all checked behind [`sign_in`](crate::sign_in).

mod authenticator;
mod link;
mod mine;
mod passkeys;
mod sign_in;
mod single_sign_on;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::denied::Denied;
use crate::error;
use crate::prelude::*;
use crate::sign_in::Step;
use crate::visit::Visit;
use crate::wanted::is_ours;

/// The routes of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/sign-in", get(sign_in::ask).post(sign_in::sign_in))
        .route("/sign-in/second-factor", get(sign_in::ask_second_factor).post(sign_in::second_factor))
        .route("/sign-in/set-up", get(authenticator::ask_first).post(authenticator::set_up_first))
        .route("/sign-in/recover", get(link::ask_recovery).post(link::mail_recovery))
        .route("/sign-in/recovery-sent", get(link::recovery_sent))
        .route("/recover/{token}", get(link::put_recovery_away))
        .route("/recover", get(link::ask_recover).post(link::recover))
        .route("/invitation/{token}", get(link::put_invitation_away))
        .route("/invitation", get(link::ask_invitation).post(link::accept))
        .route("/sign-out", post(mine::sign_out))
        .route("/signed-out", get(mine::signed_out))
        .route("/account", get(mine::show))
        .route("/account/password", get(mine::ask_password).post(mine::change_password))
        .route("/account/authenticator", get(authenticator::ask_again).post(authenticator::set_up_again))
        .route("/account/authenticator/remove", get(mine::ask_remove).post(mine::remove))
        .route("/account/recovery-codes", get(authenticator::show_codes).post(authenticator::codes_saved))
        .route("/account/recovery-codes/new", get(mine::ask_codes).post(mine::renew_codes))
        .route("/account/sessions/end", post(mine::end_session))
        .route("/account/sign-out-everywhere", get(mine::ask_everywhere).post(mine::sign_out_everywhere))
        .merge(passkeys::router())
        .merge(single_sign_on::router())
}

/// The page for an operation that was denied, where there is no form to show it on. Somebody who is throttled and not
/// signed in is offered to choose another password, which need not wait.
async fn is_denied(visit: &Visit, denied: Denied) -> Response {
    match denied {
        Denied::Refused => Redirect::to("/sign-in").into_response(),
        Denied::Throttled(until) => {
            let way_on = visit.who.is_none().then_some(("/sign-in/recover", "I have forgotten my password"));
            error::too_many_but(&visit.chrome().await, until, way_on)
        }
        Denied::Internal => error::internal(&visit.chrome().await),
    }
}

/// The path that somebody asked for before signing in, if staff can go there.
pub(crate) async fn wanted(visit: &Visit) -> Option<String> {
    visit.wanted().await.filter(|path| is_ours(path) && !path.starts_with("/refer"))
}

/// The page after a step of signing in: the next step, or where they wanted to go.
fn next(step: Step, wanted: Option<&str>) -> Response {
    let path = match step {
        Step::In => wanted.unwrap_or("/"),
        Step::SecondFactor => "/sign-in/second-factor",
        Step::SetUp => "/sign-in/set-up",
    };
    Redirect::to(path).into_response()
}

/// A paragraph that says whom to ask for help with signing in.
fn help(visit: &Visit) -> AnyView {
    call_paragraph("If you cannot sign in, ask an administrator of this service, or call ", &visit.site.team_phone, ".")
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use serde_json::json;

    use super::mine::EVERYWHERE;
    use super::sign_in::{LAST_TRY, REFUSED};
    use super::*;
    use crate::testing::{NONE, OFFICER, ask, contact, silent, staff, visit};

    #[tokio::test]
    async fn a_wrong_password_keeps_the_address_but_not_the_password() {
        let visit = silent(None);
        let page = ask(router(), &visit, "/sign-in", Some("email=sam%40council.example&password=wrong+one")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.shows(&["<title>Error: ", "There is a problem", REFUSED, "<h1", "value=\"sam@council.example\""]);
        assert!(!page.html.contains("wrong one"), "{}", page.html);
        let page = ask(router(), &visit, "/sign-in", Some("email=sam%40council.example&password=wrong+again")).await;
        page.shows(&["There is a problem", LAST_TRY]);
        let page = ask(router(), &visit, "/sign-in", Some("email=sam%40council.example&password=right")).await;
        assert_eq!(page.goes_to(), "/");
    }

    #[tokio::test]
    async fn a_right_password_leads_to_the_code_and_a_right_code_inside() {
        let visit = silent(None);
        let page = ask(router(), &visit, "/sign-in", Some("email=sam%40council.example&password=half+right")).await;
        assert_eq!(page.goes_to(), "/sign-in/second-factor");
        let page = ask(router(), &visit, "/sign-in/second-factor", Some("code=wrong")).await;
        page.shows(&["<title>Error: ", "There is a problem", "autocomplete=\"one-time-code\""]);
        assert!(!page.html.contains("value=\"wrong\""), "{}", page.html);
        assert_eq!(ask(router(), &visit, "/sign-in/second-factor", Some("code=right")).await.goes_to(), "/");
    }

    #[tokio::test]
    async fn an_app_is_set_up_from_a_picture_or_a_key() {
        let visit = silent(None);
        let page = ask(router(), &visit, "/sign-in/set-up", None).await;
        page.shows(&["<svg", "<path", "ABCD EFGH", "name=\"code\""]);
        assert!(!page.html.contains("otpauth"), "{}", page.html);
        let page = ask(router(), &visit, "/sign-in/set-up", Some("code=right")).await;
        assert_eq!(page.goes_to(), "/account/recovery-codes");
    }

    #[tokio::test]
    async fn a_mailed_token_leaves_the_address_and_nonsense_is_not_kept() {
        let visit = silent(None);
        let page = ask(router(), &visit, &format!("/invitation/{}", "a1".repeat(32)), None).await;
        assert_eq!(page.goes_to(), "/invitation");
        let page = ask(router(), &visit, "/invitation", None).await;
        page.shows(&["Sam Officer", "name=\"code\"", "autocomplete=\"new-password\""]);
        assert!(!ask(router(), &visit, "/recover", None).await.html.contains("name=\"code\""));
        assert_eq!(ask(router(), &visit, "/invitation", Some("password=right")).await.goes_to(), "/sign-in/set-up");
        ask(router(), &visit, "/recover/nonsense", None).await.shows(&["This link cannot be used"]);
    }

    #[tokio::test]
    async fn what_no_keyboard_types_is_a_fault_wherever_somebody_shows_who_they_are() {
        let somebody = || silent(Some(staff(OFFICER)));
        for (visit, path, field) in [
            (silent(None), "/sign-in", "email"),
            (silent(None), "/sign-in", "password"),
            (silent(None), "/sign-in/set-up", "code"),
            (silent(None), "/sign-in/recover", "email"),
            (silent(None), "/recover", "password"),
            (silent(None), "/invitation", "code"),
            (silent(None), "/invitation", "again"),
            (somebody(), "/account/password", "current"),
            (somebody(), "/account/password", "password"),
            (somebody(), "/account/authenticator", "code"),
            (somebody(), "/account/authenticator", "current"),
            (somebody(), "/account/authenticator/remove", "current"),
            (somebody(), "/account/recovery-codes/new", "current"),
        ] {
            for odd in ["ri%00ght", "ri%E2%80%8Bght", "right%E2%80%AE"] {
                let page = ask(router(), &visit, path, Some(&format!("{field}={odd}"))).await;
                assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {field} {odd}");
                page.shows(&[&format!("href=\"#{field}\""), "has a character that cannot be typed"]);
            }
        }
    }

    #[tokio::test]
    async fn recovery_wants_an_address() {
        for (typed, wrong) in [("", "Enter your email address"), ("sam", "in the correct format")] {
            let page = ask(router(), &silent(None), "/sign-in/recover", Some(&format!("email={typed}"))).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
            page.shows(&["There is a problem", "href=\"#email\"", wrong]);
        }
        let page = ask(router(), &silent(None), "/sign-in/recover", Some("email=sam%40council.example")).await;
        assert_eq!(page.goes_to(), "/sign-in/recovery-sent");
    }

    #[test]
    fn whoever_wrote_where_to_go_it_is_a_page_of_ours() {
        for (path, ours) in [("/cases", true), ("//evil.example", false), ("/\\evil.example", false), ("cases", false)]
        {
            assert_eq!(is_ours(path), ours, "{path}");
        }
    }

    #[tokio::test]
    async fn signing_out_has_the_browser_forget() {
        for (path, who) in [("/sign-out", None), ("/account/sign-out-everywhere", Some(staff(NONE)))] {
            let page = ask(router(), &silent(who), path, Some("")).await;
            assert_eq!(page.goes_to(), "/signed-out");
            assert_eq!(page.headers["clear-site-data"], "\"cache\", \"storage\"");
        }
        ask(router(), &silent(None), "/signed-out", None).await.shows(&["You have signed out", "/sign-in"]);
    }

    #[tokio::test]
    async fn an_account_shows_what_somebody_may_act_as() {
        let officer =
            visit(Some(staff(OFFICER)), false, |_| Ok(json!({ "viewer": { "roles": ["CME_OFFICER", "MANAGER"] } })));
        let page = ask(router(), &officer, "/account", None).await;
        page.shows(&["Sam Officer", "Roles", "CME officer, Manager", "/account/sign-out-everywhere"]);
        ask(router(), &silent(Some(contact())), "/account", None).await.shows(&[
            "Jo Contact",
            "You act for",
            "Oak School",
        ]);
        for path in ["/account", "/account/sign-out-everywhere"] {
            assert_eq!(ask(router(), &silent(None), path, None).await.goes_to(), "/sign-in");
        }
    }

    #[tokio::test]
    async fn signing_out_everywhere_asks_first() {
        let page = ask(router(), &silent(Some(staff(NONE))), "/account/sign-out-everywhere", None).await;
        page.shows(&["<form method=\"post\"", EVERYWHERE, "<button", "href=\"/account\""]);
    }
}
