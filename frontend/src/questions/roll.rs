//! The forms about a name on a roll, which officers and schools fill in alike: the proposal under one ground, and the
//! deletion return.
//!
//! What must not live here: whose forms they are, and what stands in the way of a removal, which the API says.

use crate::documents::absence::SchoolDays;
use crate::documents::inputs::{DeletionReturnInput, RemovalProposalInput, ReturnedInput, ReturnedParentInput};
use crate::documents::roll::{DecisionOnRemoval, GroundForRemoval, RemovalLacks};
use crate::parts::absence::school_days;
use crate::prelude::*;
use crate::vocabulary::{RemovalCondition, RemovalGround, SchoolEnquiryKind};
use crate::when::date;

/// The most that is typed as prose.
const PROSE: u32 = 4_000;
/// How many parents the form of a return has room for.
const PARENTS: u32 = 2;
const DATE_HINT: &str = "For example, 27 9 2026";

/// To whom the deletion return goes, where that is another authority than ours; nothing where it is ours.
pub(crate) fn returns_elsewhere(code: Option<&str>, to_school: bool) -> Option<AnyView> {
    let code = code?;
    let first = format!(
        "The school is in the area of another authority (code {code}), and the deletion return goes there, wherever the \
         child lives."
    );
    let second = if to_school {
        "Send your return to that authority. What you enter here tells us too, because the child may live in our area."
    } else {
        "We learn of it from that authority, or from the school: record here what they tell you. If the child lives in our \
         area, finding them stays with us."
    };
    Some(inset(view! { {paragraph(first)} {paragraph(second)} }.into_any()))
}

/// The part of an address that names a ground.
pub(crate) fn slug(ground: RemovalGround) -> String {
    ground.code().to_lowercase().replace('_', "-")
}

/// The ground that a part of an address names.
pub(crate) fn ground_of<'a>(grounds: &'a [GroundForRemoval], slugged: &str) -> Option<&'a GroundForRemoval> {
    grounds.iter().find(|row| slug(row.ground) == slugged)
}

/// What a proposal under this ground asks.
pub(crate) fn proposal(ask: Ask<'_>, row: &GroundForRemoval) -> AnyView {
    let joint = row.joint_enquiry.then(|| {
        inset(paragraph(
            "This ground also asks that school and authority have enquired together, and that the authority has decided. \
             The name stays on the roll until then.",
        ))
    });
    let since = row.since_called.as_ref().map(|called| ask.date("since", called).hint(DATE_HINT).view());
    let codes = row.asks_codes.then(|| {
        ask.text("codes", "With which codes are the sessions of the absence recorded?")
            .hint("Each code once, for example N, O. Any other than G, N and O breaks the absence.")
            .view()
    });
    let about =
        SummaryList::new().row("Ground", row.ground.label()).row("What follows for the authority", row.follows.label());
    let tried = row.joint_enquiry.then(|| {
        ask.checkboxes("tried", "What has the school tried in order to find the child?")
            .bold()
            .hint("Select all that apply. Leave it empty if you know where the child is.")
            .optional()
            .words::<SchoolEnquiryKind>()
            .view()
    });
    view! {
        {about}
        {joint}
        {ask
            .checkboxes("conditions", "What do you confirm?")
            .bold()
            .hint("The name can be removed only when all of this is confirmed. Leave a box empty if it is not true yet.")
            .words_of::<RemovalCondition>(row.conditions.iter().copied())}
        {since}
        {codes}
        {ask.date("enteredOn", "When was the name entered on the roll?").hint("Leave it empty if you do not know. For example, 27 9 2016").optional()}
        {tried}
        {ask.textarea("note", "Is there anything else?").optional().most(PROSE)}
    }
    .into_any()
}

/// A proposal under this ground, as typed.
pub(crate) fn proposal_of(form: &Form, slugged: &str) -> RemovalProposalInput {
    RemovalProposalInput {
        ground: RemovalGround::ALL.iter().copied().find(|ground| slug(*ground) == slugged),
        conditions: form.all("conditions").iter().filter_map(|code| RemovalCondition::parse(code)).collect(),
        since: form.some_day("since"),
        codes: form.some("codes"),
        entered_on: form.some_day("enteredOn"),
        tried: form.all("tried").iter().filter_map(|code| SchoolEnquiryKind::parse(code)).collect(),
        note: form.some("note"),
    }
}

/// What a deletion return asks.
pub(crate) fn deletion_return(ask: Ask<'_>) -> AnyView {
    // Every label names its subject: a screen reader may read one alone.
    let given = |field: &str, whose: &str, thing: &str| {
        view! {
            {ask.text(field, format!("{whose} {thing}"))}
            {ask.text(&why_not(field), format!("Why could you not get {} {thing}?", whose.to_lowercase()))}
        }
    };
    let parents = (1..=PARENTS).map(|number| {
        let field = |part: &str| format!("parents.{number}.{part}");
        let (heading, whose) = match number {
            1 => ("First parent", "The first parent’s"),
            _ => ("Second parent (if there is one)", "The second parent’s"),
        };
        view! {
            {h3(heading)}
            {given(&field("name"), whose, "full name")}
            {given(&field("address"), whose, "address")}
            {given(&field("emergency"), whose, "telephone number for emergencies")}
        }
        .into_any()
    });
    let parents: Vec<AnyView> = parents.collect();
    view! {
        {inset(paragraph(
            "Give each detail, or say why you could not get it. A reason counts only where it was not reasonably \
             practicable to obtain the detail.",
        ))}
        {ask
            .date("removedOn", "On which day was the name removed?")
            .hint("This cannot be in the future or before the proposal. For example, 27 9 2026")}
        {h2("The child")}
        {given("fullName", "The child’s", "full name")}
        {given("address", "The child’s", "address")}
        {h2("Parents who the child normally lives with")}
        {parents}
        {ask.text("noParents", "If you cannot name any parent, why not?")}
        {h2("What the school was notified of")}
        {ask.text("newAddress", "New address").optional()}
        {ask.date("newAddressFrom", "From when does the child live there?").hint(DATE_HINT).optional()}
        {ask.text("livesWith", "Parent with whom the child will live there").optional()}
        {ask.text("newSchool", "Other or new school").optional()}
        {ask.date("newSchoolFrom", "First day at the other or new school").hint(DATE_HINT).optional()}
    }
    .into_any()
}

/// A deletion return with what is known of the parents, by name and telephone number, so that nobody types it again. Where
/// more are known than the form asks for, a person chooses.
pub(crate) fn with_parents(form: Form, known: impl Iterator<Item = (String, Option<String>)>) -> Form {
    let known: Vec<_> = known.zip(1_u32..).collect();
    if known.iter().any(|(_, number)| *number > PARENTS) {
        return form;
    }
    known.into_iter().fold(form, |form, ((name, phone), number)| {
        let form = form.with(format!("parents.{number}.name"), name);
        form.with(format!("parents.{number}.emergency"), phone.unwrap_or_default())
    })
}

fn why_not(field: &str) -> String {
    format!("{field}.notObtained")
}

/// A deletion return, as typed.
pub(crate) fn deletion_return_of(form: &Form) -> DeletionReturnInput {
    let given = |field: &str| ReturnedInput { known: form.text(field), not_obtained: form.text(&why_not(field)) };
    let parents = (1..=PARENTS).map(|number| {
        let part = |part: &str| given(&format!("parents.{number}.{part}"));
        ReturnedParentInput { name: part("name"), address: part("address"), emergency: part("emergency") }
    });
    DeletionReturnInput {
        removed_on: form.day("removedOn"),
        full_name: given("fullName"),
        address: given("address"),
        parents: parents.collect(),
        no_parents: form.some("noParents"),
        new_address: form.some("newAddress"),
        new_address_from: form.some_day("newAddressFrom"),
        lives_with: form.some("livesWith"),
        new_school: form.some("newSchool"),
        new_school_from: form.some_day("newSchoolFrom"),
    }
}

/// What a new-pupil return asks.
pub(crate) fn new_pupil(ask: Ask<'_>) -> AnyView {
    view! {
        {ask.date("on", "When was the return sent?").hint(DATE_HINT)}
        {ask
            .checkboxes("exempt", "Is none owed?")
            .optional()
            .option("YES", "The child is in the most junior class and started on the first day of the school year")}
    }
    .into_any()
}

/// The day of a new-pupil return, and whether none is owed, as typed.
pub(crate) fn new_pupil_of(form: &Form) -> (String, bool) {
    (form.day("on"), form.has("exempt", "YES"))
}

/// Links to the proposal under each ground, whose forms `href` leads to.
pub(crate) fn grounds(href: impl Fn(&str) -> String) -> AnyView {
    let links: Vec<_> = RemovalGround::ALL
        .iter()
        .map(|ground| view! { <li>{link(href(&slug(*ground)), ground.label())}</li> })
        .collect();
    details(
        "Propose to remove the name: choose the ground",
        view! { <ul class="govuk-list govuk-list--spaced">{links}</ul> }.into_any(),
    )
}

/// Where a matter stands: the sentence, what lacks, and the days by which something is owed.
pub(crate) struct Standing<'a> {
    pub(crate) sentence: &'a str,
    pub(crate) lacks: &'a [RemovalLacks],
    pub(crate) days: Option<&'a SchoolDays>,
    pub(crate) decision: Option<&'a DecisionOnRemoval>,
}

impl Standing<'_> {
    /// The sentence, each thing that stands in the way in a line of its own, and the decision in plain words.
    pub(crate) fn view(&self) -> AnyView {
        let several = (self.lacks.len() > 1).then(|| in_the_way(self.lacks));
        // The sentence holds all of it; where that is much, the list says it better.
        let sentence = match several {
            Some(_) => "The name may not be removed yet, because not all of it is there.".to_owned(),
            None => self.sentence.to_owned(),
        };
        let decision = self.decision.map(|decision| {
            SummaryList::new()
                .card("What the authority decided")
                .row("Decision", decision.decision.label())
                .known("From", decision.from.map(date))
                .row("Why", typed(decision.reason.as_str()))
                .row("Decided on", date(decision.on))
                .view()
        });
        view! { {inset(paragraph(sentence))} {several} {decision} {self.days.map(school_days)} }.into_any()
    }
}

/// What stands in the way, each in a line of its own; nothing where nothing does.
pub(crate) fn in_the_way<'a>(lacks: impl IntoIterator<Item = &'a RemovalLacks>) -> Option<AnyView> {
    let list = bullets(lacks.into_iter().map(|lack| lack.text.as_str()))?;
    Some(view! { {paragraph("What stands in the way:")} {list} }.into_any())
}
