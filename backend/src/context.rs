//! One operation: its viewer, its time, the database it uses and what it has shown; and the only way to write.
//!
//! What must not live here: decisions (`domain`) and what a command does (`service`).
#![expect(clippy::disallowed_methods, reason = "the one place where a transaction begins and an id is made")]

use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use entity::vocabulary::{AccessAction, MailKind};
use entity::{EscalationId, EventId, MessageId, SchoolContactId, access, access_subject, event, message};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, SqlErr,
    SqliteTransactionMode, TransactionOptions,
};
use uuid::Uuid;

use crate::config::Council;
use crate::db::file::Opened;
use crate::db::{Db, Pool, TRANSACTION};
use crate::domain::event::{DigestInput, Event};
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error};
use crate::export::{Exports, Place};
use crate::gather::Gather;
use crate::idempotency::{IdempotencyKey, Noted};
use crate::limit::Memory;
use crate::refusal::Refused;
use crate::secret::keyring::{Keyring, Purpose};
use crate::{outage, turns};

/// One operation, such as a request. Cheap to clone; clones share what was shown and refused.
#[derive(Clone, Debug)]
pub struct OpContext {
    /// Who asks: staff, a school contact, a partner, a job, or nobody known.
    pub viewer: Viewer,
    /// The id of the request, under which it is logged.
    pub request_id: String,
    /// The council that runs the service, for the mails that a command causes.
    pub council: Arc<Council>,
    pub(crate) db: Db,
    now: DateTime<Utc>,
    from: Option<IpAddr>,
    seen: Arc<Mutex<Seen>>,
    refused: Arc<Mutex<Vec<Refused>>>,
    had_refusal: Arc<AtomicBool>,
    stated: Arc<Mutex<Stated>>,
    key: Option<Arc<IdempotencyKey>>,
    keyring: Keyring,
    is_counted: bool,
    limits: Arc<Memory>,
    accesses: Option<Gather<Vec<Access>>>,
    exports: Option<Arc<Exports>>,
    exporting: Arc<Mutex<Option<Place>>>,
}

/// What the viewer says of the operation: its purpose, and what was searched for or exported. Both go into its access
/// notes.
#[derive(Clone, Debug, Default)]
struct Stated {
    purpose: Option<String>,
    detail: Option<String>,
}

/// What was shown since access notes were last written: the guarded fields, by action and subject.
type Seen = BTreeMap<(AccessAction, String), Vec<String>>;

/// What was shown and refused since access notes were last written.
pub(crate) struct Unnoted {
    /// What was shown.
    pub(crate) shown: Vec<Noted>,
    /// What was refused.
    pub(crate) refused: Vec<Refused>,
}

/// What one request did to some records, as rows to be stored before its answer leaves.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    /// What was done.
    pub(crate) row: access::ActiveModel,
    /// What it was done to.
    pub(crate) subjects: Vec<access_subject::ActiveModel>,
}

/// A mail to be queued with the change that causes it. Holds no name of a child, no birth date and no pupil number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What it is for, which decides its lane in the outbox and how long delivery is tried.
    pub kind: MailKind,
    /// The address of the recipient.
    pub to: String,
    /// The subject line, which holds nothing personal.
    pub subject: String,
    /// The plain text.
    pub body: String,
    /// The approval that must still hold when the mail leaves; `None` for a mail to anybody but a school contact.
    pub contact: Option<SchoolContactId>,
    /// The flag of which it alerts the MASH; `None` for every other mail.
    pub escalation: Option<EscalationId>,
    /// Whether the text signs somebody in. It is then blanked once the mail has left.
    pub secret: bool,
    /// How long after it is queued the mail is of use; `None` for a mail that never expires.
    pub lives: Option<Duration>,
}

impl Mail {
    /// The same mail, which leaves only while this approval holds.
    #[must_use]
    pub fn for_contact(self, contact: impl Into<Option<SchoolContactId>>) -> Self {
        Self { contact: contact.into(), ..self }
    }
}

/// The result of a command: its value, at least one event, and the mails it causes.
#[derive(Debug)]
#[must_use = "what happened is stored when a command hands it back"]
pub struct Done<T> {
    /// The value that the caller of the command gets.
    pub value: T,
    event: Event,
    also: Vec<Event>,
    mails: Vec<Mail>,
}

impl<T> Done<T> {
    /// A result with one event and no mails.
    pub fn new(value: T, event: Event) -> Self {
        Self { value, event, also: Vec::new(), mails: Vec::new() }
    }

    /// A result with these events, in this order. An error if there are none.
    pub(crate) fn of(value: T, events: Vec<Event>) -> Result<Self, Error> {
        let mut events = events.into_iter();
        let event = events.next().ok_or_else(|| Error::internal("a command left no event"))?;
        Ok(Self { value, event, also: events.collect(), mails: Vec::new() })
    }

    /// Adds the events and mails of another result, to be stored in the same transaction.
    pub(crate) fn and<U>(mut self, other: Done<U>) -> Self {
        self.also.push(other.event);
        self.also.extend(other.also);
        self.mails.extend(other.mails);
        self
    }

    /// The same result with another value.
    pub(crate) fn map<U>(self, with: impl FnOnce(T) -> U) -> Done<U> {
        let Self { value, event, also, mails } = self;
        Done { value: with(value), event, also, mails }
    }

    /// Adds mails, which are queued if the transaction commits.
    pub fn mailing(mut self, mails: impl IntoIterator<Item = Mail>) -> Self {
        self.mails.extend(mails);
        self
    }
}

/// The transaction that a command runs in.
pub type Txn = Arc<DatabaseTransaction>;

impl OpContext {
    /// An operation of `viewer` at the time `now`, whose facts are chained under this keyring.
    pub fn new(
        viewer: Viewer,
        now: DateTime<Utc>,
        db: Db,
        council: Arc<Council>,
        keyring: Keyring,
        request_id: String,
    ) -> Self {
        let (seen, refused, had_refusal, stated) = (Arc::default(), Arc::default(), Arc::default(), Arc::default());
        let (from, key, accesses, exports, is_counted) = (None, None, None, None, false);
        let (limits, exporting) = (Arc::default(), Arc::default());
        Self {
            viewer,
            request_id,
            council,
            db,
            now,
            from,
            seen,
            refused,
            had_refusal,
            stated,
            key,
            keyring,
            is_counted,
            limits,
            accesses,
            exports,
            exporting,
        }
    }

    /// The same operation with the network address that the request came from.
    #[must_use]
    pub fn asked_from(self, address: Option<IpAddr>) -> Self {
        Self { from: address, ..self }
    }

    /// The network address that the request came from; `None` for a job.
    pub fn address(&self) -> Option<IpAddr> {
        self.from
    }

    /// The same operation with limits: its tries are counted. Without this they are not, as for the operator and for
    /// what fills the demonstration.
    #[must_use]
    pub(crate) fn counting_with(self, limits: Arc<Memory>) -> Self {
        Self { is_counted: true, limits, ..self }
    }

    /// The same operation, whose access notes are stored together with those of other requests.
    #[must_use]
    pub(crate) fn noting_with(self, accesses: Gather<Vec<Access>>) -> Self {
        Self { accesses: Some(accesses), ..self }
    }

    /// Where access notes are handed over; `None` if the operation stores its own.
    pub(crate) fn accesses(&self) -> Option<&Gather<Vec<Access>>> {
        self.accesses.as_ref()
    }

    /// What this process remembers of passed limits.
    pub(crate) fn limits(&self) -> &Memory {
        &self.limits
    }

    /// The keyring under whose hashes tries are counted; `None` if the operation has no limits.
    pub(crate) fn keyring(&self) -> Option<&Keyring> {
        self.is_counted.then_some(&self.keyring)
    }

    /// The keyring under which facts are chained and sealed.
    pub(crate) fn sealing(&self) -> &Keyring {
        &self.keyring
    }

    /// The same operation, whose viewer counts among those for whom a file is made. Without this, as for the operator,
    /// files have no limit.
    #[must_use]
    pub(crate) fn exporting_among(self, exports: Arc<Exports>) -> Self {
        Self { exports: Some(exports), ..self }
    }

    /// The same operation for making a file. It reads on connections of its own, so that pages do not wait. A conflict
    /// if the viewer has a file made already, or if too many people do. The place is held until the operation ends,
    /// however many parts of the file it reads.
    pub(crate) fn exporting(&self) -> Result<Self, Error> {
        if let Some(exports) = &self.exports {
            let mut held = self.exporting.lock().unwrap_or_else(PoisonError::into_inner);
            if held.is_none() {
                *held = Some(exports.enter(&self.viewer.to_string())?);
            }
        }
        let mut aside = self.clone();
        aside.db.read = self.db.export.clone();
        Ok(aside)
    }

    /// The same operation under an idempotency key: its change is made only if none was made under the key before.
    #[must_use]
    pub(crate) fn sent_under(self, key: Option<Arc<IdempotencyKey>>) -> Self {
        Self { key, ..self }
    }

    /// Refuses what the viewer may not do: whoever is not signed in is told to sign in, anybody else that they may not.
    pub(crate) fn require(&self, allowed: bool) -> Result<(), Error> {
        match &self.viewer {
            _ if allowed => Ok(()),
            Viewer::Anonymous => Err(Error::Unauthenticated),
            _ => Err(Error::Forbidden),
        }
    }

    /// The time of the operation, the same from beginning to end.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// A new id. Later ids sort after earlier ones.
    pub fn new_id<Id: From<Uuid>>(&self) -> Id {
        Uuid::now_v7().into()
    }

    /// Runs a command in a transaction. `act` gets the operation and the transaction, reads and writes through that,
    /// and returns the events of what happened. Everything is stored together or not at all. Once begun, it runs to its
    /// end even if the caller goes away. `Conflict::Stale` if another command wrote to the same stream first.
    ///
    /// If the database gives the transaction up for the sake of another, `act` runs again from a clone of what it was
    /// given, so it must not change anything but through the transaction.
    pub async fn commit<T, F, Fut>(&self, act: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(Self, Txn) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = Result<Done<T>, Error>> + Send + 'static,
    {
        let key = self.key.clone().filter(|key| !key.is_done());
        let entering = key.clone();
        let (op, db) = (self.clone(), self.db.clone());
        let value = write_again(&db, move |txn| async move {
            // The key comes first, so that a form that is sent twice waits here for the first to end, and is not told that
            // somebody else changed the record.
            if let Some(key) = entering {
                key.enter(&txn, op.now).await?;
            }
            let Done { value, event, also, mails } = act(op.clone(), Arc::clone(&txn)).await?;
            for event in std::iter::once(event).chain(also) {
                op.append(&txn, event).await?;
            }
            op.queue(&txn, mails).await?;
            Ok(value)
        })
        .await?;
        if let Some(key) = key {
            key.was_done();
        }
        Ok(value)
    }

    /// Runs a write without events: sessions, sign-in links, access notes, the outbox. The transaction is that of
    /// [`Self::commit`].
    pub(crate) async fn write<T, F, Fut>(&self, act: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(Self, Txn) -> Fut + Send + 'static,
        Fut: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let op = self.clone();
        write(&self.db, move |txn| act(op, txn)).await
    }

    async fn append(&self, txn: &DatabaseTransaction, new: Event) -> Result<(), Error> {
        let Event { stream_kind, stream, after, kind, payload } = new;
        let previous: Option<String> = if after == 0 {
            None
        } else {
            let previous = event::Entity::find()
                .filter(event::Column::Stream.eq(stream))
                .filter(event::Column::Seq.eq(after))
                .select_only()
                .column(event::Column::Digest)
                .into_tuple()
                .one(txn)
                .await?;
            Some(previous.ok_or(Conflict::Stale)?)
        };
        let (id, seq, actor): (EventId, _, _) = (self.new_id(), after + 1, self.viewer.to_string());
        // The digest covers that of the event before, so that a change to any stored event breaks the chain, and is keyed,
        // so that nobody who can only write to the database can mend it.
        let digest = DigestInput {
            previous: previous.as_deref().unwrap_or_default(),
            id: id.0,
            stream_kind: stream_kind.as_str(),
            stream,
            seq,
            recorded_at: self.now,
            actor: &actor,
            kind: &kind,
            payload: &payload,
        }
        .digest(|parts| self.keyring.hash(Purpose::Chain, parts));
        let row = event::ActiveModel {
            id: Set(id),
            stream_kind: Set(stream_kind.as_str().to_owned()),
            stream: Set(stream),
            seq: Set(seq),
            recorded_at: Set(self.now),
            actor: Set(actor),
            kind: Set(kind),
            payload: Set(payload),
            digest: Set(digest),
            seal: Set(None),
        };
        event::Entity::insert(row).exec_without_returning(txn).await.map_err(|error| match error.sql_err() {
            // Two commands read the same version of the stream; the slower one is told so.
            Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::Stale.into(),
            _ => Error::from(error),
        })?;
        Ok(())
    }

    /// Queues mails in a transaction, so that they leave if and only if it commits.
    pub(crate) async fn queue(&self, txn: &DatabaseTransaction, mails: Vec<Mail>) -> Result<(), Error> {
        if mails.is_empty() {
            return Ok(());
        }
        let rows = mails.into_iter().map(|mail| self.row_of(self.new_id(), mail));
        message::Entity::insert_many(rows).exec_without_returning(txn).await?;
        Ok(())
    }

    /// Queues a mail that signs somebody in if it `leaves`. Otherwise the same row is written and deleted again, so
    /// that the time taken does not tell whether an address is known.
    pub(crate) async fn queue_or_feign(
        &self,
        txn: &DatabaseTransaction,
        mail: Mail,
        leaves: bool,
    ) -> Result<(), Error> {
        let id = self.new_id::<MessageId>();
        message::Entity::insert(self.row_of(id, mail)).exec_without_returning(txn).await?;
        let gone = if leaves { Uuid::nil().into() } else { id };
        message::Entity::delete_by_id(gone).exec(txn).await?;
        Ok(())
    }

    fn row_of(&self, id: MessageId, mail: Mail) -> message::ActiveModel {
        message::ActiveModel {
            id: Set(id),
            kind: Set(mail.kind),
            recipient: Set(mail.to),
            subject: Set(mail.subject),
            body: Set(mail.body),
            created_at: Set(self.now),
            not_before: Set(self.now),
            attempts: Set(0),
            claimed_until: Set(None),
            tried_since: Set(None),
            expires_at: Set(mail.lives.map(|lives| self.now + lives)),
            sent_at: Set(None),
            contact_id: Set(mail.contact),
            escalation_id: Set(mail.escalation),
            secret: Set(mail.secret),
            fault: Set(None),
            failed_at: Set(None),
            held_at: Set(None),
        }
    }

    /// Records that a subject was shown, with the name of the guarded field, until access notes are written.
    pub fn saw(&self, action: AccessAction, subject: impl Into<String>, field: Option<&str>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let fields = seen.entry((action, subject.into())).or_default();
        if let Some(field) = field
            && !fields.iter().any(|shown| shown == field)
        {
            fields.push(field.to_owned());
        }
    }

    /// Records a refusal, until access notes are written.
    pub(crate) fn was_refused(&self, one: Refused) {
        self.had_refusal.store(true, Ordering::Release);
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if !refused.contains(&one) {
            refused.push(one);
        }
    }

    /// Whether the field at this path was withheld since access notes were last written.
    pub(crate) fn withheld(&self, path: &str) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.iter().any(|one| one.is_withheld(path))
    }

    /// Whether this operation was refused anything so far.
    pub(crate) fn had_refusal(&self) -> bool {
        self.had_refusal.load(Ordering::Acquire)
    }

    /// Records the purpose of the operation, in the viewer's words, for its access notes.
    pub fn states(&self, purpose: String) {
        self.stated.lock().unwrap_or_else(PoisonError::into_inner).purpose = Some(purpose);
    }

    /// Records what was searched for or exported, in the viewer's words, for the access notes.
    pub fn looks_for(&self, detail: String) {
        self.stated.lock().unwrap_or_else(PoisonError::into_inner).detail = Some(detail);
    }

    /// Takes what was shown and refused since the last call, to be noted. What was shown is kept with the idempotency
    /// key as well, because a repeated request is shown it again.
    pub(crate) fn take_unnoted(&self) -> Unnoted {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let shown: Vec<Noted> =
            seen.into_iter().map(|((action, subject), fields)| (action, subject, fields.join(","))).collect();
        if let Some(key) = &self.key {
            key.shows(&shown);
        }
        let refused = std::mem::take(&mut *self.refused.lock().unwrap_or_else(PoisonError::into_inner));
        Unnoted { shown, refused }
    }

    /// The purpose of the operation: as the viewer said, or as their agreement says; `None` if nobody said.
    pub(crate) fn purpose(&self) -> Option<String> {
        let stated = self.stated.lock().unwrap_or_else(PoisonError::into_inner);
        stated.purpose.clone().or_else(|| self.viewer.purpose().map(str::to_owned))
    }

    /// What was searched for or exported, as the viewer said.
    pub(crate) fn detail(&self) -> Option<String> {
        self.stated.lock().unwrap_or_else(PoisonError::into_inner).detail.clone()
    }
}

/// Runs `act` in one transaction, in a task of its own that ends even if the caller goes away. On SQLite it begins
/// `IMMEDIATE`. Whoever is not signed in first waits for a turn.
pub(crate) async fn write<T, F, Fut>(db: &Db, act: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(Txn) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, Error>> + Send + 'static,
{
    let value = in_a_task(db, act).await;
    told_of_outage(value)
}

/// Runs `act` as [`write`] does, and again if the database gives the transaction up for the sake of another.
async fn write_again<T, F, Fut>(db: &Db, act: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<T, Error>> + Send + 'static,
{
    /// How often it runs at most.
    const TRIES: u32 = 4;
    let mut tries = 1;
    loop {
        match in_a_task(db, act.clone()).await {
            Err(Error::Unavailable(cause)) if tries < TRIES && outage::may_run_again(&*cause) => {
                tracing::warn!(tries, "The database gave a transaction up for the sake of another; it runs again");
                tries += 1;
            }
            value => return told_of_outage(value),
        }
    }
}

/// Has the request know of an outage that was met in another task, because this one gives the answer.
fn told_of_outage<T>(value: Result<T, Error>) -> Result<T, Error> {
    if matches!(value, Err(Error::Unavailable(_))) {
        outage::noticed();
    }
    value
}

async fn in_a_task<T, F, Fut>(db: &Db, act: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(Txn) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, Error>> + Send + 'static,
{
    let (pool, file) = (db.write.clone(), db.file.clone());
    let turns = turns::is_strangers().then(|| db.turns.clone());
    let whole = tokio::spawn(async move {
        let _turn = match turns {
            Some(turns) => Some(turns.take().await?),
            None => None,
        };
        pool.reach().within(TRANSACTION, transact(&pool, &file, act)).await
    });
    whole.await.map_err(Error::internal)?
}

async fn transact<T, F, Fut>(pool: &Pool, file: &Opened, act: F) -> Result<T, Error>
where
    F: FnOnce(Txn) -> Fut,
    Fut: Future<Output = Result<T, Error>>,
{
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let txn = Arc::new(pool.begin_with_options(options).await?);
    let value = act(Arc::clone(&txn)).await;
    let txn = Arc::into_inner(txn).ok_or_else(|| Error::internal("a command kept its transaction"))?;
    let lost = |lost| Error::Unavailable(Arc::new(lost));
    // While the connection is held, its log is there for as long as nobody takes it away.
    match value.and_then(|value| file.holds_what_is_written().map(|()| value).map_err(lost)) {
        Ok(value) => {
            txn.commit().await?;
            // What was stored in a file that is gone by now must not be acknowledged.
            file.is_there().map_err(lost)?;
            Ok(value)
        }
        Err(error) => {
            txn.rollback().await?;
            Err(error)
        }
    }
}
