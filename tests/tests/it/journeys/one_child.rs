//! Two referrals of one child come to one case, however close together they are opened, and the child is found by whatever
//! is known of them.

use acceptance::mail;
use acceptance::prelude::*;
use http::StatusCode;
use sea_orm::ConnectionTrait;

/// The form that opens a case for a child new to us, filled in.
async fn opening(officer: &Staff, referral: &given::Referral) -> Form {
    let form = officer.visit(&format!("/triage/{}/open", referral.reference)).await.form();
    let form = if form.asks("child") { form.with("child", "new") } else { form };
    typed::decision(form)
}

/// A referral of a child who has nothing in common with the others here.
fn of_elsewhere(given_names: &str, family_name: &str) -> given::NewReferral {
    let n = u32::from(given_names.starts_with('L'));
    given::referral()
        .of(given_names, family_name)
        .answering("dateOfBirth-year", &(2012 + n).to_string())
        .answering("dateOfBirth-month", &(6 + n).to_string())
        .answering("postcode", ["LU4 8DY", "LU3 1AB"][n as usize])
        .answering("parent.1.phone", "01632 960 009")
}

fn page_of(referral: &given::Referral) -> String {
    format!("/triage/{}", referral.reference)
}

/// The references of the cases that a search lists.
async fn found_by(officer: &Staff, typed: &str) -> Vec<String> {
    let asked = "query($typed: String!) { cases(filter: { search: $typed }) { nodes { reference } } }";
    let answer = officer.ask(asked, json!({ "typed": typed })).await.sound();
    let nodes = answer.at("/cases/nodes").as_array().unwrap().clone();
    nodes.iter().map(|node| node["reference"].as_str().unwrap().to_owned()).collect()
}

async fn child_of(app: &TestApp, case: &given::Case) -> String {
    let op = app.op(app.manager().await.viewer());
    let row = backend::store::case::many(&op, &[case.id]).await.unwrap().pop().unwrap();
    row.child_id.to_string()
}

on_both_engines! {
    async fn referrals_that_wait_are_compared_with_each_other(app: TestApp) {
        let one = given::referral().of("Catherine", "Whyte").at(&app).await;
        let other = given::referral().of("Kathryn", "White").at(&app).await;
        let stranger = of_elsewhere("Isolda", "Quillhaven").at(&app).await;
        let officer = app.officer().await;

        let rows = officer.visit("/triage").await.all("tbody tr");
        let tagged = |name: &str| {
            let row = rows.iter().find(|row| row.contains(name)).unwrap_or_else(|| panic!("{name}: {rows:?}"));
            row.contains("Another may be of this child")
        };
        assert!(tagged("Whyte") && tagged("White") && !tagged("Quillhaven"), "{rows:?}");

        let page = officer.visit(&page_of(&one)).await;
        page.says("Also waiting: this may be the same child").says("Given names are forms of one name");
        assert_eq!(page.link("Kathryn White"), page_of(&other));
        officer.visit(&page_of(&other)).await.says("Also waiting").says(&one.reference);
        officer.visit(&page_of(&stranger)).await.keeps_silent_about("Also waiting");

        // Once one is decided, it waits no longer.
        officer.submit(&opening(&officer, &one).await).await.says("Case opened");
        officer.visit(&page_of(&other)).await.keeps_silent_about("Also waiting").says("Likely");
    }

    async fn of_those_that_wait_each_person_sees_what_they_may_read(app: TestApp) {
        let harmed = given::referral().of("Toby", "Quillhaven").telling_of_harm().at(&app).await;
        let calm = given::referral().of("Tobias", "Quillhaven").at(&app).await;
        let (officer, mash) = (app.officer().await, app.staff("Mo Mash", &[StaffRole::MashLiaison]).await);

        officer.visit(&page_of(&harmed)).await.says(&calm.reference);

        mash.get(&page_of(&calm)).await.is_not_found();
        mash.visit(&page_of(&harmed)).await.keeps_silent_about("Also waiting").keeps_silent_about(&calm.reference);
        mash.visit("/triage").await.keeps_silent_about("Another may be of this child");
    }

    async fn who_was_opened_meanwhile_is_told_before_a_second_case_is_made(app: TestApp) {
        let one = given::referral().at(&app).await;
        let other = given::referral().at(&app).await;
        let (first, second) = (app.officer().await, app.officer().await);
        let form = opening(&second, &other).await.with("rationale", "Typed with care");
        let opened = first.submit(&opening(&first, &one).await).await;
        opened.says("Case opened");
        let reference = opened.path.trim_start_matches("/cases/").to_owned();

        let refused = second.submit(&form).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(&format!("Case {reference} is likely of this child")).says("Is this a child already known?");
        assert_eq!(refused.link(&format!("Case {reference}")), opened.path);
        assert_eq!(refused.form().value("rationale"), Some("Typed with care"));
        assert_eq!(refused.form().value("child"), Some("new"), "what was said stays said");
        // Whoever has seen the child may still say that it is another.
        second.submit(&refused.form().with("child", "new")).await.says("Case opened");
    }

    async fn two_officers_at_once_never_make_two_cases_of_one_child(app: TestApp) {
        let mut forms = Vec::new();
        for _ in 0..3 {
            let referral = given::referral().at(&app).await;
            let officer = app.officer().await;
            forms.push((opening(&officer, &referral).await, officer));
        }
        let [a, b, c] = forms.as_slice() else { unreachable!("three were made") };

        let (a, b, c) = tokio::join!(a.1.submit(&a.0), b.1.submit(&b.0), c.1.submit(&c.0));

        let pages = [a, b, c];
        let opened = pages.iter().filter(|page| page.path.starts_with("/cases/")).count();
        assert_eq!(opened, 1, "{:?}", pages.iter().map(|page| (page.status, page.path.clone())).collect::<Vec<_>>());
        for refused in pages.iter().filter(|page| !page.path.starts_with("/cases/")) {
            refused.says("likely of this child");
        }
        let cases = acceptance::database::column(app.db(), r#"SELECT reference FROM "case""#).await;
        assert_eq!(cases.len(), 1);
    }

    async fn whoever_was_judged_another_child_is_offered_again_only_once_a_compared_fact_changes(app: TestApp) {
        let case = given::case().at(&app).await;
        let referral = given::referral().at(&app).await;
        let officer = app.officer().await;

        let page = officer.visit(&page_of(&referral)).await;
        page.says("Likely").keeps_silent_about("Judged another child");
        let form = officer.visit(&page.link("This is another child")).await;
        form.says("Zephyrine Quillfeather, born 14 March 2015");
        let other = officer.visit(&page.link("This is another child")).await.form();
        let judged = officer.submit(&form.form()).await;
        judged.says("Recorded that this is another child").says("Judged another child by Olu Officer on");

        let open = officer.visit(&page.link("Open a case")).await;
        assert!(!open.form().asks("child"));
        open.says("1 child who looks alike was judged to be another");
        officer.submit(&other).await.says("look at it again, then repeat your change");
        let whom = json!({ "input": { "referral": referral.reference, "version": 2, "other": child_of(&app, &case).await } });
        let asked = "mutation($input: JudgeAnotherChildInput!) { judgeAnotherChild(input: $input) { reference } }";
        officer.ask(asked, whom).await.refused_with("CONFLICT");

        // Nobody has judged the child by the new name.
        let correct = officer.visit(&format!("{}/child", case.page())).await.form();
        let correct = correct.with("givenNames", "Zephyrina").with("source", "The passport").with("reason", "Misspelt");
        officer.submit(&correct).await.says("Child’s facts corrected");
        officer.visit(&page_of(&referral)).await.says("Likely").keeps_silent_about("Judged another child");
        assert!(officer.visit(&page.link("Open a case")).await.form().asks("child"));
    }

    async fn whoever_reads_by_breaking_the_glass_judges_on_the_referral_and_writes_nothing_on_the_case(app: TestApp) {
        let case = given::case().restricted_to(&[]).at(&app).await;
        let child = child_of(&app, &case).await;
        let referral = given::referral().at(&app).await;
        let officer = app.officer().await;
        let facts = async || {
            let stream = format!("stream = '{}'", case.id);
            acceptance::database::count(app.db(), "event", &stream).await
        };
        let op = app.op(officer.colleague.viewer());
        backend::service::break_glass::begin(&op, &case.reference, "May be the same child".to_owned()).await.unwrap();
        let before = facts().await;

        let page = officer.visit(&page_of(&referral)).await;
        let form = officer.visit(&page.link("This is another child")).await;
        form.says("Zephyrine Quillfeather, born 14 March 2015");
        let judged = officer.submit(&form.form()).await;
        judged.says("Recorded that this is another child").says("Judged another child by Olu Officer on");
        assert_eq!(facts().await, before, "nothing is written on the case");
        let again = officer.visit(&judged.link("Look again")).await.form();
        officer.submit(&again).await.says("The two are offered again");

        // What writes on the case, or makes another of the child, stays refused.
        let opening = opening(&officer, &referral).await.with("child", &child);
        officer.submit(&opening).await.says("Select a child who is on file");
    }

    async fn opening_a_new_child_remembers_whom_it_is_not_and_can_be_looked_at_again(app: TestApp) {
        let case = given::case().at(&app).await;
        let referral = given::referral().at(&app).await;
        let officer = app.officer().await;
        officer.submit(&opening(&officer, &referral).await).await.says("Case opened");

        let page = officer.visit(&page_of(&referral)).await;
        page.says("Judged another child by Olu Officer on").keeps_silent_about("This is another child");
        let again = officer.visit(&page.link("Look again")).await.form();
        let page = officer.submit(&again).await;
        page.says("The two are offered again").says("This is another child").keeps_silent_about("Judged another child");
        let whom = json!({ "input": { "referral": referral.reference, "version": 3, "other": child_of(&app, &case).await } });
        let asked = "mutation($input: LookAgainInput!) { lookAgain(input: $input) { reference } }";
        officer.ask(asked, whom).await.refused_with("CONFLICT");
    }

    async fn two_that_wait_and_are_not_one_child_stay_two_when_one_is_opened(app: TestApp) {
        let one = given::referral().at(&app).await;
        let other = given::referral().at(&app).await;
        let officer = app.officer().await;
        let tag = "Another may be of this child";
        officer.visit("/triage").await.says(tag);

        let page = officer.visit(&page_of(&one)).await;
        let form = officer.visit(&page.link("This is another child")).await;
        form.says(&other.reference);
        officer.submit(&form.form()).await.says("Judged another child by Olu Officer");
        officer.visit("/triage").await.keeps_silent_about(tag);
        officer.visit(&page_of(&other)).await.says("Judged another child by Olu Officer");

        officer.submit(&opening(&officer, &one).await).await.says("Case opened");
        let page = officer.visit(&page_of(&other)).await;
        page.says("Judged another child by Olu Officer").keeps_silent_about("This is another child");
        assert!(!officer.visit(&page.link("Open a case")).await.form().asks("child"));

        // From either side it can be looked at again.
        let again = officer.visit(&page.link("Look again")).await.form();
        officer.submit(&again).await.says("The two are offered again").keeps_silent_about("Judged another child");
        assert!(officer.visit(&page.link("Open a case")).await.form().asks("child"));
        let verdict = backend::service::verify::whole(app.db(), &app.inner().keyring).await.unwrap();
        assert!(matches!(verdict, backend::store::event::Verdict::Sound { .. }), "{verdict:?}");
    }

    async fn a_referral_in_a_former_name_is_offered_and_says_why(app: TestApp) {
        let case = given::case().of("Rosalind", "Thistledown").at(&app).await;
        let officer = app.officer().await;
        let correct = officer.visit(&format!("{}/child", case.page())).await.form();
        let correct = correct
            .with("givenNames", "Grace")
            .with("familyName", "Okonkwo")
            .with("changedOn-day", "2")
            .with("changedOn-month", "3")
            .with("changedOn-year", "2026")
            .with("source", "The adoption order")
            .with("reason", "Adopted");
        officer.submit(&correct).await.says("Child’s facts corrected");
        let referral = given::referral().of("Rosalynd", "Thistledown").at(&app).await;

        let page = officer.visit(&page_of(&referral)).await;

        page.says("Grace Okonkwo").says("A former name").says("Likely").says(&case.reference);
    }

    async fn an_nhs_number_is_corrected_shown_searched_and_matched(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let form = officer.visit(&format!("{}/child", case.page())).await.form();
        let form = form.with("source", "The health visitor").with("reason", "It was not known");
        officer.submit(&form.clone().with("nhsNumber", "943 476 5918")).await.finds_fault(&[
            "Check the NHS number: the last number does not belong to those before it, so one of them is mistyped",
        ]);
        let corrected = officer.submit(&form.with("nhsNumber", "943 476 5919")).await;
        corrected.says("9434765919").says("NHS number: 943 476 5919 (before: not known)");
        for typed in ["9434765919", "943 476 5919", "943-476-5919"] {
            assert_eq!(found_by(&officer, typed).await, std::slice::from_ref(&case.reference), "{typed}");
        }

        let referral = of_elsewhere("Isolda", "Thimblewick").answering("nhsNumber", "943 476 5919").at(&app).await;
        let page = officer.visit(&page_of(&referral)).await;
        page.says("One NHS number on two different names: check both records").says(&case.reference).says("Possible");
        let asked = r#"{ referrals(filter: { search: "943 476 5919" }) { nodes { reference } } }"#;
        let found = officer.ask(asked, json!({})).await.sound();
        assert_eq!(found.at("/referrals/nodes"), &json!([{ "reference": referral.reference }]));
    }

    async fn a_restricted_case_made_meanwhile_is_hinted_at_and_not_named(app: TestApp) {
        let referral = given::referral().of("Ottoline", "Quillhaven").at(&app).await;
        let officer = app.officer().await;
        let form = opening(&officer, &referral).await;
        let secret = given::case().of("Ottoline", "Quillhaven").restricted_to(&[]).at(&app).await;

        let refused = officer.submit(&form).await;

        refused.finds_fault(&["This child likely has a restricted case: ask a manager to add this referral to it"]);
        officer.get(&secret.page()).await.keeps_silent_about("Ottoline");
    }

    async fn a_case_that_is_not_listed_is_joined_by_its_reference(app: TestApp) {
        given::case().at(&app).await;
        let far = given::case().from(of_elsewhere("Isolda", "Thimblewick")).at(&app).await;
        let officer = app.officer().await;
        let like = given::referral().at(&app).await;
        let unlike = of_elsewhere("Ludovica", "Marchbanks").at(&app).await;

        let unlisted = "It is a child with a case that is not listed";
        officer.visit(&page_of(&unlike)).await.keeps_silent_about(unlisted);
        for (referral, way) in [(like, unlisted), (unlike, "Add this referral to an open case")] {
            let page = officer.visit(&page_of(&referral)).await;
            let form = officer.visit(&page.link(way)).await.form();
            let form = if form.asks("unlisted") {
                form.with("case", "unlisted").with("unlisted", &far.reference)
            } else {
                form.with("case", &far.reference)
            };
            let joined = officer.submit(&form).await;
            joined.says("Referral added to the case");
            assert_eq!(joined.path, far.page());
        }
    }

    async fn a_referral_that_was_joined_in_error_waits_again_with_its_flag(app: TestApp) {
        let case = given::case().from(of_elsewhere("Isolda", "Thimblewick")).at(&app).await;
        let officer = app.officer().await;
        let harm = given::referral().telling_of_harm().at(&app).await;
        let form = officer.visit(&officer.visit(&page_of(&harm)).await.link("Add this referral to an open case")).await.form();
        let joined = officer.submit(&form.with("case", &case.reference)).await;
        joined.says("Referral added to the case").says("The MASH has not answered the flag");
        let mash = app.staff("Mo Mash", &[StaffRole::MashLiaison]).await;
        let before = mail::to(&app, "mash@luton.example").await.len();

        let take_out = officer.visit(&joined.link("Take out")).await.form();
        let refused = officer.submit(&take_out).await;
        refused.finds_fault(&["Enter why it is not of this child"]);
        let out = officer.submit(&refused.form().with("reason", "Another girl of that street")).await;

        out.says("Referral taken out").says("Another girl of that street").keeps_silent_about("The MASH has not answered");
        let waiting = officer.visit(&page_of(&harm)).await;
        waiting.says("Open a case").says("Taken back to triage");
        mash.visit("/mash").await.says(&harm.reference);
        assert!(mail::to(&app, "mash@luton.example").await.len() > before, "the MASH is asked anew");
        // What the case was opened from stays in it.
        let forged = "mutation($input: DetachReferralInput!) { detachReferral(input: $input) { reference } }";
        let asked = "query($case: String!) { case(reference: $case) { referrals { reference } } }";
        let told = officer.ask(asked, json!({ "case": case.reference })).await.sound();
        let input = json!({ "case": case.reference, "reason": "Wrong",
            "referral": told.at("/case/referrals/0/reference") });
        officer.ask(forged, json!({ "input": input })).await.refused_with("CONFLICT");
    }

    async fn a_child_is_found_by_whatever_is_known_of_them(app: TestApp) {
        let case = given::case().of("Catherine", "Whyte").at(&app).await;
        given::case().from(of_elsewhere("Isolda", "Thimblewick")).at(&app).await;
        let officer = app.officer().await;
        let (kind, groups) = case.reference.split_once('-').unwrap();
        let (first, last) = groups.split_once('-').unwrap();
        assert_eq!(kind, "C");

        for typed in [
            case.reference.clone(), case.reference.to_lowercase().replace('-', " "), format!("c-{first}"),
            format!("{}-{last}", &first[2..]), "01632 960001".to_owned(), "+44 1632 960 001".to_owned(),
            "1632960001".to_owned(), "lu1 2ab".to_owned(), "LU1".to_owned(), "lu1 2".to_owned(),
            "whyt cath".to_owned(), "white kathryn".to_owned(), "wyte 2015".to_owned(),
        ] {
            assert_eq!(found_by(&officer, &typed).await, std::slice::from_ref(&case.reference), "{typed}");
        }
        for typed in ["LU9", "01632 960002", "wyte 2014", "ZZZ-999"] {
            assert_eq!(found_by(&officer, typed).await, Vec::<String>::new(), "{typed}");
        }
        assert_eq!(found_by(&officer, "").await.len(), 2, "an empty box is no search");

        let cases = officer.visit("/cases").await;
        let blank = officer.submit(&cases.button("Search").with("search", "   ")).await;
        blank.says("You searched for blanks only").keeps_silent_about("Whyte");
        officer.submit(&cases.button("Search").with("search", "")).await.says("Whyte").keeps_silent_about("blanks");
        let asked = r#"{ referrals(filter: { search: " " }) { nodes { reference } } }"#;
        officer.ask(asked, json!({})).await.refused_with("INVALID");
    }

    async fn a_restricted_child_is_found_by_no_key(app: TestApp) {
        let secret = given::case().of("Ottoline", "Quillhaven").restricted_to(&[]).at(&app).await;
        let officer = app.officer().await;
        let (_, last) = secret.reference.rsplit_once('-').unwrap();

        for typed in [last, "01632 960001", "LU1", "quilhaven", "ottoline"] {
            assert_eq!(found_by(&officer, typed).await, Vec::<String>::new(), "{typed}");
        }
    }

    async fn keys_of_an_earlier_version_are_made_anew_at_the_start(app: TestApp) {
        let one = given::referral().of("Catherine", "Whyte").at(&app).await;
        let other = given::referral().of("Kathryn", "White").at(&app).await;
        let case = given::case().of("Kathryn", "Whyte").at(&app).await;
        let db = app.db().for_migration();
        for emptied in ["DELETE FROM referral_key", "UPDATE referral SET keyed_by = 0", "DELETE FROM child_key", "UPDATE child SET keyed_by = 2"] {
            db.execute_unprepared(emptied).await.unwrap();
        }
        let officer = app.officer().await;
        officer.visit(&page_of(&one)).await.keeps_silent_about("Also waiting");

        backend::service::make_rows(app.db(), app.now()).await.unwrap();

        officer.visit(&page_of(&one)).await.says("Also waiting").says(&other.reference);
        assert_eq!(found_by(&officer, "wyte").await, [case.reference]);
        assert_eq!(backend::service::referral::make_keys(app.db(), app.now()).await.unwrap(), 0);
    }
}
