//! One account.

use axum::extract::Path;
use axum::response::Response;
use cynic::{Id, QueryBuilder as _};

use super::{admitted, role_names, state_tag};
use crate::api::Refusal;
use crate::documents::staff::{One, OneVariables, StaffAccount};
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::StaffState;
use crate::when::{day, day_and_time};

/// Reads one account.
pub(super) async fn read(visit: &Visit, id: String) -> Result<StaffAccount, Refusal> {
    admitted(visit)?;
    let answer = visit.api.run(One::build(OneVariables { id: Id::new(id) })).await?;
    answer.staff_member.ok_or(Refusal::NotFound)
}

/// The page of an account.
pub(super) fn here(id: &Id) -> String {
    format!("/staff/{}", id.inner())
}

/// `GET /staff/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Response {
    let account = match read(&visit, id).await {
        Ok(account) => account,
        Err(refusal) => return refused(&visit, refusal).await,
    };
    let me = visit.is_me(account.id.inner());
    let title = account.name.clone();
    Page::new(title.clone()).trail([("Staff", "/staff")]).render(&visit.chrome().await, || {
        view! {
            {h1_captioned("Staff", title)}
            {facts(&account, me)}
            {if me {
                paragraph("This is your own account: another administrator can change its roles or deactivate it.")
            } else {
                actions(&account)
            }}
        }
        .into_any()
    })
}

fn facts(account: &StaffAccount, me: bool) -> SummaryList {
    let signed_in = account.last_sign_in_at.map_or_else(|| "Never".to_owned(), day_and_time);
    let facts = SummaryList::new()
        .row("State", state_tag(account.state))
        .row("E-mail address", account.email.clone())
        .row("Roles", role_names(&account.roles));
    let facts = if me || account.state == StaffState::Deactivated {
        facts
    } else {
        facts.change(format!("{}/roles", here(&account.id)), "roles")
    };
    facts
        .row("Account since", day(account.created_at))
        .row("Last signed in", signed_in)
        .row("Second factor", if account.second_factor { "Yes" } else { "No" })
        .row("Open cases", account.open_cases.to_string())
}

/// What can be done to an account, as it stands.
fn actions(account: &StaffAccount) -> AnyView {
    let to = |change: &str, text: &str| button_link(format!("{}/{change}", here(&account.id)), text);
    let actions = match account.state {
        StaffState::Invited => {
            vec![to("resend", "Send the invitation again"), to("deactivate", "Withdraw the invitation")]
        }
        StaffState::Active => {
            let mut actions = vec![to("unlock", "Let them try to sign in again")];
            if account.second_factor {
                actions.push(to("reset", "Remove their second factor"));
            }
            actions.push(to("deactivate", "Deactivate"));
            actions
        }
        StaffState::Deactivated => vec![to("reactivate", "Reactivate")],
    };
    let actions: Vec<_> = actions.into_iter().map(|action| view! { <li>{action}</li> }).collect();
    view! { <ul class="govuk-list">{actions}</ul> }.into_any()
}
