//! Throws away what has expired: sessions, and links that were mailed for signing in.

use std::time::Duration as Wait;

use entity::{session, sign_in_link};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::app::App;
use crate::context::write;
use crate::error::Error;

const PAUSE: Wait = Wait::from_mins(10);

/// Throws away for as long as the service runs.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "What has expired could not be thrown away");
        }
        if let Err(error) = super::expiries::sweep(&app).await {
            tracing::error!(%error, "What ends soon could not be told of");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Throws away what has expired by now.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    write(&app.db, move |txn| async move {
        session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(now)).exec(&*txn).await?;
        sign_in_link::Entity::delete_many().filter(sign_in_link::Column::ExpiresAt.lte(now)).exec(&*txn).await?;
        Ok(())
    })
    .await
}
