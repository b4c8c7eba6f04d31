//! Passkeys and the council's single sign-on in a real browser.

use std::time::Duration;

use acceptance::prelude::*;
use acceptance::window::Window;
use http::StatusCode;

const DESK: u32 = 1_280;
const SIGN_IN: &str = "Sign in with a passkey";

/// A browser that stops answering must not hold up everything else.
async fn in_time(story: impl Future<Output = ()>) {
    let ended = tokio::time::timeout(Duration::from_mins(3), Box::pin(story)).await;
    assert!(ended.is_ok(), "the browser does not answer any more");
}

async fn single_sign_on() {
    let (app, directory) = TestApp::served_with_directory(Engine::Sqlite).await;
    directory.says(
        "sam",
        json!({ "name": "Sam Single", "email": "sam@luton.example", "email_verified": true, "groups": ["cme-officers"] }),
    );
    let window = Window::open(true, DESK).await;
    let at = |path: &str| format!("{}{path}", app.origin());

    window.goto(&at("/sign-in")).await;
    window.picture("single-sign-on").await;
    window.follow("Sign in with your council account").await;
    window.until("Council account").await;
    window.give("login", "sam").await;
    window.give("password", "any").await;
    window.press("Sign in at the council").await;
    window.until("Triage").await.says("Sam Single");

    // Whoever is still signed in at the council is not asked there again.
    window.goto(&at("/account")).await;
    window.page().await.says("Sam Single");

    window.press_anywhere("Sign out").await;
    window.until("Council account").await;
    window.press("Sign out here too").await;
    window.until("You have signed out").await;
    window.goto(&at("/cases")).await;
    assert_eq!(window.page().await.path, "/sign-in");
    window.follow("Sign in with your council account").await;
    window.until("Council account").await;
    assert!(window.page().await.form().asks("password"), "the council does not ask again");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_comes_by_single_sign_on_and_is_signed_out_there_too() {
    in_time(single_sign_on()).await;
}

/// A window in which `colleague` has signed in with their password and added a passkey.
async fn with_passkey(app: &TestApp, email: &str) -> Window {
    let window = Window::open(true, DESK).await;
    window.plug_in_authenticator().await;
    let at = |path: &str| format!("{}{path}", app.origin());
    window.goto(&at("/sign-in")).await;
    window.give("email", email).await;
    window.give("password", given::PASSWORD).await;
    window.press("Sign in").await;
    window.goto(&at("/account/passkeys")).await;
    window.until("Add a passkey").await;
    window.give("name", "Work laptop").await;
    window.picture("passkeys").await;
    window.press("Add a passkey").await;
    window.until("Passkey added").await.says("Work laptop").says("Never");
    window.goto(&at("/account")).await;
    window.press_anywhere("Sign out").await;
    window.until("You have signed out").await;
    window
}

async fn passkey() {
    let app = TestApp::served(Engine::Sqlite).await;
    let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
    let window = with_passkey(&app, &officer.email).await;
    let at = |path: &str| format!("{}{path}", app.origin());

    for _ in 0..2 {
        window.goto(&at("/sign-in")).await;
        window.press(SIGN_IN).await;
        window.until("Triage").await.says("Olu Officer");
        window.goto(&at("/account/passkeys")).await;
        window.page().await.says("Work laptop").keeps_silent_about("Never");
        window.press_anywhere("Sign out").await;
        window.until("You have signed out").await;
    }

    window.goto(&at("/sign-in")).await;
    window.press(SIGN_IN).await;
    window.until("Triage").await;
    window.goto(&at("/account/passkeys")).await;
    window.goto(&at(&window.page().await.link("Remove"))).await;
    window.press("Remove passkey").await;
    window.until("Passkey removed").await.says("You have no passkeys yet.");
    window.press_anywhere("Sign out").await;
    window.until("You have signed out").await;
    window.goto(&at("/sign-in")).await;
    window.press(SIGN_IN).await;
    window.until("Your passkey was not accepted").await;
    window.goto(&at("/cases")).await;
    assert_eq!(window.page().await.path, "/sign-in");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_without_a_password_until_it_is_removed() {
    in_time(passkey()).await;
}

/// What the device of `window` answers to a question put to its session, before it is sent.
async fn unsent(app: &TestApp, window: &Window) -> String {
    window.goto(&format!("{}/sign-in", app.origin())).await;
    window.until(SIGN_IN).await;
    window.run("HTMLFormElement.prototype.submit = function () { window.answer = this.credential.value; };").await;
    window.run("document.querySelector('[data-passkey] form').requestSubmit();").await;
    for _ in 0..200 {
        if let Value::String(answer) = window.run("return window.answer ?? null;").await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the device does not answer");
}

async fn answers() {
    let app = TestApp::served(Engine::Sqlite).await;
    let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
    let window = with_passkey(&app, &officer.email).await;

    // Of another session, which has a question of its own.
    let answer = unsent(&app, &window).await;
    let thief = app.browser();
    thief.post("/sign-in/passkey/options", &[]).await.is_shown();
    assert_eq!(thief.post("/sign-in/passkey", &[("credential", &answer)]).await.status, StatusCode::FORBIDDEN);
    thief.get("/cases").await.leads_to("/sign-in");

    // In time, and then again.
    let same = app.browser().with_cookie("onroll", &window.cookie("onroll").await);
    let again = same.copied();
    same.post("/sign-in/passkey", &[("credential", &answer)]).await.leads_to("/");
    same.get("/cases").await.is_shown();
    for browser in [again, app.browser()] {
        assert_eq!(browser.post("/sign-in/passkey", &[("credential", &answer)]).await.status, StatusCode::FORBIDDEN);
        browser.get("/cases").await.leads_to("/sign-in");
    }

    // To a question that was put too long ago.
    let answer = unsent(&app, &window).await;
    let same = app.browser().with_cookie("onroll", &window.cookie("onroll").await);
    app.wait(chrono::Duration::minutes(5));
    assert_eq!(same.post("/sign-in/passkey", &[("credential", &answer)]).await.status, StatusCode::FORBIDDEN);
    same.get("/cases").await.leads_to("/sign-in");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_answers_once_in_time_and_in_its_own_session() {
    in_time(answers()).await;
}
