//! Referrals: the inbox, a single referral, public reports, and the decisions on them. What must not live here:
//! screening (`domain::screening`).
#![expect(clippy::unused_async, reason = "a resolver is async whether or not it waits")]

use async_graphql::{Context, Description, Enum, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{RedirectTo, ReferralGround, ReferralOrigin, ReferralState, Risk, RiskReason};
use entity::{child, judgement, referral};

use super::absence::{Age, OutOfCohort, SchoolDays};
use super::break_glass::RestrictedCase;
use super::case::Case as CaseNode;
use super::child::{Child, former_authority, tells_words_of};
use super::clock::Clock;
use super::escalation::Escalation;
use super::family::{self, Sibling};
use super::guarded::{Guarded, clears, guard, note, note_as, op};
use super::input::{Answers, AnswersInput, Date, FieldFault, id, told, typed};
use super::loaders::{
    CalendarOf, CasesOf, ClocksOfReferral, EscalationOfReferral, LikeWaiting, TimelineOfReferral, loads,
};
use super::page::{DisclosedCount, PageInfo};
use super::roll::SchoolRoll;
use super::school::School;
use super::timeline::{KEPT_WORDS, TimelineEntry};
use crate::domain::answers::Answers as Told;
use crate::domain::disclosure::up_to;
use crate::domain::field::{Form, without_whereabouts};
use crate::domain::london::london_day;
use crate::domain::matching::{Person, compare};
use crate::domain::policy::{self, ReferralAction, ReferralFacts};
use crate::domain::referral::{Acknowledge, Added, Lack, Redirect, asked_again_on, read_report, school_days, taught};
use crate::domain::screening::must_reach_mash;
use crate::domain::search::asked;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service::judge;
use crate::service::referral as command;
use crate::service::report;
use crate::store;
use crate::store::page::{LARGEST, Page, Wanted};
use crate::store::referral::{Filter, Sort};
use crate::store::report_group::Summary;
use entity::vocabulary::AccessAction;

#[derive(Default)]
pub(super) struct ReferralQuery;

/// What a list of referrals is narrowed to.
#[derive(InputObject)]
struct ReferralFilter {
    /// Only referrals in one of these states; an empty list finds none.
    state: Option<Vec<ReferralState>>,
    /// Only referrals that came in one of these ways; an empty list finds none.
    origin: Option<Vec<ReferralOrigin>>,
    /// Only referrals of the school with this URN.
    school_urn: Option<String>,
    /// Only referrals that this school contact sent, by `id`.
    contact: Option<ID>,
    /// The reference of a referral or of its case or a part of one, a pupil number, the telephone number of a parent or
    /// carer, a postcode or its beginning; or how the words of a name begin or sound, with a year of birth among them if
    /// one is typed, as in `brown 2014`. An empty text is no search; blanks are answered with `INVALID`.
    search: Option<String>,
    /// Only reports of harm of this group, by `id`.
    gathered_with: Option<ID>,
    /// True: of reports of harm that were gathered, only the riskiest of each group. False: all of them.
    one_of_each_group: Option<bool>,
}

/// How a list of referrals is sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Sort")]
enum ReferralSort {
    /// Most urgent first
    Risk,
    /// Newest first
    Newest,
    /// Oldest first
    Oldest,
}

#[Object]
impl ReferralQuery {
    /// One referral by its reference; null when there is none that the viewer may see. For those who triage, and for
    /// the school that sent it.
    async fn referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What the referral is called, such as `R-7K3M-9QX4`; small letters and blanks around it do no harm."
        )]
        reference: String,
    ) -> Result<Option<Referral>, Error> {
        let op = op(ctx);
        op.require(op.viewer != Viewer::Anonymous)?;
        let row = store::referral::by_reference(op, &reference).await?;
        Ok(row.map(|row| {
            op.saw(AccessAction::Show, subject(&row), None);
            Referral(row)
        }))
    }

    /// Referrals, a page at a time: those of the viewer's school for its contacts, all that may be seen for those who
    /// work cases.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn referrals(
        &self,
        ctx: &Context<'_>,
        filter: Option<ReferralFilter>,
        #[graphql(default_with = "ReferralSort::Risk")] sort: ReferralSort,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<ReferralConnection, Error> {
        let op = op(ctx);
        op.require(policy::lists_referrals(&op.viewer))?;
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        let filter = match filter {
            None => Filter::default(),
            Some(ReferralFilter { state, origin, school_urn, contact, search, gathered_with, one_of_each_group }) => {
                Filter {
                    state,
                    origin,
                    school_urn,
                    contact: contact.map(|contact| id(&contact)).transpose()?,
                    search: asked(search)?,
                    gathered_with: gathered_with.map(|group| id(&group)).transpose()?,
                    one_of_each_group: one_of_each_group.unwrap_or_default(),
                }
            }
        };
        if let Some(typed) = &filter.search {
            op.looks_for(typed.clone());
            op.saw(AccessAction::Search, "referrals", None);
        }
        let page = store::referral::list(op, &filter, sort.into(), &wanted).await?;
        Ok(ReferralConnection { page, filter })
    }

    /// Everything that is wrong with or lacking from a report so far, by field. Keeps nothing. For everybody.
    #[graphql(complexity = "20 + child_complexity")]
    async fn report_faults(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The answers so far, one to a question.")] answers: Vec<AnswersInput>,
    ) -> Result<Vec<FieldFault>, Error> {
        let faults = read_report(&typed(Form::Report, answers)?, op(ctx).now()).err().unwrap_or_default();
        Ok(faults.into_iter().map(FieldFault::from).collect())
    }
}

/// A page of referrals.
#[derive(Description)]
pub(super) struct ReferralConnection {
    page: Page<referral::Model>,
    filter: Filter,
}

#[Object(use_type_description)]
impl ReferralConnection {
    async fn nodes(&self, ctx: &Context<'_>) -> Vec<Referral> {
        for row in &self.page.nodes {
            note_as(op(ctx), &subject(row), "reference");
        }
        self.page.nodes.iter().cloned().map(Referral).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.page, |row| row.id.0)
    }

    /// How many there are in all, counted up to 100 and otherwise "more than 100".
    async fn count(&self, ctx: &Context<'_>) -> Result<DisclosedCount, Error> {
        Ok(up_to(LARGEST, store::referral::count(op(ctx), &self.filter).await?).into())
    }
}

/// A referral. What screening made of it is withheld from the school that sent it.
#[derive(Description)]
pub(super) struct Referral(pub(super) referral::Model);

fn subject(row: &referral::Model) -> String {
    format!("referral:{}", row.id)
}

impl Referral {
    /// The day on which the other authority is asked again; `None` unless its acknowledgement is awaited.
    fn asked_again_on(&self) -> Option<NaiveDate> {
        let waits = self.0.state == ReferralState::WithAuthority;
        self.0.decided_at.filter(|_| waits).map(|sent| asked_again_on(london_day(sent)))
    }

    /// A referral whose reference is noted as shown, whatever other fields are asked for.
    pub(super) fn shown(ctx: &Context<'_>, row: referral::Model) -> Self {
        note_as(op(ctx), &subject(&row), "reference");
        Self(row)
    }

    /// Those who manage contacts see which referrals a contact sent, not what they say.
    fn told<T>(&self, ctx: &Context<'_>, value: impl FnOnce(&referral::Model) -> T) -> Guarded<T> {
        guard(ctx, self.may(ctx, ReferralAction::Read), &subject(&self.0), || value(&self.0))
    }

    fn screened<T>(&self, ctx: &Context<'_>, value: impl FnOnce(&referral::Model) -> T) -> Guarded<T> {
        guard(ctx, self.may(ctx, ReferralAction::Screen), &subject(&self.0), || value(&self.0))
    }

    /// Whether the viewer reads the words in it, which may say where the child lives. The school reads what it sent.
    async fn tells_words(&self, ctx: &Context<'_>) -> Result<bool, Error> {
        match self.0.case_id {
            Some(case) => tells_words_of(ctx, case).await,
            None => Ok(true),
        }
    }

    fn may(&self, ctx: &Context<'_>, action: ReferralAction) -> bool {
        let viewer = &op(ctx).viewer;
        let own_school = matches!(viewer, Viewer::SchoolContact(contact) if Some(contact.school) == self.0.school_id);
        let facts = ReferralFacts { own_school, harm: must_reach_mash(self.0.risk), withheld: false };
        policy::referral(viewer, action, facts)
    }
}

#[Object(use_type_description)]
impl Referral {
    /// What people call it by, such as `R-7K3M-9QX4`. It never changes.
    async fn reference(&self) -> &str {
        &self.0.reference
    }

    /// How many facts it has; hand it back with a decision.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// How it reached the authority.
    async fn origin(&self) -> ReferralOrigin {
        self.0.origin
    }

    /// Where it stands.
    async fn state(&self) -> ReferralState {
        self.0.state
    }

    /// Why the school refers; null when it is not from a school.
    async fn ground(&self) -> Option<ReferralGround> {
        self.0.ground
    }

    /// When it came.
    async fn received_at(&self) -> DateTime<Utc> {
        self.0.received_at
    }

    /// The child's last name, as told; an empty text when it is not known. Withheld from those who only manage
    /// contacts.
    async fn family_name(&self, ctx: &Context<'_>) -> Guarded<String> {
        self.told(ctx, |row| row.family_name.clone())
    }

    /// The child's first names, as told; an empty text when they are not known. Withheld from those who only manage
    /// contacts.
    async fn given_names(&self, ctx: &Context<'_>) -> Guarded<String> {
        self.told(ctx, |row| row.given_names.clone())
    }

    /// The child's date of birth, as told; null when it is not known. Withheld from those who only manage contacts.
    async fn date_of_birth(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.told(ctx, |row| row.date_of_birth.map(Date))
    }

    /// The child's unique pupil number, as told; null when it is not known. Withheld from those who only manage
    /// contacts.
    async fn upn(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        self.told(ctx, |row| row.upn.clone())
    }

    /// What was typed, field by field. Where the address of the child is kept confidential or was, only codes, days, names
    /// and numbers of registers for those who are not cleared for it. Withheld from those who only manage contacts.
    #[graphql(complexity = "20 + child_complexity")]
    async fn answers(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Answers>>, Error> {
        let mut answers: Told = serde_json::from_str(&self.0.details)?;
        if !self.tells_words(ctx).await? {
            answers = without_whereabouts(&answers, KEPT_WORDS);
        }
        Ok(self.told(ctx, |_| told(&answers)))
    }

    /// What is lacking or could not be read, and is to be asked for; only a referral that points to harm was accepted
    /// with any. Withheld from those who only manage contacts.
    #[graphql(complexity = "20 + child_complexity")]
    async fn to_ask(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<FieldFault>>, Error> {
        let lacks: Vec<Lack> = serde_json::from_str(&self.0.to_ask)?;
        Ok(self.told(ctx, |_| lacks.into_iter().map(FieldFault::from).collect()))
    }

    /// Whether nobody contacts the family about it before the MASH or the council has advised, because it points to harm.
    /// Withheld from those who only manage contacts.
    async fn advice_first(&self, ctx: &Context<'_>) -> Guarded<bool> {
        self.told(ctx, |row| must_reach_mash(row.risk))
    }

    /// Whether the school found the child at the address: the child stays on the roll and is absent, not missing.
    /// Withheld from those who only manage contacts.
    async fn found_at_address(&self, ctx: &Context<'_>) -> Guarded<bool> {
        self.told(ctx, |row| row.found_at_address)
    }

    /// The child's age against compulsory school age, today; null when the date of birth is not known. Withheld from
    /// those who only manage contacts.
    async fn age(&self, ctx: &Context<'_>) -> Guarded<Option<Age>> {
        let today = london_day(op(ctx).now());
        self.told(ctx, |row| row.date_of_birth.map(|born| Age::of(born, today)))
    }

    /// That the school teaches the child outside the year group of their age; null where it does not say so. Withheld from
    /// those who only manage contacts.
    async fn out_of_cohort(&self, ctx: &Context<'_>) -> Result<Guarded<Option<OutOfCohort>>, Error> {
        let answers: Told = serde_json::from_str(&self.0.details)?;
        let on = london_day(self.0.received_at);
        Ok(self.told(ctx, |row| Some(OutOfCohort::told(taught(&answers, row.date_of_birth?, on)?, on))))
    }

    /// The authority that issued the unique pupil number, where it exists no more, as in "Bedfordshire, an authority until
    /// 2009": the number is valid. Null otherwise. Withheld from those who only manage contacts.
    async fn upn_former_authority(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        self.told(ctx, |row| former_authority(row.upn.as_deref()))
    }

    /// The school days of the absence so far, on the calendar of the school; null when no school sent it, or it does not
    /// tell the day from which they count. Withheld from those who only manage contacts.
    #[graphql(complexity = "20 + child_complexity")]
    async fn school_days(&self, ctx: &Context<'_>) -> Result<Guarded<Option<SchoolDays>>, Error> {
        let Some(school) = self.0.school_id else { return Ok(self.told(ctx, |_| None)) };
        let calendar = loads(ctx).load_one(CalendarOf(school)).await?.unwrap_or_default();
        let answers = serde_json::from_str(&self.0.details)?;
        let today = london_day(op(ctx).now());
        Ok(self.told(ctx, |_| school_days(&answers, &calendar, today).map(SchoolDays::from)))
    }

    /// The flag that it raised with the MASH, until a case takes it up; null unless it tells of harm. Withheld from those
    /// who only manage contacts.
    async fn escalation(&self, ctx: &Context<'_>) -> Result<Guarded<Option<Escalation>>, Error> {
        if !clears(ctx, self.may(ctx, ReferralAction::Screen), &subject(&self.0)) {
            return Ok(Guarded::Withheld);
        }
        let rows = loads(ctx).load_one(EscalationOfReferral(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().next().map(Escalation::of)))
    }

    /// What is owed on it, and by when: the clocks that run while it waits. Withheld from those who only manage
    /// contacts, and from schools.
    #[graphql(complexity = "5 * child_complexity")]
    async fn clocks(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Clock>>, Error> {
        let shown = self.screened(ctx, |_| ());
        let Guarded::Clear(()) = shown else { return Ok(Guarded::Withheld) };
        let rows = loads(ctx).load_one(ClocksOfReferral(self.0.id)).await?.unwrap_or_default();
        Ok(Guarded::Clear(rows.into_iter().map(Clock).collect()))
    }

    /// What the school added since it was sent, oldest first; not what it says, for those who are not cleared for the
    /// address of the child where that is kept confidential or was. Withheld from those who only manage contacts.
    #[graphql(complexity = "20 + child_complexity")]
    async fn additions(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Addition>>, Error> {
        let mut additions: Vec<Added> = serde_json::from_str(&self.0.additions)?;
        // What was asked for is often the address itself.
        if !additions.is_empty() && !self.tells_words(ctx).await? {
            for added in &mut additions {
                KEPT_WORDS.clone_into(&mut added.addition.text);
            }
        }
        Ok(self.told(ctx, |_| additions.into_iter().map(Addition).collect()))
    }

    /// Whether the viewer may add to it. Withheld from those who only manage contacts.
    async fn may_add(&self, ctx: &Context<'_>) -> Guarded<bool> {
        let may = self.may(ctx, ReferralAction::Add);
        self.told(ctx, |row| may && row.state != ReferralState::Withdrawn)
    }

    /// Whether the viewer may withdraw it: never one that points to harm, and no other once it is decided. Withheld from
    /// those who only manage contacts.
    async fn may_withdraw(&self, ctx: &Context<'_>) -> Guarded<bool> {
        let may = self.may(ctx, ReferralAction::Add);
        self.told(ctx, |row| may && row.state == ReferralState::Received && !must_reach_mash(row.risk))
    }

    /// The school's roll in the case that it led to, for the contacts of the school that sent it; null for everybody else,
    /// and where there is nothing of it that a school may see.
    #[graphql(complexity = "20 + 5 * child_complexity")]
    async fn roll(&self, ctx: &Context<'_>) -> Result<Option<SchoolRoll>, Error> {
        let Viewer::SchoolContact(contact) = &op(ctx).viewer else { return Ok(None) };
        let case = match self.0.case_id {
            Some(case) => store::case::of_school(op(ctx), &op(ctx).db.read, case).await?,
            None => None,
        };
        let own_school = self.0.school_id == Some(contact.school);
        let facts = ReferralFacts { own_school, harm: false, withheld: case.is_none() };
        let Some(case) = case.filter(|_| policy::referral(&op(ctx).viewer, ReferralAction::Roll, facts)) else {
            return Ok(None);
        };
        note(ctx, &subject(&self.0));
        SchoolRoll::of(ctx, &case, contact.school).await
    }

    /// The school that sent it; null when none did.
    async fn school(&self, ctx: &Context<'_>) -> Result<Option<School>, Error> {
        let Some(school) = self.0.school_id else { return Ok(None) };
        Ok(loads(ctx).load_one(school).await?.map(School))
    }

    /// The name of the school contact who sent it; null when none did.
    async fn sent_by(&self, ctx: &Context<'_>) -> Result<Option<String>, Error> {
        let Some(contact) = self.0.contact_id else { return Ok(None) };
        Ok(loads(ctx).load_one(contact).await?.map(|contact| contact.name))
    }

    /// How soon a person must look, by screening. Withheld from the school that sent it.
    async fn risk(&self, ctx: &Context<'_>) -> Guarded<Risk> {
        self.screened(ctx, |row| row.risk)
    }

    /// Why, one code each. Withheld from the school that sent it.
    async fn risk_reasons(&self, ctx: &Context<'_>) -> Guarded<Vec<RiskReason>> {
        self.screened(ctx, |row| row.risk_reasons.split(',').filter_map(RiskReason::parse).collect())
    }

    /// Whether the viewer may decide what becomes of it. Withheld from the school that sent it.
    async fn may_triage(&self, ctx: &Context<'_>) -> Guarded<bool> {
        // Nothing of the child is told by this, so that no access note names it.
        if !self.may(ctx, ReferralAction::Screen) {
            return Guarded::Withheld;
        }
        Guarded::Clear(self.may(ctx, ReferralAction::Triage))
    }

    /// When it was opened as a case, joined to one or sent elsewhere; null while it awaits triage.
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Where it was sent; null unless it was.
    async fn redirect_to(&self) -> Option<RedirectTo> {
        self.0.redirect_to
    }

    /// The other authority to which it was sent; null unless it was. Withheld from those who only manage contacts.
    async fn authority(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        self.told(ctx, |row| row.authority.clone())
    }

    /// The reference under which that authority acknowledged it, and who said so there; null until then. Withheld from the
    /// school that sent it.
    async fn acknowledged_as(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        self.screened(ctx, |row| row.acknowledged_as.clone())
    }

    /// The day on which that authority is asked again; null unless its acknowledgement is awaited.
    async fn ask_again_on(&self) -> Option<Date> {
        self.asked_again_on().map(Date)
    }

    /// Whether that day has passed, and the authority has not acknowledged the referral yet.
    async fn ask_again_overdue(&self, ctx: &Context<'_>) -> bool {
        self.asked_again_on().is_some_and(|on| on < london_day(op(ctx).now()))
    }

    /// Why it was sent elsewhere, which the school sees, or why the school withdrew it; null unless either was. Withheld from those who only manage
    /// contacts.
    async fn reason(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        self.told(ctx, |row| row.reason.clone())
    }

    /// The case it opened or joined; null while there is none. For those who work cases.
    async fn case(&self, ctx: &Context<'_>) -> Result<Guarded<Option<CaseNode>>, Error> {
        if !policy::reads_casework(&op(ctx).viewer) {
            return Ok(Guarded::Withheld);
        }
        let Some(case) = self.0.case_id else { return Ok(Guarded::Clear(None)) };
        note(ctx, &subject(&self.0));
        Ok(Guarded::Clear(loads(ctx).load_one(case).await?.map(|row| CaseNode::shown(ctx, row))))
    }

    /// Everything that happened to it, newest first: who decided what of it and why, what the school added, what was done to
    /// its flag before a case took it up. For those who may see its risk.
    #[graphql(complexity = "20 * child_complexity")]
    async fn timeline(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<TimelineEntry>>, Error> {
        if !self.may(ctx, ReferralAction::Screen) {
            return Ok(Guarded::Withheld);
        }
        note(ctx, &subject(&self.0));
        // Of a case that does not exist for the viewer, nothing is told here either.
        let case = match self.0.case_id {
            Some(case) if policy::reads_casework(&op(ctx).viewer) => loads(ctx).load_one(case).await?,
            _ => None,
        };
        if let Some(case) = &case {
            note_as(op(ctx), &format!("case:{}", case.id), "timeline");
        }
        let key = TimelineOfReferral(self.0.id, case.map(|row| row.id));
        let rows = loads(ctx).load_one(key).await?.unwrap_or_default();
        let mut told = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = TimelineEntry::of_referral(row, self.0.case_id);
            if entry.is_of_referral(self.0.id)? {
                told.push(entry);
            }
        }
        Ok(Guarded::Clear(told))
    }

    /// The reports of harm that it is gathered with, because they came too fast for an alert to the MASH of its own;
    /// null when it is not. Withheld from the school that sent it.
    async fn gathered_with(&self, ctx: &Context<'_>) -> Result<Guarded<Option<ReportGroup>>, Error> {
        if !self.may(ctx, ReferralAction::Screen) {
            return Ok(Guarded::Withheld);
        }
        note(ctx, &subject(&self.0));
        let Some(group) = self.0.report_group_id else { return Ok(Guarded::Clear(None)) };
        Ok(Guarded::Clear(loads(ctx).load_one(group).await?.map(ReportGroup::from)))
    }

    /// The brothers and sisters whom it names, or whose records name its child, with those records that the viewer may
    /// read: the school that sent it sees its own referrals. Withheld from those who only manage contacts.
    #[graphql(complexity = "50 + 10 * child_complexity")]
    async fn siblings(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Sibling>>, Error> {
        if !self.may(ctx, ReferralAction::Read) {
            return Ok(Guarded::Withheld);
        }
        note(ctx, &subject(&self.0));
        family::of_referral(ctx, &self.0).await.map(Guarded::Clear)
    }

    /// Children already known who may be this child, likeliest first: at most 10 beside restricted ones, or all who are likely. Withheld from
    /// the school that sent it.
    #[graphql(complexity = "50 * child_complexity")]
    async fn matches(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Match>>, Error> {
        if !self.may(ctx, ReferralAction::Screen) {
            return Ok(Guarded::Withheld);
        }
        note(ctx, &subject(&self.0));
        matches(ctx, &self.0).await.map(Guarded::Clear)
    }

    /// Other referrals that wait for triage and may be of the same child, likeliest first: at most 10, and none once this
    /// one is decided. Withheld from the school that sent it.
    #[graphql(complexity = "10 * child_complexity")]
    async fn also_waiting(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<AlsoWaiting>>, Error> {
        if !self.may(ctx, ReferralAction::Screen) {
            return Ok(Guarded::Withheld);
        }
        note(ctx, &subject(&self.0));
        let found = loads(ctx).load_one(LikeWaiting::of(&self.0)).await?.unwrap_or_default();
        let found = found.into_iter().map(|(matched, row, judged)| AlsoWaiting {
            referral: Referral::shown(ctx, row),
            judged: judged.map(Judged),
            score: i32::from(matched.score),
            likely: matched.is_likely(),
            reasons: matched.reasons.iter().map(|reason| reason.words().to_owned()).collect(),
        });
        Ok(Guarded::Clear(found.collect()))
    }

    /// Whether another referral that waits for triage may be of the same child, and nobody judged that it is not.
    /// Withheld from the school that sent it.
    async fn waits_twice(&self, ctx: &Context<'_>) -> Result<Guarded<bool>, Error> {
        if !self.may(ctx, ReferralAction::Screen) {
            return Ok(Guarded::Withheld);
        }
        note(ctx, &subject(&self.0));
        let found = loads(ctx).load_one(LikeWaiting::of(&self.0)).await?;
        Ok(Guarded::Clear(found.is_some_and(|found| found.iter().any(|(.., judged)| judged.is_none()))))
    }
}

/// Something that a school added to a referral after it was sent.
pub(super) struct Addition(Added);

/// Something that a school added to a referral after it was sent.
#[Object]
impl Addition {
    /// When it was added.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// The name of the school contact who added it.
    async fn by(&self, ctx: &Context<'_>) -> Result<String, Error> {
        let contact = loads(ctx).load_one(self.0.addition.contact).await?;
        Ok(contact.map(|contact| contact.name).unwrap_or_default())
    }

    /// The field that was to be asked for and is answered by it; null when it is anything else.
    async fn field(&self) -> Option<&str> {
        self.0.addition.field.as_deref()
    }

    /// What was added.
    async fn text(&self) -> &str {
        &self.0.addition.text
    }
}

/// Anonymous reports of harm that came faster than single alerts can be read, in one span of time. Any of them may be
/// true: each is decided on by a person.
#[derive(SimpleObject)]
struct ReportGroup {
    /// What names it in a filter.
    id: ID,
    /// When the first of them came.
    since: DateTime<Utc>,
    /// Whether all came from one origin; else from many, which together were too fast.
    one_origin: bool,
    /// How many await triage.
    waiting: u64,
    /// How many of those tell of immediate danger.
    immediate: u64,
}

impl From<Summary> for ReportGroup {
    fn from(Summary { group, waiting, immediate }: Summary) -> Self {
        Self { id: ID(group.id.to_string()), since: group.began_at, one_origin: group.one_origin, waiting, immediate }
    }
}

/// A child already known who may be the one referred.
#[derive(SimpleObject)]
pub(super) struct Match {
    /// The child; null when their case is restricted and the viewer may not read it.
    child: Option<Child>,
    /// The cases of the child that the viewer may read.
    cases: Vec<CaseNode>,
    /// The case that is restricted, so that nobody opens a second one; null when none is.
    restricted: Option<RestrictedCase>,
    /// That somebody judged it to be another child; null when nobody did, and once a compared fact of either is another.
    judged: Option<Judged>,
    /// How much speaks for their being one child: 0 to 100. A person decides, whatever it is.
    score: i32,
    /// Whether the score is 70 or more.
    likely: bool,
    /// What speaks for it and against it, each in words.
    reasons: Vec<String>,
}

/// Another referral that waits for triage and may be of the same child.
#[derive(SimpleObject)]
struct AlsoWaiting {
    /// The other referral.
    referral: Referral,
    /// That somebody judged it to be of another child; null when nobody did.
    judged: Option<Judged>,
    /// How much speaks for their being one child: 0 to 100. A person decides, whatever it is.
    score: i32,
    /// Whether the score is 70 or more.
    likely: bool,
    /// What speaks for it and against it, each in words.
    reasons: Vec<String>,
}

/// That somebody judged a record to be of another child.
#[derive(Description)]
struct Judged(judgement::Model);

#[Object(use_type_description)]
impl Judged {
    /// Who judged so, by name.
    async fn by(&self, ctx: &Context<'_>) -> Result<String, Error> {
        Ok(loads(ctx).load_one(self.0.staff_id).await?.map(|row| row.name).unwrap_or_default())
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
}

async fn matches(ctx: &Context<'_>, row: &referral::Model) -> Result<Vec<Match>, Error> {
    const MOST: usize = 10;
    const EXACT: i32 = 100;
    let referred = Person::referred(row);
    let own_case = row.case_id;
    let mut found = Vec::new();
    for child in store::child::candidates(op(ctx), &op(ctx).db.read, &referred).await? {
        if let Some(matched) = compare(&op(ctx).council.forms, &referred, &Person::of(&child)) {
            found.push((matched, child));
        }
    }
    found.sort_by(|a, b| b.0.score.cmp(&a.0.score).then(a.1.id.cmp(&b.1.id)));
    // Whoever opens a case judges every child who is likely the same, so that all of them are shown.
    let likely = found.iter().filter(|(matched, _)| matched.is_likely()).count();
    found.truncate(MOST.max(likely));
    let mut matches = Vec::new();
    let read = &op(ctx).db.read;
    let kept = store::child::findable_cases_of(
        op(ctx),
        read,
        &row.name_key,
        row.date_of_birth,
        row.upn.as_deref(),
        row.nhs_number.as_deref(),
    )
    .await?;
    let judgements = if found.is_empty() && kept.is_empty() {
        None
    } else {
        Some(store::judgement::of(op(ctx), read, row.id).await?)
    };
    let digest = referred.digest();
    let judged = |child: &child::Model| {
        let row = judgements.as_ref()?.of_child(&digest, child.id, &Person::of(child).digest())?;
        Some(Judged(row.clone()))
    };
    let kept: Vec<_> = kept.into_iter().filter(|case| Some(case.id) != own_case).collect();
    // Nothing is shown of these.
    let ids: Vec<_> = kept.iter().map(|case| case.child_id).collect();
    let hidden = if ids.is_empty() { Vec::new() } else { store::child::many(op(ctx), read, &ids).await? };
    for case in kept {
        let child = hidden.iter().find(|child| child.id == case.child_id);
        matches.push(Match {
            child: None,
            cases: Vec::new(),
            restricted: Some(RestrictedCase::found(ctx, case)),
            judged: child.and_then(&judged),
            score: EXACT,
            likely: true,
            reasons: vec!["The child of a restricted case".to_owned()],
        });
    }
    for (matched, child) in found {
        let cases = loads(ctx).load_one(CasesOf(child.id)).await?.unwrap_or_default();
        if own_case.is_some() && cases.iter().any(|case| Some(case.id) == own_case) {
            continue;
        }
        matches.push(Match {
            judged: judged(&child),
            child: Some(Child(child)),
            restricted: None,
            cases: cases.into_iter().map(|row| CaseNode::shown(ctx, row)).collect(),
            score: i32::from(matched.score),
            likely: matched.is_likely(),
            reasons: matched.reasons.iter().map(|reason| reason.words().to_owned()).collect(),
        });
    }
    matches.sort_by_key(|one| one.judged.is_some());
    Ok(matches)
}

/// What somebody without an account tells.
#[derive(InputObject)]
struct SendReportInput {
    /// Made once per form by the sender, 16 to 100 letters, digits or hyphens; the same key never makes a second
    /// report.
    key: String,
    /// What is told, one answer to a question. What tells of danger or harm is taken however
    /// little else is known.
    answers: Vec<AnswersInput>,
}

/// That a report arrived.
#[derive(SimpleObject)]
struct Receipt {
    /// What the report is called from now on, such as `R-7K3M-9QX4`.
    reference: String,
    /// When it arrived.
    received_at: DateTime<Utc>,
    /// From when on reports are taken at once again, if so many came that this one is kept for an officer to look at;
    /// null when it was taken at once.
    held_until: Option<DateTime<Utc>>,
    /// Whether the MASH was alerted, because it tells of harm.
    mash_alerted: bool,
}

/// Where a referral goes that is not for this team.
#[derive(InputObject)]
struct RedirectReferralInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// Where it goes. Needed: null is answered with `INVALID`.
    to: Option<RedirectTo>,
    /// Why, in words that the sender reads.
    reason: String,
    /// The name of the other authority; needed when it goes to one, and left out otherwise.
    authority: Option<String>,
}

/// What another authority said of a referral that was sent to it.
#[derive(InputObject)]
struct AcknowledgeReferralInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// Who said so there.
    by: String,
    /// The reference under which they follow the child from now on.
    acknowledged_as: String,
    /// The day on which they did, `YYYY-MM-DD`: not before it was sent, and not after today.
    on: String,
}

/// A referral that was redirected in error.
#[derive(InputObject)]
struct TakeBackReferralInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// Why it is taken back.
    reason: String,
}

/// A record beside a referral that looks alike.
#[derive(InputObject)]
struct JudgeAnotherChildInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// The record: the `id` of a child among `matches`, the `reference` of a restricted case there, or that of a
    /// referral among `alsoWaiting`.
    other: ID,
}

/// A record beside a referral that was judged to be of another child.
#[derive(InputObject)]
struct LookAgainInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// The record, as `JudgeAnotherChildInput` names it.
    other: ID,
}

/// What a school adds to a referral.
#[derive(InputObject)]
struct AddToReferralInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    /// The field of `toAsk` that is answered; left out when it is anything else, such as another enquiry.
    field: Option<String>,
    /// What is added.
    text: String,
}

/// A referral that its school takes back.
#[derive(InputObject)]
struct WithdrawReferralInput {
    /// The reference of the referral, such as `R-7K3M-9QX4`.
    referral: String,
    version: i32,
    /// Why, in words that the officer reads.
    reason: String,
}

#[derive(Default)]
pub(super) struct ReferralMutation;

#[Object]
impl ReferralMutation {
    /// Takes what somebody without an account, or a partner agency with the scope `REFERRAL_CREATE`, tells. Sending
    /// again under the same key answers the same receipt. Refused with `FORBIDDEN`, `INVALID` or `CONFLICT`.
    async fn send_report(&self, ctx: &Context<'_>, input: SendReportInput) -> Result<Receipt, Error> {
        let SendReportInput { key, answers } = input;
        let command::Receipt { reference, received_at, held_until, mash_alerted, referral: _ } =
            report::send(op(ctx), key, typed(Form::Report, answers)?).await?;
        Ok(Receipt { reference, received_at, held_until, mash_alerted })
    }

    /// Sends a referral elsewhere. For officers and managers who triage. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn redirect_referral(&self, ctx: &Context<'_>, input: RedirectReferralInput) -> Result<Referral, Error> {
        let RedirectReferralInput { referral, version, to, reason, authority } = input;
        let authority = authority.unwrap_or_default();
        let op = op(ctx);
        let id = command::redirect(op, referral, version, Redirect { to, reason, authority }).await?;
        let row = store::referral::many(op, &[id]).await?.pop().ok_or(Error::NotFound)?;
        Ok(Referral::shown(ctx, row))
    }

    /// Records that the authority to which a referral was sent has acknowledged it, which ends it here. For officers and
    /// managers who triage. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn acknowledge_referral(
        &self,
        ctx: &Context<'_>,
        input: AcknowledgeReferralInput,
    ) -> Result<Referral, Error> {
        let AcknowledgeReferralInput { referral, version, by, acknowledged_as, on } = input;
        let op = op(ctx);
        let id =
            command::acknowledge(op, referral, version, Acknowledge { by, reference: acknowledged_as, on }).await?;
        let row = store::referral::many(op, &[id]).await?.pop().ok_or(Error::NotFound)?;
        Ok(Referral::shown(ctx, row))
    }

    /// Takes a referral that was sent elsewhere in error back to triage. For officers and managers who triage. Refused
    /// with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn take_back_referral(&self, ctx: &Context<'_>, input: TakeBackReferralInput) -> Result<Referral, Error> {
        let TakeBackReferralInput { referral, version, reason } = input;
        let op = op(ctx);
        let id = command::take_back(op, referral, version, reason).await?;
        let row = store::referral::many(op, &[id]).await?.pop().ok_or(Error::NotFound)?;
        Ok(Referral::shown(ctx, row))
    }

    /// Judges that a record which looks alike is of another child than the referral. Nobody is asked again until a
    /// compared fact of either is another: a name, the date of birth, a UPN or the postcode. For officers and managers
    /// who triage. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn judge_another_child(&self, ctx: &Context<'_>, input: JudgeAnotherChildInput) -> Result<Referral, Error> {
        let JudgeAnotherChildInput { referral, version, other } = input;
        let op = op(ctx);
        let id = judge::judge_another(op, referral, version, other.0).await?;
        let row = store::referral::many(op, &[id]).await?.pop().ok_or(Error::NotFound)?;
        Ok(Referral::shown(ctx, row))
    }

    /// Takes back that a record is of another child than the referral, so that both are offered again. For officers and
    /// managers who triage. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn look_again(&self, ctx: &Context<'_>, input: LookAgainInput) -> Result<Referral, Error> {
        let LookAgainInput { referral, version, other } = input;
        let op = op(ctx);
        let id = judge::look_again(op, referral, version, other.0).await?;
        let row = store::referral::many(op, &[id]).await?.pop().ok_or(Error::NotFound)?;
        Ok(Referral::shown(ctx, row))
    }

    /// Adds something to a referral, decided or not. For contacts of its school. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn add_to_referral(&self, ctx: &Context<'_>, input: AddToReferralInput) -> Result<Referral, Error> {
        let AddToReferralInput { referral, field, text } = input;
        let op = op(ctx);
        let id = command::add(op, referral, field.unwrap_or_default(), text).await?;
        let row = store::referral::many(op, &[id]).await?.pop().ok_or(Error::NotFound)?;
        Ok(Referral::shown(ctx, row))
    }

    /// Withdraws a referral that awaits triage and does not point to harm. For contacts of its school. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn withdraw_referral(&self, ctx: &Context<'_>, input: WithdrawReferralInput) -> Result<Referral, Error> {
        let WithdrawReferralInput { referral, version, reason } = input;
        let op = op(ctx);
        let id = command::withdraw(op, referral, version, reason).await?;
        let row = store::referral::many(op, &[id]).await?.pop().ok_or(Error::NotFound)?;
        Ok(Referral::shown(ctx, row))
    }
}
