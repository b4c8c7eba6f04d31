//! The inputs of every change to a case, and the command each stands for. What must not live here: whether a change is
//! allowed (`domain::case`).

use async_graphql::{Context, ID, InputObject, Object};
use entity::vocabulary::LawfulGateway;
use entity::vocabulary::{
    AccessAction, Answer, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, LaterDecisions, Outcome,
    PlacementKind, ServiceRoute, Sex, SightingKind, StatusGround, StatutoryStatus, UpnAbsence, Whereabouts,
};
use entity::{CaseId, ChildId, StaffId};

use super::super::guarded::op;
use super::super::input::id;
use super::{Case, subject};
use crate::domain::case as decide;
use crate::domain::child::Correct;
use crate::domain::family::{NameSibling, StrikeSibling};
use crate::domain::parent::RecordParent;
use crate::error::Error;
use crate::service::case::{self as command, Target};
use crate::service::open::{self, Although, WhichChild};
use crate::store;

/// From a referral to a case.
#[derive(InputObject)]
struct OpenCaseInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// Whether the child is missing education by law. Needed: null is answered with `INVALID`.
    statutory_status: Option<StatutoryStatus>,
    /// Why that is so; each reason goes with one status. Needed: null is answered with `INVALID`.
    status_ground: Option<StatusGround>,
    /// The first day on which it was so, `YYYY-MM-DD` and not after today; left out, today.
    status_from: Option<String>,
    /// Why you decided so: at most 4,000 characters.
    rationale: String,
    /// The team that works it. Needed: null is answered with `INVALID`.
    service_route: Option<ServiceRoute>,
    /// What is known of where the child is. Needed: null is answered with `INVALID`.
    whereabouts: Option<Whereabouts>,
    /// The `id` of the child, if they are on file already; left out, the referral makes a new child.
    child: Option<ID>,
    /// Whom you judged not to be the child, of the likely `matches` of the referral: the `id` of each child, and the
    /// `reference` of each restricted case. A likely child who is not among them is answered with `CONFLICT`, so that no
    /// case is opened twice. Where a new child is made, it is remembered of all of them: see `judgeAnotherChild`.
    judged: Option<Vec<ID>>,
    /// The `id` of the officer who gets it, one of `officers`; left out, nobody does, which is refused for a child in
    /// immediate danger.
    officer: Option<ID>,
    /// Why a child outside compulsory school age is missing education all the same; needed for such a child only.
    age_reason: Option<String>,
    /// Why a child whom the school found at the address is on no roll; needed for such a child only.
    found_reason: Option<String>,
}

/// From a referral to a case that is open.
#[derive(InputObject)]
struct JoinCaseInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// The reference of the open case that it is added to.
    case: String,
}

/// Who has a case; nobody takes it from whoever had it.
#[derive(InputObject)]
struct AssignCaseInput {
    case: String,
    version: i32,
    /// The `id` of the officer, one of `officers`; null takes the case from whoever has it.
    officer: Option<ID>,
    /// Why, at most 4,000 characters: needed where another officer has it, who is told.
    reason: Option<String>,
}

/// Whether the child is missing education by law.
#[derive(InputObject)]
struct DecideStatusInput {
    case: String,
    version: i32,
    /// Whether the child is missing education. Needed: null is answered with `INVALID`.
    statutory_status: Option<StatutoryStatus>,
    /// Why that is so; each reason goes with one status. Needed: null is answered with `INVALID`.
    status_ground: Option<StatusGround>,
    /// The first day on which it was so, `YYYY-MM-DD` and not after today.
    from: String,
    /// What becomes of what was decided of later days; needed only where there is any. If it is kept, this holds until
    /// then; otherwise from its day on.
    later: Option<LaterDecisions>,
    /// Who said so, or what shows it: at most 200 characters.
    source: String,
    /// Why this is so, in words: at most 4,000 characters.
    reason: String,
}

/// The team that works a case.
#[derive(InputObject)]
struct DecideRouteInput {
    case: String,
    version: i32,
    /// The team. Needed: null is answered with `INVALID`.
    service_route: Option<ServiceRoute>,
    /// The first day on which it works the case, `YYYY-MM-DD` and not after today.
    from: String,
    /// Why: at most 4,000 characters.
    reason: String,
}

/// A review of a case as a whole.
#[derive(InputObject)]
struct ReviewCaseInput {
    case: String,
    /// The checks of the tracing checklist that were looked at again: at least one.
    checked: Vec<EnquiryKind>,
    /// What was found, and what is done next: at most 4,000 characters.
    note: String,
}

/// What is known of a child, corrected. What is left out stays as it is; an empty text takes a thing away.
#[derive(InputObject)]
struct CorrectChildInput {
    case: String,
    version: i32,
    /// The last name.
    family_name: Option<String>,
    /// All first names, in order.
    given_names: Option<String>,
    /// The day of birth, `YYYY-MM-DD` and not after today.
    date_of_birth: Option<String>,
    /// The sex as recorded.
    sex: Option<Sex>,
    /// The unique pupil number, 13 characters.
    upn: Option<String>,
    /// Why there is no unique pupil number; it goes where there is one.
    upn_absence: Option<UpnAbsence>,
    /// The NHS number, 10 digits.
    nhs_number: Option<String>,
    /// The last known address: at most 2,000 characters.
    address: Option<String>,
    /// The postcode of that address, whole.
    postcode: Option<String>,
    /// Whether the address is kept from everybody but the officer and the readers of a case of the child, managers and the
    /// MASH liaison. Only they may change it, or the address, once it is.
    address_confidential: Option<bool>,
    /// The day on which it changed, `YYYY-MM-DD`, as a name does by adoption; left out when what is on file was wrong all
    /// along. What held until then stays with the child.
    changed_on: Option<String>,
    /// Who says so, or what shows it: at most 200 characters.
    source: String,
    /// Why this is corrected: at most 2,000 characters.
    reason: String,
}

/// The first day attended.
#[derive(InputObject)]
struct ConfirmAttendanceInput {
    case: String,
    version: i32,
    /// The `id` of the placement.
    placement: ID,
    /// The first day the child attended, `YYYY-MM-DD` and not after today.
    attended_on: String,
    /// Who confirmed it at the school or provider: at most 200 characters.
    source: String,
}

/// The end of a placement.
#[derive(InputObject)]
struct EndPlacementInput {
    case: String,
    version: i32,
    /// The `id` of the placement.
    placement: ID,
    /// The first day on which the child had it no more, `YYYY-MM-DD` and not after today.
    ended_on: String,
    /// Why it ended: at most 4,000 characters.
    reason: String,
}

/// Agreement to a proposed outcome.
#[derive(InputObject)]
struct ApproveClosureInput {
    case: String,
    version: i32,
}

/// Disagreement with a proposed outcome.
#[derive(InputObject)]
struct DeclineClosureInput {
    case: String,
    version: i32,
    /// Why: at most 4,000 characters.
    reason: String,
}

/// A tracing enquiry.
#[derive(InputObject)]
struct RecordEnquiryInput {
    case: String,
    /// What is checked, and where. Needed: null is answered with `INVALID`.
    kind: Option<EnquiryKind>,
    /// Who was asked, by name.
    asked_of: String,
    /// The day on which it was put, `YYYY-MM-DD`, not after today.
    asked_on: String,
    /// The day by which an answer is wanted, `YYYY-MM-DD`, not before it was put. One on which the office is closed
    /// makes way for the next working day.
    due_on: String,
    /// What was asked: at most 4,000 characters, and may be empty.
    note: String,
    /// The name of the partner agency that may answer it through the API and sees the case for it, while an agreement
    /// with it runs; left out when none may.
    agency: Option<String>,
    /// The law by which they may tell us: needed for HM Revenue and Customs, and left out where none is.
    gateway: Option<LawfulGateway>,
    /// That law with its section, if it is another one: at most 200 characters.
    other_gateway: Option<String>,
}

/// The answer to a tracing enquiry.
#[derive(InputObject)]
struct AnswerEnquiryInput {
    case: String,
    /// The `id` of the enquiry that is answered.
    enquiry: ID,
    /// The day of the answer, `YYYY-MM-DD`: not before the enquiry was put, and not after today.
    answered_on: String,
    /// What it came to. Needed: null is answered with `INVALID`.
    finding: Option<EnquiryFinding>,
    /// The answer in words: at most 4,000 characters.
    answer: String,
}

/// A referral in a case that is of another child.
#[derive(InputObject)]
struct DetachReferralInput {
    case: String,
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    /// Why it is not of this child: at most 4,000 characters.
    reason: String,
}

/// An enquiry that was not to be made.
#[derive(InputObject)]
struct WithdrawEnquiryInput {
    case: String,
    /// The enquiry, by `id`.
    enquiry: ID,
    /// Why nobody was to be asked this: at most 4,000 characters.
    reason: String,
}

/// A note.
#[derive(InputObject)]
struct AddNoteInput {
    case: String,
    /// What the note says: at most 4,000 characters.
    text: String,
}

/// That somebody saw the child on a day, or that the child was at school.
#[derive(InputObject)]
struct RecordSightingInput {
    case: String,
    /// Seen by anybody, or at school.
    kind: Option<SightingKind>,
    /// The day, `YYYY-MM-DD`.
    on: String,
    /// Where, and who saw the child, or which school it was: at most 200 characters; left out when nobody said.
    account: Option<String>,
    /// Who told us, or what shows it: at most 200 characters.
    source: String,
}

/// What is told of the child on a day, and is wrong.
#[derive(InputObject)]
struct StrikeSightingInput {
    case: String,
    /// Seen by anybody, or at school.
    kind: Option<SightingKind>,
    /// The day, `YYYY-MM-DD`.
    on: String,
    /// Why it is wrong: at most 4,000 characters.
    reason: String,
}

/// A parent or carer of the child.
#[derive(InputObject)]
struct RecordParentInput {
    case: String,
    version: i32,
    /// The `key` of the parent or carer, among `parents`, of whom something changed; left out for somebody not named
    /// there.
    replaces: Option<String>,
    /// The name.
    name: String,
    /// What they are to the child; left out when not known.
    relationship: Option<String>,
    /// The telephone number; left out when there is none.
    phone: Option<String>,
    /// The email address; left out when there is none.
    email: Option<String>,
    /// Whether they may be contacted; left out when nobody said.
    may_contact: Option<Answer>,
    /// The day on which it changed, `YYYY-MM-DD`; left out when nobody knows.
    changed_on: Option<String>,
    /// Who says so, or what shows it: at most 200 characters.
    source: String,
    /// Why this is recorded: at most 2,000 characters.
    reason: String,
}

/// A brother or sister of the child.
#[derive(InputObject)]
struct NameSiblingInput {
    case: String,
    /// The whole name.
    name: String,
    /// The date of birth, `YYYY-MM-DD`; left out when not known. Without it they are found only in the same home.
    date_of_birth: Option<String>,
    /// The school; left out when not known.
    school: Option<String>,
    /// Who says so.
    source: String,
}

/// Somebody who was wrongly named as a brother or sister of the child.
#[derive(InputObject)]
struct StrikeSiblingInput {
    case: String,
    /// The whole name, as it is shown.
    name: String,
    /// The date of birth that is shown, `YYYY-MM-DD`; left out when none is. Without it, whoever has the name is meant.
    date_of_birth: Option<String>,
    /// Why they are no brother or sister: at most 2,000 characters.
    reason: String,
}

/// What is known of the child's whereabouts.
#[derive(InputObject)]
struct ChangeWhereaboutsInput {
    case: String,
    version: i32,
    /// What is known now. Needed: null is answered with `INVALID`.
    whereabouts: Option<Whereabouts>,
    /// The day on which the child was seen, `YYYY-MM-DD` and not after today; left out when nobody saw them.
    last_seen_on: Option<String>,
    /// How this is known, and from whom: at most 4,000 characters.
    reason: String,
}

/// A flag for the MASH.
#[derive(InputObject)]
struct RaiseEscalationInput {
    case: String,
    /// How serious it is. Needed: null is answered with `INVALID`.
    level: Option<EscalationLevel>,
    /// What you are worried about: at most 4,000 characters.
    concern: String,
    /// Why you chose this level: at most 4,000 characters.
    rationale: String,
}

/// A placement.
#[derive(InputObject)]
struct RecordPlacementInput {
    case: String,
    version: i32,
    /// What kind of education it is. Needed: null is answered with `INVALID`.
    kind: Option<PlacementKind>,
    /// The school or provider, by name; may be empty when a URN is given.
    provider: String,
    /// The URN of the school, six digits; left out when it is not on the national register.
    school_urn: Option<String>,
    /// The first day, `YYYY-MM-DD`, which may lie ahead.
    starts_on: String,
}

/// An outcome and its evidence.
#[derive(InputObject)]
struct CloseCaseInput {
    case: String,
    version: i32,
    /// How it ends. Needed: null is answered with `INVALID`.
    outcome: Option<Outcome>,
    /// What proves it. Needed, and it must be a kind that proves this outcome.
    evidence: Option<EvidenceKind>,
    /// The day of the evidence, `YYYY-MM-DD`, not after today.
    evidence_on: String,
    /// Who gave the evidence: at most 200 characters.
    evidence_from: String,
    /// The reasons for this outcome: at most 4,000 characters.
    note: String,
    /// The school or provider, by name. Needed for a place here, and for a move to be closed and not tracked.
    school: Option<String>,
    /// The first day the child attended it, `YYYY-MM-DD` and not after today. Needed for a place here; a place that was
    /// offered and not attended proves nothing.
    attended_on: Option<String>,
    /// The authority in whose area the child lives now. Needed for a move within the UK.
    authority: Option<String>,
    /// The reference by which that authority acknowledged that it follows the child. With it a move is closed though no
    /// school is known yet.
    acknowledged_as: Option<String>,
    /// The country. Needed for a move abroad.
    country: Option<String>,
    /// The full address of the child there. Needed for a move abroad to be closed and not tracked.
    address: Option<String>,
    /// The reference of the case that stays open. Needed when this one is a duplicate, and otherwise left out.
    duplicate_of: Option<String>,
}

/// Why a case is opened again.
#[derive(InputObject)]
struct ReopenCaseInput {
    case: String,
    version: i32,
    /// Why the child is missing education now, or is not; the status goes with it. Needed where the outcome said that the
    /// child is not missing education; left out, what held before holds on.
    status_ground: Option<StatusGround>,
    /// The first day on which that was so, `YYYY-MM-DD` and not after today; left out, today.
    from: Option<String>,
    /// Why: at most 4,000 characters.
    reason: String,
}

#[derive(Default)]
pub(in crate::graphql) struct CaseMutation;

/// The case after a change.
pub(in crate::graphql) async fn changed(ctx: &Context<'_>, id: Result<CaseId, Error>) -> Result<Case, Error> {
    let row = store::case::many(op(ctx), &[id?]).await?.pop().ok_or(Error::NotFound)?;
    op(ctx).saw(AccessAction::Show, subject(&row), None);
    Ok(Case::of(row))
}

#[Object]
impl CaseMutation {
    /// Opens a case from a referral. For officers and managers who triage. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn open_case(&self, ctx: &Context<'_>, input: OpenCaseInput) -> Result<Case, Error> {
        let OpenCaseInput {
            referral,
            version,
            statutory_status,
            status_ground,
            status_from,
            rationale,
            service_route,
            whereabouts,
            child,
            judged,
            officer,
            age_reason,
            found_reason,
        } = input;
        let officer: Option<StaffId> = officer.map(|officer| id(&officer)).transpose()?;
        let known: Option<ChildId> = child.map(|child| id(&child)).transpose()?;
        let judged = judged.unwrap_or_default().into_iter().map(|judged| judged.0).collect();
        let which = WhichChild { known, judged };
        let status_from = status_from.unwrap_or_default();
        let decided = decide::Open {
            statutory_status,
            status_ground,
            status_from,
            rationale,
            service_route,
            whereabouts,
            officer,
        };
        let although = Although { age: age_reason.unwrap_or_default(), found: found_reason.unwrap_or_default() };
        changed(ctx, open::open(op(ctx), referral, version, decided, which, although).await).await
    }

    /// Adds a referral to a case that is open. For officers and managers who triage. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn join_case(&self, ctx: &Context<'_>, input: JoinCaseInput) -> Result<Case, Error> {
        let JoinCaseInput { referral, version, case } = input;
        changed(ctx, open::join(op(ctx), referral, version, case).await).await
    }

    /// Gives a case to an officer, or takes it from one. For CME officers and managers. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn assign_case(&self, ctx: &Context<'_>, input: AssignCaseInput) -> Result<Case, Error> {
        let AssignCaseInput { case, version, officer, reason } = input;
        let officer = officer.map(|officer| id(&officer)).transpose()?;
        let reason = reason.unwrap_or_default();
        changed(ctx, command::assign(op(ctx), Target { case, version }, officer, reason).await).await
    }

    /// Decides whether the child is missing education, from a day on. For those who work the case. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn decide_status(&self, ctx: &Context<'_>, input: DecideStatusInput) -> Result<Case, Error> {
        let DecideStatusInput { case, version, statutory_status, status_ground, from, later, source, reason } = input;
        let typed =
            decide::DecideStatus { status: statutory_status, ground: status_ground, from, later, source, reason };
        changed(ctx, command::decide_status(op(ctx), Target { case, version }, typed).await).await
    }

    /// Decides which team works a case, from a day on. For those who work the case. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn decide_route(&self, ctx: &Context<'_>, input: DecideRouteInput) -> Result<Case, Error> {
        let DecideRouteInput { case, version, service_route, from, reason } = input;
        let typed = decide::DecideRoute { route: service_route, from, reason };
        changed(ctx, command::decide_route(op(ctx), Target { case, version }, typed).await).await
    }

    /// Records that a case was looked at as a whole, which alone moves its next review. For those who work the case.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn review_case(&self, ctx: &Context<'_>, input: ReviewCaseInput) -> Result<Case, Error> {
        let ReviewCaseInput { case, checked, note } = input;
        changed(ctx, command::review(op(ctx), case, decide::RecordReview { checked, note }).await).await
    }

    /// Corrects what is known of the child (UK GDPR article 16); the timeline keeps what held before. For those who work
    /// the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn correct_child(&self, ctx: &Context<'_>, input: CorrectChildInput) -> Result<Case, Error> {
        let CorrectChildInput {
            case,
            version,
            family_name,
            given_names,
            date_of_birth,
            sex,
            upn,
            upn_absence,
            nhs_number,
            address,
            postcode,
            address_confidential,
            changed_on,
            source,
            reason,
        } = input;
        let typed = Correct {
            family_name,
            given_names,
            date_of_birth,
            sex,
            upn,
            upn_absence,
            nhs_number,
            address,
            postcode,
            address_confidential,
            changed_on: changed_on.unwrap_or_default(),
            source,
            reason,
        };
        changed(ctx, command::correct_child(op(ctx), Target { case, version }, typed).await).await
    }

    /// Confirms the first day that the child attended a placement, from which the child is not missing education. For
    /// those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn confirm_attendance(&self, ctx: &Context<'_>, input: ConfirmAttendanceInput) -> Result<Case, Error> {
        let ConfirmAttendanceInput { case, version, placement, attended_on, source } = input;
        let typed = decide::ConfirmAttendance { placement: id(&placement)?, attended_on, source };
        changed(ctx, command::confirm_attendance(op(ctx), Target { case, version }, typed).await).await
    }

    /// Ends a placement that the child has no more, or never took up; without another one the case is open again. For
    /// those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn end_placement(&self, ctx: &Context<'_>, input: EndPlacementInput) -> Result<Case, Error> {
        let EndPlacementInput { case, version, placement, ended_on, reason } = input;
        let typed = decide::EndPlacement { placement: id(&placement)?, ended_on, reason };
        changed(ctx, command::end_placement(op(ctx), Target { case, version }, typed).await).await
    }

    /// Records a tracing enquiry; put to a partner agency, it shares the case with that agency. For those who work the
    /// case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn record_enquiry(&self, ctx: &Context<'_>, input: RecordEnquiryInput) -> Result<Case, Error> {
        let RecordEnquiryInput { case, kind, asked_of, asked_on, due_on, note, agency, gateway, other_gateway } = input;
        let other_gateway = other_gateway.unwrap_or_default();
        let typed =
            decide::RecordEnquiry { kind, asked_of, asked_on, due_on, note, gateway, other_gateway, agency: None };
        changed(ctx, command::record_enquiry(op(ctx), case, typed, agency).await).await
    }

    /// Records the answer to a tracing enquiry. For those who work the case, and for a partner agency with the scope
    /// `ENQUIRY_ANSWER` where the enquiry was put to it. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn answer_enquiry(&self, ctx: &Context<'_>, input: AnswerEnquiryInput) -> Result<Case, Error> {
        let AnswerEnquiryInput { case, enquiry, answered_on, finding, answer } = input;
        let typed = decide::AnswerEnquiry { enquiry: id(&enquiry)?, answered_on, finding, text: answer };
        changed(ctx, command::answer_enquiry(op(ctx), case, typed).await).await
    }

    /// Adds a note. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn add_note(&self, ctx: &Context<'_>, input: AddNoteInput) -> Result<Case, Error> {
        let AddNoteInput { case, text } = input;
        changed(ctx, command::add_note(op(ctx), case, text).await).await
    }

    /// Records a parent or carer of the child, or that something of one changed, such as the telephone number. For those
    /// who work the case, and where the address of the child is kept confidential for those cleared for it. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn record_parent(&self, ctx: &Context<'_>, input: RecordParentInput) -> Result<Case, Error> {
        let RecordParentInput {
            case,
            version,
            replaces,
            name,
            relationship,
            phone,
            email,
            may_contact,
            changed_on,
            source,
            reason,
        } = input;
        let typed = RecordParent {
            replaces: replaces.unwrap_or_default(),
            name,
            relationship: relationship.unwrap_or_default(),
            phone: phone.unwrap_or_default(),
            email: email.unwrap_or_default(),
            may_contact,
            changed_on: changed_on.unwrap_or_default(),
            source,
            reason,
        };
        changed(ctx, command::record_parent(op(ctx), Target { case, version }, typed).await).await
    }

    /// Records when the child was seen or at school: the latest that stands is when the child was last seen, or last at
    /// school. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND` or `INVALID`.
    async fn record_sighting(&self, ctx: &Context<'_>, input: RecordSightingInput) -> Result<Case, Error> {
        let RecordSightingInput { case, kind, on, account, source } = input;
        let typed = decide::RecordSighting { kind, on, account: account.unwrap_or_default(), source };
        changed(ctx, command::record_sighting(op(ctx), case, typed).await).await
    }

    /// Strikes out everything that tells of the child on a day, because it is wrong; to record it anew takes that back. For
    /// those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND` or `INVALID`.
    async fn strike_sighting(&self, ctx: &Context<'_>, input: StrikeSightingInput) -> Result<Case, Error> {
        let StrikeSightingInput { case, kind, on, reason } = input;
        let typed = decide::StrikeSighting { kind, on, reason };
        changed(ctx, command::strike_sighting(op(ctx), case, typed).await).await
    }

    /// Names a brother or sister of the child, so that the records of the two find each other. For those who work the
    /// case. Refused with `FORBIDDEN`, `NOT_FOUND` or `INVALID`.
    async fn name_sibling(&self, ctx: &Context<'_>, input: NameSiblingInput) -> Result<Case, Error> {
        let NameSiblingInput { case, name, date_of_birth, school, source } = input;
        let (date_of_birth, school) = (date_of_birth.unwrap_or_default(), school.unwrap_or_default());
        let typed = NameSibling { name, date_of_birth, school, source };
        changed(ctx, command::name_sibling(op(ctx), case, typed).await).await
    }

    /// Strikes out somebody who was wrongly named as a brother or sister, here or in a referral: the records of the
    /// two find each other no more, and a flag on one is not told to whoever has the other. To name them again,
    /// on either record, takes it back. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND` or `INVALID`.
    async fn strike_sibling(&self, ctx: &Context<'_>, input: StrikeSiblingInput) -> Result<Case, Error> {
        let StrikeSiblingInput { case, name, date_of_birth, reason } = input;
        let typed = StrikeSibling { name, date_of_birth: date_of_birth.unwrap_or_default(), reason };
        changed(ctx, command::strike_sibling(op(ctx), case, typed).await).await
    }

    /// Takes a referral out of the case that is of another child: it awaits triage again, with its flag, and the MASH is
    /// asked anew. Not what the case was opened from. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn detach_referral(&self, ctx: &Context<'_>, input: DetachReferralInput) -> Result<Case, Error> {
        let DetachReferralInput { case, referral, reason } = input;
        changed(ctx, open::detach(op(ctx), case, referral, reason).await).await
    }

    /// Withdraws an enquiry that is unanswered and was not to be made, such as one put to the wrong agency, which sees nothing
    /// of the case by it any more. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn withdraw_enquiry(&self, ctx: &Context<'_>, input: WithdrawEnquiryInput) -> Result<Case, Error> {
        let WithdrawEnquiryInput { case, enquiry, reason } = input;
        changed(ctx, command::withdraw_enquiry(op(ctx), case, id(&enquiry)?, reason).await).await
    }

    /// Changes what is known of the child's whereabouts. For those who work the case. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn change_whereabouts(&self, ctx: &Context<'_>, input: ChangeWhereaboutsInput) -> Result<Case, Error> {
        let ChangeWhereaboutsInput { case, version, whereabouts, last_seen_on, reason } = input;
        let last_seen_on = last_seen_on.unwrap_or_default();
        let typed = decide::ChangeWhereabouts { whereabouts, last_seen_on, reason };
        changed(ctx, command::change_whereabouts(op(ctx), Target { case, version }, typed).await).await
    }

    /// Raises a flag with the MASH, who are alerted by mail. For those who work the case. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn raise_escalation(&self, ctx: &Context<'_>, input: RaiseEscalationInput) -> Result<Case, Error> {
        let RaiseEscalationInput { case, level, concern, rationale } = input;
        let typed = decide::RaiseEscalation { level, concern, rationale };
        changed(ctx, command::raise_escalation(op(ctx), case, typed).await).await
    }

    /// Records a placement. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn record_placement(&self, ctx: &Context<'_>, input: RecordPlacementInput) -> Result<Case, Error> {
        let RecordPlacementInput { case, version, kind, provider, school_urn, starts_on } = input;
        let typed = decide::Place { kind, provider, school: None, starts_on };
        changed(ctx, command::record_placement(op(ctx), Target { case, version }, typed, school_urn).await).await
    }

    /// Closes a case on evidence, proposes that to a second person, or tracks it while confirmation from elsewhere is
    /// awaited. For CME officers and managers. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn close_case(&self, ctx: &Context<'_>, input: CloseCaseInput) -> Result<Case, Error> {
        let CloseCaseInput {
            case,
            version,
            outcome,
            evidence,
            evidence_on,
            evidence_from,
            note,
            school,
            attended_on,
            authority,
            acknowledged_as,
            country,
            address,
            duplicate_of,
        } = input;
        let typed = decide::Close {
            outcome,
            evidence,
            evidence_on,
            evidence_from,
            note,
            school: school.unwrap_or_default(),
            attended_on: attended_on.unwrap_or_default(),
            authority: authority.unwrap_or_default(),
            acknowledged_as: acknowledged_as.unwrap_or_default(),
            country: country.unwrap_or_default(),
            address: address.unwrap_or_default(),
            duplicate_of: duplicate_of.unwrap_or_default(),
        };
        changed(ctx, command::close(op(ctx), Target { case, version }, typed).await).await
    }

    /// Agrees to the outcome that somebody else proposed. For CME officers and managers; a duplicate is decided by a
    /// manager or the officer of the other case, the review of an untraced child by a manager. Refused with `FORBIDDEN`,
    /// `NOT_FOUND` or `CONFLICT`.
    async fn approve_closure(&self, ctx: &Context<'_>, input: ApproveClosureInput) -> Result<Case, Error> {
        let ApproveClosureInput { case, version } = input;
        changed(ctx, command::approve_closure(op(ctx), Target { case, version }).await).await
    }

    /// Declines the outcome that was proposed, or withdraws one's own. For CME officers and managers. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn decline_closure(&self, ctx: &Context<'_>, input: DeclineClosureInput) -> Result<Case, Error> {
        let DeclineClosureInput { case, version, reason } = input;
        changed(ctx, command::decline_closure(op(ctx), Target { case, version }, reason).await).await
    }

    /// Opens a closed case again. For CME officers and managers. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn reopen_case(&self, ctx: &Context<'_>, input: ReopenCaseInput) -> Result<Case, Error> {
        let ReopenCaseInput { case, version, status_ground, from, reason } = input;
        let typed = decide::Reopen { ground: status_ground, from: from.unwrap_or_default(), reason };
        changed(ctx, command::reopen(op(ctx), Target { case, version }, typed).await).await
    }
}
