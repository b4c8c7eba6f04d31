//! One data-sharing agreement with an agency: the most that its clients may be allowed.
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
    /// Codes of `Scope`, by comma.
    pub scopes: String,
    /// Codes of `SharedField`, by comma.
    pub fields: String,
    pub starts_on: Date,
    /// The last day on which it holds.
    pub ends_on: Date,
    /// Set when it was ended early.
    pub ended_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    /// When its agency was told that it ends.
    pub warned_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
