//! Clocks: what is owed by when, of a case, of a referral, and of everything that a viewer sees; and the rules of their
//! kinds. What must not live here: the rules themselves (`domain::clock`).

use async_graphql::{Context, Description, Enum, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::clock;
use entity::vocabulary::{ClockKind, ClockUnit};

use super::case::Case;
use super::guarded::op;
use super::input::Date;
use super::loaders::loads;
use super::referral::Referral;
use crate::domain::clock::{RULES, Rule, due_on};
use crate::domain::policy::{manages_staff, reads_casework};
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::store;
use crate::store::clock::{Due, End, Filter};
use crate::store::page::LARGEST;

#[derive(Default)]
pub(super) struct ClockQuery;

/// A clock that runs: something is owed by a moment.
#[derive(Description)]
pub(super) struct Clock(pub(super) clock::Model);

#[Object(use_type_description)]
impl Clock {
    /// What it runs for.
    async fn kind(&self) -> ClockKind {
        self.0.kind
    }

    /// When it started.
    async fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    /// The first moment at which it is late.
    async fn late_at(&self) -> DateTime<Utc> {
        self.0.late_at
    }

    /// The last day on which it is not late.
    async fn due_on(&self) -> Date {
        Date(due_on(self.0.late_at))
    }

    /// Whether it is late.
    async fn late(&self, ctx: &Context<'_>) -> bool {
        self.0.late_at <= op(ctx).now()
    }

    /// The case it belongs to; null for one of a referral, and if the viewer may not read it any more.
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>, Error> {
        let Some(id) = self.0.case_id else { return Ok(None) };
        Ok(loads(ctx).load_one(id).await?.map(|row| Case::shown(ctx, row)))
    }

    /// The referral it belongs to; null for one of a case, and if the viewer may not read it any more.
    async fn referral(&self, ctx: &Context<'_>) -> Result<Option<Referral>, Error> {
        let Some(id) = self.0.referral_id else { return Ok(None) };
        Ok(loads(ctx).load_one(id).await?.map(|row| Referral::shown(ctx, row)))
    }
}

/// How long the clocks of one kind run, and who is told.
#[derive(SimpleObject)]
struct ClockRule {
    /// The kind.
    kind: ClockKind,
    /// The length, in `unit`; 0 working days is the same working day. Of days, the one on which a clock starts is not
    /// counted.
    length: u32,
    /// What the length is counted in.
    unit: ClockUnit,
    /// Whether a last day on which the office is closed makes way for the next working day.
    onto_working_day: bool,
    /// Whether it is about a child's safety: it stops for no weekend, and the times below are hours.
    safeguarding: bool,
    /// The working days before the last day from which the owner is told; 0 where they are not.
    warn: u32,
    /// The working days, or hours, after its end when a manager is told.
    manager: u32,
    /// The working days, or hours, after its end when the head of service is told.
    head: u32,
    /// Where the length comes from.
    source: &'static str,
}

impl From<&Rule> for ClockRule {
    fn from(rule: &Rule) -> Self {
        let Rule { kind, length, unit, onto_working_day, safeguarding, warn, manager, head, source } = *rule;
        Self { kind, length, unit, onto_working_day, safeguarding, warn, manager, head, source }
    }
}

/// When what clocks run for is due.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Due")]
enum ClockDue {
    /// It is late
    Late,
    /// Today, and not late yet
    Today,
    /// On one of the next seven days
    Week,
}

/// What a list of clocks is narrowed to.
#[derive(InputObject)]
struct ClockFilter {
    /// True: only those of cases that the viewer has.
    #[graphql(default)]
    mine: bool,
    /// True: only those of cases that nobody has, and of referrals.
    #[graphql(default)]
    unassigned: bool,
    /// Only those that are due then.
    due: Option<ClockDue>,
    /// Only those of these kinds; an empty list finds none.
    kinds: Option<Vec<ClockKind>>,
}

/// The clocks that a filter finds.
#[derive(SimpleObject)]
struct Clocks {
    /// The first of them, the one that is late first at the front.
    nodes: Vec<Clock>,
    /// Whether there are more.
    more: bool,
    /// The cursor of the last of them, after which the next page begins; null where there are no more.
    next: Option<String>,
}

#[Object]
#[expect(clippy::unused_async, reason = "a resolver is async whether or not it waits")]
impl ClockQuery {
    /// The clocks that run for cases and referrals that the viewer may read. For those who work cases, and the MASH.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn clocks(
        &self,
        ctx: &Context<'_>,
        filter: Option<ClockFilter>,
        #[graphql(default = 25)] first: i32,
        #[graphql(desc = "The `next` of an earlier page of the same list: asks for what comes after it.")]
        after: Option<String>,
    ) -> Result<Clocks, Error> {
        let op = op(ctx);
        op.require(reads_casework(&op.viewer))?;
        let first = u64::try_from(first).ok().filter(|first| (1..=LARGEST).contains(first));
        let first = first.ok_or_else(|| Error::invalid("first", "Ask for between 1 and 100 at a time"))?;
        let filter = filter.unwrap_or(ClockFilter { mine: false, unassigned: false, due: None, kinds: None });
        if filter.mine && filter.unassigned {
            return Err(Error::invalid("unassigned", "Ask for your own, or for those of nobody"));
        }
        let officer = match &op.viewer {
            Viewer::Staff(staff) if filter.mine => Some(staff.id),
            _ => None,
        };
        let (unassigned, due) = (filter.unassigned, filter.due.map(Due::from));
        let filter = Filter { officer, unassigned, due, kinds: filter.kinds };
        let after = after.map(|cursor| End::parse(op, &cursor)).transpose()?;
        let mut rows = store::clock::list(op, &filter, after, first + 1).await?;
        let wanted = usize::try_from(first).unwrap_or(usize::MAX);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        let next = rows.last().filter(|_| more).map(|last| End::at(last).cursor(op)).transpose()?;
        Ok(Clocks { nodes: rows.into_iter().map(Clock).collect(), more, next })
    }

    /// How long each kind of clock runs, and who is told when. For those who work cases, the MASH, and administrators.
    #[graphql(complexity = "20 * child_complexity")]
    async fn clock_rules(&self, ctx: &Context<'_>) -> Result<Vec<ClockRule>, Error> {
        let op = op(ctx);
        op.require(reads_casework(&op.viewer) || manages_staff(&op.viewer))?;
        Ok(RULES.iter().map(ClockRule::from).collect())
    }
}
