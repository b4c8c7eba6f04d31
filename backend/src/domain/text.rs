//! Text that people typed or that a register holds: what a line and what prose may contain, and how text from outside
//! is stored and shown so that its characters do nothing to the text around it.
//!
//! Three rules. Names and labels that staff keep are [`Line`]s, and what staff write is [`Prose`]; both are refused
//! with a reason when they contain a wrong character. What a referral or a report says is never refused but kept by
//! [`as_told`], because no child may be lost for a character. What a register says is tidied by [`Line::cleaned`],
//! because it is not ours to refuse.
//!
//! What must not live here: what a field means.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// One line: NFC, single spaces, no control, nothing that reverses the text, nothing that cannot be seen, no word that
/// mixes alphabets of like letters; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line(String);

/// Several lines: NFC, no control but line feeds and tabs, nothing that reverses the text, and something to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose(String);

impl Line {
    /// Reads one line of at most `longest` characters. `None` if nothing was typed; the fault is a sentence that calls
    /// it `called`.
    pub fn parse(typed: &str, called: &str, longest: usize) -> Result<Option<Self>, String> {
        let text: String = typed.nfc().collect();
        if text.trim().contains(is_break) {
            return Err(format!("{called} must be one line"));
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        refuse_reversing(&text, called)?;
        if hidden(&text).next().is_some() {
            return Err(format!("{called} has a character that cannot be seen: type it again"));
        }
        if text.split(|c: char| !c.is_alphabetic()).any(mixes_alphabets) {
            return Err(format!("{called} mixes letters of two alphabets that look alike: type it again"));
        }
        within(&text, called, longest)?;
        Ok((!text.is_empty()).then_some(Self(text)))
    }

    /// The line that is left of text that is not ours to refuse: hidden and reversing characters are dropped, line ends
    /// become spaces. `None` if nothing visible is left.
    pub fn cleaned(told: &str) -> Option<Self> {
        let spaced = told.nfc().map(|c| if is_break(c) || c == '\t' { ' ' } else { c });
        // First what goes in any case: what is hidden depends on the sign before it.
        let text: String = spaced.filter(|c| !reverses(*c) && !is_untypable(*c)).collect();
        let places: Vec<usize> = hidden(&text).collect();
        let seen = text.char_indices().filter(|(at, _)| !places.contains(at));
        let seen: String = seen.map(|(_, c)| c).nfc().collect();
        let line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
        (!line.is_empty()).then_some(Self(line))
    }

    /// A stored name as a line for a mail, including names stored before lines were checked; "(no name)" if nothing is
    /// left.
    pub fn named(stored: &str) -> Self {
        Self::cleaned(stored).unwrap_or_else(|| Self("(no name)".to_owned()))
    }

    /// The text of the line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Prose {
    /// Reads prose of at most `longest` characters; line ends become line feeds. `None` if nothing was typed; the fault
    /// is a sentence that calls it `called`.
    pub fn parse(typed: &str, called: &str, longest: usize) -> Result<Option<Self>, String> {
        let text = with_line_feeds(typed);
        let text = text.trim();
        refuse_reversing(text, called)?;
        within(text, called, longest)?;
        if !text.is_empty() && !text.chars().any(is_seen) {
            return Err(format!("{called} has only characters that cannot be seen: type it again"));
        }
        Ok((!text.is_empty()).then(|| Self(text.to_owned())))
    }
}

/// The text of a referral or a report in the form in which it is kept: NFC, line ends as line feeds, and `U+FFFD` for
/// control characters that a database or a page cannot hold. Empty when nothing in it is visible.
pub fn as_told(typed: &str) -> String {
    let text = with_line_feeds(typed);
    if !text.chars().any(is_seen) {
        return String::new();
    }
    let kept = |c: char| if c.is_control() && c != '\n' && c != '\t' { char::REPLACEMENT_CHARACTER } else { c };
    text.trim().chars().map(kept).collect()
}

/// Text made safe to stand beside other text on a page, in a file or in a mail: reversing and control characters are
/// written as `U+FFFD`.
pub fn isolated(text: &str) -> String {
    let shown = |c: char| {
        let control = c.is_control() && !matches!(c, '\n' | '\t' | '\r');
        if reverses(c) || control { char::REPLACEMENT_CHARACTER } else { c }
    };
    text.chars().map(shown).collect()
}

/// The words that say nothing where somebody is to tell something, without signs and blanks between.
const EMPTY: [&str; 24] = [
    "na",
    "nil",
    "no",
    "non",
    "none",
    "nothing",
    "nobody",
    "null",
    "yes",
    "ok",
    "okay",
    "done",
    "test",
    "tba",
    "tbc",
    "unknown",
    "notknown",
    "notapplicable",
    "notavailable",
    "dontknow",
    "asabove",
    "seeabove",
    "asbefore",
    "same",
];

/// Whether text that a decision rests on says nothing: no letter or number, a single Latin letter however often, or a word such
/// as "n/a", whatever signs and capitals it is written with. What only helps the reader is not measured by this.
pub fn says_nothing(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let mut letters = bare.chars();
    let same = letters.next().is_none_or(|first| first.is_ascii_alphabetic() && letters.all(|c| c == first));
    same || EMPTY.contains(&bare.as_str())
}

fn with_line_feeds(typed: &str) -> String {
    let text: String = typed.nfc().collect();
    text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{B}', '\u{C}'], "\n")
}

fn refuse_reversing(text: &str, called: &str) -> Result<(), String> {
    if text.contains(reverses) {
        return Err(format!("{called} has a character that reverses the text: type it again"));
    }
    if text.chars().any(|c| is_untypable(c) && c != '\n' && c != '\t') {
        return Err(format!("{called} has a character that cannot be typed: type it again"));
    }
    Ok(())
}

fn within(text: &str, called: &str, longest: usize) -> Result<(), String> {
    if text.chars().count() > longest {
        return Err(format!("{called} must be {longest} characters or less"));
    }
    Ok(())
}

/// Whether a character embeds, overrides or isolates the direction of text. Direction marks are not among these, since
/// they affect only the characters beside them.
fn reverses(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{206A}'..='\u{206F}')
}

/// Whether a character is a control, or the sign for a lost character, which a form's NUL arrives as.
fn is_untypable(c: char) -> bool {
    c.is_control() || c == char::REPLACEMENT_CHARACTER
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_seen(c: char) -> bool {
    !(c.is_whitespace() || c.is_control() || is_ignorable(c) || c == '\u{2800}')
}

/// Whether a character is drawn as nothing (Unicode's `Default_Ignorable_Code_Point`).
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The positions of characters that are drawn as nothing and have no use in the script around them.
fn hidden(text: &str) -> impl Iterator<Item = usize> {
    let to_the_left = text.contains(runs_to_the_left);
    let mut before = None;
    text.char_indices()
        .filter(move |(_, c)| {
            let useful = match c {
                // Joiners shape letters of Arabic and of the scripts of India, and hold signs together.
                '\u{200C}' | '\u{200D}' => before.is_some_and(|letter| letter >= '\u{590}'),
                '\u{200E}' | '\u{200F}' | '\u{61C}' => to_the_left,
                // Variants of ideographs and of signs.
                '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' => before.is_some_and(|sign| sign >= '\u{2000}'),
                '\u{180B}'..='\u{180F}' => before.is_some_and(|letter| letter >= '\u{1800}'),
                _ => false,
            };
            let hides = is_ignorable(*c) && !useful;
            if is_seen(*c) {
                before = Some(*c);
            }
            hides
        })
        .map(|(at, _)| at)
        .collect::<Vec<_>>()
        .into_iter()
}

fn runs_to_the_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Whether a word mixes Latin, Greek and Cyrillic letters, which look alike. No name in any language does that.
fn mixes_alphabets(word: &str) -> bool {
    let of = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Some('L'),
        '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Some('G'),
        '\u{400}'..='\u{52F}' => Some('C'),
        _ => None,
    };
    let mut alphabets = word.chars().filter_map(of);
    alphabets.next().is_some_and(|first| alphabets.any(|other| other != first))
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Line> for String {
    fn from(line: Line) -> Self {
        line.0
    }
}

impl From<Prose> for String {
    fn from(prose: Prose) -> Self {
        prose.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_all_scripts_are_kept() {
        for (row, typed, kept) in [
            ("accent in two pieces", " Zoe\u{308} ", "Zoë"),
            ("apostrophe", "O’Brien-Smith", "O’Brien-Smith"),
            ("Persian, with its joiner", "علی\u{200C}رضا", "علی\u{200C}رضا"),
            ("Hindi, with its joiner", "क\u{94D}\u{200D}ष", "क\u{94D}\u{200D}ष"),
            ("Hebrew, with a direction mark", "אב (1)\u{200F}", "אב (1)\u{200F}"),
            ("Japanese, with a variant", "葛\u{E0100}城", "葛\u{E0100}城"),
            ("two scripts, a word each", "Анна Smith", "Анна Smith"),
        ] {
            assert_eq!(Line::parse(typed, "Name", 100).unwrap().unwrap().as_str(), kept, "{row}");
        }
        assert_eq!(Line::parse(" \u{A0}", "Name", 100), Ok(None));
    }

    #[test]
    fn what_hides_or_reverses_is_refused_in_a_name_and_it_is_said_why() {
        for (row, typed, why) in [
            ("override", "Oak \u{202E}loohcS", "reverses the text"),
            ("isolate", "Oak\u{2067} School", "reverses the text"),
            ("NUL", "Oak\0 School", "cannot be typed"),
            ("line break", "Oak School\nBcc: a", "must be one line"),
            ("line separator", "Oak\u{2028}School", "must be one line"),
            ("zero-width space", "Oak\u{200B} School", "cannot be seen"),
            ("a joiner that joins nothing", "Oak\u{200D} School", "cannot be seen"),
            ("a direction mark for nothing", "Oak\u{200F} School", "cannot be seen"),
            ("byte-order mark", "\u{FEFF}Oak", "cannot be seen"),
            ("tag letters", "Oak\u{E0041}", "cannot be seen"),
            ("nothing to see", "\u{200B}", "cannot be seen"),
            ("Cyrillic a", "K\u{430}te", "two alphabets"),
            ("Greek o", "\u{39F}ak", "two alphabets"),
            ("too long", "Oak School of the Long Name", "20 characters or less"),
        ] {
            let told = Line::parse(typed, "Name", 20).unwrap_err();
            assert!(told.contains(why) && told.starts_with("Name "), "{row}: {told}");
        }
    }

    #[test]
    fn what_staff_write_has_lines_and_something_to_see() {
        let read = |typed| Prose::parse(typed, "Note", 100).map(|prose| prose.map(String::from));
        assert_eq!(read(" a\r\nb\rc\u{2028}d\te ").unwrap().as_deref(), Some("a\nb\nc\nd\te"));
        assert_eq!(
            read("pasted\u{AD} from\u{200B} a page").unwrap().as_deref(),
            Some("pasted\u{AD} from\u{200B} a page")
        );
        assert_eq!(read(" \n ").unwrap(), None);
        for (typed, why) in [
            ("\u{200B}", "only characters that cannot be seen"),
            ("\u{2060}\n\u{3164}", "only characters that cannot be seen"),
            ("a\u{202E}b", "reverses the text"),
            ("a\0b", "cannot be typed"),
        ] {
            assert!(read(typed).unwrap_err().contains(why), "{typed:?}");
        }
    }

    #[test]
    fn what_is_told_is_never_refused_and_what_is_shown_keeps_to_itself() {
        assert_eq!(as_told(" Kh\u{202E}an\0 "), "Kh\u{202E}an\u{FFFD}");
        assert_eq!(as_told("\u{200B}\n"), "");
        assert_eq!(isolated("Kh\u{202E}an\0\n"), "Kh\u{FFFD}an\u{FFFD}\n");
    }

    #[test]
    fn empty_words_are_known_whatever_signs_they_are_written_with() {
        for empty in [
            "",
            " ",
            "-",
            "...",
            "?",
            "N/A!",
            "n / a",
            "x",
            "XXX",
            "nothing",
            "Nothing.",
            "(none)",
            "T.B.C.",
            "Not known",
        ] {
            assert!(says_nothing(empty), "{empty}");
        }
        for told in
            ["The grandmother has heard nothing", "No answer", "Ng Bo", "Nina", "07", "L-204", "父", "N/A, she moved"]
        {
            assert!(!says_nothing(told), "{told}");
        }
    }

    #[test]
    fn what_a_register_tells_is_cleaned() {
        for (told, kept) in [
            ("Oak\u{202E} School", Some("Oak School")),
            ("Oak\r\nSchool", Some("Oak School")),
            ("\u{FEFF}Oak \u{200B} School", Some("Oak School")),
            ("\u{200B}\u{202E}", None),
            // The sign that the variant was of is lost, and the variant with it.
            ("\u{FFFD}\u{FE00}", None),
        ] {
            assert_eq!(Line::cleaned(told).map(String::from).as_deref(), kept, "{told:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_cleaned_would_be_taken_but_for_mixed_alphabets(told in any::<String>()) {
            if let Some(line) = Line::cleaned(&told) {
                match Line::parse(line.as_str(), "Name", usize::MAX) {
                    Ok(read) => prop_assert_eq!(read, Some(line)),
                    Err(why) => prop_assert!(why.contains("two alphabets"), "{}", why),
                }
            }
        }

        #[test]
        fn reading_what_was_read_changes_nothing(typed in "\\PC{0,20}") {
            if let Ok(Some(prose)) = Prose::parse(&typed, "Note", 100) {
                prop_assert_eq!(Prose::parse(&prose.0.clone(), "Note", 100), Ok(Some(prose)));
            }
        }
    }
}
