//! Commands on the tokens of partner agencies and analysts.

use chrono::{Days, NaiveDate};
use entity::vocabulary::Scope;
use entity::{AgencyId, TokenId, agency, token};
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
                    purpose: Set(purpose.clone()),
                    created_at: Set(op.now()),
                };
                agency::Entity::insert(row).exec_without_returning(&*txn).await?;
            }
            let id: TokenId = op.new_id();
            let codes: Vec<&str> = typed.scopes.iter().map(|scope| scope.code()).collect();
            let row = token::ActiveModel {
                id: Set(id),
                agency_id: Set(agency),
                token_hash: Set(hash),
                scopes: Set(codes.join(",")),
                purpose: Set(purpose.clone()),
                expires_on: Set(typed.expires_on),
                created_at: Set(op.now()),
                revoked_at: Set(None),
                last_used_on: Set(None),
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
