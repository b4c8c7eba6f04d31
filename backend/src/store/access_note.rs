//! Reads of access notes, for auditors, with words for who saw what: staff, contacts and agencies by name, records by
//! reference. A child's name appears only where somebody searched by it, because the search itself is what was noted.
//!
//! What must not live here: writing notes (`service::access_note`), and who may read them (`domain::policy`).

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::vocabulary::{AccessAction, RefusalKind};
use entity::{
    AccessNoteId, AgencyId, CaseId, access, access_note, agency, break_glass, case, client, referral, school_contact,
    staff, token,
};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Order};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::named::Names;
use super::page::{Page, Wanted};
use super::{contains, filled, nothing};
use crate::context::OpContext;
use crate::domain::london::begin_of;
use crate::domain::person_name::search_key;
use crate::domain::policy::{reads_access_notes, reviews_break_glass};
use crate::domain::reference::Reference;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// The filters of a list of access notes; `None` leaves a filter out.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `AccessNoteFilter`")]
pub struct Filter {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Part of the name of a member of staff, a school contact or an agency.
    pub viewer: Option<String>,
    pub action: Option<AccessAction>,
    /// The reference of a case or a referral.
    pub reference: Option<String>,
    /// The name of a partner agency.
    pub agency: Option<String>,
}

/// An access note with words for its viewer and its subject.
#[derive(Clone, Debug)]
pub struct NamedNote {
    /// The note as stored.
    pub note: access_note::Model,
    /// The viewer: a name, "Somebody not signed in" or "Onroll".
    pub who: String,
    /// The subject: a record by its reference, a child by the case.
    pub what: String,
}

/// The notes that exist for the viewer: all for auditors and jobs, none for others.
fn visible(op: &OpContext) -> Select<access_note::Entity> {
    let all = access_note::Entity::find();
    if reads_access_notes(&op.viewer) || matches!(op.viewer, Viewer::System(_)) { all } else { all.filter(nothing()) }
}

/// A page of notes, newest first: their ids rise with time.
pub async fn list(op: &OpContext, filter: &Filter, wanted: &Wanted) -> Result<Page<NamedNote>, Error> {
    let select = narrowed(op, filter).await?;
    let page = wanted.read(&op.db.read, select, &[access_note::Column::Id], Order::Desc).await?;
    let Page { nodes, has_previous, has_next } = page;
    Ok(Page { nodes: told(op, nodes).await?, has_previous, has_next })
}

/// Up to `most` notes for a file, newest first: the newest, or those older than the note `after`. No notes when `after`
/// does not exist or is not visible.
pub async fn part(
    op: &OpContext,
    filter: &Filter,
    after: Option<AccessNoteId>,
    most: u64,
) -> Result<Vec<NamedNote>, Error> {
    let mut select = narrowed(op, filter).await?;
    if let Some(after) = after {
        let anchor = visible(op).filter(access_note::Column::Id.eq(after)).select_only();
        let anchor = anchor.column(access_note::Column::Id).into_query();
        select = select.filter(Expr::col(access_note::Column::Id.as_column_ref()).lt(anchor));
    }
    let select = select.order_by_desc(access_note::Column::Id);
    told(op, select.limit(most).all(&op.db.read).await?).await
}

async fn narrowed(op: &OpContext, filter: &Filter) -> Result<Select<access_note::Entity>, Error> {
    let Filter { from, to, viewer, action, reference, agency } = filter;
    let mut select = visible(op);
    if let Some(from) = from {
        select = select.filter(access_note::Column::NotedAt.gte(begin_of(*from)));
    }
    if let Some(after) = to.and_then(|to| to.checked_add_days(Days::new(1))) {
        select = select.filter(access_note::Column::NotedAt.lt(begin_of(after)));
    }
    if let Some(viewer) = viewer {
        select = select.filter(access_note::Column::Viewer.is_in(viewers_named(op, viewer).await?));
    }
    if let Some(action) = action {
        select = select.filter(access_note::Column::Action.eq(*action));
    }
    if let Some(reference) = reference {
        let subjects = subjects_of(op, reference).await?.unwrap_or_default();
        let mut of_it = Condition::any().add(access_note::Column::Subject.is_in(subjects));
        if let Ok(reference) = Reference::parse(reference) {
            // A refusal is found, too, by the reference that was asked for, whether or not a record has it.
            let asked = Expr::col(access_note::Column::Detail).like(LikeExpr::new(format!("%{reference}%")));
            of_it = of_it.add(access_note::Column::Refusal.is_not_null().and(asked));
        }
        select = select.filter(of_it);
    }
    if let Some(agency) = agency {
        select = select.filter(access_note::Column::Viewer.is_in(tokens_of(op, agency).await?));
    }
    Ok(select)
}

/// The number of the viewer's requests that were refused for these reasons since a moment. Notes that stand for several
/// requests (with a span) do not count.
pub(crate) async fn refusals_since<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    kinds: &[RefusalKind],
    since: DateTime<Utc>,
) -> Result<u64, Error> {
    let requests: Vec<String> = access::Entity::find()
        .filter(access::Column::Refusal.is_in(kinds.iter().copied()))
        .filter(access::Column::Viewer.eq(op.viewer.to_string()))
        .filter(access::Column::NotedAt.gt(since))
        .filter(access::Column::Span.is_null())
        .select_only()
        .column(access::Column::RequestId)
        .distinct()
        .into_tuple()
        .all(connection)
        .await?;
    Ok(requests.len() as u64)
}

/// The accesses that no seal covers yet, up to `most`, by their ids.
pub(crate) fn unsealed(most: u64) -> Select<access::Entity> {
    access::Entity::find().filter(access::Column::Seal.is_null()).limit(most).select_only().column(access::Column::Id)
}

/// Everybody whose name contains these words, in the form in which notes store a viewer.
pub(super) async fn viewers_named(op: &OpContext, typed: &str) -> Result<Vec<String>, Error> {
    let key = search_key(typed);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    let words: Vec<&str> = key.split_whitespace().collect();
    let staff = staff::Entity::find().all(&op.db.read).await?;
    let staff = staff.into_iter().filter(|row| {
        let name = search_key(&row.name);
        words.iter().all(|word| name.contains(word))
    });
    let mut named: Vec<String> = staff.map(|row| format!("staff:{}", row.id)).collect();
    let mut contacts = school_contact::Entity::find();
    for word in &words {
        contacts = contacts.filter(contains(school_contact::Column::NameKey, word));
    }
    named.extend(contacts.all(&op.db.read).await?.into_iter().map(|row| format!("contact:{}", row.id)));
    named.extend(tokens_of(op, typed).await?);
    Ok(named)
}

/// Every token of the agencies whose name contains these words, in the form in which notes store a viewer.
async fn tokens_of(op: &OpContext, typed: &str) -> Result<Vec<String>, Error> {
    let key = search_key(typed);
    let agencies = agency::Entity::find().all(&op.db.read).await?;
    let agencies: Vec<AgencyId> =
        agencies.into_iter().filter(|row| search_key(&row.name).contains(&key)).map(|row| row.id).collect();
    let clients = client::Entity::find().filter(client::Column::AgencyId.is_in(agencies)).all(&op.db.read).await?;
    let clients: Vec<_> = clients.into_iter().map(|row| row.id).collect();
    let tokens = token::Entity::find().filter(token::Column::ClientId.is_in(clients)).all(&op.db.read).await?;
    Ok(tokens.into_iter().map(|row| format!("token:{}", row.id)).collect())
}

/// The subjects, in the form in which notes store them, of the record with this reference: for a case also its child
/// and its referrals. `None` if there is no such record, or if the viewer may not read notes.
pub async fn subjects_of(op: &OpContext, typed: &str) -> Result<Option<Vec<String>>, Error> {
    if !reads_access_notes(&op.viewer) {
        return Ok(None);
    }
    let reference = match Reference::parse(typed) {
        Ok(Reference::Case(reference)) => reference,
        Ok(Reference::Referral(reference)) => {
            let found = referral::Entity::find().filter(referral::Column::Reference.eq(reference.as_str()));
            let found = found.one(&op.db.read).await?;
            return Ok(found.map(|row| vec![format!("referral:{}", row.id)]));
        }
        Err(_) => return Ok(None),
    };
    let found = case::Entity::find().filter(case::Column::Reference.eq(reference.as_str())).one(&op.db.read).await?;
    let Some(row) = found else { return Ok(None) };
    let referrals = referral::Entity::find().filter(referral::Column::CaseId.eq(row.id)).all(&op.db.read).await?;
    let own = [format!("case:{}", row.id), format!("child:{}", row.child_id)];
    Ok(Some(own.into_iter().chain(referrals.into_iter().map(|row| format!("referral:{}", row.id))).collect()))
}

/// Up to `most` notes about these subjects, newest first.
pub async fn of_subjects(op: &OpContext, subjects: &[String], most: u64) -> Result<Vec<NamedNote>, Error> {
    let rows = visible(op)
        .filter(access_note::Column::Subject.is_in(subjects.iter().map(String::as_str)))
        .order_by_desc(access_note::Column::Id)
        .limit(most)
        .all(&op.db.read)
        .await?;
    told(op, rows).await
}

/// The notes of what somebody read while they had broken the glass, oldest first, for those who review it; none for
/// anybody else. At most 100.
pub async fn of_glass(op: &OpContext, row: &break_glass::Model) -> Result<Vec<NamedNote>, Error> {
    const MOST: u64 = 100;
    if !reviews_break_glass(&op.viewer) {
        return Ok(Vec::new());
    }
    let Some(case) = case::Entity::find().filter(case::Column::Id.eq(row.case_id)).one(&op.db.read).await? else {
        return Ok(Vec::new());
    };
    let of_case = Condition::any()
        .add(access_note::Column::Subject.eq(format!("case:{}", case.id)))
        .add(access_note::Column::Subject.eq(format!("child:{}", case.child_id)));
    let rows = access_note::Entity::find()
        .filter(access_note::Column::Viewer.eq(format!("staff:{}", row.staff_id)))
        .filter(access_note::Column::NotedAt.gte(row.began_at))
        .filter(access_note::Column::NotedAt.lte(row.ends_at))
        .filter(of_case)
        .order_by_asc(access_note::Column::Id)
        .limit(MOST)
        .all(&op.db.read)
        .await?;
    told(op, rows).await
}

/// The references of cases, for those who read access notes or review breaking the glass; none for anybody else.
pub async fn references(op: &OpContext, cases: &[CaseId]) -> Result<BTreeMap<CaseId, String>, Error> {
    if !reads_access_notes(&op.viewer) && !reviews_break_glass(&op.viewer) {
        return Ok(BTreeMap::new());
    }
    let rows =
        case::Entity::find().filter(case::Column::Id.is_in(filled(cases.iter().copied()))).all(&op.db.read).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.reference)).collect())
}

/// Adds the words to notes.
async fn told(op: &OpContext, notes: Vec<access_note::Model>) -> Result<Vec<NamedNote>, Error> {
    let names = Names::of(op, notes.iter().flat_map(|note| [note.viewer.as_str(), note.subject.as_str()])).await?;
    let told = notes.into_iter();
    Ok(told.map(|note| NamedNote { who: names.word(&note.viewer), what: names.word(&note.subject), note }).collect())
}
