//! The database is lost, and a backup of it is put into an empty one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use acceptance::database::{Engine, Folder, column, count, empty, tamper};
use acceptance::prelude::*;
use acceptance::process::{Running, free_port, onroll, printed, run};
use backend::db::Db;
use backend::secret::age::Identity;
use backend::service;

use crate::binary::{ORIGIN, settings};

/// An operator with the key pair of their backups, and a folder.
struct Operator {
    folder: Folder,
    identity: Identity,
}

impl Operator {
    fn new() -> Self {
        let operator = Self { folder: Folder::new(), identity: Identity::generate().unwrap() };
        fs::write(operator.at("identity.txt"), operator.identity.reveal()).unwrap();
        operator
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn runs(&self, url: &str, arguments: &[&str]) -> Output {
        let recipient = self.identity.recipient().to_string();
        let mut settings = settings(url, self.folder.path());
        settings.push(("ONROLL_BACKUP_RECIPIENT", &recipient));
        run(arguments, &settings)
    }

    /// Backs up, and demands that it succeeds.
    fn backs_up(&self, url: &str, file: &Path) -> String {
        let done = self.runs(url, &["backup", file.to_str().unwrap()]);
        assert_eq!(done.status.code(), Some(0), "{}", printed(&done));
        printed(&done)
    }

    fn restores(&self, file: &Path, url: &str) -> Output {
        let identity = self.at("identity.txt");
        self.runs(url, &["restore", file.to_str().unwrap(), "--identity", identity.to_str().unwrap()])
    }
}

/// Every table with its rows, as text that does not depend on the engine: their number.
async fn sizes(db: &Db) -> Vec<(String, u64)> {
    let tables = match db.backend() {
        sea_orm::DbBackend::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        _ => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'",
    };
    let mut sizes = Vec::new();
    for table in column(db, tables).await {
        sizes.push((table.clone(), count(db, &table, "1 = 1").await));
    }
    sizes.sort();
    sizes
}

/// What ends or is added by a restore.
const CHANGED: [&str; 9] = [
    "session",
    "sign_in_link",
    "staff_link",
    "known_device",
    "ceremony",
    "event",
    "setting",
    "seaql_migrations",
    "seal",
];

async fn whole_on_another_engine(app: &TestApp, other: Engine) {
    let case = given::case().flagged().at(app).await;
    let officer = app.officer().await;
    officer.visit(&case.page()).await.says("Quillfeather");
    let operator = Operator::new();
    let file = operator.at("backup.age");

    let told = operator.backs_up(&app.url, &file);

    assert!(told.contains("read back from disk"), "{told}");
    let bytes = fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    assert!(!bytes.windows(12).any(|some| some == b"Quillfeather"), "a name stands in the file");
    let left: Vec<_> = fs::read_dir(operator.folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("part")), "{left:?}");

    let (url, _database) = empty(other).await;
    let restored = operator.restores(&file, &url);
    assert_eq!(restored.status.code(), Some(0), "{}", printed(&restored));
    for told in ["are as stored", "Whatever was stored after that moment is not here", "1 safeguarding alerts"] {
        assert!(printed(&restored).contains(told), "{told}: {}", printed(&restored));
    }
    let db = Db::connect(&url).await.unwrap();
    let kept = |sizes: Vec<(String, u64)>| -> Vec<(String, u64)> {
        sizes.into_iter().filter(|(table, _)| !CHANGED.contains(&table.as_str())).collect()
    };
    assert_eq!(kept(sizes(&db).await), kept(sizes(app.db()).await));
    assert_eq!(count(&db, "event", "kind = 'restored'").await, 1);
    assert_eq!(count(&db, "event", "kind <> 'restored'").await, count(app.db(), "event", "1 = 1").await);
    let verified = operator.runs(&url, &["verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", printed(&verified));
}

on_both_engines! {
    async fn a_backup_is_whole_on_the_same_engine(app: TestApp) {
        let engine = if app.db().backend() == sea_orm::DbBackend::Sqlite { Engine::Sqlite } else { Engine::Postgres };
        whole_on_another_engine(&app, engine).await;
    }

    async fn a_backup_is_whole_on_the_other_engine(app: TestApp) {
        let engine = if app.db().backend() == sea_orm::DbBackend::Sqlite { Engine::Postgres } else { Engine::Sqlite };
        whole_on_another_engine(&app, engine).await;
    }

    async fn a_restored_service_knows_nobody_and_holds_its_mail_but_for_alerts(app: TestApp) {
        // A case that was flagged has mailed an alert; the contact's link waits beside ordinary mail.
        given::case().flagged().at(&app).await;
        let officer = app.officer().await;
        officer.visit("/cases").await.is_shown();
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        browser.submit(&browser.visit("/refer").await.form().with("email", &contact.email)).await.is_shown();
        let waiting = count(app.db(), "message", "sent_at IS NULL AND kind = 'other'").await;
        assert!(waiting > 0);
        let operator = Operator::new();
        let file = operator.at("backup.age");
        operator.backs_up(&app.url, &file);
        let (url, _database) = empty(Engine::Sqlite).await;

        let restored = operator.restores(&file, &url);

        assert_eq!(restored.status.code(), Some(0), "{}", printed(&restored));
        let db = Db::connect(&url).await.unwrap();
        for table in ["session", "sign_in_link", "staff_link", "known_device", "ceremony"] {
            assert_eq!(count(&db, table, "1 = 1").await, 0, "{table}");
        }
        assert_eq!(count(&db, "message", "held_at IS NOT NULL AND kind = 'other'").await, waiting);
        assert_eq!(count(&db, "message", "held_at IS NOT NULL AND kind <> 'other'").await, 0);
        let alerts = count(&db, "message", "kind = 'safeguarding_alert' AND sent_at IS NULL").await;
        let said = count(&db, "message", "kind = 'safeguarding_alert' AND body LIKE 'This alert may have been sent%'").await;
        assert_eq!((alerts, said), (1, 1));
        let open = count(&db, "message", "kind = 'sign_in_link' AND sent_at IS NULL AND failed_at IS NULL").await;
        assert_eq!(open, 0, "a link that was ended is given up");

        let listed = operator.runs(&url, &["mail", "release"]);
        assert_eq!(printed(&listed).lines().count() as u64, waiting, "{}", printed(&listed));
        let first = printed(&listed).split_whitespace().next().unwrap().to_owned();
        assert!(printed(&operator.runs(&url, &["mail", "release", &first])).contains("service runs: 1"));
        assert_eq!(count(&db, "message", "held_at IS NOT NULL").await, waiting - 1);
        operator.runs(&url, &["mail", "release", "--all"]);
        assert_eq!(count(&db, "message", "held_at IS NOT NULL").await, 0);
        assert!(count(&db, "event", "kind = 'mail_released'").await >= 1);
    }

    async fn held_mail_is_shown_and_released_on_its_page(app: TestApp) {
        given::case().at(&app).await;
        let held = "UPDATE message SET held_at = created_at WHERE sent_at IS NULL AND kind = 'other'";
        tamper(app.db(), held).await;
        let manager = app.sign_in(app.manager().await).await;
        manager.visit("/mail?show=waiting").await.says("No mail is waiting");
        let page = manager.visit("/mail?show=held").await;
        page.says("They may have left since");

        manager.submit(&page.button("Send all that are held")).await.is_shown();

        manager.visit("/mail?show=held").await.says("No mail is held");
        assert_eq!(count(app.db(), "message", "held_at IS NOT NULL").await, 0);
        assert_eq!(count(app.db(), "event", "kind = 'mail_released'").await, 1);
    }

    async fn a_backup_goes_into_an_empty_database_only_with_its_keys_only_and_only_unchanged(app: TestApp) {
        given::case().at(&app).await;
        let operator = Operator::new();
        let file = operator.at("backup.age");
        operator.backs_up(&app.url, &file);
        assert_eq!(operator.runs(&app.url, &["backup", file.to_str().unwrap()]).status.code(), Some(1), "it is overwritten");
        let refused = |output: &Output, code: i32, told: &str| {
            assert_eq!(output.status.code(), Some(code), "{}", printed(output));
            assert!(printed(output).contains(told), "{told}: {}", printed(output));
        };

        refused(&operator.restores(&file, &app.url), 2, "it holds");
        let (url, _database) = empty(Engine::Sqlite).await;
        let changed = operator.at("changed.age");
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&changed, &bytes).unwrap();
        refused(&operator.restores(&changed, &url), 1, "changed or cut off");
        fs::write(&changed, &fs::read(&file).unwrap()[..middle]).unwrap();
        refused(&operator.restores(&changed, &url), 1, "changed or cut off");
        let stranger = Operator::new();
        refused(&stranger.restores(&file, &url), 1, "not encrypted to this identity");
        let other = "5b8e1f0c77a94d2e9c3f6a1b8d2e4f70112233445566778899aabbccddeeff00";
        let identity = operator.at("identity.txt");
        let mut settings = settings(&url, operator.folder.path());
        settings.retain(|(name, _)| *name != "ONROLL_SECRET_KEY");
        settings.push(("ONROLL_SECRET_KEY", other));
        let arguments = ["restore", file.to_str().unwrap(), "--identity", identity.to_str().unwrap()];
        refused(&run(&arguments, &settings), 2, "ONROLL_SECRET_KEY is not the key");

        // None of these left anything that would be in the way.
        assert_eq!(operator.restores(&file, &url).status.code(), Some(0));
    }

    async fn a_backup_that_is_killed_leaves_no_file_of_its_name_and_nothing_in_the_clear(app: TestApp) {
        given::case().at(&app).await;
        let operator = Operator::new();
        let recipient = operator.identity.recipient().to_string();
        let mut settings = settings(&app.url, operator.folder.path());
        settings.push(("ONROLL_BACKUP_RECIPIENT", &recipient));
        for round in 0..12_u64 {
            let file = operator.at(&format!("backup-{round}.age"));
            let mut command = onroll();
            command.args(["backup", file.to_str().unwrap()]).envs(settings.iter().copied());
            let mut child = command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(20 + round * 15));
            let _ = child.kill();
            child.wait().unwrap();
            if file.exists() {
                assert!(backend::backup::check(&file, &operator.identity).unwrap().1.rows > 0);
            }
        }
        for file in fs::read_dir(operator.folder.path()).unwrap().map(|file| file.unwrap().path()) {
            let bytes = fs::read(&file).unwrap();
            assert!(!bytes.windows(12).any(|some| some == b"Quillfeather"), "{} holds a name", file.display());
        }
        operator.backs_up(&app.url, &operator.at("at last.age"));
    }
}

#[tokio::test]
async fn a_restore_that_was_cut_off_is_not_served() {
    let app = TestApp::start(Engine::Sqlite).await;
    given::case().at(&app).await;
    let operator = Operator::new();
    let file = operator.at("backup.age");
    operator.backs_up(&app.url, &file);
    let (url, folder) = empty(Engine::Sqlite).await;
    assert_eq!(operator.restores(&file, &url).status.code(), Some(0));
    let db = Db::connect(&url).await.unwrap();
    tamper(&db, "INSERT INTO setting (name, value) VALUES ('restoring', 'unfinished')").await;
    let refused = operator.runs(&url, &["serve"]);
    assert_eq!(refused.status.code(), Some(2), "{}", printed(&refused));
    assert!(printed(&refused).contains("was cut off"), "{}", printed(&refused));
    drop(folder);
}

#[tokio::test]
async fn a_restored_service_is_served_and_the_officer_signs_in_anew() {
    let app = TestApp::start(Engine::Sqlite).await;
    let contact = given::contact_somewhere(&app).await;
    service::message::held(&app.operator()).await.unwrap();
    let operator = Operator::new();
    let file = operator.at("backup.age");
    operator.backs_up(&app.url, &file);
    let (url, _database) = empty(Engine::Sqlite).await;
    assert_eq!(operator.restores(&file, &url).status.code(), Some(0));
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let mail = Folder::new();
    let mut settings = settings(&url, mail.path());
    settings.push(("ONROLL_LISTEN", &listen));
    let running = Running::start(&["serve"], &settings, port, &operator.folder).await;
    let browser = running.browser_at(ORIGIN);
    browser.submit(&browser.visit("/refer").await.form().with("email", &contact.email)).await.says("Check your email");
    running.kill();
}
