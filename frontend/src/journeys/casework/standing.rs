//! Acts that decide where a case stands by law, and which team works it.

use super::act::{ACT, Act};
use super::tracing::{DATE_HINT, PROSE};
use crate::acts::done;
use crate::documents::casework::StatusDecision;
use crate::documents::changes;
use crate::documents::inputs::{DecideRouteInput, DecideStatusInput};
use crate::prelude::*;
use crate::questions::status;
use crate::vocabulary::{LaterDecisions, ServiceRoute};
use crate::when::{date, day_and_time};

pub(super) const STATUS: Act = Act {
    path: "status",
    title: "Decide whether the child is missing education",
    now: |about| about.case.statutory_status.map(|it| it.label().to_owned()),
    begin: |about| Form::new().with("statutoryStatus", about.case.statutory_status.map_or("", Word::code)),
    consequences: |about| decided(&about.statuses),
    questions: |_, ask| {
        view! {
            {status::asked(ask, "Is the child missing education?", None)}
            {ask
                .date("from", "Since which day?")
                .hint("The first day on which this was so. For a name removed from a roll, the day of the removal. For example, 27 9 2026")}
            {ask
                .radios("later", "What of the decisions about later days?")
                .hint("Only if there are any: the first day above is then before another that was decided")
                .words::<LaterDecisions>()}
            {ask.text("source", "Who told us, or what shows it?")}
            {ask.textarea("reason", "What is the reason for your decision?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = DecideStatusInput {
            case: to.id,
            version: to.version,
            statutory_status: status::status(form),
            status_ground: status::ground(form),
            from: form.day("from"),
            later: LaterDecisions::parse(form.get("later")),
            source: form.text("source"),
            reason: form.text("reason"),
        };
        done(status::told_at(form, changes::decide_status(api, input)), "Statutory status saved")
    },
    ..ACT
};

/// What was decided before, newest first; nothing where nothing was.
fn decided(decisions: &[StatusDecision]) -> Option<AnyView> {
    const TITLE: &str = "Decided so far";
    if decisions.is_empty() {
        return None;
    }
    let table = Table::new(TITLE).quiet().scrolls().columns(["Days", "Status", "Reason", "Decided"]);
    let table = decisions.iter().fold(table, |table, decision| {
        let StatusDecision { status, ground, from, until, source, reason, by, at } = decision;
        let days = match until {
            Some(until) => format!("From {} until before {}", date(*from), date(*until)),
            None => format!("From {}", date(*from)),
        };
        let ground = ground.map(Word::label);
        let reason = [source, reason].into_iter().flatten().map(|text| typed(text.as_str())).collect_view();
        table.row([
            days.into(),
            view! { {status.label()} <br/> {ground} }.into_any().into(),
            reason.into_any().into(),
            format!("{}, by {by}", day_and_time(*at)).into(),
        ])
    });
    Some(view! { {h2(TITLE)} {table} }.into_any())
}

pub(super) const ROUTE: Act = Act {
    path: "route",
    title: "Change the team that works the case",
    now: |about| about.case.service_route.map(|it| it.label().to_owned()),
    begin: |about| Form::new().with("serviceRoute", about.case.service_route.map_or("", Word::code)),
    questions: |_, ask| {
        view! {
            {ask
                .radios("serviceRoute", "Who works the case?")
                .bold()
                .hint("This does not change whether the child is missing education.")
                .words::<ServiceRoute>()}
            {ask.date("from", "Since which day?").hint(DATE_HINT)}
            {ask.textarea("reason", "Why does this team work the case?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = DecideRouteInput {
            case: to.id,
            version: to.version,
            service_route: ServiceRoute::parse(form.get("serviceRoute")),
            from: form.day("from"),
            reason: form.text("reason"),
        };
        done(changes::decide_route(api, input), "Team saved")
    },
    ..ACT
};
