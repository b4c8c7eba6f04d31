//! The request that a page handler serves ([`Visit`]): who is signed in, whose site it is, the API as that person, what
//! the server does beside the API, and the browser session. The backend makes one for each request and puts it into the
//! request's extensions.
//!
//! What must not live here: what a page asks the API (`documents`), and how signing in works (`sign_in`).

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

/// The council's site, from the settings of the service; the same for every request.
#[derive(Clone, Debug)]
pub struct Site {
    /// The council's name, such as "Luton Council".
    pub council: String,
    /// The address that people type, such as `https://onroll.council.example`.
    pub address: String,
    /// The telephone of the children missing education team.
    pub team_phone: String,
    /// The email address of the children missing education team.
    pub team_email: String,
    /// The telephone of the multi-agency safeguarding hub (MASH).
    pub mash_phone: String,
    /// The telephone of social care out of hours.
    pub out_of_hours_phone: String,
    /// The other teams of the council to which people are led.
    pub desks: Desks,
    /// Whether this is the demonstration with synthetic data, which every page must then say.
    pub demo: bool,
}

/// How people reach another team; what is `None` is not set.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    /// Its telephone.
    pub phone: Option<String>,
    /// Its email address.
    pub email: Option<String>,
}

/// The teams that help children who are not missing education.
#[derive(Clone, Debug, Default)]
pub struct Desks {
    /// Education welfare: children on a roll who are absent.
    pub education_welfare: Desk,
    /// School admissions.
    pub admissions: Desk,
    /// Elective home education.
    pub home_education: Desk,
    /// Early years: children under compulsory school age.
    pub early_years: Desk,
    /// Participation: young people over compulsory school age.
    pub participation: Desk,
}

/// The person who is signed in.
#[derive(Clone, Debug)]
pub struct Who {
    /// The id of a member of staff; empty for a school contact.
    pub id: String,
    /// The name, as it stands on the account or the approval.
    pub name: String,
    /// Whether they are staff or a school contact, and for which school.
    pub role: Role,
    /// Their rights, as the backend read them for this request; a school contact has few of them.
    pub may: Rights,
}

/// The two kinds of people who sign in.
#[derive(Clone, Debug)]
pub enum Role {
    /// A member of the council's staff, whatever roles they have.
    Staff,
    /// A school contact, acting under one approval.
    SchoolContact {
        /// The name of that school.
        school: String,
    },
}

/// The services that pages use beside the API, as [`Visit::new`] takes them. None of them is reachable through GraphQL.
#[derive(Clone)]
pub struct Services {
    /// Signing in and out, by every way that is configured.
    pub sign_in: SignIn,
    /// The reports that anybody is writing in this browser.
    pub reports: Arc<dyn OpenReports>,
    /// Looking at and revoking the bearer tokens of partner agencies.
    pub tokens: Arc<dyn BearerTokens>,
    /// The path kept in this browser for after signing in.
    pub wanted: Arc<dyn Wanted>,
}

/// A request as page handlers take it: an extractor. It answers 500 if the backend put no visit into the request.
#[derive(Clone)]
pub struct Visit {
    /// The API, which answers as the person who is signed in.
    pub api: Api,
    /// Signing in and out, by every way that is configured.
    pub sign_in: SignIn,
    /// The reports that anybody is writing in this browser.
    pub reports: Arc<dyn OpenReports>,
    /// Looking at and revoking the bearer tokens of partner agencies.
    pub tokens: Arc<dyn BearerTokens>,
    /// The path kept in this browser for after signing in; [`Visit::wanted()`] also asks the session.
    pub wanted: Arc<dyn Wanted>,
    /// The person who is signed in; `None` for the public and before the second factor was right.
    pub who: Option<Who>,
    /// The council's site.
    pub site: Arc<Site>,
    /// The path of the request, without the query.
    pub path: String,
    key: String,
    lasts: Option<(i64, i64)>,
    asked_at: Option<DateTime<Utc>>,
    session: Session,
}

impl Visit {
    /// Puts a visit together. `key` must be unique to the request: it becomes the idempotency key of the page's forms.
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

    /// Sets the time of the request, which is printed on the pages of staff. Pages read no clock of their own.
    #[must_use]
    pub fn at(self, asked_at: DateTime<Utc>) -> Self {
        Self { asked_at: Some(asked_at), ..self }
    }

    /// Sets when the session ends, in seconds from the request: if nothing more is done, and at the latest.
    #[must_use]
    pub fn lasting(self, lasts: Option<(i64, i64)>) -> Self {
        Self { lasts, ..self }
    }

    /// The seconds until the session ends if nothing more is done, and at the latest; `None` when nobody is signed in.
    /// The first is never more than the second.
    pub fn lasts(&self) -> Option<(i64, i64)> {
        self.lasts.filter(|_| self.who.is_some())
    }

    /// The idempotency key for the forms of the page: unique to this request, so a form has one effect however often it
    /// is sent.
    pub fn fresh_key(&self) -> &str {
        &self.key
    }

    /// Reads what the browser session holds under `name`. `None` if it holds nothing, if the value is of another type,
    /// or if the session store fails, which is logged.
    pub async fn recall<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.session.get(name).await.unwrap_or_else(|error| {
            tracing::error!(%error, "A session could not be read");
            None
        })
    }

    /// Stores `value` in the browser session under `name`: for what must survive a redirect but must not stand in an
    /// address, such as typed answers, searches and one-off messages.
    ///
    /// When a new name enters the session of somebody who is not signed in, the session gets a new id. Whoever planted
    /// the old id in that browser then cannot read what is stored from now on (session fixation). Refuses with
    /// [`Refusal::Internal`] if the session store fails.
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

    /// The path that somebody asked for before they were sent to sign in: from the session if it is there, otherwise
    /// from the browser. A session may hold any text, so callers check that the path is one of theirs.
    pub async fn wanted(&self) -> Option<String> {
        match self.recall(WANTED).await {
            Some(path) => Some(path),
            None => self.wanted.wanted(),
        }
    }

    /// Writes the browser session to its store at once, if there is one. Sessions are otherwise written after the
    /// answer, which is too late where the answer itself is stored for whoever sends the same form again. A failure is
    /// logged.
    pub async fn save(&self) {
        if self.session.id().is_none() {
            return;
        }
        if let Err(error) = self.session.save().await {
            tracing::error!(%error, "A session could not be written");
        }
    }

    /// Removes what the browser session holds under `name`. A failure is logged.
    pub async fn forget(&self, name: &str) {
        if let Err(error) = self.session.remove_value(name).await {
            tracing::error!(%error, "A session could not be written");
        }
    }

    /// Redirects to `path`, where the next page shows `message` once in a success banner.
    pub async fn go_saying(&self, path: &str, message: &str) -> Response {
        // A lost message is no reason to lose the redirect after a change that was made.
        let _ = self.put(FLASH, &message).await;
        Redirect::to(path).into_response()
    }

    /// Redirects to `path`, where the next page shows `message` once in a neutral banner: what happened is no success.
    pub async fn go_telling(&self, path: &str, message: &str) -> Response {
        let _ = self.put(NEWS, &message).await;
        Redirect::to(path).into_response()
    }

    /// Reads and removes the message that [`Visit::go_telling`] left.
    async fn news(&self) -> Option<String> {
        let message = self.recall(NEWS).await?;
        self.forget(NEWS).await;
        Some(message)
    }

    /// Reads and removes the message that [`Visit::go_saying`] left.
    pub async fn flash(&self) -> Option<String> {
        let message = self.recall(FLASH).await?;
        self.forget(FLASH).await;
        Some(message)
    }

    /// The [`Chrome`] of the page: the navigation of whoever is signed in, the phone numbers, and the messages left for
    /// this page. The messages are removed by this, so it is called once for each page.
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

    /// Whether the session holds a form that was not sent ([`Unsent`]); false on the page that shows it.
    async fn has_unsent(&self) -> bool {
        self.path != unsent::PLACE && self.recall::<Unsent>(Unsent::KEY).await.is_some()
    }

    /// Whether a member of staff is signed in, with whatever roles.
    pub fn is_staff(&self) -> bool {
        matches!(&self.who, Some(Who { role: Role::Staff, .. }))
    }

    /// The rights of whoever is signed in; none when nobody is. Pages use them to decide what they offer; the API
    /// decides again what is allowed.
    pub fn may(&self) -> Rights {
        self.who.as_ref().map(|who| who.may).unwrap_or_default()
    }

    /// Refuses whoever lacks `right`, before anything is read or a form is shown: with [`Refusal::Unauthenticated`] if
    /// nobody is signed in, so that they are asked to sign in first, otherwise with [`Refusal::Forbidden`].
    pub fn require(&self, right: bool) -> Result<(), Refusal> {
        match &self.who {
            _ if right => Ok(()),
            None => Err(Refusal::Unauthenticated),
            Some(_) => Err(Refusal::Forbidden),
        }
    }

    /// Whether `id` is that of the member of staff who is signed in.
    pub fn is_me(&self, id: &str) -> bool {
        self.who.as_ref().is_some_and(|who| !who.id.is_empty() && who.id == id)
    }

    /// The name of the school that the signed-in contact acts for; `None` for staff and for the public.
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
