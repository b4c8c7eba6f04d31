//! The clocks of a referral: what starts each, and what ends it.
//!
//! What must not live here: how long they run (`clock::rules`), and the clocks of the case that took it up.

use entity::vocabulary::{ClockKind, ReferralState};

use super::super::clock::Clock;
use super::super::escalation::Escalation;
use super::super::screening::must_reach_mash;
use super::Referral;

impl Referral {
    /// The clocks that run while it waits, as far as its own facts tell, its flag's among them. One that a case took up
    /// has none, which is for whoever takes it up to see to.
    pub fn clocks(&self) -> Vec<Clock> {
        let flag = self.flag.as_ref().filter(|_| self.state == ReferralState::Received);
        self.waits().into_iter().chain(flag.into_iter().flat_map(Escalation::clocks)).collect()
    }

    fn waits(&self) -> Option<Clock> {
        match self.state {
            ReferralState::Received if must_reach_mash(self.received.told.risk) => {
                Some(Clock::running(ClockKind::FlaggedScreening, self.id.0, self.waits_since))
            }
            ReferralState::Received => Some(Clock::running(ClockKind::Screening, self.id.0, self.waits_since)),
            ReferralState::WithAuthority => {
                Some(Clock::running(ClockKind::AuthorityAnswer, self.id.0, self.decided_at?))
            }
            ReferralState::Opened | ReferralState::Joined | ReferralState::Redirected | ReferralState::Withdrawn => {
                None
            }
        }
    }
}
