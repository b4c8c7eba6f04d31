//! The two pages, written by hand. What must not live here: what they show (`statements`).

use std::fmt::Write;

use serde_json::Value;

use crate::store::Cells;

const STATES: [&str; 5] = ["enquiry", "open", "placement", "tracking_out", "closed"];
const HEADS: [&str; 7] = ["Reference", "Child", "Date of birth", "School", "Due", "Risk", "Officer"];

/// A text without what HTML would read as its own.
struct Plain<'a>(&'a str);

impl std::fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

fn begin(title: &str) -> String {
    let mut html = String::with_capacity(16 * 1024);
    let _ = write!(
        html,
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title><link rel=\"stylesheet\" \
         href=\"/site.css\"></head><body><header><a href=\"/\">Cases</a></header><main><h1>{0}</h1>",
        Plain(title)
    );
    html
}

/// A list of cases by the columns of `LIST`.
pub(crate) fn list(state: &str, rows: &[Cells]) -> String {
    let mut html = begin("Cases");
    html.push_str("<nav>");
    for other in STATES {
        let current = if other == state { " aria-current=\"page\"" } else { "" };
        let _ = write!(html, "<a href=\"/cases?state={other}\"{current}>{other}</a>");
    }
    html.push_str("</nav><table><thead><tr>");
    for head in HEADS {
        let _ = write!(html, "<th scope=\"col\">{head}</th>");
    }
    html.push_str("</tr></thead><tbody>");
    for row in rows {
        let cell = |n: usize| Plain(row.get(n).and_then(Option::as_deref).unwrap_or("–"));
        let _ = write!(
            html,
            "<tr><th scope=\"row\"><a href=\"/case?reference={0}\">{0}</a></th><td>{1} {2}</td><td>{3}</td><td>{4}</td>\
             <td>{5}</td><td>{6}</td><td>{7}</td></tr>",
            cell(0),
            cell(1),
            cell(2),
            cell(3),
            cell(4),
            cell(5),
            cell(6),
            cell(7)
        );
    }
    html.push_str("</tbody></table></main></body></html>");
    html
}

/// One case by the answer of `CASE`.
pub(crate) fn case(case: &Value) -> String {
    let mut html = begin(case["reference"].as_str().unwrap_or_default());
    html.push_str("<dl>");
    facts(&mut html, case);
    html.push_str("</dl><ol>");
    for entry in case["timeline"].as_array().into_iter().flatten() {
        html.push_str("<li><dl>");
        facts(&mut html, entry);
        html.push_str("</dl></li>");
    }
    html.push_str("</ol></main></body></html>");
    html
}

/// Everything that is said of a thing, however deep, but lists.
fn facts(html: &mut String, thing: &Value) {
    for (name, value) in thing.as_object().into_iter().flatten() {
        match value {
            Value::Object(_) => facts(html, value),
            Value::String(text) => {
                let _ = write!(html, "<dt>{}</dt><dd>{}</dd>", Plain(name), Plain(text));
            }
            Value::Number(number) => {
                let _ = write!(html, "<dt>{}</dt><dd>{number}</dd>", Plain(name));
            }
            Value::Null | Value::Bool(_) | Value::Array(_) => {}
        }
    }
}
