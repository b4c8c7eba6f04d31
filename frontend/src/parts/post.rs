//! Forms that change something. All of them are written here, because each carries an idempotency key: forms with the
//! same key have one effect, however often they are sent.

use leptos::prelude::*;

use super::content::safe;
use crate::form::{Form, KEY};

/// A form that is sent by POST, as a builder.
pub struct Post {
    content: AnyView,
    action: Option<String>,
    role: Option<&'static str>,
    class: Option<&'static str>,
    named: Option<(&'static str, &'static str)>,
}

/// A form with `content` that is sent to the address of its page.
pub fn post_form(content: impl IntoAny) -> Post {
    Post { content: content.into_any(), action: None, role: None, class: None, named: None }
}

impl Post {
    /// Sends the form to `action` instead.
    #[must_use]
    pub fn to(mut self, action: impl Into<String>) -> Self {
        self.action = Some(safe(action.into()));
        self
    }

    /// Makes the form a landmark of the role "search".
    #[must_use]
    pub fn search(mut self) -> Self {
        self.role = Some("search");
        self
    }

    /// Gives the form an id and a label. Buttons elsewhere on the page can then send it, and it is a landmark of its
    /// own.
    #[must_use]
    pub fn named(mut self, id: &'static str, label: &'static str) -> Self {
        self.named = Some((id, label));
        self
    }

    /// Sets the form's class.
    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = Some(class);
        self
    }

    /// The form as HTML. The key comes from the page that is being rendered; outside a page there is none.
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

/// The idempotency key of the forms of the page that is being rendered, as Leptos context.
#[derive(Clone, Debug)]
pub(crate) struct FormKey(pub(crate) String);

/// Hidden fields with these answers, to be sent along with a form.
pub(crate) fn carried(typed: &Form) -> AnyView {
    let inputs = typed.iter().flat_map(|(name, values)| {
        values.iter().map(move |value| {
            view! { <input type="hidden" name=name.to_owned() value=value.clone()/> }
        })
    });
    inputs.collect::<Vec<_>>().into_any()
}
