//! Turns at writing for people who are not signed in: a few of them write at once, so that whoever is signed in never
//! waits for the database behind a crowd. A turn belongs to the write and not to whoever waits for its answer: hanging up
//! ends neither.
//!
//! What must not live here: how many requests there may be (`http::layers`), or how often somebody may try what
//! (`throttle`).

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Error;
use crate::outage;

/// So many write at once.
const TURNS: usize = 8;
/// So many more may wait: with those who write, fewer than there are requests worked on, so that a crowd leaves places.
const WAITING: usize = 160;

tokio::task_local! {
    static STRANGER: bool;
}

/// Does `work` of somebody who is a `stranger`, or is not.
pub(crate) async fn of<T>(stranger: bool, work: impl Future<Output = T>) -> T {
    STRANGER.scope(stranger, work).await
}

/// Whether what is under way in this task is a stranger's.
pub(crate) fn is_strangers() -> bool {
    STRANGER.try_with(|stranger| *stranger).unwrap_or_default()
}

/// Turns are full, and so is the queue for them.
#[derive(Debug, thiserror::Error)]
#[error("too many people who are not signed in write at once")]
struct Crowded;

/// The turns of one process. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    writing: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { writing: Arc::new(Semaphore::new(TURNS)), waiting: Arc::new(Semaphore::new(TURNS + WAITING)) }
    }
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _held: [OwnedSemaphorePermit; 2],
}

impl Turns {
    /// Waits for a turn. Where too many wait, the same may succeed in a moment.
    pub(crate) async fn take(&self) -> Result<Turn, Error> {
        let crowded = |_| {
            outage::noticed();
            Error::Unavailable(Arc::new(Crowded))
        };
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(crowded)?;
        let turn = Arc::clone(&self.writing).acquire_owned().await.map_err(Error::internal)?;
        Ok(Turn { _held: [place, turn] })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_turn_is_waited_for_until_one_is_given_back() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for _ in 0..TURNS {
            held.push(turns.take().await.unwrap());
        }
        assert!(turns.take().now_or_never().is_none(), "all turns are taken");
        held.pop();
        assert!(turns.take().now_or_never().is_some());
    }

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_told_at_once() {
        let turns = Turns::default();
        let mut held = Vec::new();
        for _ in 0..TURNS {
            held.push(turns.take().await.unwrap());
        }
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(turns.take())).collect();
        assert!(waiting.iter_mut().all(|one| one.as_mut().now_or_never().is_none()));
        assert!(matches!(turns.take().now_or_never(), Some(Err(Error::Unavailable(_)))));
        waiting.pop();
        assert!(turns.take().now_or_never().is_none(), "there is room to wait again");
    }

    #[tokio::test]
    async fn only_a_strangers_work_is_a_strangers() {
        assert!(!is_strangers());
        assert!(of(true, async { is_strangers() }).await);
        assert!(!of(false, async { is_strangers() }).await);
    }
}
