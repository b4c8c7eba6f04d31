//! One e-mailed sign-in link. The token is kept only as a hash.
#![expect(missing_docs, reason = "columns say what they hold by name; the others have a line")]

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: String,
    pub email: String,
    pub created_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    /// Hash of what the cookie of the asking browser holds.
    pub browser_hash: String,
    /// Keyed hash of the code in the mail, for any other browser.
    pub code_hash: String,
    /// How many codes were tried.
    pub tries: i32,
    pub redeemed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
