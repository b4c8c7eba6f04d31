//! Reads of the records of brothers and sisters: whom a record names, and who names its child.
//!
//! What must not live here: who is named, and how they are recognised (`domain::family`).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{CaseId, ChildId, ReferralId, case, child, referral};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, UnionType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, Select, TryGetable,
};
use uuid::Uuid;

use super::case::{is_of_hidden_home, visible as visible_cases};
use super::filled;
use super::referral::visible as visible_referrals;
use crate::context::OpContext;
use crate::domain::family::{Named, Said, Whom, are_struck, goes_by, names};
use crate::error::Error;

/// The most records of each kind that are linked with one.
const MOST: u64 = 50;

/// The records of brothers and sisters, as far as they exist for the viewer.
#[derive(Clone, Debug, Default)]
pub struct Family {
    /// Cases with their children, oldest first.
    pub cases: Vec<(case::Model, child::Model)>,
    /// Referrals of which no case is among those.
    pub referrals: Vec<referral::Model>,
}

/// Whose brothers and sisters are looked for. Their own records are not among those found.
#[derive(Clone, Copy, Debug)]
pub enum Own {
    /// A child on file.
    Child(ChildId),
    /// The child of a referral.
    Referral(ReferralId, Option<CaseId>),
}

/// The records of the brothers and sisters of `whom`, of whom `said` is what records of theirs say, or who name `whom`, as
/// far as they exist for the viewer. Those of the child themselves are not among them, nor those of whom either was struck
/// out as a brother or sister of the other.
pub async fn of(op: &OpContext, own: Own, whom: Whom<'_>, said: Said<'_>) -> Result<Family, Error> {
    let found = linked(&op.db.read, whom, said.named).await?;
    if found.is_empty() {
        return Ok(Family::default());
    }
    let referrals = visible_referrals(op)
        .filter(referral::Column::Id.is_in(filled(found.referrals.iter().copied())))
        .all(&op.db.read)
        .await?;
    let taken_up = referrals.iter().filter_map(|row| row.case_id);
    let cases: BTreeSet<CaseId> = found.cases.iter().copied().chain(taken_up).collect();
    let theirs = Condition::any()
        .add(case::Column::Id.is_in(filled(cases.iter().copied())))
        .add(case::Column::ChildId.is_in(filled(found.children.iter().copied())));
    let cases = visible_cases(op).filter(theirs).find_also_related(child::Entity).all(&op.db.read).await?;
    let out: BTreeSet<CaseId> = cases
        .iter()
        .filter(|(case, child)| child.as_ref().is_some_and(|child| is_struck((whom, said), case, child)))
        .map(|(case, _)| case.id)
        .collect();
    let mut cases: Vec<_> = cases
        .into_iter()
        .filter(|(case, _)| !out.contains(&case.id))
        .filter_map(|(case, child)| Some((case, child?)))
        .filter(|(case, _)| match own {
            Own::Child(id) => case.child_id != id,
            Own::Referral(_, its) => Some(case.id) != its,
        })
        .collect();
    cases.sort_by_key(|(case, _)| case.opened_at);
    let shown: BTreeSet<CaseId> = cases.iter().map(|(case, _)| case.id).collect();
    let referrals = referrals
        .into_iter()
        .filter(|row| match own {
            Own::Child(_) => true,
            Own::Referral(id, _) => row.id != id,
        })
        .filter(|row| row.case_id.is_none_or(|case| !shown.contains(&case) && !out.contains(&case)))
        .filter(|row| !Whom::referred(row).is_among(said.struck))
        .collect();
    Ok(Family { cases, referrals })
}

/// The cases of the brothers and sisters of a child, whoever asks, for a command that tells their officers.
pub(crate) async fn cases_of(
    _: &OpContext,
    txn: &DatabaseTransaction,
    own: ChildId,
    whom: Whom<'_>,
    said: Said<'_>,
) -> Result<Vec<case::Model>, Error> {
    let cases = linked_cases(txn, case::Entity::find(), own, whom, said.named).await?;
    Ok(cases.into_iter().filter(|(case, child)| !is_struck((whom, said), case, child)).map(|(case, _)| case).collect())
}

/// The last words about a child on the cases of somebody else.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Heard {
    /// When an officer last named the child there as a brother or sister.
    pub(crate) named: Option<DateTime<Utc>>,
    /// When an officer last struck the child out there.
    pub(crate) struck: Option<DateTime<Utc>>,
}

/// The last words about `child` on the cases of whoever is named as `one`, as far as they exist for the viewer: what may be
/// said again must not tell of a record that is hidden from them.
pub(crate) async fn heard_from(
    op: &OpContext,
    txn: &DatabaseTransaction,
    child: &child::Model,
    one: &Named,
) -> Result<Heard, Error> {
    let whom = Whom::on_file(child);
    let one = std::slice::from_ref(one);
    let mut heard = Heard::default();
    for (case, other) in linked_cases(txn, visible_cases(op), child.id, whom, one).await? {
        if Whom::on_file(&other).is_among(one) {
            heard.named = Ord::max(heard.named, whom.last_among(&named_by(&case)));
            heard.struck = Ord::max(heard.struck, whom.last_among(&struck_of(&case)));
        }
    }
    Ok(heard)
}

/// Those `among` the cases which are of those `named` as brothers and sisters of `whom`, or name `whom`, each with its child.
async fn linked_cases(
    txn: &DatabaseTransaction,
    among: Select<case::Entity>,
    own: ChildId,
    whom: Whom<'_>,
    named: &[Named],
) -> Result<Vec<(case::Model, child::Model)>, Error> {
    let found = linked(txn, whom, named).await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let taken_up = referral::Entity::find()
        .filter(referral::Column::Id.is_in(filled(found.referrals.iter().copied())))
        .filter(referral::Column::CaseId.is_not_null())
        .all(txn)
        .await?;
    let cases: BTreeSet<CaseId> =
        found.cases.iter().copied().chain(taken_up.iter().filter_map(|row| row.case_id)).collect();
    let theirs = Condition::any()
        .add(case::Column::Id.is_in(filled(cases.iter().copied())))
        .add(case::Column::ChildId.is_in(filled(found.children.iter().copied())));
    let cases = among.filter(theirs).filter(case::Column::ChildId.ne(own));
    let cases = cases.find_also_related(child::Entity).all(txn).await?;
    Ok(cases.into_iter().filter_map(|(case, child)| Some((case, child?))).collect())
}

fn is_struck(of: (Whom<'_>, Said<'_>), case: &case::Model, child: &child::Model) -> bool {
    let (named, struck) = (named_by(case), struck_of(case));
    are_struck(of, (Whom::on_file(child), Said { named: &named, struck: &struck }))
}

/// Whom the officers of a case named as brothers and sisters of its child.
pub fn named_by(case: &case::Model) -> Vec<Named> {
    serde_json::from_str(&case.siblings).unwrap_or_default()
}

/// Whom the officers of a case struck out as brothers and sisters of its child.
pub fn struck_of(case: &case::Model) -> Vec<Named> {
    serde_json::from_str(&case.struck).unwrap_or_default()
}

/// Who is linked, by id.
struct Linked {
    children: Vec<ChildId>,
    referrals: Vec<ReferralId>,
    cases: Vec<CaseId>,
}

impl Linked {
    fn is_empty(&self) -> bool {
        self.children.is_empty() && self.referrals.is_empty() && self.cases.is_empty()
    }
}

/// Everybody who goes by a key of those named, or names a key of `whom`, in one statement.
async fn linked<C: ConnectionTrait>(connection: &C, whom: Whom<'_>, named: &[Named]) -> Result<Linked, Error> {
    let named: Vec<String> = whom.keys_of(named).iter().map(|key| goes_by(key)).collect();
    let namers: Vec<String> = whom.own_keys().iter().map(|key| names(key)).collect();
    let of = |(kind, table, owner, keys): (&str, &'static str, &'static str, Vec<String>)| {
        let column = |name: &'static str| Expr::col((Alias::new(table), Alias::new(name)));
        let mut one = Query::select();
        one.expr_as(Expr::val(kind), Alias::new("kind"))
            .expr_as(column(owner), Alias::new("owner"))
            .from(Alias::new(table))
            .and_where(column("key").is_in(keys))
            .limit(MOST);
        if table == "referral_key" {
            // What a referral tells of a home that is kept confidential by now finds nobody.
            one.inner_join(referral::Entity, column(owner).equals(referral::Column::Id.as_column_ref()));
            let case = Expr::col(referral::Column::CaseId.as_column_ref());
            one.and_where(is_of_hidden_home(case).not());
        }
        let mut whole = Query::select();
        whole
            .expr(Expr::col(Alias::new("kind")))
            .expr(Expr::col(Alias::new("owner")))
            .from_subquery(one, Alias::new(format!("of_{table}")));
        whole
    };
    let either = named.iter().chain(&namers).cloned().collect();
    let parts = [
        ("child", "child_key", "child_id", named),
        ("referral", "referral_key", "referral_id", either),
        ("case", "case_key", "case_id", namers),
    ];
    let mut linked = Linked { children: Vec::new(), referrals: Vec::new(), cases: Vec::new() };
    // A part without keys would meet no row and still be read through.
    let mut parts = parts.into_iter().filter(|(.., keys)| !keys.is_empty()).map(of);
    let Some(mut all) = parts.next() else { return Ok(linked) };
    for part in parts {
        all.union(UnionType::All, part);
    }
    for row in connection.query_all(&all).await? {
        let wrong = |error| Error::internal(format!("{error:?}"));
        let owner = Uuid::try_get(&row, "", "owner").map_err(wrong)?;
        match String::try_get(&row, "", "kind").map_err(wrong)?.as_str() {
            "child" => linked.children.push(ChildId(owner)),
            "referral" => linked.referrals.push(ReferralId(owner)),
            _ => linked.cases.push(CaseId(owner)),
        }
    }
    Ok(linked)
}
