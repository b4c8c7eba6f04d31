//! A referral that was sent, for the school that sent it: the confirmation, the referral itself, and referrals of
//! brothers and sisters begun from it.

use crate::questions::answers::{added, answers_summary, asked_for, row_numbers};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use cynic::QueryBuilder;

use super::add::{self, load};
use super::check::{STAYS, advice_first};
use super::draft::begin;
use super::home::state;
use super::roll;
use crate::documents::drafts::{SchoolHome, SchoolHomeVars, SentReferral};
use crate::documents::form_of;
use crate::parts::absence::school_days;
use crate::prelude::*;
use crate::questions::hub_alerted;
use crate::reply::Reply;
use crate::told::{as_typed, told};
use crate::visit::Visit;
use crate::vocabulary::{Answer, ReferralSort};
use crate::when::day_and_time;
use crate::words;

const MOST_SIBLINGS: u32 = 8;
const ASKED: &str = "What we ask you for now";
const ASKED_ABOUT: &str =
    "We took your referral without waiting for these. Find them out and tell us as soon as you can.";

/// GET `/refer/sent/{reference}`: the referral, for reading only.
pub(super) async fn show(visit: Visit, Path(reference): Path<String>) -> Reply {
    let sent = load(&visit, reference).await?;
    let answers = answers_of(&sent);
    let referred = referred(&visit).await;
    let title = format!("Referral {}", sent.reference);
    let trail = [("Your referrals", "/refer")];
    Ok(Page::new(title.clone()).trail(trail).render(&visit.chrome().await, || {
        let facts = SummaryList::new()
            .row("Where it stands", state(sent.state))
            .row("Sent", day_and_time(sent.received_at))
            .row("Sent by", sent.sent_by.clone());
        let facts = match sent.redirect_to {
            Some(to) => facts.row("Sent on to", to.label()).row("Why", sent.reason.clone()),
            None if sent.reason.is_some() => facts.row("Why", sent.reason.clone()),
            None => facts,
        };
        view! {
            {h1_captioned(name(&sent), title)}
            {facts}
            {paragraph("You cannot change a referral that was sent, but you can add to it.")}
            {add::ways(&sent)}
            {added("What you added".to_owned(), sent.additions.as_deref().unwrap_or_default())}
            {advice_first(sent.advice_first == Some(true))}
            {asked_for(ASKED, ASKED_ABOUT, sent.to_ask.as_deref().unwrap_or_default())}
            {(sent.found_at_address == Some(true)).then(|| inset(paragraph(STAYS)))}
            {sent.roll.as_ref().map(|own| roll::section(&sent.reference, own))}
            {sent.school_days.as_ref().map(school_days)}
            {h2("What you told us")}
            {answers_summary(&answers, true, sent.to_ask.as_deref().unwrap_or_default())}
            {siblings(&sent.reference, &answers, &referred)}
        }
        .into_any()
    }))
}

/// GET `/refer/sent/{reference}/confirmation`: it arrived.
pub(super) async fn confirm(visit: Visit, Path(reference): Path<String>) -> Reply {
    let sent = load(&visit, reference).await?;
    let answers = answers_of(&sent);
    let referred = referred(&visit).await;
    // What points to harm is what the MASH is alerted of.
    let flagged = sent.advice_first == Some(true);
    Ok(Page::new("Referral sent").render(&visit.chrome().await, || {
        let reference = sent.reference.clone();
        let body = view! { "Your reference" <br/> <strong class="app-reference">{reference}</strong> }.into_any();
        view! {
            {panel("Referral sent", body)}
            {flagged.then(|| hub_alerted(&visit.site))}
            {advice_first(flagged)}
            {asked_for(ASKED, ASKED_ABOUT, sent.to_ask.as_deref().unwrap_or_default())}
            {h2("What happens next")}
            {paragraph(
                "The children missing education team reads every referral, and first those about a child who may be at \
                 risk. You can see what became of it under your referrals.",
            )}
            {add::ways(&sent)}
            {(!flagged).then(|| {
                call_paragraph(
                    "If you are worried about the child’s safety, call the multi-agency safeguarding hub (MASH) on ",
                    &visit.site.mash_phone,
                    ". This referral does not replace that call.",
                )
            })}
            {siblings(&sent.reference, &answers, &referred)}
            <p class="govuk-body">{link(format!("/refer/sent/{}", sent.reference), "See or print the referral")}</p>
            <p class="govuk-body">{link("/refer", "Go to your referrals")}</p>
        }
        .into_any()
    }))
}

/// POST `/refer/sibling`: begins the referral of a brother or sister who was named, with the family filled in.
pub(super) async fn start_sibling(visit: Visit, Typed(typed): Typed) -> Reply {
    let row: u32 = typed.get("row").parse().unwrap_or_default();
    let school = visit.school().unwrap_or_default().to_owned();
    let sent = load(&visit, typed.text("reference")).await?;
    let answers = family_of(&answers_of(&sent), row, &school);
    let draft = begin(&visit, &answers).await?;
    Ok(Redirect::to(&format!("/refer/{}/danger", draft.id.inner())).into_response())
}

fn answers_of(sent: &SentReferral) -> Form {
    form_of(sent.answers.as_deref().unwrap_or_default())
}

fn name(sent: &SentReferral) -> String {
    words::name(sent.given_names.as_deref(), sent.family_name.as_deref())
}

/// The names of the children in the school's drafts and newest referrals, in the form in which [`compared`] puts them.
async fn referred(visit: &Visit) -> Vec<String> {
    let vars = SchoolHomeVars { sort: ReferralSort::Newest, after: None, before: None };
    // Without the list every sibling is offered: to refer a child twice does less harm than not to refer one.
    let Ok(home) = visit.api.run(SchoolHome::build(vars)).await else { return Vec::new() };
    let sent = home.referrals.nodes.iter().map(|sent| (sent.given_names.clone(), sent.family_name.clone()));
    let drafts = home.drafts.iter().map(|draft| {
        let answers = form_of(&draft.answers);
        (answers.some("givenNames"), answers.some("familyName"))
    });
    sent.chain(drafts).map(|(given, family)| compared(&words::name(given.as_deref(), family.as_deref()))).collect()
}

/// A name in the form in which names are compared: in lower case, with single spaces, and without the marks of `told`.
fn compared(name: &str) -> String {
    as_typed(name).split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// A button for each brother or sister who was named and is not referred yet; `None` if there is nobody.
fn siblings(reference: &str, answers: &Form, referred: &[String]) -> Option<AnyView> {
    let name = |row: u32| answers.get(&format!("sibling.{row}.name")).to_owned();
    let rows: Vec<u32> =
        row_numbers(answers, "sibling").into_iter().filter(|row| !referred.contains(&compared(&name(*row)))).collect();
    if rows.is_empty() {
        return None;
    }
    let offers: Vec<AnyView> = rows
        .into_iter()
        .map(|row| {
            let named = told(name(row));
            view! {
                {post_form(view! {
                    <input type="hidden" name="reference" value=reference.to_owned()/>
                    <input type="hidden" name="row" value=row.to_string()/>
                    {button(format!("Refer {named}")).secondary()}
                }).to("/refer/sibling")}
            }
            .into_any()
        })
        .collect();
    let view = view! {
        {h2("Refer a brother or sister")}
        {paragraph("If a brother or sister is missing from education too, send a referral for them. We fill in the family.")}
        {offers}
    };
    Some(view.into_any())
}

/// The answers for a draft of the sibling in `row`: name and birth date, the parents, the address, and the other
/// children as siblings. Nothing about safety is carried over, because it must be asked for each child.
fn family_of(answers: &Form, row: u32, school: &str) -> Form {
    let of_family = |name: &str| matches!(name, "address" | "postcode") || name.starts_with("parent.");
    let mut family = Form::new();
    for (name, values) in answers.iter().filter(|(name, _)| of_family(name)) {
        for value in values {
            family.add(name, value.clone());
        }
    }
    let named = answers.get(&format!("sibling.{row}.name"));
    // The last word is the family name more often than not, and the draft asks for the name again.
    let (given, last) = named.trim().rsplit_once(' ').unwrap_or((named.trim(), answers.get("familyName")));
    family.set("givenNames", given.trim());
    family.set("familyName", last);
    copy_date(answers, &format!("sibling.{row}.dateOfBirth"), &mut family, "dateOfBirth");
    family.set("siblings", Answer::Yes.code());
    family.set(
        "sibling.1.name",
        words::name(answers.some("givenNames").as_deref(), answers.some("familyName").as_deref()),
    );
    family.set("sibling.1.school", school);
    family.set("sibling.1.here", "YES");
    copy_date(answers, "dateOfBirth", &mut family, "sibling.1.dateOfBirth");
    let others = row_numbers(answers, "sibling").into_iter().filter(|other| *other != row);
    for (to, from) in (2..=MOST_SIBLINGS).zip(others) {
        for part in ["name", "school", "here"] {
            if let Some(value) = answers.some(&format!("sibling.{from}.{part}")) {
                family.set(format!("sibling.{to}.{part}"), value);
            }
        }
        copy_date(answers, &format!("sibling.{from}.dateOfBirth"), &mut family, &format!("sibling.{to}.dateOfBirth"));
    }
    family
}

fn copy_date(from: &Form, field: &str, to: &mut Form, named: &str) {
    for part in ["", "-day", "-month", "-year"] {
        if let Some(value) = from.some(&format!("{field}{part}")) {
            to.set(format!("{named}{part}"), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sibling_gets_the_family_but_no_answer_about_safety() {
        let answers = Form::new()
            .with("ground", "MOVED_ABROAD")
            .with("danger", "NO")
            .with("socialCare", "YES")
            .with("givenNames", "Ada")
            .with("familyName", "Ó Dálaigh")
            .with("dateOfBirth-day", "27")
            .with("parent.1.name", "Jo Byron")
            .with("postcode", "LU1 2AB")
            .with("sibling.2.name", "Ben de Byron")
            .with("sibling.2.dateOfBirth-year", "2015")
            .with("sibling.3.name", "Cy");
        let family = family_of(&answers, 2, "Oak School");
        assert_eq!((family.get("givenNames"), family.get("familyName")), ("Ben de", "Byron"));
        assert_eq!(family.get("dateOfBirth-year"), "2015");
        assert_eq!(family.get("parent.1.name"), "Jo Byron");
        assert_eq!(family.get("sibling.1.name"), "Ada Ó Dálaigh");
        assert_eq!(family.get("sibling.1.school"), "Oak School");
        assert_eq!(family.get("sibling.1.dateOfBirth-day"), "27");
        assert_eq!(family.get("sibling.2.name"), "Cy");
        for field in ["ground", "danger", "socialCare"] {
            assert!(!family.knows(field), "{field}");
        }
        let only = family_of(&answers, 3, "Oak School");
        assert_eq!((only.get("givenNames"), only.get("familyName")), ("Cy", "Ó Dálaigh"));
    }
}
