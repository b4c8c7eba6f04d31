//! Who may do what, noun by noun, as matches that cover every viewer and action. `store::visible` says "may read" once
//! more in SQL; the policy matrix test fails where the two differ.
//!
//! What must not live here: what the state of a case, a referral or a contact allows, whoever asks (the module of that
//! noun).

use entity::vocabulary::{ContactKind, Scope, SharedField, StaffRole};

use super::viewer::Viewer;

use StaffRole::{Administrator, Analyst, Auditor, CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison};

/// An action on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseAction {
    /// Learn that it exists and who its officer is, by its exact reference or as an exact match of a referral.
    Find,
    /// Read it.
    Read,
    /// Read it although it is restricted: with a reason and for an hour. Its officer, its readers and the managers are
    /// told, and a manager reviews it.
    BreakGlass,
    /// Restrict it to its readers, change the readers, or lift the restriction.
    Restrict,
    /// Assign it to an officer, or take it from one.
    Assign,
    /// Add enquiries, notes, whereabouts and placements.
    Work,
    /// Answer an enquiry; a partner agency only one that was put to it.
    AnswerEnquiry,
    /// Raise a flag with the MASH.
    Escalate,
    /// Record that the MASH has acknowledged or answered a flag.
    AnswerEscalation,
    /// Rate a flag, or agree to a lower rating.
    RateEscalation,
    /// Confirm an answer of the MASH that somebody relayed.
    ConfirmEscalation,
    /// Take the authority's view of a proposal to remove the child's name from a roll.
    DecideRemoval,
    /// Close it.
    Close,
    /// Reopen it.
    Reopen,
}

impl CaseAction {
    /// All actions, for tests that go through every combination.
    pub const ALL: &'static [Self] = &[
        Self::Find,
        Self::Read,
        Self::BreakGlass,
        Self::Restrict,
        Self::Assign,
        Self::Work,
        Self::AnswerEnquiry,
        Self::Escalate,
        Self::AnswerEscalation,
        Self::RateEscalation,
        Self::ConfirmEscalation,
        Self::DecideRemoval,
        Self::Close,
        Self::Reopen,
    ];
}

/// The properties of a case, towards one viewer, that decide what the viewer may do to it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not hang together")]
pub struct CaseFacts {
    /// Whether a flag was ever raised on it.
    pub flagged: bool,
    /// Whether it is open and the viewer's agency has an enquiry on it to answer, or answered one a few days ago: what an
    /// agency sees ends when its purpose does.
    pub shared: bool,
    /// Whether it is restricted. It counts as restricted, too, towards a viewer who broke the glass of another case of
    /// its child, since that allows reading only.
    pub restricted: bool,
    /// Whether the viewer is named to it, as its officer or one of its readers.
    pub named: bool,
    /// Whether the viewer broke the glass of it, or of another case of its child, less than an hour ago and has not
    /// ended that.
    pub glass: bool,
}

/// Whether `viewer` may do `action` to a case with these properties. An action that only the state of the case forbids
/// is allowed here and refused by `domain::case` with a reason, because whoever may act on a case should hear why not
/// now.
pub fn case(viewer: &Viewer, action: CaseAction, facts: CaseFacts) -> bool {
    match viewer {
        Viewer::Anonymous | Viewer::SchoolContact(_) => false,
        Viewer::System(_) => matches!(action, CaseAction::Find | CaseAction::Read),
        // A restricted case is no partner's business, whatever was asked of them before.
        Viewer::Partner(_) if facts.restricted => false,
        Viewer::Partner(_) => match action {
            CaseAction::Find | CaseAction::Read => {
                (facts.shared && (viewer.has_scope(Scope::CaseSharedRead) || viewer.has_scope(Scope::EnquiryAnswer)))
                    || (facts.flagged && viewer.has_scope(Scope::EscalationAnswer))
            }
            CaseAction::AnswerEnquiry => facts.shared && viewer.has_scope(Scope::EnquiryAnswer),
            CaseAction::AnswerEscalation | CaseAction::RateEscalation | CaseAction::ConfirmEscalation => {
                facts.flagged && viewer.has_scope(Scope::EscalationAnswer)
            }
            _ => false,
        },
        Viewer::Staff(_) => of_staff(viewer, action, facts),
    }
}

/// The part of [`case`] for staff. Breaking the glass allows reading only. A MASH liaison reads every case that was
/// ever flagged and answers its flags, restricted or not, because safeguarding comes first.
fn of_staff(viewer: &Viewer, action: CaseAction, facts: CaseFacts) -> bool {
    let CaseFacts { flagged, restricted, named, glass, .. } = facts;
    let works = viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager]);
    let decides = viewer.is_any(&[CmeOfficer, Manager]);
    let alerted = flagged && viewer.is_any(&[MashLiaison]);
    let open = !restricted || named;
    match action {
        CaseAction::Find => works || alerted,
        CaseAction::Read => (works && (open || glass)) || alerted,
        CaseAction::BreakGlass => works && !open && !glass && !alerted,
        CaseAction::Restrict => (works && named) || (open && viewer.is_any(&[Manager])),
        CaseAction::Assign | CaseAction::DecideRemoval | CaseAction::Close | CaseAction::Reopen => decides && open,
        CaseAction::Work | CaseAction::AnswerEnquiry | CaseAction::Escalate => works && open,
        CaseAction::AnswerEscalation => (decides && open) || alerted,
        CaseAction::RateEscalation | CaseAction::ConfirmEscalation => (open && viewer.is_any(&[Manager])) || alerted,
    }
}

/// An action on a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferralAction {
    /// Read it.
    Read,
    /// Open a case from it, add it to one, or send it elsewhere.
    Triage,
    /// See its risk and the reasons for it, and the children on file it may be about.
    Screen,
    /// Add to it, or withdraw it.
    Add,
    /// Propose to remove the child's name from the school's roll, and send the school's returns about it.
    Roll,
    /// Record that the MASH has acknowledged or answered its flag.
    AnswerEscalation,
    /// Rate its flag, or agree to a lower rating.
    RateEscalation,
    /// Confirm an answer of the MASH that somebody relayed.
    ConfirmEscalation,
}

impl ReferralAction {
    /// All actions, for tests that go through every combination.
    pub const ALL: &'static [Self] = &[
        Self::Read,
        Self::Triage,
        Self::Screen,
        Self::Add,
        Self::Roll,
        Self::AnswerEscalation,
        Self::RateEscalation,
        Self::ConfirmEscalation,
    ];
}

/// The properties of a referral, towards one viewer, that decide what the viewer may do to it.
#[derive(Clone, Copy, Debug)]
pub struct ReferralFacts {
    /// Whether the viewer acts for the school that sent it.
    pub own_school: bool,
    /// Whether it tells of harm: the MASH was alerted, so it must be able to read it.
    pub harm: bool,
    /// Whether it belongs to a restricted case that the viewer may not read.
    pub withheld: bool,
}

/// Whether `viewer` may do `action` to a referral with these properties.
pub fn referral(viewer: &Viewer, action: ReferralAction, facts: ReferralFacts) -> bool {
    match viewer {
        Viewer::Anonymous => false,
        Viewer::Partner(_) => action.is_of_flag() && facts.harm && viewer.has_scope(Scope::EscalationAnswer),
        Viewer::System(_) => action == ReferralAction::Read,
        Viewer::SchoolContact(_) => match action {
            ReferralAction::Read | ReferralAction::Add => facts.own_school,
            // Nothing of a restricted case is told to a school, not even that there is a matter: it rings the team.
            ReferralAction::Roll => facts.own_school && !facts.withheld,
            ReferralAction::Triage
            | ReferralAction::Screen
            | ReferralAction::AnswerEscalation
            | ReferralAction::RateEscalation
            | ReferralAction::ConfirmEscalation => false,
        },
        Viewer::Staff(_) => match action {
            ReferralAction::Read | ReferralAction::Screen => {
                (!facts.withheld && viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager]))
                    || (facts.harm && viewer.is_any(&[MashLiaison]))
            }
            ReferralAction::Triage => !facts.withheld && viewer.is_any(&[CmeOfficer, Manager]),
            ReferralAction::AnswerEscalation => {
                facts.harm && ((!facts.withheld && viewer.is_any(&[CmeOfficer, Manager])) || speaks_for_mash(viewer))
            }
            ReferralAction::RateEscalation | ReferralAction::ConfirmEscalation => {
                facts.harm && ((!facts.withheld && viewer.is_any(&[Manager])) || speaks_for_mash(viewer))
            }
            ReferralAction::Add | ReferralAction::Roll => false,
        },
    }
}

impl ReferralAction {
    /// Whether it is done to the flag that the referral raised.
    fn is_of_flag(self) -> bool {
        matches!(self, Self::AnswerEscalation | Self::RateEscalation | Self::ConfirmEscalation)
    }
}

/// Whether what `viewer` says of a flag is the word of the MASH.
pub fn speaks_for_mash(viewer: &Viewer) -> bool {
    viewer.is_any(&[MashLiaison]) || viewer.has_scope(Scope::EscalationAnswer)
}

/// Whether `viewer` may list referrals as rows; which rows those are is for `store::referral` to say.
pub fn lists_referrals(viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::SchoolContact(_))
        || viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison])
}

/// Whether `viewer` may read referrals of every kind, apart from those withheld with a restricted case. A MASH liaison
/// reads only those that tell of harm, so for them not every mention of a referral may link to it.
pub fn reads_referrals(viewer: &Viewer) -> bool {
    referral(viewer, ReferralAction::Read, ReferralFacts { own_school: false, harm: false, withheld: false })
}

/// Whether `viewer` may open, join or redirect referrals.
pub fn triages(viewer: &Viewer) -> bool {
    referral(viewer, ReferralAction::Triage, ReferralFacts { own_school: false, harm: false, withheld: false })
}

/// Whether `viewer` may read held reports, and take them in or put them aside.
pub fn reads_held_reports(viewer: &Viewer) -> bool {
    triages(viewer)
}

/// Whether `viewer` may see and manage approved school contacts.
pub fn manages_contacts(viewer: &Viewer) -> bool {
    viewer.is_any(&[Administrator, Manager, CmeOfficer])
}

/// Whether `viewer` may reinstate a contact or replace its address without a second person. Somebody signs in with the
/// address, so one officer's word is not enough. Suspending needs no second person.
pub fn decides_contacts_alone(viewer: &Viewer) -> bool {
    viewer.is_any(&[Administrator, Manager])
}

/// Whether `viewer` may approve a proposal about contacts; nobody approves their own.
pub fn approves_proposals(viewer: &Viewer, is_own: bool) -> bool {
    manages_contacts(viewer) && !is_own
}

/// Whether `viewer` may see and manage partner agencies, their agreements, clients and tokens.
pub fn manages_agencies(viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::System(_)) || viewer.is_any(&[Administrator])
}

/// Whether `viewer` may see unsent mails, and have them sent again.
pub fn manages_mail(viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::System(_)) || viewer.is_any(&[Administrator, Manager])
}

/// Whether `viewer` may see the address of a mail. A manager knows what to do from the kinds of recipient and mail;
/// correcting an address is the administrator's work.
pub fn reads_mail_addresses(viewer: &Viewer) -> bool {
    viewer.is_any(&[Administrator])
}

/// Whether `viewer` may see and manage the accounts of staff.
pub fn manages_staff(viewer: &Viewer) -> bool {
    viewer.is_any(&[Administrator])
}

/// Whether `viewer` may see and propose changes to the contacts of their own school.
pub fn proposes_contacts(viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::SchoolContact(contact) if contact.kind == ContactKind::HeadTeacher)
}

/// Whether `viewer` may see the list of schools and their details.
pub fn reads_schools(viewer: &Viewer) -> bool {
    match viewer {
        Viewer::Staff(staff) => !staff.roles.is_empty(),
        Viewer::System(_) | Viewer::SchoolContact(_) => true,
        Viewer::Anonymous | Viewer::Partner(_) => false,
    }
}

/// Whether `viewer` may see statistics, exact or published.
pub fn reads_statistics(viewer: &Viewer) -> bool {
    sees_exact_counts(viewer) || viewer.is_any(&[Analyst]) || viewer.has_scope(Scope::StatisticsRead)
}

/// Whether `viewer` sees exact counts: those who may list the cases could count them anyway.
pub fn sees_exact_counts(viewer: &Viewer) -> bool {
    viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager])
}

/// Whether `viewer` is staff with the role of analyst alone, who may see counts and do nothing else here.
pub fn only_counts(viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::Staff(staff) if staff.roles.iter().eq([&Analyst]))
}

/// Whether `viewer` may list cases as rows.
pub fn lists_cases(viewer: &Viewer) -> bool {
    viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison])
        || viewer.has_scope(Scope::CaseSharedRead)
        || viewer.has_scope(Scope::EnquiryAnswer)
        || viewer.has_scope(Scope::EscalationAnswer)
}

/// Whether `viewer` may work cases that are not withheld from them. A MASH liaison lists cases but works none, so lists
/// offer them fewer actions.
pub fn works_cases(viewer: &Viewer) -> bool {
    let plain = CaseFacts { flagged: false, shared: false, restricted: false, named: false, glass: false };
    case(viewer, CaseAction::Work, plain)
}

/// Whether `viewer` may see what identifies the child on a record that they may read.
pub fn identifies_children(viewer: &Viewer) -> bool {
    match viewer {
        Viewer::Staff(_) => viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison]),
        Viewer::SchoolContact(_) | Viewer::System(_) => true,
        // The MASH's own system must know which child a flag is about.
        Viewer::Partner(_) => viewer.has_scope(Scope::ChildLookup) || viewer.has_scope(Scope::EscalationAnswer),
        Viewer::Anonymous => false,
    }
}

/// Whether `viewer` may see an address that is kept confidential. `named` says whether they are the officer or a reader of
/// a case of the child. A MASH liaison sees it because safeguarding comes first.
pub fn clears_address(viewer: &Viewer, named: bool) -> bool {
    matches!(viewer, Viewer::System(_)) || viewer.is_any(&[Manager, MashLiaison]) || (named && reads_casework(viewer))
}

/// Whether `viewer` may see how a case is worked: notes, enquiries put to others, flags, officers.
pub fn reads_casework(viewer: &Viewer) -> bool {
    viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison])
}

/// Whether `viewer` sees to it that nothing is late for anybody.
pub fn oversees(viewer: &Viewer) -> bool {
    viewer.is_any(&[Manager])
}

/// Whether `viewer` may find a restricted case that they may not read, and ask to read it.
pub fn finds_restricted(viewer: &Viewer) -> bool {
    viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager])
}

/// Whether `viewer` reviews every breaking of the glass.
pub fn reviews_break_glass(viewer: &Viewer) -> bool {
    viewer.is_any(&[Manager])
}

/// Whether `viewer` may see the flags of a case that they may read.
pub fn reads_escalations(viewer: &Viewer) -> bool {
    reads_casework(viewer) || viewer.has_scope(Scope::EscalationAnswer)
}

/// The field that an agreement must name before an agency sees this field of a child or a case. `None` for fields that
/// no agency ever sees.
pub fn shared_field(field: &str) -> Option<SharedField> {
    Some(match field {
        "familyName" => SharedField::FamilyName,
        "givenNames" => SharedField::GivenNames,
        "dateOfBirth" => SharedField::DateOfBirth,
        "yearGroup" => SharedField::YearGroup,
        "sex" => SharedField::Sex,
        "upn" | "upnAbsence" | "upnFormerAuthority" => SharedField::Upn,
        "whereabouts" => SharedField::Whereabouts,
        "openedAt" | "closedAt" => SharedField::CaseDates,
        "enquiries" => SharedField::Enquiries,
        "escalations" | "flagged" => SharedField::Escalations,
        _ => return None,
    })
}

/// Whether this field is withheld from `viewer` by the terms of their client. It never is from anybody but an agency.
pub fn withheld_by_agreement(viewer: &Viewer, field: &str) -> bool {
    match viewer {
        Viewer::Partner(partner) => shared_field(field).is_none_or(|shared| !partner.fields.contains(&shared)),
        Viewer::Anonymous | Viewer::Staff(_) | Viewer::SchoolContact(_) | Viewer::System(_) => false,
    }
}

/// Whether `viewer` may read access notes. The role of auditor alone allows it.
pub fn reads_access_notes(viewer: &Viewer) -> bool {
    viewer.is_any(&[Auditor])
}

/// Whether `viewer` may read what was done by whom to which record, without what it says: whoever reads access notes.
pub fn reads_events(viewer: &Viewer) -> bool {
    reads_access_notes(viewer)
}

/// The rights of a viewer that depend on no particular record, for pages and the API to know what to offer. The rights
/// over one case or referral come with that record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "rights that do not hang together")]
pub struct Rights {
    /// List referrals.
    pub list_referrals: bool,
    /// Read referrals of every kind, not only those that tell of harm.
    pub read_referrals: bool,
    /// Open, join or redirect referrals.
    pub triage: bool,
    /// Read held reports, and take them in or put them aside.
    pub read_held_reports: bool,
    /// List cases.
    pub list_cases: bool,
    /// Work cases that are not withheld from them.
    pub work_cases: bool,
    /// List the flags raised with the MASH.
    pub list_escalations: bool,
    /// See what is late for anybody.
    pub oversee: bool,
    /// Find a restricted case that they may not read, and ask to read it.
    pub find_restricted: bool,
    /// Review every breaking of the glass.
    pub review_break_glass: bool,
    /// See and manage the accounts of staff.
    pub manage_staff: bool,
    /// See and manage approved school contacts.
    pub manage_contacts: bool,
    /// See and manage partner agencies, their agreements, clients and tokens.
    pub manage_agencies: bool,
    /// See unsent mails, and have them sent again.
    pub manage_mail: bool,
    /// See the address of a mail.
    pub read_mail_addresses: bool,
    /// Read access notes.
    pub read_access_notes: bool,
}

impl Rights {
    /// The rights of `viewer`.
    pub fn of(viewer: &Viewer) -> Self {
        Self {
            list_referrals: lists_referrals(viewer),
            read_referrals: reads_referrals(viewer),
            triage: triages(viewer),
            read_held_reports: reads_held_reports(viewer),
            list_cases: lists_cases(viewer),
            work_cases: works_cases(viewer),
            list_escalations: reads_escalations(viewer),
            oversee: oversees(viewer),
            find_restricted: finds_restricted(viewer),
            review_break_glass: reviews_break_glass(viewer),
            manage_staff: manages_staff(viewer),
            manage_contacts: manages_contacts(viewer),
            manage_agencies: manages_agencies(viewer),
            manage_mail: manages_mail(viewer),
            read_mail_addresses: reads_mail_addresses(viewer),
            read_access_notes: reads_access_notes(viewer),
        }
    }
}
