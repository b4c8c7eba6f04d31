//! Writes the HTML document of a page: head, style sheets, scripts, and the three parts of the body.
//!
//! What must not live here: the markup of those parts (`furniture`).

use std::fmt::Write as _;

use leptos::prelude::{AnyView, IntoAny};

use crate::assets;
use crate::page::{Area, Chrome, Page, furniture, to_html, to_html_with};
use crate::parts::FormKey;
use crate::told::plain;

/// The inline script that tells style sheets that scripting works. It is byte for byte the design system's own, because
/// its hash is in the content security policy.
pub(super) const JS_ENABLED: &str = "document.body.className += ' js-enabled' + ('noModule' in \
                                     HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');";

const THEME: &str = "#00563f";

pub(super) fn write(page: &Page<'_>, chrome: &Chrome, body: impl FnOnce() -> AnyView) -> String {
    let error = if page.wrong { "Error: " } else { "" };
    let title = format!("{error}{} - {} - {}", page.title, chrome.service, chrome.council);
    let mut head = format!(
        "<meta charset=\"utf-8\"><title>{}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <meta name=\"theme-color\" content=\"{THEME}\">\
         <link rel=\"icon\" href=\"{}\" sizes=\"any\" type=\"image/svg+xml\">",
        html_escape::encode_text(&plain(&title)),
        assets::ICON
    );
    if let Some(robots) = page.robots {
        let _ = write!(head, "<meta name=\"robots\" content=\"{robots}\">");
    }
    let moj = chrome.area != Area::Public;
    let styles = [Some(assets::GOVUK_CSS), moj.then_some(assets::MOJ_CSS), Some(assets::APP_CSS)];
    for style in styles.into_iter().flatten() {
        let _ = write!(head, "<link rel=\"stylesheet\" href=\"{style}\">");
    }
    let scripts = [
        Some(assets::APP_JS),
        moj.then_some(assets::STAFF_JS),
        chrome.lasts.map(|_| assets::SESSION_JS),
        page.exit.as_ref().map(|_| assets::EXIT_JS),
    ];
    for script in scripts.into_iter().flatten() {
        let _ = write!(head, "<script type=\"module\" src=\"{script}\"></script>");
    }
    let key = || (!chrome.form_key.is_empty()).then(|| FormKey(chrome.form_key.clone()));
    let above = to_html_with(key(), || furniture::above(page, chrome));
    let main = to_html_with(key(), || furniture::main(page, chrome, body()));
    let wide = if page.wide { " app-wide" } else { "" };
    let lasts = chrome.lasts.map_or_else(String::new, |(idle, whole)| {
        format!(" data-session-idle=\"{idle}\" data-session-whole=\"{whole}\"")
    });
    let below = to_html(|| furniture::below().into_any());
    // The inline script is the first thing in the body, so that style sheets know of scripting before anything is
    // drawn.
    format!(
        "<!DOCTYPE html><html lang=\"en\" class=\"govuk-template\"><head>{head}</head>\
         <body class=\"govuk-template__body{wide}\"{lasts}><script>{JS_ENABLED}</script>{above}{main}{below}</body></html>"
    )
}
