//! School URNs, the six-digit numbers by which the national register knows a school.
//!
//! Lives here: the shape of a URN. Must not live here: whether a school with that number exists,
//! or what became of it; a URN changes when a school becomes an academy.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Six digits, the first not zero. It promises a shape, not a school.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct SchoolUrn(String);

/// Why a text is not a URN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UrnError {
    /// Nothing was given.
    #[error("enter the school's URN")]
    Missing,
    /// Not six digits.
    #[error("a URN is six digits, such as 123456")]
    SixDigits,
}

impl SchoolUrn {
    /// Reads a URN, with spaces around it tolerated.
    pub fn parse(raw: &str) -> Result<Self, UrnError> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(UrnError::Missing);
        }
        let digits = text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit());
        if !digits || text.starts_with('0') {
            return Err(UrnError::SixDigits);
        }
        Ok(Self(text.to_owned()))
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchoolUrn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for SchoolUrn {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<SchoolUrn> for String {
    fn from(urn: SchoolUrn) -> Self {
        urn.0
    }
}

impl TryFrom<String> for SchoolUrn {
    type Error = UrnError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_urn_is_six_digits() {
        let rows = [
            ("plain", "109692", Ok("109692")),
            ("spaces around", " 109692 ", Ok("109692")),
            ("blank", "", Err(UrnError::Missing)),
            ("five digits", "10969", Err(UrnError::SixDigits)),
            ("seven digits: an LAESTAB", "8213614", Err(UrnError::SixDigits)),
            ("leading zero", "009692", Err(UrnError::SixDigits)),
            ("a letter", "10969X", Err(UrnError::SixDigits)),
            ("a sign", "+10969", Err(UrnError::SixDigits)),
            ("a space within", "109 692", Err(UrnError::SixDigits)),
            ("full-width digits", "\u{FF11}09692", Err(UrnError::SixDigits)),
        ];
        for (row, raw, expected) in rows {
            let read = SchoolUrn::parse(raw).map(String::from);
            assert_eq!(read.as_deref().map_err(|e| *e), expected, "row {row}");
        }
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_changes_nothing(text in "[1-9][0-9]{5}") {
            let urn = SchoolUrn::parse(&text).unwrap();
            prop_assert_eq!(urn.to_string(), text);
        }

        #[test]
        fn no_text_whatever_panics(raw in any::<String>()) {
            let _ = SchoolUrn::parse(&raw);
        }
    }
}
