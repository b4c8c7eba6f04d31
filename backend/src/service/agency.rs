//! Commands on partner agencies: agreements, clients and tokens. A token is in the answer of the command that makes it,
//! this once; it is stored only as a hash.
//!
//! What must not live here: what may be decided of an agency (`domain::agency`), and authentication by token
//! (`auth::client`).

use chrono::NaiveDate;
use entity::vocabulary::{LawfulBasis, Scope, SharedField, StaffRole};
use entity::{AgencyId, AgreementId, ClientId, ClientNetworkId, TokenId, case, client_network};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use super::{mails, record};
use crate::context::{Done, Mail, OpContext, Txn};
use crate::domain::agency::{self, Agency, AgencyEvent, MakeAgreement, PER_DAY, PER_MINUTE, Terms};
use crate::domain::london::london_day;
use crate::domain::policy::manages_agencies;
use crate::domain::stream::Stream;
use crate::domain::text::Line;
use crate::domain::typed::{all, line};
use crate::domain::viewer::{Job, Viewer};
use crate::error::{AgencyConflict, Conflict, Error};
use crate::limit::Limit;
use crate::secret::bearer::PlainToken;
use crate::store;
use crate::store::stream::{for_change, load};
use crate::throttle;

/// The look-ups by one client in a minute at which it is paused.
const LOOKUPS: Limit = Limit::new("lookups", 30, 60);
/// The look-ups by one client in an hour that found nobody at which it is paused.
const MISSES: Limit = Limit::new("misses", 10, 60 * 60);

/// The agency to change, as the caller saw it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The id of the agency.
    pub agency: AgencyId,
    /// The number of facts it had then. The change is refused if it has more by now.
    pub version: i32,
}

/// A token with the agreement and the client it needs, as the operator types them.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the options of `onroll token issue`")]
pub struct Issue {
    pub agency: String,
    pub scopes: Vec<Scope>,
    pub purpose: String,
    pub lawful_basis: LawfulBasis,
    pub fields: Vec<SharedField>,
    pub expires_on: NaiveDate,
}

/// Issues a token under a new agreement and to a new client; only the operator may. The agency is put on file if none
/// has this name.
pub async fn issue_anew(op: &OpContext, typed: Issue) -> Result<PlainToken, Error> {
    op.require(matches!(op.viewer, Viewer::System(_)))?;
    let (name,) = all((line("agency", &typed.agency, "Agency", 200, "Enter the agency’s name"),))?;
    let plain = PlainToken::new()?;
    let hash = plain.hash();
    op.commit(move |op, txn| async move {
        let (now, today) = (op.now(), london_day(op.now()));
        let known = store::agency::named(&op, &*txn, &name).await?.map(|row| row.id);
        let before = match known {
            Some(id) => Some(load::<Agency, _>(&*txn, id).await?),
            None => None,
        };
        let id = known.unwrap_or_else(|| op.new_id());
        let (agreement, client, token): (AgreementId, ClientId, TokenId) = (op.new_id(), op.new_id(), op.new_id());
        let added = AgencyEvent::AgencyAdded { name: name.clone(), email: String::new() };
        let made = MakeAgreement {
            purpose: typed.purpose,
            lawful_basis: Some(typed.lawful_basis),
            scopes: typed.scopes.clone(),
            fields: typed.fields.clone(),
            starts_on: today.to_string(),
            ends_on: typed.expires_on.to_string(),
        };
        let made = agency::make_agreement(made, agreement, today)?;
        let mut facts: Vec<AgencyEvent> = before.is_none().then_some(added).into_iter().chain([made]).collect();
        // Each decision below looks at the agency after the facts before it: an agreement, then its client, then a
        // token for that.
        let stands = facts.iter().fold(before.clone(), |agency, fact| Agency::fold(agency, id, fact, now));
        let stands = stands.ok_or(Error::NotFound)?;
        let terms = Terms {
            name,
            scopes: typed.scopes,
            fields: typed.fields,
            per_minute: PER_MINUTE,
            per_day: PER_DAY,
            networks: Vec::new(),
        };
        let registered = stands.register(agreement, client, terms, today)?;
        let stands = stands.after(&registered, now);
        let issued = stands.issue(client, token, &typed.expires_on.to_string(), today)?;
        facts.extend([registered, issued]);
        Ok(record::record(&op, &txn, id, before, facts, Some((token, hash))).await?.map(|_| plain))
    })
    .await
}

/// Puts an agency on file; fails when another has the same name.
pub async fn add(op: &OpContext, name: String, email: String) -> Result<AgencyId, Error> {
    op.require(manages_agencies(&op.viewer))?;
    let added = agency::add(&name, &email)?;
    op.commit(move |op, txn| async move {
        if let AgencyEvent::AgencyAdded { name, .. } = &added
            && store::agency::named(&op, &*txn, name).await?.is_some()
        {
            return Err(Error::invalid("name", "An agency of this name is on file already"));
        }
        Ok(record::begin::<Agency>(&op, &txn, op.new_id(), vec![added]).await?.map(|agency| agency.id))
    })
    .await
}

/// Replaces the address to which mails for an agency go.
pub async fn change_email(op: &OpContext, target: Target, email: String) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.change_email(&email)).await
}

/// Makes an agreement with an agency.
pub async fn make_agreement(op: &OpContext, target: Target, typed: MakeAgreement) -> Result<AgencyId, Error> {
    change(op, target, move |op, _| agency::make_agreement(typed, op.new_id(), london_day(op.now()))).await
}

/// Ends an agreement before its last day; the tokens of its clients are refused from now on, and what the agency was
/// asked goes back to the officers if it has no other agreement.
pub async fn end_agreement(
    op: &OpContext,
    target: Target,
    agreement: AgreementId,
    reason: String,
) -> Result<AgencyId, Error> {
    let ended = change(op, target, move |_, agency| agency.end_agreement(agreement, &reason)).await?;
    super::case::take_back_enquiries(op).await?;
    Ok(ended)
}

/// Registers a client under an agreement.
pub async fn register(op: &OpContext, target: Target, agreement: AgreementId, terms: Terms) -> Result<AgencyId, Error> {
    change(op, target, move |op, agency| agency.register(agreement, op.new_id(), terms, london_day(op.now()))).await
}

/// Replaces the terms of a client.
pub async fn change_client(op: &OpContext, target: Target, client: ClientId, terms: Terms) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.change_client(client, terms)).await
}

/// Pauses a client: its tokens are refused until it is resumed.
pub async fn pause(op: &OpContext, target: Target, client: ClientId, reason: String) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.pause(client, &reason)).await
}

/// Resumes a paused client.
pub async fn resume(op: &OpContext, target: Target, client: ClientId) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.resume(client)).await
}

/// Disables a client for good.
pub async fn disable(op: &OpContext, target: Target, client: ClientId, reason: String) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.disable(client, &reason)).await
}

/// Issues a token to a client. The answer holds the token, which cannot be read again.
pub async fn issue(
    op: &OpContext,
    target: Target,
    client: ClientId,
    expires_on: String,
) -> Result<(AgencyId, PlainToken), Error> {
    let plain = PlainToken::new()?;
    let token: TokenId = op.new_id();
    let id = change_with(op, target, Some((token, plain.hash())), move |op, agency| {
        agency.issue(client, token, &expires_on, london_day(op.now()))
    })
    .await?;
    Ok((id, plain))
}

/// Replaces the token `old`, which ends in a week or at once. The answer holds the new token, which cannot be read
/// again.
pub async fn rotate(
    op: &OpContext,
    target: Target,
    old: TokenId,
    expires_on: String,
    at_once: bool,
) -> Result<(AgencyId, PlainToken), Error> {
    let plain = PlainToken::new()?;
    let new: TokenId = op.new_id();
    let id = change_with(op, target, Some((new, plain.hash())), move |op, agency| {
        agency.rotate(old, new, &expires_on, at_once, op.now())
    })
    .await?;
    Ok((id, plain))
}

/// Revokes a token.
pub async fn revoke(op: &OpContext, target: Target, token: TokenId, reason: String) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.revoke(token, &reason)).await
}

/// Revokes a token by its full text; only the operator may. False when it is no token of ours.
pub async fn revoke_typed(op: &OpContext, token: &str, reason: String) -> Result<bool, Error> {
    op.require(matches!(op.viewer, Viewer::System(_)))?;
    let Some(plain) = PlainToken::parse(token.trim()) else { return Ok(false) };
    let Some(bearer) = store::agency::bearer(&op.db, &plain.hash()).await? else { return Ok(false) };
    let (agency, token) = (bearer.agency.id, bearer.token.id);
    op.commit(move |op, txn| async move {
        let before: Agency = load(&*txn, agency).await?;
        let revoked = before.revoke(token, &reason)?;
        Ok(record::change(&op, &txn, before, vec![revoked]).await?.map(|_| true))
    })
    .await
}

/// Revokes a token that was found where it should not be, whoever hands it in, and mails the administrators and the
/// agency. Does nothing for a token that is revoked or unknown.
pub(crate) async fn hand_in(op: &OpContext, token: &PlainToken) -> Result<(), Error> {
    let Some(bearer) = store::agency::bearer(&op.db, &token.hash()).await? else { return Ok(()) };
    let (agency, token) = (bearer.agency.id, bearer.token.id);
    insist(op, move |op, txn| async move {
        let before: Agency = load(&*txn, agency).await?;
        if before.token(token)?.revoked_at.is_some() {
            return Err(AgencyConflict::Already("revoked").into());
        }
        let client = Line::named(&before.client(before.token(token)?.client)?.terms.name);
        let name = Line::named(&before.name);
        let mut told = administrators(&txn, |to| mails::token_leaked(to, &name, &client, &op.council)).await?;
        if !before.email.is_empty() {
            told.push(mails::token_leaked(&before.email, &name, &client, &op.council));
        }
        let handed_in = AgencyEvent::TokenHandedIn { token };
        Ok(record::change(&op, &txn, before, vec![handed_in]).await?.map(drop).mailing(told))
    })
    .await
}

/// Pauses a client whose use is unusual, and mails the administrators. Does nothing for a client that is paused.
pub(crate) async fn pause_unusual(
    op: &OpContext,
    agency: AgencyId,
    client: ClientId,
    reason: &str,
) -> Result<(), Error> {
    let (mut watch, reason) = (op.clone(), reason.to_owned());
    watch.viewer = Viewer::System(Job::Watch);
    insist(&watch, move |op, txn| {
        let reason = reason.clone();
        async move {
            let before: Agency = load(&*txn, agency).await?;
            let paused = before.pause(client, &reason)?;
            let [name, its, why] =
                [&before.name, &before.client(client)?.terms.name, &reason].map(|text| Line::named(text));
            let told = administrators(&txn, |to| mails::client_paused(to, &name, &its, &why, &op.council)).await?;
            Ok(record::change(&op, &txn, before, vec![paused]).await?.map(drop).mailing(told))
        }
    })
    .await
}

/// Mails the officer of a restricted case, or the team, that an agency looked up its child and was told that the child
/// is not known.
pub(super) async fn say_asked(op: &OpContext, case: &case::Model) -> Result<(), Error> {
    let Viewer::Partner(partner) = &op.viewer else { return Ok(()) };
    let officer = match case.officer_id {
        Some(officer) => store::staff::many(op, &[officer]).await?.pop(),
        None => None,
    };
    let to = officer.map_or_else(|| op.council.team_email.clone(), |officer| officer.email);
    let told = vec![mails::restricted_asked(&to, &case.reference, &Line::named(&partner.name), &op.council)];
    op.write(move |op, txn| async move { op.queue(&txn, told).await }).await
}

/// Stores that a client called from `network`; true when that is new.
pub(crate) async fn learn(op: &OpContext, client: ClientId, network: String) -> Result<bool, Error> {
    let row = client_network::ActiveModel {
        id: Set(op.new_id::<ClientNetworkId>()),
        client_id: Set(client),
        network: Set(network),
        first_seen_at: Set(op.now()),
    };
    op.write(move |_, txn| async move {
        let both = [client_network::Column::ClientId, client_network::Column::Network];
        let added = client_network::Entity::insert(row)
            .on_conflict(OnConflict::columns(both).do_nothing().to_owned())
            .exec_without_returning(&*txn)
            .await?;
        Ok(added > 0)
    })
    .await
}

/// Counts a look-up about to be made. The 30th within a minute pauses the client and fails.
pub(super) async fn looks_up(op: &OpContext) -> Result<(), Error> {
    watch(op, LOOKUPS, "it looked up 30 children within a minute").await
}

/// Counts a look-up that found nobody. The 10th within an hour pauses the client and fails.
pub(super) async fn found_nobody(op: &OpContext) -> Result<(), Error> {
    watch(op, MISSES, "10 of its lookups within an hour found nobody").await
}

/// Counts, and pauses the client whenever the count is a multiple of the limit, so that a client that was resumed has
/// as many look-ups again.
async fn watch(op: &OpContext, limit: Limit, reason: &'static str) -> Result<(), Error> {
    let Viewer::Partner(partner) = &op.viewer else { return Ok(()) };
    let (count, _) = throttle::count(op, limit, &partner.client.to_string(), 1).await?;
    if count == 0 || count % limit.most != 0 {
        return Ok(());
    }
    pause_unusual(op, partner.agency, partner.client, reason).await?;
    Err(AgencyConflict::ClientPaused(op.council.team_phone.clone()).into())
}

/// Runs a change that depends on no version that anybody saw, again if somebody saved in between. It succeeds, too,
/// when what it would do was done already.
async fn insist<F, Fut>(op: &OpContext, act: F) -> Result<(), Error>
where
    F: Fn(OpContext, Txn) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<Done<()>, Error>> + Send + 'static,
{
    const TRIES: usize = 5;
    for _ in 0..TRIES {
        match op.commit(act.clone()).await {
            Err(Error::Conflict(Conflict::Stale)) => {}
            Err(Error::Conflict(Conflict::Agency(AgencyConflict::Already(_)))) => return Ok(()),
            done => return done,
        }
    }
    Err(Conflict::Stale.into())
}

/// The same mail for every active administrator.
async fn administrators(txn: &DatabaseTransaction, mail: impl Fn(&str) -> Mail) -> Result<Vec<Mail>, Error> {
    let addresses = store::staff::addresses_of(txn, StaffRole::Administrator).await?;
    Ok(addresses.iter().map(|address| mail(address)).collect())
}

async fn change<F>(op: &OpContext, target: Target, decide: F) -> Result<AgencyId, Error>
where
    F: FnOnce(&OpContext, &Agency) -> Result<AgencyEvent, Error> + Clone + Send + 'static,
{
    change_with(op, target, None, decide).await
}

/// Runs one command on one agency. `token` is the id of a new token with its hash, which no fact holds.
async fn change_with<F>(
    op: &OpContext,
    target: Target,
    token: Option<(TokenId, String)>,
    decide: F,
) -> Result<AgencyId, Error>
where
    F: FnOnce(&OpContext, &Agency) -> Result<AgencyEvent, Error> + Clone + Send + 'static,
{
    op.require(manages_agencies(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let before: Agency = for_change(&op, &txn, &target.agency).await?;
        before.must_stand_at(target.version)?;
        let event = decide(&op, &before)?;
        Ok(record::record(&op, &txn, before.id, Some(before), vec![event], token).await?.map(|after| after.id))
    })
    .await
}
