//! How names, days, moments and states read on the pages of triage and casework.

use chrono::NaiveDate;

use crate::documents::casework::Child;
use crate::prelude::*;
use crate::vocabulary::{CaseState, Risk, Whereabouts};

pub(crate) use crate::journeys::site::when::{day as london_day, day_and_time as moment};

/// A day: "4 June 2026".
pub(crate) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A name, of which either part may be lacking.
pub(crate) fn name(given: Option<&str>, family: Option<&str>) -> String {
    let parts: Vec<&str> =
        [given, family].into_iter().flatten().map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "Name not known".to_owned() } else { parts.join(" ") }
}

/// A number of things: "1 case", "312 cases".
pub(crate) fn counted(display: &str, one: &str, many: &str) -> String {
    format!("{display} {}", if display == "1" { one } else { many })
}

/// A case's state as a tag.
pub(crate) fn state_tag(state: CaseState) -> AnyView {
    let colour = match state {
        CaseState::Enquiry => Colour::Yellow,
        CaseState::Open => Colour::Blue,
        CaseState::Placement => Colour::Teal,
        CaseState::TrackingOut => Colour::Purple,
        CaseState::Closed => Colour::Grey,
    };
    tag(state.label(), colour)
}

/// What is known of a child's whereabouts as a tag.
pub(crate) fn whereabouts_tag(whereabouts: Whereabouts) -> AnyView {
    let colour = match whereabouts {
        Whereabouts::KnownConfirmed => Colour::Green,
        Whereabouts::KnownReported => Colour::Yellow,
        Whereabouts::BelievedMovedUk | Whereabouts::BelievedMovedAbroad => Colour::Orange,
        Whereabouts::Unknown => Colour::Red,
    };
    tag(whereabouts.label(), colour)
}

fn risk_colour(risk: Risk) -> Colour {
    match risk {
        Risk::Immediate | Risk::High => Colour::Red,
        Risk::Unscreened => Colour::Purple,
        Risk::Standard => Colour::Grey,
    }
}

/// How urgent something is, as a badge.
pub(crate) fn risk_badge(risk: Risk) -> AnyView {
    badge(risk.label(), risk_colour(risk))
}

/// The bar that says whom a page is about: what triage and casework both know.
pub(crate) fn bar(name: String, born: Option<NaiveDate>, reference: &str, upn: Option<&str>) -> IdentityBar {
    let bar = IdentityBar::new(name)
        .fact("Date of birth", born.map_or_else(|| "Not known".to_owned(), day))
        .fact("Reference", reference);
    match upn {
        Some(upn) => bar.fact("UPN", upn),
        None => bar,
    }
}

/// The bar with the risk on it.
pub(crate) fn at_risk(bar: IdentityBar, risk: Option<Risk>) -> IdentityBar {
    match risk {
        Some(risk) => bar.badge(risk.label(), risk_colour(risk)),
        None => bar,
    }
}

/// The bar of a case.
pub(crate) fn identity(child: &Child, reference: &str, risk: Option<Risk>) -> IdentityBar {
    let name = name(child.given_names.as_deref(), child.family_name.as_deref());
    let bar = bar(name, child.date_of_birth, reference, child.upn.as_deref());
    let bar = match child.year_group.clone() {
        Some(year) => bar.fact("Year group", year),
        None => bar,
    };
    at_risk(bar, risk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_as_clocks_in_london_show_it() {
        for (at, wanted) in [
            ("2026-06-04T08:32:00Z", "4 June 2026 at 9:32am"),
            ("2026-11-21T12:05:00Z", "21 November 2026 at 12:05pm"),
            ("2026-06-30T23:30:00Z", "1 July 2026 at 12:30am"),
        ] {
            assert_eq!(moment(at.parse().expect("a moment")), wanted);
        }
    }

    #[test]
    fn a_name_may_lack_a_part() {
        assert_eq!(name(Some("Amina"), Some("Hassan")), "Amina Hassan");
        assert_eq!(name(None, Some(" Hassan ")), "Hassan");
        assert_eq!(name(Some(""), None), "Name not known");
    }
}
