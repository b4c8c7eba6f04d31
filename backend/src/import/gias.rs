//! Reads the national register of schools: the daily extract `edubasealldata` of Get Information about Schools.
//!
//! It is Windows-1252 text, unless a spreadsheet saved it otherwise, with lines that end in CR LF, every value in
//! quotation marks and codes padded with zeros. Its columns come and go, so they are found by name. Every row is taken,
//! whatever its authority and status, because children move and a closed school stays somebody's last school.
//!
//! What must not live here: what an import changes (`service::register`).

use std::collections::HashMap;

use chrono::NaiveDate;
use csv::StringRecord;
use entity::vocabulary::SchoolStatus;

use super::{CsvTable, Faults, LineFault, decoded, finish};
use crate::domain::phone::Phone;
use crate::domain::postcode::Postcode;
use crate::domain::text::Line;
use crate::domain::urn::SchoolUrn;

/// A school in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// The unique reference number, six digits.
    pub urn: String,
    /// The code of the local authority, three digits.
    pub la_code: String,
    /// The number within the authority, four digits; `None` for a school that has none yet.
    pub establishment_number: Option<String>,
    /// The name of the school.
    pub name: String,
    /// The type of establishment, in the register's words.
    pub kind: String,
    /// The phase of education, in the register's words.
    pub phase: String,
    /// Whether the school is open.
    pub status: SchoolStatus,
    /// The day it opened; `None` when the register does not say.
    pub opened_on: Option<NaiveDate>,
    /// The day it closed; `None` when the register does not say.
    pub closed_on: Option<NaiveDate>,
    /// The youngest age it takes, in years.
    pub low_age: Detail<i32>,
    /// The oldest age it takes, in years.
    pub high_age: Detail<i32>,
    /// Street, locality, town and county, separated by commas.
    pub address: String,
    /// The postcode in canonical form.
    pub postcode: Detail<String>,
    /// The telephone number, grouped as people read it.
    pub phone: Detail<String>,
    /// The head teacher's title and name; `None` when the register names nobody.
    pub head_teacher: Option<String>,
}

/// A detail of a school that may be missing or damaged in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail<T> {
    /// The value in the file.
    Told(T),
    /// The cell is blank: the school has no such detail.
    Lacking,
    /// The cell cannot be read, as when a spreadsheet has rounded a number.
    Unreadable,
}

impl<T> Detail<T> {
    /// The value to store after an import, when `known` was stored before it: an unreadable cell keeps what was known.
    pub fn or_known(self, known: Option<T>) -> Option<T> {
        match self {
            Self::Told(value) => Some(value),
            Self::Lacking => None,
            Self::Unreadable => known,
        }
    }
}

/// The contents of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// The schools, one for each URN, in the order of first occurrence.
    pub schools: Vec<School>,
    /// Oddities that do not keep the file from being imported.
    pub warnings: Vec<LineFault>,
}

const NEEDED: &[&str] = &[
    "URN",
    "LA (code)",
    "EstablishmentNumber",
    "EstablishmentName",
    "TypeOfEstablishment (name)",
    "EstablishmentStatus (name)",
    "PhaseOfEducation (name)",
    "OpenDate",
    "CloseDate",
];

/// Reads a whole file and returns either its schools or all its faults. Of rows with the same URN the last wins.
pub fn read(file: &[u8]) -> Result<Register, Faults> {
    let mut table = CsvTable::read(&decoded(file)?, NEEDED)?;
    let mut faults = std::mem::take(&mut table.faults);
    let mut register = Register { schools: Vec::with_capacity(table.rows.len()), warnings: Vec::new() };
    let mut known: HashMap<String, usize> = HashMap::new();
    for (line, record) in &table.rows {
        let mut row = Row { table: &table, record, line: *line, faults: &mut faults, warnings: &mut register.warnings };
        let Some(school) = row.school() else { continue };
        if let Some(at) = known.get(&school.urn) {
            let again = format!("URN {} occurs again: this line is taken instead of the one before", school.urn);
            register.warnings.push(LineFault::new(*line, again));
            register.schools[*at] = school;
        } else {
            known.insert(school.urn.clone(), register.schools.len());
            register.schools.push(school);
        }
    }
    finish(register, faults)
}

/// A row of the file, and where its faults and warnings are noted.
struct Row<'a> {
    table: &'a CsvTable,
    record: &'a StringRecord,
    line: u64,
    faults: &'a mut Vec<LineFault>,
    warnings: &'a mut Vec<LineFault>,
}

impl Row<'_> {
    fn school(&mut self) -> Option<School> {
        let before = self.faults.len();
        let urn = SchoolUrn::parse(self.get("URN")).map_err(|wrong| self.fault(wrong.to_string())).ok();
        let la_code = self.digits("LA (code)", 3);
        let establishment_number =
            if self.get("EstablishmentNumber").is_empty() { None } else { self.digits("EstablishmentNumber", 4) };
        let name = self.needed("EstablishmentName");
        let kind = self.needed("TypeOfEstablishment (name)");
        let phase = self.needed("PhaseOfEducation (name)");
        let status = self.status();
        let opened_on = self.date("OpenDate");
        let closed_on = self.date("CloseDate");
        let school = School {
            urn: urn.map(String::from).unwrap_or_default(),
            la_code: la_code.unwrap_or_default(),
            establishment_number,
            name,
            kind,
            phase,
            status: status?,
            opened_on,
            closed_on,
            low_age: self.age("StatutoryLowAge"),
            high_age: self.age("StatutoryHighAge"),
            address: self.joined(&["Street", "Locality", "Address3", "Town", "County (name)"], ", "),
            postcode: self.detail("Postcode", |typed| Postcode::parse(typed).ok().map(String::from)),
            phone: self.phone(),
            head_teacher: Some(self.joined(&["HeadTitle (name)", "HeadFirstName", "HeadLastName"], " "))
                .filter(|name| !name.is_empty()),
        };
        (self.faults.len() == before).then_some(school)
    }

    fn fault(&mut self, what: impl Into<String>) {
        self.faults.push(LineFault::new(self.line, what));
    }

    fn get(&self, column: &str) -> &str {
        self.table.get(self.record, column)
    }

    fn needed(&mut self, column: &str) -> String {
        let value = self.get(column).to_owned();
        let Some(line) = Line::cleaned(&value).map(String::from) else {
            self.fault(format!("“{column}” is blank"));
            return value;
        };
        if Line::parse(&value, column, usize::MAX).is_err() {
            let cleaned =
                format!("“{column}” has a character that hides or reverses text: it was left out or is to be checked");
            self.warnings.push(LineFault::new(self.line, cleaned));
        }
        line
    }

    fn digits(&mut self, column: &str, length: usize) -> Option<String> {
        let value = self.get(column).to_owned();
        if value.len() == length && value.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(value);
        }
        self.fault(format!("“{column}” must be {length} digits, but it is “{value}”"));
        None
    }

    fn status(&mut self) -> Option<SchoolStatus> {
        let status = match self.get("EstablishmentStatus (name)") {
            "Open" => SchoolStatus::Open,
            "Open, but proposed to close" => SchoolStatus::ProposedToClose,
            "Proposed to open" => SchoolStatus::ProposedToOpen,
            "Closed" => SchoolStatus::Closed,
            other => {
                let what = format!("“EstablishmentStatus (name)” is “{other}”, which is no status we know");
                self.fault(what);
                return None;
            }
        };
        Some(status)
    }

    /// Reads a date, either day first, as the register writes it, or year first. A blank cell is `None`.
    fn date(&mut self, column: &str) -> Option<NaiveDate> {
        let value = self.get(column).to_owned();
        if value.is_empty() {
            return None;
        }
        let read = ["%d-%m-%Y", "%Y-%m-%d"].iter().find_map(|form| NaiveDate::parse_from_str(&value, form).ok());
        // The day-first format would read `12-09-2015` as a date in the year 12 if it were written year first.
        let read = read.filter(|date| (1000..=9999).contains(&chrono::Datelike::year(date)));
        if read.is_none() {
            self.fault(format!("“{column}” must be a day like 01-09-2016, but it is “{value}”"));
        }
        read
    }

    /// Reads a telephone number. A spreadsheet drops its leading zero, which is put back, because every number in this
    /// country begins with one. A number that was rounded (`1.63E+09`) is lost.
    fn phone(&mut self) -> Detail<String> {
        let typed = self.get("TelephoneNum").to_owned();
        let lacks_zero = (9..=10).contains(&typed.len()) && typed.bytes().all(|digit| digit.is_ascii_digit());
        if lacks_zero
            && !typed.starts_with('0')
            && let Ok(phone) = Phone::parse(&format!("0{typed}"))
        {
            let restored = "“TelephoneNum” lost its leading zero, as in a spreadsheet: it was put back";
            self.warnings.push(LineFault::new(self.line, restored));
            return Detail::Told(phone.for_reading());
        }
        self.detail("TelephoneNum", |typed| Phone::parse(typed).ok().map(|phone| phone.for_reading()))
    }

    fn age(&mut self, column: &str) -> Detail<i32> {
        self.detail(column, |typed| typed.parse().ok().filter(|age| (0..=25).contains(age)))
    }

    /// Reads a detail that may be missing. One that cannot be read keeps what was known before, with a warning.
    fn detail<T>(&mut self, column: &str, parse: impl Fn(&str) -> Option<T>) -> Detail<T> {
        let value = self.get(column);
        if value.is_empty() {
            return Detail::Lacking;
        }
        if let Some(read) = parse(value) {
            return Detail::Told(read);
        }
        // A spreadsheet writes a number that is too long for its column in this way.
        let rounded = value.parse::<f64>().is_ok() && value.contains(['e', 'E']);
        let why = if rounded { "was rounded by a spreadsheet" } else { "cannot be read" };
        let kept = format!("“{column}” {why}: what was known before stays");
        self.warnings.push(LineFault::new(self.line, kept));
        Detail::Unreadable
    }

    fn joined(&self, columns: &[&str], between: &str) -> String {
        let parts: Vec<&str> = columns.iter().map(|column| self.get(column)).filter(|part| !part.is_empty()).collect();
        Line::cleaned(&parts.join(between)).map(String::from).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &[u8] = include_bytes!("../../demo/schools.csv");
    const HEADING: &str = "\"URN\",\"LA (code)\",\"EstablishmentNumber\",\"EstablishmentName\",\
        \"TypeOfEstablishment (name)\",\"EstablishmentStatus (name)\",\"PhaseOfEducation (name)\",\"OpenDate\",\"CloseDate\"";

    fn file(rows: &[&str]) -> Vec<u8> {
        format!("{HEADING}\r\n{}\r\n", rows.join("\r\n")).into_bytes()
    }

    #[test]
    fn the_extract_is_read_with_all_its_quirks() {
        let Register { schools, warnings } = read(SAMPLE).unwrap();
        let of = |urn: &str| schools.iter().find(|school| school.urn == urn).unwrap();
        assert_eq!(of("900141").name, "St Agnes & St Ælfgifu Primary School", "Windows-1252");
        assert_eq!(of("900138").name, "St Wulfstan’s Junior School", "a curly apostrophe, which Latin-1 lacks");
        assert_eq!(of("900191").establishment_number, None, "blank establishment number");
        assert_eq!(of("900193").status, SchoolStatus::Closed);
        assert_eq!(of("900193").closed_on, NaiveDate::from_ymd_opt(2019, 8, 31));
        assert_eq!(of("900197").status, SchoolStatus::ProposedToOpen);
        assert_eq!(of("900198").status, SchoolStatus::ProposedToClose);
        assert_eq!(of("900199").la_code, "822", "neighbours are taken too");
        assert_eq!(of("900103").phone, Detail::Told("01632 960099".to_owned()));
        assert_eq!(of("900103").address, "195 Example Road, Luton, Bedfordshire");
        assert_eq!(of("900103").head_teacher.as_deref(), Some("Ms Sample O’Sample"));
        assert_eq!(schools.iter().filter(|school| school.urn == "900110").count(), 1, "a duplicated URN");
        assert!(warnings.iter().any(|warning| warning.what.contains("900110")), "{warnings:?}");
    }

    #[test]
    fn of_two_rows_with_one_urn_the_last_wins_and_days_come_either_way_round() {
        let file = file(&[
            r#""900001","821","","First name","Academy","Open","Primary","01-09-2016","""#,
            r#""900001","821","2001","Last name","Academy","Closed","Primary","2016-09-01","31-08-2019""#,
        ]);
        let register = read(&file).unwrap();
        assert_eq!(register.schools.len(), 1);
        assert_eq!(register.schools[0].name, "Last name");
        assert_eq!(register.schools[0].opened_on, NaiveDate::from_ymd_opt(2016, 9, 1));
        assert_eq!(register.warnings.len(), 1);
        assert_eq!(register.warnings[0].line, 3);
    }

    #[test]
    fn every_bad_line_is_told_with_its_number_and_reason() {
        for (row, reason) in [
            (r#""12","821","","A","B","Open","Primary","","""#, "a URN is six digits, such as 123456"),
            (r#""900001","21","","A","B","Open","Primary","","""#, "“LA (code)” must be 3 digits, but it is “21”"),
            (
                r#""900001","821","12","A","B","Open","Primary","","""#,
                "“EstablishmentNumber” must be 4 digits, but it is “12”",
            ),
            (r#""900001","821","","","B","Open","Primary","","""#, "“EstablishmentName” is blank"),
            (r#""900001","821","","A","B","Shut","Primary","","""#, "is “Shut”, which is no status we know"),
            (r#""900001","821","","A","B","Open","Primary","31-02-2016","""#, "must be a day like 01-09-2016"),
            (r#""900001","821","","A","B","Open","Primary","1-9-16","""#, "must be a day like 01-09-2016"),
            (r#""900001","821","","A","B","Open","Primary","""#, "it has 8 values, but there are 9 columns"),
        ] {
            let good = r#""900002","821","","A","B","Open","Primary","","""#;
            let faults = read(&file(&[good, row])).unwrap_err();
            let told = faults.to_string();
            assert!(told.contains("line 3: ") && told.contains(reason), "{row}: {told}");
            assert_eq!(faults.0.len(), 1, "{row}: {told}");
        }
    }

    #[test]
    fn what_a_spreadsheet_did_to_a_file_is_undone_or_refused() {
        let with_phone = HEADING.to_owned() + ",\"TelephoneNum\"";
        let rows = [
            "900001,821,,Oak,B,Open,Primary,,,1632960099",
            ",,,,,,,,,",
            "900002,821,,\"Elm\u{202E} School\",B,Open,Primary,,,",
            "900003,821,,Ash,B,Open,Primary,,,1.63E+09",
            "900004,821,,Yew,B,Open,Primary,,,see website",
        ];
        let file = format!("\u{FEFF}{with_phone}\r\n{}\r\n", rows.join("\r\n"));
        let register = read(file.as_bytes()).unwrap();
        assert_eq!(register.schools.len(), 4, "a blank row is no school");
        assert_eq!(register.schools[0].phone, Detail::Told("01632 960099".to_owned()));
        assert_eq!((register.schools[1].name.as_str(), &register.schools[1].phone), ("Elm School", &Detail::Lacking));
        assert_eq!([&register.schools[2].phone, &register.schools[3].phone], [&Detail::Unreadable; 2]);
        let told: Vec<String> = register.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].starts_with("line 2: ") && told[1].starts_with("line 4: "), "{told:?}");
        assert_eq!(told[2], "line 5: “TelephoneNum” was rounded by a spreadsheet: what was known before stays");
        assert_eq!(told[3], "line 6: “TelephoneNum” cannot be read: what was known before stays");
    }

    #[test]
    fn a_file_is_read_however_it_was_saved_or_it_is_said_what_is_wrong() {
        let text = format!("{HEADING}\r\n900001,821,,\"Zoë’s School\",B,Open,Primary,,\r\n");
        let utf_16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            mark.iter().copied().chain(text.encode_utf16().flat_map(bytes)).collect()
        };
        for (row, file) in [
            ("Windows-1252", encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()),
            ("UTF-8", text.clone().into_bytes()),
            ("UTF-8 with a mark", format!("\u{FEFF}{text}").into_bytes()),
            ("UTF-16, as Windows saves it", utf_16(b"\xFF\xFE", u16::to_le_bytes)),
            ("UTF-16, the other way round", utf_16(b"\xFE\xFF", u16::to_be_bytes)),
        ] {
            assert_eq!(read(&file).unwrap().schools[0].name, "Zoë’s School", "{row}");
        }
        for (row, file) in [
            ("UTF-16 without a mark", utf_16(b"", u16::to_le_bytes)),
            ("UTF-16, cut off", utf_16(b"\xFF\xFE", u16::to_le_bytes)[..99].to_vec()),
            ("a workbook", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0".to_vec()),
        ] {
            let told = read(&file).unwrap_err().to_string();
            assert!(told.contains("save it as “CSV UTF-8”"), "{row}: {told}");
        }
    }

    #[test]
    fn faults_of_all_lines_come_at_once() {
        let row = r#""x","821","","","B","Open","Primary","","""#;
        let faults = read(&file(&[row, row])).unwrap_err();
        let lines: Vec<u64> = faults.0.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [2, 2, 3, 3]);
        assert!(faults.to_string().starts_with("nothing was imported, because the file has 4 faults:"));
    }

    #[test]
    fn a_missing_column_is_named_and_others_may_come_and_go() {
        let without = String::from_utf8(file(&[])).unwrap().replace("\"OpenDate\",", "");
        assert!(read(without.as_bytes()).unwrap_err().to_string().contains("line 1: the column “OpenDate” is missing"));
        let more = format!(
            "{HEADING},\"New\"\r\n\"900001\",\"821\",\"\",\"A\",\"B\",\"Open\",\"Primary\",\"\",\"\",\"x\"\r\n"
        );
        assert_eq!(read(more.as_bytes()).unwrap().schools.len(), 1);
        for empty in [&b""[..], &file(&[])[..], b"\xff\x00\n"] {
            assert!(read(empty).is_err());
        }
    }
}
