//! Reads of cases and of what belongs to them: readers, enquiries, flags and placements.
//!
//! What must not live here: who may do what to a case (`domain::policy`, which `visible` repeats in SQL), and reads of
//! children (`child`).

use entity::vocabulary::{CaseState, Scope, StaffRole, Whereabouts};
use entity::{
    CaseId, ChildId, StaffId, break_glass, case, case_reader, child, enquiry, escalation, placement, referral,
};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::page::{Page, Wanted};
use super::stream::{self, Find};
use super::{contains, nothing};
use crate::context::OpContext;
use crate::domain::case::Case;
use crate::domain::clock::london_day;
use crate::domain::person_name::search_key;
use crate::domain::reference::{CaseReference, ReferralReference};
use crate::domain::upn::Upn;
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
        exists = exists.add(withheld(op, glass).not());
    }
    if viewer.is_any(&[MashLiaison]) {
        exists = exists.add(among(Query::select().column(escalation::Column::CaseId).from(escalation::Entity).take()));
    }
    if let Viewer::Partner(partner) = viewer {
        let mut told = Condition::any().add(nothing());
        if [Scope::CaseSharedRead, Scope::EnquiryAnswer].iter().any(|scope| partner.scopes.contains(scope)) {
            let asked = Query::select()
                .column(enquiry::Column::CaseId)
                .from(enquiry::Entity)
                .and_where(Expr::col(enquiry::Column::AgencyId).eq(partner.agency.0))
                .take();
            told = told.add(among(asked));
        }
        if partner.scopes.contains(&Scope::EscalationAnswer) {
            told = told.add(among(Query::select().column(escalation::Column::CaseId).from(escalation::Entity).take()));
        }
        // A restricted case is for named staff only, whatever an agency was asked about it before.
        exists = exists.add(Condition::all().add(told).add(withheld(op, glass).not()));
    }
    case::Entity::find().filter(exists)
}

/// A condition on a case: its child has a restricted case, and the viewer is named to no case of that child. The
/// restriction covers all cases of the child, because each of them identifies the child.
fn withheld(op: &OpContext, glass: BreakGlassReading) -> Condition {
    let child = || Expr::col(case::Column::ChildId.as_column_ref());
    let mut withheld = Condition::all().add(child().in_subquery(restricted_children()));
    if let Viewer::Staff(staff) = &op.viewer {
        withheld = withheld.add(child().not_in_subquery(children_where(named_to(staff.id))));
        if glass == BreakGlassReading::Counts {
            let broken = Query::select()
                .column(break_glass::Column::CaseId)
                .from(break_glass::Entity)
                .and_where(Expr::col(break_glass::Column::StaffId).eq(staff.id.0))
                .and_where(Expr::col(break_glass::Column::EndsAt).gt(op.now()))
                .take();
            let broken = Expr::col(case::Column::Id).in_subquery(broken);
            withheld = withheld.add(child().not_in_subquery(children_where(broken)));
        }
    }
    withheld
}

/// A condition on a case: `staff` is one of its readers, as its officer always is while it is restricted.
fn named_to(staff: StaffId) -> Expr {
    let readers = Query::select()
        .column(case_reader::Column::CaseId)
        .from(case_reader::Entity)
        .and_where(Expr::col(case_reader::Column::StaffId).eq(staff.0))
        .take();
    Expr::col(case::Column::Id).in_subquery(readers)
}

/// The children of the cases that meet a condition.
fn children_where(condition: Expr) -> SelectStatement {
    Query::select().column(case::Column::ChildId).from(case::Entity).and_where(condition).take()
}

pub(super) fn restricted_children() -> SelectStatement {
    children_where(Expr::col(case::Column::Restriction).is_not_null())
}

/// The ids of the cases that are withheld from the viewer although their role reads cases; for records that belong to a
/// case.
pub(super) fn withheld_from(op: &OpContext) -> SelectStatement {
    Query::select()
        .column(case::Column::Id)
        .from(case::Entity)
        .cond_where(withheld(op, BreakGlassReading::Counts))
        .take()
}

/// The ids of the children whose cases are withheld from the viewer although their role reads cases.
pub(super) fn children_withheld_from(op: &OpContext, glass: BreakGlassReading) -> SelectStatement {
    Query::select().column(case::Column::ChildId).from(case::Entity).cond_where(withheld(op, glass)).take()
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
    let kept = case::Entity::find().filter(withheld(op, BreakGlassReading::Counts));
    if !op.viewer.is_any(&[MashLiaison]) {
        return kept;
    }
    let alerted = Query::select().column(escalation::Column::CaseId).from(escalation::Entity).take();
    kept.filter(Expr::col(case::Column::Id.as_column_ref()).not_in_subquery(alerted))
}

/// The readers of these cases, in the order in which they were added. The viewer was shown the cases.
pub async fn readers(op: &OpContext, cases: &[CaseId]) -> Result<Vec<case_reader::Model>, Error> {
    Ok(case_reader::Entity::find()
        .filter(case_reader::Column::CaseId.is_in(cases.iter().copied()))
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

/// The case with this reference; `None` if it does not exist for the viewer or if the text is no case reference.
pub async fn by_reference(op: &OpContext, reference: &str) -> Result<Option<case::Model>, Error> {
    let Ok(reference) = CaseReference::parse(reference) else { return Ok(None) };
    Ok(visible(op).filter(case::Column::Reference.eq(reference.as_str())).one(&op.db.read).await?)
}

/// The cases with these ids that exist for the viewer.
pub async fn many(op: &OpContext, ids: &[CaseId]) -> Result<Vec<case::Model>, Error> {
    Ok(visible(op).filter(case::Column::Id.is_in(ids.iter().copied())).all(&op.db.read).await?)
}

/// The cases of these children that exist for the viewer, newest first.
pub async fn of_children(op: &OpContext, ids: &[ChildId]) -> Result<Vec<case::Model>, Error> {
    Ok(visible(op)
        .filter(case::Column::ChildId.is_in(ids.iter().copied()))
        .order_by_desc(case::Column::OpenedAt)
        .all(&op.db.read)
        .await?)
}

/// A page of cases.
pub async fn list(op: &OpContext, filter: &Filter, sort: Sort, wanted: &Wanted) -> Result<Page<case::Model>, Error> {
    let select = narrowed(op, filter);
    let (column, order) = match sort {
        Sort::Due => (case::Column::DueOn, Order::Asc),
        Sort::Newest => (case::Column::OpenedAt, Order::Desc),
        Sort::Oldest => (case::Column::OpenedAt, Order::Asc),
        Sort::Name => (case::Column::NameKey, Order::Asc),
    };
    wanted.read_among(&op.db.read, visible(op), select, &[column, case::Column::Id], order).await
}

/// The number of cases that exist for the viewer and pass the filter.
pub async fn count(op: &OpContext, filter: &Filter) -> Result<u64, Error> {
    Ok(narrowed(op, filter).count(&op.db.read).await?)
}

fn narrowed(op: &OpContext, filter: &Filter) -> Select<case::Entity> {
    let Filter { state, whereabouts, school_urn, officer, unassigned, overdue, flagged, search } = filter;
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
    if let Some(typed) = search {
        select = select.filter(found_by(typed));
    }
    select
}

/// A condition for what is typed in a search box: the reference of a case or of one of its referrals, a UPN, or parts
/// of a name.
fn found_by(typed: &str) -> Condition {
    let mut found = Condition::any();
    if let Ok(reference) = CaseReference::parse(typed) {
        found = found.add(case::Column::Reference.eq(reference.as_str()));
    }
    if let Ok(reference) = ReferralReference::parse(typed) {
        let cases = Query::select()
            .column(referral::Column::CaseId)
            .from(referral::Entity)
            .and_where(Expr::col(referral::Column::Reference).eq(reference.as_str()))
            .and_where(Expr::col(referral::Column::CaseId).is_not_null())
            .take();
        found = found.add(case::Column::Id.in_subquery(cases));
    }
    if let Ok(upn) = Upn::parse(typed) {
        let children = Query::select()
            .column(child::Column::Id)
            .from(child::Entity)
            .and_where(Expr::col(child::Column::Upn).eq(upn.as_str()))
            .take();
        found = found.add(case::Column::ChildId.in_subquery(children));
    }
    let mut name = Condition::all();
    for word in search_key(typed).split_whitespace() {
        name = name.add(contains(case::Column::NameKey, word));
    }
    if name.is_empty() { found.add(nothing()) } else { found.add(name) }
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

/// The tracing enquiries of these cases, oldest first; for a partner only those put to its agency.
pub async fn enquiries(op: &OpContext, cases: &[CaseId]) -> Result<Vec<enquiry::Model>, Error> {
    let mut select = enquiry::Entity::find().filter(enquiry::Column::CaseId.is_in(cases.iter().copied()));
    if let Viewer::Partner(partner) = &op.viewer {
        select = select.filter(enquiry::Column::AgencyId.eq(partner.agency));
    }
    Ok(select.order_by_asc(enquiry::Column::AskedOn).order_by_asc(enquiry::Column::Id).all(&op.db.read).await?)
}

/// The flags of these cases, oldest first.
pub async fn escalations(op: &OpContext, cases: &[CaseId]) -> Result<Vec<escalation::Model>, Error> {
    Ok(escalation::Entity::find()
        .filter(escalation::Column::CaseId.is_in(cases.iter().copied()))
        .order_by_asc(escalation::Column::RaisedAt)
        .all(&op.db.read)
        .await?)
}

/// The placements of these cases, oldest first.
pub async fn placements(op: &OpContext, cases: &[CaseId]) -> Result<Vec<placement::Model>, Error> {
    Ok(placement::Entity::find()
        .filter(placement::Column::CaseId.is_in(cases.iter().copied()))
        .order_by_asc(placement::Column::RecordedAt)
        .all(&op.db.read)
        .await?)
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
