//! The parts that the service runs on, as data. What must not live here: how they are put together (`router`,
//! `commands`).

use std::sync::Arc;

use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Config;
use crate::context::{Access, OpContext};
use crate::db::Db;
use crate::domain::viewer::Viewer;
use crate::export::Exports;
use crate::gather::Gather;
use crate::limit::Memory;
use crate::notices::Notices;
use crate::secret::keyring::Keyring;
use crate::service;

/// The parts that the service runs on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The connections to the database.
    pub db: Db,
    /// The settings.
    pub config: Arc<Config>,
    /// The clock; tests set it.
    pub clock: Clock,
    /// Seals and hashes with keys derived from the operator's key.
    pub keyring: Keyring,
    /// What this process has found wrong with its machine.
    pub notices: Notices,
    /// The people for whom a file is being made in this process.
    exports: Arc<Exports>,
    /// What this process remembers of passed limits.
    pub(crate) limits: Arc<Memory>,
    /// Where requests hand over their access notes.
    accesses: Gather<Vec<Access>>,
}

impl App {
    /// An app with these parts, and nothing remembered yet. Must be called within a runtime, on which it begins the task
    /// that stores access notes.
    pub fn new(db: Db, config: Arc<Config>, clock: Clock) -> Self {
        let keyring = Keyring::new(config.secret_key.clone());
        let accesses = service::access_note::gather(&db);
        let (notices, exports, limits) = (Notices::default(), Arc::default(), Arc::default());
        Self { db, config, clock, keyring, notices, exports, limits, accesses }
    }

    /// An operation of `viewer` that begins now, outside of any request.
    pub fn op(&self, viewer: Viewer) -> OpContext {
        #[expect(clippy::disallowed_methods, reason = "the id of an operation that no request began")]
        let request_id = Uuid::now_v7().to_string();
        self.op_for(viewer, request_id)
    }

    /// An operation of `viewer` that begins now, under the id of a request.
    pub(crate) fn op_for(&self, viewer: Viewer, request_id: String) -> OpContext {
        let (now, db, council) = (self.clock.now(), self.db.clone(), Arc::new(self.config.council.clone()));
        OpContext::new(viewer, now, db, council, self.keyring.clone(), request_id)
            .counting_with(Arc::clone(&self.limits))
            .noting_with(self.accesses.clone())
            .exporting_among(Arc::clone(&self.exports))
    }
}
