//! The API as text.

use acceptance::database::target;
use backend::graphql::audience::{Audience, sdl_for};

#[test]
fn the_text_that_pages_are_checked_against_is_the_schema_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../frontend/schema.graphql");
    let kept = std::fs::read_to_string(path).unwrap();
    let served = backend::graphql::sdl();
    if kept != served {
        let beside = target().join("schema.graphql");
        std::fs::write(&beside, &served).unwrap();
        let line = kept.lines().zip(served.lines()).position(|(kept, served)| kept != served);
        panic!("{path} is not what is served, from line {line:?} on: compare {}", beside.display());
    }
}

/// An interface would let a field past its guard.
#[test]
fn the_schema_has_no_interfaces() {
    let served = backend::graphql::sdl();
    assert!(!served.lines().any(|line| line.starts_with("interface") || line.contains(" implements ")), "{served}");
}

/// What each audience is told, so that whoever reviews a change sees who is told of it.
#[test]
#[expect(clippy::disallowed_methods, reason = "UPDATE_SNAPSHOTS=1 says that the change is meant")]
fn the_schema_of_each_audience_is_the_one_that_was_reviewed() {
    let update = std::env::var("UPDATE_SNAPSHOTS").is_ok_and(|update| update == "1");
    for audience in Audience::ALL {
        let path = format!("{}/snapshots/schema/{}.graphql", env!("CARGO_MANIFEST_DIR"), audience.name());
        let now = sdl_for(*audience);
        if update {
            std::fs::write(&path, &now).unwrap();
        }
        let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(reviewed == now, "{path} changed; if that is meant, run with UPDATE_SNAPSHOTS=1 and have it reviewed");
    }
}
