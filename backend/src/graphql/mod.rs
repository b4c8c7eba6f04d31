//! The API: one schema for pages, officers, analysts and partner agencies, so that a right is decided in one place.
//! One file per noun; each has its types, its queries and its mutations.
//!
//! What must not live here: rules (`domain`), SQL (`store`), writes (`service`). No GraphQL interfaces, because guards
//! are skipped through them. No cookie is set here.

mod absence;
mod access_note;
mod agency;
pub mod audience;
mod break_glass;
mod case;
mod child;
mod clock;
mod contact;
mod described;
mod draft;
mod errors;
mod escalation;
mod event;
pub mod extract;
mod family;
mod fit;
mod guarded;
mod held_report;
mod input;
pub mod limits;
mod loaders;
mod mail;
mod meter;
mod ordered;
mod page;
mod proposal;
mod referral;
mod refusals;
mod roll;
mod school;
mod staff;
mod statistics;
mod timeline;
mod viewer;

use async_graphql::{EmptySubscription, MergedObject, Request, Response, SDLExportOptions, SchemaBuilder, Value};
use chrono::{DateTime, Utc};
use entity::vocabulary::AccessAction;

use self::described::Described;
use crate::context::OpContext;
use crate::domain::viewer::Viewer;
use crate::service;

/// Everything that can be asked. A list is asked for a page at a time, at most 100 rows. What the viewer is not cleared
/// for is null, with one `FORBIDDEN` error at its path, and the rest of the answer stands.
#[derive(MergedObject, Default)]
#[graphql(name = "Query")]
pub struct Query(
    viewer::ViewerQuery,
    case::CaseQuery,
    roll::RollQuery,
    statistics::StatisticsQuery,
    child::ChildQuery,
    clock::ClockQuery,
    escalation::EscalationQuery,
    referral::ReferralQuery,
    draft::DraftQuery,
    held_report::HeldReportQuery,
    mail::MailQuery,
    school::SchoolQuery,
    contact::ContactQuery,
    proposal::ProposalQuery,
    staff::StaffQuery,
    break_glass::RestrictedQuery,
    access_note::AccessNoteQuery,
    event::EventQuery,
    agency::AgencyQuery,
);

/// Every change. Each leaves one event; one request holds one. What only adds to a case is added again when it is sent
/// again, unless both carry the same `Idempotency-Key`. Whoever is not signed in is refused everything but `sendReport`
/// and `acknowledgeByLink` with `UNAUTHENTICATED`, and otherwise each says how it may be refused: `FORBIDDEN`, the viewer may see the thing but not do
/// this to it; `NOT_FOUND`, there is no such thing or the viewer may not see it; `INVALID`, with a fault for each field
/// that is wrong; `CONFLICT`, somebody else changed it meanwhile, or it is in no state for this. Any may be refused with
/// `THROTTLED`, `UNAVAILABLE` or `INTERNAL`.
#[derive(MergedObject, Default)]
#[graphql(name = "Mutation")]
pub struct Mutation(
    draft::DraftMutation,
    referral::ReferralMutation,
    held_report::HeldReportMutation,
    mail::MailMutation,
    case::CaseMutation,
    escalation::EscalationMutation,
    roll::RollMutation,
    contact::ContactMutation,
    staff::StaffMutation,
    break_glass::RestrictedMutation,
    agency::AgencyMutation,
    proposal::ProposalMutation,
);

/// The type of the schema.
pub type Schema = async_graphql::Schema<Described<Query>, Described<Mutation>, EmptySubscription>;

/// The depth and cost that the library allows; `limits` refuses most requests before it is asked.
const DEPTH: usize = 16;
const COMPLEXITY: usize = 6_000;
const RECURSION: usize = 24;
const DIRECTIVES: usize = 5;

fn builder() -> SchemaBuilder<Described<Query>, Described<Mutation>, EmptySubscription> {
    async_graphql::Schema::build(Described::default(), Described::default(), EmptySubscription)
        .register_output_type::<entity::vocabulary::Answer>()
        .register_output_type::<entity::vocabulary::NoVisitReason>()
        .register_output_type::<entity::vocabulary::SchoolEnquiryKind>()
        .override_output_type_description::<DateTime<Utc>>(
            "A moment, as RFC 3339 has it, in UTC: `2026-11-18T10:00:00+00:00`.",
        )
}

/// The schema, with the limits of the library.
pub fn schema() -> Schema {
    builder()
        .limit_depth(DEPTH)
        .limit_complexity(COMPLEXITY)
        .limit_recursive_depth(RECURSION)
        .limit_directives(DIRECTIVES)
        .disable_suggestions()
        .extension(meter::Metered)
        .finish()
}

/// The whole schema as text, as it is published and as the frontend's copy has it.
pub fn sdl() -> String {
    let sdl = builder()
        .finish()
        .sdl_with_options(SDLExportOptions::new().prefer_single_line_descriptions().include_specified_by());
    format!("{}\n", sdl.trim_end())
}

/// Answers one request as `op`: runs it, turns errors into words that are safe to show, and notes what was shown and
/// refused. If that cannot be noted, nothing is shown.
pub async fn answer(schema: &Schema, op: &OpContext, mut request: Request) -> Response {
    if matches!(op.viewer, Viewer::Partner(_)) {
        let names = schema.names();
        let known = |field: &str| names.iter().any(|name| name == field);
        let asked = request.parsed_query().map(|document| meter::root_fields(document, known)).unwrap_or_default();
        op.saw(AccessAction::Call, asked, None);
    }
    let (operation, variables) = (request.operation_name.clone(), request.variables.clone());
    let question = request.parsed_query().ok().map(|document| (document.clone(), variables));
    let asked =
        question.as_ref().map(|(document, variables)| refusals::Asked::of(document, operation.as_deref(), variables));
    let introspects = asked.as_ref().and_then(refusals::Asked::introspects);
    let mut response = if let Some(field) = introspects.filter(|_| !matches!(op.viewer, Viewer::Staff(_))) {
        errors::introspection(op, field)
    } else {
        let request = request.data(op.clone()).data(loaders::of(op));
        schema.execute(request).await
    };
    if let Some((document, _)) = &question {
        ordered::put_in_order(&mut response.data, document, operation.as_deref());
    }
    errors::speak(&mut response, op, &question);
    if let Some(asked) = asked.filter(|_| op.viewer != Viewer::Anonymous) {
        asked.note(op, &response);
    }
    if let Err(error) = service::access_note::note(op).await {
        tracing::error!(request.id = %op.request_id, error = %errors::chain(&error), "An access could not be noted");
        return errors::failed(&error);
    }
    response
}

/// Whether an answer has an error after which the same request may succeed in a moment.
pub(crate) fn is_unavailable(answer: &Response) -> bool {
    errors::is_unavailable(answer)
}

/// When a throttled request may be sent again; `None` if the answer was not throttled.
pub(crate) fn throttled_until(answer: &Response) -> Option<DateTime<Utc>> {
    answer.errors.iter().find_map(|error| match error.extensions.as_ref()?.get("retryAt")? {
        Value::String(until) => until.parse().ok(),
        _ => None,
    })
}

/// The answer to a page whose request was refused before it reached the schema, most likely because too much was typed.
pub(crate) fn refused(refusal: limits::Refusal) -> Response {
    match refusal {
        limits::Refusal::VariablesTooLarge => {
            errors::fault("", "There is more text here than can be saved: shorten it")
        }
        refusal => {
            tracing::error!(%refusal, "A document of our own pages is refused");
            errors::internal()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// A list that has no price costs as much as one row, however many it holds, and then so does what is nested in it.
    #[test]
    fn every_list_of_things_has_a_price() {
        let (mut lists, mut free) = (0, Vec::new());
        let mut paths = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/graphql")];
        while let Some(file) = paths.pop() {
            if file.is_dir() {
                paths.extend(fs::read_dir(file).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let text = fs::read_to_string(&file).unwrap();
            for resolver in text.split("\n    async fn ").skip(1) {
                let head = resolver.split(" {\n").next().unwrap_or_default();
                let Some((_, answer)) = head.split_once("->") else { continue };
                // The rows of a connection are paid for where the connection is asked for; words cost nothing.
                let words = [
                    "Vec<String>",
                    "Vec<&str>",
                    "ValidationResult",
                    "Vec<StaffRole>",
                    "Vec<Scope>",
                    "Vec<SharedField>",
                    "Vec<RiskReason>",
                ];
                let is_list = answer.contains("Vec<") || answer.contains("Connection");
                if !is_list || head.starts_with("nodes(") || words.iter().any(|words| answer.contains(words)) {
                    continue;
                }
                lists += 1;
                let before = text.split(&format!("\n    async fn {head}")).next().unwrap_or_default();
                let above = before.rsplit("\n\n").next().unwrap_or_default();
                if !above.contains("complexity") {
                    free.push(format!("{}: {head}", file.display()));
                }
            }
        }
        assert!(free.is_empty(), "{}", free.join("\n"));
        assert!(lists > 20, "the resolvers were not found: {lists}");
    }
}
