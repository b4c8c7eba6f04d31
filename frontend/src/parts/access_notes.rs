//! Access notes as a table: for auditors, and for managers who review a broken glass.

use leptos::prelude::*;

use super::{Content, Table, h2, paragraph};
use crate::documents::audit::AccessNote;
use crate::vocabulary::AccessAction;
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
        subject(note).into(),
        note.fields.iter().map(|field| spelt_out(field)).collect::<Vec<_>>().join(", ").into(),
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

/// What it was done to. What was asked of the API, or refused by it, is named by its fields.
fn subject(note: &AccessNote) -> String {
    match note.action {
        AccessAction::Call | AccessAction::Refuse if !note.subject.starts_with("page ") => {
            let fields = note.subject.split([',', '.']).map(|field| spelt_out(field.trim()));
            fields.collect::<Vec<_>>().join(", ")
        }
        _ => note.subject.clone(),
    }
}

/// A name as the API has it, in words: "dateOfBirth" is "date of birth". Anything else is left as it is.
fn spelt_out(name: &str) -> String {
    if !name.chars().all(|letter| letter.is_ascii_alphanumeric())
        || !name.starts_with(|first: char| first.is_lowercase())
    {
        return name.to_owned();
    }
    name.chars().fold(String::new(), |words, letter| {
        if letter.is_ascii_uppercase() {
            format!("{words} {}", letter.to_ascii_lowercase())
        } else {
            format!("{words}{letter}")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_api_are_told_in_words() {
        for (name, words) in [
            ("dateOfBirth", "date of birth"),
            ("reference", "reference"),
            ("C-7K3M-9QX4", "C-7K3M-9QX4"),
            ("sign_in for many accounts", "sign_in for many accounts"),
        ] {
            assert_eq!(spelt_out(name), words);
        }
    }
}
