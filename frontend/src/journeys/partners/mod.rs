//! The public pages for developers of partner agencies: what the API is, what a token of theirs allows, and where to
//! hand in a token that was found. A token is typed into a form, never stands in an address, and is not stored.

mod examples;

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::bearer_token::TokenFacts;
use crate::denied::Denied;
use crate::error;
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::Scope;
use crate::when::date;

/// The routes of this journey.
pub fn router() -> Router {
    Router::new().route("/partners", get(show).post(look)).route("/partners/leaked", get(ask_leaked).post(hand_in))
}

const TITLE: &str = "API for partner agencies";

/// `GET /partners`: about the API, with a form for a token.
async fn show(visit: Visit) -> Response {
    about(&visit, &Faults::new(), None).await
}

/// `POST /partners`: the same with what the token allows.
async fn look(visit: Visit, Typed(form): Typed) -> Response {
    let token = form.get("token").trim().to_owned();
    if token.is_empty() {
        return about(&visit, &Faults::from_iter([("token", "Enter a token")]), None).await;
    }
    match visit.tokens.look_at(token).await {
        Ok(Some(facts)) => about(&visit, &Faults::new(), Some(facts)).await,
        Ok(None) | Err(Denied::Refused) => {
            let wrong = "This token is not accepted: check that you have all of it, or ask us for a new one";
            about(&visit, &Faults::from_iter([("token", wrong)]), None).await
        }
        Err(denied) => failed(&visit, &denied).await,
    }
}

async fn failed(visit: &Visit, denied: &Denied) -> Response {
    let chrome = visit.chrome().await;
    match denied {
        Denied::Throttled(until) => error::too_many(&chrome, *until),
        Denied::Refused | Denied::Internal => error::internal(&chrome),
    }
}

/// The page about the API. The token that was typed is not shown again, because it is a secret.
async fn about(visit: &Visit, faults: &Faults, facts: Option<TokenFacts>) -> Response {
    let form = Form::new();
    let ask = Ask::new(&form, faults);
    let phone = visit.site.team_phone.clone();
    Page::new(TITLE).ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1(TITLE)}
            {facts.map(|facts| told(&visit.site.address, &facts))}
            {paragraph(
                "Agencies that have an agreement with us can ask whether a child is known to the children missing \
                 education team, answer what we asked them, and tell us of a child. The API is GraphQL over HTTPS: each \
                 question is a POST of JSON to /graphql, with a token in the Authorization header.",
            )}
            {link("/partners/schema.graphql", "Download the schema")}
            {h2("What your token may ask")}
            {post_form(view! {
                {ask.password("token", "Token")
                    .hint("We show what it may be used for. It is not kept, and nothing is used of what it may ask.")}
                {button("Show")}
            }).to("/partners")}
            {h2("Scopes")}
            {scopes()}
            {h2("How much you may ask")}
            {paragraph(
                "Each question costs points: one for each field, times the number of rows it may give, and at least \
                 100 for a lookup. A client has so many in a minute and so many in a day. Past that the answer is 429, \
                 with the error THROTTLED, when to try again in retryAt, and in seconds in the header Retry-After.",
            )}
            {paragraph(
                "A client whose use is unusual is paused: 10 lookups within an hour that find nobody, 30 lookups within \
                 a minute, or a call from a network it never called from.",
            )}
            {paragraph(format!("The answer is then PAUSED. Ring us on {phone}."))}
            {h2("Errors")}
            {errors()}
            {h2("A token was found")}
            {paragraph("If a token is where others can read it, hand it in: it stops working at once.")}
            {link("/partners/leaked", "Hand in a token")}
        }
        .into_any()
    })
}

fn scopes() -> AnyView {
    let table = Table::new("What a token may be used for").quiet().scrolls().columns(["Scope", "What it allows"]);
    let table = Scope::ALL.iter().fold(table, |table, scope| table.row([scope.code().into(), scope.label().into()]));
    table.view()
}

fn errors() -> AnyView {
    let rows = [
        ("UNAUTHENTICATED", "The token is not accepted, or not from this address. The status is 401."),
        ("PAUSED", "The client is paused: ring us. The status is 403 from the next question on."),
        ("FORBIDDEN", "The token is not for this. On a field: the agreement does not name it, and it is null."),
        ("NOT_FOUND", "There is no such thing, or not for you."),
        ("INVALID", "What is wrong is in extensions.fields, by field."),
        ("CONFLICT", "Somebody changed the thing in between: read it again."),
        ("THROTTLED", "Too much was asked: try again at retryAt. The status is 429."),
        ("BAD_REQUEST", "The question does not fit the schema."),
        ("INTERNAL", "Our fault. Try again, then ring us."),
    ];
    let table = Table::new("In extensions.code of each error").quiet().scrolls().columns(["Code", "What it means"]);
    rows.into_iter().fold(table, |table, (code, means)| table.row([code.into(), means.into()])).view()
}

/// What the token allows, with an example for each of its scopes.
fn told(address: &str, facts: &TokenFacts) -> AnyView {
    let examples: Vec<_> = facts.scopes.iter().map(|scope| examples::of(address, *scope)).collect();
    let standing = if facts.paused { tag("Paused", Colour::Red) } else { tag("Accepted", Colour::Green) };
    let list = |words: Vec<&str>| if words.is_empty() { "Nothing".to_owned() } else { words.join(", ") };
    view! {
        {SummaryList::new()
            .card("Your token")
            .row("State", standing)
            .row("Agency", facts.agency.clone())
            .row("Client", facts.client.clone())
            .row("Purpose", facts.purpose.clone())
            .row("May", list(facts.scopes.iter().map(|scope| scope.label()).collect()))
            .row("May be shown", list(facts.fields.iter().map(|field| field.label()).collect()))
            .row("Last day", date(facts.expires_on))
            .row("Points left in this minute", format!("{} of {}", facts.left_in_minute, facts.per_minute))
            .row("Points left today", format!("{} of {}", facts.left_in_day, facts.per_day))}
        {examples}
    }
    .into_any()
}

const FOUND: &str = "Hand in a token";

/// `GET /partners/leaked`: the form for a token that was found.
async fn ask_leaked(visit: Visit) -> Response {
    leaked(&visit, &Faults::new()).await
}

/// `POST /partners/leaked`: revokes the token if it is one. The answer is the same whatever was typed.
async fn hand_in(visit: Visit, Typed(form): Typed) -> Response {
    let token = form.get("token").trim().to_owned();
    if token.is_empty() {
        return leaked(&visit, &Faults::from_iter([("token", "Enter the token that was found")])).await;
    }
    if let Err(denied) = visit.tokens.hand_in(token).await {
        return failed(&visit, &denied).await;
    }
    Page::new("Thank you").render(&visit.chrome().await, || {
        view! {
            {h1("Thank you")}
            {paragraph(
                "If this is a token of ours, it stopped working just now, and we have told those who must know. You need \
                 do nothing more.",
            )}
        }
        .into_any()
    })
}

async fn leaked(visit: &Visit, faults: &Faults) -> Response {
    let form = Form::new();
    let ask = Ask::new(&form, faults);
    Page::new(FOUND).back("/partners").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1(FOUND)}
            {paragraph(
                "A token begins with onr_. If you found one in a repository, a chat, a ticket or a log, type it here. It \
                 is revoked at once, whoever you are.",
            )}
            {post_form(view! {
                {ask.password("token", "Token")}
                {button("Hand in")}
            })}
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests;
