//! Restricted cases as those meet them who may find but not read one, and what managers review.

use chrono::{DateTime, Utc};
use cynic::Id;

use super::PageInfo;
use super::audit::AccessNote;
use super::casework::Officer;
use crate::schema;

/// A case that may be found but not read.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RestrictedCase {
    /// Its reference.
    pub reference: String,
    /// Whom to ask.
    pub officer: Option<Officer>,
}

/// Which case is looked for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct FindVars {
    /// Its reference.
    pub reference: String,
}

/// One restricted case by its reference.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FindVars")]
pub struct Find {
    /// The case; none that the viewer may find but not read.
    #[arguments(reference: $reference)]
    pub restricted_case: Option<RestrictedCase>,
}

/// Which readings are listed.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ReviewsVars {
    /// Those that were reviewed, or those that await it.
    pub reviewed: bool,
    /// Those after this cursor.
    pub after: Option<String>,
    /// Those before this cursor.
    pub before: Option<String>,
}

/// Readings of restricted cases by people who are not named to them.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ReviewsVars")]
pub struct Reviews {
    /// The readings, newest first.
    #[arguments(reviewed: $reviewed, first: 25, after: $after, before: $before)]
    pub broken_glass: ReviewPage,
}

/// A page of readings.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "BrokenGlassConnection")]
pub struct ReviewPage {
    /// The readings.
    pub nodes: Vec<Reading>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

/// One reading.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "BrokenGlass")]
#[expect(missing_docs, reason = "the fields are those of `BrokenGlass` in schema.graphql")]
pub struct Reading {
    pub id: Id,
    pub case: Option<String>,
    pub staff: Option<Officer>,
    pub own: bool,
    pub reason: String,
    pub began_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub reviewed_at: Option<DateTime<Utc>>,
    pub reviewed_by: Option<Officer>,
    pub finding: Option<String>,
    pub notes: Vec<AccessNote>,
}

/// That a change was made to a case.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub struct Opened {
    /// Its reference.
    pub reference: String,
}

/// That a change was made to a reading.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "BrokenGlass")]
pub struct Settled {
    /// Its id.
    pub id: Id,
}

/// Begins to read a restricted case for an hour.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `BreakGlassInput` in schema.graphql")]
pub struct BreakGlassInput {
    pub case: String,
    pub reason: String,
}

/// What `breakGlass` takes.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct BreakGlassVars {
    /// The input.
    pub input: BreakGlassInput,
}

/// Begins to read a restricted case for an hour.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "BreakGlassVars")]
pub struct BreakGlass {
    /// What became of it.
    #[arguments(input: $input)]
    pub break_glass: Opened,
}

/// Ends that before the hour is up.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `MendGlassInput` in schema.graphql")]
pub struct MendGlassInput {
    pub id: Id,
}

/// What `mendGlass` takes.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct MendGlassVars {
    /// The input.
    pub input: MendGlassInput,
}

/// Ends that before the hour is up.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "MendGlassVars")]
pub struct MendGlass {
    /// What became of it.
    #[arguments(input: $input)]
    pub mend_glass: Settled,
}

/// Records what a manager made of it.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `ReviewGlassInput` in schema.graphql")]
pub struct ReviewGlassInput {
    pub id: Id,
    pub finding: String,
}

/// What `reviewGlass` takes.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ReviewGlassVars {
    /// The input.
    pub input: ReviewGlassInput,
}

/// Records what a manager made of it.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ReviewGlassVars")]
pub struct ReviewGlass {
    /// What became of it.
    #[arguments(input: $input)]
    pub review_glass: Settled,
}
