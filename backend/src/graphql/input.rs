//! Inputs and values that several parts of the API share: dates, ids and answers of forms. What must not live here:
//! what one noun alone has.

use std::str::FromStr;

use async_graphql::{ID, InputObject, InputValueError, InputValueResult, Scalar, ScalarType, SimpleObject, Value};
use chrono::NaiveDate;

use crate::domain::answers::Answers as Typed;
use crate::domain::field::{AnswerField, Form, Sent, gather};
use crate::domain::referral::Lack;
use crate::error::{self, Error};

/// A day.
#[derive(Clone, Copy)]
pub(super) struct Date(pub(super) NaiveDate);

/// A day, `YYYY-MM-DD`, as ISO 8601 has it: `2026-11-18`. Days that something is owed on begin and end in London.
#[Scalar(name = "Date", specified_by_url = "https://scalars.graphql.org/andimarek/local-date.html")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => {
                text.parse().map(Date).map_err(|_| InputValueError::custom("a day is written YYYY-MM-DD"))
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// What was typed in answer to one question, as it is kept.
#[derive(SimpleObject)]
pub(super) struct Answers {
    /// The question; null for one that an older form asked.
    field: Option<AnswerField>,
    /// The row, where the question has rows.
    row: Option<i32>,
    /// The field as faults name it, such as `parent.1.name` or `dateOfBirth-year`.
    name: String,
    /// What was typed.
    values: Vec<String>,
}

/// The answer to one question. A question is answered once in a row.
#[derive(InputObject)]
pub(super) struct AnswersInput {
    /// The question.
    field: AnswerField,
    /// The row, from 1 to 20, where the question has rows; otherwise leave it out.
    row: Option<i32>,
    /// What was typed: one value, or each that was ticked.
    values: Vec<String>,
}

/// A question that was just answered.
#[derive(InputObject)]
pub(super) struct AnsweredInput {
    /// The question; the whole date stands for its parts.
    field: AnswerField,
    /// The row, where the question has rows.
    row: Option<i32>,
}

/// One thing wrong with one field.
#[derive(SimpleObject)]
pub(super) struct FieldFault {
    /// The field: the row of a group stands in it as a number (`parent.1.name`).
    field: String,
    /// What is wrong and how to mend it: a sentence for whoever typed it.
    message: String,
}

impl From<error::FieldFault> for FieldFault {
    fn from(error::FieldFault { field, message }: error::FieldFault) -> Self {
        Self { field, message }
    }
}

impl From<Lack> for FieldFault {
    fn from(Lack { field, reason }: Lack) -> Self {
        Self { field, message: reason }
    }
}

/// Reads the answers to a form from an input.
pub(super) fn typed(form: Form, answers: Vec<AnswersInput>) -> Result<Typed, Error> {
    gather(form, answers.into_iter().map(|AnswersInput { field, row, values }| Sent { field, row, values }))
}

/// The names of the fields that were just answered, as faults name them.
pub(super) fn answered(fields: &[AnsweredInput]) -> Result<Vec<String>, Error> {
    fields.iter().map(|one| one.field.in_row(one.row).map_err(|fault| Error::Invalid(vec![fault]))).collect()
}

/// Stored answers in the form of the API.
pub(super) fn told(answers: &Typed) -> Vec<Answers> {
    answers
        .0
        .iter()
        .map(|(name, values)| {
            let (field, row) = AnswerField::of_kept(name).unzip();
            Answers { field, row: row.flatten(), name: name.clone(), values: values.clone() }
        })
        .collect()
}

/// Reads an id; one that cannot be an id of this kind is `NotFound`.
pub(super) fn id<T: FromStr>(id: &ID) -> Result<T, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// An id in the form of the API.
pub(super) fn shown(id: impl std::fmt::Display) -> ID {
    ID(id.to_string())
}
