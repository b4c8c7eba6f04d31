//! The mails in the outbox that failed or wait, for administrators and managers, who can have them sent again.
//!
//! What must not live here: what a mail says, which nobody is shown.

use axum::Router;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use cynic::{Id, QueryBuilder};

use crate::api::Refusal;
use crate::documents::changes;
use crate::documents::inputs::SendMailAgainInput;
use crate::documents::mail::{Undelivered, UndeliveredMail, UndeliveredPage, UndeliveredVars};
use crate::parts::pager;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{MailKind, MailState};
use crate::when::day_and_time;
use crate::words::counted;

const LIST: &str = "/mail";
const WAITING: &str = "/mail?show=waiting";
const HELD: &str = "/mail?show=held";

/// The routes of this journey.
pub fn router() -> Router {
    Router::new()
        .route(LIST, get(show))
        .route("/mail/send-again", post(send_one))
        .route("/mail/send-failed-again", post(send_failed))
        .route("/mail/release", post(release))
}

fn href(state: MailState) -> &'static str {
    match state {
        MailState::Failed => LIST,
        MailState::Waiting => WAITING,
        MailState::Held => HELD,
    }
}

/// `GET /mail`.
async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    let state = match query.get("show") {
        "waiting" => MailState::Waiting,
        "held" => MailState::Held,
        _ => MailState::Failed,
    };
    let (after, before) = (query.some("after"), query.some("before"));
    let within = after.is_some() || before.is_some();
    let addresses = visit.may().read_mail_addresses;
    let page = match visit.api.run(Undelivered::build(UndeliveredVars { state, addresses, after, before })).await {
        Ok(answer) => answer.undelivered_mail,
        // A page that is no longer there, or never was.
        Err(Refusal::Invalid(_)) if within => return Ok(Redirect::to(href(state)).into_response()),
        Err(refusal) => return Err(refusal),
    };
    if within && page.nodes.is_empty() {
        return Ok(Redirect::to(href(state)).into_response());
    }
    Ok(list(&visit, state, page, &Faults::new()).await)
}

async fn list(visit: &Visit, state: MailState, page: UndeliveredPage, faults: &Faults) -> Response {
    let form = Form::new();
    let ask = Ask::new(&form, faults);
    Page::new("Mail").wide().ask(ask).render(&visit.chrome().await, || {
        let tabs = MailState::ALL
            .iter()
            .fold(SubNavigation::new("Mail"), |tabs, one| tabs.item(one.label(), href(*one), *one == state));
        view! { {h1("Mail")} {overdue(page.overdue_alerts)} {tabs} {h2(state.label())} {mails(state, page)} }.into_any()
    })
}

/// What to do about the alerts that wait, whichever list is looked at: an alert is never given up, so those that failed
/// stand among those that wait.
fn overdue(alerts: i32) -> Option<AnyView> {
    let alerts =
        (alerts > 0).then(|| counted(&alerts.to_string(), "safeguarding alert has", "safeguarding alerts have"))?;
    Some(warning_text(format!(
        "{alerts} not reached the safeguarding hub. Telephone the hub, and find out why under “{}”.",
        MailState::Waiting.label()
    )))
}

fn mails(state: MailState, page: UndeliveredPage) -> AnyView {
    if page.nodes.is_empty() {
        return paragraph(match state {
            MailState::Failed => "No mail has failed.",
            MailState::Waiting => "No mail is waiting.",
            MailState::Held => "No mail is held.",
        });
    }
    let about = match state {
        MailState::Failed => {
            "These could not be delivered and are not tried again unless you say so. Find out why first: a wrong address \
             stays wrong."
        }
        MailState::Waiting => "These are tried again by themselves. A safeguarding alert is tried until it has left.",
        MailState::Held => {
            "The register was restored from a copy, and these had not left when the copy was made. They may have left since. \
             Send those whose readers do not know yet what they say."
        }
    };
    let all = match state {
        MailState::Failed => Some(("Send all that failed again", "/mail/send-failed-again")),
        MailState::Held => Some(("Send all that are held", "/mail/release")),
        MailState::Waiting => None,
    };
    let all = all.map(|(words, to)| post_form(view! { {button(words).secondary()} }).to(to).view());
    let count = counted(&page.count.display, "mail", "mails");
    let columns = ["For", "To", "Age", "Attempts", "Next try", "Fault", "Action"];
    let table = Table::new(state.label()).quiet().scrolls().columns(columns);
    let table = page.nodes.into_iter().fold(table, |table, mail| table.row(row(mail)));
    let joint = if href(state).contains('?') { '&' } else { '?' };
    let pager = pager(&page.page_info, |side, cursor| {
        let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        format!("{}{joint}{side}={cursor}", href(state))
    });
    view! { {paragraph(about)} {paragraph(count)} {all} {table} {pager} }.into_any()
}

fn row(mail: UndeliveredMail) -> Vec<Content> {
    let UndeliveredMail { id, kind, recipient, address, age_seconds, attempts, next_try_at, fault, may_send_again } =
        mail;
    let what = match kind {
        MailKind::SafeguardingAlert => tag(kind.label(), Colour::Red),
        _ => kind.label().into_any(),
    };
    let to = view! { {recipient.label()} {address.map(|address| view! { <br /> {address} })} };
    let again = if may_send_again {
        let id = id.into_inner();
        let send = view! {
            {button("Send again").secondary().sends("id", id)}
        };
        post_form(send).to("/mail/send-again").view()
    } else {
        "Its link is gone; they can ask for a new one".into_any()
    };
    vec![
        what.into(),
        to.into_any().into(),
        age(age_seconds).into(),
        attempts.to_string().into(),
        next_try_at.map_or_else(|| "None".to_owned(), day_and_time).into(),
        fault.unwrap_or_else(|| "Not tried yet".to_owned()).into(),
        again.into(),
    ]
}

/// An age in its largest whole unit: "3 hours".
fn age(seconds: i32) -> String {
    let (count, unit) = match seconds {
        ..60 => return "Less than a minute".to_owned(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    counted(&count.to_string(), unit, &format!("{unit}s"))
}

/// `POST /mail/send-again`.
async fn send_one(visit: Visit, Typed(form): Typed) -> Reply {
    let input = SendMailAgainInput { id: Id::new(form.get("id")) };
    let sent = changes::send_mail_again(&visit.api, input).await.map(|sent| sent.count);
    told(&visit, sent).await
}

/// `POST /mail/send-failed-again`.
async fn send_failed(visit: Visit) -> Reply {
    let sent = changes::send_failed_mail_again(&visit.api).await.map(|sent| sent.count);
    told(&visit, sent).await
}

/// `POST /mail/release`.
async fn release(visit: Visit) -> Reply {
    let sent = changes::release_held_mail(&visit.api).await.map(|sent| sent.count);
    told(&visit, sent).await
}

/// Says how many are sent again, or on the list why none is.
async fn told(visit: &Visit, sent: Result<i32, Refusal>) -> Reply {
    let faults = match sent {
        Ok(count) => {
            let mails = counted(&count.to_string(), "mail is", "mails are");
            return Ok(visit.go_saying(WAITING, &format!("{mails} being sent again")).await);
        }
        Err(refusal) => refusal.on_form()?,
    };
    let addresses = visit.may().read_mail_addresses;
    let vars = UndeliveredVars { state: MailState::Failed, addresses, after: None, before: None };
    let page = visit.api.run(Undelivered::build(vars)).await?.undelivered_mail;
    Ok(list(visit, MailState::Failed, page, &faults).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_its_largest_whole_unit() {
        for (seconds, expected) in [
            (0, "Less than a minute"),
            (59, "Less than a minute"),
            (60, "1 minute"),
            (3_599, "59 minutes"),
            (3_600, "1 hour"),
            (86_399, "23 hours"),
            (86_400, "1 day"),
            (400_000, "4 days"),
        ] {
            assert_eq!(age(seconds), expected);
        }
    }
}
