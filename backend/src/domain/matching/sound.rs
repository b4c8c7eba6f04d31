//! How names sound and how far apart they are spelt.
//!
//! What must not live here: whether that is enough to be one child (`compare`), and short forms (`forms`).

use std::collections::BTreeSet;

use rphonetic::DoubleMetaphone;
use strsim::osa_distance;

/// The codes of a name in Latin letters, which names that sound alike share: one, or two where spelling leaves it open
/// (Double Metaphone). None for other scripts.
pub(in crate::domain) fn sounds_of(name: &str) -> BTreeSet<String> {
    if !name.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return BTreeSet::new();
    }
    let code = DoubleMetaphone::default().double_metaphone(name);
    [code.primary(), code.alternate()].into_iter().filter(|code| !code.is_empty()).collect()
}

/// The first of the codes of a name; `None` for other scripts.
pub(in crate::domain) fn sound_of(name: &str) -> Option<String> {
    let latin = !name.is_empty() && name.bytes().all(|letter| letter.is_ascii_lowercase());
    latin.then(|| DoubleMetaphone::default().double_metaphone(name).primary())
}

/// Whether two names sound alike, or are a slip of the pen apart. A slip of the pen keeps the first letter; twins named
/// to rhyme (Jayden, Kayden) do not.
pub(super) fn are_alike(a: &str, b: &str) -> bool {
    if are_brothers_names(a, b) {
        return false;
    }
    let slips = osa_distance(a, b);
    let (length_a, length_b) = (a.chars().count(), b.chars().count());
    if slips <= 1 && length_a.min(length_b) >= 5 && a.chars().next() == b.chars().next() {
        return true;
    }
    let most_slips = match length_a.max(length_b) {
        ..=3 => 0,
        4..=5 => 1,
        6..=7 => 2,
        _ => 3,
    };
    slips <= most_slips && !sounds_of(a).is_disjoint(&sounds_of(b))
}

/// Whether two names of four letters or more are one letter apart, the first included: Toby, Tony and Doby. As often as
/// a slip these are two names, so nothing follows but that a person looks.
pub(super) fn are_a_letter_apart(a: &str, b: &str) -> bool {
    !are_brothers_names(a, b) && a.chars().count().min(b.chars().count()) >= 4 && osa_distance(a, b) == 1
}

// Names of brothers, and above all of twins, that no measure of likeness can tell apart.
const HASSAN: &[&str] = &["hassan", "hasan", "hassaan", "hasaan"];
const HUSSAIN: &[&str] =
    &["hussain", "husain", "hussein", "husein", "husayn", "hussayn", "hossain", "hosain", "hossein"];

fn are_brothers_names(a: &str, b: &str) -> bool {
    (HASSAN.contains(&a) && HUSSAIN.contains(&b)) || (HUSSAIN.contains(&a) && HASSAN.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_sound_alike_are_told_from_those_that_do_not() {
        let rows = [
            ("aisha", "ayesha", true),
            ("yusuf", "yousef", true),
            ("sara", "sarah", true),
            ("catherine", "katherine", true),
            ("philip", "filip", true),
            ("hassan", "hasan", true),
            ("smith", "smyth", true),
            ("white", "whyte", true),
            ("knight", "night", true),
            ("wright", "right", true),
            ("schmidt", "shmidt", true),
            ("kowalski", "kowalsky", true),
            ("hassan", "hussain", false),
            ("jayden", "kayden", false),
            ("leo", "lia", false),
            ("khan", "miller", false),
            ("محمد", "محمود", false),
            ("", "", false),
        ];
        for (a, b, expected) in rows {
            assert_eq!(are_alike(a, b), expected, "{a} and {b}");
        }
    }

    #[test]
    fn a_letter_apart_is_one_slip_anywhere_in_a_name_that_is_not_short() {
        for (a, b, expected) in [
            ("toby", "tony", true),
            ("toby", "tody", true),
            ("toby", "doby", true),
            ("toby", "tboy", true),
            ("toby", "tobey", true),
            ("sara", "sana", true),
            ("maya", "mia", false),
            ("mia", "lia", false),
            ("emma", "emily", false),
            ("hassan", "hassan", false),
            ("hasaan", "husain", false),
        ] {
            assert_eq!(are_a_letter_apart(a, b), expected, "{a} and {b}");
        }
    }
}
