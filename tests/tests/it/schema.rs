//! The API as text.

use acceptance::database::target;

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
