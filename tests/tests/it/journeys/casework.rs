//! A case is worked until the child is back in education.

use acceptance::prelude::*;
use http::StatusCode;

/// Opens the form behind a link on the case's page.
async fn form(officer: &Staff, case: &given::Case, link: &str) -> Form {
    let page = officer.visit(&case.page()).await;
    officer.visit(&page.link(link)).await.form()
}

fn dated(form: Form, field: &str, (year, month, day): (&str, &str, &str)) -> Form {
    let parts = [("day", day), ("month", month), ("year", year)];
    parts.iter().fold(form, |form, (part, value)| form.with(&format!("{field}-{part}"), value))
}

/// Fills in how a case ended.
fn ending(form: Form, outcome: &str, evidence: &str) -> Form {
    let form = form.with("outcome", outcome).with("evidence", evidence).with("evidenceFrom", "The school office");
    dated(form, "evidenceOn", ("2026", "11", "17")).with("note", "As told on the telephone")
}

const WHEREABOUTS: &str = "Change what is known of the child’s whereabouts";

on_both_engines! {
    async fn a_case_is_worked_to_its_end_and_every_step_stands_on_the_timeline(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;

        let assign = form(&officer, &case, "Assign the case").await;
        officer.submit(&assign.with("officer", &officer.colleague.id.to_string())).await.says("Assignment saved");

        let enquiry = form(&officer, &case, "Record a tracing enquiry").await;
        let enquiry = enquiry.with("kind", "HEALTH").with("askedOf", "The surgery").with("note", "Still registered?");
        let enquiry = dated(dated(enquiry, "askedOn", ("2026", "11", "18")), "dueOn", ("2026", "11", "25"));
        officer.submit(&enquiry).await.says("Enquiry recorded").says("The enquiry to The surgery (Health)");

        let note = form(&officer, &case, "Add a note").await;
        officer.submit(&note.with("text", "Rang the aunt twice")).await.says("Note added");

        let whereabouts = form(&officer, &case, "Change what is known of the child’s whereabouts").await;
        let whereabouts = whereabouts.with("whereabouts", "KNOWN_REPORTED").with("reason", "The aunt says Bury Park");
        officer.submit(&whereabouts).await.says("Whereabouts saved").says("Known: reported, not seen");

        let flag = form(&officer, &case, "Raise a flag with the MASH").await;
        let flag = flag.with("level", "CHILD_IN_NEED").with("concern", "No food in the house");
        let flagged = officer.submit(&flag.with("rationale", "Seen by the aunt")).await;
        flagged.says("Flag raised with the MASH").says("Waiting for the MASH");

        let close = form(&officer, &case, "Close the case").await;
        let close = dated(close.with("school", "Thornhill Primary School"), "attendedOn", ("2026", "11", "17"));
        let refused = officer.submit(&ending(close, "ON_ROLL_STATE", "SCHOOL_CONFIRMATION")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("This case cannot be closed yet").says("The surgery").says("Child in need (s.17)");

        let page = officer.visit(&case.page()).await;
        let answers: Vec<String> = page.attributes("main a", "href");
        let at = |part: &str| answers.iter().find(|href| href.contains(part) && href.ends_with("/answer")).unwrap();
        let answer = officer.visit(at("/enquiry/")).await.form();
        let answer = dated(answer, "answeredOn", ("2026", "11", "18")).with("finding", "LOCATED");
        officer.submit(&answer.with("answer", "Registered, seen last week")).await.says("Answer recorded");
        let flag = at("/mash/").to_owned();
        let answer = officer.visit(&flag).await.form();
        let answer = answer.with("decision", "NO_FURTHER_ACTION").with("mashReference", "M-12");
        let answer = answer.with("answer", "Family support is in place");
        officer.submit(&answer).await.finds_fault(&[
            "Enter who at the MASH said it",
            "Enter the day on which the MASH said it",
            "Select how you heard it",
        ]);
        let answer = dated(answer.with("saidBy", "Robin Sample"), "saidOn", ("2026", "11", "18"));
        let relayed = officer.submit(&answer.with("channel", "TELEPHONE")).await;
        relayed.says("the MASH or a manager must confirm it").says("M-12").says("Robin Sample").says("To be confirmed");
        officer.get(&flag.replace("/answer", "/confirm")).await.is_forbidden();
        let close = form(&officer, &case, "Close the case").await;
        let refused = officer.submit(&ending(close, "ON_ROLL_STATE", "SCHOOL_CONFIRMATION")).await;
        refused.says("The relayed answer to the flag").says("is to be confirmed by the MASH or a manager");
        let liaison = app.staff("Mo Mash", &[StaffRole::MashLiaison]).await;
        let confirm = liaison.visit(&flag.replace("/answer", "/confirm")).await.form();
        liaison.submit(&confirm).await.says("The MASH’s answer confirmed");

        let placement = form(&officer, &case, "Record a placement").await;
        let placement = placement.with("kind", "STATE_SCHOOL").with("provider", "Thornhill Primary School");
        let placed = officer.submit(&dated(placement, "startsOn", ("2026", "11", "23"))).await;
        placed.says("Placement recorded").says("Placement under way");

        let close = form(&officer, &case, "Close the case").await;
        let close = dated(close.with("school", "Thornhill Primary School"), "attendedOn", ("2026", "11", "17"));
        let closed = officer.submit(&ending(close, "ON_ROLL_STATE", "SCHOOL_CONFIRMATION")).await;
        closed.says("Case closed").says("On the roll of a state-funded school");

        let reopen = form(&officer, &case, "Reopen the case").await;
        let open = officer.submit(&reopen.with("reason", "Never arrived").with("statutoryStatus", "CME").with("statusGround.CME", "PLACEMENT_BROKEN")).await;
        open.says("Case reopened").says("Never arrived").says("Rang the aunt twice").says("Olu Officer").says("Mira Manager");
        assert!(open.text().matches("18 November 2026").count() >= 11, "{}", open.text());
    }

    async fn a_move_that_nobody_there_confirms_is_tracked_and_not_closed(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let close = form(&officer, &case, "Close the case").await;
        let family = ending(close, "MOVED_UK_CONFIRMED", "FAMILY_ACCOUNT").with("authority", "Leeds");

        let tracked = officer.submit(&family).await;
        tracked.says("Not closed: tracked until the receiving authority or school confirms");
        tracked.says("Tracking: confirmation awaited");

        let close = form(&officer, &case, "Close the case").await;
        let word = ending(close, "MOVED_UK_CONFIRMED", "AUTHORITY_CONFIRMATION").with("authority", "Leeds");
        // An authority’s word that the family is there is none that it follows the child.
        officer.submit(&word).await.says("Not closed");

        let close = form(&officer, &case, "Close the case").await;
        let proven = ending(close, "MOVED_UK_CONFIRMED", "AUTHORITY_CONFIRMATION").with("authority", "Leeds");
        let empty = officer.submit(&proven.clone().with("acknowledgedAs", "n/a")).await;
        empty.finds_fault(&["Their reference must say something, or be left empty"]);
        // A reference alone is one person's word: a second one looks at it.
        let proposed = officer.submit(&proven.with("acknowledgedAs", "L-1234")).await;
        proposed.says("Outcome proposed: a second person decides").says("L-1234");
        let manager = app.sign_in(app.manager().await).await;
        let agree = form(&manager, &case, "Agree to the proposed outcome").await;
        manager.submit(&agree).await.says("Outcome decided").says("Case closed");
    }

    async fn an_outcome_demands_its_own_evidence(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let close = form(&officer, &case, "Close the case").await;

        let close = dated(close.with("school", "Thornhill Primary School"), "attendedOn", ("2026", "11", "17"));
        let refused = officer.submit(&ending(close, "ON_ROLL_STATE", "FAMILY_ACCOUNT")).await;

        refused.finds_fault(&[
            "“On the roll of a state-funded school” needs: Confirmation from the school that the child is on roll, or \
             New-pupil return from the school",
        ]);
        assert_eq!(refused.form().value("note"), Some("As told on the telephone"));
    }

    async fn an_outcome_by_age_must_agree_with_the_date_of_birth(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let close = form(&officer, &case, "Close the case").await;

        let refused = officer.submit(&ending(close, "OVER_SCHOOL_AGE", "DATE_OF_BIRTH_RECORD")).await;

        refused.finds_fault(&["By the date of birth on file the child is not over compulsory school age"]);
    }

    async fn every_fault_of_a_form_is_shown_at_once_with_what_was_typed(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let enquiry = form(&officer, &case, "Record a tracing enquiry").await.with("note", "<b>Half</b> typed");

        let refused = officer.submit(&dated(enquiry, "askedOn", ("2027", "1", "1"))).await;

        refused.finds_fault(&[
            "Select what kind of check this is",
            "Enter who was asked",
            "Date asked must be today or in the past",
            "Enter the date by which an answer is due",
        ]);
        assert_eq!(refused.form().value("note"), Some("<b>Half</b> typed"));
    }

    async fn whoever_saves_second_is_told_and_loses_nothing(app: TestApp) {
        let case = given::case().at(&app).await;
        let (one, other) = (app.officer().await, app.officer().await);
        let first = form(&one, &case, WHEREABOUTS).await.with("reason", "The first to ask").with("whereabouts", "KNOWN_REPORTED");
        let second = form(&other, &case, WHEREABOUTS).await.with("reason", "The second to ask").with("whereabouts", "BELIEVED_MOVED_UK");
        one.submit(&first).await.says("Whereabouts saved");

        let late = other.submit(&second).await;

        late.finds_fault(&[
            "This has changed since you opened it: look at it again, then repeat your change",
        ]);
        assert_eq!(late.form().value("reason"), Some("The second to ask"));
        other.submit(&late.form()).await.says("The first to ask").says("The second to ask");
    }

    async fn what_was_typed_after_signing_out_elsewhere_is_handed_back_and_sent_after_signing_in(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let note = form(&officer, &case, "Add a note").await.with("text", "Seen at the bus stop");
        officer.post("/sign-out", &[]).await.leads_to("/signed-out");

        let back = officer.submit(&note).await;

        assert_eq!((back.status, back.heading().as_str()), (StatusCode::UNAUTHORIZED, "You are signed out"));
        back.says("Seen at the bus stop");
        give_password(officer.browser(), &officer.colleague.email, given::PASSWORD).await;
        given::fresh_codes(&app).await;
        give_code(officer.browser(), &code(&app)).await;
        officer.submit(&back.button("Send what I typed")).await.says("Note added").says("Seen at the bus stop");
    }

    async fn giving_a_case_to_whoever_has_it_records_nothing(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let same = form(&officer, &case, "Assign the case").await;
        officer.submit(&same).await.finds_fault(&["Select somebody else: this is how the case is assigned already"]);
        assert_eq!(acceptance::database::count(app.db(), "event", "kind = 'case_assigned'").await, 0);
    }

    async fn a_note_from_an_older_tab_is_kept_beside_what_was_saved_since(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let older = form(&officer, &case, "Add a note").await.with("text", "From the older tab");
        let newer = form(&officer, &case, "Add a note").await.with("text", "From the newer tab");
        officer.submit(&newer).await.says("Note added");

        officer.submit(&older).await.says("Note added").says("From the newer tab").says("From the older tab");
    }

    async fn the_mash_liaison_sees_the_cases_that_were_flagged_and_answers_there(app: TestApp) {
        let (plain, flagged) = (given::case().at(&app).await, given::case().of("Flora", "Flagg").flagged().at(&app).await);
        let liaison = app.staff("Mo Mash", &[StaffRole::MashLiaison]).await;

        liaison.get(&plain.page()).await.is_not_found();
        let list = liaison.visit("/cases").await;
        list.says(&flagged.reference).keeps_silent_about(&plain.reference);
        let page = liaison.visit(&flagged.page()).await;
        let hrefs = page.attributes("main a", "href");
        let answer = hrefs.iter().find(|href| href.contains("/mash/") && href.ends_with("/answer")).unwrap();
        let answer = liaison.visit(answer).await.form().with("decision", "ASSESSMENT").with("mashReference", "M-9");
        liaison.submit(&answer.with("answer", "A social worker visits tomorrow")).await.says("M-9");
        liaison.get(&format!("{}/close", flagged.page())).await.is_forbidden();
    }

    async fn what_was_typed_is_shown_as_text_whatever_it_holds(app: TestApp) {
        let case = given::case().of("<script>alert(1)</script>", "</textarea><i>x").at(&app).await;
        let officer = app.officer().await;
        let note = form(&officer, &case, "Add a note").await.with("text", "</textarea><script>alert(2)</script>");

        let shown = officer.submit(&note).await;

        for wrong in ["<script>alert", "</textarea><i>"] {
            shown.keeps_silent_about(wrong);
        }
        shown.says("<script>alert(2)</script>");
    }

    async fn a_closed_case_can_only_be_annotated_or_reopened(app: TestApp) {
        let case = given::case().standing(CaseState::Closed).at(&app).await;
        let officer = app.officer().await;

        let page = officer.visit(&case.page()).await;

        page.says("Closed");
        let offered: Vec<String> = page.attributes("main a", "href");
        let acts: Vec<&str> = offered.iter().filter_map(|href| href.strip_prefix(&format!("{}/", case.page()))).collect();
        assert_eq!(acts, ["note", "sighting", "strike-sighting", "sibling", "reopen"]);
    }
}
