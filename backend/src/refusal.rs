//! Refusals before they are noted: their kind, their subject, and whether they are counted. A hidden and a missing
//! record are refused alike, so they are noted alike.
//!
//! What must not live here: who is refused what (`domain::policy`, `store`), and how a refusal is stored
//! (`service::access_note`).

use entity::vocabulary::RefusalKind;

use crate::domain::reference::Reference;

/// The number of letters of a typed text that a note keeps.
const MOST_LETTERS: usize = 60;

/// A refusal that is to be noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// The kind of refusal.
    pub(crate) kind: RefusalKind,
    /// What was not shown or done: the path of a field, or a page.
    pub(crate) subject: String,
    /// What the viewer named, such as a reference; `None` if they named nothing.
    pub(crate) asked: Option<String>,
    /// Whether refusals of this kind are counted in one row.
    pub(crate) counted: bool,
}

impl Refused {
    /// A refusal of `subject`: the path of a field, or a page.
    pub(crate) fn new(kind: RefusalKind, subject: impl Into<String>) -> Self {
        Self { kind, subject: subject.into(), asked: None, counted: false }
    }

    /// The same refusal with what the viewer named.
    pub(crate) fn asking(self, asked: Option<String>) -> Self {
        Self { asked, ..self }
    }

    /// The same refusal, counted in one row with others of the same viewer, address and hour, because there may be
    /// thousands.
    pub(crate) fn counted(self) -> Self {
        Self { counted: true, ..self }
    }

    /// Whether this refusal withheld the field at `path`.
    pub(crate) fn is_withheld(&self, path: &str) -> bool {
        self.kind == RefusalKind::Withheld && self.subject == path
    }
}

/// A typed text as a note may keep it: a reference in its usual form, or anything else cut short and without characters
/// that are invisible or change how the rest of a line reads.
pub(crate) fn safe(typed: &str) -> String {
    match Reference::parse(typed) {
        Ok(Reference::Case(reference)) => return reference.to_string(),
        Ok(Reference::Referral(reference)) => return reference.to_string(),
        Err(_) => {}
    }
    let is_plain = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let mut letters = typed.trim().chars().filter(is_plain);
    let kept: String = letters.by_ref().take(MOST_LETTERS).collect();
    if letters.next().is_some() { format!("{kept}…") } else { kept }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::reference::CaseReference;

    #[test]
    fn what_was_asked_for_is_kept_short_and_plain() {
        let reference = CaseReference::from_random_bits(7).to_string();
        assert_eq!(safe(&format!(" {} ", reference.to_lowercase())), reference);
        for (typed, kept) in [("109501", "109501"), ("a\u{202e}b\nc\u{200b}d", "abcd"), ("", "")] {
            assert_eq!(safe(typed), kept);
        }
        assert_eq!(safe(&"x".repeat(500)), format!("{}…", "x".repeat(MOST_LETTERS)));
    }
}
