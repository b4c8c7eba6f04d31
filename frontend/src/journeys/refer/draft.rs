//! A draft from its first question to its last: each page asks one question, and each answer is saved at once.
//!
//! The API keeps the draft and says what is wrong; these handlers only decide where to go next. What must not live
//! here: the pages themselves (`place`).

use crate::questions;
use crate::questions::elsewhere::{FOR_SCHOOLS, elsewhere_page};
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use cynic::{Id, QueryBuilder};

use super::door::at_another_school;
use super::place::{self, Place};
use super::steps;
use crate::acts::version_of;
use crate::api::Refusal;
use crate::documents::drafts::{Draft, DraftById, DraftVars};
use crate::documents::inputs::{SaveDraftInput, StartDraftInput};
use crate::documents::{answered, answers_of, changed, changes, form_of};
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::Answer;

/// GET `/refer/new`: whether the child is in danger, before there is a draft and before any other question.
pub(super) async fn ask_danger(visit: Visit) -> Reply {
    visit.require(visit.school().is_some())?;
    Ok(danger_page(&visit, &Form::new(), &Faults::new()).await)
}

/// POST `/refer/new`: begins a draft at once for a child in danger, who is never sent on to another team.
pub(super) async fn answer_danger(visit: Visit, Typed(typed): Typed) -> Reply {
    visit.require(visit.school().is_some())?;
    let Some(danger) = Answer::parse(typed.get("danger")) else {
        let faults = Faults::from_iter([("danger", "Select whether the child is in immediate danger")]);
        return Ok(danger_page(&visit, &typed, &faults).await);
    };
    if danger != Answer::Yes {
        return Ok(Redirect::to(&format!("/refer/new/ground?danger={}", danger.code())).into_response());
    }
    let draft = begin(&visit, &Form::new().with("danger", danger.code())).await?;
    Ok(Redirect::to(&format!("/refer/{}/danger-call", draft.id.inner())).into_response())
}

/// GET `/refer/new/ground`: why the school refers, while there is still no draft.
pub(super) async fn ask_ground(visit: Visit, Queried(query): Queried) -> Reply {
    visit.require(visit.school().is_some())?;
    match Answer::parse(query.get("danger")) {
        Some(_) => Ok(ground_page(&visit, &query, &Faults::new()).await),
        None => Ok(Redirect::to("/refer/new").into_response()),
    }
}

/// POST `/refer/new/ground`: begins a draft, or says whom to tell instead and keeps nothing.
pub(super) async fn start(visit: Visit, Queried(query): Queried, Typed(typed): Typed) -> Reply {
    let typed = typed.with("danger", query.get("danger"));
    let mut faults = Faults::new();
    faults.need(&typed, "ground", "Select why you are referring the child");
    if !faults.is_empty() {
        return Ok(ground_page(&visit, &typed, &faults).await);
    }
    if let Some(one) = FOR_SCHOOLS.iter().find(|one| typed.has("ground", one.code)) {
        return Ok(Redirect::to(&format!("/refer/elsewhere/{}", one.slug)).into_response());
    }
    let answers = Form::new().with("danger", typed.get("danger")).with("ground", typed.get("ground"));
    match begin(&visit, &answers).await {
        Ok(draft) => Ok(Redirect::to(&format!("/refer/{}/social-care", draft.id.inner())).into_response()),
        Err(Refusal::Invalid(faults)) => Ok(ground_page(&visit, &typed, &faults).await),
        Err(refusal) => Err(refusal),
    }
}

/// GET `/refer/elsewhere/{which}`: whom to tell instead.
pub(super) async fn elsewhere(visit: Visit, Path(which): Path<String>) -> Reply {
    match FOR_SCHOOLS.iter().find(|one| one.slug == which) {
        Some(one) => Ok(elsewhere_page(&visit, Page::new(one.title).back("/refer/new"), one).await),
        None => Err(Refusal::NotFound),
    }
}

/// Begins a draft with these answers, for the school that the contact acts for.
pub(super) async fn begin(visit: &Visit, answers: &Form) -> Result<changed::Draft, Refusal> {
    let input = StartDraftInput { answers: Some(answers_of(answers)) };
    changes::start_draft(&visit.api, input).await
}

/// The draft with this id, sent or not; refused with [`Refusal::NotFound`] if the school has none.
pub(super) async fn load(visit: &Visit, id: &str) -> Result<Draft, Refusal> {
    let answer = visit.api.run(DraftById::build(DraftVars { id: Id::new(id) })).await?;
    answer.draft.ok_or(Refusal::NotFound)
}

async fn danger_page(visit: &Visit, typed: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(typed, faults);
    Page::new(steps::DANGER).back("/refer").ask(ask).render(&visit.chrome().await, || {
        view! { {post_form(view! { {steps::danger(ask, &visit.site)} {button("Continue")} }).to("/refer/new")} }
            .into_any()
    })
}

async fn ground_page(visit: &Visit, typed: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(typed, faults);
    let field = FOR_SCHOOLS.iter().enumerate().fold(steps::ground(ask), |field, (place, one)| {
        if place == 0 { field.or(one.code, one.option) } else { field.option(one.code, one.option) }
    });
    let question = field.hint("Finish your enquiries with the education welfare officer before you refer.");
    Page::new(steps::GROUND).back("/refer/new").ask(ask).render(&visit.chrome().await, || {
        view! {
            {post_form(view! {
                {question}
                {paragraph("Refer one child at a time. We save your answers as you go, and your school can come back to them.")}
                {button("Continue")}
            })}
        }
        .into_any()
    })
}

/// GET `/refer/{draft}/{step}`: one question.
pub(super) async fn ask(visit: Visit, Path((id, slug)): Path<(String, String)>, Queried(query): Queried) -> Reply {
    show(&visit, Place::of(id, &slug, &query)).await
}

/// GET `/refer/{draft}/{step}/{row}`: asks the questions about one row.
pub(super) async fn ask_row(
    visit: Visit,
    Path((id, slug, row)): Path<(String, String, u32)>,
    Queried(query): Queried,
) -> Reply {
    show(&visit, Place::of_row(id, &slug, row, &query)).await
}

/// POST `/refer/{draft}/{step}`: saves the answer and leads to the next question.
pub(super) async fn answer(
    visit: Visit,
    Path((id, slug)): Path<(String, String)>,
    Queried(query): Queried,
    Typed(typed): Typed,
) -> Reply {
    save(&visit, Place::of(id, &slug, &query), &typed).await
}

/// POST `/refer/{draft}/{step}/{row}`: saves one row and leads back to the list of rows.
pub(super) async fn answer_row(
    visit: Visit,
    Path((id, slug, row)): Path<(String, String, u32)>,
    Queried(query): Queried,
    Typed(typed): Typed,
) -> Reply {
    save(&visit, Place::of_row(id, &slug, row, &query), &typed).await
}

/// POST `/refer/{draft}/{step}/{row}/remove`: removes one row.
pub(super) async fn remove_row(
    visit: Visit,
    Path((id, slug, row)): Path<(String, String, u32)>,
    Queried(query): Queried,
    Typed(typed): Typed,
) -> Reply {
    let Some(place) = Place::of_row(id, &slug, row, &query) else { return Err(Refusal::NotFound) };
    let draft = match load(&visit, &place.id).await {
        Ok(draft) => draft,
        Err(refusal) => return at_another_school(&visit, &place.id, refusal).await,
    };
    if let Some(sent) = sent_instead(&draft) {
        return Ok(sent);
    }
    // An empty form in place of the row's fields removes the row.
    match store(&visit, &place, &form_of(&draft.answers), &Form::new(), version_of(&typed), Vec::new()).await {
        Ok(_) => Ok(Redirect::to(&place.to(place.step.slug)).into_response()),
        Err(Refusal::Conflict(text)) => conflicted(&visit, &place, &Form::new(), &typed, &text).await,
        Err(refusal) => Err(refusal),
    }
}

async fn show(visit: &Visit, place: Option<Place>) -> Reply {
    let Some(place) = place else { return Err(Refusal::NotFound) };
    match load(visit, &place.id).await {
        Ok(draft) => Ok(match sent_instead(&draft) {
            Some(sent) => sent,
            None => place::page(visit, &place, &form_of(&draft.answers), &Faults::new(), draft.version).await,
        }),
        Err(refusal) => at_another_school(visit, &place.id, refusal).await,
    }
}

async fn save(visit: &Visit, place: Option<Place>, typed: &Form) -> Reply {
    let Some(place) = place else { return Err(Refusal::NotFound) };
    let draft = match load(visit, &place.id).await {
        Ok(draft) => draft,
        Err(refusal) => return at_another_school(visit, &place.id, refusal).await,
    };
    if let Some(sent) = sent_instead(&draft) {
        return Ok(sent);
    }
    let before = form_of(&draft.answers);
    let version = version_of(typed);
    match store(visit, &place, &before, typed, version, place.checked()).await {
        Ok(_) if typed.has("next", "check") => Ok(Redirect::to(&place.to("check")).into_response()),
        Ok(after) => Ok(Redirect::to(&place.onward(&before, &after)).into_response()),
        Err(Refusal::Invalid(faults)) => {
            let answers = questions::overlay(&before, &place.fields(), typed);
            Ok(place::page(visit, &place, &answers, &place.faults(&faults), version).await)
        }
        Err(Refusal::Conflict(text)) => conflicted(visit, &place, typed, typed, &text).await,
        Err(refusal) => Err(refusal),
    }
}

/// Saves the draft with what was typed in place of the fields of this page, and answers all its answers as they are
/// now. Only faults of `fields` refuse it: a draft may be incomplete elsewhere.
async fn store(
    visit: &Visit,
    place: &Place,
    before: &Form,
    typed: &Form,
    version: i32,
    fields: Vec<String>,
) -> Result<Form, Refusal> {
    let after = questions::overlay(before, &place.fields(), typed);
    let input =
        SaveDraftInput { id: Id::new(&place.id), version, answers: answers_of(&after), fields: answered(&fields) };
    changes::save_draft(&visit.api, input).await.map(|_| after)
}

/// Somebody else was faster, or the same form was sent twice. The second is no fault: what was `wanted` stands there
/// already. For the first the page is shown again with everything that was typed, on top of what stands there now.
async fn conflicted(visit: &Visit, place: &Place, wanted: &Form, typed: &Form, text: &str) -> Reply {
    let draft = load(visit, &place.id).await?;
    if let Some(sent) = sent_instead(&draft) {
        return Ok(sent);
    }
    let now = form_of(&draft.answers);
    if questions::overlay(&now, &place.fields(), wanted) == now {
        return Ok(Redirect::to(&place.onward(&now, &now)).into_response());
    }
    let answers = questions::overlay(&now, &place.fields(), typed);
    Ok(place::page(visit, place, &answers, &look_again(text), draft.version).await)
}

/// The fault of the whole form if it was made from an older version of the draft.
pub(super) fn look_again(text: &str) -> Faults {
    let message = format!("Somebody else changed this referral ({text}). Look at it again, then save.");
    Faults::from_iter([("", message)])
}

fn sent_instead(draft: &Draft) -> Option<Response> {
    let referral = draft.referral.as_ref()?;
    Some(Redirect::to(&format!("/refer/sent/{}", referral.reference)).into_response())
}
