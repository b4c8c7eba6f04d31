//! A job that delivers the mails in the outbox, and retries those that could not be delivered.
//!
//! Each lane has places of its own, so that no alert waits behind a sign-in link and no link behind a notice. No
//! recipient's domain has all places of a lane, so that a server that hangs for one domain delays nobody else's mail. A
//! mail for an approved contact leaves only if the approval still holds. A mail is claimed before it is handed over, so
//! that two processes do not send it twice; if a process dies in between, the claim runs out and the mail is sent
//! again, with the same message id.
//!
//! What must not live here: the protocol (`mail`) and what a mail says (`service::mails`).

use std::collections::{HashMap, HashSet};
use std::time::Duration as Wait;

use chrono::{DateTime, Utc};
use entity::message;
use futures_util::future::{join_all, try_join_all};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};
use tokio::task::JoinSet;

use crate::app::App;
use crate::context::write;
use crate::domain::email::Email;
use crate::domain::mail::{CLAIM, Lane, OVERDUE, next_try};
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::mail::{Mailer, Undelivered};
use crate::{service, store};

/// The number of mails of one lane that are handed over at once.
const PLACES: usize = 4;
/// The number of places in a lane that one domain may have. A domain whose last mail could not be delivered may have
/// one.
const OF_ONE_DOMAIN: usize = 2;
/// The number of places in a lane that all domains with trouble may have together.
const OF_TROUBLED: usize = 2;
const PAUSE: Wait = Wait::from_secs(2);
/// How often an error is logged while alerts wait.
const WATCH: Wait = Wait::from_mins(1);
/// The fault of a mail whose recipient was suspended, or changed address, while it waited.
const NO_LONGER: &str = "the approval no longer holds";
/// The fault of a mail whose link expired while it waited.
const TOO_LATE: &str = "its link no longer works";

/// Delivers mails for as long as the service runs.
pub async fn run(app: App, mailer: Mailer) {
    let lanes = Lane::ALL.map(|lane| Worker::new(&app, &mailer, lane).run());
    tokio::join!(join_all(lanes), watch(&app));
}

/// Delivers what is due now, and returns how many mails left.
pub async fn deliver_due(app: &App, mailer: &Mailer) -> Result<usize, Error> {
    let lanes = Lane::ALL.map(|lane| Worker::new(app, mailer, lane).empty());
    Ok(try_join_all(lanes).await?.into_iter().sum())
}

/// Logs an error every minute while an alert is overdue.
async fn watch(app: &App) {
    loop {
        // After a start, the alerts that waited meanwhile get time to leave before anybody is warned.
        tokio::time::sleep(WATCH).await;
        match store::message::oldest_alert(&app.db, app.clock.now()).await {
            Ok(Some(age)) if age > OVERDUE => {
                tracing::error!(seconds = age.num_seconds(), "A safeguarding alert waits to be delivered");
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "The outbox could not be looked at"),
        }
    }
}

/// Delivers the mails of one lane.
struct Worker {
    app: App,
    mailer: Mailer,
    lane: Lane,
    under_way: JoinSet<(String, Result<Outcome, Error>)>,
    domains: Domains,
}

/// The outcome of one attempt to deliver a mail.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Delivered,
    /// The server could not take it now.
    Troubled,
    Settled,
}

impl Worker {
    fn new(app: &App, mailer: &Mailer, lane: Lane) -> Self {
        let (app, mailer) = (app.clone(), mailer.clone());
        Self { app, mailer, lane, under_way: JoinSet::new(), domains: Domains::new(lane) }
    }

    async fn run(mut self) {
        loop {
            if let Err(error) = self.fill().await {
                tracing::error!(%error, lane = self.lane.name(), "The outbox could not be read");
            }
            // New mail may find a free place before any of the mails under way is done.
            tokio::select! {
                Some(done) = self.under_way.join_next() => self.note(done).map_or((), drop),
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Delivers until nothing is due, and returns how many mails left.
    async fn empty(mut self) -> Result<usize, Error> {
        let mut delivered = 0;
        loop {
            self.fill().await?;
            let Some(done) = self.under_way.join_next().await else { return Ok(delivered) };
            delivered += usize::from(self.note(done)? == Outcome::Delivered);
        }
    }

    /// Starts a delivery in every free place, the mail that has waited longest first.
    async fn fill(&mut self) -> Result<(), Error> {
        let mut others = Vec::new();
        while self.under_way.len() < PLACES {
            let free = (PLACES - self.under_way.len()) as u64;
            let full = self.domains.full();
            let due = store::message::due(&self.app.db, self.lane, self.app.clock.now(), &full, &others, free).await?;
            if due.is_empty() {
                return Ok(());
            }
            for row in due {
                let domain = domain_of(&row.recipient);
                // An earlier row may have taken its domain's last place; the next query then leaves the domain out.
                if !self.domains.has_room(&domain) {
                    continue;
                }
                if !claim(&self.app, &row).await? {
                    others.push(row.id);
                    continue;
                }
                self.domains.enter(&domain);
                let (app, mailer) = (self.app.clone(), self.mailer.clone());
                self.under_way.spawn(async move { (domain, deliver(&app, &mailer, row).await) });
            }
        }
        Ok(())
    }

    fn note(
        &mut self,
        done: Result<(String, Result<Outcome, Error>), tokio::task::JoinError>,
    ) -> Result<Outcome, Error> {
        let (domain, outcome) = done.map_err(Error::internal)?;
        self.domains.leave(&domain, outcome.as_ref().ok().copied());
        if let Err(error) = &outcome {
            tracing::error!(%error, "What became of a mail could not be written down");
        }
        outcome
    }
}

/// The domains that have places in a lane, and those whose last mail could not be delivered.
struct Domains {
    lane: Lane,
    under_way: HashMap<String, usize>,
    troubled: HashSet<String>,
}

impl Domains {
    fn new(lane: Lane) -> Self {
        Self { lane, under_way: HashMap::new(), troubled: HashSet::new() }
    }

    fn has_room(&self, domain: &str) -> bool {
        // All alerts go to one address, and one that hangs must not keep the next from being tried.
        if self.lane == Lane::Alert {
            return true;
        }
        let of_this = self.under_way.get(domain).copied().unwrap_or_default();
        let of_troubled = || -> usize {
            self.under_way.iter().filter(|(domain, _)| self.troubled.contains(*domain)).map(|(_, count)| count).sum()
        };
        if self.troubled.contains(domain) {
            of_this < 1 && of_troubled() < OF_TROUBLED
        } else {
            of_this < OF_ONE_DOMAIN
        }
    }

    /// The domains that have no free place, to be left out when looking for mail that is due.
    fn full(&self) -> Vec<String> {
        let known: HashSet<&String> = self.under_way.keys().chain(&self.troubled).collect();
        known.into_iter().filter(|domain| !self.has_room(domain)).cloned().collect()
    }

    fn enter(&mut self, domain: &str) {
        *self.under_way.entry(domain.to_owned()).or_default() += 1;
    }

    fn leave(&mut self, domain: &str, outcome: Option<Outcome>) {
        if let Some(count) = self.under_way.get_mut(domain) {
            *count -= 1;
            if *count == 0 {
                self.under_way.remove(domain);
            }
        }
        if outcome == Some(Outcome::Troubled) {
            self.troubled.insert(domain.to_owned());
        } else {
            self.troubled.remove(domain);
        }
    }
}

fn domain_of(address: &str) -> String {
    address.rsplit('@').next().unwrap_or_default().to_ascii_lowercase()
}

/// Delivers a mail that this process has claimed, and stores the outcome. Its link and its approval are checked right
/// before, because both can end while it waits.
async fn deliver(app: &App, mailer: &Mailer, row: message::Model) -> Result<Outcome, Error> {
    if row.expires_at.is_some_and(|expires| expires <= app.clock.now()) {
        return give_up(app, &row, TOO_LATE).await;
    }
    if !still_wanted(app, &row).await? {
        return give_up(app, &row, NO_LONGER).await;
    }
    // The mail library may panic over one mail; the mails behind it must still be sent.
    let (sender, mail) = (mailer.clone(), row.clone());
    let sent = tokio::spawn(async move { sender.send(&mail).await }).await;
    match sent.unwrap_or(Err(Undelivered::NotNow)) {
        Ok(()) => {
            let sent = message::ActiveModel {
                sent_at: Set(Some(app.clock.now())),
                failed_at: Set(None),
                fault: Set(None),
                body: blanked(app, &row),
                ..Default::default()
            };
            settle(app, &row, sent).await?;
            Ok(Outcome::Delivered)
        }
        // An alert is never given up, whatever the server replies: somebody must learn of the child.
        Err(fault) if Lane::of(row.kind) == Lane::Alert => put_off(app, &row, fault).await,
        Err(fault @ (Undelivered::AddressRefused | Undelivered::MessageRefused)) => {
            give_up(app, &row, fault.as_str()).await?;
            if let (Undelivered::AddressRefused, Some(contact)) = (fault, row.contact_id) {
                service::contact::refused(&app.op(Viewer::System(Job::Contacts)), contact).await?;
            }
            Ok(Outcome::Settled)
        }
        Err(fault @ (Undelivered::NotNow | Undelivered::TooSlow)) => put_off(app, &row, fault).await,
    }
}

/// Whether the approval that a mail is for still holds at that address. A sign-in link is wanted as long as any
/// approval of the address holds.
async fn still_wanted(app: &App, row: &message::Model) -> Result<bool, Error> {
    let Some(contact) = row.contact_id else { return Ok(true) };
    let Ok(email) = Email::parse(&row.recipient) else { return Ok(false) };
    let approvals = store::contact::active_of(&app.db, &email).await?;
    Ok(if row.secret { !approvals.is_empty() } else { approvals.iter().any(|approval| approval.id == contact) })
}

/// The body to store once a mail has left or failed: blank if it signs somebody in. The demonstration keeps it, because
/// its mail goes nowhere else.
fn blanked(app: &App, row: &message::Model) -> ActiveValue<String> {
    if row.secret && !app.config.demo { Set(String::new()) } else { NotSet }
}

/// Stops trying, and stores why.
async fn give_up(app: &App, row: &message::Model, fault: &str) -> Result<Outcome, Error> {
    tracing::warn!(message.id = %row.id, fault, "Gave up on message `{}`", row.id);
    let failed = message::ActiveModel {
        failed_at: Set(Some(app.clock.now())),
        fault: Set(Some(fault.to_owned())),
        body: blanked(app, row),
        ..Default::default()
    };
    settle(app, row, failed).await?;
    Ok(Outcome::Settled)
}

/// Claims a mail for this process by counting the attempt; false if another process was first.
async fn claim(app: &App, row: &message::Model) -> Result<bool, Error> {
    let (id, attempts, until) = (row.id, row.attempts, app.clock.now() + CLAIM);
    write(&app.db, move |txn| async move {
        let claimed = message::ActiveModel {
            attempts: Set(attempts + 1),
            not_before: Set(until),
            claimed_until: Set(Some(until)),
            ..Default::default()
        };
        let claimed = message::Entity::update_many()
            .set(claimed)
            .filter(message::Column::Id.eq(id))
            .filter(message::Column::Attempts.eq(attempts))
            .filter(message::Column::SentAt.is_null())
            .filter(message::Column::FailedAt.is_null())
            .exec(&*txn)
            .await?;
        Ok(claimed.rows_affected == 1)
    })
    .await
}

/// Schedules another attempt. An alert is never given up; any other mail is when its time is over or its link expires.
async fn put_off(app: &App, row: &message::Model, fault: Undelivered) -> Result<Outcome, Error> {
    let (lane, now) = (Lane::of(row.kind), app.clock.now());
    let since: DateTime<Utc> = row.tried_since.unwrap_or(row.created_at);
    let Some(next) = next_try(lane, since, row.expires_at, now) else {
        give_up(app, row, fault.as_str()).await?;
        return Ok(Outcome::Troubled);
    };
    let (attempts, why) = (row.attempts + 1, fault.as_str());
    if lane == Lane::Alert {
        tracing::error!(message.id = %row.id, attempts, fault = why, "A safeguarding alert could not be delivered");
    } else {
        let lane = lane.name();
        tracing::warn!(message.id = %row.id, attempts, lane, fault = why, "A mail could not be delivered");
    }
    let next = message::ActiveModel { not_before: Set(next), fault: Set(Some(why.to_owned())), ..Default::default() };
    settle(app, row, next).await?;
    Ok(Outcome::Troubled)
}

/// Stores the outcome of an attempt, unless the claim ran out and another process has begun the next attempt. That a
/// mail has left is stored in any case.
async fn settle(app: &App, row: &message::Model, next: message::ActiveModel) -> Result<(), Error> {
    let (id, attempt, left) = (row.id, row.attempts + 1, next.sent_at.is_set());
    let next = message::ActiveModel { claimed_until: Set(None), ..next };
    write(&app.db, move |txn| async move {
        let mut settled = message::Entity::update_many().set(next).filter(message::Column::Id.eq(id));
        if !left {
            settled = settled.filter(message::Column::Attempts.eq(attempt)).filter(message::Column::SentAt.is_null());
        }
        settled.exec(&*txn).await?;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::mail::Limits;

    #[test]
    fn a_claim_outlasts_the_longest_delivery() {
        let longest = Duration::from_std(Limits::USUAL.whole).unwrap();
        assert!(CLAIM >= longest + Duration::seconds(30));
    }

    #[test]
    fn no_domain_has_all_places_and_troubled_ones_together_have_half() {
        let mut domains = Domains::new(Lane::Ordinary);
        domains.enter("slow.example");
        domains.enter("slow.example");
        assert!(!domains.has_room("slow.example") && domains.has_room("good.example"));
        assert_eq!(domains.full(), ["slow.example"]);
        domains.leave("slow.example", Some(Outcome::Troubled));
        assert!(!domains.has_room("slow.example"), "one is still under way");
        domains.leave("slow.example", Some(Outcome::Troubled));
        assert!(domains.has_room("slow.example"));
        for domain in ["slow.example", "late.example"] {
            domains.troubled.insert(domain.to_owned());
            domains.enter(domain);
        }
        domains.troubled.insert("third.example".to_owned());
        assert!(!domains.has_room("third.example") && domains.has_room("good.example"));
        assert!(domains.full().contains(&"third.example".to_owned()), "it is not looked for in vain");
        domains.leave("slow.example", Some(Outcome::Delivered));
        assert!(domains.has_room("slow.example") && domains.has_room("third.example"));
    }

    #[test]
    fn an_alert_always_has_room_beside_another() {
        let mut domains = Domains::new(Lane::Alert);
        (0..PLACES).for_each(|_| domains.enter("mash.example"));
        assert!(domains.has_room("mash.example"));
    }
}
