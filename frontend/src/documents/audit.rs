//! Reads of access notes and of events, for auditors.

use chrono::{DateTime, Utc};

use super::PageInfo;
use super::inputs::{AccessNoteFilter, EventFilter};
use crate::schema;
use crate::vocabulary::{AccessAction, EventKind, RefusalKind};

/// One access.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct AccessNote {
    pub(crate) at: DateTime<Utc>,
    pub(crate) viewer: String,
    pub(crate) action: AccessAction,
    pub(crate) subject: String,
    pub(crate) fields: Vec<String>,
    pub(crate) purpose: Option<String>,
    pub(crate) detail: Option<String>,
    pub(crate) refusal: Option<RefusalKind>,
    pub(crate) times: i32,
    pub(crate) address: String,
}

/// What the list asks for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct NotesVars {
    pub(crate) filter: AccessNoteFilter,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of accesses.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "NotesVars")]
pub(crate) struct Notes {
    #[arguments(filter: $filter, first: 50, after: $after, before: $before)]
    pub(crate) access_notes: NotesPage,
}

/// A page of accesses.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "AccessNoteConnection")]
pub(crate) struct NotesPage {
    pub(crate) nodes: Vec<AccessNote>,
    pub(crate) page_info: PageInfo,
}

/// One event.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: String,
    pub(crate) kind: EventKind,
    pub(crate) subject: String,
}

/// What the list of events asks for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct EventsVars {
    pub(crate) filter: EventFilter,
    pub(crate) after: Option<String>,
    pub(crate) before: Option<String>,
}

/// A page of events.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "EventsVars")]
pub(crate) struct Events {
    #[arguments(filter: $filter, first: 50, after: $after, before: $before)]
    pub(crate) events: EventsPage,
}

/// A page of events.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "EventConnection")]
pub(crate) struct EventsPage {
    pub(crate) nodes: Vec<Event>,
    pub(crate) page_info: PageInfo,
}

/// What a file is made of.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct FileVars {
    pub(crate) filter: AccessNoteFilter,
    pub(crate) after: Option<String>,
}

/// Accesses as a part of a file.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FileVars")]
pub(crate) struct File {
    #[arguments(filter: $filter, after: $after)]
    pub(crate) access_note_export: AccessNoteExport,
}

/// A part of a file.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct AccessNoteExport {
    pub(crate) csv: String,
    pub(crate) next: Option<String>,
}

/// Which child.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub(crate) struct ChildVars {
    pub(crate) reference: String,
}

/// Who saw a child.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ChildVars")]
pub(crate) struct OfChild {
    #[arguments(reference: $reference)]
    pub(crate) child_access: Option<ChildAccess>,
}

/// Who saw a child, and what was handed to whom.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ChildAccess {
    pub(crate) reference: String,
    pub(crate) notes: Vec<AccessNote>,
    pub(crate) disclosures: Vec<AccessNote>,
    pub(crate) more: bool,
}

/// Whether the chain of facts holds.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub(crate) struct Chain {
    pub(crate) chain_verdict: ChainVerdict,
}

/// What walking the chain of facts came to.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct ChainVerdict {
    pub(crate) events: Option<i32>,
    pub(crate) streams: Option<i32>,
    pub(crate) head: Option<String>,
    pub(crate) fault: Option<String>,
}
