//! The reports that anybody writes, for the pages: by an id, which stands in the address of every page of a report, and
//! a token, which only the browser's cookie holds. An id alone opens nothing.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::report_draft;
use frontend::visit::{Change, OpenReport, ReportDoor, Shut, Stage};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::timeout;

use super::door::shut;
use crate::auth::cookies::Cookies;
use crate::context::OpContext;
use crate::error::Error;
use crate::secret::token::{hash, is_token, random_token};
use crate::service::report_draft::{self as command, Found, KEPT_HOURS};

/// Holds the token of a browser that writes a report; of one token there may be several reports.
const COOKIE: &str = "onroll-report";
/// After so long somebody else may be at the browser.
const REST_MINUTES: i64 = 30;

/// Whoever leaves in a hurry waits no longer than this for a database that is busy.
const HURRY: Duration = Duration::from_secs(2);

/// The door for whoever writes a report, for one request.
pub(super) struct ForReports {
    pub(super) op: OpContext,
    pub(super) cookies: Cookies,
}

impl ForReports {
    /// What the report is found by; nothing where what came cannot be its id, or came without a token.
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
        changed.await?.map(|row| read(&row, now)).transpose()
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
        // Without the cookie nothing opens what could not be thrown away. What takes too long goes on without us.
        if !matches!(discarded, Ok(Ok(true))) {
            self.cookies.forget(COOKIE);
        }
        discarded.unwrap_or(Ok(false)).map(drop)
    }
}

fn read(row: &report_draft::Model, now: DateTime<Utc>) -> Result<OpenReport, Error> {
    let stage = match &row.reference {
        Some(reference) => Stage::Sent { reference: reference.clone(), held_until: row.held_until },
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

/// The row with what a page made of it. Nothing that was typed outlives the sending.
fn written(row: report_draft::Model, report: OpenReport) -> Result<report_draft::Model, Error> {
    let answers = serde_json::to_string(&report.answers)?;
    Ok(match report.stage {
        Stage::Written => report_draft::Model { answers, sending: false, ..row },
        Stage::Sending => report_draft::Model { answers, sending: true, ..row },
        Stage::Sent { reference, held_until } => report_draft::Model {
            answers: "{}".to_owned(),
            key: String::new(),
            sending: false,
            reference: Some(reference),
            held_until,
            ..row
        },
    })
}

impl ReportDoor for ForReports {
    fn new_id(&self) -> Result<String, Shut> {
        random_token().map_err(|error| shut(&error))
    }

    fn begin(&self, id: String, act: Change) -> BoxFuture<'_, Result<String, Shut>> {
        async move { self.begin(id, act).await.map_err(|error| shut(&error)) }.boxed()
    }

    fn look<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<OpenReport>, Shut>> {
        async move {
            let Some(found) = self.found(id) else { return Ok(None) };
            let row = command::look(&self.op, &found).await.map_err(|error| shut(&error))?;
            row.map(|row| read(&row, self.op.now())).transpose().map_err(|error| shut(&error))
        }
        .boxed()
    }

    fn change<'a>(&'a self, id: &'a str, act: Change) -> BoxFuture<'a, Result<Option<OpenReport>, Shut>> {
        async move { self.change(id, act).await.map_err(|error| shut(&error)) }.boxed()
    }

    fn discard<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), Shut>> {
        async move { self.discard(id).await.map_err(|error| shut(&error)) }.boxed()
    }
}
