//! The start page: whom the service is for, and what to do in an emergency.

use axum::response::{IntoResponse, Redirect, Response};

use super::statements::item;
use crate::prelude::*;
use crate::visit::{Site, Visit};

/// `GET /`: the start page. Whoever is signed in is led to their work, with the message that was left for them.
pub(super) async fn show(visit: Visit) -> Response {
    let chrome = visit.chrome().await;
    match (chrome.nav.first(), &chrome.flash) {
        (Some(first), Some(message)) => visit.go_saying(&first.href, message).await,
        (Some(first), None) => Redirect::to(&first.href).into_response(),
        (None, _) => Page::new(TITLE).indexed().render(&chrome, || body(&visit.site)),
    }
}

const TITLE: &str = "Tell us about a child who is missing education";

fn body(site: &Site) -> AnyView {
    let council = &site.council;
    view! {
        {h1(TITLE)}
        {paragraph(format!(
            "Use this service to tell {council} about a child of compulsory school age who is not registered at a \
             school and is not being suitably educated in another way, such as at home.",
        ))}
        {danger(site)}
        {h2("If you live, work or volunteer in the area")}
        {paragraph(
            "Anyone can tell us: neighbours, relatives, health visitors, housing officers, the police. You do not need \
             an account, you do not need to know everything, and you need not say who you are.",
        )}
        {start_button("/report", "Tell us about a child")}
        {h2("If you work at a school")}
        {paragraph(
            "Contacts whom we have approved sign in with a link that we send to their work email address. You can \
             refer a child, go on with a referral, and see what became of those you sent.",
        )}
        <p class="govuk-body">{link("/refer", "Refer a child as a school")}</p>
        {h2("If the child is on a school’s roll")}
        {paragraph("A child who is registered at a school, but absent, is not missing education in this sense.")}
        <p class="govuk-body">
            "If you are worried about their attendance, speak to the school, or call us on "
            {phone_link(&site.team_phone)} "."
        </p>
        {h2("If you work for the council")}
        <p class="govuk-body">{link("/sign-in", "Sign in as staff")}</p>
        {site.demo.then(demonstration)}
    }
    .into_any()
}

/// Whom to call before anything is typed here.
fn danger(site: &Site) -> AnyView {
    view! {
        {warning_text("If a child is in immediate danger, call 999 now. Use this service afterwards.")}
        {paragraph("If you are worried about a child’s safety, but they are not in immediate danger, call:")}
        <ul class="govuk-list govuk-list--bullet">
            {item(view! { "the multi-agency safeguarding hub (MASH) on " {phone_link(&site.mash_phone)} }.into_any())}
            {item(
                view! { "children’s social care on " {phone_link(&site.out_of_hours_phone)} ", outside office hours" }
                    .into_any(),
            )}
            {item(view! { "the police on " {phone_link("101")} }.into_any())}
        </ul>
    }
    .into_any()
}

fn demonstration() -> AnyView {
    inset(
        view! {
            {h2("Try the demonstration")}
            {paragraph("Every child, school contact and officer in it is invented.")}
            <ul class="govuk-list govuk-list--bullet">
                {item(view! { {link("/demo", "See whom you can sign in as, and how")} }.into_any())}
                {item(view! { {link("/demo/mail", "Read the emails it has sent")} ": none of them leaves this computer" }
                    .into_any())}
            </ul>
            {paragraph(
                "The command that started the demonstration has also printed the addresses and the password.",
            )}
        }
        .into_any(),
    )
}
