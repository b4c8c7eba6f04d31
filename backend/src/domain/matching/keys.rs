//! The keys under which a child on file is looked up, so that matching finds every child that `compare` could name
//! without reading all of them.
//!
//! A key is a text that an index finds by equality: part of the family name with part of the given names, the sound of
//! both, either of them alone, or a postcode. The keys that a child on file has and the keys that a described child is looked up by
//! stand side by side here. What must not live here: the score (`compare`), and the statements (`store::child`).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::forms::Forms;
use super::sound::sounds_of;
use super::{Person, in_one_spelling, words_of};
use crate::domain::search::{of_nhs_number, of_postcode, of_upn};

/// The version of the rules that made the stored keys. Raise it with any change of [`of_child`], of
/// `search::keys_of`, of `family` or of `person_name::search_key`: a job then makes the keys of children and referrals with
/// an older version again, and with the keys of a referral that waits its clock, so raise it for `Referral::clock` too.
pub const VERSION: i32 = 9;

/// The most words of one name that make keys, which bounds the number of keys of a child.
const MOST_WORDS: usize = 5;

/// The most keys of those whose name is alike, which bounds the cost of a look-up: each is looked up with each date that
/// is near.
const MOST_ALIKE: usize = 60;

/// The most years by which two years of birth may differ and still be taken for a slip.
const YEARS: i32 = 25;

/// One look-up: the children on file who have any of `keys` and whose date of birth is allowed by `born`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// The keys, any one of which is enough.
    pub keys: Vec<String>,
    /// The dates of birth allowed.
    pub born: Born,
}

/// The dates of birth of a look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Born {
    /// Any date, or none on file.
    Any,
    /// One of these dates, or none on file.
    AmongOrUnknown(Vec<NaiveDate>),
    /// This date only.
    On(NaiveDate),
}

/// All keys of a referral, by which referrals that wait for triage are compared with each other: those that a child on file
/// would have, and the numbers and the date of birth, for which children have columns.
pub fn of_referral(told: &Person) -> BTreeSet<String> {
    of_child(told).into_iter().chain(exact(told)).collect()
}

/// The keys, any one of which a referral has that is worth comparing with what is described. Whose date of birth allows it
/// is left to the comparison: few referrals wait.
pub fn of_likes(forms: &Forms, described: &Person) -> BTreeSet<String> {
    let names = Names::of(described);
    let named = names.pairs().chain(names.swapped()).chain(names.alike(forms));
    named.chain(postcode(described)).chain(exact(described)).collect()
}

fn exact(person: &Person) -> impl Iterator<Item = String> {
    let upn = person.upn.as_ref().map(of_upn);
    let upn = upn.into_iter().chain(person.nhs_number.as_ref().map(of_nhs_number));
    upn.chain(person.date_of_birth.map(|born| format!("b {born}")))
}

/// All keys of a child on file, those of names and numbers that the child had before among them.
pub fn of_child(child: &Person) -> BTreeSet<String> {
    let upns = child.upn.iter().chain(&child.former_upns).map(of_upn);
    let numbers = upns.chain(child.nhs_number.as_ref().map(of_nhs_number));
    let mut keys: BTreeSet<String> = postcode(child).into_iter().chain(numbers).collect();
    for one in child.by_each_name() {
        let names = Names::of(&one);
        keys.extend(names.pairs().chain(names.sounds(&names.given)).chain(names.parts()));
    }
    keys
}

/// The look-ups for a described child, besides that by date of birth alone. The likeliest come first,
/// because each is cut off at its own limit.
pub fn look_ups(forms: &Forms, described: &Person) -> Vec<LookUp> {
    let names = Names::of(described);
    let pairs: BTreeSet<String> = names.pairs().chain(names.swapped()).collect();
    let home: Vec<String> = postcode(described).into_iter().collect();
    let numbers = described.upn.iter().map(of_upn).chain(described.nhs_number.iter().map(of_nhs_number));
    let number = LookUp { keys: numbers.collect(), born: Born::Any };
    let look_ups = match described.date_of_birth {
        Some(born) => {
            let near = near(born);
            vec![
                LookUp { keys: pairs.into_iter().collect(), born: Born::AmongOrUnknown(near.clone()) },
                LookUp { keys: names.alike(forms), born: Born::AmongOrUnknown(near) },
                LookUp { keys: names.parts().chain(home.clone()).collect(), born: Born::On(born) },
                // The same name, whatever the date of birth.
                LookUp { keys: names.whole().into_iter().chain(names.swapped()).collect(), born: Born::Any },
                LookUp { keys: home, born: Born::Any },
            ]
        }
        None => vec![
            LookUp { keys: names.whole().into_iter().collect(), born: Born::Any },
            LookUp { keys: pairs.into_iter().collect(), born: Born::Any },
            LookUp { keys: home, born: Born::Any },
        ],
    };
    std::iter::once(number).chain(look_ups).filter(|look_up| !look_up.keys.is_empty()).collect()
}

/// The words of a name and, first, all of them as one, since names are written together and apart.
struct Names {
    family: Vec<String>,
    given: Vec<String>,
}

impl Names {
    fn of(person: &Person) -> Self {
        // Of both names, because a form may have them the wrong way round.
        let [family, given] = [&person.family_name, &person.given_names]
            .map(|name| units(words_of(name.as_ref()).map(|words| in_one_spelling(&words))));
        Self { family, given }
    }

    /// The key of the whole family name with all given names.
    fn whole(&self) -> Option<String> {
        Some(pair(self.family.first()?, self.given.first()?))
    }

    fn pairs(&self) -> impl Iterator<Item = String> {
        self.family.iter().flat_map(|family| self.given.iter().map(move |given| pair(family, given)))
    }

    /// The key of the whole name with family and given names exchanged, as forms are often filled in wrongly.
    fn swapped(&self) -> Option<String> {
        Some(pair(self.given.first()?, self.family.first()?))
    }

    /// The keys of how the family name sounds with how each of these given names does.
    fn sounds<'a>(&self, given: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
        let of = |sounds: BTreeSet<String>, name: &String| sounds.into_iter().chain(sounds_of(name)).collect();
        let family = self.family.iter().fold(BTreeSet::new(), of);
        let given = given.into_iter().fold(BTreeSet::new(), of);
        family.iter().flat_map(|family| given.iter().map(move |given| format!("s {family}/{given}"))).collect()
    }

    /// The keys of those whose name sounds alike, also the other way round, and of those who go by another form of a
    /// given name.
    fn alike(&self, forms: &Forms) -> Vec<String> {
        let others: Vec<String> = self.given.iter().flat_map(|name| forms.others(name)).map(str::to_owned).collect();
        let swapped = Self { family: self.given.clone(), given: Vec::new() };
        let mut keys = self.sounds(self.given.iter().chain(&others));
        keys.extend(swapped.sounds(&self.family));
        keys.into_iter().take(MOST_ALIKE).collect()
    }

    fn parts(&self) -> impl Iterator<Item = String> {
        let family = self.family.iter().map(|word| format!("f {word}"));
        family.chain(self.given.iter().map(|word| format!("g {word}")))
    }
}

fn units(words: Option<Vec<String>>) -> Vec<String> {
    let words = words.unwrap_or_default();
    let mut units = vec![words.concat()];
    if words.len() > 1 {
        units.extend(words.into_iter().take(MOST_WORDS));
    }
    units.retain(|unit| !unit.is_empty());
    units
}

fn pair(family: &str, given: &str) -> String {
    format!("n {family}/{given}")
}

fn postcode(person: &Person) -> Option<String> {
    person.postcode.as_ref().map(of_postcode)
}

/// The dates that `compare` takes for a slip of `born`, and itself: day and month exchanged, or one part that differs.
fn near(born: NaiveDate) -> Vec<NaiveDate> {
    let (year, month, day) = (born.year(), born.month(), born.day());
    let years = (year - YEARS..=year + YEARS).filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    let months = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(year, month, day));
    let days = (1..=31).filter_map(|day| NaiveDate::from_ymd_opt(year, month, day));
    let swapped = NaiveDate::from_ymd_opt(year, day, month);
    let near: BTreeSet<NaiveDate> = years.chain(months).chain(days).chain(swapped).collect();
    near.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::super::forms::Forms;
    use super::*;
    use crate::domain::person_name::PersonName;
    use crate::domain::postcode::Postcode;

    fn person(family: &str, given: &str, born: &str, postcode: &str) -> Person {
        Person {
            family_name: PersonName::parse(family).ok(),
            given_names: PersonName::parse(given).ok(),
            date_of_birth: born.parse().ok(),
            postcode: Postcode::parse(postcode).ok(),
            ..Person::default()
        }
    }

    /// Whether one of the look-ups for `described` meets `on_file`, or the bare date of birth does.
    fn meets(described: &Person, on_file: &Person) -> bool {
        let keys = of_child(on_file);
        let same_birth = described.date_of_birth.is_some() && described.date_of_birth == on_file.date_of_birth;
        same_birth
            || look_ups(&Forms::default(), described).iter().any(|look_up| {
                let born = match &look_up.born {
                    Born::Any => true,
                    Born::AmongOrUnknown(days) => on_file.date_of_birth.is_none_or(|day| days.contains(&day)),
                    Born::On(day) => on_file.date_of_birth == Some(*day),
                };
                born && look_up.keys.iter().any(|key| keys.contains(key))
            })
    }

    #[test]
    fn whom_the_score_would_name_the_keys_meet_from_either_side() {
        let born = "2015-04-12";
        for (row, a, b) in [
            ("same name, no birth", person("Khan", "Adam", "", ""), person("KHAN", "Adam", "", "")),
            ("written apart", person("Smith Jones", "Mary Jane", "", ""), person("Smithjones", "Maryjane", "", "")),
            ("middle name left out", person("Khan", "Adam James", "", ""), person("Khan", "Adam", born, "")),
            ("called by the second name", person("Khan", "Muhammad Adam", "", ""), person("Khan", "Adam", "", "")),
            ("double-barrelled once", person("Khan-Smith", "Adam", "", ""), person("Smith", "Adam", "", "")),
            ("names swapped", person("Khan", "Adam", "", ""), person("Adam", "Khan", "", "")),
            ("day and month swapped", person("Khan", "Adam", born, ""), person("Khan", "Adam", "2015-12-04", "")),
            ("another year", person("Khan", "Adam", born, ""), person("Khan", "Adam", "2013-04-12", "")),
            ("another month", person("Khan", "Adam", born, ""), person("Khan", "Adam", "2015-07-12", "")),
            ("another day", person("Khan", "Adam", born, ""), person("Khan", "Adam", "2015-04-21", "")),
            ("spelt by ear at home", person("Khan", "Aisha", "", "LU1 2AB"), person("Khan", "Ayesha", "", "lu12ab")),
            (
                "forms, and a month mistyped",
                person("Brook", "Toby", born, ""),
                person("Brooke", "Tobias", "2015-07-12", "LU1 2AB"),
            ),
            (
                "names swapped, spelt otherwise, day and month swapped",
                person("Ozdemir", "Mohammed", born, ""),
                person("Muhammad", "Özdemir", "2015-12-04", ""),
            ),
            (
                "by ear, another year",
                person("Whyte", "Catherine", born, "LU1 2AB"),
                person("White", "Kathryn", "2013-04-12", "LU1 2AB"),
            ),
            ("other birth altogether", person("Khan", "Adam", born, ""), person("Khan", "Adam", "2009-11-30", "")),
            ("family name changed", person("Khan", "Adam", born, ""), person("Smith", "Adam", born, "")),
        ] {
            assert!(compare(&Forms::default(), &a, &b).is_some(), "{row}: the score would not name them");
            assert!(meets(&a, &b), "{row}");
            assert!(meets(&b, &a), "{row}, the other way round");
        }
    }

    #[test]
    fn two_referrals_that_the_score_would_name_meet_without_regard_to_dates() {
        let forms = Forms::default();
        let born = "2015-04-12";
        for (row, a, b) in [
            ("nothing but the name", person("Khan", "Adam", "", ""), person("Khan", "Adam", "", "")),
            ("nothing but birth and home", person("", "", born, "LU1 2AB"), person("Khan", "Adam", born, "LU1 2AB")),
            ("other birth", person("Khan", "Adam", born, ""), person("Khan", "Adam", "2009-11-30", "")),
            ("a form", person("Brook", "Toby", born, ""), person("Brooke", "Tobias", "2015-12-04", "")),
            ("swapped", person("Ozdemir", "Mohammed", born, ""), person("Muhammad", "Özdemir", "2015-12-04", "")),
        ] {
            for (a, b) in [(&a, &b), (&b, &a)] {
                assert!(!of_likes(&forms, a).is_disjoint(&of_referral(b)), "{row}");
            }
        }
    }

    #[test]
    fn whoever_is_described_by_a_former_name_meets_the_child() {
        let born = "2015-04-12";
        for (row, family, given, now) in [
            ("adopted", "Thistledown", "Rosalind", person("Okonkwo", "Grace", born, "")),
            ("adopted, month mistyped", "Thistledown", "Rosalind", person("Okonkwo", "Grace", "2015-07-12", "")),
            ("by ear", "Thisteldown", "Rosalynd", person("Okonkwo", "Grace", born, "LU1 2AB")),
            ("the family name alone", "Thistledown", "Grace", person("Okonkwo", "Grace", "", "")),
        ] {
            let before = person("Thistledown", if given == "Grace" { "Grace" } else { "Rosalind" }, "", "");
            let former_names = vec![(before.family_name, before.given_names)];
            let child = Person { former_names, ..now };
            let described = person(family, given, born, "LU1 2AB");
            let found = compare(&Forms::default(), &described, &child);
            assert!(found.is_some_and(|found| found.reasons.contains(&super::super::Reason::FormerName)), "{row}");
            assert!(meets(&described, &child), "{row}");
        }
    }

    #[test]
    fn what_says_nothing_makes_no_key() {
        for (family, given) in [("Unknown", "not known"), ("", "")] {
            assert_eq!(of_child(&person(family, given, "2015-04-12", "")), BTreeSet::new());
            assert_eq!(look_ups(&Forms::default(), &person(family, given, "2015-04-12", "")), []);
        }
    }

    #[test]
    fn a_name_of_many_words_makes_few_keys() {
        let many = ["one two three four five six seven eight"; 2].map(|name| PersonName::parse(name).unwrap());
        let [family_name, given_names] = many.map(Some);
        let keys = of_child(&Person { family_name, given_names, ..Person::default() });
        assert!(keys.len() <= 5 * (MOST_WORDS + 1) * (MOST_WORDS + 3), "{}", keys.len());
    }
}
