//! Raises the risk of stored cases, which now follows from their flags and their restriction as well as from their
//! referrals.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The ids of cases with a flag whose `column` has one of these codes.
fn flagged(column: &'static str, codes: &[&'static str]) -> Expr {
    let cases = Query::select()
        .column("case_id")
        .from("escalation")
        .and_where(Expr::col(column).is_in(codes.iter().copied()))
        .to_owned();
    Expr::col("id").in_subquery(cases)
}

/// Raises the risk of the cases that meet `condition` and whose risk is one of `lower`.
fn raised(to: &'static str, lower: &[&'static str], condition: Condition) -> UpdateStatement {
    Query::update()
        .table("case")
        .value("risk", to)
        .and_where(Expr::col("risk").is_in(lower.iter().copied()))
        .cond_where(condition)
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let danger = Condition::all().add(flagged("level", &["immediate_danger"]));
        let harm = Condition::any()
            .add(flagged("level", &["significant_harm", "child_in_need"]))
            .add(flagged("decision", &["child_protection", "assessment", "already_open"]))
            .add(Expr::col("restriction").eq("protected"));
        let help = Condition::all().add(flagged("level", &["early_help"]));
        for update in [
            raised("immediate", &["high", "unscreened", "standard"], danger),
            raised("high", &["unscreened", "standard"], harm),
            raised("unscreened", &["standard"], help),
        ] {
            manager.execute(update).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        // The earlier risk could only be told from the events; until a case changes, the higher risk does no harm.
        Ok(())
    }
}
