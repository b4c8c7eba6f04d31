//! A task list: the parts of a long form, each with its state.

use leptos::prelude::*;

use super::content::safe;
use super::tag::{Colour, tag};

/// Tasks, as a builder.
#[derive(Debug, Default)]
pub struct TaskList {
    id: Option<String>,
    tasks: Vec<Task>,
}

#[derive(Debug)]
struct Task {
    title: String,
    href: Option<String>,
    hint: Option<String>,
    status: TaskStatus,
}

/// The state of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskStatus {
    /// It is done. The state is plain text, because nothing is left to do.
    Completed,
    /// It is begun.
    Incomplete,
    /// It is not begun.
    NotYetStarted,
    /// Something in it must be put right.
    Problem,
    /// Another task must be done first. The task is not a link.
    CannotStartYet,
}

impl TaskList {
    /// A list without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the prefix of the tasks' ids, "task-list" otherwise. Needed where a page has more than one list.
    #[must_use]
    pub fn id(mut self, prefix: impl Into<String>) -> Self {
        self.id = Some(prefix.into());
        self
    }

    /// Adds a task with the address of its page, to which it links unless it cannot start yet.
    #[must_use]
    pub fn task(mut self, title: impl Into<String>, href: impl Into<String>, status: TaskStatus) -> Self {
        let href = (status != TaskStatus::CannotStartYet).then(|| safe(href.into()));
        self.tasks.push(Task { title: title.into(), href, hint: None, status });
        self
    }

    /// Adds a hint under the task added last.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Some(task) = self.tasks.last_mut() {
            task.hint = Some(hint.into());
        }
        self
    }

    /// The list as HTML.
    pub fn view(self) -> AnyView {
        let prefix = self.id.unwrap_or_else(|| "task-list".to_owned());
        let items: Vec<_> =
            self.tasks.into_iter().zip(1..).map(|(task, number)| task.view(&format!("{prefix}-{number}"))).collect();
        view! { <ul class="govuk-task-list">{items}</ul> }.into_any()
    }
}

impl Task {
    fn view(self, id: &str) -> AnyView {
        let linked = if self.href.is_some() { " govuk-task-list__item--with-link" } else { "" };
        let (hint_id, status_id) = (format!("{id}-hint"), format!("{id}-status"));
        let described_by = if self.hint.is_some() { format!("{hint_id} {status_id}") } else { status_id.clone() };
        let title = match self.href {
            Some(href) => view! {
                <a class="govuk-link govuk-task-list__link" href=href aria-describedby=described_by>{self.title}</a>
            }
            .into_any(),
            None => view! { <div>{self.title}</div> }.into_any(),
        };
        let hint = self.hint.map(|hint| view! { <div id=hint_id class="govuk-task-list__hint">{hint}</div> });
        let quiet =
            if self.status == TaskStatus::CannotStartYet { " govuk-task-list__status--cannot-start-yet" } else { "" };
        view! {
            <li class=format!("govuk-task-list__item{linked}")>
                <div class="govuk-task-list__name-and-hint">{title} {hint}</div>
                <div class=format!("govuk-task-list__status{quiet}") id=status_id>{self.status.view()}</div>
            </li>
        }
        .into_any()
    }
}

impl TaskStatus {
    fn view(self) -> AnyView {
        match self {
            Self::Completed => "Completed".into_any(),
            Self::Incomplete => tag("Incomplete", Colour::Blue),
            Self::NotYetStarted => tag("Not yet started", Colour::Teal),
            Self::Problem => tag("There is a problem", Colour::Red),
            Self::CannotStartYet => "Cannot start yet".into_any(),
        }
    }
}

super::stands_in_a_view!(TaskList);
