//! The ways in and out, one file each: a trait that says what pages ask of it, with its types. The backend implements each
//! where it checks the secrets; only there are cookies set, and none of this is reachable through GraphQL.
//!
//! What must not live here: how a way in looks (`journeys`).

pub mod approval;
pub mod contact_link;
pub mod passkey;
pub mod password;
pub mod second_factor;
pub mod session;
pub mod single_sign_on;
pub mod staff_link;

use std::sync::Arc;

use approval::Approvals;
use contact_link::ContactLinks;
use passkey::Passkeys;
use password::Passwords;
use second_factor::SecondFactor;
use session::Sessions;
use single_sign_on::SingleSignOn;
use staff_link::StaffLinks;

/// What signing in asks next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing: they are signed in.
    In,
    /// The second factor.
    SecondFactor,
    /// To set up a second factor, because they have none.
    SetUp,
}

/// Every way in and out, for one request.
#[derive(Clone)]
pub struct SignIn {
    /// The password of staff.
    pub passwords: Arc<dyn Passwords>,
    /// What staff show besides it.
    pub second_factor: Arc<dyn SecondFactor>,
    /// The links mailed to staff.
    pub staff_links: Arc<dyn StaffLinks>,
    /// The links mailed to school contacts.
    pub contact_links: Arc<dyn ContactLinks>,
    /// For which school a contact acts.
    pub approvals: Arc<dyn Approvals>,
    /// The council's single sign-on, where there is one.
    pub single_sign_on: Option<Arc<dyn SingleSignOn>>,
    /// Passkeys, where there are any.
    pub passkeys: Option<Arc<dyn Passkeys>>,
    /// What begins by signing in.
    pub sessions: Arc<dyn Sessions>,
}
