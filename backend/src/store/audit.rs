//! Reads of events, for auditors: who did what to which record, and when. Nothing of what a fact says is read.
//!
//! What must not live here: the words for who and what (`named`), who was shown what (`access_note`), and who may read
//! this (`domain::policy`).

use chrono::{Days, NaiveDate};
use entity::vocabulary::EventKind;
use entity::{break_glass, case, event, referral};
use sea_orm::sea_query::Order;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

use super::access_note::viewers_named;
use super::named::Names;
use super::page::{Page, Wanted};
use super::{filled, nothing};
use crate::context::OpContext;
use crate::domain::event::stored_as;
use crate::domain::london::begin_of;
use crate::domain::policy::reads_events;
use crate::domain::reference::Reference;
use crate::error::Error;

/// The filters of a list of events; `None` leaves a filter out.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `EventFilter`")]
pub struct Filter {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Part of the name of a member of staff, a school contact or an agency.
    pub by: Option<String>,
    pub kind: Option<EventKind>,
    /// The reference of a case, with its referrals, or of a referral.
    pub reference: Option<String>,
}

/// An event with words for who did it and to what.
#[derive(Clone, Debug)]
pub struct NamedEvent {
    /// The event as stored.
    pub event: event::Model,
    /// Who did it: a name, "Somebody not signed in" or "Onroll".
    pub who: String,
    /// What it was done to: a record by its reference, anything else by its name.
    pub what: String,
}

/// The events that exist for the viewer: all for auditors, none for others.
fn visible(op: &OpContext) -> Select<event::Entity> {
    let all = event::Entity::find();
    if reads_events(&op.viewer) { all } else { all.filter(nothing()) }
}

/// A page of events, newest first.
pub async fn list(op: &OpContext, filter: &Filter, wanted: &Wanted) -> Result<Page<NamedEvent>, Error> {
    let by = [event::Column::RecordedAt, event::Column::Id];
    let select = narrowed(op, filter).await?;
    let page = wanted.read(&op.db.read, select, &by, Order::Desc).await?;
    let Page { nodes, has_previous, has_next } = page;
    let texts: Vec<String> = nodes.iter().map(|row| format!("{}:{}", row.stream_kind, row.stream)).collect();
    let all = texts.iter().map(String::as_str).chain(nodes.iter().map(|row| row.actor.as_str()));
    let names = Names::of(op, all).await?;
    let named = nodes.iter().zip(&texts);
    let named = named.map(|(event, stream)| NamedEvent {
        who: names.word(&event.actor),
        what: names.word(stream),
        event: event.clone(),
    });
    Ok(Page { nodes: named.collect(), has_previous, has_next })
}

async fn narrowed(op: &OpContext, filter: &Filter) -> Result<Select<event::Entity>, Error> {
    let Filter { from, to, by, kind, reference } = filter;
    let mut select = visible(op);
    if let Some(from) = from {
        select = select.filter(event::Column::RecordedAt.gte(begin_of(*from)));
    }
    if let Some(after) = to.and_then(|to| to.checked_add_days(Days::new(1))) {
        select = select.filter(event::Column::RecordedAt.lt(begin_of(after)));
    }
    if let Some(by) = by {
        select = select.filter(event::Column::Actor.is_in(viewers_named(op, by).await?));
    }
    if let Some(kind) = kind {
        select = select.filter(event::Column::Kind.eq(stored_as(*kind)));
    }
    if let Some(reference) = reference {
        select = select.filter(event::Column::Stream.is_in(filled(streams_of(op, reference).await?)));
    }
    Ok(select)
}

/// The streams of the record with this reference: for a case also its referrals and the glasses that were broken on it.
/// None if there is no such record.
async fn streams_of(op: &OpContext, typed: &str) -> Result<Vec<Uuid>, Error> {
    let db = &op.db.read;
    let reference = match Reference::parse(typed) {
        Ok(Reference::Case(reference)) => reference,
        Ok(Reference::Referral(reference)) => {
            let found = referral::Entity::find().filter(referral::Column::Reference.eq(reference.as_str()));
            return Ok(found.one(db).await?.map(|row| row.id.0).into_iter().collect());
        }
        Err(_) => return Ok(Vec::new()),
    };
    let found = case::Entity::find().filter(case::Column::Reference.eq(reference.as_str())).one(db).await?;
    let Some(row) = found else { return Ok(Vec::new()) };
    let referrals = referral::Entity::find().filter(referral::Column::CaseId.eq(row.id));
    let referrals: Vec<Uuid> = referrals.select_only().column(referral::Column::Id).into_tuple().all(db).await?;
    let glasses = break_glass::Entity::find().filter(break_glass::Column::CaseId.eq(row.id));
    let glasses: Vec<Uuid> = glasses.select_only().column(break_glass::Column::Id).into_tuple().all(db).await?;
    Ok([row.id.0].into_iter().chain(referrals).chain(glasses).collect())
}
