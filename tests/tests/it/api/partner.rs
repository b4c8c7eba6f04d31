//! A partner agency sees what its token is for, and no more.

use acceptance::database::column;
use acceptance::prelude::*;
use chrono::Duration;
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
        given::token(&app, "Luton Health", &[Scope::StatisticsRead]).await;
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
            "case": shared.reference, "version": shared.version, "enquiry": enquiry,
            "answeredOn": "2026-11-18", "finding": "LOCATED", "answer": "Seen at the surgery",
        } });

        police.ask(answer, input.clone()).await.refused_with("NOT_FOUND");
        let given = health.ask(answer, input).await.sound();

        assert_eq!(given.at("/answerEnquiry/enquiries"), &json!([{ "finding": "LOCATED" }]));
        let page = app.officer().await.visit(&shared.page()).await;
        page.says("Seen at the surgery").says("Luton Health");
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
}
