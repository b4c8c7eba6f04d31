//! Somebody with access to the database, and without the key, changes what is stored and mends what they can.

use acceptance::database::{Engine, Folder, column, count, empty, tamper, text};
use acceptance::prelude::*;
use acceptance::process::{printed, run};
use backend::backup;
use backend::db::Db;
use backend::domain::event::DigestInput;
use backend::jobs::journal;
use backend::secret::Secret;
use backend::secret::age::Identity;
use backend::secret::keyring::Keyring;
use backend::service::journal::{NotKeyed, Trust, is_keyed, key_chains, seal};
use backend::service::verify::{How, check_on, whole};
use backend::store::verdict::{Head, Verdict};
use entity::event;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::binary::settings;

/// Changes the schema, of which no row tells.
async fn changed(db: &Db, statement: &str) {
    db.for_migration().execute_unprepared(statement).await.unwrap();
}

async fn verdict(app: &TestApp) -> Verdict {
    whole(app.db(), &app.inner().keyring).await.unwrap()
}

async fn sealed(app: &TestApp) -> Head {
    seal(app.db(), &app.inner().keyring, app.now()).await.unwrap().unwrap()
}

/// What does not hold, with which this must be named.
async fn finds(app: &TestApp, told: &str) {
    let found = verdict(app).await.fault().unwrap_or_default();
    assert!(found.contains(told), "{told}: {found}");
}

/// An id as SQL of this engine compares it with.
fn id(db: &Db, id: uuid::Uuid) -> String {
    if db.backend() == sea_orm::DbBackend::Postgres { format!("'{id}'") } else { format!("X'{}'", id.simple()) }
}

#[expect(clippy::disallowed_methods, reason = "somebody reads the table itself")]
async fn facts_of(db: &Db, kind: &str) -> Vec<event::Model> {
    let rows = event::Entity::find().filter(event::Column::StreamKind.eq(kind)).order_by_asc(event::Column::Stream);
    rows.order_by_asc(event::Column::Seq).all(&db.read).await.unwrap()
}

/// A copy of everything as it is now, with the key that opens it.
async fn backed_up(app: &TestApp) -> (Folder, Identity) {
    let (folder, identity) = (Folder::new(), Identity::generate().unwrap());
    let file = folder.path().join("backup.age");
    backup::take(app.db(), &app.inner().keyring, &[identity.recipient()], &file, app.now()).await.unwrap();
    (folder, identity)
}

/// Puts a copy into a database of the same engine, as somebody would who puts it in place of the present one.
async fn put_back_elsewhere(app: &TestApp, (folder, identity): &(Folder, Identity)) -> Db {
    let engine = if app.db().backend() == sea_orm::DbBackend::Sqlite { Engine::Sqlite } else { Engine::Postgres };
    let (url, database) = empty(engine).await;
    let db = Db::create(&url).await.unwrap();
    let file = folder.path().join("backup.age");
    backup::put_back(&db, &app.inner().keyring, identity, &file).await.unwrap();
    // It stays until `cargo clean`.
    std::mem::forget(database);
    db
}

/// Gives every fact the digest that a chain without a key has, or that of another key.
async fn recompute(db: &Db, kind: &str, key: Option<&Keyring>) {
    let mut last: Option<event::Model> = None;
    for mut row in facts_of(db, kind).await {
        let previous = last.filter(|last| last.stream == row.stream).map_or_else(String::new, |last| last.digest);
        let input = DigestInput::of(&row, &previous);
        let digest = match key {
            None => input.unkeyed(),
            Some(key) => input.digest(|parts| key.hash(backend::secret::keyring::Purpose::Chain, parts)),
        };
        tamper(db, &format!("UPDATE event SET digest = '{digest}' WHERE id = {}", id(db, row.id.0))).await;
        row.digest = digest;
        last = Some(row);
    }
}

on_both_engines! {
    async fn a_fact_that_was_rewritten_with_its_digests_is_found(app: TestApp) {
        given::case().at(&app).await;
        sealed(&app).await;
        let changed = "UPDATE event SET payload = replace(payload, 'Quillfeather', 'Quillfeathex') \
                       WHERE kind = 'referral_received'";
        let back = "UPDATE event SET payload = replace(payload, 'Quillfeathex', 'Quillfeather') \
                    WHERE kind = 'referral_received'";
        for key in [None, Some(Keyring::new(Secret::new("5b".repeat(32))))] {
            tamper(app.db(), changed).await;
            recompute(app.db(), "referral", key.as_ref()).await;
            finds(&app, "was changed after it was stored").await;
            tamper(app.db(), back).await;
        }
    }

    async fn a_referral_that_was_removed_with_all_its_facts_is_found(app: TestApp) {
        let referral = given::referral().at(&app).await;
        sealed(&app).await;
        assert_eq!(verdict(&app).await.fault(), None);
        tamper(app.db(), "DELETE FROM referral_key").await;
        tamper(app.db(), "DELETE FROM clock").await;
        tamper(app.db(), &format!("DELETE FROM referral WHERE reference = '{}'", referral.reference)).await;
        tamper(app.db(), "DELETE FROM event WHERE stream_kind = 'referral'").await;
        finds(&app, "1 of its").await;
        finds(&app, "facts were removed").await;
    }

    async fn the_last_fact_of_a_draft_that_was_removed_is_found(app: TestApp) {
        let school = app.school_contact(&given::contact_somewhere(&app).await).await;
        let start = "mutation($input: StartDraftInput!) { startDraft(input: $input) { id version } }";
        let draft = school.ask(start, json!({ "input": { "answers": typed::referral().input() } })).await.sound();
        let save = "mutation($input: SaveDraftInput!) { saveDraft(input: $input) { version } }";
        let input = json!({ "id": draft.text("/startDraft/id"), "version": 1, "answers": typed::referral().input(), "fields": [] });
        school.ask(save, json!({ "input": input })).await.sound();
        sealed(&app).await;
        tamper(app.db(), "DELETE FROM event WHERE stream_kind = 'draft' AND kind = 'draft_saved'").await;
        finds(&app, "1 of its").await;
        finds(&app, "facts were removed").await;
    }

    async fn access_notes_that_were_removed_or_changed_are_found(app: TestApp) {
        let case = given::case().at(&app).await;
        app.officer().await.visit(&case.page()).await.is_shown();
        sealed(&app).await;
        assert_eq!(verdict(&app).await.fault(), None);
        let address = text(&app.db().read, "SELECT address FROM access LIMIT 1").await.unwrap();
        tamper(app.db(), "UPDATE access SET address = '192.0.2.99'").await;
        finds(&app, "not as it was sealed").await;
        tamper(app.db(), &format!("UPDATE access SET address = '{address}'")).await;
        let subject = "SELECT id FROM access_subject WHERE subject LIKE 'case:%' LIMIT 1";
        tamper(app.db(), &format!("DELETE FROM access_subject WHERE id IN ({subject})")).await;
        finds(&app, "1 of its").await;
        finds(&app, "access notes were removed").await;
    }

    async fn seals_that_were_removed_are_found_at_any_place(app: TestApp) {
        for _ in 0..3 {
            given::referral().at(&app).await;
            sealed(&app).await;
        }
        let head = sealed(&app).await;
        tamper(app.db(), &format!("UPDATE seal SET n = {} WHERE n = {}", head.n + 5, head.n)).await;
        finds(&app, "is missing").await;
        tamper(app.db(), &format!("DELETE FROM seal WHERE n = {}", head.n + 5)).await;
        finds(&app, "the seal is missing at the end of the journal").await;
    }

    async fn the_copy_of_yesterday_is_found_by_a_head_that_was_kept_elsewhere(app: TestApp) {
        given::referral().at(&app).await;
        let yesterday = sealed(&app).await;
        let backup = backed_up(&app).await;
        given::referral().at(&app).await;
        let kept = sealed(&app).await;
        let how = |head: &Head| How { head: Some(head.clone()), ..How::default() };
        let keyring = &app.inner().keyring;
        for head in [&yesterday, &kept] {
            assert_eq!(check_on(app.db(), keyring, &how(head), |_| ()).await.unwrap().fault(), None);
        }
        let copy = put_back_elsewhere(&app, &backup).await;
        assert_eq!(whole(&copy, keyring).await.unwrap().fault(), None, "by itself the copy is sound");

        let found = check_on(&copy, keyring, &how(&kept), |_| ()).await.unwrap().fault().unwrap();

        assert!(found.contains("an earlier copy was put in place"), "{found}");
        let folder = Folder::new();
        let later = Head { n: kept.n + 1, digest: kept.digest.clone() };
        for (head, code) in [(&yesterday, 0), (&kept, 0), (&later, 1)] {
            let told = run(&["verify", "--head", &head.to_string()], &settings(&app.url, folder.path()));
            assert_eq!(told.status.code(), Some(code), "{}", printed(&told));
        }
        let told = run(&["head"], &settings(&app.url, folder.path()));
        assert!(printed(&told).trim().parse::<Head>().is_ok(), "{}", printed(&told));
    }

    async fn a_fact_that_commits_after_a_seal_is_in_the_next_one(app: TestApp) {
        given::referral().at(&app).await;
        let before = sealed(&app).await;
        let (one, other) = (app.instance().await, app.instance().await);
        let sealing = tokio::spawn(async move {
            for _ in 0..40 {
                seal(one.db(), &one.inner().keyring, one.now()).await.unwrap();
            }
        });
        let also = tokio::spawn(async move {
            for _ in 0..40 {
                seal(other.db(), &other.inner().keyring, other.now()).await.unwrap();
            }
        });
        let case = given::case().at(&app).await;
        let officer = app.officer().await;
        let note = "mutation($input: AddNoteInput!) { addNote(input: $input) { version } }";
        for number in 0..20 {
            let input = json!({ "input": { "case": case.reference, "text": format!("note {number}") } });
            officer.ask(note, input).await.sound();
        }
        sealing.await.unwrap();
        also.await.unwrap();
        let after = sealed(&app).await;
        assert!(after.n > before.n);
        assert_eq!(count(app.db(), "event", "seal IS NULL").await + count(app.db(), "access", "seal IS NULL").await, 0);
        let sums = column(app.db(), "SELECT CAST(SUM(facts) AS TEXT) FROM seal").await.remove(0);
        assert_eq!(sums, count(app.db(), "event", "1 = 1").await.to_string());
        assert_eq!(verdict(&app).await.fault(), None);
    }

    async fn what_came_since_the_last_check_is_checked_alone_and_a_check_that_was_cut_off_goes_on(app: TestApp) {
        let keyring = &app.inner().keyring;
        given::case().at(&app).await;
        sealed(&app).await;
        let Verdict::Sound { events, .. } = check_on(app.db(), keyring, &How::default(), |_| ()).await.unwrap() else {
            panic!("it is sound");
        };
        given::referral().at(&app).await;
        sealed(&app).await;
        let since = How { since_last: true, ..How::default() };
        let Verdict::Sound { events: since_then, .. } = check_on(app.db(), keyring, &since, |_| ()).await.unwrap() else {
            panic!("it is sound");
        };
        assert!(since_then > 0 && since_then < events, "{since_then} of {events}");
        // What is not vouched for by the key is not believed.
        tamper(app.db(), "UPDATE setting SET value = '00 1-00' WHERE name = 'verified head'").await;
        let Verdict::Sound { events: all, .. } = check_on(app.db(), keyring, &since, |_| ()).await.unwrap() else {
            panic!("it is sound");
        };
        assert!(all > events);
        let resumed = How { resume: true, rows: true, ..How::default() };
        assert_eq!(check_on(app.db(), keyring, &resumed, |_| ()).await.unwrap().fault(), None);
    }

    async fn a_row_that_is_not_what_its_facts_make_is_found(app: TestApp) {
        let keyring = &app.inner().keyring;
        let case = given::case().flagged().at(&app).await;
        let rows = How { rows: true, ..How::default() };
        assert_eq!(check_on(app.db(), keyring, &rows, |_| ()).await.unwrap().fault(), None);
        for (spoil, mend, told) in [
            ("UPDATE \"case\" SET open_escalations = 0", "UPDATE \"case\" SET open_escalations = 1", "open_escalations"),
            ("UPDATE referral SET family_name = 'X'", "UPDATE referral SET family_name = 'Quillfeather'", "family_name"),
            ("UPDATE staff SET roles = roles || ',ADMINISTRATOR'", "UPDATE staff SET roles = replace(roles, ',ADMINISTRATOR', '')", "roles"),
            ("DELETE FROM escalation", "", "escalation"),
        ] {
            tamper(app.db(), spoil).await;
            assert_eq!(verdict(&app).await.fault(), None, "no chain shows it");
            let found = check_on(app.db(), keyring, &rows, |_| ()).await.unwrap().fault().unwrap();
            assert!(found.contains(told), "{found}");
            if !mend.is_empty() {
                tamper(app.db(), mend).await;
            }
        }
        drop(case);
    }

    async fn every_table_that_facts_make_is_compared_and_of_the_others_it_is_said_why_not(app: TestApp) {
        use backend::domain::case::ProposeRemoval;
        use backend::domain::family::NameSibling;
        use sea_orm::DbBackend;
        use backend::service::verify::{COMPARED, NOT_COMPARED};
        let tables = if app.db().backend() == DbBackend::Sqlite {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        } else {
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        };
        let mut there = column(app.db(), tables).await;
        there.retain(|name| name != "seaql_migrations");
        there.sort();
        let not = NOT_COMPARED.iter().flat_map(|(_, tables)| tables.iter());
        let mut known: Vec<&str> = COMPARED.iter().chain(not).copied().collect();
        known.sort_unstable();
        assert_eq!(there, known);

        let contact = given::contact_somewhere(&app).await;
        let case = given::case().from(given::referral().by(&contact)).flagged().at(&app).await;
        app.partner("Luton Health", &[Scope::CaseSharedRead]).await;
        given::held_report(&app).await;
        let op = app.op(app.manager().await.viewer());
        let sibling = NameSibling {
            name: "Otto Quillfeather".to_owned(), date_of_birth: "2013-02-01".to_owned(), school: String::new(), source: "The aunt".to_owned(),
        };
        backend::service::case::name_sibling(&op, case.reference.clone(), sibling).await.unwrap();
        let proposal = ProposeRemoval { ground: Some(entity::vocabulary::RemovalGround::MovedAway), ..ProposeRemoval::default() };
        backend::service::roll::propose(&op, case.reference.clone(), None, proposal).await.unwrap();
        let keyring = &app.inner().keyring;
        let rows = How { rows: true, ..How::default() };
        assert_eq!(check_on(app.db(), keyring, &rows, |_| ()).await.unwrap().fault(), None);
        for (table, column, wrong) in [
            ("child", "given_names", "given_names || 'x'"),
            ("case_span", "until_on", "'2030-01-01'"),
            ("case_key", "key", "key || 'x'"),
            ("child_key", "key", "key || 'x'"),
            ("referral_key", "key", "key || 'x'"),
            ("removal", "matter", "matter || ' '"),
            ("agency", "email", "'x@example.org'"),
            ("agreement", "purpose", "'Anything'"),
            ("client", "name", "'Another'"),
            ("token", "expires_on", "'2030-01-01'"),
            ("held_report", "reference", "reference || 'x'"),
        ] {
            changed(app.db(), &format!("CREATE TABLE kept AS SELECT * FROM {table}")).await;
            tamper(app.db(), &format!("UPDATE {table} SET {column} = {wrong}")).await;
            let found = check_on(app.db(), keyring, &rows, |_| ()).await.unwrap().fault();
            assert!(found.as_ref().is_some_and(|found| found.contains(&format!(" of {table}:"))), "{table}: {found:?}");
            let back = if ["case_key", "child_key", "referral_key"].contains(&table) {
                format!("UPDATE {table} SET key = substr(key, 1, length(key) - 1)")
            } else if table == "case_span" {
                let own = "kept.case_id = case_span.case_id AND kept.from_on = case_span.from_on";
                format!("UPDATE {table} SET {column} = (SELECT {column} FROM kept WHERE {own})")
            } else {
                format!("UPDATE {table} SET {column} = (SELECT {column} FROM kept WHERE kept.id = {table}.id)")
            };
            tamper(app.db(), &back).await;
            changed(app.db(), "DROP TABLE kept").await;
            assert_eq!(check_on(app.db(), keyring, &rows, |_| ()).await.unwrap().fault(), None, "{table} is mended");
        }
        let folder = Folder::new();
        let said = printed(&run(&["verify", "--rows"], &settings(&app.url, folder.path())));
        assert!(said.contains("Compared with their facts: agency,") && said.contains("Not compared: event, seal"), "{said}");
    }

    async fn chains_from_before_the_key_are_put_under_it_once_and_where_that_was_cut_off(app: TestApp) {
        given::case().flagged().at(&app).await;
        let keyring = &app.inner().keyring;
        for kind in ["case", "referral", "contact", "staff", "agency", "draft", "register", "proposal"] {
            recompute(app.db(), kind, None).await;
        }
        tamper(app.db(), "DELETE FROM setting WHERE name = 'chains keyed'").await;
        assert!(!is_keyed(app.db(), keyring).await.unwrap());
        let folder = Folder::new();
        let refused = run(&["verify"], &settings(&app.url, folder.path()));
        assert!(printed(&refused).contains("onroll key-chains"), "{}", printed(&refused));

        // One that was changed before is refused, and told.
        tamper(app.db(), "UPDATE event SET payload = replace(payload, 'Quillfeather', 'Quillfeathex') WHERE kind = 'referral_received'").await;
        let refused = key_chains(app.db(), keyring, Trust::Unkeyed, |_| ()).await;
        assert!(matches!(refused, Err(NotKeyed::Broken { .. })), "{refused:?}");
        tamper(app.db(), "UPDATE event SET payload = replace(payload, 'Quillfeathex', 'Quillfeather') WHERE kind = 'referral_received'").await;

        let done = run(&["key-chains"], &settings(&app.url, folder.path()));
        assert_eq!(done.status.code(), Some(0), "{}", printed(&done));
        assert_eq!(verdict(&app).await.fault(), None);
        sealed(&app).await;
        tamper(app.db(), "DELETE FROM setting WHERE name = 'chains keyed'").await;
        let again = run(&["key-chains"], &settings(&app.url, folder.path()));
        assert_eq!(again.status.code(), Some(1), "{}", printed(&again));
        assert!(printed(&again).contains("somebody took the mark"), "{}", printed(&again));
    }

    async fn an_auditor_reads_the_head_of_the_journal(app: TestApp) {
        given::case().at(&app).await;
        let running = tokio::spawn(journal::run(app.inner().clone()));
        while count(app.db(), "seal", "1 = 1").await == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        running.abort();
        let auditor = app.staff("Audrey Auditor", &[StaffRole::Auditor]).await;
        let page = auditor.submit(&auditor.visit("/audit/chain").await.form()).await;
        page.says("The head of the journal is").says("Every fact is as it was stored");
        let head = backend::store::journal::head(&app.db().read).await.unwrap().unwrap();
        page.says(&head.to_string());
    }
}
