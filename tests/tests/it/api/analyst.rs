//! An analyst counts and identifies nobody.

use acceptance::prelude::*;
use chrono::Duration;

const COUNTS_AND_NAMES: &str = "{
    cases { count { display value } nodes { reference child { familyName } } pageInfo { hasNextPage } }
    caseStatistics(by: STATE) { code label count { display value } }
}";

/// The count under a label.
fn cell(answer: &Answer, label: &str) -> Value {
    let cells = answer.at("/caseStatistics").as_array().cloned().unwrap_or_default();
    let cell = cells.into_iter().find(|cell| cell["label"] == label);
    cell.unwrap_or_else(|| panic!("nothing is counted as {label:?}: {}", answer.json))["count"].clone()
}

/// Every table and the count of all cases, as an analyst is told them.
async fn every_table(app: &TestApp) -> Value {
    let table =
        |by: &str, of: &str| format!("{by}: caseStatistics(by: {of}) {{ code label count {{ display value asOf }} }}");
    let tables = [
        ("state", "STATE"),
        ("whereabouts", "WHEREABOUTS"),
        ("status", "STATUTORY_STATUS"),
        ("sex", "SEX"),
        ("yearGroup", "YEAR_GROUP"),
        ("duration", "DURATION"),
    ];
    let tables = tables.map(|(by, of)| table(by, of)).join(" ");
    let asked = format!("{{ {tables} cases {{ count {{ display value asOf }} }} }}");
    app.analyst().await.ask(&asked, json!({})).await.sound().json["data"].clone()
}

on_both_engines! {
    async fn who_asks_for_names_and_counts_gets_the_counts_and_one_error_for_the_names(app: TestApp) {
        for _ in 0..10 {
            given::case().at(&app).await;
        }
        app.wait(Duration::days(1));
        let analyst = app.analyst().await;

        let answer = analyst.ask(COUNTS_AND_NAMES, json!({})).await;

        assert_eq!(answer.at("/cases/count/display"), "10", "{}", answer.json);
        assert_eq!(answer.at("/cases/count/value"), 10);
        // Rows one by one would be exact counts, so all of them are withheld; the connection around them stays.
        assert!(answer.at("/cases").as_object().unwrap()["nodes"].is_null());
        assert_eq!(answer.at("/cases/pageInfo/hasNextPage"), false);
        assert_eq!(answer.codes(), ["FORBIDDEN"], "{}", answer.json);
        assert_eq!(answer.error_paths(), ["cases.nodes"]);
        assert_eq!(cell(&answer, "Open"), json!({ "display": "10", "value": 10 }));
        // A true zero is not told apart from a low number.
        assert_eq!(cell(&answer, "Placement under way"), json!({ "display": "low", "value": null }));
    }

    async fn low_counts_are_only_called_low(app: TestApp) {
        given::case().at(&app).await;
        app.wait(Duration::days(1));
        let analyst = app.analyst().await;
        let officer = app.officer().await;

        let answer = analyst.ask(COUNTS_AND_NAMES, json!({})).await;
        assert_eq!(answer.at("/cases/count"), &json!({ "display": "low", "value": null }));
        assert_eq!(cell(&answer, "Open"), json!({ "display": "low", "value": null }));
        let exact = officer.ask(COUNTS_AND_NAMES, json!({})).await.sound();
        assert_eq!(exact.at("/cases/count"), &json!({ "display": "1", "value": 1 }));
        assert_eq!(exact.text("/cases/nodes/0/child/familyName"), "Quillfeather");
    }

    async fn an_empty_register_looks_like_a_low_one(app: TestApp) {
        let answer = app.analyst().await.ask("{ cases { count { display value } } }", json!({})).await.sound();
        assert_eq!(answer.at("/cases/count"), &json!({ "display": "low", "value": null }));
    }

    async fn a_filter_would_be_a_question_about_one_child_so_it_is_refused(app: TestApp) {
        given::case().at(&app).await;
        app.wait(Duration::days(1));
        let analyst = app.analyst().await;
        for narrowed in [
            "{ cases(filter: {search: \"Quillfeather\"}) { count { display } } }",
            "{ cases(filter: {overdue: false}) { count { display } } }",
            "{ cases(filter: {}) { count { display } } }",
        ] {
            analyst.ask(narrowed, json!({})).await.refused_with("FORBIDDEN");
        }
    }

    async fn one_case_does_not_exist_for_an_analyst(app: TestApp) {
        let case = given::case().at(&app).await;
        app.wait(Duration::days(1));
        let analyst = app.analyst().await;
        let one = "query($reference: String!) { case(reference: $reference) { reference } }";

        let theirs = analyst.ask(one, json!({ "reference": case.reference })).await;
        let none = analyst.ask(one, json!({ "reference": "C-0000-0000" })).await;

        assert_eq!(theirs.json, none.json);
        assert!(theirs.at("/case").is_null());
        analyst.get(&case.page()).await.is_not_found();
    }

    async fn a_token_for_statistics_counts_as_an_analyst_does(app: TestApp) {
        for _ in 0..10 {
            given::case().at(&app).await;
        }
        app.wait(Duration::days(1));
        let program = app.partner("University of Somewhere", &[Scope::StatisticsRead]).await;

        let answer = program.ask(COUNTS_AND_NAMES, json!({})).await;

        assert_eq!(answer.at("/cases/count/display"), "10");
        assert_eq!((answer.codes(), answer.error_paths()), (vec!["FORBIDDEN"], vec!["cases.nodes".to_owned()]));
    }

    async fn every_dimension_can_be_counted_by(app: TestApp) {
        for _ in 0..10 {
            given::case().at(&app).await;
        }
        app.wait(Duration::days(1));
        let analyst = app.analyst().await;
        for (by, label) in [
            ("STATE", "Open"),
            ("WHEREABOUTS", "Not known"),
            ("STATUTORY_STATUS", "Missing education"),
            ("SEX", "Female"),
            ("YEAR_GROUP", "Year 7"),
            ("DURATION", "Less than 2 weeks"),
        ] {
            let query = format!("{{ caseStatistics(by: {by}) {{ label count {{ display }} }} }}");
            let answer = analyst.ask(&query, json!({})).await.sound();
            assert_eq!(cell(&answer, label), json!({ "display": "10" }), "{by}");
        }
    }

    async fn asking_again_and_again_tells_nothing_of_what_happened_today(app: TestApp) {
        for _ in 0..14 {
            given::case().at(&app).await;
        }
        app.wait(Duration::days(1));
        let analyst = app.analyst().await;
        let before = analyst.ask(COUNTS_AND_NAMES, json!({})).await;
        assert_eq!(cell(&before, "Open"), json!({ "display": "10", "value": 10 }));

        // The fifteenth would make twenty, and a closed case would make fourteen open ones thirteen.
        let fifteenth = given::case().of("Edge", "Fifteenth").at(&app).await;
        given::case().standing(CaseState::Placement).at(&app).await;
        let after = analyst.ask(COUNTS_AND_NAMES, json!({})).await;

        assert_eq!(after.json, before.json);
        let asked = "{ caseStatistics(by: STATE) { count { asOf } } cases { count { asOf } } }";
        let day = analyst.ask(asked, json!({})).await.sound();
        assert_eq!(day.at("/caseStatistics/0/count/asOf"), "2026-11-19");
        assert_eq!(day.at("/cases/count/asOf"), "2026-11-19");
        // Nor does the next midnight tell, nor the tenth: what waits is two cases.
        for _ in 0..10 {
            app.wait(Duration::days(1));
            let next = app.analyst().await.ask(asked, json!({})).await.sound();
            assert_eq!(next.json, day.json, "{}", fifteenth.reference);
        }
    }

    async fn a_boy_in_year_3_moves_no_count_until_nine_others_came_with_him(app: TestApp) {
        // Each table stands where one case more would make its row step by ten.
        for _ in 0..14 {
            given::case().at(&app).await;
        }
        app.wait(Duration::days(1));
        let before = every_table(&app).await;

        given::case().at(&app).await;
        app.wait(Duration::days(1));
        assert_eq!(every_table(&app).await, before, "one case was told by the rows that moved");

        for _ in 0..9 {
            given::case().at(&app).await;
        }
        assert_eq!(every_table(&app).await, before, "today is not told of");
        app.wait(Duration::days(1));
        let after = every_table(&app).await;
        assert_ne!(after, before);
        assert_eq!(after["cases"]["count"], json!({ "display": "20", "value": 20, "asOf": "2026-11-21" }));
        // Two instances tell the same, whoever compared first.
        let second = app.instance().await;
        assert_eq!(every_table(&second).await, after);
    }

    async fn the_rows_of_a_table_are_the_same_whoever_is_counted(app: TestApp) {
        let rows = async || {
            let mut tables = every_table(&app).await;
            for (_, table) in tables.as_object_mut().unwrap() {
                for cell in table.as_array_mut().into_iter().flatten() {
                    cell["count"] = Value::Null;
                }
            }
            tables["cases"] = Value::Null;
            tables
        };
        let empty = rows().await;
        for _ in 0..10 {
            given::case().at(&app).await;
        }
        app.wait(Duration::days(1));
        assert_eq!(rows().await, empty);
        let years = empty["yearGroup"].as_array().unwrap().len();
        assert_eq!(years, 13, "Reception, Year 1 to Year 11, unknown");
    }

    async fn an_analyst_with_a_password_has_the_budget_of_a_token(app: TestApp) {
        let dear = "t: caseStatistics(by: YEAR_GROUP) { label code count { display value asOf } }";
        let dear = format!("{{ {} }}", (0..10).map(|at| dear.replacen('t', &format!("t{at}"), 1)).collect::<Vec<_>>().join(" "));
        let analyst = app.analyst().await;
        let mut asked = 0;
        let refusal = loop {
            let answer = analyst.ask(&dear, json!({})).await;
            if !answer.errors().is_empty() {
                break answer;
            }
            asked += 1;
            assert!(asked < 100, "a minute has no budget");
        };
        assert_eq!(refusal.codes(), ["THROTTLED"]);
        app.wait(Duration::minutes(1));
        analyst.ask(&dear, json!({})).await.sound();
    }

    async fn what_happens_to_a_case_today_does_not_move_yesterdays_count(app: TestApp) {
        let mut newest = given::case().at(&app).await;
        for _ in 0..9 {
            newest = given::case().at(&app).await;
        }
        app.wait(Duration::days(1));
        let officer = app.officer().await;
        let form = officer.visit(&format!("{}/whereabouts", newest.page())).await.form();
        let form = form.with("whereabouts", "KNOWN_REPORTED").with("reason", "A neighbour rang");
        officer.submit(&form).await.says("Known: reported, not seen");
        let asked = "{ caseStatistics(by: WHEREABOUTS) { label count { display } } }";
        let told = app.analyst().await.ask(asked, json!({})).await.sound();
        assert_eq!(cell(&told, "Not known"), json!({ "display": "10" }), "ten as of midnight");
    }
}
