//! What still waits, what was sent elsewhere, and what was begun and not sent.

use entity::vocabulary::{RedirectTo, ReferralGround};

use super::Stage;
use super::dice::Dice;
use super::story::Story;
use super::telling::{self, Alarm, Knows};
use crate::error::Error;
use crate::service::referral;

/// The referrals in the inbox, by how alarming they are and how many working days ago they came.
const WAITING: &[(Alarm, u32)] = &[
    (Alarm::Danger, 0),
    (Alarm::Harm, 0),
    (Alarm::Harm, 1),
    (Alarm::Harm, 2),
    (Alarm::Unclear, 0),
    (Alarm::Unclear, 1),
    (Alarm::Unclear, 1),
    (Alarm::Unclear, 3),
    (Alarm::Quiet, 0),
    (Alarm::Quiet, 0),
    (Alarm::Quiet, 1),
    (Alarm::Quiet, 2),
    (Alarm::Quiet, 3),
    (Alarm::Danger, 0),
    (Alarm::Harm, 1),
];

/// Leaves referrals of every urgency in the inbox.
pub(super) async fn wait(stage: &Stage, seed: u64) -> Result<(), Error> {
    for (number, (alarm, ago)) in (1..).zip(WAITING) {
        let mut story = Story::begin(stage, seed + number, *ago);
        let sent = if number % 3 == 0 {
            story.report(*alarm, if number % 2 == 0 { Knows::Sight } else { Knows::Name }).await?
        } else {
            let ground = *story.dice.pick(ReferralGround::ALL);
            story.refer(ground, *alarm).await?
        };
        // Too late in the day for a school to get it sent: somebody else tells instead.
        if sent.is_none() {
            story.over = false;
            story.at = stage.diary.now;
            story.report(*alarm, Knows::Name).await?;
        }
    }
    Ok(())
}

/// Where referrals were sent, and why, in words that the sender reads.
const ELSEWHERE: &[(RedirectTo, &str)] = &[
    (
        RedirectTo::EducationWelfare,
        "The child was at the door when our officer called and is on your roll: this is attendance. Education welfare will ring you.",
    ),
    (RedirectTo::EducationWelfare, "Seen at home with mother on the day you wrote. The name must stay on your roll."),
    (
        RedirectTo::ElectiveHomeEducation,
        "The parents gave written notice of home education last week; that team has the case.",
    ),
    (RedirectTo::ElectiveHomeEducation, "Already with the home education team, which visits next month."),
    (RedirectTo::Participation, "Over compulsory school age since June. The participation team will get in touch."),
    (RedirectTo::EarlyYears, "Not yet of compulsory school age. The early years team has been told."),
    (
        RedirectTo::Admissions,
        "An in-year application is being dealt with; admissions will tell you when the place is taken up.",
    ),
    (RedirectTo::Admissions, "The place was offered on Friday and accepted. Nothing further is needed from you."),
    (
        RedirectTo::OtherAuthority,
        "The family lives in Central Bedfordshire. Their officer has your referral and has confirmed it.",
    ),
    (RedirectTo::OtherAuthority, "Hertfordshire has the child on its list since September and leads."),
    (RedirectTo::AlreadySettled, "On the roll of another school since Monday; you will be asked for the file."),
    (RedirectTo::AlreadySettled, "Back from leave and attending. Thank you for telling us."),
];

/// Sends so many referrals elsewhere.
pub(super) async fn redirect(stage: &Stage, seed: u64) -> Result<(), Error> {
    for (number, (to, reason)) in (1..).zip(ELSEWHERE) {
        let mut dice = Dice::new(seed + number);
        let ago = dice.between(5, 200);
        let mut story = Story::begin(stage, seed + 100 + number, ago);
        let alarm = if number == 2 { Alarm::Harm } else { Alarm::Quiet };
        let by_public = matches!(to, RedirectTo::Participation | RedirectTo::EarlyYears);
        let id = if by_public {
            story.siblings.clear();
            story.report(alarm, Knows::Birth).await?
        } else {
            story.refer(ReferralGround::NotAtAddress, alarm).await?
        };
        story.wait(0, 1);
        let (Some(id), false) = (id, story.over) else { continue };
        let reference = story.reference_of(id).await?;
        let mash = if alarm == Alarm::Harm { format!("MASH-{}-0412", story.at.format("%y%m")) } else { String::new() };
        let op = stage.op(stage.crew.officers[0].1.clone(), story.at);
        referral::redirect(&op, reference, 1, Some(*to), (*reason).to_owned(), mash).await?;
    }
    Ok(())
}

/// Leaves a few drafts unsent; the two people who are printed have one each.
pub(super) async fn draft(stage: &Stage, seed: u64) -> Result<(), Error> {
    for number in 0..5 {
        let mut story = Story::begin(stage, seed + number, u32::try_from(number).unwrap_or(0));
        let urn = ["900106", "900123"].get(usize::try_from(number).unwrap_or(9));
        let own = stage.referrers.iter().find(|referrer| urn.is_some_and(|urn| referrer.school.urn == *urn));
        let referrer = own.unwrap_or(story.referrer);
        let ground = *story.dice.pick(ReferralGround::ALL);
        let answers = telling::begun(&story.child, ground, Alarm::Quiet, &mut story.dice);
        let op = stage.op(referrer.contact.clone(), story.at);
        referral::start_draft(&op, answers).await?;
    }
    Ok(())
}
