//! Unique pupil numbers: their shape and their check letter.
//!
//! Lives here: reading a UPN and saying in plain words what is wrong with it. Must not live here:
//! anything that draws a meaning from a UPN (the authority in it issued it, perhaps long ago), or
//! that demands one, since a child may lawfully have none.

use std::fmt;

use entity::vocabulary::UpnAbsence;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A well-formed unique pupil number with a matching check letter, in upper case.
///
/// `Debug` shows no part of it, so that it cannot reach a log by accident.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Upn(String);

/// Whether a UPN is meant to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UpnKind {
    /// Issued once for the whole school career.
    Permanent,
    /// Issued until the permanent one is found; it ends in a letter.
    Temporary,
}

/// Why a text is not a UPN, in the reader's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UpnError {
    /// Nothing was given.
    #[error("enter a UPN, or say why there is none")]
    Missing,
    /// One of the codes by which social-care returns say why there is no UPN.
    #[error("{0} is not a UPN but a reason for having none")]
    NotAUpn(NoUpnReason),
    /// Too many or too few characters.
    #[error("a UPN has 13 characters, and this has {0}")]
    Length(usize),
    /// The check letter is not one that a UPN can begin with.
    #[error("a UPN begins with a letter other than I, O and S")]
    FirstLetter,
    /// Something other than a digit where only digits belong.
    #[error("characters 2 to 12 of a UPN are digits")]
    Digits,
    /// The last character is neither a digit nor a letter that a temporary UPN can end with.
    #[error("a UPN ends with a digit, or with a letter other than I, O and S")]
    LastCharacter,
    /// The check letter belongs to other digits.
    #[error("the first letter does not belong to the digits after it, so one of them is mistyped")]
    CheckLetter,
}

/// One of the codes UN1 to UN10, which returns of social care write where a UPN is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NoUpnReason(u8);

impl NoUpnReason {
    /// What the code says of why there is no UPN. Only the first three have a meaning that schools share; what the
    /// later ones say is about the return and not about the child.
    pub fn absence(self) -> UpnAbsence {
        match self.0 {
            1 | 2 => UpnAbsence::NeverInStateSchool,
            3 => UpnAbsence::NewToCountry,
            4..=6 => UpnAbsence::NotToHand,
            _ => UpnAbsence::NotKnown,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("UN")?;
        let is_plain = !digits.starts_with('0') && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse().ok().filter(|number| is_plain && (1..=10).contains(number)).map(Self)
    }
}

impl fmt::Display for NoUpnReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UN{}", self.0)
    }
}

/// An authority that issued UPNs and exists no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormerAuthority {
    code: &'static str,
    name: &'static str,
    until: i32,
}

/// The authorities that the reorganisations of local government since 2009 ended, as the national register calls them
/// ("Pre LGR"). Of a code that is not here nothing is said: the register of schools holds the codes of neighbours alone.
const FORMER: [FormerAuthority; 7] = [
    FormerAuthority { code: "820", name: "Bedfordshire", until: 2009 },
    FormerAuthority { code: "875", name: "Cheshire", until: 2009 },
    FormerAuthority { code: "835", name: "Dorset before its reorganisation", until: 2019 },
    FormerAuthority { code: "836", name: "Poole", until: 2019 },
    FormerAuthority { code: "837", name: "Bournemouth", until: 2019 },
    FormerAuthority { code: "928", name: "Northamptonshire", until: 2021 },
    FormerAuthority { code: "909", name: "Cumbria", until: 2023 },
];

impl fmt::Display for FormerAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, until, .. } = self;
        write!(f, "{name}, an authority until {until}")
    }
}

// No I, O or S, which are easily taken for digits.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

impl Upn {
    /// Reads a UPN in either case, with spaces around it tolerated.
    ///
    /// The check letter catches every change of one character and every swap of neighbouring
    /// digits, with one exception: a last digit `d` replaced by the letter of index `d` (0 by A,
    /// 1 by B … 7 by H, 8 by J, 9 by K) or the reverse, because a temporary UPN gives its final
    /// letter that same value.
    pub fn parse(raw: &str) -> Result<Self, UpnError> {
        let text = raw.trim().to_ascii_uppercase();
        if text.is_empty() {
            return Err(UpnError::Missing);
        }
        if let Some(reason) = NoUpnReason::read(&text) {
            return Err(UpnError::NotAUpn(reason));
        }
        let length = text.chars().count();
        if length != 13 {
            return Err(UpnError::Length(length));
        }
        if !text.bytes().next().is_some_and(|first| LETTERS.contains(&first)) {
            return Err(UpnError::FirstLetter);
        }
        if !text.chars().skip(1).take(11).all(|c| c.is_ascii_digit()) {
            return Err(UpnError::Digits);
        }
        let Some(expected) = check_letter(&text.as_bytes()[1..]) else {
            return Err(UpnError::LastCharacter);
        };
        if text.bytes().next() != Some(expected) {
            return Err(UpnError::CheckLetter);
        }
        Ok(Self(text))
    }

    /// The thirteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Permanent, or temporary when it ends in a letter.
    pub fn kind(&self) -> UpnKind {
        if self.0.ends_with(|last: char| last.is_ascii_digit()) { UpnKind::Permanent } else { UpnKind::Temporary }
    }

    /// The code of the authority that issued it, which may no longer exist.
    pub fn issuing_la(&self) -> &str {
        &self.0[1..4]
    }

    /// The authority that issued it, where that exists no more: a remark, never a fault, because a number holds for the
    /// whole school career.
    pub fn former_authority(&self) -> Option<FormerAuthority> {
        FORMER.into_iter().find(|former| former.code == self.issuing_la())
    }
}

// Weights 2 to 13 on the characters after the check letter, modulo 23 (Government Data Standards
// Catalogue, Unique Pupil Number v2.0). `None` when a character has no value.
fn check_letter(body: &[u8]) -> Option<u8> {
    let mut sum = 0;
    for (weight, character) in (2_usize..).zip(body) {
        let value = match character {
            b'0'..=b'9' => usize::from(character - b'0'),
            other => LETTERS.iter().position(|letter| letter == other)?,
        };
        sum += weight * value;
    }
    LETTERS.get(sum % LETTERS.len()).copied()
}

impl fmt::Display for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upn(…)")
    }
}

impl AsRef<str> for Upn {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Upn> for String {
    fn from(upn: Upn) -> Self {
        upn.0
    }
}

impl TryFrom<String> for Upn {
    type Error = UpnError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_worked_examples_of_the_domain_reference_hold() {
        let rows = [
            ("U1 permanent", "G821999926001", Ok(UpnKind::Permanent)),
            ("U3 year digits transposed", "G821999962001", Err(UpnError::CheckLetter)),
            ("U4 abolished authority", "E820400199001", Ok(UpnKind::Permanent)),
            ("U5 temporary", "T82199992600A", Ok(UpnKind::Temporary)),
            ("U8 I cannot end it", "T82199992600I", Err(UpnError::LastCharacter)),
            ("U8 nor O", "T82199992600O", Err(UpnError::LastCharacter)),
            ("U8 nor S", "T82199992600S", Err(UpnError::LastCharacter)),
            ("U10 trimmed and raised", "g821999926001 ", Ok(UpnKind::Permanent)),
            ("U11 a reason code", "UN3", Err(UpnError::NotAUpn(NoUpnReason(3)))),
            ("U11 in lower case", " un5", Err(UpnError::NotAUpn(NoUpnReason(5)))),
            ("the last reason code", "UN10", Err(UpnError::NotAUpn(NoUpnReason(10)))),
            ("UN11 does not exist", "UN11", Err(UpnError::Length(4))),
            ("nor does UN0", "UN0", Err(UpnError::Length(3))),
            ("blank", "  ", Err(UpnError::Missing)),
            ("short", "G82199992600", Err(UpnError::Length(12))),
            ("long", "G8219999260011", Err(UpnError::Length(14))),
            ("begins with I", "I821999926001", Err(UpnError::FirstLetter)),
            ("begins with a digit", "8821999926001", Err(UpnError::FirstLetter)),
            ("letter within", "G8219999260O1", Err(UpnError::Digits)),
            ("Arabic-Indic digits", "G82199992600\u{0661}", Err(UpnError::LastCharacter)),
            ("full-width first letter", "\u{FF27}821999926001", Err(UpnError::FirstLetter)),
            ("NUL within", "G82199992\u{0}001", Err(UpnError::Digits)),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(Upn::parse(raw).map(|upn| upn.kind()), expected, "row {row}");
        }
    }

    #[test]
    fn the_worked_sums_give_their_letters() {
        let rows = [
            ("U1", "821999926001", b'G'),
            ("U3", "821999962001", b'C'),
            ("U4", "820400199001", b'E'),
            ("U5", "82199992600A", b'T'),
        ];
        for (row, body, letter) in rows {
            assert_eq!(check_letter(body.as_bytes()), Some(letter), "row {row}");
        }
    }

    #[test]
    fn an_abolished_authority_is_noted_and_not_refused() {
        let note = |raw| Upn::parse(raw).unwrap().former_authority().map(|former| former.to_string());
        assert_eq!(note("E820400199001").as_deref(), Some("Bedfordshire, an authority until 2009"), "U4");
        assert_eq!(note("G821999926001"), None, "U1");
    }

    #[test]
    fn the_number_does_not_reach_a_log_by_way_of_debug() {
        let upn = Upn::parse("G821999926001").unwrap();
        assert_eq!(format!("{upn:?}"), "Upn(…)");
    }

    fn any_upn() -> impl Strategy<Value = String> {
        ("[0-9]{11}", "[0-9A-HJ-NP-RT-Z]").prop_map(|(digits, last)| {
            let body = digits + &last;
            let letter = check_letter(body.as_bytes()).unwrap();
            char::from(letter).to_string() + &body
        })
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_changes_nothing(text in any_upn()) {
            let upn = Upn::parse(&text).unwrap();
            prop_assert_eq!(upn.to_string(), text);
            prop_assert_eq!(Upn::parse(upn.as_str()).unwrap(), upn);
        }

        #[test]
        fn one_changed_character_is_caught_but_for_the_last_ones_namesake(
            text in any_upn(),
            at in 0_usize..13,
            to in "[0-9A-Z]",
        ) {
            let was = text.as_bytes()[at];
            let to = to.as_bytes()[0];
            prop_assume!(was != to);
            let value = |c: u8| if c.is_ascii_digit() {
                Some(usize::from(c - b'0'))
            } else {
                LETTERS.iter().position(|l| *l == c)
            };
            let namesake = at == 12 && value(was) == value(to);
            let mut changed = text.into_bytes();
            changed[at] = to;
            let read = Upn::parse(std::str::from_utf8(&changed).unwrap());
            prop_assert_eq!(read.is_ok(), namesake);
        }

        #[test]
        fn two_swapped_neighbours_are_caught(text in any_upn(), at in 0_usize..12) {
            let mut swapped = text.into_bytes();
            if swapped[at] == swapped[at + 1] {
                return Ok(());
            }
            swapped.swap(at, at + 1);
            prop_assert!(Upn::parse(std::str::from_utf8(&swapped).unwrap()).is_err());
        }

        #[test]
        fn no_text_whatever_panics(raw in any::<String>()) {
            let _ = Upn::parse(&raw);
        }
    }

    #[test]
    fn the_exception_is_exactly_ten_pairs() {
        let digits = "82199992600";
        let undetected = (b'0'..=b'9')
            .flat_map(|digit| LETTERS.iter().map(move |letter| (digit, *letter)))
            .filter(|(digit, letter)| {
                let sum = |last: u8| check_letter(format!("{digits}{}", char::from(last)).as_bytes());
                sum(*digit) == sum(*letter)
            })
            .map(|(digit, letter)| format!("{}{}", char::from(digit), char::from(letter)))
            .collect::<Vec<_>>();
        assert_eq!(undetected, ["0A", "1B", "2C", "3D", "4E", "5F", "6G", "7H", "8J", "9K"]);
    }
}
