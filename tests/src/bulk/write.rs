//! Rows waiting to be stored, the chain of digests of a stream, and the storing. What must not live here: what a row
//! says.

use backend::db::Db;
use backend::domain::event::{DigestInput, Event};
use backend::domain::stream::Fact;
use backend::secret::keyring::{Keyring, Purpose};
use backend::service::journal::is_keyed;
use backend::store::setting::has_people;
use chrono::{DateTime, Utc};
use entity::{
    case, case_reader, case_span, child, child_key, clock, enquiry, escalation, event, placement, referral,
    referral_key, school, school_contact, staff,
};
use sea_orm::{
    ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    EntityTrait, Iterable, TransactionTrait,
};
use uuid::Uuid;

use super::case::{Story, Waiting};

/// The most values in one statement: below what SQLite and PostgreSQL allow.
const VALUES: usize = 30_000;

/// The facts of one stream, each with the digest that follows from the one before it.
#[derive(Debug)]
pub(super) struct Chain<'a> {
    keyring: &'a Keyring,
    after: i32,
    digest: String,
}

impl<'a> Chain<'a> {
    /// A chain without facts, under this keyring.
    pub(super) fn under(keyring: &'a Keyring) -> Self {
        Self { keyring, after: 0, digest: String::new() }
    }

    /// The event that stores the next fact of `stream`.
    pub(super) fn next<F: Fact>(
        &mut self,
        stream: impl Into<Uuid>,
        at: DateTime<Utc>,
        actor: &str,
        fact: &F,
    ) -> event::ActiveModel {
        let Event { stream_kind, stream, after, kind, payload } =
            Event::of(stream, self.after, fact).expect("a fact is JSON");
        // An id of its own for each fact, and in their order: that of its stream with its number.
        let seq = after + 1;
        let id = id_after(stream, at, seq);
        let digest = DigestInput {
            previous: &self.digest,
            id,
            stream_kind: stream_kind.as_str(),
            stream,
            seq,
            recorded_at: at,
            actor,
            kind: &kind,
            payload: &payload,
        }
        .digest(|parts| self.keyring.hash(Purpose::Chain, parts));
        self.after = seq;
        self.digest.clone_from(&digest);
        let row = event::Model {
            id: id.into(),
            stream_kind: stream_kind.as_str().to_owned(),
            stream,
            seq,
            recorded_at: at,
            actor: actor.to_owned(),
            kind,
            payload,
            digest,
            seal: None,
        };
        event::ActiveModel::from(row).reset_all()
    }
}

/// An id made at a moment, from the random part of another and a number.
fn id_after(stream: Uuid, at: DateTime<Utc>, number: i32) -> Uuid {
    let mut random = [0; 10];
    random.copy_from_slice(&stream.as_bytes()[6..]);
    for (byte, part) in random.iter_mut().zip(number.to_be_bytes()) {
        *byte ^= part;
    }
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Rows of every table that is filled.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) staff: Vec<staff::ActiveModel>,
    pub(super) schools: Vec<school::ActiveModel>,
    pub(super) contacts: Vec<school_contact::ActiveModel>,
    referrals: Vec<referral::ActiveModel>,
    referral_keys: Vec<referral_key::ActiveModel>,
    children: Vec<child::ActiveModel>,
    keys: Vec<child_key::ActiveModel>,
    cases: Vec<case::ActiveModel>,
    readers: Vec<case_reader::ActiveModel>,
    spans: Vec<case_span::ActiveModel>,
    clocks: Vec<clock::ActiveModel>,
    enquiries: Vec<enquiry::ActiveModel>,
    escalations: Vec<escalation::ActiveModel>,
    placements: Vec<placement::ActiveModel>,
    pub(super) events: Vec<event::ActiveModel>,
}

impl Rows {
    /// The rows of cases: events of the same number together.
    pub(super) fn of(stories: impl Iterator<Item = Story>) -> Self {
        let mut rows = Self::default();
        let mut by_number: Vec<Vec<event::ActiveModel>> = Vec::new();
        for story in stories {
            let Story {
                referral,
                child,
                keys,
                case,
                readers,
                spans,
                clocks,
                enquiries,
                escalations,
                placements,
                events,
            } = story;
            rows.referrals.push(referral.row);
            rows.referral_keys.extend(referral.keys);
            rows.events.push(referral.event);
            rows.children.extend(child);
            rows.keys.extend(keys);
            rows.cases.push(case);
            rows.readers.extend(readers);
            rows.spans.extend(spans);
            rows.clocks.extend(clocks);
            rows.enquiries.extend(enquiries);
            rows.escalations.extend(escalations);
            rows.placements.extend(placements);
            for (number, event) in events.into_iter().enumerate() {
                if by_number.len() == number {
                    by_number.push(Vec::new());
                }
                by_number[number].push(event);
            }
        }
        rows.events.extend(by_number.into_iter().flatten());
        rows
    }

    /// The rows of referrals that await triage.
    pub(super) fn of_referrals(waiting: impl Iterator<Item = Waiting>) -> Self {
        let mut rows = Self::default();
        for Waiting { row, keys, event, clocks, flag } in waiting {
            rows.referrals.push(row);
            rows.clocks.extend(clocks);
            rows.escalations.extend(flag);
            rows.referral_keys.extend(keys);
            rows.events.push(event);
        }
        rows
    }
}

/// A connection that stores.
pub(super) struct Writer(DatabaseConnection);

impl Writer {
    /// Opens a database that is migrated and empty.
    pub(super) async fn open(url: &str, keyring: &Keyring) -> Self {
        let db = Db::connect(url).await.expect("the database opens: `onroll migrate` makes one");
        assert!(!has_people(&db).await.expect("the database is migrated"), "the database is not empty");
        assert!(is_keyed(&db, keyring).await.expect("the database is empty"), "facts are chained under no key");
        db.close().await.expect("the database closes");
        // A connection of its own, because those of the service end what takes more than ten seconds.
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let connection = Database::connect(options).await.expect("the database opens");
        if connection.get_database_backend() == DbBackend::Sqlite {
            // What a crash would leave half filled is made anew.
            connection.execute_unprepared("PRAGMA synchronous = OFF").await.expect("SQLite knows this");
        }
        Self(connection)
    }

    /// Stores rows in one transaction, and gives the number of events among them.
    pub(super) async fn store(&self, rows: Rows) -> u64 {
        let Rows {
            staff,
            schools,
            contacts,
            referrals,
            referral_keys,
            children,
            keys,
            cases,
            readers,
            spans,
            clocks,
            enquiries,
            escalations,
            placements,
            events,
        } = rows;
        let stored = events.len() as u64;
        #[expect(clippy::disallowed_methods, reason = "no command stores a whole register")]
        let txn = self.0.begin().await.expect("a transaction begins");
        // What others refer to comes first.
        insert(&txn, staff).await;
        insert(&txn, schools).await;
        insert(&txn, contacts).await;
        insert(&txn, referrals).await;
        insert(&txn, referral_keys).await;
        insert(&txn, children).await;
        insert(&txn, keys).await;
        insert(&txn, cases).await;
        insert(&txn, readers).await;
        insert(&txn, spans).await;
        insert(&txn, clocks).await;
        insert(&txn, enquiries).await;
        insert(&txn, escalations).await;
        insert(&txn, placements).await;
        insert(&txn, events).await;
        txn.commit().await.expect("the transaction commits");
        stored
    }

    /// Tells the database what its tables hold, and closes the connection.
    pub(super) async fn finish(self) {
        let sqlite = self.0.get_database_backend() == DbBackend::Sqlite;
        let statement = if sqlite { "ANALYZE" } else { "VACUUM (ANALYZE, FREEZE)" };
        self.0.execute_unprepared(statement).await.expect("the tables can be looked at");
        self.0.close().await.expect("the connection closes");
    }
}

async fn insert<A: ActiveModelTrait + Send>(txn: &DatabaseTransaction, rows: Vec<A>) {
    let columns = <A::Entity as EntityTrait>::Column::iter().count();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let some: Vec<A> = rows.by_ref().take(VALUES / columns).collect();
        A::Entity::insert_many(some).exec_without_returning(txn).await.expect("rows can be stored");
    }
}
