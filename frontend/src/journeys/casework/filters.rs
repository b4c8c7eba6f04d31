//! The filters of the register as they stand in its address, so that a list can be sent to a colleague.
//!
//! What was searched for must not live here: it names children, and stays in the session ([`search`](crate::search)).

use crate::documents::casework::{Officer, School};
use crate::documents::inputs::CaseFilter;
use crate::prelude::*;
use crate::search::SEARCH;
use crate::vocabulary::{CaseSort, CaseState, Whereabouts};

const NAMES: [&str; 10] =
    ["state", "whereabouts", "school", "officer", "overdue", "flagged", "proposed", "unassigned", "sort", SEARCH];

/// The states of a case that is being worked on.
const OPEN: [CaseState; 4] = [CaseState::Enquiry, CaseState::Open, CaseState::Placement, CaseState::TrackingOut];

/// What may stand in the address of the register, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Filters(Form);

impl Filters {
    /// The filters of a query string.
    pub(super) fn read(query: &Form) -> Self {
        let mut form = Form::new();
        for (name, values) in query.iter().filter(|(name, _)| NAMES.contains(name)) {
            for value in values.iter().map(|value| value.trim()).filter(|value| is_known(name, value)) {
                form.add(name, value);
            }
        }
        Self(form)
    }

    /// The form that the filter panel shows.
    pub(super) fn form(&self) -> Form {
        self.0.clone()
    }

    /// The address of the first page of the list.
    pub(super) fn address(&self) -> String {
        let query = self.query();
        if query.is_empty() { "/cases".to_owned() } else { format!("/cases?{query}") }
    }

    /// The filters as a query string.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, values) in self.0.iter() {
            query.extend_pairs(values.iter().map(|value| (name, value)));
        }
        query.finish()
    }

    /// The address of the list without what is searched for.
    pub(super) fn unsearched(&self) -> String {
        let mut form = self.form();
        form.clear(SEARCH);
        Self(form).address()
    }

    /// Whether nothing but the order was chosen.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|(name, _)| ["sort", SEARCH].contains(&name))
    }

    /// These filters with one set.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        Self(self.form().with(name, value))
    }

    /// These filters without one value.
    fn without(&self, name: &str, value: &str) -> Self {
        let mut form = self.form();
        form.clear(name);
        for kept in self.0.all(name).iter().filter(|kept| *kept != value) {
            form.add(name, kept.as_str());
        }
        Self(form)
    }

    /// The address of one page of the list; `side` is `after` or `before`.
    pub(super) fn page(&self, side: &str, cursor: &str) -> String {
        self.with(side, cursor).address()
    }

    /// The order of the list.
    pub(super) fn sort(&self) -> CaseSort {
        CaseSort::parse(self.0.get("sort")).unwrap_or(CaseSort::Due)
    }

    /// What the API filters by. Where no state was chosen, the list is of open cases; a search is of all, because a child
    /// who was known before must be found.
    pub(super) fn asked(&self, search: Option<String>) -> CaseFilter {
        let yes = |name: &str| self.0.has(name, "yes").then_some(true);
        let unsaid = search.is_none().then(|| OPEN.to_vec());
        CaseFilter {
            state: words(self.0.all("state")).or(unsaid),
            whereabouts: words(self.0.all("whereabouts")),
            school_urn: self.0.some("school"),
            officer: self.0.some("officer").map(cynic::Id::new),
            unassigned: yes("unassigned"),
            overdue: yes("overdue"),
            flagged: yes("flagged"),
            proposed: yes("proposed"),
            search,
        }
    }

    /// The panel with the controls and what is selected.
    pub(super) fn panel(
        &self,
        ask: Ask<'_>,
        officers: Option<Vec<(String, String)>>,
        names: (&[Officer], Option<&School>),
    ) -> Filter {
        let only = |name: &str, legend: &str, text: &str| {
            ask.checkboxes(name, legend).bold().small().option("yes", text).view()
        };
        let controls = view! {
            {ask.hidden("sort")}
            {self.0.some(SEARCH).map(|_| ask.hidden(SEARCH))}
            {ask.checkboxes("state", "State")
                .bold()
                .small()
                .hint("If you select none: open cases, or all cases while you search")
                .words::<CaseState>()}
            {ask.checkboxes("whereabouts", "Whereabouts").bold().small().words::<Whereabouts>()}
            {officers.map(|officers| ask.select("officer", "Officer").bold().options(officers).view())}
            {ask.number("school", "School URN").bold().width(10).hint("6 digits")}
            {only("overdue", "Due", "Overdue only")}
            {only("flagged", "MASH", "Flagged with the MASH only")}
            {only("proposed", "Outcome", "Awaiting approval by a second person")}
            {only("unassigned", "Assignment", "Not assigned only")}
        };
        self.selected(Filter::new(controls.into_any(), self.cleared().address()), names)
    }

    /// No filters, in the same order and with the same search.
    fn cleared(&self) -> Self {
        let kept = ["sort", SEARCH].into_iter().filter_map(|name| Some((name, self.0.some(name)?)));
        Self(kept.fold(Form::new(), |form, (name, value)| form.with(name, value)))
    }

    fn selected(&self, panel: Filter, (officers, school): (&[Officer], Option<&School>)) -> Filter {
        let chosen = NAMES.iter().flat_map(|name| self.0.all(name).iter().map(move |value| (*name, value)));
        chosen.fold(panel, |panel, (name, value)| {
            let (category, text) = match name {
                "state" => ("State", CaseState::parse(value).map(|word| word.label().to_owned())),
                "whereabouts" => ("Whereabouts", Whereabouts::parse(value).map(|word| word.label().to_owned())),
                "officer" => {
                    ("Officer", officers.iter().find(|one| one.id.inner() == value).map(|one| one.name.clone()))
                }
                "school" => ("School", school.map(|school| school.name.clone())),
                "overdue" => ("Due", Some("Overdue only".to_owned())),
                "flagged" => ("MASH", Some("Flagged with the MASH only".to_owned())),
                "proposed" => ("Outcome", Some("Awaiting approval by a second person".to_owned())),
                "unassigned" => ("Assignment", Some("Not assigned only".to_owned())),
                _ => return panel,
            };
            let text = text.unwrap_or_else(|| value.clone());
            panel.selected(category, text, self.without(name, value).address())
        })
    }
}

/// Whether `value` can be a value of the filter `name`. A school's number is the API's to judge.
fn is_known(name: &str, value: &str) -> bool {
    match name {
        "state" => CaseState::parse(value).is_some(),
        "whereabouts" => Whereabouts::parse(value).is_some(),
        "sort" => CaseSort::parse(value).is_some(),
        "overdue" | "flagged" | "proposed" | "unassigned" => value == "yes",
        _ => !value.is_empty(),
    }
}

fn words<W: Word>(codes: &[String]) -> Option<Vec<W>> {
    let words: Vec<W> = codes.iter().filter_map(|code| W::parse(code)).collect();
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_filters_stand_in_the_address() {
        let query = b"state=OPEN&state=TRACKING_OUT&state=NONSENSE&overdue=yes&after=x&sort=NAME&officer=&name=Amina";
        let filters = Filters::read(&Form::from_urlencoded(query));
        assert_eq!(filters.address(), "/cases?overdue=yes&sort=NAME&state=OPEN&state=TRACKING_OUT");
        assert_eq!(filters.without("state", "OPEN").address(), "/cases?overdue=yes&sort=NAME&state=TRACKING_OUT");
        assert_eq!(filters.cleared().address(), "/cases?sort=NAME");
        let asked = filters.asked(None);
        assert_eq!(asked.state, Some(vec![CaseState::Open, CaseState::TrackingOut]));
        assert_eq!((asked.overdue, asked.flagged, asked.whereabouts), (Some(true), None, None));
    }

    #[test]
    fn open_cases_are_listed_unless_a_state_is_chosen_or_somebody_is_searched_for() {
        let unfiltered = Filters::read(&Form::new());
        assert_eq!(unfiltered.asked(None).state, Some(OPEN.to_vec()));
        assert_eq!(unfiltered.asked(Some("Amina".to_owned())).state, None);
        let closed = Filters::read(&Form::from_urlencoded(b"state=CLOSED"));
        assert_eq!(closed.asked(Some("Amina".to_owned())).state, Some(vec![CaseState::Closed]));
        assert!(CaseState::ALL.iter().all(|state| OPEN.contains(state) != (*state == CaseState::Closed)));
    }

    #[test]
    fn clearing_the_filters_keeps_the_search_and_clearing_the_search_keeps_the_filters() {
        let filters = Filters::read(&Form::from_urlencoded(b"state=OPEN&search=a1&sort=NAME"));
        assert_eq!(filters.cleared().address(), "/cases?search=a1&sort=NAME");
        assert_eq!(filters.unsearched(), "/cases?sort=NAME&state=OPEN");
    }
}
