//! Commands on unsent mails.
//!
//! What must not live here: sending (`mail`), and when a mail is tried (`domain::mail`).

use entity::{MessageId, message};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::record;
use crate::context::{Done, OpContext};
use crate::domain::event::OutboxEvent;
use crate::domain::mail::CLAIM;
use crate::domain::policy::manages_mail;
use crate::error::{Conflict, Error, MailConflict};
use crate::store;

/// The most mails that are sent again at once.
const MOST: u64 = 500;

/// Queues one unsent mail to be tried at once, and for as long as a new one. Fails while it is being handed to the
/// server, because it would then be sent twice, and for a mail with a link, whose text is gone.
pub async fn send_again(op: &OpContext, id: MessageId) -> Result<(), Error> {
    op.require(manages_mail(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let row = store::message::one(&op, &*txn, id).await?.ok_or(Error::NotFound)?;
        if row.secret || queue_again(&op, &txn, vec![id]).await? != 1 {
            return Err(MailConflict::NothingToSendAgain.into());
        }
        sent_again(&op, (), vec![id])
    })
    .await
}

/// Queues again the mails that were given up, up to [`MOST`] and the oldest first, and gives their number. Mails with a
/// link are left out, because their text is gone.
pub async fn send_failed_again(op: &OpContext) -> Result<u64, Error> {
    op.require(manages_mail(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let failed = store::message::failed(&op, &*txn, MOST).await?;
        let ids: Vec<MessageId> = failed.iter().map(|row| row.id).collect();
        let count = queue_again(&op, &txn, ids.clone()).await?;
        if count == 0 {
            return Err(MailConflict::NothingToSendAgain.into());
        }
        sent_again(&op, count, ids)
    })
    .await
}

/// Queues again every mail that was given up, however many there are, and gives their number: [`send_failed_again`]
/// for the operator, who is not told that there was nothing.
pub async fn send_every_failed_again(op: &OpContext) -> Result<u64, Error> {
    let mut sent = 0;
    loop {
        match send_failed_again(op).await {
            Ok(count) => sent += count,
            Err(Error::Conflict(Conflict::Mail(MailConflict::NothingToSendAgain))) => return Ok(sent),
            Err(error) => return Err(error),
        }
    }
}

/// Lets mails leave that a restore held: these, or without any all of them, up to [`MOST`] and the oldest first. Gives
/// their number.
pub async fn release(op: &OpContext, only: Option<Vec<MessageId>>) -> Result<u64, Error> {
    op.require(manages_mail(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let held = store::message::held_back(&op, &*txn, MOST).await?;
        let ids: Vec<MessageId> = held.iter().map(|row| row.id).collect();
        let ids = match only {
            Some(only) => only.into_iter().filter(|id| ids.contains(id)).collect(),
            None => ids,
        };
        let count = queue_again(&op, &txn, ids.clone()).await?;
        if count == 0 {
            return Err(MailConflict::NothingToSendAgain.into());
        }
        record::fact(count, op.new_id::<Uuid>(), 0, &OutboxEvent::MailReleased { messages: ids })
    })
    .await
}

/// Lets every mail leave that a restore held, however many there are, and gives their number.
pub async fn release_every(op: &OpContext) -> Result<u64, Error> {
    let mut released = 0;
    loop {
        match release(op, None).await {
            Ok(count) => released += count,
            Err(Error::Conflict(Conflict::Mail(MailConflict::NothingToSendAgain))) => return Ok(released),
            Err(error) => return Err(error),
        }
    }
}

/// The mails that a restore holds, the oldest first, up to [`MOST`].
pub async fn held(op: &OpContext) -> Result<Vec<message::Model>, Error> {
    op.require(manages_mail(&op.viewer))?;
    store::message::held_back(op, &op.db.read, MOST).await
}

fn sent_again<T>(op: &OpContext, value: T, messages: Vec<MessageId>) -> Result<Done<T>, Error> {
    record::fact(value, op.new_id::<Uuid>(), 0, &OutboxEvent::MailSentAgain { messages })
}

async fn queue_again(op: &OpContext, txn: &DatabaseTransaction, ids: Vec<MessageId>) -> Result<u64, Error> {
    use message::Column::{ClaimedUntil, Id, SentAt};
    let again = message::ActiveModel {
        not_before: Set(op.now()),
        tried_since: Set(Some(op.now())),
        failed_at: Set(None),
        held_at: Set(None),
        claimed_until: Set(None),
        ..message::ActiveModel::default()
    };
    // A claim that would hold for longer than a claim does was made while the clock stood ahead.
    let unclaimed = Condition::any()
        .add(ClaimedUntil.is_null())
        .add(ClaimedUntil.lte(op.now()))
        .add(ClaimedUntil.gt(op.now() + CLAIM));
    let again = message::Entity::update_many().set(again).filter(Id.is_in(ids)).filter(SentAt.is_null());
    Ok(again.filter(unclaimed).exec(txn).await?.rows_affected)
}
