//! The check of everything that is stored: the chains of facts, the journal, and the rows made of facts. It can be cut off
//! and go on, or begin where the last one ended.
//!
//! What must not live here: what a chain or a seal covers (`store`), and the check of a file (`db::file`).

use super::verify_rows;
pub use super::verify_rows::{COMPARED, NOT_COMPARED};
use crate::db::Db;
use crate::error::Error;
use crate::secret::keyring::Keyring;
use crate::store::event::{Walk, cut_off, streams_since};
use crate::store::verdict::{Head, Verdict};
use crate::store::{journal, setting};

/// What is checked.
#[derive(Clone, Debug, Default)]
pub struct How {
    /// Only what was stored since the last check that found everything sound, with the streams it belongs to.
    pub since_last: bool,
    /// From where a check of everything was cut off.
    pub resume: bool,
    /// The rows made of facts as well.
    pub rows: bool,
    /// A head of the journal that was kept elsewhere.
    pub head: Option<Head>,
}

/// What a comparison of rows covers and what it does not, and why, in words for the operator.
pub fn scope_of_rows() -> String {
    verify_rows::scope()
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being checked.
    pub what: &'static str,
    /// How much of that was checked.
    pub done: u64,
}

/// The facts after which it is stored how far the check has come.
const KEEP_EACH: u64 = 20_000;

/// Checks everything, and stores nothing.
pub async fn whole(db: &Db, keyring: &Keyring) -> Result<Verdict, Error> {
    check(db, keyring, &How::default(), false, |_| {}).await
}

/// Checks what `how` says, and stores how far it came and, once it has found everything sound, the head of the journal.
/// Calls `told` now and then.
pub async fn check_on(db: &Db, keyring: &Keyring, how: &How, told: impl FnMut(Progress)) -> Result<Verdict, Error> {
    let verdict = check(db, keyring, how, true, told).await?;
    if let Verdict::Sound { head, .. } = &verdict {
        setting::keep_verified(db, keyring, head.as_ref()).await?;
    }
    Ok(verdict)
}

async fn check(
    db: &Db,
    keyring: &Keyring,
    how: &How,
    keeps: bool,
    mut told: impl FnMut(Progress),
) -> Result<Verdict, Error> {
    let since = if how.since_last { setting::verified_head(db, keyring).await? } else { None };
    let mut walk = match &since {
        Some(head) => Walk::over(streams_since(db, head.n).await?),
        None if how.resume => Walk::from(setting::verifying(db, keyring).await?.unwrap_or_default()),
        None => Walk::from(<_>::default()),
    };
    let mut kept = walk.place.events;
    loop {
        match walk.next(db, keyring).await? {
            Some(Ok(())) => break,
            Some(Err(broken)) => return Ok(broken),
            None => {}
        }
        let events = walk.place.events;
        told(Progress { what: "facts", done: events });
        if keeps && since.is_none() && events >= kept + KEEP_EACH {
            setting::keep_verifying(db, keyring, &walk.place).await?;
            kept = events;
        }
    }
    if since.is_none()
        && let Some(cut) = cut_off(db).await?
    {
        return Ok(cut);
    }
    let mut seals = journal::Walk::after(since);
    loop {
        match seals.next(db, keyring).await? {
            Some(Ok(())) => break,
            Some(Err(torn)) => return Ok(torn),
            None => told(Progress { what: "seals", done: seals.head().map_or(0, |head| head.n.unsigned_abs().into()) }),
        }
    }
    if let Some(kept) = &how.head
        && let Err(why) = journal::holds(db, kept).await?
    {
        return Ok(Verdict::Replaced { why });
    }
    if how.rows
        && let Some(differs) = verify_rows::first_difference(db, |done| told(Progress { what: "rows", done })).await?
    {
        return Ok(differs);
    }
    let place = walk.place;
    Ok(Verdict::Sound { events: place.events, streams: place.streams, erased: place.erased, head: seals.head() })
}
