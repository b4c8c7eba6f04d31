//! What is shown where a report cannot be: because it was not used for 30 minutes, is not in this browser, or can no
//! longer be changed.
//!
//! What must not live here: answers from the store. These pages show at most what the request itself brought.

use crate::questions;
use crate::questions::answers::{sections, summary};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::open::{answers_in, at};
use super::steps::{self, STEPS};
use crate::api::Refusal;
use crate::open_report::{OpenReport, Stage};
use crate::parts::carried;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;

/// The report, to be shown on `page`; or, as the error, what is shown instead: because this browser has no such report,
/// or because it [`rests`](OpenReport::rests). A report that was sent is returned even then, because it holds nothing
/// but its reference.
pub(super) async fn to_show(visit: &Visit, id: &str, page: &str) -> Result<OpenReport, Box<Response>> {
    match visit.reports.look(id).await {
        Ok(Some(report)) if report.rests && !matches!(report.stage, Stage::Sent { .. }) => {
            Err(Box::new(rests(visit, id, page).await))
        }
        Ok(Some(report)) => Ok(report),
        Ok(None) => Err(Box::new(not_here(visit).await)),
        Err(denied) => Err(Box::new(Refusal::from(denied).into_response())),
    }
}

/// The question whether to go on with a report that was not used for 30 minutes. Somebody else may be at the browser by
/// now, so it names no answer.
pub(super) async fn rests(visit: &Visit, id: &str, page: &str) -> Response {
    const TITLE: &str = "You left this report for more than 30 minutes";
    let page = page.to_owned();
    Page::new(TITLE).exit_from(id).render(&visit.chrome().await, || {
        view! {
            {h1(TITLE)}
            {paragraph("It was not sent. If it is yours, you can go on with it. If you discard it, nothing of it is kept.")}
            {post_form(view! { <input type="hidden" name="page" value=page/> {button("Go on with it")} })
                .to(at(id, "go-on"))}
            {post_form(view! { {button("Discard it").secondary()} }).to(at(id, "discard"))}
        }
        .into_any()
    })
}

/// POST `/report/{report}/go-on`: shows the page that was asked for after all.
pub(super) async fn go_on(visit: Visit, Path(id): Path<String>, Typed(typed): Typed) -> Reply {
    let asked = typed.get("page");
    let (slug, _) = asked.split_once('?').unwrap_or((asked, ""));
    let known = ["about", "check"].contains(&slug) || questions::find(STEPS, slug).is_some();
    Ok(match visit.reports.change(&id, Box::new(|_| {})).await? {
        Some(_) => Redirect::to(&at(&id, if known { asked } else { "check" })).into_response(),
        None => not_here(&visit).await,
    })
}

/// POST `/report/{report}/discard`: throws the report away for good.
pub(super) async fn discard(visit: Visit, Path(id): Path<String>) -> Reply {
    visit.reports.discard(&id).await?;
    Ok(Redirect::to("/report").into_response())
}

/// 404: this browser has no such report. Whether it ever had one is not told.
pub(super) async fn not_here(visit: &Visit) -> Response {
    const TITLE: &str = "This report is not here any more";
    let site = &visit.site;
    Page::new(TITLE).status(StatusCode::NOT_FOUND).exit().render(&visit.chrome().await, || {
        view! {
            {h1(TITLE)}
            {paragraph(
                "A report that was not sent is kept for 12 hours, in the browser in which it was begun. It is also gone if \
                 somebody left it by ‘Exit this page’ or discarded it.",
            )}
            {warning_text("If a child is in immediate danger, call 999 now.")}
            {call_paragraph("You can also call the children missing education team on ", &site.team_phone, ".")}
            {button_link("/report", "Begin a new report")}
        }
        .into_any()
    })
}

/// What somebody sent to a report that does not take it: shown so that nothing typed is lost, and ready to begin a new
/// report with. Only what came with this request, whatever is stored.
pub(super) async fn not_taken(visit: &Visit, id: &str, stage: Option<&Stage>, typed: &Form) -> Reply {
    let typed = answers_in(typed);
    // Without an answer there is nothing to lose, so the page of the report itself says enough.
    if typed.iter().next().is_none() {
        return Ok(match stage {
            Some(Stage::Sent { .. }) => Redirect::to(&at(id, "sent")).into_response(),
            Some(_) => Redirect::to(&at(id, "check")).into_response(),
            None => not_here(visit).await,
        });
    }
    let fresh = visit.reports.new_id()?;
    let (status, title, why) = match stage {
        None => (StatusCode::NOT_FOUND, "This report is not here any more", GONE),
        Some(Stage::Sent { .. }) => (StatusCode::CONFLICT, "This report was already sent", SENT),
        Some(_) => (StatusCode::CONFLICT, "This report is already being sent", SENDING),
    };
    let way = stage.map(|stage| match stage {
        Stage::Sent { .. } => link(at(id, "sent"), "See the reference of the report that was sent"),
        _ => link(at(id, "check"), "See whether it arrived"),
    });
    let site = &visit.site;
    Ok(Page::new(title).status(status).exit().render(&visit.chrome().await, || {
        view! {
            {h1(title)}
            {paragraph(why)}
            {way.map(|way| view! { <p class="govuk-body">{way}</p> })}
            {warning_text("If a child is in immediate danger, call 999 now.")}
            {call_paragraph("You can also call the children missing education team on ", &site.team_phone, ".")}
            {h2("What you typed last")}
            {summary(sections(&typed), None)}
            {post_form(view! {
                <input type="hidden" name="about" value=steps::NOT_IN_SCHOOL/>
                <input type="hidden" name="report" value=fresh/>
                {carried(&typed)}
                {button("Begin a new report with this")}
            }).to("/report/about")}
        }
        .into_any()
    }))
}

const GONE: &str =
    "What you typed last was not saved, but it is not lost: you can copy it, or begin a new report with it.";
const SENT: &str = "It was sent in the meantime, perhaps from another tab. What you typed last did not go with it.";
const SENDING: &str = "It can no longer be changed. What you typed last did not go with it.";
