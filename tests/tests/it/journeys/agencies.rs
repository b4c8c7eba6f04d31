//! Partner agencies are managed: what they may do is agreed, registered, issued, watched and ended.

use acceptance::prelude::*;
use chrono::Duration;
use http::StatusCode;

const WHO: &str = "{ viewer { kind name } }";

fn dated(form: Form, name: &str, [year, month, day]: [&str; 3]) -> Form {
    form.with(&format!("{name}-day"), day).with(&format!("{name}-month"), month).with(&format!("{name}-year"), year)
}

/// An administrator who has put an agency on file, with an agreement and a client; and the page of the agency.
async fn with_a_client(app: &TestApp) -> (Staff, String) {
    let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
    let form = admin.visit("/agencies/new").await.form();
    let page = admin.submit(&form.with("name", "Luton Health").with("email", "data@health.example")).await;
    let here = page.path.clone();
    let form = admin.visit(&page.link("Make an agreement")).await.form();
    let form = form.with("purpose", "Registration of patients").with("lawfulBasis", "PUBLIC_TASK");
    let form = form.with("scopes", "CHILD_LOOKUP").with("fields", "FAMILY_NAME");
    let form = dated(dated(form, "startsOn", ["2026", "11", "1"]), "endsOn", ["2027", "6", "30"]);
    let page = admin.submit(&form).await;
    page.says("Agreement made").says("In force");
    let form = admin.visit(&page.attributes("a[href*='/client/']", "href")[0]).await.form();
    assert!(!form.offers("scopes", "STATISTICS_READ"), "only what the agreement allows is offered");
    let form = form.with("name", "Front desk").with("scopes", "CHILD_LOOKUP").with("fields", "FAMILY_NAME");
    admin.submit(&form).await.says("Client registered").says("Front desk");
    (admin, here)
}

/// The address of what can be done to the client or token of that page.
async fn act(admin: &Staff, here: &str, verb: &str) -> String {
    let page = admin.visit(here).await;
    let found = page.attributes(&format!("main a[href*='/{verb}/']"), "href");
    found.into_iter().next().unwrap_or_else(|| panic!("no {verb} on {}", page.text()))
}

async fn issued(admin: &Staff, here: &str) -> String {
    let form = admin.visit(&act(admin, here, "token").await).await.form();
    let page = admin.submit(&dated(form, "expiresOn", ["2027", "6", "30"])).await;
    assert_eq!(page.header("cache-control"), "no-store");
    page.all("code").pop().unwrap_or_else(|| panic!("no token on {}", page.text()))
}

on_both_engines! {
    async fn an_agency_gets_a_token_that_is_shown_once_and_works(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;

        let token = issued(&admin, &here).await;

        assert_eq!(app.bearer(&token).ask(WHO, json!({})).await.sound().text("/viewer/name"), "Luton Health");
        admin.visit(&here).await.keeps_silent_about(&token).says("Accepted");
    }

    async fn a_token_cannot_outlive_its_agreement(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;
        let form = admin.visit(&act(&admin, &here, "token").await).await.form();
        let page = admin.submit(&dated(form, "expiresOn", ["2027", "7", "1"])).await;
        page.finds_fault(&["Enter a day on which the agreement still holds"]);
    }

    async fn a_paused_client_hears_so_and_goes_on_when_it_is_resumed(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;
        let token = issued(&admin, &here).await;
        let program = app.bearer(&token);
        let form = admin.visit(&act(&admin, &here, "pause").await).await.form();
        admin.submit(&form.with("reason", "Rang them")).await.says("Client paused").says("Rang them");

        let answer = program.ask(WHO, json!({})).await;
        assert_eq!((answer.status, answer.codes()), (StatusCode::FORBIDDEN, vec!["PAUSED"]));
        assert!(answer.json.to_string().contains("01632 960 100"), "{}", answer.json);

        let form = admin.visit(&act(&admin, &here, "resume").await).await.form();
        admin.submit(&form).await.says("Client resumed");
        program.ask(WHO, json!({})).await.sound();
    }

    async fn a_replaced_token_works_for_a_week_beside_the_new_one(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;
        let old = issued(&admin, &here).await;
        let form = admin.visit(&act(&admin, &here, "rotate").await).await.form();
        let page = admin.submit(&dated(form, "expiresOn", ["2027", "6", "30"])).await;
        let new = page.all("code").pop().unwrap();

        for token in [&old, &new] {
            app.bearer(token).ask(WHO, json!({})).await.sound();
        }
        app.wait(Duration::days(7));
        assert_eq!(app.bearer(&old).ask(WHO, json!({})).await.status, StatusCode::UNAUTHORIZED);
        app.bearer(&new).ask(WHO, json!({})).await.sound();
    }

    async fn ending_the_agreement_ends_every_token_under_it(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;
        let token = issued(&admin, &here).await;
        let form = admin.visit(&act(&admin, &here, "end").await).await.form();
        admin.submit(&form.with("reason", "They asked")).await.says("Agreement ended");
        assert_eq!(app.bearer(&token).ask(WHO, json!({})).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn only_administrators_are_shown_agencies(app: TestApp) {
        let (_, here) = with_a_client(&app).await;
        let manager = app.sign_in(app.manager().await).await;
        for path in ["/agencies", "/agencies/new", here.as_str()] {
            manager.get(path).await.is_forbidden();
            app.anybody().get(path).await.leads_to("/sign-in");
        }
    }

    async fn a_revoked_token_is_refused_on_the_next_request_by_every_instance(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;
        let token = issued(&admin, &here).await;
        let other = app.instance().await;
        for app in [&app, &other] {
            app.bearer(&token).ask(WHO, json!({})).await.sound();
        }

        let form = app.anybody().visit("/partners/leaked").await.form();
        app.anybody().submit(&form.with("token", &token)).await.is_shown();

        for app in [&app, &other] {
            assert_eq!(app.bearer(&token).ask(WHO, json!({})).await.status, StatusCode::UNAUTHORIZED);
        }
    }

    async fn a_found_token_is_revoked_at_once_whoever_hands_it_in(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;
        let token = issued(&admin, &here).await;
        let anybody = app.anybody();
        let form = async || anybody.visit("/partners/leaked").await.form();

        let right = anybody.submit(&form().await.with("token", &token)).await;
        let wrong = anybody.submit(&form().await.with("token", "nonsense")).await;

        assert_eq!(right.text(), wrong.text(), "the answer tells whether it was a token");
        assert_eq!(app.bearer(&token).ask(WHO, json!({})).await.status, StatusCode::UNAUTHORIZED);
        let told = mail::newest(&app, "data@health.example").await;
        assert!(told.subject.contains("revoked") && !told.body.contains(&token), "{told:?}");
        admin.visit(&here).await.says("Revoked");
    }

    async fn a_partner_reads_what_its_token_may_ask(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;
        let token = issued(&admin, &here).await;
        let anybody = app.anybody();
        let form = anybody.visit("/partners").await.button("Show");
        let page = anybody.submit(&form.with("token", &token)).await;
        page.says("Luton Health").says("Front desk").says("6000 of 6000").says("childLookup").keeps_silent_about(&token);
        let schema = anybody.get("/partners/schema.graphql").await;
        assert!(schema.body.contains("childLookup(") && !schema.body.contains("addAgency("), "{}", schema.body);
    }

    async fn the_end_of_a_token_is_told_two_weeks_before_and_once(app: TestApp) {
        let (admin, here) = with_a_client(&app).await;
        issued(&admin, &here).await;
        let told = async || {
            backend::jobs::expiries::sweep(app.inner()).await.unwrap();
            mail::to(&app, "data@health.example").await.len()
        };
        assert_eq!(told().await, 0);
        app.wait("2027-06-16T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.now());
        // The token and the agreement end on the same day.
        assert_eq!(told().await, 2);
        app.wait(Duration::days(3));
        assert_eq!(told().await, 2);
    }
}
