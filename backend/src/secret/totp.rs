//! Time-based one-time passwords (RFC 6238) as authenticator apps make them: six digits, a new code every thirty
//! seconds.

use chrono::{DateTime, Utc};
use totp_rs::{Builder, Totp};

use super::random_bytes;
use crate::error::Error;

/// The length of a secret in bytes.
const SECRET: usize = 20;

/// A new random secret.
pub fn new_secret() -> Result<[u8; SECRET], Error> {
    random_bytes()
}

fn totp(secret: &[u8], issuer: &str, account: &str) -> Result<Totp, Error> {
    // An issuer's name must not contain a colon, which separates it from the account.
    let issuer = Some(issuer.replace(':', " "));
    let totp = Builder::new().with_secret(secret.to_vec()).with_skew(1).with_issuer(issuer);
    totp.with_account_name(account.to_owned()).build().map_err(|cause| Error::internal(cause.to_string()))
}

fn seconds(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp()).unwrap_or_default()
}

/// The time step whose code was typed: the present one, or the one before or after it, because clocks differ. `None` if
/// it is the code of neither.
pub fn step_of(secret: &[u8], typed: &str, now: DateTime<Utc>) -> Result<Option<i64>, Error> {
    let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    if typed.len() != 6 || !typed.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(None);
    }
    let step = totp(secret, "Onroll", "staff")?.check(&typed, seconds(now));
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The code that an app shows at the time `now`.
pub fn code_at(secret: &[u8], now: DateTime<Utc>) -> Result<String, Error> {
    Ok(totp(secret, "Onroll", "staff")?.generate(seconds(now)).to_string())
}

/// The `otpauth:` URL that an app reads from a QR code.
pub fn url(secret: &[u8], issuer: &str, account: &str) -> Result<String, Error> {
    totp(secret, issuer, account)?.to_url().map_err(|cause| Error::internal(cause.to_string()))
}

/// The secret as a person types it into an app: base 32 in groups of four.
pub fn as_text(secret: &[u8]) -> String {
    let letters: Vec<char> = base32(secret).chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// Base 32 without padding (RFC 4648).
pub(super) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for five in bytes.chunks(5) {
        let mut block = [0; 8];
        block[3..3 + five.len()].copy_from_slice(five);
        let bits = u64::from_be_bytes(block);
        let letters = (five.len() * 8).div_ceil(5);
        for at in 0..letters {
            let index = usize::try_from((bits >> (35 - 5 * at)) & 31).unwrap_or_default();
            text.push(char::from(ALPHABET[index]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, the last six digits.
        let secret = b"12345678901234567890";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code_at(secret, at(seconds)).unwrap(), code);
            assert_eq!(step_of(secret, code, at(seconds)).unwrap(), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_good_a_step_before_and_after_and_no_longer() {
        let secret = b"12345678901234567890";
        let code = code_at(secret, at(3_000)).unwrap();
        for (seconds, good) in [(2_969, false), (2_970, true), (3_000, true), (3_059, true), (3_060, false)] {
            assert_eq!(step_of(secret, &code, at(seconds)).unwrap().is_some(), good, "{seconds}");
        }
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        assert_eq!(step_of(secret, &spaced, at(3_000)).unwrap(), Some(100));
        for nonsense in ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦"] {
            assert_eq!(step_of(secret, nonsense, at(3_000)).unwrap(), None);
        }
    }

    #[test]
    fn base_32_is_that_of_the_standard() {
        for (bytes, text) in [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")] {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(as_text(b"foobar"), "MZXW 6YTB OI");
    }
}
