//! Anyone else can tell the authority.

use acceptance::database;
use acceptance::prelude::*;

/// Goes past the question of whom it is about.
async fn begun(person: &Anonymous) -> Page {
    let about = person.visit("/report/about").await.form().with("about", "NOT_IN_SCHOOL");
    person.submit(&about).await
}

fn reference(page: &Page) -> String {
    page.all(".app-reference").into_iter().next().unwrap_or_else(|| panic!("no reference: {}", page.text()))
}

on_both_engines! {
    async fn whom_to_call_stands_before_the_first_question(app: TestApp) {
        let page = app.anybody().visit("/report").await;

        page.says("call 999").says("101").says("01632 960 200").says("01632 960 300");
        assert!(page.forms().is_empty());
    }

    async fn anybody_tells_what_they_know_and_it_reaches_triage(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let check = neighbour.answer_all(first, &typed::report()).await;
        check.says("Peregrine").says("Thimblewick Row");

        let sent = neighbour.submit(&check.button("Send")).await;

        assert_eq!(sent.heading(), "Thank you for telling us");
        let officer = app.officer().await;
        officer.visit("/triage").await.says(&reference(&sent)).says("unverified");
    }

    async fn reloading_the_last_page_does_not_tell_twice(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let check = neighbour.answer_all(first, &typed::report()).await;

        let (once, twice) = (neighbour.submit(&check.button("Send")).await, neighbour.submit(&check.button("Send")).await);

        assert_eq!(reference(&once), reference(&twice));
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 1);
    }

    async fn what_was_typed_is_forgotten_once_it_is_sent(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let check = neighbour.answer_all(first, &typed::report()).await;
        neighbour.submit(&check.button("Send")).await;

        neighbour.get(&check.path.replace("check", "name")).await.leads_to(&check.path.replace("check", "sent"));
        assert_eq!(database::count(app.db(), "report_draft", "answers LIKE '%Peregrine%'").await, 0);
    }

    async fn a_child_who_is_somebody_elses_to_help_is_told_so_and_nothing_is_kept(app: TestApp) {
        let neighbour = app.anybody();
        let form = neighbour.visit("/report/about").await.form();
        for (option, team) in [
            ("ABSENT", "education welfare"),
            ("HOME_EDUCATED", "elective home education team"),
            ("TOO_YOUNG", "early years team"),
            ("TOO_OLD", "participation"),
        ] {
            let page = neighbour.submit(&form.clone().with("about", option)).await;
            page.is_shown().says(team).says("01632 960 100");
        }
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 0);
    }

    async fn danger_is_taken_however_little_else_is_known(app: TestApp) {
        let neighbour = app.anybody();
        let danger = begun(&neighbour).await.form().with("danger", "YES");
        let call = neighbour.submit(&danger).await.button("Send now");
        let call = call.with("dangerCalled", "YES").with("dangerReference", "10:02");

        let sent = neighbour.submit(&call).await;

        assert_eq!(sent.heading(), "Thank you for telling us");
        assert!(mail::newest(&app, "mash@luton.example").await.subject.contains(&reference(&sent)));
    }

    async fn what_lacks_is_said_on_the_page_that_asks(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        neighbour.submit(&first.form().with("danger", "NO")).await;
        for (question, fault) in [
            ("harm", "Select whether you are worried that the child is being harmed"),
            ("name", "Enter any name you know the child by, or select that you do not know it"),
            ("concern", "Enter what you know, even if it is little"),
        ] {
            let form = neighbour.visit(&first.path.replace("danger", question)).await.form();
            neighbour.submit(&form).await.finds_fault(&[fault]);
        }
    }
}
