//! Reports that came too often to be taken at once, and what is decided of them.

use chrono::{DateTime, Utc};

use super::casework::Count;
use super::{Answers, PageInfo};
use crate::schema;

/// Where the list is looked at.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct HeldReportsVars {
    /// Those after this cursor.
    pub after: Option<String>,
    /// Those before this cursor.
    pub before: Option<String>,
}

/// What waits.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "HeldReportsVars")]
pub struct HeldReports {
    /// The reports.
    #[arguments(first: 25, after: $after, before: $before)]
    pub held_reports: HeldReportPage,
}

/// A page of held reports.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "HeldReportConnection")]
pub struct HeldReportPage {
    /// The reports, the one that waits longest first.
    pub nodes: Vec<HeldReportRow>,
    /// Where the page lies.
    pub page_info: PageInfo,
    /// How many there are in all.
    pub count: Count,
}

/// A held report in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "HeldReport")]
pub struct HeldReportRow {
    /// What it is called.
    pub reference: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// Which report is looked at.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct OneHeldReportVars {
    /// What it is called.
    pub reference: String,
}

/// One report.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneHeldReportVars")]
pub struct OneHeldReport {
    /// It; none that the viewer may see.
    #[arguments(reference: $reference)]
    pub held_report: Option<HeldReport>,
}

/// A report that is or was held.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `HeldReport` in schema.graphql")]
pub struct HeldReport {
    pub reference: String,
    pub received_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
    pub taken_in: bool,
    pub answers: Vec<Answers>,
}

/// Which report is taken in.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct TakeInHeldReportInput {
    /// What it is called.
    pub reference: String,
}

/// Which report is taken in.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct TakeInVars {
    /// It.
    pub input: TakeInHeldReportInput,
}

/// Makes a report a referral.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "TakeInVars")]
pub struct TakeIn {
    /// The referral.
    #[arguments(input: $input)]
    pub take_in_held_report: TakenIn,
}

/// The referral that a report became.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub struct TakenIn {
    /// What it is called.
    pub reference: String,
}

/// Which report is put aside, and why.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct PutAsideHeldReportInput {
    /// What it is called.
    pub reference: String,
    /// Why.
    pub reason: String,
}

/// Which report is put aside.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct PutAsideVars {
    /// It.
    pub input: PutAsideHeldReportInput,
}

/// Puts a report aside.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "PutAsideVars")]
pub struct PutAside {
    /// The report.
    #[arguments(input: $input)]
    pub put_aside_held_report: HeldReportRow,
}
