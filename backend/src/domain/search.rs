//! What is typed in a search box, and the keys under which names are found by how their words begin.
//!
//! A text that is a reference, a pupil number, a telephone number or a postcode is looked up as that; any other is the
//! beginnings of the words of a name, with a year of birth among them if one was typed (`brown 2014`), how those words
//! sound, and the beginning or the end of a reference or the beginning of a postcode if it may be one. A text of letters alone may be both:
//! one name in thirty of those that begin with C or R and have nine letters, such as Radcliffe, is a well-formed
//! reference.
//!
//! What must not live here: whether two records are of one child (`matching`), and statements (`store::search`).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::matching::sound::{sound_of, sounds_of};
use super::nhs_number::NhsNumber;
use super::person_name::search_key;
use super::phone::Phone;
use super::postcode::Postcode;
use super::reference::{CaseReference, PartOfReference, ReferralReference};
use super::upn::Upn;
use crate::error::Error;

/// The most words of a search; those beyond narrow nothing.
const MOST_WORDS: usize = 6;

/// What somebody searches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// One case.
    Case(CaseReference),
    /// One referral.
    Referral(ReferralReference),
    /// A child by their unique pupil number.
    Upn(Upn),
    /// A child by their NHS number.
    NhsNumber(NhsNumber),
    /// Whoever has a parent or carer with this telephone number, by a referral or as recorded.
    Phone(Phone),
    /// Children who live, or lived, at this postcode.
    Postcode(Postcode),
    /// Children whose postcode has a key that begins so.
    Area(String),
    /// A case or a referral by a part of its reference.
    Part(PartOfReference),
    /// Children by name.
    Name(Name),
    /// Children by how their name sounds: beginnings of keys, all of which they have.
    Sound(Vec<String>),
}

/// How the words of a name begin, in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The longest beginning, which is likely to be met by the fewest names.
    pub longest: String,
    /// The others.
    pub others: Vec<String>,
    /// The year of birth, if one was typed.
    pub born_in: Option<i32>,
}

/// What is searched for by a text that was typed, if anything: an empty text asks for no search, and one of blanks is a
/// mistake.
pub fn asked(typed: Option<String>) -> Result<Option<String>, Error> {
    let typed = typed.filter(|typed| !typed.is_empty());
    if typed.as_ref().is_some_and(|typed| typed.trim().is_empty()) {
        return Err(Error::invalid("search", "You searched for blanks only: enter a name, a number or a reference"));
    }
    Ok(typed)
}

impl Search {
    /// Everything that was typed may stand for; nothing for signs alone.
    pub fn read(typed: &str) -> Vec<Self> {
        let unspaced: String = typed.chars().filter(|sign| !sign.is_whitespace()).collect();
        let exact = [
            CaseReference::parse(typed).ok().map(Self::Case),
            ReferralReference::parse(typed).ok().map(Self::Referral),
            Upn::parse(&unspaced).ok().map(Self::Upn),
            Postcode::parse(typed).ok().map(Self::Postcode),
            phone(typed).map(Self::Phone),
        ];
        let exact = exact.into_iter().flatten().next();
        // One telephone number in eleven, typed without its 0, would be an NHS number too.
        if let Ok(number) = NhsNumber::parse(typed) {
            return std::iter::once(Self::NhsNumber(number)).chain(exact).collect();
        }
        let is_certain = exact.is_some() && typed.contains(|sign: char| sign.is_ascii_digit());
        if is_certain {
            return exact.into_iter().collect();
        }
        let part = PartOfReference::parse(typed).map(Self::Part);
        let areas = Postcode::beginnings(typed).into_iter().map(|begin| Self::Area(format!("p {begin}")));
        let name = Name::read(typed);
        let sound = name.as_ref().and_then(Name::sounds).map(Self::Sound);
        exact.into_iter().chain(part).chain(areas).chain(sound).chain(name.map(Self::Name)).collect()
    }
}

/// A telephone number, also without the 0 it begins with at home.
fn phone(typed: &str) -> Option<Phone> {
    let typed = typed.trim();
    let is_bare = typed.starts_with(|sign: char| matches!(sign, '1'..='9'));
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    Phone::parse(typed).ok().or_else(|| Phone::parse(&format!("0{typed}")).ok().filter(|_| is_bare && digits == 10))
}

impl Name {
    /// Reads the beginnings of words. A year is one only beside a word.
    fn read(typed: &str) -> Option<Self> {
        let key = search_key(typed);
        let (years, mut words): (Vec<&str>, Vec<&str>) = key.split_whitespace().partition(|word| is_year(word));
        let born_in = if words.is_empty() { None } else { years.first().and_then(|year| year.parse().ok()) };
        if words.is_empty() {
            words = years;
        }
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        words.dedup();
        let mut words = words.into_iter().take(MOST_WORDS).map(str::to_owned);
        Some(Self { longest: words.next()?, others: words.collect(), born_in })
    }

    /// How the key begins that the longest word stands for.
    pub fn first_key(&self) -> String {
        match self.born_in {
            Some(year) => of_year(year, &self.longest),
            None => of_word(&self.longest),
        }
    }

    /// The keys of how the words sound, the longest word first; short words stand for themselves. `None` if the longest is
    /// too short to be told by its sound, or in another script.
    fn sounds(&self) -> Option<Vec<String>> {
        const TELLS: usize = 2;
        let sound = |word: &str| sound_of(word).filter(|sound| sound.len() >= TELLS);
        let first = sound(&self.longest)?;
        let first = match self.born_in {
            Some(year) => of_sound_in(year, &first),
            None => of_sound(&first),
        };
        let others = self.others.iter().map(|word| sound(word).map_or_else(|| of_word(word), |sound| of_sound(&sound)));
        Some(std::iter::once(first).chain(others).collect())
    }

    /// How the keys begin that the other words stand for.
    pub fn other_keys(&self) -> impl Iterator<Item = String> {
        self.others.iter().map(|word| of_word(word))
    }
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: i32| (1900..2100).contains(&year))
}

/// The keys by which the owner of a name is found: each word of its search key and how it sounds, alone and with the year
/// of birth.
pub fn keys_of(name_key: &str, born: Option<NaiveDate>) -> BTreeSet<String> {
    let year = born.map(|day| day.year());
    let of = |word: &str| {
        let mut keys: Vec<String> = vec![of_word(word)];
        keys.extend(year.map(|year| of_year(year, word)));
        for sound in sounds_of(word) {
            keys.push(of_sound(&sound));
            keys.extend(year.map(|year| of_sound_in(year, &sound)));
        }
        keys
    };
    name_key.split_whitespace().flat_map(of).collect()
}

/// The key of a telephone number of a parent or carer.
pub fn of_phone(phone: &Phone) -> String {
    format!("t {}", phone.as_str())
}

/// The key of a postcode, which matching of children shares.
pub fn of_postcode(postcode: &Postcode) -> String {
    format!("p {postcode}")
}

/// The key of a unique pupil number that a child has or had, which matching of children shares.
pub fn of_upn(upn: &Upn) -> String {
    format!("u {}", upn.as_str())
}

/// The key of an NHS number, which matching of children shares.
pub fn of_nhs_number(number: &NhsNumber) -> String {
    format!("h {}", number.as_str())
}

fn of_word(word: &str) -> String {
    format!("w {word}")
}

fn of_year(year: i32, word: &str) -> String {
    format!("y {year} {word}")
}

// The stop ends the sound, so that none is found as the beginning of another.
fn of_sound(sound: &str) -> String {
    format!("m {sound}.")
}

fn of_sound_in(year: i32, sound: &str) -> String {
    format!("m {year} {sound}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(longest: &str, others: &[&str], born_in: Option<i32>) -> Search {
        Search::Name(Name {
            longest: longest.to_owned(),
            others: others.iter().map(|&word| word.to_owned()).collect(),
            born_in,
        })
    }

    #[test]
    fn what_is_typed_is_an_exact_key_or_the_beginnings_of_a_name() {
        for (typed, read) in [
            ("khan", name("khan", &[], None)),
            ("Kh Adam", name("adam", &["kh"], None)),
            ("O’Brien-Smith", name("obrien", &["smith"], None)),
            ("brown 2014", name("brown", &[], Some(2014))),
            ("2014 Brown", name("brown", &[], Some(2014))),
            ("2014", name("2014", &[], None)),
            ("khan khan", name("khan", &[], None)),
            ("lu1 2ab", Search::Postcode(Postcode::parse("LU1 2AB").unwrap())),
            ("g82 19999 26001", Search::Upn(Upn::parse("G821999926001").unwrap())),
            ("01632 960001", Search::Phone(Phone::parse("+441632960001").unwrap())),
            ("+44 (0)1632-960001", Search::Phone(Phone::parse("+441632960001").unwrap())),
            ("1632 960001", Search::Phone(Phone::parse("+441632960001").unwrap())),
        ] {
            let likes = |one: &Search| {
                !matches!(one, Search::Sound(_) | Search::Part(_) | Search::Area(_) | Search::NhsNumber(_))
            };
            let found: Vec<Search> = Search::read(typed).into_iter().filter(likes).collect();
            assert_eq!(found, [read], "{typed}");
        }
        for nothing in ["  ", "%_"] {
            assert_eq!(Search::read(nothing), []);
        }
    }

    #[test]
    fn a_name_that_looks_like_a_reference_is_still_a_name() {
        for typed in ["Radcliffe", "Considine", "Rachel Ali", "Cody Patel"] {
            let read = Search::read(typed);
            assert!(matches!(read.last(), Some(Search::Name(_))), "{typed}: {read:?}");
        }
    }

    #[test]
    fn a_part_of_a_reference_or_of_a_postcode_is_searched_for_as_that_too() {
        let area = |begin: &str| Search::Area(begin.to_owned());
        assert!(Search::read("lu1").contains(&area("p LU1 ")));
        assert!(Search::read("LU1 2").contains(&area("p LU1 2")));
        assert_eq!(Search::read("lu12").iter().filter(|one| matches!(one, Search::Area(_))).count(), 2);
        assert!(Search::read("9qx4").iter().any(|one| matches!(one, Search::Part(_))));
        for name in ["khan", "Smith Jones", "brown 2014"] {
            let read = Search::read(name);
            assert!(!read.iter().any(|one| matches!(one, Search::Part(_) | Search::Area(_))), "{name}: {read:?}");
        }
    }

    #[test]
    fn a_name_is_found_by_how_it_sounds() {
        for (typed, on_file, found) in [
            ("whyte kathryn", "white catherine", true),
            ("wyte 2014", "white catherine", true),
            ("wyte 2015", "white catherine", false),
            ("wh ka", "white catherine", false),
            ("khan", "miller grace", false),
        ] {
            let keys = keys_of(on_file, NaiveDate::from_ymd_opt(2014, 5, 1));
            let begins = |begin: &String| keys.iter().any(|key| key.starts_with(begin));
            let by_sound = Search::read(typed).into_iter().any(|one| match one {
                Search::Sound(sounds) => sounds.iter().all(begins),
                _ => false,
            });
            assert_eq!(by_sound, found, "{typed}");
        }
    }

    #[test]
    fn blanks_are_told_from_nothing() {
        let asked = |typed: &str| asked(Some(typed.to_owned()));
        assert!(asked("").unwrap().is_none() && asked("khan").unwrap().is_some());
        assert!(asked(" ").is_err() && asked("\t\u{a0}").is_err());
    }

    #[test]
    fn a_name_is_found_by_the_beginning_of_each_word_and_by_its_year_of_birth() {
        let born = NaiveDate::from_ymd_opt(2014, 5, 1);
        let keys = keys_of("brown ada", born);
        for (typed, found) in [
            ("bro", true),
            ("ada brown", true),
            ("br ad", true),
            ("brown 2014", true),
            ("brown 2015", false),
            ("rown", false),
            ("brown bob", false),
        ] {
            let Some(Search::Name(name)) = Search::read(typed).pop() else { panic!("{typed}") };
            let begins = |begin: String| keys.iter().any(|key| key.starts_with(&begin));
            assert_eq!(begins(name.first_key()) && name.other_keys().all(begins), found, "{typed}");
        }
    }
}
