//! The parts of a case: its enquiries, flags and placements. What must not live here: changes to them (`change`).

use std::cmp::Reverse;

use async_graphql::{Context, Description, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::vocabulary::{Answer, ChildFact, EnquiryFinding, EnquiryKind, PlacementKind, SightingKind};
use entity::{CaseId, case, enquiry, placement};
use futures_util::future::try_join_all;
use futures_util::try_join;

use super::super::child::tells_words_of;
use super::super::guarded::op;
use super::super::input::{Date, shown};
use super::super::loaders::{ReferralsOf, loads};
use super::super::roll::return_due_on;
use super::super::school::School;
use super::super::timeline::KEPT_WORDS;
use crate::domain::case::Sighting as Told;
use crate::domain::london::london_day;
use crate::error::Error;

/// What somebody wrote in a case, or that it is kept confidential.
pub(in crate::graphql) async fn words(ctx: &Context<'_>, case: CaseId, words: &str) -> Result<String, Error> {
    let shown = words.is_empty() || tells_words_of(ctx, case).await?;
    Ok(if shown { words } else { KEPT_WORDS }.to_owned())
}

async fn words_if_any(ctx: &Context<'_>, case: CaseId, text: Option<&str>) -> Result<Option<String>, Error> {
    let Some(text) = text else { return Ok(None) };
    words(ctx, case, text).await.map(Some)
}

/// A tracing enquiry.
#[derive(Description)]
pub(in crate::graphql) struct Enquiry(pub(super) enquiry::Model);

#[Object(use_type_description)]
impl Enquiry {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// What is checked, and where.
    async fn kind(&self) -> EnquiryKind {
        self.0.kind
    }

    /// Who was asked, by name.
    async fn asked_of(&self, ctx: &Context<'_>) -> Result<String, Error> {
        words(ctx, self.0.case_id, &self.0.asked_of).await
    }

    /// The partner agency that may answer it through the API; null when none may.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        let Some(agency) = self.0.agency_id else { return Ok(None) };
        Ok(loads(ctx).load_one(agency).await?.map(|agency| agency.name))
    }

    /// The day on which it was put.
    async fn asked_on(&self) -> Date {
        Date(self.0.asked_on)
    }

    /// The day by which an answer is wanted.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// Whether that day has passed without an answer.
    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        self.0.answered_on.is_none() && self.0.due_on < london_day(op(ctx).now())
    }

    /// The law by which they may tell us; null where none was named.
    async fn gateway(&self) -> Option<&str> {
        self.0.gateway.as_deref()
    }

    /// The day on which it came back to the officer, because the agreement with the agency had ended; null otherwise.
    async fn returned_on(&self) -> Option<Date> {
        self.0.returned_on.map(Date)
    }

    /// What was asked; an empty text when nothing was written. Where the address of the child is kept confidential or
    /// was, staff who are not cleared for it are told only that there is something, as of every text of a case.
    async fn note(&self, ctx: &Context<'_>) -> Result<String, Error> {
        words(ctx, self.0.case_id, &self.0.note).await
    }

    /// The day of the answer; null while it is awaited.
    async fn answered_on(&self) -> Option<Date> {
        self.0.answered_on.map(Date)
    }

    /// What it came to; null while the answer is awaited.
    async fn finding(&self) -> Option<EnquiryFinding> {
        self.0.finding
    }

    /// The answer in words; null while it is awaited.
    async fn answer(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        words_if_any(ctx, self.0.case_id, self.0.answer.as_deref()).await
    }
}

/// Something of a child that a referral or a school's deletion return tells otherwise than it is on file.
#[derive(SimpleObject)]
pub(in crate::graphql) struct ToldOtherwise {
    /// What it is; `FAMILY_NAME` for a whole name, which a return gives.
    pub(super) fact: ChildFact,
    /// What it is, in words that may be printed.
    pub(super) called: String,
    /// What it says, as a person reads it.
    pub(super) value: String,
    /// What says so: the reference of the referral, or that it is a deletion return, and of which school.
    pub(super) by: String,
    /// The day on which that arrived.
    pub(super) on: Date,
}

/// A parent or carer of the child, as a referral tells of them or an officer recorded them.
#[derive(SimpleObject)]
pub(in crate::graphql) struct ParentTold {
    /// What names them when something of them is recorded as changed; null where the number is withheld, and for what
    /// holds no more.
    pub(super) key: Option<String>,
    /// The name.
    pub(super) name: String,
    /// What they are to the child; null when nobody said.
    pub(super) relationship: Option<String>,
    /// The telephone number; null when there is none. Where the address of the child is kept confidential, only that
    /// there is one is told to those who are not cleared for it.
    pub(super) phone: Option<String>,
    /// The email address, as the telephone number.
    pub(super) email: Option<String>,
    /// Whether they may be contacted; null when nobody said.
    pub(super) may_contact: Option<Answer>,
    /// Who says so: the reference of the referral, or the source that the officer gave.
    pub(super) by: String,
    /// The day on which that arrived or was recorded.
    pub(super) on: Date,
    /// The day on which it changed; null while it holds.
    pub(super) until: Option<Date>,
}

/// That somebody saw the child on a day, or that the child was at school.
#[derive(SimpleObject)]
pub(in crate::graphql) struct Sighting {
    /// Seen by anybody, or at school.
    pub(super) kind: SightingKind,
    /// The day.
    pub(super) on: Date,
    /// Where, and who saw the child, or which school it was; null when nobody said. Where the address of the child is kept
    /// confidential or was, staff who are not cleared for it are told only that there is something.
    pub(super) account: Option<String>,
    /// Who told it: a referral by its reference, or whom the officer names; kept back like the account.
    pub(super) source: String,
    /// Why it was struck out as wrong, kept back like the account; null while it stands.
    pub(super) struck: Option<String>,
}

/// The sightings of a case, the latest first.
pub(super) async fn sightings(ctx: &Context<'_>, case: &case::Model) -> Result<Vec<Sighting>, Error> {
    let mut told: Vec<Told> = serde_json::from_str(&case.sightings)?;
    told.sort_by_key(|one| Reverse(one.on));
    // At once, in the same batches as the fields that show referrals and their schools.
    let referrals = async {
        let rows = loads(ctx).load_one(ReferralsOf(case.id)).await?.unwrap_or_default();
        let schools = rows.iter().map(async |row| match row.school_id {
            Some(school) => Ok(loads(ctx).load_one(school).await?.map(|school| school.name)),
            None => Ok::<_, Error>(None),
        });
        let schools: Vec<Option<String>> = try_join_all(schools).await?;
        Ok::<_, Error>(rows.into_iter().zip(schools).collect::<Vec<_>>())
    };
    let (referrals, shown) = try_join!(referrals, tells_words_of(ctx, case.id))?;
    let words = |text: String| if shown || text.is_empty() { text } else { KEPT_WORDS.to_owned() };
    let sighting = |one: Told| {
        let from = referrals.iter().find(|(row, _)| Some(row.id) == one.referral);
        let school = from.and_then(|(_, school)| school.clone()).filter(|_| one.kind == SightingKind::AtSchool);
        Sighting {
            kind: one.kind,
            on: Date(one.on),
            account: school.or_else(|| one.account.map(words)),
            source: from.map_or_else(|| words(one.source), |(row, _)| format!("Referral {}", row.reference)),
            struck: one.struck.map(words),
        }
    };
    Ok(told.into_iter().map(sighting).collect())
}

/// A placement.
#[derive(Description)]
pub(in crate::graphql) struct Placement(pub(super) placement::Model);

#[Object(use_type_description)]
impl Placement {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// The first day the child attended; null until that is confirmed, and until then it is an offer.
    async fn attended_on(&self) -> Option<Date> {
        self.0.attended_on.map(Date)
    }

    /// The first day on which the child had it no more; null while it lasts.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// The day by which the school's new-pupil return is owed: the fifth after the first day attended; null where none is,
    /// and once it has come.
    async fn return_due_on(&self) -> Option<Date> {
        return_due_on(&self.0).map(Date)
    }

    /// The day on which that return came, or it was noted that none is owed; null before.
    async fn returned_on(&self) -> Option<Date> {
        self.0.returned_on.map(Date)
    }

    /// What kind of education it is.
    async fn kind(&self) -> PlacementKind {
        self.0.kind
    }

    /// The school or provider, by name.
    async fn provider(&self, ctx: &Context<'_>) -> Result<String, Error> {
        words(ctx, self.0.case_id, &self.0.provider).await
    }

    /// The school, if it is on the national register; null otherwise, and to staff from whom its name is kept.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>, Error> {
        let Some(school) = self.0.school_id else { return Ok(None) };
        if !tells_words_of(ctx, self.0.case_id).await? {
            return Ok(None);
        }
        Ok(loads(ctx).load_one(school).await?.map(School))
    }

    /// The first day, which may lie ahead.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}
