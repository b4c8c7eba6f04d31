//! Requests that no honest program sends: refused at once, with the process alive and nothing told.

use std::fmt::Write;
use std::time::{Duration, Instant};

use acceptance::prelude::*;
use http::{Method, StatusCode};

/// Sends `body` to the API as it is.
async fn sent(browser: &Browser, method: Method, content_type: Option<&str>, body: String) -> Page {
    let mut request = browser.request(&method, "/graphql");
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    browser.send(request, body).await
}

async fn asked(browser: &Browser, query: &str) -> Page {
    sent(browser, Method::POST, Some("application/json"), json!({ "query": query }).to_string()).await
}

fn code(page: &Page) -> String {
    let json: Value = serde_json::from_str(&page.body).unwrap();
    json["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
}

on_both_engines! {
    /// The library's parser overflows the stack on some two thousand brackets, which ends the process.
    async fn nested_brackets_do_not_end_the_process(app: TestApp) {
        let browser = app.browser();
        for query in [
            format!("{{f(a:{}{})}}", "[".repeat(2_000), "]".repeat(2_000)),
            format!("{{f(a:{}1{})}}", "{a:".repeat(1_500), "}".repeat(1_500)),
            "{a".repeat(2_000),
            format!("query($v:{}Int{}){{a}}", "[".repeat(2_000), "]".repeat(2_000)),
        ] {
            let page = asked(&browser, &query).await;
            assert_eq!((page.status, code(&page).as_str()), (StatusCode::BAD_REQUEST, "TOO_COMPLEX"));
        }
        asked(&browser, "{ viewer { kind } }").await.is_shown();
    }

    /// Limits that are found by expanding every fragment cost 25 seconds here.
    async fn a_fan_of_fragments_is_refused_quickly(app: TestApp) {
        let mut bomb = String::from("{ viewer { ...f0 } }");
        for level in 0..5 {
            write!(bomb, " fragment f{level} on Viewer {{ {} }}", format!("...f{} ", level + 1).repeat(40)).unwrap();
        }
        bomb.push_str(" fragment f5 on Viewer { kind }");
        let begun = Instant::now();

        let page = asked(&app.browser(), &bomb).await;

        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    }

    async fn a_large_body_is_refused_before_it_is_read(app: TestApp) {
        let browser = app.browser();
        for (path, content_type) in [("/graphql", "application/json"), ("/sign-in", "application/x-www-form-urlencoded")] {
            let request = browser.request(&Method::POST, path).header("content-type", content_type);
            let page = browser.send(request, "x".repeat(3 * 1024 * 1024)).await;
            assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        }
    }

    async fn only_json_by_post_is_answered(app: TestApp) {
        let officer = app.officer().await;
        let browser = officer.browser();
        let body = json!({ "query": "{ viewer { kind } }" }).to_string();
        for content_type in
            [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("multipart/form-data; boundary=x")]
        {
            let page = sent(browser, Method::POST, content_type, body.clone()).await;
            assert_eq!(page.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type:?}");
        }
        let page = browser.get("/graphql?query={viewer{kind}}").await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
        let batch = sent(browser, Method::POST, Some("application/json"), format!("[{body}]")).await;
        assert_eq!(batch.status, StatusCode::BAD_REQUEST);
        sent(browser, Method::POST, Some("application/json; charset=utf-8"), body).await.is_shown();
    }

    async fn too_much_at_once_is_refused(app: TestApp) {
        let browser = app.officer().await.browser().clone();
        let aliases = (0..30).map(|n| format!("a{n}: viewer {{ kind }}")).collect::<Vec<_>>().join(" ");
        let roots = "viewer { kind } ".repeat(11);
        let deep = "{ cases { nodes { referrals { case { referrals { case { referrals { case { referrals { case { reference } } } } } } } } } } }";
        for (query, status) in [
            (format!("{{ {aliases} }}"), StatusCode::BAD_REQUEST),
            (format!("{{ {roots} }}"), StatusCode::BAD_REQUEST),
            (deep.to_owned(), StatusCode::BAD_REQUEST),
            ("query a { viewer { kind } } query b { viewer { kind } }".to_owned(), StatusCode::BAD_REQUEST),
            (format!("{{ viewer {{ kind }} }} # {}", "x".repeat(9_000)), StatusCode::PAYLOAD_TOO_LARGE),
            ("{ case(reference: \"\\u0000\") { reference } }".to_owned(), StatusCode::BAD_REQUEST),
        ] {
            let page = asked(&browser, &query).await;
            assert_eq!(page.status, status, "{query}: {}", page.body);
        }
    }

    /// GraphQL over HTTP, section 6: the media type decides which status tells that a question does not fit.
    async fn a_question_that_does_not_fit_is_answered_in_the_media_type_asked_for(app: TestApp) {
        for question in ["{ viewer ", "{ noSuchField }"] {
            for (accept, status, kind) in [
                (None, StatusCode::OK, "application/json"),
                (Some("*/*"), StatusCode::OK, "application/json"),
                (Some("application/json, application/graphql-response+json;q=0.5"), StatusCode::OK, "application/json"),
                (
                    Some("application/graphql-response+json, application/json;q=0.9"),
                    StatusCode::BAD_REQUEST,
                    "application/graphql-response+json",
                ),
            ] {
                let browser = app.browser();
                let mut request = browser.request(&Method::POST, "/graphql").header("content-type", "application/json");
                if let Some(accept) = accept {
                    request = request.header("accept", accept);
                }
                let page = browser.send(request, json!({ "query": question }).to_string()).await;
                assert_eq!((page.status, page.header("content-type")), (status, kind), "{question} {accept:?}");
                assert!(!page.body.contains("\"data\""), "nothing was run: {}", page.body);
            }
        }
    }

    async fn json_is_taken_in_utf_8_only(app: TestApp) {
        for (kind, status) in [
            ("application/json; charset=utf-8", StatusCode::OK),
            ("application/json;charset=\"UTF-8\"", StatusCode::OK),
            ("application/json; charset=utf-7", StatusCode::UNSUPPORTED_MEDIA_TYPE),
            ("application/json; charset=utf-8; charset=utf-16", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ] {
            let asked = json!({ "query": "{ viewer { kind } }" }).to_string();
            let page = sent(&app.browser(), Method::POST, Some(kind), asked).await;
            assert_eq!(page.status, status, "{kind}: {}", page.body);
        }
    }

    async fn two_changes_in_one_question_are_refused_and_neither_is_made(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let note = format!("addNote(input: {{case: \"{}\", text: \"x\"}}) {{ version }}", case.reference);
        let query = format!("mutation {{ a: {note} b: {note} }}");

        let page = asked(officer.browser(), &query).await;

        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{}", page.body);
        assert_eq!(acceptance::database::count(app.db(), "event", "kind = 'note_added'").await, 0);
    }

    async fn page_sizes_have_bounds_at_every_level(app: TestApp) {
        given::case().at(&app).await;
        let officer = app.officer().await;
        for first in ["0", "-1", "101", "2147483647"] {
            for query in [
                format!("{{ cases(first: {first}) {{ nodes {{ reference }} }} }}"),
                format!("{{ cases(first: 1) {{ nodes {{ timeline(first: {first}) {{ seq }} }} }} }}"),
                format!("{{ schools(first: {first}) {{ nodes {{ urn }} }} }}"),
                format!("{{ referrals(first: {first}) {{ nodes {{ reference }} }} }}"),
            ] {
                let answer = officer.ask(&query, json!({})).await;
                let refused = answer.codes().iter().all(|code| ["INVALID", "BAD_REQUEST"].contains(code));
                assert!(!answer.codes().is_empty() && refused, "{query}: {}", answer.json);
            }
        }
    }

    async fn the_schema_is_shown_to_staff_and_nobody_else(app: TestApp) {
        let standard = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } types { ...FullType } \
            directives { name description locations args { ...InputValue } } } } \
            fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description \
            args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } inputFields { ...InputValue } \
            interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description isDeprecated \
            deprecationReason } possibleTypes { ...TypeRef } } \
            fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue } \
            fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { \
            kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";
        let one = "{ __type(name: \"Case\") { name } }";
        for staff in [app.officer().await, app.analyst().await] {
            assert_eq!(staff.ask(standard, json!({})).await.text("/__schema/queryType/name"), "Query");
            assert_eq!(staff.ask(one, json!({})).await.text("/__type/name"), "Case");
        }
        let contact = app.school_contact(&given::contact_somewhere(&app).await).await;
        let partner = app.partner("Luton Health", Scope::ALL).await;
        for browser in [contact.browser(), partner.browser(), &app.browser()] {
            for question in [standard, one, "{ __schema { types { name } } }"] {
                let answer = browser.ask(question, json!({})).await;
                assert!(answer.at("/__schema").is_null() && answer.at("/__type").is_null(), "{}", answer.json);
                assert!(["FORBIDDEN", "UNAUTHENTICATED"].contains(&answer.codes()[0]), "{}", answer.json);
            }
        }
    }

    async fn a_question_that_does_not_fit_says_what_and_where_within_the_askers_own_schema(app: TestApp) {
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        for (question, told) in [
            ("{ case(reference: 1) { reference } }", "argument \"reference\" is of the wrong type"),
            ("{ cases { nodes { riskk } } }", "\"riskk\" is not part of the schema for you"),
            // Others have a list of staff, and nobody has one of dragons.
            ("{ staff(nothing: 1) { nodes { id } } }", "\"staff\" is not part of the schema for you"),
            ("{ dragons(nothing: 1) { nodes { id } } }", "\"dragons\" is not part of the schema for you"),
        ] {
            let answer = partner.ask(question, json!({})).await;
            assert_eq!(answer.codes(), ["BAD_REQUEST"], "{question}: {}", answer.json);
            let error = &answer.errors()[0];
            assert!(error["message"].as_str().unwrap().contains(told), "{question}: {}", answer.json);
            assert!(error["locations"][0]["line"].is_number(), "{question}: {}", answer.json);
        }
        let lookup = "query($who: ChildLookupInput!) { childLookup(input: $who) { matched } }";
        let answer = partner.ask(lookup, json!({ "who": { "familyName": 7 } })).await;
        let text = answer.json.to_string();
        for told in ["variable \\\"$who\\\", field \\\"familyName\\\" is of the wrong type", "field \\\"purpose\\\" is missing"] {
            assert!(text.contains(told), "{told}: {text}");
        }
    }

    async fn nothing_is_suggested(app: TestApp) {
        let officer = app.officer().await;
        for question in ["{ cases { nodes { riskk } } }", "{ casess }", "{ case }"] {
            let page = asked(officer.browser(), question).await;
            assert_eq!(code(&page), "BAD_REQUEST", "{}", page.body);
            page.keeps_silent_about("Did you mean");
        }
    }

    async fn a_token_and_a_session_at_once_are_refused(app: TestApp) {
        let officer = app.officer().await;
        let token = given::token(&app, "Luton Health", &[Scope::StatisticsRead]).await;
        let browser = officer.browser();
        let request = browser.request(&Method::POST, "/graphql").header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}"));
        let page = browser.send(request, json!({ "query": "{ viewer { kind } }" }).to_string()).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
    }

    async fn a_browser_that_says_another_origin_or_none_is_refused_on_every_unsafe_request(app: TestApp) {
        let officer = app.officer().await;
        let browser = officer.browser();
        for (origin, site) in [
            ("https://evil.example", "cross-site"),
            ("https://other.onroll.example", "same-site"),
            ("null", "cross-site"),
            ("null", "none"),
        ] {
            for path in ["/graphql", "/sign-out", "/account/stay", "/report/about"] {
                let mut request = browser.request(&Method::POST, path).header("content-type", "application/json");
                let headers = request.headers_mut().unwrap();
                headers.insert("origin", origin.parse().unwrap());
                headers.insert("sec-fetch-site", site.parse().unwrap());
                let page = browser.send(request, "{}").await;
                assert!([StatusCode::FORBIDDEN].contains(&page.status), "{origin} {site} {path}: {}", page.status);
            }
        }
        browser.get("/cases").await.is_shown();
    }

    async fn another_site_cannot_ask_as_the_person_signed_in(app: TestApp) {
        let officer = app.officer().await;
        let browser = officer.browser();
        let mut request = browser.request(&Method::POST, "/graphql").header("content-type", "application/json");
        let headers = request.headers_mut().unwrap();
        headers.insert("origin", "https://evil.example".parse().unwrap());
        headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
        let page = browser.send(request, json!({ "query": "{ viewer { name } }" }).to_string()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.keeps_silent_about("Olu");
    }

    async fn another_host_is_not_answered(app: TestApp) {
        let browser = app.browser();
        let mut request = browser.request(&Method::GET, "/");
        request.headers_mut().unwrap().insert("host", "evil.example".parse().unwrap());
        assert_eq!(browser.send(request, "").await.status, StatusCode::BAD_REQUEST);
    }

    async fn the_service_says_that_it_lives_and_that_it_is_ready(app: TestApp) {
        let anybody = app.anybody();
        for path in ["/health/live", "/health/ready"] {
            anybody.get(path).await.is_shown();
        }
    }
}
