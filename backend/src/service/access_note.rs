//! Access notes: who was shown what and who was refused what, and the mail to auditors about many refusals.
//!
//! What must not live here: who is refused what (`domain::policy`, `store`).

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::vocabulary::{AccessAction, RefusalKind, StaffRole};
use entity::{AccessNoteId, access_note};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use super::mails;
use crate::context::{Mail, OpContext, Unnoted};
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::idempotency::Noted;
use crate::limit::Limit;
use crate::refusal::Refused;
use crate::{store, throttle};

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
    let (purpose, detail) = (op.purpose(), op.detail());
    let rows: Vec<_> = shown
        .into_iter()
        .map(|(action, subject, fields)| access_note::ActiveModel {
            id: Set(op.new_id::<AccessNoteId>()),
            noted_at: Set(op.now()),
            viewer: Set(op.viewer.to_string()),
            action: Set(action),
            subject: Set(subject),
            fields: Set(fields),
            purpose: Set(purpose.clone()),
            address: Set(op.address().map(|address| address.to_string()).unwrap_or_default()),
            detail: Set(detail.clone()),
            request_id: Set(op.request_id.clone()),
            refusal: Set(None),
            times: Set(1),
            span: Set(None),
        })
        .collect();
    op.write(move |op, txn| async move {
        if !rows.is_empty() {
            access_note::Entity::insert_many(rows).exec_without_returning(&*txn).await?;
        }
        note_refusals(&op, &txn, refused, purpose).await
    })
    .await
}

fn row_of(op: &OpContext, one: &Refused, purpose: Option<String>) -> access_note::ActiveModel {
    let address = op.address().map(|address| address.to_string()).unwrap_or_default();
    let hour = op.now().duration_trunc(TimeDelta::hours(1)).unwrap_or(op.now());
    let span = one.counted.then(|| format!("{} {address} {} {}", op.viewer, one.subject, hour.to_rfc3339()));
    access_note::ActiveModel {
        id: Set(op.new_id::<AccessNoteId>()),
        noted_at: Set(op.now()),
        viewer: Set(op.viewer.to_string()),
        action: Set(AccessAction::Refuse),
        subject: Set(one.subject.clone()),
        fields: Set(String::new()),
        purpose: Set(purpose),
        address: Set(address),
        detail: Set(one.asked.clone()),
        request_id: Set(op.request_id.clone()),
        refusal: Set(Some(one.kind)),
        times: Set(1),
        span: Set(span),
    }
}

/// Stores refusals within the transaction that stores all notes, and tells the auditors when there are many.
async fn note_refusals(
    op: &OpContext,
    txn: &DatabaseTransaction,
    refused: Vec<Refused>,
    purpose: Option<String>,
) -> Result<(), Error> {
    let times = (access_note::Entity, access_note::Column::Times);
    for one in &refused {
        access_note::Entity::insert(row_of(op, one, purpose.clone()))
            .on_conflict(
                OnConflict::column(access_note::Column::Span)
                    .value(access_note::Column::Times, Expr::col(times).add(1))
                    .to_owned(),
            )
            .exec_without_returning(txn)
            .await?;
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
