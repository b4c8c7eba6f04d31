//! The pages that stories are shown, kept in `target/shown` for the test of how everybody can use them
//! (`tests/pages.rs`), so that every page is tried in each state a story brings it into.
//!
//! What must not live here: what holds for every answer ([`page`](crate::page)).

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use scraper::{Html, Selector};

use crate::database::target;
use crate::page::Page;

/// Two tests that are shown the same page must not write its file at the same time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// The folder the pages are kept in.
pub fn folder() -> PathBuf {
    target().join("shown")
}

/// Keeps a page. Of several pages of one kind, the longest is kept.
pub fn keep(page: &Page) {
    if !page.header("content-type").starts_with("text/html") || page.body.is_empty() {
        return;
    }
    let mut hasher = DefaultHasher::new();
    kind(page).hash(&mut hasher);
    let file = folder().join(format!("{:016x}.html", hasher.finish()));
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let longest = std::fs::metadata(&file).map_or(0, |kept| kept.len());
    if usize::try_from(longest).is_ok_and(|longest| page.body.len() > longest) {
        std::fs::create_dir_all(folder()).expect("target can be written to");
        std::fs::write(&file, &page.body).expect("target can be written to");
    }
}

/// The kind of a page: its address without ids and references, its status, and the components on it.
fn kind(page: &Page) -> String {
    let path = page.path.split('?').next().unwrap_or_default();
    let path: Vec<&str> =
        path.split('/').map(|part| if part.bytes().any(|byte| byte.is_ascii_digit()) { "*" } else { part }).collect();
    let html = Html::parse_document(&page.body);
    let all = Selector::parse("main *, body > *").expect("the selector is sound");
    let classes = html.select(&all).flat_map(|element| element.value().classes());
    let components: BTreeSet<&str> = classes.map(|class| class.split("__").next().unwrap_or_default()).collect();
    let components: BTreeSet<&str> =
        components.into_iter().filter(|class| !class.contains("tag--") && !class.contains('!')).collect();
    format!("{} {} {components:?}", path.join("/"), page.status.as_u16())
}
