//! A clock that runs: something is owed by a moment. Made from the facts of a case or a referral, and gone when it ends.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CaseId, ReferralId};
use crate::vocabulary::ClockKind;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clock")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: ClockKind,
    /// The id of what it runs for: an enquiry, a flag, a matter of the roll, a placement, or the case or referral
    /// itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub item: Uuid,
    /// The case it belongs to; `NULL` for one of a referral.
    pub case_id: Option<CaseId>,
    /// The referral it belongs to; `NULL` for one of a case.
    pub referral_id: Option<ReferralId>,
    pub started_at: DateTimeUtc,
    /// The first moment at which it is late.
    pub late_at: DateTimeUtc,
    /// The moment of the fact that made it: nobody is told of what was late before anybody could know.
    pub told_from: DateTimeUtc,
    /// When somebody is told next how far it has run; `NULL` when nobody is any more.
    pub next_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
