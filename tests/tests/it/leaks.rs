//! What identifies a child stays where it belongs: not in logs, not in addresses, not in mails.

use acceptance::logs::Log;
use acceptance::prelude::*;

/// What was typed of the child and the family, in every spelling that could slip out.
const PERSONAL: [&str; 10] = [
    "quillfeather",
    "zephyrine",
    "wilhelmina",
    "thimblewick",
    "g821999926001",
    "2015-03-14",
    "14 march 2015",
    "01632 960 001",
    "01632960001",
    "house stands empty",
];

fn nothing_personal(place: &str, text: &str) {
    let text = text.to_lowercase();
    for word in PERSONAL {
        if let Some(at) = text.find(word) {
            let from = text.floor_char_boundary(at.saturating_sub(200));
            let to = text.ceil_char_boundary((at + 200).min(text.len()));
            panic!("{place} says {word:?}: …{}…", &text[from..to]);
        }
    }
}

/// From the school's referral to the closed case, with what goes wrong on the way.
async fn whole_journey(app: &TestApp) -> Vec<String> {
    let contact = given::contact_somewhere(app).await;
    let school = app.school_contact(&contact).await;
    let answers = typed::referral().with("upn", "G821999926001").without("upnAbsence").with("harm", "YES");
    let answers = answers.with("harmDetails", "Zephyrine Quillfeather was seen with bruises");
    let first = school.visit("/refer/new").await;
    let check = school.answer_all(first, &answers).await;
    let born = school.visit(&check.path.replace("check", "date-of-birth")).await.form();
    school.submit(&born.with("dateOfBirth-month", "13")).await;
    // A flagged referral takes the wrong date too, so the right one is typed again.
    let born = school.visit(&check.path.replace("check", "date-of-birth")).await.form();
    school.submit(&born.with("dateOfBirth-month", "3")).await;
    let check = school.visit(&check.path).await;
    let sent = school.submit(&check.button("Send referral").with("declaration", "YES")).await;
    let reference = sent.all(".app-reference").pop().unwrap();

    let officer = app.officer().await;
    let open = officer.visit(&format!("/triage/{reference}/open")).await.form();
    let open = if open.asks("child") { open.with("child", "new") } else { open };
    let open = typed::decision(open);
    let case = officer.submit(&open).await;
    let note = officer.visit(&case.link("Add a note")).await.form();
    officer.submit(&note.clone().with("text", "Rang Wilhelmina Quillfeather")).await.says("Note added");
    officer.submit(&note.with("text", "Rang Wilhelmina Quillfeather again")).await.says("This form was already sent");
    let list = officer.visit("/cases").await;
    officer.submit(&list.button("Search").with("search", "Zephyrine Quillfeather")).await;
    officer.ask("{ cases(filter: {search: \"Quillfeather\"}) { nodes { child { upn } } } }", json!({})).await;
    officer.ask("{ cases(filter: {search: \"Quillfeather\"}, first: 1000) { nodes { nonsense } } }", json!({})).await;

    let partner = app.partner("Luton Health", &[Scope::ChildLookup]).await;
    let input = json!({ "familyName": "Quillfeather", "givenNames": "Zephyrine", "dateOfBirth": "2015-03-14",
        "purpose": "Registration", "reference": "H-1" });
    let lookup = "query($input: ChildLookupInput!) { childLookup(input: $input) { matched child { familyName } } }";
    assert_eq!(partner.ask(lookup, json!({ "input": input })).await.sound().at("/childLookup/matched"), true);

    let browsers = [school.browser(), officer.browser(), partner.browser()];
    browsers.iter().flat_map(|browser| browser.history()).collect()
}

on_both_engines! {
    async fn a_whole_journey_leaves_no_trace_of_the_child_outside_the_database(app: TestApp) {
        let (log, _listening) = Log::listen();
        let addresses = whole_journey(&app).await;

        let mails = mail::all(&app).await;
        assert!(mails.len() >= 4, "{mails:?}");
        for mail in mails {
            nothing_personal("a mail", &format!("{}\n{}\n{}", mail.to, mail.subject, mail.body));
        }
        nothing_personal("an address", &addresses.join("\n"));
        let log = log.text();
        assert!(log.contains("Answered a request"), "the log was not heard");
        nothing_personal("the log", &log);
        // What a token or a session is worth as much as the data behind it.
        assert!(!log.contains("onr_") && !log.contains(given::PASSWORD), "a secret was logged");
    }
}
