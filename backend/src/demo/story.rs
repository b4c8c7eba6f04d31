//! One case, step by step. Each step goes through the same command as real use, at a time of its own, and none happens
//! after now. What must not live here: which steps follow each other (`plots`, `scenes`).

mod begin;
mod roll;

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::LawfulGateway;
use entity::vocabulary::{
    Channel, EnquiryFinding, EnquiryKind, EscalationLevel, EscalationStage, EvidenceKind, MashDecision, MashRating,
    Outcome, PlacementKind, ReferralGround, Risk, SchoolStatus, ServiceRoute, StatusGround, StatutoryStatus,
    Whereabouts,
};
use entity::{CaseId, ChildId, EnquiryId, ReferralId, school};

use super::Stage;
use super::children::{Child, Family};
use super::diary::Diary;
use super::dice::Dice;
use super::forms::{self, Alarm, Knows};
use super::people::{PARTNER, Referrer};
use super::words::{self, CHECKS, Check};
use crate::context::OpContext;
use crate::domain::case::{
    AnswerEnquiry, Case, ChangeWhereabouts, Close, ConfirmAttendance, DecideStatus, Open, Place, Placement,
    RaiseEscalation, RecordEnquiry, RecordNewPupilReturn, RecordReview, Reopen, status_of,
};
use crate::domain::escalation::{Acknowledge, AnswerEscalation, Escalation, Rate};
use crate::domain::london::london_day;
use crate::domain::matching::Person;
use crate::domain::referral::Referral;
use crate::domain::school_days::add_working_days;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service::case::{self, Target};
use crate::service::open::{self, Although, WhichChild};
use crate::service::{draft, escalation, referral, report};
use crate::store::{self, stream::load};

/// One case in the course of its story.
#[derive(Debug)]
pub(super) struct Story<'a> {
    pub(super) stage: &'a Stage,
    pub(super) dice: Dice,
    /// The time of the next step.
    pub(super) at: DateTime<Utc>,
    /// Whether the next step would be after now; no command is run any more then.
    pub(super) over: bool,
    pub(super) referrer: &'a Referrer,
    pub(super) family: Family,
    pub(super) child: Child,
    pub(super) siblings: Vec<(Child, String)>,
    officer: usize,
    /// Whether somebody has told the council where the child is.
    pub(super) known: bool,
    /// The id, the reference and the child of the case; `None` until it is opened.
    pub(super) case: Option<(CaseId, String, ChildId)>,
    asked: Vec<EnquiryKind>,
}

/// The number of working days in which an answer is due.
const REPLY_DAYS: u32 = 7;

impl Story<'_> {
    /// Moves the time of the next step on by `least` to `most` working days.
    pub(super) fn wait(&mut self, least: u32, most: u32) {
        let days = self.dice.between(least, most);
        self.at = Diary::later(self.at, days, &mut self.dice);
        self.over |= self.at > self.stage.diary.now;
    }

    fn op(&self, viewer: &Viewer) -> OpContext {
        self.stage.op(viewer.clone(), self.at)
    }

    fn officer(&self) -> OpContext {
        self.op(&self.stage.crew.officers[self.officer].1)
    }

    fn today(&self) -> NaiveDate {
        london_day(self.at)
    }

    /// The school begins, saves and sends a draft. Returns the referral, or `None` when that would be after now.
    pub(super) async fn refer(&mut self, ground: ReferralGround, alarm: Alarm) -> Result<Option<ReferralId>, Error> {
        let told = forms::Case {
            child: &self.child,
            family: &self.family,
            siblings: &self.siblings,
            school: &self.referrer.school,
            ground,
            alarm,
            sent: self.at,
        };
        let answers = forms::by_school(&told, &self.stage.diary, &mut self.dice);
        let first: Vec<String> = answers.0.keys().filter(|field| field.starts_with("ground")).cloned().collect();
        let mut begun = answers.clone();
        begun.0.retain(|field, _| first.contains(field));
        let id = draft::start(&self.op(&self.referrer.contact), begun).await?;
        let fields = answers.0.keys().cloned().collect();
        self.at += chrono::Duration::minutes(self.dice.between(6, 19).into());
        self.over |= self.at > self.stage.diary.now;
        if self.over {
            return Ok(None);
        }
        draft::save(&self.op(&self.referrer.contact), id, 1, answers, fields).await?;
        self.at = (self.at + chrono::Duration::seconds(self.dice.between(25, 90).into())).min(self.stage.diary.now);
        let op = self.op(&self.referrer.contact);
        draft::send(&op, id, 2, true).await.map(Some)
    }

    /// The school withdraws a referral that was not decided yet.
    pub(super) async fn withdraw(&self, id: ReferralId, reason: &str) -> Result<(), Error> {
        let reference = self.reference_of(id).await?;
        referral::withdraw(&self.op(&self.referrer.contact), reference, 1, reason.to_owned()).await.map(drop)
    }

    /// A member of the public reports the child. Returns `None` when that would be after now, or when the report is
    /// held.
    pub(super) async fn report(&mut self, alarm: Alarm, knows: Knows) -> Result<Option<ReferralId>, Error> {
        if self.over {
            return Ok(None);
        }
        let answers = forms::by_public(&self.child, &self.family, alarm, knows, &mut self.dice);
        let key = format!("demonstration-{:08}-{}", self.at.timestamp(), self.dice.between(100_000, 999_999));
        // Whoever reports a child has seen them somewhere.
        self.known |= self.case.is_none();
        let sent = report::send(&self.op(&Viewer::Anonymous), key, answers).await?;
        Ok(sent.referral)
    }

    /// The reference that people quote for a referral.
    pub(super) async fn reference_of(&self, id: ReferralId) -> Result<String, Error> {
        let row = store::referral::many(&self.officer(), &[id]).await?.pop().ok_or(Error::NotFound)?;
        Ok(row.reference)
    }

    /// An officer opens the case from a referral, or without one.
    pub(super) async fn open(
        &mut self,
        id: Option<ReferralId>,
        status: StatutoryStatus,
        taken: bool,
    ) -> Result<(), Error> {
        let (Some(id), false) = (id, self.over) else { return Ok(()) };
        let route = match self.dice.between(1, 20) {
            1..=2 => ServiceRoute::Admissions,
            3 => ServiceRoute::Send,
            4 => ServiceRoute::VirtualSchool,
            5 if status == StatutoryStatus::NotCmeOnRoll => ServiceRoute::EducationWelfare,
            _ => ServiceRoute::CmeTeam,
        };
        let row = store::referral::many(&self.officer(), &[id]).await?.pop().ok_or(Error::NotFound)?;
        let taken = taken || row.risk == Risk::Immediate;
        let ground = match (status, route) {
            (StatutoryStatus::NotCmeOnRoll, _) => StatusGround::OnRoll,
            (StatutoryStatus::Undecided, _) => StatusGround::ChecksUnderWay,
            (_, ServiceRoute::Admissions) => StatusGround::ApplicationAwaited,
            (_, ServiceRoute::Send) => StatusGround::PlanNamesNoSchool,
            _ => *self.dice.pick(&[StatusGround::NoRollKnown, StatusGround::NewToArea]),
        };
        let decided = Open {
            statutory_status: Some(status),
            status_ground: Some(ground),
            status_from: String::new(),
            rationale: words::rationale(status).to_owned(),
            service_route: Some(route),
            whereabouts: Some(if self.known { Whereabouts::KnownReported } else { Whereabouts::Unknown }),
            officer: taken.then(|| self.stage.crew.officers[self.officer].0),
        };
        let known = self.case.as_ref().map(|(_, _, child)| *child);
        let op = self.officer();
        // Made-up names are few, so that strangers may look like one child.
        let others = store::child::candidates(&op, &op.db.read, &Person::referred(&row)).await?;
        let judged = others.iter().map(|other| other.id.to_string()).collect();
        let which = WhichChild { known, judged };
        let although = Although { age: "The family asked us for a school place".to_owned(), found: String::new() };
        let case = open::open(&op, row.reference, 1, decided, which, although).await?;
        let folded = load::<Case, _>(&op.db.read, case).await?;
        self.case = Some((case, folded.opened.reference, folded.opened.child));
        self.asked.clear();
        Ok(())
    }

    /// The case as its next command expects it; `None` before the case is opened, and after now.
    async fn target(&mut self) -> Result<Option<Target>, Error> {
        let Some((id, reference, _)) = self.case.as_ref().filter(|_| !self.over) else { return Ok(None) };
        let folded = load::<Case, _>(&self.officer().db.read, *id).await?;
        Ok(Some(Target { case: reference.clone(), version: folded.version }))
    }

    /// Decides the statutory status for this ground, from today on.
    pub(super) async fn status(&mut self, ground: StatusGround, source: &str, reason: &str) -> Result<(), Error> {
        if let Some(target) = self.target().await? {
            let typed = DecideStatus {
                status: Some(status_of(ground)),
                ground: Some(ground),
                from: self.today().to_string(),
                later: None,
                source: source.to_owned(),
                reason: reason.to_owned(),
            };
            case::decide_status(&self.officer(), target, typed).await?;
        }
        Ok(())
    }

    /// Records a review of the case as a whole.
    async fn review(&mut self, note: &str) -> Result<(), Error> {
        if let Some(target) = self.target().await? {
            let mut checked = vec![EnquiryKind::PupilRecords, EnquiryKind::SchoolToSchool];
            checked.extend(self.asked.iter().copied());
            case::review(&self.officer(), target.case, RecordReview { checked, note: note.to_owned() }).await?;
        }
        Ok(())
    }

    /// A member of the public reports the child again, and an officer joins that report to the case.
    pub(super) async fn second_report(&mut self) -> Result<(), Error> {
        if self.case.is_none() {
            return Ok(());
        }
        let id = self.report(Alarm::Quiet, Knows::Name).await?;
        self.wait(0, 1);
        if let (Some(id), Some(target)) = (id, self.target().await?) {
            let reference = self.reference_of(id).await?;
            open::join(&self.officer(), reference, 1, target.case).await?;
            self.note(words::JOINED_NOTE).await?;
        }
        Ok(())
    }

    /// The manager assigns the case to its officer.
    pub(super) async fn assign(&mut self) -> Result<(), Error> {
        if let Some(target) = self.target().await? {
            let officer = self.stage.crew.officers[self.officer].0;
            case::assign(&self.op(&self.stage.crew.manager), target, Some(officer), String::new()).await?;
        }
        Ok(())
    }

    /// Records an enquiry whose answer is due on `due`, or in [`REPLY_DAYS`]. Returns its id and the check, from which
    /// the answer is taken.
    pub(super) async fn ask(&mut self, due: Option<NaiveDate>) -> Result<Option<(EnquiryId, &'static Check)>, Error> {
        let left: Vec<&'static Check> = CHECKS.iter().filter(|check| !self.asked.contains(&check.kind)).collect();
        let check = if left.is_empty() {
            self.dice.pick(CHECKS)
        } else {
            left[self.dice.between(0, 2).min(u32::try_from(left.len() - 1).unwrap_or(0)) as usize]
        };
        let Some(target) = self.target().await? else { return Ok(None) };
        self.asked.push(check.kind);
        let typed = RecordEnquiry {
            kind: Some(check.kind),
            asked_of: check.asked_of.to_owned(),
            asked_on: self.today().to_string(),
            due_on: due.map_or_else(|| add_working_days(self.today(), REPLY_DAYS), Diary::working_day).to_string(),
            note: check.asks.to_owned(),
            gateway: (check.kind == EnquiryKind::HmrcChildBenefit).then_some(LawfulGateway::TaxCreditsAct),
            other_gateway: String::new(),
            agency: None,
        };
        let agency = (check.kind == EnquiryKind::Health).then(|| PARTNER.to_owned());
        let op = self.officer();
        let id = case::record_enquiry(&op, target.case, typed, agency).await?;
        let folded = load::<Case, _>(&op.db.read, id).await?;
        Ok(folded.enquiries.last().map(|enquiry| (enquiry.id, check)))
    }

    /// Records an enquiry that is not answered before now.
    pub(super) async fn leave_open(&mut self, due: Option<NaiveDate>) -> Result<(), Error> {
        self.ask(due).await.map(|_| ())
    }

    /// Records the answer to an enquiry; an enquiry of `None` was never recorded, and has none.
    pub(super) async fn answer(
        &mut self,
        asked: Option<(EnquiryId, &'static Check)>,
        finding: EnquiryFinding,
    ) -> Result<(), Error> {
        let Some((enquiry, check)) = asked else { return Ok(()) };
        let Some(target) = self.target().await? else { return Ok(()) };
        let typed = AnswerEnquiry {
            enquiry,
            answered_on: self.today().to_string(),
            finding: Some(finding),
            text: check.answer(finding).to_owned(),
        };
        let welfare = check.kind == EnquiryKind::HomeVisit;
        let op = if welfare { self.op(&self.stage.crew.welfare) } else { self.officer() };
        case::answer_enquiry(&op, target.case, typed).await?;
        Ok(())
    }

    /// Adds a note to the case.
    pub(super) async fn note(&mut self, text: &str) -> Result<(), Error> {
        if let Some(target) = self.target().await? {
            case::add_note(&self.officer(), target.case, text.to_owned()).await?;
        }
        Ok(())
    }

    /// Changes the whereabouts; they can also become less certain.
    pub(super) async fn whereabouts(&mut self, whereabouts: Whereabouts, reason: &str) -> Result<(), Error> {
        if let Some(target) = self.target().await? {
            let seen = whereabouts == Whereabouts::KnownConfirmed;
            self.known = seen || whereabouts == Whereabouts::KnownReported;
            let Some((id, ..)) = &self.case else { return Ok(()) };
            if !seen && load::<Case, _>(&self.officer().db.read, *id).await?.whereabouts == whereabouts {
                // Nothing changed but that somebody said so again.
                return self.note(reason).await;
            }
            let typed = ChangeWhereabouts {
                whereabouts: Some(whereabouts),
                last_seen_on: if seen { self.today().to_string() } else { String::new() },
                reason: reason.to_owned(),
            };
            case::change_whereabouts(&self.officer(), target, typed).await?;
        }
        Ok(())
    }

    /// Raises a flag with the MASH.
    pub(super) async fn flag(&mut self, level: EscalationLevel) -> Result<(), Error> {
        if let Some(target) = self.target().await? {
            let (concern, rationale) = *self.dice.pick(words::FLAGS);
            let typed =
                RaiseEscalation { level: Some(level), concern: concern.to_owned(), rationale: rationale.to_owned() };
            case::raise_escalation(&self.officer(), target.case, typed).await?;
        }
        Ok(())
    }

    /// The MASH liaison acknowledges, rates and answers every open flag.
    pub(super) async fn mash_answers(&mut self) -> Result<(), Error> {
        let Some((id, ..)) = &self.case else { return Ok(()) };
        let op = self.officer();
        let folded = load::<Case, _>(&op.db.read, *id).await?;
        for flag in folded.open_escalations() {
            self.wait(0, 1);
            if self.over {
                return Ok(());
            }
            self.hear_mash(flag, EscalationStage::Answered).await?;
        }
        Ok(())
    }

    /// The MASH does with the flag of a referral what leads to this stage.
    pub(super) async fn mash_reaches(&mut self, referral: ReferralId, stage: EscalationStage) -> Result<(), Error> {
        let folded = load::<Referral, _>(&self.officer().db.read, referral).await?;
        match &folded.flag {
            Some(flag) => self.hear_mash(flag, stage).await,
            None => Ok(()),
        }
    }

    async fn hear_mash(&mut self, flag: &Escalation, stage: EscalationStage) -> Result<(), Error> {
        let hub = self.op(&self.stage.crew.mash);
        if stage >= EscalationStage::Acknowledged && flag.acknowledged.is_none() {
            escalation::acknowledge(&hub, flag.id, Acknowledge::default()).await?;
        }
        let rating = match flag.level {
            EscalationLevel::ImmediateDanger | EscalationLevel::SignificantHarm => MashRating::Red,
            EscalationLevel::ChildInNeed => MashRating::Amber,
            EscalationLevel::EarlyHelp => MashRating::Green,
        };
        if stage >= EscalationStage::Rated && flag.rating.is_none() {
            escalation::rate(&hub, flag.id, Rate { rating: Some(rating), reason: String::new() }).await?;
        }
        let said = self.dice.between(0, 3) as usize;
        let decisions = [
            MashDecision::NoFurtherAction,
            MashDecision::Assessment,
            MashDecision::AlreadyOpen,
            MashDecision::StrategyDiscussion,
        ];
        let relays = stage == EscalationStage::Relayed;
        let typed = AnswerEscalation {
            decision: Some(decisions[said]),
            mash_reference: format!("MASH-{}-{:04}", self.at.format("%y%m"), self.dice.between(1, 9_999)),
            text: words::MASH_SAID[said].to_owned(),
            said_by: if relays { "Robin Sample, duty social worker".to_owned() } else { String::new() },
            said_on: self.today().to_string(),
            channel: relays.then_some(Channel::Telephone),
        };
        if stage >= EscalationStage::Relayed {
            let op = if relays { self.officer() } else { hub };
            escalation::answer(&op, flag.id, typed).await?;
        }
        Ok(())
    }

    /// Records a placement: at a school in the register that takes the child’s age, or elsewhere. Returns its name and
    /// its first day.
    pub(super) async fn place(&mut self, kind: PlacementKind, starts_in: u32) -> Result<(String, NaiveDate), Error> {
        let starts_on = self.stage.diary.school_days_before(add_working_days(self.today(), starts_in + 1), 1);
        let school = self.school_for(kind);
        let provider = match kind {
            PlacementKind::AlternativeProvision => "Luton Example Hospital and Home Tuition".to_owned(),
            PlacementKind::HomeEducation => "Education at home".to_owned(),
            PlacementKind::StateSchool | PlacementKind::IndependentSchool => String::new(),
        };
        let name = school.as_ref().map_or_else(|| provider.clone(), |school| school.name.clone());
        if let Some(target) = self.target().await? {
            let typed =
                Place { kind: Some(kind), provider: name.clone(), school: None, starts_on: starts_on.to_string() };
            case::record_placement(&self.officer(), target, typed, school.map(|school| school.urn)).await?;
        }
        Ok((name, starts_on))
    }

    /// The school confirms that the child began on this day.
    pub(super) async fn attends(&mut self, at: &str, on: NaiveDate) -> Result<(), Error> {
        let Some(target) = self.target().await? else { return Ok(()) };
        let Some((id, ..)) = &self.case else { return Ok(()) };
        let op = self.officer();
        let Some(placement) = load::<Case, _>(&op.db.read, *id).await?.placements.last().map(|place| place.id) else {
            return Ok(());
        };
        let typed = ConfirmAttendance {
            placement,
            attended_on: on.min(self.today()).to_string(),
            source: format!("Office of {at}"),
        };
        let reference = target.case.clone();
        case::confirm_attendance(&op, target, typed).await?;
        let owed = load::<Case, _>(&op.db.read, *id).await?.placements.last().and_then(Placement::return_due_on);
        if owed.is_some() && self.dice.chance(95) {
            let typed = RecordNewPupilReturn { placement, on: self.today().to_string(), exempt: false };
            crate::service::roll::return_new_pupil(&op, reference, typed).await?;
        }
        Ok(())
    }

    fn school_for(&mut self, kind: PlacementKind) -> Option<school::Model> {
        let independent = match kind {
            PlacementKind::StateSchool => false,
            PlacementKind::IndependentSchool => true,
            PlacementKind::AlternativeProvision | PlacementKind::HomeEducation => return None,
        };
        let age = self.today().years_since(self.child.born).and_then(|age| i32::try_from(age).ok())?;
        let fits = |school: &&school::Model| {
            school.kind.contains("independent") == independent
                && school.status == SchoolStatus::Open
                && !school.name.contains("Special")
                && school.low_age.is_some_and(|low| low <= age)
                && school.high_age.is_some_and(|high| age < high)
        };
        let fitting: Vec<&school::Model> =
            self.stage.referrers.iter().map(|referrer| &referrer.school).filter(fits).collect();
        (!fitting.is_empty()).then(|| (*self.dice.pick(&fitting)).clone())
    }

    /// Closes the case with an outcome, after the MASH has answered every open flag, unless that would be after now.
    /// What needs a second person is proposed by the officer, and a manager agrees. `place` holds where the child went,
    /// and the case that a duplicate goes to.
    pub(super) async fn close(
        &mut self,
        outcome: Outcome,
        evidence: EvidenceKind,
        from: &str,
        place: Close,
        note: &str,
    ) -> Result<(), Error> {
        self.mash_answers().await?;
        let Some(target) = self.target().await? else { return Ok(()) };
        let typed = Close {
            outcome: Some(outcome),
            evidence: Some(evidence),
            evidence_on: self.today().to_string(),
            evidence_from: from.to_owned(),
            note: note.to_owned(),
            ..place
        };
        case::close(&self.officer(), target, typed).await?;
        let Some((id, ..)) = &self.case else { return Ok(()) };
        let proposed = load::<Case, _>(&self.officer().db.read, *id).await?.proposed.is_some();
        if proposed && let Some(target) = self.target().await? {
            case::approve_closure(&self.op(&self.stage.crew.manager), target).await?;
        }
        Ok(())
    }

    /// Reopens the case.
    pub(super) async fn reopen(&mut self, reason: &str) -> Result<(), Error> {
        if let Some(target) = self.target().await? {
            let typed = Reopen {
                ground: Some(StatusGround::PlacementBroken),
                from: self.today().to_string(),
                reason: reason.to_owned(),
            };
            case::reopen(&self.officer(), target, typed).await?;
        }
        Ok(())
    }

    /// Reviews the case until shortly before now, more often when the child's whereabouts are known.
    pub(super) async fn keep_reviewing(&mut self) -> Result<(), Error> {
        let (least, most, notes) = if self.known { (5, 8, words::KNOWN) } else { (12, 24, words::REVIEWS) };
        loop {
            let next = Diary::later(self.at, self.dice.between(least, most), &mut self.dice);
            if self.over || next > self.stage.diary.now {
                return Ok(());
            }
            self.at = next;
            let text = *self.dice.pick(notes);
            self.review(text).await?;
        }
    }
}
