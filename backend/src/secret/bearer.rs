//! Bearer tokens: `onr_<32 random>_<6 checksum>`. The checksum refuses typing errors and guesses before the database is
//! asked, and lets a scanner of leaked secrets recognise one offline.

use std::fmt;

use sha2::{Digest, Sha256};

use super::random_bytes;
use crate::error::Error;

const PREFIX: &str = "onr_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const RANDOM: usize = 32;
const CHECKSUM: usize = 6;

/// A bearer token in plain text. Only its hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainToken(String);

impl PlainToken {
    /// A new random token.
    pub fn new() -> Result<Self, Error> {
        let mut random = String::with_capacity(RANDOM);
        while random.len() < RANDOM {
            let bytes = random_bytes::<RANDOM>()?;
            // Bytes past the last whole multiple of 62 would make some letters likelier than others.
            let fair =
                bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(ALPHABET[usize::from(*byte % 62)]));
            random.extend(fair.take(RANDOM - random.len()));
        }
        let checksum = checksum(&random);
        Ok(Self(format!("{PREFIX}{random}_{checksum}")))
    }

    /// Reads a token; `None` if its shape or checksum is wrong.
    pub fn parse(text: &str) -> Option<Self> {
        let (random, check) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let sound = random.len() == RANDOM
            && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && check == checksum(random);
        sound.then(|| Self(text.to_owned()))
    }

    /// The hash that is stored: SHA-256 in hexadecimal. The token has 190 random bits, so no slow hash is needed.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(&self.0))
    }

    /// The text of the token, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainToken")
    }
}

/// The first characters of the hash of the random part.
fn checksum(random: &str) -> String {
    let digest = Sha256::digest(random);
    digest.iter().take(CHECKSUM).map(|byte| char::from(ALPHABET[usize::from(*byte % 62)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_a_changed_one_does_not() {
        let token = PlainToken::new().unwrap();
        assert_eq!(PlainToken::parse(token.reveal()), Some(token.clone()));
        assert_eq!(token.reveal().len(), 4 + 32 + 1 + 6);
        let changed =
            token.reveal().replacen(&token.reveal()[4..5], if &token.reveal()[4..5] == "A" { "B" } else { "A" }, 1);
        assert!(PlainToken::parse(&changed).is_none());
        for nonsense in ["", "onr_", "onr_short_abcdef", "Bearer", "ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_aaaaaa"] {
            assert!(PlainToken::parse(nonsense).is_none(), "{nonsense}");
        }
    }

    #[test]
    fn a_token_is_never_printed() {
        let token = PlainToken::new().unwrap();
        assert_eq!(format!("{token:?}"), "PlainToken");
    }
}
