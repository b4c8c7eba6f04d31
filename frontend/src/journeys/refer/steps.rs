//! The questions that a school is asked about a child, in order.
//!
//! What must not live here: what makes an answer right, which the API decides.

use crate::form::Form;
use crate::parts::{Choices, Radio};
use crate::prelude::*;
use crate::questions::answers;
use crate::questions::{Group, REACH, Step, danger_call, in_danger, reach_safely};
use crate::visit::Site;
use crate::vocabulary::{Answer, NoVisitReason, ReferralGround, SchoolEnquiryKind, Sex, UpnAbsence};

/// Every step, in the order they are asked. Those that decide about the child's safety come first.
pub(super) const STEPS: &[Step] = &[
    Step::new("danger", DANGER, &["danger"], danger),
    Step::new("danger-call", "Call 999 now", &["dangerCalled", "dangerReference"], call).only_if(in_danger),
    Step::new("ground", GROUND, &["ground"], |ask, _| ground(ask).view()),
    Step::new("social-care", SOCIAL_CARE, &["socialCare", "socialWorker"], social_care),
    Step::new("harm", HARM, &["harm", "harmDetails"], harm),
    Step::new("name", NAME, &["givenNames", "familyName"], name),
    Step::new("date-of-birth", BORN, &["dateOfBirth", "yearGroup"], born),
    Step::new("sex", SEX, &["sex"], |ask, _| {
        ask.radios("sex", SEX).heading().hint("As on the school’s register.").words::<Sex>().view()
    }),
    Step::new("upn", UPN, &["upn", "upnAbsence", "nhsNumber"], upn),
    Step::new("address", ADDRESS, &["address", "postcode"], address),
    Step::new("parents", "Parents and carers", &[], |_, _| h1("Parents and carers")).gathers(&PARENTS),
    Step::new("last-attended", ATTENDED, &["lastAttended"], |ask, _| {
        ask.date("lastAttended", ATTENDED).heading().hint("For example, 27 9 2026").view()
    }),
    Step::new("last-seen", SEEN, &["lastSeen", "lastSeenBy"], last_seen),
    Step::new("found", FOUND, &["foundAtAddress"], found),
    Step::new("destination", DESTINATION, &["destination"], destination).only_if(moved_abroad),
    Step::new("return-due", RETURN, &["returnDue"], |ask, _| {
        ask.date("returnDue", RETURN).heading().hint("The date you agreed. For example, 27 9 2026").view()
    })
    .only_if(on_leave),
    Step::new("enquiries", DONE, &["noHomeVisit", "noHomeVisitReason"], enquiries).gathers(&ENQUIRIES),
    Step::new("professionals", PROFESSIONALS, &["professionals", "professionalsNamed"], professionals),
    Step::new("welfare-officer", WELFARE, &["welfareOfficer"], |ask, _| {
        ask.text("welfareOfficer", WELFARE)
            .heading()
            .hint("Name and telephone number. School and council make these enquiries together.")
            .autocomplete("off")
            .unchecked()
            .view()
    }),
    Step::new("appraisal", APPRAISAL, &["appraisedBy", "appraisedOn", "appraisal"], appraisal),
    Step::new("siblings", SIBLINGS_ASKED, &["siblings"], siblings),
    Step::new("siblings-named", "Brothers and sisters", &[], |_, _| h1("Brothers and sisters"))
        .only_if(has_siblings)
        .gathers(&SIBLINGS),
    Step::new("reach", REACH, &["familyKnows", "reachSafely"], reach_safely),
];

pub(super) const GROUND: &str = "Why are you referring this child?";
pub(super) const DANGER: &str = "Is the child in immediate danger?";
const SOCIAL_CARE: &str = "Is social care involved with the child?";
const HARM: &str = "Are there signs that the child is being harmed, or may be?";
const NAME: &str = "What is the child’s name?";
const BORN: &str = "What is the child’s date of birth?";
const SEX: &str = "What is the child’s sex?";
const UPN: &str = "What is the child’s unique pupil number (UPN)?";
const ADDRESS: &str = "What is the child’s last known address?";
const ATTENDED: &str = "When did the child last attend your school?";
const SEEN: &str = "When was the child last seen?";
const DESTINATION: &str = "Where has the child gone?";
const RETURN: &str = "When was the child due back from leave?";
const DONE: &str = "What the school has done";
const FOUND: &str = "Was the child found at the address?";
const PROFESSIONALS: &str = "Do professionals outside your school work with the child?";
const WELFARE: &str = "With which education welfare officer did you make the enquiries?";
const APPRAISAL: &str = "What does your safeguarding lead think of the risk?";
const SIBLINGS_ASKED: &str = "Does the child have brothers or sisters?";
const PROSE: u32 = 2_000;

/// The question for the ground, with the three grounds on which a school may refer.
pub(super) fn ground(ask: Ask<'_>) -> Field<Choices<Radio>> {
    ask.radios("ground", GROUND).heading().words::<ReferralGround>()
}

/// The question of danger, which comes first, with the words about 999 above it.
pub(super) fn danger(ask: Ask<'_>, site: &Site) -> AnyView {
    view! {
        {warning_text("If a child is in immediate danger, call 999 now.")}
        {ask.radios("danger", DANGER)
            .heading()
            .hint("If the answer is yes, call 999 now. The next page asks about your call.")
            .words::<Answer>()}
        {call_paragraph("If you are worried about harm but not at once, call the MASH on ", &site.mash_phone, ".")}
    }
    .into_any()
}

fn call(ask: Ask<'_>, site: &Site) -> AnyView {
    view! {
        {danger_call(ask, site)}
        {paragraph(
            "You can send this referral at once, however little you know, and without the reference. We can ask for the \
             rest later.",
        )}
    }
    .into_any()
}

fn social_care(ask: Ask<'_>, _: &Site) -> AnyView {
    let worker = ask
        .text("socialWorker", "Name and telephone number of the social worker")
        .optional()
        .autocomplete("off")
        .unchecked();
    ask.radios("socialCare", SOCIAL_CARE)
        .heading()
        .hint("For example, the child is looked after, has a child protection or child in need plan, or is being assessed.")
        .words::<Answer>()
        .reveals("YES", worker)
        .view()
}

fn harm(ask: Ask<'_>, _: &Site) -> AnyView {
    let details = ask
        .textarea("harmDetails", "What makes you think so?")
        .hint("Say if contacting the family could put the child at more risk.")
        .most(PROSE);
    ask.radios("harm", HARM)
        .heading()
        .hint(
            "For example neglect, violence at home, exploitation, forced marriage, female genital mutilation or \
             radicalisation.",
        )
        .words::<Answer>()
        .reveals("YES", details)
        .view()
}

fn name(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(NAME)}
        {ask.name("givenNames", "First names")}
        {ask.name("familyName", "Last name")}
    }
    .into_any()
}

fn born(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(BORN)}
        {ask.date("dateOfBirth", "Date of birth").bold().hint("For example, 27 3 2014")}
        {ask.text("yearGroup", "Year group")
            .optional()
            .bold()
            .hint("Only if you teach the child in another year group than that of their age. For example, Reception or Year 7")
            .autocomplete("off")
            .unchecked()
            .width(10)}
    }
    .into_any()
}

fn upn(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(UPN)}
        {ask.text("upn", "Unique pupil number")
            .bold()
            .hint("One letter and 12 numbers or letters, for example H801200001001.")
            .autocomplete("off")
            .unchecked()
            .width(20)}
        {ask.radios("upnAbsence", "If you cannot give it, why not?").bold().words::<UpnAbsence>()}
        {ask.text("nhsNumber", "NHS number").optional().autocomplete("off").unchecked().width(20)}
    }
    .into_any()
}

fn address(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(ADDRESS)}
        {ask.textarea("address", "Address").hint("Enter what you know, even if it is only part of it.").rows(4)}
        {ask.text("postcode", "Postcode").optional().autocomplete("off").unchecked().width(10)}
    }
    .into_any()
}

fn last_seen(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(SEEN)}
        {ask.date("lastSeen", "Date last seen")
            .bold()
            .hint("By anybody you know of. If nobody has seen the child since, the day they last attended.")}
        {ask.text("lastSeenBy", "Who saw the child, and where").optional().bold().autocomplete("off").unchecked()}
    }
    .into_any()
}

fn destination(ask: Ask<'_>, _: &Site) -> AnyView {
    ask.textarea("destination", DESTINATION)
        .heading()
        .hint(
            "Give the country, the address and school there if you know them, and in words how the move was confirmed.",
        )
        .most(PROSE)
        .view()
}

fn enquiries(_: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(DONE)}
        {paragraph("Add every visit, call, letter and conversation, with its date and what came of it.")}
        {paragraph(
            "If a child may be at risk from their family, for example of forced marriage, do not visit or call the family: \
             say so under signs of harm or as the reason for no visit, and send this at once.",
        )}
    }
    .into_any()
}

fn found(ask: Ask<'_>, _: &Site) -> AnyView {
    ask.radios("foundAtAddress", FOUND)
        .heading()
        .hint(
            "A child who was found stays on your roll: they are absent, not missing. Send this all the same, and we pass it \
             to education welfare.",
        )
        .words::<Answer>()
        .view()
}

fn professionals(ask: Ask<'_>, _: &Site) -> AnyView {
    let named = ask
        .textarea("professionalsNamed", "Who are they?")
        .optional()
        .hint("Ask them where the child is, and add each of these enquiries.")
        .most(PROSE);
    ask.radios("professionals", PROFESSIONALS)
        .heading()
        .hint("For example a social worker, health visitor, school nurse, youth worker or the police.")
        .words::<Answer>()
        .reveals("YES", named)
        .view()
}

fn appraisal(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(APPRAISAL)}
        {ask.text("appraisedBy", "Name of the safeguarding lead").bold().autocomplete("off").unchecked()}
        {ask.date("appraisedOn", "When did they look at it?").bold().hint("For example, 27 9 2026")}
        {ask.textarea("appraisal", "What do they think?").bold().most(PROSE)}
    }
    .into_any()
}

/// The question why nobody visited the home, asked while no enquiry is a visit. An answer stays to be seen and saved,
/// because it may be the fear for which nobody must ask the family.
fn no_home_visit(ask: Ask<'_>) -> AnyView {
    let visited = answers::row_numbers(ask.form, ENQUIRIES.name)
        .iter()
        .any(|row| ask.form.has(&format!("enquiry.{row}.kind"), SchoolEnquiryKind::HomeVisit.code()));
    if visited && ask.form.get("noHomeVisit").is_empty() {
        return nothing(ask);
    }
    view! {
        {ask.radios("noHomeVisit", "If there was no home visit, why not?").bold().words::<NoVisitReason>()}
        {ask.textarea("noHomeVisitReason", "More about it")
            .hint("Say who asked you not to visit, or why it is not safe. Otherwise you can leave this empty.")
            .most(PROSE)}
    }
    .into_any()
}

fn nothing(_: Ask<'_>) -> AnyView {
    ().into_any()
}

fn siblings(ask: Ask<'_>, _: &Site) -> AnyView {
    ask.radios("siblings", SIBLINGS_ASKED)
        .heading()
        .hint("Each child needs a referral of their own. Once you have sent this one, you can start theirs from it.")
        .words::<Answer>()
        .view()
}

fn moved_abroad(answers: &Form) -> bool {
    answers.has("ground", ReferralGround::MovedAbroad.code())
}

fn on_leave(answers: &Form) -> bool {
    answers.has("ground", ReferralGround::NotBackFromLeave.code())
}

fn has_siblings(answers: &Form) -> bool {
    answers.has("siblings", Answer::Yes.code())
}

static PARENTS: Group = Group {
    name: "parent",
    one: "parent or carer",
    most: 4,
    parts: &["name", "relationship", "phone", "noPhone"],
    lacking: "parent.1.name",
    draw: |ask, row| {
        view! {
            {ask.name(&format!("{row}.name"), "Name")}
            {ask.text(&format!("{row}.relationship"), "Relationship to the child").optional().autocomplete("off")}
            {ask.phone(&format!("{row}.phone"), "Telephone number").autocomplete("off")}
            {ask.checkboxes(&format!("{row}.noPhone"), "If there is none").option("YES", "No telephone number is known")}
        }
        .into_any()
    },
    below: nothing,
    describe: answers::parent,
};

static ENQUIRIES: Group = Group {
    name: "enquiry",
    one: "enquiry",
    most: 20,
    parts: &["kind", "date", "outcome"],
    lacking: "enquiry.1.kind",
    draw: |ask, row| {
        view! {
            {ask.radios(&format!("{row}.kind"), "What did the school do?").bold().words::<SchoolEnquiryKind>()}
            {ask.date(&format!("{row}.date"), "When?").bold().hint("For example, 27 9 2026")}
            {ask.textarea(&format!("{row}.outcome"), "What came of it?")
                .bold()
                .hint("Who you spoke to and what they said, or that nobody answered.")
                .most(PROSE)}
        }
        .into_any()
    },
    below: no_home_visit,
    describe: answers::enquiry,
};

static SIBLINGS: Group = Group {
    name: "sibling",
    one: "brother or sister",
    most: 8,
    parts: &["name", "dateOfBirth", "school", "here"],
    lacking: "sibling.1.name",
    draw: |ask, row| {
        view! {
            {ask.name(&format!("{row}.name"), "Full name")}
            {ask.date(&format!("{row}.dateOfBirth"), "Date of birth (optional)").hint("For example, 27 3 2014")}
            {ask
                .checkboxes(&format!("{row}.here"), "If they attend your school")
                .hint("Then you need not ask another school about them")
                .option("YES", "They attend our school too")}
            {ask.text(&format!("{row}.school"), "Another school").optional().autocomplete("off")}
        }
        .into_any()
    },
    below: nothing,
    describe: answers::sibling,
};
