//! Acts on an open case: assign it, trace the child, write down what is known, review it, call in the MASH.

use chrono::NaiveDate;
use cynic::Id;

use super::act::{ACT, Act, always};
use crate::acts::done;
use crate::documents::changes;
use crate::documents::family::Sibling;
use crate::documents::inputs::{
    AddNoteInput, AssignCaseInput, ChangeWhereaboutsInput, NameSiblingInput, RaiseEscalationInput, RecordEnquiryInput,
    ReviewCaseInput, StrikeSiblingInput,
};
use crate::prelude::*;
use crate::vocabulary::{EnquiryKind, EscalationLevel, LawfulGateway, Whereabouts};
use crate::when::date;
use crate::words::name;

/// The API's limit on what is written about a case.
pub(super) const PROSE: u32 = 4_000;

/// What is said under every date.
pub(super) const DATE_HINT: &str = "For example, 27 9 2026";

/// What is said under the date of birth of a pupil.
pub(super) const BORN_HINT: &str = "For example, 27 9 2016";

pub(super) const ASSIGN: Act = Act {
    path: "assign",
    title: "Assign the case",
    may: |case| case.may_assign,
    names_officers: true,
    now: |about| {
        Some(
            about
                .case
                .officer
                .as_ref()
                .map_or_else(|| "Nobody has the case".to_owned(), |officer| officer.name.clone()),
        )
    },
    begin: |about| match &about.case.officer {
        Some(officer) => Form::new().with("officer", officer.id.inner()),
        None => Form::new(),
    },
    questions: |about, ask| {
        let why = about.case.officer.as_ref().map(|officer| {
            let hint = format!(
                "Needed unless you are {0}: {0} has the case now, and is told. So is whoever gets it.",
                officer.name
            );
            ask.textarea("reason", "Why does the case change hands?").hint(hint).rows(3).most(PROSE).view()
        });
        view! { {ask.select("officer", "Officer").options(about.officers.clone())} {why} }.into_any()
    },
    send: |api, to, form| {
        let input = AssignCaseInput {
            case: to.id,
            version: to.version,
            officer: form.some("officer").map(Id::new),
            reason: form.some("reason"),
        };
        done(changes::assign_case(api, input), "Assignment saved")
    },
    ..ACT
};

pub(super) const ENQUIRY: Act = Act {
    path: "enquiry",
    title: "Record a tracing enquiry",
    questions: |_, ask| {
        view! {
            {ask.radios("kind", "What kind of check is this?").bold().words::<EnquiryKind>()}
            {ask.text("askedOf", "Who was asked?").hint("The person, team or organisation")}
            {ask
                .text("agency", "Partner agency")
                .optional()
                .hint("Only if the agency can see and answer our enquiries itself: its name as it is registered here")}
            {ask.date("askedOn", "When were they asked?").hint(DATE_HINT)}
            {ask.date("dueOn", "When is an answer due?").hint("For example, 27 3 2026. A weekend or bank holiday becomes the next working day")}
            {ask.textarea("note", "What was asked").optional().most(PROSE)}
            {ask
                .radios("gateway", "By which law may they tell us?")
                .bold()
                .hint("HM Revenue and Customs must not be asked without one. Leave it empty where none is needed")
                .words::<LawfulGateway>()
                .reveals(LawfulGateway::Other.code(), ask.text("otherGateway", "Which law, and which section?"))}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = RecordEnquiryInput {
            case: to.id,
            kind: EnquiryKind::parse(form.get("kind")),
            asked_of: form.text("askedOf"),
            asked_on: form.day("askedOn"),
            due_on: form.day("dueOn"),
            note: form.text("note"),
            agency: form.some("agency"),
            gateway: LawfulGateway::parse(form.get("gateway")),
            other_gateway: form.some("otherGateway"),
        };
        done(changes::record_enquiry(api, input), "Enquiry recorded")
    },
    ..ACT
};

pub(super) const NOTE: Act = Act {
    path: "note",
    title: "Add a note",
    in_state: always,
    questions: |_, ask| {
        ask.textarea("text", "Note")
            .hint("Notes are part of the record: they cannot be changed later")
            .most(PROSE)
            .view()
    },
    send: |api, to, form| {
        let input = AddNoteInput { case: to.id, text: form.text("text") };
        done(changes::add_note(api, input), "Note added")
    },
    ..ACT
};

pub(super) const SIBLING: Act = Act {
    path: "sibling",
    title: "Name a brother or sister",
    in_state: always,
    questions: |_, ask| {
        view! {
            {inset(paragraph("If they have a case or a referral that you may read, it is shown beside their name. A flag on one of them is told to whoever has the others."))}
            {ask.text("name", "Full name")}
            {ask
                .date("dateOfBirth", "Date of birth")
                .optional()
                .hint("Without it we can only match a child at the same address. For example, 27 9 2016")}
            {ask.text("school", "School").optional()}
            {ask.text("source", "Who told us?")}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = NameSiblingInput {
            case: to.id,
            name: form.text("name"),
            date_of_birth: form.some_day("dateOfBirth"),
            school: form.some("school"),
            source: form.text("source"),
        };
        done(changes::name_sibling(api, input), "Brother or sister named")
    },
    ..ACT
};

pub(super) const STRIKE: Act = Act {
    path: "strike-sibling",
    title: "Strike out a brother or sister",
    in_state: always,
    on_page: |case| case.siblings.as_ref().is_some_and(|known| !known.is_empty()),
    questions: |about, ask| {
        let known = about.family.as_ref().and_then(|family| family.siblings.as_deref()).unwrap_or_default();
        let field = known.iter().fold(ask.radios("name", "Who is no brother or sister?").bold(), |field, one| {
            let (called, born) = who(one);
            let on = born.map_or_else(|| "date of birth not known".to_owned(), |on| format!("born {}", date(on)));
            field.option(
                format!("{} {called}", born.map(|on| on.to_string()).unwrap_or_default()),
                format!("{called}, {on}"),
            )
        });
        view! {
            {inset(paragraph("The timeline keeps who named them, and that you struck them out. The records of the two show each other no more, and a flag on one is not told to whoever has the other. To name them again, on either record, takes this back."))}
            {field}
            {ask.textarea("reason", "Why is this no brother or sister?").most(2_000)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let chosen = form.text("name");
        let (born, name) = chosen.split_once(' ').unwrap_or_default();
        let input = StrikeSiblingInput {
            case: to.id,
            name: name.to_owned(),
            date_of_birth: (!born.is_empty()).then(|| born.to_owned()),
            reason: form.text("reason"),
        };
        done(changes::strike_sibling(api, input), "Brother or sister struck out")
    },
    ..ACT
};

/// A brother or sister by name and date of birth, as they are on file, or else as they were named.
fn who(one: &Sibling) -> (String, Option<NaiveDate>) {
    let case = one.case.as_ref().map(|case| &case.child);
    let on_file = case
        .map(|child| (name(child.given_names.as_deref(), child.family_name.as_deref()), child.date_of_birth))
        .or_else(|| {
            let row = one.referral.as_ref()?;
            Some((name(row.given_names.as_deref(), row.family_name.as_deref()), row.date_of_birth))
        });
    let told = one.name.clone().map(|name| (name, one.date_of_birth));
    // As they were named, because that is what is struck out; a record without a name of theirs names the child itself.
    told.or(on_file).unwrap_or_default()
}

pub(super) const REVIEW: Act = Act {
    path: "review",
    title: "Review the case",
    questions: |_, ask| {
        view! {
            {ask
                .checkboxes("checked", "What did you look at again?")
                .bold()
                .hint("Select all that apply. Only a review moves the day of the next one: no note or answer does.")
                .words::<EnquiryKind>()}
            {ask.textarea("note", "What did you find, and what is done next?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let checked = form.all("checked").iter().filter_map(|code| EnquiryKind::parse(code)).collect();
        let input = ReviewCaseInput { case: to.id, checked, note: form.text("note") };
        done(changes::review_case(api, input), "Review recorded")
    },
    ..ACT
};

pub(super) const WHEREABOUTS: Act = Act {
    path: "whereabouts",
    title: "Change what is known of the child’s whereabouts",
    now: |about| about.case.whereabouts.map(|it| it.label().to_owned()),
    begin: |about| Form::new().with("whereabouts", about.case.whereabouts.map_or("", Word::code)),
    questions: |_, ask| {
        view! {
            {ask.radios("whereabouts", "What is known of where the child is?").bold().words::<Whereabouts>()}
            {ask
                .date("lastSeenOn", "When was the child last seen?")
                .hint("Needed if a professional has seen the child. For example, 27 9 2026")}
            {ask.textarea("reason", "How is this known, and from whom?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = ChangeWhereaboutsInput {
            case: to.id,
            version: to.version,
            whereabouts: Whereabouts::parse(form.get("whereabouts")),
            last_seen_on: form.some_day("lastSeenOn"),
            reason: form.text("reason"),
        };
        done(changes::change_whereabouts(api, input), "Whereabouts saved")
    },
    ..ACT
};

pub(super) const ESCALATE: Act = Act {
    path: "escalate",
    title: "Raise a flag with the MASH",
    may: |case| case.may_escalate,
    button: |_| button("Raise the flag"),
    questions: |_, ask| {
        view! {
            {warning_text("If a child is in immediate danger, call 999 first. Then call the MASH. Then record it here.")}
            {ask.radios("level", "How serious is the concern?").bold().words::<EscalationLevel>()}
            {ask.textarea("concern", "What are you worried about?").most(PROSE)}
            {ask.textarea("rationale", "Why did you choose this level?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = RaiseEscalationInput {
            case: to.id,
            level: EscalationLevel::parse(form.get("level")),
            concern: form.text("concern"),
            rationale: form.text("rationale"),
        };
        done(changes::raise_escalation(api, input), "Flag raised with the MASH")
    },
    ..ACT
};
