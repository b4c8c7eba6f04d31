//! The page that somebody asked for before they signed in, kept in a cookie for a short while, so that nothing is
//! stored for somebody who may never sign in.

use frontend::wanted::Wanted;
use tower_sessions::Session;

use crate::auth::cookies::Cookies;
use crate::auth::session;

const COOKIE: &str = "onroll-wanted";
/// The minutes for which the cookie is kept.
const MINUTES: i64 = 15;

/// The cookie of one request.
pub(super) struct InCookie {
    pub(super) cookies: Cookies,
    /// Whether the request asks for a page. After sending a form nobody can be led back to it.
    pub(super) asks: bool,
}

impl Wanted for InCookie {
    fn want(&self, path: &str) {
        if self.asks {
            self.cookies.keep_path(COOKIE, path, MINUTES);
        }
    }

    fn wanted(&self) -> Option<String> {
        self.cookies.path(COOKIE)
    }
}

/// Deletes the cookie once somebody is signed in: by then they have arrived, or the session holds the page.
pub(super) async fn settle(cookies: &Cookies, session: &Session) {
    if cookies.holds(COOKIE) && session::owner(session).await.is_ok_and(|owner| owner.is_some()) {
        cookies.forget(COOKIE);
    }
}
