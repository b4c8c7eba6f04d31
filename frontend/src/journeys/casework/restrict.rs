//! Acts on who may read a case: restrict it, name readers, lift that.

use cynic::Id;

use super::act::{ACT, Act, always};
use crate::acts::done;
use crate::documents::casework::Case;
use crate::documents::changes;
use crate::documents::inputs::{CaseReaderInput, LiftRestrictionInput, RestrictCaseInput};
use crate::prelude::*;
use crate::vocabulary::Restriction;

/// The API's limit on reasons.
const REASON: u32 = 1_000;

fn is_open_to_all(case: &Case) -> bool {
    case.restriction.is_none()
}

fn is_restricted(case: &Case) -> bool {
    case.restriction.is_some()
}

pub(super) const RESTRICT: Act = Act {
    path: "restrict",
    title: "Restrict the case",
    may: |case| case.may_restrict,
    button: |_| button("Restrict case"),
    in_state: always,
    on_page: is_open_to_all,
    of_item: |about| about.case.restriction.is_none(),
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
        let reason = form.text("reason");
        let input = RestrictCaseInput { case: to.id, version: to.version, restriction, reason };
        done(changes::restrict_case(api, input), "Case restricted")
    },
    ..ACT
};

pub(super) const ADD_READER: Act = Act {
    path: "reader",
    title: "Name somebody who may read the case",
    may: |case| case.may_restrict,
    button: |_| button("Add reader"),
    in_state: always,
    on_page: is_restricted,
    names_officers: true,
    of_item: |about| about.case.restriction.is_some(),
    questions: |about, ask| {
        let readers = about.case.readers.as_deref().unwrap_or_default();
        let is_reader = |id: &str| readers.iter().any(|reader| reader.id.inner() == id);
        let others = about.officers.iter().filter(|(id, _)| !id.is_empty() && !is_reader(id)).cloned();
        let choices = [(String::new(), "Choose a person".to_owned())].into_iter().chain(others);
        ask.select("staff", "Who?").options(choices).view()
    },
    send: |api, to, form| {
        let input = CaseReaderInput { case: to.id, version: to.version, staff: form.some("staff").map(Id::new) };
        done(changes::add_reader(api, input), "Reader added")
    },
    ..ACT
};

pub(super) const REMOVE_READER: Act = Act {
    path: "reader/remove",
    title: "Remove somebody who may read the case",
    may: |case| case.may_restrict,
    button: |_| button("Remove reader"),
    in_state: always,
    on_page: is_restricted,
    of_item: |about| about.case.restriction.is_some(),
    questions: |about, ask| {
        let readers = about.case.readers.as_deref().unwrap_or_default();
        let readers = readers.iter().map(|reader| (reader.id.inner().to_owned(), reader.name.clone()));
        let choices = [(String::new(), "Choose a person".to_owned())].into_iter().chain(readers);
        ask.select("staff", "Who?").options(choices).view()
    },
    send: |api, to, form| {
        let input = CaseReaderInput { case: to.id, version: to.version, staff: form.some("staff").map(Id::new) };
        done(changes::remove_reader(api, input), "Reader removed")
    },
    ..ACT
};

pub(super) const LIFT: Act = Act {
    path: "lift",
    title: "Lift the restriction",
    may: |case| case.may_restrict,
    button: |_| button("Lift restriction"),
    in_state: always,
    on_page: is_restricted,
    of_item: |about| about.case.restriction.is_some(),
    questions: |_, ask| ask.textarea("reason", "Why is it no longer necessary?").most(REASON).view(),
    send: |api, to, form| {
        let reason = form.text("reason");
        let input = LiftRestrictionInput { case: to.id, version: to.version, reason };
        done(changes::lift_restriction(api, input), "Restriction lifted")
    },
    ..ACT
};
