//! The accounts of staff: finding them, inviting somebody, changing roles, deactivating, and helping those who cannot sign
//! in. For administrators only; what they may see of a case is how many somebody has.

mod change;
mod invite;
mod list;
mod one;

use axum::Router;
use axum::response::Response;
use axum::routing::get;
use cynic::{Id, QueryBuilder as _};

use crate::acts;
use crate::api::Refusal;
use crate::documents::changed::StaffInvitation;
use crate::documents::staff::{One, OneVariables, StaffAccount};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{StaffRole, StaffState};

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/staff", get(list::show))
        .route("/staff/{id}", get(one::show))
        .merge(acts::router(&invite::ACTS))
        .merge(acts::router(&change::ACTS))
}

/// Refuses those who do not manage accounts, before anything is asked for.
fn admitted(visit: &Visit) -> Result<(), Refusal> {
    visit.require(visit.may().manage_staff)
}

/// Reads one account.
async fn read(visit: &Visit, id: String) -> Result<StaffAccount, Refusal> {
    admitted(visit)?;
    let answer = visit.api.run(One::build(OneVariables { id: Id::new(id) })).await?;
    answer.staff_member.ok_or(Refusal::NotFound)
}

/// The page of an account.
fn here(id: &Id) -> String {
    format!("/staff/{}", id.inner())
}

/// The page that answers an invitation: the code that its link asks for, this once.
async fn invited(visit: &Visit, invitation: StaffInvitation) -> Response {
    const TITLE: &str = "Invitation sent";
    let back = here(&invitation.account.id);
    Page::new(TITLE).render(&visit.chrome().await, || {
        view! {
            {h1(TITLE)}
            {paragraph("It can be accepted within 3 days. The link in the email asks for this code:")}
            {inset(view! { <code class="app-reference">{invitation.code}</code> }.into_any())}
            {warning_text("This code is shown only now. If it is lost, send the invitation again.")}
            {paragraph(
                "Tell it to the person you invited by telephone, on a number that you already had, or face to face. Do \
                 not send it by email: whoever reads their mail must not be able to accept in their place.",
            )}
            {link(back, "Go to their account")}
        }
        .into_any()
    })
}

fn state_tag(state: StaffState) -> AnyView {
    let colour = match state {
        StaffState::Invited => Colour::Yellow,
        StaffState::Active => Colour::Green,
        StaffState::Deactivated => Colour::Grey,
    };
    tag(state.label(), colour)
}

fn role_names(roles: &[StaffRole]) -> String {
    let labels: Vec<_> = roles.iter().map(|role| role.label()).collect();
    if labels.is_empty() { "None".to_owned() } else { labels.join(", ") }
}

/// The question for roles, and what was ticked.
fn ask_roles(ask: Ask<'_>) -> AnyView {
    ask.checkboxes("roles", "Roles").bold().hint("Select all that apply").words::<StaffRole>().view()
}

fn roles_of(form: &Form) -> Vec<StaffRole> {
    form.all("roles").iter().filter_map(|code| StaffRole::parse(code)).collect()
}

#[cfg(test)]
mod tests;
