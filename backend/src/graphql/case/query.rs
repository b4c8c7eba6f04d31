//! The register of cases: lists, one case by its reference, and counts. What must not live here: the fields of a case
//! (`case`).

use async_graphql::{Context, Description, Enum, ID, InputObject, Object};
use entity::case;
use entity::vocabulary::{AccessAction, CaseState, Whereabouts};

use super::super::guarded::{Guarded, note_as, op};
use super::super::input::id;
use super::super::loaders;
use super::super::page::{DisclosedCount, PageInfo};
use super::{Case, subject};
use crate::domain::disclosure::{controlled, up_to};
use crate::domain::policy::{
    lists_cases, reads_casework, reads_escalations, reads_statistics, sees_exact_counts, withheld_by_agreement,
};
use crate::domain::search::asked;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service;
use crate::store;
use crate::store::case::{Filter, Sort};
use crate::store::page::{LARGEST, Page, Wanted};

#[derive(Default)]
pub(in crate::graphql) struct CaseQuery;

/// What a list of cases is narrowed to.
#[derive(InputObject)]
struct CaseFilter {
    /// Only cases in one of these states; an empty list finds none.
    state: Option<Vec<CaseState>>,
    /// Only cases with one of these whereabouts; an empty list finds none. For a partner agency only if its agreement
    /// names `WHEREABOUTS`.
    whereabouts: Option<Vec<Whereabouts>>,
    /// Only children whose last school has this URN. Not for partner agencies.
    school_urn: Option<String>,
    /// Only cases that this member of staff has, by `id`. Not for partner agencies.
    officer: Option<ID>,
    /// True: only cases that nobody has. False: only cases that somebody has. Not for partner agencies.
    unassigned: Option<bool>,
    /// True: only cases where something owed is late. False: only the others. Not for partner agencies.
    overdue: Option<bool>,
    /// True: only cases with a flag that awaits the MASH's answer. False: only the others. For a partner agency only
    /// with the scope `ESCALATION_ANSWER` and an agreement that names `ESCALATIONS`.
    flagged: Option<bool>,
    /// True: only cases with an outcome that waits for a second person. False: only the others. Not for partner agencies.
    proposed: Option<bool>,
    /// The reference of a case or of its referral or a part of one, a pupil number, the telephone number of a parent or
    /// carer, a postcode or its beginning; or how the words of a name begin or sound, with a year of birth among them if
    /// one is typed, as in `brown 2014`. An empty text is no search; blanks are answered with `INVALID`. Not for partner
    /// agencies.
    search: Option<String>,
}

impl CaseFilter {
    fn parse(self) -> Result<Filter, Error> {
        let Self { state, whereabouts, school_urn, officer, unassigned, overdue, flagged, proposed, search } = self;
        Ok(Filter {
            state,
            whereabouts,
            school_urn,
            officer: officer.map(|officer| id(&officer)).transpose()?,
            unassigned,
            overdue,
            flagged,
            proposed,
            search: asked(search)?,
        })
    }
}

/// How a list of cases is sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "Sort")]
enum CaseSort {
    /// Soonest due first
    Due,
    /// Newest first
    Newest,
    /// Oldest first
    Oldest,
    /// By name
    Name,
}

#[Object]
impl CaseQuery {
    /// One case by its reference; null when there is none that the viewer may see. For those who work cases, and for
    /// partner agencies with which it is shared.
    async fn case(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "What the case is called, such as `C-7K3M-9QX4`; small letters and blanks around it do no harm."
        )]
        reference: String,
    ) -> Result<Option<Case>, Error> {
        let op = op(ctx);
        op.require(op.viewer != Viewer::Anonymous)?;
        let Some((row, around)) = store::case::by_reference(op, &reference).await? else { return Ok(None) };
        loaders::feed(ctx, std::slice::from_ref(&row), around).await;
        op.saw(AccessAction::Show, subject(&row), None);
        Ok(Some(Case::of(row)))
    }

    /// Cases, a page at a time. For those who work cases and for partner agencies with which some are shared; analysts
    /// may only count them.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn cases(
        &self,
        ctx: &Context<'_>,
        filter: Option<CaseFilter>,
        #[graphql(default_with = "CaseSort::Due")] sort: CaseSort,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<CaseConnection, Error> {
        let op = op(ctx);
        op.require(lists_cases(&op.viewer) || reads_statistics(&op.viewer))?;
        // A narrow filter is a question about one child, so only those who may see the rows may set one.
        if !lists_cases(&op.viewer) && (filter.is_some() || after.is_some() || before.is_some()) {
            return Err(Error::Forbidden);
        }
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        let filter = filter.map(CaseFilter::parse).transpose()?.unwrap_or_default();
        let sort = permitted(&op.viewer, &filter, sort.into())?;
        if let Some(typed) = &filter.search {
            op.looks_for(typed.clone());
            op.saw(AccessAction::Search, "cases", None);
        }
        if !lists_cases(&op.viewer) {
            return Ok(CaseConnection { page: None, filter });
        }
        let (page, around) = store::case::list(op, &filter, sort, &wanted).await?;
        loaders::feed(ctx, &page.nodes, around).await;
        Ok(CaseConnection { page: Some(page), filter })
    }
}

/// Refuses filters and orders by fields that are withheld from the viewer, because they tell what the fields would. The
/// order that is asked for by default becomes one that tells nothing.
fn permitted(viewer: &Viewer, filter: &Filter, sort: Sort) -> Result<Sort, Error> {
    if reads_casework(viewer) {
        return Ok(sort);
    }
    let Filter { state: _, whereabouts, school_urn, officer, unassigned, overdue, flagged, proposed, search } = filter;
    let undated = withheld_by_agreement(viewer, "openedAt");
    let unplaced = whereabouts.is_some() && withheld_by_agreement(viewer, "whereabouts");
    let unflagged = flagged.is_some() && (!reads_escalations(viewer) || withheld_by_agreement(viewer, "flagged"));
    let tells = unplaced
        || unflagged
        || school_urn.is_some()
        || officer.is_some()
        || search.is_some()
        || proposed.is_some()
        || unassigned.is_some()
        || overdue.is_some();
    match sort {
        _ if tells => Err(Error::Forbidden),
        Sort::Name => Err(Error::Forbidden),
        Sort::Oldest if undated => Err(Error::Forbidden),
        Sort::Due => Ok(Sort::Newest),
        Sort::Newest | Sort::Oldest => Ok(sort),
    }
}

/// A page of cases.
#[derive(Description)]
pub(in crate::graphql) struct CaseConnection {
    page: Option<Page<case::Model>>,
    filter: Filter,
}

#[Object(use_type_description)]
impl CaseConnection {
    /// The cases of this page, in the order asked for; null, with `FORBIDDEN`, for those who may only count them.
    async fn nodes(&self, ctx: &Context<'_>) -> Guarded<Vec<Case>> {
        match &self.page {
            Some(page) => {
                if self.filter.flagged.is_some() {
                    // A filter by flags shows for each row whether it is flagged, so that is noted.
                    page.nodes.iter().for_each(|row| note_as(op(ctx), &subject(row), "flagged"));
                }
                Guarded::Clear(page.nodes.iter().cloned().map(|row| Case::shown(ctx, row)).collect())
            }
            None => Guarded::Withheld,
        }
    }

    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        match &self.page {
            Some(page) => PageInfo::of(ctx, page, |row| row.id.0),
            None => PageInfo::of(ctx, &Page::<case::Model>::empty(), |row| row.id.0),
        }
    }

    /// How many cases the filter finds in all, on every page together, counted up to 100 and otherwise "more than 100";
    /// disclosure-controlled for those who may only count.
    async fn count(&self, ctx: &Context<'_>) -> Result<DisclosedCount, Error> {
        let op = op(ctx);
        if sees_exact_counts(&op.viewer) || self.page.is_some() {
            return Ok(up_to(LARGEST, store::case::count(op, &self.filter).await?).into());
        }
        let day = service::statistics::publish(op).await?;
        let count = DisclosedCount::from(controlled(store::statistics::published_total(op).await?));
        Ok(count.of_day(day))
    }
}
