//! Mails that have not left, and having them sent again or released.

use chrono::{DateTime, Utc};
use cynic::Id;

use super::PageInfo;
use super::casework::Count;
use crate::schema;
use crate::vocabulary::{MailKind, MailRecipient, MailState};

/// Which mails are looked at.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct UndeliveredVars {
    pub(crate) state: MailState,
    pub(crate) addresses: bool,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// Mails that have not left.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "UndeliveredVars")]
pub(crate) struct Undelivered {
    #[arguments(state: $state, after: $after, before: $before)]
    pub(crate) undelivered_mail: UndeliveredPage,
}

/// A page of mails that have not left.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "UndeliveredMailConnection", variables = "UndeliveredVars")]
pub(crate) struct UndeliveredPage {
    pub(crate) nodes: Vec<UndeliveredMail>,
    pub(crate) page_info: PageInfo,
    pub(crate) count: Count,
    pub(crate) overdue_alerts: i32,
}

/// A mail that has not left.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(variables = "UndeliveredVars")]
pub(crate) struct UndeliveredMail {
    pub(crate) id: Id,
    pub(crate) kind: MailKind,
    pub(crate) recipient: MailRecipient,
    #[directives(include(if: $addresses))]
    pub(crate) address: Option<String>,
    pub(crate) age_seconds: i32,
    pub(crate) attempts: i32,
    pub(crate) next_try_at: Option<DateTime<Utc>>,
    pub(crate) fault: Option<String>,
    pub(crate) may_send_again: bool,
}
