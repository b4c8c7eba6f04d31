//! One operation: who asks, when it is, where the data lives, what was shown; and the only way to write.
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
use entity::{EventId, MessageId, SchoolContactId, event, message};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, SqlErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use uuid::Uuid;

use crate::config::Council;
use crate::db::Db;
use crate::deed::{Deed, Noted};
use crate::domain::event::{Event, Sealed};
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error};
use crate::export::{Exports, Place};
use crate::limit::Memory;
use crate::refusal::Refused;
use crate::secret::keyring::Keyring;
use crate::{outage, turns};

/// One operation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OpContext {
    /// Who asks.
    pub viewer: Viewer,
    /// The id under which the request is logged.
    pub request_id: String,
    /// Whose service this is, for the mails that a command causes.
    pub council: Arc<Council>,
    pub(crate) db: Db,
    now: DateTime<Utc>,
    from: Option<IpAddr>,
    seen: Arc<Mutex<Seen>>,
    refused: Arc<Mutex<Vec<Refused>>>,
    had_refusal: Arc<AtomicBool>,
    stated: Arc<Mutex<Stated>>,
    deed: Option<Arc<Deed>>,
    keyring: Option<Keyring>,
    limits: Arc<Memory>,
    exports: Option<Arc<Exports>>,
    exporting: Arc<Mutex<Option<Place>>>,
}

/// What whoever asks says of it: for what, and what was looked for.
#[derive(Clone, Debug, Default)]
struct Stated {
    purpose: Option<String>,
    detail: Option<String>,
}

/// What was shown so far: for each action and subject, the guarded fields.
type Seen = BTreeMap<(AccessAction, String), Vec<String>>;

/// What was shown and refused and is not noted yet.
pub(crate) struct Unnoted {
    /// What was shown.
    pub(crate) shown: Vec<Noted>,
    /// What was refused.
    pub(crate) refused: Vec<Refused>,
}

/// A mail to be queued with the change that causes it. Holds no name, no birth date, no pupil number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// What for, which decides what it waits behind and how long it is tried.
    pub kind: MailKind,
    /// To whom.
    pub to: String,
    /// About what; never personal.
    pub subject: String,
    /// The text.
    pub body: String,
    /// The approval it is for, which must still hold when it leaves; none when it is for somebody else.
    pub contact: Option<SchoolContactId>,
    /// Whether the text signs somebody in, so that it is blanked once it has left.
    pub secret: bool,
    /// How long it is of use; as long as it takes when none.
    pub lives: Option<Duration>,
}

impl Mail {
    /// The same, for whoever this approval lets in.
    #[must_use]
    pub fn for_contact(self, contact: impl Into<Option<SchoolContactId>>) -> Self {
        Self { contact: contact.into(), ..self }
    }
}

/// What a command hands back: its value, the events that say what happened, of which there is at least one, and the mails
/// it causes.
#[derive(Debug)]
#[must_use = "what happened is stored when a command hands it back"]
pub struct Done<T> {
    /// The value.
    pub value: T,
    event: Event,
    also: Vec<Event>,
    mails: Vec<Mail>,
}

impl<T> Done<T> {
    /// One thing happened.
    pub fn new(value: T, event: Event) -> Self {
        Self { value, event, also: Vec::new(), mails: Vec::new() }
    }

    /// These things happened, in this order; at least one did.
    pub(crate) fn of(value: T, events: Vec<Event>) -> Result<Self, Error> {
        let mut events = events.into_iter();
        let event = events.next().ok_or_else(|| Error::internal("a command left no event"))?;
        Ok(Self { value, event, also: events.collect(), mails: Vec::new() })
    }

    /// What happened with it and stands or falls with it, mails included.
    #[must_use]
    pub(crate) fn and<U>(mut self, other: Done<U>) -> Self {
        self.also.push(other.event);
        self.also.extend(other.also);
        self.mails.extend(other.mails);
        self
    }

    /// The same, handing back what `with` makes of its value.
    #[must_use]
    pub(crate) fn map<U>(self, with: impl FnOnce(T) -> U) -> Done<U> {
        let Self { value, event, also, mails } = self;
        Done { value: with(value), event, also, mails }
    }

    /// These mails go out too if it is kept.
    #[must_use]
    pub fn mailing(mut self, mails: impl IntoIterator<Item = Mail>) -> Self {
        self.mails.extend(mails);
        self
    }
}

/// The transaction that a command runs in.
pub type Txn = Arc<DatabaseTransaction>;

impl OpContext {
    /// An operation of `viewer` that began `now`.
    pub fn new(viewer: Viewer, now: DateTime<Utc>, db: Db, council: Arc<Council>, request_id: String) -> Self {
        let (seen, refused, had_refusal, stated) = (Arc::default(), Arc::default(), Arc::default(), Arc::default());
        let (from, deed, keyring, exports) = (None, None, None, None);
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
            deed,
            keyring,
            limits,
            exports,
            exporting,
        }
    }

    /// The same operation, asked from this address.
    #[must_use]
    pub fn asked_from(self, address: Option<IpAddr>) -> Self {
        Self { from: address, ..self }
    }

    /// The address it is asked from; none for a job.
    pub fn address(&self) -> Option<IpAddr> {
        self.from
    }

    /// The same operation, whose tries are counted under hashes of this keyring. Without one nothing is counted: the
    /// operator and the demonstration have no limits.
    #[must_use]
    pub(crate) fn counting_with(self, keyring: Keyring, limits: Arc<Memory>) -> Self {
        Self { keyring: Some(keyring), limits, ..self }
    }

    /// What this process remembers of limits.
    pub(crate) fn limits(&self) -> &Memory {
        &self.limits
    }

    /// What tries are counted under.
    pub(crate) fn keyring(&self) -> Option<&Keyring> {
        self.keyring.as_ref()
    }

    /// The same operation, whose files are counted among `exports`. Without them the operator's files have no limit.
    #[must_use]
    pub(crate) fn exporting_among(self, exports: Arc<Exports>) -> Self {
        Self { exports: Some(exports), ..self }
    }

    /// The same operation for what goes into a file: on the connections that are kept for that, so that pages do not
    /// wait. Refused while the same person is sent another file, or too many people are. The place is held until the
    /// operation ends, however many parts of the file it asks for.
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

    /// The same operation, done for this deed: it changes something only if the deed was not done before.
    #[must_use]
    pub(crate) fn doing(self, deed: Option<Arc<Deed>>) -> Self {
        Self { deed, ..self }
    }

    /// When the operation began; the same throughout.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// A new id, sortable by when it was made.
    pub fn new_id<Id: From<Uuid>>(&self) -> Id {
        Uuid::now_v7().into()
    }

    /// Runs a command that leaves an event, or several that belong together: `act` is given the operation and its
    /// transaction, reads and writes through that, and says what happened. All of it is stored, or none. Once begun it runs to its end even
    /// if the caller goes away.
    pub async fn commit<T, F, Fut>(&self, act: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(Self, Txn) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Done<T>, Error>> + Send + 'static,
    {
        let deed = self.deed.clone().filter(|deed| !deed.is_done());
        let doing = deed.clone();
        let value = self
            .write(move |op, txn| async move {
                // First of all, so that the same form sent a second time waits here, and is not told that the world changed.
                if let Some(deed) = doing {
                    deed.enter(&txn, op.now).await?;
                }
                let Done { value, event, also, mails } = act(op.clone(), Arc::clone(&txn)).await?;
                for event in std::iter::once(event).chain(also) {
                    op.append(&txn, event).await?;
                }
                op.queue(&txn, mails).await?;
                Ok(value)
            })
            .await?;
        if let Some(deed) = deed {
            deed.was_done();
        }
        Ok(value)
    }

    /// Runs housekeeping that is nobody's fact: sessions, sign-in links, access notes, the outbox. The same guards as
    /// [`Self::commit`], without an event.
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
        let digest = Sealed {
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
        .digest();
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
        };
        event::Entity::insert(row).exec_without_returning(txn).await.map_err(|error| match error.sql_err() {
            // Two people saved from the same version: the slower one is told.
            Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::Stale.into(),
            _ => Error::from(error),
        })?;
        Ok(())
    }

    /// Queues mails in a transaction, so that they go out if and only if the change is kept.
    pub(crate) async fn queue(&self, txn: &DatabaseTransaction, mails: Vec<Mail>) -> Result<(), Error> {
        if mails.is_empty() {
            return Ok(());
        }
        let rows = mails.into_iter().map(|mail| self.row_of(self.new_id(), mail));
        message::Entity::insert_many(rows).exec_without_returning(txn).await?;
        Ok(())
    }

    /// Queues a mail that signs somebody in, if it `leaves`. If not, as much is written and nothing of it stays: from how
    /// long it takes nobody learns whether an address is known.
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
            secret: Set(mail.secret),
            fault: Set(None),
            failed_at: Set(None),
        }
    }

    /// Remembers that something was shown, with the guarded field that was, until it is noted.
    pub fn saw(&self, action: AccessAction, subject: impl Into<String>, field: Option<&str>) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let fields = seen.entry((action, subject.into())).or_default();
        if let Some(field) = field
            && !fields.iter().any(|shown| shown == field)
        {
            fields.push(field.to_owned());
        }
    }

    /// Remembers that something was refused, until it is noted.
    pub(crate) fn was_refused(&self, one: Refused) {
        self.had_refusal.store(true, Ordering::Release);
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if !refused.contains(&one) {
            refused.push(one);
        }
    }

    /// Whether the field at this path was withheld, and is to be noted so.
    pub(crate) fn withheld(&self, path: &str) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.iter().any(|one| one.is_withheld(path))
    }

    /// Whether anything was refused so far, noted or not.
    pub(crate) fn had_refusal(&self) -> bool {
        self.had_refusal.load(Ordering::Acquire)
    }

    /// Remembers for what this operation is, in the words of whoever asks; its access notes say so.
    pub fn states(&self, purpose: String) {
        self.stated.lock().unwrap_or_else(PoisonError::into_inner).purpose = Some(purpose);
    }

    /// Remembers what was searched for or exported, in the words of whoever asks; its access notes say so.
    pub fn looks_for(&self, detail: String) {
        self.stated.lock().unwrap_or_else(PoisonError::into_inner).detail = Some(detail);
    }

    /// What was shown and refused since this was last asked, to be noted. What the answer of a sending shows is
    /// remembered with it, because whoever sends the same again is shown it again.
    pub(crate) fn take_unnoted(&self) -> Unnoted {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let shown: Vec<Noted> =
            seen.into_iter().map(|((action, subject), fields)| (action, subject, fields.join(","))).collect();
        if let Some(deed) = &self.deed {
            deed.shows(&shown);
        }
        let refused = std::mem::take(&mut *self.refused.lock().unwrap_or_else(PoisonError::into_inner));
        Unnoted { shown, refused }
    }

    /// For what this operation is: as whoever asks said, or as their agreement says.
    pub(crate) fn purpose(&self) -> Option<String> {
        let stated = self.stated.lock().unwrap_or_else(PoisonError::into_inner);
        stated.purpose.clone().or_else(|| self.viewer.purpose().map(str::to_owned))
    }

    /// What was searched for or exported, as whoever asks said.
    pub(crate) fn detail(&self) -> Option<String> {
        self.stated.lock().unwrap_or_else(PoisonError::into_inner).detail.clone()
    }
}

/// Runs `act` in one transaction that begins `IMMEDIATE` on SQLite, detached from whoever waits for it; when it is the turn
/// of whoever is not signed in.
pub(crate) async fn write<T, F, Fut>(db: &Db, act: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce(Txn) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T, Error>> + Send + 'static,
{
    let (pool, turns) = (db.write.clone(), turns::is_strangers().then(|| db.turns.clone()));
    let whole = tokio::spawn(async move {
        let _turn = match turns {
            Some(turns) => Some(turns.take().await?),
            None => None,
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let txn = Arc::new(pool.begin_with_options(options).await?);
        let value = act(Arc::clone(&txn)).await;
        let txn = Arc::into_inner(txn).ok_or_else(|| Error::internal("a command kept its transaction"))?;
        match value {
            Ok(value) => {
                txn.commit().await?;
                Ok(value)
            }
            Err(error) => {
                txn.rollback().await?;
                Err(error)
            }
        }
    });
    let value = whole.await.map_err(Error::internal)?;
    if matches!(value, Err(Error::Unavailable(_))) {
        // The task that met it is not the one that is asked for the answer.
        outage::noticed();
    }
    value
}
