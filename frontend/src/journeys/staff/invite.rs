//! Inviting somebody to work with the service.

use super::{admitted, ask_roles, faults_of, invited, roles_of};
use crate::documents::changes;
use crate::documents::inputs::InviteStaffInput;
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::Visit;
use axum::response::Response;

/// `GET /staff/new`.
pub(super) async fn ask(visit: Visit) -> Response {
    if let Err(refusal) = admitted(&visit) {
        return refused(&visit, refusal).await;
    }
    ask_again(&visit, &Form::new(), &Faults::new()).await
}

/// `POST /staff/new`.
pub(super) async fn invite(visit: Visit, Typed(form): Typed) -> Response {
    let text = |name| form.get(name).to_owned();
    let input = InviteStaffInput { name: text("name"), email: text("email"), roles: roles_of(&form) };
    match changes::invite_staff(&visit.api, input).await {
        Ok(invitation) => invited(&visit, invitation).await,
        Err(refusal) => match faults_of(refusal) {
            Ok(faults) => ask_again(&visit, &form, &faults).await,
            Err(refusal) => refused(&visit, refusal).await,
        },
    }
}

async fn ask_again(visit: &Visit, form: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(form, faults);
    Page::new("Invite somebody").back("/staff").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Invite somebody")}
            {paragraph(
                "We e-mail them a link, and show you a code that you tell them yourself. They choose a password and set up \
                 an authenticator app.",
            )}
            {post_form(view! {
                {ask.text("name", "Full name").unchecked().autocomplete("off")}
                {ask.email("email", "Work e-mail address").autocomplete("off")}
                {ask_roles(ask)}
                {button("Send invitation")}
            }).to("/staff/new")}
        }
        .into_any()
    })
}
