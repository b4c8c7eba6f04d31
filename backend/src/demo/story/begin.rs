//! The beginnings of stories: who is referred, by whom and when.

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use entity::school;

use super::super::Stage;
use super::super::children::{Family, born_for};
use super::super::dice::Dice;
use super::super::people::Referrer;
use super::Story;
use crate::domain::london::london_day;

impl<'a> Story<'a> {
    /// A story whose child is referred `working_days_ago`.
    pub(in super::super) fn begin(stage: &'a Stage, seed: u64, working_days_ago: u32) -> Self {
        let mut dice = Dice::new(seed);
        let at = stage.diary.in_term(stage.diary.back(working_days_ago, &mut dice));
        Self::begin_at(stage, dice, at, None)
    }

    /// A story that begins at this time, of a child born on `born` if that is given.
    pub(in super::super) fn begin_at(
        stage: &'a Stage,
        mut dice: Dice,
        at: DateTime<Utc>,
        born: Option<NaiveDate>,
    ) -> Self {
        let day = london_day(at);
        let age_fits = |school: &school::Model| match born {
            None => true,
            Some(_) => school.high_age >= Some(16),
        };
        let fitting: Vec<&Referrer> = stage.referrers.iter().filter(|referrer| age_fits(&referrer.school)).collect();
        let referrer = *dice.pick(&fitting);
        let family = Family::new(&mut dice);
        let born = born.unwrap_or_else(|| born_for(&referrer.school, day, stage.diary.today(), &mut dice));
        let child = family.child(born, &mut dice, &stage.numbers);
        let mut siblings = Vec::new();
        if dice.chance(35) {
            let apart = Days::new(dice.between(420, 1_500).into());
            let sibling =
                family.child(if dice.chance(60) { born + apart } else { born - apart }, &mut dice, &stage.numbers);
            let elsewhere = dice.chance(40);
            let at_school = if elsewhere { dice.pick(&stage.referrers).school.name.clone() } else { String::new() };
            if sibling.given != child.given && sibling.born < day {
                siblings.push((sibling, at_school));
            }
        }
        let officer = dice.between(0, 2) as usize;
        Self {
            stage,
            dice,
            at,
            over: false,
            referrer,
            family,
            child,
            siblings,
            officer,
            known: false,
            case: None,
            asked: Vec::new(),
        }
    }

    /// Another story of the same child, as if nobody recognised them.
    pub(in super::super) fn unrecognised(&mut self) -> Self {
        Self {
            dice: Dice::new(u64::from(self.dice.between(1, 1_000_000))),
            family: self.family.clone(),
            child: self.child.clone(),
            siblings: Vec::new(),
            case: None,
            asked: Vec::new(),
            ..*self
        }
    }

    /// Another story of the same child, reported again `working_days_ago`.
    pub(in super::super) fn again(&self, seed: u64, working_days_ago: u32) -> Self {
        let mut dice = Dice::new(seed);
        let at = self.stage.diary.in_term(self.stage.diary.back(working_days_ago, &mut dice));
        Self {
            dice,
            at,
            family: self.family.clone(),
            child: self.child.clone(),
            siblings: self.siblings.clone(),
            known: false,
            case: None,
            asked: Vec::new(),
            ..*self
        }
    }

    /// A story of a brother or sister at the same school, referred a little later. Each story's answers name the other
    /// child.
    pub(in super::super) fn with_sibling(&mut self) -> Self {
        let day = london_day(self.at);
        let mut sibling = self.child.clone();
        for _ in 0..40 {
            let born = born_for(&self.referrer.school, day, self.stage.diary.today(), &mut self.dice);
            sibling = self.family.child(born, &mut self.dice, &self.stage.numbers);
            if sibling.given != self.child.given && (born - self.child.born).num_days().abs() > 300 {
                break;
            }
        }
        let mut other = self.unrecognised();
        other.at += Duration::minutes(40);
        other.siblings = vec![(self.child.clone(), String::new())];
        self.siblings = vec![(sibling.clone(), String::new())];
        other.child = sibling;
        other
    }
}
