//! The flag that a referral which tells of harm raises by itself: it must not depend on anybody remembering.
//!
//! What must not live here: what happens to a flag (`escalation`), and which risk reaches the MASH (`screening`).

use chrono::{DateTime, Utc};
use entity::vocabulary::{Answer, EscalationLevel, Risk, RiskReason};
use entity::{EscalationId, ReferralId};

use super::super::escalation::Escalation;
use super::super::screening::must_reach_mash;
use super::{Received, ReferralDetails};

/// The flag of the referral with this id, which arrived then; `None` unless it tells of harm.
pub(super) fn flag_of(id: ReferralId, received: &Received, at: DateTime<Utc>) -> Option<Escalation> {
    let ReferralDetails { risk, reasons, .. } = &received.told;
    must_reach_mash(*risk).then(|| {
        let words: Vec<&str> = reasons.iter().map(|reason| reason.label()).collect();
        // What was typed under an answer that was taken back is said no more.
        let harm = Answer::parse(received.answers.get("harm")) == Some(Answer::Yes);
        let details = if harm { received.answers.get("harmDetails") } else { "" };
        let level = match risk {
            Risk::Immediate => EscalationLevel::ImmediateDanger,
            _ if harm || reasons.contains(&RiskReason::HonourAbuse) => EscalationLevel::SignificantHarm,
            _ => EscalationLevel::ChildInNeed,
        };
        let concern = if details.is_empty() { words.join("; ") } else { details.to_owned() };
        let rationale = format!("Raised by referral {}: {}", received.reference, words.join("; "));
        // There is one for a referral, so its id serves.
        Escalation { referral: Some(id), ..Escalation::raised(EscalationId(id.0), level, concern, rationale, at) }
    })
}
