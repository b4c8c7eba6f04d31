//! The rows of a partner agency, of its agreements, clients and tokens.

use entity::vocabulary::{Scope, SharedField};
use entity::{AgencyId, TokenId, agency, agreement, client, token};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait};

use super::{Change, Project, replace};
use crate::context::OpContext;
use crate::domain::agency::{self as partner, Agency};
use crate::error::Error;

impl Project for Agency {
    /// The id and the hash of a new token, which no fact holds.
    type Besides = Option<(TokenId, String)>;

    /// Writes the agency's row, and the rows of its agreements, clients and tokens that are new or have changed.
    async fn project(
        _: &OpContext,
        txn: &DatabaseTransaction,
        change: &Change<'_, Self>,
        token: Self::Besides,
    ) -> Result<(), Error> {
        let Change { before, after, .. } = *change;
        let id = after.id;
        let row = agency_row(after);
        match before {
            None => {
                agency::Entity::insert(row).exec_without_returning(txn).await?;
            }
            Some(before) => {
                let at =
                    Condition::all().add(agency::Column::Id.eq(id)).add(agency::Column::Version.eq(before.version));
                replace(txn, row, at).await?;
            }
        }
        // Agreements, then clients, then tokens: each row refers to one before it.
        for new in &after.agreements {
            match before.and_then(|before| before.agreement(new.id).ok()) {
                None => {
                    agreement::Entity::insert(agreement_row(id, new)).exec_without_returning(txn).await?;
                }
                Some(old) if old == new => {}
                Some(_) => {
                    agreement::Entity::update(agreement_row(id, new)).exec(txn).await?;
                }
            }
        }
        for new in &after.clients {
            match before.and_then(|before| before.client(new.id).ok()) {
                None => {
                    client::Entity::insert(client_row(id, new)).exec_without_returning(txn).await?;
                }
                Some(old) if old == new => {}
                Some(_) => {
                    client::Entity::update(client_row(id, new)).exec(txn).await?;
                }
            }
        }
        for new in &after.tokens {
            match before.and_then(|before| before.token(new.id).ok()) {
                None => {
                    let hash = token.as_ref().filter(|(id, _)| *id == new.id).map(|(_, hash)| hash.clone());
                    let hash = hash.ok_or_else(|| Error::internal("a token came without what is stored of it"))?;
                    let row = token::ActiveModel { token_hash: Set(hash), ..token_row(new) };
                    token::Entity::insert(row).exec_without_returning(txn).await?;
                }
                Some(old) if old == new => {}
                Some(_) => {
                    token::Entity::update(token_row(new)).exec(txn).await?;
                }
            }
        }
        Ok(())
    }
}

fn codes_of_scopes(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(",")
}

fn codes_of_fields(fields: &[SharedField]) -> String {
    fields.iter().map(|field| field.code()).collect::<Vec<_>>().join(",")
}

/// The row of an agency.
pub(in crate::service) fn agency_row(agency: &Agency) -> agency::ActiveModel {
    agency::ActiveModel {
        id: Set(agency.id),
        name: Set(agency.name.clone()),
        email: Set(agency.email.clone()),
        created_at: Set(agency.added_at),
        version: Set(agency.version),
    }
}

/// The row of an agreement. Whether the agency was warned of its end is no fact, so that column is left alone.
pub(in crate::service) fn agreement_row(agency: AgencyId, agreement: &partner::Agreement) -> agreement::ActiveModel {
    agreement::ActiveModel {
        id: Set(agreement.id),
        agency_id: Set(agency),
        purpose: Set(agreement.purpose.clone()),
        lawful_basis: Set(agreement.lawful_basis),
        scopes: Set(codes_of_scopes(&agreement.scopes)),
        fields: Set(codes_of_fields(&agreement.fields)),
        starts_on: Set(agreement.starts_on),
        ends_on: Set(agreement.ends_on),
        ended_at: Set(agreement.ended_at),
        created_at: Set(agreement.made_at),
        ..agreement::ActiveModel::default()
    }
}

/// The row of a client.
pub(in crate::service) fn client_row(agency: AgencyId, client: &partner::Client) -> client::ActiveModel {
    let terms = &client.terms;
    client::ActiveModel {
        id: Set(client.id),
        agency_id: Set(agency),
        agreement_id: Set(client.agreement),
        name: Set(terms.name.clone()),
        scopes: Set(codes_of_scopes(&terms.scopes)),
        fields: Set(codes_of_fields(&terms.fields)),
        per_minute: Set(terms.per_minute),
        per_day: Set(terms.per_day),
        networks: Set(terms.networks.join(",")),
        paused_at: Set(client.paused.as_ref().map(|(at, _)| *at)),
        pause_reason: Set(client.paused.as_ref().map(|(_, reason)| reason.clone())),
        disabled_at: Set(client.disabled_at),
        created_at: Set(client.registered_at),
    }
}

/// The row of a token. Its hash, its last use and whether the agency was warned of its end are no facts, so those
/// columns are left alone.
pub(in crate::service) fn token_row(token: &partner::Token) -> token::ActiveModel {
    token::ActiveModel {
        id: Set(token.id),
        client_id: Set(token.client),
        expires_on: Set(token.expires_on),
        created_at: Set(token.issued_at),
        ends_at: Set(token.ends_at),
        revoked_at: Set(token.revoked_at),
        ..token::ActiveModel::default()
    }
}
