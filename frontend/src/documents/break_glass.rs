//! Restricted cases as those meet them who may find but not read one, and what managers review.

use chrono::{DateTime, Utc};
use cynic::Id;

use super::PageInfo;
use super::audit::AccessNote;
use super::casework::Officer;
use crate::schema;

/// A case that may be found but not read.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct RestrictedCase {
    pub(crate) reference: String,
    pub(crate) officer: Option<Officer>,
}

/// Which case is looked for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct FindVars {
    pub(crate) reference: String,
}

/// One restricted case by its reference.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FindVars")]
pub(crate) struct Find {
    #[arguments(reference: $reference)]
    pub(crate) restricted_case: Option<RestrictedCase>,
}

/// Which readings are listed.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ReviewsVars {
    pub(crate) reviewed: bool,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// Readings of restricted cases by people who are not named to them.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ReviewsVars")]
pub(crate) struct Reviews {
    #[arguments(reviewed: $reviewed, first: 25, after: $after, before: $before)]
    pub(crate) broken_glass: ReviewPage,
}

/// A page of readings.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "BrokenGlassConnection")]
pub(crate) struct ReviewPage {
    pub(crate) nodes: Vec<Reading>,
    pub(crate) page_info: PageInfo,
}

/// One reading.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "BrokenGlass")]
pub(crate) struct Reading {
    pub(crate) id: Id,
    pub(crate) case: Option<String>,
    pub(crate) staff: Option<Officer>,
    pub(crate) own: bool,
    pub(crate) reason: String,
    pub(crate) began_at: DateTime<Utc>,
    pub(crate) ends_at: DateTime<Utc>,
    pub(crate) reviewed_by: Option<Officer>,
    pub(crate) finding: Option<String>,
    pub(crate) notes: Vec<AccessNote>,
}
