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
        tamper(app.db(), "DELETE FROM access_subject").await;
        let gone = "ALTER TABLE access_subject RENAME TO access_gone";
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

    async fn signing_in_and_searching_are_noted_and_what_was_searched_for_apart(app: TestApp) {
        let officer = app.officer().await;
        officer.ask("{ cases(filter: {search: \"Quillfeather\"}) { count { display } } }", json!({})).await.sound();

        let notes = column(app.db(), "SELECT action || ' ' || subject || ' ' || fields FROM access_note ORDER BY noted_at, id").await;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].starts_with("sign_in staff:") && notes[1].starts_with("search cases"), "{notes:?}");
        assert!(!notes.concat().contains("Quillfeather"), "{notes:?}");
        let details = column(app.db(), "SELECT detail FROM access_note WHERE detail IS NOT NULL").await;
        assert_eq!(details, ["Quillfeather"]);
    }

    async fn a_refused_sign_in_and_a_sign_out_are_noted(app: TestApp) {
        let officer = app.officer().await;
        let browser = app.browser();
        for email in [officer.colleague.email.as_str(), "nobody@luton.example"] {
            let form = browser.visit("/sign-in").await.form().with("email", email).with("password", "not the password");
            browser.submit(&form).await.says("not right");
        }
        let refused = "SELECT viewer || ' ' || subject FROM access_note WHERE action = 'refuse' ORDER BY viewer";
        let known = format!("staff:{} sign_in", officer.colleague.id);
        assert_eq!(column(app.db(), refused).await, ["public sign_in".to_owned(), known]);

        officer.post("/sign-out", &[]).await;

        let out = format!("action = 'sign_out' AND viewer = 'staff:{}'", officer.colleague.id);
        assert_eq!(count(app.db(), "access_note", &out).await, 1);
    }

    async fn a_note_says_from_where_and_for_what(app: TestApp) {
        let case = given::case().at(&app).await;
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        let lookup = "query($input: ChildLookupInput!) { childLookup(input: $input) { matched cases { reference } } }";
        let input = json!({
            "familyName": "Quillfeather", "givenNames": "Zephyrine", "dateOfBirth": "2015-03-14",
            "purpose": "Registration", "reference": "H-1",
        });
        partner.ask(lookup, json!({ "input": input })).await.sound();
        assert!(!case.reference.is_empty());
        let notes = "SELECT DISTINCT address || ' ' || purpose FROM access_note WHERE action = 'disclose'";
        assert_eq!(column(app.db(), notes).await, ["127.0.0.1 Registration [H-1]"]);
    }

    async fn a_page_that_cannot_be_noted_shows_nothing_and_no_glass_is_broken(app: TestApp) {
        let case = given::case().restricted_to(&[]).at(&app).await;
        let officer = app.officer().await;
        let stub = officer.visit(&case.page()).await.form().with("reason", "A doubt");
        let gone = "ALTER TABLE access_subject RENAME TO access_gone";
        sea_orm::ConnectionTrait::execute_unprepared(app.db().for_migration(), gone).await.unwrap();

        let request = officer.browser().request(&http::Method::POST, &stub.action);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = officer.browser().try_send(request, "reason=A+doubt".to_owned()).await;

        assert!(answer.status.is_server_error() && !answer.body.contains("Quillfeather"), "{}", answer.body);
        assert_eq!(count(app.db(), "break_glass", "reason = 'A doubt'").await, 0);
    }
}
