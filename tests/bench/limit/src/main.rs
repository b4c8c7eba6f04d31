//! Hand-written handlers on the tables of a filled Onroll: one SQL statement a request, which lets the database build
//! the answer, and no rights, no access notes, no limits. Nobody can serve the same much more cheaply, so
//! `tests/bench/run` gives what Onroll needs in parts of what this needs.
//!
//! What must not live here: anything that makes it safe to use.

mod page;
mod statements;
mod store;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Value;

use statements::{CASE, CASES, LIST, SEARCH, STATISTICS, SUBMIT};
use store::Store;

/// Where the cases of a state begin when no cursor is given: before the first day, and before every id.
const FIRST_DAY: &str = "0001-01-01";
const FIRST_ID: &str = "00000000000000000000000000000000";

/// A list of one state, after a case by its day and its id in hexadecimal.
#[derive(Deserialize)]
struct Listed {
    state: String,
    due: Option<String>,
    id: Option<String>,
}

impl Listed {
    fn arguments(self) -> Vec<String> {
        vec![
            self.state,
            self.due.unwrap_or_else(|| FIRST_DAY.to_owned()),
            self.id.unwrap_or_else(|| FIRST_ID.to_owned()),
        ]
    }
}

#[derive(Deserialize)]
struct Named {
    reference: String,
}

#[derive(Deserialize)]
struct Sought {
    prefix: String,
    year: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Submitted {
    family_name: String,
    given_names: String,
    date_of_birth: String,
    concern: String,
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, port] = arguments.as_slice() else {
        eprintln!("limit DATABASE_URL PORT   makes its own tables anew, and serves on 127.0.0.1");
        std::process::exit(2)
    };
    let store = Store::open(url).await;
    let router = Router::new()
        .route("/cases.json", get(cases))
        .route("/case.json", get(case))
        .route("/search.json", get(search))
        .route("/statistics.json", get(statistics))
        .route("/submit.json", post(submit))
        .route("/cases", get(list_page))
        .route("/case", get(case_page))
        .with_state(store);
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("the port is free");
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await.expect("the server runs");
}

fn json(text: String) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], text)
}

async fn cases(State(store): State<Store>, Query(listed): Query<Listed>) -> impl IntoResponse {
    json(store.text(&CASES, listed.arguments()).await)
}

async fn case(State(store): State<Store>, Query(named): Query<Named>) -> impl IntoResponse {
    json(store.text(&CASE, vec![named.reference]).await)
}

async fn search(State(store): State<Store>, Query(sought): Query<Sought>) -> impl IntoResponse {
    let beyond = beyond(&sought.prefix);
    json(store.text(&SEARCH, vec![sought.year, sought.prefix, beyond]).await)
}

/// The first text after all that begin with `prefix`.
fn beyond(prefix: &str) -> String {
    let mut letters: Vec<char> = prefix.chars().collect();
    if let Some(last) = letters.last_mut() {
        *last = char::from_u32(*last as u32 + 1).unwrap_or(char::MAX);
    }
    letters.into_iter().collect()
}

async fn statistics(State(store): State<Store>) -> impl IntoResponse {
    json(store.text(&STATISTICS, Vec::new()).await)
}

async fn submit(State(store): State<Store>, body: Bytes) -> impl IntoResponse {
    let sent: Submitted = serde_json::from_slice(&body).expect("a report is JSON");
    let Submitted { family_name, given_names, date_of_birth, concern } = sent;
    json(store.submit(&SUBMIT, vec![family_name, given_names, date_of_birth, concern]).await)
}

async fn list_page(State(store): State<Store>, Query(listed): Query<Listed>) -> Html<String> {
    let state = listed.state.clone();
    Html(page::list(&state, &store.rows(&LIST, listed.arguments()).await))
}

async fn case_page(State(store): State<Store>, Query(named): Query<Named>) -> Html<String> {
    let case: Value = serde_json::from_str(&store.text(&CASE, vec![named.reference]).await).expect("it is JSON");
    Html(page::case(&case["case"]))
}
