//! Commands on broken glass: reading a restricted case without being named to it.

use entity::vocabulary::AccessAction;
use entity::{BreakGlassId, CaseId};

use super::{access_note, mails, record, require};
use crate::context::OpContext;
use crate::domain::glass::{self, Glass};
use crate::domain::policy::reviews_glass;
use crate::domain::text::Line;
use crate::domain::viewer::{Staff, Viewer};
use crate::error::Error;
use crate::store;
use crate::store::stream::for_change;

fn staff(op: &OpContext) -> Result<Staff, Error> {
    match &op.viewer {
        Viewer::Staff(staff) => Ok(staff.clone()),
        Viewer::Anonymous => Err(Error::Unauthenticated),
        Viewer::SchoolContact(_) | Viewer::Partner(_) | Viewer::System(_) => Err(Error::Forbidden),
    }
}

/// Begins an hour in which the viewer may read a restricted case, and tells its officer and the managers at once. What
/// cannot be noted does not begin.
pub async fn begin(op: &OpContext, reference: &str, reason: String) -> Result<CaseId, Error> {
    let staff = staff(op)?;
    let row = store::case::findable(op, reference).await?.ok_or(Error::NotFound)?;
    let event = glass::break_glass(row.id, staff.id, &reason, op.now())?;
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
            // Somebody must know.
            told.push(&op.council.team_email);
        }
        let who = Line::named(&staff.name);
        let mails = told.iter().map(|to| mails::glass_broken(to, &row.reference, &who, &op.council));
        let done = record::begin::<Glass>(&op, &txn, op.new_id(), vec![event]).await?;
        Ok(done.map(|broken| broken.case).mailing(mails))
    })
    .await
}

/// Ends it before the hour is up; only whoever began it.
pub async fn end(op: &OpContext, id: BreakGlassId) -> Result<BreakGlassId, Error> {
    let staff = staff(op)?;
    op.commit(move |op, txn| async move {
        let before: Glass = for_change(&op, &txn, &id).await?;
        let mended = before.mend(staff.id, op.now())?;
        Ok(record::change(&op, &txn, before, vec![mended]).await?.map(|after| after.id))
    })
    .await
}

/// Records what a manager made of it.
pub async fn review(op: &OpContext, id: BreakGlassId, finding: String) -> Result<BreakGlassId, Error> {
    require(op, reviews_glass(&op.viewer))?;
    let staff = staff(op)?;
    op.commit(move |op, txn| async move {
        let before: Glass = for_change(&op, &txn, &id).await?;
        let reviewed = before.review(staff.id, &finding)?;
        Ok(record::change(&op, &txn, before, vec![reviewed]).await?.map(|after| after.id))
    })
    .await
}
