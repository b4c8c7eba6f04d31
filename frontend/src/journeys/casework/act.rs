//! What is done to a case: the table of acts, and the case as their forms are about it.

use crate::officers::officer_options;
use crate::parts::case::identity;
use axum::http::StatusCode;
use axum::response::Response;
use cynic::QueryBuilder;

use super::{answers, child, closing, placing, restrict, roll, sighting, standing, tracing};
use crate::acts::{self, HasPage, Place, Subject};
use crate::api::Refusal;
use crate::documents::casework::{self, Case, CaseForForm, CaseRights, RightsOfCase, RightsVars, SubjectVars};
use crate::documents::changed;
use crate::documents::roll::GroundForRemoval;
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::CaseState;

/// Something that is done to a case.
pub(super) type Act = acts::Act<About>;

/// What an act is done to.
pub(super) struct About {
    /// The case.
    pub(super) case: casework::Subject,
    /// The family of the child, for the forms about one of them.
    pub(super) family: Option<casework::FamilyOfCase>,
    /// Officers to choose from, the empty choice first.
    pub(super) officers: Vec<(String, String)>,
    /// The grounds for removing a name, for the form of a proposal.
    pub(super) grounds: Vec<GroundForRemoval>,
    /// What was decided of the statutory status so far, newest first, for the form that decides anew.
    pub(super) statuses: Vec<casework::StatusDecision>,
    /// What the form is about within the case: the enquiry that is answered, a placement, a matter of a roll.
    pub(super) item: String,
}

/// Everything that can be done to a case, in the order in which it is offered.
pub(super) static ACTS: [Act; 36] = [
    closing::APPROVE,
    closing::DECLINE,
    tracing::ASSIGN,
    tracing::ENQUIRY,
    tracing::NOTE,
    tracing::REVIEW,
    tracing::WHEREABOUTS,
    sighting::RECORD,
    sighting::STRIKE,
    tracing::ESCALATE,
    child::CORRECT,
    child::PARENT,
    tracing::SIBLING,
    tracing::STRIKE,
    standing::STATUS,
    standing::ROUTE,
    placing::PLACEMENT,
    placing::ATTENDANCE,
    placing::END,
    roll::PROPOSE,
    roll::ENQUIRE,
    roll::DECIDE,
    roll::REMOVE,
    roll::WITHDRAW,
    roll::NEW_PUPIL,
    roll::PLACE_TOLD,
    roll::ASK_TOLD,
    closing::CLOSE,
    closing::REOPEN,
    restrict::RESTRICT,
    restrict::ADD_READER,
    restrict::REMOVE_READER,
    restrict::LIFT,
    answers::ENQUIRY,
    answers::WITHDRAW,
    answers::DETACH,
];

/// An act of those who work cases, while the case is not closed; the rest is to be said.
pub(super) const ACT: Act = Act { may: |case| case.may_work, in_state: while_open, ..Act::PLAIN };

/// While the case is not closed.
fn while_open(state: CaseState) -> bool {
    state != CaseState::Closed
}

/// Whatever the state.
pub(super) fn always(_: CaseState) -> bool {
    true
}

/// Whether to offer an act for this case; nothing to whoever reads it by breaking the glass.
pub(super) fn is_offered(act: &Act, case: &Case) -> bool {
    let may = (act.may)(case.may) == Some(true) && case.glass.is_none();
    may && (act.in_state)(case.state) && (act.on_page)(case)
}

/// The page of a case.
pub(super) fn home(reference: &str) -> String {
    format!("/cases/{reference}")
}

impl HasPage for changed::Case {
    fn page(&self) -> String {
        home(&self.reference)
    }
}

impl Subject for About {
    const ROUTE: &'static str = "/cases/{reference}";
    const LOOK_AGAIN: Option<&'static str> = Some("case");

    type Rights = CaseRights;
    type State = CaseState;
    type Shown<'a> = &'a Case;

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        visit.require(visit.may().list_cases)
    }

    async fn load(visit: &Visit, act: &Act, Place { id, item }: Place) -> Result<Self, Refusal> {
        // Nothing of the case is read for whoever may not do this to it: what is read is noted as shown.
        let rights = visit.api.run(RightsOfCase::build(RightsVars { reference: id.clone() })).await?;
        let rights = rights.case.ok_or(Refusal::NotFound)?;
        visit.require((act.may)(rights.may) == Some(true) && rights.glass.is_none())?;
        let vars = SubjectVars {
            reference: id,
            officers: act.names_officers,
            grounds: act.path == roll::PROPOSE.path,
            family: [tracing::STRIKE.path, child::PARENT.path, roll::REMOVE.path].contains(&act.path),
            statuses: act.path == standing::STATUS.path,
        };
        let answer = visit.api.run(CaseForForm::build(vars)).await?;
        let case = answer.case.ok_or(Refusal::NotFound)?;
        let officers = officer_options(visit, &answer.officers.unwrap_or_default(), "Nobody yet");
        let grounds = answer.removal_grounds.unwrap_or_default();
        let statuses = answer.statuses.and_then(|case| case.status_decisions).unwrap_or_default();
        Ok(Self { case, family: answer.family, officers, grounds, statuses, item })
    }

    fn rights(&self) -> CaseRights {
        self.case.may
    }

    fn state(&self) -> CaseState {
        self.case.state
    }

    fn home(&self) -> String {
        home(&self.case.reference)
    }

    fn version(&self) -> Option<i32> {
        Some(self.case.version)
    }

    fn head(&self, title: &'static str) -> AnyView {
        let bar = identity(&self.case.child, &self.case.reference, self.case.risk);
        view! { {bar} {h1(title)} }.into_any()
    }

    fn too_late(&self, act: &Act, chrome: &Chrome) -> Response {
        const TITLE: &str = "This cannot be done now";
        Page::new(TITLE).back(self.home()).status(StatusCode::CONFLICT).render(chrome, || {
            view! {
                {h1_captioned(act.title, TITLE)}
                {paragraph(format!("The state of the case is “{}”.", self.case.state.label()))}
                <p class="govuk-body">{link(self.home(), "See the case and what can be done with it")}</p>
            }
            .into_any()
        })
    }
}
