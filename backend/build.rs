//! Keeps the day on which this was built, so that a clock that stands before it is found to be wrong.
//!
//! It runs again when the code changes, which is built again anyway, and never only because time has passed.

use std::time::{SystemTime, UNIX_EPOCH};

/// What reproducible builds say the time is, in seconds since 1970.
const GIVEN: &str = "SOURCE_DATE_EPOCH";
const DAY: u64 = 24 * 60 * 60;

fn main() {
    for watched in ["build.rs", "Cargo.toml", "src"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    println!("cargo::rerun-if-env-changed={GIVEN}");
    let given = std::env::var_os(GIVEN);
    let given =
        given.map(|text| text.to_str().and_then(|text| text.parse().ok()).expect("SOURCE_DATE_EPOCH is seconds"));
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs();
    let seconds: u64 = given.unwrap_or_else(now);
    println!("cargo::rustc-env=ONROLL_BUILT_ON_DAY={}", seconds / DAY);
}
