//! Partner agencies, their agreements, clients and tokens, as administrators read and change them.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::{Id, MutationBuilder as _};

use super::PageInfo;
use super::casework::changes::{Sent, sends};
use crate::api::Api;
use crate::schema;
use crate::vocabulary::{LawfulBasis, Scope, SharedField};

/// Which page of agencies to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ListVariables {
    /// The cursor to go on from.
    pub after: Option<String>,
    /// The cursor to go back from.
    pub before: Option<String>,
}

/// A page of agencies.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ListVariables")]
pub struct List {
    /// The page.
    #[arguments(after: $after, before: $before)]
    pub agencies: AgencyConnection,
}

/// Some agencies, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct AgencyConnection {
    /// The agencies.
    pub nodes: Vec<Row>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

/// An agency in the list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Agency")]
pub struct Row {
    /// What names it in addresses.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its programs.
    pub clients: Vec<RowClient>,
}

/// How a program stands.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Client")]
pub struct RowClient {
    /// Since when it is paused.
    pub paused_at: Option<DateTime<Utc>>,
    /// Since when it is disabled.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// Which agency to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct OneVariables {
    /// Which.
    pub id: Id,
}

/// One agency, whole.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneVariables")]
pub struct One {
    /// The agency; none that the viewer may see.
    #[arguments(id: $id)]
    pub agency: Option<Agency>,
}

/// An agency.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Agency` in schema.graphql")]
pub struct Agency {
    pub id: Id,
    pub version: i32,
    pub name: String,
    pub email: String,
    pub agreements: Vec<Agreement>,
    pub clients: Vec<Client>,
}

/// An agreement.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Agreement` in schema.graphql")]
pub struct Agreement {
    pub id: Id,
    pub purpose: String,
    pub lawful_basis: LawfulBasis,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub ended_at: Option<DateTime<Utc>>,
    pub in_force: bool,
}

/// A program.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Client` in schema.graphql")]
pub struct Client {
    pub id: Id,
    pub agreement: Id,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub per_minute: i32,
    pub per_day: i32,
    pub networks: Vec<String>,
    pub paused_at: Option<DateTime<Utc>>,
    pub pause_reason: Option<String>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub tokens: Vec<Token>,
}

/// A token, but never the token itself.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `Token` in schema.graphql")]
pub struct Token {
    pub id: Id,
    pub issued_at: DateTime<Utc>,
    pub expires_on: NaiveDate,
    pub ends_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub last_used_on: Option<NaiveDate>,
    pub live: bool,
}

/// The agency that a change was made to.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Agency")]
pub struct Changed {
    /// What names it in addresses.
    pub id: Id,
}

/// A token that was issued just now.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct IssuedToken {
    /// The token, this once.
    pub token: String,
}

sends! { $
    "addAgency" as add_agency: AddAgencyInput -> Changed;
    "changeAgencyEmail" as change_agency_email: ChangeAgencyEmailInput -> Changed;
    "makeAgreement" as make_agreement: MakeAgreementInput -> Changed;
    "endAgreement" as end_agreement: EndAgreementInput -> Changed;
    "registerClient" as register_client: RegisterClientInput -> Changed;
    "changeClient" as change_client: ChangeClientInput -> Changed;
    "resumeClient" as resume_client: ResumeClientInput -> Changed;
    "issueToken" as issue_token: IssueTokenInput -> IssuedToken;
    "rotateToken" as rotate_token: RotateTokenInput -> IssuedToken;
    "revokeToken" as revoke_token: RevokeTokenInput -> Changed;
}

macro_rules! stops {
    ($d:tt $($mutation:tt as $document:ident;)+) => {$(
        /// Stops a client.
        #[derive(cynic::QueryFragment, Clone, Debug)]
        #[cynic(graphql_type = "Mutation", variables = "StopVariables")]
        pub struct $document {
            /// The agency.
            #[cynic(rename = $mutation)]
            #[arguments(input: $d input)]
            pub answer: Changed,
        }
    )+};
}

/// The variables of [`PauseClient`] and [`DisableClient`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct StopVariables {
    /// What to stop, and why.
    pub input: StopClientInput,
}

stops! { $
    "pauseClient" as PauseClient;
    "disableClient" as DisableClient;
}

/// An agency to put on file.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct AddAgencyInput {
    pub name: String,
    pub email: String,
}

/// Whom to write to at an agency.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct ChangeAgencyEmailInput {
    pub agency: Id,
    pub version: i32,
    pub email: String,
}

/// An agreement to make.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct MakeAgreementInput {
    pub agency: Id,
    pub version: i32,
    pub purpose: String,
    pub lawful_basis: Option<LawfulBasis>,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub starts_on: String,
    pub ends_on: String,
}

/// An agreement to end.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct EndAgreementInput {
    pub agency: Id,
    pub version: i32,
    pub agreement: Id,
    pub reason: String,
}

/// A program to register.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct RegisterClientInput {
    pub agency: Id,
    pub version: i32,
    pub agreement: Id,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub per_minute: i32,
    pub per_day: i32,
    pub networks: Vec<String>,
}

/// What a program may do from now on.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct ChangeClientInput {
    pub agency: Id,
    pub version: i32,
    pub client: Id,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub per_minute: i32,
    pub per_day: i32,
    pub networks: Vec<String>,
}

/// A program to pause or to disable.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct StopClientInput {
    pub agency: Id,
    pub version: i32,
    pub client: Id,
    pub reason: String,
}

/// A program to let go on.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct ResumeClientInput {
    pub agency: Id,
    pub version: i32,
    pub client: Id,
}

/// A token to issue.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct IssueTokenInput {
    pub agency: Id,
    pub version: i32,
    pub client: Id,
    pub expires_on: String,
}

/// A token to replace.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct RotateTokenInput {
    pub agency: Id,
    pub version: i32,
    pub token: Id,
    pub expires_on: String,
    pub at_once: bool,
}

/// A token to revoke.
#[derive(cynic::InputObject, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the input in schema.graphql")]
pub struct RevokeTokenInput {
    pub agency: Id,
    pub version: i32,
    pub token: Id,
    pub reason: String,
}
