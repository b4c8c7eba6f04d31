//! What becomes of something that is sent again under the same key: the same answer, and no second effect.

use std::sync::Arc;
use std::time::Duration;

use entity::deed;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::context::write;
use crate::deed::{Deed, Noted};
use crate::error::Error;
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
    Before(Kept),
    /// It had been carried out before; its answer was lost.
    Unanswered,
    /// Something else had been sent under this key.
    Otherwise,
}

/// An answer that was kept, and what it shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) status: u16,
    /// Where it leads, or what it says.
    pub(crate) text: String,
    pub(crate) shown: Vec<Noted>,
}

/// Carries `act` out unless it was carried out for this deed before. `keep` says what to keep of its answer: a status
/// and a text.
pub(crate) async fn once<A>(
    app: &App,
    deed: &Arc<Deed>,
    act: impl Future<Output = A>,
    keep: impl FnOnce(&A) -> Option<(u16, String)>,
) -> Result<Sent<A>, Error> {
    if let Some(row) = store::deed::one(&app.db, &deed.id).await? {
        return settled(app, deed, row).await;
    }
    let answer = act.await;
    if deed.is_done() {
        if let Some((status, text)) = keep(&answer) {
            let kept = Kept { status, text, shown: deed.shown() };
            if let Err(error) = remember(app, deed, &kept).await {
                // The effect is there. Sent again, it is said to have been saved.
                tracing::error!(%error, "An answer could not be kept");
            }
        }
        return Ok(Sent::Now(answer));
    }
    // It had no effect: refused, nothing to do, or the same was sent twice at once and the other came first.
    match store::deed::one(&app.db, &deed.id).await? {
        Some(row) => settled(app, deed, row).await,
        None => Ok(Sent::Now(answer)),
    }
}

async fn settled<A>(app: &App, deed: &Deed, mut row: deed::Model) -> Result<Sent<A>, Error> {
    if row.body_hash != deed.body_hash {
        return Ok(Sent::Otherwise);
    }
    for _ in 0..PATIENCE {
        if let Some(answer) = row.answer {
            let kept = app.keyring.open(Purpose::Deed, &deed.id, &answer)?;
            return Ok(Sent::Before(serde_json::from_slice(&kept)?));
        }
        tokio::time::sleep(PAUSE).await;
        match store::deed::one(&app.db, &deed.id).await? {
            Some(again) => row = again,
            None => break,
        }
    }
    Ok(Sent::Unanswered)
}

async fn remember(app: &App, deed: &Deed, kept: &Kept) -> Result<(), Error> {
    let sealed = app.keyring.seal(Purpose::Deed, &deed.id, &serde_json::to_vec(kept)?)?;
    let id = deed.id.clone();
    write(&app.db, move |txn| async move {
        let answered = deed::ActiveModel { answer: Set(Some(sealed)), ..Default::default() };
        deed::Entity::update_many().set(answered).filter(deed::Column::Id.eq(id)).exec(&*txn).await?;
        Ok(())
    })
    .await
}
