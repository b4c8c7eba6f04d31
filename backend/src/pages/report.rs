//! The reports that the public write, for the pages. A report is found by an id, which is in the address of each of its
//! pages, together with a token, which only a cookie of the browser holds. The id alone gives no access. What must not
//! live here: the rules of reports (`service::report`, `service::report_draft`).

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::report_draft;
use frontend::denied::{Attempt, Denied};
use frontend::open_report::{Change, OpenReport, OpenReports, Stage};
use tokio::time::timeout;

use crate::auth::cookies::Cookies;
use crate::auth::denied::attempt;
use crate::context::OpContext;
use crate::error::Error;
use crate::secret::token::{hash, is_token, random_token};
use crate::service::report_draft::{self as command, Found, KEPT_HOURS};
use crate::store;

/// The cookie with the token of a browser that writes reports; one token may belong to several.
const COOKIE: &str = "onroll-report";
/// The minutes after which somebody else may be at the browser, so that the answers are not shown without being asked
/// for.
const REST_MINUTES: i64 = 30;

/// How long somebody who leaves in a hurry waits at most for the database.
const HURRY: Duration = Duration::from_secs(2);

/// The reports of one browser, for one request.
pub(super) struct ReportsOfBrowser {
    pub(super) op: OpContext,
    pub(super) cookies: Cookies,
}

impl ReportsOfBrowser {
    /// The hashes by which a report is found; `None` if `id` cannot be one, or the browser has no token.
    fn found(&self, id: &str) -> Option<Found> {
        let token = self.cookies.token(COOKIE).filter(|_| is_token(id))?;
        Some(Found { id: hash(id), holder: hash(&token) })
    }

    async fn begin(&self, id: String, act: Change) -> Result<String, Error> {
        let token = self.cookies.token(COOKIE).map_or_else(random_token, Ok)?;
        let holder = hash(&token);
        self.cookies.keep(COOKIE, &token, KEPT_HOURS * 60);
        if is_token(&id) {
            let found = Found { id: hash(&id), holder: holder.clone() };
            if command::begin(&self.op, found.clone(), random_token()?).await? {
                return self.apply(found, act).await.map(|_| id);
            }
        }
        let id = random_token()?;
        let found = Found { id: hash(&id), holder };
        if !command::begin(&self.op, found.clone(), random_token()?).await? {
            return Err(Error::internal("a report could not be begun"));
        }
        self.apply(found, act).await.map(|_| id)
    }

    async fn apply(&self, found: Found, act: Change) -> Result<Option<OpenReport>, Error> {
        let now = self.op.now();
        let changed = command::change(&self.op, found, move |row| {
            let mut report = read(&row, now)?;
            act(&mut report);
            written(row, report)
        });
        match changed.await? {
            Some(row) => self.shown(&row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The report as pages have it. Of one that was sent only the reference is kept, so the referral itself tells whether the
    /// MASH was alerted.
    async fn shown(&self, row: &report_draft::Model) -> Result<OpenReport, Error> {
        let mut report = read(row, self.op.now())?;
        if let Stage::Sent { reference, mash_alerted, .. } = &mut report.stage {
            *mash_alerted = store::referral::is_flagged(&self.op, reference).await?;
        }
        Ok(report)
    }

    async fn change(&self, id: &str, act: Change) -> Result<Option<OpenReport>, Error> {
        let Some(found) = self.found(id) else { return Ok(None) };
        let changed = self.apply(found, act).await?;
        if let (Some(token), true) = (self.cookies.token(COOKIE), changed.is_some()) {
            self.cookies.keep(COOKIE, &token, KEPT_HOURS * 60);
        }
        Ok(changed)
    }

    async fn discard(&self, id: &str) -> Result<(), Error> {
        let Some(found) = self.found(id) else { return Ok(()) };
        let discarded = timeout(HURRY, command::discard(&self.op, found)).await;
        // If the report was not deleted in time, deleting the cookie makes sure that nobody can open it.
        if !matches!(discarded, Ok(Ok(true))) {
            self.cookies.forget(COOKIE);
        }
        discarded.unwrap_or(Ok(false)).map(drop)
    }
}

fn read(row: &report_draft::Model, now: DateTime<Utc>) -> Result<OpenReport, Error> {
    let stage = match &row.reference {
        Some(reference) => {
            Stage::Sent { reference: reference.clone(), held_until: row.held_until, mash_alerted: false }
        }
        None if row.sending => Stage::Sending,
        None => Stage::Written,
    };
    Ok(OpenReport {
        answers: serde_json::from_str(&row.answers)?,
        key: row.key.clone(),
        stage,
        rests: now.signed_duration_since(row.used_at) > TimeDelta::minutes(REST_MINUTES),
        until: row.used_at + TimeDelta::hours(KEPT_HOURS),
    })
}

/// The row with the changes that a page made. Once the report is sent, what was typed is deleted.
fn written(row: report_draft::Model, report: OpenReport) -> Result<report_draft::Model, Error> {
    let answers = serde_json::to_string(&report.answers)?;
    Ok(match report.stage {
        Stage::Written => report_draft::Model { answers, sending: false, ..row },
        Stage::Sending => report_draft::Model { answers, sending: true, ..row },
        Stage::Sent { reference, held_until, mash_alerted: _ } => report_draft::Model {
            answers: "{}".to_owned(),
            key: String::new(),
            sending: false,
            reference: Some(reference),
            held_until,
            ..row
        },
    })
}

impl OpenReports for ReportsOfBrowser {
    fn new_id(&self) -> Result<String, Denied> {
        Ok(random_token()?)
    }

    fn begin(&self, id: String, act: Change) -> Attempt<'_, String> {
        attempt(self.begin(id, act))
    }

    fn look<'a>(&'a self, id: &'a str) -> Attempt<'a, Option<OpenReport>> {
        attempt(async move {
            let Some(found) = self.found(id) else { return Ok(None) };
            let row = command::look(&self.op, &found).await?;
            match row {
                Some(row) => self.shown(&row).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn change<'a>(&'a self, id: &'a str, act: Change) -> Attempt<'a, Option<OpenReport>> {
        attempt(self.change(id, act))
    }

    fn discard<'a>(&'a self, id: &'a str) -> Attempt<'a, ()> {
        attempt(self.discard(id))
    }
}
