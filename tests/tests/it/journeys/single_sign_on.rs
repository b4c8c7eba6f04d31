//! Signing in by the council's single sign-on: who comes in, as what, and whose answer counts.

use acceptance::database;
use acceptance::directory::Directory;
use acceptance::prelude::*;
use chrono::Duration;
use entity::staff;
use http::StatusCode;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

const ASK: &str = "/sign-in/single-sign-on";

fn sam(groups: &[&str]) -> Value {
    json!({ "name": "Sam Single", "email": "sam@luton.example", "email_verified": true, "groups": groups })
}

/// The address that Onroll sends a browser to.
async fn asked(browser: &Browser) -> String {
    let page = browser.get(ASK).await;
    page.location().unwrap_or_else(|| panic!("{}: {}", page.status, page.text())).to_owned()
}

/// The path that the provider sends `login` back to.
async fn answered(directory: &Directory, asked: &str, login: &str) -> String {
    let back = directory.sign_in(&directory.browser(), asked, login).await;
    back.strip_prefix(acceptance::app::ORIGIN).unwrap_or_else(|| panic!("{back} is not here")).to_owned()
}

/// Signs `login` in with a browser of their own, as far as they get.
async fn sign_in(app: &TestApp, directory: &Directory, login: &str) -> (Browser, Page) {
    let browser = app.browser();
    let back = answered(directory, &asked(&browser).await, login).await;
    let page = browser.visit(&back).await;
    (browser, page)
}

fn changed(asked: &str, name: &str, value: &str) -> String {
    let (address, query) = asked.split_once('?').unwrap();
    let pairs = form_urlencoded::parse(query.as_bytes());
    let pairs = pairs.map(|(key, old)| if key == name { (key, value.into()) } else { (key, old) });
    format!("{address}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}

#[expect(clippy::disallowed_methods, reason = "nobody may ask for a row of staff")]
async fn deactivate(app: &TestApp, email: &str) {
    let row = staff::Entity::find().filter(staff::Column::Email.eq(email)).one(&app.db().read).await.unwrap().unwrap();
    backend::service::staff::deactivate(&app.operator(), row.id, row.version, None).await.unwrap();
}

on_both_engines! {
    async fn somebody_new_comes_in_as_what_the_directory_says(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["cme-officers", "choir"]));
        app.browser().visit("/sign-in").await.says("Sign in with your council account");

        let (browser, page) = sign_in(&app, &directory, "sam").await;

        page.is_shown().says("Triage");
        browser.visit("/account").await.says("Sam Single").says("CME officer");
        let (again, _) = sign_in(&app, &directory, "sam").await;
        again.get("/cases").await.is_shown();
    }

    async fn nobody_comes_in_without_one_of_our_groups(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["choir"]));

        let (browser, page) = sign_in(&app, &directory, "sam").await;

        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.says("Ask the administrator of this service, or call 01632 960 100.");
        browser.get("/cases").await.leads_to("/sign-in");
        assert!(database::count(app.db(), "access_note", "action = 'refuse' AND subject = 'sign_in'").await > 0);
    }

    async fn roles_follow_the_directory_and_end_what_was_open(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["cme-officers"]));
        let (desk, _) = sign_in(&app, &directory, "sam").await;
        directory.says("sam", sam(&["cme-managers"]));

        let (laptop, _) = sign_in(&app, &directory, "sam").await;

        laptop.visit("/account").await.says("Manager").keeps_silent_about("CME officer");
        desk.get("/cases").await.leads_to("/sign-in");
        directory.says("sam", sam(&[]));
        let (_, refused) = sign_in(&app, &directory, "sam").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        laptop.get("/cases").await.leads_to("/sign-in");
    }

    async fn the_last_administrator_stays_one_whatever_the_directory_says(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["cme-administrators"]));
        sign_in(&app, &directory, "sam").await;
        directory.says("sam", sam(&["cme-officers"]));

        let (browser, _) = sign_in(&app, &directory, "sam").await;

        browser.visit("/account").await.says("CME officer").says("Administrator");
        given::staff(&app, "Ada Administrator", &[StaffRole::Administrator]).await;
        let (browser, _) = sign_in(&app, &directory, "sam").await;
        browser.visit("/account").await.says("CME officer").keeps_silent_about("Administrator");
    }

    async fn an_account_is_joined_only_if_the_directory_vouches_for_the_address(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        let colleague = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let olu = |verified: bool| {
            json!({ "name": "Olu", "email": colleague.email, "email_verified": verified, "groups": ["cme-managers"] })
        };
        directory.says("olu", olu(false));
        let (browser, refused) = sign_in(&app, &directory, "olu").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.says("does not show that the address is yours");
        browser.get("/cases").await.leads_to("/sign-in");

        directory.says("olu", olu(true));
        let (browser, _) = sign_in(&app, &directory, "olu").await;

        browser.visit("/account").await.says("Olu Officer").says("Manager");
        // From then on it is theirs, whatever becomes of the address.
        directory.says("olu", json!({ "email": "other@luton.example", "groups": ["cme-managers"] }));
        let (browser, _) = sign_in(&app, &directory, "olu").await;
        browser.visit("/account").await.says("Olu Officer");
    }

    async fn whoever_is_deactivated_stays_out_whatever_the_directory_says(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["cme-managers"]));
        let (browser, _) = sign_in(&app, &directory, "sam").await;
        deactivate(&app, "sam@luton.example").await;
        browser.get("/cases").await.leads_to("/sign-in");

        for groups in [&["cme-managers"], &["cme-officers"]] {
            directory.says("sam", sam(groups));
            let (browser, refused) = sign_in(&app, &directory, "sam").await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN);
            browser.get("/cases").await.leads_to("/sign-in");
        }
    }

    async fn an_answer_counts_once_and_only_in_the_browser_that_asked(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["cme-officers"]));
        let (browser, thief) = (app.browser(), app.browser());
        asked(&thief).await;
        let back = answered(&directory, &asked(&browser).await, "sam").await;
        let stranger = app.browser();
        let copy = browser.copied();

        for other in [&thief, &stranger] {
            let page = other.get(&back).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST);
            other.get("/cases").await.leads_to("/sign-in");
        }
        browser.visit(&back).await.says("Triage");
        for again in [copy, app.browser()] {
            assert_eq!(again.get(&back).await.status, StatusCode::BAD_REQUEST);
            again.get("/cases").await.leads_to("/sign-in");
        }
    }

    async fn an_answer_to_another_question_proves_nothing(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["cme-officers"]));
        for (name, value, status) in [
            ("state", "another", StatusCode::BAD_REQUEST),
            ("nonce", "another", StatusCode::FORBIDDEN),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", StatusCode::FORBIDDEN),
        ] {
            let browser = app.browser();
            let asked = changed(&asked(&browser).await, name, value);
            let back = answered(&directory, &asked, "sam").await;
            let page = browser.get(&back).await;
            assert_eq!(page.status, status, "{name}");
            browser.get("/cases").await.leads_to("/sign-in");
        }
        for answer in ["", "?error=access_denied&state=x", "?code=made-up", "?code=a&state=b&iss=https://evil.example"] {
            let browser = app.browser();
            asked(&browser).await;
            let page = browser.get(&format!("/sign-in/single-sign-on/return{answer}")).await;
            assert!(page.status.is_client_error(), "{answer}");
            browser.get("/cases").await.leads_to("/sign-in");
        }
    }

    async fn an_answer_that_comes_too_late_does_not_count(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["cme-officers"]));
        let browser = app.browser();
        let back = answered(&directory, &asked(&browser).await, "sam").await;
        app.wait(Duration::minutes(5));

        let page = browser.get(&back).await;

        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        page.says("Signing in took too long");
        browser.get("/cases").await.leads_to("/sign-in");
    }

    async fn a_password_opens_while_the_single_sign_on_is_down(app: TestApp) {
        let (app, mut directory) = app.with_directory().await;
        let colleague = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        directory.stop();

        let page = app.browser().get(ASK).await;

        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        page.says("sign in with a password for this service");
        app.sign_in(&colleague).await.get("/cases").await.is_shown();
    }

    async fn signing_out_leads_to_the_single_sign_on_for_those_who_came_from_it(app: TestApp) {
        let (app, directory) = app.with_directory().await;
        directory.says("sam", sam(&["cme-officers"]));
        let (browser, _) = sign_in(&app, &directory, "sam").await;
        let officer = app.officer().await;

        browser.post("/sign-out", &[]).await.leads_to("/sign-out/single-sign-on");
        officer.post("/sign-out", &[]).await.leads_to("/signed-out");

        browser.get("/cases").await.leads_to("/sign-in");
        let way_out = browser.get("/sign-out/single-sign-on").await;
        let out = way_out.header("refresh").to_owned();
        assert!(out.starts_with(&format!("0; url={}", directory.issuer())), "{out}");
        assert!(out.contains("client_id=onroll") && !out.contains("sam") && !out.contains("id_token"), "{out}");
    }

    async fn nobody_is_sent_anywhere_when_there_is_no_single_sign_on(app: TestApp) {
        let browser = app.browser();
        browser.visit("/sign-in").await.keeps_silent_about("single-sign-on");
        for path in [ASK, "/sign-in/single-sign-on/return?code=a&state=b"] {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}
