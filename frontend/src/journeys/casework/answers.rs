//! Acts that answer something: a tracing enquiry, or a flag raised with the MASH.

use super::act::{ACT, About, Act, always};
use super::tracing::{DATE_HINT, PROSE};
use crate::acts::done;
use crate::documents::casework::{Enquiry, Escalation};
use crate::documents::changes;
use crate::documents::inputs::{AnswerEnquiryInput, AnswerEscalationInput};
use crate::prelude::*;
use crate::vocabulary::{EnquiryFinding, MashDecision};
use crate::when::{date, day_and_time};

pub(super) const ENQUIRY: Act = Act {
    path: "enquiry/{item}/answer",
    title: "Record the answer to an enquiry",
    may: |case| case.may_answer_enquiry,
    button: |_| button("Save answer"),
    of_item: |about| asked(about).is_some(),
    questions: |about, ask| {
        let asked = asked(about).map(|enquiry| {
            SummaryList::new()
                .row("Enquiry", enquiry.kind.label())
                .row("Asked of", enquiry.asked_of.as_str())
                .row("Asked on", date(enquiry.asked_on))
                .row("Answer due", date(enquiry.due_on))
                .view()
        });
        view! {
            {asked}
            {ask.date("answeredOn", "When did they answer?").hint(DATE_HINT)}
            {ask.radios("finding", "What did the enquiry come to?").bold().words::<EnquiryFinding>()}
            {ask.textarea("answer", "What was the answer?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = AnswerEnquiryInput {
            case: to.id,
            enquiry: to.item.into(),
            answered_on: form.day("answeredOn"),
            finding: EnquiryFinding::parse(form.get("finding")),
            answer: form.text("answer"),
        };
        done(changes::answer_enquiry(api, input), "Answer recorded")
    },
    ..ACT
};

pub(super) const ESCALATION: Act = Act {
    path: "escalation/{item}/answer",
    title: "Record the MASH’s answer",
    button: |_| button("Save answer"),
    may: |case| case.may_answer_escalation,
    in_state: always,
    of_item: |about| flag(about).is_some(),
    questions: |about, ask| {
        let flag = flag(about).map(|flag| {
            SummaryList::new()
                .row("Level", flag.level.label())
                .row("Raised", day_and_time(flag.raised_at))
                .row("Concern", typed(flag.concern.as_str()))
                .row("Rationale", typed(flag.rationale.as_str()))
                .view()
        });
        view! {
            {flag}
            {ask.radios("decision", "What did the MASH decide?").bold().words::<MashDecision>()}
            {ask.text("mashReference", "MASH reference").unchecked().width(20)}
            {ask.textarea("answer", "What did the MASH say?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = AnswerEscalationInput {
            case: to.id,
            escalation: to.item.into(),
            decision: MashDecision::parse(form.get("decision")),
            mash_reference: form.text("mashReference"),
            answer: form.text("answer"),
        };
        done(changes::answer_escalation(api, input), "The MASH’s answer recorded")
    },
    ..ACT
};

fn asked(about: &About) -> Option<&Enquiry> {
    about.case.enquiries.as_ref()?.iter().find(|enquiry| enquiry.id.inner() == about.item)
}

fn flag(about: &About) -> Option<&Escalation> {
    about.case.escalations.as_ref()?.iter().find(|flag| flag.id.inner() == about.item)
}
