//! The registers of schools and term dates: what a file that went through other hands does to what is known.

use acceptance::prelude::*;
use backend::service::register::{import_schools, import_term_dates};

/// A register file of schools: URN, authority, name, telephone number.
fn register(schools: &[(&str, &str, &str, &str)]) -> Vec<u8> {
    let rows = schools.iter().map(|(urn, authority, name, phone)| {
        format!("{urn},{authority},2001,{name},Academy,Open,Primary,01-09-2016,,{phone}\r\n")
    });
    let heading = "URN,LA (code),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),\
                   EstablishmentStatus (name),PhaseOfEducation (name),OpenDate,CloseDate,TelephoneNum\r\n";
    std::iter::once(heading.to_owned()).chain(rows).collect::<String>().into_bytes()
}

const OAK: (&str, &str, &str, &str) = ("900001", "821", "Oak School", "01632960099");
const ELM: (&str, &str, &str, &str) = ("900002", "821", "Elm School", "01632960098");

async fn phones(app: &TestApp) -> Vec<String> {
    acceptance::database::column(app.db(), "SELECT phone FROM school ORDER BY urn").await
}

on_both_engines! {
    async fn a_number_that_a_spreadsheet_rounded_leaves_the_known_one_and_is_named(app: TestApp) {
        import_schools(&app.operator(), register(&[OAK, ELM])).await.unwrap();
        let rounded = register(&[("900001", "821", "Oak School", "1.63E+09"), ("900002", "821", "Elm School", "1632960097")]);

        let imported = import_schools(&app.operator(), rounded).await.unwrap();

        assert_eq!(phones(&app).await, ["01632 960099", "01632 960097"]);
        assert_eq!((imported.changed, imported.unchanged), (1, 1));
        let told: Vec<String> = imported.warnings.iter().map(ToString::to_string).collect();
        assert!(told[0].starts_with("line 2: “TelephoneNum” was rounded by a spreadsheet"), "{told:?}");
        assert!(told[1].starts_with("line 3: “TelephoneNum” lost its leading zero"), "{told:?}");
    }

    async fn schools_that_a_second_file_lacks_are_named_and_stay(app: TestApp) {
        import_schools(&app.operator(), register(&[OAK, ELM])).await.unwrap();

        let imported = import_schools(&app.operator(), register(&[OAK])).await.unwrap();

        assert_eq!(imported.missing, ["900002"]);
        assert_eq!(acceptance::database::count(app.db(), "school", "status = 'open'").await, 2);
    }

    async fn a_file_of_another_council_is_said_to_be_one(app: TestApp) {
        import_schools(&app.operator(), register(&[OAK, ELM])).await.unwrap();
        let theirs = [("900003", "822", "Ash School", ""), ("900004", "823", "Yew School", "")];

        let imported = import_schools(&app.operator(), register(&theirs)).await.unwrap();

        let told: Vec<String> = imported.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            ["line 1: no school of this file is of 821, all are of other authorities (822, 823): is it ours?"]
        );
        assert_eq!((imported.added, imported.missing.len()), (2, 2));
        let mixed = import_schools(&app.operator(), register(&[OAK, theirs[0]])).await.unwrap();
        assert!(mixed.warnings.is_empty(), "a national extract is of many authorities");
    }

    async fn a_file_that_is_no_text_changes_nothing_and_it_is_said_how_to_save_it(app: TestApp) {
        let utf_16: Vec<u8> = String::from_utf8(register(&[OAK])).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
        let told = import_schools(&app.operator(), utf_16.clone()).await.unwrap_err().to_string();
        assert!(told.contains("nothing was imported") && told.contains("“CSV UTF-8”"), "{told}");
        let told = import_term_dates(&app.operator(), utf_16).await.unwrap_err().to_string();
        assert!(told.contains("nothing was imported") && told.contains("“CSV UTF-8”"), "{told}");
        assert_eq!(acceptance::database::count(app.db(), "event", "kind LIKE '%imported'").await, 0);
    }
}
