//! Email addresses in the one form in which they are stored and compared.
//!
//! Lives here: reading an address. Must not live here: any comparison that folds case or
//! characters again. Unicode folding makes strangers equal (the Kelvin sign lowers to `k`, the
//! long s raises to `S`), and databases differ in it, so an address is ASCII, lowered once here,
//! and from then on equal only to itself, byte for byte.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// An ASCII address in lower case. `office+cme@` and `office@` are two addresses.
///
/// It holds no space, quote, bracket, control character or line end, so it is safe in a mail
/// header. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Email(String);

/// Why a text is not an address, in the reader's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EmailError {
    /// Nothing was given.
    #[error("enter an email address")]
    Missing,
    /// A line end, NUL or another control character.
    #[error("an email address cannot hold a line break or another hidden character")]
    Control,
    /// A character outside ASCII, perhaps one that only looks like a plain letter.
    #[error("an email address can hold only plain letters, digits and signs, without accents")]
    NotAscii,
    /// Longer than an address can be.
    #[error("the email address is too long")]
    TooLong,
    /// Not one `@` with something on either side.
    #[error("an email address has one @ sign, like name@example.com")]
    AtSign,
    /// A quoted part before the `@`.
    #[error("an email address with quotation marks cannot be used here")]
    Quoted,
    /// A part before the `@` with a sign or a dot out of place.
    #[error("the part of the email address before the @ is not right")]
    Local,
    /// A part after the `@` that is not the name of a mail domain.
    #[error("the part of the email address after the @ is not right")]
    Domain,
}

const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;
const LONGEST_LABEL: usize = 63;

impl Email {
    /// Reads an address: spaces around it go, capital letters are lowered, nothing else changes.
    pub fn parse(raw: &str) -> Result<Self, EmailError> {
        // Before trimming, which would hide a line end at either edge.
        if raw.chars().any(char::is_control) {
            return Err(EmailError::Control);
        }
        let text = raw.trim_matches(' ');
        if text.is_empty() {
            return Err(EmailError::Missing);
        }
        if !text.is_ascii() {
            return Err(EmailError::NotAscii);
        }
        if text.len() > LONGEST {
            return Err(EmailError::TooLong);
        }
        if text.contains('"') {
            return Err(EmailError::Quoted);
        }
        let (local, domain) = text.split_once('@').ok_or(EmailError::AtSign)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(EmailError::AtSign);
        }
        if local.len() > LONGEST_LOCAL {
            return Err(EmailError::TooLong);
        }
        if !is_dot_atom(local) {
            return Err(EmailError::Local);
        }
        if !is_domain(domain) {
            return Err(EmailError::Domain);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The whole address, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

// RFC 5322 dot-atom: words of these signs between single dots.
fn is_dot_atom(local: &str) -> bool {
    local.split('.').all(|word| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    })
}

// At least two labels, the last with a letter in it, so neither a bare host nor an IP address.
fn is_domain(domain: &str) -> bool {
    let labels_are_sound = domain.split('.').all(|label| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    let named = domain
        .rsplit_once('.')
        .is_some_and(|(_, last)| last.len() > 1 && last.bytes().any(|b| b.is_ascii_alphabetic()));
    labels_are_sound && named
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl AsRef<str> for Email {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_trimmed_and_lowered_and_nothing_more() {
        let rows = [
            ("§9 email trap", "Office@School.Luton.sch.uk ", "office@school.luton.sch.uk"),
            ("§9 tag kept", "office+cme@school.luton.sch.uk", "office+cme@school.luton.sch.uk"),
            ("apostrophe", "o'brien@example.com", "o'brien@example.com"),
            ("dots", "a.b.c@example.co.uk", "a.b.c@example.co.uk"),
            ("punycode domain", "a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(Email::parse(raw).unwrap().as_str(), expected, "row {row}");
        }
    }

    #[test]
    fn a_tagged_address_is_another_address() {
        let plain = Email::parse("office@school.luton.sch.uk").unwrap();
        let tagged = Email::parse("office+cme@school.luton.sch.uk").unwrap();
        assert_ne!(plain, tagged, "§9 email trap");
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_its_reason() {
        let long_local = format!("{}@example.com", "a".repeat(65));
        let long_label = format!("a@{}.com", "b".repeat(64));
        let long_whole = format!("a@{}com", "b.".repeat(130));
        let rows = [
            ("blank", " ", EmailError::Missing),
            ("F14 line feed at the end", "a@example.com\n", EmailError::Control),
            ("F14 header injection", "a@example.com\r\nBcc: b@example.com", EmailError::Control),
            ("F16 NUL", "a\0@example.com", EmailError::Control),
            ("tab", "\ta@example.com", EmailError::Control),
            ("F15 Kelvin sign", "\u{212A}ate@example.com", EmailError::NotAscii),
            ("F15 long s", "a@\u{017F}chool.example", EmailError::NotAscii),
            ("F15 full-width letter", "\u{FF41}@example.com", EmailError::NotAscii),
            ("Cyrillic letter", "\u{0430}dmin@example.com", EmailError::NotAscii),
            ("no-break space at the end", "a@example.com\u{A0}", EmailError::NotAscii),
            ("quoted", "\"a b\"@example.com", EmailError::Quoted),
            ("quoted at sign", "\"a@b\"@example.com", EmailError::Quoted),
            ("no at sign", "example.com", EmailError::AtSign),
            ("two at signs", "a@b@example.com", EmailError::AtSign),
            ("no local part", "@example.com", EmailError::AtSign),
            ("no domain", "a@", EmailError::AtSign),
            ("space within", "a b@example.com", EmailError::Local),
            ("display name", "Ann <a@example.com>", EmailError::Local),
            ("two addresses", "a@example.com,b", EmailError::Domain),
            ("leading dot", ".a@example.com", EmailError::Local),
            ("double dot", "a..b@example.com", EmailError::Local),
            ("trailing dot", "a.@example.com", EmailError::Local),
            ("bare host", "a@localhost", EmailError::Domain),
            ("IP address", "a@127.0.0.1", EmailError::Domain),
            ("IP literal", "a@[127.0.0.1]", EmailError::Domain),
            ("domain ends in a dot", "a@example.com.", EmailError::Domain),
            ("hyphen at the edge", "a@-example.com", EmailError::Domain),
            ("comment", "a@example.com(x)", EmailError::Domain),
            ("local part too long", &long_local, EmailError::TooLong),
            ("label too long", &long_label, EmailError::Domain),
            ("whole too long", &long_whole, EmailError::TooLong),
        ];
        for (row, raw, expected) in rows {
            assert_eq!(Email::parse(raw), Err(expected), "row {row}");
        }
    }

    #[test]
    fn it_is_written_as_a_string_and_read_back_through_parse() {
        let email = Email::parse("A@Example.com").unwrap();
        assert_eq!(serde_json::to_string(&email).unwrap(), r#""a@example.com""#);
        assert!(serde_json::from_str::<Email>(r#""a b@example.com""#).is_err());
        assert_eq!(email.domain(), "example.com");
        assert_eq!(format!("{email:?}"), "Email(…)");
    }

    proptest! {
        #[test]
        fn reading_what_was_shown_changes_nothing(
            raw in "[ ]{0,2}[A-Za-z0-9+_'-]{1,12}(\\.[A-Za-z0-9]{1,4}){0,2}@[A-Za-z0-9]{1,10}\\.[A-Za-z]{2,4}[ ]{0,2}"
        ) {
            let email = Email::parse(&raw).unwrap();
            prop_assert_eq!(Email::parse(email.as_str()).unwrap(), email);
        }

        #[test]
        fn whatever_is_accepted_is_safe_in_a_mail_header(raw in "\\PC{0,8}[@a-z.\\r\\n\\x00]{0,8}\\PC{0,8}") {
            if let Ok(email) = Email::parse(&raw) {
                prop_assert!(email.as_str().bytes().all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase()));
                prop_assert!(!email.as_str().contains(['"', '<', '>', ',', ';', ':', '(', ')', '\\']));
            }
        }

        #[test]
        fn no_text_whatever_panics(raw in any::<String>()) {
            let _ = Email::parse(&raw);
        }
    }
}
