//! Access notes: who was shown what and who was refused what, and the mail to auditors about many refusals.
//!
//! What must not live here: who is refused what (`domain::policy`, `store`).

use std::collections::BTreeMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::vocabulary::{AccessAction, RefusalKind, StaffRole};
use entity::{AccessId, AccessNoteId, access, access_subject};
use futures_util::FutureExt as _;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};
use uuid::Uuid;

use super::mails;
use crate::context::{Access, Mail, OpContext, Unnoted, write};
use crate::db::Db;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::gather::Gather;
use crate::idempotency::Noted;
use crate::limit::Limit;
use crate::refusal::Refused;
use crate::{outage, store, throttle};

/// The requests for something that does not exist within an hour, and the refusals within a day, at which auditors are
/// told.
const NOT_FOUND_IN_HOUR: u64 = 10;
const REFUSED_IN_DAY: u64 = 20;
/// The limit of such mails: one a day for each viewer.
const TOLD: Limit = Limit::new("refusals told", 1, 24 * 60 * 60);

/// Stores the notes of what `op` was shown and refused. The answer may leave only once this has succeeded.
pub async fn note(op: &OpContext) -> Result<(), Error> {
    let Unnoted { shown, refused } = op.take_unnoted();
    note_all(op, shown, refused).await
}

/// Stores notes of these disclosures at once.
pub(crate) async fn note_shown(op: &OpContext, shown: Vec<Noted>) -> Result<(), Error> {
    note_all(op, shown, Vec::new()).await
}

async fn note_all(op: &OpContext, shown: Vec<Noted>, refused: Vec<Refused>) -> Result<(), Error> {
    if shown.is_empty() && refused.is_empty() {
        return Ok(());
    }
    let accesses = accesses_of(op, shown);
    // Strangers wait for a turn at writing, and refusals may cause a mail: both have a transaction of their own.
    let alone = !refused.is_empty() || op.viewer == Viewer::Anonymous;
    if let Some(gather) = op.accesses().filter(|_| !alone) {
        let stored = gather.store(accesses).await;
        if matches!(stored, Err(Error::Unavailable(_))) {
            // The outage was met in another task; this one gives the answer and must know of it.
            outage::noticed();
        }
        return stored;
    }
    op.write(move |op, txn| async move {
        insert(&txn, accesses).await?;
        note_refusals(&op, &txn, refused).await
    })
    .await
}

/// The place where concurrent requests hand over their access notes, to be stored in one transaction.
pub(crate) fn gather(db: &Db) -> Gather<Vec<Access>> {
    let db = db.clone();
    Gather::new(move |accesses: Vec<Vec<Access>>| {
        let db = db.clone();
        async move {
            let accesses = accesses.into_iter().flatten().collect();
            write(&db, move |txn| async move { insert(&txn, accesses).await }).await
        }
        .boxed()
    })
}

/// The most rows in one statement: SQLite binds at most 32,766 values.
const ROWS_AT_ONCE: usize = 2_000;

async fn insert(txn: &DatabaseTransaction, accesses: Vec<Access>) -> Result<(), Error> {
    let (rows, subjects): (Vec<_>, Vec<_>) = accesses.into_iter().map(|access| (access.row, access.subjects)).unzip();
    let subjects = subjects.concat();
    for some in rows.chunks(ROWS_AT_ONCE) {
        access::Entity::insert_many(some.iter().cloned()).exec_without_returning(txn).await?;
    }
    for some in subjects.chunks(ROWS_AT_ONCE) {
        access_subject::Entity::insert_many(some.iter().cloned()).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// What was shown, one access for each action with all its subjects.
fn accesses_of(op: &OpContext, shown: Vec<Noted>) -> Vec<Access> {
    let mut accesses: BTreeMap<AccessAction, Access> = BTreeMap::new();
    for (action, subject, fields) in shown {
        let access = accesses.entry(action).or_insert_with(|| Access {
            row: access::ActiveModel { action: Set(action), detail: Set(op.detail()), ..row_of(op) },
            subjects: Vec::new(),
        });
        access.subjects.push(subject_of(access, subject, fields));
    }
    accesses.into_values().collect()
}

/// The row of an access of the viewer, without what was done.
fn row_of(op: &OpContext) -> access::ActiveModel {
    access::ActiveModel {
        id: Set(op.new_id::<AccessId>()),
        noted_at: Set(op.now()),
        viewer: Set(op.viewer.to_string()),
        purpose: Set(op.purpose()),
        address: Set(op.address().map(|address| address.to_string()).unwrap_or_default()),
        request_id: Set(op.request_id.clone()),
        refusal: Set(None),
        times: Set(1),
        span: Set(None),
        ..Default::default()
    }
}

/// The row of the next subject of an access. Ids follow that of the access, so that they rise with time.
fn subject_of(access: &Access, subject: String, fields: String) -> access_subject::ActiveModel {
    let id = *access.row.id.as_ref();
    let next = Uuid::from_u128(id.0.as_u128().wrapping_add(access.subjects.len() as u128));
    access_subject::ActiveModel {
        id: Set(AccessNoteId(next)),
        access_id: Set(id),
        subject: Set(subject),
        fields: Set(fields),
    }
}

/// A refusal as an access with one subject.
fn refusal_of(op: &OpContext, one: &Refused) -> Access {
    let mut row = row_of(op);
    let hour = op.now().duration_trunc(TimeDelta::hours(1)).unwrap_or(op.now());
    let address = row.address.as_ref();
    let span = one.counted.then(|| format!("{} {address} {} {}", op.viewer, one.subject, hour.to_rfc3339()));
    row.action = Set(AccessAction::Refuse);
    row.detail = Set(one.asked.clone());
    row.refusal = Set(Some(one.kind));
    row.span = Set(span);
    let mut access = Access { row, subjects: Vec::new() };
    access.subjects.push(subject_of(&access, one.subject.clone(), String::new()));
    access
}

/// Stores refusals within the transaction that stores all notes, and tells the auditors when there are many.
async fn note_refusals(op: &OpContext, txn: &DatabaseTransaction, refused: Vec<Refused>) -> Result<(), Error> {
    let times = (access::Entity, access::Column::Times);
    for one in &refused {
        let Access { row, subjects } = refusal_of(op, one);
        let id = *row.id.as_ref();
        let stored = access::Entity::insert(row)
            .on_conflict(
                OnConflict::column(access::Column::Span)
                    .value(access::Column::Times, Expr::col(times).add(1))
                    .to_owned(),
            )
            .exec_with_returning(txn)
            .await?;
        // A refusal that is counted in an earlier row has its subject there.
        if stored.id == id {
            access_subject::Entity::insert_many(subjects).exec_without_returning(txn).await?;
        }
    }
    let tells = |one: &Refused| matches!(one.kind, RefusalKind::NotFound | RefusalKind::Forbidden) && !one.counted;
    if refused.iter().any(tells) { tell_auditors(op, txn).await } else { Ok(()) }
}

/// Tells the auditors, once a day, of a viewer who was refused too often. The mail says neither who nor what.
async fn tell_auditors(op: &OpContext, txn: &DatabaseTransaction) -> Result<(), Error> {
    // Without a keyring no limit is counted, so nobody would know that the auditors were told before.
    if op.keyring().is_none() || matches!(op.viewer, Viewer::Anonymous | Viewer::System(_)) {
        return Ok(());
    }
    let since = |span: TimeDelta| -> DateTime<Utc> { op.now() - span };
    let missed =
        store::access_note::refusals_since(op, txn, &[RefusalKind::NotFound], since(TimeDelta::hours(1))).await?;
    let all = [RefusalKind::NotFound, RefusalKind::Forbidden];
    let refused = store::access_note::refusals_since(op, txn, &all, since(TimeDelta::days(1))).await?;
    if missed < NOT_FOUND_IN_HOUR && refused < REFUSED_IN_DAY {
        return Ok(());
    }
    let (told, _) = throttle::count_within(op, txn, TOLD, &op.viewer.to_string(), 1).await?;
    if told > TOLD.most {
        return Ok(());
    }
    let mails: Vec<Mail> = auditors(op, txn).await?.iter().map(|to| mails::refused_often(to, &op.council)).collect();
    op.queue(txn, mails).await
}

/// The addresses to tell of refusals: auditors, or if there is none administrators, or else the team; never the person
/// who was refused.
async fn auditors(op: &OpContext, txn: &DatabaseTransaction) -> Result<Vec<String>, Error> {
    let own = match &op.viewer {
        Viewer::Staff(staff) => store::staff::address_of(txn, staff.id).await?,
        Viewer::Anonymous | Viewer::SchoolContact(_) | Viewer::Partner(_) | Viewer::System(_) => None,
    };
    for role in [StaffRole::Auditor, StaffRole::Administrator] {
        let mut addresses = store::staff::addresses_of(txn, role).await?;
        addresses.retain(|address| Some(address) != own.as_ref());
        if !addresses.is_empty() {
            return Ok(addresses);
        }
    }
    Ok(vec![op.council.team_email.clone()])
}
