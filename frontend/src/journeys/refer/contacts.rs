//! The contacts of a school: its head teacher sees them and proposes changes, which the team decides; and every contact
//! confirms once a term that they still work there.

use cynic::{Id, QueryBuilder as _};
use futures_util::FutureExt as _;

use crate::acts::{Act, Next, Place, Sent, Subject};
use crate::api::{Api, Refusal};
use crate::documents::changes;
use crate::documents::inputs::{ConfirmApprovalInput, ProposeContactChangeInput};
use crate::documents::proposals::{ContactProposal, OwnContacts, OwnSchoolContact};
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{ContactState, ProposalKind, ProposalState};
use crate::when::{date, day};

const HERE: &str = "/refer/contacts";

/// POST `/refer/confirm`: they still work at the school.
pub(super) async fn confirm(visit: Visit, Typed(form): Typed) -> Reply {
    let input = ConfirmApprovalInput { id: Id::new(form.get("id")) };
    let _ = changes::confirm_approval(&visit.api, input).await?;
    Ok(visit.go_saying("/refer", "You have confirmed that you still work at your school").await)
}

/// GET `/refer/contacts`: who can refer children for the school, and what was proposed about them.
pub(super) async fn show(visit: Visit) -> Reply {
    let OwnContacts { own_school_contacts, contact_proposals } = visit.api.run(OwnContacts::build(())).await?;
    let school = visit.school().unwrap_or_default().to_owned();
    Ok(Page::new("Your school’s contacts").back("/refer").wide().render(&visit.chrome().await, || {
        view! {
            {h1_captioned(school, "Your school’s contacts")}
            {paragraph(
                "Only these people can refer children for your school. You can propose a change, which the children \
                 missing education team decides.",
            )}
            {button_link(ADD.href(HERE, ""), ADD.title)}
            {contacts(own_school_contacts)}
            {proposals(contact_proposals.nodes)}
        }
        .into_any()
    }))
}

fn contacts(contacts: Vec<OwnSchoolContact>) -> AnyView {
    let table = Table::new("Contacts").scrolls().columns(["Name", "Job", "Kind", "State", "Confirmed", "Propose"]);
    contacts
        .into_iter()
        .fold(table, |table, contact| {
            let OwnSchoolContact { id, name, job, kind, state, confirmed_at, confirm_by } = contact;
            let confirmed = match confirm_by {
                Some(by) => format!("Asked to confirm before {}", date(by)),
                None => day(confirmed_at),
            };
            let to = |act: &Act<OwnContact>, text| link_hidden(act.href(HERE, id.inner()), text, name.clone());
            let change = (state == ContactState::Active).then(|| {
                view! {
                    {to(&EMAIL, "Change address")}
                    <br/>
                    {to(&REMOVE, "Remove")}
                }
            });
            let state = match state {
                ContactState::Active => tag(state.label(), Colour::Green),
                ContactState::Suspended => tag(state.label(), Colour::Red),
            };
            let change = view! { {change} }.into_any();
            table.row([name.into(), job.into(), kind.label().into(), state.into(), confirmed.into(), change.into()])
        })
        .view()
}

fn proposals(proposals: Vec<ContactProposal>) -> Option<AnyView> {
    if proposals.is_empty() {
        return None;
    }
    let table = Table::new("What was proposed, newest first").scrolls().columns(["Proposal", "Made on", "Decision"]);
    let table = proposals.into_iter().fold(table, |table, proposal| {
        let ContactProposal { kind, state, proposed_at, contact, name, reason, .. } = proposal;
        let about = contact.map(|contact| contact.name).or(name).unwrap_or_default();
        let colour = match state {
            ProposalState::Proposed => Colour::Yellow,
            ProposalState::Approved => Colour::Green,
            ProposalState::Declined => Colour::Grey,
        };
        let decision = view! {
            {tag(state.label(), colour)}
            {reason.map(typed)}
        };
        let what = format!("{}: {about}", kind.label());
        table.row([what.into(), day(proposed_at).into(), decision.into_any().into()])
    });
    Some(table.view())
}

/// What a head teacher can propose.
pub(super) static ACTS: [Act<OwnContact>; 3] = [ADD, REMOVE, EMAIL];

/// The contact whom a proposal is about, or none yet: then it is about a new one.
pub(super) struct OwnContact(Option<OwnSchoolContact>);

/// A proposal; the rest is to be said.
const PROPOSAL: Act<OwnContact> =
    Act { questions: |_, ask| note(ask), button: |_| button("Send proposal"), ..Act::PLAIN };

const ADD: Act<OwnContact> = Act {
    path: "add",
    title: "Propose a new contact",
    questions: |_, ask| {
        view! {
            {ask.name("name", "Full name")}
            {ask.text("job", "Job at the school").hint("For example, attendance officer").autocomplete("off")}
            {ask.email("email", "Email address").hint("A work address that nobody else uses").autocomplete("off")}
            {note(ask)}
        }
        .into_any()
    },
    send: |api, _, form| propose(api, ProposalKind::Add, None, form),
    ..PROPOSAL
};

const REMOVE: Act<OwnContact> = Act {
    path: "{item}/remove",
    title: "Propose to remove a contact",
    questions: |_, ask| {
        view! {
            {paragraph("They will no longer be able to sign in. Drafts stay with the school.")}
            {note(ask)}
        }
        .into_any()
    },
    send: |api, to, form| propose(api, ProposalKind::Remove, Some(to.item.into()), form),
    ..PROPOSAL
};

const EMAIL: Act<OwnContact> = Act {
    path: "{item}/email",
    title: "Propose another email address",
    questions: |_, ask| {
        view! {
            {ask
                .email("email", "New email address")
                .bold()
                .hint("A work address that nobody else uses")
                .autocomplete("off")}
            {note(ask)}
        }
        .into_any()
    },
    send: |api, to, form| propose(api, ProposalKind::ChangeEmail, Some(to.item.into()), form),
    ..PROPOSAL
};

fn note(ask: Ask<'_>) -> AnyView {
    ask.textarea("note", "Note").optional().hint("Anything that helps the team to decide").most(1_000).view()
}

fn propose(api: &Api, kind: ProposalKind, contact: Option<Id>, form: &Form) -> Sent {
    let input = ProposeContactChangeInput {
        kind: Some(kind),
        contact,
        name: form.text("name"),
        job: form.text("job"),
        email: form.text("email"),
        note: form.text("note"),
    };
    let proposed = changes::propose_contact_change(api, input);
    async move {
        match proposed.await {
            Ok(_) => Ok(Next::Go(HERE.to_owned(), "Proposal sent. We will email you when it is decided.")),
            // Alone on the page, the reason would not say what it is a reason for.
            Err(Refusal::Conflict(text)) => Err(Refusal::Conflict(format!("this cannot be proposed: {text}"))),
            Err(refusal) => Err(refusal),
        }
    }
    .boxed()
}

impl Subject for OwnContact {
    const ROUTE: &'static str = HERE;

    type Rights = ();
    type State = ();
    type Shown<'a> = ();

    async fn load(visit: &Visit, act: &Act<Self>, Place { item, .. }: Place) -> Result<Self, Refusal> {
        let own = visit.api.run(OwnContacts::build(())).await?.own_school_contacts;
        if !act.is_of_item() {
            return Ok(Self(None));
        }
        let about = own.into_iter().find(|contact| contact.id.inner() == item);
        about.map(|contact| Self(Some(contact))).ok_or(Refusal::NotFound)
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        HERE.to_owned()
    }

    fn head(&self, title: &'static str) -> AnyView {
        match &self.0 {
            Some(contact) => h1_captioned(contact.name.clone(), title),
            None => h1(title),
        }
    }
}
