//! How often staff may try what. Whoever is past a limit is told when to come back; see `throttle`.

use super::throttle::Limit;

const QUARTER: i64 = 15 * 60;

/// Passwords for one account, whether anybody has it or not.
pub(crate) const ACCOUNT: Limit = Limit::new("password by account", 10, QUARTER);
/// Wrong passwords from one address, where a whole office may sit.
pub(super) const ADDRESS: Limit = Limit::new("password by address", 50, QUARTER);
/// Second factors after one password.
pub(super) const SECOND_ONCE: Limit = Limit::new("second factor by sign-in", 5, QUARTER);
/// Second factors for one account.
pub(crate) const SECOND: Limit = Limit::new("second factor by account", 10, QUARTER);
/// Passwords asked for again from somebody who is signed in.
pub(super) const AGAIN: Limit = Limit::new("password again by account", 10, QUARTER);
/// Mails to recover one account.
pub(super) const RECOVERY: Limit = Limit::new("recovery by account", 5, 60 * 60);
/// Mails to recover accounts, from one address.
pub(super) const RECOVERY_ADDRESS: Limit = Limit::new("recovery by address", 5, 60 * 60);
