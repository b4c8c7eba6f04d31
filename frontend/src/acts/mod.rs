//! A form that changes one thing: what an act is, what it is done to, and the two handlers that serve every act of
//! every subject.
//!
//! What must not live here: any one act. Each journey has a table of its own, in which everything about an act stands in
//! one place.

use std::future::Future;

use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde::Deserialize;

use crate::api::{Api, Refusal};
use crate::documents::changes::Asked;
use crate::error;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;

/// Something that is done to a subject by a form. A table writes it as `Act { …, ..Act::PLAIN }`.
pub(crate) struct Act<S: Subject> {
    /// Its address under that of the subject. `{item}` stands for what the form is about within the subject.
    pub(crate) path: &'static str,
    /// What it does; the heading of the form.
    pub(crate) title: &'static str,
    /// What a link to the form says on the subject's own page; the title, if it is empty.
    pub(crate) link: fn(S::Shown<'_>) -> &'static str,
    /// The right it needs, as the API tells it with the subject.
    pub(crate) may: fn(S::Rights) -> Option<bool>,
    /// In which states of the subject it can be done; in any other the form is answered with 409.
    pub(crate) in_state: fn(S::State) -> bool,
    /// Whether the subject's own page, which shows it so, offers it.
    pub(crate) on_page: fn(S::Shown<'_>) -> bool,
    /// Whether what the form is about is there; if not, neither is the form.
    pub(crate) of_item: fn(&S) -> bool,
    /// Whether the form names officers to choose from.
    pub(crate) names_officers: bool,
    /// What happens if the form is sent.
    pub(crate) consequences: fn(&S) -> Option<AnyView>,
    /// How the form begins.
    pub(crate) begin: fn(&S) -> Form,
    /// What the form would replace, as it is now; told to whoever sends it for a subject that has changed since.
    pub(crate) now: fn(&S) -> Option<String>,
    /// What the form asks.
    pub(crate) questions: fn(&S, Ask<'_>) -> AnyView,
    /// The form's button.
    pub(crate) button: fn(&S) -> Button,
    /// Asks the API for it, and says what comes next.
    pub(crate) send: fn(&Api, To, &Form) -> Sent,
}

/// What acts are done to.
pub(crate) trait Subject: Sized + Send + Sync + 'static {
    /// The address under which its acts have theirs.
    const ROUTE: &'static str;
    /// What it is called where somebody is asked to look at it again, because it has changed since the form was shown.
    const LOOK_AGAIN: Option<&'static str> = None;
    /// Whether its forms use the whole width.
    const WIDE: bool = false;

    /// What the viewer may do with it, where the API tells that.
    type Rights;
    /// What decides which of its acts can be done.
    type State;
    /// How its own page has it.
    type Shown<'a>: Copy;

    /// Refuses those to whom none of its forms are shown, before anything is asked for.
    fn admit(_visit: &Visit) -> Result<(), Refusal> {
        Ok(())
    }

    /// Reads it for the form of an act.
    fn load(visit: &Visit, act: &Act<Self>, place: Place) -> impl Future<Output = Result<Self, Refusal>> + Send;

    /// What the viewer may do with it.
    fn rights(&self) -> Self::Rights;

    /// Where it stands.
    fn state(&self) -> Self::State;

    /// Where its own page is.
    fn home(&self) -> String;

    /// How many facts it has, if its changes must say so.
    fn version(&self) -> Option<i32> {
        None
    }

    /// What stands above every form: what it is about, and the heading.
    fn head(&self, title: &'static str) -> AnyView {
        h1(title)
    }

    /// The page for an act that its state does not allow any more.
    fn too_late(&self, _act: &Act<Self>, chrome: &Chrome) -> Response {
        error::conflict(chrome)
    }
}

/// Which subject, and which item of it, as the address says.
#[derive(Clone, Deserialize)]
pub(crate) struct Place {
    #[serde(default, alias = "reference")]
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) item: String,
}

/// What the API must be told of the subject.
pub(crate) struct To {
    pub(crate) visit: Visit,
    pub(crate) id: String,
    pub(crate) item: String,
    /// How many facts the subject had when the form was shown.
    pub(crate) version: i32,
}

/// What sending a form comes to.
pub(crate) type Sent = BoxFuture<'static, Result<Next, Refusal>>;

/// What comes after an act that was done.
pub(crate) enum Next {
    /// Another page, where this is said once.
    Go(String, &'static str),
    /// This page, which is shown once and never again.
    Show(Response),
}

/// Something that has a page of its own, to which acts lead.
pub(crate) trait HasPage {
    /// Where it is.
    fn page(&self) -> String;
}

/// For most acts: leads to the page of what was changed and says this there.
pub(crate) fn done<T: HasPage + 'static>(asked: Asked<T>, said: &'static str) -> Sent {
    asked.map(move |answer| Ok(Next::Go(answer?.page(), said))).boxed()
}

/// The same where what is said depends on what became of it.
pub(crate) fn done_as<T: HasPage + 'static>(asked: Asked<T>, said: fn(&T) -> &'static str) -> Sent {
    asked.map(move |answer| answer.map(|changed| Next::Go(changed.page(), said(&changed)))).boxed()
}

/// For an act that the page itself finds fault with, and so never asks for.
pub(crate) fn faulty(field: &str, message: &str) -> Sent {
    let faults = Faults::from_iter([(field, message)]);
    std::future::ready(Err(Refusal::Invalid(faults))).boxed()
}

/// The version that a form was made from. One that is no number is one that no subject has.
pub(crate) fn version_of(form: &Form) -> i32 {
    form.get("version").parse().unwrap_or_default()
}

impl<S: Subject> Act<S> {
    /// An act with what most acts have; the rest is to be said.
    pub(crate) const PLAIN: Self = Self {
        path: "",
        title: "",
        link: |_| "",
        may: |_| Some(true),
        in_state: |_| true,
        on_page: |_| true,
        of_item: |_| true,
        names_officers: false,
        consequences: |_| None,
        begin: |_| Form::new(),
        now: |_| None,
        questions: |_, _| ().into_any(),
        button: |_| button("Save"),
        send: |_, _, _| std::future::ready(Err(Refusal::Internal)).boxed(),
    };

    /// What a link to the form says on the subject's own page.
    pub(crate) fn link(&self, shown: S::Shown<'_>) -> &'static str {
        match (self.link)(shown) {
            "" => self.title,
            link => link,
        }
    }

    /// Whether it is done to an item of the subject.
    pub(crate) fn is_of_item(&self) -> bool {
        self.path.contains("{item}")
    }

    /// Where its form is, for the subject whose page is at `home`.
    pub(crate) fn href(&self, home: &str, item: &str) -> String {
        if self.path.is_empty() { home.to_owned() } else { format!("{home}/{}", self.path.replace("{item}", item)) }
    }

    /// What it is done to, for those who may do it.
    async fn subject(&self, visit: &Visit, place: Place) -> Result<S, Refusal> {
        S::admit(visit)?;
        let subject = S::load(visit, self, place).await?;
        visit.require((self.may)(subject.rights()) == Some(true))?;
        if (self.of_item)(&subject) { Ok(subject) } else { Err(Refusal::NotFound) }
    }

    /// The page: the form as typed, or as it begins, and what is wrong with it. Whoever typed it for a subject that has
    /// changed since is shown it as it is now; what they send next counts as having seen that.
    async fn page(&self, visit: &Visit, subject: &S, mut form: Form, faults: &Faults) -> Response {
        let home = subject.home();
        let mut look_again = None;
        if let Some(version) = subject.version().map(|version| version.to_string()) {
            let stale = form.knows("version") && form.get("version") != version;
            look_again =
                S::LOOK_AGAIN.filter(|_| stale).map(|thing| to_look_again(thing, home.clone(), (self.now)(subject)));
            form.set("version", version);
        }
        let ask = Ask::new(&form, faults);
        let page = Page::new(self.title).back(home.clone()).ask(ask);
        let page = if S::WIDE { page.wide() } else { page };
        page.render(&visit.chrome().await, || {
            let send = (self.button)(subject).view();
            view! {
                {subject.head(self.title)}
                {look_again}
                {(self.consequences)(subject)}
                {post_form(view! {
                    {subject.version().map(|_| ask.hidden("version"))}
                    {(self.questions)(subject, ask)}
                    {buttons([send, link(home, "Cancel")])}
                })}
            }
            .into_any()
        })
    }
}

/// The forms of these acts, and what they are sent to.
pub(crate) fn router<S: Subject>(acts: &'static [Act<S>]) -> Router {
    acts.iter().fold(Router::new(), |router, act| {
        let show = move |visit: Visit, Path(place): Path<Place>| show(act, visit, place);
        let send = move |visit: Visit, Path(place): Path<Place>, Typed(form): Typed| send(act, visit, place, form);
        router.route(&act.href(S::ROUTE, "{item}"), get(show).post(send))
    })
}

async fn show<S: Subject>(act: &'static Act<S>, visit: Visit, place: Place) -> Reply {
    let subject = act.subject(&visit, place).await?;
    if !(act.in_state)(subject.state()) {
        return Ok(subject.too_late(act, &visit.chrome().await));
    }
    let form = (act.begin)(&subject);
    Ok(act.page(&visit, &subject, form, &Faults::new()).await)
}

/// Does it, or shows the form again with what was typed. Nothing of the subject is read before: who may do what to which
/// subject, the API decides.
async fn send<S: Subject>(act: &'static Act<S>, visit: Visit, place: Place, form: Form) -> Reply {
    S::admit(&visit)?;
    let Place { id, item } = place.clone();
    let to = To { visit: visit.clone(), id, item, version: version_of(&form) };
    match (act.send)(&visit.api, to, &form).await {
        Ok(Next::Go(path, said)) => Ok(visit.go_saying(&path, said).await),
        Ok(Next::Show(page)) => Ok(page),
        Err(refusal) => {
            let faults = refusal.on_form()?;
            let subject = act.subject(&visit, place).await?;
            Ok(act.page(&visit, &subject, form, &faults).await)
        }
    }
}

/// The way to what has changed, in a tab of its own, so that nothing typed is lost.
fn to_look_again(thing: &str, home: String, now: Option<String>) -> AnyView {
    let text = format!("Look at the {thing} as it is now (opens in new tab)");
    inset(
        view! {
            {now.map(|now| paragraph(format!("It says now: {now}")))}
            <p class="govuk-body">
                <a class="govuk-link" href=home target="_blank" rel="noreferrer noopener">{text}</a>
            </p>
            <p class="govuk-body">"Your answers are kept below. Check that they are still right before you send them."</p>
        }
        .into_any(),
    )
}
