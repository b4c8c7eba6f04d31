//! The operator's secret key and what is made of it: sealed secrets and keyed hashes. Each use has a key of its own.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::aes::Aes256;
use aes_gcm::aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::{Secret, random_bytes};
use crate::error::Error;

const NONCE: usize = 12;

/// What is sealed or hashed, so that one cannot be passed off as the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The secret of an authenticator app.
    Totp,
    /// A recovery code.
    RecoveryCode,
    /// The code in a mail that signs a school contact in.
    MailedCode,
    /// Whom or what a throttle counts.
    Throttle,
    /// A form that had its effect.
    Deed,
    /// Where a page of a list ends.
    Cursor,
    /// Where reports that are gathered came from.
    ReportOrigin,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Totp => b"onroll totp",
            Self::RecoveryCode => b"onroll recovery code",
            Self::MailedCode => b"onroll mailed code",
            Self::Throttle => b"onroll throttle",
            Self::Deed => b"onroll deed",
            Self::Cursor => b"onroll cursor",
            Self::ReportOrigin => b"onroll report origin",
        }
    }
}

/// Seals and hashes with the operator's key.
#[derive(Clone, Debug)]
pub struct Keyring(Secret);

impl Keyring {
    /// Over a key: 64 hexadecimal digits, which [`crate::config`] has checked.
    pub fn new(key: Secret) -> Self {
        Self(key)
    }

    fn key(&self, purpose: Purpose) -> [u8; 32] {
        mac(self.0.reveal().as_bytes(), &[purpose.label()])
    }

    /// A keyed hash of `parts`, hexadecimal. Parts do not run into each other.
    pub fn hash(&self, purpose: Purpose, parts: &[&str]) -> String {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        hex::encode(mac(&self.key(purpose), &parts))
    }

    /// Hides an id, which tells when it was made, as another that tells nothing: one block of AES. The same id is always
    /// hidden as the same, and whatever did not come from here shows an id that nobody has.
    pub fn hide(&self, purpose: Purpose, id: Uuid) -> Uuid {
        let mut block = id.into_bytes().into();
        Aes256::new(&self.key(purpose).into()).encrypt_block(&mut block);
        Uuid::from_bytes(block.into())
    }

    /// The inverse of [`Self::hide`].
    pub fn show(&self, purpose: Purpose, hidden: Uuid) -> Uuid {
        let mut block = hidden.into_bytes().into();
        Aes256::new(&self.key(purpose).into()).decrypt_block(&mut block);
        Uuid::from_bytes(block.into())
    }

    /// Seals `secret` for the row `of`; it opens for that row only.
    pub fn seal(&self, purpose: Purpose, of: &str, secret: &[u8]) -> Result<String, Error> {
        let nonce = random_bytes::<NONCE>()?;
        let cipher = Aes256Gcm::new(&self.key(purpose).into());
        let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: of.as_bytes() });
        let sealed = sealed.map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok(hex::encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what [`Self::seal`] sealed for the row `of`.
    pub fn open(&self, purpose: Purpose, of: &str, sealed: &str) -> Result<Vec<u8>, Error> {
        let wrong = || Error::internal("a sealed secret does not open with this key");
        let sealed = hex::decode(sealed).map_err(|_| wrong())?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(wrong)?;
        let cipher = Aes256Gcm::new(&self.key(purpose).into());
        cipher.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: of.as_bytes() }).map_err(|_| wrong())
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyring(digit: &str) -> Keyring {
        Keyring::new(Secret::new(digit.repeat(64)))
    }

    #[test]
    fn what_was_sealed_opens_for_its_row_purpose_and_key_only() {
        let sealed = keyring("a").seal(Purpose::Totp, "row", b"secret").unwrap();
        assert!(!sealed.contains(&hex::encode("secret")));
        assert_eq!(keyring("a").open(Purpose::Totp, "row", &sealed).unwrap(), b"secret");
        assert!(keyring("a").open(Purpose::Totp, "other row", &sealed).is_err());
        assert!(keyring("a").open(Purpose::RecoveryCode, "row", &sealed).is_err());
        assert!(keyring("b").open(Purpose::Totp, "row", &sealed).is_err());
        assert!(keyring("a").open(Purpose::Totp, "row", "00").is_err());
    }

    #[test]
    fn a_hidden_id_tells_neither_itself_nor_its_time_and_comes_back_with_its_key_only() {
        let ids = ["019ab5a0-0000-7000-8000-000000000001", "019ab5a0-0000-7000-8000-000000000002"];
        let ids = ids.map(|id| id.parse::<Uuid>().unwrap());
        let hidden = ids.map(|id| keyring("a").hide(Purpose::Cursor, id));
        assert_eq!(hidden.map(|hidden| keyring("a").show(Purpose::Cursor, hidden)), ids);
        assert_ne!(keyring("b").show(Purpose::Cursor, hidden[0]), ids[0]);
        assert_ne!(keyring("a").show(Purpose::Deed, hidden[0]), ids[0]);
        // Ids of one moment share their first half; what hides them shares nothing.
        assert_ne!(hidden[0].as_bytes()[..8], hidden[1].as_bytes()[..8]);
    }

    #[test]
    fn a_keyed_hash_depends_on_key_purpose_and_every_part() {
        let hash = keyring("a").hash(Purpose::Throttle, &["ab", "c"]);
        assert_eq!(hash, keyring("a").hash(Purpose::Throttle, &["ab", "c"]));
        for other in [
            keyring("a").hash(Purpose::Throttle, &["a", "bc"]),
            keyring("a").hash(Purpose::Deed, &["ab", "c"]),
            keyring("b").hash(Purpose::Throttle, &["ab", "c"]),
        ] {
            assert_ne!(hash, other);
        }
    }
}
