//! Answers a request that is sent again under the same idempotency key: with the same answer, and without a second
//! effect. What must not live here: the key itself ([`crate::idempotency`]).

use std::sync::Arc;
use std::time::Duration;

use entity::idempotency_key;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::context::write;
use crate::error::Error;
use crate::idempotency::{IdempotencyKey, Noted};
use crate::secret::keyring::Purpose;
use crate::store;

/// How many times, and how far apart, the answer of a request that is still under way is looked for.
const PATIENCE: u32 = 60;
const PAUSE: Duration = Duration::from_millis(50);

/// The outcome of a request under an idempotency key.
pub(crate) enum Sent<A> {
    /// It was carried out, or refused, just now.
    Now(A),
    /// It was carried out before, with this answer.
    Before(StoredAnswer),
    /// It was carried out before, and its answer was not stored.
    Unanswered,
    /// Another request was sent under this key before.
    Otherwise,
}

/// An answer that is stored, to be given again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredAnswer {
    pub(crate) status: u16,
    /// The address it redirects to, or its text.
    pub(crate) text: String,
    pub(crate) shown: Vec<Noted>,
}

/// Runs `act` unless it was carried out under this key before. `keep` chooses the status and the text that are stored
/// of its answer.
pub(crate) async fn once<A>(
    app: &App,
    key: &Arc<IdempotencyKey>,
    act: impl Future<Output = A>,
    keep: impl FnOnce(&A) -> Option<(u16, String)>,
) -> Result<Sent<A>, Error> {
    if let Some(row) = store::idempotency_key::one(&app.db, &key.id).await? {
        return settled(app, key, row).await;
    }
    let answer = act.await;
    if key.is_done() {
        if let Some((status, text)) = keep(&answer) {
            let kept = StoredAnswer { status, text, shown: key.shown() };
            if let Err(error) = remember(app, key, &kept).await {
                // The change is stored. If it is sent again, the answer is [`Sent::Unanswered`].
                tracing::error!(%error, "An answer could not be kept");
            }
        }
        return Ok(Sent::Now(answer));
    }
    // It had no effect: it was refused, changed nothing, or was sent twice at once and the other one came first.
    match store::idempotency_key::one(&app.db, &key.id).await? {
        Some(row) => settled(app, key, row).await,
        None => Ok(Sent::Now(answer)),
    }
}

async fn settled<A>(app: &App, key: &IdempotencyKey, mut row: idempotency_key::Model) -> Result<Sent<A>, Error> {
    if row.body_hash != key.body_hash {
        return Ok(Sent::Otherwise);
    }
    for _ in 0..PATIENCE {
        if let Some(answer) = row.answer {
            let kept = app.keyring.open(Purpose::IdempotencyKey, &key.id, &answer)?;
            return Ok(Sent::Before(serde_json::from_slice(&kept)?));
        }
        tokio::time::sleep(PAUSE).await;
        match store::idempotency_key::one(&app.db, &key.id).await? {
            Some(again) => row = again,
            None => break,
        }
    }
    Ok(Sent::Unanswered)
}

async fn remember(app: &App, key: &IdempotencyKey, kept: &StoredAnswer) -> Result<(), Error> {
    let sealed = app.keyring.seal(Purpose::IdempotencyKey, &key.id, &serde_json::to_vec(kept)?)?;
    let id = key.id.clone();
    write(&app.db, move |txn| async move {
        let answered = idempotency_key::ActiveModel { answer: Set(Some(sealed)), ..Default::default() };
        idempotency_key::Entity::update_many()
            .set(answered)
            .filter(idempotency_key::Column::Id.eq(id))
            .exec(&*txn)
            .await?;
        Ok(())
    })
    .await
}
