//! A partner agency sees what its token is for, and no more.

use acceptance::database::{column, tamper};
use acceptance::mail;
use acceptance::prelude::*;
use chrono::Duration;
use entity::vocabulary::MashDecision;
use http::StatusCode;

const LOOKUP: &str = "query($input: ChildLookupInput!) {
    childLookup(input: $input) { matched child { familyName dateOfBirth address } cases { reference state risk } }
}";
const SHARED: &str = "query($reference: String!) {
    case(reference: $reference) {
        reference state risk child { familyName } enquiries { askedOf } timeline { title } escalations { level }
    }
}";

fn wanted(family_name: &str) -> Value {
    json!({ "input": {
        "familyName": family_name, "givenNames": "Zephyrine", "dateOfBirth": "2015-03-14",
        "purpose": "Registration with a doctor", "reference": "H-1",
    } })
}

on_both_engines! {
    async fn a_lookup_finds_exactly_one_child_and_discloses_what_is_agreed(app: TestApp) {
        given::case().at(&app).await;
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;

        let answer = partner.ask(LOOKUP, wanted("QUILLFEATHER")).await;

        assert_eq!(answer.at("/childLookup/matched"), true, "{}", answer.json);
        assert_eq!(answer.text("/childLookup/child/familyName"), "Quillfeather");
        assert!(answer.at("/childLookup/child/address").is_null(), "where the child lives is not for partners");
        assert_eq!(answer.at("/childLookup/cases"), &json!([]), "no case was shared with this agency");
        assert_eq!(answer.error_paths(), ["childLookup.child.address"]);
        assert_eq!(answer.codes(), ["FORBIDDEN"]);
        let notes = column(app.db(), "SELECT action || ' ' || fields FROM access_note WHERE viewer LIKE 'token:%'").await;
        assert!(notes.iter().any(|note| note.starts_with("disclose") && note.contains("familyName")), "{notes:?}");
        assert!(!notes.iter().any(|note| note.contains("address")), "{notes:?}");
    }

    async fn nearly_right_is_not_found(app: TestApp) {
        given::case().at(&app).await;
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        for name in ["Quillfeathers", "Quill", "%", "_uillfeather"] {
            let answer = partner.ask(LOOKUP, wanted(name)).await.sound();
            assert_eq!(answer.at("/childLookup"), &json!({ "matched": false, "child": null, "cases": null }), "{name}");
        }
    }

    async fn a_lookup_needs_a_purpose_and_a_reference(app: TestApp) {
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        let input = json!({ "input": {
            "familyName": "", "givenNames": "", "dateOfBirth": "soon", "purpose": " ", "reference": "",
        } });
        let answer = partner.ask(LOOKUP, input).await;
        answer.refused_with("INVALID");
        assert_eq!(answer.faulty_fields(), ["familyName", "givenNames", "purpose", "reference", "dateOfBirth"]);
    }

    async fn an_agency_sees_the_cases_it_was_asked_about_and_only_its_own_enquiry(app: TestApp) {
        given::token(&app, "Luton Health", &[Scope::EnquiryAnswer]).await;
        let shared = given::case().shared_with("Luton Health").at(&app).await;
        let private = given::case().at(&app).await;
        let health = app.partner("Luton Health", &[Scope::CaseSharedRead]).await;
        let police = app.partner("Bedfordshire Police", &[Scope::CaseSharedRead]).await;

        let answer = health.ask(SHARED, json!({ "reference": shared.reference })).await;
        assert_eq!(answer.at("/case/enquiries"), &json!([{ "askedOf": "Luton Health" }]), "{}", answer.json);
        let withheld = ["case.child.familyName", "case.escalations", "case.risk", "case.timeline"];
        assert_eq!(answer.error_paths(), withheld);
        for path in withheld {
            assert!(answer.at(&format!("/{}", path.replace('.', "/"))).is_null(), "{path}");
        }
        assert!(health.ask(SHARED, json!({ "reference": private.reference })).await.at("/case").is_null());
        assert!(police.ask(SHARED, json!({ "reference": shared.reference })).await.at("/case").is_null());
        let list = health.ask("{ cases { nodes { reference } count { display } } }", json!({})).await.sound();
        assert_eq!(list.at("/cases"), &json!({ "nodes": [{ "reference": shared.reference }], "count": { "display": "1" } }));
    }

    async fn an_agency_answers_what_it_was_asked_and_nothing_else(app: TestApp) {
        given::agency(&app, "Luton Health").await;
        let shared = given::case().shared_with("Luton Health").at(&app).await;
        let health = app.partner("Luton Health", &[Scope::EnquiryAnswer]).await;
        given::agency(&app, "Bedfordshire Police").await;
        let police = app.partner("Bedfordshire Police", &[Scope::EnquiryAnswer]).await;
        let manager = app.op(app.manager().await.viewer());
        let enquiry = backend::store::case::enquiries(&manager, &[shared.id]).await.unwrap()[0].id.to_string();
        let answer = "mutation($input: AnswerEnquiryInput!) { answerEnquiry(input: $input) { reference enquiries { finding } } }";
        let input = json!({ "input": {
            "case": shared.reference, "enquiry": enquiry,
            "answeredOn": "2026-11-18", "finding": "LOCATED", "answer": "Seen at the surgery",
        } });

        police.ask(answer, input.clone()).await.refused_with("NOT_FOUND");
        let given = health.ask(answer, input).await.sound();

        assert_eq!(given.at("/answerEnquiry/enquiries"), &json!([{ "finding": "LOCATED" }]));
        let page = app.officer().await.visit(&shared.page()).await;
        page.says("Seen at the surgery").says("Luton Health");
    }

    async fn an_agency_that_was_asked_in_error_sees_nothing_once_that_is_withdrawn(app: TestApp) {
        given::agency(&app, "Luton Health").await;
        let officer = app.officer().await;
        let shared = given::case().with(officer.colleague.id).shared_with("Luton Health").at(&app).await;
        let health = app.partner("Luton Health", &[Scope::EnquiryAnswer]).await;
        let seen = "query($case: String!) { case(reference: $case) { reference } }";
        let asking = json!({ "case": shared.reference });
        assert_eq!(health.ask(seen, asking.clone()).await.text("/case/reference"), shared.reference);

        let page = officer.visit(&shared.page()).await;
        let form = officer.visit(&page.link("Withdraw")).await.form();
        officer.submit(&form).await.finds_fault(&["Enter why nobody was to be asked this"]);
        let withdrawn = officer.submit(&form.with("reason", "Meant for the police")).await;

        withdrawn.says("Enquiry withdrawn").says("Withdrawn: nothing was asked by it");
        assert_eq!(health.ask(seen, asking).await.sound().at("/case"), &json!(null));
    }

    async fn whoever_has_a_case_is_told_what_others_say_in_it(app: TestApp) {
        given::agency(&app, "Luton Health").await;
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let shared = given::case().with(officer.id).shared_with("Luton Health").at(&app).await;
        let health = app.partner("Luton Health", &[Scope::EnquiryAnswer]).await;
        let manager = app.op(app.manager().await.viewer());
        let enquiry = backend::store::case::enquiries(&manager, &[shared.id]).await.unwrap()[0].id.to_string();
        let answer = "mutation($input: AnswerEnquiryInput!) { answerEnquiry(input: $input) { reference } }";
        let input = json!({ "input": {
            "case": shared.reference, "enquiry": enquiry,
            "answeredOn": "2026-11-18", "finding": "LOCATED", "answer": "Seen with injuries",
        } });

        health.ask(answer, input).await.sound();

        let told = mail::newest(&app, &officer.email).await;
        assert!(told.body.contains(&format!("/cases/{}#timeline", shared.reference)), "{told:?}");
        assert!(!told.body.contains("injuries"), "{told:?}");
    }

    async fn an_agency_refers_a_child(app: TestApp) {
        let partner = app.partner("Luton Health", &[Scope::ReferralCreate]).await;
        let send = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }";
        let input = json!({ "input": { "key": "health-2026-0000000001", "answers": typed::report().input() } });

        let reference = partner.ask(send, input).await.sound().text("/sendReport/reference");

        app.officer().await.visit("/triage").await.says(&reference).says("Partner agency");
    }

    async fn a_token_that_is_wrong_old_or_withdrawn_is_nobodys(app: TestApp) {
        let token = given::token(&app, "Luton Health", &[Scope::StatisticsRead]).await;
        let ask = |token: &str| {
            let program = app.bearer(token);
            async move { program.ask("{ viewer { kind name } }", json!({})).await }
        };
        assert_eq!(ask(&token).await.sound().text("/viewer/name"), "Luton Health");
        let mistyped = token.replacen(&token[10..11], if &token[10..11] == "a" { "b" } else { "a" }, 1);
        for wrong in [mistyped.as_str(), "", "onr_", "nonsense"] {
            let answer = ask(wrong).await;
            assert_eq!((answer.status, answer.codes()), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED"]), "{wrong}");
        }
        app.wait(Duration::days(90));
        assert_eq!(ask(&token).await.status, StatusCode::OK, "the last day counts");
        app.wait(Duration::days(1));
        assert_eq!(ask(&token).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_token_is_kept_only_as_a_hash(app: TestApp) {
        let token = given::token(&app, "Luton Health", &[Scope::StatisticsRead]).await;
        for table in ["token_hash FROM token", "payload FROM event"] {
            let stored = column(app.db(), &format!("SELECT {table}")).await;
            assert!(stored.iter().all(|text| !text.contains(&token)), "{table}");
        }
    }

    async fn a_token_and_a_session_at_once_are_refused(app: TestApp) {
        let officer = app.officer().await;
        let token = given::token(&app, "Luton Health", &[Scope::StatisticsRead]).await;
        let browser = officer.browser();
        let request = browser.request(&http::Method::POST, "/graphql");
        let request = request.header("content-type", "application/json").header("authorization", format!("Bearer {token}"));
        let page = browser.send(request, json!({ "query": "{ viewer { kind } }" }).to_string()).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{}", page.body);
    }

    async fn a_token_opens_no_page(app: TestApp) {
        let case = given::case().at(&app).await;
        let partner = app.partner("Luton Health", Scope::ALL).await;
        for path in ["/cases", "/triage", "/contacts", "/account", case.page().as_str()] {
            let page = partner.get(path).await;
            assert!(!page.status.is_success(), "{path} {}", page.status);
            page.keeps_silent_about("Quillfeather");
        }
    }

    async fn ten_lookups_that_find_nobody_pause_the_client(app: TestApp) {
        let admin = given::staff(&app, "Ada Admin", &[StaffRole::Administrator]).await;
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        for _ in 0..9 {
            partner.ask(LOOKUP, wanted("Nobody")).await.sound();
        }
        partner.ask(LOOKUP, wanted("Nobody")).await.refused_with("PAUSED");
        let answer = partner.ask(LOOKUP, wanted("Nobody")).await;
        assert_eq!((answer.status, answer.codes()), (StatusCode::FORBIDDEN, vec!["PAUSED"]));
        let told = mail::newest(&app, &admin.email).await;
        assert!(told.body.contains("Luton Health") && !told.body.contains("Nobody"), "{told:?}");
    }

    async fn thirty_lookups_within_a_minute_pause_the_client(app: TestApp) {
        given::case().at(&app).await;
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        for _ in 0..29 {
            partner.ask("query($input: ChildLookupInput!) { childLookup(input: $input) { matched } }", wanted("Quillfeather")).await.sound();
        }
        partner.ask(LOOKUP, wanted("Quillfeather")).await.refused_with("PAUSED");
    }

    async fn past_the_quota_the_answer_says_when_to_come_back(app: TestApp) {
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        tamper(app.db(), "UPDATE client SET per_minute = 3").await;
        for _ in 0..3 {
            partner.ask("{ viewer { kind } }", json!({})).await;
        }
        let answer = partner.ask("{ viewer { kind } }", json!({})).await;
        assert_eq!((answer.status, answer.codes()), (StatusCode::TOO_MANY_REQUESTS, vec!["THROTTLED"]), "{}", answer.json);
        assert!(answer.errors()[0]["extensions"]["retryAt"].is_string(), "{}", answer.json);
        app.wait(Duration::minutes(1));
        partner.ask("{ viewer { kind } }", json!({})).await.sound();
    }

    async fn a_restricted_case_is_unknown_to_an_agency_and_its_team_hears_of_it(app: TestApp) {
        given::agency(&app, "Luton Health").await;
        let case = given::case().flagged().shared_with("Luton Health").at(&app).await;
        let partner = app.partner("Luton Health", Scope::ALL).await;
        assert_eq!(partner.ask(LOOKUP, wanted("Quillfeather")).await.at("/childLookup/matched"), true);
        tamper(app.db(), "UPDATE \"case\" SET restriction = 'protected'").await;

        let answer = partner.ask(LOOKUP, wanted("Quillfeather")).await.sound();

        assert_eq!(answer.at("/childLookup"), &json!({ "matched": false, "child": null, "cases": null }));
        assert!(partner.ask(SHARED, json!({ "reference": case.reference })).await.at("/case").is_null());
        let told = mail::newest(&app, "cme@luton.example").await;
        assert!(told.body.contains("Luton Health") && told.body.contains(&case.reference), "{told:?}");
        assert!(!told.body.contains("Quillfeather"), "{told:?}");
    }

    async fn a_field_that_was_not_agreed_is_withheld(app: TestApp) {
        given::agency(&app, "Luton Health").await;
        let case = given::case().shared_with("Luton Health").at(&app).await;
        let partner = app.partner("Luton Health", &[Scope::ChildLookup, Scope::CaseSharedRead]).await;
        tamper(app.db(), "UPDATE client SET fields = 'FAMILY_NAME'").await;
        let all = "query($reference: String!) { case(reference: $reference) {
            state whereabouts openedAt closedAt enquiries { askedOf } child { familyName givenNames dateOfBirth }
        } }";
        let answer = partner.ask(all, json!({ "reference": case.reference })).await;
        assert_eq!(answer.text("/case/child/familyName"), "Quillfeather");
        let withheld = ["child.dateOfBirth", "child.givenNames", "closedAt", "enquiries", "openedAt", "whereabouts"];
        assert_eq!(answer.error_paths(), withheld.map(|path| format!("case.{path}")));
    }

    async fn the_mash_answers_a_flag_from_its_own_system(app: TestApp) {
        let case = given::case().flagged().at(&app).await;
        let plain = given::case().of("Someone", "Else").at(&app).await;
        let mash = app.partner("Luton MASH", &[Scope::EscalationAnswer]).await;
        let read = "query($reference: String!) { case(reference: $reference) { escalations { id level } } }";
        let flag = mash.ask(read, json!({ "reference": case.reference })).await.sound();
        let answer = "mutation($input: AnswerEscalationInput!) { answerEscalation(input: $input) { decision stage } }";
        let input = json!({ "input": {
            "escalation": flag.text("/case/escalations/0/id"),
            "decision": MashDecision::ALL[0].code(), "mashReference": "M-77", "answer": "We have it",
        } });
        let answered = mash.ask(answer, input).await.sound();
        assert_eq!(answered.text("/answerEscalation/decision"), MashDecision::ALL[0].code());
        assert_eq!(answered.text("/answerEscalation/stage"), "ANSWERED", "the word of the hub counts at once");
        assert!(mash.ask(read, json!({ "reference": plain.reference })).await.at("/case").is_null());
    }

    async fn a_client_that_calls_from_elsewhere_is_paused_or_refused(app: TestApp) {
        let admin = given::staff(&app, "Ada Admin", &[StaffRole::Administrator]).await;
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        let ask = async || partner.ask("{ viewer { kind } }", json!({})).await;
        ask().await.sound();
        assert_eq!(column(app.db(), "SELECT network FROM client_network").await, ["127.0.0.0/24"]);
        tamper(app.db(), "UPDATE client SET networks = '192.0.2.0/24,198.51.100.7'").await;
        assert_eq!(ask().await.status, StatusCode::UNAUTHORIZED);
        tamper(app.db(), "UPDATE client SET networks = '192.0.2.0/24,127.0.0.0/8'").await;
        ask().await.sound();
        tamper(app.db(), "UPDATE client SET networks = ''").await;
        tamper(app.db(), "UPDATE client_network SET network = '192.0.2.0/24'").await;
        assert_eq!(ask().await.codes(), ["PAUSED"]);
        assert!(mail::newest(&app, &admin.email).await.body.contains("network"));
    }

    async fn wrong_tokens_are_throttled_by_address_and_right_ones_are_not(app: TestApp) {
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        let wrong = app.bearer("onr_wrong");
        for _ in 0..30 {
            assert_eq!(wrong.ask("{ viewer { kind } }", json!({})).await.status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(wrong.ask("{ viewer { kind } }", json!({})).await.status, StatusCode::TOO_MANY_REQUESTS);
        partner.ask("{ viewer { kind } }", json!({})).await.sound();
    }

    async fn every_call_leaves_a_note_of_what_was_asked(app: TestApp) {
        let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
        partner.ask("{ viewer { kind } again: viewer { name } }", json!({})).await.sound();
        partner.ask("{ Quillfeather { kind } }", json!({})).await;
        let notes = column(app.db(), "SELECT subject FROM access_note WHERE action = 'call' ORDER BY subject").await;
        assert_eq!(notes, ["", "viewer"]);
    }
}
