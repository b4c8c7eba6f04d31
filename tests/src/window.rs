//! A real browser: Chromium, driven through `WebDriver` as a person uses it. What must not live here: what is demanded of
//! a page (`page`).

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::browser::{Browser, Server};
use crate::database::{Folder, target};
use crate::page::Page;
use crate::process::free_port;

/// A window of Chromium.
#[derive(Debug)]
pub struct Window {
    client: Client,
    address: SocketAddr,
    _driver: Driver,
    _profile: Folder,
}

#[derive(Debug)]
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // It has stopped already when the window was closed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

const ARGUMENTS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    // Chromium must fetch nothing but the page itself.
    "--disable-background-networking",
    // When a page leads out of the site, a test looks only at the address; nothing may be fetched from there.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--hide-scrollbars",
];

impl Window {
    /// Opens a window that is `width` pixels wide, with scripting switched on or off.
    pub async fn open(scripting: bool, width: u32) -> Self {
        let (profile, port) = (Folder::new(), free_port());
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let driver = Driver(command.spawn().expect("chromedriver is installed: run tests/run, which sees to it"));
        let mut arguments: Vec<String> = ARGUMENTS.iter().map(|&argument| argument.to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={width},1600"));
        let allowed = if scripting { 1 } else { 2 };
        let options = json!({
            "args": arguments,
            "prefs": { "profile.managed_default_content_settings.javascript": allowed },
        });
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let Value::Object(capabilities) = capabilities else { unreachable!("written as an object above") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut last = None;
        for _ in 0..100 {
            match builder.connect(&format!("http://{address}")).await {
                Ok(client) => return Self { client, address, _driver: driver, _profile: profile },
                // The driver is not listening yet.
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("no browser could be opened: {last:?}");
    }

    /// Adds a virtual authenticator that keeps passkeys and always verifies its user.
    pub async fn plug_in_authenticator(&self) {
        let device = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserConsenting": true,
            "isUserVerified": true,
        });
        self.drive("webauthn/authenticator", &device).await;
    }

    /// Sets the width of the page in pixels, which may be less than the smallest width of a window.
    pub async fn resize(&self, width: u32) {
        let size = json!({ "width": width, "height": 1600, "deviceScaleFactor": 1, "mobile": false });
        self.drive("goog/cdp/execute", &json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": size })).await;
    }

    /// Sends a command to the driver that the client library has no method for.
    async fn drive(&self, command: &str, wanted: &Value) {
        let session = self.client.session_id().await.expect("a window has a session").expect("a window has a session");
        let driver = Browser::new(Server::There(self.address), &format!("http://{}", self.address));
        let path = format!("/session/{session}/{command}");
        let request = driver.request(&Method::POST, &path).header("content-type", "application/json");
        driver.send(request, wanted.to_string()).await.is_shown();
    }

    /// Runs a script in the page, for what a person cannot do, and returns its result.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// Runs a script that calls back its last argument, and returns what it was called with.
    pub async fn run_until_it_calls_back(&self, script: &str) -> Value {
        self.client.execute_async(script, Vec::new()).await.expect("the script runs")
    }

    /// The value of a cookie.
    pub async fn cookie(&self, name: &str) -> String {
        self.client.get_named_cookie(name).await.expect("there is such a cookie").value().to_owned()
    }

    /// Waits until `words` are on the page, because following a link or a redirect takes a while.
    pub async fn until(&self, words: &str) -> Page {
        for _ in 0..200 {
            let page = self.page().await;
            if page.text().contains(words) {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the page never says {words:?}: {}", self.page().await.text());
    }

    /// Goes to an address.
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.expect("the address can be gone to");
    }

    /// The title of the page, as the tab shows it.
    pub async fn title(&self) -> String {
        self.client.title().await.expect("the title can be read")
    }

    /// The page as it is now, to be read like the answer to a request.
    pub async fn page(&self) -> Page {
        let url = self.client.current_url().await.expect("the address line can be read");
        let body = self.client.source().await.expect("the page can be read");
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("text/html"));
        Page { status: StatusCode::OK, headers, path: url.path().to_owned(), body }
    }

    /// Types `value` into `name`, or chooses it.
    pub async fn give(&self, name: &str, value: &str) {
        let field = self.find(&format!("main [name='{name}']")).await;
        match (self.tag(&field).await.as_str(), field.attr("type").await.expect("attributes can be read").as_deref()) {
            ("select", _) => field.select_by_value(value).await.expect("the option is there"),
            (_, Some("radio" | "checkbox")) => {
                let choice = self.find(&format!("main [name='{name}'][value='{value}']")).await;
                let id = choice.attr("id").await.expect("attributes can be read").expect("a choice has an id");
                // People click the label; the input itself is drawn by the label and cannot be clicked.
                self.find(&format!("label[for='{id}']")).await.click().await.expect("the choice can be clicked");
            }
            _ => {
                field.clear().await.expect("the field can be emptied");
                field.send_keys(value).await.expect("the field can be typed into");
            }
        }
    }

    /// Fills in those of `answers` that the page asks for.
    pub async fn answer(&self, answers: &[(String, String)]) {
        let page = self.page().await;
        let forms = page.forms();
        for (name, value) in answers {
            if forms.iter().any(|form| form.asks(name) && form.offers(name, value)) {
                self.give(name, value).await;
            }
        }
    }

    /// Presses the button with this text in the main part of the page.
    pub async fn press(&self, text: &str) {
        self.press_at("//main", text).await;
    }

    /// Presses the button with this text, also outside `main`.
    pub async fn press_anywhere(&self, text: &str) {
        self.press_at("", text).await;
    }

    async fn press_at(&self, place: &str, text: &str) {
        let button = format!("{place}//button[normalize-space()='{text}']");
        let button = self.client.find(Locator::XPath(&button)).await;
        let button = match button {
            Ok(button) => button,
            Err(error) => panic!("no button {text:?}: {error}: {}", self.page().await.text()),
        };
        // A script may not have shown the button yet.
        for _ in 0..100 {
            if button.is_displayed().await.expect("the button can be asked") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.leave_by(button).await;
    }

    /// Presses and releases the Shift key `times` times.
    pub async fn press_shift(&self, times: usize) {
        const SHIFT: char = '\u{E008}';
        let keys = KeyActions::new("keyboard".to_owned());
        let keys = (0..times)
            .fold(keys, |keys, _| keys.then(KeyAction::Down { value: SHIFT }).then(KeyAction::Up { value: SHIFT }));
        self.client.perform_actions(keys).await.expect("keys can be pressed");
    }

    /// Moves to the second skip link with the Tab key, and follows it with Enter.
    pub async fn tab_to_exit(&self) {
        const TAB: char = '\u{E004}';
        let press = |keys: KeyActions, value| keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        let keys = press(press(KeyActions::new("keyboard".to_owned()), TAB), TAB);
        self.client.perform_actions(keys).await.expect("keys can be pressed");
        let focused = self.client.active_element().await.expect("something is focused");
        assert_eq!(focused.text().await.expect("it can be read"), "Exit this page");
        // The page may be left before the driver has answered.
        let _ = focused.send_keys("\u{E007}").await;
    }

    /// Clicks on the element that `css` selects, and waits for nothing.
    pub async fn click(&self, css: &str) {
        // The page may be left before the driver has answered.
        let _ = self.find(css).await.click().await;
    }

    /// Waits until the address begins with `address`.
    pub async fn until_at(&self, address: &str) {
        let mut last = String::new();
        for _ in 0..200 {
            last = self.client.current_url().await.map(|url| url.to_string()).unwrap_or_default();
            if last.starts_with(address) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the browser never comes to {address}: {last}");
    }

    /// Follows the link with this text.
    pub async fn follow(&self, text: &str) {
        let link = self.client.find(Locator::LinkText(text)).await;
        match link {
            Ok(link) => self.leave_by(link).await,
            Err(error) => panic!("no link {text:?}: {error}: {}", self.page().await.text()),
        }
    }

    /// Clicks on what leads to another page, and waits until that page has loaded.
    async fn leave_by(&self, way: Element) {
        let before = self.page().await.body;
        way.click().await.expect("it can be clicked");
        for _ in 0..200 {
            if self.page().await.body != before {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nothing happened: {}", self.page().await.text());
    }

    /// Saves a screenshot in `target/screenshots`, for people to look at.
    pub async fn picture(&self, name: &str) {
        let folder = target().join("screenshots");
        std::fs::create_dir_all(&folder).expect("target can be written to");
        let picture = self.client.screenshot().await.expect("a picture can be taken");
        std::fs::write(folder.join(format!("{name}.png")), picture).expect("target can be written to");
    }

    /// Closes the window and stops the driver.
    pub async fn close(self) {
        self.client.close().await.expect("the window closes");
    }

    async fn find(&self, css: &str) -> Element {
        match self.client.find(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("nothing is {css}: {error}: {}", self.page().await.text()),
        }
    }

    async fn tag(&self, element: &Element) -> String {
        element.tag_name().await.expect("the element can be asked")
    }
}
