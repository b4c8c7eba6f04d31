//! The list of agencies, and putting one on file.

use cynic::QueryBuilder as _;

use super::{admitted, here};
use crate::acts::{Act, Place, Subject, done};
use crate::api::Refusal;
use crate::documents::agencies::{AgencyConnection, List, ListVariables, Row, RowClient};
use crate::documents::changes;
use crate::documents::inputs::AddAgencyInput;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;

const LIST: &str = "/agencies";

/// `GET /agencies`.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    admitted(&visit)?;
    let variables = ListVariables { after: query.some("after"), before: query.some("before") };
    let List { agencies: found } = visit.api.run(List::build(variables)).await?;
    Ok(Page::new("Partner agencies").wide().render(&visit.chrome().await, || {
        view! {
            {h1("Partner agencies")}
            {paragraph("What an agency’s programs may ask is decided by the agreement made with it.")}
            {button_link(ADD.href(LIST, ""), ADD.title)}
            <p class="govuk-body">{link("/partners", "What their developers are told")}</p>
            {results(found)}
        }
        .into_any()
    }))
}

fn results(found: AgencyConnection) -> AnyView {
    let AgencyConnection { nodes, page_info } = found;
    if nodes.is_empty() {
        return paragraph("No agencies are on file.");
    }
    let table = Table::new("Agencies by name").quiet().scrolls().columns(["Name", "Clients"]);
    let table = nodes.into_iter().fold(table, |table, Row { id, name, clients }| {
        table.row([link(here(id.inner()), name).into(), standing(&clients).into()])
    });
    let at = |name: &str, cursor: Option<String>| cursor.map(|cursor| format!("{LIST}?{name}={cursor}"));
    let pager = Pager::new()
        .previous(at("before", page_info.start_cursor.filter(|_| page_info.has_previous_page)))
        .next(at("after", page_info.end_cursor.filter(|_| page_info.has_next_page)));
    view! { {table} {pager} }.into_any()
}

/// How many programs there are, and whether any is paused.
fn standing(clients: &[RowClient]) -> AnyView {
    let live: Vec<_> = clients.iter().filter(|client| client.disabled_at.is_none()).collect();
    let paused = live.iter().filter(|client| client.paused_at.is_some()).count();
    let paused = (paused > 0).then(|| tag(format!("{paused} paused"), Colour::Red));
    view! { {live.len().to_string()} " " {paused} }.into_any()
}

/// What is done to the list itself.
pub(super) static ACTS: [Act<Everyone>; 1] = [ADD];

/// All agencies together.
pub(super) struct Everyone;

const ADD: Act<Everyone> = Act {
    path: "new",
    title: "Add an agency",
    questions: |_, ask| {
        view! {
            {ask.text("name", "Name of the agency").autocomplete("off")}
            {ask.email("email", "Email address")
                .hint("We write to it before access ends, and when a token was found")
                .autocomplete("off")}
        }
        .into_any()
    },
    button: |_| button("Add agency"),
    send: |api, _, form| {
        let input = AddAgencyInput { name: form.text("name"), email: form.text("email") };
        done(changes::add_agency(api, input), "Agency added")
    },
    ..Act::PLAIN
};

impl Subject for Everyone {
    const ROUTE: &'static str = LIST;

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
        LIST.to_owned()
    }
}
