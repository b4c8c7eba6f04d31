//! What the API takes, as `build/changes.rs` writes it from `schema.graphql`. Nothing is written here by hand.

use crate::schema;

include!(concat!(env!("OUT_DIR"), "/inputs.rs"));
