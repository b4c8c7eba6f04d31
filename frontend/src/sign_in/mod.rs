//! Signing in and out as pages see it: one file for each way, with a trait and its types. The backend implements the
//! traits where it checks the secrets. Only there are cookies set, and none of this is reachable through GraphQL.
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

/// What somebody has to do next to be signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing more: they are signed in.
    In,
    /// Show the second factor that they have.
    SecondFactor,
    /// Set up a second factor, because they have none. Outside the demonstration every member of staff needs one.
    SetUp,
}

/// Every way of signing in and out, at one browser and for one request.
#[derive(Clone)]
pub struct SignIn {
    /// The passwords of staff.
    pub passwords: Arc<dyn Passwords>,
    /// The authenticator app and the recovery codes of staff.
    pub second_factor: Arc<dyn SecondFactor>,
    /// The links mailed to staff.
    pub staff_links: Arc<dyn StaffLinks>,
    /// The links mailed to school contacts.
    pub contact_links: Arc<dyn ContactLinks>,
    /// The choice of school, for contacts whom several schools approved.
    pub approvals: Arc<dyn Approvals>,
    /// The council's single sign-on; `None` where none is configured.
    pub single_sign_on: Option<Arc<dyn SingleSignOn>>,
    /// Passkeys; `None` where the site has no host name that one could be bound to.
    pub passkeys: Option<Arc<dyn Passkeys>>,
    /// Open sessions, and signing out.
    pub sessions: Arc<dyn Sessions>,
}
