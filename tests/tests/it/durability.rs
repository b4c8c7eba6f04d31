//! What was acknowledged is kept, and nothing is ever half done.

use std::collections::HashMap;
use std::time::Duration;

use acceptance::database::{count, tamper};
use acceptance::prelude::*;
use backend::auth::session_store::Sessions;
use backend::clock::Clock;
use backend::db::Db;
use backend::service::verify::whole;
use backend::store::verdict::Verdict;
use tower_sessions::SessionStore;
use tower_sessions::cookie::time::OffsetDateTime;
use tower_sessions::session::{Id, Record};

const START: &str = "mutation($input: StartDraftInput!) { startDraft(input: $input) { id version } }";
const SEND: &str = "mutation($input: SendDraftInput!) { sendDraft(input: $input) { reference } }";
const REPORT: &str = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }";
const NOTE: &str = "mutation($input: AddNoteInput!) { addNote(input: $input) { version } }";
const MOVED: &str = "mutation($input: ChangeWhereaboutsInput!) { changeWhereabouts(input: $input) { version } }";
const FLAG: &str = "mutation($input: RaiseEscalationInput!) { raiseEscalation(input: $input) { version } }";

/// Begins a draft that lacks nothing, and says what sends it.
async fn ready_to_send(school: &SchoolContact) -> Value {
    let input = json!({ "input": { "answers": typed::referral().input() } });
    let draft = school.ask(START, input).await.sound();
    json!({ "input": { "id": draft.text("/startDraft/id"), "version": 1, "declaration": true } })
}

/// Everything that belongs to a referral that was sent: the referral, its fact, the draft it was, its mail.
async fn pieces(db: &Db) -> [u64; 4] {
    [
        count(db, "referral", "1 = 1").await,
        count(db, "event", "kind = 'referral_received'").await,
        count(db, "draft", "referral_id IS NOT NULL").await,
        count(db, "message", "subject LIKE 'Referral % received'").await,
    ]
}

on_both_engines! {
    async fn a_slow_request_does_not_undo_signing_out(app: TestApp) {
        let sessions = Sessions::new(app.db().clone(), Clock::standing_at(app.now()));
        let expiry_date = OffsetDateTime::now_utc() + Duration::from_mins(10);
        let mut record = Record { id: Id::default(), data: HashMap::default(), expiry_date };
        sessions.create(&mut record).await.unwrap();
        let slow = sessions.load(&record.id).await.unwrap().unwrap();
        let quick = sessions.load(&record.id).await.unwrap().unwrap();

        sessions.delete(&quick.id).await.unwrap();
        sessions.save(&slow).await.unwrap();

        assert!(sessions.load(&record.id).await.unwrap().is_none(), "the session came back");
    }

    async fn a_client_who_hangs_up_never_half_completes(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let mut cut = 0;
        for wait in (0..24).map(|step| Duration::from_micros(step * 400)) {
            let input = ready_to_send(&school).await;
            let answered = tokio::time::timeout(wait, school.ask(SEND, input)).await;
            cut += u32::from(answered.is_err());
        }
        assert!(cut > 0, "every answer was faster than the hanging up");

        // Whatever had begun runs to its end, so what is stored settles.
        let mut settled = pieces(app.db()).await;
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let now = pieces(app.db()).await;
            if now == settled {
                break;
            }
            settled = now;
        }
        let [referrals, ..] = settled;
        assert_eq!(settled, [referrals; 4], "referrals, facts, sent drafts, mails");

        // Nobody was left a connection whose writes are lost.
        let input = ready_to_send(&school).await;
        school.ask(SEND, input).await.sound();
        let fresh = Db::connect(app.inner().config.database.url.reveal()).await.unwrap();
        assert_eq!(pieces(&fresh).await, [referrals + 1; 4]);
        assert!(matches!(whole(&fresh, &app.inner().keyring).await.unwrap(), Verdict::Sound { .. }));
    }

    async fn of_two_officers_who_save_the_same_version_one_wins_and_the_other_is_told(app: TestApp) {
        let case = given::case().at(&app).await;
        let (one, other) = (app.officer().await, app.officer().await);
        let input = |reason: &str| {
            let (case, version) = (&case.reference, case.version);
            json!({ "input": { "case": case, "version": version, "whereabouts": "KNOWN_REPORTED", "reason": reason } })
        };

        let (first, second) = tokio::join!(one.ask(MOVED, input("first")), other.ask(MOVED, input("second")));

        let mut codes = [first.codes(), second.codes()];
        codes.sort_unstable();
        assert_eq!(codes, [vec![], vec!["CONFLICT"]], "{} {}", first.json, second.json);
        assert_eq!(count(app.db(), "event", "kind = 'whereabouts_changed'").await, 1);
    }

    async fn what_people_add_at_the_same_moment_is_all_kept(app: TestApp) {
        let case = given::case().at(&app).await;
        let (one, other) = (app.officer().await, app.officer().await);
        let note = |text: &str| json!({ "input": { "case": case.reference, "text": text } });
        let flag = json!({ "input": {
            "case": case.reference, "level": "SIGNIFICANT_HARM", "concern": "Bruises", "rationale": "Seen by a teacher",
        } });

        let (first, second, third, fourth) = tokio::join!(
            one.ask(NOTE, note("first")),
            other.ask(NOTE, note("second")),
            one.ask(NOTE, note("third")),
            other.ask(FLAG, flag),
        );

        for answer in [first, second, third, fourth] {
            answer.sound();
        }
        assert_eq!(count(app.db(), "event", "kind = 'note_added'").await, 3);
        assert_eq!(count(app.db(), "event", "kind = 'escalation_raised'").await, 1);
        assert!(matches!(whole(app.db(), &app.inner().keyring).await.unwrap(), Verdict::Sound { .. }));
    }

    async fn sending_twice_at_the_same_moment_makes_one_referral(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let input = ready_to_send(&school).await;

        let (one, other) = tokio::join!(school.ask(SEND, input.clone()), school.ask(SEND, input.clone()));

        let (one, other) = (one.sound(), other.sound());
        assert_eq!(one.text("/sendDraft/reference"), other.text("/sendDraft/reference"));
        assert_eq!(pieces(app.db()).await, [1; 4]);
        let late = school.ask(SEND, input).await.sound();
        assert_eq!(late.json, one.json);
    }

    async fn the_same_key_makes_one_report_even_at_the_same_moment(app: TestApp) {
        let anybody = app.anybody();
        let input = json!({ "input": { "key": "0123456789abcdef-0123456789", "answers": typed::report().input() } });

        let (one, other) = tokio::join!(anybody.ask(REPORT, input.clone()), anybody.ask(REPORT, input));

        assert_eq!(one.sound().json, other.sound().json);
        assert_eq!(count(app.db(), "referral", "1 = 1").await, 1);
    }

    async fn one_changed_byte_in_a_fact_is_found(app: TestApp) {
        given::case().at(&app).await;
        let Verdict::Sound { events, streams, .. } = whole(app.db(), &app.inner().keyring).await.unwrap() else { panic!("sound before") };
        assert!(events >= 5 && streams >= 5, "{events} {streams}");

        let changed = "UPDATE event SET payload = replace(payload, 'Quillfeather', 'Quillfeathex') \
                       WHERE kind = 'referral_received'";
        tamper(app.db(), changed).await;

        let Verdict::Broken { seq, why, .. } = whole(app.db(), &app.inner().keyring).await.unwrap() else { panic!("the change was not found") };
        assert_eq!((seq, why), (1, "it, or the fact before it, was changed after it was stored"));
    }

    async fn a_removed_fact_is_found(app: TestApp) {
        given::case().flagged().at(&app).await;
        tamper(app.db(), "DELETE FROM event WHERE kind = 'case_opened'").await;

        let Verdict::Broken { seq, why, .. } = whole(app.db(), &app.inner().keyring).await.unwrap() else { panic!("the gap was not found") };
        assert_eq!((seq, why), (2, "a fact before it is missing"));
    }

    async fn every_change_leaves_exactly_one_fact(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let before = count(app.db(), "event", "1 = 1").await;
        for text in ["one", "two", "three"] {
            let input = json!({ "input": { "case": case.reference, "text": text } });
            officer.ask(NOTE, input).await.sound();
        }
        let refused = json!({ "input": { "case": case.reference, "text": " " } });
        officer.ask(NOTE, refused).await.refused_with("INVALID");
        assert_eq!(count(app.db(), "event", "1 = 1").await, before + 3);
    }
}
