//! Signing in and out by the council's single sign-on.

use axum::Router;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, REFRESH};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::wanted;
use crate::denied::Denied;
use crate::error;
use crate::prelude::*;
use crate::sign_in::single_sign_on::{Answer, Arrival};
use crate::visit::Visit;

/// The routes of these pages.
pub(super) fn router() -> Router {
    Router::new()
        .route("/sign-in/single-sign-on", get(ask))
        .route("/sign-in/single-sign-on/return", get(come_back))
        .route(WAY_OUT, get(way_out))
}

/// The path that somebody who came by single sign-on is led to when they sign out.
pub(crate) const WAY_OUT: &str = "/sign-out/single-sign-on";

/// The link on the sign-in page to the council's single sign-on; nothing where there is none.
///
/// It is a link and not a form: browsers apply `form-action` of the content security policy to every redirect that
/// follows a form, and the single sign-on may pass people on to sites that cannot be known here.
pub(crate) fn way_in(visit: &Visit) -> AnyView {
    if visit.sign_in.single_sign_on.is_none() {
        return ().into_any();
    }
    view! {
        {button_link("/sign-in/single-sign-on", "Sign in with your council account")}
        {paragraph("Or sign in with a password for this service.")}
    }
    .into_any()
}

/// `GET /sign-in/single-sign-on`: leads to the provider.
async fn ask(visit: Visit) -> Response {
    if visit.who.is_some() {
        return Redirect::to("/").into_response();
    }
    let begun = match &visit.sign_in.single_sign_on {
        Some(provider) => provider.begin().await,
        None => Err(Denied::Refused),
    };
    match begun {
        Ok(Some(there)) => Redirect::to(&there).into_response(),
        Ok(None) => unreachable(&visit).await,
        Err(denied) => is_denied(&visit, denied).await,
    }
}

/// The parameters of the address with which the provider sends somebody back. Those about an error are not read,
/// because anybody can write them.
#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    iss: Option<String>,
}

/// `GET /sign-in/single-sign-on/return`: takes the provider's answer, and signs in or says why not.
async fn come_back(visit: Visit, Query(back): Query<Back>) -> Response {
    if visit.who.is_some() {
        return Redirect::to("/").into_response();
    }
    let wanted = wanted(&visit).await;
    let answer = Answer { code: back.code, state: back.state, issuer: back.iss };
    let arrival = match &visit.sign_in.single_sign_on {
        Some(provider) => provider.finish(answer).await,
        None => Err(Denied::Refused),
    };
    match arrival {
        Ok(Arrival::Admitted) => Redirect::to(wanted.as_deref().unwrap_or("/")).into_response(),
        Ok(Arrival::NotAsked) => say(&visit, StatusCode::BAD_REQUEST, "Sign in again", &[TOO_LONG.to_owned()]).await,
        Ok(Arrival::NotProved) => say(&visit, StatusCode::FORBIDDEN, NOT_SIGNED_IN, &[NOT_PROVED.to_owned()]).await,
        Ok(Arrival::NoAccess) => {
            let ask = format!(
                "Your council account works, but it does not give access to this service. Ask the administrator of this \
                 service, or call {}.",
                visit.site.team_phone
            );
            say(&visit, StatusCode::FORBIDDEN, NO_ACCESS, &[ask]).await
        }
        Ok(Arrival::NotTheirs) => {
            let ask = format!(
                "There is already an account with your email address, and your council account does not show that the \
                 address is yours. Ask the administrator of this service, or call {}.",
                visit.site.team_phone
            );
            say(&visit, StatusCode::FORBIDDEN, NO_ACCESS, &[ask]).await
        }
        Ok(Arrival::Unreachable) => unreachable(&visit).await,
        Err(denied) => is_denied(&visit, denied).await,
    }
}

const NOT_SIGNED_IN: &str = "You are not signed in";
const NO_ACCESS: &str = "You do not have access to this service";
const TOO_LONG: &str = "Signing in took too long, or was begun in another window.";
const NOT_PROVED: &str = "Your council account did not confirm who you are.";

/// `GET /sign-out/single-sign-on`: the page after signing out here, which leads on to sign out at the provider. It is a
/// page and not a redirect, because the content security policy keeps the redirect after a form on this site.
async fn way_out(visit: Visit) -> Response {
    let way_out = match &visit.sign_in.single_sign_on {
        Some(provider) => provider.way_out().await,
        None => Ok(None),
    };
    let there = match way_out {
        Ok(Some(there)) => there,
        Ok(None) => return Redirect::to("/signed-out").into_response(),
        Err(denied) => return is_denied(&visit, denied).await,
    };
    let refresh = HeaderValue::try_from(format!("0; url={there}"));
    let mut page = Page::new("You have signed out of this service").render(&visit.chrome().await, || {
        view! {
            {h1("You have signed out of this service")}
            <p class="govuk-body">
                "If nothing happens, " {link(there, "sign out of your council account")} " too."
            </p>
        }
        .into_any()
    });
    if let Ok(refresh) = refresh {
        page.headers_mut().insert(REFRESH, refresh);
    }
    page
}

async fn unreachable(visit: &Visit) -> Response {
    let texts = ["Your council account cannot be asked who you are at the moment.".to_owned()];
    say(visit, StatusCode::SERVICE_UNAVAILABLE, "Sign-in with your council account is not available", &texts).await
}

async fn is_denied(visit: &Visit, denied: Denied) -> Response {
    let chrome = visit.chrome().await;
    match denied {
        Denied::Refused => error::not_found(&chrome),
        Denied::Throttled(until) => error::too_many(&chrome, until),
        Denied::Internal => error::internal(&chrome),
    }
}

async fn say(visit: &Visit, status: StatusCode, title: &'static str, texts: &[String]) -> Response {
    Page::new(title).status(status).render(&visit.chrome().await, || {
        view! {
            {h1(title)}
            {paragraphs(texts.iter().map(String::as_str))}
            <p class="govuk-body">
                {link("/sign-in/single-sign-on", "Try again with your council account")} " or "
                {link("/sign-in", "sign in with a password for this service")} "."
            </p>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ask, silent};

    #[tokio::test]
    async fn whoever_comes_back_is_let_in_or_told_what_to_do() {
        for (code, status, said) in [
            ("old", StatusCode::BAD_REQUEST, TOO_LONG),
            ("wrong", StatusCode::FORBIDDEN, NOT_PROVED),
            ("no-role", StatusCode::FORBIDDEN, "Ask the administrator of this service, or call 01632 960001."),
            ("other", StatusCode::FORBIDDEN, "does not show that the address is yours"),
            ("down", StatusCode::SERVICE_UNAVAILABLE, "cannot be asked who you are"),
        ] {
            let path = format!("/sign-in/single-sign-on/return?code={code}&state=s&error_description=zebra");
            let page = ask(router(), &silent(None), &path, None).await;
            assert_eq!(page.status, status, "{code}");
            page.shows(&[said, "href=\"/sign-in\""]);
            assert!(!page.html.contains("zebra"), "{}", page.html);
        }
        let path = "/sign-in/single-sign-on/return?code=right&state=s";
        assert_eq!(ask(router(), &silent(None), path, None).await.goes_to(), "/");
        assert_eq!(
            ask(router(), &silent(None), "/sign-in/single-sign-on", None).await.goes_to(),
            "https://login.example/ask"
        );
    }

    #[tokio::test]
    async fn the_way_out_leads_on_without_scripting() {
        let page = ask(router(), &silent(None), WAY_OUT, None).await;
        page.shows(&["You have signed out of this service", "href=\"https://login.example/out?client_id=us\""]);
        assert_eq!(page.headers["refresh"], "0; url=https://login.example/out?client_id=us");
    }
}
