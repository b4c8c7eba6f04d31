//! The commands that back a database up and restore it. What must not live here: how that is done (`backend::backup`,
//! `service::restored`).

use std::path::{Path, PathBuf};

use backend::backup;
use backend::clock::Clock;
use backend::config::{backup_recipients, database_url};
use backend::db::Db;
use backend::db::file::{Alone, Check};
use backend::secret::Secret;
use backend::secret::age::Identity;
use backend::service;
use backend::service::journal::is_keyed;
use backend::service::verify::How;
use backend::store::journal::holds;
use backend::store::verdict::Head;

use super::check::must_be_as_stored;
use super::{Failure, demo_url, failed, keyring_of, must_be_sound, open_keyed, operator, read_file, say, wrong};

fn identity_in(file: &Path) -> Result<Identity, Failure> {
    let text = read_file(file)?;
    let identity = String::from_utf8_lossy(&text).parse();
    identity.map_err(|error| wrong(format!("{}: {error}", file.display())))
}

pub(crate) async fn back_up(data: Option<PathBuf>, file: PathBuf, identity: Option<PathBuf>) -> Result<(), Failure> {
    let recipients = backup_recipients().map_err(|faults| wrong(faults.to_string()))?;
    if recipients.is_empty() {
        return Err(wrong(
            "ONROLL_BACKUP_RECIPIENT is needed: the public key that backups are encrypted to. `age-keygen` makes one with \
             its private key, which must not be kept on this machine",
        ));
    }
    let identity = identity.map(|file| identity_in(&file)).transpose()?;
    let (db, keyring) = open_keyed(data).await?;
    must_be_sound(&db, Check::Full).await?;
    must_be_as_stored(&db, &keyring, &How::default()).await?;
    let taken_at = Clock::default().now();
    let written = backup::take(&db, &keyring, &recipients, &file, taken_at).await;
    let written = written.map_err(|fault| failed("the backup was not made", &fault))?;
    let backup::Written { end, sha256, bytes } = written;
    if let Some(identity) = &identity {
        let (_, opened) =
            backup::check(&file, identity).map_err(|fault| failed("the backup cannot be opened", &fault))?;
        if opened != end {
            return Err(failed("the backup cannot be opened", &backup::Fault::Form("it is not what was written")));
        }
    }
    let opened = match identity {
        Some(_) => "It was opened with the private key, to its end.",
        None => {
            "It was read back from disk to its end. Whether the private key opens it was not tried: try it where that key \
             is kept, with `age --decrypt`."
        }
    };
    say(&format!(
        "Backed up {} rows of {} tables as of {taken_at}, {bytes} bytes.\n{opened}\nSHA-256 of the file: {sha256}\nSHA-256 \
         of what is in it: {}",
        end.rows, end.tables, end.sha256
    ))
}

pub(crate) async fn restore(
    data: Option<PathBuf>,
    file: PathBuf,
    identity: PathBuf,
    head: Option<Head>,
) -> Result<(), Failure> {
    let identity = identity_in(&identity)?;
    let keyring = keyring_of(data.as_ref())?;
    let url = match data {
        Some(folder) => Secret::new(demo_url(&folder)),
        None => database_url().map_err(|faults| wrong(faults.to_string()))?,
    };
    let _alone = Alone::serve(url.reveal()).map_err(|error| wrong(error.to_string()))?;
    let db = Db::create(url.reveal()).await;
    let db = db.map_err(|error| failed("the database cannot be used", &error))?;
    let restored = backup::put_back(&db, &keyring, &identity, &file).await;
    let (about, end) = restored.map_err(|refused| match &refused {
        backup::Refused::Failed(_) => failed("nothing was restored", &refused),
        _ => wrong(refused.to_string()),
    })?;
    if !is_keyed(&db, &keyring).await? {
        // Anybody can encrypt to a public key: only the chains tell that a backup is ours.
        return Err(wrong(
            "the facts in this backup are not chained under this service’s key, so nobody can say that they are as it stored \
             them. Nothing of it is used: delete the database that was begun, and restore another backup"
                .to_owned(),
        ));
    }
    service::make_rows(&db, Clock::default().now()).await?;
    let present = service::journal::last(&db).await?;
    let settled = service::restored::settle(&operator(&db, &keyring), about.taken_at, end.sha256.clone()).await?;
    must_be_sound(&db, Check::Full).await?;
    let told = must_be_as_stored(&db, &keyring, &How::default()).await?;
    let newer = match (head, present) {
        (None, _) => "With `--head` it is said here how much is missing.".to_owned(),
        (Some(head), Some(present)) if head.n > present.n => format!(
            "The head that was kept is seal {}, and the backup ends at seal {}: what was sealed between the two is missing.",
            head.n, present.n
        ),
        (Some(head), _) => match holds(&db, &head).await? {
            Ok(()) => "The head that was kept is in it: nothing that was sealed by then is missing.".to_owned(),
            Err(why) => format!("The head that was kept does not belong to it: {why}."),
        },
    };
    let service::restored::Settled { sessions, held, alerts, links } = settled;
    say(&format!(
        "Restored {} rows of {} tables as of {}. {told}\n{newer}\nWhatever was stored after that moment is not here: what was \
         reported, noted or decided, tokens revoked, accounts shut and contacts suspended since then. Go through the papers \
         and mails of that time, and look at /agencies, /staff and /contacts first.\nEnded: {sessions} sessions, and every \
         link and known device; {links} mails with such links are given up.\nHeld: {held} mails, until `onroll mail \
         release` or /mail says which may leave.\nSent when the service runs, and perhaps for the second time: {alerts} \
         safeguarding alerts.",
        end.rows, end.tables, about.taken_at
    ))
}
