//! Cases: the register, one case whole, and every change to one.

use async_graphql::{Context, Description, Enum, ID, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::vocabulary::{
    CaseState, EnquiryFinding, EnquiryKind, EscalationLevel, EvidenceKind, MashDecision, Outcome, PlacementKind,
    Restriction, Risk, ServiceRoute, StatutoryStatus, Whereabouts,
};
use entity::{CaseId, ChildId, StaffId, break_glass, case, enquiry, escalation, placement};
use futures_util::try_join;
use tokio::sync::OnceCell;

use super::child::Child;
use super::guarded::{Guarded, clears, guard, note_as, op};
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
use crate::store::stream::load;
use entity::vocabulary::AccessAction;

#[derive(Default)]
pub(super) struct CaseQuery;

/// What a list of cases is narrowed to.
#[derive(InputObject)]
struct CaseFilter {
    /// Only cases in one of these states; an empty list finds none.
    state: Option<Vec<CaseState>>,
    /// Only cases with one of these whereabouts; an empty list finds none. For a partner agency only if its agreement
    /// names `WHEREABOUTS`.
    whereabouts: Option<Vec<Whereabouts>>,
    /// Only children whose last school has this URN. Not for partner agencies.
    school_urn: Option<String>,
    /// Only cases that this member of staff has, by `id`. Not for partner agencies.
    officer: Option<ID>,
    /// True: only cases that nobody has. False: only cases that somebody has. Not for partner agencies.
    unassigned: Option<bool>,
    /// True: only cases where something owed is late. False: only the others. Not for partner agencies.
    overdue: Option<bool>,
    /// True: only cases with a flag that awaits the MASH's answer. False: only the others. For a partner agency only
    /// with the scope `ESCALATION_ANSWER` and an agreement that names `ESCALATIONS`.
    flagged: Option<bool>,
    /// Part of a name, a reference or a pupil number. Not for partner agencies.
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
    /// One case by its reference; null when there is none that the viewer may see. For those who work cases, and for
    /// partner agencies with which it is shared.
    async fn case(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What the case is called, such as `C-7K3M-9QX4`; small letters and blanks around it do no harm."
        )]
        reference: String,
    ) -> Result<Option<Case>, Error> {
        let op = op(ctx);
        if op.viewer == Viewer::Anonymous {
            return Err(Error::Unauthenticated);
        }
        let row = store::case::by_reference(op, &reference).await?;
        Ok(row.map(|row| {
            op.saw(AccessAction::Show, subject(&row), None);
            Case::of(row)
        }))
    }

    /// Cases, a page at a time. For those who work cases and for partner agencies with which some are shared; analysts
    /// may only count them.
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
#[derive(Description)]
pub(super) struct CaseConnection {
    page: Option<Page<case::Model>>,
    filter: Filter,
}

#[Object(use_type_description)]
impl CaseConnection {
    /// The cases of this page, in the order asked for; null, with `FORBIDDEN`, for those who may only count them.
    async fn nodes(&self, ctx: &Context<'_>) -> Guarded<Vec<Case>> {
        match &self.page {
            Some(page) => {
                if self.filter.flagged.is_some() {
                    // Whoever asks for the flagged ones is told of each that it is, or is not.
                    page.nodes.iter().for_each(|row| note_as(op(ctx), &subject(row), "flagged"));
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

    /// How many cases the filter finds in all, on every page together; disclosure-controlled for those who may only
    /// count.
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
#[derive(Description)]
pub(super) struct Case(case::Model, Read);

/// What several fields of one case need.
#[derive(Default)]
struct Read {
    broken: OnceCell<Option<break_glass::Model>>,
    facts: OnceCell<CaseFacts>,
}

fn subject(row: &case::Model) -> String {
    format!("case:{}", row.id)
}

impl Case {
    fn of(row: case::Model) -> Self {
        Self(row, Read::default())
    }

    /// A case that leaves a note of having been shown, whatever is asked of it.
    pub(super) fn shown(ctx: &Context<'_>, row: case::Model) -> Self {
        note_as(op(ctx), &subject(&row), "reference");
        Self::of(row)
    }

    fn worked<T>(&self, ctx: &Context<'_>, value: impl FnOnce(&case::Model) -> T) -> Guarded<T> {
        guard(ctx, reads_casework(&op(ctx).viewer), &subject(&self.0), || value(&self.0))
    }

    /// What whoever reads the case may be shown, but an agency only if it agreed to that.
    fn agreed<T>(&self, ctx: &Context<'_>, value: impl FnOnce(&case::Model) -> T) -> Guarded<T> {
        guard(ctx, true, &subject(&self.0), || value(&self.0))
    }

    /// Whether the viewer is shown how the case is worked. For values that must be read first.
    fn shows_work(&self, ctx: &Context<'_>) -> bool {
        clears(ctx, reads_casework(&op(ctx).viewer), &subject(&self.0))
    }

    /// What the viewer broke of a case of this child and has not ended, read once however many fields ask.
    async fn broken(&self, ctx: &Context<'_>) -> Result<Option<&break_glass::Model>, Error> {
        let read = || store::break_glass::of_viewer(op(ctx), self.0.child_id);
        Ok(self.1.broken.get_or_try_init(read).await?.as_ref())
    }

    /// What decides who may do what to the case, read once however many rights are asked for, and in the same statements
    /// as the fields that show it.
    async fn facts(&self, ctx: &Context<'_>) -> Result<CaseFacts, Error> {
        let read = async || {
            let readers = async { loads(ctx).load_one(ReadersOf(self.0.id)).await.map(Option::unwrap_or_default) };
            let flags = async { loads(ctx).load_one(EscalationsOf(self.0.id)).await.map(Option::unwrap_or_default) };
            let (readers, flags, broken) = try_join!(readers, flags, self.broken(ctx))?;
            let named = |staff| self.0.officer_id == Some(staff) || readers.iter().any(|row| row.staff_id == staff);
            Ok(CaseFacts {
                flagged: !flags.is_empty(),
                shared: false,
                // Whoever broke the glass of one case of a child changes none of them.
                restricted: self.0.restriction.is_some() || broken.is_some(),
                named: matches!(&op(ctx).viewer, Viewer::Staff(staff) if named(staff.id)),
                glass: broken.is_some(),
            })
        };
        self.1.facts.get_or_try_init(read).await.copied()
    }

    /// Whether the viewer may do `action` to the case, told to those who see how it is worked.
    async fn may(&self, ctx: &Context<'_>, action: CaseAction) -> Result<Guarded<bool>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        Ok(Guarded::Clear(policy::case(&op(ctx).viewer, action, self.facts(ctx).await?)))
    }
}

#[Object(use_type_description)]
impl Case {
    /// What people call it by, such as `C-7K3M-9QX4`. It never changes.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// How many facts it has; hand it back with a change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where it stands.
    async fn state(&self) -> CaseState {
        self.0.state
    }

    /// What is known of where the child is. A partner agency is shown it if its agreement names `WHEREABOUTS`.
    async fn whereabouts(&self, ctx: &Context<'_>) -> Guarded<Whereabouts> {
        self.agreed(ctx, |row| row.whereabouts)
    }

    /// Whether the child is missing education by law, a fact apart from the team that works the case. Withheld from
    /// partner agencies.
    async fn statutory_status(&self, ctx: &Context<'_>) -> Guarded<StatutoryStatus> {
        self.worked(ctx, |row| row.statutory_status)
    }

    /// The team that works it. Withheld from partner agencies.
    async fn service_route(&self, ctx: &Context<'_>) -> Guarded<ServiceRoute> {
        self.worked(ctx, |row| row.service_route)
    }

    /// How soon a person must look. Withheld from partner agencies.
    async fn risk(&self, ctx: &Context<'_>) -> Guarded<Risk> {
        self.worked(ctx, |row| row.risk)
    }

    /// When it was opened. A partner agency is shown it if its agreement names `CASE_DATES`.
    async fn opened_at(&self, ctx: &Context<'_>) -> Guarded<DateTime<Utc>> {
        self.agreed(ctx, |row| row.opened_at)
    }

    /// The earliest day on which something is owed; null once closed. Withheld from partner agencies.
    async fn due_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, |row| (row.state != CaseState::Closed).then_some(Date(row.due_on)))
    }

    /// Whether that day has passed. Withheld from partner agencies.
    async fn overdue(&self, ctx: &Context<'_>) -> Guarded<bool> {
        let today = london_day(op(ctx).now());
        self.worked(ctx, |row| row.due_on < today)
    }

    /// Whether a flag raised with the MASH awaits their answer. A partner agency is shown it with the scope
    /// `ESCALATION_ANSWER` and an agreement that names `ESCALATIONS`.
    async fn flagged(&self, ctx: &Context<'_>) -> Guarded<bool> {
        let reads = reads_escalations(&op(ctx).viewer);
        guard(ctx, reads, &subject(&self.0), || self.0.open_escalations > 0)
    }

    /// The day on which anybody last saw the child; null when not known. Withheld from partner agencies.
    async fn last_seen_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, |row| row.last_seen_on.map(Date))
    }

    /// The day on which the child last attended school; null when not known. Withheld from partner agencies.
    async fn last_attended_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, |row| row.last_attended_on.map(Date))
    }

    /// When it was closed; null while it is open. A partner agency is shown it if its agreement names `CASE_DATES`.
    async fn closed_at(&self, ctx: &Context<'_>) -> Guarded<Option<DateTime<Utc>>> {
        self.agreed(ctx, |row| row.closed_at)
    }

    /// How it ended, or was reviewed; null before. Withheld from partner agencies.
    async fn outcome(&self, ctx: &Context<'_>) -> Guarded<Option<Outcome>> {
        self.worked(ctx, |row| row.outcome)
    }

    /// Why only its readers may read it; null when it is like any other. Withheld from partner agencies.
    async fn restriction(&self, ctx: &Context<'_>) -> Guarded<Option<Restriction>> {
        self.worked(ctx, |row| row.restriction)
    }

    /// Who may read it while it is restricted, beside its officer. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn readers(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<StaffMember>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let mut readers = Vec::new();
        for row in loads(ctx).load_one(ReadersOf(self.0.id)).await?.unwrap_or_default() {
            readers.extend(loads(ctx).load_one(row.staff_id).await?.map(StaffMember));
        }
        Ok(Guarded::Clear(readers))
    }

    /// Whether the viewer may give it to an officer, or take it from one. Withheld from partner agencies.
    async fn may_assign(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Assign).await
    }

    /// Whether the viewer may add enquiries, notes, whereabouts and placements. Withheld from partner agencies.
    async fn may_work(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Work).await
    }

    /// Whether the viewer may record the answer to a tracing enquiry. Withheld from partner agencies.
    async fn may_answer_enquiry(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::AnswerEnquiry).await
    }

    /// Whether the viewer may raise a flag with the MASH. Withheld from partner agencies.
    async fn may_escalate(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Escalate).await
    }

    /// Whether the viewer may record what the MASH said. Withheld from partner agencies.
    async fn may_answer_escalation(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::AnswerEscalation).await
    }

    /// Whether the viewer may close it. Withheld from partner agencies.
    async fn may_close(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Close).await
    }

    /// Whether the viewer may open it again once it is closed. Withheld from partner agencies.
    async fn may_reopen(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Reopen).await
    }

    /// Whether the viewer may restrict it, lift that, and name its readers. Withheld from partner agencies.
    async fn may_restrict(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Restrict).await
    }

    /// That the viewer reads it only because they broke the glass, and until when; null for everybody else.
    async fn glass(&self, ctx: &Context<'_>) -> Result<Option<BrokenGlass>, Error> {
        Ok(self.broken(ctx).await?.cloned().map(BrokenGlass))
    }

    /// The child that it is about. What identifies them is guarded field by field.
    async fn child(&self, ctx: &Context<'_>) -> Result<Child, Error> {
        loads(ctx).load_one(self.0.child_id).await?.map(Child).ok_or(Error::NotFound)
    }

    /// The last school; null when not known. Withheld from partner agencies.
    async fn school(&self, ctx: &Context<'_>) -> Result<Guarded<Option<School>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let Some(school) = self.0.school_id else { return Ok(Guarded::Clear(None)) };
        Ok(Guarded::Clear(loads(ctx).load_one(school).await?.map(School)))
    }

    /// Who has it; null while nobody does. Withheld from partner agencies.
    async fn officer(&self, ctx: &Context<'_>) -> Result<Guarded<Option<StaffMember>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let Some(officer) = self.0.officer_id else { return Ok(Guarded::Clear(None)) };
        Ok(Guarded::Clear(loads(ctx).load_one(officer).await?.map(StaffMember)))
    }

    /// The referrals that opened it or joined it, oldest first. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn referrals(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Referral>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(ReferralsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(|row| Referral::shown(ctx, row)).collect()))
    }

    /// Its tracing enquiries, oldest first. A partner agency is shown those put to it, if its agreement names
    /// `ENQUIRIES`.
    #[graphql(complexity = "10 * child_complexity")]
    async fn enquiries(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Enquiry>>, Error> {
        if !clears(ctx, true, &subject(&self.0)) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(EnquiriesOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Enquiry).collect()))
    }

    /// The flags raised with the MASH, oldest first. A partner agency is shown them with the scope `ESCALATION_ANSWER`
    /// and an agreement that names `ESCALATIONS`.
    #[graphql(complexity = "5 * child_complexity")]
    async fn escalations(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Escalation>>, Error> {
        if !clears(ctx, reads_escalations(&op(ctx).viewer), &subject(&self.0)) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(EscalationsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Escalation).collect()))
    }

    /// Its placements, oldest first. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn placements(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Placement>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(PlacementsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Placement).collect()))
    }

    /// Every fact of the case, newest first. Withheld from partner agencies.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        #[graphql(desc = "The `seq` of an entry: asks for those that were recorded before it.")] before: Option<i32>,
    ) -> Result<Guarded<Vec<TimelineEntry>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let first = u64::try_from(first).ok().filter(|first| (1..=store::page::LARGEST).contains(first));
        let first = first.ok_or_else(|| Error::invalid("first", "Ask for between 1 and 100 at a time"))?;
        let rows = store::event::of_case(op(ctx), self.0.id, first, before).await?;
        Ok(Guarded::Clear(rows.into_iter().map(TimelineEntry).collect()))
    }

    /// What keeps the case from being closed, each in words; empty when nothing does. Withheld from partner agencies.
    #[graphql(complexity = "10")]
    async fn open_items(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<String>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let op = op(ctx);
        Ok(Guarded::Clear(load::<decide::Case, _>(&op.db.read, self.0.id).await?.open_items()))
    }
}

/// A tracing enquiry.
#[derive(Description)]
pub(super) struct Enquiry(enquiry::Model);

#[Object(use_type_description)]
impl Enquiry {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// What is checked, and where.
    async fn kind(&self) -> EnquiryKind {
        self.0.kind
    }

    /// Who was asked, by name.
    async fn asked_of(&self) -> &str {
        &self.0.asked_of
    }

    /// The partner agency that may answer it through the API; null when none may.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        let Some(agency) = self.0.agency_id else { return Ok(None) };
        Ok(loads(ctx).load_one(agency).await?.map(|agency| agency.name))
    }

    /// The day on which it was put.
    async fn asked_on(&self) -> Date {
        Date(self.0.asked_on)
    }

    /// The day by which an answer is wanted.
    async fn due_on(&self) -> Date {
        Date(self.0.due_on)
    }

    /// Whether that day has passed without an answer.
    async fn overdue(&self, ctx: &Context<'_>) -> bool {
        self.0.answered_on.is_none() && self.0.due_on < london_day(op(ctx).now())
    }

    /// What was asked; an empty text when nothing was written.
    async fn note(&self) -> &str {
        &self.0.note
    }

    /// The day of the answer; null while it is awaited.
    async fn answered_on(&self) -> Option<Date> {
        self.0.answered_on.map(Date)
    }

    /// What it came to; null while the answer is awaited.
    async fn finding(&self) -> Option<EnquiryFinding> {
        self.0.finding
    }

    /// The answer in words; null while it is awaited.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }
}

/// A flag raised with the MASH, the multi-agency safeguarding hub: a concern for the safety of the child.
#[derive(Description)]
pub(super) struct Escalation(escalation::Model);

#[Object(use_type_description)]
impl Escalation {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// How serious it is, as whoever raised it judged.
    async fn level(&self) -> EscalationLevel {
        self.0.level
    }

    /// What they are worried about.
    async fn concern(&self) -> &str {
        &self.0.concern
    }

    /// Why they chose this level.
    async fn rationale(&self) -> &str {
        &self.0.rationale
    }

    /// When it was raised.
    async fn raised_at(&self) -> DateTime<Utc> {
        self.0.raised_at
    }

    /// When the MASH's answer was recorded; null while it is awaited.
    async fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }

    /// What the MASH decided; null while the answer is awaited.
    async fn decision(&self) -> Option<MashDecision> {
        self.0.decision
    }

    /// The reference by which the MASH knows the matter; null while the answer is awaited.
    async fn mash_reference(&self) -> Option<&str> {
        self.0.mash_reference.as_deref()
    }

    /// What the MASH said, in words; null while the answer is awaited.
    async fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }
}

/// A placement.
#[derive(Description)]
pub(super) struct Placement(placement::Model);

#[Object(use_type_description)]
impl Placement {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// What kind of education it is.
    async fn kind(&self) -> PlacementKind {
        self.0.kind
    }

    /// The school or provider, by name.
    async fn provider(&self) -> &str {
        &self.0.provider
    }

    /// The school, if it is on the national register; null otherwise.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>, Error> {
        let Some(school) = self.0.school_id else { return Ok(None) };
        Ok(loads(ctx).load_one(school).await?.map(School))
    }

    /// The first day, which may lie ahead.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }

    /// When it was recorded.
    async fn recorded_at(&self) -> DateTime<Utc> {
        self.0.recorded_at
    }
}

/// From a referral to a case.
#[derive(InputObject)]
struct OpenCaseInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// Whether the child is missing education by law. Needed: null is answered with `INVALID`.
    statutory_status: Option<StatutoryStatus>,
    /// The team that works it. Needed: null is answered with `INVALID`.
    service_route: Option<ServiceRoute>,
    /// What is known of where the child is. Needed: null is answered with `INVALID`.
    whereabouts: Option<Whereabouts>,
    /// The `id` of the child, if they are on file already; left out, the referral makes a new child.
    child: Option<ID>,
    /// The `id` of the officer who gets it, one of `officers`; left out, nobody does.
    officer: Option<ID>,
}

/// From a referral to a case that is open.
#[derive(InputObject)]
struct JoinCaseInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// The reference of the open case that it is added to.
    case: String,
}

/// Who has a case; nobody takes it from whoever had it.
#[derive(InputObject)]
struct AssignCaseInput {
    case: String,
    version: i32,
    /// The `id` of the officer, one of `officers`; null takes the case from whoever has it.
    officer: Option<ID>,
}

/// A tracing enquiry.
#[derive(InputObject)]
struct RecordEnquiryInput {
    case: String,
    /// What is checked, and where. Needed: null is answered with `INVALID`.
    kind: Option<EnquiryKind>,
    /// Who was asked, by name.
    asked_of: String,
    /// The day on which it was put, `YYYY-MM-DD`, not after today.
    asked_on: String,
    /// The day by which an answer is wanted, `YYYY-MM-DD`, not before it was put.
    due_on: String,
    /// What was asked: at most 4,000 characters, and may be empty.
    note: String,
    /// The name of the partner agency that may answer it through the API and sees the case for it; left out when none
    /// may.
    agency: Option<String>,
}

/// The answer to a tracing enquiry.
#[derive(InputObject)]
struct AnswerEnquiryInput {
    case: String,
    /// The `id` of the enquiry that is answered.
    enquiry: ID,
    /// The day of the answer, `YYYY-MM-DD`: not before the enquiry was put, and not after today.
    answered_on: String,
    /// What it came to. Needed: null is answered with `INVALID`.
    finding: Option<EnquiryFinding>,
    /// The answer in words: at most 4,000 characters.
    answer: String,
}

/// A note.
#[derive(InputObject)]
struct AddNoteInput {
    case: String,
    /// What the note says: at most 4,000 characters.
    text: String,
}

/// What is known of the child's whereabouts.
#[derive(InputObject)]
struct ChangeWhereaboutsInput {
    case: String,
    version: i32,
    /// What is known now. Needed: null is answered with `INVALID`.
    whereabouts: Option<Whereabouts>,
    /// The day on which the child was seen, `YYYY-MM-DD` and not after today; left out when nobody saw them.
    last_seen_on: Option<String>,
    /// How this is known, and from whom: at most 4,000 characters.
    reason: String,
}

/// A flag for the MASH.
#[derive(InputObject)]
struct RaiseEscalationInput {
    case: String,
    /// How serious it is. Needed: null is answered with `INVALID`.
    level: Option<EscalationLevel>,
    /// What you are worried about: at most 4,000 characters.
    concern: String,
    /// Why you chose this level: at most 4,000 characters.
    rationale: String,
}

/// What the MASH said.
#[derive(InputObject)]
struct AnswerEscalationInput {
    case: String,
    /// The `id` of the flag that is answered.
    escalation: ID,
    /// What the MASH decided. Needed: null is answered with `INVALID`.
    decision: Option<MashDecision>,
    /// The reference by which the MASH knows the matter.
    mash_reference: String,
    /// What the MASH said, in words: at most 4,000 characters.
    answer: String,
}

/// A placement.
#[derive(InputObject)]
struct RecordPlacementInput {
    case: String,
    version: i32,
    /// What kind of education it is. Needed: null is answered with `INVALID`.
    kind: Option<PlacementKind>,
    /// The school or provider, by name; may be empty when a URN is given.
    provider: String,
    /// The URN of the school, six digits; left out when it is not on the national register.
    school_urn: Option<String>,
    /// The first day, `YYYY-MM-DD`, which may lie ahead.
    starts_on: String,
}

/// An outcome and its evidence.
#[derive(InputObject)]
struct CloseCaseInput {
    case: String,
    version: i32,
    /// How it ends. Needed: null is answered with `INVALID`.
    outcome: Option<Outcome>,
    /// What proves it. Needed, and it must be a kind that proves this outcome.
    evidence: Option<EvidenceKind>,
    /// The day of the evidence, `YYYY-MM-DD`, not after today.
    evidence_on: String,
    /// Who gave the evidence: at most 200 characters.
    evidence_from: String,
    /// The reasons for this outcome: at most 4,000 characters.
    note: String,
    /// Where the child went: authority or country, school, start date. Needed when they moved, and otherwise left out.
    destination: Option<String>,
    /// The reference of the case that stays open. Needed when this one is a duplicate, and otherwise left out.
    duplicate_of: Option<String>,
}

/// Why a case is opened again.
#[derive(InputObject)]
struct ReopenCaseInput {
    case: String,
    version: i32,
    /// Why: at most 4,000 characters.
    reason: String,
}

#[derive(Default)]
pub(super) struct CaseMutation;

/// The case after a change.
pub(super) async fn changed(ctx: &Context<'_>, id: Result<CaseId, Error>) -> Result<Case, Error> {
    let row = store::case::many(op(ctx), &[id?]).await?.pop().ok_or(Error::NotFound)?;
    op(ctx).saw(AccessAction::Show, subject(&row), None);
    Ok(Case::of(row))
}

#[Object]
impl CaseMutation {
    /// Opens a case from a referral. For officers and managers who triage. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn open_case(&self, ctx: &Context<'_>, input: OpenCaseInput) -> Result<Case, Error> {
        let OpenCaseInput { referral, version, statutory_status, service_route, whereabouts, child, officer } = input;
        let officer: Option<StaffId> = officer.map(|officer| id(&officer)).transpose()?;
        let known: Option<ChildId> = child.map(|child| id(&child)).transpose()?;
        let decided = decide::Open { statutory_status, service_route, whereabouts, officer };
        changed(ctx, command::open(op(ctx), referral, version, decided, known).await).await
    }

    /// Adds a referral to a case that is open. For officers and managers who triage. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn join_case(&self, ctx: &Context<'_>, input: JoinCaseInput) -> Result<Case, Error> {
        let JoinCaseInput { referral, version, case } = input;
        changed(ctx, command::join(op(ctx), referral, version, case).await).await
    }

    /// Gives a case to an officer, or takes it from one. For CME officers and managers. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn assign_case(&self, ctx: &Context<'_>, input: AssignCaseInput) -> Result<Case, Error> {
        let AssignCaseInput { case, version, officer } = input;
        let officer = officer.map(|officer| id(&officer)).transpose()?;
        changed(ctx, command::assign(op(ctx), Target { case, version }, officer).await).await
    }

    /// Records a tracing enquiry; put to a partner agency, it shares the case with that agency. For those who work the
    /// case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn record_enquiry(&self, ctx: &Context<'_>, input: RecordEnquiryInput) -> Result<Case, Error> {
        let RecordEnquiryInput { case, kind, asked_of, asked_on, due_on, note, agency } = input;
        let typed = decide::RecordEnquiry { kind, asked_of, asked_on, due_on, note, agency: None };
        changed(ctx, command::record_enquiry(op(ctx), case, typed, agency).await).await
    }

    /// Records the answer to a tracing enquiry. For those who work the case, and for a partner agency with the scope
    /// `ENQUIRY_ANSWER` where the enquiry was put to it. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn answer_enquiry(&self, ctx: &Context<'_>, input: AnswerEnquiryInput) -> Result<Case, Error> {
        let AnswerEnquiryInput { case, enquiry, answered_on, finding, answer } = input;
        let typed = decide::AnswerEnquiry { enquiry: id(&enquiry)?, answered_on, finding, text: answer };
        changed(ctx, command::answer_enquiry(op(ctx), case, typed).await).await
    }

    /// Adds a note. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn add_note(&self, ctx: &Context<'_>, input: AddNoteInput) -> Result<Case, Error> {
        let AddNoteInput { case, text } = input;
        changed(ctx, command::add_note(op(ctx), case, text).await).await
    }

    /// Changes what is known of the child's whereabouts. For those who work the case. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn change_whereabouts(&self, ctx: &Context<'_>, input: ChangeWhereaboutsInput) -> Result<Case, Error> {
        let ChangeWhereaboutsInput { case, version, whereabouts, last_seen_on, reason } = input;
        let last_seen_on = last_seen_on.unwrap_or_default();
        let typed = decide::ChangeWhereabouts { whereabouts, last_seen_on, reason };
        changed(ctx, command::change_whereabouts(op(ctx), Target { case, version }, typed).await).await
    }

    /// Raises a flag with the MASH, who are alerted by mail. For those who work the case. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn raise_escalation(&self, ctx: &Context<'_>, input: RaiseEscalationInput) -> Result<Case, Error> {
        let RaiseEscalationInput { case, level, concern, rationale } = input;
        let typed = decide::RaiseEscalation { level, concern, rationale };
        changed(ctx, command::raise_escalation(op(ctx), case, typed).await).await
    }

    /// Records what the MASH said. For CME officers, managers and the MASH liaison, and for the MASH's own system with
    /// the scope `ESCALATION_ANSWER`. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn answer_escalation(&self, ctx: &Context<'_>, input: AnswerEscalationInput) -> Result<Case, Error> {
        let AnswerEscalationInput { case, escalation, decision, mash_reference, answer } = input;
        let typed = decide::AnswerEscalation { escalation: id(&escalation)?, decision, mash_reference, text: answer };
        changed(ctx, command::answer_escalation(op(ctx), case, typed).await).await
    }

    /// Records a placement. For those who work the case. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn record_placement(&self, ctx: &Context<'_>, input: RecordPlacementInput) -> Result<Case, Error> {
        let RecordPlacementInput { case, version, kind, provider, school_urn, starts_on } = input;
        let typed = decide::Place { kind, provider, school: None, starts_on };
        changed(ctx, command::record_placement(op(ctx), Target { case, version }, typed, school_urn).await).await
    }

    /// Closes a case on evidence, or tracks it while confirmation from elsewhere is awaited. For CME officers and
    /// managers. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
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

    /// Opens a closed case again. For CME officers and managers. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn reopen_case(&self, ctx: &Context<'_>, input: ReopenCaseInput) -> Result<Case, Error> {
        let ReopenCaseInput { case, version, reason } = input;
        changed(ctx, command::reopen(op(ctx), Target { case, version }, reason).await).await
    }
}
