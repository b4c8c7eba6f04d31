//! Whoever tries past a limit leaves one note an hour, whose count rises.

use acceptance::database::column;
use acceptance::prelude::*;
use http::StatusCode;

const MANY: StatusCode = StatusCode::TOO_MANY_REQUESTS;
const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// What was refused past a limit, with how often; one row each.
async fn noted(app: &TestApp) -> Vec<String> {
    let query =
        "SELECT subject || ': ' || CAST(times AS TEXT) FROM access_note WHERE refusal = 'throttled' ORDER BY subject";
    column(app.db(), query).await
}

/// Asks for a link at the page `path`.
async fn asked(browser: &Browser, path: &str, email: &str) -> Page {
    let form = browser.visit(path).await.form().with("email", email);
    browser.submit(&form).await
}

on_both_engines! {
    async fn passwords_past_the_limit_are_counted_in_one_note(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let stranger = app.browser().from("203.0.113.7");
        for _ in 0..10 {
            assert_eq!(give_password(&stranger, &officer.email, "a wrong password").await.status, WRONG);
        }
        assert!(noted(&app).await.is_empty());
        for _ in 0..3 {
            assert_eq!(give_password(&stranger, &officer.email, "a wrong password").await.status, MANY);
        }
        assert_eq!(noted(&app).await, ["password by account past the limit: 3"]);
        let whose = "SELECT viewer || ' ' || address FROM access_note WHERE refusal = 'throttled'";
        assert_eq!(column(app.db(), whose).await, [format!("staff:{} 203.0.113.7", officer.id)]);

        // Nobody's address is noted as nobody's, and counted by where it comes from.
        let other = app.browser().from("203.0.113.8");
        for number in 0..15 {
            assert_eq!(give_password(&other, &format!("nobody{number}@luton.example"), "a wrong password").await.status, WRONG);
        }
        for _ in 0..4 {
            assert_eq!(give_password(&other, "nobody@luton.example", "a wrong password").await.status, MANY);
        }
        assert_eq!(noted(&app).await, ["password by account past the limit: 3", "password by address past the limit: 4"]);
    }

    async fn second_factors_past_the_limit_are_counted_in_one_note(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let pending = async || {
            let browser = app.browser();
            give_password(&browser, &officer.email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
            browser
        };
        for _ in 0..2 {
            let browser = pending().await;
            for _ in 0..5 {
                assert_eq!(give_code(&browser, "000000").await.status, WRONG);
            }
        }
        let browser = pending().await;
        for _ in 0..3 {
            assert_eq!(give_code(&browser, "000000").await.status, MANY);
        }
        assert_eq!(noted(&app).await, ["second factor by account past the limit: 3"]);
    }

    async fn links_past_the_limit_are_counted_in_one_note_and_told_to_nobody(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser().from("203.0.113.7");
        for email in [&contact.email, "nobody@school.example"] {
            for _ in 0..7 {
                asked(&browser, "/refer", email).await.says("Check your email");
            }
        }
        assert_eq!(mail::to(&app, &contact.email).await.iter().filter(|mail| mail.body.contains("/link/")).count(), 5);
        assert_eq!(noted(&app).await, ["links to past the limit: 4"]);
        for _ in 0..16 {
            asked(&browser, "/refer", "somebody@school.example").await;
        }
        assert_eq!(asked(&browser, "/refer", "anybody@school.example").await.status, MANY);
        assert!(noted(&app).await.contains(&"links from past the limit: 1".to_owned()));
    }

    async fn recoveries_past_the_limit_are_counted_in_one_note(app: TestApp) {
        let browser = app.browser().from("203.0.113.7");
        for _ in 0..5 {
            asked(&browser, "/sign-in/recover", "nobody@luton.example").await.says("Check your email");
        }
        for _ in 0..3 {
            assert_eq!(asked(&browser, "/sign-in/recover", "nobody@luton.example").await.status, MANY);
        }
        assert_eq!(noted(&app).await, ["recovery by address past the limit: 3"]);
    }
}
