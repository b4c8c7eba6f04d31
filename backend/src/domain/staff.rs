//! Staff accounts: the facts of one, their fold, and what may be decided of it.
//!
//! What must not live here: who may decide it (`domain::policy`), and how somebody proves who they are (`auth`).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::StaffId;
use entity::vocabulary::{CredentialKind, StaffRole, StaffState};
use serde::{Deserialize, Serialize};

use super::email::Email;
use super::stream::{Stream, counts};
use super::typed::{Read, Together, all, check, chosen, line};
use crate::error::{Error, StaffConflict};

/// A fact of a staff account. It never holds a password, a secret or a code, hashed or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "payload", rename_all = "snake_case")]
pub enum StaffEvent {
    /// The operator added them with a password, or the directory did at their first single sign-on.
    StaffAdded {
        /// Their name.
        name: String,
        /// Their address, canonical.
        email: String,
        /// The roles they are given, at least one.
        roles: Vec<StaffRole>,
    },
    /// An administrator invited them to choose a password.
    StaffInvited {
        /// Their name.
        name: String,
        /// Their address, canonical.
        email: String,
        /// The roles they are given, at least one.
        roles: Vec<StaffRole>,
    },
    /// The invitation was sent again; the one before it no longer works.
    InvitationResent {},
    /// They accepted the invitation and chose a password.
    InvitationAccepted {},
    /// Their roles changed, which ends their sessions.
    RolesChanged {
        /// All their roles from now on.
        roles: Vec<StaffRole>,
    },
    /// The account was deactivated: they cannot sign in, and their sessions end.
    StaffDeactivated {},
    /// The account was reactivated; if they had never accepted their invitation, they are invited again.
    StaffReactivated {},
    /// They chose another password, which ends their sessions.
    PasswordChanged {},
    /// A way to sign in beside the password was added: a second factor, or the link to single sign-on.
    SecondFactorAdded {
        /// The kind of credential.
        factor: CredentialKind,
        /// Their own name for it; for single sign-on, the issuer.
        name: String,
    },
    /// Such a way to sign in was removed.
    SecondFactorRemoved {
        /// The kind of credential.
        factor: CredentialKind,
        /// Their own name for it.
        name: String,
    },
    /// An administrator removed every second factor they had, which ends their sessions.
    SecondFactorReset {},
    /// They were given new recovery codes; earlier ones no longer work.
    RecoveryCodesMade {},
    /// They signed in with a recovery code.
    RecoveryCodeUsed {},
    /// An administrator lifted the lock that too many failed attempts had put on the account.
    StaffUnlocked {},
    /// All their sessions were ended.
    StaffSessionsEnded {},
}

/// A member of staff: the fold of the facts of their account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// The id of its stream.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their address, canonical.
    pub email: String,
    /// The roles they have; empty allows nothing.
    pub roles: BTreeSet<StaffRole>,
    /// Whether they are invited, may sign in, or are deactivated.
    pub state: StaffState,
    /// Whether they ever had an active account, and so come back to one when reactivated.
    pub arrived: bool,
    /// The number of times that all sessions had to end: a session of an earlier number is refused.
    pub epoch: i32,
    /// The number of facts, compared at every write, so that of two writers at once the second is refused.
    pub version: i32,
}

impl Stream for StaffMember {
    type Fact = StaffEvent;
    counts!(StaffId);

    fn begin(id: StaffId, first: &StaffEvent, _: DateTime<Utc>) -> Option<Self> {
        let (name, email, roles, state) = match first {
            StaffEvent::StaffAdded { name, email, roles } => (name, email, roles, StaffState::Active),
            StaffEvent::StaffInvited { name, email, roles } => (name, email, roles, StaffState::Invited),
            _ => return None,
        };
        Some(Self {
            id,
            name: name.clone(),
            email: email.clone(),
            roles: roles.iter().copied().collect(),
            state,
            arrived: state == StaffState::Active,
            epoch: 0,
            version: 1,
        })
    }

    fn apply(&mut self, fact: &StaffEvent, _: DateTime<Utc>) {
        match fact {
            StaffEvent::InvitationAccepted {} => {
                self.state = StaffState::Active;
                self.arrived = true;
            }
            StaffEvent::RolesChanged { roles } => {
                self.roles = roles.iter().copied().collect();
                self.epoch += 1;
            }
            StaffEvent::StaffDeactivated {} => {
                self.state = StaffState::Deactivated;
                self.epoch += 1;
            }
            StaffEvent::StaffReactivated {} => {
                self.state = if self.arrived { StaffState::Active } else { StaffState::Invited };
            }
            StaffEvent::PasswordChanged {} | StaffEvent::SecondFactorReset {} | StaffEvent::StaffSessionsEnded {} => {
                self.epoch += 1;
            }
            StaffEvent::StaffAdded { .. }
            | StaffEvent::StaffInvited { .. }
            | StaffEvent::InvitationResent {}
            | StaffEvent::SecondFactorAdded { .. }
            | StaffEvent::SecondFactorRemoved { .. }
            | StaffEvent::RecoveryCodesMade {}
            | StaffEvent::RecoveryCodeUsed {}
            | StaffEvent::StaffUnlocked {} => {}
        }
    }
}

impl StaffMember {
    /// Whether this is an administrator who may sign in.
    pub fn administers(&self) -> bool {
        self.state == StaffState::Active && self.roles.contains(&StaffRole::Administrator)
    }

    /// Decides to send the invitation again; refuses whoever has accepted theirs or is deactivated.
    pub fn resend(&self) -> Result<StaffEvent, Error> {
        match self.state {
            StaffState::Invited => Ok(StaffEvent::InvitationResent {}),
            StaffState::Active => Err(StaffConflict::Already("active").into()),
            StaffState::Deactivated => Err(StaffConflict::Already("deactivated").into()),
        }
    }

    /// Decides that the invitation is accepted. Whoever is not invited gets "not found", so that a used link tells
    /// nothing.
    pub fn accept(&self) -> Result<StaffEvent, Error> {
        if self.state == StaffState::Invited { Ok(StaffEvent::InvitationAccepted {}) } else { Err(Error::NotFound) }
    }

    /// Decides to change their roles, of which at least one must remain. Nobody changes their own, and the last active
    /// administrator stays one; `others` says whether there is another.
    pub fn change_roles(&self, by: Option<StaffId>, roles: &[StaffRole], others: bool) -> Result<StaffEvent, Error> {
        if by == Some(self.id) {
            return Err(StaffConflict::OwnAccount.into());
        }
        let (roles,) = all((some_role(roles),))?;
        if self.state == StaffState::Deactivated {
            return Err(StaffConflict::Already("deactivated").into());
        }
        if self.administers() && !roles.contains(&StaffRole::Administrator) && !others {
            return Err(StaffConflict::LastAdministrator.into());
        }
        if roles == self.roles {
            return Err(Error::invalid("roles", "Choose roles that differ from those they have now"));
        }
        Ok(StaffEvent::RolesChanged { roles: roles.into_iter().collect() })
    }

    /// Decides to deactivate the account. Nobody deactivates their own, nor the last active administrator; `others`
    /// says whether there is another.
    pub fn deactivate(&self, by: Option<StaffId>, others: bool) -> Result<StaffEvent, Error> {
        if by == Some(self.id) {
            return Err(StaffConflict::OwnAccount.into());
        }
        if self.state == StaffState::Deactivated {
            return Err(StaffConflict::Already("deactivated").into());
        }
        if self.administers() && !others {
            return Err(StaffConflict::LastAdministrator.into());
        }
        Ok(StaffEvent::StaffDeactivated {})
    }

    /// Decides to reactivate the account; refuses one that is not deactivated.
    pub fn reactivate(&self) -> Result<StaffEvent, Error> {
        match self.state {
            StaffState::Deactivated => Ok(StaffEvent::StaffReactivated {}),
            StaffState::Active => Err(StaffConflict::Already("active").into()),
            StaffState::Invited => Err(StaffConflict::Already("invited").into()),
        }
    }

    /// Decides `event`, which only an active account allows: to reset the second factors, or to lift a lock.
    pub fn if_active(&self, event: StaffEvent) -> Result<StaffEvent, Error> {
        match self.state {
            StaffState::Active => Ok(event),
            StaffState::Invited => Err(StaffConflict::Already("invited").into()),
            StaffState::Deactivated => Err(StaffConflict::Already("deactivated").into()),
        }
    }
}

/// Reads who a new member of staff is: name, canonical address and at least one role, with every fault at once.
pub fn introduce(name: &str, email: &str, roles: &[StaffRole]) -> Read<(String, Email, Vec<StaffRole>)> {
    let lacking = "Enter an email address in the correct format, like name@example.com";
    let (name, email, roles) = (
        line("name", name, "Name", 100, "Enter their name, in 100 characters or less"),
        chosen("email", Email::parse(email).ok(), lacking),
        some_role(roles),
    )
        .together()?;
    Ok((name, email, roles.into_iter().collect()))
}

fn some_role(roles: &[StaffRole]) -> Read<BTreeSet<StaffRole>> {
    check(!roles.is_empty(), "roles", "Select at least one role").map(|()| roles.iter().copied().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Conflict;

    fn somebody(roles: &[StaffRole]) -> StaffMember {
        let added = StaffEvent::StaffAdded { name: "A".into(), email: "a@b.example".into(), roles: roles.to_vec() };
        StaffMember::begin(id(1), &added, at()).unwrap()
    }

    fn at() -> DateTime<Utc> {
        "2026-11-18T10:00:00Z".parse().unwrap()
    }

    fn id(number: u128) -> StaffId {
        uuid::Uuid::from_u128(number).into()
    }

    #[test]
    fn what_takes_rights_away_ends_open_sessions() {
        let before = somebody(&[StaffRole::Manager]);
        for (event, ends) in [
            (StaffEvent::RolesChanged { roles: vec![StaffRole::Analyst] }, true),
            (StaffEvent::StaffDeactivated {}, true),
            (StaffEvent::PasswordChanged {}, true),
            (StaffEvent::SecondFactorReset {}, true),
            (StaffEvent::StaffSessionsEnded {}, true),
            (StaffEvent::RecoveryCodesMade {}, false),
            (StaffEvent::StaffUnlocked {}, false),
        ] {
            let after = before.clone().after(&event, at());
            assert_eq!(after.epoch > before.epoch, ends, "{event:?}");
            assert_eq!(after.version, 2);
        }
    }

    #[test]
    fn an_invitation_is_accepted_once_and_reactivating_does_not_accept_it() {
        let invited = StaffEvent::StaffInvited { name: "A".into(), email: "a@b.example".into(), roles: Vec::new() };
        let invited = StaffMember::begin(id(1), &invited, at()).unwrap();
        let accepted = invited.clone().after(&invited.accept().unwrap(), at());
        assert_eq!(accepted.state, StaffState::Active);
        assert!(accepted.accept().is_err() && accepted.resend().is_err());
        let off = invited.after(&StaffEvent::StaffDeactivated {}, at());
        let on = off.clone().after(&off.reactivate().unwrap(), at());
        assert_eq!(on.state, StaffState::Invited);
    }

    #[test]
    fn nobody_changes_their_own_account_and_the_last_administrator_stays() {
        let chief = somebody(&[StaffRole::Administrator, StaffRole::Manager]);
        assert!(matches!(
            chief.deactivate(Some(id(1)), true),
            Err(Error::Conflict(Conflict::Staff(StaffConflict::OwnAccount)))
        ));
        let roles = [StaffRole::Manager];
        assert!(matches!(
            chief.change_roles(Some(id(1)), &roles, true),
            Err(Error::Conflict(Conflict::Staff(StaffConflict::OwnAccount)))
        ));
        let last = |refused| matches!(refused, Err(Error::Conflict(Conflict::Staff(StaffConflict::LastAdministrator))));
        assert!(last(chief.deactivate(Some(id(2)), false)));
        assert!(last(chief.change_roles(Some(id(2)), &roles, false)));
        assert!(chief.change_roles(Some(id(2)), &roles, true).is_ok());
        assert!(chief.change_roles(Some(id(2)), &[StaffRole::Administrator], false).is_ok());
        assert!(somebody(&roles).deactivate(Some(id(2)), false).is_ok());
    }
}
