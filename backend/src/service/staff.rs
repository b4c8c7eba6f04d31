//! Commands on staff.

use entity::vocabulary::{CredentialKind, StaffRole};
use entity::{CredentialId, StaffId, credential, staff};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr, sea_query::ExprTrait};

use super::require;
use crate::auth::password;
use crate::context::{Done, OpContext};
use crate::domain::answers::text;
use crate::domain::email::Email;
use crate::domain::event::{Event, StaffEvent};
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::store;

/// A member of staff to be.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the options of `onroll staff add`")]
pub struct Add {
    pub name: String,
    pub email: String,
    pub roles: Vec<StaffRole>,
    pub password: String,
}

/// Adds a member of staff; only the operator may.
pub async fn add(op: &OpContext, typed: Add) -> Result<StaffId, Error> {
    require(op, matches!(op.viewer, Viewer::System(_)))?;
    let mut faults = Vec::new();
    let name = text(&typed.name, "Name", 100).ok().flatten();
    if name.is_none() {
        faults.push(FieldFault::new("name", "Enter a name of at most 100 characters"));
    }
    let email = Email::parse(&typed.email).ok();
    if email.is_none() {
        faults.push(FieldFault::new("email", "Enter an e-mail address in the correct format, like name@example.com"));
    }
    if typed.roles.is_empty() {
        faults.push(FieldFault::new("role", "Give at least one role"));
    }
    if let Err(message) = password::check(&typed.password) {
        faults.push(FieldFault::new("password", message));
    }
    let (Some(name), Some(email), true) = (name, email, faults.is_empty()) else {
        return Err(Error::Invalid(faults));
    };
    let password_hash = password::hash(typed.password).await?;
    let op = op.clone();
    op.clone()
        .commit(move |txn| async move {
            if store::staff::is_on_file(&*txn, &email).await? {
                return Err(Error::invalid("email", "A member of staff with this address exists already"));
            }
            let id: StaffId = op.new_id();
            let codes: Vec<&str> = typed.roles.iter().map(|role| role.code()).collect();
            let row = staff::ActiveModel {
                id: Set(id),
                name: Set(name.clone()),
                email: Set(email.to_string()),
                roles: Set(codes.join(",")),
                active: Set(true),
                epoch: Set(0),
                version: Set(1),
                created_at: Set(op.now()),
                last_sign_in_at: Set(None),
            };
            staff::Entity::insert(row).exec_without_returning(&*txn).await?;
            let password = credential::ActiveModel {
                id: Set(op.new_id::<CredentialId>()),
                staff_id: Set(id),
                kind: Set(CredentialKind::Password),
                name: Set(String::new()),
                secret: Set(password_hash),
                lookup: Set(None),
                last_step: Set(None),
                created_at: Set(op.now()),
                last_used_at: Set(None),
            };
            credential::Entity::insert(password).exec_without_returning(&*txn).await?;
            let event = StaffEvent::StaffAdded { name, email: email.to_string(), roles: typed.roles };
            Ok(Done::new(id, Event::of(id, 0, &event)?))
        })
        .await
}

/// Ends every session of the viewer, who is staff, on all devices.
pub async fn end_sessions(op: &OpContext) -> Result<(), Error> {
    let Viewer::Staff(viewer) = &op.viewer else { return Err(Error::Unauthenticated) };
    let id = viewer.id;
    op.commit(move |txn| async move {
        let row = store::staff::one(&*txn, id).await?.ok_or(Error::NotFound)?;
        staff::Entity::update_many()
            .col_expr(staff::Column::Epoch, Expr::col(staff::Column::Epoch).add(1))
            .col_expr(staff::Column::Version, Expr::val(row.version + 1))
            .filter(staff::Column::Id.eq(id))
            .filter(staff::Column::Version.eq(row.version))
            .exec(&*txn)
            .await?;
        Ok(Done::new((), Event::of(id, row.version, &StaffEvent::StaffSessionsEnded {})?))
    })
    .await
}
