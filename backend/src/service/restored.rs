//! What a restored database may not go on with: sessions, links and devices that let somebody in, and mails that may
//! have left after the backup.
//!
//! What must not live here: the file of a backup and the rows in it (`backup`).

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{MessageId, ceremony, known_device, message, session, sign_in_link, staff_link};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::record;
use crate::context::OpContext;
use crate::domain::event::OperationEvent;
use crate::domain::mail::Lane;
use crate::error::Error;
use crate::store;

/// What was done to a restored database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The number of sessions that were ended.
    pub sessions: u64,
    /// The number of mails that are held until somebody says that they may leave.
    pub held: usize,
    /// The number of safeguarding alerts that leave although they may have left before.
    pub alerts: usize,
    /// The number of mails that were given up, because the links in them were ended.
    pub links: usize,
}

/// Ends every session and every link and device that lets somebody in, and holds the mails that had not left at the
/// moment of the backup, `taken_at`, but for safeguarding alerts: these leave at once and say that they may have left
/// before. Records that the database was restored from the backup with this digest.
pub async fn settle(op: &OpContext, taken_at: DateTime<Utc>, backup: String) -> Result<Settled, Error> {
    op.commit(move |op, txn| async move {
        let sessions = session::Entity::delete_many().exec(&*txn).await?.rows_affected;
        sign_in_link::Entity::delete_many().exec(&*txn).await?;
        staff_link::Entity::delete_many().exec(&*txn).await?;
        known_device::Entity::delete_many().exec(&*txn).await?;
        ceremony::Entity::delete_many().exec(&*txn).await?;
        let (mut held, mut alerts, mut links) = (Vec::new(), Vec::new(), Vec::new());
        for row in store::message::unsent(&*txn).await? {
            let ids = match Lane::of(row.kind) {
                Lane::Alert => &mut alerts,
                // Its link was ended above.
                Lane::SignIn => &mut links,
                Lane::Ordinary => &mut held,
            };
            ids.push(row.id);
            set(&txn, row.id, after(&row, op.now(), taken_at)).await?;
        }
        store::setting::end_restoring(&txn).await?;
        let settled = Settled { sessions, held: held.len(), alerts: alerts.len(), links: links.len() };
        let fact = OperationEvent::Restored { taken_at, backup, sessions, held, alerts };
        record::fact(settled, op.new_id::<Uuid>(), 0, &fact)
    })
    .await
}

/// What becomes of a mail that had not left. Whoever had claimed it is gone.
fn after(row: &message::Model, now: DateTime<Utc>, taken_at: DateTime<Utc>) -> message::ActiveModel {
    let free = message::ActiveModel { claimed_until: Set(None), ..message::ActiveModel::default() };
    match Lane::of(row.kind) {
        Lane::Alert => {
            let moment = taken_at.to_rfc3339_opts(SecondsFormat::Secs, true);
            let told = format!(
                "This alert may have been sent to you before: the register was restored from a copy of {moment}, at which \
                 time it had not been sent. If you know of it already, there is nothing more to do.\n\n"
            );
            message::ActiveModel { body: Set(told + &row.body), not_before: Set(now), ..free }
        }
        Lane::SignIn => message::ActiveModel {
            failed_at: Set(Some(now)),
            fault: Set(Some("its link was ended by a restore".to_owned())),
            body: Set(String::new()),
            ..free
        },
        Lane::Ordinary => message::ActiveModel { held_at: Set(Some(now)), not_before: Set(now), ..free },
    }
}

async fn set(txn: &DatabaseTransaction, id: MessageId, row: message::ActiveModel) -> Result<(), Error> {
    message::Entity::update_many().set(row).filter(message::Column::Id.eq(id)).exec(txn).await?;
    Ok(())
}
