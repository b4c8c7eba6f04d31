//! Cases in any state that a story may begin with.

use std::collections::BTreeSet;

use backend::context::OpContext;
use backend::domain::case::{AnswerEnquiry, Close, Open, Place, RaiseEscalation, RecordEnquiry, Restrict};
use backend::domain::escalation::AnswerEscalation;
use backend::domain::matching::Person;
use backend::service::case::{self as service, Target};
use backend::service::escalation;
use backend::service::open::{self, Although, WhichChild};
use backend::store;
use entity::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    Restriction, Risk, ServiceRoute, StaffRole, StatusGround, StatutoryStatus, Whereabouts,
};
use entity::{CaseId, StaffId, referral as referral_row};

use super::{NewReferral, referral, staff};
use crate::app::TestApp;

/// A case that has been opened.
#[derive(Clone, Debug)]
pub struct Case {
    /// The id of its row.
    pub id: CaseId,
    /// The reference that people quote.
    pub reference: String,
    /// The version of its stream: the number of its events.
    pub version: i32,
}

/// A case to be opened, and what is to be done with it.
#[derive(Clone, Debug)]
pub struct NewCase {
    from: NewReferral,
    state: CaseState,
    officer: Option<StaffId>,
    flagged: bool,
    asked: Option<String>,
    readers: Option<Vec<StaffId>>,
}

/// A case of a child in no danger, open and assigned to nobody.
pub fn case() -> NewCase {
    NewCase { from: referral(), state: CaseState::Open, officer: None, flagged: false, asked: None, readers: None }
}

impl Case {
    /// The path of its page.
    pub fn page(&self) -> String {
        format!("/cases/{}", self.reference)
    }
}

impl NewCase {
    /// Opens it from this referral.
    #[must_use]
    pub fn from(mut self, referral: NewReferral) -> Self {
        self.from = referral;
        self
    }

    /// Names the child.
    #[must_use]
    pub fn of(mut self, given_names: &str, family_name: &str) -> Self {
        self.from = self.from.of(given_names, family_name);
        self
    }

    /// Brings it to this state.
    #[must_use]
    pub fn standing(mut self, state: CaseState) -> Self {
        self.state = state;
        self
    }

    /// Assigns it to this officer.
    #[must_use]
    pub fn with(mut self, officer: StaffId) -> Self {
        self.officer = Some(officer);
        self
    }

    /// Raises a flag with the MASH, which stays unanswered while the case is open.
    #[must_use]
    pub fn flagged(mut self) -> Self {
        self.flagged = true;
        self
    }

    /// Asks this agency an enquiry, which stays unanswered while the case is open.
    #[must_use]
    pub fn shared_with(mut self, agency: &str) -> Self {
        self.asked = Some(agency.to_owned());
        self
    }

    /// Restricts it to the manager who opened it and these people.
    #[must_use]
    pub fn restricted_to(mut self, readers: &[StaffId]) -> Self {
        self.readers = Some(readers.to_vec());
        self
    }

    /// Opens the case and does what was asked for.
    pub async fn at(self, app: &TestApp) -> Case {
        let manager = app.manager().await;
        let op = app.op(manager.viewer());
        let from = self.from.clone().at(app).await;
        let row = store::referral::many(&op, &[from.id]).await.expect("referrals can be read").pop();
        // A child in immediate danger cannot be opened without an officer.
        let urgent = row.is_some_and(|row| row.risk == Risk::Immediate);
        let on_roll = self.state == CaseState::Enquiry;
        let decided = Open {
            statutory_status: Some(if on_roll { StatutoryStatus::NotCmeOnRoll } else { StatutoryStatus::Cme }),
            status_ground: Some(if on_roll { StatusGround::OnRoll } else { StatusGround::NoRollKnown }),
            status_from: String::new(),
            rationale: "By what the school told us".to_owned(),
            service_route: Some(ServiceRoute::CmeTeam),
            whereabouts: Some(Whereabouts::Unknown),
            officer: self.officer.or(urgent.then_some(manager.id)),
        };
        let row =
            store::referral::many(&op, &[from.id]).await.expect("referrals can be read").pop().expect("it was sent");
        let which = WhichChild { known: None, judged: everybody_like(app, &op, &row).await };
        let id = open::open(&op, from.reference, from.version, decided, which, Although::default())
            .await
            .expect("a case can be opened");
        let mut work = Work { op, case: Case { id, reference: String::new(), version: 0 } };
        work.refresh().await;
        if self.flagged {
            work.flag().await;
        }
        if let Some(agency) = self.asked {
            work.enquire(agency).await;
        }
        match self.state {
            CaseState::Enquiry | CaseState::Open => {}
            CaseState::Placement => work.place().await,
            CaseState::TrackingOut => work.close(Outcome::MovedUkConfirmed, EvidenceKind::FamilyAccount).await,
            CaseState::Closed => {
                let hub = app.op(staff(app, "Mash Liaison", &[StaffRole::MashLiaison]).await.viewer());
                work.settle(&hub).await;
                work.close(Outcome::OnRollState, EvidenceKind::SchoolConfirmation).await;
            }
        }
        if let Some(readers) = self.readers {
            work.restrict(readers).await;
        }
        work.case
    }
}

/// Everybody on file who may be the child of this referral: what is given is a child of its own, however alike.
async fn everybody_like(app: &TestApp, op: &OpContext, row: &referral_row::Model) -> BTreeSet<String> {
    let read = &app.db().read;
    let children = store::child::candidates(op, read, &Person::referred(row)).await.expect("children can be read");
    let kept = store::child::findable_cases_of(
        op,
        read,
        &row.name_key,
        row.date_of_birth,
        row.upn.as_deref(),
        row.nhs_number.as_deref(),
    );
    let kept = kept.await.expect("cases can be read");
    let children = children.into_iter().map(|child| child.id.to_string());
    children.chain(kept.into_iter().map(|case| case.reference)).collect()
}

struct Work {
    op: OpContext,
    case: Case,
}

impl Work {
    fn target(&self) -> Target {
        Target { case: self.case.reference.clone(), version: self.case.version }
    }

    async fn refresh(&mut self) {
        let row = store::case::many(&self.op, &[self.case.id]).await.expect("cases can be read").pop();
        let row = row.expect("the case is there");
        self.case = Case { id: row.id, reference: row.reference, version: row.version };
    }

    async fn flag(&mut self) {
        let typed = RaiseEscalation {
            level: Some(EscalationLevel::ChildInNeed),
            concern: "Nobody has seen the child".to_owned(),
            rationale: "The house stands empty".to_owned(),
        };
        service::raise_escalation(&self.op, self.case.reference.clone(), typed).await.expect("a flag can be raised");
        self.refresh().await;
    }

    async fn restrict(&mut self, readers: Vec<StaffId>) {
        let typed = Restrict {
            restriction: Some(Restriction::Protected),
            reason: "A court keeps the address secret".to_owned(),
        };
        service::restrict(&self.op, self.target(), typed).await.expect("a case can be restricted");
        self.refresh().await;
        for reader in readers {
            service::add_reader(&self.op, self.target(), Some(reader)).await.expect("a reader can be added");
            self.refresh().await;
        }
    }

    async fn enquire(&mut self, agency: String) {
        let typed = RecordEnquiry {
            kind: Some(EnquiryKind::Health),
            asked_of: agency.clone(),
            asked_on: "2026-11-16".to_owned(),
            due_on: "2026-11-30".to_owned(),
            note: "Is the child registered with a doctor?".to_owned(),
            gateway: None,
            other_gateway: String::new(),
            agency: None,
        };
        let recorded = service::record_enquiry(&self.op, self.case.reference.clone(), typed, Some(agency)).await;
        recorded.expect("an enquiry can be recorded");
        self.refresh().await;
    }

    /// Answers every open enquiry, and in the name of the MASH every open flag, which would keep the case from being closed.
    async fn settle(&mut self, hub: &OpContext) {
        for flag in store::escalation::of_cases(&self.op, &[self.case.id]).await.expect("flags can be read") {
            let typed = AnswerEscalation {
                decision: Some(MashDecision::NoFurtherAction),
                mash_reference: "M-1".to_owned(),
                text: "Nothing further".to_owned(),
                ..AnswerEscalation::default()
            };
            escalation::answer(hub, flag.id, typed).await.expect("a flag can be answered");
            self.refresh().await;
        }
        for enquiry in store::case::enquiries(&self.op, &[self.case.id]).await.expect("enquiries can be read") {
            let typed = AnswerEnquiry {
                enquiry: enquiry.id,
                answered_on: "2026-11-18".to_owned(),
                finding: Some(EnquiryFinding::Located),
                text: "Seen last week".to_owned(),
            };
            service::answer_enquiry(&self.op, self.case.reference.clone(), typed)
                .await
                .expect("an enquiry can be answered");
            self.refresh().await;
        }
    }

    async fn place(&mut self) {
        let typed = Place {
            kind: Some(PlacementKind::StateSchool),
            provider: "Thornhill Primary School".to_owned(),
            school: None,
            starts_on: "2026-11-23".to_owned(),
        };
        service::record_placement(&self.op, self.target(), typed, None).await.expect("a placement can be recorded");
        self.refresh().await;
    }

    async fn close(&mut self, outcome: Outcome, evidence: EvidenceKind) {
        let typed = Close {
            outcome: Some(outcome),
            evidence: Some(evidence),
            evidence_on: "2026-11-17".to_owned(),
            evidence_from: "The school office".to_owned(),
            note: "As told on the telephone".to_owned(),
            school: "Thornhill Primary School".to_owned(),
            attended_on: "2026-11-17".to_owned(),
            authority: "Leeds".to_owned(),
            ..Close::default()
        };
        service::close(&self.op, self.target(), typed).await.expect("a case can be closed");
        self.refresh().await;
    }
}
