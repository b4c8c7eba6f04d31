//! A school's drafts, and its own view of what it sent.
//!
//! What must not live here: the officers' view of a referral (`referrals`).

use chrono::{DateTime, Utc};

use super::contacts::OwnViewer;
use super::{AnsweredInput, Answers, AnswersInput, PageInfo};
use crate::form::Faults;
use crate::schema;
use crate::vocabulary::{RedirectTo, ReferralSort, ReferralState};

/// A draft of the viewer's school.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct Draft {
    /// Its id.
    pub id: cynic::Id,
    /// Its version, which a change must name.
    pub version: i32,
    /// What has been typed so far.
    pub answers: Vec<Answers>,
    /// Everything that is still wrong or lacking.
    pub faults: Vec<FieldFault>,
    /// The referral it became.
    pub referral: Option<Became>,
}

/// The referral that a draft became.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub struct Became {
    /// What people call it.
    pub reference: String,
}

/// What is wrong with one field.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct FieldFault {
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// The faults of a draft, as forms take them.
pub fn faults_of(faults: &[FieldFault]) -> Faults {
    faults.iter().map(|fault| (fault.field.clone(), fault.message.clone())).collect()
}

/// Which draft.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DraftVars {
    /// Its id.
    pub id: cynic::Id,
}

/// One draft; none if there is none for this person.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "DraftVars")]
pub struct DraftById {
    /// The draft.
    #[arguments(id: $id)]
    pub draft: Option<Draft>,
}

/// How a draft begins.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct StartDraftInput {
    /// The answers to begin with.
    pub answers: Option<Vec<AnswersInput>>,
}

/// How a draft begins.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct StartDraftVars {
    /// How it begins.
    pub input: StartDraftInput,
}

/// Begins a draft.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "StartDraftVars")]
pub struct StartDraft {
    /// The new draft.
    #[arguments(input: $input)]
    pub start_draft: Draft,
}

/// What is to be saved.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveDraftInput {
    /// The draft.
    pub id: cynic::Id,
    /// The version that was shown.
    pub version: i32,
    /// All answers so far.
    pub answers: Vec<AnswersInput>,
    /// The questions just answered.
    pub fields: Vec<AnsweredInput>,
}

/// What is to be saved.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SaveDraftVars {
    /// What is to be saved.
    pub input: SaveDraftInput,
}

/// Saves a draft.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SaveDraftVars")]
pub struct SaveDraft {
    /// The draft as it is now.
    #[arguments(input: $input)]
    pub save_draft: Draft,
}

/// What is to be sent.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct SendDraftInput {
    /// The draft.
    pub id: cynic::Id,
    /// The version that was shown.
    pub version: i32,
    /// Whether the sender declared that it is right.
    pub declaration: bool,
}

/// What is to be sent.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SendDraftVars {
    /// What is to be sent.
    pub input: SendDraftInput,
}

/// Sends a draft.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SendDraftVars")]
pub struct SendDraft {
    /// The referral it became, the first time or before.
    #[arguments(input: $input)]
    pub send_draft: Became,
}

/// An unsent draft in the list of a school.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Draft")]
pub struct DraftLine {
    /// Its id.
    pub id: cynic::Id,
    /// What has been typed so far.
    pub answers: Vec<Answers>,
    /// Who began it.
    pub started_by: String,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A referral in the list of the school that sent it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub struct SentLine {
    /// What people call it.
    pub reference: String,
    /// The child's family name.
    pub family_name: Option<String>,
    /// The child's given names.
    pub given_names: Option<String>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Where it stands.
    pub state: ReferralState,
}

/// A page of what a school sent.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "ReferralConnection")]
pub struct SentPage {
    /// The referrals.
    pub nodes: Vec<SentLine>,
    /// Where this page lies.
    pub page_info: PageInfo,
}

/// Which page of what was sent.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SchoolHomeVars {
    /// In which order.
    pub sort: ReferralSort,
    /// After this cursor.
    pub after: Option<String>,
    /// Before this cursor.
    pub before: Option<String>,
}

/// What a school contact comes back to.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SchoolHomeVars")]
pub struct SchoolHome {
    /// Who is signed in.
    pub viewer: OwnViewer,
    /// What has not been sent yet.
    pub drafts: Vec<DraftLine>,
    /// What has been sent.
    #[arguments(sort: $sort, first: 25, after: $after, before: $before)]
    pub referrals: SentPage,
}

/// A referral as the school that sent it sees it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub struct Sent {
    /// What people call it.
    pub reference: String,
    /// Where it stands.
    pub state: ReferralState,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// Who sent it.
    pub sent_by: Option<String>,
    /// The child's family name.
    pub family_name: Option<String>,
    /// The child's given names.
    pub given_names: Option<String>,
    /// What was typed.
    pub answers: Option<Vec<Answers>>,
    /// Where it was sent on to.
    pub redirect_to: Option<RedirectTo>,
    /// Why it was sent on.
    pub reason: Option<String>,
}

/// Which referral.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SentVars {
    /// Its reference.
    pub reference: String,
}

/// One referral that the school sent; none if there is none for this person.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SentVars")]
pub struct SentByReference {
    /// The referral.
    #[arguments(reference: $reference)]
    pub referral: Option<Sent>,
}
