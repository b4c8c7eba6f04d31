//! Administrators let people in and out, and what they do holds on the next request, wherever it arrives.

use acceptance::prelude::*;
use backend::domain::viewer::Viewer;
use backend::error::{Conflict, Error, StaffConflict};
use backend::service;
use backend::service::verify::whole;
use backend::store;
use backend::store::event::Verdict;
use chrono::Duration;

async fn administrator(app: &TestApp) -> Staff {
    app.staff("Ada Administrator", &[StaffRole::Administrator]).await
}

/// Invites somebody on the page; where their account is, and the code that the page shows this once.
async fn invited(admin: &Staff, name: &str, email: &str, role: &str) -> (String, String) {
    let form = admin.visit("/staff/new").await.form();
    let page = admin.browser().submit_once(&form.with("name", name).with("email", email).with("roles", role)).await;
    (page.link("Go to their account"), code_of(&page))
}

/// The code that an invitation wants, as the page that answers it shows it.
fn code_of(page: &Page) -> String {
    page.says("Invitation sent").says("This code is shown only now");
    page.all(".app-reference").pop().unwrap_or_else(|| panic!("no code: {}", page.text()))
}

/// Sends the form of a change to an account.
async fn changed(admin: &Staff, id: entity::StaffId, change: &str, answers: &[(&str, &str)]) -> Page {
    let form = admin.visit(&format!("/staff/{id}/{change}")).await.form();
    let form = answers.iter().fold(form, |form, (name, value)| form.with(name, value));
    admin.submit(&form).await
}

on_both_engines! {
    async fn somebody_invited_arrives(app: TestApp) {
        let admin = administrator(&app).await;
        let (at, old) = invited(&admin, "Nia New", "nia@luton.example", "CME_OFFICER").await;
        admin.visit(&at).await.says("Invited").says("nia@luton.example");
        let first = mail::newest(&app, "nia@luton.example").await.link_below("/invitation/");
        app.wait(Duration::seconds(1));
        let code = code_of(&admin.submit(&admin.visit(&format!("{at}/resend")).await.form()).await);
        let mail = mail::newest(&app, "nia@luton.example").await;
        assert!(!mail.body.contains(&code), "the code goes another way than the link");
        admin.visit(&at).await.keeps_silent_about(&code);
        let second = mail.link_below("/invitation/");

        let browser = app.browser();
        browser.visit(&first).await.says("This link cannot be used");
        browser.get(&second).await.leads_to("/invitation");
        let form = browser.visit("/invitation").await.says("Nia New").form().with("code", &code);
        for poor in ["short", "Password2026!", "nianewnianew", "lutoncouncil1"] {
            let page = browser.submit(&form.clone().with("password", poor).with("again", poor)).await;
            assert_eq!(page.faults().len(), 1, "{poor}");
        }
        let words = "four other random words";
        browser.submit(&form.clone().with("password", words).with("again", "others")).await
            .finds_fault(&["Enter the same password twice"]);
        for wrong in ["", &old] {
            let typed = form.clone().with("code", wrong).with("password", words).with("again", words);
            browser.submit(&typed).await.finds_fault(&["Enter the code as you were given it, like AB3D-4FGH"]);
        }
        let page = browser.submit_once(&form.clone().with("password", words).with("again", words)).await;
        page.leads_to("/sign-in/set-up");
        browser.get("/cases").await.leads_to("/sign-in");
        browser.visit("/sign-in/set-up").await.says("Set up an authenticator app");

        // The link is used up, and administrators see that it was.
        app.browser().visit(&second).await.says("This link cannot be used");
        admin.visit(&at).await.says("Active");
        give_password(&app.browser(), "nia@luton.example", words).await.leads_to("/sign-in/set-up");
    }

    async fn an_invitation_dies_after_three_days_and_when_it_is_withdrawn(app: TestApp) {
        let admin = administrator(&app).await;
        let (at, _) = invited(&admin, "Nia New", "nia@luton.example", "CME_OFFICER").await;
        let link = mail::newest(&app, "nia@luton.example").await.link_below("/invitation/");
        app.wait(Duration::days(3));
        app.browser().visit(&link).await.says("This link cannot be used");

        let admin = app.sign_in(&admin.colleague).await;
        admin.submit(&admin.visit(&format!("{at}/resend")).await.form()).await.is_shown();
        let link = mail::newest(&app, "nia@luton.example").await.link_below("/invitation/");
        admin.submit(&admin.visit(&format!("{at}/deactivate")).await.form()).await.says("Account deactivated");
        app.browser().visit(&link).await.says("This link cannot be used");
    }

    async fn the_fifth_wrong_code_ends_an_invitation_and_sending_it_again_makes_a_new_one(app: TestApp) {
        let admin = administrator(&app).await;
        let (at, code) = invited(&admin, "Nia New", "nia@luton.example", "ADMINISTRATOR").await;
        let (thief, words) = (app.browser(), "four other random words");
        let form = thief.visit(&mail::newest(&app, "nia@luton.example").await.link_below("/invitation/")).await.form();
        let typed = |code: &str| form.clone().with("code", code).with("password", words).with("again", words);
        for _ in 0..4 {
            thief.submit(&typed("0000-0000")).await.finds_fault(&["Enter the code as you were given it, like AB3D-4FGH"]);
        }
        thief.submit(&typed("0000-0000")).await.says("This link cannot be used");
        thief.submit(&typed(&code)).await.says("This link cannot be used");
        let again = code_of(&admin.submit(&admin.visit(&format!("{at}/resend")).await.form()).await);
        let nia = app.browser();
        let form = nia.visit(&mail::newest(&app, "nia@luton.example").await.link_below("/invitation/")).await.form();
        let typed = form.with("code", &again).with("password", words).with("again", words);
        nia.submit_once(&typed).await.leads_to("/sign-in/set-up");
    }

    async fn an_address_is_invited_once_and_every_fault_is_told(app: TestApp) {
        let admin = administrator(&app).await;
        let form = admin.visit("/staff/new").await.form();
        assert_eq!(admin.submit(&form).await.faults().len(), 3);
        invited(&admin, "Nia New", "nia@luton.example", "CME_OFFICER").await;
        let form = form.with("name", "Nia Again").with("email", "NIA@luton.example").with("roles", "ANALYST");
        admin.submit(&form).await.finds_fault(&["A member of staff with this address exists already"]);
    }

    async fn a_change_of_roles_holds_on_the_next_request_at_every_instance(app: TestApp) {
        let (admin, officer) = (administrator(&app).await, app.officer().await);
        let other = app.instance().await;
        let elsewhere = officer.browser().moved_to(&other);
        elsewhere.get("/cases").await.is_shown();

        changed(&admin, officer.colleague.id, "roles", &[("roles", "ANALYST")]).await.says("Roles changed");

        elsewhere.get("/cases").await.leads_to("/sign-in");
        officer.get("/cases").await.leads_to("/sign-in");
        app.sign_in(&officer.colleague).await.visit("/account").await.says("Analyst");
    }

    async fn deactivating_ends_sessions_everywhere_and_hands_cases_to_a_manager(app: TestApp) {
        let admin = administrator(&app).await;
        let officer = app.officer().await;
        let other = app.instance().await;
        let elsewhere = officer.browser().moved_to(&other);
        let case = given::case().at(&app).await;
        let manager = app.manager().await.clone();
        let heir = given::staff(&app, "Max Manager", &[StaffRole::Manager]).await;
        let target = service::case::Target { case: case.reference.clone(), version: case.version };
        service::case::assign(&app.op(manager.viewer()), target, Some(officer.colleague.id), String::new()).await.unwrap();

        let page = changed(&admin, officer.colleague.id, "deactivate", &[]).await;
        page.finds_fault(&["Select the manager who takes over their open cases"]);
        let heir_id = heir.id.to_string();
        changed(&admin, officer.colleague.id, "deactivate", &[("heir", &heir_id)]).await.says("Account deactivated");

        elsewhere.get("/cases").await.leads_to("/sign-in");
        officer.get("/cases").await.leads_to("/sign-in");
        let refused = give_password(&app.browser(), &officer.colleague.email, given::PASSWORD).await;
        refused.finds_fault(&["Your email address or password is not right"]);
        let (row, _) = store::case::by_reference(&app.op(manager.viewer()), &case.reference).await.unwrap().unwrap();
        assert_eq!(row.officer_id, Some(heir.id));
        assert!(matches!(whole(app.db(), &app.inner().keyring).await.unwrap(), Verdict::Sound { .. }));

        let page = changed(&admin, officer.colleague.id, "reactivate", &[]).await;
        page.says("Account reactivated").says("Open cases");
        elsewhere.get("/cases").await.leads_to("/sign-in");
        app.sign_in(&officer.colleague).await.get("/cases").await.is_shown();
    }

    async fn the_last_administrator_stays_and_nobody_changes_themselves(app: TestApp) {
        let (one, two) = (
            given::staff(&app, "Ada Administrator", &[StaffRole::Administrator]).await,
            given::staff(&app, "Abe Administrator", &[StaffRole::Administrator]).await,
        );
        let op = |who: &given::Colleague| app.op(who.viewer());
        let own = service::staff::deactivate(&op(&one), one.id, 1, None).await;
        assert!(matches!(own, Err(Error::Conflict(Conflict::Staff(StaffConflict::OwnAccount)))), "{own:?}");
        let own = service::staff::change_roles(&op(&one), one.id, 1, vec![StaffRole::Manager]).await;
        assert!(matches!(own, Err(Error::Conflict(Conflict::Staff(StaffConflict::OwnAccount)))), "{own:?}");

        // Each takes the other's rights at once: one of them is too late.
        let (of_one, of_two) = (op(&one), op(&two));
        let (first, second) = tokio::join!(
            service::staff::deactivate(&of_one, two.id, 1, None),
            service::staff::change_roles(&of_two, one.id, 1, vec![StaffRole::Manager]),
        );
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let left = acceptance::database::count(app.db(), "staff", "state = 'active' AND roles = 'ADMINISTRATOR'").await;
        assert_eq!(left, 1);
        let last = if first.is_ok() { &one } else { &two };
        let operator = service::staff::deactivate(&app.operator(), last.id, 1, None).await;
        assert!(matches!(operator, Err(Error::Conflict(Conflict::Staff(StaffConflict::LastAdministrator)))), "{operator:?}");
    }

    async fn a_lost_second_factor_is_removed_by_an_administrator_and_a_lock_too(app: TestApp) {
        let (admin, officer) = (administrator(&app).await, app.officer().await);
        let (id, email) = (officer.colleague.id, officer.colleague.email.clone());
        changed(&admin, id, "reset", &[]).await.says("Second factor removed");
        officer.get("/cases").await.leads_to("/sign-in");
        mail::newest(&app, &email).await.body.find("An administrator has removed").unwrap();
        let browser = app.browser();
        give_password(&browser, &email, given::PASSWORD).await.leads_to("/sign-in/set-up");

        for _ in 0..11 {
            give_password(&browser, &email, "not the password").await;
        }
        changed(&admin, id, "unlock", &[]).await.says("They can try to sign in again");
        give_password(&browser, &email, given::PASSWORD).await.leads_to("/sign-in/set-up");
    }

    async fn administrators_see_how_many_cases_somebody_has_and_nothing_of_them(app: TestApp) {
        let admin = administrator(&app).await;
        admin.visit("/staff").await.says("Ada Administrator (you)").says("Invite somebody");
        admin.get("/cases").await.is_forbidden();
        let page = admin.visit(&format!("/staff/{}", admin.colleague.id)).await;
        page.says("This is your own account");
        let answer = admin.ask("{ viewer { staffId } }", json!({})).await;
        assert_eq!(answer.at("/viewer/staffId"), &json!(admin.colleague.id.to_string()));
    }

    async fn somebody_sees_their_sessions_and_ends_one(app: TestApp) {
        let colleague = app.officer().await.colleague;
        let (desk, laptop) = (app.sign_in(&colleague).await, app.sign_in(&colleague).await);
        app.staff("Sam Stranger", &[StaffRole::CmeOfficer]).await;
        let page = desk.visit("/account").await;
        assert_eq!(page.all("table tbody tr").len(), 3);
        page.says("This session");
        let thief = app.officer().await;
        for form in page.forms().iter().filter(|form| form.action == "/account/sessions/end") {
            // Somebody else cannot end it.
            thief.submit(form).await;
        }
        laptop.get("/cases").await.is_shown();
        for form in page.forms().iter().filter(|form| form.action == "/account/sessions/end") {
            desk.submit(form).await.says("Session ended");
        }
        laptop.get("/cases").await.leads_to("/sign-in");
        assert_eq!(desk.visit("/account").await.all("table tbody tr").len(), 1);
    }

    async fn every_account_is_what_its_facts_make_it(app: TestApp) {
        let (admin, officer) = (administrator(&app).await, app.officer().await);
        invited(&admin, "Nia New", "nia@luton.example", "CME_OFFICER").await;
        changed(&admin, officer.colleague.id, "roles", &[("roles", "AUDITOR")]).await;
        let viewer = app.sign_in(&officer.colleague).await;
        viewer.submit(&viewer.visit("/account/sign-out-everywhere").await.form()).await;
        changed(&admin, officer.colleague.id, "deactivate", &[]).await;
        assert!(matches!(whole(app.db(), &app.inner().keyring).await.unwrap(), Verdict::Sound { .. }));
        assert!(matches!(admin.colleague.viewer(), Viewer::Staff(_)));
    }
}
