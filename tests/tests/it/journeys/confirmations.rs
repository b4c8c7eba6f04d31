//! Each contact says once a term that they still work at the school, or is suspended; and so are all contacts of a school
//! that is no more.

use acceptance::database::{count, tamper};
use acceptance::prelude::*;
use backend::jobs::confirmations::sweep;
use backend::service::register::{import_schools, import_term_dates};
use chrono::Duration;

const TERMS: &str = "academic_year,school_urn,from,to,kind,source\n\
    2026/27,,2026-09-01,2026-12-18,term,published\n\
    2026/27,,2026-10-26,2026-10-30,half term,published\n\
    2026/27,,2026-12-21,2027-01-01,holiday,published\n\
    2026/27,,2027-01-04,2027-03-26,term,published\n";

/// A contact who was approved this term, on the first morning of the next.
async fn at_the_start_of_term(app: &TestApp) -> given::Contact {
    import_term_dates(&app.operator(), TERMS.as_bytes().to_vec()).await.unwrap();
    let contact = given::contact_somewhere(app).await;
    assert_eq!(sweep(app.inner()).await.unwrap(), 0, "approved this term");
    app.wait(Duration::days(47));
    contact
}

on_both_engines! {
    async fn a_contact_is_asked_once_a_term_and_confirms_with_one_button(app: TestApp) {
        let contact = at_the_start_of_term(&app).await;

        assert_eq!(sweep(app.inner()).await.unwrap(), 1);

        let asked = mail::newest(&app, &contact.email).await;
        assert!(asked.subject.contains("Confirm that you still work") && asked.body.contains("/refer"), "{asked:?}");
        let school = app.school_contact(&contact).await;
        let page = school.visit("/refer").await;
        page.says("Confirm that you still work at Thornhill Primary School").says("1 February 2027");
        let page = school.submit(&page.button("I still work here")).await;
        page.says("You have confirmed that you still work at your school").keeps_silent_about("I still work here");
        assert_eq!(sweep(app.inner()).await.unwrap(), 0);
        app.wait(Duration::days(60));
        assert_eq!(sweep(app.inner()).await.unwrap(), 0, "the same term");
        school.browser().get("/refer").await.is_shown();
    }

    async fn who_does_not_answer_is_reminded_then_suspended_and_told(app: TestApp) {
        let contact = at_the_start_of_term(&app).await;
        sweep(app.inner()).await.unwrap();
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        admin.visit("/contacts?asked=YES").await.says("Cass Contact").says("Asked to confirm before 1 February 2027");
        for (days, done, subject) in [
            (13, 0, "Confirm that you still work"),
            (1, 1, "Reminder: confirm that you still work"),
            (13, 0, "Reminder: confirm that you still work"),
            (1, 1, "Your address can no longer be used"),
            (1, 0, "Your address can no longer be used"),
        ] {
            app.wait(Duration::days(days));
            assert_eq!(sweep(app.inner()).await.unwrap(), done, "{subject}");
            let newest = mail::newest(&app, &contact.email).await;
            assert!(newest.subject.starts_with(subject), "{newest:?}");
        }
        let admin = app.staff("Ana Admin", &[StaffRole::Administrator]).await;
        admin.visit(&format!("/contacts/{}", contact.id)).await.says("Suspended").says("Not confirmed this term");
        admin.visit("/contacts?asked=YES").await.keeps_silent_about("Cass Contact");
        let reinstate = admin.visit(&format!("/contacts/{}/reinstate", contact.id)).await.form();
        admin.submit(&reinstate).await.says("Contact reinstated");
        assert_eq!(sweep(app.inner()).await.unwrap(), 0, "whoever reinstated them has vouched for them");
    }

    async fn two_instances_at_once_ask_once(app: TestApp) {
        let contact = at_the_start_of_term(&app).await;

        let (one, other) = tokio::join!(sweep(app.inner()), sweep(app.inner()));

        assert_eq!(one.unwrap() + other.unwrap(), 1);
        let asked = mail::to(&app, &contact.email).await;
        assert_eq!(asked.iter().filter(|mail| mail.subject.starts_with("Confirm")).count(), 1);
    }

    async fn nobody_is_asked_while_no_term_dates_are_known(app: TestApp) {
        given::contact_somewhere(&app).await;
        app.wait(Duration::days(400));
        assert_eq!(sweep(app.inner()).await.unwrap(), 0);
    }

    async fn what_the_row_says_of_being_asked_is_what_the_facts_say(app: TestApp) {
        let contact = at_the_start_of_term(&app).await;
        sweep(app.inner()).await.unwrap();
        app.wait(Duration::days(14));
        sweep(app.inner()).await.unwrap();
        let asked = "asked_at IS NOT NULL AND reminded_at > asked_at AND confirmed_at IS NULL AND version = 3";
        assert_eq!(count(app.db(), "school_contact", asked).await, 1);
        app.wait(Duration::hours(1));
        backend::service::contact::confirm(&app.op(contact.viewer())).await.unwrap();
        assert_eq!(count(app.db(), "school_contact", "confirmed_at > reminded_at AND version = 4").await, 1);
        backend::service::contact::confirm(&app.op(contact.viewer())).await.unwrap();
        assert_eq!(count(app.db(), "school_contact", "version = 4").await, 1, "saying so again changes nothing");
        let verdict = backend::service::verify::whole(app.db(), &app.inner().keyring).await.unwrap();
        assert!(matches!(verdict, backend::store::event::Verdict::Sound { .. }), "{verdict:?}");
    }

    async fn when_a_school_closes_its_contacts_are_suspended_and_its_drafts_reported(app: TestApp) {
        let register = |status: &str, closed: &str| {
            format!(
                "URN,LA (code),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),\
                 EstablishmentStatus (name),PhaseOfEducation (name),OpenDate,CloseDate\r\n\
                 900001,821,2001,Oak School,Academy,{status},Primary,01-09-2016,{closed}\r\n\
                 900002,821,2002,Elm School,Academy,Open,Primary,01-09-2016,\r\n"
            )
            .into_bytes()
        };
        import_schools(&app.operator(), register("Open", "")).await.unwrap();
        let school = |urn: &str, name: &str| (urn.to_owned(), name.to_owned());
        let (oak, elm) = (school("900001", "Oak School"), school("900002", "Elm School"));
        let approve = async |(urn, _): &(String, String), email: &str| {
            let typed = backend::service::contact::Approve {
                school_urn: urn.clone(),
                name: "Cass Contact".to_owned(),
                job: "Attendance lead".to_owned(),
                email: email.to_owned(),
                kind: Some(entity::vocabulary::ContactKind::Lead),
            };
            backend::service::contact::approve(&app.operator(), typed).await.unwrap()
        };
        let leaving = approve(&oak, "one@oak.example").await;
        approve(&oak, "two@oak.example").await;
        approve(&elm, "one@elm.example").await;
        let row = backend::store::contact::one(&app.operator(), leaving).await.unwrap().unwrap();
        let viewer = backend::domain::viewer::Viewer::SchoolContact(backend::domain::viewer::SchoolContact {
            id: row.id,
            name: row.name,
            school: row.school_id,
            kind: row.kind,
        });
        let draft = backend::service::draft::start(&app.op(viewer), typed::referral().parsed()).await.unwrap();
        assert_eq!(sweep(app.inner()).await.unwrap(), 0);

        import_schools(&app.operator(), register("Closed", "17-11-2026")).await.unwrap();
        assert_eq!(sweep(app.inner()).await.unwrap(), 1);
        assert_eq!(sweep(app.inner()).await.unwrap(), 0);

        let closed = "state = 'suspended' AND reason = 'The school has closed'";
        assert_eq!(count(app.db(), "school_contact", closed).await, 2);
        assert_eq!(count(app.db(), "school_contact", "state = 'active'").await, 1);
        let told = mail::newest(&app, "cme@luton.example").await;
        assert!(told.body.contains("Oak School") && told.body.contains("not sent: 1"), "{told:?}");
        assert!(!told.body.contains("Cass") && !told.body.contains("Quillfeather"), "{told:?}");
        assert!(mail::newest(&app, "two@oak.example").await.body.contains("The school has closed"));
        let officer = app.officer().await;
        let page = officer.visit("/contacts/closed-schools").await;
        page.says("Oak School").says("Cass Contact").says(&draft.to_string()).keeps_silent_about("Quillfeather");
        officer.ask("query($id: ID!) { draft(id: $id) { id } }", json!({ "id": draft.to_string() })).await.refused_with("FORBIDDEN");
    }

    async fn a_school_whose_last_day_has_passed_has_closed_whatever_its_status(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        for (closed_on, done) in [("2026-11-18", 0), ("2026-11-17", 1)] {
            tamper(app.db(), &format!("UPDATE school SET closed_on = '{closed_on}' WHERE urn = '{}'", contact.school.urn)).await;
            assert_eq!(sweep(app.inner()).await.unwrap(), done, "{closed_on}");
        }
    }
}
