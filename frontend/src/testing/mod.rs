//! A visit without a backend, for tests: canned answers of the API, ways to sign in that accept the word "right", and a
//! session that lives as long as the visit.

pub(crate) mod canned;

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex};

use async_graphql::{Request, Response, ServerError, Value};
use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Router};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tower::ServiceExt as _;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::Result as Stored;
use tower_sessions::{Session, SessionStore};

use crate::api::Api;
use crate::bearer_token::{BearerTokens, TokenFacts};
use crate::denied::{Attempt, Denied};
use crate::form::{Faults, Form};
use crate::open_report::{Change, OpenReport, OpenReports, Stage};
use crate::reply::with_refusals;
use crate::rights::Rights;
use crate::sign_in::approval::{Approvals, Choice, Suspended};
use crate::sign_in::contact_link::{self, ContactLinks, Redeemed};
use crate::sign_in::passkey::{OwnPasskey, Passkeys};
use crate::sign_in::password::{FirstFactor, Passwords};
use crate::sign_in::second_factor::{AppSecret, SecondFactor};
use crate::sign_in::session::{Account, OpenSession, Sessions};
use crate::sign_in::single_sign_on::{Answer, Arrival, SingleSignOn};
use crate::sign_in::staff_link::{OpenedLink, Purpose, StaffLinks};
use crate::sign_in::{SignIn, Step};
use crate::visit::{Role, Services, Site, Visit, Who};
use crate::wanted::Wanted;

/// The answer of the API: data, or an error.
pub(crate) type Canned = Result<serde_json::Value, ServerError>;

/// A visit of `who`, to whom the API answers as `answer` says.
pub(crate) fn visit(
    who: Option<Who>,
    demo: bool,
    answer: impl Fn(&Request) -> Canned + Send + Sync + 'static,
) -> Visit {
    let api = Api::new(move |request| {
        let answer = match answer(&request) {
            Ok(data) => Response::new(Value::from_json(data).expect("an answer")),
            Err(error) => Response::from_errors(vec![error]),
        };
        ready(answer).boxed()
    });
    let site = Site {
        council: "Example Council".into(),
        address: "https://onroll.council.example".into(),
        team_phone: "01632 960001".into(),
        team_email: "cme@council.example".into(),
        mash_phone: "01632 960002".into(),
        out_of_hours_phone: "01632 960003".into(),
        desks: crate::visit::Desks::default(),
        demo,
    };
    let session = Session::new(None, Arc::new(Nowhere), None);
    Visit::new(
        api,
        Services {
            sign_in: SignIn {
                passwords: Arc::new(RightOrWrong),
                second_factor: Arc::new(RightOrWrong),
                staff_links: Arc::new(RightOrWrong),
                contact_links: Arc::new(RightOrWrong),
                approvals: Arc::new(RightOrWrong),
                single_sign_on: Some(Arc::new(RightOrWrong)),
                passkeys: Some(Arc::new(RightOrWrong)),
                sessions: Arc::new(RightOrWrong),
            },
            reports: Arc::new(Reports::default()),
            tokens: Arc::new(RightOrWrong),
            wanted: Arc::new(RightOrWrong),
        },
        who,
        Arc::new(site),
        "/".into(),
        "key".into(),
        session,
    )
}

/// A visit whose pages must not ask the API anything: a test fails if they do.
pub(crate) fn silent(who: Option<Who>) -> Visit {
    visit(who, false, |request| panic!("the API was asked: {}", request.query))
}

/// A member of staff with these rights.
pub(crate) fn staff(may: Rights) -> Who {
    Who { id: "o1".into(), name: "Sam Officer".into(), role: Role::Staff, may }
}

/// No rights at all.
pub(crate) const NONE: Rights = Rights {
    list_referrals: false,
    read_referrals: false,
    triage: false,
    read_held_reports: false,
    list_cases: false,
    work_cases: false,
    list_escalations: false,
    oversee: false,
    find_restricted: false,
    review_break_glass: false,
    manage_staff: false,
    manage_contacts: false,
    manage_agencies: false,
    manage_mail: false,
    read_mail_addresses: false,
    read_access_notes: false,
};

/// The rights of an education welfare officer.
pub(crate) const WORKER: Rights = Rights {
    list_referrals: true,
    read_referrals: true,
    list_cases: true,
    work_cases: true,
    list_escalations: true,
    find_restricted: true,
    ..NONE
};

/// The rights of a CME officer.
pub(crate) const OFFICER: Rights = Rights { triage: true, read_held_reports: true, manage_contacts: true, ..WORKER };

/// The rights of a manager.
pub(crate) const MANAGER: Rights = Rights { oversee: true, review_break_glass: true, manage_mail: true, ..OFFICER };

/// The rights of the MASH.
pub(crate) const LIAISON: Rights = Rights { list_referrals: true, list_cases: true, list_escalations: true, ..NONE };

/// The rights of an administrator, who sees no child.
pub(crate) const ADMINISTRATOR: Rights = Rights {
    manage_staff: true,
    manage_contacts: true,
    manage_agencies: true,
    manage_mail: true,
    read_mail_addresses: true,
    ..NONE
};

/// A contact of Oak School, without any right of staff.
pub(crate) fn contact() -> Who {
    Who {
        id: String::new(),
        name: "Jo Contact".into(),
        role: Role::SchoolContact { school: "Oak School".into() },
        may: NONE,
    }
}

/// An error of the API with this code and message.
pub(crate) fn refusal(code: &str, message: &str) -> ServerError {
    let mut error = ServerError::new(message, None);
    error.extensions.get_or_insert_default().set("code", code);
    error
}

/// A response, read to its end.
pub(crate) struct Seen {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Seen {
    /// The address that the response redirects to.
    pub(crate) fn goes_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.html);
        self.headers["location"].to_str().expect("an address")
    }

    /// Asserts that these texts stand in the page in this order.
    pub(crate) fn shows(&self, marks: &[&str]) {
        let mut from = 0;
        for mark in marks {
            let found = self.html[from..].find(mark);
            from += found.unwrap_or_else(|| panic!("`{mark}` is not where it belongs: {}", self.html));
        }
    }
}

/// Asks `router` for a page, or posts `form` to it if there is one.
pub(crate) async fn ask(router: Router, visit: &Visit, path: &str, form: Option<&str>) -> Seen {
    let request = axum::http::Request::builder().uri(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = match form {
        Some(form) => request.method("POST").body(Body::from(form.to_owned())),
        None => request.body(Body::empty()),
    };
    let router = with_refusals(router).layer(Extension(visit.clone()));
    see(router.oneshot(request.expect("a request")).await.expect("an answer")).await
}

/// Reads a response to its end.
pub(crate) async fn see(response: axum::response::Response) -> Seen {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    Seen { status: parts.status, headers: parts.headers, html: String::from_utf8(body.to_vec()).expect("text") }
}

/// Keeps reports in memory, for as long as the visit lasts.
#[derive(Default)]
struct Reports(Mutex<BTreeMap<String, OpenReport>>);

impl OpenReports for Reports {
    fn new_id(&self) -> Result<String, Denied> {
        Ok("new".into())
    }

    fn begin(&self, id: String, act: Change) -> Attempt<'_, String> {
        let until = "2026-11-18T22:00:00Z".parse().expect("a moment");
        let empty = OpenReport { answers: Form::new(), key: "key".into(), stage: Stage::Written, rests: false, until };
        act(self.0.lock().expect("the reports").entry(id.clone()).or_insert(empty));
        ready(Ok(id)).boxed()
    }

    fn look<'a>(&'a self, id: &'a str) -> Attempt<'a, Option<OpenReport>> {
        ready(Ok(self.0.lock().expect("the reports").get(id).cloned())).boxed()
    }

    fn change<'a>(&'a self, id: &'a str, act: Change) -> Attempt<'a, Option<OpenReport>> {
        let mut reports = self.0.lock().expect("the reports");
        let changed = reports.get_mut(id).map(|report| {
            act(report);
            report.clone()
        });
        ready(Ok(changed)).boxed()
    }

    fn discard<'a>(&'a self, id: &'a str) -> Attempt<'a, ()> {
        self.0.lock().expect("the reports").remove(id);
        ready(Ok(())).boxed()
    }
}

impl Wanted for RightOrWrong {
    fn want(&self, _: &str) {}

    fn wanted(&self) -> Option<String> {
        None
    }
}

/// Accepts the word "right" as password, code or passkey, and nothing else.
struct RightOrWrong;

impl BearerTokens for RightOrWrong {
    fn look_at(&self, _: String) -> Attempt<'_, Option<TokenFacts>> {
        ready(Ok(None)).boxed()
    }

    fn hand_in(&self, _: String) -> Attempt<'_, ()> {
        ready(Ok(())).boxed()
    }
}

impl Passwords for RightOrWrong {
    fn sign_in(&self, _: String, password: String) -> Attempt<'_, FirstFactor> {
        ready(Ok(match password.as_str() {
            "right" => FirstFactor::Right(Step::In),
            "half right" => FirstFactor::Right(Step::SecondFactor),
            other => FirstFactor::Wrong { last_try: other == "wrong again" },
        }))
        .boxed()
    }

    fn pending(&self) -> Attempt<'_, Option<Step>> {
        ready(Ok(Some(Step::SecondFactor))).boxed()
    }

    fn change(&self, current: String, _: String, _: String) -> Attempt<'_, Faults> {
        ready(Ok(wrong(&current, "current"))).boxed()
    }
}

impl SecondFactor for RightOrWrong {
    fn check(&self, code: String) -> Attempt<'_, bool> {
        ready(Ok(code == "right")).boxed()
    }

    fn new_app(&self) -> Attempt<'_, AppSecret> {
        ready(Ok(AppSecret { url: "otpauth://totp/Onroll:sam".into(), text: "ABCD EFGH".into() })).boxed()
    }

    fn confirm_app(&self, code: String, _: Option<String>) -> Attempt<'_, Faults> {
        ready(Ok(wrong(&code, "code"))).boxed()
    }

    fn remove_app(&self, password: String) -> Attempt<'_, Faults> {
        ready(Ok(wrong(&password, "current"))).boxed()
    }

    fn new_codes(&self) -> Attempt<'_, Vec<String>> {
        ready(Ok(vec!["ABCDE-FGHIJ".into()])).boxed()
    }

    fn codes_saved(&self) -> Attempt<'_, ()> {
        ready(Ok(())).boxed()
    }

    fn renew_codes(&self, password: String) -> Attempt<'_, Faults> {
        ready(Ok(wrong(&password, "current"))).boxed()
    }
}

impl StaffLinks for RightOrWrong {
    fn mail_recovery(&self, _: String) -> Attempt<'_, ()> {
        ready(Ok(())).boxed()
    }

    fn put_away(&self, token: &str, _: Purpose) -> bool {
        token != "nonsense"
    }

    fn opened(&self, purpose: Purpose) -> Attempt<'_, OpenedLink> {
        ready(Ok(OpenedLink { name: "Sam Officer".into(), wants_code: purpose == Purpose::Invitation })).boxed()
    }

    fn redeem(&self, _: Purpose, _: String, password: String, _: String) -> Attempt<'_, Result<Step, Faults>> {
        let faults = wrong(&password, "password");
        ready(Ok(if faults.is_empty() { Ok(Step::SetUp) } else { Err(faults) })).boxed()
    }
}

impl Sessions for RightOrWrong {
    fn account(&self) -> Attempt<'_, Account> {
        ready(Ok(Account::default())).boxed()
    }

    fn list(&self) -> Attempt<'_, Vec<OpenSession>> {
        ready(Ok(Vec::new())).boxed()
    }

    fn end(&self, _: String) -> Attempt<'_, ()> {
        ready(Ok(())).boxed()
    }

    fn sign_out(&self, _: bool) -> Attempt<'_, ()> {
        ready(Ok(())).boxed()
    }
}

/// The fault of `field` if `typed` is not "right".
fn wrong(typed: &str, field: &str) -> Faults {
    (typed != "right").then_some((field, "This is not right")).into_iter().collect()
}

/// Admits whoever comes back with the code "right".
impl SingleSignOn for RightOrWrong {
    fn begin(&self) -> Attempt<'_, Option<String>> {
        ready(Ok(Some("https://login.example/ask".into()))).boxed()
    }

    fn finish(&self, answer: Answer) -> Attempt<'_, Arrival> {
        ready(Ok(match answer.code.as_str() {
            "right" => Arrival::Admitted,
            "no-role" => Arrival::NoAccess,
            "other" => Arrival::NotTheirs,
            "down" => Arrival::Unreachable,
            "old" => Arrival::NotAsked,
            _ => Arrival::NotProved,
        }))
        .boxed()
    }

    fn came_by_it(&self) -> Attempt<'_, bool> {
        ready(Ok(false)).boxed()
    }

    fn way_out(&self) -> Attempt<'_, Option<String>> {
        ready(Ok(Some("https://login.example/out?client_id=us".into()))).boxed()
    }
}

impl Passkeys for RightOrWrong {
    fn at(&self) -> &'static str {
        "https://onroll.example"
    }

    fn list(&self) -> Attempt<'_, Vec<OwnPasskey>> {
        let since = "2026-11-18T10:00:00Z".parse().expect("a moment");
        ready(Ok(vec![OwnPasskey { id: "1".into(), name: "Work laptop".into(), since, used: None }])).boxed()
    }

    fn is_recent(&self) -> Attempt<'_, bool> {
        ready(Ok(true)).boxed()
    }

    fn begin_adding(&self) -> Attempt<'_, String> {
        ready(Ok("{\"publicKey\":{}}".into())).boxed()
    }

    fn add(&self, _: String, made: String) -> Attempt<'_, Faults> {
        ready(Ok(wrong(&made, "name"))).boxed()
    }

    fn remove(&self, id: String) -> Attempt<'_, ()> {
        ready(if id == "1" { Ok(()) } else { Err(Denied::Refused) }).boxed()
    }

    fn begin_sign_in(&self) -> Attempt<'_, String> {
        ready(Ok("{\"publicKey\":{}}".into())).boxed()
    }

    fn sign_in(&self, answer: String) -> Attempt<'_, ()> {
        ready(if answer == "right" { Ok(()) } else { Err(Denied::Refused) }).boxed()
    }
}

impl ContactLinks for RightOrWrong {
    fn send(&self, _: String) -> Attempt<'_, ()> {
        ready(Ok(())).boxed()
    }

    fn put_away(&self, _: &str) -> bool {
        false
    }

    fn opened(&self) -> Attempt<'_, Option<contact_link::OpenedLink>> {
        ready(Ok(None)).boxed()
    }

    fn redeem(&self, _: String) -> Attempt<'_, Redeemed> {
        ready(Ok(Redeemed::Dead)).boxed()
    }
}

impl Approvals for RightOrWrong {
    fn choices(&self) -> Attempt<'_, Vec<Choice>> {
        ready(Ok(Vec::new())).boxed()
    }

    fn was_suspended(&self) -> Attempt<'_, bool> {
        ready(Ok(false)).boxed()
    }

    fn suspended(&self) -> Attempt<'_, Option<Suspended>> {
        ready(Ok(None)).boxed()
    }

    fn other_school_of(&self, _: String) -> Attempt<'_, Option<Choice>> {
        ready(Ok(None)).boxed()
    }

    fn act_for(&self, _: String) -> Attempt<'_, ()> {
        ready(Err(Denied::Refused)).boxed()
    }
}

/// A session store that keeps nothing: in a test the session lives in its visit. It is written out as `async_trait`
/// would write it, because that crate is no dependency of this one.
#[derive(Debug)]
struct Nowhere;

impl SessionStore for Nowhere {
    fn save<'a, 'b, 'c>(&'a self, _: &'b Record) -> BoxFuture<'c, Stored<()>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        ready(Ok(())).boxed()
    }

    fn load<'a, 'b, 'c>(&'a self, _: &'b Id) -> BoxFuture<'c, Stored<Option<Record>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        ready(Ok(None)).boxed()
    }

    fn delete<'a, 'b, 'c>(&'a self, _: &'b Id) -> BoxFuture<'c, Stored<()>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        ready(Ok(())).boxed()
    }
}
