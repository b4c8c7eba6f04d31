//! When the child was seen, and when at school: every telling is kept with who told it, the latest that was not struck
//! out holds.
//!
//! What must not live here: where the child is thought to be (`work`), and placements (`place`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::ReferralId;
use entity::vocabulary::SightingKind;
use serde::{Deserialize, Serialize};

use super::super::typed::{all, chosen, optional_line, past_day, reason, telling_line};
use super::work::{LINE, PROSE};
use super::{Case, CaseEvent};
use crate::error::Error;

/// That somebody saw the child on a day, or that the child was at school.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Seen by anybody, or at school.
    pub kind: SightingKind,
    /// The day.
    pub on: NaiveDate,
    /// Where, and who saw the child, or which school it was; `None` when nobody said.
    pub account: Option<String>,
    /// The referral that told it; `None` when an officer recorded it.
    pub referral: Option<ReferralId>,
    /// Who told the officer; empty when a referral told it.
    pub source: String,
    /// Why it was struck out as wrong; `None` while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<String>,
}

impl Sighting {
    /// What a referral tells.
    pub(super) fn told(
        referral: ReferralId,
        seen: (Option<NaiveDate>, Option<&String>),
        attended: Option<NaiveDate>,
    ) -> impl Iterator<Item = Self> {
        let of = move |kind, account| move |on| Self::recorded(kind, on, account, Some(referral), String::new());
        let (seen, by) = seen;
        let seen = seen.map(of(SightingKind::Seen, by.cloned()));
        seen.into_iter().chain(attended.map(of(SightingKind::AtSchool, None)))
    }

    pub(super) fn recorded(
        kind: SightingKind,
        on: NaiveDate,
        account: Option<String>,
        referral: Option<ReferralId>,
        source: String,
    ) -> Self {
        Self { kind, on, account, referral, source, struck: None }
    }

    fn is_of(&self, kind: SightingKind, on: NaiveDate) -> bool {
        self.kind == kind && self.on == on && self.struck.is_none()
    }
}

/// A sighting as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Sighting`, as typed")]
pub struct RecordSighting {
    pub kind: Option<SightingKind>,
    pub on: String,
    pub account: String,
    pub source: String,
}

/// Which sightings are wrong, as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `CaseEvent::SightingStruck`, as typed")]
pub struct StrikeSighting {
    pub kind: Option<SightingKind>,
    pub on: String,
    pub reason: String,
}

impl Case {
    /// The last day on which the child was seen, or at school, as far as it was told and not struck out.
    pub fn last(&self, kind: SightingKind) -> Option<NaiveDate> {
        self.standing_sightings().filter(|one| one.kind == kind).map(|one| one.on).max()
    }

    /// The first day of which anybody tells that the child was there.
    pub fn first_sighted(&self) -> Option<NaiveDate> {
        self.standing_sightings().map(|one| one.on).min()
    }

    fn standing_sightings(&self) -> impl Iterator<Item = &Sighting> {
        self.sightings.iter().filter(|one| one.struck.is_none())
    }

    /// Records when the child was seen or at school; of a closed case too, whose officer may hear of it late.
    pub fn record_sighting(&self, typed: &RecordSighting, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        let lacking = "Enter who told us, or what shows it";
        let (kind, on, account, source) = all((
            chosen("kind", typed.kind, "Select whether the child was seen, or at school"),
            past_day("on", &typed.on, "The day", "Enter the day", self.life(now)),
            optional_line("account", &typed.account, "Where, and who saw the child", LINE),
            telling_line("source", &typed.source, "The source", LINE, lacking),
        ))?;
        let sighting = Sighting::recorded(kind, on, account, None, source);
        if self.sightings.contains(&sighting) {
            return Err(Error::invalid("on", "This is recorded already, word for word"));
        }
        Ok(CaseEvent::SightingRecorded(sighting))
    }

    /// Strikes out everything that tells of the child on that day, because it is wrong. To record it anew takes this back.
    pub fn strike_sighting(&self, typed: &StrikeSighting, now: DateTime<Utc>) -> Result<CaseEvent, Error> {
        let (on, reason) = all((
            past_day("on", &typed.on, "The day", "Select which day is wrong", self.life(now)),
            reason(&typed.reason, PROSE, "Enter why it is wrong"),
        ))?;
        let kind = typed.kind.ok_or_else(|| Error::invalid("kind", "Select whether it is a day seen, or at school"))?;
        if !self.sightings.iter().any(|one| one.is_of(kind, on)) {
            return Err(Error::invalid("on", "Select a day that is recorded here and is not struck out"));
        }
        Ok(CaseEvent::SightingStruck { kind, on, reason })
    }

    pub(super) fn strike(&mut self, kind: SightingKind, on: NaiveDate, why: &str) {
        for wrong in self.sightings.iter_mut().filter(|one| one.is_of(kind, on)) {
            wrong.struck = Some(why.to_owned());
        }
    }
}
