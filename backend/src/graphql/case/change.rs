//! The inputs of every change to a case, and the command each stands for. What must not live here: whether a change is
//! allowed (`domain::case`).

use async_graphql::{Context, ID, InputObject, Object};
use entity::vocabulary::{
    AccessAction, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    ServiceRoute, StatutoryStatus, Whereabouts,
};
use entity::{CaseId, ChildId, StaffId};

use super::super::guarded::op;
use super::super::input::id;
use super::{Case, subject};
use crate::domain::case as decide;
use crate::error::Error;
use crate::service::case::{self as command, Target};
use crate::store;

/// From a referral to a case.
#[derive(InputObject)]
struct OpenCaseInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// Whether the child is missing education by law. Needed: null is answered with `INVALID`.
    statutory_status: Option<StatutoryStatus>,
    /// The team that works it. Needed: null is answered with `INVALID`.
    service_route: Option<ServiceRoute>,
    /// What is known of where the child is. Needed: null is answered with `INVALID`.
    whereabouts: Option<Whereabouts>,
    /// The `id` of the child, if they are on file already; left out, the referral makes a new child.
    child: Option<ID>,
    /// The `id` of the officer who gets it, one of `officers`; left out, nobody does.
    officer: Option<ID>,
    /// Why a child outside compulsory school age is missing education all the same; needed for such a child only.
    age_reason: Option<String>,
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
    /// The day by which an answer is wanted, `YYYY-MM-DD`, not before it was put.
    due_on: String,
    /// What was asked: at most 4,000 characters, and may be empty.
    note: String,
    /// The name of the partner agency that may answer it through the API and sees the case for it; left out when none
    /// may.
    agency: Option<String>,
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

/// A note.
#[derive(InputObject)]
struct AddNoteInput {
    case: String,
    /// What the note says: at most 4,000 characters.
    text: String,
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

/// What the MASH said.
#[derive(InputObject)]
struct AnswerEscalationInput {
    case: String,
    /// The `id` of the flag that is answered.
    escalation: ID,
    /// What the MASH decided. Needed: null is answered with `INVALID`.
    decision: Option<MashDecision>,
    /// The reference by which the MASH knows the matter.
    mash_reference: String,
    /// What the MASH said, in words: at most 4,000 characters.
    answer: String,
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
    /// Where the child went: authority or country, school, start date. Needed when they moved, and otherwise left out.
    destination: Option<String>,
    /// The reference of the case that stays open. Needed when this one is a duplicate, and otherwise left out.
    duplicate_of: Option<String>,
}

/// Why a case is opened again.
#[derive(InputObject)]
struct ReopenCaseInput {
    case: String,
    version: i32,
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
            service_route,
            whereabouts,
            child,
            officer,
            age_reason,
        } = input;
        let officer: Option<StaffId> = officer.map(|officer| id(&officer)).transpose()?;
        let known: Option<ChildId> = child.map(|child| id(&child)).transpose()?;
        let decided = decide::Open { statutory_status, service_route, whereabouts, officer };
        changed(ctx, command::open(op(ctx), referral, version, decided, known, age_reason.unwrap_or_default()).await)
            .await
    }

    /// Adds a referral to a case that is open. For officers and managers who triage. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn join_case(&self, ctx: &Context<'_>, input: JoinCaseInput) -> Result<Case, Error> {
        let JoinCaseInput { referral, version, case } = input;
        changed(ctx, command::join(op(ctx), referral, version, case).await).await
    }

    /// Gives a case to an officer, or takes it from one. For CME officers and managers. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn assign_case(&self, ctx: &Context<'_>, input: AssignCaseInput) -> Result<Case, Error> {
        let AssignCaseInput { case, version, officer } = input;
        let officer = officer.map(|officer| id(&officer)).transpose()?;
        changed(ctx, command::assign(op(ctx), Target { case, version }, officer).await).await
    }

    /// Records a tracing enquiry; put to a partner agency, it shares the case with that agency. For those who work the
    /// case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn record_enquiry(&self, ctx: &Context<'_>, input: RecordEnquiryInput) -> Result<Case, Error> {
        let RecordEnquiryInput { case, kind, asked_of, asked_on, due_on, note, agency } = input;
        let typed = decide::RecordEnquiry { kind, asked_of, asked_on, due_on, note, agency: None };
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

    /// Records what the MASH said. For CME officers, managers and the MASH liaison, and for the MASH's own system with
    /// the scope `ESCALATION_ANSWER`. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn answer_escalation(&self, ctx: &Context<'_>, input: AnswerEscalationInput) -> Result<Case, Error> {
        let AnswerEscalationInput { case, escalation, decision, mash_reference, answer } = input;
        let typed = decide::AnswerEscalation { escalation: id(&escalation)?, decision, mash_reference, text: answer };
        changed(ctx, command::answer_escalation(op(ctx), case, typed).await).await
    }

    /// Records a placement. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn record_placement(&self, ctx: &Context<'_>, input: RecordPlacementInput) -> Result<Case, Error> {
        let RecordPlacementInput { case, version, kind, provider, school_urn, starts_on } = input;
        let typed = decide::Place { kind, provider, school: None, starts_on };
        changed(ctx, command::record_placement(op(ctx), Target { case, version }, typed, school_urn).await).await
    }

    /// Closes a case on evidence, or tracks it while confirmation from elsewhere is awaited. For CME officers and
    /// managers. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn close_case(&self, ctx: &Context<'_>, input: CloseCaseInput) -> Result<Case, Error> {
        let CloseCaseInput {
            case,
            version,
            outcome,
            evidence,
            evidence_on,
            evidence_from,
            note,
            destination,
            duplicate_of,
        } = input;
        let typed = decide::Close {
            outcome,
            evidence,
            evidence_on,
            evidence_from,
            note,
            destination: destination.unwrap_or_default(),
            duplicate_of: duplicate_of.unwrap_or_default(),
        };
        changed(ctx, command::close(op(ctx), Target { case, version }, typed).await).await
    }

    /// Opens a closed case again. For CME officers and managers. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn reopen_case(&self, ctx: &Context<'_>, input: ReopenCaseInput) -> Result<Case, Error> {
        let ReopenCaseInput { case, version, reason } = input;
        changed(ctx, command::reopen(op(ctx), Target { case, version }, reason).await).await
    }
}
