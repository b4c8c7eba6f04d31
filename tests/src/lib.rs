//! What the acceptance tests share: a whole Onroll with a database of its own, and people who use it.
//!
//! People speak HTTP and read HTML, JSON and mail. Nothing here calls a service except [`given`], which sets the state
//! before a story begins, and [`database`], which looks at what is stored afterwards. What must not live here: the
//! stories themselves.
#![expect(clippy::missing_panics_doc, reason = "a harness panics when the world is not as the test says")]

pub mod answer;
pub mod app;
pub mod browser;
pub mod bulk;
pub mod database;
pub mod directory;
pub mod form;
pub mod given;
pub mod logs;
pub mod mail;
pub mod note_audit;
pub mod page;
pub mod people;
pub mod process;
pub mod shown;
pub mod smtp;
pub mod tunnel;
pub mod typed;
pub mod window;

/// The names that nearly every test uses.
pub mod prelude {
    pub use crate::answer::Answer;
    pub use crate::app::TestApp;
    pub use crate::browser::Browser;
    pub use crate::database::Engine;
    pub use crate::form::Form;
    pub use crate::page::Page;
    pub use crate::people::{Anonymous, Partner, Person, SchoolContact, Staff, code, give_code, give_password};
    pub use crate::{given, mail, on_both_engines, typed};
    pub use entity::vocabulary::{CaseState, Outcome, Scope, StaffRole};
    pub use serde_json::{Value, json};
}

/// Tells each story twice: on SQLite and on PostgreSQL.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[doc = $doc:literal])* async fn $name:ident($app:ident: TestApp) $story:block)+) => {$(
        $(#[doc = $doc])*
        mod $name {
            use super::*;

            async fn story($app: $crate::app::TestApp) $story

            #[tokio::test]
            async fn on_sqlite() {
                Box::pin(story($crate::app::TestApp::start($crate::database::Engine::Sqlite).await)).await;
            }

            #[tokio::test]
            async fn on_postgres() {
                Box::pin(story($crate::app::TestApp::start($crate::database::Engine::Postgres).await)).await;
            }
        }
    )+};
}
