//! The documents that pages run, by noun: typed questions to the API, checked against `schema.graphql` when compiled.
//!
//! What must not live here: anything that shows an answer.

pub mod agencies;
pub mod audit;
pub mod casework;
pub mod contacts;
pub mod drafts;
pub mod held_reports;
pub mod mail;
pub mod proposals;
pub mod referrals;
pub mod report;
pub mod restricted;
pub mod staff;

use chrono::{DateTime, NaiveDate, Utc};

use crate::form::Form;
use crate::schema;

cynic::impl_scalar!(NaiveDate, schema::Date);
cynic::impl_scalar!(DateTime<Utc>, schema::DateTime);

/// Where a page of a list lies in it.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct PageInfo {
    /// Whether there is more after it.
    pub has_next_page: bool,
    /// Whether there is more before it.
    pub has_previous_page: bool,
    /// The cursor of its first row.
    pub start_cursor: Option<String>,
    /// The cursor of its last row.
    pub end_cursor: Option<String>,
}

/// What was typed in one field, as the API gives it back.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct Answers {
    /// The field.
    pub field: String,
    /// What was typed.
    pub values: Vec<String>,
}

/// What was typed in one field, as the API takes it.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct AnswersInput {
    /// The field.
    pub field: String,
    /// What was typed.
    pub values: Vec<String>,
}

/// A form made of answers of the API.
pub fn form_of(answers: &[Answers]) -> Form {
    let mut form = Form::new();
    for answer in answers {
        for value in &answer.values {
            form.add(answer.field.clone(), value.clone());
        }
    }
    form
}

/// The answers of a form, as the API takes them.
pub fn answers_of(form: &Form) -> Vec<AnswersInput> {
    form.iter().map(|(field, values)| AnswersInput { field: field.to_owned(), values: values.to_vec() }).collect()
}
