//! The register: cases by filters that stand in the address, and by a search that does not.

use crate::officers::officer_options;
use crate::parts::absence::age_tag;
use crate::parts::case::{risk_badge, state_tag, whereabouts_tag};
use crate::parts::due::due;
use crate::parts::pager;
use axum::response::{IntoResponse, Redirect, Response};
use cynic::QueryBuilder;

use super::filters::Filters;
use crate::api::Refusal;
use crate::documents::break_glass::{Find, FindVars, RestrictedCase};
use crate::documents::casework::{CasePage, CaseRow, Register, RegisterVars};
use crate::prelude::*;
use crate::reply::Reply;
use crate::search::{SEARCH, Search};
use crate::visit::Visit;
use crate::vocabulary::{CaseSort, Risk};
use crate::when::day;
use crate::words::{counted, name};

const LIST: &str = "cases";

/// The register.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    let filters = Filters::read(&query);
    let search = Search::recall(&visit, LIST, &query).await;
    let (after, before) = (query.some("after"), query.some("before"));
    let within = after.is_some() || before.is_some();
    let school = filters.form().some("school");
    let vars = RegisterVars {
        filter: filters.asked(search.text().map(str::to_owned)),
        sort: filters.sort(),
        after,
        before,
        officers: visit.may().work_cases,
        by_school: school.is_some(),
        school: school.unwrap_or_default(),
    };
    match visit.api.run(Register::build(vars)).await {
        // A page that is no longer there, or never was.
        Ok(register) if within && register.cases.nodes.as_ref().is_none_or(Vec::is_empty) => Ok(first(&filters)),
        Err(Refusal::Invalid(_)) if within => Ok(first(&filters)),
        Ok(register) => Ok(page(&visit, &filters, &search, Some(register), &Faults::new()).await),
        Err(Refusal::Invalid(faults)) => {
            let faults: Faults = faults
                .iter()
                .map(|(field, message)| (if field == "schoolUrn" { "school" } else { field }, message))
                .collect();
            Ok(page(&visit, &filters, &search, None, &faults).await)
        }
        Err(refusal) => Err(refusal),
    }
}

fn first(filters: &Filters) -> Response {
    Redirect::to(&filters.address()).into_response()
}

/// Keeps what is searched for, and goes to the list that is searched, with its filters.
pub(super) async fn search(visit: Visit, Typed(form): Typed) -> Reply {
    if visit.who.is_none() {
        return Err(Refusal::Unauthenticated);
    }
    let mut filters = Form::from_urlencoded(form.get("filters").as_bytes());
    filters.clear(SEARCH);
    if let Some(id) = Search::keep(&visit, LIST, &form).await? {
        filters.set(SEARCH, id);
    }
    Ok(first(&Filters::read(&filters)))
}

async fn page(
    visit: &Visit,
    filters: &Filters,
    search: &Search,
    register: Option<Register>,
    faults: &Faults,
) -> Response {
    let (cases, officers, school) =
        register.map_or((None, None, None), |register| (Some(register.cases), register.officers, register.school));
    let form = filters.form().with("filters", filters.query());
    let empty = cases.as_ref().is_some_and(|cases| cases.nodes.as_ref().is_none_or(Vec::is_empty));
    let restricted = match search.text() {
        Some(search) if empty => restricted(visit, search).await,
        _ => None,
    };
    let ask = Ask::new(&form, faults);
    let chrome = visit.chrome().await;
    Page::new("Cases").wide().ask(ask).render(&chrome, || {
        let options = officers.as_ref().map(|officers| officer_options(visit, officers, "Anybody"));
        let names = (officers.as_deref().unwrap_or_default(), school.as_ref());
        let list = match cases {
            Some(_) if restricted.is_some() => restricted.map_or_else(|| ().into_any(), whom_to_ask),
            Some(cases) => list(cases, filters, search),
            None => ().into_any(),
        };
        view! {
            {h1("Cases")}
            {search_box(filters, search, faults)}
            {filters.panel(ask, options, names).beside(list)}
        }
        .into_any()
    })
}

/// The box to search in, and what is searched for now. Sent by POST: names do not belong in an address.
fn search_box(filters: &Filters, search: &Search, faults: &Faults) -> AnyView {
    let form = Form::new().with("filters", filters.query()).with(SEARCH, search.text().unwrap_or_default());
    let ask = Ask::new(&form, faults);
    view! {
        {post_form(view! {
            {ask.hidden("filters")}
            {ask.name(SEARCH, "Search").hint("Name, name and year of birth, postcode, reference, unique pupil number (UPN) or a parent’s telephone number").width(30)}
            {button("Search").secondary()}
        }).to("/cases/search").search()}
        {search.told(filters.unsearched())}
    }
    .into_any()
}

fn list(cases: CasePage, filters: &Filters, search: &Search) -> AnyView {
    let rows = cases.nodes.unwrap_or_default();
    if rows.is_empty() {
        return nothing(filters, search);
    }
    let count = counted(&cases.count.display, "case", "cases");
    let pager = pager(&cases.page_info, |side, cursor| filters.page(side, cursor));
    let table = rows.into_iter().fold(head(filters), |table, case| table.row(row(case)));
    view! { {paragraph(count)} {table} {pager} }.into_any()
}

/// The restricted case whose reference was searched for, if this person may know of it. The API decides that.
async fn restricted(visit: &Visit, search: &str) -> Option<RestrictedCase> {
    if !visit.may().find_restricted || !is_like_reference(search) {
        return None;
    }
    let found = visit.api.run(Find::build(FindVars { reference: search.to_owned() })).await;
    found.ok().and_then(|found| found.restricted_case)
}

/// Whether this may be the reference of a case and not a name. What it is the API says.
fn is_like_reference(typed: &str) -> bool {
    let symbols: Vec<char> = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    let marked = typed.contains('-') || symbols.iter().any(char::is_ascii_digit);
    marked && symbols.len() == 9 && symbols[0].eq_ignore_ascii_case(&'c')
}

fn whom_to_ask(case: RestrictedCase) -> AnyView {
    let RestrictedCase { reference, officer } = case;
    let ask = officer.map_or_else(
        || " is restricted and has no officer yet. Ask a manager.".to_owned(),
        |officer| format!(" is restricted. Ask its officer, {}.", officer.name),
    );
    view! { <p class="govuk-body">{link(format!("/cases/{reference}"), reference)} {ask}</p> }.into_any()
}

fn nothing(filters: &Filters, search: &Search) -> AnyView {
    if search.text().is_some() {
        return paragraph("No cases found. Check the spelling, search for how a name begins, or clear the filters.");
    }
    if filters.is_empty() {
        return paragraph("There are no open cases. Cases are opened from referrals in triage.");
    }
    paragraph("No cases match these filters.")
}

fn head(filters: &Filters) -> Table {
    let sort = filters.sort();
    let by = |wanted: CaseSort| filters.with("sort", wanted.code()).address();
    let order = |wanted: CaseSort, order| if sort == wanted { order } else { Order::None };
    let opened = match sort {
        CaseSort::Newest => (by(CaseSort::Oldest), Order::Descending),
        CaseSort::Oldest => (by(CaseSort::Newest), Order::Ascending),
        CaseSort::Due | CaseSort::Name => (by(CaseSort::Newest), Order::None),
    };
    Table::new("Cases")
        .quiet()
        .scrolls()
        .column("Child")
        .sorts(by(CaseSort::Name), order(CaseSort::Name, Order::Ascending))
        .column("Due")
        .sorts(by(CaseSort::Due), order(CaseSort::Due, Order::Ascending))
        .columns(["State", "Last school and officer"])
        .column("Opened")
        .sorts(opened.0, opened.1)
}

fn row(case: CaseRow) -> [Content; 5] {
    let child = name(case.child.given_names.as_deref(), case.child.family_name.as_deref());
    let risk = case.risk.filter(|risk| matches!(risk, Risk::Immediate | Risk::High)).map(risk_badge);
    let flagged = (case.flagged == Some(true)).then(|| tag("MASH to answer", Colour::Red));
    let child = view! {
        {link(format!("/cases/{}", case.reference), child)}
        " "
        {risk}
        " "
        {flagged}
        <br/>
        <span class="app-reference">{case.reference}</span>
        " "
        {case.age.as_ref().map(|age| format!("{} ", counted(&age.years.to_string(), "year old", "years old")))}
        {age_tag(case.age.map(|age| age.standing))}
    };
    let school = case.school.map_or_else(|| "No school known".to_owned(), |school| school.name);
    let officer = case.officer.map_or_else(|| "Nobody yet".to_owned(), |officer| officer.name);
    [
        child.into_any().into(),
        case.due_on.map_or_else(|| "Nothing due".into(), |on| due(on, case.overdue == Some(true)).into()),
        view! { {state_tag(case.state)} <br/> {case.whereabouts.map(whereabouts_tag)} }.into_any().into(),
        view! { {school} <br/> {officer} }.into_any().into(),
        view! { <span class="app-line">{case.opened_at.map(day)}</span> }.into_any().into(),
    ]
}
