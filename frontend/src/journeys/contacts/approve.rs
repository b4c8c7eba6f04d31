//! Approving an address: first the school, then whose address it is.

use axum::response::{IntoResponse, Redirect};
use cynic::QueryBuilder as _;

use super::{address_of, admitted, has_cursor, pager, place};
use crate::acts::HasPage as _;
use crate::api::Refusal;
use crate::documents::changes;
use crate::documents::contacts::{OneSchool, School, SchoolConnection, SchoolVariables, Schools, SchoolsVariables};
use crate::documents::inputs::ApproveSchoolContactInput;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{ContactKind, SchoolStatus};

const SCHOOLS: &str = "/contacts/schools";

/// `GET /contacts/schools`. Schools are public, so the search may stand in the address.
pub(super) async fn schools(visit: Visit, Queried(query): Queried) -> Reply {
    admitted(&visit)?;
    let found = match query.some("search") {
        Some(search) => {
            let (after, before) = (query.some("after"), query.some("before"));
            let variables = SchoolsVariables { search: Some(search), after, before };
            Some(visit.api.run(Schools::build(variables)).await?.schools)
        }
        None => None,
    };
    if has_cursor(&query) && found.as_ref().is_none_or(|found| found.nodes.is_empty()) {
        return Ok(Redirect::to(&place(SCHOOLS, &query, &["search"], None)).into_response());
    }
    let faults = Faults::new();
    let ask = Ask::new(&query, &faults);
    Ok(Page::new(WHICH).back("/contacts").render(&visit.chrome().await, || {
        view! {
            <form method="get" novalidate=true>
                {ask.text("search", WHICH)
                    .heading()
                    .hint("Enter the school’s name, postcode or URN")
                    .unchecked()
                    .autocomplete("off")}
                {button("Search")}
            </form>
            {found.map(|found| results(found, &query))}
        }
        .into_any()
    }))
}

const WHICH: &str = "Which school does the contact work at?";

fn results(found: SchoolConnection, query: &Form) -> AnyView {
    if found.nodes.is_empty() {
        let search = query.get("search");
        return view! {
            {h2("No schools found")}
            {paragraph(format!("No school matches “{search}”. Check the spelling, or search by postcode or URN."))}
        }
        .into_any();
    }
    let schools: Vec<_> = found.nodes.into_iter().map(choose).collect();
    view! {
        {h2("Schools found")}
        <ul class="govuk-list govuk-list--spaced">{schools}</ul>
        {pager(found.page_info, SCHOOLS, query, &["search"])}
    }
    .into_any()
}

/// One school found; a link only if it is open, because others can have no contacts.
fn choose(school: School) -> AnyView {
    let place = format!("{}. URN {}", address_of(&school), school.urn);
    let name = if matches!(school.status, SchoolStatus::Open | SchoolStatus::ProposedToClose) {
        link(format!("/contacts/new?schoolUrn={}", school.urn), school.name)
    } else {
        school.name.into_any()
    };
    let status = (school.status != SchoolStatus::Open).then(|| tag(school.status.label(), Colour::Grey));
    view! {
        <li>
            {name}
            " "
            {status}
            <br/>
            {place}
        </li>
    }
    .into_any()
}

/// `GET /contacts/new`.
pub(super) async fn ask(visit: Visit, Queried(query): Queried) -> Reply {
    admitted(&visit)?;
    let form = Form::new().with("schoolUrn", query.get("schoolUrn").trim());
    ask_again(&visit, &form, &Faults::new()).await
}

/// `POST /contacts/new`.
pub(super) async fn approve(visit: Visit, Typed(form): Typed) -> Reply {
    let input = ApproveSchoolContactInput {
        school_urn: form.text("schoolUrn"),
        name: form.text("name"),
        job: form.text("job"),
        email: form.text("email"),
        kind: ContactKind::parse(form.get("kind")),
    };
    match changes::approve_school_contact(&visit.api, input).await {
        Ok(contact) => {
            let said = "Contact approved. We have emailed them to say so.";
            Ok(visit.go_saying(&contact.page(), said).await)
        }
        Err(refusal) => ask_again(&visit, &form, &refusal.on_form()?).await,
    }
}

async fn ask_again(visit: &Visit, form: &Form, faults: &Faults) -> Reply {
    let Some(school) = school_of(visit, form).await? else {
        return Ok(Redirect::to(SCHOOLS).into_response());
    };
    let ask = Ask::new(form, faults);
    Ok(Page::new("Approve a contact").back(SCHOOLS).ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Approve a contact")}
            {chosen(&school, faults)}
            {paragraph(
                "They will be able to refer children for this school and to see what it has sent. Check with the \
                 school that the address is theirs.",
            )}
            {post_form(view! {
                {ask.hidden("schoolUrn")}
                {ask.name("name", "Full name")}
                {ask.text("job", "Job at the school").hint("For example, attendance officer").autocomplete("off")}
                {ask.email("email", "Email address")
                    .hint("A work address that nobody else uses. We will email it to say that it is approved.")
                    .autocomplete("off")}
                {kind_question(ask)}
                {button("Approve contact")}
            }).to("/contacts/new")}
        }
        .into_any()
    }))
}

/// What a contact is at the school.
pub(super) fn kind_question(ask: Ask<'_>) -> AnyView {
    ask.radios("kind", "What are they at the school?")
        .bold()
        .hint("A school has one head teacher here, who can propose changes to its contacts. A deputy can do what a lead contact can.")
        .words::<ContactKind>()
        .view()
}

async fn school_of(visit: &Visit, form: &Form) -> Result<Option<School>, Refusal> {
    match form.some("schoolUrn") {
        Some(urn) => visit.api.run(OneSchool::build(SchoolVariables { urn })).await.map(|answer| answer.school),
        None => Ok(None),
    }
}

/// The school, where the error summary can point to it.
fn chosen(school: &School, faults: &Faults) -> AnyView {
    let fault = faults.of("schoolUrn");
    let class = fault.map(|_| "govuk-form-group govuk-form-group--error");
    let error = fault.map(|fault| {
        let fault = fault.to_owned();
        view! {
            <p class="govuk-error-message">
                <span class="govuk-visually-hidden">"Error:"</span> " " {fault}
            </p>
        }
    });
    view! {
        <div id="schoolUrn" tabindex="-1" class=class>
            {error}
            {SummaryList::new()
                .row("School", school.name.clone())
                .change(SCHOOLS, "school")
                .row("Address", address_of(school))
                .row("URN", school.urn.clone())}
        </div>
    }
    .into_any()
}
