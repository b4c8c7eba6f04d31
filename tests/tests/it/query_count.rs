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

/// A page of the register with the latest facts of each case.
const REGISTER: &str = "{
    cases(first: 25) {
        nodes {
            reference state dueOn risk
            child { givenNames familyName dateOfBirth } school { name } officer { name }
            timeline(first: 3) { title at }
        }
    }
}";

/// A case, whole.
const WHOLE: &str = "query($reference: String!) {
    case(reference: $reference) {
        reference state whereabouts openedAt closedAt dueOn risk
        child { id givenNames familyName dateOfBirth upn sex yearGroup }
        school { urn name phase postcode } officer { name }
        timeline(first: 50) { seq title at by details { label value } }
        escalations { id raisedAt level answeredAt }
    }
}";

/// A member of staff whose points of this second are written already, which happens with the first question.
async fn officer_at_work(app: &TestApp) -> Staff {
    let officer = app.officer().await;
    officer.get("/cases").await.is_shown();
    officer
}

/// How many statements one question costs.
async fn cost<T>(app: &TestApp, asking: impl Future<Output = T>) -> (u32, T) {
    let before = app.statements();
    let answer = asking.await;
    (app.statements() - before, answer)
}

/// How many statements a page costs: the least of five times, because names that two batches ask for come in one statement
/// or in two, by which of the two is answered first.
async fn cost_of_page(app: &TestApp, officer: &Staff, path: &str) -> (u32, Page) {
    let mut least = cost(app, officer.get(path)).await;
    for _ in 0..4 {
        let again = cost(app, officer.get(path)).await;
        if again.0 < least.0 {
            least = again;
        }
    }
    least
}

on_both_engines! {
    async fn the_register_costs_the_same_whatever_the_page_size(app: TestApp) {
        const MOST: u32 = 12;
        let officer = officer_at_work(&app).await;
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
        const MOST: u32 = 8;
        let officer = officer_at_work(&app).await;
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

    async fn what_was_done_costs_the_same_for_many_events_as_for_few(app: TestApp) {
        const MOST: u32 = 14;
        let auditor = app.staff("Audrey Auditor", &[StaffRole::Auditor]).await;
        let mut costs = Vec::new();
        for more in [2, 20] {
            for _ in 0..more {
                given::case().flagged().at(&app).await;
            }
            auditor.get("/audit/done").await.is_shown();
            let (statements, page) = cost(&app, auditor.get("/audit/done")).await;
            page.is_shown();
            assert!((1..=MOST).contains(&statements), "{statements} statements");
            costs.push(statements);
        }
        assert_eq!(costs[0], costs[1]);
    }

    async fn a_referral_costs_the_same_however_many_others_wait(app: TestApp) {
        // One of them is its clock, one its flag, one what was judged of those that look alike, one its
        // timeline, one who did what it tells.
        const MOST: u32 = 21;
        let officer = officer_at_work(&app).await;
        let referral = given::referral().at(&app).await;
        let page = format!("/triage/{}", referral.reference);
        let mut costs = Vec::new();
        for more in [1, 12] {
            for _ in 0..more {
                given::referral().at(&app).await;
            }
            let (statements, page) = cost_of_page(&app, &officer, &page).await;
            page.is_shown().says("Also waiting");
            assert!((1..=MOST).contains(&statements), "{statements} statements");
            costs.push(statements);
        }
        assert_eq!(costs[0], costs[1]);
    }

    async fn what_is_asked_most_costs_few_statements(app: TestApp) {
        let officer = officer_at_work(&app).await;
        let contact = given::contact_somewhere(&app).await;
        let from_school = given::referral().by(&contact);
        let case = given::case().from(from_school).with(officer.colleague.id).flagged().at(&app).await;
        for _ in 0..5 {
            given::case().with(officer.colleague.id).flagged().at(&app).await;
        }
        let whole = || officer.ask(WHOLE, json!({ "reference": case.reference }));

        let (of_list, answer) = cost(&app, officer.ask(REGISTER, json!({}))).await;
        answer.sound();
        let (of_case, answer) = cost(&app, whole()).await;
        answer.sound();
        let (of_list_page, page) = cost_of_page(&app, &officer, "/cases").await;
        page.is_shown();
        let (of_case_page, page) = cost_of_page(&app, &officer, &case.page()).await;
        page.is_shown();

        for (asked, most, statements) in [
            ("the register", 5, of_list),
            ("a case", 8, of_case),
            ("the page of the register", 8, of_list_page),
            ("the page of a case", 18, of_case_page),
        ] {
            assert!((1..=most).contains(&statements), "{asked}: {statements} statements");
        }
    }

    async fn two_stretches_of_one_timeline_can_be_asked_for_at_once(app: TestApp) {
        let officer = app.officer().await;
        let case = given::case().with(officer.colleague.id).flagged().at(&app).await;
        let asked = "query($reference: String!) { case(reference: $reference) {
            latest: timeline(first: 1) { seq } before: timeline(first: 5, before: 2) { seq } } }";
        let answer = officer.ask(asked, json!({ "reference": case.reference })).await.sound();
        assert_eq!(answer.at("/case/latest").as_array().unwrap().len(), 1);
        assert_eq!(answer.at("/case/before"), &json!([{ "seq": 1 }]));
    }

    async fn a_case_costs_the_same_however_much_happened_to_it(app: TestApp) {
        // One of them is the calendar of the school, on which the days of the absence are counted, one the matters of
        // its roll, one its clocks, one how far the alerts of its flags have got.
        const MOST: u32 = 18;
        let officer = officer_at_work(&app).await;
        let quiet = given::case().flagged().at(&app).await;
        let busy = given::case().flagged().at(&app).await;
        let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { version } }";
        for _ in 0..10 {
            let input = json!({ "input": { "case": busy.reference, "text": "Rang again" } });
            officer.ask(note, input).await.sound();
        }

        let (little, page) = cost_of_page(&app, &officer, &quiet.page()).await;
        page.is_shown();
        let (much, page) = cost_of_page(&app, &officer, &busy.page()).await;
        page.is_shown();
        assert_eq!(little, much);
        assert!((1..=MOST).contains(&much), "{much} statements");
    }
}
