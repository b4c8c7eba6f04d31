//! The setting of the operator's key. What must not live here: its use (`secret::keyring`).

use std::collections::BTreeSet;

use super::read::Read;
use crate::secret::Secret;

const KEY: &str = "ONROLL_SECRET_KEY";

/// Reads the operator's key, 64 hexadecimal digits, and refuses one that does not look random.
pub(super) fn read(read: &mut Read<'_>) -> Secret {
    let key = read.required(KEY, "64 hexadecimal digits, such as `openssl rand -hex 32` makes");
    let is_key = key.len() == 64 && key.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !key.is_empty() && !is_key {
        read.fault(KEY, "must be 64 hexadecimal digits");
    } else if is_key && !looks_random(&key) {
        read.fault(KEY, "must be random: make one with `openssl rand -hex 32`");
    }
    Secret::new(key)
}

/// Whether a key can have been made at random: 32 random bytes practically never have so few different values.
fn looks_random(key: &str) -> bool {
    const FEWEST: usize = 8;
    hex::decode(key).is_ok_and(|bytes| bytes.iter().collect::<BTreeSet<_>>().len() >= FEWEST)
}

#[cfg(test)]
mod tests {
    use crate::config::tests::guards;

    #[test]
    fn a_key_is_random() {
        let faulty = ["0".repeat(64), "ab".repeat(32), "00ff".repeat(16)];
        guards(
            super::KEY,
            &["5b8e1f0c77a94d2e9c3f6a1b8d2e4f70112233445566778899aabbccddeeff00"],
            &faulty.each_ref().map(String::as_str),
        );
    }
}
