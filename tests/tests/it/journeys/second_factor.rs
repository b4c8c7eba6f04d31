//! What staff are asked for after their password, and what happens when they guess, forget or lose something.

use acceptance::prelude::*;
use chrono::Duration;
use http::StatusCode;

const WRONG: &str = "This code is not right, or was used already: enter the one that the app shows now";
const REFUSED: &str = "Your email address or password is not right";
const LAST_TRY: &str = "Your email address or password is not right. If it is wrong once more, you must wait 15 minutes \
                        before you can try again";

/// Whether somebody is signed in here.
async fn is_in(browser: &Browser) -> bool {
    browser.get("/cases").await.status == StatusCode::OK
}

/// A browser in which the password was right.
async fn pending(app: &TestApp, colleague: &given::Colleague) -> Browser {
    let browser = app.browser();
    give_password(&browser, &colleague.email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
    browser
}

/// The key that a page shows for typing, as the bytes it stands for.
fn key_of(page: &Page) -> Vec<u8> {
    let key = page.all(".govuk-summary-list__value").into_iter().next().unwrap();
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for letter in key.bytes().filter(|letter| *letter != b' ') {
        let value = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        (bits, held) = (bits << 5 | u32::from(value), held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff).try_into().unwrap());
        }
    }
    bytes
}

/// Sets up an app on this page and saves the codes that come with it.
async fn set_up(app: &TestApp, browser: &Browser, page: &Page) -> Vec<String> {
    let code = backend::secret::totp::code_at(&key_of(page), app.now()).unwrap();
    let page = browser.submit(&page.form().with("code", &code)).await;
    assert_eq!(page.heading(), "Save your recovery codes");
    let codes = page.all("#codes li");
    browser.submit(&page.button("I have saved them")).await.is_shown();
    codes
}

on_both_engines! {
    async fn a_right_password_opens_nothing_until_the_second_factor_is_right(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let browser = pending(&app, &officer).await;

        for path in ["/cases", "/account", "/triage"] {
            browser.get(path).await.leads_to("/sign-in");
        }
        browser.ask("{ officers { id } }", json!({})).await.refused_with("UNAUTHENTICATED");
        browser.get("/sign-in/set-up").await.leads_to("/sign-in");
        browser.post("/account/authenticator", &[("code", "1"), ("current", given::PASSWORD)]).await.leads_to("/sign-in");

        give_code(&browser, "000000").await.finds_fault(&[WRONG]);
        give_code(&browser, &code(&app)).await.leads_to("/triage");
        assert!(is_in(&browser).await);
    }

    async fn a_password_waits_five_minutes_for_its_second_factor(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let browser = pending(&app, &officer).await;
        app.wait(Duration::minutes(5));
        browser.post("/sign-in/second-factor", &[("code", &code(&app))]).await.leads_to("/sign-in");
        assert!(!is_in(&browser).await);
    }

    async fn a_code_works_once(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let (first, second) = (pending(&app, &officer).await, pending(&app, &officer).await);
        let shown = code(&app);
        give_code(&first, &shown).await.leads_to("/");
        give_code(&second, &shown).await.finds_fault(&[WRONG]);
        assert!(!is_in(&second).await);

        app.wait(Duration::seconds(30));
        give_code(&second, &code(&app)).await.leads_to("/cases");
    }

    async fn guessing_at_codes_ends_the_sign_in_and_then_locks_the_account(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let browser = pending(&app, &officer).await;
        for _ in 0..5 {
            give_code(&browser, "000000").await.finds_fault(&[WRONG]);
        }
        let sixth = browser.post("/sign-in/second-factor", &[("code", &code(&app))]).await;
        assert!(!sixth.status.is_success(), "{}", sixth.text());
        assert!(!is_in(&browser).await);

        let browser = pending(&app, &officer).await;
        for _ in 0..4 {
            give_code(&browser, "000000").await.finds_fault(&[WRONG]);
        }
        let browser = pending(&app, &officer).await;
        let page = browser.post("/sign-in/second-factor", &[("code", &code(&app))]).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{}", page.text());
        assert!(!is_in(&browser).await);
    }

    async fn somebody_without_a_second_factor_sets_one_up_before_they_are_in(app: TestApp) {
        let officer = given::new_staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let browser = app.browser();
        give_password(&browser, &officer.email, given::PASSWORD).await.leads_to("/sign-in/set-up");
        assert!(!is_in(&browser).await);
        let page = browser.visit("/sign-in/set-up").await;
        browser.submit(&page.form().with("code", "000000")).await.finds_fault(&["Enter the 6 numbers that the app shows now"]);
        assert_eq!(key_of(&browser.visit("/sign-in/set-up").await), key_of(&page), "the key stays until it is confirmed");
        let codes = set_up(&app, &browser, &page).await;
        assert_eq!(codes.len(), 10);
        assert!(is_in(&browser).await);
        browser.get("/account/recovery-codes").await.leads_to("/account");

        // Each recovery code works once, however it is typed.
        let other = app.browser();
        give_password(&other, &officer.email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
        give_code(&other, &codes[0].to_lowercase().replace('-', " ")).await.leads_to("/");
        other.visit("/account").await.says("9 left");
        let third = app.browser();
        give_password(&third, &officer.email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
        give_code(&third, &codes[0]).await.finds_fault(&[WRONG]);

        // The secret and the codes stand nowhere as they are.
        for table in ["credential", "session", "event", "message"] {
            for code in &codes {
                let plain = code.replace('-', "");
                for column in acceptance::database::column(app.db(), &all_text(table)).await {
                    assert!(!column.contains(&plain) && !column.contains(code), "{table} holds a recovery code");
                }
            }
        }
    }

    async fn ten_wrong_passwords_lock_an_account_for_a_quarter_of_an_hour(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let mut browser = app.browser();
        for (email, from) in [(officer.email.as_str(), "203.0.113.7"), ("nobody@luton.example", "203.0.113.8")] {
            browser = app.browser().from(from);
            for number in 1..=10 {
                let said = if number == 9 { LAST_TRY } else { REFUSED };
                give_password(&browser, email, "not the password").await.finds_fault(&[said]);
            }
            let locked = give_password(&browser, email, given::PASSWORD).await;
            assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
            locked.says("You can try again from 18 November 2026 at 10:15am");
        }
        // Another instance counts with it, and a colleague is not locked.
        let other = app.instance().await.browser();
        assert_eq!(
            give_password(&other, &officer.email, given::PASSWORD).await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        app.officer().await.get("/cases").await.is_shown();

        app.wait(Duration::minutes(15));
        give_password(&browser, &officer.email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
    }

    async fn one_address_that_tries_many_passwords_is_stopped_and_the_administrators_are_told_once(app: TestApp) {
        let admin = given::staff(&app, "Ada Administrator", &[StaffRole::Administrator]).await;
        let thief = app.browser().from("203.0.113.7");
        for number in 1..=15 {
            let email = format!("somebody{number}@luton.example");
            let said = if number == 14 { LAST_TRY } else { REFUSED };
            give_password(&thief, &email, "not the password").await.finds_fault(&[said]);
        }
        for _ in 0..3 {
            let page = give_password(&thief, "another@luton.example", "not the password").await;
            assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        }
        let told = mail::to(&app, &admin.email).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].body.contains("203.0.113.7") && !told[0].body.contains("somebody"), "{told:?}");
        assert!(!told[0].subject.contains("203"), "{told:?}");
        let noted = "action = 'refuse' AND subject = 'sign_in for many accounts' AND address = '203.0.113.7'";
        assert_eq!(acceptance::database::count(app.db(), "access_note", noted).await, 1);
    }

    async fn a_stranger_does_not_keep_the_owner_out_on_a_device_they_used_before(app: TestApp) {
        let officer = app.officer().await;
        let email = &officer.colleague.email;
        officer.post("/sign-out", &[]).await.leads_to("/signed-out");
        let stranger = app.browser().from("203.0.113.7");
        for _ in 0..10 {
            give_password(&stranger, email, "not the password").await;
        }
        let page = give_password(&app.browser().from("203.0.113.8"), email, given::PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "a device that nobody knows waits");

        give_password(officer.browser(), email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
        given::fresh_codes(&app).await;
        give_code(officer.browser(), &code(&app)).await.leads_to("/");
        let page = give_password(&app.browser().from("203.0.113.8"), email, given::PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "the stranger's tries are not forgotten");

        // The device has ten tries of its own, and is known no longer once somebody signed out everywhere.
        let everywhere = officer.visit("/account/sign-out-everywhere").await.form();
        officer.submit(&everywhere).await.says("You have signed out");
        let page = give_password(officer.browser(), email, given::PASSWORD).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    }

    async fn a_stranger_does_not_keep_the_owner_from_recovering_on_a_device_they_used_before(app: TestApp) {
        let officer = app.officer().await;
        let email = &officer.colleague.email;
        officer.post("/sign-out", &[]).await.leads_to("/signed-out");
        let asked = async |browser: &Browser| {
            let form = browser.visit("/sign-in/recover").await.form().with("email", email);
            browser.submit_once(&form).await
        };
        asked(officer.browser()).await.leads_to("/sign-in/recovery-sent");
        let link = mail::newest(&app, email).await.link_below("/recover/");
        for number in 0..5 {
            asked(&app.browser().from(&format!("203.0.113.{number}"))).await.leads_to("/sign-in/recovery-sent");
        }
        let page = asked(&app.browser().from("203.0.113.9")).await;
        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        officer.visit(&link).await.says("Choose a new password");
        asked(officer.browser()).await.leads_to("/sign-in/recovery-sent");
    }

    async fn an_unknown_address_is_given_as_much_work_as_a_known_one(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let contact = given::contact_somewhere(&app).await;
        for (path, known) in [("/sign-in/recover", &officer.email), ("/refer", &contact.email)] {
            let work = async |email: &str| {
                let browser = app.browser();
                let form = browser.visit(path).await.form().with("email", email);
                let before = app.statements();
                browser.submit_once(&form).await;
                app.statements() - before
            };
            // The first of each makes the count of the address.
            assert_eq!(work(known).await, work("nobody@luton.example").await, "{path}");
            assert_eq!(work(known).await, work("nobody@luton.example").await, "{path}, again");
        }
    }

    async fn a_forgotten_password_is_replaced_by_mail_and_the_second_factor_is_still_asked(app: TestApp) {
        let officer = app.officer().await;
        let email = &officer.colleague.email;
        let browser = app.browser();
        for _ in 0..11 {
            give_password(&browser, email, "not the password").await;
        }
        let asked = |address: String| {
            let browser = app.browser();
            async move {
                let form = browser.visit("/sign-in/recover").await.form().with("email", &address);
                browser.submit(&form).await
            }
        };
        let (known, unknown) = (asked(email.clone()).await, asked("nobody@luton.example".to_owned()).await);
        assert_eq!(known.body, unknown.body);
        assert!(mail::to(&app, "nobody@luton.example").await.is_empty());

        let mail = mail::newest(&app, email).await;
        let link = mail.link_below("/recover/");
        browser.get(&link).await.leads_to("/recover");
        // It was asked for in another browser.
        let form = browser.visit("/recover").await.form();
        let bare = form.clone().with("password", "four other random words").with("again", "four other random words");
        browser.submit(&bare).await.finds_fault(&["Enter the code as you were given it, like AB3D-4FGH"]);
        let form = form.with("code", &mail.code());
        let short = browser.submit(&form.clone().with("password", "short").with("again", "short")).await;
        assert_eq!(short.faults().len(), 1);
        let fresh = "four other random words";
        let page = browser.submit_once(&form.with("password", fresh).with("again", fresh)).await;
        page.leads_to("/sign-in/second-factor");
        assert!(!is_in(&browser).await);
        officer.get("/cases").await.leads_to("/sign-in");
        given::fresh_codes(&app).await;
        give_code(&browser, &code(&app)).await.leads_to("/cases");
        assert!(is_in(&browser).await);

        // The link is used up, and the old password is no longer one.
        let thief = app.browser();
        thief.visit(&link).await.says("This link cannot be used");
        give_password(&thief, email, given::PASSWORD).await.finds_fault(&[REFUSED]);
        give_password(&thief, email, fresh).await.leads_to("/sign-in/second-factor");
    }

    async fn a_recovery_link_dies_after_half_an_hour_and_with_a_newer_one(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let mut links = Vec::new();
        for _ in 0..2 {
            let browser = app.browser();
            let form = browser.visit("/sign-in/recover").await.form().with("email", &officer.email);
            browser.submit(&form).await.is_shown();
            links.push(mail::newest(&app, &officer.email).await.link_below("/recover/"));
            app.wait(Duration::seconds(1));
        }
        app.browser().visit(&links[0]).await.says("This link cannot be used");
        app.browser().visit(&links[1]).await.says("Choose a new password");
        app.wait(Duration::minutes(30));
        app.browser().visit(&links[1]).await.says("This link cannot be used");
    }

    async fn changing_a_password_asks_for_it_and_ends_the_other_sessions(app: TestApp) {
        let colleague = app.officer().await.colleague;
        let (desk, laptop) = (app.sign_in(&colleague).await, app.sign_in(&colleague).await);
        let form = desk.visit("/account/password").await.form();
        let fresh = "four other random words";
        let typed = |current: &str, password: &str| {
            form.clone().with("current", current).with("password", password).with("again", password)
        };
        desk.submit(&typed("wrong", fresh)).await.finds_fault(&["Your password is not right"]);
        assert_eq!(desk.submit(&typed(given::PASSWORD, "Password2026!")).await.faults().len(), 1);
        laptop.get("/cases").await.is_shown();

        desk.submit(&typed(given::PASSWORD, fresh)).await.says("Password changed");
        desk.get("/cases").await.is_shown();
        laptop.get("/cases").await.leads_to("/sign-in");
        assert_eq!(mail::newest(&app, &colleague.email).await.subject, "How you sign in was changed");
    }

    async fn an_app_is_replaced_only_with_the_password(app: TestApp) {
        let officer = app.officer().await;
        let page = officer.visit("/account/authenticator").await;
        let code = backend::secret::totp::code_at(&key_of(&page), app.now()).unwrap();
        let form = page.form().with("code", &code);
        officer.submit(&form.clone().with("current", "wrong")).await.finds_fault(&["Your password is not right"]);
        let page = officer.submit(&form.with("current", given::PASSWORD)).await;
        assert_eq!(page.heading(), "Save your recovery codes");

        let browser = pending(&app, &officer.colleague).await;
        app.wait(Duration::minutes(1));
        give_code(&browser, &acceptance::people::code(&app)).await.finds_fault(&[WRONG]);
        // Nobody may do without.
        officer.post("/account/authenticator/remove", &[("current", given::PASSWORD)]).await.leads_to("/account");
        officer.visit("/account").await.says("Set up on");
    }
}

/// Every column of a table in one text.
fn all_text(table: &str) -> String {
    let columns = match table {
        "credential" => "name || secret",
        "session" => "data",
        "event" => "payload",
        _ => "subject || body",
    };
    format!("SELECT {columns} FROM {table}")
}
