//! The cookies beside the session's: of a mailed link, of a report that is being written, of the page that somebody asked
//! for before they signed in, and of a device that is known to an account. They hold random tokens or a path of ours, and
//! none makes a row in the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use crate::secret::token::is_token;

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
        self.came.get(&self.name(name)).filter(|value| is_token(value)).cloned()
    }

    /// The path of ours that came under `name`; none if what came is anything else, so that it leads nowhere else.
    pub(crate) fn path(&self, name: &str) -> Option<String> {
        self.came.get(&self.name(name)).filter(|path| is_path(path)).cloned()
    }

    /// Has the browser keep a path of ours under `name` for so many minutes; what cannot be one is not kept.
    pub(crate) fn keep_path(&self, name: &str, path: &str, minutes: i64) {
        if is_path(path) {
            self.put(name, path, minutes * 60);
        }
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

    /// Whether anything came under `name`.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.came.contains_key(&self.name(name))
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

/// Whether a browser that is sent to `text` stays on this site: one that begins with two slashes, or with a backslash
/// after the first, names another host.
fn is_path(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.');
    text.len() <= LONGEST_PATH && text.starts_with('/') && !text.starts_with("//") && text.bytes().all(plain)
}

/// No page of ours has a longer path.
const LONGEST_PATH: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_ours_is_gone_to() {
        for path in ["/", "/cases/C-0V2D-HT61", "/triage", "/contacts/0198-1.2_3"] {
            assert!(is_path(path), "{path}");
        }
        let long = format!("/{}", "a".repeat(LONGEST_PATH));
        for other in [
            "",
            "cases",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a?b=//c",
            "/a b",
            "/a%0d",
            "/a;b",
            &long,
        ] {
            assert!(!is_path(other), "{other}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("wanted=//evil.example; other=/cases"));
        let cookies = Cookies::of(&headers, false);
        assert_eq!((cookies.path("wanted"), cookies.path("other")), (None, Some("/cases".to_owned())));
    }
}
