//! What a check of everything that is stored comes to.
//!
//! What must not live here: the checks (`event`, `journal`, `service::verify`).

use std::fmt;
use std::str::FromStr;

use chrono::SecondsFormat::Secs;
use chrono::{DateTime, Utc};
use entity::seal;
use uuid::Uuid;

/// The outcome of the check of all that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every chain holds.
    Sound {
        /// The number of events checked.
        events: u64,
        /// The number of streams they belong to.
        streams: u64,
        /// The number of events among them whose payload was erased by law.
        erased: u64,
        /// The end of the journal; `None` while nothing is sealed.
        head: Option<Head>,
    },
    /// The first event found that is not as it was stored.
    Broken {
        /// The id of the event, or of the row whose stream was cut off.
        id: Uuid,
        /// The stream it belongs to.
        stream: Uuid,
        /// The number of the event in its stream.
        seq: i32,
        /// What does not hold, as a sentence for the operator.
        why: &'static str,
    },
    /// The first seal found that does not hold.
    Torn {
        /// The number of the seal.
        seal: i32,
        /// When it was made: what it covers was stored shortly before.
        sealed_at: DateTime<Utc>,
        /// What does not hold, as a sentence for the operator.
        why: String,
    },
    /// The journal is not the one whose head was kept elsewhere.
    Replaced {
        /// How that shows, as a sentence for the operator.
        why: String,
    },
    /// The first row found that is not what its facts make of it.
    Differs {
        /// The table.
        table: &'static str,
        /// The id of the row.
        id: Uuid,
        /// The column; `None` if the row is missing, or should not be there.
        column: Option<String>,
    },
}

impl Verdict {
    /// What does not hold, for an operator or an auditor; `None` if all is sound.
    pub fn fault(&self) -> Option<String> {
        Some(match self {
            Self::Sound { .. } => return None,
            Self::Broken { id, stream, seq, why } => format!("Fact {id}, number {seq} of {stream}: {why}"),
            Self::Torn { seal, sealed_at, why } => {
                format!("Seal {seal} of the journal, made at {}: {why}", sealed_at.to_rfc3339_opts(Secs, true))
            }
            Self::Replaced { why } => format!("The whole database: {why}"),
            Self::Differs { table, id, column: Some(column) } => {
                format!("Row {id} of {table}: its column {column} is not what its facts say")
            }
            Self::Differs { table, id, column: None } => {
                format!("Row {id} of {table}: it is missing, or no fact made it")
            }
        })
    }
}

/// The end of the journal at some time: kept elsewhere, it shows later that nothing before it was taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last seal.
    pub n: i32,
    /// Its digest.
    pub digest: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.n, self.digest)
    }
}

/// The text is no head of a journal.
#[derive(Debug, thiserror::Error)]
#[error("a head is what `onroll head` prints: a number, a hyphen and 64 hexadecimal digits")]
pub struct NoHead;

impl FromStr for Head {
    type Err = NoHead;

    fn from_str(text: &str) -> Result<Self, NoHead> {
        let (n, digest) = text.trim().split_once('-').ok_or(NoHead)?;
        let is_digest = digest.len() == 64 && digest.bytes().all(|digit| digit.is_ascii_hexdigit());
        let n = n.parse().ok().filter(|n| *n > 0 && is_digest).ok_or(NoHead)?;
        Ok(Self { n, digest: digest.to_ascii_lowercase() })
    }
}

impl From<seal::Model> for Head {
    fn from(row: seal::Model) -> Self {
        Self { n: row.n, digest: row.digest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let head = Head { n: 12, digest: "ab".repeat(32) };
        assert_eq!(head.to_string().parse::<Head>().unwrap(), head);
        for wrong in ["", "12", "12-ab", "0-00", &format!("-1-{}", "ab".repeat(32)), &format!("x-{}", "ab".repeat(32))]
        {
            assert!(wrong.parse::<Head>().is_err(), "{wrong}");
        }
    }
}
