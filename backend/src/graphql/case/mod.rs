//! A case with all its fields, each shown only to those who may see it. What must not live here: the register
//! (`query`), the parts of a case (`parts`) and changes (`change`).

mod change;
mod parts;
mod query;
mod status;

pub(super) use change::{CaseMutation, changed};
pub(super) use parts::words as shown_words;
pub(super) use parts::{Enquiry, ParentTold, Placement, Sighting, ToldOtherwise};
pub(super) use query::CaseQuery;

use std::sync::Arc;

use async_graphql::{Context, Description, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{
    CaseState, ChildFact, EscalationStage, Outcome, Restriction, Risk, ServiceRoute, StatutoryStatus, Whereabouts,
};
use entity::{break_glass, case, enquiry};
use futures_util::try_join;
use tokio::sync::OnceCell;

use self::status::{StatusDecision, decision};
use super::absence::{Age, OutOfCohort};
use super::break_glass::BrokenGlass;
use super::child::{Child, clears_former_address, is_of_address, tells_words_of};
use super::clock::Clock;
use super::escalation::Escalation;
use super::family::{self, Sibling};
use super::guarded::{Guarded, clears, guard, note_as, op};
use super::input::Date;
use super::loaders::{
    ClocksOf, EnquiriesOf, EscalationsOf, PlacementsOf, ReadersOf, ReferralsOf, RemovalsOf, StatusFactsOf, TimelineOf,
    loads,
};
use super::referral::Referral;
use super::roll::{Removal, Rights};
use super::school::School;
use super::staff::StaffMember;
use super::timeline::{KEPT, TimelineEntry, in_words};
use crate::domain::case as decide;
use crate::domain::child::ChildFacts;
use crate::domain::field::is_plain_name;
use crate::domain::london::london_day;
use crate::domain::parent::{self, Parent};
use crate::domain::policy::{self, CaseAction, CaseFacts, reads_casework, reads_escalations};
use crate::domain::referral::taught;
use crate::domain::roll::Matter;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service;
use crate::store;
use crate::store::event::Stretch;

/// A case. How it is worked is withheld from partner agencies.
#[derive(Clone, Description)]
pub(super) struct Case(case::Model, Arc<Read>);

/// What is read once for a case and used by several of its fields.
#[derive(Default)]
struct Read {
    broken: OnceCell<Option<break_glass::Model>>,
    facts: OnceCell<CaseFacts>,
}

fn subject(row: &case::Model) -> String {
    format!("case:{}", row.id)
}

impl Case {
    /// A case that is not shown, for what may be done to it.
    pub(super) fn of(row: case::Model) -> Self {
        Self(row, Arc::default())
    }

    /// A case whose reference is noted as shown, whatever other fields are asked for.
    pub(super) fn shown(ctx: &Context<'_>, row: case::Model) -> Self {
        note_as(op(ctx), &subject(&row), "reference");
        Self::of(row)
    }

    fn worked<T>(&self, ctx: &Context<'_>, value: impl FnOnce(&case::Model) -> T) -> Guarded<T> {
        guard(ctx, reads_casework(&op(ctx).viewer), &subject(&self.0), || value(&self.0))
    }

    /// A value that every reader of the case may see, and a partner agency if its agreement names the field.
    fn agreed<T>(&self, ctx: &Context<'_>, value: impl FnOnce(&case::Model) -> T) -> Guarded<T> {
        guard(ctx, true, &subject(&self.0), || value(&self.0))
    }

    /// Whether the viewer may see how the case is worked. For values that are read from the database only then.
    fn shows_work(&self, ctx: &Context<'_>) -> bool {
        clears(ctx, reads_casework(&op(ctx).viewer), &subject(&self.0))
    }

    /// The viewer's break glass on a case of this child that has not ended, read once however many fields ask.
    async fn broken(&self, ctx: &Context<'_>) -> Result<Option<&break_glass::Model>, Error> {
        let read = || store::break_glass::of_viewer(op(ctx), self.0.child_id);
        Ok(self.1.broken.get_or_try_init(read).await?.as_ref())
    }

    /// The facts on which rights to the case depend, read once however many rights are asked for, and in the same batch
    /// as the fields that show those facts.
    pub(super) async fn facts(&self, ctx: &Context<'_>) -> Result<CaseFacts, Error> {
        let read = async || {
            let readers = async {
                match self.0.restriction {
                    Some(_) => loads(ctx).load_one(ReadersOf(self.0.id)).await.map(Option::unwrap_or_default),
                    // Only a restricted case has readers.
                    None => Ok(Vec::new()),
                }
            };
            let flags = async { loads(ctx).load_one(EscalationsOf(self.0.id)).await.map(Option::unwrap_or_default) };
            let (readers, flags, broken) = try_join!(readers, flags, self.broken(ctx))?;
            let named = |staff| self.0.officer_id == Some(staff) || readers.iter().any(|row| row.staff_id == staff);
            Ok(CaseFacts {
                flagged: !flags.is_empty(),
                shared: false,
                // Somebody who reads one case of a child by break glass may change none of that child's cases.
                restricted: self.0.restriction.is_some() || broken.is_some(),
                named: matches!(&op(ctx).viewer, Viewer::Staff(staff) if named(staff.id)),
                glass: broken.is_some(),
            })
        };
        self.1.facts.get_or_try_init(read).await.copied()
    }

    /// Whether the viewer may do `action` to the case; withheld from those who do not see how it is worked.
    async fn may(&self, ctx: &Context<'_>, action: CaseAction) -> Result<Guarded<bool>, Error> {
        // Nothing of the child is told by this, so that no access note names it.
        if !reads_casework(&op(ctx).viewer) {
            return Ok(Guarded::Withheld);
        }
        Ok(Guarded::Clear(policy::case(&op(ctx).viewer, action, self.facts(ctx).await?)))
    }
}

#[Object(use_type_description)]
impl Case {
    /// What people call it by, such as `C-7K3M-9QX4`. It never changes.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// How many facts it has; hand it back with a change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where it stands.
    async fn state(&self) -> CaseState {
        self.0.state
    }

    /// What is known of where the child is. A partner agency is shown it if its agreement names `WHEREABOUTS`.
    async fn whereabouts(&self, ctx: &Context<'_>) -> Guarded<Whereabouts> {
        self.agreed(ctx, |row| row.whereabouts)
    }

    /// Whether the child is missing education by law, a fact apart from the team that works the case. Withheld from
    /// partner agencies.
    async fn statutory_status(&self, ctx: &Context<'_>) -> Guarded<StatutoryStatus> {
        self.worked(ctx, |row| row.statutory_status)
    }

    /// The decisions on that, newest first, with who decided, when and why. Withheld from partner agencies.
    #[graphql(complexity = "10 * child_complexity")]
    async fn status_decisions(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<StatusDecision>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let mut decisions = Vec::new();
        for row in loads(ctx).load_one(StatusFactsOf(self.0.id.0)).await?.unwrap_or_default() {
            decisions.extend(decision(ctx, self.0.id, row).await?);
        }
        Ok(Guarded::Clear(decisions))
    }

    /// The team that works it. Withheld from partner agencies.
    async fn service_route(&self, ctx: &Context<'_>) -> Guarded<ServiceRoute> {
        self.worked(ctx, |row| row.service_route)
    }

    /// How soon a person must look. Withheld from partner agencies.
    async fn risk(&self, ctx: &Context<'_>) -> Guarded<Risk> {
        self.worked(ctx, |row| row.risk)
    }

    /// When it was opened. A partner agency is shown it if its agreement names `CASE_DATES`.
    async fn opened_at(&self, ctx: &Context<'_>) -> Guarded<DateTime<Utc>> {
        self.agreed(ctx, |row| row.opened_at)
    }

    /// The earliest day on which something is owed; null once closed. Withheld from partner agencies.
    async fn due_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, |row| (row.state != CaseState::Closed).then_some(Date(row.due_on)))
    }

    /// What is owed, and by when: the clocks that run, the one that is late first at the front. Withheld from partner
    /// agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Clock>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(ClocksOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Clock).collect()))
    }

    /// Whether that day has passed. Withheld from partner agencies.
    async fn overdue(&self, ctx: &Context<'_>) -> Guarded<bool> {
        let today = london_day(op(ctx).now());
        self.worked(ctx, |row| row.due_on < today)
    }

    /// Whether a flag raised with the MASH awaits their answer. A partner agency is shown it with the scope
    /// `ESCALATION_ANSWER` and an agreement that names `ESCALATIONS`.
    async fn flagged(&self, ctx: &Context<'_>) -> Guarded<bool> {
        let reads = reads_escalations(&op(ctx).viewer);
        guard(ctx, reads, &subject(&self.0), || self.0.open_escalations > 0)
    }

    /// The day on which anybody last saw the child; null when not known. Withheld from partner agencies.
    async fn last_seen_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, |row| row.last_seen_on.map(Date))
    }

    /// The day on which the child last attended school; null when not known. Withheld from partner agencies.
    async fn last_attended_on(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, |row| row.last_attended_on.map(Date))
    }

    /// When the child was seen and at school, as everybody told it, the latest first. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn sightings(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Sighting>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        parts::sightings(ctx, &self.0).await.map(Guarded::Clear)
    }

    /// When it was closed; null while it is open. A partner agency is shown it if its agreement names `CASE_DATES`.
    async fn closed_at(&self, ctx: &Context<'_>) -> Guarded<Option<DateTime<Utc>>> {
        self.agreed(ctx, |row| row.closed_at)
    }

    /// How it ended, or was reviewed; null before. Withheld from partner agencies.
    async fn outcome(&self, ctx: &Context<'_>) -> Guarded<Option<Outcome>> {
        self.worked(ctx, |row| row.outcome)
    }

    /// The outcome that was proposed and waits for a second person; null while none does. Withheld from partner agencies.
    async fn proposed_outcome(&self, ctx: &Context<'_>) -> Guarded<Option<Outcome>> {
        self.worked(ctx, |row| row.proposed_outcome)
    }

    /// The day from which the child has been missing education without a break; null while the child is not. Withheld
    /// from partner agencies.
    async fn missing_since(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.worked(ctx, |row| row.missing_since.map(Date))
    }

    /// The child's age against compulsory school age, today, by the date of birth on file; null when that is not known.
    /// Withheld from partner agencies.
    async fn age(&self, ctx: &Context<'_>) -> Result<Guarded<Option<Age>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let child = loads(ctx).load_one(self.0.child_id).await?.ok_or(Error::NotFound)?;
        let today = london_day(op(ctx).now());
        Ok(Guarded::Clear(child.date_of_birth.map(|born| Age::of(born, today))))
    }

    /// That a school teaches the child outside the year group of their age, as the newest of its referrals that says so told
    /// it; null where none does. Withheld from partner agencies.
    async fn out_of_cohort(&self, ctx: &Context<'_>) -> Result<Guarded<Option<OutOfCohort>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let child = async { loads(ctx).load_one(self.0.child_id).await?.ok_or(Error::NotFound) };
        let referrals = async { loads(ctx).load_one(ReferralsOf(self.0.id)).await.map(Option::unwrap_or_default) };
        let (child, referrals) = try_join!(child, referrals)?;
        let Some(born) = child.date_of_birth else { return Ok(Guarded::Clear(None)) };
        let mut newest = None;
        for row in &referrals {
            let on = london_day(row.received_at);
            if let Some(told) = taught(&serde_json::from_str(&row.details)?, born, on) {
                note_as(op(ctx), &format!("referral:{}", row.id), "yearGroup");
                newest = Some(OutOfCohort::told(told, on));
            }
        }
        Ok(Guarded::Clear(newest))
    }

    /// Why only its readers may read it; null when it is like any other. Withheld from partner agencies.
    async fn restriction(&self, ctx: &Context<'_>) -> Guarded<Option<Restriction>> {
        self.worked(ctx, |row| row.restriction)
    }

    /// Who may read it while it is restricted, beside its officer. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn readers(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<StaffMember>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let mut readers = Vec::new();
        if self.0.restriction.is_none() {
            return Ok(Guarded::Clear(readers));
        }
        for row in loads(ctx).load_one(ReadersOf(self.0.id)).await?.unwrap_or_default() {
            readers.extend(loads(ctx).load_one(row.staff_id).await?.map(StaffMember));
        }
        Ok(Guarded::Clear(readers))
    }

    /// Whether the viewer may give it to an officer, or take it from one. Withheld from partner agencies.
    async fn may_assign(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Assign).await
    }

    /// Whether the viewer may add enquiries, notes, whereabouts and placements. Withheld from partner agencies.
    async fn may_work(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Work).await
    }

    /// Whether the viewer may record the answer to a tracing enquiry. Withheld from partner agencies.
    async fn may_answer_enquiry(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::AnswerEnquiry).await
    }

    /// Whether the viewer may raise a flag with the MASH. Withheld from partner agencies.
    async fn may_escalate(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Escalate).await
    }
    /// Whether the viewer may take the authority's view of a proposal to remove the child's name from a roll. Withheld from
    /// partner agencies.
    async fn may_decide_removal(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::DecideRemoval).await
    }

    /// Whether the viewer may close it. Withheld from partner agencies.
    async fn may_close(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Close).await
    }

    /// Whether the viewer is one who may agree to the outcome that was proposed: never whoever proposed it. Withheld
    /// from partner agencies.
    #[graphql(complexity = "10")]
    async fn may_approve_closure(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        Ok(match self.may(ctx, CaseAction::Close).await? {
            Guarded::Clear(true) if self.0.proposed_outcome.is_some() => {
                Guarded::Clear(service::case::decides_on_outcome(op(ctx), self.0.id).await?)
            }
            Guarded::Clear(_) => Guarded::Clear(false),
            Guarded::Withheld => Guarded::Withheld,
        })
    }

    /// Whether the viewer may open it again once it is closed. Withheld from partner agencies.
    async fn may_reopen(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Reopen).await
    }

    /// Whether the viewer may restrict it, lift that, and name its readers. Withheld from partner agencies.
    async fn may_restrict(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        self.may(ctx, CaseAction::Restrict).await
    }

    /// That the viewer reads it only because they broke the glass, and until when; null for everybody else.
    async fn glass(&self, ctx: &Context<'_>) -> Result<Option<BrokenGlass>, Error> {
        Ok(self.broken(ctx).await?.cloned().map(BrokenGlass))
    }

    /// The child that it is about. What identifies them is guarded field by field.
    async fn child(&self, ctx: &Context<'_>) -> Result<Child, Error> {
        loads(ctx).load_one(self.0.child_id).await?.map(Child).ok_or(Error::NotFound)
    }

    /// The last school; null when not known. Withheld from partner agencies.
    async fn school(&self, ctx: &Context<'_>) -> Result<Guarded<Option<School>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let Some(school) = self.0.school_id else { return Ok(Guarded::Clear(None)) };
        Ok(Guarded::Clear(loads(ctx).load_one(school).await?.map(School)))
    }

    /// Who has it; null while nobody does. Withheld from partner agencies.
    async fn officer(&self, ctx: &Context<'_>) -> Result<Guarded<Option<StaffMember>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let Some(officer) = self.0.officer_id else { return Ok(Guarded::Clear(None)) };
        Ok(Guarded::Clear(loads(ctx).load_one(officer).await?.map(StaffMember)))
    }

    /// The referrals that opened it or joined it, oldest first. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn referrals(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Referral>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(ReferralsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(|row| Referral::shown(ctx, row)).collect()))
    }

    /// What its referrals and the deletion returns of schools tell of the child otherwise than it is on file, for a
    /// person to choose; empty when they agree. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn told_otherwise(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<ToldOtherwise>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        // All at once, in the same batches as the fields that show them.
        let child = async { loads(ctx).load_one(self.0.child_id).await?.ok_or(Error::NotFound) };
        let referrals = async { loads(ctx).load_one(ReferralsOf(self.0.id)).await.map(Option::unwrap_or_default) };
        let removals = async { loads(ctx).load_one(RemovalsOf(self.0.id)).await.map(Option::unwrap_or_default) };
        let (child, referrals, removals) = try_join!(child, referrals, removals)?;
        let held = ChildFacts::of(&child);
        let cleared = clears_former_address(ctx, &child).await?;
        let mut told = Vec::new();
        for row in referrals {
            note_as(op(ctx), &format!("referral:{}", row.id), "child");
            for (fact, value) in held.told_otherwise(&store::referral::told_of(&row)) {
                if is_of_address(fact) && !cleared {
                    continue;
                }
                let (by, value) = (row.reference.clone(), in_words(fact, &value));
                let called = fact.label().to_owned();
                told.push(ToldOtherwise { fact, called, value, by, on: Date(london_day(row.received_at)) });
            }
        }
        for row in removals {
            let matter: Matter = serde_json::from_str(&row.matter)?;
            let Some(returned) = &matter.removed else { continue };
            // What nobody knew is not filled in either: a return is no referral, and a person looks at it. It gives the name
            // whole, and no date of birth.
            let name = returned.name_told().filter(|told| !held.is_called(told));
            let address = returned.address_told().filter(|told| cleared && !held.is_at(told));
            let name = name.map(|name| (ChildFact::FamilyName, "Full name", name));
            let address = address.map(|address| (ChildFact::Address, ChildFact::Address.label(), address));
            for (fact, called, value) in name.into_iter().chain(address) {
                let school = loads(ctx).load_one(matter.proposal.school).await?.map(|school| school.name);
                told.push(ToldOtherwise {
                    fact,
                    called: called.to_owned(),
                    value: value.to_owned(),
                    by: format!("Deletion return of {}", school.unwrap_or_default()),
                    on: Date(returned.returned_on),
                });
            }
        }
        Ok(Guarded::Clear(told))
    }

    /// The parents and carers of the child: those recorded by officers, then those of each referral, with what held
    /// before. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn parents(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<ParentTold>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let child = async { loads(ctx).load_one(self.0.child_id).await?.ok_or(Error::NotFound) };
        let referrals = async { loads(ctx).load_one(ReferralsOf(self.0.id)).await.map(Option::unwrap_or_default) };
        let (child, referrals) = try_join!(child, referrals)?;
        let cleared = clears_former_address(ctx, &child).await?;
        let recorded = parent::recorded(&child);
        let shown = |parent: Parent, by: String, on, until: Option<NaiveDate>| {
            let key = (cleared && until.is_none()).then(|| parent.key());
            let kept = |value: Option<String>| value.map(|value| if cleared { value } else { KEPT.to_owned() });
            let Parent { name, relationship, phone, email, may_contact } = parent;
            let name = if cleared || is_plain_name(&name) { name } else { KEPT.to_owned() };
            let (relationship, phone, email) = (kept(relationship), kept(phone), kept(email));
            ParentTold { key, name, relationship, phone, email, may_contact, by, on: Date(on), until: until.map(Date) }
        };
        // What held by a referral is shown with that referral.
        let own = recorded.iter().filter(|one| !one.source.is_empty()).cloned();
        let source = |source| if cleared { source } else { KEPT.to_owned() };
        let mut all: Vec<ParentTold> =
            own.map(|one| shown(one.parent, source(one.source), one.on, one.until)).collect();
        for row in referrals {
            note_as(op(ctx), &format!("referral:{}", row.id), "parents");
            for told in parent::told_in(&serde_json::from_str(&row.details)?) {
                let until = parent::until(&recorded, &told);
                all.push(shown(told, row.reference.clone(), london_day(row.received_at), until));
            }
        }
        Ok(Guarded::Clear(all))
    }

    /// The brothers and sisters of the child whom its referrals or officers name, or whose records name the child, with
    /// those records of theirs that the viewer may read. Withheld from partner agencies.
    #[graphql(complexity = "50 + 10 * child_complexity")]
    async fn siblings(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Sibling>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let child = async { loads(ctx).load_one(self.0.child_id).await?.ok_or(Error::NotFound) };
        let referrals = async { loads(ctx).load_one(ReferralsOf(self.0.id)).await.map(Option::unwrap_or_default) };
        let (child, referrals) = try_join!(child, referrals)?;
        family::of_case(ctx, &self.0, &child, &referrals).await.map(Guarded::Clear)
    }

    /// Its tracing enquiries, oldest first. A partner agency is shown those put to it, if its agreement names
    /// `ENQUIRIES`.
    #[graphql(complexity = "10 * child_complexity")]
    async fn enquiries(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Enquiry>>, Error> {
        if !clears(ctx, true, &subject(&self.0)) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(EnquiriesOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Enquiry).collect()))
    }

    /// The flags raised with the MASH, oldest first. A partner agency is shown them with the scope `ESCALATION_ANSWER`
    /// and an agreement that names `ESCALATIONS`.
    #[graphql(complexity = "5 * child_complexity")]
    async fn escalations(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Escalation>>, Error> {
        if !clears(ctx, reads_escalations(&op(ctx).viewer), &subject(&self.0)) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(EscalationsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(|row| Escalation::on(row, self.clone())).collect()))
    }

    /// Its placements, oldest first. Withheld from partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn placements(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Placement>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(PlacementsOf(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Placement).collect()))
    }

    /// The child's name on schools' rolls: what was proposed, oldest first, and where each matter stands. Withheld from
    /// partner agencies.
    #[graphql(complexity = "5 * child_complexity")]
    async fn roll(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Removal>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(RemovalsOf(self.0.id)).await?.unwrap_or_default();
        let mut removals = Vec::new();
        if rows.is_empty() {
            return Ok(Guarded::Clear(removals));
        }
        let (facts, viewer) = (self.facts(ctx).await?, &op(ctx).viewer);
        let child = loads(ctx).load_one(self.0.child_id).await?.ok_or(Error::NotFound)?;
        let cleared = clears_former_address(ctx, &child).await?;
        let open = self.0.state != CaseState::Closed;
        let may = |action| policy::case(viewer, action, facts);
        let rights = Rights { works: may(CaseAction::Work), decides: may(CaseAction::DecideRemoval), open };
        for row in &rows {
            removals.push(Removal::of(ctx, row, rights, cleared).await?);
        }
        Ok(Guarded::Clear(removals))
    }

    /// Every fact of the case, newest first. Withheld from partner agencies.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn timeline(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        #[graphql(desc = "The `seq` of an entry: asks for those that were recorded before it.")] before: Option<i32>,
    ) -> Result<Guarded<Vec<TimelineEntry>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        if !(1..=100).contains(&first) {
            return Err(Error::invalid("first", "Ask for between 1 and 100 at a time"));
        }
        let stretch = Stretch::of(self.0.id, self.0.version, first, before);
        let rows = loads(ctx).load_one(TimelineOf(stretch)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(TimelineEntry::of_case).collect()))
    }

    /// What keeps the case from being closed, each in words; empty when nothing does. Withheld from partner agencies.
    #[graphql(complexity = "10")]
    async fn open_items(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<String>>, Error> {
        if !self.shows_work(ctx) {
            return Ok(Guarded::Withheld);
        }
        let flags = async { loads(ctx).load_one(EscalationsOf(self.0.id)).await.map(Option::unwrap_or_default) };
        let enquiries = async { loads(ctx).load_one(EnquiriesOf(self.0.id)).await.map(Option::unwrap_or_default) };
        let matters = async { loads(ctx).load_one(RemovalsOf(self.0.id)).await.map(Option::unwrap_or_default) };
        let told = tells_words_of(ctx, self.0.id);
        let (flags, enquiries, matters, told) = try_join!(flags, enquiries, matters, told)?;
        let flags = flags.iter().filter(|row| row.stage != EscalationStage::Answered).map(|row| (row.level, row.stage));
        let enquiries = enquiries.iter().filter(|row| row.answered_on.is_none());
        let asked_of = |row: &enquiry::Model| if told { row.asked_of.clone() } else { KEPT.to_lowercase() };
        let asked: Vec<_> = enquiries.map(|row| (asked_of(row), row.kind)).collect();
        let asked = asked.iter().map(|(of, kind)| (of.as_str(), *kind));
        let matters = matters.iter().map(|row| serde_json::from_str(&row.matter));
        let matters: Vec<Matter> = matters.collect::<Result<_, _>>()?;
        Ok(Guarded::Clear(decide::open_items(flags, asked, matters.iter())))
    }
}
