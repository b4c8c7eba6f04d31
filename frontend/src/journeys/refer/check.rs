//! The check page of a draft: all answers, what is still missing, the declaration, and sending.

use crate::questions::answers::{asked_for, marked_summary, school_sections};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cynic::Id;

use super::door::at_another_school;
use super::draft::{load, look_again};
use super::steps::STEPS;
use crate::acts::version_of;
use crate::api::Refusal;
use crate::documents::drafts::{Draft, faults_of};
use crate::documents::inputs::SendDraftInput;
use crate::documents::{changes, form_of};
use crate::parts::absence::school_days;
use crate::prelude::*;
use crate::questions::{faults_elsewhere, page_of};
use crate::reply::Reply;
use crate::visit::Visit;

/// GET `/refer/{draft}/check`: all answers, and what is still lacking.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Reply {
    match load(&visit, &id).await {
        Ok(Draft { referral: Some(sent), .. }) => {
            Ok(Redirect::to(&format!("/refer/sent/{}", sent.reference)).into_response())
        }
        Ok(draft) => Ok(page(&visit, &draft, &Form::new(), &Faults::new()).await),
        Err(refusal) => at_another_school(&visit, &id, refusal).await,
    }
}

/// POST `/refer/{draft}/check`: sends the referral. A second time leads to the same one.
pub(super) async fn send(visit: Visit, Path(id): Path<String>, Typed(typed): Typed) -> Reply {
    let declaration = typed.has("declaration", "YES");
    let input = SendDraftInput { id: Id::new(&id), version: version_of(&typed), declaration };
    let faults = match changes::send_draft(&visit.api, input).await {
        Ok(sent) => return Ok(confirmation(&sent.reference)),
        Err(Refusal::Invalid(faults)) => faults,
        Err(Refusal::Conflict(text)) => look_again(&text),
        Err(refusal) => return Err(refusal),
    };
    match load(&visit, &id).await {
        Ok(Draft { referral: Some(sent), .. }) => Ok(confirmation(&sent.reference)),
        Ok(draft) => Ok(page(&visit, &draft, &typed, &faults).await),
        Err(refusal) => Err(refusal),
    }
}

fn confirmation(reference: &str) -> Response {
    Redirect::to(&format!("/refer/sent/{reference}/confirmation")).into_response()
}

async fn page(visit: &Visit, draft: &Draft, typed: &Form, faults: &Faults) -> Response {
    let answers = form_of(&draft.answers);
    let id = draft.id.inner();
    let asks = |field: &str| page_of(STEPS, field, &answers).map(|page| format!("/refer/{id}/{page}?return=check"));
    let errors =
        faults_elsewhere(
            faults,
            |field| {
                if field == "declaration" { Some("#declaration".to_owned()) } else { asks(field) }
            },
        );
    let ask = Ask::new(typed, faults);
    let status = if errors.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let last = STEPS.iter().rfind(|step| (step.applies)(&answers)).map_or("danger", |step| step.slug);
    Page::new("Check your answers").back(format!("/refer/{id}/{last}")).errors(errors.is_some()).status(status).render(
        &visit.chrome().await,
        || {
            view! {
                {errors}
                {h1("Check your answers")}
                {lacking(draft, &answers)}
                {advice_first(draft.advice_first)}
                {asked_for("You can send this now", LATER, &draft.to_ask)}
                {answers.has("foundAtAddress", "YES").then(|| inset(paragraph(STAYS)))}
                {draft.school_days.as_ref().map(school_days)}
                {marked_summary(
                    school_sections(&form_of(&draft.to_send)),
                    &draft.to_ask,
                    Some(&|step| format!("/refer/{id}/{step}?return=check")),
                )}
                {post_form(view! {
                    <input type="hidden" name="version" value=draft.version.to_string()/>
                    {h2("Send your referral")}
                    {ask.checkboxes("declaration", "Declaration").option(
                        "YES",
                        "What I have told you is true as far as I know, and I may give it on behalf of my school",
                    )}
                    {button("Send referral")}
                })}
            }
            .into_any()
        },
    )
}

/// What becomes of a child who was found, for the school that refers them.
pub(super) const STAYS: &str = "The child was found at the address, so they stay on your roll: they are absent, not \
                                missing. We pass your referral to education welfare, who help you to bring them back.";

/// The warning about a child who may be at risk from their own family; `None` unless the referral points to harm.
pub(super) fn advice_first(points_to_harm: bool) -> Option<AnyView> {
    points_to_harm.then(|| {
        warning_text(
            "Do not contact the family about this until the MASH or we have advised you: it may put the child at risk.",
        )
    })
}

const LATER: &str = "Do not wait until you know everything: the child may be at risk. Afterwards we ask you for what is \
                     lacking or could not be read.";

/// The faults that the API still finds, each with a link to its question; `None` if there are none.
fn lacking(draft: &Draft, answers: &Form) -> Option<AnyView> {
    let id = draft.id.inner();
    let faults = faults_of(&draft.faults);
    let pages: Vec<(String, String)> = faults
        .iter()
        .filter_map(|(field, message)| Some((message.to_owned(), page_of(STEPS, field, answers)?)))
        .collect();
    let first = pages.first()?.1.clone();
    let tasks = pages.into_iter().fold(TaskList::new(), |tasks, (message, page)| {
        tasks.task(message, format!("/refer/{id}/{page}?return=check"), TaskStatus::Incomplete)
    });
    let view = view! {
        {h2("Still to do before you can send")}
        {tasks}
        {button_link(format!("/refer/{id}/{first}"), "Carry on with the next question")}
    };
    Some(view.into_any())
}
