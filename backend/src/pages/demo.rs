//! The pages of the demonstration only: its mail, and how to sign in as each kind of person. What must not live here:
//! pages that a real service has.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use entity::{MessageId, message};
use frontend::journeys::site::{DemoMail, DemoPerson, demo_mail, demo_mail_one, demo_people};
use frontend::visit::Visit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::app::App;
use crate::demo::PEOPLE;
use crate::secret::password::DEMO_PASSWORD;

const MOST: u64 = 50;

/// The routes of the demonstration's pages, mounted nowhere else.
pub(super) fn router(app: &App) -> Router {
    Router::new()
        .route("/demo", get(people))
        .route("/demo/mail", get(mails))
        .route("/demo/mail/{id}", get(mail))
        .with_state(app.clone())
}

async fn people(visit: Visit) -> Response {
    let people = PEOPLE.iter().map(|person| DemoPerson {
        what: person.what.to_owned(),
        name: person.name.to_owned(),
        email: person.email.to_owned(),
        password: person.where_.contains("sign-in").then(|| DEMO_PASSWORD.to_owned()),
        where_: person.where_.to_owned(),
    });
    demo_people(&visit, people.collect()).await
}

async fn mails(State(app): State<App>, visit: Visit) -> Response {
    #[expect(clippy::disallowed_methods, reason = "the demonstration shows its own synthetic mail")]
    let newest = message::Entity::find()
        .filter(message::Column::SentAt.is_not_null())
        .order_by_desc(message::Column::CreatedAt)
        .limit(MOST)
        .all(&app.db.read)
        .await;
    match newest {
        Ok(rows) => demo_mail(&visit, rows.into_iter().map(shown).collect()).await,
        Err(_) => frontend::error::internal(&visit.chrome().await),
    }
}

async fn mail(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<MessageId>() else { return frontend::error::not_found(&visit.chrome().await) };
    #[expect(clippy::disallowed_methods, reason = "the demonstration shows its own synthetic mail")]
    let row = message::Entity::find_by_id(id).one(&app.db.read).await;
    match row {
        Ok(Some(row)) => demo_mail_one(&visit, shown(row), &app.config.council.public_url).await,
        Ok(None) => frontend::error::not_found(&visit.chrome().await),
        Err(_) => frontend::error::internal(&visit.chrome().await),
    }
}

fn shown(row: message::Model) -> DemoMail {
    DemoMail { id: row.id.to_string(), to: row.recipient, subject: row.subject, at: row.created_at, body: row.body }
}
