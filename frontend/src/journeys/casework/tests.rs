//! Claims about the register, the page of a case, and the forms by which cases are worked.

use async_graphql::Request;
use async_graphql::ServerError;
use axum::http::StatusCode;
use scraper::{Html, Selector};
use serde_json::{Value as Json, json};

use super::act::ACTS;
use super::*;
use crate::rights::Rights;
use crate::testing::canned::{Asked, at_work, holds, invalid};
use crate::testing::{LIAISON, MANAGER, OFFICER, Seen, WORKER, ask, refusal, silent, staff, visit};
use crate::visit::Visit;

const CASE: &str = "/cases/CME-0001";

fn child() -> Json {
    json!({
        "id": "k1", "familyName": "Hassan", "givenNames": "Amina <b>", "dateOfBirth": "2014-03-27",
        "yearGroup": "Year 7", "sex": "FEMALE", "upn": "G821999926001", "address": "1 High Street",
    })
}

fn case(state: &str) -> Json {
    json!({
        "reference": "CME-0001", "version": 7, "state": state, "whereabouts": "UNKNOWN", "statutoryStatus": "CME",
        "serviceRoute": "CME_TEAM", "risk": "HIGH", "openedAt": "2026-06-04T23:30:00Z", "dueOn": "2026-06-10",
        "overdue": true, "clocks": [{ "kind": "REVIEW_KNOWN", "dueOn": "2026-06-10", "lateAt": "2026-06-10T23:00:00Z", "late": true }], "lastSeenOn": "2026-05-01", "sightings": [], "child": child(),
        "school": { "urn": "109501", "name": "Oak School", "address": "2 Low Street" },
        "officer": { "id": "o1", "name": "Sam Officer" },
        "referrals": [{
            "reference": "R-0001", "state": "OPENED", "receivedAt": "2026-06-04T08:32:00Z", "risk": "HIGH",
            "school": { "urn": "109501", "name": "Oak School" }, "sentBy": "Jo Contact",
        }],
        "enquiries": [{
            "id": "e1", "kind": "HOME_VISIT", "askedOf": "Ms Visitor", "askedOn": "2026-06-05", "dueOn": "2026-06-08",
            "overdue": true, "note": "Is anybody there?",
        }],
        "escalations": [{
            "id": "f1", "level": "SIGNIFICANT_HARM", "concern": "<script>alert(1)</script>", "rationale": "Seen",
            "raisedAt": "2026-06-04T08:32:00Z", "stage": "RAISED", "clocks": [], "speaksForMash": false,
            "mayAcknowledge": false, "mayRate": false, "mayAnswer": false, "mayConfirm": false,
        }],
        "placements": [], "toldOtherwise": [], "parents": [], "siblings": [], "roll": [], "age": null,
        "timeline": [{
            "seq": 7, "at": "2026-06-04T08:32:00Z", "title": "Note added", "by": "Sam Officer",
            "details": [{ "label": "Note", "value": "<script>alert(2)</script>" }],
        }],
        "openItems": ["the MASH has not answered the flag", "the enquiry to Ms Visitor is unanswered"],
    })
}

fn officers() -> Json {
    json!([{ "id": "o2", "name": "Ali Other" }, { "id": "o1", "name": "Sam Officer" }])
}

/// A visit of somebody with these rights to a case in `state`. Changes are refused with `refused`, or lead to `after`.
fn worker(may: Rights, state: &str, after: &str, refused: Option<ServerError>) -> (Visit, Asked) {
    let proposed = (after == "OPEN").then_some("DUPLICATE");
    let changed = json!({ "reference": "CME-0001", "state": after, "proposedOutcome": proposed });
    let world = json!({ "case": case_before(may, state), "officers": officers(), "closeCase": changed });
    at_work(may, world, refused)
}

/// A case as the API tells it to somebody with these rights, with what it lets them do to it.
fn case_before(may: Rights, state: &str) -> Json {
    let mut case = case(state);
    for right in ["mayAssign", "mayApproveClosure", "mayClose", "mayReopen", "mayRestrict", "mayDecideRemoval"] {
        case[right] = json!(may.triage);
    }
    for right in ["mayWork", "mayAnswerEnquiry", "mayEscalate"] {
        case[right] = json!(may.work_cases);
    }
    case["escalations"][0]["mayAnswer"] = json!(may.triage || !may.work_cases);
    case
}

fn count(seen: &Seen, selector: &str) -> usize {
    Html::parse_document(&seen.html).select(&Selector::parse(selector).expect("a selector")).count()
}

/// Nothing that somebody typed became a script or a marker.
fn is_clean(seen: &Seen) {
    assert!(!seen.html.contains("<script>alert") && !seen.html.contains("<!>"), "{}", seen.html);
    assert_eq!(count(seen, "h1"), 1, "{}", seen.html);
}

fn register(nodes: &Json) -> Json {
    let info = json!({ "hasNextPage": true, "hasPreviousPage": false, "startCursor": "s", "endCursor": "e+1" });
    let cases = json!({ "nodes": nodes, "pageInfo": info, "count": { "display": "312" } });
    json!({ "cases": cases, "officers": officers(), "school": { "urn": "109501", "name": "Oak School" } })
}

#[tokio::test]
async fn the_register_keeps_filters_in_its_address_and_what_was_searched_for_out_of_it() {
    let mut of_known_age = case("OPEN");
    of_known_age["age"] = json!({ "standing": "WITHIN", "years": 12 });
    let (visit, asked) = at_work(OFFICER, register(&json!([of_known_age])), None);
    let back = ask(router(), &visit, "/cases/search", Some("search=Amina&filters=state%3DOPEN%26search%3Dolder")).await;
    let found = back.goes_to();
    assert!(
        found.starts_with("/cases?search=") && found.ends_with("&state=OPEN") && !found.contains("Amina"),
        "{found}"
    );

    let seen = ask(router(), &visit, &format!("{found}&school=109501&overdue=yes&sort=NAME"), None).await;
    assert_eq!(asked.reads().len(), 1, "the list is one document");
    let wanted = [r#""search":"Amina""#, r#""state":["OPEN"]"#, r#""schoolUrn":"109501""#, r#""overdue":true"#, "NAME"];
    holds(&asked.reads(), &wanted);
    is_clean(&seen);
    seen.shows(&[
        "<h1",
        "Searching for “<bdi>Amina</bdi>”",
        "Clear search",
        "Remove this filter",
        "312 cases",
        "href=\"/cases/CME-0001\" class=\"govuk-link\">Amina &lt;b&gt; Hassan</a>",
        "Risk of harm",
        "12 years old",
        "10 June 2026",
        "Overdue",
        "5 June 2026",
        "rel=\"next\"",
    ]);
    assert!(seen.html.contains("after=e%2B1"), "{}", seen.html);
    let links = Html::parse_document(&seen.html);
    let links: Vec<_> = links
        .select(&Selector::parse("a[href]").expect("a selector"))
        .filter_map(|link| link.value().attr("href"))
        .collect();
    assert!(links.iter().all(|href| !href.contains("Amina")), "{links:?}");

    // A link from elsewhere, and a search that is no longer kept.
    let seen = ask(router(), &visit, "/cases?overdue=yes", None).await;
    assert!(!seen.html.contains("Searching for") && !asked.reads().last().unwrap().contains("Amina"), "{}", seen.html);
    let seen = ask(router(), &visit, "/cases?search=other", None).await;
    seen.shows(&["no longer kept. Search again."]);
}

#[tokio::test]
async fn a_search_for_a_restricted_case_says_whom_to_ask() {
    let found = |request: &Request| {
        Ok(if request.query.contains("restrictedCase") {
            json!({ "restrictedCase": { "reference": "C-7K3M-9QX4", "officer": { "id": "o2", "name": "Noor Officer" } } })
        } else {
            register(&json!([]))
        })
    };
    for (typed, told) in [("c7k3m9qx4", true), ("Christine", false)] {
        let visit = visit(Some(staff(OFFICER)), false, found);
        let found = ask(router(), &visit, "/cases/search", Some(&format!("search={typed}"))).await;
        let seen = ask(router(), &visit, found.goes_to(), None).await;
        if told {
            seen.shows(&["href=\"/cases/C-7K3M-9QX4\"", "is restricted. Ask its officer, Noor Officer."]);
        } else {
            seen.shows(&["Searching for “<bdi>Christine</bdi>”", "No cases found."]);
        }
    }
}

#[tokio::test]
async fn a_wrong_filter_is_told_and_a_lost_page_leads_to_the_first() {
    let visit = visit(Some(staff(MANAGER)), false, |_| Err(invalid(&[("schoolUrn", "A URN has 6 digits")])));
    let seen = ask(router(), &visit, "/cases?school=12&flagged=yes", None).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&["There is a problem", "<a href=\"#school\">A URN has 6 digits</a>", "value=\"12\""]);
    let (visit, _) = at_work(MANAGER, register(&json!([])), None);
    let seen = ask(router(), &visit, "/cases?flagged=yes&after=nowhere", None).await;
    assert_eq!(seen.goes_to(), "/cases?flagged=yes");
}

#[tokio::test]
async fn a_case_shows_its_flags_first_and_everything_that_happened_last() {
    let (visit, asked) = worker(OFFICER, "OPEN", "OPEN", None);
    let seen = ask(router(), &visit, CASE, None).await;
    assert_eq!(asked.reads().len(), 1, "the page is one document");
    is_clean(&seen);
    seen.shows(&[
        "app-identity",
        "Amina &lt;b&gt; Hassan",
        "27 March 2014",
        "Risk of harm",
        "Case CME-0001</h1>",
        "10 June 2026",
        "Still unanswered",
        "The MASH has not answered the flag",
        "MASH flags",
        "Significant harm (s.47), raised 4 June 2026 at 9:32am",
        "/mash/f1/answer",
        "What you can do",
        "/cases/CME-0001/assign",
        "/cases/CME-0001/close",
        "Last school",
        "Tracing enquiries",
        "/cases/CME-0001/enquiry/e1/answer",
        "No placements recorded.",
        "/triage/R-0001",
        "Timeline",
        "by Sam Officer",
        "&lt;script&gt;alert(2)",
    ]);
    assert!(!seen.html.contains("/cases/CME-0001/reopen"), "an open case is not reopened");
    assert!(!seen.html.contains("<title>Amina"), "a name does not stand in the browser's history");
}

#[tokio::test]
async fn people_are_offered_what_their_rights_and_the_state_allow() {
    let all = ["assign", "enquiry", "note", "whereabouts", "escalate", "placement", "close", "reopen"];
    let answer = "enquiry/e1/answer";
    let cases: [(_, _, &[&str]); 4] = [
        (OFFICER, "OPEN", &["assign", "enquiry", "note", "whereabouts", "escalate", "placement", "close", answer]),
        (OFFICER, "CLOSED", &["note", "reopen"]),
        (WORKER, "OPEN", &["enquiry", "note", "whereabouts", "escalate", "placement", answer]),
        (LIAISON, "OPEN", &[]),
    ];
    for (may, state, offered) in cases {
        let (visit, _) = worker(may, state, state, None);
        let seen = ask(router(), &visit, CASE, None).await;
        for path in all.iter().chain([&answer]) {
            let is_there = seen.html.contains(&format!("href=\"{CASE}/{path}\""));
            assert_eq!(is_there, offered.contains(path), "{may:?} {state} {path}");
        }
        assert_eq!(seen.html.contains("href=\"/mash/f1/answer\""), may != WORKER, "{may:?} {state}");
    }
    let (visit, _) = worker(WORKER, "OPEN", "OPEN", None);
    let seen = ask(router(), &visit, &format!("{CASE}/close"), None).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    let seen = ask(router(), &silent(None), &format!("{CASE}/close"), None).await;
    assert_eq!(seen.goes_to(), "/sign-in");
}

#[tokio::test]
async fn the_form_of_an_act_that_the_state_does_not_allow_does_not_open_by_its_address() {
    for (state, path) in [("CLOSED", "escalate"), ("CLOSED", "assign"), ("CLOSED", "close"), ("OPEN", "reopen")] {
        let (visit, _) = worker(MANAGER, state, state, None);
        let seen = ask(router(), &visit, &format!("{CASE}/{path}"), None).await;
        assert_eq!((seen.status, count(&seen, "main form")), (StatusCode::CONFLICT, 0), "{state} {path}");
        seen.shows(&["This cannot be done now", "See the case"]);
    }
}

#[tokio::test]
async fn every_form_says_whom_it_is_about_and_which_version_was_seen() {
    for act in &ACTS {
        let mut case = case_before(MANAGER, if act.path == "reopen" { "CLOSED" } else { "OPEN" });
        if ["reader", "reader/remove", "lift"].contains(&act.path) {
            case["restriction"] = json!("ADOPTED");
            case["readers"] = officers();
        }
        case["placements"] =
            json!([{ "id": "p1", "kind": "STATE_SCHOOL", "provider": "Oak School", "startsOn": "2026-06-01" }]);
        if act.path == "placement/{item}/return" {
            case["placements"][0]["attendedOn"] = json!("2026-06-01");
            case["placements"][0]["returnDueOn"] = json!("2026-06-06");
        }
        case["siblings"] = json!([{ "name": "Ben Hassan", "dateOfBirth": "2016-05-04" }, { "name": "Cem Hassan" }]);
        case["parents"] = json!([{ "key": "jo 1", "name": "Jo <b>", "by": "R-0001", "on": "2026-06-04" }]);
        case["roll"] = json!([{
            "id": "m1", "ground": "NOT_BACK_FROM_LEAVE", "proposedOn": "2026-06-01", "school": { "name": "Oak School" },
            "standing": "The name may not be removed yet", "tried": ["HOME_VISIT"],
            "lacks": [{ "lack": "DECISION", "text": "the authority has not decided" }],
            "newSchool": { "name": "Beck School", "startsOn": "2026-06-15" },
            "mayWithdraw": true, "mayEnquire": true, "mayDecide": true,
        }]);
        let ground = json!({
            "ground": "NOT_BACK_FROM_LEAVE", "conditions": ["LEAVE_GRANTED"], "sinceCalled": "The last day of the leave",
            "asksCodes": false, "jointEnquiry": true, "follows": "MISSING_EDUCATION",
        });
        let world = json!({ "case": case, "officers": officers(), "removalGrounds": [ground] });
        let (visit, _) = at_work(MANAGER, world, None);
        let item = match act.path.split('/').next() {
            Some("placement") => "p1",
            Some("roll") if act.path.starts_with("roll/propose") => "not-back-from-leave",
            Some("roll") => "m1",
            Some("referral") => "R-0001",
            _ => "e1",
        };
        let seen = ask(router(), &visit, &act.href(CASE, item), None).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", act.path);
        is_clean(&seen);
        seen.shows(&[
            "govuk-back-link",
            "app-identity",
            act.title,
            "<form method=\"post\"",
            "name=\"version\" value=\"7\"",
            &format!("<a href=\"{CASE}\" class=\"govuk-link\">Cancel</a>"),
        ]);
        assert_eq!(count(&seen, "main form[method='post'] button"), 1, "{}", act.path);
    }
    let (visit, _) = worker(MANAGER, "OPEN", "OPEN", None);
    let seen = ask(router(), &visit, &format!("{CASE}/enquiry/other/answer"), None).await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_decides_a_status_sees_what_was_decided_before() {
    let mut case = case_before(MANAGER, "OPEN");
    case["statusDecisions"] = json!([
        {
            "status": "CME", "ground": "NO_ROLL_KNOWN", "from": "2026-06-02", "until": "2026-06-08",
            "source": "The <old> school", "reason": "No roll knows her", "by": "Sam Officer", "at": "2026-06-04T08:32:00Z",
        },
        { "status": "UNDECIDED", "from": "2026-06-01", "by": "Onroll", "at": "2026-06-01T08:32:00Z" },
    ]);
    let (visit, _) = at_work(MANAGER, json!({ "case": case, "officers": officers() }), None);
    let seen = ask(router(), &visit, &format!("{CASE}/status"), None).await;
    is_clean(&seen);
    seen.shows(&[
        "Decided so far",
        "From 2 June 2026 until before 8 June 2026",
        "The &lt;old&gt; school",
        "No roll knows her",
        "4 June 2026 at 9:32am, by Sam Officer",
        "From 1 June 2026",
    ]);
    let (visit, asked) = at_work(MANAGER, json!({ "case": case, "officers": officers() }), None);
    assert!(!ask(router(), &visit, &format!("{CASE}/route"), None).await.html.contains("Decided so far"));
    holds(&asked.reads(), &[r#""statuses":false"#]);
}

#[tokio::test]
async fn the_filter_is_folded_away_until_one_is_set() {
    let (visit, _) = at_work(OFFICER, register(&json!([case("OPEN")])), None);
    for (path, open) in [("/cases", 0), ("/cases?sort=NAME", 0), ("/cases?overdue=yes", 1)] {
        let seen = ask(router(), &visit, path, None).await;
        assert_eq!((count(&seen, "details.app-filter"), count(&seen, "details.app-filter[open]")), (1, open), "{path}");
        assert_eq!(count(&seen, "details.app-filter form[method='get'] button"), 1, "{path}");
    }
}

/// A proposal under H about which school and authority have not enquired yet.
fn proposal() -> Json {
    json!({
        "id": "m1", "ground": "NOT_BACK_FROM_LEAVE", "school": { "name": "Oak School" }, "proposedOn": "2026-06-01",
        "bySchool": true, "conditions": ["LEAVE_GRANTED", "NO_SICKNESS_OR_CAUSE"], "since": "2026-05-01",
        "sinceCalled": "The last day of the leave", "codes": [], "tried": ["HOME_VISIT", "PHONE_CALL"], "note": "",
        "standing": "The name may not be removed yet, because school and authority have not enquired together.",
        "lacks": [
            { "lack": "JOINT_ENQUIRY", "text": "school and authority have not enquired together" },
            { "lack": "DECISION", "text": "the authority has not decided" },
        ],
        "answerDueOn": "2026-07-13", "returned": [], "tellsOfMove": false,
        "mayWithdraw": true, "mayEnquire": true, "mayDecide": true, "mayRemove": false,
    })
}

#[tokio::test]
async fn an_address_that_is_withheld_is_said_to_be_on_file_and_never_filled_in() {
    let address = |confidential: bool, address: Option<&str>| {
        let mut case = case_before(MANAGER, "OPEN");
        case["child"]["addressConfidential"] = json!(confidential);
        case["child"]["address"] = json!(address);
        case["child"]["postcode"] = json!(address.map(|_| "LU1 2AB"));
        case["roll"] = json!([proposal()]);
        at_work(MANAGER, json!({ "case": case, "officers": officers(), "removalGrounds": [] }), None).0
    };
    let withheld = address(true, None);
    let seen = ask(router(), &withheld, CASE, None).await;
    seen.shows(&["Kept confidential", "Not shown to you: ask the officer", "Postcode", "Not shown to you"]);
    let seen = ask(router(), &withheld, &format!("{CASE}/child"), None).await;
    seen.shows(&["There is an address on file that you cannot see", "Do not write where the child lives"]);

    let returned = format!("{CASE}/roll/m1/return");
    let seen = ask(router(), &address(false, Some("1 High Street\r\nLuton")), &returned, None).await;
    seen.shows(&["value=\"Amina &lt;b&gt; Hassan\"", "value=\"1 High Street, Luton, LU1 2AB\""]);
    let seen = ask(router(), &address(true, Some("1 High Street")), &returned, None).await;
    seen.shows(&["value=\"Amina &lt;b&gt; Hassan\""]);
    assert!(!seen.html.contains("High Street"), "{}", seen.html);
}

#[tokio::test]
async fn a_proposal_shows_what_there_is_and_its_forms_say_what_they_are_about() {
    let mut case = case_before(MANAGER, "OPEN");
    case["roll"] = json!([proposal()]);
    let ground = json!({
        "ground": "DIED", "conditions": ["DEATH_CONFIRMED"], "sinceCalled": null, "asksCodes": false,
        "jointEnquiry": false, "follows": "NOTHING",
    });
    let (visit, _) =
        at_work(MANAGER, json!({ "case": case, "officers": officers(), "removalGrounds": [ground] }), None);
    let seen = ask(router(), &visit, CASE, None).await;
    seen.shows(&[
        "Name on the roll",
        "<li>The school granted the leave</li>",
        "The last day of the leave",
        "1 May 2026",
    ]);
    for absent in
        ["Withdrawn because", "What follows", "Deletion return due", "Codes of the absence", "/roll/m1/return"]
    {
        assert!(!seen.html.contains(absent), "{absent}: {}", seen.html);
    }

    let seen = ask(router(), &visit, &format!("{CASE}/roll/m1/decide"), None).await;
    seen.shows(&[
        "Oak School",
        "H: ",
        "1 June 2026",
        "have not enquired together",
        "First day the name may be removed",
    ]);
    assert!(!seen.html.contains("the authority has not decided"), "the form is there to decide it: {}", seen.html);
    let seen = ask(router(), &visit, &format!("{CASE}/roll/propose/died"), None).await;
    seen.shows(&["There is already a proposal for Oak School", "/cases/CME-0001/roll/m1/withdraw"]);
    assert!(!seen.html.contains("in order to find the child"), "{}", seen.html);
}

#[tokio::test]
async fn what_was_typed_comes_back_with_its_faults() {
    let faults = [("kind", "Select what kind of check this is"), ("askedOn", "Date asked must be a real date")];
    let (visit, asked) = worker(OFFICER, "OPEN", "OPEN", Some(invalid(&faults)));
    let form = "version=7&askedOf=O%27Hara+%26+co&askedOn-day=31&askedOn-month=2&askedOn-year=2026&note=%3C/textarea%3E%3Cscript%3Ealert";
    let seen = ask(router(), &visit, &format!("{CASE}/enquiry"), Some(form)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    is_clean(&seen);
    seen.shows(&[
        "There is a problem",
        "<a href=\"#kind\">Select what kind of check this is</a>",
        "<a href=\"#askedOn-day\">Date asked must be a real date</a>",
        "name=\"version\" value=\"7\"",
        "value=\"O'Hara &amp; co\"",
        "name=\"askedOn-day\" type=\"text\" value=\"31\"",
        "&lt;/textarea&gt;&lt;script&gt;alert",
    ]);
    holds(&asked.changes(), &[r#""askedOn":"2026-2-31""#, r#""dueOn":"""#, r#""case":"CME-0001""#]);
}

#[tokio::test]
async fn somebody_who_was_overtaken_looks_again_and_loses_nothing() {
    let conflict = refusal("CONFLICT", "somebody else has changed this since you opened it");
    let (visit, _) = worker(OFFICER, "OPEN", "OPEN", Some(conflict));
    let seen = ask(router(), &visit, &format!("{CASE}/note"), Some("version=6&text=Long+and+careful")).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows(&[
        "Somebody else has changed this since you opened it",
        "Look at the case as it is now",
        "name=\"version\" value=\"7\"",
        "Long and careful",
    ]);
}

#[tokio::test]
async fn closing_says_what_became_of_the_case() {
    for (after, said) in [
        ("CLOSED", "Case closed"),
        ("TRACKING_OUT", "Not closed: tracked until the receiving authority or school confirms"),
        ("OPEN", "Outcome proposed: a second person decides"),
    ] {
        let (visit, asked) = worker(OFFICER, "OPEN", after, None);
        let seen =
            ask(router(), &visit, &format!("{CASE}/close"), Some("version=7&outcome=DUPLICATE&duplicateOf=+X+")).await;
        assert_eq!(seen.goes_to(), CASE);
        holds(&asked.changes(), &[r#""outcome":"DUPLICATE""#, r#""duplicateOf":"X""#, r#""version":7"#]);
        let seen = ask(router(), &visit, CASE, None).await;
        seen.shows(&["govuk-notification-banner--success", said, "<h1"]);
    }
    let (visit, _) = worker(OFFICER, "OPEN", "OPEN", None);
    let seen = ask(router(), &visit, &format!("{CASE}/close"), None).await;
    seen.shows(&["cannot be closed yet", "The MASH has not answered the flag", "name=\"outcome\""]);
}
