//! Everything that was told on one page, sending it, and the reference.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use cynic::MutationBuilder;

use super::pages::Report;
use super::steps::STEPS;
use crate::api::Refusal;
use crate::documents::answers_of;
use crate::documents::report::{Receipt, SendReport, SendReportInput, SendReportVars};
use crate::error;
use crate::journeys::refer::question::{faults_elsewhere, page_of};
use crate::journeys::refer::{sections, summary};
use crate::journeys::refused;
use crate::prelude::*;
use crate::visit::Visit;

/// GET `/report/check`: all answers.
pub(super) async fn check(visit: Visit) -> Response {
    match Report::recall(&visit).await {
        Some(Report { sent: None, answers, .. }) => page(&visit, &answers, &Faults::new()).await,
        other => elsewhere(other),
    }
}

/// POST `/report/check`: sends the report. The key makes sure that it is one, however often this is sent.
pub(super) async fn send(visit: Visit) -> Response {
    let (key, answers) = match Report::recall(&visit).await {
        Some(Report { sent: None, key, answers, .. }) => (key, answers),
        other => return elsewhere(other),
    };
    let input = SendReportInput { key, answers: answers_of(&answers) };
    match visit.api.run(SendReport::build(SendReportVars { input })).await {
        Ok(done) => arrived(&visit, done.send_report).await,
        Err(Refusal::Invalid(faults)) => page(&visit, &answers, &faults).await,
        Err(Refusal::Conflict(text)) => page(&visit, &answers, &Faults::from_iter([("", text)])).await,
        Err(refusal) => refused(&visit, refusal).await,
    }
}

/// Where somebody goes who has nothing to send: to the reference, or to the start.
fn elsewhere(report: Option<Report>) -> Response {
    let was_sent = report.is_some_and(|report| report.sent.is_some());
    Redirect::to(if was_sent { "/report/sent" } else { "/report" }).into_response()
}

/// Forgets what was typed and keeps only the reference.
async fn arrived(visit: &Visit, Receipt { reference, held_until }: Receipt) -> Response {
    let report = Report { key: String::new(), answers: Form::new(), sent: Some(reference.clone()), held_until };
    match report.keep(visit).await {
        Ok(()) => Redirect::to("/report/sent").into_response(),
        // The report is safe; only the session is not. The reference is shown at once, because it cannot be kept.
        Err(_) => last_page(visit, reference, held_until).await,
    }
}

/// GET `/report/sent`: the reference, and what happens next.
pub(super) async fn sent(visit: Visit) -> Response {
    match Report::recall(&visit).await {
        Some(Report { sent: Some(reference), held_until, .. }) => last_page(&visit, reference, held_until).await,
        _ => Redirect::to("/report").into_response(),
    }
}

async fn last_page(visit: &Visit, reference: String, held_until: Option<DateTime<Utc>>) -> Response {
    match held_until {
        Some(until) => held_page(visit, reference, until).await,
        None => sent_page(visit, reference).await,
    }
}

/// 429: too many reports came to take this one at once. What was told is kept; nobody should wait for us to read it.
async fn held_page(visit: &Visit, reference: String, until: DateTime<Utc>) -> Response {
    const TITLE: &str = "We have kept what you told us, but not yet read it";
    let site = &visit.site;
    let page = Page::new(TITLE).status(StatusCode::TOO_MANY_REQUESTS).exit();
    let mut response = page.render(&visit.chrome().await, || {
        let body = view! { "Your reference" <br/> <strong class="app-reference">{reference}</strong> }.into_any();
        view! {
            {h1(TITLE)}
            {warning_text("If a child is in immediate danger, call 999 now.")}
            {paragraph("If it is not an emergency but you think there was a crime, call the police on 101.")}
            <p class="govuk-body">
                "If you are worried about a child, do not wait for us: call the multi-agency safeguarding hub (MASH) on "
                {phone_link(&site.mash_phone)} ". Out of office hours, call " {phone_link(&site.out_of_hours_phone)} "."
            </p>
            {panel("Kept for an officer to read", body)}
            {paragraph(
                "More reports than usual came in the last hour, so an officer looks at yours before it goes on. You need \
                 not send it again.",
            )}
            {call_paragraph(
                "To ask about it, call the children missing education team on ",
                &site.team_phone,
                " and give the reference. Write it down: we have not kept anything else in this browser.",
            )}
            {another()}
        }
        .into_any()
    });
    error::retry_after(&mut response, until);
    response
}

async fn page(visit: &Visit, answers: &Form, faults: &Faults) -> Response {
    let change = |step: &str| format!("/report/{step}?return=check");
    let errors = faults_elsewhere(faults, |field| page_of(STEPS, field, answers).map(|page| change(&page)));
    let status = if errors.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let last = STEPS.last().map_or("about", |step| step.slug);
    Page::new("Check what you are telling us")
        .back(format!("/report/{last}"))
        .exit()
        .errors(errors.is_some())
        .status(status)
        .render(&visit.chrome().await, || {
            view! {
                {errors}
                {h1("Check what you are telling us")}
                {summary(sections(answers), Some(&change))}
                {post_form(view! { {button("Send")} })}
            }
            .into_any()
        })
}

async fn sent_page(visit: &Visit, reference: String) -> Response {
    let site = &visit.site;
    Page::new("Thank you for telling us").exit().render(&visit.chrome().await, || {
        let body = view! { "Your reference" <br/> <strong class="app-reference">{reference}</strong> }.into_any();
        view! {
            {panel("Thank you for telling us", body)}
            {h2("What happens next")}
            {paragraph(
                "The children missing education team reads every report, and first those about a child who may be at \
                 risk. They find out whether the child is safe and in education. To protect the child, we may not be able \
                 to tell you what we did.",
            )}
            {call_paragraph("If you learn anything new, call the team on ", &site.team_phone, " and give the reference.")}
            {paragraph("Write the reference down: we have not kept anything else in this browser.")}
            {warning_text("If a child is in immediate danger, call 999. If you think there was a crime, call 101.")}
            {call_paragraph(
                "If you think a child is being harmed, call the multi-agency safeguarding hub (MASH) on ",
                &site.mash_phone,
                ".",
            )}
            {another()}
        }
        .into_any()
    })
}

/// The way to a new report.
fn another() -> AnyView {
    view! { <p class="govuk-body">{link("/report", "Tell us about another child")}</p> }.into_any()
}
