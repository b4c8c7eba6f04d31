//! The start page and the questions of a report. Each answer is kept with its report until everything is sent.
//!
//! The API says what is wrong with the answers of a page; these handlers only decide where to go next.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use cynic::QueryBuilder;

use super::gone::{not_taken, to_show};
use super::open::{answers_in, at, until, with};
use super::send::send_it;
use super::steps::{self, FOR_ANYBODY, STEPS};
use crate::api::Refusal;
use crate::documents::answers_of;
use crate::documents::drafts::faults_of as told;
use crate::documents::report::{ReportFaults, ReportFaultsVars};
use crate::open_report::{OpenReport, Stage};
use crate::prelude::*;
use crate::questions::elsewhere::elsewhere_page;
use crate::questions::{self, Step};
use crate::reply::Reply;
use crate::visit::Visit;

/// GET `/report`: whom to call first, and what this service is for.
pub(super) async fn start(visit: Visit) -> Reply {
    // Nothing is begun yet. With the id already on the page, pressing the button twice stays with one report.
    let id = visit.reports.new_id()?;
    let site = &visit.site;
    let title = "Tell us about a child who may be missing from education";
    Ok(Page::new(title).exit().indexed().render(&visit.chrome().await, || {
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
            {post_form(view! { <input type="hidden" name="report" value=id/> {button("Start now")} }).to("/report")}
            {details(
                "What parents and schools must do",
                paragraphs([
                    "Parents must see to it that a child of compulsory school age is educated full time, at school or \
                     otherwise. Who moves applies for a school place to the council of the area they move to.",
                    "A school keeps a child’s name on its roll until the law lets it take the name off, looks for a child who \
                     is absent without a reason, and tells the council.",
                ]),
            )}
            {h2("If somebody may see your screen")}
            {paragraph(
                "Select ‘Exit this page’, or press the Shift key 3 times, to leave in a hurry. What you typed is then deleted. \
                 Your browser still remembers that you were here.",
            )}
        }
        .into_any()
    }))
}

/// POST `/report`: begins a report, whose first question is whether the child is in danger.
pub(super) async fn begin(visit: Visit, Typed(typed): Typed) -> Reply {
    // Without the id that the start page gives, nobody has come from there, and nothing is kept.
    if typed.some("report").is_none() {
        return Ok(Redirect::to("/report").into_response());
    }
    let id = visit.reports.begin(typed.text("report"), Box::new(|_| {})).await?;
    Ok(Redirect::to(&at(&id, "danger")).into_response())
}

/// GET `/report/about`: where a report began before the question of danger came first.
pub(super) async fn begins_elsewhere() -> Redirect {
    Redirect::to("/report")
}

/// GET `/report/{report}/about`: whether this is about a child who may be missing education at all. Not asked where a
/// child is in danger.
pub(super) async fn ask_about(visit: Visit, Path(id): Path<String>) -> Response {
    match to_show(&visit, &id, "about").await {
        Ok(_) => about_page(&visit, &id, &Form::new(), &Faults::new()).await,
        Err(instead) => *instead,
    }
}

/// POST `/report/about`: begins, with whatever answers came along, or says whom to tell instead and keeps nothing.
pub(super) async fn answer_about(visit: Visit, Typed(typed): Typed) -> Reply {
    let reports = &visit.reports;
    let id = typed.get("report");
    if let Some(one) = FOR_ANYBODY.iter().find(|one| typed.has("about", one.code)) {
        reports.discard(id).await?;
        return Ok(Redirect::to(&format!("/report/elsewhere/{}", one.slug)).into_response());
    }
    if !typed.has("about", steps::NOT_IN_SCHOOL) {
        let faults = Faults::from_iter([("about", "Select who you want to tell us about")]);
        return Ok(about_page(&visit, id, &typed, &faults).await);
    }
    let brought = answers_in(&typed);
    let bring = move |report: &mut OpenReport| {
        if report.stage == Stage::Written {
            report.answers.absorb(brought);
        }
    };
    let id = reports.begin(id.to_owned(), Box::new(bring)).await?;
    let told = reports.look(&id).await?.is_some_and(|report| report.answers.some("danger").is_some());
    Ok(Redirect::to(&at(&id, if told { "harm" } else { "danger" })).into_response())
}

/// GET `/report/elsewhere/{which}`: whom to tell instead.
pub(super) async fn elsewhere(visit: Visit, Path(which): Path<String>) -> Reply {
    match FOR_ANYBODY.iter().find(|one| one.slug == which) {
        Some(one) => Ok(elsewhere_page(&visit, Page::new(one.title).back("/report").exit(), one).await),
        None => Err(Refusal::NotFound),
    }
}

const TO_CHECK: &str = "?return=check";

/// GET `/report/{report}/{step}`: one question.
pub(super) async fn ask(visit: Visit, Path((id, slug)): Path<(String, String)>, Queried(query): Queried) -> Reply {
    let Some(step) = questions::find(STEPS, &slug) else { return Err(Refusal::NotFound) };
    let checking = query.has("return", "check");
    let here = format!("{slug}{}", if checking { TO_CHECK } else { "" });
    Ok(match to_show(&visit, &id, &here).await {
        Ok(report) => match report.stage {
            Stage::Written => page(&visit, &id, &report, step, &Faults::new(), checking).await,
            Stage::Sending => Redirect::to(&at(&id, "check")).into_response(),
            Stage::Sent { .. } => Redirect::to(&at(&id, "sent")).into_response(),
        },
        Err(instead) => *instead,
    })
}

/// POST `/report/{report}/{step}`: keeps the answer and leads to the next question.
pub(super) async fn answer(
    visit: Visit,
    Path((id, slug)): Path<(String, String)>,
    Queried(query): Queried,
    Typed(typed): Typed,
) -> Reply {
    let Some(step) = questions::find(STEPS, &slug) else { return Err(Refusal::NotFound) };
    let reports = &visit.reports;
    let checking = query.has("return", "check");
    // Used now, so that it rests no more whatever is wrong with the answer.
    let Some(before) = reports.change(&id, Box::new(|_| {})).await? else {
        return not_taken(&visit, &id, None, &typed).await;
    };
    let names = step.names();
    let answers = with(&before.answers, &names, &typed);
    // Faults are looked for before anything is kept, and only while the report can still be changed.
    if before.stage == Stage::Written {
        let faults = faults_of(&visit, step, &answers).await?;
        if !faults.is_empty() {
            return Ok(page(&visit, &id, &OpenReport { answers, ..before }, step, &faults, checking).await);
        }
    }
    // Only the fields of this page are replaced: another tab may have answered another question since.
    let told = typed.clone();
    let tell = move |report: &mut OpenReport| {
        if report.stage == Stage::Written {
            report.answers = with(&report.answers, &names, &told);
        }
    };
    let Some(after) = reports.change(&id, Box::new(tell)).await? else {
        return not_taken(&visit, &id, None, &typed).await;
    };
    // The form was sent again because its answer was lost, and brings nothing new, so it may still send the report.
    let says_the_same = after.stage == Stage::Sending && answers == before.answers;
    if typed.has("next", "send") && (after.stage == Stage::Written || says_the_same) {
        return send_it(&visit, &id, &typed).await;
    }
    if after.stage != Stage::Written {
        return not_taken(&visit, &id, Some(&after.stage), &typed).await;
    }
    // A change made from the check page leads back there, unless it raised a question that was not asked before.
    let next = if checking {
        questions::newly(STEPS, &before.answers, &after.answers)
    } else {
        questions::next(STEPS, step.slug, &after.answers)
    };
    let back = if checking { TO_CHECK } else { "" };
    let next = match next {
        // Only once it is known that the child is in no danger may anything lead to another team.
        Some(_) if step.slug == "danger" && !checking && !questions::in_danger(&after.answers) => "about".to_owned(),
        Some(next) => format!("{}{back}", next.slug),
        None => "check".to_owned(),
    };
    Ok(Redirect::to(&at(&id, &next)).into_response())
}

/// The faults that the API finds in the fields of this step.
async fn faults_of(visit: &Visit, step: &Step, answers: &Form) -> Result<Faults, Refusal> {
    let asked = visit.api.run(ReportFaults::build(ReportFaultsVars { answers: answers_of(answers) })).await;
    let mut faults = match asked {
        Ok(found) => found.report_faults,
        // Two answers to one question, which no form of this service sends.
        Err(Refusal::Invalid(faults)) => return Ok(faults),
        Err(refusal) => return Err(refusal),
    };
    faults.retain(|fault| step.fields.contains(&fault.field.as_str()));
    Ok(told(&faults))
}

async fn about_page(visit: &Visit, id: &str, typed: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(typed, faults);
    Page::new(steps::ABOUT).back(at(id, "danger")).exit_from(id).ask(ask).render(&visit.chrome().await, || {
        let report = view! { <input type="hidden" name="report" value=id.to_owned()/> };
        view! { {post_form(view! { {report} {steps::about(ask)} {button("Continue")} }).to("/report/about")} }
            .into_any()
    })
}

async fn page(visit: &Visit, id: &str, report: &OpenReport, step: &Step, faults: &Faults, checking: bool) -> Response {
    let ask = Ask::new(&report.answers, faults);
    let back = match questions::previous(STEPS, step.slug, &report.answers) {
        _ if checking => at(id, "check"),
        Some(before) if before.slug == "danger" => at(id, "about"),
        Some(before) => at(id, before.slug),
        None => "/report".to_owned(),
    };
    let at_once = (step.slug == "danger-call").then(|| button("Send now").secondary().sends("next", "send").view());
    let buttons = buttons(std::iter::once(button("Continue").view()).chain(at_once));
    Page::new(step.title).back(back).exit_from(id).ask(ask).render(&visit.chrome().await, || {
        view! {
            {post_form(view! { {(step.draw)(ask, &visit.site)} {buttons} })}
            {until(report)}
        }
        .into_any()
    })
}
