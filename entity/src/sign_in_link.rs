//! One sign-in link mailed to a school contact. Its token is stored only as a hash.
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
    /// The hash of the cookie of the browser that asked.
    pub browser_hash: String,
    /// The keyed hash of the code in the mail, which any other browser must enter.
    pub code_hash: String,
    /// The number of codes tried.
    pub tries: i32,
    pub redeemed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
