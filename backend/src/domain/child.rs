//! A child: what a referral says of one, how that is taken in and corrected, the key by which names are searched, and the
//! exact look-up by a partner agency.
//!
//! What each source says stays with that source: a referral is never changed. What holds is chosen from it, and every
//! choice is a fact that tells what held before.
//!
//! What must not live here: whether two records speak of the same child (`matching`).

use chrono::NaiveDate;
use entity::child;
use entity::vocabulary::{Answer, ChildFact, Sex, UpnAbsence};
use serde::{Deserialize, Serialize};

use super::answers::day;
use super::date::Life;
use super::nhs_number::NhsNumber;
use super::person_name;
use super::postcode::Postcode;
use super::text::as_told;
use super::typed::{
    Read, all, check, fault, line, optional_birth, optional_line, optional_past_day, optional_prose, reason,
};
use super::upn::{Upn, UpnError};
use crate::error::Error;

/// What is known of a child, as a referral says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildFacts {
    /// The family name; empty if not known.
    pub family_name: String,
    /// The given names; empty if not known.
    pub given_names: String,
    /// The date of birth, if known.
    pub date_of_birth: Option<NaiveDate>,
    /// The sex as recorded; `Unknown` when nobody said.
    pub sex: Sex,
    /// The unique pupil number in canonical form, if known.
    pub upn: Option<String>,
    /// Why there is no UPN; `None` when there is one, or when nobody said.
    pub upn_absence: Option<UpnAbsence>,
    /// The NHS number, its ten digits, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nhs_number: Option<String>,
    /// The last known address or area, as typed.
    pub address: Option<String>,
    /// The postcode of that address, canonical.
    pub postcode: Option<String>,
    /// Whether the address is kept from everybody who is not cleared for it. No referral says so: an officer does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub address_confidential: bool,
}

/// Something that held of a child until it changed, as a name does by marriage or adoption.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// What it is.
    pub fact: ChildFact,
    /// What held, in the form in which facts store it.
    pub value: String,
    /// The day on which it changed.
    pub until: NaiveDate,
}

/// One thing that holds of a child from now on, and what held before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildChange {
    /// What it is.
    pub fact: ChildFact,
    /// What held before: a day as `YYYY-MM-DD`, a code as the API spells it; `None` when nothing was known.
    pub before: Option<String>,
    /// What holds now, in the same form.
    pub after: Option<String>,
}

/// A correction of what is known of a child, as typed. `None` leaves a thing as it is; an empty text takes it away.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `CorrectChildInput`")]
pub struct Correct {
    pub family_name: Option<String>,
    pub given_names: Option<String>,
    pub date_of_birth: Option<String>,
    pub sex: Option<Sex>,
    pub upn: Option<String>,
    pub upn_absence: Option<UpnAbsence>,
    pub nhs_number: Option<String>,
    pub address: Option<String>,
    pub postcode: Option<String>,
    pub address_confidential: Option<bool>,
    pub changed_on: String,
    pub source: String,
    pub reason: String,
}

/// The postcode by which others may find a child on file, as [`ChildFacts::home`].
pub fn home_of(row: &child::Model) -> Option<&str> {
    row.postcode.as_deref().filter(|_| !row.address_confidential)
}

/// What held of a child on file until it changed, oldest first. What cannot be read is left out.
pub fn formerly(row: &child::Model) -> Vec<Former> {
    serde_json::from_str(&row.formerly).unwrap_or_default()
}

/// The whole names that a child on file had, newest first: family name and given names.
pub fn former_names(row: &child::Model) -> Vec<(String, String)> {
    let (mut family, mut given) = (row.family_name.clone(), row.given_names.clone());
    let mut names = Vec::new();
    let is_name = |former: &Former| matches!(former.fact, ChildFact::FamilyName | ChildFact::GivenNames);
    let mut back = formerly(row).into_iter().filter(is_name).rev().peekable();
    while let Some(Former { fact, value, until }) = back.next() {
        let other = back.next_if(|next| next.until == until && next.fact != fact);
        for (fact, value) in std::iter::once((fact, value)).chain(other.map(|other| (other.fact, other.value))) {
            if fact == ChildFact::FamilyName { family = value } else { given = value }
        }
        names.push((family.clone(), given.clone()));
    }
    names
}

impl Correct {
    /// Whether it would change the address, or who may see it.
    pub fn touches_address(&self) -> bool {
        self.address.is_some() || self.postcode.is_some() || self.address_confidential.is_some()
    }
}

/// A correction: what holds from now on, why, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// What held before, and what holds now.
    pub changes: Vec<ChildChange>,
    /// The day on which it changed; `None` if it was wrong all along.
    pub changed_on: Option<NaiveDate>,
    /// Who says so, or what shows it.
    pub source: String,
    /// Why it was corrected.
    pub reason: String,
}

impl ChildFacts {
    /// What is on file of a child.
    pub fn of(row: &child::Model) -> Self {
        Self {
            family_name: row.family_name.clone(),
            given_names: row.given_names.clone(),
            date_of_birth: row.date_of_birth,
            sex: row.sex,
            upn: row.upn.clone(),
            upn_absence: row.upn_absence,
            nhs_number: row.nhs_number.clone(),
            address: row.address.clone(),
            postcode: row.postcode.clone(),
            address_confidential: row.address_confidential,
        }
    }

    /// The postcode by which others may find the child: none where the address is kept confidential.
    pub fn home(&self) -> Option<&str> {
        self.postcode.as_deref().filter(|_| !self.address_confidential)
    }

    /// One thing, in the form in which facts store it; `None` when it is not known.
    pub fn value(&self, fact: ChildFact) -> Option<String> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        match fact {
            ChildFact::FamilyName => some(&self.family_name),
            ChildFact::GivenNames => some(&self.given_names),
            ChildFact::DateOfBirth => self.date_of_birth.map(|day| day.to_string()),
            ChildFact::Sex => (self.sex != Sex::Unknown).then(|| self.sex.code().to_owned()),
            ChildFact::Upn => self.upn.clone(),
            ChildFact::UpnAbsence => self.upn_absence.map(|why| why.code().to_owned()),
            ChildFact::NhsNumber => self.nhs_number.clone(),
            ChildFact::Address => self.address.clone(),
            ChildFact::Postcode => self.postcode.clone(),
            ChildFact::AddressConfidential => self.address_confidential.then(|| Answer::Yes.code().to_owned()),
        }
    }

    /// Lets these changes hold. What is stored in no form that can be read changes nothing.
    pub fn apply(&mut self, changes: &[ChildChange]) {
        for ChildChange { fact, after, .. } in changes {
            let after = after.clone();
            match fact {
                ChildFact::FamilyName => self.family_name = after.unwrap_or_default(),
                ChildFact::GivenNames => self.given_names = after.unwrap_or_default(),
                ChildFact::DateOfBirth => self.date_of_birth = after.and_then(|day| day.parse().ok()),
                ChildFact::Sex => self.sex = after.and_then(|code| Sex::parse(&code)).unwrap_or(Sex::Unknown),
                ChildFact::Upn => self.upn = after,
                ChildFact::UpnAbsence => self.upn_absence = after.and_then(|code| UpnAbsence::parse(&code)),
                ChildFact::NhsNumber => self.nhs_number = after,
                ChildFact::Address => self.address = after,
                ChildFact::Postcode => self.postcode = after,
                ChildFact::AddressConfidential => self.address_confidential = after.is_some(),
            }
        }
    }

    /// What a further source adds to what is on file: only what was not known. What it tells otherwise is for a person to
    /// choose.
    pub fn filled_by(&self, told: &Self) -> Vec<ChildChange> {
        let known_number = self.upn.is_some();
        let fills = |fact: &&ChildFact| match fact {
            // A reason for there being none says nothing where there is one.
            ChildFact::UpnAbsence => !known_number && told.upn.is_none(),
            // An address is one thing, even if it is told in two.
            ChildFact::Address | ChildFact::Postcode => self.address.is_none() && self.postcode.is_none(),
            _ => true,
        };
        let gap = |fact: &ChildFact| self.value(*fact).is_none();
        let mut changes: Vec<ChildChange> = ChildFact::ALL
            .iter()
            .filter(fills)
            .filter(|fact| gap(fact))
            .filter_map(|fact| Some(ChildChange { fact: *fact, before: None, after: Some(told.value(*fact)?) }))
            .collect();
        if changes.iter().any(|change| change.fact == ChildFact::Upn) && self.upn_absence.is_some() {
            let before = self.value(ChildFact::UpnAbsence);
            changes.push(ChildChange { fact: ChildFact::UpnAbsence, before, after: None });
        }
        changes
    }

    /// Whether an address that somebody typed is the one on file, perhaps with its postcode: signs and capitals tell no
    /// two addresses apart.
    pub fn is_at(&self, typed: &str) -> bool {
        let key = |text: &str| person_name::search_key(text).replace(' ', "");
        let held = key(self.address.as_deref().unwrap_or_default());
        let whole = format!("{held}{}", key(self.postcode.as_deref().unwrap_or_default()));
        let typed = key(typed);
        !held.is_empty() && (typed == held || typed == whole)
    }

    /// Whether a whole name that somebody typed is the one on file, in whatever order its words stand: accents, capitals and
    /// signs tell no two names apart. `false` where no name is on file.
    pub fn is_called(&self, typed: &str) -> bool {
        let words = |text: &str| {
            let key = person_name::search_key(text);
            let mut words: Vec<String> = key.split_whitespace().map(str::to_owned).collect();
            words.sort_unstable();
            words
        };
        words(&format!("{} {}", self.given_names, self.family_name)) == words(typed)
    }

    /// What a source tells otherwise than it is on file, in the order of [`ChildFact::ALL`].
    pub fn told_otherwise(&self, told: &Self) -> Vec<(ChildFact, String)> {
        let other = |fact: &ChildFact| {
            let (held, told) = (self.value(*fact)?, told.value(*fact)?);
            let same = match fact {
                ChildFact::FamilyName | ChildFact::GivenNames => {
                    person_name::search_key(&held) == person_name::search_key(&told)
                }
                ChildFact::UpnAbsence => true,
                _ => held == told,
            };
            (!same).then_some((*fact, told))
        };
        ChildFact::ALL.iter().filter_map(other).collect()
    }

    /// The changes that a correction makes (UK GDPR article 16), with the source and the reason, or every fault at once.
    /// `seen` is the earliest day on which the child is known to have been seen: nobody is born after that.
    pub fn correct(&self, typed: &Correct, seen: Option<NaiveDate>, today: NaiveDate) -> Result<Corrected, Error> {
        let name = |field, typed: &Option<String>, called| match typed {
            Some(typed) => optional_line(field, typed, called, LONGEST).map(Option::unwrap_or_default).map(Some),
            None => Ok(None),
        };
        let life = Life::of(today, self.date_of_birth);
        let unborn = "Date of birth must be before the child was last seen or last attended school";
        let (family_name, given_names, born, upn, nhs_number, address, postcode, changed_on, source, reason) = all((
            name("familyName", &typed.family_name, "Last name"),
            name("givenNames", &typed.given_names, "First names"),
            match &typed.date_of_birth {
                Some(typed) => optional_birth("dateOfBirth", typed, "Date of birth", today)
                    .and_then(|born| {
                        check(born.zip(seen).is_none_or(|(born, seen)| born < seen), "dateOfBirth", unborn)
                            .map(|()| born)
                    })
                    .map(Some),
                None => Ok(None),
            },
            number(typed.upn.as_deref()),
            nhs_number(typed.nhs_number.as_deref()),
            match &typed.address {
                Some(typed) => optional_prose("address", typed, "Last known address", 2_000).map(Some),
                None => Ok(None),
            },
            post_code(typed.postcode.as_deref()),
            optional_past_day("changedOn", &typed.changed_on, "The day on which it changed", life),
            line("source", &typed.source, "The source", LONGEST, "Enter who told us, or what shows it"),
            reason(&typed.reason, 2_000, "Enter why this is corrected"),
        ))?;
        let mut after = self.clone();
        after.family_name = family_name.unwrap_or(after.family_name);
        after.given_names = given_names.unwrap_or(after.given_names);
        after.date_of_birth = born.unwrap_or(after.date_of_birth);
        after.sex = typed.sex.unwrap_or(after.sex);
        after.upn = upn.unwrap_or(after.upn);
        let absence = absence_in(typed.upn.as_deref()).or(typed.upn_absence).or(after.upn_absence);
        after.upn_absence = if after.upn.is_some() { None } else { absence };
        after.nhs_number = nhs_number.unwrap_or(after.nhs_number);
        after.address = address.unwrap_or(after.address);
        after.postcode = postcode.unwrap_or(after.postcode);
        after.address_confidential = typed.address_confidential.unwrap_or(after.address_confidential);
        if after.name_key().is_empty() && !self.name_key().is_empty() {
            return Err(Error::invalid("familyName", "Enter a name: without one nobody can find the child"));
        }
        let changed = |fact: &ChildFact| {
            let (before, after) = (self.value(*fact), after.value(*fact));
            (before != after).then_some(ChildChange { fact: *fact, before, after })
        };
        let changes: Vec<ChildChange> = ChildFact::ALL.iter().filter_map(changed).collect();
        if changes.is_empty() {
            return Err(Error::invalid("familyName", "Change something, or leave the form: this is how it stands"));
        }
        Ok(Corrected { changes, changed_on, source, reason })
    }

    /// What held until a day and does not any more, of these changes: names, numbers and addresses, which people go on
    /// asking for by what they were.
    pub fn former(changes: &[ChildChange], until: NaiveDate) -> Vec<Former> {
        use ChildFact as F;
        let lasts =
            |fact| matches!(fact, F::FamilyName | F::GivenNames | F::Upn | F::NhsNumber | F::Address | F::Postcode);
        let former = |change: &ChildChange| Some(Former { fact: change.fact, value: change.before.clone()?, until });
        changes.iter().filter(|change| lasts(change.fact)).filter_map(former).collect()
    }

    /// The key by which the child is searched and sorted; see [`name_key`].
    pub fn name_key(&self) -> String {
        name_key(&self.family_name, &self.given_names)
    }
}

#[expect(clippy::option_option, reason = "left as it is, taken away, or given")]
fn number(typed: Option<&str>) -> Read<Option<Option<String>>> {
    let Some(typed) = typed else { return Ok(None) };
    if typed.trim().is_empty() {
        return Ok(Some(None));
    }
    match Upn::parse(typed) {
        Ok(upn) => Ok(Some(Some(upn.to_string()))),
        // It says why there is none: see `absence_in`.
        Err(UpnError::NotAUpn(_)) => Ok(Some(None)),
        Err(wrong) => fault("upn", wrong.to_string()),
    }
}

/// Why there is no pupil number, where a code for that was typed in its place, such as `UN3`.
fn absence_in(typed: Option<&str>) -> Option<UpnAbsence> {
    match Upn::parse(typed?) {
        Err(UpnError::NotAUpn(reason)) => Some(reason.absence()),
        _ => None,
    }
}

#[expect(clippy::option_option, reason = "left as it is, taken away, or given")]
fn nhs_number(typed: Option<&str>) -> Read<Option<Option<String>>> {
    let Some(typed) = typed else { return Ok(None) };
    if typed.trim().is_empty() {
        return Ok(Some(None));
    }
    let read = NhsNumber::parse(typed).map(|number| Some(Some(number.as_str().to_owned())));
    read.or_else(|wrong| fault("nhsNumber", format!("Check the NHS number: {wrong}")))
}

#[expect(clippy::option_option, reason = "left as it is, taken away, or given")]
fn post_code(typed: Option<&str>) -> Read<Option<Option<String>>> {
    let Some(typed) = typed else { return Ok(None) };
    if typed.trim().is_empty() {
        return Ok(Some(None));
    }
    let lacking = "Enter a full UK postcode, like LU1 2AB, or leave it empty";
    Postcode::parse(typed).map(|code| Some(Some(code.to_string()))).or_else(|_| fault("postcode", lacking))
}

/// The search key of a name with the family name first; see [`person_name::search_key`].
pub fn name_key(family_name: &str, given_names: &str) -> String {
    person_name::search_key(&format!("{family_name} {given_names}"))
}

/// The most characters in one field of a look-up.
const LONGEST: usize = 200;

/// A partner agency's look-up of a child, with its purpose, as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of the API's `ChildLookupInput`")]
pub struct LookUp {
    pub family_name: String,
    pub given_names: String,
    pub date_of_birth: String,
    pub upn: Option<String>,
    pub purpose: String,
    pub reference: String,
}

/// The child that a look-up describes; only an exact match is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The search key of the name.
    pub name_key: String,
    /// The date of birth.
    pub born: NaiveDate,
    /// The unique pupil number; must match too where it was given.
    pub upn: Option<Upn>,
}

impl LookUp {
    /// Reads the look-up, with every fault at once. Gives the child described, and the purpose with the agency's
    /// reference, as the access note stores it.
    pub fn read(&self) -> Result<(Described, String), Error> {
        let name = |field, typed: &str, lacking| {
            check(!as_told(typed).is_empty() && typed.chars().count() <= LONGEST, field, lacking)
        };
        let born = match day(&self.date_of_birth, "Date of birth") {
            Ok(Some(born)) => Ok(born),
            Ok(None) | Err(_) => fault("dateOfBirth", "Enter the date of birth as YYYY-MM-DD"),
        };
        let ((), (), purpose, reference, born, upn) = all((
            name("familyName", &self.family_name, "Enter the family name"),
            name("givenNames", &self.given_names, "Enter the given names"),
            line("purpose", &self.purpose, "Purpose", LONGEST, "Enter the purpose of this lookup"),
            line("reference", &self.reference, "Reference", LONGEST, "Enter your reference for the matter"),
            born,
            self.pupil_number(),
        ))?;
        let name_key = name_key(&self.family_name, &self.given_names);
        Ok((Described { name_key, born, upn }, format!("{purpose} [{reference}]")))
    }

    fn pupil_number(&self) -> Read<Option<Upn>> {
        let typed = self.upn.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
        typed.map(Upn::parse).transpose().or_else(|wrong| fault("upn", wrong.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(born: &str, upn: Option<&str>) -> ChildFacts {
        ChildFacts {
            family_name: "Quillfeather".to_owned(),
            given_names: "Zephyrine".to_owned(),
            date_of_birth: born.parse().ok(),
            sex: Sex::Unknown,
            upn: upn.map(str::to_owned),
            upn_absence: upn.is_none().then_some(UpnAbsence::NotKnown),
            nhs_number: None,
            address: None,
            postcode: None,
            address_confidential: false,
        }
    }

    #[test]
    fn a_further_source_fills_what_was_not_known_and_overwrites_nothing() {
        let held = told("", None);
        let changes = held.filled_by(&told("2015-03-14", Some("G821999926001")));
        let facts: Vec<ChildFact> = changes.iter().map(|change| change.fact).collect();
        assert_eq!(facts, [ChildFact::DateOfBirth, ChildFact::Upn, ChildFact::UpnAbsence]);
        let mut after = held.clone();
        after.apply(&changes);
        assert_eq!(after, told("2015-03-14", Some("G821999926001")));
        assert_eq!(after.filled_by(&told("2014-03-14", None)), []);
        assert_eq!(
            after.told_otherwise(&told("2014-03-14", None)),
            [(ChildFact::DateOfBirth, "2014-03-14".to_owned())]
        );
    }

    #[test]
    fn a_correction_tells_what_held_before_and_is_refused_where_nothing_changes() {
        let held = told("2015-03-14", None);
        let today = "2026-11-18".parse().unwrap();
        let typed = |born: &str| Correct {
            date_of_birth: Some(born.to_owned()),
            source: "Birth certificate".to_owned(),
            reason: "Day and month were swapped".to_owned(),
            ..Correct::default()
        };
        let Corrected { changes, .. } = held.correct(&typed("2014-03-14"), None, today).unwrap();
        let before = Some("2015-03-14".to_owned());
        assert_eq!(
            changes,
            [ChildChange { fact: ChildFact::DateOfBirth, before, after: Some("2014-03-14".to_owned()) }]
        );
        let none = Correct { upn: Some(" un3".to_owned()), date_of_birth: None, ..typed("") };
        let mut born_elsewhere = told("2015-03-14", Some("G821999926001"));
        let Corrected { changes, .. } = born_elsewhere.correct(&none, None, today).unwrap();
        born_elsewhere.apply(&changes);
        assert_eq!((born_elsewhere.upn, born_elsewhere.upn_absence), (None, Some(UpnAbsence::NewToCountry)));
        assert!(held.correct(&typed("2015-03-14"), None, today).is_err());
        assert!(held.correct(&typed("2027-01-01"), None, today).is_err());
        assert!(held.correct(&typed("1999-01-01"), None, today).is_err(), "no child of today");
        let seen = "2020-05-04".parse().ok();
        for (born, taken) in [("2026-11-01", false), ("2020-05-04", false), ("2020-05-03", true)] {
            assert_eq!(held.correct(&typed(born), seen, today).is_ok(), taken, "{born}");
        }
    }
}
