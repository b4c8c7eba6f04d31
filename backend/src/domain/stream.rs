//! Streams: what every thing that is a list of facts has in common. A case, a referral, an account: each is the fold of
//! the facts that happened to it, and how many these are is its version.
//!
//! What must not live here: what one fact does, which the module of its noun says, and how facts are stored (`event`).

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{Conflict, Error};

/// A kind of thing that facts happen to, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// A case.
    Case,
    /// A referral.
    Referral,
    /// A draft referral.
    Draft,
    /// An approved school contact.
    Contact,
    /// A member of staff.
    Staff,
    /// A partner agency.
    Agency,
    /// A restricted case read by somebody who is not named to it.
    Glass,
    /// A proposal about the contacts of a school.
    Proposal,
    /// The registers: schools and term dates.
    Register,
    /// A report that came too often to be taken at once.
    HeldReport,
    /// What somebody did about mails that had not left. Each act is a stream of its own.
    Outbox,
}

impl StreamKind {
    /// As stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Referral => "referral",
            Self::Draft => "draft",
            Self::Contact => "contact",
            Self::Staff => "staff",
            Self::Agency => "agency",
            Self::Glass => "glass",
            Self::Proposal => "proposal",
            Self::Register => "register",
            Self::HeldReport => "held_report",
            Self::Outbox => "outbox",
        }
    }
}

/// Anything that is stored as an event: serialises to `{"kind": …, "payload": …}`.
pub trait Fact: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind of stream it belongs to.
    const STREAM: StreamKind;
}

/// A thing that is the fold of its facts. [`Self::begin`] and [`Self::apply`] are total: a fact that makes no sense where
/// it stands changes nothing but the version, because what was stored once must be readable for ever.
pub trait Stream: Clone + Send + Sync + Sized + 'static {
    /// What it is stored under.
    type Id: Copy + Into<Uuid> + Send + Sync + 'static;
    /// What happens to it.
    type Fact: Fact;

    /// The thing that its first fact makes, recorded `at`, at version 1; none of a fact that cannot come first.
    fn begin(id: Self::Id, first: &Self::Fact, at: DateTime<Utc>) -> Option<Self>;

    /// Does what one more fact does, recorded `at`, but for the version.
    fn apply(&mut self, fact: &Self::Fact, at: DateTime<Utc>);

    /// What it is stored under.
    fn id(&self) -> Self::Id;

    /// How many facts it has.
    fn version(&self) -> i32;

    /// The number of facts, for [`Self::after`] to count on.
    fn version_mut(&mut self) -> &mut i32;

    /// The thing after one more fact, recorded `at`.
    #[must_use]
    fn after(mut self, fact: &Self::Fact, at: DateTime<Utc>) -> Self {
        *self.version_mut() += 1;
        self.apply(fact, at);
        self
    }

    /// What one more fact makes of what stood before, if anything did.
    fn fold(before: Option<Self>, id: Self::Id, fact: &Self::Fact, at: DateTime<Utc>) -> Option<Self> {
        match before {
            None => Self::begin(id, fact, at),
            Some(before) => Some(before.after(fact, at)),
        }
    }

    /// Refuses a change by somebody who saw another version of it.
    fn must_stand_at(&self, version: i32) -> Result<(), Error> {
        if self.version() == version { Ok(()) } else { Err(Conflict::Stale.into()) }
    }
}

/// The fields of a [`Stream`] that every noun spells the same way.
macro_rules! counts {
    ($id:ty) => {
        type Id = $id;

        fn id(&self) -> $id {
            self.id
        }

        fn version(&self) -> i32 {
            self.version
        }

        fn version_mut(&mut self) -> &mut i32 {
            &mut self.version
        }
    };
}

pub(super) use counts;
