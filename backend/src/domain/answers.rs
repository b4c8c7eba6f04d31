//! The answers of a form as typed, and the reading of values from them with every fault at once.
//!
//! What must not live here: what a field of a particular form means (`referral`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::vocabulary::Answer;
use serde::{Deserialize, Serialize};

use super::date::Life;
use super::text::{as_told, says_nothing};
use crate::error::{Error, FieldFault};

/// The values typed, by name of field. They are kept as typed but for NUL, which PostgreSQL cannot store and which
/// becomes `U+FFFD`. A field may have several values. A date is either one field (`2014-03-27`) or three that end in
/// `-day`, `-month` and `-year`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub BTreeMap<String, Vec<String>>);

/// The most values in a form, then the longest name and the longest value in bytes.
const MOST_VALUES: usize = 400;
const LONGEST_NAME: usize = 60;
const LONGEST_VALUE: usize = 8_000;

impl Answers {
    /// Takes answers from outside. Fails on more, longer or stranger fields than any form of ours sends.
    pub fn parse(pairs: impl IntoIterator<Item = (String, Vec<String>)>) -> Result<Self, Error> {
        let mut answers = BTreeMap::new();
        let mut values = 0;
        for (field, typed) in pairs {
            values += typed.len();
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
            if values > MOST_VALUES || field.len() > LONGEST_NAME || !field.chars().all(plain) {
                return Err(Error::invalid("answers", "This form has more answers than it can hold"));
            }
            if typed.iter().any(|value| value.len() > LONGEST_VALUE) {
                return Err(Error::invalid(field, "This answer is too long"));
            }
            // A report is never refused for a single character.
            answers.insert(field, typed.into_iter().map(|value| value.replace('\0', "\u{FFFD}")).collect());
        }
        Ok(Self(answers))
    }

    /// The first value of `field`, trimmed; empty if there is none.
    pub fn get(&self, field: &str) -> &str {
        self.0.get(field).and_then(|values| values.first()).map_or("", |value| value.trim())
    }

    /// Whether `field` has a value other than white space.
    pub fn has(&self, field: &str) -> bool {
        !self.get(field).is_empty()
    }

    /// The day in `field`; `None` if there is none that can be read.
    pub fn day(&self, field: &str) -> Option<NaiveDate> {
        day(&date_text(self, field), field).ok().flatten()
    }

    /// The numbers `n` for which a field `group.n.…` has a value, in order.
    pub fn rows(&self, group: &str) -> Vec<u32> {
        let mut rows: Vec<u32> = self
            .0
            .iter()
            .filter(|(_, values)| values.iter().any(|value| !value.trim().is_empty()))
            .filter_map(|(field, _)| field.strip_prefix(group)?.strip_prefix('.')?.split('.').next()?.parse().ok())
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// Reads typed values out of [`Answers`] and collects a fault for each that is wrong, so that all come back at once.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The answers being read.
    pub answers: &'a Answers,
    faults: Vec<FieldFault>,
}

impl<'a> Reader<'a> {
    /// Begins to read `answers`, with no faults yet.
    pub fn new(answers: &'a Answers) -> Self {
        Self { answers, faults: Vec::new() }
    }

    /// Adds a fault to `field`.
    pub fn fault(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.faults.push(FieldFault::new(field, message));
    }

    /// Every fault that was found, in the order in which it was read.
    pub fn faults(self) -> Vec<FieldFault> {
        self.faults
    }

    /// Text of at most `longest` characters; `None` if nothing was typed. The fault calls it `called`.
    pub fn text(&mut self, field: &str, called: &str, longest: usize) -> Option<String> {
        let typed = self.answers.get(field);
        match text(typed, called, longest) {
            Ok(text) => text,
            Err(message) => {
                self.fault(field, message);
                None
            }
        }
    }

    /// Text that must be there; `lacking` is the fault when it is not.
    pub fn required(&mut self, field: &str, called: &str, longest: usize, lacking: &str) -> Option<String> {
        if as_told(self.answers.get(field)).is_empty() {
            self.fault(field, lacking);
            return None;
        }
        self.text(field, called, longest)
    }

    /// Text that must be there and say something; `lacking` is the fault when it does not.
    pub fn telling(&mut self, field: &str, called: &str, longest: usize, lacking: &str) -> Option<String> {
        if says_nothing(self.answers.get(field)) {
            self.fault(field, lacking);
            return None;
        }
        self.required(field, called, longest, lacking)
    }

    /// One of a code list; `None` without a fault if nothing was chosen.
    pub fn choice<T>(&mut self, field: &str, parse: impl Fn(&str) -> Option<T>, wrong: &str) -> Option<T> {
        let typed = self.answers.get(field);
        if typed.is_empty() {
            return None;
        }
        let parsed = parse(typed);
        if parsed.is_none() {
            self.fault(field, wrong);
        }
        parsed
    }

    /// One of a code list that must be chosen; `lacking` is the fault when it is not.
    pub fn required_choice<T>(&mut self, field: &str, parse: impl Fn(&str) -> Option<T>, lacking: &str) -> Option<T> {
        if !self.answers.has(field) {
            self.fault(field, lacking);
            return None;
        }
        self.choice(field, parse, lacking)
    }

    /// The answer to a question of yes, no or not known, which must be answered.
    pub fn answer(&mut self, field: &str, lacking: &str) -> Option<Answer> {
        self.required_choice(field, Answer::parse, lacking)
    }

    /// A day; `None` without a fault if nothing was typed. The fault calls it `called`.
    pub fn date(&mut self, field: &str, called: &str) -> Option<NaiveDate> {
        let typed = date_text(self.answers, field);
        match day(&typed, called) {
            Ok(day) => day,
            Err(message) => {
                self.fault(field, message);
                None
            }
        }
    }

    /// A day on which something happened in this life; `None` without a fault if nothing was typed.
    pub fn past_date(&mut self, field: &str, called: &str, life: impl Into<Life>) -> Option<NaiveDate> {
        let day = self.date(field, called)?;
        self.bounded(field, life.into().past(day, called))
    }

    /// A day on which something happened in this life, which must be given.
    pub fn required_past_date(
        &mut self,
        field: &str,
        called: &str,
        life: impl Into<Life>,
        lacking: &str,
    ) -> Option<NaiveDate> {
        self.given(field, lacking)?;
        self.past_date(field, called, life)
    }

    /// A day of birth; `None` without a fault if nothing was typed.
    pub fn birth_date(&mut self, field: &str, called: &str, today: NaiveDate) -> Option<NaiveDate> {
        let day = self.date(field, called)?;
        self.bounded(field, Life::from(today).birth(day, called))
    }

    /// A day of birth that must be given.
    pub fn required_birth_date(
        &mut self,
        field: &str,
        called: &str,
        today: NaiveDate,
        lacking: &str,
    ) -> Option<NaiveDate> {
        self.given(field, lacking)?;
        self.birth_date(field, called, today)
    }

    fn given(&mut self, field: &str, lacking: &str) -> Option<()> {
        let typed = date_text(self.answers, field);
        if typed.is_empty() {
            self.fault(field, lacking);
            return None;
        }
        Some(())
    }

    fn bounded(&mut self, field: &str, day: Result<NaiveDate, String>) -> Option<NaiveDate> {
        day.map_err(|message| self.fault(field, message)).ok()
    }
}

/// The text of a date: the single field, or the three parts joined with hyphens. Empty if nothing was typed.
fn date_text(answers: &Answers, field: &str) -> String {
    let whole = answers.get(field);
    if !whole.is_empty() {
        return whole.to_owned();
    }
    let part = |name: &str| answers.get(&format!("{field}-{name}")).to_owned();
    let (year, month, day) = (part("year"), part("month"), part("day"));
    if year.is_empty() && month.is_empty() && day.is_empty() { String::new() } else { format!("{year}-{month}-{day}") }
}

/// The earliest year that any date on a form may have.
pub const FIRST_YEAR: i32 = 1900;

/// Reads a day typed as year, month and day with hyphens between, the month as a number or a name. `None` if nothing
/// was typed; the fault is a sentence that calls the day `called`.
pub fn day(typed: &str, called: &str) -> Result<Option<NaiveDate>, String> {
    let typed = typed.trim();
    if typed.is_empty() || typed == "--" {
        return Ok(None);
    }
    let parts: Vec<&str> = typed.split('-').map(str::trim).collect();
    let &[year, month, day] = parts.as_slice() else {
        return Err(format!("{called} must be a real date"));
    };
    let missing: Vec<&str> = [("a day", day), ("a month", month), ("a year", year)]
        .into_iter()
        .filter(|(_, typed)| typed.is_empty())
        .map(|(name, _)| name)
        .collect();
    if !missing.is_empty() {
        return Err(format!("{called} must include {}", missing.join(" and ")));
    }
    if year.len() != 4 {
        return Err(format!("{called} must have a year of 4 numbers"));
    }
    // No date on a form lies before this; a year like 0000 is a slip of the hand.
    if year.parse().is_ok_and(|year: i32| year < FIRST_YEAR) {
        return Err(format!("{called} must be a real date: check the year"));
    }
    let date = match (year.parse(), month_number(month), day.parse()) {
        (Ok(year), Some(month), Ok(day)) => NaiveDate::from_ymd_opt(year, month, day),
        _ => None,
    };
    date.map(Some).ok_or_else(|| format!("{called} must be a real date"))
}

fn month_number(typed: &str) -> Option<u32> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let typed = typed.to_ascii_lowercase();
    typed.parse().ok().or_else(|| {
        let short = typed.get(..3)?;
        typed.chars().all(char::is_alphabetic).then_some(())?;
        (1..).zip(NAMES).find(|(_, name)| *name == short).map(|(number, _)| number)
    })
}

/// Text of a referral or a report, in the form of [`as_told`], of at most `longest` characters. `None` if nothing is
/// left; the fault is a sentence that calls the text `called`.
fn text(typed: &str, called: &str, longest: usize) -> Result<Option<String>, String> {
    let text = as_told(typed);
    if text.chars().count() > longest {
        return Err(format!("{called} must be {longest} characters or less"));
    }
    Ok((!text.is_empty()).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_type_them() {
        let ok = |y, m, d| Ok(NaiveDate::from_ymd_opt(y, m, d));
        for (typed, expected) in [
            ("2014-03-27", ok(2014, 3, 27)),
            ("2014-3-7", ok(2014, 3, 7)),
            ("2014-March-7", ok(2014, 3, 7)),
            ("2014-mar-7", ok(2014, 3, 7)),
            ("", Ok(None)),
            ("--", Ok(None)),
            ("2014-02-30", Err("Date must be a real date".to_owned())),
            ("2014--7", Err("Date must include a month".to_owned())),
            ("--7", Err("Date must include a month and a year".to_owned())),
            ("14-3-7", Err("Date must have a year of 4 numbers".to_owned())),
            ("0000-3-7", Err("Date must be a real date: check the year".to_owned())),
            ("1899-12-31", Err("Date must be a real date: check the year".to_owned())),
            ("+014-3-7", Err("Date must be a real date: check the year".to_owned())),
            ("1900-01-01", ok(1900, 1, 1)),
            ("yesterday", Err("Date must be a real date".to_owned())),
            ("2014-é-7", Err("Date must be a real date".to_owned())),
        ] {
            assert_eq!(day(typed, "Date"), expected, "{typed}");
        }
    }

    #[test]
    fn rows_of_a_group_are_those_with_a_value() {
        let answers = Answers::parse([
            ("enquiry.2.kind".to_owned(), vec!["LETTER".to_owned()]),
            ("enquiry.10.kind".to_owned(), vec!["TEXT".to_owned()]),
            ("enquiry.3.kind".to_owned(), vec![" ".to_owned()]),
            ("enquiryX.4".to_owned(), vec!["x".to_owned()]),
        ])
        .unwrap();
        assert_eq!(answers.rows("enquiry"), [2, 10]);
    }
}
