//! Screening: how soon a person must look at a referral, and why. "Not known" is never treated as "no".
//!
//! What must not live here: how urgent a case is by everything known (`risk`).

use chrono::NaiveDate;
use entity::vocabulary::{Answer, NoVisitReason, Risk, RiskReason};

/// The answers of a referral that bear on risk.
#[derive(Clone, Copy, Debug)]
pub struct Signs {
    /// Whether the child is in immediate danger.
    pub danger: Answer,
    /// Whether the sender says that 999 was called.
    pub called: bool,
    /// Whether social care is involved.
    pub social_care: Answer,
    /// Whether there are signs of harm.
    pub harm: Answer,
    /// Why nobody of the school visited the home, if nobody did.
    pub no_visit: Option<NoVisitReason>,
    /// Whether siblings might be missing too; here "not known" adds no reason.
    pub siblings: Answer,
    /// The day anybody last saw the child, if known.
    pub last_seen_on: Option<NaiveDate>,
    /// The child's date of birth, if known.
    pub date_of_birth: Option<NaiveDate>,
}

/// The outcome of screening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// How urgent the referral is.
    pub risk: Risk,
    /// Every reason found, most serious first; some, such as a very young child, do not raise the risk.
    pub reasons: Vec<RiskReason>,
}

/// The days without anybody having seen the child from which it counts as long unseen.
const LONG_UNSEEN_DAYS: i64 = 28;
/// The age in years below which a child counts as very young.
const VERY_YOUNG_YEARS: u32 = 7;

/// Screens a referral by its signs on the day it arrives.
pub fn assess(signs: &Signs, today: NaiveDate) -> Assessment {
    let mut reasons = Vec::new();
    let mut sign = |answer: Answer, yes: RiskReason, not_known: Option<RiskReason>| match answer {
        Answer::Yes => reasons.push(yes),
        Answer::NotKnown => reasons.extend(not_known),
        Answer::No => {}
    };
    sign(signs.danger, RiskReason::ImmediateDanger, Some(RiskReason::DangerNotKnown));
    sign(signs.social_care, RiskReason::SocialCare, Some(RiskReason::SocialCareNotKnown));
    sign(signs.harm, RiskReason::Harm, Some(RiskReason::HarmNotKnown));
    sign(signs.siblings, RiskReason::Siblings, None);
    reasons.extend(signs.no_visit.and_then(sign_of_no_visit));
    if signs.danger == Answer::Yes && !signs.called {
        reasons.push(RiskReason::CallNotConfirmed);
    }
    if signs.last_seen_on.is_some_and(|seen| (today - seen).num_days() >= LONG_UNSEEN_DAYS) {
        reasons.push(RiskReason::LongUnseen);
    }
    if signs.date_of_birth.and_then(|born| today.years_since(born)).is_some_and(|age| age < VERY_YOUNG_YEARS) {
        reasons.push(RiskReason::VeryYoung);
    }
    reasons.sort();
    let any = |of: &[RiskReason]| of.iter().any(|reason| reasons.contains(reason));
    let risk = if any(&[RiskReason::ImmediateDanger]) {
        Risk::Immediate
    } else if any(&[RiskReason::SocialCare, RiskReason::Harm, RiskReason::HonourAbuse]) {
        Risk::High
    } else if any(&[
        RiskReason::DangerNotKnown,
        RiskReason::SocialCareNotKnown,
        RiskReason::HarmNotKnown,
        RiskReason::HomeUnsafe,
    ]) {
        Risk::Unscreened
    } else {
        Risk::Standard
    };
    Assessment { risk, reasons }
}

/// What it is a sign of that nobody visited the home for this reason. Where it is not safe for staff, somebody must find
/// out whether it is for the child.
fn sign_of_no_visit(reason: NoVisitReason) -> Option<RiskReason> {
    match reason {
        NoVisitReason::ForcedMarriageOrHonour => Some(RiskReason::HonourAbuse),
        NoVisitReason::Unsafe => Some(RiskReason::HomeUnsafe),
        NoVisitReason::OutsideArea | NoVisitReason::NoAddressKnown | NoVisitReason::AskedNotTo => None,
    }
}

/// The place of `risk` in the triage queue; the lowest is looked at first.
pub fn priority(risk: Risk) -> i32 {
    match risk {
        Risk::Immediate => 0,
        Risk::High => 1,
        Risk::Unscreened => 2,
        Risk::Standard => 3,
    }
}

/// Whether a referral of this risk must reach the MASH before it leaves triage.
pub fn must_reach_mash(risk: Risk) -> bool {
    matches!(risk, Risk::Immediate | Risk::High)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{No, NotKnown, Yes};

    #[test]
    fn urgency_follows_the_gravest_answer_and_not_known_is_never_no() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for (danger, social_care, harm, expected) in [
            (No, No, No, Risk::Standard),
            (NotKnown, No, No, Risk::Unscreened),
            (NotKnown, NotKnown, NotKnown, Risk::Unscreened),
            (No, NotKnown, No, Risk::Unscreened),
            (No, Yes, NotKnown, Risk::High),
            (No, No, Yes, Risk::High),
            (Yes, No, No, Risk::Immediate),
            (Yes, Yes, Yes, Risk::Immediate),
        ] {
            let signs = Signs {
                danger,
                called: true,
                social_care,
                harm,
                no_visit: None,
                siblings: No,
                last_seen_on: None,
                date_of_birth: None,
            };
            assert_eq!(assess(&signs, today).risk, expected, "{danger:?} {social_care:?} {harm:?}");
        }
    }

    #[test]
    fn long_unseen_and_very_young_are_reasons_but_not_a_risk_by_themselves() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
        let today = day(2026, 11, 21).unwrap();
        for (seen, born, expected) in [
            (day(2026, 10, 24), None, vec![RiskReason::LongUnseen]),
            (day(2026, 10, 25), None, vec![]),
            (None, day(2019, 11, 22), vec![RiskReason::VeryYoung]),
            (None, day(2019, 11, 21), vec![]),
        ] {
            let signs = Signs {
                danger: No,
                called: false,
                social_care: No,
                harm: No,
                no_visit: None,
                siblings: No,
                last_seen_on: seen,
                date_of_birth: born,
            };
            assert_eq!(assess(&signs, today), Assessment { risk: Risk::Standard, reasons: expected });
        }
    }

    #[test]
    fn a_call_that_nobody_confirmed_is_a_reason_only_where_there_is_danger() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for (danger, called, told) in [(Yes, true, false), (Yes, false, true), (NotKnown, false, false)] {
            let (last_seen_on, date_of_birth) = (None, None);
            let signs = Signs {
                danger,
                called,
                social_care: No,
                harm: No,
                no_visit: None,
                siblings: No,
                last_seen_on,
                date_of_birth,
            };
            let reasons = assess(&signs, today).reasons;
            assert_eq!(reasons.contains(&RiskReason::CallNotConfirmed), told, "{danger:?} {called}");
        }
    }

    #[test]
    fn the_reason_for_no_visit_may_be_a_sign_itself() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        for (no_visit, harm, risk, reason) in [
            (NoVisitReason::ForcedMarriageOrHonour, No, Risk::High, Some(RiskReason::HonourAbuse)),
            (NoVisitReason::ForcedMarriageOrHonour, NotKnown, Risk::High, Some(RiskReason::HonourAbuse)),
            (NoVisitReason::Unsafe, No, Risk::Unscreened, Some(RiskReason::HomeUnsafe)),
            (NoVisitReason::Unsafe, Yes, Risk::High, Some(RiskReason::HomeUnsafe)),
            (NoVisitReason::OutsideArea, No, Risk::Standard, None),
            (NoVisitReason::AskedNotTo, No, Risk::Standard, None),
        ] {
            let (last_seen_on, date_of_birth, no_visit) = (None, None, Some(no_visit));
            let (danger, called, social_care, siblings) = (No, false, No, No);
            let signs = Signs { danger, called, social_care, harm, no_visit, siblings, last_seen_on, date_of_birth };
            let found = assess(&signs, today);
            assert_eq!(found.risk, risk, "{no_visit:?} {harm:?}");
            assert!(reason.is_none_or(|reason| found.reasons.contains(&reason)), "{no_visit:?}: {found:?}");
        }
    }
}
