//! What a mail waits behind, and when one that could not be handed over is tried again.
//!
//! What must not live here: what a mail says (`service::mails`) and how it leaves (`mail`).

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocabulary::MailKind;

/// Mails that wait for one another. No lane waits for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Concern for a child's safety.
    Alert,
    /// Somebody waits for a link.
    SignIn,
    /// Everything else.
    Ordinary,
}

impl Lane {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Alert, Self::SignIn, Self::Ordinary];

    /// The lane of a mail.
    pub fn of(kind: MailKind) -> Self {
        match kind {
            MailKind::SafeguardingAlert => Self::Alert,
            MailKind::SignInLink | MailKind::Recovery | MailKind::Invitation => Self::SignIn,
            MailKind::Other => Self::Ordinary,
        }
    }

    /// The mails of this lane.
    pub fn kinds(self) -> Vec<MailKind> {
        MailKind::ALL.iter().copied().filter(|kind| Self::of(*kind) == self).collect()
    }

    /// As metrics and logs write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::SignIn => "sign_in",
            Self::Ordinary => "ordinary",
        }
    }
}

/// The shortest gap between two tries.
const SHORTEST: TimeDelta = TimeDelta::seconds(10);
/// The longest gap between two tries of an alert.
const LONGEST_OF_ALERT: TimeDelta = TimeDelta::minutes(5);
/// The longest gap between two tries of anything else.
const LONGEST: TimeDelta = TimeDelta::hours(6);
/// How long a mail is tried. A server may be down from Friday evening until Monday morning.
const PATIENCE: TimeDelta = TimeDelta::days(3);

/// How long an alert may wait before somebody must look.
pub const OVERDUE: TimeDelta = TimeDelta::minutes(2);

/// When a mail that has been tried in vain `since` then is tried next; none when it is given up. Gaps grow with the time
/// it has been tried. An alert is never given up.
pub fn next_try(
    lane: Lane,
    since: DateTime<Utc>,
    expires: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let tried = (now - since).max(TimeDelta::zero());
    let longest = if lane == Lane::Alert { LONGEST_OF_ALERT } else { LONGEST };
    let next = now + (tried / 2).clamp(SHORTEST, longest);
    let lives = expires.is_none_or(|expires| next < expires);
    (lane == Lane::Alert || (lives && tried < PATIENCE)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn began() -> DateTime<Utc> {
        "2026-11-20T17:00:00Z".parse().unwrap()
    }

    /// Every try of a mail that never leaves, as seconds since it was queued, for up to a week.
    fn tries(lane: Lane, expires: Option<TimeDelta>) -> Vec<i64> {
        let (mut now, mut tries) = (began(), Vec::new());
        while now < began() + TimeDelta::days(7) {
            tries.push((now - began()).num_seconds());
            match next_try(lane, began(), expires.map(|lives| began() + lives), now) {
                Some(next) => now = next,
                None => return tries,
            }
        }
        tries
    }

    #[test]
    fn gaps_grow_and_a_mail_is_tried_for_three_days() {
        let tries = tries(Lane::Ordinary, None);
        let gaps: Vec<i64> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.is_sorted() && gaps[0] == 10 && *gaps.last().unwrap() == 6 * 3600, "{gaps:?}");
        let last = *tries.last().unwrap();
        assert!((3 * 86_400..4 * 86_400).contains(&last) && tries.len() < 60, "{} tries until {last}", tries.len());
    }

    #[test]
    fn an_alert_is_never_given_up_and_never_rests_for_more_than_five_minutes() {
        let tries = tries(Lane::Alert, None);
        assert!(tries.windows(2).all(|pair| pair[1] - pair[0] <= 300), "{tries:?}");
        assert!(*tries.last().unwrap() > 7 * 86_400 - 301);
    }

    #[test]
    fn a_link_is_tried_only_while_it_works() {
        let tries = tries(Lane::SignIn, Some(TimeDelta::minutes(15)));
        assert!(tries.len() > 5 && *tries.last().unwrap() < 15 * 60, "{tries:?}");
    }

    #[test]
    fn a_clock_that_went_back_does_not_make_a_mail_wait() {
        let next = next_try(Lane::Ordinary, began(), None, began() - TimeDelta::hours(1)).unwrap();
        assert_eq!(next, began() - TimeDelta::hours(1) + SHORTEST);
    }

    #[test]
    fn every_kind_has_one_lane_and_an_alert_its_own() {
        assert_eq!(Lane::Alert.kinds(), [MailKind::SafeguardingAlert]);
        let all: usize = Lane::ALL.iter().map(|lane| lane.kinds().len()).sum();
        assert_eq!(all, MailKind::ALL.len());
    }
}
