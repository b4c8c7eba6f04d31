//! The door that pages know, over the one that `auth` keeps.

use frontend::visit::{self, Choice, LinkUse, OpenedLink, Shut, Suspended, TokenFacts};
use frontend::vocabulary::{Scope, SharedField};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::auth::client::{self, Inspected};
use crate::auth::contact_door::{self, ContactDoor, Redeemed};
use crate::auth::session::Browser;
use crate::auth::staff_door::StaffDoor;
use crate::error::Error;

/// The door for school contacts, for one request.
pub(super) struct ForContacts(pub(super) ContactDoor);

/// The door for staff, and the way out for everybody, for one request.
pub(super) struct ForStaff(pub(super) StaffDoor);

/// The door for whoever holds a token, for one request.
pub(super) struct ForTokens(pub(super) Browser);

fn shut(error: &Error) -> Shut {
    if let Error::Throttled(until) = error {
        return Shut::Throttled(*until);
    }
    tracing::error!(error = %error, cause = ?std::error::Error::source(error).map(ToString::to_string), "A door failed");
    Shut::Internal
}

fn choices(choices: Vec<contact_door::Choice>) -> Vec<Choice> {
    choices.into_iter().map(|choice| Choice { id: choice.contact.to_string(), school: choice.school }).collect()
}

impl visit::ContactDoor for ForContacts {
    fn send_link(&self, email: String) -> BoxFuture<'_, Result<(), Shut>> {
        async move { self.0.mail_link(email).await.map_err(|error| shut(&error)) }.boxed()
    }

    fn put_away(&self, token: &str) -> bool {
        self.0.put_away(token)
    }

    fn opened(&self) -> BoxFuture<'_, Result<Option<OpenedLink>, Shut>> {
        async move {
            let opened = self.0.opened().await.map_err(|error| shut(&error))?;
            Ok(opened.map(|link| OpenedLink { wants_code: link.wants_code }))
        }
        .boxed()
    }

    fn redeem(&self, code: String) -> BoxFuture<'_, Result<LinkUse, Shut>> {
        async move {
            Ok(match self.0.redeem(&code).await.map_err(|error| shut(&error))? {
                Redeemed::In(offered) => LinkUse::In(choices(offered)),
                Redeemed::WrongCode => LinkUse::WrongCode,
                Redeemed::Dead => LinkUse::Dead,
            })
        }
        .boxed()
    }

    fn choices(&self) -> BoxFuture<'_, Result<Vec<Choice>, Shut>> {
        async move { self.0.choices().await.map(choices).map_err(|error| shut(&error)) }.boxed()
    }

    fn was_suspended(&self) -> BoxFuture<'_, Result<bool, Shut>> {
        async move { self.0.was_suspended().await.map_err(|error| shut(&error)) }.boxed()
    }

    fn suspended(&self) -> BoxFuture<'_, Result<Option<Suspended>, Shut>> {
        async move {
            let suspended = self.0.suspended().await.map_err(|error| shut(&error))?;
            Ok(suspended.map(|told| Suspended { school: told.school, why: told.why.map(str::to_owned) }))
        }
        .boxed()
    }

    fn other_school_of(&self, draft: String) -> BoxFuture<'_, Result<Option<Choice>, Shut>> {
        async move {
            let other = self.0.other_school_of(&draft).await.map_err(|error| shut(&error))?;
            Ok(choices(other.into_iter().collect()).pop())
        }
        .boxed()
    }

    fn act_for(&self, choice: String) -> BoxFuture<'_, Result<(), Shut>> {
        async move { self.0.choose(&choice).await.map_err(|error| shut(&error))?.then_some(()).ok_or(Shut::Refused) }
            .boxed()
    }
}

impl visit::StaffDoor for ForStaff {
    fn sign_in(&self, email: String, password: String) -> BoxFuture<'_, Result<(), Shut>> {
        async move {
            let admitted = self.0.sign_in(email, password).await.map_err(|error| shut(&error))?;
            admitted.then_some(()).ok_or(Shut::Refused)
        }
        .boxed()
    }

    fn sign_out(&self, everywhere: bool) -> BoxFuture<'_, Result<(), Shut>> {
        async move { self.0.0.leave(everywhere).await.map_err(|error| shut(&error)) }.boxed()
    }
}

impl visit::TokenDoor for ForTokens {
    fn look_at(&self, token: String) -> BoxFuture<'_, Result<Option<TokenFacts>, Shut>> {
        async move {
            let found = client::inspect(self.0.app(), &token, self.0.op().address()).await;
            Ok(found.map_err(|error| shut(&error))?.map(facts))
        }
        .boxed()
    }

    fn hand_in(&self, token: String) -> BoxFuture<'_, Result<(), Shut>> {
        async move { client::hand_in(self.0.op(), &token).await.map_err(|error| shut(&error)) }.boxed()
    }
}

fn facts(found: Inspected) -> TokenFacts {
    let Inspected { partner, client, expires_on, paused, left_in_minute, left_in_day } = found;
    TokenFacts {
        agency: partner.name,
        client,
        purpose: partner.purpose,
        scopes: partner.scopes.iter().filter_map(|scope| Scope::parse(scope.code())).collect(),
        fields: partner.fields.iter().filter_map(|field| SharedField::parse(field.code())).collect(),
        expires_on,
        paused,
        per_minute: partner.per_minute,
        left_in_minute,
        per_day: partner.per_day,
        left_in_day,
    }
}
