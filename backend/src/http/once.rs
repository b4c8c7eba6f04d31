//! What becomes of something that is sent again under the same key: the same answer, and no second effect.

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

/// How long the answer of a sending that is still under way is waited for, and how often it is looked for.
const PATIENCE: u32 = 60;
const PAUSE: Duration = Duration::from_millis(50);

/// What became of a sending.
pub(crate) enum Sent<A> {
    /// It was carried out, or refused, now.
    Now(A),
    /// It had been carried out before, with this answer.
    Before(StoredAnswer),
    /// It had been carried out before; its answer was lost.
    Unanswered,
    /// Something else had been sent under this key.
    Otherwise,
}

/// An answer that is given again when the same is sent again, and what it shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredAnswer {
    pub(crate) status: u16,
    /// Where it leads, or what it says.
    pub(crate) text: String,
    pub(crate) shown: Vec<Noted>,
}

/// Carries `act` out unless it was carried out under this key before. `keep` says what to keep of its answer: a status
/// and a text.
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
                // The effect is there. Sent again, it is said to have been saved.
                tracing::error!(%error, "An answer could not be kept");
            }
        }
        return Ok(Sent::Now(answer));
    }
    // It had no effect: refused, nothing to do, or the same was sent twice at once and the other came first.
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
