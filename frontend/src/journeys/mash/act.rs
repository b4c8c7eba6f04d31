//! What is done to a flag: the table of acts, and the flag as their forms are about it.

use axum::http::StatusCode;
use axum::response::Response;
use futures_util::FutureExt as _;

use super::show::{load, whom};
use crate::acts::{Act, HasPage, Next, Place, Subject, To, done, done_as};
use crate::api::Refusal;
use crate::documents::escalation::Flag;
use crate::documents::flag::EscalationRights;
use crate::documents::inputs::{
    AcknowledgeEscalationInput, AnswerEscalationInput, ConfirmEscalationInput, RateEscalationInput,
};
use crate::documents::{changed, changes};
use crate::parts::carried;
use crate::parts::flag::{flag_card, flag_home};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{Channel, EscalationStage, MashDecision, MashRating};
use crate::when::day_and_time;

/// Everything that can be done to a flag.
pub(super) static ACTS: [Act<About>; 4] = [ACKNOWLEDGE, RATE, ANSWER, CONFIRM];

/// What is acted on.
pub(super) struct About {
    flag: Flag,
    mash_phone: String,
}

const PROSE: u32 = 4_000;

const ACKNOWLEDGE: Act<About> = Act {
    path: "acknowledge",
    title: "Say that the MASH has this flag",
    may: |rights| Some(rights.may_acknowledge),
    button: |_| button("The MASH has it"),
    questions: |about, ask| {
        if about.flag.told.speaks_for_mash {
            return paragraph("From now on it counts as acknowledged, and you are not chased for that any more.");
        }
        view! {
            {call_paragraph("Ring the MASH on ", &about.mash_phone, ", and record who there said that they have it.")}
            {ask.text("name", "Who at the MASH said that they have it?")}
            {ask.date("saidOn", "On which day did they say so?")
                .bold()
                .hint("Leave the day and the time empty if it was just now. For example, 27 9 2026")}
            {ask.text("saidAt", "At what time?").hint("For example, 9:40am or 14:05").width(10)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = AcknowledgeEscalationInput {
            escalation: to.id.into(),
            name: form.some("name"),
            said_on: form.some_day("saidOn"),
            said_at: form.some("saidAt"),
        };
        done(changes::acknowledge_escalation(api, input), "The MASH has the flag")
    },
    ..Act::PLAIN
};

const RATE: Act<About> = Act {
    path: "rate",
    title: "Rate the flag",
    may: |rights| Some(rights.may_rate),
    in_state: unanswered,
    button: |_| button("Save rating"),
    begin: |about| {
        let proposed = about.flag.told.lowering.as_ref().map(|proposed| proposed.rating.code());
        Form::new().with("rating", proposed.unwrap_or_default())
    },
    questions: |about, ask| {
        let now = about.flag.told.rating.map(|rating| format!("It is rated {} now.", rating.label().to_lowercase()));
        let proposed = about.flag.told.lowering.as_ref().map(|proposed| {
            let by = proposed.by.as_ref().map_or("The system of the MASH", |by| by.name.as_str());
            let at = proposed.at.map(|at| format!(" on {}", day_and_time(at))).unwrap_or_default();
            let rating = proposed.rating.label().to_lowercase();
            let next = "Somebody else agrees by choosing the same; to keep the rating, leave this form.";
            inset(
                view! {
                    {paragraph(format!("{by} proposed {rating}{at}, because:"))}
                    {typed(proposed.reason.clone().unwrap_or_default())}
                    {paragraph(next)}
                }
                .into_any(),
            )
        });
        view! {
            {now.map(paragraph)}
            {proposed}
            {ask
                .radios("rating", "How urgent is it?")
                .bold()
                .hint("Counted from when the flag was raised, an answer is due within 4 hours for red, by the end of the next day for amber, and of the third day for green")
                .words::<MashRating>()}
            {ask
                .textarea("reason", "Why?")
                .hint("Needed to propose a lower rating than before, to which a second person must agree")
                .most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = RateEscalationInput {
            escalation: to.id.into(),
            rating: MashRating::parse(form.get("rating")),
            reason: form.some("reason"),
        };
        done_as(changes::rate_escalation(api, input), |flag| match flag.lowering {
            Some(_) => "Lower rating proposed: a second person must agree",
            None => "Rating saved",
        })
    },
    ..Act::PLAIN
};

const ANSWER: Act<About> = Act {
    path: "answer",
    title: "Record the MASH’s answer",
    may: |rights| Some(rights.may_answer),
    in_state: unanswered,
    button: |_| button("Save answer"),
    questions: |about, ask| {
        let relayed = (!about.flag.told.speaks_for_mash).then(|| {
            view! {
                {inset(paragraph("Your word does not end a concern by itself: the MASH or a manager must confirm what you record here."))}
                {ask.text("saidBy", "Who at the MASH said it?")}
                {ask.date("saidOn", "When did they say it?").hint("For example, 27 9 2026")}
                {ask.radios("channel", "How did you hear it?").bold().words::<Channel>()}
            }
        });
        view! {
            {ask.radios("decision", "What did the MASH decide?").bold().words::<MashDecision>()}
            {ask.text("mashReference", "MASH reference").unchecked().width(20)}
            {ask.textarea("answer", "What did the MASH say?").most(PROSE)}
            {relayed}
        }
        .into_any()
    },
    send: |_, to, form| answer(to, form.clone()).boxed(),
    ..Act::PLAIN
};

/// Records the answer. One of the MASH itself that nothing is done ends the concern at once, so it is looked at once more.
async fn answer(to: To, form: Form) -> Result<Next, Refusal> {
    if form.knows("change") {
        return Err(Refusal::Invalid(Faults::new()));
    }
    let decision = MashDecision::parse(form.get("decision"));
    if decision == Some(MashDecision::NoFurtherAction) && !form.knows("checked") {
        let flag = load(&to.visit, &to.id).await?;
        if flag.told.speaks_for_mash && flag.told.may.may_answer {
            return Ok(Next::Show(check(&to.visit, &flag, &form).await));
        }
    }
    let input = AnswerEscalationInput {
        escalation: to.id.into(),
        decision,
        mash_reference: form.text("mashReference"),
        answer: form.text("answer"),
        said_by: form.some("saidBy"),
        said_on: form.some_day("saidOn"),
        channel: Channel::parse(form.get("channel")),
    };
    let said = |flag: &changed::Escalation| match flag.stage {
        EscalationStage::Relayed => "Answer recorded: the MASH or a manager must confirm it",
        _ => "The MASH’s answer recorded",
    };
    done_as(changes::answer_escalation(&to.visit.api, input), said).await
}

/// What will happen if the MASH answers that nothing is done, with the answer as typed.
async fn check(visit: &Visit, flag: &Flag, form: &Form) -> Response {
    const TITLE: &str = "Check the answer: no further action";
    let home = flag_home(flag.told.id.inner());
    let typed_so_far = ["decision", "mashReference", "answer"]
        .into_iter()
        .fold(Form::new(), |kept, field| kept.with(field, form.get(field)));
    Page::new(TITLE).back(home.clone()).render(&visit.chrome().await, || {
        let told = form.told();
        let answer = SummaryList::new()
            .row("Decision", MashDecision::NoFurtherAction.label())
            .row("MASH reference", told.some("mashReference"))
            .row("What the MASH says", typed(told.text("answer")));
        view! {
            {whom(flag)}
            {h1(TITLE)}
            {answer}
            {h2("What will happen")}
            {bullets([
                "The concern ends: the flag is answered for good, and the MASH owes nothing more on it.",
                "The flag no longer keeps the case from being closed or the home from being visited.",
                "Whoever works the case or the referral is told by email.",
                "It cannot be taken back. If the concern comes back, a new flag must be raised.",
            ])}
            {post_form(view! {
                {carried(&typed_so_far)}
                {buttons([
                    button("Confirm: no further action").sends("checked", "YES").view(),
                    button("Change the answer").secondary().sends("change", "YES").view(),
                    link(home, "Cancel"),
                ])}
            }).to(format!("{}/answer", flag_home(flag.told.id.inner())))}
        }
        .into_any()
    })
}

/// Unless the MASH has answered for good.
fn unanswered(stage: EscalationStage) -> bool {
    stage != EscalationStage::Answered
}

const CONFIRM: Act<About> = Act {
    path: "confirm",
    title: "Confirm the relayed answer",
    may: |rights| Some(rights.may_confirm),
    in_state: unanswered,
    button: |_| button("This is what the MASH said"),
    questions: |_, _| {
        paragraph(
            "Confirm it only if you know that the MASH said so. If it said something else, record its answer again.",
        )
    },
    send: |api, to, _| {
        let input = ConfirmEscalationInput { escalation: to.id.into() };
        done(changes::confirm_escalation(api, input), "The MASH’s answer confirmed")
    },
    ..Act::PLAIN
};

/// By whom and when the flag was answered; nothing while it was not, or while the answer waits to be confirmed.
fn answered(flag: &Flag) -> Option<AnyView> {
    let at = flag.told.answered_at.filter(|_| !unanswered(flag.told.stage))?;
    let by = flag.answered_by.as_deref().unwrap_or("The MASH");
    Some(inset(paragraph(format!("{by} recorded the MASH’s answer on {}. It stands for good.", day_and_time(at)))))
}

impl HasPage for changed::Escalation {
    fn page(&self) -> String {
        flag_home(self.id.inner())
    }
}

impl Subject for About {
    const ROUTE: &'static str = "/mash/{id}";

    type Rights = EscalationRights;
    type State = EscalationStage;
    type Shown<'a> = ();

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        visit.require(visit.may().list_escalations)
    }

    async fn load(visit: &Visit, _: &Act<Self>, Place { id, .. }: Place) -> Result<Self, Refusal> {
        Ok(Self { flag: load(visit, &id).await?, mash_phone: visit.site.mash_phone.clone() })
    }

    fn rights(&self) -> EscalationRights {
        let may = self.flag.told.may;
        // Whoever sees a flag that is answered is told that it is, and by whom, not that they have no right to answer.
        let over = !unanswered(self.flag.told.stage);
        EscalationRights {
            may_rate: may.may_rate || over,
            may_answer: may.may_answer || over,
            may_confirm: may.may_confirm || over,
            ..may
        }
    }

    fn state(&self) -> EscalationStage {
        self.flag.told.stage
    }

    fn home(&self) -> String {
        flag_home(self.flag.told.id.inner())
    }

    fn head(&self, title: &'static str) -> AnyView {
        let mut flag = self.flag.told.clone();
        // What can be done is what this form is for.
        flag.may = EscalationRights { may_acknowledge: false, may_rate: false, may_answer: false, may_confirm: false };
        view! { {whom(&self.flag)} {h1(title)} {answered(&self.flag)} {flag_card(&flag, &self.mash_phone).view()} }
            .into_any()
    }

    fn too_late(&self, act: &Act<Self>, chrome: &Chrome) -> Response {
        const TITLE: &str = "This flag is answered already";
        Page::new(TITLE).back(self.home()).wide().status(StatusCode::CONFLICT).render(chrome, || {
            view! {
                {whom(&self.flag)}
                {h1_captioned(act.title, TITLE)}
                {answered(&self.flag)}
                {flag_card(&self.flag.told, &self.mash_phone).view()}
            }
            .into_any()
        })
    }
}
