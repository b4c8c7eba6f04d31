//! Forms that ask one question a page: what a step is, which comes next, and how what was typed joins the answers so
//! far. Referrals of schools and reports of the public are both lists of such steps.
//!
//! What must not live here: any one question, and where the answers are kept.

pub(crate) mod answers;
pub(crate) mod elsewhere;
pub(crate) mod roll;
pub(crate) mod status;

use crate::form::Form;
use crate::prelude::*;
use crate::visit::Site;
use crate::vocabulary::Answer;
use answers::row_numbers;

/// A page of a form.
#[derive(Clone, Copy)]
pub(crate) struct Step {
    /// The part of the address that names the page.
    pub(crate) slug: &'static str,
    /// The page's title and heading.
    pub(crate) title: &'static str,
    /// The names of the fields that the page asks; a date stands by its plain name, without its parts.
    pub(crate) fields: &'static [&'static str],
    /// Whether the page is asked, given the answers so far.
    pub(crate) applies: fn(&Form) -> bool,
    /// Draws the page's heading and questions.
    pub(crate) draw: fn(Ask<'_>, &Site) -> AnyView,
    /// The group of rows that the step gathers, each on a page of its own; `None` for most steps.
    pub(crate) group: Option<&'static Group>,
}

/// Rows of the same fields, such as several parents, named `name.1.part`, `name.2.part` and so on.
pub(crate) struct Group {
    /// The first part of the fields' names.
    pub(crate) name: &'static str,
    /// The noun for a row: "parent or carer".
    pub(crate) one: &'static str,
    /// The largest number of rows, and the largest number a row may have.
    pub(crate) most: u32,
    /// The last part of each field's name.
    pub(crate) parts: &'static [&'static str],
    /// The field in which the API finds fault if there is no row.
    pub(crate) lacking: &'static str,
    /// Draws the questions about one row. It is given the beginning of their names: `name.1`.
    pub(crate) draw: fn(Ask<'_>, &str) -> AnyView,
    /// Draws what is asked below the list of rows.
    pub(crate) below: fn(Ask<'_>) -> AnyView,
    /// Describes the row of this number in a few words.
    pub(crate) describe: fn(&Form, u32) -> String,
}

impl Group {
    /// The names of the fields of one row.
    pub(crate) fn fields(&self, row: u32) -> Vec<String> {
        self.parts.iter().map(|part| format!("{}.{row}.{part}", self.name)).collect()
    }

    /// The number for a further row; `None` if there may be no more. A number that was freed is taken only once none is
    /// left after the last row.
    pub(crate) fn free(&self, answers: &Form) -> Option<u32> {
        let taken = row_numbers(answers, self.name);
        let after = taken.last().map_or(1, |last| last + 1);
        if after <= self.most { Some(after) } else { (1..=self.most).find(|number| !taken.contains(number)) }
    }
}

impl Step {
    /// A step that is always asked and gathers no rows.
    pub(crate) const fn new(
        slug: &'static str,
        title: &'static str,
        fields: &'static [&'static str],
        draw: fn(Ask<'_>, &Site) -> AnyView,
    ) -> Self {
        Self { slug, title, fields, applies: |_| true, draw, group: None }
    }

    /// The same step, asked only where `applies` holds for the answers so far.
    pub(crate) const fn only_if(self, applies: fn(&Form) -> bool) -> Self {
        Self { applies, ..self }
    }

    /// The same step, gathering rows of `group`.
    pub(crate) const fn gathers(self, group: &'static Group) -> Self {
        Self { group: Some(group), ..self }
    }

    /// The part of the address where the step begins: the page of the first row, if it gathers rows and has none yet.
    pub(crate) fn entry(&self, answers: &Form) -> String {
        match self.group {
            Some(group) if row_numbers(answers, group.name).is_empty() => format!("{}/1", self.slug),
            _ => self.slug.to_owned(),
        }
    }

    /// The names of its fields, without those of rows.
    pub(crate) fn names(&self) -> Vec<String> {
        self.fields.iter().map(|&field| field.to_owned()).collect()
    }
}

/// The pages of a form, in the order they are asked.
pub(crate) type Steps = [Step];

/// The step with this slug; `None` if there is none.
pub(crate) fn find<'a>(steps: &'a Steps, slug: &str) -> Option<&'a Step> {
    steps.iter().find(|step| step.slug == slug)
}

/// The step asked after the one with this slug, given the answers; `None` after the last.
pub(crate) fn next<'a>(steps: &'a Steps, slug: &str, answers: &Form) -> Option<&'a Step> {
    steps.iter().skip_while(|step| step.slug != slug).skip(1).find(|step| (step.applies)(answers))
}

/// The step asked before the one with this slug, given the answers; `None` before the first.
pub(crate) fn previous<'a>(steps: &'a Steps, slug: &str, answers: &Form) -> Option<&'a Step> {
    steps.iter().take_while(|step| step.slug != slug).filter(|step| (step.applies)(answers)).last()
}

/// The first step that the answers `after` raise and the answers `before` did not; `None` if a change raised no
/// question.
pub(crate) fn newly<'a>(steps: &'a Steps, before: &Form, after: &Form) -> Option<&'a Step> {
    steps.iter().find(|step| (step.applies)(after) && !(step.applies)(before))
}

/// The part of the address of the page that asks `field`, which may be a part of a date or a field of a row; `None` if
/// no page does.
pub(crate) fn page_of(steps: &Steps, field: &str, answers: &Form) -> Option<String> {
    let plain = PARTS.iter().find_map(|part| field.strip_suffix(part)).unwrap_or(field);
    if let Some(step) = steps.iter().find(|step| step.fields.contains(&plain)) {
        return Some(step.entry(answers));
    }
    // A fault of a group as a whole belongs to the list of its rows.
    if let Some(step) = steps.iter().find(|step| step.group.is_some_and(|group| group.name == plain)) {
        return Some(step.entry(answers));
    }
    let (name, rest) = plain.split_once('.')?;
    let row: u32 = rest.split('.').next()?.parse().ok()?;
    let step = steps.iter().find(|step| step.group.is_some_and(|group| group.name == name))?;
    Some(format!("{}/{row}", step.slug))
}

const PARTS: [&str; 3] = ["-day", "-month", "-year"];

/// The answers with what was just typed in `fields` in place of what stood there. Other fields of `typed` are ignored.
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

/// The answers without those to questions that are not asked, given these answers.
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

/// The answers without the fields of one row.
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

/// The name of a field with those of its parts, in case it is a date.
fn names_of(field: &str) -> [String; 4] {
    [field.to_owned(), format!("{field}-day"), format!("{field}-month"), format!("{field}-year")]
}

/// The error summary of a page that does not itself ask, such as the check page. `href` makes the address of the page
/// that asks a field; a fault without one is not a link. `None` if there are no faults.
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

/// The page that asks how it is safe to reach whoever tells, and whether the family knows. Schools and the public are
/// asked alike.
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

/// The title of [`reach_safely`].
pub(crate) const REACH: &str = "Keeping you and the child safe";

/// What is said once something was sent that tells of harm: that the MASH was alerted, and whom to call all the same. It
/// says nothing of what was told.
pub(crate) fn hub_alerted(site: &Site) -> AnyView {
    view! {
        {h2("We have alerted the safeguarding hub")}
        <p class="govuk-body">
            "We have sent an alert to the multi-agency safeguarding hub (MASH). If it cannot wait, do not wait for them to answer: call the MASH on "
            {phone_link(&site.mash_phone)} ". Out of office hours, call " {phone_link(&site.out_of_hours_phone)} "."
        </p>
        {paragraph("If a child is in immediate danger, call 999.")}
    }
    .into_any()
}

/// Whether the answers say that the child is in immediate danger.
pub(crate) fn in_danger(answers: &Form) -> bool {
    answers.has("danger", "YES")
}

/// The page that asks whether 999 was called. Schools and the public are asked alike, and neither has to answer to go
/// on.
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
