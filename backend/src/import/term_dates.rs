//! Reads term dates: rows of `academic_year,school_urn,from,to,kind,source`, where a blank school means the authority's
//! own calendar.
//!
//! A weekday that no row covers is unknown to `domain::school_days` and never guessed. So holidays are listed as well
//! as terms, and the summer holiday belongs to the academic year that it ends. Weekdays that the authority's year
//! leaves uncovered are a warning, not a fault, because the next year's dates are often published in parts.
//!
//! What must not live here: what an import changes (`service::register`).

use chrono::{Datelike, NaiveDate, Weekday};
use entity::vocabulary::TermDateKind;

use super::{CsvTable, Faults, LineFault, decoded, finish};
use crate::domain::urn::SchoolUrn;

/// A span of days in a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The line of the file it is on.
    pub line: u64,
    /// The academic year, such as `2026/27`.
    pub academic_year: String,
    /// The URN of the school it applies to; `None` for the authority's own calendar.
    pub school_urn: Option<String>,
    /// The first day.
    pub from: NaiveDate,
    /// The last day, which belongs to the span.
    pub to: NaiveDate,
    /// Whether it is a term, a holiday or another kind of span.
    pub kind: TermDateKind,
    /// Where the dates were published.
    pub source: String,
}

/// The contents of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendars {
    /// The spans, in the order of the file.
    pub spans: Vec<Span>,
    /// Oddities that do not keep the file from being imported.
    pub warnings: Vec<LineFault>,
}

const COLUMNS: &[&str] = &["academic_year", "school_urn", "from", "to", "kind", "source"];
const LONGEST_SOURCE: usize = 200;

/// Reads a whole file and returns either its spans or all its faults. Whether the schools exist is for the caller to
/// check.
pub fn read(file: &[u8]) -> Result<Calendars, Faults> {
    let mut table = CsvTable::read(&decoded(file)?, COLUMNS)?;
    let mut faults = std::mem::take(&mut table.faults);
    let mut spans: Vec<Span> = Vec::with_capacity(table.rows.len());
    for (line, record) in &table.rows {
        match span(*line, |column| table.get(record, column)) {
            Ok(span) => {
                if let Some(other) = spans.iter().find(|other| overlap(other, &span)) {
                    let what = format!("it overlaps line {}, which is of the same kind", other.line);
                    faults.push(LineFault::new(*line, what));
                }
                spans.push(span);
            }
            Err(wrong) => faults.extend(wrong.into_iter().map(|what| LineFault::new(*line, what))),
        }
    }
    let warnings = uncovered(&spans);
    finish(Calendars { spans, warnings }, faults)
}

fn span<'a>(line: u64, get: impl Fn(&'static str) -> &'a str) -> Result<Span, Vec<String>> {
    let mut faults = Vec::new();
    let year = year_of(get("academic_year"));
    if year.is_none() {
        faults.push(format!("“academic_year” must be like 2026/27, but it is “{}”", get("academic_year")));
    }
    let school = Some(get("school_urn")).filter(|urn| !urn.is_empty()).map(SchoolUrn::parse).transpose();
    if let Err(wrong) = &school {
        faults.push(wrong.to_string());
    }
    let mut day = |column| {
        let read =
            NaiveDate::parse_from_str(get(column), "%Y-%m-%d").ok().filter(|day| (2000..2100).contains(&day.year()));
        if read.is_none() {
            faults.push(format!("“{column}” must be a day like 2026-09-01, but it is “{}”", get(column)));
        }
        read
    };
    let (from, to) = (day("from"), day("to"));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        faults.push("it ends before it begins".to_owned());
    } else if let (Some(year), Some(from), Some(to)) = (year, from, to)
        && !(within(year, from) && within(year, to))
    {
        faults.push(format!("it is not within the academic year {}", get("academic_year")));
    }
    let kind = kind_of(get("kind"));
    if kind.is_none() {
        faults.push(format!(
            "“kind” must be term, half term, holiday, inset, closure or bank holiday, but it is “{}”",
            get("kind")
        ));
    }
    let source = get("source").to_owned();
    if source.is_empty() || source.chars().count() > LONGEST_SOURCE || source.chars().any(char::is_control) {
        faults.push(format!("“source” must say in at most {LONGEST_SOURCE} characters where the dates come from"));
    }
    match (from, to, kind, school) {
        (Some(from), Some(to), Some(kind), Ok(school)) if faults.is_empty() => Ok(Span {
            line,
            academic_year: get("academic_year").to_owned(),
            school_urn: school.map(String::from),
            from,
            to,
            kind,
            source,
        }),
        _ => Err(faults),
    }
}

/// The calendar year in which an academic year such as `2026/27` begins; `None` if it is written otherwise.
fn year_of(typed: &str) -> Option<i32> {
    let (first, second) = typed.split_once('/')?;
    let plain =
        first.len() == 4 && second.len() == 2 && (first.bytes().chain(second.bytes())).all(|b| b.is_ascii_digit());
    let (first, second): (i32, i32) = (first.parse().ok()?, second.parse().ok()?);
    (plain && (first + 1) % 100 == second).then_some(first)
}

fn kind_of(typed: &str) -> Option<TermDateKind> {
    match typed {
        "term" => Some(TermDateKind::Term),
        "half term" => Some(TermDateKind::HalfTerm),
        "holiday" => Some(TermDateKind::Holiday),
        "inset" => Some(TermDateKind::Inset),
        "closure" => Some(TermDateKind::Closure),
        "bank holiday" => Some(TermDateKind::BankHoliday),
        _ => None,
    }
}

/// Whether a day is within an academic year: from 1 August, because some schools begin in August, to 31 August, because
/// the summer holiday ends the year.
fn within(year: i32, day: NaiveDate) -> bool {
    let first = NaiveDate::from_ymd_opt(year, 8, 1);
    let last = NaiveDate::from_ymd_opt(year + 1, 8, 31);
    first.is_some_and(|first| first <= day) && last.is_some_and(|last| day <= last)
}

/// Whether two spans of the same calendar and kind share a day, which means that one of them is a mistake.
fn overlap(a: &Span, b: &Span) -> bool {
    a.school_urn == b.school_urn && a.kind == b.kind && a.from <= b.to && b.from <= a.to
}

/// One warning for each of the authority's academic years that leaves weekdays uncovered.
fn uncovered(spans: &[Span]) -> Vec<LineFault> {
    let own: Vec<&Span> = spans.iter().filter(|span| span.school_urn.is_none()).collect();
    let mut years: Vec<&str> = own.iter().map(|span| span.academic_year.as_str()).collect();
    years.sort_unstable();
    years.dedup();
    let of_year = |year: &str| {
        let begins = year_of(year)?;
        let first = NaiveDate::from_ymd_opt(begins, 9, 1)?;
        let last = NaiveDate::from_ymd_opt(begins + 1, 8, 31)?;
        let open = |day: &NaiveDate| {
            !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
                && !own.iter().any(|span| span.from <= *day && *day <= span.to)
        };
        let days: Vec<NaiveDate> = first.iter_days().take_while(|day| *day <= last).filter(open).collect();
        let (first, last) = (days.first()?, days.last()?);
        let what = format!("{year} leaves {} weekdays between {first} and {last} unknown", days.len());
        Some(LineFault::new(1, what))
    };
    years.into_iter().filter_map(of_year).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../demo/term_dates.csv");
    const HEADING: &str = "academic_year,school_urn,from,to,kind,source";

    fn faults(rows: &[&str]) -> Faults {
        read(format!("{HEADING}\n{}\n", rows.join("\n")).as_bytes()).unwrap_err()
    }

    #[test]
    fn our_own_dates_leave_no_weekday_unknown() {
        let Calendars { spans, warnings } = read(SAMPLE).unwrap();
        assert_eq!(warnings, []);
        assert!(spans.iter().any(|span| span.kind == TermDateKind::HalfTerm && span.source == "provisional"));
        assert!(spans.iter().any(|span| span.school_urn.is_some() && span.kind == TermDateKind::Inset));
    }

    #[test]
    fn a_year_without_its_summer_is_warned_about() {
        let file = format!("{HEADING}\n2025/26,,2025-09-01,2026-07-17,term,published\n");
        let warned = read(file.as_bytes()).unwrap().warnings;
        assert_eq!(warned[0].what, "2025/26 leaves 31 weekdays between 2026-07-20 and 2026-08-31 unknown");
    }

    #[test]
    fn every_nonsense_is_told_with_its_line() {
        for (row, reason) in [
            ("2025/27,,2025-09-01,2025-12-19,term,x", "“academic_year” must be like 2026/27"),
            ("25/26,,2025-09-01,2025-12-19,term,x", "“academic_year” must be like 2026/27"),
            ("2025/26,12,2025-09-01,2025-12-19,term,x", "a URN is six digits"),
            ("2025/26,,2025-12-19,2025-09-01,term,x", "it ends before it begins"),
            ("2025/26,,2025-02-30,2025-12-19,term,x", "“from” must be a day like 2026-09-01, but it is “2025-02-30”"),
            ("2025/26,,2025-09-01,,term,x", "“to” must be a day"),
            ("2025/26,,2024-09-01,2024-12-19,term,x", "it is not within the academic year 2025/26"),
            ("2025/26,,2025-09-01,2025-12-19,feast,x", "“kind” must be term, half term"),
            ("2025/26,,2025-09-01,2025-12-19,term,", "“source” must say"),
            ("2025/26,,2025-09-01,2025-12-19,term", "it has 5 values, but there are 6 columns"),
            ("2025/26,,2026-01-01,2026-02-01,term,x", "it overlaps line 2, which is of the same kind"),
        ] {
            let told = faults(&["2025/26,,2026-01-05,2026-03-27,term,x", row]).to_string();
            assert!(told.contains("line 3: ") && told.contains(reason), "{row}: {told}");
        }
    }

    #[test]
    fn all_faults_come_at_once_and_a_missing_column_is_named() {
        assert_eq!(faults(&["x,y,z,z,z,", "2025/26,,2025-12-19,2025-09-01,feast,x"]).0.len(), 8);
        let told = read(b"academic_year,from,to,kind,source\n").unwrap_err().to_string();
        assert!(told.contains("the column “school_urn” is missing"), "{told}");
    }
}
