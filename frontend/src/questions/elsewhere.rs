//! Children whom another team helps, because they are not missing education. The page says so kindly and with the right
//! contact, before anything is typed or stored.

use axum::response::Response;

use crate::prelude::*;
use crate::visit::{Desk, Site, Visit};

/// A kind of child whom another team helps.
pub(crate) struct Elsewhere {
    /// The value that the option sends.
    pub(crate) code: &'static str,
    /// The part of the address that names the page.
    pub(crate) slug: &'static str,
    /// The text of the option.
    pub(crate) option: &'static str,
    /// The page's title and heading.
    pub(crate) title: &'static str,
    /// The two paragraphs of the page: why this team does not help, and whom to tell instead.
    pub(crate) texts: fn(&Site) -> [AnyView; 2],
}

/// The kinds of children whom a school should tell another team about.
pub(crate) const FOR_SCHOOLS: &[Elsewhere] = &[
    Elsewhere {
        code: "ABSENT",
        slug: "absent",
        option: "The child is on our roll and absent, and we know where they are",
        title: "Tell the education welfare team instead",
        texts: |site| {
            [
                paragraph(
                    "A child who is on a school’s roll, and of whom you know where they are, is absent and not missing \
                     education. If you do not know where they are, go back and refer them.",
                ),
                reach(
                    site,
                    &site.desks.education_welfare,
                    "education welfare",
                    " They will help you to bring the child back.",
                ),
            ]
        },
    },
    Elsewhere {
        code: "HOME_EDUCATED",
        slug: "home-educated",
        option: "The child is being educated at home by their parents’ choice",
        title: "Tell the elective home education team instead",
        texts: |site| {
            [
                paragraph(
                    "A child who is educated at home is not missing education unless that education is unsuitable, \
                     which the council decides.",
                ),
                reach(site, &site.desks.home_education, "the elective home education team", ""),
            ]
        },
    },
    Elsewhere {
        code: "APPLYING",
        slug: "applying",
        option: "The child goes to another school, and only waits for a place at ours",
        title: "Tell the school admissions team instead",
        texts: |site| {
            [
                paragraph(
                    "A place is applied for at the council of the area in which the child lives. A child who is in no school \
                     while they wait may be missing education: if you know of one, go back and refer them.",
                ),
                reach(site, &site.desks.admissions, "the school admissions team", ""),
            ]
        },
    },
    Elsewhere {
        code: "OVER_AGE",
        slug: "over-school-age",
        option: "The young person is over compulsory school age",
        title: "Tell the participation team instead",
        texts: |site| {
            [
                paragraph(
                    "Compulsory school age ends on the last Friday in June of the school year in which a young person \
                     turns 16.",
                ),
                reach(
                    site,
                    &site.desks.participation,
                    "the participation team",
                    " They help young people who are over compulsory school age.",
                ),
            ]
        },
    },
    Elsewhere {
        code: "UNDER_AGE",
        slug: "under-school-age",
        option: "The child is under compulsory school age",
        title: "Tell the early years team instead",
        texts: |site| {
            [
                paragraph(
                    "Compulsory school age begins on the 31 August, 31 December or 31 March on or after a child’s \
                     fifth birthday.",
                ),
                reach(site, &site.desks.early_years, "the early years team", ""),
            ]
        },
    },
];

/// How to reach another team of the council, called `whom`: by its own number and address, or through the children
/// missing education team where it has no number of its own. `more` says what it does.
pub(crate) fn reach(site: &Site, desk: &Desk, whom: &str, more: &str) -> AnyView {
    let call = match &desk.phone {
        Some(phone) => call_paragraph(&format!("Call {whom} on "), phone, &format!(".{more}")),
        None => call_paragraph("Call ", &site.team_phone, &format!(" and ask for {whom}.{more}")),
    };
    let mail = desk.email.clone().map(|email| {
        let href = format!("mailto:{email}");
        view! { <p class="govuk-body">"Or email " <a href=href class="govuk-link">{email}</a> "."</p> }
    });
    view! { {call} {mail} }.into_any()
}

/// The page that says whom to tell instead.
pub(crate) async fn elsewhere_page(visit: &Visit, page: Page<'_>, one: &Elsewhere) -> Response {
    let site = &visit.site;
    page.render(&visit.chrome().await, || {
        view! {
            {h1(one.title)}
            {(one.texts)(site).into_iter().collect_view()}
            {h2("If you are worried about the child’s safety")}
            {call_paragraph(
                "If a child is in immediate danger, call 999. If you think a child is being harmed, call the \
                 multi-agency safeguarding hub (MASH) on ",
                &site.mash_phone,
                ".",
            )}
            {paragraph("We have not kept anything you told us here.")}
        }
        .into_any()
    })
}
