//! Triage: the inbox of referrals, the riskiest first, and what is decided of each.
//!
//! What must not live here: how a case is worked (`casework`), whose forms and words this borrows.

mod decide;
mod held;
mod inbox;
mod show;

#[cfg(test)]
mod tests;

use crate::words::name;
use axum::Router;
use axum::routing::get;
use cynic::QueryBuilder;

use crate::acts;
use crate::api::Refusal;
use crate::documents::break_glass::RestrictedCase;
use crate::documents::casework::Officer;
use crate::documents::referrals::{CaseLink, Referral, Triage, TriageVars};
use crate::parts::case::{at_risk, bar};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{CaseState, Risk};

/// The pages of this journey.
pub fn router() -> Router {
    Router::new()
        .route("/triage", get(inbox::show))
        .route("/triage/gathered/{group}", get(inbox::show_group))
        .route("/triage/{reference}", get(show::show))
        .merge(acts::router(&decide::DECISIONS))
        .merge(held::router())
}

/// One referral, and the officers a case can be given to if they are asked for.
async fn load(visit: &Visit, reference: &str, officers: bool) -> Result<(Referral, Vec<Officer>), Refusal> {
    let answer = visit.api.run(Triage::build(TriageVars { reference: reference.to_owned(), officers })).await?;
    let missing = if visit.who.is_none() { Refusal::Unauthenticated } else { Refusal::NotFound };
    Ok((answer.referral.ok_or(missing)?, answer.officers.unwrap_or_default()))
}

/// The bar that says whom the referral is about.
fn identity(referral: &Referral) -> IdentityBar {
    let child = name(referral.given_names.as_deref(), referral.family_name.as_deref());
    at_risk(bar(child, referral.date_of_birth, &referral.reference, referral.upn.as_deref()), referral.risk)
}

/// Whether the MASH must know before the referral goes anywhere else.
fn tells_of_harm(referral: &Referral) -> bool {
    matches!(referral.risk, Some(Risk::Immediate | Risk::High))
}

/// The open cases of children who may be this child, with whose they are.
fn open_cases(referral: &Referral) -> Vec<(String, CaseLink)> {
    let matches = referral.matches.as_deref().unwrap_or_default();
    let cases = matches.iter().filter(|one| one.judged.is_none()).flat_map(|one| {
        let child = one.child.as_ref();
        let child = name(
            child.and_then(|child| child.given_names.as_deref()),
            child.and_then(|child| child.family_name.as_deref()),
        );
        one.cases.iter().filter(|case| case.state != CaseState::Closed).map(move |case| (child.clone(), case.clone()))
    });
    cases.collect()
}

/// That the child has a case which this person may not read, and whom to ask, so that nobody opens a second one.
fn restricted_warning(case: &RestrictedCase) -> AnyView {
    let officer = case.officer.as_ref().map_or_else(|| "a manager".to_owned(), |officer| officer.name.clone());
    warning_text(format!(
        "This child has a restricted case, {}. Do not open another: ask {officer} to add this referral to it.",
        case.reference
    ))
}
