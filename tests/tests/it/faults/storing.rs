//! Nothing can be stored, as on a full disk, or the database is away.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use acceptance::database::{Engine, count};
use acceptance::prelude::*;
use backend::context::Done;
use backend::domain::event::{Event, OutboxEvent};
use backend::jobs::clock::run;
use http::StatusCode;
use sea_orm::ConnectionTrait;

/// Waits until the health check has this status, and gives what it says.
async fn until(app: &TestApp, status: StatusCode) -> String {
    let here = app.browser().from("127.0.0.1");
    let told = async {
        loop {
            let ready = here.get("/health/ready").await;
            if ready.status == status {
                return ready.body;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("the health check tells in the end")
}

on_both_engines! {
    async fn an_instance_that_can_store_nothing_is_not_ready_until_it_can(app: TestApp) {
        app.db().for_migration().execute_unprepared("ALTER TABLE setting RENAME TO away").await.unwrap();
        let running = tokio::spawn(run(app.inner().clone()));
        let told = until(&app, StatusCode::SERVICE_UNAVAILABLE).await;
        assert!(told.starts_with("nothing can be stored"), "{told}");
        app.db().for_migration().execute_unprepared("ALTER TABLE away RENAME TO setting").await.unwrap();
        assert_eq!(until(&app, StatusCode::OK).await, "ready\n");
        running.abort();
    }

    async fn a_program_that_asks_while_the_database_is_away_is_told_in_json_to_try_again(app: TestApp) {
        let token = given::token(&app, "Luton Health", &[Scope::ChildLookup]).await;
        let program = Browser::new(app.server(), app.origin()).with_bearer(&token);
        app.db().clone().close().await.unwrap();
        let answer = program.ask("{ __typename }", json!({})).await;
        assert_eq!(answer.codes(), ["UNAVAILABLE"], "{}", answer.json);
    }
}

#[tokio::test]
async fn a_transaction_that_postgres_gives_up_for_another_runs_again_and_one_that_fails_does_not() {
    let app = TestApp::start(Engine::Postgres).await;
    for (code, expected) in [("40P01", 3), ("40001", 3), ("22012", 1)] {
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let before = count(app.db(), "event", "1 = 1").await;
        let op = app.operator();
        let done = op.commit(move |op, txn| async move {
            if counted.fetch_add(1, Ordering::Relaxed) < 2 {
                let raise = format!("DO $$ BEGIN RAISE EXCEPTION 'given up' USING ERRCODE = '{code}'; END $$");
                txn.execute_unprepared(&raise).await?;
            }
            let fact = OutboxEvent::MailReleased { messages: Vec::new() };
            Ok(Done::new((), Event::of(op.new_id::<uuid::Uuid>(), 0, &fact)?))
        });
        let done = done.await;
        assert_eq!((runs.load(Ordering::Relaxed), done.is_ok()), (expected, expected > 1), "{code}: {done:?}");
        assert_eq!(count(app.db(), "event", "1 = 1").await, before + u64::from(expected > 1), "{code}");
    }
}
