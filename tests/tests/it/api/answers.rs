//! The answers to a form as programs send them: only what is asked, one answer to each question.

use acceptance::database;
use acceptance::prelude::*;

const REPORT: &str = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }";
const DRAFT: &str =
    "mutation($input: StartDraftInput!) { startDraft(input: $input) { id answers { field row name } } }";

fn one(field: &str, values: &[&str]) -> Value {
    json!({ "field": field, "values": values })
}

async fn sent(app: &TestApp, more: &[Value]) -> Answer {
    let mut answers = vec![one("concern", &["Alone all day"]), one("nameNotKnown", &["YES"])];
    answers.extend([one("address", &["Thimblewick Row"]), one("harm", &["NO"])]);
    answers.extend(more.iter().cloned());
    let key = format!("a-report-with-a-key-{}", app.next());
    app.browser().ask(REPORT, json!({ "input": { "key": key, "answers": answers } })).await
}

on_both_engines! {
    async fn what_no_form_asks_cannot_be_sent(app: TestApp) {
        for field in ["risk", "surname", "colour", "dateOfBirth-year"] {
            let answer = sent(&app, &[one("danger", &["NO"]), one(field, &["IMMEDIATE"])]).await;
            assert!(!answer.errors().is_empty(), "{field}: {}", answer.json);
        }
        let answer = sent(&app, &[one("danger", &["NO"]), one("ground", &["MOVED_ABROAD"])]).await;
        answer.refused_with("INVALID");
        assert_eq!(answer.faulty_fields(), ["ground"]);
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 0);
    }

    async fn a_question_is_answered_once(app: TestApp) {
        for twice in [
            vec![one("danger", &["NO"]), one("danger", &["YES"])],
            vec![one("danger", &["NO", "YES"])],
        ] {
            let answer = sent(&app, &twice).await;
            answer.refused_with("INVALID");
            assert_eq!(answer.faulty_fields(), ["danger"]);
        }
        sent(&app, &[one("danger", &["NO"])]).await.sound();
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 1);
    }

    async fn a_draft_gives_rows_back_as_they_were_sent(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let row = |row: Option<i32>| json!({ "input": { "answers": [
            { "field": "parentName", "row": row, "values": ["Wilhelmina Quillfeather"] },
        ] } });

        let draft = school.ask(DRAFT, row(Some(2))).await.sound();

        let kept = json!([{ "field": "parentName", "row": 2, "name": "parent.2.name" }]);
        assert_eq!(draft.at("/startDraft/answers"), &kept);
        school.ask(DRAFT, row(None)).await.refused_with("INVALID");
        school.ask(DRAFT, row(Some(21))).await.refused_with("INVALID");
    }

    async fn danger_is_taken_without_the_call(app: TestApp) {
        let input = json!({ "input": { "key": "a-key-for-one-danger", "answers": [one("danger", &["YES"])] } });
        app.browser().ask(REPORT, input).await.sound();
        let reasons = database::column(app.db(), "SELECT risk_reasons FROM referral").await;
        assert!(reasons[0].contains("CALL_NOT_CONFIRMED"), "{reasons:?}");
    }
}
