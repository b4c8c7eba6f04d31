//! Acts on who may read a case: restrict it, name readers, lift that.

use cynic::Id;

use super::act::{ACT, Act, always};
use crate::documents::casework::Case;
use crate::documents::changes;
use crate::documents::inputs::{CaseReaderInput, LiftRestrictionInput, RestrictCaseInput};
use crate::prelude::*;
use crate::vocabulary::Restriction;

/// The API's limit on reasons.
const REASON: u32 = 1_000;

fn is_like_any(case: &Case) -> bool {
    case.restriction.is_none()
}

fn is_restricted(case: &Case) -> bool {
    case.restriction.is_some()
}

pub(super) const RESTRICT: Act = Act {
    path: "restrict",
    title: "Restrict the case",
    button: "Restrict case",
    may: |case| case.may_restrict,
    fits: always,
    suits: is_like_any,
    exists: |about| about.case.restriction.is_none(),
    questions: |_, ask| {
        view! {
            {paragraph(
                "Only you, its officer and the people you name will be able to read a restricted case. Others who look \
                 for its reference see only that it exists and whom to ask.",
            )}
            {ask.radios("restriction", "Why is it restricted?").bold().words::<Restriction>()}
            {ask.textarea("reason", "What makes it necessary?").most(REASON)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let restriction = Restriction::parse(form.get("restriction"));
        let reason = form.get("reason").to_owned();
        changes::restrict_case(api, RestrictCaseInput { case: to.case, version: to.version, restriction, reason })
    },
    said: |_| "Case restricted",
    ..ACT
};

pub(super) const ADD_READER: Act = Act {
    path: "reader",
    title: "Name somebody who may read the case",
    button: "Add reader",
    may: |case| case.may_restrict,
    fits: always,
    suits: is_restricted,
    names_officers: true,
    exists: |about| about.case.restriction.is_some(),
    questions: |about, ask| {
        let readers = about.case.readers.as_deref().unwrap_or_default();
        let is_reader = |id: &str| readers.iter().any(|reader| reader.id.inner() == id);
        let others = about.officers.iter().filter(|(id, _)| !id.is_empty() && !is_reader(id)).cloned();
        let choices = [(String::new(), "Choose a person".to_owned())].into_iter().chain(others);
        ask.select("staff", "Who?").options(choices).view()
    },
    send: |api, to, form| {
        changes::add_reader(
            api,
            CaseReaderInput { case: to.case, version: to.version, staff: form.some("staff").map(Id::new) },
        )
    },
    said: |_| "Reader added",
    ..ACT
};

pub(super) const REMOVE_READER: Act = Act {
    path: "reader/remove",
    title: "Remove somebody who may read the case",
    button: "Remove reader",
    may: |case| case.may_restrict,
    fits: always,
    suits: is_restricted,
    exists: |about| about.case.restriction.is_some(),
    questions: |about, ask| {
        let readers = about.case.readers.as_deref().unwrap_or_default();
        let readers = readers.iter().map(|reader| (reader.id.inner().to_owned(), reader.name.clone()));
        let choices = [(String::new(), "Choose a person".to_owned())].into_iter().chain(readers);
        ask.select("staff", "Who?").options(choices).view()
    },
    send: |api, to, form| {
        changes::remove_reader(
            api,
            CaseReaderInput { case: to.case, version: to.version, staff: form.some("staff").map(Id::new) },
        )
    },
    said: |_| "Reader removed",
    ..ACT
};

pub(super) const LIFT: Act = Act {
    path: "lift",
    title: "Lift the restriction",
    button: "Lift restriction",
    may: |case| case.may_restrict,
    fits: always,
    suits: is_restricted,
    exists: |about| about.case.restriction.is_some(),
    questions: |_, ask| ask.textarea("reason", "Why is it no longer necessary?").most(REASON).view(),
    send: |api, to, form| {
        let reason = form.get("reason").to_owned();
        changes::lift_restriction(api, LiftRestrictionInput { case: to.case, version: to.version, reason })
    },
    said: |_| "Restriction lifted",
    ..ACT
};
