//! Reports that came too often to be taken at once, and what is decided of them.

use chrono::{DateTime, Utc};

use super::casework::Count;
use super::{Answers, PageInfo};
use crate::schema;

/// Where the list is looked at.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct HeldReportsVars {
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// What waits.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "HeldReportsVars")]
pub(crate) struct HeldReports {
    #[arguments(first: 25, after: $after, before: $before)]
    pub(crate) held_reports: HeldReportPage,
}

/// A page of held reports.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "HeldReportConnection")]
pub(crate) struct HeldReportPage {
    pub(crate) nodes: Vec<HeldReportRow>,
    pub(crate) page_info: PageInfo,
    pub(crate) count: Count,
}

/// A held report in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "HeldReport")]
pub(crate) struct HeldReportRow {
    pub(crate) reference: String,
    pub(crate) received_at: DateTime<Utc>,
}

/// Which report is looked at.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct OneHeldReportVars {
    pub(crate) reference: String,
}

/// One report.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneHeldReportVars")]
pub(crate) struct OneHeldReport {
    #[arguments(reference: $reference)]
    pub(crate) held_report: Option<HeldReport>,
}

/// A report that is or was held.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct HeldReport {
    pub(crate) reference: String,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) settled_at: Option<DateTime<Utc>>,
    pub(crate) taken_in: bool,
    pub(crate) answers: Vec<Answers>,
}
