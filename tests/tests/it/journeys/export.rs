//! A file of any length is sent part by part, one at a time for each person.

use std::net::{IpAddr, SocketAddr};

use acceptance::browser::Server;
use acceptance::database::count;
use acceptance::prelude::*;
use axum::body::Body;
use axum::extract::ConnectInfo;
use backend::domain::viewer::Viewer;
use entity::vocabulary::AccessAction;
use http::{Method, Response, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

/// Notes that somebody looked at `many` pages.
async fn looked_at(app: &TestApp, many: usize) {
    for first in (0..many).step_by(1_000) {
        let op = app.op(Viewer::Anonymous);
        for number in first..many.min(first + 1_000) {
            op.saw(AccessAction::Refuse, format!("page /number-{number:05}"), None);
        }
        backend::service::access_note::note(&op).await.unwrap();
    }
}

/// Asks for the file, and reads nothing of it yet.
async fn asked_for(app: &TestApp, auditor: &Staff) -> Response<Body> {
    let Server::Here(router) = app.server() else { panic!("the router is here") };
    let request = auditor.browser().request(&Method::POST, "/audit/export");
    let mut request = request.header("content-type", "application/x-www-form-urlencoded").body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((IpAddr::from([127, 0, 0, 1]), 40_000))));
    router.oneshot(request).await.unwrap()
}

on_both_engines! {
    async fn a_long_file_holds_every_row_once_and_each_part_is_noted_before_it_leaves(app: TestApp) {
        looked_at(&app, 4_500).await;
        let op = app.op(Viewer::Anonymous);
        op.saw(AccessAction::Refuse, "page /علی", None);
        backend::service::access_note::note(&op).await.unwrap();
        let auditor = app.staff("Audrey Auditor", &[StaffRole::Auditor]).await;
        let all = count(app.db(), "access_note", "1 = 1").await;
        let exports = "action = 'export' AND subject = 'access_notes'";

        let mut file = asked_for(&app, &auditor).await.into_body();

        let first = file.frame().await.unwrap().unwrap().into_data().unwrap();
        assert_eq!(count(app.db(), "access_note", exports).await, 1, "what follows was read before it was wanted");
        let rest = file.collect().await.unwrap().to_bytes();
        let text = String::from_utf8([first, rest].concat()).unwrap();
        assert!(text.starts_with("\u{feff}\"When\",\"Who\","), "{}", &text[..80]);
        assert_eq!(text.matches("\"When\",\"Who\",").count(), 1);
        for number in (0..4_500).step_by(7) {
            assert_eq!(text.matches(&format!("page /number-{number:05}")).count(), 1, "{number}");
        }
        assert!(text.contains("\"page /علی\"") && !text.contains(['\u{FDD0}', '\u{FDD1}']), "marks of pages are in a file");
        assert_eq!(text.lines().count() as u64, all + 1);
        assert_eq!(count(app.db(), "access_note", exports).await, 3);
    }

    async fn a_second_file_waits_until_the_first_is_complete_and_other_people_do_not(app: TestApp) {
        looked_at(&app, 10).await;
        let auditor = app.staff("Audrey Auditor", &[StaffRole::Auditor]).await;
        let other = app.staff("Otto Auditor", &[StaffRole::Auditor]).await;
        let under_way = asked_for(&app, &auditor).await;
        assert_eq!(under_way.status(), StatusCode::OK);

        let second = auditor.post("/audit/export", &[]).await;

        assert_eq!(second.status, StatusCode::TOO_MANY_REQUESTS, "{}", second.text());
        second.says("already saving a file");
        auditor.visit("/audit").await.is_shown();
        other.post("/audit/export", &[]).await.is_shown();
        let question = "{ accessNoteExport { rows } }";
        assert_eq!(auditor.ask(question, json!({})).await.codes(), ["CONFLICT"]);
        // Whoever stops reading gives the place back.
        drop(under_way);
        auditor.post("/audit/export", &[]).await.is_shown();
    }
}
