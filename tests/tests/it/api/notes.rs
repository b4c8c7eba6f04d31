//! Who was shown what is noted before it is shown.

use acceptance::database::{column, count, tamper};
use acceptance::prelude::*;

const ONE: &str = "query($reference: String!) { case(reference: $reference) { reference child { familyName upn } } }";

on_both_engines! {
    async fn showing_a_case_leaves_one_note_with_the_fields_that_were_shown(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;

        officer.ask(ONE, json!({ "reference": case.reference })).await.sound();

        let subject = format!("case:{}", case.id);
        let who = format!("staff:{}", officer.colleague.id);
        assert_eq!(count(app.db(), "access_note", &format!("subject = '{subject}' AND viewer = '{who}'")).await, 1);
        let fields = column(app.db(), "SELECT fields FROM access_note WHERE subject LIKE 'child:%'").await;
        assert_eq!(fields, ["familyName,upn"]);
    }

    async fn what_cannot_be_noted_is_not_shown(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        officer.ask(ONE, json!({ "reference": case.reference })).await.sound();
        tamper(app.db(), "DELETE FROM access_note").await;
        let gone = "ALTER TABLE access_note RENAME TO access_note_gone";
        sea_orm::ConnectionTrait::execute_unprepared(app.db().for_migration(), gone).await.unwrap();

        let answer = officer.ask(ONE, json!({ "reference": case.reference })).await;

        answer.refused_with("INTERNAL");
        assert!(!answer.json.to_string().contains("Quillfeather"), "{}", answer.json);
    }

    async fn a_refusal_of_somebody_signed_in_is_noted(app: TestApp) {
        let analyst = app.analyst().await;
        analyst.ask("{ drafts { id } }", json!({})).await.refused_with("FORBIDDEN");
        assert_eq!(column(app.db(), "SELECT subject FROM access_note WHERE action = 'refuse'").await, ["drafts"]);
    }

    async fn signing_in_and_searching_are_noted_without_what_was_searched_for(app: TestApp) {
        let officer = app.officer().await;
        officer.ask("{ cases(filter: {search: \"Quillfeather\"}) { count { display } } }", json!({})).await.sound();

        let notes = column(app.db(), "SELECT action || ' ' || subject || ' ' || fields FROM access_note ORDER BY noted_at, id").await;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].starts_with("sign_in staff:") && notes[1].starts_with("search cases"), "{notes:?}");
        assert!(!notes.concat().contains("Quillfeather"), "{notes:?}");
    }
}
