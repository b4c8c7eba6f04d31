//! The school days that a referral is about: the ten after leave, or the twenty of an absence.
//!
//! What must not live here: how school days are counted (`school_days`).

use chrono::{Days, NaiveDate};
use entity::vocabulary::{ReferralGround, SchoolDayRule};

use super::super::answers::{Answers, Reader};
use super::super::school_days::{Calendar, Count, count};

/// The school days of the absence that these answers tell of, as they stand `today`: from the day the child was due back
/// from leave, or else from the day after the last attendance. `None` where that day is not told.
pub fn school_days(answers: &Answers, calendar: &Calendar, today: NaiveDate) -> Option<Count> {
    let mut read = Reader::new(answers);
    if ReferralGround::parse(answers.get("ground")) == Some(ReferralGround::NotBackFromLeave) {
        let due = read.past_date("returnDue", "", today)?;
        return Some(count(calendar, SchoolDayRule::TenAfterLeave, due, today));
    }
    let attended = read.past_date("lastAttended", "", today)?;
    Some(count(calendar, SchoolDayRule::TwentyAbsent, attended + Days::new(1), today))
}
