//! Reads of referrals.
//!
//! What must not live here: who may do what to a referral (`domain::policy`, which `visible` repeats in SQL), and how
//! it is triaged (`service::case`, `service::referral`).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::vocabulary::{ReferralOrigin, ReferralState, Risk, Sex, StaffRole};
use entity::{CaseId, ReferralId, ReportGroupId, SchoolContactId, SchoolId, case, referral, referral_key};
use futures_util::future::try_join_all;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};

use super::case::{is_of_hidden_home, is_withheld_case, visible as visible_cases};
use super::page::{Page, Wanted, count_some};
use super::search::{FEW, OF_REFERRALS, any_of, called};
use super::stream::{Find, load};
use super::{filled, nothing};
use crate::context::OpContext;
use crate::domain::answers::Answers;
use crate::domain::child::ChildFacts;
use crate::domain::matching::keys::VERSION;
use crate::domain::reference::ReferralReference;
use crate::domain::referral::Referral;
use crate::domain::screening::must_reach_mash;
use crate::domain::search::{Search, of_nhs_number, of_phone, of_postcode};
use crate::domain::viewer::Viewer;
use crate::error::{Error, ReferralConflict};

/// The filters of a list of referrals. `None` leaves a filter out; an empty list matches no row.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `ReferralFilter`")]
pub struct Filter {
    pub state: Option<Vec<ReferralState>>,
    pub origin: Option<Vec<ReferralOrigin>>,
    pub school_urn: Option<String>,
    pub contact: Option<SchoolContactId>,
    pub search: Option<String>,
    pub gathered_with: Option<ReportGroupId>,
    pub one_of_each_group: bool,
}

/// The order of a list of referrals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// By priority, most urgent first, and within one priority the longest waiting first.
    Risk,
    /// By the time they arrived, newest first.
    Newest,
    /// By the time they arrived, oldest first.
    Oldest,
}

/// The referrals that exist for the viewer: `policy::referral` with `ReferralAction::Read`, in SQL. A referral of a
/// case that is withheld from the viewer is withheld too, except from the school that sent it.
pub(super) fn visible(op: &OpContext) -> Select<referral::Entity> {
    use StaffRole::{CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison};
    let (all, viewer) = (referral::Entity::find(), &op.viewer);
    let mut exists = Condition::any().add(nothing());
    match viewer {
        Viewer::System(_) => return all,
        Viewer::SchoolContact(contact) => return all.filter(referral::Column::SchoolId.eq(contact.school)),
        _ => {}
    }
    if viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager]) {
        exists = exists.add(of_readable_case(op));
    }
    if viewer.is_any(&[MashLiaison]) {
        let harmful = Risk::ALL.iter().copied().filter(|risk| must_reach_mash(*risk));
        exists = exists.add(referral::Column::Risk.is_in(harmful));
    }
    all.filter(exists)
}

fn of_readable_case(op: &OpContext) -> Condition {
    let case = || Expr::col(referral::Column::CaseId.as_column_ref());
    Condition::any().add(case().is_null()).add(is_withheld_case(op, case()).not())
}

/// The referral with this reference; `None` if it does not exist for the viewer or if the text is no referral
/// reference.
pub async fn by_reference(op: &OpContext, reference: &str) -> Result<Option<referral::Model>, Error> {
    let Ok(reference) = ReferralReference::parse(reference) else { return Ok(None) };
    Ok(visible(op).filter(referral::Column::Reference.eq(reference.as_str())).one(&op.db.read).await?)
}

/// The referrals with these ids that exist for the viewer.
pub async fn many(op: &OpContext, ids: &[ReferralId]) -> Result<Vec<referral::Model>, Error> {
    Ok(visible(op).filter(referral::Column::Id.is_in(filled(ids.iter().copied()))).all(&op.db.read).await?)
}

/// The referrals of these cases that exist for the viewer, oldest first.
pub async fn of_cases(op: &OpContext, cases: &[CaseId]) -> Result<Vec<referral::Model>, Error> {
    Ok(visible(op)
        .filter(referral::Column::CaseId.is_in(filled(cases.iter().copied())))
        .order_by_asc(referral::Column::ReceivedAt)
        .all(&op.db.read)
        .await?)
}

/// The referral by its facts, whoever asks, locked until the transaction ends; `None` once a case took it up.
pub(crate) async fn hold_undecided(
    _: &OpContext,
    txn: &DatabaseTransaction,
    id: ReferralId,
) -> Result<Option<Referral>, Error> {
    #[expect(clippy::disallowed_methods, reason = "nobody is shown it, and what it is comes from its facts")]
    let row = referral::Entity::find_by_id(id).filter(referral::Column::CaseId.is_null()).lock_exclusive();
    match row.one(txn).await? {
        Some(_) => Ok(Some(load(txn, id).await?)),
        None => Ok(None),
    }
}

/// What the referrals of a case say, whoever asks, for a command on that case.
pub(crate) async fn answers_of(_: &OpContext, txn: &DatabaseTransaction, case: CaseId) -> Result<Vec<Answers>, Error> {
    let rows = referral::Entity::find().filter(referral::Column::CaseId.eq(case)).all(txn).await?;
    rows.iter().map(|row| Ok(serde_json::from_str(&row.details)?)).collect()
}

/// What a referral says of the child, as far as its row holds it.
pub fn told_of(row: &referral::Model) -> ChildFacts {
    ChildFacts {
        family_name: row.family_name.clone(),
        given_names: row.given_names.clone(),
        date_of_birth: row.date_of_birth,
        sex: Sex::Unknown,
        upn: row.upn.clone(),
        upn_absence: None,
        nhs_number: row.nhs_number.clone(),
        address: None,
        postcode: row.postcode.clone(),
        address_confidential: false,
    }
}

/// Up to `first` referrals that a contact sent, newest first, for those who manage contacts. They see only references
/// and states, so they get these even without the right to read referrals.
pub async fn sent_by(op: &OpContext, contact: SchoolContactId, first: u64) -> Result<Vec<referral::Model>, Error> {
    if !crate::domain::policy::manages_contacts(&op.viewer) {
        return Ok(Vec::new());
    }
    Ok(referral::Entity::find()
        .filter(referral::Column::ContactId.eq(contact))
        .filter(of_readable_case(op))
        .order_by_desc(referral::Column::ReceivedAt)
        .limit(first)
        .all(&op.db.read)
        .await?)
}

/// Whether a school told, in a referral that a case took up, that it found the child at the address, whoever asks.
pub(crate) async fn is_found_by<C: ConnectionTrait>(
    connection: &C,
    case: CaseId,
    school: SchoolId,
) -> Result<bool, Error> {
    let found = referral::Entity::find()
        .filter(referral::Column::CaseId.eq(case))
        .filter(referral::Column::SchoolId.eq(school))
        .filter(referral::Column::FoundAtAddress.eq(true));
    Ok(found.count(connection).await? > 0)
}

/// A page of referrals.
pub async fn list(
    op: &OpContext,
    filter: &Filter,
    sort: Sort,
    wanted: &Wanted,
) -> Result<Page<referral::Model>, Error> {
    use referral::Column::{Id, Priority, ReceivedAt};
    let select = narrowed(op, filter).await?;
    match sort {
        Sort::Risk => {
            wanted.read_among(&op.db.read, visible(op), select, &[Priority, ReceivedAt, Id], Order::Asc).await
        }
        Sort::Newest => wanted.read_among(&op.db.read, visible(op), select, &[ReceivedAt, Id], Order::Desc).await,
        Sort::Oldest => wanted.read_among(&op.db.read, visible(op), select, &[ReceivedAt, Id], Order::Asc).await,
    }
}

/// The number of referrals that exist for the viewer and pass the filter, counted up to one more than
/// [`LARGEST`](super::page::LARGEST).
pub async fn count(op: &OpContext, filter: &Filter) -> Result<u64, Error> {
    let mut select = narrowed(op, filter).await?;
    if filter.state.is_some() {
        // Most referrals are decided, and SQLite would look through them for the few that are not.
        select = select.order_by_asc(referral::Column::State);
    }
    count_some(&op.db.read, select).await
}

async fn narrowed(op: &OpContext, filter: &Filter) -> Result<Select<referral::Entity>, Error> {
    let Filter { state, origin, school_urn, contact, search, gathered_with, one_of_each_group } = filter;
    let mut select = visible(op);
    if let Some(state) = state {
        select = select.filter(referral::Column::State.is_in(state.iter().copied()));
    }
    if let Some(origin) = origin {
        select = select.filter(referral::Column::Origin.is_in(origin.iter().copied()));
    }
    if let Some(urn) = school_urn {
        let school = Query::select()
            .column(entity::school::Column::Id)
            .from(entity::school::Entity)
            .and_where(Expr::col(entity::school::Column::Urn).eq(urn.trim()))
            .take();
        select = select.filter(referral::Column::SchoolId.in_subquery(school));
    }
    if let Some(contact) = contact {
        select = select.filter(referral::Column::ContactId.eq(*contact));
    }
    if let Some(group) = gathered_with {
        select = select.filter(referral::Column::ReportGroupId.eq(*group));
    }
    if *one_of_each_group {
        let alone = referral::Column::ReportGroupId.is_null();
        select = select.filter(alone.or(referral::Column::Id.in_subquery(riskiest_of_group(state.as_deref()))));
    }
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
    let id = || Expr::col(referral::Column::Id.as_column_ref());
    Ok(Some(match search {
        Search::Case(reference) => {
            // Of a case that the viewer may not see, it must not be told which referrals are its own.
            let cases = visible_cases(op).filter(case::Column::Reference.eq(reference.as_str()));
            referral::Column::CaseId.in_subquery(cases.select_only().column(case::Column::Id).into_query())
        }
        Search::Referral(reference) => referral::Column::Reference.eq(reference.as_str()),
        Search::Upn(upn) => referral::Column::Upn.eq(upn.as_str()),
        Search::NhsNumber(number) => OF_REFERRALS.exactly(&of_nhs_number(&number), id()),
        Search::Postcode(postcode) => {
            OF_REFERRALS.exactly(&of_postcode(&postcode), id()).and(is_of_hidden_home(own_case()).not())
        }
        Search::Phone(phone) => OF_REFERRALS.exactly(&of_phone(&phone), id()).and(is_of_hidden_home(own_case()).not()),
        Search::Area(begin) => {
            let met = OF_REFERRALS.all_begin(op, &begin, Vec::new(), id()).await?;
            return Ok(met.map(|met| met.and(is_of_hidden_home(own_case()).not())));
        }
        Search::Part(part) => {
            let cases = visible_cases(op).filter(called("case", 'C', &part)).select_only().column(case::Column::Id);
            // Named in the statement, because PostgreSQL asks no index for a list beside another condition.
            let cases: Vec<CaseId> = cases.limit(FEW).into_tuple().all(&op.db.read).await?;
            let own = called("referral", 'R', &part);
            if cases.is_empty() { own } else { own.or(referral::Column::CaseId.is_in(filled(cases))) }
        }
        Search::Name(name) => return OF_REFERRALS.named(op, &name, id()).await,
        Search::Sound(sounds) => return OF_REFERRALS.sounding(op, sounds, id()).await,
    }))
}

fn own_case() -> Expr {
    Expr::col(referral::Column::CaseId.as_column_ref())
}

/// The most urgent referral, in the order of the inbox, among those in these states of the same group as the referral
/// in the outer query.
fn riskiest_of_group(states: Option<&[ReferralState]>) -> SelectStatement {
    use referral::Column::{Id, Priority, ReceivedAt, ReportGroupId, State};
    let others = Alias::new("gathered");
    let own = |column: referral::Column| Expr::col((others.clone(), column));
    let mut riskiest = Query::select();
    riskiest
        .expr(own(Id))
        .from_as(referral::Entity, others.clone())
        .and_where(own(ReportGroupId).eq(Expr::col((referral::Entity, ReportGroupId))));
    if let Some(states) = states {
        riskiest.and_where(own(State).is_in(states.iter().copied()));
    }
    for column in [Priority, ReceivedAt, Id] {
        riskiest.order_by((others.clone(), column), Order::Asc);
    }
    riskiest.limit(1).take()
}

impl Find for Referral {
    type Key = str;

    /// Fails on a referral that a case took up: it is decided, although its own facts do not say so.
    async fn find(op: &OpContext, txn: &DatabaseTransaction, reference: &str) -> Result<Option<ReferralId>, Error> {
        let Ok(reference) = ReferralReference::parse(reference) else { return Ok(None) };
        let row = visible(op).filter(referral::Column::Reference.eq(reference.as_str())).one(txn).await?;
        match row {
            Some(row) if row.state != ReferralState::Received => Err(ReferralConflict::Decided.into()),
            row => Ok(row.map(|row| row.id)),
        }
    }
}

/// The id of a referral with this reference, decided or not, if it exists for the viewer.
pub(crate) async fn id_of(
    op: &OpContext,
    txn: &DatabaseTransaction,
    reference: &str,
) -> Result<Option<ReferralId>, Error> {
    let Ok(reference) = ReferralReference::parse(reference) else { return Ok(None) };
    let row = visible(op).filter(referral::Column::Reference.eq(reference.as_str())).one(txn).await?;
    Ok(row.map(|row| row.id))
}

/// The referral with this reference within a command's transaction, decided or not, if it exists for the viewer.
pub(crate) async fn row_of(
    op: &OpContext,
    txn: &DatabaseTransaction,
    reference: &str,
) -> Result<Option<referral::Model>, Error> {
    let Ok(reference) = ReferralReference::parse(reference) else { return Ok(None) };
    Ok(visible(op).filter(referral::Column::Reference.eq(reference.as_str())).one(txn).await?)
}

/// The referrals that come back to triage on `day` or should have before, for a job.
pub(crate) async fn watched(op: &OpContext, day: NaiveDate) -> Result<Vec<ReferralId>, Error> {
    let rows = referral::Entity::find()
        .filter(referral::Column::State.eq(ReferralState::Redirected))
        .filter(referral::Column::WatchOn.lte(day))
        .all(&op.db.read)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The referrals that wait for triage, exist for the viewer and have any of these keys; the newest, if there are many.
pub async fn waiting(op: &OpContext, keys: BTreeSet<String>) -> Result<Vec<referral::Model>, Error> {
    const MOST: u64 = 500;
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let met = Query::select()
        .column(referral_key::Column::ReferralId)
        .from(referral_key::Entity)
        .and_where(Expr::col(referral_key::Column::Key).is_in(keys))
        .take();
    Ok(visible(op)
        .filter(referral::Column::State.is_in([ReferralState::Received, ReferralState::WithAuthority]))
        .filter(referral::Column::Id.in_subquery(met))
        .order_by_desc(referral::Column::Id)
        .limit(MOST)
        .all(&op.db.read)
        .await?)
}

/// Up to `most` referrals whose keys were made by an older version of the rules, for a job.
pub(crate) async fn without_keys<C: ConnectionTrait>(connection: &C, most: u64) -> Result<Vec<referral::Model>, Error> {
    Ok(referral::Entity::find()
        .filter(referral::Column::KeyedBy.lt(VERSION))
        .limit(most)
        .lock_exclusive()
        .all(connection)
        .await?)
}

/// Whether the MASH was alerted of the referral with this reference, whoever asks: for the browser that sent it, which
/// alone is asked for.
pub(crate) async fn is_flagged(op: &OpContext, reference: &str) -> Result<bool, Error> {
    let harmful = Risk::ALL.iter().copied().filter(|risk| must_reach_mash(*risk));
    let flagged = referral::Entity::find()
        .filter(referral::Column::Reference.eq(reference))
        .filter(referral::Column::Risk.is_in(harmful));
    Ok(flagged.count(&op.db.read).await? > 0)
}

/// The referral that was sent with this idempotency key, whoever asks: the key is a secret of its sender.
pub(crate) async fn by_key<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    key: &str,
) -> Result<Option<referral::Model>, Error> {
    Ok(referral::Entity::find().filter(referral::Column::IdempotencyKey.eq(key)).one(connection).await?)
}
