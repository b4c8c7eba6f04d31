//! How something is done to a case: one table of acts, each a form, and the two handlers that serve them all.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use cynic::QueryBuilder;
use serde::Deserialize;

use super::{answers, closing, restrict, tracing};
use crate::api::{Api, Refusal};
use crate::documents::casework::{Case, CaseForForm, CaseRights, Subject, SubjectVars};
use crate::documents::changed;
use crate::documents::changes::Asked;
use crate::journeys::refused;
use crate::officers::officer_options;
use crate::parts::case::identity;
use crate::prelude::*;
use crate::sheet::{Sheet, faults_of};
use crate::visit::Visit;
use crate::vocabulary::CaseState;

/// Something that is done to a case by a form.
pub(super) struct Act {
    /// Its address under that of the case. `{item}` stands for the enquiry or flag that is answered.
    pub(super) path: &'static str,
    /// What it does, as a heading and as a link.
    pub(super) title: &'static str,
    /// What the form's button says.
    pub(super) button: &'static str,
    /// The right it needs.
    pub(super) may: fn(CaseRights) -> Option<bool>,
    /// In which states it makes sense.
    pub(super) fits: fn(CaseState) -> bool,
    /// For which cases it makes sense beyond their state.
    pub(super) suits: fn(&Case) -> bool,
    /// Whether the form names officers to choose from.
    pub(super) names_officers: bool,
    /// Whether what the form should be about is there.
    pub(super) exists: fn(&About) -> bool,
    /// How the form begins.
    pub(super) begin: fn(&About) -> Form,
    /// What the form asks.
    pub(super) questions: fn(&About, Ask<'_>) -> AnyView,
    /// Asks the API for it.
    pub(super) send: fn(&Api, Target, &Form) -> Asked<changed::Case>,
    /// What is said once it is done.
    pub(super) said: fn(CaseState) -> &'static str,
}

/// What an act is done to.
pub(super) struct About {
    /// The case.
    pub(super) case: Subject,
    /// Officers to choose from, the empty choice first.
    pub(super) officers: Vec<(String, String)>,
    /// The enquiry or flag that is answered.
    pub(super) item: String,
}

/// What the API must be told of the case.
pub(super) struct Target {
    /// Its reference.
    pub(super) case: String,
    /// How many facts it had when it was looked at.
    pub(super) version: i32,
    /// The enquiry or flag that is answered.
    pub(super) item: String,
}

/// Everything that can be done to a case, in the order in which it is offered.
pub(super) static ACTS: [Act; 14] = [
    tracing::ASSIGN,
    tracing::ENQUIRY,
    tracing::NOTE,
    tracing::WHEREABOUTS,
    tracing::ESCALATE,
    tracing::PLACEMENT,
    closing::CLOSE,
    closing::REOPEN,
    restrict::RESTRICT,
    restrict::ADD_READER,
    restrict::REMOVE_READER,
    restrict::LIFT,
    answers::ENQUIRY,
    answers::ESCALATION,
];

/// An act with what most acts have; the rest is to be said.
pub(super) const ACT: Act = Act {
    path: "",
    title: "",
    button: "Save",
    may: |case| case.may_work,
    fits: while_open,
    suits: |_| true,
    names_officers: false,
    exists: |_| true,
    begin: |_| Form::new(),
    questions: |_, _| ().into_any(),
    send: |_, _, _| Box::pin(async { Err(Refusal::Internal) }),
    said: |_| "Saved",
};

/// While the case is not closed.
pub(super) fn while_open(state: CaseState) -> bool {
    state != CaseState::Closed
}

/// Whatever the state.
pub(super) fn always(_: CaseState) -> bool {
    true
}

impl Act {
    /// Whether to offer it for this case; nothing to whoever reads it by breaking the glass.
    pub(super) fn is_offered(&self, case: &Case) -> bool {
        self.is_allowed(case.may) && (self.fits)(case.state) && (self.suits)(case) && case.glass.is_none()
    }

    fn is_allowed(&self, may: CaseRights) -> bool {
        (self.may)(may) == Some(true)
    }

    /// Whether it is done to one enquiry or flag.
    pub(super) fn is_of_item(&self) -> bool {
        self.path.contains("{item}")
    }

    /// Where its form is.
    pub(super) fn href(&self, reference: &str, item: &str) -> String {
        format!("/cases/{reference}/{}", self.path.replace("{item}", item))
    }

    /// What it is done to.
    async fn about(&self, visit: &Visit, place: &Place) -> Result<About, Refusal> {
        visit.require(visit.may().list_cases)?;
        let vars = SubjectVars { reference: place.reference.clone(), officers: self.names_officers };
        let answer = visit.api.run(CaseForForm::build(vars)).await?;
        let about = About {
            case: answer.case.ok_or(Refusal::NotFound)?,
            officers: officer_options(visit, &answer.officers.unwrap_or_default(), "Nobody yet"),
            item: place.item.clone(),
        };
        visit.require(self.is_allowed(about.case.may) && about.case.glass.is_none())?;
        if (self.exists)(&about) { Ok(about) } else { Err(Refusal::NotFound) }
    }

    /// The page with the form.
    async fn page(&self, visit: &Visit, about: &About, form: Form, faults: &Faults) -> Response {
        let case = &about.case;
        let sheet = Sheet {
            title: self.title,
            button: self.button,
            home: format!("/cases/{}", case.reference),
            thing: "case",
            version: case.version,
            bar: identity(&case.child, &case.reference, case.risk),
        };
        sheet.show(visit, form, faults, |ask| (self.questions)(about, ask)).await
    }
}

/// Which case, and which enquiry or flag of it.
#[derive(Deserialize)]
struct Place {
    reference: String,
    #[serde(default)]
    item: String,
}

/// The forms, and what they are sent to.
pub(super) fn router() -> Router {
    ACTS.iter().fold(Router::new(), |router, act| {
        let show = move |visit: Visit, Path(place): Path<Place>| show(act, visit, place);
        let send = move |visit: Visit, Path(place): Path<Place>, Typed(form): Typed| send(act, visit, place, form);
        router.route(&act.href("{reference}", "{item}"), get(show).post(send))
    })
}

async fn show(act: &'static Act, visit: Visit, place: Place) -> Response {
    match act.about(&visit, &place).await {
        Ok(about) if !(act.fits)(about.case.state) => too_late(act, &visit, &about.case).await,
        Ok(about) => act.page(&visit, &about, (act.begin)(&about), &Faults::new()).await,
        Err(refusal) => refused(&visit, refusal).await,
    }
}

/// 409: the form of an act that the state of the case does not allow any more, opened by its address.
async fn too_late(act: &Act, visit: &Visit, case: &Subject) -> Response {
    const TITLE: &str = "This cannot be done now";
    let home = format!("/cases/{}", case.reference);
    Page::new(TITLE).back(home.clone()).status(StatusCode::CONFLICT).render(&visit.chrome().await, || {
        view! {
            {h1_captioned(act.title, TITLE)}
            {paragraph(format!("The state of the case is “{}”.", case.state.label()))}
            <p class="govuk-body">{link(home, "See the case and what can be done with it")}</p>
        }
        .into_any()
    })
}

async fn send(act: &'static Act, visit: Visit, place: Place, form: Form) -> Response {
    let version = form.get("version").parse().unwrap_or_default();
    let target = Target { case: place.reference.clone(), version, item: place.item.clone() };
    let faults = match (act.send)(&visit.api, target, &form).await {
        Ok(changed) => {
            let case = format!("/cases/{}", changed.reference);
            return visit.go_saying(&case, (act.said)(changed.state)).await;
        }
        Err(refusal) => faults_of(refusal),
    };
    let faults = match faults {
        Ok(faults) => faults,
        Err(refusal) => return refused(&visit, refusal).await,
    };
    match act.about(&visit, &place).await {
        Ok(about) => act.page(&visit, &about, form, &faults).await,
        Err(refusal) => refused(&visit, refusal).await,
    }
}
