//! What all inputs share: a name, a label, a hint, a fault. The kinds of input say how they are drawn.

use leptos::prelude::*;

use crate::form::Ask;

/// One question of a form. `K` says what kind of input answers it.
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

/// How the label or legend is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Small,
    Heading,
}

/// A kind of input, which knows how to draw its field.
pub trait Draw: Sized {
    /// The field as HTML.
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

    /// A sentence that helps to answer, under the label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The only question of its page: the label is the page's `<h1>`.
    #[must_use]
    pub fn heading(mut self) -> Self {
        self.look = Look::Heading;
        self
    }

    /// A bold label, for one of several questions on a page.
    #[must_use]
    pub fn bold(mut self) -> Self {
        self.look = Look::Small;
        self
    }

    /// Says in the label that the question need not be answered.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.label.push_str(" (optional)");
        self
    }

    /// An id other than the name, where one name is asked twice on a page.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The field as a view, for functions that return one. In a `view!`, the field stands by itself in braces.
    pub fn view(self) -> AnyView {
        K::draw(self)
    }

    /// The ids of hint and error, for `aria-describedby`.
    pub(super) fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id));
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }

    /// `class`, and `class--error` beside it if there is a fault.
    pub(super) fn marked(&self, class: &str) -> String {
        if self.error.is_some() { format!("{class} {class}--error") } else { class.to_owned() }
    }

    /// The hint and the error message.
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

    /// The label of a single input.
    pub(super) fn label_view(&self) -> AnyView {
        let class = self.look.on("govuk-label");
        let label = view! { <label class=class for=self.id.clone()>{self.label.clone()}</label> };
        if self.look == Look::Heading {
            view! { <h1 class="govuk-label-wrapper">{label}</h1> }.into_any()
        } else {
            label.into_any()
        }
    }

    /// A group of inputs with its legend, hint and error.
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

    /// The form group around it all.
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
