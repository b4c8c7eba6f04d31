//! Commands on flags, wherever a flag is: with the referral that raised it, or on a case. Each names the flag alone, so that
//! nothing is lost when a case takes the referral up meanwhile.
//!
//! What must not live here: what may happen to a flag (`domain::escalation`), who may do it (`domain::policy`), and raising
//! one on a case (`case`).

use entity::{EscalationId, escalation};

use super::case::{facts_of, mails_to, to_deciders, to_officer};
use super::{alert, mails, record};
use crate::context::{Done, Mail, OpContext, Txn};
use crate::domain::case::{Case, CaseEvent};
use crate::domain::escalation::{Acknowledge, AnswerEscalation, Escalation, Rate, Step, Voice};
use crate::domain::policy::{self, CaseAction, ReferralAction, ReferralFacts, oversees, speaks_for_mash, triages};
use crate::domain::referral::{Referral, ReferralEvent};
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error};
use crate::store;

/// Acknowledges the flag of an alert by the link in it, for whoever holds that link: it does nothing else and tells nothing.
/// Not found when the link is wrong or too old; to follow it twice is no fault.
pub async fn acknowledge_by_link(op: &OpContext, token: &str) -> Result<(), Error> {
    let id = alert::of_link(op, token).ok_or(Error::NotFound)?;
    let done = match try_link(op, id).await {
        Err(Error::Conflict(Conflict::Stale)) => try_link(op, id).await,
        done => done,
    };
    match done {
        Ok(_) | Err(Error::Conflict(Conflict::Acknowledged)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn try_link(op: &OpContext, id: EscalationId) -> Result<EscalationId, Error> {
    op.commit(move |op, txn| async move {
        let row = store::escalation::of_link(&op, &*txn, id).await?.ok_or(Error::NotFound)?;
        let held = Held::hold(&op, &txn, &row).await?;
        let step = held.flag(id)?.acknowledge(&Acknowledge::default(), Voice::Link, op.now())?;
        held.store(&op, &txn, id, step, Vec::new()).await
    })
    .await
}

/// Acknowledges a flag, for the MASH, or for whoever heard on the telephone that the MASH has it.
pub async fn acknowledge(op: &OpContext, id: EscalationId, typed: Acknowledge) -> Result<EscalationId, Error> {
    step(op, id, Right::Answer, move |op, flag, voice| flag.acknowledge(&typed, voice, op.now())).await
}

/// Rates a flag, or agrees as the second person to a lower rating.
pub async fn rate(op: &OpContext, id: EscalationId, typed: Rate) -> Result<EscalationId, Error> {
    step(op, id, Right::Rate, move |op, flag, voice| flag.rate(&typed, voice, op.now())).await
}

/// Records the MASH's answer to a flag. One that somebody relays waits to be confirmed, and the MASH is told so.
pub async fn answer(op: &OpContext, id: EscalationId, typed: AnswerEscalation) -> Result<EscalationId, Error> {
    step(op, id, Right::Answer, move |op, flag, voice| flag.answer(&typed, voice, op.now())).await
}

/// Confirms a relayed answer.
pub async fn confirm(op: &OpContext, id: EscalationId) -> Result<EscalationId, Error> {
    step(op, id, Right::Confirm, |op, flag, voice| flag.confirm(voice, op.now())).await
}

/// What may be done to a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Record that the MASH has acknowledged or answered it.
    Answer,
    /// Rate it, or agree to a lower rating.
    Rate,
    /// Confirm an answer that somebody relayed.
    Confirm,
}

impl Right {
    /// The action on the case that the flag is on.
    pub fn on_case(self) -> CaseAction {
        match self {
            Self::Answer => CaseAction::AnswerEscalation,
            Self::Rate => CaseAction::RateEscalation,
            Self::Confirm => CaseAction::ConfirmEscalation,
        }
    }

    /// The action on the referral that the flag is with.
    pub fn on_referral(self) -> ReferralAction {
        match self {
            Self::Answer => ReferralAction::AnswerEscalation,
            Self::Rate => ReferralAction::RateEscalation,
            Self::Confirm => ReferralAction::ConfirmEscalation,
        }
    }
}

/// What holds a flag, locked until the transaction ends.
enum Held {
    Case(Box<Case>),
    Referral(Box<Referral>),
}

impl Held {
    async fn hold(op: &OpContext, txn: &Txn, row: &escalation::Model) -> Result<Self, Error> {
        if let Some(case) = row.case_id {
            return Ok(Self::Case(Box::new(store::case::hold(op, txn, case).await?)));
        }
        let id = row.referral_id.ok_or_else(|| Error::internal("a flag is on no case and came with no referral"))?;
        // A case may have taken it up before it was locked.
        let referral = store::referral::hold_undecided(op, txn, id).await?.ok_or(Conflict::Stale)?;
        Ok(Self::Referral(Box::new(referral)))
    }

    fn flag(&self, id: EscalationId) -> Result<&Escalation, Error> {
        let flag = match self {
            Self::Case(case) => case.escalations.iter().find(|flag| flag.id == id),
            Self::Referral(referral) => referral.flag.as_ref(),
        };
        // A case may have taken it up, or let it go, since its row was read.
        flag.ok_or_else(|| Conflict::Stale.into())
    }

    fn may(&self, op: &OpContext, right: Right) -> bool {
        let viewer = &op.viewer;
        // Whoever is not the MASH here seconds it only as a manager.
        if !matches!(right, Right::Answer) && self.is_decided_by(viewer) && !oversees(viewer) {
            return false;
        }
        match self {
            Self::Case(case) => policy::case(viewer, right.on_case(), facts_of(op, case)),
            Self::Referral(_) => {
                let facts = ReferralFacts { own_school: false, harm: true, withheld: false };
                policy::referral(viewer, right.on_referral(), facts)
            }
        }
    }

    /// Whoever has the case, or decides in triage what becomes of the referral, does not speak for the MASH, whatever their
    /// other roles.
    fn voice(&self, viewer: &Viewer) -> Result<Voice, Error> {
        match (viewer, viewer.staff()) {
            (Viewer::Partner(_), _) => Ok(Voice::System),
            (_, Some(staff)) if speaks_for_mash(viewer) && !self.is_decided_by(viewer) => Ok(Voice::Hub(staff)),
            (_, Some(staff)) => Ok(Voice::Staff(staff)),
            (_, None) => Err(Error::Forbidden),
        }
    }

    fn is_decided_by(&self, viewer: &Viewer) -> bool {
        match self {
            Self::Case(case) => case.officer.is_some() && case.officer == viewer.staff(),
            Self::Referral(_) => triages(viewer),
        }
    }

    fn reference(&self) -> &str {
        match self {
            Self::Case(case) => &case.opened.reference,
            Self::Referral(referral) => &referral.received.reference,
        }
    }

    async fn store(
        self,
        op: &OpContext,
        txn: &Txn,
        id: EscalationId,
        step: Step,
        mails: Vec<Mail>,
    ) -> Result<Done<EscalationId>, Error> {
        Ok(match self {
            Self::Case(case) => {
                record::change(op, txn, *case, vec![CaseEvent::told(id, step)]).await?.map(|_| id).mailing(mails)
            }
            Self::Referral(referral) => {
                record::change(op, txn, *referral, vec![ReferralEvent::told(step)]).await?.map(|_| id).mailing(mails)
            }
        })
    }
}

/// Runs one command on one flag; once more if a case took it up at that moment, because where a flag is does not matter to
/// whoever acts on it.
async fn step<F>(op: &OpContext, id: EscalationId, right: Right, decide: F) -> Result<EscalationId, Error>
where
    F: FnOnce(&OpContext, &Escalation, Voice) -> Result<Step, Error> + Clone + Send + 'static,
{
    op.require(op.viewer != Viewer::Anonymous)?;
    match try_step(op, id, right, decide.clone()).await {
        Err(Error::Conflict(Conflict::Stale)) => try_step(op, id, right, decide).await,
        done => done,
    }
}

async fn try_step<F>(op: &OpContext, id: EscalationId, right: Right, decide: F) -> Result<EscalationId, Error>
where
    F: FnOnce(&OpContext, &Escalation, Voice) -> Result<Step, Error> + Clone + Send + 'static,
{
    op.commit(move |op, txn| async move {
        let row = store::escalation::by_id(&op, &*txn, id).await?.ok_or(Error::NotFound)?;
        let held = Held::hold(&op, &txn, &row).await?;
        op.require(held.may(&op, right))?;
        let step = decide(&op, held.flag(id)?, held.voice(&op.viewer)?)?;
        let mails = told(&op, &txn, &held, id, &step).await?;
        held.store(&op, &txn, id, step, mails).await
    })
    .await
}

/// Who is told what happened: the officer of the case, while nobody has it those who decide on it, and of a referral the
/// team, what the MASH says; the same, that a lower rating waits for a second person; and the MASH, what is said in its
/// name.
async fn told(op: &OpContext, txn: &Txn, held: &Held, id: EscalationId, step: &Step) -> Result<Vec<Mail>, Error> {
    let relayed = matches!(step, Step::Answered(answer) if answer.relayed.is_some());
    if relayed {
        let mut mails = vec![mails::mash_relayed(held.reference(), id, &op.council)];
        if let Held::Case(case) = held {
            mails.extend(to_officer(op, txn, case, &[]).await?);
        }
        return Ok(mails);
    }
    let mail = |to: &str| match step {
        Step::LoweringProposed(_) => mails::lowering_proposed(to, held.reference(), id, &op.council),
        _ => mails::mash_has_spoken(to, held.reference(), id, &op.council),
    };
    match (step, held) {
        (Step::Acknowledged(_), _) => Ok(Vec::new()),
        (_, Held::Referral(_)) => Ok(vec![mail(&op.council.team_email)]),
        (Step::LoweringProposed(_), Held::Case(case)) => to_deciders(op, txn, case, None, mail).await,
        (_, Held::Case(case)) => match case.officer {
            Some(officer) if op.viewer.staff() == Some(officer) => Ok(Vec::new()),
            Some(officer) => mails_to(txn, &[officer], mail).await,
            None => to_deciders(op, txn, case, None, mail).await,
        },
    }
}
