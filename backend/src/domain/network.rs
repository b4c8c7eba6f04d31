//! IP addresses and the networks they lie in.
//!
//! What must not live here: which address a request came from (`http::peer`).

use std::net::IpAddr;
use std::str::FromStr;

/// A range of addresses, such as `10.0.0.0/8`, or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// The text is not an address or a range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an IP address or a range such as 10.0.0.0/8")]
pub struct NotANetwork;

impl Network {
    /// Reads `10.0.0.0/8`, `fd00::/8`, or a lone address.
    ///
    /// A range whose address has bits set past the prefix (`10.0.0.1/8`) is refused, because
    /// it is more likely a slip for one address than a way to write eight million.
    pub fn parse(text: &str) -> Result<Self, NotANetwork> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let whole = width(address);
        let prefix = match prefix {
            None => whole,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|prefix| *prefix <= whole).ok_or(NotANetwork)?
            }
            Some(_) => return Err(NotANetwork),
        };
        // A mapped address is compared as the IPv4 address it stands for, so its range must be
        // counted the same way.
        let canonical = address.to_canonical();
        let prefix = match whole - width(canonical) {
            0 => prefix,
            shorter => prefix.checked_sub(shorter).ok_or(NotANetwork)?,
        };
        let network = Self { address: canonical, prefix };
        if network.masked(canonical) == bits(canonical) { Ok(network) } else { Err(NotANetwork) }
    }

    /// Whether this range is public and wider than any one council's part of the internet, so that strangers have
    /// addresses in it.
    pub fn is_anybodys(&self) -> bool {
        const PRIVATE: [&str; 5] = ["10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];
        let within = |range: Self| range.prefix <= self.prefix && range.contains(self.address);
        let is_private = PRIVATE.iter().filter_map(|range| Self::parse(range).ok()).any(within);
        !is_private && self.prefix < if self.address.is_ipv4() { 16 } else { 32 }
    }

    /// Whether the address lies in this range.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4() && self.masked(address) == bits(self.address)
    }

    /// The address with everything past the prefix cleared.
    fn masked(&self, address: IpAddr) -> u128 {
        let cleared = u32::from(width(self.address) - self.prefix);
        let mask = u128::MAX.checked_shl(cleared).unwrap_or(0);
        bits(address) & mask
    }
}

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        Self::parse(text)
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The unit that a limit by address counts: an IPv4 address, or the /64 network of an IPv6 address, because one
/// household or office has all addresses of such a network at hand.
pub fn origin(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// The network around an address, as one line of an agency usually has it: a /24 of IPv4, a /48 of IPv6.
pub fn surrounding(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_holds_its_addresses_and_no_others() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.255.255", "11.0.0.0"),
            ("192.0.2.128/25", "192.0.2.128", "192.0.2.127"),
            ("192.0.2.7", "192.0.2.7", "192.0.2.6"),
            ("192.0.2.7/32", "192.0.2.7", "192.0.2.8"),
            ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            ("::/0", "2001:db8::1", "203.0.113.9"),
            ("fd00::/8", "fdff::1", "fe00::"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"),
            ("::1", "::1", "::2"),
            ("::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"),
        ] {
            let network = Network::parse(network).unwrap();
            assert!(network.contains(ip(inside)), "{network:?} {inside}");
            assert!(!network.contains(ip(outside)), "{network:?} {outside}");
        }
    }

    #[test]
    fn what_is_not_a_range_is_refused() {
        for text in [
            "",
            "/8",
            "10.0.0.0/",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.1/8",
            "10.0.0.0/+8",
            "10.0.0.0/8/8",
            "10.0.0/8",
            "proxy.example",
            " 10.0.0.1",
            "fe80::1%eth0",
            "10.0.0.0/256",
            "::ffff:0:0/95",
        ] {
            assert_eq!(text.parse::<Network>(), Err(NotANetwork), "{text:?}");
        }
    }

    #[test]
    fn a_network_is_what_surrounds_an_address() {
        for (address, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ] {
            assert_eq!(surrounding(ip(address)), network);
        }
    }
}
