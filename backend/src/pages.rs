//! Mounts the pages: decides who came, and gives each request the API and the doors that are theirs.

mod demo;
mod door;
mod keys;
mod once;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, USER_AGENT};
use axum::http::{Extensions, HeaderMap, Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use entity::vocabulary::{AccessAction, StaffRole};
use frontend::api::Api;
use frontend::journeys::kept;
use frontend::page::Chrome;
use frontend::visit::{Doors, Role, Site, Visit, Who};
use futures_util::FutureExt;
use tower_sessions::Session;

use crate::app::App;
use crate::auth::authenticate;
use crate::auth::contact_door::ContactDoor;
use crate::auth::cookies::Cookies;
use crate::auth::session::{self, Browser};
use crate::auth::staff_door::StaffDoor;
use crate::context::OpContext;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::graphql;
use crate::graphql::audience::{Audience, sdl_for};
use crate::graphql::extract::prepare;
use crate::http::layers::RequestId;
use crate::http::peer::client_address;
use crate::store;

/// The pages, each request with its visit.
pub(crate) fn router(app: &App) -> Router {
    let pages = frontend::journeys::router().route("/partners/schema.graphql", get(partner_schema));
    let pages = if app.config.demo { pages.merge(demo::router(app)) } else { pages };
    pages.fallback(not_found).layer(from_fn_with_state(app.clone(), visit))
}

/// The API as partner agencies are told of it.
async fn partner_schema() -> Response {
    let headers = [
        (CONTENT_TYPE, "application/graphql; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"schema.graphql\""),
    ];
    (headers, sdl_for(Audience::Partner)).into_response()
}

async fn not_found(visit: Visit) -> Response {
    frontend::error::not_found(&visit.chrome().await)
}

async fn visit(State(app): State<App>, session: Session, mut request: Request, next: Next) -> Response {
    let address = client_of(&app, request.extensions(), request.headers());
    let sends = request.method() == Method::POST;
    // Before it is decided whether the session still holds; afterwards nobody knows.
    let owner = if sends { session::owner(&session).await.unwrap_or_default() } else { None };
    let viewer = match authenticate(&app, request.headers(), &session, address).await {
        // A token is for the API; with a page it is a mistake.
        Ok(Viewer::Partner(_)) | Err(Error::Unauthenticated | Error::Throttled(_) | Error::Conflict(_)) => {
            return frontend::error::refused(StatusCode::BAD_REQUEST);
        }
        Ok(viewer) => viewer,
        Err(error) => {
            tracing::error!(%error, "Who is asking could not be decided");
            return frontend::error::unavailable(&chrome(&app), None);
        }
    };
    let id = request.extensions().get::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default();
    let (read, sending) = match once::read(&app, &viewer.to_string(), request).await {
        Ok(read) => read,
        Err(status) => return frontend::error::refused(status),
    };
    request = read;
    let deed = sending.as_ref().map(|sending| Arc::clone(&sending.deed));
    let op = app.op_for(viewer, id.clone()).asked_from(address).doing(deed);
    let who = match who(&op).await {
        Ok(who) => who,
        Err(error) => {
            tracing::error!(%error, "The viewer's school could not be read");
            return frontend::error::unavailable(&chrome(&app), None);
        }
    };
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let cookies = Cookies::of(request.headers(), app.config.is_secure());
    let browser = Browser::new(app.clone(), op.clone(), session.clone(), cookies.clone(), agent);
    let doors = Doors {
        contact: Arc::new(door::ForContacts(ContactDoor { browser: browser.clone() })),
        keys: Arc::new(keys::ForKeys::new(&browser)),
        staff: Arc::new(door::ForStaff(StaffDoor(browser.clone()))),
        tokens: Arc::new(door::ForTokens(browser)),
    };
    let path = request.uri().path().to_owned();
    let lasts = session::lasts(&app, &session).await.unwrap_or_default();
    let visit =
        Visit::new(api(&app, op.clone()), doors, who, Arc::new(site(&app)), path.clone(), id, session).lasting(lasts);
    request.extensions_mut().insert(visit.clone());
    let act = next.run(request);
    let typed = sending.as_ref().map(|sending| sending.form.clone());
    let signed_in = op.viewer != Viewer::Anonymous;
    let mut response = match sending {
        Some(sending) => sending.answer(app.clone(), op.clone(), visit.clone(), act).await,
        None => act.await,
    };
    match (owner, typed) {
        (Some(owner), Some(typed)) if !signed_in => response = kept::rescue(&visit, owner, typed, response).await,
        (Some(_), Some(_)) if response.status().is_redirection() => kept::was_sent(&visit).await,
        _ => {}
    }
    if response.status() == StatusCode::FORBIDDEN && op.viewer != Viewer::Anonymous {
        // A page refuses by itself what it does not offer, before the API is asked.
        op.saw(AccessAction::Refuse, format!("page {path}"), None);
        if let Err(error) = op.note_accesses().await {
            tracing::error!(request.id = %op.request_id, %error, "A refusal could not be noted");
            return frontend::error::internal(&chrome(&app));
        }
    }
    cookies.write(response.headers_mut());
    response
}

/// The API as the viewer of `op`. Each document passes the same checks as one from outside, and what was typed into a
/// form is refused in words the form can show.
fn api(app: &App, op: OpContext) -> Api {
    let app = app.clone();
    Api::new(move |request| {
        let (app, op) = (app.clone(), op.clone());
        async move {
            let variables = match serde_json::to_value(&request.variables) {
                Ok(serde_json::Value::Object(variables)) => variables,
                _ => serde_json::Map::new(),
            };
            match prepare(request.query, variables, None) {
                Ok(request) => graphql::answer(&app, &op, request).await,
                Err(refusal) => graphql::refused(refusal),
            }
        }
        .boxed()
    })
}

/// The address that a request came from; none where there is no socket.
fn client_of(app: &App, extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
    let ConnectInfo(peer) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(client_address(peer.ip(), headers, &app.config.trusted_proxies))
}

async fn who(op: &OpContext) -> Result<Option<Who>, Error> {
    Ok(match &op.viewer {
        Viewer::Staff(staff) => {
            let roles = staff.roles.iter().filter_map(|role| as_page_knows(*role)).collect();
            Some(Who { id: staff.id.to_string(), name: staff.name.clone(), role: Role::Staff(roles) })
        }
        Viewer::SchoolContact(contact) => {
            let school = store::school::many(op, &[contact.school]).await?.pop();
            let school = school.map(|school| school.name).unwrap_or_default();
            Some(Who { id: String::new(), name: contact.name.clone(), role: Role::SchoolContact { school } })
        }
        Viewer::Anonymous | Viewer::Partner(_) | Viewer::System(_) => None,
    })
}

fn as_page_knows(role: StaffRole) -> Option<frontend::vocabulary::StaffRole> {
    frontend::vocabulary::StaffRole::parse(role.code())
}

fn site(app: &App) -> Site {
    let council = &app.config.council;
    Site {
        council: council.name.clone(),
        team_phone: council.team_phone.clone(),
        team_email: council.team_email.clone(),
        mash_phone: council.mash_phone.clone(),
        out_of_hours_phone: council.out_of_hours_phone.clone(),
        demo: app.config.demo,
    }
}

/// What surrounds a page that must not need a session.
fn chrome(app: &App) -> Chrome {
    Chrome { council: app.config.council.name.clone(), demo: app.config.demo, ..Chrome::default() }
}
