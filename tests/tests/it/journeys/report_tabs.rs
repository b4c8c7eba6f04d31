//! A report is never lost and never mixed with another: two tabs, a pause, another browser, leaving in a hurry.

use acceptance::database;
use acceptance::prelude::*;
use chrono::Duration;
use http::{Method, StatusCode};

pub(super) const COOKIE: &str = "__Host-onroll-report";
const WEATHER: &str = "https://www.bbc.co.uk/weather";
const GONE: &str = "This report is not here any more";
const RESTED: &str = "You left this report for more than 30 minutes";

/// Goes past the question of whom it is about, in a tab of its own: where a report then begins.
async fn begun(person: &Browser) -> Page {
    let about = person.visit("/report").await.button("Start now");
    person.submit(&about).await
}

/// The page of a report beside `page`.
pub(super) fn beside(page: &Page, step: &str) -> String {
    let (report, _) = page.path.rsplit_once('/').expect("a page of a report");
    format!("{report}/{step}")
}

/// Answers a question of the report of `page`; a redirect is not followed.
async fn tells(person: &Browser, page: &Page, step: &str, fields: &[(&str, &str)]) -> Page {
    person.post(&beside(page, step), fields).await
}

/// Presses the exit button of a page: the one that is not in its main part.
pub(super) async fn exits(person: &Browser, page: &Page) -> Page {
    let report = page.attributes("form#exit > input[name=report]", "value");
    let fields: Vec<(&str, &str)> = report.iter().map(|report| ("report", report.as_str())).collect();
    person.post("/exit", &fields).await
}

async fn rows(app: &TestApp, condition: &str) -> u64 {
    database::count(app.db(), "report_draft", condition).await
}

/// A report with a name, left at the question for the age.
async fn half_told(person: &Browser) -> Page {
    let first = begun(person).await;
    tells(person, &first, "danger", &[("danger", "NO")]).await;
    tells(person, &first, "harm", &[("harm", "NO")]).await;
    tells(person, &first, "name", &[("givenNames", "Peregrine")]).await.leads_to(&beside(&first, "age"));
    person.visit(&beside(&first, "age")).await
}

/// What a report that was answered like this says about the child and the danger.
async fn received(app: &TestApp, name: &str) -> Vec<String> {
    let query = format!("SELECT details FROM referral WHERE details LIKE '%{name}%'");
    database::column(app.db(), &query).await
}

on_both_engines! {
    async fn a_second_tab_is_a_second_report(app: TestApp) {
        let browser = app.browser();
        let first = begun(&browser).await;
        tells(&browser, &first, "danger", &[("danger", "YES")]).await;
        tells(&browser, &first, "danger-call", &[("dangerCalled", "YES"), ("dangerReference", "10:02")]).await;
        tells(&browser, &first, "harm", &[("harm", "NO")]).await;
        tells(&browser, &first, "name", &[("givenNames", "First")]).await;

        let second = begun(&browser).await;
        assert_ne!(first.path, second.path);
        tells(&browser, &second, "danger", &[("danger", "NO")]).await;
        tells(&browser, &second, "harm", &[("harm", "NO")]).await;
        tells(&browser, &second, "name", &[("givenNames", "Second")]).await;
        tells(&browser, &first, "address", &[("address", "1 Thimblewick Row")]).await;
        for (tab, name) in [(&first, "First"), (&second, "Second")] {
            tells(&browser, tab, "concern", &[("concern", "Alone")]).await;
            let check = browser.visit(&beside(tab, "check")).await;
            let sent = browser.submit(&check.says(name).button("Send")).await;
            assert_eq!(sent.heading(), "Thank you for telling us");
            assert_eq!(sent.path, beside(tab, "sent"));
        }

        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 2);
        let (first, second) = (received(&app, "\"First\"").await, received(&app, "\"Second\"").await);
        let ([first], [second]) = (&first[..], &second[..]) else { panic!("{first:?} {second:?}") };
        assert!(first.contains("Thimblewick") && !second.contains("Thimblewick"), "{first} {second}");
        assert!(first.contains("10:02") && !second.contains("10:02"), "{first} {second}");
    }

    async fn looking_at_pages_leaves_a_report_alone(app: TestApp) {
        let browser = app.browser();
        let age = half_told(&browser).await;
        for path in ["/report", "/report/about", "/report/elsewhere/too-old", &age.path, "/exit", "/"] {
            let link = browser.request(&Method::GET, path).header("sec-fetch-site", "cross-site");
            let page = browser.send(link, "").await;
            assert_eq!(page.header("set-cookie"), "", "{path}");
        }
        browser.get("/exit").await.leads_to(WEATHER);

        browser.visit(&beside(&age, "name")).await.is_shown();
        assert_eq!(browser.visit(&beside(&age, "name")).await.form().value("givenNames"), Some("Peregrine"));
        assert_eq!(rows(&app, "1 = 1").await, 1);
    }

    async fn back_to_the_first_question_and_on_again_is_the_same_report(app: TestApp) {
        let browser = app.browser();
        let about = browser.visit("/report").await.button("Start now");
        let first = browser.submit(&about).await;
        tells(&browser, &first, "name", &[("givenNames", "Peregrine")]).await;

        assert_eq!(browser.submit(&about).await.path, first.path);
        let danger = browser.submit(&first.form().with("danger", "NO")).await.link("Back");
        assert_eq!(browser.visit(&danger).await.path, first.path);
        assert_eq!(browser.visit(&beside(&first, "name")).await.form().value("givenNames"), Some("Peregrine"));
        assert_eq!(rows(&app, "1 = 1").await, 1);
    }

    async fn leaving_in_a_hurry_wipes_one_report_for_good(app: TestApp) {
        let browser = app.browser();
        let (left, other) = (half_told(&browser).await, half_told(&browser).await);

        let away = exits(&browser, &left).await;
        assert_eq!(away.header("refresh"), format!("0; url={WEATHER}"));
        away.keeps_silent_about("child").keeps_silent_about("report");

        assert_eq!(rows(&app, "1 = 1").await, 1);
        for step in ["name", "check", "about", "sent"] {
            let page = browser.get(&beside(&left, step)).await;
            page.is_not_found().says(GONE).keeps_silent_about("Peregrine");
        }
        let late = tells(&browser, &left, "age", &[("age", "about nine")]).await;
        late.is_not_found().says(GONE).says("about nine").keeps_silent_about("Peregrine");
        assert_eq!(browser.visit(&beside(&other, "name")).await.form().value("givenNames"), Some("Peregrine"));
        assert!(browser.cookies().contains_key(COOKIE));

        exits(&browser, &other).await;
        assert_eq!(rows(&app, "1 = 1").await, 0);
        assert_eq!(browser.cookies().get(COOKIE).map_or("", String::as_str), "");
        // Without a report it just leaves.
        assert_eq!(exits(&browser, &browser.visit("/report").await).await.header("refresh"), away.header("refresh"));
    }

    async fn whoever_was_called_away_loses_nothing(app: TestApp) {
        let browser = app.browser();
        let age = half_told(&browser).await;
        age.says("kept in this browser until 18 November 2026 at 10:00pm");
        app.wait(Duration::minutes(35));

        tells(&browser, &age, "age", &[("age", "about nine")]).await.leads_to(&beside(&age, "sex"));
        let check = browser.visit(&beside(&age, "check")).await;
        check.is_shown().says("Peregrine").says("about nine");
        app.wait(Duration::hours(11));
        backend::jobs::housekeeping::sweep(app.inner()).await.unwrap();
        browser.submit(&check.button("Send")).await.says("Enter what you know, even if it is little");
    }

    async fn whoever_comes_back_late_is_first_asked_whether_it_is_theirs(app: TestApp) {
        let browser = app.browser();
        let age = half_told(&browser).await;
        app.wait(Duration::minutes(35));

        let page = browser.visit(&format!("{}?return=check", beside(&age, "name"))).await;
        assert_eq!(page.heading(), RESTED);
        page.keeps_silent_about("Peregrine");
        // Looking at it did not make it fresh.
        assert_eq!(browser.visit(&age.path).await.heading(), RESTED);

        let name = browser.submit(&page.button("Go on with it")).await;
        assert_eq!(name.form().value("givenNames"), Some("Peregrine"));
        browser.submit_once(&name.form()).await.leads_to(&beside(&age, "check"));
        browser.visit(&age.path).await.is_shown().says("How old is the child?");

        app.wait(Duration::minutes(31));
        let page = browser.visit(&age.path).await;
        browser.submit_once(&page.button("Discard it")).await.leads_to("/report");
        assert_eq!(rows(&app, "1 = 1").await, 0);
    }

    async fn an_unsent_report_is_thrown_away_after_twelve_hours(app: TestApp) {
        let browser = app.browser();
        let age = half_told(&browser).await;
        app.wait(Duration::hours(12));

        browser.get(&age.path).await.is_not_found().says(GONE);
        let late = tells(&browser, &age, "age", &[("age", "about nine")]).await;
        late.says("about nine").keeps_silent_about("Peregrine");
        backend::jobs::housekeeping::sweep(app.inner()).await.unwrap();
        assert_eq!(rows(&app, "1 = 1").await, 0);
    }

    async fn without_the_cookie_only_what_was_sent_is_shown_and_begins_a_new_report(app: TestApp) {
        let age = half_told(&app.browser()).await;
        let browser = app.browser();

        let page = tells(&browser, &age, "address", &[("address", "1 Thimblewick Row"), ("postcode", "")]).await;
        page.is_not_found().says(GONE).says("1 Thimblewick Row").keeps_silent_about("Peregrine");
        let begun = browser.submit(&page.button("Begin a new report with this")).await;
        assert_eq!(begun.heading(), "Is the child in immediate danger?");
        let address = browser.visit(&beside(&begun, "address")).await.form();
        assert_eq!(address.value("address"), Some("1 Thimblewick Row"));
    }

    async fn the_check_carries_all_of_it_where_the_browser_has_forgotten(app: TestApp) {
        let browser = app.browser();
        let age = half_told(&browser).await;
        let check = browser.visit(&beside(&age, "check")).await.button("Send");
        let forgetful = app.browser();

        forgetful.submit(&check).await.is_not_found().says(GONE).says("Peregrine");
    }

    async fn an_id_alone_opens_no_report(app: TestApp) {
        let age = half_told(&app.browser()).await;
        let stranger = app.browser();
        half_told(&stranger).await;

        for step in ["name", "check", "about", "sent"] {
            let page = stranger.get(&beside(&age, step)).await;
            page.is_not_found().says(GONE).keeps_silent_about("Peregrine");
        }
        for (step, fields) in [("check", &[][..]), ("go-on", &[("page", "name")][..]), ("name", &[("givenNames", "Other")][..])] {
            let page = tells(&stranger, &age, step, fields).await;
            page.is_not_found().keeps_silent_about("Peregrine");
        }
        tells(&stranger, &age, "discard", &[]).await;
        exits(&stranger, &age).await;
        let id = age.path.split('/').nth(2).unwrap();
        let about = stranger.post("/report/about", &[("about", "NOT_IN_SCHOOL"), ("report", id)]).await;
        assert!(!about.location().unwrap().contains(id), "{about:?}");
        assert_eq!(rows(&app, "answers LIKE '%Peregrine%'").await, 2);
        assert_eq!(rows(&app, &format!("id = '{id}' OR holder = '{id}'")).await, 0);
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 0);
    }

    async fn two_tabs_of_one_report_lose_neither_answer(app: TestApp) {
        let browser = app.browser();
        let age = half_told(&browser).await;
        for round in 0..8 {
            let (nine, row) = (format!("about {round}"), format!("{round} Thimblewick Row"));
            let (age_field, address_field) = ([("age", nine.as_str())], [("address", row.as_str())]);
            let (one, two) = tokio::join!(
                tells(&browser, &age, "age", &age_field),
                tells(&browser, &age, "address", &address_field),
            );
            one.leads_to(&beside(&age, "sex"));
            two.leads_to(&beside(&age, "last-school"));
            let check = browser.visit(&beside(&age, "check")).await;
            check.says("Peregrine").says(&nine).says(&row);
        }
    }

    async fn two_tabs_that_send_one_report_make_one(app: TestApp) {
        let browser = app.browser();
        let age = half_told(&browser).await;
        tells(&browser, &age, "concern", &[("concern", "Alone")]).await;
        let (one, two) =
            (browser.visit(&beside(&age, "check")).await.form(), browser.visit(&beside(&age, "check")).await.form());

        let (one, two) = tokio::join!(browser.submit(&one), browser.submit(&two));

        assert_eq!(one.all(".app-reference"), two.all(".app-reference"));
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 1);
        let late = tells(&browser, &age, "age", &[("age", "about nine")]).await;
        late.says("This report was already sent").says("about nine").keeps_silent_about("Peregrine");
        assert_eq!(late.status, StatusCode::CONFLICT);
    }

    async fn a_report_that_arrived_unheard_is_sent_again_as_the_same(app: TestApp) {
        let browser = app.browser();
        let age = half_told(&browser).await;
        tells(&browser, &age, "concern", &[("concern", "Alone")]).await;
        let check = browser.visit(&beside(&age, "check")).await;
        let column = async |name: &str| {
            database::column(app.db(), &format!("SELECT {name} FROM report_draft")).await.pop().unwrap()
        };
        let (key, answers) = (column("key").await, column("answers").await);
        let sent = browser.submit(&check.button("Send")).await.all(".app-reference");
        // As it stands when the server is killed after the report was stored and before this was answered.
        let undo = format!("UPDATE report_draft SET reference = NULL, sending = true, key = '{key}', answers = '{answers}'");
        database::tamper(app.db(), &undo).await;
        database::tamper(app.db(), "DELETE FROM idempotency_key").await;

        browser.get(&beside(&age, "name")).await.leads_to(&beside(&age, "check"));
        let changed = tells(&browser, &age, "name", &[("givenNames", "Piers")]).await;
        changed.says("This report is already being sent").says("Piers");
        let check = browser.visit(&beside(&age, "check")).await;
        check.says("it may have arrived");
        assert_eq!(browser.submit(&check.button("Send")).await.all(".app-reference"), sent);
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 1);
    }

    async fn nothing_is_kept_of_a_stranger_who_only_asks(app: TestApp) {
        let anybody = app.browser();
        let pages = [
            "/", "/accessibility", "/cookies", "/privacy", "/contact", "/exit", "/report", "/report/about",
            "/report/elsewhere/too-old", "/report/x/danger", "/report/x/check", "/report/x/sent", "/report/x/go-on",
            "/report/x/discard", "/refer", "/refer/link-sent", "/refer/new", "/refer/schools", "/refer/suspended",
            "/refer/contacts", "/refer/confirm", "/refer/sibling", "/link", "/sign-in", "/sign-in/second-factor",
            "/sign-in/recover", "/sign-out", "/signed-out", "/account", "/account/kept", "/account/kept/discard",
            "/account/stay", "/account/password", "/triage", "/triage/R-0000-0000", "/triage/held", "/cases",
            "/cases/search", "/cases/C-0000-0000", "/cases/C-0000-0000/close", "/staff", "/contacts", "/contacts/search",
            "/agencies", "/audit", "/audit/search", "/restricted/reviews", "/partners", "/partners/schema.graphql",
            "/nothing-here",
        ];
        for path in pages {
            anybody.get(path).await;
            assert_eq!(database::count(app.db(), "session", "1 = 1").await, 0, "GET {path}");
            anybody.post(path, &[("search", "x"), ("about", "ABSENT"), ("email", "x")]).await;
            assert_eq!(database::count(app.db(), "session", "1 = 1").await, 0, "POST {path}");
        }
        assert_eq!(rows(&app, "1 = 1").await, 0);
    }

    async fn whoever_signs_in_gets_to_the_page_they_asked_for_and_to_no_other_site(app: TestApp) {
        let colleague = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let browser = app.browser();
        browser.get("/cases").await.leads_to("/sign-in");
        // What was sent cannot be gone back to.
        browser.post("/triage/R-0000-0000/open", &[]).await;
        give_password(&browser, &colleague.email, given::PASSWORD).await.leads_to("/sign-in/second-factor");
        given::fresh_codes(&app).await;
        give_code(&browser, &code(&app)).await.leads_to("/cases");
        assert_eq!(browser.cookies().get("__Host-onroll-wanted").map_or("", String::as_str), "");

        let contact = given::contact_somewhere(&app).await;
        let school = app.browser();
        school.get("/refer/new").await.leads_to("/refer");
        let form = school.visit("/refer").await.form().with("email", &contact.email);
        school.submit(&form).await;
        let link = school.visit(&mail::newest(&app, &contact.email).await.link()).await.form();
        school.submit_once(&link).await.leads_to("/refer/new");

        for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example"] {
            let browser = app.browser().with_cookie("__Host-onroll-wanted", elsewhere);
            give_password(&browser, &colleague.email, given::PASSWORD).await;
            given::fresh_codes(&app).await;
            give_code(&browser, &code(&app)).await.leads_to("/");
        }
    }
}
