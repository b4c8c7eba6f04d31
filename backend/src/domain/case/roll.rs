//! The child's name on a school's roll: a removal is proposed, enquired into, decided and done, and a new pupil is
//! returned.
//!
//! What must not live here: what each ground asks and what stands in the way (`domain::roll`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{
    AgeStanding, CaseState, ClockKind, EnquiryKind, JointEnquiryOutcome, PlacementKind, RemovalCondition,
    RemovalDecision, RemovalFollows, RemovalGround, RemovalLack, SchoolEnquiryKind, StatusGround, StatutoryStatus,
};
use entity::{PlacementId, RemovalId, SchoolContactId, SchoolId, StaffId};

use super::super::clock::Clock;
use super::super::date::Life;
use super::super::london::london_day;
use super::super::referral::age;
use super::super::roll::{
    Decision, DeletionReturn, JointEnquiry, Known, Matter, Obtained, ParentTold, Proposal, REGIME, lacks,
    new_pupil_return_due, of,
};
use super::super::school_days::Calendar;
use super::super::typed::{
    Read, all, check, chosen, fault, line, optional_line, optional_past_day, optional_prose, optional_start_day,
    past_day, prose, reason, start_day,
};
use super::place::ground_of;
use super::work::{LINE, PROSE};
use super::{Case, CaseEvent, Placement};
use crate::error::{CaseConflict, Error, FieldFault};

/// A proposal as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Proposal`, as typed")]
pub struct ProposeRemoval {
    pub ground: Option<RemovalGround>,
    pub conditions: Vec<RemovalCondition>,
    pub since: String,
    pub codes: String,
    pub entered_on: String,
    pub tried: Vec<SchoolEnquiryKind>,
    pub note: String,
}

/// A joint enquiry as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `JointEnquiry`, as typed")]
pub struct RecordJointEnquiry {
    pub authority: Vec<EnquiryKind>,
    pub school: Vec<SchoolEnquiryKind>,
    pub outcome: Option<JointEnquiryOutcome>,
    pub school_agrees: bool,
    pub authority_agrees: bool,
    pub note: String,
}

/// A decision as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `Decision`, as typed")]
pub struct DecideRemoval {
    pub decision: Option<RemovalDecision>,
    pub from: String,
    pub reason: String,
}

/// Something that a return must give, as typed: what is known, or why it could not be obtained.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "an `Obtained`, as typed")]
pub struct TypedReturn {
    pub known: String,
    pub not_obtained: String,
}

/// A parent as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `ParentTold`, as typed")]
pub struct TypedParent {
    pub name: TypedReturn,
    pub address: TypedReturn,
    pub emergency: TypedReturn,
}

/// A deletion return as typed.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of `DeletionReturn`, as typed")]
pub struct RemoveName {
    pub removed_on: String,
    pub full_name: TypedReturn,
    pub address: TypedReturn,
    pub parents: Vec<TypedParent>,
    pub no_parents: String,
    pub new_address: String,
    pub new_address_from: String,
    pub lives_with: String,
    pub new_school: String,
    pub new_school_from: String,
}

/// A new-pupil return as typed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields of `CaseEvent::NewPupilReturned`, as typed")]
pub struct RecordNewPupilReturn {
    pub placement: PlacementId,
    pub on: String,
    pub exempt: bool,
}

/// What a removal is judged by, beside the case.
#[derive(Clone, Copy, Debug)]
pub struct JudgedBy<'a> {
    /// The calendar of the school.
    pub calendar: &'a Calendar,
    /// Whether the council has turned on the second limb of H and I.
    pub limb_two: bool,
    /// Whether the school found the child at the address, as its referral says.
    pub found_by_school: bool,
    /// The child's date of birth, if known.
    pub born: Option<NaiveDate>,
    /// Who sends or relays it for the school; `None` for an officer.
    pub contact: Option<SchoolContactId>,
    /// The school that the viewer acts for: nothing of another one is there. `None` for an officer.
    pub school: Option<SchoolId>,
}

const CODES: usize = 60;
const PARENTS: usize = 6;

/// What is typed of the codes of an absence, each once and in order.
fn codes(typed: &str) -> Read<Vec<String>> {
    let mut codes: Vec<String> = Vec::new();
    for code in typed.split(|letter: char| !letter.is_alphanumeric()).filter(|code| !code.is_empty()) {
        let code = code.to_uppercase();
        if code.len() > 2 || codes.len() > CODES {
            return fault("codes", "Enter the codes of the absence, such as N, O");
        }
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(codes)
}

impl TypedReturn {
    fn is_empty(&self) -> bool {
        self.known.trim().is_empty() && self.not_obtained.trim().is_empty()
    }

    fn read(&self, field: &str, called: &str) -> Read<Obtained> {
        let lacking = format!("Enter {}, or say why you could not get it", called.to_lowercase());
        let both = "Enter either what you know or why you could not get it, not both";
        match (self.known.trim().is_empty(), self.not_obtained.trim().is_empty()) {
            (false, false) => fault(field, both),
            (false, true) => line(field, &self.known, called, LINE, &lacking).map(Obtained::Known),
            (true, false) => prose(field, &self.not_obtained, "The reason", PROSE, &lacking).map(Obtained::NotObtained),
            (true, true) => fault(field, lacking),
        }
    }
}

impl TypedParent {
    fn is_empty(&self) -> bool {
        self.name.is_empty() && self.address.is_empty() && self.emergency.is_empty()
    }

    fn read(&self, number: usize) -> Read<ParentTold> {
        let field = |part: &str| format!("parents.{number}.{part}");
        // The form has room for two; the API takes more.
        let which = match number {
            1 => "The first parent’s".to_owned(),
            2 => "The second parent’s".to_owned(),
            _ => format!("Parent {number}’s"),
        };
        let called = |thing: &str| format!("{which} {thing}");
        let read = (
            self.name.read(&field("name"), &called("full name")),
            self.address.read(&field("address"), &called("address")),
            self.emergency.read(&field("emergency"), &called("telephone number for emergencies")),
        );
        let mut faults = Vec::new();
        let mut keep = |told: Read<Obtained>| told.map_err(|found| faults.extend(found)).ok();
        match (keep(read.0), keep(read.1), keep(read.2)) {
            (Some(name), Some(address), Some(emergency)) => Ok(ParentTold { name, address, emergency }),
            _ => Err(faults),
        }
    }
}

fn parents(typed: &RemoveName) -> Read<(Vec<ParentTold>, Option<String>)> {
    let (mut parents, mut faults) = (Vec::new(), Vec::new());
    let told = (1..).zip(&typed.parents).filter(|(_, parent)| !parent.is_empty());
    for (number, parent) in told {
        match parent.read(number) {
            Ok(parent) => parents.push(parent),
            Err(found) => faults.extend(found),
        }
    }
    let none = optional_prose("noParents", &typed.no_parents, "The reason", PROSE)?;
    if parents.len() > PARENTS {
        faults.push(FieldFault::new("parents.1.name", format!("Enter at most {PARENTS} parents")));
    }
    if parents.is_empty() && faults.is_empty() && none.is_none() {
        faults.push(FieldFault::new(
            "parents.1.name",
            "Enter each parent who the child normally lives with, or say why you could not name one",
        ));
    }
    if faults.is_empty() { Ok((parents, none)) } else { Err(faults) }
}

impl Case {
    /// The effect of a fact about a name on a roll.
    pub(super) fn apply_to_roll(&mut self, fact: &CaseEvent) {
        match fact {
            CaseEvent::RemovalProposed(proposal) => self.removals.push(Matter::of(Proposal::clone(proposal))),
            CaseEvent::RemovalWithdrawn { removal, reason, .. } => {
                self.matter_mut(*removal, |matter| matter.withdrawn = Some(reason.clone()));
            }
            CaseEvent::JointEnquiryRecorded { removal, enquiry } => {
                self.matter_mut(*removal, |matter| matter.enquiry = Some(enquiry.clone()));
            }
            CaseEvent::RemovalDecided { removal, decision } => {
                self.matter_mut(*removal, |matter| matter.decision = Some(decision.clone()));
            }
            CaseEvent::NameRemoved { removal, told, effect } => self.matter_mut(*removal, |matter| {
                matter.removed = Some(DeletionReturn::clone(told));
                matter.effect = Some(effect.clone());
            }),
            CaseEvent::NewPupilReturned { placement, on, .. } => {
                if let Some(place) = self.placements.iter_mut().find(|place| place.id == *placement) {
                    place.returned_on = Some(*on);
                }
            }
            _ => {}
        }
    }

    fn matter_mut(&mut self, id: RemovalId, change: impl FnOnce(&mut Matter)) {
        if let Some(matter) = self.removals.iter_mut().find(|matter| matter.proposal.id == id) {
            change(matter);
        }
    }

    /// The matter with this id, if it is the viewer's business and not over; of a closed case too, because a case may be
    /// closed before the school has sent what it owes.
    fn open_matter(&self, id: RemovalId, school: Option<SchoolId>) -> Result<&Matter, Error> {
        let theirs = |matter: &&Matter| school.is_none_or(|school| matter.proposal.school == school);
        let matter = self.removals.iter().filter(theirs).find(|matter| matter.proposal.id == id);
        let matter = matter.ok_or(Error::NotFound)?;
        if matter.is_open() { Ok(matter) } else { Err(CaseConflict::RemovalOver.into()) }
    }

    /// Proposes to remove the name from the roll of `school`, which `contact` speaks for unless an officer relays it. What
    /// is not confirmed or told yet keeps nobody from proposing: it is what the matter lacks.
    pub fn propose_removal(
        &self,
        id: RemovalId,
        school: SchoolId,
        contact: Option<SchoolContactId>,
        typed: &ProposeRemoval,
        now: DateTime<Utc>,
    ) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        if self.removals.iter().any(|matter| matter.is_open() && matter.proposal.school == school) {
            return Err(CaseConflict::RemovalProposed.into());
        }
        let asks = typed.ground.map(of);
        let stranger = typed.conditions.iter().find(|one| asks.is_some_and(|asks| !asks.conditions.contains(one)));
        let since = if typed.since.trim().is_empty() {
            Ok(None)
        } else {
            let called = asks.map_or("The day", |asks| asks.since.called());
            start_day("since", &typed.since, called, "Enter the day", self.life(now)).map(Some)
        };
        let (ground, (), since, codes, entered_on, note) = all((
            chosen("ground", typed.ground, "Select the ground"),
            check(stranger.is_none(), "conditions", "Confirm only conditions of this ground"),
            since,
            codes(&typed.codes),
            optional_past_day("enteredOn", &typed.entered_on, "The day the name was entered", self.life(now)),
            optional_prose("note", &typed.note, "The note", PROSE),
        ))?;
        Ok(CaseEvent::RemovalProposed(Box::new(Proposal {
            id,
            school,
            contact,
            regime: REGIME,
            ground,
            conditions: typed.conditions.clone(),
            since,
            codes,
            entered_on,
            tried: typed.tried.clone(),
            note: note.unwrap_or_default(),
            proposed_on: london_day(now),
        })))
    }

    /// Withdraws a proposal: the name stays on the roll.
    pub fn withdraw_removal(
        &self,
        id: RemovalId,
        school: Option<SchoolId>,
        contact: Option<SchoolContactId>,
        typed: &str,
    ) -> Result<CaseEvent, Error> {
        let matter = self.open_matter(id, school)?;
        let (reason,) = all((reason(typed, PROSE, "Enter why the name stays on the roll"),))?;
        Ok(CaseEvent::RemovalWithdrawn { removal: matter.proposal.id, contact, reason })
    }

    /// Records the joint enquiry for a proposal under H or I, the only grounds that ask for one.
    pub fn record_joint_enquiry(
        &self,
        id: RemovalId,
        typed: &RecordJointEnquiry,
        now: DateTime<Utc>,
    ) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let matter = self.open_matter(id, None)?;
        if !of(matter.proposal.ground).joint_enquiry {
            return Err(Error::invalid("outcome", "Only the grounds H and I ask for a joint enquiry"));
        }
        let ((), (), outcome, note) = all((
            check(!typed.authority.is_empty(), "authority", "Select what the authority tried"),
            check(!typed.school.is_empty(), "school", "Select what the school tried"),
            chosen("outcome", typed.outcome, "Select the outcome of the joint enquiry"),
            prose("note", &typed.note, "The summary", PROSE, "Enter a summary of the joint enquiry"),
        ))?;
        let enquiry = JointEnquiry {
            authority: typed.authority.clone(),
            school: typed.school.clone(),
            outcome,
            school_agrees: typed.school_agrees,
            authority_agrees: typed.authority_agrees,
            note,
            on: london_day(now),
        };
        Ok(CaseEvent::JointEnquiryRecorded { removal: id, enquiry })
    }

    /// Takes the authority's view of a proposal. "May be removed" is refused while anything lacks, with all that lacks.
    pub fn decide_removal(
        &self,
        id: RemovalId,
        typed: &DecideRemoval,
        judged: &JudgedBy<'_>,
        by: Option<StaffId>,
        now: DateTime<Utc>,
    ) -> Result<CaseEvent, Error> {
        self.must_be_open()?;
        let matter = self.open_matter(id, None)?;
        let may = typed.decision == Some(RemovalDecision::May);
        let from = if may {
            let lacking = "Enter the first day on which the name may be removed";
            start_day("from", &typed.from, "The first day", lacking, self.life(now)).map(Some)
        } else {
            Ok(None)
        };
        let (decision, from, reason) = all((
            chosen("decision", typed.decision, "Select whether the name may be removed"),
            from,
            reason(&typed.reason, PROSE, "Enter the reason, in words the school will read"),
        ))?;
        let today = london_day(now);
        if may {
            // The view that is taken now stands in the place of an earlier one.
            let found = lacks(&matter.proposal, &matter.known(judged, today, None, None));
            let found = found.into_iter().filter(|lack| lack.lack != RemovalLack::Decision);
            must_be_none(found.map(|lack| lack.text), "decision", "This cannot be allowed yet: ")?;
        }
        if from.is_some_and(|from| from < matter.proposal.proposed_on) {
            return Err(Error::invalid("from", "The first day cannot be before the day of the proposal"));
        }
        Ok(CaseEvent::RemovalDecided { removal: id, decision: Decision { decision, from, reason, by, on: today } })
    }

    /// Takes the deletion return, by which the name is removed, and what follows from that for the child's status.
    /// Refused while anything lacks.
    pub fn remove_name(
        &self,
        id: RemovalId,
        typed: &RemoveName,
        judged: &JudgedBy<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<CaseEvent>, Error> {
        let matter = self.open_matter(id, judged.school)?;
        let today = london_day(now);
        let life = Life::of(today, judged.born.or(self.born));
        let (removed_on, full_name, address, (parents, no_parents), new_address, lives_with, new_school) = all((
            // A day that lies ahead is among what stands in the way.
            start_day(
                "removedOn",
                &typed.removed_on,
                "The day of the removal",
                "Enter the day on which the name was removed",
                life,
            ),
            typed.full_name.read("fullName", "The child’s full name"),
            typed.address.read("address", "The child’s address"),
            parents(typed),
            optional_line("newAddress", &typed.new_address, "The new address", 400),
            optional_line("livesWith", &typed.lives_with, "The parent", LINE),
            optional_line("newSchool", &typed.new_school, "The new school", LINE),
        ))?;
        let (new_address_from, new_school_from) = all((
            optional_start_day("newAddressFrom", &typed.new_address_from, "The day of the move", life),
            optional_start_day("newSchoolFrom", &typed.new_school_from, "The first day at the new school", life),
        ))?;
        let known = matter.known(judged, today, matter.decision.as_ref(), Some(removed_on));
        let found = lacks(&matter.proposal, &known).into_iter().map(|lack| lack.text);
        must_be_none(found, "removedOn", "The name may not be removed yet: ")?;
        let told = DeletionReturn {
            removed_on,
            full_name,
            address,
            parents,
            no_parents,
            new_address,
            new_address_from,
            lives_with,
            new_school,
            new_school_from,
            contact: judged.contact,
            returned_on: today,
        };
        Ok(self.after_removal(matter, told, judged.born))
    }

    /// The removal, and the status that follows from it. A child on a roll is missing education from that day, unless
    /// what is on file says that they are educated, or of another age; whoever is missing education already stays so.
    /// Of a closed case nothing is decided: its officer, who is told, looks whether it must be opened again.
    fn after_removal(&self, matter: &Matter, told: DeletionReturn, born: Option<NaiveDate>) -> Vec<CaseEvent> {
        let (removal, from) = (matter.proposal.id, told.removed_on);
        let named = told.new_school_from.filter(|first| told.new_school.is_some() && *first <= told.returned_on);
        let attends = self.placements.iter().find(|place| place.is_attended_elsewhere(matter.proposal.school));
        let standing = born.map(|born| age(born, from).standing);
        let follows = of(matter.proposal.ground).follows;
        let (ground, effect) = match (self.statuses.now().value, standing, attends, follows) {
            _ if self.state == CaseState::Closed => {
                (None, "Left as it was, to be checked: the case was closed before the name was removed".to_owned())
            }
            (StatutoryStatus::Cme, ..) => (None, "Was missing education already".to_owned()),
            (_, Some(AgeStanding::Below), ..) => {
                (Some(StatusGround::BelowAge), "Below compulsory school age on that day".to_owned())
            }
            (_, Some(AgeStanding::Over), ..) => {
                (Some(StatusGround::OverAge), "Over compulsory school age on that day".to_owned())
            }
            (StatutoryStatus::NotCmeSuitableEducation, ..) if follows != RemovalFollows::HomeEducation => {
                (None, "Left as it was, to be checked: suitable education was decided".to_owned())
            }
            (_, _, _, RemovalFollows::Nothing) => {
                (None, "Left as it was: nothing more follows, and nobody writes to the family".to_owned())
            }
            (_, _, Some(place), _) => {
                (Some(ground_of(place.kind)), format!("Educated elsewhere, by what is on file: {}", place.provider))
            }
            (_, _, _, RemovalFollows::OtherRoll) if named.is_some() => {
                let school = told.new_school.clone().unwrap_or_default();
                (None, format!("Left as it was: the school names another roll, to be checked: {school}"))
            }
            (_, _, _, RemovalFollows::HomeEducation) => {
                (Some(StatusGround::HomeEducation), "A parent gave written notice of home education".to_owned())
            }
            (_, _, _, RemovalFollows::OtherEducation) => {
                (Some(StatusGround::ProvisionSuitable), "The order was revoked for other suitable education".to_owned())
            }
            (_, _, _, RemovalFollows::Participation | RemovalFollows::YouthJustice | RemovalFollows::Watched) => {
                (None, format!("Left as it was, to be checked. {}", follows.label()))
            }
            _ => (Some(StatusGround::DeletedFromRoll), "No other education is on file".to_owned()),
        };
        let source = "The school’s deletion return".to_owned();
        let removed = CaseEvent::NameRemoved { removal, told: Box::new(told), effect: effect.clone() };
        match ground {
            Some(ground) => self.with_status(removed, ground, from, source, effect),
            None => vec![removed],
        }
    }

    /// Notes that the new-pupil return for a place that the child attends came, or that none is owed; on a closed case
    /// too, because a case is often closed before the fifth day.
    pub fn return_new_pupil(
        &self,
        typed: &RecordNewPupilReturn,
        school: Option<SchoolId>,
        contact: Option<SchoolContactId>,
        now: DateTime<Utc>,
    ) -> Result<CaseEvent, Error> {
        let theirs = |place: &&Placement| school.is_none_or(|school| place.school == Some(school));
        let place = self.placements.iter().filter(theirs).find(|place| place.id == typed.placement);
        let place = place.ok_or(Error::NotFound)?;
        let first = match place.return_due_on() {
            Some(_) => place.attended_on,
            None => None,
        };
        let first = first.ok_or(CaseConflict::NewPupilReturned)?;
        let lacking = "Enter the day on which the return came";
        let (on,) = all((past_day("on", &typed.on, "The day of the return", lacking, self.life(now)),))?;
        if on < first {
            return Err(Error::invalid("on", "The return cannot have come before the first day attended"));
        }
        Ok(CaseEvent::NewPupilReturned { placement: place.id, on, exempt: typed.exempt, contact })
    }
}

/// Fails with a fault of `field` for each of these, if there are any.
fn must_be_none(found: impl Iterator<Item = String>, field: &str, begins: &str) -> Result<(), Error> {
    let faults: Vec<FieldFault> = found.map(|text| FieldFault::new(field, format!("{begins}{text}"))).collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

impl Matter {
    fn known<'a>(
        &'a self,
        judged: &JudgedBy<'a>,
        today: NaiveDate,
        decision: Option<&'a Decision>,
        removed_on: Option<NaiveDate>,
    ) -> Known<'a> {
        let JudgedBy { calendar, limb_two, found_by_school, .. } = *judged;
        Known { today, calendar, limb_two, found_by_school, enquiry: self.enquiry.as_ref(), decision, removed_on }
    }
}

impl Placement {
    fn is_attended_elsewhere(&self, school: SchoolId) -> bool {
        self.attended_on.is_some() && self.ended_on.is_none() && self.school != Some(school)
    }

    /// The day by which the school's new-pupil return is owed; `None` where none is, or it has come.
    pub fn return_due_on(&self) -> Option<NaiveDate> {
        let (kind, attended, ended, returned) = (self.kind, self.attended_on, self.ended_on, self.returned_on);
        return_due_on(kind, self.school.is_some(), attended, ended, returned)
    }

    /// What is owed about it: the new-pupil return.
    pub(super) fn clock(&self) -> Option<Clock> {
        let (due_on, attended_on) = (self.return_due_on()?, self.attended_on?);
        Some(Clock::until(ClockKind::NewPupilReturn, self.id.0, attended_on, due_on))
    }
}

/// The day by which a new-pupil return is owed for a place: of a school on the register, from the first day attended,
/// and until it came or the place ended.
pub fn return_due_on(
    kind: PlacementKind,
    registered: bool,
    attended: Option<NaiveDate>,
    ended: Option<NaiveDate>,
    returned: Option<NaiveDate>,
) -> Option<NaiveDate> {
    let school = matches!(kind, PlacementKind::StateSchool | PlacementKind::IndependentSchool);
    if !school || !registered || ended.is_some() || returned.is_some() {
        return None;
    }
    attended.map(new_pupil_return_due)
}
