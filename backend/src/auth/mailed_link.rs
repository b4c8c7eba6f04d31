//! Links that are mailed. The browser that asked for one uses it as it is, any other only with a code: from the mail, or
//! for an invitation, which no browser asked for, from whoever invited. One mechanism for school contacts and for staff.
//!
//! Following a link stores nothing: its token waits in a cookie and never in the browser session, so that whoever knows a
//! session of somebody's from before gains nothing when they follow one.
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

/// How many codes may be tried at one link.
const MOST_CODES: i32 = 5;

/// What a kind of link is kept under in a browser.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// The cookie by which the browser that asked is known again.
    asked: &'static str,
    /// The cookie in which the token of an opened link waits for the button.
    waiting: &'static str,
    /// How long each is kept.
    minutes: i64,
}

impl Link {
    /// A kind of link whose cookies have these names and are kept so long.
    pub(super) const fn new(asked: &'static str, waiting: &'static str, minutes: i64) -> Self {
        Self { asked, waiting, minutes }
    }

    /// What this browser is known by, as it is stored. One that asks again keeps it: the link it was sent before may be
    /// the one that is still good.
    pub(super) fn asks(&self, cookies: &Cookies) -> Result<String, Error> {
        let known = cookies.token(self.asked);
        let asked = known.map_or_else(random_token, Ok)?;
        cookies.keep(self.asked, &asked, self.minutes);
        Ok(hash(&asked))
    }

    /// Takes the token of a link out of the address; false when it has not the shape of one. Nothing is used up, because
    /// mail scanners follow links.
    pub(super) fn put_away(&self, cookies: &Cookies, token: &str) -> bool {
        let sound = is_token(token);
        if sound {
            cookies.keep(self.waiting, token, self.minutes);
        }
        sound
    }

    /// What was stored of the token that waits in this browser.
    pub(super) fn waiting(&self, cookies: &Cookies) -> Option<String> {
        cookies.token(self.waiting).map(|token| hash(&token))
    }

    /// Whether this is the browser that asked for a link locked so.
    pub(super) fn is_from_here(&self, cookies: &Cookies, lock: &Lock) -> bool {
        cookies.token(self.asked).is_some_and(|asked| lock.knows(&hash(&asked)))
    }

    /// Forgets the link in this browser, because it was used up.
    pub(super) fn is_used(&self, cookies: &Cookies) {
        cookies.forget(self.waiting);
        cookies.forget(self.asked);
    }

    /// Forgets a link that cannot be used.
    pub(super) fn is_dead(&self, cookies: &Cookies) {
        cookies.forget(self.waiting);
    }

    /// What is typed into this browser to use the link that waits there; none if no link does.
    pub(super) fn key(&self, cookies: &Cookies, keyring: &Keyring, code: &str) -> Option<Key> {
        let token_hash = self.waiting(cookies)?;
        let asked_hash = cookies.token(self.asked).map(|asked| hash(&asked));
        let typed_hash = mailed_code::parse(code).map(|code| mailed_code::hash(keyring, &token_hash, &code));
        Some(Key { token_hash, asked_hash, typed_hash })
    }
}

/// What a link demands of whoever uses it, as it is stored.
pub(super) struct Lock {
    browser_hash: String,
    code_hash: String,
}

impl Lock {
    fn knows(&self, asked_hash: &str) -> bool {
        // A link that no browser asked for is from nowhere.
        !self.browser_hash.is_empty() && bool::from(asked_hash.as_bytes().ct_eq(self.browser_hash.as_bytes()))
    }

    fn opens(&self, typed_hash: &str) -> bool {
        !self.code_hash.is_empty() && bool::from(typed_hash.as_bytes().ct_eq(self.code_hash.as_bytes()))
    }
}

/// What a browser brings to use a link.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "that they are hashes is what matters of them")]
pub(super) struct Key {
    /// Which link.
    pub(super) token_hash: String,
    asked_hash: Option<String>,
    typed_hash: Option<String>,
}

/// What a lock made of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tried {
    /// It opens.
    Right,
    /// The code is wrong; another may be tried.
    Wrong,
    /// The link cannot be used, or no longer.
    Dead,
}

/// A table of links that are mailed.
pub(super) trait Mailed: EntityTrait {
    const TOKEN_HASH: Self::Column;
    const EXPIRES_AT: Self::Column;
    const USED_AT: Self::Column;
    const TRIES: Self::Column;

    /// What a link of it demands.
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

/// A link that was not used and has not expired.
pub(super) fn is_alive<E: Mailed>(token_hash: &str, now: DateTime<Utc>) -> Condition {
    Condition::all().add(E::TOKEN_HASH.eq(token_hash)).add(E::USED_AT.is_null()).add(E::EXPIRES_AT.gt(now))
}

/// A link that can still be used: it is alive, and not too many codes were tried at it.
#[expect(clippy::disallowed_methods, reason = "a link is read before there is a viewer")]
pub(super) async fn usable<E: Mailed, C: ConnectionTrait>(
    connection: &C,
    token_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<E::Model>, Error> {
    let usable = E::find().filter(is_alive::<E>(token_hash, now)).filter(E::TRIES.lt(MOST_CODES));
    Ok(usable.one(connection).await?)
}

/// Tries a key at its link. A code is counted before it is looked at, by the same statement that says whether another
/// one may be tried.
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
