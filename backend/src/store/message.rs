//! Reads of the outbox: mails that were not sent yet, and how long they have waited. The text of a mail is shown to
//! nobody.
//!
//! What must not live here: lanes and the times of retries (`domain::mail`), and sending (`mail`).

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocabulary::{MailKind, MailRecipient, MailState};
use entity::{MessageId, agency, message, staff};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Order};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::nothing;
use super::page::{Page, Wanted, count_some};
use crate::config::Council;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::mail::{Lane, OVERDUE, longest_rest};
use crate::domain::policy::manages_mail;
use crate::domain::viewer::Viewer;
use crate::error::Error;

fn undelivered() -> Select<message::Entity> {
    message::Entity::find().filter(message::Column::SentAt.is_null())
}

fn waiting() -> Select<message::Entity> {
    undelivered().filter(message::Column::FailedAt.is_null()).filter(message::Column::HeldAt.is_null())
}

/// Up to `most` mails of a lane that are due, the longest waiting first, without mails to the domains in `full` and
/// without those in `others`. A mail that was put off by a clock that stood far ahead is due too.
pub(crate) async fn due(
    db: &Db,
    lane: Lane,
    now: DateTime<Utc>,
    full: &[String],
    others: &[MessageId],
    most: u64,
) -> Result<Vec<message::Model>, Error> {
    let rested = message::Column::NotBefore.lte(now).or(message::Column::NotBefore.gt(now + longest_rest(lane)));
    let mut due = waiting()
        .filter(message::Column::Kind.is_in(lane.kinds()))
        .filter(rested)
        .filter(message::Column::Id.is_not_in(others.iter().copied()));
    for domain in full {
        let address = Expr::expr(Func::lower(Expr::col(message::Column::Recipient)));
        due = due.filter(address.not_like(format!("%@{domain}")));
    }
    let due = due.order_by_asc(message::Column::CreatedAt).order_by_asc(message::Column::Id);
    Ok(due.limit(most).all(&db.read).await?)
}

/// The time that the oldest unsent alert has waited; `None` when none waits.
pub(crate) async fn oldest_alert(db: &Db, now: DateTime<Utc>) -> Result<Option<TimeDelta>, Error> {
    let oldest = waiting()
        .filter(message::Column::Kind.is_in(Lane::Alert.kinds()))
        .order_by_asc(message::Column::CreatedAt)
        .select_only()
        .column(message::Column::CreatedAt)
        .into_tuple::<DateTime<Utc>>()
        .one(&db.read)
        .await?;
    Ok(oldest.map(|oldest| now - oldest))
}

/// The number of safeguarding alerts that have waited for too long; none for those who do not manage mail.
pub async fn overdue_alerts(op: &OpContext) -> Result<u64, Error> {
    let alerts = of_state(&op.viewer, MailState::Waiting).filter(message::Column::Kind.is_in(Lane::Alert.kinds()));
    count_some(&op.db.read, alerts.filter(message::Column::CreatedAt.lt(op.now() - OVERDUE))).await
}

/// The number of unsent mails of one kind in one state, for metrics.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Standing {
    /// The kind of these mails.
    pub(crate) kind: MailKind,
    /// Whether they were given up.
    pub(crate) failed: bool,
    /// Whether they were tried at least once.
    pub(crate) tried: bool,
    /// The number of mails.
    pub(crate) count: i64,
    /// When the oldest of them was queued.
    pub(crate) oldest: DateTime<Utc>,
}

/// The unsent mails, counted by kind and state.
pub(crate) async fn standings(db: &Db) -> Result<Vec<Standing>, Error> {
    let failed = || Expr::col(message::Column::FailedAt).is_not_null();
    // Written out: PostgreSQL takes the same comparison with another parameter for another expression.
    let tried = || Expr::cust("attempts > 0");
    let rows = undelivered()
        .filter(message::Column::HeldAt.is_null())
        .select_only()
        .column(message::Column::Kind)
        .column_as(failed(), "failed")
        .column_as(tried(), "tried")
        .column_as(message::Column::Id.count(), "count")
        .column_as(message::Column::CreatedAt.min(), "oldest")
        .group_by(message::Column::Kind)
        .group_by(failed())
        .group_by(tried());
    Ok(rows.into_model().all(&db.read).await?)
}

/// The mails that exist for the viewer: unsent ones for those who manage mail, none for others.
fn visible(viewer: &Viewer) -> Select<message::Entity> {
    if manages_mail(viewer) { undelivered() } else { undelivered().filter(nothing()) }
}

fn of_state(viewer: &Viewer, state: MailState) -> Select<message::Entity> {
    visible(viewer).filter(match state {
        MailState::Failed => message::Column::FailedAt.is_not_null(),
        MailState::Waiting => message::Column::FailedAt.is_null().and(message::Column::HeldAt.is_null()),
        MailState::Held => message::Column::FailedAt.is_null().and(message::Column::HeldAt.is_not_null()),
    })
}

/// A page of unsent mails, the longest waiting first; none for those who do not manage mail.
pub async fn list(op: &OpContext, state: MailState, wanted: &Wanted) -> Result<Page<message::Model>, Error> {
    use message::Column::{CreatedAt, Id};
    wanted.read_among(&op.db.read, visible(&op.viewer), of_state(&op.viewer, state), &[CreatedAt, Id], Order::Asc).await
}

/// The number of unsent mails in this state.
pub async fn count(op: &OpContext, state: MailState) -> Result<u64, Error> {
    count_some(&op.db.read, of_state(&op.viewer, state)).await
}

/// One unsent mail; `None` if it was sent or does not exist for the viewer.
pub async fn one<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    id: MessageId,
) -> Result<Option<message::Model>, Error> {
    Ok(visible(&op.viewer).filter(message::Column::Id.eq(id)).one(connection).await?)
}

/// Up to `most` mails that were given up and can be sent again, the oldest first. A mail with a secret in it, such as a
/// link, cannot, since its text is not kept.
pub(crate) async fn failed<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    most: u64,
) -> Result<Vec<message::Model>, Error> {
    let failed = of_state(&op.viewer, MailState::Failed).filter(message::Column::Secret.eq(false));
    Ok(failed.order_by_asc(message::Column::CreatedAt).limit(most).all(connection).await?)
}

/// Up to `most` mails that are held, the oldest first.
pub(crate) async fn held_back<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    most: u64,
) -> Result<Vec<message::Model>, Error> {
    let held = of_state(&op.viewer, MailState::Held).order_by_asc(message::Column::CreatedAt);
    Ok(held.limit(most).all(connection).await?)
}

/// The mails that had not left when the database was backed up, whoever asks.
pub(crate) async fn unsent<C: ConnectionTrait>(connection: &C) -> Result<Vec<message::Model>, Error> {
    Ok(waiting().order_by_asc(message::Column::CreatedAt).all(connection).await?)
}

/// The kind of recipient of each of these mails, in their order, by which a manager knows what to do without the
/// address.
pub async fn recipients(
    op: &OpContext,
    council: &Council,
    rows: &[message::Model],
) -> Result<Vec<MailRecipient>, Error> {
    let addresses = || rows.iter().map(|row| row.recipient.as_str());
    let colleagues: Vec<String> = staff::Entity::find()
        .filter(staff::Column::Email.is_in(addresses()))
        .select_only()
        .column(staff::Column::Email)
        .into_tuple()
        .all(&op.db.read)
        .await?;
    let agencies: Vec<String> = agency::Entity::find()
        .filter(agency::Column::Email.is_in(addresses()))
        .select_only()
        .column(agency::Column::Email)
        .into_tuple()
        .all(&op.db.read)
        .await?;
    let whom = |row: &message::Model| match &row.recipient {
        to if *to == council.mash_email => MailRecipient::Mash,
        to if *to == council.team_email => MailRecipient::Team,
        _ if row.contact_id.is_some() => MailRecipient::SchoolContact,
        to if colleagues.contains(to) => MailRecipient::Staff,
        to if agencies.contains(to) => MailRecipient::Agency,
        _ => MailRecipient::SomebodyElse,
    };
    Ok(rows.iter().map(whom).collect())
}
