//! Everything that changes an agency, in forms of one shape: the agency by name, what happens if the form is sent, and
//! what the change needs. A token is shown on the page that answers its form, and never again.

use axum::extract::Path;
use axum::response::Response;
use cynic::Id;

use super::show::{fields, scopes};
use super::{faults_of, here, read};
use crate::api::Refusal;
use crate::documents::agencies::{Agency, Agreement, Client, Token};
use crate::documents::changes;
use crate::documents::inputs::{
    ChangeAgencyEmailInput, ChangeClientInput, EndAgreementInput, IssueTokenInput, MakeAgreementInput,
    RegisterClientInput, ResumeClientInput, RevokeTokenInput, RotateTokenInput, StopClientInput,
};
use crate::journeys::{day_of, refused};
use crate::prelude::*;
use crate::visit::Visit;
use crate::vocabulary::{LawfulBasis, Scope, SharedField};

/// What can be changed: of the agency itself, of an agreement, of a client, of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Email,
    Agreement,
    End,
    Register,
    Change,
    Pause,
    Resume,
    Disable,
    Issue,
    Rotate,
    Revoke,
}

/// What a form is about.
struct About {
    agency: Agency,
    item: String,
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

/// `GET /agencies/{id}/{act}`.
pub(super) async fn ask(visit: Visit, Path((id, act)): Path<(String, String)>) -> Response {
    shown(&visit, id, &act, String::new()).await
}

/// `POST /agencies/{id}/{act}`.
pub(super) async fn make(visit: Visit, Path((id, act)): Path<(String, String)>, Typed(form): Typed) -> Response {
    made(&visit, id, &act, String::new(), form).await
}

/// `GET /agencies/{id}/{act}/{item}`.
pub(super) async fn ask_item(visit: Visit, Path((id, act, item)): Path<(String, String, String)>) -> Response {
    shown(&visit, id, &act, item).await
}

/// `POST /agencies/{id}/{act}/{item}`.
pub(super) async fn make_item(
    visit: Visit,
    Path((id, act, item)): Path<(String, String, String)>,
    Typed(form): Typed,
) -> Response {
    made(&visit, id, &act, item, form).await
}

async fn shown(visit: &Visit, id: String, act: &str, item: String) -> Response {
    let about = match about(visit, &id, act, item).await {
        Ok(about) => about,
        Err(refusal) => return refused(visit, refusal).await,
    };
    let form = about.0.begin(&about.1);
    about.0.ask(visit, &about.1, form, &Faults::new()).await
}

async fn made(visit: &Visit, id: String, act: &str, item: String, form: Form) -> Response {
    let (act, about) = match about(visit, &id, act, item).await {
        Ok(about) => about,
        Err(refusal) => return refused(visit, refusal).await,
    };
    match act.run(visit, &about, &form).await {
        Ok(None) => visit.go_saying(&here(&id), act.said()).await,
        Ok(Some(token)) => show_token(visit, &about, token).await,
        Err(refusal) => match faults_of(refusal) {
            Ok(faults) => act.ask(visit, &about, form, &faults).await,
            Err(refusal) => refused(visit, refusal).await,
        },
    }
}

/// The agency with what a change is of; not found unless it has that.
async fn about(visit: &Visit, id: &str, act: &str, item: String) -> Result<(Act, About), Refusal> {
    let act = Act::at(act, !item.is_empty()).ok_or(Refusal::NotFound)?;
    let about = About { agency: read(visit, id).await?, item };
    let there = match act {
        Act::Email | Act::Agreement => true,
        Act::End | Act::Register => about.agreement().is_some(),
        Act::Change | Act::Pause | Act::Resume | Act::Disable | Act::Issue => about.client().is_some(),
        Act::Rotate | Act::Revoke => about.token().is_some(),
    };
    if there { Ok((act, about)) } else { Err(Refusal::NotFound) }
}

async fn show_token(visit: &Visit, about: &About, token: String) -> Response {
    let back = here(about.agency.id.inner());
    Page::new("Token issued").render(&visit.chrome().await, || {
        view! {
            {h1_captioned(about.agency.name.clone(), "Token issued")}
            {warning_text("This token is shown only now. We keep nothing that it could be made from again.")}
            {inset(view! { <code class="app-token">{token}</code> }.into_any())}
            {paragraph(
                "Give it to the agency in a way that nobody else reads: not by e-mail, and not in a chat. Its program \
                 sends it in the Authorization header.",
            )}
            {link(back, "Back to the agency")}
        }
        .into_any()
    })
}

fn words<W: Word>(form: &Form, name: &str) -> Vec<W> {
    form.all(name).iter().filter_map(|code| W::parse(code)).collect()
}

fn lines(form: &Form, name: &str) -> Vec<String> {
    form.get(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

impl Act {
    fn at(path: &str, of_item: bool) -> Option<Self> {
        Some(match (path, of_item) {
            ("email", false) => Self::Email,
            ("agreement", false) => Self::Agreement,
            ("end", true) => Self::End,
            ("client", true) => Self::Register,
            ("change", true) => Self::Change,
            ("pause", true) => Self::Pause,
            ("resume", true) => Self::Resume,
            ("disable", true) => Self::Disable,
            ("token", true) => Self::Issue,
            ("rotate", true) => Self::Rotate,
            ("revoke", true) => Self::Revoke,
            _ => return None,
        })
    }

    fn begin(self, about: &About) -> Form {
        let mut form = Form::new();
        match self {
            Self::Email => form.set("email", about.agency.email.clone()),
            Self::Register => {
                form.set("perMinute", "6000");
                form.set("perDay", "200000");
            }
            Self::Change => {
                if let Some(client) = about.client() {
                    form.set("name", client.name.clone());
                    client.scopes.iter().for_each(|scope| form.add("scopes", scope.code()));
                    client.fields.iter().for_each(|field| form.add("fields", field.code()));
                    form.set("perMinute", client.per_minute.to_string());
                    form.set("perDay", client.per_day.to_string());
                    form.set("networks", client.networks.join("\n"));
                }
            }
            Self::Rotate => form.set("atOnce", "NO"),
            _ => {}
        }
        form.set("version", about.agency.version.to_string());
        form
    }

    async fn ask(self, visit: &Visit, about: &About, mut form: Form, faults: &Faults) -> Response {
        // The version is the newest one even after a conflict: whoever sends the form again has been shown it.
        form.set("version", about.agency.version.to_string());
        let ask = Ask::new(&form, faults);
        let back = here(about.agency.id.inner());
        Page::new(self.title()).back(back.clone()).ask(ask).render(&visit.chrome().await, || {
            view! {
                {h1_captioned(about.agency.name.clone(), self.title())}
                {self.consequences(about)}
                {post_form(view! {
                    {ask.hidden("version")}
                    {self.questions(about, ask)}
                    {buttons([self.button(), link(back, "Cancel")])}
                })}
            }
            .into_any()
        })
    }

    fn title(self) -> &'static str {
        match self {
            Self::Email => "Change the agency’s e-mail address",
            Self::Agreement => "Make an agreement",
            Self::End => "End this agreement",
            Self::Register => "Register a client",
            Self::Change => "Change this client",
            Self::Pause => "Pause this client",
            Self::Resume => "Resume this client",
            Self::Disable => "Disable this client",
            Self::Issue => "Issue a token",
            Self::Rotate => "Replace this token",
            Self::Revoke => "Revoke this token",
        }
    }

    fn said(self) -> &'static str {
        match self {
            Self::Email => "Address changed",
            Self::Agreement => "Agreement made",
            Self::End => "Agreement ended",
            Self::Register => "Client registered",
            Self::Change => "Client changed",
            Self::Pause => "Client paused",
            Self::Resume => "Client resumed",
            Self::Disable => "Client disabled",
            Self::Issue | Self::Rotate => "Token issued",
            Self::Revoke => "Token revoked",
        }
    }

    fn button(self) -> AnyView {
        match self {
            Self::Email => button("Change address").view(),
            Self::Agreement => button("Make agreement").view(),
            Self::End => button("End agreement").warning().view(),
            Self::Register => button("Register client").view(),
            Self::Change => button("Save changes").view(),
            Self::Pause => button("Pause client").warning().view(),
            Self::Resume => button("Resume client").view(),
            Self::Disable => button("Disable client").warning().view(),
            Self::Issue => button("Issue token").view(),
            Self::Rotate => button("Replace token").view(),
            Self::Revoke => button("Revoke token").warning().view(),
        }
    }

    fn consequences(self, about: &About) -> Option<AnyView> {
        let client = || about.client().map(|client| client.name.clone()).unwrap_or_default();
        Some(match self {
            Self::Email | Self::Agreement => return None,
            Self::End => {
                let purpose = about.agreement().map(|made| made.purpose.clone()).unwrap_or_default();
                warning_text(format!("Every client under “{purpose}” is refused at once. This cannot be undone."))
            }
            Self::Register | Self::Change => {
                let made = about.bounds()?;
                inset(format!(
                    "The agreement allows: {}. It lets clients be shown: {}.",
                    scopes(&made.scopes),
                    fields(&made.fields),
                ))
            }
            Self::Pause => warning_text(format!("The tokens of {} are refused until it is resumed.", client())),
            Self::Resume => paragraph(format!(
                "The tokens of {} are accepted again, and from the networks it has called from.",
                client(),
            )),
            Self::Disable => warning_text(format!("The tokens of {} are refused for good.", client())),
            Self::Issue => paragraph(format!("For {}. It is shown once, on the next page.", client())),
            Self::Rotate => {
                let (client, _) = about.token()?;
                paragraph(format!("For {}. The new token is shown once, on the next page.", client.name))
            }
            Self::Revoke => {
                let (client, _) = about.token()?;
                warning_text(format!("{} is refused with this token at once. This cannot be undone.", client.name))
            }
        })
    }

    fn questions(self, about: &About, ask: Ask<'_>) -> AnyView {
        match self {
            Self::Email => ask.email("email", "E-mail address").autocomplete("off").view(),
            Self::Agreement => view! {
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
            .into_any(),
            Self::Register | Self::Change => {
                let (scopes, fields) =
                    about.bounds().map(|made| (made.scopes.clone(), made.fields.clone())).unwrap_or_default();
                view! {
                    {ask.text("name", "What does the agency call this program?").autocomplete("off")}
                    {ask.checkboxes("scopes", "What may it do?").bold().words_of(scopes)}
                    {ask.checkboxes("fields", "What may it be shown?").bold().words_of(fields)}
                    {ask.number("perMinute", "Points in a minute").width(10)}
                    {ask.number("perDay", "Points in a day").width(10)}
                    {ask
                        .textarea("networks", "From where does it call?")
                        .hint(
                            "IP addresses or ranges, each on a line of its own. If you leave it empty, we learn the \
                             network it calls from and pause it when that changes.",
                        )}
                }
                .into_any()
            }
            Self::End | Self::Pause | Self::Disable | Self::Revoke => {
                ask.textarea("reason", "Why?").bold().hint("Other administrators can read this").most(1_000).view()
            }
            Self::Resume => ().into_any(),
            Self::Issue => last_day(ask),
            Self::Rotate => view! {
                {last_day(ask)}
                {ask
                    .radios("atOnce", "When does the old token end?")
                    .bold()
                    .option("NO", "In 7 days, so that the agency can change over")
                    .option("YES", "Now")}
            }
            .into_any(),
        }
    }

    /// Makes the change; a token if it issues one.
    async fn run(self, visit: &Visit, about: &About, form: &Form) -> Result<Option<String>, Refusal> {
        let api = &visit.api;
        let (agency, item) = (about.agency.id.clone(), Id::new(about.item.clone()));
        // A version that is no number is one that no agency has.
        let version = form.get("version").parse().unwrap_or_default();
        let text = |name: &str| form.get(name).to_owned();
        let points = |name: &str| form.get(name).trim().replace(',', "").parse().unwrap_or_default();
        match self {
            Self::Email => {
                let input = ChangeAgencyEmailInput { agency, version, email: text("email") };
                changes::change_agency_email(api, input).await.map(|_| None)
            }
            Self::Agreement => {
                let input = MakeAgreementInput {
                    agency,
                    version,
                    purpose: text("purpose"),
                    lawful_basis: LawfulBasis::parse(form.get("lawfulBasis")),
                    scopes: words(form, "scopes"),
                    fields: words(form, "fields"),
                    starts_on: day_of(form, "startsOn"),
                    ends_on: day_of(form, "endsOn"),
                };
                changes::make_agreement(api, input).await.map(|_| None)
            }
            Self::End => {
                let input = EndAgreementInput { agency, version, agreement: item, reason: text("reason") };
                changes::end_agreement(api, input).await.map(|_| None)
            }
            Self::Register => {
                let input = RegisterClientInput {
                    agency,
                    version,
                    agreement: item,
                    name: text("name"),
                    scopes: words(form, "scopes"),
                    fields: words(form, "fields"),
                    per_minute: points("perMinute"),
                    per_day: points("perDay"),
                    networks: lines(form, "networks"),
                };
                changes::register_client(api, input).await.map(|_| None)
            }
            Self::Change => {
                let input = ChangeClientInput {
                    agency,
                    version,
                    client: item,
                    name: text("name"),
                    scopes: words(form, "scopes"),
                    fields: words(form, "fields"),
                    per_minute: points("perMinute"),
                    per_day: points("perDay"),
                    networks: lines(form, "networks"),
                };
                changes::change_client(api, input).await.map(|_| None)
            }
            Self::Pause => {
                let input = StopClientInput { agency, version, client: item, reason: text("reason") };
                changes::pause_client(api, input).await.map(|_| None)
            }
            Self::Disable => {
                let input = StopClientInput { agency, version, client: item, reason: text("reason") };
                changes::disable_client(api, input).await.map(|_| None)
            }
            Self::Resume => {
                let input = ResumeClientInput { agency, version, client: item };
                changes::resume_client(api, input).await.map(|_| None)
            }
            Self::Issue => {
                let expires_on = day_of(form, "expiresOn");
                let input = IssueTokenInput { agency, version, client: item, expires_on };
                changes::issue_token(api, input).await.map(|issued| Some(issued.token))
            }
            Self::Rotate => {
                let (expires_on, at_once) = (day_of(form, "expiresOn"), form.has("atOnce", "YES"));
                let input = RotateTokenInput { agency, version, token: item, expires_on, at_once };
                changes::rotate_token(api, input).await.map(|issued| Some(issued.token))
            }
            Self::Revoke => {
                let input = RevokeTokenInput { agency, version, token: item, reason: text("reason") };
                changes::revoke_token(api, input).await.map(|_| None)
            }
        }
    }
}

fn last_day(ask: Ask<'_>) -> AnyView {
    ask.date("expiresOn", "Last day of the new token")
        .hint("A year from today at most, and not after the agreement. For example, 27 3 2027")
        .view()
}
