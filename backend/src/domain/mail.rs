//! The lanes of the outbox, and when a mail that could not be sent is tried again.
//!
//! What must not live here: the text of a mail (`service::mails`), and sending it (`mail`).

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocabulary::MailKind;

/// A lane of the outbox. Mails wait for others of their own lane only, so that a stuck mail never holds up an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Alerts about a child's safety.
    Alert,
    /// Links that somebody is waiting for at a sign-in page.
    SignIn,
    /// All other mails.
    Ordinary,
}

impl Lane {
    /// All lanes, the most urgent first.
    pub const ALL: [Self; 3] = [Self::Alert, Self::SignIn, Self::Ordinary];

    /// The lane of a kind of mail.
    pub fn of(kind: MailKind) -> Self {
        match kind {
            MailKind::SafeguardingAlert => Self::Alert,
            MailKind::SignInLink | MailKind::Recovery | MailKind::Invitation => Self::SignIn,
            MailKind::Other => Self::Ordinary,
        }
    }

    /// The kinds of mail in this lane.
    pub fn kinds(self) -> Vec<MailKind> {
        MailKind::ALL.iter().copied().filter(|kind| Self::of(*kind) == self).collect()
    }

    /// The name in metrics and logs.
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
/// How long a mail is tried: a server may be down from Friday evening until Monday morning.
const PATIENCE: TimeDelta = TimeDelta::days(3);

/// How long the claim of a process on a mail holds. It is longer than handing over one mail can take.
pub const CLAIM: TimeDelta = TimeDelta::seconds(180);

/// How long an alert may wait before the health check and the log say so.
pub const OVERDUE: TimeDelta = TimeDelta::minutes(2);

/// When to try next a mail that has been tried in vain from `since` to `now`; `None` when it is given up, after three
/// days or once its link expires. The gap is half the time tried so far, within bounds. An alert is never given up.
pub fn next_try(
    lane: Lane,
    since: DateTime<Utc>,
    expires: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let tried = (now - since).max(TimeDelta::zero());
    let next = now + (tried / 2).clamp(SHORTEST, longest_rest(lane));
    let lives = expires.is_none_or(|expires| next < expires);
    (lane == Lane::Alert || (lives && tried < PATIENCE)).then_some(next)
}

/// The longest time from now for which a mail of this lane rests. One that would rest for longer was put off while the
/// clock was wrong, and is due.
pub fn longest_rest(lane: Lane) -> TimeDelta {
    if lane == Lane::Alert { LONGEST_OF_ALERT } else { LONGEST }
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
    fn no_claim_outlasts_the_longest_rest() {
        assert!(Lane::ALL.iter().all(|lane| longest_rest(*lane) >= CLAIM));
    }

    #[test]
    fn every_kind_has_one_lane_and_an_alert_its_own() {
        assert_eq!(Lane::Alert.kinds(), [MailKind::SafeguardingAlert]);
        let all: usize = Lane::ALL.iter().map(|lane| lane.kinds().len()).sum();
        assert_eq!(all, MailKind::ALL.len());
    }
}
