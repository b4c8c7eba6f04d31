//! Tags for a state, badges for a risk. The words say it; the colour only helps.

use leptos::prelude::*;

/// The colour of a tag or a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// The design system's own blue.
    Blue,
    /// Finished or of no interest any more.
    Grey,
    /// Good.
    Green,
    /// New.
    Teal,
    /// In somebody else's hands.
    Purple,
    /// Being looked at.
    Magenta,
    /// Wrong, or at risk.
    Red,
    /// Late.
    Orange,
    /// Waiting.
    Yellow,
}

impl Colour {
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Blue => None,
            Self::Grey => Some("grey"),
            Self::Green => Some("green"),
            Self::Teal => Some("teal"),
            Self::Purple => Some("purple"),
            Self::Magenta => Some("magenta"),
            Self::Red => Some("red"),
            Self::Orange => Some("orange"),
            Self::Yellow => Some("yellow"),
        }
    }

    fn on(self, class: &str) -> String {
        self.name().map_or_else(|| class.to_owned(), |name| format!("{class} {class}--{name}"))
    }
}

/// A state.
pub fn tag(text: impl Into<String>, colour: Colour) -> AnyView {
    view! { <strong class=colour.on("govuk-tag")>{text.into()}</strong> }.into_any()
}

/// A risk or urgency. Use few. There are fewer colours of badges than of tags; the rest are black.
pub fn badge(text: impl Into<String>, colour: Colour) -> AnyView {
    let colour = match colour {
        Colour::Blue => "blue",
        Colour::Grey => "grey",
        Colour::Green => "green",
        Colour::Purple => "purple",
        Colour::Red => "red",
        Colour::Teal | Colour::Magenta | Colour::Orange | Colour::Yellow => "black",
    };
    view! { <span class=format!("moj-badge moj-badge--{colour}")>{text.into()}</span> }.into_any()
}
