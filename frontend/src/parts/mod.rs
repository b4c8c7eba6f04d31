//! The parts pages are made of, after the GOV.UK Design System and the Ministry of Justice design patterns.
//!
//! Inputs come from [`Ask`](crate::form::Ask) and are [`Field`]s: `ask.text("family_name", "Last name").hint("…")`.
//! The rest are plain functions, or builders where there is more to say. All of them can stand in braces in a
//! `view!`, take owned text and escape it. Only `raw` may print text that Leptos does not escape by itself.

pub(crate) mod absence;
mod access_notes;
mod back;
mod button;
pub(crate) mod case;
mod charts;
mod checkboxes;
mod choices;
mod content;
mod date_input;
mod details;
pub(crate) mod due;
mod error_summary;
pub(crate) mod family;
mod field;
mod filter;
pub(crate) mod flag;
mod headings;
mod identity_bar;
mod inset;
mod navigation;
mod notification;
mod pager;
mod panel;
mod password;
mod phone;
mod post;
mod radios;
mod raw;
mod select;
mod summary_list;
mod table;
mod tag;
mod task_list;
mod text_input;
mod textarea;
mod timeline;
mod warning_text;

pub(crate) use access_notes::notes_table;
pub use back::{back_link, breadcrumbs};
pub use button::{Button, button, button_link, buttons, start_button};
pub use charts::bars;
pub use checkboxes::Checkbox;
pub use choices::{Choices, Mark};
pub use content::{Content, bullets, link, link_hidden, paragraph, paragraphs, typed};
pub use date_input::DateInput;
pub use details::details;
pub use error_summary::error_summary;
pub use field::{Draw, Field};
pub use filter::Filter;
pub use headings::{h1, h1_captioned, h2, h3};
pub use identity_bar::IdentityBar;
pub use inset::inset;
pub use navigation::SubNavigation;
pub use notification::{important, success};
pub(crate) use pager::pager;
pub use pager::{Pager, pages};
pub use panel::{Interruption, panel};
pub use password::PasswordInput;
pub use phone::{call_paragraph, phone_link};
pub(crate) use post::{FormKey, carried};
pub use post::{Post, post_form};
pub use radios::Radio;
pub use raw::to_copy;
pub use select::Select;
pub use summary_list::SummaryList;
pub use table::{Order, Table};
pub use tag::{Colour, badge, tag};
pub use task_list::{TaskList, TaskStatus};
pub use text_input::TextInput;
pub use textarea::Textarea;
pub use timeline::{Entry, Timeline};
pub use warning_text::warning_text;

/// Lets a builder with a `view` method stand in braces in a `view!`, without a call of that method.
macro_rules! stands_in_a_view {
    ($($part:ty),+) => {
        $(
            impl leptos::prelude::IntoRender for $part {
                type Output = leptos::prelude::AnyView;

                fn into_render(self) -> Self::Output {
                    self.view()
                }
            }
        )+
    };
}
pub(crate) use stands_in_a_view;

#[cfg(test)]
mod tests;
