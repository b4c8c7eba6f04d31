//! A job that reminds managers, once a week, of break glass readings that nobody has reviewed. What must not live here:
//! the review (`service::break_glass`).

use chrono::{Datelike, Days};
use entity::setting;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::app::App;
use crate::domain::london::{begin_of, london_day};
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::service::mails;
use crate::store;

/// The name of the setting that holds the Monday of the week in which managers were last reminded.
const REMINDED: &str = "glass_reminded";

/// Reminds every manager of break glass readings before this week that await review, unless they were reminded this
/// week.
pub async fn remind(app: &App) -> Result<(), Error> {
    let today = london_day(app.clock.now());
    let monday = today - Days::new(today.weekday().num_days_from_monday().into());
    let waiting = store::break_glass::unreviewed(&app.db, begin_of(monday)).await?;
    if waiting == 0 {
        return Ok(());
    }
    let op = app.op(Viewer::System(Job::Operator));
    op.write(move |op, txn| async move {
        let never = setting::ActiveModel { name: Set(REMINDED.to_owned()), value: Set(String::new()) };
        setting::Entity::insert(never)
            .on_conflict(OnConflict::column(setting::Column::Name).do_nothing().to_owned())
            .exec_without_returning(&*txn)
            .await?;
        // The process that changes the date sends the mails, so that several processes send them only once.
        let moved = setting::Entity::update_many()
            .set(setting::ActiveModel { value: Set(monday.to_string()), ..Default::default() })
            .filter(setting::Column::Name.eq(REMINDED))
            .filter(setting::Column::Value.ne(monday.to_string()))
            .exec(&*txn)
            .await?;
        if moved.rows_affected != 1 {
            return Ok(());
        }
        let managers = store::staff::managers_and(&*txn, &[]).await?;
        let mails = managers.iter().map(|to| mails::glass_unreviewed(&to.email, waiting, &op.council)).collect();
        op.queue(&txn, mails).await
    })
    .await
}
