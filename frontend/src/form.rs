//! The text that somebody typed into a form ([`Form`]), what is wrong with it ([`Faults`]), and the extractors by which
//! handlers get it.
//!
//! A [`Form`] holds text exactly as it was typed, so that a page can show it again.
//!
//! What must not live here: what a field means and what makes it right, which the API decides.

use std::collections::BTreeMap;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::told::told;

/// The answers of a form: for each name its values, in the order they were sent. Names are in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Form(BTreeMap<String, Vec<String>>);

impl Form {
    /// A form without answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `application/x-www-form-urlencoded` text, a body or a query string. Repeated names are kept. Nothing is
    /// trimmed and nothing is left out, but line breaks become `\n`, so that a length counted here is the length the
    /// browser counted, and NUL, which neither HTML nor a database can hold, becomes `U+FFFD`, as browsers show it.
    pub fn from_urlencoded(bytes: &[u8]) -> Self {
        let mut form = Self::new();
        for (name, value) in form_urlencoded::parse(bytes).take(MOST_FIELDS) {
            form.add(name, value.replace("\r\n", "\n").replace('\0', "\u{FFFD}"));
        }
        form
    }

    /// The first value of `name`; empty if it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).first().map_or("", String::as_str)
    }

    /// The first value typed for `name`, to be handed on; empty if there is none.
    pub fn text(&self, name: &str) -> String {
        self.get(name).to_owned()
    }

    /// The three parts of a date field as the API takes a date (`2026-11-21`); whatever was typed, if it is no date;
    /// empty if nothing was typed.
    pub fn day(&self, name: &str) -> String {
        let parts = ["year", "month", "day"].map(|part| self.get(&format!("{name}-{part}")).trim().to_owned());
        if parts.iter().all(String::is_empty) { String::new() } else { parts.join("-") }
    }

    /// As [`Form::day`]; `None` if nothing was typed.
    pub fn some_day(&self, name: &str) -> Option<String> {
        Some(self.day(name)).filter(|day| !day.is_empty())
    }

    /// The first value for `name` without the plain spaces and line breaks around it; `None` if nothing is left. Other
    /// spaces stay: whether they may be there is for whoever knows the field.
    pub fn some(&self, name: &str) -> Option<String> {
        let text = self.get(name).trim_matches([' ', '\t', '\r', '\n']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The same answers, marked by `told` for showing on a page: no value can reorder the words beside it. Not for
    /// sending again.
    #[must_use]
    pub fn told(&self) -> Self {
        let told = |values: &[String]| values.iter().cloned().map(told).collect();
        Self(self.iter().map(|(name, values)| (name.to_owned(), told(values))).collect())
    }

    /// Every value of `name`, in the order they were sent; empty if it was not sent.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether `value` is one of the values of `name`.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).iter().any(|typed| typed == value)
    }

    /// Whether `name` was sent at all, even empty. An unticked checkbox is not sent.
    pub fn knows(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Replaces all values of `name` by this one.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), vec![value.into()]);
    }

    /// Adds a value to those of `name`.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.entry(name.into()).or_default().push(value.into());
    }

    /// [`Form::set`] for building a form in one expression.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// Removes `name` with all its values.
    pub fn clear(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Replaces the values of every name in `newer`, and keeps all other names, as when one page of a longer form is
    /// sent. An unticked checkbox is not sent, so call [`Form::clear`] for its name first.
    pub fn absorb(&mut self, newer: Self) {
        self.0.extend(newer.0);
    }

    /// Each name with its values, in alphabetical order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// Reads a date from the fields `name-day`, `name-month` and `name-year`. The month may be a number or the first 3
    /// letters of a name or more; the year must have 4 digits and not be before 1900. `called` begins the fault
    /// messages: "Date of birth". `None` without a new fault means that nothing was typed.
    pub fn date(&self, name: &str, called: &str, faults: &mut Faults) -> Option<NaiveDate> {
        let parts = PARTS.map(|part| (part, self.some(&format!("{name}-{part}"))));
        let missing: Vec<&str> = parts.iter().filter(|(_, typed)| typed.is_none()).map(|(part, _)| *part).collect();
        let [(_, Some(day)), (_, Some(month)), (_, Some(year))] = &parts else {
            if let [first, ..] = missing[..]
                && missing.len() < PARTS.len()
            {
                let missing = missing.join(" and ");
                faults.add(format!("{name}-{first}"), format!("{called} must include a {missing}"));
            }
            return None;
        };
        if !(year.len() == 4 && year.bytes().all(|letter| letter.is_ascii_digit())) {
            faults.add(format!("{name}-year"), format!("{called} must have a year of 4 numbers"));
            return None;
        }
        if !is_year(year) {
            faults.add(format!("{name}-year"), format!("{called} must be a real date: check the year"));
            return None;
        }
        let date = match (day.parse(), month_number(month), year.parse()) {
            (Ok(day), Some(month), Ok(year)) => NaiveDate::from_ymd_opt(year, month, day),
            _ => None,
        };
        if date.is_none() {
            faults.add(name, format!("{called} must be a real date"));
        }
        date
    }

    /// The first part of a date field that is wrong by itself: "day", "month" or "year". `None` if nothing was typed,
    /// or if each part is possible and only the three together are wrong, as on 31 February.
    pub fn wrong_part(&self, name: &str) -> Option<&'static str> {
        let parts = PARTS.map(|part| self.some(&format!("{name}-{part}")));
        if parts.iter().all(Option::is_none) {
            return None;
        }
        let fits: [fn(&str) -> bool; 3] = [
            |day| day.parse().is_ok_and(|day: u32| (1..=31).contains(&day)),
            |month| month_number(month).is_some_and(|month| (1..=12).contains(&month)),
            is_year,
        ];
        let wrong =
            PARTS.into_iter().zip(parts).zip(fits).find(|((_, typed), fits)| !typed.as_deref().is_some_and(fits));
        wrong.map(|((part, _), _)| part)
    }
}

const PARTS: [&str; 3] = ["day", "month", "year"];

/// Whether this is a year of 4 digits, from 1900 on. It only finds the part to mark; the API decides what is right.
fn is_year(typed: &str) -> bool {
    const FIRST: u32 = 1900;
    let digits = typed.len() == 4 && typed.bytes().all(|letter| letter.is_ascii_digit());
    digits && typed.parse().is_ok_and(|year: u32| year >= FIRST)
}

fn month_number(typed: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let typed = typed.to_lowercase();
    if let Ok(number) = typed.parse() {
        return Some(number);
    }
    let found = NAMES.iter().position(|name| typed.len() >= 3 && name.starts_with(&typed));
    found.and_then(|index| u32::try_from(index + 1).ok())
}

/// The faults of a form: a message for each field, in the order the fields are asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Faults(Vec<(String, String)>);

impl Faults {
    /// A form without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault of `field`, in words for the person who typed it. An empty field name makes it a fault of the whole
    /// form, which the error summary shows without a link.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push((field.into(), message.into()));
    }

    /// Adds `message` as a fault of `field` if nothing was typed or chosen for it.
    pub fn need(&mut self, form: &Form, field: &str, message: &str) {
        if form.some(field).is_none() {
            self.add(field, message);
        }
    }

    /// The first message for `field`; `None` if it has no fault.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.iter().find(|(named, _)| *named == field).map(|(_, message)| message)
    }

    /// Whether the form has no fault.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each field with its message, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, message)| (field.as_str(), message.as_str()))
    }
}

impl<F: Into<String>, M: Into<String>> FromIterator<(F, M)> for Faults {
    fn from_iter<I: IntoIterator<Item = (F, M)>>(faults: I) -> Self {
        Self(faults.into_iter().map(|(field, message)| (field.into(), message.into())).collect())
    }
}

/// A form with its faults, which is what an input needs to draw itself. Its methods make the inputs
/// (`ask.text("family_name", "Last name")`); each is written beside its input in [`crate::parts`].
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub(crate) form: &'a Form,
    pub(crate) faults: &'a Faults,
}

impl<'a> Ask<'a> {
    /// Puts what was typed together with what is wrong with it.
    pub fn new(form: &'a Form, faults: &'a Faults) -> Self {
        Self { form, faults }
    }

    /// The fragment that the error summary links to for `field`: for a date its wrong part, or else its first part;
    /// otherwise the field itself.
    pub(crate) fn target(&self, field: &str) -> String {
        if self.form.knows(&format!("{field}-day")) {
            format!("#{field}-{}", self.form.wrong_part(field).unwrap_or(PARTS[0]))
        } else {
            format!("#{field}")
        }
    }
}

/// The name of the hidden field that carries a form's idempotency key. [`Typed`] takes it out, so that no handler sees
/// it.
pub const KEY: &str = "key";

/// Whether the field `name` may hold a secret: a password, a code, a token. Its value is never stored and never shown
/// again.
pub fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    // `current` and `again` are the passwords of pages that ask for two or three.
    ["current", "again"].contains(&name.as_str())
        || (name.ends_with("code") && name != "postcode" && !name.ends_with("_postcode"))
        || ["password", "token", "secret"].iter().any(|part| name.contains(part))
}

const MOST_BYTES: usize = 512 * 1024;
const MOST_FIELDS: usize = 2_000;

/// An extractor: the form that was posted, without its idempotency key. Answers 415 for another content type, and 413
/// for more than 512 KiB. Of more than 2,000 fields, the rest is left out.
#[derive(Clone, Debug)]
pub struct Typed(pub Form);

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().is_none_or(|kind| kind.trim() != "application/x-www-form-urlencoded") {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let body: Result<Bytes, _> = to_bytes(request.into_body(), MOST_BYTES).await;
        let body = body.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        let mut form = Form::from_urlencoded(&body);
        form.clear(KEY);
        Ok(Self(form))
    }
}

/// An extractor: a form with which somebody signs in or changes how they do. Handlers get it only by
/// [`Credentials::read`].
#[derive(Clone, Debug)]
pub struct Credentials(Form);

impl Credentials {
    /// The form; or, as the error, the form with the faults of fields that hold a character no keyboard types, such as
    /// a control character. Such a character must not be left out, because the rest would be another password, and no
    /// text with it is looked up.
    pub fn read(self) -> Result<Form, (Form, Faults)> {
        const CALLED: [(&str, &str); 5] = [
            ("email", "Email address"),
            ("code", "Code"),
            ("current", "Your password"),
            ("password", "Password"),
            ("again", "Password"),
        ];
        let odd = |c: char| {
            c.is_control()
                || c == '\u{FFFD}'
                || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        };
        let wrong = CALLED.iter().filter(|(name, _)| self.0.get(name).contains(odd));
        let faults: Faults = wrong
            .map(|(name, called)| (*name, format!("{called} has a character that cannot be typed: type it again")))
            .collect();
        if faults.is_empty() { Ok(self.0) } else { Err((self.0, faults)) }
    }
}

impl<S: Send + Sync> FromRequest<S> for Credentials {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        Typed::from_request(request, state).await.map(|Typed(form)| Self(form))
    }
}

/// An extractor: the query of the address, for filters and cursors.
#[derive(Clone, Debug)]
pub struct Queried(pub Form);

impl<S: Send + Sync> FromRequestParts<S> for Queried {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self(Form::from_urlencoded(parts.uri.query().unwrap_or_default().as_bytes())))
    }
}

/// Whether the text could be an email address: there is something on both sides of an `@`, and no space. The backend
/// parses it properly.
pub(crate) fn looks_like_an_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_names_are_kept_and_nothing_is_trimmed() {
        let form = Form::from_urlencoded(b"reason=A&reason=B&name=+O%27Hara+&note=a%0D%0Ab");
        assert_eq!(form.all("reason"), ["A", "B"]);
        assert_eq!(form.get("name"), " O'Hara ");
        assert_eq!(form.some("name").as_deref(), Some("O'Hara"));
        assert_eq!(form.get("note"), "a\nb");
        assert_eq!(form.get("absent"), "");
    }

    #[test]
    fn nothing_is_left_out_of_what_was_typed() {
        let form = Form::from_urlencoded(b"password=qu%00art&email=%C2%A0a%40b.example&name=+Ann+");
        assert_eq!(form.get("password"), "qu\u{FFFD}art");
        assert_eq!(form.some("email").as_deref(), Some("\u{A0}a@b.example"));
        assert_eq!(form.some("name").as_deref(), Some("Ann"));
        let (kept, faults) = Credentials(form.clone()).read().expect_err("a fault");
        assert_eq!(kept, form);
        assert_eq!(faults.of("password"), Some("Password has a character that cannot be typed: type it again"));
        assert_eq!(faults.of("email"), None);
    }

    #[test]
    fn a_date_may_name_its_month() {
        let mut faults = Faults::new();
        let form = Form::new().with("dob-day", "27").with("dob-month", "Mar").with("dob-year", "2014");
        assert_eq!(form.date("dob", "Date of birth", &mut faults), NaiveDate::from_ymd_opt(2014, 3, 27));
        assert!(faults.is_empty());
    }

    #[test]
    fn a_date_says_what_is_wrong_with_it() {
        let cases = [
            (["27", "", "2014"], Some(("dob-month", "Date of birth must include a month"))),
            (["", "", "2014"], Some(("dob-day", "Date of birth must include a day and month"))),
            (["27", "3", "14"], Some(("dob-year", "Date of birth must have a year of 4 numbers"))),
            (["31", "2", "2014"], Some(("dob", "Date of birth must be a real date"))),
            (["27", "3", "0000"], Some(("dob-year", "Date of birth must be a real date: check the year"))),
            (["", "", ""], None),
        ];
        for ([day, month, year], wanted) in cases {
            let form = Form::new().with("dob-day", day).with("dob-month", month).with("dob-year", year);
            let mut faults = Faults::new();
            assert_eq!(form.date("dob", "Date of birth", &mut faults), None);
            assert_eq!(faults.iter().next(), wanted, "{day}/{month}/{year}");
        }
    }

    #[test]
    fn a_fault_of_a_date_leads_to_the_part_that_is_wrong() {
        for ([day, month, year], target) in [
            (["27", "3", "0000"], "#dob-year"),
            (["27", "3", "1899"], "#dob-year"),
            (["27", "3", "14"], "#dob-year"),
            (["27", "3", ""], "#dob-year"),
            (["27", "", "2014"], "#dob-month"),
            (["27", "13", "2014"], "#dob-month"),
            (["27", "Mai", "2014"], "#dob-month"),
            (["32", "3", "2014"], "#dob-day"),
            (["", "3", ""], "#dob-day"),
            (["31", "2", "2014"], "#dob-day"),
            (["", "", ""], "#dob-day"),
        ] {
            let form = Form::new().with("dob-day", day).with("dob-month", month).with("dob-year", year);
            assert_eq!(Ask::new(&form, &Faults::new()).target("dob"), target, "{day}/{month}/{year}");
        }
    }
}
