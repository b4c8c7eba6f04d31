//! Mailed links, for school contacts and staff alike. The browser that asked for a link uses it as it is; any other
//! needs a code as well. The code is in the mail; for an invitation, which no browser asked for, the person who invited
//! tells it.
//!
//! Following a link stores nothing. Its token waits in a cookie and never in the browser session, so that somebody who
//! knows the id of another person's session gains nothing when that person follows a link.
//!
//! What must not live here: whom a link is for and what it does (`contact`, `staff`).

use chrono::{DateTime, Utc};
use entity::{sign_in_link, staff_link};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use subtle::ConstantTimeEq;

use super::cookies::Cookies;
use crate::error::Error;
use crate::secret::keyring::Keyring;
use crate::secret::mailed_code;
use crate::secret::token::{hash, is_token, random_token};

/// The number of codes that may be tried at one link.
const MOST_CODES: i32 = 5;

/// The cookies that one kind of link uses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The cookie that recognises the browser that asked for the link.
    asked: &'static str,
    /// The cookie that holds the token of an opened link until the button is pressed.
    waiting: &'static str,
    /// The minutes for which each cookie is kept.
    minutes: i64,
}

impl Link {
    /// A kind of link with the names and the lifetime of its cookies.
    pub(super) const fn new(asked: &'static str, waiting: &'static str, minutes: i64) -> Self {
        Self { asked, waiting, minutes }
    }

    /// Sets the cookie of the browser that asks, and returns the hash that is stored. A browser that asks again keeps
    /// its token, because the link it was sent before may be the one that still works.
    pub(super) fn asks(&self, cookies: &Cookies) -> Result<String, Error> {
        let known = cookies.token(self.asked);
        let asked = known.map_or_else(random_token, Ok)?;
        cookies.keep(self.asked, &asked, self.minutes);
        Ok(hash(&asked))
    }

    /// Moves the token of a link from the address into a cookie; false if it has not the shape of one. Nothing is used
    /// up, because mail scanners follow links.
    pub(super) fn put_away(&self, cookies: &Cookies, token: &str) -> bool {
        let sound = is_token(token);
        if sound {
            cookies.keep(self.waiting, token, self.minutes);
        }
        sound
    }

    /// The stored hash of the token that waits in this browser.
    pub(super) fn waiting(&self, cookies: &Cookies) -> Option<String> {
        cookies.token(self.waiting).map(|token| hash(&token))
    }

    /// Whether this browser asked for the link with this lock.
    pub(super) fn is_from_here(&self, cookies: &Cookies, lock: &Lock) -> bool {
        cookies.token(self.asked).is_some_and(|asked| lock.knows(&hash(&asked)))
    }

    /// Deletes both cookies, because the link was used.
    pub(super) fn is_used(&self, cookies: &Cookies) {
        cookies.forget(self.waiting);
        cookies.forget(self.asked);
    }

    /// Deletes the waiting token of a link that cannot be used.
    pub(super) fn is_dead(&self, cookies: &Cookies) {
        cookies.forget(self.waiting);
    }

    /// What this browser brings to use the waiting link, with the typed code; `None` if no link waits.
    pub(super) fn key(&self, cookies: &Cookies, keyring: &Keyring, code: &str) -> Option<Key> {
        let token_hash = self.waiting(cookies)?;
        let asked_hash = cookies.token(self.asked).map(|asked| hash(&asked));
        let typed_hash = mailed_code::parse(code).map(|code| mailed_code::hash(keyring, &token_hash, &code));
        Some(Key { token_hash, asked_hash, typed_hash })
    }
}

/// The stored hashes that a link is checked against: of the browser that asked, and of the code.
pub(super) struct Lock {
    browser_hash: String,
    code_hash: String,
}

impl Lock {
    fn knows(&self, asked_hash: &str) -> bool {
        // An invitation has no browser that asked for it.
        !self.browser_hash.is_empty() && bool::from(asked_hash.as_bytes().ct_eq(self.browser_hash.as_bytes()))
    }

    fn opens(&self, typed_hash: &str) -> bool {
        !self.code_hash.is_empty() && bool::from(typed_hash.as_bytes().ct_eq(self.code_hash.as_bytes()))
    }
}

/// The hashes that a browser brings to use a link.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "that they are hashes is what matters of them")]
pub(super) struct Key {
    /// The hash of the link's token, by which its row is found.
    pub(super) token_hash: String,
    asked_hash: Option<String>,
    typed_hash: Option<String>,
}

/// The outcome of trying to use a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tried {
    /// The link may be used.
    Right,
    /// The code is wrong, and another may be tried.
    Wrong,
    /// The link was used, has expired, or has had too many wrong codes.
    Dead,
}

/// A table of mailed links.
pub(super) trait Mailed: EntityTrait {
    const TOKEN_HASH: Self::Column;
    const EXPIRES_AT: Self::Column;
    const USED_AT: Self::Column;
    const TRIES: Self::Column;

    /// The hashes that a link is checked against.
    fn lock(row: &Self::Model) -> Lock;
}

impl Mailed for sign_in_link::Entity {
    const TOKEN_HASH: Self::Column = sign_in_link::Column::TokenHash;
    const EXPIRES_AT: Self::Column = sign_in_link::Column::ExpiresAt;
    const USED_AT: Self::Column = sign_in_link::Column::RedeemedAt;
    const TRIES: Self::Column = sign_in_link::Column::Tries;

    fn lock(row: &Self::Model) -> Lock {
        Lock { browser_hash: row.browser_hash.clone(), code_hash: row.code_hash.clone() }
    }
}

impl Mailed for staff_link::Entity {
    const TOKEN_HASH: Self::Column = staff_link::Column::TokenHash;
    const EXPIRES_AT: Self::Column = staff_link::Column::ExpiresAt;
    const USED_AT: Self::Column = staff_link::Column::UsedAt;
    const TRIES: Self::Column = staff_link::Column::Tries;

    fn lock(row: &Self::Model) -> Lock {
        Lock { browser_hash: row.browser_hash.clone(), code_hash: row.code_hash.clone() }
    }
}

/// The condition that a link was not used and has not expired.
pub(super) fn is_alive<E: Mailed>(token_hash: &str, now: DateTime<Utc>) -> Condition {
    Condition::all().add(E::TOKEN_HASH.eq(token_hash)).add(E::USED_AT.is_null()).add(E::EXPIRES_AT.gt(now))
}

/// The link if it can still be used: not used, not expired, and with codes left to try.
#[expect(clippy::disallowed_methods, reason = "a link is read before there is a viewer")]
pub(super) async fn usable<E: Mailed, C: ConnectionTrait>(
    connection: &C,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<E::Model>, Error> {
    let usable = E::find().filter(is_alive::<E>(token_hash, now)).filter(E::TRIES.lt(MOST_CODES));
    Ok(usable.one(connection).await?)
}

/// Checks a key against its link. The try of a code is counted before the code is compared, by the same statement that
/// limits the tries, so that tries at once cannot exceed the limit.
pub(super) async fn try_key<E: Mailed>(
    txn: &DatabaseTransaction,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<Tried, Error> {
    let Some(row) = usable::<E, _>(txn, &key.token_hash, now).await? else { return Ok(Tried::Dead) };
    let lock = E::lock(&row);
    if key.asked_hash.as_deref().is_some_and(|asked| lock.knows(asked)) {
        return Ok(Tried::Right);
    }
    let counted = E::update_many()
        .col_expr(E::TRIES, Expr::col(E::TRIES).add(1))
        .filter(is_alive::<E>(&key.token_hash, now))
        .filter(E::TRIES.lt(MOST_CODES))
        .exec(txn)
        .await?;
    if counted.rows_affected != 1 {
        return Ok(Tried::Dead);
    }
    if key.typed_hash.as_deref().is_some_and(|typed| lock.opens(typed)) {
        return Ok(Tried::Right);
    }
    let left = usable::<E, _>(txn, &key.token_hash, now).await?;
    Ok(if left.is_some() { Tried::Wrong } else { Tried::Dead })
}
