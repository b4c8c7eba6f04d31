//! The decisions on the statutory status of a case, one after another. What must not live here: which of them holds on a
//! day (`domain::case`), and deciding (`change`).

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};
use entity::vocabulary::{StatusGround, StatutoryStatus};
use entity::{CaseId, event};

use super::super::input::Date;
use super::super::timeline::TimelineEntry;
use super::parts::words;
use crate::domain::case::CaseEvent;
use crate::domain::london::london_day;
use crate::error::Error;

/// A decision on the statutory status.
#[derive(SimpleObject)]
pub(super) struct StatusDecision {
    /// What was decided.
    status: StatutoryStatus,
    /// Why it holds; null where that was not recorded.
    ground: Option<StatusGround>,
    /// The first day on which it holds.
    from: Date,
    /// The first day on which it holds no more, because what was decided of that day stands; null where it took the place of
    /// everything that was decided of later days.
    until: Option<Date>,
    /// Who said so, or what shows it; null for what was decided when the case was opened.
    source: Option<String>,
    /// The reasons in words; null where none were recorded.
    reason: Option<String>,
    /// Who decided, by name.
    by: String,
    /// When it was recorded.
    at: DateTime<Utc>,
}

/// The decision that a fact of this case is; `None` for a fact of anything else.
pub(super) async fn decision(
    ctx: &Context<'_>,
    case: CaseId,
    row: event::Model,
) -> Result<Option<StatusDecision>, Error> {
    let entry = TimelineEntry::of_case(row);
    let at = entry.recorded_at();
    let (status, ground, from, until, source, reason) = match entry.case_fact()? {
        Some(CaseEvent::CaseOpened(opened)) => {
            let from = opened.status_from.unwrap_or_else(|| london_day(at));
            (opened.statutory_status, opened.status_ground, from, None, None, opened.rationale)
        }
        Some(CaseEvent::StatusDecided(decided)) => {
            let (source, reason) = (Some(decided.source), Some(decided.reason));
            (decided.status, Some(decided.ground), decided.from, decided.until, source, reason)
        }
        _ => return Ok(None),
    };
    let told = async |text: Option<String>| match text {
        Some(text) => words(ctx, case, &text).await.map(Some),
        None => Ok(None),
    };
    Ok(Some(StatusDecision {
        status,
        ground,
        from: Date(from),
        until: until.map(Date),
        source: told(source).await?,
        reason: told(reason).await?,
        by: entry.who(ctx).await?,
        at,
    }))
}
