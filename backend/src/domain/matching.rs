//! Is this the same child? A score that explains itself.
//!
//! Lives here: comparing two descriptions of a child and saying, in words, what speaks for and
//! against their being one. Must not live here: any merging. Whatever the score, a person decides;
//! a UPN shared by two names is a fault in the data and not a proof.

pub mod forms;
pub mod keys;
pub(in crate::domain) mod sound;

use std::collections::BTreeSet;
use std::fmt;

use chrono::{Datelike, NaiveDate};
use entity::vocabulary::{ChildFact, Sex};
use entity::{child, referral};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use self::forms::Forms;
use self::sound::{are_a_letter_apart, are_alike};
use crate::domain::child::{ChildFacts, former_names, formerly, home_of};
use crate::domain::nhs_number::NhsNumber;
use crate::domain::person_name::PersonName;
use crate::domain::postcode::Postcode;
use crate::domain::upn::{Upn, UpnKind};

/// The score from which an officer is shown two descriptions side by side.
pub const POSSIBLE: u8 = 40;
/// The score from which they are likely to be one child.
pub const LIKELY: u8 = 70;

/// The most former names of a child that are compared, the newest.
const MOST_FORMER_NAMES: usize = 5;

/// What is known of a child; anything may be missing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The family name.
    pub family_name: Option<PersonName>,
    /// All given names, in order.
    pub given_names: Option<PersonName>,
    /// Whole names the child had before, newest first: family name and given names.
    pub former_names: Vec<(Option<PersonName>, Option<PersonName>)>,
    /// The date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// The current UPN.
    pub upn: Option<Upn>,
    /// UPNs the child had before.
    pub former_upns: Vec<Upn>,
    /// The NHS number.
    pub nhs_number: Option<NhsNumber>,
    /// The postcode of the last known address.
    pub postcode: Option<Postcode>,
    /// The sex, if recorded.
    pub sex: Option<Sex>,
}

impl Person {
    /// A child by what somebody typed: the name with any characters in it, UPN and postcode only if they are well
    /// formed.
    pub fn told(
        (family_name, given_names): (&str, &str),
        date_of_birth: Option<NaiveDate>,
        upn: Option<&str>,
        postcode: Option<&str>,
    ) -> Self {
        Self {
            family_name: PersonName::told(family_name),
            given_names: PersonName::told(given_names),
            date_of_birth,
            upn: upn.and_then(|upn| Upn::parse(upn).ok()),
            postcode: postcode.and_then(|postcode| Postcode::parse(postcode).ok()),
            ..Self::default()
        }
    }

    /// A child by these facts, as a referral tells them.
    pub fn described(told: &ChildFacts) -> Self {
        let names = (told.family_name.as_str(), told.given_names.as_str());
        let nhs_number = nhs_number(told.nhs_number.as_deref());
        Self { nhs_number, ..Self::told(names, told.date_of_birth, told.upn.as_deref(), told.postcode.as_deref()) }
    }

    /// The child of a referral, by what it tells.
    pub fn referred(referral: &referral::Model) -> Self {
        let names = (referral.family_name.as_str(), referral.given_names.as_str());
        let nhs_number = nhs_number(referral.nhs_number.as_deref());
        let (upn, postcode) = (referral.upn.as_deref(), referral.postcode.as_deref());
        Self { nhs_number, ..Self::told(names, referral.date_of_birth, upn, postcode) }
    }

    /// A child on file. Sex is left out, because it is recorded wrongly too often to speak against a match.
    pub fn of(child: &child::Model) -> Self {
        let names = (child.family_name.as_str(), child.given_names.as_str());
        let former = formerly(child).into_iter().filter(|former| former.fact == ChildFact::Upn);
        let former_upns = former.filter_map(|former| Upn::parse(&former.value).ok()).collect();
        let former_names = former_names(child).into_iter().take(MOST_FORMER_NAMES);
        let former_names =
            former_names.map(|(family, given)| (PersonName::told(&family), PersonName::told(&given))).collect();
        Self {
            former_upns,
            former_names,
            nhs_number: nhs_number(child.nhs_number.as_deref()),
            ..Self::told(names, child.date_of_birth, child.upn.as_deref(), home_of(child))
        }
    }

    /// The child by each name in turn, the present one first.
    fn by_each_name(&self) -> impl Iterator<Item = Self> {
        let former = self.former_names.iter().map(|(family_name, given_names)| Self {
            family_name: family_name.clone(),
            given_names: given_names.clone(),
            ..self.clone()
        });
        std::iter::once(self.clone()).chain(former)
    }

    /// A digest of all that [`compare`] looks at: as long as it is the same, so is every comparison.
    pub fn digest(&self) -> String {
        let Self { family_name, given_names, former_names, date_of_birth, upn, former_upns, nhs_number, postcode, sex } =
            self;
        let key = |name: &Option<PersonName>| name.as_ref().map(PersonName::search_key).unwrap_or_default();
        let mut parts = vec![key(family_name), key(given_names)];
        parts.extend(former_names.iter().flat_map(|(family, given)| [key(family), key(given)]));
        parts.push(format!("{date_of_birth:?} {:?} {sex:?}", postcode.as_ref().map(Postcode::as_str)));
        parts.extend(nhs_number.iter().map(|number| number.as_str().to_owned()));
        parts.extend(upn.iter().chain(former_upns).map(ToString::to_string));
        hex::encode(Sha256::digest(serde_json::json!([parts, upn.is_some()]).to_string()))
    }
}

fn nhs_number(stored: Option<&str>) -> Option<NhsNumber> {
    stored.and_then(|number| NhsNumber::parse(number).ok())
}

/// How far two descriptions agree, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The score, from 0 to 100; see [`POSSIBLE`] and [`LIKELY`].
    pub score: u8,
    /// What speaks for it and against it, names first.
    pub reasons: Vec<Reason>,
}

impl Match {
    /// Whether an officer should be asked if the two are one child. No score ever merges them.
    pub fn is_likely(&self) -> bool {
        self.score >= LIKELY
    }
}

/// One thing that speaks for or against two descriptions being of one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// The same family name and the same given names.
    SameName,
    /// The family name of each is the given name of the other.
    NamesSwapped,
    /// The family name of each is like the given name of the other.
    NamesSwappedAndAlike,
    /// The same family name.
    SameFamilyName,
    /// One family name is part of the other.
    FamilyNameContained,
    /// Family names that sound alike or are a slip apart.
    FamilyNamesAlike,
    /// Family names with nothing in common.
    DifferentFamilyName,
    /// The same given names.
    SameGivenNames,
    /// One has more given names than the other, or other second names.
    GivenNamesContained,
    /// Given names that sound alike, are a slip apart, or are a beginning or an initial.
    GivenNamesAlike,
    /// Given names that are forms of one: a short form, or the spelling of another language.
    GivenNamesForms,
    /// Given names that are one letter apart, as a slip leaves them or as twins are named.
    GivenNamesALetterApart,
    /// Given names with nothing in common.
    DifferentGivenNames,
    /// What is said of the names holds of a name that one of them had before.
    FormerName,
    /// The same date of birth.
    SameDateOfBirth,
    /// The same date of birth, but 1 January, which often stands for one not known.
    SameFirstOfJanuary,
    /// Dates of birth with day and month exchanged.
    DayAndMonthSwapped,
    /// Dates of birth that differ in the day, the month or the year alone.
    DateOfBirthOffInOnePart,
    /// Dates of birth that have little in common.
    DifferentDateOfBirth,
    /// The same UPN.
    SameUpn,
    /// The same temporary UPN.
    SameTemporaryUpn,
    /// The UPN of one is a former UPN of the other, or they had one in common.
    FormerUpn,
    /// Different UPNs.
    DifferentUpn,
    /// The same NHS number.
    SameNhsNumber,
    /// Different NHS numbers.
    DifferentNhsNumber,
    /// A UPN in common, but not the name.
    UpnOnDifferentNames,
    /// An NHS number in common, but not the name.
    NhsNumberOnDifferentNames,
    /// The same postcode.
    SamePostcode,
    /// Recorded as of different sex.
    DifferentSex,
}

impl Reason {
    fn weight(self) -> i32 {
        match self {
            Self::SameUpn | Self::SameNhsNumber => 60,
            Self::FormerUpn => 50,
            Self::SameTemporaryUpn | Self::SameName | Self::NamesSwapped => 40,
            Self::SameDateOfBirth | Self::NamesSwappedAndAlike => 30,
            Self::DayAndMonthSwapped => 22,
            Self::SameFamilyName
            | Self::FamilyNameContained
            | Self::SameGivenNames
            | Self::GivenNamesContained
            | Self::SameFirstOfJanuary => 20,
            Self::GivenNamesForms => 16,
            Self::FamilyNamesAlike => 14,
            Self::GivenNamesAlike | Self::DateOfBirthOffInOnePart => 12,
            Self::SamePostcode => 10,
            Self::GivenNamesALetterApart => 4,
            Self::DifferentFamilyName
            | Self::DifferentGivenNames
            | Self::FormerName
            | Self::NhsNumberOnDifferentNames
            | Self::UpnOnDifferentNames => 0,
            Self::DifferentSex => -10,
            Self::DifferentDateOfBirth => -20,
            Self::DifferentUpn | Self::DifferentNhsNumber => -25,
        }
    }

    /// The reason in the reader's words; it names no person.
    pub fn words(self) -> &'static str {
        match self {
            Self::SameName => "same name",
            Self::NamesSwapped => "family name and given name swapped",
            Self::NamesSwappedAndAlike => "family name and given name swapped, and alike in sound, spelling or form",
            Self::SameFamilyName => "same family name",
            Self::FamilyNameContained => "one family name is part of the other",
            Self::FamilyNamesAlike => "family names are alike in sound or spelling",
            Self::DifferentFamilyName => "different family name",
            Self::SameGivenNames => "same given names",
            Self::GivenNamesContained => "same first name, but one has more or other second names",
            Self::GivenNamesAlike => "given names are alike in sound, spelling or beginning",
            Self::GivenNamesForms => "given names are forms of one name",
            Self::GivenNamesALetterApart => "given names are one letter apart: a slip, or perhaps a brother or sister",
            Self::DifferentGivenNames => "different given name: perhaps a brother or sister",
            Self::FormerName => "a former name",
            Self::SameDateOfBirth => "same date of birth",
            Self::SameFirstOfJanuary => "same date of birth, but 1 January is often an estimate",
            Self::DayAndMonthSwapped => "day and month swapped in date of birth",
            Self::DateOfBirthOffInOnePart => "dates of birth differ only in day, month or year",
            Self::DifferentDateOfBirth => "different date of birth",
            Self::SameUpn => "same UPN",
            Self::SameTemporaryUpn => "same temporary UPN",
            Self::FormerUpn => "a former UPN in common",
            Self::DifferentUpn => "different UPN",
            Self::SameNhsNumber => "same NHS number",
            Self::DifferentNhsNumber => "different NHS number",
            Self::NhsNumberOnDifferentNames => "one NHS number on two different names: check both records",
            Self::UpnOnDifferentNames => "one UPN on two different names: check both records",
            Self::SamePostcode => "same postcode",
            Self::DifferentSex => "recorded as of different sex",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

// Different given names are what tells twins apart, so no other likeness may outweigh them.
const MOST_WITH_DIFFERENT_GIVEN_NAMES: i32 = 35;
// What is as often a twin as a slip is for a person to look at, and never likely.
const MOST_A_LETTER_APART: i32 = 60;
// Enough to be shown, too little to be called likely.
const SCORE_OF_A_SHARED_NUMBER: i32 = 60;

/// Compares two descriptions; `None` when they are not worth anyone's time. The order of the two
/// does not matter. Who had another name before is compared by that name too, and the likelier of both counts.
pub fn compare(forms: &Forms, a: &Person, b: &Person) -> Option<Match> {
    let mut likeliest = compare_by_name(forms, a, b);
    if a.former_names.is_empty() && b.former_names.is_empty() {
        return likeliest;
    }
    for (place, a) in a.by_each_name().enumerate() {
        for b in b.by_each_name().skip(usize::from(place == 0)) {
            let Some(mut found) = compare_by_name(forms, &a, &b) else { continue };
            if likeliest.as_ref().is_none_or(|other| other.score < found.score) {
                let names = found.reasons.iter().take_while(|reason| **reason < Reason::FormerName).count();
                found.reasons.insert(names, Reason::FormerName);
                likeliest = Some(found);
            }
        }
    }
    likeliest
}

/// Compares two descriptions by the name that each has.
fn compare_by_name(forms: &Forms, a: &Person, b: &Person) -> Option<Match> {
    let mut reasons = names(forms, a, b);
    reasons.extend(dates_of_birth(a, b));
    let upn = upns(a, b);
    reasons.extend(upn);
    let nhs_number = a.nhs_number.as_ref().zip(b.nhs_number.as_ref());
    reasons.extend(nhs_number.map(|(a, b)| if a == b { Reason::SameNhsNumber } else { Reason::DifferentNhsNumber }));
    if a.postcode.is_some() && a.postcode == b.postcode {
        reasons.push(Reason::SamePostcode);
    }
    if differ_in_sex(a, b) {
        reasons.push(Reason::DifferentSex);
    }

    let has = |reason| reasons.contains(&reason);
    let mut score: i32 = reasons.iter().map(|reason| reason.weight()).sum();
    if (has(Reason::SameName) || has(Reason::NamesSwapped)) && has(Reason::DifferentDateOfBirth) {
        // A date of birth may be wrong altogether, as when an age was guessed. The name alone is then weak, not nothing.
        score -= Reason::DifferentDateOfBirth.weight();
    }
    // A family name changes at a new marriage or by adoption; a date of birth then has to agree.
    let other_name =
        has(Reason::DifferentGivenNames) || (has(Reason::DifferentFamilyName) && !agree_on_birth(&reasons));
    let upn_in_common = upn.is_some_and(|reason| reason != Reason::DifferentUpn);
    if other_name && upn_in_common {
        score = SCORE_OF_A_SHARED_NUMBER;
        reasons.push(Reason::UpnOnDifferentNames);
    } else if other_name && nhs_number.is_some_and(|(a, b)| a == b) {
        score = SCORE_OF_A_SHARED_NUMBER;
        reasons.push(Reason::NhsNumberOnDifferentNames);
    } else if has(Reason::DifferentGivenNames) {
        score = score.min(MOST_WITH_DIFFERENT_GIVEN_NAMES);
    } else if has(Reason::GivenNamesALetterApart) {
        // Beside another family name a letter says nothing.
        let most = if has(Reason::DifferentFamilyName) { MOST_WITH_DIFFERENT_GIVEN_NAMES } else { MOST_A_LETTER_APART };
        score = score.min(most);
    }

    let score = u8::try_from(score.clamp(0, 100)).unwrap_or(0);
    (score >= POSSIBLE).then_some(Match { score, reasons })
}

fn agree_on_birth(reasons: &[Reason]) -> bool {
    reasons.iter().any(|reason| {
        matches!(reason, Reason::SameDateOfBirth | Reason::SameFirstOfJanuary | Reason::DayAndMonthSwapped)
    })
}

fn dates_of_birth(a: &Person, b: &Person) -> Option<Reason> {
    let (a, b) = (a.date_of_birth?, b.date_of_birth?);
    let parts_in_common =
        [a.year() == b.year(), a.month() == b.month(), a.day() == b.day()].into_iter().filter(|same| *same).count();
    let swapped = a.year() == b.year() && a.month() == b.day() && a.day() == b.month();
    Some(match parts_in_common {
        3 if a.ordinal() == 1 => Reason::SameFirstOfJanuary,
        3 => Reason::SameDateOfBirth,
        _ if swapped => Reason::DayAndMonthSwapped,
        2 => Reason::DateOfBirthOffInOnePart,
        _ => Reason::DifferentDateOfBirth,
    })
}

fn upns(a: &Person, b: &Person) -> Option<Reason> {
    if let (Some(of_a), Some(of_b)) = (&a.upn, &b.upn)
        && of_a == of_b
    {
        return Some(match of_a.kind() {
            UpnKind::Permanent => Reason::SameUpn,
            UpnKind::Temporary => Reason::SameTemporaryUpn,
        });
    }
    let all = |person: &Person| -> BTreeSet<Upn> { person.upn.iter().chain(&person.former_upns).cloned().collect() };
    if !all(a).is_disjoint(&all(b)) {
        return Some(Reason::FormerUpn);
    }
    let permanent = |upn: &Upn| upn.kind() == UpnKind::Permanent;
    // A temporary number says only that the permanent one was not found at the time.
    let both_permanent = a.upn.as_ref().is_some_and(permanent) && b.upn.as_ref().is_some_and(permanent);
    both_permanent.then_some(Reason::DifferentUpn)
}

fn differ_in_sex(a: &Person, b: &Person) -> bool {
    let known = |person: &Person| person.sex.filter(|sex| *sex != Sex::Unknown);
    known(a).zip(known(b)).is_some_and(|(a, b)| a != b)
}

fn names(forms: &Forms, a: &Person, b: &Person) -> Vec<Reason> {
    let family = words_of(a.family_name.as_ref()).zip(words_of(b.family_name.as_ref()));
    let given = words_of(a.given_names.as_ref()).zip(words_of(b.given_names.as_ref()));
    let differ_in_sex = differ_in_sex(a, b);
    if let (Some((family_a, family_b)), Some((given_a, given_b))) = (&family, &given) {
        if family_a.concat() == family_b.concat() && given_a.concat() == given_b.concat() {
            return vec![Reason::SameName];
        }
        let whole = |words: &[String]| in_one_spelling(words).concat();
        if whole(family_a) == whole(given_b) && whole(given_a) == whole(family_b) {
            return vec![Reason::NamesSwapped];
        }
    }
    let given_names = |a: &[String], b: &[String]| given_names(forms, a, b, differ_in_sex);
    let straight: Vec<Reason> =
        [family.as_ref().map(|(a, b)| family_names(a, b)), given.as_ref().map(|(a, b)| given_names(a, b))]
            .into_iter()
            .flatten()
            .collect();
    if let (Some((family_a, family_b)), Some((given_a, given_b))) = (&family, &given)
        && straight == [Reason::DifferentFamilyName, Reason::DifferentGivenNames]
    {
        let agree = |a: &[String], b: &[String]| {
            !matches!(given_names(a, b), Reason::DifferentGivenNames | Reason::GivenNamesALetterApart)
        };
        if agree(family_a, given_b) && agree(given_a, family_b) {
            return vec![Reason::NamesSwappedAndAlike];
        }
    }
    straight
}

// The words of a name's key; none for what people type when they do not know it.
fn words_of(name: Option<&PersonName>) -> Option<Vec<String>> {
    let key = name?.search_key();
    if ["unknown", "not known", "unk", "tbc"].contains(&key.as_str()) {
        return None;
    }
    Some(key.split(' ').map(str::to_owned).collect())
}

fn family_names(a: &[String], b: &[String]) -> Reason {
    let (whole_a, whole_b) = (a.concat(), b.concat());
    if whole_a == whole_b {
        Reason::SameFamilyName
    } else if is_part(a, b) || is_part(b, a) {
        Reason::FamilyNameContained
    } else if are_alike(&whole_a, &whole_b) {
        Reason::FamilyNamesAlike
    } else {
        Reason::DifferentFamilyName
    }
}

fn given_names(forms: &Forms, a: &[String], b: &[String], differ_in_sex: bool) -> Reason {
    if a.concat() == b.concat() {
        return Reason::SameGivenNames;
    }
    let (a, b) = (in_one_spelling(a), in_one_spelling(b));
    if a == b {
        return Reason::GivenNamesAlike;
    }
    if is_part(&a, &b) || is_part(&b, &a) {
        return Reason::GivenNamesContained;
    }
    // Brothers often share a first Muhammad and are called by the name after it.
    let (a, b) = (without_muhammad(&a), without_muhammad(&b));
    let (Some(first_a), Some(first_b)) = (a.first(), b.first()) else {
        return Reason::DifferentGivenNames;
    };
    // Twins of either sex are often given two forms of one name: Samir and Samira.
    let alike = !differ_in_sex && (is_short_for(first_a, first_b) || are_alike(first_a, first_b));
    if first_a == first_b {
        Reason::GivenNamesContained
    } else if !differ_in_sex && forms.are_one(first_a, first_b) {
        Reason::GivenNamesForms
    } else if alike {
        Reason::GivenNamesAlike
    } else if !differ_in_sex && are_a_letter_apart(first_a, first_b) {
        Reason::GivenNamesALetterApart
    } else {
        Reason::DifferentGivenNames
    }
}

fn is_part(few: &[String], many: &[String]) -> bool {
    few.iter().all(|word| many.contains(word))
}

const MUHAMMAD: &str = "muhammad";

fn in_one_spelling(names: &[String]) -> Vec<String> {
    let is_muhammad = |name: &str| {
        let mut consonants: Vec<char> = name.chars().filter(|c| !"aeiou".contains(*c)).collect();
        consonants.dedup();
        let consonants = String::from_iter(consonants);
        ["mhmd", "mhmt", "mhd", "md"].contains(&consonants.as_str()) && name.starts_with('m')
    };
    let spelt = |name: &String| match name.as_str() {
        "md" | "mohd" | "muhd" => MUHAMMAD.to_owned(),
        long if long.len() > 5 && is_muhammad(long) => MUHAMMAD.to_owned(),
        _ => name.clone(),
    };
    names.iter().map(spelt).collect()
}

fn without_muhammad(names: &[String]) -> &[String] {
    match names {
        [first, rest @ ..] if first == MUHAMMAD && !rest.is_empty() => rest,
        _ => names,
    }
}

// An initial, or the beginning of the other name (Dan, Daniel).
fn is_short_for(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let letters = short.chars().count();
    long.starts_with(short) && (letters == 1 || letters >= 3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compare(a: &Person, b: &Person) -> Option<Match> {
        super::compare(&Forms::default(), a, b)
    }

    const UPN: &str = "G821999926001";
    const OTHER_UPN: &str = "E820400199001";
    const TEMPORARY_UPN: &str = "T82199992600A";

    fn child(given: &str, family: &str, born: &str) -> Person {
        Person {
            family_name: PersonName::parse(family).ok(),
            given_names: PersonName::parse(given).ok(),
            date_of_birth: born.parse().ok(),
            ..Person::default()
        }
    }

    fn at(postcode: &str, child: Person) -> Person {
        Person { postcode: Postcode::parse(postcode).ok(), ..child }
    }

    fn with_upn(upn: &str, child: Person) -> Person {
        Person { upn: Some(Upn::parse(upn).unwrap()), ..child }
    }

    fn score(a: &Person, b: &Person) -> u8 {
        compare(a, b).map_or(0, |found| found.score)
    }

    #[derive(Debug, PartialEq)]
    enum Verdict {
        Likely,
        Possible,
        No,
    }
    use Verdict::{Likely, No, Possible};

    fn verdict(a: &Person, b: &Person) -> Verdict {
        match compare(a, b) {
            Some(found) if found.is_likely() => Likely,
            Some(_) => Possible,
            None => No,
        }
    }

    const BORN: &str = "2015-04-12";

    #[test]
    fn small_differences_in_a_name_or_date_leave_a_child_recognisable() {
        let adam = || child("Adam", "Khan", BORN);
        let home = |child| at("LU1 2AB", child);
        let rows = [
            ("same name and birth", adam(), adam(), Likely),
            (
                "accents, case and hyphens aside",
                child("Zoë", "O’Brien-Smith", BORN),
                child("ZOE", "obrien smith", BORN),
                Likely,
            ),
            ("middle name left out", adam(), child("Adam James", "Khan", BORN), Likely),
            ("double-barrelled once", adam(), child("Adam", "Khan-Smith", BORN), Likely),
            ("names swapped", adam(), child("Khan", "Adam", BORN), Likely),
            ("day and month swapped", home(adam()), home(child("Adam", "Khan", "2015-12-04")), Likely),
            ("day and month swapped, no address", adam(), child("Adam", "Khan", "2015-12-04"), Possible),
            ("year mistyped", adam(), child("Adam", "Khan", "2014-04-12"), Possible),
            ("spelt by ear", home(child("Aisha", "Mahmood", BORN)), home(child("Ayesha", "Mahmood", BORN)), Likely),
            (
                "Muhammad spelt otherwise",
                home(child("Mohammed", "Ali", BORN)),
                home(child("Muhammad", "Ali", BORN)),
                Likely,
            ),
            (
                "a slip of the pen",
                home(child("Katherine", "Jones", BORN)),
                home(child("Kathreine", "Jones", BORN)),
                Likely,
            ),
            (
                "a form of the name, and the family name by ear",
                home(child("Catherine", "Whyte", BORN)),
                home(child("Kathryn", "White", BORN)),
                Likely,
            ),
            ("a short form", home(child("Toby", "Brook", BORN)), home(child("Tobias", "Brook", BORN)), Likely),
            ("Polish and English", home(child("Łukasz", "Nowak", BORN)), home(child("Luke", "Nowak", BORN)), Likely),
            ("Turkish and Arabic", home(child("Ayşe", "Yıldız", BORN)), home(child("Aisha", "Yildiz", BORN)), Likely),
            ("Romanian and English", home(child("Ştefan", "Pop", BORN)), home(child("Steven", "Pop", BORN)), Likely),
            (
                "names swapped, spelt otherwise, day and month swapped",
                home(child("Mohammed", "Ozdemir", BORN)),
                home(child("Özdemir", "Muhammad", "2015-12-04")),
                Likely,
            ),
            (
                "the same without an address",
                child("Mohammed", "Ozdemir", BORN),
                child("Özdemir", "Muhammad", "2015-12-04"),
                Possible,
            ),
            ("names swapped and by ear", child("Catherine", "Whyte", BORN), child("White", "Kathryn", BORN), Possible),
            ("Toby, Tony", home(child("Toby", "Brook", BORN)), home(child("Tony", "Brook", BORN)), Possible),
            ("Toby, Tody", child("Toby", "Brook", BORN), child("Tody", "Brook", BORN), Possible),
            ("Toby, Doby", child("Toby", "Brook", BORN), child("Doby", "Brook", BORN), Possible),
            ("short form", home(child("Dan", "Jones", BORN)), home(child("Daniel", "Jones", BORN)), Likely),
        ];
        for (row, a, b, expected) in rows {
            assert_eq!(verdict(&a, &b), expected, "{row}: {:?}", compare(&a, &b));
        }
    }

    #[test]
    fn weak_or_missing_evidence_is_at_most_possible() {
        let adam = || child("Adam", "Khan", BORN);
        let home = |child| at("LU1 2AB", child);
        let rows = [
            ("new family name", home(child("Adam", "Khan", BORN)), home(child("Adam", "Miller", BORN)), Possible),
            (
                "same name, no birth, same address",
                home(child("Adam", "Khan", "")),
                home(child("Adam", "Khan", "")),
                Possible,
            ),
            ("same name only", child("Adam", "Khan", ""), child("Adam", "Khan", ""), Possible),
            ("same name, other birth", adam(), child("Adam", "Khan", "2009-11-30"), Possible),
            ("names swapped, other birth", adam(), child("Khan", "Adam", "2009-11-30"), Possible),
            ("like name, other birth", home(adam()), home(child("Adem", "Khan", "2009-11-30")), No),
            (
                "same name, other birth, other UPN",
                with_upn(UPN, adam()),
                with_upn(OTHER_UPN, child("Adam", "Khan", "2009-11-30")),
                No,
            ),
            ("1 January is weak", child("Adam", "Khan", "2015-01-01"), child("Adam", "Khan", "2015-01-01"), Possible),
            (
                "name not known, birth and address agree",
                home(child("Unknown", "Unknown", BORN)),
                home(adam()),
                Possible,
            ),
            ("birth alone", child("", "", BORN), adam(), No),
            ("nothing known", Person::default(), Person::default(), No),
            ("strangers", adam(), child("Grace", "Miller", "2012-06-30"), No),
        ];
        for (row, a, b, expected) in rows {
            assert_eq!(verdict(&a, &b), expected, "{row}: {:?}", compare(&a, &b));
        }
    }

    #[test]
    fn a_upn_weighs_much_but_not_everything() {
        let adam = || child("Adam", "Khan", BORN);
        let rows = [
            ("same UPN and nothing else", with_upn(UPN, Person::default()), with_upn(UPN, Person::default()), Possible),
            ("same UPN and birth", with_upn(UPN, child("", "", BORN)), with_upn(UPN, child("", "", BORN)), Likely),
            ("same UPN, new family name", with_upn(UPN, adam()), with_upn(UPN, child("Adam", "Miller", BORN)), Likely),
            ("different UPNs", with_upn(UPN, adam()), with_upn(OTHER_UPN, adam()), Possible),
            ("temporary and permanent UPN", with_upn(TEMPORARY_UPN, adam()), with_upn(UPN, adam()), Likely),
        ];
        for (row, a, b, expected) in rows {
            assert_eq!(verdict(&a, &b), expected, "{row}: {:?}", compare(&a, &b));
        }
    }

    #[test]
    fn twins_are_never_the_same_child() {
        let rows = [
            ("Adam", "Grace"),
            ("Hassan", "Hussain"),
            ("Hasan", "Hussein"),
            ("Muhammad Hassan", "Muhammad Hussain"),
            ("Mohammed Ali", "Muhammad Umar"),
            ("Leo", "Lia"),
            ("Emma", "Emily"),
            ("Ella", "Ellie"),
            ("Maya", "Mia"),
            ("Adam James", "Luke James"),
        ];
        for (one, other) in rows {
            let twin = |given| at("LU1 2AB", child(given, "Khan", BORN));
            assert_eq!(compare(&twin(one), &twin(other)), None, "{one} and {other}");
        }
    }

    #[test]
    fn a_letter_that_may_be_a_slip_or_a_twin_is_shown_and_never_likely() {
        for (one, other) in [("Jayden", "Kayden"), ("Sara", "Sana"), ("Toby", "Tony")] {
            let twin = |given, family| at("LU1 2AB", child(given, family, BORN));
            let found = compare(&twin(one, "Khan"), &twin(other, "Khan")).unwrap();
            assert!(!found.is_likely() && found.reasons.contains(&Reason::GivenNamesALetterApart), "{one} and {other}");
            assert_eq!(compare(&twin(one, "Khan"), &twin(other, "Miller")), None, "{one} and {other}, other families");
        }
    }

    #[test]
    fn a_brother_and_a_sister_with_two_forms_of_one_name_are_not_the_same_child() {
        for (he, she) in [("Samir", "Samira"), ("Daniel", "Danielle"), ("Amir", "Amira")] {
            let twin = |given, sex| Person { sex: Some(sex), ..at("LU1 2AB", child(given, "Khan", BORN)) };
            assert_eq!(compare(&twin(he, Sex::Male), &twin(she, Sex::Female)), None, "{he} and {she}");
        }
    }

    #[test]
    fn one_upn_on_two_names_is_a_finding_and_not_a_match() {
        let rows = [
            ("§9.6 strangers", child("Grace", "Miller", "2012-06-30"), true),
            ("§9.6 twins given one UPN", child("Grace", "Khan", BORN), true),
            ("§9.6 other family name and birth", child("Adam", "Miller", "2012-06-30"), true),
            ("other family name, same birth", child("Adam", "Miller", BORN), false),
            ("the same child", child("Adam", "Khan", BORN), false),
        ];
        for (row, other, wrongly) in rows {
            let found = compare(&with_upn(UPN, child("Adam", "Khan", BORN)), &with_upn(UPN, other)).unwrap();
            assert_eq!(found.reasons.contains(&Reason::UpnOnDifferentNames), wrongly, "{row}");
            assert_eq!(found.is_likely(), !wrongly, "{row}");
        }
    }

    #[test]
    fn a_former_upn_still_finds_the_child() {
        let former =
            Person { former_upns: vec![Upn::parse(OTHER_UPN).unwrap()], ..with_upn(UPN, child("Adam", "Khan", "")) };
        let found = compare(&former, &with_upn(OTHER_UPN, child("Adam", "Khan", ""))).unwrap();
        assert_eq!(found.reasons, [Reason::SameName, Reason::FormerUpn], "§9.6 keep former UPNs");
        assert!(found.is_likely());
    }

    #[test]
    fn a_match_explains_itself_in_words() {
        let a = at("LU1 2AB", with_upn(UPN, child("Adam", "Khan", "2015-04-12")));
        let b = at("lu12ab", with_upn(UPN, child("Khan", "Adam", "2015-12-04")));
        let found = compare(&a, &b).unwrap();
        let words = found.reasons.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(
            words,
            [
                "family name and given name swapped",
                "day and month swapped in date of birth",
                "same UPN",
                "same postcode",
            ]
        );
        assert_eq!(found.score, 100);
    }

    #[test]
    fn a_description_does_not_show_the_child_in_a_log() {
        let shown = format!("{:?}", with_upn(UPN, at("LU1 2AB", child("Adam", "Khan", ""))));
        assert!(!["Adam", "Khan", UPN, "LU1"].iter().any(|secret| shown.contains(secret)), "{shown}");
    }

    fn any_child() -> impl Strategy<Value = Person> {
        let given = prop::sample::select(vec![
            "",
            "Adam",
            "Adam James",
            "Grace",
            "Hassan",
            "Hussain",
            "Muhammad Ali",
            "Mohammed",
            "Khan",
            "A",
            "Unknown",
        ]);
        let family = prop::sample::select(vec!["", "Khan", "Kahn", "Adam", "Smith-Jones", "Jones", "محمد"]);
        let born = prop::sample::select(vec!["", "2015-04-12", "2015-12-04", "2014-04-12", "2015-01-01", "2009-11-30"]);
        let upn = prop::sample::select(vec![None, Some(UPN), Some(OTHER_UPN), Some(TEMPORARY_UPN)]);
        let postcode = prop::sample::select(vec!["", "LU1 2AB", "LU4 8DY"]);
        let sex = prop::sample::select(vec![None, Some(Sex::Female), Some(Sex::Male)]);
        (given, family, born, upn, postcode, sex).prop_map(|(given, family, born, upn, postcode, sex)| Person {
            upn: upn.map(|text| Upn::parse(text).unwrap()),
            sex,
            ..at(postcode, child(given, family, born))
        })
    }

    proptest! {
        #[test]
        fn the_order_of_the_two_does_not_matter(a in any_child(), b in any_child()) {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a));
        }

        #[test]
        fn whatever_is_returned_is_worth_a_look_and_says_why(a in any_child(), b in any_child()) {
            if let Some(found) = compare(&a, &b) {
                prop_assert!((POSSIBLE..=100).contains(&found.score));
                prop_assert!(!found.reasons.is_empty());
            }
        }

        #[test]
        fn different_given_names_are_never_likely(a in any_child(), b in any_child()) {
            if let Some(found) = compare(&a, &b).filter(|found| found.reasons.contains(&Reason::DifferentGivenNames)) {
                prop_assert!(!found.is_likely() && found.reasons.contains(&Reason::UpnOnDifferentNames));
            }
        }

        #[test]
        fn nobody_is_less_like_themselves_than_like_another(a in any_child(), b in any_child()) {
            prop_assert!(score(&a, &a) >= score(&a, &b));
        }

        #[test]
        fn no_pair_of_names_panics(a in "\\PC{0,12}", b in "\\PC{0,12}") {
            let _ = compare(&child(&a, &b, BORN), &child(&b, &a, BORN));
        }
    }
}
