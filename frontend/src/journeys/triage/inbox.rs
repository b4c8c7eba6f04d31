//! The inbox: referrals that wait, the riskiest first, and those that were decided.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use cynic::{Id, QueryBuilder};

use crate::api::Refusal;
use crate::documents::inputs::ReferralFilter;
use crate::documents::referrals::{Inbox, InboxRow, InboxVars, ReferralPage, ReportGroup};
use crate::parts::absence::{age_tag, found_tag};
use crate::parts::case::risk_badge;
use crate::parts::pager;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;
use crate::vocabulary::{ReferralOrigin, ReferralSort, ReferralState, RiskReason};
use crate::when::{date, day_and_time};
use crate::words::{counted, name};

/// Which referrals a list shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Waiting,
    Opened,
    WithAuthority,
    Redirected,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Waiting, Self::WithAuthority, Self::Opened, Self::Redirected];

    fn parse(query: &Form) -> Self {
        match query.get("show") {
            "opened" => Self::Opened,
            "with-authority" => Self::WithAuthority,
            "redirected" => Self::Redirected,
            _ => Self::Waiting,
        }
    }

    fn href(self) -> &'static str {
        match self {
            Self::Waiting => "/triage",
            Self::Opened => "/triage?show=opened",
            Self::WithAuthority => "/triage?show=with-authority",
            Self::Redirected => "/triage?show=redirected",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Waiting => "Awaiting triage",
            Self::Opened => "Opened or added to a case",
            Self::WithAuthority => "With another authority",
            Self::Redirected => "Sent elsewhere or withdrawn",
        }
    }

    fn states(self) -> Vec<ReferralState> {
        match self {
            Self::Waiting => vec![ReferralState::Received],
            Self::Opened => vec![ReferralState::Opened, ReferralState::Joined],
            Self::WithAuthority => vec![ReferralState::WithAuthority],
            Self::Redirected => vec![ReferralState::Redirected, ReferralState::Withdrawn],
        }
    }

    fn sort(self) -> ReferralSort {
        match self {
            Self::Waiting => ReferralSort::Risk,
            Self::WithAuthority => ReferralSort::Oldest,
            Self::Opened | Self::Redirected => ReferralSort::Newest,
        }
    }

    /// The address of one page of the list; `side` is `after` or `before`.
    fn page(self, side: &str, cursor: &str) -> String {
        let joint = if self == Self::Waiting { '?' } else { '&' };
        paged(self.href(), joint, side, cursor)
    }
}

/// The inbox.
pub(super) async fn show(visit: Visit, Queried(query): Queried) -> Reply {
    let tab = Tab::parse(&query);
    let (after, before) = (query.some("after"), query.some("before"));
    let within = after.is_some() || before.is_some();
    // Only where referrals wait can a flood bury others.
    let groups = tab == Tab::Waiting;
    let one_of_each_group = groups.then_some(true);
    let filter = ReferralFilter { state: Some(tab.states()), one_of_each_group, ..ReferralFilter::default() };
    let vars = InboxVars { filter, sort: tab.sort(), groups, after, before };
    let page = match visit.api.run(Inbox::build(vars)).await {
        Ok(inbox) => inbox.referrals,
        // A page that is no longer there, or never was.
        Err(Refusal::Invalid(_)) if within => return Ok(Redirect::to(tab.href()).into_response()),
        Err(refusal) => return Err(refusal),
    };
    if within && page.nodes.as_ref().is_none_or(Vec::is_empty) {
        return Ok(Redirect::to(tab.href()).into_response());
    }
    let chrome = visit.chrome().await;
    Ok(Page::new("Triage").wide().render(&chrome, || {
        let tabs = Tab::ALL
            .iter()
            .fold(SubNavigation::new("Triage"), |tabs, one| tabs.item(one.text(), one.href(), *one == tab));
        let tabs =
            if visit.may().read_held_reports { tabs.item("Held reports", super::held::LIST, false) } else { tabs };
        view! { {h1("Triage")} {tabs} {h2(tab.text())} {list(tab, page)} }.into_any()
    }))
}

/// The reports of one group that wait, the riskiest first: each is decided on like any other.
pub(super) async fn show_group(visit: Visit, Path(group): Path<String>, Queried(query): Queried) -> Reply {
    let here = format!("/triage/gathered/{group}");
    let (after, before) = (query.some("after"), query.some("before"));
    let within = after.is_some() || before.is_some();
    let (state, gathered_with) = (Some(Tab::Waiting.states()), Some(Id::new(group)));
    let filter = ReferralFilter { state, gathered_with, ..ReferralFilter::default() };
    let vars = InboxVars { filter, sort: Tab::Waiting.sort(), groups: false, after, before };
    let page = match visit.api.run(Inbox::build(vars)).await {
        Ok(inbox) => inbox.referrals,
        Err(Refusal::Invalid(_)) if within => return Ok(Redirect::to(&here).into_response()),
        Err(refusal) => return Err(refusal),
    };
    let title = "Reports of harm that came together";
    Ok(Page::new(title).trail([("Triage", "/triage")]).wide().render(&visit.chrome().await, || {
        let about = "They came faster than single alerts can be read, so the MASH has them in one list. Any of them may \
                     be true: decide on each.";
        view! { {h1(title)} {paragraph(about)} {list_at(Tab::Waiting, page, |side, cursor| paged(&here, '?', side, cursor))} }
            .into_any()
    }))
}

/// The address of one page of a list; `side` is `after` or `before`.
fn paged(list: &str, joint: char, side: &str, cursor: &str) -> String {
    let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
    format!("{list}{joint}{side}={cursor}")
}

fn list(tab: Tab, page: ReferralPage) -> AnyView {
    list_at(tab, page, |side, cursor| tab.page(side, cursor))
}

fn list_at(tab: Tab, page: ReferralPage, place: impl Fn(&str, &str) -> String) -> AnyView {
    let mut rows = page.nodes.unwrap_or_default();
    if tab == Tab::WithAuthority {
        // Whoever is to be asked first stands first, though the referral may have come later than another.
        rows.sort_by_key(|referral| referral.ask_again_on);
    }
    if rows.is_empty() {
        return paragraph(match tab {
            Tab::Waiting => "No referrals are waiting.",
            Tab::Opened => "No referrals have been opened or added to a case.",
            Tab::WithAuthority => "No authority owes us an acknowledgement.",
            Tab::Redirected => "No referrals have been sent elsewhere.",
        });
    }
    let count = counted(&page.count.display, "referral", "referrals");
    let pager = pager(&page.page_info, place);
    let table = Table::new(tab.text()).quiet().scrolls().columns(["Child", "Risk", "From"]);
    let table = match tab {
        Tab::Waiting => table.column("Waiting since"),
        Tab::Opened => table.columns(["Case", "Decided"]),
        Tab::WithAuthority => table.columns(["Authority", "Ask again on"]),
        Tab::Redirected => table.columns(["Sent to", "Decided"]),
    };
    let table = rows.into_iter().fold(table, |table, referral| table.row(row(tab, referral)));
    view! { {paragraph(count)} {table} {pager} }.into_any()
}

fn row(tab: Tab, referral: InboxRow) -> Vec<Content> {
    let child = name(referral.given_names.as_deref(), referral.family_name.as_deref());
    let href = format!("/triage/{}", referral.reference);
    let child = view! {
        {link(href, child)}
        <br />
        <span class="app-reference">{referral.reference}</span>
        " "
        {age_tag(referral.age.map(|age| age.standing))}
        " "
        {found_tag(referral.found_at_address == Some(true))}
        " "
        {(referral.waits_twice == Some(true)).then(|| tag("Another may be of this child", Colour::Yellow))}
    };
    let child = match referral.gathered_with {
        Some(group) if group.waiting > 1 => group_link(&group),
        _ => child.into_any(),
    };
    let badge = referral.risk.map_or_else(|| WITHHELD.into_any(), risk_badge);
    let risk = view! { {badge} {reasons(referral.risk_reasons.as_deref().unwrap_or_default())} };
    let from = from(referral.origin, referral.school.map(|school| school.name));
    let decided = referral.decided_at.map_or_else(|| "Not yet".to_owned(), day_and_time);
    let mut cells = vec![child.into(), risk.into_any().into(), from.into()];
    match tab {
        Tab::Waiting => cells.push(day_and_time(referral.received_at).into()),
        Tab::Opened => {
            let case = referral.case.map(|case| case.reference);
            let case =
                case.map_or_else(|| "Not shown to you".into(), |case| link(format!("/cases/{case}"), case).into());
            cells.extend([case, decided.into()]);
        }
        Tab::WithAuthority => {
            let again = referral.ask_again_on.map(date).unwrap_or_default();
            let overdue = referral.ask_again_overdue.then(|| tag("Overdue", Colour::Red));
            let again = view! { <span class="app-line">{again}</span> " " {overdue} };
            cells.extend([typed(referral.authority.unwrap_or_default()).into(), again.into_any().into()]);
        }
        Tab::Redirected => {
            let to = referral.redirect_to.map_or(ReferralState::Withdrawn.label(), Word::label);
            cells.extend([to.into(), decided.into()]);
        }
    }
    cells
}

/// What stands in place of what this person is not cleared for.
pub(super) const WITHHELD: &str = "Not shown to you";

/// What leads to the reports of a group, which stand as one row so that they do not bury others.
fn group_link(group: &ReportGroup) -> AnyView {
    let origin = if group.one_origin { "one origin" } else { "many origins" };
    let since = day_and_time(group.since);
    let text = format!("{} reports from {origin} since {since}, {} immediate danger", group.waiting, group.immediate);
    link(format!("/triage/gathered/{}", group.id.inner()), text)
}

/// Why something is as risky as it is.
pub(super) fn reasons(reasons: &[RiskReason]) -> Option<AnyView> {
    let items: Vec<_> = reasons.iter().map(|reason| view! { <li>{reason.label()}</li> }).collect();
    let list = view! { <ul class="govuk-list govuk-list--bullet govuk-body-s">{items}</ul> };
    (!reasons.is_empty()).then(|| list.into_any())
}

/// Who sent a referral.
pub(super) fn from(origin: ReferralOrigin, school: Option<String>) -> String {
    school.unwrap_or_else(|| origin.label().to_owned())
}
