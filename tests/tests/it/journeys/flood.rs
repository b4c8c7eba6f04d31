//! A thousand made-up reports of harm neither silence nor bury a true one.

use std::collections::BTreeSet;

use acceptance::database;
use acceptance::mail::Mail;
use acceptance::prelude::*;
use backend::jobs::digests;
use chrono::Duration;

const REPORT: &str = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }";

/// Sends a report of harm, as a program would; what it is called.
async fn sent(app: &TestApp, browser: &Browser, danger: bool) -> String {
    let answers = if danger { typed::report().with("danger", "YES") } else { typed::report().with("harm", "YES") };
    let key = format!("a-report-with-a-key-{}", app.next());
    let input = json!({ "input": { "key": key, "answers": answers.input() } });
    browser.ask(REPORT, input).await.sound().text("/sendReport/reference")
}

async fn to_mash(app: &TestApp) -> Vec<Mail> {
    mail::to(app, "mash@luton.example").await
}

/// A report of each second, with the jobs running as they do.
async fn flood(app: &TestApp, from: impl Fn(usize) -> Browser, count: usize) -> Vec<String> {
    let mut references = Vec::new();
    for number in 0..count {
        references.push(sent(app, &from(number), number == count - 1).await);
        if number % 100 == 0 {
            digests::sweep(app.inner()).await.unwrap();
            app.wait(Duration::seconds(1));
        }
    }
    references
}

on_both_engines! {
    async fn a_thousand_reports_of_one_origin_are_told_of_within_a_minute_in_a_handful_of_mails(app: TestApp) {
        let crowd = app.browser().from("203.0.113.7");
        let references = flood(&app, |_| crowd.clone(), 1_000).await;
        let contact = given::contact_somewhere(&app).await;
        let school = given::referral().by(&contact).telling_of_harm().at(&app).await;
        assert!(mail::newest(&app, "mash@luton.example").await.subject.contains(&school.reference), "at once");
        app.wait(Duration::seconds(50));
        digests::sweep(app.inner()).await.unwrap();

        let mails = to_mash(&app).await;

        assert!(mails.len() <= 5 + 1 + 3, "{}", mails.len());
        for reference in &references {
            assert!(mails.iter().any(|mail| mail.subject.contains(reference) || mail.body.contains(reference)), "{reference}");
        }
        let last = mails.last().unwrap();
        let danger = references.last().unwrap();
        let first = last.body.split_whitespace().find(|word| references.iter().any(|known| known == word)).unwrap();
        assert_eq!(first, danger, "immediate danger first");
        assert!(last.body.contains("not confirmed that 999 was called. Ring the police before anything else: 1"), "{}", last.body);
        assert!(last.body.contains(&format!("https://onroll.example/triage/{danger}")));
        assert!(last.subject.contains("995 reports of harm from one origin"), "{}", last.subject);
        assert!(!last.body.contains(&school.reference));
        assert_eq!(database::count(app.db(), "report_group", "origin LIKE '%203%113%'").await, 0, "no address is kept");
        // Nothing new, nothing more.
        app.wait(Duration::minutes(2));
        assert_eq!(digests::sweep(app.inner()).await.unwrap(), 0);
    }

    async fn the_inbox_shows_a_flood_as_one_row_that_opens_the_list(app: TestApp) {
        let crowd = app.browser().from("203.0.113.7");
        let references = flood(&app, |_| crowd.clone(), 12).await;
        let alone: BTreeSet<&String> = references[..5].iter().collect();
        let officer = app.officer().await;
        let inbox = officer.visit("/triage").await;
        inbox.says("6 referrals").says("7 reports from one origin since").says("1 immediate danger");
        for reference in &references[5..11] {
            inbox.keeps_silent_about(reference);
        }
        assert!(alone.iter().all(|reference| inbox.text().contains(reference.as_str())));

        let group = officer.visit(&inbox.link("7 reports from one origin")).await;

        for reference in &references[5..] {
            group.says(reference);
        }
        // The riskiest is first, and each can be decided on.
        officer.visit(&format!("/triage/{}", references[11])).await.says("Decide");
    }

    async fn many_origins_together_are_gathered_too_and_signed_senders_never(app: TestApp) {
        let from = |number: usize| app.browser().from(&format!("203.0.113.{}", number % 200));
        let references = flood(&app, from, 40).await;
        app.wait(Duration::seconds(50));
        digests::sweep(app.inner()).await.unwrap();
        let mails = to_mash(&app).await;
        assert!(mails.len() < 35 && mails.last().unwrap().subject.contains("from many origins"), "{}", mails.len());
        assert!(references.iter().all(|one| mails.iter().any(|mail| mail.subject.contains(one) || mail.body.contains(one))));
        let partner = app.partner("Luton Health", &[Scope::ReferralCreate]).await;
        let reference = sent(&app, &partner.0, false).await;
        assert!(mail::newest(&app, "mash@luton.example").await.subject.contains(&reference));
    }

    async fn the_next_ten_minutes_are_a_group_of_their_own(app: TestApp) {
        let crowd = app.browser().from("203.0.113.7");
        let early = flood(&app, |_| crowd.clone(), 8).await;
        app.wait(Duration::minutes(10));
        let late = flood(&app, |_| crowd.clone(), 7).await;
        app.wait(Duration::seconds(50));
        digests::sweep(app.inner()).await.unwrap();

        let mails = to_mash(&app).await;

        let last = mails.last().unwrap();
        assert!(last.subject.contains("2 reports of harm from one origin"), "{}", last.subject);
        assert!(late[5..].iter().all(|reference| last.body.contains(reference)), "{}", last.body);
        assert!(early.iter().all(|reference| !last.body.contains(reference)), "{}", last.body);
        assert!(early.iter().all(|one| mails.iter().any(|mail| mail.subject.contains(one) || mail.body.contains(one))));
        assert_eq!(database::count(app.db(), "report_group", "1 = 1").await, 2);
    }

    async fn two_instances_send_one_digest(app: TestApp) {
        let other = app.instance().await;
        let crowd = app.browser().from("203.0.113.7");
        for _ in 0..8 {
            sent(&app, &crowd, false).await;
        }
        let (one, two) = tokio::join!(digests::sweep(app.inner()), digests::sweep(other.inner()));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        assert_eq!(to_mash(&app).await.len(), 5 + 1);
        sent(&app, &crowd, false).await;
        assert_eq!(digests::sweep(app.inner()).await.unwrap(), 0, "one has just left");
        app.wait(Duration::seconds(50));
        assert_eq!(digests::sweep(other.inner()).await.unwrap(), 1);
        assert!(to_mash(&app).await.last().unwrap().subject.contains("4 reports"));
    }
}
