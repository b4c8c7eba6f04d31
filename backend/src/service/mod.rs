//! Commands: one public function, one transaction, one event, and the mails it causes.
//!
//! What must not live here: rules (`domain`), reads (`store`), rendering.

pub mod access_note;
pub mod agency;
pub mod break_glass;
pub mod case;
pub mod child;
pub mod contact;
pub mod draft;
pub mod held_report;
pub mod mails;
pub mod message;
pub(crate) mod passkey;
pub(crate) mod project;
pub mod proposal;
mod record;
pub mod referral;
pub mod register;
pub mod report;
pub(crate) mod report_draft;
pub(crate) mod report_group;
pub(crate) mod single_sign_on;
pub mod staff;
pub mod statistics;

use crate::context::OpContext;
use crate::domain::viewer::{SchoolContact, Staff, Viewer};
use crate::error::Error;

/// Refuses what `allowed` does not allow: those who are not signed in are told to sign in.
fn require(op: &OpContext, allowed: bool) -> Result<(), Error> {
    match (&op.viewer, allowed) {
        (_, true) => Ok(()),
        (Viewer::Anonymous, false) => Err(Error::Unauthenticated),
        (_, false) => Err(Error::Forbidden),
    }
}

/// The member of staff who asks; nobody else may.
fn staff_of(op: &OpContext) -> Result<Staff, Error> {
    let staff = if let Viewer::Staff(staff) = &op.viewer { Some(staff.clone()) } else { None };
    require(op, staff.is_some())?;
    staff.ok_or(Error::Forbidden)
}

/// The school contact who asks; nobody else may.
fn contact_of(op: &OpContext) -> Result<SchoolContact, Error> {
    let contact = if let Viewer::SchoolContact(contact) = &op.viewer { Some(contact.clone()) } else { None };
    require(op, contact.is_some())?;
    contact.ok_or(Error::Forbidden)
}
