//! Documents about what head teachers propose, and the contacts of their own school. Nothing here shows an answer.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::PageInfo;
use super::contacts::School;
use crate::schema;
use crate::vocabulary::{ContactKind, ContactState, ProposalKind, ProposalState};

/// A contact as the head teacher of the same school sees them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct OwnSchoolContact {
    /// What names it in addresses.
    pub id: Id,
    /// Who it is.
    pub name: String,
    /// What they do at the school.
    pub job: String,
    /// What they are at the school.
    pub kind: ContactKind,
    /// Whether they may sign in.
    pub state: ContactState,
    /// When somebody last vouched for them.
    pub confirmed_at: DateTime<Utc>,
    /// The day by which they must confirm, if they were asked.
    pub confirm_by: Option<NaiveDate>,
}

/// What a head teacher or an officer proposes.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ContactProposal {
    /// What names it in addresses.
    pub id: Id,
    /// How often it has changed.
    pub version: i32,
    /// What kind of change it is.
    pub kind: ProposalKind,
    /// Where it stands.
    pub state: ProposalState,
    /// For which school.
    pub school: School,
    /// The name of the head teacher or of the officer.
    pub proposed_by: String,
    /// Whether an officer proposes it.
    pub by_officer: bool,
    /// Whether this person may approve it.
    pub may_approve: bool,
    /// When it was made.
    pub proposed_at: DateTime<Utc>,
    /// Whom it is about.
    pub contact: Option<About>,
    /// Whose address is to be approved.
    pub name: Option<String>,
    /// What they do.
    pub job: Option<String>,
    /// The new address.
    pub email: Option<String>,
    /// What whoever proposes it says of it.
    pub note: Option<String>,
    /// Why it was declined.
    pub reason: Option<String>,
}

/// Whom a proposal is about.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "OwnSchoolContact")]
pub struct About {
    /// What names it in addresses.
    pub id: Id,
    /// Who it is.
    pub name: String,
}

/// The page of a head teacher.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct OwnContacts {
    /// The contacts of the school.
    pub own_school_contacts: Vec<OwnSchoolContact>,
    /// What was proposed lately.
    pub contact_proposals: ContactProposalConnection,
}

/// Some proposals, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ContactProposalConnection {
    /// The proposals.
    pub nodes: Vec<ContactProposal>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

/// Which proposals to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ProposalsVariables {
    /// Only those in this state.
    pub state: Option<ProposalState>,
    /// The cursor to go on from.
    pub after: Option<String>,
    /// The cursor to go back from.
    pub before: Option<String>,
}

/// A page of proposals.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ProposalsVariables")]
pub struct Proposals {
    /// The page.
    #[arguments(state: $state, after: $after, before: $before)]
    pub contact_proposals: ContactProposalConnection,
}

/// Which proposal to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ProposalVariables {
    /// Its id.
    pub id: Id,
}

/// One proposal.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ProposalVariables")]
pub struct OneProposal {
    /// The proposal; nothing if there is none for this person.
    #[arguments(id: $id)]
    pub contact_proposal: Option<ContactProposal>,
}

/// A change to propose.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ProposeContactChangeInput {
    /// What kind of change it is.
    pub kind: Option<ProposalKind>,
    /// Whom it is about.
    pub contact: Option<Id>,
    /// Whose address is to be approved.
    pub name: String,
    /// What they do.
    pub job: String,
    /// The new address.
    pub email: String,
    /// What the head teacher says of it.
    pub note: String,
}

/// The variables of [`Propose`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ProposeVariables {
    /// What to propose.
    pub input: ProposeContactChangeInput,
}

/// Proposes a change.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ProposeVariables")]
pub struct Propose {
    /// The proposal.
    #[arguments(input: $input)]
    pub propose_contact_change: Proposed,
}

/// The proposal that was made or decided.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "ContactProposal")]
pub struct Proposed {
    /// What names it in addresses.
    pub id: Id,
}

/// A proposal to approve.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ApproveProposalInput {
    /// Which.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
    /// What a new contact is at the school.
    pub kind: Option<ContactKind>,
}

/// The variables of [`ApproveProposal`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ApproveProposalVariables {
    /// What to approve.
    pub input: ApproveProposalInput,
}

/// Approves a proposal and does what it proposes.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ApproveProposalVariables")]
pub struct ApproveProposal {
    /// The proposal.
    #[arguments(input: $input)]
    pub approve_proposal: Proposed,
}

/// A proposal to decline.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeclineProposalInput {
    /// Which.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
    /// Why.
    pub reason: String,
}

/// The variables of [`DeclineProposal`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeclineProposalVariables {
    /// What to decline.
    pub input: DeclineProposalInput,
}

/// Declines a proposal.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeclineProposalVariables")]
pub struct DeclineProposal {
    /// The proposal.
    #[arguments(input: $input)]
    pub decline_proposal: Proposed,
}

/// The drafts that closed schools left behind.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct LeftDrafts {
    /// The drafts.
    pub drafts_of_closed_schools: Vec<LeftDraft>,
}

/// A draft that a closed school left behind.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct LeftDraft {
    /// Its id.
    pub id: Id,
    /// The school.
    pub school: School,
    /// Who began it.
    pub started_by: String,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
}
