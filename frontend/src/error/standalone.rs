//! The page that a proxy shows while the service is down: a single file with everything in it, because nothing else can
//! be fetched then.

use leptos::prelude::*;

use super::{SOON, UNAVAILABLE, whom_to_call};
use crate::page::{Chrome, to_html};
use crate::parts::{h1, paragraph};

/// A few rules and no web font, because the page can load no other file.
const STYLE: &str = "body{margin:0;font:1.1875em/1.4 arial,sans-serif;color:#0b0c0c;background:#fff}\
    header{background:#00563f;color:#fff;font-weight:bold}\
    header div,main{max-width:60rem;margin:0 auto;padding:.75rem 1rem}h1{font-size:1.7em;line-height:1.15}\
    h2{font-size:1.25em}li{margin-bottom:.5em}a{color:#1a65a6}a:focus{outline:3px solid #fd0;background:#fd0;color:#0b0c0c}";

const BACK: &str = "If you have just sent something, it may not have been saved. Use your browser’s back button to see \
                    what you typed, and copy it before you leave the page.";

/// The page as text, with the council's name and telephone numbers from `chrome`.
pub fn unavailable_page(chrome: &Chrome) -> String {
    let body = to_html(|| {
        view! {
            <header>
                <div>{chrome.council.clone()}</div>
            </header>
            <main>{h1(UNAVAILABLE)} {paragraph(SOON)} {paragraph(BACK)} {whom_to_call(chrome)}</main>
        }
        .into_any()
    });
    let title = format!("{UNAVAILABLE} - {} - {}", chrome.service, chrome.council);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><style>{STYLE}</style></head><body>{body}</body></html>\n",
        html_escape::encode_text(&title),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Phones;

    #[test]
    fn the_page_stands_by_itself_and_says_whom_to_call() {
        let phones = Phones { team: "01632 1".into(), hub: "01632 2".into(), out_of_hours: "01632 3".into() };
        let text = unavailable_page(&Chrome { council: "Luton <Council>".into(), phones, ..Chrome::default() });
        for told in ["999", "101", "01632 1", "01632 2", "01632 3", "Luton &lt;Council"] {
            assert!(text.contains(told), "{told}: {text}");
        }
        for fetched in ["src=", "href=\"/", "url(", "<script", "<link"] {
            assert!(!text.contains(fetched), "{fetched}: {text}");
        }
    }
}
