//! The answers that schools and the public give in their forms, complete and plausible. What must not live here: the
//! order of events in a case (`story`).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::school;
use entity::vocabulary::{Answer, NoVisitReason, ReferralGround, SchoolEnquiryKind, Sex};

use super::children::{Child, Family, phone};
use super::diary::Diary;
use super::dice::Dice;
use super::names::ELSEWHERE;
use super::words;
use crate::domain::answers::Answers;
use crate::domain::london::london_day;

/// How much danger the answers of a referral tell of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alarm {
    /// Immediate danger, for which the sender has called 999.
    Danger,
    /// Signs of harm, or a social worker who is involved.
    Harm,
    /// The sender does not know whether there is harm.
    Unclear,
    /// No sign of danger.
    Quiet,
}

impl Alarm {
    /// Throws the dice, with the proportions of an ordinary week.
    pub(super) fn throw(dice: &mut Dice) -> Self {
        match dice.between(1, 100) {
            1 => Self::Danger,
            2..=11 => Self::Harm,
            12..=27 => Self::Unclear,
            _ => Self::Quiet,
        }
    }
}

/// How much the sender of a report knows of the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knows {
    /// They have seen the child and do not know the name.
    Sight,
    /// They know the name and, in seven of ten cases, the date of birth.
    Name,
    /// They know the name and the date of birth.
    Birth,
}

/// A form that is being filled in: the values of each field.
#[derive(Debug, Default)]
struct Form(BTreeMap<String, Vec<String>>);

impl Form {
    fn set(&mut self, field: impl Into<String>, typed: impl Into<String>) {
        self.0.insert(field.into(), vec![typed.into()]);
    }

    fn day(&mut self, field: &str, day: NaiveDate) {
        self.set(format!("{field}-day"), day.day().to_string());
        self.set(format!("{field}-month"), day.month().to_string());
        self.set(format!("{field}-year"), day.year().to_string());
    }

    fn done(self) -> Answers {
        Answers(self.0)
    }
}

/// A school's referral before it is written down as answers.
#[derive(Debug)]
pub(super) struct Case<'a> {
    /// The child.
    pub(super) child: &'a Child,
    /// The child's family.
    pub(super) family: &'a Family,
    /// Brothers and sisters with the name of the school of each; an empty name stands for the same school.
    pub(super) siblings: &'a [(Child, String)],
    /// The school that refers the child.
    pub(super) school: &'a school::Model,
    /// The ground on which the school refers the child.
    pub(super) ground: ReferralGround,
    /// How much danger the answers tell of.
    pub(super) alarm: Alarm,
    /// The time at which the referral is sent.
    pub(super) sent: DateTime<Utc>,
}

/// The answers of a school’s referral. Every date lies between the last attendance and the day it is sent.
pub(super) fn by_school(case: &Case<'_>, diary: &Diary, dice: &mut Dice) -> Answers {
    let Case { child, family, siblings, school, ground, alarm, sent } = *case;
    let sent_on = london_day(sent);
    let away = match ground {
        ReferralGround::NotBackFromLeave => dice.between(19, 30),
        ReferralGround::MovedAbroad => dice.between(8, 16),
        ReferralGround::NotAtAddress => dice.between(9, 19),
    };
    let attended = diary.school_days_before(sent_on, away);
    let mut form = Form::default();
    form.set("ground", ground.code());
    safety(&mut form, alarm, dice);
    about(&mut form, child);
    match &child.upn {
        Ok(upn) => form.set("upn", upn),
        Err(absence) => form.set("upnAbsence", absence.code()),
    }
    form.set("address", &family.address);
    form.set("postcode", &family.postcode);
    for (number, (name, relationship)) in (1..).zip(&family.parents) {
        form.set(format!("parent.{number}.name"), name);
        form.set(format!("parent.{number}.relationship"), *relationship);
        if number == 1 {
            form.set("parent.1.phone", &family.phone);
        } else if dice.chance(60) {
            form.set(format!("parent.{number}.phone"), phone(dice));
        } else {
            form.set(format!("parent.{number}.noPhone"), "YES");
        }
    }
    form.day("lastAttended", attended);
    // The school sees a child on school days, and nobody of the school sees one who is on leave.
    let later = if ground != ReferralGround::NotBackFromLeave && dice.chance(25) { dice.between(1, 3) } else { 0 };
    let seen = diary.school_days(attended, sent_on).into_iter().take(later as usize).next_back().unwrap_or(attended);
    form.day("lastSeen", seen);
    form.set("lastSeenBy", *dice.pick(if seen > attended { words::SEEN_OUTSIDE } else { words::SEEN_BY }));
    let mut missed_from = seen;
    match ground {
        ReferralGround::MovedAbroad => {
            let (country, town, _) = dice.pick(family.background.abroad);
            form.set("destination", dice.pick(words::GONE_ABROAD).replace("{place}", &format!("{town}, {country}")));
        }
        ReferralGround::NotBackFromLeave => {
            // Until the day the child was due back, the school has nothing to enquire about.
            missed_from = diary.school_days_before(sent_on, dice.between(12, 14));
            form.day("returnDue", missed_from);
        }
        ReferralGround::NotAtAddress => {}
    }
    enquiries(&mut form, &diary.school_days(missed_from, sent_on), sent_on, !siblings.is_empty(), dice);
    form.set("foundAtAddress", Answer::No.code());
    form.set("professionals", Answer::No.code());
    form.set("welfareOfficer", "Rosalind Achterberg, 01632 960 174");
    form.set("appraisedBy", "The designated safeguarding lead");
    form.day("appraisedOn", sent_on);
    form.set("appraisal", *dice.pick(words::APPRAISAL));
    if siblings.is_empty() {
        form.set("siblings", if dice.chance(85) { Answer::No.code() } else { Answer::NotKnown.code() });
    } else {
        form.set("siblings", Answer::Yes.code());
    }
    for (number, (sibling, at)) in (1..).zip(siblings) {
        form.set(format!("sibling.{number}.name"), format!("{} {}", sibling.given, sibling.family));
        form.set(format!("sibling.{number}.school"), if at.is_empty() { &school.name } else { at });
        form.day(&format!("sibling.{number}.dateOfBirth"), sibling.born);
    }
    form.done()
}

fn safety(form: &mut Form, alarm: Alarm, dice: &mut Dice) {
    let (danger, care, harm) = match alarm {
        Alarm::Danger => (Answer::Yes, Answer::Yes, Answer::Yes),
        Alarm::Harm if dice.chance(50) => (Answer::No, Answer::Yes, Answer::No),
        Alarm::Harm => (Answer::No, Answer::No, Answer::Yes),
        Alarm::Unclear if dice.chance(40) => (Answer::NotKnown, Answer::NotKnown, Answer::NotKnown),
        Alarm::Unclear => (Answer::No, Answer::NotKnown, Answer::No),
        Alarm::Quiet => (Answer::No, Answer::No, Answer::No),
    };
    form.set("danger", danger.code());
    form.set("socialCare", care.code());
    form.set("harm", harm.code());
    if danger == Answer::Yes {
        form.set("dangerCalled", "YES");
        form.set("dangerReference", format!("Police incident {:04}", dice.between(100, 899)));
    }
    if care == Answer::Yes {
        form.set("socialWorker", *dice.pick(words::SOCIAL_WORKERS));
    }
    if harm == Answer::Yes {
        form.set("harmDetails", *dice.pick(words::HARM));
    }
}

fn about(form: &mut Form, child: &Child) {
    form.set("givenNames", child.given);
    form.set("familyName", child.family);
    form.day("dateOfBirth", child.born);
    form.set("sex", child.sex.code());
}

fn enquiries(form: &mut Form, days: &[NaiveDate], sent: NaiveDate, has_siblings: bool, dice: &mut Dice) {
    let mut kinds = vec![SchoolEnquiryKind::PhoneCall, SchoolEnquiryKind::Text, SchoolEnquiryKind::EmergencyContact];
    let visited = dice.chance(88);
    if visited {
        kinds.push(SchoolEnquiryKind::HomeVisit);
    } else {
        form.set("noHomeVisit", NoVisitReason::Unsafe.code());
        form.set("noHomeVisitReason", *dice.pick(words::NO_VISIT));
    }
    if has_siblings {
        kinds.push(SchoolEnquiryKind::SiblingsSchool);
    }
    let mut more = [SchoolEnquiryKind::Letter, SchoolEnquiryKind::NeighbourOrRelative, SchoolEnquiryKind::Email];
    dice.shuffle(&mut more);
    kinds.extend_from_slice(&more[..dice.between(0, 2) as usize]);
    // Enquiries are spread over the days, so that each could be answered before the next is made.
    let apart = (days.len() / kinds.len()).max(1);
    for (number, kind) in (1_usize..).zip(kinds) {
        let day = days.get((number - 1) * apart).copied().unwrap_or(sent);
        form.set(format!("enquiry.{number}.kind"), kind.code());
        form.day(&format!("enquiry.{number}.date"), day);
        form.set(format!("enquiry.{number}.outcome"), *dice.pick(words::school_enquiry(kind)));
    }
}

/// The answers of a member of the public who reports a child.
pub(super) fn by_public(child: &Child, family: &Family, alarm: Alarm, knows: Knows, dice: &mut Dice) -> Answers {
    let mut form = Form::default();
    let danger = if alarm == Alarm::Danger { Answer::Yes } else { Answer::No };
    form.set("danger", danger.code());
    if danger == Answer::Yes {
        form.set("dangerCalled", "YES");
        form.set("dangerReference", "Rang 999, they are sending somebody");
    }
    let harm = match alarm {
        Alarm::Danger | Alarm::Harm => Answer::Yes,
        Alarm::Unclear => Answer::NotKnown,
        Alarm::Quiet => Answer::No,
    };
    form.set("harm", harm.code());
    if knows == Knows::Sight {
        form.set("nameNotKnown", "YES");
        form.set("age", *dice.pick(&["About 7", "Seven or eight", "Primary school age", "10 or 11"]));
    } else if knows == Knows::Birth || dice.chance(70) {
        about(&mut form, child);
    } else {
        form.set("givenNames", child.given);
        form.set("familyName", child.family);
        form.set("age", "Not sure");
        form.set("sex", Sex::Unknown.code());
    }
    form.set("address", &family.address);
    if dice.chance(70) {
        form.set("postcode", &family.postcode);
    }
    let (town, school) = dice.pick(ELSEWHERE);
    form.set(
        "lastSchool",
        dice.pick(&["Not known", "A school in {town}", "{school}", "Never in school here"])
            .replace("{town}", town)
            .replace("{school}", school),
    );
    form.set("lastSeenText", *dice.pick(words::LAST_SEEN));
    if let Some((name, relationship)) = family.parents.first() {
        form.set("parents", format!("{name} ({})", relationship.to_lowercase()));
    }
    form.set("concern", *dice.pick(words::CONCERNS));
    let (role, name, address) = *dice.pick(words::REPORTERS);
    form.set("reporterRole", role);
    if !name.is_empty() {
        form.set("reporterName", name);
        form.set("reporterPhone", phone(dice));
        form.set("reporterEmail", address);
    }
    form.done()
}

/// The answers of a draft that a school has begun and not finished.
pub(super) fn begun(child: &Child, ground: ReferralGround, alarm: Alarm, dice: &mut Dice) -> Answers {
    let mut form = Form::default();
    form.set("ground", ground.code());
    safety(&mut form, alarm, dice);
    if dice.chance(75) {
        about(&mut form, child);
    }
    form.done()
}
