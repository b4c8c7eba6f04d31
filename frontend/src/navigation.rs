//! Where people can go: the places of the navigation, and the right that leads to each.
//!
//! What must not live here: who has a right (`rights`), and how the navigation looks (`page`).

use crate::page::NavItem;
use crate::rights::Rights;

/// A place in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// What it is called.
    text: &'static str,
    /// Where it is.
    href: &'static str,
}

impl Place {
    const fn new(text: &'static str, href: &'static str) -> Self {
        Self { text, href }
    }

    /// The place as the page at `path` shows it.
    pub(crate) fn seen_from(self, path: &str) -> NavItem {
        let Self { text, href } = self;
        let current = path == href || path.starts_with(&format!("{href}/"));
        NavItem { text: text.to_owned(), href: href.to_owned(), current }
    }
}

const ACCOUNT: Place = Place::new("Your account", "/account");
const TRIAGE: Place = Place::new("Triage", "/triage");

/// Where school contacts can go.
pub(crate) const FOR_SCHOOLS: [Place; 2] = [Place::new("Your referrals", "/refer"), ACCOUNT];

/// Whether these rights lead to a place.
type Leads = fn(&Rights) -> bool;

/// Where staff can go, in the order in which the places stand. The first is where their work is.
const FOR_STAFF: [(Place, Leads); 10] = [
    (TRIAGE, |may| may.read_referrals),
    (Place::new("Cases", "/cases"), |may| may.list_cases),
    // What the MASH answers comes before what it may read.
    (TRIAGE, |may| may.list_referrals),
    (Place::new("Staff", "/staff"), |may| may.manage_staff),
    (Place::new("School contacts", "/contacts"), |may| may.manage_contacts),
    (Place::new("Partner agencies", "/agencies"), |may| may.manage_agencies),
    (Place::new("Restricted cases", "/restricted/reviews"), |may| may.review_break_glass),
    (Place::new("Mail", "/mail"), |may| may.manage_mail),
    (Place::new("Access notes", "/audit"), |may| may.read_access_notes),
    (ACCOUNT, |_| true),
];

/// Where staff with these rights can go.
pub(crate) fn for_staff(may: &Rights) -> Vec<Place> {
    let mut places = Vec::new();
    for (place, _) in FOR_STAFF.iter().filter(|(_, leads)| leads(may)) {
        if !places.contains(place) {
            places.push(*place);
        }
    }
    places
}
