//! The cookies beside the session's: of a mailed link, so that following one makes no row in the database, and of a device
//! that is known to an account. What they hold is a random token.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

/// The cookies that came with a request, and those that its answer sets.
#[derive(Clone, Default)]
pub(crate) struct Cookies {
    secure: bool,
    came: Arc<HashMap<String, String>>,
    set: Arc<Mutex<Vec<String>>>,
}

impl Cookies {
    /// What came with a request. `secure` is whether browsers come by HTTPS.
    pub(crate) fn of(headers: &HeaderMap, secure: bool) -> Self {
        let sent = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let pairs = sent.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let came = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { secure, came: Arc::new(came), set: Arc::default() }
    }

    /// As browsers know it. The prefix makes them refuse one that another host, or plain HTTP, tries to set.
    fn name(&self, name: &str) -> String {
        if self.secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The token that came under `name`; none if what came has not the shape of one.
    pub(crate) fn token(&self, name: &str) -> Option<String> {
        self.came.get(&self.name(name)).filter(|value| super::is_token(value)).cloned()
    }

    /// Has the browser keep `token` under `name` for so many minutes.
    pub(crate) fn keep(&self, name: &str, token: &str, minutes: i64) {
        self.put(name, token, minutes * 60);
    }

    /// Has the browser forget what it keeps under `name`.
    pub(crate) fn forget(&self, name: &str) {
        self.put(name, "", 0);
    }

    fn put(&self, name: &str, value: &str, seconds: i64) {
        let name = self.name(name);
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        self.set.lock().unwrap_or_else(PoisonError::into_inner).push(cookie);
    }

    /// Writes what is to be set into an answer.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        for cookie in self.set.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                headers.append(SET_COOKIE, cookie);
            }
        }
    }
}
