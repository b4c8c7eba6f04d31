//! The operator's key, and the keys derived from it that seal secrets and make keyed hashes. Each purpose has a key of
//! its own. What must not live here: which rows hold what is sealed.

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

/// What is sealed or hashed. Each purpose has its own key, so that a value of one cannot pass for a value of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The TOTP secret of an authenticator app.
    Totp,
    /// A recovery code of staff.
    RecoveryCode,
    /// The code in a mail that signs a school contact in.
    MailedCode,
    /// The link in an alert that acknowledges a flag.
    MashLink,
    /// The person or thing whose tries are counted.
    Throttle,
    /// The idempotency key of a command that had its effect.
    IdempotencyKey,
    /// The id in the cursor of a list.
    Cursor,
    /// The origin of public reports that are gathered into a group.
    ReportOrigin,
    /// The operator's key itself, by which another key is noticed.
    Fingerprint,
    /// A fact and those before it in its stream.
    Chain,
    /// The facts and accesses of a seal and the seals before it.
    Journal,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Totp => b"onroll totp",
            Self::RecoveryCode => b"onroll recovery code",
            Self::MailedCode => b"onroll mailed code",
            Self::MashLink => b"onroll mash link",
            Self::Throttle => b"onroll throttle",
            // The label is part of what is stored, so it keeps an earlier name.
            Self::IdempotencyKey => b"onroll deed",
            Self::Cursor => b"onroll cursor",
            Self::ReportOrigin => b"onroll report origin",
            Self::Fingerprint => b"onroll fingerprint",
            Self::Chain => b"onroll chain",
            Self::Journal => b"onroll journal",
        }
    }
}

/// Seals and hashes with keys derived from the operator's key.
#[derive(Clone, Debug)]
pub struct Keyring(Secret);

impl Keyring {
    /// A keyring of this key: 64 hexadecimal digits, as [`crate::config`] has checked.
    pub fn new(key: Secret) -> Self {
        Self(key)
    }

    fn key(&self, purpose: Purpose) -> [u8; 32] {
        mac(self.0.reveal().as_bytes(), &[purpose.label()])
    }

    /// What tells this key from another, and nothing of the key itself.
    pub fn fingerprint(&self) -> String {
        self.hash(Purpose::Fingerprint, &[])
    }

    /// A keyed hash of `parts`, in hexadecimal. The length of each part is hashed too, so that no two lists of parts
    /// are alike.
    pub fn hash(&self, purpose: Purpose, parts: &[&str]) -> String {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        hex::encode(mac(&self.key(purpose), &parts))
    }

    /// A keyed hash of parts that are added one after the other, for more than fit into a list.
    pub(crate) fn running(&self, purpose: Purpose) -> Running {
        Running(begin(&self.key(purpose)))
    }

    /// Encrypts an id, whose first bits are the time it was made, as another id that tells nothing: one block of AES.
    /// The same id always gives the same result. [`Self::show`] turns an id that was not made here into one that no row
    /// has.
    pub fn hide(&self, purpose: Purpose, id: Uuid) -> Uuid {
        let mut block = id.into_bytes().into();
        Aes256::new(&self.key(purpose).into()).encrypt_block(&mut block);
        Uuid::from_bytes(block.into())
    }

    /// Decrypts an id that [`Self::hide`] encrypted.
    pub fn show(&self, purpose: Purpose, hidden: Uuid) -> Uuid {
        let mut block = hidden.into_bytes().into();
        Aes256::new(&self.key(purpose).into()).decrypt_block(&mut block);
        Uuid::from_bytes(block.into())
    }

    /// Encrypts `secret` for the row `of`. It can be opened for that row only.
    pub fn seal(&self, purpose: Purpose, of: &str, secret: &[u8]) -> Result<String, Error> {
        let nonce = random_bytes::<NONCE>()?;
        let cipher = Aes256Gcm::new(&self.key(purpose).into());
        let sealed = cipher.encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: of.as_bytes() });
        let sealed = sealed.map_err(|_| Error::internal("a secret could not be sealed"))?;
        Ok(hex::encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Decrypts what [`Self::seal`] encrypted for the row `of`; an error if it was sealed for another row or changed.
    pub fn open(&self, purpose: Purpose, of: &str, sealed: &str) -> Result<Vec<u8>, Error> {
        let wrong = || Error::internal("a sealed secret does not open with this key");
        let sealed = hex::decode(sealed).map_err(|_| wrong())?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(wrong)?;
        let cipher = Aes256Gcm::new(&self.key(purpose).into());
        cipher.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: of.as_bytes() }).map_err(|_| wrong())
    }
}

/// A keyed hash under way.
pub(crate) struct Running(Hmac<Sha256>);

impl Running {
    /// Adds a part, with its length.
    pub(crate) fn add(&mut self, part: &str) {
        self.0.update(&(part.len() as u64).to_be_bytes());
        self.0.update(part.as_bytes());
    }

    /// The hash of all parts, in hexadecimal.
    pub(crate) fn finish(self) -> String {
        hex::encode(self.0.finalize().into_bytes())
    }
}

fn begin(key: &[u8]) -> Hmac<Sha256> {
    Hmac::<Sha256>::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"))
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = begin(key);
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
        assert_ne!(keyring("a").show(Purpose::IdempotencyKey, hidden[0]), ids[0]);
        // Ids of one moment share their first half; what hides them shares nothing.
        assert_ne!(hidden[0].as_bytes()[..8], hidden[1].as_bytes()[..8]);
    }

    #[test]
    fn a_keyed_hash_depends_on_key_purpose_and_every_part() {
        let hash = keyring("a").hash(Purpose::Throttle, &["ab", "c"]);
        let mut running = keyring("a").running(Purpose::Throttle);
        for part in ["ab", "c"] {
            running.add(part);
        }
        assert_eq!(hash, running.finish());
        assert_eq!(hash, keyring("a").hash(Purpose::Throttle, &["ab", "c"]));
        for other in [
            keyring("a").hash(Purpose::Throttle, &["a", "bc"]),
            keyring("a").hash(Purpose::IdempotencyKey, &["ab", "c"]),
            keyring("b").hash(Purpose::Throttle, &["ab", "c"]),
        ] {
            assert_ne!(hash, other);
        }
    }
}
