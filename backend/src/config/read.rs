//! How one setting is read: what is missing or cannot be used is noted as a fault, and reading goes on, so that all faults
//! are reported together.
//!
//! What must not live here: what a setting means (its concern's own file).

use std::net::IpAddr;

use crate::domain::email::Email;
use crate::domain::network::Network;

/// Reads settings, and gathers what is wrong with them.
pub(super) struct Read<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    /// What is wrong so far, each naming its variable.
    pub(super) faults: Vec<String>,
}

impl<'a> Read<'a> {
    /// Reads from wherever `lookup` finds settings.
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, faults: Vec::new() }
    }

    /// Notes that something is wrong with the setting `name`.
    pub(super) fn fault(&mut self, name: &str, what: &str) {
        self.faults.push(format!("{name} {what}"));
    }

    /// The setting, if it is there.
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    /// The setting, or what stands for it.
    pub(super) fn or(&self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    /// A setting that must be there; `meaning` tells the operator what it is.
    pub(super) fn required(&mut self, name: &str, meaning: &str) -> String {
        let value = self.optional(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        if value.is_empty() {
            self.fault(name, &format!("is needed: {meaning}"));
        }
        value
    }

    /// An e-mail address that must be there.
    pub(super) fn email(&mut self, name: &str, meaning: &str) -> String {
        let value = self.required(name, meaning);
        if !value.is_empty() && Email::parse(&value).is_err() {
            self.fault(name, "must be an e-mail address");
        }
        value
    }

    /// Addresses or networks, by comma; none when the setting is not there.
    pub(super) fn networks(&mut self, name: &str) -> Option<Vec<Network>> {
        let listed = self.optional(name)?;
        let mut networks = Vec::new();
        for network in listed.split(',').map(str::trim).filter(|network| !network.is_empty()) {
            match network.parse() {
                Ok(network) => networks.push(network),
                Err(_) => self.fault(name, "must be addresses or networks, by comma"),
            }
        }
        Some(networks)
    }
}

/// Whether a host is this machine, so that nothing crosses a network.
pub(super) fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}
