//! The statements that every public site must have: accessibility, cookies, privacy, contact.

use axum::response::Response;

use crate::prelude::*;
use crate::visit::Visit;

/// An item of a list.
pub(super) fn item(content: impl Into<Content>) -> AnyView {
    view! { <li>{content.into()}</li> }.into_any()
}

fn points(points: &[&str]) -> AnyView {
    bullets(points.iter().copied()).into_any()
}

fn mail(address: &str) -> AnyView {
    link(format!("mailto:{address}"), address)
}

/// Renders a statement with this title and heading.
async fn statement(visit: &Visit, title: &'static str, body: impl FnOnce() -> AnyView) -> Response {
    Page::new(title).render(&visit.chrome().await, || view! { {h1(title)} {body()} }.into_any())
}

/// A sentence that says whom to turn to, and why.
fn turn_to(visit: &Visit, why: &'static str) -> AnyView {
    let site = &visit.site;
    view! {
        <p class="govuk-body">
            {why} " call the children missing education team on " {phone_link(&site.team_phone)} " or email "
            {mail(&site.team_email)} "."
        </p>
    }
    .into_any()
}

/// `GET /accessibility`: the accessibility statement.
pub(super) async fn accessibility(visit: Visit) -> Response {
    let council = visit.site.council.clone();
    statement(&visit, "Accessibility statement", || {
        view! {
            {paragraph(format!(
                "This statement is about the children missing education service of {council}. We want as many people \
                 as possible to be able to use it.",
            ))}
            {paragraph("You should be able to:")}
            {points(&[
                "change colours, contrast and fonts with the settings of your browser or device",
                "zoom in to 400% without text running off the screen",
                "use the whole service with a keyboard alone",
                "use it with scripting switched off",
            ])}
            {h2("How accessible the service is")}
            {paragraph(
                "We do not yet know how accessible all of it is, because it is new and has not been tested enough. It \
                 is made with the components of the GOV.UK Design System, which are tested by those who make them, and \
                 our copies are compared with theirs automatically.",
            )}
            {paragraph("These things have not been done:")}
            {points(&[
                "nobody has tested it with a screen reader, a screen magnifier or speech recognition",
                "nobody outside the team that makes it has audited it",
                "nobody with access needs has tried it for us yet",
            ])}
            {how_to_complain(&visit)}
            {h2("Technical information about accessibility")}
            {paragraph(format!(
                "{council} is committed to making its websites accessible, in accordance with the Public Sector Bodies \
                 (Websites and Mobile Applications) (No. 2) Accessibility Regulations 2018.",
            ))}
            {paragraph(
                "The service aims at level AA of the Web Content Accessibility Guidelines version 2.2. Because of what \
                 has not been tested, we treat it as partially compliant. We will list what does not comply here once \
                 we know it.",
            )}
            {h2("Preparation of this statement")}
            {paragraph(
                "This statement was prepared on 21 November 2026. It rests on the developers’ own checks of pages at \
                 ordinary and small widths, not on an audit.",
            )}
        }
        .into_any()
    })
    .await
}

fn how_to_complain(visit: &Visit) -> AnyView {
    view! {
        {h2("Feedback and contact")}
        {turn_to(visit, "If something does not work for you, or you need what is here in another form,")}
        {paragraph("You can always tell us about a child by telephone instead of using this service.")}
        {h2("Enforcement")}
        {paragraph(
            "The Equality and Human Rights Commission enforces the accessibility regulations. If you are not happy \
             with how we answer your complaint, turn to the Equality Advisory and Support Service.",
        )}
        <p class="govuk-body">
            {link("https://www.equalityadvisoryservice.com/", "Contact the Equality Advisory and Support Service")}
        </p>
    }
    .into_any()
}

/// `GET /cookies`: every cookie, with its purpose and how long it lasts.
pub(super) async fn cookies(visit: Visit) -> Response {
    let name = |name: &str| if visit.site.demo { name.to_owned() } else { format!("__Host-{name}") };
    statement(&visit, "Cookies", || {
        view! {
            {paragraph("Cookies are small files that a website keeps on your phone, tablet or computer.")}
            {paragraph(
                "This service uses only the cookies that it cannot work without. They do not follow you to other websites, \
                 and there are no cookies for statistics or advertising. That is why we do not ask you to accept any.",
            )}
            {SummaryList::new()
                .card("Signing in")
                .row("Name", name("onroll"))
                .row(
                    "What it is for",
                    "It remembers that you are signed in. It holds a random number, and nothing about you or a child.",
                )
                .row("When it ends", "When you sign out, or have not used the service for a while.")}
            {SummaryList::new()
                .card("A link that we sent you")
                .row("Name", format!("{} and {}", name("onroll-link"), name("onroll-token")))
                .row("What it is for", "They remember that you asked for a link to sign in, and that you followed it.")
                .row("When it ends", "After 10 minutes.")}
            {SummaryList::new()
                .card("The page you wanted")
                .row("Name", name("onroll-wanted"))
                .row("What it is for", "It remembers which page you asked for, so that you get there after signing in.")
                .row("When it ends", "When you have signed in, or after 15 minutes.")}
            {SummaryList::new()
                .card("Telling us about a child")
                .row("Name", name("onroll-report"))
                .row(
                    "What it is for",
                    "It remembers which answers are yours until you have sent them. It holds a random number, and \
                     nothing about you or a child.",
                )
                .row("When it ends", "When you exit the page, or 12 hours after your last answer.")}
        }
        .into_any()
    })
    .await
}

/// `GET /privacy`: the privacy notice.
pub(super) async fn privacy(visit: Visit) -> Response {
    let council = visit.site.council.clone();
    statement(&visit, "Privacy", || {
        view! {
            {paragraph(format!(
                "{council} is the controller of the personal data in this service. This page says what we use it for, \
                 and what you can ask of us.",
            ))}
            {why_we_use_it()}
            {who_sees_it()}
            {h2("How long we keep it")}
            {paragraph(
                "The council’s retention schedule says how long a referral or a case is kept: longer, for example, for a \
                 child who has been looked after. The service deletes none of them by itself; the council does. Answers about a \
                 child that you do not send are deleted 12 hours after the last one, or when you exit the page. Drafts of \
                 referrals stay with the school.",
            )}
            {paragraph("We also keep a record of what was done in the service, by whom and when.")}
            {your_rights(&visit)}
        }
        .into_any()
    })
    .await
}

fn why_we_use_it() -> AnyView {
    view! {
        {h2("Why we use it")}
        {paragraph(
            "Section 436A of the Education Act 1996 makes it our duty to find out, as far as we can, which children in \
             our area are of compulsory school age, are not registered at a school and are not suitably educated in \
             another way. We use personal data because that duty, a task in the public interest, needs it. We do not \
             rely on consent.",
        )}
        {paragraph(
            "Some of what we are told is especially sensitive, such as a child’s health. We use that only where it is \
             needed for this duty or to keep a child safe.",
        )}
        {h2("What we use")}
        {points(&[
            "about the child: name, date of birth, address, school history, pupil number, where they may be now, and \
             anything that points to harm",
            "about parents and carers: names, relationship to the child, and how to reach them",
            "about whoever tells us: name and how to reach them, if they say so",
            "about those who sign in: name, work email address, and what they did here",
        ])}
        {paragraph(
            "It comes from schools, from other councils and public services, and from people who are worried about a \
             child.",
        )}
    }
    .into_any()
}

fn who_sees_it() -> AnyView {
    view! {
        {h2("Who sees it")}
        {points(&[
            "the council officers whose work it is to find the child and to settle them in education",
            "social care and the multi-agency safeguarding hub (MASH), where a child may be at risk of harm",
            "the school that made a referral: what it sent, and what became of it",
            "those we must ask to find a child, such as other councils, health services, the police or the Home \
             Office: only what they need to answer",
        ])}
        {paragraph("Statistics name nobody, and small numbers are left out of them.")}
        {paragraph(
            "If you tell us about a child, we do not tell the family who you are unless the law makes us. You need not \
             say who you are.",
        )}
    }
    .into_any()
}

fn your_rights(visit: &Visit) -> AnyView {
    view! {
        {h2("Your rights")}
        {paragraph("You can ask us:")}
        {points(&[
            "for a copy of the personal data we hold about you",
            "to put right what is wrong",
            "to stop using it, or to erase it, in some circumstances",
        ])}
        {paragraph(
            "A parent can ask for a child who cannot ask themselves. We may have to leave things out to protect \
             somebody else.",
        )}
        {turn_to(visit, "To use these rights, or if you have a question for our data protection officer,")}
        {paragraph("If you are not satisfied with how we answer, you can complain to the Information Commissioner.")}
        <p class="govuk-body">
            {link("https://ico.org.uk/make-a-complaint/", "Complain to the Information Commissioner")}
        </p>
    }
    .into_any()
}

/// `GET /contact`: the ways to reach the team.
pub(super) async fn contact(visit: Visit) -> Response {
    let site = visit.site.clone();
    statement(&visit, "Contact", || {
        view! {
            {warning_text("If a child is in immediate danger, call 999.")}
            {SummaryList::new()
                .card("Children missing education team")
                .row("Telephone", phone_link(&site.team_phone))
                .row("Email", mail(&site.team_email))}
            {SummaryList::new()
                .card("Worried about a child’s safety")
                .row("Multi-agency safeguarding hub (MASH)", phone_link(&site.mash_phone))
                .row("Social care, outside office hours", phone_link(&site.out_of_hours_phone))
                .row("Police, if it is not an emergency", phone_link("101"))}
            {h2("Partner agencies")}
            <p class="govuk-body">
                "Programs of agencies that have an agreement with us use the "
                {link("/partners", "API for partner agencies")} "."
            </p>
            {h2("Feedback")}
            {paragraph(
                "This service is new. If something was hard to use, or did not work, call or email the team. Please \
                 do not put a child’s name into an email.",
            )}
        }
        .into_any()
    })
    .await
}
