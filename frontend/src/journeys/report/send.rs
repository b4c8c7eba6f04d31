//! The check page of a report, sending it, and the page with its reference.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};

use super::gone::{not_here, not_taken, to_show};
use super::open::{at, until};
use super::steps::STEPS;
use crate::api::Refusal;
use crate::documents::changed::Receipt;
use crate::documents::inputs::SendReportInput;
use crate::documents::{answers_of, changes};
use crate::error;
use crate::open_report::{OpenReport, Stage};
use crate::parts::carried;
use crate::prelude::*;
use crate::questions::answers::{sections, summary};
use crate::questions::{faults_elsewhere, hub_alerted, page_of, pruned};
use crate::reply::Reply;
use crate::visit::Visit;

/// GET `/report/{report}/check`: all answers. A report that was sent leads to its reference.
pub(super) async fn check(visit: Visit, Path(id): Path<String>) -> Response {
    match to_show(&visit, &id, "check").await {
        Ok(report) if matches!(report.stage, Stage::Sent { .. }) => Redirect::to(&at(&id, "sent")).into_response(),
        Ok(report) => page(&visit, &id, &report, &Faults::new()).await,
        Err(instead) => *instead,
    }
}

/// POST `/report/{report}/check`: sends the report.
pub(super) async fn send(visit: Visit, Path(id): Path<String>, Typed(typed): Typed) -> Reply {
    send_it(&visit, &id, &typed).await
}

/// Sends the report. The key makes sure that it is one, however often this is done; from the first time on the answers
/// stand, because a key that comes with other answers is refused.
pub(super) async fn send_it(visit: &Visit, id: &str, typed: &Form) -> Reply {
    let reports = &visit.reports;
    let begin = |report: &mut OpenReport| {
        if report.stage == Stage::Written {
            report.stage = Stage::Sending;
        }
    };
    let Some(report) = reports.change(id, Box::new(begin)).await? else {
        return not_taken(visit, id, None, typed).await;
    };
    if matches!(report.stage, Stage::Sent { .. }) {
        return Ok(Redirect::to(&at(id, "sent")).into_response());
    }
    let input =
        SendReportInput { key: report.key.clone(), answers: answers_of(&pruned(STEPS, report.answers.clone())) };
    match changes::send_report(&visit.api, input).await {
        Ok(receipt) => Ok(arrived(visit, id, receipt).await),
        Err(Refusal::Invalid(faults)) => to_mend(visit, id, &faults).await,
        Err(Refusal::Conflict(text)) => Ok(page(visit, id, &report, &Faults::from_iter([("", text)])).await),
        // Whether it arrived is not known, so the answers go on standing.
        Err(refusal) => Err(refusal),
    }
}

/// It did not arrive, because something is wrong with it, which is to be changed.
async fn to_mend(visit: &Visit, id: &str, faults: &Faults) -> Reply {
    let stop = |report: &mut OpenReport| {
        if report.stage == Stage::Sending {
            report.stage = Stage::Written;
        }
    };
    Ok(match visit.reports.change(id, Box::new(stop)).await? {
        Some(report) => page(visit, id, &report, faults).await,
        None => not_here(visit).await,
    })
}

/// Deletes the answers that were kept, and keeps the reference.
async fn arrived(visit: &Visit, id: &str, Receipt { reference, held_until, mash_alerted }: Receipt) -> Response {
    let sent = Stage::Sent { reference: reference.clone(), held_until, mash_alerted };
    match visit.reports.change(id, Box::new(|report| report.stage = sent)).await {
        Ok(Some(_)) => Redirect::to(&at(id, "sent")).into_response(),
        // The report has arrived, but this browser's copy could not be changed. The reference is shown at once, because
        // a redirect could not find it.
        _ => last_page(visit, id, reference, held_until, mash_alerted).await,
    }
}

/// GET `/report/{report}/sent`: the reference, and what happens next.
pub(super) async fn sent(visit: Visit, Path(id): Path<String>) -> Response {
    match to_show(&visit, &id, "check").await {
        Ok(OpenReport { stage: Stage::Sent { reference, held_until, mash_alerted }, .. }) => {
            last_page(&visit, &id, reference, held_until, mash_alerted).await
        }
        Ok(_) => Redirect::to(&at(&id, "check")).into_response(),
        Err(instead) => *instead,
    }
}

async fn last_page(
    visit: &Visit,
    id: &str,
    reference: String,
    held_until: Option<DateTime<Utc>>,
    mash_alerted: bool,
) -> Response {
    match held_until {
        Some(until) => held_page(visit, id, reference, until).await,
        None => sent_page(visit, id, reference, mash_alerted).await,
    }
}

/// 429: the report was held because too many came at once. It is kept for an officer to read; whoever is worried should
/// call and not wait for that.
async fn held_page(visit: &Visit, id: &str, reference: String, until: DateTime<Utc>) -> Response {
    const TITLE: &str = "We have kept what you told us, but not yet read it";
    let site = &visit.site;
    let page = Page::new(TITLE).status(StatusCode::TOO_MANY_REQUESTS).exit_from(id);
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

async fn page(visit: &Visit, id: &str, report: &OpenReport, faults: &Faults) -> Response {
    let answers = &report.answers;
    let told = pruned(STEPS, answers.clone());
    let change = |step: &str| at(id, &format!("{step}?return=check"));
    let errors = faults_elsewhere(faults, |field| page_of(STEPS, field, answers).map(|page| change(&page)));
    let status = if errors.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let last = STEPS.last().map_or("danger", |step| step.slug);
    let tried = report.stage == Stage::Sending;
    let page = Page::new(CHECK).exit_from(id).errors(errors.is_some()).status(status);
    let page = if tried { page } else { page.back(at(id, last)) };
    page.render(&visit.chrome().await, || {
        view! {
            {errors}
            {h1(CHECK)}
            {tried.then(|| paragraph(TRIED))}
            {summary(sections(&told), if tried { None } else { Some(&change) })}
            {post_form(view! { {is_small(&told).then(|| carried(&told))} {button("Send")} })
                .to(at(id, "check"))}
            {until(report)}
        }
        .into_any()
    })
}

const CHECK: &str = "Check what you are telling us";
const TRIED: &str = "You have pressed ‘Send’ before, and it may have arrived. Press it again to make sure and to see the \
                     reference: it stays one report.";

/// Whether the answers are small enough for the form on the check page to carry all of them. They are then not lost if
/// the browser's report has been deleted; a larger form could not be sent at all.
fn is_small(answers: &Form) -> bool {
    const MOST: usize = 32 * 1024;
    let mut sent = form_urlencoded::Serializer::new(String::new());
    for (name, values) in answers.iter() {
        for value in values {
            sent.append_pair(name, value);
        }
    }
    sent.finish().len() <= MOST
}

async fn sent_page(visit: &Visit, id: &str, reference: String, mash_alerted: bool) -> Response {
    let site = &visit.site;
    Page::new("Thank you for telling us").exit_from(id).render(&visit.chrome().await, || {
        let body = view! { "Your reference" <br/> <strong class="app-reference">{reference}</strong> }.into_any();
        view! {
            {panel("Thank you for telling us", body)}
            {mash_alerted.then(|| hub_alerted(site))}
            {h2("What happens next")}
            {paragraph(
                "The children missing education team reads every report, and first those about a child who may be at \
                 risk. They find out whether the child is safe and in education. To protect the child, we may not be able \
                 to tell you what we did.",
            )}
            {call_paragraph("If you learn anything new, call the team on ", &site.team_phone, " and give the reference.")}
            {paragraph("Write the reference down: we have not kept anything else in this browser.")}
            {warning_text("If a child is in immediate danger, call 999. If you think there was a crime, call 101.")}
            {(!mash_alerted).then(|| {
                call_paragraph(
                    "If you think a child is being harmed, call the multi-agency safeguarding hub (MASH) on ",
                    &site.mash_phone,
                    ".",
                )
            })}
            {another()}
        }
        .into_any()
    })
}

/// A link to begin another report.
fn another() -> AnyView {
    view! { <p class="govuk-body">{link("/report", "Tell us about another child")}</p> }.into_any()
}
