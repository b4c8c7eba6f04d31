//! Reads of stored events: those that a timeline shows, and the walk over all of them that checks the chain of digests.
//!
//! What must not live here: the fold of facts (`stream`), and what a digest covers (`domain::event`).

use entity::{CaseId, agency, case, contact_proposal, event, referral, school_contact, staff};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::context::OpContext;
use crate::db::Db;
use crate::domain::event::DigestInput;
use crate::error::Error;

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

/// The outcome of the check of all events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every chain holds.
    Sound {
        /// The number of events checked.
        events: u64,
        /// The number of streams they belong to.
        streams: u64,
    },
    /// The first event found that is not as it was stored.
    Broken {
        /// The id of the event, or of the row whose stream was cut off.
        id: Uuid,
        /// The stream it belongs to.
        stream: Uuid,
        /// The number of the event in its stream.
        seq: i32,
        /// What does not hold, as a sentence for the operator.
        why: &'static str,
    },
}

/// Checks the chain of every stream; see [`verify_telling`].
pub async fn verify(db: &Db) -> Result<Verdict, Error> {
    verify_telling(db, |_| {}).await
}

/// Checks the chain of every stream, a page of events at a time so that memory does not grow with their number. `told`
/// hears how many events were checked so far, after each page.
pub async fn verify_telling(db: &Db, mut told: impl FnMut(u64)) -> Result<Verdict, Error> {
    const PAGE: u64 = 2_000;
    let (mut events, mut streams) = (0, 0);
    let mut last: Option<(Uuid, i32, String)> = None;
    loop {
        let mut select = event::Entity::find();
        if let Some((stream, seq, _)) = &last {
            // Compared as one row, which the index of streams answers at any size of the table.
            let place = [event::Column::Stream, event::Column::Seq].map(|column| Expr::col(column.as_column_ref()));
            select = select.filter(Expr::tuple(place).gt(Expr::tuple([Expr::val(*stream), Expr::val(*seq)])));
        }
        let rows = select
            .order_by_asc(event::Column::Stream)
            .order_by_asc(event::Column::Seq)
            .limit(PAGE)
            .all(&db.read)
            .await?;
        if rows.is_empty() {
            // Every chain holds; that facts are missing at an end shows only in the rows made of them.
            return Ok(cut_off(db).await?.unwrap_or(Verdict::Sound { events, streams }));
        }
        for row in rows {
            let (expected, previous) = match &last {
                Some((stream, seq, digest)) if *stream == row.stream => (seq + 1, digest.as_str()),
                _ => {
                    streams += 1;
                    (1, "")
                }
            };
            let broken = |why| Ok(Verdict::Broken { id: row.id.0, stream: row.stream, seq: row.seq, why });
            // The number before the digest: a missing fact also breaks the next digest, but should be reported as
            // missing.
            if row.seq != expected {
                return broken("a fact before it is missing");
            }
            let digest = DigestInput {
                previous,
                id: row.id.0,
                stream_kind: &row.stream_kind,
                stream: row.stream,
                seq: row.seq,
                recorded_at: row.recorded_at,
                actor: &row.actor,
                kind: &row.kind,
                payload: &row.payload,
            }
            .digest();
            if digest != row.digest {
                return broken("it, or the fact before it, was changed after it was stored");
            }
            events += 1;
            last = Some((row.stream, row.seq, digest));
        }
        told(events);
    }
}

/// Finds a stream with events missing at its end, which no chain shows: the version of its row is not the number of its
/// events.
async fn cut_off(db: &Db) -> Result<Option<Verdict>, Error> {
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
