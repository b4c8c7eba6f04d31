//! The people that cases need: schools, the contact of each, and staff. What must not live here: children (`case`).

use backend::domain::contact::{Contact, ContactEvent};
use backend::domain::person_name::search_key;
use backend::domain::staff::{StaffEvent, StaffMember};
use backend::domain::stream::Stream;
use backend::domain::viewer::{Job, Viewer};
use backend::secret::keyring::Keyring;
use backend::service::project::{contact_row, staff_row};
use chrono::{DateTime, Utc};
use entity::vocabulary::{ContactKind, SchoolStatus, StaffRole};
use entity::{SchoolContactId, SchoolId, StaffId, school};
use sea_orm::ActiveModelTrait;

use super::World;
use super::write::{Chain, Rows};

const SCHOOLS: u64 = 100;
const OFFICERS: u64 = 40;
/// Staff beside the officers, who work no case that is not restricted. There is one of each role at least.
const OTHERS: [StaffRole; 10] = [
    StaffRole::Manager,
    StaffRole::Manager,
    StaffRole::Manager,
    StaffRole::Manager,
    StaffRole::EducationWelfareOfficer,
    StaffRole::EducationWelfareOfficer,
    StaffRole::MashLiaison,
    StaffRole::Analyst,
    StaffRole::Auditor,
    StaffRole::Administrator,
];

const TREES: [&str; 10] =
    ["Alder", "Aspen", "Beech", "Hornbeam", "Juniper", "Larch", "Linden", "Poplar", "Spruce", "Yew"];
const PLACES: [&str; 10] = ["Bank", "Common", "Court", "Down", "End", "Fold", "Heath", "Mead", "Rise", "Wharf"];

/// A school and its contact.
#[derive(Clone, Debug)]
pub(super) struct SchoolOf {
    pub(super) id: SchoolId,
    pub(super) name: String,
    pub(super) contact: SchoolContactId,
    urn: u64,
    primary: bool,
}

/// Everybody but the children.
#[derive(Clone, Debug)]
pub(super) struct People {
    pub(super) schools: Vec<SchoolOf>,
    /// Those who work cases.
    pub(super) officers: Vec<StaffId>,
    /// Those who work restricted cases, and nothing else.
    pub(super) managers: Vec<StaffId>,
    staff: Vec<(StaffId, StaffRole)>,
    began: DateTime<Utc>,
    now: DateTime<Utc>,
    keyring: Keyring,
}

impl People {
    /// The people of a register.
    pub(super) fn of(world: &World) -> Self {
        let began = world.began();
        let schools = (0..SCHOOLS).map(|number| {
            let dice = world.dice.of("school", number);
            let primary = number % 3 != 2;
            let (tree, place) = (TREES[(number % 10) as usize], PLACES[(number / 10) as usize]);
            let kind = if primary { "Primary School" } else { "High School" };
            let name = format!("{tree} {place} {kind}");
            // A contact is vouched for since just now, so that no job has anything to ask them while others measure.
            SchoolOf {
                id: dice.id("id", began),
                name,
                contact: dice.id("contact", world.now),
                urn: 900_000 + number,
                primary,
            }
        });
        let roles = std::iter::repeat_n(StaffRole::CmeOfficer, usize::try_from(OFFICERS).unwrap_or_default());
        let staff: Vec<_> = (0..)
            .zip(roles.chain(OTHERS))
            .map(|(number, role)| (world.dice.of("staff", number).id::<StaffId>("id", began), role))
            .collect();
        let who = |wanted| staff.iter().filter(|(_, role)| *role == wanted).map(|(id, _)| *id).collect();
        Self {
            keyring: world.keyring.clone(),
            schools: schools.collect(),
            officers: who(StaffRole::CmeOfficer),
            managers: who(StaffRole::Manager),
            staff,
            began,
            now: world.now,
        }
    }

    /// Their rows and facts.
    pub(super) fn rows(&self) -> Rows {
        let mut rows = Rows::default();
        let operator = Viewer::System(Job::Operator).to_string();
        for (number, (id, role)) in self.staff.iter().enumerate() {
            let added = StaffEvent::StaffAdded {
                name: format!("Officer Number {number:02}"),
                email: format!("officer{number:02}@bench.example"),
                roles: vec![*role],
            };
            let member = StaffMember::begin(*id, &added, self.began).expect("an account begins so");
            rows.events.push(Chain::under(&self.keyring).next(*id, self.began, &operator, &added));
            rows.staff.push(staff_row(&member, Some(self.began)));
        }
        for school in &self.schools {
            rows.schools.push(school::ActiveModel::from(school_row(school, self.began)).reset_all());
            let approved = ContactEvent::ContactApproved {
                school: school.id,
                name: format!("Contact Number {}", school.urn),
                job: "Attendance lead".to_owned(),
                email: format!("attendance{}@school.example", school.urn),
                kind: ContactKind::Lead,
            };
            let contact = Contact::begin(school.contact, &approved, self.now).expect("an approval begins so");
            rows.events.push(Chain::under(&self.keyring).next(school.contact, self.now, &operator, &approved));
            rows.contacts.push(contact_row(&contact, Some(self.now), self.now));
        }
        rows
    }
}

fn school_row(school: &SchoolOf, at: DateTime<Utc>) -> school::Model {
    let (low, high) = if school.primary { (4, 11) } else { (11, 16) };
    school::Model {
        id: school.id,
        urn: school.urn.to_string(),
        la_code: "821".to_owned(),
        establishment_number: Some((school.urn % 10_000).to_string()),
        name: school.name.clone(),
        name_key: search_key(&school.name),
        kind: "Community school".to_owned(),
        phase: if school.primary { "Primary" } else { "Secondary" }.to_owned(),
        status: SchoolStatus::Open,
        opened_on: None,
        closed_on: None,
        low_age: Some(low),
        high_age: Some(high),
        address: "1 Specimen Close, Sampleton".to_owned(),
        postcode: Some("LU1 2AB".to_owned()),
        phone: Some("01632 960 050".to_owned()),
        head_teacher: Some("Ms H Teacher".to_owned()),
        updated_at: at,
    }
}
