//! How many people who are not signed in are served at once, so that however many come, whoever works here is served too.
//!
//! What must not live here: how many requests there may be at all (`layers`), from one origin (`serve`), or by one person
//! (`auth::throttle`).

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::domain::viewer::Viewer;

/// Half of all requests that may be worked on.
const PLACES: usize = 128;
/// Of these so many change something at once. Whoever is signed in waits for the database behind no more than these.
const CHANGING: usize = 8;

/// The places of people who are not signed in.
#[derive(Debug)]
pub(crate) struct Crowd {
    places: Semaphore,
    changing: Semaphore,
}

impl Default for Crowd {
    fn default() -> Self {
        Self { places: Semaphore::new(PLACES), changing: Semaphore::new(CHANGING) }
    }
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    _held: Option<(SemaphorePermit<'a>, Option<SemaphorePermit<'a>>)>,
}

impl Crowd {
    /// A place for `viewer`: at once for whoever is signed in. Whoever is not waits for their turn if the request `changes`
    /// something; none if there is no place.
    pub(crate) async fn enter(&self, viewer: &Viewer, changes: bool) -> Option<Place<'_>> {
        if *viewer != Viewer::Anonymous {
            return Some(Place { _held: None });
        }
        let place = self.places.try_acquire().ok()?;
        let turn = if changes { Some(self.changing.acquire().await.ok()?) } else { None };
        Some(Place { _held: Some((place, turn)) })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::domain::viewer::Job;

    #[tokio::test]
    async fn strangers_wait_for_their_turn_and_nobody_else_does() {
        let crowd = Crowd::default();
        let mut turns = Vec::new();
        for _ in 0..CHANGING {
            turns.push(crowd.enter(&Viewer::Anonymous, true).await.unwrap());
        }
        assert!(crowd.enter(&Viewer::Anonymous, true).now_or_never().is_none(), "all turns are taken");
        assert!(crowd.enter(&Viewer::Anonymous, false).now_or_never().flatten().is_some(), "looking needs no turn");
        assert!(crowd.enter(&Viewer::System(Job::Watch), true).now_or_never().flatten().is_some());
        drop(turns.pop());
        assert!(crowd.enter(&Viewer::Anonymous, true).now_or_never().flatten().is_some());
    }

    #[tokio::test]
    async fn where_no_place_is_left_a_stranger_is_told_at_once_and_nobody_else_is() {
        let crowd = Crowd::default();
        let mut places = Vec::new();
        for _ in 0..PLACES {
            places.push(crowd.enter(&Viewer::Anonymous, false).await.unwrap());
        }
        assert!(crowd.enter(&Viewer::Anonymous, false).await.is_none());
        assert!(crowd.enter(&Viewer::System(Job::Watch), false).await.is_some());
    }
}
