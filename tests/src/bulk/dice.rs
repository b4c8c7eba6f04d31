//! Numbers that look random and follow from a seed. A roll has a name and keeps nothing, so that what is rolled for one
//! thing does not depend on what was rolled before. What must not live here: what a number is taken for.

use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

/// The dice of one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of everything that follows from `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The dice of thing `number` of a kind.
    pub(super) fn of(self, kind: &str, number: u64) -> Self {
        Self(mix(self.roll(kind) ^ mix(number)))
    }

    /// The number rolled for `what`: the same whenever it is asked for.
    pub(super) fn roll(self, what: &str) -> u64 {
        // FNV-1a, which is enough for names that differ.
        let named = what
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        mix(self.0 ^ named)
    }

    /// A number below `sides`.
    pub(super) fn below(self, what: &str, sides: u64) -> u64 {
        self.roll(what) % sides.max(1)
    }

    /// Whether it is one of `share` in `of`.
    pub(super) fn is(self, what: &str, share: u64, of: u64) -> bool {
        self.below(what, of) < share
    }

    /// One of several.
    pub(super) fn one<'a, T>(self, what: &str, of: &'a [T]) -> &'a T {
        let place = self.below(what, of.len() as u64);
        &of[usize::try_from(place).unwrap_or_default()]
    }

    /// An id made at this moment.
    pub(super) fn id<T: From<Uuid>>(self, what: &str, at: DateTime<Utc>) -> T {
        let (high, low) = (self.roll(what).to_be_bytes(), self.of(what, 1).0.to_be_bytes());
        let mut random = [0; 10];
        random[..8].copy_from_slice(&high);
        random[8..].copy_from_slice(&low[..2]);
        let millis = u64::try_from(at.timestamp_millis()).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid().into()
    }
}

/// The finaliser of `SplitMix64`.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_seed_gives_others() {
        let roll = |seed, number| Dice::new(seed).of("case", number).roll("state");
        assert_eq!(roll(1, 7), roll(1, 7));
        assert!(roll(1, 7) != roll(2, 7) && roll(1, 7) != roll(1, 8));
    }

    #[test]
    fn ids_sort_by_the_moment_at_which_they_were_made() {
        let at = |second| DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap();
        let id = |number, second| Dice::new(1).of("case", number).id::<Uuid>("id", at(second));
        assert!((0..100_i64).all(|n| id(u64::try_from(n).unwrap(), n) < id(0, n + 1)));
    }
}
