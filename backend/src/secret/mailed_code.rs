//! The code that a mailed link wants from another browser than the one that asked: in the mail, or, for an invitation,
//! with whoever invited.

use super::keyring::{Keyring, Purpose};
use super::random_bytes;
use crate::error::Error;

/// No I, L, O or U: what looks like another sign is read as that sign.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// A new code, in the one form in which codes are compared.
pub(crate) fn random() -> Result<String, Error> {
    let bytes = random_bytes::<LENGTH>()?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
}

/// As it is printed: `XXXX-XXXX`.
pub(crate) fn printed(code: &str) -> String {
    let (first, second) = code.split_at_checked(LENGTH / 2).unwrap_or((code, ""));
    format!("{first}-{second}")
}

/// What was typed, in the one form in which codes are compared; none if it cannot be a code.
pub(crate) fn parse(typed: &str) -> Option<String> {
    let signs = typed.chars().filter(|sign| !sign.is_whitespace() && *sign != '-');
    let code: String = signs
        .map(|sign| match sign.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            sign => sign,
        })
        .collect();
    (code.len() == LENGTH && code.bytes().all(|sign| ALPHABET.contains(&sign))).then_some(code)
}

/// What is stored of the code of a link, which is stored under `token_hash`.
pub(crate) fn hash(keyring: &Keyring, token_hash: &str, code: &str) -> String {
    keyring.hash(Purpose::MailedCode, &[token_hash, code])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = random().unwrap();
        assert_eq!(parse(&printed(&code)), Some(code.clone()));
        assert_eq!(parse(&printed(&code).to_lowercase()), Some(code));
        for (typed, read) in [
            ("ab1d-0fgh", Some("AB1D0FGH")),
            (" ABlD OFGH ", Some("AB1D0FGH")),
            ("AB1D-0FG", None),
            ("AB1D-0FGHJ", None),
            ("AB1D-0FGU", None),
            ("", None),
            ("ＡＢ1D0FGH", None),
        ] {
            assert_eq!(parse(typed).as_deref(), read, "{typed}");
        }
    }
}
