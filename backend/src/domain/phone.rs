//! Telephone numbers, kept in one international form.
//!
//! Lives here: reading a number as people write it and showing it as people read it. Must not live
//! here: whether it rings, or which numbers are safe to call.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A telephone number in E.164: `+` and up to fifteen digits. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Phone(String);

/// Why a text is not a telephone number, in the reader's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhoneError {
    /// Nothing was given.
    #[error("enter a phone number")]
    Missing,
    /// A letter, a hidden character or a sign that no number has; extensions are among these.
    #[error("a phone number has only digits, spaces and +; put an extension in the notes")]
    NotDigits,
    /// A British number of the wrong length.
    #[error("a UK phone number has 10 or 11 digits and begins with 0")]
    UkLength,
    /// A number that begins neither with 0 nor with a country code.
    #[error("begin the phone number with 0, or with + and the country code")]
    NoPrefix,
    /// A foreign number too short or too long to exist.
    #[error("an international phone number has 7 to 15 digits after the +")]
    InternationalLength,
}

impl Phone {
    /// Reads a British number (`01582 548180`) or an international one (`+92 300 1234567`,
    /// `0092…`), with spaces, hyphens, dots, brackets and a bracketed `(0)` tolerated.
    pub fn parse(raw: &str) -> Result<Self, PhoneError> {
        let text = raw.trim_matches([' ', '\u{A0}']);
        if text.is_empty() {
            return Err(PhoneError::Missing);
        }
        let (international, rest) = match text.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut digits = digits_of(rest)?;
        if !international && let Some(after) = digits.strip_prefix("00") {
            return Self::abroad(after);
        }
        if international {
            return Self::abroad(&digits);
        }
        if !digits.starts_with('0') {
            return Err(PhoneError::NoPrefix);
        }
        digits.remove(0);
        Self::british(&digits)
    }

    fn abroad(digits: &str) -> Result<Self, PhoneError> {
        if let Some(national) = digits.strip_prefix("44") {
            // As in +44 (0)1582 548180, which many letterheads print.
            return Self::british(national.strip_prefix('0').unwrap_or(national));
        }
        if digits.starts_with('0') {
            return Err(PhoneError::NoPrefix);
        }
        if !(7..=15).contains(&digits.len()) {
            return Err(PhoneError::InternationalLength);
        }
        Ok(Self(format!("+{digits}")))
    }

    fn british(national: &str) -> Result<Self, PhoneError> {
        if !(9..=10).contains(&national.len()) || national.starts_with('0') {
            return Err(PhoneError::UkLength);
        }
        Ok(Self(format!("+44{national}")))
    }

    /// The canonical form, such as `+441582548180`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form people read: British numbers from 0 and in groups, others as stored.
    pub fn for_reading(&self) -> String {
        let Some(national) = self.0.strip_prefix("+44") else {
            return self.0.clone();
        };
        let code = match national.as_bytes() {
            [b'2', ..] => 2,
            [b'3' | b'8' | b'9', ..] | [b'1', b'1', ..] | [b'1', _, b'1', ..] => 3,
            _ => 4,
        };
        let (area, local) = national.split_at(code);
        if local.len() > 6 {
            let (middle, last) = local.split_at(local.len() - 4);
            format!("0{area} {middle} {last}")
        } else {
            format!("0{area} {local}")
        }
    }
}

fn digits_of(text: &str) -> Result<String, PhoneError> {
    text.chars()
        .filter(|c| !matches!(c, ' ' | '\u{A0}' | '-' | '\u{2010}'..='\u{2013}' | '.' | '(' | ')'))
        .map(|c| c.is_ascii_digit().then_some(c).ok_or(PhoneError::NotDigits))
        .collect()
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

impl AsRef<str> for Phone {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

impl TryFrom<String> for Phone {
    type Error = PhoneError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_kept_in_one_form_however_they_are_written() {
        let rows = [
            ("Luton CME", "01582 548180", "+441582548180"),
            ("brackets", "(01582) 548-180", "+441582548180"),
            ("country code", "+44 1582 548180", "+441582548180"),
            ("bracketed zero", "+44 (0)1582 548180", "+441582548180"),
            ("00 for +", "0044 1582 548180", "+441582548180"),
            ("mobile", "07700 900123", "+447700900123"),
            ("ten-digit British number", "01204 52000", "+44120452000"),
            ("Pakistan", "+92 300 1234567", "+923001234567"),
            ("Romania with 00", "0040 21 123 4567", "+40211234567"),
            ("spaces around", " 020 7946 0123 ", "+442079460123"),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(Phone::parse(raw).unwrap().as_str(), expected, "row {row}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused_with_its_reason() {
        let rows = [
            ("blank", " ", PhoneError::Missing),
            ("letters", "01582 ABCDEF", PhoneError::NotDigits),
            ("extension", "01582 548180 ext 2", PhoneError::NotDigits),
            ("line feed", "01582\n548180", PhoneError::NotDigits),
            ("NUL", "01582 548180\0", PhoneError::NotDigits),
            ("Arabic-Indic digits", "\u{660}1582548180", PhoneError::NotDigits),
            ("second plus", "++441582548180", PhoneError::NotDigits),
            ("no prefix", "548180", PhoneError::NoPrefix),
            ("country code of zero", "+0 1582 548180", PhoneError::NoPrefix),
            ("short", "01582 5481", PhoneError::UkLength),
            ("long", "01582 5481801", PhoneError::UkLength),
            ("long abroad", "+92 300 1234567 890123", PhoneError::InternationalLength),
            ("brackets only", "()", PhoneError::NoPrefix),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(Phone::parse(raw), Err(expected), "row {row}");
        }
    }

    #[test]
    fn british_numbers_are_shown_in_the_groups_people_know() {
        let rows = [
            ("01582548180", "01582 548180"),
            ("07700900123", "07700 900123"),
            ("02079460123", "020 7946 0123"),
            ("03003008123", "0300 300 8123"),
            ("01214960123", "0121 496 0123"),
            ("01134960123", "0113 496 0123"),
            ("+923001234567", "+923001234567"),
        ];
        for (raw, expected) in rows {
            assert_eq!(Phone::parse(raw).unwrap().for_reading(), expected);
        }
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_changes_nothing(raw in "(0|\\+44|\\+92)[1-9][0-9]{8,9}") {
            let phone = Phone::parse(&raw).unwrap();
            prop_assert_eq!(&Phone::parse(phone.as_str()).unwrap(), &phone);
            prop_assert_eq!(&Phone::parse(&phone.for_reading()).unwrap(), &phone);
        }

        #[test]
        fn no_text_whatever_panics(raw in any::<String>()) {
            if let Ok(phone) = Phone::parse(&raw) {
                let _ = phone.for_reading();
            }
        }
    }
}
