//! When our side fails, nobody is left without a number to call, and nothing that was typed is lost.

use acceptance::database::{self, Lock};
use acceptance::logs::Log;
use acceptance::prelude::*;
use http::{Method, StatusCode};

use super::report_tabs::{COOKIE, beside, exits};

const FORM: &str = "application/x-www-form-urlencoded";

/// Demands that a page says whom to call, and whose service it is.
fn says_whom_to_call(page: &Page) {
    for told in ["999", "101", "01632 960 200", "01632 960 300", "01632 960 100", "Luton Council"] {
        page.says(told);
    }
}

/// A browser that nobody looks over: what is shown while the database is away leaves no note, and shows no record.
fn alone(app: &TestApp) -> Browser {
    Browser::new(app.server(), app.origin())
}

/// Goes to the first question of a report.
async fn begun(browser: &Browser) -> Page {
    let about = browser.visit("/report").await.button("Start now");
    browser.submit(&about).await
}

on_both_engines! {
    async fn with_the_database_gone_everybody_is_told_whom_to_call(app: TestApp) {
        let (fresh, reporter) = (alone(&app), alone(&app));
        let danger = begun(&reporter).await;
        app.db().clone().close().await.unwrap();

        for path in ["/", "/contact", "/privacy", "/cookies", "/accessibility", "/report"] {
            for browser in [&fresh, &reporter] {
                let page = browser.get(path).await;
                page.is_shown().says("Luton Council");
            }
        }
        for browser in [&fresh, &reporter] {
            browser.get("/").await.says("999").says("101").says("01632 960 200").says("01632 960 300");
            browser.get("/report").await.says("999").says("101").says("01632 960 200").says("01632 960 300");
        }
        let failed = reporter.submit_once(&danger.form().with("danger", "YES")).await;
        assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{}", failed.text());
        says_whom_to_call(failed.says("What you typed").says("Danger"));
        let page = reporter.get(&beside(&danger, "harm")).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        says_whom_to_call(&page);
        // Whoever has to leave leaves, and this browser opens the report no more.
        let away = exits(&reporter, &danger).await;
        assert!(away.header("refresh").starts_with("0; url=https://"), "{} {}", away.status, away.text());
        away.keeps_silent_about("Luton Council");
        assert_eq!(reporter.cookies().get(COOKIE).map_or("", String::as_str), "");
    }

    async fn what_a_reporter_typed_while_the_database_was_locked_is_shown_and_can_be_sent_again(app: TestApp) {
        let reporter = alone(&app);
        let form = begun(&reporter).await.form().with("danger", "NO");
        let about = reporter.submit(&form).await.form().with("about", "NOT_IN_SCHOOL");
        let harm = reporter.submit(&about).await.form().with("harm", "NO");
        let name = reporter.submit(&harm).await.form().with("givenNames", "Zephyrine <b>").with("familyName", "Last");
        let lock = Lock::take(&app, "report_draft").await;

        let failed = reporter.submit_once(&name).await;

        assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{}", failed.text());
        says_whom_to_call(failed.says("Given names").says("Zephyrine <b>").says("may not have been saved"));
        lock.release().await;
        let next = reporter.submit(&failed.button("Try again")).await;
        assert_eq!(next.heading(), "How old is the child?", "{}", next.text());
    }

    async fn what_an_officer_typed_while_the_database_was_locked_is_saved_once_in_the_end(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let form = officer.visit(&format!("/cases/{}/note", case.reference)).await.form();
        let lock = Lock::take(&app, "event").await;
        let failed = officer.browser().submit_once(&form.with("text", "The gate was locked.")).await;

        assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{}", failed.text());
        says_whom_to_call(failed.says("The gate was locked."));
        lock.release().await;
        for _ in 0..2 {
            officer.submit(&failed.button("Try again")).await.is_shown();
        }
        assert_eq!(database::count(app.db(), "event", "kind = 'note_added'").await, 1);
    }

    async fn a_crowd_that_hangs_up_keeps_nobody_from_working_or_from_leaving(app: TestApp) {
        let officer = app.officer().await;
        let case = given::case().at(&app).await;
        let note = officer.visit(&format!("/cases/{}/note", case.reference)).await.form().with("text", "Seen today");
        let reporter = app.browser();
        let told = begun(&reporter).await;
        let mut strangers = Vec::new();
        for _ in 0..200 {
            let stranger = app.browser();
            let about = stranger.visit("/report").await.button("Start now");
            strangers.push((stranger, about));
        }
        let lock = Lock::take(&app, "report_draft").await;
        let crowd: Vec<_> = strangers
            .into_iter()
            .map(|(stranger, about)| tokio::spawn(async move { stranger.submit_once(&about).await }))
            .collect();
        // Until the queue is full, which the next are told.
        for _ in 0..40 {
            if crowd.iter().any(tokio::task::JoinHandle::is_finished) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let answered = crowd.iter().filter(|one| one.is_finished()).count();
        assert!((1..=40).contains(&answered), "{answered} found the queue full");
        for one in crowd {
            one.abort();
        }

        let away = exits(&reporter, &told).await;

        assert!(away.header("refresh").starts_with("0; url=https://"), "{} {}", away.status, away.text());
        // The file of SQLite is locked as a whole.
        if app.db().backend() == sea_orm::DbBackend::Postgres {
            officer.submit(&note).await.says("Note added");
            lock.release().await;
        } else {
            lock.release().await;
            officer.submit(&note).await.says("Note added");
        }
        let id = told.path.split('/').nth(2).unwrap();
        for _ in 0..100 {
            if database::count(app.db(), "report_draft", &format!("CAST(id AS TEXT) = '{id}'")).await == 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        assert!(database::count(app.db(), "report_draft", "1 = 1").await <= 168);
    }

    async fn every_refusal_of_a_page_says_whom_to_call(app: TestApp) {
        let browser = app.browser();
        let post = |path: &str, kind: &str| browser.request(&Method::POST, path).header("content-type", kind);
        let mut elsewhere = browser.request(&Method::GET, "/");
        elsewhere.headers_mut().unwrap().insert("host", "192.0.2.7:3000".parse().unwrap());
        let mut foreign = post("/report/about", FORM);
        foreign.headers_mut().unwrap().insert("sec-fetch-site", "cross-site".parse().unwrap());
        foreign.headers_mut().unwrap().remove("origin");
        for (request, body, status) in [
            (elsewhere, String::new(), StatusCode::BAD_REQUEST),
            (foreign, String::new(), StatusCode::FORBIDDEN),
            (browser.request(&Method::GET, "/nothing-here"), String::new(), StatusCode::NOT_FOUND),
            (post("/contact", FORM), String::new(), StatusCode::METHOD_NOT_ALLOWED),
            (post("/report/about", FORM), "x".repeat(70_000), StatusCode::PAYLOAD_TOO_LARGE),
            (post("/report/about", "text/plain"), "about=x".to_owned(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ] {
            let page = browser.send(request, body).await;
            assert_eq!(page.status, status, "{}", page.text());
            says_whom_to_call(&page);
        }
    }

    async fn whoever_comes_by_another_address_is_told_the_right_one_and_the_operator_once(app: TestApp) {
        let (log, _guard) = Log::listen();
        let browser = app.browser();
        for _ in 0..3 {
            let mut request = browser.request(&Method::GET, "/");
            request.headers_mut().unwrap().insert("host", "zebra.example:3000".parse().unwrap());
            let page = browser.send(request, "").await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST);
            page.says("https://onroll.example").says("ONROLL_PUBLIC_URL").says("--public-url");
            let mut request = browser.request(&Method::POST, "/report/about").header("content-type", FORM);
            request.headers_mut().unwrap().insert("origin", "http://onroll.example".parse().unwrap());
            let page = browser.send(request, "about=NOT_IN_SCHOOL").await;
            assert_eq!(page.status, StatusCode::FORBIDDEN);
            page.says("https://onroll.example").says("must end TLS");
        }
        let warned: Vec<String> = log.text().lines().filter(|line| line.contains(" WARN ")).map(str::to_owned).collect();
        assert_eq!(warned.len(), 2, "{warned:?}");
        assert!(warned.concat().contains("ONROLL_PUBLIC_URL") && !warned.concat().contains("zebra"), "{warned:?}");
    }
}
