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
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// Refuses what `allowed` does not allow: those who are not signed in are told to sign in.
fn require(op: &OpContext, allowed: bool) -> Result<(), Error> {
    match (&op.viewer, allowed) {
        (_, true) => Ok(()),
        (Viewer::Anonymous, false) => Err(Error::Unauthenticated),
        (_, false) => Err(Error::Forbidden),
    }
}
