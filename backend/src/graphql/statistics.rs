//! Counts of open cases. What must not live here: any path from a count to a child; so the types are its own.

use async_graphql::{Context, Enum, Object, SimpleObject};

use super::guarded::op;
use super::page::DisclosedCount;
use crate::domain::disclosure::{controlled_table, exact};
use crate::domain::london::london_day;
use crate::domain::policy::{reads_statistics, sees_exact_counts};
use crate::domain::statistics::Dimension;
use crate::domain::typed::past_day;
use crate::error::Error;
use crate::service;
use crate::store::statistics::{open_on, published};

#[derive(Default)]
pub(super) struct StatisticsQuery;

/// What open cases are counted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Dimension")]
enum CaseDimension {
    /// State
    State,
    /// Whereabouts
    Whereabouts,
    /// Statutory status
    StatutoryStatus,
    /// Sex
    Sex,
    /// Year group
    YearGroup,
    /// Time missing
    Duration,
}

/// One number.
#[derive(SimpleObject)]
struct StatisticCell {
    /// What is counted, as a code: a value of the enum that the dimension is of, or the text that names the row, such
    /// as `Year 7`.
    code: String,
    /// The same in words that may be printed.
    label: String,
    /// How many open cases fall in this row.
    count: DisclosedCount,
}

#[Object]
impl StatisticsQuery {
    /// How many open cases there are, by one dimension, disclosure-controlled for those who may not read the cases. By
    /// sex, year group and time missing only children who are missing education are counted, by the statutory status that
    /// held, from the day since which it held. For those who work cases, analysts, and partner agencies with the scope
    /// `STATISTICS_READ`.
    #[graphql(complexity = "50 * child_complexity")]
    async fn case_statistics(
        &self,
        ctx: &Context<'_>,
        by: CaseDimension,
        #[graphql(
            desc = "The day that is counted, `YYYY-MM-DD` and not after today, by what is known now; left out, today. Only \
                    for those who work cases: two days compared would show others what changed for one child."
        )]
        on: Option<String>,
    ) -> Result<Vec<StatisticCell>, Error> {
        let op = op(ctx);
        op.require(reads_statistics(&op.viewer))?;
        let today = london_day(op.now());
        let day = match on {
            Some(_) if !sees_exact_counts(&op.viewer) => return Err(Error::Forbidden),
            Some(typed) => past_day("on", &typed, "The day", "Enter the day", today).map_err(Error::Invalid)?,
            None => today,
        };
        let by = Dimension::from(by);
        let cell = |code: String, count: DisclosedCount| StatisticCell { label: by.label(&code), code, count };
        if sees_exact_counts(&op.viewer) {
            let counts = open_on(op, by, day).await?;
            return Ok(counts.into_iter().map(|(code, count)| cell(code, exact(count).into())).collect());
        }
        let day = service::statistics::publish(op).await?;
        let (codes, counts): (Vec<_>, Vec<_>) = published(op, by).await?.into_iter().unzip();
        let told = controlled_table(&counts).into_iter();
        Ok(codes.into_iter().zip(told).map(|(code, told)| cell(code, DisclosedCount::from(told).of_day(day))).collect())
    }
}
