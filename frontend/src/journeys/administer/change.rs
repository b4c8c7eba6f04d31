//! Suspending, reinstating, putting another address in a contact's place, and saying what they are. All forms of one shape: the contact as
//! it stands, what happens if the form is sent, and what the change needs.

use axum::extract::Path;
use axum::response::Response;
use cynic::Id;

use super::approve::kind_question;
use super::contact::{here, read};
use super::{faults_of, state_tag};
use crate::api::Refusal;
use crate::documents::changes;
use crate::documents::contacts::SchoolContact;
use crate::documents::inputs::{
    ChangeSchoolContactEmailInput, ChangeSchoolContactKindInput, ProposeContactChangeInput, RecordBounceInput,
    ReinstateSchoolContactInput, SuspendSchoolContactInput,
};
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{ContactKind, ProposalKind};

/// What can be changed.
#[derive(Clone, Copy)]
enum Change {
    Suspend,
    Reinstate,
    Email,
    Kind,
    Bounced,
}

/// What became of a form.
enum Made {
    Done,
    Proposed,
}

const PROPOSED: &str = "Proposed. A second person must agree.";

/// `GET /contacts/{id}/suspend`.
pub(super) async fn ask_suspend(visit: Visit, Path(id): Path<String>) -> Response {
    Change::Suspend.ask(&visit, id).await
}

/// `POST /contacts/{id}/suspend`.
pub(super) async fn suspend(visit: Visit, Path(id): Path<String>, Typed(form): Typed) -> Response {
    Change::Suspend.make(&visit, id, form).await
}

/// `GET /contacts/{id}/reinstate`.
pub(super) async fn ask_reinstate(visit: Visit, Path(id): Path<String>) -> Response {
    Change::Reinstate.ask(&visit, id).await
}

/// `POST /contacts/{id}/reinstate`.
pub(super) async fn reinstate(visit: Visit, Path(id): Path<String>, Typed(form): Typed) -> Response {
    Change::Reinstate.make(&visit, id, form).await
}

/// `GET /contacts/{id}/email`.
pub(super) async fn ask_email(visit: Visit, Path(id): Path<String>) -> Response {
    Change::Email.ask(&visit, id).await
}

/// `POST /contacts/{id}/email`.
pub(super) async fn email(visit: Visit, Path(id): Path<String>, Typed(form): Typed) -> Response {
    Change::Email.make(&visit, id, form).await
}

/// `GET /contacts/{id}/kind`.
pub(super) async fn ask_kind(visit: Visit, Path(id): Path<String>) -> Response {
    Change::Kind.ask(&visit, id).await
}

/// `POST /contacts/{id}/kind`.
pub(super) async fn kind(visit: Visit, Path(id): Path<String>, Typed(form): Typed) -> Response {
    Change::Kind.make(&visit, id, form).await
}

/// `GET /contacts/{id}/bounced`.
pub(super) async fn ask_bounced(visit: Visit, Path(id): Path<String>) -> Response {
    Change::Bounced.ask(&visit, id).await
}

/// `POST /contacts/{id}/bounced`.
pub(super) async fn bounced(visit: Visit, Path(id): Path<String>, Typed(form): Typed) -> Response {
    Change::Bounced.make(&visit, id, form).await
}

impl Change {
    async fn ask(self, visit: &Visit, id: String) -> Response {
        self.ask_again(visit, id, Form::new(), &Faults::new()).await
    }

    /// Makes the change, or shows the form again with what was typed.
    async fn make(self, visit: &Visit, id: String, form: Form) -> Response {
        match self.run(visit, Id::new(id.clone()), &form).await {
            Ok(Made::Done) => visit.go_saying(&here(&Id::new(id)), self.said()).await,
            Ok(Made::Proposed) => visit.go_saying(&here(&Id::new(id)), PROPOSED).await,
            Err(refusal) => match faults_of(refusal) {
                Ok(faults) => self.ask_again(visit, id, form, &faults).await,
                Err(refusal) => refused(visit, refusal).await,
            },
        }
    }

    /// Makes the change; proposes it when it takes a second person.
    async fn run(self, visit: &Visit, id: Id, form: &Form) -> Result<Made, Refusal> {
        if self.may_take_two() && !read(visit, id.inner().to_owned()).await?.may_decide_alone {
            return self.propose(visit, id, form).await.map(|()| Made::Proposed);
        }
        self.change(visit, id, form).await.map(|()| Made::Done)
    }

    /// Whether it is one that an officer must not make alone.
    fn may_take_two(self) -> bool {
        matches!(self, Self::Reinstate | Self::Email)
    }

    async fn propose(self, visit: &Visit, id: Id, form: &Form) -> Result<(), Refusal> {
        let kind = if matches!(self, Self::Email) { ProposalKind::ChangeEmail } else { ProposalKind::Reinstate };
        let input = ProposeContactChangeInput {
            kind: Some(kind),
            contact: Some(id),
            name: String::new(),
            job: String::new(),
            email: form.get("email").to_owned(),
            note: form.get("note").to_owned(),
        };
        changes::propose_contact_change(&visit.api, input).await.map(drop)
    }

    async fn change(self, visit: &Visit, id: Id, form: &Form) -> Result<(), Refusal> {
        // A version that is no number is one that no contact has.
        let version = form.get("version").parse().unwrap_or_default();
        let text = |name| form.get(name).to_owned();
        match self {
            Self::Suspend => {
                let input = SuspendSchoolContactInput { id, version, reason: text("reason") };
                changes::suspend_school_contact(&visit.api, input).await.map(drop)
            }
            Self::Reinstate => {
                let input = ReinstateSchoolContactInput { id, version };
                changes::reinstate_school_contact(&visit.api, input).await.map(drop)
            }
            Self::Email => {
                let input = ChangeSchoolContactEmailInput { id, version, email: text("email") };
                changes::change_school_contact_email(&visit.api, input).await.map(drop)
            }
            Self::Kind => {
                let input = ChangeSchoolContactKindInput { id, version, kind: ContactKind::parse(form.get("kind")) };
                changes::change_school_contact_kind(&visit.api, input).await.map(drop)
            }
            Self::Bounced => {
                let input = RecordBounceInput { id, version };
                changes::record_bounce(&visit.api, input).await.map(drop)
            }
        }
    }

    /// The form, beside the contact as it stands now. The version is the newest one even after a conflict: whoever
    /// sends the form again has been shown what changed.
    async fn ask_again(self, visit: &Visit, id: String, mut form: Form, faults: &Faults) -> Response {
        let contact = match read(visit, id).await {
            Ok(contact) => contact,
            Err(refusal) => return refused(visit, refusal).await,
        };
        form.set("version", contact.version.to_string());
        let ask = Ask::new(&form, faults);
        let takes_two = self.may_take_two() && !contact.may_decide_alone;
        let second = takes_two.then(|| {
            view! {
                {inset(paragraph(
                    "A second person must agree: another officer, a manager or an administrator. Until then nothing \
                     changes.",
                ))}
            }
        });
        let note = takes_two.then(|| {
            ask.textarea("note", "Why, and how you checked it with the school (optional)")
                .bold()
                .hint("Whoever decides will read this")
                .most(1_000)
                .view()
        });
        let send = if takes_two { button("Propose this").view() } else { self.send() };
        let back = here(&contact.id);
        Page::new(self.title()).back(back.clone()).ask(ask).render(&visit.chrome().await, || {
            view! {
                {h1_captioned(contact.name.clone(), self.title())}
                {facts(&contact)}
                {second}
                {self.consequences()}
                {post_form(view! {
                    {ask.hidden("version")}
                    {self.question(ask)}
                    {note}
                    {buttons([send, link(back, "Cancel")])}
                })}
            }
            .into_any()
        })
    }

    fn title(self) -> &'static str {
        match self {
            Self::Suspend => "Suspend this contact",
            Self::Reinstate => "Reinstate this contact",
            Self::Email => "Change this contact’s e-mail address",
            Self::Kind => "Change what this contact is",
            Self::Bounced => "Mail to this address came back",
        }
    }

    fn consequences(self) -> AnyView {
        match self {
            Self::Suspend => warning_text(
                "They can no longer sign in, and if they are signed in now, that ends at once. Drafts stay with the \
                 school. We e-mail them to say that their address can no longer be used, but not why.",
            ),
            Self::Reinstate => {
                paragraph("They can sign in again, and refer children for this school. We e-mail them to say so.")
            }
            Self::Email => warning_text(
                "The old address stops working at once, and if they are signed in now, that ends too. We e-mail both \
                 addresses to say that the address was changed.",
            ),
            Self::Kind => paragraph("If they are signed in now, they must sign in again."),
            Self::Bounced => warning_text(
                "The contact is suspended: whoever gets the address next could sign in with it. They can no longer sign \
                 in, and if they are signed in now, that ends at once.",
            ),
        }
    }

    fn question(self, ask: Ask<'_>) -> Option<AnyView> {
        match self {
            Self::Suspend => Some(
                ask.textarea("reason", "Why is this contact suspended?")
                    .bold()
                    .hint("For example, they have left the school. Other officers can read this.")
                    .most(1_000)
                    .view(),
            ),
            Self::Reinstate | Self::Bounced => None,
            Self::Kind => Some(kind_question(ask)),
            Self::Email => Some(
                ask.email("email", "New e-mail address")
                    .bold()
                    .hint("Check with the school, by a telephone number you already had, that the address is theirs")
                    .autocomplete("off")
                    .view(),
            ),
        }
    }

    fn send(self) -> AnyView {
        match self {
            Self::Suspend | Self::Bounced => button("Suspend contact").warning().view(),
            Self::Reinstate => button("Reinstate contact").view(),
            Self::Email => button("Change address").view(),
            Self::Kind => button("Save").view(),
        }
    }

    fn said(self) -> &'static str {
        match self {
            Self::Suspend | Self::Bounced => "Contact suspended",
            Self::Reinstate => "Contact reinstated",
            Self::Email => "Address changed. We have e-mailed the old and the new one.",
            Self::Kind => "Kind changed",
        }
    }
}

fn facts(contact: &SchoolContact) -> SummaryList {
    SummaryList::new()
        .row("School", contact.school.name.clone())
        .row("E-mail address now", contact.email.clone())
        .row("Kind now", contact.kind.label())
        .row("State now", state_tag(contact.state))
}
