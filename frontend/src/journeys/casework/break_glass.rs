//! A restricted case as somebody meets it who is not named to it: that it exists, whom to ask, and how to read it all the
//! same for an hour; and the managers' review of those who did.

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use cynic::{Id, QueryBuilder};

use crate::acts::{self, Act, HasPage, Place, Subject, done};
use crate::api::Refusal;
use crate::documents::break_glass::{Find, FindVars, Reading, RestrictedCase, ReviewPage, Reviews, ReviewsVars};
use crate::documents::casework::Case;
use crate::documents::inputs::{BreakGlassInput, MendGlassInput, ReviewGlassInput};
use crate::documents::{changed, changes};
use crate::parts::notes_table;
use crate::parts::pager;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::when::day_and_time;

const REVIEWS: &str = "/restricted/reviews";
/// The API's limit on reasons and findings.
const PROSE: u32 = 1_000;

/// The pages about broken glass.
pub(super) fn router() -> Router {
    Router::new()
        .route("/cases/{reference}/glass", post(begin))
        .route("/cases/{reference}/glass/end", post(end))
        .route(REVIEWS, get(list))
        .merge(acts::router(&ACTS))
}

/// The page of a case that this person may find but not read; not found if there is none.
pub(super) async fn stub(visit: &Visit, reference: &str, form: Form, faults: &Faults) -> Reply {
    if !visit.may().find_restricted {
        return Err(Refusal::NotFound);
    }
    let found = visit.api.run(Find::build(FindVars { reference: reference.to_owned() })).await?;
    let RestrictedCase { reference, officer } = found.restricted_case.ok_or(Refusal::NotFound)?;
    let ask = Ask::new(&form, faults);
    let officer = officer.map_or_else(|| "Nobody yet: ask a manager".to_owned(), |officer| officer.name);
    Ok(Page::new("Restricted case").trail([("Cases", "/cases")]).ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Restricted case")}
            {paragraph(
                "Only people who are named to this case can read it. If your work needs it, ask its officer to name you.",
            )}
            {SummaryList::new().row("Reference", reference.clone()).row("Officer", officer)}
            {h2("If it cannot wait")}
            {paragraph(
                "You can break the glass and read the case for an hour. You cannot change anything. Its officer and the \
                 managers are told at once, and a manager reviews it.",
            )}
            {post_form(view! {
                {ask.textarea("reason", "Why must you read it now?").most(PROSE)}
                {button("Break the glass").warning()}
            }).to(format!("/cases/{reference}/glass"))}
        }
        .into_any()
    }))
}

async fn begin(visit: Visit, Path(reference): Path<String>, Typed(form): Typed) -> Reply {
    let input = BreakGlassInput { case: reference.clone(), reason: form.text("reason") };
    match changes::break_glass(&visit.api, input).await {
        Ok(opened) => Ok(visit.go_saying(&opened.page(), "You can read this case for an hour").await),
        Err(refusal) => stub(&visit, &reference, form, &refusal.on_form()?).await,
    }
}

/// That somebody reads a case by breaking the glass, until when, and the way to end it.
pub(super) fn banner(case: &Case) -> Option<AnyView> {
    let glass = case.glass.as_ref()?;
    let words = format!(
        "You are reading a restricted case because you broke the glass. This ends at {}. You cannot change anything.",
        day_and_time(glass.ends_at)
    );
    let (id, action) = (glass.id.inner().to_owned(), format!("/cases/{}/glass/end", case.reference));
    let banner = view! {
        {warning_text(words)}
        {post_form(view! {
            <input type="hidden" name="id" value=id/>
            {button("Stop reading now").secondary()}
        }).to(action)}
    };
    Some(banner.into_any())
}

async fn end(visit: Visit, Path(reference): Path<String>, Typed(form): Typed) -> Reply {
    let input = MendGlassInput { id: Id::new(form.get("id")) };
    match changes::mend_glass(&visit.api, input).await {
        // It may have ended by itself while the page stood open.
        Ok(_) | Err(Refusal::Conflict(_)) => {
            Ok(visit.go_saying(&format!("/cases/{reference}"), "You no longer read this case").await)
        }
        Err(refusal) => Err(refusal),
    }
}

/// Refuses those who review nothing, before anything is asked for.
fn admitted(visit: &Visit) -> Result<(), Refusal> {
    visit.require(visit.may().review_break_glass)
}

async fn read(visit: &Visit, reviewed: bool, query: &Form) -> Result<ReviewPage, Refusal> {
    admitted(visit)?;
    let vars = ReviewsVars { reviewed, after: query.some("after"), before: query.some("before") };
    Ok(visit.api.run(Reviews::build(vars)).await?.broken_glass)
}

async fn list(visit: Visit, Queried(query): Queried) -> Reply {
    let reviewed = query.has("show", "reviewed");
    let found = read(&visit, reviewed, &query).await?;
    let (title, other, words) = if reviewed {
        ("Readings reviewed", REVIEWS.to_owned(), "Readings that await review")
    } else {
        ("Readings to review", format!("{REVIEWS}?show=reviewed"), "Readings that were reviewed")
    };
    Ok(Page::new(title).wide().render(&visit.chrome().await, || {
        let show = if reviewed { "show=reviewed&" } else { "" };
        let pager = pager(&found.page_info, |side, cursor| format!("{REVIEWS}?{show}{side}={cursor}"));
        let cards: Vec<_> = found.nodes.iter().map(|reading| card(reading).view()).collect();
        let empty = cards.is_empty().then(|| paragraph("There are none."));
        view! {
            {h1(title)}
            {paragraph("People who read a restricted case without being named to it.")}
            <p class="govuk-body">{link(other, words)}</p>
            {empty}
            {cards}
            {pager}
        }
        .into_any()
    }))
}

fn card(reading: &Reading) -> SummaryList {
    let who = reading.staff.as_ref().map(|staff| staff.name.clone()).unwrap_or_default();
    let case = reading.case.clone().unwrap_or_default();
    let list = SummaryList::new()
        .card(format!("{who}, {}", day_and_time(reading.began_at)))
        .row("Case", case)
        .row("Reason", typed(reading.reason.as_str()))
        .row("Until", day_and_time(reading.ends_at))
        .row("What was read", read_meanwhile(reading));
    match (&reading.finding, reading.own) {
        (Some(finding), _) => {
            let by = reading.reviewed_by.as_ref().map(|staff| staff.name.clone());
            list.row("Reviewed by", by).row("Finding", typed(finding.as_str()))
        }
        (None, true) => list.row("Review", "Another manager must review what you read yourself"),
        (None, false) => list.card_action("Review", format!("{REVIEWS}/{}", reading.id.inner())),
    }
}

/// What was read, in one line: the records and how often.
fn read_meanwhile(reading: &Reading) -> String {
    let times = reading.notes.iter().filter(|note| note.subject.starts_with("Case")).count();
    let fields = reading.notes.iter().flat_map(|note| note.fields.iter().map(String::as_str));
    let fields: std::collections::BTreeSet<&str> = fields.collect();
    format!("{times} notes; fields: {}", Vec::from_iter(fields).join(", "))
}

/// What a manager does with a reading.
static ACTS: [Act<Reading>; 1] = [REVIEW];

const REVIEW: Act<Reading> = Act {
    title: "Review a reading",
    questions: |_, ask| ask.textarea("finding", "What did your review come to?").most(PROSE).view(),
    button: |_| button("Record review"),
    send: |api, to, form| {
        let input = ReviewGlassInput { id: to.id.into(), finding: form.text("finding") };
        done(changes::review_glass(api, input), "Review recorded")
    },
    ..Act::PLAIN
};

impl HasPage for changed::BrokenGlass {
    fn page(&self) -> String {
        REVIEWS.to_owned()
    }
}

impl Subject for Reading {
    const ROUTE: &'static str = "/restricted/reviews/{id}";
    const WIDE: bool = true;

    type Rights = ();
    type State = ();
    type Shown<'a> = &'a Self;

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        admitted(visit)
    }

    async fn load(visit: &Visit, _: &Act<Self>, Place { id, .. }: Place) -> Result<Self, Refusal> {
        let found = read(visit, false, &Form::new()).await?.nodes;
        found.into_iter().find(|reading| reading.id.inner() == id && !reading.own).ok_or(Refusal::NotFound)
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        REVIEWS.to_owned()
    }

    fn head(&self, title: &'static str) -> AnyView {
        let who = self.staff.as_ref().map(|staff| staff.name.clone()).unwrap_or_default();
        view! {
            {h1(title)}
            {SummaryList::new()
                .row("Who", who)
                .row("Case", self.case.clone())
                .row("Reason", typed(self.reason.as_str()))
                .row("From", day_and_time(self.began_at))
                .row("Until", day_and_time(self.ends_at))}
            {notes_table("What was read", &self.notes)}
        }
        .into_any()
    }
}
