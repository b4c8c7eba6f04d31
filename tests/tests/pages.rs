//! Every page that the stories were shown, in each of its states, at the width of a desk and at the narrowest that
//! WCAG 2.2 asks for (1.4.10): what axe finds wrong with it, and whether it can be read without scrolling sideways.
//!
//! The pages are those that `it` kept ([`acceptance::shown`]); cargo runs its targets in the order of their names.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use acceptance::prelude::*;
use acceptance::shown;
use acceptance::window::Window;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::time::timeout;

const WIDTHS: [u32; 2] = [1_200, 320];
/// As many browsers as try pages at once.
const WINDOWS: usize = 2;

/// Runs every rule of axe on the page, and looks whether the page is wider than the window.
const TRY: &str = "
    const done = arguments[arguments.length - 1];
    const tried = () => axe.run(document, { resultTypes: ['violations'] }).then((found) => done({
        violations: found.violations.map(({ id, impact, nodes }) =>
            ({ id, impact, nodes: nodes.map((node) => node.html.slice(0, 200)) })),
        wide: document.documentElement.scrollWidth - innerWidth,
    }), (error) => done({ error: String(error) }));
    const rules = document.createElement('script');
    rules.src = '/axe.js';
    rules.onload = tried;
    document.head.append(rules);
";

/// The pages by number, and whom to ask for their assets.
type Shown = (Arc<Vec<PathBuf>>, Arc<TestApp>);

async fn page(State((pages, _)): State<Shown>, Path(number): Path<usize>) -> Response {
    match pages.get(number).map(std::fs::read_to_string) {
        Some(Ok(page)) => Html(page).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn rules() -> Response {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("axe/node_modules/axe-core/axe.min.js");
    let rules = std::fs::read(file).expect("axe-core is installed: run tests/run, which sees to it");
    ([(CONTENT_TYPE, "text/javascript")], rules).into_response()
}

async fn asset(State((_, app)): State<Shown>, Path(name): Path<String>) -> Response {
    let asset = app.anybody().get(&format!("/assets/{name}")).await;
    ([(CONTENT_TYPE, asset.header("content-type").to_owned())], asset.body).into_response()
}

/// Serves the pages by number, with the assets they name and the rules.
async fn serve(pages: Arc<Vec<PathBuf>>) -> SocketAddr {
    let app = Arc::new(TestApp::start(Engine::Sqlite).await);
    let router = Router::new()
        .route("/page/{number}", get(page))
        .route("/axe.js", get(rules))
        .route("/assets/{name}", get(asset))
        .with_state((pages, app));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    tokio::spawn(async move { axum::serve(listener, router.into_make_service()).await });
    address
}

/// What is wrong with the page in the window.
async fn faults(window: &Window) -> Vec<String> {
    let found = window.run_until_it_calls_back(TRY).await;
    assert_eq!(found["error"], Value::Null);
    let violations = found["violations"].as_array().expect("axe answers a list").iter();
    let mut faults: Vec<String> =
        violations.map(|fault| format!("{} ({}): {}", fault["id"], fault["impact"], fault["nodes"])).collect();
    if found["wide"].as_i64().is_none_or(|wide| wide > 0) {
        faults.push(format!("wider than the window by {}", found["wide"]));
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_can_use_every_page_that_the_stories_were_shown() {
    let folder = shown::folder();
    let pages = std::fs::read_dir(&folder).into_iter().flatten().filter_map(|file| Some(file.ok()?.path()));
    let pages: Vec<PathBuf> = pages.collect();
    assert!(pages.len() > 100, "{} holds {} pages: run all of `it` first", folder.display(), pages.len());
    let pages = Arc::new(pages);
    let address = serve(Arc::clone(&pages)).await;
    let left = Arc::new(Mutex::new(0..pages.len()));
    let wrong = Arc::new(Mutex::new(BTreeMap::<String, Vec<String>>::new()));
    let windows = (0..WINDOWS).map(|_| {
        let (pages, left, wrong) = (Arc::clone(&pages), Arc::clone(&left), Arc::clone(&wrong));
        tokio::spawn(async move {
            let window = Window::open(true, WIDTHS[0]).await;
            loop {
                let Some(number) = left.lock().await.next() else { break };
                for width in WIDTHS {
                    window.resize(width).await;
                    let address = format!("http://{address}/page/{number}");
                    let tried = async {
                        window.goto(&address).await;
                        (window.title().await, faults(&window).await)
                    };
                    let tried = timeout(Duration::from_mins(1), Box::pin(tried)).await;
                    let (title, faults) = tried.expect("the browser answers");
                    for fault in faults {
                        let page = format!("{title} at {width} px ({})", pages[number].display());
                        wrong.lock().await.entry(fault).or_default().push(page);
                    }
                }
            }
            window.close().await;
        })
    });
    for window in windows.collect::<Vec<_>>() {
        window.await.expect("every page can be tried");
    }
    let wrong = wrong.lock().await;
    assert!(wrong.is_empty(), "{} faults: {wrong:#?}", wrong.len());
}
