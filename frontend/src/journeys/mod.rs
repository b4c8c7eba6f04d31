//! What people come to do, one module a journey: its addresses, its handlers and its pages.

pub mod account;
pub mod administer;
pub mod agencies;
pub mod audit;
pub mod casework;
pub mod kept;
pub mod partners;
pub mod passkeys;
pub mod refer;
pub mod report;
pub mod single_sign_on;
pub mod site;
pub mod staff;
pub mod triage;

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};

use crate::api::Refusal;
use crate::error;
use crate::form::Form;
use crate::visit::Visit;

/// Every page.
pub fn router() -> Router {
    Router::new()
        .merge(account::router())
        .merge(administer::router())
        .merge(agencies::router())
        .merge(audit::router())
        .merge(casework::router())
        .merge(kept::router())
        .merge(partners::router())
        .merge(passkeys::router())
        .merge(refer::router())
        .merge(report::router())
        .merge(single_sign_on::router())
        .merge(site::router())
        .merge(staff::router())
        .merge(triage::router())
}

/// Under which name the session keeps where somebody wanted to go before they signed in.
pub(crate) const WANTED: &str = "wanted";

/// The page for what the API refused, when there is no form to show it on.
pub(crate) async fn refused(visit: &Visit, refusal: Refusal) -> Response {
    let chrome = visit.chrome().await;
    match refusal {
        Refusal::Unauthenticated if visit.path.starts_with("/refer") => {
            let _ = visit.keep(WANTED, &visit.path).await;
            Redirect::to("/refer").into_response()
        }
        Refusal::Unauthenticated => {
            // A colleague's link is followed once they have signed in; losing that is no reason to fail.
            let _ = visit.keep(WANTED, &visit.path).await;
            Redirect::to("/sign-in").into_response()
        }
        Refusal::Forbidden => error::forbidden(&chrome),
        Refusal::NotFound | Refusal::Invalid(_) => error::not_found(&chrome),
        Refusal::Conflict(_) => error::conflict(&chrome),
        Refusal::Throttled(until) => error::too_many(&chrome, until),
        Refusal::Internal => error::internal(&chrome),
    }
}

/// The three parts of a date field as the API takes a day: `2026-11-21`, or whatever was typed; empty if nothing was.
pub(crate) fn day_of(form: &Form, field: &str) -> String {
    let [year, month, day] =
        ["year", "month", "day"].map(|part| form.get(&format!("{field}-{part}")).trim().to_owned());
    if year.is_empty() && month.is_empty() && day.is_empty() { String::new() } else { format!("{year}-{month}-{day}") }
}
