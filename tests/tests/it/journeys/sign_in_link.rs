//! A school contact signs in with their approved email address.

use acceptance::prelude::*;
use chrono::Duration;

/// Asks for a link for `email` and says what the page says then.
async fn asked(browser: &Browser, email: &str) -> Page {
    let form = browser.visit("/refer").await.form().with("email", email);
    browser.submit(&form).await
}

/// What a page says. The keys of its forms differ.
fn words(page: &Page) -> String {
    page.text()
}

/// Follows a link as a person does: opens it, presses the button.
async fn followed(browser: &Browser, link: &str) -> Page {
    let page = browser.visit(link).await;
    if page.forms().is_empty() { page } else { browser.submit(&page.form()).await }
}

on_both_engines! {
    async fn asking_for_a_link_looks_the_same_whether_the_address_is_approved_or_not(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let (known, unknown) = (app.browser(), app.browser());
        let one = asked(&known, &contact.email).await;
        let other = asked(&unknown, "nobody@school.example").await;

        assert_eq!(words(&one), words(&other));
        one.is_shown().says("01632 960 100");
        assert!(mail::newest(&app, &contact.email).await.body.contains("/link/"));
        assert!(mail::to(&app, "nobody@school.example").await.is_empty());
    }

    async fn a_link_works_once(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let (browser, thief) = (app.browser(), app.browser());
        asked(&browser, &contact.email).await;
        let link = mail::newest(&app, &contact.email).await.link();

        followed(&browser, &link).await.says("Your referrals").says(&contact.school.name);
        followed(&thief, &link).await.says("This link cannot be used");
        followed(&browser.copied(), &link).await.says("This link cannot be used");
        assert_eq!(thief.visit("/refer").await.heading(), "Refer a child missing from education");
    }

    async fn opening_a_link_does_not_use_it_up_because_mail_scanners_do(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let (scanner, browser) = (app.browser(), app.browser());
        asked(&browser, &contact.email).await;
        let link = mail::newest(&app, &contact.email).await.link();

        scanner.visit(&link).await;
        followed(&browser, &link).await.says("Your referrals");
    }

    async fn a_link_dies_after_ten_minutes(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        asked(&browser, &contact.email).await;
        let link = mail::newest(&app, &contact.email).await.link();
        app.wait(Duration::minutes(10));

        followed(&browser, &link).await.says("This link cannot be used");
    }

    async fn a_newer_link_ends_the_older(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        asked(&browser, &contact.email).await;
        let older = mail::newest(&app, &contact.email).await.link();
        asked(&browser, &contact.email).await;
        let newer = mail::newest(&app, &contact.email).await.link();

        followed(&browser, &older).await.says("This link cannot be used");
        followed(&browser, &newer).await.says("Your referrals");
    }

    async fn a_stranger_who_asks_ends_nobodys_link(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        asked(&browser, &contact.email).await;
        let link = mail::newest(&app, &contact.email).await.link();
        asked(&app.browser().from("203.0.113.7"), &contact.email).await;

        followed(&browser, &link).await.says("Your referrals");
    }

    async fn a_stranger_does_not_keep_a_contact_out_on_a_device_they_used_before(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        asked(&browser, &contact.email).await;
        followed(&browser, &mail::newest(&app, &contact.email).await.link()).await.says("Your referrals");
        browser.post("/sign-out", &[]).await.leads_to("/signed-out");
        for number in 0..7 {
            asked(&app.browser().from(&format!("203.0.113.{number}")), &contact.email).await;
        }
        let strangers = mail::newest(&app, &contact.email).await;

        asked(&browser, &contact.email).await;

        let own = mail::newest(&app, &contact.email).await;
        assert_ne!(own.link(), strangers.link(), "past the limit of strangers nothing was sent");
        followed(&browser, &own.link()).await.says("Your referrals");
        // The device has five of its own, and a crowd at the same school takes none of them.
        browser.post("/sign-out", &[]).await.leads_to("/signed-out");
        for number in 0..30 {
            asked(&app.browser(), &format!("pupil{number}@school.example")).await;
        }
        asked(&browser, &contact.email).await.says("Check your email");
    }

    async fn another_browser_needs_the_code_from_the_mail(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let (desk, telephone) = (app.browser(), app.browser());
        asked(&desk, &contact.email).await;
        let mail = mail::newest(&app, &contact.email).await;
        assert!(mail.body.contains(&contact.email) && mail.body.contains("10 minutes"), "{mail:?}");
        let form = telephone.visit(&mail.link()).await.form();

        telephone.submit(&form).await.finds_fault(&["Enter the code as it stands in the email, like AB3D-4FGH"]);
        let code = mail.code().to_lowercase().replace('-', " ");
        let page = telephone.visit("/link").await;
        telephone.submit(&page.form().with("code", &code)).await.says("Your referrals");
    }

    async fn the_fifth_wrong_code_ends_the_link_for_everybody(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let (desk, thief) = (app.browser(), app.browser());
        asked(&desk, &contact.email).await;
        let mail = mail::newest(&app, &contact.email).await;
        let mut page = thief.visit(&mail.link()).await;
        for _ in 0..4 {
            page = thief.submit(&page.form().with("code", "0000-0000")).await;
            page.finds_fault(&["Enter the code as it stands in the email, like AB3D-4FGH"]);
        }

        thief.submit(&page.form().with("code", "0000-0000")).await.says("This link cannot be used");

        thief.visit("/link").await.says("This link cannot be used");
        thief.post("/link", &[("code", &mail.code())]).await.says("This link cannot be used");
        followed(&desk, &mail.link()).await.says("This link cannot be used");
        assert_eq!(acceptance::database::count(app.db(), "sign_in_link", "tries = 5").await, 1);
    }

    async fn codes_tried_all_at_once_are_counted_all_the_same(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let (desk, thief) = (app.browser(), app.browser());
        asked(&desk, &contact.email).await;
        let mail = mail::newest(&app, &contact.email).await;
        thief.visit(&mail.link()).await;
        let tries = (0..12).map(|number| {
            let thief = thief.clone();
            async move { thief.post("/link", &[("code", &format!("0000-00{number:02}"))]).await }
        });

        let pages = tries.collect::<tokio::task::JoinSet<_>>().join_all().await;

        let alive = pages.iter().filter(|page| !page.forms().is_empty()).count();
        assert_eq!(alive, 4, "the fifth is the last");
        assert_eq!(acceptance::database::count(app.db(), "sign_in_link", "tries = 5").await, 1);
    }

    async fn opening_a_link_leaves_nothing_in_the_database(app: TestApp) {
        let before = acceptance::database::count(app.db(), "session", "1 = 1").await;
        for token in ["a".repeat(64), "A".repeat(64), "a".repeat(63), "x".repeat(64), "..%2f".to_owned()] {
            app.browser().visit(&format!("/link/{token}")).await.says("This link cannot be used");
        }
        assert_eq!(acceptance::database::count(app.db(), "session", "1 = 1").await, before);
    }

    async fn the_cookies_of_a_link_are_kept_from_scripts_other_sites_and_plain_http(app: TestApp) {
        let browser = app.browser();
        let asked = browser.submit_once(&browser.visit("/refer").await.form().with("email", "a@b.example")).await;
        let opened = browser.get(&format!("/link/{}", "a".repeat(64))).await;
        for (page, name) in [(asked, "__Host-onroll-link="), (opened, "__Host-onroll-token=")] {
            let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
            let cookie = cookies.iter().find(|cookie| cookie.starts_with(name)).unwrap();
            for attribute in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"] {
                assert!(cookie.contains(attribute), "{attribute} is missing: {cookie}");
            }
        }
    }

    async fn too_many_links_to_one_address_send_no_mail_and_leave_the_last_one_good(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        let first = asked(&browser, &contact.email).await;
        for _ in 0..4 {
            asked(&browser, &contact.email).await;
        }
        let sent = mail::to(&app, &contact.email).await.len();
        let link = mail::newest(&app, &contact.email).await.link();

        let past = asked(&app.browser(), &contact.email).await;

        assert_eq!(words(&past), words(&first));
        assert_eq!(mail::to(&app, &contact.email).await.len(), sent);
        followed(&browser, &link).await.says("Your referrals");
        app.wait(Duration::minutes(15));
        asked(&app.browser(), &contact.email).await;
        assert_eq!(mail::to(&app, &contact.email).await.len(), sent + 1);
    }

    async fn too_many_links_from_one_place_are_refused_with_whom_to_ring(app: TestApp) {
        let form = app.browser().visit("/refer").await.form();
        for number in 0..30 {
            let email = format!("nobody{number}@school.example");
            app.browser().submit_once(&form.clone().with("email", &email)).await.leads_to("/refer/link-sent");
        }
        let refused = app.browser().submit_once(&form.clone().with("email", "one@school.example")).await;
        assert_eq!(refused.status, http::StatusCode::TOO_MANY_REQUESTS);
        refused.says("999").says("101").says("01632 960 200");
        let elsewhere = app.browser().from("203.0.113.9");
        elsewhere.submit_once(&form.with("email", "one@school.example")).await.leads_to("/refer/link-sent");
    }

    async fn the_token_leaves_the_address_line_at_once(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        asked(&browser, &contact.email).await;
        let link = mail::newest(&app, &contact.email).await.link();

        browser.get(&link).await.leads_to("/link");
    }

    async fn an_address_counts_without_its_spaces_and_capitals_but_with_its_tag(app: TestApp) {
        let school = given::school(&app, "Thornhill Primary School").await;
        given::contact_at(&app, &school, "head@thornhill.example").await;
        for (typed, sent) in [
            (" HEAD@Thornhill.Example ", 1),
            ("head+referrals@thornhill.example", 1),
            ("he.ad@thornhill.example", 1),
            // What looks like a letter must not become one.
            ("head@thornhill.example\u{212a}", 1),
            ("head@thornhi\u{217c}l.example", 1),
            ("\u{ff48}ead@thornhill.example", 1),
            ("head@thornhill.example.", 1),
            ("\"head\"@thornhill.example", 1),
            ("head@thornhill.example", 2),
        ] {
            asked(&app.browser(), typed).await;
            let links = mail::to(&app, "head@thornhill.example").await;
            assert_eq!(links.iter().filter(|mail| mail.body.contains("/link/")).count(), sent, "{typed}");
        }
        let others = mail::all(&app).await.into_iter().filter(|mail| mail.to != "head@thornhill.example");
        assert_eq!(others.count(), 0);
    }

    async fn somebody_with_two_schools_chooses_for_which_they_act(app: TestApp) {
        let (oak, elm) = (given::school(&app, "Oak School").await, given::school(&app, "Elm School").await);
        let both = given::contact_at(&app, &oak, "both@trust.example").await;
        given::contact_at(&app, &elm, "both@trust.example").await;
        let browser = app.browser();
        asked(&browser, "both@trust.example").await;
        let link = mail::newest(&app, "both@trust.example").await.link();

        let choice = followed(&browser, &link).await;
        assert_eq!(choice.heading(), "Which school do you act for?");
        let form = choice.form().with("school", &both.id.to_string());
        browser.submit(&form).await.says("Oak School").says("Act for another school").keeps_silent_about("Elm School");
    }

    async fn a_link_of_a_contact_suspended_meanwhile_does_not_let_them_in(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        asked(&browser, &contact.email).await;
        let link = mail::newest(&app, &contact.email).await.link();
        suspend(&app, &contact).await;

        followed(&browser, &link).await.says("This link cannot be used");
    }
}

/// A manager suspends the contact.
async fn suspend(app: &TestApp, contact: &given::Contact) {
    let op = app.op(app.manager().await.viewer());
    let suspended = backend::service::contact::suspend(&op, contact.id, 1, "Left the school".to_owned()).await;
    suspended.unwrap();
}
