//! Schools in the national register, which only an import changes. What must not live here: contacts of a school
//! (`contact`).

use async_graphql::{Context, Description, Object};
use entity::school;
use entity::vocabulary::SchoolStatus;

use super::guarded::op;
use super::page::PageInfo;
use crate::domain::policy::reads_schools;
use crate::error::Error;
use crate::store::page::{Page, Wanted};
use crate::store::{self};

#[derive(Default)]
pub(super) struct SchoolQuery;

#[Object]
impl SchoolQuery {
    /// One school by its URN; null when there is none. For everybody who is signed in but partner agencies.
    async fn school(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number of the school in the national register, six digits.")] urn: String,
    ) -> Result<Option<School>, Error> {
        let op = op(ctx);
        Ok(store::school::by_urn(op, &op.db.read, &urn).await?.map(School))
    }

    /// Schools by name, a page at a time. For staff and school contacts.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn schools(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Part of a name, or a whole URN or postcode; left out, it finds all.")] search: Option<String>,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<SchoolConnection, Error> {
        let op = op(ctx);
        op.require(reads_schools(&op.viewer))?;
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        Ok(SchoolConnection(store::school::list(op, search.as_deref(), &wanted).await?))
    }
}

/// A page of schools.
#[derive(Description)]
pub(super) struct SchoolConnection(Page<school::Model>);

#[Object(use_type_description)]
impl SchoolConnection {
    async fn nodes(&self) -> Vec<School> {
        self.0.nodes.iter().cloned().map(School).collect()
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.0, |row| row.id.0)
    }
}

/// A school, as the national register has it.
#[derive(Description)]
pub(super) struct School(pub(super) school::Model);

#[Object(use_type_description)]
impl School {
    /// Its number in the national register: six digits.
    async fn urn(&self) -> &str {
        &self.0.urn
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The code of its authority and its number there, seven digits; null when it has none.
    async fn dfe_number(&self) -> Option<String> {
        self.0.establishment_number.as_ref().map(|number| format!("{}{number}", self.0.la_code))
    }

    /// What kind of establishment it is, in the register's words, such as "Community school".
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// Which ages it teaches, in the register's words, such as "Primary".
    async fn phase(&self) -> &str {
        &self.0.phase
    }

    /// Whether it is open.
    async fn status(&self) -> SchoolStatus {
        self.0.status
    }

    /// Its address on one line, without the postcode.
    async fn address(&self) -> &str {
        &self.0.address
    }

    /// Its postcode; null when the register has none.
    async fn postcode(&self) -> Option<&str> {
        self.0.postcode.as_deref()
    }

    /// Its telephone number; null when the register has none.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Its head teacher, as the register has it; null when it has none.
    async fn head_teacher(&self) -> Option<&str> {
        self.0.head_teacher.as_deref()
    }
}
