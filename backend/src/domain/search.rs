//! What is typed in a search box, and the keys under which names are found by how their words begin.
//!
//! A text that is a reference, a pupil number or a postcode is looked up as that; any other is the beginnings of the
//! words of a name, with a year of birth among them if one was typed (`brown 2014`). A text of letters alone may be both:
//! one name in thirty of those that begin with C or R and have nine letters, such as Radcliffe, is a well-formed
//! reference.
//!
//! What must not live here: whether two records are of one child (`matching`), and statements (`store::search`).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::person_name::search_key;
use super::postcode::Postcode;
use super::reference::{CaseReference, ReferralReference};
use super::upn::Upn;

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
    /// Children who live, or lived, at this postcode.
    Postcode(Postcode),
    /// Children by name.
    Name(Name),
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

impl Search {
    /// Everything that was typed may stand for; nothing for signs alone.
    pub fn read(typed: &str) -> Vec<Self> {
        let exact = [
            CaseReference::parse(typed).ok().map(Self::Case),
            ReferralReference::parse(typed).ok().map(Self::Referral),
            Upn::parse(typed).ok().map(Self::Upn),
            Postcode::parse(typed).ok().map(Self::Postcode),
        ];
        let exact = exact.into_iter().flatten().next();
        let is_certain = exact.is_some() && typed.contains(|sign: char| sign.is_ascii_digit());
        let name = if is_certain { None } else { Name::read(typed).map(Self::Name) };
        exact.into_iter().chain(name).collect()
    }
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

    /// How the keys begin that the other words stand for.
    pub fn other_keys(&self) -> impl Iterator<Item = String> {
        self.others.iter().map(|word| of_word(word))
    }
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year: i32| (1900..2100).contains(&year))
}

/// The keys by which the owner of a name is found: each word of its search key, alone and with the year of birth.
pub fn keys_of(name_key: &str, born: Option<NaiveDate>) -> BTreeSet<String> {
    let words = name_key.split_whitespace();
    words.flat_map(|word| [Some(of_word(word)), born.map(|day| of_year(day.year(), word))]).flatten().collect()
}

/// The key of a postcode, which matching of children shares.
pub fn of_postcode(postcode: &Postcode) -> String {
    format!("p {postcode}")
}

fn of_word(word: &str) -> String {
    format!("w {word}")
}

fn of_year(year: i32, word: &str) -> String {
    format!("y {year} {word}")
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
        ] {
            assert_eq!(Search::read(typed), [read], "{typed}");
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
