//! Installs the npm packages of `package-lock.json` into `OUT_DIR`, once for each version of that file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// The environment variable that names a prepared `node_modules` folder, for builds without a network.
pub(crate) const OVERRIDE: &str = "ONROLL_NODE_MODULES";

/// The `node_modules` folder, which is installed if it is not there yet. Panics with what to do if that fails.
pub(crate) fn install(root: &Path, out: &Path) -> PathBuf {
    if let Some(prepared) = std::env::var_os(OVERRIDE) {
        let prepared = PathBuf::from(prepared);
        assert!(
            prepared.join("govuk-frontend/package.json").is_file(),
            "{OVERRIDE} is {}, but govuk-frontend is not in it",
            prepared.display()
        );
        return prepared;
    }

    let lock = fs::read(root.join("package-lock.json")).expect("frontend/package-lock.json can be read");
    let wanted = hex::encode(Sha256::digest(&lock));
    let folder = out.join("npm");
    let modules = folder.join("node_modules");
    let stamp = folder.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && modules.is_dir() {
        return modules;
    }

    require_node();
    fs::create_dir_all(&folder).expect("OUT_DIR can be written");
    for name in ["package.json", "package-lock.json"] {
        fs::copy(root.join(name), folder.join(name)).expect("OUT_DIR can be written");
    }
    let ended = npm()
        .current_dir(&folder)
        .args(["ci", "--ignore-scripts", "--omit=peer", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline"])
        .output()
        .unwrap_or_else(|why| panic!("npm could not be started ({why}). {HELP}"));
    assert!(ended.status.success(), "npm ci failed. {HELP}\n\n{}", String::from_utf8_lossy(&ended.stderr));
    fs::write(&stamp, wanted).expect("OUT_DIR can be written");
    modules
}

const HELP: &str = "Onroll's pages use govuk-frontend and @ministryofjustice/frontend from the npm registry: install \
                    Node.js 20 or later with npm and allow it to reach a registry, or set ONROLL_NODE_MODULES to a \
                    node_modules folder prepared with `npm ci --omit=peer` from frontend/package-lock.json.";

fn require_node() {
    let found = Command::new("node")
        .arg("--version")
        .output()
        .unwrap_or_else(|why| panic!("node could not be started ({why}). {HELP}"));
    let version = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    let major = version.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    assert!(major.is_some_and(|major| major >= 20), "Node.js {version} is too old. {HELP}");
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}
