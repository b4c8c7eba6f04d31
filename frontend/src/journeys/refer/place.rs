//! The page of a draft on which somebody is: what it shows, and the ways on and back from there.
//!
//! What must not live here: anything that changes a draft (`draft`).

use axum::response::Response;

use super::steps::STEPS;
use crate::prelude::*;
use crate::questions::answers::row_numbers;
use crate::questions::{self, Group, Step};
use crate::visit::Visit;

/// A page of a draft.
pub(super) struct Place {
    /// The id of the draft.
    pub(super) id: String,
    /// The step that the page belongs to.
    pub(super) step: &'static Step,
    row: Option<(&'static Group, u32)>,
    /// Whether somebody came from the check page, and is led back there.
    checking: bool,
}

impl Place {
    /// The page of a step; `None` if there is no step with this slug.
    pub(super) fn of(id: String, slug: &str, query: &Form) -> Option<Self> {
        let step = questions::find(STEPS, slug)?;
        Some(Self { id, step, row: None, checking: query.has("return", "check") })
    }

    /// The page of one row of a step; `None` if there is no such step, it gathers no rows, or the number is too large.
    pub(super) fn of_row(id: String, slug: &str, row: u32, query: &Form) -> Option<Self> {
        let place = Self::of(id, slug, query)?;
        let group = place.step.group.filter(|group| (1..=group.most).contains(&row))?;
        Some(Self { row: Some((group, row)), ..place })
    }

    /// The fields of this page, in whose place goes what is typed.
    pub(super) fn fields(&self) -> Vec<String> {
        self.row.map_or_else(|| self.step.names(), |(group, row)| group.fields(row))
    }

    /// The fields whose faults the API is to refuse: those of the page, and the one that stands for a group without any
    /// row.
    pub(super) fn checked(&self) -> Vec<String> {
        let mut fields = self.fields();
        if let Some(group) = self.step.group.filter(|group| !fields.iter().any(|field| field == group.lacking)) {
            fields.push(group.lacking.to_owned());
        }
        fields
    }

    /// The address of another page of the same draft, which keeps the way back to the check page.
    pub(super) fn to(&self, page: &str) -> String {
        let back = if self.checking && page != "check" { "?return=check" } else { "" };
        format!("/refer/{}/{page}{back}", self.id)
    }

    fn back(&self, answers: &Form) -> String {
        let listed = self.row.is_some_and(|(group, _)| !row_numbers(answers, group.name).is_empty());
        if listed {
            return self.to(self.step.slug);
        }
        if self.checking {
            return self.to("check");
        }
        match questions::previous(STEPS, self.step.slug, answers) {
            Some(step) => self.to(step.slug),
            None => "/refer".to_owned(),
        }
    }

    /// The next page after an answer: from a row back to the list of rows; from a change back to the check page, unless
    /// it raises a new question; otherwise the next question.
    pub(super) fn onward(&self, before: &Form, after: &Form) -> String {
        if self.row.is_some() {
            return self.to(self.step.slug);
        }
        let next = if self.checking {
            questions::newly(STEPS, before, after)
        } else {
            questions::next(STEPS, self.step.slug, after)
        };
        self.to(&next.map_or_else(|| "check".to_owned(), |step| step.entry(after)))
    }

    /// The faults as this page can show them. The fault of a group without rows goes to the first question about a row;
    /// one of a field that the page does not ask becomes a fault of the whole form.
    pub(super) fn faults(&self, faults: &Faults) -> Faults {
        let fields = self.fields();
        faults
            .iter()
            .map(|(field, message)| {
                let first = self.row.filter(|(group, _)| group.lacking == field).map(|_| fields[0].clone());
                let asked =
                    || fields.iter().any(|name| field == name || field.strip_prefix(name).is_some_and(is_date_part));
                (first.unwrap_or_else(|| if asked() { field.to_owned() } else { String::new() }), message)
            })
            .collect()
    }
}

fn is_date_part(rest: &str) -> bool {
    matches!(rest, "-day" | "-month" | "-year")
}

/// Renders this page with these answers and faults. The form carries `version`, against which it is saved.
pub(super) async fn page(visit: &Visit, place: &Place, answers: &Form, faults: &Faults, version: i32) -> Response {
    let ask = Ask::new(answers, faults);
    let (title, body) = match place.row {
        Some((group, row)) => row_page(place, group, row, ask),
        None => step_page(visit, place, ask),
    };
    Page::new(title).back(place.back(answers)).ask(ask).render(&visit.chrome().await, || {
        view! {
            {post_form(view! {
                <input type="hidden" name="version" value=version.to_string()/>
                {body}
            })}
        }
        .into_any()
    })
}

fn step_page(visit: &Visit, place: &Place, ask: Ask<'_>) -> (String, AnyView) {
    let step = place.step;
    let list = step.group.map(|group| view! { {rows(place, group, ask.form)} {(group.below)(ask)} });
    let at_once = (step.slug == "danger-call")
        .then(|| button("Save and check what you have so far").secondary().sends("next", "check").view());
    let buttons = buttons(std::iter::once(button("Save and continue").view()).chain(at_once));
    let body = view! { {(step.draw)(ask, &visit.site)} {list} {buttons} }.into_any();
    (step.title.to_owned(), body)
}

/// The rows so far, each with a link to change it, and a link to add another if there may be more.
fn rows(place: &Place, group: &'static Group, answers: &Form) -> AnyView {
    let (numbers, answers) = (row_numbers(answers, group.name), &answers.told());
    let called = capital(group.one);
    let list = (1..).zip(&numbers).fold(SummaryList::new(), |list, (position, &row): (u32, _)| {
        let name = format!("{called} {position}");
        let hidden = format!("{} {position}", group.one);
        list.row(name, typed((group.describe)(answers, row))).action(
            "Change or remove",
            place.to(&format!("{}/{row}", place.step.slug)),
            hidden,
        )
    });
    let none = numbers.is_empty().then(|| paragraph(format!("No {} has been added.", group.one)));
    let which = if numbers.is_empty() { "the first" } else { "another" };
    let add = group.free(answers).map(|row| {
        let href = place.to(&format!("{}/{row}", place.step.slug));
        view! { <p class="govuk-body">{link(href, format!("Add {which} {}", group.one))}</p> }
    });
    let list = (!numbers.is_empty()).then(|| list.view());
    // The error summary links here if there must be a row and there is none.
    view! { <div id=group.lacking tabindex="-1">{none} {list} {add}</div> }.into_any()
}

fn row_page(place: &Place, group: &'static Group, row: u32, ask: Ask<'_>) -> (String, AnyView) {
    let numbers = row_numbers(ask.form, group.name);
    let position = numbers.iter().position(|&number| number == row).unwrap_or(numbers.len()) + 1;
    let title = format!("{} {position}", capital(group.one));
    let known = numbers.contains(&row);
    let remove = known.then(|| {
        let back = if place.checking { "?return=check" } else { "" };
        let action = format!("/refer/{}/{}/{row}/remove{back}", place.id, place.step.slug);
        button(format!("Remove this {}", group.one)).secondary().to(action).view()
    });
    let buttons = buttons(std::iter::once(button("Save and continue").view()).chain(remove));
    let body = view! {
        {h1_captioned(place.step.title, title.clone())}
        {(group.draw)(ask, &format!("{}.{row}", group.name))}
        {buttons}
    };
    (title, body.into_any())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
