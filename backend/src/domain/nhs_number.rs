//! NHS numbers: ten digits, the last of which checks the others.
//!
//! Lives here: reading one, and saying in plain words what is wrong with it. Must not live here: who may see it.

use std::fmt;

use thiserror::Error;

/// A well-formed NHS number with a matching check digit.
///
/// `Debug` shows no part of it, so that it cannot reach a log by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NhsNumber(String);

/// Why a text is not an NHS number, in the reader's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NhsNumberError {
    /// Too many or too few digits, or something other than digits.
    #[error("an NHS number has 10 numbers, like 943 476 5919")]
    Shape,
    /// The last digit belongs to other digits.
    #[error("the last number does not belong to those before it, so one of them is mistyped")]
    CheckDigit,
}

impl NhsNumber {
    /// Reads an NHS number; spaces and hyphens in it do no harm.
    pub fn parse(raw: &str) -> Result<Self, NhsNumberError> {
        let digits: String = raw.chars().filter(|sign| !sign.is_whitespace() && *sign != '-').collect();
        if digits.len() != 10 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(NhsNumberError::Shape);
        }
        let (stem, last) = digits.split_at(9);
        let value = |digit: u8| u32::from(digit - b'0');
        let sum: u32 = stem.bytes().zip((2..=10).rev()).map(|(digit, weight)| value(digit) * weight).sum();
        let check = (11 - sum % 11) % 11;
        // A stem whose digit would be 10 belongs to no number.
        let matches = last.bytes().all(|digit| value(digit) == check);
        if matches { Ok(Self(digits)) } else { Err(NhsNumberError::CheckDigit) }
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as people read it, in groups of three, three and four.
    pub fn in_groups(&self) -> String {
        let (first, rest) = self.0.split_at(3);
        let (second, third) = rest.split_at(3);
        format!("{first} {second} {third}")
    }
}

impl fmt::Debug for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NhsNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_digits_whose_last_checks_the_others_are_one() {
        for valid in ["9434765919", "943 476 5919", " 943-476-5919 ", "9990000018", "9990000050"] {
            assert!(NhsNumber::parse(valid).is_ok(), "{valid}");
        }
        assert_eq!(NhsNumber::parse("9434765919").unwrap().in_groups(), "943 476 5919");
        for (wrong, why) in [
            ("", NhsNumberError::Shape),
            ("943476591", NhsNumberError::Shape),
            ("94347659190", NhsNumberError::Shape),
            ("943476591X", NhsNumberError::Shape),
            ("٩٤٣٤٧٦٥٩١٩", NhsNumberError::Shape),
            ("9434765918", NhsNumberError::CheckDigit),
            ("9434675919", NhsNumberError::CheckDigit),
        ] {
            assert_eq!(NhsNumber::parse(wrong), Err(why), "{wrong}");
        }
    }

    #[test]
    fn a_stem_whose_check_would_be_ten_has_no_number_at_all() {
        for last in 0..10 {
            assert!(NhsNumber::parse(&format!("900000005{last}")).is_err(), "{last}");
        }
        assert!(NhsNumber::parse("9990000050").is_ok(), "a check of eleven is nought");
    }

    #[test]
    fn it_is_never_shown_by_accident() {
        assert!(!format!("{:?}", NhsNumber::parse("9434765919").unwrap()).contains("943"));
    }
}
