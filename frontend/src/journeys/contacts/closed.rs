//! Drafts that schools left behind when they closed. Nobody of ours can open a draft: the list says who began it, so that
//! they can be rung.

use cynic::QueryBuilder as _;

use super::admitted;
use crate::documents::proposals::{LeftDraft, LeftDrafts};
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::when::day;

/// `GET /contacts/closed-schools`.
pub(super) async fn show(visit: Visit) -> Reply {
    admitted(&visit)?;
    let drafts = visit.api.run(LeftDrafts::build(())).await?.drafts_of_closed_schools;
    let title = "Drafts of schools that have closed";
    Ok(Page::new(title).trail([("School contacts", "/contacts")]).wide().render(&visit.chrome().await, || {
        view! {
            {h1(title)}
            {paragraph(
                "When a school closes, its contacts are suspended. A referral that they began and did not send may be a \
                 child whom nobody is looking for: ring whoever began it. Nobody here can read a draft.",
            )}
            {table(drafts)}
        }
        .into_any()
    }))
}

fn table(drafts: Vec<LeftDraft>) -> AnyView {
    if drafts.is_empty() {
        return paragraph("There are none.");
    }
    let table =
        Table::new("Referrals begun and not sent").scrolls().columns(["School", "Begun by", "Last saved", "Draft"]);
    drafts
        .into_iter()
        .fold(table, |table, LeftDraft { id, school, started_by, updated_at }| {
            let school = format!("{} (URN {})", school.name, school.urn);
            table.row([school.into(), started_by.into(), day(updated_at).into(), id.into_inner().into()])
        })
        .view()
}
