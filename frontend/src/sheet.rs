//! A page with one form that changes one thing: whom it is about, the questions, the button, and what becomes of the
//! form when the API refuses it. Triage uses it too.

use axum::response::Response;

use crate::api::Refusal;
use crate::prelude::*;
use crate::visit::Visit;
use crate::words::sentence;

/// A form about one case or referral.
pub(crate) struct Sheet {
    /// What the form does; the page's heading.
    pub(crate) title: &'static str,
    /// What its button says.
    pub(crate) button: &'static str,
    /// Where the thing itself is.
    pub(crate) home: String,
    /// What the thing is called: "case".
    pub(crate) thing: &'static str,
    /// How many facts the thing has now.
    pub(crate) version: i32,
    /// Whom it is about.
    pub(crate) bar: IdentityBar,
}

impl Sheet {
    /// The page: the form as typed, or as it begins, and what is wrong with it. Whoever typed it for a thing that has
    /// changed since is asked to look again; what they send next counts as having seen that.
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

/// The way to what has changed, in a tab of its own, so that nothing typed is lost.
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

/// What the form shows after a refusal; a refusal that no form can show comes back as it is.
pub(crate) fn faults_of(refusal: Refusal) -> Result<Faults, Refusal> {
    match refusal {
        Refusal::Invalid(faults) => Ok(faults),
        Refusal::Conflict(text) => Ok(Faults::from_iter([("", sentence(&text))])),
        refusal => Err(refusal),
    }
}
