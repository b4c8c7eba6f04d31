//! The account of whoever is signed in: how they sign in, their sessions, and signing out.

use axum::http::HeaderValue;
use axum::http::header::HeaderName;
use axum::response::{IntoResponse, Redirect, Response};
use cynic::QueryBuilder as _;

use super::link::password;
use super::{is_denied, passkeys, single_sign_on};
use crate::api::Refusal;
use crate::denied::Denied;
use crate::documents::viewer::Me;
use crate::error;
use crate::prelude::*;
use crate::reply::Reply;
use crate::sign_in::session::{Account, OpenSession};
use crate::visit::{Role, Visit, Who};
use crate::vocabulary::StaffRole;
use crate::when::{day, day_and_time};

/// `POST /sign-out`: ends this session.
pub(super) async fn sign_out(visit: Visit) -> Response {
    leave(&visit, false).await
}

/// Ends this session, or all of this person's, and has the browser delete what it stored of these pages.
async fn leave(visit: &Visit, everywhere: bool) -> Response {
    // Asked first, because the session that knows it is about to end.
    let elsewhere = match &visit.sign_in.single_sign_on {
        Some(provider) => provider.came_by_it().await.unwrap_or_default(),
        None => false,
    };
    // Refused means that there was no session to end, so what was wanted is so.
    if visit.sign_in.sessions.sign_out(everywhere).await == Err(Denied::Internal) {
        return error::internal(&visit.chrome().await);
    }
    let forget = (HeaderName::from_static("clear-site-data"), HeaderValue::from_static("\"cache\", \"storage\""));
    ([forget], Redirect::to(if elsewhere { single_sign_on::WAY_OUT } else { "/signed-out" })).into_response()
}

/// `GET /signed-out`: says so, with the ways to sign in again.
pub(super) async fn signed_out(visit: Visit) -> Response {
    if visit.who.is_some() {
        return Redirect::to("/").into_response();
    }
    Page::new("You have signed out").render(&visit.chrome().await, || {
        view! {
            {h1("You have signed out")}
            {paragraph("If other people use this computer, close all windows of the browser.")}
            <ul class="govuk-list">
                <li>{link("/sign-in", "Sign in as staff")}</li>
                <li>{link("/refer", "Sign in as a school")}</li>
            </ul>
        }
        .into_any()
    })
}

/// `GET /account`.
pub(super) async fn show(visit: Visit) -> Reply {
    let Some(Who { name, role, .. }) = visit.who.clone() else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    let facts = SummaryList::new().row("Name", name);
    let (facts, wrong) = match role {
        Role::Staff => {
            // Whoever has used up what they may ask must still be able to end their sessions here.
            let facts = match visit.api.run(Me::build(())).await {
                Ok(Me { viewer }) => roles(facts, &viewer.roles),
                Err(Refusal::Throttled(_)) => facts,
                Err(refusal) => return Err(refusal),
            };
            (facts, WRONG_STAFF)
        }
        Role::SchoolContact { school } => (facts.row("You act for", school), WRONG_SCHOOL),
    };
    let (facts, factors) = if visit.is_staff() {
        match visit.sign_in.sessions.account().await {
            Ok(account) => (ways_in(facts, &account), Some(second_factor(&account))),
            Err(other) => return Ok(is_denied(&visit, other).await),
        }
    } else {
        (facts, None)
    };
    let sessions = match visit.sign_in.sessions.list().await {
        Ok(sessions) => sessions,
        Err(other) => return Ok(is_denied(&visit, other).await),
    };
    let phone = &visit.site.team_phone;
    Ok(Page::new("Your account").render(&visit.chrome().await, || {
        view! {
            {h1("Your account")}
            {facts}
            {call_paragraph(&format!("{wrong}, or call "), phone, ".")}
            {factors}
            {h2("Where you are signed in")}
            {open_sessions(sessions)}
            {paragraph("Sign out of all sessions if you have lost a device.")}
            {button_link("/account/sign-out-everywhere", "Sign out of all sessions")}
        }
        .into_any()
    }))
}

fn roles(facts: SummaryList, roles: &[StaffRole]) -> SummaryList {
    let labels: Vec<_> = roles.iter().map(|role| role.label()).collect();
    match labels.as_slice() {
        [] => facts.row("Role", "None yet"),
        [only] => facts.row("Role", *only),
        several => facts.row("Roles", several.join(", ")),
    }
}

fn ways_in(facts: SummaryList, account: &Account) -> SummaryList {
    let before = account.before.map_or_else(|| "This is the first time".to_owned(), day_and_time);
    facts.row("Last signed in", before).row("Password", "Set").change("/account/password", "password")
}

fn second_factor(account: &Account) -> AnyView {
    let set_up = "/account/authenticator";
    let facts = match account.app_since {
        Some(since) => {
            let facts = SummaryList::new().row("Authenticator app", format!("Set up on {}", day(since)));
            let facts = facts.change(set_up, "authenticator app");
            if account.removable {
                facts.action("Remove", "/account/authenticator/remove", "authenticator app")
            } else {
                facts
            }
        }
        None => SummaryList::new().row("Authenticator app", "Not set up").action("Set up", set_up, "authenticator app"),
    };
    let codes = match account.codes {
        0 => "None left".to_owned(),
        1 => "1 left".to_owned(),
        left => format!("{left} left"),
    };
    let facts = facts.row("Recovery codes", codes).action("Make new", "/account/recovery-codes/new", "recovery codes");
    let demo = (!account.demanded).then(|| {
        inset("This is a demonstration, so a second factor is not demanded. You can set one up to see how it works.")
    });
    let passkeys = link(passkeys::LIST, "Your passkeys");
    view! {
        {h2("Second factor")}
        {demo}
        {facts}
        <p class="govuk-body">{passkeys} " are another way to sign in, without a password."</p>
    }
    .into_any()
}

fn open_sessions(sessions: Vec<OpenSession>) -> AnyView {
    let table = Table::new("Sessions").quiet().scrolls().columns(["Browser", "Began", "Last used", "End"]);
    let table = sessions.into_iter().fold(table, |table, open| {
        let OpenSession { handle, agent, since, seen, this } = open;
        let end: Content = if this {
            "This session".into()
        } else {
            view! {
                {post_form(view! {
                    <input type="hidden" name="session" value=handle/>
                    {button("End").secondary()}
                }).to("/account/sessions/end")}
            }
            .into_any()
            .into()
        };
        table.row([browser_of(&agent).into(), day_and_time(since).into(), day_and_time(seen).into(), end])
    });
    table.view()
}

/// The name of browser and system in a `User-Agent`, as people know them: "Firefox on Windows".
fn browser_of(agent: &str) -> String {
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    // The order matters: most browsers also carry the names of others, so the rarer names come first.
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "A browser that we do not know".to_owned(),
    }
}

/// `POST /account/sessions/end`: ends another session of this person.
pub(super) async fn end_session(visit: Visit, Typed(form): Typed) -> Response {
    if visit.who.is_none() {
        return Redirect::to("/sign-in").into_response();
    }
    match visit.sign_in.sessions.end(form.get("session").to_owned()).await {
        Ok(()) => visit.go_saying("/account", "Session ended").await,
        // The session had ended by itself, so what was wanted is so.
        Err(Denied::Refused) => Redirect::to("/account").into_response(),
        Err(other) => is_denied(&visit, other).await,
    }
}

/// A page that asks for the password before it changes how somebody signs in.
struct Change {
    title: &'static str,
    about: &'static str,
    send: &'static str,
    chooses: bool,
}

const PASSWORD: Change = Change {
    title: "Change your password",
    about: "You will be signed out everywhere else.",
    send: "Change password",
    chooses: true,
};
const REMOVE: Change = Change {
    title: "Remove your authenticator app",
    about: "Signing in will no longer ask for a code of this app.",
    send: "Remove",
    chooses: false,
};
const CODES: Change = Change {
    title: "Make new recovery codes",
    about: "The codes that you have now will no longer work.",
    send: "Make new codes",
    chooses: false,
};

impl Change {
    async fn ask(&self, visit: &Visit, faults: &Faults) -> Response {
        if !visit.is_staff() {
            return Redirect::to("/sign-in").into_response();
        }
        let form = Form::new();
        let ask = Ask::new(&form, faults);
        Page::new(self.title).back("/account").ask(ask).render(&visit.chrome().await, || {
            view! {
                {h1(self.title)}
                {paragraph(self.about)}
                {post_form(view! {
                    {ask.password("current", if self.chooses { "Current password" } else { "Your password" })}
                    {self.chooses.then(|| password(ask))}
                    {buttons([button(self.send).view(), link("/account", "Cancel")])}
                })}
            }
            .into_any()
        })
    }

    async fn made(&self, visit: &Visit, answer: Result<Faults, Denied>, path: &str, said: Option<&str>) -> Response {
        match (answer, said) {
            (Ok(faults), _) if !faults.is_empty() => self.ask(visit, &faults).await,
            (Ok(_), Some(said)) => visit.go_saying(path, said).await,
            (Ok(_), None) => Redirect::to(path).into_response(),
            (Err(Denied::Refused), _) => Redirect::to("/account").into_response(),
            (Err(other), _) => is_denied(visit, other).await,
        }
    }
}

/// `GET /account/password`: asks for the current password and a new one.
pub(super) async fn ask_password(visit: Visit) -> Response {
    PASSWORD.ask(&visit, &Faults::new()).await
}

/// `POST /account/password`: changes the password, which ends all other sessions.
pub(super) async fn change_password(visit: Visit, typed: Credentials) -> Response {
    let form = match typed.read() {
        Ok(form) => form,
        Err((_, faults)) => return PASSWORD.ask(&visit, &faults).await,
    };
    let text = |name| form.get(name).to_owned();
    let answer = visit.sign_in.passwords.change(text("current"), text("password"), text("again")).await;
    PASSWORD.made(&visit, answer, "/account", Some("Password changed")).await
}

/// `GET /account/authenticator/remove`: asks whether to remove the app.
pub(super) async fn ask_remove(visit: Visit) -> Response {
    REMOVE.ask(&visit, &Faults::new()).await
}

/// `POST /account/authenticator/remove`: removes the app.
pub(super) async fn remove(visit: Visit, typed: Credentials) -> Response {
    let form = match typed.read() {
        Ok(form) => form,
        Err((_, faults)) => return REMOVE.ask(&visit, &faults).await,
    };
    let answer = visit.sign_in.second_factor.remove_app(form.get("current").to_owned()).await;
    REMOVE.made(&visit, answer, "/account", Some("Authenticator app removed")).await
}

/// `GET /account/recovery-codes/new`: asks whether to replace the recovery codes.
pub(super) async fn ask_codes(visit: Visit) -> Response {
    CODES.ask(&visit, &Faults::new()).await
}

/// `POST /account/recovery-codes/new`: replaces the recovery codes and leads to the new ones.
pub(super) async fn renew_codes(visit: Visit, typed: Credentials) -> Response {
    let form = match typed.read() {
        Ok(form) => form,
        Err((_, faults)) => return CODES.ask(&visit, &faults).await,
    };
    let answer = visit.sign_in.second_factor.renew_codes(form.get("current").to_owned()).await;
    CODES.made(&visit, answer, "/account/recovery-codes", None).await
}

const WRONG_STAFF: &str = "If something here is wrong, tell an administrator of this service";
const WRONG_SCHOOL: &str = "If something here is wrong, email the children missing education team";

/// `GET /account/sign-out-everywhere`: asks whether to end all sessions.
pub(super) async fn ask_everywhere(visit: Visit) -> Response {
    if visit.who.is_none() {
        return Redirect::to("/sign-in").into_response();
    }
    Page::new(EVERYWHERE).render(&visit.chrome().await, || {
        let body = paragraph(
            "This ends your sessions in every browser and on every device, this one included. What you have typed but \
             not yet sent or saved is lost.",
        );
        view! {
            {post_form(view! {
                {Interruption::new(EVERYWHERE, body, "Sign out of all sessions", ("/account", "Cancel"))}
            })}
        }
        .into_any()
    })
}

pub(super) const EVERYWHERE: &str = "Are you sure you want to sign out of all sessions?";

/// `POST /account/sign-out-everywhere`: ends all sessions of this person.
pub(super) async fn sign_out_everywhere(visit: Visit) -> Response {
    if visit.who.is_none() {
        return Redirect::to("/sign-in").into_response();
    }
    leave(&visit, true).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_by_its_own_name_and_not_by_those_it_imitates() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        for (agent, name) in [
            (chrome.to_owned(), "Chrome on Windows"),
            (format!("{chrome} Edg/140.0"), "Edge on Windows"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(), "Firefox on Linux"),
            ("curl/8".to_owned(), "A browser that we do not know"),
        ] {
            assert_eq!(browser_of(&agent), name);
        }
    }
}
