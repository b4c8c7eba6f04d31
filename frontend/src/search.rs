//! What is searched for in a list. The text names people, so it waits in the browser session; the address of the list
//! holds only the id of the search, so that a link without one shows the whole list.
//!
//! What must not live here: what a list looks for, and how it is drawn.

use serde::{Deserialize, Serialize};

use crate::api::Refusal;
use crate::prelude::*;
use crate::visit::Visit;

/// The name of the id in an address.
pub(crate) const SEARCH: &str = "search";

/// How many searches of one list are kept, so that several tabs can each have their own.
const MOST: usize = 10;
/// The longest text that is searched for, in characters: longer than any name or address.
const LONGEST: usize = 200;

/// The search that an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// None.
    None,
    /// One that is kept.
    For {
        /// Under which id.
        id: String,
        /// What is looked for.
        text: String,
    },
    /// One that is no longer kept: the session ended, or too many came after it.
    Gone,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    id: String,
    text: String,
}

impl Search {
    /// The search of `list` that `query` names.
    pub(crate) async fn recall(visit: &Visit, list: &str, query: &Form) -> Self {
        let Some(id) = query.some(SEARCH) else { return Self::None };
        let kept: Vec<Kept> = visit.recall(&name(list)).await.unwrap_or_default();
        match kept.into_iter().find(|search| search.id == id) {
            Some(Kept { id, text }) => Self::For { id, text },
            None => Self::Gone,
        }
    }

    /// Keeps what was typed into the search box of `list`; answers the id, or nothing if nothing was typed.
    pub(crate) async fn keep(visit: &Visit, list: &str, typed: &Form) -> Result<Option<String>, Refusal> {
        let Some(text) = typed.some(SEARCH) else { return Ok(None) };
        let text: String = text.chars().take(LONGEST).collect();
        let mut kept: Vec<Kept> = visit.recall(&name(list)).await.unwrap_or_default();
        if let Some(same) = kept.iter().find(|search| search.text == text) {
            return Ok(Some(same.id.clone()));
        }
        let id = visit.fresh_key().to_owned();
        kept.insert(0, Kept { id: id.clone(), text });
        kept.truncate(MOST);
        visit.keep(&name(list), &kept).await?;
        Ok(Some(id))
    }

    /// What is looked for.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::For { text, .. } => Some(text),
            Self::None | Self::Gone => None,
        }
    }

    /// What is looked for now, with a link to the list without it; or that it must be typed again.
    pub(crate) fn told(&self, clear: String) -> AnyView {
        match self {
            Self::None => ().into_any(),
            Self::For { text, .. } => view! {
                <p class="govuk-body app-typed">
                    "Searching for “" <bdi>{text.clone()}</bdi> "”. " {link(clear, "Clear search")}
                </p>
            }
            .into_any(),
            Self::Gone => inset(paragraph("The search of this address is no longer kept. Search again.")),
        }
    }
}

fn name(list: &str) -> String {
    format!("search:{list}")
}
