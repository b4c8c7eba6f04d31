//! Links mailed to staff, for invitations and recovery: made, used once, ended.
//!
//! What must not live here: the text of the mails (`mails`), and how a link is opened (`auth`).

use chrono::Duration;
use entity::vocabulary::StaffLinkPurpose;
use entity::{StaffId, staff_link};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use crate::context::OpContext;
use crate::error::Error;
use crate::secret::mailed_code;
use crate::secret::token::hash;

/// A link to be made.
#[derive(Clone)]
pub(crate) struct NewLink {
    /// The account it is for; when the address is unknown, an id that no account has.
    pub(crate) staff: StaffId,
    /// Whether it is an invitation or a recovery.
    pub(crate) purpose: StaffLinkPurpose,
    /// The secret at the end of its address.
    pub(crate) token: String,
    /// The hash of the token of the browser that asked; empty when no browser did.
    pub(crate) browser_hash: String,
    /// The code that has to be entered in any other browser.
    pub(crate) code: String,
    /// Whether a device on which the account is known asked for it.
    pub(crate) known: bool,
    /// The time for which it can be used.
    pub(crate) lasts: Duration,
}

/// Stores a link, and ends earlier ones for the same account and purpose. A link that a known device asked for is not
/// ended by a request from an unknown one: otherwise strangers could end every link of somebody.
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

/// Ends the links that were mailed to an account, for one purpose or for all.
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

/// Uses a link, in the transaction of the act it allows. Fails with "not found" when it is used, expired or not of this
/// account.
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
