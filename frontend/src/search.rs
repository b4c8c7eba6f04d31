//! The searches of a list. The text names people, so it is kept in the browser session and stands in no address. The
//! address of the list holds only the id of the search; a link without one shows the whole list.
//!
//! What must not live here: what a list searches in, and how it is drawn.

use serde::{Deserialize, Serialize};

use crate::api::Refusal;
use crate::prelude::*;
use crate::visit::Visit;

/// The name of the search box, and of the id in an address.
pub(crate) const SEARCH: &str = "search";

/// The number of searches of one list that a session keeps, newest first, so that several tabs can each have their own.
const MOST: usize = 10;
/// The longest text that is searched for, in characters: longer than any name or address.
const LONGEST: usize = 200;

/// The search that an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// The address names no search: the whole list is shown.
    None,
    /// The session holds the search.
    For {
        /// The id in the address.
        id: String,
        /// The text that is searched for.
        text: String,
    },
    /// The session does not hold the search any more: it ended, or 10 newer searches replaced this one.
    Gone,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    id: String,
    text: String,
}

impl Search {
    /// The search of `list` that the query of the address names.
    pub(crate) async fn recall(visit: &Visit, list: &str, query: &Form) -> Self {
        let Some(id) = query.some(SEARCH) else { return Self::None };
        let kept: Vec<Kept> = visit.recall(&name(list)).await.unwrap_or_default();
        match kept.into_iter().find(|search| search.id == id) {
            Some(Kept { id, text }) => Self::For { id, text },
            None => Self::Gone,
        }
    }

    /// Keeps the text of the search box of `list`, cut to 200 characters, and answers its id; `None` if nothing was
    /// typed. A text that is kept already keeps its id.
    pub(crate) async fn keep(visit: &Visit, list: &str, typed: &Form) -> Result<Option<String>, Refusal> {
        // Blanks are kept, so that the list can say that they find nothing.
        let blanks = typed.get(SEARCH);
        let blanks = (!blanks.is_empty()).then(|| blanks.to_owned());
        let Some(text) = typed.some(SEARCH).or(blanks) else { return Ok(None) };
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

    /// The text that is searched for; `None` if no search is named or it is gone.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::For { text, .. } => Some(text),
            Self::None | Self::Gone => None,
        }
    }

    /// A line that says what is searched for, with a link to `clear`, the whole list; or that the search must be typed
    /// again.
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
