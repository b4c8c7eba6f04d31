//! A list costs as many statements for many rows as for few.

use acceptance::prelude::*;

/// What a page of the register needs, and more.
const LIST: &str = "query($first: Int!) {
    cases(first: $first) {
        nodes {
            reference state dueOn
            child { familyName dateOfBirth } school { name } officer { name }
            referrals { reference school { name } sentBy } enquiries { askedOf agency } escalations { level }
        }
        pageInfo { hasNextPage } count { display }
    }
}";

/// How many statements one question costs.
async fn cost<T>(app: &TestApp, asking: impl Future<Output = T>) -> (u32, T) {
    let before = app.statements();
    let answer = asking.await;
    (app.statements() - before, answer)
}

on_both_engines! {
    async fn the_register_costs_the_same_whatever_the_page_size(app: TestApp) {
        const MOST: u32 = 20;
        let officer = app.officer().await;
        given::agency(&app, "Luton Health").await;
        for _ in 0..12 {
            given::case().with(officer.colleague.id).flagged().shared_with("Luton Health").at(&app).await;
        }

        let (few, answer) = cost(&app, officer.ask(LIST, json!({ "first": 2 }))).await;
        assert_eq!(answer.sound().at("/cases/nodes").as_array().unwrap().len(), 2);
        let (many, answer) = cost(&app, officer.ask(LIST, json!({ "first": 100 }))).await;
        assert_eq!(answer.sound().at("/cases/nodes").as_array().unwrap().len(), 12);
        assert_eq!(few, many);
        assert!((1..=MOST).contains(&many), "{many} statements");
    }

    async fn the_pages_of_lists_cost_the_same_for_many_rows_as_for_few(app: TestApp) {
        const MOST: u32 = 20;
        let officer = app.officer().await;
        let mut costs = Vec::new();
        for more in [2, 20] {
            for _ in 0..more {
                given::case().with(officer.colleague.id).at(&app).await;
                given::referral().at(&app).await;
            }
            let mut pages = Vec::new();
            for path in ["/cases", "/triage", "/contacts"] {
                let (statements, page) = cost(&app, officer.get(path)).await;
                page.is_shown();
                assert!((1..=MOST).contains(&statements), "{path}: {statements} statements");
                pages.push((path, statements));
            }
            costs.push(pages);
        }
        assert_eq!(costs[0], costs[1]);
    }

    async fn a_case_costs_the_same_however_much_happened_to_it(app: TestApp) {
        const MOST: u32 = 25;
        let officer = app.officer().await;
        let quiet = given::case().flagged().at(&app).await;
        let busy = given::case().flagged().at(&app).await;
        let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { version } }";
        for _ in 0..10 {
            let input = json!({ "input": { "case": busy.reference, "text": "Rang again" } });
            officer.ask(note, input).await.sound();
        }

        let (little, page) = cost(&app, officer.get(&quiet.page())).await;
        page.is_shown();
        let (much, page) = cost(&app, officer.get(&busy.page())).await;
        page.is_shown();
        assert_eq!(little, much);
        assert!((1..=MOST).contains(&much), "{much} statements");
    }
}
