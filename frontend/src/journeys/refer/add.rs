//! What a school does with a referral that it sent: add to it, or withdraw it.

use cynic::QueryBuilder as _;
use futures_util::FutureExt as _;

use crate::acts::{Act, Next, Place, Sent, Subject, To};
use crate::api::{Api, Refusal};
use crate::documents::changes;
use crate::documents::drafts::{SentByReference, SentReferral, SentVars};
use crate::documents::inputs::{AddToReferralInput, WithdrawReferralInput};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::ReferralState;

/// The referral as its school sees it; not found if it is none of this school's.
pub(super) async fn load(visit: &Visit, reference: String) -> Result<SentReferral, Refusal> {
    let answer = visit.api.run(SentByReference::build(SentVars { reference })).await?;
    answer.referral.ok_or(Refusal::NotFound)
}

/// What a school contact can do.
pub(super) static ACTS: [Act<SentReferral>; 2] = [ADD, WITHDRAW];

const ADD: Act<SentReferral> = Act {
    path: "add",
    title: "Add to this referral",
    in_state: |state| state != ReferralState::Withdrawn,
    button: |_| button("Add"),
    questions: |sent, ask| {
        let lacks = sent.to_ask.as_deref().unwrap_or_default();
        let answers = (!lacks.is_empty()).then(|| {
            let field = ask.radios("field", "What do you answer?").bold();
            // Several demands may stand under one field: they are answered as something else, and stay until all are met.
            lacks
                .iter()
                .filter(|lack| lacks.iter().filter(|other| other.field == lack.field).count() == 1)
                .fold(field, |field, lack| field.option(lack.field.as_str(), lack.message.as_str()))
                .or(OTHER, "Something else, such as another visit or call")
                .view()
        });
        view! {
            {answers}
            {ask.textarea("text", "What do you want to add?")
                .bold()
                .hint(
                    "If it is a visit or a call, say when it was and what came of it. The team is told that something \
                     was added. If the child may be at risk, ring us as well; in immediate danger call 999.",
                )
                .most(2_000)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let field = form.some("field").filter(|field| field != OTHER);
        let input = AddToReferralInput { referral: to.id.clone(), field, text: form.text("text") };
        let added = changes::add_to_referral(api, input);
        async move { added.await.map(|sent| Next::Go(page(&sent.reference), "Added to your referral")) }.boxed()
    },
    ..Act::PLAIN
};

const WITHDRAW: Act<SentReferral> = Act {
    path: "withdraw",
    title: "Withdraw this referral",
    in_state: |state| state == ReferralState::Received,
    on_page: |sent| sent.may_withdraw == Some(true),
    button: |_| button("Withdraw referral").warning(),
    questions: |_, ask| {
        view! {
            {paragraph("Withdraw it only if it is no longer needed, for example because the child is back at school.")}
            {ask.textarea("reason", "Why?").bold().hint("The officer reads this.").most(2_000)}
        }
        .into_any()
    },
    send: withdraw,
    ..Act::PLAIN
};

const OTHER: &str = "OTHER";

fn withdraw(api: &Api, to: To, form: &Form) -> Sent {
    let input = WithdrawReferralInput { referral: to.id, version: to.version, reason: form.text("reason") };
    let withdrawn = changes::withdraw_referral(api, input);
    async move { withdrawn.await.map(|sent| Next::Go(page(&sent.reference), "Referral withdrawn")) }.boxed()
}

fn page(reference: &str) -> String {
    format!("/refer/sent/{reference}")
}

/// The links to what can be done with a referral; `None` if nothing can.
pub(super) fn ways(sent: &SentReferral) -> Option<AnyView> {
    let home = page(&sent.reference);
    let add = (sent.may_add == Some(true)).then(|| button_link(ADD.href(&home, ""), ADD.title));
    let withdraw = (WITHDRAW.on_page)(sent).then(|| link(WITHDRAW.href(&home, ""), WITHDRAW.title));
    add.is_some().then(|| buttons(add.into_iter().chain(withdraw)))
}

impl Subject for SentReferral {
    const ROUTE: &'static str = "/refer/sent/{reference}";
    const LOOK_AGAIN: Option<&'static str> = Some("referral");

    type Rights = ();
    type State = ReferralState;
    type Shown<'a> = &'a Self;

    async fn load(visit: &Visit, _: &Act<Self>, Place { id, .. }: Place) -> Result<Self, Refusal> {
        load(visit, id).await
    }

    fn rights(&self) {}

    fn state(&self) -> ReferralState {
        self.state
    }

    fn home(&self) -> String {
        page(&self.reference)
    }

    fn version(&self) -> Option<i32> {
        Some(self.version)
    }

    fn head(&self, title: &'static str) -> AnyView {
        h1_captioned(format!("Referral {}", self.reference), title)
    }
}
