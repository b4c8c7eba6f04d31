//! Commands on the tokens of partner agencies and analysts.

use chrono::{Days, NaiveDate};
use entity::vocabulary::{LawfulBasis, Scope, SharedField};
use entity::{AgencyId, AgreementId, ClientId, TokenId, agency, agreement, client, token};
use sea_orm::{ActiveValue::Set, EntityTrait};

use super::require;
use crate::auth::bearer::PlainToken;
use crate::context::{Done, OpContext};
use crate::domain::answers::text;
use crate::domain::clock::london_day;
use crate::domain::event::{Event, TokenEvent};
use crate::domain::viewer::Viewer;
use crate::error::{Error, FieldFault};
use crate::store;

/// The longest a token may be accepted.
const LONGEST_DAYS: u64 = 366;

/// A token to be.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the options of `onroll token issue`")]
pub struct Issue {
    pub agency: String,
    pub scopes: Vec<Scope>,
    pub purpose: String,
    pub expires_on: NaiveDate,
}

/// Issues a token; only the operator may. An agency that is new is put on file. The token is answered this once and
/// stored hashed.
pub async fn issue(op: &OpContext, typed: Issue) -> Result<PlainToken, Error> {
    require(op, matches!(op.viewer, Viewer::System(_)))?;
    let mut faults = Vec::new();
    let today = london_day(op.now());
    let agency_name = text(&typed.agency, "Agency", 200).ok().flatten();
    let purpose = text(&typed.purpose, "Purpose", 500).ok().flatten();
    if agency_name.is_none() {
        faults.push(FieldFault::new("agency", "Enter the agency’s name"));
    }
    if purpose.is_none() {
        faults.push(FieldFault::new("purpose", "Enter the purpose that the agreement names"));
    }
    if typed.scopes.is_empty() {
        faults.push(FieldFault::new("scope", "Give at least one scope"));
    }
    if typed.expires_on < today || typed.expires_on > today + Days::new(LONGEST_DAYS) {
        faults.push(FieldFault::new("expires", "Enter a day from today to a year from today"));
    }
    let (Some(agency_name), Some(purpose), true) = (agency_name, purpose, faults.is_empty()) else {
        return Err(Error::Invalid(faults));
    };
    let plain = PlainToken::new()?;
    let hash = plain.hash();
    let op = op.clone();
    op.clone()
        .commit(move |txn| async move {
            let known = store::token::agency_named(&op, &*txn, &agency_name).await?.map(|agency| agency.id);
            let agency: AgencyId = known.unwrap_or_else(|| op.new_id());
            if known.is_none() {
                let row = agency::ActiveModel {
                    id: Set(agency),
                    name: Set(agency_name.clone()),
                    email: Set(String::new()),
                    created_at: Set(op.now()),
                    version: Set(1),
                };
                agency::Entity::insert(row).exec_without_returning(&*txn).await?;
            }
            let (agreement, client, id): (AgreementId, ClientId, TokenId) = (op.new_id(), op.new_id(), op.new_id());
            let scopes = typed.scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(",");
            let fields = SharedField::ALL.iter().map(|field| field.code()).collect::<Vec<_>>().join(",");
            let row = agreement::ActiveModel {
                id: Set(agreement),
                agency_id: Set(agency),
                purpose: Set(purpose.clone()),
                lawful_basis: Set(LawfulBasis::PublicTask),
                scopes: Set(scopes.clone()),
                fields: Set(fields.clone()),
                starts_on: Set(today),
                ends_on: Set(typed.expires_on),
                ended_at: Set(None),
                created_at: Set(op.now()),
                version: Set(1),
            };
            agreement::Entity::insert(row).exec_without_returning(&*txn).await?;
            let row = client::ActiveModel {
                id: Set(client),
                agency_id: Set(agency),
                agreement_id: Set(agreement),
                name: Set(agency_name.clone()),
                scopes: Set(scopes),
                fields: Set(fields),
                per_minute: Set(60),
                per_day: Set(5_000),
                networks: Set(String::new()),
                paused_at: Set(None),
                pause_reason: Set(None),
                disabled_at: Set(None),
                created_at: Set(op.now()),
                version: Set(1),
            };
            client::Entity::insert(row).exec_without_returning(&*txn).await?;
            let row = token::ActiveModel {
                id: Set(id),
                client_id: Set(client),
                token_hash: Set(hash),
                expires_on: Set(typed.expires_on),
                created_at: Set(op.now()),
                ends_at: Set(None),
                revoked_at: Set(None),
                last_used_on: Set(None),
                warned_on: Set(None),
                version: Set(1),
            };
            token::Entity::insert(row).exec_without_returning(&*txn).await?;
            let event = TokenEvent::TokenIssued {
                agency,
                agency_name,
                scopes: typed.scopes,
                purpose,
                expires_on: typed.expires_on,
            };
            Ok(Done::new(plain, Event::of(id, 0, &event)?))
        })
        .await
}
