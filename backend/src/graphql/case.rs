//! Cases: the register, one case whole, and every change to one.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    Restriction, Risk, ServiceRoute, StatutoryStatus, Whereabouts,
};
use entity::{CaseId, ChildId, StaffId, case, enquiry, escalation, placement};

use super::child::Child;
use super::guarded::{Guarded, clears, guard, note, op};
use super::input::{Date, id, shown};
use super::loaders::{EnquiriesOf, EscalationsOf, PlacementsOf, ReadersOf, ReferralsOf, loads};
use super::page::{DisclosedCount, PageInfo};
use super::referral::Referral;
use super::restricted::BrokenGlass;
use super::school::School;
use super::staff::StaffMember;
use super::timeline::TimelineEntry;
use crate::domain::case as decide;
use crate::domain::clock::london_day;
use crate::domain::disclosure::{controlled, exact};
use crate::domain::policy::{
    self, CaseAction, CaseFacts, lists_cases, reads_casework, reads_escalations, reads_statistics, sees_exact_counts,
    withheld_by_agreement,
};
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service;
use crate::service::case::{self as command, Target};
use crate::store;
use crate::store::case::{Filter, Sort};
use crate::store::page::{Page, Wanted};
use entity::vocabulary::AccessAction;

#[derive(Default)]
pub(super) struct CaseQuery;

/// What a list of cases is narrowed to.
#[derive(InputObject)]
struct CaseFilter {
    state: Option<Vec<CaseState>>,
    whereabouts: Option<Vec<Whereabouts>>,
    school_urn: Option<String>,
    officer: Option<ID>,
    unassigned: Option<bool>,
    overdue: Option<bool>,
    flagged: Option<bool>,
    /// Part of a name, a reference or a pupil number.
    search: Option<String>,
}

impl CaseFilter {
    fn parse(self) -> Result<Filter, Error> {
        let Self { state, whereabouts, school_urn, officer, unassigned, overdue, flagged, search } = self;
        Ok(Filter {
            state,
            whereabouts,
            school_urn,
            officer: officer.map(|officer| id(&officer)).transpose()?,
            unassigned,
            overdue,
            flagged,
            search: search.filter(|typed| !typed.trim().is_empty()),
        })
    }
}

/// How a list of cases is sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Sort")]
enum CaseSort {
    /// Soonest due first
    Due,
    /// Newest first
    Newest,
    /// Oldest first
    Oldest,
    /// By name
    Name,
}

#[Object]
impl CaseQuery {
    /// One case by its reference; null when there is none that the viewer may see.
    async fn case(&self, ctx: &Context<'_>, reference: String) -> Result<Option<Case>, Error> {
        let op = op(ctx);
        if op.viewer == Viewer::Anonymous {
            return Err(Error::Unauthenticated);
        }
        let row = store::case::by_reference(op, &reference).await?;
        Ok(row.map(|row| {
            op.saw(AccessAction::Show, subject(&row), None);
            Case(row)
        }))
    }

    /// Cases, a page at a time.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn cases(
        &self,
        ctx: &Context<'_>,
        filter: Option<CaseFilter>,
        #[graphql(default_with = "CaseSort::Due")] sort: CaseSort,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<CaseConnection, Error> {
        let op = op(ctx);
        if !lists_cases(&op.viewer) && !reads_statistics(&op.viewer) {
            return Err(if op.viewer == Viewer::Anonymous { Error::Unauthenticated } else { Error::Forbidden });
        }
        // A filter is a question about one child as soon as it is narrow enough, so only those who see the rows may set it.
        if !lists_cases(&op.viewer) && (filter.is_some() || after.is_some() || before.is_some()) {
            return Err(Error::Forbidden);
        }
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        let filter = filter.map(CaseFilter::parse).transpose()?.unwrap_or_default();
        let sort = permitted(&op.viewer, &filter, sort.into())?;
        if let Some(typed) = &filter.search {
            op.looks_for(typed.clone());
            op.saw(AccessAction::Search, "cases", None);
        }
        let page =
            if lists_cases(&op.viewer) { Some(store::case::list(op, &filter, sort, &wanted).await?) } else { None };
        Ok(CaseConnection { page, filter })
    }
}

/// Refuses filters and orders by fields that are withheld from the viewer, because they tell what the fields would. The
/// order that is asked for by default becomes one that tells nothing.
fn permitted(viewer: &Viewer, filter: &Filter, sort: Sort) -> Result<Sort, Error> {
    if reads_casework(viewer) {
        return Ok(sort);
    }
    let Filter { state: _, whereabouts, school_urn, officer, unassigned, overdue, flagged, search } = filter;
    let undated = withheld_by_agreement(viewer, "openedAt");
    let unplaced = whereabouts.is_some() && withheld_by_agreement(viewer, "whereabouts");
    let unflagged = flagged.is_some() && (!reads_escalations(viewer) || withheld_by_agreement(viewer, "flagged"));
    let tells = unplaced
        || unflagged
        || school_urn.is_some()
        || officer.is_some()
        || search.is_some()
        || unassigned.is_some()
        || overdue.is_some();
    match sort {
        _ if tells => Err(Error::Forbidden),
        Sort::Name => Err(Error::Forbidden),
        Sort::Oldest if undated => Err(Error::Forbidden),
        Sort::Due => Ok(Sort::Newest),
        Sort::Newest | Sort::Oldest => Ok(sort),
    }
}

/// A page of cases.
pub(super) struct CaseConnection {
    page: Option<Page<case::Model>>,
    filter: Filter,
}

#[Object]
impl CaseConnection {
    /// The cases; withheld from those who may only count them.
    async fn nodes(&self, ctx: &Context<'_>) -> Guarded<Vec<Case>> {
        match &self.page {
            Some(page) => {
                if self.filter.flagged.is_some() {
                    // Whoever asks for the flagged ones is told of each that it is, or is not.
                    page.nodes.iter().for_each(|row| note(op(ctx), &subject(row), "flagged"));
                }
                Guarded::Clear(page.nodes.iter().cloned().map(|row| Case::shown(ctx, row)).collect())
            }
            None => Guarded::Withheld,
        }
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        match &self.page {
            Some(page) => PageInfo::of(ctx, page, |row| row.id.0),
            None => PageInfo::of(ctx, &Page::<case::Model>::empty(), |row| row.id.0),
        }
    }

    /// How many there are in all.
    async fn count(&self, ctx: &Context<'_>) -> Result<DisclosedCount, Error> {
        let op = op(ctx);
        if sees_exact_counts(&op.viewer) || self.page.is_some() {
            return Ok(exact(store::case::count(op, &self.filter).await?).into());
        }
        let day = service::statistics::publish(op).await?;
        let count = DisclosedCount::from(controlled(store::statistics::published_total(op).await?));
        Ok(count.of_day(day))
    }
}

/// A case. How it is worked is withheld from partner agencies.
pub(super) struct Case(pub(super) case::Model);

fn subject(row: &case::Model) -> String {
    format!("case:{}", row.id)
}

impl Case {
    /// A case that leaves a note of having been shown, whatever is asked of it.
    pub(super) fn shown(ctx: &Context<'_>, row: case::Model) -> Self {
        note(op(ctx), &subject(&row), "reference");
        Self(row)
    }

    fn worked<T>(&self, ctx: &Context<'_>, field: &'static str, value: impl FnOnce(&case::Model) -> T) -> Guarded<T> {
        guard(ctx, reads_casework(&op(ctx).viewer), &subject(&self.0), field, || value(&self.0))
    }

    /// What whoever reads the case may be shown, but an agency only if it agreed to that.
    fn agreed<T>(&self, ctx: &Context<'_>, field: &'static str, value: impl FnOnce(&case::Model) -> T) -> Guarded<T> {
        guard(ctx, true, &subject(&self.0), field, || value(&self.0))
    }

    fn may_see_work(ctx: &Context<'_>) -> bool {
        reads_casework(&op(ctx).viewer)
    }
}

#[Object]
impl Case {
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// How many facts it has; hand it back with a change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    async fn state(&self) -> CaseState {
        self.0.state
    }

    async fn whereabouts(&self, ctx: &Context<'_>) -> Guarded<Whereabouts> {
        self.agreed(ctx, "whereabouts", |row| row.whereabouts)
    }

    async fn statutory_status(&self, ctx: &Context<'_>) -> Guarded<StatutoryStatus> {
        self.worked(ctx, "statutoryStatus", |row| row.statutory_status)
    }

    async fn service_route(&self, ctx: &Context<'_>) -> Guarded<ServiceRoute> {
        self.worked(ctx, "serviceRoute", |row| row.service_route)
    }

    async fn risk(&self, ctx: &Context<'_>) -> Guarded<Risk> {
        self.worked(ctx, "risk", |row| row.risk)
    }

    async fn opened_at(&self, ctx: &Context<'_>) -> Guarded<DateTime<Utc>> {
        self.agreed(ctx, "openedAt", |row| row.opened_at)
    }

    /// The earliest day on which something is owed; null once closed.
    async fn due_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, "dueOn", |row| (row.state != CaseState::Closed).then_some(Date(row.due_on)))
    }

    async fn overdue(&self, ctx: &Context<'_>) -> Guarded<bool> {
        let today = london_day(op(ctx).now());
        self.worked(ctx, "overdue", |row| row.due_on < today)
    }

    /// Whether a flag raised with the MASH awaits their answer.
    async fn flagged(&self, ctx: &Context<'_>) -> Guarded<bool> {
        let reads = reads_escalations(&op(ctx).viewer);
        guard(ctx, reads, &subject(&self.0), "flagged", || self.0.open_escalations > 0)
    }

    async fn last_seen_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, "lastSeenOn", |row| row.last_seen_on.map(Date))
    }

    async fn last_attended_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, "lastAttendedOn", |row| row.last_attended_on.map(Date))
    }

    async fn closed_at(&self, ctx: &Context<'_>) -> Guarded<Option<DateTime<Utc>>> {
        self.agreed(ctx, "closedAt", |row| row.closed_at)
    }

    async fn outcome(&self, ctx: &Context<'_>) -> Guarded<Option<Outcome>> {
        self.worked(ctx, "outcome", |row| row.outcome)
    }

    /// Why only its readers may read it; null when it is like any other.
    async fn restriction(&self, ctx: &Context<'_>) -> Guarded<Option<Restriction>> {
        self.worked(ctx, "restriction", |row| row.restriction)
    }

    /// Who may read it while it is restricted.
    #[graphql(complexity = "5 * child_complexity")]
    async fn readers(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<StaffMember>>, Error> {
        if !Self::may_see_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        note(op(ctx), &subject(&self.0), "readers");
        let mut readers = Vec::new();
        for row in loads(ctx).load_one(ReadersOf(self.0.id)).await?.unwrap_or_default() {
            readers.extend(loads(ctx).load_one(row.staff_id).await?.map(StaffMember));
        }
        Ok(Guarded::Clear(readers))
    }

    /// Whether the viewer may restrict it, lift that, and name its readers.
    async fn may_restrict(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        let op = op(ctx);
        if !Self::may_see_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        note(op, &subject(&self.0), "mayRestrict");
        let readers = loads(ctx).load_one(ReadersOf(self.0.id)).await?.unwrap_or_default();
        let named = |staff| self.0.officer_id == Some(staff) || readers.iter().any(|row| row.staff_id == staff);
        let facts = CaseFacts {
            flagged: false,
            shared: false,
            restricted: self.0.restriction.is_some(),
            named: matches!(&op.viewer, Viewer::Staff(staff) if named(staff.id)),
            glass: false,
        };
        Ok(Guarded::Clear(policy::case(&op.viewer, CaseAction::Restrict, facts)))
    }

    /// That the viewer reads it only because they broke the glass, and until when.
    async fn glass(&self, ctx: &Context<'_>) -> Result<Option<BrokenGlass>, Error> {
        Ok(store::break_glass::of_viewer(op(ctx), self.0.child_id).await?.map(BrokenGlass))
    }

    async fn child(&self, ctx: &Context<'_>) -> Result<Child, Error> {
        loads(ctx).load_one(self.0.child_id).await?.map(Child).ok_or(Error::NotFound)
    }

    /// The last school.
    async fn school(&self, ctx: &Context<'_>) -> Result<Guarded<Option<School>>, Error> {
        if !Self::may_see_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        note(op(ctx), &subject(&self.0), "school");
        let Some(school) = self.0.school_id else { return Ok(Guarded::Clear(None)) };
        Ok(Guarded::Clear(loads(ctx).load_one(school).await?.map(School)))
    }

    async fn officer(&self, ctx: &Context<'_>) -> Result<Guarded<Option<StaffMember>>, Error> {
        if !Self::may_see_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        note(op(ctx), &subject(&self.0), "officer");
        let Some(officer) = self.0.officer_id else { return Ok(Guarded::Clear(None)) };
        Ok(Guarded::Clear(loads(ctx).load_one(officer).await?.map(StaffMember)))
    }

    /// The referrals that opened it or joined it, oldest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn referrals(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Referral>>, Error> {
        if !Self::may_see_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        note(op(ctx), &subject(&self.0), "referrals");
        let rows = loads(ctx).load_one(ReferralsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(|row| Referral::shown(ctx, row)).collect()))
    }

    /// Its tracing enquiries, oldest first; for a partner agency those put to it.
    #[graphql(complexity = "10 * child_complexity")]
    async fn enquiries(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Enquiry>>, Error> {
        if !clears(ctx, true, &subject(&self.0), "enquiries") {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(EnquiriesOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Enquiry).collect()))
    }

    /// The flags raised with the MASH, oldest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn escalations(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Escalation>>, Error> {
        if !clears(ctx, reads_escalations(&op(ctx).viewer), &subject(&self.0), "escalations") {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(EscalationsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Escalation).collect()))
    }

    /// Its placements, oldest first.
    #[graphql(complexity = "5 * child_complexity")]
    async fn placements(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Placement>>, Error> {
        if !Self::may_see_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        note(op(ctx), &subject(&self.0), "placements");
        let rows = loads(ctx).load_one(PlacementsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Placement).collect()))
    }

    /// Every fact of the case, newest first.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        before: Option<i32>,
    ) -> Result<Guarded<Vec<TimelineEntry>>, Error> {
        if !Self::may_see_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        note(op(ctx), &subject(&self.0), "timeline");
        let first = u64::try_from(first).ok().filter(|first| (1..=store::page::LARGEST).contains(first));
        let first = first.ok_or_else(|| Error::invalid("first", "Ask for between 1 and 100 at a time"))?;
        let rows = store::event::of_case(op(ctx), self.0.id, first, before).await?;
        Ok(Guarded::Clear(rows.into_iter().map(TimelineEntry).collect()))
    }

    /// What keeps the case from being closed.
    #[graphql(complexity = "10")]
    async fn open_items(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<String>>, Error> {
        if !Self::may_see_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let op = op(ctx);
        note(op, &subject(&self.0), "openItems");
        Ok(Guarded::Clear(store::case::fold(op, &op.db.read, self.0.id).await?.open_items()))
    }
}

/// A tracing enquiry.
pub(super) struct Enquiry(enquiry::Model);

#[Object]
impl Enquiry {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn kind(&self) -> EnquiryKind {
        self.0.kind
    }

    async fn asked_of(&self) -> &str {
        &self.0.asked_of
    }

    /// The partner agency that may answer it through the API.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        let Some(agency) = self.0.agency_id else { return Ok(None) };
        Ok(loads(ctx).load_one(agency).await?.map(|agency| agency.name))
    }

    async fn asked_on(&self) -> Date {
        Date(self.0.asked_on)
    }

    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        self.0.answered_on.is_none() && self.0.due_on < london_day(op(ctx).now())
    }

    async fn note(&self) -> &str {
        &self.0.note
    }

    async fn answered_on(&self) -> Option<Date> {
        self.0.answered_on.map(Date)
    }

    async fn finding(&self) -> Option<EnquiryFinding> {
        self.0.finding
    }

    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }
}

/// A flag raised with the MASH.
pub(super) struct Escalation(escalation::Model);

#[Object]
impl Escalation {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn level(&self) -> EscalationLevel {
        self.0.level
    }

    async fn concern(&self) -> &str {
        &self.0.concern
    }

    async fn rationale(&self) -> &str {
        &self.0.rationale
    }

    async fn raised_at(&self) -> DateTime<Utc> {
        self.0.raised_at
    }

    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }

    async fn decision(&self) -> Option<MashDecision> {
        self.0.decision
    }

    async fn mash_reference(&self) -> Option<&str> {
        self.0.mash_reference.as_deref()
    }

    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }
}

/// A placement.
pub(super) struct Placement(placement::Model);

#[Object]
impl Placement {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    async fn kind(&self) -> PlacementKind {
        self.0.kind
    }

    async fn provider(&self) -> &str {
        &self.0.provider
    }

    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>, Error> {
        let Some(school) = self.0.school_id else { return Ok(None) };
        Ok(loads(ctx).load_one(school).await?.map(School))
    }

    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }

    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}

macro_rules! inputs {
    ($($(#[doc = $doc:literal])+ $name:ident { $($field:ident: $type:ty,)+ })+) => {$(
        $(#[doc = $doc])+
        #[derive(InputObject)]
        struct $name { $($field: $type,)+ }
    )+};
}

inputs! {
    /// From a referral to a case.
    OpenCaseInput {
        referral: String,
        version: i32,
        statutory_status: Option<StatutoryStatus>,
        service_route: Option<ServiceRoute>,
        whereabouts: Option<Whereabouts>,
        child: Option<ID>,
        officer: Option<ID>,
    }
    /// From a referral to a case that is open.
    JoinCaseInput { referral: String, version: i32, case: String, }
    /// Who has a case; nobody takes it from whoever had it.
    AssignCaseInput { case: String, version: i32, officer: Option<ID>, }
    /// A tracing enquiry.
    RecordEnquiryInput {
        case: String,
        kind: Option<EnquiryKind>,
        asked_of: String,
        asked_on: String,
        due_on: String,
        note: String,
        agency: Option<String>,
    }
    /// The answer to a tracing enquiry.
    AnswerEnquiryInput {
        case: String,
        enquiry: ID,
        answered_on: String,
        finding: Option<EnquiryFinding>,
        answer: String,
    }
    /// A note.
    AddNoteInput { case: String, text: String, }
    /// What is known of the child's whereabouts.
    ChangeWhereaboutsInput {
        case: String,
        version: i32,
        whereabouts: Option<Whereabouts>,
        last_seen_on: Option<String>,
        reason: String,
    }
    /// A flag for the MASH.
    RaiseEscalationInput {
        case: String,
        level: Option<EscalationLevel>,
        concern: String,
        rationale: String,
    }
    /// What the MASH said.
    AnswerEscalationInput {
        case: String,
        escalation: ID,
        decision: Option<MashDecision>,
        mash_reference: String,
        answer: String,
    }
    /// A placement.
    RecordPlacementInput {
        case: String,
        version: i32,
        kind: Option<PlacementKind>,
        provider: String,
        school_urn: Option<String>,
        starts_on: String,
    }
    /// An outcome and its evidence.
    CloseCaseInput {
        case: String,
        version: i32,
        outcome: Option<Outcome>,
        evidence: Option<EvidenceKind>,
        evidence_on: String,
        evidence_from: String,
        note: String,
        destination: Option<String>,
        duplicate_of: Option<String>,
    }
    /// Why a case is opened again.
    ReopenCaseInput { case: String, version: i32, reason: String, }
}

#[derive(Default)]
pub(super) struct CaseMutation;

/// The case after a change.
pub(super) async fn changed(ctx: &Context<'_>, id: Result<CaseId, Error>) -> Result<Case, Error> {
    let row = store::case::many(op(ctx), &[id?]).await?.pop().ok_or(Error::NotFound)?;
    op(ctx).saw(AccessAction::Show, subject(&row), None);
    Ok(Case(row))
}

#[Object]
impl CaseMutation {
    /// Opens a case from a referral.
    async fn open_case(&self, ctx: &Context<'_>, input: OpenCaseInput) -> Result<Case, Error> {
        let OpenCaseInput { referral, version, statutory_status, service_route, whereabouts, child, officer } = input;
        let officer: Option<StaffId> = officer.map(|officer| id(&officer)).transpose()?;
        let known: Option<ChildId> = child.map(|child| id(&child)).transpose()?;
        let decided = decide::Open { statutory_status, service_route, whereabouts, officer };
        changed(ctx, command::open(op(ctx), referral, version, decided, known).await).await
    }

    /// Adds a referral to a case that is open.
    async fn join_case(&self, ctx: &Context<'_>, input: JoinCaseInput) -> Result<Case, Error> {
        let JoinCaseInput { referral, version, case } = input;
        changed(ctx, command::join(op(ctx), referral, version, case).await).await
    }

    /// Gives a case to an officer, or takes it from one.
    async fn assign_case(&self, ctx: &Context<'_>, input: AssignCaseInput) -> Result<Case, Error> {
        let AssignCaseInput { case, version, officer } = input;
        let officer = officer.map(|officer| id(&officer)).transpose()?;
        changed(ctx, command::assign(op(ctx), Target { case, version }, officer).await).await
    }

    /// Records a tracing enquiry.
    async fn record_enquiry(&self, ctx: &Context<'_>, input: RecordEnquiryInput) -> Result<Case, Error> {
        let RecordEnquiryInput { case, kind, asked_of, asked_on, due_on, note, agency } = input;
        let typed = decide::RecordEnquiry { kind, asked_of, asked_on, due_on, note, agency: None };
        changed(ctx, command::record_enquiry(op(ctx), case, typed, agency).await).await
    }

    /// Records the answer to a tracing enquiry.
    async fn answer_enquiry(&self, ctx: &Context<'_>, input: AnswerEnquiryInput) -> Result<Case, Error> {
        let AnswerEnquiryInput { case, enquiry, answered_on, finding, answer } = input;
        let typed = decide::AnswerEnquiry { enquiry: id(&enquiry)?, answered_on, finding, text: answer };
        changed(ctx, command::answer_enquiry(op(ctx), case, typed).await).await
    }

    /// Adds a note.
    async fn add_note(&self, ctx: &Context<'_>, input: AddNoteInput) -> Result<Case, Error> {
        let AddNoteInput { case, text } = input;
        changed(ctx, command::add_note(op(ctx), case, text).await).await
    }

    /// Changes what is known of the child's whereabouts.
    async fn change_whereabouts(&self, ctx: &Context<'_>, input: ChangeWhereaboutsInput) -> Result<Case, Error> {
        let ChangeWhereaboutsInput { case, version, whereabouts, last_seen_on, reason } = input;
        let last_seen_on = last_seen_on.unwrap_or_default();
        let typed = decide::ChangeWhereabouts { whereabouts, last_seen_on, reason };
        changed(ctx, command::change_whereabouts(op(ctx), Target { case, version }, typed).await).await
    }

    /// Raises a flag with the MASH.
    async fn raise_escalation(&self, ctx: &Context<'_>, input: RaiseEscalationInput) -> Result<Case, Error> {
        let RaiseEscalationInput { case, level, concern, rationale } = input;
        let typed = decide::RaiseEscalation { level, concern, rationale };
        changed(ctx, command::raise_escalation(op(ctx), case, typed).await).await
    }

    /// Records what the MASH said.
    async fn answer_escalation(&self, ctx: &Context<'_>, input: AnswerEscalationInput) -> Result<Case, Error> {
        let AnswerEscalationInput { case, escalation, decision, mash_reference, answer } = input;
        let typed = decide::AnswerEscalation { escalation: id(&escalation)?, decision, mash_reference, text: answer };
        changed(ctx, command::answer_escalation(op(ctx), case, typed).await).await
    }

    /// Records a placement.
    async fn record_placement(&self, ctx: &Context<'_>, input: RecordPlacementInput) -> Result<Case, Error> {
        let RecordPlacementInput { case, version, kind, provider, school_urn, starts_on } = input;
        let typed = decide::Place { kind, provider, school: None, starts_on };
        changed(ctx, command::record_placement(op(ctx), Target { case, version }, typed, school_urn).await).await
    }

    /// Closes a case on evidence, or tracks it while confirmation from elsewhere is awaited.
    async fn close_case(&self, ctx: &Context<'_>, input: CloseCaseInput) -> Result<Case, Error> {
        let CloseCaseInput {
            case,
            version,
            outcome,
            evidence,
            evidence_on,
            evidence_from,
            note,
            destination,
            duplicate_of,
        } = input;
        let typed = decide::Close {
            outcome,
            evidence,
            evidence_on,
            evidence_from,
            note,
            destination: destination.unwrap_or_default(),
            duplicate_of: duplicate_of.unwrap_or_default(),
        };
        changed(ctx, command::close(op(ctx), Target { case, version }, typed).await).await
    }

    /// Opens a closed case again.
    async fn reopen_case(&self, ctx: &Context<'_>, input: ReopenCaseInput) -> Result<Case, Error> {
        let ReopenCaseInput { case, version, reason } = input;
        changed(ctx, command::reopen(op(ctx), Target { case, version }, reason).await).await
    }
}
