//! What people write in the demonstration, in their own words. A table, so it may be long. Nobody in it exists.

use entity::vocabulary::{EnquiryFinding, EnquiryKind, SchoolEnquiryKind, StatutoryStatus};

pub(super) const SEEN_BY: &[&str] = &[
    "Class teacher, at the end of the day",
    "Form tutor",
    "Attendance officer",
    "Office staff, collected by an uncle",
    "Teaching assistant, at the gate",
    "Head of year",
    "School crossing patrol",
];

/// Who of the school saw a child on a school day on which it did not come.
pub(super) const SEEN_OUTSIDE: &[&str] = &[
    "School crossing patrol, across the road with an adult",
    "Attendance officer, at the bus stop",
    "Teaching assistant, at the shops after school",
];

pub(super) const SOCIAL_WORKERS: &[&str] = &[
    "Allocated worker, Assessment Team 2",
    "Priya Sample, Family Safeguarding",
    "Duty worker; the case was closed",
    "Not given to us",
];

pub(super) const HARM: &[&str] = &[
    "Came in twice with bruises on the forearm and would not say how. Mother did not answer about it.",
    "Friends say there is talk of a wedding abroad this winter.",
    "Police were called to the home for a domestic incident in the week before the last attendance.",
    "Often hungry, in the same clothes for days; last term we rang early help about neglect.",
    "Collected several times by adults whom we do not know and who would not give names.",
];

pub(super) const GONE_ABROAD: &[&str] = &[
    "Grandmother told the office that the family has moved to {place} for good. No address or school was given.",
    "An email from a parent says that they now live in {place}. We asked for the name of the new school and have no reply.",
    "The older cousin says they flew to {place}. The letting agent confirms that the keys were handed back.",
];

pub(super) const NO_VISIT: &[&str] = &[
    "The block has a locked entry and nobody answered the intercom on two days.",
    "Our lone-working risk assessment does not allow a visit to this address; asked the education welfare officer to go.",
];

pub(super) const APPRAISAL: &[&str] = &[
    "Nothing points to harm. The risk is that nobody knows where the child is.",
    "No concern was raised before. The family has moved often, so the risk grows with time.",
];

pub(super) const LAST_SEEN: &[&str] = &[
    "This morning, on the stairs",
    "Most days for about three weeks",
    "Last Tuesday at the shops",
    "At the weekend, with two smaller children",
    "Yesterday at about eleven in the playground",
];

pub(super) const CONCERNS: &[&str] = &[
    "A child is at home all day every day and I never see a uniform. They say they are waiting for a school.",
    "The family moved in not long ago. I asked which school and was told none. I am not saying anything is wrong.",
    "The child comes along to the mother’s cleaning jobs during school hours.",
    "Seen at a clinic appointment: parent says the child has not been at school since they left the last town.",
    "Staying in a temporary flat here; no school place so far and they do not know how to apply.",
];

pub(super) const REPORTERS: &[(&str, &str, &str)] = &[
    ("Neighbour", "", ""),
    ("Neighbour", "Pat Sample", "pat.sample@post.example"),
    ("School nurse", "Jo Specimen", "j.specimen@health.example"),
    ("Housing officer", "Lee Template", "l.template@homes.example"),
    ("Family friend", "", ""),
    ("Police community support officer", "Chris Pattern", "c.pattern@police.example"),
    ("Volunteer at the food bank", "Ann Model", "ann@foodbank.example"),
];

/// The outcomes that a school may write for an enquiry of this kind.
pub(super) fn school_enquiry(kind: SchoolEnquiryKind) -> &'static [&'static str] {
    match kind {
        SchoolEnquiryKind::HomeVisit => &[
            "No answer. Curtains closed, post behind the door. Card left.",
            "A new tenant says the family has left and gave no address.",
            "A relative answered, would not say where the child is and closed the door.",
            "The landlord was there: the flat is empty and has been let again.",
        ],
        SchoolEnquiryKind::PhoneCall => &[
            "Rang mother three times, straight to voicemail.",
            "The number is no longer in use.",
            "Father said “next week” and hung up; since then no answer.",
        ],
        SchoolEnquiryKind::Text => &["Two messages, neither answered.", "Delivered, no reply.", "Not delivered."],
        SchoolEnquiryKind::Email => &["No reply.", "Bounced: mailbox not found."],
        SchoolEnquiryKind::Letter => &["Sent first class and by hand. No reply.", "Returned: gone away."],
        SchoolEnquiryKind::EmergencyContact => &[
            "The aunt thinks they are “with family” but does not know where.",
            "The emergency contact has not heard from them and was surprised at our call.",
        ],
        SchoolEnquiryKind::NeighbourOrRelative => &[
            "The neighbour saw suitcases being loaded into a van.",
            "The neighbour has not seen the children lately and knows of no move.",
        ],
        SchoolEnquiryKind::SiblingsSchool => {
            &["The sibling is absent there too, since the same day.", "No sibling known at the schools we rang."]
        }
        SchoolEnquiryKind::Agency => &["The family support worker has closed their case."],
    }
}

/// A tracing check: whom it asks for what, and the answers it may bring.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) kind: EnquiryKind,
    pub(super) asked_of: &'static str,
    pub(super) asks: &'static str,
    pub(super) located: &'static str,
    pub(super) lead: &'static str,
    pub(super) nothing: &'static str,
}

impl Check {
    /// The text of the answer that fits a finding.
    pub(super) fn answer(&self, finding: EnquiryFinding) -> &'static str {
        match finding {
            EnquiryFinding::Located => self.located,
            EnquiryFinding::Lead => self.lead,
            EnquiryFinding::NothingFound | EnquiryFinding::Withdrawn => self.nothing,
            EnquiryFinding::NoReply => "No reply by the day it was due, nor to a reminder.",
        }
    }
}

/// The checks, in the order in which they are usually made.
pub(super) const CHECKS: &[Check] = &[
    Check {
        kind: EnquiryKind::PupilRecords,
        asked_of: "Pupil records and admissions",
        asks: "Any application, transfer or new address under this name, date of birth or number?",
        located: "In-year application from the same address received.",
        lead: "An application begun online and not finished, with a new mobile number.",
        nothing: "Nothing on the pupil database, admissions, home education or exclusions.",
    },
    Check {
        kind: EnquiryKind::HomeVisit,
        asked_of: "Education welfare",
        asks: "Visit at another time of day; speak to neighbours.",
        located: "Child seen at the door with mother; well, not in education.",
        lead: "A neighbour gave the name of a relative’s street.",
        nothing: "No answer. The flat looks empty.",
    },
    Check {
        kind: EnquiryKind::SocialCare,
        asked_of: "Early help and social care records",
        asks: "Is the family known, and at which address?",
        located: "Seen at home by the early help worker; address unchanged.",
        lead: "Closed; the last note has an aunt’s address in the town.",
        nothing: "Not known to social care or early help.",
    },
    Check {
        kind: EnquiryKind::CouncilTaxHousing,
        asked_of: "Council tax and housing",
        asks: "Who is liable at the last address, and is there a forwarding address?",
        located: "The family has a temporary tenancy in the town.",
        lead: "The account was closed with a forwarding address in another authority.",
        nothing: "No change recorded; the account is in arrears.",
    },
    Check {
        kind: EnquiryKind::SchoolToSchool,
        asked_of: "School to School, all authorities",
        asks: "Has any school taken this child on roll or asked for a file?",
        located: "A school has the child on roll and asks for the file.",
        lead: "An authority received a similar name and is checking.",
        nothing: "No match; the file went to the lost pupil database.",
    },
    Check {
        kind: EnquiryKind::GetInformationAboutPupils,
        asked_of: "Get Information about Pupils",
        asks: "Latest school on record?",
        located: "A new school appears since the last census.",
        lead: "A former school in another authority that we did not know of.",
        nothing: "Our school is the last one on record.",
    },
    Check {
        kind: EnquiryKind::Health,
        asked_of: "Child health information service",
        asks: "Registered with a practice, and where? Any change since the last day at school?",
        located: "Now registered with a practice elsewhere; the new address was given to us.",
        lead: "Removed from the practice list at the request of another practice.",
        nothing: "Still registered here; no recent appointment.",
    },
    Check {
        kind: EnquiryKind::Police,
        asked_of: "Missing persons desk",
        asks: "Any report or contact with the family? This is not a missing person report.",
        located: "Officers spoke to the family at the address; all children seen.",
        lead: "A vehicle of the father’s was seen in another county.",
        nothing: "Nothing recorded.",
    },
    Check {
        kind: EnquiryKind::BorderForce,
        asked_of: "Home Office, travel history desk",
        asks: "Has the child left the country since the last day at school?",
        located: "Outbound travel confirmed with both parents.",
        lead: "Outbound travel of an adult; none recorded for the child.",
        nothing: "No travel found under these details.",
    },
    Check {
        kind: EnquiryKind::Relatives,
        asked_of: "Emergency contact on the school’s record",
        asks: "When did you last hear from the family, and where are they?",
        located: "Grandmother gave the new address and put us in touch with mother.",
        lead: "The aunt believes they are with friends in the north.",
        nothing: "Has had no contact and does not know where they are.",
    },
    Check {
        kind: EnquiryKind::OtherAuthority,
        asked_of: "CME officer of the authority named",
        asks: "Please check your records and visit the address given.",
        located: "Their officer confirms that the child lives there.",
        lead: "Known at an earlier address there.",
        nothing: "Not known to them.",
    },
];

/// What an officer notes in a review of a case.
pub(super) const REVIEWS: &[&str] = &[
    "Review: all checks are done and none has led anywhere. Repeat school-to-school and health in six weeks.",
    "Review with the team: nothing new. Rang the school, the family has not been in touch.",
    "Rang both numbers again at different times of day. Neither connects.",
    "Letter sent to the last known address with our number and a form in two languages.",
    "Looked at social media with the agreed account: the parent’s profile is public, nothing recent, no place named.",
    "The sibling’s school has heard nothing either. Agreed to tell each other at once.",
    "Reviewed at the fortnightly meeting. No change in risk. Next steps stay as they are.",
];

/// What an officer notes while the child is found and has no place yet.
pub(super) const KNOWN: &[&str] = &[
    "Mother rang: the application went in yesterday. Told her what happens next and gave her our number.",
    "Spoke to admissions: the nearest school is full, the fair access panel meets next week.",
    "Interpreter booked for the visit on Thursday. Family will bring the birth certificate.",
    "Rang the family. The child is well and keen to start; uniform grant form sent.",
    "Visited with the school’s attendance officer. Start date agreed in principle.",
];

/// What an officer notes about a lead.
pub(super) const LEADS: &[&str] = &[
    "Followed the lead up with the school and the relatives; see the next enquiry.",
    "Rang the new number twice. It rings, nobody answers. Left no message about the child.",
    "The lead is two years old. Kept on file, nothing to visit.",
    "Asked education welfare to pass by the address named.",
];

/// The reason an officer gives for changing the whereabouts when a child was found.
pub(super) const FOUND: &[&str] = &[
    "Visited: child and mother seen at the new address in the town.",
    "Seen by the health visitor at the family’s temporary address; address confirmed to us.",
    "Seen at the housing office together with the father; all well.",
];

/// The reason an officer gives for changing the whereabouts when a family is said to have left.
pub(super) const LEFT: &[&str] = &[
    "Told by a parent on the telephone. Nothing in writing so far.",
    "The grandmother says so, and the landlord confirms that they left.",
    "A message from the mother’s number names the town but no address.",
];

pub(super) const FLAGS: &[(&str, &str)] = &[
    (
        "We know of no professional who sees the child at present; an older sibling was on a plan last year.",
        "The pattern is that of last year, when the family avoided a visit.",
    ),
    (
        "A friend at school says a marriage is planned abroad. The family does not answer.",
        "Possible forced marriage: no contact with the family before advice.",
    ),
    (
        "Mother’s partner, who may not live with the children, was seen at the address.",
        "There is a condition in place that would be broken.",
    ),
    (
        "The child was seen alone at the address late in the evening, and nobody opened on our visit.",
        "Neglect is likely and the child is young.",
    ),
];

pub(super) const MASH_SAID: &[&str] = &[
    "Checked with the police and health. No current risk found; go on with the tracing and tell us of any change.",
    "Accepted. A social worker will see the child once found; share the address with us first.",
    "Known to the team already; the allocated worker has been told and will ring the officer.",
    "Strategy discussion held today. The officer is invited to the next one.",
];

pub(super) const JOINED_NOTE: &str =
    "A second report about the same child came in from the public and was added to this case.";

/// Why an officer decided so when opening a case.
pub(super) fn rationale(status: StatutoryStatus) -> &'static str {
    match status {
        StatutoryStatus::Cme => "On no roll that we know of, and nobody is known to educate the child.",
        StatutoryStatus::NotCmeOnRoll => "The name is still on the roll; school and council enquire together.",
        StatutoryStatus::NotCmeSuitableEducation => "Educated otherwise; followed until that is confirmed.",
        StatutoryStatus::NotCmeOutsideAge => "Outside compulsory school age; followed until that is confirmed.",
        StatutoryStatus::Undecided => "Too little is known yet to say; decided as soon as the first checks are in.",
    }
}
