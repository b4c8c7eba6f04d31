//! Links that are mailed to staff: made, used once, ended.

use chrono::Duration;
use entity::vocabulary::StaffLinkPurpose;
use entity::{StaffId, staff_link};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::context::OpContext;
use crate::error::Error;
use crate::secret::mailed_code;
use crate::secret::token::hash;

/// A link that is made for somebody.
#[derive(Clone)]
pub(crate) struct NewLink {
    /// For whom; nobody when the address is unknown.
    pub(crate) staff: StaffId,
    /// What it is for.
    pub(crate) purpose: StaffLinkPurpose,
    /// What its address ends with.
    pub(crate) token: String,
    /// What the browser that asked is known by, as it is stored; empty when none asked.
    pub(crate) browser_hash: String,
    /// The code that any other browser needs.
    pub(crate) code: String,
    /// Whether a device that knows the account asked for it.
    pub(crate) known: bool,
    /// How long it can be used.
    pub(crate) lasts: Duration,
}

/// Stores a link that was made for somebody; one before it for the same purpose no longer works, unless a device that
/// knows the account asked for that one and a stranger for this: else strangers could end every link of somebody's.
pub(crate) async fn new_link(op: &OpContext, txn: &DatabaseTransaction, new: &NewLink) -> Result<(), Error> {
    let mut before = staff_link::Entity::delete_many()
        .filter(staff_link::Column::StaffId.eq(new.staff))
        .filter(staff_link::Column::Purpose.eq(new.purpose));
    if !new.known {
        before = before.filter(staff_link::Column::Known.eq(false));
    }
    before.exec(txn).await?;
    let NewLink { staff, purpose, token, browser_hash, code, known, lasts } = new;
    let keyring = op.keyring().ok_or_else(|| Error::internal("a link cannot be made without a key"))?;
    let token_hash = hash(token);
    let row = staff_link::ActiveModel {
        code_hash: Set(mailed_code::hash(keyring, &token_hash, code)),
        token_hash: Set(token_hash),
        staff_id: Set(*staff),
        purpose: Set(*purpose),
        created_at: Set(op.now()),
        expires_at: Set(op.now() + *lasts),
        used_at: Set(None),
        browser_hash: Set(browser_hash.clone()),
        tries: Set(0),
        known: Set(*known),
    };
    staff_link::Entity::insert(row).exec_without_returning(txn).await?;
    Ok(())
}

/// Ends the links that were mailed to somebody, for one purpose or all.
pub(crate) async fn end_links(
    txn: &DatabaseTransaction,
    staff: StaffId,
    purpose: Option<StaffLinkPurpose>,
) -> Result<(), Error> {
    let mut links = staff_link::Entity::delete_many().filter(staff_link::Column::StaffId.eq(staff));
    if let Some(purpose) = purpose {
        links = links.filter(staff_link::Column::Purpose.eq(purpose));
    }
    links.exec(txn).await?;
    Ok(())
}

/// Uses a mailed link, once, in the transaction of what it is used for.
pub(super) async fn use_link(
    op: &OpContext,
    txn: &DatabaseTransaction,
    staff: StaffId,
    purpose: StaffLinkPurpose,
    token_hash: &str,
) -> Result<(), Error> {
    let used = staff_link::ActiveModel { used_at: Set(Some(op.now())), ..staff_link::ActiveModel::default() };
    let once = staff_link::Entity::update_many()
        .set(used)
        .filter(staff_link::Column::TokenHash.eq(token_hash))
        .filter(staff_link::Column::StaffId.eq(staff))
        .filter(staff_link::Column::Purpose.eq(purpose))
        .filter(staff_link::Column::UsedAt.is_null())
        .filter(staff_link::Column::ExpiresAt.gt(op.now()))
        .exec(txn)
        .await?;
    if once.rows_affected == 1 { Ok(()) } else { Err(Error::NotFound) }
}
