//! Reading the answers of the two forms: a school's referral, and a report by anybody else. In both, a flagged one, which
//! says that a child is in danger, harmed or known to social care, or that a visit would be dangerous because of forced
//! marriage or honour-based abuse, is accepted however faulty the rest: what is lacking or cannot be read is asked for
//! afterwards, because validation must never lose a child. What would take the school to the family is never asked for
//! then.
//!
//! What must not live here: how a single value is read (`answers`), and how urgent a referral is (`screening`).

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocabulary::{Answer, NoVisitReason, ReferralGround, SchoolEnquiryKind, Sex, UpnAbsence};

use super::super::answers::{Answers, Reader};
use super::super::child::ChildFacts;
use super::super::date::Life;
use super::super::email::Email;
use super::super::family::is_here;
use super::super::london::london_day;
use super::super::nhs_number::NhsNumber;
use super::super::phone::Phone;
use super::super::postcode::Postcode;
use super::super::school_age::{AgePosition, YearGroup, position};
use super::super::school_days::Calendar;
use super::super::screening::{self, Signs};
use super::super::upn::{Upn, UpnError};
use super::{Lack, NAME, NoVisit, PROSE, ReferralDetails, Told, Tried, lacking};
use crate::error::FieldFault;

const LINE: usize = 200;

/// Reads a school's referral on the day it is sent, with every fault at once. `calendar` is the school's. A flagged one
/// has no faults but what is to be asked for, and values that cannot be read are read as not known.
pub fn read_school_referral(
    answers: &Answers,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> Result<ReferralDetails, Vec<FieldFault>> {
    read_with(answers, Some(calendar), now)
}

/// The faults of what was typed into a school's referral so far. What the school has still to do before it can send it
/// is no fault of a draft, which must keep every answer meanwhile.
pub fn faults_of_draft(answers: &Answers, now: DateTime<Utc>) -> Vec<FieldFault> {
    read_with(answers, None, now).err().unwrap_or_default()
}

/// Without a calendar the enquiries are not measured.
fn read_with(
    answers: &Answers,
    calendar: Option<&Calendar>,
    now: DateTime<Utc>,
) -> Result<ReferralDetails, Vec<FieldFault>> {
    let today = london_day(now);
    let mut read = Reader::new(answers);
    let danger = read.answer("danger", "Select whether the child is in immediate danger");
    let called = emergency_call(&mut read);
    let ground = read.required_choice("ground", ReferralGround::parse, "Select why you are referring the child");
    let social_care = read.answer("socialCare", "Select whether social care is involved with the child");
    let harm = read.answer("harm", "Select whether there are signs of harm");
    // The same reason is read for its faults where it is asked.
    let no_visit = NoVisitReason::parse(answers.get("noHomeVisit"));
    let honour = no_visit == Some(NoVisitReason::ForcedMarriageOrHonour);
    let flagged = honour || is_flagged([danger, social_care, harm]);
    if harm == Some(Answer::Yes) {
        let lacking = "Enter what makes you think the child may be harmed";
        read.telling("harmDetails", "What makes you think so", PROSE, lacking);
    }
    if social_care == Some(Answer::Yes) {
        read.text("socialWorker", "The social worker’s name", LINE);
    }
    let child = read_child(&mut read, flagged, today);
    let life = Life::of(today, child.date_of_birth);
    read_parents(&mut read);
    let last_attended_on =
        read.required_past_date("lastAttended", "Date last attended", life, "Enter the date the child last attended");
    let last_seen_on =
        read.required_past_date("lastSeen", "Date last seen", life, "Enter the date anybody last saw the child");
    let last_seen_by = read.text("lastSeenBy", "Who saw the child", LINE);
    let found = read.answer("foundAtAddress", "Select whether the child was found at the address");
    let found_at_address = found == Some(Answer::Yes);
    if ground == Some(ReferralGround::MovedAbroad) {
        let lacking = "Enter the country and how you confirmed it";
        read.telling("destination", "Where the child went", PROSE, lacking);
    }
    let return_due = read_return(&mut read, ground, life);
    if return_due.zip(last_attended_on).is_some_and(|(due, attended)| due < attended) {
        read.fault("returnDue", "Date the child was due back must be after the date they last attended");
    }
    let tried = read_enquiries(&mut read, life, flagged);
    read.choice("noHomeVisit", NoVisitReason::parse, "Select why there was no home visit");
    let more = read.text("noHomeVisitReason", "More about why there was no home visit", PROSE);
    let siblings = read_siblings(&mut read, today);
    let professionals =
        read.answer("professionals", "Select whether professionals outside the school work with the child");
    read.text("professionalsNamed", "Who they are", PROSE);
    let appraised_on = read_appraisal(&mut read, life);
    // A child who was found is no longer looked for, so that nothing more is asked of the school's enquiries. Nor is it
    // of one who points to harm: to ask the family may be the danger.
    if let (Some(ground), Some(calendar)) = (ground.filter(|_| !found_at_address && !flagged), calendar) {
        let elsewhere = |n: &u32| !is_here(answers, *n);
        let siblings_elsewhere = siblings == Some(Answer::Yes) && answers.rows("sibling").iter().any(elsewhere);
        let destination = answers.get("destination").to_owned();
        let no_visit = no_visit.map(|why| NoVisit { why, more: more.unwrap_or_default() });
        let told = Told {
            ground,
            tried,
            no_visit,
            siblings_elsewhere,
            professionals,
            away_since: last_attended_on.or(last_seen_on),
            return_due,
            appraised_on,
            destination,
        };
        for Lack { field, reason } in lacking(&told, calendar, today) {
            read.fault(field, reason);
        }
    }
    read_contact(&mut read);
    if last_seen_on.zip(last_attended_on).is_some_and(|(seen, attended)| seen < attended) {
        read.fault("lastSeen", "Date last seen must be the same as or after the date last attended");
    }
    let signs = Signs {
        danger: danger.unwrap_or(Answer::NotKnown),
        called,
        social_care: social_care.unwrap_or(Answer::NotKnown),
        harm: harm.unwrap_or(Answer::NotKnown),
        no_visit,
        siblings: siblings.unwrap_or(Answer::NotKnown),
        last_seen_on,
        date_of_birth: child.date_of_birth,
    };
    let told = |screening::Assessment { risk, reasons }, to_ask| ReferralDetails {
        ground,
        child,
        risk,
        reasons,
        last_attended_on,
        last_seen_on,
        last_seen_by,
        found_at_address,
        to_ask,
    };
    to_ask(read, flagged).map(|to_ask| told(screening::assess(&signs, today), to_ask))
}

/// Reads a report by a member of the public, a professional or an agency, with every fault at once. A flagged one has no
/// faults but what is to be asked for, and values that cannot be read are read as not known.
pub fn read_report(answers: &Answers, now: DateTime<Utc>) -> Result<ReferralDetails, Vec<FieldFault>> {
    let today = london_day(now);
    let mut read = Reader::new(answers);
    let danger = read.answer("danger", "Select whether the child is in immediate danger");
    let called = emergency_call(&mut read);
    let harm = read.answer("harm", "Select whether you are worried that the child is being harmed");
    let name_not_known = read.answers.has("nameNotKnown");
    let child = ChildFacts {
        address_confidential: false,
        family_name: read.text("familyName", "Last name", NAME).unwrap_or_default(),
        given_names: read.text("givenNames", "First name", NAME).unwrap_or_default(),
        date_of_birth: read.birth_date("dateOfBirth", "Date of birth", today),
        sex: read.choice("sex", Sex::parse, "Select the child’s sex").unwrap_or(Sex::Unknown),
        upn: None,
        upn_absence: Some(UpnAbsence::NotKnown),
        nhs_number: read_nhs_number(&mut read),
        address: read.text("address", "Where the child lives or stays", PROSE),
        postcode: read_postcode(&mut read),
    };
    if child.family_name.is_empty() && child.given_names.is_empty() && !name_not_known {
        read.fault("givenNames", "Enter any name you know the child by, or select that you do not know it");
    }
    read.text("age", "Age", LINE);
    read.text("lastSchool", "Last school", LINE);
    read.text("lastSeenText", "When the child was last seen", LINE);
    read.text("parents", "The adults with the child", PROSE);
    read.required("concern", "What you know", PROSE, "Enter what you know, even if it is little");
    if name_not_known && child.address.is_none() {
        read.fault("address", "Enter where the child lives or is seen, so that somebody can look for them");
    }
    read.text("reporterName", "Your name", NAME);
    read.text("reporterRole", "How you know the child", LINE);
    read_phone(&mut read, "reporterPhone", "Your telephone number");
    if read.answers.has("reporterEmail") && Email::parse(read.answers.get("reporterEmail")).is_err() {
        read.fault("reporterEmail", "Enter an email address in the correct format, like name@example.com");
    }
    let safe = |typed: &str| matches!(typed, "YES" | "NO").then_some(());
    read.choice("reporterEmailSafe", safe, "Select whether it is safe to send mail to this address");
    read_contact(&mut read);
    let signs = Signs {
        danger: danger.unwrap_or(Answer::NotKnown),
        called,
        // The public cannot know this, and the form does not ask it.
        social_care: Answer::NotKnown,
        harm: harm.unwrap_or(Answer::NotKnown),
        no_visit: None,
        siblings: Answer::NotKnown,
        last_seen_on: None,
        date_of_birth: child.date_of_birth,
    };
    let told = |screening::Assessment { risk, reasons }, to_ask| ReferralDetails {
        ground: None,
        child,
        risk,
        reasons,
        last_attended_on: None,
        last_seen_on: None,
        last_seen_by: None,
        found_at_address: false,
        to_ask,
    };
    to_ask(read, is_flagged([danger, harm])).map(|to_ask| told(screening::assess(&signs, today), to_ask))
}

/// Whether one of the answers about safety flags the child, so that nothing else may keep the referral from arriving.
fn is_flagged<const N: usize>(signs: [Option<Answer>; N]) -> bool {
    signs.contains(&Some(Answer::Yes))
}

/// The faults that were read: of a flagged referral as what is to be asked for, and otherwise as its refusal.
fn to_ask(read: Reader<'_>, flagged: bool) -> Result<Vec<Lack>, Vec<FieldFault>> {
    let faults = read.faults();
    if flagged || faults.is_empty() { Ok(faults.into_iter().map(Lack::from).collect()) } else { Err(faults) }
}

/// The address to which a report may be acknowledged; `None` unless the reporter says that mail there is safe.
pub fn safe_address(answers: &Answers) -> Option<Email> {
    (answers.get("reporterEmailSafe") == "YES").then(|| Email::parse(answers.get("reporterEmail")).ok()).flatten()
}

/// Whether the sender says that 999 was called. Neither that nor the reference of the call is required.
fn emergency_call(read: &mut Reader<'_>) -> bool {
    let yes = |typed: &str| (typed == "YES").then_some(());
    let called = read.choice("dangerCalled", yes, "Confirm that you have called 999, or leave this empty");
    read.text("dangerReference", "The reference or time of your call", LINE);
    called.is_some()
}

/// Reads how the sender can be reached without harm to them or the child. None of it is required.
fn read_contact(read: &mut Reader<'_>) {
    read.text("reachSafely", "How it is safe to reach you", PROSE);
    read.choice("familyKnows", Answer::parse, "Select whether the family knows");
}

fn read_child(read: &mut Reader<'_>, flagged: bool, today: NaiveDate) -> ChildFacts {
    let family_name = read.required("familyName", "Last name", NAME, "Enter the child’s last name");
    let given_names = read.required("givenNames", "First names", NAME, "Enter the child’s first names");
    let date_of_birth =
        read.required_birth_date("dateOfBirth", "Date of birth", today, "Enter the child’s date of birth");
    // The age of a flagged child is for triage to weigh: it is neither a fault nor to be asked for.
    if let Some(born) = date_of_birth.filter(|_| !flagged) {
        match position(born, today) {
            AgePosition::Below { .. } => read.fault(
                "dateOfBirth",
                "A child born on this date is below compulsory school age: tell the early years team instead",
            ),
            AgePosition::Over { .. } => read.fault(
                "dateOfBirth",
                "A young person born on this date is over compulsory school age: tell the participation team instead",
            ),
            AgePosition::Within => {}
        }
    }
    let year_group = read.answers.get("yearGroup");
    if !year_group.is_empty() && YearGroup::parse(year_group).is_err() {
        read.fault("yearGroup", "Enter a year group such as Reception or Year 7, or leave it empty");
    }
    let sex = read.required_choice("sex", Sex::parse, "Select the child’s sex");
    let (upn, upn_absence) = read_upn(read);
    let address =
        read.required("address", "Last known address", PROSE, "Enter the last address you know, even part of it");
    ChildFacts {
        address_confidential: false,
        family_name: family_name.unwrap_or_default(),
        given_names: given_names.unwrap_or_default(),
        date_of_birth,
        sex: sex.unwrap_or(Sex::Unknown),
        upn,
        upn_absence,
        nhs_number: read_nhs_number(read),
        address,
        postcode: read_postcode(read),
    }
}

fn read_upn(read: &mut Reader<'_>) -> (Option<String>, Option<UpnAbsence>) {
    let typed = read.answers.get("upn").to_owned();
    if !typed.is_empty() {
        return match Upn::parse(&typed) {
            Ok(upn) => (Some(upn.to_string()), None),
            Err(UpnError::NotAUpn(reason)) => (None, Some(reason.absence())),
            Err(wrong) => {
                read.fault("upn", format!("Check the unique pupil number: {wrong}"));
                (None, None)
            }
        };
    }
    let lacking = "Enter the unique pupil number, or select why there is none";
    let absence = read.choice("upnAbsence", UpnAbsence::parse, lacking);
    if absence.is_none() {
        read.fault("upn", lacking);
    }
    (None, absence)
}

/// Reads the NHS number, which nobody need know.
fn read_nhs_number(read: &mut Reader<'_>) -> Option<String> {
    let typed = read.answers.get("nhsNumber").to_owned();
    if typed.is_empty() {
        return None;
    }
    match NhsNumber::parse(&typed) {
        Ok(number) => Some(number.as_str().to_owned()),
        Err(wrong) => {
            read.fault("nhsNumber", format!("Check the NHS number, or leave it empty: {wrong}"));
            None
        }
    }
}

fn read_postcode(read: &mut Reader<'_>) -> Option<String> {
    let typed = read.answers.get("postcode").to_owned();
    if typed.is_empty() {
        return None;
    }
    let postcode = Postcode::parse(&typed);
    if postcode.is_err() {
        read.fault("postcode", "Enter a full UK postcode, like LU1 2AB, or leave it empty");
    }
    postcode.ok().map(|postcode| postcode.to_string())
}

fn read_phone(read: &mut Reader<'_>, field: &str, called: &str) {
    let typed = read.answers.get(field).to_owned();
    if !typed.is_empty() && Phone::parse(&typed).is_err() {
        read.fault(field, format!("{called} must have all its numbers, like 01632 960 001 or +44 808 157 0192"));
    }
}

fn read_parents(read: &mut Reader<'_>) {
    let rows = read.answers.rows("parent");
    if rows.is_empty() {
        read.fault("parent.1.name", "Enter the name of a parent or carer");
    }
    for n in rows {
        read.required(&format!("parent.{n}.name"), "Name", NAME, "Enter the name of the parent or carer");
        read.text(&format!("parent.{n}.relationship"), "Relationship", NAME);
        let phone = format!("parent.{n}.phone");
        read_phone(read, &phone, "Telephone number");
        if !read.answers.has(&phone) && !read.answers.has(&format!("parent.{n}.noPhone")) {
            read.fault(phone, "Enter a telephone number, or select that there is none");
        }
    }
}

fn read_return(read: &mut Reader<'_>, ground: Option<ReferralGround>, life: Life) -> Option<NaiveDate> {
    if ground != Some(ReferralGround::NotBackFromLeave) {
        return None;
    }
    let lacking = "Enter the date the child was due back";
    read.required_past_date("returnDue", "Date the child was due back", life, lacking)
}

/// Reads what the school did to find the child. Of a `flagged` child only what was done is read, and nothing is lacking.
fn read_enquiries(read: &mut Reader<'_>, life: Life, flagged: bool) -> Vec<Tried> {
    let rows = read.answers.rows("enquiry");
    if rows.is_empty() && !flagged {
        read.fault("enquiry.1.kind", "Add at least one enquiry that the school made");
    }
    let mut tried = Vec::new();
    for row in rows {
        let field = |part: &str| format!("enquiry.{row}.{part}");
        let (kind, on) = if flagged {
            read.text(&field("outcome"), OUTCOME, PROSE);
            let kind = read.choice(&field("kind"), SchoolEnquiryKind::parse, KIND);
            (kind, read.past_date(&field("date"), ENQUIRED_ON, life))
        } else {
            let kind = read.required_choice(&field("kind"), SchoolEnquiryKind::parse, KIND);
            let on = read.required_past_date(&field("date"), ENQUIRED_ON, life, "Enter the date of the enquiry");
            let lacking = "Enter who you spoke to and what they said, or that nobody answered";
            read.telling(&field("outcome"), OUTCOME, PROSE, lacking);
            (kind, on)
        };
        tried.extend(kind.map(|kind| Tried { row, kind, on }));
    }
    tried
}

const KIND: &str = "Select what kind of enquiry it was";
const ENQUIRED_ON: &str = "Date of the enquiry";
const OUTCOME: &str = "What came of it";

/// Reads with whom the enquiries were made, and what the safeguarding lead thinks.
fn read_appraisal(read: &mut Reader<'_>, life: Life) -> Option<NaiveDate> {
    read.telling(
        "welfareOfficer",
        "The education welfare officer",
        LINE,
        "Enter the education welfare officer with whom you made the enquiries",
    );
    read.telling(
        "appraisedBy",
        "The safeguarding lead",
        LINE,
        "Enter who of your safeguarding leads looked at the risk",
    );
    let lacking = "Enter the date on which the safeguarding lead looked at the risk";
    let on = read.required_past_date("appraisedOn", "Date of the safeguarding lead’s view", life, lacking);
    read.telling(
        "appraisal",
        "The safeguarding lead’s view",
        PROSE,
        "Enter what the safeguarding lead thinks of the risk",
    );
    on
}

fn read_siblings(read: &mut Reader<'_>, today: NaiveDate) -> Option<Answer> {
    let known = read.answer("siblings", "Select whether the child has brothers or sisters");
    let rows = read.answers.rows("sibling");
    if known == Some(Answer::Yes) && rows.is_empty() {
        read.fault("sibling.1.name", "Enter the name of a brother or sister");
    }
    for n in rows {
        read.required(&format!("sibling.{n}.name"), "Name", NAME, "Enter the name of the brother or sister");
        read.text(&format!("sibling.{n}.school"), "School", LINE);
        read.birth_date(&format!("sibling.{n}.dateOfBirth"), "Date of birth", today);
    }
    known
}

#[cfg(test)]
mod tests {
    use entity::StaffId;
    use entity::vocabulary::{Channel, MashDecision, RedirectTo, ReferralOrigin, ReferralState, Risk, RiskReason};

    use super::super::super::escalation::{AnswerEscalation, Voice};
    use super::super::super::stream::Stream;
    use super::super::{Received, Redirect, Referral, ReferralEvent};
    use super::*;
    use crate::domain::field::{AnswerField, Form};
    use crate::error::{Conflict, Error, ReferralConflict};

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        Answers::parse(pairs.iter().map(|(field, value)| ((*field).to_owned(), vec![(*value).to_owned()]))).unwrap()
    }

    fn away(to: Option<RedirectTo>) -> Redirect {
        Redirect { to, reason: "Too young".to_owned(), authority: "Leeds".to_owned() }
    }

    fn school(answers: &Answers) -> Result<ReferralDetails, Vec<FieldFault>> {
        read_school_referral(answers, &Calendar::default(), now())
    }

    fn now() -> DateTime<Utc> {
        "2026-11-20T12:00:00Z".parse().unwrap()
    }

    const CALLED: [(&str, &str); 3] = [("danger", "YES"), ("dangerCalled", "YES"), ("dangerReference", "at 9:40am")];
    const NONSENSE: [(&str, &str); 6] = [
        ("dateOfBirth", "2015-02-31"),
        ("postcode", "nonsense"),
        ("reporterPhone", "abc"),
        ("reporterEmail", "abc"),
        ("parent.1.phone", "abc"),
        ("upn", "X"),
    ];

    #[test]
    fn a_flagged_child_is_accepted_however_little_is_known_and_however_wrong_the_rest_is() {
        for (flag, risk) in [(("danger", "YES"), Risk::Immediate), (("harm", "YES"), Risk::High)] {
            for rest in [&[][..], &NONSENSE[..]] {
                let typed = answers(&[&[flag][..], rest].concat());
                for (is_school, told) in [(false, read_report(&typed, now())), (true, school(&typed))] {
                    let told = told.unwrap();
                    assert_eq!(told.risk, risk);
                    assert_eq!(told.child.date_of_birth, None);
                    assert_eq!(
                        told.to_ask.iter().any(|lack| lack.field == "dateOfBirth"),
                        !rest.is_empty() || is_school
                    );
                }
            }
        }
        let told = school(&answers(&[("socialCare", "YES"), ("danger", "NO")])).unwrap();
        assert_eq!(told.risk, Risk::High);
    }

    #[test]
    fn what_a_flagged_referral_lacks_or_got_wrong_is_to_be_asked_for() {
        let told = school(&answers(&[&[("harm", "YES")][..], &NONSENSE[..]].concat())).unwrap();
        for (field, reason) in [
            ("danger", "Select whether the child is in immediate danger"),
            ("ground", "Select why you are referring the child"),
            ("givenNames", "Enter the child’s first names"),
            ("dateOfBirth", "Date of birth must be a real date"),
            ("parent.1.phone", "Telephone number must have all its numbers, like 01632 960 001 or +44 808 157 0192"),
            ("upn", "Check the unique pupil number: a UPN has 13 characters, and this has 1"),
            ("postcode", "Enter a full UK postcode, like LU1 2AB, or leave it empty"),
        ] {
            assert!(told.to_ask.contains(&Lack { field: field.to_owned(), reason: reason.to_owned() }), "{field}");
        }
    }

    #[test]
    fn a_fear_of_forced_marriage_flags_and_a_flag_never_takes_a_school_to_the_family() {
        let fear = ("noHomeVisit", "FORCED_MARRIAGE_OR_HONOUR");
        for (harm, flag, risk) in [
            ("NOT_KNOWN", fear, Risk::High),
            ("NO", fear, Risk::High),
            ("YES", fear, Risk::High),
            ("YES", ("socialCare", "NO"), Risk::High),
            ("NO", ("socialCare", "YES"), Risk::High),
            ("NO", ("danger", "YES"), Risk::Immediate),
        ] {
            for ground in ["NOT_AT_ADDRESS", "MOVED_ABROAD", "NOT_BACK_FROM_LEAVE"] {
                for row in [&[][..], &[("enquiry.1.kind", "TEXT"), ("enquiry.1.outcome", "n/a")][..]] {
                    let typed = [&[("ground", ground), ("harm", harm), flag], row].concat();
                    let told = school(&answers(&typed)).unwrap();
                    assert_eq!(told.risk, risk, "{harm} {flag:?}");
                    for lack in &told.to_ask {
                        let contact = ["enquiry", "noHomeVisit"].iter().any(|field| lack.field.starts_with(field));
                        assert!(!contact, "{ground} {flag:?}: {lack:?}");
                    }
                }
            }
        }
        let unsafe_home = school(&answers(&[("harm", "NO"), ("noHomeVisit", "UNSAFE")]));
        assert!(unsafe_home.is_err(), "that alone holds nothing open");
    }

    #[test]
    fn empty_words_pass_no_gate() {
        for field in ["welfareOfficer", "appraisedBy", "appraisal", "destination", "enquiry.1.outcome"] {
            for empty in ["n/a", "N/A!", "nothing", "x", "-"] {
                let typed = answers(&[("ground", "MOVED_ABROAD"), ("danger", "NO"), (field, empty)]);
                let faults = school(&typed).unwrap_err();
                assert!(faults.iter().any(|fault| fault.field == field), "{field}: {empty}");
            }
        }
    }

    #[test]
    fn the_age_of_a_flagged_child_is_no_fault() {
        for (born, flag, faulty) in [
            ("2009-03-14", "NO", true),
            ("2023-03-14", "NO", true),
            ("2009-03-14", "YES", false),
            ("2023-03-14", "YES", false),
            ("2015-03-14", "NO", false),
        ] {
            let found = problems(school(&answers(&[("dateOfBirth", born), ("harm", flag)])));
            assert_eq!(found.iter().any(|field| field == "dateOfBirth"), faulty, "{born} {flag}");
        }
    }

    #[test]
    fn a_day_that_cannot_be_true_is_refused_and_of_a_flagged_child_asked_for() {
        for (field, day) in [
            ("dateOfBirth", "1880-03-14"),
            ("dateOfBirth", "0001-03-14"),
            ("lastSeen", "2014-12-31"),
            ("lastAttended", "1999-09-01"),
            ("enquiry.1.date", "2014-12-31"),
            ("sibling.1.dateOfBirth", "1950-01-01"),
        ] {
            let calm = [("dateOfBirth", "2015-01-01"), ("harm", "NO"), (field, day)];
            let calm = answers(if field == "dateOfBirth" { &calm[1..] } else { &calm });
            assert!(school(&calm).unwrap_err().iter().any(|fault| fault.field == field), "{field}");
            let mut flagged = calm.clone();
            flagged.0.insert("harm".to_owned(), vec!["YES".to_owned()]);
            assert!(problems(school(&flagged)).iter().any(|found| found == field), "{field}");
        }
    }

    #[test]
    fn a_reason_code_in_place_of_a_number_is_read_as_the_reason() {
        for (typed, absence) in [
            ("UN1", UpnAbsence::NeverInStateSchool),
            ("un3", UpnAbsence::NewToCountry),
            ("UN4", UpnAbsence::NotToHand),
            ("UN10", UpnAbsence::NotKnown),
        ] {
            let told = school(&answers(&[("harm", "YES"), ("upn", typed)])).unwrap();
            assert_eq!((told.child.upn, told.child.upn_absence), (None, Some(absence)), "{typed}");
            assert!(told.to_ask.iter().all(|lack| lack.field != "upn"), "{typed}");
        }
    }

    /// The fields that a refusal or a list of what is to be asked for names.
    fn problems(read: Result<ReferralDetails, Vec<FieldFault>>) -> Vec<String> {
        match read {
            Ok(told) => told.to_ask.into_iter().map(|lack| lack.field).collect(),
            Err(faults) => faults.into_iter().map(|fault| fault.field).collect(),
        }
    }

    #[test]
    fn a_danger_without_the_call_to_999_is_accepted_and_the_call_is_not_confirmed() {
        for (call, confirmed) in [
            (&[][..], false),
            (&CALLED[1..2], true),
            (&CALLED[1..], true),
            (&CALLED[2..], false),
            (&[("dangerCalled", "PERHAPS")][..], false),
        ] {
            let typed = answers(&[&[("danger", "YES")][..], &NONSENSE[..], call].concat());
            for told in [read_report(&typed, now()), school(&typed)] {
                let told = told.unwrap();
                assert_eq!(told.risk, Risk::Immediate, "{call:?}");
                assert_eq!(!told.reasons.contains(&RiskReason::CallNotConfirmed), confirmed, "{call:?}");
            }
        }
    }

    #[test]
    fn mail_goes_only_to_an_address_that_is_said_to_be_safe() {
        let email = ("reporterEmail", "Kit@Example.com");
        for (safe, expected) in [(Some("YES"), Some("kit@example.com")), (Some("NO"), None), (None, None)] {
            let safe = safe.map(|safe| ("reporterEmailSafe", safe));
            let typed = answers(&[email].into_iter().chain(safe).collect::<Vec<_>>());
            assert_eq!(safe_address(&typed).map(|email| email.to_string()).as_deref(), expected, "{safe:?}");
        }
        let wrong = answers(&[("reporterEmail", "kit"), ("reporterEmailSafe", "YES")]);
        assert_eq!(safe_address(&wrong), None);
    }

    /// Each question that a form may hold is read: an answer that cannot be right is a fault of that question.
    #[test]
    fn every_question_of_a_form_is_read() {
        let long = "x".repeat(PROSE + 1);
        let context = [("ground", "MOVED_ABROAD"), ("danger", "NO"), ("harm", "YES"), ("socialCare", "YES")];
        for (form, &field) in [Form::Referral, Form::Report]
            .into_iter()
            .flat_map(|form| AnswerField::ALL.iter().map(move |field| (form, field)))
            .filter(|(form, field)| field.forms().contains(form))
        {
            if ["nameNotKnown", "parentNoPhone", "siblingHere"].contains(&field.code()) {
                continue;
            }
            let name = field.in_row(field.has_rows().then_some(1)).unwrap();
            let mut all: Vec<(&str, &str)> = context.into_iter().filter(|(asked, _)| *asked != name).collect();
            if name.starts_with("returnDue") {
                all[0].1 = "NOT_BACK_FROM_LEAVE";
            }
            all.push((&name, &long));
            let typed = answers(&all);
            let found = problems(match form {
                Form::Referral => school(&typed),
                Form::Report => read_report(&typed, now()),
            });
            let whole = ["-day", "-month", "-year"].iter().find_map(|part| name.strip_suffix(part)).unwrap_or(&name);
            assert!(found.iter().any(|field| field == whole), "{form:?} does not read {name}");
        }
    }

    #[test]
    fn every_fault_names_a_question_of_the_form() {
        for (form, faults) in [
            (Form::Referral, school(&answers(&[("danger", "NO")])).unwrap_err()),
            (Form::Report, read_report(&answers(&[("danger", "NO"), ("nameNotKnown", "YES")]), now()).unwrap_err()),
        ] {
            for FieldFault { field, .. } in faults {
                let (asked, _) = AnswerField::of_kept(&field).unwrap_or_else(|| panic!("{field} is no question"));
                assert!(asked.forms().contains(&form), "{field}");
            }
        }
    }

    #[test]
    fn without_a_flag_every_fault_comes_back_at_once() {
        let typed = answers(&[&[("danger", "NO")][..], &NONSENSE[..]].concat());
        let faults = read_report(&typed, now()).unwrap_err();
        for field in ["harm", "givenNames", "dateOfBirth", "postcode", "reporterPhone", "reporterEmail", "concern"] {
            assert!(faults.iter().any(|fault| fault.field == field), "{field} is missing from {faults:?}");
        }
    }

    #[test]
    fn a_referral_that_tells_of_harm_goes_elsewhere_only_once_the_mash_has_it() {
        let told = read_report(&answers(&CALLED), now()).unwrap();
        let received = Received {
            reference: "R-TEST".to_owned(),
            origin: ReferralOrigin::Public,
            school: None,
            contact: None,
            draft: None,
            idempotency_key: "k".to_owned(),
            gathered_with: None,
            held_since: None,
            told,
            answers: Answers::default(),
        };
        let received = ReferralEvent::ReferralReceived(Box::new(received));
        let referral = Referral::begin(uuid::Uuid::nil().into(), &received, now()).unwrap();
        let to = Some(RedirectTo::Admissions);
        let today = london_day(now());
        assert!(matches!(
            referral.redirect(&away(to), today),
            Err(Error::Conflict(Conflict::Referral(ReferralConflict::MashAwaited)))
        ));
        let flag = referral.flag.clone().expect("it tells of harm");
        let (officer, liaison) = (StaffId(uuid::Uuid::from_u128(1)), StaffId(uuid::Uuid::from_u128(2)));
        let answer = AnswerEscalation {
            decision: Some(MashDecision::EarlyHelp),
            mash_reference: "MASH-1".to_owned(),
            text: "Early help will call".to_owned(),
            said_by: "Robin Sample".to_owned(),
            said_on: today.to_string(),
            channel: Some(Channel::Telephone),
        };
        let relayed = flag.answer(&answer, Voice::Staff(officer), now()).unwrap();
        let referral = referral.after(&ReferralEvent::told(relayed), now());
        assert!(matches!(
            referral.redirect(&away(to), today),
            Err(Error::Conflict(Conflict::Referral(ReferralConflict::MashAwaited)))
        ));
        let confirmed = referral.flag.as_ref().unwrap().confirm(Voice::Hub(liaison), now()).unwrap();
        let referral = referral.after(&ReferralEvent::told(confirmed), now());
        let blank = Redirect { reason: String::new(), ..away(to) };
        let Err(Error::Invalid(faults)) = referral.redirect(&blank, today) else { panic!("not refused") };
        let faults: Vec<(&str, &str)> = faults.iter().map(|one| (one.field.as_str(), one.message.as_str())).collect();
        assert_eq!(faults, [("reason", "Enter the reason")]);
        let ReferralEvent::ReferralRedirected { mash_reference, .. } = referral.redirect(&away(to), today).unwrap()
        else {
            panic!("redirected otherwise")
        };
        assert_eq!(mash_reference.as_deref(), Some("MASH-1"));
    }

    fn sent(told: ReferralDetails) -> Referral {
        let received = Received {
            reference: "R-TEST".to_owned(),
            origin: ReferralOrigin::School,
            school: None,
            contact: None,
            draft: None,
            idempotency_key: "k".to_owned(),
            gathered_with: None,
            held_since: None,
            told,
            answers: Answers::default(),
        };
        let received = ReferralEvent::ReferralReceived(Box::new(received));
        Referral::begin(uuid::Uuid::nil().into(), &received, now()).unwrap()
    }

    #[test]
    fn a_younger_child_sent_to_early_years_comes_back_on_the_day_they_are_old_enough_and_once() {
        let mut told = read_report(&answers(&CALLED), now()).unwrap();
        (told.risk, told.child.date_of_birth) = (Risk::Standard, "2022-03-14".parse().ok());
        let today = london_day(now());
        let referral = sent(told);
        assert_eq!(referral.come_back(today), None);
        for (to, watched) in [(RedirectTo::EarlyYears, true), (RedirectTo::Admissions, false)] {
            let away = referral.redirect(&away(Some(to)), today).unwrap();
            let away = referral.clone().after(&away, now());
            assert_eq!(away.watch_on.is_some(), watched);
            assert_eq!(away.come_back("2027-03-30".parse().unwrap()), None);
            let back = away.come_back("2027-03-31".parse().unwrap());
            assert_eq!(back.is_some(), watched);
            if let Some(back) = back {
                let back = away.after(&back, now());
                assert_eq!((back.state, back.watch_on, back.decided_at), (ReferralState::Received, None, None));
                assert_eq!(back.come_back("2027-03-31".parse().unwrap()), None);
            }
        }
    }

    #[test]
    fn whose_age_is_not_known_is_looked_at_again_and_nobody_of_age_goes_to_early_years() {
        let today = london_day(now());
        let early = away(Some(RedirectTo::EarlyYears));
        let aged = |born: Option<&str>| {
            let mut told = read_report(&answers(&CALLED), now()).unwrap();
            (told.risk, told.child.date_of_birth) = (Risk::Standard, born.map(|day| day.parse().unwrap()));
            sent(told)
        };
        let nobody_knows = aged(None);
        let gone = nobody_knows.redirect(&early, today).unwrap();
        assert_eq!(nobody_knows.after(&gone, now()).watch_on, today.checked_add_months(chrono::Months::new(6)));
        assert!(aged(Some("2015-03-14")).redirect(&early, today).is_err());
    }

    #[test]
    fn a_flagged_referral_is_added_to_and_never_withdrawn() {
        let contact = uuid::Uuid::nil().into();
        let flagged = sent(school(&answers(&[("harm", "YES")])).unwrap());
        let refused = flagged.withdraw(contact, "Found").unwrap_err();
        assert!(matches!(refused, Error::Conflict(Conflict::Referral(ReferralConflict::Flagged))), "{refused}");
        assert!(flagged.add(contact, "concern", "Nothing").is_err(), "that was not to be asked for");
        let added = flagged.add(contact, "givenNames", "Zephyrine").unwrap();
        let after = flagged.after(&added, now());
        assert_eq!((after.version, after.additions.len()), (2, 1));
        assert!(after.to_ask.iter().all(|lack| lack.field != "givenNames") && !after.to_ask.is_empty());

        let mut calm = after.received.told.clone();
        calm.risk = Risk::Standard;
        let calm = sent(calm);
        let gone = calm.clone().after(&calm.withdraw(contact, "She came back").unwrap(), now());
        assert_eq!(gone.state, ReferralState::Withdrawn);
        assert!(gone.withdraw(contact, "Again").is_err() && gone.add(contact, "", "More").is_err());
    }
}
