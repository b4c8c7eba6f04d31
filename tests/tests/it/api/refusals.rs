//! What is refused is noted, what is hidden like what is missing; every filter is obeyed; a cursor tells no time.

use acceptance::database::{column, count, tamper};
use acceptance::prelude::*;
use backend::domain::reference::CaseReference;

const ONE: &str = "query($reference: String!) { case(reference: $reference) { reference } }";
const NOTE: &str = "mutation($input: AddNoteInput!) { addNote(input: $input) { reference } }";

/// The reference of a case that there is not, typed without a mistake.
fn missing() -> String {
    CaseReference::from_random_bits(7).to_string()
}

on_both_engines! {
    async fn a_hidden_case_and_a_missing_one_are_noted_alike_with_the_same_work(app: TestApp) {
        let hidden = given::case().restricted_to(&[]).at(&app).await;
        let officer = app.officer().await;
        officer.ask(ONE, json!({ "reference": missing() })).await.sound();
        tamper(app.db(), "DELETE FROM access_note").await;
        let mut work = Vec::new();
        for reference in [hidden.reference.clone(), missing()] {
            let before = app.statements();
            assert!(officer.ask(ONE, json!({ "reference": reference })).await.sound().at("/case").is_null());
            let read = app.statements();
            let input = json!({ "input": { "case": reference, "version": 1, "text": "A note" } });
            officer.ask(NOTE, input).await.refused_with("NOT_FOUND");
            work.push((read - before, app.statements() - read));
            for (subject, named) in [("case", "reference"), ("addNote", "case")] {
                let noted = format!("refusal = 'not_found' AND subject = '{subject}' AND detail = '{named} {reference}'");
                assert_eq!(count(app.db(), "access_note", &noted).await, 1, "{subject} {reference}");
            }
        }
        assert_eq!(work[0], work[1], "what is hidden costs what is missing costs");
    }

    async fn many_refusals_of_one_person_tell_the_auditor_once(app: TestApp) {
        let auditor = given::staff(&app, "Audrey Auditor", &[StaffRole::Auditor]).await;
        let officer = app.officer().await;
        for _ in 0..12 {
            officer.ask(ONE, json!({ "reference": missing() })).await.sound();
        }
        let told: Vec<_> = mail::all(&app).await.into_iter().filter(|mail| mail.to == auditor.email).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].body.contains("/audit?action=REFUSE") && !told[0].body.contains("Olu"), "{told:?}");
        let page = app.sign_in(&auditor).await.visit("/audit?action=REFUSE").await;
        page.says("Refused: Not found").says("Olu Officer").says(&missing());
    }

    async fn a_flood_past_the_limit_is_counted_in_one_note(app: TestApp) {
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        tamper(app.db(), "UPDATE client SET per_minute = 1").await;
        for _ in 0..8 {
            partner.ask("{ viewer { kind } }", json!({})).await;
        }
        let noted = column(app.db(), "SELECT CAST(times AS TEXT) FROM access_note WHERE refusal = 'throttled'").await;
        // One question costs more than the one point that a minute has.
        assert_eq!(noted, ["8"]);
    }

    async fn every_filter_that_is_given_is_obeyed(app: TestApp) {
        let flagged = given::case().flagged().at(&app).await.reference;
        let plain = given::case().of("Someone", "Else").with(app.manager().await.id).at(&app).await.reference;
        let officer = app.officer().await;
        for (filter, expected) in [
            ("flagged: true", vec![&flagged]),
            ("flagged: false", vec![&plain]),
            ("unassigned: false", vec![&plain]),
            ("unassigned: true", vec![&flagged]),
            ("overdue: true", vec![]),
            ("state: []", vec![]),
            ("whereabouts: []", vec![]),
            ("flagged: null, state: null, overdue: false", vec![&flagged, &plain]),
        ] {
            let question = format!("{{ cases(filter: {{ {filter} }}) {{ nodes {{ reference }} }} }}");
            let answer = officer.ask(&question, json!({})).await.sound();
            let nodes = answer.at("/cases/nodes").as_array().unwrap().clone();
            let mut found: Vec<_> = nodes.iter().map(|node| node["reference"].as_str().unwrap().to_owned()).collect();
            let mut expected: Vec<_> = expected.into_iter().cloned().collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected, "{filter}");
        }
        let mash = app.partner("Luton MASH", &[Scope::EscalationAnswer]).await;
        let asked = "{ cases(filter: { flagged: true }) { nodes { reference flagged } } }";
        let answer = mash.ask(asked, json!({})).await.sound();
        assert_eq!(answer.at("/cases/nodes"), &json!([{ "reference": flagged, "flagged": true }]));
    }

    async fn a_cursor_tells_neither_the_row_nor_when_it_was_made(app: TestApp) {
        let one = given::case().at(&app).await;
        given::case().of("Someone", "Else").at(&app).await;
        let officer = app.officer().await;
        let page = "query($after: String) { cases(first: 1, sort: OLDEST, after: $after) {
            nodes { reference } pageInfo { endCursor } } }";
        let first = officer.ask(page, json!({})).await.sound();
        let cursor = first.text("/cases/pageInfo/endCursor");
        let id = one.id.to_string().replace('-', "");
        assert!(!cursor.contains(&id[..8]) && cursor != id, "{cursor} {id}");
        let second = officer.ask(page, json!({ "after": cursor })).await.sound();
        assert_ne!(second.text("/cases/nodes/0/reference"), first.text("/cases/nodes/0/reference"));
        let raw = officer.ask(page, json!({ "after": one.id.to_string() })).await.sound();
        assert_eq!(raw.at("/cases/nodes"), &json!([]), "an id is no cursor");
    }
}
