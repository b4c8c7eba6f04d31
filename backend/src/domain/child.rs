//! A child: what a referral says of one, the key by which names are searched, and the exact look-up by a partner
//! agency.
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
    /// The last known address or area, as typed.
    pub address: Option<String>,
    /// The postcode of that address, canonical.
    pub postcode: Option<String>,
}

impl ChildFacts {
    /// The key by which the child is searched and sorted; see [`name_key`].
    pub fn name_key(&self) -> String {
        name_key(&self.family_name, &self.given_names)
    }
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
