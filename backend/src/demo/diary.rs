//! Times at which things happen in the demonstration: in office hours of working days at the council, on school days at
//! a school, and never after now.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Europe::London;

use super::dice::Dice;
use crate::domain::london::london_day;
use crate::domain::school_days::{Calendar, WorkingDays, add_working_days};

/// The authority's calendar, and the time at which all stories end.
#[derive(Clone, Debug)]
pub(super) struct Diary {
    /// The present, after which nothing happens.
    pub(super) now: DateTime<Utc>,
    /// The authority's school days.
    pub(super) calendar: Calendar,
}

impl Diary {
    /// The date of the present.
    pub(super) fn today(&self) -> NaiveDate {
        london_day(self.now)
    }

    /// A moment in office hours, `working_days` after `from`; with none, later on the same day if there is time.
    pub(super) fn later(from: DateTime<Utc>, working_days: u32, dice: &mut Dice) -> DateTime<Utc> {
        let day = london_day(from);
        if working_days == 0 && WorkingDays::default().is_working_day(day) {
            let soon = from + Duration::minutes(dice.between(12, 95).into());
            if soon < at(day, 17 * 60) && soon > at(day, 8 * 60) {
                return soon;
            }
        }
        at(add_working_days(day, working_days.max(1)), dice.between(8 * 60 + 40, 16 * 60 + 50))
    }

    /// A moment in office hours, `working_days` before now.
    pub(super) fn back(&self, working_days: u32, dice: &mut Dice) -> DateTime<Utc> {
        let mut day = self.today();
        let mut to_go = working_days;
        while to_go > 0 || !WorkingDays::default().is_working_day(day) {
            day = day - Days::new(1);
            to_go = to_go.saturating_sub(u32::from(WorkingDays::default().is_working_day(day)));
        }
        let moment = at(day, dice.between(8 * 60 + 30, 15 * 60 + 40));
        if moment < self.now { moment } else { self.back(working_days + 1, dice) }
    }

    /// That moment, or one at the same time on the first school day before it: schools refer in term time.
    pub(super) fn in_term(&self, moment: DateTime<Utc>) -> DateTime<Utc> {
        let mut moment = moment;
        for _ in 0..70 {
            if self.is_school_day(london_day(moment)) {
                break;
            }
            moment -= Duration::days(1);
        }
        moment
    }

    /// That day, or the first working day after it: nobody owes an answer on a day off.
    pub(super) fn working_day(day: NaiveDate) -> NaiveDate {
        let calendar = WorkingDays::default();
        day.iter_days().find(|day| calendar.is_working_day(*day)).unwrap_or(day)
    }

    /// The school day `school_days` before `day`.
    pub(super) fn school_days_before(&self, day: NaiveDate, school_days: u32) -> NaiveDate {
        let mut day = day;
        let mut to_go = school_days;
        while to_go > 0 {
            day = day - Days::new(1);
            to_go -= u32::from(self.is_school_day(day));
        }
        day
    }

    /// The school days after `from`, up to and including `to`.
    pub(super) fn school_days(&self, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        from.iter_days().skip(1).take_while(|day| *day <= to).filter(|day| self.is_school_day(*day)).collect()
    }

    /// Whether schools are open on this day. Where no term dates are known, every weekday counts.
    fn is_school_day(&self, day: NaiveDate) -> bool {
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        self.calendar.is_school_day(day).unwrap_or(weekday && day.month() != 8)
    }
}

/// The time that is `minutes` after midnight in England.
pub(super) fn at(day: NaiveDate, minutes: u32) -> DateTime<Utc> {
    let time = NaiveTime::from_hms_opt(minutes / 60 % 24, minutes % 60, 0).unwrap_or_default();
    let local = day.and_time(time);
    London.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |moment| moment.with_timezone(&Utc))
}
