//! The questions of the two forms, told once: a school's referral and a report by anybody else. The API's enum, what a
//! form may hold, and what pages describe all follow from this list.
//!
//! What must not live here: what makes an answer right (`referral`).
#![expect(clippy::doc_markdown, reason = "what a question asks is told to clients as it stands")]

use std::collections::BTreeMap;

use async_graphql::resolver_utils::EnumType;

use super::answers::Answers;
use super::nhs_number::NhsNumber;
use super::upn::{Upn, UpnError};
use crate::error::{Error, FieldFault};

/// The form that is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A school's referral.
    Referral,
    /// A report by anybody else.
    Report,
}

/// The values that one question accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// A code of a list.
    Code,
    /// A day, or a part of one.
    Day,
    /// The name of a child or of an adult.
    Name,
    /// A number under which a register knows the child.
    Number,
    /// Words, whatever they say.
    Words,
    /// Any of these values, each at most once.
    Ticks(&'static [&'static str]),
}

const TICK: Takes = Takes::Ticks(&["YES"]);
const REFERRAL: &[Form] = &[Form::Referral];
const REPORT: &[Form] = &[Form::Report];
const BOTH: &[Form] = &[Form::Referral, Form::Report];

macro_rules! fields {
    ($($(#[doc = $about:literal])+ $variant:ident: $name:literal, $forms:ident, $takes:expr;)+) => {
        /// A question of a referral or a report. A code is spelt as faults spell the field, but that the part of a date
        /// and the row of a group are written without a sign between: `dateOfBirthYear` for `dateOfBirth-year`,
        /// `parentName` with row 1 for `parent.1.name`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, async_graphql::Enum)]
        #[graphql(rename_items = "camelCase")]
        pub enum AnswerField { $($(#[doc = $about])+ $variant,)+ }

        impl AnswerField {
            /// Every question.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in a form; what stands before the dot is the group, whose rows are numbered there.
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The forms that ask it.
            pub fn forms(self) -> &'static [Form] {
                match self { $(Self::$variant => $forms),+ }
            }

            fn takes(self) -> Takes {
                match self { $(Self::$variant => $takes),+ }
            }
        }
    };
}

fields! {
    /// Why the school refers: a code of ReferralGround
    Ground: "ground", REFERRAL, Takes::Code;
    /// Whether the child is in immediate danger: YES, NO or NOT_KNOWN
    Danger: "danger", BOTH, Takes::Code;
    /// Whether 999 was called: YES, or nothing
    DangerCalled: "dangerCalled", BOTH, TICK;
    /// The reference or the time of the call to 999
    DangerReference: "dangerReference", BOTH, Takes::Words;
    /// Whether social care is involved: YES, NO or NOT_KNOWN
    SocialCare: "socialCare", REFERRAL, Takes::Code;
    /// Name and telephone number of the social worker
    SocialWorker: "socialWorker", REFERRAL, Takes::Words;
    /// Whether there are signs of harm: YES, NO or NOT_KNOWN
    Harm: "harm", BOTH, Takes::Code;
    /// What the signs of harm are
    HarmDetails: "harmDetails", REFERRAL, Takes::Words;
    /// The child's first names
    GivenNames: "givenNames", BOTH, Takes::Name;
    /// The child's last name
    FamilyName: "familyName", BOTH, Takes::Name;
    /// That no name is known: YES, or nothing
    NameNotKnown: "nameNotKnown", REPORT, TICK;
    /// The child's age in words
    Age: "age", REPORT, Takes::Words;
    /// The child's date of birth, whole: YYYY-MM-DD
    DateOfBirth: "dateOfBirth", BOTH, Takes::Day;
    /// The day of the date of birth
    DateOfBirthDay: "dateOfBirth-day", BOTH, Takes::Day;
    /// The month of the date of birth
    DateOfBirthMonth: "dateOfBirth-month", BOTH, Takes::Day;
    /// The year of the date of birth
    DateOfBirthYear: "dateOfBirth-year", BOTH, Takes::Day;
    /// The year group in which the child is taught, if it is not that of the date of birth: Reception, Year 7
    YearGroup: "yearGroup", REFERRAL, Takes::Code;
    /// The child's sex: a code of Sex
    Sex: "sex", BOTH, Takes::Code;
    /// The child's unique pupil number
    Upn: "upn", REFERRAL, Takes::Number;
    /// Why there is no unique pupil number: a code of UpnAbsence
    UpnAbsence: "upnAbsence", REFERRAL, Takes::Code;
    /// The child's NHS number, ten digits; may be left out
    NhsNumber: "nhsNumber", BOTH, Takes::Number;
    /// Last known address, or where the child is seen
    Address: "address", BOTH, Takes::Words;
    /// The postcode of the address
    Postcode: "postcode", BOTH, Takes::Words;
    /// Name of a parent or carer; has rows
    ParentName: "parent.name", REFERRAL, Takes::Name;
    /// What they are to the child; has rows
    ParentRelationship: "parent.relationship", REFERRAL, Takes::Words;
    /// Their telephone number; has rows
    ParentPhone: "parent.phone", REFERRAL, Takes::Words;
    /// That no number of theirs is known: YES, or nothing; has rows
    ParentNoPhone: "parent.noPhone", REFERRAL, TICK;
    /// When the child last attended school, whole: YYYY-MM-DD
    LastAttended: "lastAttended", REFERRAL, Takes::Day;
    /// The day of the date last attended
    LastAttendedDay: "lastAttended-day", REFERRAL, Takes::Day;
    /// The month of the date last attended
    LastAttendedMonth: "lastAttended-month", REFERRAL, Takes::Day;
    /// The year of the date last attended
    LastAttendedYear: "lastAttended-year", REFERRAL, Takes::Day;
    /// When anybody last saw the child, whole: YYYY-MM-DD
    LastSeen: "lastSeen", REFERRAL, Takes::Day;
    /// The day of the date last seen
    LastSeenDay: "lastSeen-day", REFERRAL, Takes::Day;
    /// The month of the date last seen
    LastSeenMonth: "lastSeen-month", REFERRAL, Takes::Day;
    /// The year of the date last seen
    LastSeenYear: "lastSeen-year", REFERRAL, Takes::Day;
    /// Who last saw the child, and where
    LastSeenBy: "lastSeenBy", REFERRAL, Takes::Words;
    /// Whether the child was found at the address: YES, NO or NOT_KNOWN
    FoundAtAddress: "foundAtAddress", REFERRAL, Takes::Code;
    /// Where the child went, and how it is known
    Destination: "destination", REFERRAL, Takes::Words;
    /// When the child was due back from leave, whole: YYYY-MM-DD
    ReturnDue: "returnDue", REFERRAL, Takes::Day;
    /// The day of the date due back
    ReturnDueDay: "returnDue-day", REFERRAL, Takes::Day;
    /// The month of the date due back
    ReturnDueMonth: "returnDue-month", REFERRAL, Takes::Day;
    /// The year of the date due back
    ReturnDueYear: "returnDue-year", REFERRAL, Takes::Day;
    /// What the school did to find the child: a code of SchoolEnquiryKind; has rows
    EnquiryKind: "enquiry.kind", REFERRAL, Takes::Code;
    /// When the school did it, whole: YYYY-MM-DD; has rows
    EnquiryDate: "enquiry.date", REFERRAL, Takes::Day;
    /// The day of that date; has rows
    EnquiryDateDay: "enquiry.date-day", REFERRAL, Takes::Day;
    /// The month of that date; has rows
    EnquiryDateMonth: "enquiry.date-month", REFERRAL, Takes::Day;
    /// The year of that date; has rows
    EnquiryDateYear: "enquiry.date-year", REFERRAL, Takes::Day;
    /// What came of it; has rows
    EnquiryOutcome: "enquiry.outcome", REFERRAL, Takes::Words;
    /// Why nobody visited the home: a code of NoVisitReason
    NoHomeVisit: "noHomeVisit", REFERRAL, Takes::Code;
    /// More about why nobody visited the home
    NoHomeVisitReason: "noHomeVisitReason", REFERRAL, Takes::Words;
    /// Whether professionals outside the school work with the child: YES, NO or NOT_KNOWN
    Professionals: "professionals", REFERRAL, Takes::Code;
    /// Who they are
    ProfessionalsNamed: "professionalsNamed", REFERRAL, Takes::Words;
    /// The education welfare officer with whom the enquiries were made
    WelfareOfficer: "welfareOfficer", REFERRAL, Takes::Words;
    /// The safeguarding lead who looked at the risk
    AppraisedBy: "appraisedBy", REFERRAL, Takes::Words;
    /// When they did, whole: YYYY-MM-DD
    AppraisedOn: "appraisedOn", REFERRAL, Takes::Day;
    /// The day of that date
    AppraisedOnDay: "appraisedOn-day", REFERRAL, Takes::Day;
    /// The month of that date
    AppraisedOnMonth: "appraisedOn-month", REFERRAL, Takes::Day;
    /// The year of that date
    AppraisedOnYear: "appraisedOn-year", REFERRAL, Takes::Day;
    /// What the safeguarding lead thinks of the risk
    Appraisal: "appraisal", REFERRAL, Takes::Words;
    /// Whether the child has brothers or sisters: YES, NO or NOT_KNOWN
    Siblings: "siblings", REFERRAL, Takes::Code;
    /// Name of a brother or sister; has rows
    SiblingName: "sibling.name", REFERRAL, Takes::Name;
    /// Their date of birth, whole: YYYY-MM-DD; has rows
    SiblingDateOfBirth: "sibling.dateOfBirth", REFERRAL, Takes::Day;
    /// The day of their date of birth; has rows
    SiblingDateOfBirthDay: "sibling.dateOfBirth-day", REFERRAL, Takes::Day;
    /// The month of their date of birth; has rows
    SiblingDateOfBirthMonth: "sibling.dateOfBirth-month", REFERRAL, Takes::Day;
    /// The year of their date of birth; has rows
    SiblingDateOfBirthYear: "sibling.dateOfBirth-year", REFERRAL, Takes::Day;
    /// Their school; has rows
    SiblingSchool: "sibling.school", REFERRAL, Takes::Words;
    /// That they attend the school that refers: YES, or nothing; has rows
    SiblingHere: "sibling.here", REFERRAL, TICK;
    /// The last school that is known
    LastSchool: "lastSchool", REPORT, Takes::Words;
    /// When, where and by whom the child was last seen, in words
    LastSeenText: "lastSeenText", REPORT, Takes::Words;
    /// The adults with the child
    Parents: "parents", REPORT, Takes::Words;
    /// Why whoever reports is worried
    Concern: "concern", REPORT, Takes::Words;
    /// Name of whoever reports
    ReporterName: "reporterName", REPORT, Takes::Words;
    /// How they know the child
    ReporterRole: "reporterRole", REPORT, Takes::Words;
    /// Their telephone number
    ReporterPhone: "reporterPhone", REPORT, Takes::Words;
    /// Their email address
    ReporterEmail: "reporterEmail", REPORT, Takes::Words;
    /// Whether it is safe to send mail to that address: YES or NO
    ReporterEmailSafe: "reporterEmailSafe", REPORT, Takes::Code;
    /// How and when it is safe to reach whoever reports or refers
    ReachSafely: "reachSafely", BOTH, Takes::Words;
    /// Whether the family knows of the report or referral: YES, NO or NOT_KNOWN
    FamilyKnows: "familyKnows", BOTH, Takes::Code;
}

/// The highest row number, so that no form can grow without bound.
const MOST_ROWS: i32 = 20;
const PARTS: [&str; 3] = ["-day", "-month", "-year"];
/// The length of "September".
const LONGEST_MONTH: usize = 9;

/// One answer as it comes from the API.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The question that it answers.
    pub field: AnswerField,
    /// The number of the row, from 1; `None` where the question has no rows.
    pub row: Option<i32>,
    /// The values typed or chosen.
    pub values: Vec<String>,
}

impl AnswerField {
    /// The code as the API spells it.
    pub fn code(self) -> &'static str {
        Self::items().iter().find(|item| item.value == self).map_or("", |item| item.name)
    }

    /// Whether the question is asked in rows, any number of times up to 20.
    pub fn has_rows(self) -> bool {
        self.name().contains('.')
    }

    /// The name under which an answer is kept and its faults are reported: `parent.1.name`, `dateOfBirth-year`. Fails
    /// when the row is missing, too high, or given for a question without rows.
    pub fn in_row(self, row: Option<i32>) -> Result<String, FieldFault> {
        let fault = |message: String| FieldFault::new(self.code(), message);
        match (self.name().split_once('.'), row) {
            (None, None) => Ok(self.name().to_owned()),
            (None, Some(_)) => Err(fault("This question has no rows: leave the row out".to_owned())),
            (Some((group, part)), Some(row)) if (1..=MOST_ROWS).contains(&row) => Ok(format!("{group}.{row}.{part}")),
            (Some(_), _) => Err(fault(format!("Give the row of this question, from 1 to {MOST_ROWS}"))),
        }
    }

    /// The question and the row of a kept answer; `None` for a field that only an older form had.
    pub fn of_kept(name: &str) -> Option<(Self, Option<i32>)> {
        let (plain, row) = match name.split_once('.') {
            None => (name.to_owned(), None),
            Some((group, rest)) => {
                let (row, part) = rest.split_once('.')?;
                (format!("{group}.{part}"), Some(row.parse().ok()?))
            }
        };
        Self::ALL.iter().copied().find(|field| field.name() == plain).map(|field| (field, row))
    }

    /// Whether `value` is of a kind that says nothing of where anybody lives: a code, a day, a name or the number of a
    /// register, and no words. What a flagged referral says is kept however it was typed, so that the question alone does
    /// not tell.
    fn is_plain(self, value: &str) -> bool {
        let value = value.trim();
        match self.takes() {
            Takes::Code => value.chars().all(|c| c.is_ascii_uppercase() || c == '_'),
            Takes::Day => {
                value.chars().all(|c| c.is_ascii_digit() || c == '-')
                    || (value.len() <= LONGEST_MONTH && value.chars().all(char::is_alphabetic))
            }
            Takes::Name => is_plain_name(value),
            Takes::Number => {
                let upn = Upn::parse(value);
                value.is_empty()
                    || NhsNumber::parse(value).is_ok()
                    || upn.is_ok()
                    || matches!(upn, Err(UpnError::NotAUpn(_)))
            }
            Takes::Ticks(_) => self.fault_in(&[value.to_owned()]).is_none(),
            Takes::Words => false,
        }
    }

    fn fault_in(self, values: &[String]) -> Option<&'static str> {
        match self.takes() {
            Takes::Code | Takes::Day | Takes::Name | Takes::Number | Takes::Words => {
                (values.len() > 1).then_some("This question takes one answer")
            }
            Takes::Ticks(list) => {
                let typed: Vec<&str> = values.iter().map(|value| value.trim()).filter(|v| !v.is_empty()).collect();
                let twice = (1..typed.len()).any(|end| typed[..end].contains(&typed[end]));
                let foreign = typed.iter().any(|value| !list.contains(value));
                (twice || foreign).then_some("Choose from the values of this question, each at most once")
            }
        }
    }
}

/// Whether a name holds nothing but a name: no number of a house or a telephone.
pub fn is_plain_name(name: &str) -> bool {
    !name.chars().any(char::is_numeric)
}

/// The answers without any that may say where somebody lives, for whoever is not cleared for an address that is kept
/// confidential. `kept` stands in their place, so that it is seen that there is an answer.
pub fn without_whereabouts(answers: &Answers, kept: &str) -> Answers {
    let told = |(name, values): (&String, &Vec<String>)| {
        let is_plain = |value: &String| {
            AnswerField::of_kept(name).is_some_and(|(field, _)| field.is_plain(value)) || value.trim().is_empty()
        };
        let values = if values.iter().all(is_plain) { values.clone() } else { vec![kept.to_owned()] };
        (name.clone(), values)
    };
    Answers(answers.0.iter().map(told).collect())
}

/// Takes the answers to a form from the API, with every fault at once: only questions of this form, one answer to each,
/// and a date either whole or in parts.
pub fn gather(form: Form, sent: impl IntoIterator<Item = Sent>) -> Result<Answers, Error> {
    let mut faults = Vec::new();
    let mut answers = BTreeMap::new();
    for Sent { field, row, values } in sent {
        let name = match field.in_row(row) {
            Ok(name) => name,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let mut fault = |message| faults.push(FieldFault::new(name.clone(), message));
        if !field.forms().contains(&form) {
            fault("This is not asked here");
        } else if let Some(message) = field.fault_in(&values) {
            fault(message);
        } else if answers.insert(name.clone(), values).is_some() {
            fault("This question takes one answer");
        }
    }
    let whole = |name: &String| PARTS.iter().find_map(|part| name.strip_suffix(part)).map(str::to_owned);
    let both = answers.keys().filter_map(whole).find(|whole| answers.contains_key(whole));
    faults.extend(both.map(|field| FieldFault::new(field, "Give this date whole or in three parts, not both")));
    if faults.is_empty() { Answers::parse(answers) } else { Err(Error::Invalid(faults)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(field: AnswerField, row: Option<i32>, values: &[&str]) -> Sent {
        Sent { field, row, values: values.iter().map(|value| (*value).to_owned()).collect() }
    }

    #[test]
    fn a_code_is_the_name_without_signs_and_both_lead_to_each_other() {
        for &field in AnswerField::ALL {
            let row = field.has_rows().then_some(3);
            let kept = field.in_row(row).unwrap();
            assert_eq!(AnswerField::of_kept(&kept), Some((field, row)), "{kept}");
            let words = kept.split(['.', '-']).filter(|word| *word != "3");
            let code: String = words
                .enumerate()
                .map(|(place, word)| if place == 0 { word.to_owned() } else { word[..1].to_uppercase() + &word[1..] })
                .collect();
            assert_eq!(field.code(), code);
        }
        for foreign in ["risk", "surname", "parent.name", "parent.x.name", "parent.1", "dateOfBirth-hour"] {
            assert_eq!(AnswerField::of_kept(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_question_takes_one_answer_where_it_is_asked() {
        use AnswerField::{Concern, Danger, DateOfBirth, DateOfBirthYear, Ground, NameNotKnown, ParentName};
        for (form, all, wrong) in [
            (Form::Report, vec![sent(Danger, None, &["NO"]), sent(Concern, None, &["Alone"])], None),
            (Form::Report, vec![sent(Danger, None, &["NO", "YES"])], Some("danger")),
            (Form::Report, vec![sent(Danger, None, &["NO"]), sent(Danger, None, &["YES"])], Some("danger")),
            (Form::Report, vec![sent(Ground, None, &["MOVED_ABROAD"])], Some("ground")),
            (Form::Referral, vec![sent(Ground, None, &["MOVED_ABROAD"])], None),
            (Form::Report, vec![sent(NameNotKnown, None, &["YES"])], None),
            (Form::Report, vec![sent(NameNotKnown, None, &["YES", "YES"])], Some("nameNotKnown")),
            (Form::Report, vec![sent(NameNotKnown, None, &["MAYBE"])], Some("nameNotKnown")),
            (Form::Referral, vec![sent(ParentName, Some(2), &["Jo"])], None),
            (Form::Referral, vec![sent(ParentName, None, &["Jo"])], Some("parentName")),
            (Form::Referral, vec![sent(ParentName, Some(21), &["Jo"])], Some("parentName")),
            (Form::Report, vec![sent(Danger, Some(1), &["NO"])], Some("danger")),
            (
                Form::Report,
                vec![sent(DateOfBirth, None, &["2015-01-31"]), sent(DateOfBirthYear, None, &["2014"])],
                Some("dateOfBirth"),
            ),
        ] {
            let found = match gather(form, all.clone()) {
                Ok(_) => None,
                Err(Error::Invalid(faults)) => faults.first().map(|fault| fault.field.clone()),
                Err(other) => panic!("{other}"),
            };
            assert_eq!(found.as_deref(), wrong, "{all:?}");
        }
    }

    #[test]
    fn whoever_is_not_cleared_reads_codes_days_names_and_numbers_and_no_words() {
        for (field, value, shown) in [
            ("danger", "NOT_KNOWN", true),
            ("dangerCalled", "YES", true),
            ("harm", "14 Refuge Road", false),
            ("ground", "LU9 9ZZ", false),
            ("givenNames", "Zephyrine", true),
            ("parent.1.name", "Ann Quillfeather", true),
            ("parent.1.name", "Mum Ann 07700 900123", false),
            ("parent.1.phone", "07700 900123", false),
            ("parent.1.relationship", "Mother, at 14 Refuge Road", false),
            ("dateOfBirth", "2015-03-14", true),
            ("lastSeen-month", "September", true),
            ("lastSeen-day", "14 Refuge Road", false),
            ("enquiry.1.kind", "PHONE_CALL", true),
            ("enquiry.1.outcome", "She is at the refuge", false),
            ("upn", "G821999926001", true),
            ("upn", "UN3", true),
            ("upn", "LU9 9ZZ", false),
            ("parents", "Mum Ann 07700 900123", false),
            ("lastSeenText", "At the refuge", false),
            ("noHomeVisitReason", "They fled to Leeds", false),
            ("aQuestionOfOld", "YES", false),
        ] {
            let answers = Answers::parse([(field.to_owned(), vec![value.to_owned()])]).unwrap();
            let found = without_whereabouts(&answers, "Kept");
            assert_eq!(found.get(field), if shown { value } else { "Kept" }, "{field}: {value}");
        }
        let empty = Answers::parse([("address".to_owned(), vec![" ".to_owned()])]).unwrap();
        assert_eq!(without_whereabouts(&empty, "Kept"), empty, "nothing was said");
    }
}
