//! The school days of an absence, and the age of a child against compulsory school age. What must not live here: how
//! either is counted (`domain::school_days`, `domain::school_age`).

use async_graphql::SimpleObject;
use chrono::NaiveDate;
use entity::vocabulary::{AgeStanding, SchoolDayRule, TermDateKind};

use super::input::Date;
use crate::domain::referral;
use crate::domain::school_age::OutOfCohort as OutOfYear;
use crate::domain::school_days::{self, Count};

/// The school days of an absence, counted on the school's own calendar.
#[derive(SimpleObject)]
pub(super) struct SchoolDays {
    /// What is counted.
    rule: SchoolDayRule,
    /// The first school day that counts.
    first_day: Date,
    /// Which of them today is: the number of school days so far; the whole number once the last is past.
    today: u32,
    /// How many there are: 10 or 20.
    of: u32,
    /// The last of them.
    last_day: Date,
    /// Whether the last of them is past.
    passed: bool,
    /// Whether it is an estimate, of weekdays without bank holidays, because term dates are lacking.
    estimated: bool,
    /// The weekdays among them on which the school is closed, in order.
    closed: Vec<ClosedDays>,
}

/// Weekdays on which a school is closed.
#[derive(SimpleObject)]
pub(super) struct ClosedDays {
    /// The first of them.
    first: Date,
    /// The last of them, included.
    last: Date,
    /// Why.
    kind: TermDateKind,
}

impl From<Count> for SchoolDays {
    fn from(count: Count) -> Self {
        let Count { rule, first_day, today, last_day, passed, estimated, closed } = count;
        let closed = closed.into_iter().map(|days| ClosedDays {
            first: Date(days.first),
            last: Date(days.last),
            kind: days.kind,
        });
        Self {
            rule,
            first_day: Date(first_day),
            today,
            of: school_days::days_of(rule),
            last_day: Date(last_day),
            passed,
            estimated,
            closed: closed.collect(),
        }
    }
}

/// A child's age against compulsory school age, today.
#[derive(SimpleObject)]
pub(super) struct Age {
    /// Where today lies.
    standing: AgeStanding,
    /// The first day of compulsory school age.
    begins: Date,
    /// The last day of compulsory school age.
    ends: Date,
    /// The year group that the date of birth makes today, such as "Year 7".
    year_group: String,
    /// The child's age in whole years.
    years: u32,
}

/// That a school teaches a child outside the year group of their age. A warning: compulsory school age and the counts go by
/// the date of birth.
#[derive(SimpleObject)]
pub(super) struct OutOfCohort {
    /// The year group in which the school teaches the child, such as "Reception".
    recorded: String,
    /// The year group that the date of birth made on that day, such as "Year 1".
    computed: String,
    /// The day on which the school told it.
    on: Date,
}

impl OutOfCohort {
    pub(super) fn told(OutOfYear { recorded, computed }: OutOfYear, on: NaiveDate) -> Self {
        Self { recorded: recorded.label(), computed: computed.label(), on: Date(on) }
    }
}

impl Age {
    /// The age today of a child born on `born`.
    pub(super) fn of(born: NaiveDate, today: NaiveDate) -> Self {
        let referral::Age { standing, begins, ends, year_group } = referral::age(born, today);
        let years = today.years_since(born).unwrap_or_default();
        Self { standing, begins: Date(begins), ends: Date(ends), year_group, years }
    }
}
