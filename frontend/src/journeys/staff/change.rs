//! Changes to an account. Forms of one shape: the account as it stands, what happens if the form is sent, and what the
//! change needs.

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use cynic::Id;

use super::one::{here, read};
use super::{ask_roles, faults_of, invited, role_names, roles_of, state_tag};
use crate::api::Refusal;
use crate::documents::changed::StaffInvitation;
use crate::documents::changes;
use crate::documents::inputs::{ChangeStaffRolesInput, DeactivateStaffInput, StaffAccountInput};
use crate::documents::staff::{Heir, StaffAccount};
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::Visit;

/// What can be changed.
#[derive(Clone, Copy)]
enum Change {
    Roles,
    Deactivate,
    Reactivate,
    Resend,
    Reset,
    Unlock,
}

const ALL: [Change; 6] =
    [Change::Roles, Change::Deactivate, Change::Reactivate, Change::Resend, Change::Reset, Change::Unlock];

/// A page for each.
pub(super) fn router() -> Router {
    ALL.into_iter().fold(Router::new(), |router, change| {
        let ask = move |visit: Visit, Path(id): Path<String>| async move { change.ask(&visit, id).await };
        let make = move |visit: Visit, Path(id): Path<String>, Typed(form): Typed| async move {
            change.make(&visit, id, form).await
        };
        router.route(&format!("/staff/{{id}}/{}", change.path()), get(ask).post(make))
    })
}

impl Change {
    async fn ask(self, visit: &Visit, id: String) -> Response {
        let account = match read(visit, id).await {
            Ok(account) => account,
            Err(refusal) => return refused(visit, refusal).await,
        };
        let mut form = Form::new();
        for role in &account.roles {
            form.add("roles", role.code());
        }
        self.show(visit, &account, form, &Faults::new()).await
    }

    /// Makes the change, or shows the form again with what was typed.
    async fn make(self, visit: &Visit, id: String, form: Form) -> Response {
        let refusal = match self.run(visit, Id::new(id.clone()), &form).await {
            Ok(Some(invitation)) => return invited(visit, invitation).await,
            Ok(None) => return visit.go_saying(&here(&Id::new(id)), self.said()).await,
            Err(refusal) => refusal,
        };
        let faults = match faults_of(refusal) {
            Ok(faults) => faults,
            Err(refusal) => return refused(visit, refusal).await,
        };
        match read(visit, id).await {
            Ok(account) => self.show(visit, &account, form, &faults).await,
            Err(refusal) => refused(visit, refusal).await,
        }
    }

    /// Runs the change; an invitation if it sends one.
    async fn run(self, visit: &Visit, id: Id, form: &Form) -> Result<Option<StaffInvitation>, Refusal> {
        // A version that is no number is one that no account has.
        let version = form.get("version").parse().unwrap_or_default();
        let account = StaffAccountInput { id: id.clone(), version };
        let api = &visit.api;
        match self {
            Self::Roles => {
                let input = ChangeStaffRolesInput { id, version, roles: roles_of(form) };
                changes::change_staff_roles(api, input).await.map(|_| None)
            }
            Self::Deactivate => {
                let input = DeactivateStaffInput { id, version, heir: form.some("heir").map(Id::new) };
                changes::deactivate_staff(api, input).await.map(|_| None)
            }
            Self::Reactivate => changes::reactivate_staff(api, account).await.map(|_| None),
            Self::Resend => changes::resend_invitation(api, account).await.map(Some),
            Self::Reset => changes::reset_second_factor(api, account).await.map(|_| None),
            Self::Unlock => changes::unlock_staff(api, account).await.map(|_| None),
        }
    }

    /// The form, beside the account as it stands now. The version is the newest one even after a conflict: whoever sends
    /// the form again has been shown what changed.
    async fn show(self, visit: &Visit, account: &StaffAccount, mut form: Form, faults: &Faults) -> Response {
        form.set("version", account.version.to_string());
        let ask = Ask::new(&form, faults);
        let back = here(&account.id);
        Page::new(self.title()).back(back.clone()).ask(ask).render(&visit.chrome().await, || {
            view! {
                {h1_captioned(account.name.clone(), self.title())}
                {SummaryList::new()
                    .row("State now", state_tag(account.state))
                    .row("Roles now", role_names(&account.roles))
                    .row("Open cases", account.open_cases.to_string())}
                {self.consequences()}
                {post_form(view! {
                    {ask.hidden("version")}
                    {self.question(account, ask)}
                    {buttons([self.send(), link(back, "Cancel")])}
                })}
            }
            .into_any()
        })
    }

    fn question(self, account: &StaffAccount, ask: Ask<'_>) -> Option<AnyView> {
        match self {
            Self::Roles => Some(ask_roles(ask)),
            Self::Deactivate if account.open_cases > 0 && account.heirs.len() > 1 => {
                let heirs = account.heirs.iter().map(|Heir { id, name }| (id.inner().to_owned(), name.clone()));
                Some(ask.radios("heir", "Who takes over their open cases?").bold().options(heirs).view())
            }
            _ => None,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::Deactivate => "deactivate",
            Self::Reactivate => "reactivate",
            Self::Resend => "resend",
            Self::Reset => "reset",
            Self::Unlock => "unlock",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Roles => "Change roles",
            Self::Deactivate => "Deactivate this account",
            Self::Reactivate => "Reactivate this account",
            Self::Resend => "Send the invitation again",
            Self::Reset => "Remove their second factor",
            Self::Unlock => "Let them try to sign in again",
        }
    }

    fn consequences(self) -> AnyView {
        match self {
            Self::Roles => paragraph("If they are signed in now, they have to sign in again."),
            Self::Deactivate => warning_text(
                "They can no longer sign in, and if they are signed in now, that ends at once. Their open cases go to a \
                 manager.",
            ),
            Self::Reactivate => paragraph("They can sign in again, with the password and second factor they had."),
            Self::Resend => paragraph(
                "We e-mail them a new link, and show you a new code for it that you tell them yourself. The link and the \
                 code they have no longer work.",
            ),
            Self::Reset => warning_text(
                "Do this only if you are sure that it is them who ask: see them, or ring a number that you already had. \
                 They set up a new second factor with their password alone. We e-mail them to say so.",
            ),
            Self::Unlock => paragraph(
                "After 10 wrong passwords nobody can try for 15 minutes, except on a device that was used to sign in \
                 before, which has 10 tries of its own. This lets them try at once. Check that it was them.",
            ),
        }
    }

    fn send(self) -> AnyView {
        match self {
            Self::Roles => button("Change roles").view(),
            Self::Deactivate => button("Deactivate").warning().view(),
            Self::Reactivate => button("Reactivate").view(),
            Self::Resend => button("Send invitation").view(),
            Self::Reset => button("Remove second factor").warning().view(),
            Self::Unlock => button("Let them try again").view(),
        }
    }

    fn said(self) -> &'static str {
        match self {
            Self::Roles => "Roles changed",
            Self::Deactivate => "Account deactivated",
            Self::Reactivate => "Account reactivated",
            Self::Resend => "Invitation sent again",
            Self::Reset => "Second factor removed. We have e-mailed them to say so.",
            Self::Unlock => "They can try to sign in again",
        }
    }
}
