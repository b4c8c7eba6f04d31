//! Reads of partner agencies, their agreements, clients and tokens.
//!
//! What must not live here: who may manage them (`domain::policy`), and what a token allows (`auth::client`).

use chrono::NaiveDate;
use entity::{AgencyId, AgreementId, ClientId, TokenId, agency, agreement, client, client_network, token};
use sea_orm::sea_query::Order;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::page::{Page, Wanted};
use super::stream::Find;
use super::{filled, nothing};
use crate::context::OpContext;
use crate::db::Db;
use crate::domain::agency::Agency;
use crate::domain::policy::manages_agencies;
use crate::domain::viewer::Viewer;
use crate::error::Error;

/// The agencies that exist for the viewer: all for those who manage them, none for others.
fn visible(viewer: &Viewer) -> Select<agency::Entity> {
    let all = agency::Entity::find();
    if manages_agencies(viewer) { all } else { all.filter(nothing()) }
}

/// The agency with this id; `None` if it does not exist for the viewer.
pub async fn one(op: &OpContext, id: AgencyId) -> Result<Option<agency::Model>, Error> {
    Ok(visible(&op.viewer).filter(agency::Column::Id.eq(id)).one(&op.db.read).await?)
}

/// A page of agencies by name.
pub async fn list(op: &OpContext, wanted: &Wanted) -> Result<Page<agency::Model>, Error> {
    wanted.read(&op.db.read, visible(&op.viewer), &[agency::Column::Name, agency::Column::Id], Order::Asc).await
}

/// The agencies with these ids, whoever asks: ids come from records that the viewer was shown, such as an enquiry put
/// to one.
pub async fn many(op: &OpContext, ids: &[AgencyId]) -> Result<Vec<agency::Model>, Error> {
    Ok(agency::Entity::find().filter(agency::Column::Id.is_in(filled(ids.iter().copied()))).all(&op.db.read).await?)
}

/// The agreements of agencies that the viewer was shown, oldest first.
pub async fn agreements(op: &OpContext, of: &[AgencyId]) -> Result<Vec<agreement::Model>, Error> {
    let select = agreement::Entity::find().filter(agreement::Column::AgencyId.is_in(filled(of.iter().copied())));
    Ok(select.order_by_asc(agreement::Column::Id).all(&op.db.read).await?)
}

/// The clients of agencies that the viewer was shown, oldest first.
pub async fn clients(op: &OpContext, of: &[AgencyId]) -> Result<Vec<client::Model>, Error> {
    let select = client::Entity::find().filter(client::Column::AgencyId.is_in(filled(of.iter().copied())));
    Ok(select.order_by_asc(client::Column::Id).all(&op.db.read).await?)
}

/// The tokens of clients that the viewer was shown, oldest first.
pub async fn tokens(op: &OpContext, of: &[ClientId]) -> Result<Vec<token::Model>, Error> {
    let select = token::Entity::find().filter(token::Column::ClientId.is_in(filled(of.iter().copied())));
    Ok(select.order_by_asc(token::Column::Id).all(&op.db.read).await?)
}

/// The agency with exactly this name, whoever asks.
pub(crate) async fn named<C: ConnectionTrait>(
    _: &OpContext,
    connection: &C,
    name: &str,
) -> Result<Option<agency::Model>, Error> {
    Ok(agency::Entity::find().filter(agency::Column::Name.eq(name)).one(connection).await?)
}

impl Find for Agency {
    type Key = AgencyId;

    async fn find(op: &OpContext, txn: &DatabaseTransaction, id: &AgencyId) -> Result<Option<AgencyId>, Error> {
        Ok(visible(&op.viewer).filter(agency::Column::Id.eq(*id)).one(txn).await?.map(|row| row.id))
    }
}

/// A token with everything that decides whether it is accepted and what it allows.
pub(crate) struct Bearer {
    /// The token, without its secret part.
    pub(crate) token: token::Model,
    /// The client that bears it.
    pub(crate) client: client::Model,
    /// The agreement it works under.
    pub(crate) agreement: agreement::Model,
    /// The agency of the client.
    pub(crate) agency: agency::Model,
}

/// The token with this hash, whether it is still accepted or not. There is no viewer yet.
pub(crate) async fn bearer(db: &Db, hash: &str) -> Result<Option<Bearer>, Error> {
    let token = token::Entity::find().filter(token::Column::TokenHash.eq(hash)).one(&db.read).await?;
    let Some(token) = token else { return Ok(None) };
    let client = client::Entity::find().filter(client::Column::Id.eq(token.client_id)).one(&db.read).await?;
    let Some(client) = client else { return Ok(None) };
    let agreement = agreement::Entity::find().filter(agreement::Column::Id.eq(client.agreement_id));
    let agency = agency::Entity::find().filter(agency::Column::Id.eq(client.agency_id));
    let (agreement, agency) = (agreement.one(&db.read).await?, agency.one(&db.read).await?);
    Ok(agreement.zip(agency).map(|(agreement, agency)| Bearer { token, client, agreement, agency }))
}

/// The agency and the client that bear a token, in words, whoever asks: what a token did is shown to those who see it.
pub async fn bearer_of(op: &OpContext, id: TokenId) -> Result<Option<String>, Error> {
    let names: Option<(String, String)> = token::Entity::find()
        .select_only()
        .column(agency::Column::Name)
        .column(client::Column::Name)
        .join(
            JoinType::InnerJoin,
            token::Entity::belongs_to(client::Entity).from(token::Column::ClientId).to(client::Column::Id).into(),
        )
        .join(
            JoinType::InnerJoin,
            client::Entity::belongs_to(agency::Entity).from(client::Column::AgencyId).to(agency::Column::Id).into(),
        )
        .filter(token::Column::Id.eq(id))
        .into_tuple()
        .one(&op.db.read)
        .await?;
    Ok(names.map(|(agency, client)| format!("{agency} ({client})")))
}

/// The address ranges that a client without named ranges has called from.
pub(crate) async fn networks(db: &Db, client: ClientId) -> Result<Vec<String>, Error> {
    let rows = client_network::Entity::find().filter(client_network::Column::ClientId.eq(client)).all(&db.read);
    Ok(rows.await?.into_iter().map(|row| row.network).collect())
}

/// A token or an agreement that ends soon.
pub(crate) struct Ending<Id> {
    /// The id of the token or the agreement.
    pub(crate) id: Id,
    /// The last day on which it holds.
    pub(crate) on: NaiveDate,
    /// The name of the token's client; `None` for an agreement.
    pub(crate) client: Option<String>,
    /// The agency to warn.
    pub(crate) agency: agency::Model,
}

/// The tokens whose last day is from `today` to `until` and of which nobody was warned, apart from those that were
/// revoked or replaced or whose client is disabled.
pub(crate) async fn ending_tokens<C: ConnectionTrait>(
    connection: &C,
    today: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Ending<TokenId>>, Error> {
    let tokens = token::Entity::find()
        .filter(token::Column::ExpiresOn.between(today, until))
        .filter(token::Column::WarnedOn.is_null())
        .filter(token::Column::RevokedAt.is_null())
        .filter(token::Column::EndsAt.is_null())
        .all(connection)
        .await?;
    let mut ending = Vec::new();
    for token in tokens {
        let client = client::Entity::find()
            .filter(client::Column::Id.eq(token.client_id))
            .filter(client::Column::DisabledAt.is_null())
            .one(connection)
            .await?;
        let Some(client) = client else { continue };
        if let Some(agency) = agency::Entity::find_by_id(client.agency_id).one(connection).await? {
            ending.push(Ending { id: token.id, on: token.expires_on, client: Some(client.name), agency });
        }
    }
    Ok(ending)
}

/// The agreements whose last day is from `today` to `until` and of which nobody was warned, apart from those ended
/// early.
pub(crate) async fn ending_agreements<C: ConnectionTrait>(
    connection: &C,
    today: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<Ending<AgreementId>>, Error> {
    let agreements = agreement::Entity::find()
        .filter(agreement::Column::EndsOn.between(today, until))
        .filter(agreement::Column::WarnedOn.is_null())
        .filter(agreement::Column::EndedAt.is_null())
        .all(connection)
        .await?;
    let mut ending = Vec::new();
    for agreement in agreements {
        if let Some(agency) = agency::Entity::find_by_id(agreement.agency_id).one(connection).await? {
            ending.push(Ending { id: agreement.id, on: agreement.ends_on, client: None, agency });
        }
    }
    Ok(ending)
}
