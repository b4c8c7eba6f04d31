//! The days by which something about a name on a roll is owed. School days are counted in `school_days`.
//!
//! What must not live here: what the days are counted for (`lacks`).

use chrono::NaiveDate;
use entity::vocabulary::ClockKind;

use super::super::clock::due_after;

/// The day by which the authority answers a proposal that was made on `proposed`.
pub fn answer_due(proposed: NaiveDate) -> NaiveDate {
    due_after(ClockKind::RollAnswer, proposed)
}

/// The day by which the new-pupil return is owed for a name that was entered on `entered`: the fifth after it, because
/// the regulation does not say "school days".
pub fn new_pupil_return_due(entered: NaiveDate) -> NaiveDate {
    due_after(ClockKind::NewPupilReturn, entered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_fifth_day_counts_weekends_and_not_the_day_of_entry() {
        for (entered, due) in [("2026-11-19", "2026-11-24"), ("2026-12-29", "2027-01-03")] {
            assert_eq!(new_pupil_return_due(on(entered)), on(due), "{entered}");
        }
    }

    #[test]
    fn the_authority_answers_within_six_weeks_of_working_days() {
        assert_eq!(answer_due(on("2026-10-05")), on("2026-11-16"));
        // Christmas Day, its substitute for Boxing Day and New Year's Day are no working days.
        assert_eq!(answer_due(on("2026-11-18")), on("2027-01-04"));
    }
}
