//! One id type for each table, so that the id of a case cannot be passed where one of a child is wanted.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// What one request did to some records.
    AccessId;
    /// An access note: what one request did to one record.
    AccessNoteId;
    /// A partner agency.
    AgencyId;
    /// An agreement with a partner agency.
    AgreementId;
    /// One breaking of the glass: access to a restricted case by somebody who is not one of its readers.
    BreakGlassId;
    /// The place of a member of staff among the readers of a restricted case.
    CaseReaderId;
    /// A client: a program of a partner agency.
    ClientId;
    /// An address range that a client called from.
    ClientNetworkId;
    /// A proposal about a school contact.
    ContactProposalId;
    /// A credential of a member of staff.
    CredentialId;
    /// A held report.
    HeldReportId;
    /// A case.
    CaseId;
    /// A child.
    ChildId;
    /// A draft referral.
    DraftId;
    /// A tracing enquiry.
    EnquiryId;
    /// A flag raised with the MASH.
    EscalationId;
    /// A judgement that two records are of different children.
    JudgementId;
    /// An event.
    EventId;
    /// A mail in the outbox.
    MessageId;
    /// A placement.
    PlacementId;
    /// A referral.
    ReferralId;
    /// A group of reports of harm.
    ReportGroupId;
    /// A proposal to remove a child's name from a school's roll.
    RemovalId;
    /// A school.
    SchoolId;
    /// An approved school contact.
    SchoolContactId;
    /// A member of staff.
    StaffId;
    /// A span of term dates.
    TermDateId;
    /// A token of a client.
    TokenId;
}
