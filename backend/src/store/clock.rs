//! Reads of the clocks that run.
//!
//! What must not live here: which clocks a case or a referral has (`domain`), and who is told (`service::reminder`).

use chrono::{DateTime, Days, Utc};
use entity::vocabulary::{CaseState, ClockKind};
use entity::{CaseId, ReferralId, StaffId, case, clock, referral, reminder};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

use super::case::visible as visible_cases;
use super::filled;
use super::referral::visible as visible_referrals;
use crate::context::OpContext;
use crate::domain::london::{begin_of, london_day};
use crate::error::Error;
use crate::secret::keyring::Purpose;

/// When what a clock runs for is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It is late.
    Late,
    /// Today, and it is not late yet.
    Today,
    /// On one of the seven days after today.
    Week,
}

/// The filters of a list of clocks.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of cases that this member of staff has.
    pub officer: Option<StaffId>,
    /// Only those of cases that nobody has, and of referrals.
    pub unassigned: bool,
    /// Only those that are due then.
    pub due: Option<Due>,
    /// Only those of these kinds; an empty list finds none.
    pub kinds: Option<Vec<ClockKind>>,
}

/// Where a page of a list of clocks ends: what the list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct End(DateTime<Utc>, Uuid, ClockKind);

/// What the cursor of a list of clocks is sealed for.
const CURSOR: &str = "clocks";

impl End {
    /// The end of a page whose last row this is.
    pub fn at(row: &clock::Model) -> Self {
        Self(row.late_at, row.item, row.kind)
    }

    /// The cursor, sealed so that an address in a log shows nothing of it.
    pub fn cursor(self, op: &OpContext) -> Result<String, Error> {
        let Self(late_at, item, kind) = self;
        let kind = ClockKind::ALL.iter().position(|one| *one == kind).and_then(|place| u8::try_from(place).ok());
        let kind = kind.ok_or_else(|| Error::internal("a kind of clock is not listed"))?;
        let sealed = [late_at.timestamp_micros().to_be_bytes().as_slice(), item.as_bytes(), &[kind]].concat();
        op.sealing().seal(Purpose::Cursor, CURSOR, &sealed)
    }

    /// The end that a cursor stands for; fails on any that was not made here.
    pub fn parse(op: &OpContext, cursor: &str) -> Result<Self, Error> {
        let opened = op.sealing().open(Purpose::Cursor, CURSOR, cursor).ok();
        let read = |bytes: &[u8]| {
            let (late_at, rest) = bytes.split_first_chunk::<8>()?;
            let (item, kind) = rest.split_first_chunk::<16>()?;
            let late_at = DateTime::from_timestamp_micros(i64::from_be_bytes(*late_at))?;
            let kind = ClockKind::ALL.get(usize::from(*kind.first()?))?;
            Some(Self(late_at, Uuid::from_bytes(*item), *kind))
        };
        let end = opened.and_then(|bytes| read(&bytes));
        end.ok_or_else(|| Error::invalid("after", "This is not a cursor of this list"))
    }
}

/// The clocks of these cases, which the viewer was shown; the one that is late first at the front.
pub async fn of_cases(op: &OpContext, cases: &[CaseId]) -> Result<Vec<clock::Model>, Error> {
    let theirs = clock::Column::CaseId.is_in(filled(cases.iter().copied()));
    Ok(in_order(clock::Entity::find().filter(theirs)).all(&op.db.read).await?)
}

/// The clocks of these referrals, which the viewer was shown.
pub async fn of_referrals(op: &OpContext, referrals: &[ReferralId]) -> Result<Vec<clock::Model>, Error> {
    let theirs = clock::Column::ReferralId.is_in(filled(referrals.iter().copied()));
    Ok(in_order(clock::Entity::find().filter(theirs)).all(&op.db.read).await?)
}

/// The first clocks of cases and referrals that exist for the viewer and pass the filter, the one that is late first at
/// the front; after the end of an earlier page, if one is given.
pub async fn list(op: &OpContext, filter: &Filter, after: Option<End>, first: u64) -> Result<Vec<clock::Model>, Error> {
    use clock::Column::{Item, LateAt};
    // The index knows no kinds. So many clocks at most stand at one place of it, and they are put in order here.
    let one_place = ClockKind::ALL.len() as u64;
    let beyond = after.map(|End(late_at, item, _)| {
        let row = Expr::tuple([LateAt, Item].map(|column| Expr::col(column.as_column_ref())));
        row.gte(Expr::tuple([Expr::val(late_at), Expr::val(item)]))
    });
    let mut clocks = Vec::new();
    for select in narrowed(op, filter) {
        let select = select.apply_if(beyond.clone(), Select::filter);
        clocks.extend(in_order(select).limit(first + one_place).all(&op.db.read).await?);
    }
    clocks.retain(|row| after.is_none_or(|after| End::at(row) > after));
    clocks.sort_by_key(End::at);
    clocks.truncate(usize::try_from(first).unwrap_or(usize::MAX));
    Ok(clocks)
}

/// The clocks of which somebody is to be told by now, up to `first` of them, whoever asks. Another process that tells of
/// some meanwhile has those to itself.
pub(crate) async fn to_tell_of<C: ConnectionTrait>(
    connection: &C,
    now: DateTime<Utc>,
    first: u64,
) -> Result<Vec<clock::Model>, Error> {
    let due = clock::Entity::find().filter(clock::Column::NextAt.lte(now));
    let in_order =
        due.order_by_asc(clock::Column::NextAt).order_by_asc(clock::Column::Item).order_by_asc(clock::Column::Kind);
    let own = in_order.limit(first).lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    Ok(own.all(connection).await?)
}

fn in_order(select: Select<clock::Entity>) -> Select<clock::Entity> {
    select.order_by_asc(clock::Column::LateAt).order_by_asc(clock::Column::Item)
}

/// The clocks of cases, and unless they are those of one officer, of referrals.
fn narrowed(op: &OpContext, filter: &Filter) -> Vec<Select<clock::Entity>> {
    let Filter { officer, unassigned, due, kinds } = filter;
    let mut cases = visible_cases(op);
    if let Some(officer) = *officer {
        cases = cases.filter(case::Column::OfficerId.eq(officer));
    } else if *unassigned {
        cases = cases.filter(case::Column::OfficerId.is_null()).filter(case::Column::State.ne(CaseState::Closed));
    }
    // The few cases of one officer, or of nobody, are found first; otherwise the clocks in their order.
    let of_cases = if officer.is_some() || *unassigned {
        let theirs = cases.select_only().column(case::Column::Id).into_query();
        clock::Column::CaseId.in_subquery(theirs)
    } else {
        let own = Expr::col(case::Column::Id.as_column_ref()).equals(clock::Column::CaseId.as_column_ref());
        Expr::exists(cases.filter(own).select_only().expr(Expr::val(1)).into_query())
    };
    let own = Expr::col(referral::Column::Id.as_column_ref()).equals(clock::Column::ReferralId.as_column_ref());
    let of_referrals = Expr::exists(visible_referrals(op).filter(own).select_only().expr(Expr::val(1)).into_query());
    // Each has an index of its own, in the order of the list.
    let mut parts = vec![clock::Column::CaseId.is_not_null().and(of_cases)];
    if officer.is_none() {
        parts.push(clock::Column::ReferralId.is_not_null().and(of_referrals));
    }
    let of_kinds = || kinds.as_ref().map(|kinds| clock::Column::Kind.is_in(kinds.iter().copied()));
    let select = |part| clock::Entity::find().filter(part).filter(then(op, *due)).apply_if(of_kinds(), Select::filter);
    parts.into_iter().map(select).collect()
}

fn then(op: &OpContext, due: Option<Due>) -> Condition {
    let (now, today) = (op.now(), london_day(op.now()));
    let (over, week) = (begin_of(today + Days::new(1)), begin_of(today + Days::new(8)));
    let late_at = clock::Column::LateAt;
    match due {
        None => Condition::all(),
        Some(Due::Late) => Condition::all().add(late_at.lte(now)),
        Some(Due::Today) => Condition::all().add(late_at.gt(now)).add(late_at.lte(over)),
        Some(Due::Week) => Condition::all().add(late_at.gt(over)).add(late_at.lte(week)),
    }
}

/// Forgets who was told how far the clocks of this item had run, so that everybody is told anew: what it asked was asked of
/// the wrong child.
pub(crate) async fn forget_tellings(txn: &DatabaseTransaction, item: Uuid) -> Result<(), Error> {
    reminder::Entity::delete_many().filter(reminder::Column::Item.eq(item)).exec(txn).await?;
    Ok(())
}
