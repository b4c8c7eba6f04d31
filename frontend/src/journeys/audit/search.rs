//! A search of an auditor. It may hold a name or a reference, so it travels by POST and is kept in the session, never
//! in an address.

use std::ops::ControlFlow;

use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;

use crate::api::Refusal;
use crate::prelude::*;
use crate::reply::Reply;
use crate::visit::Visit;

/// The search of one list.
pub(super) struct Search {
    /// The address of the list.
    pub(super) list: &'static str,
    /// The name under which the session keeps it.
    pub(super) kept_as: &'static str,
    /// The fields beside the days.
    pub(super) fields: &'static [&'static str],
}

const DAYS: [&str; 6] = ["from-day", "from-month", "from-year", "to-day", "to-month", "to-year"];

impl Search {
    /// What was searched for last.
    pub(super) async fn kept(&self, visit: &Visit) -> Form {
        let kept: Vec<(String, String)> = visit.recall(self.kept_as).await.unwrap_or_default();
        kept.into_iter().fold(Form::new(), |form, (field, value)| form.with(field, value))
    }

    /// Keeps what was typed, or forgets it where everything is to be shown, and leads to the list.
    pub(super) async fn keep(&self, visit: &Visit, form: &Form) -> Reply {
        if form.knows("clear") {
            self.forget(visit).await;
        } else {
            let fields = DAYS.iter().chain(self.fields);
            let kept: Vec<(String, String)> =
                fields.filter_map(|field| Some(((*field).to_owned(), form.some(field)?))).collect();
            visit.keep(self.kept_as, &kept).await?;
        }
        Ok(Redirect::to(self.list).into_response())
    }

    /// What the list answers: a page of it, or why there is none. A cursor that is no longer right leads to the first
    /// page. A search that has faults is shown with them this once, so that the next visit does not begin with them.
    pub(super) async fn answered<T>(
        &self,
        visit: &Visit,
        query: &Form,
        mut faults: Faults,
        asked: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<ControlFlow<Response, (Option<T>, Faults)>, Refusal> {
        let mut found = None;
        if faults.is_empty() {
            match asked.await {
                Ok(page) => found = Some(page),
                Err(Refusal::Invalid(_)) if query.some("after").is_some() || query.some("before").is_some() => {
                    return Ok(ControlFlow::Break(Redirect::to(self.list).into_response()));
                }
                Err(refusal) => faults = refusal.on_form()?,
            }
        }
        if !faults.is_empty() {
            self.forget(visit).await;
        }
        Ok(ControlFlow::Continue((found, faults)))
    }

    /// Forgets what was searched for.
    async fn forget(&self, visit: &Visit) {
        visit.forget(self.kept_as).await;
    }

    /// The form of the search: the days, and these further questions.
    pub(super) fn form(&self, ask: Ask<'_>, further: AnyView) -> AnyView {
        let asked = view! {
            {ask.date("from", "From")}
            {ask.date("to", "To")}
            {further}
            {buttons([button("Show").view(), button("Show everything").secondary().sends("clear", "yes").view()])}
        };
        post_form(asked).to(format!("{}/search", self.list)).view()
    }
}

/// The first and the last day of a search, each of which may be left out.
pub(super) fn days(form: &Form, faults: &mut Faults) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let mut day = |field: &str, called: &str| {
        let typed = ["day", "month", "year"].iter().any(|part| form.some(&format!("{field}-{part}")).is_some());
        if typed { form.date(field, called, faults) } else { None }
    };
    (day("from", "The first day"), day("to", "The last day"))
}
