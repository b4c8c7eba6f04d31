//! One case: the projection of its stream.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CaseId, ChildId, ReferralId, SchoolId, StaffId};
use crate::vocabulary::{CaseState, Outcome, Restriction, Risk, ServiceRoute, StatutoryStatus, Whereabouts};
use crate::{child, school, staff};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    #[sea_orm(unique)]
    pub reference: String,
    pub child_id: ChildId,
    /// The referral that opened it.
    #[sea_orm(unique)]
    pub referral_id: ReferralId,
    /// The school that sent the referral which opened it; `NULL` when no school did.
    pub school_id: Option<SchoolId>,
    pub officer_id: Option<StaffId>,
    pub state: CaseState,
    pub statutory_status: StatutoryStatus,
    pub service_route: ServiceRoute,
    pub whereabouts: Whereabouts,
    pub risk: Risk,
    /// The ground of its restriction; `NULL` when the case may be read like any other.
    pub restriction: Option<Restriction>,
    pub opened_at: DateTimeUtc,
    pub last_seen_on: Option<Date>,
    pub last_attended_on: Option<Date>,
    /// When the child was seen and at school, as everybody told it, in JSON.
    pub sightings: String,
    pub open_enquiries: i32,
    pub open_escalations: i32,
    /// The earliest day on which something is owed; the last day of the year 9999 once the case is closed, so that it
    /// sorts last.
    pub due_on: Date,
    pub closed_at: Option<DateTimeUtc>,
    pub outcome: Option<Outcome>,
    /// The outcome that waits for a second person; `NULL` while none does.
    pub proposed_outcome: Option<Outcome>,
    /// The day from which the child has been missing education without a break; `NULL` while the child is not.
    pub missing_since: Option<Date>,
    /// The search key of the child's name, here so that lists sort and search without a join.
    pub name_key: String,
    /// The brothers and sisters whom officers named, in JSON.
    pub siblings: String,
    /// Those whom officers struck out as wrongly named, in JSON.
    pub struck: String,
    pub version: i32,
    pub updated_at: DateTimeUtc,
    /// The version of the fold that made this row and the spans of the case; 0 if it has no spans yet.
    pub folded_by: i32,
}

impl Related<child::Entity> for Entity {
    fn to() -> RelationDef {
        Entity::belongs_to(child::Entity).from(Column::ChildId).to(child::Column::Id).into()
    }
}

impl Related<school::Entity> for Entity {
    fn to() -> RelationDef {
        Entity::belongs_to(school::Entity).from(Column::SchoolId).to(school::Column::Id).into()
    }
}

impl Related<staff::Entity> for Entity {
    fn to() -> RelationDef {
        Entity::belongs_to(staff::Entity).from(Column::OfficerId).to(staff::Column::Id).into()
    }
}

impl ActiveModelBehavior for ActiveModel {}
