//! Loaders of rows, made anew for each request, so that rows of different viewers are never batched together. What must
//! not live here: queries (`store`).

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use entity::vocabulary::ReferralState;
use entity::{
    AgencyId, CaseId, ChildId, ClientId, EscalationId, ReferralId, ReportGroupId, SchoolContactId, SchoolId, StaffId,
    agency, agreement, case, case_reader, child, client, clock, enquiry, escalation, event, judgement, message,
    placement, referral, removal, school, school_contact, staff, token,
};
use uuid::Uuid;

use crate::context::OpContext;
use crate::domain::matching::keys::of_likes;
use crate::domain::matching::{Match, Person, compare};
use crate::domain::school_days::Calendar;
use crate::error::Error;
use crate::store;
use crate::store::case::Around;
use crate::store::event::Stretch;

/// Loads rows as the viewer of one operation may see them.
pub(super) struct Loads(OpContext);

/// The loader of a request. What it loaded once, or was fed, it gives again without asking.
pub(super) type RequestLoader = DataLoader<Loads, HashMapCache>;

/// The most keys of one statement: SQLite takes no condition of a thousand parts.
const MOST_AT_ONCE: usize = 200;

/// The loader of `op`. Its delay is zero: what the fields of one level ask for is gathered while they resolve.
pub(super) fn of(op: &OpContext) -> RequestLoader {
    DataLoader::with_cache(Loads(op.clone()), tokio::spawn, HashMapCache::default())
        .delay(Duration::ZERO)
        .max_batch_size(MOST_AT_ONCE)
}

/// The loader of the request that a resolver runs in.
pub(super) fn loads<'a>(ctx: &Context<'a>) -> &'a RequestLoader {
    ctx.data_unchecked::<RequestLoader>()
}

/// Hands over cases and what was read together with them, so that their fields need not load it.
pub(super) async fn feed(ctx: &Context<'_>, cases: &[case::Model], around: Around) {
    let Around { children, schools, officers } = around;
    loads(ctx).feed_many(cases.iter().map(|row| (row.id, row.clone()))).await;
    loads(ctx).feed_many(children.into_iter().map(|row| (row.id, row))).await;
    loads(ctx).feed_many(schools.into_iter().map(|row| (row.id, row))).await;
    loads(ctx).feed_many(officers.into_iter().map(|row| (row.id, row))).await;
}

macro_rules! by_id {
    ($($id:ty => $module:ident, $load:expr;)+) => {$(
        impl Loader<$id> for Loads {
            type Value = $module::Model;
            type Error = Error;

            async fn load(&self, keys: &[$id]) -> Result<HashMap<$id, Self::Value>, Error> {
                let rows = $load(&self.0, keys).await?;
                Ok(rows.into_iter().map(|row| (row.id, row)).collect())
            }
        }
    )+};
}

async fn children(op: &OpContext, ids: &[ChildId]) -> Result<Vec<child::Model>, Error> {
    store::child::many(op, &op.db.read, ids).await
}

by_id! {
    AgencyId => agency, store::agency::many;
    CaseId => case, store::case::many;
    ChildId => child, children;
    ReferralId => referral, store::referral::many;
    SchoolContactId => school_contact, store::contact::many;
    SchoolId => school, store::school::many;
    StaffId => staff, store::staff::many;
}

macro_rules! by_owner {
    ($($(#[doc = $doc:literal])+ $key:ident($owner:ty) => $module:ident.$column:ident, $load:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) struct $key(pub(super) $owner);

        impl Loader<$key> for Loads {
            type Value = Vec<$module::Model>;
            type Error = Error;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, Self::Value>, Error> {
                let owners: Vec<$owner> = keys.iter().map(|key| key.0).collect();
                let rows = $load(&self.0, &owners).await?;
                Ok(gather(rows, |row| $key(row.$column)))
            }
        }
    )+};
}

by_owner! {
    /// Loads the agreements of each agency.
    AgreementsOf(AgencyId) => agreement.agency_id, store::agency::agreements;
    /// Loads the clients of each agency.
    ClientsOf(AgencyId) => client.agency_id, store::agency::clients;
    /// Loads the tokens of each client.
    TokensOf(ClientId) => token.client_id, store::agency::tokens;
    /// Loads the enquiries of each case.
    EnquiriesOf(CaseId) => enquiry.case_id, store::case::enquiries;
    /// Loads the placements of each case.
    PlacementsOf(CaseId) => placement.case_id, store::case::placements;
    /// Loads the matters of removing a name of each case.
    RemovalsOf(CaseId) => removal.case_id, store::case::removals;
    /// Loads the readers of each restricted case.
    ReadersOf(CaseId) => case_reader.case_id, store::case::readers;
    /// Loads what happened to flags in each stream, of a case or a referral, newest first.
    FlagFactsOf(Uuid) => event.stream, store::event::of_flags;
    /// Loads the facts that decided the statutory status of each case, newest first.
    StatusFactsOf(Uuid) => event.stream, store::event::of_statuses;
    /// Loads the cases of each child that the viewer may read.
    CasesOf(ChildId) => case.child_id, store::case::of_children;
}

macro_rules! by_one_of_two {
    ($($(#[doc = $doc:literal])+ $key:ident($owner:ty) => $module:ident.$column:ident, $load:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) struct $key(pub(super) $owner);

        impl Loader<$key> for Loads {
            type Value = Vec<$module::Model>;
            type Error = Error;

            async fn load(&self, keys: &[$key]) -> Result<HashMap<$key, Self::Value>, Error> {
                let owners: Vec<$owner> = keys.iter().map(|key| key.0).collect();
                let rows = $load(&self.0, &owners).await?;
                let owned = rows.into_iter().filter_map(|row| Some(($key(row.$column?), row)));
                let mut of_each: HashMap<$key, Self::Value> = HashMap::new();
                owned.for_each(|(key, row)| of_each.entry(key).or_default().push(row));
                Ok(of_each)
            }
        }
    )+};
}

by_one_of_two! {
    /// Loads the clocks of each case.
    ClocksOf(CaseId) => clock.case_id, store::clock::of_cases;
    /// Loads the clocks of each referral.
    ClocksOfReferral(ReferralId) => clock.referral_id, store::clock::of_referrals;
    /// Loads the flags of each case.
    EscalationsOf(CaseId) => escalation.case_id, store::escalation::of_cases;
    /// Loads the flag of each referral that no case took up.
    EscalationOfReferral(ReferralId) => escalation.referral_id, store::escalation::of_referrals;
    /// Loads the alerts of each flag, the newest first.
    AlertsOf(EscalationId) => message.escalation_id, store::escalation::alerts;
}

/// Loads the calendar of each school.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CalendarOf(pub(super) SchoolId);

impl Loader<CalendarOf> for Loads {
    type Value = Calendar;
    type Error = Error;

    async fn load(&self, keys: &[CalendarOf]) -> Result<HashMap<CalendarOf, Calendar>, Error> {
        let schools: Vec<SchoolId> = keys.iter().map(|key| key.0).collect();
        let calendars = store::school::calendars(&self.0.db.read, &schools).await?;
        Ok(calendars.into_iter().map(|(school, calendar)| (CalendarOf(school), calendar)).collect())
    }
}

/// Loads the other referrals that wait and may be of the same child as this one, likeliest first, and after them those
/// that were judged to be of another.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct LikeWaiting {
    id: ReferralId,
    waits: bool,
    told: Person,
}

impl LikeWaiting {
    pub(super) fn of(row: &referral::Model) -> Self {
        Self {
            id: row.id,
            waits: matches!(row.state, ReferralState::Received | ReferralState::WithAuthority),
            told: Person::referred(row),
        }
    }
}

impl Hash for LikeWaiting {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl Loader<LikeWaiting> for Loads {
    type Value = Vec<(Match, referral::Model, Option<judgement::Model>)>;
    type Error = Error;

    async fn load(&self, keys: &[LikeWaiting]) -> Result<HashMap<LikeWaiting, Self::Value>, Error> {
        const MOST: usize = 10;
        let forms = &self.0.council.forms;
        let asked = keys.iter().filter(|key| key.waits).flat_map(|key| of_likes(forms, &key.told)).collect();
        let others: Vec<(Person, referral::Model)> = store::referral::waiting(&self.0, asked)
            .await?
            .into_iter()
            .map(|row| (Person::referred(&row), row))
            .collect();
        let like = |key: &LikeWaiting| {
            let others = others.iter().filter(|(_, row)| key.waits && row.id != key.id);
            let found: Self::Value =
                others.filter_map(|(told, row)| Some((compare(forms, &key.told, told)?, row.clone(), None))).collect();
            (key.clone(), found)
        };
        let mut likes: HashMap<LikeWaiting, Self::Value> = keys.iter().map(like).collect();
        let judged: Vec<ReferralId> =
            likes.iter().filter(|(_, found)| !found.is_empty()).map(|(key, _)| key.id).collect();
        if judged.is_empty() {
            return Ok(likes);
        }
        let judged = store::judgement::among(&self.0, &self.0.db.read, &judged).await?;
        for (key, found) in &mut likes {
            for (_, row, judgement) in found.iter_mut() {
                let is_of = |one: &&judgement::Model| {
                    (one.referral_id, one.other) == (key.id, row.id.0)
                        || (one.referral_id, one.other) == (row.id, key.id.0)
                };
                *judgement = judged.iter().find(is_of).cloned();
            }
            found.sort_by(|a, b| {
                a.2.is_some().cmp(&b.2.is_some()).then(b.0.score.cmp(&a.0.score)).then(a.1.id.cmp(&b.1.id))
            });
            found.truncate(MOST);
        }
        Ok(likes)
    }
}

impl Loader<ReportGroupId> for Loads {
    type Value = store::report_group::Summary;
    type Error = Error;

    async fn load(&self, keys: &[ReportGroupId]) -> Result<HashMap<ReportGroupId, Self::Value>, Error> {
        let groups = store::report_group::summaries(&self.0, keys).await?;
        Ok(groups.into_iter().map(|summary| (summary.group.id, summary)).collect())
    }
}

/// Loads a stretch of the timeline of a case.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TimelineOf(pub(super) Stretch);

impl Loader<TimelineOf> for Loads {
    type Value = Vec<event::Model>;
    type Error = Error;

    async fn load(&self, keys: &[TimelineOf]) -> Result<HashMap<TimelineOf, Self::Value>, Error> {
        let stretches: Vec<Stretch> = keys.iter().map(|key| key.0).collect();
        let of_case = gather(store::event::of_cases(&self.0, &stretches).await?, |row| row.stream);
        let part = |key: &TimelineOf| {
            let rows = of_case.get(&key.0.case.0).into_iter().flatten();
            rows.filter(|row| key.0.holds(row.seq)).cloned().collect()
        };
        Ok(keys.iter().map(|key| (*key, part(key))).collect())
    }
}

/// Loads the timeline of a referral, and of the case which took it up, if it exists for the viewer.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct TimelineOfReferral(pub(super) ReferralId, pub(super) Option<CaseId>);

impl Loader<TimelineOfReferral> for Loads {
    type Value = Vec<event::Model>;
    type Error = Error;

    async fn load(&self, keys: &[TimelineOfReferral]) -> Result<HashMap<TimelineOfReferral, Self::Value>, Error> {
        let mut told = HashMap::new();
        for key in keys {
            told.insert(*key, store::event::of_referral(&self.0, key.0, key.1).await?);
        }
        Ok(told)
    }
}

/// Loads the referrals that opened or joined each case.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ReferralsOf(pub(super) CaseId);

impl Loader<ReferralsOf> for Loads {
    type Value = Vec<referral::Model>;
    type Error = Error;

    async fn load(&self, keys: &[ReferralsOf]) -> Result<HashMap<ReferralsOf, Self::Value>, Error> {
        let cases: Vec<CaseId> = keys.iter().map(|key| key.0).collect();
        let rows = store::referral::of_cases(&self.0, &cases).await?;
        let rows = rows.into_iter().filter_map(|row| Some((row.case_id?, row)));
        let mut gathered: HashMap<ReferralsOf, Vec<_>> = HashMap::new();
        for (case, row) in rows {
            gathered.entry(ReferralsOf(case)).or_default().push(row);
        }
        Ok(gathered)
    }
}

fn gather<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Vec<V>> {
    let mut gathered: HashMap<K, Vec<V>> = HashMap::new();
    for row in rows {
        gathered.entry(key(&row)).or_default().push(row);
    }
    gathered
}
