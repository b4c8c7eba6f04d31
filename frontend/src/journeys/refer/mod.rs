//! A school refers a child: signing in, the questions one by one, the check, and what became of it.
//!
//! What must not live here: what makes an answer right, which the API decides, and signing in itself (`sign_in`).

mod add;
mod check;
mod contacts;
mod door;
mod draft;
mod home;
mod new_pupil;
mod place;
mod roll;
mod sent;
mod steps;
#[cfg(test)]
mod tests;

use axum::Router;
use axum::routing::{get, post};

use crate::acts;

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/refer", get(home::show))
        .route("/refer/link", post(door::send_link))
        .route("/refer/link-sent", get(door::link_sent))
        .route("/link/{token}", get(door::put_token_away))
        .route("/link", get(door::ask_to_sign_in).post(door::sign_in))
        .route("/refer/suspended", get(door::suspended))
        .route("/refer/confirm", post(contacts::confirm))
        .route("/refer/contacts", get(contacts::show))
        .merge(acts::router(&contacts::ACTS))
        .merge(acts::router(&add::ACTS))
        .merge(acts::router(&roll::ACTS))
        .merge(acts::router(&new_pupil::ACTS))
        .route("/refer/schools", get(door::choose_school).post(door::act_for_school))
        .route("/refer/new", get(draft::ask_danger).post(draft::answer_danger))
        .route("/refer/new/ground", get(draft::ask_ground).post(draft::start))
        .route("/refer/elsewhere/{which}", get(draft::elsewhere))
        .route("/refer/sent/{reference}", get(sent::show))
        .route("/refer/sent/{reference}/confirmation", get(sent::confirm))
        .route("/refer/sibling", post(sent::start_sibling))
        .route("/refer/{draft}/check", get(check::show).post(check::send))
        .route("/refer/{draft}/{step}", get(draft::ask).post(draft::answer))
        .route("/refer/{draft}/{step}/{row}", get(draft::ask_row).post(draft::answer_row))
        .route("/refer/{draft}/{step}/{row}/remove", post(draft::remove_row))
}
