//! Reads from the sources of a crate which file uses which. The tests of the backend and of the frontend both use it,
//! so it knows neither. What must not live here: which module may use which.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules that are not checked: roots that name every module, and tests.
const OUTSIDE: [&str; 5] = ["lib", "main", "tidy", "tests", "testing"];

/// What layers are: each with its name and its modules, from the ground up.
pub(crate) type Layers<'a> = [(&'a str, &'a [&'a str])];

/// Every arrow of these files from a module to one above it, and every module that is in no layer, as a person reads it.
pub(crate) fn pointing_up(layers: &Layers<'_>, sources: &[Source]) -> Vec<String> {
    let height = |module: &str| layers.iter().flat_map(|(_, modules)| modules.iter()).position(|one| *one == module);
    let mut wrong = Vec::new();
    for Source { file, module, arrows } in sources {
        let from = module[0].as_str();
        let Some(own) = height(from) else {
            wrong.push(format!("{}: `{from}` stands in no layer: say in tidy.rs what it may use", file.display()));
            continue;
        };
        for Arrow { line, to } in arrows {
            let Some(to) = to.first().filter(|to| height(to).is_some_and(|height| height > own)) else { continue };
            wrong.push(format!("{}:{line}: {from} -> {to} points up", file.display()));
        }
    }
    wrong
}

/// A source file, with the path of its module and the paths it uses.
pub(crate) struct Source {
    pub(crate) file: PathBuf,
    pub(crate) module: Vec<String>,
    pub(crate) arrows: Vec<Arrow>,
}

/// A path in the code of a file that begins with `crate`, `self` or `super`, and its line.
pub(crate) struct Arrow {
    pub(crate) line: usize,
    pub(crate) to: Vec<String>,
}

/// Every source file below `root`.
pub(crate) fn sources(root: &Path) -> Vec<Source> {
    let (mut folders, mut found) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the sources can be read").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file = path.strip_prefix(root).expect("it lies in the sources").to_owned();
            let mut module: Vec<String> =
                file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
            module.retain(|part| part != "mod");
            // A root names every module, and tests use whatever they test.
            let is_outside = module.iter().any(|part| OUTSIDE.contains(&part.as_str()));
            if path.extension().is_some_and(|ending| ending == "rs") && !is_outside {
                let text = fs::read_to_string(&path).expect("the sources can be read");
                let arrows = arrows(&text, &module);
                found.push(Source { file, module, arrows });
            }
        }
    }
    found
}

/// The code of a file, with comments, string literals and test modules blanked out and every line kept in place.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut in_test = false;
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().copied().unwrap_or_default();
        in_test = match line {
            "}" => false,
            "#[cfg(test)]" => next.contains("mod ") && next.ends_with('{'),
            _ => in_test,
        };
        let line = line.split_once("//").map_or(line, |(before, _)| before);
        let outside = line.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
        code.push_str(if in_test { "" } else { &outside });
        code.push('\n');
    }
    code
}

/// Every path in `text` that begins with `crate`, `self` or `super`, written out from the root.
fn arrows(text: &str, module: &[String]) -> Vec<Arrow> {
    let code = code(text);
    let (mut found, mut line, mut read) = (Vec::new(), 1, 0);
    for (at, _) in code.match_indices("::") {
        let (before, after) = (&code[..at], &code[at + 2..]);
        line += code[read..at].matches('\n').count();
        read = at;
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        let whole = before[..start].chars().next_back().is_none_or(|c| !matches!(c, ':' | '$'));
        let around = match &before[start..] {
            // The command refers to the library by this name.
            "crate" | "backend" => Vec::new(),
            "self" => module.to_vec(),
            "super" => module[..module.len() - 1].to_vec(),
            _ => continue,
        };
        if whole {
            follow(after, around, &mut |to| found.push(Arrow { line, to }));
        }
    }
    found
}

/// Follows a path, and each branch of a path in braces, and calls `end` with each. Returns the rest of the text.
fn follow<'a>(text: &'a str, mut path: Vec<String>, end: &mut impl FnMut(Vec<String>)) -> &'a str {
    let mut text = text.trim_start();
    if let Some(inside) = text.strip_prefix('{') {
        text = inside.trim_start();
        while !text.starts_with('}') && !text.is_empty() {
            text = follow(text, path.clone(), end).trim_start();
            text = text.strip_prefix(',').unwrap_or(text).trim_start();
        }
        return text.strip_prefix('}').unwrap_or(text);
    }
    let length = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    match name {
        "super" => drop(path.pop()),
        "self" | "" => {}
        name => path.push(name.to_owned()),
    }
    if let Some(further) = rest.strip_prefix("::") {
        return follow(further, path, end);
    }
    end(path);
    // Skips `*`, or `as` with another name.
    rest.find([',', '}', ';', '\n']).map_or("", |at| &rest[at..])
}

/// Every circle of files that use one another, other than a parent and its children. Files of the modules in
/// `may_go_in_circles` are left out.
pub(crate) fn circles(found: &[Source], may_go_in_circles: &[&str]) -> Vec<String> {
    let modules: BTreeSet<&[String]> = found.iter().map(|source| source.module.as_slice()).collect();
    let mut uses: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for Source { module, arrows, .. } in found {
        let path = module.join("/");
        if may_go_in_circles.iter().any(|one| path == *one || path.starts_with(&format!("{one}/"))) {
            continue;
        }
        for Arrow { to, .. } in arrows {
            // The longest prefix of the path that is a file.
            let file = (1..=to.len()).rev().find_map(|length| modules.get(&to[..length]));
            let is_family = |other: &[String]| other.starts_with(module) || module.starts_with(other);
            if let Some(file) = file.filter(|file| !is_family(file)) {
                uses.entry(module).or_default().insert(file);
            }
        }
    }
    uses.keys()
        .filter_map(|start| circle(start, &uses))
        .map(|files| files.iter().map(|file| file.join("/")).collect::<Vec<_>>().join(" -> "))
        .collect()
}

/// A shortest path from `start` back to itself; `None` if there is none.
fn circle<'a>(start: &'a [String], uses: &BTreeMap<&'a [String], BTreeSet<&'a [String]>>) -> Option<Vec<&'a [String]>> {
    let (mut ways, mut seen) = (vec![vec![start]], BTreeSet::new());
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in uses.get(way[way.len() - 1]).into_iter().flatten() {
                let mut way = way.clone();
                way.push(*next);
                if *next == start {
                    return Some(way);
                }
                if seen.insert(*next) {
                    longer.push(way);
                }
            }
        }
        ways = longer;
    }
    None
}

#[test]
fn paths_are_read_wherever_they_stand() {
    let text = "use crate::a::{self, b::{c, d as e}, f::*};\n\
        /// See [`crate::not::this`].\n\
        fn g() -> super::h::I { self::j::k(\"crate::nor::this\") }\n\
        #[cfg(test)]\n\
        mod tests {\n    use crate::nor::that;\n}\n\
        type L = m::crate_::N<backend::o::P>;\n";
    let module = ["x".to_owned(), "y".to_owned()];
    let read: Vec<_> = arrows(text, &module).iter().map(|arrow| (arrow.line, arrow.to.join("/"))).collect();
    let expected = [(1, "a"), (1, "a/b/c"), (1, "a/b/d"), (1, "a/f"), (3, "x/h/I"), (3, "x/y/j/k"), (8, "o/P")];
    assert_eq!(read, expected.map(|(line, path)| (line, path.to_owned())));
}
