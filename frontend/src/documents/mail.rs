//! Mails that have not left, and having them sent again.

use chrono::{DateTime, Utc};
use cynic::Id;

use super::PageInfo;
use super::casework::Count;
use crate::schema;
use crate::vocabulary::{MailKind, MailRecipient, MailState};

/// Which mails are looked at.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UndeliveredVars {
    /// Where they stand.
    pub state: MailState,
    /// Whether to ask to which addresses they go.
    pub addresses: bool,
    /// Those after this cursor.
    pub after: Option<String>,
    /// Those before this cursor.
    pub before: Option<String>,
}

/// Mails that have not left.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "UndeliveredVars")]
pub struct Undelivered {
    /// The page.
    #[arguments(state: $state, after: $after, before: $before)]
    pub undelivered_mail: UndeliveredPage,
}

/// A page of mails that have not left.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "UndeliveredMailConnection", variables = "UndeliveredVars")]
pub struct UndeliveredPage {
    /// The mails, the one that waits longest first.
    pub nodes: Vec<UndeliveredMail>,
    /// Where the page lies.
    pub page_info: PageInfo,
    /// How many there are in all.
    pub count: Count,
}

/// A mail that has not left.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(variables = "UndeliveredVars")]
#[expect(missing_docs, reason = "the fields are those of `UndeliveredMail` in schema.graphql")]
pub struct UndeliveredMail {
    pub id: Id,
    pub kind: MailKind,
    pub recipient: MailRecipient,
    #[directives(include(if: $addresses))]
    pub address: Option<String>,
    pub age_seconds: i32,
    pub attempts: i32,
    pub next_try_at: Option<DateTime<Utc>>,
    pub fault: Option<String>,
    pub may_send_again: bool,
}

/// Which mail is sent again.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct SendMailAgainInput {
    /// It.
    pub id: Id,
}

/// Which mail is sent again.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SendAgainVars {
    /// It.
    pub input: SendMailAgainInput,
}

/// Has one mail sent again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SendAgainVars")]
pub struct SendAgain {
    /// That it is.
    #[arguments(input: $input)]
    pub send_mail_again: MailSentAgain,
}

/// Has every mail that failed sent again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation")]
pub struct SendFailedAgain {
    /// How many those are.
    pub send_failed_mail_again: MailSentAgain,
}

/// That mails are sent again.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct MailSentAgain {
    /// How many.
    pub count: i32,
}
