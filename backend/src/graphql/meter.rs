//! Charges the cost of a request before it runs, whether or not it then succeeds. What must not live here: the budgets
//! (`auth::client`).

use std::sync::Arc;

use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection};
use async_graphql::{ServerError, ValidationResult};

use super::COMPLEXITY;
use crate::auth::client;
use crate::context::OpContext;
use crate::error::Error;

/// Makes a [`Charge`] for each request.
pub(super) struct Metered;

impl ExtensionFactory for Metered {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Charge)
    }
}

/// Charges one request.
struct Charge;

#[async_trait::async_trait]
impl Extension for Charge {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let valid = next.run(ctx).await?;
        // A request over the largest cost is refused by the library right after this, and is not charged.
        if valid.complexity <= COMPLEXITY
            && let Some(op) = ctx.data_opt::<OpContext>()
        {
            let points = i32::try_from(valid.complexity.max(1)).unwrap_or(i32::MAX);
            client::charge(op, points).await.map_err(|error| vec![ours(error)])?;
        }
        Ok(valid)
    }
}

/// An error of the service in the form in which the library passes it on.
fn ours(error: Error) -> ServerError {
    let mut told = ServerError::new(error.to_string(), None);
    told.source = Some(Arc::new(error));
    told
}

/// The root fields of a document, separated by commas, each once. Only those that `known` accepts, so that nothing
/// typed can enter an access note.
pub(super) fn root_fields(document: &ExecutableDocument, known: impl Fn(&str) -> bool) -> String {
    let mut waiting = Vec::new();
    match &document.operations {
        DocumentOperations::Single(operation) => waiting.push(&operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => {
            waiting.extend(operations.values().map(|operation| &operation.node.selection_set.node));
        }
    }
    let mut fields: Vec<&str> = Vec::new();
    // This ends, because fragments that use themselves were refused before.
    while let Some(set) = waiting.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => fields.push(field.node.name.node.as_str()),
                Selection::FragmentSpread(spread) => {
                    let fragment = document.fragments.get(&spread.node.fragment_name.node);
                    waiting.extend(fragment.map(|fragment| &fragment.node.selection_set.node));
                }
                Selection::InlineFragment(fragment) => waiting.push(&fragment.node.selection_set.node),
            }
        }
    }
    fields.retain(|field| known(field));
    fields.sort_unstable();
    fields.dedup();
    fields.join(",")
}
