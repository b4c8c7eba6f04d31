//! The commands of the command line. A failure here is a sentence for the operator and an exit code. What must not live
//! here: what a command does to the register (`service`).

pub(crate) mod backup;
pub(crate) mod check;

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use backend::app::App;
use backend::clock::Clock;
use backend::config::{
    Applicants, Config, Council, Database, Desk, Desks, Mail, MailRoute, Server, USUALLY_TWO, database_url, la_code,
    operators_key,
};
use backend::context::OpContext;
use backend::db::Db;
use backend::db::file::{Alone, Check, path_of};
use backend::demo;
use backend::domain::matching::forms::Forms;
use backend::domain::viewer::{Job, Viewer};
use backend::error::Error;
use backend::graphql::audience::{Audience, sdl_for};
use backend::http::serve::{Limits, serve as serve_on};
use backend::jobs::{clock, confirmations, digests, housekeeping, integrity, journal, outbox, reminders, watch};
use backend::mail::Mailer;
use backend::pages::chrome_of;
use backend::router::compose;
use backend::secret::Secret;
use backend::secret::keyring::Keyring;
use backend::secret::password::DEMO_PASSWORD;
use backend::service;
use backend::service::journal::Trust;
use backend::service::register::{ImportFault, Imported};
use backend::store::setting;
use entity::vocabulary::{LawfulBasis, Scope, SharedField, StaffRole};
use migration::{Migrator, MigratorTrait};
use tokio::net::TcpListener;

/// Why a command failed, and with which exit code.
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) code: u8,
}

fn wrong(message: impl Into<String>) -> Failure {
    Failure { message: message.into(), code: 2 }
}

fn failed(what: &str, cause: &dyn std::error::Error) -> Failure {
    let mut message = format!("{what}: {cause}");
    let mut next = cause.source();
    while let Some(cause) = next {
        message = format!("{message}: {cause}");
        next = cause.source();
    }
    Failure { message, code: 1 }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(faults) => {
                let faults: Vec<String> =
                    faults.iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect();
                wrong(faults.join("\n  "))
            }
            Error::Conflict(conflict) => wrong(conflict.to_string()),
            error => failed("the command was not carried out", &error),
        }
    }
}

impl From<ImportFault> for Failure {
    fn from(fault: ImportFault) -> Self {
        match fault {
            ImportFault::File(faults) => wrong(faults.to_string()),
            ImportFault::Failed(error) => error.into(),
        }
    }
}

/// Reads a role as the API spells it, in upper or lower case.
pub(crate) fn role(typed: &str) -> Result<StaffRole, String> {
    let all: Vec<&str> = StaffRole::ALL.iter().map(|role| role.code()).collect();
    StaffRole::parse(&code(typed)).ok_or_else(|| format!("a role is one of {}", all.join(", ")))
}

/// Reads a scope as the API spells it or as agreements do: `REFERRAL_CREATE`, `referral:create`.
pub(crate) fn scope(typed: &str) -> Result<Scope, String> {
    let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.code()).collect();
    Scope::parse(&code(typed)).ok_or_else(|| format!("a scope is one of {}", all.join(", ")))
}

/// Reads the audience whose schema is printed.
pub(crate) fn audience(typed: &str) -> Result<Audience, String> {
    let all: Vec<&str> = Audience::ALL.iter().map(|audience| audience.name()).collect();
    Audience::parse(typed).ok_or_else(|| format!("an audience is one of {}", all.join(", ")))
}

/// Reads a lawful basis as the API spells it, or in lower case with hyphens: `public-task`.
pub(crate) fn lawful_basis(typed: &str) -> Result<LawfulBasis, String> {
    let all: Vec<&str> = LawfulBasis::ALL.iter().map(|basis| basis.code()).collect();
    LawfulBasis::parse(&code(typed)).ok_or_else(|| format!("a lawful basis is one of {}", all.join(", ")))
}

/// Reads a shared field as the API spells it, in upper or lower case.
pub(crate) fn field(typed: &str) -> Result<SharedField, String> {
    let all: Vec<&str> = SharedField::ALL.iter().map(|field| field.code()).collect();
    SharedField::parse(&code(typed)).ok_or_else(|| format!("a field is one of {}", all.join(", ")))
}

fn code(typed: &str) -> String {
    typed.to_ascii_uppercase().replace([':', '-'], "_")
}

fn demo_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("onroll.sqlite").display())
}

fn url_of(data: Option<PathBuf>) -> Result<Secret, Failure> {
    match data {
        Some(folder) => {
            if !folder.join("onroll.sqlite").is_file() {
                return Err(wrong(format!("there is no database in {}", folder.display())));
            }
            Ok(Secret::new(demo_url(&folder)))
        }
        None => database_url().map_err(|faults| wrong(faults.to_string())),
    }
}

/// Opens a database whose chains are under the key, and gives the keyring too; fails with another key.
async fn open_keyed(data: Option<PathBuf>) -> Result<(Db, Keyring), Failure> {
    let url = url_of(data.clone())?;
    let keyring = keyring_of(data.as_ref())?;
    let db = open(&url).await?;
    must_know_key(&db, &keyring).await?;
    Ok((db, keyring))
}

async fn open(url: &Secret) -> Result<Db, Failure> {
    if let Some(file) = path_of(url.reveal()).filter(|file| !file.is_file()) {
        return Err(wrong(format!("there is no database at {}: `onroll migrate` makes one", file.display())));
    }
    let db = Db::connect(url.reveal()).await;
    let db = db.map_err(|error| failed("the database cannot be used", &error))?;
    must_be_current(&db).await?;
    Ok(db)
}

async fn must_be_current(db: &Db) -> Result<(), Failure> {
    let pending = Migrator::get_pending_migrations(db.for_migration()).await;
    let pending = pending.map_err(|error| failed("the database cannot be read", &error))?;
    if !pending.is_empty() {
        return Err(wrong("the database is not up to date: run `onroll migrate` first"));
    }
    if setting::is_restoring(db).await? {
        return Err(wrong("a restore into this database was cut off: empty it, and restore the backup again"));
    }
    Ok(())
}

/// An operation of the operator. These commands cause no mail, so of the council only its code is needed, which a
/// register is compared with.
fn operator(db: &Db, keyring: &Keyring) -> OpContext {
    let nobody = Council {
        name: String::new(),
        la_code: la_code(),
        public_url: String::new(),
        team_phone: String::new(),
        team_email: String::new(),
        head_email: None,
        mash_phone: String::new(),
        mash_email: String::new(),
        out_of_hours_phone: String::new(),
        desks: Desks::default(),
        two_people: Vec::new(),
        two_for_a_reference: false,
        applicants: Applicants::default(),
        forms: Forms::default(),
        limb_two: false,
    };
    let viewer = Viewer::System(Job::Operator);
    OpContext::new(viewer, Clock::default().now(), db.clone(), Arc::new(nobody), keyring.clone(), "command".to_owned())
}

fn say(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| failed("nothing can be printed", &error))
}

pub(crate) fn check_config() -> Result<(), Failure> {
    Config::from_env().map_err(|faults| wrong(format!("the settings have faults:\n{faults}")))?;
    say("The settings are sound.")
}

pub(crate) fn unavailable_page() -> Result<(), Failure> {
    let config = Config::from_env().map_err(|faults| wrong(format!("the settings have faults:\n{faults}")))?;
    say(frontend::error::unavailable_page(&chrome_of(&config.council)).trim_end())
}

pub(crate) fn schema(audience: Option<Audience>) -> Result<(), Failure> {
    let sdl = audience.map_or_else(backend::graphql::sdl, sdl_for);
    say(sdl.trim_end())
}

pub(crate) async fn migrate(data: Option<PathBuf>) -> Result<(), Failure> {
    let db = Db::create(url_of(data)?.reveal()).await;
    let db = db.map_err(|error| failed("the database cannot be used", &error))?;
    bring_up_to_date(&db).await?;
    service::make_rows(&db, Clock::default().now()).await?;
    say("The database is up to date.")
}

/// Runs all pending migrations. Another process may be running them too; the slower one waits, and runs what is left.
async fn bring_up_to_date(db: &Db) -> Result<(), Failure> {
    const TRIES: u32 = 20;
    const PAUSE: Duration = Duration::from_millis(250);
    let (mut tries, mut left) = (0, usize::MAX);
    loop {
        let Err(error) = Migrator::up(db.for_migration(), None).await else { return Ok(()) };
        // The number cannot be read while the other process locks the database, so the last known one stands.
        let pending = Migrator::get_pending_migrations(db.for_migration()).await.map_or(left, |pending| pending.len());
        tries = if pending < left { 1 } else { tries + 1 };
        left = pending;
        if tries == TRIES {
            return Err(failed("the migration failed", &error));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The keyring of the operator's key: that of the settings, or that of a demonstration.
fn keyring_of(data: Option<&PathBuf>) -> Result<Keyring, Failure> {
    let key = match data {
        Some(folder) => Secret::new(String::from_utf8_lossy(&read_file(&folder.join(DEMO_KEY))?).trim()),
        None => operators_key().map_err(|faults| wrong(faults.to_string()))?,
    };
    Ok(Keyring::new(key))
}

pub(crate) async fn release_mail(
    data: Option<PathBuf>,
    mails: Vec<entity::MessageId>,
    all: bool,
) -> Result<(), Failure> {
    let (db, keyring) = open_keyed(data).await?;
    let op = operator(&db, &keyring);
    if mails.is_empty() && !all {
        let held = service::message::held(&op).await?;
        let lines = held.iter().map(|mail| format!("{}  {}  {}", mail.id, mail.created_at, mail.subject));
        let lines: Vec<String> = lines.collect();
        return if lines.is_empty() { say("No mail is held.") } else { say(&lines.join("\n")) };
    }
    let count = if all {
        service::message::release_every(&op).await?
    } else {
        service::message::release(&op, Some(mails)).await?
    };
    say(&format!("Mails that leave when the service runs: {count}"))
}

pub(crate) async fn retry_mail(data: Option<PathBuf>) -> Result<(), Failure> {
    let (db, keyring) = open_keyed(data).await?;
    let count = service::message::send_every_failed_again(&operator(&db, &keyring)).await?;
    say(&format!("Mails that are tried again when the service runs: {count}"))
}

pub(crate) async fn add_staff(
    data: Option<PathBuf>,
    name: String,
    email: String,
    roles: Vec<StaffRole>,
) -> Result<(), Failure> {
    let (db, keyring) = open_keyed(data).await?;
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        eprintln!("Type the password, then Enter and Ctrl-D:");
    }
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(|error| failed("the password cannot be read", &error))?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    if password == DEMO_PASSWORD && !setting::is_demo(&db).await? {
        return Err(wrong("password: this is the password of the demonstration: choose another"));
    }
    let id =
        service::staff::add(&operator(&db, &keyring), service::staff::Add { name, email, roles, password }).await?;
    say(&format!("Added as {id}."))
}

pub(crate) async fn invite_staff(name: String, email: String, roles: Vec<StaffRole>) -> Result<(), Failure> {
    let config = Config::from_env().map_err(|faults| wrong(format!("the settings have faults:\n{faults}")))?;
    let db = open(&config.database.url).await?;
    must_know_key(&db, &Keyring::new(config.secret_key.clone())).await?;
    let app = App::new(db, Arc::new(config), Clock::default());
    let op = app.op(Viewer::System(Job::Operator));
    let invited = service::staff::invite(&op, service::staff::Invite { name, email, roles }).await?;
    eprintln!(
        "The link in the mail asks for this code, which is shown only now. Tell them by telephone or face to face:"
    );
    say(&invited.code)?;
    say(&format!("Invited as {}. The mail leaves when the service runs.", invited.id))
}

pub(crate) async fn issue_token(data: Option<PathBuf>, issue: service::agency::Issue) -> Result<(), Failure> {
    let (db, keyring) = open_keyed(data).await?;
    let token = service::agency::issue_anew(&operator(&db, &keyring), issue).await?;
    eprintln!("This token is shown only now:");
    say(token.reveal())
}

pub(crate) async fn revoke_token(data: Option<PathBuf>, reason: String) -> Result<(), Failure> {
    let (db, keyring) = open_keyed(data).await?;
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        eprintln!("Type the token, then Enter and Ctrl-D:");
    }
    let mut token = String::new();
    std::io::stdin().read_to_string(&mut token).map_err(|error| failed("the token cannot be read", &error))?;
    if service::agency::revoke_typed(&operator(&db, &keyring), &token, reason).await? {
        return say("Revoked.");
    }
    Err(wrong("this is not a token of ours"))
}

fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| wrong(format!("{} cannot be read: {error}", path.display())))
}

fn report(imported: &Imported) -> Result<(), Failure> {
    let Imported { added, changed, unchanged, missing, warnings } = imported;
    for warning in warnings {
        eprintln!("{warning}");
    }
    if !missing.is_empty() {
        eprintln!(
            "The file does not tell of {} schools that are known; they stay as they were. If it is whole, look each up in \
             the national register: {}",
            missing.len(),
            missing.join(", ")
        );
    }
    say(&format!("Imported: {added} added, {changed} changed, {unchanged} as before."))
}

pub(crate) async fn import_schools(data: Option<PathBuf>, file: PathBuf) -> Result<(), Failure> {
    let file = read_file(&file)?;
    let (db, keyring) = open_keyed(data).await?;
    let imported = service::register::import_schools(&operator(&db, &keyring), file).await?;
    report(&imported)
}

pub(crate) async fn import_terms(data: Option<PathBuf>, file: PathBuf) -> Result<(), Failure> {
    let file = read_file(&file)?;
    let (db, keyring) = open_keyed(data).await?;
    let imported = service::register::import_term_dates(&operator(&db, &keyring), file).await?;
    report(&imported)
}

pub(crate) async fn serve() -> Result<(), Failure> {
    let config = Config::from_env().map_err(|faults| wrong(format!("the settings have faults:\n{faults}")))?;
    let db = open(&config.database.url).await?;
    if setting::is_demo(&db).await? {
        return Err(wrong("this is the database of a demonstration: its credentials are public, so it is not served"));
    }
    let _alone = alone(&config)?;
    run(db, config).await
}

/// Holds the database for this process, for as long as the result lives.
fn alone(config: &Config) -> Result<Alone, Failure> {
    Alone::serve(config.database.url.reveal()).map_err(|error| wrong(error.to_string()))
}

/// Fails if the file of an SQLite database is damaged.
async fn must_be_sound(db: &Db, check: Check) -> Result<(), Failure> {
    let damage = db.damage(check).await.map_err(|error| failed("the database file cannot be checked", &error))?;
    let damaged =
        |found| Failure { message: format!("the database file is damaged, restore a backup: {found}"), code: 1 };
    damage.map_or(Ok(()), |found| Err(damaged(found)))
}

/// Fails if the secrets in the database were sealed, or its facts chained, with another key than this.
async fn must_know_key(db: &Db, keyring: &Keyring) -> Result<(), Failure> {
    if !setting::knows_key(db, keyring).await? {
        return Err(wrong(OTHER_KEY));
    }
    if service::journal::is_keyed(db, keyring).await? {
        return Ok(());
    }
    Err(wrong(
        "the chains of facts are not under the key yet: stop every instance, and run `onroll key-chains` once. If that was \
         done before, somebody has changed the database",
    ))
}

const OTHER_KEY: &str = "ONROLL_SECRET_KEY is not the key that this database was used with, so no second factor could be \
                         checked: set the key that is kept with the backups. If it is lost, `onroll accept-key` goes on \
                         with this one";

pub(crate) async fn accept_key() -> Result<(), Failure> {
    let config = Config::from_env().map_err(|faults| wrong(format!("the settings have faults:\n{faults}")))?;
    let db = open(&config.database.url).await?;
    let keyring = Keyring::new(config.secret_key.clone());
    if !setting::knows_key(&db, &keyring).await? {
        // What was chained and sealed under the lost key can be checked by nobody any more.
        let key_chains = service::journal::key_chains(&db, &keyring, Trust::Nothing, check::tell_of("facts")).await;
        key_chains.map_err(|error| failed("the chains of facts were not put under the key", &error))?;
        setting::accept_key(&db, &keyring).await?;
    }
    say(
        "This key is used from now on. The chains of facts and the journal begin anew under it: what was stored before is \
         vouched for by no head that was kept. What was sealed with another is lost: add an administrator with `onroll staff add`, \
         who removes the second factors at /staff, so that each person sets up a new one",
    )
}

/// The address that the demonstration listens on, and the one that people type.
pub(crate) struct Reach {
    pub(crate) listen: IpAddr,
    pub(crate) port: u16,
    pub(crate) public_url: Option<String>,
}

impl Reach {
    /// The address that people type: the one given, or one that follows from where it listens. Fails if neither can be
    /// known.
    fn url(&self) -> Result<String, Failure> {
        let Self { listen, port, public_url } = self;
        match public_url {
            Some(url) => {
                let known = ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme));
                let host = url.split("://").nth(1).unwrap_or_default().trim_end_matches('/');
                if !known || host.is_empty() || host.contains('/') {
                    return Err(wrong("--public-url must be like http://192.0.2.7:3000"));
                }
                Ok(url.trim_end_matches('/').to_owned())
            }
            // A name and not an IP address, because passkeys are bound to a name. The IP address is answered as well.
            None if listen.is_loopback() => Ok(format!("http://localhost:{port}")),
            None if listen.is_unspecified() => {
                Err(wrong("say with --public-url by which address people reach the demonstration"))
            }
            None => Ok(format!("http://{}", SocketAddr::new(*listen, *port))),
        }
    }
}

pub(crate) async fn demo(folder: PathBuf, reach: Reach) -> Result<(), Failure> {
    let url = reach.url()?;
    std::fs::create_dir_all(&folder).map_err(|error| wrong(format!("{} cannot be made: {error}", folder.display())))?;
    let config = demo_config(&folder, SocketAddr::new(reach.listen, reach.port), url, demo_key(&folder)?);
    let _alone = alone(&config)?;
    let db = Db::create(config.database.url.reveal()).await;
    let db = db.map_err(|error| failed("the database cannot be used", &error))?;
    bring_up_to_date(&db).await?;
    let keyring = Keyring::new(config.secret_key.clone());
    must_know_key(&db, &keyring).await?;
    let tokens = folder.join("tokens.txt");
    if !setting::is_demo(&db).await? {
        if setting::has_people(&db).await? {
            return Err(wrong(format!(
                "{} holds a database that is not, or not completely, a demonstration: remove it or name another folder",
                folder.display()
            )));
        }
        say("Filling the demonstration with synthetic data. This happens once and takes about a minute.")?;
        let council = Arc::new(config.council.clone());
        let made =
            demo::fill(&db, &keyring, council, Clock::default().now(), |progress| eprintln!("  {progress}")).await?;
        let lines: Vec<String> = made.tokens.iter().map(|(what, token)| format!("{what} {token}")).collect();
        std::fs::write(&tokens, lines.join("\n")).map_err(|error| failed("the tokens cannot be written", &error))?;
        setting::mark_demo(&db).await?;
    }
    let tokens = std::fs::read_to_string(&tokens).unwrap_or_default();
    say(&welcome(&config, &tokens))?;
    run(db, config).await
}

/// The file of a demonstration's key, in its folder.
const DEMO_KEY: &str = "secret.key";

/// The operator's key of a demonstration: made at its first start, and kept in its folder.
fn demo_key(folder: &Path) -> Result<Secret, Failure> {
    let file = folder.join(DEMO_KEY);
    if !file.is_file() {
        let key = backend::secret::token::random_token().map_err(Failure::from)?;
        std::fs::write(&file, key).map_err(|error| failed("the key cannot be written", &error))?;
    }
    let key = std::fs::read_to_string(&file).map_err(|error| failed("the key cannot be read", &error))?;
    Ok(Secret::new(key.trim()))
}

fn demo_config(folder: &Path, listen: SocketAddr, public_url: String, secret_key: Secret) -> Config {
    Config {
        secret_key,
        backup_recipients: Vec::new(),
        single_sign_on: None,
        database: Database { url: Secret::new(demo_url(folder)) },
        server: Server::alone(listen),
        council: Council {
            name: "Luton Council".to_owned(),
            la_code: "821".to_owned(),
            public_url,
            team_phone: "01632 960 180".to_owned(),
            team_email: "cme@onroll.example".to_owned(),
            head_email: Some("head-of-service@onroll.example".to_owned()),
            mash_phone: "01632 960 653".to_owned(),
            mash_email: "mash@onroll.example".to_owned(),
            out_of_hours_phone: "01632 960 123".to_owned(),
            desks: demo_desks(),
            two_people: USUALLY_TWO.to_vec(),
            two_for_a_reference: true,
            applicants: Applicants::default(),
            forms: Forms::default(),
            limb_two: false,
        },
        mail: Mail { route: MailRoute::Folder(folder.join("mail")), from: "onroll@onroll.example".to_owned() },
        demo: true,
    }
}

/// The teams to which the demonstration leads people.
fn demo_desks() -> Desks {
    let desk = |phone: &str, mail: &str| Desk {
        phone: Some(format!("01632 960 {phone}")),
        email: Some(format!("{mail}@onroll.example")),
    };
    Desks {
        education_welfare: desk("174", "education.welfare"),
        admissions: desk("175", "admissions"),
        home_education: desk("176", "home.education"),
        early_years: desk("177", "early.years"),
        participation: desk("178", "participation"),
    }
}

fn welcome(config: &Config, tokens: &str) -> String {
    let at = &config.council.public_url;
    let people: Vec<String> = demo::PEOPLE
        .iter()
        .map(|person| format!("  {:<28} {:<40} {}", person.what, person.email, person.where_))
        .collect();
    let tokens: Vec<String> = tokens.lines().map(|line| format!("  {line}")).collect();
    format!(
        "\nOnroll, the demonstration: {at}\n\n  {at}/refer      schools\n  {at}/report     anybody else\n  {at}/sign-in    \
         staff\n  {at}/demo/mail  every mail that was sent\n\nStaff sign in with the password {DEMO_PASSWORD}\nSchool \
         contacts ask for a link at {at}/refer and find it at {at}/demo/mail\n\n{}\n\nTokens for POST {at}/graphql\n\n{}\n\n\
         Ctrl-C stops it. Synthetic data only.\n",
        people.join("\n"),
        tokens.join("\n"),
    )
}

/// Serves requests and runs the jobs until told to stop, and then ends what is under way.
async fn run(db: Db, config: Config) -> Result<(), Failure> {
    // A larger file is served at once and checked meanwhile, so that nobody waits for a start.
    const CHECKED_BEFORE: u64 = 256 * 1024 * 1024;
    if db.file_size() <= CHECKED_BEFORE {
        must_be_sound(&db, Check::Quick).await?;
    }
    must_know_key(&db, &Keyring::new(config.secret_key.clone())).await?;
    // Whoever lacks keys is found by no search, and a migration that was killed may have left some.
    service::make_rows(&db, Clock::default().now()).await?;
    let (listen, limits) = (config.server.listen, Limits { exempt: config.server.crowds(), ..Limits::default() });
    let mailer = Mailer::new(&config)?;
    let app = App::new(db, Arc::new(config), Clock::default());
    let listener =
        TcpListener::bind(listen).await.map_err(|error| wrong(format!("cannot listen on {listen}: {error}")))?;
    let jobs = [
        tokio::spawn(outbox::run(app.clone(), mailer)),
        tokio::spawn(digests::run(app.clone())),
        tokio::spawn(housekeeping::run(app.clone())),
        tokio::spawn(confirmations::run(app.clone())),
        tokio::spawn(clock::run(app.clone())),
        tokio::spawn(integrity::run(app.clone())),
        tokio::spawn(journal::run(app.clone())),
        tokio::spawn(reminders::run(app.clone())),
        tokio::spawn(watch::run(app.clone())),
        tokio::spawn({
            let app = app.clone();
            async move { app.db.watch(app.config.database.url.reveal()).await }
        }),
    ];
    tracing::info!(%listen, "Serving");
    let served = serve_on(listener, compose(&app), limits, stop_signal()).await;
    jobs.iter().for_each(tokio::task::JoinHandle::abort);
    // Commands outlive their requests; this gives the last of them the time to commit.
    tokio::time::sleep(Duration::from_millis(200)).await;
    served.map_err(|error| failed("serving failed", &error))?;
    // A database that does not answer must not keep the process alive.
    if let Ok(closed) = tokio::time::timeout(Duration::from_secs(3), app.db.close()).await {
        return closed.map_err(|error| failed("the database cannot be closed", &error));
    }
    tracing::warn!("The connections to the database were not closed in time");
    Ok(())
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
