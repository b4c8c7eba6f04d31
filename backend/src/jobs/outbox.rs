//! Delivers what the outbox holds, and tries again what could not be delivered.
//!
//! Each lane has places of its own, so that no alert waits behind a link and no link behind a notice; and no recipient's
//! domain has all places of a lane, so that a server that hangs for one delays nobody else's mail. A message that is for
//! an approval leaves only if that approval still holds. A message is claimed before it is handed over, so that two
//! processes do not send it twice; a process that dies in between leaves it to be claimed again later, with the same
//! message id.

use std::collections::{HashMap, HashSet};
use std::time::Duration as Wait;

use chrono::{DateTime, Duration, Utc};
use entity::message;
use futures_util::future::{join_all, try_join_all};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter};
use tokio::task::JoinSet;

use crate::app::App;
use crate::context::write;
use crate::domain::email::Email;
use crate::domain::mail::{Lane, OVERDUE, next_try};
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::mail::{Mailer, Undelivered};
use crate::{service, store};

/// How many mails of one lane are handed over at once.
const PLACES: usize = 4;
/// How many of them one domain may have while all is well with it; one that had trouble has one.
const OF_ONE_DOMAIN: usize = 2;
/// How many of them domains that had trouble may have together.
const OF_TROUBLED: usize = 2;
/// How long whoever claimed a message may take before it can be claimed again; longer than handing one over may take.
const CLAIM: Duration = Duration::seconds(180);
const PAUSE: Wait = Wait::from_secs(2);
/// How often somebody is told that alerts wait.
const WATCH: Wait = Wait::from_mins(1);
/// Why a message never left whose recipient was suspended, or moved, while it waited.
const NO_LONGER: &str = "the approval no longer holds";
/// Why a message never left whose link has ended.
const TOO_LATE: &str = "its link no longer works";

/// Delivers for as long as the service runs.
pub async fn run(app: App, mailer: Mailer) {
    let lanes = Lane::ALL.map(|lane| Worker::new(&app, &mailer, lane).run());
    tokio::join!(join_all(lanes), watch(&app));
}

/// Delivers what is due now; says how many mails left.
pub async fn deliver_due(app: &App, mailer: &Mailer) -> Result<usize, Error> {
    let lanes = Lane::ALL.map(|lane| Worker::new(app, mailer, lane).empty());
    Ok(try_join_all(lanes).await?.into_iter().sum())
}

/// Says again and again that alerts wait, until they have left.
async fn watch(app: &App) {
    loop {
        // First of all those that waited while the service did not run may leave.
        tokio::time::sleep(WATCH).await;
        match store::message::oldest_alert(&app.db, app.clock.now()).await {
            Ok(Some(age)) if age > OVERDUE => {
                tracing::warn!(seconds = age.num_seconds(), "A safeguarding alert waits to be delivered");
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

/// What became of one try.
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
            // New mail may have a place while an old one still has its own.
            tokio::select! {
                Some(done) = self.under_way.join_next() => self.note(done).map_or((), drop),
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Delivers until nothing is due.
    async fn empty(mut self) -> Result<usize, Error> {
        let mut delivered = 0;
        loop {
            self.fill().await?;
            let Some(done) = self.under_way.join_next().await else { return Ok(delivered) };
            delivered += usize::from(self.note(done)? == Outcome::Delivered);
        }
    }

    /// Gives every free place to a mail that is due, the one that waits longest first.
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
                // One before it may have taken the last place of its domain; then it is left out when looking again.
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

/// Which domains have places of a lane, and which had trouble when they were last tried.
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
        // All alerts go to one address, and whatever hangs there must not keep the next from being tried.
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

    /// The domains that have no place left, whether they have mail or not.
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

/// Hands one message over that this process has claimed, and writes down what became of it.
async fn deliver(app: &App, mailer: &Mailer, row: message::Model) -> Result<Outcome, Error> {
    if row.expires_at.is_some_and(|expires| expires <= app.clock.now()) {
        return give_up(app, &row, TOO_LATE).await;
    }
    if !still_wanted(app, &row).await? {
        return give_up(app, &row, NO_LONGER).await;
    }
    // A mail that makes the library panic must not stop the mails behind it.
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
        // Whatever a server says of it, somebody must hear of the child.
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

/// Whether the approval that a message is for still holds, for that address. A link to sign in is for every approval of
/// its address.
async fn still_wanted(app: &App, row: &message::Model) -> Result<bool, Error> {
    let Some(contact) = row.contact_id else { return Ok(true) };
    let Ok(email) = Email::parse(&row.recipient) else { return Ok(false) };
    let approvals = store::contact::active_of(&app.db, &email).await?;
    Ok(if row.secret { !approvals.is_empty() } else { approvals.iter().any(|approval| approval.id == contact) })
}

/// The text of a message that signs somebody in is kept no longer than it takes to send it. The demonstration, whose
/// mail goes nowhere else, shows it.
fn blanked(app: &App, row: &message::Model) -> ActiveValue<String> {
    if row.secret && !app.config.demo { Set(String::new()) } else { NotSet }
}

/// Tries no more, and says why.
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

/// Takes a message for this process: whoever counts the attempt first has it.
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

/// Tries again later, or gives up and says so.
async fn put_off(app: &App, row: &message::Model, fault: Undelivered) -> Result<Outcome, Error> {
    let (lane, now) = (Lane::of(row.kind), app.clock.now());
    let since: DateTime<Utc> = row.tried_since.unwrap_or(row.created_at);
    let Some(next) = next_try(lane, since, row.expires_at, now) else {
        give_up(app, row, fault.as_str()).await?;
        return Ok(Outcome::Troubled);
    };
    let (attempts, lane) = (row.attempts + 1, lane.name());
    tracing::warn!(message.id = %row.id, attempts, lane, "Message `{}` could not be delivered", row.id);
    let next = message::ActiveModel {
        not_before: Set(next),
        fault: Set(Some(fault.as_str().to_owned())),
        ..Default::default()
    };
    settle(app, row, next).await?;
    Ok(Outcome::Troubled)
}

/// Writes down what became of the attempt, unless the claim ran out and another process has begun the next one. That a
/// message has left holds in any case.
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
