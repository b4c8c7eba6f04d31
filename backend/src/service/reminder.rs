//! Reminders: whoever a clock belongs to is told before and when it is late, then a manager, then the head of service,
//! each once.
//!
//! What must not live here: when each is told (`domain::clock`), and what a mail says (`mails`).

use std::collections::BTreeMap;

use entity::vocabulary::{ClockKind, Rung};
use entity::{CaseId, ReferralId, StaffId, case, clock, placement, referral, reminder, removal, staff};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

use super::mails::{self, Running};
use crate::context::{Mail, OpContext};
use crate::domain::clock::{due_on, next_telling, reached};
use crate::error::Error;
use crate::store;

/// The most clocks in one transaction.
const AT_ONCE: u64 = 500;

/// Tells everybody who is to be told by now how far clocks have run, and returns the number of mails. It may run twice, in
/// two processes, or not for days: what was told is stored with the mail, so nobody is told twice or never.
pub async fn remind(op: &OpContext) -> Result<usize, Error> {
    let mut sent = 0;
    loop {
        let (mails, clocks) = op.write(|op, txn| async move { some(&op, &txn).await }).await?;
        sent += mails;
        if clocks < AT_ONCE {
            return Ok(sent);
        }
    }
}

async fn some(op: &OpContext, txn: &DatabaseTransaction) -> Result<(usize, u64), Error> {
    let clocks = store::clock::to_tell_of(txn, op.now(), AT_ONCE).await?;
    let around = Around::read(op, txn, &clocks).await?;
    let mut told: BTreeMap<String, Vec<Running>> = BTreeMap::new();
    let mut mails = Vec::new();
    for row in &clocks {
        for rung in reached(row.kind, row.late_at, op.now()) {
            for to in around.told_at(op, txn, row, rung).await? {
                if !is_new(op, txn, row, rung, to.address()).await? {
                    continue;
                }
                match to {
                    To::Staff(address, line) => told.entry(address).or_default().push(line),
                    To::Other(mail) => mails.push(mail),
                }
            }
        }
        let next = clock::ActiveModel {
            next_at: Set(next_telling(row.kind, row.late_at, op.now())),
            ..clock::ActiveModel::default()
        };
        clock::Entity::update_many()
            .set(next)
            .filter(clock::Column::Kind.eq(row.kind))
            .filter(clock::Column::Item.eq(row.item))
            .filter(clock::Column::LateAt.eq(row.late_at))
            .exec(txn)
            .await?;
    }
    mails.extend(told.iter().map(|(to, lines)| mails::running(to, lines, &op.council)));
    let sent = mails.len();
    op.queue(txn, mails).await?;
    Ok((sent, clocks.len() as u64))
}

/// Stores that `to` is told; false if they were before.
async fn is_new(
    op: &OpContext,
    txn: &DatabaseTransaction,
    row: &clock::Model,
    rung: Rung,
    to: &str,
) -> Result<bool, Error> {
    use reminder::Column::{Item, Kind, LateAt, Rung as At, ToldTo};
    let told = reminder::ActiveModel {
        kind: Set(row.kind),
        item: Set(row.item),
        late_at: Set(row.late_at),
        rung: Set(rung),
        told_to: Set(to.to_owned()),
        told_at: Set(op.now()),
    };
    let once = OnConflict::columns([Item, Kind, LateAt, At, ToldTo]).do_nothing().to_owned();
    Ok(reminder::Entity::insert(told).on_conflict(once).exec_without_returning(txn).await? == 1)
}

/// Somebody to be told of one clock.
enum To {
    /// A person of the council, who is told of all their clocks in one mail.
    Staff(String, Running),
    /// Anybody else, by a mail of its own.
    Other(Mail),
}

impl To {
    fn address(&self) -> &str {
        match self {
            Self::Staff(address, _) => address,
            Self::Other(mail) => &mail.to,
        }
    }
}

/// What some clocks run for, and who may be told.
struct Around {
    cases: BTreeMap<CaseId, case::Model>,
    /// The readers of each case whose child has a restricted one: only they may learn that it exists.
    readers: BTreeMap<CaseId, Vec<StaffId>>,
    referrals: BTreeMap<ReferralId, referral::Model>,
    staff: Vec<staff::Model>,
}

impl Around {
    async fn read(op: &OpContext, txn: &DatabaseTransaction, clocks: &[clock::Model]) -> Result<Self, Error> {
        let ids: Vec<CaseId> = clocks.iter().filter_map(|row| row.case_id).collect();
        let cases = store::case::many(op, &ids).await?;
        let ids: Vec<ReferralId> = clocks.iter().filter_map(|row| row.referral_id).collect();
        let referrals = store::referral::many(op, &ids).await?;
        let mut readers = BTreeMap::new();
        for row in &cases {
            if let Some(named) = store::case::named_to(op, txn, row.child_id).await? {
                readers.insert(row.id, named);
            }
        }
        Ok(Self {
            cases: cases.into_iter().map(|row| (row.id, row)).collect(),
            readers,
            referrals: referrals.into_iter().map(|row| (row.id, row)).collect(),
            staff: store::staff::officers(op, txn).await?,
        })
    }

    async fn told_at(
        &self,
        op: &OpContext,
        txn: &DatabaseTransaction,
        row: &clock::Model,
        rung: Rung,
    ) -> Result<Vec<To>, Error> {
        let case = row.case_id.and_then(|id| self.cases.get(&id));
        let referral = row.referral_id.and_then(|id| self.referrals.get(&id));
        let path = match (case, referral) {
            (Some(case), _) => format!("cases/{}", case.reference),
            (None, Some(referral)) => format!("triage/{}", referral.reference),
            (None, None) => return Ok(Vec::new()),
        };
        let restricted = case.and_then(|case| self.readers.get(&case.id));
        let line = |may_read: bool| Running {
            kind: row.kind,
            rung,
            due_on: due_on(row.late_at),
            path: may_read.then(|| path.clone()),
        };
        let person = |person: &staff::Model| {
            let may_read = restricted.is_none_or(|named| named.contains(&person.id));
            To::Staff(person.email.clone(), line(may_read))
        };
        let managers = || self.staff.iter().filter(|person| store::staff::is_manager(person)).map(person);
        let officer = case.and_then(|case| case.officer_id);
        let officer = self.staff.iter().find(|person| Some(person.id) == officer);
        let address = |address: &str| To::Staff(address.to_owned(), line(restricted.is_none()));
        let mut to = Vec::new();
        match rung {
            Rung::Soon | Rung::Late => match (officer, referral) {
                (Some(officer), _) => to.push(person(officer)),
                // Whoever is in triage; a clock of a case that nobody has belongs to the managers.
                (None, Some(_)) => to.push(address(&op.council.team_email)),
                (None, None) => to.extend(managers()),
            },
            Rung::Manager => to.extend(managers()),
            Rung::Head => to.extend(op.council.head_email.as_deref().map(address)),
        }
        if rung == Rung::Late && row.kind == ClockKind::MashAnswer {
            to.push(To::Other(mails::mash_chased(case.map_or("", |case| &case.reference), &op.council)));
        }
        if matches!(rung, Rung::Soon | Rung::Late) && restricted.is_none() {
            to.extend(self.school(op, txn, row).await?.into_iter().map(To::Other));
        }
        Ok(to)
    }

    /// The mails to the school that owes a return, which names neither child nor case.
    #[expect(clippy::disallowed_methods, reason = "a job tells of what no viewer asked for")]
    async fn school(&self, op: &OpContext, txn: &DatabaseTransaction, row: &clock::Model) -> Result<Vec<Mail>, Error> {
        let school = match row.kind {
            ClockKind::DeletionReturn => removal::Entity::find_by_id(row.item).one(txn).await?.map(|row| row.school_id),
            ClockKind::NewPupilReturn => {
                placement::Entity::find_by_id(row.item).one(txn).await?.and_then(|row| row.school_id)
            }
            _ => None,
        };
        let Some(school) = school else { return Ok(Vec::new()) };
        let contacts = store::contact::active_at(op, txn, school).await?;
        let contacts = store::contact::many(op, &contacts).await?;
        let owed = |contact: entity::school_contact::Model| {
            mails::return_owed(&contact.email, due_on(row.late_at), &op.council).for_contact(contact.id)
        };
        Ok(contacts.into_iter().map(owed).collect())
    }
}
