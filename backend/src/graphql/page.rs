//! Pages of lists in the style of Relay, without edges, and counts after disclosure control. What must not live here:
//! the rules of disclosure (`domain::disclosure`).

use async_graphql::{Context, SimpleObject};
use chrono::NaiveDate;
use uuid::Uuid;

use super::guarded::op;
use super::input::Date;
use crate::domain::disclosure::Disclosed;
use crate::store::page::{Page, cursor};

/// Where a page lies in its list.
#[derive(SimpleObject)]
pub(super) struct PageInfo {
    /// Whether there are rows after this page.
    has_next_page: bool,
    /// Whether there are rows before this page.
    has_previous_page: bool,
    /// The cursor of the first row, for `before`; null when the page is empty.
    start_cursor: Option<String>,
    /// The cursor of the last row, for `after`; null when the page is empty.
    end_cursor: Option<String>,
}

impl PageInfo {
    /// The position of a page whose rows have these ids.
    pub(super) fn of<T>(ctx: &Context<'_>, page: &Page<T>, id: impl Fn(&T) -> Uuid) -> Self {
        let cursor = |row: &T| cursor(op(ctx), id(row));
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.nodes.first().and_then(cursor),
            end_cursor: page.nodes.last().and_then(cursor),
        }
    }
}

/// A count, rounded for those who must not tell by it who is counted.
#[derive(SimpleObject)]
pub(super) struct DisclosedCount {
    /// The number; rounded to ten for analysts, null when too low to tell, or when there are more than 100 rows.
    value: Option<u64>,
    /// The number as it may be printed: `37`, `40`, `more than 100`, `low`, or `withheld` because another cell would follow from it.
    display: String,
    /// The day at whose beginning it was so, for those who may only count; null when it is so now. Changes of fewer than
    /// ten cases wait, so that it may lie some weeks back.
    as_of: Option<Date>,
}

impl DisclosedCount {
    /// The same count, as it was at the beginning of `day`.
    pub(super) fn of_day(self, day: NaiveDate) -> Self {
        Self { as_of: Some(Date(day)), ..self }
    }
}

impl From<Disclosed> for DisclosedCount {
    fn from(Disclosed { value, display }: Disclosed) -> Self {
        Self { value, display, as_of: None }
    }
}
