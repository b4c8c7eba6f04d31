//! Every field at the root of the API, tried by every kind of viewer. A field without an entry in [`table`] fails.

mod table;

use std::collections::{BTreeMap, BTreeSet};

use acceptance::database::{count, tamper};
use acceptance::mail;
use acceptance::prelude::*;
use async_graphql::parser::types::{FieldDefinition, TypeKind, TypeSystemDefinition};
use async_graphql::parser::{Positioned, parse_schema};
use backend::domain::proposal::Typed;
use backend::graphql::audience::{Audience, sdl_for};
use entity::vocabulary::ProposalKind;
use table::{DOORS, Door};

/// A kind of viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Nobody signed in.
    Anybody,
    /// Staff with this role only.
    Staff(StaffRole),
    /// A school contact.
    School,
    /// The head teacher of the same school, who may do whatever another contact may.
    HeadTeacher,
    /// A partner agency whose token has this scope only.
    Partner(Scope),
    /// A partner agency whose token is for nothing.
    PartnerWithoutScope,
}

impl Who {
    fn all() -> Vec<Self> {
        let staff = StaffRole::ALL.iter().map(|role| Self::Staff(*role));
        let partners = Scope::ALL.iter().map(|scope| Self::Partner(*scope));
        [Self::Anybody, Self::School, Self::HeadTeacher, Self::PartnerWithoutScope]
            .into_iter()
            .chain(staff)
            .chain(partners)
            .collect()
    }
}

/// What the questions are about.
struct World {
    school: given::Contact,
    draft: String,
    referral: given::Referral,
    case: given::Case,
    enquiry: String,
    escalation: String,
    /// The token of the link in the alert of a flag.
    alert: String,
    placement: String,
    manager: entity::StaffId,
    agency: String,
    /// A held report that was put aside.
    held: String,
    head: given::Contact,
    proposal: String,
    restricted: given::Case,
    glass: String,
    rolled: Rolled,
}

/// A case of the school's own referral, with a proposal to remove the name and a new pupil at that school.
struct Rolled {
    case: given::Case,
    referral: String,
    removal: String,
    new_pupil: String,
}

impl Rolled {
    async fn made(app: &TestApp, school: &given::Contact) -> Self {
        use backend::domain::case::{ConfirmAttendance, Place, ProposeRemoval};
        use backend::service::case::{self as service, Target};
        let from = given::referral().by(school).of("Rolf", "Rolled");
        let mut case = given::case().from(from).standing(CaseState::Enquiry).at(app).await;
        let op = app.op(app.manager().await.viewer());
        let referral = backend::store::referral::of_cases(&op, &[case.id]).await.unwrap()[0].reference.clone();
        let proposal =
            ProposeRemoval { ground: Some(entity::vocabulary::RemovalGround::NotBackFromLeave), ..Default::default() };
        backend::service::roll::propose_for_school(&app.op(school.viewer()), referral.clone(), proposal).await.unwrap();
        let target = |version| Target { case: case.reference.clone(), version };
        let place = Place {
            kind: Some(entity::vocabulary::PlacementKind::StateSchool),
            provider: String::new(),
            school: None,
            starts_on: "2026-11-17".to_owned(),
        };
        service::record_placement(&op, target(case.version + 1), place, Some(school.school.urn.clone())).await.unwrap();
        let placement = backend::store::case::placements(&op, &[case.id]).await.unwrap()[0].id;
        let attends =
            ConfirmAttendance { placement, attended_on: "2026-11-17".to_owned(), source: "The office".to_owned() };
        service::confirm_attendance(&op, target(case.version + 2), attends).await.unwrap();
        let removal = backend::store::case::removals(&op, &[case.id]).await.unwrap()[0].id.to_string();
        case.version = backend::store::case::many(&op, &[case.id]).await.unwrap()[0].version;
        Self { case, referral, removal, new_pupil: placement.to_string() }
    }
}

const AGENCY: &str = "Luton Health";

impl World {
    async fn made(app: &TestApp) -> Self {
        let school = given::contact_somewhere(app).await;
        let agency = given::agency(app, AGENCY).await.to_string();
        let case = given::case().flagged().shared_with(AGENCY).standing(CaseState::Placement).at(app).await;
        let referral = given::referral().by(&school).telling_of_harm().at(app).await;
        let op = app.op(school.viewer());
        let draft = backend::service::draft::start(&op, typed::referral().parsed()).await.unwrap();
        let manager = app.op(app.manager().await.viewer());
        let enquiry = backend::store::case::enquiries(&manager, &[case.id]).await.unwrap()[0].id;
        let escalation = backend::store::escalation::of_cases(&manager, &[case.id]).await.unwrap()[0].id;
        let placement = backend::store::case::placements(&manager, &[case.id]).await.unwrap()[0].id.to_string();
        let (draft, enquiry, escalation) = (draft.to_string(), enquiry.to_string(), escalation.to_string());
        let staff = app.manager().await.id;
        let held = given::held_report(app).await;
        backend::service::held_report::put_aside(&manager, held.clone(), "Sent often".to_owned()).await.unwrap();
        let gone = given::contact_somewhere(app).await;
        backend::service::draft::start(&app.op(gone.viewer()), typed::referral().parsed()).await.unwrap();
        tamper(app.db(), &format!("UPDATE school SET status = 'closed' WHERE urn = '{}'", gone.school.urn)).await;
        let head = given::head_teacher(app, &school.school).await;
        let proposal = Typed { kind: Some(ProposalKind::Remove), contact: Some(school.id), ..Typed::default() };
        let proposal = backend::service::proposal::propose(&app.op(head.viewer()), proposal).await.unwrap();
        let manager = staff;
        let proposal = proposal.to_string();
        let restricted = given::case().of("Hidden", "Child").restricted_to(&[]).at(app).await;
        let reader = app.op(given::staff(app, "Gil Glass", &[StaffRole::CmeOfficer]).await.viewer());
        backend::service::break_glass::begin(&reader, &restricted.reference, "A doubt".to_owned()).await.unwrap();
        let row = backend::store::case::many(&reader, &[restricted.id]).await.unwrap().pop().unwrap();
        let glass =
            backend::store::break_glass::of_viewer(&reader, row.child_id).await.unwrap().unwrap().id.to_string();
        let rolled = Rolled::made(app, &school).await;
        let mails = mail::to(app, "mash@luton.example").await;
        let alert = mails[0].link_below("/acknowledge/").replace("/acknowledge/", "");
        // A try at the door then changes nothing.
        backend::service::escalation::acknowledge_by_link(&app.op(backend::domain::viewer::Viewer::Anonymous), &alert)
            .await
            .unwrap();
        Self {
            school,
            draft,
            referral,
            case,
            enquiry,
            escalation,
            alert,
            placement,
            manager,
            agency,
            held,
            head,
            proposal,
            restricted,
            glass,
            rolled,
        }
    }
}

async fn browser(app: &TestApp, world: &World, who: Who) -> Browser {
    match who {
        Who::Anybody => app.browser(),
        Who::Staff(role) => app.staff("Sam Staff", &[role]).await.browser().clone(),
        Who::School => app.school_contact(&world.school).await.browser().clone(),
        Who::HeadTeacher => app.school_contact(&world.head).await.browser().clone(),
        Who::Partner(scope) => app.partner(AGENCY, &[scope]).await.0,
        Who::PartnerWithoutScope => {
            let token = given::token(app, AGENCY, &[Scope::EnquiryAnswer]).await;
            let emptied = "UPDATE client SET scopes = '' WHERE id = (SELECT max(id) FROM client)";
            let emptied = if app.db().backend() == sea_orm::DbBackend::Postgres {
                emptied.replace("max(id)", "max(id::text)::uuid")
            } else {
                emptied.to_owned()
            };
            tamper(app.db(), &emptied).await;
            app.bearer(&token).0
        }
    }
}

/// Whether the door opens to this kind of viewer.
fn opens(door: &Door, who: Who) -> bool {
    door.opens_to.contains(&who) || (who == Who::HeadTeacher && door.opens_to.contains(&Who::School))
}

/// Whether the answer let the viewer through: it holds what was asked for, or finds fault with the input alone.
fn opened(door: &Door, answer: &Answer) -> bool {
    let codes = answer.codes();
    let shown = answer.at(door.shows);
    let empty = shown.is_null() || shown.as_array().is_some_and(Vec::is_empty);
    let refused = ["FORBIDDEN", "UNAUTHENTICATED", "NOT_FOUND"];
    // A withheld field below the root leaves the rest of the answer standing.
    let root = answer.errors().iter().filter(|error| error["path"].as_array().is_some_and(|path| path.len() == 1));
    let refused = root.filter_map(|error| error["extensions"]["code"].as_str()).any(|code| refused.contains(&code));
    let at_fault = !codes.is_empty() && codes.iter().all(|code| ["INVALID", "CONFLICT"].contains(code));
    let known =
        codes.iter().all(|code| ["FORBIDDEN", "UNAUTHENTICATED", "NOT_FOUND", "INVALID", "CONFLICT"].contains(code));
    assert!(known, "{}: {}", door.field, answer.json);
    !refused && (at_fault || !empty)
}

on_both_engines! {
    async fn every_door_opens_to_those_it_is_for_and_to_nobody_else(app: TestApp) {
        let world = World::made(&app).await;
        let before = count(app.db(), "event", "stream_kind IN ('case', 'referral', 'contact')").await;
        let said = changes();
        let mut wrong = Vec::new();
        for who in Who::all() {
            let browser = browser(&app, &world, who).await;
            for door in DOORS {
                let answer = browser.ask(door.document, (door.variables)(&world)).await;
                wrong.extend(unannounced(door, &answer, &said));
                let may = opens(door, who);
                if opened(door, &answer) != may {
                    let meant = if may { "should open" } else { "should stay shut" };
                    wrong.push(format!("{} {meant} to {who:?}: {}", door.field, answer.json));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let after = count(app.db(), "event", "stream_kind IN ('case', 'referral', 'contact')").await;
        assert_eq!(after, before, "a try at a door changed something");
    }

    async fn on_a_stale_version_who_may_not_hears_that_and_not_that_it_changed(app: TestApp) {
        let world = World::made(&app).await;
        let taking = DOORS.iter().filter(|door| stale((door.variables)(&world)).is_some());
        let taking: BTreeSet<String> = taking.map(|door| door.field.to_owned()).collect();
        let said = changes();
        let versioned = said.iter().filter(|(_, change)| change.takes_a_version);
        let versioned: BTreeSet<String> = versioned.map(|(name, _)| name.clone()).collect();
        assert_eq!(taking, versioned, "a change that takes a version is tried without one");
        let mut wrong = Vec::new();
        for who in Who::all() {
            let browser = browser(&app, &world, who).await;
            for door in DOORS {
                let Some(variables) = stale((door.variables)(&world)) else { continue };
                let answer = browser.ask(door.document, variables).await;
                wrong.extend(unannounced(door, &answer, &said));
                let may = opens(door, who);
                let hears = if may { ["CONFLICT", "INVALID", ""] } else { ["FORBIDDEN", "NOT_FOUND", "UNAUTHENTICATED"] };
                if answer.codes().is_empty() || !answer.codes().iter().all(|code| hears.contains(code)) {
                    wrong.push(format!("{} tells {who:?}: {}", door.field, answer.json));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// What is sent to a door that takes a version, with one that nobody ever saw; none to any other.
fn stale(mut variables: Value) -> Option<Value> {
    let version = variables.pointer_mut("/input/version")?;
    *version = json!(4_711);
    Some(variables)
}

#[test]
fn every_root_field_has_an_entry() {
    let served = root_fields(backend::graphql::sdl());
    let tried: BTreeSet<String> = DOORS.iter().map(|door| door.field.to_owned()).collect();
    assert_eq!(tried, served, "tests/it/doors/table.rs and the schema differ");
    assert_eq!(tried.len(), DOORS.len(), "a field has two entries");
}

impl Who {
    fn is_of(self, audience: Audience) -> bool {
        match audience {
            Audience::Public => self == Self::Anybody,
            Audience::School => matches!(self, Self::School | Self::HeadTeacher),
            Audience::Partner => matches!(self, Self::Partner(_)),
            Audience::Analyst => self == Self::Staff(StaffRole::Analyst),
            Audience::Staff => matches!(self, Self::Staff(_)),
        }
    }
}

#[test]
fn each_audience_is_told_of_the_fields_that_open_to_it() {
    for audience in Audience::ALL {
        // What opens only to the one person it belongs to is no kind of viewer's; those are all staff.
        let one_persons = |door: &&Door| door.opens_to.is_empty() && *audience == Audience::Staff;
        let open =
            DOORS.iter().filter(|door| one_persons(door) || door.opens_to.iter().any(|who| who.is_of(*audience)));
        let open: BTreeSet<String> = open.map(|door| door.field.to_owned()).collect();
        assert_eq!(root_fields(sdl_for(*audience)), open, "{audience:?}");
    }
}

/// A change as the schema has it.
struct Change {
    description: String,
    takes_a_version: bool,
}

/// Every change, by name.
fn changes() -> BTreeMap<String, Change> {
    let (mut versioned, mut changes) = (BTreeSet::new(), Vec::new());
    for definition in parse_schema(backend::graphql::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        match definition.node.kind {
            TypeKind::InputObject(input) if input.fields.iter().any(|field| field.node.name.node == "version") => {
                versioned.insert(format!("{name}!"));
            }
            TypeKind::Object(object) if name == "Mutation" => changes = object.fields,
            _ => {}
        }
    }
    let change = |change: Positioned<FieldDefinition>| {
        let FieldDefinition { name, description, arguments, .. } = change.node;
        let takes_a_version = arguments.iter().any(|argument| versioned.contains(&argument.node.ty.node.to_string()));
        let description = description.map(|text| text.node).unwrap_or_default();
        (name.node.to_string(), Change { description, takes_a_version })
    };
    changes.into_iter().map(change).collect()
}

/// A code that a change answers although its description does not name it. What whoever is not signed in hears is said
/// of all changes at once.
fn unannounced(door: &Door, answer: &Answer, changes: &BTreeMap<String, Change>) -> Option<String> {
    let change = changes.get(door.field)?;
    let is_said = |code: &&str| *code == "UNAUTHENTICATED" || change.description.contains(&format!("`{code}`"));
    let unsaid = answer.codes().into_iter().find(|code| !is_said(code))?;
    Some(format!("{} answers {unsaid}, of which its description says nothing", door.field))
}

fn root_fields(sdl: String) -> BTreeSet<String> {
    let document = parse_schema(sdl).unwrap();
    let mut fields = BTreeSet::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition = definition.node;
        if let TypeKind::Object(object) = definition.kind
            && ["Query", "Mutation", "Subscription"].contains(&definition.name.node.as_str())
        {
            fields.extend(object.fields.iter().map(|field| field.node.name.node.to_string()));
        }
    }
    fields
}
