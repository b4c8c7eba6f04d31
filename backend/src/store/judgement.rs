//! Reads of what was judged of referrals beside other records. Whoever asks was shown both records, or is shown neither.
//!
//! What must not live here: what a judgement says, and for how long (`domain::referral`).

use std::collections::{BTreeMap, BTreeSet};

use entity::{ChildId, ReferralId, case, judgement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::filled;
use crate::context::OpContext;
use crate::error::Error;

/// The judgements between one referral and other records.
#[derive(Clone, Debug)]
pub struct Judgements {
    own: ReferralId,
    rows: Vec<judgement::Model>,
    /// The children whose cases were opened from referrals among those. What was judged of the referral was judged of
    /// the child.
    opened: BTreeMap<Uuid, ChildId>,
}

impl Judgements {
    /// The judgement that a child on file is another than that of the referral. It holds as long as the digests of both
    /// are what they were then.
    pub fn of_child(&self, own: &str, child: ChildId, digest: &str) -> Option<&judgement::Model> {
        let is_child = |id: &Uuid| *id == child.0 || self.opened.get(id) == Some(&child);
        self.rows.iter().find(|row| {
            let (digests, other) = if row.referral_id == self.own {
                ((row.own_digest.as_str(), row.other_digest.as_str()), row.other)
            } else {
                ((row.other_digest.as_str(), row.own_digest.as_str()), row.referral_id.0)
            };
            digests == (own, digest) && is_child(&other)
        })
    }

    /// The judgement that another referral is of another child. It holds for good, because what a referral tells never
    /// changes.
    pub fn of_referral(&self, other: ReferralId) -> Option<&judgement::Model> {
        self.rows.iter().find(|row| row.other == other.0 || row.referral_id == other)
    }
}

/// The judgements between this referral and other records, whichever was judged.
pub async fn of<C: ConnectionTrait>(op: &OpContext, connection: &C, own: ReferralId) -> Result<Judgements, Error> {
    let rows = among(op, connection, &[own]).await?;
    let others: BTreeSet<Uuid> =
        rows.iter().map(|row| if row.referral_id == own { row.other } else { row.referral_id.0 }).collect();
    let mut opened = BTreeMap::new();
    if !others.is_empty() {
        let cases: Vec<(ReferralId, ChildId)> = case::Entity::find()
            .select_only()
            .column(case::Column::ReferralId)
            .column(case::Column::ChildId)
            .filter(case::Column::ReferralId.is_in(filled(others)))
            .into_tuple()
            .all(connection)
            .await?;
        opened.extend(cases.into_iter().map(|(referral, child)| (referral.0, child)));
    }
    Ok(Judgements { own, rows, opened })
}

/// The judgements between any of these referrals and other records.
pub async fn among<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    ids: &[ReferralId],
) -> Result<Vec<judgement::Model>, Error> {
    let either = Condition::any()
        .add(judgement::Column::ReferralId.is_in(filled(ids.iter().copied())))
        .add(judgement::Column::Other.is_in(filled(ids.iter().map(|id| id.0))));
    Ok(judgement::Entity::find().filter(either).all(connection).await?)
}
