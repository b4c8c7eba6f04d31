//! A session that ends loses nothing of what was typed.

use acceptance::database;
use acceptance::people::{code, give_code, give_password};
use acceptance::prelude::*;
use chrono::Duration;

/// The form that adds a note to a new case, filled in.
async fn note(app: &TestApp, officer: &Staff) -> Form {
    let case = given::case().at(app).await;
    let form = officer.visit(&format!("/cases/{}/note", case.reference)).await.form();
    form.with("text", "The gate was locked.")
}

/// Gives both factors and goes where that leads.
async fn sign_in(app: &TestApp, browser: &Browser, email: &str) -> Page {
    give_password(browser, email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
    given::fresh_codes(app).await;
    let page = give_code(browser, &code(app)).await;
    browser.visit(page.location().unwrap()).await
}

on_both_engines! {
    async fn what_was_typed_is_kept_when_the_session_has_ended_and_is_sent_after_all(app: TestApp) {
        let officer = app.officer().await;
        let form = note(&app, &officer).await;
        app.wait(Duration::minutes(31));

        let sign_in_page = officer.submit(&form).await;

        sign_in_page.says("You were signed out. What you typed is kept").keeps_silent_about("The gate was locked.");
        let kept = sign_in(&app, officer.browser(), &officer.colleague.email).await;
        assert_eq!(kept.heading(), "What you typed was not sent");
        kept.says("The gate was locked.");
        officer.submit(&kept.button("Send what I typed")).await.says("Note added");
        assert_eq!(database::count(app.db(), "event", "kind = 'note_added'").await, 1);
        officer.visit("/account/kept").await.keeps_silent_about("The gate was locked.");
    }

    async fn what_was_typed_goes_with_nobody_else(app: TestApp) {
        let officer = app.officer().await;
        let form = note(&app, &officer).await;
        app.wait(Duration::hours(10));
        officer.submit(&form).await;
        let other = given::staff(&app, "Ola Other", &[StaffRole::CmeOfficer]).await;

        sign_in(&app, officer.browser(), &other.email).await.keeps_silent_about("The gate was locked.");

        officer.visit("/account/kept").await.keeps_silent_about("The gate was locked.");
        assert_eq!(database::count(app.db(), "session", "data LIKE '%gate was locked%'").await, 0);
    }

    async fn what_was_typed_can_be_discarded(app: TestApp) {
        let officer = app.officer().await;
        let form = note(&app, &officer).await;
        app.wait(Duration::minutes(31));
        officer.submit(&form).await;
        let kept = sign_in(&app, officer.browser(), &officer.colleague.email).await;
        officer.visit("/cases").await.says("You were signed out before something was sent");

        officer.submit(&kept.button("Discard it")).await.says("What you typed is discarded");

        officer.visit("/cases").await.keeps_silent_about("You were signed out before something was sent");
        assert_eq!(database::count(app.db(), "event", "kind = 'note_added'").await, 0);
    }

    async fn a_school_contact_finds_what_they_typed_after_their_session(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let first = school.visit("/refer/new").await.form().answering(typed::referral().pairs());
        app.wait(Duration::minutes(121));

        let page = school.submit(&first).await;
        page.says("What you typed is kept");
        assert!(page.all(".govuk-notification-banner--success").is_empty(), "being signed out is no success");

        assert_eq!(database::count(app.db(), "draft", "1 = 1").await, 0);
        school.submit(&page.form().with("email", &contact.email)).await;
        let link = mail::newest(&app, &contact.email).await.link();
        let page = school.submit(&school.visit(&link).await.form()).await;
        assert_eq!(page.heading(), "What you typed was not sent");
    }

    async fn somebody_who_was_never_signed_in_is_told_to_sign_in_and_nothing_is_kept(app: TestApp) {
        let officer = app.officer().await;
        let form = note(&app, &officer).await;
        let stranger = app.browser();
        stranger.submit(&form).await.keeps_silent_about("What you typed is kept");
        assert_eq!(database::count(app.db(), "session", "data LIKE '%gate was locked%'").await, 0);
    }

    async fn a_page_says_how_long_the_session_lasts_and_staying_makes_it_longer(app: TestApp) {
        let officer = app.officer().await;
        let left = async |officer: &Staff| officer.visit("/account").await.attributes("body", "data-session-idle");
        assert_eq!(left(&officer).await, ["1800"]);
        app.wait(Duration::minutes(26));
        let stayed = officer.post("/account/stay", &[]).await;
        assert_eq!(stayed.body, "{\"idle\":1800,\"whole\":34440}");
        app.wait(Duration::minutes(26));
        officer.get("/cases").await.is_shown();
        assert!(app.browser().visit("/").await.attributes("body", "data-session-idle").is_empty());
    }
}
