//! The contacts of a school: its head teacher sees them and proposes changes, which the team decides; and every contact
//! confirms once a term that they still work there.

use axum::extract::Path;
use axum::response::Response;
use cynic::{Id, QueryBuilder as _};

use crate::api::Refusal;
use crate::documents::changes;
use crate::documents::inputs::{ConfirmApprovalInput, ProposeContactChangeInput};
use crate::documents::proposals::{ContactProposal, OwnContacts, OwnSchoolContact};
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{ContactState, ProposalKind, ProposalState};
use crate::when::{date, day};

const HERE: &str = "/refer/contacts";

/// POST `/refer/confirm`: the contact confirms that they still work at the school.
pub(super) async fn confirm(visit: Visit, Typed(form): Typed) -> Response {
    let input = ConfirmApprovalInput { id: Id::new(form.get("id")) };
    match changes::confirm_approval(&visit.api, input).await {
        Ok(_) => visit.go_saying("/refer", "You have confirmed that you still work at your school").await,
        Err(refusal) => refused(&visit, refusal).await,
    }
}

/// GET `/refer/contacts`: the contacts of the school and the proposals about them. For head teachers; the API refuses
/// others.
pub(super) async fn show(visit: Visit) -> Response {
    let OwnContacts { own_school_contacts, contact_proposals } = match visit.api.run(OwnContacts::build(())).await {
        Ok(own) => own,
        Err(refusal) => return refused(&visit, refusal).await,
    };
    let school = visit.school().unwrap_or_default().to_owned();
    Page::new("Your school’s contacts").back("/refer").wide().render(&visit.chrome().await, || {
        view! {
            {h1_captioned(school, "Your school’s contacts")}
            {paragraph(
                "Only these people can refer children for your school. You can propose a change, which the children \
                 missing education team decides.",
            )}
            {button_link(format!("{HERE}/add"), "Propose a new contact")}
            {contacts(own_school_contacts)}
            {proposals(contact_proposals.nodes)}
        }
        .into_any()
    })
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
            let at = format!("{HERE}/{}", id.inner());
            let change = (state == ContactState::Active).then(|| {
                view! {
                    {link_hidden(format!("{at}/email"), "Change address", name.clone())}
                    <br/>
                    {link_hidden(format!("{at}/remove"), "Remove", name.clone())}
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

/// GET `/refer/contacts/add`: the form that proposes a new contact.
pub(super) async fn ask_add(visit: Visit) -> Response {
    Proposing::Add.ask(&visit, &Form::new(), &Faults::new()).await
}

/// POST `/refer/contacts/add`: proposes a new contact.
pub(super) async fn add(visit: Visit, Typed(form): Typed) -> Response {
    Proposing::Add.send(&visit, &form).await
}

/// GET `/refer/contacts/{contact}/remove`: the form that proposes to remove a contact.
pub(super) async fn ask_remove(visit: Visit, Path(contact): Path<String>) -> Response {
    Proposing::Remove(contact).ask(&visit, &Form::new(), &Faults::new()).await
}

/// POST `/refer/contacts/{contact}/remove`: proposes to remove a contact.
pub(super) async fn remove(visit: Visit, Path(contact): Path<String>, Typed(form): Typed) -> Response {
    Proposing::Remove(contact).send(&visit, &form).await
}

/// GET `/refer/contacts/{contact}/email`: the form that proposes another address.
pub(super) async fn ask_email(visit: Visit, Path(contact): Path<String>) -> Response {
    Proposing::Email(contact).ask(&visit, &Form::new(), &Faults::new()).await
}

/// POST `/refer/contacts/{contact}/email`: proposes another address.
pub(super) async fn email(visit: Visit, Path(contact): Path<String>, Typed(form): Typed) -> Response {
    Proposing::Email(contact).send(&visit, &form).await
}

/// A kind of proposal, with the id of the contact that it is about.
enum Proposing {
    Add,
    Remove(String),
    Email(String),
}

impl Proposing {
    fn kind(&self) -> ProposalKind {
        match self {
            Self::Add => ProposalKind::Add,
            Self::Remove(_) => ProposalKind::Remove,
            Self::Email(_) => ProposalKind::ChangeEmail,
        }
    }

    fn contact(&self) -> Option<&str> {
        match self {
            Self::Add => None,
            Self::Remove(contact) | Self::Email(contact) => Some(contact),
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Add => "Propose a new contact",
            Self::Remove(_) => "Propose to remove a contact",
            Self::Email(_) => "Propose another e-mail address",
        }
    }

    async fn send(self, visit: &Visit, form: &Form) -> Response {
        let text = |name| form.get(name).to_owned();
        let input = ProposeContactChangeInput {
            kind: Some(self.kind()),
            contact: self.contact().map(Id::new),
            name: text("name"),
            job: text("job"),
            email: text("email"),
            note: text("note"),
        };
        match changes::propose_contact_change(&visit.api, input).await {
            Ok(_) => visit.go_saying(HERE, "Proposal sent. We will e-mail you when it is decided.").await,
            Err(Refusal::Invalid(faults)) => self.ask(visit, form, &faults).await,
            Err(Refusal::Conflict(text)) => {
                let text = format!("This cannot be proposed: {text}");
                self.ask(visit, form, &Faults::from_iter([("", text)])).await
            }
            Err(refusal) => refused(visit, refusal).await,
        }
    }

    async fn ask(self, visit: &Visit, form: &Form, faults: &Faults) -> Response {
        let own = match visit.api.run(OwnContacts::build(())).await {
            Ok(own) => own.own_school_contacts,
            Err(refusal) => return refused(visit, refusal).await,
        };
        let about = match self.contact() {
            Some(id) => match own.into_iter().find(|contact| contact.id.inner() == id) {
                Some(contact) => Some(contact.name),
                None => return refused(visit, Refusal::NotFound).await,
            },
            None => None,
        };
        let ask = Ask::new(form, faults);
        Page::new(self.title()).back(HERE).ask(ask).render(&visit.chrome().await, || {
            let heading = match about {
                Some(name) => h1_captioned(name, self.title()),
                None => h1(self.title()),
            };
            view! {
                {heading}
                {post_form(view! {
                    {self.questions(ask)}
                    {ask.textarea("note", "Note").optional().hint("Anything that helps the team to decide").most(1_000).view()}
                    {buttons([button("Send proposal").view(), link(HERE, "Cancel")])}
                })}
            }
            .into_any()
        })
    }

    fn questions(&self, ask: Ask<'_>) -> AnyView {
        match self {
            Self::Add => view! {
                {ask.name("name", "Full name")}
                {ask.text("job", "Job at the school").hint("For example, attendance officer").autocomplete("off")}
                {ask.email("email", "E-mail address").hint("A work address that nobody else uses").autocomplete("off")}
            }
            .into_any(),
            Self::Remove(_) => paragraph("They will no longer be able to sign in. Drafts stay with the school."),
            Self::Email(_) => ask
                .email("email", "New e-mail address")
                .bold()
                .hint("A work address that nobody else uses")
                .autocomplete("off")
                .view(),
        }
    }
}
