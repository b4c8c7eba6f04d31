//! A referral reaches triage.

use acceptance::prelude::*;
use entity::vocabulary::Risk;
use http::StatusCode;

/// Fills in what opening a case asks, as a child new to us.
fn opening(page: &Page) -> Form {
    let form = page.form();
    let form = if form.asks("child") { form.with("child", "new") } else { form };
    typed::decision(form)
}

on_both_engines! {
    async fn the_riskiest_come_first_and_it_is_said_why(app: TestApp) {
        given::referral().of("Calm", "Child").at(&app).await;
        given::referral().of("Harmed", "Child").telling_of_harm().at(&app).await;
        given::referral().of("Unscreened", "Child").answering("harm", "NOT_KNOWN").at(&app).await;
        let officer = app.officer().await;

        let inbox = officer.visit("/triage").await;

        let order: Vec<String> = inbox.all("tbody tr").into_iter().collect();
        let place = |name: &str| order.iter().position(|row| row.contains(name)).unwrap();
        assert!(place("Harmed") < place("Unscreened") && place("Unscreened") < place("Calm"), "{order:?}");
        assert!(order[0].contains("Signs of harm"), "{}", order[0]);
    }

    async fn what_anybody_told_is_marked_as_unverified(app: TestApp) {
        let told = given::referral().from_the_public().at(&app).await;
        let officer = app.officer().await;

        officer.visit("/triage").await.says("Public or professional, unverified");
        officer.visit(&format!("/triage/{}", told.reference)).await.says("unverified").says("Peregrine");
    }

    async fn an_officer_opens_a_case(app: TestApp) {
        let referral = given::referral().at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit(&format!("/triage/{}", referral.reference)).await;
        page.says("Zephyrine Quillfeather").says("14 March 2015").says("Thornhill Primary School");

        let form = officer.visit(&page.link("Open a case")).await;
        let case = officer.submit(&opening(&form).with("officer", &officer.colleague.id.to_string())).await;

        case.says("Case opened").says("Zephyrine").says("Olu Officer");
        assert!(case.path.starts_with("/cases/C-"), "{}", case.path);
        officer.visit("/triage").await.keeps_silent_about("Quillfeather");
        officer.visit("/triage?show=opened").await.says("Quillfeather");
    }

    async fn what_is_not_chosen_is_said_all_at_once(app: TestApp) {
        let referral = given::referral().at(&app).await;
        let officer = app.officer().await;
        let form = officer.visit(&format!("/triage/{}/open", referral.reference)).await.form();

        let form = if form.asks("child") { form.with("child", "new") } else { form };
        officer.submit(&form).await.finds_fault(&[
            "Select whether the child is missing education",
            "Select the team that works the case",
            "Select what is known of the child’s whereabouts",
            "Enter the reason for your decision",
        ]);
    }

    async fn a_child_already_known_is_recognised_and_a_second_case_refused(app: TestApp) {
        let case = given::case().of("Zephyrine", "Quillfeather").at(&app).await;
        let again = given::referral().of("Zephirine", "Quillfeather").at(&app).await;
        let officer = app.officer().await;

        let page = officer.visit(&format!("/triage/{}", again.reference)).await;
        page.says("Likely").says(&case.reference);
        let form = officer.visit(&page.link("Open a case")).await.form();
        let known = typed::decision(form);
        let child = child_of(&app, &case).await;
        let refused = officer.submit(&known.with("child", &child)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says("This child already has an open case").says(&case.reference);

        let join = officer.visit(&page.link("Add this referral to an open case")).await.form();
        let joined = officer.submit(&join.with("case", &case.reference)).await;
        joined.says("Referral added to the case").says(&again.reference);
        assert_eq!(joined.path, case.page());
    }

    async fn a_referral_is_sent_elsewhere_and_the_school_reads_why(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let referral = given::referral().by(&contact).at(&app).await;
        let officer = app.officer().await;
        let form = officer.visit(&format!("/triage/{}/redirect", referral.reference)).await.form();

        let form = form.with("to", "EDUCATION_WELFARE").with("reason", "Still on your roll: please visit first");
        officer.submit(&form).await.says("Referral sent elsewhere");

        let sent = school.visit(&format!("/refer/sent/{}", referral.reference)).await;
        sent.says("Education welfare: on a roll and absent").says("Still on your roll: please visit first");
        let told = mail::newest(&app, &contact.email).await;
        assert!(told.subject.contains(&referral.reference) && !told.body.contains("Still on your roll"), "{told:?}");
    }

    async fn what_tells_of_harm_is_not_sent_away_before_the_mash_has_it(app: TestApp) {
        let referral = given::referral().telling_of_harm().at(&app).await;
        let officer = app.officer().await;
        let form = officer.visit(&format!("/triage/{}/redirect", referral.reference)).await.form();
        let form = form.with("to", "ADMISSIONS").with("reason", "No place yet");

        let refused = officer.submit(&form).await;
        refused.says("it can go elsewhere once the MASH has answered its flag");
        assert_eq!(refused.form().value("reason"), Some("No place yet"));
        referral.answered_by_mash(&app).await;
        officer.submit(&form.clone().with("reason", "")).await.finds_fault(&[
            "Enter the reason, in words the school will read",
        ]);
        // What the MASH did since takes nothing from the decision.
        officer.submit(&form).await.says("Referral sent elsewhere");
    }

    async fn the_age_on_file_counts_where_a_referral_tells_none(app: TestApp) {
        let number = "943 476 5919";
        let older = given::referral().answering("dateOfBirth-year", "2010").answering("dateOfBirth-month", "10");
        given::case().from(older.answering("nhsNumber", number)).standing(CaseState::Closed).at(&app).await;
        // The last Friday in June of the school year in which they are sixteen.
        app.wait("2027-06-28T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.now());
        let again = given::referral().from_the_public().of("Zephyrine", "Quillfeather").answering("nhsNumber", number);
        let again = again.at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit(&format!("/triage/{}/open", again.reference)).await;
        page.says("A child who may be this one is over compulsory school age");
        let child = page.attributes("input[name=child]", "value").into_iter().find(|value| value.contains('-')).unwrap();
        let form = typed::decision(page.form().with("child", &child));

        let refused = officer.submit(&form).await;
        assert!(refused.faults()[0].contains("over compulsory school age"), "{:?}", refused.faults());
        let case = officer.submit(&refused.form().with("ageReason", "She is trafficked")).await;
        case.says("Case opened").says("Opened although the child is over compulsory school age");
        officer.visit("/cases").await.says("Over compulsory school age");
    }

    async fn a_team_that_gets_a_referral_is_told_and_reads_it_here(app: TestApp) {
        let officer = app.officer().await;
        for (to, address, words) in [
            ("EDUCATION_WELFARE", "welfare@luton.example", "is for your team"),
            ("ADMISSIONS", "cme@luton.example", "of which no mail address is set"),
        ] {
            let referral = given::referral().at(&app).await;
            let form = officer.visit(&format!("/triage/{}/redirect", referral.reference)).await.form();
            officer.submit(&form.with("to", to).with("reason", "Please look")).await.says("Referral sent elsewhere");
            let told = mail::newest(&app, address).await;
            assert!(told.subject.contains(&referral.reference), "{told:?}");
            assert!(told.body.contains(words) && told.body.contains(&format!("/triage/{}", referral.reference)), "{told:?}");
            assert!(!told.body.contains("Zephyrine") && !told.subject.contains("Zephyrine"), "{told:?}");
        }
        let settled = given::referral().at(&app).await;
        let form = officer.visit(&format!("/triage/{}/redirect", settled.reference)).await.form();
        officer.submit(&form.with("to", "ALREADY_SETTLED").with("reason", "Back at school")).await.says("Referral sent elsewhere");
        assert!(mail::all(&app).await.iter().all(|mail| !mail.subject.contains(&format!("{} for", settled.reference))));
    }

    async fn outside_compulsory_school_age_a_case_needs_a_reason_and_the_page_says_the_age(app: TestApp) {
        let referral = given::referral().telling_of_harm().answering("dateOfBirth-year", "2009").at(&app).await;
        let officer = app.officer().await;
        officer.visit("/triage").await.says("Over compulsory school age");
        let page = officer.visit(&format!("/triage/{}", referral.reference)).await;
        page.says("Compulsory school age ended on 27 June 2025").says("participation team");
        let form = opening(&officer.visit(&page.link("Open a case")).await);

        officer.submit(&form).await.says("enter why a case is opened all the same");
        let case = officer.submit(&form.with("ageReason", "He is trafficked")).await;

        case.says("Case opened").says("Opened although the child is over compulsory school age: He is trafficked");
    }

    async fn a_younger_child_sent_to_early_years_comes_back_by_itself_and_once(app: TestApp) {
        let referral = given::referral().telling_of_harm().answering("dateOfBirth-year", "2022").at(&app).await;
        let officer = app.officer().await;
        let path = format!("/triage/{}", referral.reference);
        officer.visit(&path).await.says("Compulsory school age begins on 31 March 2027");
        referral.answered_by_mash(&app).await;
        let form = officer.visit(&format!("{path}/redirect")).await.form().with("to", "EARLY_YEARS");
        officer.submit(&form.with("reason", "Too young")).await.says("Referral sent elsewhere");
        assert_eq!(backend::jobs::watch::sweep(app.inner()).await.unwrap(), 0);

        app.wait(chrono::Duration::days(134));

        assert_eq!(backend::jobs::watch::sweep(app.inner()).await.unwrap(), 1);
        assert_eq!(backend::jobs::watch::sweep(app.inner()).await.unwrap(), 0);
        let officer = app.officer().await;
        officer.visit("/triage").await.says("Quillfeather");
    }

    async fn opening_what_tells_of_harm_raises_the_flag_by_itself(app: TestApp) {
        let referral = given::referral().telling_of_harm().at(&app).await;
        let officer = app.officer().await;
        let form = officer.visit(&format!("/triage/{}/open", referral.reference)).await;

        let case = officer.submit(&opening(&form)).await;

        case.says("MASH flags").says("Significant harm (s.47)").says("Waiting for the MASH");
        let told = mail::to(&app, "mash@luton.example").await;
        assert_eq!(told.len(), 1, "the MASH was told when it arrived: {told:?}");
    }

    async fn a_flag_is_never_under_no_risk_reported(app: TestApp) {
        let calm = given::case().of("Calm", "Child").at(&app).await;
        let flagged = given::case().of("Flagged", "Child").flagged().at(&app).await;
        let (officer, mash) = (app.officer().await, app.staff("Mo Mash", &[StaffRole::MashLiaison]).await);

        // What its referral told stands further down the page; the bar says what is known of the case.
        let bar = |page: &Page| page.all(".app-identity").join(" ");
        let page = officer.visit(&calm.page()).await;
        assert!(bar(&page).contains("No risk reported"), "{}", bar(&page));
        for person in [&officer, &mash] {
            let page = person.visit(&flagged.page()).await;
            assert!(bar(&page).contains("Risk of harm"), "{}", bar(&page));
            let list = person.visit("/cases").await;
            let rows = list.all("tbody tr");
            let row = rows.iter().find(|row| row.contains("Flagged")).unwrap_or_else(|| panic!("{rows:?}"));
            assert!(row.contains("Risk of harm") || row.contains("Immediate danger"), "{row}");
        }
        let stored = backend::store::case::many(&app.operator(), &[calm.id, flagged.id]).await.unwrap();
        for row in stored {
            let told = if row.id == calm.id { Risk::Standard } else { Risk::High };
            assert_eq!(row.risk, told, "{}", row.reference);
        }
    }

    async fn pages_for_staff_are_not_for_schools(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let own = given::referral().by(&contact).telling_of_harm().at(&app).await;
        let one = format!("/triage/{}", own.reference);

        for path in ["/triage", &one, &format!("{one}/open"), "/triage/held", "/cases", "/audit", "/staff", "/contacts"] {
            school.get(path).await.is_forbidden().keeps_silent_about("No signs of risk");
            app.anybody().get(path).await.leads_to("/sign-in");
        }
    }

    async fn two_officers_cannot_both_decide(app: TestApp) {
        let referral = given::referral().at(&app).await;
        let (one, other) = (app.officer().await, app.officer().await);
        let path = format!("/triage/{}", referral.reference);
        let open = opening(&one.visit(&format!("{path}/open")).await);
        let redirect = other.visit(&format!("{path}/redirect")).await.form();
        one.submit(&open).await.says("Case opened");

        let late = other.submit(&redirect.with("to", "ADMISSIONS").with("reason", "No place yet")).await;

        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        late.says("This referral has already been decided");
    }

    async fn an_education_welfare_officer_reads_but_does_not_decide(app: TestApp) {
        let referral = given::referral().at(&app).await;
        let officer = app.staff("Ewa Welfare", &[StaffRole::EducationWelfareOfficer]).await;
        let path = format!("/triage/{}", referral.reference);

        let page = officer.visit(&path).await;
        assert!(page.attributes("main a", "href").iter().all(|href| !href.ends_with("/open")));
        officer.get(&format!("{path}/open")).await.is_forbidden();
        let forged = [("version", "1"), ("to", "ADMISSIONS"), ("reason", "x")];
        officer.post(&format!("{path}/redirect"), &forged).await.is_forbidden();
    }

    async fn what_was_sent_elsewhere_in_error_is_taken_back_for_a_reason(app: TestApp) {
        let referral = given::referral().at(&app).await;
        let officer = app.officer().await;
        let page = format!("/triage/{}", referral.reference);
        let elsewhere = officer.visit(&format!("{page}/redirect")).await.form().with("to", "EDUCATION_WELFARE");
        officer.submit(&elsewhere.with("reason", "On a roll and absent")).await.says("Referral sent elsewhere");

        let back = officer.visit(&officer.visit(&page).await.link("Take the referral back to triage")).await.form();
        let refused = officer.submit(&back).await;
        refused.finds_fault(&["Enter why it is taken back"]);
        let taken = officer.submit(&refused.form().with("reason", "The school meant another child")).await;

        taken.says("awaits triage again").says("Open a case");
        officer.visit("/triage").await.says("Quillfeather");
    }

    async fn what_was_sent_to_another_authority_stays_open_until_it_acknowledges(app: TestApp) {
        let referral = given::referral().at(&app).await;
        let officer = app.officer().await;
        let page = format!("/triage/{}", referral.reference);
        let away = officer.visit(&format!("{page}/redirect")).await.form().with("to", "OTHER_AUTHORITY");
        let refused = officer.submit(&away.with("reason", "They live there now")).await;
        refused.finds_fault(&["Enter which authority it is sent to"]);
        let sent = officer.submit(&refused.form().with("authority", "Thimble City Council")).await;

        // Sent on Wednesday 18 November: five working days later it is Wednesday again.
        sent.says("Sent to another authority, which has not acknowledged it yet").says("Thimble City Council");
        sent.says("Not yet: ask them again on 25 November 2026");
        let waiting = officer.visit("/triage?show=with-authority").await;
        waiting.says("Quillfeather").says("Thimble City Council").says("25 November 2026").keeps_silent_about("Overdue");
        officer.visit("/triage?show=redirected").await.keeps_silent_about("Quillfeather");

        let link = officer.visit(&page).await.link("Record the other authority’s acknowledgement");
        let told = officer.visit(&link).await.form();
        let refused = officer.submit(&told.with("on-day", "17").with("on-month", "11").with("on-year", "2026")).await;
        refused.finds_fault(&[
            "Enter who acknowledged it",
            "Enter their reference",
            "The day must be the same as or after the day the referral was sent to them",
        ]);
        let told = refused.form().with("by", "Ms Thimble").with("acknowledgedAs", "T-77").with("on-day", "18");
        officer.submit(&told).await.says("Acknowledgement recorded").says("T-77, Ms Thimble");
        officer.visit("/triage?show=with-authority").await.says("No authority owes us an acknowledgement");
        officer.visit("/triage?show=redirected").await.says("Quillfeather");
    }
}

/// The child of a case, as a form names it.
async fn child_of(app: &TestApp, case: &given::Case) -> String {
    let op = app.op(app.manager().await.viewer());
    let row = backend::store::case::many(&op, &[case.id]).await.unwrap().pop().unwrap();
    row.child_id.to_string()
}
