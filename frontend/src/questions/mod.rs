//! One question a page: what a step of a form is, which comes next, and how what was typed joins the answers so far.
//!
//! Schools' referrals and the public's reports are both lists of such steps. What must not live here: any one
//! question, and where the answers are kept.

pub(crate) mod answers;
pub(crate) mod elsewhere;

use crate::form::Form;
use crate::prelude::*;
use crate::visit::Site;
use crate::vocabulary::Answer;
use answers::row_numbers;

/// One page of a form.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    /// Its part of the address.
    pub(crate) slug: &'static str,
    /// The page's title, which is its heading too.
    pub(crate) title: &'static str,
    /// The fields it asks; a date by its plain name.
    pub(crate) fields: &'static [&'static str],
    /// Whether it is asked at all, after these answers.
    pub(crate) applies: fn(&Form) -> bool,
    /// Its questions, the heading among them.
    pub(crate) draw: fn(Ask<'_>, &Site) -> AnyView,
    /// What it gathers any number of, each on a page of its own.
    pub(crate) group: Option<&'static Group>,
}

/// Rows of like fields, named `name.1.part`, `name.2.part` and so on.
pub(crate) struct Group {
    /// What the fields begin with.
    pub(crate) name: &'static str,
    /// What one is called: "parent or carer".
    pub(crate) one: &'static str,
    /// How many there may be.
    pub(crate) most: u32,
    /// What each field ends with.
    pub(crate) parts: &'static [&'static str],
    /// The field of the fault that there is none.
    pub(crate) lacking: &'static str,
    /// The questions about one; `name.1` is handed over as the beginning of their names.
    pub(crate) draw: fn(Ask<'_>, &str) -> AnyView,
    /// What is asked below the list of all.
    pub(crate) below: fn(Ask<'_>) -> AnyView,
    /// One in a few words.
    pub(crate) describe: fn(&Form, u32) -> String,
}

impl Group {
    /// The fields of one row.
    pub(crate) fn fields(&self, row: u32) -> Vec<String> {
        self.parts.iter().map(|part| format!("{}.{row}.{part}", self.name)).collect()
    }

    /// The number a further row would take, if there may be one.
    pub(crate) fn free(&self, answers: &Form) -> Option<u32> {
        let taken = row_numbers(answers, self.name);
        let after = taken.last().map_or(1, |last| last + 1);
        if after <= self.most { Some(after) } else { (1..=self.most).find(|number| !taken.contains(number)) }
    }
}

impl Step {
    /// A page that is asked of everybody.
    pub(crate) const fn new(
        slug: &'static str,
        title: &'static str,
        fields: &'static [&'static str],
        draw: fn(Ask<'_>, &Site) -> AnyView,
    ) -> Self {
        Self { slug, title, fields, applies: |_| true, draw, group: None }
    }

    /// Asked only after some answers.
    pub(crate) const fn only_if(self, applies: fn(&Form) -> bool) -> Self {
        Self { applies, ..self }
    }

    /// Gathers any number of rows.
    pub(crate) const fn gathers(self, group: &'static Group) -> Self {
        Self { group: Some(group), ..self }
    }

    /// The part of the address where the step begins: the first row's page, where rows are gathered and there is none.
    pub(crate) fn entry(&self, answers: &Form) -> String {
        match self.group {
            Some(group) if row_numbers(answers, group.name).is_empty() => format!("{}/1", self.slug),
            _ => self.slug.to_owned(),
        }
    }

    /// Its fields as owned text.
    pub(crate) fn names(&self) -> Vec<String> {
        self.fields.iter().map(|&field| field.to_owned()).collect()
    }
}

/// A form's pages in the order they are asked.
pub(crate) type Steps = [Step];

/// The step with this slug.
pub(crate) fn find<'a>(steps: &'a Steps, slug: &str) -> Option<&'a Step> {
    steps.iter().find(|step| step.slug == slug)
}

/// The step that is asked after this one.
pub(crate) fn next<'a>(steps: &'a Steps, slug: &str, answers: &Form) -> Option<&'a Step> {
    steps.iter().skip_while(|step| step.slug != slug).skip(1).find(|step| (step.applies)(answers))
}

/// The step that is asked before this one.
pub(crate) fn previous<'a>(steps: &'a Steps, slug: &str, answers: &Form) -> Option<&'a Step> {
    steps.iter().take_while(|step| step.slug != slug).filter(|step| (step.applies)(answers)).last()
}

/// The first step that is asked after the answers `after` but was not after `before`.
pub(crate) fn newly<'a>(steps: &'a Steps, before: &Form, after: &Form) -> Option<&'a Step> {
    steps.iter().find(|step| (step.applies)(after) && !(step.applies)(before))
}

/// The part of the address of the page that asks `field`.
pub(crate) fn page_of(steps: &Steps, field: &str, answers: &Form) -> Option<String> {
    let plain = PARTS.iter().find_map(|part| field.strip_suffix(part)).unwrap_or(field);
    if let Some(step) = steps.iter().find(|step| step.fields.contains(&plain)) {
        return Some(step.entry(answers));
    }
    let (name, rest) = plain.split_once('.')?;
    let row: u32 = rest.split('.').next()?.parse().ok()?;
    let step = steps.iter().find(|step| step.group.is_some_and(|group| group.name == name))?;
    Some(format!("{}/{row}", step.slug))
}

const PARTS: [&str; 3] = ["-day", "-month", "-year"];

/// The answers with what was just typed in `fields` instead of what stood there.
pub(crate) fn overlay(answers: &Form, fields: &[String], typed: &Form) -> Form {
    let mut answers = answers.clone();
    for field in fields {
        clear(&mut answers, field);
        for name in names_of(field) {
            for value in typed.all(&name) {
                answers.add(name.clone(), value.clone());
            }
        }
    }
    answers
}

/// The answers without those to questions that these answers do not raise.
pub(crate) fn pruned(steps: &Steps, mut answers: Form) -> Form {
    for step in steps {
        if (step.applies)(&answers) {
            continue;
        }
        for field in step.fields {
            clear(&mut answers, field);
        }
        if let Some(group) = step.group {
            for row in row_numbers(&answers, group.name) {
                answers = without_row(group, row, answers);
            }
        }
    }
    answers
}

/// The answers without one row.
pub(crate) fn without_row(group: &Group, row: u32, mut answers: Form) -> Form {
    for field in group.fields(row) {
        clear(&mut answers, &field);
    }
    answers
}

fn clear(answers: &mut Form, field: &str) {
    for name in names_of(field) {
        answers.clear(&name);
    }
}

/// A field's name, and the names of its parts if it is a date.
fn names_of(field: &str) -> [String; 4] {
    [field.to_owned(), format!("{field}-day"), format!("{field}-month"), format!("{field}-year")]
}

/// What is wrong, at the top of a page that does not itself ask: each fault leads to the page that does.
pub(crate) fn faults_elsewhere(faults: &Faults, href: impl Fn(&str) -> Option<String>) -> Option<AnyView> {
    if faults.is_empty() {
        return None;
    }
    let items: Vec<AnyView> = faults
        .iter()
        .map(|(field, message)| {
            let message = message.to_owned();
            match href(field) {
                Some(href) => view! { <li><a href=href>{message}</a></li> }.into_any(),
                None => view! { <li>{message}</li> }.into_any(),
            }
        })
        .collect();
    let summary = view! {
        <div class="govuk-error-summary" data-module="govuk-error-summary">
            <div role="alert">
                <h2 class="govuk-error-summary__title">"There is a problem"</h2>
                <div class="govuk-error-summary__body">
                    <ul class="govuk-list govuk-error-summary__list">{items}</ul>
                </div>
            </div>
        </div>
    };
    Some(summary.into_any())
}

/// How it is safe to reach whoever tells, and whether the family knows; schools and the public are asked the same.
pub(crate) fn reach_safely(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(REACH)}
        {ask.radios("familyKnows", "Does the family know that you are telling us?").bold().words::<Answer>()}
        {ask.textarea("reachSafely", "How and when is it safe to reach you?")
            .optional()
            .bold()
            .hint("For example, only by telephone in the morning. If nobody may call or write to you, say so.")
            .most(2_000)}
    }
    .into_any()
}

/// The title of that page.
pub(crate) const REACH: &str = "Keeping you and the child safe";

/// Applies once somebody said that the child is in immediate danger.
pub(crate) fn in_danger(answers: &Form) -> bool {
    answers.has("danger", "YES")
}

/// The page that asks whether 999 was called; schools and the public are asked the same, and neither waits for it.
pub(crate) fn danger_call(ask: Ask<'_>, site: &Site) -> AnyView {
    view! {
        {h1("Call 999 now")}
        {warning_text("If a child is in immediate danger, call 999 before you do anything else here.")}
        <p class="govuk-body">
            "Then call the multi-agency safeguarding hub (MASH) on " {phone_link(&site.mash_phone)}
            ". Out of office hours, call " {phone_link(&site.out_of_hours_phone)} "."
        </p>
        {paragraph("Do not go on alone to look for the child, and do not tell anyone who may be a danger to them.")}
        {ask.checkboxes("dangerCalled", "Have you called 999?")
            .bold()
            .hint("If you do not tick this, we tell the MASH that the call is not confirmed.")
            .option("YES", "I have called 999")}
        {ask.text("dangerReference", "Reference or time of your call")
            .optional()
            .bold()
            .hint("The reference the police gave you. If you have none, the time you called.")
            .unchecked()
            .width(20)}
    }
    .into_any()
}
