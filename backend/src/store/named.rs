//! Words for who and what, for auditors: staff, contacts and agencies by name, records by reference, a child by a case
//! of theirs. Both come as a kind and an id, such as `staff:…`, as access notes and events store them.
//!
//! What must not live here: who may read the notes and events (`access_note`, `audit`).

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use entity::{
    AgencyId, BreakGlassId, CaseId, ChildId, ContactProposalId, ReferralId, SchoolContactId, StaffId, TokenId, agency,
    break_glass, case, client, contact_proposal, referral, school, school_contact, staff, token,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Value};

use super::filled;
use crate::context::OpContext;
use crate::error::Error;

/// The words for some texts.
pub(super) struct Names(BTreeMap<String, String>);

/// Texts by what they name.
struct Texts<'a>(BTreeSet<&'a str>);

impl Texts<'_> {
    /// The ids of one kind, filled up for a statement; `None` if there are none, so that nothing is asked.
    fn ids<T: FromStr + Into<Value>>(&self, kind: &str) -> Option<Vec<Value>> {
        let ids: Vec<T> = self.0.iter().filter_map(|text| text.strip_prefix(kind)?.parse().ok()).collect();
        (!ids.is_empty()).then(|| filled(ids))
    }
}

impl Names {
    /// Reads the words for these texts, with one query for each kind of thing however many there are.
    pub(super) async fn of(op: &OpContext, texts: impl Iterator<Item = &str>) -> Result<Self, Error> {
        let texts = Texts(texts.collect());
        let mut words = BTreeMap::new();
        people(op, &texts, &mut words).await?;
        records(op, &texts, &mut words).await?;
        agencies(op, &texts, &mut words).await?;
        Ok(Self(words))
    }

    /// The words for one text; the text itself where it is of no kind that has words.
    pub(super) fn word(&self, text: &str) -> String {
        self.0.get(text).cloned().unwrap_or_else(|| {
            let (kind, _) = text.split_once(':').unwrap_or((text, ""));
            let word = match kind {
                "public" => "Somebody not signed in",
                "system" => "Onroll",
                "draft" => "A draft referral",
                "held_report" => "A held report",
                "register" => "The registers",
                "outbox" => "Unsent mail",
                "operation" => "The service",
                "access_notes" => "Access notes",
                "events" => "What was done",
                "chain" => "The chain of facts",
                "cases" => "Cases",
                "referrals" => "Referrals",
                "lookup" => "A look-up of a child",
                _ => text,
            };
            word.to_owned()
        })
    }
}

type Words = BTreeMap<String, String>;

async fn people(op: &OpContext, texts: &Texts<'_>, words: &mut Words) -> Result<(), Error> {
    let db = &op.db.read;
    if let Some(ids) = texts.ids::<StaffId>("staff:") {
        let rows = staff::Entity::find().filter(staff::Column::Id.is_in(ids)).all(db).await?;
        words.extend(rows.into_iter().map(|row| (format!("staff:{}", row.id), row.name)));
    }
    if let Some(ids) = texts.ids::<SchoolContactId>("contact:") {
        let rows = school_contact::Entity::find().filter(school_contact::Column::Id.is_in(ids)).all(db).await?;
        let named =
            |row: school_contact::Model| (format!("contact:{}", row.id), format!("{} (school contact)", row.name));
        words.extend(rows.into_iter().map(named));
    }
    if let Some(ids) = texts.ids::<ContactProposalId>("proposal:") {
        let rows = contact_proposal::Entity::find().filter(contact_proposal::Column::Id.is_in(ids)).all(db).await?;
        let of_them = school::Column::Id.is_in(filled(rows.iter().map(|row| row.school_id)));
        let schools = school::Entity::find().filter(of_them).all(db).await?;
        for row in rows {
            let school = schools.iter().find(|school| school.id == row.school_id);
            let school = school.map_or("a school", |school| &school.name);
            words.insert(format!("proposal:{}", row.id), format!("Contacts of {school}"));
        }
    }
    Ok(())
}

async fn records(op: &OpContext, texts: &Texts<'_>, words: &mut Words) -> Result<(), Error> {
    let db = &op.db.read;
    if let Some(ids) = texts.ids::<ReferralId>("referral:") {
        let rows = referral::Entity::find().filter(referral::Column::Id.is_in(ids)).all(db).await?;
        let named = |row: referral::Model| (format!("referral:{}", row.id), format!("Referral {}", row.reference));
        words.extend(rows.into_iter().map(named));
    }
    if let Some(ids) = texts.ids::<CaseId>("case:") {
        let rows = case::Entity::find().filter(case::Column::Id.is_in(ids)).all(db).await?;
        words.extend(rows.into_iter().map(|row| (format!("case:{}", row.id), format!("Case {}", row.reference))));
    }
    if let Some(ids) = texts.ids::<ChildId>("child:") {
        let of_them = case::Entity::find().filter(case::Column::ChildId.is_in(ids));
        let rows = of_them.order_by_asc(case::Column::OpenedAt).all(db).await?;
        let named = |row: case::Model| (format!("child:{}", row.child_id), format!("Child of case {}", row.reference));
        words.extend(rows.into_iter().map(named));
    }
    if let Some(ids) = texts.ids::<BreakGlassId>("glass:") {
        let rows = break_glass::Entity::find().filter(break_glass::Column::Id.is_in(ids)).all(db).await?;
        let of_them = case::Column::Id.is_in(filled(rows.iter().map(|row| row.case_id)));
        let cases = case::Entity::find().filter(of_them).all(db).await?;
        for row in rows {
            if let Some(case) = cases.iter().find(|case| case.id == row.case_id) {
                words.insert(format!("glass:{}", row.id), format!("Case {}", case.reference));
            }
        }
    }
    Ok(())
}

async fn agencies(op: &OpContext, texts: &Texts<'_>, words: &mut Words) -> Result<(), Error> {
    let db = &op.db.read;
    if let Some(ids) = texts.ids::<AgencyId>("agency:") {
        let rows = agency::Entity::find().filter(agency::Column::Id.is_in(ids)).all(db).await?;
        words.extend(rows.into_iter().map(|row| (format!("agency:{}", row.id), row.name)));
    }
    let Some(ids) = texts.ids::<TokenId>("token:") else { return Ok(()) };
    let rows = token::Entity::find().filter(token::Column::Id.is_in(ids)).all(db).await?;
    let clients = client::Column::Id.is_in(filled(rows.iter().map(|row| row.client_id)));
    let clients = client::Entity::find().filter(clients).all(db).await?;
    let agencies = agency::Column::Id.is_in(filled(clients.iter().map(|row| row.agency_id)));
    let agencies = agency::Entity::find().filter(agencies).all(db).await?;
    for row in rows {
        let client = clients.iter().find(|client| client.id == row.client_id);
        let agency = client.and_then(|client| agencies.iter().find(|agency| agency.id == client.agency_id));
        if let (Some(client), Some(agency)) = (client, agency) {
            words.insert(format!("token:{}", row.id), format!("{} ({})", agency.name, client.name));
        }
    }
    Ok(())
}
