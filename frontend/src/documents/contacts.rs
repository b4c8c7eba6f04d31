//! Documents about approved school contacts, what they sent, and the schools they act for. Nothing here shows an
//! answer.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::PageInfo;
use super::inputs::{ReferralFilter, SchoolContactFilter};
use crate::schema;
use crate::vocabulary::{ContactKind, ContactState, ReferralState, SchoolStatus};

/// Which contacts to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ListVariables {
    pub(crate) filter: SchoolContactFilter,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of contacts.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ListVariables")]
pub(crate) struct List {
    #[arguments(filter: $filter, after: $after, before: $before)]
    pub(crate) school_contacts: SchoolContactConnection,
}

/// Some contacts, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct SchoolContactConnection {
    pub(crate) nodes: Vec<Row>,
    pub(crate) page_info: PageInfo,
}

/// A contact in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "SchoolContact")]
pub(crate) struct Row {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) job: String,
    pub(crate) kind: ContactKind,
    pub(crate) state: ContactState,
    pub(crate) confirm_by: Option<NaiveDate>,
    pub(crate) school: School,
}

/// Which contact to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct OneVariables {
    pub(crate) id: Id,
}

/// One contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneVariables")]
pub(crate) struct One {
    #[arguments(id: $id)]
    pub(crate) school_contact: Option<SchoolContact>,
}

/// All that is known of a contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct SchoolContact {
    pub(crate) id: Id,
    pub(crate) version: i32,
    pub(crate) name: String,
    pub(crate) job: String,
    pub(crate) email: String,
    pub(crate) kind: ContactKind,
    pub(crate) state: ContactState,
    pub(crate) confirmed_at: Option<DateTime<Utc>>,
    pub(crate) confirm_by: Option<NaiveDate>,
    pub(crate) reason: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) may_decide_alone: bool,
    pub(crate) school: School,
}

/// Whose referrals to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct SentVariables {
    pub(crate) filter: ReferralFilter,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of what a contact has sent, newest first.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SentVariables")]
pub(crate) struct Sent {
    #[arguments(filter: $filter, sort: NEWEST, after: $after, before: $before)]
    pub(crate) referrals: ReferralConnection,
}

/// The newest of what a contact has sent, for those who manage contacts but do not read referrals.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneVariables")]
pub(crate) struct Newest {
    #[arguments(id: $id)]
    pub(crate) school_contact: Option<Sender>,
}

/// A contact, as the sender of referrals.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "SchoolContact")]
pub(crate) struct Sender {
    #[arguments(first: 25)]
    pub(crate) referrals: Vec<SentReferral>,
}

/// Some referrals, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ReferralConnection {
    pub(crate) nodes: Vec<SentReferral>,
    pub(crate) page_info: PageInfo,
}

/// A referral that a contact sent.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct SentReferral {
    pub(crate) reference: String,
    pub(crate) state: ReferralState,
    pub(crate) received_at: DateTime<Utc>,
}

/// Which schools to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct SchoolsVariables {
    pub(crate) search: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of schools.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SchoolsVariables")]
pub(crate) struct Schools {
    #[arguments(search: $search, after: $after, before: $before)]
    pub(crate) schools: SchoolConnection,
}

/// Some schools, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct SchoolConnection {
    pub(crate) nodes: Vec<School>,
    pub(crate) page_info: PageInfo,
}

/// Which school to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct SchoolVariables {
    pub(crate) urn: String,
}

/// One school.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SchoolVariables")]
pub(crate) struct OneSchool {
    #[arguments(urn: $urn)]
    pub(crate) school: Option<School>,
}

/// A school.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct School {
    pub(crate) urn: String,
    pub(crate) name: String,
    pub(crate) status: SchoolStatus,
    pub(crate) address: String,
    pub(crate) postcode: Option<String>,
}

/// The signed-in contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Viewer")]
pub(crate) struct OwnViewer {
    pub(crate) approval: Option<OwnApproval>,
}

/// What the signed-in contact acts under.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "OwnSchoolContact")]
pub(crate) struct OwnApproval {
    pub(crate) id: Id,
    pub(crate) kind: ContactKind,
    pub(crate) confirm_by: Option<NaiveDate>,
}
