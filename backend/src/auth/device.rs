//! Devices that an account is known on: browsers in which somebody signed in to it with all their factors. Tries from such
//! a device are counted by themselves, so that a stranger who tries passwords keeps nobody out of their own account.
//!
//! Being known opens nothing: the password and the second factor are asked all the same.

use chrono::Duration;
use entity::{StaffId, known_device, staff};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::session::Browser;
use super::{hash, random_token};
use crate::error::Error;

/// The cookie by which a device is known again.
const DEVICE: &str = "onroll-device";
/// How long a device is known after the last full sign-in.
const DAYS: i64 = 90;

/// What the device that holds `token` is to one account. A leaked backup names no device.
fn id_of(token: &str, staff: StaffId) -> String {
    hash(&format!("{token} {staff}"))
}

/// Under what the tries of this browser at an account are counted if it is known there; none if it is not. An address
/// that nobody has is looked for as well, so that time does not tell.
pub(super) async fn lane(browser: &Browser, row: Option<&staff::Model>) -> Result<Option<String>, Error> {
    let Some(token) = browser.cookies.token(DEVICE) else { return Ok(None) };
    let staff = row.map_or_else(|| Uuid::nil().into(), |row| row.id);
    #[expect(clippy::disallowed_methods, reason = "a device is known before there is a viewer")]
    let device = known_device::Entity::find_by_id(id_of(&token, staff)).one(&browser.app.db.read).await?;
    let known = device.zip(row).filter(|(device, row)| {
        device.staff_id == row.id && device.epoch == row.epoch && browser.app.clock.now() < device.expires_at
    });
    Ok(known.map(|(device, _)| target(&device.id)))
}

/// What the counts of a device are kept under; no address looks like it.
fn target(id: &str) -> String {
    format!("device {id}")
}

/// From now on this device is known to the account of `row`, who has shown all their factors here.
pub(super) async fn know(browser: &Browser, row: &staff::Model) -> Result<(), Error> {
    // One device may be known to several people who share it, each by a row of their own.
    let token = browser.cookies.token(DEVICE).map_or_else(random_token, Ok)?;
    browser.cookies.keep(DEVICE, &token, DAYS * 24 * 60);
    let device = known_device::ActiveModel {
        id: Set(id_of(&token, row.id)),
        staff_id: Set(row.id),
        epoch: Set(row.epoch),
        expires_at: Set(browser.app.clock.now() + Duration::days(DAYS)),
    };
    browser
        .op
        .write(move |txn| async move {
            let again = OnConflict::column(known_device::Column::Id)
                .update_columns([known_device::Column::Epoch, known_device::Column::ExpiresAt])
                .to_owned();
            known_device::Entity::insert(device).on_conflict(again).exec_without_returning(&*txn).await?;
            Ok(())
        })
        .await
}

/// Under what tries at an account are counted on all the devices it is known on.
pub(crate) async fn lanes(txn: &DatabaseTransaction, staff: StaffId) -> Result<Vec<String>, Error> {
    #[expect(clippy::disallowed_methods, reason = "nobody is shown a device")]
    let devices = known_device::Entity::find().filter(known_device::Column::StaffId.eq(staff)).all(txn).await?;
    Ok(devices.iter().map(|device| target(&device.id)).collect())
}
