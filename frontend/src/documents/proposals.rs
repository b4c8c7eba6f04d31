//! Documents about what head teachers propose, and the contacts of their own school. Nothing here shows an answer.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::PageInfo;
use super::contacts::School;
use crate::schema;
use crate::vocabulary::{ContactKind, ContactState, ProposalKind, ProposalState};

/// A contact as the head teacher of the same school sees them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct OwnSchoolContact {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) job: String,
    pub(crate) kind: ContactKind,
    pub(crate) state: ContactState,
    pub(crate) confirmed_at: DateTime<Utc>,
    pub(crate) confirm_by: Option<NaiveDate>,
}

/// What a head teacher or an officer proposes.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ContactProposal {
    pub(crate) id: Id,
    pub(crate) version: i32,
    pub(crate) kind: ProposalKind,
    pub(crate) state: ProposalState,
    pub(crate) school: School,
    pub(crate) proposed_by: String,
    pub(crate) by_officer: bool,
    pub(crate) may_approve: bool,
    pub(crate) proposed_at: DateTime<Utc>,
    pub(crate) contact: Option<About>,
    pub(crate) name: Option<String>,
    pub(crate) job: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) note: Option<String>,
    pub(crate) reason: Option<String>,
}

/// Whom a proposal is about.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "OwnSchoolContact")]
pub(crate) struct About {
    pub(crate) id: Id,
    pub(crate) name: String,
}

/// The page of a head teacher.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub(crate) struct OwnContacts {
    pub(crate) own_school_contacts: Vec<OwnSchoolContact>,
    pub(crate) contact_proposals: ContactProposalConnection,
}

/// Some proposals, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ContactProposalConnection {
    pub(crate) nodes: Vec<ContactProposal>,
    pub(crate) page_info: PageInfo,
}

/// Which proposals to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ProposalsVariables {
    pub(crate) state: Option<ProposalState>,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of proposals.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ProposalsVariables")]
pub(crate) struct Proposals {
    #[arguments(state: $state, after: $after, before: $before)]
    pub(crate) contact_proposals: ContactProposalConnection,
}

/// Which proposal to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ProposalVariables {
    pub(crate) id: Id,
}

/// One proposal.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ProposalVariables")]
pub(crate) struct OneProposal {
    #[arguments(id: $id)]
    pub(crate) contact_proposal: Option<ContactProposal>,
}

/// The drafts that closed schools left behind.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub(crate) struct LeftDrafts {
    pub(crate) drafts_of_closed_schools: Vec<LeftDraft>,
}

/// A draft that a closed school left behind.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct LeftDraft {
    pub(crate) id: Id,
    pub(crate) school: School,
    pub(crate) started_by: String,
    pub(crate) updated_at: DateTime<Utc>,
}
