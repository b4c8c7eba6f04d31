//! Reads of approved school contacts.

use entity::vocabulary::ContactState;
use entity::{SchoolContactId, SchoolId, school_contact};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use super::page::{Page, Wanted};
use super::{contains, event, nothing};
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::contact::{Contact, ContactEvent};
use crate::domain::email::Email;
use crate::domain::person_name::search_key;
use crate::domain::policy::manages_contacts;
use crate::domain::viewer::Viewer;
use crate::error::{Conflict, Error};

/// What a list of contacts is narrowed to.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `SchoolContactFilter`")]
pub struct Filter {
    pub search: Option<String>,
    pub school_urn: Option<String>,
    pub state: Option<ContactState>,
}

fn visible(viewer: &Viewer) -> Select<school_contact::Entity> {
    let all = school_contact::Entity::find();
    match viewer {
        Viewer::System(_) => all,
        Viewer::SchoolContact(contact) => all.filter(school_contact::Column::Id.eq(contact.id)),
        viewer if manages_contacts(viewer) => all,
        _ => all.filter(nothing()),
    }
}

/// One contact.
pub async fn one(op: &OpContext, id: SchoolContactId) -> Result<Option<school_contact::Model>, Error> {
    Ok(visible(&op.viewer).filter(school_contact::Column::Id.eq(id)).one(&op.db.read).await?)
}

/// The contacts with these ids, for who sent or began something that the viewer was shown.
pub async fn many(op: &OpContext, ids: &[SchoolContactId]) -> Result<Vec<school_contact::Model>, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Id.is_in(ids.iter().copied()))
        .all(&op.db.read)
        .await?)
}

/// A page of contacts by name.
pub async fn list(op: &OpContext, filter: &Filter, wanted: &Wanted) -> Result<Page<school_contact::Model>, Error> {
    let Filter { search, school_urn, state } = filter;
    let mut select = visible(&op.viewer);
    if let Some(state) = state {
        select = select.filter(school_contact::Column::State.eq(*state));
    }
    let schools = |condition: Expr| {
        let schools =
            Query::select().column(entity::school::Column::Id).from(entity::school::Entity).and_where(condition).take();
        school_contact::Column::SchoolId.in_subquery(schools)
    };
    if let Some(urn) = school_urn {
        select = select.filter(schools(Expr::col(entity::school::Column::Urn).eq(urn.trim())));
    }
    if let Some(typed) = search.as_deref().map(str::trim).filter(|typed| !typed.is_empty()) {
        let mut found = Condition::any();
        if let Ok(email) = Email::parse(typed) {
            found = found.add(school_contact::Column::Email.eq(email.as_str()));
        }
        let (mut name, mut school) = (Condition::all(), Condition::all());
        for word in search_key(typed).split_whitespace() {
            name = name.add(contains(school_contact::Column::NameKey, word));
            school = school.add(schools(contains(entity::school::Column::NameKey, word)));
        }
        found = if name.is_empty() { found.add(nothing()) } else { found.add(name).add(school) };
        select = select.filter(found);
    }
    let by = [school_contact::Column::NameKey, school_contact::Column::Id];
    wanted.read(&op.db.read, select, &by, Order::Asc).await
}

/// The approval as its facts make it, for a command.
pub(crate) async fn for_change<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    id: SchoolContactId,
    version: i32,
) -> Result<Contact, Error> {
    let row = visible(&op.viewer).filter(school_contact::Column::Id.eq(id)).one(connection).await?;
    row.ok_or(Error::NotFound)?;
    // The fold decides, not the row: somebody may have saved between the two reads.
    let facts = event::stream::<ContactEvent, C>(connection, id.0).await?;
    let contact = facts.iter().fold(None, |contact, (fact, _)| Contact::fold(contact, fact)).ok_or(Error::NotFound)?;
    if contact.version == version { Ok(contact) } else { Err(Conflict::Stale.into()) }
}

/// Whether this address is on file, at any school, under another name.
pub(crate) async fn is_somebody_elses<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    name: &str,
    email: &str,
) -> Result<bool, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Email.eq(email))
        .filter(school_contact::Column::NameKey.ne(search_key(name)))
        .one(connection)
        .await?
        .is_some())
}

/// Whether this address is on file for this school, active or not.
pub(crate) async fn is_on_file<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    school: SchoolId,
    email: &str,
) -> Result<bool, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::SchoolId.eq(school))
        .filter(school_contact::Column::Email.eq(email))
        .one(connection)
        .await?
        .is_some())
}

/// The active approvals of an address, by school, for signing in. There is no viewer yet.
pub(crate) async fn active_of(db: &Db, email: &Email) -> Result<Vec<school_contact::Model>, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Email.eq(email.as_str()))
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .order_by_asc(school_contact::Column::Id)
        .all(&db.read)
        .await?)
}

/// One active approval, for authentication. There is no viewer yet.
pub(crate) async fn active(db: &Db, id: SchoolContactId) -> Result<Option<school_contact::Model>, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Id.eq(id))
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .one(&db.read)
        .await?)
}
