//! The state before a story begins. Schools and authenticator apps are inserted as rows; everything else goes through
//! the same commands as real use, by the operator or by [`TestApp::manager`], so that its events are stored. What must
//! not live here: what a test does or checks.

mod case;
mod referral;

pub use case::{Case, NewCase, case};
pub use referral::{NewReferral, Referral, referral};

use std::collections::BTreeSet;

use backend::domain::viewer::{self, Viewer};
use backend::secret::keyring::Purpose;
use backend::service;
use chrono::Days;
use entity::vocabulary::{ContactKind, CredentialKind, LawfulBasis, SchoolStatus, Scope, SharedField, StaffRole};
use entity::{AgencyId, CredentialId, SchoolContactId, SchoolId, StaffId, agency, credential, school};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::app::TestApp;

/// The password of every member of staff.
pub const PASSWORD: &str = "three random words";

/// The TOTP secret of every authenticator app.
pub const SECRET: &[u8; 20] = b"the secret of an app";

/// A school in the national register.
#[derive(Clone, Debug)]
pub struct School {
    /// The id of its row.
    pub id: SchoolId,
    /// Its unique reference number, six digits.
    pub urn: String,
    /// Its name in the register.
    pub name: String,
}

/// An approved contact of a school.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The id of the approval.
    pub id: SchoolContactId,
    /// The contact's name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// The school they are approved for.
    pub school: School,
    /// Their position at the school, such as head teacher.
    pub kind: ContactKind,
}

/// A member of staff who has been added.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// The id of their row.
    pub id: StaffId,
    /// Their full name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// The roles they have.
    pub roles: BTreeSet<StaffRole>,
}

impl Contact {
    /// The contact as the viewer of an operation, as if signed in.
    pub fn viewer(&self) -> Viewer {
        let (name, school) = (self.name.clone(), self.school.id);
        Viewer::SchoolContact(viewer::SchoolContact { id: self.id, name, school, kind: self.kind })
    }
}

impl Colleague {
    /// The member of staff as the viewer of an operation, as if signed in.
    pub fn viewer(&self) -> Viewer {
        Viewer::Staff(viewer::Staff { id: self.id, name: self.name.clone(), roles: self.roles.clone() })
    }
}

/// Adds an open primary school in the council's area.
pub async fn school(app: &TestApp, name: &str) -> School {
    let (op, urn) = (app.operator(), (100_000 + app.next()).to_string());
    let id: SchoolId = op.new_id();
    let row = school::ActiveModel {
        id: Set(id),
        urn: Set(urn.clone()),
        la_code: Set("821".to_owned()),
        establishment_number: Set(None),
        name: Set(name.to_owned()),
        name_key: Set(backend::domain::person_name::search_key(name)),
        kind: Set("Community school".to_owned()),
        phase: Set("Primary".to_owned()),
        status: Set(SchoolStatus::Open),
        opened_on: Set(None),
        closed_on: Set(None),
        low_age: Set(Some(4)),
        high_age: Set(Some(11)),
        address: Set("Schoolhouse Lane, Luton".to_owned()),
        postcode: Set(Some("LU1 2AB".to_owned())),
        phone: Set(Some("01632 960 050".to_owned())),
        head_teacher: Set(Some("Ms H Teacher".to_owned())),
        updated_at: Set(op.now()),
    };
    let inserted = school::Entity::insert(row).exec_without_returning(app.db().for_migration()).await;
    inserted.expect("a school can be added");
    School { id, urn, name: name.to_owned() }
}

/// Approves a contact of `school` with an address that nobody else has.
pub async fn contact(app: &TestApp, school: &School) -> Contact {
    let email = format!("office{}@school.example", app.next());
    contact_at(app, school, &email).await
}

/// Approves a contact of `school` with this address.
pub async fn contact_at(app: &TestApp, school: &School, email: &str) -> Contact {
    contact_as(app, school, ("Cass Contact", email), ContactKind::Lead).await
}

/// Approves the head teacher of `school` as its contact.
pub async fn head_teacher(app: &TestApp, school: &School) -> Contact {
    let email = format!("head{}@school.example", app.next());
    contact_as(app, school, ("Hera Head", &email), ContactKind::HeadTeacher).await
}

async fn contact_as(app: &TestApp, school: &School, (name, email): (&str, &str), kind: ContactKind) -> Contact {
    let name = name.to_owned();
    let typed = service::contact::Approve {
        school_urn: school.urn.clone(),
        name: name.clone(),
        job: "Attendance lead".to_owned(),
        email: email.to_owned(),
        kind: Some(kind),
    };
    let id = service::contact::approve(&app.operator(), typed).await.expect("a contact can be approved");
    Contact { id, name, email: email.to_owned(), school: school.clone(), kind }
}

/// Approves a contact of a school that is added for them.
pub async fn contact_somewhere(app: &TestApp) -> Contact {
    let school = school(app, "Thornhill Primary School").await;
    contact(app, &school).await
}

/// Adds a member of staff. Outside the demonstration they have an authenticator app.
pub async fn staff(app: &TestApp, name: &str, roles: &[StaffRole]) -> Colleague {
    let email = format!("staff{}@luton.example", app.next());
    let typed = service::staff::Add {
        name: name.to_owned(),
        email: email.clone(),
        roles: roles.to_vec(),
        password: PASSWORD.to_owned(),
    };
    let id = service::staff::add(&app.operator(), typed).await.expect("staff can be added");
    if !app.inner().config.demo {
        authenticator(app, id).await;
    }
    Colleague { id, name: name.to_owned(), email, roles: roles.iter().copied().collect() }
}

/// Adds a member of staff who has not set up a second factor yet.
pub async fn new_staff(app: &TestApp, name: &str, roles: &[StaffRole]) -> Colleague {
    let colleague = staff(app, name, roles).await;
    let none = credential::Entity::delete_many()
        .filter(credential::Column::StaffId.eq(colleague.id))
        .filter(credential::Column::Kind.eq(CredentialKind::Totp));
    none.exec(app.db().for_migration()).await.expect("an app can be taken away");
    colleague
}

/// Adds an authenticator app whose codes were never used.
async fn authenticator(app: &TestApp, staff: StaffId) {
    let op = app.operator();
    let id: CredentialId = op.new_id();
    let sealed = app.inner().keyring.seal(Purpose::Totp, &id.to_string(), SECRET);
    let row = credential::ActiveModel {
        id: Set(id),
        staff_id: Set(staff),
        kind: Set(CredentialKind::Totp),
        name: Set(String::new()),
        secret: Set(sealed.expect("a secret can be sealed")),
        lookup: Set(None),
        last_step: Set(None),
        created_at: Set(op.now()),
        last_used_at: Set(None),
    };
    let inserted = credential::Entity::insert(row).exec_without_returning(app.db().for_migration()).await;
    inserted.expect("an app can be added");
}

/// Makes the current code of every app valid again, although the test's clock stands still and a code works only once.
pub async fn fresh_codes(app: &TestApp) {
    let unused = credential::ActiveModel { last_step: Set(None), ..Default::default() };
    let all = credential::Entity::update_many().set(unused).filter(credential::Column::Kind.eq(CredentialKind::Totp));
    all.exec(app.db().for_migration()).await.expect("steps can be forgotten");
}

/// Adds a partner agency with a token, which answers enquiries by agreement, and returns the id of its row.
#[expect(clippy::disallowed_methods, reason = "nobody may ask for an agency's row")]
pub async fn agency(app: &TestApp, name: &str) -> AgencyId {
    token(app, name, &[Scope::StatisticsRead, Scope::EnquiryAnswer]).await;
    let row = agency::Entity::find().filter(agency::Column::Name.eq(name)).one(&app.db().read).await;
    row.expect("agencies can be read").expect("the agency is on file").id
}

/// Issues a token of `agency` for `scopes` that expires in 90 days, and returns its text.
pub async fn token(app: &TestApp, agency: &str, scopes: &[Scope]) -> String {
    let typed = service::agency::Issue {
        agency: agency.to_owned(),
        scopes: scopes.to_vec(),
        purpose: "Finding children missing education".to_owned(),
        fields: SharedField::ALL.to_vec(),
        lawful_basis: LawfulBasis::PublicTask,
        expires_on: app.now().date_naive() + Days::new(90),
    };
    let token = service::agency::issue_anew(&app.operator(), typed).await.expect("a token can be issued");
    token.reveal().to_owned()
}

/// Sends public reports from one address until one is held for the limit on reports, and returns its reference.
pub async fn held_report(app: &TestApp) -> String {
    let address = [198, 51, 100, u8::try_from(app.next() % 250).unwrap_or_default()];
    for _ in 0..12 {
        let op = app.op(Viewer::Anonymous).asked_from(Some(address.into()));
        let key = format!("one-of-many-reports-{}", app.next());
        let sent = service::report::send(&op, key, crate::typed::report().parsed()).await;
        let sent = sent.expect("a report is never refused");
        if sent.referral.is_none() {
            return sent.reference;
        }
    }
    panic!("twelve reports from one address were taken at once");
}
