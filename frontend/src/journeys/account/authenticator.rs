//! Setting up an authenticator app, and saving the recovery codes that come with it.

use axum::response::{IntoResponse, Redirect, Response};
use qrcodegen::{QrCode, QrCodeEcc};

use super::{is_denied, wanted};
use crate::error;
use crate::prelude::*;
use crate::sign_in::second_factor::AppSecret;
use crate::visit::Visit;
use crate::wanted::WANTED;

/// `GET /sign-in/set-up`: sets up the first app, for somebody whose password was right and who has no second factor.
pub(super) async fn ask_first(visit: Visit) -> Response {
    if visit.who.is_some() {
        return Redirect::to("/account").into_response();
    }
    ask(&visit, false, &Faults::new()).await
}

/// `POST /sign-in/set-up`: takes the first code of the app, which signs in.
pub(super) async fn set_up_first(visit: Visit, typed: Credentials) -> Response {
    let form = match typed.read() {
        Ok(form) => form,
        Err((_, faults)) => return ask(&visit, false, &faults).await,
    };
    let wanted = wanted(&visit).await;
    match visit.sign_in.second_factor.confirm_app(form.get("code").to_owned(), None).await {
        Ok(faults) if faults.is_empty() => {
            if let Some(wanted) = wanted {
                let _ = visit.keep(WANTED, &wanted).await;
            }
            Redirect::to("/account/recovery-codes").into_response()
        }
        Ok(faults) => ask(&visit, false, &faults).await,
        Err(other) => is_denied(&visit, other).await,
    }
}

/// `GET /account/authenticator`: sets up an app, or another in its place, for somebody who is signed in.
pub(super) async fn ask_again(visit: Visit) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    ask(&visit, true, &Faults::new()).await
}

/// `POST /account/authenticator`: takes the first code of the app, and the password.
pub(super) async fn set_up_again(visit: Visit, typed: Credentials) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    let form = match typed.read() {
        Ok(form) => form,
        Err((_, faults)) => return ask(&visit, true, &faults).await,
    };
    let password = Some(form.get("current").to_owned());
    match visit.sign_in.second_factor.confirm_app(form.get("code").to_owned(), password).await {
        Ok(faults) if faults.is_empty() => Redirect::to("/account/recovery-codes").into_response(),
        Ok(faults) => ask(&visit, true, &faults).await,
        Err(other) => is_denied(&visit, other).await,
    }
}

const TITLE: &str = "Set up an authenticator app";

async fn ask(visit: &Visit, signed_in: bool, faults: &Faults) -> Response {
    let AppSecret { url, text } = match visit.sign_in.second_factor.new_app().await {
        Ok(secret) => secret,
        Err(other) => return is_denied(visit, other).await,
    };
    let Some(picture) = picture(&url) else { return error::internal(&visit.chrome().await) };
    let form = Form::new();
    let ask = Ask::new(&form, faults);
    let back = if signed_in { "/account" } else { "/sign-in" };
    Page::new(TITLE).back(back).ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1(TITLE)}
            {paragraph(
                "Each time you sign in, we ask for your password and for a code from an app on your telephone. If somebody \
                 learns your password, they still cannot sign in.",
            )}
            <ol class="govuk-list govuk-list--number">
                <li>"Install an authenticator app, if you have none. Your council may say which."</li>
                <li>"In the app, add an account and scan this picture. If you cannot scan it, type the key."</li>
                <li>"Enter the code that the app shows."</li>
            </ol>
            {picture}
            {SummaryList::new().row("Key", text)}
            {post_form(view! {
                {ask.text("code", "Code")
                    .hint("The 6 numbers that the app shows now")
                    .width(10)
                    .unchecked()
                    .autocomplete("one-time-code")}
                {signed_in.then(|| ask.password("current", "Your password").view())}
                {button("Continue")}
            })}
        }
        .into_any()
    })
}

/// The text as a QR code: dark squares on white, with the border of 4 that the standard asks for. `None` if the text is
/// too long for one.
fn picture(text: &str) -> Option<AnyView> {
    const BORDER: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            let (x, y) = (x + BORDER, y + BORDER);
            path.extend(["M", &x.to_string(), ",", &y.to_string(), "h1v1h-1z"]);
        }
    }
    let whole = size + 2 * BORDER;
    let view = view! {
        <p class="govuk-body">
            <svg
                role="img"
                aria-label="The picture to scan with the app"
                width="240"
                height="240"
                viewBox=format!("0 0 {whole} {whole}")
                shape-rendering="crispEdges"
            >
                <rect width="100%" height="100%" fill="#ffffff"></rect>
                <path d=path fill="#0b0c0c"></path>
            </svg>
        </p>
    };
    Some(view.into_any())
}

/// `GET /account/recovery-codes`: the new codes, until somebody says that they saved them.
pub(super) async fn show_codes(visit: Visit) -> Response {
    if !visit.is_staff() {
        return Redirect::to("/sign-in").into_response();
    }
    let codes = match visit.sign_in.second_factor.new_codes().await {
        Ok(codes) if codes.is_empty() => return leave(&visit).await,
        Ok(codes) => codes,
        Err(other) => return is_denied(&visit, other).await,
    };
    Page::new("Save your recovery codes").render(&visit.chrome().await, || {
        let codes: Vec<_> = codes.into_iter().map(|code| view! { <li>{code}</li> }).collect();
        view! {
            {h1("Save your recovery codes")}
            {paragraph(
                "If you lose your telephone, sign in with one of these codes instead. Each works once. Print them, or keep \
                 them in a password manager, but not beside your password.",
            )}
            {warning_text("This is the only time that you can see these codes.")}
            <ul class="govuk-list govuk-list--bullet" id="codes">{codes}</ul>
            {post_form(view! {
                {button("I have saved them")}
            }).to("/account/recovery-codes")}
        }
        .into_any()
    })
}

/// `POST /account/recovery-codes`: the codes are saved and are never shown again.
pub(super) async fn codes_saved(visit: Visit) -> Response {
    if let Err(other) = visit.sign_in.second_factor.codes_saved().await {
        return is_denied(&visit, other).await;
    }
    leave(&visit).await
}

/// Leads to where somebody wanted to go when they signed in, or else to their account.
async fn leave(visit: &Visit) -> Response {
    let wanted = wanted(visit).await;
    visit.forget(WANTED).await;
    Redirect::to(wanted.as_deref().unwrap_or("/account")).into_response()
}
