//! Settings of the listening side: the address, the proxies that are believed, and who may read the metrics. What must
//! not live here: listening (`http::serve`) and believing a proxy (`http::peer`).

use std::net::SocketAddr;

use super::read::Read;
use crate::domain::network::Network;

/// The address to listen on, and what may come from which network.
#[derive(Clone, Debug)]
pub struct Server {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// The proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// The networks from which the metrics may be read.
    pub metrics_from: Vec<Network>,
}

const LISTEN: &str = "ONROLL_LISTEN";
const PROXIES: &str = "ONROLL_TRUSTED_PROXIES";

impl Server {
    /// A server without a proxy in front of it, whose metrics only this machine may read.
    pub fn alone(listen: SocketAddr) -> Self {
        Self { listen, trusted_proxies: Vec::new(), metrics_from: loopback() }
    }

    pub(super) fn read(read: &mut Read<'_>) -> Self {
        let listen = read.or(LISTEN, "127.0.0.1:3000").parse().unwrap_or_else(|_| {
            read.fault(LISTEN, "must be an address and a port, such as 127.0.0.1:3000");
            SocketAddr::from(([127, 0, 0, 1], 3000))
        });
        let trusted_proxies = read.networks(PROXIES).unwrap_or_default();
        if trusted_proxies.iter().any(Network::is_anybodys) {
            read.fault(
                PROXIES,
                "must name your own proxies: whoever else is believed chooses the address that is counted and noted",
            );
        }
        let metrics_from = read.networks("ONROLL_METRICS_FROM").unwrap_or_else(loopback);
        Self { listen, trusted_proxies, metrics_from }
    }

    /// The networks from which any number of connections may come at once: the trusted proxies, and this machine, on
    /// which the proxy usually runs.
    pub fn crowds(&self) -> Vec<Network> {
        loopback().into_iter().chain(self.trusted_proxies.iter().copied()).collect()
    }
}

/// The loopback networks.
fn loopback() -> Vec<Network> {
    ["127.0.0.0/8", "::1"].iter().filter_map(|network| network.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use crate::config::tests::guards;

    #[test]
    fn only_own_proxies_are_believed() {
        guards(
            super::PROXIES,
            &["10.0.0.0/8", "127.0.0.1,fd00::/8", "198.51.100.0/24", "2001:db8::/32", ""],
            &["0.0.0.0/0", "::/0", "10.0.0.1,0.0.0.0/1", "::ffff:0:0/96", "198.0.0.0/8", "2000::/3"],
        );
    }
}
