//! Cases: the register, one case, and everything that is done to one.
//!
//! What must not live here: how a referral is decided (`triage`), and any judgement of what was typed, which is the
//! API's.

mod act;
mod answers;
mod closing;
mod filters;
mod glass;
mod history;
mod list;
mod restrict;
mod sections;
mod show;
mod tracing;
pub(crate) mod words;

#[cfg(test)]
pub(crate) mod canned;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{get, post};

use crate::acts;
use crate::documents::PageInfo;
use crate::documents::casework::Officer;
use crate::parts::Pager;
use crate::visit::Visit;

pub(crate) use words::{at_risk, bar, counted, day, moment, name, risk_badge, state_tag};

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/cases", get(list::show))
        .route("/cases/search", post(list::search))
        .route("/cases/{reference}", get(show::show))
        .merge(acts::router(&act::ACTS))
        .merge(glass::router())
}

/// The way through a list: `href` makes an address of `after` or `before` and a cursor.
pub(crate) fn pager(info: &PageInfo, href: impl Fn(&str, &str) -> String) -> Pager {
    let cursor = |has: bool, cursor: &Option<String>| cursor.clone().filter(|_| has);
    Pager::new()
        .previous(cursor(info.has_previous_page, &info.start_cursor).map(|cursor| href("before", &cursor)))
        .next(cursor(info.has_next_page, &info.end_cursor).map(|cursor| href("after", &cursor)))
}

/// Officers to choose from: nobody first, then the person at the keyboard, then the others.
pub(crate) fn officer_options(visit: &Visit, officers: &[Officer], nobody: &str) -> Vec<(String, String)> {
    let is_me = |officer: &Officer| visit.is_me(officer.id.inner());
    let option = |officer: &Officer| {
        let text = if is_me(officer) { format!("Me ({})", officer.name) } else { officer.name.clone() };
        (officer.id.inner().to_owned(), text)
    };
    let (first, others): (Vec<_>, Vec<_>) = officers.iter().partition(|officer| is_me(officer));
    [(String::new(), nobody.to_owned())].into_iter().chain(first.into_iter().chain(others).map(option)).collect()
}
