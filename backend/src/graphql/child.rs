//! Children, and a partner agency's lookup of one. What must not live here: how a child is recognised
//! (`domain::matching`).

use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};
use entity::vocabulary::{ChildFact, Sex, UpnAbsence};
use entity::{CaseId, child};

use super::absence::Age;
use super::case::Case;
use super::guarded::{Guarded, guard, op};
use super::input::{Date, shown};
use super::loaders::{CasesOf, ReadersOf, loads};
use super::timeline::in_words;
use crate::domain::child::{Former, LookUp, formerly};
use crate::domain::london::london_day;
use crate::domain::policy::{self, identifies_children};
use crate::domain::school_age::year_group;
use crate::domain::upn::Upn;
use crate::domain::viewer::Viewer;
use crate::error::Error;
use crate::service;

#[derive(Default)]
pub(super) struct ChildQuery;

/// Whom a partner looks up, and why. Every lookup is noted.
#[derive(InputObject)]
struct ChildLookupInput {
    /// The last name. Small and capital letters, accents and hyphens make no difference.
    family_name: String,
    /// The first names, compared in the same way.
    given_names: String,
    /// The date of birth, `YYYY-MM-DD`.
    date_of_birth: String,
    /// The unique pupil number, 13 characters; left out when not known. When given, it must match too.
    upn: Option<String>,
    /// Why the agency asks, in its words, for the access note: at most 200 characters.
    purpose: String,
    /// The agency's own reference for the matter, for the access note: at most 200 characters.
    reference: String,
}

/// What a lookup came to: exactly one child, or nothing.
#[derive(SimpleObject)]
struct ChildLookup {
    /// Whether exactly one child matches.
    matched: bool,
    /// The child, with as much as the agreement names; null when nobody matches.
    child: Option<Child>,
    /// The cases of the child that were shared with the agency, which may be none; null when nobody matches.
    cases: Option<Vec<Case>>,
}

#[Object]
impl ChildQuery {
    /// One child by exact match, for a stated purpose. For partner agencies with the scope `CHILD_LOOKUP`; costs more
    /// than other questions, and what is told is noted before it is answered.
    #[graphql(complexity = "100 + child_complexity")]
    async fn child_lookup(&self, ctx: &Context<'_>, input: ChildLookupInput) -> Result<ChildLookup, Error> {
        let ChildLookupInput { family_name, given_names, date_of_birth, upn, purpose, reference } = input;
        let typed = LookUp { family_name, given_names, date_of_birth, upn, purpose, reference };
        let Some(child) = service::child::look_up(op(ctx), typed).await? else {
            return Ok(ChildLookup { matched: false, child: None, cases: None });
        };
        let cases = loads(ctx).load_one(CasesOf(child.id)).await?.unwrap_or_default();
        Ok(ChildLookup {
            matched: true,
            child: Some(Child(child)),
            cases: Some(cases.into_iter().map(|row| Case::shown(ctx, row)).collect()),
        })
    }
}

/// A child. What identifies them is withheld from those who are not cleared for it; a partner agency is cleared by the
/// scope `CHILD_LOOKUP` or `ESCALATION_ANSWER`, field by field as its agreement names them.
#[derive(Description)]
pub(super) struct Child(pub(super) child::Model);

fn subject(row: &child::Model) -> String {
    format!("child:{}", row.id)
}

impl Child {
    /// The address, or a part of it, for those who are cleared for it: everybody who may see what identifies the child,
    /// unless it is kept confidential.
    async fn home<T>(&self, ctx: &Context<'_>, value: impl FnOnce(&child::Model) -> T) -> Result<Guarded<T>, Error> {
        let may = identifies_children(&op(ctx).viewer) && clears_address(ctx, &self.0).await?;
        Ok(guard(ctx, may, &subject(&self.0), || value(&self.0)))
    }

    fn guard<T>(&self, ctx: &Context<'_>, value: impl FnOnce(&child::Model) -> T) -> Guarded<T> {
        guard(ctx, identifies_children(&op(ctx).viewer), &subject(&self.0), || value(&self.0))
    }
}

#[Object(use_type_description)]
impl Child {
    /// What names the child when a case is opened for a child already on file. Withheld from partner agencies.
    async fn id(&self, ctx: &Context<'_>) -> Guarded<ID> {
        self.guard(ctx, |row| shown(row.id))
    }

    /// The last name. A partner agency is shown it if its agreement names `FAMILY_NAME`.
    async fn family_name(&self, ctx: &Context<'_>) -> Guarded<String> {
        self.guard(ctx, |row| row.family_name.clone())
    }

    /// All first names, in order. A partner agency is shown them if its agreement names `GIVEN_NAMES`.
    async fn given_names(&self, ctx: &Context<'_>) -> Guarded<String> {
        self.guard(ctx, |row| row.given_names.clone())
    }

    /// The day of birth; null when not known. A partner agency is shown it if its agreement names `DATE_OF_BIRTH`.
    async fn date_of_birth(&self, ctx: &Context<'_>) -> Guarded<Option<Date>> {
        self.guard(ctx, |row| row.date_of_birth.map(Date))
    }

    /// The year group that the date of birth makes today, such as "Year 7"; null when the date is not known. A partner
    /// agency is shown it if its agreement names `YEAR_GROUP`.
    async fn year_group(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        let today = london_day(op(ctx).now());
        self.guard(ctx, |row| row.date_of_birth.map(|born| year_group(born, today).label()))
    }

    /// The age against compulsory school age, today; null when the date of birth is not known. Withheld from partner
    /// agencies, whatever was agreed.
    async fn age(&self, ctx: &Context<'_>) -> Guarded<Option<Age>> {
        let today = london_day(op(ctx).now());
        self.guard(ctx, |row| row.date_of_birth.map(|born| Age::of(born, today)))
    }

    /// The sex as recorded. A partner agency is shown it if its agreement names `SEX`.
    async fn sex(&self, ctx: &Context<'_>) -> Guarded<Sex> {
        self.guard(ctx, |row| row.sex)
    }

    /// The unique pupil number: 13 characters; null when there is none. A partner agency is shown it if its agreement
    /// names `UPN`.
    async fn upn(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        self.guard(ctx, |row| row.upn.clone())
    }

    /// The authority that issued the unique pupil number, where it exists no more, as in "Bedfordshire, an authority until
    /// 2009": the number is valid. Null otherwise. A partner agency is shown it if its agreement names `UPN`.
    async fn upn_former_authority(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        self.guard(ctx, |row| former_authority(row.upn.as_deref()))
    }

    /// Why there is no unique pupil number; null when there is one, or nobody said. A partner agency is shown it if its
    /// agreement names `UPN`.
    async fn upn_absence(&self, ctx: &Context<'_>) -> Guarded<Option<UpnAbsence>> {
        self.guard(ctx, |row| row.upn_absence)
    }

    /// The NHS number: 10 digits; null when not known. Withheld from partner agencies, whatever was agreed.
    async fn nhs_number(&self, ctx: &Context<'_>) -> Guarded<Option<String>> {
        self.guard(ctx, |row| row.nhs_number.clone())
    }

    /// The last known address; null when not known. Withheld from partner agencies, whatever was agreed, and where it is
    /// kept confidential from everybody but managers, the MASH liaison, and the officer and readers of a case of the
    /// child.
    async fn address(&self, ctx: &Context<'_>) -> Result<Guarded<Option<String>>, Error> {
        self.home(ctx, |row| row.address.clone()).await
    }

    /// The postcode of that address; null when not known. Withheld as the address is.
    async fn postcode(&self, ctx: &Context<'_>) -> Result<Guarded<Option<String>>, Error> {
        self.home(ctx, |row| row.postcode.clone()).await
    }

    /// Whether the address is kept confidential. Withheld from partner agencies, whatever was agreed.
    async fn address_confidential(&self, ctx: &Context<'_>) -> Guarded<bool> {
        self.guard(ctx, |row| row.address_confidential)
    }

    /// Names, numbers and addresses that held until they changed, oldest first. Addresses are left out where the address
    /// is withheld. Withheld from partner agencies, whatever was agreed.
    #[graphql(complexity = "5 * child_complexity")]
    async fn formerly(&self, ctx: &Context<'_>) -> Result<Guarded<Vec<Formerly>>, Error> {
        let former = formerly(&self.0);
        let cleared = former.is_empty() || clears_former_address(ctx, &self.0).await?;
        let shown = former.into_iter().filter(|former| cleared || !is_of_address(former.fact));
        Ok(self.guard(ctx, |_| shown.map(Formerly::from).collect()))
    }
}

/// The authority that issued a number and exists no more, in words.
pub(super) fn former_authority(upn: Option<&str>) -> Option<String> {
    Some(Upn::parse(upn?).ok()?.former_authority()?.to_string())
}

/// Something that held of a child until it changed.
#[derive(SimpleObject)]
struct Formerly {
    /// What it is.
    fact: ChildFact,
    /// What held, in words.
    value: String,
    /// The day on which it changed.
    until: Date,
}

impl From<Former> for Formerly {
    fn from(Former { fact, value, until }: Former) -> Self {
        Self { fact, value: in_words(fact, &value), until: Date(until) }
    }
}

/// Whether it is a part of the address, which may be kept confidential.
pub(super) fn is_of_address(fact: ChildFact) -> bool {
    matches!(fact, ChildFact::Address | ChildFact::Postcode)
}

/// Whether the viewer may see the address of a child, as far as it is kept confidential.
async fn clears_address(ctx: &Context<'_>, row: &child::Model) -> Result<bool, Error> {
    Ok(!row.address_confidential || is_cleared(ctx, row).await?)
}

/// Whether the viewer may see what was told of addresses of a child. It stays kept when the address is confidential no
/// more: where a family hid is nobody's business afterwards either.
pub(super) async fn clears_former_address(ctx: &Context<'_>, row: &child::Model) -> Result<bool, Error> {
    Ok(!row.address_was_confidential || is_cleared(ctx, row).await?)
}

async fn is_cleared(ctx: &Context<'_>, row: &child::Model) -> Result<bool, Error> {
    let viewer = &op(ctx).viewer;
    if policy::clears_address(viewer, false) {
        return Ok(true);
    }
    let Viewer::Staff(staff) = viewer else { return Ok(false) };
    for case in loads(ctx).load_one(CasesOf(row.id)).await?.unwrap_or_default() {
        let is_reader = case.restriction.is_some()
            && loads(ctx)
                .load_one(ReadersOf(case.id))
                .await?
                .unwrap_or_default()
                .iter()
                .any(|row| row.staff_id == staff.id);
        if case.officer_id == Some(staff.id) || is_reader {
            return Ok(policy::clears_address(viewer, true));
        }
    }
    Ok(false)
}

/// Whether the viewer may see what was told of addresses of the child of a case. Not, where the case is not theirs to
/// read.
pub(super) async fn clears_address_of(ctx: &Context<'_>, case: CaseId) -> Result<bool, Error> {
    let Some(case) = loads(ctx).load_one(case).await? else { return Ok(false) };
    let child = loads(ctx).load_one(case.child_id).await?.ok_or(Error::NotFound)?;
    clears_former_address(ctx, &child).await
}

/// Whether the viewer reads the words that stand in a case and its referrals. Where the address of the child is kept
/// confidential or was, any of them may say it, so that only those who are cleared for it do. Schools and agencies are
/// shown only what they wrote or were asked themselves.
pub(super) async fn tells_words_of(ctx: &Context<'_>, case: CaseId) -> Result<bool, Error> {
    match op(ctx).viewer {
        Viewer::Staff(_) => clears_address_of(ctx, case).await,
        Viewer::Anonymous | Viewer::SchoolContact(_) | Viewer::Partner(_) | Viewer::System(_) => Ok(true),
    }
}
