//! Answers that people type into whole forms, plausible as they are, for a test to change where it matters.

use backend::domain::answers;
use backend::domain::field::AnswerField;
use serde_json::{Value, json};

use crate::form::Form;
use crate::page::Page;

/// The answers of a form: pairs of field and value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers(Vec<(String, String)>);

impl Answers {
    fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// Replaces the answer to `field`, or adds one.
    #[must_use]
    pub fn with(self, field: &str, value: &str) -> Self {
        let mut answers = self.without(field);
        answers.0.push((field.to_owned(), value.to_owned()));
        answers
    }

    /// Replaces the three parts of a date.
    #[must_use]
    pub fn dated(self, field: &str, (year, month, day): (&str, &str, &str)) -> Self {
        self.with(&format!("{field}-day"), day)
            .with(&format!("{field}-month"), month)
            .with(&format!("{field}-year"), year)
    }

    /// Removes the answer to `field`.
    #[must_use]
    pub fn without(mut self, field: &str) -> Self {
        self.0.retain(|(name, _)| name != field);
        self
    }

    /// Each field with its value.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The address of a further enquiry, if the page lists enquiries and there is an answer to one that it lacks.
    pub fn further_row(&self, page: &Page) -> Option<String> {
        let number = |href: &str| href.rsplit_once("/enquiries/")?.1.split('?').next()?.parse::<u32>().ok();
        let links = page.attributes("main a", "href");
        let (free, href) = links.iter().filter_map(|href| Some((number(href)?, href))).max()?;
        let kind = format!("enquiry.{free}.kind");
        let is_list = page.path.split('?').next().is_some_and(|path| path.ends_with("/enquiries"));
        (is_list && self.0.iter().any(|(name, _)| *name == kind)).then(|| href.clone())
    }

    /// The answers as the JSON input of the API.
    pub fn input(&self) -> Value {
        let one = |(name, value): &(String, String)| {
            let (field, row) = AnswerField::of_kept(name).unwrap_or_else(|| panic!("{name} is no question"));
            json!({ "field": field.code(), "row": row, "values": [value] })
        };
        self.0.iter().map(one).collect()
    }

    /// The answers as the domain reads them.
    pub fn parsed(&self) -> answers::Answers {
        let pairs = self.0.iter().map(|(field, value)| (field.clone(), vec![value.clone()]));
        answers::Answers::parse(pairs).expect("a form may hold these answers")
    }
}

/// A school's referral of a child who is no longer at the address, with no sign of harm.
pub fn referral() -> Answers {
    Answers::of(&[
        ("ground", "NOT_AT_ADDRESS"),
        ("danger", "NO"),
        ("socialCare", "NO"),
        ("harm", "NO"),
        ("givenNames", "Zephyrine"),
        ("familyName", "Quillfeather"),
        ("dateOfBirth-day", "14"),
        ("dateOfBirth-month", "3"),
        ("dateOfBirth-year", "2015"),
        ("sex", "FEMALE"),
        ("upnAbsence", "NOT_TO_HAND"),
        ("address", "14 Thimblewick Row"),
        ("postcode", "LU1 2AB"),
        ("parent.1.name", "Wilhelmina Quillfeather"),
        ("parent.1.relationship", "Mother"),
        ("parent.1.phone", "01632 960 001"),
        ("lastAttended-day", "2"),
        ("lastAttended-month", "11"),
        ("lastAttended-year", "2026"),
        ("lastSeen-day", "3"),
        ("lastSeen-month", "11"),
        ("lastSeen-year", "2026"),
        ("lastSeenBy", "A neighbour"),
        ("enquiry.1.kind", "HOME_VISIT"),
        ("enquiry.1.date-day", "9"),
        ("enquiry.1.date-month", "11"),
        ("enquiry.1.date-year", "2026"),
        ("enquiry.1.outcome", "The house stands empty"),
        ("enquiry.2.kind", "PHONE_CALL"),
        ("enquiry.2.date-day", "3"),
        ("enquiry.2.date-month", "11"),
        ("enquiry.2.date-year", "2026"),
        ("enquiry.2.outcome", "Nobody answered any number"),
        ("enquiry.3.kind", "EMERGENCY_CONTACT"),
        ("enquiry.3.date-day", "5"),
        ("enquiry.3.date-month", "11"),
        ("enquiry.3.date-year", "2026"),
        ("enquiry.3.outcome", "The grandmother has heard nothing"),
        ("foundAtAddress", "NO"),
        ("professionals", "NO"),
        ("welfareOfficer", "Rosalind Achterberg"),
        ("appraisedBy", "Dorothea Safeguard"),
        ("appraisedOn-day", "10"),
        ("appraisedOn-month", "11"),
        ("appraisedOn-year", "2026"),
        ("appraisal", "Nothing points to harm"),
        ("siblings", "NO"),
    ])
}

/// The same of a child with a brother or sister, whose school was asked.
pub fn with_sibling(name: &str) -> Answers {
    referral()
        .with("siblings", "YES")
        .with("sibling.1.name", name)
        .with("enquiry.4.kind", "SIBLINGS_SCHOOL")
        .dated("enquiry.4.date", ("2026", "11", "6"))
        .with("enquiry.4.outcome", "He has not been there since either")
}

/// A report by a member of the public of a child who is never at school.
pub fn report() -> Answers {
    Answers::of(&[
        ("danger", "NO"),
        ("harm", "NOT_KNOWN"),
        ("givenNames", "Peregrine"),
        ("nameNotKnown", "YES"),
        ("age", "About nine"),
        ("address", "The flats on Thimblewick Row"),
        ("concern", "A boy is out every school day and nobody knows a school he goes to"),
    ])
}

/// Fills in what an officer decides when opening a case: missing education, and where the child is is not known.
pub fn decision(form: Form) -> Form {
    form.with("statutoryStatus", "CME")
        .with("statusGround.CME", "NO_ROLL_KNOWN")
        .with("serviceRoute", "CME_TEAM")
        .with("whereabouts", "UNKNOWN")
        .with("rationale", "On no roll that we know of")
}
