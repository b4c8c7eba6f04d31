//! What every page needs: `use crate::prelude::*;`.

pub use leptos::prelude::*;

pub use crate::form::{Ask, Credentials, Faults, Form, Queried, Typed};
pub use crate::page::{Chrome, Page};
pub use crate::parts::{
    Button, Colour, Content, Entry, Field, Filter, IdentityBar, Interruption, Order, Pager, SubNavigation, SummaryList,
    Table, TaskList, TaskStatus, Timeline, badge, bars, bullets, button, button_link, buttons, call_paragraph, details,
    h1, h1_captioned, h2, h3, important, inset, link, link_hidden, pages, panel, paragraph, paragraphs, phone_link,
    post_form, start_button, tag, typed, warning_text,
};
pub use crate::vocabulary::Word;
