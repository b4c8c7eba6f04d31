//! Reminders: whoever a clock belongs to is told before and when it is late, then a manager, then the head of service,
//! each once.
//!
//! What must not live here: when each is told (`domain::clock`), and what a mail says (`mails`).

use std::collections::{BTreeMap, BTreeSet};

use entity::vocabulary::{ClockKind, Rung};
use entity::{
    CaseId, ChildId, EscalationId, PlacementId, ReferralId, ReportGroupId, StaffId, case, clock, escalation, referral,
    reminder, staff,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::alert;
use super::mails::{self, Chased, Running};
use crate::context::{Mail, OpContext};
use crate::domain::clock::{due_on, next_telling, reached};
use crate::error::Error;
use crate::store;

/// The most clocks in one transaction, so that other writers need not wait long.
const AT_ONCE: u64 = 100;

/// Tells everybody who is to be told by now how far clocks have run, and returns the number of mails. It may run
/// twice, in two processes, or not for days: what was told is stored with the mail, so nobody is told twice.
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
    // Each person gets one mail, and of each clock one line: the highest rung stands for those below it.
    let mut told: BTreeMap<String, BTreeMap<(ClockKind, Uuid), Running>> = BTreeMap::new();
    let mut chased: BTreeSet<Late> = BTreeSet::new();
    let mut mails = Vec::new();
    for row in &clocks {
        for rung in reached(row.kind, row.late_at, row.told_from, op.now()) {
            for to in around.told_at(op, row, rung).await? {
                if !is_new(op, txn, row, rung, to.address()).await? {
                    continue;
                }
                match to {
                    To::Staff(address, line) => {
                        told.entry(address).or_default().insert((row.kind, row.item), line);
                    }
                    To::Mash(_, late) => {
                        chased.insert(late);
                    }
                    To::Other(mail) => mails.push(mail),
                }
            }
        }
        let next = clock::ActiveModel {
            next_at: Set(next_telling(row.kind, row.late_at, row.told_from, op.now())),
            ..clock::ActiveModel::default()
        };
        clock::Entity::update_many()
            .set(next)
            .filter(clock::Column::Item.eq(row.item))
            .filter(clock::Column::Kind.eq(row.kind))
            .filter(clock::Column::LateAt.eq(row.late_at))
            .exec(txn)
            .await?;
    }
    for (to, lines) in told {
        mails.push(mails::running(&to, &lines.into_values().collect::<Vec<_>>(), &op.council));
    }
    if !chased.is_empty() {
        mails.push(mails::mash_chased(&around.chased(op, chased)?, &op.council));
    }
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
    /// A person or an address of the council, told of all their clocks in one mail.
    Staff(String, Running),
    /// The MASH, told of all that it is late with in one mail: its address, and what that is.
    Mash(String, Late),
    /// Anybody else, by a mail of its own.
    Other(Mail),
}

impl To {
    fn address(&self) -> &str {
        match self {
            Self::Staff(address, _) | Self::Mash(address, _) => address,
            Self::Other(mail) => &mail.to,
        }
    }
}

/// What the MASH is late with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Late {
    Flag(EscalationId),
    Group(ReportGroupId),
}

/// What some clocks run for, and who may be told.
struct Around {
    /// The flags among what the clocks run for.
    flags: BTreeMap<EscalationId, escalation::Model>,
    cases: BTreeMap<CaseId, case::Model>,
    /// The people named to the restricted cases of each child who has any: only they may learn that one exists.
    named: BTreeMap<ChildId, Vec<StaffId>>,
    referrals: BTreeMap<ReferralId, referral::Model>,
    staff: Vec<staff::Model>,
}

impl Around {
    async fn read(op: &OpContext, txn: &DatabaseTransaction, clocks: &[clock::Model]) -> Result<Self, Error> {
        let ids: Vec<CaseId> = clocks.iter().filter_map(|row| row.case_id).collect();
        let cases = store::case::many(op, &ids).await?;
        let ids: Vec<ReferralId> = clocks.iter().filter_map(|row| row.referral_id).collect();
        let referrals = store::referral::many(op, &ids).await?;
        let children: Vec<ChildId> = cases.iter().map(|row| row.child_id).collect();
        let ids: Vec<EscalationId> = clocks.iter().map(|row| EscalationId(row.item)).collect();
        Ok(Self {
            flags: store::escalation::of_clocks(op, txn, &ids).await?.into_iter().map(|row| (row.id, row)).collect(),
            named: store::case::named_to(op, txn, &children).await?,
            cases: cases.into_iter().map(|row| (row.id, row)).collect(),
            referrals: referrals.into_iter().map(|row| (row.id, row)).collect(),
            staff: store::staff::officers(op, txn).await?,
        })
    }

    /// What the MASH is told of what it is late with. A flag that is gone by now is left out.
    fn chased(&self, op: &OpContext, late: BTreeSet<Late>) -> Result<Vec<Chased>, Error> {
        let mut chased = Vec::new();
        for late in late {
            match late {
                Late::Group(group) => chased.push(Chased::Group(group)),
                Late::Flag(id) => {
                    if let Some(flag) = self.flags.get(&id)
                        && let Some(reference) = self.reference(flag)
                    {
                        chased.push(alert::chased(op, flag, reference)?);
                    }
                }
            }
        }
        Ok(chased)
    }

    fn reference(&self, flag: &escalation::Model) -> Option<String> {
        let case = flag.case_id.and_then(|id| self.cases.get(&id)).map(|case| &case.reference);
        let referral = || flag.referral_id.and_then(|id| self.referrals.get(&id)).map(|referral| &referral.reference);
        case.or_else(referral).cloned()
    }

    async fn told_at(&self, op: &OpContext, row: &clock::Model, rung: Rung) -> Result<Vec<To>, Error> {
        let case = row.case_id.and_then(|id| self.cases.get(&id));
        let referral = row.referral_id.and_then(|id| self.referrals.get(&id));
        let path = match (case, referral) {
            (Some(case), _) => format!("cases/{}", case.reference),
            (None, Some(referral)) => format!("triage/{}", referral.reference),
            (None, None) => return Ok(Vec::new()),
        };
        let restricted = case.and_then(|case| self.named.get(&case.child_id));
        let line = |may_read: bool| Running {
            kind: row.kind,
            rung,
            due_on: due_on(row.late_at),
            path: may_read.then(|| path.clone()),
        };
        let may_read = |person: &&staff::Model| restricted.is_none_or(|named| named.contains(&person.id));
        let tell = |person: &staff::Model| To::Staff(person.email.clone(), line(may_read(&person)));
        let address = |address: &str| To::Staff(address.to_owned(), line(restricted.is_none()));
        // Who is named to a restricted case acts on it, whatever their role.
        let is_over = |person: &&staff::Model| store::staff::is_manager(person) || restricted.is_some();
        let officer = case.and_then(|case| case.officer_id);
        let officer = self.staff.iter().find(|person| Some(person.id) == officer);
        let mut to: Vec<To> = match (rung, officer, referral) {
            (Rung::Soon | Rung::Late, Some(officer), _) => vec![tell(officer)],
            // Whoever is in triage.
            (Rung::Soon | Rung::Late, None, Some(_)) => vec![address(&op.council.team_email)],
            // What nobody has belongs to the managers.
            (Rung::Soon | Rung::Late, None, None) | (Rung::Manager, ..) => {
                self.staff.iter().filter(may_read).filter(is_over).map(tell).collect()
            }
            (Rung::Head, ..) => op.council.head_email.as_deref().map(address).into_iter().collect(),
        };
        if to.is_empty() && rung != Rung::Head {
            // Somebody must be told, even where no manager is left, or none may read it.
            to.extend(self.staff.iter().filter(|person| store::staff::is_manager(person)).map(tell));
            if to.is_empty() {
                to.push(address(&op.council.team_email));
            }
        }
        let of_mash = [
            ClockKind::MashAcknowledgement,
            ClockKind::MashAnswer,
            ClockKind::MashRed,
            ClockKind::MashAmber,
            ClockKind::MashGreen,
            ClockKind::MashConfirmation,
        ];
        if rung == Rung::Late && of_mash.contains(&row.kind) {
            // Of many that came at once the MASH has a list, and is chased by it.
            let group = referral.and_then(|referral| referral.report_group_id);
            let late = group.map_or(Late::Flag(EscalationId(row.item)), Late::Group);
            to.push(To::Mash(op.council.mash_email.clone(), late));
        }
        if matches!(rung, Rung::Soon | Rung::Late) && row.kind == ClockKind::NewPupilReturn && restricted.is_none() {
            to.extend(school(op, row).await?.into_iter().map(To::Other));
        }
        Ok(to)
    }
}

/// The mails to the school that owes a new-pupil return, which name neither child nor case.
async fn school(op: &OpContext, row: &clock::Model) -> Result<Vec<Mail>, Error> {
    let Some(school) = store::case::school_of_placement(op, PlacementId(row.item)).await? else {
        return Ok(Vec::new());
    };
    let contacts = store::contact::active_at(op, &op.db.read, school).await?;
    let contacts = store::contact::many(op, &contacts).await?;
    let owed = |contact: entity::school_contact::Model| {
        mails::return_owed(&contact.email, due_on(row.late_at), &op.council).for_contact(contact.id)
    };
    Ok(contacts.into_iter().map(owed).collect())
}
