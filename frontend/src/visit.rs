//! What a page handler knows of the request it serves: who came, to which council's site, the API and the ways in that
//! are theirs, and the browser session. Made by the backend, which puts it into the request's extensions.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_sessions::Session;

use crate::api::{Api, Refusal};
use crate::bearer_token::BearerTokens;
use crate::navigation;
use crate::open_report::OpenReports;
use crate::page::{Area, Chrome, Phones};
use crate::rights::Rights;
use crate::sign_in::SignIn;
use crate::unsent::{self, Unsent};
use crate::wanted::{WANTED, Wanted};

/// The council whose site this is.
#[derive(Clone, Debug)]
pub struct Site {
    /// The council's name, such as "Luton Council".
    pub council: String,
    /// The address that people type, such as `https://onroll.council.example`.
    pub address: String,
    /// The telephone of the children missing education team.
    pub team_phone: String,
    /// The e-mail address of that team.
    pub team_email: String,
    /// The telephone of the MASH.
    pub mash_phone: String,
    /// The telephone of social care out of hours.
    pub out_of_hours_phone: String,
    /// Whether this is the demonstration, which every page must say.
    pub demo: bool,
}

/// The person who is signed in.
#[derive(Clone, Debug)]
pub struct Who {
    /// The id of a member of staff; empty for others.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// What they may do.
    pub may: Rights,
}

/// What a signed-in person is.
#[derive(Clone, Debug)]
pub enum Role {
    /// Staff.
    Staff,
    /// An approved contact, acting for one school.
    SchoolContact {
        /// The school they act for.
        school: String,
    },
}

/// What the server does for pages beside answering the API.
#[derive(Clone)]
pub struct Services {
    /// Signing in and out.
    pub sign_in: SignIn,
    /// The reports that are written in this browser.
    pub reports: Arc<dyn OpenReports>,
    /// What can be done with a bearer token.
    pub tokens: Arc<dyn BearerTokens>,
    /// Where whoever signs in wanted to go, as the browser knows.
    pub wanted: Arc<dyn Wanted>,
}

/// Everything a page handler needs; an extractor.
#[derive(Clone)]
pub struct Visit {
    /// The API, as this person.
    pub api: Api,
    /// Signing in and out.
    pub sign_in: SignIn,
    /// The reports that are written in this browser.
    pub reports: Arc<dyn OpenReports>,
    /// What can be done with a bearer token.
    pub tokens: Arc<dyn BearerTokens>,
    /// Where whoever signs in wanted to go, as the browser knows.
    pub wanted: Arc<dyn Wanted>,
    /// Who is signed in, if anyone.
    pub who: Option<Who>,
    /// The council's site.
    pub site: Arc<Site>,
    /// The path that was asked for, without the query.
    pub path: String,
    key: String,
    lasts: Option<(i64, i64)>,
    asked_at: Option<DateTime<Utc>>,
    session: Session,
}

impl Visit {
    /// Puts a visit together. `key` is a string that no other request has.
    pub fn new(
        api: Api,
        services: Services,
        who: Option<Who>,
        site: Arc<Site>,
        path: String,
        key: String,
        session: Session,
    ) -> Self {
        let Services { sign_in, reports, tokens, wanted } = services;
        Self { api, sign_in, reports, tokens, wanted, who, site, path, key, lasts: None, asked_at: None, session }
    }

    /// When the page was asked for.
    #[must_use]
    pub fn at(self, asked_at: DateTime<Utc>) -> Self {
        Self { asked_at: Some(asked_at), ..self }
    }

    /// In how many seconds the session ends if nothing more is done, and at most.
    #[must_use]
    pub fn lasting(self, lasts: Option<(i64, i64)>) -> Self {
        Self { lasts, ..self }
    }

    /// In how many seconds the session of whoever is signed in ends if nothing more is done, and at most.
    pub fn lasts(&self) -> Option<(i64, i64)> {
        self.lasts.filter(|_| self.who.is_some())
    }

    /// A key that no other request has, for a form that must have one effect however often it is sent.
    pub fn fresh_key(&self) -> &str {
        &self.key
    }

    /// What was kept in the browser session under `name`; nothing if the session store is out of reach.
    pub async fn recall<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.session.get(name).await.unwrap_or_else(|error| {
            tracing::error!(%error, "A session could not be read");
            None
        })
    }

    /// Keeps `value` in the browser session under `name`. For what must survive a redirect but must not stand in an
    /// address: typed answers, searches, one-off messages.
    ///
    /// When something enters the session of somebody who is not signed in, the session gets a new id: whoever knew it
    /// from before does not see what is kept from now on.
    pub async fn keep<T: Serialize + Send + Sync>(&self, name: &str, value: &T) -> Result<(), Refusal> {
        match self.renew_for(name).await {
            Ok(()) => self.put(name, value).await,
            Err(error) => Err(unwritten(&error)),
        }
    }

    async fn renew_for(&self, name: &str) -> Result<(), tower_sessions::session::Error> {
        let is_new = self.who.is_none() && self.session.get_value(name).await?.is_none();
        if is_new && self.session.id().is_some() {
            self.session.cycle_id().await?;
        }
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where pages keep something in a session")]
    async fn put<T: Serialize + Send + Sync>(&self, name: &str, value: &T) -> Result<(), Refusal> {
        self.session.insert(name, value).await.map_err(|error| unwritten(&error))
    }

    /// Where somebody wanted to go when they were asked to sign in first.
    pub async fn wanted(&self) -> Option<String> {
        match self.recall(WANTED).await {
            Some(path) => Some(path),
            None => self.wanted.wanted(),
        }
    }

    /// Saves the browser session now, if there is one: for when the answer may not be waited for.
    pub async fn save(&self) {
        if self.session.id().is_none() {
            return;
        }
        if let Err(error) = self.session.save().await {
            tracing::error!(%error, "A session could not be written");
        }
    }

    /// Forgets what was kept under `name`.
    pub async fn forget(&self, name: &str) {
        if let Err(error) = self.session.remove_value(name).await {
            tracing::error!(%error, "A session could not be written");
        }
    }

    /// Redirects to `path`, where `message` is shown once.
    pub async fn go_saying(&self, path: &str, message: &str) -> Response {
        // A lost message is no reason to lose the redirect after a change that was made.
        let _ = self.put(FLASH, &message).await;
        Redirect::to(path).into_response()
    }

    /// Redirects to `path`, where `message` is told once, as news and not as a success.
    pub async fn go_telling(&self, path: &str, message: &str) -> Response {
        let _ = self.put(NEWS, &message).await;
        Redirect::to(path).into_response()
    }

    /// Takes the message that [`Visit::go_telling`] left.
    async fn news(&self) -> Option<String> {
        let message = self.recall(NEWS).await?;
        self.forget(NEWS).await;
        Some(message)
    }

    /// Takes the message that [`Visit::go_saying`] left.
    pub async fn flash(&self) -> Option<String> {
        let message = self.recall(FLASH).await?;
        self.forget(FLASH).await;
        Some(message)
    }

    /// What surrounds a page: with the navigation of whoever is signed in, and the message that was left for
    /// this page.
    pub async fn chrome(&self) -> Chrome {
        let site = &self.site;
        let (area, service, home, places) = match &self.who {
            Some(Who { role: Role::Staff, may, .. }) => (Area::Staff, STAFF_SERVICE, "/", navigation::for_staff(may)),
            Some(Who { role: Role::SchoolContact { .. }, .. }) => {
                (Area::School, SCHOOL_SERVICE, "/refer", navigation::FOR_SCHOOLS.to_vec())
            }
            None => (Area::Public, "Children missing education", "/", Vec::new()),
        };
        Chrome {
            council: site.council.clone(),
            service: service.to_owned(),
            service_href: home.to_owned(),
            area,
            demo: site.demo,
            person: self.who.as_ref().map(|who| who.name.clone()),
            nav: places.iter().map(|place| place.seen_from(&self.path)).collect(),
            flash: self.flash().await,
            news: self.news().await,
            phones: Phones {
                team: site.team_phone.clone(),
                hub: site.mash_phone.clone(),
                out_of_hours: site.out_of_hours_phone.clone(),
            },
            form_key: self.key.clone(),
            lasts: self.lasts(),
            asked_at: self.asked_at,
            unsent: self.who.is_some() && self.has_unsent().await,
            ..Chrome::default()
        }
    }

    /// Whether something waits to be sent after all, somewhere else than here.
    async fn has_unsent(&self) -> bool {
        self.path != unsent::PLACE && self.recall::<Unsent>(Unsent::KEY).await.is_some()
    }

    /// Whether a member of staff is signed in.
    pub fn is_staff(&self) -> bool {
        matches!(&self.who, Some(Who { role: Role::Staff, .. }))
    }

    /// What whoever is signed in may do; nothing when nobody is. Decides what is offered; the API decides what is allowed.
    pub fn may(&self) -> Rights {
        self.who.as_ref().map(|who| who.may).unwrap_or_default()
    }

    /// Refuses those who have not this right, before anything is asked for or a form is shown: whoever is not signed in is
    /// asked who they are first.
    pub fn require(&self, right: bool) -> Result<(), Refusal> {
        match &self.who {
            _ if right => Ok(()),
            None => Err(Refusal::Unauthenticated),
            Some(_) => Err(Refusal::Forbidden),
        }
    }

    /// Whether this is the id of the member of staff who is signed in.
    pub fn is_me(&self, id: &str) -> bool {
        self.who.as_ref().is_some_and(|who| !who.id.is_empty() && who.id == id)
    }

    /// The school the signed-in contact acts for.
    pub fn school(&self) -> Option<&str> {
        match &self.who {
            Some(Who { role: Role::SchoolContact { school }, .. }) => Some(school),
            _ => None,
        }
    }
}

fn unwritten(error: &tower_sessions::session::Error) -> Refusal {
    tracing::error!(%error, "A session could not be written");
    Refusal::Internal
}

const FLASH: &str = "flash";
const NEWS: &str = "news";
const STAFF_SERVICE: &str = "Children missing education casework";
const SCHOOL_SERVICE: &str = "Refer a child missing from education";

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}
