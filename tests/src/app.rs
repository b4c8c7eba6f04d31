//! An Onroll for one test, on a database of its own and with a clock that moves only when the test moves it. What must
//! not live here: the state before a story begins (`given`).

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use backend::app::App;
use backend::clock::Clock;
use backend::config::Config;
use backend::context::OpContext;
use backend::db::Db;
use backend::domain::viewer::{Job, Viewer};
use backend::http::serve::{Limits, serve};
use backend::router::compose;
use backend::secret::Secret;
use backend::secret::keyring::Keyring;
use backend::service::journal::is_keyed;
use chrono::{DateTime, Duration, Utc};
use entity::vocabulary::{Scope, StaffRole};
use sea_orm::Statement;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;

use crate::browser::{Browser, Server};
use crate::database::{self, Engine, Folder};
use crate::directory::Directory;
use crate::given::{self, Colleague, Contact};
use crate::note_audit::NoteAudit;
use crate::people::{Anonymous, Partner, SchoolContact, Staff};

/// The time at which every test begins: a Wednesday morning in term.
pub const MORNING: &str = "2026-11-18T10:00:00Z";

/// The public URL in the settings of an app that is called without a socket.
pub const ORIGIN: &str = "https://onroll.example";

/// The operator's secret key in the settings of every test.
pub const SECRET_KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The keyring of that key.
pub fn keyring() -> Keyring {
    Keyring::new(Secret::new(SECRET_KEY))
}

/// The statements carried out since recording began; `None` while nothing is recorded.
type Recorded = Arc<Mutex<Option<Vec<Statement>>>>;

/// An Onroll for one test: the app, its database, its clock, and a router or a socket that answers for it.
pub struct TestApp {
    app: App,
    db: Db,
    clock: Clock,
    server: Server,
    origin: String,
    next: AtomicU32,
    manager: OnceCell<Colleague>,
    statements: Arc<AtomicU32>,
    recorded: Recorded,
    /// Where the database is.
    pub url: String,
    _folder: Option<Folder>,
}

impl TestApp {
    /// An app whose router is called in this process, without a socket.
    pub async fn start(engine: Engine) -> Self {
        let mut app = Self::new(engine, settings()).await;
        app.server = Server::Here(compose(&app.app));
        app
    }

    /// An app that listens on loopback over plain HTTP, as the demonstration does, so that a real browser can use it.
    pub async fn served(engine: Engine) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let config = local(listener.local_addr().expect("the port is known"));
        Self::listening(engine, listener, config).await
    }

    /// The same app with a single sign-on. The provider uses the time of the machine, so the app's clock is set to it
    /// too.
    pub async fn with_directory(mut self) -> (Self, Directory) {
        let directory = Directory::start(&self.origin).await;
        let mut config = (*self.app.config).clone();
        config.single_sign_on = Some(directory.settings());
        self.clock.set(Clock::default().now());
        self.app = App::new(self.db.clone(), Arc::new(config), self.clock.clone());
        self.server = Server::Here(compose(&self.app));
        (self, directory)
    }

    /// The same app of a council that lets a child who was found leave a roll where school and authority agree.
    #[must_use]
    pub fn with_limb_two(mut self) -> Self {
        let mut config = (*self.app.config).clone();
        config.council.limb_two = true;
        self.app = App::new(self.db.clone(), Arc::new(config), self.clock.clone());
        self.server = Server::Here(compose(&self.app));
        self
    }

    /// An app that listens as [`Self::served`] does, with a single sign-on. Its clock is set to the time of the
    /// machine.
    pub async fn served_with_directory(engine: Engine) -> (Self, Directory) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let mut config = local(listener.local_addr().expect("the port is known"));
        let directory = Directory::start(&config.council.public_url).await;
        config.single_sign_on = Some(directory.settings());
        let app = Self::listening(engine, listener, config).await;
        app.clock.set(Clock::default().now());
        (app, directory)
    }

    async fn listening(engine: Engine, listener: TcpListener, config: Config) -> Self {
        let app = Self::new(engine, config).await;
        let router = compose(&app.app);
        tokio::spawn(serve(listener, router, Limits::default(), std::future::pending()));
        app
    }

    async fn new(engine: Engine, mut config: Config) -> Self {
        let (url, folder) = database::migrated(engine).await;
        config.database.url = Secret::new(url.as_str());
        let mut db = Db::connect(&url).await.expect("the database opens");
        assert!(is_keyed(&db, &keyring()).await.expect("the database is empty"), "facts are chained under no key");
        let (statements, recorded) = (Arc::new(AtomicU32::new(0)), Recorded::default());
        let (counted, record) = (Arc::clone(&statements), Arc::clone(&recorded));
        db.observe(move |statement| {
            counted.fetch_add(1, Ordering::Relaxed);
            if let Some(recorded) = record.lock().expect("nothing panicked while it recorded").as_mut() {
                recorded.push(statement.clone());
            }
        });
        let clock = Clock::standing_at(MORNING.parse().expect("a moment"));
        let (listen, origin) = (config.server.listen, config.council.public_url.clone());
        let app = App::new(db.clone(), Arc::new(config), clock.clone());
        let (next, manager) = (AtomicU32::new(1), OnceCell::new());
        let server = Server::There(listen);
        Self { app, db, clock, server, origin, next, manager, statements, recorded, url, _folder: folder }
    }

    /// A second instance on the same database, with connections of its own and the same clock.
    pub async fn instance(&self) -> Self {
        let db = Db::connect(&self.url).await.expect("the database opens twice");
        let app = App::new(db.clone(), Arc::clone(&self.app.config), self.clock.clone());
        Self {
            server: Server::Here(compose(&app)),
            app,
            db,
            clock: self.clock.clone(),
            origin: self.origin.clone(),
            next: AtomicU32::new(1_000),
            manager: OnceCell::new(),
            statements: Arc::default(),
            recorded: Arc::default(),
            url: self.url.clone(),
            _folder: None,
        }
    }

    /// The statements that are carried out while `work` goes on, with their values.
    pub async fn statements_of<T>(&self, work: impl Future<Output = T>) -> (Vec<Statement>, T) {
        *self.recorded.lock().expect("nothing panicked while it recorded") = Some(Vec::new());
        let done = work.await;
        (self.recorded.lock().expect("nothing panicked while it recorded").take().unwrap_or_default(), done)
    }

    /// The app itself, to run jobs on.
    pub fn inner(&self) -> &App {
        &self.app
    }

    /// The database of the app.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The server to send requests to: the router in this process, or a socket.
    pub fn server(&self) -> Server {
        self.server.clone()
    }

    /// The scheme and host that the app's URLs begin with.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The address the app listens on; `None` when its router is called in this process.
    pub fn address(&self) -> Option<SocketAddr> {
        match &self.server {
            Server::Here(_) => None,
            Server::There(address) => Some(*address),
        }
    }

    /// The time on the app's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the app's clock on by `time`.
    pub fn wait(&self, time: Duration) {
        self.clock.set(self.clock.now() + time);
    }

    /// An operation of `viewer` that begins now.
    pub fn op(&self, viewer: Viewer) -> OpContext {
        self.app.op(viewer)
    }

    /// An operation of the operator at the command line, which no limit holds back.
    pub fn operator(&self) -> OpContext {
        self.op(Viewer::System(Job::Operator))
    }

    /// The number of statements sent to the database so far.
    pub fn statements(&self) -> u32 {
        self.statements.load(Ordering::Relaxed)
    }

    /// A number that this app has not given out before, to make names and keys unique.
    pub fn next(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser {
        let audit = NoteAudit::new(self.db.clone(), Arc::clone(&self.statements));
        Browser::new(self.server.clone(), &self.origin).audited_by(audit)
    }

    /// The manager who decides whatever a test is given; added on first use.
    pub async fn manager(&self) -> &Colleague {
        self.manager.get_or_init(|| given::staff(self, "Mira Manager", &[StaffRole::Manager])).await
    }

    /// A person who is not signed in.
    pub fn anybody(&self) -> Anonymous {
        Anonymous(self.browser())
    }

    /// A new member of staff with these roles, signed in.
    pub async fn staff(&self, name: &str, roles: &[StaffRole]) -> Staff {
        let colleague = given::staff(self, name, roles).await;
        self.sign_in(&colleague).await
    }

    /// A CME officer, signed in.
    pub async fn officer(&self) -> Staff {
        self.staff("Olu Officer", &[StaffRole::CmeOfficer]).await
    }

    /// An analyst, signed in.
    pub async fn analyst(&self) -> Staff {
        self.staff("Ana Analyst", &[StaffRole::Analyst]).await
    }

    /// Signs in a member of staff who has been added before.
    pub async fn sign_in(&self, colleague: &Colleague) -> Staff {
        Staff::sign_in(self, colleague).await
    }

    /// Signs in a school contact, with the link in the mail they are sent.
    pub async fn school_contact(&self, contact: &Contact) -> SchoolContact {
        SchoolContact::sign_in(self, contact).await
    }

    /// A program of a partner agency, with a new token for `scopes`.
    pub async fn partner(&self, agency: &str, scopes: &[Scope]) -> Partner {
        let token = given::token(self, agency, scopes).await;
        self.bearer(&token)
    }

    /// A program that sends this bearer token.
    pub fn bearer(&self, token: &str) -> Partner {
        Partner(self.browser().with_bearer(token))
    }
}

/// The settings of an app that listens at `address`. Its host is `localhost`, because a passkey is bound to a domain
/// name and never to an IP address.
fn local(address: SocketAddr) -> Config {
    let mut config = settings();
    config.demo = true;
    config.server.listen = address;
    config.council.public_url = format!("http://localhost:{}", address.port());
    config
}

/// The settings of every test, read by the same code as the operator's.
fn settings() -> Config {
    let lookup = |name: &str| {
        let value = match name {
            "ONROLL_PUBLIC_URL" => ORIGIN,
            "ONROLL_COUNCIL" => "Luton Council",
            "ONROLL_LA_CODE" => "821",
            "ONROLL_TEAM_PHONE" => "01632 960 100",
            "ONROLL_TEAM_EMAIL" => "cme@luton.example",
            "ONROLL_MASH_PHONE" => "01632 960 200",
            "ONROLL_HEAD_EMAIL" => "head@luton.example",
            "ONROLL_EDUCATION_WELFARE_EMAIL" => "welfare@luton.example",
            "ONROLL_MASH_EMAIL" => "mash@luton.example",
            "ONROLL_OUT_OF_HOURS_PHONE" => "01632 960 300",
            "ONROLL_MAIL_DIR" => "no-mail-leaves-a-test",
            "ONROLL_MAIL_FROM" => "onroll@luton.example",
            "ONROLL_SECRET_KEY" => SECRET_KEY,
            _ => return None,
        };
        Some(value.to_owned())
    };
    Config::from_lookup(lookup).expect("the settings are sound")
}
