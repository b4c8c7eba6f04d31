//! The acts that correct what is known of the child, and of the parents and carers.

use super::act::{ACT, Act};
use super::tracing::BORN_HINT;
use crate::acts::{done, faulty};
use crate::documents::changes;
use crate::documents::inputs::{CorrectChildInput, RecordParentInput};
use crate::prelude::*;
use crate::vocabulary::{Answer, Sex, UpnAbsence};

/// What can be corrected.
const HELD: [&str; 10] = [
    "familyName",
    "givenNames",
    "dateOfBirth",
    "sex",
    "upn",
    "upnAbsence",
    "nhsNumber",
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
            .with("nhsNumber", text(&child.nhs_number))
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
            {ask.text("nhsNumber", "NHS number").unchecked().width(20)}
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
            nhs_number: changed("nhsNumber"),
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

/// The value that stands for a parent or carer who is not named yet.
const ANOTHER: &str = "another";

pub(super) const PARENT: Act = Act {
    path: "parent",
    title: "Record a parent or carer, or what changed of one",
    questions: |about, ask| {
        let known = about.family.as_ref().and_then(|family| family.parents.as_deref()).unwrap_or_default();
        let who = known.iter().filter_map(|one| Some((one.key.as_ref()?, one))).fold(
            ask.radios("replaces", "Of whom did something change?").bold(),
            |field, (key, one)| {
                let phone = one.phone.clone().unwrap_or_else(|| "no telephone number".to_owned());
                field.option(key, format!("{}, {phone}", one.name))
            },
        );
        view! {
            {inset(paragraph("What each referral says stays with it. What you record stands beside it, and what held before stays with its last day."))}
            {who.or(ANOTHER, "Somebody not named here")}
            {ask.text("name", "Name")}
            {ask.text("relationship", "Relationship to the child").optional()}
            {ask.phone("phone", "Telephone number").optional().autocomplete("off")}
            {ask.text("email", "Email address").optional().unchecked()}
            {ask.radios("mayContact", "Did whoever told us say that they may be contacted?").words::<Answer>()}
            {ask.date("changedOn", "When did it change?").hint("Leave empty if you do not know. For example, 27 9 2026")}
            {ask.text("source", "Who told us, or what shows it?").hint(SHOWN)}
            {ask.textarea("reason", "Why is this recorded?").hint(SHOWN).most(2_000)}
        }
        .into_any()
    },
    send: |api, to, form| {
        if form.get("replaces").is_empty() {
            return faulty("replaces", "Select of whom something changed, or that it is somebody not named here");
        }
        let input = RecordParentInput {
            case: to.id,
            version: to.version,
            replaces: form.some("replaces").filter(|one| one != ANOTHER),
            name: form.text("name"),
            relationship: form.some("relationship"),
            phone: form.some("phone"),
            email: form.some("email"),
            may_contact: Answer::parse(form.get("mayContact")),
            changed_on: form.some_day("changedOn"),
            source: form.text("source"),
            reason: form.text("reason"),
        };
        done(changes::record_parent(api, input), "Parent or carer recorded")
    },
    ..ACT
};
