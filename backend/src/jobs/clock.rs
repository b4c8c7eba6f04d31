//! A job that watches the system clock, tells when it jumps, and keeps expired what had expired before it went back.
//!
//! A link or a session ends at a time of the clock, so a clock that is set back would give it a second life, and one
//! made while the clock stood ahead would live until the clock is there again. The last time seen is stored, so that a
//! clock that is set back while the service is down is noticed at the next start. Whether that succeeds tells as well
//! whether anything can be stored.
//!
//! What must not live here: telling jumps from time that passes (`clock`), and mail that was put off by a wrong clock,
//! which is due without this job (`store::message::due`).

use std::time::{Duration as Wait, Instant};

use chrono::{DateTime, Days, TimeDelta, Utc};
use entity::{ceremony, clock, known_device, reminder, session, sign_in_link, staff_link};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::app::App;
use crate::auth::session_store::IDLE;
use crate::clock::{Jump, Steps};
use crate::context::write;
use crate::error::Error;
use crate::notices::Notice;
use crate::store::setting;

const PAUSE: Wait = Wait::from_secs(1);
/// How many looks lie between two times that are stored.
const LOOKS: u32 = 10;
/// How long a jump is told of.
const TOLD: Wait = Wait::from_hours(24);
/// The longest that a link is made for.
const LINK: TimeDelta = TimeDelta::days(3);
/// For how long a device is known.
const DEVICE: Days = Days::new(90);

/// Looks at the clock every second, for as long as the service runs.
pub async fn run(app: App) {
    let began = Instant::now();
    let mut steps = Steps::new(app.clock.now(), Wait::ZERO);
    let mut jumped = None;
    // The latest time of a clock that went back, until what follows from it is stored.
    let mut back = match setting::last_time(&app.db).await {
        Ok(last) => last.filter(|last| *last - app.clock.now() >= TimeDelta::seconds(2)),
        Err(error) => {
            tracing::error!(%error, "The time at which the service last ran could not be read");
            None
        }
    };
    if let Some(last) = back {
        tell(&app, &Jump { before: last, by: app.clock.now() - last });
        jumped = Some(Instant::now());
    }
    for look in 0_u32.. {
        if let Some(jump) = steps.look(app.clock.now(), began.elapsed()) {
            tell(&app, &jump);
            jumped = Some(Instant::now());
            if jump.by < TimeDelta::zero() {
                back = back.max(Some(jump.before));
            }
        } else if jumped.is_some_and(|jumped| jumped.elapsed() > TOLD) {
            app.notices.set(Notice::ClockJumped, false);
            jumped = None;
        }
        if let Some(before) = back {
            match went_back(&app, before).await {
                Ok(()) => back = None,
                Err(error) => {
                    app.notices.set(Notice::NothingStored, true);
                    tracing::error!(%error, "What had expired before the clock went back may work again");
                }
            }
        }
        if back.is_none() && (look % LOOKS == 0 || app.notices.holds(Notice::NothingStored)) {
            store_time(&app).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Stores the time, and has the health check tell if it could not be.
async fn store_time(app: &App) {
    let stored = setting::keep_time(&app.db, app.clock.now()).await;
    let failed = stored.is_err();
    if let Err(error) = stored
        && !app.notices.holds(Notice::NothingStored)
    {
        tracing::error!(%error, "Nothing can be stored");
    }
    app.notices.set(Notice::NothingStored, failed);
}

/// Logs a jump, and has the health check tell of it.
fn tell(app: &App, jump: &Jump) {
    tracing::error!(seconds = jump.by.num_seconds(), "The system clock jumped");
    app.notices.set(Notice::ClockJumped, true);
}

/// Ends what had expired by the time `before`, which the clock had reached before it went back, and gives everything
/// else no longer from now on than it would get if it were made now.
pub async fn went_back(app: &App, before: DateTime<Utc>) -> Result<(), Error> {
    let now = app.clock.now();
    write(&app.db, move |txn| async move {
        macro_rules! bound {
            ($module:ident, $longest:expr) => {{
                let expired = $module::Column::ExpiresAt.lte(before);
                $module::Entity::delete_many().filter(expired).exec(&*txn).await?;
                let latest: DateTime<Utc> = now + $longest;
                $module::Entity::update_many()
                    .col_expr($module::Column::ExpiresAt, Expr::value(latest))
                    .filter($module::Column::ExpiresAt.gt(latest))
                    .exec(&*txn)
                    .await?;
            }};
        }
        // What was told by a clock that stood ahead was told too early, and is told again when its time has come.
        let early = Query::select()
            .column(reminder::Column::Item)
            .from(reminder::Entity)
            .cond_where(reminder::Column::ToldAt.gt(now))
            .take();
        clock::Entity::update_many()
            .col_expr(clock::Column::NextAt, Expr::value(now))
            .filter(clock::Column::Item.in_subquery(early))
            .exec(&*txn)
            .await?;
        reminder::Entity::delete_many().filter(reminder::Column::ToldAt.gt(now)).exec(&*txn).await?;
        bound!(sign_in_link, LINK);
        bound!(staff_link, LINK);
        bound!(ceremony, IDLE);
        bound!(session, IDLE);
        bound!(known_device, DEVICE);
        Ok(())
    })
    .await
}
