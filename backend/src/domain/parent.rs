//! A parent or carer of a child: as a referral tells of one, and as an officer records that something of one changed.
//!
//! What a referral tells stays with it. What an officer records stands beside it, with what held before and until when.
//! What must not live here: who may see a telephone number (`graphql::child`).

use chrono::NaiveDate;
use entity::child;
use entity::vocabulary::Answer;
use serde::{Deserialize, Serialize};

use super::answers::Answers;
use super::date::Life;
use super::email::Email;
use super::person_name::search_key;
use super::phone::Phone;
use super::typed::{Read, all, fault, line, optional_line, optional_past_day, reason};
use crate::error::Error;

/// The most characters of a line.
const LONGEST: usize = 200;

/// A parent or carer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The name, as typed.
    pub name: String,
    /// What they are to the child, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relationship: Option<String>,
    /// The telephone number, as typed in a referral and canonical where an officer recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The email address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether they may be contacted, as whoever told us says; `None` where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub may_contact: Option<Answer>,
}

/// A parent or carer as recorded with the child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownParent {
    /// What is known of them.
    pub parent: Parent,
    /// Who said so, or what shows it; empty for what a referral tells and held until it changed.
    pub source: String,
    /// The day on which it was recorded.
    pub on: NaiveDate,
    /// The day on which it changed; `None` while it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// What changed of a parent or carer, as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `RecordParentInput`")]
pub struct RecordParent {
    pub replaces: String,
    pub name: String,
    pub relationship: String,
    pub phone: String,
    pub email: String,
    pub may_contact: Option<Answer>,
    pub changed_on: String,
    pub source: String,
    pub reason: String,
}

/// A change of a parent or carer: who held before, if anybody did, who holds from now on, since when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentRecorded {
    /// What held before; `None` for a parent or carer nobody had named.
    #[serde(default)]
    pub before: Option<Parent>,
    /// What holds from now on.
    pub after: Parent,
    /// The day on which it changed; `None` if nobody said.
    #[serde(default)]
    pub changed_on: Option<NaiveDate>,
    /// Who says so, or what shows it.
    pub source: String,
    /// Why it is recorded.
    pub reason: String,
}

impl Parent {
    /// What names one among the parents and carers of a child: the words of the name, and the telephone number.
    pub fn key(&self) -> String {
        let phone = self.phone.as_deref().unwrap_or_default();
        let phone = Phone::parse(phone).map_or_else(|_| phone.to_owned(), |phone| phone.as_str().to_owned());
        format!("{} {phone}", search_key(&self.name))
    }
}

/// The parents and carers whom a referral names.
pub fn told_in(answers: &Answers) -> Vec<Parent> {
    let named = |n: &u32| {
        let text =
            |part: &str| Some(answers.get(&format!("parent.{n}.{part}")).to_owned()).filter(|text| !text.is_empty());
        Some(Parent {
            name: text("name")?,
            relationship: text("relationship"),
            phone: text("phone"),
            email: None,
            may_contact: None,
        })
    };
    answers.rows("parent").iter().filter_map(named).collect()
}

/// The parents and carers recorded with a child on file, oldest first. What cannot be read is left out.
pub fn recorded(row: &child::Model) -> Vec<KnownParent> {
    serde_json::from_str(&row.parents).unwrap_or_default()
}

/// Those whom referrals tell of and officers recorded, as they stand after `change`, recorded `on` a day.
pub fn after(mut known: Vec<KnownParent>, change: &ParentRecorded, on: NaiveDate) -> Vec<KnownParent> {
    let ParentRecorded { before, after, changed_on, source, .. } = change;
    let until = Some(changed_on.unwrap_or(on));
    if let Some(before) = before {
        match known.iter_mut().find(|one| one.until.is_none() && one.parent == *before) {
            Some(held) => held.until = until,
            None => known.push(KnownParent { parent: before.clone(), source: String::new(), on, until }),
        }
    }
    known.push(KnownParent { parent: after.clone(), source: source.clone(), on, until: None });
    known
}

/// Those who hold: the recorded ones, and those whom referrals tell of and who did not change since.
pub fn holding(recorded: &[KnownParent], told: impl Iterator<Item = Parent>) -> Vec<Parent> {
    let mut holding: Vec<Parent> =
        recorded.iter().filter(|one| one.until.is_none()).map(|one| one.parent.clone()).collect();
    for parent in told {
        if until(recorded, &parent).is_none() && !holding.iter().any(|one| one.key() == parent.key()) {
            holding.push(parent);
        }
    }
    holding
}

/// The day on which what a referral tells of a parent or carer changed; `None` while it holds.
pub fn until(recorded: &[KnownParent], told: &Parent) -> Option<NaiveDate> {
    // What was recorded may differ in the email address alone, or in whether they may be contacted.
    let ended = recorded.iter().filter(|one| one.parent == *told).map(|one| one.until);
    if let Some(Some(until)) = ended.reduce(|one, other| one.and_then(|one| other.map(|other| one.max(other)))) {
        return Some(until);
    }
    let same = recorded.iter().filter(|one| one.parent.key() == told.key());
    let holds = same.clone().any(|one| one.until.is_none());
    same.filter_map(|one| one.until).max().filter(|_| !holds)
}

impl RecordParent {
    /// Reads what was typed, with every fault at once. `known` are those who hold today, by referrals and by what was
    /// recorded.
    pub fn read(&self, known: &[Parent], today: NaiveDate) -> Result<ParentRecorded, Error> {
        let before = known.iter().find(|one| one.key() == self.replaces);
        let missing = !self.replaces.is_empty() && before.is_none();
        let (name, relationship, phone, email, changed_on, source, reason, ()) = all((
            line("name", &self.name, "The name", LONGEST, "Enter the name of the parent or carer"),
            optional_line("relationship", &self.relationship, "Relationship", LONGEST),
            phone(&self.phone),
            email(&self.email),
            optional_past_day("changedOn", &self.changed_on, "The day on which it changed", Life::of(today, None)),
            line("source", &self.source, "The source", LONGEST, "Enter who told us, or what shows it"),
            reason(&self.reason, 2_000, "Enter why this is recorded"),
            super::typed::check(!missing, "replaces", "Select who changed, or that it is somebody else"),
        ))?;
        let after = Parent { name, relationship, phone, email, may_contact: self.may_contact };
        if before == Some(&after) || (before.is_none() && known.contains(&after)) {
            return Err(Error::invalid("name", "Change something, or leave the form: this is how it stands"));
        }
        Ok(ParentRecorded { before: before.cloned(), after, changed_on, source, reason })
    }
}

fn phone(typed: &str) -> Read<Option<String>> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let lacking = "Telephone number must have all its numbers, like 01632 960 001 or +44 808 157 0192";
    Phone::parse(typed).map(|phone| Some(phone.for_reading())).or_else(|_| fault("phone", lacking))
}

fn email(typed: &str) -> Read<Option<String>> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let lacking = "Enter an email address like name@example.org, or leave it empty";
    Email::parse(typed).map(|email| Some(email.as_str().to_owned())).or_else(|_| fault("email", lacking))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn told() -> Parent {
        let (relationship, phone) = (Some("Mother".to_owned()), Some("01632 960 001".to_owned()));
        Parent { name: "Wilhelmina Quillfeather".to_owned(), relationship, phone, email: None, may_contact: None }
    }

    #[test]
    fn a_changed_number_stands_beside_what_held_before() {
        let typed = RecordParent {
            replaces: told().key(),
            name: "Wilhelmina Quillfeather".to_owned(),
            phone: "01632 960002".to_owned(),
            changed_on: "2026-11-10".to_owned(),
            source: "The grandmother".to_owned(),
            reason: "A new number".to_owned(),
            ..RecordParent::default()
        };
        let change = typed.read(&[told()], day("2026-11-18")).unwrap();
        let known = after(Vec::new(), &change, day("2026-11-18"));
        assert_eq!(known[0].parent, told());
        assert_eq!(known[0].until, Some(day("2026-11-10")));
        assert_eq!((known[1].parent.phone.as_deref(), known[1].until), (Some("01632 960002"), None));
        // The next change replaces what was recorded.
        let again = RecordParent { replaces: known[1].parent.key(), phone: "01632 960003".to_owned(), ..typed };
        let change = again.read(&[known[1].parent.clone()], day("2026-11-19")).unwrap();
        let known = after(known, &change, day("2026-11-19"));
        assert_eq!(known.iter().filter(|one| one.until.is_none()).count(), 1);
        assert_eq!(known.len(), 3);
    }

    #[test]
    fn who_may_not_be_contacted_any_more_is_told_once() {
        let typed = RecordParent {
            replaces: told().key(),
            name: told().name,
            relationship: "Mother".to_owned(),
            phone: "01632 960 001".to_owned(),
            may_contact: Some(Answer::No),
            changed_on: "2026-11-10".to_owned(),
            source: "The refuge".to_owned(),
            reason: "She asked us not to ring".to_owned(),
            ..RecordParent::default()
        };
        let change = typed.read(&[told()], day("2026-11-18")).unwrap();
        let known = after(Vec::new(), &change, day("2026-11-18"));
        assert_eq!(until(&known, &told()), Some(day("2026-11-10")));
        let holding = holding(&known, std::iter::once(told()));
        assert_eq!(holding.iter().map(|one| one.may_contact).collect::<Vec<_>>(), [Some(Answer::No)]);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let typed = RecordParent {
            replaces: "nobody".to_owned(),
            phone: "12".to_owned(),
            email: "x".to_owned(),
            ..RecordParent::default()
        };
        let Err(Error::Invalid(faults)) = typed.read(&[told()], day("2026-11-18")) else { panic!("it was taken") };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["name", "phone", "email", "source", "reason", "replaces"]);
    }
}
