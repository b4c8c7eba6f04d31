//! The cookies other than the session's: those of a mailed link, of a report that is being written, of the page that
//! somebody asked for before signing in, and of a known device. Each holds a random token or a path of this site, and
//! none is stored in the database.
//!
//! What must not live here: what a cookie is for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};

use crate::secret::token::is_token;

/// The cookies that came with a request, and those that its response sets.
#[derive(Clone, Default)]
pub(crate) struct Cookies {
    secure: bool,
    came: Arc<HashMap<String, String>>,
    set: Arc<Mutex<Vec<String>>>,
}

impl Cookies {
    /// The cookies of a request. `secure` is whether browsers connect over HTTPS.
    pub(crate) fn of(headers: &HeaderMap, secure: bool) -> Self {
        let sent = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let pairs = sent.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let came = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { secure, came: Arc::new(came), set: Arc::default() }
    }

    /// The full name of a cookie. Over HTTPS it has the prefix `__Host-`, with which browsers refuse one that another
    /// host, or plain HTTP, tries to set.
    fn name(&self, name: &str) -> String {
        if self.secure { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The token in the cookie `name`; `None` if there is none or it has not the shape of a token.
    pub(crate) fn token(&self, name: &str) -> Option<String> {
        self.came.get(&self.name(name)).filter(|value| is_token(value)).cloned()
    }

    /// The path in the cookie `name`; `None` if it is not a path of this site, so that it cannot lead anywhere else.
    pub(crate) fn path(&self, name: &str) -> Option<String> {
        self.came.get(&self.name(name)).filter(|path| is_path(path)).cloned()
    }

    /// Sets the cookie `name` to a path of this site for `minutes`. Anything else is not set.
    pub(crate) fn keep_path(&self, name: &str, path: &str, minutes: i64) {
        if is_path(path) {
            self.put(name, path, minutes * 60);
        }
    }

    /// Sets the cookie `name` to `token` for `minutes`.
    pub(crate) fn keep(&self, name: &str, token: &str, minutes: i64) {
        self.put(name, token, minutes * 60);
    }

    /// Deletes the cookie `name`.
    pub(crate) fn forget(&self, name: &str) {
        self.put(name, "", 0);
    }

    fn put(&self, name: &str, value: &str, seconds: i64) {
        let name = self.name(name);
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        self.set.lock().unwrap_or_else(PoisonError::into_inner).push(cookie);
    }

    /// Whether a cookie `name` came with the request.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.came.contains_key(&self.name(name))
    }

    /// Writes the cookies to be set into the headers of a response.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        for cookie in self.set.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if let Ok(cookie) = HeaderValue::try_from(cookie) {
                headers.append(SET_COOKIE, cookie);
            }
        }
    }
}

/// Whether a browser that is sent to `text` stays on this site. Two slashes at the beginning, or a slash and a
/// backslash, would name another host.
fn is_path(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.');
    text.len() <= LONGEST_PATH && text.starts_with('/') && !text.starts_with("//") && text.bytes().all(plain)
}

/// The longest path that is kept; no page has a longer one.
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
