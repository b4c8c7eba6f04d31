//! A child: what is known of one, and the form of a name by which children are found.
//!
//! What must not live here: whether two records speak of the same child (`matching`).

use chrono::NaiveDate;
use entity::vocabulary::{Sex, UpnAbsence};
use serde::{Deserialize, Serialize};

use super::answers::day;
use super::person_name;
use super::text::as_told;
use super::typed::{Read, all, check, fault, line};
use super::upn::Upn;
use crate::error::Error;

/// What is known of the child, as a referral tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildFacts {
    /// Family name; empty if not known.
    pub family_name: String,
    /// Given names; empty if not known.
    pub given_names: String,
    /// Date of birth, if known.
    pub date_of_birth: Option<NaiveDate>,
    /// Sex as recorded.
    pub sex: Sex,
    /// Unique pupil number, if there is one.
    pub upn: Option<String>,
    /// Why there is none.
    pub upn_absence: Option<UpnAbsence>,
    /// Last known address or area.
    pub address: Option<String>,
    /// Its postcode, canonical.
    pub postcode: Option<String>,
}

impl ChildFacts {
    /// The canonical form by which the child is searched and sorted.
    pub fn name_key(&self) -> String {
        name_key(&self.family_name, &self.given_names)
    }
}

/// The canonical form of a name: family name first.
pub fn name_key(family_name: &str, given_names: &str) -> String {
    person_name::search_key(&format!("{family_name} {given_names}"))
}

/// The longest part of a look-up, in characters.
const LONGEST: usize = 200;

/// Whom a partner agency looks up, and why, as typed.
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

/// A child as a look-up describes one, exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The name in canonical form.
    pub name_key: String,
    /// The birth date.
    pub born: NaiveDate,
    /// The unique pupil number, when it was given; then it must match too.
    pub upn: Option<Upn>,
}

impl LookUp {
    /// Whom it describes, and what for, as the access note says it; every fault at once.
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
