//! Where somebody wanted to go when they were asked to sign in first.

/// Under which name the session keeps it, once there is a session; before, their browser does.
pub(crate) const WANTED: &str = "wanted";

/// What the browser keeps of it.
pub trait Wanted: Send + Sync {
    /// Remembers a path of ours for a short while.
    fn want(&self, path: &str);
    /// The path; it leads to no other site, whatever the browser sends.
    fn wanted(&self) -> Option<String>;
}

/// Whether an address leads to a page of ours, whoever wrote it.
pub(crate) fn is_ours(path: &str) -> bool {
    path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n'])
}
