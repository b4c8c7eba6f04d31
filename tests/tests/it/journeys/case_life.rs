//! What a case is by law, where its child is educated and how it ends are facts with a day and a source.

use acceptance::database::{count, tamper};
use acceptance::prelude::*;
use chrono::Duration;
use entity::vocabulary::{CaseState, Scope, StaffRole};

/// Opens the form behind a link on the case's page.
async fn form(officer: &Staff, case: &given::Case, link: &str) -> Form {
    let page = officer.visit(&case.page()).await;
    officer.visit(&page.link(link)).await.form()
}

/// Opens the form of an act on something within the case.
async fn form_at(officer: &Staff, case: &given::Case, end: &str) -> Form {
    let page = officer.visit(&case.page()).await;
    let hrefs = page.attributes("main a", "href");
    let href = hrefs.iter().find(|href| href.ends_with(end)).unwrap_or_else(|| panic!("no {end} in {hrefs:?}"));
    officer.visit(href).await.form()
}

fn dated(form: Form, field: &str, day: &str) -> Form {
    let parts: Vec<&str> = day.split('-').collect();
    let parts = [("year", parts[0]), ("month", parts[1]), ("day", parts[2])];
    parts.iter().fold(form, |form, (part, value)| form.with(&format!("{field}-{part}"), value))
}

/// Fills in how a case ended.
fn ending(form: Form, outcome: &str, evidence: &str) -> Form {
    let form = form.with("outcome", outcome).with("evidence", evidence).with("evidenceFrom", "The school office");
    dated(form, "evidenceOn", "2026-11-17").with("note", "As told on the telephone")
}

/// Decides in place of whatever was decided of that day and later ones.
fn status(form: Form, status: &str, ground: &str, from: &str) -> Form {
    decided(form, status, ground, from).with("later", "REPLACE")
}

fn decided(form: Form, status: &str, ground: &str, from: &str) -> Form {
    let form = form
        .with("statutoryStatus", status)
        .with(&format!("statusGround.{status}"), ground)
        .with("source", "The school");
    dated(form, "from", from).with("reason", "By what they told us")
}

const STATUS: &str = "Decide whether the child is missing education";

/// The number in a row of a table on a day, as the officer is told it.
async fn counted(officer: &Staff, by: &str, row: &str, on: &str) -> String {
    let asked =
        "query($by: CaseDimension!, $on: String) { caseStatistics(by: $by, on: $on) { code count { display } } }";
    let answer = officer.ask(asked, json!({ "by": by, "on": on })).await.sound();
    let cells = answer.at("/caseStatistics").as_array().unwrap().clone();
    let cell = cells.into_iter().find(|cell| cell["code"] == row).unwrap_or_else(|| panic!("no row {row}"));
    cell["count"]["display"].as_str().unwrap().to_owned()
}

/// The day by which a case is to be reviewed.
async fn review_on(officer: &Staff, case: &given::Case) -> String {
    let asked = "query($case: String!) { case(reference: $case) { clocks { kind dueOn } } }";
    let answer = officer.ask(asked, json!({ "case": case.reference })).await.sound();
    let clocks = answer.at("/case/clocks").as_array().unwrap().clone();
    let review = clocks.iter().find(|clock| clock["kind"].as_str().unwrap().starts_with("REVIEW"));
    review.unwrap()["dueOn"].as_str().unwrap().to_owned()
}

on_both_engines! {
    async fn a_child_whose_name_was_deleted_is_missing_education_from_that_day_and_counted_so(app: TestApp) {
        let case = given::case().standing(CaseState::Enquiry).at(&app).await;
        let officer = app.officer().await;
        officer.visit(&case.page()).await.says("Joint enquiries, still on a roll").keeps_silent_about("Missing education since");
        assert_eq!(counted(&officer, "SEX", "FEMALE", "2026-11-18").await, "0");

        let decide = form(&officer, &case, STATUS).await;
        let decided = officer.submit(&status(decide, "CME", "DELETED_FROM_ROLL", "2026-11-10")).await;
        decided.says("Statutory status saved").says("Missing education since").says("10 November 2026");
        decided.says("Name removed from a school’s roll").says("Before: Not missing education: on a school’s roll");
        for (by, row, on, number) in [
            ("SEX", "FEMALE", "2026-11-09", "0"),
            ("SEX", "FEMALE", "2026-11-10", "1"),
            ("SEX", "FEMALE", "2026-11-18", "1"),
            ("STATUTORY_STATUS", "CME", "2026-11-10", "1"),
            ("DURATION", "Less than 2 weeks", "2026-11-18", "1"),
        ] {
            assert_eq!(counted(&officer, by, row, on).await, number, "{by} {row} {on}");
        }

        let again = form(&officer, &case, STATUS).await;
        officer
            .submit(&status(again, "CME", "DELETED_FROM_ROLL", "2026-11-12"))
            .await
            .finds_fault(&["This is so already: change something, or leave the form"]);
    }

    async fn a_status_is_offered_with_the_reasons_that_fit_it_and_no_others(app: TestApp) {
        use entity::vocabulary::{StatusGround, StatutoryStatus};
        let open = given::case().at(&app).await;
        let closed = given::case().of("Clara", "Closed").standing(CaseState::Closed).at(&app).await;
        let referral = given::referral().of("Wanda", "Waiting").at(&app).await;
        let officer = app.officer().await;
        for path in [
            format!("{}/status", open.page()),
            format!("{}/reopen", closed.page()),
            format!("/triage/{}/open", referral.reference),
        ] {
            let page = officer.visit(&path).await;
            for status in StatutoryStatus::ALL {
                let fits = |ground: &&StatusGround| backend::domain::case::status_of(**ground) == *status;
                let fitting: Vec<&str> = StatusGround::ALL.iter().filter(fits).map(|ground| ground.code()).collect();
                let offered = page.attributes(&format!("input[name='statusGround.{}']", status.code()), "value");
                // Of a status with one reason no more is asked.
                assert!(offered == fitting || (fitting.len() == 1 && offered.is_empty()), "{path} {status:?}: {offered:?}");
            }
        }

        let blank = officer.visit(&format!("{}/status", open.page())).await.form().with("statutoryStatus", "NOT_CME_ON_ROLL");
        let refused = officer.submit(&dated(blank.with("source", "The school").with("reason", "Told"), "from", "2026-11-10")).await;
        refused.finds_fault(&["Select the reason for the child’s status"]);
        assert_eq!(refused.attributes(".govuk-error-summary a", "href"), ["#statusGround.NOT_CME_ON_ROLL"]);
        let undecided = refused.form().with("statutoryStatus", "UNDECIDED").with("later", "REPLACE");
        officer.submit(&undecided).await.says("Checks not finished");
    }

    async fn home_education_is_no_missing_education_until_it_is_found_unsuitable(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let educated = form(&officer, &case, STATUS).await;
        officer.submit(&status(educated, "NOT_CME_SUITABLE_EDUCATION", "HOME_EDUCATION", "2026-10-05")).await.is_shown();
        assert_eq!(counted(&officer, "STATUTORY_STATUS", "CME", "2026-11-18").await, "0");

        let unsuitable = form(&officer, &case, STATUS).await;
        let told = officer.submit(&status(unsuitable, "CME", "HOME_EDUCATION_UNSUITABLE", "2026-11-02")).await;

        told.says("Missing education since").says("2 November 2026").says("Home education found unsuitable");
        for (on, number) in [("2026-11-01", "0"), ("2026-11-02", "1"), ("2026-11-18", "1")] {
            assert_eq!(counted(&officer, "STATUTORY_STATUS", "CME", on).await, number, "{on}");
        }
    }

    async fn an_applicant_for_a_place_is_opened_as_missing_education_whatever_team_works_the_case(app: TestApp) {
        let referral = given::referral().at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit(&format!("/triage/{}/open", referral.reference)).await;
        let opening = page.form().with("statutoryStatus", "CME").with("statusGround.CME", "APPLICATION_AWAITED");
        let opening = opening.with("serviceRoute", "ADMISSIONS").with("whereabouts", "KNOWN_CONFIRMED");

        let opened = officer.submit(&opening.with("rationale", "New here, applied three days ago")).await;

        opened.says("Case opened").says("School place applied for, outcome awaited").says("Admissions");
        assert_eq!(counted(&officer, "STATUTORY_STATUS", "CME", "2026-11-18").await, "1");
    }

    async fn a_story_of_a_move_closes_nothing_before_the_school_there_confirms_it(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let told: [(&str, &[(&str, &str)]); 3] = [
            ("a telephone call", &[("country", "Pakistan")]),
            ("an address", &[("country", "Pakistan"), ("address", "1 Example Road, Mirpur")]),
            ("a school", &[("country", "Pakistan"), ("address", "1 Example Road, Mirpur"), ("school", "Example School")]),
        ];
        for (known, fields) in told {
            let close = form(&officer, &case, "Close the case").await;
            let close = ending(close, "MOVED_ABROAD_CONFIRMED", "FAMILY_ACCOUNT");
            let close = fields.iter().fold(close, |close, (field, value)| close.with(field, value));
            let tracked = officer.submit(&close).await;
            tracked.says("Not closed").says("Tracking: confirmation awaited").keeps_silent_about("waits for a second person");
            assert_eq!(counted(&officer, "STATUTORY_STATUS", "CME", "2026-11-18").await, "1", "{known}");
        }
        let close = form(&officer, &case, "Close the case").await;
        let close = ending(close, "MOVED_ABROAD_CONFIRMED", "OVERSEAS_SCHOOL_CONFIRMATION").with("country", "Pakistan");
        let close = close.with("address", "1 Example Road, Mirpur").with("school", "Example School");
        officer.submit(&close).await.says("Outcome proposed: a second person decides");

        let within = given::case().of("Wim", "Within").at(&app).await;
        let leeds = form(&officer, &within, "Close the case").await;
        let leeds = ending(leeds, "MOVED_UK_CONFIRMED", "AUTHORITY_CONFIRMATION").with("authority", "Leeds");
        officer.submit(&leeds).await.says("Not closed").says("Tracking: confirmation awaited");
        let leeds = form(&officer, &within, "Close the case").await;
        let leeds = ending(leeds, "MOVED_UK_CONFIRMED", "AUTHORITY_CONFIRMATION").with("authority", "Leeds");
        let leeds = dated(leeds.with("school", "Example School, Leeds"), "attendedOn", "2026-11-16");
        officer.submit(&leeds.with("acknowledgedAs", "L-77")).await.says("Case closed");
    }

    async fn a_child_whom_another_authority_has_is_let_go_only_by_its_reference(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let close = form(&officer, &case, "Close the case").await;
        let close = ending(close, "NOT_RESIDENT_CONFIRMED", "AUTHORITY_CONFIRMATION");

        let refused = officer.submit(&close).await;
        refused.finds_fault(&[
            "Enter the authority in whose area the child lives now",
            "Enter the reference under which that authority has the child",
        ]);
        for (field, empty) in [("authority", "-"), ("acknowledgedAs", "N/A!"), ("evidenceFrom", "x"), ("note", "none")] {
            let close = close.clone().with("authority", "Leeds").with("acknowledgedAs", "L-77").with(field, empty);
            assert_eq!(officer.submit(&close).await.status, 422, "{field}: {empty}");
        }
        let proven = close.with("authority", "Leeds").with("acknowledgedAs", "L-77");
        officer.submit(&proven).await.says("Outcome proposed: a second person decides");
    }

    async fn a_case_is_not_opened_again_beside_another_which_is_a_link(app: TestApp) {
        let first = given::case().standing(CaseState::Closed).at(&app).await;
        let officer = app.officer().await;
        let again = given::referral().at(&app).await;
        let page = officer.visit(&format!("/triage/{}/open", again.reference)).await;
        let child = page.attributes("input[name=child]", "value").into_iter().find(|value| value.contains('-')).unwrap();
        let opening = page.form().with("child", &child).with("statutoryStatus", "CME").with("statusGround.CME", "NO_ROLL_KNOWN");
        let opening = opening.with("serviceRoute", "CME_TEAM").with("whereabouts", "UNKNOWN").with("rationale", "Back again");
        officer.submit(&opening).await.says("Case opened");
        let second = officer.visit("/cases").await.all("tbody .app-reference").remove(0);

        let reopen = form(&officer, &first, "Reopen the case").await.with("reason", "In error");
        let refused = officer.submit(&reopen.with("statutoryStatus", "CME").with("statusGround.CME", "NO_ROLL_KNOWN")).await;

        refused.says("This child has another case").says("which is open: work that one");
        assert_eq!(refused.attributes(".govuk-error-summary a", "href"), [format!("/cases/{second}")]);
    }

    async fn team_and_status_stay_apart(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let applied = form(&officer, &case, STATUS).await;
        officer.submit(&status(applied, "CME", "APPLICATION_AWAITED", "2026-11-16")).await.says("School place applied for");

        let route = form(&officer, &case, "Change the team that works the case").await.with("serviceRoute", "ADMISSIONS");
        let moved = officer.submit(&dated(route, "from", "2026-11-17").with("reason", "They hold the application")).await;

        moved.says("Team saved").says("Before: Children missing education team");
        assert_eq!(counted(&officer, "STATUTORY_STATUS", "CME", "2026-11-18").await, "1");
        assert_eq!(counted(&officer, "YEAR_GROUP", "Year 7", "2026-11-18").await, "1");
    }

    async fn a_place_is_an_offer_until_its_first_day_is_confirmed(app: TestApp) {
        let case = given::case().standing(CaseState::Placement).at(&app).await;
        let officer = app.officer().await;
        officer.visit(&case.page()).await.says("Not confirmed").says("Missing education since");

        let close = form(&officer, &case, "Close the case").await.with("school", "Thornhill Primary School");
        officer.submit(&ending(close, "ON_ROLL_STATE", "SCHOOL_CONFIRMATION")).await.finds_fault(&[
            "Enter the first day the child attended: until that is confirmed the child is missing education",
        ]);
        let attends = form_at(&officer, &case, "/attendance").await.with("source", "Ms Office");
        let early = officer.submit(&dated(attends, "attendedOn", "2027-09-01")).await;
        early.finds_fault(&["The first day attended must be today or in the past"]);
        let attends = officer.submit(&dated(early.form(), "attendedOn", "2026-11-17")).await;
        attends.says("Attendance confirmed").says("Not missing education: on a school’s roll");
        attends.keeps_silent_about("Missing education since");
        assert_eq!(counted(&officer, "SEX", "FEMALE", "2026-11-18").await, "0");

        let end = form_at(&officer, &case, "/end").await.with("reason", "Came for one day");
        let ended = officer.submit(&dated(end, "endedOn", "2026-11-18")).await;
        ended.says("Placement ended").says("Missing education since").says("Placement broke down");
        let state = officer.ask("query($case: String!) { case(reference: $case) { state } }", json!({ "case": case.reference }));
        assert_eq!(state.await.sound().text("/case/state"), "OPEN");
    }

    async fn a_child_on_a_roll_whose_new_place_ends_is_missing_education(app: TestApp) {
        let case = given::case().standing(CaseState::Enquiry).at(&app).await;
        let officer = app.officer().await;
        officer.visit(&case.page()).await.keeps_silent_about("Missing education since");
        let place = form(&officer, &case, "Record a placement").await.with("kind", "STATE_SCHOOL");
        let place = place.with("provider", "Thornhill Primary School");
        officer.submit(&dated(place, "startsOn", "2026-11-16")).await.says("Placement recorded");
        let attends = form_at(&officer, &case, "/attendance").await.with("source", "Ms Office");
        officer.submit(&dated(attends, "attendedOn", "2026-11-16")).await.says("Attendance confirmed");

        let end = form_at(&officer, &case, "/end").await.with("reason", "Came for two days");
        let ended = officer.submit(&dated(end, "endedOn", "2026-11-18")).await;

        ended.says("Missing education since").says("Placement broke down").says("First checks");
        assert_eq!(counted(&officer, "STATUTORY_STATUS", "CME", "2026-11-18").await, "1");
    }

    async fn a_child_who_turns_up_is_tracked_out_no_more(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let told = ending(form(&officer, &case, "Close the case").await, "MOVED_UK_CONFIRMED", "AUTHORITY_CONFIRMATION");
        officer.submit(&told.with("authority", "Leeds")).await.says("Tracking: confirmation awaited");

        let seen = form(&officer, &case, "Change what is known of the child’s whereabouts").await;
        let seen = seen.with("whereabouts", "KNOWN_REPORTED").with("reason", "The aunt has them at home");
        officer.submit(&seen).await.says("Whereabouts saved").says("First checks");

        let asked = "query($case: String!) { case(reference: $case) { state } }";
        let state = officer.ask(asked, json!({ "case": case.reference })).await.sound();
        assert_eq!(state.text("/case/state"), "OPEN");
    }

    async fn when_a_child_was_seen_is_kept_with_who_says_so_and_can_be_put_right(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let last = async || {
            let asked = "query($case: String!) { case(reference: $case) { lastSeenOn lastAttendedOn
                sightings { kind on account source struck } } }";
            officer.ask(asked, json!({ "case": case.reference })).await.sound()
        };
        let told = last().await.at("/case").clone();
        assert!(told["sightings"].to_string().contains("Referral R-"), "{told}");

        let seen = "Record when the child was seen or at school";
        let record = form(&officer, &case, seen).await.with("kind", "SEEN").with("account", "Town centre, by a neighbour");
        let refused = officer.submit(&dated(record, "on", "2026-11-17")).await;
        refused.finds_fault(&["Enter who told us, or what shows it"]);
        let recorded = officer.submit(&refused.form().with("source", "The neighbour, by telephone")).await;
        recorded.says("Sighting recorded").says("Child was seen").says("Town centre, by a neighbour");
        assert_eq!(last().await.text("/case/lastSeenOn"), "2026-11-17");

        let strike = form(&officer, &case, "Strike out a day that is wrong").await.with("on", "SEEN 2026-11-17");
        let struck = officer.submit(&strike.with("reason", "It was the older sister")).await;
        struck.says("Sighting struck out").says("Struck out").says("It was the older sister");
        let held = last().await;
        assert_eq!(held.at("/case/lastSeenOn"), &told["lastSeenOn"]);
        assert!(held.at("/case/sightings").to_string().contains("It was the older sister"), "{held:?}");
    }

    async fn a_move_abroad_is_closed_on_address_school_and_confirmation_and_tracked_otherwise(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let told = ending(form(&officer, &case, "Close the case").await, "MOVED_ABROAD_CONFIRMED", "OVERSEAS_SCHOOL_CONFIRMATION");
        let refused = officer.submit(&told).await;
        refused.finds_fault(&["Enter the country"]);

        officer.submit(&refused.form().with("country", "Pakistan")).await.says("Tracking: confirmation awaited");
        let told = ending(form(&officer, &case, "Close the case").await, "MOVED_ABROAD_CONFIRMED", "OVERSEAS_SCHOOL_CONFIRMATION");
        let told = told.with("country", "Pakistan").with("school", "Example School, Mirpur");
        officer.submit(&told).await.says("Not closed");
        let told = ending(form(&officer, &case, "Close the case").await, "MOVED_ABROAD_CONFIRMED", "OVERSEAS_SCHOOL_CONFIRMATION");
        let told = told.with("country", "Pakistan").with("school", "Example School, Mirpur");
        let proposed = officer.submit(&told.with("address", "1 Example Road, Mirpur")).await;
        proposed.says("Outcome proposed: a second person decides").says("1 Example Road, Mirpur");
        let colleague = app.staff("Sal Second", &[StaffRole::CmeOfficer]).await;
        let agree = form(&colleague, &case, "Agree to the proposed outcome").await;
        colleague.submit(&agree).await.says("Outcome decided").says("Case closed");
    }

    async fn a_duplicate_is_of_the_same_child_and_needs_a_second_person(app: TestApp) {
        let survivor = given::case().at(&app).await;
        let other = given::case().of("Quite", "Different").from(given::referral().of("Quite", "Different")
            .answering("dateOfBirth-year", "2014").answering("upn", "").answering("upnAbsence", "NOT_KNOWN")
            .answering("postcode", "")).at(&app).await;
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let duplicate = |form: Form, of: &given::Case| {
            ending(form, "DUPLICATE", "RECORD_COMPARISON").with("duplicateOf", &of.reference)
        };

        let refused = officer.submit(&duplicate(form(&officer, &case, "Close the case").await, &other)).await;
        refused.says("does not look like this one");

        let proposed = officer.submit(&duplicate(form(&officer, &case, "Close the case").await, &survivor)).await;
        proposed.says("Outcome proposed: a second person decides").says("waits for a second person");
        // Who proposed it is not offered to agree to it, nor is a colleague who has nothing to do with the other case.
        let colleague = app.staff("Sal Second", &[StaffRole::CmeOfficer]).await;
        for person in [&officer, &colleague] {
            let page = person.visit(&case.page()).await;
            page.says("Decline or withdraw the proposed outcome").keeps_silent_about("Agree to the proposed outcome");
            person.get(&format!("{}/closure/approve", case.page())).await.is_forbidden();
            let forged = "mutation($input: ApproveClosureInput!) { approveClosure(input: $input) { reference } }";
            let input = json!({ "case": case.reference, "version": case.version + 1 });
            person.ask(forged, json!({ "input": input })).await.refused_with("CONFLICT");
        }

        let manager = app.sign_in(app.manager().await).await;
        let agreed = manager.submit(&form(&manager, &case, "Agree to the proposed outcome").await).await;
        agreed.says("Outcome decided").says("Case closed").says("Proposed by: Olu Officer");
        let taken_in = manager.visit(&survivor.page()).await;
        taken_in.says("Duplicate case taken in").says(&case.reference);
        assert_eq!(taken_in.attributes("main a", "href").iter().filter(|href| href.starts_with("/triage/")).count(), 2);
    }

    async fn a_child_who_was_too_young_comes_back_by_itself_and_once(app: TestApp) {
        let young = given::referral().of("Yuki", "Young").telling_of_harm().answering("dateOfBirth-year", "2022");
        let referral = young.at(&app).await;
        referral.answered_by_mash(&app).await;
        let officer = app.officer().await;
        let open = officer.visit(&format!("/triage/{}/open", referral.reference)).await.form();
        let open = if open.asks("child") { open.with("child", "new") } else { open };
        let open = open
            .with("statutoryStatus", "NOT_CME_OUTSIDE_AGE")
            .with("statusGround.NOT_CME_OUTSIDE_AGE", "BELOW_AGE")
            .with("serviceRoute", "CME_TEAM")
            .with("whereabouts", "KNOWN_REPORTED")
            .with("rationale", "Too young");
        let page = officer.submit(&open).await;
        page.says("Case opened").says("Compulsory school age to begin").keeps_silent_about("Home to be visited");
        let path = page.path.clone();
        let close = officer.visit(&officer.visit(&path).await.link("Close the case")).await.form();
        officer.submit(&ending(close, "BELOW_SCHOOL_AGE", "DATE_OF_BIRTH_RECORD")).await.says("Case closed");

        assert_eq!(backend::jobs::watch::sweep(app.inner()).await.unwrap(), 0);
        app.wait(chrono::Duration::days(134));
        assert_eq!(backend::jobs::watch::sweep(app.inner()).await.unwrap(), 1);
        assert_eq!(backend::jobs::watch::sweep(app.inner()).await.unwrap(), 0);
        let page = app.officer().await.visit(&path).await;
        page.says("The child has reached compulsory school age").says("Case reopened");
        assert!(mail::all(&app).await.iter().any(|mail| mail.subject.starts_with("Of school age now")));
    }

    async fn nobody_is_left_without_an_officer_in_immediate_danger(app: TestApp) {
        let danger = || {
            given::referral()
                .answering("danger", "YES")
                .answering("dangerCalled", "YES")
                .answering("dangerReference", "at 9:40am")
        };
        let manager = app.sign_in(app.manager().await).await;
        let case = given::case().from(danger()).at(&app).await;
        let assign = form(&manager, &case, "Assign the case").await;
        let refused = manager.submit(&assign.with("officer", "").with("reason", "On leave")).await;
        refused.finds_fault(&["Select an officer: a child in immediate danger cannot wait for one"]);

        let calm = given::case().at(&app).await;
        let referral = danger().at(&app).await;
        let join = manager.visit(&format!("/triage/{}/join", referral.reference)).await.form();
        let join = if join.asks("unlisted") {
            join.with("case", "unlisted").with("unlisted", &calm.reference)
        } else {
            join.with("case", &calm.reference)
        };
        manager.submit(&join).await.says("Nobody has case").says("give it to an officer");
    }

    async fn a_correction_of_the_past_asks_what_becomes_of_later_decisions(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let decide = form(&officer, &case, STATUS).await;
        let decide = decided(decide, "NOT_CME_SUITABLE_EDUCATION", "PROVISION_SUITABLE", "2026-11-02");
        let refused = officer.submit(&decide).await;
        refused.says("Select whether what was decided of later days still holds").says("Missing education");
        officer.submit(&decide.with("later", "KEEP")).await.says("Statutory status saved");
        let asked = "query($of: String!) { case(reference: $of) { statutoryStatus missingSince } }";
        let now = officer.ask(asked, json!({ "of": case.reference })).await.sound();
        assert_eq!(now.text("/case/statutoryStatus"), "CME", "what was decided later stands");
    }

    async fn the_review_of_an_untraced_child_is_a_managers_to_agree_and_may_be_declined(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let untraced = ending(form(&officer, &case, "Close the case").await, "UNTRACED_REVIEW", "MANAGER_REVIEW");
        officer.submit(&untraced).await.says("Outcome proposed");
        let told = mail::to(&app, &app.manager().await.email).await;
        assert!(told.iter().any(|mail| mail.subject.contains("Decision needed")), "{told:?}");

        let manager = app.sign_in(app.manager().await).await;
        let other = given::case().at(&app).await;
        let waiting = manager.visit("/cases?proposed=yes").await;
        waiting.says(&case.reference).keeps_silent_about(&other.reference);
        let decline = form(&manager, &case, "Decline or withdraw the proposed outcome").await;
        let declined = manager.submit(&decline.with("reason", "Health was not asked")).await;
        declined.says("Proposed outcome declined").says("Health was not asked").keeps_silent_about("waits for a second person");

        let untraced = ending(form(&officer, &case, "Close the case").await, "UNTRACED_REVIEW", "MANAGER_REVIEW");
        officer.submit(&untraced).await.says("Outcome proposed");
        let agreed = manager.submit(&form(&manager, &case, "Agree to the proposed outcome").await).await;
        agreed.says("Enquiries reviewed: still untraced").says("Open");
    }

    async fn only_a_review_moves_the_next_one(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        assert_eq!(review_on(&officer, &case).await, "2026-12-30");
        app.wait(Duration::days(3));
        let officer = app.officer().await;

        officer.submit(&form(&officer, &case, "Add a note").await.with("text", "Rang the aunt")).await.says("Note added");
        assert_eq!(review_on(&officer, &case).await, "2026-12-30");
        let nothing = form(&officer, &case, "Review the case").await;
        let refused = officer.submit(&nothing).await;
        refused.finds_fault(&["Select what you looked at again", "Enter what you found, and what is done next"]);
        let review = refused.form().with("checked", "PUPIL_RECORDS").with("note", "Nothing new; ask health next");
        officer.submit(&review).await.says("Review recorded").says("Council pupil records");
        assert_eq!(review_on(&officer, &case).await, "2027-01-04", "a Saturday makes way for Monday");
    }

    async fn a_case_is_taken_from_its_officer_for_a_reason_and_both_are_told(app: TestApp) {
        let had = given::staff(&app, "Hana Had", &[StaffRole::CmeOfficer]).await;
        let case = given::case().with(had.id).at(&app).await;
        let officer = app.officer().await;
        let assign = form(&officer, &case, "Assign the case").await.with("officer", &officer.colleague.id.to_string());
        let refused = officer.submit(&assign).await;
        refused.finds_fault(&["Enter why the case is taken from its officer, who is told"]);
        let taken = officer.submit(&refused.form().with("reason", "Hana is away until May")).await;
        taken.says("Assignment saved").says("Before: Hana Had").says("Hana is away until May");
        assert!(mail::newest(&app, &had.email).await.subject.contains("changed hands"));
    }

    async fn an_agency_sees_a_case_while_it_is_asked_and_a_few_days_more(app: TestApp) {
        given::agency(&app, "Luton Health").await;
        let case = given::case().shared_with("Luton Health").at(&app).await;
        let closed = given::case().of("Cleo", "Closed").shared_with("Luton Health").standing(CaseState::Closed).at(&app).await;
        let partner = app.partner("Luton Health", &[Scope::EnquiryAnswer, Scope::CaseSharedRead]).await;
        let asked = "query($case: String!) { case(reference: $case) { reference enquiries { id } } }";
        let sees = async |case: &given::Case| {
            let told = partner.ask(asked, json!({ "case": case.reference })).await.sound();
            !told.at("/case").is_null()
        };
        assert!(!sees(&closed).await, "nothing is asked about a closed case");
        app.wait(Duration::days(30));
        assert!(sees(&case).await, "nobody has answered yet");

        let told = partner.ask(asked, json!({ "case": case.reference })).await;
        let answered = "mutation($input: AnswerEnquiryInput!) { answerEnquiry(input: $input) { reference } }";
        let input = json!({
            "case": case.reference, "enquiry": told.at("/case/enquiries/0/id"), "answeredOn": "2026-12-18",
            "finding": "NOTHING_FOUND", "answer": "Not registered with us",
        });
        partner.ask(answered, json!({ "input": input })).await.sound();

        app.wait(Duration::days(5));
        assert!(sees(&case).await, "a slip can still be seen");
        app.wait(Duration::days(1));
        assert!(!sees(&case).await, "what it was shown the case for is done");
        let listed = partner.ask("{ cases { nodes { reference } } }", json!({})).await.sound();
        assert_eq!(listed.at("/cases/nodes"), &json!([]));
    }

    async fn an_agreement_about_something_else_lets_nobody_be_asked(app: TestApp) {
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let form_of = admin.visit("/agencies/new").await.form();
        let page = admin.submit(&form_of.with("name", "Counting House").with("email", "data@count.example")).await;
        let agreed = async |page: &Page, scopes: &str, fields: &str| {
            let form = admin.visit(&page.link("Make an agreement")).await.form();
            let form = form.with("purpose", "Figures").with("lawfulBasis", "PUBLIC_TASK").with("scopes", scopes);
            let form = if fields.is_empty() { form } else { form.with("fields", fields) };
            admin.submit(&dated(dated(form, "startsOn", "2026-11-01"), "endsOn", "2027-06-30")).await.says("Agreement made").clone()
        };
        let here = agreed(&page, "STATISTICS_READ", "").await;
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let asked = form(&officer, &case, "Record a tracing enquiry").await.with("kind", "HEALTH").with("askedOf", "The desk");
        let asked = dated(dated(asked, "askedOn", "2026-11-18"), "dueOn", "2026-11-25").with("agency", "Counting House");
        let refused = officer.submit(&asked).await;
        assert!(refused.faults()[0].contains("No agreement runs by which this agency answers enquiries"), "{:?}", refused.faults());

        // When the right one ends, its enquiries come back, whatever else runs.
        let here = agreed(&here, "ENQUIRY_ANSWER", "ENQUIRIES").await;
        officer.submit(&asked).await.says("Enquiry recorded");
        let op = app.operator();
        let agency = backend::store::agency::list(&op, &backend::store::page::Wanted::first(5)).await.unwrap().nodes[0].id;
        let agreements = backend::store::agency::agreements(&op, &[agency]).await.unwrap();
        let about_enquiries = agreements.iter().find(|one| one.scopes == "ENQUIRY_ANSWER").unwrap().id.to_string();
        let ends = here.attributes("main a[href*='/end/']", "href");
        let form = admin.visit(ends.iter().find(|href| href.contains(&about_enquiries)).unwrap()).await.form();
        admin.submit(&form.with("reason", "Not renewed")).await.says("Agreement ended");
        backend::jobs::expiries::sweep(app.inner()).await.unwrap();
        officer.visit(&case.page()).await.says("Enquiry came back unanswered");
    }

    async fn an_enquiry_goes_only_where_law_and_agreement_allow(app: TestApp) {
        given::agency(&app, "Luton Health").await;
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let ask = |form: Form, kind: &str| {
            let form = form.with("kind", kind).with("askedOf", "The duty desk");
            dated(dated(form, "askedOn", "2026-11-18"), "dueOn", "2026-11-25")
        };
        let hmrc = officer.submit(&ask(form(&officer, &case, "Record a tracing enquiry").await, "HMRC_CHILD_BENEFIT")).await;
        hmrc.finds_fault(&["Select the law by which they may tell us: without one they must not be asked"]);
        for empty in ["", "n/a", "N/A!"] {
            let named = officer.submit(&hmrc.form().with("gateway", "OTHER").with("otherGateway", empty)).await;
            named.finds_fault(&["Enter the law by which they may tell us, with its section"]);
        }
        let lawful = hmrc.form().with("gateway", "TAX_CREDITS_ACT");
        officer.submit(&lawful).await.says("Enquiry recorded").says("Asked under: Tax Credits Act 2002");

        let partner = app.partner("Luton Health", &[Scope::EnquiryAnswer]).await;
        let health = ask(form(&officer, &case, "Record a tracing enquiry").await, "HEALTH").with("agency", "Luton Health");
        officer.submit(&health).await.says("Enquiry recorded");
        let seen = "query($case: String!) { case(reference: $case) { reference } }";
        assert_eq!(partner.ask(seen, json!({ "case": case.reference })).await.text("/case/reference"), case.reference);

        let op = app.operator();
        let agency = backend::store::agency::list(&op, &backend::store::page::Wanted::first(5)).await.unwrap().nodes.pop().unwrap();
        for (agreement, version) in backend::store::agency::agreements(&op, &[agency.id]).await.unwrap().iter().zip(agency.version..) {
            let target = backend::service::agency::Target { agency: agency.id, version };
            backend::service::agency::end_agreement(&op, target, agreement.id, "It was not renewed".to_owned()).await.unwrap();
        }
        officer.visit(&case.page()).await.says("Came back to us on").says("Enquiry came back unanswered");
        let health = ask(form(&officer, &case, "Record a tracing enquiry").await, "HEALTH").with("agency", "Luton Health");
        officer.submit(&health).await.says("No agreement runs by which this agency answers enquiries");
    }

    async fn a_child_referred_again_has_a_new_episode_that_names_the_old_one(app: TestApp) {
        let had = given::staff(&app, "Hana Had", &[StaffRole::CmeOfficer]).await;
        let closed = given::case().with(had.id).standing(CaseState::Closed).at(&app).await;
        let again = given::referral().at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit(&format!("/triage/{}", again.reference)).await;
        page.says(&closed.reference).says("Closed");
        let open = officer.visit(&page.link("Open a case")).await.form();
        let child = backend::store::case::many(&app.operator(), &[closed.id]).await.unwrap()[0].child_id.to_string();
        let open = open.with("child", &child).with("statutoryStatus", "CME").with("statusGround.CME", "PLACEMENT_BROKEN");
        let open = open.with("serviceRoute", "CME_TEAM").with("whereabouts", "UNKNOWN").with("rationale", "Gone again");

        officer.submit(&open).await.says("Case opened").says(&format!("Earlier case: {}", closed.reference));
        assert!(mail::newest(&app, &had.email).await.subject.contains("Referred again"));
    }

    async fn a_case_that_is_reopened_goes_by_the_date_of_birth_on_file(app: TestApp) {
        let closed = given::case().standing(CaseState::Closed).at(&app).await;
        let again = given::referral().at(&app).await;
        let officer = app.officer().await;
        let open = officer.visit(&officer.visit(&format!("/triage/{}", again.reference)).await.link("Open a case")).await.form();
        let child = backend::store::case::many(&app.operator(), &[closed.id]).await.unwrap()[0].child_id.to_string();
        let open = open.with("child", &child).with("statutoryStatus", "CME").with("statusGround.CME", "PLACEMENT_BROKEN");
        let open = open.with("serviceRoute", "CME_TEAM").with("whereabouts", "UNKNOWN").with("rationale", "Gone again");
        let opened = officer.submit(&open).await;
        let correct = officer.visit(&opened.link("Correct what is known of the child")).await.form();
        let correct = dated(correct, "dateOfBirth", "2014-03-14").with("source", "Passport").with("reason", "As written there");
        let newer = officer.submit(&correct).await;

        // Of the closed one it is not corrected meanwhile.
        let forged = "mutation($input: CorrectChildInput!) { correctChild(input: $input) { reference } }";
        let input = json!({ "case": closed.reference, "version": closed.version, "familyName": "Other", "source": "A", "reason": "B" });
        officer.ask(forged, json!({ "input": input })).await.refused_with("CONFLICT");

        let close = officer.visit(&newer.link("Close the case")).await.form();
        officer.submit(&ending(close, "REFERRED_IN_ERROR", "SCHOOL_CONFIRMATION")).await.says("Case closed");
        let reopen = form(&officer, &closed, "Reopen the case").await.with("reason", "In error");
        let reopened = officer.submit(&reopen.with("statutoryStatus", "CME").with("statusGround.CME", "NO_ROLL_KNOWN")).await;
        reopened.says("Case reopened").says("Corrected in another case of the child").says("14 March 2014");
    }

    async fn a_child_who_comes_back_counts_once_in_the_year_and_twice_as_an_episode(app: TestApp) {
        let officer = app.officer().await;
        let case = given::case().at(&app).await;
        for (decided, ground, from) in [
            ("CME", "PLACEMENT_BROKEN", "2025-09-10"),
            ("NOT_CME_ON_ROLL", "ON_ROLL", "2025-09-30"),
            ("CME", "PLACEMENT_BROKEN", "2026-02-01"),
            ("NOT_CME_ON_ROLL", "ON_ROLL", "2026-03-01"),
        ] {
            let form = officer.visit(&case.page()).await;
            let form = officer.visit(&form.link(STATUS)).await.form();
            officer.submit(&status(form, decided, ground, from)).await.says(&case.reference);
        }
        let year = async |begins: i32| {
            let asked = "query($begins: Int) { yearStatistics(begins: $begins) { from until children { value } episodes { value } } }";
            officer.ask(asked, json!({ "begins": begins })).await.sound().at("/yearStatistics").clone()
        };
        let numbers = |told: &Value| (told["children"]["value"].as_u64().unwrap(), told["episodes"]["value"].as_u64().unwrap());
        let of_2025 = year(2025).await;
        assert_eq!((of_2025["from"].as_str(), of_2025["until"].as_str()), (Some("2025-09-01"), Some("2026-08-31")));
        assert_eq!(numbers(&of_2025), (1, 2));
        assert_eq!(numbers(&year(2024).await), (0, 0));
        for (census, expected) in [("2025-09-15", "1"), ("2025-10-02", "0"), ("2026-01-15", "0"), ("2026-02-10", "1")] {
            assert_eq!(counted(&officer, "SEX", "FEMALE", census).await, expected, "{census}");
        }
        let ahead = "{ yearStatistics(begins: 2027) { children { value } } }";
        officer.ask(ahead, json!({})).await.refused_with("INVALID");

        // Whoever may not read the cases is told nothing of a year that is not over, and no exact number of one that is.
        let analyst = app.staff("Ana Analyst", &[StaffRole::Analyst]).await;
        let asked = "query($begins: Int) { yearStatistics(begins: $begins) { children { value display } episodes { display } } }";
        analyst.ask(asked, json!({ "begins": 2026 })).await.refused_with("INVALID");
        let told = analyst.ask(asked, json!({ "begins": 2025 })).await.sound();
        assert_eq!(told.at("/yearStatistics"), &json!({
            "children": { "value": null, "display": "low" }, "episodes": { "display": "low" },
        }));
    }

    async fn a_child_who_reappears_after_five_months_is_one_child_and_a_second_episode(app: TestApp) {
        let case = given::case().at(&app).await;
        app.wait(Duration::days(10));
        let officer = app.officer().await;
        let leeds = form(&officer, &case, "Close the case").await;
        let leeds = ending(leeds, "MOVED_UK_CONFIRMED", "AUTHORITY_CONFIRMATION").with("authority", "Leeds");
        officer.submit(&leeds.with("acknowledgedAs", "L-77")).await.says("Outcome proposed");
        let manager = app.sign_in(app.manager().await).await;
        let agree = form(&manager, &case, "Agree to the proposed outcome").await;
        manager.submit(&agree).await.says("Case closed");
        app.wait(Duration::days(150));

        let officer = app.officer().await;
        let again = given::referral().at(&app).await;
        let open = officer.visit(&format!("/triage/{}/open", again.reference)).await.form();
        let child = backend::store::case::many(&app.operator(), &[case.id]).await.unwrap()[0].child_id.to_string();
        officer.submit(&typed::decision(open.with("child", &child))).await.says("Case opened");
        let year = "{ yearStatistics { children { value } episodes { value } } }";
        let year = officer.ask(year, json!({})).await.sound();
        assert_eq!(year.at("/yearStatistics"), &json!({ "children": { "value": 1 }, "episodes": { "value": 2 } }));
        officer.visit("/desk").await.says("1 child was missing education, in 2 episodes");
    }

    async fn a_joined_referral_fills_what_was_not_known_and_overwrites_nothing(app: TestApp) {
        let told = given::referral().from_the_public().answering("dateOfBirth-day", "").answering("dateOfBirth-month", "");
        let told = told.answering("dateOfBirth-year", "").of("Zephyrine", "Quillfeather");
        let case = given::case().from(told).at(&app).await;
        let further = given::referral().at(&app).await;
        let officer = app.officer().await;
        officer.visit(&case.page()).await.keeps_silent_about("14 March 2015");

        let join = officer.visit(&format!("/triage/{}/join", further.reference)).await.form();
        let joined = officer.submit(&join.with("case", &case.reference)).await;

        joined.says("Referral added to the case").says("Child’s facts added from a referral");
        joined.says("14 March 2015 (before: not known)").says("Last seen by anybody");
        let over = ending(form(&officer, &case, "Close the case").await, "OVER_SCHOOL_AGE", "DATE_OF_BIRTH_RECORD");
        officer.submit(&over).await.finds_fault(&[
            "By the date of birth on file the child is not over compulsory school age",
        ]);
    }

    async fn a_correction_shows_what_held_before_and_finds_the_child_by_the_new_name(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let correct = form(&officer, &case, "Correct what is known of the child").await;
        let refused = officer.submit(&correct.with("source", "Passport").with("reason", "As written there")).await;
        refused.finds_fault(&["Change something, or leave the form: this is how it stands"]);

        let named = refused.form().with("familyName", "Quillfether");
        let corrected = officer.submit(&dated(named, "dateOfBirth", "2015-03-15")).await;

        corrected.says("Child’s facts corrected").says("Quillfether (before: Quillfeather)");
        corrected.says("15 March 2015 (before: 14 March 2015)").says("Told otherwise").says("Choose what holds");
        let search = officer.visit("/cases").await.form().with("search", "quillfether");
        officer.submit(&search).await.says(&case.reference);
        let note = form(&officer, &case, "Add a note").await.with("text", "Rang the aunt");
        officer.submit(&note).await.says("Quillfether");
    }

    async fn a_name_that_changed_stays_with_the_child_and_still_finds_them(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let adopted = form(&officer, &case, "Correct what is known of the child").await.with("familyName", "Thistledown");
        let adopted = dated(adopted, "changedOn", "2026-10-01").with("source", "Adoption order").with("reason", "Adopted");
        let corrected = officer.submit(&adopted).await;
        corrected.says("Thistledown").says("Last name, until 1 October 2026").says("Changed on: 1 October 2026");

        let numbered = form(&officer, &case, "Correct what is known of the child").await.with("upn", "G821999926001");
        officer.submit(&numbered.with("source", "Register").with("reason", "Found")).await.says("G821999926001");
        let renumbered = form(&officer, &case, "Correct what is known of the child").await.with("upn", "E820400199001");
        let renumbered = dated(renumbered, "changedOn", "2026-11-10").with("source", "DfE").with("reason", "Issued anew");
        officer.submit(&renumbered).await.says("Unique pupil number, until 10 November 2026");
        let again = given::referral().of("Zephyrine", "Thistledown").answering("upn", "G821999926001").at(&app).await;
        officer.visit(&format!("/triage/{}", again.reference)).await.says("A former UPN in common").says(&case.reference);

        for typed in ["quillfeather", "thistledown zeph", "G821 9999 26001"] {
            let search = officer.visit("/cases").await.form().with("search", typed);
            officer.submit(&search).await.says(&case.reference);
        }
    }

    async fn a_confidential_address_is_seen_by_those_who_are_cleared_and_finds_nobody(app: TestApp) {
        const HOME: &str = "14 Thimblewick Row";
        let officer = app.officer().await;
        let case = given::case().from(given::referral().answering("postcode", "LU4 9ZZ")).with(officer.colleague.id).at(&app).await;
        let colleague = app.staff("Cal Colleague", &[StaffRole::CmeOfficer]).await;
        let links = colleague.visit(&case.page()).await.attributes("main a", "href");
        let referral = links.into_iter().find(|href| href.starts_with("/triage/R-")).unwrap();
        colleague.visit(&case.page()).await.says(HOME);

        let keep = form(&officer, &case, "Correct what is known of the child").await.with("addressConfidential", "YES");
        let keep = keep.with("source", "The refuge").with("reason", "The father must not find them");
        officer.submit(&keep).await.says("Kept confidential").says(HOME);

        for page in [case.page(), referral.clone()] {
            colleague.visit(&page).await.says("Kept confidential").keeps_silent_about(HOME).keeps_silent_about("LU4 9ZZ");
            officer.visit(&page).await.says(HOME);
        }
        let asked = "query($case: String!) { case(reference: $case) { child { address postcode addressConfidential } } }";
        let told = colleague.ask(asked, json!({ "case": case.reference })).await;
        assert_eq!(told.at("/case/child"), &json!({ "address": null, "postcode": null, "addressConfidential": true }));
        let search = colleague.visit("/cases").await.form().with("search", "LU4 9ZZ");
        colleague.submit(&search).await.keeps_silent_about(&case.reference);
        let found = "{ referrals(filter: { search: \"LU4 9ZZ\" }) { nodes { reference } } }";
        assert_eq!(colleague.ask(found, json!({})).await.sound().at("/referrals/nodes"), &json!([]));

        let moved = form(&colleague, &case, "Correct what is known of the child").await;
        let moved = moved.with("address", "1 Other Street").with("source", "A neighbour").with("reason", "Heard so");
        let refused = colleague.submit(&moved).await;
        refused.finds_fault(&[
            "The address is kept confidential: ask the officer of the case or a manager to change it, and leave it empty",
        ]);
        // What they may see they may correct: the rest stays as it is.
        let named = refused.form().with("address", "").with("givenNames", "Zephyrina");
        colleague.submit(&named).await.says("Zephyrina").keeps_silent_about(HOME);
        officer.visit(&case.page()).await.says(HOME);
        app.sign_in(app.manager().await).await.visit(&case.page()).await.says(HOME);

        // They have moved on: where they hid stays kept.
        let lifted = form(&officer, &case, "Correct what is known of the child").await.with("addressConfidential", "NO");
        let lifted = lifted.with("address", "2 Open Street").with("postcode", "LU1 9ZZ");
        let lifted = dated(lifted, "changedOn", "2026-11-17").with("source", "The mother").with("reason", "Moved");
        officer.submit(&lifted).await.says("2 Open Street").says(HOME);
        for page in [case.page(), referral] {
            colleague.visit(&page).await.keeps_silent_about(HOME).keeps_silent_about("LU4 9ZZ");
        }
        colleague.visit(&case.page()).await.says("2 Open Street");
    }

    async fn whoever_is_past_the_age_is_missing_no_more_whatever_was_decided(app: TestApp) {
        let older = given::referral().answering("dateOfBirth-year", "2010").answering("dateOfBirth-month", "10");
        let case = given::case().from(older).at(&app).await;
        app.wait("2027-07-01T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.now());
        let officer = app.officer().await;
        for (day, missing) in [("2026-11-18", true), ("2027-06-25", true), ("2027-06-26", false), ("2027-07-01", false)] {
            let count = if missing { ["1", "0"] } else { ["0", "1"] };
            assert_eq!(counted(&officer, "STATUTORY_STATUS", "CME", day).await, count[0], "{day}");
            assert_eq!(counted(&officer, "STATUTORY_STATUS", "NOT_CME_OUTSIDE_AGE", day).await, count[1], "{day}");
        }
        officer.visit(&case.page()).await.says("Over compulsory school age");
        let verdict = backend::service::verify::whole(app.db(), &app.inner().keyring).await.unwrap();
        assert!(matches!(verdict, backend::store::event::Verdict::Sound { .. }), "{verdict:?}");
    }

    async fn nobody_is_born_after_they_were_seen(app: TestApp) {
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let correct = form(&officer, &case, "Correct what is known of the child").await;
        let correct = correct.with("source", "The registrar").with("reason", "Read from the certificate");
        for (born, fault) in [
            ("2026-11-10", "Date of birth must be before the child was last seen or last attended school"),
            ("1999-12-25", "Date of birth must be on or after 1 September 2000: check the year"),
            ("2026-11-19", "Date of birth must be today or in the past"),
        ] {
            officer.submit(&dated(correct.clone(), "dateOfBirth", born)).await.finds_fault(&[fault]);
        }
        officer.submit(&dated(correct, "dateOfBirth", "2014-03-14")).await.says("14 March 2014");
    }

    async fn nothing_that_anybody_wrote_tells_where_a_child_hides(app: TestApp) {
        // The school answers the very demand "Enter the last address" after it was sent.
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let sent = given::referral()
            .by(&contact)
            .telling_of_harm()
            .answering("address", "")
            .answering("lastSeenBy", "Aunt at 3 Secret Lane")
            .answering("noHomeVisitReason", "Moved to 5 Secret Lane")
            .answering("parent.1.name", "Mum Ann 07700 900123")
            .answering("enquiry.1.outcome", "She is at 7 Secret Lane");
        let near = given::school(&app, "Secret Lane Primary").await;
        let officer = app.officer().await;
        let case = given::case().from(sent).with(officer.colleague.id).flagged().at(&app).await;
        let links = officer.visit(&case.page()).await.attributes("main a", "href");
        let referral = links.into_iter().find(|href| href.starts_with("/triage/R-")).unwrap();
        let own = referral.replace("/triage/", "/refer/sent/");
        let add = school.visit(&school.visit(&own).await.link("Add to this referral")).await.form();
        let add = add.with("field", "address").with("text", "14 Refuge Road LU9 9ZZ; mother 07700 900999");
        school.submit(&add).await.says("14 Refuge Road");
        let note = form(&officer, &case, "Add a note").await.with("text", "The refuge is at 9 Secret Lane");
        officer.submit(&note).await.says("9 Secret Lane");
        let colleague = app.staff("Cal Colleague", &[StaffRole::CmeOfficer]).await;
        colleague.visit(&referral).await.says("14 Refuge Road").says("07700 900123");

        let place = form(&officer, &case, "Record a placement").await.with("kind", "STATE_SCHOOL");
        let place = place.with("provider", "Secret Lane Primary").with("schoolUrn", &near.urn);
        officer.submit(&dated(place, "startsOn", "2026-11-16")).await.says("Placement recorded");
        let ask = form(&officer, &case, "Record a tracing enquiry").await.with("kind", "OTHER").with("askedOf", "Secret Lane Primary");
        officer.submit(&dated(dated(ask, "askedOn", "2026-11-17"), "dueOn", "2026-12-01")).await.says("Enquiry");
        let seen = form(&officer, &case, "Record when the child was seen or at school").await.with("kind", "SEEN");
        let seen = seen.with("account", "Secret Lane").with("source", "Shop in Secret Lane");
        officer.submit(&dated(seen, "on", "2026-11-17")).await.says("Sighting recorded");

        let keep = form(&officer, &case, "Correct what is known of the child").await.with("addressConfidential", "YES");
        let keep = keep.with("source", "A worker at 11 Secret Lane").with("reason", "The father must not find them");
        officer.submit(&keep).await.says("11 Secret Lane");

        let kept = ["Refuge Road", "LU9", "07700", "900 1", "Secret Lane", "960 001", near.urn.as_str()];
        for page in [case.page(), referral.clone()] {
            let shown = colleague.visit(&page).await;
            shown.says("Kept confidential: the officer of the case, its readers, managers and the MASH can read it");
            for kept in kept {
                shown.keeps_silent_about(kept);
            }
        }
        let asked = "query($case: String!, $referral: String!) {
            case(reference: $case) { escalations { concern rationale } timeline { details { value } } parents { name }
                placements { provider school { name urn } } enquiries { askedOf } openItems sightings { account source }
                referrals { answers { values } additions { text } } toldOtherwise { value } }
            referral(reference: $referral) { answers { values } additions { text } }
        }";
        let asking = json!({ "case": case.reference, "referral": referral.trim_start_matches("/triage/") });
        let told = colleague.ask(asked, asking.clone()).await.sound().at("").to_string();
        for kept in kept {
            assert!(!told.contains(kept), "{kept}: {told}");
        }
        // What says nothing of it stays: the codes, the days and the names.
        colleague.visit(&referral).await.says("Zephyrine").says("14 March 2015").says("Home visit");

        // Whoever is cleared reads it, and so does the school, which wrote it.
        let mash = app.staff("Mo Mash", &[StaffRole::MashLiaison]).await;
        for reader in [&officer, &app.sign_in(app.manager().await).await, &mash] {
            reader.visit(&referral).await.says("14 Refuge Road").says("07700 900123").says("7 Secret Lane");
            reader.visit(&case.page()).await.says("9 Secret Lane");
        }
        school.visit(&own).await.says("14 Refuge Road").says("07700 900123");
    }

    async fn two_who_save_at_once_change_different_things_both_and_the_same_thing_knowingly(app: TestApp) {
        let case = given::case().at(&app).await;
        let (one, other) = (app.officer().await, app.officer().await);
        let whereabouts = "Change what is known of the child’s whereabouts";
        let first = form(&one, &case, whereabouts).await.with("whereabouts", "KNOWN_REPORTED");
        let decided = status(form(&other, &case, STATUS).await, "CME", "NEW_TO_AREA", "2026-11-16");
        let second = form(&other, &case, whereabouts).await.with("whereabouts", "BELIEVED_MOVED_UK");
        one.submit(&first.with("reason", "The aunt says so")).await.says("Whereabouts saved");

        other.submit(&decided).await.says("Statutory status saved");

        let late = other.submit(&second.with("reason", "The landlord says so")).await;
        late.finds_fault(&["This has changed since you opened it: look at it again, then repeat your change"]);
        late.says("It says now: Known: reported, not seen").says("The landlord says so");
        other.submit(&late.form()).await.says("Whereabouts saved").says("Before: Known: reported, not seen");
    }

    async fn a_child_in_immediate_danger_is_never_left_to_nobody(app: TestApp) {
        let danger = given::referral().answering("danger", "YES").answering("dangerCalled", "YES").at(&app).await;
        let officer = app.officer().await;
        let open = officer.visit(&format!("/triage/{}/open", danger.reference)).await.form();
        let open = if open.asks("child") { open.with("child", "new") } else { open };
        let open = open.with("statutoryStatus", "CME").with("statusGround.CME", "NO_ROLL_KNOWN").with("rationale", "Unsafe");
        let open = open.with("serviceRoute", "CME_TEAM").with("whereabouts", "UNKNOWN");
        let refused = officer.submit(&open).await;
        refused.finds_fault(&["Select an officer: a child in immediate danger cannot wait for one"]);
        let opened = refused.form().with("officer", &officer.colleague.id.to_string());
        officer.submit(&opened).await.says("Case opened").says("Unsafe");
    }

    async fn a_case_that_an_older_version_folded_is_made_anew_and_a_damaged_one_keeps_nobody_waiting(app: TestApp) {
        let (case, damaged) = (given::case().at(&app).await, given::case().of("Other", "Child").at(&app).await);
        tamper(app.db(), "DELETE FROM case_span").await;
        tamper(app.db(), "UPDATE \"case\" SET folded_by = 0").await;
        let broken = format!("UPDATE \"case\" SET version = 9 WHERE reference = '{}'", damaged.reference);
        tamper(app.db(), &broken).await;

        backend::service::make_rows(app.db(), app.now()).await.unwrap();

        assert_eq!(count(app.db(), "case_span", "until_on IS NULL").await, 1);
        assert_eq!(count(app.db(), "case", "folded_by = 0").await, 1);
        let officer = app.officer().await;
        officer.visit(&case.page()).await.says("Missing education since");
    }
}
