//! An example request for each scope. It works as it stands once the token and the words in capitals are replaced.

use crate::prelude::*;
use crate::vocabulary::Scope;

/// The example for this scope, as a command for a terminal.
pub(super) fn of(address: &str, scope: Scope) -> AnyView {
    let command = command(address, scope);
    view! {
        {h3(scope.label())}
        <pre class="app-code" tabindex="0"><code>{command}</code></pre>
    }
    .into_any()
}

fn command(address: &str, scope: Scope) -> String {
    let body = body(scope);
    format!(
        "curl -X POST {address}/graphql \\\n  -H 'Authorization: Bearer YOUR-TOKEN' \\\n  -H 'Content-Type: \
         application/json' \\\n  -d '{body}'"
    )
}

/// The body of the example: query and variables as JSON.
pub(super) fn body(scope: Scope) -> String {
    let (query, variables) = question(scope);
    serde_json::json!({ "query": query, "variables": variables }).to_string()
}

fn question(scope: Scope) -> (&'static str, serde_json::Value) {
    use serde_json::json;
    match scope {
        Scope::ReferralCreate => (
            "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }",
            json!({ "input": { "key": "YOUR-OWN-KEY-FOR-THIS-REPORT", "answers": [
                { "field": "danger", "values": ["NO"] },
                { "field": "harm", "values": ["NO"] },
                { "field": "familyName", "values": ["FAMILY-NAME"] },
                { "field": "givenNames", "values": ["GIVEN-NAMES"] },
                { "field": "concern", "values": ["WHAT-YOU-KNOW"] },
            ] } }),
        ),
        Scope::ChildLookup => (
            "query($input: ChildLookupInput!) { childLookup(input: $input) { matched cases { reference state } } }",
            json!({ "input": {
                "familyName": "FAMILY-NAME", "givenNames": "GIVEN-NAMES", "dateOfBirth": "2015-01-31",
                "purpose": "WHY-YOU-ASK", "reference": "YOUR-REFERENCE",
            } }),
        ),
        Scope::CaseSharedRead => {
            ("{ cases(first: 10) { nodes { reference state enquiries { id note dueOn answeredOn } } } }", json!({}))
        }
        Scope::EnquiryAnswer => (
            "mutation($input: AnswerEnquiryInput!) { answerEnquiry(input: $input) { reference } }",
            json!({ "input": {
                "case": "REFERENCE", "enquiry": "ID-OF-THE-ENQUIRY", "answeredOn": "2026-11-30",
                "finding": "NOTHING_FOUND", "answer": "WHAT-YOU-FOUND",
            } }),
        ),
        Scope::EscalationAnswer => (
            "mutation($input: AnswerEscalationInput!) { answerEscalation(input: $input) { id decision } }",
            json!({ "input": {
                "escalation": "ID-OF-THE-FLAG", "decision": "NO_FURTHER_ACTION",
                "mashReference": "YOUR-REFERENCE", "answer": "WHAT-YOU-DECIDED",
            } }),
        ),
        Scope::StatisticsRead => ("{ caseStatistics(by: STATE) { label count { display asOf } } }", json!({})),
    }
}
