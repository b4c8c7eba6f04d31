//! Schools.

use async_graphql::{Context, Object};
use entity::school;
use entity::vocabulary::SchoolStatus;

use super::guarded::op;
use super::page::PageInfo;
use crate::domain::policy::reads_schools;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::store::page::{Page, Wanted};
use crate::store::{self};

#[derive(Default)]
pub(super) struct SchoolQuery;

#[Object]
impl SchoolQuery {
    /// One school by its URN.
    async fn school(&self, ctx: &Context<'_>, urn: String) -> Result<Option<School>, Error> {
        let op = op(ctx);
        Ok(store::school::by_urn(op, &op.db.read, &urn).await?.map(School))
    }

    /// Schools by name, URN or postcode.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn schools(
        &self,
        ctx: &Context<'_>,
        search: Option<String>,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<SchoolConnection, Error> {
        let op = op(ctx);
        if !reads_schools(&op.viewer) {
            return Err(if op.viewer == Viewer::Anonymous { Error::Unauthenticated } else { Error::Forbidden });
        }
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        Ok(SchoolConnection(store::school::list(op, search.as_deref(), &wanted).await?))
    }
}

/// A page of schools.
pub(super) struct SchoolConnection(Page<school::Model>);

#[Object]
impl SchoolConnection {
    async fn nodes(&self) -> Vec<School> {
        self.0.nodes.iter().cloned().map(School).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |row| row.id.0)
    }
}

/// A school, as the national register has it.
pub(super) struct School(pub(super) school::Model);

#[Object]
impl School {
    async fn urn(&self) -> &str {
        &self.0.urn
    }

    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The code of its authority and its number there, seven digits.
    async fn dfe_number(&self) -> Option<String> {
        self.0.establishment_number.as_ref().map(|number| format!("{}{number}", self.0.la_code))
    }

    async fn kind(&self) -> &str {
        &self.0.kind
    }

    async fn phase(&self) -> &str {
        &self.0.phase
    }

    async fn status(&self) -> SchoolStatus {
        self.0.status
    }

    async fn address(&self) -> &str {
        &self.0.address
    }

    async fn postcode(&self) -> Option<&str> {
        self.0.postcode.as_deref()
    }

    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    async fn head_teacher(&self) -> Option<&str> {
        self.0.head_teacher.as_deref()
    }
}
