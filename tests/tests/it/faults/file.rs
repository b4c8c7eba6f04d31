//! The file of an SQLite database is served twice, damaged, removed or replaced.

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};

use acceptance::database::{Engine, Folder, count, migrated, tamper};
use acceptance::prelude::*;
use acceptance::process::{Running, free_port, printed, run};
use backend::db::Db;
use backend::jobs::integrity::check;
use http::StatusCode;

use crate::binary::{ORIGIN, settings};

/// A service on an SQLite file, with its settings.
struct Service {
    folder: Folder,
    mail: Folder,
    url: String,
    port: u16,
}

impl Service {
    async fn new() -> Self {
        let (url, folder) = migrated(Engine::Sqlite).await;
        Self { folder: folder.unwrap(), mail: Folder::new(), url, port: free_port() }
    }

    async fn start(&self) -> Running {
        let listen = format!("127.0.0.1:{}", self.port);
        let mut settings = settings(&self.url, self.mail.path());
        settings.push(("ONROLL_LISTEN", &listen));
        Running::start(&["serve"], &settings, self.port, &self.mail).await
    }

    fn refused(&self) -> (Option<i32>, String) {
        let listen = format!("127.0.0.1:{}", free_port());
        let mut settings = settings(&self.url, self.mail.path());
        settings.push(("ONROLL_LISTEN", &listen));
        let output = run(&["serve"], &settings);
        (output.status.code(), printed(&output))
    }

    fn verified(&self) -> (Option<i32>, String) {
        let output = run(&["verify"], &settings(&self.url, self.mail.path()));
        (output.status.code(), printed(&output))
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("onroll.sqlite")
    }

    /// Begins a report, which has to be stored.
    async fn begins_a_report(&self, running: &Running) -> Page {
        let browser = running.browser_at(ORIGIN);
        let about = browser.visit("/report").await.button("Start now");
        browser.submit_once(&about).await
    }
}

#[tokio::test]
async fn one_file_is_served_by_one_process_and_by_the_next_once_that_was_killed() {
    let service = Service::new().await;
    let running = service.start().await;
    let (code, told) = service.refused();
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("another onroll serves this database already"), "{told}");
    running.browser().get("/health/ready").await.is_shown();
    running.kill();
    service.start().await.browser().get("/health/ready").await.is_shown();
}

/// Overwrites the middle of the file, where its pages are, with what no page holds.
fn damage(file: &std::path::Path) {
    let mut file = fs::File::options().read(true).write(true).open(file).unwrap();
    let length = file.metadata().unwrap().len();
    let mut page = vec![0; 4096];
    for at in (4096..length).step_by(3 * 4096) {
        file.seek(SeekFrom::Start(at)).unwrap();
        if file.read(&mut page).unwrap() == page.len() {
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(&[0xa5; 4096]).unwrap();
        }
    }
}

#[tokio::test]
async fn a_damaged_file_is_not_served_and_verify_says_so() {
    let service = Service::new().await;
    assert_eq!(service.verified().0, Some(0));
    damage(&service.file());
    for (code, told) in [service.refused(), service.verified()] {
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains("database"), "{told}");
    }
}

#[tokio::test]
async fn what_the_start_does_not_see_is_found_at_night_and_by_verify() {
    let app = TestApp::start(Engine::Sqlite).await;
    given::contact_somewhere(&app).await;
    let here = app.browser().from("127.0.0.1");
    check(app.inner()).await.unwrap();
    assert_eq!(here.get("/health/ready").await.body, "ready\n");
    tamper(app.db(), "PRAGMA foreign_keys = OFF; DELETE FROM school").await;

    check(app.inner()).await.unwrap();

    let ready = here.get("/health/ready").await;
    assert_eq!(ready.status, StatusCode::OK, "it serves what there is");
    assert!(ready.body.contains("the database file is damaged"), "{}", ready.body);
    let folder = Folder::new();
    let verified = run(&["verify"], &settings(&app.url, folder.path()));
    assert_eq!(verified.status.code(), Some(1), "{}", printed(&verified));
    assert!(printed(&verified).contains("refers to one that does not exist"), "{}", printed(&verified));
}

#[tokio::test]
async fn a_file_that_vanished_takes_no_more_writes() {
    for gone in ["onroll.sqlite", "onroll.sqlite-wal"] {
        let service = Service::new().await;
        let running = service.start().await;
        let begun = service.begins_a_report(&running).await;
        assert!(begun.location().is_some(), "{begun:?}");
        fs::remove_file(service.folder.path().join(gone)).unwrap();

        let refused = service.begins_a_report(&running).await;

        assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{gone}: {}", refused.text());
        refused.says("01632 960 200");
        assert_eq!(running.browser().get("/health/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(running.printed().contains("was removed or replaced"), "{}", running.printed());
    }
}

#[tokio::test]
async fn a_file_that_was_replaced_takes_no_more_writes_until_the_next_start() {
    let service = Service::new().await;
    let backup = service.folder.path().join("backup.sqlite");
    fs::copy(service.file(), &backup).unwrap();
    let running = service.start().await;
    assert!(service.begins_a_report(&running).await.location().is_some());
    fs::rename(&backup, service.file()).unwrap();
    let refused = service.begins_a_report(&running).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE, "{}", refused.text());
    running.kill();
    for beside in ["onroll.sqlite-wal", "onroll.sqlite-shm"] {
        let _ = fs::remove_file(service.folder.path().join(beside));
    }

    let again = service.start().await;

    assert!(service.begins_a_report(&again).await.location().is_some());
    again.kill();
    let db = Db::connect(&service.url).await.unwrap();
    assert_eq!(count(&db, "report_draft", "1 = 1").await, 1);
}
