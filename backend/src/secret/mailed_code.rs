//! The code that is asked for when a mailed link is opened in another browser than the one that asked for it. It is in
//! the mail; for an invitation, the person who invited tells it. What must not live here: when it is asked for
//! (`auth::mailed_link`).

use super::keyring::{Keyring, Purpose};
use super::random_bytes;
use crate::error::Error;

/// The letters I, L, O and U are left out; I, L and O that are typed are read as the digits they look like.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 8;

/// A new random code in the form in which codes are compared.
pub(crate) fn random() -> Result<String, Error> {
    let bytes = random_bytes::<LENGTH>()?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
}

/// A code as people read it: `XXXX-XXXX`.
pub(crate) fn printed(code: &str) -> String {
    let (first, second) = code.split_at_checked(LENGTH / 2).unwrap_or((code, ""));
    format!("{first}-{second}")
}

/// Reads a typed code into the form in which codes are compared; `None` if it cannot be one.
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

/// The stored hash of a code, bound to its link by the hash of the link's token.
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
