//! Mail leaves once, after the change that caused it, however often delivery is tried.

use std::path::Path;

use acceptance::database::{Folder, count};
use acceptance::prelude::*;
use acceptance::smtp::{MailServer, Mood};
use backend::config::{Config, MailRoute, Secret};
use backend::jobs::confirmations::sweep;
use backend::jobs::outbox::deliver_due;
use backend::mail::Mailer;
use backend::service;
use backend::service::register::import_term_dates;
use chrono::Duration;

/// A mailer that writes into `folder`.
fn mailer(app: &TestApp, folder: &Path) -> Mailer {
    let config = Config { mail: MailRoute::Folder(folder.to_owned()), ..Config::clone(&app.inner().config) };
    Mailer::new(&config).unwrap()
}

/// What stands in the mails that left.
fn delivered(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    files.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect()
}

/// A mailer that hands mail to `server`.
fn mailer_to(app: &TestApp, server: &MailServer) -> Mailer {
    let mail = MailRoute::Smtp(Secret::new(server.url()));
    Mailer::new(&Config { mail, ..Config::clone(&app.inner().config) }).unwrap()
}

on_both_engines! {
    async fn a_mail_server_that_takes_the_mail_has_it_once(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let server = MailServer::start(Mood::Accepts).await;
        let mailer = mailer_to(&app, &server);

        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 1);
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0);

        let taken = server.taken();
        assert!(taken.len() == 1 && taken[0].contains(&contact.email) && taken[0].contains("has been approved"), "{taken:?}");
    }

    async fn a_server_that_hangs_up_or_asks_to_wait_gets_the_mail_later(app: TestApp) {
        given::contact_somewhere(&app).await;
        let server = MailServer::start(Mood::HangsUp).await;
        let mailer = mailer_to(&app, &server);
        for mood in [Mood::HangsUp, Mood::Answers("450 4.2.0 greylisted"), Mood::Answers("535 5.7.8 who are you")] {
            server.turns(mood);
            assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0, "{mood:?}");
            let waiting = "failed_at IS NULL AND sent_at IS NULL AND fault = 'the server was out of reach or asked to wait'";
            assert_eq!(count(app.db(), "message", waiting).await, 1, "{mood:?}");
            app.wait(Duration::minutes(5));
        }
        server.turns(Mood::Accepts);

        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 1);
        assert_eq!(count(app.db(), "message", "sent_at IS NOT NULL AND fault IS NULL").await, 1);
    }

    async fn a_refusal_for_good_is_not_tried_again_and_says_nothing_personal(app: TestApp) {
        for (reply, fault) in [
            ("550 5.1.1 no such mailbox", "the server refused the address"),
            ("550 5.7.1 looks like spam", "the server refused the message"),
            ("554 no", "the server refused the message"),
        ] {
            given::contact_somewhere(&app).await;
            let server = MailServer::start(Mood::Answers(reply)).await;
            let mailer = mailer_to(&app, &server);
            for _ in 0..2 {
                assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0);
                app.wait(Duration::hours(12));
            }
            assert_eq!(server.asked(), 1, "{reply}");
            let failed = format!("failed_at IS NOT NULL AND fault = '{fault}' AND attempts = 1");
            assert!(count(app.db(), "message", &failed).await >= 1, "{reply}");
        }
        assert_eq!(count(app.db(), "school_contact", "state = 'suspended'").await, 0, "nobody was asked to confirm");
    }

    async fn a_confirmation_that_is_refused_suspends_the_contact(app: TestApp) {
        let terms = "academic_year,school_urn,from,to,kind,source\n2026/27,,2026-11-30,2026-12-18,term,published\n";
        import_term_dates(&app.operator(), terms.as_bytes().to_vec()).await.unwrap();
        given::contact_somewhere(&app).await;
        let server = MailServer::start(Mood::Accepts).await;
        let mailer = mailer_to(&app, &server);
        deliver_due(app.inner(), &mailer).await.unwrap();
        app.wait(Duration::days(14));
        sweep(app.inner()).await.unwrap();
        server.turns(Mood::Answers("550 5.1.1 no such mailbox"));

        deliver_due(app.inner(), &mailer).await.unwrap();

        let suspended = "state = 'suspended' AND reason = 'Mail to this address is refused'";
        assert_eq!(count(app.db(), "school_contact", suspended).await, 1);
        assert_eq!(count(app.db(), "message", "sent_at IS NULL AND failed_at IS NULL").await, 0);
    }

    async fn a_mail_for_an_approval_that_no_longer_holds_never_leaves(app: TestApp) {
        let (suspended, moved, kept) = (
            given::contact_somewhere(&app).await,
            given::contact_somewhere(&app).await,
            given::contact_somewhere(&app).await,
        );
        let manager = app.op(app.manager().await.viewer());
        service::contact::suspend(&manager, suspended.id, 1, "Left".to_owned()).await.unwrap();
        service::contact::change_email(&manager, moved.id, 1, "new@school.example".to_owned()).await.unwrap();
        let server = MailServer::start(Mood::Accepts).await;

        deliver_due(app.inner(), &mailer_to(&app, &server)).await.unwrap();

        let failed = "failed_at IS NOT NULL AND fault = 'the approval no longer holds'";
        assert_eq!(count(app.db(), "message", failed).await, 2);
        let taken = server.taken();
        let approvals: Vec<_> = taken.iter().filter(|mail| mail.contains("has been approved")).collect();
        assert!(approvals.len() == 1 && approvals[0].contains(&kept.email), "{taken:?}");
        let told = |address: &str| taken.iter().any(|mail| mail.contains(address));
        assert!(told(&suspended.email) && told(&moved.email), "they are told that it ended: {taken:?}");
    }

    async fn a_link_to_sign_in_is_blanked_once_it_has_left(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        let ask = browser.visit("/refer").await.form().with("email", &contact.email);
        browser.submit(&ask).await;
        let server = MailServer::start(Mood::Accepts).await;

        assert_eq!(deliver_due(app.inner(), &mailer_to(&app, &server)).await.unwrap(), 2);

        assert!(server.taken().iter().any(|mail| mail.contains("/link/")));
        assert_eq!(count(app.db(), "message", "body LIKE '%/link/%'").await, 0);
        assert_eq!(count(app.db(), "message", "secret AND body = ''").await, 1);
    }

    async fn every_mail_leaves_once(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let referral = given::referral().by(&contact).at(&app).await;
        let folder = Folder::new();
        let mailer = mailer(&app, folder.path());

        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 3, "approved, received, and waits for the team");
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0);

        let mails = delivered(folder.path());
        assert_eq!(mails.len(), 3);
        assert!(mails.iter().any(|mail| mail.contains(&referral.reference) && mail.contains(&contact.email)), "{mails:?}");
        assert_eq!(count(app.db(), "message", "sent_at IS NULL").await, 0);
    }

    async fn two_servers_at_once_deliver_every_mail_once(app: TestApp) {
        for _ in 0..5 {
            given::contact_somewhere(&app).await;
        }
        let folder = Folder::new();
        let mailer = mailer(&app, folder.path());

        let (one, other) = tokio::join!(deliver_due(app.inner(), &mailer), deliver_due(app.inner(), &mailer));

        assert_eq!(one.unwrap() + other.unwrap(), 5);
        assert_eq!(delivered(folder.path()).len(), 5);
        assert_eq!(count(app.db(), "message", "attempts = 1").await, 5);
    }

    async fn what_cannot_be_delivered_is_tried_again_later_and_not_at_once(app: TestApp) {
        given::contact_somewhere(&app).await;
        let folder = Folder::new();
        let file = folder.path().join("a-file");
        std::fs::write(&file, "where no folder can be").unwrap();
        let broken = mailer(&app, &file);

        assert_eq!(deliver_due(app.inner(), &broken).await.unwrap(), 0);
        let working = mailer(&app, &folder.path().join("mail"));
        assert_eq!(deliver_due(app.inner(), &working).await.unwrap(), 0, "it rests first");
        app.wait(Duration::minutes(1));

        assert_eq!(deliver_due(app.inner(), &working).await.unwrap(), 1);
        assert_eq!(count(app.db(), "message", "failed_at IS NOT NULL").await, 0);
    }
}
