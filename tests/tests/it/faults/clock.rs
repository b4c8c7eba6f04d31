//! The system clock is set while the service runs.

use acceptance::database::{count, tamper};
use acceptance::prelude::*;
use acceptance::smtp::{MailServer, Mood};
use backend::config::{Config, MailRoute};
use backend::jobs::clock::{run, went_back};
use backend::jobs::outbox::deliver_due;
use backend::mail::Mailer;
use backend::secret::Secret;
use backend::service;
use backend::store::setting;
use chrono::Duration;

const YEAR: Duration = Duration::days(365);

fn mailer_to(app: &TestApp, server: &MailServer) -> Mailer {
    let mut config = Config::clone(&app.inner().config);
    config.mail.route = MailRoute::Smtp(Secret::new(server.url()));
    Mailer::new(&config).unwrap()
}

/// Has a link sent to a contact, and says where it leads.
async fn asked(app: &TestApp, browser: &Browser, email: &str) -> String {
    let form = browser.visit("/refer").await.form().with("email", email);
    browser.submit(&form).await;
    mail::newest(app, email).await.link()
}

async fn followed(browser: &Browser, link: &str) -> Page {
    let page = browser.visit(link).await;
    if page.forms().is_empty() { page } else { browser.submit(&page.form()).await }
}

on_both_engines! {
    async fn mail_of_a_clock_that_stood_a_year_ahead_leaves_when_it_is_right_again(app: TestApp) {
        let server = MailServer::start(Mood::Answers("450 4.2.0 greylisted")).await;
        let mailer = mailer_to(&app, &server);
        app.wait(YEAR);
        // One that was put off, one whose claim was left behind by a process that died, and one not tried yet.
        given::contact_somewhere(&app).await;
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0);
        given::contact_somewhere(&app).await;
        let ahead = (app.now() + Duration::seconds(180)).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
        let ahead = ahead.replace('Z', "+00:00");
        let claim = format!("UPDATE message SET attempts = 1, not_before = '{ahead}', claimed_until = '{ahead}' \
                             WHERE attempts = 0");
        tamper(app.db(), &claim).await;
        given::contact_somewhere(&app).await;
        let waiting = count(app.db(), "message", "sent_at IS NULL AND failed_at IS NULL").await;
        assert!(waiting >= 3, "{waiting}");
        server.turns(Mood::Accepts);

        app.wait(-YEAR);
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap() as u64, waiting);
    }

    async fn a_mail_that_was_claimed_while_the_clock_stood_ahead_can_be_sent_again(app: TestApp) {
        let server = MailServer::start(Mood::Answers("550 5.1.1 no such mailbox")).await;
        app.wait(YEAR);
        given::contact_somewhere(&app).await;
        deliver_due(app.inner(), &mailer_to(&app, &server)).await.unwrap();
        let ahead = app.now().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true).replace('Z', "+00:00");
        tamper(app.db(), &format!("UPDATE message SET claimed_until = '{ahead}' WHERE failed_at IS NOT NULL")).await;
        app.wait(-YEAR);
        let sent = service::message::send_every_failed_again(&app.operator()).await.unwrap();
        assert!(sent > 0);
        server.turns(Mood::Accepts);
        assert!(deliver_due(app.inner(), &mailer_to(&app, &server)).await.unwrap() > 0);
    }

    async fn an_expired_link_stays_expired_when_the_clock_goes_back(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        let link = asked(&app, &browser, &contact.email).await;
        app.wait(Duration::minutes(11));
        let before = app.now();
        app.wait(Duration::minutes(-11));

        went_back(app.inner(), before).await.unwrap();

        followed(&browser, &link).await.says("This link cannot be used");
        let link = asked(&app, &browser, &contact.email).await;
        followed(&browser, &link).await.says("Your referrals");
    }

    async fn who_was_signed_out_by_time_is_not_signed_in_again_by_a_clock_that_goes_back(app: TestApp) {
        let officer = app.officer().await;
        app.wait(Duration::minutes(31));
        let before = app.now();
        app.wait(Duration::minutes(-31));
        went_back(app.inner(), before).await.unwrap();
        officer.get("/cases").await.leads_to("/sign-in");
    }

    async fn what_was_made_while_the_clock_stood_ahead_does_not_live_until_it_is_there_again(app: TestApp) {
        app.wait(YEAR);
        let officer = app.officer().await;
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        let link = asked(&app, &browser, &contact.email).await;
        let before = app.now();
        app.wait(-YEAR);

        went_back(app.inner(), before).await.unwrap();

        officer.get("/cases").await.leads_to("/sign-in");
        app.wait(Duration::days(4));
        followed(&browser, &link).await.says("This link cannot be used");
    }

    async fn glass_that_was_broken_while_the_clock_stood_ahead_is_whole_again(app: TestApp) {
        let case = given::case().restricted_to(&[]).at(&app).await;
        let colleague = given::staff(&app, "Una Usher", &[StaffRole::CmeOfficer]).await;
        app.wait(Duration::days(365));
        let officer = app.sign_in(&colleague).await;
        officer.submit(&officer.visit(&case.page()).await.form().with("reason", "A doubt")).await;
        officer.visit(&case.page()).await.says("Quillfeather");
        app.wait(-Duration::days(365));
        let officer = app.sign_in(&colleague).await;
        officer.visit(&case.page()).await.keeps_silent_about("Quillfeather");
    }

    async fn wrong_tries_from_while_the_clock_stood_ahead_count_no_more(app: TestApp) {
        let colleague = given::staff(&app, "Una Usher", &[StaffRole::CmeOfficer]).await;
        app.wait(Duration::days(365));
        for _ in 0..12 {
            give_password(&app.browser(), &colleague.email, "a wrong password").await;
        }
        app.wait(-Duration::days(365));
        app.sign_in(&colleague).await.visit("/cases").await.is_shown();
    }

    async fn a_clock_that_jumps_is_told_of_beside_ready(app: TestApp) {
        let here = app.browser().from("127.0.0.1");
        assert_eq!(here.get("/health/ready").await.body, "ready\n");
        let running = tokio::spawn(run(app.inner().clone()));
        until_told(&app, |_| true).await;
        app.wait(YEAR);
        until_told(&app, |body| body.contains("the system clock jumped")).await;
        running.abort();
        assert_eq!(here.get("/health/ready").await.status, http::StatusCode::OK);
    }

    async fn a_clock_that_was_set_back_while_the_service_was_down_is_noticed_at_the_next_start(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        let link = asked(&app, &browser, &contact.email).await;
        app.wait(Duration::minutes(11));
        setting::keep_time(app.db(), app.now()).await.unwrap();
        app.wait(Duration::minutes(-11));

        let running = tokio::spawn(run(app.inner().clone()));
        until_told(&app, |body| body.contains("the system clock jumped")).await;
        while setting::last_time(app.db()).await.unwrap() != Some(app.now()) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        running.abort();

        followed(&browser, &link).await.says("This link cannot be used");
    }
}

/// Waits until the time has been stored and the health check says what is expected.
async fn until_told(app: &TestApp, expected: impl Fn(&str) -> bool) {
    let here = app.browser().from("127.0.0.1");
    let told = async {
        loop {
            let stored = setting::last_time(app.db()).await.unwrap().is_some();
            let ready = here.get("/health/ready").await;
            if stored && expected(&ready.body) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(30), told).await;
    assert!(waited.is_ok(), "it was not told");
}
