//! What somebody typed and that was not saved: shown again, with a way to send it after all.

use axum::http::StatusCode;
use axum::response::Response;

use crate::prelude::*;
use crate::visit::Visit;

/// 422: the form that was sent to `path` had been sent before, with other answers. Nothing of what was typed is lost.
pub async fn sent_otherwise(visit: &Visit, path: &str, typed: &Form) -> Response {
    const TITLE: &str = "This form was already sent";
    Page::new(TITLE).status(StatusCode::UNPROCESSABLE_ENTITY).render(&visit.chrome().await, || {
        view! {
            {h1(TITLE)}
            {paragraph("You sent this form before, with other answers. Those are saved.")}
            {paragraph("What you typed now is not saved yet, and it is not lost. You can still send it.")}
            {again(path, typed, "Send what I typed now")}
            <p class="govuk-body">{link("/", "Leave it as it is saved")}</p>
        }
        .into_any()
    })
}

/// What was typed, and a form that sends it to `path` under a new key.
fn again(path: &str, typed: &Form, send: &'static str) -> AnyView {
    let hidden = typed.iter().flat_map(|(name, values)| {
        values.iter().map(move |value| {
            view! { <input type="hidden" name=name.to_owned() value=value.clone()/> }
        })
    });
    let hidden: Vec<_> = hidden.collect();
    let shown = typed.iter().filter(|(name, _)| *name != "version").flat_map(|(_, values)| values);
    let shown: Vec<AnyView> = shown
        .filter(|value| !value.trim().is_empty())
        .map(|value| view! { <li>{crate::parts::typed(value.clone())}</li> }.into_any())
        .collect();
    let shown = details("What you typed", view! { <ul class="govuk-list govuk-list--bullet">{shown}</ul> }.into_any());
    view! {
        {shown}
        {post_form(view! { {hidden} {button(send)} }).to(path)}
    }
    .into_any()
}
