//! Brothers and sisters find each other by being named, and everybody is shown only what they may read anyway.

use acceptance::mail;
use acceptance::prelude::*;
use chrono::Duration;
use entity::vocabulary::StaffRole;

/// A referral of Ben, who has the name and the home of the children in these stories.
fn ben() -> given::NewReferral {
    given::referral()
        .of("Ben", "Quillfeather")
        .answering("dateOfBirth-day", "4")
        .answering("dateOfBirth-month", "5")
        .answering("dateOfBirth-year", "2017")
}

/// A referral of Zephyrine that names Ben with his date of birth.
fn naming_ben() -> given::NewReferral {
    given::referral()
        .answering("siblings", "YES")
        .answering("sibling.1.name", "Ben Quillfeather")
        .answering("sibling.1.dateOfBirth-day", "4")
        .answering("sibling.1.dateOfBirth-month", "5")
        .answering("sibling.1.dateOfBirth-year", "2017")
        .answering("enquiry.4.kind", "SIBLINGS_SCHOOL")
        .answering("enquiry.4.date-day", "6")
        .answering("enquiry.4.date-month", "11")
        .answering("enquiry.4.date-year", "2026")
        .answering("enquiry.4.outcome", "He has not been there since either")
}

async fn name_sibling(officer: &Staff, case: &given::Case, name: &str, born: Option<&str>) -> Page {
    let page = officer.visit(&case.page()).await;
    let form = officer.visit(&page.link("Name a brother or sister")).await.form();
    let form = form.with("name", name).with("source", "The grandmother");
    let form = match born.map(|born| born.split('-').collect::<Vec<_>>()) {
        Some(parts) => form
            .with("dateOfBirth-year", parts[0])
            .with("dateOfBirth-month", parts[1])
            .with("dateOfBirth-day", parts[2]),
        None => form,
    };
    officer.submit(&form).await
}

on_both_engines! {
    async fn those_whom_a_referral_names_are_linked_whichever_came_first(app: TestApp) {
        let officer = app.officer().await;
        let waiting = naming_ben().at(&app).await;
        officer.visit(&format!("/triage/{}", waiting.reference)).await.says("Ben Quillfeather").says("None you can see");

        let second = ben().at(&app).await;
        let of_ben = officer.visit(&format!("/triage/{}", second.reference)).await;
        of_ben.says("Zephyrine Quillfeather").says(&waiting.reference);
        officer.visit(&format!("/triage/{}", waiting.reference)).await.says(&second.reference);

        let elder = given::case().from(naming_ben()).at(&app).await;
        let younger = given::case().from(ben()).flagged().at(&app).await;
        let page = officer.visit(&elder.page()).await;
        page.says("Brothers and sisters").says(&younger.reference).says("With the MASH");
        officer.visit(&younger.page()).await.says("Zephyrine Quillfeather").says(&elder.reference);
    }

    async fn an_officer_names_a_brother_and_both_cases_show_it(app: TestApp) {
        let officer = app.officer().await;
        let (one, other) = (given::case().at(&app).await, given::case().from(ben()).at(&app).await);
        officer.visit(&one.page()).await.keeps_silent_about(&other.reference);

        let refused = name_sibling(&officer, &one, "", None).await;
        refused.finds_fault(&["Enter the name of the brother or sister"]);
        // He lives in the same home, so his date of birth is not needed.
        let named = name_sibling(&officer, &one, "Ben Quillfeather", None).await;
        named.says("Brother or sister named").says(&other.reference).says("Source: The grandmother");
        officer.visit(&other.page()).await.says(&one.reference);

        name_sibling(&officer, &one, "Ben Quillfeather", None)
            .await
            .finds_fault(&["This brother or sister is named here already"]);
        let stranger = name_sibling(&officer, &one, "Cem Quillfeather", Some("2018-02-01")).await;
        stranger.says("Cem Quillfeather").says("None you can see");
    }

    async fn whoever_was_wrongly_named_is_struck_out_and_shown_and_told_no_more(app: TestApp) {
        let theirs = given::staff(&app, "Hana Has", &[StaffRole::CmeOfficer]).await;
        let other = given::case().from(ben()).with(theirs.id).at(&app).await;
        let case = given::case().from(naming_ben()).at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit(&case.page()).await;
        page.says(&other.reference);
        officer.visit(&other.page()).await.says(&case.reference);

        let form = officer.visit(&page.link("Strike out a brother or sister")).await.form();
        officer.submit(&form).await.finds_fault(&["Select who is no brother or sister", "Enter why this is no brother or sister"]);
        let form = form.with("name", "2017-05-04 Ben Quillfeather").with("reason", "He is a cousin");
        let struck = officer.submit(&form).await;
        struck.says("Brother or sister struck out").says("Reason: He is a cousin").keeps_silent_about(&other.reference);
        officer.visit(&other.page()).await.keeps_silent_about(&case.reference);

        let before = mail::to(&app, &theirs.email).await.len();
        let flag = officer.visit(&struck.link("Raise a flag with the MASH")).await.form();
        let flag = flag.with("level", "CHILD_IN_NEED").with("concern", "Nobody has seen her").with("rationale", "The house");
        officer.submit(&flag).await.says("Flag raised with the MASH");
        assert_eq!(mail::to(&app, &theirs.email).await.len(), before);

        // To name him again takes it back.
        let named = name_sibling(&officer, &case, "Ben Quillfeather", Some("2017-05-04")).await;
        named.says(&other.reference);
        assert_eq!(mail::to(&app, &theirs.email).await.len(), before + 1);
        let verdict = backend::service::verify::whole(app.db(), &app.inner().keyring).await.unwrap();
        assert!(matches!(verdict, backend::store::event::Verdict::Sound { .. }), "{verdict:?}");
    }

    async fn naming_somebody_again_on_either_record_takes_a_strike_back(app: TestApp) {
        let officer = app.officer().await;
        let ben = given::case().from(ben()).at(&app).await;
        let zephyrine = given::case().from(naming_ben()).at(&app).await;
        let strike = async |of: &given::Case, who: &str| {
            let page = officer.visit(&of.page()).await;
            let form = officer.visit(&page.link("Strike out a brother or sister")).await.form();
            officer.submit(&form.with("name", who).with("reason", "They are cousins")).await
        };
        let linked = async |are: bool| {
            for (one, other) in [(&ben, &zephyrine), (&zephyrine, &ben)] {
                let page = officer.visit(&one.page()).await;
                if are { page.says(&other.reference) } else { page.keeps_silent_about(&other.reference) };
            }
        };
        strike(&zephyrine, "2017-05-04 Ben Quillfeather").await.says("Brother or sister struck out");
        linked(false).await;

        // The other record has the last word now.
        app.wait(Duration::minutes(1));
        name_sibling(&officer, &ben, "Zephyrine Quillfeather", None).await.says("Brother or sister named");
        linked(true).await;
        name_sibling(&officer, &ben, "Zephyrine Quillfeather", None)
            .await
            .finds_fault(&["This brother or sister is named here already"]);

        // And so on, from whichever side.
        app.wait(Duration::minutes(1));
        strike(&zephyrine, "2017-05-04 Ben Quillfeather").await.says("Brother or sister struck out");
        linked(false).await;
        app.wait(Duration::minutes(1));
        name_sibling(&officer, &ben, "Zephyrine Quillfeather", None).await.says("Brother or sister named");
        linked(true).await;

        let verdict = backend::service::verify::whole(app.db(), &app.inner().keyring).await.unwrap();
        assert!(matches!(verdict, backend::store::event::Verdict::Sound { .. }), "{verdict:?}");
    }

    async fn a_school_need_not_ask_itself_about_a_sister_who_attends_it_too(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let named = typed::referral().with("siblings", "YES").with("sibling.1.name", "Dot Quillfeather");
        let asked = "Ask the schools of the brothers and sisters";
        for (answers, demanded) in [(named.clone(), true), (named.with("sibling.1.here", "YES"), false)] {
            let draft = backend::service::draft::start(&app.op(contact.viewer()), answers.parsed()).await.unwrap();
            let page = school.visit(&format!("/refer/{draft}/check")).await;
            if demanded { page.says(asked) } else { page.keeps_silent_about(asked) };
        }
    }

    async fn a_restricted_brother_is_as_if_he_were_not_on_file(app: TestApp) {
        let reader = given::staff(&app, "Rhea Reader", &[StaffRole::CmeOfficer]).await;
        let secret = given::case().from(ben()).restricted_to(&[reader.id]).at(&app).await;
        let open = given::case().from(naming_ben()).at(&app).await;

        let officer = app.officer().await;
        let page = officer.visit(&open.page()).await;
        page.says("Ben Quillfeather").says("None you can see").keeps_silent_about(&secret.reference);
        let reader = app.sign_in(&reader).await;
        reader.visit(&open.page()).await.says(&secret.reference);
        let asked = "query($case: String!) { case(reference: $case) { siblings { name case { reference } } } }";
        let told = officer.ask(asked, json!({ "case": open.reference })).await.sound();
        assert_eq!(told.at("/case/siblings"), &json!([{ "name": "Ben Quillfeather", "case": null }]));
    }

    async fn a_flag_on_one_is_told_to_whoever_has_the_others(app: TestApp) {
        let theirs = given::staff(&app, "Hana Has", &[StaffRole::CmeOfficer]).await;
        let other = given::case().from(ben()).with(theirs.id).at(&app).await;
        let unassigned = given::referral()
            .of("Dot", "Quillfeather")
            .answering("dateOfBirth-year", "2019");
        let unassigned = given::case().from(unassigned).at(&app).await;
        let officer = app.officer().await;
        let case = given::case().from(naming_ben()).at(&app).await;
        name_sibling(&officer, &case, "Dot Quillfeather", Some("2019-03-14")).await.says(&unassigned.reference);

        let page = officer.visit(&case.page()).await;
        let flag = officer.visit(&page.link("Raise a flag with the MASH")).await.form();
        let flag = flag.with("level", "CHILD_IN_NEED").with("concern", "Nobody has seen her").with("rationale", "The house");
        officer.submit(&flag).await.says("Flag raised with the MASH");

        let told = mail::newest(&app, &theirs.email).await;
        assert!(told.subject.contains("flag in the family") && told.subject.contains(&other.reference), "{told:?}");
        for name in ["Quillfeather", "Ben", "Zephyrine"] {
            assert!(!told.body.contains(name) && !told.subject.contains(name), "{told:?}");
        }
        // Nobody has the other one, so that a manager is told of the flag itself.
        let managers = mail::to(&app, &app.manager().await.email).await;
        let about = format!("A flag in the family: {}", case.reference);
        assert!(managers.iter().any(|mail| mail.subject.contains(&about)), "{managers:?}");
    }

    async fn a_flag_that_was_there_first_is_told_when_the_link_is_made(app: TestApp) {
        let theirs = given::staff(&app, "Hana Has", &[StaffRole::CmeOfficer]).await;
        given::case().from(ben()).with(theirs.id).at(&app).await;
        let flagged = given::case().flagged().at(&app).await;
        let before = mail::to(&app, &theirs.email).await.len();
        let officer = app.officer().await;
        name_sibling(&officer, &flagged, "Ben Quillfeather", None).await.says("Brother or sister named");
        let told = mail::to(&app, &theirs.email).await;
        assert_eq!(told.len(), before + 1);
        assert!(told.iter().any(|mail| mail.subject.contains("flag in the family")), "{told:?}");
    }

    async fn nobody_is_told_of_a_flag_on_a_case_that_they_may_not_read(app: TestApp) {
        let theirs = given::staff(&app, "Hana Has", &[StaffRole::CmeOfficer]).await;
        given::case().from(naming_ben()).with(theirs.id).at(&app).await;
        let reader = given::staff(&app, "Rhea Reader", &[StaffRole::CmeOfficer]).await;
        let secret = given::case().from(ben()).restricted_to(&[reader.id]).at(&app).await;
        let before = mail::to(&app, &theirs.email).await.len();

        let reader = app.sign_in(&reader).await;
        let page = reader.visit(&secret.page()).await;
        let flag = reader.visit(&page.link("Raise a flag with the MASH")).await.form();
        let flag = flag.with("level", "CHILD_IN_NEED").with("concern", "Nobody has seen him").with("rationale", "The house");
        reader.submit(&flag).await.says("Flag raised with the MASH");

        assert_eq!(mail::to(&app, &theirs.email).await.len(), before);
        // The manager who restricted it is one of its readers, and may read the other case too.
        let managers = mail::to(&app, &app.manager().await.email).await;
        let about = format!("A flag in the family: {}", secret.reference);
        assert!(managers.iter().any(|mail| mail.subject.contains(&about)), "{managers:?}");
    }
}
