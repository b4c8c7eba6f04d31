//! Authenticates programs of partner agencies: whether a token is accepted, from which networks its client may call,
//! how much it may ask, and what unusual use pauses it.
//!
//! What must not live here: what a program may be shown (`domain::policy`, `graphql::guarded`).

use std::net::IpAddr;

use axum::http::HeaderValue;
use chrono::{DateTime, NaiveDate, Utc};
use entity::token;
use entity::vocabulary::{RefusalKind, Scope, SharedField};
use frontend::bearer_token::{BearerTokens, TokenFacts};
use frontend::denied::Attempt;
use frontend::vocabulary;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::denied::attempt;
use super::session::Browser;
use crate::app::App;
use crate::config::Council;
use crate::context::{OpContext, write};
use crate::domain::agency::{PER_DAY, PER_MINUTE};
use crate::domain::london::london_day;
use crate::domain::network::{self, Network};
use crate::domain::policy::only_counts;
use crate::domain::viewer::{Partner, Viewer};
use crate::error::{AgencyConflict, Error};
use crate::limit::Limit;
use crate::refusal::Refused;
use crate::secret::bearer::PlainToken;
use crate::service;
use crate::store;
use crate::store::agency::Bearer;
use crate::throttle;

/// Refused tokens from one address.
const WRONG: Limit = Limit::new("wrong token", 30, 5 * 60);
/// The cost of all queries of one member of staff in a minute: some ten pages a second, more than anybody opens. It slows
/// down a program that copies a register; that one did is told by the access notes.
const STAFF_POINTS: Limit = Limit::new("staff points", 400_000, 60);
const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * 60;

/// Whether a token is accepted at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Accepted,
    Paused,
    Refused,
}

fn standing(bearer: &Bearer, now: DateTime<Utc>) -> Standing {
    let Bearer { token, client, agreement, .. } = bearer;
    let today = london_day(now);
    let token_holds = token.revoked_at.is_none()
        && token.expires_on >= today
        && token.ends_at.is_none_or(|ends_at| ends_at > now)
        && client.disabled_at.is_none();
    let agreement_holds = agreement.ended_at.is_none() && (agreement.starts_on..=agreement.ends_on).contains(&today);
    match (token_holds && agreement_holds, client.paused_at) {
        (false, _) => Standing::Refused,
        (true, Some(_)) => Standing::Paused,
        (true, None) => Standing::Accepted,
    }
}

/// The partner whose token an `Authorization` header holds. A token that is wrong, expired or revoked, or that comes
/// from a network its client does not call from, is refused as `Unauthenticated`; one of a paused client as a conflict.
pub(super) async fn of_header(
    app: &App,
    authorization: &HeaderValue,
    address: Option<IpAddr>,
) -> Result<Viewer, Error> {
    // A token whose checksum is wrong is refused without asking the database, and an unknown one after a single read.
    let token = authorization.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).and_then(PlainToken::parse);
    let Some(token) = token else { return Err(wrong(app, address)) };
    let Some(bearer) = store::agency::bearer(&app.db, &token.hash()).await? else { return Err(wrong(app, address)) };
    let now = app.clock.now();
    match standing(&bearer, now) {
        Standing::Refused => {
            let error = wrong(app, address);
            // Past the limit the refusal was noted often enough.
            if !matches!(error, Error::Throttled(_)) {
                note_refusal(app, &bearer, address).await?;
            }
            return Err(error);
        }
        Standing::Paused => {
            note_refusal(app, &bearer, address).await?;
            return Err(paused(&app.config.council));
        }
        Standing::Accepted => {}
    }
    if !calls_from(app, &bearer, address).await? {
        note_refusal(app, &bearer, address).await?;
        return Err(wrong(app, address));
    }
    mark_used(app, &bearer.token, london_day(now)).await?;
    Ok(Viewer::Partner(as_partner(bearer)))
}

fn as_partner(bearer: Bearer) -> Partner {
    let Bearer { token, client, agreement, agency } = bearer;
    Partner {
        token: token.id,
        client: client.id,
        agency: agency.id,
        name: agency.name,
        scopes: client.scopes.split(',').filter_map(Scope::parse).collect(),
        fields: client.fields.split(',').filter_map(SharedField::parse).collect(),
        purpose: agreement.purpose,
        per_minute: client.per_minute,
        per_day: client.per_day,
    }
}

/// The error for a refused token, once it is counted. It is counted in this process only: guessing one of 62^32 tokens
/// is hopeless, and a database write for each guess would do more harm.
fn wrong(app: &App, address: Option<IpAddr>) -> Error {
    let from = address.map(network::origin).unwrap_or_default();
    app.limits.take(WRONG, &from, app.clock.now()).err().unwrap_or(Error::Unauthenticated)
}

/// The error for a paused client, with the number to ring.
fn paused(council: &Council) -> Error {
    AgencyConflict::ClientPaused(council.team_phone.clone()).into()
}

async fn note_refusal(app: &App, bearer: &Bearer, address: Option<IpAddr>) -> Result<(), Error> {
    let op = app.op(Viewer::Anonymous).asked_from(address);
    op.was_refused(Refused::new(RefusalKind::SignIn, format!("token:{}", bearer.token.id)).counted());
    service::access_note::note(&op).await
}

/// Whether the client may call from `address`: the address lies in a range the client was given, or the client has no
/// ranges and has called from that network before. The first network is learnt; a call from another one later pauses
/// the client.
async fn calls_from(app: &App, bearer: &Bearer, address: Option<IpAddr>) -> Result<bool, Error> {
    let ranges: Vec<Network> =
        bearer.client.networks.split(',').filter_map(|range| Network::parse(range.trim()).ok()).collect();
    if !bearer.client.networks.is_empty() {
        return Ok(address.is_some_and(|address| ranges.iter().any(|range| range.contains(address))));
    }
    let Some(address) = address else { return Ok(true) };
    let network = network::surrounding(address);
    let known = store::agency::networks(&app.db, bearer.client.id).await?;
    if known.contains(&network) {
        return Ok(true);
    }
    let op = app.op(Viewer::Anonymous).asked_from(Some(address));
    if service::agency::learn(&op, bearer.client.id, network.clone()).await? && !known.is_empty() {
        // The reason names the network, so that whoever resumes the client knows what that lets in.
        let reason = format!("it called from a network that it had not called from before, {network}");
        service::agency::pause_unusual(&op, bearer.agency.id, bearer.client.id, &reason).await?;
        note_refusal(app, bearer, Some(address)).await?;
        return Err(paused(&app.config.council));
    }
    Ok(true)
}

async fn mark_used(app: &App, token: &token::Model, today: NaiveDate) -> Result<(), Error> {
    if token.last_used_on == Some(today) {
        return Ok(());
    }
    let id = token.id;
    write(&app.db, move |txn| async move {
        let used = token::ActiveModel { last_used_on: Set(Some(today)), ..Default::default() };
        token::Entity::update_many().set(used).filter(token::Column::Id.eq(id)).exec(&*txn).await?;
        Ok(())
    })
    .await
}

fn per_minute(points: i32) -> Limit {
    Limit::new("points in a minute", points, MINUTE)
}

fn per_day(points: i32) -> Limit {
    Limit::new("points in a day", points, DAY)
}

/// Charges the cost of a query before it runs. Past its limits a partner, an analyst or a member of staff is refused.
pub(crate) async fn charge(op: &OpContext, points: i32) -> Result<(), Error> {
    match &op.viewer {
        Viewer::Partner(partner) => {
            let client = partner.client.to_string();
            throttle::spend(op, per_minute(partner.per_minute), &client, points).await?;
            throttle::take(op, per_day(partner.per_day), &client, points).await
        }
        // Whoever may see counts only has the budget of a program, whether they use a token or a password.
        Viewer::Staff(staff) if only_counts(&op.viewer) => {
            let analyst = staff.id.to_string();
            throttle::spend(op, per_minute(PER_MINUTE), &analyst, points).await?;
            throttle::take(op, per_day(PER_DAY), &analyst, points).await
        }
        Viewer::Staff(staff) => throttle::spend(op, STAFF_POINTS, &staff.id.to_string(), points).await,
        Viewer::Anonymous | Viewer::SchoolContact(_) | Viewer::System(_) => Ok(()),
    }
}

/// The pages on which somebody types a token, in one browser.
pub(crate) struct TokensOnPages(pub(crate) Browser);

impl BearerTokens for TokensOnPages {
    fn look_at(&self, token: String) -> Attempt<'_, Option<TokenFacts>> {
        attempt(async move { inspect(self.0.app(), self.0.op(), &token).await })
    }

    fn hand_in(&self, token: String) -> Attempt<'_, ()> {
        attempt(async move { hand_in(self.0.op(), &token).await })
    }
}

/// The facts of a typed token, without using it; `None` if it is not accepted. Refused tokens are counted by address.
async fn inspect(app: &App, op: &OpContext, typed: &str) -> Result<Option<TokenFacts>, Error> {
    let bearer = match PlainToken::parse(typed.trim()) {
        Some(token) => store::agency::bearer(&app.db, &token.hash()).await?,
        None => None,
    };
    let now = app.clock.now();
    let Some(bearer) = bearer.filter(|bearer| standing(bearer, now) != Standing::Refused) else {
        return match wrong(app, op.address()) {
            Error::Unauthenticated => Ok(None),
            error => Err(error),
        };
    };
    let (client, expires_on) = (bearer.client.name.clone(), bearer.token.expires_on);
    let paused = bearer.client.paused_at.is_some();
    let partner = as_partner(bearer);
    let id = partner.client.to_string();
    let in_minute = throttle::spent(op, per_minute(partner.per_minute), &id).await?;
    let (in_day, _) = throttle::count(op, per_day(partner.per_day), &id, 0).await?;
    let left_in_minute = (partner.per_minute - in_minute).max(0);
    let left_in_day = (partner.per_day - in_day).max(0);
    Ok(Some(TokenFacts {
        agency: partner.name,
        client,
        purpose: partner.purpose,
        scopes: partner.scopes.iter().filter_map(|scope| vocabulary::Scope::parse(scope.code())).collect(),
        fields: partner.fields.iter().filter_map(|field| vocabulary::SharedField::parse(field.code())).collect(),
        expires_on,
        paused,
        per_minute: partner.per_minute,
        left_in_minute,
        per_day: partner.per_day,
        left_in_day,
    }))
}

/// Revokes a typed token if it exists, and does not tell whether it did. A guess fails its checksum without asking the
/// database, so this needs no limit, which could keep a leaked token alive.
async fn hand_in(op: &OpContext, typed: &str) -> Result<(), Error> {
    match PlainToken::parse(typed.trim()) {
        Some(token) => service::agency::hand_in(op, &token).await,
        None => Ok(()),
    }
}
