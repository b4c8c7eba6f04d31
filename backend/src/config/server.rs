//! Where requests come in, and which of the addresses they come from are believed or let in.

use std::net::SocketAddr;

use super::read::Read;
use crate::domain::network::Network;

/// The listening side.
#[derive(Clone, Debug)]
pub struct Server {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whoever may read the metrics.
    pub metrics_from: Vec<Network>,
}

const LISTEN: &str = "ONROLL_LISTEN";
const PROXIES: &str = "ONROLL_TRUSTED_PROXIES";

impl Server {
    /// A server that no proxy stands before, and whose metrics this machine may read.
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

    /// From where any number of connections may come: our proxies, and this machine, on which the proxy usually runs.
    pub fn crowds(&self) -> Vec<Network> {
        loopback().into_iter().chain(self.trusted_proxies.iter().copied()).collect()
    }
}

/// The addresses of this machine as it calls itself.
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
