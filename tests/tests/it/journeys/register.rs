//! The register: finding cases again.

use std::collections::BTreeSet;

use acceptance::database::tamper;
use acceptance::prelude::*;

/// The references of the cases on a page of the list.
fn listed(page: &Page) -> Vec<String> {
    page.all("tbody .app-reference")
}

/// Searches from a page of the list.
async fn searched(officer: &Staff, page: &Page, text: &str) -> Page {
    officer.submit(&page.button("Search").with("search", text)).await
}

on_both_engines! {
    async fn filters_stand_in_the_address_so_that_a_colleague_sees_the_same(app: TestApp) {
        let tracked = given::case().standing(CaseState::TrackingOut).at(&app).await;
        let closed = given::case().standing(CaseState::Closed).at(&app).await;
        given::case().at(&app).await;
        let (officer, colleague) = (app.officer().await, app.officer().await);
        let panel = officer.visit("/cases").await.forms().into_iter().find(|form| form.asks("state")).unwrap();

        let page = officer.submit(&panel.with("state", "TRACKING_OUT").with("state", "CLOSED")).await;

        let expected = BTreeSet::from([tracked.reference, closed.reference]);
        assert_eq!(BTreeSet::from_iter(listed(&page)), expected);
        page.says("2 cases");
        assert_eq!(BTreeSet::from_iter(listed(&colleague.visit(&page.path).await)), expected);
    }

    async fn every_filter_narrows_the_list(app: TestApp) {
        let contact = given::contact_somewhere(&app).await;
        let officer = app.officer().await;
        let here = given::case().from(given::referral().by(&contact)).at(&app).await;
        let mine = given::case().with(officer.colleague.id).at(&app).await;
        let flagged = given::case().flagged().at(&app).await;
        let me = format!("officer={}", officer.colleague.id);
        for (query, expected) in [
            (format!("school={}", contact.school.urn), vec![&here]),
            (me, vec![&mine]),
            ("flagged=yes".to_owned(), vec![&flagged]),
            ("unassigned=yes".to_owned(), vec![&here, &flagged]),
            ("whereabouts=UNKNOWN".to_owned(), vec![&here, &mine, &flagged]),
            ("whereabouts=KNOWN_CONFIRMED".to_owned(), vec![]),
            ("overdue=yes".to_owned(), vec![]),
        ] {
            let page = officer.visit(&format!("/cases?{query}")).await;
            let expected: BTreeSet<String> = expected.into_iter().map(|case| case.reference.clone()).collect();
            assert_eq!(BTreeSet::from_iter(listed(&page)), expected, "{query}");
        }
        // A flag is owed an answer by the day after it was raised.
        app.wait(chrono::Duration::days(2));
        let officer = app.sign_in(&officer.colleague).await;
        assert_eq!(listed(&officer.visit("/cases?overdue=yes").await), [flagged.reference]);
    }

    async fn a_child_is_found_by_name_reference_and_pupil_number(app: TestApp) {
        let upn = "G821999926001";
        let referral = given::referral().of("Zoë", "O’Malley-Ng").answering("upn", upn);
        let case = given::case().from(referral).at(&app).await;
        given::case().of("Somebody", "Else").at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit("/cases").await;
        for typed in ["zoe omalley", "O'Malley", "ng zoe", upn, "g821999926001", &case.reference, &case.reference.replace('-', "").to_lowercase()] {
            let found = searched(&officer, &page, typed).await;
            assert_eq!(listed(&found), [case.reference.as_str()], "{typed}: {}", found.text());
            found.says("Searching for");
        }
        assert_eq!(listed(&searched(&officer, &page, "nobody at all").await), Vec::<String>::new());
    }

    async fn a_child_is_found_by_how_names_begin_by_the_year_of_birth_and_by_the_postcode(app: TestApp) {
        let of_2014 = given::referral().of("Zoë", "Quillfeather").answering("dateOfBirth-year", "2014");
        let case = given::case().from(of_2014.answering("postcode", "LU1 2AB")).at(&app).await;
        let other = given::referral().of("Zachary", "Else").answering("postcode", "LU3 4AB");
        given::case().from(other).at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit("/cases").await;
        for (typed, is_found) in [
            ("quill", true),
            ("zo qu", true),
            ("quill 2014", true),
            ("2014 zoe", true),
            ("lu12ab", true),
            ("quill 2015", false),
            ("feather", false),
            ("LU1 2AD", false),
        ] {
            let found = listed(&searched(&officer, &page, typed).await);
            assert_eq!(found, if is_found { vec![case.reference.clone()] } else { vec![] }, "{typed}");
        }
    }

    async fn what_many_names_begin_with_is_found_as_what_few_do(app: TestApp) {
        let case = given::case().of("Zoë", "Quillfeather").at(&app).await;
        given::case().of("Zachary", "Else").at(&app).await;
        for (table, owner) in [("child_key", "child_id"), ("referral_key", "referral_id")] {
            let many = "WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 600)";
            let like = format!(
                "INSERT INTO {table} ({owner}, key) {many} \
                 SELECT {owner}, 'w quillf' || CAST(n AS TEXT) FROM {table}, many WHERE key = 'w quillfeather'"
            );
            tamper(app.db(), &like).await;
        }
        let officer = app.officer().await;
        let page = officer.visit("/cases").await;
        let asked = "query($search: String!) { referrals(filter: { search: $search }) { nodes { state } } }";
        for (typed, is_found) in [("quillf", true), ("quillf zo", true), ("quillf zach", false)] {
            let found = listed(&searched(&officer, &page, typed).await);
            assert_eq!(found, if is_found { vec![case.reference.clone()] } else { vec![] }, "{typed}");
            let referrals = officer.ask(asked, json!({ "search": typed })).await;
            assert_eq!(referrals.sound().at("/referrals/nodes").as_array().unwrap().len(), usize::from(is_found), "{typed}");
        }
    }

    async fn what_was_searched_for_never_stands_in_an_address(app: TestApp) {
        given::case().at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit("/cases?state=OPEN").await;

        let found = searched(&officer, &page, "Quillfeather").await;

        assert_eq!(listed(&found).len(), 1);
        assert!(found.path.contains("state=OPEN"), "{}", found.path);
        let history = officer.browser().history();
        assert!(history.iter().all(|address| !address.to_lowercase().contains("quillfeather")), "{history:?}");
        let cleared = officer.visit(&found.link("Clear search")).await;
        assert!(!cleared.text().contains("Searching for"));
        assert!(cleared.path.contains("state=OPEN"), "{}", cleared.path);
    }

    async fn a_search_from_before_narrows_no_link_that_comes_later(app: TestApp) {
        let flagged = given::case().of("Zephyrine", "Quillfeather").flagged().at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit("/cases").await;
        let found = searched(&officer, &page, "nobody at all").await;
        assert_eq!(listed(&found), Vec::<String>::new());

        assert_eq!(listed(&officer.visit("/cases?flagged=yes").await), [flagged.reference.as_str()]);

        // The tab that searched still has its search, also after another.
        searched(&officer, &page, "Quillfeather").await;
        officer.visit(&found.path).await.says("nobody at all").says("No cases found");
    }

    async fn closed_cases_are_listed_only_when_asked_for_or_searched_for(app: TestApp) {
        let closed = given::case().of("Zephyrine", "Quillfeather").standing(CaseState::Closed).at(&app).await;
        let officer = app.officer().await;
        let page = officer.visit("/cases").await;
        page.says("There are no open cases");
        let open = given::case().of("Ann", "Other").at(&app).await;

        assert_eq!(listed(&officer.visit("/cases").await), [open.reference]);
        assert_eq!(listed(&officer.visit("/cases?state=CLOSED").await), [closed.reference.as_str()]);
        assert_eq!(listed(&searched(&officer, &page, "Quillfeather").await), [closed.reference]);
    }

    async fn pages_follow_each_other_without_gap_or_repetition(app: TestApp) {
        for _ in 0..30 {
            given::case().at(&app).await;
        }
        let officer = app.officer().await;
        for sort in ["DUE", "NEWEST", "OLDEST", "NAME"] {
            let first = officer.visit(&format!("/cases?sort={sort}")).await;
            first.says("30 cases");
            let second = officer.visit(&first.link("Next")).await;
            let all: Vec<String> = listed(&first).into_iter().chain(listed(&second)).collect();
            assert_eq!((all.len(), BTreeSet::from_iter(&all).len()), (30, 30), "{sort}");
            let back = officer.visit(&second.link("Previous")).await;
            assert_eq!(listed(&back), listed(&first), "{sort}");
        }
    }

    async fn names_are_sorted_as_people_read_them(app: TestApp) {
        for (given_names, family_name) in [("Bea", "Zola"), ("Ann", "Ábalos"), ("Cat", "abbot")] {
            given::case().of(given_names, family_name).at(&app).await;
        }
        let officer = app.officer().await;
        let page = officer.visit("/cases?sort=NAME").await;
        let rows = page.all("tbody tr");
        let names: Vec<bool> = rows.iter().zip(["Ábalos", "abbot", "Zola"]).map(|(row, name)| row.contains(name)).collect();
        assert_eq!(names, [true, true, true], "{rows:?}");
    }
}
