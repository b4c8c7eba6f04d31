//! The act that corrects what is known of the child.

use super::act::{ACT, Act};
use super::tracing::DATE_HINT;
use crate::acts::done;
use crate::documents::changes;
use crate::documents::inputs::CorrectChildInput;
use crate::journeys::day_of;
use crate::prelude::*;
use crate::vocabulary::{Sex, UpnAbsence};

pub(super) const CORRECT: Act = Act {
    path: "child",
    title: "Correct what is known of the child",
    begin: |about| {
        let child = &about.case.child;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let day = |part: &str| child.date_of_birth.map(|day| day.format(part).to_string()).unwrap_or_default();
        Form::new()
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
    },
    questions: |_, ask| {
        view! {
            {inset(paragraph("What each referral says stays with it, and the timeline keeps what held before. Change only what is wrong or missing."))}
            {ask.text("givenNames", "First names")}
            {ask.text("familyName", "Last name")}
            {ask.date("dateOfBirth", "Date of birth").hint(DATE_HINT)}
            {ask.radios("sex", "Sex").words::<Sex>()}
            {ask.text("upn", "Unique pupil number").unchecked().width(20)}
            {ask.radios("upnAbsence", "Why is there no unique pupil number?").words::<UpnAbsence>()}
            {ask.textarea("address", "Last known address").rows(3).most(2_000)}
            {ask.text("postcode", "Postcode").unchecked().width(10)}
            {ask.text("source", "Who says so, or what shows it?")}
            {ask.textarea("reason", "Why is this corrected?").most(2_000)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = CorrectChildInput {
            case: to.id,
            version: to.version,
            family_name: Some(form.text("familyName")),
            given_names: Some(form.text("givenNames")),
            date_of_birth: Some(day_of(form, "dateOfBirth")),
            sex: Sex::parse(form.get("sex")),
            upn: Some(form.text("upn")),
            upn_absence: UpnAbsence::parse(form.get("upnAbsence")),
            address: Some(form.text("address")),
            postcode: Some(form.text("postcode")),
            source: form.text("source"),
            reason: form.text("reason"),
        };
        done(changes::correct_child(api, input), "Child’s facts corrected")
    },
    ..ACT
};
