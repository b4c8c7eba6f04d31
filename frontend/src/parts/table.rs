//! A table with a caption. A column can be sorted by a link, which the server answers; no scripting is needed.

use leptos::prelude::*;

use super::content::{Content, safe};

/// A table, as a builder. The first cell of each row is the row's heading.
#[derive(Debug)]
pub struct Table {
    caption: String,
    caption_class: &'static str,
    columns: Vec<Column>,
    rows: Vec<Vec<Content>>,
    scrolls: bool,
}

#[derive(Debug)]
struct Column {
    heading: String,
    numeric: bool,
    sort: Option<(String, Order)>,
}

/// The order of a table by one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The table is not sorted by this column.
    None,
    /// The smallest or earliest comes first.
    Ascending,
    /// The largest or latest comes first.
    Descending,
}

impl Table {
    /// A table without columns and rows. It needs a caption, by which screen readers name it.
    pub fn new(caption: impl Into<String>) -> Self {
        Self {
            caption: caption.into(),
            caption_class: "govuk-table__caption govuk-table__caption--m",
            columns: Vec::new(),
            rows: Vec::new(),
            scrolls: false,
        }
    }

    /// Hides the caption from sight, where a heading above says the same.
    #[must_use]
    pub fn quiet(mut self) -> Self {
        self.caption_class = "govuk-table__caption govuk-visually-hidden";
        self
    }

    /// Lets a wide table scroll sideways in its own pane, so that the page does not.
    #[must_use]
    pub fn scrolls(mut self) -> Self {
        self.scrolls = true;
        self
    }

    /// Adds a column of text with this heading.
    #[must_use]
    pub fn column(mut self, heading: impl Into<String>) -> Self {
        self.columns.push(Column { heading: heading.into(), numeric: false, sort: None });
        self
    }

    /// Adds a column of numbers, which is set to the right.
    #[must_use]
    pub fn numbers(mut self, heading: impl Into<String>) -> Self {
        self.columns.push(Column { heading: heading.into(), numeric: true, sort: None });
        self
    }

    /// Adds several columns of text.
    #[must_use]
    pub fn columns<T: Into<String>>(self, headings: impl IntoIterator<Item = T>) -> Self {
        headings.into_iter().fold(self, Self::column)
    }

    /// Makes the heading of the column added last a link that sorts by it. `order` is how the table is sorted by it
    /// now.
    #[must_use]
    pub fn sorts(mut self, href: impl Into<String>, order: Order) -> Self {
        if let Some(column) = self.columns.last_mut() {
            column.sort = Some((safe(href.into()), order));
        }
        self
    }

    /// Adds a row: `.row(["Ada".into(), link("/x", "Open").into()])`.
    #[must_use]
    pub fn row(mut self, cells: impl IntoIterator<Item = Content>) -> Self {
        self.rows.push(cells.into_iter().collect());
        self
    }

    /// Whether there are no rows. A sentence should then say so instead of an empty table.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table as HTML.
    pub fn view(self) -> AnyView {
        let numeric: Vec<bool> = self.columns.iter().map(|column| column.numeric).collect();
        let head: Vec<_> = self.columns.into_iter().map(Column::view).collect();
        let rows: Vec<_> = self.rows.into_iter().map(|cells| row(cells, &numeric)).collect();
        let label = self.caption.clone();
        let table = view! {
            <table class="govuk-table">
                <caption class=self.caption_class>{self.caption}</caption>
                <thead class="govuk-table__head">
                    <tr class="govuk-table__row">{head}</tr>
                </thead>
                <tbody class="govuk-table__body">{rows}</tbody>
            </table>
        };
        if self.scrolls {
            view! { <div class="app-scroll" role="region" tabindex="0" aria-label=label>{table}</div> }.into_any()
        } else {
            table.into_any()
        }
    }
}

impl Column {
    fn view(self) -> AnyView {
        let class =
            if self.numeric { "govuk-table__header govuk-table__header--numeric" } else { "govuk-table__header" };
        let Some((href, order)) = self.sort else {
            return view! { <th scope="col" class=class>{self.heading}</th> }.into_any();
        };
        let order = match order {
            Order::None => "none",
            Order::Ascending => "ascending",
            Order::Descending => "descending",
        };
        view! {
            <th scope="col" class=class aria-sort=order>
                <a class="govuk-link app-sort" href=href>{self.heading}</a>
            </th>
        }
        .into_any()
    }
}

fn row(cells: Vec<Content>, numeric: &[bool]) -> AnyView {
    let cells: Vec<_> = cells
        .into_iter()
        .enumerate()
        .map(|(index, cell)| {
            if index == 0 {
                return view! { <th scope="row" class="govuk-table__header">{cell}</th> }.into_any();
            }
            let numeric = numeric.get(index).copied().unwrap_or_default();
            let class = if numeric { "govuk-table__cell govuk-table__cell--numeric" } else { "govuk-table__cell" };
            view! { <td class=class>{cell}</td> }.into_any()
        })
        .collect();
    view! { <tr class="govuk-table__row">{cells}</tr> }.into_any()
}

super::stands_in_a_view!(Table);
