//! Rules about this crate's source that no lint of the compiler knows.

use std::fs;
use std::path::{Path, PathBuf};

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
    // Written in two pieces each, so that this file is not its own first finding.
    let banned = [concat!("<text", "area"), concat!("<nos", "cript"), concat!("<sty", "le"), concat!("inner", "_html")];
    for path in found {
        let text = fs::read_to_string(&path).expect("the sources can be read");
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        let is_test = name.contains("tests") || name == "tidy.rs";
        // A document of its own, which a proxy serves from a file, outside the content security policy.
        let stands_alone = name == "error/standalone.rs";
        if name == "parts/raw.rs" || stands_alone || is_test {
            continue;
        }
        for banned in banned {
            assert!(!text.contains(banned), "{name} contains `{banned}`: use a part instead (see parts/raw.rs)");
        }
        // Attributes the content security policy would refuse.
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
