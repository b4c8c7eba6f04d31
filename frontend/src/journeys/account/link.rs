//! Links mailed to staff: an invitation, and another password for one that was forgotten. A link is used only by the
//! form that it leads to, because mail scanners follow links.
//!
//! What must not live here: where the token of a link is kept (`sign_in`).

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use super::{help, is_denied, next};
use crate::denied::Denied;
use crate::form::looks_like_an_address;
use crate::prelude::*;
use crate::sign_in::staff_link::{OpenedLink, Purpose};
use crate::visit::Visit;

/// `GET /invitation/{token}`: puts the token into a cookie and leads to the form.
pub(super) async fn put_invitation_away(visit: Visit, Path(token): Path<String>) -> Response {
    put_away(&visit, Purpose::Invitation, &token, "/invitation").await
}

/// `GET /recover/{token}`: puts the token into a cookie and leads to the form.
pub(super) async fn put_recovery_away(visit: Visit, Path(token): Path<String>) -> Response {
    put_away(&visit, Purpose::Recovery, &token, "/recover").await
}

/// Puts the token into a cookie and leads to `to`, so that it leaves the address. Text that cannot be a token leads to
/// the page for dead links.
async fn put_away(visit: &Visit, purpose: Purpose, token: &str, to: &str) -> Response {
    if visit.sign_in.staff_links.put_away(token, purpose) {
        Redirect::to(to).into_response()
    } else {
        dead_link(visit, purpose).await
    }
}

/// `GET /invitation`: asks for the first password.
pub(super) async fn ask_invitation(visit: Visit) -> Response {
    ask(&visit, Purpose::Invitation, &Faults::new()).await
}

/// `POST /invitation`: sets the first password and leads to the next step of signing in.
pub(super) async fn accept(visit: Visit, typed: Credentials) -> Response {
    choose(&visit, Purpose::Invitation, typed).await
}

/// `GET /recover`: asks for another password.
pub(super) async fn ask_recover(visit: Visit) -> Response {
    ask(&visit, Purpose::Recovery, &Faults::new()).await
}

/// `POST /recover`: sets another password and leads to the next step of signing in.
pub(super) async fn recover(visit: Visit, typed: Credentials) -> Response {
    choose(&visit, Purpose::Recovery, typed).await
}

async fn choose(visit: &Visit, purpose: Purpose, typed: Credentials) -> Response {
    let form = match typed.read() {
        Ok(form) => form,
        Err((_, faults)) => return ask(visit, purpose, &faults).await,
    };
    let typed = |name| form.get(name).to_owned();
    match visit.sign_in.staff_links.redeem(purpose, typed("code"), typed("password"), typed("again")).await {
        Ok(Ok(step)) => next(step, None),
        Ok(Err(faults)) => ask(visit, purpose, &faults).await,
        Err(Denied::Refused) => dead_link(visit, purpose).await,
        Err(other) => is_denied(visit, other).await,
    }
}

/// The question for the code of a link; `None` if `wanted` is false.
fn code(ask: Ask<'_>, purpose: Purpose, wanted: bool) -> Option<AnyView> {
    let (why, label, hint) = match purpose {
        Purpose::Invitation => (
            "Whoever invited you tells you a code, by telephone or face to face. It is not in the email.",
            "Code from whoever invited you",
            "8 letters and numbers, like AB3D-4FGH",
        ),
        Purpose::Recovery => (
            "You are using another browser than the one in which you asked for the link.",
            "Code from the email",
            "8 letters and numbers, like AB3D-4FGH. It stands below the link.",
        ),
    };
    wanted.then(|| {
        let field = ask.text("code", label).hint(hint).width(10).unchecked().autocomplete("one-time-code");
        view! { {paragraph(why)} {field} }.into_any()
    })
}

async fn ask(visit: &Visit, purpose: Purpose, faults: &Faults) -> Response {
    let OpenedLink { name, wants_code } = match visit.sign_in.staff_links.opened(purpose).await {
        Ok(link) => link,
        Err(Denied::Refused) => return dead_link(visit, purpose).await,
        Err(other) => return is_denied(visit, other).await,
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
                {code(ask, purpose, wants_code)}
                {password(ask)}
                {button("Continue")}
            })}
        }
        .into_any()
    })
}

/// The question for a new password, typed twice.
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
                "It was used already, a newer one was sent, it is older than 3 days, or a wrong code was entered too often. \
                 Ask whoever invited you to send a new one.",
            ),
            Purpose::Recovery => view! {
                {paragraph(
                    "It was used already, a newer one was sent, it is older than 30 minutes, or a wrong code was entered \
                     too often.",
                )}
                <p class="govuk-body">{link("/sign-in/recover", "Ask for a new link")}</p>
            }
            .into_any(),
        };
        view! { {h1("This link cannot be used")} {again} {help(visit)} }.into_any()
    })
}

/// `GET /sign-in/recover`: asks for the address to which a link is mailed.
pub(super) async fn ask_recovery(visit: Visit) -> Response {
    ask_address(&visit, &Form::new(), &Faults::new()).await
}

async fn ask_address(visit: &Visit, form: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(form, faults);
    Page::new("Choose a new password").back("/sign-in").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Choose a new password")}
            {paragraph("We email you a link. You need your authenticator app or a recovery code as well.")}
            {post_form(view! {
                {ask.email("email", "Email address").autocomplete("username")}
                {button("Send me a link")}
            }).to("/sign-in/recover")}
        }
        .into_any()
    })
}

/// `POST /sign-in/recover`: has a link mailed. The answer is the same whether anybody has the address or not.
pub(super) async fn mail_recovery(visit: Visit, typed: Credentials) -> Response {
    let form = match typed.read() {
        Ok(form) => form,
        Err((form, faults)) => return ask_address(&visit, &form, &faults).await,
    };
    let email = form.some("email").unwrap_or_default();
    let wrong = match email.as_str() {
        "" => Some("Enter your email address"),
        email if looks_like_an_address(email) => None,
        _ => Some("Enter an email address in the correct format, like name@council.example"),
    };
    if let Some(wrong) = wrong {
        return ask_address(&visit, &form, &Faults::from_iter([("email", wrong)])).await;
    }
    match visit.sign_in.staff_links.mail_recovery(email).await {
        Ok(()) => Redirect::to("/sign-in/recovery-sent").into_response(),
        Err(other) => is_denied(&visit, other).await,
    }
}

/// `GET /sign-in/recovery-sent`: what to do next, in the same words for everybody.
pub(super) async fn recovery_sent(visit: Visit) -> Response {
    let visit = &visit;
    Page::new("Check your email").back("/sign-in").render(&visit.chrome().await, || {
        let demo = visit.site.demo.then(|| {
            view! { <p class="govuk-body">{link("/demo/mail", "Read the mail of this demonstration")}</p> }
        });
        view! {
            {h1("Check your email")}
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
