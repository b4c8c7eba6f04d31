//! What single sign-on decides when somebody arrives from the council's directory: whether they come in, and what
//! becomes of their account.
//!
//! Somebody from the directory is known by its issuer and subject, which are never given to anybody else. An address
//! can be, so an account on file is linked by address only if the directory has verified that address.
//!
//! What must not live here: the exchange with the directory and the proof of its token (`auth`).

use std::collections::BTreeSet;

use entity::StaffId;
use entity::vocabulary::StaffRole;

use super::email::Email;

/// The verified claims of the directory about somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The issuer that makes the claims.
    pub issuer: String,
    /// The person, in the issuer's own numbering.
    pub subject: String,
    /// Their name, if the directory gives one.
    pub name: Option<String>,
    /// Their address, if the directory gives one that is well formed.
    pub email: Option<Email>,
    /// Whether the directory has verified the address.
    pub email_verified: bool,
    /// The roles that their groups and app roles stand for; with none they do not come in.
    pub roles: BTreeSet<StaffRole>,
}

impl DirectoryEntry {
    /// The text by which an account is found: issuer and subject with a space between, since neither holds one.
    pub fn lookup(&self) -> String {
        format!("{} {}", self.issuer, self.subject)
    }
}

/// What single sign-on needs to know of an account on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnFile {
    /// The member of staff.
    pub id: StaffId,
    /// Whether they may sign in.
    pub active: bool,
    /// The roles they have.
    pub roles: BTreeSet<StaffRole>,
}

/// The decision about somebody who arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They come in; nothing changes.
    Admit(StaffId),
    /// Their roles change to those of the directory, which ends open sessions; with no role left they do not come in.
    Change(StaffId),
    /// The account with their address is linked to their issuer and subject, and given the directory's roles.
    Link(StaffId),
    /// A new account is made for them.
    Add {
        /// The directory's name for them, or their address when it gives none.
        name: String,
        /// The address, whether verified or not, since no account has it.
        email: Email,
    },
    /// They do not come in, and nothing changes.
    Refuse(Refused),
}

/// Why somebody whom the directory knows does not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// None of their groups or app roles stands for a role here.
    NoRole,
    /// Their account is deactivated here, which the directory cannot undo.
    Deactivated,
    /// An account has their address, and the directory has not verified that the address is theirs.
    AddressInUse,
    /// The directory gives no address that is well formed, and they have no account.
    NoAddress,
}

/// Decides what becomes of somebody who arrives. `known` is the account linked to this issuer and subject,
/// `same_address` the one with their address.
pub fn arrive(known: Option<&OnFile>, same_address: Option<&OnFile>, entry: &DirectoryEntry) -> Verdict {
    if let Some(known) = known {
        return match (known.active, known.roles == entry.roles) {
            (false, _) => Verdict::Refuse(Refused::Deactivated),
            // Also when no role is left: they may have sessions open, which the change of roles ends.
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
