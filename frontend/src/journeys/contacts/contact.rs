//! One contact, and what they have sent.

use axum::extract::Path;
use cynic::{Id, QueryBuilder as _};

use super::change::{Act, BOUNCED, EMAIL, KIND, REINSTATE, SUSPEND};
use super::{has_cursor, here, pager, read, state_tag};
use crate::api::Refusal;
use crate::documents::contacts::{
    Newest, OneVariables, ReferralConnection, SchoolContact, Sent, SentReferral, SentVariables,
};
use crate::documents::inputs::ReferralFilter;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::ReferralState;
use crate::when::{date, day, day_and_time};

/// `GET /contacts/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>, Queried(query): Queried) -> Reply {
    let contact = read(&visit, id).await?;
    let sent = sent(&visit, &contact.id, &query).await?;
    let here = here(&contact.id);
    let title = contact.name.clone();
    Ok(Page::new(title.clone()).trail([("School contacts", "/contacts")]).render(&visit.chrome().await, || {
        view! {
            {h1_captioned("School contact", title)}
            {facts(&contact)}
            {action(&contact)}
            {what_they_sent(sent, &here, &query)}
        }
        .into_any()
    }))
}

/// What a contact has sent, as far as this person may follow it.
enum TheySent {
    /// A page of referrals that can be opened.
    Readable(ReferralConnection),
    /// The newest, by reference and state only.
    Listed(Vec<SentReferral>),
}

/// What the contact has sent: to be opened by those who may read referrals, listed for the others.
async fn sent(visit: &Visit, id: &Id, query: &Form) -> Result<TheySent, Refusal> {
    if !visit.may().read_referrals {
        let newest = visit.api.run(Newest::build(OneVariables { id: id.clone() })).await?;
        return Ok(TheySent::Listed(newest.school_contact.map(|sender| sender.referrals).unwrap_or_default()));
    }
    let filter = ReferralFilter { contact: Some(id.clone()), ..ReferralFilter::default() };
    let variables = SentVariables { filter, after: query.some("after"), before: query.some("before") };
    visit.api.run(Sent::build(variables)).await.map(|answer| TheySent::Readable(answer.referrals))
}

fn facts(contact: &SchoolContact) -> SummaryList {
    let SchoolContact {
        id,
        name: _,
        version: _,
        job,
        email,
        kind,
        state,
        confirmed_at,
        confirm_by,
        reason,
        created_at,
        may_decide_alone: _,
        school,
    } = contact;
    let mut facts = SummaryList::new().row("State", state_tag(*state));
    if let Some(reason) = reason {
        facts = facts.row("Reason", typed(reason.clone()));
    }
    if let Some(by) = confirm_by {
        facts = facts.row("Confirmation", format!("Asked, to answer before {}", date(*by)));
    } else if let Some(at) = confirmed_at {
        facts = facts.row("Confirmed on", day(*at));
    }
    facts
        .row("School", format!("{} (URN {})", school.name, school.urn))
        .row("Job", job.clone())
        .row("Kind", kind.label())
        .change(KIND.href(&here(id), ""), "kind of contact")
        .row("Email address", email.clone())
        .change(EMAIL.href(&here(id), ""), "email address")
        .row("Approved on", day(*created_at))
}

/// What can be done to them.
fn action(contact: &SchoolContact) -> AnyView {
    let home = here(&contact.id);
    let offered = |act: &Act| (act.on_page)(contact).then(|| (act.href(&home, ""), act.link(contact)));
    let buttons: Vec<_> =
        [SUSPEND, REINSTATE].iter().filter_map(offered).map(|(href, text)| button_link(href, text)).collect();
    let bounced = offered(&BOUNCED).map(|(href, text)| view! { <p class="govuk-body">{link(href, text)}</p> });
    view! { {buttons} {bounced} }.into_any()
}

fn what_they_sent(sent: TheySent, here: &str, query: &Form) -> AnyView {
    let heading = "Referrals they have sent";
    let (nodes, pager, opens) = match sent {
        TheySent::Readable(page) => (page.nodes, Some(view! { {pager(page.page_info, here, query, &[])} }), true),
        TheySent::Listed(nodes) => (nodes, None, false),
    };
    if nodes.is_empty() {
        let none = if has_cursor(query) { "There are no more." } else { "They have not sent any." };
        return view! { {h2(heading)} {paragraph(none)} }.into_any();
    }
    let table = Table::new(heading).scrolls().columns(["Reference", "State", "Sent"]);
    let table = nodes.into_iter().fold(table, |table, referral| {
        let SentReferral { reference, state, received_at } = referral;
        let name: Content =
            if opens { link(format!("/triage/{reference}"), reference).into() } else { reference.into() };
        table.row([name, referral_tag(state).into(), day_and_time(received_at).into()])
    });
    view! { {table} {pager} }.into_any()
}

fn referral_tag(state: ReferralState) -> AnyView {
    let colour = match state {
        ReferralState::Received => Colour::Yellow,
        ReferralState::Opened | ReferralState::Joined => Colour::Blue,
        ReferralState::Redirected | ReferralState::WithAuthority => Colour::Purple,
        ReferralState::Withdrawn => Colour::Grey,
    };
    tag(state.label(), colour)
}
