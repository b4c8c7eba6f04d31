//! The fifteen grounds of regulation 9(1) of the School Attendance (Pupil Registration) (England) Regulations 2024
//! (SI 2024/208), on which alone the name of a pupil of compulsory school age is removed, as one table.
//!
//! The conditions of A to E are those of the regulation. Of F to O we could read the titles and secondary sources, not
//! the regulation's own words: each of these says so, and a council checks it against the regulation before it relies on
//! it. Regulation 9(3), on pupils outside compulsory school age, is not here.
//!
//! What must not live here: how the conditions are judged (`lacks`).

use entity::vocabulary::{RemovalCondition, RemovalFollows, RemovalGround, RollRegime, SchoolDayRule};

use RemovalCondition as C;
use RemovalFollows as F;
use RemovalGround as G;

/// What a day that goes with a ground means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// The ground needs no day.
    None,
    /// The last day of the leave of absence: the school days after it count.
    LeaveEnded,
    /// The first day of the absence, which counts.
    FirstAbsent,
    /// The day after which the child is educated otherwise, by the parent's notice.
    NoticeDay,
}

impl Since {
    /// The rule by which school days are counted from that day; `None` where none are.
    pub fn rule(self) -> Option<SchoolDayRule> {
        match self {
            Self::LeaveEnded => Some(SchoolDayRule::TenAfterLeave),
            Self::FirstAbsent => Some(SchoolDayRule::TwentyAbsent),
            Self::None | Self::NoticeDay => None,
        }
    }

    /// What is asked for; empty where no day is.
    pub fn called(self) -> &'static str {
        match self {
            Self::None => "",
            Self::LeaveEnded => "The last day of the leave",
            Self::FirstAbsent => "The first day of the absence",
            Self::NoticeDay => "The day after which the child is educated otherwise",
        }
    }
}

/// A ground, and what it asks.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// Which one.
    pub ground: RemovalGround,
    /// The letter by which forms and returns call it.
    pub letter: char,
    /// What whoever proposes the removal confirms, all of it.
    pub conditions: &'static [RemovalCondition],
    /// The day that goes with it.
    pub since: Since,
    /// Whether school and authority must have enquired together first. Of H and I only.
    pub joint_enquiry: bool,
    /// What follows for the authority.
    pub follows: RemovalFollows,
}

/// The law in force, by which a new proposal is made.
pub const REGIME: RollRegime = RollRegime::Regulations2024;

const fn plain(
    ground: RemovalGround,
    letter: char,
    conditions: &'static [RemovalCondition],
    follows: RemovalFollows,
) -> Ground {
    Ground { ground, letter, conditions, since: Since::None, joint_enquiry: false, follows }
}

/// All grounds, in the order of their letters.
pub const GROUNDS: [Ground; 15] = [
    plain(
        G::RegisteredElsewhere,
        'A',
        &[C::OtherSchoolConfirmed, C::NotNamedInOrder, C::NotMainSchool, C::NoAgreedDualRegistration],
        F::OtherRoll,
    ),
    plain(G::NurseryEnded, 'B', &[C::NurseryOver, C::WillNotAttend], F::Watched),
    plain(
        G::AlsoRegisteredElsewhere,
        'C',
        &[C::WillNotAttend, C::OthersConsent, C::NotNamedInOrder, C::NotMainSchool],
        F::OtherRoll,
    ),
    plain(G::OrderNamesAnother, 'D', &[C::OrderChanged], F::OtherRoll),
    plain(G::OrderRevoked, 'E', &[C::RevokedForEducation], F::OtherEducation),
    // Not verified in the regulation's words: F to O.
    Ground {
        since: Since::NoticeDay,
        ..plain(
            G::EducatedOtherwise,
            'F',
            &[C::WrittenNotice, C::NoOrderInForce, C::AuthorityConsents],
            F::HomeEducation,
        )
    },
    plain(G::MovedAway, 'G', &[C::LivesTooFar, C::NotBoarder, C::WillNotAttend], F::MissingEducation),
    Ground {
        since: Since::LeaveEnded,
        joint_enquiry: true,
        ..plain(G::NotBackFromLeave, 'H', &[C::LeaveGranted, C::NoSicknessOrCause], F::MissingEducation)
    },
    Ground {
        since: Since::FirstAbsent,
        joint_enquiry: true,
        ..plain(G::ContinuouslyAbsent, 'I', &[C::OnlyUnauthorised, C::NoSicknessOrCause], F::MissingEducation)
    },
    // The 2024 definition of a sentence of detention has no shortest length, so none is asked for.
    plain(G::Detained, 'J', &[C::Sentenced, C::WillNotAttend], F::YouthJustice),
    plain(G::Died, 'K', &[C::DeathConfirmed], F::Nothing),
    plain(G::OverAge, 'L', &[C::WillBeOverAge, C::NotStayingOn], F::Participation),
    plain(G::FeesUnpaid, 'M', &[C::BoardingFeesUnpaid], F::MissingEducation),
    plain(G::LeftSchool, 'N', &[C::CeasedToBePupil], F::MissingEducation),
    plain(G::Excluded, 'O', &[C::ExclusionFinal], F::MissingEducation),
];

/// What a ground asks.
pub fn of(ground: RemovalGround) -> &'static Ground {
    // In the order of the codes, which a test keeps.
    &GROUNDS[ground as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ground_has_its_letter_and_its_row() {
        assert_eq!(GROUNDS.len(), RemovalGround::ALL.len());
        for (letter, (ground, row)) in ('A'..='O').zip(RemovalGround::ALL.iter().zip(&GROUNDS)) {
            assert_eq!((row.ground, row.letter), (*ground, letter));
            assert_eq!(of(*ground).letter, letter);
            assert!(ground.label().starts_with(&format!("{letter}: ")), "{ground:?}");
            assert!(!row.conditions.is_empty(), "{ground:?}");
        }
    }

    #[test]
    fn only_h_and_i_ask_for_a_joint_enquiry_and_count_school_days() {
        let joint: String = GROUNDS.iter().filter(|row| row.joint_enquiry).map(|row| row.letter).collect();
        let counted: String = GROUNDS.iter().filter(|row| row.since.rule().is_some()).map(|row| row.letter).collect();
        assert_eq!((joint.as_str(), counted.as_str()), ("HI", "HI"));
    }

    #[test]
    fn the_conditions_that_distinguish_a_ground_are_its_own() {
        for (ground, condition) in [
            (G::AlsoRegisteredElsewhere, C::OthersConsent),
            (G::EducatedOtherwise, C::WrittenNotice),
            (G::OrderRevoked, C::RevokedForEducation),
            (G::Detained, C::Sentenced),
            (G::Excluded, C::ExclusionFinal),
        ] {
            let with: Vec<_> = GROUNDS.iter().filter(|row| row.conditions.contains(&condition)).collect();
            assert!(with.len() == 1 && with[0].ground == ground, "{condition:?}");
        }
    }
}
