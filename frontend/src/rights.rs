//! What whoever is signed in may do whatever it is done to: where they can go, and what is read for them there. The backend
//! decides it and hands it over with the visit, so that no page asks for its navigation.
//!
//! What must not live here: who has a right, and what may be done to one case or referral, which the API tells with that.

/// The rights of whoever is signed in. They decide what is offered; what is allowed the API decides again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
