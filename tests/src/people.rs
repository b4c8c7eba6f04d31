//! The people and programs that use Onroll in a story. They differ only in how they prove who they are. What must not
//! live here: what they are allowed to do.

use http::StatusCode;
use serde_json::Value;

use crate::answer::Answer;
use crate::app::TestApp;
use crate::browser::Browser;
use crate::form::Form;
use crate::given::{self, Colleague, Contact, PASSWORD};
use crate::mail;
use crate::page::Page;
use crate::typed::Answers;

const MOST_QUESTIONS: usize = 40;

/// A person or a program that uses Onroll.
pub trait Person: Sync {
    /// The browser or program that sends their requests.
    fn browser(&self) -> &Browser;

    /// Gets a page; a redirect is not followed.
    fn get(&self, path: &str) -> impl Future<Output = Page> + Send {
        self.browser().get(path)
    }

    /// Gets a page and follows redirects.
    fn visit(&self, path: &str) -> impl Future<Output = Page> + Send {
        self.browser().visit(path)
    }

    /// Sends fields as a form would; a redirect is not followed.
    fn post(&self, path: &str, fields: &[(&str, &str)]) -> impl Future<Output = Page> + Send {
        self.browser().post(path, fields)
    }

    /// Sends a form and follows redirects.
    fn submit(&self, form: &Form) -> impl Future<Output = Page> + Send {
        self.browser().submit(form)
    }

    /// Answers page after page, each with those of `answers` it asks for, until the page to check all answers.
    fn answer_all(&self, mut page: Page, answers: &Answers) -> impl Future<Output = Page> + Send {
        async move {
            for _ in 0..MOST_QUESTIONS {
                assert!(page.faults().is_empty(), "{} finds fault: {:?}", page.path, page.faults());
                if page.path.ends_with("/check") {
                    return page;
                }
                if let Some(row) = answers.further_row(&page) {
                    page = self.browser().visit(&row).await;
                }
                // Which child a report is about is asked, and is no answer of the report.
                let about = [("about".to_owned(), "NOT_IN_SCHOOL".to_owned())];
                let form = page.form().answering(answers.pairs()).answering(&about);
                page = self.browser().submit(&form).await;
            }
            panic!("the questions never end: {} {}", page.path, page.text());
        }
    }

    /// Sends a query to the GraphQL API.
    fn ask(&self, query: &str, variables: Value) -> impl Future<Output = Answer> + Send {
        self.browser().ask(query, variables)
    }
}

/// A person who is not signed in.
#[derive(Clone, Debug)]
pub struct Anonymous(pub Browser);

/// A member of staff who is signed in.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Who they are, as they were added.
    pub colleague: Colleague,
    browser: Browser,
}

/// A school contact who is signed in.
#[derive(Clone, Debug)]
pub struct SchoolContact {
    /// Who they are, as they were approved.
    pub contact: Contact,
    browser: Browser,
}

/// A program that sends a bearer token.
#[derive(Clone, Debug)]
pub struct Partner(pub Browser);

impl Staff {
    /// Gives the password and, where a second factor is asked for, the current code of the app.
    pub(crate) async fn sign_in(app: &TestApp, colleague: &Colleague) -> Self {
        let browser = app.browser();
        let mut page = give_password(&browser, &colleague.email, PASSWORD).await;
        if page.location() == Some("/sign-in/second-factor") {
            given::fresh_codes(app).await;
            page = give_code(&browser, &code(app)).await;
        }
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{} may sign in: {}", colleague.email, page.text());
        Self { colleague: colleague.clone(), browser }
    }
}

/// The current code of everybody's authenticator app.
pub fn code(app: &TestApp) -> String {
    backend::secret::totp::code_at(given::SECRET, app.now()).expect("a code can be made")
}

/// Sends the form that asks for a password; a redirect is not followed.
pub async fn give_password(browser: &Browser, email: &str, password: &str) -> Page {
    let form = browser.visit("/sign-in").await.form();
    browser.submit_once(&form.with("email", email).with("password", password)).await
}

/// Sends the form that asks for a second factor; a redirect is not followed.
pub async fn give_code(browser: &Browser, code: &str) -> Page {
    let form = browser.visit("/sign-in/second-factor").await.form();
    browser.submit_once(&form.with("code", code)).await
}

impl SchoolContact {
    /// Asks for a link by mail, follows it and presses the button.
    pub(crate) async fn sign_in(app: &TestApp, contact: &Contact) -> Self {
        let browser = app.browser();
        let form = browser.visit("/refer").await.form().with("email", &contact.email);
        browser.submit(&form).await.is_shown();
        let link = mail::newest(app, &contact.email).await.link();
        let button = browser.visit(&link).await.form();
        let page = browser.submit_once(&button).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{} may sign in: {}", contact.email, page.text());
        Self { contact: contact.clone(), browser }
    }
}

impl Person for Browser {
    fn browser(&self) -> &Browser {
        self
    }
}

impl Person for Anonymous {
    fn browser(&self) -> &Browser {
        &self.0
    }
}

impl Person for Staff {
    fn browser(&self) -> &Browser {
        &self.browser
    }
}

impl Person for SchoolContact {
    fn browser(&self) -> &Browser {
        &self.browser
    }
}

impl Person for Partner {
    fn browser(&self) -> &Browser {
        &self.0
    }
}
