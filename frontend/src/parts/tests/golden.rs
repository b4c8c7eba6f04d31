//! Draws the examples of the GOV.UK Design System with the parts of this crate and compares the HTML. Examples with an
//! option that a part does not know are listed with the reason in `skipped.txt`, which must be exact.

use std::fmt::Write as _;

use leptos::prelude::*;
use serde_json::{Map, Value};

use super::outline;
use crate::assets::PACKAGES;
use crate::form::{Ask, Faults, Form};
use crate::page::to_html;
use crate::parts::*;

const SKIPPED: &str = include_str!("skipped.txt");

#[test]
fn the_parts_match_upstreams_examples() {
    let mut skipped = String::new();
    let mut wrong = String::new();
    let mut compared = 0;
    for (component, draw) in COMPONENTS {
        for example in examples(component) {
            let name = example["name"].as_str().unwrap_or_default();
            let mut options = Options(example["options"].as_object().cloned().unwrap_or_default());
            let drawn = draw(&mut options).and_then(|html| options.used_up().map(|()| html));
            match drawn {
                Err(reason) => {
                    let _ = writeln!(skipped, "{component} | {name} | {reason}");
                }
                Ok(html) => {
                    compared += 1;
                    let wanted = expected(component, &example);
                    let (wanted, drawn) = (outline(&wanted), outline(&html));
                    if wanted != drawn {
                        let _ = writeln!(wrong, "== {component}: {name}\n-- upstream\n{wanted}-- ours\n{drawn}");
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(compared > 60, "only {compared} examples were compared");
    assert_eq!(skipped, SKIPPED, "skipped.txt is not what is skipped; it should read\n{skipped}");
}

type Drawn = Result<String, String>;
type Draws = fn(&mut Options) -> Drawn;

const COMPONENTS: &[(&str, Draws)] = &[
    ("back-link", |options| {
        let href = options.text("href").unwrap_or_else(|| "#".into());
        options.only("text", "Back")?;
        html(back_link(href))
    }),
    ("breadcrumbs", |options| {
        let items = options.list("items");
        let trail: Result<Vec<_>, String> = items
            .into_iter()
            .map(|mut item| {
                let link = (item.need("text")?, item.need("href")?);
                item.used_up().map(|()| link)
            })
            .collect();
        html(breadcrumbs(trail?))
    }),
    ("button", button_example),
    ("character-count", |options| {
        let most = options.number("maxlength").ok_or("option maxwords or none")?;
        let rows = options.number("rows").and_then(|rows| u8::try_from(rows).ok()).unwrap_or(5);
        html(field(options, Ask::textarea)?.most(most).rows(rows).view())
    }),
    ("checkboxes", |options| html(choices(options, Ask::checkboxes)?.view())),
    ("date-input", date_example),
    ("details", |options| html(details(options.need("summaryText")?, options.need("text")?))),
    ("error-summary", |options| {
        let mut faults = Faults::new();
        for mut item in options.list("errorList") {
            let field = item.text("href").map(|href| href.trim_start_matches('#').to_owned()).unwrap_or_default();
            faults.add(field, item.need("text")?);
            item.used_up()?;
        }
        options.only("titleText", "There is a problem")?;
        html(error_summary(Ask::new(&Form::new(), &faults)).into_any())
    }),
    ("input", |options| {
        let (prefix, suffix) = (options.inner("prefix")?, options.inner("suffix")?);
        let (autocomplete, spellcheck) = (options.text("autocomplete"), options.0.remove("spellcheck"));
        let width = options.text("classes");
        let mut field = field(options, Ask::text)?;
        if let Some(text) = prefix {
            field = field.prefix(text);
        }
        if let Some(text) = suffix {
            field = field.suffix(text);
        }
        if let Some(purpose) = autocomplete {
            field = field.autocomplete(purpose);
        }
        match spellcheck {
            None => {}
            Some(Value::Bool(false)) => field = field.unchecked(),
            Some(_) => return Err("option spellcheck on".into()),
        }
        if let Some(class) = width {
            let width = class.strip_prefix("govuk-input--width-").and_then(|width| width.parse().ok());
            field = field.width(width.ok_or("option classes")?);
        }
        html(field.view())
    }),
    ("inset-text", |options| html(inset(options.need("text")?))),
    ("notification-banner", |options| {
        let kind = options.text("type");
        let text = options.need("text")?;
        match kind.as_deref() {
            Some("success") => html(success(text)),
            None => html(important(text)),
            Some(_) => Err("option type".into()),
        }
    }),
    ("pagination", pagination_example),
    ("panel", |options| html(panel(options.need("titleText")?, options.need("text")?))),
    ("password-input", |options| {
        let fresh = options.text("autocomplete").is_some();
        if options.text("value").is_some() {
            return Err("a password sent back".into());
        }
        let field = field(options, Ask::password)?;
        html(if fresh { field.fresh().view() } else { field.view() })
    }),
    ("radios", |options| html(choices(options, Ask::radios)?.view())),
    ("select", |options| {
        let mut items = Vec::new();
        let mut chosen = None;
        for mut item in options.list("items") {
            let value = item.text("value").ok_or("items without a value")?;
            match item.0.remove("selected") {
                None => {}
                Some(Value::Bool(true)) => chosen = Some(value.clone()),
                Some(_) => return Err("an item that overrides the value".into()),
            }
            if value.is_empty() {
                return Err("an empty value, which ours selects while nothing is chosen".into());
            }
            items.push((value, item.need("text")?));
            item.used_up()?;
        }
        if let Some(chosen) = chosen {
            options.0.insert("value".into(), chosen.into());
        }
        html(field(options, Ask::select)?.options(items).view())
    }),
    ("summary-list", summary_example),
    ("table", table_example),
    ("tag", |options| {
        let class = options.text("classes").unwrap_or_default();
        let colours = [
            Colour::Blue,
            Colour::Grey,
            Colour::Green,
            Colour::Teal,
            Colour::Purple,
            Colour::Magenta,
            Colour::Red,
            Colour::Orange,
            Colour::Yellow,
        ];
        let name = class.strip_prefix("govuk-tag--").unwrap_or("blue").to_owned();
        let colour = colours.into_iter().find(|colour| format!("{colour:?}").to_lowercase() == name);
        html(tag(options.need("text")?, colour.ok_or("option classes")?))
    }),
    ("task-list", task_example),
    ("textarea", |options| {
        let rows = options.number("rows").and_then(|rows| u8::try_from(rows).ok()).unwrap_or(5);
        html(field(options, Ask::textarea)?.rows(rows).view())
    }),
    ("warning-text", |options| {
        options.only("iconFallbackText", "Warning")?;
        html(warning_text(options.need("text")?))
    }),
];

fn button_example(options: &mut Options) -> Drawn {
    let text = options.need("text")?;
    let start = options.flag("isStartButton");
    if let Some(href) = options.text("href") {
        return html(if start { start_button(href, text) } else { button_link(href, text) });
    }
    if start {
        return Err("a start button that sends a form".into());
    }
    options.only("type", "submit")?;
    let prevents = match options.0.remove("preventDoubleClick") {
        Some(Value::Bool(false)) => return Err("a double click let through".into()),
        other => other.is_some(),
    };
    let (name, value) = (options.text("name"), options.text("value"));
    let mut drawn = button(text);
    match options.text("classes").as_deref() {
        None => {}
        Some("govuk-button--secondary") => drawn = drawn.secondary(),
        Some("govuk-button--warning") => drawn = drawn.warning(),
        Some("govuk-button--inverse") => drawn = drawn.inverse(),
        Some(_) => return Err("option classes".into()),
    }
    match (name, value) {
        (Some(name), None) => {
            // This button names a value too; the examples do not.
            let drawn = html(drawn.sends(name, "").view())?.replace(" value=\"\"", "");
            return Ok(drawn.replace(" data-prevent-double-click=\"true\"", ""));
        }
        (None, None) => {}
        _ => return Err("a value without a name".into()),
    }
    // This button always prevents a double click; the examples need not.
    let drawn = html(drawn.view())?;
    Ok(if prevents { drawn } else { drawn.replace(" data-prevent-double-click=\"true\"", "") })
}

fn date_example(options: &mut Options) -> Drawn {
    let id = options.text("id").unwrap_or_default();
    if options.text("namePrefix").is_some_and(|prefix| prefix != id) {
        return Err("parts named after something else than the field".into());
    }
    options.0.insert("name".into(), id.clone().into());
    let mut form = Form::new();
    if let Some(Value::Object(values)) = options.0.remove("values") {
        for (part, value) in values {
            form.set(format!("{id}-{part}"), plain(&value));
        }
    }
    let mut wrong = Vec::new();
    for part in ["day", "month", "year"] {
        match options.0.remove(part) {
            None => {}
            Some(Value::Object(detail)) if detail.len() == 1 && detail.get("error") == Some(&Value::Bool(true)) => {
                wrong.push(part);
            }
            Some(_) => return Err("parts of one's own".into()),
        }
    }
    let message = options.inner("errorMessage")?;
    let mut faults = Faults::new();
    match (message, wrong[..].len()) {
        (Some(message), 0 | 3) => faults.add(id, message),
        (Some(message), _) => {
            for part in wrong {
                faults.add(format!("{id}-{part}"), message.as_str());
            }
        }
        (None, 0) => {}
        (None, _) => return Err("parts marked wrong without a message".into()),
    }
    html(field_with(options, form, faults, Ask::date)?.view())
}

fn pagination_example(options: &mut Options) -> Drawn {
    let mut href = |name| match options.0.remove(name) {
        None => Ok(None),
        Some(Value::Object(link)) if link.len() == 1 => Ok(Some(plain(&link["href"]))),
        Some(_) => Err("links with words of their own".to_owned()),
    };
    let (previous, next) = (href("previous")?, href("next")?);
    let items = options.list("items");
    if items.is_empty() {
        return html(Pager::new().previous(previous).next(next).view());
    }
    let (mut current, mut total) = (0, 0);
    for mut item in items {
        let number = item.number("number").ok_or("ellipses elsewhere than ours")?;
        if item.flag("current") {
            current = number;
        }
        total = number;
        item.text("href");
        item.used_up()?;
    }
    let turn = |page: u32| {
        let turned = if page < current { &previous } else { &next };
        turned.clone().unwrap_or_default()
    };
    let drawn = html(pages(current, total, |page| format!("/page/{page}")).into_any())?;
    // The arrows of the examples lead to addresses of their own.
    let arrows = [("prev", current.saturating_sub(1)), ("next", current + 1)];
    Ok(arrows.into_iter().fold(drawn, |drawn, (rel, page)| {
        drawn
            .replace(&format!("href=\"/page/{page}\" rel=\"{rel}\""), &format!("href=\"{}\" rel=\"{rel}\"", turn(page)))
    }))
}

fn summary_example(options: &mut Options) -> Drawn {
    let mut list = SummaryList::new();
    if let Some(Value::Object(card)) = options.0.remove("card") {
        let mut card = Options(card);
        list = list.card(card.inner("title")?.ok_or("a card without a title")?);
        for mut action in card.nested("actions").map(|mut actions| actions.list("items")).unwrap_or_default() {
            list = list.card_action(action.need("text")?, action.need("href")?);
            action.used_up()?;
        }
        card.used_up()?;
    }
    for mut row in options.list("rows") {
        list = list.row(row.inner("key")?.ok_or("no key")?, row.inner("value")?.ok_or("no value")?);
        if let Some(mut actions) = row.nested("actions") {
            for mut action in actions.list("items") {
                list = list.action(
                    action.need("text")?,
                    action.need("href")?,
                    action.text("visuallyHiddenText").unwrap_or_default(),
                );
                action.used_up()?;
            }
            actions.used_up()?;
        }
        row.used_up()?;
    }
    html(list.view())
}

fn table_example(options: &mut Options) -> Drawn {
    let mut table = Table::new(options.need("caption")?);
    if options.text("captionClasses").as_deref() != Some("govuk-table__caption--m")
        || !options.flag("firstCellIsHeader")
    {
        return Err("a first cell that is no heading".into());
    }
    for mut head in options.list("head") {
        let heading = head.need("text")?;
        table = if head.text("format").is_some() { table.numbers(heading) } else { table.column(heading) };
    }
    for row in options.0.remove("rows").and_then(|rows| rows.as_array().cloned()).unwrap_or_default() {
        let cells = row.as_array().cloned().unwrap_or_default();
        table = table.row(cells.iter().map(|cell| Content::from(plain(&cell["text"]))));
    }
    html(table.view())
}

fn task_example(options: &mut Options) -> Drawn {
    let mut list = TaskList::new();
    if options.0.get("items").and_then(Value::as_array).is_some_and(|items| items.iter().any(|item| !item.is_object()))
    {
        return Err("items that are nothing, which upstream counts".into());
    }
    if let Some(prefix) = options.text("idPrefix") {
        list = list.id(prefix);
    }
    for mut item in options.list("items") {
        let title = item.inner("title")?.ok_or("no title")?;
        let hint = item.inner("hint")?;
        let status = item.0.remove("status").unwrap_or_default();
        let status = match (plain(&status["text"]).as_str(), plain(&status["tag"]["text"]).as_str()) {
            ("Completed", _) => TaskStatus::Completed,
            ("Cannot start yet", _) => TaskStatus::CannotStartYet,
            _ => return Err("states in other words".into()),
        };
        list = list.task(title, item.text("href").unwrap_or_default(), status);
        if let Some(hint) = hint {
            list = list.hint(hint);
        }
        item.used_up()?;
    }
    html(list.view())
}

fn choices<M: Mark>(
    options: &mut Options,
    make: impl Fn(Ask<'static>, &str, String) -> Field<Choices<M>>,
) -> Result<Field<Choices<M>>, String> {
    let name = options.text("name").unwrap_or_default();
    options.0.insert("name".into(), name.clone().into());
    if let Some(id) = options.text("idPrefix") {
        options.0.insert("id".into(), id.into());
    }
    let mut form = Form::new();
    for value in options.0.remove("values").and_then(|values| values.as_array().cloned()).unwrap_or_default() {
        form.add(&name, plain(&value));
    }
    let classes = options.text("classes").unwrap_or_default();
    let mut items = Vec::new();
    let mut divided = false;
    for mut item in options.list("items") {
        if let Some(divider) = item.text("divider") {
            divided = divider == "or";
            continue;
        }
        let value = item.text("value").ok_or("items without a value")?;
        if item.flag("checked") {
            form.add(&name, &value);
        }
        let further = item.nested("conditional").map(|mut further| further.need("html")).transpose()?;
        if further.is_some() {
            return Err("revealed HTML".into());
        }
        let exclusive = item.text("behaviour").is_some();
        if exclusive != (divided && M::INPUT == "checkbox") {
            return Err("an exclusive option without a divider, or the reverse".into());
        }
        items.push((value, item.need("text")?, item.inner("hint")?, std::mem::take(&mut divided)));
        item.used_up()?;
    }
    let mut field = field_with(options, form, Faults::new(), make)?;
    for (value, text, hint, after_or) in items {
        field = if after_or { field.or(value, text) } else { field.option(value, text) };
        if let Some(hint) = hint {
            field = field.option_hint(hint);
        }
    }
    for class in classes.split_whitespace() {
        field = match class.rsplit("--").next() {
            Some("inline") => field.inline(),
            Some("small") => field.small(),
            _ => return Err("option classes".into()),
        };
    }
    Ok(field)
}

fn field<K: Draw>(
    options: &mut Options,
    make: impl Fn(Ask<'static>, &str, String) -> Field<K>,
) -> Result<Field<K>, String> {
    field_with(options, Form::new(), Faults::new(), make)
}

fn field_with<K: Draw>(
    options: &mut Options,
    mut form: Form,
    mut faults: Faults,
    make: impl Fn(Ask<'static>, &str, String) -> Field<K>,
) -> Result<Field<K>, String> {
    let id = options.text("id");
    let name = options.text("name").or_else(|| id.clone()).unwrap_or_default();
    if let Some(value) = options.text("value") {
        form.set(&name, value);
    }
    if let Some(message) = options.inner("errorMessage")? {
        faults.add(&name, message);
    }
    let label = options.nested("label").or_else(|| options.nested("fieldset")?.nested_alone("legend"));
    let mut label = label.ok_or("neither label nor legend")?;
    // `Ask::text` as a function is made for one lifetime; a test may leak to give it the longest.
    let (form, faults) = (Box::leak(Box::new(form)), Box::leak(Box::new(faults)));
    let mut field = make(Ask::new(form, faults), &name, label.need("text")?);
    if let Some(hint) = options.inner("hint")? {
        field = field.hint(hint);
    }
    if label.flag("isPageHeading") {
        label.text("classes");
        field = field.heading();
    }
    label.used_up()?;
    if let Some(id) = id {
        field = field.id(id);
    }
    Ok(field)
}

/// The options of an example. Reading an option takes it out, so what is left at the end is what the part does not
/// know.
struct Options(Map<String, Value>);

impl Options {
    fn text(&mut self, name: &str) -> Option<String> {
        let value = self.0.remove(name)?;
        (!value.is_null()).then(|| plain(&value))
    }

    fn need(&mut self, name: &str) -> Result<String, String> {
        self.text(name).ok_or_else(|| format!("no {name}"))
    }

    /// Takes out an option that the part knows with one value only; an error for any other value.
    fn only(&mut self, name: &str, known: &str) -> Result<(), String> {
        match self.text(name) {
            Some(other) if other != known => Err(format!("option {name}")),
            _ => Ok(()),
        }
    }

    fn number(&mut self, name: &str) -> Option<u32> {
        self.text(name)?.parse().ok()
    }

    fn flag(&mut self, name: &str) -> bool {
        self.0.remove(name) == Some(Value::Bool(true))
    }

    fn nested(&mut self, name: &str) -> Option<Self> {
        self.0.remove(name)?.as_object().cloned().map(Self)
    }

    /// The object under this name; `None` if it is missing or not the only option.
    fn nested_alone(mut self, name: &str) -> Option<Self> {
        let nested = self.nested(name);
        if self.0.is_empty() { nested } else { None }
    }

    /// The text of an object that holds nothing but `text`; an error if it holds more.
    fn inner(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(mut nested) = self.nested(name) else { return Ok(None) };
        let text = nested.text("text");
        nested.used_up().map_err(|_| format!("{name} with options of its own"))?;
        Ok(text)
    }

    fn list(&mut self, name: &str) -> Vec<Self> {
        let items = self.0.remove(name).and_then(|items| items.as_array().cloned()).unwrap_or_default();
        items.iter().filter_map(Value::as_object).cloned().map(Self).collect()
    }

    fn used_up(&self) -> Result<(), String> {
        self.0.keys().next().map_or(Ok(()), |left| Err(format!("option {left}")))
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn html(view: AnyView) -> Drawn {
    // The examples do not set the direction of inputs; these parts do.
    let html = to_html(|| view).replace(" dir=\"auto\"", "");
    if html.contains("<!") { Err(format!("a marker of Leptos's is left: {html}")) } else { Ok(html) }
}

fn examples(component: &str) -> Vec<Value> {
    let path = format!("{PACKAGES}/govuk-frontend/dist/govuk/components/{component}/fixtures.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{path}: {why}"));
    let fixtures: Value = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{path}: {why}"));
    fixtures["fixtures"].as_array().cloned().unwrap_or_default()
}

/// The HTML of an example. Its date inputs name their parts `day`, `month`, `year`; these parts put the field's name
/// before.
fn expected(component: &str, example: &Value) -> String {
    let html = plain(&example["html"]);
    if component != "date-input" {
        return html;
    }
    let id = plain(&example["options"]["id"]);
    ["day", "month", "year"]
        .iter()
        .fold(html, |html, part| html.replace(&format!("name=\"{part}\""), &format!("name=\"{id}-{part}\"")))
}
