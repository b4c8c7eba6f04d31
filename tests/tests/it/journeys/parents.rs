//! The parents and carers of a child: as referrals tell of them, and as officers record that something changed.

use acceptance::prelude::*;

const MOTHER: &str = "wilhelmina quillfeather +441632960001";

/// The form of a parent or carer, with a new number of the mother.
async fn new_number(officer: &Staff, case: &given::Case) -> Form {
    let page = officer.visit(&case.page()).await;
    let form = officer.visit(&page.link("Record a parent or carer, or what changed of one")).await.form();
    form.with("replaces", MOTHER)
        .with("name", "Wilhelmina Quillfeather")
        .with("phone", "01632 960 777")
        .with("email", "wilhelmina@example.org")
        .with("mayContact", "YES")
        .with("changedOn-day", "10")
        .with("changedOn-month", "11")
        .with("changedOn-year", "2026")
        .with("source", "The grandmother")
        .with("reason", "The old number is dead")
}

async fn found_by(officer: &Staff, typed: &str) -> serde_json::Value {
    let asked = "query($typed: String!) { cases(filter: { search: $typed }) { nodes { reference } } }";
    officer.ask(asked, json!({ "typed": typed })).await.sound().at("/cases/nodes").clone()
}

on_both_engines! {
    async fn each_source_stays_and_what_changed_stands_beside_it(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit(&case.page()).await;
        page.says("Parents and carers").says("Wilhelmina Quillfeather (Mother)").says("01632 960 001");

        let form = officer.visit(&format!("{}/parent", case.page())).await.form();
        officer.submit(&form).await.finds_fault(&["Select of whom something changed, or that it is somebody not named here"]);
        officer.submit(&form.with("replaces", "another").with("phone", "12")).await.finds_fault(&[
            "Enter the name of the parent or carer",
            "Telephone number must have all its numbers, like 01632 960 001 or +44 808 157 0192",
            "Enter who told us, or what shows it",
            "Enter why this is recorded",
        ]);

        let recorded = officer.submit(&new_number(&officer, &case).await).await;
        recorded.says("Parent or carer recorded").says("01632 960777").says("wilhelmina@example.org");
        recorded.says("held until 10 November 2026").says("Before: Wilhelmina Quillfeather, 01632 960 001");
        assert_eq!(found_by(&officer, "01632 960777").await, json!([{ "reference": case.reference }]));
        assert_eq!(found_by(&officer, "01632 960001").await, json!([{ "reference": case.reference }]));

        // What is replaced can be replaced no second time.
        let form = officer.visit(&format!("{}/parent", case.page())).await.form();
        assert!(!form.offers("replaces", MOTHER) && form.offers("replaces", "wilhelmina quillfeather +441632960777"));
        let verdict = backend::service::verify::whole(app.db(), &app.inner().keyring).await.unwrap();
        assert!(matches!(verdict, backend::store::event::Verdict::Sound { .. }), "{verdict:?}");
    }

    async fn a_number_that_may_lead_to_a_confidential_address_is_kept(app: TestApp) {
        let referral = given::referral();
        let case = given::case().from(referral).at(&app).await;
        let officer = app.officer().await;
        officer.submit(&new_number(&officer, &case).await).await.says("Parent or carer recorded");
        let manager = app.sign_in(app.manager().await).await;
        let form = manager.visit(&format!("{}/child", case.page())).await.form();
        let form = form.with("addressConfidential", "YES").with("source", "The refuge").with("reason", "They hid");
        manager.submit(&form).await.says("01632 960777");

        let page = officer.visit(&case.page()).await;
        page.says("Wilhelmina Quillfeather").says("Kept confidential");
        for kept in ["960777", "960 001", "wilhelmina@example.org"] {
            page.keeps_silent_about(kept);
        }
        let form = officer.visit(&format!("{}/parent", case.page())).await.form();
        let form = form.with("replaces", "another").with("name", "Wilma").with("source", "A").with("reason", "B");
        officer.submit(&form).await.finds_fault(&[
            "The address of the child is kept confidential: ask the officer of the case or a manager to record this",
        ]);
        assert_eq!(found_by(&officer, "01632 960777").await, json!([]));
        let asked = "query($case: String!) { case(reference: $case) { parents { key name phone email } } }";
        let told = officer.ask(asked, json!({ "case": case.reference })).await.sound();
        assert_eq!(told.at("/case/parents/0/phone"), "Kept confidential");
        assert_eq!(told.at("/case/parents/0/key"), &json!(null));
    }
}
