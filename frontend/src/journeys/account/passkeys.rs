//! Signing in by a passkey, and the passkeys of whoever is signed in.
//!
//! A passkey needs scripting, so its forms are hidden until the script shows them. What the script and the server
//! exchange is passed on unread.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use super::wanted;
use crate::denied::Denied;
use crate::prelude::*;
use crate::sign_in::passkey::{OwnPasskey, Passkeys};
use crate::visit::Visit;
use crate::when::{day, day_and_time};
use crate::{assets, error};

/// The routes of these pages.
pub(super) fn router() -> Router {
    Router::new()
        .route(LIST, get(list).post(add))
        .route("/account/passkeys/options", post(begin))
        .route("/account/passkeys/{id}/remove", get(ask_remove).post(remove))
        .route("/sign-in/passkey", post(sign_in))
        .route("/sign-in/passkey/options", post(ask))
}

/// The path of the list of one's passkeys.
pub(crate) const LIST: &str = "/account/passkeys";

/// The form on the sign-in page that signs in by a passkey; nothing where there are no passkeys.
pub(crate) fn way_in(visit: &Visit) -> AnyView {
    let Some(passkeys) = &visit.sign_in.passkeys else { return ().into_any() };
    let content = view! { {button("Sign in with a passkey").secondary()} };
    passkey_form("/sign-in/passkey", passkeys.at(), content.into_any())
}

/// A hidden form that the script shows and fills in. `at` is the site's address, without which the script leaves it
/// hidden.
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

/// `POST /sign-in/passkey/options`: the challenge for signing in, as JSON for the script.
async fn ask(visit: Visit) -> Response {
    let asked = match passkeys(&visit) {
        Ok(passkeys) => passkeys.begin_sign_in().await,
        Err(denied) => Err(denied),
    };
    json(&visit, asked).await
}

/// The passkeys of the site; denied where there are none.
fn passkeys(visit: &Visit) -> Result<&dyn Passkeys, Denied> {
    visit.sign_in.passkeys.as_deref().ok_or(Denied::Refused)
}

/// `POST /sign-in/passkey`: signs in by the passkey that answered the challenge.
async fn sign_in(visit: Visit, Typed(form): Typed) -> Response {
    let wanted = wanted(&visit).await;
    let admitted = match passkeys(&visit) {
        Ok(passkeys) => passkeys.sign_in(form.get("credential").to_owned()).await,
        Err(denied) => Err(denied),
    };
    match admitted {
        Ok(()) => Redirect::to(wanted.as_deref().unwrap_or("/")).into_response(),
        Err(Denied::Refused) => {
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
        Err(other) => is_denied(&visit, other).await,
    }
}

/// `POST /account/passkeys/options`: the challenge for a new passkey, as JSON for the script.
async fn begin(visit: Visit) -> Response {
    let asked = match passkeys(&visit) {
        Ok(passkeys) => passkeys.begin_adding().await,
        Err(denied) => Err(denied),
    };
    json(&visit, asked).await
}

async fn json(visit: &Visit, asked: Result<String, Denied>) -> Response {
    match asked {
        Ok(asked) => ([(CONTENT_TYPE, "application/json")], asked).into_response(),
        Err(Denied::Refused) => error::forbidden(&visit.chrome().await),
        Err(other) => is_denied(visit, other).await,
    }
}

async fn is_denied(visit: &Visit, denied: Denied) -> Response {
    let chrome = visit.chrome().await;
    match denied {
        Denied::Refused => error::not_found(&chrome),
        Denied::Throttled(until) => error::too_many(&chrome, until),
        Denied::Internal => error::internal(&chrome),
    }
}

/// `GET /account/passkeys`: the list, with the form that adds one.
async fn list(visit: Visit) -> Response {
    show(&visit, &Form::new(), &Faults::new()).await
}

/// `POST /account/passkeys`: adds the passkey that the browser made.
async fn add(visit: Visit, Typed(form): Typed) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    let (name, made) = (form.get("name").to_owned(), form.get("credential").to_owned());
    let added = match passkeys(&visit) {
        Ok(passkeys) => passkeys.add(name, made).await,
        Err(denied) => Err(denied),
    };
    match added {
        Ok(faults) if faults.is_empty() => visit.go_saying(LIST, "Passkey added").await,
        Ok(faults) => show(&visit, &form, &faults).await,
        Err(Denied::Refused) => Redirect::to(LIST).into_response(),
        Err(other) => is_denied(&visit, other).await,
    }
}

async fn show(visit: &Visit, form: &Form, faults: &Faults) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    let passkeys = match passkeys(visit) {
        Ok(passkeys) => passkeys,
        Err(denied) => return is_denied(visit, denied).await,
    };
    let (own, recent) = match (passkeys.list().await, passkeys.is_recent().await) {
        (Ok(own), Ok(recent)) => (own, recent),
        (Err(other), _) | (_, Err(other)) => return is_denied(visit, other).await,
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
            {if recent { adding(ask, passkeys.at()) } else { too_late() }}
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

/// A paragraph that asks to sign in again first: somebody who finds an unlocked computer must not be able to add a
/// passkey of their own.
fn too_late() -> AnyView {
    paragraph("You can add and remove passkeys for 10 minutes after signing in. Sign out and sign in again first.")
}

/// `GET /account/passkeys/{id}/remove`: asks whether to remove it.
async fn ask_remove(visit: Visit, Path(id): Path<String>) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    let listed = match passkeys(&visit) {
        Ok(passkeys) => passkeys.list().await,
        Err(denied) => Err(denied),
    };
    let own = match listed {
        Ok(own) => own,
        Err(other) => return is_denied(&visit, other).await,
    };
    let Some(passkey) = own.into_iter().find(|passkey| passkey.id == id) else {
        return is_denied(&visit, Denied::Refused).await;
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

/// `POST /account/passkeys/{id}/remove`: removes it.
async fn remove(visit: Visit, Path(id): Path<String>) -> Response {
    let removed = match passkeys(&visit) {
        Ok(passkeys) => passkeys.remove(id).await,
        Err(denied) => Err(denied),
    };
    match removed {
        Ok(()) => visit.go_saying(LIST, "Passkey removed").await,
        Err(Denied::Refused) => Redirect::to(LIST).into_response(),
        Err(other) => is_denied(&visit, other).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NONE, ask, contact, silent, staff};

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
