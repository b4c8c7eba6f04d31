//! What the service runs on, as data; what is made of it is put together in `router`.

use std::sync::Arc;

use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Config;
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::viewer::Viewer;
use crate::export::Exports;
use crate::limit::Memory;
use crate::secret::keyring::Keyring;

/// What the service runs on. Cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The settings.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// Seals and hashes with the operator's key.
    pub keyring: Keyring,
    /// The files that are being made.
    exports: Arc<Exports>,
    /// What this process remembers of limits.
    pub(crate) limits: Arc<Memory>,
}

impl App {
    /// Puts it together.
    pub fn new(db: Db, config: Arc<Config>, clock: Clock) -> Self {
        let keyring = Keyring::new(config.secret_key.clone());
        Self { db, config, clock, keyring, exports: Arc::default(), limits: Arc::default() }
    }

    /// An operation of `viewer` that begins now.
    pub fn op(&self, viewer: Viewer) -> OpContext {
        #[expect(clippy::disallowed_methods, reason = "the id of an operation that no request began")]
        let request_id = Uuid::now_v7().to_string();
        self.op_for(viewer, request_id)
    }

    /// An operation of `viewer` that a request began.
    pub(crate) fn op_for(&self, viewer: Viewer, request_id: String) -> OpContext {
        OpContext::new(viewer, self.clock.now(), self.db.clone(), Arc::new(self.config.council.clone()), request_id)
            .counting_with(self.keyring.clone(), Arc::clone(&self.limits))
            .exporting_among(Arc::clone(&self.exports))
    }
}
