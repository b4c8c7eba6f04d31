//! One agency: its agreements, its clients, their tokens.

use axum::extract::Path;

use super::act::{ACTS, AGREEMENT, Act, EMAIL, REVOKE, ROTATE, Shown};
use super::{fields, here, read, scopes};
use crate::documents::agencies::{Agency, Agreement, Client, Token};
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::when::{date, day};

/// `GET /agencies/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Reply {
    let agency = read(&visit, &id).await?;
    let title = agency.name.clone();
    let here = here(agency.id.inner());
    Ok(Page::new(title.clone()).trail([("Partner agencies", "/agencies")]).render(&visit.chrome().await, || {
        let agreements: Vec<_> = agency.agreements.iter().rev().map(|made| agreement(&here, made)).collect();
        let clients: Vec<_> = agency.clients.iter().rev().map(|one| client(&here, &agency, one)).collect();
        view! {
            {h1_captioned("Partner agency", title)}
            {SummaryList::new()
                .row("Email address", written_to(&agency))
                .change(EMAIL.href(&here, ""), "email address")}
            {h2("Agreements")}
            {agreements}
            {button_link(AGREEMENT.href(&here, ""), AGREEMENT.title)}
            {h2("Clients")}
            {clients.is_empty().then(|| paragraph("None. Register one under an agreement."))}
            {clients}
        }
        .into_any()
    }))
}

fn written_to(agency: &Agency) -> String {
    if agency.email.is_empty() { "Not known".to_owned() } else { agency.email.clone() }
}

fn agreement(here: &str, made: &Agreement) -> AnyView {
    let id = made.id.inner();
    let standing = match (made.ended_at, made.in_force) {
        (Some(ended), _) => tag(format!("Ended {}", day(ended)), Colour::Grey),
        (None, true) => tag("In force", Colour::Green),
        (None, false) => tag("Not in force", Colour::Yellow),
    };
    let list = SummaryList::new().card(called(made));
    offering(here, Shown::Agreement(made), id, list)
        .row("State", standing)
        .row("Lawful basis", made.lawful_basis.label())
        .row("From", date(made.starts_on))
        .row("To", date(made.ends_on))
        .row("Clients may", scopes(&made.scopes))
        .row("Clients may be shown", fields(&made.fields))
        .view()
}

/// What tells an agreement from another with the same purpose.
fn called(made: &Agreement) -> String {
    format!("{}, {} to {}", made.purpose, date(made.starts_on), date(made.ends_on))
}

fn client(here: &str, agency: &Agency, one: &Client) -> AnyView {
    let id = one.id.inner();
    let under = agency.agreements.iter().find(|made| made.id == one.agreement);
    let covered = under.is_some_and(|made| made.in_force);
    let standing = match (one.disabled_at, one.paused_at) {
        (Some(_), _) => tag("Disabled", Colour::Grey),
        (None, Some(_)) => tag("Paused", Colour::Red),
        (None, None) if !covered => tag("Refused: no agreement in force", Colour::Grey),
        (None, None) => tag("Running", Colour::Green),
    };
    let accepted = covered && one.disabled_at.is_none() && one.paused_at.is_none();
    let since = one.tokens.iter().map(|issued| issued.issued_at).min();
    let since = since.map_or_else(|| "no token yet".to_owned(), |at| format!("first token {}", day(at)));
    let list = SummaryList::new().card(format!("{} ({since})", one.name));
    let mut list = offering(here, Shown::Client(one), id, list).row("State", standing);
    if let Some(reason) = &one.pause_reason {
        list = list.row("Why it is paused", typed(reason.clone()));
    }
    let networks = if one.networks.is_empty() { "Learnt from use".to_owned() } else { one.networks.join(", ") };
    list = list
        .row("Agreement", under.map(called).unwrap_or_default())
        .row("May", scopes(&one.scopes))
        .row("May be shown", fields(&one.fields))
        .row("Points", format!("{} a minute, {} a day", one.per_minute, one.per_day))
        .row("Calls from", networks);
    let table = Table::new(format!("Tokens of {}", one.name)).scrolls();
    let table = table.columns(["Issued", "Last day", "Last used", "State", "Change"]);
    let table = one.tokens.iter().rev().fold(table, |table, issued| table.row(token(here, issued, accepted)));
    let tokens = if one.tokens.is_empty() { paragraph("No token was issued to it.") } else { table.view() };
    view! { {list} {tokens} }.into_any()
}

/// The card with what can be done to what it shows.
fn offering(here: &str, shown: Shown<'_>, id: &str, card: SummaryList) -> SummaryList {
    let offered = ACTS.iter().filter(|act| act.is_of_item() && (act.on_page)(shown));
    offered.fold(card, |card, act| card.card_action(act.link(shown), act.href(here, id)))
}

fn token(here: &str, issued: &Token, accepted: bool) -> [Content; 5] {
    let id = issued.id.inner();
    let standing = match (issued.live, issued.revoked_at, issued.ends_at) {
        (_, Some(revoked), _) => tag(format!("Revoked {}", day(revoked)), Colour::Red),
        (true, None, _) if !accepted => tag("Refused with its client", Colour::Grey),
        (true, None, Some(ends)) => tag(format!("Replaced, ends {}", day(ends)), Colour::Yellow),
        (true, None, None) => tag("Accepted", Colour::Green),
        (false, None, _) => tag("Over", Colour::Grey),
    };
    let shown = Shown::Token(issued);
    let offered = |act: &Act| (act.on_page)(shown).then(|| link(act.href(here, id), act.link(shown)));
    [
        day(issued.issued_at).into(),
        date(issued.expires_on).into(),
        issued.last_used_on.map_or_else(|| "Never".to_owned(), date).into(),
        standing.into(),
        view! { {offered(&ROTATE)} " " {offered(&REVOKE)} }.into_any().into(),
    ]
}
