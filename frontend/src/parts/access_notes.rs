//! Access notes as a table: for auditors, and for managers who review a broken glass.

use leptos::prelude::*;

use super::{Content, Table, h2, paragraph};
use crate::documents::audit::AccessNote;
use crate::when::day_and_time;

/// A table of these access notes, in their order, under `caption`; a sentence if there are none.
pub(crate) fn notes_table(caption: &str, notes: &[AccessNote]) -> AnyView {
    if notes.is_empty() {
        return view! { {h2(caption)} {paragraph("There are none.")} }.into_any();
    }
    let table = Table::new(caption).scrolls().columns(["When", "Who", "Action", "What", "Fields", "Purpose or detail"]);
    notes.iter().fold(table, |table, note| table.row(row(note))).view()
}

fn row(note: &AccessNote) -> [Content; 6] {
    let why = [note.purpose.as_deref(), note.detail.as_deref()];
    let why: Vec<&str> = why.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    let who = view! {
        {note.viewer.clone()}
        <br/>
        <span class="govuk-!-font-weight-regular">{note.address.clone()}</span>
    };
    [
        day_and_time(note.at).into(),
        who.into_any().into(),
        action(note).into(),
        note.subject.clone().into(),
        note.fields.join(", ").into(),
        why.join("; ").into(),
    ]
}

/// What was done, in words. A refusal has its reason, and the number of times where refusals of one kind are counted in
/// one note.
fn action(note: &AccessNote) -> String {
    let why = note.refusal.map(|why| format!(": {}", why.label())).unwrap_or_default();
    let often = if note.times > 1 { format!(" ({} times)", note.times) } else { String::new() };
    format!("{}{why}{often}", note.action.label())
}
