//! A job that keeps the approvals of school contacts current: once a term it asks each contact whether they still work
//! at the school, reminds and then suspends those who do not answer, and suspends the contacts of closed schools.
//!
//! What is due is decided from the events, in the transaction that acts on it. So it does not matter how often this
//! runs, or in how many processes.
//!
//! What must not live here: the rules of what is due (`domain::contact`).

use std::collections::HashMap;
use std::time::Duration as Wait;

use chrono::NaiveDate;
use entity::SchoolId;

use crate::app::App;
use crate::context::OpContext;
use crate::domain::contact::term_began;
use crate::domain::london::london_day;
use crate::domain::school_days::TermDate;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::{service, store};

const PAUSE: Wait = Wait::from_hours(1);

/// Repeats the sweep for as long as the service runs.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "The approvals of school contacts could not be looked at");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does everything that is due now, and returns how many contacts and closed schools that concerned.
pub async fn sweep(app: &App) -> Result<usize, Error> {
    look(&app.op(Viewer::System(Job::Contacts))).await
}

/// Does the same as part of this operation.
pub(crate) async fn look(op: &OpContext) -> Result<usize, Error> {
    let today = london_day(op.now());
    let mut done = 0;
    for school in store::school::closed_with_contacts(op, today).await? {
        done += usize::from(service::contact::close_school(op, school).await?);
    }
    let terms = Terms::read(op).await?;
    for contact in store::contact::all_active(op).await? {
        let began = terms.began(contact.school_id, today);
        // The row alone shows of most contacts that nothing can be due, without reading their events.
        let vouched_on = london_day(contact.confirmed_at.unwrap_or(contact.created_at));
        if store::contact::is_asked(&contact) || began.is_some_and(|began| vouched_on < began) {
            let kept = service::contact::keep_current(op, contact.id, contact.version, began).await?;
            done += usize::from(kept);
        }
    }
    Ok(done)
}

/// Term dates by school; the council's own are under `None`.
struct Terms(HashMap<Option<SchoolId>, Vec<TermDate>>);

impl Terms {
    async fn read(op: &OpContext) -> Result<Self, Error> {
        let mut calendars: HashMap<_, Vec<TermDate>> = HashMap::new();
        for row in store::school::term_dates(op).await? {
            let span = TermDate { kind: row.kind, first: row.starts_on, last: row.ends_on };
            calendars.entry(row.school_id).or_default().push(span);
        }
        Ok(Self(calendars))
    }

    fn began(&self, school: SchoolId, today: NaiveDate) -> Option<NaiveDate> {
        let of = |school| self.0.get(&school).map(Vec::as_slice).unwrap_or_default();
        term_began(of(Some(school)), of(None), today)
    }
}
