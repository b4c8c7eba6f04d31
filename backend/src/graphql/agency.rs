//! Partner agencies, their agreements, clients and tokens, for administrators. What must not live here: whether a token
//! is accepted (`auth::client`), and the text of a token once it was issued.

use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::vocabulary::{LawfulBasis, Scope, SharedField};
use entity::{AgencyId, agency, agreement, client, token};

use super::guarded::op;
use super::input::{Date, id, shown};
use super::loaders::{AgreementsOf, ClientsOf, TokensOf, loads};
use super::page::PageInfo;
use crate::context::OpContext;
use crate::domain::agency::{MakeAgreement, Terms};
use crate::domain::london::london_day;
use crate::domain::policy::manages_agencies;
use crate::error::Error;
use crate::secret::bearer::PlainToken;
use crate::service::agency::{self as command, Target};
use crate::store;
use crate::store::page::{Page, Wanted};

#[derive(Default)]
pub(super) struct AgencyQuery;

fn admitted(op: &OpContext) -> Result<(), Error> {
    op.require(manages_agencies(&op.viewer))
}

#[Object]
impl AgencyQuery {
    /// One partner agency; null when there is none. For administrators.
    async fn agency(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The `id` of the agency.")] id: ID,
    ) -> Result<Option<Agency>, Error> {
        let op = op(ctx);
        admitted(op)?;
        let Ok(id) = self::id(&id) else { return Ok(None) };
        Ok(store::agency::one(op, id).await?.map(Agency))
    }

    /// Partner agencies by name, a page at a time. For administrators.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn agencies(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<AgencyConnection, Error> {
        let op = op(ctx);
        admitted(op)?;
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        Ok(AgencyConnection(store::agency::list(op, &wanted).await?))
    }
}

/// A page of partner agencies.
#[derive(Description)]
struct AgencyConnection(Page<agency::Model>);

#[Object(use_type_description)]
impl AgencyConnection {
    async fn nodes(&self) -> Vec<Agency> {
        self.0.nodes.iter().cloned().map(Agency).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |row| row.id.0)
    }
}

/// A partner agency.
#[derive(Description)]
struct Agency(agency::Model);

#[Object(use_type_description)]
impl Agency {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// How many facts it has; hand it back with a change.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whom to write to; an empty text when not known.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// Its agreements, oldest first.
    #[graphql(complexity = "3 * child_complexity")]
    async fn agreements(&self, ctx: &Context<'_>) -> Result<Vec<Agreement>, Error> {
        let rows = loads(ctx).load_one(AgreementsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Agreement).collect())
    }

    /// Its clients, oldest first.
    #[graphql(complexity = "3 * child_complexity")]
    async fn clients(&self, ctx: &Context<'_>) -> Result<Vec<Client>, Error> {
        let rows = loads(ctx).load_one(ClientsOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Client).collect())
    }
}

/// A data-sharing agreement: the most that clients under it may be allowed.
#[derive(Description)]
struct Agreement(agreement::Model);

#[Object(use_type_description)]
impl Agreement {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// For what data is shared, in the words of the agreement.
    async fn purpose(&self) -> &str {
        &self.0.purpose
    }

    /// Why it may be shared, in law.
    async fn lawful_basis(&self) -> LawfulBasis {
        self.0.lawful_basis
    }

    /// The most that its clients may be used for.
    async fn scopes(&self) -> Vec<Scope> {
        self.0.scopes.split(',').filter_map(Scope::parse).collect()
    }

    /// The most that its clients may be shown.
    async fn fields(&self) -> Vec<SharedField> {
        self.0.fields.split(',').filter_map(SharedField::parse).collect()
    }

    /// The first day on which it holds.
    async fn starts_on(&self) -> Date {
        Date(self.0.starts_on)
    }

    /// The last day on which it holds, unless it was ended early.
    async fn ends_on(&self) -> Date {
        Date(self.0.ends_on)
    }

    /// When it was ended early; null when it was not.
    async fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }

    /// Whether it holds today.
    async fn in_force(&self, ctx: &Context<'_>) -> bool {
        let today = london_day(op(ctx).now());
        self.0.ended_at.is_none() && (self.0.starts_on..=self.0.ends_on).contains(&today)
    }
}

/// A program of a partner agency.
#[derive(Description)]
struct Client(client::Model);

#[Object(use_type_description)]
impl Client {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// The `id` of the agreement that it works under.
    async fn agreement(&self) -> ID {
        shown(self.0.agreement_id)
    }

    /// What the agency calls it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What its tokens may be used for.
    async fn scopes(&self) -> Vec<Scope> {
        self.0.scopes.split(',').filter_map(Scope::parse).collect()
    }

    /// What it may be shown, beyond that a matched child is known and where their case stands.
    async fn fields(&self) -> Vec<SharedField> {
        self.0.fields.split(',').filter_map(SharedField::parse).collect()
    }

    /// How many points it may spend in a minute.
    async fn per_minute(&self) -> i32 {
        self.0.per_minute
    }

    /// How many points it may spend in a day.
    async fn per_day(&self) -> i32 {
        self.0.per_day
    }

    /// The address ranges it calls from; empty when they are learnt.
    async fn networks(&self) -> Vec<&str> {
        self.0.networks.split(',').filter(|network| !network.is_empty()).collect()
    }

    /// When it was paused; null while it is not.
    async fn paused_at(&self) -> Option<DateTime<Utc>> {
        self.0.paused_at
    }

    /// Why it is paused, in words; null while it is not.
    async fn pause_reason(&self) -> Option<&str> {
        self.0.pause_reason.as_deref()
    }

    /// When it was disabled for good; null when it was not.
    async fn disabled_at(&self) -> Option<DateTime<Utc>> {
        self.0.disabled_at
    }

    /// Its tokens, oldest first.
    #[graphql(complexity = "3 * child_complexity")]
    async fn tokens(&self, ctx: &Context<'_>) -> Result<Vec<Token>, Error> {
        let rows = loads(ctx).load_one(TokensOf(self.0.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Token).collect())
    }
}

/// A bearer token, but never the token itself.
#[derive(Description)]
struct Token(token::Model);

#[Object(use_type_description)]
impl Token {
    async fn id(&self) -> ID {
        shown(self.0.id)
    }

    /// When it was issued.
    async fn issued_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// The last day on which it is accepted.
    async fn expires_on(&self) -> Date {
        Date(self.0.expires_on)
    }

    /// Until when it is accepted, if another took its place; null when none has.
    async fn ends_at(&self) -> Option<DateTime<Utc>> {
        self.0.ends_at
    }

    /// When it was revoked; null when it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }

    /// The last day on which it was used; null when it never was.
    async fn last_used_on(&self) -> Option<Date> {
        self.0.last_used_on.map(Date)
    }

    /// Whether it can still be used, as far as it is up to the token.
    async fn live(&self, ctx: &Context<'_>) -> bool {
        let now = op(ctx).now();
        self.0.revoked_at.is_none()
            && self.0.expires_on >= london_day(now)
            && self.0.ends_at.is_none_or(|ends_at| ends_at > now)
    }
}

/// A token that was issued just now.
#[derive(SimpleObject)]
struct IssuedToken {
    /// The token, this once: it cannot be shown again.
    token: String,
    /// The agency after the change.
    agency: Agency,
}

/// An agency to put on file.
#[derive(InputObject)]
struct AddAgencyInput {
    /// What the agency is called, which no other agency on file is; at most 200 characters.
    name: String,
    /// Whom to write to.
    email: String,
}

/// Whom to write to at an agency.
#[derive(InputObject)]
struct ChangeAgencyEmailInput {
    agency: ID,
    version: i32,
    /// The new address, which must differ from the one on file.
    email: String,
}

/// An agreement with an agency.
#[derive(InputObject)]
struct MakeAgreementInput {
    agency: ID,
    version: i32,
    /// For what data is shared, in the words of the agreement.
    purpose: String,
    /// Why it may be shared, in law. Needed: null is answered with `INVALID`.
    lawful_basis: Option<LawfulBasis>,
    /// The most that clients under it may be used for; at least one.
    scopes: Vec<Scope>,
    /// The most that clients under it may be shown.
    fields: Vec<SharedField>,
    /// The first day, `YYYY-MM-DD`.
    starts_on: String,
    /// The last day, `YYYY-MM-DD`: not before today or the first day.
    ends_on: String,
}

/// An agreement to end before its time.
#[derive(InputObject)]
struct EndAgreementInput {
    agency: ID,
    version: i32,
    /// The `id` of the agreement.
    agreement: ID,
    /// Why it ends early.
    reason: String,
}

/// A program to register under an agreement.
#[derive(InputObject)]
struct RegisterClientInput {
    agency: ID,
    version: i32,
    /// The `id` of the agreement it works under.
    agreement: ID,
    /// What the agency calls the program.
    name: String,
    /// What it may be used for: no more than the agreement allows.
    scopes: Vec<Scope>,
    /// What it may be shown: no more than the agreement allows.
    fields: Vec<SharedField>,
    /// How many points it may spend in a minute: 1 to 10,000,000.
    per_minute: i32,
    /// How many points it may spend in a day: 1 to 10,000,000.
    per_day: i32,
    /// The IP addresses or ranges that it calls from, such as `192.0.2.0/24`. An empty list has them learnt, and a call
    /// from a new one pauses it.
    networks: Vec<String>,
}

/// What a program may do from now on.
#[derive(InputObject)]
struct ChangeClientInput {
    agency: ID,
    version: i32,
    client: ID,
    /// What the agency calls the program.
    name: String,
    /// What it may be used for: no more than its agreement allows.
    scopes: Vec<Scope>,
    /// What it may be shown: no more than its agreement allows.
    fields: Vec<SharedField>,
    /// How many points it may spend in a minute: 1 to 10,000,000.
    per_minute: i32,
    /// How many points it may spend in a day: 1 to 10,000,000.
    per_day: i32,
    /// The IP addresses or ranges that it calls from, such as `192.0.2.0/24`. An empty list has them learnt, and a call
    /// from a new one pauses it.
    networks: Vec<String>,
}

/// A client to pause or to disable, and why.
#[derive(InputObject)]
struct StopClientInput {
    agency: ID,
    version: i32,
    client: ID,
    /// Why, in words that those who look after the agency read.
    reason: String,
}

/// A client to let go on.
#[derive(InputObject)]
struct ResumeClientInput {
    agency: ID,
    version: i32,
    client: ID,
}

/// A token to issue.
#[derive(InputObject)]
struct IssueTokenInput {
    agency: ID,
    version: i32,
    client: ID,
    /// The last day on which it is accepted, `YYYY-MM-DD`: within a year, and while the agreement holds.
    expires_on: String,
}

/// A token to put another in the place of.
#[derive(InputObject)]
struct RotateTokenInput {
    agency: ID,
    version: i32,
    /// The `id` of the old token, not the token itself.
    token: ID,
    /// The last day on which the new one is accepted, `YYYY-MM-DD`: within a year, and while the agreement holds.
    expires_on: String,
    /// True: the old one ends now. False: it is accepted for another week.
    at_once: bool,
}

/// A token to revoke, and why.
#[derive(InputObject)]
struct RevokeTokenInput {
    agency: ID,
    version: i32,
    /// The `id` of the token, not the token itself.
    token: ID,
    /// Why it is revoked.
    reason: String,
}

#[derive(Default)]
pub(super) struct AgencyMutation;

fn target(agency: &ID, version: i32) -> Result<Target, Error> {
    Ok(Target { agency: id(agency)?, version })
}

/// The agency as it is after a change.
async fn changed(ctx: &Context<'_>, id: Result<AgencyId, Error>) -> Result<Agency, Error> {
    store::agency::one(op(ctx), id?).await?.map(Agency).ok_or(Error::NotFound)
}

async fn issued(ctx: &Context<'_>, issued: Result<(AgencyId, PlainToken), Error>) -> Result<IssuedToken, Error> {
    let (id, token) = issued?;
    Ok(IssuedToken { token: token.reveal().to_owned(), agency: changed(ctx, Ok(id)).await? })
}

#[Object]
impl AgencyMutation {
    /// Puts a partner agency on file. For administrators. Refused with `FORBIDDEN` or `INVALID`.
    async fn add_agency(&self, ctx: &Context<'_>, input: AddAgencyInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        changed(ctx, command::add(op(ctx), input.name, input.email).await).await
    }

    /// Changes whom to write to at an agency. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn change_agency_email(&self, ctx: &Context<'_>, input: ChangeAgencyEmailInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        changed(ctx, command::change_email(op(ctx), target, input.email).await).await
    }

    /// Makes an agreement with an agency. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn make_agreement(&self, ctx: &Context<'_>, input: MakeAgreementInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let MakeAgreementInput { agency, version, purpose, lawful_basis, scopes, fields, starts_on, ends_on } = input;
        let typed = MakeAgreement { purpose, lawful_basis, scopes, fields, starts_on, ends_on };
        changed(ctx, command::make_agreement(op(ctx), target(&agency, version)?, typed).await).await
    }

    /// Ends an agreement before its time: tokens under it are accepted no longer. For administrators. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn end_agreement(&self, ctx: &Context<'_>, input: EndAgreementInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        changed(ctx, command::end_agreement(op(ctx), target, id(&input.agreement)?, input.reason).await).await
    }

    /// Registers a program of an agency. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn register_client(&self, ctx: &Context<'_>, input: RegisterClientInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        let RegisterClientInput { agreement, name, scopes, fields, per_minute, per_day, networks, .. } = input;
        let terms = Terms { name, scopes, fields, per_minute, per_day, networks };
        changed(ctx, command::register(op(ctx), target, id(&agreement)?, terms).await).await
    }

    /// Changes what a program may do. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or
    /// `CONFLICT`.
    async fn change_client(&self, ctx: &Context<'_>, input: ChangeClientInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        let ChangeClientInput { client, name, scopes, fields, per_minute, per_day, networks, .. } = input;
        let terms = Terms { name, scopes, fields, per_minute, per_day, networks };
        changed(ctx, command::change_client(op(ctx), target, id(&client)?, terms).await).await
    }

    /// Pauses a program: its tokens are not accepted until it is resumed. For administrators. Refused with `FORBIDDEN`,
    /// `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn pause_client(&self, ctx: &Context<'_>, input: StopClientInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        changed(ctx, command::pause(op(ctx), target, id(&input.client)?, input.reason).await).await
    }

    /// Lets a paused program go on. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND` or `CONFLICT`.
    async fn resume_client(&self, ctx: &Context<'_>, input: ResumeClientInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        changed(ctx, command::resume(op(ctx), target, id(&input.client)?).await).await
    }

    /// Disables a program for good. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn disable_client(&self, ctx: &Context<'_>, input: StopClientInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        changed(ctx, command::disable(op(ctx), target, id(&input.client)?, input.reason).await).await
    }

    /// Issues a token, which is answered this once. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND`,
    /// `INVALID` or `CONFLICT`.
    async fn issue_token(&self, ctx: &Context<'_>, input: IssueTokenInput) -> Result<IssuedToken, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        issued(ctx, command::issue(op(ctx), target, id(&input.client)?, input.expires_on).await).await
    }

    /// Puts a new token, which is answered this once, in the place of an old one. For administrators. Refused with
    /// `FORBIDDEN`, `NOT_FOUND`, `INVALID` or `CONFLICT`.
    async fn rotate_token(&self, ctx: &Context<'_>, input: RotateTokenInput) -> Result<IssuedToken, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        let RotateTokenInput { token, expires_on, at_once, .. } = input;
        issued(ctx, command::rotate(op(ctx), target, id(&token)?, expires_on, at_once).await).await
    }

    /// Revokes a token: it is accepted no longer. For administrators. Refused with `FORBIDDEN`, `NOT_FOUND`, `INVALID`
    /// or `CONFLICT`.
    async fn revoke_token(&self, ctx: &Context<'_>, input: RevokeTokenInput) -> Result<Agency, Error> {
        admitted(op(ctx))?;
        let target = target(&input.agency, input.version)?;
        changed(ctx, command::revoke(op(ctx), target, id(&input.token)?, input.reason).await).await
    }
}
