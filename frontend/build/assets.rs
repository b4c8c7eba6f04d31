//! Turns the packages of the design systems and the files of `assets` into assets with a hash in their name, and writes
//! the table that serves them.
//!
//! The Transport font, the crest and the crown may be used on GOV.UK only, so they are taken out of the style sheets,
//! and their files are never read. A change upstream that this does not expect is a build error, so that no page
//! changes unnoticed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

const FONT: &str = r#""Helvetica Neue",Helvetica,Arial,sans-serif"#;

/// Writes the assets, and `assets.rs` with their constants and the table of their contents.
pub(crate) fn write(root: &Path, packages: &Path, out: &Path) {
    let ours = root.join("assets");
    let govuk = packages.join("govuk-frontend/dist/govuk");
    let moj = packages.join("@ministryofjustice/frontend/moj");
    let mut shelf = Shelf::new(out);

    // Icons come first and scripts that import others last, because a file that names another must be given its hashed
    // name.
    for (name, path) in icons(&moj.join("assets/images")) {
        shelf.put(None, &name, &format!("/assets/images/{name}"), &read(&path));
    }
    shelf.put(Some("ICON"), "icon.svg", "/assets/icon.svg", &read(&ours.join("icon.svg")));
    let style = rebrand(&read(&govuk.join("govuk-frontend.min.css")));
    shelf.put(Some("GOVUK_CSS"), "govuk.css", "/assets/govuk.css", &style);
    let style = rebrand(&without_stale_tokens(&read(&moj.join("moj-frontend.min.css"))));
    shelf.put(Some("MOJ_CSS"), "moj.css", "/assets/moj.css", &style);
    shelf.put(Some("APP_CSS"), "app.css", "/assets/app.css", &read(&ours.join("app.css")));
    let script = without_source_map(&read(&govuk.join("govuk-frontend.min.js")));
    shelf.put(Some("GOVUK_JS"), "govuk.js", "/assets/govuk.js", &script);
    let script = without_source_map(&read(&moj.join("moj-frontend.min.js")));
    shelf.put(Some("MOJ_JS"), "moj.js", "/assets/moj.js", &script);
    shelf.put(Some("APP_JS"), "app.js", "/assets/app.js", &read(&ours.join("app.js")));
    shelf.put(Some("EXIT_JS"), "exit.js", "/assets/exit.js", &read(&ours.join("exit.js")));
    shelf.put(Some("PASSKEYS_JS"), "passkeys.js", "/assets/passkeys.js", &read(&ours.join("passkeys.js")));
    shelf.put(Some("SESSION_JS"), "session.js", "/assets/session.js", &read(&ours.join("session.js")));
    shelf.put(Some("STAFF_JS"), "staff.js", "/assets/staff.js", &read(&ours.join("staff.js")));

    shelf.close(packages);
}

/// The style sheet without the Transport font and the crest. Panics if any trace of them is left.
fn rebrand(css: &str) -> String {
    let mut css = css.to_owned();
    while let Some(start) = css.find("@font-face{") {
        let end = css[start..].find('}').map_or(css.len(), |length| start + length + 1);
        css.replace_range(start..end, "");
    }
    let css = css
        .replace("font-family:GDS Transport,arial,sans-serif", &format!("font-family:{FONT}"))
        .replace("url(/assets/images/govuk-crest.svg)", "none");
    let css = without_source_map(&css);
    for banned in ["GDS Transport", "@font-face", "/fonts/"] {
        assert!(!css.contains(banned), "{banned} is still in a style sheet: look at frontend/build/assets.rs");
    }
    for url in css.split("url(").skip(1) {
        let url = url.split(')').next().unwrap_or_default();
        assert!(
            !["crest", "crown", "logotype"].iter().any(|banned| url.contains(banned)),
            "{url} is still in a style sheet: look at frontend/build/assets.rs"
        );
    }
    css
}

/// The style sheet of the Ministry of Justice without the custom properties of an older govuk-frontend, which would
/// undo the brand of these pages. Panics if any of them is left.
fn without_stale_tokens(css: &str) -> String {
    let mut css = css.to_owned();
    let mut from = 0;
    while let Some(start) = css[from..].find(":root{--govuk-").map(|found| from + found) {
        let end = css[start..].find('}').map_or(css.len(), |length| start + length + 1);
        // The print rule that makes text black must stay. It is the only one that refers to another property.
        if css[start..end].contains(":root{--govuk-text-colour:var(") {
            from = end;
        } else {
            css.replace_range(start..end, "");
        }
    }
    assert!(
        !css.contains("--govuk-brand-colour:") && !css.contains("--govuk-frontend-version"),
        "moj-frontend.min.css still sets govuk-frontend's properties: look at frontend/build/assets.rs"
    );
    css
}

fn without_source_map(text: &str) -> String {
    let end = ["/*# sourceMappingURL", "//# sourceMappingURL"].iter().filter_map(|mark| text.rfind(mark)).min();
    text[..end.unwrap_or(text.len())].to_owned()
}

/// The icons that the style sheet uses: `icon-*.svg`, sorted by name. The other files of that folder are not read,
/// because crests are among them.
fn icons(folder: &Path) -> Vec<(String, std::path::PathBuf)> {
    let entries = fs::read_dir(folder).unwrap_or_else(|why| panic!("{} cannot be read: {why}", folder.display()));
    let mut icons: Vec<_> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path())))
        .filter(|(name, _)| {
            name.starts_with("icon-") && Path::new(name).extension().is_some_and(|ending| ending == "svg")
        })
        .collect();
    icons.sort();
    icons
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{} cannot be read: {why}", path.display()))
}

/// The assets so far, with the address that each had upstream and the address it has now.
struct Shelf<'a> {
    out: &'a Path,
    moved: Vec<(String, String)>,
    constants: String,
    rows: String,
    release: bool,
}

impl<'a> Shelf<'a> {
    fn new(out: &'a Path) -> Self {
        let release = std::env::var_os("PROFILE").is_some_and(|profile| profile == "release");
        fs::create_dir_all(out.join("assets")).expect("OUT_DIR can be written");
        Self { out, moved: Vec::new(), constants: String::new(), rows: String::new(), release }
    }

    /// Adds a file under a name with a hash of its contents. `was` is the address by which later files name it; with
    /// `constant`, pages can name it too.
    fn put(&mut self, constant: Option<&str>, name: &str, was: &str, text: &str) {
        let mut text = text.to_owned();
        for (from, to) in &self.moved {
            text = text.replace(from.as_str(), to);
        }
        let hash = hex::encode(Sha256::digest(text.as_bytes()));
        let (stem, ending) = name.rsplit_once('.').expect("every asset has an ending");
        let hashed = format!("{stem}.{}.{ending}", &hash[..16]);
        let path = self.out.join("assets").join(&hashed);
        fs::write(&path, &text).expect("OUT_DIR can be written");
        let brotli = if self.release {
            let small = self.out.join("assets").join(format!("{hashed}.br"));
            fs::write(&small, compressed(text.as_bytes())).expect("OUT_DIR can be written");
            format!("Some(include_bytes!({}))", quoted(&small))
        } else {
            "None".to_owned()
        };
        let kind = match ending {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            other => panic!("no content type is known for .{other}"),
        };
        let _ = writeln!(
            self.rows,
            "    Asset {{ name: {hashed:?}, kind: {kind:?}, bytes: include_bytes!({}), brotli: {brotli} }},",
            quoted(&path)
        );
        if let Some(constant) = constant {
            let _ = writeln!(
                self.constants,
                "/// Where `{name}` is served.\npub const {constant}: &str = \"/assets/{hashed}\";"
            );
        }
        self.moved.push((was.to_owned(), format!("/assets/{hashed}")));
    }

    fn close(self, packages: &Path) {
        let Self { out, constants, rows, .. } = self;
        let text = format!(
            "{constants}\n/// Every asset, in the order it was made.\npub(crate) static SHELF: &[Asset] = &[\n{rows}];\n\n\
             /// Where the packages were installed when this was built, for tests that read upstream's own examples.\n\
             #[cfg(test)]\npub(crate) const PACKAGES: &str = {};\n",
            quoted(packages)
        );
        fs::write(out.join("assets.rs"), text).expect("OUT_DIR can be written");
    }
}

/// A path as a Rust string literal.
fn quoted(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let settings = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut small, &settings).expect("memory can be written");
    small
}
