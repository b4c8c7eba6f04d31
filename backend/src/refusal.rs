//! Refusals: what is noted of each, which of them are counted in one row, and when they are so many that an auditor is
//! told. Hidden and missing things are refused alike, so they are noted alike: the same statements, the same rows.
//!
//! What must not live here: who is refused what (`domain::policy`, `store`).

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use entity::vocabulary::{AccessAction, RefusalKind, StaffRole};
use entity::{AccessNoteId, access_note};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use crate::context::{Mail, OpContext};
use crate::domain::reference::Reference;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::limit::Limit;
use crate::service::mails;
use crate::store;
use crate::throttle;

/// The most letters of what was asked for that a note keeps.
const MOST_LETTERS: usize = 60;

/// So many things that were not found within an hour, or so many refusals within a day, are told to an auditor.
const NOT_FOUND_IN_HOUR: u64 = 10;
const REFUSED_IN_DAY: u64 = 20;
/// Once a day for each person.
const TOLD: Limit = Limit::new("refusals told", 1, 24 * 60 * 60);

/// One refusal, until it is noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    kind: RefusalKind,
    subject: String,
    asked: Option<String>,
    counted: bool,
}

impl Refused {
    /// `subject` is the door that stayed shut: the path of a field, a page.
    pub(crate) fn new(kind: RefusalKind, subject: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), asked: None, counted: false }
    }

    /// The same, for what was asked.
    pub(crate) fn asking(self, asked: Option<String>) -> Self {
        Self { asked, ..self }
    }

    /// The same, counted in one row of its viewer, address and hour, because there may be thousands.
    pub(crate) fn counted(self) -> Self {
        Self { counted: true, ..self }
    }

    /// Whether it is the field at this path that was withheld.
    pub(crate) fn is_withheld(&self, path: &str) -> bool {
        self.kind == RefusalKind::Withheld && self.subject == path
    }

    fn row(&self, op: &OpContext, purpose: Option<String>) -> access_note::ActiveModel {
        let address = op.address().map(|address| address.to_string()).unwrap_or_default();
        let hour = op.now().duration_trunc(TimeDelta::hours(1)).unwrap_or(op.now());
        let span = self.counted.then(|| format!("{} {address} {} {}", op.viewer, self.subject, hour.to_rfc3339()));
        access_note::ActiveModel {
            id: Set(op.new_id::<AccessNoteId>()),
            noted_at: Set(op.now()),
            viewer: Set(op.viewer.to_string()),
            action: Set(AccessAction::Refuse),
            subject: Set(self.subject.clone()),
            fields: Set(String::new()),
            purpose: Set(purpose),
            address: Set(address),
            detail: Set(self.asked.clone()),
            request_id: Set(op.request_id.clone()),
            refusal: Set(Some(self.kind)),
            times: Set(1),
            span: Set(span),
        }
    }
}

/// What was typed, as a note may keep it: a reference as it is written, anything else cut short, without what could
/// change how the rest of a line reads.
pub(crate) fn safe(typed: &str) -> String {
    match Reference::parse(typed) {
        Ok(Reference::Case(reference)) => return reference.to_string(),
        Ok(Reference::Referral(reference)) => return reference.to_string(),
        Err(_) => {}
    }
    let is_plain = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut letters = typed.trim().chars().filter(is_plain);
    let kept: String = letters.by_ref().take(MOST_LETTERS).collect();
    if letters.next().is_some() { format!("{kept}…") } else { kept }
}

/// Notes refusals in the transaction of all that is noted, and tells the auditors when they have become many.
pub(crate) async fn note(
    op: &OpContext,
    txn: &DatabaseTransaction,
    refused: Vec<Refused>,
    purpose: Option<String>,
) -> Result<(), Error> {
    let times = (access_note::Entity, access_note::Column::Times);
    for one in &refused {
        access_note::Entity::insert(one.row(op, purpose.clone()))
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

/// Tells the auditors of somebody who was refused too often, once a day. The mail says neither who nor what.
async fn tell_auditors(op: &OpContext, txn: &DatabaseTransaction) -> Result<(), Error> {
    // Where nothing is counted, nobody would know that they were told before.
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

/// Who looks after refusals: the auditors, or where there is none the administrators, or else the team; never the person
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::CaseReference;

    #[test]
    fn what_was_asked_for_is_kept_short_and_plain() {
        let reference = CaseReference::from_random_bits(7).to_string();
        assert_eq!(safe(&format!(" {} ", reference.to_lowercase())), reference);
        for (typed, kept) in [("109501", "109501"), ("a\u{202e}b\nc\u{200b}d", "abcd"), ("", "")] {
            assert_eq!(safe(typed), kept);
        }
        assert_eq!(safe(&"x".repeat(500)), format!("{}…", "x".repeat(MOST_LETTERS)));
    }
}
