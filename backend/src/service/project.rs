//! Rows made of facts: what a fact changes in the tables that lists and searches read, in the transaction that stores
//! the fact.
//!
//! What must not live here: decisions. A projection writes what the domain's fold says, and nothing of its own.

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{ReferralState, RiskReason, Scope, SharedField};
use entity::{
    AgencyId, CaseId, CaseReaderId, ContactProposalId, ReferralId, SchoolContactId, StaffId, TokenId, agency,
    agreement, break_glass, case, case_reader, child, child_key, client, contact_proposal, enquiry, escalation,
    placement, referral, school_contact, staff, token,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, SqlErr};

use super::matching::key_rows;
use crate::domain::agency::{self as partner, Agency};
use crate::domain::case::{Case, CaseEvent, Enquiry, Escalation, Placement};
use crate::domain::contact::Contact;
use crate::domain::glass::Glass;
use crate::domain::matching::keys;
use crate::domain::person_name::search_key;
use crate::domain::proposal::{Proposal, ProposedChange, Proposer};
use crate::domain::referral::{ChildFacts, Referral};
use crate::domain::screening::priority;
use crate::domain::staff::StaffMember;
use crate::error::{Conflict, Error};

/// A day on which nothing is owed any more; later than any other, so that closed cases sort last.
pub(crate) const NEVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("the last day of the calendar");

/// Writes what `event` made of `after`.
pub(super) async fn case(txn: &DatabaseTransaction, after: &Case, event: &CaseEvent) -> Result<(), Error> {
    if let CaseEvent::CaseOpened(opened) = event {
        if let Some(facts) = &opened.new_child {
            insert_child(txn, new_child(after, facts)).await?;
        }
        case::Entity::insert(case_row(after)).exec_without_returning(txn).await.map_err(one_open_case)?;
        take_up(txn, opened.referral, ReferralState::Opened, after).await?;
        if let Some(flag) = &opened.escalation {
            upsert_escalation(txn, after.id, flag).await?;
        }
        return Ok(());
    }
    let moved = case::Entity::update_many()
        .set(case_row(after))
        .filter(case::Column::Id.eq(after.id))
        .filter(case::Column::Version.eq(after.version - 1))
        .exec(txn)
        .await
        .map_err(one_open_case)?;
    if moved.rows_affected != 1 {
        return Err(Conflict::Stale.into());
    }
    match event {
        CaseEvent::ReferralJoined { referral, escalation, .. } => {
            take_up(txn, *referral, ReferralState::Joined, after).await?;
            if let Some(flag) = escalation {
                upsert_escalation(txn, after.id, flag).await?;
            }
        }
        CaseEvent::EnquiryRecorded(Enquiry { id, .. }) | CaseEvent::EnquiryAnswered { enquiry: id, .. } => {
            if let Some(enquiry) = after.enquiries.iter().find(|enquiry| enquiry.id == *id) {
                upsert_enquiry(txn, after.id, enquiry).await?;
            }
        }
        CaseEvent::EscalationRaised(Escalation { id, .. }) | CaseEvent::EscalationAnswered { escalation: id, .. } => {
            if let Some(flag) = after.escalations.iter().find(|flag| flag.id == *id) {
                upsert_escalation(txn, after.id, flag).await?;
            }
        }
        CaseEvent::PlacementRecorded(new) => {
            placement::Entity::insert(placement_row(after.id, new)).exec_without_returning(txn).await?;
        }
        CaseEvent::CaseOpened(_)
        | CaseEvent::NoteAdded { .. }
        | CaseEvent::WhereaboutsChanged { .. }
        | CaseEvent::TrackingBegan(_)
        | CaseEvent::UntracedReviewed(_)
        | CaseEvent::CaseClosed(_)
        | CaseEvent::CaseReopened { .. } => {}
        CaseEvent::CaseAssigned { .. }
        | CaseEvent::CaseRestricted { .. }
        | CaseEvent::RestrictionLifted { .. }
        | CaseEvent::ReaderAdded { .. }
        | CaseEvent::ReaderRemoved { .. } => write_readers(txn, after).await?,
    }
    Ok(())
}

/// Makes the rows of those who may read a restricted case what the fold says.
async fn write_readers(txn: &DatabaseTransaction, after: &Case) -> Result<(), Error> {
    use case_reader::Column::{CaseId as Of, StaffId as Who};
    case_reader::Entity::delete_many()
        .filter(Of.eq(after.id))
        .filter(Who.is_not_in(after.readers.iter().copied()))
        .exec(txn)
        .await?;
    if after.readers.is_empty() {
        return Ok(());
    }
    let rows = after.readers.iter().map(|staff| case_reader::ActiveModel {
        id: Set(reader_id(after.id, *staff)),
        case_id: Set(after.id),
        staff_id: Set(*staff),
        since: Set(after.updated_at),
    });
    case_reader::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns([Of, Who]).do_nothing().to_owned())
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// The id of a right to read, made of its two ends, so that the fold and the rows agree without keeping it in a fact.
fn reader_id(case: CaseId, staff: StaffId) -> CaseReaderId {
    CaseReaderId(uuid::Uuid::from_u128(case.0.as_u128() ^ staff.0.as_u128()))
}

/// Writes one time the glass was broken.
pub(super) async fn glass(txn: &DatabaseTransaction, glass: &Glass) -> Result<(), Error> {
    use break_glass::Column::{EndsAt, Finding, Id, ReviewedAt, ReviewedBy};
    let row = break_glass::ActiveModel {
        id: Set(glass.id),
        case_id: Set(glass.case),
        staff_id: Set(glass.staff),
        reason: Set(glass.reason.clone()),
        began_at: Set(glass.began_at),
        ends_at: Set(glass.ends_at),
        reviewed_at: Set(glass.reviewed.as_ref().map(|(at, _, _)| *at)),
        reviewed_by: Set(glass.reviewed.as_ref().map(|(_, by, _)| *by)),
        finding: Set(glass.reviewed.as_ref().map(|(_, _, finding)| finding.clone())),
    };
    break_glass::Entity::insert(row)
        .on_conflict(OnConflict::column(Id).update_columns([EndsAt, ReviewedAt, ReviewedBy, Finding]).to_owned())
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// Somebody else opened a case for the same child at the same time: the database lets only one of them through.
fn one_open_case(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::Stale.into(),
        _ => error.into(),
    }
}

/// The row that a case is stored as.
pub(crate) fn case_row(case: &Case) -> case::ActiveModel {
    let count = |open: usize| i32::try_from(open).unwrap_or(i32::MAX);
    let opened = &case.opened;
    case::ActiveModel {
        id: Set(case.id),
        reference: Set(opened.reference.clone()),
        child_id: Set(opened.child),
        referral_id: Set(opened.referral),
        school_id: Set(opened.school),
        officer_id: Set(case.officer),
        state: Set(case.state),
        statutory_status: Set(opened.statutory_status),
        service_route: Set(opened.service_route),
        whereabouts: Set(case.whereabouts),
        risk: Set(case.risk()),
        restriction: Set(case.restriction),
        opened_at: Set(case.opened_at),
        last_seen_on: Set(case.last_seen_on),
        last_attended_on: Set(opened.last_attended_on),
        open_enquiries: Set(count(case.open_enquiries().count())),
        open_escalations: Set(count(case.open_escalations().count())),
        due_on: Set(case.due_on().unwrap_or(NEVER)),
        closed_at: Set(case.closed.as_ref().map(|(at, _)| *at)),
        outcome: Set(case.closed.as_ref().map(|(_, closure)| closure.outcome)),
        name_key: Set(opened.name_key.clone()),
        version: Set(case.version),
        updated_at: Set(case.updated_at),
    }
}

fn new_child(case: &Case, facts: &ChildFacts) -> child::Model {
    child::Model {
        id: case.opened.child,
        family_name: facts.family_name.clone(),
        given_names: facts.given_names.clone(),
        name_key: facts.name_key(),
        date_of_birth: facts.date_of_birth,
        sex: facts.sex,
        upn: facts.upn.clone(),
        upn_absence: facts.upn_absence,
        address: facts.address.clone(),
        postcode: facts.postcode.clone(),
        created_at: case.opened_at,
        keyed_by: keys::VERSION,
    }
}

/// Writes a child with the keys it is looked up by.
async fn insert_child(txn: &DatabaseTransaction, new: child::Model) -> Result<(), Error> {
    let keys = key_rows(&new);
    child::Entity::insert(sea_orm::ActiveModelTrait::reset_all(child::ActiveModel::from(new)))
        .exec_without_returning(txn)
        .await?;
    if !keys.is_empty() {
        child_key::Entity::insert_many(keys).exec_without_returning(txn).await?;
    }
    Ok(())
}

async fn take_up(
    txn: &DatabaseTransaction,
    referral: ReferralId,
    state: ReferralState,
    case: &Case,
) -> Result<(), Error> {
    let taken = referral::Entity::update_many()
        .set(referral::ActiveModel {
            state: Set(state),
            case_id: Set(Some(case.id)),
            decided_at: Set(Some(case.updated_at)),
            ..referral::ActiveModel::default()
        })
        .filter(referral::Column::Id.eq(referral))
        .filter(referral::Column::State.eq(ReferralState::Received))
        .exec(txn)
        .await?;
    if taken.rows_affected == 1 { Ok(()) } else { Err(Conflict::AlreadyDecided.into()) }
}

async fn upsert_enquiry(txn: &DatabaseTransaction, case: CaseId, enquiry: &Enquiry) -> Result<(), Error> {
    use enquiry::Column::{Answer, AnsweredOn, Finding, Id};
    enquiry::Entity::insert(enquiry_row(case, enquiry))
        .on_conflict(OnConflict::column(Id).update_columns([AnsweredOn, Finding, Answer]).to_owned())
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// The row that a tracing enquiry is stored as.
pub(crate) fn enquiry_row(case: CaseId, enquiry: &Enquiry) -> enquiry::ActiveModel {
    enquiry::ActiveModel {
        id: Set(enquiry.id),
        case_id: Set(case),
        kind: Set(enquiry.kind),
        asked_of: Set(enquiry.asked_of.clone()),
        agency_id: Set(enquiry.agency),
        asked_on: Set(enquiry.asked_on),
        due_on: Set(enquiry.due_on),
        note: Set(enquiry.note.clone()),
        answered_on: Set(enquiry.answer.as_ref().map(|answer| answer.answered_on)),
        finding: Set(enquiry.answer.as_ref().map(|answer| answer.finding)),
        answer: Set(enquiry.answer.as_ref().map(|answer| answer.text.clone())),
    }
}

async fn upsert_escalation(txn: &DatabaseTransaction, case: CaseId, flag: &Escalation) -> Result<(), Error> {
    use escalation::Column::{Answer, AnsweredAt, Decision, Id, MashReference};
    escalation::Entity::insert(escalation_row(case, flag))
        .on_conflict(OnConflict::column(Id).update_columns([AnsweredAt, Decision, MashReference, Answer]).to_owned())
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// The row that a flag is stored as.
pub(crate) fn escalation_row(case: CaseId, flag: &Escalation) -> escalation::ActiveModel {
    escalation::ActiveModel {
        id: Set(flag.id),
        case_id: Set(case),
        level: Set(flag.level),
        concern: Set(flag.concern.clone()),
        rationale: Set(flag.rationale.clone()),
        raised_at: Set(flag.raised_at),
        answered_at: Set(flag.answer.as_ref().map(|answer| answer.answered_at)),
        decision: Set(flag.answer.as_ref().map(|answer| answer.decision)),
        mash_reference: Set(flag.answer.as_ref().map(|answer| answer.mash_reference.clone())),
        answer: Set(flag.answer.as_ref().map(|answer| answer.text.clone())),
    }
}

/// The row that a placement is stored as.
pub(crate) fn placement_row(case: CaseId, placement: &Placement) -> placement::ActiveModel {
    placement::ActiveModel {
        id: Set(placement.id),
        case_id: Set(case),
        kind: Set(placement.kind),
        provider: Set(placement.provider.clone()),
        school_id: Set(placement.school),
        starts_on: Set(placement.starts_on),
        recorded_at: Set(placement.recorded_at),
    }
}

/// The row that a referral is stored as.
pub(crate) fn referral_row(referral: &Referral) -> Result<referral::ActiveModel, Error> {
    let received = &referral.received;
    let told = &received.told;
    let reasons: Vec<&str> = told.reasons.iter().map(|reason: &RiskReason| reason.code()).collect();
    Ok(referral::ActiveModel {
        id: Set(referral.id),
        reference: Set(received.reference.clone()),
        origin: Set(received.origin),
        school_id: Set(received.school),
        contact_id: Set(received.contact),
        ground: Set(told.ground),
        state: Set(referral.state),
        risk: Set(told.risk),
        priority: Set(priority(told.risk)),
        risk_reasons: Set(reasons.join(",")),
        family_name: Set(told.child.family_name.clone()),
        given_names: Set(told.child.given_names.clone()),
        name_key: Set(told.child.name_key()),
        date_of_birth: Set(told.child.date_of_birth),
        upn: Set(told.child.upn.clone()),
        postcode: Set(told.child.postcode.clone()),
        details: Set(serde_json::to_string(&received.answers)?),
        received_at: Set(referral.received_at),
        idempotency_key: Set(received.idempotency_key.clone()),
        decided_at: Set(referral.decided_at),
        redirect_to: Set(referral.redirected.as_ref().map(|(to, _)| *to)),
        reason: Set(referral.redirected.as_ref().map(|(_, reason)| reason.clone())),
        case_id: Set(referral.case),
        report_group_id: Set(received.gathered_with),
        version: Set(referral.version),
    })
}

/// Writes a referral that was received. The same key at the same moment is the same referral sent twice.
pub(super) async fn new_referral(txn: &DatabaseTransaction, referral: &Referral) -> Result<(), Error> {
    let inserted = referral::Entity::insert(referral_row(referral)?).exec_without_returning(txn).await;
    inserted.map(drop).map_err(|error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(what)) if what.contains("idempotency_key") => {
            Conflict::AlreadySent.into()
        }
        _ => error.into(),
    })
}

/// Writes what a later fact of its own made of a referral.
pub(super) async fn referral(txn: &DatabaseTransaction, after: &Referral) -> Result<(), Error> {
    let moved = referral::Entity::update_many()
        .set(referral_row(after)?)
        .filter(referral::Column::Id.eq(after.id))
        .filter(referral::Column::Version.eq(after.version - 1))
        .filter(referral::Column::State.eq(ReferralState::Received))
        .exec(txn)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Conflict::AlreadyDecided.into()) }
}

/// The row that an approval is stored as; `created_at` only for a new one.
pub(crate) fn contact_row(
    id: SchoolContactId,
    contact: &Contact,
    created_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
) -> school_contact::ActiveModel {
    school_contact::ActiveModel {
        id: Set(id),
        school_id: Set(contact.school),
        name: Set(contact.name.clone()),
        name_key: Set(search_key(&contact.name)),
        job: Set(contact.job.clone()),
        email: Set(contact.email.clone()),
        kind: Set(contact.kind),
        state: Set(contact.state),
        confirmed_at: Set(contact.confirmed_at),
        asked_at: Set(contact.asked_at),
        reminded_at: Set(contact.reminded_at),
        reason: Set(contact.reason.clone()),
        epoch: Set(contact.epoch),
        version: Set(contact.version),
        created_at: created_at.map_or_else(Default::default, Set),
        updated_at: Set(updated_at),
    }
}

/// Writes what a fact made of an approval.
pub(super) async fn contact(
    txn: &DatabaseTransaction,
    id: SchoolContactId,
    after: &Contact,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    if after.version == 1 {
        let new = contact_row(id, after, Some(at), at);
        school_contact::Entity::insert(new).exec_without_returning(txn).await.map_err(one_head)?;
        return Ok(());
    }
    let moved = school_contact::Entity::update_many()
        .set(contact_row(id, after, None, at))
        .filter(school_contact::Column::Id.eq(id))
        .filter(school_contact::Column::Version.eq(after.version - 1))
        .exec(txn)
        .await
        .map_err(one_head)?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Conflict::Stale.into()) }
}

/// Writes what a fact made of a proposal.
pub(super) async fn proposal(txn: &DatabaseTransaction, id: ContactProposalId, after: &Proposal) -> Result<(), Error> {
    let (name, job, email) = match &after.change {
        ProposedChange::Add { name, job, email } => (Some(name), Some(job), Some(email)),
        ProposedChange::ChangeEmail { email, .. } => (None, None, Some(email)),
        ProposedChange::Remove { .. } | ProposedChange::Reinstate { .. } => (None, None, None),
    };
    let (head, officer) = match after.by {
        Proposer::Head(head) => (Some(head), None),
        Proposer::Officer(officer) => (None, Some(officer)),
    };
    let row = contact_proposal::ActiveModel {
        id: Set(id),
        school_id: Set(after.school),
        proposed_by: Set(head),
        proposed_by_staff: Set(officer),
        contact_id: Set(after.change.contact()),
        kind: Set(after.change.kind()),
        name: Set(name.cloned()),
        job: Set(job.cloned()),
        email: Set(email.cloned()),
        note: Set(after.note.clone()),
        state: Set(after.state),
        reason: Set(after.reason.clone()),
        proposed_at: Set(after.proposed_at),
        decided_at: Set(after.decided_at),
        version: Set(after.version),
    };
    if after.version == 1 {
        contact_proposal::Entity::insert(row).exec_without_returning(txn).await?;
        return Ok(());
    }
    let moved = contact_proposal::Entity::update_many()
        .set(row)
        .filter(contact_proposal::Column::Id.eq(id))
        .filter(contact_proposal::Column::Version.eq(after.version - 1))
        .exec(txn)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Conflict::Stale.into()) }
}

/// Writes what facts made of an agency: its row, and those of its agreements, clients and tokens that are new or differ.
/// A new token comes with what is stored of it, which no fact holds.
pub(super) async fn agency(
    txn: &DatabaseTransaction,
    id: AgencyId,
    before: Option<&Agency>,
    after: &Agency,
    token: Option<(TokenId, String)>,
) -> Result<(), Error> {
    let row = agency::ActiveModel {
        id: Set(id),
        name: Set(after.name.clone()),
        email: Set(after.email.clone()),
        created_at: Set(after.added_at),
        version: Set(after.version),
    };
    match before {
        None => agency::Entity::insert(row).exec_without_returning(txn).await.map(drop)?,
        Some(before) => {
            let moved = agency::Entity::update_many()
                .set(row)
                .filter(agency::Column::Id.eq(id))
                .filter(agency::Column::Version.eq(before.version))
                .exec(txn)
                .await?;
            if moved.rows_affected != 1 {
                return Err(Conflict::Stale.into());
            }
        }
    }
    for new in &after.agreements {
        match before.and_then(|before| before.agreement(new.id).ok()) {
            None => agreement::Entity::insert(agreement_row(id, new)).exec_without_returning(txn).await.map(drop)?,
            Some(old) if old == new => {}
            Some(_) => agreement::Entity::update(agreement_row(id, new)).exec(txn).await.map(drop)?,
        }
    }
    for new in &after.clients {
        match before.and_then(|before| before.client(new.id).ok()) {
            None => client::Entity::insert(client_row(id, new)).exec_without_returning(txn).await.map(drop)?,
            Some(old) if old == new => {}
            Some(_) => client::Entity::update(client_row(id, new)).exec(txn).await.map(drop)?,
        }
    }
    for new in &after.tokens {
        match before.and_then(|before| before.token(new.id).ok()) {
            None => {
                let hash = token.as_ref().filter(|(id, _)| *id == new.id).map(|(_, hash)| hash.clone());
                let hash = hash.ok_or_else(|| Error::internal("a token came without what is stored of it"))?;
                let row = token::ActiveModel { token_hash: Set(hash), ..token_row(new) };
                token::Entity::insert(row).exec_without_returning(txn).await?;
            }
            Some(old) if old == new => {}
            Some(_) => token::Entity::update(token_row(new)).exec(txn).await.map(drop)?,
        }
    }
    Ok(())
}

fn codes_of_scopes(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(",")
}

fn codes_of_fields(fields: &[SharedField]) -> String {
    fields.iter().map(|field| field.code()).collect::<Vec<_>>().join(",")
}

/// The row that an agreement is stored as; whether its agency was told that it ends is no fact.
fn agreement_row(agency: AgencyId, agreement: &partner::Agreement) -> agreement::ActiveModel {
    agreement::ActiveModel {
        id: Set(agreement.id),
        agency_id: Set(agency),
        purpose: Set(agreement.purpose.clone()),
        lawful_basis: Set(agreement.lawful_basis),
        scopes: Set(codes_of_scopes(&agreement.scopes)),
        fields: Set(codes_of_fields(&agreement.fields)),
        starts_on: Set(agreement.starts_on),
        ends_on: Set(agreement.ends_on),
        ended_at: Set(agreement.ended_at),
        created_at: Set(agreement.made_at),
        ..agreement::ActiveModel::default()
    }
}

/// The row that a client is stored as.
fn client_row(agency: AgencyId, client: &partner::Client) -> client::ActiveModel {
    let terms = &client.terms;
    client::ActiveModel {
        id: Set(client.id),
        agency_id: Set(agency),
        agreement_id: Set(client.agreement),
        name: Set(terms.name.clone()),
        scopes: Set(codes_of_scopes(&terms.scopes)),
        fields: Set(codes_of_fields(&terms.fields)),
        per_minute: Set(terms.per_minute),
        per_day: Set(terms.per_day),
        networks: Set(terms.networks.join(",")),
        paused_at: Set(client.paused.as_ref().map(|(at, _)| *at)),
        pause_reason: Set(client.paused.as_ref().map(|(_, reason)| reason.clone())),
        disabled_at: Set(client.disabled_at),
        created_at: Set(client.registered_at),
    }
}

/// The row that a token is stored as, but for its hash, when it was last used and whether its agency was told that it
/// ends: these are no facts.
fn token_row(token: &partner::Token) -> token::ActiveModel {
    token::ActiveModel {
        id: Set(token.id),
        client_id: Set(token.client),
        expires_on: Set(token.expires_on),
        created_at: Set(token.issued_at),
        ends_at: Set(token.ends_at),
        revoked_at: Set(token.revoked_at),
        ..token::ActiveModel::default()
    }
}

/// Somebody else made another contact the head teacher, or approved the address, at the same time.
fn one_head(error: DbErr) -> Error {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Conflict::Stale.into(),
        _ => error.into(),
    }
}

/// The row that a member of staff is stored as; `created_at` only for a new one. When they signed in is nobody's fact.
pub(crate) fn staff_row(id: StaffId, member: &StaffMember, created_at: Option<DateTime<Utc>>) -> staff::ActiveModel {
    let roles: Vec<&str> = member.roles.iter().map(|role| role.code()).collect();
    staff::ActiveModel {
        id: Set(id),
        name: Set(member.name.clone()),
        email: Set(member.email.clone()),
        roles: Set(roles.join(",")),
        state: Set(member.state),
        epoch: Set(member.epoch),
        version: Set(member.version),
        created_at: created_at.map_or_else(Default::default, Set),
        last_sign_in_at: sea_orm::ActiveValue::default(),
    }
}

/// Writes what a fact made of a member of staff.
pub(super) async fn staff(
    txn: &DatabaseTransaction,
    id: StaffId,
    after: &StaffMember,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    if after.version == 1 {
        staff::Entity::insert(staff_row(id, after, Some(at))).exec_without_returning(txn).await?;
        return Ok(());
    }
    let moved = staff::Entity::update_many()
        .set(staff_row(id, after, None))
        .filter(staff::Column::Id.eq(id))
        .filter(staff::Column::Version.eq(after.version - 1))
        .exec(txn)
        .await?;
    if moved.rows_affected == 1 { Ok(()) } else { Err(Conflict::Stale.into()) }
}
