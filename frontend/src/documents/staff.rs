//! Documents about the accounts of staff. Nothing here shows an answer.

use chrono::{DateTime, Utc};
use cynic::Id;

use super::PageInfo;
use super::inputs::StaffFilter;
use crate::schema;
use crate::vocabulary::{StaffRole, StaffState};

/// Which accounts to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ListVariables {
    pub(crate) filter: StaffFilter,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of accounts.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ListVariables")]
pub(crate) struct List {
    #[arguments(filter: $filter, after: $after, before: $before)]
    pub(crate) staff: StaffConnection,
}

/// Some accounts, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct StaffConnection {
    pub(crate) nodes: Vec<Row>,
    pub(crate) page_info: PageInfo,
}

/// An account in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "StaffAccount")]
pub(crate) struct Row {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) roles: Vec<StaffRole>,
    pub(crate) state: StaffState,
    pub(crate) last_sign_in_at: Option<DateTime<Utc>>,
    pub(crate) second_factor: bool,
}

/// Which account to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct OneVariables {
    pub(crate) id: Id,
}

/// One account.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneVariables")]
pub(crate) struct One {
    #[arguments(id: $id)]
    pub(crate) staff_member: Option<StaffAccount>,
}

/// All that is known of an account.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct StaffAccount {
    pub(crate) id: Id,
    pub(crate) version: i32,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<StaffRole>,
    pub(crate) state: StaffState,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) last_sign_in_at: Option<DateTime<Utc>>,
    pub(crate) second_factor: bool,
    pub(crate) open_cases: i32,
    pub(crate) heirs: Vec<Heir>,
}

/// A manager who can take cases over.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "StaffMember")]
pub(crate) struct Heir {
    pub(crate) id: Id,
    pub(crate) name: String,
}
