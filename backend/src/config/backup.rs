//! The setting of backups: to whose keys they are encrypted. What must not live here: making them (`backup`).

use super::read::Read;
use crate::secret::age::Recipient;

const RECIPIENT: &str = "ONROLL_BACKUP_RECIPIENT";

/// Reads the public keys, by comma; none if it is not set, and then no backup can be made.
pub(super) fn read(read: &mut Read<'_>) -> Vec<Recipient> {
    let listed = read.optional(RECIPIENT).unwrap_or_default();
    let parsed = listed.split(',').map(str::trim).filter(|key| !key.is_empty()).map(str::parse);
    let recipients: Result<Vec<Recipient>, _> = parsed.collect();
    recipients.unwrap_or_else(|_| {
        read.fault(RECIPIENT, "must be a public key as `age-keygen` prints it, age1…, or several by comma");
        Vec::new()
    })
}

#[cfg(test)]
mod tests {
    use crate::config::tests::guards;

    #[test]
    fn a_recipient_is_a_public_key_and_never_a_private_one() {
        let key = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
        let private = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
        guards(super::RECIPIENT, &[key, &format!("{key}, {key}")], &["age1", "everybody", private]);
    }
}
