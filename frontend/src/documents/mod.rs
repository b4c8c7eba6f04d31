//! The documents that pages run, by noun: typed questions to the API, checked against `schema.graphql` when compiled.
//!
//! Written by hand is what a person decides: which fields a page wants. What a change takes (`inputs`) and how it is
//! asked for (`changes`) the build writes. What must not live here: anything that shows an answer.

pub(crate) mod absence;
pub(crate) mod agencies;
pub(crate) mod audit;
pub(crate) mod break_glass;
pub(crate) mod casework;
pub(crate) mod changed;
pub(crate) mod changes;
pub(crate) mod clock;
pub(crate) mod contacts;
pub(crate) mod desk;
pub(crate) mod drafts;
pub(crate) mod escalation;
pub(crate) mod family;
pub(crate) mod flag;
pub(crate) mod held_reports;
pub(crate) mod inputs;
pub(crate) mod mail;
pub(crate) mod proposals;
pub(crate) mod referrals;
pub(crate) mod report;
pub(crate) mod roll;
pub(crate) mod staff;
pub(crate) mod viewer;

use chrono::{DateTime, NaiveDate, Utc};

use self::inputs::{AnsweredInput, AnswersInput};
use crate::form::Form;
use crate::schema;
use crate::told::as_typed;
use crate::vocabulary::AnswerField;

cynic::impl_scalar!(NaiveDate, schema::Date);
cynic::impl_scalar!(DateTime<Utc>, schema::DateTime);

/// Where a page of a list lies in it.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct PageInfo {
    pub(crate) has_next_page: bool,
    pub(crate) has_previous_page: bool,
    pub(crate) start_cursor: Option<String>,
    pub(crate) end_cursor: Option<String>,
}

/// What was typed in answer to one question, as the API gives it back.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub(crate) struct Answers {
    pub(crate) name: String,
    pub(crate) values: Vec<String>,
}

/// A form made of answers of the API, as they were typed.
pub(crate) fn form_of(answers: &[Answers]) -> Form {
    let mut form = Form::new();
    for answer in answers {
        for value in &answer.values {
            form.add(answer.name.clone(), as_typed(value));
        }
    }
    form
}

/// The answers of a form, as the API takes them. What no question of the schema asks is left out.
pub(crate) fn answers_of(form: &Form) -> Vec<AnswersInput> {
    let input = |(name, values): (&str, &[String])| {
        let (field, row) = question(name)?;
        Some(AnswersInput { field, row, values: values.to_vec() })
    };
    form.iter().filter_map(input).collect()
}

/// The questions that these fields of a form ask, as the API takes them.
pub(crate) fn answered(names: &[String]) -> Vec<AnsweredInput> {
    let questions = names.iter().filter_map(|name| question(name));
    questions.map(|(field, row)| AnsweredInput { field, row }).collect()
}

/// The question that a field of a form asks, and its row: `parent.1.name` is `parentName` in row 1, `lastSeen-year` is
/// `lastSeenYear`.
fn question(name: &str) -> Option<(AnswerField, Option<i32>)> {
    let mut row = None;
    let mut code = String::new();
    for word in name.split(['.', '-']) {
        if let Ok(number) = word.parse() {
            row = Some(number);
        } else if code.is_empty() {
            code.push_str(word);
        } else {
            let mut letters = word.chars();
            code.extend(letters.next().map(|first| first.to_ascii_uppercase()));
            code.push_str(letters.as_str());
        }
    }
    Some((AnswerField::parse(&code)?, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_of_a_form_leads_to_its_question() {
        for (name, expected) in [
            ("danger", Some((AnswerField::Danger, None))),
            ("dateOfBirth", Some((AnswerField::DateOfBirth, None))),
            ("dateOfBirth-year", Some((AnswerField::DateOfBirthYear, None))),
            ("parent.2.noPhone", Some((AnswerField::ParentNoPhone, Some(2)))),
            ("sibling.10.dateOfBirth-day", Some((AnswerField::SiblingDateOfBirthDay, Some(10)))),
            ("about", None),
            ("colour", None),
        ] {
            assert_eq!(question(name), expected, "{name}");
        }
    }
}
