//! Signing in and out: what a session is worth, and for how long.

use acceptance::prelude::*;
use chrono::Duration;
use http::header::SET_COOKIE;
use http::{Method, StatusCode};

const COOKIE: &str = "__Host-onroll";

on_both_engines! {
    async fn a_wrong_password_and_an_unknown_address_look_the_same(app: TestApp) {
        let officer = app.officer().await.colleague;
        let browser = app.browser();
        let form = browser.visit("/sign-in").await.form();
        for (email, password) in [
            (officer.email.as_str(), "not the password at all"),
            ("nobody@luton.example", given::PASSWORD),
            ("", ""),
        ] {
            let refused = browser.submit(&form.clone().with("email", email).with("password", password)).await;
            refused.finds_fault(&["Your email address or password is not right"]);
            assert_eq!(refused.form().value("password"), Some(""));
        }
        browser.get("/cases").await.leads_to("/sign-in");
    }

    async fn the_password_of_the_demonstration_opens_nothing_else(app: TestApp) {
        let typed = backend::service::staff::Add {
            name: "Dee Demo".to_owned(),
            email: "dee@luton.example".to_owned(),
            roles: vec![StaffRole::Manager],
            password: backend::secret::password::DEMO_PASSWORD.to_owned(),
        };
        // Whether it may be chosen at all or not: it does not let anybody in.
        let _ = backend::service::staff::add(&app.operator(), typed).await;
        let browser = app.browser();
        let form = browser.visit("/sign-in").await.form().with("email", "dee@luton.example");
        let refused = browser.submit(&form.with("password", backend::secret::password::DEMO_PASSWORD)).await;
        refused.finds_fault(&["Your email address or password is not right"]);
    }

    async fn signing_in_renews_the_session(app: TestApp) {
        let colleague = app.officer().await.colleague;
        let browser = app.browser();
        browser.visit("/sign-in").await;
        // Nothing is kept of a stranger that anybody could plant or steal.
        assert!(!browser.cookies().contains_key(COOKIE));

        give_password(&browser, &colleague.email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
        let between = browser.cookies()[COOKIE].clone();
        let thief = browser.copied();
        given::fresh_codes(&app).await;
        give_code(&browser, &code(&app)).await.leads_to("/");

        assert_ne!(browser.cookies()[COOKIE], between);
        browser.get("/cases").await.is_shown();
        thief.get("/cases").await.leads_to("/sign-in");
    }

    async fn the_cookie_is_kept_from_scripts_other_sites_and_plain_http(app: TestApp) {
        let colleague = app.officer().await.colleague;
        let browser = app.browser();
        let form = browser.visit("/sign-in").await.form().with("email", &colleague.email);
        let page = browser.submit_once(&form.with("password", given::PASSWORD)).await;
        let cookies: Vec<&str> = page.headers.get_all(SET_COOKIE).iter().map(|cookie| cookie.to_str().unwrap()).collect();
        let cookie = cookies.iter().find(|cookie| cookie.starts_with(COOKIE)).unwrap();
        for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{attribute} is missing: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }

    async fn signing_out_ends_this_session_and_no_other(app: TestApp) {
        let colleague = app.officer().await.colleague;
        let (desk, laptop) = (app.sign_in(&colleague).await, app.sign_in(&colleague).await);
        let thief = desk.browser().copied();
        let page = desk.visit("/account").await;
        assert!(page.is_shown().body.contains("/sign-out"));

        desk.post("/sign-out", &[]).await.leads_to("/signed-out");

        desk.get("/cases").await.leads_to("/sign-in");
        thief.get("/cases").await.leads_to("/sign-in");
        laptop.get("/cases").await.is_shown();
    }

    async fn signing_out_of_all_sessions_ends_every_one(app: TestApp) {
        let colleague = app.officer().await.colleague;
        let (desk, laptop) = (app.sign_in(&colleague).await, app.sign_in(&colleague).await);
        let form = desk.visit("/account/sign-out-everywhere").await.form();

        desk.submit(&form).await.says("You have signed out");

        for browser in [&desk, &laptop] {
            browser.get("/cases").await.leads_to("/sign-in");
            browser.ask("{ officers { id } }", json!({})).await.refused_with("UNAUTHENTICATED");
        }
    }

    async fn a_session_ends_after_half_an_hour_of_rest(app: TestApp) {
        let officer = app.officer().await;
        for _ in 0..3 {
            app.wait(Duration::minutes(29));
            officer.get("/cases").await.is_shown();
        }
        app.wait(Duration::minutes(30));
        officer.get("/cases").await.leads_to("/sign-in");
    }

    async fn a_session_ends_after_ten_hours_however_busy(app: TestApp) {
        let officer = app.officer().await;
        for _ in 0..23 {
            app.wait(Duration::minutes(25));
            officer.get("/cases").await.is_shown();
        }
        app.wait(Duration::minutes(25));
        officer.get("/cases").await.leads_to("/sign-in");
    }

    async fn a_school_session_ends_after_two_hours(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        for _ in 0..4 {
            app.wait(Duration::minutes(29));
            school.get("/refer").await.says("Your referrals");
        }
        app.wait(Duration::minutes(4));
        assert_eq!(school.visit("/refer").await.heading(), "Refer a child missing from education");
    }

    async fn another_site_cannot_make_a_browser_send_anything(app: TestApp) {
        let officer = app.officer().await;
        let browser = officer.browser();
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let mut request = browser.request(&Method::POST, "/sign-out");
            let headers = request.headers_mut().unwrap();
            headers.insert(name, value.parse().unwrap());
            headers.remove(if name == "origin" { "sec-fetch-site" } else { "origin" });
            let page = browser.send(request.header("content-type", "application/x-www-form-urlencoded"), "").await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{name}");
        }
        officer.get("/cases").await.is_shown();
    }
}
