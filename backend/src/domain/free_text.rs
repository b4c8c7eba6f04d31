//! What people write in their own words: notes, reasons, addresses, job titles.
//!
//! Lives here: making such text safe to keep on either database, and bounding its length. Must not
//! live here: any escaping; that belongs to whoever shows it.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Paragraphs of 1 to `MAX` characters: ends trimmed, lines ended by `\n`, nothing hidden.
///
/// `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Text<const MAX: usize>(String);

/// One line of 1 to `MAX` characters: ends trimmed, runs of spaces made one, nothing hidden.
///
/// `Debug` shows the length only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Line<const MAX: usize>(String);

/// Why a text cannot be kept, in the reader's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing was given.
    #[error("write something here")]
    Missing,
    /// NUL or another control character; in a single line, a line end as well.
    #[error("the text holds a hidden character that cannot be kept; type it again")]
    Control,
    /// More characters than there is room for.
    #[error("the text has {length} characters, and there is room for {most}")]
    TooLong {
        /// How many it has.
        length: usize,
        /// How many it may have.
        most: usize,
    },
}

impl<const MAX: usize> Text<MAX> {
    /// Reads text of one or more lines; tabs are kept.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        let text = raw.replace("\r\n", "\n").replace('\r', "\n");
        if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            return Err(TextError::Control);
        }
        bounded(text.trim(), MAX).map(Self)
    }

    /// Reads text that may be left out: blank is `None`, everything else must be right.
    pub fn parse_optional(raw: &str) -> Result<Option<Self>, TextError> {
        missing_is_none(Self::parse(raw))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Line<MAX> {
    /// Reads a single line.
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        if raw
            .chars()
            .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
        {
            return Err(TextError::Control);
        }
        let line = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        bounded(&line, MAX).map(Self)
    }

    /// Reads a line that may be left out: blank is `None`, everything else must be right.
    pub fn parse_optional(raw: &str) -> Result<Option<Self>, TextError> {
        missing_is_none(Self::parse(raw))
    }

    /// The line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// Characters are counted after line ends are made one, because browsers send two for each.
fn bounded(text: &str, most: usize) -> Result<String, TextError> {
    match text.chars().count() {
        0 => Err(TextError::Missing),
        length if length > most => Err(TextError::TooLong { length, most }),
        _ => Ok(text.to_owned()),
    }
}

fn missing_is_none<T>(read: Result<T, TextError>) -> Result<Option<T>, TextError> {
    match read {
        Ok(text) => Ok(Some(text)),
        Err(TextError::Missing) => Ok(None),
        Err(other) => Err(other),
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} characters)", self.0.chars().count())
    }
}

impl<const MAX: usize> fmt::Debug for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({} characters)", self.0.chars().count())
    }
}

impl<const MAX: usize> AsRef<str> for Text<MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> AsRef<str> for Line<MAX> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> From<Line<MAX>> for String {
    fn from(line: Line<MAX>) -> Self {
        line.0
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = TextError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

impl<const MAX: usize> TryFrom<String> for Line<MAX> {
    type Error = TextError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_trimmed_and_its_line_ends_are_made_one() {
        let rows = [
            ("trimmed", "  seen at home \n", Ok("seen at home")),
            ("a browser's line ends", "one\r\ntwo", Ok("one\ntwo")),
            ("an old file's line ends", "one\rtwo", Ok("one\ntwo")),
            ("tabs kept", "a\tb", Ok("a\tb")),
            ("any script", "میں", Ok("میں")),
            ("a line end counts once", "1234\r\n6789a", Ok("1234\n6789a")),
            ("blank", " \r\n ", Err(TextError::Missing)),
            ("F16 NUL", "a\0b", Err(TextError::Control)),
            ("escape", "a\u{1B}[31m", Err(TextError::Control)),
            ("NEL", "a\u{85}b", Err(TextError::Control)),
            (
                "too long",
                "1234567890123456",
                Err(TextError::TooLong {
                    length: 16,
                    most: 15,
                }),
            ),
        ];
        for (row, raw, expected) in rows {
            let read = Text::<15>::parse(raw).map(String::from);
            assert_eq!(read.as_deref().map_err(|e| *e), expected, "row {row}");
        }
    }

    #[test]
    fn a_line_is_one_line() {
        let rows = [
            ("spaces", "  12   High Street ", Ok("12 High Street")),
            ("line end", "12\nHigh Street", Err(TextError::Control)),
            ("line separator", "12\u{2028}High", Err(TextError::Control)),
            ("NUL", "12\0", Err(TextError::Control)),
            ("blank", " ", Err(TextError::Missing)),
            (
                "too long",
                "12345678901234567",
                Err(TextError::TooLong {
                    length: 17,
                    most: 15,
                }),
            ),
        ];
        for (row, raw, expected) in rows {
            let read = Line::<15>::parse(raw).map(String::from);
            assert_eq!(read.as_deref().map_err(|e| *e), expected, "row {row}");
        }
    }

    #[test]
    fn what_may_be_left_out_may_be_blank_but_not_wrong() {
        assert_eq!(Text::<5>::parse_optional(" "), Ok(None));
        assert_eq!(Line::<5>::parse_optional("a\0"), Err(TextError::Control));
        assert_eq!(
            Line::<5>::parse_optional("a").unwrap().unwrap().as_str(),
            "a"
        );
    }

    #[test]
    fn the_words_do_not_reach_a_log_by_way_of_debug() {
        assert_eq!(
            format!("{:?}", Text::<50>::parse("secret").unwrap()),
            "Text(6 characters)"
        );
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_changes_nothing(raw in any::<String>()) {
            if let Ok(text) = Text::<50>::parse(&raw) {
                prop_assert_eq!(Text::<50>::parse(text.as_str()).unwrap(), text);
            }
            if let Ok(line) = Line::<50>::parse(&raw) {
                prop_assert_eq!(Line::<50>::parse(line.as_str()).unwrap(), line);
            }
        }

        #[test]
        fn whatever_is_kept_has_no_carriage_return_and_no_nul(raw in "[a-z\\r\\n\\x00 ]{0,20}") {
            if let Ok(text) = Text::<50>::parse(&raw) {
                prop_assert!(!text.as_str().contains(['\r', '\0']));
            }
        }
    }
}
