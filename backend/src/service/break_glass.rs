//! Commands on broken glass: reading a restricted case without being named to it.

use entity::vocabulary::AccessAction;
use entity::{BreakGlassId, CaseId};

use super::{access_note, mails, project, require};
use crate::context::{Done, OpContext};
use crate::domain::event::Event;
use crate::domain::glass::{self, Glass};
use crate::domain::policy::reviews_glass;
use crate::domain::text::Line;
use crate::domain::viewer::{Staff, Viewer};
use crate::error::Error;
use crate::store;

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
    let inner = op.clone();
    op.commit(move |txn| async move {
        let id: BreakGlassId = inner.new_id();
        let Some(broken) = Glass::begin(id, &event, inner.now()) else {
            return Err(Error::internal("breaking the glass did not break it"));
        };
        project::glass(&txn, &broken).await?;
        let mut named: Vec<_> = store::case::readers(&inner, &[row.id]).await?.iter().map(|one| one.staff_id).collect();
        named.extend(row.officer_id);
        let told = store::staff::managers_and(&*txn, &named).await?;
        let mut told: Vec<&str> =
            told.iter().filter(|colleague| colleague.id != staff.id).map(|to| to.email.as_str()).collect();
        if told.is_empty() {
            // Somebody must know.
            told.push(&inner.council.team_email);
        }
        let who = Line::named(&staff.name);
        let mails = told.iter().map(|to| mails::glass_broken(to, &row.reference, &who, &inner.council)).collect();
        Ok(Done::new(row.id, Event::of(id, 0, &event)?).mailing(mails))
    })
    .await
}

/// Ends it before the hour is up; only whoever began it.
pub async fn end(op: &OpContext, id: BreakGlassId) -> Result<BreakGlassId, Error> {
    let staff = staff(op)?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let before = store::break_glass::for_change(&inner, &*txn, id).await?;
        require(&inner, before.staff == staff.id)?;
        let event = glass::mend(&before, inner.now())?;
        let stored = Event::of(id, before.version, &event)?;
        project::glass(&txn, &before.apply(&event, inner.now())).await?;
        Ok(Done::new(id, stored))
    })
    .await
}

/// Records what a manager made of it.
pub async fn review(op: &OpContext, id: BreakGlassId, finding: String) -> Result<BreakGlassId, Error> {
    require(op, reviews_glass(&op.viewer))?;
    let staff = staff(op)?;
    let inner = op.clone();
    op.commit(move |txn| async move {
        let before = store::break_glass::for_change(&inner, &*txn, id).await?;
        let event = glass::review(&before, staff.id, &finding)?;
        let stored = Event::of(id, before.version, &event)?;
        project::glass(&txn, &before.apply(&event, inner.now())).await?;
        Ok(Done::new(id, stored))
    })
    .await
}
