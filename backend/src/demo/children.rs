//! Families and children of the demonstration, who do not exist. Names, ages, addresses and numbers of each agree.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{Datelike, Days, Duration, NaiveDate};
use entity::school;
use entity::vocabulary::{Sex, UpnAbsence};

use super::dice::Dice;
use super::names::{BACKGROUNDS, Background, STREETS};
use crate::domain::school_age::{AgePosition, academic_year_start, position};
use crate::domain::upn::Upn;

/// A family of the demonstration.
#[derive(Clone, Debug)]
pub(super) struct Family {
    /// The background that its names and its destinations abroad come from.
    pub(super) background: &'static Background,
    pub(super) names: (&'static str, &'static str),
    /// The name of each parent or carer and their relationship to the children.
    pub(super) parents: Vec<(String, &'static str)>,
    /// Their telephone number.
    pub(super) phone: String,
    /// The last known address, without the postcode.
    pub(super) address: String,
    /// The postcode; one that does not exist.
    pub(super) postcode: String,
}

/// A child of the demonstration.
#[derive(Clone, Debug)]
pub(super) struct Child {
    /// The given name.
    pub(super) given: &'static str,
    /// The family name, in the form that fits the sex.
    pub(super) family: &'static str,
    /// The sex.
    pub(super) sex: Sex,
    /// The date of birth.
    pub(super) born: NaiveDate,
    /// The unique pupil number, or why there is none.
    pub(super) upn: Result<String, UpnAbsence>,
}

impl Family {
    /// Throws the dice for a family.
    pub(super) fn new(dice: &mut Dice) -> Self {
        let mut share = dice.between(1, 100);
        let background = BACKGROUNDS.iter().find(|background| {
            let here = share <= background.share;
            share = share.saturating_sub(background.share);
            here
        });
        let background = background.unwrap_or(&BACKGROUNDS[0]);
        let names = *dice.pick(background.family);
        let mother = format!("{} {}", dice.pick(background.female), names.1);
        let father = format!("{} {}", dice.pick(background.male), names.0);
        let parents = match dice.between(1, 10) {
            1..=4 => vec![(mother, "Mother")],
            5 => vec![(father, "Father")],
            6 => vec![(mother, "Grandmother")],
            _ => vec![(mother, "Mother"), (father, "Father")],
        };
        Self {
            background,
            names,
            parents,
            phone: phone(dice),
            address: format!("{} {}, Luton", dice.between(1, 240), dice.pick(STREETS)),
            postcode: format!("LU{} {}ZZ", dice.between(1, 4), dice.between(0, 9)),
        }
    }

    /// A child of this family who is born on this day, with the next unused pupil number.
    pub(super) fn child(&self, born: NaiveDate, dice: &mut Dice, numbers: &Numbers) -> Child {
        let girl = dice.chance(48);
        let given = *dice.pick(if girl { self.background.female } else { self.background.male });
        Child {
            given,
            family: if girl { self.names.1 } else { self.names.0 },
            sex: if girl { Sex::Female } else { Sex::Male },
            born,
            upn: match dice.between(1, 100) {
                1..=4 => Err(UpnAbsence::NewToCountry),
                5..=7 => Err(UpnAbsence::NotToHand),
                _ => Ok(numbers.upn(born)),
            },
        }
    }
}

/// A telephone number from the ranges that Ofcom reserves for drama.
pub(super) fn phone(dice: &mut Dice) -> String {
    if dice.chance(80) {
        format!("07700 900{:03}", dice.between(0, 999))
    } else {
        format!("01632 960{:03}", dice.between(0, 999))
    }
}

/// Deals unique pupil numbers, with an authority code that is not in use. Each is dealt once.
#[derive(Debug, Default)]
pub(super) struct Numbers(AtomicU32);

impl Numbers {
    fn upn(&self, born: NaiveDate) -> String {
        let serial = self.0.fetch_add(1, Ordering::Relaxed);
        let body = format!("999{:04}{:02}{:03}", 9990 + serial / 1000, (born.year() + 4) % 100, serial % 1000);
        let mut letters = ('A'..='Z').map(|letter| format!("{letter}{body}"));
        letters.find(|upn| Upn::parse(upn).is_ok()).unwrap_or_default()
    }
}

/// A date of birth with which a child is at `school` on the day `on`, and of compulsory school age on that day and
/// `today`.
pub(super) fn born_for(school: &school::Model, on: NaiveDate, today: NaiveDate, dice: &mut Dice) -> NaiveDate {
    let lowest = u32::try_from(school.low_age.unwrap_or(5) - 4).unwrap_or(1).max(1);
    let highest = u32::try_from(school.high_age.unwrap_or(16) - 5).unwrap_or(11).clamp(lowest, 11);
    for _ in 0..50 {
        let born = born_in(dice.between(lowest, highest), on, dice);
        if [on, today].iter().all(|day| position(born, *day) == AgePosition::Within) {
            return born;
        }
    }
    born_in(lowest, on, dice)
}

/// A date of birth with which a child is in this year group in the academic year of `on`.
pub(super) fn born_in(year_group: u32, on: NaiveDate, dice: &mut Dice) -> NaiveDate {
    let began = academic_year_start(on).year();
    let cohort = began - 5 - i32::try_from(year_group).unwrap_or(1);
    let first = NaiveDate::from_ymd_opt(cohort, 9, 1).unwrap_or(on);
    first + Days::new(dice.between(0, 364).into())
}

/// A date of birth with which a child is three or four years old on this day, too young for compulsory school age.
pub(super) fn born_too_late(on: NaiveDate, dice: &mut Dice) -> NaiveDate {
    on - Duration::days(dice.between(1_250, 1_560).into())
}
