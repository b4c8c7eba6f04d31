//! Any of several options.

use super::choices::{Choices, Mark};
use super::field::Field;
use crate::form::Ask;

/// Several options may be chosen.
#[derive(Clone, Copy, Debug)]
pub enum Checkbox {}

impl Mark for Checkbox {
    const INPUT: &'static str = "checkbox";
    const BLOCK: &'static str = "govuk-checkboxes";
}

impl Ask<'_> {
    /// Any of several options. Nothing is sent for the name if none is chosen.
    pub fn checkboxes(self, name: &str, legend: impl Into<String>) -> Field<Choices<Checkbox>> {
        Field::choices(self, name, legend)
    }
}
