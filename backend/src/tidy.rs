//! Rules about this crate's source that no lint of the compiler knows: what may use what.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from the ground up, and the modules of each in the same order: each uses only those before it.
const LAYERS: [(&str, &[&str]); 6] = [
    ("what the law and the council's procedure say", &["outage", "error", "domain"]),
    (
        "values of the service",
        &["secret", "limit", "refusal", "export", "import", "clock", "config", "logging", "mail"],
    ),
    ("one operation, and the only way to write", &["turns", "db", "deed", "context"]),
    ("what an operation does", &["throttle", "store", "service", "demo"]),
    ("who asks, and what they are answered", &["app", "auth", "graphql", "jobs", "http", "pages", "router"]),
    ("the program", &["commands"]),
];

/// How high a module of the crate stands.
fn height(module: &str) -> Option<usize> {
    LAYERS.iter().flat_map(|(_, modules)| modules.iter()).position(|one| *one == module)
}

/// The types of one graph name each other: a case has referrals, and a referral has a case.
const MAY_GO_IN_CIRCLES: [&str; 1] = ["graphql"];

/// One file, by the path of its module.
struct Source {
    file: PathBuf,
    module: Vec<String>,
    arrows: Vec<Arrow>,
}

/// A path in the code of a file that begins at the crate, at the module itself or at the one around it.
struct Arrow {
    line: usize,
    to: Vec<String>,
}

fn sources(root: &Path) -> Vec<Source> {
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
            // The roots of the two crates name every module; tests use whatever they test.
            let is_outside =
                ["lib", "main", "tidy", "tests"].iter().any(|outside| *outside == module[module.len() - 1]);
            if path.extension().is_some_and(|ending| ending == "rs") && !is_outside {
                let text = fs::read_to_string(&path).expect("the sources can be read");
                let arrows = arrows(&text, &module);
                found.push(Source { file, module, arrows });
            }
        }
    }
    found
}

/// The code of a file: comments, texts and test modules blanked out, each line where it was.
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

/// Every path of `text` that says where it begins, in full.
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
            // The program names the library so.
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

/// Follows a path, and each branch of one with braces, to its ends. What is left of the text.
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
    match rest.strip_prefix("::") {
        Some(further) => follow(further, path, end),
        None => {
            end(path);
            // Past `*`, or `as` another name.
            rest.find([',', '}', ';', '\n']).map_or("", |at| &rest[at..])
        }
    }
}

#[test]
fn every_module_uses_only_what_stands_below_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = sources(&root);
    assert!(found.len() > 100, "the sources were not found");
    let mut wrong = Vec::new();
    for Source { file, module, arrows } in &found {
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
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_files_go_in_circles_but_a_parent_and_its_children() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = sources(&root);
    let modules: BTreeSet<&[String]> = found.iter().map(|source| source.module.as_slice()).collect();
    let mut uses: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for Source { module, arrows, .. } in &found {
        if MAY_GO_IN_CIRCLES.contains(&module[0].as_str()) {
            continue;
        }
        for Arrow { to, .. } in arrows {
            // The longest beginning of the path that is a file.
            let file = (1..=to.len()).rev().find_map(|length| modules.get(&to[..length]));
            let is_family = |other: &[String]| other.starts_with(module) || module.starts_with(other);
            if let Some(file) = file.filter(|file| !is_family(file)) {
                uses.entry(module).or_default().insert(file);
            }
        }
    }
    let circles: Vec<String> = uses
        .keys()
        .filter_map(|start| circle(start, &uses))
        .map(|files| files.iter().map(|file| file.join("/")).collect::<Vec<_>>().join(" -> "))
        .collect();
    assert!(circles.is_empty(), "\n{}\n", circles.join("\n"));
}

/// A shortest way from `start` back to itself, if there is one.
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
