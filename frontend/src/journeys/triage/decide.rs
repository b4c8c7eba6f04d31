//! What is decided of a referral: the table of decisions, and the referral as their forms are about it.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use cynic::Id;

use super::{identity, load, open_cases, restricted_warning};
use crate::acts::{Act, HasPage, Place, Subject, done, faulty};
use crate::api::{Refusal, sentence};
use crate::documents::casework::Child;
use crate::documents::inputs::{
    AcknowledgeReferralInput, JoinCaseInput, JudgeAnotherChildInput, LookAgainInput, OpenCaseInput,
    RedirectReferralInput, TakeBackReferralInput,
};
use crate::documents::referrals::{Match, Referral, Waiting};
use crate::documents::{changed, changes};
use crate::officers::officer_options;
use crate::prelude::*;
use crate::questions::status;
use crate::visit::Visit;
use crate::vocabulary::{
    AgeStanding, EscalationStage, RedirectTo, ReferralOrigin, ReferralState, ServiceRoute, Whereabouts,
};
use crate::when::date;
use crate::words::{counted, name};

/// Everything that can be decided of a referral, in the order in which it is offered.
pub(super) static DECISIONS: [Act<About>; 7] = [OPEN, JOIN, REDIRECT, ACKNOWLEDGE, TAKE_BACK, JUDGE, LOOK_AGAIN];

/// What is decided about.
pub(super) struct About {
    referral: Referral,
    /// Officers to choose from, the empty choice first.
    officers: Vec<(String, String)>,
    /// The record beside it that a judgement is about.
    item: String,
}

/// A decision while the referral waits for one; the rest is to be said.
const DECISION: Act<About> = Act { in_state: |state| state == ReferralState::Received, ..Act::PLAIN };

const OPEN: Act<About> = Act {
    path: "open",
    title: "Open a case",
    button: |_| button("Open case"),
    names_officers: true,
    questions: |about, ask| {
        view! {
            {which_child(about.referral.matches.as_deref().unwrap_or_default(), ask)}
            <input type="hidden" name=JUDGED value=judged(&about.referral)/>
            {status::asked(ask, "Is the child missing education?", None)}
            {age_reason(&about.referral, ask)}
            {found_reason(&about.referral, ask)}
            {ask
                .date("statusFrom", "Since which day?")
                .hint("Leave empty for today. For a name removed from a roll, the day of the removal. For example, 27 9 2026")}
            {ask.radios("serviceRoute", "Who works the case?").bold().words::<ServiceRoute>()}
            {ask.radios("whereabouts", "What is known of where the child is?").bold().words::<Whereabouts>()}
            {ask.select("officer", "Officer").bold().options(about.officers.clone())}
            {ask
                .textarea("rationale", "What is the reason for your decision?")
                .bold()
                .hint("Give your evidence and the first step")
                .most(4_000)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let child = match form.get("child") {
            // To the API no child is a new child, so only this page can tell that nobody chose.
            "" => return faulty("child", "Select whether this is a child already known"),
            NEW_CHILD => None,
            known => Some(Id::new(known)),
        };
        let judged = form.get(JUDGED).split(' ').filter(|one| !one.is_empty()).map(Id::new).collect();
        let input = OpenCaseInput {
            referral: to.id,
            version: to.version,
            statutory_status: status::status(form),
            status_ground: status::ground(form),
            status_from: form.some_day("statusFrom"),
            rationale: form.text("rationale"),
            service_route: ServiceRoute::parse(form.get("serviceRoute")),
            whereabouts: Whereabouts::parse(form.get("whereabouts")),
            child,
            judged: Some(judged),
            officer: form.some("officer").map(Id::new),
            age_reason: form.some("ageReason"),
            found_reason: form.some("foundReason"),
        };
        done(status::told_at(form, changes::open_case(api, input)), "Case opened")
    },
    ..DECISION
};

const JOIN: Act<About> = Act {
    path: "join",
    title: "Add this referral to an open case",
    button: |_| button("Add to case"),
    questions: |about, ask| {
        let cases = open_cases(&about.referral);
        if cases.is_empty() {
            return ask.text("case", "Reference of the case").hint(CASE_HINT).unchecked().width(20).view();
        }
        let field = cases.into_iter().fold(ask.radios("case", "Which case?").bold(), |field, (child, case)| {
            let officer = case.officer.map_or_else(|| "nobody yet".to_owned(), |officer| officer.name);
            field
                .option(case.reference.as_str(), format!("{}, {child}", case.reference))
                .option_hint(format!("{}. Officer: {officer}", case.state.label()))
        });
        let other = ask.text("unlisted", "Reference of the case").hint(CASE_HINT).unchecked().width(20).view();
        field.or(UNLISTED, IS_UNLISTED).reveals(UNLISTED, other).view()
    },
    send: |api, to, form| {
        let field = if form.get("case") == UNLISTED { "unlisted" } else { "case" };
        let input = JoinCaseInput { referral: to.id, version: to.version, case: form.text(field) };
        done(changes::join_case(api, input), "Referral added to the case")
    },
    ..DECISION
};

const REDIRECT: Act<About> = Act {
    path: "redirect",
    title: "Send the referral elsewhere",
    link: |_| "Send elsewhere",
    button: |_| button("Send elsewhere"),
    questions: |about, ask| {
        let reads = match about.referral.origin {
            ReferralOrigin::School => "The school reads this. Say what they should do next.",
            ReferralOrigin::Public | ReferralOrigin::Partner => "This is kept with the referral.",
        };
        let waits = about.referral.escalation.as_ref().is_some_and(|flag| flag.stage != EscalationStage::Answered);
        let waits = waits.then(|| {
            warning_text(
                "This referral points to harm, so it can go elsewhere only once the MASH has answered its flag, and an \
                 answer that was relayed is confirmed.",
            )
        });
        let authority =
            ask.text("authority", "Which authority?").hint("The referral stays with us until they acknowledge it");
        view! {
            {waits}
            {(about.referral.found_at_address == Some(true)).then(|| {
                inset(paragraph(
                    "The school found the child at the address, so the child stays on the roll: this is for education \
                     welfare.",
                ))
            })}
            {ask
                .radios("to", "Where should this referral go?")
                .bold()
                .words::<RedirectTo>()
                .reveals(RedirectTo::OtherAuthority.code(), authority)}
            {ask.textarea("reason", "Why should it go there?").hint(reads).most(2_000)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = RedirectReferralInput {
            referral: to.id,
            version: to.version,
            to: RedirectTo::parse(form.get("to")),
            reason: form.text("reason"),
            authority: form.some("authority"),
        };
        done(changes::redirect_referral(api, input), "Referral sent elsewhere")
    },
    ..DECISION
};

const ACKNOWLEDGE: Act<About> = Act {
    path: "acknowledged",
    title: "Record the other authority’s acknowledgement",
    in_state: |state| state == ReferralState::WithAuthority,
    questions: |_, ask| {
        view! {
            {ask.text("by", "Who acknowledged it?")}
            {ask.text("acknowledgedAs", "What is their reference?").unchecked().width(20)}
            {ask.date("on", "When did they acknowledge it?").hint("For example, 27 9 2026")}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = AcknowledgeReferralInput {
            referral: to.id,
            version: to.version,
            by: form.text("by"),
            acknowledged_as: form.text("acknowledgedAs"),
            on: form.day("on"),
        };
        done(changes::acknowledge_referral(api, input), "Acknowledgement recorded")
    },
    ..Act::PLAIN
};

const TAKE_BACK: Act<About> = Act {
    path: "take-back",
    title: "Take the referral back to triage",
    in_state: |state| {
        matches!(state, ReferralState::Redirected | ReferralState::WithAuthority | ReferralState::Withdrawn)
    },
    button: |_| button("Take it back"),
    questions: |_, ask| {
        ask.textarea("reason", "Why is it taken back?").hint("This is kept with the referral.").most(2_000).view()
    },
    send: |api, to, form| {
        let input = TakeBackReferralInput { referral: to.id, version: to.version, reason: form.text("reason") };
        done(changes::take_back_referral(api, input), "Referral taken back: it awaits triage again")
    },
    ..Act::PLAIN
};

/// That a record which looks alike is of another child. It stands beside that record.
pub(super) const JUDGE: Act<About> = Act {
    path: "another/{item}",
    title: "Say that this is another child",
    link: |_| "This is another child",
    on_page: |_| false,
    of_item: |about| beside(about).is_some(),
    questions: |about, _| {
        of_both(
            about,
            "Nobody is asked about these two again, unless a name, a date of birth, a number or a postcode of either changes. It stays here with your name, and you can look again.",
        )
    },
    button: |_| button("This is another child"),
    send: |api, to, _| {
        let input = JudgeAnotherChildInput { referral: to.id, version: to.version, other: Id::new(to.item) };
        done(changes::judge_another_child(api, input), "Recorded that this is another child")
    },
    ..Act::PLAIN
};

/// That such a judgement is taken back.
pub(super) const LOOK_AGAIN: Act<About> = Act {
    path: "look-again/{item}",
    title: "Look again whether this is the same child",
    link: |_| "Look again",
    on_page: |_| false,
    of_item: |about| beside(about).is_some(),
    questions: |about, _| of_both(about, "The two are offered again as perhaps the same child."),
    button: |_| button("Look again"),
    send: |api, to, _| {
        let input = LookAgainInput { referral: to.id, version: to.version, other: Id::new(to.item) };
        done(changes::look_again(api, input), "The two are offered again")
    },
    ..Act::PLAIN
};

/// The record beside the referral, and what is said of the two.
fn of_both(about: &About, what: &'static str) -> AnyView {
    view! { {beside(about).map(|called| inset(paragraph(called)))} {paragraph(what)} }.into_any()
}

/// What names a child already known beside the referral: the id of the child, or the reference of a restricted case.
pub(super) fn key_of(one: &Match) -> String {
    let child = one.child.as_ref().and_then(|child| child.id.as_ref()).map(|id| id.inner().to_owned());
    child.or_else(|| one.restricted.as_ref().map(|case| case.reference.clone())).unwrap_or_default()
}

/// The record beside the referral, in words; `None` if it is not shown there.
fn beside(about: &About) -> Option<String> {
    let called = |given: Option<&str>, family: Option<&str>, born: Option<NaiveDate>| {
        let born = born.map_or_else(|| "date of birth not known".to_owned(), |on| format!("born {}", date(on)));
        format!("{}, {born}", name(given, family))
    };
    let About { referral, item, .. } = about;
    let waiting = referral.also_waiting.iter().flatten().find(|one| one.referral.reference == *item);
    if let Some(Waiting { reference, family_name, given_names, date_of_birth, .. }) = waiting.map(|one| &one.referral) {
        let called = called(given_names.as_deref(), family_name.as_deref(), *date_of_birth);
        return Some(format!("Referral {reference}: {called}"));
    }
    let one = referral.matches.iter().flatten().find(|one| !item.is_empty() && key_of(one) == *item)?;
    Some(match &one.child {
        Some(child) => {
            let called = called(child.given_names.as_deref(), child.family_name.as_deref(), child.date_of_birth);
            match one.cases.first() {
                // Names alone would not tell the two apart.
                Some(case) => format!("The child of case {}: {called}", case.reference),
                None => format!("A child on file: {called}"),
            }
        }
        None => format!("The child of the restricted case {item}"),
    })
}

const NEW_CHILD: &str = "new";

/// The field that says whom the officer was shown as perhaps the child, so that whoever came on file since is told from
/// them.
const JUDGED: &str = "judged";

/// The ids of the children and the references of the restricted cases that this page shows. Never what was sent: a form
/// that is shown again shows whoever came on file since.
fn judged(referral: &Referral) -> String {
    let matches = referral.matches.as_deref().unwrap_or_default();
    let children = matches.iter().filter_map(|one| one.child.as_ref()?.id.as_ref()).map(Id::inner);
    let cases = matches.iter().filter_map(|one| one.restricted.as_ref()).map(|case| case.reference.as_str());
    children.chain(cases).collect::<Vec<_>>().join(" ")
}

/// How the reference of a case looks.
const CASE_HINT: &str = "For example, C-7K3M-9QX4";

/// The value that stands for a case that is not listed.
const UNLISTED: &str = "unlisted";
const IS_UNLISTED: &str = "It is a child with a case that is not listed";

/// The way to add a referral to a case that the matching did not offer, and its words; `None` where it cannot be added.
pub(super) fn unlisted(referral: &Referral) -> Option<(String, &'static str)> {
    is_offered(&JOIN, referral).then(|| (JOIN.href(&home(referral), ""), IS_UNLISTED))
}

/// Why a child outside compulsory school age is missing education, by the date of birth that was told or by that of a
/// child on file who may be the one. Asked for no other.
fn age_reason(referral: &Referral, ask: Ask<'_>) -> Option<AnyView> {
    let on_file = referral.matches.iter().flatten().filter_map(|one| one.child.as_ref()?.age.as_ref());
    let told = referral.age.as_ref().map(|age| age.standing);
    let standing =
        told.into_iter().chain(on_file.map(|age| age.standing)).find(|standing| *standing != AgeStanding::Within)?;
    let who = if told == Some(standing) { "This child is" } else { "A child who may be this one is" };
    let label = format!("{who} {}. Why is a case opened all the same?", standing.label().to_lowercase());
    Some(
        ask.textarea("ageReason", label)
            .hint("Needed if you say that the child is missing education.")
            .most(2_000)
            .view(),
    )
}

/// Why a child whom the school found at the address is said to be on no roll. Asked for no other.
fn found_reason(referral: &Referral, ask: Ask<'_>) -> Option<AnyView> {
    (referral.found_at_address == Some(true)).then(|| {
        ask.textarea(
            "foundReason",
            "The school found this child at the address, so they stay on its roll. Why are they on none?",
        )
        .hint("Needed if you say that the child is on no roll that is known, or was removed from one.")
        .most(2_000)
        .view()
    })
}

/// Whether the child is one already known. Not asked when nobody known looks alike.
fn which_child(matches: &[Match], ask: Ask<'_>) -> AnyView {
    let open = || matches.iter().filter(|one| one.judged.is_none());
    let judged = matches.len() - open().count();
    let known: Vec<(&Match, &Child, &Id)> =
        open().filter_map(|one| one.child.as_ref().and_then(|child| Some((one, child, child.id.as_ref()?)))).collect();
    let warning = open().find_map(|one| one.restricted.as_ref()).map(restricted_warning);
    let judged = (judged > 0).then(|| {
        let others = counted(&judged.to_string(), "child who looks alike was", "children who look alike were");
        paragraph(format!("{others} judged to be another: see the referral to look again."))
    });
    if known.is_empty() {
        return view! { {warning} {judged} <input type="hidden" name="child" value=NEW_CHILD/> }.into_any();
    }
    let field = known.into_iter().fold(
        ask.radios("child", "Is this a child already known?").bold(),
        |field, (one, child, id)| {
            let name = name(child.given_names.as_deref(), child.family_name.as_deref());
            let born = child
                .date_of_birth
                .map_or_else(|| "date of birth not known".to_owned(), |on| format!("born {}", date(on)));
            let age = child.age.as_ref().map(|age| age.standing).filter(|standing| *standing != AgeStanding::Within);
            let reasons =
                age.into_iter().map(|standing| standing.label().to_owned()).chain(one.reasons.iter().cloned());
            let reasons: Vec<String> = reasons.collect();
            field.option(id.inner(), format!("{name}, {born}")).option_hint(sentence(&reasons.join("; ")))
        },
    );
    let cases: Vec<_> = open()
        .flat_map(|one| &one.cases)
        .map(|case| {
            let (href, text) =
                (format!("/cases/{}", case.reference), format!("Case {} (opens in new tab)", case.reference));
            view! { <li><a class="govuk-link" href=href target="_blank" rel="noreferrer noopener">{text}</a></li> }
        })
        .collect();
    let cases = (!cases.is_empty()).then(|| view! { <ul class="govuk-list">{cases}</ul> });
    view! { {warning} {judged} {field.or(NEW_CHILD, "A child new to us")} {cases} }.into_any()
}

/// The page of a referral.
pub(super) fn home(referral: &Referral) -> String {
    format!("/triage/{}", referral.reference)
}

/// Whether to offer a decision of this referral.
pub(super) fn is_offered(act: &Act<About>, referral: &Referral) -> bool {
    referral.may_triage == Some(true) && (act.in_state)(referral.state) && (act.on_page)(referral)
}

impl HasPage for changed::Referral {
    fn page(&self) -> String {
        format!("/triage/{}", self.reference)
    }
}

impl Subject for About {
    const ROUTE: &'static str = "/triage/{reference}";
    const LOOK_AGAIN: Option<&'static str> = Some("referral");

    type Rights = ();
    type State = ReferralState;
    type Shown<'a> = &'a Referral;

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        visit.require(visit.may().triage)
    }

    async fn load(visit: &Visit, act: &Act<Self>, Place { id, item }: Place) -> Result<Self, Refusal> {
        let (referral, officers) = load(visit, &id, act.names_officers).await?;
        Ok(Self { referral, officers: officer_options(visit, &officers, "Nobody yet"), item })
    }

    fn rights(&self) {}

    fn state(&self) -> ReferralState {
        self.referral.state
    }

    fn home(&self) -> String {
        home(&self.referral)
    }

    fn version(&self) -> Option<i32> {
        Some(self.referral.version)
    }

    fn head(&self, title: &'static str) -> AnyView {
        view! { {identity(&self.referral)} {h1(title)} }.into_any()
    }

    fn too_late(&self, act: &Act<Self>, chrome: &Chrome) -> Response {
        const TITLE: &str = "This referral has already been decided";
        let case = self.referral.case.as_ref().map(|case| format!("/cases/{}", case.reference));
        Page::new(TITLE).back(self.home()).status(StatusCode::CONFLICT).render(chrome, || {
            view! {
                {h1_captioned(act.title, TITLE)}
                <p class="govuk-body">{link(self.home(), "See what became of it")}</p>
                {case.map(|case| view! { <p class="govuk-body">{link(case, "See the case")}</p> })}
            }
            .into_any()
        })
    }
}
