//! Recovery codes, with which staff sign in when their second factor is not to hand. Each works once, and only keyed
//! hashes are stored.

use entity::StaffId;

use super::keyring::{Keyring, Purpose};
use super::random_bytes;
use super::totp::base32;
use crate::error::Error;

/// The number of codes that a person is given.
pub const CODES: usize = 10;

/// The number of letters in a code, each of five bits: the last fifty of its random bytes.
const LETTERS: usize = 10;

/// Makes new codes, to be shown once.
pub fn new_codes() -> Result<Vec<String>, Error> {
    (0..CODES)
        .map(|_| {
            let letters = base32(&random_bytes::<8>()?);
            Ok(format!("{}-{}", &letters[..LETTERS / 2], &letters[LETTERS / 2..LETTERS]))
        })
        .collect()
}

/// The hash that is stored for a code of `staff`, however the code was typed; `None` if it cannot be a code.
pub fn hash(keyring: &Keyring, staff: StaffId, typed: &str) -> Option<String> {
    let letters: String = typed.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    (letters.len() == LETTERS).then(|| keyring.hash(Purpose::RecoveryCode, &[&staff.to_string(), &letters]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    #[test]
    fn a_code_counts_however_it_is_typed_and_for_one_person() {
        let keyring = Keyring::new(Secret::new("a".repeat(64)));
        let (one, other): (StaffId, StaffId) = (uuid::Uuid::from_u128(1).into(), uuid::Uuid::from_u128(2).into());
        let codes = new_codes().unwrap();
        assert_eq!(codes.len(), CODES);
        let code = &codes[0];
        let stored = hash(&keyring, one, code).unwrap();
        assert_eq!(hash(&keyring, one, &code.replace('-', " ").to_lowercase()).unwrap(), stored);
        assert_ne!(hash(&keyring, other, code).unwrap(), stored);
        assert_ne!(hash(&keyring, one, &codes[1]).unwrap(), stored);
        assert_eq!(hash(&keyring, one, "123456"), None);
    }
}
