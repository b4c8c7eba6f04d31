//! Prepares what the pages need besides Rust: the files of the design systems, and types made from the schema of the
//! API (the words for every code, the inputs, and the functions that ask for a mutation).
//!
//! Nothing is written outside `OUT_DIR`, and no third-party file is kept in the repository. Every step that fails stops
//! the build with a sentence that says what to do.

mod build {
    pub(crate) mod assets;
    pub(crate) mod changes;
    pub(crate) mod names;
    pub(crate) mod packages;
    pub(crate) mod schema;
    pub(crate) mod vocabulary;
}

use std::path::PathBuf;

fn main() {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));

    for watched in ["build.rs", "build", "assets", "package-lock.json", "schema.graphql"] {
        println!("cargo::rerun-if-changed={watched}");
    }
    println!("cargo::rerun-if-env-changed={}", build::packages::OVERRIDE);

    let packages = build::packages::install(&root, &out);
    build::assets::write(&root, &packages, &out);

    let schema = build::schema::Schema::read(&root);
    build::vocabulary::write(&schema, &out);
    build::changes::write(&schema, &out);
}
