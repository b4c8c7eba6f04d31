//! Referrals that await triage, referrals that were redirected, and drafts that were not sent.

use entity::vocabulary::{EscalationStage, RedirectTo, ReferralGround};

use super::Stage;
use super::children::{born_in, born_too_late};
use super::dice::Dice;
use super::forms::{self, Alarm, Knows};
use super::plots::Plot;
use super::story::Story;
use crate::domain::london::london_day;
use crate::domain::referral::Redirect;
use crate::error::Error;
use crate::service::{draft, referral};

/// How far the MASH has got with the flags of referrals that await triage, in turn.
const STAGES: [EscalationStage; 4] =
    [EscalationStage::Raised, EscalationStage::Acknowledged, EscalationStage::Rated, EscalationStage::Relayed];

/// The referrals that await triage: how much danger each tells of, how many working days ago it came, and the plot of
/// the child's earlier case if it is a child on file.
const WAITING: &[(Alarm, u32, Option<Plot>)] = &[
    (Alarm::Danger, 0, None),
    (Alarm::Harm, 0, None),
    (Alarm::Harm, 1, Some(Plot::MovedAbroad)),
    (Alarm::Harm, 2, None),
    (Alarm::Unclear, 0, None),
    (Alarm::Unclear, 1, None),
    (Alarm::Unclear, 1, None),
    (Alarm::Unclear, 3, None),
    (Alarm::Quiet, 0, Some(Plot::LongUnknown)),
    (Alarm::Quiet, 0, None),
    (Alarm::Quiet, 1, Some(Plot::InError)),
    (Alarm::Quiet, 2, None),
    (Alarm::Quiet, 3, None),
    (Alarm::Danger, 0, None),
    (Alarm::Harm, 1, None),
];

/// Leaves referrals of every urgency in the inbox, some of them of children whose stories were `told` before.
pub(super) async fn wait(stage: &Stage, told: &[(Plot, Story<'_>)], seed: u64) -> Result<(), Error> {
    let mut flagged = 0;
    for (number, (alarm, ago, before)) in (1..).zip(WAITING) {
        let on_file = told.iter().rev().find(|(plot, story)| Some(*plot) == *before && !story.over);
        let (mut story, knows) = match on_file {
            Some((_, story)) => (story.again(seed + number, *ago), Knows::Birth),
            None => (Story::begin(stage, seed + number, *ago), Knows::Name),
        };
        let sent = if number % 3 == 0 {
            story.report(*alarm, if number % 2 == 0 { Knows::Sight } else { knows }).await?
        } else {
            // A child on file has been back at school too recently to be missing from a leave of absence.
            let any = *story.dice.pick(ReferralGround::ALL);
            story.refer(if on_file.is_some() { ReferralGround::NotAtAddress } else { any }, *alarm).await?
        };
        // When it is too late in the day for a school to send its referral, a member of the public reports the child
        // instead.
        let sent = if sent.is_some() {
            sent
        } else {
            story.over = false;
            story.at = stage.diary.now;
            story.report(*alarm, knows).await?
        };
        if let (Some(sent), Alarm::Harm | Alarm::Danger) = (sent, alarm) {
            story.mash_reaches(sent, STAGES[flagged % STAGES.len()]).await?;
            flagged += 1;
        }
    }
    Ok(())
}

/// Where referrals are redirected to, and the reason that the sender reads.
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

/// Sends some referrals and redirects each of them.
pub(super) async fn redirect(stage: &Stage, seed: u64) -> Result<(), Error> {
    for (number, (to, reason)) in (1..).zip(ELSEWHERE) {
        let mut dice = Dice::new(seed + number);
        let ago = dice.between(5, 200);
        let mut story = Story::begin(stage, seed + 100 + number, ago);
        let alarm = if number == 2 { Alarm::Harm } else { Alarm::Quiet };
        let by_public = matches!(to, RedirectTo::Participation | RedirectTo::EarlyYears);
        let id = if by_public {
            let day = london_day(story.at);
            story.child.born = if *to == RedirectTo::EarlyYears {
                born_too_late(day, &mut story.dice)
            } else {
                born_in(12, day, &mut story.dice)
            };
            story.siblings.clear();
            story.report(alarm, Knows::Birth).await?
        } else {
            story.refer(ReferralGround::NotAtAddress, alarm).await?
        };
        story.wait(0, 1);
        let (Some(id), false) = (id, story.over) else { continue };
        let reference = story.reference_of(id).await?;
        if alarm == Alarm::Harm {
            story.mash_reaches(id, EscalationStage::Answered).await?;
        }
        let op = stage.op(stage.crew.officers[0].1.clone(), story.at);
        let typed =
            Redirect { to: Some(*to), reason: (*reason).to_owned(), authority: "Leeds City Council".to_owned() };
        referral::redirect(&op, reference, 1, typed).await?;
    }
    let mut story = Story::begin(stage, seed + 300, 9);
    let sent = story.refer(ReferralGround::NotAtAddress, Alarm::Quiet).await?;
    story.wait(0, 1);
    if let (Some(id), false) = (sent, story.over) {
        story
            .withdraw(id, "The family rang this morning: they are with the grandparents, and she is back on Monday.")
            .await?;
    }
    Ok(())
}

/// Leaves a few drafts unsent, the first two by contacts whose addresses are printed.
pub(super) async fn draft(stage: &Stage, seed: u64) -> Result<(), Error> {
    for number in 0..5 {
        let mut story = Story::begin(stage, seed + number, u32::try_from(number).unwrap_or(0));
        let urn = ["900106", "900123"].get(usize::try_from(number).unwrap_or(9));
        let own = stage.referrers.iter().find(|referrer| urn.is_some_and(|urn| referrer.school.urn == *urn));
        let referrer = own.unwrap_or(story.referrer);
        let ground = *story.dice.pick(ReferralGround::ALL);
        let answers = forms::begun(&story.child, ground, Alarm::Quiet, &mut story.dice);
        let op = stage.op(referrer.contact.clone(), story.at);
        draft::start(&op, answers).await?;
    }
    Ok(())
}
