//! How urgent a case is, by its referrals, flags and restriction together: one rule for pages, lists and the API.
//!
//! What must not live here: how urgent one referral is by what it says (`screening`).

use entity::vocabulary::{EscalationLevel, MashDecision, MashRating, Restriction, Risk};

/// A flag raised with the MASH, as far as it bears on risk.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// The level it was raised at.
    pub level: EscalationLevel,
    /// How urgently the MASH works on it; `None` until it was rated.
    pub rating: Option<MashRating>,
    /// The MASH's decision; `None` while it has not answered.
    pub decision: Option<MashDecision>,
}

/// The gravest of the referrals' risk (`told`), the flags and the restriction. The MASH's rating and answer never lower a flag:
/// that social care does nothing further does not mean that nothing was reported.
pub fn of(told: Risk, flags: impl IntoIterator<Item = Flag>, restriction: Option<Restriction>) -> Risk {
    // `Risk` is ordered by urgency, the most urgent first.
    let flagged = flags.into_iter().map(of_flag).min().unwrap_or(Risk::Standard);
    told.min(flagged).min(restriction.map_or(Risk::Standard, implied))
}

fn of_flag(Flag { level, rating, decision }: Flag) -> Risk {
    let raised = match level {
        EscalationLevel::ImmediateDanger => Risk::Immediate,
        EscalationLevel::SignificantHarm | EscalationLevel::ChildInNeed => Risk::High,
        EscalationLevel::EarlyHelp => Risk::Unscreened,
    };
    let decided = match decision {
        Some(
            MashDecision::ChildProtection
            | MashDecision::StrategyDiscussion
            | MashDecision::Assessment
            | MashDecision::AlreadyOpen,
        ) => Risk::High,
        Some(MashDecision::EarlyHelp | MashDecision::NoFurtherAction) | None => Risk::Standard,
    };
    let rated = match rating {
        Some(MashRating::Red) => Risk::Immediate,
        Some(MashRating::Amber) => Risk::High,
        Some(MashRating::Green) | None => Risk::Standard,
    };
    raised.min(rated).min(decided)
}

/// The risk that a restriction implies: an address is protected because somebody would harm a person who lives there.
fn implied(restriction: Restriction) -> Risk {
    match restriction {
        Restriction::Protected => Risk::High,
        Restriction::Adopted | Restriction::StaffRelative => Risk::Standard,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EscalationLevel::{ChildInNeed, EarlyHelp, ImmediateDanger, SignificantHarm};
    use MashDecision::{ChildProtection, NoFurtherAction};
    use Risk::{High, Immediate, Standard, Unscreened};

    #[test]
    fn nothing_that_is_known_is_left_out() {
        let flag = |level, decision| Flag { level, rating: None, decision };
        let rated = |level, rating| Flag { level, rating: Some(rating), decision: None };
        for (told, flags, restriction, expected) in [
            (Standard, vec![], None, Standard),
            (Immediate, vec![], None, Immediate),
            (Unscreened, vec![], None, Unscreened),
            (Standard, vec![flag(SignificantHarm, None)], None, High),
            (Standard, vec![flag(SignificantHarm, Some(ChildProtection))], None, High),
            (Standard, vec![flag(SignificantHarm, Some(NoFurtherAction))], None, High),
            (Standard, vec![flag(ChildInNeed, None)], None, High),
            (Standard, vec![flag(ImmediateDanger, None)], None, Immediate),
            (High, vec![flag(ImmediateDanger, None), flag(EarlyHelp, None)], None, Immediate),
            (Standard, vec![flag(EarlyHelp, None)], None, Unscreened),
            (Standard, vec![flag(EarlyHelp, Some(ChildProtection))], None, High),
            (Standard, vec![rated(EarlyHelp, MashRating::Red)], None, Immediate),
            (Standard, vec![rated(EarlyHelp, MashRating::Amber)], None, High),
            (Standard, vec![rated(SignificantHarm, MashRating::Green)], None, High),
            (Immediate, vec![flag(ChildInNeed, Some(NoFurtherAction))], None, Immediate),
            (Standard, vec![], Some(Restriction::Protected), High),
            (Standard, vec![], Some(Restriction::Adopted), Standard),
        ] {
            assert_eq!(of(told, flags.clone(), restriction), expected, "{told:?} {flags:?} {restriction:?}");
        }
    }
}
