//! A name leaves a school's roll on a ground, when nothing stands in the way any more; and a school says when a new pupil
//! came.

use acceptance::prelude::*;
use backend::domain::case::{ConfirmAttendance, Place};
use backend::service::case::{self as service, Target};
use backend::service::register::import_term_dates;
use backend::store;
use chrono::Duration;
use entity::vocabulary::{CaseState, PlacementKind};

const TERMS: &str = "academic_year,school_urn,from,to,kind,source\n\
    2026/27,,2026-09-01,2026-12-18,term,published\n\
    2026/27,,2026-10-26,2026-10-30,half term,published\n";

/// A child on the roll of a school that referred them, and who speaks for the school.
struct OnRoll {
    case: given::Case,
    contact: given::Contact,
    sent: String,
}

async fn on_roll(app: &TestApp) -> OnRoll {
    import_term_dates(&app.operator(), TERMS.as_bytes().to_vec()).await.unwrap();
    let contact = given::contact_somewhere(app).await;
    let case = given::case().from(given::referral().by(&contact)).standing(CaseState::Enquiry).at(app).await;
    let op = app.op(app.manager().await.viewer());
    let sent = store::referral::of_cases(&op, &[case.id]).await.unwrap()[0].reference.clone();
    OnRoll { case, contact, sent: format!("/refer/sent/{sent}") }
}

fn dated(form: Form, field: &str, day: &str) -> Form {
    let parts: Vec<&str> = day.split('-').collect();
    let parts = [("year", parts[0]), ("month", parts[1]), ("day", parts[2])];
    parts.iter().fold(form, |form, (part, value)| form.with(&format!("{field}-{part}"), value))
}

fn ticking(form: Form, field: &str, values: &[&str]) -> Form {
    values.iter().fold(form, |form, value| form.with(field, value))
}

const UNDER_H: &str = "H: not back from leave of absence";
const OF_H: [&str; 2] = ["LEAVE_GRANTED", "NO_SICKNESS_OR_CAUSE"];

/// The school proposes the removal under H, after leave that ended on this day.
async fn propose_under_h(school: &SchoolContact, sent: &str, leave_ended: &str) -> Page {
    let page = school.visit(sent).await;
    let form = school.visit(&page.link(UNDER_H)).await.form();
    let form = ticking(ticking(form, "conditions", &OF_H), "tried", &["HOME_VISIT", "PHONE_CALL"]);
    school.submit(&dated(form, "since", leave_ended)).await
}

/// Opens the form behind a link on the case's page.
async fn form(officer: &Staff, case: &given::Case, link: &str) -> Form {
    let page = officer.visit(&case.page()).await;
    officer.visit(&page.link(link)).await.form()
}

async fn enquired(officer: &Staff, case: &given::Case, outcome: &str, agrees: &[&str]) -> Page {
    let enquiry = form(officer, case, "Record the joint enquiry").await.with("authority", "PUPIL_RECORDS");
    let enquiry = ticking(enquiry, "agrees", agrees).with("outcome", outcome).with("note", "As the aunt told us both");
    officer.submit(&enquiry).await
}

async fn decided(officer: &Staff, case: &given::Case, decision: &str, from: &str) -> Page {
    let form = form(officer, case, "Decide whether the name may be removed").await.with("decision", decision);
    let form = if from.is_empty() { form } else { dated(form, "from", from) };
    officer.submit(&form.with("reason", "We looked together and found nobody")).await
}

/// A whole return, as far as it is known.
fn returned(form: Form, removed_on: &str) -> Form {
    let form = dated(form, "removedOn", removed_on)
        .with("fullName", "Ada Byron")
        .with("address", "1 Example Road, Luton")
        .with("parents.1.name", "Anne Byron")
        .with("parents.1.address", "1 Example Road, Luton");
    form.with("parents.1.emergency", "01582 000000")
}

const SEND_RETURN: &str = "Send the deletion return";

async fn return_form(school: &SchoolContact, sent: &str) -> Form {
    let page = school.visit(sent).await;
    school.visit(&page.link(SEND_RETURN)).await.form()
}

/// The form of the return for whoever knows its address, while the page does not offer it.
async fn unoffered_return(school: &SchoolContact, sent: &str) -> Form {
    let page = school.visit(sent).await;
    page.keeps_silent_about(SEND_RETURN);
    school.visit(&page.link("Withdraw the proposal").replace("/withdraw", "/return")).await.form()
}

async fn status(officer: &Staff, case: &given::Case) -> (String, String) {
    let asked = "query($case: String!) { case(reference: $case) { statutoryStatus missingSince } }";
    let answer = officer.ask(asked, json!({ "case": case.reference })).await.sound();
    let since = answer.at("/case/missingSince").as_str().unwrap_or_default().to_owned();
    (answer.text("/case/statutoryStatus").clone(), since)
}

on_both_engines! {
    async fn under_h_a_name_stays_until_days_enquiry_and_decision_are_there(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let school = app.school_contact(&contact).await;
        school.visit(&sent).await.says("The name on your roll").says("stays on your roll until");

        let early = propose_under_h(&school, &sent, "2026-11-06").await;

        early.says("Proposal sent: the name stays on your roll for now").says("Tenth school day").says("20 November 2026");
        early.says("the 10 school days are not over: the last is 20 November 2026");
        early.says("school and authority have not enquired together").says("the authority has not decided");
        let officer = app.officer().await;
        let page = officer.visit(&case.page()).await;
        page.says("Name on the roll").says("the 10 school days are not over").says("Removal from a roll proposed");
        page.says("Our answer is due").says("4 January 2027");
        let tells = |mail: &&mail::Mail| mail.body.contains("has proposed to remove a name");
        let mails = mail::all(&app).await;
        let told: Vec<_> = mails.iter().filter(tells).collect();
        assert!(told.len() == 1 && !told[0].body.contains("Byron"), "{mails:?}");
        enquired(&officer, &case, "NOT_FOUND", &[]).await.says("Joint enquiry recorded");
        let refused = decided(&officer, &case, "MAY", "2026-11-18").await;
        refused.finds_fault(&["This cannot be allowed yet: the 10 school days are not over: the last is 20 November 2026"]);
        officer.visit(&case.page()).await.keeps_silent_about("Record the deletion return");
        let sooner = school.submit(&returned(unoffered_return(&school, &sent).await, "2026-11-18")).await;
        sooner.says("The name may not be removed yet: the 10 school days are not over");
        decided(&officer, &case, "MAY_NOT", "").await.says("Decision saved");
        assert!(mail::newest(&app, &contact.email).await.subject.contains("Your roll: decision on referral"));
        school.visit(&sent).await.says("May not be removed yet").says("We looked together and found nobody");

        app.wait(Duration::days(5));
        let (officer, school) = (app.officer().await, app.school_contact(&contact).await);
        decided(&officer, &case, "MAY", "2026-11-23").await.says("The name may be removed under ground H from 23 November 2026.");
        school.visit(&sent).await.says("The name may be removed under ground H").says("Deletion return due");
        let back = school.submit(&returned(return_form(&school, &sent).await, "2026-11-20")).await;
        back.finds_fault(&[
            "The name may not be removed yet: the authority allowed it from 23 November 2026",
            "The name may not be removed yet: the ground was met only after 20 November 2026",
        ]);
        let done = school.submit(&returned(return_form(&school, &sent).await, "2026-11-23")).await;

        done.says("Deletion return sent").says("The name was removed on 23 November 2026 under ground H.");
        assert_eq!(status(&officer, &case).await, ("CME".to_owned(), "2026-11-23".to_owned()));
        let page = officer.visit(&case.page()).await;
        page.says("Name removed from a roll").says("Name removed from a school’s roll").says("Emergency telephone of that parent");
    }

    async fn a_child_who_was_found_stays_on_the_roll(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        propose_under_h(&school, &sent, "2026-10-16").await.says("Tenth school day").says("6 November 2026");
        enquired(&officer, &case, "FOUND", &["SCHOOL", "AUTHORITY"]).await.says("the child was found, and stays on the roll");

        let refused = decided(&officer, &case, "MAY", "2026-11-18").await;

        refused.finds_fault(&["This cannot be allowed yet: the child was found, and stays on the roll"]);
        let withdraw = school.visit(&school.visit(&sent).await.link("Withdraw the proposal")).await.form();
        let withdrawn = school.submit(&withdraw.with("reason", "She is back")).await;
        withdrawn.says("Proposal withdrawn").says("The proposal was withdrawn: the name stays on the roll.");
        assert_eq!(status(&officer, &case).await.0, "NOT_CME_ON_ROLL");
    }

    async fn the_second_limb_is_the_councils_to_turn_on_and_needs_both_to_agree(app: TestApp) {
        let app = app.with_limb_two();
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        propose_under_h(&school, &sent, "2026-10-16").await;
        enquired(&officer, &case, "FOUND", &["SCHOOL"]).await;
        decided(&officer, &case, "MAY", "2026-11-18").await.says("school and authority do not both find");
        enquired(&officer, &case, "FOUND", &["SCHOOL", "AUTHORITY"]).await;

        decided(&officer, &case, "MAY", "2026-11-18").await.says("The name may be removed under ground H");
    }

    async fn a_e_and_j_stand_on_their_own_conditions(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        for (ground, conditions) in [
            ("A: registered at another school", &["OTHER_SCHOOL_CONFIRMED", "NOT_NAMED_IN_ORDER", "NOT_MAIN_SCHOOL", "NO_AGREED_DUAL_REGISTRATION"][..]),
            ("J: under a sentence of detention", &["SENTENCED", "WILL_NOT_ATTEND"]),
            ("E: the school attendance order was revoked", &["REVOKED_FOR_EDUCATION"]),
        ] {
            let page = school.visit(&sent).await;
            let blank = school.visit(&page.link(ground)).await;
            blank.keeps_silent_about("enquired together");
            let some = school.submit(&ticking(blank.form(), "conditions", &conditions[1..])).await;
            some.says("it is not confirmed").keeps_silent_about("have not enquired together");
            let withdraw = school.visit(&some.link("Withdraw the proposal")).await.form();
            let page = school.submit(&withdraw.with("reason", "Told in error")).await;
            let whole = school.visit(&page.link(ground)).await.form();
            school.submit(&ticking(whole, "conditions", conditions)).await.says("The name may be removed under ground");
            if !ground.starts_with('E') {
                let page = school.visit(&sent).await;
                let withdraw = school.visit(&page.link("Withdraw the proposal")).await.form();
                school.submit(&withdraw.with("reason", "Another ground fits")).await;
            }
        }

        let form = return_form(&school, &sent).await;
        school.submit(&returned(form, "2026-11-18")).await.says("under ground E");
        // The order was revoked because suitable education is arranged, so the child is not missing it.
        assert_eq!(status(&officer, &case).await.0, "NOT_CME_SUITABLE_EDUCATION");
    }

    async fn a_return_gives_each_thing_or_says_why_it_could_not_be_obtained(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        let page = school.visit(&sent).await;
        let form = school.visit(&page.link("G: no longer lives within a reasonable distance")).await.form();
        school.submit(&ticking(form, "conditions", &["LIVES_TOO_FAR", "NOT_BOARDER", "WILL_NOT_ATTEND"])).await;

        let blank = school.submit(&dated(return_form(&school, &sent).await, "removedOn", "2026-11-18")).await;
        blank.finds_fault(&[
            "Enter the child’s full name, or say why you could not get it",
            "Enter the child’s address, or say why you could not get it",
            "Enter each parent who the child normally lives with, or say why you could not name one",
        ]);
        let told = blank.form().with("fullName", "Ada Byron")
            .with("address.notObtained", "The family left without telling anybody")
            .with("parents.1.name", "Anne Byron")
            .with("parents.1.address.notObtained", "Not known since the move")
            .with("parents.1.emergency.notObtained", "The number is dead");
        school.submit(&told).await.says("Deletion return sent");

        let page = officer.visit(&case.page()).await;
        page.says("Not reasonably practicable to obtain: The family left without telling anybody").says("Anne Byron");
        assert_eq!(status(&officer, &case).await, ("CME".to_owned(), "2026-11-18".to_owned()));
    }

    async fn a_new_pupil_is_returned_by_the_fifth_day(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let op = app.op(app.manager().await.viewer());
        let target = |version| Target { case: case.reference.clone(), version };
        let place = Place {
            kind: Some(PlacementKind::StateSchool),
            provider: String::new(),
            school: None,
            starts_on: "2026-11-16".to_owned(),
        };
        service::record_placement(&op, target(case.version), place, Some(contact.school.urn.clone())).await.unwrap();
        let placement = store::case::placements(&op, &[case.id]).await.unwrap()[0].id;
        let attends =
            ConfirmAttendance { placement, attended_on: "2026-11-16".to_owned(), source: "The office".to_owned() };
        service::confirm_attendance(&op, target(case.version + 1), attends).await.unwrap();
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        officer.visit(&case.page()).await.says("Return due 21 November 2026");
        let asked = "query($case: String!) { case(reference: $case) { dueOn } }";
        let due = officer.ask(asked, json!({ "case": case.reference })).await.sound();
        assert_eq!(due.text("/case/dueOn"), "2026-11-21");

        let page = school.visit(&sent).await;
        page.says("The new-pupil return is due by the end of 21 November 2026");
        let form = school.visit(&page.link("Say that the new pupil was returned")).await.form();
        let noted = school.submit(&dated(form, "on", "2026-11-18")).await;

        noted.says("New-pupil return noted").keeps_silent_about("is due by the end of");
        officer.visit(&case.page()).await.says("New pupil returned").says("Returned 18 November 2026");
    }

    async fn a_school_sees_its_own_roll_and_nothing_of_a_restricted_case(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let school = app.school_contact(&contact).await;
        let proposed = propose_under_h(&school, &sent, "2026-10-16").await;
        proposed.keeps_silent_about(&case.reference).keeps_silent_about("Olu Officer");
        let colleague = app.school_contact(&given::contact_somewhere(&app).await).await;
        colleague.get(&sent).await.is_not_found();

        let op = app.op(app.manager().await.viewer());
        let version = store::case::many(&op, &[case.id]).await.unwrap()[0].version;
        let typed = backend::domain::case::Restrict {
            restriction: Some(entity::vocabulary::Restriction::Protected),
            reason: "A court order".to_owned(),
        };
        service::restrict(&op, Target { case: case.reference.clone(), version }, typed).await.unwrap();

        school.visit(&sent).await.keeps_silent_about("The name on your roll");
        let forged = "mutation($input: ProposeOwnRemovalInput!) { proposeOwnRemoval(input: $input) { reference } }";
        let referral = sent.trim_start_matches("/refer/sent/");
        let input = json!({ "referral": referral, "proposal": { "ground": "DIED", "conditions": [], "tried": [] } });
        school.ask(forged, json!({ "input": input })).await.refused_with("NOT_FOUND");
    }
}
