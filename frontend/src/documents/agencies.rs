//! Partner agencies, their agreements, clients and tokens, as administrators read them.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::PageInfo;
use crate::schema;
use crate::vocabulary::{LawfulBasis, Scope, SharedField};

/// Which page of agencies to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ListVariables {
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of agencies.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ListVariables")]
pub(crate) struct List {
    #[arguments(after: $after, before: $before)]
    pub(crate) agencies: AgencyConnection,
}

/// Some agencies, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct AgencyConnection {
    pub(crate) nodes: Vec<Row>,
    pub(crate) page_info: PageInfo,
}

/// An agency in the list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Agency")]
pub(crate) struct Row {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) clients: Vec<RowClient>,
}

/// How a program stands.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Client")]
pub(crate) struct RowClient {
    pub(crate) paused_at: Option<DateTime<Utc>>,
    pub(crate) disabled_at: Option<DateTime<Utc>>,
}

/// Which agency to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct OneVariables {
    pub(crate) id: Id,
}

/// One agency, whole.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneVariables")]
pub(crate) struct One {
    #[arguments(id: $id)]
    pub(crate) agency: Option<Agency>,
}

/// An agency.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Agency {
    pub(crate) id: Id,
    pub(crate) version: i32,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) agreements: Vec<Agreement>,
    pub(crate) clients: Vec<Client>,
}

/// An agreement.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Agreement {
    pub(crate) id: Id,
    pub(crate) purpose: String,
    pub(crate) lawful_basis: LawfulBasis,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) fields: Vec<SharedField>,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: NaiveDate,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) in_force: bool,
}

/// A program.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: Id,
    pub(crate) agreement: Id,
    pub(crate) name: String,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) fields: Vec<SharedField>,
    pub(crate) per_minute: i32,
    pub(crate) per_day: i32,
    pub(crate) networks: Vec<String>,
    pub(crate) paused_at: Option<DateTime<Utc>>,
    pub(crate) pause_reason: Option<String>,
    pub(crate) disabled_at: Option<DateTime<Utc>>,
    pub(crate) tokens: Vec<Token>,
}

/// A token, but never the token itself.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Token {
    pub(crate) id: Id,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) expires_on: NaiveDate,
    pub(crate) ends_at: Option<DateTime<Utc>>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
    pub(crate) last_used_on: Option<NaiveDate>,
    pub(crate) live: bool,
}
