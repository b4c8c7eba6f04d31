//! Reads of stored events: those that a timeline shows, and the walk over all of them that checks the chain of digests.
//!
//! What must not live here: the fold of facts (`stream`), and what a digest covers (`domain::event`).

use entity::vocabulary::EventKind;
use entity::{CaseId, ReferralId, agency, case, contact_proposal, event, referral, school_contact, staff};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::filled;
pub use super::verdict::Verdict;

use crate::context::OpContext;
use crate::db::Db;
use crate::domain::event::{DigestInput, erased, stored_as};
use crate::error::Error;
use crate::secret::keyring::{Keyring, Purpose};

/// A stretch of the timeline of a case: the facts whose number is above `after` and at most `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stretch {
    /// The case.
    pub case: CaseId,
    after: i32,
    until: i32,
}

impl Stretch {
    /// The last `first` facts of a case that has `version` facts, or the last of those before number `before`.
    pub fn of(case: CaseId, version: i32, first: i32, before: Option<i32>) -> Self {
        let until = before.map_or(version, |before| Ord::min(version, before.saturating_sub(1)));
        Self { case, after: until.saturating_sub(first), until }
    }

    /// Whether the fact with this number is part of it.
    pub fn holds(self, seq: i32) -> bool {
        self.after < seq && seq <= self.until
    }
}

/// The facts of these stretches, newest first. The caller has made sure that the viewer may read the cases.
pub async fn of_cases(op: &OpContext, stretches: &[Stretch]) -> Result<Vec<event::Model>, Error> {
    if stretches.is_empty() {
        return Ok(Vec::new());
    }
    // Every part of the condition names a stream, or SQLite would not ask the index for each.
    let among = stretches.iter().map(|stretch| {
        event::Column::Stream
            .eq(stretch.case.0)
            .and(event::Column::Seq.gt(stretch.after))
            .and(event::Column::Seq.lte(stretch.until))
    });
    let among = among.fold(Condition::any(), Condition::add);
    Ok(event::Entity::find().filter(among).order_by_desc(event::Column::Seq).all(&op.db.read).await?)
}

/// The facts of a referral, and those by which this case may have taken it up or over, newest first. The caller has made
/// sure that the viewer may read both.
pub async fn of_referral(
    op: &OpContext,
    referral: ReferralId,
    case: Option<CaseId>,
) -> Result<Vec<event::Model>, Error> {
    const TAKES_UP: [EventKind; 3] = [EventKind::CaseOpened, EventKind::ReferralJoined, EventKind::CaseMerged];
    let kinds = TAKES_UP.map(stored_as);
    let taken_up = case.map(|case| event::Column::Stream.eq(case.0).and(event::Column::Kind.is_in(kinds)));
    let among = Condition::any().add(event::Column::Stream.eq(referral.0)).add_option(taken_up);
    let newest = event::Entity::find().filter(among).order_by_desc(event::Column::RecordedAt);
    Ok(newest.order_by_desc(event::Column::Seq).all(&op.db.read).await?)
}

/// The facts about flags in these streams, of cases and referrals, newest first. The caller has made sure that the viewer may
/// read the flags.
pub async fn of_flags(op: &OpContext, streams: &[Uuid]) -> Result<Vec<event::Model>, Error> {
    const KINDS: [EventKind; 6] = [
        EventKind::EscalationRaised,
        EventKind::EscalationAcknowledged,
        EventKind::EscalationRated,
        EventKind::EscalationLoweringProposed,
        EventKind::EscalationAnswered,
        EventKind::EscalationConfirmed,
    ];
    of_kinds(op, streams, &KINDS).await
}

/// The facts that decided the statutory status of cases, newest first. The caller has made sure that the viewer may read the
/// cases.
pub async fn of_statuses(op: &OpContext, cases: &[Uuid]) -> Result<Vec<event::Model>, Error> {
    of_kinds(op, cases, &[EventKind::CaseOpened, EventKind::StatusDecided]).await
}

async fn of_kinds(op: &OpContext, streams: &[Uuid], kinds: &[EventKind]) -> Result<Vec<event::Model>, Error> {
    let theirs = event::Column::Stream.is_in(filled(streams.iter().copied()));
    let select =
        event::Entity::find().filter(theirs).filter(event::Column::Kind.is_in(kinds.iter().copied().map(stored_as)));
    Ok(select.order_by_desc(event::Column::RecordedAt).order_by_desc(event::Column::Seq).all(&op.db.read).await?)
}

/// The facts that no seal covers yet, up to `most`, by their ids.
pub(crate) fn unsealed(most: u64) -> Select<event::Entity> {
    event::Entity::find().filter(event::Column::Seal.is_null()).limit(most).select_only().column(event::Column::Id)
}

/// Whether there is any fact.
pub(crate) async fn is_any(db: &Db) -> Result<bool, Error> {
    Ok(event::Entity::find().one(&db.write).await?.is_some())
}

/// The streams with facts that no seal up to `n` covers.
pub(crate) async fn streams_since(db: &Db, n: i32) -> Result<Vec<Uuid>, Error> {
    let since = Condition::any().add(event::Column::Seal.gt(n)).add(event::Column::Seal.is_null());
    let streams = event::Entity::find().filter(since).select_only().column(event::Column::Stream).distinct();
    Ok(streams.order_by_asc(event::Column::Stream).into_tuple().all(&db.read).await?)
}

/// The facts of some streams whole, in their order, that come after the stream `place`; none at the end.
pub(crate) async fn whole_streams_after(db: &Db, place: Option<Uuid>) -> Result<Vec<event::Model>, Error> {
    const PAGE: u64 = 2_000;
    let beyond = place.map(|place| event::Column::Stream.gt(place));
    let select = || {
        let select = event::Entity::find().order_by_asc(event::Column::Stream).order_by_asc(event::Column::Seq);
        beyond.clone().map_or(select.clone(), |beyond| select.filter(beyond))
    };
    let mut rows = select().limit(PAGE).all(&db.read).await?;
    let (Some(first), Some(last)) = (rows.first().map(|row| row.stream), rows.last().map(|row| row.stream)) else {
        return Ok(rows);
    };
    if first == last {
        return Ok(select().filter(event::Column::Stream.eq(first)).all(&db.read).await?);
    }
    if rows.len() as u64 == PAGE {
        // The last stream may go on beyond the page.
        rows.retain(|row| row.stream != last);
    }
    Ok(rows)
}

/// The digest that a stored fact must have under this keyring, after one with the digest `previous`.
pub(crate) fn digest_under(keyring: &Keyring, row: &event::Model, previous: &str) -> String {
    DigestInput::of(row, previous).digest(|parts| keyring.hash(Purpose::Chain, parts))
}

/// The last fact that was looked at, to which the next one is chained if it belongs to the same stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Link {
    stream: Uuid,
    seq: i32,
    digest: String,
}

impl Link {
    /// The link that a fact with this digest leaves behind.
    pub(crate) fn to(row: &event::Model, digest: String) -> Self {
        Self { stream: row.stream, seq: row.seq, digest }
    }

    /// The digest that comes before that of `row`.
    pub(crate) fn digest_before(&self, row: &event::Model) -> &str {
        if self.stream == row.stream { &self.digest } else { "" }
    }

    /// Whether `row` is the next fact of the same stream, or the first of another.
    pub(crate) fn follows(&self, row: &event::Model) -> bool {
        row.seq == if self.stream == row.stream { self.seq + 1 } else { 1 }
    }
}

/// How far a walk over the chains has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    last: Link,
    /// The number of facts checked.
    pub(crate) events: u64,
    /// The number of streams begun.
    pub(crate) streams: u64,
    /// The number of facts whose payload was erased.
    pub(crate) erased: u64,
}

/// A walk over the chains, a page of facts at a time, so that memory does not grow with their number.
#[derive(Debug)]
pub(crate) struct Walk {
    /// How far it has come.
    pub(crate) place: Place,
    /// The streams that it is limited to, the next ones last.
    only: Option<Vec<Uuid>>,
}

impl Walk {
    /// A walk over everything, from `place` on.
    pub(crate) fn from(place: Place) -> Self {
        Self { place, only: None }
    }

    /// A walk over these streams, which are in order.
    pub(crate) fn over(mut streams: Vec<Uuid>) -> Self {
        streams.reverse();
        Self { place: Place::default(), only: Some(streams) }
    }

    /// Checks the next page. `None` while there may be more; else what came of it, `Ok` if every chain holds.
    pub(crate) async fn next(&mut self, db: &Db, keyring: &Keyring) -> Result<Option<Result<(), Verdict>>, Error> {
        const PAGE: u64 = 2_000;
        const STREAMS: usize = 100;
        let mut select = event::Entity::find().order_by_asc(event::Column::Stream).order_by_asc(event::Column::Seq);
        match &mut self.only {
            None => {
                let last = &self.place.last;
                // Compared as one row, which the index of streams answers at any size of the table.
                let place = [event::Column::Stream, event::Column::Seq].map(|column| Expr::col(column.as_column_ref()));
                let after = Expr::tuple([Expr::val(last.stream), Expr::val(last.seq)]);
                select = select.filter(Expr::tuple(place).gt(after)).limit(PAGE);
            }
            Some(left) => {
                let some = left.split_off(left.len().saturating_sub(STREAMS));
                if some.is_empty() {
                    return Ok(Some(Ok(())));
                }
                select = select.filter(event::Column::Stream.is_in(filled(some)));
                self.place.last = Link::default();
            }
        }
        let rows = select.all(&db.read).await?;
        if rows.is_empty() && self.only.is_none() {
            return Ok(Some(Ok(())));
        }
        for row in rows {
            if let Err(why) = self.check(keyring, &row) {
                return Ok(Some(Err(Verdict::Broken { id: row.id.0, stream: row.stream, seq: row.seq, why })));
            }
        }
        Ok(None)
    }

    fn check(&mut self, keyring: &Keyring, row: &event::Model) -> Result<(), &'static str> {
        let Place { last, events, streams, erased: erasures } = &mut self.place;
        // The number before the digest: a missing fact also breaks the next digest, but should be reported as missing.
        if !last.follows(row) {
            return Err("a fact before it is missing");
        }
        let digest = digest_under(keyring, row, last.digest_before(row));
        if digest != row.digest {
            return Err("it, or the fact before it, was changed after it was stored");
        }
        *events += 1;
        *streams += u64::from(row.seq == 1);
        *erasures += u64::from(erased(&row.payload).is_some());
        *last = Link::to(row, digest);
        Ok(())
    }
}

/// Finds a stream with events missing at its end, which no chain shows: the version of its row is not the number of its
/// events.
pub(crate) async fn cut_off(db: &Db) -> Result<Option<Verdict>, Error> {
    macro_rules! first_cut_off {
        ($($module:ident),+) => {$(
            let facts = Query::select()
                .expr(Expr::col((event::Entity, event::Column::Id)).count())
                .from(event::Entity)
                .and_where(Expr::col((event::Entity, event::Column::Stream)).equals(($module::Entity, $module::Column::Id)))
                .take();
            let row = $module::Entity::find()
                .filter(Expr::col(($module::Entity, $module::Column::Version)).ne(facts))
                .one(&db.read)
                .await?;
            if let Some(row) = row {
                let why = "facts at the end of its stream are missing, or its row was changed by hand";
                return Ok(Some(Verdict::Broken { id: row.id.0, stream: row.id.0, seq: row.version, why }));
            }
        )+};
    }
    first_cut_off!(case, referral, school_contact, contact_proposal, staff, agency);
    Ok(None)
}
