//! The form that changes something. Every such form is written here, because each carries a key: the same key makes the
//! same change once, however often the form is sent.

use leptos::prelude::*;

use super::content::safe;
use crate::form::{Form, KEY};

/// A form that is sent by POST.
pub struct Post {
    content: AnyView,
    action: Option<String>,
    role: Option<&'static str>,
    class: Option<&'static str>,
    named: Option<(&'static str, &'static str)>,
}

/// A form that is sent to its own page, with `content` in it.
pub fn post_form(content: impl IntoAny) -> Post {
    Post { content: content.into_any(), action: None, role: None, class: None, named: None }
}

impl Post {
    /// Sends it to another address.
    #[must_use]
    pub fn to(mut self, action: impl Into<String>) -> Self {
        self.action = Some(safe(action.into()));
        self
    }

    /// Makes it a landmark for searching.
    #[must_use]
    pub fn search(mut self) -> Self {
        self.role = Some("search");
        self
    }

    /// Makes it a landmark of its own with this id, so that a button elsewhere on the page can send it, and this label.
    #[must_use]
    pub fn named(mut self, id: &'static str, label: &'static str) -> Self {
        self.named = Some((id, label));
        self
    }

    /// For how it looks.
    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = Some(class);
        self
    }

    /// The form as a view.
    pub fn view(self) -> AnyView {
        let key = use_context::<FormKey>().map(|FormKey(key)| {
            view! { <input type="hidden" name=KEY value=key/> }
        });
        let (id, label) = self.named.unzip();
        view! {
            <form
                method="post"
                action=self.action
                id=id
                class=self.class
                role=self.role
                aria-label=label
                novalidate=true
            >
                {key}
                {self.content}
            </form>
        }
        .into_any()
    }
}

super::stands_in_a_view!(Post);

/// The key of the forms of the page that is being drawn.
#[derive(Clone, Debug)]
pub(crate) struct FormKey(pub(crate) String);

/// Answers that a form carries unseen.
pub(crate) fn carried(typed: &Form) -> AnyView {
    let inputs = typed.iter().flat_map(|(name, values)| {
        values.iter().map(move |value| {
            view! { <input type="hidden" name=name.to_owned() value=value.clone()/> }
        })
    });
    inputs.collect::<Vec<_>>().into_any()
}
