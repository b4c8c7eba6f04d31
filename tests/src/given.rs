//! What the world was like before a story began. Schools and authenticator apps are rows; everything else goes through the same commands as
//! real use, decided by the operator or by [`TestApp::manager`], so that it has its facts.

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

/// The password of all staff.
pub const PASSWORD: &str = "three random words";

/// The secret of all authenticator apps.
pub const SECRET: &[u8; 20] = b"the secret of an app";

/// A school on the register.
#[derive(Clone, Debug)]
pub struct School {
    /// Its row.
    pub id: SchoolId,
    /// Its number.
    pub urn: String,
    /// Its name.
    pub name: String,
}

/// An approved contact.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The approval.
    pub id: SchoolContactId,
    /// Whose it is.
    pub name: String,
    /// The address.
    pub email: String,
    /// The school.
    pub school: School,
    /// What they are there.
    pub kind: ContactKind,
}

/// A member of staff.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Their row.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may be.
    pub roles: BTreeSet<StaffRole>,
}

impl Contact {
    /// As the server sees them once they are signed in.
    pub fn viewer(&self) -> Viewer {
        let (name, school) = (self.name.clone(), self.school.id);
        Viewer::SchoolContact(viewer::SchoolContact { id: self.id, name, school, kind: self.kind })
    }
}

impl Colleague {
    /// As the server sees them once they are signed in.
    pub fn viewer(&self) -> Viewer {
        Viewer::Staff(viewer::Staff { id: self.id, name: self.name.clone(), roles: self.roles.clone() })
    }
}

/// An open primary school.
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

/// An approved contact of `school` with an address that nobody else has.
pub async fn contact(app: &TestApp, school: &School) -> Contact {
    let email = format!("office{}@school.example", app.next());
    contact_at(app, school, &email).await
}

/// An approved contact of `school` with this address.
pub async fn contact_at(app: &TestApp, school: &School, email: &str) -> Contact {
    contact_as(app, school, ("Cass Contact", email), ContactKind::Lead).await
}

/// The approved head teacher of `school`.
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

/// A contact of a school made for them.
pub async fn contact_somewhere(app: &TestApp) -> Contact {
    let school = school(app, "Thornhill Primary School").await;
    contact(app, &school).await
}

/// A member of staff.
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

/// A member of staff who has not set up a second factor yet.
pub async fn new_staff(app: &TestApp, name: &str, roles: &[StaffRole]) -> Colleague {
    let colleague = staff(app, name, roles).await;
    let none = credential::Entity::delete_many()
        .filter(credential::Column::StaffId.eq(colleague.id))
        .filter(credential::Column::Kind.eq(CredentialKind::Totp));
    none.exec(app.db().for_migration()).await.expect("an app can be taken away");
    colleague
}

/// An authenticator app, as if it had been set up long ago.
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

/// Has everybody's app show a code that was not used yet, although the clock stands.
pub async fn fresh_codes(app: &TestApp) {
    let unused = credential::ActiveModel { last_step: Set(None), ..Default::default() };
    let all = credential::Entity::update_many().set(unused).filter(credential::Column::Kind.eq(CredentialKind::Totp));
    all.exec(app.db().for_migration()).await.expect("steps can be forgotten");
}

/// A partner agency that has a token.
#[expect(clippy::disallowed_methods, reason = "nobody may ask for an agency's row")]
pub async fn agency(app: &TestApp, name: &str) -> AgencyId {
    token(app, name, &[Scope::StatisticsRead]).await;
    let row = agency::Entity::find().filter(agency::Column::Name.eq(name)).one(&app.db().read).await;
    row.expect("agencies can be read").expect("the agency is on file").id
}

/// A token of `agency` for `scopes`, as its bearer holds it.
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

/// A report that is held because too many came before it; its reference.
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
