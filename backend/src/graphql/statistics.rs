//! Counts of open cases. What must not live here: any path from a count to a child; so the types are its own.

use async_graphql::{Context, Enum, Object, SimpleObject};
use chrono::Datelike as _;

use super::guarded::op;
use super::input::Date;
use super::page::DisclosedCount;
use crate::domain::disclosure::{controlled, controlled_table, exact};
use crate::domain::london::london_day;
use crate::domain::policy::{reads_statistics, sees_exact_counts};
use crate::domain::school_age::academic_year_start;
use crate::domain::statistics::{Dimension, YearCounts, school_year};
use crate::domain::typed::past_day;
use crate::error::Error;
use crate::service;
use crate::store::statistics::{Among, missing_within, open_on, published};

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

/// The children who were missing education in a school year.
#[derive(SimpleObject)]
struct YearStatistics {
    /// The first day of the school year.
    from: Date,
    /// Its last day, or today while it lasts.
    until: Date,
    /// How many children were missing education on any day of it, each once.
    children: DisclosedCount,
    /// In how many episodes: a child who comes back to it is a new one.
    episodes: DisclosedCount,
}

#[Object]
impl StatisticsQuery {
    /// How many children were missing education in a school year, and in how many episodes, by what is known now,
    /// disclosure-controlled for those who may not read the cases. For those who work cases, analysts, and partner agencies
    /// with the scope `STATISTICS_READ`.
    #[graphql(complexity = "50 + child_complexity")]
    async fn year_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The year in whose September the school year begins; left out, this one. A year that is not over only for \
                    those who work cases: a number that grows from day to day would show others the day on which one child \
                    came into it."
        )]
        begins: Option<i32>,
    ) -> Result<YearStatistics, Error> {
        let op = op(ctx);
        op.require(reads_statistics(&op.viewer))?;
        let today = london_day(op.now());
        let unknown = || Error::invalid("begins", "Enter the year in which a school year began, such as 2025");
        let begins = begins.unwrap_or_else(|| academic_year_start(today).year());
        let (first, last) = school_year(begins).filter(|(first, _)| *first <= today).ok_or_else(unknown)?;
        let exactly = sees_exact_counts(&op.viewer);
        if !exactly && last >= today {
            return Err(Error::invalid("begins", "Enter the year of a school year that is over"));
        }
        let last = last.min(today);
        let among = if exactly { Among::Visible } else { Among::All };
        let YearCounts { children, episodes } = missing_within(op, (first, last), among).await?;
        let told = |count: u64| {
            if exactly { exact(count).into() } else { DisclosedCount::from(controlled(count)).of_day(today) }
        };
        let (children, episodes) = (told(children), told(episodes));
        Ok(YearStatistics { from: Date(first), until: Date(last), children, episodes })
    }

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
