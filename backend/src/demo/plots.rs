//! The courses that a case may take: how often each occurs, how long ago it began, and what is done in it. What must
//! not live here: single steps (`scenes`, `story`).

use chrono::NaiveDate;
use entity::vocabulary::{
    EscalationLevel, EvidenceKind, Outcome, PlacementKind, ReferralGround, StatusGround, StatutoryStatus, Whereabouts,
};

use super::Stage;
use super::children::{born_in, born_too_late};
use super::dice::Dice;
use super::forms::{Alarm, Knows};
use super::scenes::{abroad, duplicate, find, second_episode, settled, trace, within_uk};
use super::story::Story;
use crate::domain::case::Close;
use crate::domain::london::london_day;
use crate::domain::school_age::school_leaving_date;
use crate::error::Error;

/// The course of a case, from the referral to its end or to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plot {
    StateSchool,
    IndependentSchool,
    AlternativeProvision,
    HomeEducation,
    MovedUk,
    MovedAbroad,
    NotResident,
    InError,
    Duplicate,
    OverAge,
    BelowAge,
    Deceased,
    JustOpened,
    Enquiring,
    OnRoll,
    LongUnknown,
    Untraced,
    Placing,
    TrackedAbroad,
    TrackedUk,
    Flagged,
    Overdue,
    DueToday,
    Reopened,
    SecondEpisode,
    Siblings,
}

/// Every plot with the number of cases it makes of some three hundred, and the earliest and latest number of working
/// days ago that it begins.
const SHARES: &[(Plot, usize, u32, u32)] = &[
    (Plot::StateSchool, 46, 45, 245),
    (Plot::IndependentSchool, 10, 45, 245),
    (Plot::AlternativeProvision, 10, 45, 245),
    (Plot::HomeEducation, 18, 45, 245),
    (Plot::MovedUk, 28, 45, 245),
    (Plot::MovedAbroad, 22, 60, 245),
    (Plot::NotResident, 12, 45, 245),
    (Plot::InError, 14, 30, 245),
    (Plot::Duplicate, 4, 60, 200),
    (Plot::OverAge, 6, 0, 0),
    (Plot::BelowAge, 3, 30, 240),
    (Plot::Deceased, 1, 100, 240),
    (Plot::JustOpened, 10, 2, 4),
    (Plot::Enquiring, 26, 5, 40),
    (Plot::OnRoll, 12, 3, 14),
    (Plot::LongUnknown, 12, 60, 250),
    (Plot::Untraced, 5, 90, 250),
    (Plot::Placing, 15, 24, 40),
    (Plot::TrackedAbroad, 8, 30, 120),
    (Plot::TrackedUk, 6, 30, 60),
    (Plot::Flagged, 5, 5, 9),
    (Plot::Overdue, 8, 18, 40),
    (Plot::DueToday, 5, 5, 12),
    (Plot::Reopened, 4, 90, 150),
    (Plot::SecondEpisode, 4, 130, 220),
    (Plot::Siblings, 9, 50, 200),
];

/// Chooses plots for about `cases` cases, each plot at least once, with how many working days ago it begins. The oldest
/// come first.
pub(super) fn chosen(cases: usize, dice: &mut Dice) -> Vec<(Plot, u32)> {
    let whole: usize = SHARES.iter().map(|(_, share, ..)| share).sum();
    let mut plots = Vec::with_capacity(cases);
    for (plot, share, from, to) in SHARES {
        for _ in 0..(share * cases / whole).max(1) {
            plots.push((*plot, dice.between(*from, *to)));
        }
    }
    // Two of the plots make two cases each; what is missing after rounding is filled with children who return to
    // school.
    while plots.iter().map(|(plot, _)| made(*plot)).sum::<usize>() < cases {
        plots.push((Plot::StateSchool, dice.between(8, 120)));
    }
    plots.sort_by_key(|(_, ago)| std::cmp::Reverse(*ago));
    plots
}

/// The number of cases that a plot makes.
pub(super) fn made(plot: Plot) -> usize {
    if matches!(plot, Plot::Duplicate | Plot::SecondEpisode | Plot::Siblings) { 2 } else { 1 }
}

/// Carries out one plot to its end or to now, and returns the story as it stands then.
pub(super) async fn live(stage: &Stage, plot: Plot, ago: u32, seed: u64) -> Result<Story<'_>, Error> {
    match plot {
        Plot::OverAge => over_age(stage, seed).await,
        Plot::BelowAge => below_age(stage, ago, seed).await,
        Plot::Siblings => siblings(stage, ago, seed).await,
        _ => {
            let mut story = Story::begin(stage, seed, ago);
            begin(&mut story, plot).await?;
            if matches!(
                plot,
                Plot::JustOpened | Plot::OnRoll | Plot::Flagged | Plot::Overdue | Plot::DueToday | Plot::Enquiring
            ) {
                unfinished(&mut story, plot).await?;
            } else if matches!(
                plot,
                Plot::LongUnknown | Plot::Untraced | Plot::Placing | Plot::TrackedAbroad | Plot::TrackedUk
            ) {
                going_on(&mut story, plot).await?;
            } else {
                ended(&mut story, plot).await?;
            }
            Ok(story)
        }
    }
}

/// A referral arrives and a case is opened from it. Unless the plot needs open flags, the MASH answers those that the
/// referral raised.
async fn begin(story: &mut Story<'_>, plot: Plot) -> Result<(), Error> {
    let alarm = if plot == Plot::JustOpened { Alarm::Quiet } else { Alarm::throw(&mut story.dice) };
    let alarm = if matches!(plot, Plot::Overdue | Plot::DueToday | Plot::OnRoll) && alarm == Alarm::Danger {
        Alarm::Quiet
    } else {
        alarm
    };
    let by_school = matches!(
        plot,
        Plot::OnRoll
            | Plot::InError
            | Plot::MovedAbroad
            | Plot::TrackedAbroad
            | Plot::Duplicate
            | Plot::OverAge
            | Plot::Siblings
            | Plot::LongUnknown
            | Plot::Untraced
    );
    let id = if by_school || story.dice.chance(82) {
        let ground = match plot {
            Plot::MovedAbroad | Plot::TrackedAbroad if story.dice.chance(70) => ReferralGround::MovedAbroad,
            _ if story.dice.chance(25) => ReferralGround::NotBackFromLeave,
            _ => ReferralGround::NotAtAddress,
        };
        story.refer(ground, alarm).await?
    } else {
        story.siblings.clear();
        story.report(alarm, Knows::Name).await?
    };
    if matches!(alarm, Alarm::Danger | Alarm::Harm) {
        story.wait(0, 0);
    } else {
        story.wait(0, 1);
    }
    let status = match plot {
        Plot::OnRoll | Plot::InError => StatutoryStatus::NotCmeOnRoll,
        _ if story.dice.chance(6) => StatutoryStatus::Undecided,
        _ => StatutoryStatus::Cme,
    };
    let taken = plot != Plot::JustOpened && story.dice.chance(75);
    story.open(id, status, taken).await?;
    if plot == Plot::JustOpened {
        return Ok(());
    }
    if !taken {
        story.wait(0, 1);
        story.assign().await?;
    }
    if plot != Plot::Flagged {
        story.mash_answers().await?;
    }
    if status == StatutoryStatus::Undecided && plot != Plot::OverAge {
        story.wait(1, 2);
        let reason = "No school in the register has the child, and nobody is known to educate them.";
        story.status(StatusGround::NoRollKnown, "Pupil records and admissions", reason).await?;
    }
    Ok(())
}

/// Plots that end with work still to be done.
async fn unfinished(story: &mut Story<'_>, plot: Plot) -> Result<(), Error> {
    let today = story.stage.diary.today();
    story.wait(0, 1);
    match plot {
        Plot::OnRoll => {
            story
                .note("Joint enquiries agreed with the school. The name stays on the roll until we decide together.")
                .await?;
            story.propose_removal().await?;
            story.leave_open(Some(today + chrono::Days::new(4))).await?;
        }
        Plot::Flagged => {
            story.keep_address().await?;
            story.flag(EscalationLevel::SignificantHarm).await?;
        }
        Plot::Overdue => story.leave_open(None).await?,
        Plot::DueToday => story.leave_open(Some(today)).await?,
        Plot::Enquiring => {
            let checks = story.dice.between(1, 3);
            trace(story, checks).await?;
            story.learn_nhs_number().await?;
            story.mistake_a_cousin().await?;
            story.change_a_phone().await?;
            story.keep_reviewing().await?;
            let due = today + chrono::Days::new(story.dice.between(1, 8).into());
            story.leave_open(Some(due)).await?;
        }
        _ => {}
    }
    Ok(())
}

/// Plots of cases that stay open and are reviewed from time to time.
async fn going_on(story: &mut Story<'_>, plot: Plot) -> Result<(), Error> {
    let stage = story.stage;
    match plot {
        Plot::Placing => {
            find(story).await?;
            story.wait(1, 3);
            story.place(PlacementKind::StateSchool, 8).await?;
            story.keep_reviewing().await
        }
        Plot::TrackedAbroad => {
            trace(story, 1).await?;
            abroad(story, false).await?;
            story.keep_reviewing().await
        }
        Plot::TrackedUk => {
            trace(story, 1).await?;
            within_uk(story, false).await?;
            story.keep_reviewing().await
        }
        _ => {
            trace(story, 4).await?;
            if plot == Plot::Untraced {
                story.at = story.at.max(stage.diary.back(22, &mut story.dice));
                let note = "All enquiries were gone through with the team. The child is still untraced; the case stays open, and every check is repeated each half term.";
                let from = "Helen Marchbank, manager";
                story.close(Outcome::UntracedReview, EvidenceKind::ManagerReview, from, Close::default(), note).await?;
            }
            story.keep_reviewing().await
        }
    }
}

/// Plots that end with a closed case; some are reopened or followed by a second case.
async fn ended(story: &mut Story<'_>, plot: Plot) -> Result<(), Error> {
    story.wait(0, 2);
    match plot {
        Plot::IndependentSchool => {
            story.second_report().await?;
            settled(story, PlacementKind::IndependentSchool).await
        }
        Plot::AlternativeProvision => settled(story, PlacementKind::AlternativeProvision).await,
        Plot::HomeEducation => settled(story, PlacementKind::HomeEducation).await,
        Plot::MovedUk => {
            trace(story, 2).await?;
            within_uk(story, true).await
        }
        Plot::MovedAbroad => {
            trace(story, 2).await?;
            abroad(story, true).await
        }
        Plot::NotResident => {
            trace(story, 1).await?;
            let note = "The family lives, and lived before the referral, in the neighbouring authority, which has taken the child on its list.";
            let from = "CME officer, Central Bedfordshire";
            let acknowledged_as = format!("CB/{}", story.dice.between(1_000, 9_999));
            let there = Close { authority: "Central Bedfordshire".to_owned(), acknowledged_as, ..Close::default() };
            story.whereabouts(Whereabouts::KnownReported, "The neighbouring authority gave us the address.").await?;
            story.wait(0, 0);
            story.close(Outcome::NotResidentConfirmed, EvidenceKind::AuthorityConfirmation, from, there, note).await
        }
        Plot::InError => {
            story
                .note("Rang the school: the child was back on Monday. Agreed that this is attendance and not for us.")
                .await?;
            story.whereabouts(Whereabouts::KnownReported, "The school says that the child is in class again.").await?;
            story.wait(0, 2);
            let note = "On the roll and attending; education welfare goes on with it.";
            story
                .close(
                    Outcome::ReferredInError,
                    EvidenceKind::SchoolConfirmation,
                    "Attendance lead of the school",
                    Close::default(),
                    note,
                )
                .await
        }
        Plot::Duplicate => {
            trace(story, 1).await?;
            duplicate(story).await?;
            settled(story, PlacementKind::StateSchool).await
        }
        Plot::Deceased => {
            story.note("Told by the child death review team. No letter or call to the family from us; all automatic mail stopped.").await?;
            story.wait(1, 2);
            let note = "Recorded with sorrow. The school has been told by the family.";
            story.close(Outcome::Deceased, EvidenceKind::DeathNotice, "Registrar", Close::default(), note).await
        }
        Plot::Reopened => {
            settled(story, PlacementKind::StateSchool).await?;
            story.wait(10, 25);
            story
                .reopen("The school tells us that the child came for four days and then no more; the flat is empty.")
                .await?;
            story.wait(0, 1);
            story.whereabouts(Whereabouts::Unknown, "The address is empty and the numbers do not connect.").await?;
            trace(story, 2).await?;
            story.keep_reviewing().await
        }
        Plot::SecondEpisode => {
            settled(story, PlacementKind::StateSchool).await?;
            second_episode(story).await
        }
        _ => settled(story, PlacementKind::StateSchool).await,
    }
}

/// A child in year 11 is not found before the school leaving date, and is over compulsory school age after it.
async fn over_age(stage: &Stage, seed: u64) -> Result<Story<'_>, Error> {
    let mut dice = Dice::new(seed);
    let today = stage.diary.today();
    let this_year = school_leaving_date(chrono::Datelike::year(&today));
    let left: NaiveDate =
        if this_year < today { this_year } else { school_leaving_date(chrono::Datelike::year(&today) - 1) };
    let day = stage.diary.school_days_before(left, dice.between(30, 55));
    let at = super::diary::at(day, dice.between(9 * 60, 15 * 60));
    let born = born_in(11, day, &mut dice);
    let mut story = Story::begin_at(stage, dice, at, Some(born));
    begin(&mut story, Plot::OverAge).await?;
    trace(&mut story, 2).await?;
    story.at = story.at.max(super::diary::at(left, 15 * 60));
    story.wait(2, 6);
    let note = "Over compulsory school age since the last Friday of June; handed to the participation team with all that is known.";
    story
        .close(
            Outcome::OverSchoolAge,
            EvidenceKind::DateOfBirthRecord,
            "School’s admission register",
            Close::default(),
            note,
        )
        .await?;
    Ok(story)
}

/// A neighbour reports a child who turns out to be too young.
async fn below_age(stage: &Stage, ago: u32, seed: u64) -> Result<Story<'_>, Error> {
    let mut dice = Dice::new(seed);
    let at = stage.diary.back(ago, &mut dice);
    let born = born_too_late(london_day(at), &mut dice);
    let mut story = Story::begin_at(stage, dice, at, None);
    story.child.born = born;
    story.siblings.clear();
    let id = story.report(Alarm::Quiet, Knows::Birth).await?;
    story.wait(0, 1);
    story.open(id, StatutoryStatus::Undecided, true).await?;
    story.wait(1, 3);
    story.note("The health visitor has the birth certificate on record: the child is not yet of school age.").await?;
    story.wait(0, 2);
    let note = "Below compulsory school age. Told the early years team and put on the list for the term in which school age begins.";
    story
        .close(Outcome::BelowSchoolAge, EvidenceKind::DateOfBirthRecord, "Health visitor", Close::default(), note)
        .await?;
    Ok(story)
}

/// A school refers a brother and a sister in two referrals, and both cases take the same course.
async fn siblings(stage: &Stage, ago: u32, seed: u64) -> Result<Story<'_>, Error> {
    let mut elder = Story::begin(stage, seed, ago);
    let mut younger = elder.with_sibling();
    let plot = if seed.is_multiple_of(2) { Plot::MovedUk } else { Plot::StateSchool };
    for story in [&mut elder, &mut younger] {
        begin(story, Plot::Siblings).await?;
        // The second case uses the same dice, so that the same officer asks about both and both go to the same place.
        story.dice = Dice::new(seed);
        ended(story, plot).await?;
    }
    Ok(elder)
}
