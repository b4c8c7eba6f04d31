//! What head teachers propose about the contacts of their schools, and officers about any, and the decision.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use cynic::{Id, QueryBuilder as _};

use super::approve::kind_question;
use super::{admitted, has_cursor, pager, place};
use crate::acts::version_of;
use crate::api::Refusal;
use crate::documents::inputs::{ApproveProposalInput, DeclineProposalInput};
use crate::documents::proposals::{ContactProposal, OneProposal, ProposalVariables, Proposals, ProposalsVariables};
use crate::documents::{changed, changes};
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{ContactKind, ProposalKind, ProposalState};
use crate::when::{day, day_and_time};

const LIST: &str = "/contacts/proposals";

/// `GET /contacts/proposals`: those that wait, unless all are asked for.
pub(super) async fn list(visit: Visit, Queried(query): Queried) -> Reply {
    admitted(&visit)?;
    let all = query.has("show", "all");
    let state = (!all).then_some(ProposalState::Proposed);
    let variables = ProposalsVariables { state, after: query.some("after"), before: query.some("before") };
    let Proposals { contact_proposals: found } = visit.api.run(Proposals::build(variables)).await?;
    if found.nodes.is_empty() && has_cursor(&query) {
        return Ok(Redirect::to(&place(LIST, &query, &["show"], None)).into_response());
    }
    let title = "Proposed changes to contacts";
    Ok(Page::new(title).trail([("School contacts", "/contacts")]).wide().render(&visit.chrome().await, || {
        let other = if all {
            link(LIST, "Show only what waits for a decision")
        } else {
            link(format!("{LIST}?show=all"), "Show what was decided as well")
        };
        let pages = pager(found.page_info, LIST, &query, &["show"]);
        view! {
            {h1(title)}
            <p class="govuk-body">{other}</p>
            {table(found.nodes)}
            {pages}
        }
        .into_any()
    }))
}

fn table(proposals: Vec<ContactProposal>) -> AnyView {
    if proposals.is_empty() {
        return paragraph("There are none.");
    }
    let table =
        Table::new("Proposals, newest first").quiet().scrolls().columns(["Proposal", "School", "Made on", "State"]);
    proposals
        .into_iter()
        .fold(table, |table, proposal| {
            let what = link(format!("{LIST}/{}", proposal.id.inner()), what(&proposal));
            let made = day(proposal.proposed_at);
            table.row([what.into(), proposal.school.name.into(), made.into(), proposal_tag(proposal.state).into()])
        })
        .view()
}

/// What is proposed, in a few words.
fn what(proposal: &ContactProposal) -> String {
    let about = proposal.contact.as_ref().map(|contact| contact.name.clone()).or_else(|| proposal.name.clone());
    format!("{}: {}", proposal.kind.label(), about.unwrap_or_default())
}

fn proposal_tag(state: ProposalState) -> AnyView {
    let colour = match state {
        ProposalState::Proposed => Colour::Yellow,
        ProposalState::Approved => Colour::Green,
        ProposalState::Declined => Colour::Grey,
    };
    tag(state.label(), colour)
}

/// `GET /contacts/proposals/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Reply {
    show_again(&visit, id, Form::new(), &Faults::new()).await
}

/// `POST /contacts/proposals/{id}/approve`.
pub(super) async fn approve(visit: Visit, Path(id): Path<String>, Typed(form): Typed) -> Reply {
    let kind = ContactKind::parse(form.get("kind"));
    let input = ApproveProposalInput { id: Id::new(id.clone()), version: version_of(&form), kind };
    let done = changes::approve_proposal(&visit.api, input).await;
    decided(&visit, id, form, done, "Proposal approved").await
}

/// `POST /contacts/proposals/{id}/decline`.
pub(super) async fn decline(visit: Visit, Path(id): Path<String>, Typed(form): Typed) -> Reply {
    let input =
        DeclineProposalInput { id: Id::new(id.clone()), version: version_of(&form), reason: form.text("reason") };
    let done = changes::decline_proposal(&visit.api, input).await;
    decided(&visit, id, form, done, "Proposal declined").await
}

async fn decided(
    visit: &Visit,
    id: String,
    form: Form,
    done: Result<changed::ContactProposal, Refusal>,
    said: &str,
) -> Reply {
    match done {
        Ok(_) => Ok(visit.go_saying(LIST, said).await),
        // What is wrong with the address or the name was typed by the head teacher, and no field here asks for it.
        Err(refusal) => {
            let asked = |field: &str| if matches!(field, "kind" | "reason") { field.to_owned() } else { String::new() };
            let faults = refusal.on_form()?;
            let faults = faults.iter().map(|(field, message)| (asked(field), message.to_owned())).collect();
            show_again(visit, id, form, &faults).await
        }
    }
}

async fn read(visit: &Visit, id: String) -> Result<ContactProposal, Refusal> {
    admitted(visit)?;
    let answer = visit.api.run(OneProposal::build(ProposalVariables { id: Id::new(id) })).await?;
    answer.contact_proposal.ok_or(Refusal::NotFound)
}

async fn show_again(visit: &Visit, id: String, mut form: Form, faults: &Faults) -> Reply {
    let proposal = read(visit, id).await?;
    form.set("version", proposal.version.to_string());
    let ask = Ask::new(&form, faults);
    let title = what(&proposal);
    Ok(Page::new(title.clone()).back(LIST).ask(ask).render(&visit.chrome().await, || {
        let here = format!("{LIST}/{}", proposal.id.inner());
        let decision = (proposal.state == ProposalState::Proposed).then(|| decision(&proposal, &here, ask));
        view! {
            {h1_captioned(if proposal.by_officer { "Proposal of an officer" } else { "Proposal of a head teacher" }, title)}
            {facts(&proposal)}
            {decision}
        }
        .into_any()
    }))
}

fn facts(proposal: &ContactProposal) -> SummaryList {
    let mut facts = SummaryList::new()
        .row("State", proposal_tag(proposal.state))
        .row("School", format!("{} (URN {})", proposal.school.name, proposal.school.urn))
        .row("Proposed by", proposal.proposed_by.clone())
        .row("Proposed on", day_and_time(proposal.proposed_at));
    if let Some(contact) = &proposal.contact {
        facts = facts.row("Contact", link(format!("/contacts/{}", contact.id.inner()), contact.name.clone()));
    }
    let told = [
        ("Name", &proposal.name),
        ("Job", &proposal.job),
        ("New email address", &proposal.email),
        ("Note", &proposal.note),
        ("Why it was declined", &proposal.reason),
    ];
    let told = told.into_iter().filter_map(|(key, value)| Some((key, value.clone()?)));
    told.fold(facts, |facts, (key, value)| facts.row(key, typed(value)))
}

fn decision(proposal: &ContactProposal, here: &str, ask: Ask<'_>) -> AnyView {
    let (consequence, kind) = match proposal.kind {
        ProposalKind::Add => (
            "They will be able to refer children for this school and to see what it has sent. We email them to say so.",
            Some(kind_question(ask)),
        ),
        ProposalKind::Remove => ("The contact is suspended, and if they are signed in now, that ends at once.", None),
        ProposalKind::ChangeEmail => ("The old address stops working at once. We email both addresses.", None),
        ProposalKind::Reinstate => ("They can sign in again, and refer children for this school.", None),
    };
    let approve = if proposal.may_approve {
        view! {
            {paragraph(consequence)}
            {paragraph("Check with the school first, by a telephone number you already had.")}
            {post_form(view! { {ask.hidden("version")} {kind} {button("Approve proposal")} })
                .to(format!("{here}/approve"))}
        }
        .into_any()
    } else {
        paragraph("You proposed this, so a second person must agree. You can decline it, which withdraws it.")
    };
    view! {
        {h2("Approve")}
        {approve}
        {h2("Decline")}
        {post_form(view! {
            {ask.hidden("version")}
            {ask.textarea("reason", "Why is this declined?")
                .bold()
                .hint("Whoever proposed it will read this")
                .most(1_000)
                .view()}
            {button("Decline proposal").secondary()}
        })
            .to(format!("{here}/decline"))}
    }
    .into_any()
}
