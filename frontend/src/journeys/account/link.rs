//! Links mailed to staff: an invitation, and another password for one that was forgotten. A link moves its token into
//! the session at once and is used only by the form that it leads to, because mail scanners follow links.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use super::{help, next, shut};
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::{Purpose, Shut, Visit};

/// Where a mailed token waits in the session.
fn place(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Invitation => "invitation",
        Purpose::Recovery => "recovery",
    }
}

/// `GET /invitation/{token}`.
pub(super) async fn put_invitation_away(visit: Visit, Path(token): Path<String>) -> Response {
    put_away(&visit, Purpose::Invitation, &token, "/invitation").await
}

/// `GET /recover/{token}`.
pub(super) async fn put_recovery_away(visit: Visit, Path(token): Path<String>) -> Response {
    put_away(&visit, Purpose::Recovery, &token, "/recover").await
}

/// Takes the token out of the address; what cannot be a token is not kept.
async fn put_away(visit: &Visit, purpose: Purpose, token: &str, to: &str) -> Response {
    if token.len() != 64 || !token.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return dead_link(visit, purpose).await;
    }
    match visit.keep(place(purpose), &token).await {
        Ok(()) => Redirect::to(to).into_response(),
        Err(refusal) => refused(visit, refusal).await,
    }
}

/// `GET /invitation`.
pub(super) async fn ask_invitation(visit: Visit) -> Response {
    ask(&visit, Purpose::Invitation, &Faults::new()).await
}

/// `POST /invitation`.
pub(super) async fn accept(visit: Visit, Typed(form): Typed) -> Response {
    choose(&visit, Purpose::Invitation, &form).await
}

/// `GET /recover`.
pub(super) async fn ask_recover(visit: Visit) -> Response {
    ask(&visit, Purpose::Recovery, &Faults::new()).await
}

/// `POST /recover`.
pub(super) async fn recover(visit: Visit, Typed(form): Typed) -> Response {
    choose(&visit, Purpose::Recovery, &form).await
}

async fn choose(visit: &Visit, purpose: Purpose, form: &Form) -> Response {
    let Some(token) = visit.recall::<String>(place(purpose)).await else { return dead_link(visit, purpose).await };
    let untypable = form.untypable(&[("password", "Password"), ("again", "Password")]);
    if !untypable.is_empty() {
        return ask(visit, purpose, &untypable).await;
    }
    let (password, again) = (form.get("password").to_owned(), form.get("again").to_owned());
    match visit.doors.staff.use_link(token, purpose, password, again).await {
        Ok(Ok(step)) => next(step, None),
        Ok(Err(faults)) => ask(visit, purpose, &faults).await,
        Err(Shut::Refused) => {
            visit.forget(place(purpose)).await;
            dead_link(visit, purpose).await
        }
        Err(other) => shut(visit, other).await,
    }
}

async fn ask(visit: &Visit, purpose: Purpose, faults: &Faults) -> Response {
    let Some(token) = visit.recall::<String>(place(purpose)).await else { return dead_link(visit, purpose).await };
    let name = match visit.doors.staff.whose_link(token, purpose).await {
        Ok(name) => name,
        Err(Shut::Refused) => return dead_link(visit, purpose).await,
        Err(other) => return shut(visit, other).await,
    };
    let title = match purpose {
        Purpose::Invitation => "Choose a password",
        Purpose::Recovery => "Choose a new password",
    };
    let form = Form::new();
    let ask = Ask::new(&form, faults);
    Page::new(title).ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1(title)}
            {paragraph(format!("This account is for {name}."))}
            {post_form(view! {
                {password(ask)}
                {button("Continue")}
            })}
        }
        .into_any()
    })
}

/// The question for a password that is being chosen, twice.
pub(super) fn password(ask: Ask<'_>) -> AnyView {
    view! {
        {ask.password("password", "New password")
            .fresh()
            .hint("At least 12 characters. Three random words are a good one.")}
        {ask.password("again", "New password again").fresh()}
    }
    .into_any()
}

async fn dead_link(visit: &Visit, purpose: Purpose) -> Response {
    Page::new("This link cannot be used").render(&visit.chrome().await, || {
        let again = match purpose {
            Purpose::Invitation => paragraph(
                "It was used already, a newer one was sent, or it is older than 3 days. Ask whoever invited you to send a \
                 new one.",
            ),
            Purpose::Recovery => view! {
                {paragraph("It was used already, a newer one was sent, or it is older than 30 minutes.")}
                <p class="govuk-body">{link("/sign-in/recover", "Ask for a new link")}</p>
            }
            .into_any(),
        };
        view! { {h1("This link cannot be used")} {again} {help(visit)} }.into_any()
    })
}

/// `GET /sign-in/recover`.
pub(super) async fn ask_recovery(visit: Visit) -> Response {
    let (form, faults) = (Form::new(), Faults::new());
    let ask = Ask::new(&form, &faults);
    Page::new("Choose a new password").back("/sign-in").render(&visit.chrome().await, || {
        view! {
            {h1("Choose a new password")}
            {paragraph("We e-mail you a link. You need your authenticator app or a recovery code as well.")}
            {post_form(view! {
                {ask.email("email", "E-mail address").autocomplete("username")}
                {button("Send me a link")}
            }).to("/sign-in/recover")}
        }
        .into_any()
    })
}

/// `POST /sign-in/recover`. The answer is the same whether the address is known or not.
pub(super) async fn mail_recovery(visit: Visit, Typed(form): Typed) -> Response {
    match visit.doors.staff.mail_recovery(form.get("email").trim().to_owned()).await {
        Ok(()) => Redirect::to("/sign-in/recovery-sent").into_response(),
        Err(other) => shut(&visit, other).await,
    }
}

/// `GET /sign-in/recovery-sent`.
pub(super) async fn recovery_sent(visit: Visit) -> Response {
    let visit = &visit;
    Page::new("Check your e-mail").back("/sign-in").render(&visit.chrome().await, || {
        let demo = visit.site.demo.then(|| {
            view! { <p class="govuk-body">{link("/demo/mail", "Read the mail of this demonstration")}</p> }
        });
        view! {
            {h1("Check your e-mail")}
            {paragraph(
                "If there is an account with this address, we have sent a link to it. The link works once, within 30 \
                 minutes.",
            )}
            {demo}
            {help(visit)}
        }
        .into_any()
    })
}
