//! Reads of cases and of what belongs to them: readers, enquiries, flags and placements.
//!
//! What must not live here: who may do what to a case (`domain::policy`, which `visible` repeats in SQL), and reads of
//! children (`child`).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::vocabulary::{CaseState, Outcome, PlacementKind, Scope, StaffRole, Whereabouts};
use entity::{
    AgencyId, CaseId, ChildId, PlacementId, SchoolId, StaffId, agreement, break_glass, case, case_reader, child,
    enquiry, escalation, placement, referral, removal, school, staff,
};
use futures_util::future::try_join_all;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, Select,
};

use super::page::{LARGEST, Page, Wanted, count_some};
use super::search::{FEW, OF_CHILDREN, OF_REFERRALS, any_of, called};
use super::stream::{self, Find};
use super::{filled, nothing};
use crate::context::OpContext;
use crate::domain::agency::answered_in_sight;
use crate::domain::case::{Case, FOLD};
use crate::domain::london::london_day;
use crate::domain::reference::CaseReference;
use crate::domain::search::{Search, of_nhs_number, of_phone, of_postcode, of_upn};
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// The filters of a list of cases. `None` leaves a filter out; an empty list matches no row, and `false` matches the
/// opposite of `true`.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `CaseFilter`")]
pub struct Filter {
    pub state: Option<Vec<CaseState>>,
    pub whereabouts: Option<Vec<Whereabouts>>,
    pub school_urn: Option<String>,
    pub officer: Option<StaffId>,
    pub unassigned: Option<bool>,
    pub overdue: Option<bool>,
    pub flagged: Option<bool>,
    pub proposed: Option<bool>,
    pub search: Option<String>,
}

/// The order of a list of cases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By the day something is due, soonest first.
    Due,
    /// By the time they were opened, newest first.
    Newest,
    /// By the time they were opened, oldest first.
    Oldest,
    /// By the child's name, family name first.
    Name,
}

/// The cases that exist for the viewer: `policy::case` with `CaseAction::Read`, in SQL.
pub(super) fn visible(op: &OpContext) -> Select<case::Entity> {
    existing(op, BreakGlassReading::Counts)
}

/// The cases that the viewer may change: those they may read without having broken the glass.
fn changeable(op: &OpContext) -> Select<case::Entity> {
    existing(op, BreakGlassReading::DoesNotCount)
}

/// Whether access by breaking the glass counts when asking what a viewer may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakGlassReading {
    Counts,
    DoesNotCount,
}

fn existing(op: &OpContext, glass: BreakGlassReading) -> Select<case::Entity> {
    use StaffRole::{CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison};
    let viewer = &op.viewer;
    let among = |cases: SelectStatement| Expr::col(case::Column::Id.as_column_ref()).in_subquery(cases);
    let mut exists = Condition::any().add(nothing());
    if let Viewer::System(_) = viewer {
        return case::Entity::find();
    }
    if viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager]) {
        exists = exists.add(withheld(op, glass, &child_of_case()).not());
    }
    if viewer.is_any(&[MashLiaison]) {
        exists = exists.add(was_flagged());
    }
    if let Viewer::Partner(partner) = viewer {
        let mut told = Condition::any().add(nothing());
        if [Scope::CaseSharedRead, Scope::EnquiryAnswer].iter().any(|scope| partner.scopes.contains(scope)) {
            let asked = Query::select()
                .column(enquiry::Column::CaseId)
                .from(enquiry::Entity)
                .and_where(Expr::col(enquiry::Column::AgencyId).eq(partner.agency.0))
                .cond_where(
                    Condition::any()
                        .add(Expr::col(enquiry::Column::AnsweredOn).is_null())
                        .add(Expr::col(enquiry::Column::AnsweredOn).gte(answered_in_sight(london_day(op.now())))),
                )
                .take();
            told = told.add(Condition::all().add(case::Column::State.ne(CaseState::Closed)).add(among(asked)));
        }
        if partner.scopes.contains(&Scope::EscalationAnswer) {
            told = told.add(was_flagged());
        }
        // A restricted case is for named staff only, whatever an agency was asked about it before.
        exists = exists.add(Condition::all().add(told).add(withheld(op, glass, &child_of_case()).not()));
    }
    case::Entity::find().filter(exists)
}

/// A condition on a child, whose id is `child`: one of their cases is restricted, and the viewer is named to none of
/// them. The restriction covers all cases of the child, because each of them identifies the child. It is asked of one
/// child at a time, which an index of the few restricted cases answers, and never as a list of all of them.
pub(super) fn withheld(op: &OpContext, glass: BreakGlassReading, child: &Expr) -> Condition {
    let mut withheld = Condition::all().add(is_restricted(child));
    if let Viewer::Staff(staff) = &op.viewer {
        // The officer of a restricted case is always one of its readers.
        let named = any_case(child, |own, any| {
            any.inner_join(
                case_reader::Entity,
                Expr::col((own, case::Column::Id)).equals(case_reader::Column::CaseId.as_column_ref()),
            )
            .and_where(Expr::col(case_reader::Column::StaffId.as_column_ref()).eq(staff.id.0));
        });
        withheld = withheld.add(named.not());
        if glass == BreakGlassReading::Counts {
            let broken = any_case(child, |own, any| {
                any.inner_join(
                    break_glass::Entity,
                    Expr::col((own, case::Column::Id)).equals(break_glass::Column::CaseId.as_column_ref()),
                )
                .and_where(Expr::col(break_glass::Column::StaffId.as_column_ref()).eq(staff.id.0))
                // Not one from before the clock went back.
                .and_where(Expr::col(break_glass::Column::BeganAt.as_column_ref()).lte(op.now()))
                .and_where(Expr::col(break_glass::Column::EndsAt.as_column_ref()).gt(op.now()));
            });
            withheld = withheld.add(broken.not());
        }
    }
    withheld
}

/// A condition on a child, whose id is `child`: one of their cases is restricted, whoever asks.
pub(super) fn is_restricted(child: &Expr) -> Expr {
    any_case(child, |own, any| {
        any.and_where(Expr::col((own, case::Column::Restriction)).is_not_null());
    })
}

/// Whether the child has a case that `narrow` lets through, which gets the name of that case within the statement.
fn any_case(child: &Expr, narrow: impl FnOnce(Alias, &mut SelectStatement)) -> Expr {
    let own = Alias::new("own_case");
    let mut any = Query::select();
    any.expr(Expr::val(1))
        .from_as(case::Entity, own.clone())
        .and_where(Expr::col((own.clone(), case::Column::ChildId)).eq(child.clone()));
    narrow(own, &mut any);
    Expr::exists(any)
}

/// The child of the case in the outer query.
fn child_of_case() -> Expr {
    Expr::col(case::Column::ChildId.as_column_ref())
}

/// A condition on the case whose id is `case`: it is withheld from the viewer although their role reads cases; for
/// records that belong to a case.
pub(super) fn is_withheld_case(op: &OpContext, case: Expr) -> Expr {
    let its = Alias::new("its_case");
    let mut any = Query::select();
    any.expr(Expr::val(1))
        .from_as(case::Entity, its.clone())
        .and_where(Expr::col((its.clone(), case::Column::Id)).eq(case))
        .cond_where(withheld(op, BreakGlassReading::Counts, &Expr::col((its, case::Column::ChildId))));
    Expr::exists(any)
}

/// A condition on the referral whose case is `case`: the address of the child whose case took it up is kept confidential
/// or was, so that nobody must find it by what it tells of a home.
pub(super) fn is_of_hidden_home(case: Expr) -> Expr {
    let its = Alias::new("its_case");
    let mut hidden = Query::select();
    hidden
        .expr(Expr::val(1))
        .from_as(case::Entity, its.clone())
        .inner_join(
            child::Entity,
            Expr::col((its.clone(), case::Column::ChildId)).equals(child::Column::Id.as_column_ref()),
        )
        .and_where(Expr::col((its, case::Column::Id)).eq(case))
        .and_where(Expr::col(child::Column::AddressWasConfidential.as_column_ref()).eq(true));
    Expr::exists(hidden)
}

/// The case with this exact reference, if the viewer may find but not read it.
pub async fn findable(op: &OpContext, reference: &str) -> Result<Option<case::Model>, Error> {
    let Ok(reference) = CaseReference::parse(reference) else { return Ok(None) };
    Ok(findable_only(op).filter(case::Column::Reference.eq(reference.as_str())).one(&op.db.read).await?)
}

/// The cases that the viewer may find but not read: `policy::case` with `CaseAction::Find` and without `Read`, in SQL.
pub(super) fn findable_only(op: &OpContext) -> Select<case::Entity> {
    use StaffRole::{CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison};
    if !op.viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager]) {
        return case::Entity::find().filter(nothing());
    }
    let kept = case::Entity::find().filter(withheld(op, BreakGlassReading::Counts, &child_of_case()));
    if !op.viewer.is_any(&[MashLiaison]) {
        return kept;
    }
    kept.filter(was_flagged().not())
}

/// A condition on a case: a flag was ever raised on it.
fn was_flagged() -> Expr {
    let flags = Query::select()
        .expr(Expr::val(1))
        .from(escalation::Entity)
        .and_where(Expr::col(escalation::Column::CaseId.as_column_ref()).equals(case::Column::Id.as_column_ref()))
        .take();
    Expr::exists(flags)
}

/// The readers of these cases, in the order in which they were added. The viewer was shown the cases.
pub async fn readers(op: &OpContext, cases: &[CaseId]) -> Result<Vec<case_reader::Model>, Error> {
    Ok(case_reader::Entity::find()
        .filter(case_reader::Column::CaseId.is_in(filled(cases.iter().copied())))
        .order_by_asc(case_reader::Column::Since)
        .order_by_asc(case_reader::Column::Id)
        .all(&op.db.read)
        .await?)
}

/// The restricted cases of a child, whoever asks, for a command that must restrict what it makes in the same way.
pub(crate) async fn restricted_of<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    child: ChildId,
) -> Result<Vec<case::Model>, Error> {
    Ok(case::Entity::find()
        .filter(case::Column::ChildId.eq(child))
        .filter(case::Column::Restriction.is_not_null())
        .all(connection)
        .await?)
}

/// The people who are named to the restricted cases of each of these children who has any, whoever asks, for a job that
/// tells only them.
pub(crate) async fn named_to<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    children: &[ChildId],
) -> Result<BTreeMap<ChildId, Vec<StaffId>>, Error> {
    let restricted = case::Entity::find()
        .filter(case::Column::ChildId.is_in(filled(children.iter().copied())))
        .filter(case::Column::Restriction.is_not_null())
        .all(connection)
        .await?;
    let children: BTreeMap<CaseId, ChildId> = restricted.into_iter().map(|row| (row.id, row.child_id)).collect();
    let readers = case_reader::Entity::find()
        .filter(case_reader::Column::CaseId.is_in(filled(children.keys().copied())))
        .all(connection)
        .await?;
    let mut named: BTreeMap<ChildId, Vec<StaffId>> = children.values().map(|child| (*child, Vec::new())).collect();
    for row in readers {
        if let Some(child) = children.get(&row.case_id) {
            named.entry(*child).or_default().push(row.staff_id);
        }
    }
    Ok(named)
}

/// Whether this member of staff works a case of a child by name, as its officer or as a reader of a restricted one;
/// for a command that asks it of the viewer.
pub(crate) async fn is_named_to<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    child: ChildId,
    staff: StaffId,
) -> Result<bool, Error> {
    let own = case::Entity::find().filter(case::Column::ChildId.eq(child)).filter(case::Column::OfficerId.eq(staff));
    if own.one(connection).await?.is_some() {
        return Ok(true);
    }
    Ok(named_to(op, connection, &[child]).await?.values().flatten().any(|reader| *reader == staff))
}

/// The school of a placement, whoever asks, for a job that tells the school what it owes.
pub(crate) async fn school_of_placement(op: &OpContext, id: PlacementId) -> Result<Option<SchoolId>, Error> {
    let row = placement::Entity::find_by_id(id).one(&op.db.read).await?;
    Ok(row.and_then(|row| row.school_id))
}

/// The case with this reference, with what is around it; `None` if it does not exist for the viewer or if the text is
/// no case reference.
pub async fn by_reference(op: &OpContext, reference: &str) -> Result<Option<(case::Model, Around)>, Error> {
    let Ok(reference) = CaseReference::parse(reference) else { return Ok(None) };
    let select = visible(op).filter(case::Column::Reference.eq(reference.as_str()));
    let (mut cases, around) = read_around(op, select).await?;
    Ok(cases.pop().map(|case| (case, around)))
}

/// The cases with these ids that exist for the viewer.
pub async fn many(op: &OpContext, ids: &[CaseId]) -> Result<Vec<case::Model>, Error> {
    Ok(visible(op).filter(case::Column::Id.is_in(filled(ids.iter().copied()))).all(&op.db.read).await?)
}

/// The cases of these children that exist for the viewer, newest first.
pub async fn of_children(op: &OpContext, ids: &[ChildId]) -> Result<Vec<case::Model>, Error> {
    Ok(visible(op)
        .filter(case::Column::ChildId.is_in(filled(ids.iter().copied())))
        .order_by_desc(case::Column::OpenedAt)
        .all(&op.db.read)
        .await?)
}

/// The child, the school and the officer of each of some cases, read with the cases.
#[derive(Debug, Default)]
pub struct Around {
    /// The children.
    pub children: Vec<child::Model>,
    /// The last schools, as far as they are known.
    pub schools: Vec<school::Model>,
    /// The officers, as far as there are any.
    pub officers: Vec<staff::Model>,
}

/// Cases with what is around each.
type WithAround = (case::Model, Option<child::Model>, Option<school::Model>, Option<staff::Model>);

/// The cases of `select` with what is around each, in one statement.
async fn read_around(op: &OpContext, select: Select<case::Entity>) -> Result<(Vec<case::Model>, Around), Error> {
    let rows: Vec<WithAround> = select
        .find_also_related(child::Entity)
        .find_also_related(school::Entity)
        .find_also(case::Entity, staff::Entity)
        .all(&op.db.read)
        .await?;
    let (mut cases, mut around) = (Vec::new(), Around::default());
    for (case, child, school, officer) in rows {
        cases.push(case);
        around.children.extend(child);
        around.schools.extend(school);
        around.officers.extend(officer);
    }
    Ok((cases, around))
}

/// A page of cases with what is around each.
pub async fn list(
    op: &OpContext,
    filter: &Filter,
    sort: Sort,
    wanted: &Wanted,
) -> Result<(Page<case::Model>, Around), Error> {
    let select = narrowed(op, filter).await?;
    let (column, order) = match sort {
        Sort::Due => (case::Column::DueOn, Order::Asc),
        Sort::Newest => (case::Column::OpenedAt, Order::Desc),
        Sort::Oldest => (case::Column::OpenedAt, Order::Asc),
        Sort::Name => (case::Column::NameKey, Order::Asc),
    };
    let select = wanted.narrow(visible(op), select, &[column, case::Column::Id], &order);
    let (cases, around) = read_around(op, select).await?;
    Ok((wanted.page(cases), around))
}

/// The number of cases that exist for the viewer and pass the filter, counted up to one more than
/// [`LARGEST`](super::page::LARGEST).
pub async fn count(op: &OpContext, filter: &Filter) -> Result<u64, Error> {
    count_some(&op.db.read, narrowed(op, filter).await?).await
}

async fn narrowed(op: &OpContext, filter: &Filter) -> Result<Select<case::Entity>, Error> {
    let Filter { state, whereabouts, school_urn, officer, unassigned, overdue, flagged, proposed, search } = filter;
    let mut select = visible(op);
    if let Some(state) = state {
        select = select.filter(case::Column::State.is_in(state.iter().copied()));
    }
    if let Some(whereabouts) = whereabouts {
        select = select.filter(case::Column::Whereabouts.is_in(whereabouts.iter().copied()));
    }
    if let Some(urn) = school_urn {
        let school = Query::select()
            .column(entity::school::Column::Id)
            .from(entity::school::Entity)
            .and_where(Expr::col(entity::school::Column::Urn).eq(urn.trim()))
            .take();
        select = select.filter(case::Column::SchoolId.in_subquery(school));
    }
    if let Some(officer) = officer {
        select = select.filter(case::Column::OfficerId.eq(*officer));
    }
    let mut whether = |given: &Option<bool>, condition: Expr| {
        if let Some(given) = given {
            select = select.clone().filter(if *given { condition } else { condition.not() });
        }
    };
    whether(unassigned, case::Column::OfficerId.is_null());
    whether(overdue, case::Column::DueOn.lt(london_day(op.now())));
    whether(flagged, case::Column::OpenEscalations.gt(0));
    whether(proposed, case::Column::ProposedOutcome.is_not_null());
    if let Some(typed) = search {
        select = select.filter(found_by(op, typed).await?);
    }
    Ok(select)
}

/// A condition for what is typed in a search box.
async fn found_by(op: &OpContext, typed: &str) -> Result<Condition, Error> {
    let found = Search::read(typed).into_iter().map(|search| stands_for(op, search));
    Ok(any_of(try_join_all(found).await?))
}

async fn stands_for(op: &OpContext, search: Search) -> Result<Option<Expr>, Error> {
    let child = || Expr::col(case::Column::ChildId.as_column_ref());
    Ok(Some(match search {
        Search::Case(reference) => case::Column::Reference.eq(reference.as_str()),
        Search::Referral(reference) => {
            of_referrals(Expr::col(referral::Column::Reference.as_column_ref()).eq(reference.as_str()))
        }
        Search::Upn(upn) => OF_CHILDREN.exactly(&of_upn(&upn), child()),
        Search::NhsNumber(number) => OF_CHILDREN.exactly(&of_nhs_number(&number), child()),
        Search::Postcode(postcode) => OF_CHILDREN.exactly(&of_postcode(&postcode), child()),
        Search::Phone(phone) => {
            let id = Expr::col(referral::Column::Id.as_column_ref());
            // What was told of a home that is kept confidential finds nobody, as its postcode does not.
            let hidden = is_of_hidden_home(Expr::col(referral::Column::CaseId.as_column_ref()));
            let told = OF_REFERRALS.exactly(&of_phone(&phone), id).and(hidden.not());
            // One list of both, because PostgreSQL asks no index where either of two may hold a case.
            let mut cases = Query::select();
            let taken_up = Expr::col(referral::Column::CaseId.as_column_ref()).is_not_null();
            cases.column(referral::Column::CaseId).from(referral::Entity).and_where(told).and_where(taken_up);
            let mut recorded = Query::select();
            recorded
                .column(case::Column::Id)
                .from(case::Entity)
                .and_where(OF_CHILDREN.exactly(&of_phone(&phone), child()));
            cases.union(UnionType::All, recorded);
            case::Column::Id.in_subquery(cases)
        }
        Search::Area(begin) => return OF_CHILDREN.all_begin(op, &begin, Vec::new(), child()).await,
        Search::Part(part) => {
            let its = referral::Entity::find().filter(called("referral", 'R', &part));
            let its = its.filter(referral::Column::CaseId.is_not_null()).select_only().column(referral::Column::CaseId);
            // Named in the statement, because PostgreSQL asks no index for a list beside another condition.
            let its: Vec<CaseId> = its.limit(FEW).into_tuple().all(&op.db.read).await?;
            let own = called("case", 'C', &part);
            if its.is_empty() { own } else { own.or(case::Column::Id.is_in(filled(its))) }
        }
        Search::Name(name) => return OF_CHILDREN.named(op, &name, child()).await,
        Search::Sound(sounds) => return OF_CHILDREN.sounding(op, sounds, child()).await,
    }))
}

/// A condition on a case: one of its referrals meets this.
fn of_referrals(met: Expr) -> Expr {
    let cases = Query::select()
        .column(referral::Column::CaseId)
        .from(referral::Entity)
        .and_where(met)
        .and_where(Expr::col(referral::Column::CaseId).is_not_null())
        .take();
    case::Column::Id.in_subquery(cases)
}

impl Find for Case {
    type Key = str;

    async fn find(op: &OpContext, txn: &DatabaseTransaction, reference: &str) -> Result<Option<CaseId>, Error> {
        let Ok(reference) = CaseReference::parse(reference) else { return Ok(None) };
        let row = changeable(op).filter(case::Column::Reference.eq(reference.as_str())).lock_exclusive();
        Ok(row.one(txn).await?.map(|row| row.id))
    }
}

/// The case by its facts, whoever asks, locked until the transaction ends. Take several in the order of their ids, so
/// that two commands never wait for each other.
pub(crate) async fn hold(_: &OpContext, txn: &DatabaseTransaction, id: CaseId) -> Result<Case, Error> {
    #[expect(clippy::disallowed_methods, reason = "nobody is shown it, and what it is comes from its facts")]
    let row = case::Entity::find_by_id(id).lock_exclusive().one(txn).await?;
    row.ok_or(Error::NotFound)?;
    stream::load(txn, id).await
}

/// The open case of a child, if there is one, whoever asks: no second one may be opened.
pub(crate) async fn open_case_of<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    child: ChildId,
) -> Result<Option<case::Model>, Error> {
    Ok(case::Entity::find()
        .filter(case::Column::ChildId.eq(child))
        .filter(case::Column::State.ne(CaseState::Closed))
        .one(connection)
        .await?)
}

/// The cases that were closed because the child was too young, of children born by then of whom no later case is on file,
/// with the date of birth; whoever asks, for a job.
pub(crate) async fn too_young(op: &OpContext, born_by: NaiveDate) -> Result<Vec<(CaseId, NaiveDate)>, Error> {
    let later = any_case(&child_of_case(), |own, any| {
        let opened = Expr::col((own, case::Column::OpenedAt));
        any.and_where(opened.gt(Expr::col(case::Column::OpenedAt.as_column_ref())));
    });
    let closed = case::Entity::find()
        .inner_join(child::Entity)
        .filter(case::Column::State.eq(CaseState::Closed))
        .filter(case::Column::Outcome.eq(Outcome::BelowSchoolAge))
        .filter(child::Column::DateOfBirth.lte(born_by))
        .filter(later.not())
        .select_only()
        .column(case::Column::Id)
        .column(child::Column::DateOfBirth);
    Ok(closed.into_tuple().all(&op.db.read).await?)
}

/// Lets one case be opened at a time until the transaction ends, so that an opening sees every child that another has
/// made. One lock for all: two referrals of one child may agree in nothing that a lock could be named by (a UPN here, a
/// name and an address there), and openings are few and short. On SQLite the only writer sees to it.
pub(crate) async fn hold_openings(txn: &DatabaseTransaction) -> Result<(), Error> {
    if txn.get_database_backend() == DbBackend::Postgres {
        txn.execute_unprepared("SELECT pg_advisory_xact_lock(8210438)").await?;
    }
    Ok(())
}

/// The newest case of a child that exists for the viewer, open ones first, within a command's transaction.
pub(crate) async fn newest_of<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    child: ChildId,
) -> Result<Option<case::Model>, Error> {
    let cases = visible(op).filter(case::Column::ChildId.eq(child)).order_by_desc(case::Column::OpenedAt);
    let cases = cases.all(connection).await?;
    let open = cases.iter().find(|case| case.state != CaseState::Closed);
    Ok(open.or(cases.first()).cloned())
}

/// The case of a child that was closed last, whoever asks; `None` when none is closed.
pub(crate) async fn last_closed_of<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    child: ChildId,
) -> Result<Option<case::Model>, Error> {
    Ok(case::Entity::find()
        .filter(case::Column::ChildId.eq(child))
        .filter(case::Column::State.eq(CaseState::Closed))
        .order_by_desc(case::Column::ClosedAt)
        .one(connection)
        .await?)
}

/// The cases, whoever asks, with an open enquiry that was put to an agency which has no agreement running on this day by
/// which it answers enquiries, each with that agency.
pub(crate) async fn unanswerable(op: &OpContext, today: NaiveDate) -> Result<Vec<(CaseId, AgencyId)>, Error> {
    let running = Query::select()
        .expr(Expr::val(1))
        .from(agreement::Entity)
        .and_where(
            Expr::col(agreement::Column::AgencyId.as_column_ref()).equals(enquiry::Column::AgencyId.as_column_ref()),
        )
        .and_where(Expr::col(agreement::Column::StartsOn.as_column_ref()).lte(today))
        .and_where(Expr::col(agreement::Column::EndsOn.as_column_ref()).gte(today))
        .and_where(Expr::col(agreement::Column::EndedAt.as_column_ref()).is_null())
        // No code of a scope is a part of another.
        .and_where(agreement::Column::Scopes.contains(Scope::EnquiryAnswer.code()))
        .take();
    let open = enquiry::Entity::find()
        .select_only()
        .column(enquiry::Column::CaseId)
        .column(enquiry::Column::AgencyId)
        .distinct()
        .filter(enquiry::Column::AgencyId.is_not_null())
        .filter(enquiry::Column::AnsweredOn.is_null())
        .filter(Expr::exists(running).not());
    Ok(open.into_tuple().all(&op.db.read).await?)
}

/// Up to `most` cases with an id above `after` whose rows were made by an older version of the fold, whoever asks, in the
/// order of ids and locked, so that two processes never wait for each other.
pub(crate) async fn to_fold<C: ConnectionTrait>(
    connection: &C,
    after: Option<CaseId>,
    most: u64,
) -> Result<Vec<CaseId>, Error> {
    let mut older = case::Entity::find().filter(case::Column::FoldedBy.lt(FOLD)).select_only().column(case::Column::Id);
    if let Some(after) = after {
        older = older.filter(case::Column::Id.gt(after));
    }
    Ok(older.order_by_asc(case::Column::Id).limit(most).lock_exclusive().into_tuple().all(connection).await?)
}

/// The tracing enquiries of these cases, oldest first; for a partner only those put to its agency.
pub async fn enquiries(op: &OpContext, cases: &[CaseId]) -> Result<Vec<enquiry::Model>, Error> {
    let mut select = enquiry::Entity::find().filter(enquiry::Column::CaseId.is_in(filled(cases.iter().copied())));
    if let Viewer::Partner(partner) = &op.viewer {
        select = select.filter(enquiry::Column::AgencyId.eq(partner.agency));
    }
    Ok(select.order_by_asc(enquiry::Column::AskedOn).order_by_asc(enquiry::Column::Id).all(&op.db.read).await?)
}

/// The placements of these cases, oldest first.
pub async fn placements(op: &OpContext, cases: &[CaseId]) -> Result<Vec<placement::Model>, Error> {
    Ok(placement::Entity::find()
        .filter(placement::Column::CaseId.is_in(filled(cases.iter().copied())))
        .order_by_asc(placement::Column::RecordedAt)
        .all(&op.db.read)
        .await?)
}

/// The matters of removing a name from a roll of these cases, oldest first.
pub async fn removals(op: &OpContext, cases: &[CaseId]) -> Result<Vec<removal::Model>, Error> {
    Ok(removal::Entity::find()
        .filter(removal::Column::CaseId.is_in(filled(cases.iter().copied())))
        .order_by_asc(removal::Column::ProposedOn)
        .order_by_asc(removal::Column::Id)
        .all(&op.db.read)
        .await?)
}

/// The case, for the roll of a school: closed or not, unless a case of the child is restricted. Whoever asks must have
/// found it by a referral of their own school, or by a place there.
pub(crate) async fn of_school<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    id: CaseId,
) -> Result<Option<case::Model>, Error> {
    Ok(case::Entity::find_by_id(id)
        .filter(Condition::all().add(is_restricted(&child_of_case())).not())
        .one(connection)
        .await?)
}

/// The places at this school that a child attends and for which no new-pupil return has come, oldest first, each with
/// the child; not those of a child with a restricted case. At most 100. Whether one is owed is for `domain::case` to
/// say.
pub(crate) async fn new_pupils<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    school: SchoolId,
    only: Option<PlacementId>,
) -> Result<Vec<(placement::Model, child::Model)>, Error> {
    let of_case = placement::Entity::belongs_to(case::Entity).from(placement::Column::CaseId).to(case::Column::Id);
    let of_child = case::Entity::belongs_to(child::Entity).from(case::Column::ChildId).to(child::Column::Id);
    let places = placement::Entity::find()
        .join(JoinType::InnerJoin, of_case.into())
        .join(JoinType::InnerJoin, of_child.into())
        .select_also(child::Entity)
        .filter(placement::Column::SchoolId.eq(school))
        .filter(placement::Column::AttendedOn.is_not_null())
        .filter(placement::Column::EndedOn.is_null())
        .filter(placement::Column::Kind.is_in([PlacementKind::StateSchool, PlacementKind::IndependentSchool]))
        .filter(Condition::all().add(is_restricted(&child_of_case())).not());
    // One that is asked for is told of after its return came, too.
    let places = match only {
        Some(only) => places.filter(placement::Column::Id.eq(only)),
        None => places.filter(placement::Column::ReturnedOn.is_null()),
    };
    let places = places.order_by_asc(placement::Column::AttendedOn).order_by_asc(placement::Column::Id).limit(LARGEST);
    Ok(places.all(connection).await?.into_iter().filter_map(|(place, child)| Some((place, child?))).collect())
}

/// The id of the case with this reference within a command's transaction, if it exists for the viewer.
pub(crate) async fn id_of<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    reference: &str,
) -> Result<Option<CaseId>, Error> {
    let Ok(reference) = CaseReference::parse(reference) else { return Ok(None) };
    let row = changeable(op).filter(case::Column::Reference.eq(reference.as_str())).one(connection).await?;
    Ok(row.map(|row| row.id))
}
