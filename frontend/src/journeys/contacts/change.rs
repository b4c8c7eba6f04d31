//! Suspending, reinstating, putting another address in a contact's place, and saying what they are: the table of acts,
//! and the contact as their forms are about it. What an officer must not do alone they propose with the same form.

use futures_util::FutureExt as _;

use super::approve::kind_question;
use super::{admitted, here, read, state_tag};
use crate::acts::{self, HasPage, Next, Place, Sent, Subject, To, done};
use crate::api::{Api, Refusal};
use crate::documents::changes::Asked;
use crate::documents::contacts::SchoolContact;
use crate::documents::inputs::{
    ChangeSchoolContactEmailInput, ChangeSchoolContactKindInput, ProposeContactChangeInput, RecordBounceInput,
    ReinstateSchoolContactInput, SuspendSchoolContactInput,
};
use crate::documents::{changed, changes};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{ContactKind, ContactState, ProposalKind};

/// Something that is done to a contact.
pub(super) type Act = acts::Act<SchoolContact>;

/// Everything that can be done.
pub(super) static ACTS: [Act; 5] = [SUSPEND, BOUNCED, REINSTATE, EMAIL, KIND];

pub(super) const SUSPEND: Act = Act {
    path: "suspend",
    title: "Suspend this contact",
    on_page: |contact| contact.state == ContactState::Active,
    consequences: |_| {
        Some(warning_text(
            "They can no longer sign in, and if they are signed in now, that ends at once. Drafts stay with the \
             school. We email them to say that their address can no longer be used, but not why.",
        ))
    },
    questions: |_, ask| {
        ask.textarea("reason", "Why is this contact suspended?")
            .bold()
            .hint("For example, they have left the school. Other officers can read this.")
            .most(1_000)
            .view()
    },
    button: |_| button("Suspend contact").warning(),
    send: |api, to, form| {
        let input = SuspendSchoolContactInput { id: to.id.into(), version: to.version, reason: form.text("reason") };
        done(changes::suspend_school_contact(api, input), "Contact suspended")
    },
    ..Act::PLAIN
};

pub(super) const BOUNCED: Act = Act {
    path: "bounced",
    title: "Mail to this address came back",
    on_page: |contact| contact.state == ContactState::Active,
    consequences: |_| {
        Some(warning_text(
            "The contact is suspended: whoever gets the address next could sign in with it. They can no longer sign in, \
             and if they are signed in now, that ends at once.",
        ))
    },
    button: |_| button("Suspend contact").warning(),
    send: |api, to, _| {
        let input = RecordBounceInput { id: to.id.into(), version: to.version };
        done(changes::record_bounce(api, input), "Contact suspended")
    },
    ..Act::PLAIN
};

pub(super) const REINSTATE: Act = Act {
    path: "reinstate",
    title: "Reinstate this contact",
    link: |contact| if contact.may_decide_alone { "" } else { "Propose to reinstate this contact" },
    on_page: |contact| contact.state == ContactState::Suspended,
    consequences: |contact| {
        Some(unless_alone(
            contact,
            paragraph("They can sign in again, and refer children for this school. We email them to say so."),
        ))
    },
    questions: note,
    button: |contact| or_propose(contact, button("Reinstate contact")),
    send: |api, to, form| {
        alone_or_proposed(to, ProposalKind::Reinstate, form, api, |api, to, _| {
            let input = ReinstateSchoolContactInput { id: to.id.into(), version: to.version };
            done(changes::reinstate_school_contact(api, input), "Contact reinstated")
        })
    },
    ..Act::PLAIN
};

pub(super) const EMAIL: Act = Act {
    path: "email",
    title: "Change this contact’s email address",
    consequences: |contact| {
        Some(unless_alone(
            contact,
            warning_text(
                "The old address stops working at once, and if they are signed in now, that ends too. We email both \
                 addresses to say that the address was changed.",
            ),
        ))
    },
    questions: |contact, ask| {
        view! {
            {ask
                .email("email", "New email address")
                .bold()
                .hint("Check with the school, by a telephone number you already had, that the address is theirs")
                .autocomplete("off")}
            {note(contact, ask)}
        }
        .into_any()
    },
    button: |contact| or_propose(contact, button("Change address")),
    send: |api, to, form| {
        alone_or_proposed(to, ProposalKind::ChangeEmail, form, api, |api, to, form| {
            let input =
                ChangeSchoolContactEmailInput { id: to.id.into(), version: to.version, email: form.text("email") };
            done(
                changes::change_school_contact_email(api, input),
                "Address changed. We have emailed the old and the new one.",
            )
        })
    },
    ..Act::PLAIN
};

pub(super) const KIND: Act = Act {
    path: "kind",
    title: "Change what this contact is",
    consequences: |_| Some(paragraph("If they are signed in now, they must sign in again.")),
    questions: |_, ask| kind_question(ask),
    send: |api, to, form| {
        let kind = ContactKind::parse(form.get("kind"));
        let input = ChangeSchoolContactKindInput { id: to.id.into(), version: to.version, kind };
        done(changes::change_school_contact_kind(api, input), "Kind changed")
    },
    ..Act::PLAIN
};

/// What happens, and first that it takes a second person, where it does.
fn unless_alone(contact: &SchoolContact, consequences: AnyView) -> AnyView {
    let second = (!contact.may_decide_alone).then(|| {
        inset(paragraph(
            "A second person must agree: another officer, a manager or an administrator. Until then nothing changes.",
        ))
    });
    view! { {second} {consequences} }.into_any()
}

/// What a second person reads, where it takes one.
fn note(contact: &SchoolContact, ask: Ask<'_>) -> AnyView {
    let note = (!contact.may_decide_alone).then(|| {
        ask.textarea("note", "Why, and how you checked it with the school (optional)")
            .bold()
            .hint("Whoever decides will read this")
            .most(1_000)
            .view()
    });
    view! { {note} }.into_any()
}

fn or_propose(contact: &SchoolContact, alone: Button) -> Button {
    if contact.may_decide_alone { alone } else { button("Propose this") }
}

/// Does it, or proposes it when it takes a second person.
fn alone_or_proposed(to: To, kind: ProposalKind, form: &Form, api: &Api, alone: fn(&Api, To, &Form) -> Sent) -> Sent {
    let (api, form) = (api.clone(), form.clone());
    async move {
        let contact = read(&to.visit, to.id.clone()).await?;
        if contact.may_decide_alone {
            return alone(&api, to, &form).await;
        }
        let home = here(&contact.id);
        propose(&api, kind, contact, &form).await?;
        Ok(Next::Go(home, "Proposed. A second person must agree."))
    }
    .boxed()
}

fn propose(api: &Api, kind: ProposalKind, contact: SchoolContact, form: &Form) -> Asked<changed::ContactProposal> {
    let input = ProposeContactChangeInput {
        kind: Some(kind),
        contact: Some(contact.id),
        name: String::new(),
        job: String::new(),
        email: form.text("email"),
        note: form.text("note"),
    };
    changes::propose_contact_change(api, input)
}

impl HasPage for changed::SchoolContact {
    fn page(&self) -> String {
        here(&self.id)
    }
}

impl Subject for SchoolContact {
    const ROUTE: &'static str = "/contacts/{id}";

    type Rights = ();
    type State = ();
    type Shown<'a> = &'a Self;

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        admitted(visit)
    }

    async fn load(visit: &Visit, _: &Act, Place { id, .. }: Place) -> Result<Self, Refusal> {
        read(visit, id).await
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        here(&self.id)
    }

    fn version(&self) -> Option<i32> {
        Some(self.version)
    }

    fn head(&self, title: &'static str) -> AnyView {
        view! {
            {h1_captioned(self.name.clone(), title)}
            {SummaryList::new()
                .row("School", self.school.name.clone())
                .row("Email address now", self.email.clone())
                .row("Kind now", self.kind.label())
                .row("State now", state_tag(self.state))}
        }
        .into_any()
    }
}
