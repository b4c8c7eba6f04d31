//! What radios and checkboxes share: a list of options, some with a hint or a further question.

use std::marker::PhantomData;

use leptos::prelude::*;

use super::field::{Draw, Field};
use crate::form::Ask;
use crate::vocabulary::Word;

/// The options of a field. `M` says whether one may be chosen (`Radio`) or several (`Checkbox`).
#[derive(Debug)]
pub struct Choices<M> {
    options: Vec<Choice>,
    chosen: Vec<String>,
    inline: bool,
    small: bool,
    mark: PhantomData<M>,
}

#[derive(Debug)]
struct Choice {
    value: String,
    text: String,
    hint: Option<String>,
    reveals: Option<AnyView>,
    after_or: bool,
    exclusive: bool,
}

/// The kind of choice: radios or checkboxes.
pub trait Mark {
    /// The value of the `type` attribute of each input.
    const INPUT: &'static str;
    /// The design system's class for the list.
    const BLOCK: &'static str;
}

impl<M: Mark> Field<Choices<M>> {
    pub(super) fn choices(ask: Ask<'_>, name: &str, legend: impl Into<String>) -> Self {
        let chosen = ask.form.all(name).to_vec();
        let kind = Choices { options: Vec::new(), chosen, inline: false, small: false, mark: PhantomData };
        Field::new(ask, name, legend, kind)
    }

    /// Adds an option, which is chosen if `value` is among what was typed.
    #[must_use]
    pub fn option(mut self, value: impl Into<String>, text: impl Into<String>) -> Self {
        self.kind.options.push(Choice {
            value: value.into(),
            text: text.into(),
            hint: None,
            reveals: None,
            after_or: false,
            exclusive: false,
        });
        self
    }

    /// Adds an option for each pair of value and text, in their order.
    #[must_use]
    pub fn options<V: Into<String>, T: Into<String>>(self, options: impl IntoIterator<Item = (V, T)>) -> Self {
        options.into_iter().fold(self, |field, (value, text)| field.option(value, text))
    }

    /// Adds an option for each code of the schema's enum `W`, in the schema's order, with its label and hint.
    #[must_use]
    pub fn words<W: Word>(self) -> Self {
        self.words_of(W::ALL.iter().copied())
    }

    /// Adds an option for each of these codes, in their order, with its label and hint.
    #[must_use]
    pub fn words_of<W: Word>(self, words: impl IntoIterator<Item = W>) -> Self {
        words.into_iter().fold(self, |field, word| {
            let field = field.option(word.code(), word.label());
            match word.hint() {
                Some(hint) => field.option_hint(hint),
                None => field,
            }
        })
    }

    /// Adds a hint under the option added last.
    #[must_use]
    pub fn option_hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(last) = self.kind.options.last_mut() {
            last.hint = Some(hint.into());
        }
        self
    }

    /// Adds a further question that shows once the option with `value` is chosen; without scripting it always shows.
    /// Does nothing if there is no such option.
    #[must_use]
    pub fn reveals(mut self, value: &str, further: impl IntoRender<Output = AnyView>) -> Self {
        if let Some(option) = self.kind.options.iter_mut().find(|option| option.value == value) {
            option.reveals = Some(further.into_render());
        }
        self
    }

    /// Adds an option after the word "or", such as "None of these". Among checkboxes it excludes the others: a script
    /// unticks them.
    #[must_use]
    pub fn or(mut self, value: impl Into<String>, text: impl Into<String>) -> Self {
        self = self.option(value, text);
        if let Some(last) = self.kind.options.last_mut() {
            last.after_or = true;
            last.exclusive = M::INPUT == "checkbox";
        }
        self
    }

    /// Puts the options in one line, for two short ones.
    #[must_use]
    pub fn inline(mut self) -> Self {
        self.kind.inline = true;
        self
    }

    /// Makes the options small, for filters.
    #[must_use]
    pub fn small(mut self) -> Self {
        self.kind.small = true;
        self
    }
}

impl<M: Mark> Draw for Choices<M> {
    fn draw(mut field: Field<Self>) -> AnyView {
        let block = M::BLOCK;
        let mut class = block.to_owned();
        if field.kind.inline {
            class = format!("{class} {block}--inline");
        }
        if field.kind.small {
            class = format!("{class} {block}--small");
        }
        let mut position = 0;
        let options: Vec<AnyView> = std::mem::take(&mut field.kind.options)
            .into_iter()
            .map(|choice| {
                // The word "or" takes a number of its own in the ids, as in the design system.
                position += if choice.after_or { 2 } else { 1 };
                let id = if position == 1 { field.id.clone() } else { format!("{}-{position}", field.id) };
                one::<M>(&field.name, id, choice, &field.kind.chosen)
            })
            .collect();
        let list = view! { <div class=class data-module=block>{options}</div> }.into_any();
        field.group(field.fieldset(None, list))
    }
}

fn one<M: Mark>(name: &str, id: String, choice: Choice, chosen: &[String]) -> AnyView {
    let block = M::BLOCK;
    let Choice { value, text, hint, reveals, after_or, exclusive } = choice;
    let checked = chosen.contains(&value);
    let hint_id = hint.as_ref().map(|_| format!("{id}-item-hint"));
    let further_id = reveals.as_ref().map(|_| format!("conditional-{id}"));
    let divider = after_or.then(|| view! { <div class=format!("{block}__divider")>"or"</div> });
    let hint = hint.map(|hint| {
        view! { <div id=hint_id.clone() class=format!("govuk-hint {block}__hint")>{hint}</div> }
    });
    let further = reveals.map(|further| {
        let hidden = if checked { String::new() } else { format!(" {block}__conditional--hidden") };
        view! { <div class=format!("{block}__conditional{hidden}") id=further_id.clone()>{further}</div> }
    });
    view! {
        {divider}
        <div class=format!("{block}__item")>
            <input
                class=format!("{block}__input")
                id=id.clone()
                name=name.to_owned()
                type=M::INPUT
                value=value
                checked=checked
                data-behaviour=exclusive.then_some("exclusive")
                data-aria-controls=further_id
                aria-describedby=hint_id
            />
            <label class=format!("govuk-label {block}__label") for=id>{text}</label>
            {hint}
        </div>
        {further}
    }
    .into_any()
}
