//! What held of a case on each day, the first day and the end of a placement, the outcome that waits for a second
//! person, and the gateway by which an enquiry was made.
//!
//! The spans, and the columns of `case` that older facts decide anew, are made by the service (`service::case::refold`).

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{date, date_null, integer, string_len, string_len_null, text_null, uuid};

use crate::{NewTable, add, create, drop, take_away};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let code = |name| string_len(name, 40);
        create(
            manager,
            vec![NewTable {
                name: "case_span",
                columns: vec![
                    uuid("case_id"),
                    date("from_on"),
                    date_null("until_on"),
                    code("state"),
                    code("whereabouts"),
                    code("statutory_status"),
                    code("service_route"),
                    date_null("missing_since"),
                ],
                references: &[("case_id", "case")],
                unique: &[&["case_id", "from_on"]],
                indexes: &[&["from_on", "until_on"]],
            }],
        )
        .await?;
        let folded_by = integer("folded_by").default(0).take();
        add(manager, "case", vec![date_null("missing_since"), string_len_null("proposed_outcome", 40), folded_by])
            .await?;
        add(manager, "placement", vec![date_null("attended_on"), date_null("ended_on")]).await?;
        add(manager, "enquiry", vec![text_null("gateway"), date_null("returned_on")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        take_away(manager, "enquiry", &["gateway", "returned_on"]).await?;
        take_away(manager, "placement", &["attended_on", "ended_on"]).await?;
        take_away(manager, "case", &["missing_since", "proposed_outcome", "folded_by"]).await?;
        drop(manager, &["case_span"]).await
    }
}
