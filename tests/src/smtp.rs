//! A mail server on loopback that behaves as a test says: takes mail, refuses it, falls silent or hangs up.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How the server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It takes every mail.
    Accepts,
    /// It gives this reply to every recipient.
    Answers(&'static str),
    /// It closes the connection once it is told the recipient.
    HangsUp,
    /// It sends nothing more after this command, and never closes the connection; `""` stands for the greeting.
    FallsSilentAt(&'static str),
    /// It sends nothing more once it is told a recipient at this domain.
    FallsSilentFor(&'static str),
}

/// A mail server that listens on loopback.
#[derive(Clone, Debug)]
pub struct MailServer {
    address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    taken: Arc<Mutex<Vec<String>>>,
    asked: Arc<Mutex<usize>>,
}

fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl MailServer {
    /// Starts a server, which listens until the test ends.
    pub async fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("the port is known");
        let server = Self { address, mood: Arc::new(Mutex::new(mood)), taken: Arc::default(), asked: Arc::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                // A client that hangs up in the middle of a mail is no failure of a test.
                tokio::spawn(async move { server.converse(stream).await.ok() });
            }
        });
        server
    }

    /// The `smtp://` URL of the server.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Changes how it behaves from now on.
    pub fn turns(&self, mood: Mood) {
        *locked(&self.mood) = mood;
    }

    /// The full text of every mail it took, in order.
    pub fn taken(&self) -> Vec<String> {
        locked(&self.taken).clone()
    }

    /// How often a client named a recipient, or met the silence of this server.
    pub fn asked(&self) -> usize {
        *locked(&self.asked)
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        if *locked(&self.mood) == Mood::FallsSilentAt("") {
            std::future::pending::<()>().await;
        }
        stream.write_all(b"220 loopback\r\n").await?;
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let said = line.to_ascii_uppercase();
            let falls_silent = match *locked(&self.mood) {
                Mood::FallsSilentAt(word) => said.starts_with(word),
                Mood::FallsSilentFor(domain) => said.starts_with("RCPT") && line.contains(domain),
                _ => false,
            };
            if falls_silent {
                *locked(&self.asked) += 1;
                std::future::pending::<()>().await;
            }
            let reply = if said.starts_with("RCPT") {
                *locked(&self.asked) += 1;
                let mood = *locked(&self.mood);
                match mood {
                    Mood::Accepts | Mood::FallsSilentAt(_) | Mood::FallsSilentFor(_) => "250 ok",
                    Mood::Answers(reply) => reply,
                    Mood::HangsUp => return Ok(()),
                }
            } else if said.starts_with("DATA") {
                stream.write_all(b"354 go on\r\n").await?;
                let mail = read_mail(&mut stream).await?;
                if *locked(&self.mood) == Mood::FallsSilentAt("THE END") {
                    std::future::pending::<()>().await;
                }
                locked(&self.taken).push(mail);
                "250 taken"
            } else if said.starts_with("QUIT") {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            } else {
                "250 ok"
            };
            stream.write_all(format!("{reply}\r\n").as_bytes()).await?;
        }
    }
}

async fn read_mail(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut mail = String::new();
    loop {
        let from = mail.len();
        if stream.read_line(&mut mail).await? == 0 || &mail[from..] == ".\r\n" {
            mail.truncate(from);
            return Ok(mail);
        }
    }
}
