//! Accepts connections and speaks HTTP/1.1 on them.
//!
//! `axum::serve` never gives up on a connection that is silent, sends half a header or idles, so a few hundred sockets
//! can take every place there is. This loop limits how many connections there are, how many of them one network may
//! have, how long each may take to send something, and how long it may live.
//!
//! What must not live here: what is answered.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use crate::domain::network::{Network, origin};

/// Serves `router` on `listener` until `shutdown` resolves and the requests under way have ended.
///
/// Every request carries its peer's address as [`ConnectInfo<SocketAddr>`]. An error of one connection ends that
/// connection, and after an error of accepting the loop waits and goes on.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(limits.connections));
    let crowd = Arc::new(Crowd { exempt: limits.exempt.clone(), each: limits.each_origin, open: Mutex::default() });
    let (closing, closed) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);

    loop {
        // A place is taken before a connection is accepted, so that connections over the limit wait in the kernel.
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            let accepted = accept(|| listener.accept(), limits.accept_pause).await;
            (place, accepted)
        };
        let (place, (stream, peer)) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            next = next => next,
        };
        let place = place.map_err(io::Error::other)?;
        while connections.try_join_next().is_some() {}
        // A connection over the limit of its network is closed at once; waiting, it would take a place that others
        // need.
        let Some(seat) = crowd.enter(peer.ip()) else { continue };

        let (router, closed, limits) = (router.clone(), closed.clone(), limits.clone());
        connections.spawn(async move {
            converse(stream, peer, router, limits, closed).await;
            drop((place, seat));
        });
    }

    // The listener goes first, so that nobody connects to a server that is closing.
    drop(listener);
    closing.send_replace(true);
    let rest = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.grace, rest).await.is_err() {
        tracing::warn!("Closed connections that had not finished by the shutdown deadline");
        connections.shutdown().await;
    }
    Ok(())
}

/// The open connections, counted by the network they come from.
struct Crowd {
    exempt: Vec<Network>,
    each: usize,
    open: Mutex<HashMap<String, usize>>,
}

/// The count of one connection, given back when it is dropped; empty for a connection that is not counted.
struct Seat(Option<(Arc<Crowd>, String)>);

impl Crowd {
    /// Counts a connection from `address`; `None` if its network has as many as it may.
    fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Seat> {
        if self.exempt.iter().any(|network| network.contains(address)) {
            return Some(Seat(None));
        }
        let origin = origin(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(origin.clone()).or_default();
        if *count >= self.each {
            return None;
        }
        *count += 1;
        Some(Seat(Some((Arc::clone(self), origin))))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Some((crowd, origin)) = &self.0 else { return };
        let mut open = crowd.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(origin) {
            *count -= 1;
            if *count == 0 {
                open.remove(origin);
            }
        }
    }
}

/// The number of connections, and the time each step of one may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Connections at once; more wait to be accepted.
    pub connections: usize,
    /// Connections at once from one network; more are closed.
    pub each_origin: usize,
    /// The networks from which any number may come: trusted proxies, which forward everybody.
    pub exempt: Vec<Network>,
    /// The time from accepting a connection to its first byte.
    pub first_byte: Duration,
    /// The time from the first byte of a request to the end of its header, and from one response to the next request on
    /// the same connection.
    pub header: Duration,
    /// The longest request line and header, in bytes.
    pub header_bytes: usize,
    /// The time from the first byte on a connection to its orderly end. Nothing else limits a client that reads its
    /// response too slowly.
    pub lifetime: Duration,
    /// The time a request under way has left, once its connection or the server is to close.
    pub grace: Duration,
    /// The pause before accepting again when the system has no socket to give.
    pub accept_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            each_origin: 64,
            exempt: Vec::new(),
            first_byte: Duration::from_secs(5),
            header: Duration::from_secs(5),
            header_bytes: 32 * 1024,
            lifetime: Duration::from_mins(5),
            grace: Duration::from_secs(25),
            accept_pause: Duration::from_millis(500),
        }
    }
}

/// Accepts the next connection, however many tries that takes.
async fn accept<T, F>(mut next: impl FnMut() -> F, pause: Duration) -> T
where
    F: Future<Output = io::Result<T>>,
{
    loop {
        match next().await {
            Ok(accepted) => return accepted,
            Err(error) if is_theirs(&error) => {}
            // No descriptors or memory are left: a connection has to end before another try can succeed.
            Err(error) => {
                tracing::error!(error = %error, "Could not accept a connection");
                sleep(pause).await;
            }
        }
    }
}

/// Whether an error is of the connection that was to be accepted, and not of the listener.
fn is_theirs(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset
    )
}

/// Serves one connection from its first byte to its last.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    mut closed: watch::Receiver<bool>,
) {
    let speaks = tokio::select! {
        speaks = first_byte(&stream, limits.first_byte) => speaks,
        _ = closed.wait_for(|closed| *closed) => false,
    };
    if !speaks || stream.set_nodelay(true).is_err() {
        return;
    }

    let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes.max(SMALLEST_BUFFER))
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = pin!(connection);

    // An error here is a client that hung up, stalled or sent something that is not HTTP. hyper has closed the
    // connection, and there is nobody to tell.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = closed.wait_for(|closed| *closed) => {}
        () = sleep(limits.lifetime) => {}
    }
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.grace, connection).await;
}

/// The smallest buffer that hyper accepts, in bytes.
const SMALLEST_BUFFER: usize = 8 * 1024;

/// Waits for the first byte from the client. hyper's header timeout starts with the first byte, so a client that never
/// sends one must be caught before. `readable` can wake without a byte, so `peek` checks.
async fn first_byte(stream: &TcpStream, patience: Duration) -> bool {
    matches!(timeout(patience, stream.peek(&mut [0])).await, Ok(Ok(1)))
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Instant;

    use axum::routing::{get, post};
    use tokio::sync::oneshot;
    use tokio::task::{JoinHandle, spawn_blocking};

    use super::*;

    /// Long enough that a test failing to be cut short is seen to fail.
    const LONG: Duration = Duration::from_mins(1);

    fn patient() -> Limits {
        Limits {
            connections: 8,
            each_origin: 8,
            exempt: Vec::new(),
            first_byte: LONG,
            header: LONG,
            header_bytes: 32 * 1024,
            lifetime: LONG,
            grace: LONG,
            accept_pause: Duration::from_millis(1),
        }
    }

    struct Server {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        running: JoinHandle<io::Result<()>>,
    }

    impl Server {
        async fn start(limits: Limits) -> Self {
            let who = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string();
            let slow = async || {
                sleep(Duration::from_millis(200)).await;
                "done"
            };
            let large = async || "x".repeat(32 * 1024 * 1024);
            let router = Router::new()
                .route("/", get(who))
                .route("/slow", get(slow))
                .route("/large", get(large))
                .route("/stuck", get(async || std::future::pending::<()>().await))
                .route("/echo", post(async |body: String| body));
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            let (stop, stopped) = oneshot::channel();
            let running = tokio::spawn(serve(listener, router, limits, async {
                let _ = stopped.await;
            }));
            Self { address, stop, running }
        }

        async fn stop(self) {
            self.stop.send(()).unwrap();
            self.running.await.unwrap().unwrap();
        }

        /// Runs a client that blocks, with a connection that gives up after five seconds.
        async fn client<T: Send + 'static>(&self, client: impl FnOnce(net::TcpStream) -> T + Send + 'static) -> T {
            self.spawn_client(client).await.unwrap()
        }

        fn spawn_client<T: Send + 'static>(
            &self,
            client: impl FnOnce(net::TcpStream) -> T + Send + 'static,
        ) -> JoinHandle<T> {
            let address = self.address;
            spawn_blocking(move || {
                let stream = net::TcpStream::connect(address).unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                client(stream)
            })
        }
    }

    fn ask(stream: &mut net::TcpStream, path: &str) {
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    }

    /// Reads one answer with a length, and leaves the connection open.
    fn one_answer(stream: &mut net::TcpStream) -> String {
        let mut read = Vec::new();
        loop {
            let mut byte = [0];
            assert_eq!(stream.read(&mut byte).unwrap(), 1, "closed early");
            read.push(byte[0]);
            let text = String::from_utf8_lossy(&read);
            let Some((head, body)) = text.split_once("\r\n\r\n") else {
                continue;
            };
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse::<usize>().unwrap());
            if body.len() == length {
                return text.into_owned();
            }
        }
    }

    /// Reads until the server closes. A reset is a close as well; running out of time is not.
    fn until_closed(stream: &mut net::TcpStream) -> String {
        let mut read = Vec::new();
        match stream.read_to_end(&mut read) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("not closed: {error}"),
        }
        String::from_utf8_lossy(&read).into_owned()
    }

    #[tokio::test]
    async fn a_request_is_answered_and_knows_its_peer() {
        let server = Server::start(patient()).await;
        let (answer, address) = server
            .client(|mut stream| {
                ask(&mut stream, "/");
                (one_answer(&mut stream), stream.local_addr().unwrap())
            })
            .await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(answer.ends_with(&address.to_string()), "{answer}");
        server.stop().await;
    }

    #[tokio::test]
    async fn a_connection_serves_one_request_after_another() {
        let server = Server::start(patient()).await;
        server
            .client(|mut stream| {
                for _ in 0..3 {
                    ask(&mut stream, "/");
                    assert!(one_answer(&mut stream).starts_with("HTTP/1.1 200"));
                }
            })
            .await;
        server.stop().await;
    }

    #[tokio::test]
    async fn a_silent_connection_is_closed() {
        let server = Server::start(Limits { first_byte: Duration::from_millis(50), ..patient() }).await;
        let said = server.client(|mut stream| until_closed(&mut stream)).await;
        assert_eq!(said, "");
        server.stop().await;
    }

    #[tokio::test]
    async fn half_a_header_is_closed() {
        let server = Server::start(Limits { header: Duration::from_millis(50), ..patient() }).await;
        for half in ["G", "GET / HTTP/1.1\r\nhost: local"] {
            let said = server
                .client(move |mut stream| {
                    stream.write_all(half.as_bytes()).unwrap();
                    until_closed(&mut stream)
                })
                .await;
            assert!(!said.contains("200 OK"), "{said}");
        }
        server.stop().await;
    }

    #[tokio::test]
    async fn an_idle_connection_is_closed_after_its_answer() {
        let server = Server::start(Limits { header: Duration::from_millis(50), ..patient() }).await;
        let said = server
            .client(|mut stream| {
                ask(&mut stream, "/");
                until_closed(&mut stream)
            })
            .await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        server.stop().await;
    }

    #[tokio::test]
    async fn the_header_timeout_does_not_cut_a_slow_answer_short() {
        let server = Server::start(Limits { header: Duration::from_millis(50), ..patient() }).await;
        let said = server
            .client(|mut stream| {
                ask(&mut stream, "/slow");
                one_answer(&mut stream)
            })
            .await;
        assert!(said.ends_with("done"), "{said}");
        server.stop().await;
    }

    #[tokio::test]
    async fn a_header_past_thirty_two_kibibytes_is_refused() {
        let server = Server::start(patient()).await;
        for (length, status) in [(30 * 1024, "200"), (33 * 1024, "431")] {
            let said = server
                .client(move |mut stream| {
                    let padding = "x".repeat(length);
                    let _ = write!(
                        stream,
                        "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-padding: {padding}\r\n\r\n"
                    );
                    until_closed(&mut stream)
                })
                .await;
            assert!(said.starts_with(&format!("HTTP/1.1 {status}")), "{said}");
        }
        server.stop().await;
    }

    #[tokio::test]
    async fn a_body_larger_than_the_header_buffer_still_arrives() {
        let server = Server::start(patient()).await;
        let said = server
            .client(|mut stream| {
                let body = "x".repeat(60 * 1024);
                write!(
                    stream,
                    "POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                )
                .unwrap();
                one_answer(&mut stream)
            })
            .await;
        assert!(said.len() > 60 * 1024);
        server.stop().await;
    }

    #[tokio::test]
    async fn a_connection_too_many_waits_for_a_place() {
        let server =
            Server::start(Limits { connections: 1, first_byte: Duration::from_millis(200), ..patient() }).await;
        // The silent one holds the only place until its time is up.
        let began = Instant::now();
        let silent = net::TcpStream::connect(server.address).unwrap();
        let said = server
            .client(|mut stream| {
                ask(&mut stream, "/");
                one_answer(&mut stream)
            })
            .await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        assert!(began.elapsed() >= Duration::from_millis(150));
        drop(silent);
        server.stop().await;
    }

    #[tokio::test]
    async fn a_client_that_never_reads_its_answer_loses_its_place() {
        let server = Server::start(Limits {
            connections: 1,
            lifetime: Duration::from_millis(100),
            grace: Duration::from_millis(100),
            ..patient()
        })
        .await;
        let mut lazy = net::TcpStream::connect(server.address).unwrap();
        ask(&mut lazy, "/large");
        let said = server
            .client(|mut stream| {
                ask(&mut stream, "/");
                one_answer(&mut stream)
            })
            .await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        drop(lazy);
        server.stop().await;
    }

    #[tokio::test]
    async fn shutdown_lets_a_request_under_way_finish() {
        let server = Server::start(patient()).await;
        let (asked, was_asked) = oneshot::channel();
        let client = server.spawn_client(move |mut stream| {
            ask(&mut stream, "/slow");
            asked.send(()).unwrap();
            until_closed(&mut stream)
        });
        was_asked.await.unwrap();
        sleep(Duration::from_millis(50)).await;
        let address = server.address;
        server.stop().await;
        assert!(client.await.unwrap().ends_with("done"));
        assert!(net::TcpStream::connect(address).is_err());
    }

    #[tokio::test]
    async fn shutdown_does_not_wait_for_the_silent_or_the_idle() {
        let server = Server::start(patient()).await;
        let silent = net::TcpStream::connect(server.address).unwrap();
        let idle = server
            .client(|mut stream| {
                ask(&mut stream, "/");
                one_answer(&mut stream);
                stream
            })
            .await;
        timeout(Duration::from_secs(5), server.stop()).await.unwrap();
        drop((silent, idle));
    }

    #[tokio::test]
    async fn shutdown_has_a_deadline() {
        let server = Server::start(Limits { grace: Duration::from_millis(50), ..patient() }).await;
        let client = server.spawn_client(|mut stream| {
            ask(&mut stream, "/stuck");
            until_closed(&mut stream)
        });
        sleep(Duration::from_millis(50)).await;
        timeout(Duration::from_secs(5), server.stop()).await.unwrap();
        assert_eq!(client.await.unwrap(), "");
    }

    #[tokio::test]
    async fn one_origin_cannot_take_every_place() {
        let limits = Limits { connections: 16, each_origin: 3, ..patient() };
        let server = Server::start(limits).await;
        let slow: Vec<_> = (0..3).map(|_| net::TcpStream::connect(server.address).unwrap()).collect();
        for mut stream in &slow {
            stream.write_all(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow").unwrap();
        }
        sleep(Duration::from_millis(100)).await;
        let closed = server.client(|mut stream| until_closed(&mut stream)).await;
        assert_eq!(closed, "", "a fourth connection of one origin is answered");

        // A place that comes free is theirs again.
        drop(slow);
        sleep(Duration::from_millis(100)).await;
        let said = server
            .client(|mut stream| {
                ask(&mut stream, "/");
                one_answer(&mut stream)
            })
            .await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        server.stop().await;
    }

    #[tokio::test]
    async fn our_own_proxy_brings_any_number() {
        let exempt = vec!["127.0.0.0/8".parse().unwrap()];
        let server = Server::start(Limits { connections: 16, each_origin: 1, exempt, ..patient() }).await;
        let held: Vec<_> = (0..5).map(|_| net::TcpStream::connect(server.address).unwrap()).collect();
        sleep(Duration::from_millis(50)).await;
        let said = server
            .client(|mut stream| {
                ask(&mut stream, "/");
                one_answer(&mut stream)
            })
            .await;
        assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
        drop(held);
        server.stop().await;
    }

    #[test]
    fn a_household_of_ipv6_is_one_origin() {
        let crowd = Arc::new(Crowd { exempt: Vec::new(), each: 1, open: Mutex::default() });
        let first = crowd.enter("2001:db8::1".parse().unwrap());
        assert!(first.is_some() && crowd.enter("2001:db8::2".parse().unwrap()).is_none());
        assert!(crowd.enter("2001:db8:0:1::1".parse().unwrap()).is_some());
        drop(first);
        assert!(crowd.enter("2001:db8::2".parse().unwrap()).is_some());
    }

    #[tokio::test]
    async fn a_fault_of_accepting_is_waited_out() {
        let tries = AtomicUsize::new(0);
        let accepted = accept(
            || {
                std::future::ready(match tries.fetch_add(1, Ordering::Relaxed) {
                    0 => Err(io::ErrorKind::ConnectionAborted.into()),
                    1 => Err(io::Error::other("too many open files")),
                    which => Ok(which),
                })
            },
            Duration::from_millis(1),
        )
        .await;
        assert_eq!(accepted, 2);
    }

    #[test]
    fn the_limits_are_those_that_were_measured() {
        let limits = Limits::default();
        assert_eq!((limits.connections, limits.each_origin), (512, 64));
        assert_eq!(limits.first_byte, Duration::from_secs(5));
        assert_eq!(limits.header, Duration::from_secs(5));
        assert_eq!(limits.header_bytes, 32 * 1024);
    }
}
