//! The school days of an absence and the age of a child, in words, alike on every page.

use chrono::{Datelike as _, NaiveDate};
use leptos::prelude::*;

use super::{Colour, Content, SummaryList, paragraphs, tag, warning_text};
use crate::documents::absence::{Age, OutOfCohort, SchoolDays};
use crate::vocabulary::{AgeStanding, SchoolDayRule};
use crate::when::date;

/// Which school day today is, when the last that counts is, and which days in between are none. An estimate says so.
pub(crate) fn school_days(days: &SchoolDays) -> AnyView {
    let SchoolDays { rule, first_day, today, of, last_day, passed, estimated, .. } = days;
    let now = match (passed, today) {
        (true, _) => format!("All {of} school days are past"),
        (false, 0) => "Before the first of these school days".to_owned(),
        (false, today) => format!("School day {today} of {of}"),
    };
    let last = match rule {
        SchoolDayRule::TenAfterLeave => "Tenth school day",
        SchoolDayRule::TwentyAbsent => "Twentieth school day",
    };
    let closed =
        days.closed.iter().map(|closed| format!("{}: {}", closed.kind.label(), span(closed.first, closed.last)));
    let closed: Vec<String> = closed.collect();
    let list = SummaryList::new()
        .card(rule.label())
        .row("Today", now)
        .row("First school day", date(*first_day))
        .row(last, date(*last_day))
        .row(
            "Days not counted",
            if closed.is_empty() { "Only weekends".into() } else { Content::from(paragraphs(closed)) },
        );
    let estimate = estimated.then(|| {
        warning_text(
            "This is an estimate: weekdays without bank holidays. We have no term dates of the school or the council for \
             all of this time. The school’s own days decide.",
        )
    });
    view! { {estimate} {list} }.into_any()
}

/// The days from `first` to `last`, with month and year once where both share them: "29 to 30 October 2026".
fn span(first: NaiveDate, last: NaiveDate) -> String {
    let begins = match (first.year() == last.year(), first.month() == last.month()) {
        _ if first == last => return date(first),
        (true, true) => first.format("%-d"),
        (true, false) => first.format("%-d %B"),
        (false, _) => first.format("%-d %B %Y"),
    };
    format!("{begins} to {}", date(last))
}

/// A child's age against compulsory school age, and what to do with one outside it, without the year group. `None`
/// where it is not known, which is said too.
pub(crate) fn age(age: Option<&Age>) -> AnyView {
    let Some(Age { standing, begins, ends, .. }) = age else {
        return paragraphs([
            "Not known: ask for the date of birth before you decide that the child is missing education",
        ]);
    };
    let (begins, ends) = (date(*begins), date(*ends));
    let lines = match standing {
        AgeStanding::Below => vec![
            standing.label().to_owned(),
            format!("Compulsory school age begins on {begins}"),
            "Send the referral to early years, so that it comes back on that day".to_owned(),
        ],
        AgeStanding::Within => {
            vec![standing.label().to_owned(), format!("Compulsory school age began on {begins} and ends on {ends}")]
        }
        AgeStanding::Over => vec![
            standing.label().to_owned(),
            format!("Compulsory school age ended on {ends}"),
            "Send the referral to the participation team".to_owned(),
        ],
    };
    paragraphs(lines)
}

/// The year group by the date of birth, and that the school teaches the child in another; `None` where nothing is known.
pub(crate) fn year_group(by_age: Option<&str>, taught: Option<&OutOfCohort>) -> Option<Content> {
    let Some(OutOfCohort { recorded, computed, on }) = taught else {
        return by_age.map(Content::from);
    };
    let warning =
        format!("The school teaches the child in {recorded}, but the date of birth gave {computed} on {}", date(*on));
    let age = "Compulsory school age goes by the date of birth alone".to_owned();
    Some(paragraphs(by_age.map(str::to_owned).into_iter().chain([warning, age])).into())
}

/// That the authority which issued a pupil number exists no more: the number holds.
pub(crate) fn pupil_number(number: &str, former: Option<&str>) -> Content {
    match former {
        None => number.to_owned().into(),
        Some(former) => {
            let note = format!("Valid, though its code is that of {former}");
            paragraphs([number.to_owned(), note]).into()
        }
    }
}

/// A tag for a child outside compulsory school age, or of unknown age; `None` for all others.
pub(crate) fn age_tag(standing: Option<AgeStanding>) -> Option<AnyView> {
    match standing {
        Some(AgeStanding::Within) => None,
        Some(standing) => Some(tag(standing.label(), Colour::Orange)),
        None => Some(tag("Age not known", Colour::Grey)),
    }
}

/// A tag for a child who was found and stays on the roll.
pub(crate) fn found_tag(found: bool) -> Option<AnyView> {
    found.then(|| tag("Found at the address: stays on roll", Colour::Purple))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_share_month_or_year_say_it_once() {
        let day = |text: &str| text.parse().expect("a day");
        for (first, last, words) in [
            ("2026-10-29", "2026-10-29", "29 October 2026"),
            ("2026-10-29", "2026-10-30", "29 to 30 October 2026"),
            ("2026-10-29", "2026-11-02", "29 October to 2 November 2026"),
            ("2026-12-21", "2027-01-01", "21 December 2026 to 1 January 2027"),
        ] {
            assert_eq!(span(day(first), day(last)), words);
        }
    }
}
