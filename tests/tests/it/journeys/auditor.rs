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

        list.says("Olu Officer").says(&format!("Case {}", case.reference)).says("Child of case").says("family name").keeps_silent_about("familyName");
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

    async fn an_auditor_sees_what_was_done_by_whom_and_to_what_and_nothing_of_the_child(app: TestApp) {
        let health = app.partner("Luton Health", &[Scope::EnquiryAnswer]).await;
        let case = given::case().flagged().shared_with("Luton Health").at(&app).await;
        let officer = app.officer().await;
        let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { version } }";
        officer.ask(note, json!({ "input": { "case": case.reference, "text": "The aunt rang" } })).await.sound();
        let op = app.op(app.manager().await.viewer());
        let enquiry = backend::store::case::enquiries(&op, &[case.id]).await.unwrap()[0].id;
        let answer = "mutation($input: AnswerEnquiryInput!) { answerEnquiry(input: $input) { reference } }";
        let input = json!({ "case": case.reference, "enquiry": enquiry.to_string(), "answeredOn": "2026-11-18",
            "finding": "NOTHING_FOUND", "answer": "Nobody of that name" });
        health.ask(answer, json!({ "input": input })).await.sound();
        given::case().restricted_to(&[]).at(&app).await;
        let auditor = auditor(&app).await;

        let list = auditor.visit(&auditor.visit("/audit").await.link("What was done")).await;

        list.says("Flag raised with the MASH").says("Case opened").says("Referral received").says("Case restricted");
        list.says("Note added").says("Olu Officer").says("Enquiry answered").says("Luton Health (").says(&format!("Case {}", case.reference));
        for told in ["NOTE_ADDED", "note_added", "The aunt rang", "Nobody of that name", "Nobody has seen the child", "Quillfeather"] {
            assert!(!list.all("tbody tr").concat().contains(told), "{told} is told");
        }
        assert!(count(app.db(), "access_note", "subject = 'events' AND action = 'show'").await > 0);
        auditor.visit("/audit").await.keeps_silent_about("access_notes");
        officer.get("/audit/done").await.is_forbidden();
        officer.ask("{ events { nodes { id } } }", json!({})).await.refused_with("FORBIDDEN");
    }

    async fn what_was_done_is_narrowed_by_person_reference_kind_and_days_and_the_search_is_kept_over_pages(app: TestApp) {
        let (one, other) = (given::case().of("A", "One").at(&app).await, given::case().of("B", "Other").at(&app).await);
        let officer = app.officer().await;
        let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { version } }";
        for number in 0..55 {
            let input = json!({ "input": { "case": one.reference, "text": format!("Rang {number}") } });
            officer.ask(note, input).await.sound();
        }
        let auditor = auditor(&app).await;
        let search = async |fields: &[(&str, &str)]| {
            let form = auditor.visit("/audit/done").await.button("Show");
            let blank = ["by", "kind", "reference", "from-day", "from-month", "from-year", "to-day", "to-month", "to-year"];
            let form = blank.iter().fold(form, |form, field| form.with(field, ""));
            auditor.submit(&fields.iter().fold(form, |form, (field, value)| form.with(field, value))).await
        };
        let rows = |page: &Page| page.all("tbody tr");

        let of_one = search(&[("reference", &one.reference), ("kind", "CASE_OPENED")]).await;
        assert!(rows(&of_one).len() == 1 && of_one.says(&one.reference).text().contains("Case opened"), "{}", of_one.text());
        let of_other = search(&[("reference", &other.reference)]).await;
        assert!(!rows(&of_other).concat().contains(&one.reference) && rows(&of_other).concat().contains("Referral received"));
        search(&[("by", "olu"), ("kind", "CASE_OPENED")]).await.says("There is nothing");
        search(&[("to-day", "17"), ("to-month", "11"), ("to-year", "2026")]).await.says("There is nothing");
        search(&[("reference", "C-0000-0000")]).await.says("There is nothing");
        search(&[("from-day", "31"), ("from-month", "2"), ("from-year", "2026")]).await.says("There is a problem");
        let by_olu = search(&[("by", "olu"), ("from-day", "18"), ("from-month", "11"), ("from-year", "2026")]).await;
        assert_eq!(rows(&by_olu).len(), 50);
        let rest = auditor.visit(&by_olu.link("Next")).await;
        assert_eq!(rows(&rest).len(), 5);
        assert!(rows(&rest).iter().all(|row| row.contains("Olu Officer") && row.contains("Note added")), "{}", rest.text());
        assert_eq!(rows(&auditor.visit(&rest.link("Previous")).await).len(), 50);
        let everything = auditor.submit(&auditor.visit("/audit/done").await.button("Show everything")).await;
        assert!(rows(&everything).concat().contains("Note added"));
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
