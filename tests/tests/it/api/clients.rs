//! What other people's programs make of the API: its schema as text, and how it speaks HTTP.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use acceptance::database::Folder;
use acceptance::prelude::*;
use backend::graphql::audience::{Audience, sdl_for};

/// The audits that do not hold, each with its reason.
const DO_NOT_HOLD: [&str; 0] = [];

/// The folder of the scripts that speak as other people's programs do.
pub(super) fn at() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// A script beside the packages that `tests/run` installs.
pub(super) fn script(name: &str) -> Command {
    let at = at();
    let installed = at.join("node_modules/graphql").is_dir();
    assert!(installed, "{} lacks its packages: run tests/run, or `npm ci` there", at.display());
    let mut command = Command::new("node");
    command.arg(at.join(name)).current_dir(at).stdin(Stdio::null());
    command
}

pub(super) fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn every_audience_is_told_a_schema_that_graphql_js_reads_and_that_says_what_everything_is() {
    let folder = Folder::new();
    let whole = ("whole", backend::graphql::sdl());
    let cuts = Audience::ALL.iter().map(|audience| (audience.name(), sdl_for(*audience)));
    let files: Vec<PathBuf> = cuts
        .chain([whole])
        .map(|(name, sdl)| {
            let path = folder.path().join(format!("{name}.graphql"));
            std::fs::write(&path, sdl).unwrap();
            path
        })
        .collect();
    let output = script("check_schema.js").args(files).output().expect("Node.js is installed");
    assert!(output.status.success(), "{}", printed(&output));
}

#[tokio::test]
async fn the_audits_of_graphql_over_http_hold() {
    let app = TestApp::served(Engine::Sqlite).await;
    // The audits ask for a type by name, which only staff may.
    let cookies = app.officer().await.browser().cookies();
    let cookie = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    let address = app.origin().to_owned();
    let run = move || script("audits.js").env("ADDRESS", address).env("COOKIE", cookie).output();
    let output = tokio::task::spawn_blocking(run).await.unwrap().expect("Node.js is installed");
    let said = printed(&output);
    let mut lines: Vec<&str> = said.lines().collect();
    let sum = lines.pop().unwrap_or_default();
    // What a server MAY do, such as answering GET, it may leave.
    lines.retain(|line| !line.contains(" MAY "));
    lines.retain(|line| !DO_NOT_HOLD.iter().any(|id| line.starts_with(id)));
    assert!(lines.is_empty() && sum.ends_with("do not"), "{said}");
}
