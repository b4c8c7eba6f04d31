//! The home page of a school contact: drafts to carry on with, and what became of the referrals that were sent.

use axum::response::{IntoResponse, Redirect, Response};
use cynic::QueryBuilder;

use super::{door, new_pupil};
use crate::api::Refusal;
use crate::documents::contacts::OwnViewer;
use crate::documents::drafts::{DraftLine, SchoolHome, SchoolHomeVars, SentPage};
use crate::documents::form_of;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{ContactKind, ReferralSort, ReferralState};
use crate::when::{date, day_and_time};
use crate::words::name;

/// GET `/refer`: the school's referrals, or the way in for whoever is not signed in.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    let Some(school) = visit.school().map(str::to_owned) else {
        if visit.sign_in.approvals.was_suspended().await.unwrap_or_default() {
            return Ok(Redirect::to("/refer/suspended").into_response());
        }
        // The link was redeemed, but the school is not chosen yet.
        if visit.sign_in.approvals.choices().await.is_ok_and(|choices| !choices.is_empty()) {
            return Ok(Redirect::to("/refer/schools").into_response());
        }
        return Ok(door::start_page(&visit, &Form::new(), &Faults::new()).await);
    };
    let (after, before) = (query.some("after"), query.some("before"));
    let vars = SchoolHomeVars { sort: ReferralSort::Newest, after, before };
    match visit.api.run(SchoolHome::build(vars)).await {
        Ok(home) => Ok(page(&visit, school, home).await),
        // Suspended a moment ago: sending them to this same page again would go round in circles.
        Err(Refusal::Unauthenticated) => Ok(door::start_page(&visit, &Form::new(), &Faults::new()).await),
        Err(refusal) => Err(refusal),
    }
}

async fn page(visit: &Visit, school: String, home: SchoolHome) -> Response {
    let has_choice = visit.sign_in.approvals.choices().await.is_ok_and(|choices| choices.len() > 1);
    Page::new("Your referrals").wide().render(&visit.chrome().await, || {
        let other = has_choice.then(|| {
            view! { <p class="govuk-body">{link("/refer/schools", "Act for another school")}</p> }
        });
        let contacts = home
            .viewer
            .approval
            .as_ref()
            .filter(|approval| approval.kind == ContactKind::HeadTeacher)
            .map(|_| view! { <p class="govuk-body">{link("/refer/contacts", "Your school’s contacts")}</p> });
        view! {
            {h1_captioned(school.clone(), "Your referrals")}
            {confirmation(&home.viewer, &school)}
            {other}
            {contacts}
            {button_link("/refer/new", "Start a new referral")}
            {new_pupil::section(&home.new_pupils)}
            {h2("Not sent yet")}
            {drafts(home.drafts)}
            {h2("Sent")}
            {sent(home.referrals)}
        }
        .into_any()
    })
}

/// The question whether the contact still works at the school, while it is waiting for an answer; `None` otherwise.
fn confirmation(viewer: &OwnViewer, school: &str) -> Option<AnyView> {
    let approval = viewer.approval.as_ref()?;
    let by = approval.confirm_by?;
    let question = view! {
        {h2(format!("Confirm that you still work at {school}"))}
        {paragraph(format!("We ask this once a term. If you do not answer before {}, you can no longer sign in.", date(by)))}
        {post_form(view! {
            <input type="hidden" name="id" value=approval.id.inner().to_owned()/>
            {button("I still work here")}
        })
            .to("/refer/confirm")}
    };
    Some(inset(question.into_any()))
}

fn drafts(drafts: Vec<DraftLine>) -> AnyView {
    if drafts.is_empty() {
        return paragraph("Your school has no referral that was begun and not sent.");
    }
    let table =
        Table::new("Referrals that are not sent yet").quiet().scrolls().columns(["Child", "Begun by", "Last saved"]);
    drafts
        .into_iter()
        .fold(table, |table, draft| {
            let answers = form_of(&draft.answers).told();
            let child = name(answers.some("givenNames").as_deref(), answers.some("familyName").as_deref());
            let saved = day_and_time(draft.updated_at);
            let open = link(format!("/refer/{}/check", draft.id.inner()), format!("Carry on: {child}"));
            table.row([open.into(), draft.started_by.into(), saved.into()])
        })
        .view()
}

fn sent(page: SentPage) -> AnyView {
    if page.nodes.is_empty() {
        return paragraph("Your school has not sent a referral yet.");
    }
    let info = page.page_info;
    let at = |way: &str, cursor: Option<String>, is_there: bool| {
        cursor.filter(|_| is_there).map(|cursor| {
            let query = form_urlencoded::Serializer::new(String::new()).append_pair(way, &cursor).finish();
            format!("/refer?{query}")
        })
    };
    let pager = Pager::new().previous(at("before", info.start_cursor, info.has_previous_page)).next(at(
        "after",
        info.end_cursor,
        info.has_next_page,
    ));
    let table = Table::new("Referrals that were sent").quiet().scrolls().columns([
        "Reference",
        "Child",
        "Sent",
        "Where it stands",
    ]);
    let table = page.nodes.into_iter().fold(table, |table, line| {
        let child = name(line.given_names.as_deref(), line.family_name.as_deref());
        let open = link(format!("/refer/sent/{}", line.reference), line.reference);
        table.row([open.into(), child.into(), day_and_time(line.received_at).into(), state(line.state).into()])
    });
    view! { {table} {pager} }.into_any()
}

/// The state of a referral as a tag, as its school sees it.
pub(super) fn state(state: ReferralState) -> AnyView {
    let colour = match state {
        ReferralState::Received => Colour::Yellow,
        ReferralState::Opened | ReferralState::Joined => Colour::Green,
        ReferralState::Redirected | ReferralState::WithAuthority => Colour::Purple,
        ReferralState::Withdrawn => Colour::Grey,
    };
    tag(state.label(), colour)
}
