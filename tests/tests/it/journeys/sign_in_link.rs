//! A school contact signs in with their approved e-mail address.

use acceptance::prelude::*;
use chrono::Duration;

/// Asks for a link for `email` and says what the page says then.
async fn asked(browser: &Browser, email: &str) -> Page {
    let form = browser.visit("/refer").await.form().with("email", email);
    browser.submit(&form).await
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

        assert_eq!(one.body, other.body);
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
            // The Kelvin sign looks like a K and must not become one.
            ("head@thornhill.example\u{212a}", 1),
            ("head@thornhill.example", 2),
        ] {
            asked(&app.browser(), typed).await;
            let links = mail::to(&app, "head@thornhill.example").await;
            assert_eq!(links.iter().filter(|mail| mail.body.contains("/link/")).count(), sent, "{typed}");
        }
        let tagged = mail::all(&app).await.into_iter().filter(|mail| mail.to.contains('+'));
        assert_eq!(tagged.count(), 0);
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
