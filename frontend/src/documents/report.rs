//! What anybody may tell the authority.

use chrono::{DateTime, Utc};

use super::AnswersInput;
use super::drafts::FieldFault;
use crate::schema;

/// What was typed so far.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ReportFaultsVars {
    /// It.
    pub answers: Vec<AnswersInput>,
}

/// Everything that is wrong with or lacking from a report so far.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ReportFaultsVars")]
pub struct ReportFaults {
    /// By field.
    #[arguments(answers: $answers)]
    pub report_faults: Vec<FieldFault>,
}

/// A report.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct SendReportInput {
    /// Made once per form; the same key never makes a second report.
    pub key: String,
    /// What was typed.
    pub answers: Vec<AnswersInput>,
}

/// A report.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SendReportVars {
    /// The report.
    pub input: SendReportInput,
}

/// What the sender is told.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct Receipt {
    /// What the report is called.
    pub reference: String,
    /// Where too many came to take this one at once: until when it is so.
    pub held_until: Option<DateTime<Utc>>,
}

/// Sends a report.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SendReportVars")]
pub struct SendReport {
    /// What the sender is told.
    #[arguments(input: $input)]
    pub send_report: Receipt,
}
