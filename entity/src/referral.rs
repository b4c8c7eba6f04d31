//! One referral. `details` holds all its answers, as typed, in JSON.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{CaseId, ReferralId, ReportGroupId, SchoolContactId, SchoolId};
use crate::vocabulary::{RedirectTo, ReferralGround, ReferralOrigin, ReferralState, Risk};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReferralId,
    #[sea_orm(unique)]
    pub reference: String,
    pub origin: ReferralOrigin,
    pub school_id: Option<SchoolId>,
    pub contact_id: Option<SchoolContactId>,
    pub ground: Option<ReferralGround>,
    pub state: ReferralState,
    pub risk: Risk,
    /// The rank of `risk`, 0 for the most urgent, because codes do not sort by urgency.
    pub priority: i32,
    /// Codes of `RiskReason`, with commas between.
    pub risk_reasons: String,
    pub family_name: String,
    pub given_names: String,
    pub name_key: String,
    pub date_of_birth: Option<Date>,
    pub upn: Option<String>,
    pub nhs_number: Option<String>,
    pub postcode: Option<String>,
    pub details: String,
    /// What is lacking or could not be read and is to be asked for: `field` and `reason` of each, in JSON.
    pub to_ask: String,
    pub found_at_address: bool,
    /// What the school added since: contact, time, field and text of each, in JSON.
    pub additions: String,
    /// The day on which it comes back to triage, because the child is then of compulsory school age.
    pub watch_on: Option<Date>,
    pub received_at: DateTimeUtc,
    #[sea_orm(unique)]
    pub idempotency_key: String,
    pub decided_at: Option<DateTimeUtc>,
    pub redirect_to: Option<RedirectTo>,
    pub reason: Option<String>,
    /// The other authority to which it was sent.
    pub authority: Option<String>,
    /// The reference under which that authority acknowledged it, and who said so.
    pub acknowledged_as: Option<String>,
    pub case_id: Option<CaseId>,
    /// The group of reports of harm it belongs to; `NULL` for all others.
    pub report_group_id: Option<ReportGroupId>,
    /// The version of the rules that made its rows in `referral_key`; 0 if they were made before there was one.
    pub keyed_by: i32,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
