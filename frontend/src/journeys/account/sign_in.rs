//! Signing in as staff with a password, then the second factor.

use axum::response::{IntoResponse, Redirect, Response};

use super::{help, is_denied, next, passkeys, single_sign_on, wanted};
use crate::prelude::*;
use crate::sign_in::Step;
use crate::sign_in::password::FirstFactor;
use crate::visit::Visit;
use crate::wanted::WANTED;

pub(super) const REFUSED: &str = "Your email address or password is not right";
/// The message when one more wrong try will throttle the account; shown whether anybody has the address or not.
pub(super) const LAST_TRY: &str = "Your email address or password is not right. If it is wrong once more, you must wait \
                                   15 minutes before you can try again";
const WRONG: &str = "This code is not right, or was used already: enter the one that the app shows now";

/// `GET /sign-in`: asks for address and password, with the other ways to sign in.
pub(super) async fn ask(visit: Visit) -> Response {
    if visit.who.is_some() {
        return Redirect::to("/").into_response();
    }
    ask_password(&visit, &Form::new(), &Faults::new()).await
}

/// `POST /sign-in`: checks the password and leads to the next step, or to where they wanted to go. The start page leads
/// each person on to their work.
pub(super) async fn sign_in(visit: Visit, typed: Credentials) -> Response {
    let form = match typed.read() {
        Ok(form) => form,
        Err((form, faults)) => return ask_password(&visit, &form, &faults).await,
    };
    let (email, password) = (form.some("email").unwrap_or_default(), form.get("password").to_owned());
    let wanted = wanted(&visit).await;
    match visit.sign_in.passwords.sign_in(email, password).await {
        Ok(FirstFactor::Right(step)) => {
            // The session is renewed by signing in, so the path is kept in it until the last step.
            if let (Some(wanted), true) = (&wanted, step != Step::In) {
                let _ = visit.keep(WANTED, wanted).await;
            }
            next(step, wanted.as_deref())
        }
        Ok(FirstFactor::Wrong { last_try }) => {
            let wrong = if last_try { LAST_TRY } else { REFUSED };
            ask_password(&visit, &form, &Faults::from_iter([("email", wrong)])).await
        }
        Err(other) => is_denied(&visit, other).await,
    }
}

async fn ask_password(visit: &Visit, form: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(form, faults);
    Page::new("Sign in").back("/").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Sign in")}
            {paragraph("This is for council staff.")}
            {single_sign_on::way_in(visit)}
            {post_form(view! {
                {ask.email("email", "Email address").autocomplete("username")}
                {ask.password("password", "Password")}
                {button("Sign in")}
            }).to("/sign-in")}
            {passkeys::way_in(visit)}
            <p class="govuk-body">{link("/sign-in/recover", "I have forgotten my password")}</p>
            {help(visit)}
            <p class="govuk-body">
                "If you work at a school, " {link("/refer", "ask for a link to sign in")} "."
            </p>
        }
        .into_any()
    })
}

/// `GET /sign-in/second-factor`: asks for a code.
pub(super) async fn ask_second_factor(visit: Visit) -> Response {
    ask_code(&visit, &Faults::new()).await
}

/// `POST /sign-in/second-factor`: checks a code and signs in.
pub(super) async fn second_factor(visit: Visit, typed: Credentials) -> Response {
    let form = match typed.read() {
        Ok(form) => form,
        Err((_, faults)) => return ask_code(&visit, &faults).await,
    };
    let wanted = wanted(&visit).await;
    match visit.sign_in.second_factor.check(form.get("code").to_owned()).await {
        Ok(true) => next(Step::In, wanted.as_deref()),
        Ok(false) => ask_code(&visit, &Faults::from_iter([("code", WRONG)])).await,
        Err(other) => is_denied(&visit, other).await,
    }
}

async fn ask_code(visit: &Visit, faults: &Faults) -> Response {
    match visit.sign_in.passwords.pending().await {
        Ok(Some(Step::SecondFactor)) => {}
        Ok(Some(other)) => return next(other, None),
        Ok(None) => return Redirect::to("/sign-in").into_response(),
        Err(other) => return is_denied(visit, other).await,
    }
    // A code is never sent back: it may still work.
    let form = Form::new();
    let ask = Ask::new(&form, faults);
    // The page is the same for everybody, because it must not tell whoever knows a password which second factor its
    // owner has.
    Page::new("Enter your code").back("/sign-in").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Enter your code")}
            {post_form(view! {
                {ask.text("code", "Code")
                    .hint("If you have an authenticator app, the 6 numbers that it shows now; or one of your recovery codes")
                    .width(20)
                    .unchecked()
                    .autocomplete("one-time-code")}
                {button("Continue")}
            }).to("/sign-in/second-factor")}
            {passkeys::way_in(visit)}
            {details(
                "I have no app, recovery code or passkey with me",
                call_paragraph(
                    "An administrator can remove your second factor, so that you can set up a new one. Ask one, or call ",
                    &visit.site.team_phone,
                    ".",
                ),
            )}
        }
        .into_any()
    })
}
