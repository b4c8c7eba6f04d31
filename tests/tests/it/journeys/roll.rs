//! A name leaves a school's roll on a ground, when nothing stands in the way any more; and a school says when a new pupil
//! came.

use acceptance::database::tamper;
use acceptance::prelude::*;
use backend::domain::case::{Close, ConfirmAttendance, Place};
use backend::service::case::{self as service, Target};
use backend::service::register::import_term_dates;
use backend::store;
use chrono::Duration;
use entity::vocabulary::{CaseState, EvidenceKind, Outcome, PlacementKind};

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

/// The school proposes the removal under I, after an absence that began on this day and has these codes.
async fn propose_under_i(school: &SchoolContact, sent: &str, since: &str, codes: &str) -> Page {
    let page = school.visit(sent).await;
    let form = school.visit(&page.link("I: continuously absent for 20 school days")).await.form();
    let form = ticking(form, "conditions", &["ONLY_UNAUTHORISED", "NO_SICKNESS_OR_CAUSE"]);
    let form = ticking(form, "tried", &["PHONE_CALL"]).with("codes", codes);
    school.submit(&dated(form, "since", since)).await
}

/// The child of the case attends the school of this contact since 16 November.
async fn attending(app: &TestApp, case: &given::Case, contact: &given::Contact) {
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

        // What the school told in its referral it need not type again.
        let offered = return_form(&school, &sent).await;
        assert!(["fullName", "parents.1.name"].iter().all(|field| offered.value(field).is_some_and(|typed| !typed.is_empty())));
        let offered = ["fullName", "address", "parents.1.name", "parents.1.emergency"].iter().fold(offered, |form, field| form.with(field, ""));
        let blank = school.submit(&dated(offered, "removedOn", "2026-11-18")).await;
        blank.finds_fault(&[
            "Enter the child’s full name, or say why you could not get it",
            "Enter the child’s address, or say why you could not get it",
            "Enter each parent who the child normally lives with, or say why you could not name one",
        ]);
        let told = blank.form().with("fullName", "Ada Byron")
            .with("address.notObtained", "The family left without telling anybody")
            .with("parents.1.name", "Anne Byron")
            .with("parents.1.address.notObtained", "Not known since the move")
            .with("parents.1.emergency.notObtained", "The number is dead")
            .with("newAddress", "3 Otter Lane, Leeds")
            .with("newSchool", "Beck School, Leeds");
        let told = dated(told, "newSchoolFrom", "2026-12-01");
        school.submit(&told).await.says("Deletion return sent");

        let page = officer.visit(&case.page()).await;
        page.says("Not reasonably practicable to obtain: The family left without telling anybody").says("Anne Byron");
        assert_eq!(status(&officer, &case).await, ("CME".to_owned(), "2026-11-18".to_owned()));

        // What the return tells of the child is offered beside what is on file, to those who may see it.
        page.says("Deletion return of Thornhill Primary School").says("3 Otter Lane, Leeds").says("Full name").says("Ada Byron");
        page.says("Thornhill Primary School says that the child goes to Beck School, Leeds from 1 December 2026");
        // Whose area the new address is in, nobody here knows: the school is ours and the child may be another's.
        page.says("If that is in the area of another authority, the child is theirs to find");
        officer.visit(&page.link("Refer the child to another authority")).await.says("Close the case");
        let manager = app.sign_in(app.manager().await).await;
        let form = manager.visit(&format!("{}/child", case.page())).await.form();
        let form = form.with("addressConfidential", "YES").with("source", "The refuge").with("reason", "They hid");
        manager.submit(&form).await.says("Deletion return of Thornhill Primary School").says("3 Otter Lane, Leeds");
        let page = officer.visit(&case.page()).await;
        page.says("Ada Byron").keeps_silent_about("3 Otter Lane").keeps_silent_about("Beck School");

        // The school that it names is an offer to record a placement or an enquiry, and becomes neither by itself.
        let page = manager.visit(&case.page()).await;
        let ask = manager.visit(&page.link("Ask that school")).await.form();
        assert_eq!(ask.value("askedOf"), Some("Beck School, Leeds"));
        let place = manager.visit(&page.link("Record a placement there")).await.form();
        assert_eq!((place.value("provider"), place.value("startsOn-day")), (Some("Beck School, Leeds"), Some("1")));
        let placed = manager.submit(&place.with("kind", "STATE_SCHOOL")).await;
        placed.says("Placement recorded").keeps_silent_about("says that the child goes to");
    }

    async fn the_return_goes_to_the_authority_of_the_school_wherever_the_child_lives(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        let page = school.visit(&sent).await;
        let propose = school.visit(&page.link("G: no longer lives within a reasonable distance")).await.form();
        school.submit(&ticking(propose, "conditions", &["LIVES_TOO_FAR", "NOT_BOARDER", "WILL_NOT_ATTEND"])).await;
        let elsewhere = "the area of another authority (code 823)";
        officer.visit(&case.page()).await.keeps_silent_about(elsewhere);

        // Lives here, school there: the return is the other authority's, and the child ours.
        tamper(app.db(), "UPDATE school SET la_code = '823'").await;
        let page = officer.visit(&case.page()).await;
        page.says(elsewhere).says("finding them stays with us");
        officer.visit(&page.link("Record the deletion return")).await.says(elsewhere);
        let page = school.visit(&sent).await;
        school.visit(&page.link(SEND_RETURN)).await.says(elsewhere).says("Send your return to that authority");

        // Lives there, school here: the return is ours, and the child theirs.
        tamper(app.db(), "UPDATE school SET la_code = '821'").await;
        let close = form(&officer, &case, "Close the case").await.with("outcome", "MOVED_UK_CONFIRMED");
        let close = close.with("evidence", "FAMILY_ACCOUNT").with("evidenceFrom", "The mother").with("authority", "Leeds");
        let close = dated(close, "evidenceOn", "2026-11-17").with("note", "They moved");
        officer.submit(&close).await.says("Not closed");
        officer.visit(&case.page()).await.says("Whoever lives in the area of another authority is theirs to find");
    }

    async fn twenty_days_alone_take_nobody_off_a_roll(app: TestApp) {
        let app = app.with_limb_two();
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        // Wednesday 14 October is the first of twenty school days, of which 17 November is the last.
        for (since, codes, stands_in_the_way) in [
            ("2026-10-14", "G, I", "code I breaks the absence: only G, N and O count"),
            ("2026-10-14", "N", "every session is coded N"),
            ("2026-10-15", "O", "the 20 school days are not over: the last is 18 November 2026"),
            ("2026-10-14", "O", "school and authority have not enquired together"),
            ("2026-10-14", "O", "the authority has not decided"),
        ] {
            let proposed = propose_under_i(&school, &sent, since, codes).await;
            proposed.says(stands_in_the_way);
            let refused = school.submit(&returned(unoffered_return(&school, &sent).await, "2026-11-18")).await;
            refused.says("The name may not be removed yet").says(stands_in_the_way);
            let withdraw = school.visit(&school.visit(&sent).await.link("Withdraw the proposal")).await.form();
            school.submit(&withdraw.with("reason", "Not yet")).await.says("Proposal withdrawn");
        }
        assert_eq!(status(&officer, &case).await.0, "NOT_CME_ON_ROLL");
    }

    async fn under_i_a_name_leaves_the_roll_after_enquiry_and_decision(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        propose_under_i(&school, &sent, "2026-10-14", "O, G").await.says("Twentieth school day").says("17 November 2026");
        enquired(&officer, &case, "FOUND", &["SCHOOL", "AUTHORITY"]).await;
        let found = decided(&officer, &case, "MAY", "2026-11-18").await;
        found.finds_fault(&["This cannot be allowed yet: the child was found, and stays on the roll"]);
        let sent_all_the_same = school.submit(&returned(unoffered_return(&school, &sent).await, "2026-11-18")).await;
        sent_all_the_same.says("the child was found, and stays on the roll");

        enquired(&officer, &case, "NOT_FOUND", &[]).await.says("Joint enquiry recorded");
        let allowed = decided(&officer, &case, "MAY", "2026-11-18").await;
        allowed.says("The name may be removed under ground I from 18 November 2026.");
        let done = school.submit(&returned(return_form(&school, &sent).await, "2026-11-18")).await;

        done.says("The name was removed on 18 November 2026 under ground I.");
        assert_eq!(status(&officer, &case).await, ("CME".to_owned(), "2026-11-18".to_owned()));
    }

    async fn under_i_a_child_found_abroad_leaves_the_roll_only_by_the_second_limb(app: TestApp) {
        let app = app.with_limb_two();
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        propose_under_i(&school, &sent, "2026-10-14", "O").await;
        enquired(&officer, &case, "FOUND", &["AUTHORITY"]).await;
        decided(&officer, &case, "MAY", "2026-11-18").await.says("school and authority do not both find");
        enquired(&officer, &case, "FOUND", &["SCHOOL", "AUTHORITY"]).await;
        decided(&officer, &case, "MAY", "2026-11-18").await.says("may be removed under ground I");
    }

    async fn an_officer_relays_the_return_of_a_school_of_another_authority(app: TestApp) {
        // The child lives here and is on a roll there: the duty to find them is that of the authority where they live.
        let OnRoll { case, .. } = on_roll(&app).await;
        let there = given::school(&app, "Thimble Lower School").await;
        tamper(app.db(), &format!("UPDATE school SET la_code = '823' WHERE urn = '{}'", there.urn)).await;
        let officer = app.officer().await;
        let propose = form(&officer, &case, "G: no longer lives within a reasonable distance").await;
        let propose = ticking(propose, "conditions", &["LIVES_TOO_FAR", "NOT_BOARDER", "WILL_NOT_ATTEND"]);
        let relayed = officer.submit(&propose.with("schoolUrn", &there.urn)).await;
        relayed.says("Proposal recorded").says("Thimble Lower School").says("An officer, for the school");
        let told = returned(form(&officer, &case, "Record the deletion return").await, "2026-11-18");

        let removed = officer.submit(&told).await;

        removed.says("Name removed from the roll").says("The name was removed on 18 November 2026 under ground G.");
        assert_eq!(status(&officer, &case).await, ("CME".to_owned(), "2026-11-18".to_owned()));
    }

    async fn the_matters_of_a_duplicate_go_on_in_the_case_that_stays(app: TestApp) {
        let OnRoll { case: survivor, .. } = on_roll(&app).await;
        let contact = given::contact_somewhere(&app).await;
        let case = given::case().from(given::referral().by(&contact)).standing(CaseState::Enquiry).at(&app).await;
        let op = app.op(app.manager().await.viewer());
        let sent = store::referral::of_cases(&op, &[case.id]).await.unwrap()[0].reference.clone();
        let sent = format!("/refer/sent/{sent}");
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        propose_under_h(&school, &sent, "2026-10-16").await.says("Proposal sent");
        let close = form(&officer, &case, "Close the case").await.with("outcome", "DUPLICATE");
        let close = close.with("evidence", "RECORD_COMPARISON").with("evidenceFrom", "Both files");
        let close = dated(close, "evidenceOn", "2026-11-17").with("note", "One child").with("duplicateOf", &survivor.reference);
        officer.submit(&close).await.says("Outcome proposed");
        let manager = app.sign_in(app.manager().await).await;
        let agree = form(&manager, &case, "Agree to the proposed outcome").await;

        manager.submit(&agree).await.says("Case closed");

        officer.visit(&survivor.page()).await.says("Ground H: not back from leave of absence").says(&contact.school.name);
        school.visit(&sent).await.says("Ground H: not back from leave of absence");
        enquired(&officer, &survivor, "NOT_FOUND", &[]).await.says("Joint enquiry recorded");
        decided(&officer, &survivor, "MAY", "2026-11-18").await.says("may be removed under ground H");
        let done = school.submit(&returned(return_form(&school, &sent).await, "2026-11-18")).await;
        done.says("The name was removed on 18 November 2026 under ground H.");
        assert_eq!(status(&officer, &survivor).await, ("CME".to_owned(), "2026-11-18".to_owned()));
    }

    async fn an_officer_who_withdraws_a_proposal_tells_the_school(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        propose_under_h(&school, &sent, "2026-10-16").await.says("Proposal sent");
        let withdraw = form(&officer, &case, "Withdraw the proposal").await;

        officer.submit(&withdraw.with("reason", "The child is back")).await.says("Proposal withdrawn");

        let told = mail::newest(&app, &contact.email).await;
        assert!(told.subject.contains("Your roll: proposal withdrawn on referral"), "{told:?}");
        assert!(!told.body.contains("Byron") && !told.body.contains("The child is back"), "{told:?}");
        school.visit(&sent).await.says("the name stays on the roll").says("Withdrawn because").says("The child is back");
    }

    async fn a_case_does_not_close_while_a_school_waits_for_our_view(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        propose_under_h(&school, &sent, "2026-10-16").await;
        let asked = "query($case: String!) { case(reference: $case) { clocks { kind } } }";
        let clocks = async || officer.ask(asked, json!({ "case": case.reference })).await.sound().at("/case").to_string();
        assert!(clocks().await.contains("ROLL_ANSWER"));
        let close = form(&officer, &case, "Close the case").await.with("outcome", "ON_ROLL_STATE");
        let close = close.with("evidence", "SCHOOL_CONFIRMATION").with("evidenceFrom", "The other school");
        let close = dated(dated(close, "evidenceOn", "2026-11-17"), "attendedOn", "2026-11-17");
        let refused = officer.submit(&close.with("school", "Thornhill Primary School").with("note", "Seen there")).await;
        refused.says("a school waits for our view on removing the name from its roll (ground H)");
        let withdraw = form(&officer, &case, "Withdraw the proposal").await.with("reason", "The child is at another school");
        officer.submit(&withdraw).await.says("Withdrawn because");
        let closed = officer.submit(&refused.form()).await;
        closed.says("Case closed").keeps_silent_about("Decide whether the name may be removed");
        assert!(!clocks().await.contains("ROLL_ANSWER"));
    }

    async fn a_closed_case_takes_what_a_school_still_owes_and_nothing_else(app: TestApp) {
        let OnRoll { case, contact, sent } = on_roll(&app).await;
        let (school, officer) = (app.school_contact(&contact).await, app.officer().await);
        propose_under_h(&school, &sent, "2026-10-16").await;
        enquired(&officer, &case, "NOT_FOUND", &[]).await;
        decided(&officer, &case, "MAY", "2026-11-18").await.says("may be removed under ground H");
        let close = form(&officer, &case, "Close the case").await.with("outcome", "ON_ROLL_STATE");
        let close = close.with("evidence", "SCHOOL_CONFIRMATION").with("evidenceFrom", "The other school");
        let close = dated(dated(close, "evidenceOn", "2026-11-17"), "attendedOn", "2026-11-17");
        let closed = officer.submit(&close.with("school", "Thornhill Primary School").with("note", "Seen there")).await;
        closed.says("Case closed").says("Record the deletion return").keeps_silent_about("Decide whether the name may be removed");

        let page = school.visit(&sent).await;
        page.says("Deletion return due").keeps_silent_about("choose the ground");
        let done = school.submit(&returned(return_form(&school, &sent).await, "2026-11-18")).await;

        done.says("Deletion return sent").keeps_silent_about("The name on your roll");
        let page = officer.visit(&case.page()).await;
        page.says("Name removed from a roll").says("to be checked: the case was closed before the name was removed");
        assert_eq!(status(&officer, &case).await.0, "NOT_CME_ON_ROLL");
        let mails = mail::all(&app).await;
        assert!(mails.iter().any(|mail| mail.body.contains("has removed a name from its roll")), "{mails:?}");
    }

    async fn a_return_on_which_a_case_is_closed_is_owed_no_more_and_any_other_is_recorded_there(app: TestApp) {
        let officer = app.officer().await;
        for (evidence, owed) in [("SCHOOL_CONFIRMATION", true), ("NEW_PUPIL_RETURN", false)] {
            let OnRoll { case, .. } = on_roll(&app).await;
            attending(&app, &case, &given::contact_somewhere(&app).await).await;
            let close = form(&officer, &case, "Close the case").await.with("outcome", "ON_ROLL_STATE");
            let close = close.with("evidence", evidence).with("evidenceFrom", "The school office");
            let close = dated(dated(close, "evidenceOn", "2026-11-17"), "attendedOn", "2026-11-16");
            let close = close.with("school", "Thornhill Primary School").with("note", "Attends, as they say");
            let closed = officer.submit(&close).await;
            closed.says("Case closed");
            if owed {
                let hrefs = closed.attributes("main a", "href");
                let record = hrefs.iter().find(|href| href.ends_with("/return")).expect("the return can be recorded");
                officer.visit(record).await.says("Record the new-pupil return");
            } else {
                closed.keeps_silent_about("New-pupil return to come").says("Returned 17 November 2026");
            }
        }
    }

    async fn a_school_that_never_referred_the_child_sends_its_fifth_day_return(app: TestApp) {
        let OnRoll { case, contact: former, .. } = on_roll(&app).await;
        let contact = given::contact_somewhere(&app).await;
        attending(&app, &case, &contact).await;
        let op = app.op(app.manager().await.viewer());
        let version = store::case::many(&op, &[case.id]).await.unwrap()[0].version;
        let close = Close {
            outcome: Some(Outcome::OnRollState),
            evidence: Some(EvidenceKind::SchoolConfirmation),
            evidence_on: "2026-11-17".to_owned(),
            evidence_from: "The office".to_owned(),
            note: "Attends".to_owned(),
            school: "Thornhill Primary School".to_owned(),
            attended_on: "2026-11-16".to_owned(),
            ..Close::default()
        };
        service::close(&op, Target { case: case.reference.clone(), version }, close).await.unwrap();
        let school = app.school_contact(&contact).await;

        let home = school.visit("/refer").await;

        home.says("New pupils").says("Quillfeather").says("16 November 2026").says("21 November 2026");
        home.keeps_silent_about(&case.reference);
        let former = app.school_contact(&former).await;
        former.visit("/refer").await.keeps_silent_about("New pupils");
        let link = home.link("Say that the new pupil was returned");
        former.get(&link).await.is_not_found();
        let noted = school.submit(&dated(school.visit(&link).await.form(), "on", "2026-11-18")).await;
        noted.says("New-pupil return noted").keeps_silent_about("New pupils");
        app.officer().await.visit(&case.page()).await.says("New pupil returned").says("Returned 18 November 2026");
    }

    async fn a_school_learns_of_no_new_pupil_whose_case_is_restricted(app: TestApp) {
        let OnRoll { case, .. } = on_roll(&app).await;
        let contact = given::contact_somewhere(&app).await;
        attending(&app, &case, &contact).await;
        let school = app.school_contact(&contact).await;
        let link = school.visit("/refer").await.link("Say that the new pupil was returned");
        let op = app.op(app.manager().await.viewer());
        let version = store::case::many(&op, &[case.id]).await.unwrap()[0].version;
        let typed = backend::domain::case::Restrict {
            restriction: Some(entity::vocabulary::Restriction::Protected),
            reason: "A court order".to_owned(),
        };
        service::restrict(&op, Target { case: case.reference.clone(), version }, typed).await.unwrap();

        school.visit("/refer").await.keeps_silent_about("New pupils").keeps_silent_about("Quillfeather");
        school.get(&link).await.is_not_found();
        let forged = "mutation($input: SendNewPupilReturnInput!) { sendNewPupilReturn(input: $input) { id } }";
        let pupil = link.trim_start_matches("/refer/new-pupils/");
        let input = json!({ "newPupil": pupil, "on": "2026-11-18", "exempt": false });
        school.ask(forged, json!({ "input": input })).await.refused_with("NOT_FOUND");
    }

    async fn a_new_pupil_is_returned_by_the_fifth_day(app: TestApp) {
        let OnRoll { case, contact, .. } = on_roll(&app).await;
        attending(&app, &case, &contact).await;
        let officer = app.officer().await;
        officer.visit(&case.page()).await.says("Return due 21 November 2026");
        let asked = "query($case: String!) { case(reference: $case) { dueOn } }";
        let due = officer.ask(asked, json!({ "case": case.reference })).await.sound();
        assert_eq!(due.text("/case/dueOn"), "2026-11-21");
        // The school is told the working day before, a Friday, by a mail that names nobody.
        app.wait(chrono::Duration::days(2));
        backend::jobs::reminders::sweep(app.inner()).await.unwrap();
        backend::jobs::reminders::sweep(app.inner()).await.unwrap();
        let mails = mail::to(&app, &contact.email).await;
        let told: Vec<_> = mails.iter().filter(|mail| mail.subject == "A return about your roll is owed").collect();
        assert_eq!(told.len(), 1, "{mails:?}");
        assert!(told[0].body.contains("by 21 November 2026") && !told[0].body.contains("Quillfeather"), "{told:?}");
        let (school, officer) = (app.school_contact(&contact).await, app.sign_in(&officer.colleague).await);

        let link = school.visit("/refer").await.link("Say that the new pupil was returned");
        let page = school.visit(&link).await;
        page.says("The new-pupil return is due by the end of 21 November 2026");
        let noted = school.submit(&dated(page.form(), "on", "2026-11-18")).await;

        noted.says("New-pupil return noted").keeps_silent_about("New pupils");
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
