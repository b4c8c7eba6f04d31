//! Radios: one of several options.

use super::choices::{Choices, Mark};
use super::field::Field;
use crate::form::Ask;

/// The mark of [`Choices`] of which one may be chosen.
#[derive(Clone, Copy, Debug)]
pub enum Radio {}

impl Mark for Radio {
    const INPUT: &'static str = "radio";
    const BLOCK: &'static str = "govuk-radios";
}

impl Ask<'_> {
    /// Radios. If none is chosen, the browser sends nothing at all for `name`.
    pub fn radios(self, name: &str, legend: impl Into<String>) -> Field<Choices<Radio>> {
        Field::choices(self, name, legend)
    }
}
