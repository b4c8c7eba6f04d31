//! School contacts are managed. An approval is the security boundary of the portal.

use acceptance::database::count;
use acceptance::prelude::*;

/// The page of a contact.
fn page_of(contact: &given::Contact) -> String {
    format!("/contacts/{}", contact.id)
}

on_both_engines! {
    async fn an_administrator_approves_a_contact_who_can_then_sign_in(app: TestApp) {
        let school = given::school(&app, "Thornhill Primary School").await;
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let search = admin.visit("/contacts/schools").await.form().with("search", "thornhill");
        let found = admin.submit(&search).await;
        let form = admin.visit(&found.link("Thornhill Primary School")).await.form();
        let form = form.with("name", "Nia New").with("job", "Head").with("email", "  Nia@Thornhill.example ").with("kind", "LEAD");

        let page = admin.submit(&form).await;

        page.says("Contact approved").says("nia@thornhill.example").says(&school.name);
        assert!(mail::newest(&app, "nia@thornhill.example").await.body.contains("/refer"));
        let anew = admin.visit(&found.link("Thornhill Primary School")).await.form();
        let again = admin.submit(&anew.with("name", "Nia New").with("job", "Head").with("email", "nia@thornhill.example").with("kind", "LEAD")).await;
        again.says("This address is already approved for this school");
        let browser = app.browser();
        let ask = browser.visit("/refer").await.form().with("email", "nia@thornhill.example");
        browser.submit(&ask).await;
        let link = mail::newest(&app, "nia@thornhill.example").await.link();
        let button = browser.visit(&link).await.form();
        browser.submit(&button).await.says("Your referrals");
    }

    async fn all_that_is_wrong_with_an_approval_is_said_at_once(app: TestApp) {
        let school = given::school(&app, "Thornhill Primary School").await;
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let form = admin.visit(&format!("/contacts/new?schoolUrn={}", school.urn)).await.form();

        let refused = admin.submit(&form.with("email", "not an address")).await;

        refused.finds_fault(&[
            "Enter the contact’s name",
            "Enter what the contact does at the school",
            "Enter an email address in the correct format, like name@example.com",
            "Select what the contact is at the school",
        ]);
    }

    async fn contacts_are_found_by_name_school_and_address(app: TestApp) {
        let (oak, elm) = (given::school(&app, "Oak School").await, given::school(&app, "Elm School").await);
        given::contact_at(&app, &oak, "one@oak.example").await;
        given::contact_at(&app, &elm, "two@elm.example").await;
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let page = admin.visit("/contacts").await;
        for (typed, found, not) in [("oak", "Oak School", "Elm School"), ("TWO@elm.example", "Elm School", "Oak School")] {
            let page = admin.submit(&page.button("Search").with("search", typed)).await;
            let rows = page.all("tbody tr");
            assert!(rows.iter().any(|row| row.contains(found)) && !rows.iter().any(|row| row.contains(not)), "{typed}: {rows:?}");
        }
        let history = admin.browser().history();
        assert!(history.iter().all(|address| !address.contains("elm.example")), "{history:?}");
        assert_eq!(admin.visit("/contacts?kind=LEAD").await.all("tbody tr").len(), 2);
        admin.visit("/contacts?kind=DEPUTY").await.says("No contacts match");
    }

    async fn suspending_ends_the_session_and_tells_the_contact(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let form = admin.visit(&format!("{}/suspend", page_of(&contact))).await.form();

        admin.submit(&form).await.finds_fault(&["Enter why this contact is suspended"]);
        let page = admin.submit(&form.with("reason", "Left the school")).await;

        page.says("Contact suspended").says("Left the school");
        let twin = school.browser().through(app.instance().await.server());
        let told_on_page = twin.visit("/refer").await;
        told_on_page.says("You can no longer sign in with this address").says("01632 960 100").says("999");
        told_on_page.says(&contact.school.name).keeps_silent_about("Left the school");
        assert_eq!(school.visit("/refer").await.heading(), "Refer a child missing from education");
        let told = mail::newest(&app, &contact.email).await;
        assert!(told.subject.contains("can no longer be used") && !told.body.contains("Left the school"), "{told:?}");
        school.ask("{ drafts { id } }", json!({})).await.refused_with("UNAUTHENTICATED");
    }

    async fn a_contact_who_is_reinstated_signs_in_anew(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let before = app.school_contact(&contact).await;
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let suspend = admin.visit(&format!("{}/suspend", page_of(&contact))).await.form();
        admin.submit(&suspend.with("reason", "By mistake")).await;
        let reinstate = admin.visit(&format!("{}/reinstate", page_of(&contact))).await.form();

        admin.submit(&reinstate).await.says("Contact reinstated");

        assert_eq!(before.visit("/refer").await.heading(), "Refer a child missing from education");
        app.school_contact(&contact).await.visit("/refer").await.says("Your referrals");
    }

    async fn an_officer_alone_neither_reinstates_a_contact_nor_changes_an_address(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let (officer, second) = (app.officer().await, app.staff("Ola Other", &[StaffRole::CmeOfficer]).await);
        let suspend = officer.visit(&format!("{}/suspend", page_of(&contact))).await.form();
        officer.submit(&suspend.with("reason", "Left the school")).await.says("Contact suspended");
        for (mutation, input) in [
            ("reinstateSchoolContact", "ReinstateSchoolContactInput"),
            ("changeSchoolContactEmail", "ChangeSchoolContactEmailInput"),
        ] {
            let query = format!("mutation($input: {input}!) {{ {mutation}(input: $input) {{ id }} }}");
            let mut typed = json!({ "id": contact.id.to_string(), "version": 2 });
            if mutation == "changeSchoolContactEmail" {
                typed["email"] = json!("new@school.example");
            }
            officer.ask(&query, json!({ "input": typed })).await.refused_with("FORBIDDEN");
        }
        let form = officer.visit(&format!("{}/reinstate", page_of(&contact))).await.says("A second person must agree").form();

        officer.submit(&form).await.says("Proposed. A second person must agree.").says("Left the school");

        let list = officer.visit("/contacts/proposals").await;
        let one = list.link("Reinstate a contact: Cass Contact");
        officer.visit(&one).await.says("You proposed this").keeps_silent_about("Approve proposal");
        officer.post(&format!("{one}/approve"), &[("version", "1")]).await.is_forbidden();
        second.submit(&second.visit(&one).await.button("Approve proposal")).await.says("Proposal approved");
        app.school_contact(&contact).await.visit("/refer").await.says("Your referrals");
        let form = officer.visit(&format!("{}/email", page_of(&contact))).await.form();
        officer.submit(&form.with("email", "new@school.example")).await.says("A second person must agree");
        assert_eq!(count(app.db(), "school_contact", "email = 'new@school.example'").await, 0);
        let one = second.visit("/contacts/proposals").await.link("Change an address: Cass Contact");
        second.submit(&second.visit(&one).await.button("Approve proposal")).await.says("Proposal approved");
        assert_eq!(count(app.db(), "school_contact", "email = 'new@school.example'").await, 1);
    }

    async fn a_suspended_contact_is_refused_on_the_next_request_by_every_instance(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let twin = school.browser().through(app.instance().await.server());
        twin.visit("/refer").await.says("Your referrals");
        let manager = app.op(app.manager().await.viewer());
        backend::service::contact::suspend(&manager, contact.id, 1, "Left the school".to_owned()).await.unwrap();

        twin.ask("{ drafts { id } }", json!({})).await.refused_with("UNAUTHENTICATED");
        school.ask("{ drafts { id } }", json!({})).await.refused_with("UNAUTHENTICATED");
    }

    async fn who_is_suspended_between_the_form_and_the_button_sends_nothing_and_the_draft_is_kept(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let op = app.op(contact.viewer());
        let draft = backend::service::draft::start(&op, typed::referral().parsed()).await.unwrap();
        let school = app.school_contact(&contact).await;
        let form = school.visit(&format!("/refer/{draft}/check")).await.form().with("declaration", "YES");
        let manager = app.op(app.manager().await.viewer());
        backend::service::contact::suspend(&manager, contact.id, 1, "Left the school".to_owned()).await.unwrap();

        school.submit(&form).await.says("You can no longer sign in with this address");
        // The request began before the suspension.
        let late = backend::service::draft::send(&op, draft, 1, true).await.unwrap_err();

        assert_eq!(late.to_string(), "sign in to do this");
        assert_eq!(count(app.db(), "referral", "1 = 1").await, 0);
        assert_eq!(count(app.db(), "draft", "referral_id IS NULL").await, 1);
    }

    async fn a_draft_of_the_other_school_of_the_same_person_says_so(app: TestApp) {
        let (oak, elm) = (given::school(&app, "Oak School").await, given::school(&app, "Elm School").await);
        let at_oak = given::contact_at(&app, &oak, "both@trust.example").await;
        let at_elm = given::contact_at(&app, &elm, "both@trust.example").await;
        let start = async |contact: &given::Contact| {
            let op = app.op(contact.viewer());
            backend::service::draft::start(&op, typed::referral().parsed()).await.unwrap()
        };
        let (own, other) = (start(&at_oak).await, start(&at_elm).await);
        let stranger = given::contact_somewhere(&app).await;
        let strange = start(&stranger).await;
        let browser = app.browser();
        let ask = browser.visit("/refer").await.form().with("email", "both@trust.example");
        browser.submit(&ask).await;
        let link = mail::newest(&app, "both@trust.example").await.link();
        let choice = browser.submit(&browser.visit(&link).await.form()).await;
        browser.submit(&choice.form().with("school", &at_oak.id.to_string())).await.says("Oak School");

        browser.get(&format!("/refer/{own}/check")).await.is_shown();
        browser.get(&format!("/refer/{strange}/check")).await.is_not_found();
        for page in ["check", "danger"] {
            let page = browser.visit(&format!("/refer/{other}/{page}")).await;
            page.says("This referral belongs to Elm School").keeps_silent_about("Quillfeather");
        }
        let page = browser.visit(&format!("/refer/{other}/check")).await;
        browser.submit(&page.button("Switch to Elm School")).await.says("Elm School");
        browser.get(&format!("/refer/{other}/check")).await.is_shown();
    }

    async fn a_mail_that_came_back_suspends_the_contact(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let before = mail::to(&app, &contact.email).await.len();
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let page = admin.visit(&page_of(&contact)).await;
        let form = admin.visit(&page.link("Mail to this address came back")).await.form();

        admin.submit(&form).await.says("Contact suspended").says("Mail to this address is refused");

        assert_eq!(mail::to(&app, &contact.email).await.len(), before, "mail to it would only come back");
    }

    async fn changing_the_address_stops_the_old_one_at_once_and_tells_both(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let school = app.school_contact(&contact).await;
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let form = admin.visit(&format!("{}/email", page_of(&contact))).await.form();

        let page = admin.submit(&form.with("email", "new@school.example")).await;

        page.says("Address changed").says("new@school.example");
        assert_eq!(school.visit("/refer").await.heading(), "Refer a child missing from education");
        for address in [contact.email.as_str(), "new@school.example"] {
            assert!(mail::newest(&app, address).await.subject.contains("was changed"), "{address}");
        }
        let before = mail::to(&app, &contact.email).await.len();
        let browser = app.browser();
        let ask = browser.visit("/refer").await.form().with("email", &contact.email);
        browser.submit(&ask).await;
        assert_eq!(mail::to(&app, &contact.email).await.len(), before, "the old address still gets links");
    }

    async fn what_a_contact_sent_is_listed_for_those_who_manage_contacts(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let referral = given::referral().by(&contact).at(&app).await;
        let admin = app.staff("Ada Admin", &[StaffRole::Administrator]).await;

        let page = admin.visit(&page_of(&contact)).await;

        page.says(&referral.reference).says("Awaiting triage").keeps_silent_about("Quillfeather");
        admin.get(&format!("/triage/{}", referral.reference)).await.is_not_found();
    }

    async fn nobody_else_manages_contacts(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let roles = [StaffRole::Analyst, StaffRole::Auditor, StaffRole::MashLiaison, StaffRole::EducationWelfareOfficer];
        for role in roles {
            let staff = app.staff("Sam Staff", &[role]).await;
            staff.get("/contacts").await.is_forbidden();
            let page = staff.post(&format!("{}/suspend", page_of(&contact)), &[("version", "1"), ("reason", "x")]).await;
            assert!(page.status.is_client_error(), "{role:?} {}", page.status);
        }
        app.anybody().get("/contacts").await.leads_to("/sign-in");
        app.school_contact(&contact).await.visit("/refer").await.says("Your referrals");
    }
}
