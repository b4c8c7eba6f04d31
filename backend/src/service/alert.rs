//! The alert to the MASH of a flag, and the link in it, which acknowledges that flag and does nothing else.
//!
//! What must not live here: what the mail says (`mails`), and acknowledging the flag (`escalation`).

use chrono::{DateTime, TimeDelta};
use entity::EscalationId;
use uuid::Uuid;

use super::mails;
use crate::context::{Mail, OpContext};
use crate::domain::escalation::Escalation;
use crate::error::Error;
use crate::secret::keyring::Purpose;

/// How long the link in an alert works. Past it there is a newer alert, or somebody has been rung.
const LINK_LIVES: TimeDelta = TimeDelta::days(7);
/// What a link is sealed for, apart from the flag, which it must not tell.
const LINK: &str = "escalation";

/// The alert to the MASH of a flag. `reference` is that of the case or referral that it is on; `uncalled` says that somebody
/// is in immediate danger and it is not confirmed that 999 was called.
pub(super) fn of(op: &OpContext, flag: &Escalation, reference: &str, uncalled: bool) -> Result<Mail, Error> {
    let until = (op.now() + LINK_LIVES).timestamp();
    let sealed = [flag.id.0.as_bytes().as_slice(), &until.to_be_bytes()].concat();
    let token = op.sealing().seal(Purpose::MashLink, LINK, &sealed)?;
    Ok(mails::mash_alert(&mails::Alert { id: flag.id, reference, token: &token, uncalled }, &op.council))
}

/// The flag that the link in an alert is of, if it works still.
pub(super) fn of_link(op: &OpContext, token: &str) -> Option<EscalationId> {
    let opened = op.sealing().open(Purpose::MashLink, LINK, token).ok()?;
    let (id, until) = opened.split_first_chunk::<16>()?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    let works = DateTime::from_timestamp(until, 0).is_some_and(|until| op.now() < until);
    works.then(|| EscalationId(Uuid::from_bytes(*id)))
}
