//! Mail leaves once, after the change that caused it, however often delivery is tried.

use std::path::Path;

use acceptance::database::{Folder, count, tamper};
use acceptance::prelude::*;
use acceptance::process::{printed, run};
use acceptance::smtp::{MailServer, Mood};
use backend::config::{Config, MailRoute};
use backend::jobs::confirmations::sweep;
use backend::jobs::outbox;
use backend::jobs::outbox::deliver_due;
use backend::mail::{Limits, Mailer};
use backend::secret::Secret;
use backend::service;
use backend::service::register::import_term_dates;
use chrono::Duration;

/// A mailer that writes into `folder`.
fn mailer(app: &TestApp, folder: &Path) -> Mailer {
    mailer_by(app, MailRoute::Folder(folder.to_owned()))
}

/// What stands in the mails that left.
fn delivered(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    files.map(|file| std::fs::read_to_string(file.path()).unwrap()).collect()
}

/// A mailer that hands mail to `server`.
fn mailer_to(app: &TestApp, server: &MailServer) -> Mailer {
    mailer_by(app, MailRoute::Smtp(Secret::new(server.url())))
}

fn mailer_by(app: &TestApp, route: MailRoute) -> Mailer {
    let mut config = Config::clone(&app.inner().config);
    config.mail.route = route;
    Mailer::new(&config).unwrap()
}

/// Times short enough for a test to see them pass.
const SHORT: Limits = Limits {
    connect: std::time::Duration::from_millis(300),
    command: std::time::Duration::from_millis(300),
    whole: std::time::Duration::from_millis(900),
};

/// Puts a mail of this kind to this address into the outbox, as old as that.
async fn queue(app: &TestApp, kind: &str, to: &str, age: Duration) {
    let at = (app.now() - age).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true).replace('Z', "+00:00");
    let id = uuid::Uuid::from_u128(u128::from(app.next()) << 64 | 0x8000_0000_0000_0000);
    let id = if app.db().backend() == sea_orm::DbBackend::Postgres {
        format!("'{id}'")
    } else {
        format!("X'{}'", id.simple())
    };
    tamper(
        app.db(),
        &format!(
            "INSERT INTO message (id, kind, recipient, subject, body, created_at, not_before, attempts, secret) \
             VALUES ({id}, '{kind}', '{to}', 'To {to}', 'Text', '{at}', '{at}', 0, false)"
        ),
    )
    .await;
}

/// Waits until `server` has taken a mail with this in it.
async fn takes(server: &MailServer, text: &str) {
    let taken = async {
        while !server.taken().iter().any(|mail| mail.contains(text)) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(std::time::Duration::from_secs(30), taken).await;
    assert!(waited.is_ok(), "{text} was not taken: {:?}", server.taken());
}

on_both_engines! {
    async fn a_server_that_falls_silent_is_given_up_at_any_step_and_tried_again(app: TestApp) {
        for silent_at in ["", "EHLO", "MAIL", "RCPT", "DATA", "THE END"] {
            queue(&app, "other", &format!("a@x{}.example", silent_at.len()), Duration::zero()).await;
            let server = MailServer::start(Mood::FallsSilentAt(silent_at)).await;
            let mailer = mailer_to(&app, &server).within(SHORT);
            assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0, "{silent_at}");
            let waits = "sent_at IS NULL AND failed_at IS NULL AND claimed_until IS NULL \
                         AND fault = 'the server did not answer in time'";
            assert_eq!(count(app.db(), "message", waits).await, 1, "{silent_at}");
            server.turns(Mood::Accepts);
            app.wait(Duration::minutes(1));
            assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 1, "{silent_at}");
        }
    }

    async fn a_mail_that_was_taken_has_left_though_the_server_never_says_goodbye(app: TestApp) {
        queue(&app, "other", "a@x.example", Duration::zero()).await;
        let server = MailServer::start(Mood::FallsSilentAt("QUIT")).await;
        let mailer = mailer_to(&app, &server).within(SHORT);
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 1);
        app.wait(Duration::hours(1));
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0);
        assert_eq!(server.taken().len(), 1);
    }

    async fn while_one_domain_hangs_others_get_their_mail_and_the_alert_leaves(app: TestApp) {
        for _ in 0..200 {
            queue(&app, "other", "stuck@slow.example", Duration::minutes(9)).await;
            queue(&app, "sign_in_link", "stuck@slow.example", Duration::minutes(9)).await;
        }
        queue(&app, "other", "good@fine.example", Duration::minutes(1)).await;
        queue(&app, "sign_in_link", "link@fine.example", Duration::minutes(1)).await;
        queue(&app, "safeguarding_alert", "mash@hub.example", Duration::zero()).await;
        let server = MailServer::start(Mood::FallsSilentFor("slow.example")).await;
        // With the usual limits the hanging ones hold their places for longer than the test waits.
        let running = tokio::spawn(outbox::run(app.inner().clone(), mailer_to(&app, &server)));
        for to in ["mash@hub.example", "link@fine.example", "good@fine.example"] {
            takes(&server, to).await;
        }
        assert_eq!(server.asked(), 3 + 4, "two of a domain at once in each lane");
        queue(&app, "safeguarding_alert", "second@hub.example", Duration::zero()).await;
        takes(&server, "second@hub.example").await;
        running.abort();
    }

    async fn alerts_that_hang_do_not_keep_back_the_next(app: TestApp) {
        for _ in 0..3 {
            queue(&app, "safeguarding_alert", "mash@slow.example", Duration::minutes(9)).await;
        }
        queue(&app, "safeguarding_alert", "mash@hub.example", Duration::zero()).await;
        let server = MailServer::start(Mood::FallsSilentFor("slow.example")).await;
        let running = tokio::spawn(outbox::run(app.inner().clone(), mailer_to(&app, &server)));
        takes(&server, "mash@hub.example").await;
        running.abort();
    }

    async fn an_alert_is_never_given_up_whatever_the_server_says(app: TestApp) {
        queue(&app, "safeguarding_alert", "mash@hub.example", Duration::zero()).await;
        let server = MailServer::start(Mood::Answers("550 5.1.1 no such mailbox")).await;
        let mailer = mailer_to(&app, &server);
        for day in 0..8 {
            assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0);
            assert_eq!(count(app.db(), "message", "failed_at IS NULL AND sent_at IS NULL").await, 1, "day {day}");
            app.wait(Duration::days(1));
        }
        assert_eq!(server.asked(), 8);
        server.turns(Mood::Accepts);
        app.wait(Duration::minutes(5));
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 1);
    }

    async fn other_mail_is_tried_for_three_days_and_a_link_only_while_it_works(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        let ask = browser.visit("/refer").await.form().with("email", &contact.email);
        browser.submit(&ask).await;
        let server = MailServer::start(Mood::Answers("450 4.2.0 greylisted")).await;
        let mailer = mailer_to(&app, &server);
        deliver_due(app.inner(), &mailer).await.unwrap();
        app.wait(Duration::hours(2));
        deliver_due(app.inner(), &mailer).await.unwrap();
        assert_eq!(count(app.db(), "message", "failed_at IS NOT NULL AND kind = 'sign_in_link'").await, 1);
        app.wait(Duration::hours(69));
        deliver_due(app.inner(), &mailer).await.unwrap();
        assert_eq!(count(app.db(), "message", "failed_at IS NULL AND kind = 'other'").await, 1);
        app.wait(Duration::hours(7));
        deliver_due(app.inner(), &mailer).await.unwrap();
        assert_eq!(count(app.db(), "message", "failed_at IS NOT NULL AND kind = 'other'").await, 1);
        assert_eq!(count(app.db(), "message", "body LIKE '%/link/%'").await, 0);
    }

    async fn an_alert_that_waits_shows_in_the_metrics_and_beside_ready(app: TestApp) {
        queue(&app, "safeguarding_alert", "mash@hub.example", Duration::minutes(10)).await;
        queue(&app, "other", "a@x.example", Duration::zero()).await;
        let here = app.browser().from("127.0.0.1");
        let metrics = here.get("/health/metrics").await;
        assert_eq!(metrics.status, http::StatusCode::OK);
        for line in [
            "onroll_mail_messages{lane=\"alert\",state=\"queued\"} 1\n",
            "onroll_mail_messages{lane=\"ordinary\",state=\"queued\"} 1\n",
            "onroll_mail_messages{lane=\"sign_in\",state=\"failed\"} 0\n",
            "onroll_mail_oldest_waiting_seconds{lane=\"alert\"} 600\n",
            "onroll_mail_oldest_waiting_seconds{lane=\"sign_in\"} 0\n",
        ] {
            assert!(metrics.body.contains(line), "{line} {}", metrics.body);
        }
        assert!(!metrics.body.contains('@'));
        for stranger in [app.browser().from("203.0.113.7"), here.clone().forwarded_for("203.0.113.7")] {
            assert_eq!(stranger.get("/health/metrics").await.status, http::StatusCode::NOT_FOUND);
        }
        let ready = here.get("/health/ready").await;
        assert_eq!(ready.status, http::StatusCode::OK);
        assert!(ready.body.contains("alert waits"), "{}", ready.body);
        let folder = Folder::new();
        deliver_due(app.inner(), &mailer(&app, folder.path())).await.unwrap();
        assert_eq!(here.get("/health/ready").await.body, "ready\n");
    }

    async fn a_manager_is_told_of_an_alert_that_does_not_leave_on_whichever_list(app: TestApp) {
        let manager = app.staff("Max Manager", &[StaffRole::Manager]).await;
        manager.visit("/mail").await.keeps_silent_about("Telephone the hub");
        queue(&app, "safeguarding_alert", "mash@hub.example", Duration::minutes(3)).await;
        let server = MailServer::start(Mood::Answers("550 5.1.1 no such mailbox")).await;
        deliver_due(app.inner(), &mailer_to(&app, &server)).await.unwrap();

        for list in ["/mail", "/mail?show=waiting"] {
            manager.visit(list).await.says("1 safeguarding alert has not reached").says("Telephone the hub");
        }
        manager.visit("/mail?show=waiting").await.says("the server refused the address");
    }

    async fn the_operator_has_all_that_was_given_up_tried_again(app: TestApp) {
        for number in 0..3 {
            queue(&app, "other", &format!("a{number}@x.example"), Duration::hours(3)).await;
        }
        let server = MailServer::start(Mood::Answers("554 no")).await;
        deliver_due(app.inner(), &mailer_to(&app, &server)).await.unwrap();
        let url = app.inner().config.database.url.reveal();
        for count in ["3", "0"] {
            let retried = run(&["mail", "retry"], &[("ONROLL_DATABASE_URL", url), ("ONROLL_SECRET_KEY", acceptance::app::SECRET_KEY)]);
            assert_eq!(retried.status.code(), Some(0), "{}", printed(&retried));
            assert!(printed(&retried).trim().ends_with(&format!("runs: {count}")), "{}", printed(&retried));
        }
        server.turns(Mood::Accepts);
        // The command has the real time, on which the mails are due.
        app.wait(backend::clock::Clock::default().now() - app.now() + Duration::seconds(1));
        assert_eq!(deliver_due(app.inner(), &mailer_to(&app, &server)).await.unwrap(), 3);
    }

    async fn an_administrator_sees_what_failed_and_sends_it_again(app: TestApp) {
        for to in ["one@x.example", "two@x.example"] {
            queue(&app, "other", to, Duration::hours(3)).await;
        }
        let server = MailServer::start(Mood::Answers("550 5.1.1 no such mailbox")).await;
        let mailer = mailer_to(&app, &server);
        deliver_due(app.inner(), &mailer).await.unwrap();
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let page = admin.visit("/mail").await;
        page.says("2 mails").says("one@x.example").says("3 hours").says("the server refused the address").keeps_silent_about("Text");

        admin.submit(&page.button("Send all that failed again")).await.says("2 mails are being sent again");

        server.turns(Mood::Accepts);
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 2);
        assert_eq!(count(app.db(), "event", "stream_kind = 'outbox' AND kind = 'mail_sent_again'").await, 1);
        admin.visit("/mail").await.says("No mail has failed");
        let manager = app.staff("Max Manager", &[StaffRole::Manager]).await;
        queue(&app, "other", "three@x.example", Duration::hours(3)).await;
        let waiting = manager.visit("/mail?show=waiting").await;
        waiting.says("Somebody else").says("Not tried yet").keeps_silent_about("three@x.example");
        manager.submit(&waiting.button("Send again")).await.says("1 mail is being sent again");
        app.officer().await.get("/mail").await.is_forbidden();
        app.anybody().get("/mail").await.leads_to("/sign-in");
    }

    async fn a_mail_that_is_being_handed_over_is_not_sent_again(app: TestApp) {
        queue(&app, "other", "one@x.example", Duration::hours(3)).await;
        let server = MailServer::start(Mood::FallsSilentAt("DATA")).await;
        let running = tokio::spawn(outbox::run(app.inner().clone(), mailer_to(&app, &server)));
        while server.asked() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let manager = app.staff("Max Manager", &[StaffRole::Manager]).await;
        let waiting = manager.visit("/mail?show=waiting").await;
        manager.submit(&waiting.button("Send again")).await.says("is leaving now");
        running.abort();
    }

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
