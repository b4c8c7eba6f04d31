//! The network to PostgreSQL swallows what is sent, and closes nothing.

use std::time::Duration;

use acceptance::database::{Engine, Folder, migrated};
use acceptance::prelude::*;
use acceptance::process::{Running, free_port};
use acceptance::tunnel::Tunnel;
use http::StatusCode;

use crate::binary::{ORIGIN, settings};

/// A service whose database is at the other end of a tunnel.
async fn served(folder: &Folder) -> (Tunnel, Running) {
    let (url, _) = migrated(Engine::Postgres).await;
    let (scheme, rest) = url.split_once('@').unwrap();
    let (server, database) = rest.split_once('/').unwrap();
    let tunnel = Tunnel::to(server).await;
    let (url, port) = (format!("{scheme}@{}/{database}", tunnel.address()), free_port());
    let listen = format!("127.0.0.1:{port}");
    let mut settings = settings(&url, folder.path());
    settings.push(("ONROLL_LISTEN", &listen));
    let running = Running::start(&["serve"], &settings, port, folder).await;
    (tunnel, running)
}

fn person(running: &Running) -> Browser {
    running.browser_at(ORIGIN)
}

/// Begins a report, which has to be stored.
async fn begins_a_report(browser: &Browser) -> Page {
    let about = browser.visit("/report").await.button("Start now");
    browser.submit_once(&about).await
}

/// So many people who each begin a report at once, and what they are answered.
async fn crowd(running: &Running, count: usize) -> Vec<Page> {
    let begin = |browser: Browser| tokio::spawn(async move { begins_a_report(&browser).await });
    let crowd: Vec<_> = (0..count).map(|_| begin(person(running))).collect();
    let mut answers = Vec::new();
    for one in crowd {
        answers.push(one.await.unwrap());
    }
    answers
}

/// Demands that a page says that the service is unavailable, because its database is and not because time is up.
fn is_unavailable(page: &Page) {
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text());
    page.says("01632 960 200");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_silent_pages_say_so_and_as_soon_as_it_speaks_they_work() {
    let folder = Folder::new();
    let (tunnel, running) = served(&folder).await;
    let browser = person(&running);
    assert!(begins_a_report(&browser).await.location().is_some());
    for _ in 0..2 {
        tunnel.falls_silent();

        // More than there are connections, so that each of those is met by somebody.
        let crowd = tokio::time::timeout(Duration::from_secs(5), crowd(&running, 40)).await;
        let crowd = crowd.unwrap_or_else(|_| panic!("somebody waits for the database: {}", running.printed()));
        crowd.iter().for_each(is_unavailable);
        let ready = person(&running).get("/health/ready").await;
        assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
        person(&running).get("/report").await.is_shown().says("999");

        tunnel.speaks_again();
        until_ready(&running).await;
        for _ in 0..20 {
            let begun = begins_a_report(&person(&running)).await;
            assert!(begun.location().is_some(), "{}", begun.text());
        }
    }
    assert!(running.printed().contains("The database does not answer"), "{}", running.printed());
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_a_firewall_has_forgotten_are_replaced() {
    let folder = Folder::new();
    let (tunnel, running) = served(&folder).await;
    crowd(&running, 20).await;
    // They rest, as at night.
    tokio::time::sleep(Duration::from_secs(2)).await;

    tunnel.forgets();

    for _ in 0..20 {
        let begun = begins_a_report(&person(&running)).await;
        assert!(begun.location().is_some(), "{} {}", begun.text(), running.printed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_forgotten_while_they_are_used_are_replaced_too() {
    let folder = Folder::new();
    let (tunnel, running) = served(&folder).await;
    let begins = |browser: Browser| tokio::spawn(async move { begins_a_report(&browser).await });
    let mut crowd = Vec::new();
    for number in 0..60 {
        crowd.push(begins(person(&running)));
        if number == 30 {
            tunnel.forgets();
        }
    }
    for one in crowd {
        // Those who were met by it are told so by the time limit of their request at the latest.
        one.await.unwrap();
    }
    until_ready(&running).await;
    for _ in 0..20 {
        let begun = begins_a_report(&person(&running)).await;
        assert!(begun.location().is_some(), "{} {}", begun.text(), running.printed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_stops_when_it_is_told_to_although_the_database_is_silent() {
    let folder = Folder::new();
    let (tunnel, mut running) = served(&folder).await;
    assert!(begins_a_report(&person(&running)).await.location().is_some());
    tunnel.falls_silent();
    let browser = person(&running);
    let asks = tokio::spawn(async move { begins_a_report(&browser).await });
    // A request is under way, and waits for the database.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let stopped = running.stop(Duration::from_secs(10)).await;
    assert!(stopped, "it did not stop: {}", running.printed());
    is_unavailable(&asks.await.unwrap());
}

async fn until_ready(running: &Running) {
    let ready = async {
        while person(running).get("/health/ready").await.status != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(10), ready).await;
    assert!(waited.is_ok(), "it did not recover: {}", running.printed());
}
