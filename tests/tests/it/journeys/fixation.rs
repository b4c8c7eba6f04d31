//! Whoever knows the session of somebody's browser from before gains nothing when something of worth enters it.

use acceptance::database::count;
use acceptance::people::{code, give_code, give_password};
use acceptance::prelude::*;
use http::StatusCode;

const SESSION: &str = "__Host-onroll";

/// A browser that has a session, and the thief who knows it, because it is the one of their own half of a sign-in, which
/// they left there.
async fn known_session(app: &TestApp) -> (Browser, Browser) {
    let own = given::staff(app, "Tia Thief", &[StaffRole::Auditor]).await;
    let browser = app.browser();
    give_password(&browser, &own.email, given::PASSWORD).await;
    let session = browser.cookies().get(SESSION).cloned().expect("a session was begun");
    let thief = app.browser().with_cookie(SESSION, &session);
    (browser, thief)
}

on_both_engines! {
    async fn a_thief_who_knows_the_session_does_not_choose_the_school(app: TestApp) {
        let (oak, elm) = (given::school(&app, "Oak School").await, given::school(&app, "Elm School").await);
        let both = given::contact_at(&app, &oak, "both@trust.example").await;
        given::contact_at(&app, &elm, "both@trust.example").await;
        let (victim, thief) = known_session(&app).await;
        victim.submit(&victim.visit("/refer").await.form().with("email", "both@trust.example")).await;
        let button = victim.visit(&mail::newest(&app, "both@trust.example").await.link()).await.form();
        victim.submit(&button).await.says("Which school do you act for?");

        thief.get("/refer/schools").await.leads_to("/refer");
        thief.post("/refer/schools", &[("school", &both.id.to_string())]).await.leads_to("/refer");

        thief.ask("{ drafts { id } }", json!({})).await.refused_with("UNAUTHENTICATED");
        let form = victim.visit("/refer/schools").await.form().with("school", &both.id.to_string());
        victim.submit(&form).await.says("Your referrals");
    }

    async fn a_thief_who_knows_the_session_neither_accepts_an_invitation_nor_sets_up_its_second_factor(app: TestApp) {
        let admin = app.staff("Ada Administrator", &[StaffRole::Administrator]).await;
        let form = admin.visit("/staff/new").await.form().with("name", "Nia New").with("email", "nia@luton.example");
        let page = admin.submit(&form.with("roles", "ADMINISTRATOR")).await;
        let told = page.all(".app-reference").pop().expect("a code is shown");
        let (victim, thief) = known_session(&app).await;
        let link = mail::newest(&app, "nia@luton.example").await.link_below("/invitation/");
        let form = victim.visit(&link).await.form().with("code", &told);

        thief.visit("/invitation").await.says("This link cannot be used");
        let words = "four other random words";
        let stolen = [("code", told.as_str()), ("password", words), ("again", words)];
        thief.post("/invitation", &stolen).await.says("This link cannot be used");
        victim.submit_once(&form.with("password", words).with("again", words)).await.leads_to("/sign-in/set-up");

        thief.get("/sign-in/set-up").await.leads_to("/sign-in");
        victim.visit("/sign-in/set-up").await.says("Set up an authenticator app");
    }

    async fn a_thief_who_knows_the_session_does_not_recover_an_account(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let (victim, thief) = known_session(&app).await;
        victim.submit(&victim.visit("/sign-in/recover").await.form().with("email", &officer.email)).await;
        let mail = mail::newest(&app, &officer.email).await;
        let link = mail.link_below("/recover/");
        let form = victim.visit(&link).await.form();
        assert!(!form.pairs().iter().any(|(name, _)| name == "code"), "the browser that asked needs no code");

        thief.visit("/recover").await.says("This link cannot be used");
        // With the link too, but not the code from the mail.
        let words = "four other random words";
        let stolen = thief.visit(&link).await.form().with("password", words).with("again", words);
        thief.submit(&stolen).await.finds_fault(&["Enter the code as you were given it, like AB3D-4FGH"]);
        victim.submit_once(&form.with("password", words).with("again", words)).await.leads_to("/sign-in/second-factor");
        thief.get("/sign-in/second-factor").await.leads_to("/sign-in");
    }

    async fn every_step_of_signing_in_renews_the_session(app: TestApp) {
        let officer = given::new_staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let (victim, thief) = known_session(&app).await;
        let session = || victim.cookies().get(SESSION).cloned();
        let before = session();
        give_password(&victim, &officer.email, given::PASSWORD).await.leads_to("/sign-in/set-up");
        let pending = session();
        assert_ne!(pending, before);
        victim.visit("/sign-in/set-up").await;
        assert_ne!(session(), pending, "the secret of an authenticator entered");
        thief.get("/sign-in/set-up").await.leads_to("/sign-in");
        victim.visit("/sign-in/set-up").await.says("Set up an authenticator app");
    }

    async fn asking_to_sign_in_keeps_nothing_until_there_is_something_to_keep(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let anybody = app.browser();
        let wrong = give_password(&anybody, &officer.email, "not the password").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        anybody.visit("/sign-in/second-factor").await;
        anybody.submit(&anybody.visit("/sign-in/recover").await.form().with("email", &officer.email)).await;
        let link = mail::newest(&app, &officer.email).await.link_below("/recover/");
        let form = anybody.visit(&link).await.form();
        anybody.submit(&form.with("password", "short").with("again", "short")).await;
        anybody.visit(&format!("/invitation/{}", "a1".repeat(32))).await.says("This link cannot be used");
        anybody.submit(&anybody.visit("/refer").await.form().with("email", "nobody@school.example")).await;
        assert_eq!(count(app.db(), "session", "1 = 1").await, 0);

        give_password(&anybody, &officer.email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
        given::fresh_codes(&app).await;
        give_code(&anybody, &code(&app)).await.leads_to("/");
        assert_eq!(count(app.db(), "session", "1 = 1").await, 1);
    }

    async fn two_authorizations_at_once_are_refused(app: TestApp) {
        let token = given::token(&app, "Police", &[Scope::StatisticsRead]).await;
        let program = app.bearer(&token);
        let start = app.browser().visit("/").await;
        let asset = start.body.split('"').find(|part| part.starts_with("/assets/")).unwrap();
        for (method, path) in [
            ("POST", "/graphql"),
            ("GET", "/"),
            ("GET", "/partners"),
            ("GET", "/health/live"),
            ("GET", "/health/ready"),
            ("GET", "/health/metrics"),
            ("GET", asset),
        ] {
            let request = program.browser().request(&method.parse().unwrap(), path);
            let request = request.header("authorization", format!("Bearer {token}"));
            let page = program.browser().try_send(request.header("content-type", "application/json"), "{}").await;
            assert_eq!(page.status, 400, "{path}");
        }
    }
}
