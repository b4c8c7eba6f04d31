//! The age that a referral tells of, and what it means for opening a case.
//!
//! What must not live here: how compulsory school age is computed (`school_age`).

use chrono::NaiveDate;
use entity::vocabulary::{AgeStanding, StatusGround, StatutoryStatus};

use super::super::answers::Answers;
use super::super::school_age::{
    AgePosition, OutOfCohort, YearGroup, compulsory_school_age, out_of_cohort, position, year_group,
};
use super::super::text::Prose;
use super::super::typed::{all, telling_prose};
use super::PROSE;
use crate::error::Error;

/// A child's age against compulsory school age on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Age {
    /// Where that day lies.
    pub standing: AgeStanding,
    /// The first day of compulsory school age.
    pub begins: NaiveDate,
    /// Its last day.
    pub ends: NaiveDate,
    /// The year group by the date of birth.
    pub year_group: String,
}

/// The age of a child born on `born` on the day `on`.
pub fn age(born: NaiveDate, on: NaiveDate) -> Age {
    let span = compulsory_school_age(born);
    let standing = match position(born, on) {
        AgePosition::Below { .. } => AgeStanding::Below,
        AgePosition::Within => AgeStanding::Within,
        AgePosition::Over { .. } => AgeStanding::Over,
    };
    Age { standing, begins: span.start, ends: span.end, year_group: year_group(born, on).label() }
}

/// That a school teaches a child born on `born` outside the year group of their age, as its referral told on the day `on`.
pub fn taught(answers: &Answers, born: NaiveDate, on: NaiveDate) -> Option<OutOfCohort> {
    out_of_cohort(born, on, YearGroup::parse(answers.get("yearGroup")).ok()?)
}

/// The note with which a case is opened as missing education for a child outside compulsory school age; `None` where
/// none is needed. Fails unless there is a `reason`, because such a child is another team's to help.
pub fn note_of_age(
    born: Option<NaiveDate>,
    on: NaiveDate,
    status: Option<StatutoryStatus>,
    reason: &str,
) -> Result<Option<String>, Error> {
    let Some(Age { standing, .. }) = born.map(|born| age(born, on)) else { return Ok(None) };
    if standing == AgeStanding::Within || status != Some(StatutoryStatus::Cme) {
        return Ok(None);
    }
    let instead = match standing {
        AgeStanding::Below => "send the referral to early years, which keeps it on the watch list",
        _ => "send the referral to the participation team",
    };
    let read = Prose::parse(reason, "The reason", PROSE).map_err(|fault| Error::invalid("ageReason", fault))?;
    let Some(reason) = read.map(String::from) else {
        let lacking =
            format!("This child is {}: {instead}, or enter why a case is opened all the same", lower(standing));
        return Err(Error::invalid("ageReason", lacking));
    };
    Ok(Some(format!("Opened although the child is {}: {reason}", lower(standing))))
}

/// The note with which a case is opened for a child whom the school found at the address, as one who is on no roll;
/// `None` where none is needed. Fails unless there is a `reason`, because a child who was found stays on the roll.
pub fn note_of_found(found: bool, ground: Option<StatusGround>, reason: &str) -> Result<Option<String>, Error> {
    let on_no_roll = matches!(ground, Some(StatusGround::NoRollKnown | StatusGround::DeletedFromRoll));
    if !found || !on_no_roll {
        return Ok(None);
    }
    let lacking = "The school found this child at the address, so they stay on its roll: select another reason for the \
                   status, or enter why they are on no roll all the same";
    let (reason,) = all((telling_prose("foundReason", reason, "The reason", PROSE, lacking),))?;
    Ok(Some(format!("Opened as on no roll although the school found the child at the address: {reason}")))
}

fn lower(standing: AgeStanding) -> String {
    standing.label().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_child_who_was_found_is_on_a_roll_unless_a_reason_says_otherwise() {
        use StatusGround::{ApplicationAwaited, DeletedFromRoll, NoRollKnown, OnRoll};
        for (found, ground, reason, expected) in [
            (true, NoRollKnown, "", Err(())),
            (true, DeletedFromRoll, "n/a", Err(())),
            (true, DeletedFromRoll, "Removed last week under ground A", Ok(true)),
            (true, OnRoll, "", Ok(false)),
            (true, ApplicationAwaited, "", Ok(false)),
            (false, NoRollKnown, "", Ok(false)),
        ] {
            let noted = note_of_found(found, Some(ground), reason);
            assert_eq!(noted.map(|note| note.is_some()).map_err(|_| ()), expected, "{found} {ground:?} {reason}");
        }
    }

    #[test]
    fn outside_compulsory_school_age_a_case_of_missing_education_needs_a_reason() {
        use StatutoryStatus::{Cme, NotCmeOnRoll};
        for (born, status, reason, expected) in [
            (Some("2015-03-14"), Cme, "", Ok(false)),
            (None, Cme, "", Ok(false)),
            (Some("2023-03-14"), Cme, " ", Err("under compulsory school age")),
            (Some("2009-03-14"), Cme, "", Err("participation")),
            (Some("2009-03-14"), Cme, "He is trafficked", Ok(true)),
            (Some("2009-03-14"), NotCmeOnRoll, "", Ok(false)),
        ] {
            let found = note_of_age(born.map(on), on("2026-11-20"), Some(status), reason);
            match expected {
                Ok(noted) => assert_eq!(found.unwrap().is_some(), noted, "{born:?}"),
                Err(words) => {
                    let Err(Error::Invalid(faults)) = found else { panic!("{found:?}") };
                    assert!(faults[0].message.contains(words), "{faults:?}");
                }
            }
        }
    }
}
