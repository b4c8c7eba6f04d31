//! The real command, from its first start to the power cut.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use acceptance::app::SECRET_KEY;
use acceptance::browser::Server;
use acceptance::database::{Engine, Folder, column, count, migrated, tamper};
use acceptance::prelude::*;
use acceptance::process::{Running, free_port, onroll, printed, run};
use backend::clock::Clock;
use backend::db::Db;
use backend::demo;
use backend::secret::password::DEMO_PASSWORD;
use chrono::{Datelike, Days};
use http::StatusCode;
use tokio::sync::OnceCell;

/// A demonstration that was filled once, by the real command.
static FILLED: OnceCell<Folder> = OnceCell::const_new();

async fn filled() -> &'static Folder {
    FILLED
        .get_or_init(|| async {
            let folder = Folder::new();
            let running = start(&folder).await;
            for person in demo::PEOPLE {
                assert!(running.printed().contains(person.email), "{} is not told how to sign in", person.email);
            }
            running.kill();
            folder
        })
        .await
}

/// A copy of the filled demonstration, which a test may spoil.
async fn copied() -> Folder {
    let (from, to) = (filled().await, Folder::new());
    for file in std::fs::read_dir(from.path()).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
        std::fs::copy(file.path(), to.path().join(file.file_name())).unwrap();
    }
    to
}

async fn start(folder: &Folder) -> Running {
    started_with(folder, &[]).await
}

async fn started_with(folder: &Folder, settings: &[(&str, &str)]) -> Running {
    let port = free_port();
    let data = folder.path().display().to_string();
    Running::start(&["demo", "--data", &data, "--port", &port.to_string()], settings, port, folder).await
}

async fn open(folder: &Folder) -> Db {
    Db::connect(&folder.sqlite("onroll.sqlite")).await.unwrap()
}

fn data(folder: &Folder) -> [String; 2] {
    ["--data".to_owned(), folder.path().display().to_string()]
}

fn verify(folder: &Folder) -> Output {
    let [flag, path] = data(folder);
    run(&["verify", &flag, &path], &[])
}

/// Signs in as the school contact of the demonstration with the mailed link.
async fn sign_in(browser: &Browser, db: &Db) -> Page {
    let contact = demo::PEOPLE.iter().find(|person| person.where_.contains("/refer")).unwrap();
    let form = browser.visit("/refer").await.form().with("email", contact.email);
    browser.submit(&form).await.is_shown();
    let mails = mail::stored(db).await;
    let newest = mails.iter().rfind(|mail| mail.to == contact.email && mail.body.contains("/link/")).unwrap();
    let button = browser.visit(&newest.link()).await.form();
    browser.submit(&button).await
}

#[tokio::test]
async fn a_referral_that_was_confirmed_survives_the_power_cut() {
    let folder = copied().await;
    let running = start(&folder).await;
    let (browser, db) = (running.browser(), open(&folder).await);
    sign_in(&browser, &db).await.says("Your referrals");
    let first = browser.visit("/refer/new").await;
    let check = browser.answer_all(first, &recent()).await;
    let sent = browser.submit(&check.button("Send referral").with("declaration", "YES")).await;

    running.kill();

    let reference = sent.all(".app-reference").pop().unwrap();
    let again = start(&folder).await;
    assert!(!again.printed().contains("Filling"), "{}", again.printed());
    assert_eq!(count(&db, "referral", &format!("reference = '{reference}'")).await, 1);
    assert_eq!(count(&db, "event", &format!("payload LIKE '%\"reference\":\"{reference}\"%'")).await, 1);
    // One to the contact, one to the team.
    assert_eq!(count(&db, "message", &format!("subject LIKE '%{reference}%'")).await, 2);
    let page = again.browser();
    sign_in(&page, &db).await.says(&reference);
    again.kill();
    assert!(verify(&folder).status.success(), "{}", printed(&verify(&folder)));
}

/// The usual answers with dates a few days back from now, because the real command has the real time.
pub(super) fn recent() -> typed::Answers {
    let today = Clock::default().now().date_naive();
    let day = |ago: u64| {
        let day = today - Days::new(ago);
        (day.year().to_string(), day.month().to_string(), day.day().to_string())
    };
    let dated = |answers: typed::Answers, field, (year, month, day): (String, String, String)| {
        answers.dated(field, (&year, &month, &day))
    };
    let answers = dated(typed::referral(), "dateOfBirth", day(365 * 9));
    let answers = ["lastAttended", "lastSeen", "enquiry.1.date", "appraisedOn"]
        .into_iter()
        .fold(answers, |answers, field| dated(answers, field, day(5)));
    ["enquiry.2.date", "enquiry.3.date"].into_iter().fold(answers, |answers, field| dated(answers, field, day(4)))
}

#[tokio::test]
async fn everybody_named_by_the_demonstration_can_sign_in_and_sees_its_banner() {
    let folder = copied().await;
    let running = start(&folder).await;
    for person in demo::PEOPLE.iter().filter(|person| person.where_.contains("/sign-in")) {
        let browser = running.browser();
        let form = browser.visit("/sign-in").await.form();
        let page = browser.submit(&form.with("email", person.email).with("password", DEMO_PASSWORD)).await;
        page.is_shown().says(person.name);
        assert!(page.text().to_lowercase().contains("demonstration"), "{}", page.text());
    }
    let db = open(&folder).await;
    let states = column(&db, "SELECT DISTINCT state FROM \"case\"").await;
    assert_eq!(states.len(), CaseState::ALL.len(), "{states:?}");
    assert!(count(&db, "case", "1 = 1").await >= 300);
}

#[tokio::test]
async fn one_changed_byte_is_found_by_the_command_and_named() {
    let folder = copied().await;
    let sound = verify(&folder);
    assert_eq!(sound.status.code(), Some(0), "{}", printed(&sound));
    let db = open(&folder).await;
    let changed = "UPDATE event SET payload = replace(payload, 'a', 'b') WHERE id = (SELECT max(id) FROM event)";
    tamper(&db, changed).await;
    db.close().await.unwrap();

    let broken = verify(&folder);

    assert_eq!(broken.status.code(), Some(1), "{}", printed(&broken));
    assert!(printed(&broken).contains("was changed after it was stored"), "{}", printed(&broken));
}

#[tokio::test]
async fn the_demonstration_is_never_served_for_real() {
    let folder = copied().await;
    let url = folder.sqlite("onroll.sqlite");
    let refused = run(&["serve"], &settings(&url, folder.path()));
    assert_eq!(refused.status.code(), Some(2), "{}", printed(&refused));
    assert!(printed(&refused).contains("demonstration"), "{}", printed(&refused));
}

/// The public URL in [`settings`].
pub(super) const ORIGIN: &str = "https://onroll.example";

/// Sound settings for a service that keeps its data at `url` and its mail beside it.
pub(super) fn settings<'a>(url: &'a str, folder: &'a Path) -> Vec<(&'a str, &'a str)> {
    vec![
        ("ONROLL_DATABASE_URL", url),
        ("ONROLL_PUBLIC_URL", ORIGIN),
        ("ONROLL_COUNCIL", "Luton Council"),
        ("ONROLL_LA_CODE", "821"),
        ("ONROLL_TEAM_PHONE", "01632 960 100"),
        ("ONROLL_TEAM_EMAIL", "cme@luton.example"),
        ("ONROLL_MASH_PHONE", "01632 960 200"),
        ("ONROLL_MASH_EMAIL", "mash@luton.example"),
        ("ONROLL_OUT_OF_HOURS_PHONE", "01632 960 300"),
        ("ONROLL_MAIL_DIR", folder.to_str().unwrap()),
        ("ONROLL_MAIL_FROM", "onroll@luton.example"),
        ("ONROLL_SECRET_KEY", SECRET_KEY),
    ]
}

#[test]
fn every_fault_of_the_settings_is_reported_at_once() {
    let faulty = run(&["check-config"], &[("ONROLL_LISTEN", "nowhere"), ("ONROLL_LA_CODE", "82")]);
    assert_eq!(faulty.status.code(), Some(2), "{}", printed(&faulty));
    for name in [
        "ONROLL_LISTEN",
        "ONROLL_LA_CODE",
        "ONROLL_PUBLIC_URL",
        "ONROLL_COUNCIL",
        "ONROLL_MASH_EMAIL",
        "ONROLL_MAIL_FROM",
    ] {
        assert!(printed(&faulty).contains(name), "{name} is missing: {}", printed(&faulty));
    }
    let sound = run(&["check-config"], &settings("sqlite://nothing-is-opened", Path::new(".")));
    assert_eq!(sound.status.code(), Some(0), "{}", printed(&sound));
}

#[tokio::test]
async fn the_demonstration_is_reached_by_the_address_that_was_said_and_tells_others_which_it_is() {
    let folder = copied().await;
    let port = free_port();
    let data = folder.path().display().to_string();
    let port_typed = port.to_string();
    let arguments = ["demo", "--data", &data, "--port", &port_typed, "--public-url", "http://192.0.2.7:3000"];
    let running = Running::start(&arguments, &[], port, &folder).await;
    assert!(running.printed().contains("http://192.0.2.7:3000/sign-in"), "{}", running.printed());
    let server = Server::There(([127, 0, 0, 1], port).into());

    let there = Browser::new(server.clone(), "http://192.0.2.7:3000");
    let about = there.visit("/report").await.button("Start now");
    let begun = there.submit_once(&about).await;
    assert!(begun.location().is_some_and(|path| path.ends_with("/danger")), "{begun:?}");
    let elsewhere = Browser::new(server, "http://192.0.2.8:3000").get("/").await;

    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST);
    elsewhere.says("http://192.0.2.7:3000").says("--public-url").says("Luton Council").says("999");
    let nowhere = run(&["demo", "--data", &data, "--listen", "0.0.0.0"], &[]);
    assert_eq!(nowhere.status.code(), Some(2), "{}", printed(&nowhere));
    assert!(printed(&nowhere).contains("--public-url"), "{}", printed(&nowhere));
}

#[test]
fn a_migration_that_was_killed_is_finished_by_the_next() {
    for killed_after in (0..24).map(|step| Duration::from_millis(step * 10)) {
        let folder = Folder::new();
        let url = folder.sqlite("onroll.sqlite");
        let settings = [("ONROLL_DATABASE_URL", url.as_str()), ("ONROLL_SECRET_KEY", SECRET_KEY)];
        let mut child = onroll().arg("migrate").envs(settings).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(killed_after);
        child.kill().unwrap();
        child.wait().unwrap();

        let again = run(&["migrate"], &settings);

        assert_eq!(again.status.code(), Some(0), "killed after {killed_after:?}: {}", printed(&again));
        let sound = run(&["verify"], &settings);
        assert_eq!(sound.status.code(), Some(0), "killed after {killed_after:?}: {}", printed(&sound));
    }
}

async fn of_several_migrations_at_once_every_one_succeeds(engine: Engine) {
    let (url, _folder) = acceptance::database::empty(engine).await;
    let migrate = || {
        onroll()
            .arg("migrate")
            .env("ONROLL_DATABASE_URL", &url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children = [migrate(), migrate(), migrate()];
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", printed(&output));
    }
}

#[tokio::test]
async fn of_several_migrations_at_once_every_one_succeeds_on_sqlite() {
    of_several_migrations_at_once_every_one_succeeds(Engine::Sqlite).await;
}

#[tokio::test]
async fn of_several_migrations_at_once_every_one_succeeds_on_postgres() {
    of_several_migrations_at_once_every_one_succeeds(Engine::Postgres).await;
}

/// Adds a member of staff whose password is typed.
fn add_staff(url: &str, password: &str) -> Output {
    let mut command = onroll();
    command.args(["staff", "add", "--name", "Olu Officer", "--email", "olu@luton.example", "--role", "cme_officer"]);
    command
        .env("ONROLL_DATABASE_URL", url)
        .env("ONROLL_SECRET_KEY", SECRET_KEY)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
    child.wait_with_output().unwrap()
}

async fn an_operator_sets_up_a_service(engine: Engine) {
    let (url, _database) = acceptance::database::empty(engine).await;
    let (folder, port) = (Folder::new(), free_port());
    let listen = format!("127.0.0.1:{port}");
    let mut settings = settings(&url, folder.path());
    settings.push(("ONROLL_LISTEN", &listen));

    let early = run(&["serve"], &settings);
    assert_eq!(early.status.code(), Some(2), "{}", printed(&early));
    assert!(printed(&early).contains("onroll migrate"), "{}", printed(&early));
    let migrated = run(&["migrate"], &settings);
    assert_eq!(migrated.status.code(), Some(0), "{}", printed(&migrated));
    for (password, code) in [("short", 2), (DEMO_PASSWORD, 2), (given::PASSWORD, 0), (given::PASSWORD, 2)] {
        let added = add_staff(&url, password);
        assert_eq!(added.status.code(), Some(code), "{}", printed(&added));
    }
    let terms = folder.path().join("terms.csv");
    std::fs::write(&terms, "academic_year,school_urn,from,to,kind,source\n2026/27,,2026-13-01,2026-12-18,term,x\n")
        .unwrap();
    let refused = run(&["import", "terms", terms.to_str().unwrap()], &settings);
    assert_eq!(refused.status.code(), Some(2), "{}", printed(&refused));
    let token =
        ["token", "issue", "--agency", "Luton Health", "--scope", "child-lookup", "--purpose", "Finding children"];
    let old = run(&[&token[..], &["--expires", "2020-01-01"]].concat(), &settings);
    assert_eq!(old.status.code(), Some(2), "{}", printed(&old));

    let running = Running::start(&["serve"], &settings, port, &folder).await;
    running.browser().get("/health/live").await.is_shown();
    running.browser().get("/health/ready").await.is_shown();
    running.kill();
    let verified = run(&["verify"], &settings);
    assert_eq!(verified.status.code(), Some(0), "{}", printed(&verified));
}

#[tokio::test]
async fn an_operator_sets_up_a_service_on_sqlite() {
    Box::pin(an_operator_sets_up_a_service(Engine::Sqlite)).await;
}

#[tokio::test]
async fn an_operator_sets_up_a_service_on_postgres() {
    Box::pin(an_operator_sets_up_a_service(Engine::Postgres)).await;
}

#[tokio::test]
async fn what_is_not_there_is_said_with_code_two() {
    let (url, _folder) = migrated(Engine::Sqlite).await;
    for arguments in [
        &["import", "gias", "/nowhere/schools.csv"][..],
        &["verify", "--data", "/nowhere"],
        &["import", "gias", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")],
        &["no-such-command"],
    ] {
        let refused = run(arguments, &[("ONROLL_DATABASE_URL", &url), ("ONROLL_SECRET_KEY", SECRET_KEY)]);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {}", printed(&refused));
    }
    let db = Db::connect(&url).await.unwrap();
    assert_eq!(count(&db, "school", "1 = 1").await + count(&db, "event", "1 = 1").await, 0);
}

#[test]
fn the_schema_is_printed_and_help_reads_well() {
    let schema = run(&["schema"], &[]);
    assert_eq!(String::from_utf8_lossy(&schema.stdout), backend::graphql::sdl());
    let help = run(&["--help"], &[]);
    for command in [
        "demo",
        "serve",
        "check-config",
        "migrate",
        "schema",
        "verify",
        "mail",
        "staff",
        "token",
        "import",
        "unavailable-page",
        "accept-key",
        "backup",
        "restore",
        "head",
        "key-chains",
    ] {
        assert!(printed(&help).contains(command), "{command}: {}", printed(&help));
    }
}

/// The token at the end of the address of a link.
fn token_of(link: &str) -> String {
    link.rsplit('/').next().unwrap().to_owned()
}

/// The newest mail to `address`.
async fn newest(db: &Db, address: &str) -> acceptance::mail::Mail {
    mail::stored(db).await.into_iter().rfind(|mail| mail.to == address).unwrap()
}

#[tokio::test]
async fn nothing_that_opens_a_door_is_printed_however_much_is_logged() {
    const CHOSEN: &str = "quartz lantern umbrella";
    let folder = copied().await;
    let running = started_with(&folder, &[("ONROLL_LOG", "trace")]).await;
    let db = open(&folder).await;
    let mut secrets = vec![CHOSEN.to_owned(), "a wrong guess".to_owned()];
    let mut browsers = Vec::new();

    let officer = running.browser();
    give_password(&officer, "officer@onroll.example", "a wrong guess").await;
    let form = officer.visit("/sign-in/recover").await.form().with("email", "officer@onroll.example");
    officer.submit(&form).await.says("Check your email");
    let recovery = newest(&db, "officer@onroll.example").await;
    let form = officer.visit(&recovery.link_below("/recover/")).await.form();
    officer.submit(&form.with("password", CHOSEN).with("again", CHOSEN)).await.is_shown();
    give_password(&running.browser(), "officer@onroll.example", CHOSEN).await.leads_to("/");
    secrets.extend([token_of(&recovery.link_below("/recover/")), recovery.code()]);
    browsers.push(officer);

    let school = running.browser();
    sign_in(&school, &db).await.says("Your referrals");
    let contact = demo::PEOPLE.iter().find(|person| person.where_.contains("/refer")).unwrap();
    let link = newest(&db, contact.email).await;
    secrets.extend([token_of(&link.link()), link.code()]);
    browsers.push(school);

    let administrator = running.browser();
    give_password(&administrator, "administrator@onroll.example", DEMO_PASSWORD).await.leads_to("/");
    let form = administrator.visit("/staff/new").await.form();
    let form = form.with("name", "Ivo Invited").with("email", "ivo@onroll.example").with("roles", "CME_OFFICER");
    let invited = administrator.submit(&form).await;
    let invitation = newest(&db, "ivo@onroll.example").await;
    let code = invited.text();
    let code = code.split_whitespace().find(|word| word.len() == 9 && word.as_bytes()[4] == b'-').unwrap();
    let ivo = running.browser();
    let form = ivo.visit(&invitation.link_below("/invitation/")).await.form();
    let form = form.with("code", code).with("password", CHOSEN).with("again", CHOSEN);
    ivo.submit(&form).await.is_shown();
    secrets.extend([token_of(&invitation.link_below("/invitation/")), code.to_owned()]);
    browsers.extend([administrator, ivo]);

    let expires = (Clock::default().now().date_naive() + Days::new(30)).to_string();
    let [flag, path] = data(&folder);
    let issued = ["token", "issue", "--agency", "Police", "--scope", "child:lookup", "--purpose", "x", "--expires"];
    let issued = run(&[&issued[..], &[&expires, &flag, &path]].concat(), &[]);
    let token = String::from_utf8_lossy(&issued.stdout).trim().to_owned();
    assert!(token.starts_with("onr_"), "{}", printed(&issued));
    running.browser().with_bearer(&token).ask("{ __typename }", json!({})).await.sound();
    secrets.push(token);

    let cookies = browsers.iter().flat_map(|browser| browser.cookies().into_values());
    secrets.extend(cookies.filter(|value| value.len() > 8));
    let told = running.printed();
    assert!(told.contains("Answered a request") && told.contains("/link/{token}"), "{told}");
    assert!(secrets.len() >= 13, "{secrets:?}");
    for secret in secrets {
        let typed = form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
        for spelt in [&secret, &typed] {
            let line = told.lines().find(|line| line.contains(spelt.as_str()));
            assert_eq!(line, None, "{spelt} is printed");
        }
    }
}
