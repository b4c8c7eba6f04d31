//! What anybody may tell the authority.

use super::drafts::FieldFault;
use super::inputs::AnswersInput;
use crate::schema;

/// What was typed so far.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ReportFaultsVars {
    pub(crate) answers: Vec<AnswersInput>,
}

/// Everything that is wrong with or lacking from a report so far.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ReportFaultsVars")]
pub(crate) struct ReportFaults {
    #[arguments(answers: $answers)]
    pub(crate) report_faults: Vec<FieldFault>,
}
