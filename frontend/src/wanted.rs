//! The page that somebody asked for before they were sent to sign in, to lead them there afterwards.

/// The name under which the session holds it, once there is a session. Before that, a cookie does ([`Wanted`]).
pub(crate) const WANTED: &str = "wanted";

/// The path that this browser holds in a cookie, so that nothing is stored on the server for somebody who may never
/// sign in.
pub trait Wanted: Send + Sync {
    /// Keeps a path of this site for 15 minutes. Does nothing for a request that was posted: nobody can be led back to
    /// that.
    fn want(&self, path: &str);
    /// The path that was kept; `None` if there is none. It leads to no other site, whatever the browser sends.
    fn wanted(&self) -> Option<String>;
}

/// Whether an address leads to a page of this site. Addresses that begin with two slashes, or hold a backslash, may
/// lead to another.
pub(crate) fn is_ours(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n'])
}
