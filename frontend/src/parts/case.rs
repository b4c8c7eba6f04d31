//! A case and its child in short, alike on every page: tags, badges, and the identity bar.
//!
//! What must not live here: pages of a case (`journeys::casework`).

use chrono::NaiveDate;
use leptos::prelude::AnyView;

use super::{Colour, IdentityBar, badge, tag};
use crate::documents::casework::Child;
use crate::vocabulary::{CaseState, Risk, Whereabouts};
use crate::when::date;
use crate::words::name;

/// The state of a case as a tag.
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

/// What is known of a child's whereabouts, as a tag.
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

/// The risk as a badge; red from high risk on, purple until it was screened.
pub(crate) fn risk_badge(risk: Risk) -> AnyView {
    badge(risk.label(), risk_colour(risk))
}

/// The identity bar with the facts that referrals and cases share. A birth date of `None` reads "Not known"; a UPN of
/// `None` is left out.
pub(crate) fn bar(name: String, born: Option<NaiveDate>, reference: &str, upn: Option<&str>) -> IdentityBar {
    let bar = IdentityBar::new(name)
        .fact("Date of birth", born.map_or_else(|| "Not known".to_owned(), date))
        .fact("Reference", reference);
    match upn {
        Some(upn) => bar.fact("Unique pupil number (UPN)", upn),
        None => bar,
    }
}

/// Adds the risk to the bar, if there is one to show.
pub(crate) fn at_risk(bar: IdentityBar, risk: Option<Risk>) -> IdentityBar {
    match risk {
        Some(risk) => bar.badge(risk.label(), risk_colour(risk)),
        None => bar,
    }
}

/// The identity bar of a case. Names or dates that are withheld from the viewer come as `None`, and read as not known.
pub(crate) fn identity(child: &Child, reference: &str, risk: Option<Risk>) -> IdentityBar {
    let name = name(child.given_names.as_deref(), child.family_name.as_deref());
    let bar = bar(name, child.date_of_birth, reference, child.upn.as_deref());
    let bar = match child.year_group.clone() {
        Some(year) => bar.fact("Year group", year),
        None => bar,
    };
    at_risk(bar, risk)
}
