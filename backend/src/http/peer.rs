//! Which address a request really came from.
//!
//! One answer for rate limits, sessions and the audit record alike. A header that a client can
//! write is believed only as far as our own proxies vouch for it.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use http::{HeaderMap, HeaderName};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client: the nearest one that is not a proxy of ours.
///
/// `X-Forwarded-For` is read only when the peer itself is a trusted proxy, and from the right,
/// because each proxy adds the address it saw to the end and everything left of the first
/// stranger is that stranger's own claim. Where the chain stops making sense, the last address
/// a proxy of ours vouched for is the answer.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_ours = |address: IpAddr| trusted.iter().any(|network| network.contains(address));

    let mut nearest = peer.to_canonical();
    if !is_ours(nearest) {
        return nearest;
    }
    for line in headers.get_all(FORWARDED_FOR).iter().rev() {
        let Ok(line) = line.to_str() else {
            return nearest;
        };
        for hop in line.rsplit(',') {
            let Some(address) = hop_address(hop.trim()) else {
                return nearest;
            };
            nearest = address;
            if !is_ours(nearest) {
                return nearest;
            }
        }
    }
    nearest
}

/// Whether anybody says that the request was passed on.
pub fn was_forwarded(headers: &HeaderMap) -> bool {
    [FORWARDED_FOR, http::header::FORWARDED, http::header::VIA].iter().any(|name| headers.contains_key(name))
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().or_else(|_| hop.parse().map(|socket: SocketAddr| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

/// Whom a limit by address counts: the address, and of IPv6 the network that one household or office has, because its
/// addresses are there for the taking.
pub fn origin(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

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

    /// Whether strangers have addresses of this range: it is wider than any council's own part of the internet.
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

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn networks(texts: &[&str]) -> Vec<Network> {
        texts.iter().map(|text| Network::parse(text).unwrap()).collect()
    }

    fn forwarded(lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    /// What the client's address is, with two ranges and one lone address of proxies trusted.
    fn client(peer: &str, lines: &[&str]) -> String {
        let trusted = networks(&["10.0.0.0/8", "fd00::/8", "192.0.2.7"]);
        client_address(ip(peer), &forwarded(lines), &trusted).to_string()
    }

    #[test]
    fn the_header_is_read_only_from_a_proxy_of_ours() {
        for (peer, line, expected) in [
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("192.0.2.8", "198.51.100.1", "192.0.2.8"),
            ("192.0.2.7", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("fd00::1", "198.51.100.1", "198.51.100.1"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(client(peer, &[line]), expected, "{peer}");
        }
        assert_eq!(client("203.0.113.9", &[]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_client_is_the_rightmost_address_that_is_not_a_proxy_of_ours() {
        for (lines, expected) in [
            // What stands left of the first stranger is that stranger's own claim.
            (&["1.1.1.1, 198.51.100.1"][..], "198.51.100.1"),
            (&["10.0.0.9, 198.51.100.1"], "198.51.100.1"),
            (&["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
            (&["198.51.100.1,192.0.2.7 ,\t10.0.0.2"], "198.51.100.1"),
            // Several lines are one list.
            (&["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            (&["198.51.100.1", "10.0.0.2"], "198.51.100.1"),
            (&["2001:db8::1, fd12::2"], "2001:db8::1"),
            // Nothing but proxies: the farthest of them.
            (&["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ] {
            assert_eq!(client("10.0.0.1", lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_ends_the_chain() {
        for (line, expected) in [
            ("", "10.0.0.1"),
            ("198.51.100.1,", "10.0.0.1"),
            ("198.51.100.1, unknown", "10.0.0.1"),
            ("198.51.100.1, unknown, 10.0.0.2", "10.0.0.2"),
            ("198.51.100.1:port", "10.0.0.1"),
        ] {
            assert_eq!(client("10.0.0.1", &[line]), expected, "{line:?}");
        }
    }

    #[test]
    fn an_address_is_read_however_proxies_write_it() {
        for (line, expected) in [
            ("198.51.100.1:4711", "198.51.100.1"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
        ] {
            assert_eq!(client("10.0.0.1", &[line]), expected, "{line}");
        }
    }

    #[test]
    fn with_no_trusted_proxies_the_peer_is_the_client() {
        let headers = forwarded(&["198.51.100.1"]);
        assert_eq!(client_address(ip("10.0.0.1"), &headers, &[]), ip("10.0.0.1"));
    }

    #[test]
    fn a_header_that_is_not_text_ends_the_chain() {
        let mut headers = forwarded(&["198.51.100.1"]);
        headers.append(FORWARDED_FOR, HeaderValue::from_bytes(b"\xff").unwrap());
        let trusted = networks(&["10.0.0.1"]);
        assert_eq!(client_address(ip("10.0.0.1"), &headers, &trusted), ip("10.0.0.1"));
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
}
