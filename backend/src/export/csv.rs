//! Comma-separated values that a spreadsheet reads as text: every cell is quoted, and none is taken for a formula.

use crate::domain::text::isolated;

/// The byte-order mark at the beginning of a file. Without it Excel does not read the file as UTF-8.
pub const BOM: &str = "\u{feff}";

/// The signs with which a spreadsheet begins a formula, and their full-width forms, which spreadsheets of East Asia
/// read alike.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// One line of a file, made of these cells.
pub fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

fn quoted(text: &str) -> String {
    let safe = if is_formula(text) { "'" } else { "" };
    format!("\"{safe}{}\"", isolated(text).replace('"', "\"\""))
}

/// Whether a spreadsheet could take `text` for a formula. Some programs skip blank space, line breaks and what cannot be
/// seen before they look.
fn is_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n']) || text.trim_start_matches(is_skipped).starts_with(FORMULA)
}

fn is_skipped(letter: char) -> bool {
    let invisible = matches!(letter, '\u{00ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}');
    letter.is_whitespace() || letter.is_control() || invisible
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_no_quote_ends_one() {
        for (cell, written) in [
            ("plain", "\"plain\""),
            ("", "\"\""),
            (" ", "\" \""),
            (" plain = text", "\" plain = text\""),
            ("=1+1", "\"'=1+1\""),
            ("+44", "\"'+44\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\tplain", "\"'\tplain\""),
            ("\r=1", "\"'\r=1\""),
            ("\n=1", "\"'\n=1\""),
            ("\nplain", "\"'\nplain\""),
            ("＝1", "\"'＝1\""),
            ("＋1", "\"'＋1\""),
            ("－1", "\"'－1\""),
            ("＠SUM(A1)", "\"'＠SUM(A1)\""),
            (" =1", "\"' =1\""),
            ("\u{a0}=1", "\"'\u{a0}=1\""),
            ("\u{3000}＝1", "\"'\u{3000}＝1\""),
            (" \u{2003}\u{a0}\n-1", "\"' \u{2003}\u{a0}\n-1\""),
            ("\u{200b}=1", "\"'\u{200b}=1\""),
            ("\u{feff}=1", "\"'\u{feff}=1\""),
            ("\u{0}=1", "\"'\u{FFFD}=1\""),
            ("Kh\u{202E}an", "\"Kh\u{FFFD}an\""),
            ("a \"b\", c\nd", "\"a \"\"b\"\", c\nd\""),
        ] {
            assert_eq!(line(&[cell.to_owned()]), format!("{written}\r\n"));
        }
        assert_eq!(line(&["a".to_owned(), "b".to_owned()]), "\"a\",\"b\"\r\n");
    }
}
