//! Signing in by a passkey, and the passkeys of whoever is signed in.
//!
//! A passkey needs scripting, so its forms are hidden until the script shows them. What passes between the script and
//! the server is handed through unread.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::journeys::account::wanted;
use crate::journeys::site::when::{day, day_and_time};
use crate::prelude::*;
use crate::visit::{OwnPasskey, Shut, Visit};
use crate::{assets, error};

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route(LIST, get(list).post(add))
        .route("/account/passkeys/options", post(begin))
        .route("/account/passkeys/{id}/remove", get(ask_remove).post(remove))
        .route("/sign-in/passkey", post(sign_in))
        .route("/sign-in/passkey/options", post(ask))
}

/// Where somebody sees their passkeys.
pub(crate) const LIST: &str = "/account/passkeys";

/// The way in for the page that asks for a password; nothing where there are no passkeys.
pub(crate) fn way_in(visit: &Visit) -> AnyView {
    let Some(at) = visit.doors.keys.passkeys_at() else { return ().into_any() };
    let content = view! { {button("Sign in with a passkey").secondary()} };
    passkey_form("/sign-in/passkey", &at, content.into_any())
}

/// A form that a passkey fills in.
fn passkey_form(action: &'static str, at: &str, content: AnyView) -> AnyView {
    view! {
        <div hidden data-passkey=format!("{action}/options") data-at=at.to_owned()>
            {post_form(view! {
            <input type="hidden" name="credential"/>
            <p class="govuk-error-message" hidden data-failed tabindex="-1" role="alert">
                "Your browser did not give a passkey. Try again, or use another way."
            </p>
            {content}
            }).to(action)}
        </div>
        <script type="module" src=assets::PASSKEYS_JS></script>
    }
    .into_any()
}

/// `POST /sign-in/passkey/options`, for the script.
async fn ask(visit: Visit) -> Response {
    json(&visit, visit.doors.keys.ask_for_passkey().await).await
}

/// `POST /sign-in/passkey`.
async fn sign_in(visit: Visit, Typed(form): Typed) -> Response {
    let wanted = wanted(&visit).await;
    match visit.doors.keys.use_passkey(form.get("credential").to_owned()).await {
        Ok(()) => Redirect::to(wanted.as_deref().unwrap_or("/")).into_response(),
        Err(Shut::Refused) => {
            let title = "You are not signed in";
            Page::new(title).status(StatusCode::FORBIDDEN).render(&visit.chrome().await, || {
                view! {
                    {h1(title)}
                    {paragraph("Your passkey was not accepted. It may have been removed, or you waited too long.")}
                    <p class="govuk-body">{link("/sign-in", "Sign in again")} "."</p>
                }
                .into_any()
            })
        }
        Err(other) => is_shut(&visit, other).await,
    }
}

/// `POST /account/passkeys/options`, for the script.
async fn begin(visit: Visit) -> Response {
    json(&visit, visit.doors.keys.begin_passkey().await).await
}

async fn json(visit: &Visit, asked: Result<String, Shut>) -> Response {
    match asked {
        Ok(asked) => ([(CONTENT_TYPE, "application/json")], asked).into_response(),
        Err(Shut::Refused) => error::forbidden(&visit.chrome().await),
        Err(other) => is_shut(visit, other).await,
    }
}

async fn is_shut(visit: &Visit, shut: Shut) -> Response {
    let chrome = visit.chrome().await;
    match shut {
        Shut::Refused => error::not_found(&chrome),
        Shut::Throttled(until) => error::too_many(&chrome, until),
        Shut::Internal => error::internal(&chrome),
    }
}

/// `GET /account/passkeys`.
async fn list(visit: Visit) -> Response {
    show(&visit, &Form::new(), &Faults::new()).await
}

/// `POST /account/passkeys`.
async fn add(visit: Visit, Typed(form): Typed) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    let (name, made) = (form.get("name").to_owned(), form.get("credential").to_owned());
    match visit.doors.keys.add_passkey(name, made).await {
        Ok(faults) if faults.is_empty() => visit.go_saying(LIST, "Passkey added").await,
        Ok(faults) => show(&visit, &form, &faults).await,
        Err(Shut::Refused) => Redirect::to(LIST).into_response(),
        Err(other) => is_shut(&visit, other).await,
    }
}

async fn show(visit: &Visit, form: &Form, faults: &Faults) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    let keys = &visit.doors.keys;
    let Some(at) = keys.passkeys_at() else { return is_shut(visit, Shut::Refused).await };
    let (own, recent) = match (keys.passkeys().await, keys.may_change_passkeys().await) {
        (Ok(own), Ok(recent)) => (own, recent),
        (Err(other), _) | (_, Err(other)) => return is_shut(visit, other).await,
    };
    let ask = Ask::new(form, faults);
    Page::new("Your passkeys").back("/account").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Your passkeys")}
            {paragraph(
                "A passkey signs you in with the lock of your device, such as a fingerprint or a PIN. It needs no password and \
                 no code.",
            )}
            {table(own, recent)}
            {h2("Add a passkey")}
            {if recent { adding(ask, &at) } else { too_late() }}
        }
        .into_any()
    })
}

fn table(own: Vec<OwnPasskey>, recent: bool) -> AnyView {
    if own.is_empty() {
        return paragraph("You have no passkeys yet.");
    }
    let table = Table::new("Passkeys").quiet().scrolls().columns(["Name", "Added", "Last used", "Remove"]);
    let table = own.into_iter().fold(table, |table, OwnPasskey { id, name, since, used }| {
        let remove: Content = if recent {
            link_hidden(format!("{LIST}/{id}/remove"), "Remove", name.clone()).into()
        } else {
            "Sign in again first".into()
        };
        let used = used.map_or_else(|| "Never".to_owned(), day_and_time);
        table.row([name.into(), day(since).into(), used.into(), remove])
    });
    table.view()
}

fn adding(ask: Ask<'_>, at: &str) -> AnyView {
    let content = view! {
        {ask.text("name", "Name").hint("To tell it from others, such as ‘Work laptop’").width(20)}
        {button("Add a passkey")}
    };
    let without = format!(
        "To add a passkey, come to {at} with a browser that has passkeys, and allow scripts. You can sign in without one."
    );
    view! {
        {passkey_form(LIST, at, content.into_any())}
        <p class="govuk-body" data-without-passkeys=at.to_owned()>{without}</p>
    }
    .into_any()
}

/// Whoever finds a computer unlocked could otherwise add a passkey of their own.
fn too_late() -> AnyView {
    paragraph("You can add and remove passkeys for 10 minutes after signing in. Sign out and sign in again first.")
}

/// `GET /account/passkeys/{id}/remove`.
async fn ask_remove(visit: Visit, Path(id): Path<String>) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    let own = match visit.doors.keys.passkeys().await {
        Ok(own) => own,
        Err(other) => return is_shut(&visit, other).await,
    };
    let Some(passkey) = own.into_iter().find(|passkey| passkey.id == id) else {
        return is_shut(&visit, Shut::Refused).await;
    };
    let title = "Are you sure you want to remove this passkey?";
    Page::new(title).back(LIST).render(&visit.chrome().await, || {
        view! {
            {h1(title)}
            {paragraph(format!("“{}” will no longer sign you in. Remove it from your device as well.", passkey.name))}
            {post_form(view! { {button("Remove passkey").warning()} })}
        }
        .into_any()
    })
}

/// `POST /account/passkeys/{id}/remove`.
async fn remove(visit: Visit, Path(id): Path<String>) -> Response {
    match visit.doors.keys.remove_passkey(id).await {
        Ok(()) => visit.go_saying(LIST, "Passkey removed").await,
        Err(Shut::Refused) => Redirect::to(LIST).into_response(),
        Err(other) => is_shut(&visit, other).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journeys::site::testing::{NONE, ask, contact, silent, staff};

    #[tokio::test]
    async fn passkeys_are_shown_to_the_staff_whose_they_are() {
        let page = ask(router(), &silent(Some(staff(NONE))), LIST, None).await;
        page.shows(&[
            "Work laptop",
            "18 November 2026",
            "Never",
            "/account/passkeys/1/remove",
            "hidden",
            "data-passkey=\"/account/passkeys/options\"",
            "come to https://onroll.example",
        ]);
        for who in [None, Some(contact())] {
            assert_eq!(ask(router(), &silent(who), LIST, None).await.goes_to(), "/sign-in");
        }
    }

    #[tokio::test]
    async fn a_passkey_is_added_removed_and_used() {
        let visit = silent(Some(staff(NONE)));
        assert_eq!(ask(router(), &visit, LIST, Some("name=Phone&credential=right")).await.goes_to(), LIST);
        let page = ask(router(), &visit, LIST, Some("name=Phone&credential=wrong")).await;
        page.shows(&["There is a problem", "value=\"Phone\""]);
        let page = ask(router(), &visit, "/account/passkeys/1/remove", None).await;
        page.shows(&["Are you sure", "Work laptop", "<form method=\"post\""]);
        assert_eq!(ask(router(), &visit, "/account/passkeys/1/remove", Some("")).await.goes_to(), LIST);
        let absent = ask(router(), &visit, "/account/passkeys/2/remove", None).await;
        assert_eq!(absent.status, StatusCode::NOT_FOUND);
        let nobody = silent(None);
        assert_eq!(ask(router(), &nobody, "/sign-in/passkey", Some("credential=right")).await.goes_to(), "/");
        let page = ask(router(), &nobody, "/sign-in/passkey", Some("credential=wrong")).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let page = ask(router(), &nobody, "/sign-in/passkey/options", Some("")).await;
        assert_eq!(page.headers[CONTENT_TYPE], "application/json");
    }
}
