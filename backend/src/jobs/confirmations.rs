//! Keeps the approvals of school contacts true: asks each of them once a term whether they still work at the school,
//! reminds and suspends those who do not answer, and suspends the contacts of schools that are no more.
//!
//! What is due is decided from the facts inside the transaction that does it, so it does not matter how often this runs,
//! nor in how many processes.

use std::collections::HashMap;
use std::time::Duration as Wait;

use chrono::NaiveDate;
use entity::SchoolId;

use crate::app::App;
use crate::context::OpContext;
use crate::domain::clock::london_day;
use crate::domain::contact::term_began;
use crate::domain::school_days::TermDate;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::{service, store};

const PAUSE: Wait = Wait::from_hours(1);

/// Looks for as long as the service runs.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "The approvals of school contacts could not be looked at");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does everything that is due now; says how much that was.
pub async fn sweep(app: &App) -> Result<usize, Error> {
    look(&app.op(Viewer::System(Job::Contacts))).await
}

/// The same as one operation.
pub(crate) async fn look(op: &OpContext) -> Result<usize, Error> {
    let today = london_day(op.now());
    let mut done = 0;
    for school in store::school::closed_with_contacts(op, today).await? {
        done += usize::from(service::contact::close_school(op, school).await?);
    }
    let terms = Terms::read(op).await?;
    for contact in store::contact::all_active(op).await? {
        let began = terms.began(contact.school_id, today);
        // What the row says spares the reading of the facts of those to whom nothing can be due.
        let vouched_on = london_day(contact.confirmed_at.unwrap_or(contact.created_at));
        if store::contact::is_asked(&contact) || began.is_some_and(|began| vouched_on < began) {
            let kept = service::contact::keep_current(op, contact.id, contact.version, began).await?;
            done += usize::from(kept);
        }
    }
    Ok(done)
}

/// The calendars, by school; the council's under none.
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
