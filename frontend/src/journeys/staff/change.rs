//! Changes to an account: the table of acts, and the account as their forms are about it.

use futures_util::FutureExt as _;

use super::{admitted, ask_roles, here, invited, read, role_names, roles_of, state_tag};
use crate::acts::{self, HasPage, Next, Place, Subject, To, done};
use crate::api::Refusal;
use crate::documents::inputs::{ChangeStaffRolesInput, DeactivateStaffInput, StaffAccountInput};
use crate::documents::staff::{Heir, StaffAccount};
use crate::documents::{changed, changes};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::StaffState;

/// Something that is done to an account.
pub(super) type Act = acts::Act<StaffAccount>;

/// Everything that can be done, in the order in which it is offered.
pub(super) static ACTS: [Act; 6] = [ROLES, RESEND, UNLOCK, RESET, DEACTIVATE, REACTIVATE];

pub(super) const ROLES: Act = Act {
    path: "roles",
    title: "Change roles",
    on_page: |account| account.state != StaffState::Deactivated,
    consequences: |_| Some(paragraph("If they are signed in now, they have to sign in again.")),
    begin: |account| {
        let mut form = Form::new();
        account.roles.iter().for_each(|role| form.add("roles", role.code()));
        form
    },
    questions: |_, ask| ask_roles(ask),
    button: |_| button("Change roles"),
    send: |api, to, form| {
        let input = ChangeStaffRolesInput { id: to.id.into(), version: to.version, roles: roles_of(form) };
        done(changes::change_staff_roles(api, input), "Roles changed")
    },
    ..Act::PLAIN
};

const RESEND: Act = Act {
    path: "resend",
    title: "Send the invitation again",
    on_page: |account| account.state == StaffState::Invited,
    consequences: |_| {
        Some(paragraph(
            "We email them a new link, and show you a new code for it that you tell them yourself. The link and the \
             code they have no longer work.",
        ))
    },
    button: |_| button("Send invitation"),
    send: |api, to, _| {
        let (visit, sent) = (to.visit.clone(), changes::resend_invitation(api, account(to)));
        async move { Ok(Next::Show(invited(&visit, sent.await?).await)) }.boxed()
    },
    ..Act::PLAIN
};

const UNLOCK: Act = Act {
    path: "unlock",
    title: "Let them try to sign in again",
    on_page: |account| account.state == StaffState::Active,
    consequences: |_| {
        Some(paragraph(
            "After 10 wrong passwords nobody can try for 15 minutes, except on a device that was used to sign in \
             before, which has 10 tries of its own. This lets them try at once. Check that it was them.",
        ))
    },
    button: |_| button("Let them try again"),
    send: |api, to, _| done(changes::unlock_staff(api, account(to)), "They can try to sign in again"),
    ..Act::PLAIN
};

const RESET: Act = Act {
    path: "reset",
    title: "Remove their second factor",
    on_page: |account| account.state == StaffState::Active && account.second_factor,
    consequences: |_| {
        Some(warning_text(
            "Do this only if you are sure that it is them who ask: see them, or ring a number that you already had. \
             They set up a new second factor with their password alone. We email them to say so.",
        ))
    },
    button: |_| button("Remove second factor").warning(),
    send: |api, to, _| {
        done(changes::reset_second_factor(api, account(to)), "Second factor removed. We have emailed them to say so.")
    },
    ..Act::PLAIN
};

const DEACTIVATE: Act = Act {
    path: "deactivate",
    title: "Deactivate this account",
    link: |account| if account.state == StaffState::Invited { "Withdraw the invitation" } else { "Deactivate" },
    on_page: |account| account.state != StaffState::Deactivated,
    consequences: |_| {
        Some(warning_text(
            "They can no longer sign in, and if they are signed in now, that ends at once. Their open cases go to a \
             manager.",
        ))
    },
    questions: |account, ask| {
        let heirs = (account.open_cases > 0 && account.heirs.len() > 1).then(|| {
            let heirs = account.heirs.iter().map(|Heir { id, name }| (id.inner().to_owned(), name.clone()));
            ask.radios("heir", "Who takes over their open cases?").bold().options(heirs).view()
        });
        view! { {heirs} }.into_any()
    },
    button: |_| button("Deactivate").warning(),
    send: |api, to, form| {
        let heir = form.some("heir").map(cynic::Id::new);
        let input = DeactivateStaffInput { id: to.id.into(), version: to.version, heir };
        done(changes::deactivate_staff(api, input), "Account deactivated")
    },
    ..Act::PLAIN
};

const REACTIVATE: Act = Act {
    path: "reactivate",
    title: "Reactivate this account",
    link: |_| "Reactivate",
    on_page: |account| account.state == StaffState::Deactivated,
    consequences: |_| Some(paragraph("They can sign in again, with the password and second factor they had.")),
    button: |_| button("Reactivate"),
    send: |api, to, _| done(changes::reactivate_staff(api, account(to)), "Account reactivated"),
    ..Act::PLAIN
};

fn account(to: To) -> StaffAccountInput {
    StaffAccountInput { id: to.id.into(), version: to.version }
}

impl HasPage for changed::StaffAccount {
    fn page(&self) -> String {
        here(&self.id)
    }
}

impl Subject for StaffAccount {
    const ROUTE: &'static str = "/staff/{id}";

    type Rights = ();
    type State = ();
    type Shown<'a> = &'a Self;

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        admitted(visit)
    }

    async fn load(visit: &Visit, _: &Act, Place { id, .. }: Place) -> Result<Self, Refusal> {
        read(visit, id).await
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        here(&self.id)
    }

    fn version(&self) -> Option<i32> {
        Some(self.version)
    }

    fn head(&self, title: &'static str) -> AnyView {
        view! {
            {h1_captioned(self.name.clone(), title)}
            {SummaryList::new()
                .row("State now", state_tag(self.state))
                .row("Roles now", role_names(&self.roles))
                .row("Open cases", self.open_cases.to_string())}
        }
        .into_any()
    }
}
