//! Tests that text from strangers stays text in every part.

use leptos::prelude::*;
use proptest::prelude::*;
use scraper::{Html, Selector};

use crate::form::{Ask, Faults, Form};
use crate::page::to_html;
use crate::parts::*;

/// Every part, with `evil` in every place that takes text.
fn everything(evil: &str) -> Vec<(&'static str, String)> {
    let text = || evil.to_owned();
    let mut form = Form::new().with(text(), text()).with("date-day", text());
    form.add(text(), text());
    let faults = Faults::from_iter([(text(), text()), ("date".to_owned(), text()), (String::new(), text())]);
    let ask = Ask::new(&form, &faults);
    let parts: Vec<(&'static str, AnyView)> = vec![
        ("text", ask.text(evil, text()).hint(text()).prefix(text()).suffix(text()).autocomplete(text()).view()),
        ("heading", ask.text(evil, text()).id(text()).heading().view()),
        ("hidden", ask.hidden(evil)),
        ("textarea", ask.textarea(evil, text()).hint(text()).most(100).view()),
        ("plain textarea", ask.textarea(evil, text()).heading().view()),
        (
            "radios",
            ask.radios(evil, text())
                .option(text(), text())
                .option_hint(text())
                .reveals(evil, ask.textarea(evil, text()))
                .or(text(), text())
                .heading()
                .view(),
        ),
        ("checkboxes", ask.checkboxes(evil, text()).hint(text()).option(text(), text()).or(text(), text()).view()),
        ("date", ask.date("date", text()).hint(text()).view()),
        ("evil date", ask.date(evil, text()).view()),
        ("select", ask.select(evil, text()).hint(text()).option(text(), text()).view()),
        ("password", ask.password(evil, text()).hint(text()).view()),
        ("error summary", error_summary(ask).into_any()),
        ("button", button(text()).sends(text(), text()).to(text()).view()),
        ("button link", button_link(text(), text())),
        ("start button", start_button(text(), text())),
        ("link", link(text(), text())),
        ("hidden link", link_hidden(text(), text(), text())),
        ("paragraph", paragraph(text())),
        ("typed", typed(text())),
        ("headings", view! { {h1_captioned(text(), text())} {h1(text())} {h2(text())} {h3(text())} }.into_any()),
        ("back link", back_link(text())),
        ("breadcrumbs", breadcrumbs([(text(), text())])),
        (
            "summary list",
            SummaryList::new()
                .card(text())
                .card_action(text(), text())
                .row(text(), text())
                .change(text(), text())
                .view(),
        ),
        ("task list", TaskList::new().id(text()).task(text(), text(), TaskStatus::Incomplete).hint(text()).view()),
        (
            "table",
            Table::new(text())
                .scrolls()
                .column(text())
                .sorts(text(), Order::Ascending)
                .numbers(text())
                .row([text().into(), text().into()])
                .view(),
        ),
        ("tag", view! { {tag(text(), Colour::Red)} {badge(text(), Colour::Red)} }.into_any()),
        (
            "timeline",
            Timeline::new()
                .entry(Entry {
                    title: text(),
                    by: Some(text()),
                    datetime: text(),
                    when: text(),
                    body: Some(typed(text())),
                })
                .view(),
        ),
        ("pager", Pager::new().showing(text()).previous(Some(text())).next(Some(text())).view()),
        ("pages", pages(2, 3, |_| text()).into_any()),
        ("filter", Filter::new(paragraph(text()), text()).selected(text(), text(), text()).beside(paragraph(text()))),
        ("panel", panel(text(), text())),
        ("interruption", Interruption::new(text(), text(), text(), (text(), text())).view()),
        ("warning", warning_text(text())),
        ("inset", inset(text())),
        ("details", details(text(), text())),
        ("notification", view! { {success(text())} {important(text())} }.into_any()),
        ("sub navigation", SubNavigation::new(text()).item(text(), text(), true).view()),
        ("identity bar", IdentityBar::new(text()).fact(text(), text()).badge(text(), Colour::Red).view()),
        ("bars", bars(text(), text(), text(), vec![(text(), 3)])),
    ];
    parts.into_iter().map(|(name, part)| (name, to_html(|| part))).collect()
}

fn holds(evil: &str) {
    let scripts = Selector::parse("script, [onclick], [href^='javascript:']").expect("a selector");
    for (name, html) in everything(evil) {
        let parsed = Html::parse_fragment(&html);
        assert!(parsed.select(&scripts).next().is_none(), "{name} lets it out: {html}");
        assert!(!html.contains("<!"), "{name} leaves a marker: {html}");
    }
}

#[test]
fn nothing_breaks_out_of_any_part() {
    holds(r#"</textarea><script>"'"#);
    holds(r#"" onclick="alert(1)"#);
    holds("javascript:alert(1)");
    holds("--></title></style><script src=//x.example>");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_mixture_of_markup_breaks_out(pieces in proptest::collection::vec(
        prop_oneof!["[a-z<>&\"'/= -]{0,4}", Just("</textarea>".to_owned()), Just("<script>".to_owned()),
            Just("\"'>".to_owned()), Just("<!--".to_owned()), Just("</div>".to_owned())],
        0..6,
    )) {
        let evil = pieces.concat();
        // A comment that somebody types is escaped like any other text, but would trip the check for markers of Leptos.
        holds(&evil);
    }
}

#[test]
fn a_text_area_shows_exactly_what_was_typed() {
    for typed in ["", "\nfirst line left empty", "</textarea><script>alert(1)</script>", "a & b < c", "  spaced  "] {
        let (form, faults) = (Form::new().with("note", typed), Faults::new());
        let html = to_html(|| Ask::new(&form, &faults).textarea("note", "Note").view());
        let parsed = Html::parse_fragment(&html);
        let area = parsed.select(&Selector::parse("textarea").expect("a selector")).next().expect("a text area");
        assert_eq!(area.text().collect::<String>(), typed);
    }
}

#[test]
fn an_error_summary_leads_to_the_part_of_a_date_that_is_wrong() {
    let form = Form::new().with("dob-day", "31").with("name", "");
    let faults =
        Faults::from_iter([("dob", "Date of birth must be a real date"), ("name", "Enter a name"), ("", "Try again")]);
    let html = to_html(|| error_summary(Ask::new(&form, &faults)).into_any());
    assert!(html.contains(r##"href="#dob-month""##) && html.contains(r##"href="#name""##), "{html}");
    assert!(html.contains("<li>Try again</li>"), "{html}");
}

#[test]
fn a_date_marks_only_the_part_that_is_wrong() {
    let (form, faults) = (Form::new(), Faults::from_iter([("dob-month", "Date of birth must include a month")]));
    let html = to_html(|| Ask::new(&form, &faults).date("dob", "Date of birth").view());
    let marked = Html::parse_fragment(&html);
    let marked: Vec<_> = marked
        .select(&Selector::parse("input.govuk-input--error").expect("a selector"))
        .filter_map(|input| input.attr("id").map(str::to_owned))
        .collect();
    assert_eq!(marked, ["dob-month"]);
}
