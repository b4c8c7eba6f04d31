//! Reading single values as typed, each with its own fault, and gathering the faults of several, so that whoever fills
//! in a form sees all of them at once.
//!
//! What must not live here: the answers of the two long forms (`answers`), and what a field of one command means.

use chrono::NaiveDate;

use super::answers::day as read_day;
use super::date::Life;
use super::email::Email;
use super::text::{Line, Prose, says_nothing};
use crate::error::{Error, FieldFault};

/// A value that was read, or the faults of what was typed.
pub type Read<T> = Result<T, Vec<FieldFault>>;

/// A single fault of `field`.
pub fn fault<T>(field: &str, message: impl Into<String>) -> Read<T> {
    Err(vec![FieldFault::new(field, message)])
}

/// Fails with a fault of `field` unless `holds`.
pub fn check(holds: bool, field: &str, message: impl Into<String>) -> Read<()> {
    if holds { Ok(()) } else { fault(field, message) }
}

fn present<T>(read: Result<Option<T>, String>, field: &str, lacking: &str) -> Read<T> {
    match read {
        Ok(Some(value)) => Ok(value),
        Ok(None) => fault(field, lacking),
        Err(message) => fault(field, message),
    }
}

/// A line that must be there.
pub fn line(field: &str, typed: &str, called: &str, longest: usize, lacking: &str) -> Read<String> {
    present(Line::parse(typed, called, longest), field, lacking).map(String::from)
}

/// A line that must be there and say something; `lacking` is the fault when it does not.
pub fn telling_line(field: &str, typed: &str, called: &str, longest: usize, lacking: &str) -> Read<String> {
    if says_nothing(typed) { fault(field, lacking) } else { line(field, typed, called, longest, lacking) }
}

/// Prose that must be there and say something; `lacking` is the fault when it does not.
pub fn telling_prose(field: &str, typed: &str, called: &str, longest: usize, lacking: &str) -> Read<String> {
    if says_nothing(typed) { fault(field, lacking) } else { prose(field, typed, called, longest, lacking) }
}

/// A line that may be left out, and says something otherwise; `lacking` is the fault when it does not.
pub fn optional_telling_line(
    field: &str,
    typed: &str,
    called: &str,
    longest: usize,
    lacking: &str,
) -> Read<Option<String>> {
    if !typed.trim().is_empty() && says_nothing(typed) {
        return fault(field, lacking);
    }
    optional_line(field, typed, called, longest)
}

/// A line that may be left out.
pub fn optional_line(field: &str, typed: &str, called: &str, longest: usize) -> Read<Option<String>> {
    Line::parse(typed, called, longest).map(|line| line.map(String::from)).or_else(|message| fault(field, message))
}

/// Prose that must be there.
pub fn prose(field: &str, typed: &str, called: &str, longest: usize, lacking: &str) -> Read<String> {
    present(Prose::parse(typed, called, longest), field, lacking).map(String::from)
}

/// Prose that may be left out.
pub fn optional_prose(field: &str, typed: &str, called: &str, longest: usize) -> Read<Option<String>> {
    Prose::parse(typed, called, longest).map(|text| text.map(String::from)).or_else(|message| fault(field, message))
}

/// The reason for an act, in the field `reason` that every form of that kind has.
pub fn reason(typed: &str, longest: usize, lacking: &str) -> Read<String> {
    prose("reason", typed, "The reason", longest, lacking)
}

/// A day that must be there. It is bounded by no life, so it is not for what is said of a child.
pub fn day(field: &str, typed: &str, called: &str, lacking: &str) -> Read<NaiveDate> {
    present(read_day(typed, called), field, lacking)
}

/// A day that must be there, on which something begins or is due in this life.
pub fn start_day(field: &str, typed: &str, called: &str, lacking: &str, life: impl Into<Life>) -> Read<NaiveDate> {
    let day = day(field, typed, called, lacking)?;
    life.into().start(day, called).or_else(|message| fault(field, message))
}

/// A day that must be there, on which something happened in this life.
pub fn past_day(field: &str, typed: &str, called: &str, lacking: &str, life: impl Into<Life>) -> Read<NaiveDate> {
    let day = day(field, typed, called, lacking)?;
    life.into().past(day, called).or_else(|message| fault(field, message))
}

/// A day that may be left out, on which something happened in this life.
pub fn optional_past_day(field: &str, typed: &str, called: &str, life: impl Into<Life>) -> Read<Option<NaiveDate>> {
    let day = read_day(typed, called).or_else(|message| fault(field, message))?;
    day.map(|day| life.into().past(day, called)).transpose().or_else(|message| fault(field, message))
}

/// A day of birth that may be left out.
pub fn optional_birth(field: &str, typed: &str, called: &str, today: NaiveDate) -> Read<Option<NaiveDate>> {
    let day = read_day(typed, called).or_else(|message| fault(field, message))?;
    day.map(|day| Life::from(today).birth(day, called)).transpose().or_else(|message| fault(field, message))
}

/// A day that may be left out, on which something begins or is due in this life.
pub fn optional_start_day(field: &str, typed: &str, called: &str, life: impl Into<Life>) -> Read<Option<NaiveDate>> {
    let day = read_day(typed, called).or_else(|message| fault(field, message))?;
    day.map(|day| life.into().start(day, called)).transpose().or_else(|message| fault(field, message))
}

/// A choice that must be made; `lacking` is the fault when it was not.
pub fn chosen<T>(field: &str, choice: Option<T>, lacking: &str) -> Read<T> {
    choice.map_or_else(|| fault(field, lacking), Ok)
}

/// An email address in the field `email` that must be there, in canonical form.
pub fn email(typed: &str) -> Read<String> {
    if typed.trim().is_empty() {
        return fault("email", "Enter an email address");
    }
    Email::parse(typed)
        .map(|email| email.to_string())
        .or_else(|_| fault("email", "Enter an email address in the correct format, like name@example.com"))
}

/// A tuple of values that were read one by one.
pub trait Together {
    /// The tuple of the values alone.
    type Values;

    /// All values, or the faults of all of them in the order in which they were read.
    fn together(self) -> Read<Self::Values>;
}

/// All values of a tuple, or [`Error::Invalid`] with every fault.
pub fn all<T: Together>(read: T) -> Result<T::Values, Error> {
    read.together().map_err(Error::Invalid)
}

macro_rules! together {
    ($($value:ident: $number:tt),+) => {
        impl<$($value),+> Together for ($(Read<$value>,)+) {
            type Values = ($($value,)+);

            fn together(self) -> Read<Self::Values> {
                let mut faults = Vec::new();
                let values = ($(self.$number.map_err(|found| faults.extend(found)),)+);
                match values {
                    #[expect(non_snake_case, reason = "a value is bound under the name of its type")]
                    ($(Ok($value),)+) => Ok(($($value,)+)),
                    _ => Err(faults),
                }
            }
        }
    };
}

together!(A: 0);
together!(A: 0, B: 1);
together!(A: 0, B: 1, C: 2);
together!(A: 0, B: 1, C: 2, D: 3);
together!(A: 0, B: 1, C: 2, D: 3, E: 4);
together!(A: 0, B: 1, C: 2, D: 3, E: 4, F: 5);
together!(A: 0, B: 1, C: 2, D: 3, E: 4, F: 5, G: 6);
together!(A: 0, B: 1, C: 2, D: 3, E: 4, F: 5, G: 6, H: 7);
together!(A: 0, B: 1, C: 2, D: 3, E: 4, F: 5, G: 6, H: 7, I: 8);
together!(A: 0, B: 1, C: 2, D: 3, E: 4, F: 5, G: 6, H: 7, I: 8, J: 9);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_at_once_and_in_order() {
        let read = all((
            line("name", "", "Name", 10, "Enter a name"),
            Ok(7),
            chosen("kind", None::<u8>, "Select a kind"),
            check(false, "other", "Enter another"),
        ));
        let Err(Error::Invalid(faults)) = read else { panic!("{read:?}") };
        let told: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(told, ["Enter a name", "Select a kind", "Enter another"]);
    }

    #[test]
    fn without_a_fault_there_are_the_values() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 27).unwrap();
        let read = all((
            line("name", " Ada ", "Name", 10, "Enter a name"),
            optional_prose("note", "", "Note", 10),
            past_day("on", "2026-11-27", "The day", "Enter the day", today),
        ));
        assert_eq!(read.unwrap(), ("Ada".to_owned(), None, today));
        assert!(past_day("on", "2026-11-28", "The day", "Enter the day", today).is_err());
        assert!(start_day("on", "9999-01-01", "The day", "Enter the day", today).is_err());
        assert!(optional_past_day("on", "2026-11-28", "The day", today).is_err());
        assert_eq!(optional_past_day("on", "", "The day", today), Ok(None));
    }
}
