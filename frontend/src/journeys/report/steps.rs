//! The questions that anybody is asked about a child, in order. Hardly any needs an answer: knowing little is better
//! than knowing nothing.
//!
//! What must not live here: what makes an answer right, which the API decides.

use crate::prelude::*;
use crate::questions::elsewhere::{Elsewhere, reach};
use crate::questions::{REACH, Step, danger_call, in_danger, reach_safely};
use crate::visit::Site;
use crate::vocabulary::{Answer, Sex};

/// Every step, in the order they are asked. Those that decide about the child's safety come first, and somebody who
/// tells of immediate danger may send the report right after them.
pub(super) const STEPS: &[Step] = &[
    Step::new("danger", DANGER, &["danger"], |ask, _| {
        let question = ask
            .radios("danger", DANGER)
            .heading()
            .hint("If the answer is yes, call 999 now. The next page asks about your call.")
            .words::<Answer>();
        view! { {warning_text("If a child is in immediate danger, call 999 now.")} {question} }.into_any()
    }),
    Step::new("danger-call", "Call 999 now", &["dangerCalled", "dangerReference"], call).only_if(in_danger),
    Step::new("harm", HARM, &["harm"], |ask, _| {
        ask.radios("harm", HARM)
            .heading()
            .hint("For example neglect, violence at home, or somebody using the child. You need not be sure.")
            .words::<Answer>()
            .view()
    }),
    Step::new("name", NAME, &["givenNames", "familyName", "nameNotKnown"], name),
    Step::new("age", AGE, &["age", "dateOfBirth"], age),
    Step::new("sex", SEX, &["sex"], |ask, _| ask.radios("sex", SEX).heading().words::<Sex>().view()),
    Step::new("address", ADDRESS, &["address", "postcode"], address),
    Step::new("last-school", SCHOOL, &["lastSchool"], |ask, _| {
        ask.text("lastSchool", SCHOOL).heading().hint(EMPTY).autocomplete("off").view()
    }),
    Step::new("last-seen", SEEN, &["lastSeenText"], |ask, _| {
        ask.text("lastSeenText", SEEN)
            .heading()
            .hint("When, where and by whom. It need not be exact. Leave this empty if you do not know.")
            .autocomplete("off")
            .view()
    }),
    Step::new("parents", PARENTS, &["parents"], |ask, _| {
        ask.textarea("parents", PARENTS)
            .heading()
            .hint("Names, telephone numbers, whatever you know.")
            .most(PROSE)
            .view()
    }),
    Step::new("concern", CONCERN, &["concern"], |ask, _| {
        ask.textarea("concern", CONCERN)
            .heading()
            .hint("Use your own words. Little is better than nothing.")
            .most(PROSE)
            .view()
    }),
    Step::new("you", YOU, YOU_ASKED, you),
    Step::new("reach", REACH, &["familyKnows", "reachSafely"], reach_safely),
];

const YOU_ASKED: &[&str] = &["reporterName", "reporterRole", "reporterPhone", "reporterEmail", "reporterEmailSafe"];

pub(super) const ABOUT: &str = "Who do you want to tell us about?";
const DANGER: &str = "Is the child in immediate danger?";
const HARM: &str = "Are you worried that the child is being harmed?";
const NAME: &str = "What is the child’s name?";
const AGE: &str = "How old is the child?";
const SEX: &str = "What is the child’s sex?";
const ADDRESS: &str = "Where does the child live or stay?";
const SCHOOL: &str = "Which school did the child last go to?";
const SEEN: &str = "When was the child last seen?";
const PARENTS: &str = "Who are the adults with the child?";
const CONCERN: &str = "Why do you think the child is missing education?";
const YOU: &str = "About you";
const EMPTY: &str = "Leave this empty if you do not know.";
const PROSE: u32 = 2_000;

/// The option of the first question with which the report goes on.
pub(super) const NOT_IN_SCHOOL: &str = "NOT_IN_SCHOOL";

/// The other options of the first question, with whom to tell instead.
pub(super) const FOR_ANYBODY: &[Elsewhere] = &[
    Elsewhere {
        code: "ABSENT",
        slug: "on-a-roll",
        option: "A child who has a school but is often or always absent",
        title: "Tell the school or the education welfare team",
        texts: |site| {
            [
                paragraph("The child’s school must find out why they are absent, so tell the school first if you can."),
                reach(site, &site.desks.education_welfare, "education welfare", ""),
            ]
        },
    },
    Elsewhere {
        code: "HOME_EDUCATED",
        slug: "home-educated",
        option: "A child who is educated at home by their parents",
        title: "Tell the elective home education team",
        texts: |site| {
            [
                paragraph(
                    "Parents may educate their child at home. If it seems that a child is not suitably educated, the \
                     council must ask about it.",
                ),
                reach(site, &site.desks.home_education, "the elective home education team", ""),
            ]
        },
    },
    Elsewhere {
        code: "APPLYING",
        slug: "applying",
        option: "My own child, for whom I am looking for a school place",
        title: "Ask the school admissions team for a place",
        texts: |site| {
            [
                paragraph(
                    "Apply to the council of the area in which you live, as soon as you know that you will move there. Until \
                     your child has a place, you must see to it that they are educated.",
                ),
                reach(site, &site.desks.admissions, "the school admissions team", " They help you to find a place."),
            ]
        },
    },
    Elsewhere {
        code: "TOO_YOUNG",
        slug: "too-young",
        option: "A child under 5",
        title: "Tell the early years team",
        texts: |site| {
            [
                paragraph("A child need not be in education until the term after their fifth birthday."),
                reach(
                    site,
                    &site.desks.early_years,
                    "the early years team",
                    " They help families with young children.",
                ),
            ]
        },
    },
    Elsewhere {
        code: "TOO_OLD",
        slug: "too-old",
        option: "A young person who is over compulsory school age",
        title: "Tell the participation team",
        texts: |site| {
            [
                paragraph(
                    "Compulsory school age ends on the last Friday in June of the school year in which somebody turns 16. \
                     The participation team helps young people over that age who are not in education, training or work.",
                ),
                reach(site, &site.desks.participation, "the participation team", ""),
            ]
        },
    },
];

/// The first question: whether this is about a child who may be missing education at all.
pub(super) fn about(ask: Ask<'_>) -> AnyView {
    let field = ask
        .radios("about", ABOUT)
        .heading()
        .option(NOT_IN_SCHOOL, "A child who, I think, is not in any school and not educated otherwise");
    FOR_ANYBODY
        .iter()
        .enumerate()
        .fold(
            field,
            |field, (place, one)| {
                if place == 0 { field.or(one.code, one.option) } else { field.option(one.code, one.option) }
            },
        )
        .view()
}

fn call(ask: Ask<'_>, site: &Site) -> AnyView {
    view! {
        {danger_call(ask, site)}
        {paragraph("You can send us what you know at once, however little it is, and without the reference.")}
    }
    .into_any()
}

fn name(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(NAME)}
        {paragraph("Enter any name you know the child by, even if you are not sure of it.")}
        {ask.name("givenNames", "First name").optional()}
        {ask.name("familyName", "Last name").optional()}
        {ask.checkboxes("nameNotKnown", "If you do not know any name").option("YES", "I do not know the child’s name")}
    }
    .into_any()
}

fn age(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(AGE)}
        {ask.text("age", "Age, or your best guess").optional().autocomplete("off").width(10)}
        {ask.date("dateOfBirth", "Date of birth, if you know it (optional)").hint("For example, 27 3 2014")}
    }
    .into_any()
}

fn address(ask: Ask<'_>, _: &Site) -> AnyView {
    view! {
        {h1(ADDRESS)}
        {ask.textarea("address", "Address or place")
            .optional()
            .hint("If you do not know the address, the street, or a place where you see the child.")
            .rows(4)}
        {ask.text("postcode", "Postcode").optional().autocomplete("off").unchecked().width(10)}
    }
    .into_any()
}

fn you(ask: Ask<'_>, site: &Site) -> AnyView {
    view! {
        {h1(YOU)}
        {paragraph("You need not say who you are. If you do, we can ask you more, and we do not tell the family who told us unless \
             the law makes us.")}
        {call_paragraph("You can also call us on ", &site.team_phone, ".")}
        {ask.text("reporterName", "Your name").optional().autocomplete("name").unchecked()}
        {ask.text("reporterRole", "How you know the child").optional().hint("For example neighbour, relative or doctor.")}
        {ask.phone("reporterPhone", "Your telephone number").optional()}
        {ask.email("reporterEmail", "Your email address").optional()}
        {ask.radios("reporterEmailSafe", "Is it safe to send mail to this address?")
            .bold()
            .hint("If it is, we send you a reference. The mail does not say what you told us. Nobody else should read it.")
            .words_of([Answer::Yes, Answer::No])}
    }
    .into_any()
}
