//! The address that a request really came from.
//!
//! Limits, sessions and access notes all use this one answer. A header that a client can write is believed only as far
//! as trusted proxies vouch for it.
//!
//! What must not live here: what an address is allowed.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};

use crate::domain::network::Network;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client: the nearest address that is not a trusted proxy.
///
/// `X-Forwarded-For` is read only when the peer is a trusted proxy, and from the right, because each proxy appends the
/// address it saw, and everything to the left of the first untrusted address was written by whoever has that address.
/// Where the header cannot be read further, the last address that a trusted proxy vouched for is the answer.
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

/// Whether a header says that the request was forwarded by a proxy.
pub fn was_forwarded(headers: &HeaderMap) -> bool {
    [FORWARDED_FOR, http::header::FORWARDED, http::header::VIA].iter().any(|name| headers.contains_key(name))
}

/// Reads an address as proxies write it: bare, in brackets, or with a port.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().or_else(|_| hop.parse().map(|socket: SocketAddr| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
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
}
