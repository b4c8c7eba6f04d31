//! Commands on breaking the glass: reading a restricted case without being named to it.
//!
//! What must not live here: who may do it, and who reviews it (`domain::policy`).

use entity::vocabulary::AccessAction;
use entity::{BreakGlassId, CaseId};

use super::{access_note, mails, record, staff_of};
use crate::context::OpContext;
use crate::domain::break_glass::{self as rules, BreakGlass};
use crate::domain::policy::reviews_break_glass;
use crate::domain::text::Line;
use crate::error::Error;
use crate::store;
use crate::store::stream::for_change;

/// Gives the viewer an hour in which they may read a restricted case, and mails its officer, its readers and the
/// managers. Fails, and gives no access, when the access note cannot be stored.
pub async fn begin(op: &OpContext, reference: &str, reason: String) -> Result<CaseId, Error> {
    let staff = staff_of(op)?;
    let row = store::case::findable(op, reference).await?.ok_or(Error::NotFound)?;
    // The rule, then the note, then the access: nothing may be read that was not noted.
    let event = rules::break_glass(row.id, staff.id, &reason, op.now())?;
    op.states(reason.trim().to_owned());
    op.saw(AccessAction::BreakGlass, format!("case:{}", row.id), None);
    access_note::note(op).await?;
    op.commit(move |op, txn| async move {
        let mut named: Vec<_> = store::case::readers(&op, &[row.id]).await?.iter().map(|one| one.staff_id).collect();
        named.extend(row.officer_id);
        let told = store::staff::managers_and(&*txn, &named).await?;
        let mut told: Vec<&str> =
            told.iter().filter(|colleague| colleague.id != staff.id).map(|to| to.email.as_str()).collect();
        if told.is_empty() {
            // Somebody must be told, even if nobody else is active.
            told.push(&op.council.team_email);
        }
        let who = Line::named(&staff.name);
        let mails = told.iter().map(|to| mails::glass_broken(to, &row.reference, &who, &op.council));
        let done = record::begin::<BreakGlass>(&op, &txn, op.new_id(), vec![event]).await?;
        Ok(done.map(|broken| broken.case).mailing(mails))
    })
    .await
}

/// Ends the access before the hour is over; only the reader may.
pub async fn end(op: &OpContext, id: BreakGlassId) -> Result<BreakGlassId, Error> {
    let staff = staff_of(op)?;
    op.commit(move |op, txn| async move {
        let before: BreakGlass = for_change(&op, &txn, &id).await?;
        let mended = before.mend(staff.id, op.now())?;
        Ok(record::change(&op, &txn, before, vec![mended]).await?.map(|after| after.id))
    })
    .await
}

/// Records a manager's review. Nobody reviews their own.
pub async fn review(op: &OpContext, id: BreakGlassId, finding: String) -> Result<BreakGlassId, Error> {
    op.require(reviews_break_glass(&op.viewer))?;
    let staff = staff_of(op)?;
    op.commit(move |op, txn| async move {
        let before: BreakGlass = for_change(&op, &txn, &id).await?;
        let reviewed = before.review(staff.id, &finding)?;
        Ok(record::change(&op, &txn, before, vec![reviewed]).await?.map(|after| after.id))
    })
    .await
}
