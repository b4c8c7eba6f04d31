//! Random tokens that identify a browser, a link or a ceremony to whoever holds them. Only their hashes are stored.

use sha2::{Digest, Sha256};

use super::random_bytes;
use crate::error::Error;

/// A new token: 256 random bits in hexadecimal.
pub fn random_token() -> Result<String, Error> {
    Ok(hex::encode(random_bytes::<32>()?))
}

/// Whether a text has the shape of a random token.
pub(crate) fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// The hash that is stored for a token.
pub(crate) fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}
