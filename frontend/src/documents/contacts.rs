//! Documents about approved school contacts, what they sent, and the schools they act for. Nothing here shows an
//! answer.

use chrono::{DateTime, NaiveDate, Utc};
use cynic::Id;

use super::PageInfo;
use crate::schema;
use crate::vocabulary::{ContactKind, ContactState, ReferralState, SchoolStatus};

/// What a list of contacts is narrowed to.
#[derive(cynic::InputObject, Clone, Debug, Default)]
pub struct SchoolContactFilter {
    /// Words of a name or school, or a whole e-mail address.
    pub search: Option<String>,
    /// The school.
    pub school_urn: Option<String>,
    /// The state.
    pub state: Option<ContactState>,
    /// What they may do for their school.
    pub kind: Option<ContactKind>,
    /// Only those who were asked to confirm and have not answered yet.
    pub asked: Option<bool>,
}

/// Which contacts to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ListVariables {
    /// What the list is narrowed to.
    pub filter: SchoolContactFilter,
    /// The cursor to go on from.
    pub after: Option<String>,
    /// The cursor to go back from.
    pub before: Option<String>,
}

/// A page of contacts.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ListVariables")]
pub struct List {
    /// The page.
    #[arguments(filter: $filter, after: $after, before: $before)]
    pub school_contacts: SchoolContactConnection,
}

/// Some contacts, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SchoolContactConnection {
    /// The contacts.
    pub nodes: Vec<Row>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

/// A contact in a list.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "SchoolContact")]
pub struct Row {
    /// What names it in addresses.
    pub id: Id,
    /// Who it is.
    pub name: String,
    /// What they do at the school.
    pub job: String,
    /// What they are at the school.
    pub kind: ContactKind,
    /// Whether the approved address may be used.
    pub state: ContactState,
    /// The day by which they must confirm, if they were asked.
    pub confirm_by: Option<NaiveDate>,
    /// For which school.
    pub school: School,
}

/// Which contact to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct OneVariables {
    /// Its id.
    pub id: Id,
}

/// One contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneVariables")]
pub struct One {
    /// The contact; nothing if there is none for this person.
    #[arguments(id: $id)]
    pub school_contact: Option<SchoolContact>,
}

/// All that is known of a contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SchoolContact {
    /// What names it in addresses.
    pub id: Id,
    /// How often it has changed.
    pub version: i32,
    /// Who it is.
    pub name: String,
    /// What they do at the school.
    pub job: String,
    /// The approved address.
    pub email: String,
    /// What they are at the school.
    pub kind: ContactKind,
    /// Whether it may be used.
    pub state: ContactState,
    /// When it was last said that the approval still holds.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The day by which they must say so, if they were asked.
    pub confirm_by: Option<NaiveDate>,
    /// Why not.
    pub reason: Option<String>,
    /// When it was approved.
    pub created_at: DateTime<Utc>,
    /// Whether this person may reinstate it or change the address without a second person.
    pub may_decide_alone: bool,
    /// For which school.
    pub school: School,
}

/// Whose referrals to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SentVariables {
    /// What the list is narrowed to.
    pub filter: ReferralFilter,
    /// The cursor to go on from.
    pub after: Option<String>,
    /// The cursor to go back from.
    pub before: Option<String>,
}

/// The referrals of one contact.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReferralFilter {
    /// The contact.
    pub contact: Option<Id>,
}

/// A page of what a contact has sent, newest first.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SentVariables")]
pub struct Sent {
    /// The page.
    #[arguments(filter: $filter, sort: NEWEST, after: $after, before: $before)]
    pub referrals: ReferralConnection,
}

/// The newest of what a contact has sent, for those who manage contacts but do not read referrals.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OneVariables")]
pub struct Newest {
    /// The contact.
    #[arguments(id: $id)]
    pub school_contact: Option<Sender>,
}

/// A contact, as the sender of referrals.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "SchoolContact")]
pub struct Sender {
    /// What they sent, newest first.
    #[arguments(first: 25)]
    pub referrals: Vec<SentReferral>,
}

/// Some referrals, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ReferralConnection {
    /// The referrals.
    pub nodes: Vec<SentReferral>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

/// A referral that a contact sent.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Referral")]
pub struct SentReferral {
    /// Its reference.
    pub reference: String,
    /// Where it stands.
    pub state: ReferralState,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
}

/// Which schools to list.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SchoolsVariables {
    /// Part of a name, a URN or a postcode.
    pub search: Option<String>,
    /// The cursor to go on from.
    pub after: Option<String>,
    /// The cursor to go back from.
    pub before: Option<String>,
}

/// A page of schools.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SchoolsVariables")]
pub struct Schools {
    /// The page.
    #[arguments(search: $search, after: $after, before: $before)]
    pub schools: SchoolConnection,
}

/// Some schools, and what lies around them.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SchoolConnection {
    /// The schools.
    pub nodes: Vec<School>,
    /// Where the page lies.
    pub page_info: PageInfo,
}

/// Which school to read.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SchoolVariables {
    /// Its number in the national register.
    pub urn: String,
}

/// One school.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SchoolVariables")]
pub struct OneSchool {
    /// The school; nothing if the register has none.
    #[arguments(urn: $urn)]
    pub school: Option<School>,
}

/// A school.
#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct School {
    /// Its number in the national register.
    pub urn: String,
    /// Its name.
    pub name: String,
    /// Whether it is open.
    pub status: SchoolStatus,
    /// Where it is.
    pub address: String,
    /// Its postcode.
    pub postcode: Option<String>,
}

/// The contact that a change was made to.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "SchoolContact")]
pub struct Changed {
    /// What names it in addresses.
    pub id: Id,
}

/// An address to approve for a school.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ApproveSchoolContactInput {
    /// The school.
    pub school_urn: String,
    /// Whose address it is.
    pub name: String,
    /// What they do there.
    pub job: String,
    /// The address.
    pub email: String,
    /// What they are at the school.
    pub kind: Option<ContactKind>,
}

/// The variables of [`Approve`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ApproveVariables {
    /// What to approve.
    pub input: ApproveSchoolContactInput,
}

/// Approves an address for a school.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ApproveVariables")]
pub struct Approve {
    /// The new contact.
    #[arguments(input: $input)]
    pub approve_school_contact: Changed,
}

/// A contact to suspend.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct SuspendSchoolContactInput {
    /// Which.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
    /// Why.
    pub reason: String,
}

/// The variables of [`Suspend`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SuspendVariables {
    /// What to suspend.
    pub input: SuspendSchoolContactInput,
}

/// Suspends a contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SuspendVariables")]
pub struct Suspend {
    /// The contact.
    #[arguments(input: $input)]
    pub suspend_school_contact: Changed,
}

/// A contact to reinstate.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReinstateSchoolContactInput {
    /// Which.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
}

/// The variables of [`Reinstate`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ReinstateVariables {
    /// What to reinstate.
    pub input: ReinstateSchoolContactInput,
}

/// Reinstates a contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ReinstateVariables")]
pub struct Reinstate {
    /// The contact.
    #[arguments(input: $input)]
    pub reinstate_school_contact: Changed,
}

/// A contact whose address to change.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ChangeSchoolContactEmailInput {
    /// Which.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
    /// The new address.
    pub email: String,
}

/// The variables of [`ChangeEmail`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChangeEmailVariables {
    /// What to change.
    pub input: ChangeSchoolContactEmailInput,
}

/// Puts another address in the place of a contact's.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ChangeEmailVariables")]
pub struct ChangeEmail {
    /// The contact.
    #[arguments(input: $input)]
    pub change_school_contact_email: Changed,
}

/// A contact whose kind to change.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ChangeSchoolContactKindInput {
    /// Which.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
    /// What they are at the school.
    pub kind: Option<ContactKind>,
}

/// The variables of [`ChangeKind`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChangeKindVariables {
    /// What to change.
    pub input: ChangeSchoolContactKindInput,
}

/// Says what a contact is at the school.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ChangeKindVariables")]
pub struct ChangeKind {
    /// The contact.
    #[arguments(input: $input)]
    pub change_school_contact_kind: Changed,
}

/// A contact whose mail came back.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct RecordBounceInput {
    /// Which.
    pub id: Id,
    /// As it was when the page was shown.
    pub version: i32,
}

/// The variables of [`RecordBounce`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RecordBounceVariables {
    /// Whose mail came back.
    pub input: RecordBounceInput,
}

/// Suspends a contact whose mail came back.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RecordBounceVariables")]
pub struct RecordBounce {
    /// The contact.
    #[arguments(input: $input)]
    pub record_bounce: Changed,
}

/// The signed-in contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Viewer")]
pub struct OwnViewer {
    /// What they act under.
    pub approval: Option<OwnApproval>,
}

/// What the signed-in contact acts under.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "OwnSchoolContact")]
pub struct OwnApproval {
    /// What names it.
    pub id: Id,
    /// What they are at the school.
    pub kind: ContactKind,
    /// The day by which they must confirm, if they were asked.
    pub confirm_by: Option<NaiveDate>,
}

/// The approval that its contact says still holds.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct ConfirmApprovalInput {
    /// Which.
    pub id: Id,
}

/// The variables of [`Confirm`].
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ConfirmVariables {
    /// What to confirm.
    pub input: ConfirmApprovalInput,
}

/// Says that the approval still holds.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ConfirmVariables")]
pub struct Confirm {
    /// The approval.
    #[arguments(input: $input)]
    pub confirm_approval: OwnApproval,
}
