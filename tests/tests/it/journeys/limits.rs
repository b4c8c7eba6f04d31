//! Limits on what anybody may send. None of them silences a report.

use acceptance::database;
use acceptance::mail;
use acceptance::prelude::*;
use chrono::Duration;
use http::StatusCode;

const REPORT: &str = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference heldUntil } }";

/// Sends a report under a key of its own, as a program would.
async fn sent(app: &TestApp, browser: &Browser, answers: &typed::Answers) -> Value {
    let key = format!("a-report-with-a-key-{}", app.next());
    let input = json!({ "input": { "key": key, "answers": answers.input() } });
    browser.ask(REPORT, input).await.sound().at("/sendReport").clone()
}

/// Uses up what one address may send.
async fn used_up(app: &TestApp, browser: &Browser) {
    for _ in 0..10 {
        assert!(sent(app, browser, &typed::report()).await["heldUntil"].is_null());
    }
}

/// Tells of a child on the pages.
async fn told(browser: &Browser) -> Page {
    let about = browser.visit("/report").await.button("Start now");
    let first = browser.submit(&about).await;
    let check = browser.answer_all(first, &typed::report()).await;
    browser.submit(&check.button("Send")).await
}

on_both_engines! {
    async fn the_eleventh_report_of_an_hour_is_kept_and_says_whom_to_ring(app: TestApp) {
        let crowd = app.browser().from("203.0.113.7");
        used_up(&app, &crowd).await;

        let page = told(&crowd).await;

        assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(page.header("retry-after").ends_with("GMT"), "{:?}", page.headers);
        page.says("We have kept what you told us").says("call 999 now").says("101").says("01632 960 200");
        assert_eq!(page.all(".app-reference").len(), 1);
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 10);
        assert_eq!(database::count(app.db(), "held_report", "settled_at IS NULL").await, 1);
        assert_eq!(database::count(app.db(), "event", "kind = 'report_held'").await, 1);
        // Whoever comes from elsewhere, or an hour later, is taken at once.
        assert_eq!(told(&app.browser().from("203.0.113.8")).await.heading(), "Thank you for telling us");
        app.wait(Duration::minutes(61));
        assert_eq!(told(&app.browser().from("203.0.113.7")).await.heading(), "Thank you for telling us");
    }

    async fn a_held_report_that_is_sent_again_has_the_same_receipt(app: TestApp) {
        let crowd = app.browser().from("203.0.113.7");
        used_up(&app, &crowd).await;
        let input = json!({ "input": { "key": "one-key-for-one-report", "answers": typed::report().input() } });
        let once = crowd.ask(REPORT, input.clone()).await.sound();
        let again = crowd.ask(REPORT, input).await.sound();
        assert!(!once.at("/sendReport/heldUntil").is_null());
        assert_eq!(once.text("/sendReport/reference"), again.text("/sendReport/reference"));
        let other = typed::report().with("concern", "Something else");
        let other = json!({ "input": { "key": "one-key-for-one-report", "answers": other.input() } });
        assert_eq!(crowd.ask(REPORT, other).await.codes(), ["CONFLICT"]);
        assert_eq!(database::count(app.db(), "held_report", "1 = 1").await, 1);
    }

    async fn a_report_of_harm_is_taken_at_once_however_many_came_before(app: TestApp) {
        let crowd = app.browser().from("203.0.113.7");
        used_up(&app, &crowd).await;
        sent(&app, &crowd, &typed::report()).await;

        let taken = sent(&app, &crowd, &typed::report().with("harm", "YES")).await;

        assert!(taken["heldUntil"].is_null(), "{taken}");
        let reference = taken["reference"].as_str().unwrap();
        assert!(mail::newest(&app, "mash@luton.example").await.subject.contains(reference));
    }

    async fn only_a_trusted_proxy_is_believed_about_who_asks(app: TestApp) {
        let liar = app.browser().from("203.0.113.7");
        used_up(&app, &liar).await;
        let answer = sent(&app, &liar.clone().forwarded_for("192.0.2.1"), &typed::report()).await;
        assert!(!answer["heldUntil"].is_null(), "whoever invents an address has no limit");
    }

    async fn an_officer_takes_a_held_report_in_and_it_is_a_referral_like_any_other(app: TestApp) {
        let reference = given::held_report(&app).await;
        let officer = app.officer().await;
        officer.visit("/triage").await.says("Held reports");
        let list = officer.visit("/triage/held").await;
        let one = officer.visit(&list.link(&reference)).await;
        one.says("Thimblewick Row");

        let taken = officer.submit(&one.button("Take in as a referral")).await;

        taken.says("Report taken in").says(&reference);
        officer.visit("/triage").await.says(&reference);
        officer.visit("/triage/held").await.says("No reports are held");
        let again = officer.visit(&format!("/triage/held/{reference}")).await;
        again.says("Taken in on");
        assert_eq!(database::count(app.db(), "event", "kind = 'report_taken_in'").await, 1);
        assert!(database::count(app.db(), "access_note", "subject LIKE 'held_report:%' AND fields = 'answers'").await > 0);
    }

    async fn a_held_report_that_nobody_looks_at_is_told_of_once_a_day_and_is_late_when_taken_in(app: TestApp) {
        let reference = given::held_report(&app).await;
        let manager = given::staff(&app, "Mira Manager", &[StaffRole::Manager]).await;
        let told = async || {
            backend::jobs::reminders::sweep(app.inner()).await.unwrap();
            mail::to(&app, &manager.email).await.iter().filter(|mail| mail.subject.starts_with("Reports wait")).count()
        };
        assert_eq!(told().await, 0);
        app.wait(Duration::hours(5));
        assert_eq!((told().await, told().await), (1, 1));
        app.wait(Duration::hours(25));
        assert_eq!(told().await, 2);

        let officer = app.officer().await;
        let one = officer.visit(&officer.visit("/triage/held").await.link(&reference)).await;
        officer.submit(&one.button("Take in as a referral")).await.says("Report taken in").says("Overdue");
        assert_eq!(told().await, 2);
    }

    async fn a_held_report_is_put_aside_for_a_reason_and_kept(app: TestApp) {
        let reference = given::held_report(&app).await;
        let officer = app.officer().await;
        let form = officer.visit(&format!("/triage/held/{reference}/put-aside")).await.form();
        officer.submit(&form.clone()).await.finds_fault(&["Enter why this report is put aside"]);
        let form = officer.visit(&format!("/triage/held/{reference}/put-aside")).await.form();

        officer.submit(&form.with("reason", "Sent many times")).await.says("Report put aside");

        officer.visit("/triage/held").await.says("No reports are held");
        assert_eq!(database::count(app.db(), "held_report", "settled_at IS NOT NULL AND referral_id IS NULL").await, 1);
    }

    async fn two_officers_make_one_referral_of_a_held_report(app: TestApp) {
        let reference = given::held_report(&app).await;
        let (one, two) = (app.officer().await, app.staff("Ola Other", &[StaffRole::Manager]).await);
        let path = format!("/triage/held/{reference}");
        let (first, second) = (one.visit(&path).await, two.visit(&path).await);
        let before = database::count(app.db(), "referral", "1 = 1").await;
        let (first, second) = (first.button("Take in as a referral"), second.button("Take in as a referral"));

        let (first, second) = tokio::join!(one.submit(&first), two.submit(&second));

        let taken = [&first, &second].iter().filter(|page| page.status == StatusCode::OK).count();
        assert_eq!(taken, 1, "{} {}", first.text(), second.text());
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, before + 1);
    }

    async fn held_reports_are_not_found_by_anybody_else(app: TestApp) {
        let reference = given::held_report(&app).await;
        let welfare = app.staff("Wim Welfare", &[StaffRole::EducationWelfareOfficer]).await;
        welfare.visit("/triage").await.keeps_silent_about("Held reports");
        welfare.get(&format!("/triage/held/{reference}")).await.is_forbidden();
        app.anybody().get("/triage/held").await.leads_to("/sign-in");
    }

    async fn a_page_that_anybody_looks_at_makes_no_session(app: TestApp) {
        let anybody = app.browser();
        for path in ["/", "/report", "/report/about", "/refer", "/sign-in", "/nothing-here", "/privacy"] {
            anybody.get(path).await;
        }
        assert_eq!(database::count(app.db(), "session", "1 = 1").await, 0);
    }
}
