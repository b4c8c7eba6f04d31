//! Brothers and sisters of a child, with those records of theirs that the viewer may read anyway. What must not live here:
//! how they are recognised (`domain::family`).

use std::collections::BTreeSet;

use async_graphql::{Context, SimpleObject};
use entity::{case, child, referral};

use super::case::Case;
use super::child::tells_words_of;
use super::guarded::op;
use super::input::Date;
use super::loaders::loads;
use super::referral::Referral;
use super::timeline::KEPT;
use crate::domain::family::{Named, Said, Whom, named_in, without};
use crate::domain::field::is_plain_name;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::store;
use crate::store::family::{Family, Own, named_by, struck_of};

/// A brother or sister of a child: named by somebody, or on file and naming the child themselves.
#[derive(SimpleObject)]
pub(super) struct Sibling {
    /// The name as somebody typed it; null when a record of theirs names the child, and not the other way round.
    name: Option<String>,
    /// The date of birth, as told; null when nobody told it.
    date_of_birth: Option<Date>,
    /// The school, as told; null when nobody told it.
    school: Option<String>,
    /// Their case; null when there is none that the viewer may read.
    case: Option<Case>,
    /// Their referral; null when it became that case, and when there is none that the viewer may read.
    referral: Option<Referral>,
}

/// The brothers and sisters of the child of a case, whom its officers or its referrals name, or who name the child.
pub(super) async fn of_case(
    ctx: &Context<'_>,
    case: &case::Model,
    child: &child::Model,
    referrals: &[referral::Model],
) -> Result<Vec<Sibling>, Error> {
    let mut named = named_by(case);
    for row in referrals {
        named.extend(named_in(&serde_json::from_str(&row.details)?));
    }
    let found = siblings(ctx, Own::Child(child.id), Whom::on_file(child), named, &struck_of(case)).await?;
    Ok(without_words(found, tells_words_of(ctx, case.id).await?))
}

/// The brothers and sisters whom a referral names, or whose records name its child; for staff those too whom the officers
/// of its case name.
pub(super) async fn of_referral(ctx: &Context<'_>, row: &referral::Model) -> Result<Vec<Sibling>, Error> {
    let whom = Whom::referred(row);
    let mut named = named_in(&serde_json::from_str(&row.details)?);
    // A school that may not read the case reads what its referral says.
    let case = match row.case_id {
        Some(case) if matches!(op(ctx).viewer, Viewer::Staff(_)) => loads(ctx).load_one(case).await?,
        _ => None,
    };
    named.extend(case.iter().flat_map(named_by));
    let struck = case.as_ref().map(struck_of).unwrap_or_default();
    let found = siblings(ctx, Own::Referral(row.id, row.case_id), whom, named, &struck).await?;
    let cleared = match row.case_id {
        Some(case) => tells_words_of(ctx, case).await?,
        None => true,
    };
    Ok(without_words(found, cleared))
}

async fn siblings(
    ctx: &Context<'_>,
    own: Own,
    whom: Whom<'_>,
    named: Vec<Named>,
    struck: &[Named],
) -> Result<Vec<Sibling>, Error> {
    let named = without(named, struck);
    let Family { cases, referrals } = store::family::of(op(ctx), own, whom, Said { named: &named, struck }).await?;
    loads(ctx).feed_many(cases.iter().map(|(_, child)| (child.id, child.clone()))).await;
    let mut left: Vec<(BTreeSet<String>, Named)> =
        named.into_iter().map(|named| (whom.keys_of([&named]), named)).collect();
    // The same brother or sister is often named by several.
    let mut take = |keys: &BTreeSet<String>| {
        let (theirs, others) = std::mem::take(&mut left).into_iter().partition(|(key, _)| !key.is_disjoint(keys));
        left = others;
        let theirs: Vec<(BTreeSet<String>, Named)> = theirs;
        theirs.into_iter().next().map(|(_, named)| named)
    };
    let mut all = Vec::new();
    for (case, child) in cases {
        let named = take(&Whom::on_file(&child).own_keys());
        all.push(Sibling { case: Some(Case::shown(ctx, case)), ..told(named) });
    }
    for row in referrals {
        let named = take(&Whom::referred(&row).own_keys());
        all.push(Sibling { referral: Some(Referral::shown(ctx, row)), ..told(named) });
    }
    while let Some((keys, named)) = left.first().cloned() {
        if keys.is_empty() {
            left.remove(0);
        } else {
            left.retain(|(others, _)| others.is_disjoint(&keys));
        }
        all.push(told(Some(named)));
    }
    Ok(all)
}

/// The same without what leads to an address that is kept confidential: the school of a brother or sister does.
fn without_words(mut siblings: Vec<Sibling>, cleared: bool) -> Vec<Sibling> {
    if !cleared {
        for Sibling { name, school, .. } in &mut siblings {
            for text in name.iter_mut().filter(|name| !is_plain_name(name)).chain(school) {
                KEPT.clone_into(text);
            }
        }
    }
    siblings
}

fn told(named: Option<Named>) -> Sibling {
    let (name, born, school) = match named {
        Some(Named { name, date_of_birth, school, at: _ }) => (Some(name), date_of_birth, school),
        None => (None, None, None),
    };
    Sibling { name, date_of_birth: born.map(Date), school, case: None, referral: None }
}
