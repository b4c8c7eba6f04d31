//! The real service is killed at any moment while people write: on SQLite one process, on PostgreSQL two.
//!
//! `ONROLL_KILL_ROUNDS=200 cargo test -p acceptance --test it kill -- --nocapture` does at length what `tests/run` does
//! a few times.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use acceptance::browser::{Browser, Server};
use acceptance::bulk::sessions;
use acceptance::database::{Engine, Folder, count};
use acceptance::prelude::*;
use acceptance::process::{Running, free_port};
use backend::clock::Clock;
use backend::db::Db;
use backend::service::verify::{How, check_on};
use uuid::Uuid;

use crate::binary::{ORIGIN, settings};

const REPORT: &str = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }";
const NOTE: &str = "mutation($input: AddNoteInput!) { addNote(input: $input) { version } }";
const START: &str = "mutation($input: StartDraftInput!) { startDraft(input: $input) { id version } }";
const SEND: &str = "mutation($input: SendDraftInput!) { sendDraft(input: $input) { reference } }";

/// The rounds of the short form.
const ROUNDS: u32 = 4;

/// What somebody wrote.
#[derive(Clone, Debug)]
enum Written {
    /// A note with this text.
    Note { text: String },
    /// A report, by the mark in it.
    Report { mark: String },
    /// A referral from this draft.
    Referral { draft: String },
}

/// A write, and whether it was acknowledged.
#[derive(Clone, Debug)]
struct Act {
    written: Written,
    query: &'static str,
    input: Value,
    key: String,
    who: Browser,
    reference: Option<String>,
}

/// What was written, by whether it was acknowledged.
#[derive(Clone, Debug, Default)]
struct Ledger {
    acknowledged: Vec<Act>,
    unanswered: Vec<Act>,
}

/// The people who write, and where.
struct Load {
    officers: Vec<Browser>,
    school: Browser,
    case: String,
    ledger: Mutex<Ledger>,
    next: AtomicU32,
}

impl Load {
    fn mark(&self) -> String {
        format!("mark-{}-end", self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Does it at one of the places, and notes what came of it. Gives the answer of one that was acknowledged.
    async fn act(&self, mut act: Act, at: std::net::SocketAddr) -> Option<Value> {
        let answer = act.who.through(Server::There(at)).ask_of_mortal(act.query, act.input.clone(), &act.key).await;
        let done =
            answer.as_ref().is_some_and(|answer| answer.status == http::StatusCode::OK && answer.codes().is_empty());
        // Sent again, it was carried out before.
        let before = answer.as_ref().is_some_and(|answer| answer.status == http::StatusCode::CONFLICT);
        let refused = ["INVALID", "NOT_FOUND", "FORBIDDEN", "UNAUTHENTICATED", "BAD_REQUEST"];
        if let Some(answer) = &answer {
            assert!(!answer.codes().iter().any(|code| refused.contains(code)), "{}", answer.json);
        }
        if answer.as_ref().is_some_and(|answer| answer.codes().contains(&"THROTTLED")) {
            tokio::time::sleep(Duration::from_millis(200)).await;
            return None;
        }
        let data = answer.filter(|_| done).map(|answer| answer.json["data"].clone());
        act.reference = data.as_ref().and_then(|data| {
            let told = data.as_object()?.values().next()?;
            told["reference"].as_str().map(str::to_owned)
        });
        let mut ledger = self.ledger.lock().unwrap();
        if done || before {
            ledger.acknowledged.push(act);
        } else {
            ledger.unanswered.push(act);
        }
        data
    }

    async fn note(&self, officer: usize, at: std::net::SocketAddr) {
        let text = self.mark();
        let input = json!({ "input": { "case": self.case, "text": text } });
        let who = self.officers[officer % self.officers.len()].clone();
        let act = Act { written: Written::Note { text }, query: NOTE, input, key: key(), who, reference: None };
        self.act(act, at).await;
    }

    async fn report(&self, at: std::net::SocketAddr) {
        let (mark, key) = (self.mark(), key());
        let answers = typed::report().with("concern", &format!("A boy is out every school day: {mark}")).input();
        let input = json!({ "input": { "key": key, "answers": answers } });
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        // Each from an address of its own, so that no limit is met.
        let who = Browser::new(Server::There(at), ORIGIN).forwarded_for(&format!("2001:db8:{number:x}::1"));
        let act = Act { written: Written::Report { mark }, query: REPORT, input, key, who, reference: None };
        self.act(act, at).await;
    }

    async fn referral(&self, at: std::net::SocketAddr) {
        let answers = recent().input();
        let school = self.school.through(Server::There(at));
        let begun = school.ask_of_mortal(START, json!({ "input": { "answers": answers } }), &key()).await;
        let Some(begun) = begun.filter(|begun| begun.codes().is_empty()) else { return };
        let draft = begun.text("/startDraft/id");
        let input = json!({ "input": { "id": draft, "version": 1, "declaration": true } });
        let written = Written::Referral { draft };
        let act = Act { written, query: SEND, input, key: key(), who: self.school.clone(), reference: None };
        self.act(act, at).await;
    }

    /// Writes at these places until told to stop.
    async fn go_on(self: Arc<Self>, kind: usize, places: Vec<std::net::SocketAddr>, stop: Arc<AtomicBool>) {
        let mut turn = kind;
        while !stop.load(Ordering::Relaxed) {
            turn += 1;
            let at = places[turn % places.len()];
            let before = self.ledger.lock().unwrap().unanswered.len();
            match kind % 4 {
                0 | 1 => self.note(kind + turn, at).await,
                2 => self.report(at).await,
                _ => self.referral(at).await,
            }
            // Nobody there: no use in asking without pause.
            if self.ledger.lock().unwrap().unanswered.len() > before {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a key of its own for each act")]
fn key() -> String {
    Uuid::now_v7().to_string()
}

/// The usual answers of a school, with dates of these days.
fn recent() -> typed::Answers {
    crate::binary::recent()
}

/// How often something acknowledged is there: as a fact, as a row, and in the mails it causes.
async fn traces(db: &Db, act: &Act) -> BTreeMap<&'static str, (u64, u64)> {
    let reference = act.reference.clone().unwrap_or_default();
    let mails =
        |expected: u64| async move { (count(db, "message", &format!("subject LIKE '%{reference}%'")).await, expected) };
    match &act.written {
        Written::Note { text } => {
            let fact = count(db, "event", &format!("kind = 'note_added' AND payload LIKE '%{text}%'")).await;
            [("fact", (fact, 1))].into()
        }
        Written::Report { mark } => {
            let fact = count(db, "event", &format!("payload LIKE '%{mark}%'")).await;
            let taken = count(db, "referral", &format!("details LIKE '%{mark}%'")).await;
            let held = count(db, "held_report", &format!("answers LIKE '%{mark}%'")).await;
            let mut traces: BTreeMap<_, _> = [("fact", (fact, 1)), ("row", (taken + held, 1))].into();
            if taken == 1 && act.reference.is_some() {
                traces.insert("mails", mails(1).await);
            }
            traces
        }
        Written::Referral { draft } => {
            let fact = count(db, "event", &format!("kind = 'referral_received' AND payload LIKE '%{draft}%'")).await;
            let row = count(db, "referral", &format!("idempotency_key = 'draft:{draft}'")).await;
            let mut traces: BTreeMap<_, _> = [("fact", (fact, 1)), ("row", (row, 1))].into();
            if act.reference.is_some() {
                // One to the contact, one to the team.
                traces.insert("mails", mails(2).await);
            }
            traces
        }
    }
}

async fn all_is_there_once(db: &Db, acts: &[Act]) {
    for act in acts {
        let traces = traces(db, act).await;
        assert!(traces.values().all(|(found, expected)| found == expected), "{:?}: {traces:?}", act.written);
    }
}

/// The instances of the service, each at its port.
struct Instances {
    running: Vec<Option<Running>>,
    ports: Vec<u16>,
    folders: Vec<Folder>,
    url: String,
}

impl Instances {
    fn new(url: &str, number: usize) -> Self {
        let ports = (0..number).map(|_| free_port()).collect();
        let folders = (0..number).map(|_| Folder::new()).collect();
        Self { running: (0..number).map(|_| None).collect(), ports, folders, url: url.to_owned() }
    }

    async fn start_all(&mut self) {
        for number in 0..self.ports.len() {
            if self.running[number].is_none() {
                let (port, folder) = (self.ports[number], &self.folders[number]);
                let listen = format!("127.0.0.1:{port}");
                let mut settings = settings(&self.url, folder.path());
                settings.push(("ONROLL_LISTEN", &listen));
                settings.push(("ONROLL_TRUSTED_PROXIES", "127.0.0.1"));
                self.running[number] = Some(Running::start(&["serve"], &settings, port, folder).await);
            }
        }
    }

    fn kill(&mut self, which: &[usize]) {
        for number in which {
            if let Some(running) = self.running[*number].take() {
                running.kill();
            }
        }
    }

    fn places(&self) -> Vec<std::net::SocketAddr> {
        self.ports.iter().map(|port| std::net::SocketAddr::from(([127, 0, 0, 1], *port))).collect()
    }
}

/// Signs a school contact in at a running service, with the link in the mail.
async fn signed_in(running: &Running, db: &Db, email: &str) -> Browser {
    let browser = running.browser_at(ORIGIN);
    browser.submit(&browser.visit("/refer").await.form().with("email", email)).await.is_shown();
    let mails = mail::stored(db).await;
    let newest = mails.iter().rfind(|mail| mail.to == email && mail.body.contains("/link/")).unwrap();
    browser.submit(&browser.visit(&newest.link()).await.form()).await.says("Your referrals");
    browser
}

#[expect(clippy::disallowed_methods, reason = "how often, for whoever has more time than `tests/run`")]
fn rounds() -> u32 {
    std::env::var("ONROLL_KILL_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS)
}

async fn nothing_acknowledged_is_lost(engine: Engine) {
    let app = TestApp::start(engine).await;
    let case = given::case().at(&app).await;
    for number in 0..3 {
        given::staff(&app, &format!("Olu Officer {number}"), &[StaffRole::CmeOfficer]).await;
    }
    let contact = given::contact_somewhere(&app).await;
    let mut service = Instances::new(&app.url, if engine == Engine::Sqlite { 1 } else { 2 });
    service.start_all().await;
    let db = Db::connect(&app.url).await.unwrap();
    let school = signed_in(service.running[0].as_ref().unwrap(), &db, &contact.email).await;
    let officers = sessions(&app.url, &Clock::default()).await;
    let officer =
        |cookie: &String| Browser::new(Server::There(service.places()[0]), ORIGIN).with_cookie("__Host-onroll", cookie);
    let officers: Vec<Browser> = officers.iter().map(officer).collect();
    let (ledger, next) = (Mutex::default(), AtomicU32::new(1));
    let load = Arc::new(Load { officers, school, case: case.reference.clone(), ledger, next });
    let (mut kills, mut acknowledged, mut unanswered) = (0_u32, 0, 0);
    let mut dice = u64::from(std::process::id());

    for round in 0..rounds() {
        let stop = Arc::new(AtomicBool::new(false));
        let people =
            (0..6).map(|kind| tokio::spawn(Arc::clone(&load).go_on(kind, service.places(), Arc::clone(&stop))));
        let people: Vec<_> = people.collect();
        // No two rounds end at the same moment of what goes on.
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_micros(500_000 + (dice >> 33) % 1_000_000)).await;
        let which: &[usize] = match (engine, round % 3) {
            (Engine::Sqlite, _) | (_, 0) => &[0],
            (_, 1) => &[1],
            _ => &[0, 1],
        };
        service.kill(which);
        kills += u32::try_from(which.len()).unwrap();
        stop.store(true, Ordering::Relaxed);
        for person in people {
            person.await.unwrap();
        }
        let Ledger { acknowledged: acts, unanswered: open } = std::mem::take(&mut *load.ledger.lock().unwrap());
        all_is_there_once(&db, &acts).await;
        (acknowledged, unanswered) = (acknowledged + acts.len(), unanswered + open.len());

        service.start_all().await;

        // What got no answer is sent again under its own key, until it is acknowledged, and is then there once.
        for act in open {
            load.act(act, service.places()[0]).await;
        }
        let again = std::mem::take(&mut *load.ledger.lock().unwrap());
        assert!(again.unanswered.len() <= 2, "a service that is ready does not answer: {:?}", again.unanswered);
        all_is_there_once(&db, &again.acknowledged).await;
    }
    service.kill(&[0, 1][..service.ports.len()]);
    let how = How { rows: true, ..How::default() };
    let verdict = check_on(&db, &app.inner().keyring, &how, |_| ()).await.unwrap();
    assert_eq!(verdict.fault(), None);
    println!("{engine:?}: {kills} kills, {acknowledged} acknowledged writes, {unanswered} sent again; {verdict:?}");
    assert!(acknowledged > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_when_the_service_is_killed_on_sqlite() {
    Box::pin(nothing_acknowledged_is_lost(Engine::Sqlite)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_when_instances_are_killed_on_postgres() {
    Box::pin(nothing_acknowledged_is_lost(Engine::Postgres)).await;
}
