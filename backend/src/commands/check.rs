//! The commands about the chains of facts and the journal: whether all is as it was stored, the head to keep elsewhere, and
//! the key. What must not live here: the checks (`service::verify`) and seals (`service::journal`).

use std::path::PathBuf;

use backend::clock::Clock;
use backend::db::Db;
use backend::db::file::Check;
use backend::secret::keyring::Keyring;
use backend::service::journal::{Trust, key_chains as put_under_key, seal};
use backend::service::verify::{How, Progress, check_on, scope_of_rows};
use backend::store::setting;
use backend::store::verdict::{Head, Verdict};

use super::{Failure, OTHER_KEY, failed, keyring_of, must_be_sound, open, open_keyed, say, url_of, wrong};

/// Reads the head of a journal.
pub(crate) fn head_typed(typed: &str) -> Result<Head, String> {
    typed.parse().map_err(|error: backend::store::verdict::NoHead| error.to_string())
}

/// The facts, seals or rows after which a long command says how far it has come.
const TELL_EACH: u64 = 100_000;

/// Says in the log now and then how many of something were done.
pub(super) fn tell_of(what: &'static str) -> impl FnMut(u64) {
    let mut next = TELL_EACH;
    move |done| {
        if done >= next {
            tracing::info!(what, done, "Done so far");
            next = done + TELL_EACH;
        }
    }
}

pub(crate) async fn verify(data: Option<PathBuf>, how: How) -> Result<(), Failure> {
    let (db, keyring) = open_keyed(data).await?;
    must_be_sound(&db, Check::Full).await?;
    say(&must_be_as_stored(&db, &keyring, &how).await?)
}

/// Fails if anything is not as it was stored, and otherwise says how much there is.
pub(super) async fn must_be_as_stored(db: &Db, keyring: &Keyring, how: &How) -> Result<String, Failure> {
    let (mut facts, mut seals, mut rows) = (tell_of("facts"), tell_of("seals"), tell_of("rows"));
    let tell = |Progress { what, done }| match what {
        "facts" => facts(done),
        "seals" => seals(done),
        _ => rows(done),
    };
    let verdict = check_on(db, keyring, how, tell).await?;
    let Verdict::Sound { events, streams, erased, head } = &verdict else {
        let fault = verdict.fault().unwrap_or_default();
        return Err(Failure { message: format!("not everything is as it was stored. {fault}"), code: 1 });
    };
    let blank = if *erased > 0 { format!(" Of these {erased} were erased.") } else { String::new() };
    let head = head.as_ref().map(|head| format!(" Head: {head}")).unwrap_or_default();
    let rows = if how.rows { format!("\n{}", scope_of_rows()) } else { String::new() };
    Ok(format!("All {events} events of {streams} streams are as stored.{blank}{head}{rows}"))
}

pub(crate) async fn head(data: Option<PathBuf>) -> Result<(), Failure> {
    let (db, keyring) = open_keyed(data).await?;
    match seal(&db, &keyring, Clock::default().now()).await? {
        Some(head) => say(&head.to_string()),
        None => Err(wrong("nothing is stored yet, so there is no head")),
    }
}

pub(crate) async fn key_chains(data: Option<PathBuf>) -> Result<(), Failure> {
    let keyring = keyring_of(data.as_ref())?;
    let db = open(&url_of(data)?).await?;
    if !setting::knows_key(&db, &keyring).await? {
        return Err(wrong(OTHER_KEY));
    }
    if backend::service::journal::is_keyed(&db, &keyring).await? {
        return say("The chains of facts are under the key already.");
    }
    let keyed = put_under_key(&db, &keyring, Trust::Unkeyed, tell_of("facts")).await;
    let keyed = keyed.map_err(|error| failed("nothing more was done", &error))?;
    say(&format!("Put under the key, after their digests from before were checked: {keyed} facts."))
}
