//! The label of every field of a referral or report, and the answers as summary lists. One description serves the check
//! pages, the pages for reading and triage.
//!
//! What must not live here: how a question is asked (`steps` of each journey).

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::documents::drafts::{Addition, FieldFault};
use crate::form::{Faults, Form};
use crate::prelude::*;
use crate::vocabulary::{Answer, NoVisitReason, ReferralGround, SchoolEnquiryKind, Sex, UpnAbsence};
use crate::when::day_and_time;

/// An answer, ready to be shown.
#[derive(Debug)]
pub(crate) struct Told {
    /// The slug of the page that asks it; empty where no form asks it any more.
    pub(crate) step: &'static str,
    /// The label of the field.
    pub(crate) label: String,
    /// The answer in words; `None` if nothing was answered.
    pub(crate) value: Option<String>,
    /// The name of the field, or of the row of a group.
    field: String,
}

/// Answers that belong together, shown on one card.
#[derive(Debug)]
pub(crate) struct Section {
    /// The title of the card.
    pub(crate) title: &'static str,
    /// The answers, in the order they are asked.
    pub(crate) rows: Vec<Told>,
}

/// A field of a form, as it is shown.
struct Asked {
    section: &'static str,
    step: &'static str,
    field: &'static str,
    label: &'static str,
    kind: Kind,
    /// Whether the field is left out when it has no answer, because it is not asked of everyone. Other fields read "Not
    /// provided".
    sometimes: bool,
}

enum Kind {
    Text,
    Day,
    Ticked(&'static str),
    Word(fn(&str) -> Option<&'static str>),
    Rows(fn(&Form, u32) -> String),
}

const fn asked(
    section: &'static str,
    step: &'static str,
    field: &'static str,
    label: &'static str,
    kind: Kind,
) -> Asked {
    Asked { section, step, field, label, kind, sometimes: false }
}

const fn sometimes(
    section: &'static str,
    step: &'static str,
    field: &'static str,
    label: &'static str,
    kind: Kind,
) -> Asked {
    Asked { section, step, field, label, kind, sometimes: true }
}

const REASON: &str = "Reason for the referral";
const SAFETY: &str = "The child’s safety";
const CHILD: &str = "The child";
const FAMILY: &str = "The family";
const SEEN: &str = "When the child was last seen";
const ENQUIRIES: &str = "What the school has done";
const APPRAISAL: &str = "What the safeguarding lead says";
const SIBLINGS: &str = "Brothers and sisters";
const TOLD: &str = "What is known";
const YOU: &str = "Who is reporting";
const REACH: &str = "Contacting the sender";
/// The section of answers to questions that no form asks any more, which stored referrals may hold.
const OTHER: &str = "Other answers";

const SCHOOL: &[Asked] = &[
    asked(REASON, "ground", "ground", "Reason", Kind::Word(word::<ReferralGround>)),
    asked(SAFETY, "danger", "danger", "In immediate danger", Kind::Word(word::<Answer>)),
    sometimes(SAFETY, "danger-call", "dangerCalled", "999 called", Kind::Ticked("Yes")),
    sometimes(SAFETY, "danger-call", "dangerReference", "Reference or time of the call", Kind::Text),
    asked(SAFETY, "social-care", "socialCare", "Social care involved", Kind::Word(word::<Answer>)),
    sometimes(SAFETY, "social-care", "socialWorker", "Social worker", Kind::Text),
    asked(SAFETY, "harm", "harm", "Signs of harm", Kind::Word(word::<Answer>)),
    sometimes(SAFETY, "harm", "harmDetails", "What the signs are", Kind::Text),
    asked(CHILD, "name", "givenNames", "First names", Kind::Text),
    asked(CHILD, "name", "familyName", "Last name", Kind::Text),
    asked(CHILD, "date-of-birth", "dateOfBirth", "Date of birth", Kind::Day),
    sometimes(CHILD, "date-of-birth", "yearGroup", "Taught in another year group", Kind::Text),
    asked(CHILD, "sex", "sex", "Sex", Kind::Word(word::<Sex>)),
    asked(CHILD, "upn", "upn", "Unique pupil number (UPN)", Kind::Text),
    sometimes(CHILD, "upn", "upnAbsence", "Why there is no unique pupil number", Kind::Word(word::<UpnAbsence>)),
    sometimes(CHILD, "upn", "nhsNumber", "NHS number", Kind::Text),
    asked(CHILD, "address", "address", "Last known address", Kind::Text),
    asked(CHILD, "address", "postcode", "Postcode", Kind::Text),
    asked(FAMILY, "parents", "parent", "Parent or carer", Kind::Rows(parent)),
    asked(SEEN, "last-attended", "lastAttended", "Last attended school", Kind::Day),
    asked(SEEN, "last-seen", "lastSeen", "Last seen", Kind::Day),
    asked(SEEN, "last-seen", "lastSeenBy", "Last seen by", Kind::Text),
    asked(SEEN, "found", "foundAtAddress", "Found at the address", Kind::Word(word::<Answer>)),
    sometimes(SEEN, "destination", "destination", "Where the child went, and how this is known", Kind::Text),
    sometimes(SEEN, "return-due", "returnDue", "Due back from leave", Kind::Day),
    asked(ENQUIRIES, "enquiries", "enquiry", "Enquiry", Kind::Rows(enquiry)),
    sometimes(ENQUIRIES, "enquiries", "noHomeVisit", "Why there was no home visit", Kind::Word(word::<NoVisitReason>)),
    sometimes(ENQUIRIES, "enquiries", "noHomeVisitReason", "More about there being no home visit", Kind::Text),
    asked(ENQUIRIES, "professionals", "professionals", "Professionals work with the child", Kind::Word(word::<Answer>)),
    sometimes(ENQUIRIES, "professionals", "professionalsNamed", "Who they are", Kind::Text),
    asked(ENQUIRIES, "welfare-officer", "welfareOfficer", "Education welfare officer", Kind::Text),
    asked(APPRAISAL, "appraisal", "appraisedBy", "Safeguarding lead", Kind::Text),
    asked(APPRAISAL, "appraisal", "appraisedOn", "Looked at the risk on", Kind::Day),
    asked(APPRAISAL, "appraisal", "appraisal", "What they think of the risk", Kind::Text),
    asked(SIBLINGS, "siblings", "siblings", "Brothers or sisters", Kind::Word(word::<Answer>)),
    sometimes(SIBLINGS, "siblings-named", "sibling", "Brother or sister", Kind::Rows(sibling)),
    asked(REACH, "reach", "familyKnows", "The family knows of this", Kind::Word(word::<Answer>)),
    asked(REACH, "reach", "reachSafely", "How and when it is safe to contact them", Kind::Text),
];

const PUBLIC: &[Asked] = &[
    asked(SAFETY, "danger", "danger", "In immediate danger", Kind::Word(word::<Answer>)),
    sometimes(SAFETY, "danger-call", "dangerCalled", "999 called", Kind::Ticked("Yes")),
    sometimes(SAFETY, "danger-call", "dangerReference", "Reference or time of the call", Kind::Text),
    asked(SAFETY, "harm", "harm", "Being harmed, or at risk of harm", Kind::Word(word::<Answer>)),
    asked(CHILD, "name", "givenNames", "First name", Kind::Text),
    asked(CHILD, "name", "familyName", "Last name", Kind::Text),
    sometimes(CHILD, "name", "nameNotKnown", "Name not known", Kind::Ticked("I do not know the child’s name")),
    asked(CHILD, "age", "age", "Age", Kind::Text),
    asked(CHILD, "age", "dateOfBirth", "Date of birth", Kind::Day),
    asked(CHILD, "sex", "sex", "Sex", Kind::Word(word::<Sex>)),
    sometimes(CHILD, "age", "nhsNumber", "NHS number", Kind::Text),
    asked(CHILD, "address", "address", "Where the child lives or stays", Kind::Text),
    asked(CHILD, "address", "postcode", "Postcode", Kind::Text),
    asked(TOLD, "last-school", "lastSchool", "Last school", Kind::Text),
    asked(TOLD, "last-seen", "lastSeenText", "When the child was last seen", Kind::Text),
    asked(TOLD, "parents", "parents", "The adults with the child", Kind::Text),
    asked(TOLD, "concern", "concern", "Reason for concern", Kind::Text),
    asked(YOU, "you", "reporterName", "Name", Kind::Text),
    asked(YOU, "you", "reporterRole", "Connection to the child", Kind::Text),
    asked(YOU, "you", "reporterPhone", "Telephone number", Kind::Text),
    asked(YOU, "you", "reporterEmail", "Email address", Kind::Text),
    sometimes(YOU, "you", "reporterEmailSafe", "Mail to this address is safe", Kind::Word(word::<Answer>)),
    asked(REACH, "reach", "familyKnows", "The family knows of this", Kind::Word(word::<Answer>)),
    asked(REACH, "reach", "reachSafely", "How and when it is safe to contact them", Kind::Text),
];

/// The answers of a referral as cards, for reading only: as a school's if `school` or if they name a ground or say
/// whether social care is involved, otherwise as a report of the public. Every answer is shown, even one that no form
/// asks any more; one that could not be read is marked with what is `to_ask`.
pub(crate) fn answers_summary(answers: &Form, school: bool, to_ask: &[FieldFault]) -> AnyView {
    let sections = if school { school_sections(answers) } else { sections(answers) };
    marked_summary(sections, to_ask, None)
}

/// What the school added since, oldest first; `None` if it added nothing.
pub(crate) fn added(title: String, additions: &[Addition]) -> Option<AnyView> {
    let list = additions.iter().fold(SummaryList::new().card(title), |list, addition| {
        let Addition { at, by, text } = addition;
        list.row(format!("{}, {by}", day_and_time(*at)), typed(text.clone()))
    });
    (!additions.is_empty()).then(|| list.view())
}

/// What is to be asked for, under `title`; `None` if there is nothing.
pub(crate) fn asked_for(title: &'static str, about: &'static str, to_ask: &[FieldFault]) -> Option<AnyView> {
    let list = bullets(to_ask.iter().map(|lack| lack.message.as_str()))?;
    Some(view! { {h2(title)} {paragraph(about)} {list} }.into_any())
}

/// The sections as cards. With `change`, which makes the address of a step, each answer has a link to change it.
pub(crate) fn summary(sections: Vec<Section>, change: Option<&dyn Fn(&str) -> String>) -> AnyView {
    marked_summary(sections, &[], change)
}

/// The sections as cards, with each answer marked that is `to_ask`, because it could not be read.
pub(crate) fn marked_summary(
    sections: Vec<Section>,
    to_ask: &[FieldFault],
    change: Option<&dyn Fn(&str) -> String>,
) -> AnyView {
    let mark = |field: &str| {
        let of_field = |lack: &&FieldFault| {
            lack.field.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let reasons: Vec<String> = to_ask.iter().filter(of_field).map(|lack| lack.message.clone()).collect();
        (!reasons.is_empty())
            .then(|| view! { <p class="govuk-hint">{format!("To be asked for: {}", reasons.join("; "))}</p> })
    };
    sections
        .into_iter()
        .map(|section| {
            section
                .rows
                .into_iter()
                .fold(SummaryList::new().card(section.title), |list, row| {
                    let hidden = row.label.to_lowercase();
                    let list = match row.value {
                        Some(value) => list.row(row.label, view! { {typed(value)} {mark(&row.field)} }.into_any()),
                        None => list.row(row.label, None::<String>),
                    };
                    match change.filter(|_| !row.step.is_empty()) {
                        Some(change) => list.change(change(row.step), hidden),
                        None => list,
                    }
                })
                .view()
        })
        .collect_view()
        .into_any()
}

/// The answers of a referral or report by section: as a school's if they name a ground or say whether social care is
/// involved, otherwise as a report of the public.
pub(crate) fn sections(answers: &Form) -> Vec<Section> {
    let is_school = answers.some("ground").is_some() || answers.some("socialCare").is_some();
    let asked = if is_school { SCHOOL } else { PUBLIC };
    sections_of(asked, answers)
}

/// The answers of a school's referral by section, also while it has no ground yet.
pub(crate) fn school_sections(answers: &Form) -> Vec<Section> {
    sections_of(SCHOOL, answers)
}

fn sections_of(asked: &[Asked], answers: &Form) -> Vec<Section> {
    let answers = &answers.told();
    let mut sections: Vec<Section> = Vec::new();
    for one in asked {
        for row in told(one, answers) {
            match sections.last_mut().filter(|section| section.title == one.section) {
                Some(section) => section.rows.push(row),
                None => sections.push(Section { title: one.section, rows: vec![row] }),
            }
        }
    }
    let rest = undescribed(asked, answers);
    if !rest.is_empty() {
        sections.push(Section { title: OTHER, rows: rest });
    }
    sections
}

fn told(asked: &Asked, answers: &Form) -> Vec<Told> {
    let row = |label: String, value, field: String| Told { step: asked.step, label, value, field };
    let one = |value: Option<String>| {
        if value.is_none() && asked.sometimes {
            return Vec::new();
        }
        vec![row(asked.label.to_owned(), value, asked.field.to_owned())]
    };
    match &asked.kind {
        Kind::Text => one(answers.some(asked.field)),
        Kind::Day => one(day(answers, asked.field)),
        Kind::Ticked(text) => one(answers.some(asked.field).map(|_| (*text).to_owned())),
        Kind::Word(label) => one(answers.some(asked.field).map(|code| label(&code).map_or(code, str::to_owned))),
        Kind::Rows(describe) => {
            let numbers = row_numbers(answers, asked.field);
            if numbers.is_empty() {
                return one(None);
            }
            (1..)
                .zip(numbers)
                .map(|(place, number): (u32, u32)| {
                    let field = format!("{}.{number}", asked.field);
                    row(format!("{} {place}", asked.label), Some(describe(answers, number)), field)
                })
                .collect()
        }
    }
}

/// The answers in fields that are not described, so that no answer is ever hidden.
fn undescribed(asked: &[Asked], answers: &Form) -> Vec<Told> {
    let is_described = |name: &str| {
        asked.iter().any(|one| match one.kind {
            Kind::Rows(_) => name.split('.').next() == Some(one.field) && name.contains('.'),
            _ => name.strip_prefix(one.field).is_some_and(|rest| matches!(rest, "" | "-day" | "-month" | "-year")),
        })
    };
    answers
        .iter()
        .filter(|(name, _)| !is_described(name))
        .filter_map(|(name, values)| {
            let value = values.join("\n").trim().to_owned();
            let (label, field) = (name.to_owned(), name.to_owned());
            (!value.is_empty()).then_some(Told { step: "", label, value: Some(value), field })
        })
        .collect()
}

/// The numbers of the rows of `group` in which anything was answered, in ascending order.
pub(crate) fn row_numbers(answers: &Form, group: &str) -> Vec<u32> {
    let numbers: BTreeSet<u32> = answers
        .iter()
        .filter(|(_, values)| values.iter().any(|value| !value.trim().is_empty()))
        .filter_map(|(name, _)| name.strip_prefix(group)?.strip_prefix('.')?.split('.').next()?.parse().ok())
        .collect();
    numbers.into_iter().collect()
}

/// A parent or carer in two lines: name and relationship, then the telephone number.
pub(crate) fn parent(answers: &Form, number: u32) -> String {
    let part = |name: &str| answers.some(&format!("parent.{number}.{name}"));
    let name = part("name").unwrap_or_else(|| "Name not provided".to_owned());
    let who = part("relationship").map_or(name.clone(), |relationship| format!("{name} ({relationship})"));
    let phone = match (part("phone"), part("noPhone")) {
        (Some(phone), _) => phone,
        (None, Some(_)) => "No telephone number known".to_owned(),
        (None, None) => "Telephone number not provided".to_owned(),
    };
    format!("{who}\n{phone}")
}

/// An enquiry of the school in two lines: kind and date, then the outcome.
pub(crate) fn enquiry(answers: &Form, number: u32) -> String {
    let field = |name: &str| format!("enquiry.{number}.{name}");
    let kind = answers.some(&field("kind"));
    let kind = kind
        .map_or("Kind not provided".to_owned(), |code| word::<SchoolEnquiryKind>(&code).map_or(code, str::to_owned));
    let date = day(answers, &field("date")).unwrap_or_else(|| "date not provided".to_owned());
    let outcome = answers.some(&field("outcome")).unwrap_or_else(|| "Outcome not provided".to_owned());
    format!("{kind}, {date}\n{outcome}")
}

/// A brother or sister in up to three lines: name, birth date, school.
pub(crate) fn sibling(answers: &Form, number: u32) -> String {
    let field = |name: &str| format!("sibling.{number}.{name}");
    let lines = [
        answers.some(&field("name")),
        day(answers, &field("dateOfBirth")).map(|day| format!("Born {day}")),
        answers.some(&field("school")),
        answers.some(&field("here")).map(|_| "Attends the same school".to_owned()),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// The answer to a date field in words, or as it was typed if it is no date; `None` if nothing was typed.
pub(crate) fn day(answers: &Form, field: &str) -> Option<String> {
    let whole = answers.some(field);
    let parts = || {
        let parts = ["day", "month", "year"].map(|part| answers.some(&format!("{field}-{part}")));
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let date = match &whole {
        Some(text) => text.parse::<NaiveDate>().ok(),
        None => answers.date(field, "Date", &mut Faults::new()),
    };
    date.map(long_day).or(whole).or_else(parts)
}

/// A day in words: "4 June 2026".
pub(crate) fn long_day(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

fn word<W: Word>(code: &str) -> Option<&'static str> {
    W::parse(code).map(W::label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::to_html;
    use crate::vocabulary::AnswerField;

    #[test]
    fn codes_and_dates_are_shown_in_words_and_nothing_answered_is_hidden() {
        let answers = Form::new()
            .with("ground", "MOVED_ABROAD")
            .with("dateOfBirth-day", "27")
            .with("dateOfBirth-month", "3")
            .with("dateOfBirth-year", "2014")
            .with("lastSeen", "2026-06-04")
            .with("parent.3.name", "Jo <b>")
            .with("parent.3.noPhone", "YES")
            .with("somethingNew", "kept");
        let html = to_html(|| answers_summary(&answers, false, &[]));
        for wanted in [
            "Confirmed moved abroad",
            "27 March 2014",
            "4 June 2026",
            "Parent or carer 1",
            "Jo &lt;b&gt;\nNo telephone number known",
            "somethingNew",
            "kept",
        ] {
            assert!(html.contains(wanted), "{wanted} is missing: {html}");
        }
        assert!(!html.contains("Change") && !html.contains("Due back from leave"), "{html}");
    }

    #[test]
    fn every_question_of_the_schema_has_a_place_of_its_own() {
        for &field in AnswerField::ALL {
            let code = field.code();
            let group = ["parent", "enquiry", "sibling"].into_iter().find(|group| {
                code.strip_prefix(group).is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()))
            });
            let plain = ["Day", "Month", "Year"].iter().find_map(|part| code.strip_suffix(part)).unwrap_or(code);
            let name = group.map_or(plain.to_owned(), |group| {
                let rest = &plain[group.len()..];
                format!("{group}.1.{}{}", rest[..1].to_lowercase(), &rest[1..])
            });
            let answers = Form::new().with(name.clone(), "answered");
            let described = |asked| undescribed(asked, &answers).is_empty();
            assert!(described(SCHOOL) || described(PUBLIC), "{name} would stand under “{OTHER}”");
        }
    }

    #[test]
    fn what_the_public_told_is_shown_in_its_own_words() {
        let answers =
            Form::new().with("danger", "NOT_KNOWN").with("nameNotKnown", "YES").with("concern", "Alone\nall day");
        let html = to_html(|| answers_summary(&answers, false, &[]));
        for wanted in ["Not known", "I do not know the child’s name", "Alone\nall day", "Not provided"] {
            assert!(html.contains(wanted), "{wanted} is missing: {html}");
        }
    }

    #[test]
    fn a_date_that_is_none_is_shown_as_typed() {
        let answers = Form::new().with("d-day", "31").with("d-month", "2").with("d-year", "2020");
        assert_eq!(day(&answers, "d").as_deref(), Some("31 2 2020"));
        assert_eq!(day(&answers, "other"), None);
    }
}
