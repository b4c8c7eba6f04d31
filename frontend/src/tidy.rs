//! Rules about this crate's source that no lint of the compiler knows: what may use what, and what no page may write by
//! hand.
//!
//! Modules stand in layers, from the ground up:
//!
//! 1. words: the vocabulary of the API, what was typed, names, days, and what somebody may do;
//! 2. the API: how it is asked and for what, and why something is denied beside it;
//! 3. pages: the parts they are made of, the page around them, and the page for an error;
//! 4. a visit: the ways in, what is kept of somebody, where they can go, and all of it together;
//! 5. what several journeys share;
//! 6. the journeys. None uses another: what two of them need stands in a layer below.
//!
//! A module uses only what stands before it in [`LAYERS`], and no files use one another in a circle but a parent and
//! its children, and a table and its rows.

#[path = "../../backend/src/tidy/arrows.rs"]
mod arrows;

use std::fs;
use std::path::{Path, PathBuf};

use arrows::{Arrow, Source, circles, pointing_up};

/// The layers, and the modules of each in the same order.
const LAYERS: [(&str, &[&str]); 6] = [
    ("words", &["vocabulary", "rights", "assets", "told", "form", "when", "words"]),
    ("the API", &["denied", "api", "documents"]),
    ("pages", &["parts", "page", "prelude", "error"]),
    ("a visit", &["sign_in", "bearer_token", "open_report", "unsent", "wanted", "navigation", "visit"]),
    ("what several journeys share", &["officers", "search", "questions", "reply", "acts"]),
    ("journeys", &["journeys"]),
];

/// Files with a table whose entries are defined in other files. Such a table and the files of its entries may use one
/// another.
const TABLES: [&str; 1] = ["journeys/casework/act"];

#[test]
fn every_module_uses_only_what_stands_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = arrows::sources(&root);
    assert!(found.len() > 100, "the sources were not found");
    let wrong = pointing_up(&LAYERS, &found);
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_files_go_in_circles_but_a_family_and_a_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let circles = circles(&arrows::sources(&root), &TABLES);
    assert!(circles.is_empty(), "\n{}\n", circles.join("\n"));
}

#[test]
fn no_journey_uses_another() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = arrows::sources(&root);
    let journeys: Vec<&str> = found
        .iter()
        .filter(|one| one.module[0] == "journeys")
        .filter_map(|one| Some(one.module.get(1)?.as_str()))
        .collect();
    let mut wrong = Vec::new();
    for Source { file, module, arrows } in found.iter().filter(|one| one.module[0] == "journeys") {
        let Some(own) = module.get(1) else { continue };
        for Arrow { line, to } in
            arrows.iter().filter(|arrow| arrow.to.first().is_some_and(|first| first == "journeys"))
        {
            if let Some(other) = to.get(1).filter(|other| *other != own && journeys.contains(&other.as_str())) {
                wrong.push(format!("{}:{line}: {own} -> {other}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources can be read").filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn only_the_raw_part_prints_what_leptos_does_not_escape() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&root, &mut found);
    assert!(found.len() > 30, "the sources were not found");
    // Each is written in two pieces, so that this file does not find itself.
    let banned = [concat!("<text", "area"), concat!("<nos", "cript"), concat!("<sty", "le"), concat!("inner", "_html")];
    for path in found {
        let text = fs::read_to_string(&path).expect("the sources can be read");
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        let is_test = name.contains("tests") || name == "tidy.rs" || name.starts_with("testing/");
        // This page is a document of its own, which a proxy serves from a file, outside the content security policy.
        let stands_alone = name == "error/standalone.rs";
        if name == "parts/raw.rs" || stands_alone || is_test {
            continue;
        }
        for banned in banned {
            assert!(!text.contains(banned), "{name} contains `{banned}`: use a part instead (see parts/raw.rs)");
        }
        // The content security policy would refuse these attributes.
        for banned in [" style=", " onclick=", " onchange=", " onsubmit="] {
            assert!(!text.contains(banned), "{name} contains `{banned}`, which the content security policy refuses");
        }
        let posts = concat!("method=\"po", "st\"");
        assert!(
            name == "parts/post.rs" || !text.contains(posts),
            "{name} writes a form by hand: use `parts::post_form`"
        );
        assert!(text.starts_with("//!"), "{name} does not say at its top what lives in it");
    }
}
