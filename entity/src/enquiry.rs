//! One tracing enquiry of a case.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use crate::id::{AgencyId, CaseId, EnquiryId};
use crate::vocabulary::{EnquiryFinding, EnquiryKind};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enquiry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnquiryId,
    pub case_id: CaseId,
    pub kind: EnquiryKind,
    pub asked_of: String,
    /// The partner agency that may answer it through the API; `NULL` when only staff record the answer.
    pub agency_id: Option<AgencyId>,
    pub asked_on: Date,
    pub due_on: Date,
    pub note: String,
    pub answered_on: Option<Date>,
    pub finding: Option<EnquiryFinding>,
    pub answer: Option<String>,
    /// The lawful gateway by which it was asked; `NULL` where none was named.
    pub gateway: Option<String>,
    /// The day on which it came back to the officer, because the agency could not answer it any more.
    pub returned_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
