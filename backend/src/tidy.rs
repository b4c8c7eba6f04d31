//! Tests that keep the modules of this crate in layers. What must not live here: how the sources are read (`arrows`).

pub(crate) mod arrows;

use std::path::Path;

use arrows::{circles, pointing_up, sources};

/// The layers from the bottom up, with the modules of each in the same order. A module uses only those before it.
const LAYERS: [(&str, &[&str]); 6] = [
    ("what the law and the council's procedure say", &["outage", "error", "domain"]),
    (
        "values of the service",
        &["secret", "gather", "limit", "refusal", "export", "import", "clock", "config", "logging", "mail", "notices"],
    ),
    ("one operation, and the only way to write", &["turns", "db", "idempotency", "context"]),
    ("what an operation does", &["throttle", "store", "service", "backup", "demo"]),
    ("who asks, and what they are answered", &["app", "auth", "graphql", "jobs", "http", "pages", "router"]),
    ("the program", &["commands"]),
];

/// GraphQL types refer to each other: a case has referrals, and a referral has a case.
const MAY_GO_IN_CIRCLES: [&str; 1] = ["graphql"];

#[test]
fn every_module_uses_only_what_stands_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = sources(&root);
    assert!(found.len() > 100, "the sources were not found");
    let wrong = pointing_up(&LAYERS, &found);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_files_go_in_circles_but_a_parent_and_its_children() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let circles = circles(&sources(&root), &MAY_GO_IN_CIRCLES);
    assert!(circles.is_empty(), "\n{}\n", circles.join("\n"));
}
