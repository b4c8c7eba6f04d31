//! How often staff may try what. Whoever is past a limit is told when to come back; see [`super::take`].

use crate::limit::Limit;

const QUARTER: i64 = 15 * 60;

/// Passwords for one account, whether anybody has it or not, from devices it is not known on together; and from each device
/// that it is known on.
pub(crate) const ACCOUNT: Limit = Limit::new("password by account", 10, QUARTER);
/// Wrong passwords from one address, where a whole office may sit, for whatever accounts are not known there. Past it
/// somebody tries the passwords of many, and the administrators are told.
pub(crate) const ADDRESS: Limit = Limit::new("password by address", 15, QUARTER);
/// Mails to the administrators that one address tries many passwords.
pub(crate) const SPRAY: Limit = Limit::new("passwords by address told", 1, 24 * 60 * 60);
/// Second factors after one password.
pub(crate) const SECOND_ONCE: Limit = Limit::new("second factor by sign-in", 5, QUARTER);
/// Second factors for one account; from each device that it is known on as well.
pub(crate) const SECOND: Limit = Limit::new("second factor by account", 10, QUARTER);
/// Passwords asked for again from somebody who is signed in.
pub(crate) const AGAIN: Limit = Limit::new("password again by account", 10, QUARTER);
/// Mails to recover one account; from each device that it is known on as well.
pub(crate) const RECOVERY: Limit = Limit::new("recovery by account", 5, 60 * 60);
/// Mails to recover accounts, from one address.
pub(crate) const RECOVERY_ADDRESS: Limit = Limit::new("recovery by address", 5, 60 * 60);

/// What the tries from a device that an account is known on are counted under; no address looks like it.
pub(crate) fn of_device(id: &str) -> String {
    format!("device {id}")
}
