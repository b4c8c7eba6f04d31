//! Hashes passwords of staff with argon2id, off the async threads and only a few at a time. What must not live here:
//! which passwords are allowed (`domain::password`).

use std::sync::{LazyLock, Mutex, PoisonError};

use argon2::password_hash::phc::{self, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;

use super::random_bytes;
use crate::domain::password::LONGEST;
use crate::error::Error;

/// The password of everybody in the demonstration, which is refused everywhere else.
pub const DEMO_PASSWORD: &str = "onroll-demo-2026";

/// The places for hashing. Each takes 19 MiB and a processor core; two are enough for any number of people.
static PLACES: Semaphore = Semaphore::const_new(2);

/// The number of people who may wait for a place. The next one is told to come back later, so that a flood of sign-ins
/// does not hold up all other requests.
static QUEUE: Semaphore = Semaphore::const_new(40);

/// After how long somebody who found the queue full may try again.
const LATER: TimeDelta = TimeDelta::seconds(30);

/// The hash that is compared when no account has the address, so that the answer takes as long as for an account.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("nobody has this password").ok());

/// The memory for hashing, one block for each place. It is kept between uses, because allocators return blocks of 19
/// MiB to the system late or never.
static BLOCKS: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

const SALT_BYTES: usize = 16;

/// The argon2id output for a password and a salt.
fn derive(argon2: &Argon2<'_>, password: &[u8], salt: &[u8]) -> Result<Output, Error> {
    let failed = |cause: argon2::Error| Error::internal(cause.to_string());
    let mut blocks = BLOCKS.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
    blocks.resize(argon2.params().block_count().max(blocks.len()), Block::default());
    let mut bytes = [0; Params::DEFAULT_OUTPUT_LEN];
    let derived = argon2.hash_password_into_with_memory(password, salt, &mut bytes, &mut blocks);
    BLOCKS.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
    derived.map_err(failed)?;
    Output::new(&bytes).map_err(|cause| Error::internal(cause.to_string()))
}

fn hash_now(password: &str) -> Result<String, Error> {
    let argon2 = Argon2::default();
    let salt = random_bytes::<SALT_BYTES>()?;
    let hash = derive(&argon2, password.as_bytes(), &salt)?;
    let unfit = |cause: phc::Error| Error::internal(cause.to_string());
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params()).map_err(|cause| Error::internal(cause.to_string()))?,
        salt: Some(Salt::new(&salt).map_err(unfit)?),
        hash: Some(hash),
    };
    Ok(hash.to_string())
}

/// Whether `password` matches `hash`, compared in constant time.
fn is_right(password: &str, hash: &PasswordHash) -> Result<bool, Error> {
    let unfit = |cause: argon2::Error| Error::internal(cause.to_string());
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else { return Ok(false) };
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(|cause| Error::internal(cause.to_string()))?;
    let version = hash.version.map_or(Ok(Version::default()), Version::try_from).map_err(unfit)?;
    let params = Params::try_from(hash).map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(derive(&Argon2::new(algorithm, version, params), password.as_bytes(), salt)? == *expected)
}

/// Runs `work` in one of the places. The place is given back when the work is done and not when its caller stops
/// waiting, because a cancelled request must not let a third computation begin.
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

/// Makes the hash to store for a password.
pub async fn hash(password: String, now: DateTime<Utc>) -> Result<String, Error> {
    in_turn(now, move || hash_now(&password)).await
}

/// Whether `password` matches `hash`. Without a hash the answer is no, after as long a computation.
pub async fn verify(password: String, hash: Option<String>, now: DateTime<Utc>) -> Result<bool, Error> {
    in_turn(now, move || {
        let known = hash.is_some();
        let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return Ok(false) };
        let parsed = PasswordHash::new(&hash).map_err(|cause| Error::internal(cause.to_string()))?;
        let right = password.len() <= LONGEST && is_right(&password, &parsed)?;
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

    #[test]
    fn a_hash_is_the_one_that_the_library_makes_and_checks() {
        use argon2::{PasswordHasher, PasswordVerifier};

        let ours = hash_now("correct horse battery").unwrap();
        let parsed = PasswordHash::new(&ours).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse battery", &parsed).is_ok(), "{ours}");
        let theirs = Argon2::default().hash_password(b"correct horse battery").unwrap();
        assert!(is_right("correct horse battery", &theirs).unwrap());
        assert!(!is_right("correct horse batterx", &theirs).unwrap());
        assert_ne!(ours, hash_now("correct horse battery").unwrap(), "two hashes have one salt");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn however_many_sign_in_at_once_two_pieces_of_memory_are_enough() {
        let now = DateTime::UNIX_EPOCH;
        let tries = (0..12).map(|n| tokio::spawn(verify(format!("guess {n}"), None, now)));
        for done in tries.collect::<Vec<_>>() {
            assert!(!done.await.unwrap().unwrap());
        }
        assert!(BLOCKS.lock().unwrap().len() <= 4, "memory for hashing piles up");
    }
}
