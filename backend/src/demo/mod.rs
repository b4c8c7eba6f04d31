//! The demonstration: an authority that does not exist, filled through the same importers and commands as real use.
//! Each command has a date of its own, none of them after now.
//!
//! What must not live here: a write that does not go through a command.

mod children;
mod diary;
mod dice;
mod forms;
mod inbox;
mod names;
mod people;
mod plots;
mod restricted;
mod scenes;
mod story;
#[cfg(test)]
mod tests;
mod words;

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Duration, DurationRound, Utc};

pub use people::{DemoPerson, PEOPLE};

use crate::config::Council;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::contact::term_began;
use crate::domain::school_days::{Calendar, TermDate};
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::import::term_dates;
use crate::secret::keyring::Keyring;
use crate::service::register::{ImportFault, import_schools, import_term_dates};

/// The schools and term dates that the demonstration imports.
const SCHOOLS: &[u8] = include_bytes!("../../demo/schools.csv");
const TERM_DATES: &[u8] = include_bytes!("../../demo/term_dates.csv");
/// The seed of every demonstration, so that all of them are the same.
const SEED: u64 = 821;

/// The number of cases in the demonstration.
const CASES: usize = 300;

/// How far the filling of the database has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being added: schools, people, cases or the inbox.
    pub what: &'static str,
    /// How many of them have been added.
    pub done: usize,
    /// How many there will be; 1 for a step without parts.
    pub of: usize,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { what, of: 0 | 1, .. } => f.write_str(what),
            Self { what, done, of } => write!(f, "{what} {done} of {of}"),
        }
    }
}

/// Secrets that were made while filling and can be shown only once.
pub struct Made {
    /// The text of each token, with a name for its purpose.
    pub tokens: Vec<(&'static str, String)>,
}

/// What all stories share: the database, the time, the people and the schools.
#[derive(Debug)]
struct Stage {
    db: Db,
    keyring: Keyring,
    council: Arc<Council>,
    diary: diary::Diary,
    crew: people::Crew,
    referrers: Vec<people::Referrer>,
    numbers: children::Numbers,
}

impl Stage {
    /// An operation of `viewer` at a time in the past, cut to milliseconds as the database keeps it.
    fn op(&self, viewer: Viewer, at: DateTime<Utc>) -> OpContext {
        let at = at.duration_trunc(Duration::milliseconds(1)).unwrap_or(at);
        let (db, council, keyring) = (self.db.clone(), Arc::clone(&self.council), self.keyring.clone());
        OpContext::new(viewer, at, db, council, keyring, "demonstration".to_owned())
    }
}

/// Fills an empty, migrated database with an authority.
pub async fn fill(
    db: &Db,
    keyring: &Keyring,
    council: Arc<Council>,
    now: DateTime<Utc>,
    progress: impl FnMut(Progress),
) -> Result<Made, Error> {
    fill_with(CASES, db, keyring, council, now, progress).await
}

/// Fills the database with about `cases` cases and everything that belongs to them.
async fn fill_with(
    cases: usize,
    db: &Db,
    keyring: &Keyring,
    council: Arc<Council>,
    now: DateTime<Utc>,
    mut progress: impl FnMut(Progress),
) -> Result<Made, Error> {
    let mut dice = dice::Dice::new(SEED);
    let import = |days| {
        let viewer = Viewer::System(Job::Import);
        let (db, council, at) = (db.clone(), Arc::clone(&council), now - Duration::days(days));
        OpContext::new(viewer, at, db, council, keyring.clone(), "demonstration".to_owned())
    };
    progress(Progress { what: "schools", done: 0, of: 1 });
    import_schools(&import(430), SCHOOLS.to_vec()).await.map_err(as_error)?;
    import_term_dates(&import(429), TERM_DATES.to_vec()).await.map_err(as_error)?;
    progress(Progress { what: "people", done: 0, of: 1 });
    let mut stage = Stage {
        db: db.clone(),
        keyring: keyring.clone(),
        council: Arc::clone(&council),
        diary: diary::Diary { now, calendar: calendar()? },
        crew: people::Crew::nobody(),
        referrers: Vec::new(),
        numbers: children::Numbers::default(),
    };
    // The order matters: staff approve the contacts, contacts send the referrals, and the inbox refers to children of
    // earlier stories.
    stage.crew = people::hire(&stage).await?;
    stage.referrers = people::approve(&stage, &stage.crew, &mut dice).await?;
    people::keep_current(&stage, term_began(&[], &own_term_dates()?, stage.diary.today())).await?;
    let tokens = people::issue(&stage).await?;
    let (mut done, mut told) = (0, Vec::new());
    for (seed, (plot, ago)) in (SEED * 1_000..).zip(plots::chosen(cases, &mut dice)) {
        if done % 20 == 0 {
            progress(Progress { what: "cases", done, of: cases });
        }
        told.push((plot, plots::live(&stage, plot, ago, seed).await?));
        done += plots::made(plot);
    }
    progress(Progress { what: "inbox", done: 0, of: 1 });
    inbox::redirect(&stage, SEED * 2_000).await?;
    inbox::draft(&stage, SEED * 3_000).await?;
    inbox::wait(&stage, &told, SEED * 4_000).await?;
    restricted::keep(&stage).await?;
    Ok(Made { tokens: tokens.into_iter().map(|(what, token)| (what, token.reveal().to_owned())).collect() })
}

/// The authority’s own term dates, without those of single schools.
fn own_term_dates() -> Result<Vec<TermDate>, Error> {
    let read = term_dates::read(TERM_DATES).map_err(Error::internal)?;
    let own = read.spans.into_iter().filter(|span| span.school_urn.is_none());
    Ok(own.map(|span| TermDate { kind: span.kind, first: span.from, last: span.to }).collect())
}

/// The authority's own term dates as a calendar.
fn calendar() -> Result<Calendar, Error> {
    Calendar::new(Vec::new(), own_term_dates()?).map_err(Error::internal)
}

fn as_error(fault: ImportFault) -> Error {
    match fault {
        ImportFault::File(faults) => Error::internal(faults),
        ImportFault::Failed(error) => error,
    }
}
