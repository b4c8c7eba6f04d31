//! Sequences of steps that several plots share: tracing, finding, leaving, settling, and starting again. What must not
//! live here: single commands (`story`).

use entity::vocabulary::{
    EnquiryFinding, EscalationLevel, EvidenceKind, Outcome, PlacementKind, ReferralGround, StatutoryStatus, Whereabouts,
};

use super::forms::{Alarm, Knows};
use super::names::ELSEWHERE;
use super::story::Story;
use super::words;
use crate::domain::case::Close;
use crate::error::Error;

/// Makes `checks` checks one after another, none of which finds the child.
pub(super) async fn trace(story: &mut Story<'_>, checks: u32) -> Result<(), Error> {
    for number in 0..checks {
        let asked = story.ask(None).await?;
        if number == 0 && story.dice.chance(5) {
            story.wait(0, 1);
            story.second_report().await?;
        }
        story.wait(1, 4);
        let finding = match story.dice.between(1, 10) {
            1..=6 => EnquiryFinding::NothingFound,
            7..=9 => EnquiryFinding::Lead,
            _ => EnquiryFinding::NoReply,
        };
        story.answer(asked, finding).await?;
        if finding == EnquiryFinding::Lead && story.dice.chance(35) {
            let text = *story.dice.pick(words::LEADS);
            story.note(text).await?;
        }
    }
    if story.dice.chance(6) {
        story.flag(EscalationLevel::ChildInNeed).await?;
        story.wait(0, 1);
        story.mash_answers().await?;
    }
    Ok(())
}

/// A check finds the child, and then somebody sees them.
pub(super) async fn find(story: &mut Story<'_>) -> Result<(), Error> {
    let checks = story.dice.between(0, 2);
    trace(story, checks).await?;
    let asked = story.ask(None).await?;
    story.wait(1, 3);
    story.answer(asked, EnquiryFinding::Located).await?;
    story.wait(0, 1);
    if story.dice.chance(40) {
        story
            .whereabouts(
                Whereabouts::KnownReported,
                "A relative gave the address; nobody of ours has seen the child yet.",
            )
            .await?;
        story.wait(1, 2);
    }
    let reason = *story.dice.pick(words::FOUND);
    story.whereabouts(Whereabouts::KnownConfirmed, reason).await
}

/// The child is said to have moved abroad; the school there confirms it if `confirmed`.
pub(super) async fn abroad(story: &mut Story<'_>, confirmed: bool) -> Result<(), Error> {
    let (country, town, school) = *story.dice.pick(story.family.background.abroad);
    let reason = *story.dice.pick(words::LEFT);
    story.whereabouts(Whereabouts::BelievedMovedAbroad, reason).await?;
    story.wait(0, 2);
    let there = || Close {
        country: country.to_owned(),
        school: school.to_owned(),
        address: format!("1 Example Road, {town}"),
        ..Close::default()
    };
    let note = "The family says that the child is at school there. Nobody there has confirmed it yet.";
    let (outcome, said) = (Outcome::MovedAbroadConfirmed, EvidenceKind::FamilyAccount);
    story.close(outcome, said, "Mother, by telephone", there(), note).await?;
    if confirmed {
        story.wait(5, 18);
        story.note("The school abroad answered our letter; their stamp and signature are on file.").await?;
        let reason = format!("{school}, {town}, confirms that the child is there. Nobody of ours has seen the child.");
        story.whereabouts(Whereabouts::KnownReported, &reason).await?;
        story.wait(0, 0);
        let from = format!("Head of {school}, {town}");
        let note = "The receiving school confirms that the child is on its roll and attends.";
        story.close(outcome, EvidenceKind::OverseasSchoolConfirmation, &from, there(), note).await?;
    }
    Ok(())
}

/// The child is said to live elsewhere in the country; the authority there confirms it if `confirmed`.
pub(super) async fn within_uk(story: &mut Story<'_>, confirmed: bool) -> Result<(), Error> {
    let (authority, school) = *story.dice.pick(ELSEWHERE);
    let reason = *story.dice.pick(words::LEFT);
    story.whereabouts(Whereabouts::BelievedMovedUk, reason).await?;
    story.wait(0, 2);
    let there = || Close { authority: authority.to_owned(), school: school.to_owned(), ..Close::default() };
    if !confirmed || story.dice.chance(40) {
        let note = "Said to be at school there; their authority has been asked to confirm.";
        let said = EvidenceKind::FamilyAccount;
        story.close(Outcome::MovedUkConfirmed, said, "Father, by telephone", there(), note).await?;
        story.wait(2, 8);
    }
    if confirmed {
        let reason =
            format!("The CME officer of {authority} confirms the address. Nobody of ours has seen the child there.");
        story.whereabouts(Whereabouts::KnownReported, &reason).await?;
        story.wait(0, 0);
        let from = format!("CME officer, {authority}");
        let note = "Their officer confirms the address and the school, and follows the child from now on.";
        let acknowledged_as = format!("CME/{}", story.dice.between(1_000, 9_999));
        let there = Close { acknowledged_as, ..there() };
        story.close(Outcome::MovedUkConfirmed, EvidenceKind::AuthorityConfirmation, &from, there, note).await?;
    }
    Ok(())
}

/// The child is found, gets a place and starts there.
pub(super) async fn settled(story: &mut Story<'_>, kind: PlacementKind) -> Result<(), Error> {
    find(story).await?;
    story.wait(1, 4);
    if story.dice.chance(60) {
        let text = *story.dice.pick(words::KNOWN);
        story.note(text).await?;
        story.wait(1, 4);
    }
    let (outcome, evidence, note) = match kind {
        PlacementKind::StateSchool if story.dice.chance(50) => {
            (Outcome::OnRollState, EvidenceKind::NewPupilReturn, "New-pupil return received; the child has started.")
        }
        PlacementKind::StateSchool => (
            Outcome::OnRollState,
            EvidenceKind::SchoolConfirmation,
            "The school confirms the name on its roll and a full first week.",
        ),
        PlacementKind::IndependentSchool => (
            Outcome::OnRollIndependent,
            EvidenceKind::SchoolConfirmation,
            "The school’s registrar confirms the admission.",
        ),
        PlacementKind::AlternativeProvision => (
            Outcome::AlternativeProvisionSuitable,
            EvidenceKind::ProviderConfirmation,
            "Full-time and suitable; the provider reports each week.",
        ),
        PlacementKind::HomeEducation => (
            Outcome::HomeEducationSuitable,
            EvidenceKind::HomeEducationAssessment,
            "Visited by the adviser: the education is suitable.",
        ),
    };
    let (at, began) = story.place(kind, 3).await?;
    story.wait(5, 9);
    let from = if kind == PlacementKind::HomeEducation {
        "Home education adviser".to_owned()
    } else {
        format!("Office of {at}")
    };
    if kind == PlacementKind::HomeEducation {
        return story.close(outcome, evidence, from.trim(), Close::default(), note).await;
    }
    story.attends(&at, began).await?;
    story.wait(0, 1);
    let there = Close { school: at, attended_on: began.to_string(), ..Close::default() };
    story.close(outcome, evidence, from.trim(), there, note).await
}

/// Somebody reports the same child; the new case is closed as a duplicate once the child is recognised.
pub(super) async fn duplicate(story: &mut Story<'_>) -> Result<(), Error> {
    let Some((_, reference, _)) = story.case.clone() else { return Ok(()) };
    let mut other = story.unrecognised();
    other.wait(0, 1);
    let id = other.report(Alarm::Quiet, Knows::Birth).await?;
    other.wait(0, 1);
    other.open(id, StatutoryStatus::Cme, true).await?;
    other.wait(1, 3);
    other.note("Same address and same mother as in a case of the spring list. Compared the two records.").await?;
    other.wait(0, 1);
    let note = "One child: same name, address and parent. The other case goes on.";
    let that = Close { duplicate_of: reference, ..Close::default() };
    other.close(Outcome::Duplicate, EvidenceKind::RecordComparison, "Both records side by side", that, note).await?;
    story.at = story.at.max(other.at);
    story.over |= other.over;
    Ok(())
}

/// Months later the same child is missing again, and a new case is opened.
pub(super) async fn second_episode(story: &mut Story<'_>) -> Result<(), Error> {
    let ago = story.dice.between(12, 40);
    let again = story.stage.diary.in_term(story.stage.diary.back(ago, &mut story.dice));
    if again <= story.at {
        return Ok(());
    }
    story.at = again;
    story.known = false;
    let id = story.refer(ReferralGround::NotAtAddress, Alarm::Quiet).await?;
    story.wait(0, 1);
    story.open(id, StatutoryStatus::Cme, true).await?;
    story.note("Known to us from an earlier case, closed after the child started school. Same family, new address unknown.").await?;
    trace(story, 1).await?;
    story.keep_reviewing().await
}
