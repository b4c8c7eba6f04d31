//! Commands on partner agencies: agreements, clients and tokens. A token is answered this once and stored hashed.

use chrono::NaiveDate;
use entity::vocabulary::{LawfulBasis, Scope, SharedField, StaffRole};
use entity::{AgencyId, AgreementId, ClientId, ClientNetworkId, TokenId, case, client_network};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait};

use super::{mails, record, require};
use crate::context::{Done, Mail, OpContext, Txn};
use crate::domain::agency::{self, Agency, AgencyEvent, MakeAgreement, PER_DAY, PER_MINUTE, Terms};
use crate::domain::clock::london_day;
use crate::domain::policy::manages_agencies;
use crate::domain::stream::Stream;
use crate::domain::text::Line;
use crate::domain::viewer::{Job, Viewer};
use crate::error::{AgencyConflict, Conflict, Error};
use crate::limit::Limit;
use crate::secret::bearer::PlainToken;
use crate::store;
use crate::store::stream::{for_change, load};
use crate::throttle;

/// Lookups by one client, past which it is paused.
const LOOKUPS: Limit = Limit::new("lookups", 30, 60);
/// Lookups by one client that found nobody, past which it is paused.
const MISSES: Limit = Limit::new("misses", 10, 60 * 60);

/// Which agency, as the caller saw it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its row.
    pub agency: AgencyId,
    /// How many facts it had.
    pub version: i32,
}

/// A token with everything it needs, as the operator types it.
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

/// Issues a token under an agreement and to a client of its own; only the operator may. An agency that is new is put on
/// file.
pub async fn issue_anew(op: &OpContext, typed: Issue) -> Result<PlainToken, Error> {
    require(op, matches!(op.viewer, Viewer::System(_)))?;
    let name = Line::parse(&typed.agency, "Agency", 200).map_err(|message| Error::invalid("agency", message))?;
    let name = name.map(String::from).ok_or_else(|| Error::invalid("agency", "Enter the agency’s name"))?;
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
        // Each of these decisions looks at what the facts before it made.
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

/// Puts an agency on file.
pub async fn add(op: &OpContext, name: String, email: String) -> Result<AgencyId, Error> {
    require(op, manages_agencies(&op.viewer))?;
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

/// Puts another address in the place of the one that an agency is written to at.
pub async fn change_email(op: &OpContext, target: Target, email: String) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.change_email(&email)).await
}

/// Makes an agreement.
pub async fn make_agreement(op: &OpContext, target: Target, typed: MakeAgreement) -> Result<AgencyId, Error> {
    change(op, target, move |op, _| agency::make_agreement(typed, op.new_id(), london_day(op.now()))).await
}

/// Ends an agreement; its clients are refused from now on.
pub async fn end_agreement(
    op: &OpContext,
    target: Target,
    agreement: AgreementId,
    reason: String,
) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.end_agreement(agreement, &reason)).await
}

/// Registers a client.
pub async fn register(op: &OpContext, target: Target, agreement: AgreementId, terms: Terms) -> Result<AgencyId, Error> {
    change(op, target, move |op, agency| agency.register(agreement, op.new_id(), terms, london_day(op.now()))).await
}

/// Changes what a client may do.
pub async fn change_client(op: &OpContext, target: Target, client: ClientId, terms: Terms) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.change_client(client, terms)).await
}

/// Pauses a client.
pub async fn pause(op: &OpContext, target: Target, client: ClientId, reason: String) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.pause(client, &reason)).await
}

/// Lets a paused client go on.
pub async fn resume(op: &OpContext, target: Target, client: ClientId) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.resume(client)).await
}

/// Disables a client for good.
pub async fn disable(op: &OpContext, target: Target, client: ClientId, reason: String) -> Result<AgencyId, Error> {
    change(op, target, move |_, agency| agency.disable(client, &reason)).await
}

/// Issues a token to a client.
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

/// Puts a new token in the place of `old`, which ends in a week or at once.
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

/// Revokes a token that its bearer, or whoever has it, types; only the operator may. Whether it was one of ours.
pub async fn revoke_typed(op: &OpContext, token: &str, reason: String) -> Result<bool, Error> {
    require(op, matches!(op.viewer, Viewer::System(_)))?;
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

/// Revokes a token that was found where it should not be, whoever hands it in, and says so to the administrators and to
/// the agency. A token that is revoked already stays so.
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

/// Pauses a client whose use is unusual, and says so to the administrators. One that is paused already stays so.
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

/// Tells whoever has a restricted case that an agency asked for its child, who was said not to be known.
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

/// Remembers that a client called from `network`; whether that is new.
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

/// Counts a look-up about to be made; one too many in a minute pauses the client.
pub(super) async fn looks_up(op: &OpContext) -> Result<(), Error> {
    watch(op, LOOKUPS, "it looked up 30 children within a minute").await
}

/// Counts a look-up that found nobody; one too many in an hour pauses the client.
pub(super) async fn found_nobody(op: &OpContext) -> Result<(), Error> {
    watch(op, MISSES, "10 of its lookups within an hour found nobody").await
}

/// Counts, and pauses the client each time the count has reached the limit once more: a client that was resumed has as
/// many tries again.
async fn watch(op: &OpContext, limit: Limit, reason: &'static str) -> Result<(), Error> {
    let Viewer::Partner(partner) = &op.viewer else { return Ok(()) };
    let (count, _) = throttle::count(op, limit, &partner.client.to_string(), 1).await?;
    if count % limit.most != 0 {
        return Ok(());
    }
    pause_unusual(op, partner.agency, partner.client, reason).await?;
    Err(AgencyConflict::ClientPaused(op.council.team_phone.clone()).into())
}

/// Runs a change that nobody saw a version of before: whoever saved in between does not stop it. What holds already is
/// no failure.
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

/// One mail for each administrator.
async fn administrators(txn: &DatabaseTransaction, mail: impl Fn(&str) -> Mail) -> Result<Vec<Mail>, Error> {
    let addresses = store::staff::addresses_of(txn, StaffRole::Administrator).await?;
    Ok(addresses.iter().map(|address| mail(address)).collect())
}

async fn change<F>(op: &OpContext, target: Target, decide: F) -> Result<AgencyId, Error>
where
    F: FnOnce(&OpContext, &Agency) -> Result<AgencyEvent, Error> + Send + 'static,
{
    change_with(op, target, None, decide).await
}

/// Runs one verb on one agency. A new token comes with what is stored of it.
async fn change_with<F>(
    op: &OpContext,
    target: Target,
    token: Option<(TokenId, String)>,
    decide: F,
) -> Result<AgencyId, Error>
where
    F: FnOnce(&OpContext, &Agency) -> Result<AgencyEvent, Error> + Send + 'static,
{
    require(op, manages_agencies(&op.viewer))?;
    op.commit(move |op, txn| async move {
        let before: Agency = for_change(&op, &txn, &target.agency).await?;
        before.must_stand_at(target.version)?;
        let event = decide(&op, &before)?;
        Ok(record::record(&op, &txn, before.id, Some(before), vec![event], token).await?.map(|after| after.id))
    })
    .await
}
