//! Signing in as staff, signing out, and what somebody who is signed in can see of themselves. Schools sign in with a
//! mailed link, which belongs to the journey `refer`.

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::HeaderName;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::error;
use crate::journeys::WANTED;
use crate::prelude::*;
use crate::visit::{Role, Shut, Visit, Who};

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/sign-in", get(ask).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/signed-out", get(signed_out))
        .route("/account", get(show))
        .route("/account/sign-out-everywhere", get(ask_everywhere).post(sign_out_everywhere))
}

const REFUSED: &str = "Your e-mail address or password is not right";

/// `GET /sign-in`.
async fn ask(visit: Visit) -> Response {
    if visit.who.is_some() {
        return Redirect::to("/").into_response();
    }
    ask_again(&visit, &Form::new(), &Faults::new()).await
}

/// `POST /sign-in`. The start page knows where each person’s work is.
async fn sign_in(visit: Visit, Typed(form): Typed) -> Response {
    let (email, password) = (form.get("email").trim().to_owned(), form.get("password").to_owned());
    let wanted: Option<String> = visit.recall(WANTED).await;
    match visit.doors.staff.sign_in(email, password).await {
        Ok(()) => Redirect::to(wanted.as_deref().unwrap_or("/")).into_response(),
        Err(Shut::Refused) => ask_again(&visit, &form, &Faults::from_iter([("email", REFUSED)])).await,
        Err(Shut::Throttled(until)) => error::too_many(&visit.chrome().await, until),
        Err(Shut::Internal) => error::internal(&visit.chrome().await),
    }
}

async fn ask_again(visit: &Visit, form: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(form, faults);
    let phone = &visit.site.team_phone;
    Page::new("Sign in").back("/").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Sign in")}
            {paragraph("This is for council staff.")}
            {post_form(view! {
                {ask.email("email", "E-mail address").autocomplete("username")}
                {ask.password("password", "Password")}
                {button("Sign in")}
            }).to("/sign-in")}
            {paragraph(format!("If you cannot sign in, ask your manager, or call {phone}."))}
            <p class="govuk-body">
                "If you work at a school, " {link("/refer", "ask for a link to sign in")} "."
            </p>
        }
        .into_any()
    })
}

/// `POST /sign-out`.
async fn sign_out(visit: Visit) -> Response {
    leave(&visit, false).await
}

/// Ends this session or all of them, and has the browser forget what it kept of the pages.
async fn leave(visit: &Visit, everywhere: bool) -> Response {
    // Refused means that there is no session to end, which is what was asked for.
    if visit.doors.staff.sign_out(everywhere).await == Err(Shut::Internal) {
        return error::internal(&visit.chrome().await);
    }
    let forget = (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    ([forget], Redirect::to("/signed-out")).into_response()
}

/// `GET /signed-out`.
async fn signed_out(visit: Visit) -> Response {
    if visit.who.is_some() {
        return Redirect::to("/").into_response();
    }
    Page::new("You have signed out").render(&visit.chrome().await, || {
        view! {
            {h1("You have signed out")}
            {paragraph("If other people use this computer, close all windows of the browser.")}
            <ul class="govuk-list">
                <li>{link("/sign-in", "Sign in as staff")}</li>
                <li>{link("/refer", "Sign in as a school")}</li>
            </ul>
        }
        .into_any()
    })
}

/// `GET /account`.
async fn show(visit: Visit) -> Response {
    let Some(Who { name, role }) = visit.who.clone() else { return Redirect::to("/sign-in").into_response() };
    let facts = SummaryList::new().row("Name", name);
    let (facts, wrong) = match role {
        Role::Staff(roles) if roles.is_empty() => (facts.row("Role", "None yet"), WRONG_STAFF),
        Role::Staff(roles) => {
            let labels: Vec<_> = roles.iter().map(|role| role.label()).collect();
            (facts.row(if labels.len() == 1 { "Role" } else { "Roles" }, labels.join(", ")), WRONG_STAFF)
        }
        Role::SchoolContact { school } => (facts.row("You act for", school), WRONG_SCHOOL),
    };
    let phone = &visit.site.team_phone;
    Page::new("Your account").render(&visit.chrome().await, || {
        view! {
            {h1("Your account")}
            {facts}
            {paragraph(format!("{wrong}, or call {phone}."))}
            {h2("Sign out of all sessions")}
            {paragraph("Do this if you have lost a device, or did not sign out of a computer that others use.")}
            {button_link("/account/sign-out-everywhere", "Sign out of all sessions")}
        }
        .into_any()
    })
}

const WRONG_STAFF: &str = "If something here is wrong, tell your manager";
const WRONG_SCHOOL: &str = "If something here is wrong, e-mail the children missing education team";

/// `GET /account/sign-out-everywhere`.
async fn ask_everywhere(visit: Visit) -> Response {
    if visit.who.is_none() {
        return Redirect::to("/sign-in").into_response();
    }
    Page::new(EVERYWHERE).render(&visit.chrome().await, || {
        let body = paragraph(
            "This ends your sessions in every browser and on every device, this one included. What you have typed but \
             not yet sent or saved is lost.",
        );
        view! {
            {post_form(view! {
                {Interruption::new(EVERYWHERE, body, "Sign out of all sessions", ("/account", "Cancel"))}
            })}
        }
        .into_any()
    })
}

const EVERYWHERE: &str = "Are you sure you want to sign out of all sessions?";

/// `POST /account/sign-out-everywhere`.
async fn sign_out_everywhere(visit: Visit) -> Response {
    if visit.who.is_none() {
        return Redirect::to("/sign-in").into_response();
    }
    leave(&visit, true).await
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::journeys::site::testing::{ask, contact, silent, staff};
    use crate::vocabulary::StaffRole;

    #[tokio::test]
    async fn a_wrong_password_keeps_the_address_but_not_the_password() {
        let visit = silent(None);
        let page = ask(router(), &visit, "/sign-in", Some("email=sam%40council.example&password=wrong+one")).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.shows(&["<title>Error: ", "There is a problem", REFUSED, "<h1", "value=\"sam@council.example\""]);
        assert!(!page.html.contains("wrong one"), "{}", page.html);
        let page = ask(router(), &visit, "/sign-in", Some("email=sam%40council.example&password=right")).await;
        assert_eq!(page.goes_to(), "/");
    }

    #[tokio::test]
    async fn signing_out_has_the_browser_forget() {
        for (path, who) in [("/sign-out", None), ("/account/sign-out-everywhere", Some(staff(&[])))] {
            let page = ask(router(), &silent(who), path, Some("")).await;
            assert_eq!(page.goes_to(), "/signed-out");
            assert_eq!(page.headers["clear-site-data"], "\"cache\", \"storage\"");
        }
        ask(router(), &silent(None), "/signed-out", None).await.shows(&["You have signed out", "/sign-in"]);
    }

    #[tokio::test]
    async fn an_account_shows_what_somebody_may_act_as() {
        let officer = silent(Some(staff(&[StaffRole::CmeOfficer, StaffRole::Manager])));
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
        let page = ask(router(), &silent(Some(staff(&[]))), "/account/sign-out-everywhere", None).await;
        page.shows(&["<form method=\"post\"", EVERYWHERE, "<button", "href=\"/account\""]);
    }
}
