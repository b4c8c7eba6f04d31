//! The school days of an absence, and the age of a child against compulsory school age.

use chrono::NaiveDate;

use crate::schema;
use crate::vocabulary::{AgeStanding, SchoolDayRule, TermDateKind};

/// The school days of an absence.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct SchoolDays {
    pub(crate) rule: SchoolDayRule,
    pub(crate) first_day: NaiveDate,
    pub(crate) today: i32,
    pub(crate) of: i32,
    pub(crate) last_day: NaiveDate,
    pub(crate) passed: bool,
    pub(crate) estimated: bool,
    pub(crate) closed: Vec<ClosedDays>,
}

/// Weekdays on which a school is closed.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ClosedDays {
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
    pub(crate) kind: TermDateKind,
}

/// A child's age today.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Age {
    pub(crate) standing: AgeStanding,
    pub(crate) begins: NaiveDate,
    pub(crate) ends: NaiveDate,
    pub(crate) year_group: String,
}

/// That a school teaches a child outside the year group of their age.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct OutOfCohort {
    pub(crate) recorded: String,
    pub(crate) computed: String,
    pub(crate) on: NaiveDate,
}

/// Where a child's age stands today.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Age")]
pub(crate) struct Standing {
    pub(crate) standing: AgeStanding,
    pub(crate) years: i32,
}
