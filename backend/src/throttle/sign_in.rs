//! How often staff may try to sign in and to recover an account. What must not live here: the counting
//! ([`super::take`]).

use crate::limit::Limit;

const QUARTER: i64 = 15 * 60;

/// Passwords for one account, whether or not it exists: counted for all devices together that the account is not known
/// on, and for each device that it is known on.
pub(crate) const ACCOUNT: Limit = Limit::new("password by account", 10, QUARTER);
/// Wrong passwords from one address, where a whole office may sit, for accounts that are not known on the device. More
/// than these suggest that somebody is trying the passwords of many people, and the administrators are told.
pub(crate) const ADDRESS: Limit = Limit::new("password by address", 15, QUARTER);
/// Mails that tell the administrators of an address that tries many passwords.
pub(crate) const SPRAY: Limit = Limit::new("passwords by address told", 1, 24 * 60 * 60);
/// Second factors tried after one right password.
pub(crate) const SECOND_ONCE: Limit = Limit::new("second factor by sign-in", 5, QUARTER);
/// Second factors for one account; counted apart for each device that the account is known on.
pub(crate) const SECOND: Limit = Limit::new("second factor by account", 10, QUARTER);
/// Passwords asked for again before a change to the account.
pub(crate) const AGAIN: Limit = Limit::new("password again by account", 10, QUARTER);
/// Recovery mails for one account; counted apart for each device that the account is known on.
pub(crate) const RECOVERY: Limit = Limit::new("recovery by account", 5, 60 * 60);
/// Recovery mails asked for from one address.
pub(crate) const RECOVERY_ADDRESS: Limit = Limit::new("recovery by address", 5, 60 * 60);

/// The target under which tries from a known device are counted. No email address looks like it.
pub(crate) fn of_device(id: &str) -> String {
    format!("device {id}")
}
