//! The comparison of rows with what their facts make of them. What is compared and what is not stands in [`COMPARED`]
//! and [`NOT_COMPARED`].
//!
//! What must not live here: the rows that facts make (`project`).
#![expect(clippy::disallowed_methods, reason = "every row is compared, whoever asks")]

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use entity::vocabulary::ReferralState;
use entity::{
    agency, agreement, break_glass, case, case_key, case_reader, case_span, child, client, clock, contact_proposal,
    enquiry, escalation, event, held_report, judgement, placement, referral, referral_key, removal, school_contact,
    staff, token,
};
use sea_orm::sea_query::Value;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, EntityTrait, IdenStatic as _, IntoActiveModel, Iterable, ModelTrait,
    QueryFilter, TryIntoModel as _,
};
use uuid::Uuid;

use super::project::referral::{flag_of, judgement_rows, key_rows as referral_keys, referral_row};
use super::project::{
    Made, agency_row, agreement_row, case_row, client_row, clock_row, contact_row, enquiry_row, escalation_row,
    glass_row, key_rows, placement_row, proposal_row, reader_rows, removal_row, report_row, span_rows, staff_row,
    token_row,
};
use crate::db::Db;
use crate::domain::agency::Agency;
use crate::domain::break_glass::BreakGlass;
use crate::domain::case::Case;
use crate::domain::contact::Contact;
use crate::domain::event::{erased, read};
use crate::domain::held_report::HeldReport;
use crate::domain::matching::keys;
use crate::domain::proposal::Proposal;
use crate::domain::referral::Referral;
use crate::domain::staff::StaffMember;
use crate::domain::stream::{Fact, Stream};
use crate::error::Error;
use crate::store::event::whole_streams_after;
use crate::store::verdict::Verdict;

mod children;

/// The tables whose rows are compared; not the columns that no fact holds, such as the hash of a token.
pub const COMPARED: [&str; 23] = [
    "agency",
    "agreement",
    "break_glass",
    "case",
    "case_key",
    "case_reader",
    "case_span",
    "child",
    "child_key",
    "client",
    "clock",
    "contact_proposal",
    "enquiry",
    "escalation",
    "held_report",
    "judgement",
    "placement",
    "referral",
    "referral_key",
    "removal",
    "school_contact",
    "staff",
    "token",
];

/// The other tables, and why no fact tells what their rows should be.
pub const NOT_COMPARED: [(&str, &[&str]); 6] = [
    ("checked as facts and seals themselves", &["event", "seal", "access", "access_subject"]),
    (
        "no fact: they come and go with signing in, and what is secret in them stands nowhere else",
        &["ceremony", "credential", "known_device", "session", "sign_in_link", "staff_link", "throttle"],
    ),
    ("made from a register’s file, of which a fact keeps the sum alone", &["school", "term_date"]),
    ("not sent yet, so no fact holds what was typed", &["draft", "report_draft"]),
    ("made at midnight from what is compared here", &["publication", "published_case"]),
    (
        "the service’s own work, which nobody did",
        &["client_network", "idempotency_key", "message", "reminder", "report_group", "setting"],
    ),
];

/// What was compared and what was not, in words for the operator.
pub(super) fn scope() -> String {
    let not = NOT_COMPARED.map(|(why, tables)| format!("{} ({why})", tables.join(", ")));
    format!("Compared with their facts: {}. Not compared: {}.", COMPARED.join(", "), not.join("; "))
}

/// The first row found that is not what its facts make of it; `None` if there is none. Calls `told` with the number of
/// facts that were folded.
pub(super) async fn first_difference(db: &Db, mut told: impl FnMut(u64)) -> Result<Option<Verdict>, Error> {
    let (mut place, mut done) = (None, 0);
    loop {
        let facts = whole_streams_after(db, place).await?;
        let Some(last) = facts.last() else { return children::first_difference(db).await };
        place = Some(last.stream);
        done += facts.len() as u64;
        let found = match cases(db, &folded::<Case>(&facts)?).await? {
            None => nouns(db, &facts).await?,
            found => found,
        };
        if found.is_some() {
            return Ok(found);
        }
        told(done);
    }
}

/// The things of one kind that these facts make, whole streams in order. One with an erased fact is left out, because it
/// cannot be folded any more.
fn folded<S>(facts: &[event::Model]) -> Result<BTreeMap<Uuid, S>, Error>
where
    S: Stream,
    S::Id: From<Uuid>,
{
    let (mut things, mut left_out): (BTreeMap<Uuid, S>, BTreeSet<Uuid>) = (BTreeMap::new(), BTreeSet::new());
    for row in facts.iter().filter(|row| row.stream_kind == <S::Fact as Fact>::STREAM.as_str()) {
        if erased(&row.payload).is_some() {
            left_out.insert(row.stream);
        }
        if left_out.contains(&row.stream) {
            things.remove(&row.stream);
            continue;
        }
        let fact = read(&row.kind, &row.payload)?;
        let thing = S::fold(things.remove(&row.stream), row.stream.into(), &fact, row.recorded_at);
        let thing = thing.ok_or_else(|| Error::internal("the first fact of a stream does not begin it"))?;
        things.insert(row.stream, thing);
    }
    Ok(things)
}

async fn nouns(db: &Db, facts: &[event::Model]) -> Result<Option<Verdict>, Error> {
    let referrals = folded::<Referral>(facts)?;
    let made = referrals.values().map(referral_row).collect::<Result<Vec<_>, _>>()?;
    let stored = referral::Entity::find().filter(referral::Column::Id.is_in(referrals.keys().copied()));
    // What its case decided is told by the facts of the case.
    let decided = [referral::Column::State, referral::Column::CaseId, referral::Column::DecidedAt];
    let found = first("referral", made, stored.all(&db.read).await?, referral::Column::Id, &decided);
    if found.is_some() {
        return Ok(found);
    }
    let made = referrals.values().flat_map(judgement_rows).collect();
    let stored = judgement::Entity::find().filter(judgement::Column::ReferralId.is_in(referrals.keys().copied()));
    let found = first("judgement", made, stored.all(&db.read).await?, judgement::Column::Id, &[]);
    if found.is_some() {
        return Ok(found);
    }
    // Those that an older version of the rules made are made anew when the service starts.
    let current = referral::Entity::find()
        .filter(referral::Column::Id.is_in(referrals.keys().copied()))
        .filter(referral::Column::KeyedBy.eq(keys::VERSION));
    let current: BTreeSet<Uuid> = current.all(&db.read).await?.into_iter().map(|row| row.id.0).collect();
    let made = referrals.values().filter(|referral| current.contains(&referral.id.0)).flat_map(referral_keys);
    let made = made.map(|row| row.try_into_model().map(|row| (row.referral_id.0, row.key)));
    let stored = referral_key::Entity::find().filter(referral_key::Column::ReferralId.is_in(current.iter().copied()));
    let stored = stored.all(&db.read).await?.into_iter().map(|row| (row.referral_id.0, row.key));
    if let Some(id) = first_other(made.collect::<Result<_, _>>()?, stored.collect()) {
        return Ok(Some(Verdict::Differs { table: "referral_key", id, column: None }));
    }
    // One that a case took up has none.
    let waiting = [ReferralState::Received, ReferralState::WithAuthority];
    let rows = referral::Entity::find()
        .filter(referral::Column::Id.is_in(current.iter().copied()))
        .filter(referral::Column::State.is_in(waiting));
    let waiting: BTreeSet<Uuid> = rows.all(&db.read).await?.into_iter().map(|row| row.id.0).collect();
    let made = referrals.values().filter(|referral| waiting.contains(&referral.id.0));
    let made = made.flat_map(|referral| {
        let made = Made::ByFact(referral.waits_since);
        let row = move |clock| clock_row(&clock, None, Some(referral.id), made).try_into_model().map(told_of_clock);
        referral.clocks().into_iter().map(row)
    });
    let stored = clock::Entity::find().filter(clock::Column::ReferralId.is_in(current.iter().copied()));
    let stored = stored.all(&db.read).await?.into_iter().map(told_of_clock);
    if let Some(id) = first_other(made.collect::<Result<_, _>>()?, stored.collect()) {
        return Ok(Some(Verdict::Differs { table: "clock", id, column: None }));
    }
    let apart = [ReferralState::Opened, ReferralState::Joined];
    let rows = referral::Entity::find()
        .filter(referral::Column::Id.is_in(current.iter().copied()))
        .filter(referral::Column::State.is_not_in(apart));
    let apart: BTreeSet<Uuid> = rows.all(&db.read).await?.into_iter().map(|row| row.id.0).collect();
    let made = referrals.values().filter(|referral| apart.contains(&referral.id.0)).filter_map(flag_of);
    let made = made.map(|flag| escalation_row(None, flag)).collect();
    let stored = escalation::Entity::find()
        .filter(escalation::Column::ReferralId.is_in(current.iter().copied()))
        .filter(escalation::Column::CaseId.is_null());
    let found = first("escalation", made, stored.all(&db.read).await?, escalation::Column::Id, &[]);
    if found.is_some() {
        return Ok(found);
    }
    let contacts = folded::<Contact>(facts)?;
    let made = contacts.values().map(|contact| contact_row(contact, None, DateTime::UNIX_EPOCH)).collect();
    let stored = school_contact::Entity::find().filter(school_contact::Column::Id.is_in(contacts.keys().copied()));
    let stored = stored.all(&db.read).await?;
    let found = first("school_contact", made, stored, school_contact::Column::Id, &[school_contact::Column::UpdatedAt]);
    if found.is_some() {
        return Ok(found);
    }
    let members = folded::<StaffMember>(facts)?;
    let made = members.values().map(|member| staff_row(member, None)).collect();
    let stored = staff::Entity::find().filter(staff::Column::Id.is_in(members.keys().copied()));
    let found = first("staff", made, stored.all(&db.read).await?, staff::Column::Id, &[]);
    if found.is_some() {
        return Ok(found);
    }
    partners(db, &folded::<Agency>(facts)?, facts).await
}

/// Agencies with what belongs to them, proposals about contacts, broken glasses, and held reports.
async fn partners(
    db: &Db,
    agencies: &BTreeMap<Uuid, Agency>,
    facts: &[event::Model],
) -> Result<Option<Verdict>, Error> {
    macro_rules! compare {
        ($module:ident by $of:ident in $keys:expr, $made:expr) => {{
            let stored = $module::Entity::find().filter($module::Column::$of.is_in($keys));
            let found = first(stringify!($module), $made, stored.all(&db.read).await?, $module::Column::Id, &[]);
            if found.is_some() {
                return Ok(found);
            }
        }};
    }
    let ids = || agencies.keys().copied();
    compare!(agency by Id in ids(), agencies.values().map(agency_row).collect());
    let made = agencies.values().flat_map(|agency| agency.agreements.iter().map(|one| agreement_row(agency.id, one)));
    compare!(agreement by AgencyId in ids(), made.collect());
    let made = agencies.values().flat_map(|agency| agency.clients.iter().map(|one| client_row(agency.id, one)));
    compare!(client by AgencyId in ids(), made.collect());
    let clients = agencies.values().flat_map(|agency| agency.clients.iter().map(|client| client.id));
    let made = agencies.values().flat_map(|agency| agency.tokens.iter().map(token_row));
    compare!(token by ClientId in clients, made.collect());
    let proposals = folded::<Proposal>(facts)?;
    let ids = proposals.keys().copied();
    compare!(contact_proposal by Id in ids, proposals.values().map(proposal_row).collect());
    let glasses = folded::<BreakGlass>(facts)?;
    compare!(break_glass by Id in glasses.keys().copied(), glasses.values().map(glass_row).collect());
    let reports = folded::<HeldReport>(facts)?;
    let made = reports.values().map(report_row).collect::<Result<_, _>>()?;
    compare!(held_report by Id in reports.keys().copied(), made);
    Ok(None)
}

async fn cases(db: &Db, cases: &BTreeMap<Uuid, Case>) -> Result<Option<Verdict>, Error> {
    macro_rules! compare {
        ($module:ident by $of:ident, $made:expr, but $($but:ident)*) => {{
            let stored = $module::Entity::find().filter($module::Column::$of.is_in(cases.keys().copied()));
            let but = [$($module::Column::$but),*];
            let made = $made.collect();
            let found = first(stringify!($module), made, stored.all(&db.read).await?, $module::Column::Id, &but);
            if found.is_some() {
                return Ok(found);
            }
        }};
    }
    let all = || cases.values();
    // The name is the child’s, which a fact of another of their cases may have corrected.
    compare!(case by Id, all().map(case_row), but NameKey);
    compare!(enquiry by CaseId, all().flat_map(|case| case.enquiries.iter().map(|one| enquiry_row(case.id, one))), but);
    compare!(escalation by CaseId, all().flat_map(|case| case.escalations.iter().map(|one| escalation_row(Some(case.id), one))), but);
    compare!(placement by CaseId, all().flat_map(|case| case.placements.iter().map(|one| placement_row(case.id, one))), but);
    let removals = all().flat_map(|case| case.removals.iter().map(|one| removal_row(case.id, one)));
    let removals = removals.collect::<Result<Vec<_>, _>>()?;
    compare!(removal by CaseId, removals.into_iter(), but);
    // Since when somebody reads a case is the moment of the fact that let them, not of the last one.
    compare!(case_reader by CaseId, all().flat_map(reader_rows), but Since);
    spans_and_keys(db, cases).await
}

/// The rows of cases that have no id of their own.
async fn spans_and_keys(db: &Db, cases: &BTreeMap<Uuid, Case>) -> Result<Option<Verdict>, Error> {
    let told = |span: case_span::Model| (span.case_id.0, format!("{span:?}"));
    let made = cases.values().flat_map(span_rows).map(|row| row.try_into_model().map(told));
    let stored = case_span::Entity::find().filter(case_span::Column::CaseId.is_in(cases.keys().copied()));
    let stored = stored.all(&db.read).await?.into_iter().map(told);
    if let Some(id) = first_other(made.collect::<Result<_, _>>()?, stored.collect()) {
        return Ok(Some(Verdict::Differs { table: "case_span", id, column: None }));
    }
    let made = cases.values().flat_map(|case| {
        case.clocks()
            .into_iter()
            .map(|clock| clock_row(&clock, Some(case.id), None, Made::ByFact(case.updated_at)))
            .collect::<Vec<_>>()
    });
    let made = made.map(|row| row.try_into_model().map(told_of_clock));
    let stored = clock::Entity::find().filter(clock::Column::CaseId.is_in(cases.keys().copied()));
    let stored = stored.all(&db.read).await?.into_iter().map(told_of_clock);
    if let Some(id) = first_other(made.collect::<Result<_, _>>()?, stored.collect()) {
        return Ok(Some(Verdict::Differs { table: "clock", id, column: None }));
    }
    let children = child::Entity::find().filter(child::Column::Id.is_in(cases.values().map(|case| case.opened.child)));
    let children: BTreeMap<_, _> = children.all(&db.read).await?.into_iter().map(|row| (row.id, row)).collect();
    let made = cases.values().filter_map(|case| Some((case, children.get(&case.opened.child)?)));
    let made = made.flat_map(|(case, child)| key_rows(case.id, &case.siblings, child));
    let made = made.map(|row| row.try_into_model().map(|row| (row.case_id.0, row.key)));
    let stored = case_key::Entity::find().filter(case_key::Column::CaseId.is_in(cases.keys().copied()));
    let stored = stored.all(&db.read).await?.into_iter().map(|row| (row.case_id.0, row.key));
    let other = first_other(made.collect::<Result<_, _>>()?, stored.collect());
    Ok(other.map(|id| Verdict::Differs { table: "case_key", id, column: None }))
}

/// A clock as it is compared: from when somebody is told, and when next, is no fact.
#[expect(clippy::needless_pass_by_value, reason = "rows are mapped by it")]
fn told_of_clock(clock: clock::Model) -> (Uuid, String) {
    let clock = clock::Model { told_from: clock.started_at, next_at: None, ..clock };
    (clock.case_id.map_or(clock.item, |case| case.0), format!("{clock:?}"))
}

/// The first thing of which a row was made and is not stored, or is stored and was not made.
#[expect(clippy::needless_pass_by_value, reason = "both are made for this")]
fn first_other(made: BTreeSet<(Uuid, String)>, stored: BTreeSet<(Uuid, String)>) -> Option<Uuid> {
    made.symmetric_difference(&stored).next().map(|(id, _)| *id)
}

/// The first difference between the rows that facts make and those that are stored, leaving out these columns and those
/// that facts do not make.
fn first<A>(
    table: &'static str,
    made: Vec<A>,
    stored: Vec<<A::Entity as EntityTrait>::Model>,
    id: <A::Entity as EntityTrait>::Column,
    but: &[<A::Entity as EntityTrait>::Column],
) -> Option<Verdict>
where
    A: ActiveModelTrait,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A> + ModelTrait<Entity = A::Entity>,
{
    let id_of = |value: Option<Value>| if let Some(Value::Uuid(Some(id))) = value { id } else { Uuid::nil() };
    let mut stored: BTreeMap<Uuid, A> =
        stored.into_iter().map(|row| (id_of(Some(row.get(id))), row.into_active_model())).collect();
    for made in made {
        let row = id_of(made.get(id).into_value());
        let Some(found) = stored.remove(&row) else { return Some(Verdict::Differs { table, id: row, column: None }) };
        let differs = |column: &<A::Entity as EntityTrait>::Column| {
            let is_left_out = but.iter().any(|but| but.as_str() == column.as_str());
            let ActiveValue::Set(value) = made.get(*column) else { return false };
            !is_left_out && found.get(*column).into_value() != Some(value)
        };
        if let Some(column) = <A::Entity as EntityTrait>::Column::iter().find(differs) {
            return Some(Verdict::Differs { table, id: row, column: Some(column.as_str().to_owned()) });
        }
    }
    stored.into_keys().next().map(|id| Verdict::Differs { table, id, column: None })
}
