//! Who may do what, noun by noun, as total matches. `store::visible` tells "may read" again in SQL; the policy matrix
//! test holds the two together.

use entity::vocabulary::{ContactKind, Scope, SharedField, StaffRole};

use super::viewer::Viewer;

use StaffRole::{Administrator, Analyst, Auditor, CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison};

/// What can be done to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseAction {
    /// Learn that it exists and who has it: by its exact reference, or as an exact match of a referral.
    Find,
    /// See it.
    Read,
    /// Read it although it is restricted: with a reason, for an hour, and others are told.
    BreakGlass,
    /// Say who alone may read it, or lift that.
    Restrict,
    /// Give it to an officer.
    Assign,
    /// Add enquiries, notes, whereabouts and placements.
    Work,
    /// Answer an enquiry; a partner agency only one that was put to it.
    AnswerEnquiry,
    /// Raise a flag with the MASH.
    Escalate,
    /// Record what the MASH said.
    AnswerEscalation,
    /// Close it.
    Close,
    /// Reopen it.
    Reopen,
}

impl CaseAction {
    /// All of them.
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
        Self::Close,
        Self::Reopen,
    ];
}

/// What of a case decides who may do what to it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that do not hang together")]
pub struct CaseFacts {
    /// Whether a flag was ever raised on it.
    pub flagged: bool,
    /// Whether an enquiry was put to the viewer's agency.
    pub shared: bool,
    /// Whether only those who are named to it may read it, or to another case of its child.
    pub restricted: bool,
    /// Whether the viewer is named to it: its officer, or one of its readers.
    pub named: bool,
    /// Whether the viewer broke the glass of it less than an hour ago.
    pub glass: bool,
}

/// Whether `viewer` may do `action` to a case with these facts. What the state of a case does not allow is refused with
/// a reason by `domain::case`, because whoever may act on a case should hear why not now.
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
            CaseAction::AnswerEscalation => facts.flagged && viewer.has_scope(Scope::EscalationAnswer),
            _ => false,
        },
        Viewer::Staff(_) => of_staff(viewer, action, facts),
    }
}

/// Whoever broke the glass reads, and does nothing else. What the MASH was alerted to it reads and answers, restricted or
/// not: safety goes first.
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
        CaseAction::Assign | CaseAction::Close | CaseAction::Reopen => decides && open,
        CaseAction::Work | CaseAction::AnswerEnquiry | CaseAction::Escalate => works && open,
        CaseAction::AnswerEscalation => (decides && open) || alerted,
    }
}

/// What can be done to a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferralAction {
    /// See it.
    Read,
    /// Open a case from it, add it to one, or send it elsewhere.
    Triage,
    /// See what screening made of it, and who it may be.
    Screen,
}

impl ReferralAction {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Read, Self::Triage, Self::Screen];
}

/// What of a referral decides who may do what to it.
#[derive(Clone, Copy, Debug)]
pub struct ReferralFacts {
    /// Whether the viewer acts for the school that sent it.
    pub own_school: bool,
    /// Whether it tells of harm, so that the MASH was alerted and must be able to read it.
    pub harm: bool,
    /// Whether it belongs to a restricted case that the viewer may not read.
    pub kept: bool,
}

/// Whether `viewer` may do `action` to a referral with these facts.
pub fn referral(viewer: &Viewer, action: ReferralAction, facts: ReferralFacts) -> bool {
    match viewer {
        Viewer::Anonymous | Viewer::Partner(_) => false,
        Viewer::System(_) => action == ReferralAction::Read,
        Viewer::SchoolContact(_) => facts.own_school && action == ReferralAction::Read,
        Viewer::Staff(_) => match action {
            ReferralAction::Read | ReferralAction::Screen => {
                (!facts.kept && viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager]))
                    || (facts.harm && viewer.is_any(&[MashLiaison]))
            }
            ReferralAction::Triage => !facts.kept && viewer.is_any(&[CmeOfficer, Manager]),
        },
    }
}

/// Whether `viewer` may list referrals as rows; which rows those are is for `store::referral` to say.
pub fn lists_referrals(viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::SchoolContact(_))
        || viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison])
}

/// Whether `viewer` may read referrals whatever they tell, apart from those of a restricted case that is kept from them. The
/// MASH lists referrals too, but opens only those that tell of harm, so not every list may lead to each.
pub fn reads_referrals(viewer: &Viewer) -> bool {
    referral(viewer, ReferralAction::Read, ReferralFacts { own_school: false, harm: false, kept: false })
}

/// Whether `viewer` may decide what becomes of referrals.
pub fn triages(viewer: &Viewer) -> bool {
    referral(viewer, ReferralAction::Triage, ReferralFacts { own_school: false, harm: false, kept: false })
}

/// Whether `viewer` may read reports that are held and decide what becomes of them.
pub fn reads_held_reports(viewer: &Viewer) -> bool {
    triages(viewer)
}

/// Whether `viewer` may see and manage approved school contacts.
pub fn manages_contacts(viewer: &Viewer) -> bool {
    viewer.is_any(&[Administrator, Manager, CmeOfficer])
}

/// Whether `viewer` may let a suspended contact in again, or put another address in place of a contact's, without a second
/// person: an address is what somebody signs in with, so one officer's word is not enough. Suspending is open to all who
/// manage contacts.
pub fn decides_contacts_alone(viewer: &Viewer) -> bool {
    viewer.is_any(&[Administrator, Manager])
}

/// Whether `viewer` may approve a proposal about contacts: one that is not their own.
pub fn approves_proposals(viewer: &Viewer, is_own: bool) -> bool {
    manages_contacts(viewer) && !is_own
}

/// Whether `viewer` may see and manage partner agencies, their agreements, clients and tokens.
pub fn manages_agencies(viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::System(_)) || viewer.is_any(&[Administrator])
}

/// Whether `viewer` may see which mails have not left, and have them sent again.
pub fn manages_mail(viewer: &Viewer) -> bool {
    viewer.is_any(&[Administrator, Manager])
}

/// Whether `viewer` may see to which address a mail goes. A manager learns from the kind of recipient and of mail what
/// to do; mending an address is for the administrator.
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

/// Whether `viewer` sees counts at all.
pub fn reads_statistics(viewer: &Viewer) -> bool {
    sees_exact_counts(viewer) || viewer.is_any(&[Analyst]) || viewer.has_scope(Scope::StatisticsRead)
}

/// Whether counts reach `viewer` as they are: those who may list the cases could count them by hand.
pub fn sees_exact_counts(viewer: &Viewer) -> bool {
    viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager])
}

/// Whether `viewer` is staff who may count and has no other work here.
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

/// Whether `viewer` may work the cases that are not kept from them. The MASH lists cases too, but works none, so a list
/// offers it less.
pub fn works_cases(viewer: &Viewer) -> bool {
    let plain = CaseFacts { flagged: false, shared: false, restricted: false, named: false, glass: false };
    case(viewer, CaseAction::Work, plain)
}

/// Whether `viewer` is cleared for what identifies a child on a record they may read.
pub fn identifies_children(viewer: &Viewer) -> bool {
    match viewer {
        Viewer::Staff(_) => viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison]),
        Viewer::SchoolContact(_) | Viewer::System(_) => true,
        // The MASH’s own system must know of whom a flag speaks.
        Viewer::Partner(_) => viewer.has_scope(Scope::ChildLookup) || viewer.has_scope(Scope::EscalationAnswer),
        Viewer::Anonymous => false,
    }
}

/// Whether `viewer` is cleared for how a case is worked: notes, enquiries of others, flags, officers.
pub fn reads_casework(viewer: &Viewer) -> bool {
    viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison])
}

/// Whether `viewer` may ask for a restricted case that they may not read.
pub fn finds_restricted(viewer: &Viewer) -> bool {
    viewer.is_any(&[CmeOfficer, EducationWelfareOfficer, Manager])
}

/// Whether `viewer` reviews who broke the glass.
pub fn reviews_glass(viewer: &Viewer) -> bool {
    viewer.is_any(&[Manager])
}

/// Whether `viewer` is cleared for the flags of a case that they may read.
pub fn reads_escalations(viewer: &Viewer) -> bool {
    reads_casework(viewer) || viewer.has_scope(Scope::EscalationAnswer)
}

/// What an agreement must name for an agency to be shown this field of a child or a case; none for what no agency is ever
/// shown.
pub fn shared_field(field: &str) -> Option<SharedField> {
    Some(match field {
        "familyName" => SharedField::FamilyName,
        "givenNames" => SharedField::GivenNames,
        "dateOfBirth" => SharedField::DateOfBirth,
        "yearGroup" => SharedField::YearGroup,
        "sex" => SharedField::Sex,
        "upn" | "upnAbsence" => SharedField::Upn,
        "whereabouts" => SharedField::Whereabouts,
        "openedAt" | "closedAt" => SharedField::CaseDates,
        "enquiries" => SharedField::Enquiries,
        "escalations" | "flagged" => SharedField::Escalations,
        _ => return None,
    })
}

/// Whether `viewer` is held back from this field by what their agency agreed to. Nobody but an agency is.
pub fn withheld_by_agreement(viewer: &Viewer, field: &str) -> bool {
    match viewer {
        Viewer::Partner(partner) => shared_field(field).is_none_or(|shared| !partner.fields.contains(&shared)),
        Viewer::Anonymous | Viewer::Staff(_) | Viewer::SchoolContact(_) | Viewer::System(_) => false,
    }
}

/// Whether `viewer` may read access notes; only the auditor.
pub fn reads_access_notes(viewer: &Viewer) -> bool {
    viewer.is_any(&[Auditor])
}

/// What a viewer may do whatever it is done to: where they can go, and what is read for them there. Told to pages and by
/// the API; what may be done to one case or referral is told with that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "rights that do not hang together")]
pub struct Rights {
    /// List referrals.
    pub list_referrals: bool,
    /// Read any referral, and not only one that tells of harm.
    pub read_referrals: bool,
    /// Decide what becomes of referrals.
    pub triage: bool,
    /// Read the reports that are held, and decide what becomes of them.
    pub read_held_reports: bool,
    /// List cases.
    pub list_cases: bool,
    /// Work the cases that are not kept from them.
    pub work_cases: bool,
    /// Ask for a restricted case that they may not read.
    pub find_restricted: bool,
    /// Review who read a restricted case by breaking the glass.
    pub review_break_glass: bool,
    /// See and manage the accounts of staff.
    pub manage_staff: bool,
    /// See and manage approved school contacts.
    pub manage_contacts: bool,
    /// See and manage partner agencies, their agreements, clients and tokens.
    pub manage_agencies: bool,
    /// See which mails have not left, and have them sent again.
    pub manage_mail: bool,
    /// See to which address a mail goes.
    pub read_mail_addresses: bool,
    /// Read access notes.
    pub read_access_notes: bool,
}

impl Rights {
    /// Those of `viewer`.
    pub fn of(viewer: &Viewer) -> Self {
        Self {
            list_referrals: lists_referrals(viewer),
            read_referrals: reads_referrals(viewer),
            triage: triages(viewer),
            read_held_reports: reads_held_reports(viewer),
            list_cases: lists_cases(viewer),
            work_cases: works_cases(viewer),
            find_restricted: finds_restricted(viewer),
            review_break_glass: reviews_glass(viewer),
            manage_staff: manages_staff(viewer),
            manage_contacts: manages_contacts(viewer),
            manage_agencies: manages_agencies(viewer),
            manage_mail: manages_mail(viewer),
            read_mail_addresses: reads_mail_addresses(viewer),
            read_access_notes: reads_access_notes(viewer),
        }
    }
}
