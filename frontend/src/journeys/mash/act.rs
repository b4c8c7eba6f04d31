//! What is done to a flag: the table of acts, and the flag as their forms are about it.

use super::show::{load, whom};
use crate::acts::{Act, HasPage, Place, Subject, done, done_as};
use crate::api::Refusal;
use crate::documents::escalation::Flag;
use crate::documents::flag::EscalationRights;
use crate::documents::inputs::{
    AcknowledgeEscalationInput, AnswerEscalationInput, ConfirmEscalationInput, RateEscalationInput,
};
use crate::documents::{changed, changes};
use crate::parts::flag::{flag_card, flag_home};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{Channel, EscalationStage, MashDecision, MashRating};

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
        if about.flag.speaks_for_mash {
            return paragraph("From now on it counts as acknowledged, and you are not chased for that any more.");
        }
        view! {
            {call_paragraph("Ring the MASH on ", &about.mash_phone, ", and record who there said that they have it.")}
            {ask.text("name", "Who at the MASH has it?")}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = AcknowledgeEscalationInput { escalation: to.id.into(), name: form.some("name") };
        done(changes::acknowledge_escalation(api, input), "The MASH has the flag")
    },
    ..Act::PLAIN
};

const RATE: Act<About> = Act {
    path: "rate",
    title: "Rate the flag",
    may: |rights| Some(rights.may_rate),
    button: |_| button("Save rating"),
    begin: |about| {
        let proposed = about.flag.told.lowering.as_ref().map(|proposed| proposed.rating.code());
        Form::new().with("rating", proposed.unwrap_or_default())
    },
    questions: |about, ask| {
        let now = about.flag.told.rating.map(|rating| format!("It is rated {} now.", rating.label().to_lowercase()));
        let proposed = about.flag.told.lowering.as_ref().map(|proposed| {
            let by = proposed.by.as_ref().map_or("the system of the MASH", |by| by.name.as_str());
            inset(paragraph(format!(
                "{by} proposes {}. Somebody else agrees by choosing the same; to keep the rating, leave this form.",
                proposed.rating.label().to_lowercase()
            )))
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
    button: |_| button("Save answer"),
    questions: |about, ask| {
        let relayed = (!about.flag.speaks_for_mash).then(|| {
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
    send: |api, to, form| {
        let input = AnswerEscalationInput {
            escalation: to.id.into(),
            decision: MashDecision::parse(form.get("decision")),
            mash_reference: form.text("mashReference"),
            answer: form.text("answer"),
            said_by: form.some("saidBy"),
            said_on: form.some_day("saidOn"),
            channel: Channel::parse(form.get("channel")),
        };
        done_as(changes::answer_escalation(api, input), |flag| match flag.stage {
            EscalationStage::Relayed => "Answer recorded: the MASH or a manager must confirm it",
            _ => "The MASH’s answer recorded",
        })
    },
    ..Act::PLAIN
};

const CONFIRM: Act<About> = Act {
    path: "confirm",
    title: "Confirm the relayed answer",
    may: |rights| Some(rights.may_confirm),
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

impl HasPage for changed::Escalation {
    fn page(&self) -> String {
        flag_home(self.id.inner())
    }
}

impl Subject for About {
    const ROUTE: &'static str = "/mash/{id}";
    const CANCEL: bool = true;

    type Rights = EscalationRights;
    type State = ();
    type Shown<'a> = ();

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        visit.require(visit.may().list_escalations)
    }

    async fn load(visit: &Visit, _: &Act<Self>, Place { id, .. }: Place) -> Result<Self, Refusal> {
        Ok(Self { flag: load(visit, &id).await?, mash_phone: visit.site.mash_phone.clone() })
    }

    fn rights(&self) -> EscalationRights {
        self.flag.told.may
    }

    fn state(&self) {}

    fn home(&self) -> String {
        flag_home(self.flag.told.id.inner())
    }

    fn head(&self, title: &'static str) -> AnyView {
        let mut flag = self.flag.told.clone();
        // What can be done is what this form is for.
        flag.may = EscalationRights { may_acknowledge: false, may_rate: false, may_answer: false, may_confirm: false };
        view! { {whom(&self.flag)} {h1(title)} {flag_card(&flag, &self.mash_phone).view()} }.into_any()
    }
}
