//! The council that runs the service, and how people reach it. What must not live here: how pages and mails use it.

use entity::vocabulary::{Outcome, RedirectTo};

use super::read::Read;
use crate::domain::matching::forms::Forms;

/// The council that runs the service, as pages and mails name it.
#[derive(Clone, Debug)]
pub struct Council {
    /// The council's name, as people know it.
    pub name: String,
    /// Its local authority code in the national register of schools, three digits.
    pub la_code: String,
    /// The address of the service that people type, without a slash at the end.
    pub public_url: String,
    /// The telephone of the children missing education team.
    pub team_phone: String,
    /// The email address of that team.
    pub team_email: String,
    /// The email address of the head of service, who is told of what is long late; `None` where nobody is.
    pub head_email: Option<String>,
    /// The telephone of the MASH.
    pub mash_phone: String,
    /// The email address of the MASH.
    pub mash_email: String,
    /// The telephone of social care out of hours.
    pub out_of_hours_phone: String,
    /// The other teams to which people are led.
    pub desks: Desks,
    /// The outcomes that need a second person here, besides those that always do.
    pub two_people: Vec<Outcome>,
    /// Whether a move within the UK that only an authority's reference backs needs a second person: unless the outcomes
    /// are listed and moves within the UK are left out.
    pub two_for_a_reference: bool,
    /// How children are counted whose parents have applied for a school place.
    pub applicants: Applicants,
    /// Which given names are forms of one another.
    pub forms: Forms,
    /// Whether a child who was found may leave the roll under ground H or I where school and authority agree that they
    /// will not attend again. We could not read the regulation's words on this, so a council turns it on itself.
    pub limb_two: bool,
}

/// How people reach another team of the council. Where a telephone is not set, the children missing education team's is
/// given, which puts people through.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    /// Its telephone; `None` where it is not set.
    pub phone: Option<String>,
    /// Its email address; `None` where it is not set.
    pub email: Option<String>,
}

/// The teams that help children who are not missing education.
#[derive(Clone, Debug, Default)]
pub struct Desks {
    /// Education welfare: children on a roll who are absent.
    pub education_welfare: Desk,
    /// School admissions.
    pub admissions: Desk,
    /// Elective home education.
    pub home_education: Desk,
    /// Early years: children under compulsory school age.
    pub early_years: Desk,
    /// Participation: young people over compulsory school age.
    pub participation: Desk,
}

impl Desks {
    /// The desk of the team to which a referral is sent; `None` where no team of the council gets it.
    pub fn of(&self, to: RedirectTo) -> Option<&Desk> {
        match to {
            RedirectTo::EducationWelfare => Some(&self.education_welfare),
            RedirectTo::ElectiveHomeEducation => Some(&self.home_education),
            RedirectTo::Participation => Some(&self.participation),
            RedirectTo::EarlyYears => Some(&self.early_years),
            RedirectTo::Admissions => Some(&self.admissions),
            RedirectTo::OtherAuthority | RedirectTo::AlreadySettled => None,
        }
    }

    fn read(read: &mut Read<'_>) -> Self {
        let mut desk = |name: &str| Desk {
            phone: read.optional(&format!("ONROLL_{name}_PHONE")).filter(|phone| !phone.trim().is_empty()),
            email: read.optional_email(&format!("ONROLL_{name}_EMAIL")),
        };
        Self {
            education_welfare: desk("EDUCATION_WELFARE"),
            admissions: desk("ADMISSIONS"),
            home_education: desk("HOME_EDUCATION"),
            early_years: desk("EARLY_YEARS"),
            participation: desk("PARTICIPATION"),
        }
    }
}

/// How children are counted who are missing education because a school place was applied for and not given yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Applicants {
    /// As the statutory guidance of 8 September 2025 has it: they are missing education, whoever works the case.
    #[default]
    Counted,
    /// As some councils report: while admissions work the case, the child is left out of the figures.
    Apart,
}

/// The outcomes that need a second person unless the setting says otherwise.
pub const USUALLY_TWO: [Outcome; 3] = [Outcome::MovedAbroadConfirmed, Outcome::NotResidentConfirmed, Outcome::Deceased];

const TWO_PEOPLE: &str = "ONROLL_TWO_PEOPLE";
const APPLICANTS: &str = "ONROLL_APPLICANTS";
const NAME_FORMS: &str = "ONROLL_NAME_FORMS";
const LIMB_TWO: &str = "ONROLL_ROLL_LIMB_TWO";

const PUBLIC_URL: &str = "ONROLL_PUBLIC_URL";
pub(super) const LA_CODE: &str = "ONROLL_LA_CODE";

impl Council {
    pub(super) fn read(read: &mut Read<'_>) -> Self {
        let public_url = read.required(PUBLIC_URL, "the https:// address that people type");
        if !public_url.is_empty() && (!public_url.starts_with("https://") || public_url.ends_with('/')) {
            read.fault(PUBLIC_URL, "must begin with https:// and must not end with a slash");
        }
        let la_code = read.required(LA_CODE, "the authority’s code in the national register");
        let is_code = la_code.len() == 3 && la_code.bytes().all(|digit| digit.is_ascii_digit());
        if !la_code.is_empty() && !is_code {
            read.fault(LA_CODE, "must be three digits");
        }
        let mut two_people = Vec::new();
        let listed = read.optional(TWO_PEOPLE);
        let usual = listed.is_none();
        if usual {
            two_people.extend(USUALLY_TWO);
        }
        for code in listed.unwrap_or_default().split(',').map(str::trim).filter(|code| !code.is_empty()) {
            match Outcome::parse(code) {
                Some(outcome) => two_people.push(outcome),
                None => read.fault(TWO_PEOPLE, "must be outcomes as the API spells them, by comma"),
            }
        }
        let applicants = match read.or(APPLICANTS, "counted").as_str() {
            "counted" => Applicants::Counted,
            "apart" => Applicants::Apart,
            _ => {
                read.fault(APPLICANTS, "must be counted or apart");
                Applicants::default()
            }
        };
        let forms = Forms::with(&read.or(NAME_FORMS, "")).unwrap_or_else(|| {
            read.fault(NAME_FORMS, "must be names by comma that are forms of one, and groups of them by semicolon");
            Forms::default()
        });
        let limb_two = match read.or(LIMB_TWO, "off").as_str() {
            "off" => false,
            "on" => true,
            _ => {
                read.fault(LIMB_TWO, "must be on or off");
                false
            }
        };
        Self {
            two_for_a_reference: usual || two_people.contains(&Outcome::MovedUkConfirmed),
            two_people,
            applicants,
            forms,
            limb_two,
            name: read.required("ONROLL_COUNCIL", "the council’s name"),
            la_code,
            public_url,
            team_phone: read.required("ONROLL_TEAM_PHONE", "the telephone of the children missing education team"),
            team_email: read.email("ONROLL_TEAM_EMAIL", "the email address of that team"),
            head_email: read.optional_email("ONROLL_HEAD_EMAIL"),
            mash_phone: read.required("ONROLL_MASH_PHONE", "the telephone of the MASH"),
            mash_email: read.email("ONROLL_MASH_EMAIL", "the email address of the MASH"),
            out_of_hours_phone: read.required("ONROLL_OUT_OF_HOURS_PHONE", "the telephone of social care out of hours"),
            desks: Desks::read(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::tests::guards;

    #[test]
    fn forms_of_names_are_groups_of_two_or_more() {
        guards(super::NAME_FORMS, &["", "Toby,Tobiah", "Toby,Tobiah; Zephie,Zephyrine"], &["Toby", "Toby;Tobiah"]);
    }

    #[test]
    fn people_come_over_https() {
        guards(super::PUBLIC_URL, &["https://onroll.example"], &["http://onroll.example", "http://localhost:3000"]);
    }
}
