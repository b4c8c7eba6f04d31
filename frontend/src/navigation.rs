//! The service navigation: its places, and the right that shows each.
//!
//! What must not live here: who has a right (`rights`), and how the navigation looks (`page`).

use crate::page::NavItem;
use crate::rights::Rights;

/// A place in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The text of the link.
    text: &'static str,
    /// The path it links to.
    href: &'static str,
}

impl Place {
    const fn new(text: &'static str, href: &'static str) -> Self {
        Self { text, href }
    }

    /// The item of the navigation on the page at `path`. It is the current one if the page is this place or lies below
    /// it.
    pub(crate) fn seen_from(self, path: &str) -> NavItem {
        let Self { text, href } = self;
        let current = path == href || path.starts_with(&format!("{href}/"));
        NavItem { text: text.to_owned(), href: href.to_owned(), current }
    }
}

const ACCOUNT: Place = Place::new("Your account", "/account");
const TRIAGE: Place = Place::new("Triage", "/triage");

/// The navigation of school contacts.
pub(crate) const FOR_SCHOOLS: [Place; 2] = [Place::new("Your referrals", "/refer"), ACCOUNT];

/// Whether these rights show a place.
type Leads = fn(&Rights) -> bool;

/// The navigation of staff, in order, each place with the right that shows it. The start page sends people to the first
/// that they have.
const FOR_STAFF: [(Place, Leads); 12] = [
    (Place::new("Your desk", "/desk"), |may| may.list_cases),
    (TRIAGE, |may| may.read_referrals),
    (Place::new("Cases", "/cases"), |may| may.list_cases),
    (Place::new("MASH flags", "/mash"), |may| may.list_escalations),
    // Triage stands after the cases for the MASH, which lists referrals but may not read them all: what it must answer
    // comes first.
    (TRIAGE, |may| may.list_referrals),
    (Place::new("Staff", "/staff"), |may| may.manage_staff),
    (Place::new("School contacts", "/contacts"), |may| may.manage_contacts),
    (Place::new("Partner agencies", "/agencies"), |may| may.manage_agencies),
    (Place::new("Restricted cases", "/restricted/reviews"), |may| may.review_break_glass),
    (Place::new("Mail", "/mail"), |may| may.manage_mail),
    (Place::new("Access notes", "/audit"), |may| may.read_access_notes),
    (ACCOUNT, |_| true),
];

/// The navigation of staff with these rights, each place once.
pub(crate) fn for_staff(may: &Rights) -> Vec<Place> {
    let mut places = Vec::new();
    for (place, _) in FOR_STAFF.iter().filter(|(_, leads)| leads(may)) {
        if !places.contains(place) {
            places.push(*place);
        }
    }
    places
}
