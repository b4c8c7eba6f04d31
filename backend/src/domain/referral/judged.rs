//! What was judged of a referral beside another record: that they are of different children.
//!
//! A judgement holds for the two as they were compared. Once a compared fact of either is another, nobody has judged
//! them as they are, and they are offered again. What must not live here: the comparison (`matching`).

use chrono::{DateTime, Utc};
use entity::{ChildId, ReferralId, StaffId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Referral, ReferralEvent};
use crate::domain::matching::Person;
use crate::error::{Error, ReferralConflict};

/// A record that may be of the child of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "snake_case")]
pub enum Other {
    /// A child on file.
    Child(ChildId),
    /// Another referral.
    Referral(ReferralId),
}

impl Other {
    /// The id of the record. No child has that of a referral.
    pub fn id(self) -> Uuid {
        match self {
            Self::Child(id) => id.0,
            Self::Referral(id) => id.0,
        }
    }
}

/// A judgement that a record is not of the child of a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// The record.
    pub other: Other,
    /// Who judged so.
    pub by: StaffId,
    /// What was compared of the referral, as [`Person::digest`].
    pub own_digest: String,
    /// What was compared of the record, in the same form.
    pub other_digest: String,
}

/// A judgement with the time at which it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What was judged.
    pub judgement: Judgement,
    /// When.
    pub at: DateTime<Utc>,
}

impl Referral {
    /// The child as the referral tells of them, as far as children are compared.
    pub fn described(&self) -> Person {
        Person::described(&self.received.told.child)
    }

    /// Decides that a record, which describes `person`, is of another child than the referral.
    pub fn judge_another(&self, other: Other, person: &Person, by: StaffId) -> ReferralEvent {
        let (own_digest, other_digest) = (self.described().digest(), person.digest());
        ReferralEvent::JudgedAnotherChild(Judgement { other, by, own_digest, other_digest })
    }

    /// Decides that a record is to be looked at again, which was judged to be of another child.
    pub fn look_again(&self, other: Uuid) -> Result<ReferralEvent, Error> {
        let others = self.judged.iter().map(|judged| judged.judgement.other);
        let other = others.into_iter().find(|one| one.id() == other).ok_or(ReferralConflict::NotJudged)?;
        Ok(ReferralEvent::JudgementTakenBack { other })
    }
}
