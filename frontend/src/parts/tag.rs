//! Tags for states, badges for risks. The words tell them apart; colour only helps people who see it.

use leptos::prelude::*;

/// The colour of a tag or a badge, with what it stands for on these pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// The design system's blue, for what is going on.
    Blue,
    /// Finished, or of no more interest.
    Grey,
    /// Well: confirmed, accepted.
    Green,
    /// New, or not begun.
    Teal,
    /// In the hands of somebody else.
    Purple,
    /// Being looked at.
    Magenta,
    /// Wrong, or at risk.
    Red,
    /// Late, or doubtful.
    Orange,
    /// Waiting for somebody here.
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

/// A tag with the name of a state.
pub fn tag(text: impl Into<String>, colour: Colour) -> AnyView {
    view! { <strong class=colour.on("govuk-tag")>{text.into()}</strong> }.into_any()
}

/// A badge for a risk or an urgency. Use few. Badges come in fewer colours than tags: teal, magenta, orange and yellow
/// become black.
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
