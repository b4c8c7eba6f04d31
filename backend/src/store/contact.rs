//! Reads of approved school contacts.
//!
//! What must not live here: who may manage them (`domain::policy`), and what is proposed about them (`proposal`).

use entity::vocabulary::{ContactKind, ContactState};
use entity::{SchoolContactId, SchoolId, school_contact};
use sea_orm::sea_query::{Expr, ExprTrait, Order, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::page::{LARGEST, Page, Wanted};
use super::stream::Find;
use super::{contains, filled, nothing};
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::contact::Contact;
use crate::domain::email::Email;
use crate::domain::person_name::search_key;
use crate::domain::policy::{manages_contacts, proposes_contacts};
use crate::domain::viewer::{SchoolContact, Viewer};
use crate::error::Error;

/// The filters of a list of contacts. `None` leaves a filter out, and `false` matches the opposite of `true`.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields of the API's `SchoolContactFilter`")]
pub struct Filter {
    pub search: Option<String>,
    pub school_urn: Option<String>,
    pub state: Option<ContactState>,
    pub kind: Option<ContactKind>,
    pub asked: Option<bool>,
}

/// The contacts that exist for the viewer: all for jobs and those who manage them, their own school's for a head
/// teacher, only themselves for another contact.
fn visible(viewer: &Viewer) -> Select<school_contact::Entity> {
    let all = school_contact::Entity::find();
    match viewer {
        Viewer::System(_) => all,
        Viewer::SchoolContact(contact) if proposes_contacts(viewer) => {
            all.filter(school_contact::Column::SchoolId.eq(contact.school))
        }
        Viewer::SchoolContact(contact) => all.filter(school_contact::Column::Id.eq(contact.id)),
        viewer if manages_contacts(viewer) => all,
        _ => all.filter(nothing()),
    }
}

/// The contact with this id; `None` if it does not exist for the viewer.
pub async fn one(op: &OpContext, id: SchoolContactId) -> Result<Option<school_contact::Model>, Error> {
    Ok(visible(&op.viewer).filter(school_contact::Column::Id.eq(id)).one(&op.db.read).await?)
}

/// The contacts with these ids, whoever asks: ids come from records that the viewer was shown, as their senders.
pub async fn many(op: &OpContext, ids: &[SchoolContactId]) -> Result<Vec<school_contact::Model>, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Id.is_in(filled(ids.iter().copied())))
        .all(&op.db.read)
        .await?)
}

/// A page of contacts by name.
pub async fn list(op: &OpContext, filter: &Filter, wanted: &Wanted) -> Result<Page<school_contact::Model>, Error> {
    let Filter { search, school_urn, state, kind, asked } = filter;
    let mut select = visible(&op.viewer);
    if let Some(state) = state {
        select = select.filter(school_contact::Column::State.eq(*state));
    }
    if let Some(kind) = kind {
        select = select.filter(school_contact::Column::Kind.eq(*kind));
    }
    match asked {
        Some(true) => select = select.filter(asked_condition()),
        Some(false) => select = select.filter(asked_condition().not()),
        None => {}
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

/// Whether the contact was asked whether they still work at the school and has not answered yet; agrees with
/// `Contact::is_asked`.
pub fn is_asked(row: &school_contact::Model) -> bool {
    let vouched_at = row.confirmed_at.unwrap_or(row.created_at);
    row.state == ContactState::Active && row.asked_at.is_some_and(|asked| vouched_at < asked)
}

/// [`is_asked`], in SQL.
fn asked_condition() -> Condition {
    let asked = |column| Expr::col(column).lt(Expr::col(school_contact::Column::AskedAt));
    Condition::all()
        .add(school_contact::Column::State.eq(ContactState::Active))
        .add(school_contact::Column::AskedAt.is_not_null())
        .add(
            Condition::any()
                .add(asked(school_contact::Column::ConfirmedAt))
                .add(school_contact::Column::ConfirmedAt.is_null()),
        )
}

/// All active contacts, for the job of the termly confirmation.
pub(crate) async fn all_active(op: &OpContext) -> Result<Vec<school_contact::Model>, Error> {
    Ok(visible(&op.viewer)
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .order_by_asc(school_contact::Column::Id)
        .all(&op.db.read)
        .await?)
}

/// Up to [`LARGEST`] contacts of the viewer's own school by name, for its head teacher; for another contact only
/// themselves.
pub async fn of_own_school(op: &OpContext) -> Result<Vec<school_contact::Model>, Error> {
    let own = visible(&op.viewer).order_by_asc(school_contact::Column::NameKey);
    Ok(own.order_by_asc(school_contact::Column::Id).limit(LARGEST).all(&op.db.read).await?)
}

/// The ids of the active contacts of a school, within the transaction that suspends them.
pub(crate) async fn active_at<C: ConnectionTrait>(
    op: &OpContext,
    connection: &C,
    school: SchoolId,
) -> Result<Vec<SchoolContactId>, Error> {
    let rows = visible(&op.viewer)
        .filter(school_contact::Column::SchoolId.eq(school))
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .order_by_asc(school_contact::Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// The active head teacher contact of a school, if there is one.
pub(crate) async fn head_of<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    school: SchoolId,
) -> Result<Option<SchoolContactId>, Error> {
    let head = school_contact::Entity::find()
        .filter(school_contact::Column::SchoolId.eq(school))
        .filter(school_contact::Column::Kind.eq(ContactKind::HeadTeacher))
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .one(connection)
        .await?;
    Ok(head.map(|head| head.id))
}

/// The viewer's own contact as it is now, if still active, locked against suspension until the transaction ends.
pub(crate) async fn held(
    contact: &SchoolContact,
    txn: &DatabaseTransaction,
) -> Result<Option<school_contact::Model>, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Id.eq(contact.id))
        .filter(school_contact::Column::SchoolId.eq(contact.school))
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .lock_shared()
        .one(txn)
        .await?)
}

impl Find for Contact {
    type Key = SchoolContactId;

    async fn find(
        op: &OpContext,
        txn: &DatabaseTransaction,
        id: &SchoolContactId,
    ) -> Result<Option<SchoolContactId>, Error> {
        let row = visible(&op.viewer).filter(school_contact::Column::Id.eq(*id)).one(txn).await?;
        Ok(row.map(|row| row.id))
    }
}

/// Whether a contact at any school has this address under another name.
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

/// Whether a contact of this school has this address, active or not.
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

/// The active contacts with this address, one for each school, for signing in. There is no viewer yet.
pub(crate) async fn active_of(db: &Db, email: &Email) -> Result<Vec<school_contact::Model>, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Email.eq(email.as_str()))
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .order_by_asc(school_contact::Column::Id)
        .all(&db.read)
        .await?)
}

/// The contact with this id if it is suspended, to tell whoever was signed in as it why. There is no viewer any more.
pub(crate) async fn suspended(db: &Db, id: SchoolContactId) -> Result<Option<school_contact::Model>, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Id.eq(id))
        .filter(school_contact::Column::State.eq(ContactState::Suspended))
        .one(&db.read)
        .await?)
}

/// The contact with this id if it is active, for authentication. There is no viewer yet.
pub(crate) async fn active(db: &Db, id: SchoolContactId) -> Result<Option<school_contact::Model>, Error> {
    Ok(school_contact::Entity::find()
        .filter(school_contact::Column::Id.eq(id))
        .filter(school_contact::Column::State.eq(ContactState::Active))
        .one(&db.read)
        .await?)
}
