//! The demonstration.

/// One person of the demonstration.
#[derive(Clone, Copy, Debug)]
pub struct DemoPerson {
    /// What they are.
    pub what: &'static str,
    /// Their name.
    pub name: &'static str,
    /// Their address.
    pub email: &'static str,
    /// Where they sign in.
    pub where_: &'static str,
}

/// Whom to sign in as.
pub const PEOPLE: &[DemoPerson] = &[];
