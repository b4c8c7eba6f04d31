//! The acts on a tracing enquiry, to answer it or withdraw it, and on a referral, to take it out of the case.

use super::act::{ACT, About, Act};
use super::tracing::{DATE_HINT, PROSE};
use crate::acts::done;
use crate::documents::casework::Enquiry;
use crate::documents::changes;
use crate::documents::inputs::{AnswerEnquiryInput, DetachReferralInput, WithdrawEnquiryInput};
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
        let answers = EnquiryFinding::ALL.iter().copied().filter(|one| *one != EnquiryFinding::Withdrawn);
        view! {
            {asked}
            {ask.date("answeredOn", "When did they answer?").hint(DATE_HINT)}
            {ask.radios("finding", "What did the enquiry come to?").bold().words_of(answers)}
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

pub(super) const WITHDRAW: Act = Act {
    path: "enquiry/{item}/withdraw",
    title: "Withdraw an enquiry",
    button: |_| button("Withdraw the enquiry"),
    of_item: |about| asked(about).is_some_and(|enquiry| enquiry.answered_on.is_none()),
    questions: |about, ask| {
        let asked = asked(about).map(|enquiry| {
            let list = SummaryList::new().row("Enquiry", enquiry.kind.label());
            list.row("Asked of", enquiry.asked_of.as_str()).row("Asked on", date(enquiry.asked_on)).view()
        });
        view! {
            {asked}
            {inset(paragraph("Withdraw it if nobody was to be asked this, such as the wrong agency. An agency sees nothing of the case by it any more, and it does not count as a check."))}
            {ask.textarea("reason", "Why was nobody to be asked this?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let input = WithdrawEnquiryInput { case: to.id, enquiry: to.item.into(), reason: form.text("reason") };
        done(changes::withdraw_enquiry(api, input), "Enquiry withdrawn")
    },
    ..ACT
};

pub(super) const DETACH: Act = Act {
    path: "referral/{item}/detach",
    title: "Take a referral out of the case",
    button: |_| button("Take it out"),
    of_item: |about| about.case.referrals.iter().flatten().any(|one| one.reference == about.item),
    questions: |about, ask| {
        view! {
            {SummaryList::new().row("Referral", about.item.clone()).view()}
            {inset(paragraph("Do this if the referral is of another child. It waits in triage again with its flag, and the MASH is asked anew. What it told of the child is not taken back: look at what is known of the child afterwards."))}
            {ask.textarea("reason", "Why is it not of this child?").most(PROSE)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let (referral, reason) = (to.item, form.text("reason"));
        let input = DetachReferralInput { case: to.id, referral, reason };
        done(changes::detach_referral(api, input), "Referral taken out")
    },
    ..ACT
};

fn asked(about: &About) -> Option<&Enquiry> {
    about.case.enquiries.as_ref()?.iter().find(|enquiry| enquiry.id.inner() == about.item)
}
