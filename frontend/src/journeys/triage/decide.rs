//! What is decided of a referral: one table of decisions, each a form, and the two handlers that serve them all.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use cynic::Id;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::show::restricted_warning;
use super::{identity, load, open_cases, tells_of_harm};
use crate::api::{Api, Refusal};
use crate::documents::casework::Child;
use crate::documents::changes;
use crate::documents::inputs::{JoinCaseInput, OpenCaseInput, RedirectReferralInput};
use crate::documents::referrals::{Match, Referral};
use crate::journeys::refused;
use crate::officers::officer_options;
use crate::prelude::*;
use crate::sheet::{Sheet, faults_of};
use crate::visit::Visit;
use crate::vocabulary::{RedirectTo, ReferralOrigin, ReferralState, ServiceRoute, StatutoryStatus, Whereabouts};
use crate::when::date;
use crate::words::name;

/// One thing that can be decided of a referral.
struct Decision {
    /// Its address under that of the referral.
    path: &'static str,
    /// What it does; the form's heading.
    title: &'static str,
    /// What the form's button says.
    button: &'static str,
    /// Whether the form names officers to choose from.
    names_officers: bool,
    /// What the form asks.
    questions: fn(&About, Ask<'_>) -> AnyView,
    /// Asks the API for it.
    send: fn(&Api, Target, &Form) -> Result<Sent, Faults>,
}

/// What is decided about.
struct About {
    referral: Referral,
    /// Officers to choose from, the empty choice first.
    officers: Vec<(String, String)>,
}

/// What the API must be told of the referral.
struct Target {
    referral: String,
    version: i32,
}

/// Where to go once it is decided, and what is said there.
type Sent = BoxFuture<'static, Result<(String, &'static str), Refusal>>;

static DECISIONS: [Decision; 3] = [OPEN, JOIN, REDIRECT];

const OPEN: Decision = Decision {
    path: "open",
    title: "Open a case",
    button: "Open case",
    names_officers: true,
    questions: |about, ask| {
        view! {
            {which_child(about.referral.matches.as_deref().unwrap_or_default(), ask)}
            {ask.radios("statutoryStatus", "Is the child missing education?").bold().words::<StatutoryStatus>()}
            {ask.radios("serviceRoute", "Who works the case?").bold().words::<ServiceRoute>()}
            {ask.radios("whereabouts", "What is known of where the child is?").bold().words::<Whereabouts>()}
            {ask.select("officer", "Officer").bold().options(about.officers.clone())}
        }
        .into_any()
    },
    send: |api, to, form| {
        let child = match form.get("child") {
            // To the API no child is a new child, so only this page can tell that nobody chose.
            "" => return Err(Faults::from_iter([("child", "Select whether this is a child already known")])),
            NEW_CHILD => None,
            known => Some(Id::new(known)),
        };
        let input = OpenCaseInput {
            referral: to.referral,
            version: to.version,
            statutory_status: StatutoryStatus::parse(form.get("statutoryStatus")),
            service_route: ServiceRoute::parse(form.get("serviceRoute")),
            whereabouts: Whereabouts::parse(form.get("whereabouts")),
            child,
            officer: form.some("officer").map(Id::new),
        };
        Ok(changes::open_case(api, input)
            .map(|opened| Ok((format!("/cases/{}", opened?.reference), "Case opened")))
            .boxed())
    },
};

const JOIN: Decision = Decision {
    path: "join",
    title: "Add to a case already open",
    button: "Add to this case",
    names_officers: false,
    questions: |about, ask| {
        let cases = open_cases(&about.referral);
        if cases.is_empty() {
            return ask
                .text("case", "Which case?")
                .hint("The reference of a case that is open")
                .unchecked()
                .width(20)
                .view();
        }
        let field = cases.into_iter().fold(ask.radios("case", "Which case?").bold(), |field, (child, case)| {
            let officer = case.officer.map_or_else(|| "nobody yet".to_owned(), |officer| officer.name);
            field
                .option(case.reference.as_str(), format!("{}, {child}", case.reference))
                .option_hint(format!("{}. Officer: {officer}", case.state.label()))
        });
        field.view()
    },
    send: |api, to, form| {
        let input = JoinCaseInput { referral: to.referral, version: to.version, case: form.get("case").to_owned() };
        let joined = changes::join_case(api, input);
        Ok(joined.map(|case| Ok((format!("/cases/{}", case?.reference), "Referral added to this case"))).boxed())
    },
};

const REDIRECT: Decision = Decision {
    path: "redirect",
    title: "Send the referral elsewhere",
    button: "Send elsewhere",
    names_officers: false,
    questions: |about, ask| {
        let reads = match about.referral.origin {
            ReferralOrigin::School => "The school reads this. Say what they should do next.",
            ReferralOrigin::Public | ReferralOrigin::Partner => "This is kept with the referral.",
        };
        let mash = ask.text("mashReference", "MASH reference").unchecked().width(20);
        let mash = if tells_of_harm(&about.referral) {
            mash.hint(
                "This referral points to harm, so it can only go elsewhere once the MASH has it: enter their reference",
            )
        } else {
            mash.optional()
        };
        view! {
            {ask.radios("to", "Where should this referral go?").bold().words::<RedirectTo>()}
            {ask.textarea("reason", "Why?").hint(reads).most(2_000)}
            {mash}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = RedirectReferralInput {
            referral: to.referral,
            version: to.version,
            to: RedirectTo::parse(form.get("to")),
            reason: form.get("reason").to_owned(),
            mash_reference: Some(form.get("mashReference").to_owned()),
        };
        let sent = changes::redirect_referral(api, input);
        Ok(sent.map(|sent| Ok((format!("/triage/{}", sent?.reference), "Referral sent elsewhere"))).boxed())
    },
};

const NEW_CHILD: &str = "new";

/// Whether the child is one already known. Not asked when nobody known looks alike.
fn which_child(matches: &[Match], ask: Ask<'_>) -> AnyView {
    let known: Vec<(&Match, &Child, &Id)> = matches
        .iter()
        .filter_map(|one| one.child.as_ref().and_then(|child| Some((one, child, child.id.as_ref()?))))
        .collect();
    let warning = matches.iter().find_map(|one| one.restricted.as_ref()).map(restricted_warning);
    if known.is_empty() {
        return view! { {warning} <input type="hidden" name="child" value=NEW_CHILD/> }.into_any();
    }
    let field = known.into_iter().fold(
        ask.radios("child", "Is this a child already known?").bold(),
        |field, (one, child, id)| {
            let name = name(child.given_names.as_deref(), child.family_name.as_deref());
            let born = child
                .date_of_birth
                .map_or_else(|| "date of birth not known".to_owned(), |on| format!("born {}", date(on)));
            field.option(id.inner(), format!("{name}, {born}")).option_hint(one.reasons.join("; "))
        },
    );
    view! { {warning} {field.or(NEW_CHILD, "A child new to us")} }.into_any()
}

/// The forms, and what they are sent to.
pub(super) fn router() -> Router {
    DECISIONS.iter().fold(Router::new(), |router, decision| {
        let show = move |visit: Visit, Path(reference): Path<String>| show(decision, visit, reference);
        let send = move |visit: Visit, Path(reference): Path<String>, Typed(form): Typed| {
            send(decision, visit, reference, form)
        };
        router.route(&format!("/triage/{{reference}}/{}", decision.path), get(show).post(send))
    })
}

async fn show(decision: &'static Decision, visit: Visit, reference: String) -> Response {
    page(decision, &visit, &reference, Form::new(), &Faults::new()).await
}

async fn send(decision: &'static Decision, visit: Visit, reference: String, form: Form) -> Response {
    let version = form.get("version").parse().unwrap_or_default();
    let target = Target { referral: reference.clone(), version };
    let decided = match (decision.send)(&visit.api, target, &form) {
        Ok(sent) => sent.await.map_err(faults_of),
        Err(faults) => Err(Ok(faults)),
    };
    match decided {
        Ok((path, message)) => visit.go_saying(&path, message).await,
        Err(Ok(faults)) => page(decision, &visit, &reference, form, &faults).await,
        Err(Err(refusal)) => refused(&visit, refusal).await,
    }
}

/// 409: there is nothing left to decide.
async fn decided_already(visit: &Visit, decision: &Decision, referral: &Referral) -> Response {
    const TITLE: &str = "This referral has already been decided";
    let home = format!("/triage/{}", referral.reference);
    let case = referral.case.as_ref().map(|case| format!("/cases/{}", case.reference));
    Page::new(TITLE).back(home.clone()).status(StatusCode::CONFLICT).render(&visit.chrome().await, || {
        view! {
            {h1_captioned(decision.title, TITLE)}
            <p class="govuk-body">{link(home, "See what became of it")}</p>
            {case.map(|case| view! { <p class="govuk-body">{link(case, "See the case")}</p> })}
        }
        .into_any()
    })
}

/// The page with the form.
async fn page(decision: &Decision, visit: &Visit, reference: &str, form: Form, faults: &Faults) -> Response {
    if let Err(refusal) = visit.require(visit.may().triage) {
        return refused(visit, refusal).await;
    }
    let about = match load(visit, reference, decision.names_officers).await {
        Ok((referral, officers)) => About { referral, officers: officer_options(visit, &officers, "Nobody yet") },
        Err(refusal) => return refused(visit, refusal).await,
    };
    if about.referral.state != ReferralState::Received && faults.is_empty() {
        return decided_already(visit, decision, &about.referral).await;
    }
    let sheet = Sheet {
        title: decision.title,
        button: decision.button,
        home: format!("/triage/{}", about.referral.reference),
        thing: "referral",
        version: about.referral.version,
        bar: identity(&about.referral),
    };
    sheet.show(visit, form, faults, |ask| (decision.questions)(&about, ask)).await
}
