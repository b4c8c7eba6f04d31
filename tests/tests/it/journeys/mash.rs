//! A concern for a child's safety reaches the hub at once, is acknowledged, rated and answered there, and is lost on no
//! way: not while it waits in triage, not when a case takes it up, and not by one person's word.

use acceptance::mail;
use acceptance::prelude::*;
use acceptance::typed;
use backend::jobs::reminders::sweep;
use chrono::{DateTime, Utc};
use entity::EscalationId;
use entity::vocabulary::{CaseState, Scope, StaffRole};
use http::StatusCode;
use serde_json::json;

const HUB: &str = "mash@luton.example";

fn wait_until(app: &TestApp, moment: &str) {
    app.wait(moment.parse::<DateTime<Utc>>().unwrap() - app.now());
}

async fn liaison(app: &TestApp) -> Staff {
    app.staff("Mo Mash", &[StaffRole::MashLiaison]).await
}

async fn alerts(app: &TestApp) -> Vec<mail::Mail> {
    mail::to(app, HUB).await.into_iter().filter(|mail| mail.subject.starts_with("Answer needed")).collect()
}

fn answer(form: Form, decision: &str) -> Form {
    form.with("decision", decision).with("mashReference", "M-9").with("answer", "A social worker visits tomorrow")
}

fn relayed(form: Form) -> Form {
    form.with("saidBy", "Robin Sample")
        .with("saidOn-day", "18")
        .with("saidOn-month", "11")
        .with("saidOn-year", "2026")
        .with("channel", "TELEPHONE")
}

fn opening(page: &Page) -> Form {
    let form = page.form();
    let form = if form.asks("child") { form.with("child", "new") } else { form };
    typed::decision(form)
}

on_both_engines! {
    async fn the_link_in_an_alert_acknowledges_the_flag_and_tells_and_does_nothing_else(app: TestApp) {
        let referral = given::referral().of("Flora", "Flagg").telling_of_harm().at(&app).await;
        let alert = alerts(&app).await.remove(0);
        assert!(!format!("{alert:?}").contains("Flagg") && alert.body.contains("/mash/"), "{alert:?}");
        let link = alert.link_below("/acknowledge/");
        let (hub, anybody) = (liaison(&app).await, app.browser());
        let listed = format!("/mash?stage={}", "RAISED");
        hub.visit(&listed).await.says("Flora Flagg").says(&referral.reference);

        // A scanner that follows the link changes nothing, and nobody learns of whom it is.
        let page = anybody.visit(&link).await;
        page.keeps_silent_about("Flagg").keeps_silent_about(&referral.reference);
        hub.visit(&listed).await.says("Flora Flagg");

        anybody.submit(&page.form()).await.says("The flag is with you").keeps_silent_about("Flagg");
        hub.visit(&listed).await.keeps_silent_about("Flora Flagg");
        hub.visit("/mash?stage=ACKNOWLEDGED").await.says("Flora Flagg");
        let triage = app.officer().await.visit(&format!("/triage/{}", referral.reference)).await;
        triage.says("by the link in the alert");
        // Once more is no fault; a week later, and with another word, it leads nowhere.
        anybody.submit(&anybody.visit(&link).await.form()).await.says("The flag is with you");
        app.wait(chrono::Duration::days(7));
        assert_eq!(anybody.submit_once(&anybody.visit(&link).await.form()).await.status, StatusCode::NOT_FOUND);
        let forged = anybody.visit("/acknowledge/0123456789abcdef").await.form();
        assert_eq!(anybody.submit_once(&forged).await.status, StatusCode::NOT_FOUND);
    }

    async fn a_flag_of_a_referral_is_chased_and_climbs_before_anybody_opens_a_case(app: TestApp) {
        let manager = app.manager().await;
        wait_until(&app, "2026-11-20T17:30:00Z");
        given::referral().telling_of_harm().at(&app).await;
        let told = async |address: &str, words: &str| {
            let mails = mail::to(&app, address).await;
            mails.iter().filter(|mail| mail.subject.contains(words) || mail.body.contains(words)).count()
        };
        assert_eq!(told(HUB, "Answer needed").await, 1);

        wait_until(&app, "2026-11-20T19:30:00Z");
        sweep(app.inner()).await.unwrap();
        sweep(app.inner()).await.unwrap();
        assert_eq!(told(HUB, "Still unanswered: 1 flag").await, 1, "nobody has said that they have it");
        assert_eq!(told(&manager.email, "Flag to be acknowledged by the MASH").await, 1);
        assert_eq!(told("head@luton.example", "Flag to be acknowledged by the MASH").await, 0);

        wait_until(&app, "2026-11-20T23:30:00Z");
        sweep(app.inner()).await.unwrap();
        assert_eq!(told("head@luton.example", "Flag to be acknowledged by the MASH").await, 1);

        wait_until(&app, "2026-11-23T08:30:00Z");
        let hub = liaison(&app).await;
        hub.visit("/desk").await.says("Flag to be acknowledged by the MASH").says("Overdue");
    }

    async fn what_the_mash_did_goes_with_the_referral_into_the_case(app: TestApp) {
        let referral = given::referral().of("Flora", "Flagg").telling_of_harm().at(&app).await;
        let (hub, officer) = (liaison(&app).await, app.officer().await);
        let flag = format!("/mash/{}", EscalationId(referral.id.0));
        hub.submit(&hub.visit(&format!("{flag}/acknowledge")).await.form()).await.says("The MASH has the flag");
        hub.submit(&hub.visit(&format!("{flag}/rate")).await.form().with("rating", "RED")).await.says("Rating saved");

        let form = officer.visit(&format!("/triage/{}/open", referral.reference)).await;
        // Between opening the form and sending it the MASH does something; that takes nothing from the decision.
        hub.submit(&hub.visit(&format!("{flag}/rate")).await.form().with("rating", "AMBER").with("reason", "Seen"))
            .await
            .says("a second person must agree");
        let case = officer.submit(&opening(&form)).await;

        case.says("Case opened").says("Significant harm (s.47)").says("Red").says("signed in");
        assert_eq!(alerts(&app).await.len(), 1, "it was told of already");
        let page = hub.visit(&flag).await;
        page.says("Flora Flagg").says("Case C-").says("Lower rating to be agreed");
        hub.submit(&answer(hub.visit(&format!("{flag}/answer")).await.form(), "ASSESSMENT")).await.says("M-9");
        officer.visit(&case.path).await.says("Assessment as a child in need");
        // What happened while it was with the referral, and what happened on the case, is one history.
        let page = hub.visit(&flag).await;
        page.says("MASH acknowledged a flag").says("Flag rated").says("Lower rating of a flag proposed").says("MASH answered");
    }

    async fn whoever_answers_second_is_told_who_was_first_and_keeps_what_they_typed(app: TestApp) {
        let case = given::case().flagged().at(&app).await;
        let (first, second) = (liaison(&app).await, app.staff("Ana Another", &[StaffRole::MashLiaison]).await);
        let path = first.visit(&case.page()).await.link("Record answer");
        let late = second.visit(&path).await.form();
        first.submit(&answer(first.visit(&path).await.form(), "ASSESSMENT")).await.says("answer recorded");

        let told = second.submit(&answer(late, "CHILD_PROTECTION")).await;

        told.says("This has already been answered").says("Mo Mash recorded the MASH’s answer on");
        assert_eq!(told.form().value("mashReference"), Some("M-9"));
        let again = second.get(&path).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        again.says("This flag is answered already").says("Mo Mash");
    }

    async fn no_further_action_is_checked_before_it_ends_a_concern(app: TestApp) {
        let case = given::case().flagged().at(&app).await;
        let hub = liaison(&app).await;
        let path = hub.visit(&case.page()).await.link("Record answer");
        let check = hub.submit(&answer(hub.visit(&path).await.form(), "NO_FURTHER_ACTION")).await;
        assert_eq!(check.heading(), "Check the answer: no further action");
        check.says("The concern ends").says("A social worker visits tomorrow");
        hub.visit(&case.page()).await.says("The MASH has not answered a flag");

        let changed = hub.submit(&check.button("Change the answer")).await;
        assert_eq!(changed.form().value("mashReference"), Some("M-9"));
        hub.submit(&check.button("Confirm: no further action")).await.says("answer recorded");
        hub.visit(&case.page()).await.says("No further action by social care");
    }

    async fn an_alert_and_a_chase_say_how_urgent_a_flag_is_and_nothing_of_whom(app: TestApp) {
        let referral = given::referral().of("Flora", "Flagg").telling_of_harm().at(&app).await;
        let alert = alerts(&app).await.remove(0);
        assert_eq!(alert.subject, format!("Answer needed: {}, priority 2 of 4", referral.reference));
        app.wait(chrono::Duration::hours(3));
        sweep(app.inner()).await.unwrap();

        let chase = mail::newest(&app, HUB).await;
        assert_eq!(chase.subject, "Still unanswered: 1 flag");
        for mail in [&alert, &chase] {
            for words in [
                "priority 2 of 4",
                "Say that you have it, without signing in: ",
                "Sign in to read it, to rate it and to answer: ",
                &referral.reference,
            ] {
                assert!(mail.body.contains(words), "{words}: {}", mail.body);
            }
            assert!(!mail.body.contains("Flagg") && !mail.body.contains("harm"), "{}", mail.body);
        }
        // The link in the chase does what that in the alert does.
        let anybody = app.browser();
        anybody.submit(&anybody.visit(&chase.link_below("/acknowledge/")).await.form()).await.says("The flag is with you");
        app.wait(chrono::Duration::days(2));
        sweep(app.inner()).await.unwrap();
        let chase = mail::newest(&app, HUB).await;
        assert!(!chase.body.contains("/acknowledge/") && chase.body.contains("/mash/"), "{}", chase.body);
    }

    async fn a_lower_rating_waits_for_a_second_person(app: TestApp) {
        let case = given::case().flagged().at(&app).await;
        let (hub, manager) = (liaison(&app).await, app.sign_in(app.manager().await).await);
        let page = hub.visit(&case.page()).await;
        let rate = page.link("Rate");
        hub.submit(&hub.visit(&rate).await.form().with("rating", "RED")).await.says("Rating saved");
        // The rating of the MASH alone makes it urgent everywhere.
        hub.visit(&case.page()).await.says("Immediate danger");
        manager.get(&rate).await.is_forbidden();
        hub.submit(&hub.visit(&rate).await.form().with("rating", "GREEN"))
            .await
            .finds_fault(&["Enter why it is less urgent than it was"]);
        let lower = hub.visit(&rate).await.form().with("rating", "GREEN").with("reason", "The school nurse saw her");
        hub.submit(&lower).await.says("a second person must agree").says("The school nurse saw her");
        manager.visit(&rate).await.says("Mo Mash proposed green on").says("The school nurse saw her");
        let again = hub.visit(&rate).await.form().with("rating", "GREEN").with("reason", "Still so");
        hub.submit(&again).await.finds_fault(&["Somebody else must agree that it is less urgent"]);

        manager.submit(&manager.visit(&rate).await.form().with("rating", "GREEN").with("reason", "I rang the nurse"))
            .await
            .says("Rating saved")
            .says("Green");
        // Both names and both reasons stay.
        let flag = manager.visit(&rate.replace("/rate", "")).await;
        flag.says("What happened to it").says("Mo Mash").says("The school nurse saw her").says("I rang the nurse");
        flag.says(&manager.colleague.name);
        hub.visit(&case.page()).await.says("Lower rating of a flag proposed").says("Flag rated");
    }

    async fn the_word_of_an_officer_ends_no_concern(app: TestApp) {
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer, StaffRole::MashLiaison]).await;
        let case = given::case().with(officer.id).flagged().at(&app).await;
        let officer = app.sign_in(&officer).await;
        let form = officer.visit(&officer.visit(&case.page()).await.link("Record answer")).await.form();

        // Although they are of the MASH too: whoever has the case does not speak for it.
        let page = officer.submit(&relayed(answer(form, "NO_FURTHER_ACTION"))).await;
        page.says("To be confirmed").says("recorded by Olu Officer");
        assert!(page.attributes("main a", "href").iter().all(|href| !href.ends_with("/confirm")));
        assert_eq!(mail::newest(&app, HUB).await.subject, format!("To be confirmed: {}", case.reference));

        let close = officer.visit(&officer.visit(&case.page()).await.link("Close the case")).await;
        close.says("is to be confirmed by the MASH or a manager");
        let manager = app.sign_in(app.manager().await).await;
        let tab = manager.visit("/mash?stage=RELAYED").await;
        tab.says(&case.reference);
        let flag = tab.attributes("table a", "href").remove(0);
        manager.submit(&manager.visit(&format!("{flag}/confirm")).await.form()).await.says("confirmed");
        manager.visit("/mash?stage=RELAYED").await.keeps_silent_about(&case.reference);
        manager.visit("/mash?stage=ANSWERED").await.says(&case.reference).says("No further action by social care");
    }

    async fn whoever_is_told_by_telephone_records_who_has_it(app: TestApp) {
        let referral = given::referral().telling_of_harm().at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit(&format!("/triage/{}", referral.reference)).await;
        page.says("If it cannot wait, ring the MASH on").says("Queued");
        let form = officer.visit(&page.link("Acknowledge")).await.form();
        officer.submit(&form).await.finds_fault(&["Enter who at the MASH said that they have it"]);
        let form = form.with("name", "Robin Sample");
        let ahead = form.clone().with("saidAt", "11:59pm");
        officer.submit(&ahead).await.finds_fault(&["The time must be now or in the past"]);
        officer.submit(&form.clone().with("saidAt", "soon")).await.finds_fault(&[
            "The time must be a time, such as 9:40am or 14:05",
        ]);
        app.wait(chrono::Duration::minutes(20));
        officer.submit(&form.with("saidAt", "10:10am")).await.says("at 10:10am, by telephone").says("Robin Sample");
        officer.get(&page.link("Acknowledge")).await.is_forbidden();
    }

    async fn the_hub_sees_restricted_flags_and_nobody_else_does_who_may_not_read_the_case(app: TestApp) {
        let reader = given::staff(&app, "Rea Reader", &[StaffRole::CmeOfficer]).await;
        let case = given::case().of("Hidden", "Child").flagged().restricted_to(&[reader.id]).at(&app).await;
        let (hub, other) = (liaison(&app).await, app.officer().await);

        hub.visit("/mash?stage=RAISED").await.says(&case.reference);
        other.visit("/mash?stage=RAISED").await.keeps_silent_about(&case.reference).says("To be acknowledged (0)");
        let flag = hub.visit("/mash?stage=RAISED").await.attributes("table a", "href").remove(0);
        other.get(&flag).await.is_not_found();
        other.get(&format!("{flag}/acknowledge")).await.is_not_found();
        app.sign_in(&reader).await.visit(&flag).await.says("Hidden Child");
    }

    async fn the_systems_of_the_mash_work_flags_that_no_case_has_yet(app: TestApp) {
        let referral = given::referral().telling_of_harm().at(&app).await;
        let mash = app.partner("Luton MASH", &[Scope::EscalationAnswer]).await;
        let listed = "{ escalations(stage: RAISED) { nodes { id concern rationale } } }";
        let id = mash.ask(listed, json!({})).await.sound().text("/escalations/nodes/0/id").clone();
        assert_eq!(id, referral.id.to_string());
        let acknowledge = "mutation($input: AcknowledgeEscalationInput!) { acknowledgeEscalation(input: $input) { stage } }";
        let done = mash.ask(acknowledge, json!({ "input": { "escalation": id } })).await.sound();
        assert_eq!(done.text("/acknowledgeEscalation/stage"), "ACKNOWLEDGED");
        let rate = "mutation($input: RateEscalationInput!) { rateEscalation(input: $input) { stage rating } }";
        let done = mash.ask(rate, json!({ "input": { "escalation": id, "rating": "AMBER" } })).await.sound();
        assert_eq!(done.text("/rateEscalation/rating"), "AMBER");
        app.officer().await.visit(&format!("/triage/{}", referral.reference)).await.says("by its own system").says("Amber");
    }

    async fn a_duplicate_takes_its_flags_along(app: TestApp) {
        let (survivor, case) = (given::case().at(&app).await, given::case().flagged().at(&app).await);
        let (hub, officer) = (liaison(&app).await, app.officer().await);
        hub.get(&survivor.page()).await.is_not_found();
        let page = hub.visit(&case.page()).await;
        let form = hub.visit(&page.link("Record answer")).await.form();
        hub.submit(&answer(form, "CHILD_PROTECTION")).await.says("answer recorded");

        let close = officer.visit(&officer.visit(&case.page()).await.link("Close the case")).await.form();
        let close = close
            .with("outcome", "DUPLICATE")
            .with("evidence", "RECORD_COMPARISON")
            .with("evidenceOn-day", "18")
            .with("evidenceOn-month", "11")
            .with("evidenceOn-year", "2026")
            .with("evidenceFrom", "The records")
            .with("note", "The same child")
            .with("duplicateOf", &survivor.reference);
        officer.submit(&close).await.says("Outcome proposed");
        let manager = app.sign_in(app.manager().await).await;
        let agree = manager.visit(&manager.visit(&case.page()).await.link("Agree to the proposed outcome")).await.form();
        manager.submit(&agree).await.says("Case closed");

        let page = hub.visit(&survivor.page()).await;
        page.says("Child protection enquiry (s.47)").says("Child in need (s.17)");
        assert!(page.all(".app-identity").join(" ").contains("Risk of harm"), "the risk stays with the child");
    }

    async fn nobody_is_sent_to_the_door_while_the_mash_has_it(app: TestApp) {
        let officer = app.officer().await;
        let quiet = given::case().at(&app).await;
        officer.visit(&quiet.page()).await.says("Home to be visited");
        let flagged = given::case().flagged().at(&app).await;
        officer.visit(&flagged.page()).await.keeps_silent_about("Home to be visited");
        let hub = liaison(&app).await;
        let form = hub.visit(&hub.visit(&flagged.page()).await.link("Record answer")).await.form();
        let check = hub.submit(&answer(form, "NO_FURTHER_ACTION")).await;
        hub.submit(&check.button("Confirm: no further action")).await.says("answer recorded");
        officer.visit(&flagged.page()).await.says("Home to be visited");
    }

    async fn an_answer_is_taken_for_a_closed_case_too(app: TestApp) {
        let case = given::case().flagged().standing(CaseState::Closed).at(&app).await;
        let hub = liaison(&app).await;
        // Nothing can be added to what was answered for good.
        let page = hub.visit(&case.page()).await;
        page.says("No further action by social care");
        assert!(page.attributes("main a", "href").iter().all(|href| !href.starts_with("/mash/")));
    }
}
