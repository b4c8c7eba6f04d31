//! Reads of access notes, for auditors.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::PageInfo;
use crate::schema;
use crate::vocabulary::{AccessAction, RefusalKind};

/// One access.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `AccessNote` in schema.graphql")]
pub struct AccessNote {
    pub id: Id,
    pub at: DateTime<Utc>,
    pub viewer: String,
    pub action: AccessAction,
    pub subject: String,
    pub fields: Vec<String>,
    pub purpose: Option<String>,
    pub detail: Option<String>,
    pub refusal: Option<RefusalKind>,
    pub times: i32,
    pub address: String,
}

/// Which accesses are listed.
#[derive(cynic::InputObject, Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are those of `AccessNoteFilter` in schema.graphql")]
pub struct AccessNoteFilter {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub viewer: Option<String>,
    pub action: Option<AccessAction>,
    pub reference: Option<String>,
    pub agency: Option<String>,
}

/// What the list asks for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct NotesVars {
    /// Which accesses.
    pub filter: AccessNoteFilter,
    /// Those after this cursor.
    pub after: Option<String>,
    /// Those before this cursor.
    pub before: Option<String>,
}

/// A page of accesses.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "NotesVars")]
pub struct Notes {
    /// The accesses, newest first.
    #[arguments(filter: $filter, first: 50, after: $after, before: $before)]
    pub access_notes: NotesPage,
}

/// A page of accesses.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "AccessNoteConnection")]
pub struct NotesPage {
    /// The accesses.
    pub nodes: Vec<AccessNote>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

/// What a file is made of.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct FileVars {
    /// Which accesses.
    pub filter: AccessNoteFilter,
    /// Where the part begins; the first if it is not said.
    pub after: Option<String>,
}

/// Accesses as a part of a file.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FileVars")]
pub struct File {
    /// The part.
    #[arguments(filter: $filter, after: $after)]
    pub access_note_export: AccessNoteExport,
}

/// A part of a file.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `AccessNoteExport` in schema.graphql")]
pub struct AccessNoteExport {
    pub csv: String,
    pub next: Option<String>,
}

/// Which child.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChildVars {
    /// The reference of a case of theirs.
    pub reference: String,
}

/// Who saw a child.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ChildVars")]
pub struct OfChild {
    /// Who saw the child; none if there is no such case.
    #[arguments(reference: $reference)]
    pub child_access: Option<ChildAccess>,
}

/// Who saw a child, and what was handed to whom.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `ChildAccess` in schema.graphql")]
pub struct ChildAccess {
    pub reference: String,
    pub notes: Vec<AccessNote>,
    pub disclosures: Vec<AccessNote>,
    pub more: bool,
}

/// Whether the chain of facts holds.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Chain {
    /// What walking it came to.
    pub chain_verdict: ChainVerdict,
}

/// What walking the chain of facts came to.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of `ChainVerdict` in schema.graphql")]
pub struct ChainVerdict {
    pub sound: bool,
    pub events: Option<i32>,
    pub streams: Option<i32>,
    pub fault: Option<String>,
}
