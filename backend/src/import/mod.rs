//! Reads files that other systems made: bytes in, rows out, or all faults with their lines.
//!
//! What must not live here: the database, the clock, and what an import changes (`service::register`).

pub mod gias;
pub mod term_dates;

use std::fmt;

use csv::StringRecord;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// A fault or a warning about one line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// The number of the line, counted from 1 with the heading.
    pub line: u64,
    /// What is wrong, in words for the person who imports the file.
    pub what: String,
}

impl LineFault {
    /// A fault of line `line`.
    pub fn new(line: u64, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// All faults of a file, in the order of its lines. Nothing of a file with faults is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults(pub Vec<LineFault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        write!(f, "nothing was imported, because the file has {count} fault{}:", if count == 1 { "" } else { "s" })?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for Faults {}

/// The text of a file in whichever encoding it was saved: the one its byte-order mark names, or else UTF-8 if the bytes
/// are valid UTF-8, or else Windows-1252. Accented letters of Windows-1252 hardly ever form valid UTF-8 by chance.
fn decoded(file: &[u8]) -> Result<String, Faults> {
    let without_mark = if std::str::from_utf8(file).is_ok() { UTF_8 } else { WINDOWS_1252 };
    let encoding = Encoding::for_bom(file).map_or(without_mark, |(encoding, _)| encoding);
    let (text, _, broken) = encoding.decode(file);
    if broken || text.contains('\0') {
        let what = "this is no text in UTF-8 or Windows-1252; it may be UTF-16, or a spreadsheet's own format: save it as \
                    “CSV UTF-8” and import that";
        return Err(Faults(vec![LineFault::new(1, what)]));
    }
    Ok(text.into_owned())
}

/// A file of comma-separated values whose columns are found by the names in its heading.
struct CsvTable {
    heading: StringRecord,
    /// The rows below the heading, each with the number of its first line.
    rows: Vec<(u64, StringRecord)>,
    faults: Vec<LineFault>,
}

impl CsvTable {
    /// Reads all rows. Refuses a heading that lacks one of the `needed` columns, and a file without rows.
    fn read(text: &str, needed: &[&str]) -> Result<Self, Faults> {
        // The reader would count a row as begun between CR and LF, and report a line number that is one too low.
        let text = text.replace("\r\n", "\n");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut table = Self { heading: StringRecord::new(), rows: Vec::new(), faults: Vec::new() };
        for (number, record) in (0_u64..).zip(reader.records()) {
            let Ok(record) = record else {
                table.faults.push(LineFault::new(number + 1, "this is not comma-separated text"));
                continue;
            };
            let line = record.position().map_or(number + 1, csv::Position::line);
            if table.heading.is_empty() {
                table.heading = record;
            } else if record.iter().all(|value| value.trim().is_empty()) {
                // Spreadsheets leave blank rows at the end.
            } else if record.len() == table.heading.len() {
                table.rows.push((line, record));
            } else {
                let (found, wanted) = (record.len(), table.heading.len());
                table
                    .faults
                    .push(LineFault::new(line, format!("it has {found} values, but there are {wanted} columns")));
            }
        }
        for column in needed {
            if table.place(column).is_none() {
                table.faults.push(LineFault::new(1, format!("the column “{column}” is missing")));
            }
        }
        if table.rows.is_empty() && table.faults.is_empty() {
            table.faults.push(LineFault::new(1, "there are no rows under the heading"));
        }
        if needed.iter().any(|column| table.place(column).is_none()) || table.rows.is_empty() {
            return Err(Faults(table.faults));
        }
        Ok(table)
    }

    /// The value in a column, trimmed; empty when the file has no such column.
    fn get<'a>(&self, record: &'a StringRecord, column: &str) -> &'a str {
        self.place(column).and_then(|place| record.get(place)).unwrap_or_default().trim()
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.heading.iter().position(|name| name.trim() == column)
    }
}

/// The value when there are no faults, or else the faults in the order of their lines.
pub(crate) fn finish<T>(value: T, mut faults: Vec<LineFault>) -> Result<T, Faults> {
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(value) } else { Err(Faults(faults)) }
}
