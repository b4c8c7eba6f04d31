//! Events: facts of every kind in the form in which they are stored, and the chain of digests that shows tampering.
//!
//! What must not live here: reading and writing them (`store::event`, `context`), and what a fact does (the module of
//! its noun).

use chrono::{DateTime, SecondsFormat, Utc};
use entity::vocabulary::EventKind;
use entity::{MessageId, SchoolContactId, SchoolId, event};
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

/// A fact of a draft. It never holds what was typed, because a draft has not been sent to anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum DraftEvent {
    /// The draft was begun.
    DraftStarted {
        /// The school it is for.
        school: SchoolId,
        /// The school contact who began it.
        contact: SchoolContactId,
    },
    /// Answers were saved.
    DraftSaved {
        /// The names of the fields that were answered, without the answers.
        fields: Vec<String>,
    },
}

/// A fact of the registers of schools and term dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum RegisterEvent {
    /// Schools were imported.
    SchoolsImported {
        /// SHA-256 of the file, in hexadecimal.
        file: String,
        /// The number of schools added.
        added: u64,
        /// The number of schools changed.
        changed: u64,
    },
    /// The council's or a school's term dates were imported.
    TermDatesImported {
        /// SHA-256 of the file, in hexadecimal.
        file: String,
        /// The number of spans in the file.
        spans: u64,
    },
}

/// A fact of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum OutboxEvent {
    /// Staff had unsent mails sent again.
    MailSentAgain {
        /// The mails.
        messages: Vec<MessageId>,
    },
    /// Somebody said that mails which a restore held may leave.
    MailReleased {
        /// The mails.
        messages: Vec<MessageId>,
    },
}

/// A fact of the service as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum OperationEvent {
    /// The database was restored from a backup. What happened between the two moments is not in it.
    Restored {
        /// The moment that the backup is of.
        taken_at: DateTime<Utc>,
        /// SHA-256 of what the backup holds, in hexadecimal.
        backup: String,
        /// The number of sessions that were ended.
        sessions: u64,
        /// The mails that are held until somebody says that they may leave.
        held: Vec<MessageId>,
        /// The alerts that leave although they may have left before.
        alerts: Vec<MessageId>,
    },
}

/// An event about to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The kind of its stream.
    pub stream_kind: StreamKind,
    /// The id of its stream.
    pub stream: Uuid,
    /// The number of facts the stream has before it. Storing fails if there are more by then, so that of two writers at
    /// once one is refused.
    pub after: i32,
    /// The name of the fact, in the past tense and in snake case.
    pub kind: String,
    /// The fields of the fact, as JSON.
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
    OperationEvent => Operation,
}

impl Event {
    /// The event that stores `fact` as number `after + 1` of `stream`.
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

/// Reads a stored fact back from its name and its fields. Fails when the stored text is no such fact.
pub fn read<F: for<'de> Deserialize<'de>>(kind: &str, payload: &str) -> Result<F, Error> {
    let payload: Value = serde_json::from_str(payload)?;
    Ok(serde_json::from_value(serde_json::json!({ "kind": kind, "payload": payload }))?)
}

/// Everything that the digest of a stored event covers: all its columns and the digest of the event before it.
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

impl<'a> DigestInput<'a> {
    /// What the digest of a stored event covers, whose stream goes on from the digest `previous`.
    pub fn of(row: &'a event::Model, previous: &'a str) -> Self {
        Self {
            previous,
            id: row.id.0,
            stream_kind: &row.stream_kind,
            stream: row.stream,
            seq: row.seq,
            recorded_at: row.recorded_at,
            actor: &row.actor,
            kind: &row.kind,
            payload: &row.payload,
        }
    }

    /// The digest, with `hash` as the keyed hash of a list of parts. The payload enters by its own hash, so that one
    /// which was erased by law leaves a digest that can still be checked ([`erased`]).
    pub fn digest(&self, hash: impl Fn(&[&str]) -> String) -> String {
        let payload = erased(self.payload).map_or_else(|| of_payload(self.payload, &hash), str::to_owned);
        self.with_parts(&payload, &hash)
    }

    /// The digest as it was made before there was a key: SHA-256 over all parts, in hexadecimal. Each part follows its
    /// length, so that none can borrow from its neighbour.
    pub fn unkeyed(&self) -> String {
        self.with_parts(self.payload, &|parts: &[&str]| {
            let mut hash = Sha256::new();
            for part in parts {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
            hex::encode(hash.finalize())
        })
    }

    fn with_parts(&self, payload: &str, hash: &impl Fn(&[&str]) -> String) -> String {
        let recorded_at = self.recorded_at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let (id, stream, seq) = (self.id.to_string(), self.stream.to_string(), self.seq.to_string());
        hash(&[self.previous, &id, self.stream_kind, &stream, &seq, &recorded_at, self.actor, self.kind, payload])
    }
}

fn of_payload(payload: &str, hash: &impl Fn(&[&str]) -> String) -> String {
    hash(&["payload", payload])
}

/// The kind of a stored event; `None` for one that this version does not know.
pub fn kind_of(stored: &str) -> Option<EventKind> {
    EventKind::parse(&stored.to_uppercase())
}

/// The name under which events of this kind are stored.
pub fn stored_as(kind: EventKind) -> String {
    kind.code().to_lowercase()
}

/// What stands in place of a payload that is erased by law: the hash by which the digest can still be checked, and
/// nothing of what it said. Only who has the key can make it.
pub fn in_place_of(payload: &str, hash: impl Fn(&[&str]) -> String) -> String {
    format!("{{\"erased\":\"{}\"}}", of_payload(payload, &hash))
}

/// The hash of the payload that stood here before it was erased; `None` for a payload.
pub fn erased(payload: &str) -> Option<&str> {
    let hash = payload.strip_prefix("{\"erased\":\"")?.strip_suffix("\"}")?;
    (hash.len() == 64 && hash.bytes().all(|digit| digit.is_ascii_hexdigit())).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of all facts of one kind of stream, which serde tells whoever names another.
    fn names<F: Fact>() -> Vec<String> {
        let unknown = serde_json::json!({ "kind": "?", "payload": {} });
        let told = serde_json::from_value::<F>(unknown).err().map(|error| error.to_string()).unwrap_or_default();
        told.split('`').skip(1).step_by(2).filter(|name| *name != "?").map(str::to_owned).collect()
    }

    #[test]
    fn every_fact_has_words_and_every_word_is_of_a_fact() {
        let all = [
            names::<CaseEvent>(),
            names::<ReferralEvent>(),
            names::<ContactEvent>(),
            names::<ProposalEvent>(),
            names::<DraftEvent>(),
            names::<StaffEvent>(),
            names::<AgencyEvent>(),
            names::<BreakGlassEvent>(),
            names::<RegisterEvent>(),
            names::<HeldReportEvent>(),
            names::<OutboxEvent>(),
            names::<OperationEvent>(),
        ];
        assert!(all.iter().all(|names| !names.is_empty()), "{all:?}");
        let mut all = all.concat();
        // What happens to a flag is called the same wherever the flag is: with a referral or on a case.
        let of_flags: Vec<String> = all.iter().filter(|name| name.starts_with("escalation_")).cloned().collect();
        all.retain(|name| !name.starts_with("escalation_"));
        all.extend(of_flags.into_iter().collect::<std::collections::BTreeSet<_>>());
        for name in &all {
            assert_eq!(kind_of(name).map(stored_as).as_ref(), Some(name), "no words for {name}");
        }
        assert_eq!(EventKind::ALL.len(), all.len(), "words for what no fact is called, or one name of two facts");
    }

    #[test]
    fn a_payload_that_is_erased_keeps_its_digest_and_one_that_is_exchanged_does_not() {
        let hash = |parts: &[&str]| {
            let mut hash = Sha256::new();
            for part in parts {
                hash.update(format!("{} {part}", part.len()));
            }
            hex::encode(hash.finalize())
        };
        let row = |payload: String| event::Model {
            id: Uuid::nil().into(),
            stream_kind: "case".to_owned(),
            stream: Uuid::nil(),
            seq: 1,
            recorded_at: DateTime::UNIX_EPOCH,
            actor: "public".to_owned(),
            kind: "note_added".to_owned(),
            payload,
            digest: String::new(),
            seal: None,
        };
        let whole = row("{\"text\":\"Sam\"}".to_owned());
        let digest = DigestInput::of(&whole, "").digest(hash);
        let blank = row(in_place_of(&whole.payload, hash));
        assert!(!blank.payload.contains("Sam"));
        assert_eq!(DigestInput::of(&blank, "").digest(hash), digest);
        for other in ["", "{}", &format!("{{\"erased\":\"{}\"}}", "0".repeat(64))] {
            assert_ne!(DigestInput::of(&row(other.to_owned()), "").digest(hash), digest);
        }
    }
}
