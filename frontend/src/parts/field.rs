//! What all inputs share: a name, a label, a hint, a fault. How each kind of input is drawn stands in a file of its
//! own.

use leptos::prelude::*;

use crate::form::Ask;

/// A question of a form, as a builder. `K` is the kind of input that answers it.
#[derive(Debug)]
pub struct Field<K> {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) error: Option<String>,
    pub(super) look: Look,
    pub(super) kind: K,
}

/// The look of the label or legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Small,
    Heading,
}

/// A kind of input, which draws the whole field.
pub trait Draw: Sized {
    /// The field as HTML: label, hint, fault and input.
    fn draw(field: Field<Self>) -> AnyView;
}

impl<K: Draw> Field<K> {
    pub(super) fn new(ask: Ask<'_>, name: &str, label: impl Into<String>, kind: K) -> Self {
        Self {
            name: name.to_owned(),
            id: name.to_owned(),
            label: label.into(),
            hint: None,
            error: ask.faults.of(name).map(str::to_owned),
            look: Look::Plain,
            kind,
        }
    }

    /// Adds a hint under the label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Makes the label the page's `<h1>`, where the page asks this question only.
    #[must_use]
    pub fn heading(mut self) -> Self {
        self.look = Look::Heading;
        self
    }

    /// Makes the label bold, where the page asks several questions.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.look = Look::Small;
        self
    }

    /// Adds "(optional)" to the label. The API decides whether it is.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.label.push_str(" (optional)");
        self
    }

    /// Sets an id other than the name, where one page asks for the same name twice.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The field as HTML, for functions that return a view. In a `view!` it stands in braces without this call.
    pub fn view(self) -> AnyView {
        K::draw(self)
    }

    /// The ids of the hint and of the error message, for `aria-describedby`; `None` if there is neither.
    pub(super) fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// `class`, followed by `class--error` if the field has a fault.
    pub(super) fn marked(&self, class: &str) -> String {
        if self.error.is_some() { format!("{class} {class}--error") } else { class.to_owned() }
    }

    /// The hint and the error message, as far as there are any.
    pub(super) fn messages(&self) -> AnyView {
        let id = &self.id;
        let hint = self.hint.clone().map(|hint| {
            view! { <div id=format!("{id}-hint") class="govuk-hint">{hint}</div> }
        });
        let error = self.error.clone().map(|error| {
            view! {
                <p id=format!("{id}-error") class="govuk-error-message">
                    <span class="govuk-visually-hidden">"Error:"</span> " " {error}
                </p>
            }
        });
        view! { {hint} {error} }.into_any()
    }

    /// The label of a field with a single input.
    pub(super) fn label_view(&self) -> AnyView {
        let class = self.look.on("govuk-label");
        let label = view! { <label class=class for=self.id.clone()>{self.label.clone()}</label> };
        if self.look == Look::Heading {
            view! { <h1 class="govuk-label-wrapper">{label}</h1> }.into_any()
        } else {
            label.into_any()
        }
    }

    /// The fieldset of several inputs, with legend, hint and error message.
    pub(super) fn fieldset(&self, role: Option<&'static str>, inputs: AnyView) -> AnyView {
        let class = self.look.on("govuk-fieldset__legend");
        let label = self.label.clone();
        let legend = if self.look == Look::Heading {
            view! { <h1 class="govuk-fieldset__heading">{label}</h1> }.into_any()
        } else {
            label.into_any()
        };
        view! {
            <fieldset class="govuk-fieldset" role=role aria-describedby=self.described_by()>
                <legend class=class>{legend}</legend>
                {self.messages()}
                {inputs}
            </fieldset>
        }
        .into_any()
    }

    /// The form group around label and input, marked if the field has a fault.
    pub(super) fn group(&self, inside: AnyView) -> AnyView {
        view! { <div class=self.marked("govuk-form-group")>{inside}</div> }.into_any()
    }
}

impl Look {
    fn on(self, class: &str) -> String {
        match self {
            Self::Plain => class.to_owned(),
            Self::Small => format!("{class} {class}--s"),
            Self::Heading => format!("{class} {class}--l"),
        }
    }
}

impl<K: Draw> IntoRender for Field<K> {
    type Output = AnyView;

    fn into_render(self) -> Self::Output {
        self.view()
    }
}
