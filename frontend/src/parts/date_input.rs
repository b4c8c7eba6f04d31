//! A date that somebody knows by heart, as three fields: day, month, year.

use leptos::prelude::*;

use super::field::{Draw, Field};
use crate::form::Ask;

/// Three text fields, sent as `name-day`, `name-month` and `name-year`; see [`Form::date`](crate::form::Form::date).
#[derive(Clone, Debug)]
pub struct DateInput {
    parts: [Part; 3],
}

#[derive(Clone, Debug)]
struct Part {
    name: &'static str,
    label: &'static str,
    width: &'static str,
    value: String,
    wrong: bool,
}

impl Ask<'_> {
    /// A date field. A fault of `name` marks the part that is wrong by itself, or all three if each is possible; a
    /// fault of `name-month` marks only that part.
    pub fn date(self, name: &str, legend: impl Into<String>) -> Field<DateInput> {
        let whole = self.faults.of(name);
        let wrong_part = self.form.wrong_part(name);
        let part = |part: &'static str, label, width| {
            let field = format!("{name}-{part}");
            let fault = self.faults.of(&field);
            (
                fault,
                Part {
                    name: part,
                    label,
                    width,
                    value: self.form.get(&field).to_owned(),
                    wrong: fault.is_some() || (whole.is_some() && wrong_part.is_none_or(|wrong| wrong == part)),
                },
            )
        };
        let (day_fault, day) = part("day", "Day", "govuk-input--width-2");
        let (month_fault, month) = part("month", "Month", "govuk-input--width-2");
        let (year_fault, year) = part("year", "Year", "govuk-input--width-4");
        let mut field = Field::new(self, name, legend, DateInput { parts: [day, month, year] });
        field.error = whole.or(day_fault).or(month_fault).or(year_fault).map(str::to_owned);
        field
    }
}

impl Draw for DateInput {
    fn draw(field: Field<Self>) -> AnyView {
        let (id, name) = (field.id.clone(), field.name.clone());
        let parts = field.kind.parts.clone().map(|part| {
            let wrong = if part.wrong { " govuk-input--error" } else { "" };
            let class = format!("govuk-input govuk-date-input__input{wrong} {}", part.width);
            let (id, name) = (format!("{id}-{}", part.name), format!("{name}-{}", part.name));
            view! {
                <div class="govuk-date-input__item">
                    <div class="govuk-form-group">
                        <label class="govuk-label govuk-date-input__label" for=id.clone()>{part.label}</label>
                        <input
                            class=class
                            id=id
                            name=name
                            type="text"
                            value=(!part.value.is_empty()).then_some(part.value)
                            inputmode="numeric"
                        />
                    </div>
                </div>
            }
        });
        let inputs = view! { <div class="govuk-date-input" id=id>{parts.collect_view()}</div> }.into_any();
        field.group(field.fieldset(Some("group"), inputs))
    }
}
