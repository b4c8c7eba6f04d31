//! Changes of cases, and what triage decides of a referral: one mutation a verb. What replaces something takes
//! the version that the person saw; each answers what became of the thing.

use cynic::{Id, MutationBuilder};
use futures_util::future::BoxFuture;

use crate::api::{Api, Refusal};
use crate::schema;
use crate::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    RedirectTo, Restriction, ServiceRoute, StatutoryStatus, Whereabouts,
};

/// What became of a case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub struct Changed {
    /// Its reference.
    pub reference: String,
    /// Where it stands now.
    pub state: CaseState,
}

/// A referral that was sent elsewhere.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub struct Redirected {
    /// Its reference.
    pub reference: String,
}

/// What asking for a change comes to.
pub type Sent<T> = BoxFuture<'static, Result<T, Refusal>>;

/// For each mutation its variables, its document, and how its input is sent. The inputs themselves stand below in
/// plain sight, because cynic cannot derive inside a macro what it was given from outside. The first token is the
/// dollar sign, which a macro cannot write by itself.
macro_rules! sends {
    ($d:tt $($mutation:tt as $module:ident: $input:ident -> $answer:ident;)+) => {$(
        impl $input {
            /// Asks the API for this change.
            pub fn send(self, api: Api) -> Sent<$answer> {
                let operation = $module::Document::build($module::Vars { input: self });
                Box::pin(async move { Ok(api.run(operation).await?.answer) })
            }
        }

        mod $module {
            use super::schema;

            type Input = super::$input;
            type Answer = super::$answer;

            #[derive(cynic::QueryVariables, Clone, Debug)]
            pub(super) struct Vars {
                pub(super) input: Input,
            }

            #[derive(cynic::QueryFragment, Clone, Debug)]
            #[cynic(graphql_type = "Mutation", variables = "Vars")]
            pub(super) struct Document {
                #[cynic(rename = $mutation)]
                #[arguments(input: $d input)]
                pub(super) answer: Answer,
            }
        }
    )+};
}

pub(crate) use sends;

sends! { $
    "openCase" as open_case: OpenCaseInput -> Changed;
    "joinCase" as join_case: JoinCaseInput -> Changed;
    "redirectReferral" as redirect_referral: RedirectReferralInput -> Redirected;
    "assignCase" as assign_case: AssignCaseInput -> Changed;
    "recordEnquiry" as record_enquiry: RecordEnquiryInput -> Changed;
    "answerEnquiry" as answer_enquiry: AnswerEnquiryInput -> Changed;
    "addNote" as add_note: AddNoteInput -> Changed;
    "changeWhereabouts" as change_whereabouts: ChangeWhereaboutsInput -> Changed;
    "raiseEscalation" as raise_escalation: RaiseEscalationInput -> Changed;
    "answerEscalation" as answer_escalation: AnswerEscalationInput -> Changed;
    "recordPlacement" as record_placement: RecordPlacementInput -> Changed;
    "closeCase" as close_case: CloseCaseInput -> Changed;
    "reopenCase" as reopen_case: ReopenCaseInput -> Changed;
    "restrictCase" as restrict_case: RestrictCaseInput -> Changed;
    "liftRestriction" as lift_restriction: LiftRestrictionInput -> Changed;
    "addReader" as add_reader: AddReaderInput -> Changed;
    "removeReader" as remove_reader: RemoveReaderInput -> Changed;
}

/// Opens a case from a referral. No child means one that is new to us.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `OpenCaseInput` in schema.graphql")]
pub struct OpenCaseInput {
    pub referral: String,
    pub version: i32,
    pub statutory_status: Option<StatutoryStatus>,
    pub service_route: Option<ServiceRoute>,
    pub whereabouts: Option<Whereabouts>,
    pub child: Option<Id>,
    pub officer: Option<Id>,
}

/// Adds a referral to a case that is open.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `JoinCaseInput` in schema.graphql")]
pub struct JoinCaseInput {
    pub referral: String,
    pub version: i32,
    pub case: String,
}

/// Sends a referral elsewhere, with a reason that the sender reads.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `RedirectReferralInput` in schema.graphql")]
pub struct RedirectReferralInput {
    pub referral: String,
    pub version: i32,
    pub to: Option<RedirectTo>,
    pub reason: String,
    pub mash_reference: String,
}

/// Gives a case to an officer, or to nobody.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `AssignCaseInput` in schema.graphql")]
pub struct AssignCaseInput {
    pub case: String,
    pub version: i32,
    pub officer: Option<Id>,
}

/// Records a tracing enquiry.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `RecordEnquiryInput` in schema.graphql")]
pub struct RecordEnquiryInput {
    pub case: String,
    pub kind: Option<EnquiryKind>,
    pub asked_of: String,
    pub asked_on: String,
    pub due_on: String,
    pub note: String,
    pub agency: Option<String>,
}

/// Records the answer to a tracing enquiry.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `AnswerEnquiryInput` in schema.graphql")]
pub struct AnswerEnquiryInput {
    pub case: String,
    pub enquiry: Id,
    pub answered_on: String,
    pub finding: Option<EnquiryFinding>,
    pub answer: String,
}

/// Adds a note.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `AddNoteInput` in schema.graphql")]
pub struct AddNoteInput {
    pub case: String,
    pub text: String,
}

/// Changes what is known of the child's whereabouts.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `ChangeWhereaboutsInput` in schema.graphql")]
pub struct ChangeWhereaboutsInput {
    pub case: String,
    pub version: i32,
    pub whereabouts: Option<Whereabouts>,
    pub last_seen_on: Option<String>,
    pub reason: String,
}

/// Raises a flag with the MASH.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `RaiseEscalationInput` in schema.graphql")]
pub struct RaiseEscalationInput {
    pub case: String,
    pub level: Option<EscalationLevel>,
    pub concern: String,
    pub rationale: String,
}

/// Records what the MASH said to a flag.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `AnswerEscalationInput` in schema.graphql")]
pub struct AnswerEscalationInput {
    pub case: String,
    pub escalation: Id,
    pub decision: Option<MashDecision>,
    pub mash_reference: String,
    pub answer: String,
}

/// Records a placement.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `RecordPlacementInput` in schema.graphql")]
pub struct RecordPlacementInput {
    pub case: String,
    pub version: i32,
    pub kind: Option<PlacementKind>,
    pub provider: String,
    pub school_urn: Option<String>,
    pub starts_on: String,
}

/// Closes a case on evidence; it may also come to be tracked, or stay open after a review.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `CloseCaseInput` in schema.graphql")]
pub struct CloseCaseInput {
    pub case: String,
    pub version: i32,
    pub outcome: Option<Outcome>,
    pub evidence: Option<EvidenceKind>,
    pub evidence_on: String,
    pub evidence_from: String,
    pub note: String,
    pub destination: Option<String>,
    pub duplicate_of: Option<String>,
}

/// Restricts a case to those who are named to it.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `RestrictCaseInput` in schema.graphql")]
pub struct RestrictCaseInput {
    pub case: String,
    pub version: i32,
    pub restriction: Option<Restriction>,
    pub reason: String,
}

/// Lets a restricted case be read like any other again.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `LiftRestrictionInput` in schema.graphql")]
pub struct LiftRestrictionInput {
    pub case: String,
    pub version: i32,
    pub reason: String,
}

/// Names somebody to a restricted case.
#[derive(cynic::InputObject, Clone, Debug)]
#[cynic(graphql_type = "CaseReaderInput")]
#[expect(missing_docs, reason = "the fields are those of `CaseReaderInput` in schema.graphql")]
pub struct AddReaderInput {
    pub case: String,
    pub version: i32,
    pub staff: Option<Id>,
}

/// Takes somebody's name from a restricted case.
#[derive(cynic::InputObject, Clone, Debug)]
#[cynic(graphql_type = "CaseReaderInput")]
#[expect(missing_docs, reason = "the fields are those of `CaseReaderInput` in schema.graphql")]
pub struct RemoveReaderInput {
    pub case: String,
    pub version: i32,
    pub staff: Option<Id>,
}

/// Opens a closed case again.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `ReopenCaseInput` in schema.graphql")]
pub struct ReopenCaseInput {
    pub case: String,
    pub version: i32,
    pub reason: String,
}
