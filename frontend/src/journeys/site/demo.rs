//! The pages of the demonstration: how to sign in as each kind of person, and the mails that went out. The backend has
//! the routes and the data, and only in the demonstration.

use axum::response::Response;
use chrono::{DateTime, Utc};

use crate::prelude::*;
use crate::visit::Visit;
use crate::when::day_and_time;

/// A mail that the demonstration kept instead of sending it.
#[derive(Clone, Debug)]
pub struct DemoMail {
    /// The id of the mail in addresses.
    pub id: String,
    /// The address of its recipient.
    pub to: String,
    /// The subject line.
    pub subject: String,
    /// The time it was written.
    pub at: DateTime<Utc>,
    /// The text, which may hold addresses of pages.
    pub body: String,
}

/// A person of the demonstration whom one can sign in as.
#[derive(Clone, Debug)]
pub struct DemoPerson {
    /// The role or job: "CME officer".
    pub what: String,
    /// The person's name.
    pub name: String,
    /// The email address that they sign in with.
    pub email: String,
    /// The password; `None` for those who are mailed a link.
    pub password: Option<String>,
    /// The path of the page on which they sign in.
    pub where_: String,
}

/// The list of these mails, newest first.
pub async fn demo_mail(visit: &Visit, mut mails: Vec<DemoMail>) -> Response {
    mails.sort_by_key(|mail| std::cmp::Reverse(mail.at));
    let list = Table::new("Emails, newest first").quiet().scrolls().columns(["Subject", "To", "Sent"]);
    let list = mails.into_iter().fold(list, |list, DemoMail { id, to, subject, at, .. }| {
        list.row([link(format!("/demo/mail/{id}"), subject).into(), to.into(), day_and_time(at).into()])
    });
    Page::new("Emails").trail([("Demonstration", "/demo")]).render(&visit.chrome().await, || {
        let none = list.is_empty().then(|| paragraph("Nothing has been sent yet. Reload this page once it has."));
        let some = (!list.is_empty()).then(|| list.view());
        view! {
            {h1("Emails")}
            {paragraph("What the demonstration would have sent. None of it left this computer.")}
            {none}
            {some}
        }
        .into_any()
    })
}

/// The page of one mail. Addresses in its text become links if they are of this site, whose `origin` is given without a
/// slash at the end: `http://…`.
pub async fn demo_mail_one(visit: &Visit, mail: DemoMail, origin: &str) -> Response {
    let DemoMail { to, subject, at, body, .. } = mail;
    let trail = [("Demonstration", "/demo"), ("Emails", "/demo/mail")];
    Page::new(subject.clone()).trail(trail).render(&visit.chrome().await, || {
        view! {
            {h1(subject)}
            {SummaryList::new().row("To", to).row("Sent", day_and_time(at))}
            <p class="govuk-body app-typed">{with_links(&body, origin)}</p>
        }
        .into_any()
    })
}

/// The page that says how to sign in as each of these people.
pub async fn demo_people(visit: &Visit, people: Vec<DemoPerson>) -> Response {
    let cards: Vec<_> = people
        .into_iter()
        .map(|DemoPerson { what, name, email, password, where_ }| {
            let password = password.map_or_else(
                || {
                    view! { "None: a link is sent, which you find among the " {link("/demo/mail", "emails")} }
                        .into_any()
                },
                IntoAny::into_any,
            );
            SummaryList::new()
                .card(what)
                .row("Name", name)
                .row("Sign in at", link(where_.clone(), where_))
                .row("Email address", email)
                .row("Password", password)
                .view()
        })
        .collect();
    Page::new("Sign in to the demonstration").render(&visit.chrome().await, || {
        view! {
            {h1("Sign in to the demonstration")}
            {paragraph("Nobody here is real. To become somebody else, sign out first.")}
            {cards}
        }
        .into_any()
    })
}

/// The text, in which addresses that begin with `origin` and a slash are links. Without the slash,
/// `http://localhost:3000.example.org` would begin with `http://localhost:3000` too.
fn with_links(text: &str, origin: &str) -> Vec<AnyView> {
    let start = format!("{}/", origin.trim_end_matches('/'));
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(&start) {
        let (before, from) = rest.split_at(at);
        let end = from.find(char::is_whitespace).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ',', ';', ':', ')']);
        pieces.push(before.to_owned().into_any());
        pieces.push(link(address, address));
        rest = &from[address.len()..];
    }
    pieces.push(rest.to_owned().into_any());
    pieces
}
