//! What the word of the council's directory makes of somebody who comes by its single sign-on.
//!
//! Whoever the directory says somebody is, is known by its issuer and subject, which never change hands. An address
//! does, so an account that is there already becomes theirs only if the directory vouches that it is.

use std::collections::BTreeSet;

use entity::StaffId;
use entity::vocabulary::StaffRole;

use super::email::Email;

/// What the directory says of somebody, proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// Whose word it is.
    pub issuer: String,
    /// Whom it is about, in the issuer's own numbering.
    pub subject: String,
    /// Their name, if it gives one.
    pub name: Option<String>,
    /// Their address, if it gives one that can be read.
    pub email: Option<Email>,
    /// Whether it vouches for the address.
    pub email_verified: bool,
    /// What its groups and app roles come to; nothing lets nobody in.
    pub roles: BTreeSet<StaffRole>,
}

impl DirectoryEntry {
    /// What somebody is found by: the issuer and the subject, which hold no space.
    pub fn lookup(&self) -> String {
        format!("{} {}", self.issuer, self.subject)
    }
}

/// An account that is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnFile {
    /// Whose it is.
    pub id: StaffId,
    /// Whether it may be used.
    pub active: bool,
    /// What it may be used as.
    pub roles: BTreeSet<StaffRole>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They come in as they are.
    Admit(StaffId),
    /// Their roles become those of the directory; with none left they do not come in.
    Change(StaffId),
    /// The account of their address becomes theirs, with the roles of the directory.
    Link(StaffId),
    /// They get an account.
    Add {
        /// Under this name.
        name: String,
        /// With this address.
        email: Email,
    },
    /// They do not come in.
    Refuse(Refused),
}

/// Why somebody whom the directory knows does not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// None of their groups or app roles is one of ours.
    NoRole,
    /// Their account is deactivated, which the directory cannot undo.
    Deactivated,
    /// There is an account with their address, and the directory does not vouch that it is theirs.
    AddressInUse,
    /// The directory gives no address.
    NoAddress,
}

/// Decides. `known` is the account that this issuer and subject had before, `same_address` the one with their address.
pub fn arrive(known: Option<&OnFile>, same_address: Option<&OnFile>, entry: &DirectoryEntry) -> Verdict {
    if let Some(known) = known {
        return match (known.active, known.roles == entry.roles) {
            (false, _) => Verdict::Refuse(Refused::Deactivated),
            // Whoever lost every role may have sessions open, which the change ends.
            (true, false) => Verdict::Change(known.id),
            (true, true) if entry.roles.is_empty() => Verdict::Refuse(Refused::NoRole),
            (true, true) => Verdict::Admit(known.id),
        };
    }
    if entry.roles.is_empty() {
        return Verdict::Refuse(Refused::NoRole);
    }
    let Some(email) = entry.email.clone() else { return Verdict::Refuse(Refused::NoAddress) };
    match same_address {
        Some(same) if !same.active => Verdict::Refuse(Refused::Deactivated),
        Some(same) if entry.email_verified => Verdict::Link(same.id),
        Some(_) => Verdict::Refuse(Refused::AddressInUse),
        None => Verdict::Add { name: entry.name.clone().unwrap_or_else(|| email.to_string()), email },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn entry(roles: &[StaffRole]) -> DirectoryEntry {
        DirectoryEntry {
            issuer: "https://login.example".to_owned(),
            subject: "42".to_owned(),
            name: Some("Sam Officer".to_owned()),
            email: Email::parse("sam@council.example").ok(),
            email_verified: true,
            roles: roles.iter().copied().collect(),
        }
    }

    fn on_file(active: bool, roles: &[StaffRole]) -> OnFile {
        OnFile { id: StaffId::from(Uuid::nil()), active, roles: roles.iter().copied().collect() }
    }

    const OFFICER: &[StaffRole] = &[StaffRole::CmeOfficer];
    const MANAGER: &[StaffRole] = &[StaffRole::Manager];

    #[test]
    fn whoever_came_before_is_what_the_directory_says_today() {
        let id = on_file(true, OFFICER).id;
        for (active, had, has, verdict) in [
            (true, OFFICER, OFFICER, Verdict::Admit(id)),
            (true, OFFICER, MANAGER, Verdict::Change(id)),
            (true, OFFICER, &[], Verdict::Change(id)),
            (true, &[], &[], Verdict::Refuse(Refused::NoRole)),
            (true, &[], OFFICER, Verdict::Change(id)),
            (false, OFFICER, OFFICER, Verdict::Refuse(Refused::Deactivated)),
            (false, OFFICER, MANAGER, Verdict::Refuse(Refused::Deactivated)),
        ] {
            assert_eq!(arrive(Some(&on_file(active, had)), None, &entry(has)), verdict, "{active} {had:?} {has:?}");
        }
    }

    #[test]
    fn an_account_is_taken_over_only_when_the_directory_vouches_for_the_address() {
        let there = on_file(true, MANAGER);
        assert_eq!(arrive(None, Some(&there), &entry(OFFICER)), Verdict::Link(there.id));
        let doubtful = DirectoryEntry { email_verified: false, ..entry(OFFICER) };
        assert_eq!(arrive(None, Some(&there), &doubtful), Verdict::Refuse(Refused::AddressInUse));
        let left = on_file(false, MANAGER);
        assert_eq!(arrive(None, Some(&left), &entry(OFFICER)), Verdict::Refuse(Refused::Deactivated));
        assert_eq!(arrive(None, Some(&there), &entry(&[])), Verdict::Refuse(Refused::NoRole));
    }

    #[test]
    fn somebody_new_needs_a_role_and_an_address() {
        let (name, email) = ("Sam Officer".to_owned(), Email::parse("sam@council.example").unwrap());
        assert_eq!(arrive(None, None, &entry(OFFICER)), Verdict::Add { name, email: email.clone() });
        let nameless = DirectoryEntry { name: None, ..entry(OFFICER) };
        assert_eq!(arrive(None, None, &nameless), Verdict::Add { name: email.to_string(), email });
        assert_eq!(arrive(None, None, &entry(&[])), Verdict::Refuse(Refused::NoRole));
        let unreachable = DirectoryEntry { email: None, ..entry(OFFICER) };
        assert_eq!(arrive(None, None, &unreachable), Verdict::Refuse(Refused::NoAddress));
    }
}
