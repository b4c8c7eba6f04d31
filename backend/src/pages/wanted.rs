//! Where somebody wanted to go before they signed in, in a cookie for a short while: nothing is kept on our side of
//! somebody who may never sign in.

use frontend::wanted::Wanted;
use tower_sessions::Session;

use crate::auth::cookies::Cookies;
use crate::auth::session;

const COOKIE: &str = "onroll-wanted";
/// So long somebody may take to sign in.
const MINUTES: i64 = 15;

/// The place for one request.
pub(super) struct InCookie {
    pub(super) cookies: Cookies,
    /// Whether a page was asked for, and not something sent: nobody can be led back to that.
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

/// Forgets it once somebody is signed in: by then they are there, or the session knows.
pub(super) async fn settle(cookies: &Cookies, session: &Session) {
    if cookies.holds(COOKIE) && session::owner(session).await.is_ok_and(|owner| owner.is_some()) {
        cookies.forget(COOKIE);
    }
}
