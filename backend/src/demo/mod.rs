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

/// What filling made that can be shown only once.
#[derive(Clone, Debug)]
pub struct Made {
    /// A partner agency's token.
    pub partner_token: String,
    /// An analyst's token.
    pub analyst_token: String,
}

/// Placeholder until the demonstration's author lands the real one.
pub async fn fill(
    _: &crate::db::Db,
    _: std::sync::Arc<crate::config::Council>,
    _: chrono::DateTime<chrono::Utc>,
    _: impl FnMut(String),
) -> Result<Made, crate::error::Error> {
    Err(crate::error::Error::internal("not here yet"))
}
