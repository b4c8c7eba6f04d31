//! The alert to the MASH of a flag, and the link in it, which acknowledges that flag and does nothing else.
//!
//! What must not live here: what the mail says (`mails`), and acknowledging the flag (`escalation`).

use chrono::{DateTime, TimeDelta};
use entity::vocabulary::EscalationStage;
use entity::{EscalationId, escalation};
use uuid::Uuid;

use super::mails::{self, Chased};
use crate::context::{Mail, OpContext};
use crate::domain::escalation::Escalation;
use crate::error::Error;
use crate::secret::keyring::Purpose;
use crate::store::escalation::is_unheard;

/// How long the link in an alert works. Past it there is a newer alert, or somebody has been rung.
const LINK_LIVES: TimeDelta = TimeDelta::days(7);
/// What a link is sealed for, apart from the flag, which it must not tell.
const LINK: &str = "escalation";

/// The alert to the MASH of a flag. `reference` is that of the case or referral that it is on; `uncalled` says that somebody
/// is in immediate danger and it is not confirmed that 999 was called.
pub(super) fn of(op: &OpContext, flag: &Escalation, reference: &str, uncalled: bool) -> Result<Mail, Error> {
    let token = token(op, flag.id)?;
    let (id, level, referred) = (flag.id, flag.level, flag.referral.is_some());
    Ok(mails::mash_alert(&mails::Alert { id, reference, level, referred, token: &token, uncalled }, &op.council))
}

/// What the MASH is told of a flag with which it is late; until it is acknowledged with a new link that does so.
pub(super) fn chased(op: &OpContext, flag: &escalation::Model, reference: String) -> Result<Chased, Error> {
    Ok(Chased::Flag {
        id: flag.id,
        reference,
        level: flag.level,
        token: is_unheard(flag).then(|| token(op, flag.id)).transpose()?,
        relayed: flag.stage == EscalationStage::Relayed,
    })
}

fn token(op: &OpContext, flag: EscalationId) -> Result<String, Error> {
    let until = (op.now() + LINK_LIVES).timestamp();
    let sealed = [flag.0.as_bytes().as_slice(), &until.to_be_bytes()].concat();
    op.sealing().seal(Purpose::MashLink, LINK, &sealed)
}

/// The flag that the link in an alert is of, if it works still.
pub(super) fn of_link(op: &OpContext, token: &str) -> Option<EscalationId> {
    let opened = op.sealing().open(Purpose::MashLink, LINK, token).ok()?;
    let (id, until) = opened.split_first_chunk::<16>()?;
    let until = i64::from_be_bytes(until.try_into().ok()?);
    let works = DateTime::from_timestamp(until, 0).is_some_and(|until| op.now() < until);
    works.then(|| EscalationId(Uuid::from_bytes(*id)))
}
