//! The compiled command, run as an operator runs it. What must not live here: tests of what a command does.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use http::StatusCode;

use crate::browser::{Browser, Server};
use crate::database::{Folder, target};

/// The command `onroll`, without the environment variables of the test.
pub fn onroll() -> Command {
    let path = target().join("debug").join("onroll");
    assert!(path.exists(), "{} is missing: run tests/run, which builds it", path.display());
    let mut command = Command::new(path);
    command.env_clear().stdin(Stdio::null());
    command
}

/// Runs it with these settings until it ends.
pub fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    onroll().args(arguments).envs(settings.iter().copied()).output().expect("the command runs")
}

/// What it printed on standard output and standard error.
pub fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A port on loopback that is free and that this process has not given out before. It lies below the range from which
/// the system takes the ports of outgoing connections: a command may take a minute until it listens, and a connection
/// could take its port meanwhile.
pub fn free_port() -> u16 {
    const FIRST: u16 = 12_000;
    const PORTS: u16 = 8_000;
    static TOLD: AtomicU16 = AtomicU16::new(0);
    // Test programs that run at the same time begin at different ports.
    let begin = u16::try_from(std::process::id() * 97 % u32::from(PORTS)).expect("it is below the number of ports");
    (0..PORTS)
        .map(|_| FIRST + (begin + TOLD.fetch_add(1, Ordering::Relaxed) % PORTS) % PORTS)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a port is free")
}

/// A server that runs until it is killed or dropped.
#[derive(Debug)]
pub struct Running {
    child: Child,
    address: SocketAddr,
    output: PathBuf,
}

impl Running {
    /// Starts `onroll` with arguments and settings that make it listen on `port`, and waits until it is ready. What it
    /// prints goes into `folder`.
    pub async fn start(arguments: &[&str], settings: &[(&str, &str)], port: u16, folder: &Folder) -> Self {
        const PATIENCE: Duration = Duration::from_mins(5);
        let output = folder.path().join("printed.txt");
        let file = File::create(&output).expect("the folder can be written to");
        let mut command = onroll();
        command
            .args(arguments)
            .envs(settings.iter().copied())
            .stderr(file.try_clone().expect("a file can be shared"))
            .stdout(file);
        let child = command.spawn().expect("the command starts");
        let mut running = Self { child, address: SocketAddr::from(([127, 0, 0, 1], port)), output };
        let begun = Instant::now();
        while !running.is_ready().await {
            let ended = running.child.try_wait().expect("the command can be asked");
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "{ended:?} {}", running.printed());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        running
    }

    async fn is_ready(&self) -> bool {
        if tokio::net::TcpStream::connect(self.address).await.is_err() {
            return false;
        }
        self.browser().get("/health/ready").await.status == StatusCode::OK
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        self.browser_at(&format!("http://{}", self.address))
    }

    /// The same, for a server whose public URL is `origin`.
    pub fn browser_at(&self, origin: &str) -> Browser {
        Browser::new(Server::There(self.address), origin)
    }

    /// What it has printed so far.
    pub fn printed(&self) -> String {
        std::fs::read_to_string(&self.output).expect("what it printed can be read")
    }

    /// Tells it to stop with SIGTERM, as systemd does, and whether it ended in time.
    pub async fn stop(&mut self, patience: Duration) -> bool {
        let told = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        assert!(told.is_ok_and(|told| told.success()), "it can be told to stop");
        let begun = Instant::now();
        while begun.elapsed() < patience {
            if self.child.try_wait().expect("the command can be asked").is_some() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        false
    }

    /// Kills it at once with SIGKILL, as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
