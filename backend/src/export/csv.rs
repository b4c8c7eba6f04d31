//! Comma-separated values that a spreadsheet opens as text: every cell quoted, and none of them a formula.

use crate::domain::text::isolated;

/// What a spreadsheet would take for the beginning of a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One line with these cells.
pub fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

fn quoted(text: &str) -> String {
    let safe = if text.starts_with(FORMULA) { "'" } else { "" };
    format!("\"{safe}{}\"", isolated(text).replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_no_quote_ends_one() {
        for (cell, written) in [
            ("plain", "\"plain\""),
            ("", "\"\""),
            ("=1+1", "\"'=1+1\""),
            ("+44", "\"'+44\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("Kh\u{202E}an", "\"Kh\u{FFFD}an\""),
            ("a \"b\", c\nd", "\"a \"\"b\"\", c\nd\""),
        ] {
            assert_eq!(line(&[cell.to_owned()]), format!("{written}\r\n"));
        }
        assert_eq!(line(&["a".to_owned(), "b".to_owned()]), "\"a\",\"b\"\r\n");
    }
}
