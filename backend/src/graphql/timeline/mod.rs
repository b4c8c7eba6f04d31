//! The timeline of a case or a referral: its events with a title, who and when, and the details, in words. What must not
//! live here: the events themselves (`domain::case`, `domain::referral`).
#![expect(clippy::unused_async, reason = "a resolver is async whether or not it waits")]

mod referral;

use async_graphql::{Context, Description, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{
    Answer, ChildFact, Sex, SightingKind, StatusGround, StatutoryStatus, UpnAbsence, Whereabouts,
};
use entity::{CaseId, EscalationId, ReferralId, SchoolContactId, StaffId, TokenId, event};

use super::child::{clears_address_of, is_of_address};
use super::guarded::{note_as, op};
use super::loaders::loads;
use crate::domain::case::{CaseEvent, Closure, Sighting};
use crate::domain::child::ChildChange;
use crate::domain::escalation::Step;
use crate::domain::event::read;
use crate::domain::london::{london_clock, london_day};
use crate::domain::nhs_number::NhsNumber;
use crate::domain::parent::ParentRecorded;
use crate::domain::referral::ReferralEvent;
use crate::domain::roll;
use crate::domain::stream::StreamKind;
use crate::error::Error;
use crate::store;

/// One fact.
#[derive(Description)]
pub(super) struct TimelineEntry {
    row: event::Model,
    /// The case by which it is decided who reads its words; `None` for a referral that no case took up.
    case: Option<CaseId>,
}

/// What a row of a timeline says.
enum Fact {
    Case(Box<CaseEvent>),
    Referral(ReferralEvent),
}

/// One detail of a fact.
#[derive(SimpleObject)]
pub(super) struct Detail {
    /// What the detail is called, in words, such as "Evidence from".
    label: String,
    /// The detail as a person reads it: codes in words, days written out.
    value: String,
}

#[Object(use_type_description)]
impl TimelineEntry {
    /// Its number among the facts of its case or referral, from 1.
    async fn seq(&self) -> i32 {
        self.row.seq
    }

    /// When it was recorded.
    async fn at(&self) -> DateTime<Utc> {
        self.row.recorded_at
    }

    /// What happened, in words.
    async fn title(&self) -> Result<&'static str, Error> {
        Ok(match self.fact()? {
            Fact::Case(fact) => title(&fact),
            Fact::Referral(fact) => referral::title(&fact),
        })
    }

    /// Who did it, by name, a partner agency with its client; the public are not named, and what nobody did "Onroll" did.
    async fn by(&self, ctx: &Context<'_>) -> Result<String, Error> {
        self.who(ctx).await
    }

    /// What it says, one detail at a time; what was left empty is left out.
    #[graphql(complexity = "5 * child_complexity")]
    async fn details(&self, ctx: &Context<'_>) -> Result<Vec<Detail>, Error> {
        let cleared = match self.case {
            Some(case) => clears_address_of(ctx, case).await?,
            None => true,
        };
        match self.fact()? {
            Fact::Case(fact) => details(ctx, *fact, cleared).await,
            Fact::Referral(fact) => referral::details(ctx, fact, cleared).await,
        }
    }
}

impl TimelineEntry {
    /// A fact of a case.
    pub(super) fn of_case(row: event::Model) -> Self {
        Self { case: Some(CaseId(row.stream)), row }
    }

    /// A fact of a referral which this case took up, or of that case.
    pub(super) fn of_referral(row: event::Model, case: Option<CaseId>) -> Self {
        Self { row, case }
    }

    /// When it was recorded.
    pub(super) fn recorded_at(&self) -> DateTime<Utc> {
        self.row.recorded_at
    }

    /// Who did it, by name.
    pub(super) async fn who(&self, ctx: &Context<'_>) -> Result<String, Error> {
        let (kind, id) = self.row.actor.split_once(':').unwrap_or((&self.row.actor, ""));
        let name = match kind {
            "staff" => match id.parse::<StaffId>() {
                Ok(id) => loads(ctx).load_one(id).await?.map(|row| row.name),
                Err(_) => None,
            },
            "contact" => match id.parse::<SchoolContactId>() {
                Ok(id) => loads(ctx).load_one(id).await?.map(|row| row.name),
                Err(_) => None,
            },
            "token" => match id.parse::<TokenId>() {
                Ok(id) => store::agency::bearer_of(op(ctx), id).await?,
                Err(_) => None,
            }
            .or_else(|| Some("Partner agency".to_owned())),
            "public" => Some("Member of the public".to_owned()),
            _ => None,
        };
        Ok(name.unwrap_or_else(|| "Onroll".to_owned()))
    }

    /// What happened to which flag; `None` for a fact of anything else.
    pub(super) fn step(&self) -> Result<Option<(EscalationId, Step)>, Error> {
        Ok(self.case_fact()?.and_then(|fact| fact.step()))
    }

    /// The fact, if it reads as one of a case.
    pub(super) fn case_fact(&self) -> Result<Option<CaseEvent>, Error> {
        Ok(match self.fact()? {
            Fact::Case(fact) => Some(*fact),
            Fact::Referral(_) => None,
        })
    }

    /// What it says. What was done to the flag of a referral is told as in a case.
    fn fact(&self) -> Result<Fact, Error> {
        let event::Model { stream_kind, stream, kind, payload, .. } = &self.row;
        if *stream_kind == StreamKind::Case.as_str() {
            return Ok(Fact::Case(Box::new(read(kind, payload)?)));
        }
        let fact: ReferralEvent = read(kind, payload)?;
        // There is one flag for a referral, so its id serves.
        Ok(match fact.step() {
            Some(step) => Fact::Case(Box::new(CaseEvent::told(EscalationId(*stream), step))),
            None => Fact::Referral(fact),
        })
    }
}

fn title(fact: &CaseEvent) -> &'static str {
    match fact {
        CaseEvent::CaseOpened(_) => "Case opened",
        CaseEvent::ReferralJoined { .. } => "Another referral added",
        CaseEvent::ReferralDetached { .. } => "Referral taken out: of another child",
        CaseEvent::CaseAssigned { officer: Some(_), .. } => "Case assigned",
        CaseEvent::CaseAssigned { officer: None, .. } => "Case taken from its officer",
        CaseEvent::StatusDecided(_) => "Statutory status decided",
        CaseEvent::RouteDecided(_) => "Team decided",
        CaseEvent::CaseReviewed(_) => "Case reviewed",
        CaseEvent::ParentRecorded(_) => "Parent or carer recorded",
        CaseEvent::SiblingNamed { .. } => "Brother or sister named",
        CaseEvent::SiblingStruck { .. } => "Brother or sister struck out",
        CaseEvent::ChildFilledIn { .. } => "Child’s facts added from a referral",
        CaseEvent::ChildCorrected { .. } => "Child’s facts corrected",
        CaseEvent::EnquiryReturned { .. } => "Enquiry came back unanswered",
        CaseEvent::EnquiryWithdrawn { .. } => "Enquiry withdrawn",
        CaseEvent::AttendanceConfirmed { .. } => "Attendance confirmed",
        CaseEvent::PlacementEnded { .. } => "Placement ended",
        CaseEvent::ClosureProposed(_) => "Outcome proposed",
        CaseEvent::ClosureDeclined { .. } => "Proposed outcome declined",
        CaseEvent::CaseMerged { .. } => "Duplicate case taken in",
        CaseEvent::EnquiryRecorded(_) => "Enquiry made",
        CaseEvent::EnquiryAnswered { .. } => "Enquiry answered",
        CaseEvent::NoteAdded { .. } => "Note added",
        CaseEvent::WhereaboutsChanged { .. } => "Whereabouts changed",
        CaseEvent::SightingRecorded(Sighting { kind: SightingKind::Seen, .. }) => "Child was seen",
        CaseEvent::SightingRecorded(Sighting { kind: SightingKind::AtSchool, .. }) => "Child was at school",
        CaseEvent::SightingStruck { .. } => "Sighting struck out",
        CaseEvent::EscalationRaised(_) => "Flag raised with the MASH",
        CaseEvent::EscalationAcknowledged { .. } => "MASH acknowledged a flag",
        CaseEvent::EscalationRated { .. } => "Flag rated",
        CaseEvent::EscalationLoweringProposed { .. } => "Lower rating of a flag proposed",
        CaseEvent::EscalationAnswered { answer, .. } if answer.relayed.is_some() => "MASH’s answer relayed",
        CaseEvent::EscalationAnswered { .. } => "MASH answered",
        CaseEvent::EscalationConfirmed { .. } => "MASH’s answer confirmed",
        CaseEvent::PlacementRecorded(_) => "Placement recorded",
        CaseEvent::TrackingBegan(_) => "Tracking began: confirmation awaited",
        CaseEvent::UntracedReviewed(_) => "Enquiries reviewed: still untraced",
        CaseEvent::CaseClosed(_) => "Case closed",
        CaseEvent::CaseReopened { .. } => "Case reopened",
        CaseEvent::RemovalProposed(_) => "Removal from a roll proposed",
        CaseEvent::RemovalWithdrawn { .. } => "Proposed removal withdrawn",
        CaseEvent::JointEnquiryRecorded { .. } => "Joint enquiry recorded",
        CaseEvent::RemovalDecided { .. } => "Decided on removal from a roll",
        CaseEvent::NameRemoved { .. } => "Name removed from a roll",
        CaseEvent::NewPupilReturned { .. } => "New pupil returned",
        CaseEvent::CaseRestricted { .. } => "Case restricted",
        CaseEvent::RestrictionLifted { .. } => "Restriction lifted",
        CaseEvent::ReaderAdded { .. } => "Reader added",
        CaseEvent::ReaderRemoved { .. } => "Reader removed",
    }
}

/// Collects details, and leaves out empty ones.
struct Details {
    all: Vec<Detail>,
    /// Whether the viewer reads words, which may say an address that is kept confidential.
    cleared: bool,
}

impl Details {
    fn add(mut self, label: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.all.push(Detail { label: label.to_owned(), value });
        }
        self
    }

    /// What somebody wrote, in words of their own.
    fn words(self, label: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        let value = if self.cleared || value.is_empty() { value } else { KEPT_WORDS.to_owned() };
        self.add(label, value)
    }

    fn day(self, label: &str, day: Option<NaiveDate>) -> Self {
        self.add(label, day.map(|day| day.format("%-d %B %Y").to_string()).unwrap_or_default())
    }
}

#[expect(clippy::too_many_lines, reason = "an arm for each fact")]
async fn details(ctx: &Context<'_>, fact: CaseEvent, cleared: bool) -> Result<Vec<Detail>, Error> {
    let details = Details { all: Vec::new(), cleared };
    let details = match fact {
        CaseEvent::CaseOpened(opened) => {
            let details = details
                .add("Referral", reference_of(ctx, opened.referral).await?)
                .add("Statutory status", opened.statutory_status.label())
                .add("Because", opened.status_ground.map(StatusGround::label).unwrap_or_default())
                .day("Since", opened.status_from)
                .words("Rationale", opened.rationale.unwrap_or_default())
                .add("Earlier case", same_child(ctx, opened.earlier.as_deref()).await?)
                .add("Worked by", opened.service_route.label())
                .add("Whereabouts", opened.whereabouts.label())
                .add("Risk", opened.risk.label())
                .add("Officer", officer(ctx, opened.officer).await?);
            match opened.escalation {
                Some(flag) => details.add("Flag raised with the MASH", flag.level.label()),
                None => details,
            }
        }
        CaseEvent::ReferralJoined { referral: id, risk, .. } => {
            details.add("Referral", reference_of(ctx, id).await?).add("Risk", risk.label())
        }
        CaseEvent::ReferralDetached { referral: id, reason } => {
            details.add("Referral", reference_of(ctx, id).await?).words("Reason", reason)
        }
        CaseEvent::CaseAssigned { officer: id, before, reason } => details
            .add("Officer", officer(ctx, id).await?)
            .add("Before", officer(ctx, before).await?)
            .words("Reason", reason.unwrap_or_default()),
        CaseEvent::StatusDecided(decision) => details
            .add("Statutory status", decision.status.label())
            .add("Before", decision.before.map_or("Not known", StatutoryStatus::label))
            .day("Since", Some(decision.from))
            .add("Because", decision.ground.label())
            .words("Source", decision.source)
            .words("Reason", decision.reason),
        CaseEvent::RouteDecided(decision) => details
            .add("Worked by", decision.route.label())
            .add("Before", decision.before.label())
            .day("Since", Some(decision.from))
            .words("Reason", decision.reason),
        CaseEvent::CaseReviewed(review) => {
            let checked: Vec<&str> = review.checked.iter().map(|kind| kind.label()).collect();
            details.add("Looked at again", checked.join("; ")).words("What follows", review.note)
        }
        CaseEvent::EnquiryRecorded(enquiry) => details
            .add("Check", enquiry.kind.label())
            .words("Asked of", enquiry.asked_of)
            .day("Asked on", Some(enquiry.asked_on))
            .day("Due", Some(enquiry.due_on))
            .add("Lawful gateway", enquiry.gateway.unwrap_or_default())
            .words("Note", enquiry.note),
        CaseEvent::EnquiryAnswered { answer, .. } => details
            .add("Finding", answer.finding.label())
            .day("Answered on", Some(answer.answered_on))
            .words("Answer", answer.text),
        CaseEvent::NoteAdded { text } => details.words("Note", text),
        CaseEvent::ParentRecorded(change) => parent_of(details, *change, cleared),
        CaseEvent::SiblingNamed { named, source } => details
            .add("Name", named.name)
            .day("Date of birth", named.date_of_birth)
            .words("School", named.school.unwrap_or_default())
            .words("Source", source),
        CaseEvent::SiblingStruck { named, reason } => {
            details.add("Name", named.name).day("Date of birth", named.date_of_birth).words("Reason", reason)
        }
        CaseEvent::ChildFilledIn { referral: id, changes } => {
            changed(details.add("Referral", reference_of(ctx, id).await?), &changes, cleared)
        }
        CaseEvent::ChildCorrected { changes, source, reason, changed_on } => changed(details, &changes, cleared)
            .day("Changed on", changed_on)
            .words("Source", source)
            .words("Reason", reason),
        CaseEvent::EnquiryReturned { reason, .. }
        | CaseEvent::EnquiryWithdrawn { reason, .. }
        | CaseEvent::ClosureDeclined { reason }
        | CaseEvent::CaseReopened { reason }
        | CaseEvent::RestrictionLifted { reason } => details.words("Reason", reason),
        CaseEvent::AttendanceConfirmed { on, source, .. } => {
            details.day("First day attended", Some(on)).words("Confirmed by", source)
        }
        CaseEvent::PlacementEnded { on, reason, .. } => details.day("Ended", Some(on)).words("Reason", reason),
        CaseEvent::CaseMerged { reference, risk, .. } => {
            details.add("Case", same_child(ctx, Some(&reference)).await?).add("Risk", risk.label())
        }
        CaseEvent::SightingRecorded(sighting) => details
            .day("On", Some(sighting.on))
            .words("Where and by whom", sighting.account.unwrap_or_default())
            .words("Source", sighting.source),
        CaseEvent::SightingStruck { kind, on, reason } => {
            details.add("What", kind.label()).day("On", Some(on)).words("Reason", reason)
        }
        CaseEvent::WhereaboutsChanged { whereabouts, last_seen_on, reason, before } => details
            .add("Whereabouts", whereabouts.label())
            .add("Before", before.map_or("", Whereabouts::label))
            .day("Last seen", last_seen_on)
            .words("How it is known", reason),
        CaseEvent::EscalationRaised(flag) => {
            details.add("Level", flag.level.label()).words("Concern", flag.concern).words("Rationale", flag.rationale)
        }
        CaseEvent::EscalationAcknowledged { acknowledgement, .. } => {
            let said = |at| format!("{} at {}", london_day(at).format("%-d %B %Y"), london_clock(at));
            details
                .add("How", acknowledgement.by.label())
                .add("Who has it", acknowledgement.name.unwrap_or_default())
                .add("Said on", acknowledgement.said_at.map(said).unwrap_or_default())
        }
        CaseEvent::EscalationRated { rating, .. } | CaseEvent::EscalationLoweringProposed { rating, .. } => {
            details.add("Rating", rating.rating.label()).words("Reason", rating.reason.unwrap_or_default())
        }
        CaseEvent::EscalationAnswered { answer, .. } => {
            let details = details
                .add("Decision", answer.decision.label())
                .add("MASH reference", answer.mash_reference)
                .words("Answer", answer.text);
            match answer.relayed {
                Some(relayed) => details
                    .add("Said by", relayed.said_by)
                    .day("Said on", Some(relayed.said_on))
                    .add("Heard", relayed.channel.label()),
                None => details,
            }
        }
        CaseEvent::EscalationConfirmed { .. } => details,
        CaseEvent::PlacementRecorded(placement) => details
            .add("Kind", placement.kind.label())
            .words("School or provider", placement.provider)
            .day("Starts", Some(placement.starts_on)),
        CaseEvent::TrackingBegan(closure)
        | CaseEvent::UntracedReviewed(closure)
        | CaseEvent::ClosureProposed(closure)
        | CaseEvent::CaseClosed(closure) => closure_of(ctx, details, closure, cleared).await?,
        CaseEvent::CaseRestricted { restriction, reason, readers } => {
            let mut names = Vec::new();
            for reader in readers {
                names.push(officer(ctx, Some(reader)).await?);
            }
            details.add("Why", restriction.label()).words("Reason", reason).add("Readers", names.join(", "))
        }
        fact @ (CaseEvent::RemovalProposed(_)
        | CaseEvent::RemovalWithdrawn { .. }
        | CaseEvent::JointEnquiryRecorded { .. }
        | CaseEvent::RemovalDecided { .. }
        | CaseEvent::NameRemoved { .. }
        | CaseEvent::NewPupilReturned { .. }) => of_roll(ctx, details, fact).await?,
        CaseEvent::ReaderAdded { staff } | CaseEvent::ReaderRemoved { staff } => {
            details.add("Reader", officer(ctx, Some(staff)).await?)
        }
    };
    Ok(details.all)
}

/// A parent or carer beside who held before. A number may lead to an address that is kept confidential.
fn parent_of(details: Details, change: ParentRecorded, cleared: bool) -> Details {
    let kept = |value: Option<String>| match value {
        Some(_) if !cleared => KEPT.to_owned(),
        value => value.unwrap_or_default(),
    };
    let ParentRecorded { before, after, changed_on, source, reason } = change;
    let before = before.map(|one| {
        let phone = kept(one.phone.clone());
        if phone.is_empty() { one.name } else { format!("{}, {phone}", one.name) }
    });
    details
        .add("Name", after.name)
        .words("Relationship", after.relationship.unwrap_or_default())
        .add("Telephone", kept(after.phone))
        .add("Email", kept(after.email))
        .add("May be contacted", after.may_contact.map(Answer::label).unwrap_or_default())
        .add("Before", before.unwrap_or_default())
        .day("Changed on", changed_on)
        .words("Source", source)
        .words("Reason", reason)
}

/// What a fact about a name on a roll says.
async fn of_roll(ctx: &Context<'_>, details: Details, fact: CaseEvent) -> Result<Details, Error> {
    let joined = |words: Vec<&'static str>| words.join("; ");
    Ok(match fact {
        CaseEvent::RemovalProposed(proposal) => {
            let school = loads(ctx).load_one(proposal.school).await?.map(|school| school.name).unwrap_or_default();
            details
                .add("School", school)
                .add("Ground", proposal.ground.label())
                .add("By", proposal.regime.label())
                .add("Confirmed", joined(proposal.conditions.iter().map(|one| one.label()).collect()))
                .day(roll::of(proposal.ground).since.called(), proposal.since)
                .add("Codes of the absence", proposal.codes.join(", "))
                .day("Name entered", proposal.entered_on)
                .add("The school tried", joined(proposal.tried.iter().map(|one| one.label()).collect()))
                .words("Note", proposal.note)
        }
        CaseEvent::RemovalWithdrawn { reason, .. } => details.words("Reason", reason),
        CaseEvent::JointEnquiryRecorded { enquiry, .. } => details
            .add("Outcome", enquiry.outcome.label())
            .add("The authority tried", joined(enquiry.authority.iter().map(|one| one.label()).collect()))
            .add("The school tried", joined(enquiry.school.iter().map(|one| one.label()).collect()))
            .words("Summary", enquiry.note),
        CaseEvent::RemovalDecided { decision, .. } => details
            .add("Decision", decision.decision.label())
            .day("From", decision.from)
            .words("Reason", decision.reason),
        CaseEvent::NameRemoved { told, effect, .. } => {
            details.day("Removed", Some(told.removed_on)).words("What follows", effect)
        }
        CaseEvent::NewPupilReturned { on, exempt, .. } => {
            details.day("Day", Some(on)).add("Owed", if exempt { "None is owed" } else { "" })
        }
        _ => details,
    })
}

/// What stands in the place of an address for those who are not cleared for it.
pub(super) const KEPT: &str = "Kept confidential";

/// What stands in the place of words that may say such an address.
pub(super) const KEPT_WORDS: &str =
    "Kept confidential: the officer of the case, its readers, managers and the MASH can read it";

/// What holds of a child beside what held before.
fn changed(details: Details, changes: &[ChildChange], cleared: bool) -> Details {
    changes.iter().fold(details, |details, change| {
        let word = |value: &Option<String>| {
            value.as_ref().map_or_else(|| "not known".to_owned(), |value| in_words(change.fact, value))
        };
        if is_of_address(change.fact) && !cleared {
            return details.add(change.fact.label(), KEPT);
        }
        let value = format!("{} (before: {})", word(&change.after), word(&change.before));
        details.add(change.fact.label(), value)
    })
}

/// Something known of a child as a person reads it.
pub(super) fn in_words(fact: ChildFact, value: &str) -> String {
    let words = match fact {
        ChildFact::DateOfBirth => value.parse::<NaiveDate>().ok().map(|day| day.format("%-d %B %Y").to_string()),
        ChildFact::AddressConfidential => Some("Yes".to_owned()),
        ChildFact::NhsNumber => NhsNumber::parse(value).map(|number| number.in_groups()).ok(),
        ChildFact::Sex => Sex::parse(value).map(|sex| sex.label().to_owned()),
        ChildFact::UpnAbsence => UpnAbsence::parse(value).map(|why| why.label().to_owned()),
        _ => None,
    };
    words.unwrap_or_else(|| value.to_owned())
}

async fn closure_of(ctx: &Context<'_>, details: Details, closure: Closure, cleared: bool) -> Result<Details, Error> {
    let duplicate_of = same_child(ctx, closure.duplicate_of.as_deref()).await?;
    let place = closure.place.unwrap_or_default();
    Ok(details
        .add("Outcome", closure.outcome.label())
        .add("Evidence", closure.evidence.label())
        .day("Date of the evidence", Some(closure.evidence_on))
        .words("Evidence from", closure.evidence_from)
        .words("Where the child went", closure.destination.unwrap_or_default())
        .words("School or provider", place.school)
        .day("First day attended", place.attended_on)
        .words("Authority", place.authority)
        .words("Acknowledged as", place.acknowledged_as)
        .add("Country", place.country)
        .add("Address there", if cleared || place.address.is_empty() { place.address.as_str() } else { KEPT })
        .add("Proposed by", officer(ctx, closure.proposed_by).await?)
        .add("Duplicate of", duplicate_of)
        .words("Reasons", closure.note))
}

/// The reference of another case of the child, if the viewer may read that one too; otherwise words that tell nothing of
/// it. Empty where there is none.
async fn same_child(ctx: &Context<'_>, reference: Option<&str>) -> Result<String, Error> {
    let Some(reference) = reference else { return Ok(String::new()) };
    let Some((row, _)) = store::case::by_reference(op(ctx), reference).await? else {
        return Ok("A case that you may not read".to_owned());
    };
    note_as(op(ctx), &format!("case:{}", row.id), "reference");
    Ok(row.reference)
}

async fn officer(ctx: &Context<'_>, id: Option<StaffId>) -> Result<String, Error> {
    let Some(id) = id else { return Ok(String::new()) };
    Ok(loads(ctx).load_one(id).await?.map(|row| row.name).unwrap_or_default())
}

async fn reference_of(ctx: &Context<'_>, id: ReferralId) -> Result<String, Error> {
    let Some(row) = loads(ctx).load_one(id).await? else { return Ok(String::new()) };
    note_as(op(ctx), &format!("referral:{}", row.id), "reference");
    Ok(row.reference)
}
