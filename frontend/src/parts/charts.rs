//! Charts as SVG for people who see them, always beside a table with the same numbers.

use leptos::prelude::*;

use super::table::Table;

const ROW: u32 = 34;
const LABELS: u32 = 220;
const WIDTH: u32 = 640;

/// Horizontal bars, the longest of which fills the width, and the same numbers as a table. Screen readers get only the
/// table.
pub fn bars(
    caption: impl Into<String>,
    label: impl Into<String>,
    amount: impl Into<String>,
    values: Vec<(String, u32)>,
) -> AnyView {
    let largest = values.iter().map(|(_, value)| *value).max().unwrap_or_default().max(1);
    let height = ROW * u32::try_from(values.len()).unwrap_or_default();
    let table = values.iter().fold(Table::new(caption).column(label).numbers(amount), |table, (text, value)| {
        table.row([text.as_str().into(), value.to_string().into()])
    });
    let drawn: Vec<_> = values
        .into_iter()
        .zip(0..)
        .map(|((text, value), index): (_, u32)| {
            let top = index * ROW;
            let room = u64::from(WIDTH - LABELS - 60);
            let length = u64::from(value) * room / u64::from(largest);
            let end = u64::from(LABELS) + length + 8;
            view! {
                <text class="app-chart__label" x="0" y=(top + 20).to_string()>{text}</text>
                <rect
                    class="app-chart__bar"
                    x=LABELS.to_string()
                    y=(top + 5).to_string()
                    width=length.to_string()
                    height="22"
                ></rect>
                <text class="app-chart__label" x=end.to_string() y=(top + 20).to_string()>{value.to_string()}</text>
            }
        })
        .collect();
    view! {
        <figure class="app-chart">
            <svg viewBox=format!("0 0 {WIDTH} {height}") aria-hidden="true" focusable="false">{drawn}</svg>
        </figure>
        {table}
    }
    .into_any()
}
