//! The brothers and sisters of a child, alike on every page. What must not live here: naming one (`journeys::casework`).

use leptos::prelude::*;

use super::case::state_tag;
use super::{Colour, Content, Table, link, tag, typed};
use crate::documents::family::Sibling;
use crate::when::date;
use crate::words::name;

/// A table of brothers and sisters, with their records; `None` if nobody is known. A referral is read at `referrals`
/// and its reference.
pub(crate) fn siblings(known: &[Sibling], referrals: &str) -> Option<AnyView> {
    if known.is_empty() {
        return None;
    }
    let table = Table::new("Brothers and sisters").quiet().scrolls().columns([
        "Name",
        "Date of birth",
        "School",
        "Referral or case",
    ]);
    Some(known.iter().fold(table, |table, one| table.row(row(one, referrals))).view())
}

fn row(one: &Sibling, referrals: &str) -> [Content; 4] {
    let case = one.case.as_ref();
    let referral = one.referral.as_ref();
    let on_file = case
        .map(|case| name(case.child.given_names.as_deref(), case.child.family_name.as_deref()))
        .or_else(|| referral.map(|referral| name(referral.given_names.as_deref(), referral.family_name.as_deref())));
    let born = case
        .and_then(|case| case.child.date_of_birth)
        .or_else(|| referral.and_then(|referral| referral.date_of_birth))
        .or(one.date_of_birth);
    let record = match (case, referral) {
        (Some(case), _) => {
            let flag = (case.flagged == Some(true)).then(|| tag("With the MASH", Colour::Red));
            let href = format!("/cases/{}", case.reference);
            view! { {link(href, case.reference.as_str())} " " {state_tag(case.state)} " " {flag} }.into_any().into()
        }
        (None, Some(referral)) => {
            let href = format!("{referrals}/{}", referral.reference);
            let state = tag(referral.state.label(), Colour::Yellow);
            view! { {link(href, referral.reference.as_str())} " " {state} }.into_any().into()
        }
        (None, None) => "None you can see".into(),
    };
    [
        typed(on_file.or_else(|| one.name.clone()).unwrap_or_default()).into(),
        born.map_or_else(|| "Not known".to_owned(), date).into(),
        typed(one.school.clone().unwrap_or_default()).into(),
        record,
    ]
}
