//! A school refers one child, one question a page.

use acceptance::database;
use acceptance::prelude::*;
use http::StatusCode;

/// Answers every question and stands before the button that sends.
async fn all_answered(school: &SchoolContact, answers: &typed::Answers) -> Page {
    let first = school.visit("/refer/new").await;
    school.answer_all(first, answers).await
}

/// Declares and sends.
fn declared(check: &Page) -> Form {
    check.button("Send referral").with("declaration", "YES")
}

fn reference(page: &Page) -> String {
    page.all(".app-reference").into_iter().next().unwrap_or_else(|| panic!("no reference: {}", page.text()))
}

/// A school's referral with a single enquiry, of this kind.
fn one_enquiry(kind: &str) -> typed::Answers {
    let parts = ["kind", "date-day", "date-month", "date-year", "outcome"];
    let one = parts.iter().fold(typed::referral(), |answers, part| {
        answers.without(&format!("enquiry.2.{part}")).without(&format!("enquiry.3.{part}"))
    });
    one.with("enquiry.1.kind", kind)
}

on_both_engines! {
    async fn a_school_refers_a_child_and_is_given_a_reference(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;

        let check = all_answered(&school, &typed::referral()).await;
        check.says("Zephyrine").says("14 March 2015").says("The house stands empty").says("Wilhelmina Quillfeather");
        let sent = school.submit(&declared(&check)).await;

        assert_eq!(sent.heading(), "Referral sent");
        let reference = reference(&sent);
        assert!(reference.starts_with("R-") && reference.len() == 11, "{reference}");
        school.visit("/refer").await.says(&reference).says("Awaiting triage");
        let told = mail::newest(&app, &contact.email).await;
        assert!(told.subject.contains(&reference), "{}", told.subject);
    }

    async fn a_school_that_tells_of_harm_is_told_that_the_hub_was_alerted(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let check = all_answered(&school, &typed::referral()).await;
        let harm = school.visit(&check.path.replace("check", "harm")).await.form();
        school.submit(&harm.with("harm", "YES").with("harmDetails", "Bruises on both arms")).await;

        let sent = school.submit(&declared(&school.visit(&check.path).await)).await;

        sent.says("We have alerted the safeguarding hub").says("01632 960 200").says("01632 960 300").says("call 999");
        let told = mail::newest(&app, &contact.email).await;
        for words in ["We have alerted the multi-agency safeguarding hub", "01632 960 200", "01632 960 300", "call 999"] {
            assert!(told.body.contains(words), "{words}: {}", told.body);
        }
        assert!(!told.body.contains("Zephyrine") && !told.body.contains("Bruises"), "{}", told.body);
    }

    async fn what_follows_from_an_answer_stands_while_it_does_and_is_not_lost(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let check = all_answered(&school, &typed::referral()).await.path;
        let care = format!("{}?return=check", check.replace("check", "social-care"));
        let told = school.visit(&care).await.form().with("socialCare", "YES").with("socialWorker", "Robin Caseworker");
        school.submit(&told).await.says("Robin Caseworker");

        let withdrawn = school.submit(&school.visit(&care).await.form().with("socialCare", "NO")).await;

        withdrawn.keeps_silent_about("Robin Caseworker");
        assert_eq!(school.visit(&care).await.form().value("socialWorker"), Some("Robin Caseworker"));
        let sent = reference(&school.submit(&declared(&withdrawn)).await);
        school.visit(&format!("/refer/sent/{sent}")).await.keeps_silent_about("Robin Caseworker");
        assert_eq!(database::count(app.db(), "referral", "details LIKE '%Robin Caseworker%'").await, 0);
    }

    async fn sending_twice_makes_one_referral(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let check = all_answered(&school, &typed::referral()).await;

        let (once, twice) = (school.submit(&declared(&check)).await, school.submit(&declared(&check)).await);

        assert_eq!(reference(&once), reference(&twice));
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 1);
        assert_eq!(database::count(app.db(), "event", "kind = 'referral_received'").await, 1);
        assert_eq!(database::count(app.db(), "message", "subject LIKE 'Referral %'").await, 1);
    }

    async fn a_referral_that_was_sent_can_only_be_read(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let check = all_answered(&school, &typed::referral()).await;
        let question = check.path.replace("check", "name");
        let form = school.visit(&question).await.form().with("familyName", "Changed");
        let reference = reference(&school.submit(&declared(&check)).await);

        let sent = format!("/refer/sent/{reference}");
        school.get(&question).await.leads_to(&sent);
        school.submit(&form).await.says("Quillfeather").keeps_silent_about("Changed");
        school.visit(&sent).await.says("Zephyrine").says("You cannot change a referral that was sent");
    }

    async fn the_declaration_must_be_made_and_nothing_typed_is_lost(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let check = all_answered(&school, &typed::referral()).await;

        let refused = school.submit(&check.button("Send referral")).await;

        refused.finds_fault(&["Confirm that what you tell us is true as far as you know"]);
        refused.says("Zephyrine");
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 0);
    }

    async fn a_wrong_answer_is_shown_again_with_what_was_typed(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let check = all_answered(&school, &typed::referral()).await;
        let born = school.visit(&check.path.replace("check", "date-of-birth")).await.form();

        let over = school.submit(&born.clone().with("dateOfBirth-year", "2009")).await;
        over.finds_fault(&[
            "A young person born on this date is over compulsory school age: tell the participation team instead",
        ]);
        assert_eq!(over.form().value("dateOfBirth-year"), Some("2009"));
        let nonsense = school.submit(&born.with("dateOfBirth-month", "13")).await;
        nonsense.finds_fault(&["Date of birth must be a real date"]);
        school.visit(&check.path).await.says("14 March 2015");
    }

    async fn a_child_taught_out_of_their_year_is_a_warning_and_no_fault(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let check = all_answered(&school, &typed::referral()).await;
        let born = school.visit(&check.path.replace("check", "date-of-birth")).await.form();
        let nonsense = school.submit(&born.clone().with("yearGroup", "the big ones")).await;
        nonsense.finds_fault(&["Enter a year group such as Reception or Year 7, or leave it empty"]);
        let kept = school.submit(&born.with("yearGroup", "y6")).await;
        assert!(kept.status.is_redirection() || kept.status.is_success(), "{:?}", kept.status);
        school.visit(&check.path).await.says("Taught in another year group");

        let officer = app.officer().await;
        let warning = "The school teaches the child in Year 6, but the date of birth gave Year 7 on";
        let waiting = given::referral().answering("yearGroup", "y6").at(&app).await;
        let page = officer.visit(&format!("/triage/{}", waiting.reference)).await;
        page.says(warning).says("Compulsory school age goes by the date of birth alone");
        let case = given::case().from(given::referral().answering("yearGroup", "Year 6")).at(&app).await;
        officer.visit(&case.page()).await.says("Year 7").says(warning);
        // The year of their age is no news.
        let same = given::case().from(given::referral().answering("yearGroup", "Year 7")).at(&app).await;
        officer.visit(&same.page()).await.says("Year 7").keeps_silent_about("The school teaches the child in");
    }

    async fn a_number_of_an_authority_that_exists_no_more_is_valid_and_says_so(app: TestApp) {
        let officer = app.officer().await;
        let note = "Valid, though its code is that of Bedfordshire, an authority until 2009";
        let of_old = || given::referral().answering("upn", "E820400199001").answering("upnAbsence", "");
        let waiting = of_old().at(&app).await;
        officer.visit(&format!("/triage/{}", waiting.reference)).await.says("E820400199001").says(note);
        let case = given::case().from(of_old()).at(&app).await;
        officer.visit(&case.page()).await.says(note);
        let of_today = given::referral().answering("upn", "G821999926001").answering("upnAbsence", "");
        let today = given::case().from(of_today).at(&app).await;
        officer.visit(&today.page()).await.says("G821999926001").keeps_silent_about("Valid, though its code");
    }

    async fn everything_that_lacks_is_said_at_once(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let first = school.visit("/refer/new/ground?danger=NO").await.form().with("ground", "NOT_BACK_FROM_LEAVE");
        let draft = school.submit(&first).await;
        let check = school.visit(&draft.path.replace("social-care", "check")).await;

        let refused = school.submit(&declared(&check)).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let faults = refused.faults();
        for lacking in [
            "Select whether there are signs of harm",
            "Enter the child’s last name",
            "Enter the date the child was due back",
            "Add at least one enquiry that the school made",
        ] {
            assert!(faults.iter().any(|fault| fault == lacking), "{lacking}: {faults:?}");
        }
    }

    async fn a_child_in_danger_is_referred_however_little_else_is_known(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let danger = school.visit("/refer/new").await.says("call 999 now").form().with("danger", "YES");
        let call = school.submit(&danger).await;
        call.says("call 999");
        let call = call.button("Save and check what you have so far");
        let check = school.submit(&call.with("dangerCalled", "YES").with("dangerReference", "10:02")).await;

        check.says("You can send this now");
        let sent = school.submit(&check.button("Send referral")).await;

        assert_eq!(sent.heading(), "Referral sent", "{:?}", sent.faults());
        let alert = mail::newest(&app, "mash@luton.example").await;
        assert!(alert.subject.contains(&reference(&sent)), "{}", alert.subject);
    }

    async fn what_a_flagged_referral_lacks_is_asked_of_the_school_and_shown_to_the_officer(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        for (flag, details) in [("harm", Some("Bruises")), ("socialCare", None)] {
            let answers = typed::referral().with(flag, "YES").dated("dateOfBirth", ("2008", "2", "31"));
            let answers = answers.with("postcode", "nowhere").with("parent.1.phone", "abc").with("upn", "X");
            let answers = details.iter().fold(answers, |answers, text| answers.with("harmDetails", text));
            let check = all_answered(&school, &answers).await;

            let sent = school.submit(&declared(&check)).await;

            assert_eq!(sent.heading(), "Referral sent", "{flag}: {:?}", sent.faults());
            let reference = reference(&sent);
            let own = school.visit(&format!("/refer/sent/{reference}")).await;
            let officer = app.officer().await;
            let triage = officer.visit(&format!("/triage/{reference}")).await;
            for page in [&sent, &own, &triage] {
                page.says("Date of birth must be a real date").says("Enter a full UK postcode");
            }
            triage.says("31 2 2008").says("nowhere").says("To be asked for");
            let form = officer.visit(&triage.link("Open a case")).await.form();
            let form = if form.asks("child") { form.with("child", "new") } else { form };
            let form = typed::decision(form);
            officer.submit(&form).await.says("To be asked for").says("Enter a full UK postcode");
        }
    }

    async fn a_school_adds_to_a_referral_and_the_officer_reads_it_whatever_became_of_it(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let flagged = given::referral().by(&contact).telling_of_harm().answering("postcode", "nowhere").at(&app).await;
        let (own, triage) = (format!("/refer/sent/{}", flagged.reference), format!("/triage/{}", flagged.reference));
        let officer = app.officer().await;
        let add = async |field: &str, text: &str| {
            let form = school.visit(&school.visit(&own).await.link("Add to this referral")).await.form();
            let form = if form.asks("field") { form.with("field", field) } else { form };
            school.submit(&form.with("text", text)).await
        };

        add("postcode", "LU1 2AB").await.says("Added to your referral").says("LU1 2AB");
        let page = officer.visit(&triage).await;
        page.says("Added by the school since").says("LU1 2AB").keeps_silent_about("Enter a full UK postcode");
        let form = officer.visit(&page.link("Open a case")).await.form();
        let form = if form.asks("child") { form.with("child", "new") } else { form };
        let form = typed::decision(form);
        let case = officer.submit(&form).await.path;

        add("OTHER", "Rang the aunt on 17 November: no answer").await.says("Added to your referral");
        officer.visit(&case).await.says("Rang the aunt on 17 November: no answer");
        school.visit(&own).await.keeps_silent_about("Withdraw this referral");
    }

    async fn a_school_withdraws_a_referral_until_it_is_decided_and_never_a_flagged_one(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let calm = given::referral().by(&contact).of("Calm", "Child").at(&app).await;
        let flagged = given::referral().by(&contact).of("Flagged", "Child").telling_of_harm().at(&app).await;
        let own = school.visit(&format!("/refer/sent/{}", calm.reference)).await;
        let form = school.visit(&own.link("Withdraw this referral")).await.form();

        let gone = school.submit(&form.with("reason", "She came back today")).await;

        gone.says("Referral withdrawn").says("Withdrawn by the school").says("She came back today");
        let officer = app.officer().await;
        officer.visit("/triage").await.keeps_silent_about("Calm Child").says("Flagged Child");
        officer.visit(&format!("/triage/{}", calm.reference)).await.says("She came back today");
        school.visit(&format!("/refer/sent/{}", flagged.reference)).await.keeps_silent_about("Withdraw this referral");
        let forged = [("version", "1"), ("reason", "x")];
        let refused = school.post(&format!("/refer/sent/{}/withdraw", flagged.reference), &forged).await;
        refused.says("points to harm");
    }

    async fn leave_counts_only_once_ten_school_days_are_over(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let leave = typed::referral().with("ground", "NOT_BACK_FROM_LEAVE").dated("returnDue", ("2026", "11", "9"));
        let first = school.visit("/refer/new").await;
        let mut page = school.submit(&first.form().with("danger", "NO")).await;
        while !page.path.ends_with("/return-due") {
            page = school.submit(&page.form().answering(leave.pairs())).await;
        }
        // The answer is kept, and what has still to come is said where everything is checked.
        let kept = school.submit(&page.form().answering(leave.pairs())).await;
        assert!(!kept.path.ends_with("/return-due"), "{}", kept.path);
        let check = school.visit(&page.path.replace("return-due", "check")).await;
        check.says("the last is 20 November 2026");
        school.submit(&declared(&check)).await.keeps_silent_about("Referral sent");
    }

    async fn a_sham_of_enquiries_is_kept_as_a_draft_with_what_lacks(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let sham = one_enquiry("TEXT").with("noHomeVisit", "UNSAFE");
        let check = all_answered(&school, &sham).await;
        check.says("Still to do before you can send").says("at least 3 different ways").says("emergency contacts");
        check.says("Enter why it is not safe to visit the home");
        assert_eq!(school.submit(&declared(&check)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 0);
        school.visit("/refer").await.says("Carry on: Zephyrine Quillfeather");
    }

    async fn what_was_done_before_the_child_was_away_is_no_enquiry(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let old = ["enquiry.1.date", "enquiry.2.date", "enquiry.3.date", "appraisedOn"]
            .into_iter()
            .fold(typed::referral(), |answers, field| answers.dated(field, ("2016", "5", "3")));
        let abroad = old.clone().with("ground", "MOVED_ABROAD").with("destination", "Pakistan");
        let yesterday = ["lastAttended", "lastSeen"]
            .into_iter()
            .fold(typed::referral(), |answers, field| answers.dated(field, ("2026", "11", "17")));
        for (answers, lacks) in [
            (old, &["must be on or after 2 November 2026, when the absence began"][..]),
            (abroad, &["when the absence began", "in words how you confirmed that the child is there"]),
            (yesterday, &["Wait until the child has been away for two weekdays"]),
        ] {
            let check = all_answered(&school, &answers).await;
            for lack in lacks {
                check.says("Still to do before you can send").says(lack);
            }
            school.submit(&declared(&check)).await.keeps_silent_about("Referral sent");
        }
    }

    async fn empty_words_are_no_answer(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let check = all_answered(&school, &typed::referral()).await;
        for (page, field, empty) in [
            ("welfare-officer", "welfareOfficer", "n/a"),
            ("appraisal", "appraisal", "N/A!"),
            ("appraisal", "appraisedBy", "x"),
        ] {
            let form = school.visit(&check.path.replace("check", page)).await.form().with(field, empty);
            assert_eq!(school.submit(&form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {empty}");
        }
    }

    async fn a_fear_of_forced_marriage_sends_nobody_to_the_family(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        for harm in ["NOT_KNOWN", "NO"] {
            let fear = one_enquiry("TEXT").with("harm", harm).with("noHomeVisit", "FORCED_MARRIAGE_OR_HONOUR");
            let check = all_answered(&school, &fear.without("siblings")).await;
            check.says("You can send this now").says("Do not contact the family about this");

            let sent = school.submit(&declared(&check)).await;

            assert_eq!(sent.heading(), "Referral sent", "{:?}", sent.faults());
            let reference = reference(&sent);
            assert!(mail::newest(&app, "mash@luton.example").await.subject.contains(&reference));
            let own = school.visit(&format!("/refer/sent/{reference}")).await;
            let officer = app.officer().await;
            let triage = officer.visit(&format!("/triage/{reference}")).await;
            triage.says("Forced marriage or honour-based abuse feared").says("Risk of harm");
            for page in [&sent, &own] {
                page.says("Do not contact the family about this until the MASH or we have advised you");
                page.says("Select whether the child has brothers or sisters");
            }
            for page in [&sent, &own, &triage] {
                for contact in ["different ways", "emergency contacts", "Add a home visit", "different days"] {
                    page.keeps_silent_about(contact);
                }
            }
        }
    }

    async fn a_child_found_at_the_address_stays_on_the_roll_and_goes_to_education_welfare(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let check = all_answered(&school, &typed::referral().with("foundAtAddress", "YES")).await;
        check.says("they stay on your roll");
        let reference = reference(&school.submit(&declared(&check)).await);
        let told = mail::newest(&app, "welfare@luton.example").await;
        assert!(told.subject.contains(&reference) && !told.body.contains("Zephyrine"), "{told:?}");
        let officer = app.officer().await;
        officer.visit("/triage").await.says("Found at the address: stays on roll");
        let form = officer.visit(&format!("/triage/{reference}/redirect")).await.says("for education welfare").form();
        let form = form.with("to", "EDUCATION_WELFARE").with("reason", "She is at home: please visit");
        officer.submit(&form).await.says("Referral sent elsewhere");
    }

    async fn a_child_whom_the_school_found_is_on_no_roll_only_for_a_reason(app: TestApp) {
        let found = given::referral().answering("foundAtAddress", "YES").at(&app).await;
        let officer = app.officer().await;
        let form = officer.visit(&format!("/triage/{}/open", found.reference)).await.form();
        let form = typed::decision(if form.asks("child") { form.with("child", "new") } else { form });
        let refused = officer.submit(&form).await;
        assert!(refused.faults()[0].contains("The school found this child at the address"), "{:?}", refused.faults());
        let empty = officer.submit(&refused.form().with("foundReason", "n/a")).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let case = officer.submit(&refused.form().with("foundReason", "The school removed the name in October")).await;
        case.says("Case opened").says("The school found the child there").says("The school removed the name in October");
    }

    async fn a_flagged_young_person_of_any_age_is_taken(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        for year in ["2007", "2023"] {
            let answers = typed::referral().with("harm", "YES").with("harmDetails", "Bruises");
            let check = all_answered(&school, &answers.dated("dateOfBirth", (year, "3", "14"))).await;
            assert_eq!(school.submit(&declared(&check)).await.heading(), "Referral sent", "{year}");
        }
    }

    async fn a_child_who_is_somebody_elses_to_help_is_told_so_and_nothing_is_kept(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        for (option, team) in [
            ("ABSENT", "education welfare team"),
            ("HOME_EDUCATED", "elective home education team"),
            ("OVER_AGE", "participation team"),
            ("UNDER_AGE", "early years team"),
        ] {
            let form = school.visit("/refer/new").await.form().with("danger", "NO");
            let form = school.submit(&form).await.form().with("ground", option);
            school.submit(&form).await.is_shown().says(team).says("01632 960 100").says("01632 960 200");
        }
        assert_eq!(database::count(app.db(), "draft", "1 = 1").await, 0);
    }

    async fn a_colleague_of_the_same_school_carries_on_and_nobody_else_finds_it(app: TestApp) {
        let (oak, elm) = (given::school(&app, "Oak School").await, given::school(&app, "Elm School").await);
        let first = app.school_contact(&given::contact(&app, &oak).await).await;
        let colleague = app.school_contact(&given::contact(&app, &oak).await).await;
        let stranger = app.school_contact(&given::contact(&app, &elm).await).await;
        let check = all_answered(&first, &typed::referral()).await;

        let home = colleague.visit("/refer").await;
        let link = home.link("Carry on: Zephyrine Quillfeather");
        colleague.visit(&link).await.is_shown().says("Zephyrine");
        stranger.get(&check.path).await.is_not_found();
        stranger.visit("/refer").await.keeps_silent_about("Quillfeather");
    }

    async fn a_contact_suspended_meanwhile_is_refused_and_the_draft_stays_with_the_school(app: TestApp) {
        let oak = given::school(&app, "Oak School").await;
        let leaver = app.school_contact(&given::contact(&app, &oak).await).await;
        let colleague = app.school_contact(&given::contact(&app, &oak).await).await;
        let check = all_answered(&leaver, &typed::referral()).await;
        let op = app.op(app.manager().await.viewer());
        backend::service::contact::suspend(&op, leaver.contact.id, 1, "Left".to_owned()).await.unwrap();

        let refused = leaver.submit(&declared(&check)).await;

        assert_eq!(refused.heading(), "You can no longer sign in with this address", "{}", refused.text());
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 0);
        colleague.visit("/refer").await.says("Zephyrine Quillfeather");
    }

    async fn a_sibling_gets_a_referral_of_their_own_with_the_family_filled_in(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let answers = typed::with_sibling("Barnaby Quillfeather");
        let check = all_answered(&school, &answers).await;
        let sent = school.submit(&declared(&check)).await;

        let first = school.submit(&sent.button("Refer Barnaby Quillfeather")).await;

        let name = school.visit(&first.path.replace("danger", "name")).await.form();
        assert_eq!((name.value("givenNames"), name.value("familyName")), (Some("Barnaby"), Some("Quillfeather")));
        let check = school.visit(&first.path.replace("danger", "check")).await;
        check.says("Wilhelmina Quillfeather").says("Select whether the child is in immediate danger");
        assert_eq!(database::count(app.db(), "referral", "1 = 1").await, 1);
    }

    async fn a_sibling_who_was_referred_is_not_offered_again_in_any_script(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        for (given, family) in [("Barnaby", "Quillfeather"), ("علی", "رضا")] {
            let named = format!("{given} {family}");
            let answers = typed::with_sibling(&named);
            let check = all_answered(&school, &answers).await;
            let first = school.submit(&declared(&check)).await;
            first.says(&format!("Refer {named}"));
            let check = all_answered(&school, &typed::referral().with("givenNames", given).with("familyName", family)).await;
            school.submit(&declared(&check)).await;

            school.visit(&first.path).await.says("Referral sent").keeps_silent_about(&format!("Refer {named}"));
        }
    }

    async fn every_ground_has_its_own_question(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let abroad = typed::referral().with("ground", "MOVED_ABROAD").with("destination", "Lisbon, told by the aunt");
        let leave = typed::referral().with("ground", "NOT_BACK_FROM_LEAVE").dated("returnDue", ("2026", "11", "3"));
        for (answers, words) in [(abroad, "Lisbon, told by the aunt"), (leave, "3 November 2026")] {
            let check = all_answered(&school, &answers).await;
            check.says(words);
            assert_eq!(school.submit(&declared(&check)).await.heading(), "Referral sent");
        }
    }
}
