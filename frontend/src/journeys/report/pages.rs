//! The start page and the questions. Each answer is kept in the browser session until everything is sent.
//!
//! The API says what is wrong with the answers of a page; these handlers only decide where to go next.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use cynic::QueryBuilder;
use serde::{Deserialize, Serialize};

use super::send::send;
use super::steps::{self, FOR_ANYBODY, STEPS};
use crate::api::Refusal;
use crate::documents::answers_of;
use crate::documents::drafts::faults_of as told;
use crate::documents::report::{ReportFaults, ReportFaultsVars};
use crate::journeys::refer::elsewhere_page;
use crate::journeys::refer::question::{self, Step};
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::Visit;

/// What waits in the browser session. It is one value, so that `/exit` forgets all of it at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Report {
    /// Makes it one report, however often it is sent.
    pub(super) key: String,
    /// What was typed; nothing any more once it was sent.
    pub(super) answers: Form,
    /// The reference, once it was sent.
    pub(super) sent: Option<String>,
    /// Where too many came to take it at once: until when it is so.
    #[serde(default)]
    pub(super) held_until: Option<DateTime<Utc>>,
}

impl Report {
    const NAME: &str = "report";

    /// What waits, if anything.
    pub(super) async fn recall(visit: &Visit) -> Option<Self> {
        visit.recall(Self::NAME).await
    }

    /// What waits to be sent, if anything.
    pub(super) async fn unsent(visit: &Visit) -> Option<Self> {
        Self::recall(visit).await.filter(|report| report.sent.is_none())
    }

    /// Lets it wait.
    pub(super) async fn keep(&self, visit: &Visit) -> Result<(), Refusal> {
        visit.keep(Self::NAME, self).await
    }

    async fn forget(visit: &Visit) {
        visit.forget(Self::NAME).await;
    }
}

/// GET `/report`: whom to call first, and what this is for.
pub(super) async fn start(visit: Visit) -> Response {
    // Somebody else may have used this browser before.
    Report::forget(&visit).await;
    let site = &visit.site;
    let title = "Tell us about a child who may be missing from education";
    Page::new(title).exit().indexed().render(&visit.chrome().await, || {
        view! {
            {h1(title)}
            {warning_text("If a child is in immediate danger, call 999 now.")}
            {paragraph("If it is not an emergency but you think there was a crime, call the police on 101.")}
            <p class="govuk-body">
                "If you think a child is being harmed, call the multi-agency safeguarding hub (MASH) on "
                {phone_link(&site.mash_phone)} ". Out of office hours, call " {phone_link(&site.out_of_hours_phone)} "."
            </p>
            {h2("Who should use this")}
            {paragraph(
                "Anybody who knows of a child aged 5 to 16 who is not in a school and is not being educated otherwise. You \
                 need not be sure, and you need not say who you are.",
            )}
            <p class="govuk-body">
                "If you work at a school in our area, " {link("/refer", "refer the child as a school")} " instead."
            </p>
            {start_button("/report/about", "Start now")}
            {h2("If somebody may see your screen")}
            {paragraph(
                "Select ‘Exit this page’, or press the Shift key 3 times, to leave in a hurry. What you typed is then lost. \
                 Your browser still remembers that you were here.",
            )}
        }
        .into_any()
    })
}

/// GET `/report/about`: whether this is about a child who may be missing education at all.
pub(super) async fn ask_about(visit: Visit) -> Response {
    about_page(&visit, &Form::new(), &Faults::new()).await
}

/// POST `/report/about`: begins, or says whom to tell instead and keeps nothing.
pub(super) async fn answer_about(visit: Visit, Typed(typed): Typed) -> Response {
    if let Some(one) = FOR_ANYBODY.iter().find(|one| typed.has("about", one.code)) {
        Report::forget(&visit).await;
        return Redirect::to(&format!("/report/elsewhere/{}", one.slug)).into_response();
    }
    if !typed.has("about", steps::NOT_IN_SCHOOL) {
        let faults = Faults::from_iter([("about", "Select who you want to tell us about")]);
        return about_page(&visit, &typed, &faults).await;
    }
    if let Err(refusal) = begin(&visit).await {
        return refused(&visit, refusal).await;
    }
    Redirect::to("/report/danger").into_response()
}

/// Makes room for the answers, unless there is some already because the person came back to the first question.
async fn begin(visit: &Visit) -> Result<(), Refusal> {
    if Report::unsent(visit).await.is_some() {
        return Ok(());
    }
    Report { key: visit.fresh_key().to_owned(), answers: Form::new(), sent: None, held_until: None }.keep(visit).await
}

/// GET `/report/elsewhere/{which}`: whom to tell instead.
pub(super) async fn elsewhere(visit: Visit, Path(which): Path<String>) -> Response {
    match FOR_ANYBODY.iter().find(|one| one.slug == which) {
        Some(one) => elsewhere_page(&visit, Page::new(one.title).back("/report/about").exit(), one).await,
        None => refused(&visit, Refusal::NotFound).await,
    }
}

/// GET `/report/{step}`: one question.
pub(super) async fn ask(visit: Visit, Path(slug): Path<String>, Queried(query): Queried) -> Response {
    let Some(step) = question::find(STEPS, &slug) else { return refused(&visit, Refusal::NotFound).await };
    match Report::unsent(&visit).await {
        Some(report) => page(&visit, step, &report.answers, &Faults::new(), query.has("return", "check")).await,
        None => Redirect::to("/report").into_response(),
    }
}

/// POST `/report/{step}`: keeps the answer and goes on.
pub(super) async fn answer(
    visit: Visit,
    Path(slug): Path<String>,
    Queried(query): Queried,
    Typed(typed): Typed,
) -> Response {
    let Some(step) = question::find(STEPS, &slug) else { return refused(&visit, Refusal::NotFound).await };
    let Some(report) = Report::unsent(&visit).await else { return Redirect::to("/report").into_response() };
    let before = report.answers.clone();
    let checking = query.has("return", "check");
    let after = question::pruned(STEPS, question::overlay(&before, &step.names(), &typed));
    match faults_of(&visit, step, &after).await {
        Ok(faults) if faults.is_empty() => {}
        Ok(faults) => return page(&visit, step, &after, &faults, checking).await,
        Err(refusal) => return refused(&visit, refusal).await,
    }
    let report = Report { answers: after, ..report };
    if let Err(refusal) = report.keep(&visit).await {
        return refused(&visit, refusal).await;
    }
    if typed.has("next", "send") {
        return send(visit).await;
    }
    let after = report.answers;
    let next =
        if checking { question::newly(STEPS, &before, &after) } else { question::next(STEPS, step.slug, &after) };
    let back = if checking { "?return=check" } else { "" };
    let next = next.map_or_else(|| "/report/check".to_owned(), |next| format!("/report/{}{back}", next.slug));
    Redirect::to(&next).into_response()
}

/// What the API finds wrong with the answers to this step.
async fn faults_of(visit: &Visit, step: &Step, answers: &Form) -> Result<Faults, Refusal> {
    let asked = visit.api.run(ReportFaults::build(ReportFaultsVars { answers: answers_of(answers) })).await;
    let mut faults = match asked {
        Ok(found) => found.report_faults,
        // Two answers to one question, which no form of ours sends.
        Err(Refusal::Invalid(faults)) => return Ok(faults),
        Err(refusal) => return Err(refusal),
    };
    faults.retain(|fault| step.fields.contains(&fault.field.as_str()));
    Ok(told(&faults))
}

async fn about_page(visit: &Visit, typed: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(typed, faults);
    Page::new(steps::ABOUT).back("/report").exit().ask(ask).render(&visit.chrome().await, || {
        view! { {post_form(view! { {steps::about(ask)} {button("Continue")} })} }.into_any()
    })
}

async fn page(visit: &Visit, step: &Step, answers: &Form, faults: &Faults, checking: bool) -> Response {
    let ask = Ask::new(answers, faults);
    let back = match question::previous(STEPS, step.slug, answers) {
        _ if checking => "/report/check".to_owned(),
        Some(step) => format!("/report/{}", step.slug),
        None => "/report/about".to_owned(),
    };
    let at_once = (step.slug == "danger-call").then(|| button("Send now").secondary().sends("next", "send").view());
    let buttons = buttons(std::iter::once(button("Continue").view()).chain(at_once));
    Page::new(step.title).back(back).exit().ask(ask).render(&visit.chrome().await, || {
        view! { {post_form(view! { {(step.draw)(ask, &visit.site)} {buttons} })} }.into_any()
    })
}
