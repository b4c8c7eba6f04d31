//! Turns at writing for people who are not signed in. Only a few of them write at once, so that people who are signed
//! in never wait for the database behind a crowd. A turn belongs to the write and not to the request that waits for it:
//! hanging up ends neither.
//!
//! What must not live here: how many requests there may be (`http::layers`), and how often somebody may try something
//! (`throttle`).

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Error;
use crate::outage;

/// The number of writes at once.
const TURNS: usize = 8;
/// The number of writes that may wait for a turn. Together with those under way they are fewer than the requests that
/// are worked on at once, so that a crowd leaves room for others.
const WAITING: usize = 160;

tokio::task_local! {
    static STRANGER: bool;
}

/// Runs `work`, and marks whether it is that of a `stranger`, somebody who is not signed in.
pub(crate) async fn of<T>(stranger: bool, work: impl Future<Output = T>) -> T {
    STRANGER.scope(stranger, work).await
}

/// Whether the work of this task was marked as that of somebody who is not signed in.
pub(crate) fn is_strangers() -> bool {
    STRANGER.try_with(|stranger| *stranger).unwrap_or_default()
}

/// All turns are taken and the queue for them is full.
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

/// A turn at writing, given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _held: [OwnedSemaphorePermit; 2],
}

impl Turns {
    /// Waits for a turn. `Error::Unavailable` at once if too many are waiting.
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
