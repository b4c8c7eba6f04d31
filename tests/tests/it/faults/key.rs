//! The service is started with another secret key than before.

use acceptance::database::{Engine, Folder, migrated};
use acceptance::process::{Running, free_port, printed, run};

use crate::binary::settings;

const OTHER: &str = "5b8e1f0c77a94d2e9c3f6a1b8d2e4f70112233445566778899aabbccddeeff00";

async fn another_key_is_refused_and_accepted_only_on_purpose(engine: Engine) {
    let (url, _database) = migrated(engine).await;
    let (folder, port) = (Folder::new(), free_port());
    let listen = format!("127.0.0.1:{port}");
    let mut first = settings(&url, folder.path());
    first.push(("ONROLL_LISTEN", &listen));
    let mut other = first.clone();
    other.retain(|(name, _)| *name != "ONROLL_SECRET_KEY");
    other.push(("ONROLL_SECRET_KEY", OTHER));
    for _ in 0..2 {
        Running::start(&["serve"], &first, port, &folder).await.kill();
    }

    let refused = run(&["serve"], &other);

    assert_eq!(refused.status.code(), Some(2), "{}", printed(&refused));
    for told in ["ONROLL_SECRET_KEY", "kept with the backups", "onroll accept-key"] {
        assert!(printed(&refused).contains(told), "{}", printed(&refused));
    }
    assert!(!printed(&refused).contains(&OTHER[..8]), "{}", printed(&refused));
    let accepted = run(&["accept-key"], &other);
    assert_eq!(accepted.status.code(), Some(0), "{}", printed(&accepted));
    Running::start(&["serve"], &other, port, &folder).await.kill();
    assert_eq!(run(&["serve"], &first).status.code(), Some(2));
}

#[tokio::test]
async fn another_key_is_refused_and_accepted_only_on_purpose_on_sqlite() {
    another_key_is_refused_and_accepted_only_on_purpose(Engine::Sqlite).await;
}

#[tokio::test]
async fn another_key_is_refused_and_accepted_only_on_purpose_on_postgres() {
    another_key_is_refused_and_accepted_only_on_purpose(Engine::Postgres).await;
}
