//! A page with one form that changes one case or referral: whom it is about, the questions, the button, and what
//! becomes of the form when the API refuses it. Casework and triage use it.
//!
//! What must not live here: the questions of any one form.

use axum::response::Response;

use crate::api::Refusal;
use crate::prelude::*;
use crate::visit::Visit;
use crate::words::sentence;

/// A page with a form about one case or referral.
pub(crate) struct Sheet {
    /// The page's title and heading: what the form does.
    pub(crate) title: &'static str,
    /// The text of the form's button.
    pub(crate) button: &'static str,
    /// The path of the case or referral.
    pub(crate) home: String,
    /// The noun for it: "case" or "referral".
    pub(crate) thing: &'static str,
    /// Its version: the number of its facts when the page was read. The form carries it, and the API refuses a form
    /// with an older one.
    pub(crate) version: i32,
    /// The bar with the child's name.
    pub(crate) bar: IdentityBar,
}

impl Sheet {
    /// Renders the page with `form`, as it was typed or as it begins, and its faults. If the form was made from an
    /// older version, a notice asks to look at the thing again; the form then carries the new version, so that sending
    /// it counts as having looked.
    pub(crate) async fn show(
        self,
        visit: &Visit,
        mut form: Form,
        faults: &Faults,
        questions: impl FnOnce(Ask<'_>) -> AnyView,
    ) -> Response {
        let version = self.version.to_string();
        let stale = form.knows("version") && form.get("version") != version;
        form.set("version", version);
        let ask = Ask::new(&form, faults);
        let look_again = stale.then(|| look_again(self.thing, &self.home));
        let chrome = visit.chrome().await;
        Page::new(self.title).back(self.home).ask(ask).render(&chrome, || {
            view! {
                {self.bar}
                {h1(self.title)}
                {look_again}
                {post_form(view! {
                    {ask.hidden("version")}
                    {questions(ask)}
                    {button(self.button)}
                })}
            }
            .into_any()
        })
    }
}

/// The notice with a link to the thing as it is now. It opens in another tab, so that nothing typed is lost.
fn look_again(thing: &str, home: &str) -> AnyView {
    let home = home.to_owned();
    let text = format!("Look at the {thing} as it is now (opens in new tab)");
    inset(
        view! {
            <p class="govuk-body">
                <a class="govuk-link" href=home target="_blank" rel="noreferrer noopener">{text}</a>
            </p>
            <p class="govuk-body">"Your answers are kept below. Check that they are still right before you send them."</p>
        }
        .into_any(),
    )
}

/// The faults that a form shows after a refusal: of its fields, or a conflict as a fault of the whole form. Any other
/// refusal comes back as the error.
pub(crate) fn faults_of(refusal: Refusal) -> Result<Faults, Refusal> {
    match refusal {
        Refusal::Invalid(faults) => Ok(faults),
        Refusal::Conflict(text) => Ok(Faults::from_iter([("", sentence(&text))])),
        refusal => Err(refusal),
    }
}
