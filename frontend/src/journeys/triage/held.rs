//! Reports that came too often to be taken at once: the list, one of them, and what is decided of it.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use cynic::QueryBuilder;

use crate::acts::{self, Act, HasPage, Place, Subject, done};
use crate::api::Refusal;
use crate::documents::held_reports::{
    HeldReport, HeldReportPage, HeldReports, HeldReportsVars, OneHeldReport, OneHeldReportVars,
};
use crate::documents::inputs::{PutAsideHeldReportInput, TakeInHeldReportInput};
use crate::documents::{changed, changes, form_of};
use crate::parts::pager;
use crate::prelude::*;
use crate::questions::answers::answers_summary;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::when::day_and_time;
use crate::words::counted;

/// Where the list is.
pub(super) const LIST: &str = "/triage/held";

/// The pages of held reports.
pub(super) fn router() -> Router {
    Router::new()
        .route(LIST, get(list))
        .route("/triage/held/{reference}", get(show).post(take_in))
        .merge(acts::router(&ACTS))
}

/// The list, the one that waits longest first.
async fn list(visit: Visit, Queried(query): Queried) -> Reply {
    let vars = HeldReportsVars { after: query.some("after"), before: query.some("before") };
    let page = match visit.api.run(HeldReports::build(vars)).await {
        Ok(answer) => answer.held_reports,
        // A page that is no longer there, or never was.
        Err(Refusal::Invalid(_)) => return Ok(Redirect::to(LIST).into_response()),
        Err(refusal) => return Err(refusal),
    };
    Ok(Page::new("Held reports").trail([("Triage", "/triage")]).wide().render(&visit.chrome().await, || {
        view! {
            {h1("Held reports")}
            {paragraph(
                "When more reports come than usual, they are held here so that none is lost. None of these tells of harm: \
                 one that does goes to triage and to the MASH at once, however many come.",
            )}
            {table(page)}
        }
        .into_any()
    }))
}

fn table(page: HeldReportPage) -> AnyView {
    if page.nodes.is_empty() {
        return paragraph("No reports are held.");
    }
    let table = Table::new("Held reports").quiet().scrolls().columns(["Report", "Waiting since"]);
    let table = page.nodes.into_iter().fold(table, |table, row| {
        let href = format!("{LIST}/{}", row.reference);
        table.row([link(href, row.reference).into(), Content::from(day_and_time(row.received_at))])
    });
    let pager = pager(&page.page_info, |side, cursor| {
        let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        format!("{LIST}?{side}={cursor}")
    });
    view! { {paragraph(counted(&page.count.display, "report", "reports"))} {table} {pager} }.into_any()
}

async fn load(visit: &Visit, reference: &str) -> Result<HeldReport, Refusal> {
    let vars = OneHeldReportVars { reference: reference.to_owned() };
    visit.api.run(OneHeldReport::build(vars)).await?.held_report.ok_or(Refusal::NotFound)
}

/// What one says.
async fn show(visit: Visit, Path(reference): Path<String>) -> Reply {
    let report = load(&visit, &reference).await?;
    Ok(page(&visit, &report, &Faults::new()).await)
}

async fn page(visit: &Visit, report: &HeldReport, faults: &Faults) -> Response {
    let title = format!("Held report {}", report.reference);
    let form = Form::new();
    let ask = Ask::new(&form, faults);
    let trail = [("Triage", "/triage"), ("Held reports", LIST)];
    Page::new(title.clone()).trail(trail).wide().ask(ask).render(&visit.chrome().await, || {
        let decided = match (report.settled_at, report.taken_in) {
            (None, _) => decide(report),
            (Some(at), true) => {
                let to = format!("/triage/{}", report.reference);
                view! { {paragraph(format!("Taken in on {}.", day_and_time(at)))} {link(to, "Go to the referral")} }
                    .into_any()
            }
            (Some(at), false) => paragraph(format!("Put aside on {}.", day_and_time(at))),
        };
        view! {
            {h1(title)}
            {SummaryList::new().row("Received", day_and_time(report.received_at))}
            {decided}
            {h2("What the report says")}
            {answers_summary(&form_of(&report.answers), false, &[])}
        }
        .into_any()
    })
}

fn decide(report: &HeldReport) -> AnyView {
    let aside = link(PUT_ASIDE.href(&report.home(), ""), PUT_ASIDE.link(report));
    view! {
        {h2("Decide")}
        {post_form(view! { {buttons([button("Take in as a referral").view(), aside])} })}
    }
    .into_any()
}

/// Makes it a referral.
async fn take_in(visit: Visit, Path(reference): Path<String>) -> Reply {
    let input = TakeInHeldReportInput { reference: reference.clone() };
    match changes::take_in_held_report(&visit.api, input).await {
        Ok(referral) => Ok(visit.go_saying(&referral.page(), "Report taken in").await),
        Err(refusal) => {
            let faults = refusal.on_form()?;
            Ok(page(&visit, &load(&visit, &reference).await?, &faults).await)
        }
    }
}

/// What is decided of a report by a form of its own.
static ACTS: [Act<HeldReport>; 1] = [PUT_ASIDE];

const PUT_ASIDE: Act<HeldReport> = Act {
    path: "put-aside",
    title: "Put a report aside",
    link: |_| "Put aside",
    consequences: |_| {
        Some(paragraph("It is kept, but nobody will follow it up. Put aside only what tells of no child."))
    },
    questions: |_, ask| {
        ask.textarea("reason", "Why?").hint("For example, the same report was sent many times").most(2_000).view()
    },
    button: |_| button("Put aside"),
    send: |api, to, form| {
        let input = PutAsideHeldReportInput { reference: to.id, reason: form.text("reason") };
        done(changes::put_aside_held_report(api, input), "Report put aside")
    },
    ..Act::PLAIN
};

/// One that was put aside is no longer looked at: the list is where to go on.
impl HasPage for changed::HeldReport {
    fn page(&self) -> String {
        LIST.to_owned()
    }
}

impl Subject for HeldReport {
    const ROUTE: &'static str = "/triage/held/{reference}";

    type Rights = ();
    type State = ();
    type Shown<'a> = &'a Self;

    async fn load(visit: &Visit, _: &Act<Self>, Place { id, .. }: Place) -> Result<Self, Refusal> {
        load(visit, &id).await
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        format!("{LIST}/{}", self.reference)
    }

    fn head(&self, title: &'static str) -> AnyView {
        h1_captioned(self.reference.clone(), title)
    }
}
