//! The child's name on a school's roll, for officers: the section of a case's page, and what is done about it.

use cynic::Id;

use super::act::{ACT, About, Act, always, home, is_offered};
use super::tracing::PROSE;
use crate::acts::done;
use crate::documents::casework::Case;
use crate::documents::changes;
use crate::documents::inputs::{
    DecideRemovalInput, ProposeRemovalInput, RecordJointEnquiryInput, RemoveNameInput, ReturnNewPupilInput,
    WithdrawRemovalInput,
};
use crate::documents::roll::{JointEnquiry, Removal, RemovalForForm};
use crate::prelude::*;
use crate::questions::roll::{self, Standing};
use crate::vocabulary::{EnquiryKind, JointEnquiryOutcome, RemovalDecision, SchoolEnquiryKind};
use crate::when::date;

pub(super) const PROPOSE: Act = Act {
    path: "roll/propose/{item}",
    title: "Propose to remove the name",
    of_item: |about| roll::ground_of(&about.grounds, &about.item).is_some(),
    button: |_| button("Record the proposal"),
    questions: |about, ask| {
        view! {
            {roll::ground_of(&about.grounds, &about.item).map(|row| roll::proposal(ask, row))}
            {ask
                .number("schoolUrn", "URN of the school")
                .optional()
                .width(10)
                .hint("The 6-digit number. Leave it empty for the school that referred the child.")}
        }
        .into_any()
    },
    send: |api, to, form| {
        let proposal = roll::proposal_of(form, &to.item);
        let input = ProposeRemovalInput { case: to.id, school_urn: form.some("schoolUrn"), proposal };
        done(changes::propose_removal(api, input), "Proposal recorded")
    },
    ..ACT
};

pub(super) const WITHDRAW: Act = Act {
    path: "roll/{item}/withdraw",
    title: "Withdraw the proposal",
    of_item: |about| matter(about).is_some_and(|matter| matter.may_withdraw),
    button: |_| button("Withdraw the proposal"),
    in_state: always,
    questions: |_, ask| {
        ask.textarea("reason", "Why does the name stay on the roll?")
            .bold()
            .hint("The school reads this. Name nobody in it.")
            .most(PROSE)
            .view()
    },
    send: |api, to, form| {
        let (removal, reason) = (Id::new(to.item), form.text("reason"));
        let input = WithdrawRemovalInput { case: to.id, version: to.version, removal, reason };
        done(changes::withdraw_removal(api, input), "Proposal withdrawn")
    },
    ..ACT
};

pub(super) const ENQUIRE: Act = Act {
    path: "roll/{item}/enquiry",
    title: "Record the joint enquiry",
    of_item: |about| matter(about).is_some_and(|matter| matter.may_enquire),
    begin: |about| {
        let tried = matter(about).map(|matter| matter.tried.clone()).unwrap_or_default();
        tried.into_iter().fold(Form::new(), |mut form, kind| {
            form.add("school", kind.code());
            form
        })
    },
    questions: |about, ask| {
        view! {
            {matter(about).map(|matter| inset(paragraph(matter.standing.clone())))}
            {ask.checkboxes("authority", "What has the authority tried?").bold().words::<EnquiryKind>()}
            {ask.checkboxes("school", "What has the school tried?").bold().words::<SchoolEnquiryKind>()}
            {ask.radios("outcome", "What did the joint enquiry come to?").bold().words::<JointEnquiryOutcome>()}
            {ask
                .checkboxes("agrees", "If the child was found: who finds no reasonable grounds to believe that the child will attend again?")
                .hint("A child who was found stays on the roll, unless the council’s setting allows otherwise and both find so.")
                .optional()
                .option("SCHOOL", "The school")
                .option("AUTHORITY", "The authority")}
            {ask.textarea("note", "What was found?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = RecordJointEnquiryInput {
            case: to.id,
            version: to.version,
            removal: Id::new(to.item),
            authority: form.all("authority").iter().filter_map(|code| EnquiryKind::parse(code)).collect(),
            school: form.all("school").iter().filter_map(|code| SchoolEnquiryKind::parse(code)).collect(),
            outcome: JointEnquiryOutcome::parse(form.get("outcome")),
            school_agrees: form.has("agrees", "SCHOOL"),
            authority_agrees: form.has("agrees", "AUTHORITY"),
            note: form.text("note"),
        };
        done(changes::record_joint_enquiry(api, input), "Joint enquiry recorded")
    },
    ..ACT
};

pub(super) const DECIDE: Act = Act {
    path: "roll/{item}/decide",
    title: "Decide whether the name may be removed",
    may: |case| case.may_decide_removal,
    of_item: |about| matter(about).is_some_and(|matter| matter.may_decide),
    button: |_| button("Save the decision"),
    questions: |about, ask| {
        view! {
            {matter(about).map(|matter| inset(paragraph(matter.standing.clone())))}
            {ask.radios("decision", "May the name be removed?").bold().words::<RemovalDecision>()}
            {ask.date("from", "From which day?").hint("Only where it may be removed. For example, 27 9 2026").optional()}
            {ask.textarea("reason", "Why?").hint("The school reads this. Name nobody in it.").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = DecideRemovalInput {
            case: to.id,
            version: to.version,
            removal: Id::new(to.item),
            decision: RemovalDecision::parse(form.get("decision")),
            from: form.some_day("from"),
            reason: form.text("reason"),
        };
        done(changes::decide_removal(api, input), "Decision saved")
    },
    ..ACT
};

pub(super) const REMOVE: Act = Act {
    path: "roll/{item}/return",
    title: "Record the deletion return",
    in_state: always,
    of_item: |about| matter(about).is_some_and(|matter| matter.may_remove),
    button: |_| button("Record the return"),
    questions: |about, ask| {
        view! {
            {matter(about).map(|matter| inset(paragraph(matter.standing.clone())))}
            {roll::deletion_return(ask)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let (removal, told) = (Id::new(to.item), roll::deletion_return_of(form));
        let input = RemoveNameInput { case: to.id, version: to.version, removal, told };
        done(changes::remove_name(api, input), "Name removed from the roll")
    },
    ..ACT
};

pub(super) const NEW_PUPIL: Act = Act {
    path: "placement/{item}/return",
    title: "Record the new-pupil return",
    in_state: always,
    of_item: |about| {
        let places = about.case.placements.as_deref().unwrap_or_default();
        places.iter().any(|place| place.id.inner() == about.item && place.return_due_on.is_some())
    },
    questions: |_, ask| roll::new_pupil(ask),
    send: |api, to, form| {
        let (on, exempt) = roll::new_pupil_of(form);
        let input = ReturnNewPupilInput { case: to.id, placement: Id::new(to.item), on, exempt };
        done(changes::return_new_pupil(api, input), "New-pupil return recorded")
    },
    ..ACT
};

/// The matter that a form is about.
fn matter(about: &About) -> Option<&RemovalForForm> {
    about.case.roll.iter().flatten().find(|matter| matter.id.inner() == about.item)
}

/// The section of a case's page: each matter, and the way to propose one.
pub(super) fn section(case: &Case) -> AnyView {
    let matters = case.roll.as_deref().unwrap_or_default();
    let none = matters.is_empty().then(|| paragraph("Nobody has proposed to remove the name from a roll."));
    let shown: Vec<AnyView> = matters.iter().map(|matter| one(case, matter)).collect();
    let propose =
        is_offered(&PROPOSE, case).then(|| roll::grounds(|ground| PROPOSE.href(&home(&case.reference), ground)));
    view! { {h2("Name on the roll")} {none} {shown} {propose} }.into_any()
}

fn one(case: &Case, matter: &Removal) -> AnyView {
    let words = |all: Vec<&'static str>| if all.is_empty() { None } else { Some(all.join("; ")) };
    let list = SummaryList::new()
        .card(format!("Ground {}", matter.ground.label()))
        .row("School", matter.school.as_ref().map(|school| school.name.clone()))
        .row("Proposed", date(matter.proposed_on))
        .row("Proposed by", if matter.by_school { "The school" } else { "An officer, for the school" })
        .row("Confirmed", words(matter.conditions.iter().map(|one| one.label()).collect()))
        .row("The day that counts", matter.since.map(date))
        .row("Codes of the absence", Some(matter.codes.join(", ")).filter(|codes| !codes.is_empty()))
        .row("The school tried", words(matter.tried.iter().map(|one| one.label()).collect()))
        .row("Note", typed(matter.note.as_str()))
        .row("Our answer is due", date(matter.answer_due_on))
        .row("Deletion return due", matter.return_due_on.map(date))
        .row("Withdrawn because", matter.withdrawn.clone())
        .row("What follows", matter.effect.clone());
    let standing = Standing {
        sentence: &matter.standing,
        lacks: &matter.lacks,
        days: matter.school_days.as_ref(),
        decision: matter.decision.as_ref(),
    };
    let ways = [
        (matter.may_enquire, &ENQUIRE),
        (matter.may_decide, &DECIDE),
        (matter.may_remove, &REMOVE),
        (matter.may_withdraw, &WITHDRAW),
    ];
    let ways: Vec<_> = ways
        .into_iter()
        .filter(|(may, act)| *may && is_offered(act, case))
        .map(|(_, act)| view! { <li>{link(act.href(&home(&case.reference), matter.id.inner()), act.title)}</li> })
        .collect();
    let ways = (!ways.is_empty()).then(|| view! { <ul class="govuk-list govuk-list--spaced">{ways}</ul> });
    view! {
        {standing.view()}
        {list}
        {matter.joint_enquiry.as_ref().map(enquiry)}
        {returned(matter)}
        {ways}
    }
    .into_any()
}

fn enquiry(enquiry: &JointEnquiry) -> AnyView {
    let words = |all: Vec<&'static str>| all.join("; ");
    SummaryList::new()
        .card("Joint enquiry")
        .row("Came to", enquiry.outcome.label())
        .row("The authority tried", words(enquiry.authority.iter().map(|one| one.label()).collect()))
        .row("The school tried", words(enquiry.school.iter().map(|one| one.label()).collect()))
        .row("What was found", typed(enquiry.note.as_str()))
        .row("Recorded", date(enquiry.on))
        .view()
}

fn returned(matter: &Removal) -> Option<AnyView> {
    let list = SummaryList::new().card("Deletion return");
    let list = matter.returned.iter().fold(list, |list, value| {
        let told = match (&value.known, &value.not_obtained) {
            (Some(known), _) => known.clone(),
            (None, why) => format!("Not reasonably practicable to obtain: {}", why.as_deref().unwrap_or_default()),
        };
        list.row(value.label.clone(), told)
    });
    (!matter.returned.is_empty()).then(|| list.view())
}
