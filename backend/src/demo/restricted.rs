//! Two restricted cases. One of them was read by break glass, and that awaits a manager's review.

use chrono::Duration;
use entity::vocabulary::{AccessAction, CaseState, Restriction};

use super::Stage;
use crate::domain::case::Restrict;
use crate::error::Error;
use crate::service::case::{self, Target};
use crate::service::{access_note, break_glass};
use crate::store;
use crate::store::case::{Filter, Sort};
use crate::store::page::Wanted;

const RESTRICTED: [(Restriction, &str); 2] = [
    (Restriction::Protected, "The family lives at a refuge. Nobody outside the team may learn the address."),
    (Restriction::StaffRelative, "The child’s aunt works in this department."),
];

/// Restricts two cases of the first officer, and lets the second officer read one of them by break glass.
pub(super) async fn keep(stage: &Stage) -> Result<(), Error> {
    let (restricted, read) = (stage.diary.now - Duration::days(3), stage.diary.now - Duration::days(2));
    let [(owner, _), (_, reader), ..] = stage.crew.officers.as_slice() else { return Ok(()) };
    let op = stage.op(stage.crew.manager.clone(), restricted);
    let filter = Filter { officer: Some(*owner), state: Some(vec![CaseState::Open]), ..Filter::default() };
    let (page, _) = store::case::list(&op, &filter, Sort::Oldest, &Wanted::first(100)).await?;
    let mut rows = page.nodes;
    rows.retain(|row| row.updated_at < restricted);
    for (number, (row, (restriction, reason))) in rows.into_iter().zip(RESTRICTED).enumerate() {
        let target = Target { case: row.reference.clone(), version: row.version };
        case::restrict(&op, target, Restrict { restriction: Some(restriction), reason: reason.to_owned() }).await?;
        if number == 0 {
            let op = stage.op(reader.clone(), read);
            let reason = "A nursery rang: somebody is there to collect a sibling, and the owner is on leave.";
            break_glass::begin(&op, &row.reference, reason.to_owned()).await?;
            for field in ["reference", "whereabouts", "openItems", "timeline"] {
                op.saw(AccessAction::Show, format!("case:{}", row.id), Some(field));
            }
            access_note::note(&op).await?;
        }
    }
    Ok(())
}
