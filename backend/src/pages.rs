//! Mounts the pages: decides who asks, and gives each request its access to the API and to the ways of signing in. What
//! must not live here: pages (`frontend`) and rules (`domain`).

mod demo;
mod once;
mod report;
mod wanted;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, USER_AGENT};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use entity::vocabulary::RefusalKind;
use frontend::api::Api;
use frontend::error;
use frontend::form::Form;
use frontend::journeys::kept;
use frontend::journeys::site::is_for_everybody;
use frontend::page::{Chrome, Phones};
use frontend::sign_in::SignIn;
use frontend::sign_in::passkey::Passkeys;
use frontend::sign_in::single_sign_on::SingleSignOn;
use frontend::visit::{Desk, Desks, Role, Services, Site, Visit, Who};
use futures_util::FutureExt;
use tokio::time::timeout;
use tower_sessions::Session;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{self, SessionStore};

use crate::app::App;
use crate::auth::client::TokensOnPages;
use crate::auth::contact::ContactSignIn;
use crate::auth::cookies::Cookies;
use crate::auth::passkey::PasskeySignIn;
use crate::auth::passwordless::Passwordless;
use crate::auth::session::{self, Browser};
use crate::auth::single_sign_on::DirectorySignIn;
use crate::auth::staff::StaffSignIn;
use crate::config;
use crate::config::Council;
use crate::context::OpContext;
use crate::domain::policy::Rights;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::graphql::audience::{Audience, sdl_for};
use crate::graphql::extract::prepare;
use crate::graphql::{self, Schema};
use crate::http::operation::Arrival;
use crate::http::refusal::{Refusal, Why};
use crate::outage;
use crate::refusal::{Refused, safe};
use crate::{service, store, turns};

/// What every request for a page needs.
#[derive(Clone)]
struct Pages {
    app: App,
    schema: Schema,
    ways: Passwordless,
}

impl FromRef<Pages> for App {
    fn from_ref(state: &Pages) -> Self {
        state.app.clone()
    }
}

/// The routes of all pages, each request with its `Visit`.
pub(crate) fn router(app: &App, schema: &Schema, ways: Passwordless) -> Router {
    let pages = frontend::journeys::router().route("/partners/schema.graphql", get(partner_schema));
    let pages = if app.config.demo { pages.merge(demo::router(app)) } else { pages };
    let state = Pages { app: app.clone(), schema: schema.clone(), ways };
    pages.fallback(not_found).layer(from_fn_with_state(state, visit))
}

/// The schema of the API for partner agencies, as a file.
async fn partner_schema() -> Response {
    let headers = [
        (CONTENT_TYPE, "application/graphql; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"schema.graphql\""),
    ];
    (headers, sdl_for(Audience::Partner)).into_response()
}

async fn not_found(visit: Visit) -> Response {
    let mut response = frontend::error::not_found(&visit.chrome().await);
    response.extensions_mut().insert(NoSuchPage);
    response
}

/// Marks a response to an address that no page has.
#[derive(Clone, Copy, Debug)]
struct NoSuchPage;

async fn visit(State(pages): State<Pages>, arrival: Arrival, mut request: Request, next: Next) -> Response {
    let Pages { app, schema, ways } = pages;
    let sends = request.method() == Method::POST;
    // The viewer first: the idempotency key, the limits and the access notes are all theirs.
    let (op, owner, session) = match whose(&app, arrival, request.method(), request.uri().path()).await {
        Ok(whose) => whose,
        Err(response) => return response,
    };
    let (read, sending) = match once::read(&app, &op.viewer.to_string(), request).await {
        Ok(read) => read,
        Err(status) => return status.into_response(),
    };
    request = read;
    let op = op.sent_under(sending.as_ref().map(|sending| Arc::clone(&sending.key)));
    let who = match who(&op).await {
        Ok(who) => who,
        Err(error) => {
            tracing::error!(%error, "The viewer's school could not be read");
            return frontend::error::unavailable(&chrome(&app));
        }
    };
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let cookies = Cookies::of(request.headers(), app.config.is_secure());
    let browser = Browser::new(app.clone(), op.clone(), session.clone(), cookies.clone(), agent);
    let services = Services {
        sign_in: ways_in(&browser, ways),
        reports: Arc::new(report::ReportsOfBrowser { op: op.clone(), cookies: cookies.clone() }),
        tokens: Arc::new(TokensOnPages(browser)),
        wanted: Arc::new(wanted::InCookie { cookies: cookies.clone(), asks: !sends }),
    };
    let path = request.uri().path().to_owned();
    let lasts = session::lasts(&app, &session).await.unwrap_or_default();
    let id = op.request_id.clone();
    let visit =
        Visit::new(api(schema, op.clone()), services, who, Arc::new(site(&app)), path.clone(), id, session.clone())
            .lasting(lasts)
            .at(op.now());
    request.extensions_mut().insert(visit.clone());
    // Whether the answer met an outage is watched, because a page may have turned the error into a 500 by then.
    let met = Arc::new(AtomicBool::new(false));
    // The exit page must not wait for a turn behind other people's writes.
    let stranger = op.viewer == Viewer::Anonymous && path != once::LEAVES;
    let act = turns::of(stranger, outage::watched(Arc::clone(&met), next.run(request)));
    let typed = sending.as_ref().map(|sending| sending.form.clone());
    let signed_in = op.viewer != Viewer::Anonymous;
    let answered = async {
        match sending {
            Some(sending) => sending.answer(app.clone(), op.clone(), visit.clone(), act).await,
            None => act.await,
        }
    };
    let mut response = outage::watched(Arc::clone(&met), answered).await;
    // What was typed must not be lost: it waits for the owner of a session that has ended, or is shown to somebody who
    // is unknown here.
    match (owner, typed) {
        (Some(owner), Some(typed)) if !signed_in => response = kept::rescue(&visit, owner, typed, response).await,
        (Some(_), Some(_)) if response.status().is_redirection() => kept::was_sent(&visit).await,
        (None, Some(typed)) => response = kept::hand_back(&visit, typed, response).await,
        _ => {}
    }
    // A refusal must be noted before the answer leaves; if it cannot be, the answer does not leave.
    if let Some(refused) = refused_by(&response, &op, &path) {
        op.was_refused(refused);
        if let Err(error) = service::access_note::note(&op).await {
            tracing::error!(request.id = %op.request_id, %error, "A refusal could not be noted");
            return frontend::error::internal(&chrome(&app));
        }
    }
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && met.load(Ordering::Relaxed) {
        response = frontend::error::unavailable(&chrome(&app));
    }
    // The cookies are written last, because every step before may set one.
    wanted::settle(&cookies, &session).await;
    cookies.write(response.headers_mut());
    response
}

/// The ways to sign in and out, for one browser.
fn ways_in(browser: &Browser, ways: Passwordless) -> SignIn {
    let Passwordless { single_sign_on, passkeys } = ways;
    let staff = Arc::new(StaffSignIn(browser.clone()));
    let contact = Arc::new(ContactSignIn { browser: browser.clone() });
    let directory =
        |provider| -> Arc<dyn SingleSignOn> { Arc::new(DirectorySignIn { browser: browser.clone(), provider }) };
    let passkey =
        |relying_party| -> Arc<dyn Passkeys> { Arc::new(PasskeySignIn { browser: browser.clone(), relying_party }) };
    SignIn {
        passwords: staff.clone(),
        second_factor: staff.clone(),
        staff_links: staff.clone(),
        contact_links: contact.clone(),
        approvals: contact,
        single_sign_on: single_sign_on.map(directory),
        passkeys: passkeys.map(passkey),
        sessions: staff,
    }
}

/// A refusal that the page made itself, before it asked the API: something it does not offer this viewer, or an address
/// that names nothing. An address without any page is no refusal.
fn refused_by(response: &Response, op: &OpContext, path: &str) -> Option<Refused> {
    let kind = match response.status() {
        StatusCode::FORBIDDEN => RefusalKind::Forbidden,
        StatusCode::NOT_FOUND if response.extensions().get::<NoSuchPage>().is_none() && !op.had_refusal() => {
            RefusalKind::NotFound
        }
        _ => return None,
    };
    (op.viewer != Viewer::Anonymous).then(|| Refused::new(kind, format!("page {}", safe(path))))
}

/// The operation of the viewer, the owner of the session before it was checked, and the session.
async fn whose(
    app: &App,
    arrival: Arrival,
    method: &Method,
    path: &str,
) -> Result<(OpContext, Option<String>, Session), Response> {
    let for_everybody = method == Method::GET && is_for_everybody(path);
    let decide = async {
        // The owner is read first, because checking the session deletes one that has ended.
        let owner = if method == Method::POST { session::owner(&arrival.session).await? } else { None };
        Ok((arrival.begin().await?, owner))
    };
    let decided = if for_everybody {
        timeout(PATIENCE, decide)
            .await
            .unwrap_or_else(|_| Err(Error::internal("the session could not be read in time")))
    } else {
        decide.await
    };
    match decided {
        // A token is for the API; a page that is sent one refuses it.
        Ok((OpContext { viewer: Viewer::Partner(_), .. }, _))
        | Err(Error::Unauthenticated | Error::Throttled(_) | Error::Conflict(_)) => {
            Err(StatusCode::BAD_REQUEST.into_response())
        }
        Ok((op, owner)) => Ok((op, owner, arrival.session)),
        Err(error) => {
            tracing::error!(%error, "Who is asking could not be decided");
            if for_everybody {
                // The page for everybody, with the numbers to call, must be shown all the same. It is shown as to an
                // anonymous visitor, with a session that is stored nowhere, so that nothing is assumed about the
                // viewer.
                let nobodys = Session::new(None, Arc::new(Nowhere), None);
                return Ok((arrival.begin_as(Viewer::Anonymous), None, nobodys));
            }
            Err(frontend::error::unavailable(&chrome(app)))
        }
    }
}

/// How long a page that is for everybody waits for the session to be read.
const PATIENCE: Duration = Duration::from_secs(2);

/// A session store that stores nothing.
#[derive(Debug)]
struct Nowhere;

#[async_trait::async_trait]
impl SessionStore for Nowhere {
    async fn save(&self, _: &Record) -> session_store::Result<()> {
        Ok(())
    }

    async fn load(&self, _: &Id) -> session_store::Result<Option<Record>> {
        Ok(None)
    }

    async fn delete(&self, _: &Id) -> session_store::Result<()> {
        Ok(())
    }
}

/// A refusal or a failure as a page, with the form that was sent if the failure was the service's.
pub(crate) fn refusal(app: &App, refusal: &Refusal) -> Response {
    let why = match refusal.why {
        Why::Status => error::Why::Status,
        Why::Slow => error::Why::Slow,
        Why::Address => error::Why::Address(app.config.council.public_url.clone()),
    };
    let typed = refusal.form.as_ref().map(|form| Form::from_urlencoded(form));
    let failed = error::Failed { status: refusal.status, why, path: refusal.path.clone(), typed };
    error::refused(&chrome(app), &failed)
}

/// The API as the viewer of `op`. Every document passes the same checks as one over HTTP, and what is refused of a form
/// is answered in words that the form can show.
fn api(schema: Schema, op: OpContext) -> Api {
    Api::new(move |request| {
        let (schema, op) = (schema.clone(), op.clone());
        async move {
            let variables = match serde_json::to_value(&request.variables) {
                Ok(serde_json::Value::Object(variables)) => variables,
                _ => serde_json::Map::new(),
            };
            match prepare(request.query, variables, None) {
                Ok(request) => graphql::answer(&schema, &op, request).await,
                Err(refusal) => graphql::refused(refusal),
            }
        }
        .boxed()
    })
}

async fn who(op: &OpContext) -> Result<Option<Who>, Error> {
    Ok(match &op.viewer {
        Viewer::Staff(staff) => {
            Some(Who { id: staff.id.to_string(), name: staff.name.clone(), role: Role::Staff, may: may(&op.viewer) })
        }
        Viewer::SchoolContact(contact) => {
            let school = store::school::many(op, &[contact.school]).await?.pop();
            let school = school.map(|school| school.name).unwrap_or_default();
            let role = Role::SchoolContact { school };
            Some(Who { id: String::new(), name: contact.name.clone(), role, may: may(&op.viewer) })
        }
        Viewer::Anonymous | Viewer::Partner(_) | Viewer::System(_) => None,
    })
}

/// What the viewer may do, for the navigation, so that no page has to ask the API for it.
fn may(viewer: &Viewer) -> frontend::rights::Rights {
    let Rights {
        list_referrals,
        read_referrals,
        triage,
        read_held_reports,
        list_cases,
        work_cases,
        list_escalations,
        oversee,
        find_restricted,
        review_break_glass,
        manage_staff,
        manage_contacts,
        manage_agencies,
        manage_mail,
        read_mail_addresses,
        read_access_notes,
    } = Rights::of(viewer);
    frontend::rights::Rights {
        list_referrals,
        read_referrals,
        triage,
        read_held_reports,
        list_cases,
        work_cases,
        list_escalations,
        oversee,
        find_restricted,
        review_break_glass,
        manage_staff,
        manage_contacts,
        manage_agencies,
        manage_mail,
        read_mail_addresses,
        read_access_notes,
    }
}

fn desks(desks: &config::Desks) -> Desks {
    let desk = |desk: &config::Desk| Desk { phone: desk.phone.clone(), email: desk.email.clone() };
    Desks {
        education_welfare: desk(&desks.education_welfare),
        admissions: desk(&desks.admissions),
        home_education: desk(&desks.home_education),
        early_years: desk(&desks.early_years),
        participation: desk(&desks.participation),
    }
}

fn site(app: &App) -> Site {
    let council = &app.config.council;
    Site {
        council: council.name.clone(),
        address: council.public_url.clone(),
        team_phone: council.team_phone.clone(),
        team_email: council.team_email.clone(),
        mash_phone: council.mash_phone.clone(),
        out_of_hours_phone: council.out_of_hours_phone.clone(),
        desks: desks(&council.desks),
        demo: app.config.demo,
    }
}

/// The header and footer of a page that must not need a session.
fn chrome(app: &App) -> Chrome {
    Chrome { demo: app.config.demo, ..chrome_of(&app.config.council) }
}

/// The header and footer of the pages of this council.
pub fn chrome_of(council: &Council) -> Chrome {
    let phones = Phones {
        team: council.team_phone.clone(),
        hub: council.mash_phone.clone(),
        out_of_hours: council.out_of_hours_phone.clone(),
    };
    Chrome { council: council.name.clone(), phones, ..Chrome::default() }
}
