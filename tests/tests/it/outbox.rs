//! Mail leaves once, after the change that caused it, however often delivery is tried.

use std::path::Path;

use acceptance::database::{Folder, count};
use acceptance::prelude::*;
use backend::config::{Config, MailRoute};
use backend::jobs::outbox::deliver_due;
use backend::mail::Mailer;
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

on_both_engines! {
    async fn every_mail_leaves_once(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let referral = given::referral().by(&contact).at(&app).await;
        let folder = Folder::new();
        let mailer = mailer(&app, folder.path());

        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 2);
        assert_eq!(deliver_due(app.inner(), &mailer).await.unwrap(), 0);

        let mails = delivered(folder.path());
        assert_eq!(mails.len(), 2);
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
