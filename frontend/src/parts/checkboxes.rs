//! Checkboxes: any number of several options.

use super::choices::{Choices, Mark};
use super::field::Field;
use crate::form::Ask;

/// The mark of [`Choices`] of which any number may be chosen.
#[derive(Clone, Copy, Debug)]
pub enum Checkbox {}

impl Mark for Checkbox {
    const INPUT: &'static str = "checkbox";
    const BLOCK: &'static str = "govuk-checkboxes";
}

impl Ask<'_> {
    /// Checkboxes. If none is ticked, the browser sends nothing at all for `name`.
    pub fn checkboxes(self, name: &str, legend: impl Into<String>) -> Field<Choices<Checkbox>> {
        Field::choices(self, name, legend)
    }
}
