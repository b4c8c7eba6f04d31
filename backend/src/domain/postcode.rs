//! United Kingdom postcodes in their printed form.
//!
//! Lives here: the shape of a postcode. Must not live here: where it is, or which authority it
//! lies in; that needs a register.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A postcode in capitals with one space, such as `LU1 2AB`. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Postcode(String);

/// Why a text is not a postcode, in the reader's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PostcodeError {
    /// Nothing was given.
    #[error("enter a postcode")]
    Missing,
    /// Not the shape of a whole United Kingdom postcode.
    #[error("enter a full UK postcode, like LU1 2AB")]
    Shape,
}

impl Postcode {
    /// Reads a postcode in either case and with spaces anywhere.
    pub fn parse(raw: &str) -> Result<Self, PostcodeError> {
        let text: String =
            raw.chars().filter(|c| !matches!(c, ' ' | '\u{A0}')).map(|c| c.to_ascii_uppercase()).collect();
        if text.is_empty() {
            return Err(PostcodeError::Missing);
        }
        if !text.is_ascii() || !(5..=7).contains(&text.len()) {
            return Err(PostcodeError::Shape);
        }
        let (outward, inward) = text.split_at(text.len() - 3);
        // GIR 0AA, once a bank's, is the one code that keeps to no pattern.
        if !(is_outward(outward) && is_inward(inward)) && text != "GIR0AA" {
            return Err(PostcodeError::Shape);
        }
        Ok(Self(format!("{outward} {inward}")))
    }

    /// The beginnings of postcodes that a text may stand for, in the form in which postcodes are printed: `lu1` is `LU1 `,
    /// and `lu12` is `LU12 ` or `LU1 2`. None for a text that no postcode begins with.
    pub fn beginnings(raw: &str) -> Vec<String> {
        let words: Vec<String> = raw.split_whitespace().map(str::to_ascii_uppercase).collect();
        let is_inner = |text: &str| {
            let shape: Vec<bool> = text.bytes().map(|b| b.is_ascii_digit()).collect();
            shape == [true] || (shape == [true, false] && text.bytes().all(|b| b.is_ascii_alphanumeric()))
        };
        match words.as_slice() {
            [outward, inner] if is_outward(outward) && is_inner(inner) => vec![format!("{outward} {inner}")],
            [text] if text.is_ascii() => {
                let whole = is_outward(text).then(|| format!("{text} "));
                let parted = (2..text.len()).map(|at| text.split_at(at));
                let parted = parted.filter(|(outward, inner)| is_outward(outward) && is_inner(inner));
                whole.into_iter().chain(parted.map(|(outward, inner)| format!("{outward} {inner}"))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The whole postcode, with its space.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the space, which names a town or a quarter: `LU1`.
    pub fn outward(&self) -> &str {
        self.0.split_once(' ').map_or("", |(outward, _)| outward)
    }
}

// Letters are told apart from digits; which areas and districts exist is the register's affair.
fn is_outward(text: &str) -> bool {
    let shape: String = text.bytes().map(|b| if b.is_ascii_digit() { '9' } else { 'A' }).collect();
    let known = ["A9", "A99", "A9A", "AA9", "AA99", "AA9A"].contains(&shape.as_str());
    known && text.bytes().all(|b| b.is_ascii_alphanumeric()) && !text.starts_with(['Q', 'V', 'X'])
}

fn is_inward(text: &str) -> bool {
    match text.as_bytes() {
        [sector, unit @ ..] => {
            sector.is_ascii_digit() && unit.iter().all(|b| b.is_ascii_uppercase() && !b"CIKMOV".contains(b))
        }
        [] => false,
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postcode(…)")
    }
}

impl AsRef<str> for Postcode {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Postcode> for String {
    fn from(postcode: Postcode) -> Self {
        postcode.0
    }
}

impl TryFrom<String> for Postcode {
    type Error = PostcodeError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn postcodes_are_kept_in_capitals_with_one_space() {
        let rows = [
            ("as printed", "LU1 2AB", "LU1 2AB"),
            ("typed in haste", " lu12ab ", "LU1 2AB"),
            ("spaces astray", "l u 1  2 a b", "LU1 2AB"),
            ("no-break space", "LU1\u{A0}2AB", "LU1 2AB"),
            ("A9", "m1 1ae", "M1 1AE"),
            ("A99", "B33 8TH", "B33 8TH"),
            ("A9A", "W1A 0AX", "W1A 0AX"),
            ("AA99", "DN55 1PT", "DN55 1PT"),
            ("AA9A", "EC1A 1BB", "EC1A 1BB"),
            ("British forces", "BF1 0AX", "BF1 0AX"),
            ("the odd one", "gir0aa", "GIR 0AA"),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(Postcode::parse(raw).unwrap().as_str(), expected, "row {row}");
        }
    }

    #[test]
    fn what_is_not_a_postcode_is_refused() {
        let rows = [
            ("blank", "", PostcodeError::Missing),
            ("half of one", "LU1", PostcodeError::Shape),
            ("too long", "LU11 22AB", PostcodeError::Shape),
            ("letter for a digit", "LUI 2AB", PostcodeError::Shape),
            ("inward letter never used", "LU1 2AC", PostcodeError::Shape),
            ("no area begins with Q", "QU1 2AB", PostcodeError::Shape),
            ("hyphen", "LU1-2AB", PostcodeError::Shape),
            ("line feed", "LU1\n2AB", PostcodeError::Shape),
            ("NUL", "LU1 2AB\0", PostcodeError::Shape),
            ("full-width", "\u{FF2C}U1 2AB", PostcodeError::Shape),
            ("American", "90210", PostcodeError::Shape),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(Postcode::parse(raw), Err(expected), "row {row}");
        }
    }

    #[test]
    fn the_outward_part_stands_alone() {
        assert_eq!(Postcode::parse("ec1a1bb").unwrap().outward(), "EC1A");
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_changes_nothing(raw in "[A-PR-UWYZ][A-Z]?[0-9]{1,2} ?[0-9][ABD-HJLNP-UW-Z]{2}") {
            let postcode = Postcode::parse(&raw).unwrap();
            prop_assert_eq!(Postcode::parse(postcode.as_str()).unwrap(), postcode);
        }

        #[test]
        fn no_text_whatever_panics(raw in any::<String>()) {
            let _ = Postcode::parse(&raw);
        }
    }
}
