//! Signing in as a school contact: the start page, the link by email, and the choice between schools.
//!
//! What must not live here: tokens, codes and cookies, which are checked behind [`sign_in`](crate::sign_in).

use crate::form::looks_like_an_address;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use crate::api::Refusal;
use crate::denied::Denied;
use crate::prelude::*;
use crate::reply::Reply;
use crate::sign_in::approval::Choice;
use crate::sign_in::contact_link::{OpenedLink, Redeemed};
use crate::visit::Visit;
use crate::wanted::WANTED;
use crate::wanted::is_ours;

/// The start page for schools, which asks for an email address.
pub(super) async fn start_page(visit: &Visit, typed: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(typed, faults);
    let site = &visit.site;
    Page::new("Refer a child missing from education").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Refer a child missing from education")}
            {warning_text("If a child is in immediate danger, call 999 now.")}
            {call_paragraph(
                "If you think a child is being harmed, call the multi-agency safeguarding hub (MASH) on ",
                &site.mash_phone,
                " first.",
            )}
            {paragraph(
                "This service is for schools. Use it once your enquiries, with the education welfare officer, show that a \
                 pupil no longer lives at their address, has moved abroad, or is not back from leave by the agreed date.",
            )}
            <p class="govuk-body">
                "If you do not work at a school, "
                {link("/report", "tell us about a child who may be missing from education")} "."
            </p>
            {details(
                "What the law asks of a school",
                paragraphs([
                    "A name comes off the roll only on one of the grounds of regulation 9 of the School Attendance (Pupil \
                     Registration) (England) Regulations 2024, and then you must tell the council.",
                    "A pupil who is not back from leave stays on the roll until ten school days have passed, you and the \
                     council have looked for them together, and the council agrees. After twenty school days of absence \
                     without a reason the same holds.",
                    "A child who is found at the address stays on the roll.",
                ]),
            )}
            {h2("Sign in")}
            {paragraph("We send a link to your school email address. You need no password.")}
            {post_form(view! {
                {ask.email("email", "Your school email address").bold().hint("The address your school had approved.")}
                {button("Send me a link")}
            }).to("/refer/link")}
            {call_paragraph(
                "If your address is not approved yet, call the children missing education team on ",
                &site.team_phone,
                ".",
            )}
        }
        .into_any()
    })
}

/// POST `/refer/link`: has a link mailed. The answer is the same whether the address is approved or not.
pub(super) async fn send_link(visit: Visit, typed: Credentials) -> Reply {
    let typed = match typed.read() {
        Ok(typed) => typed,
        Err((typed, faults)) => return Ok(start_page(&visit, &typed, &faults).await),
    };
    let email = typed.some("email").unwrap_or_default();
    let sent = if looks_like_an_address(&email) {
        visit.sign_in.contact_links.send(email).await
    } else {
        Err(Denied::Refused)
    };
    match sent {
        Ok(()) => Ok(Redirect::to("/refer/link-sent").into_response()),
        Err(Denied::Refused) => {
            let wrong = "Enter an email address in the correct format, like name@school.example";
            Ok(start_page(&visit, &typed, &Faults::from_iter([("email", wrong)])).await)
        }
        Err(denied) => Err(denied.into()),
    }
}

/// GET `/refer/link-sent`: what to do next, in the same words for everybody.
pub(super) async fn link_sent(visit: Visit) -> Response {
    let site = &visit.site;
    Page::new("Check your email").back("/refer").render(&visit.chrome().await, || {
        let demo = site.demo.then(|| {
            view! { <p class="govuk-body">{link("/demo/mail", "Read the mail of this demonstration")}</p> }
        });
        view! {
            {h1("Check your email")}
            {paragraph("If the address is approved, we have sent a link to it. The link works once, within 10 minutes.")}
            {demo}
            {h2("If nothing arrives")}
            {paragraph("Look in your spam folder, and check that you typed the address your school had approved.")}
            {call_paragraph(
                "To have an address approved, call the children missing education team on ",
                &site.team_phone,
                ".",
            )}
        }
        .into_any()
    })
}

/// GET `/link/{token}`: puts the token into a cookie and leads to `/link`, so that it leaves the address. It is not
/// redeemed yet, because mail scanners follow links.
pub(super) async fn put_token_away(visit: Visit, Path(token): Path<String>) -> Response {
    if visit.sign_in.contact_links.put_away(&token) {
        Redirect::to("/link").into_response()
    } else {
        dead_link(&visit).await
    }
}

/// GET `/link`: the button that signs in, and the question for the code in a browser that did not ask for the link.
pub(super) async fn ask_to_sign_in(visit: Visit) -> Reply {
    match visit.sign_in.contact_links.opened().await {
        Ok(Some(link)) => Ok(sign_in_page(&visit, link, &Faults::new()).await),
        Ok(None) | Err(Denied::Refused) => Ok(dead_link(&visit).await),
        Err(denied) => Err(denied.into()),
    }
}

async fn sign_in_page(visit: &Visit, link: OpenedLink, faults: &Faults) -> Response {
    // A wrong code is never sent back.
    let form = Form::new();
    let ask = Ask::new(&form, faults);
    let code = link.wants_code.then(|| {
        view! {
            {paragraph("You are using another browser than the one in which you asked for the link.")}
            {ask.text("code", "Code from the email")
                .bold()
                .hint("8 letters and numbers, like AB3D-4FGH. It stands below the link.")
                .width(10)
                .unchecked()
                .autocomplete("one-time-code")}
        }
    });
    Page::new("Sign in").ask(ask).render(&visit.chrome().await, || {
        view! {
            {h1("Sign in")}
            {paragraph("Continue to refer a child, or to see what became of your school’s referrals.")}
            {post_form(view! { {code} {button("Sign in")} }).to("/link")}
        }
        .into_any()
    })
}

/// POST `/link`: redeems the link, once.
pub(super) async fn sign_in(visit: Visit, typed: Credentials) -> Reply {
    let typed = match typed.read() {
        Ok(typed) => typed,
        Err((_, faults)) => return Ok(sign_in_page(&visit, OpenedLink { wants_code: true }, &faults).await),
    };
    let wanted = wanted(&visit).await;
    match visit.sign_in.contact_links.redeem(typed.text("code")).await {
        Ok(Redeemed::In(choices)) if choices.len() > 1 => {
            // The path outlives this form only in the session, until a school is chosen.
            if let Some(wanted) = &wanted {
                let _ = visit.keep(WANTED, wanted).await;
            }
            Ok(Redirect::to("/refer/schools").into_response())
        }
        Ok(Redeemed::In(_)) => Ok(Redirect::to(wanted.as_deref().unwrap_or("/refer")).into_response()),
        Ok(Redeemed::WrongCode) => {
            let faults = Faults::from_iter([("code", "Enter the code as it stands in the email, like AB3D-4FGH")]);
            Ok(sign_in_page(&visit, OpenedLink { wants_code: true }, &faults).await)
        }
        Ok(Redeemed::Dead) | Err(Denied::Refused) => Ok(dead_link(&visit).await),
        Err(denied) => Err(denied.into()),
    }
}

/// The path that the contact asked for before signing in, if contacts can go there.
async fn wanted(visit: &Visit) -> Option<String> {
    visit.wanted().await.filter(|path| is_ours(path) && (path.starts_with("/refer/") || path.starts_with("/account/")))
}

async fn dead_link(visit: &Visit) -> Response {
    Page::new("This link cannot be used").render(&visit.chrome().await, || {
        view! {
            {h1("This link cannot be used")}
            {paragraph(
                "It was used already, it is too old, a newer one was sent, or a wrong code was entered too often. A link \
                 works once, within 10 minutes.",
            )}
            {button_link("/refer", "Ask for a new link")}
        }
        .into_any()
    })
}

/// GET `/refer/suspended`: for somebody who was signed in until a moment ago. Said once; after that the way in is shown.
pub(super) async fn suspended(visit: Visit) -> Reply {
    let suspended = match visit.sign_in.approvals.suspended().await {
        Ok(Some(suspended)) => suspended,
        Ok(None) | Err(Denied::Refused) => return Ok(Redirect::to("/refer").into_response()),
        Err(denied) => return Err(denied.into()),
    };
    let site = &visit.site;
    let why = suspended.why.unwrap_or_else(|| "The children missing education team suspended it.".to_owned());
    Ok(Page::new("You can no longer sign in with this address").render(&visit.chrome().await, || {
        view! {
            {h1("You can no longer sign in with this address")}
            {paragraph(format!("Your approval for {} was suspended while you were signed in. {why}", suspended.school))}
            {paragraph("What you had saved stays with your school.")}
            {call_paragraph(
                "To have it put right, or to refer a child now, call the children missing education team on ",
                &site.team_phone,
                ".",
            )}
            {call_paragraph(
                "If a child is in immediate danger, call 999. If you think a child is being harmed, call the \
                 multi-agency safeguarding hub (MASH) on ",
                &site.mash_phone,
                ".",
            )}
            {button_link("/refer", "Sign in again")}
        }
        .into_any()
    }))
}

/// What is not found for this school may belong to the other school of the same person, who then switches; for anybody
/// else it is not found.
pub(super) async fn at_another_school(visit: &Visit, draft: &str, refusal: Refusal) -> Reply {
    let other = match refusal {
        Refusal::NotFound => visit.sign_in.approvals.other_school_of(draft.to_owned()).await.ok().flatten(),
        _ => None,
    };
    let Some(Choice { id, school }) = other else { return Err(refusal) };
    let title = format!("This referral belongs to {school}");
    Ok(Page::new(title.clone()).back("/refer").render(&visit.chrome().await, || {
        let send = format!("Switch to {school}");
        view! {
            {h1(title)}
            {paragraph(format!("You are acting for {}. Switch school, then open it from the list.", visit.school().unwrap_or_default()))}
            {post_form(view! { <input type="hidden" name="school" value=id/> {button(send)} }).to("/refer/schools")}
        }
        .into_any()
    }))
}

/// GET `/refer/schools`: for which of their schools somebody acts.
pub(super) async fn choose_school(visit: Visit) -> Reply {
    match visit.sign_in.approvals.choices().await {
        Ok(choices) if !choices.is_empty() => Ok(schools_page(&visit, choices, &Form::new(), &Faults::new()).await),
        Ok(_) | Err(Denied::Refused) => Ok(Redirect::to("/refer").into_response()),
        Err(denied) => Err(denied.into()),
    }
}

/// POST `/refer/schools`: acts for the chosen school from now on.
pub(super) async fn act_for_school(visit: Visit, Typed(typed): Typed) -> Reply {
    // Whoever is signed in already only changes the school.
    let wanted = if visit.who.is_none() { wanted(&visit).await } else { None };
    match visit.sign_in.approvals.act_for(typed.text("school")).await {
        Ok(()) => Ok(Redirect::to(wanted.as_deref().unwrap_or("/refer")).into_response()),
        Err(Denied::Refused) => match visit.sign_in.approvals.choices().await {
            Ok(choices) if !choices.is_empty() => {
                let faults = Faults::from_iter([("school", "Select the school you act for")]);
                Ok(schools_page(&visit, choices, &typed, &faults).await)
            }
            _ => Ok(Redirect::to("/refer").into_response()),
        },
        Err(shut) => Err(shut.into()),
    }
}

async fn schools_page(visit: &Visit, choices: Vec<Choice>, typed: &Form, faults: &Faults) -> Response {
    let ask = Ask::new(typed, faults);
    let options = choices.into_iter().map(|choice| (choice.id, choice.school));
    let question = ask.radios("school", "Which school do you act for?").heading().options(options);
    Page::new("Which school do you act for?")
        .ask(ask)
        .render(&visit.chrome().await, || view! { {post_form(view! { {question} {button("Continue")} })} }.into_any())
}

#[cfg(test)]
mod tests {
    use std::future::ready;
    use std::sync::{Arc, Mutex};

    use axum::http::StatusCode;
    use futures_util::FutureExt as _;

    use super::super::router;
    use super::*;
    use crate::denied::Attempt;
    use crate::sign_in::approval::{Approvals, Suspended};
    use crate::sign_in::contact_link::ContactLinks;
    use crate::testing::{Seen, ask, contact, silent};

    async fn get(visit: &Visit, path: &str) -> Seen {
        ask(router(), visit, path, None).await
    }

    async fn post(visit: &Visit, path: &str, form: &str) -> Seen {
        ask(router(), visit, path, Some(form)).await
    }

    /// Two approvals to choose between; keeps the one that was chosen.
    #[derive(Default)]
    struct TwoSchools(Mutex<Vec<String>>);

    impl ContactLinks for TwoSchools {
        fn send(&self, _: String) -> Attempt<'_, ()> {
            ready(Err(Denied::Internal)).boxed()
        }

        fn put_away(&self, token: &str) -> bool {
            token == "right"
        }

        fn opened(&self) -> Attempt<'_, Option<OpenedLink>> {
            ready(Ok(Some(OpenedLink { wants_code: true }))).boxed()
        }

        fn redeem(&self, code: String) -> Attempt<'_, Redeemed> {
            if code != "AB3D-4FGH" {
                return ready(Ok(Redeemed::WrongCode)).boxed();
            }
            self.choices().map(|choices| choices.map(Redeemed::In)).boxed()
        }
    }

    impl Approvals for TwoSchools {
        fn choices(&self) -> Attempt<'_, Vec<Choice>> {
            let choice = |id: &str, school: &str| Choice { id: id.into(), school: school.into() };
            ready(Ok(vec![choice("c1", "Oak School"), choice("c2", "Elm <School>")])).boxed()
        }

        fn was_suspended(&self) -> Attempt<'_, bool> {
            ready(Ok(false)).boxed()
        }

        fn suspended(&self) -> Attempt<'_, Option<Suspended>> {
            ready(Ok(None)).boxed()
        }

        fn other_school_of(&self, _: String) -> Attempt<'_, Option<Choice>> {
            ready(Ok(None)).boxed()
        }

        fn act_for(&self, choice: String) -> Attempt<'_, ()> {
            let known = choice == "c2";
            self.0.lock().expect("the choices").push(choice);
            ready(if known { Ok(()) } else { Err(Denied::Refused) }).boxed()
        }
    }

    #[tokio::test]
    async fn a_contact_of_two_schools_chooses_for_which_they_act() {
        let mut visit = silent(Some(contact()));
        let two = Arc::new(TwoSchools::default());
        visit.sign_in.contact_links = two.clone();
        visit.sign_in.approvals = two.clone();
        assert_eq!(get(&visit, "/link/right").await.goes_to(), "/link");
        get(&visit, "/link").await.shows(&["another browser", "name=\"code\"", "Sign in"]);
        let wrong = post(&visit, "/link", "code=AB3D-4FGX").await;
        wrong.shows(&["href=\"#code\"", "as it stands in the email"]);
        assert!(!wrong.html.contains("4FGX"));
        let untypable = post(&visit, "/link", "code=AB3D-4%E2%80%8BFGH").await;
        untypable.shows(&["href=\"#code\"", "has a character that cannot be typed"]);
        assert_eq!(post(&visit, "/link", "code=AB3D-4FGH").await.goes_to(), "/refer/schools");
        get(&visit, "/refer/schools").await.shows(&["<h1", "value=\"c1\"", "Oak School", "Elm &lt;School&gt;"]);
        let seen = post(&visit, "/refer/schools", "").await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
        seen.shows(&["href=\"#school\"", "Select the school you act for"]);
        assert_eq!(post(&visit, "/refer/schools", "school=c2").await.goes_to(), "/refer");
        assert_eq!(*two.0.lock().expect("the choices"), ["", "c2"]);
    }

    #[tokio::test]
    async fn the_way_in_says_the_same_to_everybody() {
        let visit = silent(None);
        get(&visit, "/refer").await.shows(&["999", "01632 960002", "name=\"email\"", "approved", "01632 960001"]);
        assert_eq!(post(&visit, "/refer/link", "email=jo%40oak.example").await.goes_to(), "/refer/link-sent");
        let seen = get(&visit, "/refer/link-sent").await;
        seen.shows(&["If the address is approved", "10 minutes", "01632 960001"]);
        assert!(!seen.html.contains("/demo/mail"));
        for wrong in ["", "jo", "jo%40", "j+o%40oak.example"] {
            let seen = post(&visit, "/refer/link", &format!("email={wrong}")).await;
            assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
            seen.shows(&["href=\"#email\"", "correct format"]);
        }
    }

    #[tokio::test]
    async fn what_is_no_link_is_a_dead_one() {
        let visit = silent(None);
        let seen = get(&visit, "/link/s3cret").await;
        seen.shows(&["This link cannot be used", "href=\"/refer\""]);
        assert!(!seen.html.contains("s3cret"));
        post(&visit, "/link", "").await.shows(&["This link cannot be used", "href=\"/refer\""]);
        get(&visit, "/link").await.shows(&["This link cannot be used"]);
    }
}
