//! Events, for auditors: what was done, by whom, when, and to which record. Reading them is noted. What must not live
//! here: anything that a fact says, which is for those who may read its case (`timeline`).
#![expect(clippy::unused_async, reason = "a resolver is async whether or not it waits")]

use async_graphql::{Context, Description, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::vocabulary::{AccessAction, EventKind};

use super::guarded::op;
use super::input::{Date, shown};
use super::page::PageInfo;
use crate::domain::event::kind_of;
use crate::domain::policy::reads_events;
use crate::error::Error;
use crate::store;
use crate::store::audit::{Filter, NamedEvent};
use crate::store::page::{Page, Wanted};

#[derive(Default)]
pub(super) struct EventQuery;

/// One event: that something was done, and nothing of its content.
#[derive(Description)]
struct Event(NamedEvent);

#[Object(use_type_description)]
impl Event {
    async fn id(&self) -> ID {
        shown(self.0.event.id)
    }

    /// When it was done.
    async fn at(&self) -> DateTime<Utc> {
        self.0.event.recorded_at
    }

    /// Who did it, by name: a member of staff, a school contact, a partner agency with its client, "Somebody not signed
    /// in", or "Onroll" for what nobody did.
    async fn by(&self) -> &str {
        &self.0.who
    }

    /// What was done.
    async fn kind(&self) -> Result<EventKind, Error> {
        kind_of(&self.0.event.kind).ok_or_else(|| Error::internal("an event is of no kind that has words"))
    }

    /// What it was done to: a case or a referral by its reference, an account or an agency by its name.
    async fn subject(&self) -> &str {
        &self.0.what
    }
}

/// What a list of events is narrowed to.
#[derive(InputObject, Clone)]
struct EventFilter {
    /// Only events of this day or later, in London's time.
    from: Option<Date>,
    /// Only events of this day or earlier, in London's time.
    to: Option<Date>,
    /// Part of the name of a member of staff, a school contact or an agency.
    by: Option<String>,
    /// Only events of this kind.
    kind: Option<EventKind>,
    /// The reference of a case, with its referrals, or of a referral.
    reference: Option<String>,
}

impl EventFilter {
    fn parse(self) -> Filter {
        let Self { from, to, by, kind, reference } = self;
        let by = by.filter(|text| !text.trim().is_empty());
        Filter { from: from.map(|day| day.0), to: to.map(|day| day.0), by, kind, reference }
    }
}

/// The filter in words, for the note of the search itself.
fn detail(filter: &Filter) -> String {
    let Filter { from, to, by, kind, reference } = filter;
    let parts = [
        from.map(|day| format!("from {day}")),
        to.map(|day| format!("to {day}")),
        by.as_ref().map(|by| format!("person {by}")),
        kind.map(|kind| format!("what was done: {}", kind.label())),
        reference.as_ref().map(|reference| format!("reference {reference}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A page of events.
#[derive(Description)]
struct EventConnection(Page<NamedEvent>);

#[Object(use_type_description)]
impl EventConnection {
    async fn nodes(&self) -> Vec<Event> {
        self.0.nodes.iter().cloned().map(Event).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |told| told.event.id.0)
    }
}

#[Object]
impl EventQuery {
    /// What was done, newest first, a page at a time: every change leaves an event. For auditors; reading them is noted.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn events(
        &self,
        ctx: &Context<'_>,
        filter: Option<EventFilter>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<EventConnection, Error> {
        let op = op(ctx);
        op.require(reads_events(&op.viewer))?;
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        let filter = filter.map(EventFilter::parse).unwrap_or_default();
        op.saw(AccessAction::Show, "events", None);
        op.looks_for(detail(&filter));
        Ok(EventConnection(store::audit::list(op, &filter, &wanted).await?))
    }
}
