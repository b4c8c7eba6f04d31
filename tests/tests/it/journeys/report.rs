//! Anyone else can tell the authority.

use acceptance::database;
use acceptance::prelude::*;

use super::report_tabs::beside;

/// Goes to the first question, whether the child is in danger.
async fn begun(person: &Anonymous) -> Page {
    let about = person.visit("/report").await.button("Start now");
    person.submit(&about).await
}

fn reference(page: &Page) -> String {
    page.all(".app-reference").into_iter().next().unwrap_or_else(|| panic!("no reference: {}", page.text()))
}

on_both_engines! {
    async fn whom_to_call_stands_before_the_first_question(app: TestApp) {
        let page = app.anybody().visit("/report").await;

        page.says("call 999").says("101").says("01632 960 200").says("01632 960 300");
        assert_eq!(page.button("Start now").buttons(), ["Start now"]);
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
        let first = begun(&neighbour).await.form().with("danger", "NO");
        let form = neighbour.submit(&first).await.form();
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

    async fn harm_is_taken_however_little_else_is_known_and_the_officer_sees_what_to_ask_for(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let about = neighbour.submit(&first.form().with("danger", "NO")).await.form().with("about", "NOT_IN_SCHOOL");
        let harm = neighbour.submit(&about).await.form().with("harm", "YES");
        neighbour.submit(&harm).await;
        let age = neighbour.visit(&beside(&first, "age")).await.form();
        let age = age.with("dateOfBirth-day", "31").with("dateOfBirth-month", "2").with("dateOfBirth-year", "2015");
        neighbour.submit(&age).await;

        let check = neighbour.visit(&beside(&first, "check")).await;
        let sent = neighbour.submit(&check.button("Send")).await;

        assert_eq!(sent.heading(), "Thank you for telling us", "{:?}", sent.faults());
        let page = app.officer().await.visit(&format!("/triage/{}", reference(&sent))).await;
        page.says("To be asked for").says("Date of birth must be a real date").says("31 2 2015");
        page.says("Enter what you know, even if it is little");
    }

    async fn danger_leads_to_no_other_team(app: TestApp) {
        let neighbour = app.anybody();
        let call = neighbour.submit(&begun(&neighbour).await.form().with("danger", "YES")).await;
        let harm = neighbour.submit(&call.form()).await;
        assert_eq!(harm.heading(), "Are you worried that the child is being harmed?");
    }

    async fn danger_is_taken_however_little_else_is_known(app: TestApp) {
        let neighbour = app.anybody();
        let danger = begun(&neighbour).await.form().with("danger", "YES");
        let call = neighbour.submit(&danger).await.button("Send now");
        let call = call.with("dangerCalled", "YES").with("dangerReference", "10:02");

        let sent = neighbour.submit(&call).await;

        assert_eq!(sent.heading(), "Thank you for telling us");
        assert!(mail::newest(&app, "mash@luton.example").await.subject.contains(&reference(&sent)));
        sent.says("We have alerted the safeguarding hub").says("01632 960 200").says("01632 960 300").says("call 999");
        neighbour.visit(&sent.path).await.says("We have alerted the safeguarding hub");
    }

    async fn whoever_tells_of_harm_is_told_by_mail_too_in_words_that_only_they_understand(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let check = neighbour.answer_all(first, &typed::report()).await;
        let page = |slug: &str| check.path.replace("check", slug);
        let you = neighbour.visit(&page("you")).await.form();
        neighbour.submit(&you.with("reporterEmail", "noor@example.com").with("reporterEmailSafe", "YES")).await;
        neighbour.submit(&neighbour.visit(&page("harm")).await.form().with("harm", "YES")).await;
        neighbour.submit(&neighbour.visit(&check.path).await.button("Send")).await.says("We have alerted");

        let told = mail::newest(&app, "noor@example.com").await;

        assert!(told.body.contains("Your reference is"), "{}", told.body);
        for silent in ["child", "MASH", "safeguarding", "harm", "Peregrine", "hub", "999", "01632 960 200"] {
            assert!(!told.body.contains(silent), "{silent}: {}", told.body);
        }
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

    async fn danger_is_taken_without_the_call_and_the_mash_is_told_that_it_is_not_confirmed(app: TestApp) {
        let neighbour = app.anybody();
        let danger = begun(&neighbour).await.form().with("danger", "YES");
        let call = neighbour.submit(&danger).await.button("Send now");

        let sent = neighbour.submit(&call).await;

        assert_eq!(sent.heading(), "Thank you for telling us");
        let reference = reference(&sent);
        let alert = mail::newest(&app, "mash@luton.example").await;
        assert!(alert.subject.contains(&reference), "{alert:?}");
        assert!(alert.body.contains("not confirmed that 999 was called"), "{alert:?}");
        let officer = app.officer().await;
        officer.visit("/triage").await.says("Not confirmed that 999 was called");
        let page = officer.visit(&format!("/triage/{reference}")).await;
        page.says("It is not confirmed that 999 was called");
        let form = officer.visit(&page.link("Open a case")).await.form();
        let form = if form.asks("child") { form.with("child", "new") } else { form };
        let form = typed::decision(form);
        let form = form.with("officer", &officer.colleague.id.to_string());
        let case = officer.submit(&form).await;
        case.says("Not confirmed that 999 was called").says("Immediate danger");
        let mash = app.staff("Mo Mash", &[StaffRole::MashLiaison]).await;
        mash.visit(&case.path).await.says("Not confirmed that 999 was called");
    }

    async fn a_reporter_is_answered_only_where_mail_is_safe_and_the_mail_says_nothing(app: TestApp) {
        for (safe, expected) in [("YES", 1), ("NO", 1)] {
            let answers = typed::report()
                .with("reporterEmail", "kit@example.com")
                .with("reporterEmailSafe", safe)
                .with("reachSafely", "Only in the morning")
                .with("familyKnows", "NO");
            let neighbour = app.anybody();
            let first = begun(&neighbour).await;
            let check = neighbour.answer_all(first, &answers).await;
            check.says("Only in the morning").says("The family knows of this");
            let sent = neighbour.submit(&check.button("Send")).await;
            let mails = mail::to(&app, "kit@example.com").await;
            assert_eq!(mails.len(), expected, "{safe}: {mails:?}");
            if safe == "YES" {
                assert_eq!(mails[0].subject, format!("Reference {}", reference(&sent)));
                let text = format!("{} {}", mails[0].subject, mails[0].body).to_lowercase();
                for word in ["child", "school", "education", "missing", "peregrine", "report"] {
                    assert!(!text.contains(word), "{word} stands in {text}");
                }
            }
        }
    }

    async fn nobody_is_buried_in_acknowledgements_and_no_report_is_lost(app: TestApp) {
        let query = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }";
        let answers = typed::report().with("reporterEmail", "kit@example.com").with("reporterEmailSafe", "YES");
        let answers = answers.with("harm", "YES");
        for number in 0..6 {
            let from = app.browser().from(&format!("203.0.113.{number}"));
            let key = format!("a-report-of-its-own-{number}");
            let input = json!({ "input": { "key": key, "answers": answers.input() } });
            from.ask(query, input).await.sound();
        }
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 6);
        assert_eq!(mail::to(&app, "kit@example.com").await.len(), 3);
    }

    async fn the_last_page_leads_to_a_report_about_another_child(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let check = neighbour.answer_all(first, &typed::report()).await;
        let sent = neighbour.submit(&check.button("Send")).await;

        let again = neighbour.visit(&sent.link("Tell us about another child")).await;

        again.says("Start now");
        let first = begun(&neighbour).await;
        let check = neighbour.answer_all(first, &typed::report().with("givenNames", "Octavia")).await;
        let other = neighbour.submit(&check.button("Send")).await;
        assert_ne!(reference(&sent), reference(&other));
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 2);
    }

    async fn every_number_of_the_first_pages_can_be_dialled(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let (danger, you) = (beside(&first, "danger"), beside(&first, "you"));
        for path in ["/", "/report", danger.as_str(), you.as_str(), "/report/elsewhere/too-young", "/refer"] {
            let page = neighbour.visit(path).await;
            let links = page.attributes("main a", "href").into_iter().filter(|href| href.starts_with("tel:")).count();
            let numbers = page.all("main .app-phone").len();
            let told = page.text().matches("01632 960").count();
            assert_eq!(links, numbers, "{path}");
            assert!(told <= numbers || path == danger, "{path}: {}", page.text());
        }
    }

    async fn an_ordinary_report_tells_the_team_where_it_waits(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let check = neighbour.answer_all(first, &typed::report()).await;
        let sent = neighbour.submit(&check.button("Send")).await;

        let told = mail::newest(&app, "cme@luton.example").await;

        let reference = reference(&sent);
        assert!(told.subject.contains(&reference), "{told:?}");
        assert!(told.body.contains(&format!("/triage/{reference}")) && !told.body.contains("Peregrine"), "{told:?}");
    }

    async fn a_year_that_is_none_is_no_date_and_its_fault_leads_to_the_year(app: TestApp) {
        let neighbour = app.anybody();
        let first = begun(&neighbour).await;
        let born = [("dateOfBirth-day", "3"), ("dateOfBirth-month", "4"), ("dateOfBirth-year", "0000")];
        neighbour.submit(&first.form().with("danger", "NO")).await;
        let form = neighbour.visit(&beside(&first, "age")).await.form();
        let form = born.iter().fold(form, |form, (field, value)| form.with(field, value));

        let refused = neighbour.submit(&form).await;

        refused.finds_fault(&["Date of birth must be a real date: check the year"]);
        let links = refused.attributes(".govuk-error-summary a", "href");
        assert_eq!(links, ["#dateOfBirth-year"]);
    }
}
