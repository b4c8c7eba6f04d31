//! What asks for a change: a function for each mutation, as `build/changes.rs` writes it from `schema.graphql`. Nothing
//! is written here by hand but how all of them are asked for; what they answer is in `changed`.

use cynic::{MutationBuilder as _, Operation};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{changed, inputs};
use crate::api::{Api, Refusal};
use crate::schema;

/// What asking for a change comes to.
pub(crate) type Asked<T> = BoxFuture<'static, Result<T, Refusal>>;

fn ask<Document, Variables, Answer>(
    api: &Api,
    operation: Operation<Document, Variables>,
    answer: fn(Document) -> Answer,
) -> Asked<Answer>
where
    Document: DeserializeOwned + Send + 'static,
    Variables: Serialize + Send + 'static,
    Answer: 'static,
{
    let api = api.clone();
    Box::pin(async move { api.run(operation).await.map(answer) })
}

include!(concat!(env!("OUT_DIR"), "/changes.rs"));
