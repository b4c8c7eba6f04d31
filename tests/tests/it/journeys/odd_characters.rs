//! Characters that cannot be seen or that turn text around: refused where staff keep names and where people sign in, kept
//! in what is told of a child, and shown so that they do nothing.

use acceptance::prelude::*;

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
        assert!(page.body.contains("Ad\u{FFFD}am") && !page.body.contains('\u{202E}'));
        page.says("Likely").says(&known.reference);
        let kept = acceptance::database::column(app.db(), "SELECT given_names FROM referral").await;
        assert!(kept.contains(&"Ad\u{202E}am".to_owned()), "it is stored as it was told");
    }
}
