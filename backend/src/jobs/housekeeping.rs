//! A job that deletes expired rows: sessions, ceremonies, sign-in links, known devices, idempotency keys, report drafts
//! and counts of tries. It also makes missing matching keys of children, and runs the jobs that are due only now and
//! then.
//!
//! What must not live here: deletion of cases, children or events.

use std::time::Duration as Wait;

use chrono::TimeDelta;
use entity::{ceremony, idempotency_key, known_device, session, sign_in_link, staff_link, throttle};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::app::App;
use crate::auth::session_store::REMEMBERED;
use crate::context::write;
use crate::error::Error;
use crate::service::{self, report_draft};

/// How long an idempotency key is kept after its command had its effect, in hours.
const KEY_HOURS: i64 = 24;
const PAUSE: Wait = Wait::from_mins(10);

/// Repeats all of it every ten minutes, for as long as the service runs. A step that fails does not keep back the
/// others.
pub async fn run(app: App) {
    loop {
        if let Err(error) = sweep(&app).await {
            tracing::error!(%error, "What has expired could not be thrown away");
        }
        if let Err(error) = service::make_rows(&app.db, app.clock.now()).await {
            tracing::error!(%error, "Rows that older facts make could not be made anew");
        }
        if let Err(error) = super::break_glass::remind(&app).await {
            tracing::error!(%error, "Managers could not be reminded of what awaits review");
        }
        if let Err(error) = super::expiries::sweep(&app).await {
            tracing::error!(%error, "What ends soon could not be told of");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Deletes what has expired by now. A session of a person is kept for `REMEMBERED` longer, to tell them that it has
/// ended.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    write(&app.db, move |txn| async move {
        let nobodys = session::Column::Owner.is_null().and(session::Column::ExpiresAt.lte(now));
        let ended = nobodys.or(session::Column::ExpiresAt.lte(now - REMEMBERED));
        session::Entity::delete_many().filter(ended).exec(&*txn).await?;
        ceremony::Entity::delete_many().filter(ceremony::Column::ExpiresAt.lte(now)).exec(&*txn).await?;
        let forgotten = idempotency_key::Column::DoneAt.lte(now - TimeDelta::hours(KEY_HOURS));
        idempotency_key::Entity::delete_many().filter(forgotten).exec(&*txn).await?;
        report_draft::sweep(&txn, now).await?;
        sign_in_link::Entity::delete_many().filter(sign_in_link::Column::ExpiresAt.lte(now)).exec(&*txn).await?;
        staff_link::Entity::delete_many().filter(staff_link::Column::ExpiresAt.lte(now)).exec(&*txn).await?;
        known_device::Entity::delete_many().filter(known_device::Column::ExpiresAt.lte(now)).exec(&*txn).await?;
        let counts = throttle::Entity::delete_many();
        counts.filter(throttle::Column::ResetsAt.lte(now.timestamp_millis())).exec(&*txn).await?;
        Ok(())
    })
    .await
}
