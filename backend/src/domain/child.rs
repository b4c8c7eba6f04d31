//! A child: what is known of one, and the form of a name by which children are found.
//!
//! What must not live here: whether two records speak of the same child (`matching`).

use chrono::NaiveDate;
use entity::vocabulary::{Sex, UpnAbsence};
use serde::{Deserialize, Serialize};

use super::person_name;

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
