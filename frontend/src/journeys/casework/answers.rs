//! The act that answers a tracing enquiry.

use super::act::{ACT, About, Act};
use super::tracing::{DATE_HINT, PROSE};
use crate::acts::done;
use crate::documents::casework::Enquiry;
use crate::documents::changes;
use crate::documents::inputs::AnswerEnquiryInput;
use crate::prelude::*;
use crate::vocabulary::EnquiryFinding;
use crate::when::date;

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

fn asked(about: &About) -> Option<&Enquiry> {
    about.case.enquiries.as_ref()?.iter().find(|enquiry| enquiry.id.inner() == about.item)
}
