//! The child's name on a school's roll, for officers: the section of a case's page, and what is done about it.

use chrono::NaiveDate;
use cynic::Id;

use super::act::{ACT, About, Act, always, home, is_offered};
use super::tracing::{self, DATE_HINT, PROSE};
use super::{closing, placing};
use crate::acts::done;
use crate::documents::casework::Case;
use crate::documents::changes;
use crate::documents::inputs::{
    DecideRemovalInput, ProposeRemovalInput, RecordJointEnquiryInput, RemoveNameInput, ReturnNewPupilInput,
    WithdrawRemovalInput,
};
use crate::documents::roll::{JointEnquiry, NewSchool, Removal, RemovalForForm};
use crate::prelude::*;
use crate::questions::roll::{self, Standing};
use crate::vocabulary::{CaseState, EnquiryKind, JointEnquiryOutcome, RemovalDecision, RemovalLack, SchoolEnquiryKind};
use crate::when::date;

pub(super) const PROPOSE: Act = Act {
    path: "roll/propose/{item}",
    title: "Propose to remove the name",
    of_item: |about| roll::ground_of(&about.grounds, &about.item).is_some(),
    button: |_| button("Record the proposal"),
    questions: |about, ask| {
        view! {
            {already(about)}
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
    questions: |about, ask| {
        view! {
            {matter(about).map(facts)}
            {ask
                .textarea("reason", "Why does the name stay on the roll?")
                .bold()
                .hint("The school reads this. Do not include anyone’s name.")
                .most(PROSE)}
        }
        .into_any()
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
        let agrees = ask
            .checkboxes("agrees", "Who finds no reasonable grounds to believe that the child will attend again?")
            .hint("Only counts if this council uses this rule and both agree")
            .optional()
            .option("SCHOOL", "The school")
            .option("AUTHORITY", "The authority");
        view! {
            {matter(about).map(facts)}
            {ask.checkboxes("authority", "What has the authority tried?").bold().words::<EnquiryKind>()}
            {ask.checkboxes("school", "What has the school tried?").bold().words::<SchoolEnquiryKind>()}
            {ask
                .radios("outcome", "What was the outcome?")
                .bold()
                .words::<JointEnquiryOutcome>()
                .reveals(JointEnquiryOutcome::Found.code(), agrees)}
            {ask.textarea("note", "Summary of the joint enquiry").bold().most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let outcome = JointEnquiryOutcome::parse(form.get("outcome"));
        // What stands under the other outcome is sent by the browser too.
        let agrees = |who: &str| outcome == Some(JointEnquiryOutcome::Found) && form.has("agrees", who);
        let input = RecordJointEnquiryInput {
            case: to.id,
            version: to.version,
            removal: Id::new(to.item),
            authority: form.all("authority").iter().filter_map(|code| EnquiryKind::parse(code)).collect(),
            school: form.all("school").iter().filter_map(|code| SchoolEnquiryKind::parse(code)).collect(),
            outcome,
            school_agrees: agrees("SCHOOL"),
            authority_agrees: agrees("AUTHORITY"),
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
        let from = ask.date("from", "First day the name may be removed").hint(DATE_HINT);
        view! {
            {matter(about).map(facts)}
            {matter(about).and_then(|matter| {
                roll::in_the_way(matter.lacks.iter().filter(|one| one.lack != RemovalLack::Decision))
            })}
            {ask
                .radios("decision", "May the name be removed?")
                .bold()
                .words::<RemovalDecision>()
                .reveals(RemovalDecision::May.code(), from)}
            {ask
                .textarea("reason", "What is the reason for your decision?")
                .bold()
                .hint("The school reads this. Do not include anyone’s name.")
                .most(PROSE)}
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
    // The case's page offers it once nothing lacks. Whoever has filled it in by then keeps what they typed, even if
    // something has come to lack since.
    of_item: |about| matter(about).is_some_and(|matter| matter.may_withdraw),
    begin: |about| {
        let child = &about.case.child;
        let together = |parts: [&Option<String>; 2], between: &str| {
            let lines = parts.into_iter().flatten().flat_map(|part| part.lines()).map(str::trim);
            lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(between)
        };
        let form = Form::new().with("fullName", together([&child.given_names, &child.family_name], " "));
        match child.address_confidential {
            Some(false) => {
                let parents = about.family.iter().flat_map(|family| family.parents.iter().flatten());
                let known = parents.filter(|parent| parent.until.is_none() && parent.key.is_some());
                let known = known.map(|parent| (parent.name.clone(), parent.phone.clone()));
                roll::with_parents(form.with("address", together([&child.address, &child.postcode], ", ")), known)
            }
            Some(true) | None => form,
        }
    },
    button: |_| button("Record the return"),
    questions: |about, ask| {
        view! {
            {matter(about).map(|matter| view! {
                {facts(matter)}
                {inset(paragraph(matter.standing.clone()))}
                {roll::returns_elsewhere(matter.returns_to.as_deref(), false)}
            })}
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

/// A place at the school of which a return tells, to be recorded once that school says so.
pub(super) const PLACE_TOLD: Act = Act {
    path: "roll/{item}/placement",
    of_item: |about| matter(about).is_some_and(|matter| matter.new_school.is_some()),
    on_page: |case| goes_to(case).is_some(),
    begin: |about| match matter(about).and_then(|matter| matter.new_school.as_ref()) {
        Some(told) => {
            let form = Form::new().with("provider", told.name.clone());
            match told.starts_on {
                Some(day) => with_day(form, "startsOn", day),
                None => form,
            }
        }
        None => Form::new(),
    },
    ..placing::PLACEMENT
};

/// The same school is asked whether it knows the child.
pub(super) const ASK_TOLD: Act = Act {
    path: "roll/{item}/ask",
    of_item: |about| matter(about).is_some_and(|matter| matter.new_school.is_some()),
    on_page: |case| goes_to(case).is_some(),
    begin: |about| match matter(about).and_then(|matter| matter.new_school.as_ref()) {
        Some(told) => Form::new().with("kind", EnquiryKind::Other.code()).with("askedOf", told.name.clone()),
        None => Form::new(),
    },
    ..tracing::ENQUIRY
};

/// A form in which a day is typed.
fn with_day(form: Form, field: &str, day: NaiveDate) -> Form {
    form.with(format!("{field}-day"), day.format("%-d").to_string())
        .with(format!("{field}-month"), day.format("%-m").to_string())
        .with(format!("{field}-year"), day.format("%Y").to_string())
}

/// The newest return that tells to which school the child goes, while no placement is on file that runs.
fn goes_to(case: &Case) -> Option<(&Removal, &NewSchool)> {
    let placed = case.placements.iter().flatten().any(|place| place.ended_on.is_none());
    let told = case.roll.iter().flatten().rev().find_map(|matter| Some((matter, matter.new_school.as_ref()?)));
    told.filter(|_| !placed)
}

/// What the school says of where the child goes, and what to do about it: nothing is taken over by itself.
fn told_school(case: &Case) -> Option<AnyView> {
    let (matter, told) = goes_to(case)?;
    let by = matter.school.as_ref().map_or("The school", |school| school.name.as_str());
    let from = told.starts_on.map(|day| format!(" from {}", date(day))).unwrap_or_default();
    let says = format!("{by} says that the child goes to {}{from}.", told.name);
    let ways: Vec<_> = [(&PLACE_TOLD, "Record a placement there"), (&ASK_TOLD, "Ask that school")]
        .into_iter()
        .filter(|(act, _)| is_offered(act, case))
        .map(|(act, words)| view! { <li>{link(act.href(&home(&case.reference), matter.id.inner()), words)}</li> })
        .collect();
    let ways = (!ways.is_empty()).then(|| view! { <ul class="govuk-list">{ways}</ul> });
    Some(inset(view! { {paragraph(says)} {ways} }.into_any()))
}

/// The matter that a form is about.
fn matter(about: &About) -> Option<&RemovalForForm> {
    about.case.roll.iter().flatten().find(|matter| matter.id.inner() == about.item)
}

/// What a form about a matter is about.
fn facts(matter: &RemovalForForm) -> AnyView {
    let enquiry = matter.joint_enquiry.as_ref();
    SummaryList::new()
        .known("School", matter.school.as_ref().map(|school| school.name.clone()))
        .row("Ground", matter.ground.label())
        .row("Proposed", date(matter.proposed_on))
        .known("Outcome of the joint enquiry", enquiry.map(|enquiry| enquiry.outcome.label()))
        .known("Summary of the joint enquiry", enquiry.map(|enquiry| typed(enquiry.note.as_str())))
        .view()
}

/// That a school has an open proposal, which is withdrawn before another can be made for it; nothing where none has.
fn already(about: &About) -> Option<AnyView> {
    // Whoever may propose may withdraw what is open.
    let open = about.case.roll.iter().flatten().filter(|matter| matter.may_withdraw);
    let open: Vec<_> = open
        .map(|matter| {
            let school = matter.school.as_ref().map_or("the school", |school| school.name.as_str());
            let href = WITHDRAW.href(&home(&about.case.reference), matter.id.inner());
            view! {
                {paragraph(format!("There is already a proposal for {school}. Withdraw it before you make another for it."))}
                <p class="govuk-body">{link(href, WITHDRAW.title)}</p>
            }
        })
        .collect();
    (!open.is_empty()).then(|| inset(open.into_any()))
}

/// The section of a case's page: each matter, and the way to propose one.
pub(super) fn section(case: &Case) -> AnyView {
    let matters = case.roll.as_deref().unwrap_or_default();
    let none = matters.is_empty().then(|| paragraph("Nobody has proposed to remove the name from a roll."));
    let shown: Vec<AnyView> = matters.iter().map(|matter| one(case, matter)).collect();
    let propose = is_offered(&PROPOSE, case).then(|| {
        let open = matters.iter().any(|matter| matter.may_withdraw);
        let first = open.then(|| paragraph("Withdraw an open proposal before you make another for the same school."));
        view! { {first} {roll::grounds(|ground| PROPOSE.href(&home(&case.reference), ground))} }
    });
    view! { {h2("Name on the roll")} {told_school(case)} {none} {shown} {propose} }.into_any()
}

fn one(case: &Case, matter: &Removal) -> AnyView {
    // What is not there yet, or not asked for under this ground, lacks nothing; what lacks is said above.
    let since_called = matter.since_called.clone().unwrap_or_else(|| "Day".to_owned());
    let list = SummaryList::new()
        .card(format!("Ground {}", matter.ground.label()))
        .known("School", matter.school.as_ref().map(|school| school.name.clone()))
        .row("Proposed", date(matter.proposed_on))
        .row("Proposed by", if matter.by_school { "The school" } else { "An officer, for the school" })
        .known("Confirmed", bullets(matter.conditions.iter().map(|one| one.label())))
        .known(since_called, matter.since.map(date))
        .known("Codes of the absence", (!matter.codes.is_empty()).then(|| matter.codes.join(", ")))
        .known("The school tried", bullets(matter.tried.iter().map(|one| one.label())))
        .known("Note", (!matter.note.is_empty()).then(|| typed(matter.note.as_str())))
        .row("Our answer is due", date(matter.answer_due_on))
        .known("Deletion return due", matter.return_due_on.map(date))
        .known("Withdrawn because", matter.withdrawn.clone())
        .known("What follows", matter.effect.clone());
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
        {roll::returns_elsewhere(matter.returns_to.as_deref(), false)}
        {lives_elsewhere(case, matter)}
        {list}
        {matter.joint_enquiry.as_ref().map(enquiry)}
        {returned(matter)}
        {ways}
    }
    .into_any()
}

/// That the return comes to us though the child lives elsewhere, and whose the child is then: while we follow a move, or
/// once a return tells of a new address. Which authority an address belongs to is known to nobody here, so a person says.
fn lives_elsewhere(case: &Case, matter: &Removal) -> Option<AnyView> {
    let is_ours = matter.returns_to.is_none();
    let moves = case.state == CaseState::TrackingOut;
    let told = matter.tells_of_move && case.state != CaseState::Closed;
    if !is_ours || !(moves || told) {
        return None;
    }
    let words = if moves {
        "The school is ours, so its return comes to us. Whoever lives in the area of another authority is theirs to find: \
         we follow the child until that authority acknowledges them."
    } else {
        "The return tells of a new address. If that is in the area of another authority, the child is theirs to find, \
         though the school’s return comes to us: save the move as the outcome, with that authority, and follow the child \
         until it acknowledges them."
    };
    let close = is_offered(&closing::CLOSE, case).then(|| {
        view! { <p class="govuk-body">{link(closing::CLOSE.href(&home(&case.reference), ""), "Refer the child to another authority")}</p> }
    });
    Some(inset(view! { {paragraph(words)} {close} }.into_any()))
}

fn enquiry(enquiry: &JointEnquiry) -> AnyView {
    SummaryList::new()
        .card("Joint enquiry")
        .row("Outcome", enquiry.outcome.label())
        .known("The authority tried", bullets(enquiry.authority.iter().map(|one| one.label())))
        .known("The school tried", bullets(enquiry.school.iter().map(|one| one.label())))
        .row("Summary", typed(enquiry.note.as_str()))
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
