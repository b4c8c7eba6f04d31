//! One whole referral in a real browser, with scripting and without.

use std::time::Duration;

use acceptance::database;
use acceptance::prelude::*;
use acceptance::window::Window;

/// How wide a window is: at a school's desk, and the narrowest that Chromium opens.
const DESK: u32 = 1_280;
const NARROW: u32 = 500;

/// A browser that stops answering must not hold up everything else.
async fn in_time(story: impl Future<Output = ()>) {
    let ended = tokio::time::timeout(Duration::from_mins(3), Box::pin(story)).await;
    assert!(ended.is_ok(), "the browser does not answer any more");
}

async fn referral(scripting: bool, width: u32, name: &str) {
    let app = TestApp::served(Engine::Sqlite).await;
    let contact = given::contact_somewhere(&app).await;
    let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
    let window = Window::open(scripting, width).await;
    let at = |path: &str| format!("{}{path}", app.origin());

    window.goto(&at("/refer")).await;
    window.give("email", &contact.email).await;
    window.picture(&format!("{name}-sign-in")).await;
    window.press("Send me a link").await;
    window.goto(&at(&mail::newest(&app, &contact.email).await.link())).await;
    window.press("Sign in").await;
    window.page().await.says("Your referrals").says(&contact.school.name);

    window.follow("Start a new referral").await;
    answer_all(&window, name).await;
    window.page().await.says("Zephyrine").says("14 March 2015");
    window.picture(&format!("{name}-check")).await;
    window.give("declaration", "YES").await;
    window.press("Send referral").await;
    let sent = window.page().await;
    window.picture(&format!("{name}-sent")).await;
    assert_eq!(sent.heading(), "Referral sent");
    let reference = sent.all(".app-reference").pop().unwrap();

    window.goto(&at(&format!("/refer/sent/{reference}"))).await;
    window.press_anywhere("Sign out").await;
    window.page().await.says("You have signed out");
    window.goto(&at("/sign-in")).await;
    window.give("email", &officer.email).await;
    window.give("password", given::PASSWORD).await;
    window.press("Sign in").await;
    window.page().await.says("Triage").says("Zephyrine Quillfeather");
    window.picture(&format!("{name}-triage")).await;
    window.follow("Zephyrine Quillfeather").await;
    window.page().await.says(&reference).says("No signs of risk were reported");
    window.picture(&format!("{name}-referral")).await;
    window.follow("Open a case").await;
    for (field, value) in [
        ("child", "new"),
        ("statutoryStatus", "CME"),
        ("statusGround.CME", "NO_ROLL_KNOWN"),
        ("serviceRoute", "CME_TEAM"),
        ("whereabouts", "UNKNOWN"),
        ("rationale", "On no roll that we know of"),
    ] {
        if window.page().await.form().asks(field) {
            window.give(field, value).await;
        }
    }
    window.press("Open case").await;
    window.page().await.says("Case opened").says("Zephyrine");
    window.picture(&format!("{name}-case")).await;
    window.close().await;
}

/// Answers page after page until everything is to be checked.
async fn answer_all(window: &Window, name: &str) {
    let answers = typed::referral();
    for number in 1..40 {
        let page = window.page().await;
        assert!(page.faults().is_empty(), "{}: {:?}", page.path, page.faults());
        if page.path.ends_with("/check") {
            return;
        }
        if answers.further_row(&page).is_some() {
            window.follow("Add another enquiry").await;
            continue;
        }
        window.answer(answers.pairs()).await;
        window.picture(&format!("{name}-question-{number:02}")).await;
        let button = page.form().buttons().first().map(|button| (*button).to_owned());
        window.press(&button.unwrap_or_else(|| panic!("{} has no button", page.path))).await;
    }
    panic!("the questions never end: {}", window.page().await.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_refers_and_an_officer_opens_a_case_with_scripting() {
    in_time(referral(true, DESK, "with-scripting")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_refers_and_an_officer_opens_a_case_without_scripting() {
    in_time(referral(false, NARROW, "without-scripting")).await;
}

/// Begins a report in a window, leaves it by `way`, and looks whether it is gone.
async fn left_by(scripting: bool, way: impl AsyncFn(&Window)) {
    let app = TestApp::served(Engine::Sqlite).await;
    let window = Window::open(scripting, DESK).await;
    window.goto(&format!("{}/report", app.origin())).await;
    window.press("Start now").await;
    window.page().await.says("Is the child in immediate danger?");
    let report = format!("{}{}", app.origin(), window.page().await.path);
    assert_eq!(database::count(app.db(), "report_draft", "1 = 1").await, 1);

    way(&window).await;

    window.until_at("https://www.bbc.co.uk/weather").await;
    assert_eq!(database::count(app.db(), "report_draft", "1 = 1").await, 0);
    window.goto(&report).await;
    window.page().await.says("This report is not here any more");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_button_throws_a_report_away_with_scripting_and_without() {
    for scripting in [true, false] {
        in_time(left_by(scripting, async |window| window.click(".govuk-exit-this-page__button").await)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_skip_link_throws_a_report_away_with_scripting_and_without() {
    for scripting in [true, false] {
        in_time(left_by(scripting, async |window| window.tab_to_exit().await)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn shift_three_times_throws_a_report_away_and_twice_does_not() {
    in_time(left_by(true, async |window| {
        window.press_shift(2).await;
        window.until("press 1 more time").await;
        window.press_shift(1).await;
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_runs_a_script_that_it_did_not_bring() {
    in_time(hostile_name()).await;
}

async fn hostile_name() {
    let app = TestApp::served(Engine::Sqlite).await;
    given::case().of("<img src=x onerror=document.title='owned'>", "Quillfeather").at(&app).await;
    let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
    let window = Window::open(true, DESK).await;
    window.goto(&format!("{}/sign-in", app.origin())).await;
    window.give("email", &officer.email).await;
    window.give("password", given::PASSWORD).await;
    window.press("Sign in").await;
    window.goto(&format!("{}/cases", app.origin())).await;
    window.page().await.says("<img src=x onerror");
    assert!(!window.title().await.contains("owned"));
    window.close().await;
}

/// How many pairs of letters within isolated text stand in reverse, and every other text in which any pair does.
const REVERSED: &str = r"
    const at = (node, place) => {
        const range = document.createRange();
        range.setStart(node, place);
        range.setEnd(node, place + 1);
        return range.getBoundingClientRect();
    };
    let isolated = 0;
    const turned = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode;
        for (let place = 0; place + 1 < node.data.length; place++) {
            if (!/^[a-z]{2}$/i.test(node.data.slice(place, place + 2))) continue;
            const [one, next] = [at(node, place), at(node, place + 1)];
            if (!one.width || !next.width || Math.abs(one.top - next.top) > 1 || next.left >= one.left) continue;
            if (node.parentElement.closest('bdi')) isolated++;
            else turned.push(node.data);
        }
    }
    return [isolated, turned];
";

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_reverses_is_shown_as_typed_and_turns_no_word_beside_it() {
    let story = async {
        let app = TestApp::served(Engine::Sqlite).await;
        let told = given::referral().of("Ad\u{202E}amant", "Khan").telling_of_harm().at(&app).await;
        let officer = given::staff(&app, "Olu Officer", &[StaffRole::CmeOfficer]).await;
        let window = Window::open(true, DESK).await;
        window.goto(&format!("{}/sign-in", app.origin())).await;
        window.give("email", &officer.email).await;
        window.give("password", given::PASSWORD).await;
        window.press("Sign in").await;
        for path in ["/triage".to_owned(), format!("/triage/{}", told.reference)] {
            window.goto(&format!("{}{path}", app.origin())).await;
            window.page().await.says(&told.reference);
            let Value::Array(found) = window.run(REVERSED).await else { panic!("a script that answers otherwise") };
            assert!(found[0].as_u64().is_some_and(|pairs| pairs > 0), "{path} does not show it as typed: {found:?}");
            assert_eq!(found[1], json!([]), "{path}");
            assert!(!window.title().await.contains('\u{202E}'));
        }
        window.picture("reversed-name").await;
        window.close().await;
    };
    in_time(story).await;
}
