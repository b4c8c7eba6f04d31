//! Mails that have not left: which, since when and why, and sending them again. What must not live here: the text of a
//! mail, which is never shown.

use async_graphql::{Context, Description, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::message;
use entity::vocabulary::{MailKind, MailRecipient, MailState};

use super::guarded::{Guarded, guard, op};
use super::input::id;
use super::page::{DisclosedCount, PageInfo};
use crate::context::OpContext;
use crate::domain::disclosure::up_to;
use crate::domain::policy::{manages_mail, reads_mail_addresses};
use crate::error::Error;
use crate::service::message as command;
use crate::store;
use crate::store::page::{LARGEST, Page, Wanted};

#[derive(Default)]
pub(super) struct MailQuery;

#[Object]
impl MailQuery {
    /// Mails that failed, wait or are held, a page at a time, the one that waits longest first. For administrators and managers.
    #[graphql(complexity = "first.max(0) as usize * child_complexity")]
    async fn undelivered_mail(
        &self,
        ctx: &Context<'_>,
        state: MailState,
        #[graphql(default = 25)] first: i32,
        after: Option<String>,
        before: Option<String>,
    ) -> Result<UndeliveredMailConnection, Error> {
        let op = manager(ctx)?;
        let wanted = Wanted::parse(op, first, after.as_deref(), before.as_deref())?;
        let page = store::message::list(op, state, &wanted).await?;
        let recipients = store::message::recipients(op, &op.council, &page.nodes).await?;
        Ok(UndeliveredMailConnection { now: op.now(), page, recipients, state })
    }
}

fn manager<'a>(ctx: &Context<'a>) -> Result<&'a OpContext, Error> {
    let op = op(ctx);
    op.require(manages_mail(&op.viewer))?;
    Ok(op)
}

/// A page of mails that have not left.
#[derive(Description)]
struct UndeliveredMailConnection {
    now: DateTime<Utc>,
    page: Page<message::Model>,
    recipients: Vec<MailRecipient>,
    state: MailState,
}

#[Object(use_type_description)]
impl UndeliveredMailConnection {
    /// The mails, the one that waits longest first.
    async fn nodes(&self) -> Vec<UndeliveredMail> {
        let rows = self.page.nodes.iter().cloned().zip(self.recipients.iter().copied());
        rows.map(|(row, recipient)| UndeliveredMail { now: self.now, row, recipient }).collect()
    }

    /// Where the page lies in the list.
    async fn page_info(&self, ctx: &Context<'_>) -> PageInfo {
        PageInfo::of(ctx, &self.page, |row| row.id.0)
    }

    /// How many there are in all, counted up to 100 and otherwise "more than 100".
    async fn count(&self, ctx: &Context<'_>) -> Result<DisclosedCount, Error> {
        Ok(up_to(LARGEST, store::message::count(op(ctx), self.state).await?).into())
    }

    /// How many safeguarding alerts have waited for more than two minutes, whichever state was asked for.
    async fn overdue_alerts(&self, ctx: &Context<'_>) -> Result<u64, Error> {
        store::message::overdue_alerts(op(ctx)).await
    }
}

/// A mail that has not left. What it says is never shown.
#[derive(Description)]
struct UndeliveredMail {
    now: DateTime<Utc>,
    row: message::Model,
    recipient: MailRecipient,
}

#[Object(use_type_description)]
impl UndeliveredMail {
    /// What names it when it is sent again.
    async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// What it is for.
    async fn kind(&self) -> MailKind {
        self.row.kind
    }

    /// Whom it is to.
    async fn recipient(&self) -> MailRecipient {
        self.recipient
    }

    /// The address it is to. For administrators; withheld from managers.
    async fn address(&self, ctx: &Context<'_>) -> Guarded<String> {
        let subject = format!("message:{}", self.row.id);
        let allowed = reads_mail_addresses(&op(ctx).viewer);
        guard(ctx, allowed, &subject, || self.row.recipient.clone())
    }

    /// When it was queued.
    async fn queued_at(&self) -> DateTime<Utc> {
        self.row.created_at
    }

    /// How long ago that was, in seconds.
    async fn age_seconds(&self) -> i64 {
        (self.now - self.row.created_at).num_seconds().max(0)
    }

    /// How often it has been tried.
    async fn attempts(&self) -> i32 {
        self.row.attempts
    }

    /// When it is tried next; null when it is not.
    async fn next_try_at(&self) -> Option<DateTime<Utc>> {
        (self.row.failed_at.is_none() && self.row.held_at.is_none()).then_some(self.row.not_before)
    }

    /// When it was given up; null while it is tried.
    async fn failed_at(&self) -> Option<DateTime<Utc>> {
        self.row.failed_at
    }

    /// Why it has not left, in words; null when it has not been tried.
    async fn fault(&self) -> Option<&str> {
        self.row.fault.as_deref()
    }

    /// Whether it can be sent again; a mail with a link to sign in cannot, because whoever needs one asks for a new one.
    async fn may_send_again(&self) -> bool {
        !self.row.secret
    }
}

/// Which mail is sent again.
#[derive(InputObject)]
struct SendMailAgainInput {
    /// The `id` of the mail.
    id: ID,
}

/// That mails are sent again.
#[derive(SimpleObject)]
struct MailSentAgain {
    /// How many.
    count: u64,
}

#[derive(Default)]
pub(super) struct MailMutation;

#[Object]
impl MailMutation {
    /// Has one mail that failed, waits or is held tried now. For administrators and managers. Refused with `FORBIDDEN`,
    /// `NOT_FOUND` or `CONFLICT`.
    async fn send_mail_again(&self, ctx: &Context<'_>, input: SendMailAgainInput) -> Result<MailSentAgain, Error> {
        command::send_again(manager(ctx)?, id(&input.id)?).await?;
        Ok(MailSentAgain { count: 1 })
    }

    /// Lets the mails leave that a restore held, up to 500 and the oldest first. For administrators and managers. Refused
    /// with `FORBIDDEN` or `CONFLICT`.
    async fn release_held_mail(&self, ctx: &Context<'_>) -> Result<MailSentAgain, Error> {
        Ok(MailSentAgain { count: command::release(manager(ctx)?, None).await? })
    }

    /// Has the mails that failed tried now, up to 500 and the oldest first. For administrators and managers. Refused
    /// with `FORBIDDEN` or `CONFLICT`.
    async fn send_failed_mail_again(&self, ctx: &Context<'_>) -> Result<MailSentAgain, Error> {
        Ok(MailSentAgain { count: command::send_failed_again(manager(ctx)?).await? })
    }
}
