//! HTML forms as a browser handles them: only the inputs of the form can be filled in, and it is sent as a browser
//! would send it. What must not live here: requests (`browser`).

use scraper::{ElementRef, Selector};

/// An HTML form on a page.
#[derive(Clone, Debug)]
pub struct Form {
    /// The address it is sent to.
    pub action: String,
    /// The HTTP method: `get` or `post`.
    pub method: String,
    inputs: Vec<Input>,
    buttons: Vec<Button>,
    pressed: Option<(String, String)>,
}

#[derive(Clone, Debug)]
struct Input {
    name: String,
    kind: Kind,
    value: String,
    /// Whether the value is sent: always for text, only when chosen for radios, checkboxes and options.
    on: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// One of several inputs that share a name, of which one is chosen.
    Radio,
    Checkbox,
    Option,
    Hidden,
}

#[derive(Clone, Debug)]
struct Button {
    text: String,
    name: Option<String>,
    value: String,
    action: Option<String>,
}

fn select(selector: &str) -> Selector {
    Selector::parse(selector).expect("the selector is sound")
}

/// Where an `action` of a form at `path` leads: what stands behind the `#` is the browser's own affair.
fn sent_to(action: &str, path: &str) -> String {
    match action.split('#').next() {
        Some(address) if !address.is_empty() => address.to_owned(),
        _ => path.to_owned(),
    }
}

fn attribute(element: ElementRef<'_>, name: &str) -> String {
    element.value().attr(name).unwrap_or_default().to_owned()
}

impl Form {
    /// Reads a `<form>` of the page at `path`, which is where it is sent when it names no action.
    pub(crate) fn read(form: ElementRef<'_>, path: &str) -> Self {
        let mut inputs = Vec::new();
        for element in form.select(&select("input, textarea, select")) {
            read_input(element, &mut inputs);
        }
        let button = select("button");
        let buttons = form.select(&button).filter(|button| attribute(*button, "type") != "button");
        let buttons = buttons.map(|button| Button {
            text: words(button),
            name: button.value().attr("name").map(str::to_owned),
            value: attribute(button, "value"),
            action: button.value().attr("formaction").map(str::to_owned),
        });
        Self {
            action: sent_to(form.value().attr("action").unwrap_or_default(), path),
            method: form.value().attr("method").unwrap_or("get").to_ascii_lowercase(),
            inputs,
            buttons: buttons.collect(),
            pressed: None,
        }
    }

    /// The text on each button.
    pub fn buttons(&self) -> Vec<&str> {
        self.buttons.iter().map(|button| button.text.as_str()).collect()
    }

    /// Whether it has an input `name` that a person can see.
    pub fn asks(&self, name: &str) -> bool {
        self.inputs.iter().any(|input| input.name == name && input.kind != Kind::Hidden)
    }

    /// Whether a person can give `value` for `name`: by typing it, or by finding it among the choices.
    pub fn offers(&self, name: &str, value: &str) -> bool {
        self.inputs.iter().any(|input| {
            input.name == name
                && match input.kind {
                    Kind::Text => true,
                    Kind::Radio | Kind::Checkbox | Kind::Option => input.value == value,
                    Kind::Hidden => false,
                }
        })
    }

    /// The value that `name` holds now, such as what was typed before the form was shown again; `None` when it holds
    /// none.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.inputs.iter().find(|input| input.name == name && input.on).map(|input| input.value.as_str())
    }

    /// Types or chooses `value`. Fails the test if a person could not.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        assert!(self.offers(name, value), "{} does not offer {value:?} for {name}: {:?}", self.action, self.names());
        for input in self.inputs.iter_mut().filter(|input| input.name == name) {
            match input.kind {
                Kind::Text => value.clone_into(&mut input.value),
                Kind::Radio | Kind::Option => input.on = input.value == value,
                Kind::Checkbox => input.on |= input.value == value,
                Kind::Hidden => {}
            }
        }
        self
    }

    /// Fills in those of `answers` that the form asks for and ignores the others, which are for other pages.
    #[must_use]
    pub fn answering(self, answers: &[(String, String)]) -> Self {
        let asked = |form: &Self, name: &str, value: &str| form.asks(name) && form.offers(name, value);
        answers
            .iter()
            .fold(self, |form, (name, value)| if asked(&form, name, value) { form.with(name, value) } else { form })
    }

    /// Presses the button with this text instead of the first one.
    #[must_use]
    pub fn press(mut self, text: &str) -> Self {
        let button = self.buttons.iter().find(|button| button.text == text).cloned();
        let button = button.unwrap_or_else(|| panic!("{} has no button {text:?}: {:?}", self.action, self.buttons()));
        if let Some(action) = button.action {
            self.action = action;
        }
        self.pressed = button.name.map(|name| (name, button.value));
        self
    }

    /// Adds or replaces an input as a hidden one, which a person cannot do but an attacker can.
    #[must_use]
    pub fn forging(mut self, name: &str, value: &str) -> Self {
        self.inputs.retain(|input| input.name != name);
        self.inputs.push(Input { name: name.to_owned(), kind: Kind::Hidden, value: value.to_owned(), on: true });
        self
    }

    /// The names and values that are sent, in order.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let first = self.buttons.first().and_then(|button| Some((button.name.clone()?, button.value.clone())));
        let inputs = self.inputs.iter().filter(|input| input.on && !input.name.is_empty());
        let typed = inputs.map(|input| (input.name.clone(), input.value.clone()));
        typed.chain(self.pressed.clone().or(first)).collect()
    }

    fn names(&self) -> Vec<(&str, &str)> {
        self.inputs.iter().map(|input| (input.name.as_str(), input.value.as_str())).collect()
    }
}

fn read_input(element: ElementRef<'_>, inputs: &mut Vec<Input>) {
    let name = attribute(element, "name");
    let has = |flag: &str| element.value().attr(flag).is_some();
    let mut add = |kind, value, on| inputs.push(Input { name: name.clone(), kind, value, on });
    match element.value().name() {
        "textarea" => add(Kind::Text, element.text().collect(), true),
        "select" => {
            let options: Vec<_> = element.select(&select("option")).collect();
            let chosen = options.iter().position(|option| option.value().attr("selected").is_some()).unwrap_or(0);
            for (index, option) in options.into_iter().enumerate() {
                let value = option.value().attr("value").map_or_else(|| words(option), str::to_owned);
                add(Kind::Option, value, index == chosen);
            }
        }
        _ => match attribute(element, "type").as_str() {
            "radio" => add(Kind::Radio, attribute(element, "value"), has("checked")),
            "checkbox" => add(Kind::Checkbox, attribute(element, "value"), has("checked")),
            "hidden" => add(Kind::Hidden, attribute(element, "value"), true),
            "submit" | "button" | "image" | "reset" => {}
            _ => add(Kind::Text, attribute(element, "value"), true),
        },
    }
}

/// The text of an element, with single spaces between words.
pub(crate) fn words(element: ElementRef<'_>) -> String {
    element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
