//! The facts of a referral in words, and which facts of its case belong to its timeline. What is done to its flag reads
//! as it does in a case.

use async_graphql::Context;
use entity::ReferralId;
use entity::vocabulary::RedirectTo;

use super::{Detail, Details, Fact, TimelineEntry, reference_of};
use crate::domain::case::CaseEvent;
use crate::domain::referral::{Other, ReferralEvent};
use crate::error::Error;

impl TimelineEntry {
    /// Whether it is a fact of this referral, or that of a case which took it up or over.
    pub(in crate::graphql) fn is_of_referral(&self, id: ReferralId) -> Result<bool, Error> {
        Ok(match self.fact()? {
            _ if self.row.stream == id.0 => true,
            Fact::Case(fact) => match *fact {
                CaseEvent::CaseOpened(opened) => opened.referral == id,
                CaseEvent::ReferralJoined { referral, .. } => referral == id,
                CaseEvent::CaseMerged { referrals, .. } => referrals.contains(&id),
                _ => false,
            },
            Fact::Referral(_) => false,
        })
    }
}

pub(super) fn title(fact: &ReferralEvent) -> &'static str {
    match fact {
        ReferralEvent::ReferralReceived(_) => "Referral received",
        ReferralEvent::ReferralRedirected { .. } => "Sent elsewhere",
        ReferralEvent::ReferralAcknowledged(_) => "The other authority acknowledged it",
        ReferralEvent::ReferralCameBack {} => "Back in triage: the day for that has come",
        ReferralEvent::ReferralTakenBack { .. } => "Taken back to triage",
        ReferralEvent::JudgedAnotherChild(_) => "Judged to be another child",
        ReferralEvent::JudgementTakenBack { .. } => "To be looked at again: may be the same child",
        ReferralEvent::ReferralAddedTo(_) => "Added to by the school",
        ReferralEvent::ReferralWithdrawn { .. } => "Withdrawn by the school",
        ReferralEvent::EscalationAcknowledged(_)
        | ReferralEvent::EscalationRated(_)
        | ReferralEvent::EscalationLoweringProposed(_)
        | ReferralEvent::EscalationAnswered(_)
        | ReferralEvent::EscalationConfirmed { .. } => "Flag",
    }
}

pub(super) async fn details(ctx: &Context<'_>, fact: ReferralEvent, cleared: bool) -> Result<Vec<Detail>, Error> {
    let details = Details { all: Vec::new(), cleared };
    let details = match fact {
        ReferralEvent::ReferralReceived(received) => {
            let reasons: Vec<&str> = received.told.reasons.iter().map(|reason| reason.label()).collect();
            details
                .add("From", received.origin.label())
                .add("Risk", received.told.risk.label())
                .add("Because", reasons.join("; "))
        }
        ReferralEvent::ReferralRedirected { to, reason, mash_reference, watch_on, authority } => details
            .add("To", RedirectTo::label(to))
            .words("Authority", authority.unwrap_or_default())
            .words("Reason", reason)
            .add("MASH reference", mash_reference.unwrap_or_default())
            .day("Comes back on", watch_on),
        ReferralEvent::ReferralAcknowledged(told) => {
            details.words("By", told.by).words("Their reference", told.reference).day("On", Some(told.on))
        }
        ReferralEvent::ReferralTakenBack { reason } | ReferralEvent::ReferralWithdrawn { reason, .. } => {
            details.words("Reason", reason)
        }
        ReferralEvent::JudgedAnotherChild(judgement) => compared(ctx, details, judgement.other).await?,
        ReferralEvent::JudgementTakenBack { other } => compared(ctx, details, other).await?,
        ReferralEvent::ReferralAddedTo(addition) => details.words("What", addition.text),
        ReferralEvent::ReferralCameBack {}
        | ReferralEvent::EscalationAcknowledged(_)
        | ReferralEvent::EscalationRated(_)
        | ReferralEvent::EscalationLoweringProposed(_)
        | ReferralEvent::EscalationAnswered(_)
        | ReferralEvent::EscalationConfirmed { .. } => details,
    };
    Ok(details.all)
}

/// The record that the child was compared with: no more than that it is one on file, unless it is a referral that the
/// viewer may read.
async fn compared(ctx: &Context<'_>, details: Details, other: Other) -> Result<Details, Error> {
    Ok(match other {
        Other::Child(_) => details.add("Compared with", "A child on file"),
        Other::Referral(id) => details.add("Compared with", reference_of(ctx, id).await?),
    })
}
