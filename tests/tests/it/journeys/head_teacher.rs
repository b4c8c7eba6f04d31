//! A head teacher sees the contacts of their own school and proposes changes, which somebody else decides.

use acceptance::database::count;
use acceptance::prelude::*;
use backend::domain::proposal::Typed;
use backend::service::proposal;
use entity::vocabulary::ProposalKind;

/// A head teacher with another contact at the same school.
async fn school_with_head(app: &TestApp) -> (given::Contact, given::Contact) {
    let school = given::school(app, "Oak School").await;
    (given::head_teacher(app, &school).await, given::contact_at(app, &school, "cass@oak.example").await)
}

async fn admin(app: &TestApp) -> Staff {
    app.staff("Ada Admin", &[StaffRole::Administrator]).await
}

on_both_engines! {
    async fn a_head_teacher_proposes_a_contact_whom_an_administrator_approves(app: TestApp) {
        let (head, _) = school_with_head(&app).await;
        let head = app.school_contact(&head).await;
        let page = head.visit(&head.visit("/refer").await.link("Your school’s contacts")).await;
        page.says("Cass Contact").says("Lead contact").says("Head teacher").keeps_silent_about("cass@oak.example");
        let form = head.visit(&page.link("Propose a new contact")).await.form();
        head.submit(&form).await.finds_fault(&[
            "Enter the contact’s name",
            "Enter what the contact does at the school",
            "Enter an email address",
        ]);
        let form = form.with("name", "Nia New").with("job", "Deputy head").with("email", "Nia@oak.example");
        let page = head.submit(&form.with("note", "Starts on Monday")).await;
        page.says("Proposal sent").says("Add a contact: Nia New").says("Awaiting a decision");
        assert_eq!(count(app.db(), "school_contact", "email = 'nia@oak.example'").await, 0);

        let admin = admin(&app).await;
        let page = admin.visit("/contacts/proposals").await;
        let page = admin.visit(&page.link("Add a contact: Nia New")).await;
        page.says("nia@oak.example").says("Starts on Monday").says("Hera Head").says("Oak School");
        let refused = admin.submit(&page.button("Approve proposal")).await;
        refused.finds_fault(&["Select what the contact is at the school"]);
        let approve = refused.button("Approve proposal").with("kind", "DEPUTY");
        admin.submit(&approve).await.says("Proposal approved").keeps_silent_about("Nia New");

        assert!(mail::newest(&app, "nia@oak.example").await.subject.contains("has been approved"));
        head.visit("/refer/contacts").await.says("Nia New").says("Deputy").says("Approved");
    }

    async fn approving_does_the_thing_in_the_same_transaction(app: TestApp) {
        let (head, cass) = school_with_head(&app).await;
        let head_now = app.school_contact(&head).await;
        let theirs = app.school_contact(&cass).await;
        let remove = head_now.visit(&format!("/refer/contacts/{}/remove", cass.id)).await.form();
        head_now.submit(&remove).await.says("Proposal sent");
        let manager = app.op(app.manager().await.viewer());
        let wanted = backend::store::page::Wanted::parse(&manager, 25, None, None).unwrap();
        let row = backend::store::proposal::list(&manager, None, &wanted).await.unwrap().nodes.pop().unwrap();
        let events = count(app.db(), "event", "1 = 1").await;

        proposal::approve(&manager, row.id, 1, None).await.unwrap();

        assert_eq!(count(app.db(), "event", "1 = 1").await, events + 2);
        let reason = "state = 'suspended' AND reason = 'Removed at the request of the head teacher'";
        assert_eq!(count(app.db(), "school_contact", reason).await, 1);
        theirs.visit("/refer").await.says("You can no longer sign in with this address");
        let again = proposal::approve(&manager, row.id, 2, None).await.unwrap_err();
        assert_eq!(again.to_string(), "this proposal has already been decided");
        let verdict = backend::service::verify::whole(app.db(), &app.inner().keyring).await.unwrap();
        assert!(matches!(verdict, backend::store::event::Verdict::Sound { .. }), "{verdict:?}");
    }

    async fn what_cannot_be_done_leaves_the_proposal_waiting(app: TestApp) {
        let (head, cass) = school_with_head(&app).await;
        let school = app.school_contact(&head).await;
        let form = school.visit(&format!("/refer/contacts/{}/email", cass.id)).await.form();
        school.submit(&form.clone().with("email", &head.email)).await.says("Proposal sent");
        let admin = admin(&app).await;
        let page = admin.visit("/contacts/proposals").await;
        let page = admin.visit(&page.link("Change an address: Cass Contact")).await;

        admin.submit(&page.button("Approve proposal")).await.says("This address is already approved for this school");

        assert_eq!(count(app.db(), "contact_proposal", "state = 'proposed' AND version = 1").await, 1);
        assert_eq!(count(app.db(), "school_contact", "email = 'cass@oak.example'").await, 1);
    }

    async fn a_declined_proposal_says_why_on_the_page_and_not_in_the_mail(app: TestApp) {
        let (head, cass) = school_with_head(&app).await;
        let school = app.school_contact(&head).await;
        let form = school.visit(&format!("/refer/contacts/{}/email", cass.id)).await.form();
        school.submit(&form.with("email", "new@oak.example")).await;
        let admin = admin(&app).await;
        let page = admin.visit("/contacts/proposals").await;
        let page = admin.visit(&page.link("Change an address: Cass Contact")).await;
        let refused = admin.submit(&page.button("Decline proposal")).await;
        refused.finds_fault(&["Enter why this is declined; whoever proposed it will read it"]);

        let decline = refused.button("Decline proposal").with("reason", "The school did not know of it");
        admin.submit(&decline).await.says("Proposal declined");

        school.visit("/refer/contacts").await.says("Declined").says("The school did not know of it");
        let told = mail::newest(&app, &head.email).await;
        assert!(told.subject == "Your proposal was decided" && !told.body.contains("did not know"), "{told:?}");
        assert_eq!(count(app.db(), "school_contact", "email = 'cass@oak.example'").await, 1);
    }

    async fn a_head_teacher_proposes_for_no_other_school_and_decides_nothing(app: TestApp) {
        let (head, cass) = school_with_head(&app).await;
        let other = given::contact_somewhere(&app).await;
        let elsewhere = given::head_teacher(&app, &other.school).await;
        let typed = |contact: &given::Contact| Typed {
            kind: Some(ProposalKind::Remove),
            contact: Some(contact.id),
            ..Typed::default()
        };
        let theirs = proposal::propose(&app.op(elsewhere.viewer()), typed(&other)).await.unwrap();
        let own = proposal::propose(&app.op(head.viewer()), typed(&cass)).await.unwrap();
        let refused = proposal::propose(&app.op(head.viewer()), typed(&other)).await.unwrap_err();
        assert_eq!(refused.to_string(), "not found");
        let head = app.school_contact(&head).await;
        head.get(&format!("/refer/contacts/{}/remove", other.id)).await.is_not_found();
        let ask = "query($id: ID!) { contactProposal(id: $id) { id } }";
        assert!(head.ask(ask, json!({ "id": theirs.to_string() })).await.at("/contactProposal").is_null());
        assert!(!head.ask(ask, json!({ "id": own.to_string() })).await.at("/contactProposal").is_null());
        let approve = "mutation($input: ApproveProposalInput!) { approveProposal(input: $input) { id } }";
        let input = json!({ "input": { "id": own.to_string(), "version": 1 } });
        head.ask(approve, input).await.refused_with("FORBIDDEN");
        head.get("/contacts/proposals").await.is_forbidden();
    }

    async fn nobody_but_the_head_teacher_sees_the_page_or_proposes(app: TestApp) {
        let (head, cass) = school_with_head(&app).await;
        let other = app.school_contact(&cass).await;
        other.visit("/refer").await.keeps_silent_about("Your school’s contacts");
        other.get("/refer/contacts").await.is_forbidden();
        let refused = other.post("/refer/contacts/add", &[("name", "X"), ("job", "X"), ("email", "x@oak.example")]).await;
        refused.is_forbidden();
        let was = head.viewer();
        let manager = app.op(app.manager().await.viewer());
        let kind = Some(entity::vocabulary::ContactKind::Deputy);
        backend::service::contact::change_kind(&manager, head.id, 1, kind).await.unwrap();
        let typed = Typed { kind: Some(ProposalKind::Remove), contact: Some(cass.id), ..Typed::default() };
        let late = proposal::propose(&app.op(was), typed).await.unwrap_err();
        assert_eq!(late.to_string(), "you are not allowed to do this");
    }

    async fn a_school_has_one_head_teacher(app: TestApp) {
        let (head, cass) = school_with_head(&app).await;
        let admin = admin(&app).await;
        let form = admin.visit(&format!("/contacts/{}/kind", cass.id)).await.form();
        admin.submit(&form.clone().with("kind", "HEAD_TEACHER")).await.says("already has a contact who is its head teacher");
        let manager = app.op(app.manager().await.viewer());
        backend::service::contact::suspend(&manager, head.id, 1, "Left".to_owned()).await.unwrap();
        admin.submit(&admin.visit(&form.action).await.form().with("kind", "HEAD_TEACHER")).await.says("Kind changed");
        let back = backend::service::contact::reinstate(&manager, head.id, 2).await.unwrap_err();
        assert!(back.to_string().contains("already has a contact who is its head teacher"), "{back}");
    }
}
