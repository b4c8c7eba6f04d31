//! What the API takes and gives in more than one place: days, ids, answers.

use std::str::FromStr;

use async_graphql::{ID, InputObject, InputValueError, InputValueResult, Scalar, ScalarType, SimpleObject, Value};
use chrono::NaiveDate;

use crate::domain::answers::Answers as Typed;
use crate::error::{self, Error};

/// A day.
#[derive(Clone, Copy)]
pub(super) struct Date(pub(super) NaiveDate);

/// A day, `YYYY-MM-DD`.
#[Scalar(name = "Date")]
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

/// What was typed in one field.
#[derive(SimpleObject, InputObject)]
#[graphql(name = "Answers", input_name = "AnswersInput")]
pub(super) struct Answers {
    /// The field.
    pub(super) field: String,
    /// What was typed.
    pub(super) values: Vec<String>,
}

/// One thing wrong with one field.
#[derive(SimpleObject)]
pub(super) struct FieldFault {
    field: String,
    message: String,
}

impl From<error::FieldFault> for FieldFault {
    fn from(error::FieldFault { field, message }: error::FieldFault) -> Self {
        Self { field, message }
    }
}

/// Takes answers from outside.
pub(super) fn typed(answers: Vec<Answers>) -> Result<Typed, Error> {
    Typed::parse(answers.into_iter().map(|answer| (answer.field, answer.values)))
}

/// Gives answers back as they were typed.
pub(super) fn told(answers: &Typed) -> Vec<Answers> {
    answers.0.iter().map(|(field, values)| Answers { field: field.clone(), values: values.clone() }).collect()
}

/// Reads an id; one that cannot be one is not found.
pub(super) fn id<T: FromStr>(id: &ID) -> Result<T, Error> {
    id.parse().map_err(|_| Error::NotFound)
}

/// Shows an id.
pub(super) fn shown(id: impl std::fmt::Display) -> ID {
    ID(id.to_string())
}
