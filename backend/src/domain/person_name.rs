//! People's names, and the key under which names are searched and compared.
//!
//! Lives here: reading a name with as few opinions as possible, and `search_key`, the only folding
//! of names there is, so that search, matching and both databases agree. Must not live here: any
//! guess at which part of a name is which.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// One name or several, 1 to 100 characters, with single spaces and nothing hidden in it.
///
/// Accents, apostrophes, hyphens and every script are kept as given (composed: NFC). `Debug` does
/// not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PersonName(String);

/// Why a text is not a name, in the reader's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PersonNameError {
    /// Nothing was given.
    #[error("enter a name")]
    Missing,
    /// A line end, NUL, or a sign that reverses the direction of writing.
    #[error("a name cannot hold a line break or another hidden character")]
    Control,
    /// No letter in it.
    #[error("a name needs at least one letter")]
    NoLetter,
    /// More than [`PersonName::LONGEST`] characters.
    #[error("a name can have at most 100 characters")]
    TooLong,
}

impl PersonName {
    /// The most characters a name may have.
    pub const LONGEST: usize = 100;

    /// Reads a name: spaces at the ends go, runs of spaces become one.
    pub fn parse(raw: &str) -> Result<Self, PersonNameError> {
        if raw.chars().any(is_hidden) {
            return Err(PersonNameError::Control);
        }
        let composed: String = raw.nfc().collect();
        let name = composed.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(PersonNameError::Missing);
        }
        if name.chars().count() > Self::LONGEST {
            return Err(PersonNameError::TooLong);
        }
        if !search_key(&name).chars().any(char::is_alphabetic) {
            return Err(PersonNameError::NoLetter);
        }
        Ok(Self(name))
    }

    /// Reads what somebody typed of a name, whatever characters are in it, for comparing: hidden ones are left out, and
    /// so is what is too long. `None` when there is no letter.
    pub fn told(raw: &str) -> Option<Self> {
        let seen: String =
            raw.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
        let composed: String = seen.nfc().collect();
        let name = composed.split_whitespace().collect::<Vec<_>>().join(" ");
        Self::parse(&name.chars().take(Self::LONGEST).collect::<String>()).ok()
    }

    /// The name as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which it is found; see [`search_key`].
    pub fn search_key(&self) -> String {
        search_key(&self.0)
    }
}

/// Folds a name, or what was typed to find one, to the form in which names are compared.
///
/// Case and accents go, `ø`, `ß` and their like become plain letters, apostrophes vanish
/// (`O’Brien` is `obrien`), and hyphens and all other signs become single spaces (`Smith-Jones` is
/// `smith jones`). The key holds letters, digits and single spaces only, so no wildcard of `LIKE`
/// can be in it, and folding a key again changes nothing. It may be empty.
pub fn search_key(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_apostrophe(*c) && !is_accent(*c)) {
        for lower in c.to_lowercase().nfkd().filter(|c| !is_accent(*c)) {
            push_plain(&mut folded, lower);
        }
    }
    // Once more, because a sign left out may have stood between marks that have a settled order.
    let settled: String = folded.nfkd().collect();
    settled.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push_plain(folded: &mut String, c: char) {
    match c {
        'ß' => folded.push_str("ss"),
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'þ' => folded.push_str("th"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' | 'ð' => folded.push('d'),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'ŋ' => folded.push('n'),
        'ŧ' => folded.push('t'),
        'ə' => folded.push('e'),
        // A sigma at the end of a word is the same letter.
        'ς' => folded.push('σ'),
        letter if letter.is_alphanumeric() => folded.push(letter),
        // Vowel signs of other scripts are part of the word.
        mark if unicode_normalization::char::is_combining_mark(mark) => folded.push(mark),
        _ => folded.push(' '),
    }
}

// The Latin, Greek and Cyrillic accents, and the optional vowel points of Arabic.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036F}' | '\u{064B}'..='\u{0652}' | '\u{0670}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`' | '\u{00B4}' | '\u{02B9}'
            ..='\u{02BF}' | '\u{02C8}' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{2032}' | '\u{FF07}'
    )
}

// Control characters, and the marks that turn the direction of the text around them.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}')
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

impl AsRef<str> for PersonName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<PersonName> for String {
    fn from(name: PersonName) -> Self {
        name.0
    }
}

impl TryFrom<String> for PersonName {
    type Error = PersonNameError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_kept_as_given_but_for_their_spaces() {
        let rows = [
            ("plain", "Khan", "Khan"),
            ("spaces", "  Mary   Jane ", "Mary Jane"),
            ("no-break space", "Mary\u{A0}Jane", "Mary Jane"),
            ("apostrophe", "O’Brien", "O’Brien"),
            ("hyphen", "Smith-Jones", "Smith-Jones"),
            ("accent", "Zoë", "Zoë"),
            ("accent in two pieces", "Zoe\u{308}", "Zo\u{EB}"),
            ("Arabic", "محمد", "محمد"),
            ("one letter", "J", "J"),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(PersonName::parse(raw).unwrap().as_str(), expected, "row {row}");
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused_with_its_reason() {
        let long = "a".repeat(101);
        let rows = [
            ("blank", "  ", PersonNameError::Missing),
            ("F16 NUL", "Kh\0an", PersonNameError::Control),
            ("F14 line end", "Khan\r\nBcc: a", PersonNameError::Control),
            ("tab", "Kh\tan", PersonNameError::Control),
            ("reversed text", "Kh\u{202E}an", PersonNameError::Control),
            ("a dash", "-", PersonNameError::NoLetter),
            ("an apostrophe that counts as a letter", "\u{02BC}", PersonNameError::NoLetter),
            ("digits", "123", PersonNameError::NoLetter),
            ("101 letters", &long, PersonNameError::TooLong),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(PersonName::parse(raw), Err(expected), "row {row}");
        }
        assert!(PersonName::parse(&long[1..]).is_ok());
    }

    #[test]
    fn names_that_people_take_for_one_have_one_key() {
        let rows = [
            ("case", "KHAN", "khan"),
            ("accent", "Zoë", "zoe"),
            ("accent in two pieces", "Zoe\u{308}", "zoe"),
            ("typed apostrophe", "O'Brien", "obrien"),
            ("printed apostrophe", "O’Brien", "obrien"),
            ("hyphen", "Smith-Jones", "smith jones"),
            ("spaced", " smith   JONES", "smith jones"),
            ("Polish", "Łukasz Wałęsa", "lukasz walesa"),
            ("Romanian", "Ştefan Țurcanu", "stefan turcanu"),
            ("Turkish capital", "İbrahim Işık", "ibrahim isik"),
            ("German", "Groß", "gross"),
            ("Danish", "Søren Æbelø", "soren aebelo"),
            ("Vietnamese", "Nguyễn Đức", "nguyen duc"),
            ("Kelvin sign", "\u{212A}ate", "kate"),
            ("full-width", "\u{FF2B}han", "khan"),
            ("Greek final sigma", "Γιώργος", "γιωργοσ"),
            ("Arabic with its vowels", "مُحَمَّد", "محمد"),
            ("initial with a stop", "St. John", "st john"),
            ("wildcards of LIKE", "a%b_c\\", "a b c"),
            ("nothing to find", "--", ""),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(search_key(raw), expected, "row {row}");
        }
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_changes_nothing(raw in "\\PC{1,30}") {
            if let Ok(name) = PersonName::parse(&raw) {
                prop_assert_eq!(PersonName::parse(name.as_str()).unwrap(), name);
            }
        }

        #[test]
        fn folding_a_key_again_changes_nothing(raw in any::<String>()) {
            let key = search_key(&raw);
            prop_assert_eq!(search_key(&key), key);
        }

        #[test]
        fn a_key_holds_no_wildcard_and_no_hidden_character(raw in any::<String>()) {
            let key = search_key(&raw);
            prop_assert!(!key.contains(['%', '_', '\\', '\'', '"', '\0']));
            prop_assert!(!key.chars().any(char::is_control));
            prop_assert_eq!(key.trim(), key.as_str());
        }

        #[test]
        fn case_never_changes_an_english_key(raw in "[A-Za-z' -]{1,40}") {
            prop_assert_eq!(search_key(&raw.to_uppercase()), search_key(&raw.to_lowercase()));
        }
    }
}
