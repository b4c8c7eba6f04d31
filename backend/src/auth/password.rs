//! Passwords of staff: argon2id, computed off the async threads, a few at a time. What a password may be is
//! `domain::password`'s.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;

use crate::domain::password::LONGEST;
use crate::error::Error;

/// The password of everybody in the demonstration; refused everywhere else.
pub const DEMO_PASSWORD: &str = "onroll-demo-2026";

/// Hashing takes 19 MiB and a core: two at a time are enough for any number of people.
static PLACES: Semaphore = Semaphore::const_new(2);

/// So many may wait for a place. The next is told to come back, so that a flood of sign-ins does not take the places of
/// every other request.
static QUEUE: Semaphore = Semaphore::const_new(40);

/// When those who found the queue full may come back.
const LATER: TimeDelta = TimeDelta::seconds(30);

/// What is compared against when nobody has the address, so that it takes as long as for somebody who has.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("nobody has this password").ok());

fn hash_now(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|cause| Error::internal(cause.to_string()))
}

/// Runs `work` in one of the places. The place is given back when the work is done, not when somebody stops waiting for
/// it: a cancelled request must not let a third one begin.
async fn in_turn<T: Send + 'static>(
    now: DateTime<Utc>,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let waiting = QUEUE.try_acquire().map_err(|_| Error::Throttled(now + LATER))?;
    let place = PLACES.acquire().await.map_err(Error::internal)?;
    let done = tokio::task::spawn_blocking(move || {
        let _held = (waiting, place);
        work()
    });
    done.await.map_err(Error::internal)?
}

/// The hash to store for a password.
pub async fn hash(password: String, now: DateTime<Utc>) -> Result<String, Error> {
    in_turn(now, move || hash_now(&password)).await
}

/// Whether `password` is the one that `hash` was made of. With no hash the answer is no, after as long.
pub async fn verify(password: String, hash: Option<String>, now: DateTime<Utc>) -> Result<bool, Error> {
    in_turn(now, move || {
        let known = hash.is_some();
        let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return Ok(false) };
        let parsed = PasswordHash::new(&hash).map_err(|cause| Error::internal(cause.to_string()))?;
        let right =
            password.len() <= LONGEST && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(right && known)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_person_is_right() {
        let now = DateTime::UNIX_EPOCH;
        let hash = hash("correct horse battery".to_owned(), now).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("correct horse battery".to_owned(), Some(hash.clone()), now).await.unwrap());
        assert!(!verify("correct horse batterx".to_owned(), Some(hash), now).await.unwrap());
        assert!(!verify("nobody has this password".to_owned(), None, now).await.unwrap());
    }
}
