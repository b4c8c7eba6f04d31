//! A way to a server across a network that can forget connections, as a firewall does: nothing arrives any more, and
//! nobody is told. What must not live here: what is at either end.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct State {
    /// Nothing arrives, on old connections and on new ones.
    silent: bool,
    /// The number of times that all connections were forgotten.
    forgotten: u32,
}

/// A tunnel that listens on loopback.
#[derive(Clone, Debug)]
pub struct Tunnel {
    address: SocketAddr,
    state: watch::Sender<State>,
}

impl Tunnel {
    /// A tunnel to the server at `address`, which forwards until it is told otherwise.
    pub async fn to(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let tunnel = Self {
            address: listener.local_addr().expect("the port is known"),
            state: watch::Sender::new(State::default()),
        };
        let (state, address) = (tunnel.state.clone(), address.to_owned());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(forward(near, address.clone(), state.subscribe()));
            }
        });
        tunnel
    }

    /// The address at which the tunnel begins.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on nothing arrives, and no connection is closed.
    pub fn falls_silent(&self) {
        self.state.send_modify(|state| state.silent = true);
    }

    /// From now on what is sent arrives, on connections that were not forgotten.
    pub fn speaks_again(&self) {
        self.state.send_modify(|state| state.silent = false);
    }

    /// On the connections that there are nothing arrives any more; new ones work.
    pub fn forgets(&self) {
        self.state.send_modify(|state| state.forgotten += 1);
    }
}

/// Forwards both ways until an end closes.
async fn forward(near: TcpStream, address: String, mut state: watch::Receiver<State>) -> std::io::Result<()> {
    let of = state.borrow().forgotten;
    let _ = state.wait_for(|state| !state.silent).await;
    let far = TcpStream::connect(address).await?;
    let (near, far) = (near.into_split(), far.into_split());
    let there = tokio::spawn(carry(near.0, far.1, of, state.clone()));
    carry(far.0, near.1, of, state).await?;
    there.abort();
    Ok(())
}

async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    of: u32,
    mut state: watch::Receiver<State>,
) -> std::io::Result<()> {
    let mut piece = vec![0; 16 * 1024];
    loop {
        let length = from.read(&mut piece).await?;
        if length == 0 {
            return Ok(());
        }
        // A forgotten connection stays open, and what is sent on it is lost.
        let _ = state.wait_for(|state| !state.silent && state.forgotten == of).await;
        to.write_all(&piece[..length]).await?;
    }
}
