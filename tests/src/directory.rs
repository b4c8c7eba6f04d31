//! A council's single sign-on: a certified OpenID provider on loopback, with a directory that a test can change.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use backend::config::SingleSignOn;
use backend::secret::Secret;
use entity::vocabulary::StaffRole;
use http::StatusCode;
use serde_json::{Map, Value};

use crate::browser::{Browser, Server};
use crate::database::Folder;
use crate::page::Page;
use crate::process::free_port;

/// The groups that Onroll's settings map to roles.
pub const GROUPS: [(&str, StaffRole); 3] = [
    ("cme-officers", StaffRole::CmeOfficer),
    ("cme-managers", StaffRole::Manager),
    ("cme-administrators", StaffRole::Administrator),
];

const CLIENT: &str = "onroll";
const SECRET: &str = "a secret that both sides know";

/// A running OpenID provider, stopped when it is dropped.
#[derive(Debug)]
pub struct Directory {
    child: Child,
    address: SocketAddr,
    people: PathBuf,
    _folder: Folder,
}

impl Drop for Directory {
    fn drop(&mut self) {
        // It may have been stopped already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Directory {
    /// Starts a provider for the Onroll whose public URL is `origin`. Its directory is empty.
    pub async fn start(origin: &str) -> Self {
        let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc");
        let installed = at.join("node_modules/oidc-provider").is_dir();
        assert!(installed, "{} lacks its packages: run tests/run, or `npm ci` there", at.display());
        let (folder, port) = (Folder::new(), free_port());
        let people = folder.path().join("people.json");
        fs::write(&people, "{}").expect("the folder can be written to");
        let mut command = Command::new("node");
        command
            .arg(at.join("provider.js"))
            .env("PORT", port.to_string())
            .env("CLIENT_ID", CLIENT)
            .env("CLIENT_SECRET", SECRET)
            .env("REDIRECT_URI", format!("{origin}/sign-in/single-sign-on/return"))
            .env("SIGNED_OUT_URI", format!("{origin}/signed-out"))
            .env("ACCOUNTS", &people)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().expect("Node.js is installed: run tests/run, which sees to it");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut directory = Self { child, address, people, _folder: folder };
        for _ in 0..400 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return directory;
            }
            let ended = directory.child.try_wait().expect("the provider can be asked");
            assert!(ended.is_none(), "the provider ended: {ended:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the provider does not listen");
    }

    /// The settings that make Onroll use it.
    pub fn settings(&self) -> SingleSignOn {
        SingleSignOn {
            issuer: self.issuer(),
            client_id: CLIENT.to_owned(),
            client_secret: Secret::new(SECRET),
            roles: GROUPS.map(|(group, role)| (group.to_owned(), role)).to_vec(),
        }
    }

    /// The issuer URL.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds somebody to the directory, or replaces their claims.
    pub fn says(&self, login: &str, claims: Value) {
        let people = fs::read_to_string(&self.people).expect("the directory can be read");
        let mut people: Map<String, Value> = serde_json::from_str(&people).expect("the directory is JSON");
        people.insert(login.to_owned(), claims);
        fs::write(&self.people, Value::Object(people).to_string()).expect("the directory can be written to");
    }

    /// Kills the provider, as a power cut would.
    pub fn stop(&mut self) {
        self.child.kill().expect("it can be stopped");
        self.child.wait().expect("it ends");
    }

    /// A browser at the provider. Its cookies are kept apart from Onroll's.
    pub fn browser(&self) -> Browser {
        Browser::new(Server::There(self.address), &self.issuer())
    }

    /// Signs `login` in at the provider, for the authorisation request `asked` that Onroll sent the browser with.
    /// Returns the address the provider redirects back to.
    pub async fn sign_in(&self, browser: &Browser, asked: &str, login: &str) -> String {
        let path = asked.strip_prefix(&self.issuer()).unwrap_or_else(|| panic!("{asked} is not at the provider"));
        let mut page = browser.visit(path).await;
        if page.status == StatusCode::OK {
            let form = page.form().with("login", login).with("password", "any");
            page = browser.submit(&form).await;
        }
        away(&page)
    }
}

/// The redirect of a page that leads away from the provider.
fn away(page: &Page) -> String {
    let there = page.location().unwrap_or_else(|| panic!("{} leads nowhere: {}", page.path, page.text()));
    there.to_owned()
}
