//! What somebody is told of themselves.

use crate::schema;
use crate::vocabulary::StaffRole;

/// Whoever is signed in.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub(crate) struct Me {
    /// They.
    pub(crate) viewer: Viewer,
}

/// What they are.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Viewer {
    /// The roles that staff hold.
    pub(crate) roles: Vec<StaffRole>,
}
