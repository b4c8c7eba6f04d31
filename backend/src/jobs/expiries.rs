//! A job that warns agencies and administrators, once, that a token or an agreement ends within two weeks, and takes
//! back what was asked of an agency whose agreement has ended.

use chrono::Days;
use entity::vocabulary::StaffRole;
use entity::{agreement, token};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::app::App;
use crate::context::{Mail, OpContext};
use crate::domain::london::london_day;
use crate::domain::text::Line;
use crate::domain::viewer::{Job, Viewer};
use crate::error::Error;
use crate::service::{self, mails};
use crate::store;
use crate::store::agency::Ending;

/// The number of days before the end at which they are warned.
const DAYS: u64 = 14;

/// Warns of every token and agreement that ends within two weeks and has not been warned of yet, and takes open
/// enquiries back from agencies without a running agreement.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let op = app.op(Viewer::System(Job::Watch));
    service::case::take_back_enquiries(&op).await?;
    let today = london_day(op.now());
    let until = today + Days::new(DAYS);
    op.write(move |op, txn| async move {
        for ending in store::agency::ending_tokens(&*txn, today, until).await? {
            let told = token::ActiveModel { warned_on: Set(Some(today)), ..Default::default() };
            let told = token::Entity::update_many()
                .set(told)
                .filter(token::Column::Id.eq(ending.id))
                .filter(token::Column::WarnedOn.is_null())
                .exec(&*txn)
                .await?;
            if told.rows_affected == 1 {
                op.queue(&txn, mails_of(&op, &txn, &ending).await?).await?;
            }
        }
        for ending in store::agency::ending_agreements(&*txn, today, until).await? {
            let told = agreement::ActiveModel { warned_on: Set(Some(today)), ..Default::default() };
            let told = agreement::Entity::update_many()
                .set(told)
                .filter(agreement::Column::Id.eq(ending.id))
                .filter(agreement::Column::WarnedOn.is_null())
                .exec(&*txn)
                .await?;
            if told.rows_affected == 1 {
                op.queue(&txn, mails_of(&op, &txn, &ending).await?).await?;
            }
        }
        Ok(())
    })
    .await
}

async fn mails_of<Id>(op: &OpContext, txn: &DatabaseTransaction, ending: &Ending<Id>) -> Result<Vec<Mail>, Error> {
    let mut to = store::staff::addresses_of(txn, StaffRole::Administrator).await?;
    if !ending.agency.email.is_empty() {
        to.push(ending.agency.email.clone());
    }
    let (name, client) = (Line::named(&ending.agency.name), ending.client.as_deref().map(Line::named));
    Ok(to.iter().map(|to| mails::ends_soon(to, &name, client.as_ref(), ending.on, &op.council)).collect())
}
