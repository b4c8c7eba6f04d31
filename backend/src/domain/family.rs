//! Brothers and sisters: who is named as one, and the keys by which the records of two of them find each other.
//!
//! Nobody decides that two children are siblings: somebody names one, in a referral or on a case, and whoever is on file
//! by that name and date of birth is meant. So no record says that another exists, and everybody is shown only those
//! records that they may read anyway.
//!
//! What must not live here: whether two records are of the same child (`matching`), and statements (`store::family`).

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{child, referral};
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::child::home_of;
use super::date::Life;
use super::person_name::search_key;
use super::postcode::Postcode;
use super::typed::{all, line, optional_birth, optional_line, optional_past_day, reason};
use crate::error::Error;

/// The most characters of a name, a school or a source.
const LONGEST: usize = 200;
/// The most brothers and sisters of one record that make keys.
const MOST: usize = 30;

/// A brother or sister, as somebody named them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The whole name, as typed.
    pub name: String,
    /// The date of birth, if it was told.
    pub date_of_birth: Option<NaiveDate>,
    /// The school, as typed; `None` if nobody said.
    pub school: Option<String>,
    /// When an officer named them or struck them out; `None` in a fact, which has its own moment, and of whoever a referral
    /// names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
}

/// A brother or sister as an officer types them, and who says so.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `NameSiblingInput`")]
pub struct NameSibling {
    pub name: String,
    pub date_of_birth: String,
    pub school: String,
    pub source: String,
}

impl NameSibling {
    /// Reads what was typed, with every fault at once: who is named, and who says so.
    pub fn read(&self, today: NaiveDate) -> Result<(Named, String), Error> {
        let (name, date_of_birth, school, source) = all((
            line("name", &self.name, "The name", LONGEST, "Enter the name of the brother or sister"),
            optional_birth("dateOfBirth", &self.date_of_birth, "Date of birth", today),
            optional_line("school", &self.school, "School", LONGEST),
            line("source", &self.source, "The source", LONGEST, "Enter who told us"),
        ))?;
        Ok((Named { name, date_of_birth, school, at: None }, source))
    }
}

/// Somebody who was wrongly named as a brother or sister, as an officer chooses them, and why.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `StrikeSiblingInput`")]
pub struct StrikeSibling {
    pub name: String,
    pub date_of_birth: String,
    pub reason: String,
}

impl StrikeSibling {
    /// Reads what was typed, with every fault at once: who is struck out, and why.
    pub fn read(&self, today: NaiveDate) -> Result<(Named, String), Error> {
        let (name, date_of_birth, reason) = all((
            line("name", &self.name, "The name", LONGEST, "Select who is no brother or sister"),
            optional_past_day("name", &self.date_of_birth, "Date of birth", Life::of(today, None)),
            reason(&self.reason, 2_000, "Enter why this is no brother or sister"),
        ))?;
        Ok((Named { name, date_of_birth, school: None, at: None }, reason))
    }
}

impl Named {
    /// Whoever an officer named or struck out at a moment.
    #[must_use]
    pub fn said_at(&self, at: DateTime<Utc>) -> Self {
        Self { at: Some(at), ..self.clone() }
    }

    /// Whether both are the same name and date of birth, letter by letter.
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && self.date_of_birth == other.date_of_birth
    }

    /// Whether both are one name, its words in any order, of children who may be one by their dates of birth.
    pub fn may_be(&self, other: &Self) -> bool {
        let born = self.date_of_birth.zip(other.date_of_birth).is_none_or(|(own, other)| own == other);
        born && in_order(&search_key(&self.name)) == in_order(&search_key(&other.name))
    }
}

/// The words of a key in one order, whichever way round they stood.
fn in_order(name_key: &str) -> Vec<&str> {
    let mut words: Vec<&str> = name_key.split_whitespace().collect();
    words.sort_unstable();
    words
}

/// The brothers and sisters whom a referral names.
pub fn named_in(answers: &Answers) -> Vec<Named> {
    let text = |field: String| Some(answers.get(&field).to_owned()).filter(|text| !text.is_empty());
    let named = |n: &u32| {
        let born = format!("sibling.{n}.dateOfBirth");
        Some(Named {
            name: text(format!("sibling.{n}.name"))?,
            date_of_birth: answers.day(&born),
            school: text(format!("sibling.{n}.school")).or_else(|| is_here(answers, *n).then(|| HERE.to_owned())),
            at: None,
        })
    };
    answers.rows("sibling").iter().filter_map(named).collect()
}

/// What is said of the school of a brother or sister who attends that of the referral.
const HERE: &str = "The same school";

/// Whether a referral says of a brother or sister, by the number of the row, that they attend the school which sends it.
pub fn is_here(answers: &Answers, row: u32) -> bool {
    answers.has(&format!("sibling.{row}.here"))
}

/// A child as far as keys are made of them.
#[derive(Clone, Copy, Debug)]
pub struct Whom<'a> {
    /// The search key of the name.
    pub name_key: &'a str,
    /// The date of birth, if known.
    pub date_of_birth: Option<NaiveDate>,
    /// The postcode of the home, canonical; `None` if it is not known or must not be told.
    pub postcode: Option<&'a str>,
}

impl<'a> Whom<'a> {
    /// A child on file.
    pub fn on_file(row: &'a child::Model) -> Self {
        Self { name_key: &row.name_key, date_of_birth: row.date_of_birth, postcode: home_of(row) }
    }

    /// The child of a referral, by what it tells.
    pub fn referred(row: &'a referral::Model) -> Self {
        Self { name_key: &row.name_key, date_of_birth: row.date_of_birth, postcode: row.postcode.as_deref() }
    }

    /// The keys under which whoever names this child finds them: the name, its words in any order, with the date of birth
    /// or else with the home.
    pub fn own_keys(&self) -> BTreeSet<String> {
        let born = self.date_of_birth.map(|born| born.to_string());
        let home = self.postcode.map(str::to_owned);
        born.into_iter().chain(home).filter_map(|beside| key(self.name_key, &beside)).collect()
    }

    /// The keys of those who are named as this child's brothers and sisters. One who is named without a date of birth is
    /// taken to live in the same home; without either they are not found, because a name alone is anybody's.
    pub fn keys_of<'b>(&self, named: impl IntoIterator<Item = &'b Named>) -> BTreeSet<String> {
        let of = |one: &Named| {
            let beside = one.date_of_birth.map(|born| born.to_string()).or_else(|| self.postcode.map(str::to_owned))?;
            key(&search_key(&one.name), &beside)
        };
        named.into_iter().take(MOST).filter_map(of).collect()
    }

    /// Whether the child is among those who were struck out.
    pub fn is_among(&self, struck: &[Named]) -> bool {
        self.among(struck).next().is_some()
    }

    /// When an officer last said something of the child among `those`.
    pub fn last_among(&self, those: &[Named]) -> Option<DateTime<Utc>> {
        self.among(those).filter_map(|one| one.at).max()
    }

    fn among<'b>(&self, those: &'b [Named]) -> impl Iterator<Item = &'b Named> {
        those.iter().filter(move |one| {
            let born = self.date_of_birth.zip(one.date_of_birth).is_none_or(|(own, told)| own == told);
            born && in_order(self.name_key) == in_order(&search_key(&one.name))
        })
    }
}

/// What one record says of brothers and sisters.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Whom it names.
    pub named: &'a [Named],
    /// Whom its officers struck out.
    pub struck: &'a [Named],
}

/// Whether the children of two records were struck out as brothers and sisters, on either of them, and no officer has named
/// one of them on either since: the last word holds, wherever it was said. What a referral says takes no strike back.
pub fn are_struck((one, said): (Whom<'_>, Said<'_>), (other, replied): (Whom<'_>, Said<'_>)) -> bool {
    let struck = other.among(said.struck).chain(one.among(replied.struck)).map(|struck| struck.at).max();
    let named = other.among(said.named).chain(one.among(replied.named)).filter_map(|named| named.at).max();
    struck.is_some_and(|struck| named <= struck)
}

/// Those of `named` who were not struck out.
pub fn without(named: Vec<Named>, struck: &[Named]) -> Vec<Named> {
    named.into_iter().filter(|one| !struck.iter().any(|struck| struck.may_be(one))).collect()
}

fn key(name_key: &str, beside: &str) -> Option<String> {
    let words = in_order(name_key);
    // One word is hardly ever a whole name.
    let beside = Postcode::parse(beside).map_or_else(|_| beside.to_owned(), |postcode| postcode.to_string());
    (words.len() > 1).then(|| format!("{} {beside}", words.join(" ")))
}

/// How a key is stored that its owner goes by.
pub fn goes_by(key: &str) -> String {
    format!("self {key}")
}

/// How a key is stored by which its owner names a brother or sister.
pub fn names(key: &str) -> String {
    format!("sibling {key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whom<'a>(name_key: &'a str, born: Option<&str>, postcode: Option<&'a str>) -> Whom<'a> {
        Whom { name_key, date_of_birth: born.map(|day| day.parse().unwrap()), postcode }
    }

    fn named(name: &str, born: Option<&str>) -> Named {
        Named { name: name.to_owned(), date_of_birth: born.map(|day| day.parse().unwrap()), school: None, at: None }
    }

    #[test]
    fn whoever_is_named_by_name_and_birth_or_home_is_found() {
        let namer = whom("okafor ada", Some("2014-03-01"), Some("LU1 2AB"));
        for (case, one, is, found) in [
            (
                "in the other order",
                named("Ben Okafor", Some("2016-05-04")),
                ("okafor ben", Some("2016-05-04"), None),
                true,
            ),
            ("with accents", named("Bén OKAFOR", Some("2016-05-04")), ("okafor ben", Some("2016-05-04"), None), true),
            ("another birth", named("Ben Okafor", Some("2016-05-04")), ("okafor ben", Some("2016-05-05"), None), false),
            ("in the same home", named("Ben Okafor", None), ("okafor ben", Some("2016-05-04"), Some("LU1 2AB")), true),
            ("in another home", named("Ben Okafor", None), ("okafor ben", None, Some("LU9 9ZZ")), false),
            ("home not known", named("Ben Okafor", None), ("okafor ben", Some("2016-05-04"), None), false),
            ("one word only", named("Ben", Some("2016-05-04")), ("ben", Some("2016-05-04"), None), false),
        ] {
            let (name, born, postcode) = is;
            let own = whom(name, born, postcode).own_keys();
            assert_eq!(namer.keys_of([&one]).intersection(&own).count() == 1, found, "{case}");
        }
    }

    #[test]
    fn the_last_word_about_two_children_holds_on_whichever_record_it_was_said() {
        let (ada, ben) = (whom("okafor ada", None, None), whom("okafor ben", Some("2016-05-04"), None));
        let at = |hour: u32| format!("2026-11-02T{hour:02}:00:00Z").parse().unwrap();
        let on = |hour: u32, name: &str| vec![named(name, None).said_at(at(hour))];
        let (of_ada, of_ben) = ("Ada Okafor", "Ben Okafor");
        let told = || vec![named(of_ben, None)];
        for (case, [named, struck], [their_named, their_struck], expected) in [
            ("nobody says anything", [vec![], vec![]], [vec![], vec![]], false),
            ("a referral alone names", [told(), vec![]], [vec![], vec![]], false),
            ("struck here", [vec![], on(9, of_ben)], [vec![], vec![]], true),
            ("struck there", [told(), vec![]], [vec![], on(9, of_ada)], true),
            ("struck here, named here since", [on(10, of_ben), on(9, of_ben)], [vec![], vec![]], false),
            ("struck here, named there since", [vec![], on(9, of_ben)], [on(10, of_ada), vec![]], false),
            ("named there, struck here since", [vec![], on(11, of_ben)], [on(10, of_ada), vec![]], true),
            ("named there at the same moment", [vec![], on(10, of_ben)], [on(10, of_ada), vec![]], true),
            ("another struck here", [vec![], on(9, "Cem Okafor")], [vec![], vec![]], false),
        ] {
            let said = Said { named: &named, struck: &struck };
            let replied = Said { named: &their_named, struck: &their_struck };
            assert_eq!(are_struck((ada, said), (ben, replied)), expected, "{case}");
            assert_eq!(are_struck((ben, replied), (ada, said)), expected, "{case}, turned round");
        }
    }

    #[test]
    fn a_referral_names_those_whose_name_was_typed() {
        let pairs = [
            ("sibling.1.name", "Ben Okafor"),
            ("sibling.1.dateOfBirth-day", "4"),
            ("sibling.1.dateOfBirth-month", "5"),
            ("sibling.1.dateOfBirth-year", "2016"),
            ("sibling.1.school", "Hill School"),
            ("sibling.2.name", "Cem Okafor"),
            ("sibling.2.dateOfBirth-day", "40"),
            ("sibling.3.school", "Only a school"),
        ];
        let answers = Answers::parse(pairs.map(|(field, value)| (field.to_owned(), vec![value.to_owned()]))).unwrap();
        let ben = Named { school: Some("Hill School".to_owned()), ..named("Ben Okafor", Some("2016-05-04")) };
        assert_eq!(named_in(&answers), [ben, named("Cem Okafor", None)]);
    }
}
