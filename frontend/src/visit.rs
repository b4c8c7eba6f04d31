//! What a page handler knows of the request it serves: who came, to which council's site, the API and the doors that
//! are theirs, and the browser session. Made by the backend, which puts it into the request's extensions.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower_sessions::Session;

use crate::api::{Api, Refusal};
use crate::form::{Faults, Form};
use crate::journeys::{WANTED, kept};
use crate::page::{Area, Chrome, NavItem, Phones};
use crate::rights::Rights;
use crate::vocabulary::{Scope, SharedField};

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

/// One approval that a school contact may choose to act under.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What to hand to [`Door::act_for`].
    pub id: String,
    /// The school.
    pub school: String,
}

/// An approval that no longer holds.
#[derive(Clone, Debug)]
pub struct Suspended {
    /// The school.
    pub school: String,
    /// Why, as a sentence, if that may be told.
    pub why: Option<String>,
}

/// A mailed link that was opened in this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedLink {
    /// Whether another browser asked for it, so that the code from the mail is wanted as well.
    pub wants_code: bool,
}

/// What became of a mailed link.
#[derive(Clone, Debug)]
pub enum LinkUse {
    /// Signed in, or one of these schools is still to be chosen.
    In(Vec<Choice>),
    /// The code is not the one in the mail; it may be tried again.
    WrongCode,
    /// It is used up, too old, or was tried too often.
    Dead,
}

/// Why a door stayed shut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The credentials are not right.
    Refused,
    /// It was tried too often: again from this moment on.
    Throttled(DateTime<Utc>),
    /// Something went wrong on our side.
    Internal,
}

/// How school contacts sign in. Only the backend's implementation sets cookies; none of this is reachable through
/// GraphQL.
pub trait ContactDoor: Send + Sync {
    /// Mails a link if the address belongs to an active contact. The caller cannot tell whether it does.
    fn send_link(&self, email: String) -> BoxFuture<'_, Result<(), Shut>>;
    /// Takes the token of a mailed link out of the address, to wait in this browser; false when it cannot be one.
    fn put_away(&self, token: &str) -> bool;
    /// The link that waits in this browser, if it can still be redeemed.
    fn opened(&self) -> BoxFuture<'_, Result<Option<OpenedLink>, Shut>>;
    /// Redeems the link that waits in this browser, once. `code` is what was typed of the one in the mail. Signs in at
    /// once if the person acts for one school only; otherwise answers the schools to choose from, which
    /// [`ContactDoor::act_for`] takes.
    fn redeem(&self, code: String) -> BoxFuture<'_, Result<LinkUse, Shut>>;
    /// The schools that the signed-in contact may act for.
    fn choices(&self) -> BoxFuture<'_, Result<Vec<Choice>, Shut>>;
    /// Whether somebody was signed in here until they were suspended.
    fn was_suspended(&self) -> BoxFuture<'_, Result<bool, Shut>>;
    /// Which approval that was, and why it no longer holds; told once.
    fn suspended(&self) -> BoxFuture<'_, Result<Option<Suspended>, Shut>>;
    /// The other school of the signed-in contact that this draft belongs to, if it belongs to one of theirs.
    fn other_school_of(&self, draft: String) -> BoxFuture<'_, Result<Option<Choice>, Shut>>;
    /// Acts for the school of this choice from now on.
    fn act_for(&self, choice: String) -> BoxFuture<'_, Result<(), Shut>>;
}

/// What signing in asks next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: they are signed in.
    In,
    /// The second factor.
    SecondFactor,
    /// To set up a second factor, because they have none.
    SetUp,
}

/// What became of a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstFactor {
    /// It is right, and this is asked next.
    Right(Step),
    /// The address or the password is not right.
    Wrong {
        /// Whether they must wait after one more such try.
        last_try: bool,
    },
}

/// A link mailed to staff that was opened in this browser.
#[derive(Clone, Debug)]
pub struct StaffLink {
    /// Whose account it is for, by name.
    pub name: String,
    /// Whether the code is wanted.
    pub wants_code: bool,
}

/// What a link mailed to staff is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To accept an invitation.
    Invitation,
    /// To choose another password.
    Recovery,
}

/// What somebody needs to set up an authenticator app.
#[derive(Clone, Debug)]
pub struct AppSecret {
    /// What the picture says.
    pub url: String,
    /// The secret, to be typed.
    pub text: String,
}

/// What a member of staff sees of how they sign in.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// When they signed in before this time.
    pub before: Option<DateTime<Utc>>,
    /// Since when they have an authenticator app.
    pub app_since: Option<DateTime<Utc>>,
    /// How many recovery codes are left.
    pub codes: usize,
    /// Whether a second factor is asked of everybody here.
    pub demanded: bool,
    /// Whether they may do without the app.
    pub removable: bool,
}

/// One of somebody's sessions.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// What to hand to [`StaffDoor::end_session`].
    pub handle: String,
    /// What the browser calls itself.
    pub agent: String,
    /// When it began.
    pub since: DateTime<Utc>,
    /// When it was last used.
    pub seen: DateTime<Utc>,
    /// Whether it is this one.
    pub this: bool,
}

/// What came of a form: what is wrong with it, or nothing.
pub type Checked<'a> = BoxFuture<'a, Result<Faults, Shut>>;

/// How staff sign in and change how they do, and how everybody signs out. Refused means that it is not, or no longer,
/// for whoever is at this browser.
pub trait StaffDoor: Send + Sync {
    /// Takes the password of a member of staff.
    fn sign_in(&self, email: String, password: String) -> BoxFuture<'_, Result<FirstFactor, Shut>>;
    /// What is asked of somebody whose password was right in this browser.
    fn pending(&self) -> BoxFuture<'_, Result<Option<Step>, Shut>>;
    /// Takes a code of the app or a recovery code; false when it is not right.
    fn second_factor(&self, code: String) -> BoxFuture<'_, Result<bool, Shut>>;
    /// What is needed to set up an authenticator app; the same until it is done.
    fn new_app(&self) -> BoxFuture<'_, Result<AppSecret, Shut>>;
    /// Takes the first code of a new app; with the password of somebody who is signed in.
    fn confirm_app(&self, code: String, password: Option<String>) -> Checked<'_>;
    /// The recovery codes that are still to be saved.
    fn new_codes(&self) -> BoxFuture<'_, Result<Vec<String>, Shut>>;
    /// Forgets the recovery codes that were shown.
    fn codes_saved(&self) -> BoxFuture<'_, Result<(), Shut>>;
    /// Makes new recovery codes, to be shown once.
    fn renew_codes(&self, password: String) -> Checked<'_>;
    /// Takes the authenticator app away.
    fn remove_app(&self, password: String) -> Checked<'_>;
    /// Puts another password in place of the current one; all other sessions end.
    fn change_password(&self, current: String, password: String, again: String) -> Checked<'_>;
    /// Mails a link to choose another password. The caller cannot tell whether the address is known.
    fn mail_recovery(&self, email: String) -> BoxFuture<'_, Result<(), Shut>>;
    /// Takes the token of a mailed link out of the address, to wait in this browser; false when it cannot be one.
    fn put_link_away(&self, token: &str, purpose: Purpose) -> bool;
    /// The link that waits in this browser, if it can still be used.
    fn opened_link(&self, purpose: Purpose) -> BoxFuture<'_, Result<StaffLink, Shut>>;
    /// Uses the link that waits in this browser, once, to choose a password. `code` is what was typed of its code.
    fn use_link(
        &self,
        purpose: Purpose,
        code: String,
        password: String,
        again: String,
    ) -> BoxFuture<'_, Result<Result<Step, Faults>, Shut>>;
    /// How whoever is signed in signs in.
    fn account(&self) -> BoxFuture<'_, Result<Account, Shut>>;
    /// The sessions of whoever is signed in.
    fn sessions(&self) -> BoxFuture<'_, Result<Vec<OpenSession>, Shut>>;
    /// Ends one of them.
    fn end_session(&self, handle: String) -> BoxFuture<'_, Result<(), Shut>>;
    /// Ends this session, or all of this person's.
    fn sign_out(&self, everywhere: bool) -> BoxFuture<'_, Result<(), Shut>>;
}

/// What a bearer token may ask, for the agency that holds it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is shown under its name")]
pub struct TokenFacts {
    pub agency: String,
    pub client: String,
    pub purpose: String,
    pub scopes: Vec<Scope>,
    pub fields: Vec<SharedField>,
    pub expires_on: NaiveDate,
    pub paused: bool,
    pub per_minute: i32,
    pub left_in_minute: i32,
    pub per_day: i32,
    pub left_in_day: i32,
}

/// What can be done with a bearer token on a page. A token never travels through GraphQL.
pub trait TokenDoor: Send + Sync {
    /// What this token may ask; none if it is not accepted. Uses nothing of what it may.
    fn look_at(&self, token: String) -> BoxFuture<'_, Result<Option<TokenFacts>, Shut>>;
    /// Revokes this token if it is one. The caller cannot tell whether it was.
    fn hand_in(&self, token: String) -> BoxFuture<'_, Result<(), Shut>>;
}

/// What became of somebody who came back from the council's single sign-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// They are signed in.
    Admitted,
    /// Nobody asked in this browser, or not lately, or the answer was used before.
    NotAsked,
    /// The answer does not prove who they are.
    NotProved,
    /// They proved who they are, but may not use this service.
    NoAccess,
    /// They may use this service, but their account here is another one.
    NotTheirs,
    /// The single sign-on cannot be reached.
    Unreachable,
}

/// What the council's single sign-on sends a browser back with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Stands for the proof; empty when the person did not sign in there.
    pub code: String,
    /// As it was given.
    pub state: String,
    /// Whose answer it says it is; not every provider says.
    pub issuer: Option<String>,
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug)]
pub struct OwnPasskey {
    /// What to hand to [`KeyDoor::remove_passkey`].
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Since when they have it.
    pub since: DateTime<Utc>,
    /// When it was last used, if ever.
    pub used: Option<DateTime<Utc>>,
}

/// How staff sign in without a password of ours: by the council's single sign-on, or by a passkey. What passes between a
/// passkey and the server is JSON that pages hand through.
pub trait KeyDoor: Send + Sync {
    /// Whether there is a single sign-on.
    fn has_single_sign_on(&self) -> bool;
    /// Where the single sign-on asks people who they are; none while it cannot be reached.
    fn ask_elsewhere(&self) -> BoxFuture<'_, Result<Option<String>, Shut>>;
    /// Takes its answer, once.
    fn come_back(&self, answer: Answer) -> BoxFuture<'_, Result<Return, Shut>>;
    /// Whether this session came by single sign-on, so that signing out is to be told there too.
    fn came_from_elsewhere(&self) -> BoxFuture<'_, Result<bool, Shut>>;
    /// Where people are signed out of the single sign-on; none when it has no such place or cannot be reached.
    fn way_out(&self) -> BoxFuture<'_, Result<Option<String>, Shut>>;
    /// The address that people must come to for a passkey to work; none where there are no passkeys.
    fn passkeys_at(&self) -> Option<String>;
    /// The passkeys of whoever is signed in.
    fn passkeys(&self) -> BoxFuture<'_, Result<Vec<OwnPasskey>, Shut>>;
    /// Whether whoever is signed in did so lately enough to change their passkeys.
    fn may_change_passkeys(&self) -> BoxFuture<'_, Result<bool, Shut>>;
    /// Begins to add a passkey: what the browser is to be asked.
    fn begin_passkey(&self) -> BoxFuture<'_, Result<String, Shut>>;
    /// Adds the passkey that the browser made.
    fn add_passkey(&self, name: String, made: String) -> Checked<'_>;
    /// Removes one of them.
    fn remove_passkey(&self, id: String) -> BoxFuture<'_, Result<(), Shut>>;
    /// Begins to sign in by a passkey: what the browser is to be asked.
    fn ask_for_passkey(&self) -> BoxFuture<'_, Result<String, Shut>>;
    /// Signs in whoever the passkey belongs to.
    fn use_passkey(&self, answer: String) -> BoxFuture<'_, Result<(), Shut>>;
}

/// How far a report has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is being written.
    Written,
    /// Sending has begun, so that it may have arrived although nobody was told: what it says stands, and it can only be
    /// sent again.
    Sending,
    /// It has arrived.
    Sent {
        /// What it is called.
        reference: String,
        /// Where too many came to take it at once: until when that is so.
        held_until: Option<DateTime<Utc>>,
    },
}

/// A report that somebody writes in this browser, or has sent lately.
#[derive(Clone, Debug)]
pub struct OpenReport {
    /// What was typed; nothing any more once it was sent.
    pub answers: Form,
    /// Makes it one report, however often it is sent.
    pub key: String,
    /// How far it has come.
    pub stage: Stage,
    /// Whether nothing was done with it for so long that somebody else may be at the browser.
    pub rests: bool,
    /// Until when it is kept if nothing more is done.
    pub until: DateTime<Utc>,
}

/// What becomes of a report.
pub type Change = Box<dyn FnOnce(&mut OpenReport) + Send>;

/// The reports that this browser holds, each under an id that the addresses of its pages carry. An id alone opens
/// nothing: to any other browser, and once it was thrown away or has lain too long, there is no such report.
pub trait ReportDoor: Send + Sync {
    /// A random id for a report that may be begun. Keeps nothing.
    fn new_id(&self) -> Result<String, Shut>;
    /// Begins a report under this id, unless this browser has begun it already, and answers the id. That is another where
    /// this one belongs to somebody else or was sent. `act` makes the first change.
    fn begin(&self, id: String, act: Change) -> BoxFuture<'_, Result<String, Shut>>;
    /// The report as it stands. Changes nothing, so that it still rests afterwards.
    fn look<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<OpenReport>, Shut>>;
    /// Changes the report as it stands now, whatever other tabs have made of it, and says what became of it. It then
    /// rests no more.
    fn change<'a>(&'a self, id: &'a str, act: Change) -> BoxFuture<'a, Result<Option<OpenReport>, Shut>>;
    /// Throws the report away for good, and no other.
    fn discard<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<(), Shut>>;
}

/// Where somebody wanted to go when they were asked to sign in first; kept by the browser.
pub trait Wanted: Send + Sync {
    /// Remembers a path of ours for a short while.
    fn want(&self, path: &str);
    /// The path; it leads to no other site, whatever the browser sends.
    fn wanted(&self) -> Option<String>;
}

/// The ways in and out.
#[derive(Clone)]
pub struct Doors {
    /// For staff who need no password of ours.
    pub keys: Arc<dyn KeyDoor>,
    /// For school contacts.
    pub contact: Arc<dyn ContactDoor>,
    /// For whoever writes a report.
    pub reports: Arc<dyn ReportDoor>,
    /// For staff, and the way out for everybody.
    pub staff: Arc<dyn StaffDoor>,
    /// For whoever holds a bearer token, or found one.
    pub tokens: Arc<dyn TokenDoor>,
    /// Where whoever signs in wanted to go.
    pub wanted: Arc<dyn Wanted>,
}

/// Everything a page handler needs; an extractor.
#[derive(Clone)]
pub struct Visit {
    /// The API, as this person.
    pub api: Api,
    /// Signing in and out.
    pub doors: Doors,
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
        doors: Doors,
        who: Option<Who>,
        site: Arc<Site>,
        path: String,
        key: String,
        session: Session,
    ) -> Self {
        Self { api, doors, who, site, path, key, lasts: None, asked_at: None, session }
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
            None => self.doors.wanted.wanted(),
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
        let (area, service, home, nav): (_, _, _, Vec<(&str, &str)>) = match &self.who {
            Some(Who { role: Role::Staff, may, .. }) => (Area::Staff, STAFF_SERVICE, "/", staff_nav(may)),
            Some(Who { role: Role::SchoolContact { .. }, .. }) => (
                Area::School,
                "Refer a child missing from education",
                "/refer",
                vec![("Your referrals", "/refer"), ("Your account", "/account")],
            ),
            None => (Area::Public, "Children missing education", "/", Vec::new()),
        };
        let under = |href: &str| self.path == href || self.path.starts_with(&format!("{href}/"));
        Chrome {
            council: site.council.clone(),
            service: service.to_owned(),
            service_href: home.to_owned(),
            area,
            demo: site.demo,
            person: self.who.as_ref().map(|who| who.name.clone()),
            nav: nav
                .iter()
                .map(|(text, href)| NavItem {
                    text: (*text).to_owned(),
                    href: (*href).to_owned(),
                    current: under(href),
                })
                .collect(),
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
            unsent: self.who.is_some() && kept::waits(self).await,
            ..Chrome::default()
        }
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

/// Whether these rights lead to a place.
type Leads = fn(&Rights) -> bool;

/// Where staff can go, with the right that leads there.
const STAFF_NAV: &[(&str, &str, Leads)] = &[
    ("Triage", "/triage", |may| may.read_referrals),
    ("Cases", "/cases", |may| may.list_cases),
    // What the MASH answers comes before what it may read.
    ("Triage", "/triage", |may| may.list_referrals),
    ("Staff", "/staff", |may| may.manage_staff),
    ("School contacts", "/contacts", |may| may.manage_contacts),
    ("Partner agencies", "/agencies", |may| may.manage_agencies),
    ("Restricted cases", "/restricted/reviews", |may| may.review_break_glass),
    ("Mail", "/mail", |may| may.manage_mail),
    ("Access notes", "/audit", |may| may.read_access_notes),
];

fn staff_nav(may: &Rights) -> Vec<(&'static str, &'static str)> {
    let mine = STAFF_NAV.iter().filter(|(_, _, leads)| leads(may));
    let mut nav: Vec<(&str, &str)> = Vec::new();
    for item in mine.map(|(text, href, _)| (*text, *href)).chain([("Your account", "/account")]) {
        if !nav.contains(&item) {
            nav.push(item);
        }
    }
    nav
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }
}
