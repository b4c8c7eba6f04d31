//! The door that pages know, over the one that `auth` keeps.

use entity::vocabulary::StaffLinkPurpose;
use frontend::form::Faults;
use frontend::visit::{self, Checked, Choice, LinkUse, OpenedLink, Shut, Suspended, TokenFacts};
use frontend::vocabulary::{Scope, SharedField};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::auth::client::{self, Inspected};
use crate::auth::contact::{self, ContactSignIn, Redeemed};
use crate::auth::session::Browser;
use crate::auth::staff::{self, Account, AppSecret, FirstFactor, OpenSession, StaffSignIn};
use crate::error::{Error, FieldFault};
use crate::outage;

/// The door for school contacts, for one request.
pub(super) struct ForContacts(pub(super) ContactSignIn);

/// The door for staff, and the way out for everybody, for one request.
pub(super) struct ForStaff(pub(super) StaffSignIn);

/// The door for whoever holds a token, for one request.
pub(super) struct ForTokens(pub(super) Browser);

pub(super) fn shut(error: &Error) -> Shut {
    if let Error::Throttled(until) = error {
        return Shut::Throttled(*until);
    }
    if matches!(error, Error::Unavailable(_)) {
        outage::noticed();
    }
    tracing::error!(error = %error, cause = ?std::error::Error::source(error).map(ToString::to_string), "A door failed");
    Shut::Internal
}

fn choices(choices: Vec<contact::Choice>) -> Vec<Choice> {
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
    fn sign_in(&self, email: String, password: String) -> BoxFuture<'_, Result<visit::FirstFactor, Shut>> {
        async move {
            Ok(match self.0.sign_in(email, password).await.map_err(|error| shut(&error))? {
                FirstFactor::Right(next) => visit::FirstFactor::Right(step(next)),
                FirstFactor::Wrong { last_try } => visit::FirstFactor::Wrong { last_try },
            })
        }
        .boxed()
    }

    fn pending(&self) -> BoxFuture<'_, Result<Option<visit::Step>, Shut>> {
        async move { Ok(self.0.pending().await.map_err(|error| shut(&error))?.map(step)) }.boxed()
    }

    fn second_factor(&self, code: String) -> BoxFuture<'_, Result<bool, Shut>> {
        async move { found(self.0.second_factor(code).await) }.boxed()
    }

    fn new_app(&self) -> BoxFuture<'_, Result<visit::AppSecret, Shut>> {
        async move {
            let AppSecret { url, text } = found(self.0.new_app().await)?;
            Ok(visit::AppSecret { url, text })
        }
        .boxed()
    }

    fn confirm_app(&self, code: String, password: Option<String>) -> Checked<'_> {
        async move { checked(self.0.confirm_app(&code, password).await) }.boxed()
    }

    fn new_codes(&self) -> BoxFuture<'_, Result<Vec<String>, Shut>> {
        async move { self.0.new_codes().await.map_err(|error| shut(&error)) }.boxed()
    }

    fn codes_saved(&self) -> BoxFuture<'_, Result<(), Shut>> {
        async move { self.0.codes_saved().await.map_err(|error| shut(&error)) }.boxed()
    }

    fn renew_codes(&self, password: String) -> Checked<'_> {
        async move { checked(self.0.renew_codes(password).await) }.boxed()
    }

    fn remove_app(&self, password: String) -> Checked<'_> {
        async move { checked(self.0.remove_app(password).await) }.boxed()
    }

    fn change_password(&self, current: String, password: String, again: String) -> Checked<'_> {
        async move { checked(self.0.change_password(current, password, &again).await) }.boxed()
    }

    fn mail_recovery(&self, email: String) -> BoxFuture<'_, Result<(), Shut>> {
        async move { self.0.mail_recovery(email).await.map_err(|error| shut(&error)) }.boxed()
    }

    fn put_link_away(&self, token: &str, purpose: visit::Purpose) -> bool {
        self.0.put_link_away(token, as_stored(purpose))
    }

    fn opened_link(&self, purpose: visit::Purpose) -> BoxFuture<'_, Result<visit::StaffLink, Shut>> {
        async move {
            let staff::OpenedLink { name, wants_code } = found(self.0.opened_link(as_stored(purpose)).await)?;
            Ok(visit::StaffLink { name, wants_code })
        }
        .boxed()
    }

    fn use_link(
        &self,
        purpose: visit::Purpose,
        code: String,
        password: String,
        again: String,
    ) -> BoxFuture<'_, Result<Result<visit::Step, Faults>, Shut>> {
        async move {
            let used = found(self.0.use_link(as_stored(purpose), &code, password, &again).await)?;
            Ok(used.map(step).map_err(faults))
        }
        .boxed()
    }

    fn account(&self) -> BoxFuture<'_, Result<visit::Account, Shut>> {
        async move {
            let Account { before, app_since, codes, demanded, removable } = found(self.0.account().await)?;
            Ok(visit::Account { before, app_since, codes, demanded, removable })
        }
        .boxed()
    }

    fn sessions(&self) -> BoxFuture<'_, Result<Vec<visit::OpenSession>, Shut>> {
        async move {
            let sessions = self.0.sessions().await.map_err(|error| shut(&error))?;
            let shown = sessions.into_iter().map(|open| {
                let OpenSession { handle, agent, since, seen, this } = open;
                visit::OpenSession { handle, agent, since, seen, this }
            });
            Ok(shown.collect())
        }
        .boxed()
    }

    fn end_session(&self, handle: String) -> BoxFuture<'_, Result<(), Shut>> {
        async move {
            let ended = self.0.end_session(&handle).await.map_err(|error| shut(&error))?;
            ended.then_some(()).ok_or(Shut::Refused)
        }
        .boxed()
    }

    fn sign_out(&self, everywhere: bool) -> BoxFuture<'_, Result<(), Shut>> {
        async move { self.0.0.leave(everywhere).await.map_err(|error| shut(&error)) }.boxed()
    }
}

fn found<T>(answer: Result<Option<T>, Error>) -> Result<T, Shut> {
    answer.map_err(|error| shut(&error))?.ok_or(Shut::Refused)
}

fn checked(answer: Result<Vec<FieldFault>, Error>) -> Result<Faults, Shut> {
    match answer {
        Ok(wrong) => Ok(faults(wrong)),
        Err(Error::Unauthenticated | Error::Forbidden | Error::NotFound) => Err(Shut::Refused),
        Err(error) => Err(shut(&error)),
    }
}

fn faults(wrong: Vec<FieldFault>) -> Faults {
    wrong.into_iter().map(|FieldFault { field, message }| (field, message)).collect()
}

fn step(step: staff::Step) -> visit::Step {
    match step {
        staff::Step::In => visit::Step::In,
        staff::Step::SecondFactor => visit::Step::SecondFactor,
        staff::Step::SetUp => visit::Step::SetUp,
    }
}

fn as_stored(purpose: visit::Purpose) -> StaffLinkPurpose {
    match purpose {
        visit::Purpose::Invitation => StaffLinkPurpose::Invitation,
        visit::Purpose::Recovery => StaffLinkPurpose::Recovery,
    }
}

impl visit::TokenDoor for ForTokens {
    fn look_at(&self, token: String) -> BoxFuture<'_, Result<Option<TokenFacts>, Shut>> {
        async move {
            let found = client::inspect(self.0.app(), self.0.op(), &token).await;
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
