//! References that people read out, write down and type: `R-7K3M-9QXC`, `C-0V2D-HT61`.
//!
//! Lives here: making a reference from random bits given by the caller, and reading one back.
//! Must not live here: any source of randomness, or any order in the numbers; a reference must not
//! tell how many cases there are.
//!
//! After the prefix letter stand seven characters of five bits and a check character. Prefix, body
//! and check are nine symbols of GF(32), each weighted by its own power of two, with a total of
//! zero: so any one wrong character is caught, and so is any swap of two different ones.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text is not a reference, in the reader's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ReferenceError {
    /// Nothing was given.
    #[error("enter a reference")]
    Missing,
    /// Not a prefix letter and eight characters.
    #[error("a reference looks like R-7K3M-9QX4 or C-7K3M-9QX4")]
    Shape,
    /// A reference of the other kind.
    #[error("this reference begins with {found}; one that begins with {wanted} is needed")]
    OtherKind {
        /// The letter it begins with.
        found: char,
        /// The letter it should begin with.
        wanted: char,
    },
    /// The check character does not fit.
    #[error("one character of the reference is mistyped")]
    Mistyped,
}

/// The reference of a referral: `R-`, then two groups of four.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct ReferralReference(String);

/// The reference of a case: `C-`, then two groups of four.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct CaseReference(String);

/// A reference of either kind, as a search box receives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reference {
    /// It begins with `R`.
    Referral(ReferralReference),
    /// It begins with `C`.
    Case(CaseReference),
}

impl Reference {
    /// Reads a reference of either kind, as generously as the two types do.
    pub fn parse(raw: &str) -> Result<Self, ReferenceError> {
        let symbols = read(raw)?;
        match symbols[0] {
            REFERRAL => Ok(Self::Referral(ReferralReference(print(symbols)))),
            CASE => Ok(Self::Case(CaseReference(print(symbols)))),
            _ => Err(ReferenceError::Shape),
        }
    }
}

impl ReferralReference {
    /// Makes a reference from the lowest 35 bits of `random`.
    pub fn from_random_bits(random: u64) -> Self {
        Self(print(made_from(REFERRAL, random)))
    }

    /// Reads a reference in either case, with or without hyphens and spaces, with O read as 0 and
    /// I and L as 1.
    pub fn parse(raw: &str) -> Result<Self, ReferenceError> {
        match Reference::parse(raw)? {
            Reference::Referral(reference) => Ok(reference),
            Reference::Case(_) => Err(ReferenceError::OtherKind { found: 'C', wanted: 'R' }),
        }
    }

    /// The reference in its groups.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CaseReference {
    /// Makes a reference from the lowest 35 bits of `random`.
    pub fn from_random_bits(random: u64) -> Self {
        Self(print(made_from(CASE, random)))
    }

    /// Reads a reference in either case, with or without hyphens and spaces, with O read as 0 and
    /// I and L as 1.
    pub fn parse(raw: &str) -> Result<Self, ReferenceError> {
        match Reference::parse(raw)? {
            Reference::Case(reference) => Ok(reference),
            Reference::Referral(_) => Err(ReferenceError::OtherKind { found: 'R', wanted: 'C' }),
        }
    }

    /// The reference in its groups.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Some characters of a reference, from its beginning or to its end, as people remember or read out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOfReference(String);

impl PartOfReference {
    /// Reads three characters or more, as generously as a whole reference. `None` for what cannot be a part: a text in
    /// several words, or one of letters alone, which is a name.
    pub fn parse(raw: &str) -> Option<Self> {
        let text = raw.trim();
        let is_dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2014}');
        if !text.contains(|c: char| c.is_ascii_digit() || is_dash(c)) {
            return None;
        }
        let symbols: Option<String> = text
            .chars()
            .filter(|c| !is_dash(*c))
            .map(|c| symbol_of(c).map(|symbol| char::from(ALPHABET[usize::from(symbol & 31)])))
            .collect();
        symbols.filter(|symbols| (3..=9).contains(&symbols.len())).map(Self)
    }

    /// How a reference that begins with `letter` begins, if this is its beginning, with the letter or without it.
    pub fn beginnings(&self, letter: char) -> Vec<String> {
        let grouped = |body: &str| match body.split_at_checked(4) {
            Some((first, last)) if !last.is_empty() => format!("{letter}-{first}-{last}"),
            _ => format!("{letter}-{body}"),
        };
        let with_letter = self.0.strip_prefix(letter).filter(|body| body.len() >= 2).map(grouped);
        let without = (self.0.len() <= 8).then(|| grouped(&self.0));
        with_letter.into_iter().chain(without).collect()
    }

    /// How the last group of a reference begins, and how the whole ends, if this is the end of it.
    pub fn end(&self) -> Option<(&str, String)> {
        if self.0.len() > 8 {
            return None;
        }
        let (before, last) = self.0.split_at(self.0.len().saturating_sub(4));
        let end = if before.is_empty() { String::new() } else { format!("{before}-{last}") };
        Some((last, end))
    }
}

// Crockford's alphabet: no I, L and O, which look like digits, and no U, which makes words.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
// The places of R and C in it.
const REFERRAL: u8 = 24;
const CASE: u8 = 12;

// The prefix, seven characters of body, the check character; each below 32.
type Symbols = [u8; 9];

fn made_from(kind: u8, random: u64) -> Symbols {
    let mut symbols = [0; 9];
    symbols[0] = kind;
    for (place, symbol) in symbols[1..8].iter_mut().enumerate() {
        *symbol = u8::try_from((random >> (5 * place)) & 31).unwrap_or(0);
    }
    // The check character has weight one, so it equals the total of the others.
    symbols[8] = total(symbols);
    symbols
}

fn read(raw: &str) -> Result<Symbols, ReferenceError> {
    let mut symbols = [0; 9];
    let mut length = 0;
    for c in raw.chars() {
        if matches!(c, ' ' | '\u{A0}' | '-' | '\u{2010}'..='\u{2014}') {
            continue;
        }
        let symbol = symbol_of(c).ok_or(ReferenceError::Shape)?;
        *symbols.get_mut(length).ok_or(ReferenceError::Shape)? = symbol;
        length += 1;
    }
    if length == 0 {
        return Err(ReferenceError::Missing);
    }
    if length != symbols.len() || !matches!(symbols[0], REFERRAL | CASE) {
        return Err(ReferenceError::Shape);
    }
    if total(symbols) != 0 {
        return Err(ReferenceError::Mistyped);
    }
    Ok(symbols)
}

fn symbol_of(c: char) -> Option<u8> {
    let plain = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == plain)?;
    u8::try_from(place).ok()
}

fn print(symbols: Symbols) -> String {
    let mut printed = String::with_capacity(11);
    for (place, symbol) in symbols.into_iter().enumerate() {
        if place == 1 || place == 5 {
            printed.push('-');
        }
        printed.push(char::from(ALPHABET[usize::from(symbol & 31)]));
    }
    printed
}

// Horner's rule in GF(32): the last symbol has weight one, each before it twice the next. The nine
// weights differ because two generates all thirty-one non-zero elements.
fn total(symbols: Symbols) -> u8 {
    symbols.into_iter().fold(0, |sum, symbol| doubled(sum) ^ symbol)
}

// Doubling modulo x⁵ + x² + 1.
fn doubled(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Referral(reference) => reference.fmt(f),
            Self::Case(reference) => reference.fmt(f),
        }
    }
}

impl fmt::Display for ReferralReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for CaseReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for ReferralReference {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for CaseReference {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<ReferralReference> for String {
    fn from(reference: ReferralReference) -> Self {
        reference.0
    }
}

impl From<CaseReference> for String {
    fn from(reference: CaseReference) -> Self {
        reference.0
    }
}

impl TryFrom<String> for ReferralReference {
    type Error = ReferenceError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl TryFrom<String> for CaseReference {
    type Error = ReferenceError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_of_a_reference_is_its_beginning_or_its_end() {
        let part = |typed| PartOfReference::parse(typed);
        for (typed, beginnings, end) in [
            ("7k3m", vec!["C-7K3M"], Some(("7K3M", ""))),
            ("c-7k3", vec!["C-7K3", "C-C7K3"], Some(("C7K3", ""))),
            ("9qx", vec!["C-9QX"], Some(("9QX", ""))),
            ("3m-9qx4", vec!["C-3M9Q-X4"], Some(("9QX4", "3M-9QX4"))),
            ("C7K3M9QX4", vec!["C-7K3M-9QX4"], None),
        ] {
            let part = part(typed).unwrap();
            assert_eq!(part.beginnings('C'), beginnings, "{typed}");
            assert_eq!(part.end(), end.map(|(last, whole)| (last, whole.to_owned())), "{typed}");
        }
        for no_part in ["khan", "7k", "brown 2014", "", "-", "7k3m9qx4zz", "7u3m"] {
            assert_eq!(part(no_part), None, "{no_part}");
        }
    }

    #[test]
    fn a_reference_is_a_letter_and_two_groups_of_four() {
        let rows = [(0, "R-0000-000"), (1, "R-1000-000"), (u64::MAX, "R-ZZZZ-ZZZ"), (1 << 35, "R-0000-000")];
        for (random, beginning) in rows {
            let shown = ReferralReference::from_random_bits(random).to_string();
            assert!(shown.starts_with(beginning) && shown.len() == 11, "{shown}");
        }
    }

    #[test]
    fn a_reference_is_read_however_it_was_copied() {
        let reference = CaseReference::from_random_bits(0b00001_00000_10111_00001_00000);
        let shown = reference.to_string();
        let rows = [
            ("as printed", shown.clone()),
            ("lower case", shown.to_lowercase()),
            ("no hyphens", shown.replace('-', "")),
            ("spaces", format!(" {} ", shown.replace('-', " "))),
            ("long dashes", shown.replace('-', "–")),
            ("O for 0", shown.replace('0', "O")),
            ("small o for 0", shown.replace('0', "o")),
            ("I for 1", shown.replace('1', "I")),
            ("small l for 1", shown.replace('1', "l")),
        ];
        for (row, raw) in rows {
            assert_eq!(CaseReference::parse(&raw).as_ref(), Ok(&reference), "row {row}");
        }
    }

    #[test]
    fn what_is_not_a_reference_is_refused_with_its_reason() {
        let referral = ReferralReference::from_random_bits(12_345).to_string();
        let rows = [
            ("blank", " - ".to_owned(), ReferenceError::Missing),
            ("short", referral[..10].to_owned(), ReferenceError::Shape),
            ("long", format!("{referral}0"), ReferenceError::Shape),
            ("no such prefix", referral.replace('R', "X"), ReferenceError::Shape),
            ("U is not used", "C-UUUU-UUUU".to_owned(), ReferenceError::Shape),
            ("NUL", format!("{referral}\0"), ReferenceError::Shape),
            ("Kelvin sign", "C-\u{212A}000-0000".to_owned(), ReferenceError::Shape),
            ("a referral's", referral.clone(), ReferenceError::OtherKind { found: 'R', wanted: 'C' }),
            ("prefix exchanged", referral.replace('R', "C"), ReferenceError::Mistyped),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(CaseReference::parse(&raw), Err(expected), "row {row}");
        }
    }

    #[test]
    fn a_search_box_takes_either_kind() {
        let (referral, case) = (ReferralReference::from_random_bits(7), CaseReference::from_random_bits(7));
        assert_eq!(Reference::parse(referral.as_str()), Ok(Reference::Referral(referral)));
        assert_eq!(Reference::parse(case.as_str()), Ok(Reference::Case(case)));
    }

    #[test]
    fn two_generates_every_non_zero_element() {
        let mut seen = std::collections::BTreeSet::new();
        let mut element = 1;
        while seen.insert(element) {
            element = doubled(element);
        }
        assert_eq!((seen.len(), element), (31, 1));
    }

    #[test]
    fn the_examples_in_the_error_text_are_not_mistaken_for_advice_to_type_them() {
        assert_eq!(Reference::parse("R-7K3M-9QX4"), Err(ReferenceError::Mistyped));
        assert_eq!(Reference::parse("C-7K3M-9QX4"), Err(ReferenceError::Mistyped));
    }

    fn symbols(random: u64, case: bool) -> Symbols {
        made_from(if case { CASE } else { REFERRAL }, random)
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_changes_nothing(random in any::<u64>()) {
            let case = CaseReference::from_random_bits(random);
            prop_assert_eq!(CaseReference::parse(case.as_str()).unwrap(), case);
        }

        #[test]
        fn different_bits_make_different_references(a in 0_u64..1 << 35, b in 0_u64..1 << 35) {
            let same = CaseReference::from_random_bits(a) == CaseReference::from_random_bits(b);
            prop_assert_eq!(same, a == b);
        }

        #[test]
        fn one_wrong_character_is_always_caught(
            random in any::<u64>(), case in any::<bool>(), at in 0_usize..9, to in 0_u8..32,
        ) {
            let mut changed = symbols(random, case);
            prop_assume!(changed[at] != to);
            changed[at] = to;
            prop_assert!(Reference::parse(&print(changed)).is_err());
        }

        #[test]
        fn two_swapped_characters_are_always_caught(
            random in any::<u64>(), case in any::<bool>(), one in 0_usize..9, other in 0_usize..9,
        ) {
            let mut changed = symbols(random, case);
            if changed[one] == changed[other] {
                return Ok(());
            }
            changed.swap(one, other);
            prop_assert!(Reference::parse(&print(changed)).is_err());
        }

        #[test]
        fn no_text_whatever_panics(raw in any::<String>()) {
            let _ = Reference::parse(&raw);
        }
    }
}
