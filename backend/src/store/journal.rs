//! Reads of the journal: its head, what each seal covers, and the walk over all seals that finds what was removed.
//!
//! A seal covers whatever was committed and not sealed yet when it was made; each fact and access names its seal. So no
//! order of commits and no clock decides whether something is sealed.
//!
//! What must not live here: making seals (`service::journal`), and the chain within a stream (`event`).

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use entity::{AccessId, EventId, access, access_subject, event, seal};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};

use super::verdict::Verdict;
pub use super::verdict::{Head, NoHead};
use crate::db::Db;
use crate::error::Error;
use crate::secret::keyring::{Keyring, Purpose};

/// The present head; `None` while nothing is sealed.
pub async fn head<C: ConnectionTrait>(connection: &C) -> Result<Option<Head>, Error> {
    let last = seal::Entity::find().order_by_desc(seal::Column::N).one(connection).await?;
    Ok(last.map(Head::from))
}

/// What a seal covers, each in the order of ids.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    facts: Vec<(EventId, String)>,
    accesses: Vec<access::Model>,
    notes: Vec<access_subject::Model>,
}

impl Contents {
    /// How many facts, accesses and subjects there are.
    pub(crate) fn counts(&self) -> [i32; 3] {
        [self.facts.len(), self.accesses.len(), self.notes.len()].map(|count| i32::try_from(count).unwrap_or(i32::MAX))
    }

    /// The digest of the seal `n`, made at `sealed_at`, that covers this and follows the one with the digest
    /// `previous`. How often a counted refusal happened is left out, because it goes on being counted.
    pub(crate) fn digest(&self, keyring: &Keyring, n: i32, sealed_at: DateTime<Utc>, previous: &str) -> String {
        let mut hash = keyring.running(Purpose::Journal);
        let moment = |moment: DateTime<Utc>| moment.to_rfc3339_opts(SecondsFormat::Millis, true);
        for part in [previous, &n.to_string(), &moment(sealed_at)] {
            hash.add(part);
        }
        for count in self.counts() {
            hash.add(&count.to_string());
        }
        for (id, digest) in &self.facts {
            hash.add(&id.to_string());
            hash.add(digest);
        }
        for row in &self.accesses {
            let access::Model {
                id,
                noted_at,
                viewer,
                action,
                purpose,
                address,
                detail,
                request_id,
                refusal,
                times: _,
                span,
                seal: _,
            } = row;
            let told = |text: &Option<String>| text.as_ref().map_or_else(String::new, |text| format!("={text}"));
            let refusal = refusal.map_or("", |refusal| refusal.code());
            for part in [
                &id.to_string(),
                &moment(*noted_at),
                viewer,
                action.code(),
                &told(purpose),
                address,
                &told(detail),
                request_id,
                refusal,
                &told(span),
            ] {
                hash.add(part);
            }
        }
        for access_subject::Model { id, access_id, subject, fields } in &self.notes {
            for part in [&id.to_string(), &access_id.to_string(), subject, fields] {
                hash.add(part);
            }
        }
        hash.finish()
    }
}

/// What the seals from `first` to `last` cover, by the number of the seal.
pub(crate) async fn contents<C: ConnectionTrait>(
    connection: &C,
    first: i32,
    last: i32,
) -> Result<BTreeMap<i32, Contents>, Error> {
    let mut covered: BTreeMap<i32, Contents> = BTreeMap::new();
    let facts: Vec<(EventId, String, Option<i32>)> = event::Entity::find()
        .filter(event::Column::Seal.between(first, last))
        .order_by_asc(event::Column::Id)
        .select_only()
        .columns([event::Column::Id, event::Column::Digest, event::Column::Seal])
        .into_tuple()
        .all(connection)
        .await?;
    for (id, digest, seal) in facts {
        covered.entry(seal.unwrap_or_default()).or_default().facts.push((id, digest));
    }
    let among = access::Column::Seal.between(first, last);
    let ids = access::Entity::find().filter(among.clone()).select_only().column(access::Column::Id).into_query();
    let notes = access_subject::Entity::find()
        .filter(access_subject::Column::AccessId.in_subquery(ids))
        .order_by_asc(access_subject::Column::Id)
        .all(connection)
        .await?;
    let accesses = access::Entity::find().filter(among).order_by_asc(access::Column::Id).all(connection).await?;
    let seals: BTreeMap<AccessId, i32> = accesses.iter().map(|row| (row.id, row.seal.unwrap_or_default())).collect();
    for row in accesses {
        covered.entry(row.seal.unwrap_or_default()).or_default().accesses.push(row);
    }
    for row in notes {
        if let Some(seal) = seals.get(&row.access_id) {
            covered.entry(*seal).or_default().notes.push(row);
        }
    }
    Ok(covered)
}

/// How far a walk over the journal has come: the number and the digest of the last seal that was found sound.
#[derive(Clone, Debug, Default)]
pub(crate) struct Walk {
    n: i32,
    digest: String,
}

impl Walk {
    /// A walk that goes on after a seal that was found sound before; from the beginning without one.
    pub(crate) fn after(head: Option<Head>) -> Self {
        head.map_or_else(Self::default, |Head { n, digest }| Self { n, digest })
    }

    /// The last seal that was found sound; `None` before the first.
    pub(crate) fn head(&self) -> Option<Head> {
        (self.n > 0).then(|| Head { n: self.n, digest: self.digest.clone() })
    }

    /// Checks the next seals. `None` while there are more; else what came of it, `Ok` if all were sound.
    pub(crate) async fn next(&mut self, db: &Db, keyring: &Keyring) -> Result<Option<Result<(), Verdict>>, Error> {
        const SEALS: u64 = 500;
        const ROWS: i32 = 5_000;
        let mut seals = seal::Entity::find()
            .filter(seal::Column::N.gt(self.n))
            .order_by_asc(seal::Column::N)
            .limit(SEALS)
            .all(&db.read)
            .await?;
        let mut rows = 0;
        let many = seals.iter().position(|seal| {
            rows += seal.facts + seal.notes;
            rows > ROWS
        });
        seals.truncate(many.map_or(seals.len(), |many| many.max(1)));
        let (Some(first), Some(last)) = (seals.first().map(|seal| seal.n), seals.last().map(|seal| seal.n)) else {
            let beyond = self.nothing_beyond(db).await?;
            // A seal may have been made between the two reads: then it is there now, and the walk goes on.
            let made_since = beyond.is_err() && head(&db.read).await?.is_some_and(|head| head.n > self.n);
            return Ok((!made_since).then_some(beyond));
        };
        let mut covered = contents(&db.read, first, last).await?;
        for seal in seals {
            if let Err(why) = self.check(keyring, &seal, &covered.remove(&seal.n).unwrap_or_default()) {
                return Ok(Some(Err(Verdict::Torn { seal: seal.n, sealed_at: seal.sealed_at, why })));
            }
            (self.n, self.digest) = (seal.n, seal.digest);
        }
        Ok(None)
    }

    fn check(&self, keyring: &Keyring, seal: &seal::Model, found: &Contents) -> Result<(), String> {
        if seal.n != self.n + 1 {
            return Err(format!("the seal before it, number {}, is missing", self.n + 1));
        }
        let [facts, accesses, notes] = found.counts();
        for (what, sealed, found) in
            [("facts", seal.facts, facts), ("accesses", seal.accesses, accesses), ("access notes", seal.notes, notes)]
        {
            if found < sealed {
                return Err(format!("{} of its {sealed} {what} were removed", sealed - found));
            }
            if found > sealed {
                return Err(format!("{} {what} were put beside the {sealed} that it seals", found - sealed));
            }
        }
        if found.digest(keyring, seal.n, seal.sealed_at, &self.digest) != seal.digest {
            return Err("a fact, an access note or the seal itself is not as it was sealed".to_owned());
        }
        Ok(())
    }

    /// That nothing names a seal after the last one.
    async fn nothing_beyond(&self, db: &Db) -> Result<Result<(), Verdict>, Error> {
        let fact = event::Entity::find().filter(event::Column::Seal.gt(self.n)).one(&db.read).await?;
        let access = access::Entity::find().filter(access::Column::Seal.gt(self.n)).one(&db.read).await?;
        let fact = fact.map(|row| (row.seal, row.recorded_at));
        Ok(match fact.or(access.map(|row| (row.seal, row.noted_at))) {
            None => Ok(()),
            Some((seal, sealed_at)) => Err(Verdict::Torn {
                seal: seal.unwrap_or_default(),
                sealed_at,
                why: "the seal is missing at the end of the journal".to_owned(),
            }),
        })
    }
}

/// Whether a head that was kept elsewhere is part of the journal, which was found sound.
pub async fn holds(db: &Db, kept: &Head) -> Result<Result<(), String>, Error> {
    let row = seal::Entity::find_by_id(kept.n).one(&db.read).await?;
    let last = head(&db.read).await?.map_or(0, |head| head.n);
    Ok(match row {
        Some(row) if row.digest == kept.digest => Ok(()),
        Some(row) => Err(format!(
            "seal {} is not the one that was kept elsewhere: the journal was made anew before {}",
            kept.n, row.sealed_at
        )),
        None => Err(format!(
            "the journal ends at seal {last}, and seal {} was kept elsewhere: an earlier copy was put in place of this database",
            kept.n
        )),
    })
}
