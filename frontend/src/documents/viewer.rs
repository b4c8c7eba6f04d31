//! What somebody is told of themselves.

use crate::schema;
use crate::vocabulary::StaffRole;

/// Whoever is signed in.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Me {
    /// They.
    pub viewer: Viewer,
}

/// What they are.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct Viewer {
    /// The roles that staff hold.
    pub roles: Vec<StaffRole>,
}
