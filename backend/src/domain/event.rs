//! Facts of every kind, as they are stored, and the chain that makes tampering show.

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{MessageId, SchoolContactId, SchoolId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::agency::AgencyEvent;
use super::break_glass::BreakGlassEvent;
use super::case::CaseEvent;
use super::contact::ContactEvent;
use super::held_report::HeldReportEvent;
use super::proposal::ProposalEvent;
use super::referral::ReferralEvent;
use super::staff::StaffEvent;
use super::stream::{Fact, StreamKind};
use crate::error::Error;

/// A fact of a draft. What was typed is not part of it: a draft is not yet told to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum DraftEvent {
    /// It was begun.
    DraftStarted {
        /// For this school.
        school: SchoolId,
        /// By this contact.
        contact: SchoolContactId,
    },
    /// Answers were saved.
    DraftSaved {
        /// The fields that were answered.
        fields: Vec<String>,
    },
}

/// A fact of the registers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum RegisterEvent {
    /// Schools were imported.
    SchoolsImported {
        /// SHA-256 of the file.
        file: String,
        /// How many schools it added.
        added: u64,
        /// How many it changed.
        changed: u64,
    },
    /// Term dates were imported.
    TermDatesImported {
        /// SHA-256 of the file.
        file: String,
        /// How many spans it holds.
        spans: u64,
    },
}

/// A fact of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum OutboxEvent {
    /// Somebody had mails sent again.
    MailSentAgain {
        /// Which.
        messages: Vec<MessageId>,
    },
}

/// A fact about to be stored: the stream it belongs to, how many facts that stream has already, and the fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What kind of thing it happened to.
    pub stream_kind: StreamKind,
    /// Which.
    pub stream: Uuid,
    /// How many facts that has already. Storing fails when there are more by then.
    pub after: i32,
    /// The fact's name, past tense.
    pub kind: String,
    /// The whole of the fact, JSON.
    pub payload: String,
}

macro_rules! facts {
    ($($fact:ty => $stream:ident),+ $(,)?) => {$(
        impl Fact for $fact {
            const STREAM: StreamKind = StreamKind::$stream;
        }
    )+};
}

facts! {
    CaseEvent => Case,
    ReferralEvent => Referral,
    ContactEvent => Contact,
    ProposalEvent => Proposal,
    DraftEvent => Draft,
    StaffEvent => Staff,
    AgencyEvent => Agency,
    BreakGlassEvent => Glass,
    RegisterEvent => Register,
    HeldReportEvent => HeldReport,
    OutboxEvent => Outbox,
}

impl Event {
    /// Makes `fact` ready to be stored as number `after + 1` of `stream`.
    pub fn of<F: Fact>(stream: impl Into<Uuid>, after: i32, fact: &F) -> Result<Self, Error> {
        let mut told = serde_json::to_value(fact)?;
        let kind = told.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let payload = told.get_mut("payload").map_or(Value::Null, Value::take);
        Ok(Self {
            stream_kind: F::STREAM,
            stream: stream.into(),
            after,
            kind,
            payload: serde_json::to_string(&payload)?,
        })
    }
}

/// Reads a stored fact back.
pub fn read<F: for<'de> Deserialize<'de>>(kind: &str, payload: &str) -> Result<F, Error> {
    let payload: Value = serde_json::from_str(payload)?;
    Ok(serde_json::from_value(serde_json::json!({ "kind": kind, "payload": payload }))?)
}

/// What the digest of a stored event covers: everything that is stored of it, and the digest before it.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the columns of the table, by name")]
pub struct DigestInput<'a> {
    pub previous: &'a str,
    pub id: Uuid,
    pub stream_kind: &'a str,
    pub stream: Uuid,
    pub seq: i32,
    pub recorded_at: DateTime<Utc>,
    pub actor: &'a str,
    pub kind: &'a str,
    pub payload: &'a str,
}

impl DigestInput<'_> {
    /// SHA-256 over all of it, each part after its length, in hexadecimal.
    pub fn digest(&self) -> String {
        let recorded_at = self.recorded_at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let (id, stream, seq) = (self.id.to_string(), self.stream.to_string(), self.seq.to_string());
        let mut hash = Sha256::new();
        for part in
            [self.previous, &id, self.stream_kind, &stream, &seq, &recorded_at, self.actor, self.kind, self.payload]
        {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }
}
