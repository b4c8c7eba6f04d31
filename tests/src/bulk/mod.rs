//! A register as large as wanted, to measure with: schools with their contacts, staff, and cases as a council has them,
//! with the facts that they are the fold of, so that `onroll verify` finds it sound. The same seed gives the same
//! register, dated back from the day on which it is made. Everybody in it is invented.
//!
//! The facts are the backend's own and the rows are made by its projections, so that a change of either is an error of
//! the compiler here. They are stored in bulk and by no command, because a commit for each fact would take hours.
//!
//! What must not live here: what a test claims; tests begin with `given`.

mod case;
mod child;
mod dice;
mod people;
mod plot;
mod write;

use backend::auth::session_store::Sessions;
use backend::clock::Clock;
use backend::db::Db;
use backend::secret::keyring::Keyring;
use chrono::{DateTime, TimeDelta, Utc};
use entity::staff;
use entity::vocabulary::StaffRole;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::SessionStore;

use case::Story;
use dice::Dice;
use people::People;
use write::{Rows, Writer};

/// How large a register is to be, and which of all such registers.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// The number of cases.
    pub cases: u64,
    /// The seed from which everything follows.
    pub seed: u64,
}

/// The cases that are made and stored together. Their facts are stored first by first, then second by second, so that
/// the facts of one case lie on different pages of the table, as they come to lie in the course of years.
const TOGETHER: u64 = 5_000;

/// The span of time in which the cases were opened.
const YEARS: TimeDelta = TimeDelta::days(3 * 365);

/// What every part of a register follows from.
#[derive(Clone, Debug)]
struct World {
    keyring: Keyring,
    size: Size,
    now: DateTime<Utc>,
    dice: Dice,
}

impl World {
    /// The moment at which the first account was made, before the first case.
    fn began(&self) -> DateTime<Utc> {
        self.now - YEARS - TimeDelta::days(30)
    }

    /// When case `number` was opened: one after the other, the last of them just now.
    fn opened_at(&self, number: u64) -> DateTime<Utc> {
        let part = u128::from(number) * u128::try_from(YEARS.num_milliseconds()).unwrap_or_default();
        let since = part / u128::from(self.size.cases.max(1));
        self.now - YEARS + TimeDelta::milliseconds(i64::try_from(since).unwrap_or_default())
    }
}

/// Fills the migrated database at `url`, and gives the number of events stored. Panics when the database holds anything
/// already.
pub async fn fill(url: &str, keyring: &Keyring, size: Size, now: DateTime<Utc>) -> u64 {
    let world = World { keyring: keyring.clone(), size, now, dice: Dice::new(size.seed) };
    let writer = Writer::open(url, keyring).await;
    let people = People::of(&world);
    let mut events = writer.store(people.rows()).await;
    // One block is made while the one before it is stored.
    let (sender, mut made) = tokio::sync::mpsc::channel::<Rows>(1);
    let making = tokio::task::spawn_blocking(move || {
        for first in (0..size.cases).step_by(usize::try_from(TOGETHER).unwrap_or(1)) {
            let stories = (first..size.cases.min(first + TOGETHER)).map(|number| Story::of(&world, &people, number));
            if sender.blocking_send(Rows::of(stories)).is_err() {
                return;
            }
        }
        let waiting = (0..size.cases / 200).map(|number| case::waiting(&world, &people, number));
        let _ = sender.blocking_send(Rows::of_referrals(waiting));
    });
    while let Some(rows) = made.recv().await {
        events += writer.store(rows).await;
    }
    making.await.expect("everything can be made");
    writer.finish().await;
    events
}

/// Signs every officer of a filled register in, each in a browser of their own, and gives the values of their session
/// cookies. Passwords and second factors are not what is measured.
pub async fn sessions(url: &str, clock: &Clock) -> Vec<String> {
    let db = Db::connect(url).await.expect("the database opens");
    let store = Sessions::new(db.clone(), clock.clone());
    #[expect(clippy::disallowed_methods, reason = "nobody asks: the register is made, not read")]
    let officers = staff::Entity::find()
        .filter(staff::Column::Roles.eq(StaffRole::CmeOfficer.code()))
        .order_by_asc(staff::Column::Id)
        .all(&db.read)
        .await
        .expect("staff can be read");
    let mut cookies = Vec::new();
    for officer in officers {
        let person = json!({
            "kind": { "Staff": officer.id }, "epoch": officer.epoch, "since": clock.now(), "seen": clock.now(),
        });
        let data = [("person".to_owned(), person)].into();
        let mut record = Record { id: Id::default(), data, expiry_date: std::time::SystemTime::now().into() };
        store.create(&mut record).await.expect("a session can be stored");
        cookies.push(record.id.to_string());
    }
    db.close().await.expect("the database closes");
    cookies
}
