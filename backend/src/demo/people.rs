//! The people of the demonstration: staff of every role, the approved contacts of its schools, and the tokens of
//! programs.

use std::collections::BTreeSet;

use chrono::{Days, Duration, NaiveDate, NaiveTime};
use entity::vocabulary::{ContactKind, LawfulBasis, ProposalKind, SchoolStatus, Scope, SharedField, StaffRole};
use entity::{SchoolContactId, StaffId, school};

use super::Stage;
use super::dice::Dice;
use super::names::BACKGROUNDS;
use crate::domain::email::Email;
use crate::domain::person_name::search_key;
use crate::domain::proposal::Typed;
use crate::domain::viewer::{Job, SchoolContact, Staff, Viewer};
use crate::error::Error;
use crate::secret::bearer::PlainToken;
use crate::secret::password::DEMO_PASSWORD;
use crate::service::{agency, contact, proposal, staff};
use crate::store;

/// A person as whom somebody can sign in to the demonstration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    /// Their role, or their school.
    pub what: &'static str,
    /// Their full name.
    pub name: &'static str,
    /// The address they sign in with.
    pub email: &'static str,
    /// The path of the page on which they sign in.
    pub where_: &'static str,
}

const fn person(what: &'static str, name: &'static str, email: &'static str, where_: &'static str) -> DemoPerson {
    DemoPerson { what, name, email, where_ }
}

const SIGN_IN: &str = "/sign-in";
const REFER: &str = "/refer";

/// The people whose addresses are printed. Staff sign in with `DEMO_PASSWORD`, school contacts with a link that is
/// mailed.
pub const PEOPLE: &[DemoPerson] = &[
    person("CME officer", "Grace Adeyemi", "officer@onroll.example", SIGN_IN),
    person("CME officer", "Tomasz Wrona", "officer2@onroll.example", SIGN_IN),
    person("CME officer", "Shazia Rahim", "officer3@onroll.example", SIGN_IN),
    person("Education welfare officer", "Daniel Okafor-Price", "welfare@onroll.example", SIGN_IN),
    person("Manager", "Helen Marchbank", "manager@onroll.example", SIGN_IN),
    person("MASH liaison", "Imran Saleem", "mash@onroll.example", SIGN_IN),
    person("Administrator", "Beth Corrigan", "administrator@onroll.example", SIGN_IN),
    person("Analyst", "Kwame Danso", "analyst@onroll.example", SIGN_IN),
    person("Auditor", "Ruth Pellow", "auditor@onroll.example", SIGN_IN),
    person("School: Birchwood Primary", "Rosalind Achterberg", "office@birchwood.example", REFER),
    person("School: both Lea Bridge", "Marcus Ellery", "attendance@leabridge.example", REFER),
    person("School: head of Birchwood", "Oona Whitcombe", "head@birchwood.example", REFER),
];

const ONE_SCHOOL: (&str, usize) = ("900106", 9);
const HEAD: usize = 11;
const TWO_SCHOOLS: ([&str; 2], usize) = (["900123", "900175"], 10);
/// The partner agency that answers enquiries through the API.
pub(super) const PARTNER: &str = "Example Community Health Trust";
const ANALYSTS: &str = "Sample Regional Research Office";
const MASH: &str = "Example MASH case system";

/// The staff, as viewers of the operations they carry out.
#[derive(Clone, Debug)]
pub(super) struct Crew {
    /// The CME officers, with the ids to which cases are assigned.
    pub(super) officers: Vec<(StaffId, Viewer)>,
    /// The education welfare officer, who makes home visits.
    pub(super) welfare: Viewer,
    /// The manager, who assigns cases.
    pub(super) manager: Viewer,
    /// The MASH liaison, who answers flags.
    pub(super) mash: Viewer,
    administrator: Viewer,
}

impl Crew {
    /// A crew whose members cannot do anything yet, until [`hire`] has added the staff.
    pub(super) fn nobody() -> Self {
        let nobody = Viewer::Anonymous;
        Self {
            officers: Vec::new(),
            welfare: nobody.clone(),
            manager: nobody.clone(),
            mash: nobody.clone(),
            administrator: nobody,
        }
    }
}

/// A school and the contact who sends its referrals.
#[derive(Clone, Debug)]
pub(super) struct Referrer {
    /// The school.
    pub(super) school: school::Model,
    /// The contact, as the viewer of an operation.
    pub(super) contact: Viewer,
}

/// Adds the staff, as the operator.
pub(super) async fn hire(stage: &Stage) -> Result<Crew, Error> {
    use StaffRole::{Administrator, Analyst, Auditor, CmeOfficer, EducationWelfareOfficer, Manager, MashLiaison};
    let roles = [
        CmeOfficer,
        CmeOfficer,
        CmeOfficer,
        EducationWelfareOfficer,
        Manager,
        MashLiaison,
        Administrator,
        Analyst,
        Auditor,
    ];
    let op = stage.op(Viewer::System(Job::Operator), stage.diary.now - Duration::days(420));
    let mut viewers = Vec::new();
    for (person, role) in PEOPLE.iter().zip(roles) {
        let (name, email) = (person.name.to_owned(), person.email.to_owned());
        let add = staff::Add { name, email, roles: vec![role], password: DEMO_PASSWORD.to_owned() };
        let id = staff::add(&op, add).await?;
        viewers.push((id, Viewer::Staff(Staff { id, name: person.name.to_owned(), roles: BTreeSet::from([role]) })));
    }
    let viewer = |at: usize| viewers[at].1.clone();
    let (welfare, manager, mash, administrator) = (viewer(3), viewer(4), viewer(5), viewer(6));
    viewers.truncate(3);
    Ok(Crew { officers: viewers, welfare, manager, mash, administrator })
}

/// Approves a contact for every open school of the authority and more for a few of them. Of those, suspends some,
/// suspends and reinstates others, and changes the address of the rest.
pub(super) async fn approve(stage: &Stage, crew: &Crew, dice: &mut Dice) -> Result<Vec<Referrer>, Error> {
    let op = stage.op(crew.administrator.clone(), stage.diary.now - Duration::days(410));
    let mut schools = store::school::all(&op, &op.db.read).await?;
    schools.retain(|school| school.la_code == stage.council.la_code);
    schools.retain(|school| matches!(school.status, SchoolStatus::Open | SchoolStatus::ProposedToClose));
    schools.sort_by(|a, b| a.urn.cmp(&b.urn));
    let mut referrers = Vec::with_capacity(schools.len());
    let mut extra = Vec::new();
    for (number, school) in (0..).zip(schools) {
        let (name, job, email) = whose(&school, dice);
        let contact = approve_one(stage, crew, &school, (&name, job, &email), ContactKind::Lead).await?;
        if school.urn == ONE_SCHOOL.0 {
            let DemoPerson { name, email, .. } = PEOPLE[HEAD];
            approve_one(stage, crew, &school, (name, "Head teacher", email), ContactKind::HeadTeacher).await?;
        }
        if number % 7 == 3 {
            let (name, slug) = (adult(dice), slug(&school.name));
            let email = format!("deputy@{slug}.example");
            let who = (name.as_str(), "Deputy head", email.as_str());
            extra.push(approve_one(stage, crew, &school, who, ContactKind::Deputy).await?.0);
        }
        referrers.push(Referrer { school, contact: contact.1 });
    }
    for (number, id) in (0_u32..).zip(extra) {
        let at = |days| stage.op(crew.administrator.clone(), stage.diary.now - Duration::days(days));
        let days = i64::from(dice.between(30, 200));
        match number % 3 {
            0 => {
                let reason = "Left the school at the end of term; the school told us.";
                contact::suspend(&at(days), id, 1, reason.to_owned()).await?;
            }
            1 => {
                let reason = "A sign-in link was forwarded outside the school.";
                contact::suspend(&at(days), id, 1, reason.to_owned()).await?;
                contact::reinstate(&at(days - 6), id, 2).await?;
            }
            _ => {
                contact::change_email(&at(days), id, 1, format!("deputy.head{number}@schools.example")).await?;
            }
        }
    }
    Ok(referrers)
}

fn whose(school: &school::Model, dice: &mut Dice) -> (String, &'static str, String) {
    let known = |at: usize, job| (PEOPLE[at].name.to_owned(), job, PEOPLE[at].email.to_owned());
    if school.urn == ONE_SCHOOL.0 {
        return known(ONE_SCHOOL.1, "Attendance lead");
    }
    if TWO_SCHOOLS.0.contains(&school.urn.as_str()) {
        return known(TWO_SCHOOLS.1, "Attendance lead of both Lea Bridge schools");
    }
    let job = *dice.pick(&["Attendance officer", "Designated safeguarding lead", "Office manager", "Pastoral lead"]);
    (adult(dice), job, format!("office@{}.example", slug(&school.name)))
}

fn adult(dice: &mut Dice) -> String {
    let background = dice.pick(BACKGROUNDS);
    let woman = dice.chance(70);
    let (man_name, woman_name) = dice.pick(background.family);
    let given = dice.pick(if woman { background.female } else { background.male });
    format!("{given} {}", if woman { woman_name } else { man_name })
}

fn slug(name: &str) -> String {
    search_key(name)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("-")
        .replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "")
}

async fn approve_one(
    stage: &Stage,
    crew: &Crew,
    school: &school::Model,
    (name, job, email): (&str, &str, &str),
    kind: ContactKind,
) -> Result<(SchoolContactId, Viewer), Error> {
    let op = stage.op(crew.administrator.clone(), stage.diary.now - Duration::days(405));
    let typed = contact::Approve {
        school_urn: school.urn.clone(),
        name: name.to_owned(),
        job: job.to_owned(),
        email: email.to_owned(),
        kind: Some(kind),
    };
    let id = contact::approve(&op, typed).await?;
    Ok((
        id,
        Viewer::SchoolContact(SchoolContact { id, name: name.to_owned(), school: school.id, kind: ContactKind::Lead }),
    ))
}

/// Asks every contact to confirm their approval once the present term has begun, as the job does. All confirm except
/// the one whose address is printed, who was asked recently. The head teacher of the same school proposes a colleague.
pub(super) async fn keep_current(stage: &Stage, term_began: Option<NaiveDate>) -> Result<(), Error> {
    let now = stage.diary.now;
    let by_itself = |at| stage.op(Viewer::System(Job::Contacts), at);
    let first_day = term_began.map_or(now, |day| day.and_time(NaiveTime::MIN).and_utc() + Duration::hours(9));
    let began = first_day.min(now - Duration::minutes(90));
    for row in store::contact::all_active(&by_itself(now)).await? {
        let waits = row.email == PEOPLE[ONE_SCHOOL.1].email;
        let asked_at = if waits { began.max(now - Duration::days(5)) } else { began };
        if !contact::keep_current(&by_itself(asked_at), row.id, row.version, term_began).await? || waits {
            continue;
        }
        let viewer = SchoolContact { id: row.id, name: row.name, school: row.school_id, kind: row.kind };
        let answered_at = (asked_at + Duration::hours(28)).min(now - Duration::minutes(60));
        contact::confirm(&stage.op(Viewer::SchoolContact(viewer), answered_at)).await?;
    }
    let head = Email::parse(PEOPLE[HEAD].email).map_err(Error::internal)?;
    let Some(head) = store::contact::active_of(&stage.db, &head).await?.pop() else { return Ok(()) };
    let viewer = SchoolContact { id: head.id, name: head.name, school: head.school_id, kind: head.kind };
    let typed = Typed {
        kind: Some(ProposalKind::Add),
        name: "Femi Akande".to_owned(),
        job: "Deputy head".to_owned(),
        email: "deputy@birchwood.example".to_owned(),
        note: "Stands in for Rosalind on Fridays.".to_owned(),
        ..Typed::default()
    };
    let op = stage.op(Viewer::SchoolContact(viewer), now - Duration::minutes(45));
    proposal::propose(&op, typed).await.map(drop)
}

/// Issues a token each to the partner agency, to the MASH's own system and to the analysts, with the name under which
/// the page of the demonstration lists it. Pauses another client of the partner agency.
pub(super) async fn issue(stage: &Stage) -> Result<[(&'static str, PlainToken); 3], Error> {
    let op = stage.op(Viewer::System(Job::Operator), stage.diary.now - Duration::days(2));
    let expires_on = stage.diary.today() + Days::new(180);
    let partner = agency::Issue {
        agency: PARTNER.to_owned(),
        scopes: vec![Scope::ReferralCreate, Scope::ChildLookup, Scope::CaseSharedRead, Scope::EnquiryAnswer],
        purpose: "Tracing children under the information sharing agreement of the demonstration".to_owned(),
        fields: SharedField::ALL.to_vec(),
        lawful_basis: LawfulBasis::PublicTask,
        expires_on,
    };
    let mash = agency::Issue {
        agency: MASH.to_owned(),
        scopes: vec![Scope::EscalationAnswer],
        purpose: "Answering flags of the demonstration".to_owned(),
        ..partner.clone()
    };
    let analysts = agency::Issue {
        agency: ANALYSTS.to_owned(),
        scopes: vec![Scope::StatisticsRead],
        purpose: "Quarterly statistics for the demonstration".to_owned(),
        fields: Vec::new(),
        lawful_basis: LawfulBasis::PublicTask,
        expires_on,
    };
    let paused = agency::Issue { scopes: vec![Scope::ChildLookup], ..partner.clone() };
    // What is asked of the agency in the stories needs an agreement that runs: the first was renewed two months ago.
    let first = agency::Issue { expires_on: stage.diary.today() - Days::new(60), ..partner.clone() };
    let earlier = |days| stage.op(Viewer::System(Job::Operator), stage.diary.now - Duration::days(days));
    agency::issue_anew(&earlier(424), first).await?;
    let partner = agency::issue_anew(&earlier(61), partner).await?;
    agency::issue_anew(&op, paused).await?;
    if let Some(row) = store::agency::named(&op, &stage.db.read, PARTNER).await?
        && let Some(client) = store::agency::clients(&op, &[row.id]).await?.pop()
    {
        let target = agency::Target { agency: row.id, version: row.version };
        agency::pause(&op, target, client.id, "It called at night; rang the agency on Monday".to_owned()).await?;
    }
    let (mash, analysts) = (agency::issue_anew(&op, mash).await?, agency::issue_anew(&op, analysts).await?);
    Ok([("partner", partner), ("mash", mash), ("analyst", analysts)])
}
