//! What is refused on the way to the API is refused in its own form, and a flood of it costs no write.

use acceptance::database::{column, tamper};
use acceptance::prelude::*;
use backend::secret::bearer::PlainToken;
use http::{Method, StatusCode};

const REPORT: &str = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference heldUntil } }";

/// Asks who is asking with this token.
async fn asked_with(app: &TestApp, token: &str) -> Page {
    let browser = app.browser().from("203.0.113.9").with_bearer(token);
    let request = browser.request(&Method::POST, "/graphql").header("content-type", "application/json");
    browser.send(request, json!({ "query": "{ viewer { kind } }" }).to_string()).await
}

/// What is counted in the database, all of it.
async fn counted(app: &TestApp) -> Vec<String> {
    column(app.db(), "SELECT id || ' ' || CAST(count AS TEXT) FROM throttle ORDER BY id").await
}

async fn sent(app: &TestApp, browser: &Browser) -> bool {
    let key = format!("a-report-with-a-key-{}", app.next());
    let input = json!({ "input": { "key": key, "answers": typed::report().input() } });
    browser.ask(REPORT, input).await.sound().at("/sendReport/heldUntil").is_null()
}

on_both_engines! {
    async fn every_refusal_of_the_api_is_json_with_a_code(app: TestApp) {
        let browser = app.browser();
        let post = || browser.request(&Method::POST, "/graphql").header("content-type", "application/json");
        let mut elsewhere = post();
        elsewhere.headers_mut().unwrap().insert("host", "192.0.2.7:3000".parse().unwrap());
        let mut foreign = post();
        foreign.headers_mut().unwrap().insert("origin", "https://evil.example".parse().unwrap());
        let mut cross = post();
        cross.headers_mut().unwrap().insert("sec-fetch-site", "cross-site".parse().unwrap());
        cross.headers_mut().unwrap().remove("origin");
        let plain = browser.request(&Method::POST, "/graphql").header("content-type", "text/plain");
        for (request, body, status, code) in [
            (post(), "x".repeat(65 * 1024), StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE"),
            (elsewhere, "{}".to_owned(), StatusCode::BAD_REQUEST, "BAD_REQUEST"),
            (foreign, "{}".to_owned(), StatusCode::FORBIDDEN, "FORBIDDEN"),
            (cross, "{}".to_owned(), StatusCode::FORBIDDEN, "FORBIDDEN"),
            (plain, "{}".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE"),
            (browser.request(&Method::GET, "/graphql"), String::new(), StatusCode::METHOD_NOT_ALLOWED, "BAD_REQUEST"),
        ] {
            let page = browser.send(request, body).await;
            assert_eq!(page.status, status, "{}", page.body);
            assert_eq!(page.header("content-type"), "application/json", "{status}: {}", page.body);
            let answer: Value = serde_json::from_str(&page.body).unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{answer}");
            assert!(answer["errors"][0]["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}");
        }
    }

    async fn a_wrong_token_costs_no_write_and_a_mistyped_one_not_even_a_read(app: TestApp) {
        let right = given::token(&app, "Luton Health", &[Scope::StatisticsRead]).await;
        let (before, notes) = (counted(&app).await, column(app.db(), "SELECT id FROM access_note").await.len());
        let asked = app.statements();
        for mistyped in ["onr_nothing", "Bearer", "", &right[..right.len() - 1]] {
            assert_eq!(asked_with(&app, mistyped).await.status, StatusCode::UNAUTHORIZED, "{mistyped}");
        }
        assert_eq!(app.statements(), asked, "a token that fails its checksum reached the database");
        for _ in 4..30 {
            let unknown = PlainToken::new().unwrap();
            assert_eq!(asked_with(&app, unknown.reveal()).await.status, StatusCode::UNAUTHORIZED);
        }
        let page = asked_with(&app, PlainToken::new().unwrap().reveal()).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{}", page.body);
        assert!(!page.header("retry-after").is_empty());
        assert_eq!(asked_with(&app, "onr_nothing").await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(counted(&app).await, before);
        assert_eq!(column(app.db(), "SELECT id FROM access_note").await.len(), notes);
        // Whoever shares the address and has a right token is let in all the same.
        assert_eq!(asked_with(&app, &right).await.status, StatusCode::OK);
    }

    async fn past_a_limit_nothing_more_is_written_and_the_database_has_the_last_word(app: TestApp) {
        let crowd = app.browser().from("203.0.113.7");
        for _ in 0..10 {
            assert!(sent(&app, &crowd).await);
        }
        for _ in 0..2 {
            assert!(!sent(&app, &crowd).await);
        }
        let before = counted(&app).await;
        for _ in 0..3 {
            assert!(!sent(&app, &crowd).await);
        }
        assert_eq!(counted(&app).await, before, "who is past the limit is counted again");

        // Another instance lets them go.
        tamper(app.db(), "DELETE FROM throttle").await;
        assert!(sent(&app, &crowd).await, "a limit outlives its count");
    }
}
