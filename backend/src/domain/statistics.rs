//! The tables that open cases are counted in, and when a change to a case reaches the published counts.
//!
//! Published counts change for ten cases together or not at all. If a table followed each case, the cells that move on
//! one day would show the sex, the year group and the whereabouts of the one child whose case was opened that day, and
//! rounding to tens hides a change of one only nine times in ten in each table.
//!
//! What must not live here: how a count is rounded (`disclosure`), and who may see counts (`policy`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entity::vocabulary::{CaseState, Sex, StatutoryStatus, Whereabouts};

use super::school_age::{YearGroup, year_group};

/// The fewest cases whose changes are published together.
pub const FEWEST_TOGETHER: usize = 10;

/// The row of children without a date of birth, or with one by which they cannot be missing education.
const UNKNOWN: &str = "Unknown";

/// The property of open cases that a table counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the values of the API's `CaseDimension`")]
pub enum Dimension {
    State,
    Whereabouts,
    StatutoryStatus,
    Sex,
    YearGroup,
    Duration,
}

impl Dimension {
    /// Whether the table counts only children who are missing education, and not every child with an open case.
    pub fn counts_missing_only(self) -> bool {
        matches!(self, Self::Sex | Self::YearGroup | Self::Duration)
    }

    /// All properties, in the order of [`Cells`].
    pub const ALL: [Self; 6] =
        [Self::State, Self::Whereabouts, Self::StatutoryStatus, Self::Sex, Self::YearGroup, Self::Duration];

    /// The codes of all rows of the table, with or without a child in them: a row that appeared with its first child
    /// would date that child.
    pub fn codes(self) -> Vec<String> {
        let named = |codes: Vec<&str>| codes.into_iter().map(str::to_owned).collect();
        match self {
            Self::State => named(
                CaseState::ALL.iter().filter(|state| **state != CaseState::Closed).map(|state| state.code()).collect(),
            ),
            Self::Whereabouts => named(Whereabouts::ALL.iter().map(|code| code.code()).collect()),
            Self::StatutoryStatus => named(StatutoryStatus::ALL.iter().map(|code| code.code()).collect()),
            Self::Sex => named(Sex::ALL.iter().map(|code| code.code()).collect()),
            Self::YearGroup => ["Reception".to_owned()]
                .into_iter()
                .chain((1..=11).map(|year| format!("Year {year}")))
                .chain([UNKNOWN.to_owned()])
                .collect(),
            Self::Duration => named([0].into_iter().chain(BANDS).map(duration_band).collect()),
        }
    }

    /// The label of a row, for people; the code itself where that is plain English.
    pub fn label(self, code: &str) -> String {
        let label = match self {
            Self::State => CaseState::parse(code).map(CaseState::label),
            Self::Whereabouts => Whereabouts::parse(code).map(Whereabouts::label),
            Self::StatutoryStatus => StatutoryStatus::parse(code).map(StatutoryStatus::label),
            Self::Sex => Sex::parse(code).map(Sex::label),
            Self::YearGroup | Self::Duration => None,
        };
        label.unwrap_or(code).to_owned()
    }
}

/// The row of the year-group table that a child born on `born` is counted in on the day `on`. The termly return knows
/// Reception to Year 11: a child who is missing education and born for another year has a wrong date of birth on file.
pub fn year_row(born: Option<NaiveDate>, on: NaiveDate) -> String {
    let year = born.map(|born| year_group(born, on)).filter(|year| year.is_reception_to_eleven());
    year.map_or_else(|| UNKNOWN.to_owned(), YearGroup::label)
}

/// The least number of days of each band of the termly return but the first.
pub const BANDS: [i64; 6] = [14, 28, 56, 84, 182, 364];

/// The band of the termly return that a child missing education for `days` days falls in. The lower bound belongs to the band.
pub fn duration_band(days: i64) -> &'static str {
    match days {
        ..14 => "Less than 2 weeks",
        14..28 => "2 to 4 weeks",
        28..56 => "4 to 8 weeks",
        56..84 => "8 to 12 weeks",
        84..182 => "12 to 26 weeks",
        182..364 => "26 to 52 weeks",
        364.. => "Over 52 weeks",
    }
}

/// How many children were missing education in a school year. A child who comes back to it is a new episode of the same
/// child, and whoever was missing education on one day alone counts too, though no census of a single day met them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct YearCounts {
    /// Children, each once.
    pub children: u64,
    /// Episodes: times without a break, whichever case they stand in.
    pub episodes: u64,
}

impl YearCounts {
    /// The counts of these episodes: whose each is, and since when the child was missing education.
    pub fn of<Id: Ord + Copy>(episodes: &[(Id, Option<NaiveDate>)]) -> Self {
        let count = |all: usize| u64::try_from(all).unwrap_or(u64::MAX);
        let children: BTreeSet<Id> = episodes.iter().map(|(child, _)| *child).collect();
        let episodes: BTreeSet<(Id, Option<NaiveDate>)> = episodes.iter().copied().collect();
        Self { children: count(children.len()), episodes: count(episodes.len()) }
    }
}

/// The first and the last day of the school year that begins in the autumn of `year`; `None` for one that no calendar has.
pub fn school_year(year: i32) -> Option<(NaiveDate, NaiveDate)> {
    let first = |year: i32| NaiveDate::from_ymd_opt(year, 9, 1);
    Some((first(year)?, first(year.checked_add(1)?)?.pred_opt()?))
}

/// The row of each table that an open case is counted in, in the order of [`Dimension::ALL`]; `None` in those that count
/// children missing education only, for a child who is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cells(pub [Option<String>; Dimension::ALL.len()]);

impl Cells {
    /// Whether the child is counted as missing education.
    pub fn is_missing(&self) -> bool {
        self.of(Dimension::Sex).is_some()
    }

    /// The row of one table.
    pub fn of(&self, dimension: Dimension) -> Option<&str> {
        self.0[dimension as usize].as_deref()
    }
}

/// The entry of a case in the published counts: its row in each table while they count it as open, `None` once they
/// count it as closed and so only among all cases ever.
pub type Published = Option<Cells>;

/// The entries that change: cases that were opened, cases that were closed, and for each table those that moved to
/// another row. Each of these groups changes only when it has [`FEWEST_TOGETHER`] cases or more; otherwise it waits.
///
/// `open` are the cases now open; `closed` are those opened and closed again without ever having been published. The
/// latter have no rows and are published together with the cases that were opened.
pub fn due<Id: Ord + Copy>(
    published: &BTreeMap<Id, Published>,
    open: &BTreeMap<Id, Cells>,
    closed: &BTreeSet<Id>,
) -> BTreeMap<Id, Published> {
    let counted = |id: &Id| published.get(id).and_then(Option::as_ref);
    let mut changed: BTreeMap<Id, Published> = BTreeMap::new();

    // Opened, closed and moved are judged apart: a group too small must wait even while another one changes. Those who
    // are missing education are judged apart from the others, because only they move some of the tables.
    for missing in [true, false] {
        let entered: Vec<(Id, &Cells)> = open
            .iter()
            .filter(|(id, cells)| counted(id).is_none() && cells.is_missing() == missing)
            .map(|(id, cells)| (*id, cells))
            .collect();
        if entered.len() >= FEWEST_TOGETHER {
            changed.extend(entered.into_iter().map(|(id, cells)| (id, Some(cells.clone()))));
            changed.extend(closed.iter().map(|id| (*id, None)));
        }
        let gone = |(id, cells): &(&Id, &Published)| {
            !open.contains_key(id) && cells.as_ref().is_some_and(|cells| cells.is_missing() == missing)
        };
        let left: Vec<Id> = published.iter().filter(gone).map(|(id, _)| *id).collect();
        if left.len() >= FEWEST_TOGETHER {
            changed.extend(left.into_iter().map(|id| (id, None)));
        }
    }

    let stayed: Vec<(Id, &Cells, &Cells)> =
        open.iter().filter_map(|(id, now)| Some((*id, counted(id)?, now))).collect();
    let mut change = |id: Id, before: &Cells, now: &Cells, at: usize| {
        let entry = changed.entry(id).or_insert_with(|| Some(before.clone()));
        if let Some(cells) = entry {
            cells.0[at].clone_from(&now.0[at]);
        }
    };
    // Who became missing, or is so no more, changes all tables of the missing at once.
    let turned: Vec<_> = stayed.iter().filter(|(_, before, now)| before.is_missing() != now.is_missing()).collect();
    if turned.len() >= FEWEST_TOGETHER {
        for (id, before, now) in turned {
            for dimension in Dimension::ALL.into_iter().filter(|dimension| dimension.counts_missing_only()) {
                change(*id, before, now, dimension as usize);
            }
        }
    }
    for dimension in Dimension::ALL {
        let at = dimension as usize;
        let stays =
            |before: &Cells, now: &Cells| !dimension.counts_missing_only() || before.is_missing() == now.is_missing();
        let moved: Vec<_> =
            stayed.iter().filter(|(_, before, now)| stays(before, now) && before.0[at] != now.0[at]).collect();
        if moved.len() >= FEWEST_TOGETHER {
            for (id, before, now) in moved {
                change(*id, before, now, at);
            }
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::disclosure::controlled_table;

    /// Numbers that look random and are the same on every run.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, sides: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 >> 33).unwrap() % sides
        }

        fn cells(&mut self) -> Cells {
            let one = |codes: Vec<String>, roll: usize| codes[roll % codes.len()].clone();
            Cells(Dimension::ALL.map(|dimension| {
                Some(match dimension {
                    // A case begins in one state, and is not missing for long.
                    Dimension::State => "OPEN".to_owned(),
                    Dimension::Duration => duration_band(0).to_owned(),
                    Dimension::Sex => one(vec!["FEMALE".to_owned(), "MALE".to_owned()], self.below(2)),
                    Dimension::YearGroup => one(dimension.codes(), self.below(12)),
                    dimension => one(dimension.codes(), self.below(5)),
                })
            }))
        }
    }

    /// A council's open cases, and both ways of publishing them.
    struct Council {
        dice: Dice,
        next: u32,
        open: BTreeMap<u32, Cells>,
        published: BTreeMap<u32, Published>,
        /// Whether a third of its children are not missing education.
        some_not_missing: bool,
    }

    impl Cells {
        /// Takes the child out of the tables of the missing, or puts it into those rows.
        fn turn(&mut self, into: Option<&Self>) {
            for by in Dimension::ALL.into_iter().filter(|by| by.counts_missing_only()) {
                self.0[by as usize] = into.and_then(|cells| cells.0[by as usize].clone());
            }
        }
    }

    impl Council {
        fn with(seed: u64, cases: usize, some_not_missing: bool) -> Self {
            let dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
            let (open, published) = (BTreeMap::new(), BTreeMap::new());
            let mut council = Self { dice, next: 0, open, published, some_not_missing };
            for _ in 0..cases {
                council.opens();
            }
            council.midnight();
            council
        }

        fn opens(&mut self) -> u32 {
            self.next += 1;
            let mut cells = self.dice.cells();
            if self.some_not_missing && self.dice.below(3) == 0 {
                cells.turn(None);
            }
            self.open.insert(self.next, cells);
            self.next
        }

        fn closes(&mut self) {
            let at = self.dice.below(self.open.len().max(1));
            if let Some(id) = self.open.keys().nth(at).copied() {
                self.open.remove(&id);
            }
        }

        fn moves(&mut self) {
            let at = self.dice.below(self.open.len().max(1));
            if self.some_not_missing && self.dice.below(3) == 0 {
                let into = self.dice.cells();
                if let Some(cells) = self.open.values_mut().nth(at) {
                    let missing = cells.is_missing();
                    cells.turn((!missing).then_some(&into));
                }
                return;
            }
            let (dimension, code) = match self.dice.below(2) {
                0 => (Dimension::Whereabouts, "KNOWN_REPORTED"),
                _ => (Dimension::State, "PLACEMENT"),
            };
            if let Some(cells) = self.open.values_mut().nth(at) {
                cells.0[dimension as usize] = Some(code.to_owned());
            }
        }

        fn midnight(&mut self) {
            let changed = due(&self.published, &self.open, &BTreeSet::new());
            self.published.extend(changed);
        }

        /// A table as an analyst would read it if every case counted at once.
        fn followed(&self, by: Dimension) -> Vec<String> {
            table(by, self.open.values())
        }

        /// The table as an analyst reads it.
        fn told(&self, by: Dimension) -> Vec<String> {
            table(by, self.published.values().flatten())
        }
    }

    fn counts<'a>(by: Dimension, cells: impl Iterator<Item = &'a Cells>) -> Vec<u64> {
        let codes = by.codes();
        let mut counts = vec![0; codes.len()];
        for row in cells.filter_map(|cells| cells.of(by)) {
            let at = codes.iter().position(|code| code == row).expect("every row is listed");
            counts[at] += 1;
        }
        counts
    }

    fn table<'a>(by: Dimension, cells: impl Iterator<Item = &'a Cells>) -> Vec<String> {
        controlled_table(&counts(by, cells)).into_iter().map(|cell| cell.display).collect()
    }

    /// The one row that rose from one day to the next; none if several did, or none.
    fn rose(by: Dimension, before: &[String], after: &[String]) -> Option<String> {
        let number = |display: &String| display.parse::<u64>().unwrap_or(0);
        let mut risen = before.iter().zip(after).enumerate().filter(|(_, (was, is))| number(is) > number(was));
        let (at, _) = risen.next()?;
        risen.next().is_none().then(|| by.codes()[at].clone())
    }

    /// What an attacker makes of it who knows the day on which one case was opened and reads every table every day: how
    /// many cases there were, of how many the attacker names both sex and year group because just one row of each table
    /// rose, and how often that is right. `tell` says what is published.
    fn attack(tell: impl Fn(&Council, Dimension) -> Vec<String>) -> (usize, usize, usize) {
        const PAIR: [Dimension; 2] = [Dimension::Sex, Dimension::YearGroup];
        let (mut cases, mut named, mut right) = (0, 0, 0);
        for seed in 1..=150_u64 {
            let size = 20 + usize::try_from(seed).unwrap() * 2;
            let mut council = Council::with(seed, size, false);
            let mut before = PAIR.map(|by| tell(&council, by));
            // Each day one child's case is opened and nothing else happens, which is the attacker's best case.
            for _ in 0..60 {
                let target = council.opens();
                cases += 1;
                council.midnight();
                let after = PAIR.map(|by| tell(&council, by));
                let risen = [0, 1].map(|at| rose(PAIR[at], &before[at], &after[at]));
                if let [Some(sex), Some(year)] = risen {
                    let cells = &council.open[&target];
                    named += 1;
                    right += usize::from(cells.of(PAIR[0]) == Some(&sex) && cells.of(PAIR[1]) == Some(&year));
                }
                before = after;
            }
        }
        (cases, named, right)
    }

    /// The figures of decision 15. Who reads no table and guesses is right once in twenty-four.
    #[test]
    fn a_case_that_is_opened_alone_cannot_be_told_by_the_cells_that_move() {
        let (cases, named, right) = attack(Council::followed);
        assert!(
            named * 200 > cases && right == named,
            "the attack works where each case counts: {cases} {named} {right}"
        );

        let (cases, named, right) = attack(Council::told);
        assert!(named > 100 && right * 5 < named, "{cases} cases, {named} named, {right} right");
    }

    proptest! {
        /// Whatever happens in however small a council, between two days nothing changes in a table, or ten cases do.
        #[test]
        fn what_changes_in_what_is_published_changes_for_ten_cases(
            seed in 1..u64::MAX,
            size in 0_usize..60,
            days in prop::collection::vec((0_usize..6, 0_usize..6, 0_usize..6), 1..80),
        ) {
            let mut council = Council::with(seed, size, true);
            for (opened, closed, moved) in days {
                for _ in 0..opened { council.opens(); }
                for _ in 0..closed { council.closes(); }
                for _ in 0..moved { council.moves(); }
                let before = council.published.clone();
                council.midnight();
                let was = |id: &u32| before.get(id).and_then(Option::as_ref);
                let pairs: Vec<_> = council.published.iter().map(|(id, is)| (was(id), is.as_ref())).collect();
                let entered = pairs.iter().filter(|(was, is)| was.is_none() && is.is_some()).count();
                let left = pairs.iter().filter(|(was, is)| was.is_some() && is.is_none()).count();
                // How many cases make a table change: each row that one leaves or enters.
                let moved = |at: usize| {
                    let row = |cells: Option<&Cells>| cells.and_then(|cells| cells.0[at].clone());
                    pairs.iter().filter(|(was, is)| row(*was) != row(*is)).count()
                };
                for together in [entered, left].into_iter().chain((0..Dimension::ALL.len()).map(moved)) {
                    prop_assert!(together == 0 || together >= FEWEST_TOGETHER, "{together} alone");
                }
                let waiting = council.open.keys().filter(|id| council.published.get(id).is_none_or(Option::is_none));
                prop_assert!(waiting.count() < 2 * FEWEST_TOGETHER, "what may be told is not held back");
                // Every table counts the same cases, and every table of the missing the same ones of these.
                for missing in [true, false] {
                    let tables = Dimension::ALL.into_iter().filter(|by| by.counts_missing_only() == missing);
                    let totals: Vec<u64> = tables
                        .map(|by| counts(by, council.published.values().flatten()).into_iter().sum::<u64>())
                        .collect();
                    prop_assert!(totals.iter().all(|total| *total == totals[0]), "{totals:?}");
                }
            }
        }
    }

    #[test]
    fn a_child_counts_once_however_often_they_come_back() {
        let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        let (first, again) = (day("2025-09-10"), day("2026-02-01"));
        for (episodes, children, count) in [
            (vec![], 0, 0),
            (vec![("ada", first)], 1, 1),
            (vec![("ada", first), ("ada", again)], 1, 2),
            // Two cases of one child at the same time are one episode.
            (vec![("ada", first), ("ada", first)], 1, 1),
            (vec![("ada", first), ("ada", again), ("ben", again)], 2, 3),
        ] {
            assert_eq!(YearCounts::of(&episodes), YearCounts { children, episodes: count }, "{episodes:?}");
        }
        assert_eq!(school_year(2025), day("2025-09-01").zip(day("2026-08-31")));
        assert_eq!(school_year(i32::MAX), None);
    }

    #[test]
    fn a_child_of_any_age_is_counted_in_a_row_that_is_always_there() {
        let on: NaiveDate = "2026-11-20".parse().unwrap();
        let rows = Dimension::YearGroup.codes();
        assert_eq!(rows.len(), 13);
        for (born, row) in [
            (Some("2022-01-01"), "Reception"),
            (Some("2018-10-01"), "Year 3"),
            (Some("2011-01-01"), "Year 11"),
            (Some("2024-01-01"), UNKNOWN),
            (Some("2009-01-01"), UNKNOWN),
            (Some("1999-01-01"), UNKNOWN),
            (None, UNKNOWN),
        ] {
            let counted = year_row(born.map(|born| born.parse().unwrap()), on);
            assert_eq!(counted, row, "{born:?}");
            assert!(rows.contains(&counted));
        }
    }
}
