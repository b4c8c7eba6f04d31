//! Secrets: the operator's key, passwords, codes and tokens, and random bytes.
//!
//! What must not live here: whose a secret is, and what it gives access to (`auth`).

pub mod age;
pub mod bearer;
pub mod keyring;
pub(crate) mod mailed_code;
pub mod password;
pub mod recovery;
pub mod token;
pub mod totp;

use std::fmt;

use crate::error::Error;

/// A text that `Debug` never prints.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text as a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The text of the secret.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// Random bytes from the operating system; an error if it has none to give.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|cause| Error::internal(cause.to_string()))?;
    Ok(bytes)
}

/// 64 random bits.
pub(crate) fn random_bits() -> Result<u64, Error> {
    Ok(u64::from_be_bytes(random_bytes()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        assert!(!format!("{:?}", Secret::new("hunter2")).contains("hunter2"));
    }
}
