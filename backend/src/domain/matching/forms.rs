//! Forms of one given name: short forms, and the spellings of other languages.
//!
//! Lives here: the table, which `forms.txt` begins and a council extends. Must not live here: likeness in sound or
//! spelling (`sound`). The table is asked when children are looked up and compared and no key is made by it, so that a
//! council may change it without making any key anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use crate::domain::person_name::search_key;

/// The most forms of a name that are looked up, which bounds the cost of a look-up.
pub(super) const MOST: usize = 30;

static BUILT_IN: LazyLock<Arc<Table>> = LazyLock::new(|| {
    let lines = include_str!("forms.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    Arc::new(Table::of(lines.map(|line| line.split(' ').map(search_key).collect())))
});

/// Which given names are forms of one another.
#[derive(Clone, Debug)]
pub struct Forms(Arc<Table>);

/// The groups, and by each name the places of those it is in.
#[derive(Clone, Debug, Default)]
struct Table {
    groups: Vec<Vec<String>>,
    of: BTreeMap<String, BTreeSet<usize>>,
}

impl Default for Forms {
    /// The forms that every council has.
    fn default() -> Self {
        Self(Arc::clone(&BUILT_IN))
    }
}

impl Forms {
    /// The forms that every council has and those of this text: groups by semicolon, names by comma, as in
    /// `Toby,Tobias;Zephie,Zephyrine`. `None` if a group has fewer than two names, or one of several words.
    pub fn with(extension: &str) -> Option<Self> {
        let mut groups = BUILT_IN.groups.clone();
        for group in extension.split(';').filter(|group| !group.trim().is_empty()) {
            let names: Vec<String> = group.split(',').map(search_key).collect();
            let is_word = |name: &String| !name.is_empty() && !name.contains(' ');
            if names.len() < 2 || !names.iter().all(is_word) {
                return None;
            }
            groups.push(names);
        }
        Some(Self(Arc::new(Table::of(groups.into_iter()))))
    }

    /// Whether two names, as search keys, are forms of one.
    pub(super) fn are_one(&self, a: &str, b: &str) -> bool {
        let of = |name| self.0.of.get(name);
        of(a).zip(of(b)).is_some_and(|(a, b)| !a.is_disjoint(b))
    }

    /// The other forms of a name, at most [`MOST`].
    pub(super) fn others(&self, name: &str) -> impl Iterator<Item = &str> {
        let groups = self.0.of.get(name).into_iter().flatten();
        let forms = groups.filter_map(|group| self.0.groups.get(*group)).flatten().map(String::as_str);
        let name = name.to_owned();
        forms.filter(move |form| *form != name).take(MOST)
    }
}

impl Table {
    fn of(groups: impl Iterator<Item = Vec<String>>) -> Self {
        let groups: Vec<Vec<String>> = groups.collect();
        let mut of: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (place, group) in groups.iter().enumerate() {
            for name in group {
                of.entry(name.clone()).or_default().insert(place);
            }
        }
        Self { groups, of }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_name_are_told_from_other_names() {
        let forms = Forms::default();
        for (a, b, expected) in [
            ("toby", "tobias", true),
            ("kate", "kathryn", true),
            ("catherine", "katarzyna", true),
            ("lukasz", "luke", true),
            ("ayse", "aisha", true),
            ("mihai", "michael", true),
            // One short form of two names does not make the two one.
            ("sam", "samuel", true),
            ("sam", "samantha", true),
            ("samuel", "samantha", false),
            ("ella", "ellie", false),
            ("emma", "emily", false),
            ("jack", "john", false),
            ("hassan", "hussain", false),
            ("", "", false),
        ] {
            assert_eq!(forms.are_one(a, b), expected, "{a} and {b}");
            assert_eq!(forms.are_one(b, a), expected, "{b} and {a}");
        }
    }

    #[test]
    fn a_council_adds_forms_and_takes_none_away() {
        let forms = Forms::with("Zéphie, Zephyrine; Quill,Quillan;").unwrap();
        assert!(forms.are_one("zephie", "zephyrine") && forms.are_one("quill", "quillan"));
        assert!(forms.are_one("toby", "tobias") && !forms.are_one("zephie", "quill"));
        for wrong in ["Toby", "Toby,", "Toby,Mary Jane", ",;"] {
            assert!(Forms::with(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_table_is_written_as_it_says() {
        for line in include_str!("forms.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let names: Vec<&str> = line.split(' ').collect();
            let once: BTreeSet<&&str> = names.iter().collect();
            assert!(names.len() > 1 && once.len() == names.len(), "{line}");
            assert!(names.iter().all(|name| search_key(name) == **name && !name.is_empty()), "{line}");
            assert!(names.len() <= MOST, "{line}");
        }
    }
}
