//! Characters that cannot be seen or that turn text around: refused where staff keep names and where people sign in, kept
//! in what is told of a child, and shown so that they do nothing.

use acceptance::prelude::*;

const REPORT: &str = "mutation($input: SendReportInput!) { sendReport(input: $input) { reference } }";

/// Outside of isolated text, inputs and text areas nothing reverses.
fn turns_nothing_around(page: &Page) {
    let mut shown = page.body.as_str();
    let mut beside = String::new();
    while let Some((before, after)) = shown.split_once("<bdi>") {
        beside.push_str(before);
        shown = after.split_once("</bdi>").map_or("", |(_, after)| after);
    }
    beside.push_str(shown);
    // What stands in a tag is not laid out.
    let (mut tag, mut quoted) = (false, false);
    beside.retain(|c| {
        match c {
            '<' => tag = true,
            '"' if tag => quoted = !quoted,
            '>' if tag && !quoted => tag = false,
            _ => return !tag,
        }
        false
    });
    assert!(!beside.contains('\u{202E}'), "{}: {beside}", page.path);
}

const UNTYPABLE: &str = "has a character that cannot be typed";

on_both_engines! {
    async fn a_password_with_nul_in_it_is_another_password(app: TestApp) {
        let somebody = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let nul = given::PASSWORD.replacen('e', "e\0", 1);
        give_password(&app.browser(), &somebody.email, &nul).await.says(UNTYPABLE);
        give_password(&app.browser(), &somebody.email.replacen('.', ".\0", 1), given::PASSWORD).await.says(UNTYPABLE);
    }

    async fn an_address_with_nul_in_it_gets_no_link(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let browser = app.browser();
        let form = browser.visit("/refer").await.form().with("email", &contact.email.replacen('@', "\0@", 1));
        browser.submit(&form).await.says(UNTYPABLE);
        assert!(mail::to(&app, &contact.email).await.iter().all(|mail| !mail.body.contains("/link/")));
    }

    async fn a_note_of_nothing_to_see_is_refused(app: TestApp) {
        let officer = app.officer().await;
        let case = given::case().at(&app).await;
        let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { version } }";
        for text in ["\u{200B}", "turned \u{202E}dnuora"] {
            let input = json!({ "input": { "case": case.reference, "text": text } });
            officer.ask(note, input).await.refused_with("INVALID");
        }
    }

    async fn a_referred_name_is_kept_and_turns_nothing_around(app: TestApp) {
        let known = given::case().of("Adam", "Khan").at(&app).await;
        let told = given::referral().of("Ad\u{202E}am", "Khan").at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit(&format!("/triage/{}", told.reference)).await;
        assert!(page.body.contains("<bdi>Ad\u{202E}am"), "{}", page.body);
        turns_nothing_around(&page);
        turns_nothing_around(&officer.visit("/triage").await);
        page.says("Likely").says(&known.reference);
        let kept = acceptance::database::column(app.db(), "SELECT given_names FROM referral").await;
        assert!(kept.contains(&"Ad\u{202E}am".to_owned()), "it is stored as it was told");
    }

    async fn what_was_typed_goes_back_into_the_form_as_it_was_typed_and_is_stored_so(app: TestApp) {
        let (name, concern) = ("Ad\u{202E}am \u{2067}علی", "Seen \u{202E}> \"alone\" <\nعلی\u{200C}رضا\u{200F}");
        let anybody = app.browser();
        let about = anybody.visit("/report").await.button("Start now");
        let first = anybody.submit(&about).await;
        let answers = typed::report().without("nameNotKnown").with("givenNames", name).with("concern", concern);
        let check = anybody.answer_all(first, &answers).await;
        turns_nothing_around(&check);
        check.says(name);

        let step = |step: &str| check.path.replace("check", step);
        let asked = anybody.visit(&step("name")).await;
        assert_eq!(asked.form().value("givenNames"), Some(name));
        assert_eq!(anybody.visit(&step("concern")).await.form().value("concern"), Some(concern));
        // Sent again with the page that found a fault elsewhere.
        let wrong = anybody.submit(&asked.form().with("familyName", &"x".repeat(300))).await;
        assert_eq!(wrong.faults().len(), 1);
        assert_eq!(wrong.form().value("givenNames"), Some(name));

        anybody.submit(&anybody.visit(&check.path).await.button("Send")).await.is_shown();
        let kept = acceptance::database::column(app.db(), "SELECT given_names FROM referral").await;
        assert_eq!(kept, [name]);
        let officer = app.officer().await;
        turns_nothing_around(&officer.visit("/triage").await);
    }

    async fn a_draft_keeps_what_was_typed_from_page_to_page(app: TestApp) {
        let name = "Ad\u{202E}am علی";
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let first = school.visit("/refer/new").await;
        let check = school.answer_all(first, &typed::referral().with("givenNames", name)).await;
        turns_nothing_around(&check);
        let path = check.path.replace("check", "name");
        // In two tabs: the second says what stands there already, which is no fault.
        let tabs = [school.visit(&path).await.form(), school.visit(&path).await.form()];
        for form in tabs {
            assert_eq!(form.value("givenNames"), Some(name));
            assert_eq!(school.submit(&form).await.is_shown().faults(), Vec::<String>::new());
        }
        let sent = school.visit(&check.path).await.button("Send referral").with("declaration", "YES");
        school.submit(&sent).await.says("Referral sent");
        assert_eq!(acceptance::database::column(app.db(), "SELECT given_names FROM referral").await, [name]);
    }

    async fn a_program_s_report_is_not_refused_for_a_nul(app: TestApp) {
        let told = typed::report().with("concern", "Seen\0 alone").with("givenNames", "Ad\0am");
        let input = json!({ "input": { "key": "a-report-with-a-nul-in-it", "answers": told.input() } });
        let reference = app.browser().ask(REPORT, input).await.sound().text("/sendReport/reference");
        let officer = app.officer().await;
        officer.visit(&format!("/triage/{reference}")).await.says("Seen\u{FFFD} alone").says("Ad\u{FFFD}am");
        // A name that staff keep is refused with the reason.
        let administrator = app.staff("Ada Admin", &[StaffRole::Administrator]).await;
        let invite = "mutation($input: InviteStaffInput!) { inviteStaff(input: $input) { code } }";
        let input = json!({ "input": { "name": "Ann\0 Officer", "email": "ann@luton.example", "roles": ["CME_OFFICER"] } });
        assert_eq!(administrator.ask(invite, input).await.faulty_fields(), ["name"]);
    }
}
