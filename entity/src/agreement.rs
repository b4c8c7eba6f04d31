//! One data-sharing agreement with an agency: the most that the terms of its clients may allow.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{AgencyId, AgreementId};
use crate::vocabulary::LawfulBasis;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgreementId,
    pub agency_id: AgencyId,
    pub purpose: String,
    pub lawful_basis: LawfulBasis,
    /// Codes of `Scope`, with commas between.
    pub scopes: String,
    /// Codes of `SharedField`, with commas between.
    pub fields: String,
    pub starts_on: Date,
    /// The last day on which it holds.
    pub ends_on: Date,
    /// When it was ended before its last day.
    pub ended_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    /// The day on which the agency was warned that it ends.
    pub warned_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
