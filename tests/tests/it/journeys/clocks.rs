//! Nothing that is owed is forgotten: it stands on a desk, and whoever it belongs to is told before and when it is late,
//! then a manager, then the head of service, each once.

use acceptance::database::tamper;
use acceptance::prelude::*;
use backend::jobs::reminders::sweep;
use chrono::Duration;
use serde_json::json;

const HEAD: &str = "head@luton.example";
const HUB: &str = "mash@luton.example";

/// How many mails with this in the subject or the text an address has got.
async fn told(app: &TestApp, address: &str, words: &str) -> usize {
    let mails = mail::to(app, address).await;
    mails.iter().filter(|mail| mail.subject.contains(words) || mail.body.contains(words)).count()
}

/// Waits until this moment.
fn wait_until(app: &TestApp, moment: &str) {
    app.wait(moment.parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.now());
}

/// The kinds of the clocks of a case, with their last days, soonest first.
async fn clocks(staff: &Staff, case: &given::Case) -> Vec<(String, String)> {
    let asked = "query($of: String!) { case(reference: $of) { clocks { kind dueOn } } }";
    let answer = staff.ask(asked, json!({ "of": case.reference })).await.sound();
    let clocks = answer.at("/case/clocks").as_array().unwrap().clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    clocks.iter().map(|clock| (text(&clock["kind"]), text(&clock["dueOn"]))).collect()
}

on_both_engines! {
    async fn a_flag_raised_on_friday_evening_climbs_while_nobody_is_there_and_is_on_top_on_monday(app: TestApp) {
        let manager = app.manager().await;
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        wait_until(&app, "2026-11-20T17:30:00Z");
        let case = given::case().with(officer.id).flagged().at(&app).await;
        assert_eq!(told(&app, HUB, "Answer needed").await, 1, "the hub hears of it at once");

        let hub = app.staff("Mo Mash", &[StaffRole::MashLiaison]).await;
        let page = hub.visit(&case.page()).await;
        hub.submit(&hub.visit(&page.link("Acknowledge")).await.form()).await.says("The MASH has the flag");

        wait_until(&app, "2026-11-21T23:59:00Z");
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, HUB, "Still unanswered").await, 0, "the day after the flag is not over");

        wait_until(&app, "2026-11-22T00:00:00Z");
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, HUB, "Still unanswered").await, 1);
        assert_eq!(told(&app, &officer.email, "Flag to be answered by the MASH").await, 1);
        assert_eq!(told(&app, &manager.email, "Flag to be answered by the MASH").await, 1);
        assert_eq!(told(&app, HEAD, "Flag to be answered by the MASH").await, 0);

        wait_until(&app, "2026-11-22T04:00:00Z");
        sweep(app.inner()).await.unwrap();
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, HEAD, "Flag to be answered by the MASH").await, 1);
        assert_eq!(told(&app, HUB, "Still unanswered").await, 1, "nobody is told twice");
        assert_eq!(told(&app, &officer.email, "Flag to be answered by the MASH").await, 1);
        for mail in mail::all(&app).await {
            assert!(!mail.body.contains("Quillfeather") && !mail.subject.contains("Quillfeather"), "{mail:?}");
        }

        wait_until(&app, "2026-11-23T08:30:00Z");
        let officer = app.sign_in(&officer).await;
        let desk = officer.visit("/").await;
        assert_eq!(desk.heading(), "Your desk");
        desk.says("Flag to be answered by the MASH").says(&case.reference).says("Overdue");
        assert_eq!(desk.all("table:first-of-type tbody .app-reference")[0], case.reference, "the first thing of all");
        officer.visit(&case.page()).await.says("Flag to be answered by the MASH").says("21 November 2026");
    }

    async fn a_part_of_a_desk_is_shown_whole_a_page_at_a_time(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        for _ in 0..28 {
            given::case().with(officer.id).at(&app).await;
        }
        given::case().at(&app).await;
        wait_until(&app, "2026-12-10T10:00:00Z");
        let officer = app.sign_in(&officer).await;
        let desk = officer.visit("/desk").await;
        desk.says("These are the first 25.");
        let late = officer.visit("/desk/late").await;
        late.says("Late");
        assert!(late.all("tbody .app-reference").len() > 25, "{}", late.text());

        // Walked in small pages, every row comes once and in the order of the whole list.
        let asked = "query($first: Int!, $after: String) {
            clocks(filter: { mine: true, due: LATE }, first: $first, after: $after) {
                nodes { kind lateAt case { reference } } next
            }
        }";
        let whole = officer.ask(asked, json!({ "first": 100 })).await.sound().at("/clocks/nodes").clone();
        let (mut walked, mut after) = (Vec::new(), serde_json::Value::Null);
        loop {
            let page = officer.ask(asked, json!({ "first": 7, "after": after })).await.sound();
            walked.extend(page.at("/clocks/nodes").as_array().unwrap().clone());
            after = page.at("/clocks/next").clone();
            if after.is_null() {
                break;
            }
        }
        assert!(walked.len() >= 28, "{}", walked.len());
        assert_eq!(json!(walked), whole);
        officer.ask(asked, json!({ "first": 7, "after": "made up" })).await.refused_with("INVALID");
    }

    async fn a_job_that_was_down_for_days_tells_each_person_once(app: TestApp) {
        let manager = app.manager().await;
        let officer = app.officer().await.colleague;
        given::case().with(officer.id).at(&app).await;
        // First checks are due on Wednesday 25 November; the manager is told two working days later.
        wait_until(&app, "2026-11-29T10:00:00Z");
        sweep(app.inner()).await.unwrap();
        sweep(app.inner()).await.unwrap();
        let mails = mail::to(&app, &officer.email).await;
        let late: Vec<_> = mails.iter().filter(|mail| mail.body.contains("First checks")).collect();
        assert_eq!(late.len(), 1, "{mails:?}");
        assert!(late[0].subject.contains("late") && late[0].body.contains("due 25 November 2026"), "{late:?}");
        assert_eq!(told(&app, &manager.email, "First checks").await, 1);
        assert_eq!(told(&app, HEAD, "First checks").await, 0, "five working days later");
        wait_until(&app, "2026-12-03T00:00:00Z");
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, HEAD, "First checks").await, 1);
    }

    async fn two_instances_at_once_tell_nobody_twice(app: TestApp) {
        let officer = app.officer().await.colleague;
        for _ in 0..3 {
            given::case().with(officer.id).at(&app).await;
        }
        wait_until(&app, "2026-11-26T10:00:00Z");
        let other = app.instance().await;
        let (one, two) = tokio::join!(sweep(app.inner()), sweep(other.inner()));
        one.unwrap();
        two.unwrap();
        sweep(app.inner()).await.unwrap();
        let lines: usize = mail::to(&app, &officer.email)
            .await
            .iter()
            .map(|mail| mail.body.lines().filter(|line| line.starts_with("First checks")).count())
            .sum();
        assert_eq!(lines, 3);
    }

    async fn what_belongs_to_nobody_belongs_to_the_managers(app: TestApp) {
        let manager = app.manager().await;
        let case = given::case().at(&app).await;
        wait_until(&app, "2026-11-26T10:00:00Z");
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, &manager.email, "First checks").await, 1);
        let manager = app.sign_in(manager).await;
        manager.visit("/desk").await.says("Nobody’s").says(&case.reference).says("Late for anybody");
    }

    async fn a_restricted_case_is_named_to_its_readers_only(app: TestApp) {
        let stranger = given::staff(&app, "Max Manager", &[StaffRole::Manager]).await;
        let reader = given::staff(&app, "Rae Reader", &[StaffRole::CmeOfficer]).await;
        let case = given::case().with(reader.id).restricted_to(&[]).at(&app).await;
        wait_until(&app, "2026-12-10T10:00:00Z");
        sweep(app.inner()).await.unwrap();
        assert!(told(&app, &reader.email, &case.reference).await > 0);
        assert_eq!(told(&app, &stranger.email, "restricted").await, 0, "its readers act on it");
        assert_eq!(told(&app, &stranger.email, &case.reference).await, 0);
        assert!(told(&app, HEAD, "a restricted case").await > 0, "that something is long late the head learns");
        assert_eq!(told(&app, HEAD, &case.reference).await, 0);
        let stranger = app.sign_in(&stranger).await;
        stranger.visit("/desk").await.keeps_silent_about(&case.reference).keeps_silent_about("Quillfeather");
    }

    async fn a_clock_starts_with_a_fact_and_ends_with_one(app: TestApp) {
        let officer = app.officer().await;
        let case = given::case().with(officer.colleague.id).at(&app).await;
        let kinds = |clocks: &[(String, String)]| clocks.iter().map(|(kind, _)| kind.clone()).collect::<Vec<_>>();
        let begun = clocks(&officer, &case).await;
        assert_eq!(begun[0], ("FIRST_CHECKS".to_owned(), "2026-11-25".to_owned()));
        assert!(kinds(&begun).contains(&"HOME_VISIT".to_owned()), "{begun:?}");

        let page = officer.visit(&case.page()).await;
        let form = officer.visit(&page.link("Record a tracing enquiry")).await.form();
        let form = form.with("kind", "HEALTH").with("askedOf", "The surgery");
        let form = form.with("askedOn-day", "18").with("askedOn-month", "11").with("askedOn-year", "2026");
        let form = form.with("dueOn-day", "29").with("dueOn-month", "11").with("dueOn-year", "2026");
        officer.submit(&form).await.says("The surgery");
        let asked = clocks(&officer, &case).await;
        assert!(!kinds(&asked).contains(&"FIRST_CHECKS".to_owned()), "{asked:?}");
        let answer = asked.iter().find(|(kind, _)| kind == "ENQUIRY_ANSWER").unwrap();
        assert_eq!(answer.1, "2026-11-30", "a Sunday makes way for Monday");
        assert!(kinds(&asked).contains(&"HOME_VISIT".to_owned()), "{asked:?}");
    }

    async fn a_referral_is_screened_against_the_clock_that_its_danger_sets(app: TestApp) {
        let calm = given::referral().at(&app).await;
        let flagged = given::referral().of("Harmed", "Child").telling_of_harm().at(&app).await;
        let officer = app.officer().await;
        let manager = app.manager().await;
        let hub = app.staff("Mo Mash", &[StaffRole::MashLiaison]).await;
        let acknowledge = hub.visit(&format!("/mash/{}/acknowledge", flagged.id)).await.form();
        hub.submit(&acknowledge).await.says("The MASH has the flag");
        wait_until(&app, "2026-11-18T13:59:00Z");
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, &manager.email, &flagged.reference).await, 0);
        app.wait(Duration::minutes(2));
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, &manager.email, &flagged.reference).await, 1, "four hours after it came");
        assert_eq!(told(&app, &manager.email, &calm.reference).await, 0, "it has the whole day");
        let officer = app.sign_in(&officer.colleague).await;
        officer.visit(&format!("/triage/{}", flagged.reference)).await.says("Referral that tells of harm to be screened");
        officer.visit("/desk").await.says(&flagged.reference).says(&calm.reference);

        let page = officer.visit(&format!("/triage/{}", calm.reference)).await;
        let form = officer.visit(&page.link("Send elsewhere")).await.form();
        officer.submit(&form.with("to", "ADMISSIONS").with("reason", "They apply for a place")).await.is_shown();
        officer.visit("/desk").await.keeps_silent_about(&calm.reference);
    }

    async fn what_was_late_before_there_were_clocks_stands_on_the_desk_and_in_no_mail(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let case = given::case().with(officer.id).at(&app).await;
        let waiting = given::referral().of("Waiting", "Child").at(&app).await;
        tamper(app.db(), "DELETE FROM clock").await;
        tamper(app.db(), "UPDATE \"case\" SET folded_by = 0").await;
        tamper(app.db(), "UPDATE referral SET keyed_by = 0").await;
        app.wait(Duration::days(60));

        backend::service::make_rows(app.db(), app.now()).await.unwrap();
        sweep(app.inner()).await.unwrap();

        assert_eq!(told(&app, &officer.email, "late").await, 0);
        assert_eq!(told(&app, HEAD, "late").await, 0);
        let officer = app.sign_in(&officer).await;
        officer.visit("/desk").await.says(&case.reference).says("First checks to be asked for").says(&waiting.reference);
    }

    async fn what_was_told_by_a_clock_that_stood_ahead_is_told_again_in_its_time(app: TestApp) {
        let officer = app.officer().await.colleague;
        given::case().with(officer.id).at(&app).await;
        app.wait(Duration::days(365));
        let before = app.now();
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, &officer.email, "First checks").await, 1);
        app.wait(Duration::days(-365));

        backend::jobs::clock::went_back(app.inner(), before).await.unwrap();
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, &officer.email, "First checks").await, 1, "it is not late yet");
        wait_until(&app, "2026-11-26T10:00:00Z");
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(&app, &officer.email, "First checks").await, 2);
    }

    async fn how_long_each_thing_may_take_can_be_read(app: TestApp) {
        let officer = app.officer().await;
        let page = officer.visit("/desk").await;
        let times = officer.visit(&page.link("How long each thing may take, and who is told")).await;
        times.says("First checks to be asked for").says("5 working days").says("regulation 13(1)");
        let analyst = app.analyst().await;
        analyst.browser().get("/desk").await.is_forbidden();
    }
}
