//! Commands on the registers of schools and of term dates. Each imports a whole file in one transaction with one event.
//!
//! What must not live here: reading the files (`import`).

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{SchoolId, TermDateId, school, term_date};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::record;
use crate::context::OpContext;
use crate::domain::event::RegisterEvent;
use crate::domain::person_name::search_key;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::import::{Faults, LineFault, finish, gias, term_dates};
use crate::store;

/// The id of the one stream to which all facts of the registers belong.
pub const REGISTER: Uuid = Uuid::from_u128(0x6f6e_726f_6c6c_8000_8000_7265_6769_7374);

/// The most rows in one statement: SQLite binds at most 32,766 values.
const AT_ONCE: usize = 500;

/// The result of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The number of rows added.
    pub added: u64,
    /// The number of rows changed or replaced.
    pub changed: u64,
    /// The number of rows that were as in the file already.
    pub unchanged: u64,
    /// The URNs of known schools that the file does not hold, sorted; their rows stay as they were.
    pub missing: Vec<String>,
    /// Remarks on the file that did not keep anything from being imported.
    pub warnings: Vec<LineFault>,
}

/// Why an import failed; nothing was imported.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ImportFault {
    /// The file has faults, listed by line.
    #[error(transparent)]
    File(#[from] Faults),
    /// The import failed for another reason; the file may be right.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Imports an extract of the national register: adds new schools, changes those that differ, and removes none.
pub async fn import_schools(op: &OpContext, file: Vec<u8>) -> Result<Imported, ImportFault> {
    op.require(matches!(op.viewer, Viewer::System(_)))?;
    let gias::Register { schools, mut warnings } = gias::read(&file)?;
    let (added, changed, unchanged, missing, elsewhere) = op
        .commit(move |op, txn| async move {
            let known = store::school::all(&op, &*txn).await?;
            let mut known: HashMap<String, school::Model> =
                known.into_iter().map(|row| (row.urn.clone(), row)).collect();
            // Before the loop below takes known schools out of `known`.
            let elsewhere = all_elsewhere(&schools, &op.council.la_code, known.values());
            let (mut new, mut changed, mut unchanged) = (Vec::new(), 0, 0);
            for told in schools {
                let Some(before) = known.remove(&told.urn) else {
                    new.push(school::ActiveModel::from(row(op.new_id(), told, None, op.now())));
                    continue;
                };
                let after = row(before.id, told, Some(&before), before.updated_at);
                if after == before {
                    unchanged += 1;
                    continue;
                }
                let after = school::ActiveModel { updated_at: Set(op.now()), ..after.into() }.reset_all();
                school::Entity::update_many().set(after).filter(school::Column::Id.eq(before.id)).exec(&*txn).await?;
                changed += 1;
            }
            let added = new.len() as u64;
            for some in new.chunks(AT_ONCE) {
                let some = some.iter().cloned().map(school::ActiveModel::reset_all);
                school::Entity::insert_many(some).exec_without_returning(&*txn).await?;
            }
            let fact = RegisterEvent::SchoolsImported { file: digest(&file), added, changed };
            let after = store::stream::count(&*txn, REGISTER).await?;
            // The schools left in `known` are those that the file does not hold.
            let mut missing: Vec<String> = known.into_keys().collect();
            missing.sort_unstable();
            record::fact((added, changed, unchanged, missing, elsewhere), REGISTER, after, &fact)
        })
        .await?;
    warnings.extend(elsewhere.map(|what| LineFault::new(1, what)));
    Ok(Imported { added, changed, unchanged, missing, warnings })
}

/// A warning when no school in the file belongs to our authority (`ours`) or, if that is not configured, to an
/// authority of the schools known before: it may be another council's file. It is imported all the same, because
/// children move.
fn all_elsewhere<'a>(
    told: &[gias::School],
    ours: &'a str,
    known: impl Iterator<Item = &'a school::Model>,
) -> Option<String> {
    let expected: BTreeSet<&str> =
        if ours.is_empty() { known.map(|school| school.la_code.as_str()).collect() } else { BTreeSet::from([ours]) };
    let codes: BTreeSet<&str> = told.iter().map(|school| school.la_code.as_str()).collect();
    if expected.is_empty() || !codes.is_disjoint(&expected) {
        return None;
    }
    let list = |codes: &BTreeSet<&str>| codes.iter().copied().collect::<Vec<_>>().join(", ");
    let (told, expected) = (list(&codes), list(&expected));
    Some(format!("no school of this file is of {expected}, all are of other authorities ({told}): is it ours?"))
}

/// The row of a school by the file; a value that cannot be read stays as it was in `before`.
fn row(id: SchoolId, told: gias::School, before: Option<&school::Model>, updated_at: DateTime<Utc>) -> school::Model {
    school::Model {
        id,
        name_key: search_key(&told.name),
        urn: told.urn,
        la_code: told.la_code,
        establishment_number: told.establishment_number,
        name: told.name,
        kind: told.kind,
        phase: told.phase,
        status: told.status,
        opened_on: told.opened_on,
        closed_on: told.closed_on,
        low_age: told.low_age.or_known(before.and_then(|before| before.low_age)),
        high_age: told.high_age.or_known(before.and_then(|before| before.high_age)),
        address: told.address,
        postcode: told.postcode.or_known(before.and_then(|before| before.postcode.clone())),
        phone: told.phone.or_known(before.and_then(|before| before.phone.clone())),
        head_teacher: told.head_teacher,
        updated_at,
    }
}

/// Imports term dates, which replace all term dates of the academic years in the file.
pub async fn import_term_dates(op: &OpContext, file: Vec<u8>) -> Result<Imported, ImportFault> {
    op.require(matches!(op.viewer, Viewer::System(_)))?;
    let term_dates::Calendars { spans, warnings } = term_dates::read(&file)?;
    let schools = store::school::all(op, &op.db.read).await?;
    let schools: HashMap<String, SchoolId> = schools.into_iter().map(|row| (row.urn, row.id)).collect();
    let unknown = |span: &term_dates::Span| {
        let urn = span.school_urn.as_ref().filter(|urn| !schools.contains_key(*urn))?;
        Some(LineFault::new(span.line, format!("there is no school {urn} on the register")))
    };
    // Every line is checked before anything is written, so that all faults come back at once.
    finish((), spans.iter().filter_map(unknown).collect())?;
    let (added, changed) = op
        .commit(move |op, txn| async move {
            let years: BTreeSet<String> = spans.iter().map(|span| span.academic_year.clone()).collect();
            // The old spans go first, because the new ones are of the same academic years.
            let replaced = term_date::Entity::delete_many()
                .filter(term_date::Column::AcademicYear.is_in(years))
                .exec(&*txn)
                .await?
                .rows_affected;
            let rows: Vec<term_date::ActiveModel> = spans
                .into_iter()
                .map(|span| term_date::ActiveModel {
                    id: Set(op.new_id::<TermDateId>()),
                    academic_year: Set(span.academic_year),
                    school_id: Set(span.school_urn.and_then(|urn| schools.get(&urn).copied())),
                    starts_on: Set(span.from),
                    ends_on: Set(span.to),
                    kind: Set(span.kind),
                    source: Set(span.source),
                })
                .collect();
            let spans = rows.len() as u64;
            for some in rows.chunks(AT_ONCE) {
                term_date::Entity::insert_many(some.iter().cloned()).exec_without_returning(&*txn).await?;
            }
            let fact = RegisterEvent::TermDatesImported { file: digest(&file), spans };
            let after = store::stream::count(&*txn, REGISTER).await?;
            record::fact((spans, replaced), REGISTER, after, &fact)
        })
        .await?;
    Ok(Imported { added, changed, unchanged: 0, missing: Vec::new(), warnings })
}

fn digest(file: &[u8]) -> String {
    hex::encode(Sha256::digest(file))
}
