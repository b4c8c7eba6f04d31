//! One account.

use axum::extract::Path;

use super::change::{ACTS, ROLES};
use super::{here, read, role_names, state_tag};
use crate::documents::staff::StaffAccount;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::when::{day, day_and_time};

/// `GET /staff/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Reply {
    let account = read(&visit, id).await?;
    let me = visit.is_me(account.id.inner());
    let title = account.name.clone();
    Ok(Page::new(title.clone()).trail([("Staff", "/staff")]).render(&visit.chrome().await, || {
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
    }))
}

fn facts(account: &StaffAccount, me: bool) -> SummaryList {
    let signed_in = account.last_sign_in_at.map_or_else(|| "Never".to_owned(), day_and_time);
    let facts = SummaryList::new()
        .row("State", state_tag(account.state))
        .row("Email address", account.email.clone())
        .row("Roles", role_names(&account.roles));
    let facts =
        if !me && (ROLES.on_page)(account) { facts.change(ROLES.href(&here(&account.id), ""), "roles") } else { facts };
    facts
        .row("Account since", day(account.created_at))
        .row("Last signed in", signed_in)
        .row("Second factor", if account.second_factor { "Yes" } else { "No" })
        .row("Open cases", account.open_cases.to_string())
}

/// What can be done to an account, as it stands.
fn actions(account: &StaffAccount) -> AnyView {
    let offered = ACTS.iter().filter(|act| act.path != ROLES.path && (act.on_page)(account));
    let actions: Vec<_> = offered
        .map(|act| view! { <li>{button_link(act.href(&here(&account.id), ""), act.link(account))}</li> })
        .collect();
    view! { <ul class="govuk-list">{actions}</ul> }.into_any()
}
