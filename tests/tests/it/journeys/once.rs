//! A form has one effect, however often it is sent.

use acceptance::database;
use acceptance::prelude::*;
use chrono::Duration;
use http::{Method, StatusCode};

const NOTE: &str = "mutation($input: AddNoteInput!) { addNote(input: $input) { reference version } }";

/// The form that adds a note to a new case, filled in.
async fn note(app: &TestApp, officer: &Staff) -> Form {
    let case = given::case().at(app).await;
    let form = officer.visit(&format!("/cases/{}/note", case.reference)).await.form();
    form.with("text", "The gate was locked.")
}

/// Asks the API under `key`.
async fn under(key: &str, browser: &Browser, query: &str, variables: &Value) -> Page {
    let request = browser.request(&Method::POST, "/graphql").header("content-type", "application/json");
    let body = json!({ "query": query, "variables": variables }).to_string();
    browser.send(request.header("idempotency-key", key), body).await
}

async fn notes(app: &TestApp) -> u64 {
    database::count(app.db(), "event", "kind = 'note_added'").await
}

on_both_engines! {
    async fn a_form_that_is_sent_again_changes_nothing_more_and_is_answered_the_same(app: TestApp) {
        let officer = app.officer().await;
        let form = note(&app, &officer).await;

        let once = officer.browser().submit_once(&form).await;
        let again = officer.browser().submit_once(&form).await;

        assert_eq!((once.status, once.location()), (StatusCode::SEE_OTHER, again.location()));
        assert_eq!(again.status, once.status);
        assert_eq!(notes(&app).await, 1);
    }

    async fn a_form_that_is_pressed_twice_at_once_has_one_effect_and_one_answer(app: TestApp) {
        let officer = app.officer().await;
        for _ in 0..8 {
            let before = notes(&app).await;
            let form = note(&app, &officer).await;
            let press = || officer.browser().submit_once(&form);
            let (one, two, three) = tokio::join!(press(), press(), press());
            assert_eq!((one.status, two.status, three.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{} {}", two.text(), three.text());
            assert_eq!((one.location(), one.location()), (two.location(), three.location()));
            assert_eq!(notes(&app).await, before + 1);
        }
    }

    async fn two_instances_on_one_database_carry_a_form_out_once(app: TestApp) {
        let officer = app.officer().await;
        let elsewhere = officer.browser().through(app.instance().await.server());
        for _ in 0..8 {
            let before = notes(&app).await;
            let form = note(&app, &officer).await;
            let (one, two) = tokio::join!(officer.browser().submit_once(&form), elsewhere.submit_once(&form));
            assert_eq!((one.status, two.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{} {}", one.text(), two.text());
            assert_eq!(one.location(), two.location());
            assert_eq!(notes(&app).await, before + 1);
        }
    }

    async fn other_answers_under_the_same_key_are_refused_and_can_be_sent_after_all(app: TestApp) {
        let officer = app.officer().await;
        let form = note(&app, &officer).await;
        officer.submit(&form).await;

        let refused = officer.submit(&form.with("text", "The gate was open.")).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("This form was already sent").says("The gate was open.");
        assert_eq!(notes(&app).await, 1);
        officer.submit(&refused.button("Send what I typed now")).await.is_shown();
        assert_eq!(notes(&app).await, 2);
    }

    async fn what_is_wrong_with_a_form_is_told_as_often_as_it_is_sent(app: TestApp) {
        let officer = app.officer().await;
        let form = note(&app, &officer).await.with("text", "");
        for _ in 0..2 {
            let refused = officer.submit(&form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(!refused.faults().is_empty());
        }
        assert_eq!(database::count(app.db(), "idempotency_key", "1 = 1").await, 0);
    }

    async fn somebody_elses_key_is_nothing_to_me(app: TestApp) {
        let (officer, other) = (app.officer().await, app.staff("Ola Other", &[StaffRole::CmeOfficer]).await);
        let form = note(&app, &officer).await;
        officer.submit(&form).await;

        other.submit(&form).await.is_shown().keeps_silent_about("This form was already sent");

        assert_eq!(notes(&app).await, 2);
    }

    async fn what_was_sent_is_known_for_a_day(app: TestApp) {
        let officer = app.officer().await;
        officer.submit(&note(&app, &officer).await).await;
        app.wait(Duration::hours(23));
        backend::jobs::housekeeping::sweep(app.inner()).await.unwrap();
        assert_eq!(database::count(app.db(), "idempotency_key", "1 = 1").await, 1);
        app.wait(Duration::hours(2));
        backend::jobs::housekeeping::sweep(app.inner()).await.unwrap();
        assert_eq!(database::count(app.db(), "idempotency_key", "1 = 1").await, 0);
    }

    async fn a_draft_is_begun_once_however_often_the_button_is_pressed(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let first = school.visit("/refer/new/ground?danger=NO").await.form();
        let before = database::count(app.db(), "draft", "1 = 1").await;
        let first = first.answering(typed::referral().pairs());
        let press = || school.browser().submit_once(&first);
        let (one, two) = tokio::join!(press(), press());
        assert_eq!(one.location(), two.location(), "{} {}", one.text(), two.text());
        assert_eq!(database::count(app.db(), "draft", "1 = 1").await, before + 1);
    }

    async fn a_program_that_asks_again_under_its_key_changes_nothing_more(app: TestApp) {
        let officer = app.officer().await;
        let case = given::case().at(&app).await;
        let input = |text: &str| json!({ "input": { "case": case.reference, "text": text } });
        let key = "0198b2f0-7c1e-7e58-9d3b-5a7d0e6c1f42";
        let ask = || async { under(key, officer.browser(), NOTE, &input("The gate was locked.")).await };

        let (one, two) = tokio::join!(ask(), ask());
        let three = ask().await;

        let (first, second) = if one.status == StatusCode::OK { (one, two) } else { (two, one) };
        assert!(first.body.contains(&case.reference) && !first.body.contains("errors"), "{}", first.body);
        for again in [second, three] {
            assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
            assert!(again.body.contains("already carried out"), "{}", again.body);
        }
        assert_eq!(notes(&app).await, 1);
        let other = under(key, officer.browser(), NOTE, &input("The gate was open.")).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.body);
        let short = under("short", officer.browser(), NOTE, &input("The gate was open.")).await;
        assert_eq!(short.status, StatusCode::BAD_REQUEST, "{}", short.body);
        assert_eq!(notes(&app).await, 1);
    }

    async fn a_key_hands_out_nothing_to_whoever_lost_the_right_to_it(app: TestApp) {
        let officer = app.officer().await;
        let case = given::case().of("Isolde", "Quillhaven").at(&app).await;
        let query = "mutation($input: AddNoteInput!) { addNote(input: $input) { reference child { familyName } } }";
        let input = json!({ "input": { "case": case.reference, "text": "x" } });
        let key = "0198b2f0-7c1e-7e58-9d3b-5a7d0e6c1f43";

        let answer = under(key, officer.browser(), query, &input).await;
        let again = under(key, officer.browser(), query, &input).await;

        assert!(answer.body.contains("Quillhaven"), "{}", answer.body);
        assert_eq!(again.status, StatusCode::CONFLICT);
        assert!(!again.body.contains("Quillhaven") && !again.body.contains(&case.reference), "{}", again.body);
        assert_eq!(notes(&app).await, 1);
    }
}
