//! The list of accounts.

use axum::response::{IntoResponse, Redirect};
use cynic::QueryBuilder as _;

use super::{admitted, role_names, state_tag};
use crate::documents::inputs::StaffFilter;
use crate::documents::staff::{List, ListVariables, Row, StaffConnection};
use crate::parts::pager;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{StaffRole, StaffState};
use crate::when::day_and_time;

const LIST: &str = "/staff";

/// `GET /staff`.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    admitted(&visit)?;
    let (state, role) = (StaffState::parse(query.get("state")), StaffRole::parse(query.get("role")));
    let (after, before) = (query.some("after"), query.some("before"));
    let beyond = after.is_some() || before.is_some();
    let variables = ListVariables { filter: StaffFilter { state, role }, after, before };
    let List { staff: found } = visit.api.run(List::build(variables)).await?;
    if found.nodes.is_empty() && beyond {
        return Ok(Redirect::to(&place(state, role, None)).into_response());
    }
    Ok(Page::new("Staff").wide().render(&visit.chrome().await, || {
        view! {
            {h1("Staff")}
            {button_link("/staff/new", "Invite somebody")}
            {filter(state, role).beside(results(&visit, found, state, role))}
        }
        .into_any()
    }))
}

/// The list narrowed to these, and with a cursor.
fn place(state: Option<StaffState>, role: Option<StaffRole>, cursor: Option<(&str, &str)>) -> String {
    let narrowed = [("state", state.map(StaffState::code)), ("role", role.map(StaffRole::code))];
    let narrowed = narrowed.into_iter().filter_map(|(name, code)| Some((name, code?)));
    let pairs = form_urlencoded::Serializer::new(String::new()).extend_pairs(narrowed.chain(cursor)).finish();
    if pairs.is_empty() { LIST.to_owned() } else { format!("{LIST}?{pairs}") }
}

fn filter(state: Option<StaffState>, role: Option<StaffRole>) -> Filter {
    let form =
        Form::new().with("state", state.map_or("", StaffState::code)).with("role", role.map_or("", StaffRole::code));
    let faults = Faults::new();
    let ask = Ask::new(&form, &faults);
    let controls = view! {
        {ask.radios("state", "State").bold().small().option("", "Any").words::<StaffState>()}
        {ask.select("role", "Role").bold().option("", "Any").words::<StaffRole>()}
    };
    let mut filter = Filter::new(controls.into_any(), LIST);
    if let Some(state) = state {
        filter = filter.selected("State", state.label(), place(None, role, None));
    }
    if let Some(role) = role {
        filter = filter.selected("Role", role.label(), place(state, None, None));
    }
    filter
}

fn results(visit: &Visit, found: StaffConnection, state: Option<StaffState>, role: Option<StaffRole>) -> AnyView {
    if found.nodes.is_empty() {
        return paragraph("Nobody matches. Remove a filter.");
    }
    let columns = ["Name", "Roles", "State", "Second factor", "Last signed in"];
    let table = Table::new("Staff by name").quiet().scrolls().columns(columns);
    let table = found.nodes.into_iter().fold(table, |table, row| {
        let Row { id, name, roles, state, last_sign_in_at, second_factor } = row;
        let name = if visit.is_me(id.inner()) { format!("{name} (you)") } else { name };
        table.row([
            link(format!("{LIST}/{}", id.inner()), name).into(),
            role_names(&roles).into(),
            state_tag(state).into(),
            if second_factor { "Yes" } else { "No" }.into(),
            last_sign_in_at.map_or_else(|| "Never".to_owned(), day_and_time).into(),
        ])
    });
    let ways = pager(&found.page_info, |name, cursor| place(state, role, Some((name, cursor))));
    view! { {table} {ways} }.into_any()
}
