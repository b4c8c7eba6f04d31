//! Inviting somebody to work with the service.

use futures_util::FutureExt as _;

use super::{admitted, ask_roles, invited, roles_of};
use crate::acts::{Act, Next, Place, Subject};
use crate::api::Refusal;
use crate::documents::changes;
use crate::documents::inputs::InviteStaffInput;
use crate::prelude::*;
use crate::visit::Visit;

/// What is done to the list of accounts itself.
pub(super) static ACTS: [Act<Everyone>; 1] = [INVITE];

/// All accounts together.
pub(super) struct Everyone;

const INVITE: Act<Everyone> = Act {
    path: "new",
    title: "Invite somebody",
    consequences: |_| {
        Some(paragraph(
            "We email them a link, and show you a code that you tell them yourself. They choose a password and set up \
             an authenticator app.",
        ))
    },
    questions: |_, ask| {
        view! {
            {ask.text("name", "Full name").unchecked().autocomplete("off")}
            {ask.email("email", "Work email address").autocomplete("off")}
            {ask_roles(ask)}
        }
        .into_any()
    },
    button: |_| button("Send invitation"),
    send: |api, to, form| {
        let input = InviteStaffInput { name: form.text("name"), email: form.text("email"), roles: roles_of(form) };
        let sent = changes::invite_staff(api, input);
        async move { Ok(Next::Show(invited(&to.visit, sent.await?).await)) }.boxed()
    },
    ..Act::PLAIN
};

impl Subject for Everyone {
    const ROUTE: &'static str = "/staff";

    type Rights = ();
    type State = ();
    type Shown<'a> = ();

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        admitted(visit)
    }

    async fn load(_: &Visit, _: &Act<Self>, _: Place) -> Result<Self, Refusal> {
        Ok(Self)
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        Self::ROUTE.to_owned()
    }
}
