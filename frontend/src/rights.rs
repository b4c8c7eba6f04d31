//! The rights of whoever is signed in that do not depend on one case or referral: they decide about the navigation, and
//! about what a page reads. The backend hands them over with the visit, so that no page asks the API for its
//! navigation.
//!
//! What must not live here: who has a right (`domain::policy` in the backend), and what may be done to one case or
//! referral, which the API answers with that case or referral.

/// What whoever is signed in may do. Pages offer accordingly; the API checks every right again. Each field names the
/// roles that have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "rights that do not hang together")]
pub struct Rights {
    /// List referrals: CME officers, education welfare officers, managers and the MASH; a school contact lists those of
    /// their school.
    pub list_referrals: bool,
    /// Read any referral, except those of a restricted case that is kept from them: CME officers, education welfare
    /// officers and managers. The MASH lists all, but reads only those that tell of harm, so it lacks this.
    pub read_referrals: bool,
    /// Open a case from a referral, add it to one or send it elsewhere: CME officers and managers.
    pub triage: bool,
    /// Read the reports that were held because too many came at once, and take them in or put them aside: CME officers
    /// and managers.
    pub read_held_reports: bool,
    /// List cases: CME officers, education welfare officers, managers and the MASH.
    pub list_cases: bool,
    /// Work cases, except those that are restricted to others: CME officers, education welfare officers and managers.
    pub work_cases: bool,
    /// List the flags raised with the MASH: CME officers, education welfare officers, managers and the MASH.
    pub list_escalations: bool,
    /// See what is late for anybody: managers.
    pub oversee: bool,
    /// Find a restricted case by its exact reference, without reading it: CME officers, education welfare officers and
    /// managers.
    pub find_restricted: bool,
    /// Review who broke the glass of a restricted case: managers.
    pub review_break_glass: bool,
    /// See and manage the accounts of staff: administrators.
    pub manage_staff: bool,
    /// See and manage approved school contacts: administrators, managers and CME officers.
    pub manage_contacts: bool,
    /// See and manage partner agencies, their agreements, clients and tokens: administrators.
    pub manage_agencies: bool,
    /// See the mails that failed or wait, and have them sent again: administrators and managers.
    pub manage_mail: bool,
    /// See the address that a mail goes to: administrators.
    pub read_mail_addresses: bool,
    /// Read access notes: auditors.
    pub read_access_notes: bool,
}
