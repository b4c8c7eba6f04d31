//! What is owed, for the desk of whoever asks, and how long each kind of thing may take.

use chrono::NaiveDate;

use super::casework::{Named, Officer};
use super::clock::Clock;
use super::inputs::ClockFilter;
use crate::schema;
use crate::vocabulary::{ClockKind, ClockUnit, Risk};

/// Whose desk it is.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct DeskVars {
    /// Whether it holds only what belongs to the cases of whoever asks, and not everything they may read.
    pub(crate) own: bool,
    /// The kinds of things that it holds; all if none.
    pub(crate) kinds: Option<Vec<ClockKind>>,
    /// Whether it holds what belongs to nobody.
    pub(crate) nobodys: bool,
    /// Whether it holds what is late for anybody.
    pub(crate) all: bool,
    /// The kinds of things that are about a child's safety.
    pub(crate) safety: Option<Vec<ClockKind>>,
}

/// A desk.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "DeskVars")]
pub(crate) struct Desk {
    #[arguments(filter: { mine: $own, due: LATE, kinds: $kinds }, first: 25)]
    #[cynic(rename = "clocks", alias)]
    pub(crate) late: Clocks,
    #[arguments(filter: { mine: $own, due: TODAY, kinds: $kinds }, first: 25)]
    #[cynic(rename = "clocks", alias)]
    pub(crate) today: Clocks,
    #[arguments(filter: { mine: $own, due: WEEK, kinds: $kinds }, first: 25)]
    #[cynic(rename = "clocks", alias)]
    pub(crate) week: Clocks,
    #[arguments(filter: { unassigned: true }, first: 25)]
    #[cynic(rename = "clocks", alias)]
    #[directives(include(if: $nobodys))]
    pub(crate) nobodys: Option<Clocks>,
    #[arguments(filter: { due: LATE, kinds: $safety }, first: 50)]
    #[cynic(rename = "clocks", alias)]
    #[directives(include(if: $all))]
    pub(crate) in_danger: Option<Clocks>,
    #[arguments(filter: { due: LATE }, first: 25)]
    #[cynic(rename = "clocks", alias)]
    #[directives(include(if: $all))]
    pub(crate) everybodys: Option<Clocks>,
    #[cynic(rename = "yearStatistics", alias)]
    #[directives(include(if: $own))]
    pub(crate) year: Option<YearStatistics>,
}

/// How many children were missing education in a school year.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct YearStatistics {
    pub(crate) from: NaiveDate,
    pub(crate) children: Told,
    pub(crate) episodes: Told,
}

/// A count, in words.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "DisclosedCount")]
pub(crate) struct Told {
    pub(crate) display: String,
}

/// Some clocks, and where the next page of them begins, if there are more.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Clocks {
    pub(crate) nodes: Vec<ClockRow>,
    pub(crate) next: Option<String>,
}

/// Which clocks, and after which of them.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ClocksVars {
    pub(crate) filter: ClockFilter,
    pub(crate) after: Option<String>,
}

/// A page of all that one part of a desk begins with.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ClocksVars")]
pub(crate) struct AllClocks {
    #[arguments(filter: $filter, first: 50, after: $after)]
    pub(crate) clocks: Clocks,
}

/// A clock in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Clock")]
pub(crate) struct ClockRow {
    #[cynic(spread)]
    pub(crate) clock: Clock,
    pub(crate) case: Option<CaseOfClock>,
    pub(crate) referral: Option<ReferralOfClock>,
}

/// The case that a clock belongs to.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Case")]
pub(crate) struct CaseOfClock {
    pub(crate) reference: String,
    pub(crate) risk: Option<Risk>,
    pub(crate) child: Named,
    pub(crate) officer: Option<Officer>,
}

/// The referral that a clock belongs to.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub(crate) struct ReferralOfClock {
    pub(crate) reference: String,
    pub(crate) risk: Option<Risk>,
    pub(crate) given_names: Option<String>,
    pub(crate) family_name: Option<String>,
}

/// How long each kind of thing may take.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub(crate) struct Rules {
    pub(crate) clock_rules: Vec<ClockRule>,
}

/// How long one kind of thing may take, and who is told.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ClockRule {
    pub(crate) kind: ClockKind,
    pub(crate) length: i32,
    pub(crate) unit: ClockUnit,
    pub(crate) onto_working_day: bool,
    pub(crate) safeguarding: bool,
    pub(crate) warn: i32,
    pub(crate) manager: i32,
    pub(crate) head: i32,
    pub(crate) source: String,
}
