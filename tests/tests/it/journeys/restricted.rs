//! A restricted case is read by those who are named to it, and by others only through broken glass.

use acceptance::prelude::*;
use chrono::Duration;

const FAMILY: &str = "Quillhaven";
const GIVEN: &str = "Isolde";

/// A restricted case of a child with a name of their own.
fn secret() -> given::NewCase {
    given::case().of(GIVEN, FAMILY).restricted_to(&[])
}

on_both_engines! {
    async fn whoever_restricts_a_case_and_its_officer_go_on_reading_it(app: TestApp) {
        let (one, other) = (app.officer().await, app.staff("Ola Other", &[StaffRole::CmeOfficer]).await);
        let case = given::case().of(GIVEN, FAMILY).with(one.colleague.id).at(&app).await;
        other.visit(&case.page()).await.says(FAMILY);

        let page = one.visit(&case.page()).await;
        let form = one.visit(&page.link("Restrict the case")).await.form();
        one.submit(&form).await.finds_fault(&["Select why the case is restricted", "Enter why the case is restricted"]);
        let form = form.with("restriction", "ADOPTED").with("reason", "Adopted in 2021");
        one.submit(&form).await.says("Case restricted").says("Adopted child").says("Olu Officer");

        other.visit(&case.page()).await.says("Restricted case").says("Olu Officer").keeps_silent_about(FAMILY);
        let page = one.visit(&case.page()).await;
        let form = one.visit(&page.link("Name somebody who may read the case")).await.form();
        one.submit(&form.with("staff", &other.colleague.id.to_string())).await.says("Reader added");
        other.visit(&case.page()).await.says(FAMILY);

        let page = one.visit(&case.page()).await;
        let form = one.visit(&page.link("Remove somebody who may read the case")).await.form();
        one.submit(&form.with("staff", &other.colleague.id.to_string())).await.says("Reader removed");
        other.visit(&case.page()).await.says("Restricted case").keeps_silent_about(FAMILY);

        let page = one.visit(&case.page()).await;
        let form = one.visit(&page.link("Lift the restriction")).await.form();
        one.submit(&form.with("reason", "The order ended")).await.says("Restriction lifted");
        other.visit(&case.page()).await.says(FAMILY);
    }

    async fn an_officer_to_whom_the_case_is_given_may_read_it(app: TestApp) {
        let case = secret().at(&app).await;
        let officer = app.officer().await;
        officer.visit(&case.page()).await.keeps_silent_about(FAMILY);
        let manager = app.sign_in(app.manager().await).await;

        let page = manager.visit(&case.page()).await;
        let form = manager.visit(&page.link("Assign the case")).await.form();
        manager.submit(&form.with("officer", &officer.colleague.id.to_string())).await.says("Assignment saved");

        officer.visit(&case.page()).await.says(FAMILY);
    }

    /// Wherever a case can come out, it does not.
    async fn no_road_leads_to_a_restricted_case(app: TestApp) {
        let plain = given::case().of("Peter", "Plain").at(&app).await;
        let case = secret().at(&app).await;
        let known = app.op(app.manager().await.viewer());
        let row = backend::store::case::many(&known, &[case.id]).await.unwrap().pop().unwrap();
        let referral = backend::store::referral::of_cases(&known, &[case.id]).await.unwrap().pop().unwrap().reference;
        let officer = app.officer().await;
        let pages = [
            "/cases".to_owned(),
            "/cases?sort=NAME".to_owned(),
            "/cases?sort=NEWEST&state=OPEN".to_owned(),
            format!("/cases?after={}", row.id),
            "/triage".to_owned(),
            "/triage?show=opened".to_owned(),
        ];
        for path in pages {
            let page = officer.visit(&path).await;
            for secret in [FAMILY, GIVEN, case.reference.as_str(), referral.as_str()] {
                page.keeps_silent_about(secret);
            }
        }
        officer.visit("/cases").await.says(&plain.reference);
        officer.get(&format!("/triage/{referral}")).await.is_not_found();
        for act in ["note", "assign", "close", "restrict", "enquiry", "reader", "lift"] {
            officer.get(&format!("{}/{act}", case.page())).await.is_not_found();
        }
        let search = officer.visit("/cases").await.button("Search").with("search", FAMILY);
        assert!(!officer.submit(&search).await.all("tbody tr").concat().contains(FAMILY));

        let reference = json!({ "reference": case.reference, "referral": referral, "id": row.id.to_string() });
        let questions = [
            "query($reference: String!) { case(reference: $reference) { reference child { familyName } } }",
            "query($reference: String!) { other: case(reference: $reference) { ...F } } fragment F on Case { timeline { title details { value } } }",
            "query($referral: String!) { referral(reference: $referral) { familyName case { reference } } }",
            "{ cases(first: 100) { nodes { reference child { familyName givenNames } referrals { reference } } count { value } } }",
            "{ cases(sort: NAME, first: 100) { nodes { child { familyName } } } }",
            "query($id: String) { cases(sort: NAME, after: $id) { nodes { reference } } }",
            "query($id: String) { cases(sort: NEWEST, before: $id) { nodes { reference } } }",
            "{ referrals(first: 100) { nodes { reference familyName case { reference } matches { child { familyName } cases { reference } } } } }",
            "query($reference: String!) { cases(filter: {search: $reference}) { nodes { reference } count { value } } }",
        ];
        for question in questions {
            let used = reference.as_object().unwrap().iter().filter(|(name, _)| question.contains(&format!("${name}:")));
            let variables: serde_json::Map<String, Value> = used.map(|(name, value)| (name.clone(), value.clone())).collect();
            let answer = officer.ask(question, Value::Object(variables)).await;
            for secret in [FAMILY, GIVEN, case.reference.as_str(), referral.as_str()] {
                assert!(!answer.json.to_string().contains(secret), "{question}: {}", answer.json);
            }
        }
        for (search, counted) in [(FAMILY, 0), (case.reference.as_str(), 0), (referral.as_str(), 0), ("Plain", 1)] {
            let count = "query($search: String!) { cases(filter: {search: $search}) { count { value } } }";
            let answer = officer.ask(count, json!({ "search": search })).await;
            assert_eq!(answer.at("/cases/count/value"), counted, "{search}");
        }
        let cursor = officer.ask("query($id: String) { cases(sort: NAME, after: $id) { nodes { reference } } }", json!({ "id": row.id.to_string() })).await;
        assert_eq!(cursor.at("/cases/nodes"), &json!([]), "a cursor tells where the case stands");
        let total = officer.ask("{ cases { count { value } } caseStatistics(by: STATE) { code count { value } } }", json!({})).await;
        assert_eq!(total.at("/cases/count/value"), 1);
        let open = total.at("/caseStatistics").as_array().unwrap().iter().filter_map(|cell| cell["count"]["value"].as_u64());
        assert_eq!(open.sum::<u64>(), 1);
        let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { reference child { familyName } } }";
        let input = json!({ "case": case.reference, "text": "I was here" });
        officer.ask(note, json!({ "input": input })).await.refused_with("NOT_FOUND");
    }

    async fn nobody_comes_to_a_restricted_case_by_handing_it_over(app: TestApp) {
        let owner = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let case = given::case().of(GIVEN, FAMILY).with(owner.id).restricted_to(&[]).at(&app).await;
        let both = app.staff("Tomas Two", &[StaffRole::Administrator, StaffRole::Manager]).await;
        app.manager().await;

        let form = both.visit(&format!("/staff/{}/deactivate", owner.id)).await.form();
        both.submit(&form).await.says("Account deactivated");

        both.visit(&case.page()).await.says("Restricted case").keeps_silent_about(FAMILY);
        both.visit("/cases").await.keeps_silent_about(FAMILY);
    }

    async fn triage_says_that_a_case_is_there_and_nothing_of_the_child(app: TestApp) {
        let case = secret().at(&app).await;
        let again = given::referral().of(GIVEN, FAMILY).at(&app).await;
        let likely = given::referral().of("Isolda", FAMILY).at(&app).await;
        let officer = app.officer().await;

        let page = officer.visit(&format!("/triage/{}", again.reference)).await;
        page.says(&format!("This child has a restricted case, {}", case.reference)).keeps_silent_about("Quillhaven, born");
        officer.visit(&page.link("Open a case")).await.says("Do not open another");
        let like = officer.visit(&format!("/triage/{}", likely.reference)).await;
        like.keeps_silent_about(&case.reference);

        let join = "mutation($input: JoinCaseInput!) { joinCase(input: $input) { reference } }";
        let input = json!({ "referral": again.reference, "version": again.version, "case": case.reference });
        let answer = officer.ask(join, json!({ "input": input })).await;
        assert_eq!(answer.faulty_fields(), ["case"], "{}", answer.json);
    }

    async fn a_second_case_of_a_restricted_child_is_restricted_too(app: TestApp) {
        let first = given::case().of(GIVEN, FAMILY).standing(CaseState::Closed).restricted_to(&[]).at(&app).await;
        let again = given::referral().of(GIVEN, FAMILY).at(&app).await;
        let manager = app.sign_in(app.manager().await).await;
        let known = app.op(app.manager().await.viewer());
        let child = backend::store::case::many(&known, &[first.id]).await.unwrap().pop().unwrap().child_id.to_string();
        let form = manager.visit(&format!("/triage/{}/open", again.reference)).await.form().with("child", &child);
        let form = typed::decision(form);

        let opened = manager.submit(&form).await;

        opened.says("Case opened").says("Case restricted").says(FAMILY);
        app.officer().await.visit(&opened.path).await.says("Restricted case").keeps_silent_about(FAMILY);
    }

    async fn the_glass_is_broken_for_an_hour_with_a_reason_and_others_are_told(app: TestApp) {
        let case = secret().at(&app).await;
        let officer = app.officer().await;
        let stub = officer.visit(&case.page()).await;
        officer.submit(&stub.form()).await.finds_fault(&["Enter why you must read this case now"]);

        let page = officer.submit(&stub.form().with("reason", "The child is at the door")).await;

        page.says(FAMILY).says("This ends at 18 November 2026 at 11:00am");
        let manager = app.manager().await;
        let told = mail::newest(&app, &manager.email).await;
        assert!(told.subject.contains(&case.reference) && told.body.contains("Olu Officer"), "{told:?}");
        assert!(!format!("{told:?}").contains(FAMILY) && !told.body.contains("at the door"), "{told:?}");
        let acts: Vec<String> = page.attributes("main a", "href");
        assert!(acts.iter().all(|href| !href.starts_with(&format!("{}/", case.page()))), "{acts:?}");
        officer.get(&format!("{}/note", case.page())).await.is_forbidden();
        let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { reference } }";
        let input = json!({ "case": case.reference, "text": "I was here" });
        officer.ask(note, json!({ "input": input })).await.refused_with("NOT_FOUND");

        app.wait(Duration::minutes(29));
        officer.visit(&case.page()).await.says(FAMILY);
        app.wait(Duration::minutes(29));
        officer.visit(&case.page()).await.says(FAMILY);
        app.wait(Duration::minutes(2));
        officer.visit(&case.page()).await.says("Restricted case").keeps_silent_about(FAMILY);
    }

    async fn the_reading_is_ended_early_and_reviewed_by_another_manager(app: TestApp) {
        let case = secret().at(&app).await;
        let reader = app.staff("Rex Reader", &[StaffRole::Manager]).await;
        let stub = reader.visit(&case.page()).await;
        let page = reader.submit(&stub.form().with("reason", "The court rang")).await;
        let ended = reader.submit(&page.button("Stop reading now")).await;
        ended.says("You no longer read this case").says("Restricted case").keeps_silent_about(FAMILY);

        let own = reader.visit("/restricted/reviews").await;
        own.says("The court rang").says("Another manager must review");
        let manager = app.sign_in(app.manager().await).await;
        let list = manager.visit("/restricted/reviews").await;
        list.says("Rex Reader").says(&case.reference).keeps_silent_about(FAMILY);
        let review = manager.visit(&list.link("Review")).await;
        review.says("Read a restricted case by breaking the glass").says("timeline").keeps_silent_about(FAMILY);
        manager.submit(&review.form()).await.finds_fault(&["Enter what the review came to"]);
        manager.submit(&review.form().with("finding", "Justified")).await.says("Review recorded").says("There are none");
        manager.visit("/restricted/reviews?show=reviewed").await.says("Justified").says("Mira Manager");
        app.officer().await.get("/restricted/reviews").await.is_forbidden();
    }

    async fn managers_are_reminded_once_a_week_of_what_awaits_review(app: TestApp) {
        let case = secret().at(&app).await;
        let manager = app.manager().await.clone();
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let op = app.op(officer.viewer());
        backend::service::break_glass::begin(&op, &case.reference, "A doubt".to_owned()).await.unwrap();
        let reminders = || async {
            let who = format!("recipient = '{}' AND subject LIKE 'Readings%'", manager.email);
            acceptance::database::count(app.db(), "message", &who).await
        };

        backend::jobs::break_glass::remind(app.inner()).await.unwrap();
        assert_eq!(reminders().await, 0, "it was told at once, this week");
        app.wait(Duration::days(6));
        for _ in 0..2 {
            backend::jobs::break_glass::remind(app.inner()).await.unwrap();
        }
        assert_eq!(reminders().await, 1);
        app.wait(Duration::days(7));
        backend::jobs::break_glass::remind(app.inner()).await.unwrap();
        assert_eq!(reminders().await, 2);
    }

    async fn the_mash_reads_what_it_was_alerted_to_and_a_partner_never(app: TestApp) {
        given::agency(&app, "Luton Health").await;
        let flagged = secret().flagged().shared_with("Luton Health").at(&app).await;
        let liaison = app.staff("Mo Mash", &[StaffRole::MashLiaison]).await;
        let partner = app.partner("Luton Health", &[Scope::CaseSharedRead, Scope::EnquiryAnswer, Scope::ChildLookup]).await;

        liaison.visit(&flagged.page()).await.says(FAMILY);
        let cases = partner.ask("{ cases { nodes { reference } count { value } } }", json!({})).await;
        assert_eq!(cases.at("/cases/nodes"), &json!([]), "{}", cases.json);
        let lookup = "query($input: ChildLookupInput!) { childLookup(input: $input) { matched } }";
        let input = json!({
            "familyName": FAMILY, "givenNames": GIVEN, "dateOfBirth": "2015-03-14", "purpose": "Care", "reference": "H-1",
        });
        let answer = partner.ask(lookup, json!({ "input": input })).await;
        assert_eq!(answer.at("/childLookup/matched"), false, "{}", answer.json);
    }
}
