//! The rows of a case: its own, and those of its child, enquiries, flags, placements and readers.

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{ReferralState, SightingKind};
use entity::{
    CaseId, CaseReaderId, ReferralId, StaffId, case, case_key, case_reader, case_span, child as child_row, enquiry,
    escalation as escalation_row, placement, referral, removal,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter,
};

use super::clock::Made;
use super::{Change, Project, child, clock, escalation, or_stale, replace};
use crate::context::OpContext;
use crate::domain::case::{Case, CaseEvent, Enquiry, FOLD, Placement};
use crate::domain::escalation::Escalation;
use crate::domain::family::{self, Named, Whom};
use crate::domain::london::london_day;
use crate::domain::roll::Matter;
use crate::error::{Error, ReferralConflict};

/// The due day of a closed case: later than any real one, so that closed cases come last in the order of due days.
pub(crate) const NEVER: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("the last day of the calendar");

impl Project for Case {
    type Besides = ();

    async fn project(_: &OpContext, txn: &DatabaseTransaction, change: &Change<'_, Self>, (): ()) -> Result<(), Error> {
        let after = change.after;
        // The child before its case, and the case before what belongs to it: rows refer to rows that must exist.
        if let (None, Some(CaseEvent::CaseOpened(opened))) = (change.before, change.facts.first())
            && let Some(facts) = &opened.new_child
        {
            child::insert(txn, child::of(after, facts)).await?;
        }
        match change.before {
            None => {
                case::Entity::insert(case_row(after)).exec_without_returning(txn).await.map_err(or_stale)?;
            }
            Some(before) => {
                let at =
                    Condition::all().add(case::Column::Id.eq(after.id)).add(case::Column::Version.eq(before.version));
                // The name is the child's, who may have got another one by a case of its own.
                let row = case::ActiveModel { name_key: NotSet, ..case_row(after) };
                replace(txn, row, at).await?;
            }
        }
        if change.before.is_none_or(|before| before.spans() != after.spans()) {
            write_spans(txn, after).await?;
        }
        let clocks = after.clocks();
        if change.before.is_none_or(|before| before.clocks() != clocks) {
            clock::write_of_case(txn, after.id, &clocks, Made::ByFact(after.updated_at)).await?;
        }
        for fact in change.facts {
            write_around(txn, after, fact).await?;
        }
        Ok(())
    }
}

/// Makes the rows of the spans agree with the fold.
async fn write_spans(txn: &DatabaseTransaction, after: &Case) -> Result<(), Error> {
    case_span::Entity::delete_many().filter(case_span::Column::CaseId.eq(after.id)).exec(txn).await?;
    let rows: Vec<_> = span_rows(after).collect();
    if !rows.is_empty() {
        case_span::Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// Makes the row, the flags, the spans and the clocks of a case anew from its facts, as the present rules fold them.
pub(in crate::service) async fn rewrite(
    txn: &DatabaseTransaction,
    case: &Case,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let at = Condition::all().add(case::Column::Id.eq(case.id)).add(case::Column::Version.eq(case.version));
    replace(txn, case::ActiveModel { name_key: NotSet, ..case_row(case) }, at).await?;
    for flag in &case.escalations {
        escalation::write(txn, Some(case.id), flag).await?;
    }
    write_spans(txn, case).await?;
    clock::write_of_case(txn, case.id, &case.clocks(), Made::Anew(now)).await?;
    write_keys(txn, case).await
}

/// The rows of the spans of a case.
pub fn span_rows(case: &Case) -> impl Iterator<Item = case_span::ActiveModel> {
    case.spans().into_iter().map(|span| case_span::ActiveModel {
        case_id: Set(case.id),
        from_on: Set(span.from),
        until_on: Set(span.until),
        state: Set(span.state),
        whereabouts: Set(span.whereabouts),
        statutory_status: Set(span.status),
        service_route: Set(span.route),
        missing_since: Set(span.missing_since),
    })
}

/// Writes what a fact changes in other rows than the case's own.
#[expect(clippy::too_many_lines, reason = "an arm for each fact")]
async fn write_around(txn: &DatabaseTransaction, after: &Case, fact: &CaseEvent) -> Result<(), Error> {
    match fact {
        CaseEvent::CaseOpened(opened) => {
            take_up(txn, opened.referral, ReferralState::Opened, after).await?;
            if let Some(flag) = &opened.escalation {
                escalation::write(txn, Some(after.id), flag).await?;
            }
        }
        CaseEvent::ReferralJoined { referral, escalation, .. } => {
            take_up(txn, *referral, ReferralState::Joined, after).await?;
            if let Some(flag) = escalation {
                escalation::write(txn, Some(after.id), flag).await?;
            }
        }
        CaseEvent::ChildFilledIn { changes, .. } => {
            child::change(txn, after.opened.child, changes, None).await?;
            write_keys(txn, after).await?;
        }
        CaseEvent::ChildCorrected { changes, changed_on, .. } => {
            child::change(txn, after.opened.child, changes, *changed_on).await?;
            write_keys(txn, after).await?;
        }
        CaseEvent::ParentRecorded(change) => {
            child::record_parent(txn, after.opened.child, change, london_day(after.updated_at)).await?;
        }
        CaseEvent::EnquiryRecorded(Enquiry { id, .. })
        | CaseEvent::EnquiryAnswered { enquiry: id, .. }
        | CaseEvent::EnquiryReturned { enquiry: id, .. }
        | CaseEvent::EnquiryWithdrawn { enquiry: id, .. } => {
            if let Some(enquiry) = after.enquiries.iter().find(|enquiry| enquiry.id == *id) {
                upsert_enquiry(txn, after.id, enquiry).await?;
            }
        }
        CaseEvent::EscalationRaised(Escalation { id, .. })
        | CaseEvent::EscalationAcknowledged { escalation: id, .. }
        | CaseEvent::EscalationRated { escalation: id, .. }
        | CaseEvent::EscalationLoweringProposed { escalation: id, .. }
        | CaseEvent::EscalationAnswered { escalation: id, .. }
        | CaseEvent::EscalationConfirmed { escalation: id, .. } => {
            if let Some(flag) = after.escalations.iter().find(|flag| flag.id == *id) {
                escalation::write(txn, Some(after.id), flag).await?;
            }
        }
        CaseEvent::PlacementRecorded(new) => {
            placement::Entity::insert(placement_row(after.id, new)).exec_without_returning(txn).await?;
        }
        CaseEvent::AttendanceConfirmed { placement: id, .. }
        | CaseEvent::PlacementEnded { placement: id, .. }
        | CaseEvent::NewPupilReturned { placement: id, .. } => {
            if let Some(place) = after.placements.iter().find(|place| place.id == *id) {
                placement::Entity::update(placement_row(after.id, place)).exec(txn).await?;
            }
        }
        CaseEvent::RemovalProposed(proposal) => {
            removal::Entity::insert(removal_row(after.id, &Matter::of(proposal.as_ref().clone()))?)
                .exec_without_returning(txn)
                .await?;
        }
        CaseEvent::RemovalWithdrawn { removal: id, .. }
        | CaseEvent::JointEnquiryRecorded { removal: id, .. }
        | CaseEvent::RemovalDecided { removal: id, .. }
        | CaseEvent::NameRemoved { removal: id, .. } => {
            if let Some(matter) = after.removals.iter().find(|matter| matter.proposal.id == *id) {
                removal::Entity::update(removal_row(after.id, matter)?).exec(txn).await?;
            }
        }
        CaseEvent::CaseMerged { referrals, removals, escalations, parents, .. } => {
            for flag in escalations {
                escalation::write(txn, Some(after.id), flag).await?;
            }
            child::take_over_parents(txn, after.opened.child, parents).await?;
            write_keys(txn, after).await?;
            for matter in removals {
                removal::Entity::update(removal_row(after.id, matter)?).exec(txn).await?;
            }
            let theirs = referral::ActiveModel { case_id: Set(Some(after.id)), ..Default::default() };
            referral::Entity::update_many()
                .set(theirs)
                .filter(referral::Column::Id.is_in(referrals.iter().copied()))
                .exec(txn)
                .await?;
        }
        CaseEvent::ReferralDetached { referral, .. } => {
            // One that the referral does not tell of itself, from before flags began with referrals.
            escalation_row::Entity::delete_many()
                .filter(escalation_row::Column::CaseId.eq(after.id))
                .filter(escalation_row::Column::ReferralId.eq(*referral))
                .exec(txn)
                .await?;
            write_keys(txn, after).await?;
        }
        CaseEvent::SiblingNamed { .. } | CaseEvent::SiblingStruck { .. } => write_keys(txn, after).await?,
        CaseEvent::NoteAdded { .. }
        | CaseEvent::CaseReviewed(_)
        | CaseEvent::StatusDecided(_)
        | CaseEvent::RouteDecided(_)
        | CaseEvent::ClosureProposed(_)
        | CaseEvent::ClosureDeclined { .. }
        | CaseEvent::WhereaboutsChanged { .. }
        | CaseEvent::SightingRecorded(_)
        | CaseEvent::SightingStruck { .. }
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

/// Makes the keys by which brothers and sisters are found agree with what the cases of the child name, and with the home.
#[expect(clippy::disallowed_methods, reason = "nobody is shown it")]
async fn write_keys(txn: &DatabaseTransaction, after: &Case) -> Result<(), Error> {
    let child = child_row::Entity::find_by_id(after.opened.child).one(txn).await?.ok_or(Error::NotFound)?;
    let cases = case::Entity::find().filter(case::Column::ChildId.eq(after.opened.child)).all(txn).await?;
    for case in cases {
        let siblings: Vec<Named> = serde_json::from_str(&case.siblings)?;
        case_key::Entity::delete_many().filter(case_key::Column::CaseId.eq(case.id)).exec(txn).await?;
        let keys = key_rows(case.id, &siblings, &child);
        if !keys.is_empty() {
            case_key::Entity::insert_many(keys).exec_without_returning(txn).await?;
        }
    }
    Ok(())
}

/// The rows of the keys of a case, whose officers named these brothers and sisters of the child.
pub(in crate::service) fn key_rows(
    case: CaseId,
    siblings: &[Named],
    child: &child_row::Model,
) -> Vec<case_key::ActiveModel> {
    let row = |key: String| case_key::ActiveModel { case_id: Set(case), key: Set(family::names(&key)) };
    Whom::on_file(child).keys_of(siblings).into_iter().map(row).collect()
}

/// Makes the rows of the readers agree with the fold.
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
    case_reader::Entity::insert_many(reader_rows(after))
        .on_conflict(OnConflict::columns([Of, Who]).do_nothing().to_owned())
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// The rows of the readers of a case, who read it since its last fact.
pub fn reader_rows(case: &Case) -> impl Iterator<Item = case_reader::ActiveModel> {
    case.readers.iter().map(|staff| case_reader::ActiveModel {
        id: Set(reader_id(case.id, *staff)),
        case_id: Set(case.id),
        staff_id: Set(*staff),
        since: Set(case.updated_at),
    })
}

/// The id of a reader's row, computed from case and reader, so that no fact need hold it.
fn reader_id(case: CaseId, staff: StaffId) -> CaseReaderId {
    CaseReaderId(uuid::Uuid::from_u128(case.0.as_u128() ^ staff.0.as_u128()))
}

/// The row of a case.
pub fn case_row(case: &Case) -> case::ActiveModel {
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
        statutory_status: Set(case.statuses.now().value),
        service_route: Set(case.routes.now().value),
        whereabouts: Set(case.whereabouts),
        risk: Set(case.risk()),
        restriction: Set(case.restriction),
        opened_at: Set(case.opened_at),
        last_seen_on: Set(case.last(SightingKind::Seen)),
        last_attended_on: Set(case.last(SightingKind::AtSchool)),
        sightings: Set(serde_json::json!(case.sightings).to_string()),
        open_enquiries: Set(count(case.open_enquiries().count())),
        open_escalations: Set(count(case.open_escalations().count())),
        due_on: Set(case.due_on().unwrap_or(NEVER)),
        closed_at: Set(case.closed.as_ref().map(|(at, _)| *at)),
        outcome: Set(case.closed.as_ref().map(|(_, closure)| closure.outcome)),
        siblings: Set(serde_json::json!(case.siblings).to_string()),
        struck: Set(serde_json::json!(case.struck).to_string()),
        proposed_outcome: Set(case.proposed.as_ref().map(|closure| closure.outcome)),
        missing_since: Set(case.missing_since()),
        name_key: Set(opened.name_key.clone()),
        version: Set(case.version),
        updated_at: Set(case.updated_at),
        folded_by: Set(FOLD),
    }
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
    if taken.rows_affected == 1 {
        clock::write_of_referral(txn, referral, &[], Made::ByFact(case.updated_at)).await
    } else {
        Err(ReferralConflict::Decided.into())
    }
}

async fn upsert_enquiry(txn: &DatabaseTransaction, case: CaseId, enquiry: &Enquiry) -> Result<(), Error> {
    use enquiry::Column::{AgencyId, Answer, AnsweredOn, Finding, Id, ReturnedOn};
    enquiry::Entity::insert(enquiry_row(case, enquiry))
        .on_conflict(
            OnConflict::column(Id).update_columns([AnsweredOn, Finding, Answer, AgencyId, ReturnedOn]).to_owned(),
        )
        .exec_without_returning(txn)
        .await?;
    Ok(())
}

/// The row of a tracing enquiry.
pub fn enquiry_row(case: CaseId, enquiry: &Enquiry) -> enquiry::ActiveModel {
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
        gateway: Set(enquiry.gateway.clone()),
        returned_on: Set(enquiry.returned_on),
    }
}

/// The row of a placement.
pub fn placement_row(case: CaseId, placement: &Placement) -> placement::ActiveModel {
    placement::ActiveModel {
        id: Set(placement.id),
        case_id: Set(case),
        kind: Set(placement.kind),
        provider: Set(placement.provider.clone()),
        school_id: Set(placement.school),
        starts_on: Set(placement.starts_on),
        recorded_at: Set(placement.recorded_at),
        attended_on: Set(placement.attended_on),
        ended_on: Set(placement.ended_on),
        returned_on: Set(placement.returned_on),
    }
}

/// The row of a matter of removing a name.
pub fn removal_row(case: CaseId, matter: &Matter) -> Result<removal::ActiveModel, Error> {
    let proposal = &matter.proposal;
    Ok(removal::ActiveModel {
        id: Set(proposal.id),
        case_id: Set(case),
        school_id: Set(proposal.school),
        ground: Set(proposal.ground),
        regime: Set(proposal.regime),
        proposed_on: Set(proposal.proposed_on),
        removed_on: Set(matter.removed.as_ref().map(|told| told.removed_on)),
        matter: Set(serde_json::to_string(matter)?),
    })
}
