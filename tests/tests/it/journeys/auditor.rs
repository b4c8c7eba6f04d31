//! An auditor says who saw what, and sees nothing of a case.

use acceptance::database::{count, tamper};
use acceptance::prelude::*;

/// An auditor, signed in.
async fn auditor(app: &TestApp) -> Staff {
    app.staff("Audrey Auditor", &[StaffRole::Auditor]).await
}

on_both_engines! {
    async fn an_auditor_sees_who_was_shown_what_and_nothing_of_the_child(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        officer.visit(&case.page()).await.says("Quillfeather");
        let auditor = auditor(&app).await;

        let list = auditor.visit("/audit").await;

        list.says("Olu Officer").says(&format!("Case {}", case.reference)).says("Child of case").says("familyName");
        list.says("127.0.0.1").keeps_silent_about("Quillfeather").keeps_silent_about("Zephyrine");
        auditor.get(&case.page()).await.is_not_found();
        auditor.get("/cases").await.is_forbidden();
        assert!(count(app.db(), "access_note", "subject = 'access_notes' AND action = 'show'").await > 0);
        officer.get("/audit").await.is_forbidden();
        assert_eq!(count(app.db(), "access_note", "subject = 'page /audit' AND action = 'refuse'").await, 1);
    }

    async fn the_list_is_narrowed_without_names_in_its_address(app: TestApp) {
        let (one, other) = (given::case().of("A", "One").at(&app).await, given::case().of("B", "Other").at(&app).await);
        let officer = app.officer().await;
        officer.visit(&one.page()).await.is_shown();
        officer.visit(&other.page()).await.is_shown();
        let auditor = auditor(&app).await;
        let form = auditor.visit("/audit").await.button("Show");

        let found = auditor.submit(&form.with("reference", &one.reference)).await;
        found.says(&one.reference);
        assert!(!found.all("tbody tr").concat().contains(&other.reference), "{}", found.text());
        let form = auditor.visit("/audit").await.button("Show").with("reference", "").with("viewer", "olu");
        let found = auditor.submit(&form.clone().with("action", "SIGN_IN")).await;
        assert_eq!(found.all("tbody tr").len(), 1, "{}", found.text());
        let form = form.with("viewer", "nobody of that name");
        auditor.submit(&form).await.says("There are none");
        let form = auditor.visit("/audit").await.button("Show").with("viewer", "").with("to-day", "17");
        let form = form.with("to-month", "11").with("to-year", "2026");
        auditor.submit(&form).await.says("There are none");
        assert!(auditor.browser().history().iter().all(|address| !address.contains("olu")), "a name is in an address");
    }

    async fn the_list_is_saved_as_a_file_in_which_nothing_is_a_formula(app: TestApp) {
        let health = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        given::case().at(&app).await;
        let lookup = "query($input: ChildLookupInput!) { childLookup(input: $input) { matched } }";
        let input = json!({
            "familyName": "Quillfeather", "givenNames": "Zephyrine", "dateOfBirth": "2015-03-14",
            "purpose": "=cmd()", "reference": "H-1",
        });
        health.ask(lookup, json!({ "input": input })).await.sound();
        let auditor = auditor(&app).await;

        let file = auditor.submit(&auditor.visit("/audit").await.button("Save as a file")).await;

        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"access-notes.csv\"");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.body.starts_with("\u{feff}\"When\",\"Who\","), "{}", file.body);
        assert!(file.body.contains("\"'=cmd() [H-1]\"") && file.body.contains("\"Luton Health"), "{}", file.body);
        assert_eq!(count(app.db(), "access_note", "action = 'export' AND subject = 'access_notes'").await, 1);
    }

    async fn a_person_can_be_told_who_saw_a_child(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        officer.visit(&case.page()).await.is_shown();
        let health = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        let lookup = "query($input: ChildLookupInput!) { childLookup(input: $input) { matched child { familyName } } }";
        let input = json!({
            "familyName": "Quillfeather", "givenNames": "Zephyrine", "dateOfBirth": "2015-03-14",
            "purpose": "Registration", "reference": "H-1",
        });
        health.ask(lookup, json!({ "input": input })).await.sound();
        let auditor = auditor(&app).await;
        let form = auditor.visit("/audit/child").await.form();

        auditor.submit(&form.clone().with("reference", "C-0000-0000")).await.finds_fault(&[
            "Enter the reference of a case, like C-7K3M-9QX4",
        ]);
        let told = auditor.submit(&form.with("reference", &case.reference)).await;

        told.says("Olu Officer").says("Luton Health").says("Registration [H-1]").says("matched");
        told.says("Handed to partner agencies").keeps_silent_about("Quillfeather");
        let file = auditor.submit(&told.button("Save as a file")).await;
        assert!(file.body.contains("Luton Health") && file.body.contains("Olu Officer"), "{}", file.body);
    }

    async fn the_chain_is_walked_and_tampering_shows(app: TestApp) {
        given::case().at(&app).await;
        let auditor = auditor(&app).await;
        let ask = auditor.visit("/audit/chain").await;
        auditor.submit(&ask.form()).await.says("Every fact is as it was stored");

        tamper(app.db(), "UPDATE event SET payload = '{}' WHERE kind = 'case_opened'").await;

        auditor.submit(&ask.form()).await.says("The record was changed after it was stored");
    }
}
