//! Referrals that a story may begin with: sent by a school or by the public.

use backend::domain::escalation::AnswerEscalation;
use backend::domain::viewer::Viewer;
use backend::service::{self, escalation};
use backend::store;
use entity::vocabulary::{MashDecision, StaffRole};
use entity::{EscalationId, ReferralId};

use super::{Contact, contact_somewhere, staff};
use crate::app::TestApp;
use crate::typed::{self, Answers};

/// A referral that awaits triage.
#[derive(Clone, Debug)]
pub struct Referral {
    /// The id of its row.
    pub id: ReferralId,
    /// The reference that people quote.
    pub reference: String,
    /// The version of its stream: the number of its events.
    pub version: i32,
}

impl Referral {
    /// The MASH answers the flag that it raised.
    pub async fn answered_by_mash(&self, app: &TestApp) {
        let hub = app.op(staff(app, "Mash Liaison", &[StaffRole::MashLiaison]).await.viewer());
        let typed = AnswerEscalation {
            decision: Some(MashDecision::NoFurtherAction),
            mash_reference: "M-77".to_owned(),
            text: "Nothing further".to_owned(),
            ..AnswerEscalation::default()
        };
        escalation::answer(&hub, EscalationId(self.id.0), typed).await.expect("its flag can be answered");
    }
}

/// A referral to be sent.
#[derive(Clone, Debug)]
pub struct NewReferral {
    by: Option<Contact>,
    public: bool,
    answers: Answers,
}

/// A school's referral of a child in no danger.
pub fn referral() -> NewReferral {
    NewReferral { by: None, public: false, answers: typed::referral() }
}

impl NewReferral {
    /// Has this contact send it.
    #[must_use]
    pub fn by(mut self, contact: &Contact) -> Self {
        self.by = Some(contact.clone());
        self
    }

    /// Has a member of the public send it as a report.
    #[must_use]
    pub fn from_the_public(mut self) -> Self {
        (self.public, self.answers) = (true, typed::report());
        self
    }

    /// Names the child.
    #[must_use]
    pub fn of(self, given_names: &str, family_name: &str) -> Self {
        self.answering("givenNames", given_names).answering("familyName", family_name)
    }

    /// Gives `value` as the answer to `field`.
    #[must_use]
    pub fn answering(mut self, field: &str, value: &str) -> Self {
        self.answers = self.answers.with(field, value);
        self
    }

    /// Gives the answers that tell of signs of harm.
    #[must_use]
    pub fn telling_of_harm(self) -> Self {
        self.answering("harm", "YES").answering("harmDetails", "Bruises seen by the class teacher")
    }

    /// Sends the referral.
    pub async fn at(self, app: &TestApp) -> Referral {
        let row = if self.public { self.told(app).await } else { self.sent(app).await };
        Referral { id: row.id, reference: row.reference, version: row.version }
    }

    async fn told(self, app: &TestApp) -> entity::referral::Model {
        let key = format!("a-form-of-the-public-{}", app.next());
        let told = service::report::send(&app.op(Viewer::Anonymous), key, self.answers.parsed()).await;
        let id = told.expect("a report can be sent").referral.expect("it is taken at once");
        store::referral::many(&app.operator(), &[id]).await.expect("referrals can be read").pop().expect("it is there")
    }

    async fn sent(self, app: &TestApp) -> entity::referral::Model {
        let contact = match self.by {
            Some(contact) => contact,
            None => contact_somewhere(app).await,
        };
        let op = app.op(contact.viewer());
        let draft = service::draft::start(&op, self.answers.parsed()).await.expect("a draft can be begun");
        let sent = service::draft::send(&op, draft, 1, true).await.expect("a draft can be sent");
        store::referral::many(&op, &[sent]).await.expect("referrals can be read").pop().expect("it is there")
    }
}
