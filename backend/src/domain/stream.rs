//! Streams: what everything that is made of facts has in common. A case, a referral, an account: each is the fold of
//! the facts of its stream, and the number of these is its version.
//!
//! What must not live here: what one fact does (the module of its noun), and how facts are stored (`event`).

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::{Conflict, Error};

/// The kind of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamKind {
    /// A case.
    Case,
    /// A referral.
    Referral,
    /// A draft referral.
    Draft,
    /// A school contact.
    Contact,
    /// A member of staff.
    Staff,
    /// A partner agency.
    Agency,
    /// One breaking of the glass: a member of staff reads a restricted case without being named to it.
    Glass,
    /// A proposal about the contacts of a school.
    Proposal,
    /// An import of a register: schools or term dates.
    Register,
    /// A held report: one that came too fast to be taken in at once.
    HeldReport,
    /// One act of staff on unsent mails. Each act is a stream of its own.
    Outbox,
    /// One act of the operator on the service itself, such as a restore. Each act is a stream of its own.
    Operation,
}

impl StreamKind {
    /// The kind as events store it; it must never change.
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
            Self::Operation => "operation",
        }
    }
}

/// A type whose values are stored as events: it serialises to `{"kind": …, "payload": …}`.
pub trait Fact: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The kind of stream that these facts belong to.
    const STREAM: StreamKind;
}

/// A thing that is the fold of its facts. [`Self::begin`] and [`Self::apply`] never fail: a fact that makes no sense
/// where it stands changes nothing but the version, because what was stored once must be readable for ever.
pub trait Stream: Clone + Send + Sync + Sized + 'static {
    /// The id of the stream, which is also the id of the thing.
    type Id: Copy + Into<Uuid> + Send + Sync + 'static;
    /// The facts of the stream.
    type Fact: Fact;

    /// The thing after its first fact, recorded at `at`, with version 1. `None` for a fact that cannot come first.
    fn begin(id: Self::Id, first: &Self::Fact, at: DateTime<Utc>) -> Option<Self>;

    /// Applies one more fact, recorded at `at`. It must leave the version alone, which [`Self::after`] counts.
    fn apply(&mut self, fact: &Self::Fact, at: DateTime<Utc>);

    /// The id of the stream.
    fn id(&self) -> Self::Id;

    /// The number of facts so far.
    fn version(&self) -> i32;

    /// The number of facts so far, for [`Self::after`] to raise.
    fn version_mut(&mut self) -> &mut i32;

    /// The thing after one more fact, recorded at `at`, with its version raised by one.
    #[must_use]
    fn after(mut self, fact: &Self::Fact, at: DateTime<Utc>) -> Self {
        *self.version_mut() += 1;
        self.apply(fact, at);
        self
    }

    /// The thing after one more fact, whether that begins it (`before` is `None`) or follows others. `None` when it
    /// would have to begin it and cannot.
    fn fold(before: Option<Self>, id: Self::Id, fact: &Self::Fact, at: DateTime<Utc>) -> Option<Self> {
        match before {
            None => Self::begin(id, fact, at),
            Some(before) => Some(before.after(fact, at)),
        }
    }

    /// Fails when `version`, which the caller saw, is not the present one: somebody else has changed the thing since.
    fn must_stand_at(&self, version: i32) -> Result<(), Error> {
        if self.version() == version { Ok(()) } else { Err(Conflict::Stale.into()) }
    }
}

/// The items of a [`Stream`] that every noun spells the same way: id and version.
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
