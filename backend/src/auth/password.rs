//! Passwords of staff: argon2id, computed off the async threads, a few at a time.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::Error;

/// The password of everybody in the demonstration; refused everywhere else.
pub const DEMO_PASSWORD: &str = "onroll-demo-2026";

const SHORTEST: usize = 12;
const LONGEST: usize = 256;

/// Hashing takes 19 MiB and a core: two at a time are enough for any number of people.
static PLACES: Semaphore = Semaphore::const_new(2);

/// What is compared against when nobody has the address, so that it takes as long as for somebody who has.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash_now("nobody has this password").ok());

/// Whether a password may be chosen; the fault is a sentence.
pub fn check(password: &str) -> Result<(), String> {
    let letters = password.chars().count();
    if letters < SHORTEST || password.len() > LONGEST {
        return Err(format!(
            "Enter a password of {SHORTEST} to {LONGEST} characters: three random words are a good one"
        ));
    }
    Ok(())
}

fn hash_now(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|cause| Error::internal(cause.to_string()))
}

/// The hash to store for a password.
pub async fn hash(password: String) -> Result<String, Error> {
    let _place = PLACES.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(Error::internal)?
}

/// Whether `password` is the one that `hash` was made of. With no hash the answer is no, after as long.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, Error> {
    let _place = PLACES.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(move || {
        let known = hash.is_some();
        let Some(hash) = hash.or_else(|| NOBODY.clone()) else { return Ok(false) };
        let parsed = PasswordHash::new(&hash).map_err(|cause| Error::internal(cause.to_string()))?;
        let right =
            password.len() <= LONGEST && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
        Ok(right && known)
    })
    .await
    .map_err(Error::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_known_person_is_right() {
        let hash = hash("correct horse battery".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify("correct horse battery".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!verify("correct horse batterx".to_owned(), Some(hash)).await.unwrap());
        assert!(!verify("nobody has this password".to_owned(), None).await.unwrap());
    }

    #[test]
    fn length_decides_whether_a_password_may_be_chosen() {
        assert!(check("elevenchars").is_err());
        assert!(check("twelve chars").is_ok());
        assert!(check(&"x".repeat(257)).is_err());
    }
}
