//! Devices that an account is known on: browsers in which its owner has signed in, staff with both factors and school
//! contacts with a link. Tries from such a device are counted apart, so that a stranger who tries passwords or asks for
//! links locks nobody out of their own account.
//!
//! A known device gives no access: the password and second factor, or the link, are asked for all the same.
//!
//! What must not live here: the limits (`throttle::sign_in`).

use chrono::Duration;
use entity::{known_device, school_contact, staff};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, EntityTrait};
use uuid::Uuid;

use super::cookies::Cookies;
use crate::context::OpContext;
use crate::error::Error;
use crate::secret::token::{hash, random_token};
use crate::store;
use crate::throttle::sign_in::of_device;

/// The cookie by which a device is recognised.
const DEVICE: &str = "onroll-device";
/// The number of days a device is known after the last full sign-in.
const DAYS: i64 = 90;

/// An account that a device may be known to, with the epoch of its sessions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Account {
    id: Uuid,
    epoch: i32,
}

impl From<&staff::Model> for Account {
    fn from(row: &staff::Model) -> Self {
        Self { id: row.id.0, epoch: row.epoch }
    }
}

impl From<&school_contact::Model> for Account {
    fn from(row: &school_contact::Model) -> Self {
        Self { id: row.id.0, epoch: row.epoch }
    }
}

/// The id of the row for one device and one account: a hash, so that a leaked backup identifies no device.
fn id_of(token: &str, account: Uuid) -> String {
    hash(&format!("{token} {account}"))
}

/// The target under which this browser's tries at an account are counted if it is known there; `None` if it is not. Any
/// of the approvals of one address will do. When nobody has the address a lookup is made all the same, so that the time
/// taken does not tell.
pub(super) async fn lane(
    op: &OpContext,
    cookies: &Cookies,
    accounts: impl IntoIterator<Item = Account>,
) -> Result<Option<String>, Error> {
    let Some(token) = cookies.token(DEVICE) else { return Ok(None) };
    let mut accounts: Vec<_> = accounts.into_iter().collect();
    if accounts.is_empty() {
        accounts.push(Account { id: Uuid::nil(), epoch: 0 });
    }
    let ids = accounts.iter().map(|account| id_of(&token, account.id)).collect();
    let devices = store::known_device::among(&op.db.read, ids).await?;
    let now = op.now();
    let known = devices.into_iter().find(|device| {
        let of_account = |account: &Account| device.account == account.id && device.epoch == account.epoch;
        accounts.iter().any(of_account) && now < device.expires_at
    });
    Ok(known.map(|device| of_device(&device.id)))
}

/// Makes this device known to `account`, whose owner has just given every factor that is asked of them.
pub(super) async fn know(op: &OpContext, cookies: &Cookies, account: Account) -> Result<(), Error> {
    // People who share a device have one token and a row each.
    let token = cookies.token(DEVICE).map_or_else(random_token, Ok)?;
    cookies.keep(DEVICE, &token, DAYS * 24 * 60);
    let device = known_device::ActiveModel {
        id: Set(id_of(&token, account.id)),
        account: Set(account.id),
        epoch: Set(account.epoch),
        expires_at: Set(op.now() + Duration::days(DAYS)),
    };
    op.write(move |_, txn| async move {
        let again = OnConflict::column(known_device::Column::Id)
            .update_columns([known_device::Column::Epoch, known_device::Column::ExpiresAt])
            .to_owned();
        known_device::Entity::insert(device).on_conflict(again).exec_without_returning(&*txn).await?;
        Ok(())
    })
    .await
}
