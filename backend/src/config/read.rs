//! Reads one setting after another: a missing or unusable one is noted as a fault and reading goes on, so that all
//! faults are reported together.
//!
//! What must not live here: what a setting means (the file of its concern).

use std::net::IpAddr;

use crate::domain::email::Email;
use crate::domain::network::Network;

/// Reads settings and collects their faults.
pub(super) struct Read<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    /// The faults found so far, each naming its variable.
    pub(super) faults: Vec<String>,
}

impl<'a> Read<'a> {
    /// A reader of the settings that `lookup` returns.
    pub(super) fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, faults: Vec::new() }
    }

    /// Notes a fault of the setting `name`.
    pub(super) fn fault(&mut self, name: &str, what: &str) {
        self.faults.push(format!("{name} {what}"));
    }

    /// The setting `name`; `None` when it is not set.
    pub(super) fn optional(&self, name: &str) -> Option<String> {
        (self.lookup)(name)
    }

    /// The setting `name`, or `default` when it is not set.
    pub(super) fn or(&self, name: &str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    /// A required setting; when it is missing, the fault explains it with `meaning`.
    pub(super) fn required(&mut self, name: &str, meaning: &str) -> String {
        let value = self.optional(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        if value.is_empty() {
            self.fault(name, &format!("is needed: {meaning}"));
        }
        value
    }

    /// A required setting that must be an email address.
    pub(super) fn email(&mut self, name: &str, meaning: &str) -> String {
        let value = self.required(name, meaning);
        if !value.is_empty() && Email::parse(&value).is_err() {
            self.fault(name, "must be an email address");
        }
        value
    }

    /// An email address; `None` when it is not set.
    pub(super) fn optional_email(&mut self, name: &str) -> Option<String> {
        self.optional(name).filter(|value| !value.trim().is_empty()).map(|_| self.email(name, "an email address"))
    }

    /// A comma-separated list of addresses or networks; `None` when it is not set.
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

/// Whether `host` is this machine, so that nothing crosses a network.
pub(super) fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}
