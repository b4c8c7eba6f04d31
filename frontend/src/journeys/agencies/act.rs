//! Everything that is done to an agency: the table of acts, and the agency as their forms are about it. A token is shown
//! on the page that answers its form, and never again.

use axum::response::Response;
use futures_util::FutureExt as _;

use super::{admitted, fields, here, read, scopes};
use crate::acts::{self, HasPage, Next, Place, Subject, done};
use crate::api::Refusal;
use crate::documents::agencies::{Agency, Agreement, Client, Token};
use crate::documents::inputs::{
    ChangeAgencyEmailInput, ChangeClientInput, EndAgreementInput, IssueTokenInput, MakeAgreementInput,
    RegisterClientInput, ResumeClientInput, RevokeTokenInput, RotateTokenInput, StopClientInput,
};
use crate::documents::{changed, changes};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{LawfulBasis, Scope, SharedField};

/// Something that is done to an agency, or to an agreement, a client or a token of it.
pub(super) type Act = acts::Act<About>;

/// What a form is about.
pub(super) struct About {
    agency: Agency,
    item: String,
}

/// What the agency's page shows, and offers acts on.
#[derive(Clone, Copy)]
pub(super) enum Shown<'a> {
    Agreement(&'a Agreement),
    Client(&'a Client),
    Token(&'a Token),
}

/// Everything that can be done, in the order in which it is offered.
pub(super) static ACTS: [Act; 11] =
    [EMAIL, AGREEMENT, REGISTER, END, CHANGE, PAUSE, RESUME, DISABLE, ISSUE, ROTATE, REVOKE];

pub(super) const EMAIL: Act = Act {
    path: "email",
    title: "Change the agency’s email address",
    begin: |about| Form::new().with("email", about.agency.email.clone()),
    questions: |_, ask| ask.email("email", "Email address").autocomplete("off").view(),
    button: |_| button("Change address"),
    send: |api, to, form| {
        let input = ChangeAgencyEmailInput { agency: to.id.into(), version: to.version, email: form.text("email") };
        done(changes::change_agency_email(api, input), "Address changed")
    },
    ..Act::PLAIN
};

pub(super) const AGREEMENT: Act = Act {
    path: "agreement",
    title: "Make an agreement",
    questions: |_, ask| {
        view! {
            {ask.text("purpose", "What are data shared for?").hint("As the agreement says").autocomplete("off")}
            {ask.radios("lawfulBasis", "Lawful basis").bold().words::<LawfulBasis>()}
            {ask.checkboxes("scopes", "What may clients do?").bold().words::<Scope>()}
            {ask
                .checkboxes("fields", "What may clients be shown?")
                .bold()
                .hint("Where a child lives is never shown to agencies")
                .words::<SharedField>()}
            {ask.date("startsOn", "First day").hint("For example, 27 3 2027")}
            {ask.date("endsOn", "Last day").hint("For example, 26 9 2027")}
        }
        .into_any()
    },
    button: |_| button("Make agreement"),
    send: |api, to, form| {
        let input = MakeAgreementInput {
            agency: to.id.into(),
            version: to.version,
            purpose: form.text("purpose"),
            lawful_basis: LawfulBasis::parse(form.get("lawfulBasis")),
            scopes: words(form, "scopes"),
            fields: words(form, "fields"),
            starts_on: form.day("startsOn"),
            ends_on: form.day("endsOn"),
        };
        done(changes::make_agreement(api, input), "Agreement made")
    },
    ..Act::PLAIN
};

const REGISTER: Act = Act {
    path: "client/{item}",
    title: "Register a client",
    on_page: |shown| matches!(shown, Shown::Agreement(made) if made.ended_at.is_none()),
    of_item: |about| about.agreement().is_some(),
    consequences: |about| about.bounds().map(allowed),
    begin: |_| Form::new().with("perMinute", "6000").with("perDay", "200000"),
    questions: |about, ask| ask_for_client(about.bounds(), ask),
    button: |_| button("Register client"),
    send: |api, to, form| {
        let input = RegisterClientInput {
            agency: to.id.into(),
            version: to.version,
            agreement: to.item.into(),
            name: form.text("name"),
            scopes: words(form, "scopes"),
            fields: words(form, "fields"),
            per_minute: points(form, "perMinute"),
            per_day: points(form, "perDay"),
            networks: lines(form, "networks"),
        };
        done(changes::register_client(api, input), "Client registered")
    },
    ..Act::PLAIN
};

const END: Act = Act {
    path: "end/{item}",
    title: "End this agreement",
    link: |_| "End",
    on_page: |shown| matches!(shown, Shown::Agreement(made) if made.ended_at.is_none()),
    of_item: |about| about.agreement().is_some(),
    consequences: |about| {
        let purpose = &about.agreement()?.purpose;
        Some(warning_text(format!("Every client under “{purpose}” is refused at once. This cannot be undone.")))
    },
    questions: |_, ask| ask_why(ask),
    button: |_| button("End agreement").warning(),
    send: |api, to, form| {
        let input = EndAgreementInput {
            agency: to.id.into(),
            version: to.version,
            agreement: to.item.into(),
            reason: form.text("reason"),
        };
        done(changes::end_agreement(api, input), "Agreement ended")
    },
    ..Act::PLAIN
};

const CHANGE: Act = Act {
    path: "change/{item}",
    title: "Change this client",
    link: |_| "Change",
    on_page: |shown| matches!(shown, Shown::Client(client) if client.disabled_at.is_none()),
    of_item: |about| about.client().is_some(),
    consequences: |about| about.bounds().map(allowed),
    begin: |about| {
        let Some(client) = about.client() else { return Form::new() };
        let mut form = Form::new()
            .with("name", client.name.clone())
            .with("perMinute", client.per_minute.to_string())
            .with("perDay", client.per_day.to_string())
            .with("networks", client.networks.join("\n"));
        client.scopes.iter().for_each(|scope| form.add("scopes", scope.code()));
        client.fields.iter().for_each(|field| form.add("fields", field.code()));
        form
    },
    questions: |about, ask| ask_for_client(about.bounds(), ask),
    button: |_| button("Save changes"),
    send: |api, to, form| {
        let input = ChangeClientInput {
            agency: to.id.into(),
            version: to.version,
            client: to.item.into(),
            name: form.text("name"),
            scopes: words(form, "scopes"),
            fields: words(form, "fields"),
            per_minute: points(form, "perMinute"),
            per_day: points(form, "perDay"),
            networks: lines(form, "networks"),
        };
        done(changes::change_client(api, input), "Client changed")
    },
    ..Act::PLAIN
};

const PAUSE: Act = Act {
    path: "pause/{item}",
    title: "Pause this client",
    link: |_| "Pause",
    on_page: |shown| matches!(shown, Shown::Client(client) if client.disabled_at.is_none() && client.paused_at.is_none()),
    of_item: |about| about.client().is_some(),
    consequences: |about| {
        let name = &about.client()?.name;
        Some(warning_text(format!("The tokens of {name} are refused until it is resumed.")))
    },
    questions: |_, ask| ask_why(ask),
    button: |_| button("Pause client").warning(),
    send: |api, to, form| done(changes::pause_client(api, stop(to, form)), "Client paused"),
    ..Act::PLAIN
};

const RESUME: Act = Act {
    path: "resume/{item}",
    title: "Resume this client",
    link: |_| "Resume",
    on_page: |shown| matches!(shown, Shown::Client(client) if client.disabled_at.is_none() && client.paused_at.is_some()),
    of_item: |about| about.client().is_some(),
    consequences: |about| {
        let name = &about.client()?.name;
        Some(paragraph(format!("The tokens of {name} are accepted again, and from the networks it has called from.")))
    },
    button: |_| button("Resume client"),
    send: |api, to, _| {
        let input = ResumeClientInput { agency: to.id.into(), version: to.version, client: to.item.into() };
        done(changes::resume_client(api, input), "Client resumed")
    },
    ..Act::PLAIN
};

const DISABLE: Act = Act {
    path: "disable/{item}",
    title: "Disable this client",
    link: |_| "Disable",
    on_page: |shown| matches!(shown, Shown::Client(client) if client.disabled_at.is_none()),
    of_item: |about| about.client().is_some(),
    consequences: |about| {
        let name = &about.client()?.name;
        Some(warning_text(format!("The tokens of {name} are refused for good.")))
    },
    questions: |_, ask| ask_why(ask),
    button: |_| button("Disable client").warning(),
    send: |api, to, form| done(changes::disable_client(api, stop(to, form)), "Client disabled"),
    ..Act::PLAIN
};

const ISSUE: Act = Act {
    path: "token/{item}",
    title: "Issue a token",
    on_page: |shown| matches!(shown, Shown::Client(client) if client.disabled_at.is_none()),
    of_item: |about| about.client().is_some(),
    consequences: |about| {
        let name = &about.client()?.name;
        Some(paragraph(format!("For {name}. It is shown once, on the next page.")))
    },
    questions: |_, ask| last_day(ask),
    button: |_| button("Issue token"),
    send: |api, to, form| {
        let (api, expires_on) = (api.clone(), form.day("expiresOn"));
        async move {
            // Read first: once it is issued, the page that shows the token may not fail.
            let agency = read(&to.visit, &to.id).await?;
            let input =
                IssueTokenInput { agency: to.id.into(), version: to.version, client: to.item.into(), expires_on };
            let issued = changes::issue_token(&api, input).await?;
            Ok(Next::Show(show_token(&to.visit, &agency, issued.token).await))
        }
        .boxed()
    },
    ..Act::PLAIN
};

pub(super) const ROTATE: Act = Act {
    path: "rotate/{item}",
    title: "Replace this token",
    link: |_| "Replace",
    on_page: |shown| matches!(shown, Shown::Token(token) if token.live && token.ends_at.is_none()),
    of_item: |about| about.token().is_some(),
    consequences: |about| {
        let name = &about.token()?.0.name;
        Some(paragraph(format!("For {name}. The new token is shown once, on the next page.")))
    },
    begin: |_| Form::new().with("atOnce", "NO"),
    questions: |_, ask| {
        view! {
            {last_day(ask)}
            {ask
                .radios("atOnce", "When does the old token end?")
                .bold()
                .option("NO", "In 7 days, so that the agency can change over")
                .option("YES", "Now")}
        }
        .into_any()
    },
    button: |_| button("Replace token"),
    send: |api, to, form| {
        let (api, expires_on, at_once) = (api.clone(), form.day("expiresOn"), form.has("atOnce", "YES"));
        async move {
            // Read first, as where one is issued.
            let agency = read(&to.visit, &to.id).await?;
            let input = RotateTokenInput {
                agency: to.id.into(),
                version: to.version,
                token: to.item.into(),
                expires_on,
                at_once,
            };
            let issued = changes::rotate_token(&api, input).await?;
            Ok(Next::Show(show_token(&to.visit, &agency, issued.token).await))
        }
        .boxed()
    },
    ..Act::PLAIN
};

pub(super) const REVOKE: Act = Act {
    path: "revoke/{item}",
    title: "Revoke this token",
    link: |_| "Revoke",
    on_page: |shown| matches!(shown, Shown::Token(token) if token.revoked_at.is_none()),
    of_item: |about| about.token().is_some(),
    consequences: |about| {
        let name = &about.token()?.0.name;
        Some(warning_text(format!("{name} is refused with this token at once. This cannot be undone.")))
    },
    questions: |_, ask| ask_why(ask),
    button: |_| button("Revoke token").warning(),
    send: |api, to, form| {
        let input = RevokeTokenInput {
            agency: to.id.into(),
            version: to.version,
            token: to.item.into(),
            reason: form.text("reason"),
        };
        done(changes::revoke_token(api, input), "Token revoked")
    },
    ..Act::PLAIN
};

fn stop(to: acts::To, form: &Form) -> StopClientInput {
    StopClientInput { agency: to.id.into(), version: to.version, client: to.item.into(), reason: form.text("reason") }
}

fn words<W: Word>(form: &Form, name: &str) -> Vec<W> {
    form.all(name).iter().filter_map(|code| W::parse(code)).collect()
}

fn lines(form: &Form, name: &str) -> Vec<String> {
    form.get(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn points(form: &Form, name: &str) -> i32 {
    form.get(name).trim().replace(',', "").parse().unwrap_or_default()
}

fn ask_why(ask: Ask<'_>) -> AnyView {
    ask.textarea("reason", "Why?").bold().hint("Other administrators can read this").most(1_000).view()
}

fn last_day(ask: Ask<'_>) -> AnyView {
    ask.date("expiresOn", "Last day of the new token")
        .hint("A year from today at most, and not after the agreement. For example, 27 3 2027")
        .view()
}

/// The most that a client may do, for whoever says what it may.
fn allowed(made: &Agreement) -> AnyView {
    inset(format!(
        "The agreement allows: {}. It lets clients be shown: {}.",
        scopes(&made.scopes),
        fields(&made.fields),
    ))
}

fn ask_for_client(bounds: Option<&Agreement>, ask: Ask<'_>) -> AnyView {
    let (scopes, fields) = bounds.map(|made| (made.scopes.clone(), made.fields.clone())).unwrap_or_default();
    view! {
        {ask.text("name", "What does the agency call this program?").autocomplete("off")}
        {ask.checkboxes("scopes", "What may it do?").bold().words_of(scopes)}
        {ask.checkboxes("fields", "What may it be shown?").bold().words_of(fields)}
        {ask.number("perMinute", "Points in a minute").width(10)}
        {ask.number("perDay", "Points in a day").width(10)}
        {ask
            .textarea("networks", "From where does it call?")
            .hint(
                "IP addresses or ranges, each on a line of its own. If you leave it empty, we learn the network it calls \
                 from and pause it when that changes.",
            )}
    }
    .into_any()
}

async fn show_token(visit: &Visit, agency: &Agency, token: String) -> Response {
    let back = here(agency.id.inner());
    Page::new("Token issued").render(&visit.chrome().await, || {
        view! {
            {h1_captioned(agency.name.clone(), "Token issued")}
            {warning_text("This token is shown only now. We keep nothing that it could be made from again.")}
            {inset(view! { <code class="app-token">{token}</code> }.into_any())}
            {paragraph(
                "Give it to the agency in a way that nobody else reads: not by email, and not in a chat. Its program \
                 sends it in the Authorization header.",
            )}
            {link(back, "Back to the agency")}
        }
        .into_any()
    })
}

impl About {
    fn agreement(&self) -> Option<&Agreement> {
        self.agency.agreements.iter().find(|made| made.id.inner() == self.item)
    }

    fn client(&self) -> Option<&Client> {
        self.agency.clients.iter().find(|client| client.id.inner() == self.item)
    }

    fn token(&self) -> Option<(&Client, &Token)> {
        let mut tokens =
            self.agency.clients.iter().flat_map(|client| client.tokens.iter().map(move |one| (client, one)));
        tokens.find(|(_, token)| token.id.inner() == self.item)
    }

    /// The agreement that says the most a client may do.
    fn bounds(&self) -> Option<&Agreement> {
        self.agreement().or_else(|| {
            let client = self.client()?;
            self.agency.agreements.iter().find(|made| made.id == client.agreement)
        })
    }
}

impl HasPage for changed::Agency {
    fn page(&self) -> String {
        here(self.id.inner())
    }
}

impl Subject for About {
    const ROUTE: &'static str = "/agencies/{id}";

    type Rights = ();
    type State = ();
    type Shown<'a> = Shown<'a>;

    fn admit(visit: &Visit) -> Result<(), Refusal> {
        admitted(visit)
    }

    async fn load(visit: &Visit, _: &Act, Place { id, item }: Place) -> Result<Self, Refusal> {
        Ok(Self { agency: read(visit, &id).await?, item })
    }

    fn rights(&self) {}

    fn state(&self) {}

    fn home(&self) -> String {
        here(self.agency.id.inner())
    }

    fn version(&self) -> Option<i32> {
        Some(self.agency.version)
    }

    fn head(&self, title: &'static str) -> AnyView {
        h1_captioned(self.agency.name.clone(), title)
    }
}
