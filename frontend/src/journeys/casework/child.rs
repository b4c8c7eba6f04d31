//! The act that corrects what is known of the child.

use super::act::{ACT, Act};
use super::tracing::BORN_HINT;
use crate::acts::done;
use crate::documents::changes;
use crate::documents::inputs::CorrectChildInput;
use crate::prelude::*;
use crate::vocabulary::{Sex, UpnAbsence};

/// What can be corrected.
const HELD: [&str; 9] = [
    "familyName",
    "givenNames",
    "dateOfBirth",
    "sex",
    "upn",
    "upnAbsence",
    "address",
    "postcode",
    "addressConfidential",
];

/// That the timeline keeps no place secret.
const SHOWN: &str = "The timeline shows this to everyone who can read the case. Do not write where the child lives.";

/// The field that holds what stood on file when the form was shown.
fn held(field: &str) -> String {
    format!("held-{field}")
}

/// What is typed in a field, a date as the API reads it.
fn value(form: &Form, field: &str) -> String {
    if field == "dateOfBirth" { form.day(field) } else { form.text(field) }
}

pub(super) const CORRECT: Act = Act {
    path: "child",
    title: "Correct what is known of the child",
    begin: |about| {
        let child = &about.case.child;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |part: &str| child.date_of_birth.map(|day| day.format(part).to_string()).unwrap_or_default();
        let form = Form::new()
            .with("familyName", text(&child.family_name))
            .with("givenNames", text(&child.given_names))
            .with("dateOfBirth-day", day("%-d"))
            .with("dateOfBirth-month", day("%-m"))
            .with("dateOfBirth-year", day("%Y"))
            .with("sex", child.sex.map_or("", Word::code))
            .with("upn", text(&child.upn))
            .with("upnAbsence", child.upn_absence.map_or("", Word::code))
            .with("address", text(&child.address))
            .with("postcode", text(&child.postcode))
            .with(
                "addressConfidential",
                match child.address_confidential {
                    Some(true) => "YES",
                    Some(false) => "NO",
                    None => "",
                },
            );
        // What stands on file goes along, so that only what was changed is sent: another case of the child may correct
        // another thing at the same time.
        let held = HELD.iter().map(|field| (held(field), value(&form, field))).collect::<Vec<_>>();
        held.into_iter().fold(form, |form, (field, value)| form.with(&field, value))
    },
    questions: |about, ask| {
        let child = &about.case.child;
        let address = ask.textarea("address", "Last known address").rows(3).most(2_000);
        let address = if child.address_confidential == Some(true) && child.address.is_none() {
            address.hint("There is an address on file that you cannot see. Leave this empty to keep it.")
        } else {
            address
        };
        view! {
            {inset(paragraph("What each referral says stays with it, and the timeline keeps what held before. Change only what is wrong or missing."))}
            {ask.text("givenNames", "First names")}
            {ask.text("familyName", "Last name")}
            {ask.date("dateOfBirth", "Date of birth").hint(BORN_HINT)}
            {ask.radios("sex", "Sex").words::<Sex>()}
            {ask.text("upn", "Unique pupil number (UPN)").unchecked().width(20)}
            {ask
                .radios("upnAbsence", "Why is there no unique pupil number?")
                .hint("Only if there is no number")
                .words::<UpnAbsence>()}
            {address}
            {ask.text("postcode", "Postcode").unchecked().width(10)}
            {ask
                .radios("addressConfidential", "Is the address kept confidential?")
                .hint("Then only people named on the child’s cases, managers and the MASH liaison see it, and the child cannot be found by this address. To keep the whole case from others, restrict it.")
                .option("YES", "Yes")
                .option("NO", "No")}
            {ask
                .date("changedOn", "When did it change?")
                .hint("For a new name, number or address. Leave empty if what is on file was wrong all along. For example, 27 9 2026")}
            {HELD.iter().map(|field| ask.hidden(&held(field))).collect::<Vec<_>>()}
            {ask.text("source", "Who told us, or what shows it?").hint(SHOWN)}
            {ask.textarea("reason", "Why is this corrected?").hint(SHOWN).most(2_000)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let changed = |field: &str| {
            let now = value(form, field);
            // A line end comes back as the browser writes it.
            let same = now.replace("\r\n", "\n") == form.get(&held(field)).replace("\r\n", "\n");
            (!same).then_some(now)
        };
        let input = CorrectChildInput {
            case: to.id,
            version: to.version,
            family_name: changed("familyName"),
            given_names: changed("givenNames"),
            date_of_birth: changed("dateOfBirth"),
            sex: changed("sex").and_then(|code| Sex::parse(&code)),
            upn: changed("upn"),
            upn_absence: changed("upnAbsence").and_then(|code| UpnAbsence::parse(&code)),
            address: changed("address"),
            postcode: changed("postcode"),
            address_confidential: changed("addressConfidential").map(|code| code == "YES"),
            changed_on: form.some_day("changedOn"),
            source: form.text("source"),
            reason: form.text("reason"),
        };
        done(changes::correct_child(api, input), "Child’s facts corrected")
    },
    ..ACT
};
