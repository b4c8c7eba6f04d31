//! Commands: a public function runs one transaction, which stores facts, the rows made of them and the mails they
//! cause.
//!
//! What must not live here: rules (`domain`), reads (`store`), and rendering.

pub mod access_note;
pub mod agency;
mod alert;
pub mod break_glass;
pub mod case;
pub mod child;
pub mod contact;
pub mod draft;
pub mod escalation;
mod family;
pub mod held_report;
pub mod journal;
pub mod judge;
pub mod mails;
pub mod message;
pub mod open;
pub(crate) mod passkey;
pub mod project;
pub mod proposal;
mod record;
pub mod referral;
pub mod register;
pub mod reminder;
pub mod report;
pub(crate) mod report_draft;
pub(crate) mod report_group;
pub mod restored;
pub mod roll;
pub(crate) mod single_sign_on;
pub mod staff;
pub mod statistics;
pub mod verify;
mod verify_rows;

use chrono::{DateTime, Utc};

use crate::context::OpContext;
use crate::db::Db;
use crate::domain::viewer::{SchoolContact, Staff, Viewer};
use crate::error::Error;

/// Makes every row anew that an older version of its rules made of the facts: keys of children and of referrals, and
/// cases with their spans and clocks. Safe to run twice, and in two processes at once.
pub async fn make_rows(db: &Db, now: DateTime<Utc>) -> Result<(), Error> {
    child::make_keys(db).await?;
    referral::make_keys(db, now).await?;
    case::refold(db, now).await?;
    Ok(())
}

/// The viewer as a member of staff; fails for anybody else.
fn staff_of(op: &OpContext) -> Result<Staff, Error> {
    let staff = if let Viewer::Staff(staff) = &op.viewer { Some(staff.clone()) } else { None };
    op.require(staff.is_some())?;
    staff.ok_or(Error::Forbidden)
}

/// The viewer as a school contact; fails for anybody else.
pub(crate) fn contact_of(op: &OpContext) -> Result<SchoolContact, Error> {
    let contact = if let Viewer::SchoolContact(contact) = &op.viewer { Some(contact.clone()) } else { None };
    op.require(contact.is_some())?;
    contact.ok_or(Error::Forbidden)
}
