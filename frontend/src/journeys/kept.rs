//! Forms that were sent after their sender's session had ended, or twice with different answers: what was typed is kept
//! and shown again, with a way to send it after all.
//!
//! What must not live here: what the session keeps of it (`unsent`).

use crate::parts::carried;
use crate::unsent::{PLACE, Unsent};
use axum::Router;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::form::is_secret;
use crate::prelude::*;
use crate::reply::SignedOut;
use crate::visit::Visit;
use crate::wanted::WANTED;

/// The routes of these pages.
pub fn router() -> Router {
    Router::new()
        .route(PLACE, get(show))
        .route("/account/kept/discard", post(discard))
        .route("/account/stay", post(stay))
}

/// The largest form that a session keeps, in bytes of names and values.
const LARGEST: usize = 48 * 1024;

/// Keeps the form that `person` sent in their session if `response` sends them to sign in because that session had
/// ended; returns a redirect that tells them. Secrets, and forms that are too large, are not kept. Any other response
/// is returned as it is.
pub async fn rescue(visit: &Visit, person: String, mut fields: Form, response: Response) -> Response {
    let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    let Some(to) = to.filter(|to| ["/sign-in", "/refer"].contains(to)).map(str::to_owned) else { return response };
    clear_secrets(&mut fields);
    let size: usize =
        // A form that holds nothing but its version has nothing worth keeping.
        fields.iter().map(|(name, values)| name.len() + values.iter().map(String::len).sum::<usize>()).sum();
    let typed = fields.iter().any(|(name, _)| name != "version");
    if !typed || size > LARGEST {
        return visit.go_telling(&to, "You were signed out").await;
    }
    let kept = Unsent { person, path: visit.path.clone(), fields };
    if visit.keep(Unsent::KEY, &kept).await.is_err() || visit.keep(WANTED, &PLACE).await.is_err() {
        return response;
    }
    visit.go_telling(&to, "You were signed out. What you typed is kept until you sign in").await
}

/// 401: shows the form to somebody who is signed out and of whom no session is left, if `response` sends them to sign
/// in. It is kept on this page alone, to be sent after signing in at another tab. Any other response, and any form
/// without an answer, is returned as it is.
pub async fn hand_back(visit: &Visit, mut typed: Form, response: Response) -> Response {
    const TITLE: &str = "You are signed out";
    let Some(SignedOut(way_in)) = response.extensions().get().copied() else { return response };
    clear_secrets(&mut typed);
    if !typed.iter().any(|(name, values)| name != "version" && values.iter().any(|value| !value.trim().is_empty())) {
        return response;
    }
    Page::new(TITLE).status(StatusCode::UNAUTHORIZED).render(&visit.chrome().await, || {
        view! {
            {h1(TITLE)}
            {paragraph("What you typed was not saved, because you were signed out before you sent it.")}
            <p class="govuk-body">
                <a class="govuk-link" href=way_in target="_blank" rel="noreferrer noopener">"Sign in (opens in new tab)"</a>
                ", then come back to this page and send it."
            </p>
            {again(Some(&visit.path), &typed, "Send what I typed")}
        }
        .into_any()
    })
}

fn clear_secrets(typed: &mut Form) {
    let secret: Vec<String> = typed.iter().map(|(name, _)| name.to_owned()).filter(|name| is_secret(name)).collect();
    for name in secret {
        typed.clear(&name);
    }
}

/// Forgets the kept form if this request sent it after all.
pub async fn was_sent(visit: &Visit) {
    if visit.recall::<Unsent>(Unsent::KEY).await.is_some_and(|kept| kept.path == visit.path) {
        visit.forget(Unsent::KEY).await;
    }
}

const NOT_SENT: &str = "What you typed was not sent";

/// GET `/account/kept`: shows the kept form, with a button to send it and one to discard it. Without a kept form, or
/// when nobody is signed in, leads to the start page.
async fn show(visit: Visit) -> Response {
    let kept: Option<Unsent> = visit.recall(Unsent::KEY).await;
    let Some(Unsent { path, fields, .. }) = kept.filter(|_| visit.who.is_some()) else {
        return Redirect::to("/").into_response();
    };
    Page::new(NOT_SENT).render(&visit.chrome().await, || {
        view! {
            {h1(NOT_SENT)}
            {paragraph("You were signed out before you sent it. We kept it, so that you can send it now.")}
            {again(Some(&path), &fields, "Send what I typed")}
            {post_form(view! { {button("Discard it").secondary()} }).to("/account/kept/discard")}
        }
        .into_any()
    })
}

/// POST `/account/kept/discard`: forgets the kept form for good.
async fn discard(visit: Visit) -> Response {
    if visit.who.is_none() {
        return Redirect::to("/").into_response();
    }
    visit.forget(Unsent::KEY).await;
    visit.go_saying("/", "What you typed is discarded").await
}

/// POST `/account/stay`: the script's way to keep the session open, which every request does. Answers as JSON how many
/// seconds are left, or 401 if nobody is signed in.
async fn stay(visit: Visit) -> Response {
    match visit.lasts() {
        Some((idle, whole)) => {
            let left = format!("{{\"idle\":{idle},\"whole\":{whole}}}");
            ([(CONTENT_TYPE, "application/json")], left).into_response()
        }
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// 422: the same form was sent before with other answers, which are saved. Shows what was typed now, so that it is not
/// lost and can be sent under a new key.
pub async fn sent_otherwise(visit: &Visit, typed: &Form) -> Response {
    const TITLE: &str = "This form was already sent";
    Page::new(TITLE).status(StatusCode::UNPROCESSABLE_ENTITY).render(&visit.chrome().await, || {
        view! {
            {h1(TITLE)}
            {paragraph("You sent this form before, with other answers. Those are saved.")}
            {paragraph("What you typed now is not saved yet, and it is not lost. You can still send it.")}
            {again(None, typed, "Send what I typed now")}
            <p class="govuk-body">{link("/", "Leave it as it is saved")}</p>
        }
        .into_any()
    })
}

/// The answers of `typed`, and a form that sends them to `path`, or to the address of the page without one, under the
/// new key of this page.
fn again(path: Option<&str>, typed: &Form, send: &'static str) -> AnyView {
    let hidden = carried(typed);
    let told = typed.told();
    let shown = told.iter().filter(|(name, _)| *name != "version").flat_map(|(_, values)| values);
    let shown: Vec<AnyView> = shown
        .filter(|value| !value.trim().is_empty())
        .map(|value| view! { <li>{crate::parts::typed(value.clone())}</li> }.into_any())
        .collect();
    let shown = details("What you typed", view! { <ul class="govuk-list govuk-list--bullet">{shown}</ul> }.into_any());
    let form = post_form(view! { {hidden} {button(send)} });
    view! {
        {shown}
        {match path {
            Some(path) => form.to(path),
            None => form,
        }}
    }
    .into_any()
}
