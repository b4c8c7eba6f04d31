//! What a school does about its own roll on a referral that was opened as a case: propose to remove the name, withdraw
//! that, and give the deletion return.

use cynic::{Id, QueryBuilder as _};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::acts::{Act, Next, Place, Sent, Subject};
use crate::api::Refusal;
use crate::documents::drafts::{OwnRoll, SentVars};
use crate::documents::inputs::{ProposeOwnRemovalInput, SendDeletionReturnInput, WithdrawOwnRemovalInput};
use crate::documents::roll::{GroundForRemoval, SchoolRemoval, SchoolRoll};
use crate::documents::{changed, changes, form_of};
use crate::prelude::*;
use crate::questions::answers::row_numbers;
use crate::questions::roll::{self, Standing};
use crate::visit::Visit;
use crate::when::date;

/// A school's roll in the case that its referral led to.
pub(super) struct Own {
    reference: String,
    roll: SchoolRoll,
    /// What the school told in its referral.
    told: Form,
    grounds: Vec<GroundForRemoval>,
    /// The matter that a form is about, or the part of the address that names a ground.
    item: String,
}

/// What a school contact can do about the roll.
pub(super) static ACTS: [Act<Own>; 3] = [PROPOSE, WITHDRAW, REMOVE];

const PROPOSE: Act<Own> = Act {
    path: "propose/{item}",
    title: "Propose to remove the name",
    of_item: |own| own.roll.may_propose && roll::ground_of(&own.grounds, &own.item).is_some(),
    button: |_| button("Send the proposal"),
    questions: |own, ask| roll::ground_of(&own.grounds, &own.item).map(|row| roll::proposal(ask, row)).into_any(),
    send: |api, to, form| {
        let input = ProposeOwnRemovalInput { referral: to.id, proposal: roll::proposal_of(form, &to.item) };
        done(changes::propose_own_removal(api, input), "Proposal sent: the name stays on your roll for now")
    },
    ..Act::PLAIN
};

const WITHDRAW: Act<Own> = Act {
    path: "{item}/withdraw",
    title: "Withdraw the proposal",
    of_item: |own| own.matter().is_some(),
    button: |_| button("Withdraw the proposal"),
    questions: |_, ask| ask.textarea("reason", "Why does the name stay on the roll?").bold().most(4_000).view(),
    send: |api, to, form| {
        let input = WithdrawOwnRemovalInput { referral: to.id, removal: Id::new(to.item), reason: form.text("reason") };
        done(changes::withdraw_own_removal(api, input), "Proposal withdrawn")
    },
    ..Act::PLAIN
};

const REMOVE: Act<Own> = Act {
    path: "{item}/return",
    title: "Send the deletion return",
    // The page offers it once nothing lacks. Whoever has filled it in by then keeps what they typed, even if something
    // has come to lack since.
    of_item: |own| own.matter().is_some(),
    begin: |own| {
        let told = &own.told;
        let name = [told.get("givenNames"), told.get("familyName")].join(" ");
        let address = [told.get("address"), told.get("postcode")];
        let lines = address.iter().flat_map(|part| part.lines()).map(str::trim).filter(|line| !line.is_empty());
        let form = Form::new().with("fullName", name.trim()).with("address", lines.collect::<Vec<_>>().join(", "));
        let parents = row_numbers(told, "parent").into_iter().map(|row| {
            let part = |part: &str| told.get(&format!("parent.{row}.{part}")).to_owned();
            (part("name"), Some(part("phone")))
        });
        roll::with_parents(form, parents.filter(|(name, _)| !name.is_empty()))
    },
    button: |_| button("Send the return"),
    questions: |own, ask| {
        view! {
            {own.matter().map(|matter| inset(paragraph(matter.standing.clone())))}
            {roll::returns_elsewhere(own.roll.returns_to.as_deref(), true)}
            {roll::deletion_return(ask)}
        }
        .into_any()
    },
    send: |api, to, form| {
        let (removal, told) = (Id::new(to.item), roll::deletion_return_of(form));
        let input = SendDeletionReturnInput { referral: to.id, removal, told };
        done(changes::send_deletion_return(api, input), "Deletion return sent")
    },
    ..Act::PLAIN
};

fn done(asked: BoxFuture<'static, Result<changed::Referral, Refusal>>, said: &'static str) -> Sent {
    async move { asked.await.map(|sent| Next::Go(page(&sent.reference), said)) }.boxed()
}

fn page(reference: &str) -> String {
    format!("/refer/sent/{reference}")
}

fn under(reference: &str) -> String {
    format!("{}/roll", page(reference))
}

impl Own {
    fn matter(&self) -> Option<&SchoolRemoval> {
        self.roll.removals.iter().find(|matter| matter.open && matter.id.inner() == self.item)
    }
}

impl Subject for Own {
    const ROUTE: &'static str = "/refer/sent/{reference}/roll";

    type Rights = ();
    type State = ();
    type Shown<'a> = &'a Self;

    async fn load(visit: &Visit, _: &Act<Self>, Place { id, item }: Place) -> Result<Self, Refusal> {
        let answer = visit.api.run(OwnRoll::build(SentVars { reference: id.clone() })).await?;
        let sent = answer.referral.ok_or(Refusal::NotFound)?;
        let told = form_of(sent.answers.as_deref().unwrap_or_default());
        let roll = sent.roll.ok_or(Refusal::NotFound)?;
        Ok(Self { reference: id, roll, told, grounds: answer.removal_grounds, item })
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        page(&self.reference)
    }

    fn head(&self, title: &'static str) -> AnyView {
        h1_captioned(format!("Referral {}", self.reference), title)
    }
}

/// The section of a referral's page: each matter of this school, and the way to propose one.
pub(super) fn section(reference: &str, own: &SchoolRoll) -> AnyView {
    let matters: Vec<AnyView> = own.removals.iter().map(|matter| one(reference, matter)).collect();
    let stays = paragraph(
        "The name stays on your roll until a ground of the regulations applies. Tell us which, and see here what still \
         stands in the way.",
    );
    let propose = own.may_propose.then(|| roll::grounds(|ground| PROPOSE.href(&under(reference), ground)));
    view! { {h2("The name on your roll")} {stays} {matters} {propose} }.into_any()
}

fn one(reference: &str, matter: &SchoolRemoval) -> AnyView {
    let standing = Standing {
        sentence: &matter.standing,
        lacks: &matter.lacks,
        days: matter.school_days.as_ref(),
        decision: matter.decision.as_ref(),
    };
    let list = SummaryList::new()
        .card(format!("Ground {}", matter.ground.label()))
        .row("Proposed", date(matter.proposed_on))
        .row("We answer by", date(matter.answer_due_on))
        .known("Deletion return due", matter.return_due_on.map(date))
        .known("Withdrawn because", matter.withdrawn.clone());
    let at = |act: &Act<Own>| act.href(&under(reference), matter.id.inner());
    let ways = matter.open.then(|| {
        let send = matter.lacks.is_empty().then(|| button_link(at(&REMOVE), REMOVE.title).into_any());
        buttons(send.into_iter().chain([link(at(&WITHDRAW), WITHDRAW.title)]))
    });
    view! { {standing.view()} {list} {ways} }.into_any()
}
