//! Delivers what the outbox holds, and tries again what could not be delivered.
//!
//! A message that is for an approval leaves only if that approval still holds. A message is claimed before it is handed over, so that two processes do not send it twice; a process that dies in
//! between leaves it to be claimed again later, with the same message id.

use std::time::Duration as Wait;

use chrono::Duration;
use entity::{MessageId, message};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::app::App;
use crate::context::write;
use crate::domain::email::Email;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::mail::{Mailer, Undelivered};
use crate::{service, store};

const BATCH: u64 = 100;
const MOST_ATTEMPTS: i32 = 10;
/// How long whoever claimed a message may take before it can be claimed again.
const CLAIM_SECONDS: i64 = 120;
const PAUSE: Wait = Wait::from_secs(2);
/// Why a message never left whose recipient was suspended, or moved, while it waited.
const NO_LONGER: &str = "the approval no longer holds";

/// Delivers for as long as the service runs.
pub async fn run(app: App, mailer: Mailer) {
    loop {
        match deliver_due(&app, &mailer).await {
            Ok(delivered) if delivered > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "The outbox could not be read"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Delivers what is due now, up to a batch; says how many were delivered.
pub async fn deliver_due(app: &App, mailer: &Mailer) -> Result<usize, Error> {
    let now = app.clock.now();
    #[expect(clippy::disallowed_methods, reason = "the outbox is nobody's to see")]
    let due = message::Entity::find()
        .filter(message::Column::SentAt.is_null())
        .filter(message::Column::FailedAt.is_null())
        .filter(message::Column::NotBefore.lte(now))
        .order_by_asc(message::Column::NotBefore)
        .limit(BATCH)
        .all(&app.db.read)
        .await?;
    let mut delivered = 0;
    for row in due {
        if !claim(app, &row).await? {
            continue;
        }
        if !still_wanted(app, &row).await? {
            give_up(app, &row, NO_LONGER).await?;
            continue;
        }
        // A mail that makes the library panic must not stop the mails behind it.
        let (sender, mail) = (mailer.clone(), row.clone());
        let sent = tokio::spawn(async move { sender.send(&mail).await }).await;
        match sent {
            Ok(Ok(())) => {
                delivered += 1;
                let sent = message::ActiveModel {
                    sent_at: Set(Some(app.clock.now())),
                    fault: Set(None),
                    body: blanked(app, &row),
                    ..Default::default()
                };
                settle(app, row.id, sent).await?;
            }
            Ok(Err(fault @ (Undelivered::AddressRefused | Undelivered::MessageRefused))) => {
                give_up(app, &row, fault.as_str()).await?;
                if let (Undelivered::AddressRefused, Some(contact)) = (fault, row.contact_id) {
                    service::contact::refused(&app.op(Viewer::System(Job::Contacts)), contact).await?;
                }
            }
            Ok(Err(Undelivered::NotNow)) | Err(_) => put_off(app, &row).await?,
        }
    }
    Ok(delivered)
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

/// Never tries again, and says why.
async fn give_up(app: &App, row: &message::Model, fault: &str) -> Result<(), Error> {
    tracing::warn!(message.id = %row.id, fault, "Gave up on message `{}`", row.id);
    let failed = message::ActiveModel {
        failed_at: Set(Some(app.clock.now())),
        fault: Set(Some(fault.to_owned())),
        body: blanked(app, row),
        ..Default::default()
    };
    settle(app, row.id, failed).await
}

/// Takes a message for this process: whoever counts the attempt first has it.
async fn claim(app: &App, row: &message::Model) -> Result<bool, Error> {
    let (id, attempts, now) = (row.id, row.attempts, app.clock.now());
    write(&app.db, move |txn| async move {
        let claimed = message::ActiveModel {
            attempts: Set(attempts + 1),
            not_before: Set(now + Duration::seconds(CLAIM_SECONDS)),
            ..Default::default()
        };
        let claimed = message::Entity::update_many()
            .set(claimed)
            .filter(message::Column::Id.eq(id))
            .filter(message::Column::Attempts.eq(attempts))
            .filter(message::Column::SentAt.is_null())
            .exec(&*txn)
            .await?;
        Ok(claimed.rows_affected == 1)
    })
    .await
}

/// Tries again later, twice as long each time, or gives up and says so.
async fn put_off(app: &App, row: &message::Model) -> Result<(), Error> {
    let attempts = row.attempts + 1;
    let now = app.clock.now();
    let fault = Undelivered::NotNow.as_str();
    if attempts >= MOST_ATTEMPTS {
        return give_up(app, row, fault).await;
    }
    tracing::warn!(message.id = %row.id, attempts, "Message `{}` could not be delivered", row.id);
    let seconds = 5 * (1_i64 << attempts.min(12));
    let next = message::ActiveModel {
        not_before: Set(now + Duration::seconds(seconds)),
        fault: Set(Some(fault.to_owned())),
        ..Default::default()
    };
    settle(app, row.id, next).await
}

async fn settle(app: &App, id: MessageId, next: message::ActiveModel) -> Result<(), Error> {
    write(&app.db, move |txn| async move {
        message::Entity::update_many().set(next).filter(message::Column::Id.eq(id)).exec(&*txn).await?;
        Ok(())
    })
    .await
}
